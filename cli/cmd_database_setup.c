/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "database.h"
#include "migrate.h"

static int run_database_setup(struct cli *cli)
{
    int exit_code = database_create(cli);
    return exit_code == EXIT_DONE ? migrate_run(cli, TN_MIGRATE_UP) : exit_code;
}

const struct command cmd_database_setup = {
    .name = "database setup",
    .group = "database",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "create the database if it is missing, and apply what is pending",
    .help = "For a new machine, and for a CI job. It may run again at any time.\n"
            "\n"
            "  tenon database setup\n",
    .run = run_database_setup,
};
