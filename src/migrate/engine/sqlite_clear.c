/* SPDX-License-Identifier: MIT */
#include "migrate/engine/sqlite.h"
#include "util/buf.h"

/*
 * A database as if it were new: everything in its schema dropped, in one transaction, with foreign
 * keys off, so that nothing is deleted row by row. Views go first, then virtual tables, which take
 * their own tables along, then the others; indexes and triggers go with their tables. What the engine
 * keeps for itself (sqlite_sequence) it also empties itself.
 */
static const char next_sql[] =
    "SELECT type, name FROM sqlite_schema WHERE type IN ('view', 'table') "
    "AND (name NOT LIKE 'sqlite\\_%' ESCAPE '\\' OR name LIKE 'sqlite\\_stat_' ESCAPE '\\') "
    "ORDER BY type = 'table', sql NOT LIKE 'CREATE VIRTUAL%', name LIMIT 1";

static int read_next(bool *found, struct tn__buf *sql, struct tn__link *link, tn_error *err)
{
    struct tn__driver_stmt *stmt = NULL;
    tn__buf_reset(sql);
    int rc = link->driver->prepare(&stmt, link->native, next_sql, sizeof next_sql - 1, false, err);
    if (rc == TN_OK)
        rc = link->driver->step(stmt, err);
    *found = rc == TN_ROW;
    if (rc == TN_ROW) {
        tn_value type = link->driver->column(stmt, 0);
        tn_value name = link->driver->column(stmt, 1);
        bool is_read = type.as.text.data && name.as.text.data;
        tn__buf_puts(sql, is_read && type.as.text.data[0] == 'v' ? "DROP VIEW " : "DROP TABLE ");
        if (is_read)
            tn__buf_sql_name(sql, name.as.text);
        rc = is_read && tn__buf_status(sql) == TN_OK
                 ? TN_OK
                 : tn_error_set(err, TN_ENOMEM, "out of memory");
    }
    link->driver->finalize(stmt);
    return rc < 0 ? rc : TN_OK;
}

static int drop_all(size_t *count, struct tn__link *link, tn_error *err)
{
    struct tn__buf sql;
    bool found = true;
    int rc = TN_OK;
    tn__buf_init(&sql, 0);
    for (*count = 0; rc == TN_OK; (*count)++) {
        rc = read_next(&found, &sql, link, err);
        if (rc != TN_OK || !found)
            break;
        rc = tn__link_exec(link, sql.data, err);
        if (rc != TN_OK)
            tn_error_prefix(err, "%s", sql.data);
    }
    tn__buf_fini(&sql);
    return rc == TN_OK ? tn__link_exec(link, "PRAGMA user_version = 0", err) : rc;
}

int tn__sqlite_clear(struct tn__runner *r, tn_error *err)
{
    const struct tn__driver *driver = r->link.driver;
    int64_t had_keys = 0;
    size_t count = 0;
    tn_error ignored;
    int rc = tn__link_int(&r->link, "PRAGMA foreign_keys", &had_keys, err);
    if (rc == TN_OK)
        rc = driver->option(r->link.native, TN__OPT_FOREIGN_KEYS, 0, err);
    if (rc != TN_OK)
        return rc;
    rc = driver->begin(r->link.native, TN_WRITE, err);
    if (rc == TN_OK)
        rc = drop_all(&count, &r->link, err);
    if (rc == TN_OK)
        rc = driver->commit(r->link.native, err);
    driver->rollback(r->link.native);
    if (driver->option(r->link.native, TN__OPT_FOREIGN_KEYS, had_keys != 0, &ignored) != TN_OK &&
        rc == TN_OK)
        rc = tn_error_set(err, ignored.status, "%s", ignored.message);
    r->cleared = rc == TN_OK ? count : 0;
    return rc;
}
