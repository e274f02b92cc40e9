/* SPDX-License-Identifier: MIT */
#include "core/stmt.h"

#include "core/observe.h"

#include <string.h>

#include "util/alloc.h"
#include "util/hash.h"
#include "util/str.h"

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "cannot prepare a statement: out of memory");
}

void tn__stmt_free(tn_stmt *stmt)
{
    if (!stmt)
        return;
    stmt->conn->driver->finalize(stmt->handle);
    if (stmt->sql)
        tn__conn_forget(stmt->conn, stmt->sql);
    tn__free(stmt->sql);
    tn__free(stmt);
}

/* Of an engine that makes each value as it is asked for. */
static const tn_value *const no_row = NULL;

/* All but its shell goes. */
static void cut(struct tn__opened *self, tn_conn *conn)
{
    tn_stmt *stmt = (tn_stmt *)self;
    tn_stmt_reset(stmt);
    conn->driver->finalize(stmt->handle);
    tn__conn_forget(conn, stmt->sql);
    tn__free(stmt->sql);
    stmt->handle = NULL;
    stmt->sql = NULL;
    stmt->row = &no_row;
    stmt->param_count = stmt->column_count = 0;
}

/* NULL: `err` says why. */
static tn_stmt *prepare(tn_conn *conn, tn_text sql, const struct tn__sql_kind *kind, tn_error *err)
{
    const struct tn__driver *driver = conn->driver;
    tn_stmt *stmt = tn__alloc_zero(1, sizeof *stmt);
    if (!stmt) {
        fail_memory(err);
        return NULL;
    }
    stmt->conn = conn;
    stmt->opened.cut = cut;
    /* DDL and pragmas run once: they would only drive others from the cache. What stays in the session is
     * looked at each time. */
    stmt->is_cached = (kind->is_read || kind->is_change) && !kind->is_left;
    stmt->sql = tn__memdup(sql.data, sql.size);
    if (!stmt->sql) {
        fail_memory(err);
        tn__stmt_free(stmt);
        return NULL;
    }
    int rc = driver->prepare(&stmt->handle, conn->handle, sql.data, sql.size, stmt->is_cached, err);
    if (rc == TN_OK)
        rc = driver->ready(stmt->handle, err);
    if (rc != TN_OK) {
        (void)tn__observe_unprepared(conn, NULL, stmt->sql, rc, err);
        tn__stmt_free(stmt);
        return NULL;
    }
    stmt->row = driver->row ? driver->row(stmt->handle) : &no_row;
    stmt->sql_size = sql.size;
    stmt->param_count = driver->param_count(stmt->handle);
    stmt->column_count = driver->column_count(stmt->handle);
    stmt->is_readonly = driver->is_readonly(stmt->handle);
    stmt->is_change = kind->is_change && !stmt->is_readonly;
    return stmt;
}

static int fail_over(const tn_stmt *stmt, tn_error *err)
{
    return tn_error_set(err, TN_EMISUSE, "the statement is over: %s", stmt->opened.over);
}

/* --- from the beginning to the end ------------------------------------------------------------- */

void tn__stmt_end(tn_stmt *stmt)
{
    tn_conn *conn = stmt->conn;
    if (stmt->opened.view)
        tn__opened_leave(&stmt->opened, conn);
    else if (conn->open_count)
        conn->open_count--;
    if (!stmt->is_cached) {
        tn__stmt_free(stmt);
        return;
    }
    tn_stmt_clear(stmt);
    if (stmt->is_stream) {
        conn->driver->stream(stmt->handle, false);
        stmt->is_stream = false;
    }
    stmt->affected = 0;
    tn__cache_put(&conn->cache, stmt);
}

int tn__fail_listen(tn_error *err)
{
    return tn_error_set(err, TN_EMISUSE,
                        "LISTEN on a pool has no connection of its own: use tn_listener_open() "
                        "(tenon/notify.h)");
}

