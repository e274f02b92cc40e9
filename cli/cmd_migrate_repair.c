/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    {"dry-run", 0, OPTION_FLAG, NULL, "say what would be noted, and write nothing at all"},
    {0},
};

void migrate_notice_changed(struct migrate_run *run)
{
    struct cli *cli = run->cli;
    tn_migrate_options look = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report status = {.arena = cli->arena};
    tn_error ignored;
    look.op = TN_MIGRATE_STATUS;
    if (tn_migrate(run->db, &run->set, &look, &status, &ignored) != TN_OK)
        return; /* the repair stands, and 'validate' tells as well */
    for (size_t i = 0; i < status.count; i++) {
        const tn_migrate_item *item = &status.items[i];
        if (item->state != TN_MIGRATION_CHANGED)
            continue;
        struct tn__diag *diag = tn__diags_add(
            &cli->diags, "migration-notice", (struct tn__place){item->migration->up.file, 0, 0, 0},
            "left alone: migration '%s' differs from what was applied in more than line ends",
            item->version_text);
        tn__diag_help(&cli->diags, diag,
                      "bring the file back; or, if the change means nothing, accept it: tenon "
                      "migrate repair %s",
                      item->version_text);
    }
}

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
    .help = "Files that differ from what was applied in line ends or a byte order mark alone get\n"
            "today's checksum; rows that sqlx wrote for names that begin with a date get their\n"
            "version. A file that has been changed otherwise is named, and accepted only by its\n"
            "version: what it would do now is not compared with what it did then.\n"
            "\n"
            "  tenon migrate repair\n"
            "  tenon migrate repair 0003\n",
    .options = options,
    .run = run_migrate_repair,
};
