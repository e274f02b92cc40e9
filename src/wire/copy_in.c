/* SPDX-License-Identifier: MIT */
#include <tenon/stmt.h>
#include <tenon/tx.h>

#include "core/observe.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/str.h"
#include "wire/copy.h"

struct tn_copy_in {
    struct tn__copying on;
    /* Where there is no wire: */
    tn_db *tx;
    tn_stmt *insert;
    int64_t rows;
    int status; /* why it has failed */
    tn_error why;
};

/* --- the connection ----------------------------------------------------------------------------- */

int tn__copying_begin(struct tn__copying *out, tn_db *db, enum tn_access access,
                      void (*cut)(struct tn__opened *self, tn_conn *conn), tn_error *err)
{
    *out = (struct tn__copying){.opened.cut = cut, .conn = db->pinned};
    int rc = TN_OK;
    if (!out->conn) {
        rc = tn__conn_take(&out->conn, db, access, TN__HOLD_CONN, err);
        out->owns_conn = rc == TN_OK;
    } else {
        rc = tn__conn_check(out->conn, err);
        if (rc == TN_OK && access > out->conn->access)
            rc = tn_error_set(err, TN_EREADONLY, "the view's connection is for reading");
    }
    if (rc != TN_OK)
        return rc;
    out->wire = out->conn->driver->wire;
    tn__buf_init(&out->sql, 0);
    if (!out->owns_conn)
        tn__opened_join(&out->opened, out->conn, db);
    tn__conn_label(out->conn, "a copy");
    return TN_OK;
}

int tn__copying_fail_over(const struct tn__copying *copying, tn_error *err)
{
    return tn_error_set(err, TN_EMISUSE, "the copy is over: %s", copying->opened.over);
}

void tn__copying_end(struct tn__copying *copying)
{
    tn_conn *conn = copying->conn;
    tn__buf_fini(&copying->sql);
    if (copying->opened.over)
        return;
    tn__conn_label(conn, NULL);
    if (copying->owns_conn)
        tn__conn_drop(conn);
    else
        tn__opened_leave(&copying->opened, conn);
}

int tn__copying_fail(struct tn__copying *copying, int status, tn_error *err)
{
    if (copying->opened.over)
        return status;
    tn__conn_note_failure(copying->conn, status);
    status = tn__observe_timeout(copying->conn, status, err);
    if (copying->wire) /* else its statements have told it */
        tn__observe_failure(copying->conn, NULL, copying->sql.data, err);
    return status;
}

/* --- without a wire: an INSERT ------------------------------------------------------------------ */

/* The table's name as it was given, its parts quoted. */
static void put_table(struct tn__buf *sql, tn_text name)
{
    while (name.size > 0) {
        size_t dot = tn__text_find(name, '.');
        if (name.data[0] == '"') {
            tn_text inner = tn__text_sub(name, 1, name.size);
            size_t end = tn__text_find(inner, '"');
            tn__buf_sql_name(sql, tn__text_sub(inner, 0, end));
            dot = end + 2 < name.size ? end + 2 : name.size;
        } else {
            tn__buf_sql_name(sql, tn__text_sub(name, 0, dot));
        }
        name = tn__text_sub(name, dot + 1, name.size);
        tn__buf_puts(sql, name.size > 0 ? "." : "");
    }
}

/* Number of the columns of a table, for a copy of all of them. */
static int count_columns(size_t *out, tn_db *db, const char *table, tn_error *err)
{
    struct tn__buf sql;
    tn_stmt *stmt = NULL;
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, "SELECT * FROM ");
    put_table(&sql, tn_text_of(table));
    int rc = tn__buf_status(&sql) == TN_OK
                 ? tn_stmt_open(&stmt, db, sql.data, err)
                 : tn_error_set(err, tn__buf_status(&sql), "cannot begin to copy");
    if (rc == TN_OK)
        *out = (size_t)tn_stmt_column_count(stmt);
    tn_stmt_close(stmt);
    tn__buf_fini(&sql);
    return rc;
}

static int prepare_insert(tn_copy_in *copy, const char *table, const char *const *columns,
                          size_t count, tn_error *err)
{
    struct tn__buf sql;
    size_t width = count;
    int rc = count ? TN_OK : count_columns(&width, copy->tx, table, err);
    if (rc != TN_OK)
        return rc;
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, "INSERT INTO ");
    put_table(&sql, tn_text_of(table));
    for (size_t i = 0; i < count; i++) {
        tn__buf_puts(&sql, i ? ", " : " (");
        tn__buf_sql_name(&sql, tn_text_of(columns[i]));
    }
    tn__buf_puts(&sql, count ? ") VALUES (" : " VALUES (");
    for (size_t i = 0; i < width; i++)
        tn__buf_puts(&sql, i ? ", ?" : "?");
    tn__buf_puts(&sql, ")");
    rc = tn__buf_status(&sql);
    if (rc != TN_OK)
        tn_error_set(err, rc, "cannot begin to copy: %s", tn_status_text(rc));
    else
        rc = tn_stmt_open(&copy->insert, copy->tx, sql.data, err);
    if (rc < 0)
        err->position = 0; /* it is our text, not the caller's */
    tn__buf_fini(&sql);
    return rc;
}

