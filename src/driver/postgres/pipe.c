/* SPDX-License-Identifier: MIT */
#include "driver/postgres/pipe.h"

#include <poll.h>
#include <string.h>

#include "util/alloc.h"

enum {
    FIRST_CAP = 64
};

/* --- items -------------------------------------------------------------------------------------- */

static bool make_room(struct tn__driver_pipe *pipe)
{
    if (pipe->end - pipe->read < pipe->cap)
        return true;
    size_t cap = pipe->cap ? pipe->cap * 2 : FIRST_CAP;
    struct tn__pg_item *items = tn__alloc_zero(cap, sizeof *items);
    if (!items)
        return false;
    for (uint64_t i = pipe->read; i < pipe->end; i++)
        items[i & (cap - 1)] = *tn__pg_item_at(pipe, i);
    tn__free(pipe->items);
    pipe->items = items;
    pipe->cap = cap;
    return true;
}

struct tn__pg_item *tn__pg_pipe_push(struct tn__driver_pipe *pipe, enum tn__pg_item_kind kind)
{
    if (!make_room(pipe))
        return NULL;
    struct tn__pg_item *item = tn__pg_item_at(pipe, pipe->end++);
    *item = (struct tn__pg_item){.kind = kind, .group = pipe->group, .is_local = true};
    return item;
}

void tn__pg_pipe_sent(struct tn__driver_pipe *pipe, struct tn__pg_item *item, size_t bytes)
{
    if (pipe->in_flight == 0)
        tn__pg_enter(pipe->conn);
    item->is_local = false;
    item->bytes = bytes;
    pipe->in_flight++;
    pipe->bytes += bytes;
    pipe->unsent += bytes;
}

/* --- the first one that has no answer yet ------------------------------------------------------- */

/* The server works at it from now on: statements are told of one after the other. */
static void begin(struct tn__driver_pipe *pipe, const struct tn__pg_item *item)
{
    struct tn__driver_conn *conn = pipe->conn;
    pipe->is_begun = true;
    if (conn->sees && item->kind == TN__PG_ITEM_STATEMENT) {
        conn->observer->start(conn->observer_user, pipe, tn__pg_source(item->stmt));
        pipe->is_seen = true;
    }
    tn__pg_limit(conn);
}

static void tell_end(struct tn__driver_pipe *pipe, const struct tn__pg_item *item)
{
    struct tn__driver_conn *conn = pipe->conn;
    if (!pipe->is_seen)
        return;
    pipe->is_seen = false;
    if (!conn->sees)
        return;
    int rows = item->result ? tn__pq->ntuples(item->result) : 0;
    for (int i = 0; i < rows; i++)
        conn->observer->row(conn->observer_user, pipe);
    conn->observer->end(conn->observer_user, pipe,
                        item->result ? tn__pg_affected(item->result) : 0);
}

static void keep_failure(struct tn__pg_item *item, int status, const tn_error *err)
{
    if (item->status != TN_OK)
        return;
    item->status = status;
    item->failure = tn__alloc(sizeof *item->failure);
    if (item->failure)
        *item->failure = *err;
}

static void note_failure(struct tn__driver_pipe *pipe, const struct tn__pg_item *item)
{
    pipe->failed_group = item->group;
    if (item->group == pipe->group)
        pipe->is_failed = true;
}

/* All of its answer has come. */
static void finish(struct tn__driver_pipe *pipe, struct tn__pg_item *item)
{
    struct tn__driver_conn *conn = pipe->conn;
    tell_end(pipe, item);
    if (item->status != TN_OK)
        note_failure(pipe, item);
    pipe->taken++;
    pipe->in_flight--;
    pipe->bytes -= item->bytes;
    pipe->is_begun = false;
    if (pipe->in_flight > 0)
        return;
    tn__pg_rest(conn);
    if (item->kind == TN__PG_ITEM_SYNC)
        tn__pg_note_transaction(conn);
}

