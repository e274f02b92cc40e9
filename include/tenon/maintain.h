/* SPDX-License-Identifier: MIT */
#ifndef TENON_MAINTAIN_H
#define TENON_MAINTAIN_H

#include <tenon/db.h>

TN_BEGIN_DECLS

/**
 * @file tenon/maintain.h
 * Looking after a database that is open: unused connections, and the write-ahead log.
 *
 * SQLite writes into a log beside the database (WAL) and carries it over into the database from time
 * to time (a checkpoint). A reader keeps all that it may still need in the log: while one reads on,
 * the log grows. The pool's writing connection carries over after each commit that leaves 1,000 pages
 * or more in the log, and no other one does. A log that has grown beyond `wal_limit` is cut down as
 * soon as it begins anew, and while it cannot the reader that pins it is named, to the log of
 * tenon/log.h and in tn_checkpoint_report.
 *
 * Threading: from any thread.
 */

enum tn_checkpoint_mode {
    TN_CHECKPOINT_PASSIVE = 0, /**< as much as is possible without waiting for anybody */
    TN_CHECKPOINT_RESTART = 1, /**< wait for readers, so that the log begins anew */
    TN_CHECKPOINT_TRUNCATE = 2 /**< and cut its file down to nothing */
};

typedef struct tn_checkpoint_report {
    bool has_wal;      /**< false: the database has no such log, and nothing was to be done */
    bool is_complete;  /**< all of the log is in the database */
    int64_t frames;    /**< pages in the log */
    int64_t carried;   /**< of these, in the database by now */
    int64_t wal_bytes; /**< size of the log's file now */
    char pinned_by
        [256]; /**< not complete: who reads, as in "'task_list' of thread 3 for at least 2.0
                              s"; "another process" where nobody of this pool does; else empty */
} tn_checkpoint_report;

/**
 * Carry the log over into the database, on the writing connection.
 *
 * @param mode    RESTART and TRUNCATE wait for readers as long as for a lock (busy_timeout)
 * @param report  may be NULL
 * @return TN_OK, also where a reader kept it from being complete; TN_EREADONLY; TN_EINVAL; the
 *         engine's error; or an error of acquiring the writer
 */
TN_API TN_NODISCARD int tn_db_checkpoint(tn_db *db, enum tn_checkpoint_mode mode,
                                         tn_checkpoint_report *report, tn_error *err);

/**
 * One round: close connections that nobody has used for idle_timeout or that are older than
 * max_lifetime, and carry the log over; if its file is larger than `wal_limit`, cut it down. Waits for
 * nobody: what is in use is left alone. As connections are taken by the dynamic interface the first of
 * these happens by itself, once a second at most. On a view it does nothing.
 */
TN_API void tn_db_maintain(tn_db *db);

/**
 * Do that in a thread of its own, from now on, until tn_db_close(). The URL's parameter
 * `checkpoint_interval` does the same at tn_db_open(). The thread takes no signals. A program that
 * forks must call this in the child.
 *
 * @param interval_ms  0: 60,000
 * @return TN_OK, also if there is such a thread (the interval is the new one); TN_EMISUSE on a view;
 *         TN_ENOMEM
 */
TN_API TN_NODISCARD int tn_db_maintain_start(tn_db *db, uint32_t interval_ms, tn_error *err);

TN_END_DECLS

#endif
