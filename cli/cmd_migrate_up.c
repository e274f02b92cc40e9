/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    {"count", 'n', OPTION_COUNT, "N", "apply the next N only"},
    {"to", 0, OPTION_TEXT, "VERSION", "apply up to this one"},
    {"dry-run", 0, OPTION_FLAG, NULL, "print the SQL, and write nothing at all"},
    {0},
};

static int run_up(struct cli *cli)
{
    return migrate_run(cli, TN_MIGRATE_UP);
}

const struct command cmd_migrate_up = {
    .name = "migrate up",
    .alias = "migrate run",
    .group = "migrate",
    .args = "",
    .needs = NEEDS_SETTINGS,
    .summary = "apply what is pending; creates the file of a database",
    .help = "Each migration runs in one transaction, together with its line in the history\n"
            "(_sqlx_migrations), unless its file begins with '-- no-transaction'. If a statement\n"
            "fails, its migration is rolled back and those before it stay. Two at once are safe:\n"
            "the second waits, and finds nothing to do.\n"
            "\n"
            "  tenon migrate up\n"
            "  tenon migrate up -n 1\n"
            "  tenon migrate up --to 20250115_003\n"
            "  tenon migrate up --dry-run > plan.sql\n",
    .options = options,
    .run = run_up,
};
