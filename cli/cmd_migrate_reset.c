/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "confirm.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    CONFIRM_OPTIONS,
    {0},
};

static int run_migrate_reset(struct cli *cli)
{
    const struct migrate_turn turn = {
        .first = TN_MIGRATE_DOWN, .all = true, .question = "revert all migrations of"};
    return migrate_turn(cli, &turn);
}

const struct command cmd_migrate_reset = {
    .name = "migrate reset",
    .alias = NULL,
    .group = "migrate",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "revert all migrations",
    .help = "As 'migrate down --all', which does not ask. It has to be confirmed.\n"
            "\n"
            "  tenon migrate reset --confirm app.db\n",
    .options = options,
    .run = run_migrate_reset,
};
