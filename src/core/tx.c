/* SPDX-License-Identifier: MIT */
#include "core/tx.h"

#include "core/observe.h"
#include "core/opened.h"
#include <string.h>

#include "util/alloc.h"
#include "util/clock.h"
#include "util/hash.h"

enum {
    MOST_DEPTH = 1000, /* savepoints within one another */
    MOST_BACKOFF_MS = 1000
};

/* --- a transaction's view --------------------------------------------------------------------- */

int tn__tx_begin_on(tn_db *tx, tn_conn *conn, enum tn_access access, tn_error *err)
{
    unsigned depth = conn->tx ? conn->tx->depth + 1 : 1;
    if (depth > MOST_DEPTH)
        return tn_error_set(err, TN_ERANGE, "more than %d transactions within one another",
                            MOST_DEPTH);
    /* One that was begun in SQL counts as well. */
    bool is_savepoint = conn->driver->in_transaction(conn->handle);
    int64_t before = conn->deadline_ns;
    if (tx->deadline_ns)
        tn__observe_until(conn, tx->deadline_ns);
    int rc = is_savepoint ? conn->driver->savepoint(conn->handle, depth, err)
                          : conn->driver->begin(conn->handle, access, err);
    if (rc != TN_OK) {
        rc = tn__observe_timeout(conn, rc, err);
        tn__observe_failure(conn, NULL, "BEGIN", err);
        tn__observe_until(conn, before);
        return rc;
    }
    tx->former_deadline_ns = before;
    tx->pinned = conn;
    tx->pool = conn->pool;
    tx->outer = conn->tx;
    tx->depth = depth;
    tx->is_savepoint = is_savepoint;
    conn->tx = tx;
    return TN_OK;
}

/* `tx` is zeroed. */
static int begin(tn_db *tx, tn_db *db, enum tn_access access, tn_error *err)
{
    tn_conn *conn = db->pinned;
    if (conn) {
        int rc = tn__conn_check(conn, err);
        if (rc != TN_OK)
            return rc;
        if (access > conn->access)
            return tn_error_set(err, TN_EREADONLY, "the view's connection is for reading");
        return tn__tx_begin_on(tx, conn, access, err);
    }
    int rc = tn__conn_take(&conn, db, access, TN__HOLD_TX, err);
    if (rc != TN_OK)
        return rc;
    rc = tn__tx_begin_on(tx, conn, access, err);
    if (rc != TN_OK) {
        tn__conn_drop(conn);
        return rc;
    }
    tx->owns_conn = true;
    return TN_OK;
}

void tn__after_run(struct tn__after *list)
{
    while (list) {
        struct tn__after *next = list->next;
        list->fn(list->user);
        tn__free(list);
        list = next;
    }
}

void tn__after_free(struct tn__after *list)
{
    while (list) {
        struct tn__after *next = list->next;
        tn__free(list);
        list = next;
    }
}

void tn__tx_close_view(tn_db *tx)
{
    tn_conn *conn = tx->pinned;
    tn__after_free(tx->after);
    tx->after = NULL;
    if (conn->opened)
        tn__opened_cut(conn, tx,
                       "the transaction, or the savepoint, in which it was opened has ended");
    conn->tx = tx->outer;
    if (tx->deadline_ns)
        tn__observe_until(conn, tx->former_deadline_ns);
    tx->pinned = NULL;
    if (!conn->tx)
        conn->lost_status = 0;
}

/* The end of a transaction, after COMMIT or ROLLBACK. */
static void finish(tn_db *tx)
{
    tn_conn *conn = tx->pinned;
    bool owns_conn = tx->owns_conn;
    tn__tx_close_view(tx);
    if (tx->is_heap)
        tn__free(tx);
    if (owns_conn)
        tn__conn_drop(conn);
}

static void undo(tn_db *tx)
{
    tn_conn *conn = tx->pinned;
    if (!tx->is_savepoint) {
        conn->driver->rollback(conn->handle);
        return;
    }
    conn->driver->rollback_to(conn->handle, tx->depth);
    /* Where the savepoint could not be undone by itself all of the transaction was: what comes in it now
     * must not be done alone. */
    if (tx->outer && conn->lost_status == 0 && !conn->driver->in_transaction(conn->handle))
        conn->lost_status = conn->driver->is_lost(conn->handle) ? TN_ECONNECT : TN_ENOMEM;
}

/* Views inside `tx` that were never ended: their callers still hold them. */
static void close_inner(tn_db *tx)
{
    while (tx->pinned->tx != tx)
        tn__tx_close_view(tx->pinned->tx);
}

void tn__tx_undo(tn_db *tx)
{
    close_inner(tx);
    undo(tx);
    tn__tx_close_view(tx);
}