/* A transaction's own statements, and LISTEN, belong where one connection stays in one hand. */
static int check_kind(const tn_db *db, const struct tn__sql_kind *kind, tn_error *err)
{
    if (kind->is_listen && !db->pinned)
        return tn__fail_listen(err);
    if (!kind->is_transaction)
        return TN_OK;
    if (!db->pinned)
        return tn_error_set(err, TN_EMISUSE,
                            "a transaction begun on a pool has no connection of its own: use "
                            "tn_transact(), tn_tx_begin() or tn_conn_acquire()");
    if (db->pinned->tx && !kind->is_savepoint)
        return tn_error_set(err, TN_EMISUSE,
                            "the transaction belongs to tn_tx_begin() or tn_transact()");
    return TN_OK;
}

static int fail_readonly(tn_error *err)
{
    return tn_error_set(err, TN_EREADONLY,
                        "the statement writes, and the connection is for reading");
}

/* What the words of a statement tell. It takes a walk through them, so they are asked only then. */
struct words {
    const tn_db *db;
    tn_text sql;
    uint64_t hash;
    bool is_asked;
    struct tn__sql_kind kind;
};

static const struct tn__sql_kind *kind_of(struct words *words)
{
    if (!words->is_asked)
        words->kind = tn__sql_kind_of(words->sql, tn__db_dialect(words->db));
    words->is_asked = true;
    return &words->kind;
}

/* From the cache, where no transaction's own statements are; else prepared. */
static int begin(tn_stmt **out, tn_conn *conn, struct words *words, tn_error *err)
{
    tn_stmt *stmt = tn__cache_take(&conn->cache, words->sql, words->hash);
    if (!stmt) {
        const struct tn__sql_kind *kind = kind_of(words);
        int rc = check_kind(words->db, kind, err);
        if (rc != TN_OK)
            return rc;
        if (kind->is_left || (!kind->is_read && !kind->is_change && !kind->is_transaction))
            tn__conn_touch(conn); /* a PRAGMA, for one */
        if (kind->is_left)
            tn__conn_touch_loan(conn);
        stmt = prepare(conn, words->sql, kind, err);
        if (!stmt)
            return err->status;
        stmt->links.hash = words->hash;
    }
    tn__conn_label(conn, stmt->sql);
    *out = stmt;
    return TN_OK;
}

/* One that hangs on no view. */
static int begin_loose(tn_stmt **out, tn_conn *conn, struct words *words, tn_error *err)
{
    int rc = begin(out, conn, words, err);
    if (rc == TN_OK)
        conn->open_count++;
    return rc;
}

int tn__stmt_begin(tn_stmt **out, tn_conn *conn, tn_text sql, tn_error *err)
{
    struct words words = {.db = &conn->view, .sql = sql, .hash = tn__hash64(sql.data, sql.size)};
    return begin_loose(out, conn, &words, err);
}

static int open_on_view(tn_stmt **out, const tn_db *view, struct words *words, tn_error *err)
{
    tn_conn *conn = view->pinned;
    int rc = tn__conn_check(conn, err);
    if (rc != TN_OK)
        return rc;
    tn_stmt *stmt;
    rc = begin(&stmt, conn, words, err);
    if (rc != TN_OK)
        return rc;
    tn__opened_join(&stmt->opened, conn, view);
    if (conn->access == TN_READ && !stmt->is_readonly) {
        tn__stmt_end(stmt);
        return fail_readonly(err);
    }
    *out = stmt;
    return TN_OK;
}

/* What the words call a read goes to a reader, and on to the writer if the engine knows better. */
static int open_on_pool(tn_stmt **out, tn_db *db, struct words *words, tn_error *err)
{
    bool is_one = !db->side[TN_WRITE] || db->side[TN_READ] == db->side[TN_WRITE];
    bool is_last = is_one || !kind_of(words)->is_read;
    enum tn_access access = is_last && db->side[TN_WRITE] ? TN_WRITE : TN_READ;
    tn_conn *conn;
    tn_stmt *stmt;
    int rc = is_one ? TN_OK : check_kind(db, kind_of(words), err);
    if (rc == TN_OK)
        rc = tn__conn_take(&conn, db, access, TN__HOLD_QUERY, err);
    if (rc != TN_OK)
        return rc;
    rc = begin_loose(&stmt, conn, words, err);
    if (rc == TN_OK && access == TN_READ && !stmt->is_readonly) {
        tn__stmt_end(stmt);
        if (is_last) {
            rc = fail_readonly(err);
        } else {
            tn__conn_drop(conn);
            rc = tn__conn_take(&conn, db, TN_WRITE, TN__HOLD_QUERY, err);
            if (rc != TN_OK)
                return rc;
            rc = begin_loose(&stmt, conn, words, err);
        }
    }
    if (rc != TN_OK) {
        tn__conn_drop(conn);
        return rc;
    }
    *out = stmt;
    return TN_OK;
}

