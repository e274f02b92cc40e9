/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "driver/postgres/pipe.h"
#include "driver/postgres/postgres.h"
#include "util/clock.h"
#include "util/str.h"

/* How long the server may take to answer that it has cancelled a statement, or undone what it did, before
 * it counts as gone. */
enum {
    PATIENCE_MS = 5000,
    LOOK_MS = 1000 /* libpq that had no memory for what has come tries it again when it is asked */
};

static int64_t moment_in(int64_t ms)
{
    return ms < INT32_MAX ? tn__mono_ns() + ms * 1000000 : INT64_MAX;
}

/* Nothing else is sent before the server has taken a request to stop what went before. */
static void end_cancel(struct tn__driver_conn *conn)
{
    if (TN_UNLIKELY(conn->canceller != NULL) &&
        !tn__pg_cancel_end(conn, conn->is_lost ? 0 : PATIENCE_MS))
        conn->is_lost = conn->is_silent = true;
}

/* One more: they are whole milliseconds, and to be over when it is. */
void tn__pg_limit(struct tn__driver_conn *conn)
{
    end_cancel(conn);
    conn->is_late = false;
    conn->until_ns = INT64_MAX;
    if (conn->limits)
        conn->until_ns = moment_in(
            conn->is_tidying ? PATIENCE_MS : conn->observer->left_ms(conn->observer_user) + 1);
}

bool tn__pg_block(struct tn__driver_conn *conn, bool blocks)
{
    if (blocks == conn->is_nonblocking && tn__pq->setnonblocking(conn->pg, !blocks) == 0)
        conn->is_nonblocking = !blocks;
    return blocks != conn->is_nonblocking;
}

void tn__pg_enter(struct tn__driver_conn *conn)
{
    /* Asked once: it counts from then on, and a statement has several results. */
    tn__pg_limit(conn);
    /* Nor may sending wait without a limit. */
    if (!conn->task)
        (void)tn__pg_block(conn, !conn->limits);
    atomic_store_explicit(&conn->is_waiting, !conn->task && conn->wake_fd >= 0,
                          memory_order_release);
    atomic_store(&conn->is_stopped, false);
    atomic_store(&conn->is_running, true);
}

void tn__pg_note_transaction(struct tn__driver_conn *conn)
{
    PGTransactionStatusType status = tn__pq->transactionStatus(conn->pg);
    conn->in_tx = status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
    conn->is_failed = status == PQTRANS_INERROR;
    if (!conn->is_failed)
        conn->failed_status = 0;
    if (status == PQTRANS_UNKNOWN)
        conn->is_lost = true;
}

/* Who interrupts has told the server by then, or cannot: or what comes next might be stopped instead. */
static void await_stoppers(struct tn__driver_conn *conn)
{
    int64_t end_ns = moment_in(PATIENCE_MS);
    while (atomic_load(&conn->stoppers) != 0 && !conn->is_lost) {
        conn->is_lost = tn__mono_ns() > end_ns;
        tn__sleep_us(50);
    }
}

void tn__pg_rest(struct tn__driver_conn *conn)
{
    atomic_store(&conn->is_running, false);
    if (TN_UNLIKELY(atomic_load(&conn->stoppers) != 0))
        await_stoppers(conn);
    /* Woken when there was nothing to stop any more. */
    if (TN_UNLIKELY(atomic_load(&conn->is_stopped)))
        (void)tn__pg_is_woken(conn);
}

void tn__pg_leave(struct tn__driver_conn *conn)
{
    tn__pg_rest(conn);
    tn__pg_note_transaction(conn);
    /* An answer was not read to its end, for want of memory: nothing can be sent behind it. */
    if (tn__pq->transactionStatus(conn->pg) == PQTRANS_ACTIVE)
        conn->is_lost = true;
    end_cancel(conn);
}

/* --- whose the connection is ------------------------------------------------------------------- */

void tn__pg_task_begin(struct tn__driver_conn *conn, struct tn__pg_task *task)
{
    conn->task = task;
    atomic_store(&conn->is_waiting, false);
}

void tn__pg_task_end(struct tn__driver_conn *conn)
{
    conn->task = NULL;
}

void tn__pg_task_stop(struct tn__driver_conn *conn)
{
    if (conn->task)
        conn->task->stop(conn->task->self);
}

