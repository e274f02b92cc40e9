/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_TX_H
#define TN_CORE_TX_H

#include <tenon/tx.h>

#include "core/conn.h"

/* Private to this folder: what tx.c and group.c share. */

/* What is to be called after the outermost COMMIT. */
struct tn__after {
    struct tn__after *next;
    void (*fn)(void *user);
    void *user;
};

/* Call them in order, and free the list. */
void tn__after_run(struct tn__after *list);
void tn__after_free(struct tn__after *list);

/* Put a zeroed view onto a connection that the caller holds: BEGIN, or a savepoint inside what is
 * open. */
TN_NODISCARD int tn__tx_begin_on(tn_db *tx, tn_conn *conn, enum tn_access access, tn_error *err);
/* Undo what was done through the view and through views inside it that were never ended; the view is
 * over, and its connection stays with the caller. */
void tn__tx_undo(tn_db *tx);
/* The view is over: statements on it are refused from now on. */
void tn__tx_close_view(tn_db *tx);
/* Run the function on the view, and see that it has left everything in order: what it returned, or
 * TN_EMISUSE. *is_over: it has ended the view itself. */
TN_NODISCARD int tn__tx_call(tn_db *tx, tn_tx_fn fn, void *user, bool *is_over, tn_error *err);

/*
 * Run a function in a transaction that it may share with those of other threads (group commit). Where
 * that is not worth while, or not asked for, TN_NONE, and nothing has happened.
 */
TN_NODISCARD int tn__group_run(tn_db *db, tn_tx_fn fn, void *user, int *result, tn_error *err);

#endif
