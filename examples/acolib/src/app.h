/* SPDX-License-Identifier: MIT */
#ifndef ACOLIB_APP_H
#define ACOLIB_APP_H

#include <stdio.h>

#include <tenon/tenon.h>

/*
 * What the commands share. A command is a row in the table of its subject (cmd_task.c, …): main.c
 * finds it, reads its options, opens the database and calls it.
 */

enum exit_code {
    EXIT_DONE = 0,
    EXIT_NOTHING = 1, /* no such row, or not in the state that the step starts from */
    EXIT_USAGE = 2,
    EXIT_CONNECT = 3, /* no database there, or none that can be opened */
    EXIT_FAILED = 4,  /* a statement failed; nothing was changed */
    EXIT_LOCKED = 6,
    EXIT_REFUSED = 7
};

#define APP_ARGS_MAX    3
#define APP_OPTIONS_MAX 9
#define LIST_LIMIT      20 /* rows of a list without --limit */

struct option {
    const char *name;        /* without dashes */
    const char *placeholder; /* of its value; NULL: a flag */
    const char *help;
};

enum needs {
    NEEDS_DATABASE = 0,  /* it must exist; pending migrations are applied before the command runs */
    NEEDS_NEW_DATABASE,  /* made if it does not exist */
    NEEDS_PLAIN_DATABASE /* opened as it is: the command looks after the migrations itself */
};

struct app;

struct command {
    const char *name; /* "task create" */
    const char *args; /* placeholders: "TITLE" */
    unsigned min_args;
    unsigned max_args;
    const char *help;             /* one line */
    const struct option *options; /* ended by name == NULL; NULL: none */
    enum needs needs;
    int (*run)(struct app *app); /* an exit code */
};

/* The commands of each subject, ended by name == NULL. */
extern const struct command database_commands[];
extern const struct command task_commands[];
extern const struct command workflow_commands[];
extern const struct command execution_commands[];
extern const struct command session_commands[];
extern const struct command config_commands[];

struct app {
    const struct command *command;
    const char *url;
    tn_db *db;
    tn_arena arena; /* for collected rows; given back when the command has ended */
    tn_error err;   /* of the call that failed last */
    const char *args[APP_ARGS_MAX];
    size_t arg_count;
    const char *values[APP_OPTIONS_MAX]; /* by the option's place in its table; "" for a flag */
};

/* Options. A name that is not in the command's table is a mistake in the program: NULL. */
const char *app_option(const struct app *app, const char *name); /* NULL: not given */
bool app_flag(const struct app *app, const char *name);
/* The option as a parameter: NULL where it is not given. */
tn_text app_text(const struct app *app, const char *name);
/* After a message that the option is none of what its help says: EXIT_USAGE. */
int app_no_choice(const struct app *app, const char *name);
/* A whole number from 0, or `fallback`. False after a message: return EXIT_USAGE. */
bool app_number(const struct app *app, const char *name, int64_t fallback, int64_t *out);
/* A moment in the form of the database, or `fallback`. False after a message. `out` holds the text
 * and has TN_TIME_MAX bytes. */
bool app_time(const struct app *app, const char *name, const char *fallback, char *out);
/* --id, or a new UUID; `out` has TN_UUID_SIZE bytes and may be left unused. NULL after a message. */
const char *app_id(struct app *app, char *out);

/* Talk goes to stderr as "acolib: …". */
void app_say(const char *format, ...) TN_PRINTF(1, 2);
/* Print app->err and give the exit code of a status. */
int app_fail(struct app *app, int status);
/*
 * The end of a guarded step: a status, and the number of rows it changed. No row: says that the
 * thing `is not` what the step needs, as in "task 'x' is not running, or there is none".
 */
int app_step(struct app *app, int status, int64_t affected, const char *noun, const char *id,
             const char *is_not);

/* Lists, to stdout. A cell of width 0 is the last of its line. */
void out_cell(tn_text text, int width);
void out_string(const char *string, int width);
void out_number(int64_t number, int width);     /* to the right */
void out_count(size_t count, const char *noun); /* "3 tasks", to stderr */
/* One line "name: value"; nothing where it is NULL. */
void out_field(const char *name, tn_text text);

#endif
