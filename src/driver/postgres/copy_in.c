/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "driver/postgres/bytes.h"
#include "driver/postgres/copy.h"
#include "util/str.h"

enum {
    SEND_AT_BYTES = 64 << 10,
    MOST_COLUMNS = 1600 /* of a table of the server */
};

/* --- the statement ------------------------------------------------------------------------------- */

/* The next part of "schema.table", or of "\"a.b\".table", without its quotes; they may be doubled
 * inside. The text behind it. */
static tn_text put_part(struct tn__buf *sql, tn_text rest)
{
    if (rest.size == 0 || rest.data[0] != '"') {
        size_t dot = tn__text_find(rest, '.');
        tn__buf_sql_name(sql, tn__text_sub(rest, 0, dot));
        return tn__text_sub(rest, dot, rest.size);
    }
    size_t end = 1;
    while (end < rest.size &&
           (rest.data[end] != '"' || (end + 1 < rest.size && rest.data[end + 1] == '"')))
        end += rest.data[end] == '"' ? 2 : 1;
    if (end >= rest.size)
        return rest; /* it never ends */
    end++;
    tn__buf_text(sql, tn__text_sub(rest, 0, end));
    return tn__text_sub(rest, end, rest.size);
}

static int put_table(struct tn__buf *sql, const char *table, tn_error *err)
{
    tn_text rest = put_part(sql, tn_text_of(table));
    while (rest.size > 1 && rest.data[0] == '.') {
        tn__buf_putc(sql, '.');
        rest = put_part(sql, tn__text_sub(rest, 1, rest.size));
    }
    if (!table[0] || rest.size > 0)
        return tn_error_set(err, TN_EINVAL, "no name of a table: '%s'", table);
    return TN_OK;
}

static void put_columns(struct tn__buf *sql, const char *const *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tn__buf_puts(sql, i ? ", " : "");
        tn__buf_sql_name(sql, tn_text_of(columns[i]));
    }
}

/* "SELECT a, b FROM t", which is described, and "COPY t (a, b) FROM STDIN …", which is run. */
static int make(struct tn__driver_copy **out, struct tn__driver_conn *conn, const char *table,
                const char *const *columns, size_t count, tn_error *err)
{
    struct tn__buf name;
    struct tn__buf query;
    tn__buf_init(&name, 0);
    tn__buf_init(&query, 0);
    int rc = put_table(&name, table, err);
    tn__buf_puts(&query, "SELECT ");
    put_columns(&query, columns, count);
    tn__buf_printf(&query, "%s FROM ", count ? "" : "*");
    if (tn__buf_status(&name) == TN_OK)
        tn__buf_text(&query, tn__buf_view(&name));
    else
        tn__buf_fail(&query, tn__buf_status(&name));
    if (rc == TN_OK && tn__buf_status(&query) != TN_OK)
        rc = tn_error_set(err, tn__buf_status(&query), "cannot begin to copy: %s",
                          tn_status_text(tn__buf_status(&query)));
    if (rc == TN_OK) {
        rc = tn__pg_copy_make(out, conn, tn__buf_view(&query), err);
        if (rc != TN_OK)
            err->position = 0; /* it is our text, not the caller's */
    }
    if (rc == TN_OK) {
        struct tn__buf *sql = &(*out)->sql;
        tn__buf_puts(sql, "COPY ");
        tn__buf_text(sql, tn__buf_view(&name));
        tn__buf_puts(sql, count ? " (" : "");
        put_columns(sql, columns, count);
        tn__buf_puts(sql, count ? ") FROM STDIN (FORMAT binary)" : " FROM STDIN (FORMAT binary)");
    }
    tn__buf_fini(&name);
    tn__buf_fini(&query);
    return rc;
}

/* --- rows ---------------------------------------------------------------------------------------- */

static void stop(void *self)
{
    struct tn__driver_copy *copy = self;
    tn_error ignored;
    (void)tn__pq->putCopyEnd(copy->conn->pg, "given up");
    (void)tn__pg_flush(copy->conn, &ignored);
    (void)tn__pg_copy_finish(copy, &ignored);
    tn_error_set(&ignored, TN_EMISUSE, "the copy is over: its connection was given back");
    (void)tn__pg_copy_fail(copy, TN_EMISUSE, &ignored);
}

