/* SPDX-License-Identifier: MIT */
#include "core/observe.h"
#include "pool/pool.h"
#include "util/clock.h"

/*
 * Readers that the primary serves because no standby was there when they were opened. From time to time
 * those that nobody holds are asked where they are. As long as none has found a standby one of them is
 * closed: when it is next needed it is opened anew, where the standbys come first. Once one has found a
 * standby, the others follow.
 */
int64_t tn__pool_standby_ns = INT64_C(30) * 1000000000;

enum whereabouts {
    UNKNOWN,
    ON_PRIMARY,
    ON_STANDBY
};

/* Of a connection that the caller holds. A server that does not answer must not keep anybody waiting. */
static enum whereabouts ask(tn_conn *conn)
{
    enum {
        ANSWER_NS = 1000000000
    };
    static const char sql[] = "SELECT pg_catalog.pg_is_in_recovery()";
    enum whereabouts where = UNKNOWN;
    struct tn__driver_stmt *stmt = NULL;
    tn_error ignored;
    int64_t before = tn__observe_until(conn, tn__mono_ns() + ANSWER_NS);
    int rc = conn->driver->prepare(&stmt, conn->handle, sql, sizeof sql - 1, false, &ignored);
    if (rc == TN_OK)
        rc = conn->driver->step(stmt, &ignored);
    if (rc == TN_ROW) {
        tn_value value = conn->driver->column(stmt, 0);
        where = value.type != TN_BOOL ? UNKNOWN : value.as.boolean ? ON_STANDBY : ON_PRIMARY;
    }
    conn->driver->finalize(stmt);
    tn__observe_until(conn, before);
    if (rc < 0)
        tn__conn_note_failure(conn, rc);
    return where;
}

/* Close readers that are on the primary: `most` of them. Whether one is on a standby. */
static bool close_strays(struct tn__side *readers, unsigned most)
{
    bool has_standby = false;
    for (unsigned i = 0; i < readers->count; i++) {
        tn_conn *conn = &readers->first[i];
        uint64_t uses;
        if (!atomic_load(&conn->target) || !tn__conn_take_quietly(conn, &uses))
            continue;
        enum whereabouts where = conn->handle ? ask(conn) : UNKNOWN;
        has_standby |= where == ON_STANDBY;
        if (where == ON_PRIMARY && most > 0) {
            tn__pool_close_as(conn->pool, conn, TN__IS_OLD);
            most--;
        }
        tn__conn_give_back_quietly(conn);
    }
    return has_standby;
}

void tn__pool_seek_standby(struct tn__pool *pool, int64_t now)
{
    struct tn__side *readers = pool->db.side[TN_READ];
    int64_t next = atomic_load(&pool->next_standby_ns);
    if (readers == pool->db.side[TN_WRITE] || now < next ||
        !atomic_compare_exchange_strong(&pool->next_standby_ns, &next, now + tn__pool_standby_ns) ||
        next == 0)
        return; /* the first time there is nothing to go back to */
    if (close_strays(readers, 1))
        close_strays(readers, readers->count);
}
