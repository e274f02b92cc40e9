/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    {0},
};

static int run_migrate_resume(struct cli *cli)
{
    return migrate_settle(cli, TN_MIGRATE_RESUME, NULL, NULL);
}

const struct command cmd_migrate_resume = {
    .name = "migrate resume",
    .alias = NULL,
    .group = "migrate",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "go on with a migration that is partly applied",
    .help =
        "Behind the last statement that is on record. What stands in front of it in the file must\n"
        "be what was run; what stands behind it may have been mended.\n"
        "\n"
        "  tenon migrate resume\n",
    .options = options,
    .run = run_migrate_resume,
};
