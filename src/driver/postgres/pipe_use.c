/* SPDX-License-Identifier: MIT */
#include "driver/postgres/pipe.h"

#include <limits.h>
#include <string.h>

#include "util/alloc.h"
#include "util/clock.h"

enum {
    MESSAGE_BYTES = 64,       /* of a statement, beside its values */
    WRITE_AT_BYTES = 16 << 10 /* the server begins with what it has by then */
};

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "cannot send a statement: out of memory");
}

static int fail_lost(const struct tn__driver_pipe *pipe, tn_error *err)
{
    if (pipe->conn)
        *err = pipe->why;
    else
        tn_error_set(err, TN_EMISUSE, "the pipeline's connection has been given back");
    return err->status;
}

/* --- beginning ---------------------------------------------------------------------------------- */

/* BEGIN, where it waits for a statement to go with. */
static int send_begin(struct tn__driver_pipe *pipe, tn_error *err)
{
    struct tn__driver_conn *conn = pipe->conn;
    if (!conn->begins)
        return TN_OK;
    struct tn__pg_item *item = tn__pg_pipe_push(pipe, TN__PG_ITEM_OWN);
    if (!item)
        return fail_memory(err);
    if (!tn__pq->sendQueryParams(conn->pg, tn__pg_begin_sql(conn), 0, NULL, NULL, NULL, NULL, 0)) {
        int rc = tn__pg_fail_send(conn, err);
        tn__pg_pipe_lose(pipe, err);
        return rc;
    }
    tn__pg_pipe_sent(pipe, item, MESSAGE_BYTES);
    conn->begins = false;
    conn->in_tx = true; /* until the server says otherwise */
    pipe->is_unsynced = true;
    return TN_OK;
}

static void stop(void *self);

int tn__pg_pipe_open(struct tn__driver_pipe **out, struct tn__driver_conn *conn, size_t max_items,
                     size_t max_bytes, tn_error *err)
{
    int rc = tn__pg_check_free(conn, err);
    if (rc != TN_OK)
        return rc;
    struct tn__driver_pipe *pipe = tn__alloc_zero(1, sizeof *pipe);
    if (!pipe)
        return fail_memory(err);
    pipe->conn = conn;
    pipe->max_items = max_items;
    pipe->max_bytes = max_bytes;
    pipe->failed_group = UINT_MAX;
    pipe->in_tx = conn->begins || conn->in_tx;
    pipe->task = (struct tn__pg_task){.what = "a pipeline is open", .self = pipe, .stop = stop};
    if (!tn__pq->enterPipelineMode(conn->pg) || !tn__pg_block(conn, false)) {
        rc = tn__pg_fail_send(conn, err);
        tn__pq->exitPipelineMode(conn->pg);
        tn__free(pipe);
        return rc;
    }
    tn__pg_task_begin(conn, &pipe->task);
    *out = pipe;
    return TN_OK;
}

/* --- sending ------------------------------------------------------------------------------------ */

static int push_not_run(struct tn__driver_pipe *pipe, struct tn__driver_stmt *stmt, void *owner,
                        void *user, tn_error *err)
{
    struct tn__pg_item *item = tn__pg_pipe_push(pipe, TN__PG_ITEM_STATEMENT);
    if (!item)
        return fail_memory(err);
    item->stmt = stmt;
    item->owner = owner;
    item->user = user;
    item->status = TN_ENOTRUN;
    pipe->is_unsynced = true;
    return TN_OK;
}

int tn__pg_pipe_fail(struct tn__driver_pipe *pipe, void *user, const tn_error *why, tn_error *err)
{
    int rc = push_not_run(pipe, NULL, NULL, user, err);
    if (rc != TN_OK || why->status == TN_ENOTRUN)
        return rc;
    struct tn__pg_item *item = tn__pg_item_at(pipe, pipe->end - 1);
    item->status = why->status;
    item->failure = tn__alloc(sizeof *item->failure);
    if (item->failure)
        *item->failure = *why;
    pipe->is_failed = true;
    return TN_OK;
}

int tn__pg_pipe_ask(struct tn__driver_pipe *pipe, tn_error *err)
{
    if (pipe->is_lost)
        return fail_lost(pipe, err);
    int rc = send_begin(pipe, err);
    if (rc == TN_OK)
        pipe->conn->asking = pipe;
    return rc;
}

void tn__pg_pipe_asked(struct tn__driver_pipe *pipe)
{
    if (pipe->conn)
        pipe->conn->asking = NULL;
}