static int insert_open(tn_copy_in *copy, tn_db *db, const char *table, const char *const *columns,
                       size_t count, tn_error *err)
{
    int rc = tn_tx_begin(&copy->tx, db->pinned ? db : &copy->on.conn->view, TN_WRITE, err);
    if (rc == TN_OK)
        rc = prepare_insert(copy, table, columns, count, err);
    if (rc != TN_OK)
        tn_tx_rollback(copy->tx);
    return rc;
}

static int insert_row(tn_copy_in *copy, const tn_value *values, size_t count, tn_error *err)
{
    if (copy->status != TN_OK) {
        *err = copy->why;
        return copy->status;
    }
    int rc = tn__stmt_bind_all(copy->insert, values, count, err);
    if (rc != TN_OK) {
        tn_error_prefix(err, "row %lld", (long long)copy->rows + 1);
        return rc;
    }
    rc = tn_stmt_step(copy->insert, err);
    if (rc == TN_DONE) {
        copy->rows++;
        return TN_OK;
    }
    tn_error_prefix(err, "row %lld", (long long)copy->rows + 1);
    copy->status = rc;
    copy->why = *err;
    return rc;
}

static int insert_end(tn_copy_in *copy, bool keeps, tn_error *err)
{
    tn_stmt_close(copy->insert);
    if (keeps && copy->status == TN_OK)
        return tn_tx_commit(copy->tx, err);
    tn_tx_rollback(copy->tx);
    if (keeps)
        *err = copy->why;
    return keeps ? copy->status : TN_OK;
}

/* --- with one: as it is told where it fails ----------------------------------------------------- */

static void put_copy(struct tn__buf *sql, const char *table, const char *const *columns,
                     size_t count)
{
    tn__buf_puts(sql, "COPY ");
    put_table(sql, tn_text_of(table));
    for (size_t i = 0; i < count; i++) {
        tn__buf_puts(sql, i ? ", " : " (");
        tn__buf_sql_name(sql, tn_text_of(columns[i]));
    }
    tn__buf_puts(sql, count ? ") FROM STDIN (FORMAT binary)" : " FROM STDIN (FORMAT binary)");
}

static void cut(struct tn__opened *self, tn_conn *conn)
{
    struct tn__copying *on = (struct tn__copying *)self;
    int64_t rows;
    tn_error ignored;
    if (on->wire)
        (void)on->wire->copy_in_end(on->copy, false, &rows, &ignored);
    on->copy = NULL;
    tn__conn_label(conn, NULL);
}

/* --- both --------------------------------------------------------------------------------------- */

int tn_copy_in_open(tn_copy_in **out, tn_db *db, const char *table, const char *const *columns,
                    size_t count, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    if (!table || !table[0])
        return tn_error_set(err, TN_EINVAL, "no table to copy to");
    tn_copy_in *copy = tn__alloc_zero(1, sizeof *copy);
    if (!copy)
        return tn_error_set(err, TN_ENOMEM, "cannot begin to copy: out of memory");
    int rc = tn__copying_begin(&copy->on, db, TN_WRITE, cut, err);
    if (rc == TN_OK) {
        tn_conn *conn = copy->on.conn;
        if (copy->on.wire)
            put_copy(&copy->on.sql, table, columns, count);
        rc = copy->on.wire ? copy->on.wire->copy_in_open(&copy->on.copy, conn->handle, table,
                                                         columns, count, err)
                           : insert_open(copy, db, table, columns, count, err);
        if (rc != TN_OK) {
            rc = tn__copying_fail(&copy->on, rc, err);
            tn__copying_end(&copy->on);
        }
    }
    if (rc != TN_OK) {
        tn__free(copy);
        return rc;
    }
    *out = copy;
    return TN_OK;
}

int tn_copy_in_row(tn_copy_in *copy, const tn_value *values, size_t count, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    if (TN_UNLIKELY(copy->on.opened.over != NULL))
        return tn__copying_fail_over(&copy->on, err);
    if (!copy->on.wire)
        return insert_row(copy, values, count, err);
    int rc = copy->on.wire->copy_in_row(copy->on.copy, values, count, err);
    return TN_LIKELY(rc == TN_OK) ? rc : tn__observe_timeout(copy->on.conn, rc, err);
}

static int end(tn_copy_in *copy, bool keeps, int64_t *rows, tn_error *err)
{
    int64_t count = copy->rows;
    int rc = TN_OK;
    if (!copy->on.wire)
        rc = insert_end(copy, keeps, err);
    else if (!copy->on.opened.over)
        rc = copy->on.wire->copy_in_end(copy->on.copy, keeps, &count, err);
    else if (keeps)
        rc = tn__copying_fail_over(&copy->on, err);
    if (rc == TN_OK && rows)
        *rows = count;
    if (rc < 0)
        rc = tn__copying_fail(&copy->on, rc, err);
    tn__copying_end(&copy->on);
    tn__free(copy);
    return rc;
}

int tn_copy_in_close(tn_copy_in *copy, int64_t *rows, tn_error *err)
{
    tn_error own;
    return end(copy, true, rows, err ? err : &own);
}

void tn_copy_in_abort(tn_copy_in *copy)
{
    tn_error ignored;
    if (copy)
        (void)end(copy, false, NULL, &ignored);
}
