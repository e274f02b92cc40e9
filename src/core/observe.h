/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_OBSERVE_H
#define TN_CORE_OBSERVE_H

#include <tenon/log.h>
#include <tenon/trace.h>

#include "core/conn.h"
#include "core/tally.h"

/*
 * Watching statements run, and stopping them in time. The engine itself tells when a statement begins,
 * gives a row and ends, so that generated queries, which call it directly, need to do nothing for it.
 * What is wanted is set for the pool and put in force on a connection when it is next taken: taking
 * one tests one flag (`tn_conn.is_stale`).
 */

/* What is wanted. Never changed: another one takes its place, and all of them live as long as the
 * pool, because a thread may still be using an older one. */
struct tn__watch {
    struct tn__watch *former;
    tn_log_fn log;
    void *log_user;
    tn_log_filter filter;
    tn_trace_fn trace;
    void *trace_user;
    int64_t slow_ns; /* 0: nothing is slow */
    bool finds_n_plus_1;
    bool counts;
};

/* A pool's. */
struct tn__observers {
    pthread_mutex_t mutex;
    _Atomic(struct tn__watch *) watch; /* NULL: nothing has ever been wanted */
    int64_t slow_ns;                   /* as the URL has it, for the first watch */
    bool finds_n_plus_1;
    int64_t statement_timeout_ns; /* 0: none */
    tn_conn *conns;
    unsigned conn_count;
    struct tn__tally tally; /* under the mutex */
    const char *told[32];   /* pairs of queries that N+1 was told of, under the mutex */
    unsigned told_count;
};

TN_NODISCARD int tn__observers_init(struct tn__observers *observers, tn_conn *conns,
                                    unsigned count);
void tn__observers_fini(struct tn__observers *observers);

/* Put in force on a connection, which the caller holds, what is wanted by now. */
void tn__observe_refresh(tn_conn *conn);
/* The connection is open, or about to be closed. */
void tn__observe_opened(tn_conn *conn);
void tn__observe_closing(tn_conn *conn);
/* A statement has failed; `query` and `sql` may be NULL. */
void tn__observe_failure(tn_conn *conn, const char *query, const char *sql, const tn_error *err);
void tn__observe_retry(tn_db *db, int status, unsigned attempt);

/*
 * If the connection's time was up when a statement failed with `status`: TN_ETIMEOUT, with `err`
 * saying so; else `status`.
 */
int tn__observe_timeout(tn_conn *conn, int status, tn_error *err);
/* The same of a statement that could not be prepared: where a server is asked for it, that has its limit,
 * and may cost the transaction or the connection. It is told as a failure. Returns the status. */
int tn__observe_unprepared(tn_conn *conn, const char *query, const char *sql, int status,
                           tn_error *err);
/* From now on nothing on the connection goes on beyond that moment; 0: no limit. Returns what held
 * before. */
int64_t tn__observe_until(tn_conn *conn, int64_t deadline_ns);

/* --- nplus.c: under nobody's lock --------------------------------------------------------------- */

/* A statement that is being run. */
struct tn__flight {
    const void *stmt;
    const char *query; /* NULL: a dynamic one */
    const char *sql;
    int64_t start_ns;
    int64_t rows;
    int64_t waited_ns;
    struct {
        const char *query;
        unsigned count;
    } inner[4]; /* generated queries that ran while this one was giving rows */
};

/* What a connection's statements are at; its holder's. */
struct tn__observer {
    struct tn__flight *flights;
    size_t count;
    size_t cap;
};

/* The generated query `query` begins on `conn`. */
void tn__n_plus_1_look(tn_conn *conn, const char *query);

#endif
