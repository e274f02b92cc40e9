/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "driver/postgres/postgres.h"
#include "util/clock.h"
#include "util/str.h"

/* How long the server may take to answer that it has cancelled a statement, or undone what it did, before
 * it counts as gone. */
enum {
    PATIENCE_MS = 5000
};

static int64_t moment_in(int64_t ms)
{
    return ms < INT32_MAX ? tn__mono_ns() + ms * 1000000 : INT64_MAX;
}

void tn__pg_enter(struct tn__driver_conn *conn)
{
    bool limits = conn->limits;
    conn->until_ns = INT64_MAX;
    /* Asked once: it counts from then on, and a statement has several results. One more: it is whole
     * milliseconds, and to be over when it is. */
    if (limits)
        conn->until_ns = moment_in(
            conn->is_tidying ? PATIENCE_MS : conn->observer->left_ms(conn->observer_user) + 1);
    /* Nor may sending wait without a limit. */
    if (limits != conn->is_nonblocking && tn__pq->setnonblocking(conn->pg, limits) == 0)
        conn->is_nonblocking = limits;
    atomic_store(&conn->is_stopped, false);
    atomic_store(&conn->is_running, true);
}

static void note_transaction(struct tn__driver_conn *conn)
{
    PGTransactionStatusType status = tn__pq->transactionStatus(conn->pg);
    conn->in_tx = status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
    conn->is_failed = status == PQTRANS_INERROR;
    if (!conn->is_failed)
        conn->failed_status = 0;
    if (status == PQTRANS_UNKNOWN)
        conn->is_lost = true;
}

void tn__pg_leave(struct tn__driver_conn *conn)
{
    atomic_store(&conn->is_running, false);
    note_transaction(conn);
    if (TN_UNLIKELY(conn->canceller != NULL) &&
        !tn__pg_cancel_end(conn, conn->is_lost ? 0 : PATIENCE_MS))
        conn->is_lost = true;
}

static int give_up(struct tn__driver_conn *conn, tn_error *err)
{
    conn->is_lost = true;
    conn->in_tx = conn->is_failed = conn->begins = false;
    return tn_error_set(err, TN_ECONNECT, "the server does not answer");
}

/* The time is up: cancel what runs, then wait for that. */
static int be_late(struct tn__driver_conn *conn, tn_error *err)
{
    if (conn->is_tidying || atomic_exchange(&conn->is_stopped, true) || !tn__pg_cancel_start(conn))
        return give_up(conn, err);
    conn->until_ns = moment_in(PATIENCE_MS);
    return TN_OK;
}

/* Wait for the socket, and take what came. */
static int wait_socket(struct tn__driver_conn *conn, short events, tn_error *err)
{
    struct pollfd wait = {.fd = tn__pq->socket(conn->pg), .events = events};
    int64_t left = -1;
    if (conn->until_ns != INT64_MAX) {
        left = (conn->until_ns - tn__mono_ns()) / 1000000;
        left = left > 0 ? left : 0;
    }
    int got = poll(&wait, 1, (int)left);
    if (got == 0)
        return be_late(conn, err);
    if (got < 0 && errno != EINTR)
        return give_up(conn, err);
    if (got > 0 && wait.revents != POLLOUT)
        (void)tn__pq->consumeInput(conn->pg); /* if it fails the result says why */
    return TN_OK;
}

/* Until all is sent, and libpq has a result at hand; or says in one why it never will. */
static int wait_limited(struct tn__driver_conn *conn, tn_error *err)
{
    int rc = TN_OK;
    while (rc == TN_OK && tn__pq->flush(conn->pg) == 1)
        rc = wait_socket(conn, POLLIN | POLLOUT, err);
    while (rc == TN_OK && tn__pq->isBusy(conn->pg) && tn__pq->status(conn->pg) != CONNECTION_BAD)
        rc = wait_socket(conn, POLLIN, err);
    return rc;
}

int tn__pg_next(PGresult **out, struct tn__driver_conn *conn, tn_error *err)
{
    *out = NULL;
    if (TN_UNLIKELY(conn->limits)) {
        int rc = wait_limited(conn, err);
        if (rc != TN_OK)
            return rc;
    }
    *out = tn__pq->getResult(conn->pg);
    return TN_OK;
}

int tn__pg_fail_send(struct tn__driver_conn *conn, tn_error *err)
{
    /* What the server said before it hung up ("terminating connection …") is better than that it did. */
    PGresult *result;
    int rc = TN_OK;
    tn_error said;
    while (tn__pq->status(conn->pg) == CONNECTION_BAD && (result = tn__pq->getResult(conn->pg))) {
        if (tn__pq->resultStatus(result) == PGRES_FATAL_ERROR && rc == TN_OK)
            rc = tn__pg_fail_result(conn, result, NULL, &said);
        tn__pq->clear(result);
    }
    if (rc == TN_OK)
        return tn__pg_fail_conn(conn, err);
    conn->is_lost = true;
    *err = said;
    return rc;
}

int tn__pg_check_free(const struct tn__driver_conn *conn, tn_error *err)
{
    if (TN_UNLIKELY(conn->is_lost))
        return tn_error_set(err, TN_ECONNECT, "the connection to the server is lost");
    if (TN_UNLIKELY(conn->streaming != NULL))
        return tn_error_set(err, TN_EMISUSE,
                            "the rows of a stream are still being read on this connection");
    return TN_OK;
}

