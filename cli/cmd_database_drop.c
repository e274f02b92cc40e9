/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "confirm.h"
#include "database.h"

static const struct cmd_option options[] = {
    CONFIRM_OPTIONS,
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
    .summary = "remove the database and the files beside it",
    .help =
        "The file, and its -wal, -shm, -journal and -gate. Refused while another program has it\n"
        "open, and for a file that is no database. It has to be confirmed. That there is none is\n"
        "no failure.\n"
        "\n"
        "  tenon database drop --yes\n",
    .options = options,
    .run = run_database_drop,
};
