/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/conn.h"
#include "migrate/engine/postgres.h"
#include "util/clock.h"
#include "util/str.h"

/*
 * One migrator at a time: an advisory lock of the session, sqlx's own. It is polled: who waits for it in
 * a statement has a snapshot, and CREATE INDEX CONCURRENTLY of the one that holds it waits for that.
 */

enum {
    POLL_US = 20000, /* how often to look whether it is free */
    ATTEND_MS = 200, /* how often to look around while a statement takes long */
    ATTEND_LEAST_MS = 20
};

const char tn__pg_activity[] =
    "pg_catalog.concat('process ', a.pid, ' (user ', a.usename, ', ' || "
    "nullif(a.application_name, ''), ', ', coalesce(a.state, 'of unknown state'), ' for ', "
    "extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(a.state_change, "
    "a.backend_start))::bigint, ' s', ': ' || nullif(pg_catalog.left(pg_catalog.regexp_replace("
    "a.query, '\\s+', ' ', 'g'), 60), ''), ')')";

/* --- the second session -------------------------------------------------------------------------- */

struct tn__link *tn__pg_other(struct tn__link *link)
{
    struct tn__pg_guard *guard = link->guard;
    tn_error ignored;
    if (!guard->is_other_tried) {
        const struct tn__driver_open how = {.url = tn__pool_url(link->conn->pool),
                                            .access = TN_WRITE};
        guard->is_other_tried = true;
        guard->other = (struct tn__link){.driver = link->driver, .engine = link->engine};
        if (link->driver->open(&guard->other.native, &how, &ignored) != TN_OK)
            guard->other.native = NULL;
    }
    return guard->other.native ? &guard->other : NULL;
}

/* Who holds what the session waits for. */
static void find_blocker(struct tn__link *link)
{
    struct tn__pg_guard *guard = link->guard;
    tn_arena arena = TN_ARENA_INIT;
    tn_error ignored;
    const char *who = "";
    const char *sql = tn__arena_printf(&arena,
                                       "SELECT %s FROM pg_catalog.pg_stat_activity a WHERE a.pid = "
                                       "ANY (pg_catalog.pg_blocking_pids(%s)) LIMIT 1",
                                       tn__pg_activity, guard->pid);
    struct tn__link *other = sql ? tn__pg_other(link) : NULL;
    if (other && tn__link_row(other, sql, &who, 1, &arena, &ignored) == TN_OK)
        tn__copy_text(guard->blocker, sizeof guard->blocker, tn_text_of(who));
    tn_arena_fini(&arena);
}

/* Called while a statement of the run is waited for. */
static void attend(void *user)
{
    struct tn__link *link = user;
    tn__pg_lease_tend(link);
    if (link->guard->blocker[0] == '\0')
        find_blocker(link);
}

/* --- the lock ------------------------------------------------------------------------------------ */

/* FROM and WHERE of those that have it, of others. */
static const char *holders_sql(const struct tn__pg_guard *guard, const char *what, tn_arena *arena)
{
    return tn__arena_printf(
        arena,
        "SELECT %s FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid "
        "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid = %" PRIu32
        " AND l.objid = %" PRIu32 " AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d "
        "WHERE d.datname = pg_catalog.current_database()) AND l.pid <> pg_catalog.pg_backend_pid() "
        "LIMIT 1",
        what, (uint32_t)((uint64_t)guard->id >> 32), (uint32_t)(uint64_t)guard->id);
}

static bool has_advisory_locks(const struct tn__link *link)
{
    return link->driver->can(link->native, TN_CAN_ADVISORY_LOCK);
}

static bool asks_for_lease(const struct tn__url *url)
{
    return url && tn__text_is_nocase(tn__url_param(url, "migration_lock"), "table");
}

/* Whether the lock of a session is none: the lease has to do. The URL may say so, too: the one that the
 * database was named by, or that of the way past a pooler. */
static bool needs_lease(const struct tn__link *link)
{
    return !has_advisory_locks(link) || link->driver->is_pooled(link->native) ||
           asks_for_lease(link->named) || asks_for_lease(tn__pool_url(link->conn->pool));
}

