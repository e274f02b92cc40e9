/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "confirm.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    CONFIRM_OPTIONS,
    {0},
};

static int run_migrate_refresh(struct cli *cli)
{
    const struct migrate_turn turn = {.first = TN_MIGRATE_DOWN,
                                      .all = true,
                                      .goes_up = true,
                                      .question = "revert and apply all migrations of"};
    return migrate_turn(cli, &turn);
}

const struct command cmd_migrate_refresh = {
    .name = "migrate refresh",
    .alias = NULL,
    .group = "migrate",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "revert all migrations, and apply all again",
    .help = "Every down script, then every up script. Data goes with the tables: it has to be\n"
            "confirmed. If one has no down script, none is reverted.\n"
            "\n"
            "  tenon migrate refresh --yes\n",
    .options = options,
    .run = run_migrate_refresh,
};
