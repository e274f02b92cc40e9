/* SPDX-License-Identifier: MIT */
#include "schema/scratch.h"

#include <tenon/conn.h>

#include "core/conn.h"
#include "migrate/script.h"
#include "util/buf.h"
#include "util/str.h"

/* A migration that fails: a finding at the statement. */
static int report_failure(const tn_migrate_report *report, int status, const tn_error *why,
                          tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    const tn_migration_place *failed = &report->failed;
    if (err)
        *err = *why;
    if (status == TN_ENOMEM || failed->file[0] == '\0')
        return status;
    const char *file = tn_arena_copy(arena, failed->file, strlen(failed->file));
    if (!file)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    if (report->failed_sql.data) {
        /* The report's text dies with the run; the finding shows its line later. */
        const char *text = tn_arena_copy(arena, report->failed_sql.data, report->failed_sql.size);
        if (!text)
            return tn_error_set(err, TN_ENOMEM, "out of memory");
        tn__diags_source(diags, file, (tn_text){text, report->failed_sql.size});
    }
    struct tn__place place = {file, failed->line, failed->column, failed->length};
    tn__diags_add(diags, tn__fault_code(failed->kind), place, "%s", tn__fault_message(failed, why));
    return TN_EREFUSED;
}

int tn__scratch_replay(tn_db *db, const tn_migration_set *set, tn_arena *arena,
                       struct tn__diags *diags, tn_error *err)
{
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {0};
    tn_error why = {0};
    report.arena = arena;
    int rc = tn_migrate(db, set, &options, &report, &why);
    return rc == TN_OK ? TN_OK : report_failure(&report, rc, &why, arena, diags, err);
}

/* Drop one of them. */
static int forget(struct tn__scratch *scratch, const char *type, const char *name, tn_error *err)
{
    struct tn__buf sql;
    tn__buf_init(&sql, 0);
    if (strcmp(type, "database") == 0)
        tn__buf_puts(&sql, "DETACH ");
    else
        tn__buf_printf(&sql, "DROP %s IF EXISTS temp.", type);
    tn__buf_sql_name(&sql, tn_text_of(name));
    tn__buf_putc(&sql, '\0');
    int rc = sql.status == TN_OK ? tn_exec_script(tn_conn_db(scratch->conn), sql.data, err)
                                 : tn_error_set(err, TN_ENOMEM, "out of memory");
    tn__buf_fini(&sql);
    return rc;
}

int tn__scratch_forget(const char *const **out, size_t *out_count, struct tn__scratch *scratch,
                       tn_arena *arena, tn_error *err)
{
    /* Virtual tables take their shadow tables with them. */
    static const char sql[] =
        "SELECT type, name FROM (SELECT type, name,"
        " CASE type WHEN 'trigger' THEN 0 WHEN 'view' THEN 1 ELSE 2 + (sql NOT LIKE 'CREATE V%')"
        " END AS step FROM sqlite_temp_schema"
        " WHERE type IN ('table', 'view', 'trigger') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " UNION ALL SELECT 'database', name, 4 FROM pragma_database_list"
        " WHERE name NOT IN ('main', 'temp')) ORDER BY step, name";
    tn_rows rows;
    tn_error own = {0};
    int rc = tn_query(&rows, tn_conn_db(scratch->conn), sql, NULL, 0, arena, err);
    if (rc != TN_OK)
        return rc;
    const char **names = tn_arena_array(arena, rows.row_count, sizeof(*names));
    if (!names)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    if (rows.row_count > 0)
        rc = scratch->driver->option(scratch->native, TN__OPT_FOREIGN_KEYS, 0, err ? err : &own);
    for (size_t i = 0; i < rows.row_count && rc == TN_OK; i++) {
        names[i] = tn_rows_at(&rows, i, 1)->as.text.data;
        rc = forget(scratch, tn_rows_at(&rows, i, 0)->as.text.data, names[i], err);
    }
    if (rows.row_count > 0 && rc == TN_OK)
        rc = scratch->driver->option(scratch->native, TN__OPT_FOREIGN_KEYS, 1, err ? err : &own);
    if (rc == TN_OK) {
        *out = names;
        *out_count = rows.row_count;
    }
    return rc;
}

static int acquire(struct tn__scratch *scratch, tn_db *db, enum tn_access access, tn_error *err)
{
    int rc = tn_conn_acquire(&scratch->conn, db, access, err);
    if (rc != TN_OK)
        return rc;
    scratch->driver = scratch->conn->driver;
    scratch->native = scratch->conn->handle;
    return TN_OK;
}

/* There is one connection, which keeps what is done to it. */
static int prepare(struct tn__scratch *scratch, const struct tn__scratch_hook *hook, tn_error *err)
{
    tn_error own = {0};
    int rc = acquire(scratch, scratch->db, TN_WRITE, err);
    if (rc == TN_OK)
        rc = hook->prepare(scratch, hook->user, err ? err : &own);
    tn_conn_release(scratch->conn);
    scratch->conn = NULL;
    return rc;
}

int tn__scratch_open(struct tn__scratch *out, const tn_migration_set *set,
                     const struct tn__scratch_hook *hook, tn_arena *arena, struct tn__diags *diags,
                     tn_error *err)
{
    struct tn__scratch scratch = {0};
    tn_error own = {0};
    int rc = tn_db_open(&scratch.db, ":memory:", NULL, err);
    if (rc == TN_OK && hook)
        rc = prepare(&scratch, hook, err);
    if (rc == TN_OK)
        rc = tn__scratch_replay(scratch.db, set, arena, diags, err);
    if (rc == TN_OK)
        rc = acquire(&scratch, scratch.db, TN_WRITE, err);
    if (rc == TN_OK)
        rc = scratch.driver->option(scratch.native, TN__OPT_DQS, 0, err ? err : &own);
    if (rc != TN_OK) {
        tn__scratch_close(&scratch);
        return rc;
    }
    *out = scratch;
    return TN_OK;
}

int tn__scratch_borrow(struct tn__scratch *out, tn_db *db, enum tn_access access, tn_error *err)
{
    struct tn__scratch scratch = {0};
    int rc = acquire(&scratch, db, access, err);
    if (rc == TN_OK)
        *out = scratch;
    return rc;
}

void tn__scratch_close(struct tn__scratch *scratch)
{
    if (!scratch)
        return;
    tn_conn_release(scratch->conn);
    tn_db_close(scratch->db);
    *scratch = (struct tn__scratch){0};
}
