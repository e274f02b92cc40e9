/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/observe.h"
#include "core/stmt.h"
#include "lex/lex.h"
#include "util/alloc.h"

int tn__stmt_bind_all(tn_stmt *stmt, const tn_value *params, size_t count, tn_error *err)
{
    if (count != (size_t)stmt->param_count)
        return tn_error_set(err, TN_EINVAL, "%zu values for the %d parameters of the statement",
                            count, stmt->param_count);
    for (size_t i = 0; i < count; i++) {
        int rc = tn_stmt_bind(stmt, (int)i + 1, params[i], err);
        if (rc != TN_OK)
            return rc;
    }
    return TN_OK;
}

int tn_exec(tn_db *db, const char *sql, const tn_value *params, size_t count, int64_t *affected,
            tn_error *err)
{
    tn_stmt *stmt;
    int rc = tn_stmt_open(&stmt, db, sql, err);
    if (rc != TN_OK)
        return rc;
    rc = tn__stmt_bind_all(stmt, params, count, err);
    if (rc == TN_OK) {
        do
            rc = tn_stmt_step(stmt, err);
        while (rc == TN_ROW);
    }
    if (rc == TN_DONE) {
        rc = TN_OK;
        if (affected)
            *affected = stmt->affected;
    }
    tn_stmt_close(stmt);
    return rc;
}

/* --- scripts ---------------------------------------------------------------------------------- */

/* One statement of a script, run to its end. */
static int run_piece(tn_conn *conn, tn_text piece, tn_error *err)
{
    const struct tn__driver *driver = conn->driver;
    struct tn__driver_stmt *stmt;
    int rc = driver->prepare(&stmt, conn->handle, piece.data, piece.size, false, err);
    if (rc != TN_OK)
        return tn__observe_unprepared(conn, rc, err);
    if (driver->param_count(stmt) > 0)
        rc = tn_error_set(err, TN_EINVAL, "a statement of a script cannot have parameters");
    else if (conn->access == TN_READ && !driver->is_readonly(stmt))
        rc = tn_error_set(err, TN_EREADONLY,
                          "the statement writes, and the connection is for reading");
    else {
        do
            rc = driver->step(stmt, err);
        while (rc == TN_ROW);
    }
    driver->finalize(stmt);
    if (rc < 0) {
        tn__conn_note_failure(conn, rc);
        rc = tn__observe_timeout(conn, rc, err);
        tn__observe_failure(conn, NULL, NULL, err);
        return rc;
    }
    return TN_OK;
}

/* On a pool: LISTEN is refused, as nobody would be told; and what a statement leaves in the session ends
 * with the script. */
static int prepare_loan(tn_conn *conn, tn_text script, const struct tn__stmt_span *spans,
                        size_t count, tn_error *err)
{
    bool is_left = false;
    for (size_t i = 0; conn->driver->is_remote && i < count; i++) {
        tn_text piece = {script.data + spans[i].offset, spans[i].size};
        struct tn__sql_kind kind = tn__sql_kind_of(piece, conn->driver->dialect);
        if (kind.is_listen) {
            (void)tn__fail_listen(err);
            err->position = (uint32_t)spans[i].offset + 1;
            return TN_EMISUSE;
        }
        is_left = is_left || kind.is_left;
    }
    if (is_left)
        tn__conn_touch_loan(conn);
    return TN_OK;
}

/* Its rows would have to stand in the script, where they are no SQL. */
static int refuse_copy(const struct tn__stmt_span *spans, size_t count, tn_error *err)
{
    if (count == 0 || spans[count - 1].kind != TN__STMT_COPY_STDIN)
        return TN_OK;
    tn_error_set(err, TN_EUNSUPPORTED, "a script cannot hold the rows of COPY FROM STDIN");
    err->position = (uint32_t)spans[count - 1].offset + 1;
    return TN_EUNSUPPORTED;
}

static int run_pieces(tn_conn *conn, tn_text script, const struct tn__stmt_span *spans,
                      size_t count, tn_error *err)
{
    for (size_t i = 0; i < count; i++) {
        tn_text piece = {script.data + spans[i].offset, spans[i].run_size};
        bool ends = spans[i].kind == TN__STMT_BEGIN || spans[i].kind == TN__STMT_COMMIT ||
                    spans[i].kind == TN__STMT_ROLLBACK;
        int rc = tn__conn_check(conn, err);
        if (rc == TN_OK && ends && conn->tx) {
            rc = tn_error_set(err, TN_EMISUSE,
                              "the transaction belongs to tn_tx_begin() or tn_transact()");
            err->position = 1;
        }
        if (rc == TN_OK)
            rc = run_piece(conn, piece, err);
        if (rc != TN_OK) {
            /* Where the engine does not tell the place, the statement is one. */
            err->position = (uint32_t)spans[i].offset + (err->position ? err->position : 1);
            return rc;
        }
    }
    return TN_OK;
}

