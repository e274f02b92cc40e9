/* SPDX-License-Identifier: MIT */
#ifndef TN_POOL_POOL_H
#define TN_POOL_POOL_H

#include <pthread.h>

#include "core/conn.h"
#include "util/map.h"

/*
 * The connections of one database. On a file: conns[0] writes, the others read, and are opened when
 * first needed. In memory, conns[0] is all there is and does both. Read-only: all of them read.
 *
 * A connection is free (is_busy 0) or belongs to a thread. Taking a free one is one compare-and-swap;
 * the mutex and the condition serve only those that must wait.
 */
struct tn__pool {
    tn_db db; /* the handle that users have; first, so that it is the pool's address */
    const struct tn__driver *driver;
    tn_arena arena; /* the parsed URL */
    struct tn__url url;
    const char *shown_url;
    tn_db_options options;
    tn_conn *conns;
    unsigned conn_count;
    bool is_shared;   /* conns[0] serves both roles */
    bool is_readonly; /* there is no writer */
    bool create;

    atomic_uint waiters;
    pthread_mutex_t mutex;
    pthread_cond_t freed;

    pthread_mutex_t verdict_mutex;
    struct tn__map verdicts; /* text of a statement (owned) to &reads or &writes */
};

#endif
