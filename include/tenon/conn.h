/* SPDX-License-Identifier: MIT */
#ifndef TENON_CONN_H
#define TENON_CONN_H

#include <tenon/db.h>

/* The engines' own types, declared here so that this header needs none of their headers. */
struct sqlite3;
struct pg_conn;

TN_BEGIN_DECLS

/**
 * @file tenon/conn.h
 * One connection, borrowed from a pool. Generated queries and tn_exec() do this by themselves.
 */

/**
 * Borrow a connection.
 *
 * @param out  set on success only; give it back with tn_conn_release() on every path. From a view
 *             it is the view's own connection
 * @return TN_OK; TN_ETIMEOUT if none came free in time (the message names the
 *         holder's statement); TN_EMISUSE if this thread itself holds the only one; or an error of
 *         opening one
 */
TN_API TN_NODISCARD int tn_conn_acquire(tn_conn **out, tn_db *db, enum tn_access access,
                                        tn_error *err);

/** Give it back. An open transaction that was begun on it is rolled back. NULL is allowed. */
TN_API void tn_conn_release(tn_conn *conn);

/** Which side it is on. */
TN_API enum tn_access tn_conn_access(const tn_conn *conn);

/** Whether a transaction is open on it. */
TN_API bool tn_conn_in_transaction(const tn_conn *conn);

/** Rowid of the last row inserted on it (SQLite). */
TN_API int64_t tn_conn_last_rowid(const tn_conn *conn);

/**
 * A view of the pool that is pinned to this connection, so that generated queries run on it.
 * Owned by the connection; valid until tn_conn_release().
 */
TN_API tn_db *tn_conn_db(tn_conn *conn);

/**
 * Stop the statement that runs on a connection: it fails with TN_EINTERRUPT, and what it has changed
 * is undone (in a transaction: of a write, all of the transaction). A statement that begins after
 * everything that ran has ended is not affected; where nothing runs, nothing happens.
 *
 * Any thread may call it, while the connection is acquired, and a signal handler may, too. On a server
 * nobody waits for it: who waits for the statement tells the server, and gives the connection up
 * (TN_ECONNECT) if that does not answer in 5 seconds. Only in between the steps of a stream, a COPY or a
 * pipeline, where nobody waits, the server is told here, which takes as long as the network to it.
 */
TN_API void tn_conn_interrupt(tn_conn *conn);

/**
 * Limit the time of each statement on a connection from now on, the wait for locks included: what
 * takes longer is stopped and fails with TN_ETIMEOUT. Until it is set anew, or the connection is
 * released. In the place of the URL's `statement_timeout`, which is the limit otherwise.
 *
 * On PostgreSQL the server is told to stop the statement; one that does not answer within 5 s costs the
 * connection: TN_ECONNECT.
 *
 * On SQLite the limit is looked at every 1,000 instructions of its machine, so a user-defined function
 * that takes long is waited for; it uses sqlite3_progress_handler() of the connection.
 *
 * @param timeout_ms  0: as the pool has it
 */
TN_API void tn_conn_set_timeout(tn_conn *conn, uint32_t timeout_ms);

/** What a server can do, or cannot: others than PostgreSQL speak its protocol, too. */
enum tn_capability {
    TN_CAN_SKIP_LOCKED,       /**< FOR UPDATE SKIP LOCKED, on any table */
    TN_CAN_CHANGE_TWICE,      /**< WITH several changes in one statement, also of one table */
    TN_CAN_ADVISORY_LOCK,     /**< pg_advisory_lock() */
    TN_CAN_NOTIFY,            /**< LISTEN and NOTIFY */
    TN_CAN_ROLL_BACK_DDL,     /**< CREATE, ALTER and DROP in transactions with others */
    TN_CAN_INCLUDE_COLUMNS,   /**< CREATE INDEX … INCLUDE */
    TN_CAN_DEFER_CONSTRAINTS, /**< DEFERRABLE, also of UNIQUE */
    TN_CAN_PARTITION,         /**< PARTITION BY */
    TN_CAN_COPY_BINARY        /**< COPY … WITH (FORMAT binary) */
};

/**
 * Whether the server of a connection can do something. PostgreSQL is judged by its version; CockroachDB,
 * YugabyteDB and Citus are recognised, and judged by what they document. The first call may ask the
 * server; where that is not possible (in a transaction that has failed) the answer is the careful one.
 */
TN_API bool tn_conn_can(tn_conn *conn, enum tn_capability capability);

/** The engine's handle, for what Tenon does not wrap; NULL on another engine. Do not close it. */
TN_API struct sqlite3 *tn_conn_sqlite3(tn_conn *conn);

/**
 * The same of PostgreSQL: a PGconn of libpq, of the very library that this one has opened. Its settings are
 * put back when the connection is released; what was sent on it must have been read by then.
 */
TN_API struct pg_conn *tn_conn_pgconn(tn_conn *conn);

TN_END_DECLS

#endif
