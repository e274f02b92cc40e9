/* SPDX-License-Identifier: MIT */
#ifndef TENON_TRACE_H
#define TENON_TRACE_H

#include <tenon/db.h>

TN_BEGIN_DECLS

/**
 * @file tenon/trace.h
 * Every statement that runs on a database, generated or not, with its time; and counters of them.
 *
 * While nothing is traced, logged, counted or limited in time, running a statement costs one test.
 */

enum tn_trace_kind {
    TN_TRACE_STATEMENT = 0, /**< a statement has ended, well or not; BEGIN and COMMIT are such */
    TN_TRACE_FAILURE = 1,   /**< why it failed: `status`, `native`; comes behind its STATEMENT, or
                                 alone where it could not even begin */
    TN_TRACE_RETRY = 2,     /**< tn_transact() is going to run its function once more; `status` */
    TN_TRACE_OPEN = 3,      /**< a connection has been opened */
    TN_TRACE_CLOSE = 4,     /**< a connection is about to be closed */
    TN_TRACE_NOTICE = 5     /**< the server says something beside a result: `notice` */
};

/** Valid during the call. The values of parameters are in none of it. */
typedef struct tn_trace_event {
    enum tn_trace_kind kind;
    int status;          /**< FAILURE, RETRY: why; else TN_OK */
    int native;          /**< FAILURE: the engine's own code */
    unsigned connection; /**< number within the pool, from 0: the writer, where there is one */
    enum tn_access access;
    unsigned depth;       /**< transactions around it; 0: none of tn_transact() or tn_tx_begin() */
    const char *query;    /**< name of the generated query; NULL: another statement */
    const char *sql;      /**< text with its parameters; NULL where none is concerned */
    int64_t rows;         /**< read from it */
    int64_t affected;     /**< inserted, updated, deleted; 0 for one that only reads */
    int64_t elapsed_ns;   /**< from its first step to its end, its reader's own time included */
    int64_t waited_ns;    /**< for the connection, before it; 0: it was free */
    const char *notice;   /**< NOTICE: its text, one line; else NULL */
    const char *severity; /**< NOTICE: "NOTICE", "WARNING", "INFO", …; NULL: not said */
} tn_trace_event;

/** Called in the thread that runs the statement: as tn_log_fn of tenon/log.h, it must not use the
 * same database. */
typedef void (*tn_trace_fn)(const tn_trace_event *event, void *user);

/**
 * Trace from now on; from any thread, at any time. A connection begins with it when it is next taken.
 * Uses sqlite3_trace_v2() of the connections, which a program must then leave alone.
 *
 * @param fn    NULL: no more
 * @param user  must live until tn_db_close()
 * @return TN_OK; TN_ENOMEM, and all is as before
 */
TN_API TN_NODISCARD int tn_db_set_trace(tn_db *db, tn_trace_fn fn, void *user, tn_error *err);

/**
 * What counts as slow, for the log (TN_LOG_WARN, target sql): at first the URL's `slow_query`, else
 * 100 ms. Waiting for the connection counts.
 *
 * @param threshold_ms  0: nothing does
 */
TN_API TN_NODISCARD int tn_db_set_slow_query(tn_db *db, uint32_t threshold_ms, tn_error *err);

/**
 * Look for queries that run again and again while the rows of another are being read (N+1): after the
 * tenth time within one reading both are named, once for each pair (TN_LOG_WARN, target sql). On at
 * first where a program compiled without NDEBUG opens with TN_DB_OPTIONS_INIT. Needs a log.
 */
TN_API TN_NODISCARD int tn_db_set_find_n_plus_1(tn_db *db, bool is_on, tn_error *err);

/** Count statements by query from now on, for tn_db_metrics(); or no more: the counts stay. */
TN_API TN_NODISCARD int tn_db_set_metrics(tn_db *db, bool is_on, tn_error *err);

/**
 * The pool's statistics, and the counts by query if they are on, as text for Prometheus
 * (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4).
 *
 * Dynamic statements are one series, query="". Times are in seconds.
 *
 * @param out    the text, the arena's; set on success only
 * @return TN_OK; TN_ENOMEM
 */
TN_API TN_NODISCARD int tn_db_metrics(tn_text *out, tn_db *db, tn_arena *arena, tn_error *err);

TN_END_DECLS

#endif
