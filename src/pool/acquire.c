/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <time.h>

#include "pool/pool.h"
#include "util/alloc.h"
#include "util/clock.h"

/* Who may use which connection. */

/* The connections that serve an access: [first, end). */
struct range {
    unsigned first;
    unsigned end;
};

static struct range range_of(const struct tn__pool *pool, enum tn_access access)
{
    if (pool->is_shared)
        return (struct range){0, 1};
    if (pool->is_readonly)
        return (struct range){0, pool->conn_count};
    return access == TN_WRITE ? (struct range){0, 1} : (struct range){1, pool->conn_count};
}

static bool try_take(tn_conn *conn)
{
    int free = 0;
    return atomic_load_explicit(&conn->is_busy, memory_order_relaxed) == 0 &&
           atomic_compare_exchange_strong(&conn->is_busy, &free, 1);
}

/* A free connection of the range, or NULL. Each thread begins at a place of its own, so that it
 * tends to meet its own statements again. */
static tn_conn *try_range(struct tn__pool *pool, struct range range)
{
    unsigned size = range.end - range.first;
    unsigned start = size > 1 ? (unsigned)((uintptr_t)pthread_self() >> 12) % size : 0;
    for (unsigned i = 0; i < size; i++) {
        unsigned at = start + i;
        tn_conn *conn = &pool->conns[range.first + (at < size ? at : at - size)];
        if (try_take(conn))
            return conn;
    }
    return NULL;
}

static int fail_wait(struct tn__pool *pool, struct range range, tn_error *err)
{
    tn_conn *first = &pool->conns[range.first];
    const char *holder = atomic_load_explicit(&first->holder, memory_order_relaxed);
    return tn_error_set(err, TN_ETIMEOUT,
                        "no connection came free within %u ms: %u in use, one by '%s'",
                        pool->options.acquire_timeout_ms, range.end - range.first,
                        holder ? holder : "a transaction or a connection that was acquired");
}

/* Whether this thread holds one of them: to wait for it would be to wait for oneself. Where there
 * are several, another may still come free. */
static bool is_own(struct tn__pool *pool, struct range range, const char **holder)
{
    for (unsigned i = range.first; i < range.end; i++) {
        tn_conn *conn = &pool->conns[i];
        if (atomic_load_explicit(&conn->owner, memory_order_relaxed) != (uintptr_t)pthread_self())
            return false;
        *holder = atomic_load_explicit(&conn->holder, memory_order_relaxed);
    }
    return true;
}

/* Wait until one comes free. */
static int wait_range(tn_conn **out, struct tn__pool *pool, struct range range, tn_error *err)
{
    struct timespec until;
    const char *holder = NULL;
    int status = TN_OK;
    tn_conn *conn = NULL;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += pool->options.acquire_timeout_ms / 1000;
    until.tv_nsec += (long)(pool->options.acquire_timeout_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    /*
     * The releasing thread stores is_busy and then loads waiters; this one adds to waiters and then
     * loads is_busy. Both are sequentially consistent, so one sees the other, and as this thread
     * holds the mutex from there to its wait, the signal cannot fall in between.
     */
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->waiters, 1);
    while (!(conn = try_range(pool, range))) {
        if (is_own(pool, range, &holder)) {
            status = tn_error_set(err, TN_EMISUSE,
                                  "this thread already holds the connection that it asks for, "
                                  "with '%s': end it first, or use its transaction's handle",
                                  holder ? holder : "a transaction");
            break;
        }
        if (pthread_cond_timedwait(&pool->freed, &pool->mutex, &until) == ETIMEDOUT) {
            conn = try_range(pool, range);
            if (!conn)
                status = fail_wait(pool, range, err);
            break;
        }
    }
    atomic_fetch_sub(&pool->waiters, 1);
    pthread_mutex_unlock(&pool->mutex);
    *out = conn;
    return status;
}

static void put_back(struct tn__pool *pool, tn_conn *conn)
{
    atomic_store_explicit(&conn->owner, 0, memory_order_relaxed);
    atomic_store(&conn->is_busy, 0);
    if (TN_UNLIKELY(atomic_load(&pool->waiters) > 0)) {
        pthread_mutex_lock(&pool->mutex);
        pthread_cond_broadcast(&pool->freed);
        pthread_mutex_unlock(&pool->mutex);
    }
}

/* The first use of a connection. */
static int open_conn(struct tn__pool *pool, tn_conn *conn, tn_error *err)
{
    struct tn__driver_open how = {&pool->url, conn->access,
                                  pool->create && conn->access == TN_WRITE};
    int status = tn__conn_open(conn, &how, err);
    if (status != TN_OK || !pool->options.on_open)
        return status;
    status = pool->options.on_open(conn, pool->options.on_open_user, err);
    if (status >= 0)
        return TN_OK;
    tn__conn_close(conn);
    return status;
}

int tn__db_acquire(tn_conn **out, tn_db *db, enum tn_access access, tn_error *err)
{
    struct tn__pool *pool = db->pool;
    tn_conn *conn = NULL;
    if (db->conn) {
        *out = db->conn;
        return TN_OK;
    }
    if (TN_UNLIKELY(pool->is_readonly && access == TN_WRITE))
        return tn_error_set(err, TN_EREADONLY, "database '%s' was opened with mode=ro",
                            pool->shown_url);
    struct range range = range_of(pool, access);
    conn = try_range(pool, range);
    if (TN_UNLIKELY(!conn)) {
        int status = wait_range(&conn, pool, range, err);
        if (status != TN_OK)
            return status;
    }
    atomic_store_explicit(&conn->owner, (uintptr_t)pthread_self(), memory_order_relaxed);
    atomic_store_explicit(&conn->holder, NULL, memory_order_relaxed);
    if (TN_UNLIKELY(!conn->native)) {
        int status = open_conn(pool, conn, err);
        if (status != TN_OK) {
            put_back(pool, conn);
            return status;
        }
    }
    *out = conn;
    return TN_OK;
}

void tn__db_release(tn_db *db, tn_conn *conn)
{
    if (!db->conn)
        put_back(db->pool, conn);
}

/* Statements whose text has been seen. Beyond the limit they are judged anew each time. */
enum {
    MOST_VERDICTS = 1000
};
static const char reads = 'r';
static const char writes = 'w';

int tn__pool_verdict(struct tn__pool *pool, const char *sql, const char **name)
{
    tn_text key = tn_text_of(sql);
    pthread_mutex_lock(&pool->verdict_mutex);
    const char *verdict = tn__map_get(&pool->verdicts, key);
    *name = NULL;
    for (size_t i = 0; verdict && i < pool->verdicts.count; i++)
        if (tn_text_equal(pool->verdicts.entries[i].key, key))
            *name = pool->verdicts.entries[i].key.data;
    pthread_mutex_unlock(&pool->verdict_mutex);
    return !verdict ? -1 : *verdict == writes;
}

void tn__pool_learn(struct tn__pool *pool, const char *sql, bool does_write)
{
    union {
        const char *verdict;
        void *value;
    } entry = {does_write ? &writes : &reads};
    pthread_mutex_lock(&pool->verdict_mutex);
    if (pool->verdicts.count < MOST_VERDICTS && !tn__map_has(&pool->verdicts, tn_text_of(sql))) {
        char *copy = tn__strdup(sql);
        if (copy && tn__map_put(&pool->verdicts, tn_text_of(copy), entry.value) != TN_OK)
            tn__free(copy);
    }
    pthread_mutex_unlock(&pool->verdict_mutex);
}

unsigned tn__pool_cache_size(const struct tn__pool *pool)
{
    return pool->options.statement_cache;
}
