/* SPDX-License-Identifier: MIT */
#ifndef TN_POOL_POOL_H
#define TN_POOL_POOL_H

#include "core/conn.h"

/* Private to this folder. */

struct tn__pool {
    tn_db db;              /* what the user holds */
    pthread_mutex_t mutex; /* waiters, and labels that are read by others */
    const struct tn__driver *driver;
    struct tn__driver_plan plan;
    struct tn__url url;
    const char *shown_url;
    tn_arena arena; /* of the URL */
    int (*on_open)(tn_conn *conn, void *user, tn_error *err);
    void *on_open_user;
    int64_t acquire_timeout_ms;
    unsigned statement_cache;
    bool has_locks;
    struct tn__side sides[2]; /* the second is not used where the first serves both */
    unsigned side_count;
    unsigned conn_count;
    tn_conn conns[];
};

#endif