static void rollback(tn_db *tx)
{
    close_inner(tx);
    undo(tx);
    finish(tx);
}

/* What is to happen after COMMIT: a savepoint's goes to the transaction around it. */
static struct tn__after *take_after(tn_db *tx)
{
    struct tn__after *list = tx->after;
    tx->after = NULL;
    if (!tx->outer)
        return list;
    struct tn__after **end = &tx->outer->after;
    while (*end)
        end = &(*end)->next;
    *end = list;
    return NULL;
}

/* Whether a failure is that the connection is gone, and with it, for certain, all that was done. */
static bool is_gone(const tn_conn *conn, int status)
{
    return status == TN_ECONNECT && conn->driver->is_remote &&
           conn->driver->is_undone(conn->handle);
}

/* Whether the server was there, and ended the new session at once: nothing has begun. One that is not there
 * has been waited for already. */
static bool is_newly_gone(const tn_error *err)
{
    static const char *const states[] = {"08006", "57P01", "57P02", "57P05"};
    for (size_t i = 0; err->status == TN_ECONNECT && i < sizeof states / sizeof states[0]; i++)
        if (strcmp(err->sqlstate, states[i]) == 0)
            return true;
    return false;
}

/* *is_undone: it has failed by that. */
static int commit(tn_db *tx, bool *is_undone, tn_error *err)
{
    tn_conn *conn = tx->pinned;
    const struct tn__driver *driver = conn->driver;
    struct tn__after *after = NULL;
    int rc = tn__conn_check(conn, err);
    if (rc == TN_OK)
        rc = tx->is_savepoint ? driver->release(conn->handle, tx->depth, err)
                              : driver->commit(conn->handle, err);
    *is_undone = is_gone(conn, rc);
    if (rc == TN_OK)
        after = take_after(tx);
    else
        undo(tx);
    finish(tx);
    tn__after_run(after);
    return rc;
}

void tn__tx_abandon(tn_conn *conn)
{
    tn_db *outermost = conn->tx;
    while (outermost && outermost->outer)
        outermost = outermost->outer;
    if (outermost && conn->keeps_transaction)
        tn__tx_undo(outermost); /* a savepoint in the program's own */
    while (conn->tx)
        tn__tx_close_view(conn->tx);
    if (!conn->keeps_transaction)
        conn->driver->rollback(conn->handle);
    conn->lost_status = 0;
}

/* --- by hand ---------------------------------------------------------------------------------- */

int tn_tx_begin(tn_db **out, tn_db *db, enum tn_access access, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    if (access != TN_READ && access != TN_WRITE)
        return tn_error_set(err, TN_EINVAL, "access is neither TN_READ nor TN_WRITE");
    tn_db *tx = tn__alloc_zero(1, sizeof *tx);
    if (!tx)
        return tn_error_set(err, TN_ENOMEM, "cannot begin a transaction: out of memory");
    int rc = begin(tx, db, access, err);
    if (rc != TN_OK) {
        tn__free(tx);
        return rc;
    }
    tx->is_heap = true;
    *out = tx;
    return TN_OK;
}

int tn_tx_commit(tn_db *tx, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    if (tx->depth == 0)
        return tn_error_set(err, TN_EMISUSE, "not a transaction");
    if (!tx->pinned) {
        if (tx->is_heap)
            tn__free(tx);
        return tn_error_set(err, TN_EMISUSE, "the transaction is over");
    }
    if (tx->pinned->tx != tx)
        return tn_error_set(err, TN_EMISUSE, "a transaction inside this one is still open");
    bool ignored;
    return commit(tx, &ignored, err);
}

void tn_tx_rollback(tn_db *tx)
{
    if (!tx || tx->depth == 0)
        return;
    if (tx->pinned)
        rollback(tx);
    else if (tx->is_heap)
        tn__free(tx);
}

int tn_tx_on_commit(tn_db *tx, void (*fn)(void *user), void *user, tn_error *err)
{
    if (tx->depth == 0 || !tx->pinned)
        return tn_error_set(err, TN_EMISUSE, "%s",
                            tx->depth ? "the transaction is over" : "not a transaction");
    const tn_db *outermost = tx;
    while (outermost->outer)
        outermost = outermost->outer;
    if (outermost->is_savepoint && !outermost->is_member)
        return tn_error_set(err, TN_EMISUSE,
                            "the transaction was begun in SQL: when it is committed is not seen");
    struct tn__after *after = tn__alloc_zero(1, sizeof *after);
    if (!after)
        return tn_error_set(err, TN_ENOMEM, "cannot note what to do after COMMIT: out of memory");
    after->fn = fn;
    after->user = user;
    struct tn__after **end = &tx->after;
    while (*end)
        end = &(*end)->next;
    *end = after;
    return TN_OK;
}

/* --- by function ------------------------------------------------------------------------------ */

