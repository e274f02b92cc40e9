/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    {"count", 'n', OPTION_COUNT, "N", "revert the last N; more than there are: all"},
    {"to", 0, OPTION_TEXT, "VERSION", "revert what came after this one; 0: everything"},
    {"all", 0, OPTION_FLAG, NULL, "revert everything"},
    {"dry-run", 0, OPTION_FLAG, NULL, "print the SQL, and write nothing at all"},
    {0},
};

static int run_down(struct cli *cli)
{
    return migrate_run(cli, TN_MIGRATE_DOWN);
}

const struct command cmd_migrate_down = {
    .name = "migrate down",
    .alias = "migrate revert",
    .group = "migrate",
    .args = "",
    .needs = NEEDS_SETTINGS,
    .summary = "revert the last migration, or several",
    .help = "If one of them has no down script, none is reverted.\n"
            "\n"
            "  tenon migrate down\n"
            "  tenon migrate down -n 3\n"
            "  tenon migrate down --to 20250115_003\n"
            "  tenon migrate down --all --dry-run\n",
    .options = options,
    .run = run_down,
};