int tn__pg_copy_in_open(struct tn__driver_copy **out, struct tn__driver_conn *conn,
                        const char *table, const char *const *columns, size_t count, tn_error *err)
{
    static const char header[] =
        "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* flags, size of an extension */
    struct tn__driver_copy *copy = NULL;
    int rc = make(&copy, conn, table, columns, count, err);
    if (rc != TN_OK)
        return rc;
    rc = tn__pg_copy_start(copy, PGRES_COPY_IN, stop, err);
    if (rc == TN_NONE)
        rc = tn_error_set(err, TN_EUNSUPPORTED,
                          "the table '%s' has columns that are generated: name those to copy",
                          table);
    if (rc == TN_OK) {
        tn__buf_add(&copy->buf, header, sizeof header);
        *out = copy;
        return TN_OK;
    }
    if (conn->task == &copy->task) {
        tn_error ignored;
        (void)tn__pq->putCopyEnd(conn->pg, "given up");
        (void)tn__pg_copy_finish(copy, &ignored);
    }
    tn__pg_copy_free(copy);
    return rc;
}

/* The server has refused something, or was made to stop: hear what it says. */
static int end_early(struct tn__driver_copy *copy, tn_error *err)
{
    (void)tn__pq->putCopyEnd(copy->conn->pg, "given up");
    int rc = tn__pg_flush(copy->conn, err);
    int said = tn__pg_copy_finish(copy, err);
    rc = said != TN_OK ? said : rc;
    if (rc == TN_OK)
        rc = tn_error_set(err, TN_ERROR, "the copy has ended before its end");
    return tn__pg_copy_fail(copy, rc, err);
}

static int send_buffer(struct tn__driver_copy *copy, tn_error *err)
{
    struct tn__driver_conn *conn = copy->conn;
    int rc = tn__buf_status(&copy->buf);
    if (rc != TN_OK) {
        tn_error_set(err, rc, "cannot copy a row: %s", tn_status_text(rc));
        return tn__pg_copy_fail(copy, rc, err);
    }
    int sent = tn__pq->putCopyData(conn->pg, copy->buf.data, (int)copy->buf.size);
    tn__buf_reset(&copy->buf);
    rc = sent == 1 ? tn__pg_flush(conn, err) : tn__pg_fail_send(conn, err);
    if (rc == TN_ENOMEM)
        return tn__pg_copy_fail(copy, rc, err);
    return rc != TN_OK || atomic_load(&conn->is_stopped) ? end_early(copy, err) : TN_OK;
}

static int fail_value(struct tn__driver_copy *copy, size_t row_at, size_t column, int rc,
                      tn_error *err)
{
    const char *name = copy->stmt->column_names[column];
    tn_error_prefix(err, "row %lld, column '%s'", (long long)copy->rows + 1, name);
    tn__copy_text(err->column, sizeof err->column, tn_text_of(name));
    if (tn__buf_status(&copy->buf) != TN_OK)
        return tn__pg_copy_fail(copy, rc, err); /* the rows before it are gone, too */
    tn__buf_cut(&copy->buf, row_at);
    return rc;
}

/*
 * The commonest values, straight into the room that the buffer has: most rows have no others, and there are
 * many of them. False: it is none of these, or there is no room.
 */
static bool put_common(struct tn__buf *buf, const struct tn__pg_type *type, const tn_value *value)
{
    union {
        double real;
        uint64_t bits;
    } number;
    enum {
        HEAD = 4
    };
    char *at = buf->data + buf->size;
    size_t room = buf->cap - buf->size;
    size_t size = 0;
    if (room <= HEAD + sizeof number)
        return false;
    if (value->type == TN_TEXT && type->kind == TN__PG_TEXT && value->as.text.data) {
        size = value->as.text.size;
        if (room - HEAD <= size || memchr(value->as.text.data, 0, size))
            return false;
        memcpy(at + HEAD, value->as.text.data, size);
    } else if (value->type == TN_INT && type->kind == TN__PG_INT8) {
        size = sizeof number;
        tn__pg_put64(at + HEAD, (uint64_t)value->as.integer);
    } else if (value->type == TN_INT && type->kind == TN__PG_INT4 &&
               value->as.integer == (int32_t)value->as.integer) {
        size = sizeof(int32_t);
        tn__pg_put32(at + HEAD, (uint32_t)value->as.integer);
    } else if (value->type == TN_REAL && type->kind == TN__PG_FLOAT8) {
        size = sizeof number;
        number.real = value->as.real;
        tn__pg_put64(at + HEAD, number.bits);
    } else if (value->type != TN_NULL) {
        return false;
    }
    tn__pg_put32(at, value->type == TN_NULL ? UINT32_MAX : (uint32_t)size);
    buf->size += HEAD + size;
    buf->data[buf->size] = '\0';
    return true;
}

