/* SPDX-License-Identifier: MIT */
#include "core/stmt.h"

#include "util/alloc.h"
#include "util/hash.h"
#include "util/str.h"

/*
 * The dynamic interface. A connection keeps the statements that it has prepared, newest first;
 * what is idle beyond the cache's size is finalized, oldest first.
 */

static void stmt_free(tn_stmt *stmt)
{
    stmt->conn->driver->finalize(stmt->stmt);
    tn__free(stmt->sql);
    tn__free(stmt);
}

static void unlink_stmt(tn_stmt *stmt)
{
    tn_stmt **link = &stmt->conn->stmts;
    while (*link != stmt)
        link = &(*link)->next;
    *link = stmt->next;
    stmt->conn->stmt_count--;
}

static void link_stmt(tn_stmt *stmt)
{
    stmt->next = stmt->conn->stmts;
    stmt->conn->stmts = stmt;
    stmt->conn->stmt_count++;
}

void tn__conn_drop_stmts(tn_conn *conn)
{
    while (conn->stmts) {
        tn_stmt *stmt = conn->stmts;
        unlink_stmt(stmt);
        stmt_free(stmt);
    }
}

/* Finalize the oldest idle statements until the cache has its size again. */
static void shrink(tn_conn *conn)
{
    unsigned limit = tn__pool_cache_size(conn->pool);
    while (conn->stmt_count > limit) {
        tn_stmt *oldest = NULL;
        for (tn_stmt *stmt = conn->stmts; stmt; stmt = stmt->next)
            if (!stmt->is_used)
                oldest = stmt;
        if (!oldest)
            return;
        unlink_stmt(oldest);
        stmt_free(oldest);
    }
}

static tn_stmt *find_idle(tn_conn *conn, const char *sql, uint64_t hash)
{
    for (tn_stmt *stmt = conn->stmts; stmt; stmt = stmt->next)
        if (!stmt->is_used && stmt->hash == hash && strcmp(stmt->sql, sql) == 0)
            return stmt;
    return NULL;
}

static int prepare(tn_stmt **out, tn_conn *conn, const char *sql, uint64_t hash, tn_error *err)
{
    int status = TN_ENOMEM;
    tn_stmt *stmt = tn__alloc_zero(1, sizeof *stmt);
    if (stmt)
        stmt->sql = tn__strdup(sql);
    if (!stmt || !stmt->sql) {
        tn_error_set(err, TN_ENOMEM, "out of memory");
        goto fail;
    }
    status = conn->driver->prepare(&stmt->stmt, conn->native, sql, strlen(sql), true, err);
    if (status != TN_OK)
        goto fail;
    stmt->conn = conn;
    stmt->hash = hash;
    link_stmt(stmt);
    *out = stmt;
    return TN_OK;
fail:
    if (stmt)
        tn__free(stmt->sql);
    tn__free(stmt);
    return status;
}

/* The statement on this connection, from the cache or prepared. */
static int take(tn_stmt **out, tn_conn *conn, const char *sql, tn_error *err)
{
    uint64_t hash = tn__hash64(sql, strlen(sql));
    tn_stmt *stmt = find_idle(conn, sql, hash);
    if (stmt) {
        unlink_stmt(stmt);
        link_stmt(stmt);
    } else {
        int status = prepare(&stmt, conn, sql, hash, err);
        if (status != TN_OK)
            return status;
    }
    stmt->is_used = true;
    *out = stmt;
    return TN_OK;
}

/* Acquire the side that is thought to be right and prepare there. */
static int open_on(tn_stmt **out, tn_db *db, const char *sql, enum tn_access access, tn_error *err)
{
    tn_conn *conn = NULL;
    int status = tn__db_acquire(&conn, db, access, err);
    if (status != TN_OK)
        return status;
    status = take(out, conn, sql, err);
    if (status != TN_OK) {
        tn__db_release(db, conn);
        return status;
    }
    (*out)->db = db;
    return TN_OK;
}

int tn_stmt_open(tn_stmt **out, tn_db *db, const char *sql, tn_error *err)
{
    tn_stmt *stmt = NULL;
    const char *name = NULL;
    if (!out || !db || !sql)
        return tn_error_set(err, TN_EINVAL, "no database or no statement");
    int verdict = db->conn ? 0 : tn__pool_verdict(db->pool, sql, &name);
    int status = open_on(&stmt, db, sql, verdict == 1 ? TN_WRITE : TN_READ, err);
    if (status != TN_OK)
        return status;

    /* Whether a text writes is learnt once; a writer that began on a reader moves over. */
    if (!db->conn && verdict < 0) {
        bool writes = !stmt->conn->driver->is_readonly(stmt->stmt);
        tn__pool_learn(db->pool, sql, writes);
        tn__pool_verdict(db->pool, sql, &name);
        if (writes && stmt->conn->access == TN_READ) {
            tn_stmt_close(stmt);
            status = open_on(&stmt, db, sql, TN_WRITE, err);
            if (status != TN_OK)
                return status;
        }
    }
    if (!db->conn)
        atomic_store_explicit(&stmt->conn->holder, name, memory_order_relaxed);
    stmt->affected = 0;
    stmt->is_running = false;
    *out = stmt;
    return TN_OK;
}

