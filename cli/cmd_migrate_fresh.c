/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "confirm.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    CONFIRM_OPTIONS,
    {0},
};

static int run_migrate_fresh(struct cli *cli)
{
    const struct migrate_turn turn = {
        .first = TN_MIGRATE_CLEAR, .goes_up = true, .question = "drop everything in"};
    return migrate_turn(cli, &turn);
}

const struct command cmd_migrate_fresh = {
    .name = "migrate fresh",
    .alias = NULL,
    .group = "migrate",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "drop everything, and apply all migrations",
    .help =
        "Drops every table, view, index and trigger, the history with them, in one transaction,\n"
        "needs no down scripts, and begins anew. It has to be confirmed.\n"
        "\n"
        "  tenon migrate fresh --yes\n",
    .options = options,
    .run = run_migrate_fresh,
};