/* One that the server knows otherwise by now. */
static int describe(struct tn__driver_pipe *pipe, struct tn__driver_stmt *stmt, tn_error *err)
{
    if (TN_LIKELY(stmt->is_described))
        return TN_OK;
    int rc = tn__pg_pipe_ask(pipe, err);
    if (rc == TN_OK)
        rc = tn__pg_describe(stmt, err);
    tn__pg_pipe_asked(pipe);
    return rc;
}

static size_t bytes_of(const struct tn__driver_stmt *stmt)
{
    size_t size = MESSAGE_BYTES + (stmt->name[0] ? 0 : stmt->text.size);
    for (int i = 0; i < stmt->param_count; i++)
        size += tn__pg_param_size(stmt, i) + 8;
    return size;
}

/* What a parameter's type refuses the column may take by now: the server is asked within the pipeline. */
static int bind_anew(struct tn__driver_pipe *pipe, struct tn__driver_stmt *stmt, int index,
                     const tn_value *value, tn_error *err)
{
    if (pipe->is_failed)
        return TN_ENOTRUN;
    int rc = tn__pg_pipe_ask(pipe, err);
    if (rc == TN_OK)
        rc = tn__pg_bind(stmt, index, value, err);
    tn__pg_pipe_asked(pipe);
    return rc;
}

static int bind_all(struct tn__driver_pipe *pipe, struct tn__driver_stmt *stmt,
                    const tn_value *values, tn_error *err)
{
    for (int i = 0; i < stmt->param_count; i++) {
        int rc = tn__pg_bind(stmt, i + 1, &values[i], err);
        if (TN_UNLIKELY(rc == TN_ETYPE || rc == TN_ERANGE))
            rc = bind_anew(pipe, stmt, i + 1, &values[i], err);
        if (rc != TN_OK)
            return rc;
    }
    return TN_OK;
}

bool tn__pg_pipe_is_full(const struct tn__driver_pipe *pipe)
{
    return !pipe->is_lost && (pipe->in_flight >= pipe->max_items || pipe->bytes >= pipe->max_bytes);
}

/* Half-way the server is told to send what it has: it answers while the other half is being sent. Where
 * time is limited it is told each time, or nobody would know at which of them it works. */
static void keep_going(struct tn__driver_pipe *pipe)
{
    bool is_half = pipe->end - pipe->asked_for >= pipe->max_items / 2;
    if ((is_half || pipe->conn->limits) && tn__pq->sendFlushRequest(pipe->conn->pg)) {
        pipe->asked_for = pipe->end;
        pipe->unsent = is_half ? WRITE_AT_BYTES : pipe->unsent;
    }
    if (pipe->unsent < WRITE_AT_BYTES)
        return;
    (void)tn__pq->flush(pipe->conn->pg);
    pipe->unsent = 0;
}

/* What is bound. */
static int send_run(struct tn__driver_pipe *pipe, struct tn__driver_stmt *stmt, void *owner,
                    void *user, tn_error *err)
{
    int rc = tn__pg_check_size(stmt, err);
    if (rc != TN_OK)
        return rc;
    while (tn__pg_pipe_is_full(pipe))
        tn__pg_pipe_await(pipe);
    if (pipe->is_lost)
        return fail_lost(pipe, err);
    if (pipe->is_failed)
        return push_not_run(pipe, stmt, owner, user, err);
    rc = send_begin(pipe, err);
    if (rc != TN_OK)
        return rc;
    struct tn__pg_item *item = tn__pg_pipe_push(pipe, TN__PG_ITEM_STATEMENT);
    if (!item)
        return fail_memory(err);
    if (!tn__pg_send_run(stmt)) {
        rc = tn__pg_fail_send(pipe->conn, err);
        tn__pg_pipe_lose(pipe, err);
        pipe->end--; /* it is not answered: it failed here */
        pipe->taken = pipe->end;
        return rc;
    }
    item->stmt = stmt;
    item->owner = owner;
    item->user = user;
    item->is_binary = stmt->is_binary;
    tn__pg_pipe_sent(pipe, item, bytes_of(stmt));
    pipe->is_unsynced = true;
    keep_going(pipe);
    return TN_OK;
}

int tn__pg_pipe_send(struct tn__driver_pipe *pipe, struct tn__driver_stmt *stmt,
                     const tn_value *values, void *owner, void *user, tn_error *err)
{
    if (pipe->is_lost)
        return fail_lost(pipe, err);
    int rc = describe(pipe, stmt, err);
    if (rc == TN_OK)
        rc = bind_all(pipe, stmt, values, err);
    return rc == TN_OK ? send_run(pipe, stmt, owner, user, err) : rc;
}

