/* SPDX-License-Identifier: MIT */
#include "pool/pool.h"
#include "util/clock.h"

/*
 * Connections whose server is gone. Who is about to get one has it looked at: without a round trip, and
 * not more often than this, which is shorter than any restart. What has been closed meanwhile is opened
 * anew in its place, and nobody notices.
 *
 * A connection that is lost while it is used is closed when it comes back. It seldom is the only one, and
 * after a failover another server is the primary: so all others that were opened before, which is what
 * their generation tells, go with it, each when it is next taken.
 */
enum {
    LOOK_NS = 10000000
};

void tn__pool_note_lost(tn_conn *conn)
{
    uint64_t generation = conn->generation;
    conn->is_broken = conn->needs_care = true;
    /* Others of its age have been lost by the same fault: that is one change. */
    atomic_compare_exchange_strong(&conn->pool->generation, &generation, generation + 1);
}

static bool is_gone(tn_conn *conn)
{
    if (conn->is_broken || conn->driver->is_lost(conn->handle) ||
        conn->generation != atomic_load(&conn->pool->generation))
        return true;
    int64_t now = tn__mono_ns();
    if (now - conn->looked_ns < LOOK_NS)
        return false;
    conn->looked_ns = now;
    return !conn->driver->is_ready(conn->handle);
}

void tn__pool_inspect(tn_conn *conn)
{
    if (conn->handle && is_gone(conn))
        tn__pool_close_as(conn->pool, conn, TN__IS_BROKEN);
}