int tn_exec_script(tn_db *db, const char *sql, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    tn_arena arena = TN_ARENA_INIT;
    const struct tn__stmt_span *spans;
    size_t count;
    tn_text script = tn_text_of(sql ? sql : "");
    tn_conn *conn = db->pinned;
    int rc = tn__split(&spans, &count, script, tn__db_dialect(db), &arena, err);
    if (rc == TN_OK)
        rc = refuse_copy(spans, count, err);
    if (rc == TN_OK && !conn)
        rc = tn__conn_take(&conn, db, db->side[TN_WRITE] ? TN_WRITE : TN_READ, TN__HOLD_QUERY, err);
    if (rc != TN_OK)
        goto done;
    tn__conn_label(conn, "a script");
    tn__conn_touch(conn);
    if (!db->pinned)
        rc = prepare_loan(conn, script, spans, count, err);
    if (rc == TN_OK)
        rc = run_pieces(conn, script, spans, count, err);
    if (!db->pinned) {
        if (rc == TN_OK && !conn->keeps_transaction && conn->driver->in_transaction(conn->handle))
            rc = tn_error_set(err, TN_EMISUSE,
                              "the script left a transaction open: it has been rolled back");
        tn__conn_drop(conn);
    }
done:
    tn_arena_fini(&arena);
    return rc;
}

/* --- collected rows --------------------------------------------------------------------------- */

struct collector {
    tn_value *values; /* moved to the arena at the end */
    size_t count;
    size_t cap;
    size_t rows;
};

static int copy_value(tn_value *out, tn_value value, tn_arena *arena)
{
    *out = value;
    if (value.type == TN_TEXT) {
        return tn_arena_text(arena, &out->as.text, value.as.text);
    }
    return value.type == TN_BLOB || value.type >= TN_JSON ? tn_arena_value(arena, out, value)
                                                          : TN_OK;
}

/* TN_OK; TN_ENOMEM: without a word; else told in `err`. */
static int collect_row(struct collector *c, tn_stmt *stmt, tn_arena *arena, tn_error *err)
{
    size_t columns = (size_t)stmt->column_count;
    if (columns) {
        tn_value *grown = tn__grow(c->values, &c->cap, c->count + columns, sizeof *grown);
        if (!grown)
            return TN_ENOMEM;
        c->values = grown;
    }
    for (size_t i = 0; i < columns; i++) {
        tn_value value = tn_stmt_column(stmt, (int)i);
        if (value.type == TN_TEXT && !value.as.text.data)
            return stmt->conn->driver->unread(stmt->handle, (int)i, err);
        int rc = copy_value(&c->values[c->count], value, arena);
        if (rc != TN_OK)
            return rc;
        c->count++;
    }
    c->rows++;
    return TN_OK;
}

static int collect_names(const char *const **out, tn_stmt *stmt, tn_arena *arena)
{
    size_t columns = (size_t)stmt->column_count;
    const char **names = tn_arena_array(arena, columns, sizeof *names);
    if (!names)
        return TN_ENOMEM;
    for (size_t i = 0; i < columns; i++) {
        const char *name = tn_stmt_column_name(stmt, (int)i);
        if (!name)
            return TN_ENOMEM;
        names[i] = tn_arena_copy(arena, name, strlen(name));
        if (!names[i])
            return TN_ENOMEM;
    }
    *out = names;
    return TN_OK;
}

int tn__stmt_collect(tn_rows *out, tn_stmt *stmt, tn_arena *arena, tn_error *err)
{
    struct collector c = {NULL, 0, 0, 0};
    tn_rows rows = {0, 0, NULL, NULL};
    tn_value *values = NULL;
    int rc, kept = TN_OK;
    do {
        rc = tn_stmt_step(stmt, err);
        if (rc == TN_ROW)
            kept = collect_row(&c, stmt, arena, err);
    } while (rc == TN_ROW && kept == TN_OK);
    if (rc < 0)
        goto done;
    /* Only now: the first step prepares anew if the schema has changed. */
    rows.column_count = (size_t)stmt->column_count;
    if (kept == TN_OK)
        kept = collect_names(&rows.names, stmt, arena);
    if (kept == TN_OK) {
        values = tn_arena_array(arena, c.count, sizeof *values);
        kept = values ? TN_OK : TN_ENOMEM;
    }
    rc = kept;
    if (rc != TN_OK && rc != TN_ENOMEM) {
        tn__observe_failure(stmt->conn, NULL, stmt->sql, err);
        goto done;
    }
    if (rc != TN_OK) {
        tn_error_set(err, rc, "cannot keep the rows of a query: out of memory");
        goto done;
    }
    if (c.count)
        memcpy(values, c.values, c.count * sizeof *values);
    rows.row_count = c.rows;
    rows.values = values;
    *out = rows;
done:
    tn__free(c.values);
    return rc;
}

int tn_query(tn_rows *out, tn_db *db, const char *sql, const tn_value *params, size_t count,
             tn_arena *arena, tn_error *err)
{
    tn_error own;
    tn_stmt *stmt;
    err = err ? err : &own;
    int rc = tn_stmt_open(&stmt, db, sql, err);
    if (rc != TN_OK)
        return rc;
    rc = tn__stmt_bind_all(stmt, params, count, err);
    if (rc == TN_OK)
        rc = tn__stmt_collect(out, stmt, arena, err);
    tn_stmt_close(stmt);
    return rc;
}
