/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <string.h>

#include "driver/postgres/copy.h"
#include "driver/postgres/decode.h"
#include "lex/lex.h"
#include "util/alloc.h"
#include "util/str.h"

enum {
    OID_TEXT = 25
};

/* --- the statement ------------------------------------------------------------------------------- */

/* Without semicolons and comments behind it: it goes into parentheses. */
static tn_text without_end(tn_text query)
{
    struct tn__lexer lexer;
    struct tn__token token;
    size_t end = 0;
    tn__lex_init(&lexer, query, TN__POSTGRES);
    while ((token = tn__lex_next_solid(&lexer)).kind != TN__TOK_END) {
        if (token.kind != TN__TOK_SEMI)
            end = token.offset + token.size;
    }
    return tn__text_sub(query, 0, end);
}

static void put_query(struct tn__buf *sql, tn_text query, const char *behind)
{
    tn__buf_puts(sql, "(");
    tn__buf_text(sql, query);
    tn__buf_puts(sql, ")");
    tn__buf_puts(sql, behind);
}

/* All columns are in binary. One of a type that is known by its text alone is read as that. */
static void put_as_text(struct tn__driver_copy *copy, tn_text query)
{
    struct tn__buf *sql = &copy->sql;
    tn__buf_puts(sql, "(SELECT ");
    for (int i = 0; i < copy->stmt->column_count; i++)
        tn__buf_printf(sql, "%sq.c%d%s", i ? ", " : "", i,
                       tn__pg_type_is_binary(copy->stmt->column_types[i]) ? "" : "::text");
    tn__buf_puts(sql, " FROM ");
    put_query(sql, query, " AS q(");
    for (int i = 0; i < copy->stmt->column_count; i++)
        tn__buf_printf(sql, "%sc%d", i ? ", " : "", i);
    tn__buf_puts(sql, "))");
}

static int make(struct tn__driver_copy *copy, tn_text query, tn_error *err)
{
    size_t count = (size_t)copy->stmt->column_count;
    bool is_known = true;
    if (copy->stmt->param_count > 0)
        return tn_error_set(err, TN_EINVAL, "the query of a copy cannot have parameters");
    if (count == 0)
        return tn_error_set(err, TN_EINVAL, "no query to copy the rows of");
    copy->fields = tn__alloc_zero(count, sizeof *copy->fields);
    copy->types = tn__alloc_zero(count, sizeof *copy->types);
    copy->values = tn__alloc_zero(count, sizeof *copy->values);
    if (!copy->fields || !copy->types || !copy->values)
        return tn_error_set(err, TN_ENOMEM, "cannot begin to copy: out of memory");
    for (size_t i = 0; i < count; i++) {
        const struct tn__pg_type *type = copy->stmt->column_types[i];
        is_known = is_known && tn__pg_type_is_binary(type);
        copy->types[i] = tn__pg_type_is_binary(type) ? type : tn__pg_type_find(OID_TEXT);
    }
    tn__pg_copy_reader_init(&copy->reader, count);
    tn__buf_puts(&copy->sql, "COPY ");
    if (is_known)
        put_query(&copy->sql, query, "");
    else
        put_as_text(copy, query);
    tn__buf_puts(&copy->sql, " TO STDOUT (FORMAT binary)");
    return TN_OK;
}

/* --- rows ---------------------------------------------------------------------------------------- */

static void stop(void *self)
{
    struct tn__driver_copy *copy = self;
    struct tn__driver_conn *conn = copy->conn;
    tn_error ignored;
    int got = copy->is_read || conn->is_lost ? -1 : 0;
    if (got == 0 && !conn->in_tx) /* in a transaction it would end that */
        tn__pg_cancel(conn);
    while (got >= 0) {
        char *piece = NULL;
        got = tn__pq->getCopyData(conn->pg, &piece, 1);
        tn__pq->freemem(piece);
        if (got == 0 && (tn__pg_pause(conn, POLLIN, &ignored) != TN_OK ||
                         tn__pq->status(conn->pg) == CONNECTION_BAD))
            break;
    }
    (void)tn__pg_copy_finish(copy, &ignored);
    tn_error_set(&ignored, TN_EMISUSE, "the copy is over: its connection was given back");
    (void)tn__pg_copy_fail(copy, TN_EMISUSE, &ignored);
}