int tn_stmt_open(tn_stmt **out, tn_db *db, const char *sql, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    struct words words = {.db = db, .sql = tn_text_of(sql ? sql : "")};
    words.hash = tn__hash64(words.sql.data, words.sql.size);
    return db->pinned ? open_on_view(out, db, &words, err) : open_on_pool(out, db, &words, err);
}

void tn_stmt_close(tn_stmt *stmt)
{
    if (!stmt)
        return;
    if (stmt->opened.over) { /* its connection may be in other hands */
        tn__free(stmt);
        return;
    }
    tn_conn *conn = stmt->conn;
    bool is_on_view = stmt->opened.view != NULL;
    tn__stmt_end(stmt);
    if (!is_on_view)
        tn__conn_drop(conn);
}

int tn_stmt_param_count(const tn_stmt *stmt)
{
    return stmt->param_count;
}

/* Signs are : @ $, and ?NNN is a name, too. */
static bool is_param(const char *param, const char *name)
{
    return param && (strcmp(param, name) == 0 || (param[0] != '?' && strcmp(param + 1, name) == 0));
}

int tn_stmt_param_index(const tn_stmt *stmt, const char *name)
{
    for (int i = 1; i <= stmt->param_count; i++) {
        if (is_param(stmt->conn->driver->param_name(stmt->handle, i), name))
            return i;
    }
    return 0;
}

static int fail_index(const tn_stmt *stmt, int index, tn_error *err)
{
    if (stmt->opened.over)
        return fail_over(stmt, err);
    return tn_error_set(err, TN_ERANGE, "no parameter %d: the statement has %d", index,
                        stmt->param_count);
}

int tn_stmt_bind(tn_stmt *stmt, int index, tn_value value, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    if (stmt->is_reading)
        return tn_error_set(err, TN_EMISUSE,
                            "parameters cannot be bound while rows are being read");
    if (TN_UNLIKELY(index < 1 || index > stmt->param_count))
        return fail_index(stmt, index, err);
    int rc = stmt->conn->driver->bind(stmt->handle, index, &value, err);
    if (TN_UNLIKELY(rc != TN_OK)) {
        stmt->unbound = index;
        return tn__observe_unprepared(stmt->conn, NULL, stmt->sql, rc, err);
    }
    if (TN_UNLIKELY(stmt->unbound == index))
        stmt->unbound = 0;
    return TN_OK;
}

int tn_stmt_bind_name(tn_stmt *stmt, const char *name, tn_value value, tn_error *err)
{
    enum {
        MOST_SHOWN = 64
    };
    int index = tn_stmt_param_index(stmt, name);
    if (index > 0)
        return tn_stmt_bind(stmt, index, value, err);
    if (stmt->opened.over)
        return fail_over(stmt, err);
    const char *known[MOST_SHOWN];
    size_t count = 0;
    for (int i = 1; i <= stmt->param_count && count < MOST_SHOWN; i++)
        known[count++] = stmt->conn->driver->param_name(stmt->handle, i);
    /* Names have their signs here: so has the word, or it would be one slip further off. */
    const char *nearest = NULL;
    for (const char *sign = ":@$"; *sign && !nearest; sign++) {
        char word[128];
        bool has_sign = name[0] && strchr(":@$?", name[0]);
        word[0] = *sign;
        tn__copy_text(word + 1, sizeof word - 1, tn_text_of(has_sign ? name + 1 : name));
        nearest = tn__nearest(tn_text_of(word), known, count);
    }
    return tn_error_set(err, TN_ENOTFOUND, "no parameter '%s'%s%s%s", name,
                        nearest ? "; did you mean '" : "", nearest ? nearest : "",
                        nearest ? "'?" : "");
}

