/* SPDX-License-Identifier: MIT */
#include "driver/postgres/copy.h"

#include <string.h>

#include "util/alloc.h"
#include "util/str.h"

int tn__pg_copy_make(struct tn__driver_copy **out, struct tn__driver_conn *conn, tn_text query,
                     tn_error *err)
{
    int rc = tn__pg_check_free(conn, err);
    if (rc != TN_OK)
        return rc;
    struct tn__driver_copy *copy = tn__alloc_zero(1, sizeof *copy);
    if (!copy)
        return tn_error_set(err, TN_ENOMEM, "cannot begin to copy: out of memory");
    copy->conn = conn;
    tn__buf_init(&copy->sql, 0);
    tn__buf_init(&copy->buf, 0);
    tn__pg_copy_reader_init(&copy->reader, 0);
    rc = tn__pg_prepare(&copy->stmt, conn, query.data, query.size, false, err);
    if (rc == TN_OK)
        rc = tn__pg_describe(copy->stmt, err);
    if (rc != TN_OK) {
        tn__pg_copy_free(copy);
        return rc;
    }
    *out = copy;
    return TN_OK;
}

int tn__pg_copy_fail(struct tn__driver_copy *copy, int status, const tn_error *err)
{
    if (copy->status == TN_OK) {
        copy->status = status;
        copy->why = *err;
    }
    return status;
}

/* --- what the server says ------------------------------------------------------------------------ */

/* Behind the name of a table and a comma: a word, and then what is wanted. */
static tn_text behind_word(tn_text text)
{
    text = tn__text_trim(text);
    size_t word = tn__text_find(text, ' ');
    return word < text.size ? tn__text_sub(text, word + 1, text.size) : (tn_text){"", 0};
}

/*
 * Where it was: "COPY tasks, line 17, column title: …". The words are translated, their order is not. A
 * name with a comma in it is not understood, and then nothing is told.
 */
static void tell_place(tn_text context, tn_error *err)
{
    tn_text line;
    int64_t row;
    while (tn__text_line(&context, &line)) {
        if (!tn__text_starts(line, "COPY "))
            continue;
        size_t comma = tn__text_find(line, ',');
        tn_text rest = behind_word(tn__text_sub(line, comma + 1, line.size));
        comma = tn__text_find(rest, ',');
        if (tn__text_to_int(&row, tn__text_sub(rest, 0, comma)) != TN_OK)
            return;
        if (comma < rest.size && !err->column[0]) {
            tn_text column = behind_word(tn__text_sub(rest, comma + 1, rest.size));
            size_t colon = tn__text_find(column, ':');
            tn__copy_text(err->column, sizeof err->column, tn__text_sub(column, 0, colon));
        }
        tn_error_prefix(err, "row %lld", (long long)row);
        return;
    }
}

static int fail_result(struct tn__driver_copy *copy, const PGresult *result, tn_error *err)
{
    int rc = tn__pg_fail_result(copy->conn, result, NULL, err);
    const char *context = tn__pq->resultErrorField(result, PG_DIAG_CONTEXT);
    if (context)
        tell_place(tn_text_of(context), err);
    return rc;
}

/* --- beginning and end --------------------------------------------------------------------------- */

static void see(struct tn__driver_copy *copy, bool begins)
{
    struct tn__driver_conn *conn = copy->conn;
    if (begins && conn->sees)
        conn->observer->start(conn->observer_user, copy, copy->sql.data);
    else if (!begins && copy->is_seen && conn->sees)
        conn->observer->end(conn->observer_user, copy, copy->rows);
    copy->is_seen = begins && conn->sees;
}

int tn__pg_copy_start(struct tn__driver_copy *copy, ExecStatusType expected,
                      void (*stop)(void *self), tn_error *err)
{
    struct tn__driver_conn *conn = copy->conn;
    PGresult *result = NULL;
    int rc = tn__buf_status(&copy->sql);
    if (rc != TN_OK)
        return tn_error_set(err, rc, "cannot begin to copy: %s", tn_status_text(rc));
    rc = tn__pg_flush_begin(conn, err);
    if (rc != TN_OK)
        return rc;
    see(copy, true);
    tn__pg_enter(conn);
    copy->task = (struct tn__pg_task){.what = "rows are being copied", .self = copy, .stop = stop};
    tn__pg_task_begin(conn, &copy->task);
    rc = tn__pq->sendQuery(conn->pg, copy->sql.data) ? tn__pg_next(&result, conn, err)
                                                     : tn__pg_fail_send(conn, err);
    if (rc == TN_OK && !result)
        rc = tn__pg_fail_conn(conn, err);
    else if (rc == TN_OK && tn__pq->resultStatus(result) != expected)
        rc = fail_result(copy, result, err);
    else if (rc == TN_OK && (size_t)tn__pq->nfields(result) != (size_t)copy->stmt->column_count)
        rc = TN_NONE; /* the caller knows why */
    tn__pq->clear(result);
    if (rc == TN_OK && !tn__pg_block(conn, false))
        rc = tn__pg_fail_send(conn, err);
    return rc;
}

int tn__pg_copy_finish(struct tn__driver_copy *copy, tn_error *err)
{
    struct tn__driver_conn *conn = copy->conn;
    PGresult *result;
    int rc = TN_OK;
    if (!conn)
        return copy->status;
    for (;;) {
        tn_error later;
        tn_error_clear(&later);
        int got = tn__pg_next(&result, conn, &later);
        if (got == TN_OK && !result)
            break;
        ExecStatusType status = got == TN_OK ? tn__pq->resultStatus(result) : PGRES_FATAL_ERROR;
        if (got == TN_OK && status == PGRES_FATAL_ERROR)
            got = fail_result(copy, result, &later);
        else if (status == PGRES_COMMAND_OK)
            copy->rows = tn__pg_affected(result);
        else if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT)
            conn->is_lost = true; /* its data would come for ever */
        tn__pq->clear(result);
        if (got != TN_OK && rc == TN_OK) {
            rc = got;
            *err = later;
        }
        if (conn->is_lost)
            break;
    }
    (void)tn__pg_block(conn, true);
    see(copy, false);
    tn__pg_task_end(conn);
    if (!conn->is_lost)
        tn__pg_leave(conn);
    copy->conn = NULL;
    return rc;
}

void tn__pg_copy_free(struct tn__driver_copy *copy)
{
    tn__pg_finalize(copy->stmt);
    if (copy->piece)
        tn__pq->freemem(copy->piece);
    tn__buf_fini(&copy->sql);
    tn__buf_fini(&copy->buf);
    tn__pg_copy_reader_fini(&copy->reader);
    tn_arena_fini(&copy->scratch);
    tn__free(copy->fields);
    tn__free(copy->types);
    tn__free(copy->values);
    tn__free(copy);
}
