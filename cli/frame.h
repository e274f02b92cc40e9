/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_FRAME_H
#define TN_CLI_FRAME_H

#include "cmd.h"

/* What only the frame of the program shares; commands use cmd.h. */

/* The contract of the exit codes, in words; ended by meaning == NULL. */
struct exit_meaning {
    int code;
    const char *meaning;
};
extern const struct exit_meaning exit_meanings[];

/* The exit code for a status while a database is being opened. */
int report_exit_connecting(int status);
/* cli_fail() with the exit code given: the diagnostic's code is the status's. */
int report_status(struct cli *cli, int exit_code, int status, const char *message);
/* Write stdout and the findings out, in the middle of a command that goes on. */
void report_round(struct cli *cli);
/* Write stdout and the findings out, and give the exit code that the program ends with. */
int report_end(struct cli *cli, int exit_code);

/* Pages of the help; all append to cli->out. */
void help_short(struct cli *cli);
void help_all(struct cli *cli);
void help_family(struct cli *cli, const char *family);
void help_command(struct cli *cli, const struct command *command);
/* The page that the words name: a command, a family or a topic; else a fault and EXIT_USAGE. */
int help_words(struct cli *cli, const char *const *words, size_t count);

/* A page that belongs to no command. */
struct topic {
    const char *name;
    const char *summary;
    void (*write)(struct tn__buf *out);
};
extern const struct topic topics[]; /* ended by name == NULL */

/* Load cli->settings; EXIT_DONE, or how to end, with findings. */
int settings_load(struct cli *cli);

int version_print(struct cli *cli);

/* TENON_LOG and -v, for every database that is opened; a word in it that is none is EXIT_USAGE. */
int log_read(struct cli *cli);
void log_watch(struct cli *cli, tn_db *db);
/* What a server says beside results becomes findings, but for -q; at the end, how many were too many. */
void notices_watch(struct cli *cli, tn_db *db);
void notices_end(struct cli *cli);

#endif
