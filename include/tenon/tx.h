/* SPDX-License-Identifier: MIT */
#ifndef TENON_TX_H
#define TENON_TX_H

#include <tenon/db.h>

TN_BEGIN_DECLS

/**
 * @file tenon/tx.h
 * Transactions and savepoints.
 *
 * A reading transaction sees one snapshot. A writing one is BEGIN IMMEDIATE on SQLite: it waits for the
 * write lock at its start, so that it never fails half-way for having read first. On PostgreSQL several
 * write at a time, each kept apart as enum tn_isolation says; BEGIN travels with the first statement, and
 * a statement that fails ends the transaction: nothing but a rollback works in it afterwards.
 */

/**
 * How far a transaction is kept apart from others that run at the same time. SQLite has writers one
 * after the other, so that every transaction is serializable there, whatever is asked for.
 */
enum tn_isolation {
    /** A writing one as the server has it (`default_transaction_isolation`, mostly READ COMMITTED: each
     * statement sees what was committed before it); a reading one sees one snapshot. */
    TN_ISOLATION_DEFAULT = 0,
    TN_READ_COMMITTED = 1,
    TN_REPEATABLE_READ = 2, /**< one snapshot; an update of what others have updated since is
                                 TN_ESERIALIZE */
    TN_SERIALIZABLE = 3     /**< as if all ran one after the other; else TN_ESERIALIZE */
};

/** Options of tn_transact(). Start from TN_TX_OPTIONS_INIT. */
typedef struct tn_tx_options {
    unsigned version;      /**< TN_TX_OPTIONS_VERSION */
    enum tn_access access; /**< default TN_WRITE */
    unsigned max_attempts; /**< runs of the function, the first included; default 5; 0 = 1 */
    uint32_t backoff_ms;   /**< wait before the second run, doubled each time, with jitter;
                                default 5 */
    uint32_t timeout_ms; /**< of the whole, all runs and waiting for locks included, but not for the
                                connection; then TN_ETIMEOUT. 0, the default: no limit. Such a
                                transaction shares its COMMIT with nobody */
    enum tn_isolation isolation; /**< default TN_ISOLATION_DEFAULT; since version 2 */
} tn_tx_options;

#define TN_TX_OPTIONS_VERSION 2u
#define TN_TX_OPTIONS_INIT                                          \
 {                                                                  \
  TN_TX_OPTIONS_VERSION, TN_WRITE, 5u, 5u, 0u, TN_ISOLATION_DEFAULT \
 }

/**
 * The body of a transaction. It runs its queries on `tx`, and may run more than once.
 * @return TN_OK or another non-negative status to commit; a negative one to roll back
 */
typedef int (*tn_tx_fn)(tn_db *tx, void *user, tn_error *err);

/**
 * Run a function in a transaction: commit if it succeeds, roll back if it fails. If the failure is
 * transient (tn_status_is_transient) the transaction is rolled back and run again. So it is, on another
 * connection of the pool, where the server has ended the session before COMMIT was sent: nothing has been
 * committed then. Not if that was lost during COMMIT, which may have been done, nor if the server does not
 * answer, nor on a connection that the caller holds.
 *
 * Where a COMMIT waits for the disk (SQLite with synchronous FULL, or with a rollback journal)
 * writing transactions of threads that queue for the writer share one COMMIT: each runs in its own
 * thread as it would alone, after the one before it, fails alone, and returns when its changes are on
 * disk. So a function must not wait for the transaction of another thread to end.
 *
 * Inside a transaction (`db` is a view) it is a savepoint, rolled back alone and not run again.
 *
 * @param options  NULL for the defaults; inside a transaction only `timeout_ms` counts
 * @return what the function returned if it was committed; its negative status; or an error of
 *         BEGIN or COMMIT
 */
TN_API TN_NODISCARD int tn_transact(tn_db *db, tn_tx_fn fn, void *user,
                                    const tn_tx_options *options, tn_error *err);

/**
 * Call a function after the outermost transaction has been committed: for what must not happen for
 * changes that may yet be undone, such as waking another thread or dropping an entry of a cache.
 *
 * Functions are called in the order of registering, in the thread that commits, when the connection
 * has been given back: they may begin transactions of their own. They are dropped if the transaction,
 * or the savepoint in which they were registered, is rolled back, and with it each run of
 * tn_transact() that is run again.
 *
 * @param tx    a transaction: what tn_tx_begin() or tn_transact() gave
 * @param fn    called once at most
 * @param user  passed on; must live until then
 * @return TN_OK; TN_EMISUSE if `tx` is no transaction, is over, or stands inside one that was begun
 *         in SQL; TN_ENOMEM: the transaction can go on
 */
TN_API TN_NODISCARD int tn_tx_on_commit(tn_db *tx, void (*fn)(void *user), void *user,
                                        tn_error *err);

/**
 * Begin by hand. Inside a transaction it is a savepoint.
 *
 * @param out  a view of `db` on the transaction; set on success only; ends with tn_tx_commit() or
 *             tn_tx_rollback(), on every path. The innermost one ends first
 */
TN_API TN_NODISCARD int tn_tx_begin(tn_db **out, tn_db *db, enum tn_access access, tn_error *err);

/**
 * Commit, or release the savepoint. The view is gone afterwards, whatever comes back: if COMMIT
 * fails the transaction has been rolled back; but for one during which the connection to the server was lost
 * (TN_ECONNECT, "whether it was done is unknown", against "nothing has been committed").
 *
 * Rows of a stream (tn_stmt_stream) that were not read are taken off the wire first, within the statement's
 * limit of time; to cancel them would undo the transaction. To step that statement on is TN_EMISUSE. If a row
 * of the rest fails the transaction has, too.
 * @return TN_OK; TN_EMISUSE if `tx` is not a transaction, or an inner one is still open (then it
 *         stays open); else the engine's error
 */
TN_API TN_NODISCARD int tn_tx_commit(tn_db *tx, tn_error *err);

/** Roll back the transaction, or to the savepoint and release it. NULL is allowed. */
TN_API void tn_tx_rollback(tn_db *tx);

TN_END_DECLS

#endif
