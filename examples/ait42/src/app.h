/* SPDX-License-Identifier: MIT */
#ifndef AIT42_APP_H
#define AIT42_APP_H

#include <stdio.h>

#include <tenon/tenon.h>

#include "a42_tables.h"
#include "error.h"

/*
 * What the commands share. A command is a row in the table of its subject (cmd_session.c, …):
 * main.c finds it, reads its options, opens the database and calls it.
 */

enum exit_code {
    EXIT_DONE = 0,
    EXIT_NOTHING = 1, /* no such workspace, session or instance */
    EXIT_USAGE = 2,
    EXIT_CONNECT = 3, /* no database there, or the file system refuses */
    EXIT_FAILED = 4,  /* not valid; nothing was changed */
    EXIT_LOCKED = 6,
    EXIT_REFUSED = 7 /* the database has another history of migrations */
};

#define APP_ARGS_MAX    16
#define APP_OPTIONS_MAX 12
#define LIST_LIMIT      20 /* rows of a list without --limit */

struct option {
    const char *name;        /* without dashes */
    const char *placeholder; /* of its value; NULL: a flag */
    const char *help;
};

struct app;

struct command {
    const char *name; /* "session create" */
    const char *args; /* placeholders: "TASK" */
    unsigned min_args;
    unsigned max_args;
    const char *help;             /* one line */
    const struct option *options; /* ended by name == NULL; NULL: none */
    int (*run)(struct app *app);  /* an exit code */
};

/* The commands of each subject, ended by name == NULL. */
extern const struct command database_commands[];
extern const struct command workspace_commands[];
extern const struct command session_commands[];
extern const struct command search_commands[];
extern const struct command activity_commands[];

struct app {
    const struct command *command;
    const char *url; /* NULL: the file in the home folder */
    tn_db *db;
    tn_arena arena;         /* for rows; given back when the command has ended */
    struct ait42_error err; /* of the call that failed last */
    const char *args[APP_ARGS_MAX];
    size_t arg_count;
    const char *values[APP_OPTIONS_MAX]; /* by the option's place in its table; "" for a flag */
};

/* Options. A name that is not in the command's table is a mistake in the program: NULL. */
const char *app_option(const struct app *app, const char *name); /* NULL: not given */
/* The option as a parameter: NULL where it is not given. */
tn_text app_text(const struct app *app, const char *name);
/* False after a message that it is not what it may be. Not given: true, and *out as it was. */
bool app_number(const struct app *app, const char *name, int64_t *out);
bool app_opt_number(const struct app *app, const char *name, tn_opt_int *out);
bool app_opt_time(const struct app *app, const char *name, tn_opt_timestamp *out);
bool app_opt_type(const struct app *app, const char *name, struct a42_opt_session_type *out);
bool app_opt_status(const struct app *app, const char *name, struct a42_opt_session_status *out);
/* Argument `index` as the id of a session. */
struct a42_session_id app_session(const struct app *app, size_t index);
bool app_arg_status(const struct app *app, size_t index, enum a42_session_status *out);
/* Argument `index` as a whole number from 0. False after a message. */
bool app_arg_number(const struct app *app, size_t index, int64_t *out);

/* Talk goes to stderr as "ait42: …". */
void app_say(const char *format, ...) TN_PRINTF(1, 2);
/* Print app->err, whose kind this is, and give its exit code; EXIT_DONE for AIT42_NO_ERROR. */
int app_end(struct app *app, enum ait42_error_kind kind);
/* The same for a status of a query that the program asks itself. */
int app_end_status(struct app *app, int status);

/* Lists, to stdout. A cell of width 0 is the last of its line. */
void out_cell(tn_text text, int width);
void out_string(const char *string, int width);
void out_number(int64_t number, int width); /* to the right */
void out_opt_number(tn_opt_int number, int width);
void out_time(tn_timestamp time, int width);
void out_count(size_t count, const char *noun); /* "3 sessions", to stderr */
/* One line "name value"; nothing where it is NULL. */
void out_field(const char *name, tn_text text);
void out_field_number(const char *name, tn_opt_int number);
void out_field_time(const char *name, tn_opt_timestamp time);
void out_summaries(const struct a42_session_summary_rows *rows);
void out_message(const struct a42_message *message);

#endif
