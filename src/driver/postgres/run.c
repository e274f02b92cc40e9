/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "driver/postgres/generated.h"
#include "driver/postgres/postgres.h"

/* --- who watches -------------------------------------------------------------------------------- */

static void see_start(struct tn__driver_stmt *stmt)
{
    struct tn__driver_conn *conn = stmt->conn;
    if (TN_LIKELY(!conn->sees))
        return;
    conn->observer->start(conn->observer_user, stmt, tn__pg_source(stmt));
    stmt->is_seen = true;
}

static void see_end(struct tn__driver_stmt *stmt)
{
    struct tn__driver_conn *conn = stmt->conn;
    if (TN_LIKELY(!stmt->is_seen))
        return;
    stmt->is_seen = false;
    if (conn->sees)
        conn->observer->end(conn->observer_user, stmt, stmt->is_readonly ? 0 : stmt->affected);
}

/* --- sending ------------------------------------------------------------------------------------ */

/* Whether rows can come as they are in memory: libpq asks for all columns alike. */
static bool can_be_binary(const struct tn__driver_stmt *stmt)
{
    if (!stmt->is_described)
        return false;
    for (int i = 0; i < stmt->column_count; i++) {
        if (!tn__pg_type_is_binary(stmt->column_types[i]))
            return false;
    }
    return true;
}

/* Of generated code: its values lie as libpq takes them. */
static bool send_bound(struct tn__driver_stmt *stmt)
{
    PGconn *pg = stmt->conn->pg;
    const char *const *values = stmt->bound ? stmt->bound->values : NULL;
    const int *sizes = stmt->bound ? stmt->bound->sizes : NULL;
    const int *formats = stmt->types->formats;
    stmt->is_binary = !stmt->types->is_text;
    if (TN_LIKELY(stmt->name[0]))
        return tn__pq->sendQueryPrepared(pg, stmt->name, stmt->param_count, values, sizes, formats,
                                         stmt->is_binary);
    return tn__pq->sendQueryParams(pg, stmt->text.sql, stmt->param_count, stmt->param_oids, values,
                                   sizes, formats, stmt->is_binary);
}

bool tn__pg_send_run(struct tn__driver_stmt *stmt)
{
    PGconn *pg = stmt->conn->pg;
    if (stmt->types)
        return send_bound(stmt);
    for (int i = 0; i < stmt->param_count; i++) {
        stmt->values[i] = stmt->params[i].data;
        stmt->sizes[i] = stmt->params[i].size;
        stmt->formats[i] = stmt->params[i].format;
    }
    stmt->is_binary = can_be_binary(stmt);
    if (stmt->name[0])
        return tn__pq->sendQueryPrepared(pg, stmt->name, stmt->param_count, stmt->values,
                                         stmt->sizes, stmt->formats, stmt->is_binary);
    return tn__pq->sendQueryParams(pg, stmt->text.sql, stmt->param_count, stmt->param_oids,
                                   stmt->values, stmt->sizes, stmt->formats, stmt->is_binary);
}

/* --- receiving ---------------------------------------------------------------------------------- */

/* COPY leaves the connection in the middle of its data: end it. */
static int refuse_copy(struct tn__driver_conn *conn, bool is_in, tn_error *err)
{
    char *row;
    if (is_in)
        tn__pq->putCopyEnd(conn->pg, "not as a statement");
    else
        while (tn__pq->getCopyData(conn->pg, &row, 0) > 0)
            tn__pq->freemem(row);
    return tn_error_set(err, TN_EMISUSE,
                        "rows of a COPY come and go through tn_copy_in_open() and "
                        "tn_copy_out_open() (tenon/copy.h)");
}