void tn__pg_pipe_lose(struct tn__driver_pipe *pipe, const tn_error *err)
{
    if (pipe->is_lost)
        return;
    pipe->is_lost = true;
    pipe->why = *err;
    pipe->why.status = TN_ECONNECT;
    pipe->conn->is_lost = true;
    pipe->conn->in_tx = pipe->conn->is_failed = false;
    for (; pipe->taken < pipe->end; pipe->taken++) {
        struct tn__pg_item *item = tn__pg_item_at(pipe, pipe->taken);
        /* Whether a group was committed is told only where no statement of it tells that it was not. */
        if (item->is_local || (item->kind == TN__PG_ITEM_SYNC && item->group == pipe->failed_group))
            continue;
        tell_end(pipe, item);
        item->status = item->status != TN_OK ? item->status : TN_ECONNECT;
        note_failure(pipe, item);
    }
    pipe->in_flight = pipe->bytes = 0;
    tn__pg_rest(pipe->conn);
}

/* --- answers ------------------------------------------------------------------------------------ */

static void take_failure(struct tn__driver_pipe *pipe, struct tn__pg_item *item,
                         const PGresult *result)
{
    struct tn__driver_conn *conn = pipe->conn;
    tn_error err;
    tn_error_clear(&err);
    int rc = tn__pg_fail_result(conn, result, item->stmt ? &item->stmt->text : NULL, &err);
    if (rc == TN_EINTERRUPT && conn->limits)
        rc = conn->observer->judge(conn->observer_user, rc, &err);
    atomic_store(&conn->is_stopped, false);
    if (item->stmt && tn__pg_is_stale(item->stmt, &err)) {
        tn__pg_forget(item->stmt, !conn->is_outdated);
        rc = tn_error_set(&err, TN_ESCHEMA,
                          "the schema has changed since the statement was prepared");
    } else if (item->stmt && tn__pg_is_doubtful(item->stmt, &err)) {
        tn__pg_forget(item->stmt, false);
    }
    keep_failure(item, rc, &err);
}

static void take_rows(struct tn__pg_item *item, PGresult *result)
{
    tn_error err;
    item->result = result;
    if (item->kind == TN__PG_ITEM_STATEMENT && !tn__pg_has_columns(item->stmt, result)) {
        tn_error_clear(&err);
        tn_error_set(&err, TN_ESCHEMA, "the columns are others than when it was prepared");
        keep_failure(item, TN_ESCHEMA, &err);
    }
}

/* Answers are missing: nobody knows any more whose the next one is. */
static void lose_count(struct tn__driver_pipe *pipe)
{
    tn_error err;
    tn_error_clear(&err);
    (void)tn__pg_fail_stuck(pipe->conn, &err);
    tn__pg_pipe_lose(pipe, &err);
}

/* One result for the item. Whether the item is answered by that. */
static bool take_result(struct tn__driver_pipe *pipe, struct tn__pg_item *item, PGresult *result)
{
    switch (tn__pq->resultStatus(result)) {
    case PGRES_PIPELINE_SYNC:
        tn__pq->clear(result);
        if (item->kind != TN__PG_ITEM_SYNC)
            lose_count(pipe);
        return item->kind == TN__PG_ITEM_SYNC;
    case PGRES_PIPELINE_ABORTED:
        item->status = item->status != TN_OK ? item->status : TN_ENOTRUN;
        break;
    case PGRES_FATAL_ERROR:
        take_failure(pipe, item, result);
        if (item->kind == TN__PG_ITEM_ASKED && !item->result) {
            item->result = result;
            return false;
        }
        break;
    default:
        if (item->result)
            break;
        take_rows(item, result);
        return false;
    }
    tn__pq->clear(result);
    return false;
}

/* The wire is cut: what the server has said before that is the reason. */
static void lose_wire(struct tn__driver_pipe *pipe, PGresult *result)
{
    tn_error err;
    tn_error_clear(&err);
    if (result && tn__pq->resultStatus(result) == PGRES_FATAL_ERROR)
        (void)tn__pg_fail_result(pipe->conn, result, NULL, &err);
    else
        (void)tn__pg_fail_conn(pipe->conn, &err);
    tn__pq->clear(result);
    tn__pg_pipe_lose(pipe, &err);
}