int tn__pg_pipe_send_bound(struct tn__driver_pipe *pipe, struct tn__driver_stmt *stmt,
                           const struct tn_pg_params *params, tn_error *err)
{
    if (pipe->is_lost)
        return fail_lost(pipe, err);
    int rc = describe(pipe, stmt, err);
    if (rc != TN_OK)
        return rc;
    stmt->bound = params;
    rc = send_run(pipe, stmt, NULL, NULL, err);
    stmt->bound = NULL;
    tn_arena_reset(&stmt->scratch);
    return rc;
}

/* --- reading ------------------------------------------------------------------------------------ */

static void free_item(struct tn__pg_item *item)
{
    if (item->result)
        tn__pq->clear(item->result);
    tn__free(item->failure);
    item->result = NULL;
    item->failure = NULL;
}

/* Why the current item failed. */
static int tell_failure(const struct tn__driver_pipe *pipe, tn_error *err)
{
    const struct tn__pg_item *item = &pipe->current;
    if (item->failure)
        *err = *item->failure;
    else if (item->status == TN_ECONNECT && pipe->is_lost)
        *err = pipe->why;
    else
        tn_error_set(err, item->status, "%s", tn_status_text(item->status));
    return item->status;
}

/* A SYNC is read as an answer only where it failed: it was the COMMIT of its group. */
static bool is_for_reader(const struct tn__pg_item *item)
{
    return item->kind == TN__PG_ITEM_STATEMENT ||
           (item->kind == TN__PG_ITEM_SYNC && item->status != TN_OK);
}

int tn__pg_pipe_next(struct tn__driver_pipe *pipe, struct tn__driver_answer *out, tn_error *err)
{
    free_item(&pipe->current);
    tn_arena_reset(&pipe->scratch);
    do {
        if (pipe->read == pipe->end)
            return TN_DONE;
        if (pipe->read >= pipe->taken) {
            tn__pg_pipe_await(pipe);
            continue;
        }
        free_item(&pipe->current);
        pipe->current = *tn__pg_item_at(pipe, pipe->read);
        pipe->read++;
        if (is_for_reader(&pipe->current))
            break;
    } while (true);
    struct tn__pg_item *item = &pipe->current;
    bool has_rows = item->result && item->status == TN_OK &&
                    tn__pq->resultStatus(item->result) == PGRES_TUPLES_OK;
    *out = (struct tn__driver_answer){
        .owner = item->owner,
        .user = item->user,
        .is_commit = item->kind == TN__PG_ITEM_SYNC,
        .row_count = has_rows ? (size_t)tn__pq->ntuples(item->result) : 0,
        .column_count = has_rows ? (size_t)tn__pq->nfields(item->result) : 0,
        .affected = item->result && item->status == TN_OK ? tn__pg_affected(item->result) : 0,
    };
    return item->status == TN_OK ? TN_OK : tell_failure(pipe, err);
}

/* By then the statement may have been prepared anew, and have other columns. */
static const struct tn__pg_type *type_of(const struct tn__pg_item *item, int column)
{
    const struct tn__driver_stmt *stmt = item->stmt;
    uint32_t oid = tn__pq->ftype(item->result, column);
    if (TN_LIKELY(column < stmt->column_count && stmt->column_types[column]->oid == oid))
        return stmt->column_types[column];
    return tn__pg_known(stmt->conn, oid);
}

tn_value tn__pg_pipe_value(struct tn__driver_pipe *pipe, size_t row, size_t column)
{
    const struct tn__pg_item *item = &pipe->current;
    int r = (int)row;
    int c = (int)column;
    size_t size = (size_t)tn__pq->getlength(item->result, r, c);
    if (size == 0 && tn__pq->getisnull(item->result, r, c))
        return tn_value_null();
    return tn__pg_value_of(type_of(item, c), item->is_binary, tn__pq->getvalue(item->result, r, c),
                           size, &pipe->scratch);
}

void tn__pg_pipe_rows(struct tn_pg_rows *rows, struct tn__driver_pipe *pipe)
{
    const struct tn__pg_item *item = &pipe->current;
    *rows = (struct tn_pg_rows){
        .result = item->result,
        .pq = &item->stmt->conn->calls,
        .row = -1,
        .count = tn__pq->ntuples(item->result),
        .affected = tn__pg_affected(item->result),
        .stmt = item->stmt,
    };
}

const char *tn__pg_pipe_column_name(const struct tn__driver_pipe *pipe, size_t column)
{
    return tn__pq->fname(pipe->current.result, (int)column);
}

/* --- in somebody's event loop ------------------------------------------------------------------- */

