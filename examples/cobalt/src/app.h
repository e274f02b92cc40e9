/* SPDX-License-Identifier: MIT */
#ifndef COBALT_APP_H
#define COBALT_APP_H

#include <stdio.h>

#include <tenon/tenon.h>

#include "cobalt_tables.h"
#include "password.h"
#include "status.h"

/*
 * What the commands share. A command is a row in the table of its subject (cmd_user.c, …): main.c
 * finds it, reads its options, opens the database and calls it.
 */

enum exit_code {
    EXIT_DONE = 0,
    EXIT_NOTHING = 1, /* no such user */
    EXIT_USAGE = 2,
    EXIT_CONNECT = 3, /* no server, no such database, no entrance */
    EXIT_FAILED = 4,  /* refused; nothing was changed, or what had to be */
    EXIT_LOCKED = 6,  /* others were in the way, several times over */
    EXIT_OUTDATED = 7 /* migrations are pending, or the history is another one */
};

#define APP_ARGS_MAX    4
#define APP_OPTIONS_MAX 8

struct option {
    const char *name;        /* without dashes */
    const char *placeholder; /* of its value; NULL: a flag */
    const char *help;
};

struct app;

struct command {
    const char *name; /* "user create" */
    const char *args; /* placeholders: "USERNAME EMAIL" */
    unsigned min_args;
    unsigned max_args;
    const char *help;             /* one line */
    const struct option *options; /* ended by name == NULL; NULL: none */
    int (*run)(struct app *app);  /* a status */
    bool any_schema;              /* whatever migrations the database has */
};

/* The commands of each subject, ended by name == NULL. */
extern const struct command database_commands[];
extern const struct command user_commands[];
extern const struct command token_commands[];

struct app {
    const struct command *command;
    const char *url; /* NULL: the environment's */
    tn_db *db;
    tn_arena arena; /* for rows; given back when the command has ended */
    tn_error err;   /* of the call that failed last */
    const char *args[APP_ARGS_MAX];
    size_t arg_count;
    const char *values[APP_OPTIONS_MAX]; /* by the option's place in its table; "" for a flag */
};

/* Options. A name that is not in the command's table is a mistake in the program: NULL. */
const char *app_option(const struct app *app, const char *name); /* NULL: not given */
/* What they may be: TN_OK, or TN_EINVAL with a message. Not given: TN_OK, and *out as it was. */
int app_number(struct app *app, const char *name, int64_t *out);
int app_opt_role(struct app *app, const char *name, struct cobalt_opt_user_role *out);
int app_opt_bool(struct app *app, const char *name, tn_opt_bool *out);
int app_opt_time(struct app *app, const char *name, tn_opt_timestamp *out);
/* Argument `index` as a role. */
int app_arg_role(struct app *app, size_t index, enum cobalt_user_role *out);
/* The user that argument `index` names, by his id or his username. */
int app_arg_user(struct app *app, size_t index, struct cobalt_user *out);
/* A line of standard input, without its end: no list of processes shows it. password_forget() follows. */
int app_password(struct app *app, struct password *out);

/* Talk goes to stderr as "cobalt: …". */
void app_say(const char *format, ...) TN_PRINTF(1, 2);

/* Lists, to stdout. A cell of width 0 is the last of its line. */
void out_cell(tn_text text, int width);
void out_string(const char *string, int width);
void out_id(tn_uuid id, int width);
void out_time(tn_opt_timestamp time, int width);
void out_count(size_t count, const char *noun); /* "3 users", to stderr */
/* One line "name value"; nothing where it is NULL. */
void out_field(const char *name, tn_text text);
void out_field_time(const char *name, tn_opt_timestamp time);
void out_user(const struct cobalt_user *user); /* line by line */
void out_users(const struct cobalt_user *users, size_t count);
void out_tokens(const struct cobalt_refresh_token *tokens, size_t count);

#endif