int tn__pg_check_free(const struct tn__driver_conn *conn, tn_error *err)
{
    if (TN_UNLIKELY(conn->is_lost))
        return tn_error_set(err, TN_ECONNECT, "the connection to the server is lost");
    if (TN_UNLIKELY(conn->task != NULL) && !conn->asking)
        return tn_error_set(err, TN_EMISUSE, "%s on this connection", conn->task->what);
    return TN_OK;
}

bool tn__pg_is_there(struct tn__driver_conn *conn)
{
    struct pollfd wait = {.fd = tn__pq->socket(conn->pg), .events = POLLIN};
    while (!conn->is_lost && tn__pq->status(conn->pg) != CONNECTION_BAD && poll(&wait, 1, 0) > 0) {
        if (!tn__pq->consumeInput(conn->pg) || tn__pq->isBusy(conn->pg))
            return false;
    }
    return !conn->is_lost && tn__pq->status(conn->pg) != CONNECTION_BAD;
}

void tn__pg_end_rows(struct tn__driver_conn *conn)
{
    if (TN_UNLIKELY(conn->task != NULL) && conn->task->is_rows)
        tn__pg_task_stop(conn);
}

/* --- waiting ------------------------------------------------------------------------------------ */

static int give_up(struct tn__driver_conn *conn, tn_error *err)
{
    conn->is_lost = conn->is_silent = true;
    conn->in_tx = conn->is_failed = conn->begins = false;
    return tn_error_set(err, TN_ECONNECT, "the server does not answer");
}

/* For poll(); -1: without a limit. */
static int left_ms(const struct tn__driver_conn *conn)
{
    if (conn->until_ns == INT64_MAX)
        return -1;
    int64_t now = tn__mono_ns();
    int64_t ms = now < conn->until_ns ? (conn->until_ns - now + 999999) / 1000000 : 0;
    return ms > INT32_MAX ? INT32_MAX : (int)ms;
}

/* Interrupted: the server has as long to take it as where its time is up. */
static void stop_now(struct tn__driver_conn *conn)
{
    if (!tn__pg_is_woken(conn))
        return;
    if (!tn__pg_cancel_start(conn))
        tn__pg_ask(conn->cancel);
    conn->is_late = true;
    conn->until_ns = moment_in(PATIENCE_MS);
}

int tn__pg_late(struct tn__driver_conn *conn, tn_error *err)
{
    if (conn->is_late || conn->is_tidying || !tn__pg_cancel_start(conn))
        return give_up(conn, err);
    conn->is_late = true;
    atomic_store(&conn->is_stopped, true);
    conn->until_ns = moment_in(PATIENCE_MS);
    return TN_OK;
}

/*
 * libpq has had no memory for the end of a pipeline, says so in the connection's message alone, and waits
 * for what has come already.
 */
static bool is_stuck(const struct tn__driver_conn *conn)
{
    static const char said[] = "out of memory";
    const char *message = tn__pq->errorMessage(conn->pg);
    size_t size = strlen(message);
    while (size > 0 && message[size - 1] == '\n')
        size--;
    if (TN_LIKELY(size < sizeof said - 1))
        return false;
    const char *line = message + size - (sizeof said - 1);
    return memcmp(line, said, sizeof said - 1) == 0 && (line == message || line[-1] == '\n');
}

int tn__pg_fail_stuck(struct tn__driver_conn *conn, tn_error *err)
{
    (void)give_up(conn, err);
    return tn_error_set(err, TN_ENOMEM, "cannot take the server's answer: out of memory");
}

void tn__pg_attend(struct tn__driver_conn *conn, int64_t ms, void (*fn)(void *user), void *user)
{
    conn->attend = fn;
    conn->attend_user = user;
    conn->attend_ms = (int)(ms < LOOK_MS ? ms : LOOK_MS);
}

/*
 * Take what has come. A record of TLS leaves the socket whole, of which libpq may take a part alone: so once
 * more when nothing is left there.
 */
static void take_input(struct tn__driver_conn *conn)
{
    struct pollfd wait = {.fd = tn__pq->socket(conn->pg), .events = POLLIN};
    bool has_more;
    do {
        has_more = conn->is_encrypted && poll(&wait, 1, 0) > 0;
        (void)tn__pq->consumeInput(conn->pg);
    } while (has_more && tn__pq->status(conn->pg) != CONNECTION_BAD);
}

