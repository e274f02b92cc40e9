/* SPDX-License-Identifier: MIT */
#include "migrate/link.h"

#include <inttypes.h>
#include <string.h>

#include "core/conn.h"
#include "core/observe.h"
#include "migrate/engine/engine.h"
#include "util/str.h"

/* A server that others may write to as well is asked itself, not a copy of it that lags. */
static enum tn_access access_of(const tn_db *db, enum tn_access access)
{
    bool is_shared = !db->pinned && tn__db_dialect(db) == TN__POSTGRES && db->side[TN_WRITE];
    return is_shared ? TN_WRITE : access;
}

/* The way past a pooler, watched by whoever watches the caller's. */
static int open_direct(tn_db **out, tn_db *db, tn_error *err)
{
    const struct tn__watch *watch = atomic_load(&tn__pool_observers(db->pool)->watch);
    tn_db *direct = NULL;
    int rc = tn__pool_open_direct(&direct, db, err);
    if (rc == TN_OK && watch && watch->log)
        rc = tn_db_set_log(direct, watch->log, watch->log_user, watch->filter, err);
    if (rc == TN_OK && watch && watch->trace)
        rc = tn_db_set_trace(direct, watch->trace, watch->trace_user, err);
    if (rc == TN_OK)
        *out = direct;
    else
        tn_db_close(direct);
    return rc;
}

int tn__link_open(struct tn__link *link, tn_db *db, enum tn_access access, tn_error *err)
{
    tn_conn *conn;
    int rc = TN_OK;
    link->named = tn__pool_url(db->pool);
    if (!db->pinned && tn__pool_has_direct(db))
        rc = open_direct(&link->direct, db, err);
    if (link->direct)
        db = link->direct;
    if (rc == TN_OK)
        rc = tn_conn_acquire(&conn, db, access_of(db, access), err);
    if (rc != TN_OK)
        return rc;
    if (tn_conn_in_transaction(conn)) {
        tn_conn_release(conn);
        return tn_error_set(err, TN_EMISUSE, "migrations do not run inside a transaction");
    }
    link->conn = conn;
    link->driver = conn->driver;
    link->native = conn->handle;
    link->engine =
        conn->driver->dialect == TN__POSTGRES ? &tn__engine_postgres : &tn__engine_sqlite;
    return TN_OK;
}

void tn__link_close(struct tn__link *link)
{
    if (link->conn) {
        link->driver->rollback(link->native);
        tn_conn_release(link->conn);
        link->conn = NULL;
    }
    tn_db_close(link->direct);
    link->direct = NULL;
}

static int step_to_end(struct tn__link *link, struct tn__driver_stmt *stmt, tn_error *err)
{
    int rc;
    do {
        rc = link->driver->step(stmt, err);
    } while (rc == TN_ROW);
    return rc == TN_DONE ? TN_OK : rc;
}

int tn__link_run(struct tn__link *link, tn_text sql, tn_error *err)
{
    struct tn__driver_stmt *stmt;
    int rc = link->driver->prepare(&stmt, link->native, sql.data, sql.size, false, err);
    if (rc != TN_OK)
        return rc;
    rc = step_to_end(link, stmt, err);
    link->driver->finalize(stmt);
    return rc;
}

int tn__link_exec(struct tn__link *link, const char *sql, tn_error *err)
{
    return tn__link_run(link, tn_text_of(sql), err);
}

int tn__link_int(struct tn__link *link, const char *sql, int64_t *out, tn_error *err)
{
    struct tn__driver_stmt *stmt;
    int rc = link->driver->prepare(&stmt, link->native, sql, strlen(sql), false, err);
    if (rc != TN_OK)
        return rc;
    rc = link->driver->step(stmt, err);
    if (rc >= 0) {
        tn_value value = rc == TN_ROW ? link->driver->column(stmt, 0) : tn_value_null();
        *out = value.type == TN_INT ? value.as.integer : 0;
        rc = TN_OK;
    }
    link->driver->finalize(stmt);
    return rc;
}

/* NULL: no memory. */
static const char *copy_value(tn_value value, tn_arena *arena)
{
    if (value.type == TN_INT)
        return tn__arena_printf(arena, "%" PRId64, value.as.integer);
    if (value.type != TN_TEXT)
        return tn_arena_copy(arena, "", 0);
    return value.as.text.data ? tn_arena_copy(arena, value.as.text.data, value.as.text.size) : NULL;
}

int tn__link_row(struct tn__link *link, const char *sql, const char **out, int count,
                 tn_arena *arena, tn_error *err)
{
    struct tn__driver_stmt *stmt;
    int rc = link->driver->prepare(&stmt, link->native, sql, strlen(sql), false, err);
    if (rc != TN_OK)
        return rc;
    rc = link->driver->step(stmt, err);
    for (int i = 0; rc == TN_ROW && i < count; i++) {
        out[i] = copy_value(link->driver->column(stmt, i), arena);
        if (!out[i])
            rc = tn_error_set(err, TN_ENOMEM, "out of memory");
    }
    link->driver->finalize(stmt);
    if (rc < 0)
        return rc;
    return rc == TN_ROW ? TN_OK : TN_NONE;
}

int tn__link_text(struct tn__link *link, const char *sql, const char **out, tn_arena *arena,
                  tn_error *err)
{
    const char *text = "";
    int rc = tn__link_row(link, sql, &text, 1, arena, err);
    if (rc < 0)
        return rc;
    *out = text;
    return TN_OK;
}

int tn__link_ready(struct tn__link *link, struct tn__driver_stmt **stmt, const char *sql,
                   const tn_value *params, int count, tn_error *err)
{
    if (!*stmt) {
        int rc = link->driver->prepare(stmt, link->native, sql, strlen(sql), true, err);
        if (rc != TN_OK)
            return rc;
    }
    for (int i = 0; i < count; i++) {
        int rc = link->driver->bind(*stmt, i + 1, &params[i], err);
        if (rc != TN_OK)
            return rc;
    }
    return TN_OK;
}

int tn__link_again(struct tn__link *link, struct tn__driver_stmt **stmt, const char *sql,
                   const tn_value *params, int count, tn_error *err)
{
    int rc = tn__link_ready(link, stmt, sql, params, count, err);
    if (rc == TN_OK)
        rc = step_to_end(link, *stmt, err);
    if (*stmt) {
        link->driver->reset(*stmt);
        link->driver->clear(*stmt);
    }
    return rc;
}

void tn__link_spoil(struct tn__link *link)
{
    link->conn->is_broken = link->conn->needs_care = true;
}

bool tn__link_in_transaction(const struct tn__link *link)
{
    return link->driver->in_transaction(link->native);
}
