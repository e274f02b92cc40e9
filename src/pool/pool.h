/* SPDX-License-Identifier: MIT */
#ifndef TN_POOL_POOL_H
#define TN_POOL_POOL_H

#include "core/observe.h"
#include "util/buf.h"

/* Private to this folder. */

/* What the URL and the options ask for. Times of 0: no limit; but acquire_timeout
 * of 0: no waiting. */
struct tn__pool_limits {
    int64_t connections;
    int64_t least_connections;
    int64_t acquire_timeout_ms;
    int64_t idle_timeout_ms;
    int64_t max_lifetime_ms;
    int64_t statement_cache;
    int64_t statement_timeout_ms;
    int64_t slow_query_ms;
    int64_t wal_limit;
    int64_t checkpoint_interval_ms; /* 0: no thread */
    bool group_commit;
};

/* The thread that looks after the pool. Under the pool's mutex but for `thread`. */
struct tn__keeper {
    pthread_t thread;
    struct tn__waiting waiting;
    int64_t interval_ms;
    bool is_running;
    bool is_over;
};

struct tn__pool {
    tn_db db;              /* what the user holds */
    pthread_mutex_t mutex; /* waiters, and labels that are read by others */
    const struct tn__driver *driver;
    struct tn__driver_plan plan;
    struct tn__url url;
    const char *shown_url;
    const char *direct_url; /* past a pooler, with its password; NULL: there is none */
    tn_arena arena;         /* of the URL */
    int (*on_open)(tn_conn *conn, void *user, tn_error *err);
    void *on_open_user;
    int64_t acquire_timeout_ms;
    struct tn__pool_limits limits;
    atomic_bool groups; /* transactions share their COMMIT: it waits for the disk */
    bool has_locks;
    bool no_optimize;
    void *adopted; /* the program's handle, which its only connection is on; NULL: none */
    /* For the statistics, under the mutex: */
    _Atomic int64_t next_round_ns;   /* when unused connections are looked at again */
    _Atomic uint64_t generation;     /* reconnect.c */
    _Atomic int64_t next_standby_ns; /* when readers that are on the primary may go back */
    uint64_t rolled_back;
    uint64_t restored;
    uint64_t checkpoints;
    uint64_t wal_pinned;
    _Atomic int64_t wal_bytes;
    int64_t wal_told_ns; /* when the program was told last who pins the log */
    struct tn__keeper keeper;
    struct tn__observers observers;
    struct tn__side sides[2]; /* the second is not used where the first serves both */
    unsigned side_count;
    unsigned conn_count;
    tn_conn conns[];
};

/* What a pool is made from. */
struct tn__pool_recipe {
    tn_arena arena; /* of the URL; becomes the pool's */
    struct tn__url url;
    const struct tn__driver *driver;
    struct tn__driver_plan plan;
    struct tn__pool_limits limits;
    void *adopt; /* the engine's handle; NULL: connections are opened */
    const char *direct_url;
};

/* Make it, and open the first connections. The recipe's arena is gone whatever comes back. */
TN_NODISCARD int tn__pool_open(tn_db **out, struct tn__pool_recipe *recipe,
                               const tn_db_options *options, tn_error *err);

extern const tn_db_options tn__db_defaults;
TN_NODISCARD int tn__db_options_check(const tn_db_options *options, tn_error *err);
TN_NODISCARD int tn__pool_limits_read(struct tn__pool_limits *out, const struct tn__url *url,
                                      const tn_db_options *options, tn_error *err);

/* --- holders.c, under the mutex ---------------------------------------------------------------- */

/* Whether the pool itself holds it, for a moment. */
bool tn__is_looked_after(const tn_conn *conn);
/* Note how often each connection has been taken by now. */
void tn__side_look(struct tn__side *side, int64_t now);
/* Append "'task_list' of thread 3 for at least 1.5 s". */
void tn__describe_holder(struct tn__buf *buf, const tn_conn *conn, int64_t now);
/* TN_ETIMEOUT; or TN_EMISUSE, where a thread would wait for itself. */
int tn__fail_held(struct tn__pool *pool, struct tn__side *side, enum tn_access access, bool by_self,
                  int64_t now, tn_error *err);

/* --- pool.c ------------------------------------------------------------------------------------ */

/* Close a connection that the caller holds; its place in the pool stays. */
void tn__pool_disconnect(tn_conn *conn);
/* wal.c: after a commit of the writer. */
void tn__pool_on_wal(void *user, int64_t bytes, bool is_kept);
/* keeper.c: before the pool is freed. */
void tn__keeper_stop(struct tn__pool *pool);
/* Carry the log over without waiting, cut it down if it is too large. The writer is the caller's. */
void tn__pool_tend_wal(tn_conn *writer);
/* maintain.c: the same, and count it. */
enum tn__close_reason {
    TN__STAYS,
    TN__IS_IDLE,
    TN__IS_OLD,
    TN__IS_BROKEN
};
void tn__pool_close_as(struct tn__pool *pool, tn_conn *conn, enum tn__close_reason reason);
/* Whether its place may be empty: not a database in memory, nor an adopted handle. */
bool tn__pool_may_close(const tn_conn *conn);
/* maintain.c: hold it without counting that as a use, if nobody does; and give it back. */
bool tn__conn_take_quietly(tn_conn *conn, uint64_t *uses);
void tn__conn_give_back_quietly(tn_conn *conn);
/* standby.c: from time to time, lead readers that the primary serves back to a standby. */
void tn__pool_seek_standby(struct tn__pool *pool, int64_t now);
extern int64_t tn__pool_standby_ns; /* how often; for tests */

#endif
