/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "database.h"

static int run_database_info(struct cli *cli)
{
    return database_info(cli);
}

const struct command cmd_database_info = {
    .name = "database info",
    .group = "database",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "what the database is, and what is in force on it",
    .help =
        "Where it is, without a password; the engine; sizes, of a file also of its log; the settings\n"
        "of this connection; how many migrations are applied. Nothing is written.\n"
        "\n"
        "  tenon database info\n"
        "  tenon database info --json\n",
    .run = run_database_info,
};
