/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "app.h"
#include "deployments.tenon.h"

/* What one looks at when something is wrong. */

/* Rows of SQL that is known only here, with a tab between the columns. */
static int print_sql(struct program *p, const char *sql, const tn_value *params, size_t count)
{
    tn_rows rows;
    tn_conn *conn;
    int rc = tn_conn_acquire(&conn, p->db, TN_WRITE, &p->err); /* pragmas count as writing */
    if (rc == TN_OK) {
        rc = tn_query(&rows, tn_conn_db(conn), sql, params, count, &p->arena, &p->err);
        tn_conn_release(conn);
    }
    if (rc != TN_OK)
        return app_fail(p, rc);
    for (size_t row = 0; row < rows.row_count; row++) {
        for (size_t column = 0; column < rows.column_count; column++) {
            const tn_value *value = tn_rows_at(&rows, row, column);
            if (column > 0)
                putchar('\t');
            if (value->type == TN_INT)
                printf("%" PRId64, value->as.integer);
            else if (value->type == TN_TEXT)
                fputs(value->as.text.data, stdout);
        }
        putchar('\n');
    }
    return rows.row_count > 0 ? EXIT_DONE : EXIT_NOTHING;
}

static int debug_tables(struct program *p)
{
    return print_sql(p, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", NULL,
                     0);
}

static int debug_schema(struct program *p)
{
    const tn_value name = tn_value_string(p->args[0]);
    return print_sql(p,
                     "SELECT sql || ';' FROM sqlite_schema WHERE tbl_name = ?1 AND sql IS NOT NULL",
                     &name, 1);
}

static int debug_journal(struct program *p)
{
    return print_sql(p, "PRAGMA journal_mode", NULL, 0);
}

static int debug_foreign_keys(struct program *p)
{
    return print_sql(p, "PRAGMA foreign_keys", NULL, 0);
}

static int debug_migrations(struct program *p)
{
    return print_sql(p,
                     "SELECT version, description, installed_on, success FROM _sqlx_migrations "
                     "ORDER BY version",
                     NULL, 0);
}

static int debug_recent(struct program *p)
{
    struct rv_deployment_recent_iter iter;
    char time[TN_TIME_MAX];
    int rc = rv_deployment_recent_begin(&iter, p->db, 10, &p->err);
    if (rc < 0)
        return app_fail(p, rc);
    while ((rc = rv_deployment_recent_next(&iter, &p->err)) == TN_ROW)
        printf("%s\t%s\t%s\t%s\n", iter.row.id.data ? iter.row.id.data : "?", iter.row.app_id.data,
               iter.row.status.data, app_time(time, iter.row.created_at));
    rv_deployment_recent_end(&iter);
    return rc < 0 ? app_fail(p, rc) : EXIT_DONE;
}

static int debug_failed(struct program *p)
{
    struct rv_deployment_failed_iter iter;
    char time[TN_TIME_MAX];
    int rc = rv_deployment_failed_begin(&iter, p->db, &p->err);
    if (rc < 0)
        return app_fail(p, rc);
    while ((rc = rv_deployment_failed_next(&iter, &p->err)) == TN_ROW)
        printf("%s\t%s\t%s\t%s\n", iter.row.id.data ? iter.row.id.data : "?", iter.row.app_id.data,
               iter.row.error_message.data ? iter.row.error_message.data : "",
               app_time(time, iter.row.created_at));
    rv_deployment_failed_end(&iter);
    return rc < 0 ? app_fail(p, rc) : EXIT_DONE;
}

static int debug_counts(struct program *p)
{
    struct rv_deployment_count_by_app_iter iter;
    int rc = rv_deployment_count_by_app_begin(&iter, p->db, &p->err);
    if (rc < 0)
        return app_fail(p, rc);
    while ((rc = rv_deployment_count_by_app_next(&iter, &p->err)) == TN_ROW)
        printf("%s\t%" PRId64 "\n", iter.row.name.data, iter.row.deploys);
    rv_deployment_count_by_app_end(&iter);
    return rc < 0 ? app_fail(p, rc) : EXIT_DONE;
}

const struct command debug_commands[] = {
    {"debug tables", "", 0, 0, "", debug_tables},
    {"debug schema", "TABLE", 1, 1, "with its indexes and triggers", debug_schema},
    {"debug journal", "", 0, 0, "wal, if all is well", debug_journal},
    {"debug foreign-keys", "", 0, 0, "1, if all is well", debug_foreign_keys},
    {"debug migrations", "", 0, 0, "the history", debug_migrations},
    {"debug recent", "", 0, 0, "the last ten deployments", debug_recent},
    {"debug failed", "", 0, 0, "those that failed, and why", debug_failed},
    {"debug counts", "", 0, 0, "deployments of each app", debug_counts},
    {0},
};
