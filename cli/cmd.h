/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_CMD_H
#define TN_CLI_CMD_H

#include <tenon/tenon.h>

#include "diag/diag.h"
#include "settings/settings.h"
#include "util/buf.h"

/*
 * The command table's types and what a command gets. To add a command:
 *   1. write cli/cmd_<name>.c with an option table, the help text and a run function without logic;
 *   2. declare its `const struct command cmd_<name>` in cli/commands.h, add it to the table there;
 *   3. add its tests to tests/cli/, its page in man/, and a line in CHANGELOG.md.
 */

/* Exit codes: the contract of the program. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_NEGATIVE = 1, /* pending, stale, findings */
    EXIT_USAGE = 2,    /* usage or configuration, unreadable input */
    EXIT_CONNECT = 3,  /* cannot connect, no database there, read-only */
    EXIT_FAILED = 4,   /* failed and rolled back */
    EXIT_PARTIAL = 5,  /* failed, partly applied */
    EXIT_LOCKED = 6,   /* busy */
    EXIT_REFUSED = 7,  /* refused; an answer is missing */
    EXIT_BUG = 70,
    EXIT_BROKEN_PIPE = 128 + 13 /* ended by SIGPIPE: the reader of stdout is gone */
};

enum option_kind {
    OPTION_FLAG,  /* --dry-run */
    OPTION_TEXT,  /* --to V */
    OPTION_COUNT, /* -n N: a whole number from 1 */
    OPTION_LIST   /* --param P --param Q */
};

struct cmd_option {
    const char *name; /* long, without dashes */
    char letter;      /* short, or 0 */
    enum option_kind kind;
    const char *value; /* placeholder in the help: "N"; "a|b|c": one of these; NULL for a flag */
    const char *help;  /* one line, lower case */
};

enum command_needs {
    NEEDS_NOTHING = 0,
    NEEDS_SETTINGS = 1 << 0, /* cli->settings is loaded; a fault in them ends the program with 2 */
    /* Of one engine: where a project has both, and neither a URL nor a setting says which, it ends with 2. */
    NEEDS_ENGINE = 1 << 1
};

struct cli;
struct parsed;

struct command {
    const char *name;  /* as typed: "migrate up" */
    const char *alias; /* other full names, separated by ", ": "migrate run"; NULL: none */
    const char *group; /* heading in the help: "start", "database", "migrate", "queries", "help" */
    const char
        *args; /* placeholders of positional arguments: "NAME", "[FILES…]", "a|b|c"; "": none */
    unsigned min_args;
    unsigned max_args; /* UINT_MAX: any number */
    unsigned needs;
    const char *summary;              /* one line, lower case, no full stop */
    const char *help;                 /* the rest of its page: paragraphs and examples */
    const struct cmd_option *options; /* ended by name == NULL; NULL: none */
    int (*run)(struct cli *cli);      /* an exit code */
};

/* What a running command sees. */
struct cli {
    const struct command *command;
    tn_arena *arena;
    struct tn__settings settings; /* with NEEDS_SETTINGS */
    struct tn__diags diags;       /* printed by the dispatcher at the end, in --diagnostics form, in
                                     the order of adding: sort them where files are concerned */
    struct tn__buf out;           /* data: written to stdout by the dispatcher at the end, or by
                                     cli_flush_out() */
    const char *const *args;      /* positional */
    size_t arg_count;
    bool json; /* --json */
    bool is_out_terminal;
    bool is_err_terminal;
    bool color;          /* on stderr */
    int verbosity;       /* -q: -1, default 0, -v: 1, -vv: 2 */
    const char *running; /* the file of the migration that runs; NULL: none */
    /* Private to the frame. */
    const struct parsed *parsed; /* options.h */
    int out_errno;               /* the first failure of writing to stdout; 0: none */
};

/* The values of the command's options. */
bool cli_flag(const struct cli *cli, const char *name);
const char *cli_text(const struct cli *cli, const char *name); /* NULL: not given */
size_t cli_count(const struct cli *cli, const char *name);     /* 0: not given */
/* All of an OPTION_LIST, in the order of the line, and how many. */
const char *const *cli_list(size_t *out_count, const struct cli *cli, const char *name);

/* Talk, to stderr; nothing under -q. `cli_say` ends the line. */
void cli_say(struct cli *cli, const char *format, ...) TN_PRINTF(2, 3);
/* Write what is in cli->out now, for long commands. A full or closed stdout does not stop the
 * command: it is remembered, and an exit code of 0 or 1 becomes
 * EXIT_USAGE or EXIT_BROKEN_PIPE. */
void cli_flush_out(struct cli *cli);
/* Whether stdout still takes what is written. */
bool cli_is_read(const struct cli *cli);

/* The paths of new files, as text or, with --json, as {"v":1,"created":[…]}. */
void cli_put_created(struct cli *cli, const char *const *paths, size_t count);

/* Report an error that has no place in a file, as "error: message", and give the exit code that
 * belongs to its status while running SQL (cli_open() does so while connecting). */
int cli_fail(struct cli *cli, int status, const tn_error *err);
/* The same for files of the command's own: EXIT_USAGE, with the code given ("unwritable") for what the
 * system refuses. */
int cli_fail_file(struct cli *cli, const char *code, int status, const tn_error *err);
/* The same for a fault of the command's own, with the exit code given. */
int cli_refuse(struct cli *cli, int exit_code, const char *format, ...) TN_PRINTF(3, 4);
/* A line that helps, behind the error just reported: "create it with: tenon migrate up". */
void cli_hint(struct cli *cli, const char *format, ...) TN_PRINTF(2, 3);
/* The exit code for a status: EXIT_FAILED for what SQL does, 3, 5, 6, 7 for what the name says. */
int cli_exit_of(int status);

/* How a command opens the database. */
enum cli_access {
    CLI_WRITE = 0,   /* it must exist */
    CLI_CREATE = 1,  /* created if missing, with its folders, unless the URL has a mode */
    CLI_READ = 2,    /* it must exist, and nothing is changed whatever mode the URL asks for: not
                        the journal mode either */
    CLI_TRIAL = 4,   /* as CLI_WRITE, for what is rolled back: the journal mode stays what it is */
    CLI_PREVIEW = 3, /* as CLI_READ, but a missing file is an empty database in memory: --dry-run */
};

/* The URL of the settings: past a pooler, if there is a way. NULL: none is set. */
const char *cli_url(const struct cli *cli);
/* Open the database of the settings. NULL on failure: then *exit_code says how to end, and an
 * explanation has been reported with the command that helps. */
tn_db *cli_open(struct cli *cli, enum cli_access access, int *exit_code);
/* Whether a server has said that it has no such database: that is reported, for EXIT_CONNECT. */
bool cli_refuse_no_database(struct cli *cli, const tn_error *err);
/* Whether its server follows another one, and so lets nobody write. */
bool cli_is_standby(tn_db *db, tn_arena *arena);
/* And close it; NULL is allowed. */
void cli_close(tn_db *db);

#endif
