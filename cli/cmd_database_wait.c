/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "database.h"
#include "util/str.h"

static const struct cmd_option options[] = {
    {"timeout", 0, OPTION_TEXT, "TIME", "how long: 30s, 500ms; default 30s"},
    {0},
};

static int run_database_wait(struct cli *cli)
{
    enum {
        DEFAULT_MS = 30000
    };
    const char *text = cli_text(cli, "timeout");
    int64_t ms = DEFAULT_MS;
    if (text && (tn__text_to_ms(&ms, tn_text_of(text)) != TN_OK || ms < 0))
        return cli_refuse(cli, EXIT_USAGE, "--timeout: '%s' is no time such as 30s or 500ms", text);
    return database_wait(cli, ms);
}

const struct command cmd_database_wait = {
    .name = "database wait",
    .group = "database",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "wait until the database answers",
    .help =
        "For scripts that start a program and its database together. Ends with 3 if there is no\n"
        "database when the time is up, with 6 if it is locked all the while. A server that\n"
        "answers and has no such database, or refuses the password, ends it at once, with 3.\n"
        "\n"
        "  tenon database wait --timeout 30s && ./server\n",
    .options = options,
    .run = run_database_wait,
};
