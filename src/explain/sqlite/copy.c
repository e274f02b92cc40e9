/* SPDX-License-Identifier: MIT */
#include "explain/sqlite/sqlite.h"
#include "util/str.h"

/* A private database with a real one's schema and the planner's statistics, and none of its rows.
 * */

static const char schema_sql[] =
    "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' "
    "ESCAPE '\\' ORDER BY rowid";

/* Whether the copy has it already: a virtual table brings its shadow tables. */
static int is_there(bool *out, tn_db *copy, tn_value name, tn_arena *arena, tn_error *err)
{
    tn_rows rows;
    int rc =
        tn_query(&rows, copy, "SELECT 1 FROM sqlite_schema WHERE name = ?1", &name, 1, arena, err);
    *out = rc == TN_OK && rows.row_count > 0;
    return rc;
}

/* What cannot be made here, such as a table of a module that only the program has, is left out: a
 * statement that needs it fails by itself. */
static int copy_schema(tn_db *copy, tn_db *from, tn_arena *arena, tn_error *err)
{
    tn_rows rows;
    int rc = tn_query(&rows, from, schema_sql, NULL, 0, arena, err);
    for (size_t i = 0; rc == TN_OK && i < rows.row_count; i++) {
        bool is_had = false;
        rc = is_there(&is_had, copy, *tn_rows_at(&rows, i, 0), arena, err);
        if (rc == TN_OK && !is_had)
            rc = tn_exec(copy, tn_rows_at(&rows, i, 1)->as.text.data, NULL, 0, NULL, err);
        if (rc != TN_ENOMEM && rc != TN_EINTERRUPT)
            rc = TN_OK;
    }
    return rc;
}

static int copy_statistics(tn_db *copy, tn_db *from, tn_arena *arena, tn_error *err)
{
    bool has_some = false;
    tn_rows rows;
    int rc = is_there(&has_some, from, tn_value_string("sqlite_stat1"), arena, err);
    if (rc != TN_OK || !has_some)
        return rc;
    rc = tn_query(&rows, from, "SELECT tbl, idx, stat FROM sqlite_stat1", NULL, 0, arena, err);
    if (rc == TN_OK)
        rc = tn_exec(copy, "ANALYZE", NULL, 0, NULL, err); /* makes the table */
    for (size_t i = 0; rc == TN_OK && i < rows.row_count; i++)
        rc = tn_exec(copy, "INSERT INTO sqlite_stat1 VALUES (?1, ?2, ?3)", tn_rows_at(&rows, i, 0),
                     3, NULL, err);
    if (rc == TN_OK)
        rc = tn_exec(copy, "ANALYZE sqlite_schema", NULL, 0, NULL, err); /* reads it */
    return rc;
}

int tn__explain_sqlite_copy(struct tn__check_engine *out, const struct tn__explain *explain,
                            tn_error *err)
{
    tn_error own = {0};
    struct tn__check_engine copy;
    struct tn__checked aside = explain->checked; /* the catalog stays what it is */
    err = err ? err : &own;
    int rc = tn__check_scratch(&copy, &aside, explain->options, true, explain->arena,
                               explain->diags, err);
    if (rc != TN_OK)
        return rc;
    tn_db *db = tn_conn_db(copy.scratch.conn);
    tn_db *from = tn_conn_db(explain->engine.scratch.conn);
    /* As the database takes them, old definitions may have strings in double quotes. */
    rc = copy.scratch.driver->option(copy.scratch.native, TN__OPT_DQS, 1, err);
    if (rc == TN_OK)
        rc = copy_schema(db, from, explain->arena, err);
    if (rc == TN_OK)
        rc = copy_statistics(db, from, explain->arena, err);
    if (rc != TN_OK) {
        tn__check_engine_close(&copy);
        return rc;
    }
    *out = copy;
    return TN_OK;
}
