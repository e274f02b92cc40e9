/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "app.h"
#include "database.h"
#include "load.h"
#include "messages.tenon.h"
#include "migrations.h"
#include "sessions.tenon.h"
#include "store.tenon.h"

/* The database as a whole. */

static int status(struct app *app)
{
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {.arena = &app->arena};
    struct a42_store_counts_row counts;
    struct a42_metadata metadata;
    options.op = TN_MIGRATE_STATUS;
    int rc = tn_migrate(app->db, &a42_migrations, &options, &report, &app->err.cause);
    if (rc >= 0)
        rc = a42_store_counts(&counts, app->db, &app->err.cause);
    if (rc >= 0)
        rc = a42_metadata_get(&metadata, app->db, &app->arena, &app->err.cause);
    if (rc < 0)
        return app_end_status(app, rc);
    printf("database    %s\n", tn_db_url(app->db));
    printf("migrations  %zu applied, %zu pending\n", report.applied, report.pending);
    printf("rows        %lld workspaces, %lld sessions, %lld instances, %lld messages\n",
           (long long)counts.workspaces, (long long)counts.sessions, (long long)counts.instances,
           (long long)counts.messages);
    printf("import      %s, schema version %lld\n", metadata.migration_status.data,
           (long long)metadata.schema_version);
    return EXIT_DONE;
}

static int print_sessions(struct app *app)
{
    struct a42_session_counts_iter it;
    int rc = a42_session_counts_begin(&it, app->db, &app->err.cause);
    if (rc < 0)
        return rc;
    while ((rc = a42_session_counts_next(&it, &app->err.cause)) == TN_ROW) {
        out_number(it.row.total, 6);
        out_cell(a42_session_type_text(it.row.type), 11);
        out_cell(a42_session_status_text(it.row.status), 0);
    }
    a42_session_counts_end(&it);
    return rc;
}

static int print_messages(struct app *app)
{
    struct a42_message_counts_iter it;
    int rc = a42_message_counts_begin(&it, app->db, &app->err.cause);
    if (rc < 0)
        return rc;
    while ((rc = a42_message_counts_next(&it, &app->err.cause)) == TN_ROW) {
        out_number(it.row.total, 6);
        out_string("messages", 11);
        out_cell(a42_message_role_text(it.row.role), 0);
    }
    a42_message_counts_end(&it);
    return rc;
}

static int stats(struct app *app)
{
    int rc = print_sessions(app);
    if (rc >= 0)
        rc = print_messages(app);
    return app_end_status(app, rc);
}

static int load(struct app *app)
{
    struct load_counts counts;
    enum ait42_error_kind kind = load_file(&counts, app->db, app->args[0], &app->arena, &app->err);
    if (kind == AIT42_NO_ERROR)
        printf("%zu sessions, %zu instances, %zu messages\n", counts.sessions, counts.instances,
               counts.messages);
    return app_end(app, kind);
}

const struct command database_commands[] = {
    {"status", "", 0, 0, "which database, its migrations, how many rows", NULL, status},
    {"stats", "", 0, 0, "sessions by type and status, messages by role", NULL, stats},
    {"load", "FILE", 1, 1, "sessions from a file such as sample/sessions.tsv", NULL, load},
    {0},
};