/* Keep the first result, or the failure, and take the rest off the wire. */
static int receive(PGresult **out, struct tn__driver_stmt *stmt, tn_error *err)
{
    struct tn__driver_conn *conn = stmt->conn;
    PGresult *kept = NULL;
    PGresult *result;
    bool is_refused = false;
    for (;;) {
        int rc = tn__pg_next(&result, conn, err);
        if (rc != TN_OK) {
            tn__pq->clear(kept);
            return rc;
        }
        if (!result)
            break;
        ExecStatusType status = tn__pq->resultStatus(result);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
            (void)refuse_copy(conn, status == PGRES_COPY_IN, err);
            is_refused = true;
        }
        if (!kept ||
            (status == PGRES_FATAL_ERROR && tn__pq->resultStatus(kept) != PGRES_FATAL_ERROR)) {
            tn__pq->clear(kept);
            kept = result;
        } else {
            tn__pq->clear(result);
        }
    }
    if (is_refused) {
        tn__pq->clear(kept);
        return TN_EMISUSE;
    }
    if (!kept)
        return tn__pg_fail_conn(conn, err);
    *out = kept;
    return TN_OK;
}

int64_t tn__pg_affected(const PGresult *result)
{
    /* libpq wants a result that it may write to, and does not. */
    union {
        const PGresult *in;
        PGresult *out;
    } same = {result};
    int64_t count = 0;
    for (const char *p = tn__pq->cmdTuples(same.out); *p >= '0' && *p <= '9'; p++)
        count = count * 10 + (*p - '0');
    return count;
}

/* Of a named statement the server sees to the names. What has none may mean another table by now. */
bool tn__pg_has_columns(const struct tn__driver_stmt *stmt, const PGresult *result)
{
    const struct tn__pg_type *const *types = stmt->column_types;
    int count = tn__pq->nfields(result);
    if (count != stmt->column_count || !types)
        return false;
    for (int i = 0; i < count; i++) {
        if (tn__pq->ftype(result, i) != types[i]->oid)
            return false;
    }
    for (int i = 0; !stmt->name[0] && i < count; i++) {
        if (strcmp(tn__pq->fname(result, i), stmt->column_names[i]) != 0)
            return false;
    }
    return true;
}

/* The columns that came are those that were told; else take these. */
static int check_columns(struct tn__driver_stmt *stmt, const PGresult *result, tn_error *err)
{
    int count = tn__pq->nfields(result);
    /* What generated code reads was compared when it was prepared, and the server keeps to it. */
    if (TN_LIKELY(stmt->is_described &&
                  ((stmt->types && stmt->name[0]) || tn__pg_has_columns(stmt, result))))
        return TN_OK;
    if (stmt->is_started && !tn__pg_has_columns(stmt, result))
        return tn_error_set(err, TN_ECORRUPT, "the server sent other columns among the rows");
    int rc = tn__pg_take_columns(stmt, result, err);
    if (rc == TN_OK && stmt->types)
        return tn__pg_gen_check(stmt, err);
    if (rc != TN_OK)
        return rc;
    for (int i = 0; stmt->is_binary && i < count; i++) {
        if (!tn__pg_type_is_binary(stmt->column_types[i]))
            return tn_error_set(err, TN_ESCHEMA, "column '%s' has another type now",
                                stmt->column_names[i]);
    }
    return TN_OK;
}

static int take(struct tn__driver_stmt *stmt, PGresult *result, tn_error *err)
{
    struct tn__driver_conn *conn = stmt->conn;
    stmt->row = -1;
    switch (tn__pq->resultStatus(result)) {
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
        stmt->result = result;
        stmt->row_count = tn__pq->ntuples(result);
        stmt->affected = stmt->is_readonly ? 0 : tn__pg_affected(result);
        return check_columns(stmt, result, err);
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        stmt->row_count = 0;
        stmt->affected = tn__pg_affected(result);
        tn__pq->clear(result);
        return TN_OK;
    default: {
        int rc = tn__pg_fail_result(conn, result, &stmt->text, err);
        tn__pq->clear(result);
        return rc;
    }
    }
}

/* --- running ------------------------------------------------------------------------------------ */

