/* SPDX-License-Identifier: MIT */
#include <tenon/stmt.h>

#include "core/kind.h"
#include "core/observe.h"
#include "util/alloc.h"
#include "wire/copy.h"

struct tn_copy_out {
    struct tn__copying on;
    bool is_over;
    /* Where there is no wire: */
    tn_stmt *select;
    tn_value *values;
};

static int select_open(tn_copy_out *copy, const char *query, tn_error *err)
{
    tn_conn *conn = copy->on.conn;
    int rc = tn_stmt_open(&copy->select, conn->tx ? conn->tx : &conn->view, query, err);
    if (rc != TN_OK)
        return rc;
    size_t count = (size_t)tn_stmt_column_count(copy->select);
    if (tn_stmt_param_count(copy->select) > 0)
        rc = tn_error_set(err, TN_EINVAL, "the query of a copy cannot have parameters");
    else if (count == 0)
        rc = tn_error_set(err, TN_EINVAL, "no query to copy the rows of");
    else if (!(copy->values = tn__alloc_zero(count, sizeof *copy->values)))
        rc = tn_error_set(err, TN_ENOMEM, "cannot begin to copy: out of memory");
    if (rc != TN_OK)
        tn_stmt_close(copy->select);
    return rc;
}

/* A query may change something, WITH or RETURNING: not on a connection for reading. */
static int wire_open(tn_copy_out *copy, const char *query, tn_error *err)
{
    tn_conn *conn = copy->on.conn;
    if (conn->access == TN_READ &&
        tn__sql_kind_of(tn_text_of(query), conn->driver->dialect).is_change)
        return tn_error_set(err, TN_EREADONLY,
                            "the query writes, and the connection is for reading");
    struct tn__buf *sql = &copy->on.sql;
    tn__buf_puts(sql, "COPY (");
    tn__buf_puts(sql, query);
    tn__buf_puts(sql, ") TO STDOUT (FORMAT binary)");
    return copy->on.wire->copy_out_open(&copy->on.copy, conn->handle, query, err);
}

static void cut(struct tn__opened *self, tn_conn *conn)
{
    struct tn__copying *on = (struct tn__copying *)self;
    if (on->wire)
        on->wire->copy_out_end(on->copy);
    on->copy = NULL;
    tn__conn_label(conn, NULL);
}

int tn_copy_out_open(tn_copy_out **out, tn_db *db, const char *query, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    query = query ? query : "";
    tn_copy_out *copy = tn__alloc_zero(1, sizeof *copy);
    if (!copy)
        return tn_error_set(err, TN_ENOMEM, "cannot begin to copy: out of memory");
    int rc = tn__copying_begin(&copy->on, db, TN_READ, cut, err);
    if (rc == TN_OK) {
        rc = copy->on.wire ? wire_open(copy, query, err) : select_open(copy, query, err);
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

size_t tn_copy_out_column_count(const tn_copy_out *copy)
{
    if (copy->on.opened.over)
        return 0;
    return copy->on.wire ? copy->on.wire->copy_out_count(copy->on.copy)
                         : (size_t)tn_stmt_column_count(copy->select);
}

const char *tn_copy_out_column_name(const tn_copy_out *copy, size_t column)
{
    if (column >= tn_copy_out_column_count(copy))
        return NULL;
    return copy->on.wire ? copy->on.wire->copy_out_name(copy->on.copy, column)
                         : tn_stmt_column_name(copy->select, (int)column);
}

static int select_next(tn_copy_out *copy, const tn_value **values, tn_error *err)
{
    if (copy->is_over)
        return TN_DONE;
    int rc = tn_stmt_step(copy->select, err);
    copy->is_over = rc != TN_ROW;
    if (rc != TN_ROW)
        return rc;
    int count = tn_stmt_column_count(copy->select);
    for (int i = 0; i < count; i++)
        copy->values[i] = tn_stmt_column(copy->select, i);
    *values = copy->values;
    return rc;
}

int tn_copy_out_next(const tn_value **values, tn_copy_out *copy, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    if (TN_UNLIKELY(copy->on.opened.over != NULL))
        return tn__copying_fail_over(&copy->on, err);
    if (!copy->on.wire)
        return select_next(copy, values, err);
    int rc = copy->on.wire->copy_out_next(copy->on.copy, values, err);
    if (TN_LIKELY(rc >= 0) || copy->is_over)
        return rc;
    copy->is_over = true;
    return tn__copying_fail(&copy->on, rc, err);
}

void tn_copy_out_close(tn_copy_out *copy)
{
    if (!copy)
        return;
    if (copy->on.wire && copy->on.copy)
        copy->on.wire->copy_out_end(copy->on.copy);
    else if (!copy->on.wire)
        tn_stmt_close(copy->select);
    tn__copying_end(&copy->on);
    tn__free(copy->values);
    tn__free(copy);
}
