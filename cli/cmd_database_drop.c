/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "confirm.h"
#include "database.h"

static const struct cmd_option options[] = {
    CONFIRM_OPTIONS,
    {"force", 0, OPTION_FLAG, NULL, "disconnect who uses it (PostgreSQL)"},
    {0},
};

static int run_database_drop(struct cli *cli)
{
    int exit_code = cli_confirm(cli, "remove");
    return exit_code == EXIT_DONE ? database_drop(cli) : exit_code;
}

const struct command cmd_database_drop = {
    .name = "database drop",
    .group = "database",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "remove the database, and the files beside it",
    .help =
        "The file, and its -wal, -shm, -journal and -gate; on a server, the database. Refused while\n"
        "another program has it open, which --force ends on a server, and for a file that is no\n"
        "database. It has to be confirmed. That there is none is no failure.\n"
        "\n"
        "  tenon database drop --yes\n"
        "  tenon database drop --confirm shop --force\n",
    .options = options,
    .run = run_database_drop,
};