/* Send SQL and take what comes for it. `take` sees each result that is no failure. */
static int run_simple(struct tn__driver_conn *conn, const char *sql,
                      void (*take)(const PGresult *result, char *out, size_t size), char *out,
                      size_t size, tn_error *err)
{
    PGresult *result;
    tn_error later;
    int rc = tn__pg_check_free(conn, err);
    if (rc != TN_OK)
        return rc;
    if (out)
        out[0] = '\0';
    tn__pg_enter(conn);
    if (!tn__pq->sendQuery(conn->pg, sql)) {
        rc = tn__pg_fail_send(conn, err);
        tn__pg_leave(conn);
        return rc;
    }
    for (;;) {
        int got = tn__pg_next(&result, conn, rc == TN_OK ? err : &later);
        if (got != TN_OK && rc == TN_OK)
            rc = got;
        if (got != TN_OK || !result)
            break;
        if (tn__pq->resultStatus(result) == PGRES_FATAL_ERROR)
            got = tn__pg_fail_result(conn, result, NULL, rc == TN_OK ? err : &later);
        else if (out)
            take(result, out, size);
        rc = rc == TN_OK ? got : rc;
        tn__pq->clear(result);
    }
    tn__pg_leave(conn);
    return rc;
}

static void take_first(const PGresult *result, char *out, size_t size)
{
    if (tn__pq->resultStatus(result) == PGRES_TUPLES_OK && tn__pq->ntuples(result) > 0 &&
        tn__pq->nfields(result) > 0)
        tn__copy_text(out, size, tn_text_of(tn__pq->getvalue(result, 0, 0)));
}

/* libpq wants a result that it may write to, and does not. */
static void take_tag(const PGresult *result, char *out, size_t size)
{
    union {
        const PGresult *in;
        PGresult *out;
    } same = {result};
    tn__copy_text(out, size, tn_text_of(tn__pq->cmdStatus(same.out)));
}

int tn__pg_exec(struct tn__driver_conn *conn, const char *sql, char *out, size_t size,
                tn_error *err)
{
    return run_simple(conn, sql, take_first, out, size, err);
}

int tn__pg_run_command(struct tn__driver_conn *conn, const char *sql, char *tag, size_t size,
                       tn_error *err)
{
    return run_simple(conn, sql, take_tag, tag, size, err);
}

/* --- several at once ---------------------------------------------------------------------------- */

const char *tn__pg_begin_sql(const struct tn__driver_conn *conn)
{
    static const char *const sql[2][4] = {
        [TN_READ] = {"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                     "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY",
                     "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                     "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"},
        [TN_WRITE] = {"BEGIN", "BEGIN ISOLATION LEVEL READ COMMITTED",
                      "BEGIN ISOLATION LEVEL REPEATABLE READ",
                      "BEGIN ISOLATION LEVEL SERIALIZABLE"},
    };
    return sql[conn->begin_access][conn->begin_isolation];
}

int tn__pg_batch_begin(struct tn__driver_conn *conn, tn_error *err)
{
    tn__pg_enter(conn);
    bool is_sent = tn__pq->enterPipelineMode(conn->pg);
    if (is_sent && conn->begins)
        is_sent =
            tn__pq->sendQueryParams(conn->pg, tn__pg_begin_sql(conn), 0, NULL, NULL, NULL, NULL, 0);
    if (is_sent)
        return TN_OK;
    int rc = tn__pg_fail_send(conn, err);
    tn__pq->exitPipelineMode(conn->pg);
    tn__pg_leave(conn);
    return rc;
}

/* The last result of one command. */
static int collect_one(PGresult **out, struct tn__driver_conn *conn, tn_error *err)
{
    PGresult *result;
    for (;;) {
        int rc = tn__pg_next(&result, conn, err);
        if (rc != TN_OK)
            return rc;
        if (!result)
            return *out ? TN_OK : tn__pg_fail_conn(conn, err);
        tn__pq->clear(*out);
        *out = result;
        /* After this nothing comes any more, for this command or another. */
        if (tn__pq->status(conn->pg) == CONNECTION_BAD)
            return tn__pg_fail_result(conn, result, NULL, err);
    }
}

int tn__pg_batch_end(struct tn__driver_conn *conn, bool is_sent, PGresult **results, size_t count,
                     tn_error *err)
{
    PGresult *sync = NULL;
    int rc = is_sent && tn__pq->pipelineSync(conn->pg) ? TN_OK : tn__pg_fail_send(conn, err);
    if (rc != TN_OK)
        conn->is_lost = true; /* nobody knows what was sent and what was not */
    for (size_t i = 0; rc == TN_OK && i < count; i++)
        rc = collect_one(&results[i], conn, err);
    if (rc == TN_OK)
        rc = tn__pg_next(&sync, conn, err);
    if (rc == TN_OK && !sync)
        rc = tn__pg_fail_conn(conn, err);
    tn__pq->clear(sync);
    tn__pq->exitPipelineMode(conn->pg);
    if (rc == TN_OK)
        conn->begins = false;
    tn__pg_leave(conn);
    return rc;
}

int tn__pg_flush_begin(struct tn__driver_conn *conn, tn_error *err)
{
    if (!conn->begins)
        return TN_OK;
    int rc = tn__pg_exec(conn, tn__pg_begin_sql(conn), NULL, 0, err);
    if (rc == TN_OK)
        conn->begins = false;
    return rc;
}
