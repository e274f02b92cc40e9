/* SPDX-License-Identifier: MIT */
#ifndef TENON_REPLICA_H
#define TENON_REPLICA_H

#include <tenon/conn.h>

TN_BEGIN_DECLS

/**
 * @file tenon/replica.h
 * Reading one's own writes where what is read may come from a server that follows another one.
 *
 * With `replicas=on` in its URL a PostgreSQL pool has two sides: what writes goes to the primary, what
 * reads to a standby, which is a moment behind. Who has written and wants to see it (the next page of
 * the same user) takes a position after the commit, keeps it, in a session for one, and acquires the
 * next connection with it.
 *
 * Where there are no replicas, and on SQLite, both work and cost nothing: every connection sees what
 * has been committed.
 */

/** A place in the log of a primary. Zero-initialised: the beginning, for which nobody waits. It may be
 *  stored and sent as a number; it is of one cluster of servers. */
typedef struct tn_position {
    uint64_t place;
} tn_position;

/**
 * How far the log is: all that has been committed before is in it up to there. PostgreSQL 10 or later. What
 * a transaction commits with a SET LOCAL synchronous_commit = off of its own may be missing; as a setting of
 * the session, in the URL for one, it is known.
 *
 * @param db  a pool; or a view of a connection, which is then asked itself
 * @return TN_OK; TN_EMISUSE inside a transaction, whose COMMIT is yet to come; or as tn_conn_acquire()
 */
TN_API TN_NODISCARD int tn_db_position(tn_position *out, tn_db *db, tn_error *err);

/**
 * Borrow a connection for reading that sees all that was committed before the position was taken. It
 * comes from a standby, if that gets there in time, else from the primary. Either way a write on it is
 * TN_EREADONLY. Its view, tn_conn_db(), takes queries and tn_transact().
 *
 * @param out      as of tn_conn_acquire(); given back with tn_conn_release()
 * @param db       a pool
 * @param wait_ms  how long to wait for a standby that is behind; 0: not at all. One that does not answer
 *                 costs a few seconds more
 * @return as tn_conn_acquire(); TN_EMISUSE for a view
 */
TN_API TN_NODISCARD int tn_conn_acquire_after(tn_conn **out, tn_db *db, tn_position position,
                                              uint32_t wait_ms, tn_error *err);

TN_END_DECLS

#endif