int tn__pg_copy_out_open(struct tn__driver_copy **out, struct tn__driver_conn *conn,
                         const char *query, tn_error *err)
{
    struct tn__driver_copy *copy = NULL;
    tn_text text = without_end(tn_text_of(query));
    int rc = tn__pg_copy_make(&copy, conn, text, err);
    if (rc != TN_OK)
        return rc;
    rc = make(copy, text, err);
    if (rc == TN_OK) {
        rc = tn__pg_copy_start(copy, PGRES_COPY_OUT, stop, err);
        if (rc == TN_NONE)
            rc = tn_error_set(err, TN_ESCHEMA, "the query has other columns than a moment ago");
    }
    if (rc == TN_OK) {
        *out = copy;
        return TN_OK;
    }
    if (conn->task == &copy->task)
        stop(copy);
    tn__pg_copy_free(copy);
    return rc;
}

/* All is read, or the server has something to say. */
static int end(struct tn__driver_copy *copy, tn_error *err)
{
    copy->is_read = true;
    int rc = tn__pg_copy_finish(copy, err);
    if (rc == TN_OK && !copy->reader.is_ended)
        rc = tn_error_set(err, TN_ECORRUPT, "the rows of a COPY cannot be read: no end");
    return rc == TN_OK ? TN_DONE : rc;
}

/* One more piece from the server. TN_OK; TN_DONE: there is none. */
static int more(struct tn__driver_copy *copy, tn_error *err)
{
    struct tn__driver_conn *conn = copy->conn;
    char *piece;
    for (;;) {
        int size = tn__pq->getCopyData(conn->pg, &piece, 1);
        if (size > 0) {
            int rc = tn__pg_copy_feed(&copy->reader, piece, (size_t)size, err);
            if (copy->piece)
                tn__pq->freemem(copy->piece);
            copy->piece = piece;
            return rc;
        }
        if (size == -1)
            return end(copy, err);
        if (size < -1)
            return tn__pg_fail_send(conn, err);
        int rc = tn__pg_pause(conn, POLLIN, err);
        if (rc != TN_OK)
            return rc;
        if (tn__pq->status(conn->pg) == CONNECTION_BAD)
            return end(copy, err);
    }
}

static int decode(struct tn__driver_copy *copy, tn_error *err)
{
    tn_arena_reset(&copy->scratch);
    for (size_t i = 0; i < copy->reader.column_count; i++) {
        const struct tn__pg_copy_field *field = &copy->fields[i];
        copy->values[i] = tn_value_null();
        int rc = field->data ? tn__pg_decode(&copy->values[i], copy->types[i], true, field->data,
                                             field->size, &copy->scratch, err)
                             : TN_OK;
        if (TN_UNLIKELY(rc != TN_OK)) {
            tn_error_prefix(err, "row %lld, column '%s'", (long long)copy->rows + 1,
                            copy->stmt->column_names[i]);
            return rc;
        }
    }
    copy->rows++;
    return TN_ROW;
}

static int next(struct tn__driver_copy *copy, tn_error *err)
{
    int rc;
    while ((rc = tn__pg_copy_row(&copy->reader, copy->fields, err)) == TN_NONE) {
        rc = more(copy, err);
        if (rc != TN_OK)
            return rc;
    }
    if (rc == TN_ROW)
        return decode(copy, err);
    /* Behind the last row there is what the server says. */
    while (rc == TN_DONE && copy->conn) {
        int got = more(copy, err);
        if (got != TN_OK)
            return got;
        rc = tn__pg_copy_row(&copy->reader, copy->fields, err);
    }
    return rc;
}

int tn__pg_copy_out_next(struct tn__driver_copy *copy, const tn_value **values, tn_error *err)
{
    if (copy->status != TN_OK) {
        *err = copy->why;
        return copy->status;
    }
    if (copy->is_read)
        return TN_DONE;
    int rc = next(copy, err);
    if (TN_LIKELY(rc == TN_ROW)) {
        *values = copy->values;
        if (TN_UNLIKELY(copy->is_seen))
            copy->conn->observer->row(copy->conn->observer_user, copy);
        return rc;
    }
    return rc < 0 ? tn__pg_copy_fail(copy, rc, err) : rc;
}

size_t tn__pg_copy_out_count(const struct tn__driver_copy *copy)
{
    return copy->reader.column_count;
}

const char *tn__pg_copy_out_name(const struct tn__driver_copy *copy, size_t column)
{
    return copy->stmt->column_names[column];
}

void tn__pg_copy_out_end(struct tn__driver_copy *copy)
{
    if (copy->conn)
        stop(copy);
    tn__pg_copy_free(copy);
}