void tn_stmt_close(tn_stmt *stmt)
{
    if (!stmt)
        return;
    tn_conn *conn = stmt->conn;
    tn_db *db = stmt->db;
    tn_stmt_clear(stmt);
    stmt->is_used = false;
    shrink(conn);
    if (db->conn)
        return;
    /* A BEGIN that was typed on the pool must not follow the connection to its next user. */
    if (conn->driver->in_transaction(conn->native))
        conn->driver->rollback(conn->native);
    tn__db_release(db, conn);
}

int tn_stmt_param_count(const tn_stmt *stmt)
{
    return stmt->conn->driver->param_count(stmt->stmt);
}

int tn_stmt_param_index(const tn_stmt *stmt, const char *name)
{
    int count = tn_stmt_param_count(stmt);
    for (int i = 1; name && i <= count; i++) {
        const char *own = stmt->conn->driver->param_name(stmt->stmt, i);
        if (own && (strcmp(own, name) == 0 || strcmp(own + 1, name) == 0))
            return i;
    }
    return 0;
}

int tn_stmt_bind(tn_stmt *stmt, int index, tn_value value, tn_error *err)
{
    if (stmt->is_running)
        return tn_error_set(err, TN_EMISUSE, "cannot bind parameter %d while rows are being read",
                            index);
    /* After its end a statement of SQLite must be reset before it takes new values. */
    stmt->conn->driver->reset(stmt->stmt);
    return stmt->conn->driver->bind(stmt->stmt, index, &value, err);
}

static int fail_name(tn_stmt *stmt, const char *name, tn_error *err)
{
    const char *names[64];
    size_t count = 0;
    for (int i = 1; i <= tn_stmt_param_count(stmt) && count < 64; i++) {
        const char *own = stmt->conn->driver->param_name(stmt->stmt, i);
        names[count++] = own ? own + 1 : NULL;
    }
    const char *near = tn__nearest(tn_text_of(name), names, count);
    return tn_error_set(err, TN_ENOTFOUND, "no parameter '%s' in the statement%s%s%s", name,
                        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

int tn_stmt_bind_name(tn_stmt *stmt, const char *name, tn_value value, tn_error *err)
{
    int index = tn_stmt_param_index(stmt, name);
    if (index == 0)
        return fail_name(stmt, name ? name : "", err);
    return tn_stmt_bind(stmt, index, value, err);
}

int tn_stmt_step(tn_stmt *stmt, tn_error *err)
{
    const struct tn__driver *driver = stmt->conn->driver;
    if (!stmt->is_running) {
        driver->reset(stmt->stmt);
        stmt->changes_before = driver->change_counter(stmt->conn->native);
        stmt->affected = 0;
        stmt->is_running = true;
    }
    int status = driver->step(stmt->stmt, err);
    if (status == TN_ROW)
        return status;
    stmt->is_running = false;
    if (status == TN_DONE && driver->change_counter(stmt->conn->native) != stmt->changes_before)
        stmt->affected = driver->affected(stmt->conn->native);
    driver->reset(stmt->stmt);
    return status;
}

void tn_stmt_reset(tn_stmt *stmt)
{
    stmt->conn->driver->reset(stmt->stmt);
    stmt->is_running = false;
}

void tn_stmt_clear(tn_stmt *stmt)
{
    tn_stmt_reset(stmt);
    stmt->conn->driver->clear(stmt->stmt);
}

int tn_stmt_column_count(const tn_stmt *stmt)
{
    return stmt->conn->driver->column_count(stmt->stmt);
}

const char *tn_stmt_column_name(const tn_stmt *stmt, int column)
{
    if (column < 0 || column >= tn_stmt_column_count(stmt))
        return NULL;
    return stmt->conn->driver->column_name(stmt->stmt, column);
}

int tn_stmt_column_index(const tn_stmt *stmt, const char *name)
{
    int count = tn_stmt_column_count(stmt);
    for (int i = 0; name && i < count; i++) {
        const char *own = tn_stmt_column_name(stmt, i);
        if (own && strcmp(own, name) == 0)
            return i;
    }
    return -1;
}

tn_value tn_stmt_column(tn_stmt *stmt, int column)
{
    if (!stmt->is_running || column < 0)
        return tn_value_null();
    return stmt->conn->driver->column(stmt->stmt, column);
}

int64_t tn_stmt_affected(const tn_stmt *stmt)
{
    return stmt->affected;
}