/* Whether something was at hand that the socket does not tell of any more. */
static bool is_at_hand(struct tn__driver_conn *conn)
{
    if (TN_LIKELY(!conn->is_encrypted) || !tn__pq->isBusy(conn->pg))
        return false;
    take_input(conn);
    return !tn__pq->isBusy(conn->pg);
}

/* poll(), in which an interrupt is heard. */
static int wait_for(struct pollfd wait[2], struct tn__driver_conn *conn, int ms)
{
    atomic_store_explicit(&conn->is_waiting, conn->wake_fd >= 0, memory_order_release);
    int got = poll(wait, 2, ms);
    /* Who has it for himself goes away in between. */
    atomic_store_explicit(&conn->is_waiting, !conn->task && conn->wake_fd >= 0,
                          memory_order_release);
    return got;
}

int tn__pg_pause(struct tn__driver_conn *conn, short events, tn_error *err)
{
    if (is_stuck(conn))
        return tn__pg_fail_stuck(conn, err);
    if (is_at_hand(conn))
        return TN_OK;
    for (;;) {
        struct pollfd wait[2] = {{.fd = tn__pq->socket(conn->pg), .events = events},
                                 {.fd = conn->wake_fd, .events = POLLIN}};
        int left = left_ms(conn);
        bool is_attended = conn->attend && (left < 0 || conn->attend_ms < left);
        left = is_attended ? conn->attend_ms : left;
        bool looks = left < 0 || left > LOOK_MS;
        int got = wait_for(wait, conn, looks ? LOOK_MS : left);
        if (got == 0 && is_attended)
            conn->attend(conn->attend_user);
        if (got == 0 && (looks || is_attended))
            return TN_OK;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return give_up(conn, err);
        if (wait[1].revents)
            stop_now(conn);
        if (wait[0].revents) {
            if (wait[0].revents != POLLOUT)
                take_input(conn);
            return TN_OK;
        }
        got = got == 0 ? tn__pg_late(conn, err) : TN_OK;
        if (got != TN_OK)
            return got;
    }
}

int tn__pg_flush(struct tn__driver_conn *conn, tn_error *err)
{
    int left;
    while ((left = tn__pq->flush(conn->pg)) == 1) {
        int rc = tn__pg_pause(conn, POLLIN | POLLOUT, err);
        if (rc != TN_OK)
            return rc;
        if (tn__pq->status(conn->pg) == CONNECTION_BAD)
            return tn__pg_fail_send(conn, err);
    }
    return left == 0 ? TN_OK : tn__pg_fail_send(conn, err);
}

/* Until all is sent, and libpq has a result at hand; or says in one why it never will. */
static int await_result(struct tn__driver_conn *conn, tn_error *err)
{
    int rc = TN_OK;
    while (rc == TN_OK && tn__pq->flush(conn->pg) == 1)
        rc = tn__pg_pause(conn, POLLIN | POLLOUT, err);
    while (rc == TN_OK && tn__pq->isBusy(conn->pg) && tn__pq->status(conn->pg) != CONNECTION_BAD)
        rc = tn__pg_pause(conn, POLLIN, err);
    return rc;
}

int tn__pg_next(PGresult **out, struct tn__driver_conn *conn, tn_error *err)
{
    *out = NULL;
    int rc = await_result(conn, err);
    if (TN_LIKELY(rc == TN_OK))
        *out = tn__pq->getResult(conn->pg);
    return rc;
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

/* The same as the next, in the middle of a pipeline. */
static int run_within(struct tn__driver_conn *conn, const char *sql,
                      void (*take)(const PGresult *result, char *out, size_t size), char *out,
                      size_t size, tn_error *err)
{
    PGresult *result = NULL;
    bool is_sent = tn__pq->sendQueryParams(conn->pg, sql, 0, NULL, NULL, NULL, NULL, 0);
    int rc = tn__pg_pipe_collect(conn->asking, is_sent, &result, 1, err);
    if (rc == TN_OK && tn__pq->resultStatus(result) == PGRES_FATAL_ERROR)
        rc = tn__pg_fail_result(conn, result, NULL, err);
    else if (rc == TN_OK && out)
        take(result, out, size);
    tn__pq->clear(result);
    return rc;
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
    if (conn->asking)
        return run_within(conn, sql, take, out, size, err);
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