void tn__pg_pipe_take(struct tn__driver_pipe *pipe)
{
    while (pipe->taken < pipe->end) {
        struct tn__pg_item *item = tn__pg_item_at(pipe, pipe->taken);
        if (item->is_local) {
            pipe->taken++;
            continue;
        }
        PGconn *pg = pipe->conn->pg;
        if (!pipe->is_begun)
            begin(pipe, item);
        bool is_cut = tn__pq->status(pg) == CONNECTION_BAD;
        if (!is_cut && tn__pq->isBusy(pg))
            return;
        PGresult *result = tn__pq->getResult(pg);
        if (is_cut || tn__pq->status(pg) == CONNECTION_BAD) {
            lose_wire(pipe, result);
            return;
        }
        bool is_answered =
            result ? take_result(pipe, item, result)
                   : item->kind != TN__PG_ITEM_SYNC && (item->result || item->status != TN_OK);
        if (is_answered)
            finish(pipe, item);
    }
}

bool tn__pg_pipe_urge(struct tn__driver_pipe *pipe)
{
    PGconn *pg = pipe->conn->pg;
    if (pipe->taken >= pipe->asked_for && pipe->in_flight > 0) {
        if (tn__pq->sendFlushRequest(pg))
            pipe->asked_for = pipe->end;
    }
    pipe->unsent = 0;
    return tn__pq->flush(pg) == 1;
}

void tn__pg_pipe_await(struct tn__driver_pipe *pipe)
{
    tn_error err;
    uint64_t before = pipe->taken;
    bool holds = tn__pg_pipe_urge(pipe);
    for (;;) {
        tn__pg_pipe_take(pipe);
        if (pipe->taken != before || pipe->taken == pipe->end)
            return;
        tn_error_clear(&err);
        if (tn__pg_pause(pipe->conn, (short)(POLLIN | (holds ? POLLOUT : 0)), &err) != TN_OK) {
            tn__pg_pipe_lose(pipe, &err);
            return;
        }
        holds = holds && tn__pq->flush(pipe->conn->pg) == 1;
    }
}

int tn__pg_pipe_collect(struct tn__driver_pipe *pipe, bool is_sent, PGresult **results,
                        size_t count, tn_error *err)
{
    uint64_t first = pipe->end;
    int rc = is_sent ? TN_OK : tn__pg_fail_send(pipe->conn, err);
    for (size_t i = 0; rc == TN_OK && i < count; i++) {
        struct tn__pg_item *item = tn__pg_pipe_push(pipe, TN__PG_ITEM_ASKED);
        if (item)
            tn__pg_pipe_sent(pipe, item, 0);
        else
            rc = tn_error_set(err, TN_ENOMEM, "cannot send a statement: out of memory");
    }
    if (rc != TN_OK) {
        /* Nobody knows what was sent and what was not, or whose the answers would be. */
        tn__pg_pipe_lose(pipe, err);
        return rc;
    }
    while (pipe->taken < first + count)
        tn__pg_pipe_await(pipe);
    rc = pipe->is_lost ? TN_ECONNECT : TN_OK;
    for (size_t i = 0; i < count; i++) {
        struct tn__pg_item *item = tn__pg_item_at(pipe, first + i);
        if (rc == TN_OK && item->status == TN_ENOTRUN && i == 0)
            rc = tn_error_set(err, TN_ENOTRUN, "%s", tn_status_text(TN_ENOTRUN));
        results[i] = item->result;
        item->result = NULL;
    }
    if (pipe->is_lost)
        *err = pipe->why;
    return rc;
}

int tn__pg_pipe_sync(struct tn__driver_pipe *pipe, tn_error *err)
{
    if (pipe->is_lost)
        return tn_error_set(err, TN_ECONNECT, "%s", pipe->why.message);
    if (!pipe->is_unsynced)
        return TN_OK;
    struct tn__pg_item *item = tn__pg_pipe_push(pipe, TN__PG_ITEM_SYNC);
    if (!item)
        return tn_error_set(err, TN_ENOMEM, "cannot end a group of statements: out of memory");
    if (!tn__pq->pipelineSync(pipe->conn->pg)) {
        int rc = tn__pg_fail_send(pipe->conn, err);
        tn__pg_pipe_lose(pipe, err);
        return rc;
    }
    tn__pg_pipe_sent(pipe, item, 0);
    pipe->asked_for = pipe->end;
    pipe->group++;
    pipe->is_failed = pipe->is_unsynced = false;
    (void)tn__pg_pipe_urge(pipe);
    return TN_OK;
}
