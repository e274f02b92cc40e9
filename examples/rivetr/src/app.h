/* SPDX-License-Identifier: MIT */
#ifndef RIVETR_APP_H
#define RIVETR_APP_H

#include <stdio.h>

#include <tenon/tenon.h>

#include "database.h"

/* What the commands share. A command is a row in the table of its subject (cmd_app.c, …). */

enum exit_code {
    EXIT_DONE = 0,
    EXIT_NOTHING = 1, /* no such row, or not in the state that the step starts from */
    EXIT_USAGE = 2,
    EXIT_CONNECT = 3,
    EXIT_FAILED = 4,
    EXIT_LOCKED = 6,
    EXIT_REFUSED = 7
};

struct program {
    tn_db *db;
    tn_arena arena; /* for rows */
    tn_error err;   /* of the call that failed last */
    const char *const *args;
    int arg_count;
};

struct command {
    const char *name; /* "app add" */
    const char *args; /* placeholders */
    int min_args;
    int max_args;
    const char *help;
    int (*run)(struct program *p); /* an exit code */
};

/* Of each subject, ended by name == NULL. */
extern const struct command app_commands[];
extern const struct command project_commands[];
extern const struct command deploy_commands[];
extern const struct command env_commands[];
extern const struct command debug_commands[];

/* The argument, or NULL where it was not given. */
const char *app_arg(const struct program *p, int index);
tn_text app_text(const struct program *p, int index);
/* A new identifier in `out` (TN_UUID_SIZE bytes). False after a message. */
bool app_new_id(char *out);
/* The id of the app of that name, in the arena; a text without data after a message: *exit_code. */
tn_text app_id_of(struct program *p, const char *name, int *exit_code);

/* Talk goes to stderr as "rivetr: …". */
void app_say(const char *format, ...) TN_PRINTF(1, 2);
/* Print p->err and give the exit code of a status. */
int app_fail(struct program *p, int status);
/* "2025-01-15 06:05:16": in a buffer of TN_TIME_MAX bytes. */
const char *app_time(char *out, tn_timestamp time);

#endif
