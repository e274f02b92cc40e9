/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    {"applied", 0, OPTION_FLAG, NULL, "all of it is in the database"},
    {"reverted", 0, OPTION_FLAG, NULL, "nothing of it is in the database"},
    {"dry-run", 0, OPTION_FLAG, NULL, "say what would be noted, and write nothing at all"},
    {0},
};

static int run_migrate_resolve(struct cli *cli)
{
    bool is_applied = cli_flag(cli, "applied");
    if (is_applied == cli_flag(cli, "reverted"))
        return cli_refuse(cli, EXIT_USAGE,
                          is_applied ? "only one of --applied and --reverted can be given"
                                     : "either --applied or --reverted has to be given");
    return migrate_settle(cli,
                          is_applied ? TN_MIGRATE_RESOLVE_APPLIED : TN_MIGRATE_RESOLVE_REVERTED,
                          cli->args[0], is_applied ? "Applied" : "Reverted");
}

const struct command cmd_migrate_resolve = {
    .name = "migrate resolve",
    .alias = NULL,
    .group = "migrate",
    .args = "VERSION",
    .min_args = 1,
    .max_args = 1,
    .needs = NEEDS_SETTINGS,
    .summary = "settle a migration that is partly applied",
    .help =
        "For one that failed, or was stopped, outside a transaction, when its changes have been\n"
        "finished or undone by hand: --applied notes it as applied, --reverted as not applied.\n"
        "A row that sqlx has marked as failed is settled so, too.\n"
        "\n"
        "  tenon migrate resolve 0004 --applied\n"
        "  tenon migrate resolve 0004 --reverted\n",
    .options = options,
    .run = run_migrate_resolve,
};
