/* SPDX-License-Identifier: MIT */
#include "pool/pool.h"
#include "util/buf.h"
#include "util/str.h"

/*
 * Who holds the connections, with what, and for how long. Taking one asks no clock, which would cost
 * more than the taking. Instead whoever has to wait notes how often each has been taken so far, and
 * when: as long as that number stays, its holder is the same, and has held it since then at least.
 */

enum {
    MOST_HOLDERS = 4,
    MOST_SHOWN = 80
};

bool tn__is_looked_after(const tn_conn *conn)
{
    return atomic_load_explicit(&conn->hold, memory_order_relaxed) == TN__HOLD_POOL;
}

void tn__side_look(struct tn__side *side, int64_t now)
{
    for (unsigned i = 0; i < side->count; i++) {
        tn_conn *conn = &side->first[i];
        uint64_t uses = atomic_load_explicit(&conn->uses, memory_order_relaxed);
        bool is_free = atomic_load(&conn->owner) == 0 || tn__is_looked_after(conn);
        if (uses == conn->seen_uses && is_free == conn->seen_free && conn->seen_ns != 0)
            continue;
        conn->seen_uses = uses;
        conn->seen_free = is_free;
        conn->seen_ns = now;
    }
}

static void put_time(struct tn__buf *buf, int64_t ns)
{
    if (ns >= 1000000000)
        tn__buf_printf(buf, " for at least %lld.%lld s", (long long)(ns / 1000000000),
                       (long long)(ns % 1000000000 / 100000000));
    else if (ns >= 1000000)
        tn__buf_printf(buf, " for at least %lld ms", (long long)(ns / 1000000));
}

void tn__describe_holder(struct tn__buf *buf, const tn_conn *conn, int64_t now)
{
    static const char *const holds[] = {
        [TN__HOLD_QUERY] = "a query",
        [TN__HOLD_CONN] = "tn_conn_acquire()",
        [TN__HOLD_TX] = "a transaction",
        [TN__HOLD_POOL] = "the pool itself",
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
    unsigned owner = atomic_load(&conn->owner);
    if (owner != 0)
        tn__buf_printf(buf, " of thread %u", owner);
    if (atomic_load_explicit(&conn->uses, memory_order_relaxed) == conn->seen_uses &&
        !conn->seen_free)
        put_time(buf, now - conn->seen_ns);
}

int tn__fail_held(struct tn__pool *pool, struct tn__side *side, enum tn_access access, bool by_self,
                  int64_t now, tn_error *err)
{
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    for (unsigned i = 0; i < side->count && i < MOST_HOLDERS; i++) {
        if (i > 0)
            tn__buf_puts(&buf, ", ");
        tn__describe_holder(&buf, &side->first[i], now);
    }
    if (side->count > MOST_HOLDERS)
        tn__buf_printf(&buf, ", and %u more", side->count - MOST_HOLDERS);
    const char *holders = tn__buf_status(&buf) == TN_OK ? tn__buf_view(&buf).data : "?";
    const char *purpose = pool->db.side[TN_READ] == pool->db.side[TN_WRITE] ? ""
                          : access == TN_WRITE                              ? " for writing"
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