/* Whoever reads on is told: to run it once more is not what he wants. */
static void stop_stream(void *self)
{
    struct tn__driver_stmt *stmt = self;
    tn__pg_reset(stmt);
    stmt->is_cut = true;
}

static int run_alone(struct tn__driver_stmt *stmt, tn_error *err)
{
    struct tn__driver_conn *conn = stmt->conn;
    PGresult *result = NULL;
    tn__pg_enter(conn);
    int rc = tn__pg_send_run(stmt) ? receive(&result, stmt, err) : tn__pg_fail_send(conn, err);
    tn__pg_leave(conn);
    if (rc != TN_OK && conn->is_failed && conn->failed_status == 0)
        tn__pg_note_failed(conn, rc, err->message); /* refused by us, and it has failed by that */
    return rc == TN_OK ? take(stmt, result, err) : rc;
}

/* BEGIN travels with it. */
static int run_begin(struct tn__driver_stmt *stmt, tn_error *err)
{
    struct tn__driver_conn *conn = stmt->conn;
    PGresult *results[2] = {NULL, NULL};
    int rc = tn__pg_batch_begin(conn, err);
    if (rc != TN_OK)
        return rc;
    rc = tn__pg_batch_end(conn, tn__pg_send_run(stmt), results, 2, err);
    if (rc == TN_OK && tn__pq->resultStatus(results[0]) == PGRES_FATAL_ERROR) {
        rc = tn__pg_fail_result(conn, results[0], NULL, err);
        tn__pq->clear(results[1]);
    } else if (rc == TN_OK) {
        rc = take(stmt, results[1], err);
    } else {
        tn__pq->clear(results[1]);
    }
    tn__pq->clear(results[0]);
    return rc;
}

/* All is read: free the connection for others. */
static void end_stream(struct tn__driver_conn *conn)
{
    PGresult *result;
    tn_error ignored;
    while (tn__pg_next(&result, conn, &ignored) == TN_OK && result) {
        if (tn__pq->resultStatus(result) ==
            PGRES_FATAL_ERROR) /* the transaction has failed by it */
            (void)tn__pg_fail_result(conn, result, NULL, &ignored);
        tn__pq->clear(result);
    }
    /* libpq forgets that rows come one by one when something is sent, but not in a pipeline, where a
     * later statement's would be taken for a stream's. It is sent nothing here: there is no text. */
    (void)tn__pq->sendQueryParams(conn->pg, NULL, 0, NULL, NULL, NULL, NULL, 0);
    tn__pg_task_end(conn);
    tn__pg_leave(conn);
}

static int run_stream(struct tn__driver_stmt *stmt, tn_error *err)
{
    struct tn__driver_conn *conn = stmt->conn;
    PGresult *result = NULL;
    int rc = tn__pg_describe(stmt, err);
    if (rc == TN_OK)
        rc = tn__pg_flush_begin(conn, err);
    if (rc != TN_OK)
        return rc;
    tn__pg_enter(conn);
    if (!tn__pg_send_run(stmt)) {
        rc = tn__pg_fail_send(conn, err);
        tn__pg_leave(conn);
        return rc;
    }
    tn__pq->setSingleRowMode(conn->pg);
    stmt->task = (struct tn__pg_task){.what = "the rows of a stream are still being read",
                                      .self = stmt,
                                      .stop = stop_stream,
                                      .is_rows = true};
    tn__pg_task_begin(conn, &stmt->task);
    rc = tn__pg_next(&result, conn, err);
    if (rc == TN_OK)
        rc = result ? take(stmt, result, err) : tn__pg_fail_conn(conn, err);
    return rc;
}

bool tn__pg_is_stale(const struct tn__driver_stmt *stmt, const tn_error *err)
{
    if (!stmt->name[0] || !err->sqlstate[0])
        return false;
    return stmt->conn->is_outdated ||
           (strcmp(err->sqlstate, "26000") == 0 && strstr(err->message, stmt->name));
}