/* Who else has it, in the arena; "": nobody. */
static int find_holder(const char **out, struct tn__link *link, tn_arena *arena, tn_error *err)
{
    const char *sql = holders_sql(link->guard, tn__pg_activity, arena);
    *out = "";
    if (!has_advisory_locks(link))
        return TN_OK;
    return sql ? tn__link_text(link, sql, out, arena, err)
               : tn_error_set(err, TN_ENOMEM, "out of memory");
}

/* The lock of the session is left to those that have a lease, and the other way round: both look at
 * what the others have behind taking their own. */
static int take(struct tn__runner *r, bool *is_taken, const char **who, tn_error *err)
{
    struct tn__link *link = &r->link;
    struct tn__pg_guard *guard = link->guard;
    char sql[80];
    int64_t got = 0;
    if (needs_lease(link)) {
        int rc = tn__pg_lease_take(r, is_taken, err);
        guard->has_lease = rc == TN_OK && *is_taken;
        if (rc == TN_OK)
            rc = *is_taken ? find_holder(who, link, r->arena, err)
                           : tn__pg_lease_holder(who, link, r->arena, err);
        return rc;
    }
    snprintf(sql, sizeof sql, "SELECT pg_catalog.pg_try_advisory_lock(%" PRId64 ")::int",
             guard->id);
    int rc = tn__link_int(link, sql, &got, err);
    *is_taken = guard->is_locked = rc == TN_OK && got != 0;
    if (rc != TN_OK)
        return rc;
    return *is_taken ? tn__pg_lease_holder(who, link, r->arena, err)
                     : find_holder(who, link, r->arena, err);
}

/* Give back what has been taken. */
static void leave(struct tn__link *link)
{
    struct tn__pg_guard *guard = link->guard;
    tn_error ignored;
    char sql[80];
    int64_t done = 0;
    if (guard->has_lease)
        tn__pg_lease_drop(link);
    if (guard->is_locked && !link->driver->is_lost(link->native)) {
        snprintf(sql, sizeof sql, "SELECT pg_catalog.pg_advisory_unlock(%" PRId64 ")::int",
                 guard->id);
        /* With the session it goes for certain. */
        if (tn__link_int(link, sql, &done, &ignored) != TN_OK || done == 0)
            tn__link_spoil(link);
    }
    guard->has_lease = guard->is_locked = false;
}

int tn__pg_lock(struct tn__runner *r, tn_error *err)
{
    struct tn__link *link = &r->link;
    struct tn__pg_guard *guard = link->guard;
    int64_t end = tn__mono_ns() + guard->lock_ms * 1000000;
    int64_t every = guard->lock_ms / 4;
    for (;;) {
        const char *who = "";
        bool is_taken = false;
        int rc = take(r, &is_taken, &who, err);
        if (rc != TN_OK)
            return rc;
        if (is_taken && who[0] == '\0')
            break;
        leave(link);
        if (tn__mono_ns() >= end)
            return tn_error_set(err, TN_EBUSY, "another migrator is at work: %s",
                                who[0] ? who : "it has come and gone");
        tn__sleep_us(POLL_US);
    }
    /* What a script leaves on the session is not for the pool's next user. */
    tn__conn_touch(link->conn);
    every = every > ATTEND_MS ? ATTEND_MS : every < ATTEND_LEAST_MS ? ATTEND_LEAST_MS : every;
    link->driver->attend(link->native, every, attend, link);
    return TN_OK;
}

void tn__pg_unlock(struct tn__runner *r)
{
    struct tn__link *link = &r->link;
    struct tn__pg_guard *guard = link->guard;
    link->driver->attend(link->native, 0, NULL, NULL);
    if (guard->other.native)
        link->driver->close(guard->other.native);
    guard->other.native = NULL;
    link->driver->rollback(link->native);
    leave(link);
}

int tn__pg_is_held(bool *out, struct tn__link *link, tn_error *err)
{
    struct tn__pg_guard *guard = link->guard;
    tn_arena arena = TN_ARENA_INIT;
    const char *who = "";
    int rc = TN_OK;
    if (!guard->is_locked && !guard->has_lease) {
        rc = find_holder(&who, link, &arena, err);
        if (rc == TN_OK && who[0] == '\0')
            rc = tn__pg_lease_holder(&who, link, &arena, err);
    }
    *out = who[0] != '\0';
    tn_arena_fini(&arena);
    return rc;
}
