/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    {"dry-run", 0, OPTION_FLAG, NULL, "say what would be noted, and write nothing at all"},
    {0},
};

static int run_migrate_baseline(struct cli *cli)
{
    return migrate_settle(cli, TN_MIGRATE_BASELINE, cli->args[0], "Noted");
}

const struct command cmd_migrate_baseline = {
    .name = "migrate baseline",
    .alias = NULL,
    .group = "migrate",
    .args = "VERSION",
    .min_args = 1,
    .max_args = 1,
    .needs = NEEDS_SETTINGS,
    .summary = "note everything up to a version as applied",
    .help =
        "For a database whose schema is there already: the history begins as if these migrations\n"
        "had been run. What the schema really is is not compared. Refused if a later one is\n"
        "applied.\n"
        "\n"
        "  tenon migrate baseline 0007\n",
    .options = options,
    .run = run_migrate_baseline,
};
