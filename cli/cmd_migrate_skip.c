/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    {"dry-run", 0, OPTION_FLAG, NULL, "say what would be noted, and write nothing at all"},
    {0},
};

static int run_migrate_skip(struct cli *cli)
{
    return migrate_settle(cli, TN_MIGRATE_SKIP, cli->args[0], "Noted");
}

const struct command cmd_migrate_skip = {
    .name = "migrate skip",
    .alias = NULL,
    .group = "migrate",
    .args = "VERSION",
    .min_args = 1,
    .max_args = 1,
    .needs = NEEDS_SETTINGS,
    .summary = "note one migration as applied, and do not run it",
    .help = "For one whose changes are in the database already, by hand or by another tool.\n"
            "\n"
            "  tenon migrate skip 0004\n",
    .options = options,
    .run = run_migrate_skip,
};