bool tn__pg_is_doubtful(const struct tn__driver_stmt *stmt, const tn_error *err)
{
    /* Without a name it is parsed each time, with the types that its parameters were found to have. */
    return (stmt->name[0] || stmt->param_count > 0) && err->sqlstate[0] && stmt->conn->is_doubtful;
}

/* A COPY in the middle of a pipeline would wait for data for ever, and one that is read as a stream would
 * never end. */
static int run_any(struct tn__driver_stmt *stmt, tn_error *err)
{
    if (TN_UNLIKELY(stmt->is_stream && !stmt->is_copy))
        return run_stream(stmt, err);
    if (TN_UNLIKELY(stmt->conn->begins && !stmt->is_copy))
        return run_begin(stmt, err);
    int rc = tn__pg_flush_begin(stmt->conn, err);
    return TN_LIKELY(rc == TN_OK) ? run_alone(stmt, err) : rc;
}

/* The statement is prepared anew when it is next used. */
static int fail_stale(struct tn__driver_conn *conn, tn_error *err)
{
    static const char message[] =
        "the schema has changed since the statement was prepared, and the "
        "transaction has failed by it";
    tn__pg_note_failed(conn, TN_ESCHEMA, message);
    return tn_error_set(err, TN_ESCHEMA, "%s", message);
}

/* What the server could not read as the type that a parameter had may be right for the one that it has. */
static bool passes_text(const struct tn__driver_stmt *stmt)
{
    for (int i = 0; i < stmt->param_count; i++)
        if (stmt->params[i].data && stmt->params[i].format == 0)
            return true;
    return false;
}

/* Once more with a statement that is prepared anew, where nothing but it is lost by that. */
static int run(struct tn__driver_stmt *stmt, tn_error *err)
{
    struct tn__driver_conn *conn = stmt->conn;
    int rc = tn__pg_check_free(conn, err);
    if (rc != TN_OK)
        return rc;
    bool was_in_tx = conn->in_tx;
    bool begins = conn->begins;
    bool was_described = stmt->is_described;
    if (!stmt->is_described && (stmt->param_count > 0 || stmt->types))
        rc = tn__pg_describe(stmt, err);
    if (rc == TN_OK)
        rc = tn__pg_check_size(stmt, err);
    if (TN_UNLIKELY(rc != TN_OK))
        return rc;
    rc = run_any(stmt, err);
    if (TN_LIKELY(rc == TN_OK))
        return rc;
    bool is_stale = tn__pg_is_stale(stmt, err);
    if (!is_stale && !(was_described && tn__pg_is_doubtful(stmt, err))) {
        if (was_described && (rc == TN_ETYPE || rc == TN_ERANGE) && passes_text(stmt))
            tn__pg_forget(stmt, false);
        return rc;
    }
    if (conn->task == &stmt->task)
        end_stream(conn);
    tn__pg_forget(stmt, is_stale && !conn->is_outdated);
    if (was_in_tx)
        return is_stale ? fail_stale(conn, err) : rc;
    if (begins) {
        rc = tn__pg_exec(conn, "ROLLBACK", NULL, 0, err);
        if (rc != TN_OK)
            return rc;
        conn->begins = true;
    }
    rc = tn__pg_describe(stmt, err);
    return rc == TN_OK ? run_any(stmt, err) : rc;
}

/* --- stepping ----------------------------------------------------------------------------------- */

static int next_of_stream(struct tn__driver_stmt *stmt, tn_error *err)
{
    struct tn__driver_conn *conn = stmt->conn;
    PGresult *result = NULL;
    tn__pq->clear(stmt->result);
    stmt->result = NULL;
    int rc = tn__pg_next(&result, conn, err);
    if (rc != TN_OK)
        return rc;
    return result ? take(stmt, result, err) : tn__pg_fail_conn(conn, err);
}