int tn__pg_pipe_socket(const struct tn__driver_pipe *pipe)
{
    return pipe->conn && !pipe->is_lost ? tn__pq->socket(pipe->conn->pg) : -1;
}

unsigned tn__pg_pipe_wants(struct tn__driver_pipe *pipe)
{
    if (!pipe->conn || pipe->is_lost)
        return 0;
    unsigned wants = pipe->in_flight > 0 ? TN_WANTS_READ : 0;
    return tn__pg_pipe_urge(pipe) ? wants | TN_WANTS_WRITE : wants;
}

int64_t tn__pg_pipe_left_ns(const struct tn__driver_pipe *pipe)
{
    if (!pipe->conn || !pipe->is_begun || pipe->conn->until_ns == INT64_MAX)
        return INT64_MAX;
    int64_t left = pipe->conn->until_ns - tn__mono_ns();
    return left > 0 ? left : 0;
}

static bool has_answer(const struct tn__driver_pipe *pipe)
{
    for (uint64_t i = pipe->read; i < pipe->taken; i++) {
        if (is_for_reader(tn__pg_item_at(pipe, i)))
            return true;
    }
    return false;
}

int tn__pg_pipe_pump(struct tn__driver_pipe *pipe, tn_error *err)
{
    if (pipe->conn && !pipe->is_lost) {
        (void)tn__pg_pipe_urge(pipe);
        (void)tn__pq->consumeInput(pipe->conn->pg);
        tn__pg_pipe_take(pipe);
        /* Only where its time is up does this do anything: cancel, or give up. */
        if (pipe->in_flight > 0 && tn__pg_pipe_left_ns(pipe) == 0 &&
            tn__pg_late(pipe->conn, err) != TN_OK)
            tn__pg_pipe_lose(pipe, err);
    }
    if (has_answer(pipe))
        return TN_ROW;
    return pipe->in_flight > 0 ? TN_OK : TN_DONE;
}

/* --- the end ------------------------------------------------------------------------------------ */

static void lose_for_memory(struct tn__driver_pipe *pipe)
{
    tn_error err;
    tn_error_clear(&err);
    tn_error_set(&err, TN_ECONNECT, "no memory to end the pipeline");
    tn__pg_pipe_lose(pipe, &err);
}

/* What was not ended by a SYNC is undone: outside of a transaction the server would keep it. */
static void send_rollback(struct tn__driver_pipe *pipe)
{
    struct tn__pg_item *item = tn__pg_pipe_push(pipe, TN__PG_ITEM_OWN);
    if (item && tn__pq->sendQueryParams(pipe->conn->pg, "ROLLBACK", 0, NULL, NULL, NULL, NULL, 0))
        tn__pg_pipe_sent(pipe, item, MESSAGE_BYTES);
    else /* it goes with the connection */
        lose_for_memory(pipe);
}

/* Take what is on its way, and leave the connection as it was. */
static void stop(void *self)
{
    struct tn__driver_pipe *pipe = self;
    struct tn__driver_conn *conn = pipe->conn;
    tn_error err;
    tn_error_clear(&err);
    conn->is_muted = true; /* of the ROLLBACK of no transaction */
    if (!pipe->is_lost && pipe->is_unsynced && !pipe->in_tx && !pipe->is_failed)
        send_rollback(pipe);
    if (!pipe->is_lost && tn__pg_pipe_sync(pipe, &err) != TN_OK)
        tn__pg_pipe_lose(pipe, &err);
    while (!pipe->is_lost && pipe->taken < pipe->end)
        tn__pg_pipe_await(pipe);
    conn->is_muted = false;
    if (!pipe->is_lost && (!tn__pq->exitPipelineMode(conn->pg)))
        conn->is_lost = true;
    (void)tn__pg_block(conn, true);
    conn->asking = NULL;
    tn__pg_task_end(conn);
    if (!conn->is_lost)
        tn__pg_leave(conn);
    if (!pipe->is_lost)
        tn_error_set(&pipe->why, TN_EMISUSE, "the pipeline is over");
    pipe->is_lost = true;
    pipe->conn = NULL;
}

void tn__pg_pipe_stop(struct tn__driver_pipe *pipe)
{
    if (pipe->conn)
        stop(pipe);
}

void tn__pg_pipe_close(struct tn__driver_pipe *pipe)
{
    tn__pg_pipe_stop(pipe);
    free_item(&pipe->current);
    for (; pipe->read < pipe->end; pipe->read++)
        free_item(tn__pg_item_at(pipe, pipe->read));
    tn_arena_fini(&pipe->scratch);
    tn__free(pipe->items);
    tn__free(pipe);
}
