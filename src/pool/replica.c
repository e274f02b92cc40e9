/* SPDX-License-Identifier: MIT */
#include <tenon/replica.h>

#include "core/observe.h"
#include "pool/pool.h"
#include "util/clock.h"

/* Reads that see what was committed before, from a server that follows. */

static int ask_position(tn_position *out, tn_conn *conn, tn_error *err)
{
    if (conn->driver->in_transaction(conn->handle))
        return tn_error_set(err, TN_EMISUSE,
                            "a position is taken behind COMMIT, not in the transaction");
    int rc = conn->driver->position(conn->handle, &out->place, err);
    if (rc != TN_OK)
        tn__conn_note_failure(conn, rc);
    return rc;
}

int tn_db_position(tn_position *out, tn_db *db, tn_error *err)
{
    tn_error own;
    tn_conn *conn;
    tn_position position = {0};
    err = err ? err : &own;
    int rc = tn_conn_acquire(&conn, db,
                             db->pinned           ? db->pinned->access
                             : db->side[TN_WRITE] ? TN_WRITE
                                                  : TN_READ,
                             err);
    if (rc != TN_OK)
        return rc;
    rc = ask_position(&position, conn, err);
    tn_conn_release(conn);
    if (rc == TN_OK)
        *out = position;
    return rc;
}

/* Ask until it is there; whatever fails, the primary is the better one. */
static bool ask_until(tn_conn *conn, uint64_t place, int64_t end)
{
    enum {
        PAUSE_US = 1000,
        LONGEST_PAUSE_US = 10000
    };
    tn_error ignored;
    for (int64_t pause_us = PAUSE_US;; pause_us += pause_us / 2) {
        bool has_reached = false;
        int rc = conn->driver->has_reached(conn->handle, &has_reached, place, &ignored);
        if (rc != TN_OK)
            tn__conn_note_failure(conn, rc);
        int64_t left_us = (end - tn__mono_ns()) / 1000;
        if (rc != TN_OK || has_reached || left_us <= 0)
            return has_reached;
        if (pause_us > LONGEST_PAUSE_US)
            pause_us = LONGEST_PAUSE_US;
        tn__sleep_us(pause_us < left_us ? pause_us : left_us);
    }
}

/* A standby that answers nothing any more must not keep anybody waiting, either. */
static bool wait_until_reached(tn_conn *conn, uint64_t place, uint32_t wait_ms)
{
    enum {
        ANSWER_NS = 1000000000
    };
    int64_t end = tn__mono_ns() + (int64_t)wait_ms * 1000000;
    int64_t before = tn__observe_until(conn, end + ANSWER_NS);
    bool has_reached = ask_until(conn, place, end);
    tn__observe_until(conn, before);
    return has_reached;
}

int tn_conn_acquire_after(tn_conn **out, tn_db *db, tn_position position, uint32_t wait_ms,
                          tn_error *err)
{
    tn_error own;
    tn_conn *conn;
    err = err ? err : &own;
    if (db->pinned || db->depth != 0)
        return tn_error_set(err, TN_EMISUSE, "a view has one connection, which sees what it sees");
    int rc = tn_conn_acquire(&conn, db, TN_READ, err);
    if (!db->pool->plan.has_replicas)
        position.place = 0;
    if (rc == TN_OK && position.place != 0 && !wait_until_reached(conn, position.place, wait_ms)) {
        tn_conn_release(conn);
        rc = tn__conn_take_primary(&conn, db, err);
    }
    if (rc == TN_OK)
        *out = conn;
    return rc;
}