static int finish(struct tn__driver_stmt *stmt, int rc)
{
    if (stmt->conn->task == &stmt->task)
        end_stream(stmt->conn);
    stmt->is_done = true;
    stmt->quick_end = 0;
    stmt->conn->affected = stmt->affected;
    see_end(stmt);
    return rc;
}

int tn__pg_fail_cut(tn_error *err)
{
    return tn_error_set(err, TN_EMISUSE,
                        "the transaction, or the savepoint, in which the rows were read is over");
}

static void leave_row(struct tn__driver_stmt *stmt)
{
    stmt->read = NULL;
    stmt->is_spoilt = false;
    stmt->unread = 0;
}

__attribute__((noinline)) static int step(struct tn__driver_stmt *stmt, tn_error *err)
{
    int rc = stmt->unread ? tn__pg_unread(stmt, stmt->unread - 1, err) : TN_OK;
    leave_row(stmt);
    if (TN_UNLIKELY(rc != TN_OK))
        return finish(stmt, rc);
    if (TN_UNLIKELY(stmt->is_done))
        tn__pg_reset(stmt);
    if (!stmt->is_started) {
        if (TN_UNLIKELY(stmt->is_cut))
            return tn__pg_fail_cut(err);
        see_start(stmt);
        stmt->affected = 0;
        rc = run(stmt, err);
        stmt->is_started = rc == TN_OK;
    } else if (stmt->is_stream) {
        rc = next_of_stream(stmt, err);
    }
    if (TN_UNLIKELY(rc != TN_OK))
        return finish(stmt, rc);
    if (++stmt->row >= stmt->row_count)
        return finish(stmt, TN_DONE);
    stmt->quick_end = stmt->is_stream || stmt->is_seen ? 0 : stmt->row_count;
    if (TN_UNLIKELY(stmt->is_seen))
        stmt->conn->observer->row(stmt->conn->observer_user, stmt);
    return TN_ROW;
}

/* To the next row of those in hand, which nobody watches, it is not far. */
int tn__pg_step(struct tn__driver_stmt *stmt, tn_error *err)
{
    if (TN_LIKELY(stmt->row + 1 < stmt->quick_end)) {
        stmt->row++;
        stmt->read = NULL;
        return TN_ROW;
    }
    return step(stmt, err);
}

int tn__pg_run_whole(struct tn__driver_stmt *stmt, tn_error *err)
{
    struct tn__driver_conn *conn = stmt->conn;
    if (TN_UNLIKELY(stmt->is_started))
        tn__pg_reset(stmt);
    see_start(stmt);
    stmt->affected = 0;
    int rc = run(stmt, err);
    stmt->is_started = rc == TN_OK;
    for (int i = 0; TN_UNLIKELY(stmt->is_seen) && rc == TN_OK && i < stmt->row_count; i++)
        conn->observer->row(conn->observer_user, stmt);
    return finish(stmt, rc);
}

/* What is left need not be sent; but cancelling would end a transaction, and what a statement outside of one
 * has changed would be undone. */
static void cut_stream(const struct tn__driver_stmt *stmt)
{
    struct tn__driver_conn *conn = stmt->conn;
    if (!conn->in_tx && stmt->is_readonly && !stmt->is_change)
        tn__pg_cancel(conn);
    end_stream(conn);
}

void tn__pg_reset(struct tn__driver_stmt *stmt)
{
    if (stmt->conn->task == &stmt->task)
        cut_stream(stmt);
    if (stmt->is_started || stmt->is_seen)
        see_end(stmt);
    tn__pq->clear(stmt->result);
    tn__pq->clear(stmt->before);
    stmt->result = stmt->before = NULL;
    leave_row(stmt);
    stmt->row_count = stmt->quick_end = 0;
    if (TN_UNLIKELY(stmt->scratch.used_bytes > 0))
        tn_arena_reset(&stmt->scratch);
    stmt->is_started = stmt->is_done = stmt->is_cut = false;
}
