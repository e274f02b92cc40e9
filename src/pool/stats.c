/* SPDX-License-Identifier: MIT */
#include <tenon/stats.h>

#include "pool/pool.h"
#include "util/clock.h"
#include "util/str.h"

static void read_side(tn_side_stats *out, struct tn__side *side)
{
    const struct tn__side_counts *counts = &side->counts;
    out->connections = side->count;
    for (unsigned i = 0; i < side->count; i++) {
        const tn_conn *conn = &side->first[i];
        out->open += atomic_load(&conn->target) != NULL;
        out->in_use += atomic_load(&conn->owner) != 0;
        out->acquired += atomic_load_explicit(&conn->uses, memory_order_relaxed);
    }
    out->waiting = atomic_load(&side->waiters);
    out->most_waiting = counts->most_waiting;
    out->waited = counts->waits;
    out->timeouts = counts->timeouts;
    out->wait_ns = counts->wait_ns;
    out->most_wait_ns = counts->most_wait_ns;
    out->opened = counts->opened;
    out->closed_idle = counts->closed_idle;
    out->closed_old = counts->closed_old;
    out->closed_broken = counts->closed_broken;
}

int tn_db_stats_read(const tn_db *db, tn_db_stats *out, tn_error *err)
{
    if (out->version == 0 || out->version > TN_DB_STATS_VERSION)
        return tn_error_set(err, TN_EINVAL, "statistics of unknown version %u", out->version);
    struct tn__pool *pool = db->pool;
    tn_db_stats stats = {.version = out->version};
    pthread_mutex_lock(&pool->mutex);
    for (int access = TN_READ; access <= TN_WRITE; access++) {
        if (pool->db.side[access] &&
            (access == TN_WRITE || pool->side_count == 2 || !pool->db.side[TN_WRITE]))
            read_side(&stats.side[access], pool->db.side[access]);
    }
    stats.rolled_back = pool->rolled_back;
    stats.restored = pool->restored;
    stats.checkpoints = pool->checkpoints;
    stats.wal_pinned = pool->wal_pinned;
    stats.wal_bytes = atomic_load_explicit(&pool->wal_bytes, memory_order_relaxed);
    pthread_mutex_unlock(&pool->mutex);
    *out = stats;
    return TN_OK;
}

int tn_db_check_unused(const tn_db *db, tn_error *err)
{
    enum {
        MOST_SHOWN = 8
    };
    struct tn__pool *pool = db->pool;
    struct tn__buf buf;
    unsigned held = 0;
    tn__buf_init(&buf, 0);
    pthread_mutex_lock(&pool->mutex);
    int64_t now = tn__mono_ns();
    for (unsigned i = 0; i < pool->conn_count; i++) {
        const tn_conn *conn = &pool->conns[i];
        if (atomic_load(&conn->owner) == 0 || tn__is_looked_after(conn) || ++held > MOST_SHOWN)
            continue;
        tn__buf_puts(&buf, held > 1 ? ", " : "");
        tn__describe_holder(&buf, conn, now);
    }
    pthread_mutex_unlock(&pool->mutex);
    int rc = TN_OK;
    if (held > 0)
        rc = tn_error_set(err, TN_EMISUSE, "%u connection%s not been given back: held by %s%s",
                          held, held == 1 ? " has" : "s have",
                          tn__buf_status(&buf) == TN_OK ? tn__buf_view(&buf).data : "?",
                          held > MOST_SHOWN ? ", …" : "");
    tn__buf_fini(&buf);
    return rc;
}
