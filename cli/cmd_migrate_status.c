/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"
#include "render/grid.h"

static const struct cmd_option options[] = {
    {"exit-code", 0, OPTION_FLAG, NULL, "exit with 1 unless everything is applied"},
    {0},
};

static void add_json(struct cli *cli, const tn_migrate_report *report)
{
    struct tn__json json;
    tn__json_init(&json, &cli->out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    migrate_json_items(&json, report);
    tn__json_key_int(&json, "pending", (int64_t)report->pending);
    tn__json_object_end(&json);
    tn__buf_putc(&cli->out, '\n');
}

static void add_table(struct cli *cli, const tn_migrate_report *report)
{
    static const struct tn__grid_column columns[] = {
        {"version", TN__LEFT}, {"name", TN__LEFT}, {"state", TN__LEFT}, {"applied at", TN__LEFT}};
    struct tn__grid table;
    tn__grid_init(&table, columns, 4, cli->arena);
    for (size_t i = 0; i < report->count; i++) {
        const tn_migrate_item *item = &report->items[i];
        tn__grid_cell(&table, tn_text_of(item->version_text));
        tn__grid_cell(&table, tn_text_of(item->name));
        tn__grid_cell(&table, tn_text_of(tn_migration_state_name(item->state)));
        tn__grid_cell(&table, tn_text_of(item->applied_at));
    }
    if (cli->is_out_terminal)
        tn__grid_text(&cli->out, &table, false);
    else
        tn__grid_tsv(&cli->out, &table);
}

/* Counts by state, and the next command. */
static bool say_counts(struct cli *cli, const tn_migrate_report *report)
{
    size_t counts[TN_MIGRATION_PARTIAL + 1] = {0};
    for (size_t i = 0; i < report->count; i++)
        counts[report->items[i].state]++;
    size_t odd =
        counts[TN_MIGRATION_CHANGED] + counts[TN_MIGRATION_MISSING] + counts[TN_MIGRATION_PARTIAL];
    if (odd > 0)
        cli_say(cli,
                "%zu applied, %zu pending, %zu changed, %zu missing, %zu partial; next: "
                "tenon migrate validate",
                counts[TN_MIGRATION_APPLIED], counts[TN_MIGRATION_PENDING],
                counts[TN_MIGRATION_CHANGED], counts[TN_MIGRATION_MISSING],
                counts[TN_MIGRATION_PARTIAL]);
    else if (report->count == 0)
        cli_say(cli, "No migrations in '%s'; next: tenon migrate add NAME",
                cli->settings.migrations_dir);
    else
        cli_say(cli, "%zu applied, %zu pending%s", counts[TN_MIGRATION_APPLIED],
                counts[TN_MIGRATION_PENDING],
                counts[TN_MIGRATION_PENDING] > 0 ? "; next: tenon migrate up" : "");
    return odd == 0 && counts[TN_MIGRATION_PENDING] == 0;
}

static int run_status(struct cli *cli)
{
    struct migrate_run run;
    tn_error err = {0};
    int exit_code = migrate_look(&run, cli, TN_MIGRATE_STATUS);
    if (exit_code != EXIT_DONE)
        return exit_code;
    int rc = tn_migrate(run.db, &run.set, &run.options, &run.report, &err);
    if (rc != TN_OK)
        exit_code = migrate_fail(&run, rc, &err);
    cli_close(run.db);
    if (rc != TN_OK)
        return exit_code;
    if (cli->json)
        add_json(cli, &run.report);
    else
        add_table(cli, &run.report);
    bool is_even = say_counts(cli, &run.report);
    return cli_flag(cli, "exit-code") && !is_even ? EXIT_NEGATIVE : EXIT_DONE;
}

const struct command cmd_migrate_status = {
    .name = "migrate status",
    .alias = "migrate info, migrate list",
    .group = "migrate",
    .args = "",
    .needs = NEEDS_SETTINGS,
    .summary = "which migrations are applied, and which are pending",
    .help =
        "States: applied, pending, changed (its file is another one now), missing (there is no\n"
        "file), partial (failed outside a transaction). Nothing is written, not even the\n"
        "history's table.\n"
        "\n"
        "  tenon migrate status\n"
        "  tenon migrate status --json\n"
        "  tenon migrate status --exit-code && echo up to date\n",
    .options = options,
    .run = run_status,
};