int tn__tx_call(tn_db *tx, tn_tx_fn fn, void *user, bool *is_over, tn_error *err)
{
    int rc = fn(tx, user, err);
    *is_over = tx->pinned == NULL;
    if (*is_over)
        return tn_error_set(err, TN_EMISUSE, "the function has ended a transaction not its own");
    if (rc >= 0 && tx->pinned->tx != tx)
        rc = tn_error_set(err, TN_EMISUSE, "the function has left a transaction open");
    return rc;
}

/* *is_undone: the connection was lost on the way, and nothing has been committed; another one may do. */
static int run_once(tn_db *db, tn_tx_fn fn, void *user, enum tn_access access,
                    enum tn_isolation isolation, int64_t deadline_ns, bool *is_undone,
                    tn_error *err)
{
    tn_db tx = {.deadline_ns = deadline_ns};
    bool is_over;
    int rc;
    *is_undone = false;
    if (access == TN_WRITE && !db->pinned && deadline_ns == 0 &&
        tn__group_run(db, fn, user, &rc, err) == TN_OK)
        return rc;
    rc = begin(&tx, db, access, err);
    if (rc != TN_OK) {
        *is_undone = is_newly_gone(err);
        return rc;
    }
    if (isolation != TN_ISOLATION_DEFAULT && !tx.is_savepoint)
        tx.pinned->driver->isolate(tx.pinned->handle, isolation);
    rc = tn__tx_call(&tx, fn, user, &is_over, err);
    if (is_over)
        return rc;
    if (rc < 0) {
        *is_undone = is_gone(tx.pinned, rc);
        rollback(&tx);
        return rc;
    }
    int committed = commit(&tx, is_undone, err);
    return committed == TN_OK ? rc : committed;
}

/* Half of the wait is fixed, half is chance, so that those who collided do not meet again. */
static void back_off(uint32_t backoff_ms, unsigned attempt)
{
    uint64_t us = (uint64_t)backoff_ms * 1000;
    for (unsigned i = 1; i < attempt && us < MOST_BACKOFF_MS * 1000; i++)
        us *= 2;
    if (us > MOST_BACKOFF_MS * 1000)
        us = MOST_BACKOFF_MS * 1000;
    const struct {
        int64_t now;
        int64_t thread;
    } seed = {tn__mono_ns(), tn__thread_id()};
    uint64_t chance = tn__hash64(&seed, sizeof seed);
    tn__sleep_us((int64_t)(us / 2 + (us ? chance % (us / 2 + 1) : 0)));
}

int tn_transact(tn_db *db, tn_tx_fn fn, void *user, const tn_tx_options *options, tn_error *err)
{
    static const tn_tx_options defaults = TN_TX_OPTIONS_INIT;
    const tn_tx_options *o = options ? options : &defaults;
    if (o->version == 0 || o->version > TN_TX_OPTIONS_VERSION)
        return tn_error_set(err, TN_EINVAL, "transaction options of unknown version %u",
                            o->version);
    if (o->access != TN_READ && o->access != TN_WRITE)
        return tn_error_set(err, TN_EINVAL, "access is neither TN_READ nor TN_WRITE");
    enum tn_isolation isolation = o->version > 1 ? o->isolation : TN_ISOLATION_DEFAULT;
    if ((unsigned)isolation > TN_SERIALIZABLE)
        return tn_error_set(err, TN_EINVAL, "isolation is none of enum tn_isolation");
    const tn_conn *conn = db->pinned;
    bool is_inner = conn && (conn->tx || conn->driver->in_transaction(conn->handle));
    enum tn_access access = is_inner ? conn->access : o->access;
    unsigned attempts = is_inner ? 1 : o->max_attempts;
    int64_t deadline_ns = o->timeout_ms ? tn__mono_ns() + (int64_t)o->timeout_ms * 1000000 : 0;
    for (unsigned attempt = 1;; attempt++) {
        /* Not the caller's: what a later attempt makes good is not reported. */
        tn_error failure;
        tn_error_clear(&failure);
        bool is_undone; /* with a view's own connection there is no other one to go on with */
        int rc = run_once(db, fn, user, access, isolation, deadline_ns, &is_undone, &failure);
        if (rc >= 0)
            return rc;
        /* A statement that a new schema has overtaken is prepared anew when it is next used. */
        bool is_worth_it =
            tn_status_is_transient(rc) || rc == TN_ESCHEMA || (is_undone && !db->pinned);
        if (attempt >= attempts || !is_worth_it) {
            if (failure.status != rc)
                tn_error_set(&failure, rc, "%s", tn_status_text(rc));
            if (err)
                *err = failure;
            return rc;
        }
        tn__observe_retry(db, rc, attempt);
        back_off(o->backoff_ms, attempt);
    }
}
