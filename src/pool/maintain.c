/* SPDX-License-Identifier: MIT */
#include <tenon/maintain.h>

#include "pool/pool.h"
#include "util/clock.h"

/*
 * Looking after connections that nobody holds: those that have not been used for a while, or have
 * lived long enough, are closed: as connections are taken, once a second at most, and whenever the
 * program, or the keeper's thread, calls tn_db_maintain().
 */
enum {
    ROUND_NS = 1000000000
};

static unsigned count_open(const struct tn__pool *pool)
{
    unsigned count = 0;
    for (unsigned i = 0; i < pool->conn_count; i++)
        count += atomic_load(&pool->conns[i].target) != NULL;
    return count;
}

/* Of a connection that is held by the caller. */
static enum tn__close_reason judge_age(const tn_conn *conn, int64_t now)
{
    if (!conn->handle || !tn__pool_may_close(conn))
        return TN__STAYS;
    if (conn->is_broken)
        return TN__IS_BROKEN;
    return conn->retire_ns != 0 && now >= conn->retire_ns ? TN__IS_OLD : TN__STAYS;
}

/* Whether nobody has used it for too long. Under the mutex. */
static bool is_idle(const struct tn__pool *pool, const tn_conn *conn, uint64_t uses, int64_t now)
{
    const struct tn__pool_limits *limits = &pool->limits;
    /* The writer comes back first of all: it stays with the others that are always there. */
    return limits->idle_timeout_ms != 0 && conn->handle && tn__pool_may_close(conn) &&
           conn != pool->conns && conn->seen_free && conn->seen_uses == uses &&
           now - conn->seen_ns >= limits->idle_timeout_ms * 1000000 &&
           count_open(pool) > limits->least_connections * (pool->plan.has_replicas ? 2 : 1);
}

void tn__pool_close_as(struct tn__pool *pool, tn_conn *conn, enum tn__close_reason reason)
{
    struct tn__side_counts *counts = &conn->side->counts;
    if (reason == TN__STAYS)
        return;
    tn__pool_disconnect(conn);
    pthread_mutex_lock(&pool->mutex);
    counts->closed_idle += reason == TN__IS_IDLE;
    counts->closed_old += reason == TN__IS_OLD;
    counts->closed_broken += reason == TN__IS_BROKEN;
    pthread_mutex_unlock(&pool->mutex);
}

void tn__pool_retire(tn_conn *conn)
{
    tn__pool_close_as(conn->pool, conn, judge_age(conn, tn__mono_ns()));
}

bool tn__conn_take_quietly(tn_conn *conn, uint64_t *uses)
{
    if (atomic_load(&conn->owner) != 0 || !tn__conn_claim(conn, tn__thread_id()))
        return false;
    *uses = atomic_load_explicit(&conn->uses, memory_order_relaxed) - 1;
    atomic_store_explicit(&conn->uses, *uses, memory_order_relaxed);
    tn__conn_label(conn, NULL);
    atomic_store_explicit(&conn->hold, TN__HOLD_POOL, memory_order_relaxed);
    return true;
}

void tn__conn_give_back_quietly(tn_conn *conn)
{
    atomic_store_explicit(&conn->hold, TN__HOLD_QUERY, memory_order_relaxed);
    tn__conn_give_back(conn);
}

static void close_unused(struct tn__pool *pool, int64_t now)
{
    for (unsigned i = pool->conn_count; i-- > 0;) {
        tn_conn *conn = &pool->conns[i];
        uint64_t uses;
        if (!atomic_load(&conn->target) || !tn__conn_take_quietly(conn, &uses))
            continue;
        if (conn->side->is_remote)
            tn__pool_inspect(conn);
        enum tn__close_reason reason = judge_age(conn, now);
        pthread_mutex_lock(&pool->mutex);
        if (reason == TN__STAYS && is_idle(pool, conn, uses, now))
            reason = TN__IS_IDLE;
        pthread_mutex_unlock(&pool->mutex);
        tn__pool_close_as(pool, conn, reason);
        tn__conn_give_back_quietly(conn);
    }
    pthread_mutex_lock(&pool->mutex);
    for (unsigned i = 0; i < pool->side_count; i++)
        tn__side_look(&pool->sides[i], now);
    pthread_mutex_unlock(&pool->mutex);
    if (pool->plan.has_replicas)
        tn__pool_seek_standby(pool, now);
}

void tn__pool_round(struct tn__pool *pool)
{
    int64_t now = tn__mono_ns();
    int64_t next = atomic_load(&pool->next_round_ns);
    if (now >= next && atomic_compare_exchange_strong(&pool->next_round_ns, &next, now + ROUND_NS))
        close_unused(pool, now);
}

static void tend_writer(struct tn__pool *pool)
{
    tn_conn *writer = pool->conns;
    uint64_t uses;
    if (!pool->plan.has_writer || pool->plan.is_single || pool->plan.all_write ||
        !tn__conn_take_quietly(writer, &uses))
        return;
    if (writer->handle)
        tn__pool_tend_wal(writer);
    tn__conn_give_back_quietly(writer);
}

void tn_db_maintain(tn_db *db)
{
    if (db->pinned || db->depth != 0)
        return;
    close_unused(db->pool, tn__mono_ns());
    tend_writer(db->pool);
}
