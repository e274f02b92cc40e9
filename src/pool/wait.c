/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <time.h>

#include "pool/pool.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/str.h"

/*
 * Waiting for a connection. A waiter counts itself before it looks for a free one, and whoever gives
 * one back frees it before it looks at the count: so one of the two sees the other. The waker takes
 * the mutex, which the waiter holds until it sleeps: so no wake-up is lost in between.
 *
 * A thread that comes by may take what a waiter was woken for: handing over each time would cost two
 * changes of thread per statement. Only a waiter that has been patient for a millisecond and is
 * passed over reserves the side: until one of the waiters has been served, the others queue.
 */
enum {
    PATIENCE_NS = 1000000
};

void tn__side_wake(struct tn__side *side, struct tn__pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_signal(&side->freed);
    pthread_mutex_unlock(&pool->mutex);
}

static struct timespec deadline_in(int64_t ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += (ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* Who holds a connection, and with what. Under the mutex, so that the text stays. */
static void describe_holder(struct tn__buf *buf, const tn_conn *conn)
{
    enum {
        MOST_SHOWN = 80
    };
    static const char *const holds[] = {
        [TN__HOLD_QUERY] = "a query",
        [TN__HOLD_CONN] = "tn_conn_acquire()",
        [TN__HOLD_TX] = "a transaction",
    };
    int hold = atomic_load_explicit(&conn->hold, memory_order_relaxed);
    const char *label = atomic_load_explicit(&conn->label, memory_order_acquire);
    if (hold != TN__HOLD_QUERY || !label)
        tn__buf_puts(buf, holds[hold]);
    if (label) {
        char shown[MOST_SHOWN];
        tn__copy_text(shown, sizeof shown, tn_text_of(label));
        if (hold == TN__HOLD_QUERY)
            tn__buf_printf(buf, "'%s'", shown);
        else
            tn__buf_printf(buf, " (last statement '%s')", shown);
    }
}

static int fail_held(struct tn__pool *pool, struct tn__side *side, enum tn_access access,
                     bool by_self, tn_error *err)
{
    enum {
        MOST_HOLDERS = 4
    };
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    for (unsigned i = 0; i < side->count && i < MOST_HOLDERS; i++) {
        if (i > 0)
            tn__buf_puts(&buf, ", ");
        describe_holder(&buf, &side->first[i]);
    }
    if (side->count > MOST_HOLDERS)
        tn__buf_puts(&buf, ", …");
    const char *holders = tn__buf_status(&buf) == TN_OK ? tn__buf_view(&buf).data : "?";
    const char *purpose = side->count == 1 && pool->side_count == 1 ? ""
                          : access == TN_WRITE                      ? " for writing"
                                                                    : " for reading";
    int rc;
    if (by_self)
        rc = tn_error_set(err, TN_EMISUSE,
                          "this thread holds every connection%s already, with %s: it would wait "
                          "for itself",
                          purpose, holders);
    else
        rc = tn_error_set(err, TN_ETIMEOUT, "no connection%s came free in %lld ms: held by %s",
                          purpose, (long long)pool->acquire_timeout_ms, holders);
    tn__buf_fini(&buf);
    return rc;
}

static bool holds_all(const struct tn__side *side, unsigned self)
{
    for (unsigned i = 0; i < side->count; i++) {
        if (atomic_load(&side->first[i].owner) != self)
            return false;
    }
    return true;
}

int tn__pool_wait(tn_conn **out, tn_db *db, enum tn_access access, tn_error *err)
{
    struct tn__pool *pool = db->pool;
    struct tn__side *side = db->side[access];
    unsigned self = tn__thread_id();
    struct timespec deadline = deadline_in(pool->acquire_timeout_ms);
    int64_t since = tn__mono_ns();
    tn_conn *conn = NULL;
    bool by_self;
    int waited = 0;

    pthread_mutex_lock(&pool->mutex);
    bool may_sweep = atomic_fetch_add(&side->waiters, 1) == 0 || !atomic_load(&side->is_reserved);
    for (;;) {
        /* Also after the time is up: the last wake-up may have been this one's. */
        if (may_sweep)
            conn = tn__side_sweep(side, self);
        by_self = !conn && holds_all(side, self);
        if (conn || by_self || waited == ETIMEDOUT)
            break;
        if (tn__mono_ns() - since > PATIENCE_NS)
            atomic_store(&side->is_reserved, true);
        waited = pthread_cond_timedwait(&side->freed, &pool->mutex, &deadline);
        may_sweep = true;
    }
    /* The next one reserves anew when it has been patient; nobody does for nobody. */
    if (atomic_fetch_sub(&side->waiters, 1) == 1 || conn)
        atomic_store(&side->is_reserved, false);
    int rc = conn ? TN_OK : fail_held(pool, side, access, by_self, err);
    pthread_mutex_unlock(&pool->mutex);
    if (rc == TN_OK)
        *out = conn;
    return rc;
}
