/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_OPTIONS_H
#define TN_CLI_OPTIONS_H

#include "cmd.h"

/* The command line, read: which command, its options and arguments, and the global flags. */

enum color_when {
    COLOR_AUTO,
    COLOR_ALWAYS,
    COLOR_NEVER
};
enum diag_form {
    DIAG_TEXT,
    DIAG_JSON,
    DIAG_SARIF,
    DIAG_GITHUB
};

/* Global flags: accepted with every command, before or behind its name. */
enum global_flag {
    GLOBAL_URL,
    GLOBAL_CONFIG,
    GLOBAL_MIGRATIONS,
    GLOBAL_DIRECTORY,
    GLOBAL_JSON,
    GLOBAL_DIAGNOSTICS,
    GLOBAL_COLOR,
    GLOBAL_VERBOSE,
    GLOBAL_QUIET,
    GLOBAL_HELP,
    GLOBAL_VERSION,
    GLOBAL_COUNT
};

/* Indexed by enum global_flag. */
struct global_option {
    struct cmd_option option;
    const char *alias; /* another long name, for users of other tools; NULL: none */
    const char *const
        *choices; /* what the value may be, in the order of its enum; NULL: anything */
};
extern const struct global_option global_options[GLOBAL_COUNT];

struct option_value {
    const char *text;   /* of the last one given */
    const char *flag;   /* as it was written: "--database-url"; NULL: it takes no value */
    size_t count;       /* OPTION_COUNT: the number; OPTION_FLAG, OPTION_LIST: how often */
    const char **items; /* OPTION_LIST: each text */
    size_t choice;      /* index into `choices` */
    bool is_given;
};

#define MAX_COMMAND_OPTIONS 24u

struct parsed {
    struct option_value globals[GLOBAL_COUNT];
    struct option_value values[MAX_COMMAND_OPTIONS]; /* of command->options, same index */
    const struct command *command;                   /* NULL: none, or not a command */
    const char *family; /* "migrate", when the words stop short of a command */
    const char **words; /* all positional words */
    size_t word_count;
    size_t command_words; /* how many of them are the command's name */
    const char *fault;    /* the first thing wrong with the line; NULL: sound */
    const char *hint;     /* what to do about it; may be NULL */
};

/* Read the line. Strings are argv's or the arena's. TN_OK (look at `fault`) or TN_ENOMEM. */
int options_parse(struct parsed *out, int argc, char *const *argv, tn_arena *arena);

/* All commands, in the order of the help. */
extern const struct command *const commands[];
extern const size_t command_count;

/* The command that the first words name, by name or alias; *used: how many words that took. */
const struct command *command_find(const char *const *words, size_t count, size_t *used);
/* The first part of "migrate up" if some command's name begins with that word; else NULL. */
const char *command_family(const char *word);
/* Whether a command's name begins with that word and goes on. */
bool command_in_family(const struct command *command, const char *family);
/* The full name ("migrate up") nearest to what was typed; NULL: nothing near. */
const char *command_nearest(const char *const *words, size_t count, tn_arena *arena);

#endif