int tn_stmt_stream(tn_stmt *stmt, bool is_on, tn_error *err)
{
    if (stmt->is_reading)
        return tn_error_set(err, TN_EMISUSE, "rows are being read: they come as they do");
    if (stmt->opened.over)
        return fail_over(stmt, err);
    stmt->conn->driver->stream(stmt->handle, is_on);
    stmt->is_stream = is_on;
    return TN_OK;
}

static void stop(tn_stmt *stmt)
{
    stmt->conn->driver->reset(stmt->handle);
    stmt->is_reading = stmt->has_row = false;
}

/* Not at a row, or for the first time. */
static int take_step(tn_stmt *stmt, int rc, tn_error *err)
{
    tn_conn *conn = stmt->conn;
    /* The first step prepares anew if the schema has changed. */
    if (!stmt->is_reading)
        stmt->column_count = conn->driver->column_count(stmt->handle);
    if (rc == TN_ROW) {
        stmt->is_reading = stmt->has_row = true;
        return rc;
    }
    if (rc == TN_DONE)
        stmt->affected = stmt->is_change ? conn->driver->affected(conn->handle) : 0;
    stop(stmt);
    if (rc < 0) {
        tn__conn_note_failure(conn, rc);
        rc = tn__observe_timeout(conn, rc, err);
        tn__observe_failure(conn, NULL, stmt->sql, err);
    }
    return rc;
}

static int step(tn_stmt *stmt, tn_error *err)
{
    if (TN_UNLIKELY(stmt->opened.over != NULL))
        return fail_over(stmt, err);
    int rc = tn__conn_check(stmt->conn, err);
    if (rc == TN_OK && TN_UNLIKELY(stmt->unbound != 0))
        rc = tn_error_set(err, TN_EMISUSE, "parameter %d could not be bound", stmt->unbound);
    if (rc != TN_OK)
        return rc;
    return take_step(stmt, stmt->conn->driver->step(stmt->handle, err), err);
}

__attribute__((noinline)) static int step_unheard(tn_stmt *stmt)
{
    tn_error own;
    return step(stmt, &own);
}

int tn_stmt_step(tn_stmt *stmt, tn_error *err)
{
    if (TN_UNLIKELY(!err))
        return step_unheard(stmt);
    if (!stmt->is_reading || TN_UNLIKELY(stmt->conn->lost_status != 0))
        return step(stmt, err);
    /* From row to row. */
    int rc = stmt->conn->driver->step(stmt->handle, err);
    return TN_LIKELY(rc == TN_ROW) ? rc : take_step(stmt, rc, err);
}

void tn_stmt_reset(tn_stmt *stmt)
{
    if (stmt->is_reading)
        stop(stmt);
}

void tn_stmt_clear(tn_stmt *stmt)
{
    tn_stmt_reset(stmt);
    stmt->unbound = 0;
    if (stmt->param_count)
        stmt->conn->driver->clear(stmt->handle);
}

int tn_stmt_column_count(const tn_stmt *stmt)
{
    return stmt->column_count;
}

const char *tn_stmt_column_name(const tn_stmt *stmt, int column)
{
    if (column < 0 || column >= stmt->column_count)
        return NULL;
    return stmt->conn->driver->column_name(stmt->handle, column);
}

const char *tn_stmt_column_type(const tn_stmt *stmt, int column)
{
    struct tn__column_info info;
    if (column < 0 || column >= stmt->column_count)
        return NULL;
    stmt->conn->driver->describe(stmt->handle, column, &info);
    return info.declared;
}

int tn_stmt_column_index(const tn_stmt *stmt, const char *name)
{
    for (int i = 0; i < stmt->column_count; i++) {
        const char *known = tn_stmt_column_name(stmt, i);
        if (known && strcmp(known, name) == 0)
            return i;
    }
    return -1;
}

tn_value tn_stmt_column(tn_stmt *stmt, int column)
{
    if (TN_UNLIKELY((unsigned)column >= (unsigned)stmt->column_count))
        return tn_value_null();
    const tn_value *row = *stmt->row;
    if (TN_LIKELY(row != NULL))
        return row[column];
    return stmt->has_row ? stmt->conn->driver->column(stmt->handle, column) : tn_value_null();
}

int64_t tn_stmt_affected(const tn_stmt *stmt)
{
    return stmt->affected;
}
