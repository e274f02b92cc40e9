/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    {"count", 'n', OPTION_COUNT, "N", "the last N"},
    {0},
};

static int run_migrate_redo(struct cli *cli)
{
    size_t count = cli_count(cli, "count");
    const struct migrate_turn turn = {
        .first = TN_MIGRATE_DOWN, .count = count ? count : 1, .goes_up = true};
    return migrate_turn(cli, &turn);
}

const struct command cmd_migrate_redo = {
    .name = "migrate redo",
    .alias = NULL,
    .group = "migrate",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "revert the last migration, and apply it again",
    .help = "For a migration that is being written: down 1, then up 1; with -n the last N.\n"
            "\n"
            "  tenon migrate redo\n"
            "  tenon migrate redo -n 2\n",
    .options = options,
    .run = run_migrate_redo,
};