int tn__pg_copy_in_row(struct tn__driver_copy *copy, const tn_value *values, size_t count,
                       tn_error *err)
{
    struct tn__buf *buf = &copy->buf;
    char head[2];
    if (copy->status != TN_OK) {
        *err = copy->why;
        return copy->status;
    }
    if (count != (size_t)copy->stmt->column_count)
        return tn_error_set(err, TN_EINVAL, "%zu values for %d columns", count,
                            copy->stmt->column_count);
    size_t row_at = buf->size;
    tn__pg_put16(head, (uint16_t)count);
    tn__buf_add(buf, head, sizeof head);
    for (size_t i = 0; i < count; i++) {
        const struct tn__pg_type *type = copy->stmt->column_types[i];
        if (TN_LIKELY(put_common(buf, type, &values[i])))
            continue;
        int rc = tn__pg_append_field(buf, type, &values[i], err);
        if (TN_UNLIKELY(rc != TN_OK))
            return fail_value(copy, row_at, i, rc, err);
    }
    copy->rows++;
    return buf->size < SEND_AT_BYTES ? TN_OK : send_buffer(copy, err);
}

/* A row of generated code: its values are as they travel, but for those that are texts, which the server does not
 * read here. */
int tn__pg_copy_in_bound(struct tn__driver_copy *copy, struct tn__driver_stmt *stmt,
                         const struct tn_pg_params *params, tn_error *err)
{
    struct tn__buf *buf = &copy->buf;
    char head[4];
    size_t row_at = buf->size;
    tn__pg_put16(head, (uint16_t)stmt->param_count);
    tn__buf_add(buf, head, 2);
    for (int i = 0; i < stmt->param_count; i++) {
        const char *value = params->values[i];
        if (value && stmt->types->formats[i] == 0) {
            const tn_value text = tn_value_string(value);
            int rc = tn__pg_append_field(buf, copy->stmt->column_types[i], &text, err);
            if (rc != TN_OK)
                return fail_value(copy, row_at, (size_t)i, rc, err);
            continue;
        }
        tn__pg_put32(head, value ? (uint32_t)params->sizes[i] : UINT32_MAX);
        tn__buf_add(buf, head, sizeof head);
        if (value)
            tn__buf_add(buf, value, (size_t)params->sizes[i]);
    }
    tn_arena_reset(&stmt->scratch);
    copy->rows++;
    return buf->size < SEND_AT_BYTES ? TN_OK : send_buffer(copy, err);
}

static int keep(struct tn__driver_copy *copy, int64_t *rows, tn_error *err)
{
    static const char trailer[] = {'\377', '\377'};
    if (copy->status == TN_OK) {
        tn__buf_add(&copy->buf, trailer, sizeof trailer);
        int rc = send_buffer(copy, err);
        if (rc != TN_OK)
            return rc;
    } else {
        *err = copy->why;
        return copy->status;
    }
    int rc = tn__pq->putCopyEnd(copy->conn->pg, NULL) == 1 ? tn__pg_flush(copy->conn, err)
                                                           : tn__pg_fail_send(copy->conn, err);
    int said = tn__pg_copy_finish(copy, err);
    rc = said != TN_OK ? said : rc;
    if (rc == TN_OK)
        *rows = copy->rows;
    return rc;
}

int tn__pg_copy_in_end(struct tn__driver_copy *copy, bool keeps, int64_t *rows, tn_error *err)
{
    int rc = keeps ? keep(copy, rows, err) : TN_OK;
    if (copy->conn)
        stop(copy);
    tn__pg_copy_free(copy);
    return rc;
}
