/* SPDX-License-Identifier: MIT */
#include <tenon/tx.h>

#include "core/conn.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/hash.h"

/*
 * Transactions. The views of one connection form a stack: conn->tx is the innermost, `outer` the
 * one around it; depth 1 is the transaction itself, deeper ones are savepoints.
 */

static bool is_nested(const tn_db *db)
{
    return db->conn && db->conn->driver->in_transaction(db->conn->native);
}

/* Begin into *view, whose storage is the caller's. */
static int begin(tn_db *view, tn_db *db, enum tn_access access, tn_error *err)
{
    tn_conn *conn = NULL;
    int status = tn__db_acquire(&conn, db, access, err);
    if (status != TN_OK)
        return status;
    unsigned depth = conn->tx ? conn->tx->depth + 1 : 1;
    if (is_nested(db)) {
        /* Also in a transaction that was begun by hand on a connection. */
        depth = depth < 2 ? 2 : depth;
        status = conn->driver->savepoint(conn->native, depth, err);
    } else if (depth > 1) {
        status =
            tn_error_set(err, TN_EMISUSE, "the transaction around this one has been rolled back");
    } else {
        status = conn->driver->begin(conn->native, access, err);
    }
    if (status != TN_OK) {
        tn__db_release(db, conn);
        return status;
    }
    *view = (tn_db){.pool = db->pool,
                    .conn = conn,
                    .outer = conn->tx,
                    .depth = depth,
                    .owns_conn = db->conn == NULL};
    conn->tx = view;
    return TN_OK;
}

/* Take the view off its connection's stack; the connection goes back if the view brought it. */
static void leave(tn_db *view)
{
    tn_conn *conn = view->conn;
    conn->tx = view->outer;
    if (view->owns_conn) {
        tn_db pool = {.pool = view->pool};
        tn__db_release(&pool, conn);
    }
}

static void rollback(tn_db *view)
{
    const struct tn__driver *driver = view->conn->driver;
    if (view->depth > 1)
        driver->rollback_to(view->conn->native, view->depth);
    else
        driver->rollback(view->conn->native);
    leave(view);
}

static int commit(tn_db *view, tn_error *err)
{
    tn_conn *conn = view->conn;
    int status;
    if (!conn->driver->in_transaction(conn->native)) {
        leave(view);
        return tn_error_set(err, TN_ERROR, "the engine has rolled the transaction back");
    }
    if (view->depth > 1)
        status = conn->driver->release(conn->native, view->depth, err);
    else
        status = conn->driver->commit(conn->native, err);
    if (status != TN_OK) {
        rollback(view);
        return status;
    }
    leave(view);
    return TN_OK;
}

int tn_tx_begin(tn_db **out, tn_db *db, enum tn_access access, tn_error *err)
{
    if (!out || !db)
        return tn_error_set(err, TN_EINVAL, "no database to begin a transaction on");
    tn_db *view = tn__alloc_zero(1, sizeof *view);
    if (!view)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    int status = begin(view, db, access, err);
    if (status != TN_OK) {
        tn__free(view);
        return status;
    }
    *out = view;
    return TN_OK;
}

int tn_tx_commit(tn_db *tx, tn_error *err)
{
    if (!tx || !tx->conn || tx->depth == 0)
        return tn_error_set(err, TN_EMISUSE, "not a transaction");
    if (tx->conn->tx != tx)
        return tn_error_set(err, TN_EMISUSE, "a transaction inside this one is still open");
    int status = commit(tx, err);
    tn__free(tx);
    return status;
}

void tn_tx_rollback(tn_db *tx)
{
    if (!tx || !tx->conn || tx->depth == 0)
        return;
    /* Inner ones that were left open go with it. */
    while (tx->conn->tx && tx->conn->tx != tx) {
        tn_db *inner = tx->conn->tx;
        rollback(inner);
        tn__free(inner);
    }
    rollback(tx);
    tn__free(tx);
}

/* One run of the function, in a view on the stack. */
static int attempt(tn_db *db, tn_tx_fn fn, void *user, enum tn_access access, tn_error *err)
{
    tn_db view;
    int status = begin(&view, db, access, err);
    if (status != TN_OK)
        return status;
    int result = fn(&view, user, err);
    /* Transactions that the function began and did not end are its mistake. */
    bool is_left_open = view.conn->tx != &view;
    while (view.conn->tx && view.conn->tx != &view) {
        tn_db *inner = view.conn->tx;
        rollback(inner);
        tn__free(inner);
    }
    if (result >= 0 && is_left_open)
        result = tn_error_set(err, TN_EMISUSE, "the function left a transaction open");
    if (result < 0) {
        rollback(&view);
        return result;
    }
    status = commit(&view, err);
    return status == TN_OK ? result : status;
}

/* Twice as long each time, between half and the whole of it, so that rivals part. */
static void back_off(uint32_t backoff_ms, unsigned run)
{
    uint32_t random = 0;
    int64_t us = (int64_t)backoff_ms * 1000 << (run < 10 ? run : 10);
    if (us <= 0)
        return;
    if (tn__random(&random, sizeof random) != TN_OK)
        random = 0;
    tn__sleep_us(us / 2 + (int64_t)((uint64_t)random * (uint64_t)(us / 2) >> 32));
}

int tn_transact(tn_db *db, tn_tx_fn fn, void *user, const tn_tx_options *options, tn_error *err)
{
    tn_tx_options standard = TN_TX_OPTIONS_INIT;
    if (!db || !fn)
        return tn_error_set(err, TN_EINVAL, "no database or no function to run");
    if (!options)
        options = &standard;
    if (options->version != TN_TX_OPTIONS_VERSION)
        return tn_error_set(err, TN_EINVAL, "unknown version %u of tn_tx_options",
                            options->version);
    if (is_nested(db))
        return attempt(db, fn, user, options->access, err);
    int status = TN_OK;
    for (unsigned run = 0; run == 0 || run < options->max_attempts; run++) {
        if (run > 0)
            back_off(options->backoff_ms, run - 1);
        status = attempt(db, fn, user, options->access, err);
        if (!tn_status_is_transient(status))
            break;
    }
    return status;
}
