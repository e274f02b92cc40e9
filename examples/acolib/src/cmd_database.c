/* SPDX-License-Identifier: MIT */
#include "app.h"
#include "database.h"
#include "load.h"
#include "plan.h"
#include "sessions.tenon.h"
#include "summary.tenon.h"
#include "tasks.tenon.h"
#include "tool_executions.tenon.h"
#include "workflows.tenon.h"

/* Commands about the database as a whole. */

static const struct option init_options[] = {
    {"migrations", "DIR", "this folder instead of the migrations in the program"},
    {NULL, NULL, NULL},
};

static int say_migration(const tn_migrate_event *event, void *user)
{
    (void)user;
    if (event->kind == TN_MIGRATE_EVENT_END)
        fprintf(stderr, "applied %s %s (%.1f ms)\n", event->item->version_text, event->item->name,
                (double)event->item->elapsed_ns / 1e6);
    else if (event->kind == TN_MIGRATE_EVENT_NOTICE)
        app_say("%s", event->text);
    return TN_OK;
}

static int init(struct app *app)
{
    const char *dir = app_option(app, "migrations");
    tn_migration_set set = aco_migrations;
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {.arena = &app->arena};
    int rc = TN_OK;
    if (dir)
        rc = tn_migration_set_load(&set, dir, &app->arena, NULL, &app->err);
    options.on_event = say_migration;
    if (rc >= 0)
        rc = tn_migrate(app->db, &set, &options, &report, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    printf("%zu applied, %zu now\n", report.applied, report.count);
    return EXIT_DONE;
}

static int load(struct app *app)
{
    struct load_counts counts;
    int rc = load_file(&counts, app->db, app->args[0], &app->err);
    for (size_t i = 0; i < LOAD_TABLES; i++) {
        if (counts.rows[i] > 0)
            printf("%6zu %s\n", counts.rows[i], load_table_name(i));
    }
    return rc < 0 ? app_fail(app, rc) : EXIT_DONE;
}

static int status(struct app *app)
{
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {.arena = &app->arena};
    struct aco_row_counts_row counts;
    options.op = TN_MIGRATE_STATUS;
    int rc = tn_migrate(app->db, &aco_migrations, &options, &report, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    printf("database    %s\n", tn_db_url(app->db));
    printf("migrations  %zu applied, %zu pending\n", report.applied, report.pending);
    if (report.pending > 0)
        return EXIT_NOTHING;
    rc = aco_row_counts(&counts, app->db, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    printf(
        "rows        %lld tasks, %lld workflows with %lld links, %lld executions, %lld sessions, "
        "%lld settings\n",
        (long long)counts.tasks, (long long)counts.workflows, (long long)counts.links,
        (long long)counts.executions, (long long)counts.sessions, (long long)counts.settings);
    return EXIT_DONE;
}

static int print_task_counts(struct app *app)
{
    struct aco_task_count_by_status_iter it;
    int rc = aco_task_count_by_status_begin(&it, app->db, &app->err);
    if (rc < 0)
        return rc;
    puts("tasks");
    while ((rc = aco_task_count_by_status_next(&it, &app->err)) == TN_ROW) {
        fputs("  ", stdout);
        out_number(it.row.total, 6);
        out_cell(aco_task_status_text(it.row.status), 0);
    }
    aco_task_count_by_status_end(&it);
    return rc;
}

static int print_next_task(struct app *app)
{
    struct aco_task task;
    int rc = aco_task_next(&task, app->db, &app->arena, &app->err);
    if (rc != TN_OK)
        return rc;
    fputs("next task  ", stdout);
    out_cell(task.id, 36);
    out_cell(task.created_at, 19);
    out_cell(task.title, 0);
    return TN_OK;
}

static int print_workflow_counts(struct app *app)
{
    struct aco_workflow_count_by_status_iter it;
    int rc = aco_workflow_count_by_status_begin(&it, app->db, &app->err);
    if (rc < 0)
        return rc;
    puts("workflows");
    while ((rc = aco_workflow_count_by_status_next(&it, &app->err)) == TN_ROW) {
        fputs("  ", stdout);
        out_number(it.row.total, 6);
        out_cell(aco_workflow_status_text(it.row.status), 0);
    }
    aco_workflow_count_by_status_end(&it);
    return rc;
}

static int print_session_counts(struct app *app)
{
    struct aco_session_count_by_state_iter it;
    int rc = aco_session_count_by_state_begin(&it, app->db, &app->err);
    if (rc < 0)
        return rc;
    puts("sessions");
    while ((rc = aco_session_count_by_state_next(&it, &app->err)) == TN_ROW) {
        fputs("  ", stdout);
        out_number(it.row.total, 6);
        out_string(it.row.is_active ? "active" : "closed", 0);
    }
    aco_session_count_by_state_end(&it);
    return rc;
}

static int print_tools(struct app *app)
{
    struct aco_execution_stats_by_tool_iter it;
    int rc = aco_execution_stats_by_tool_begin(&it, app->db, &app->err);
    if (rc < 0)
        return rc;
    puts("tools             runs    failed  timeout   mean ms  longest ms");
    while ((rc = aco_execution_stats_by_tool_next(&it, &app->err)) == TN_ROW) {
        fputs("  ", stdout);
        out_cell(it.row.tool_name, 14);
        out_number(it.row.total, 6);
        out_number(it.row.failed, 6);
        out_number(it.row.timed_out, 6);
        if (it.row.mean_ms.has && it.row.longest_ms.has)
            printf("%9.1f  %10lld\n", it.row.mean_ms.value, (long long)it.row.longest_ms.value);
        else
            printf("%9s  %10s\n", "-", "-");
    }
    aco_execution_stats_by_tool_end(&it);
    return rc;
}

static int summary(struct app *app)
{
    static int (*const parts[])(struct app *) = {print_task_counts, print_next_task,
                                                 print_workflow_counts, print_session_counts,
                                                 print_tools};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        int rc = parts[i](app);
        if (rc < 0)
            return app_fail(app, rc);
    }
    return EXIT_DONE;
}

static int plan(struct app *app)
{
    tn_text text;
    const struct tn_gen_query *query = plan_find(app->args[0]);
    if (!query) {
        app_say("no query '%s'", app->args[0]);
        return EXIT_NOTHING;
    }
    int rc = plan_of(&text, app->db, query, &app->arena, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    printf("%s\n\n%s", query->sql, text.data);
    return EXIT_DONE;
}

const struct command database_commands[] = {
    {"init", "", 0, 0, "make the database, or bring it up to date", init_options,
     NEEDS_NEW_DATABASE, init},
    {"load", "FILE", 1, 1, "rows from a file such as sample/orchestrator.tsv", NULL, 0, load},
    {"status", "", 0, 0, "which database, its migrations, how many rows", NULL,
     NEEDS_PLAIN_DATABASE, status},
    {"summary", "", 0, 0, "tasks, workflows, sessions and tools in numbers", NULL, 0, summary},
    {"plan", "NAME", 1, 1, "how SQLite runs a query of this program", NULL, 0, plan},
    {0},
};
