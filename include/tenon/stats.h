/* SPDX-License-Identifier: MIT */
#ifndef TENON_STATS_H
#define TENON_STATS_H

#include <tenon/db.h>

TN_BEGIN_DECLS

/**
 * @file tenon/stats.h
 * What a pool is doing, and has done.
 *
 * Threading: from any thread, also while others use the pool. The numbers of one call are those of
 * one moment as far as waiting is concerned; uses go on meanwhile.
 */

/** Of the connections of one side. Counters count from the opening of the pool. */
typedef struct tn_side_stats {
    unsigned connections;  /**< at most */
    unsigned open;         /**< with a connection to the engine right now */
    unsigned in_use;       /**< held right now */
    unsigned waiting;      /**< threads that wait for one right now */
    unsigned most_waiting; /**< at once, so far */
    unsigned reserved;     /**< 0 */
    uint64_t acquired;     /**< times that one has been taken */
    uint64_t waited;       /**< times that a thread had to wait for one */
    uint64_t timeouts;     /**< of these, in vain */
    uint64_t wait_ns;      /**< time waited in all, in nanoseconds */
    uint64_t most_wait_ns; /**< the longest of the waits */
    uint64_t opened;       /**< connections to the engine made */
    uint64_t closed_idle;  /**< closed after idle_timeout */
    uint64_t closed_old;   /**< closed after max_lifetime */
    uint64_t
        closed_broken; /**< closed because the server had ended them, a statement had lost them, or what they had
                              been set to could not be put back */
} tn_side_stats;

/** Start from TN_DB_STATS_INIT. */
typedef struct tn_db_stats {
    unsigned version; /**< TN_DB_STATS_VERSION */
    unsigned reserved;
    tn_side_stats side[2]; /**< by enum tn_access; where one connection serves both, all of it is
                                under TN_WRITE */
    uint64_t rolled_back;  /**< connections given back with a transaction that was still open */
    uint64_t restored;     /**< connections given back with other settings, which were put back */
    uint64_t checkpoints;  /**< rounds and calls that carried the write-ahead log over */
    uint64_t wal_pinned;   /**< times that the log was above its limit and a reader pinned it */
    int64_t wal_bytes;     /**< in the log after the last commit or checkpoint */
} tn_db_stats;

#define TN_DB_STATS_VERSION 1u
/* clang-format off */
#define TN_DB_STATS_INIT {TN_DB_STATS_VERSION, 0, {{0}, {0}}, 0, 0, 0, 0, 0}
/* clang-format on */

/**
 * Read the statistics of a pool; of a view: of its pool.
 *
 * @param out  its version says which members the caller knows; set on success only
 * @return TN_OK; TN_EINVAL for a version that the library does not know
 */
TN_API TN_NODISCARD int tn_db_stats_read(const tn_db *db, tn_db_stats *out, tn_error *err);

/**
 * Whether every connection has been given back: for the end of a program, or of a test, right before
 * tn_db_close().
 *
 * @return TN_OK; TN_EMISUSE: the message names what each one is held by (query, statement,
 *         transaction, tn_conn_acquire()), the thread, and since when, as far as that is known
 */
TN_API TN_NODISCARD int tn_db_check_unused(const tn_db *db, tn_error *err);

TN_END_DECLS

#endif
