/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    {"dry-run", 0, OPTION_FLAG, NULL, "say what would be noted, and write nothing at all"},
    {0},
};

static int run_migrate_repair(struct cli *cli)
{
    return migrate_settle(cli, TN_MIGRATE_REPAIR, cli->arg_count ? cli->args[0] : NULL, "Repaired");
}

const struct command cmd_migrate_repair = {
    .name = "migrate repair",
    .alias = NULL,
    .group = "migrate",
    .args = "[VERSION]",
    .min_args = 0,
    .max_args = 1,
    .needs = NEEDS_SETTINGS,
    .summary = "take the checksums of today for files that say the same",
    .help =
        "Files that differ from what was applied in line ends or a byte order mark alone get\n"
        "today's checksum; rows that sqlx wrote for names that begin with a date get their\n"
        "version. A file that has been changed otherwise is accepted only by its version: what\n"
        "it would do now is not compared with what it did then.\n"
        "\n"
        "  tenon migrate repair\n"
        "  tenon migrate repair 0003\n",
    .options = options,
    .run = run_migrate_repair,
};
