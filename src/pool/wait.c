/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <time.h>

#include "pool/pool.h"
#include "util/clock.h"

/*
 * Waiting for a connection. A waiter counts itself before it looks for a free one, and whoever gives
 * one back frees it before it looks at the count: so one of the two sees the other. The giver takes
 * the mutex, which the waiter holds until it sleeps: so no wake-up is lost in between.
 *
 * Waiters queue in the order in which they came. As long as the oldest has waited for less than a
 * millisecond it is woken to compete: a thread that comes by may be faster, because handing over each
 * time would cost two changes of thread per statement, and half of the throughput. From then on a
 * connection that comes free is handed to it, and if somebody has been faster once more, nobody who
 * comes by takes one any more before it has been served.
 */
enum {
    PATIENCE_NS = 1000000
};

struct tn__waiter {
    struct tn__waiter *younger;
    tn_conn *conn; /* handed over */
    int64_t since;
    struct tn__waiting waiting;
    bool is_woken; /* to compete, and has not looked yet */
    bool joins;    /* a group that passes on its connection */
};

static void enqueue(struct tn__side *side, struct tn__waiter *waiter)
{
    if (side->youngest)
        side->youngest->younger = waiter;
    else
        side->oldest = waiter;
    side->youngest = waiter;
}

static void dequeue(struct tn__side *side, struct tn__waiter *waiter)
{
    struct tn__waiter *before = NULL;
    for (struct tn__waiter *w = side->oldest; w != waiter; w = w->younger)
        before = w;
    if (before)
        before->younger = waiter->younger;
    else
        side->oldest = waiter->younger;
    if (side->youngest == waiter)
        side->youngest = before;
    atomic_store(&side->is_reserved, false);
}

/* Under the mutex: something may have come free. */
static void serve(struct tn__side *side)
{
    struct tn__waiter *waiter = side->oldest;
    if (!waiter || waiter->conn)
        return;
    if (tn__mono_ns() - waiter->since >= PATIENCE_NS) {
        waiter->conn = tn__side_sweep(side, waiter->waiting.thread);
        if (!waiter->conn) {
            atomic_store(&side->is_reserved, true);
            return;
        }
        dequeue(side, waiter);
    } else if (waiter->is_woken) {
        return;
    }
    waiter->is_woken = true;
    pthread_cond_signal(&waiter->waiting.told);
}

void tn__side_wake(struct tn__side *side, struct tn__pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    serve(side);
    pthread_mutex_unlock(&pool->mutex);
}

/* On the monotonic clock, which the deadlines of waiting are of. Neither can fail with glibc or musl:
 * both only write the caller's memory. */
void tn__waiting_init(struct tn__waiting *waiting)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&waiting->told, &attr);
    pthread_condattr_destroy(&attr);
    waiting->thread = tn__thread_id();
}

void tn__waiting_fini(struct tn__waiting *waiting)
{
    pthread_cond_destroy(&waiting->told);
}

bool tn__pool_pass_on(tn_conn *conn)
{
    struct tn__side *side = conn->side;
    struct tn__pool *pool = conn->pool;
    pthread_mutex_lock(&pool->mutex);
    struct tn__waiter *next = side->oldest;
    bool passes = next && next->joins && !next->conn;
    if (passes) {
        dequeue(side, next);
        uint64_t uses = atomic_load_explicit(&conn->uses, memory_order_relaxed);
        atomic_store_explicit(&conn->uses, uses + 1, memory_order_relaxed);
        atomic_store(&conn->owner, next->waiting.thread);
        next->conn = conn;
        pthread_cond_signal(&next->waiting.told);
    }
    pthread_mutex_unlock(&pool->mutex);
    return passes;
}

static bool holds_all(const struct tn__side *side, unsigned self)
{
    for (unsigned i = 0; i < side->count; i++) {
        if (atomic_load(&side->first[i].owner) != self)
            return false;
    }
    return true;
}

/* Wait in the queue, under the mutex; NULL: the time is up, or (*by_self) it would be for itself. */
static tn_conn *queue_up(struct tn__pool *pool, struct tn__side *side, struct tn__waiter *waiter,
                         bool *by_self)
{
    struct timespec deadline = tn__deadline_in(pool->acquire_timeout_ms);
    /* Who finds others in the queue does not pass them by. */
    bool may_sweep = side->oldest == NULL;
    int waited = 0;
    enqueue(side, waiter);
    for (;;) {
        if (!waiter->conn && may_sweep) {
            waiter->conn = tn__side_sweep(side, waiter->waiting.thread);
            if (waiter->conn)
                dequeue(side, waiter);
        }
        *by_self = !waiter->conn && holds_all(side, waiter->waiting.thread);
        if (waiter->conn || *by_self || waited == ETIMEDOUT)
            break;
        waiter->is_woken = false;
        waited = pthread_cond_timedwait(&waiter->waiting.told, &pool->mutex, &deadline);
        /* Also after the time is up: the last wake-up may have been this one's. */
        may_sweep = side->oldest == waiter;
    }
    if (!waiter->conn)
        dequeue(side, waiter);
    return waiter->conn;
}

static void count_wait(struct tn__side *side, int64_t waited_ns, bool is_timeout)
{
    struct tn__side_counts *counts = &side->counts;
    uint64_t ns = waited_ns > 0 ? (uint64_t)waited_ns : 0;
    counts->waits++;
    counts->timeouts += is_timeout;
    counts->wait_ns += ns;
    if (ns > counts->most_wait_ns)
        counts->most_wait_ns = ns;
}

int tn__pool_wait(tn_conn **out, tn_db *db, enum tn_access access, bool joins, tn_error *err)
{
    struct tn__pool *pool = db->pool;
    struct tn__side *side = db->side[access];
    struct tn__waiter waiter = {.since = tn__mono_ns(), .joins = joins};
    bool by_self = false;
    tn__waiting_init(&waiter.waiting);
    pthread_mutex_lock(&pool->mutex);
    tn__side_look(side, waiter.since);
    unsigned waiting = atomic_fetch_add(&side->waiters, 1) + 1;
    if (waiting > side->counts.most_waiting)
        side->counts.most_waiting = waiting;
    tn_conn *conn = queue_up(pool, side, &waiter, &by_self);
    int64_t now = tn__mono_ns();
    atomic_fetch_sub(&side->waiters, 1);
    count_wait(side, now - waiter.since, !conn && !by_self);
    int rc = TN_OK;
    if (!conn) {
        tn__side_look(side, now);
        rc = tn__fail_held(pool, side, access, by_self, now, err);
    }
    /* What this one was woken for is the next one's. */
    serve(side);
    pthread_mutex_unlock(&pool->mutex);
    tn__waiting_fini(&waiter.waiting);
    if (rc == TN_OK && atomic_load(&pool->observers.watch))
        conn->waited_ns = now - waiter.since;
    if (rc == TN_OK)
        *out = conn;
    return rc;
}
