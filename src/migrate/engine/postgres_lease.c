/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <tenon/id.h>

#include "migrate/engine/postgres.h"
#include "util/clock.h"
#include "util/str.h"

/* How long it lives without being renewed, by the server's clock. */
#define LIFE "interval '60 seconds'"
int64_t tn__pg_lease_renew_ns = INT64_C(15) * 1000000000;

static const char create_sql[] = "CREATE TABLE ~_tenon_lock (\n"
                                 "    name TEXT NOT NULL PRIMARY KEY,\n"
                                 "    holder TEXT NOT NULL,\n"
                                 "    taken_at TIMESTAMPTZ NOT NULL,\n"
                                 "    expires_at TIMESTAMPTZ NOT NULL\n"
                                 ")";
/* Of one that has expired, too. */
static const char take_sql[] =
    "INSERT INTO ~_tenon_lock AS l (name, holder, taken_at, expires_at) "
    "VALUES ('migrate', $1, pg_catalog.clock_timestamp(), pg_catalog.clock_timestamp() + " LIFE ") "
    "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, taken_at = excluded.taken_at, "
    "expires_at = excluded.expires_at WHERE l.expires_at < pg_catalog.clock_timestamp()";
static const char renew_sql[] =
    "UPDATE ~_tenon_lock SET expires_at = pg_catalog.clock_timestamp() + " LIFE " "
    "WHERE name = 'migrate' AND holder = $1";
static const char drop_sql[] = "DELETE FROM ~_tenon_lock WHERE name = 'migrate' AND holder = $1";
static const char holder_sql[] =
    "SELECT pg_catalog.concat(holder, ', since ', pg_catalog.to_char(taken_at AT TIME ZONE 'UTC', "
    "'YYYY-MM-DD HH24:MI:SS'), '; unless it is renewed its lease ends in ', "
    "extract(epoch FROM expires_at - pg_catalog.clock_timestamp())::bigint, ' s') "
    "FROM ~_tenon_lock WHERE name = 'migrate' AND expires_at >= pg_catalog.clock_timestamp()";

/* Run one of these for this holder; *count is how many rows it has changed. */
static int run(int64_t *count, const struct tn__pg_guard *guard, struct tn__link *link,
               const char *format, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__driver_stmt *stmt = NULL;
    const tn_value params[] = {tn_value_string(guard->holder)};
    const char *sql = tn__pg_sql(guard, format, &arena);
    int rc = sql ? tn__link_again(link, &stmt, sql, params, 1, err)
                 : tn_error_set(err, TN_ENOMEM, "out of memory");
    if (rc == TN_OK)
        *count = link->driver->affected(link->native);
    link->driver->finalize(stmt);
    tn_arena_fini(&arena);
    return rc;
}

/* Whoever reads it is to know whom to look for. */
static int name_holder(struct tn__pg_guard *guard, tn_error *err)
{
    struct tn__holder self;
    char id[TN_UUID_SIZE];
    if (guard->holder[0])
        return TN_OK;
    tn__holder_self(&self);
    const char *host = strchr(self.home, '@');
    if (tn_uuid_v4(id) != TN_OK)
        return tn_error_set(err, TN_EIO, "no random numbers for the name of a lease");
    snprintf(guard->holder, sizeof guard->holder, "process %" PRId64 " on '%s' (%s)", self.process,
             host ? host + 1 : "", id);
    return TN_OK;
}

static int has_table(bool *out, struct tn__link *link, tn_arena *arena, tn_error *err)
{
    return link->engine->find_table(
        out, link, "_tenon_lock", "('name'), ('holder'), ('taken_at'), ('expires_at')", arena, err);
}

/* Another one has made the table, or its type, at this moment. IF NOT EXISTS would fail in some cases, and
 * have the server tell of it in the others. */
static bool is_race(const tn_error *err)
{
    static const char *const states[] = {"23505", "42P07", "42710"};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(err->sqlstate, states[i]) == 0)
            return true;
    }
    return false;
}

int tn__pg_lease_take(struct tn__runner *r, bool *is_taken, tn_error *err)
{
    struct tn__link *link = &r->link;
    struct tn__pg_guard *guard = link->guard;
    bool is_there = false;
    int64_t count = 0;
    *is_taken = false;
    int rc = name_holder(guard, err);
    if (rc == TN_OK)
        rc = has_table(&is_there, link, r->arena, err);
    if (rc == TN_OK && !is_there) {
        const char *sql = tn__pg_sql(guard, create_sql, r->arena);
        rc = sql ? tn__link_exec(link, sql, err) : tn_error_set(err, TN_ENOMEM, "out of memory");
        if (rc != TN_OK && is_race(err))
            return TN_OK; /* the next look shows it */
    }
    if (rc == TN_OK)
        rc = run(&count, guard, link, take_sql, err);
    *is_taken = rc == TN_OK && count == 1;
    guard->renewed_ns = tn__mono_ns();
    return rc;
}

void tn__pg_lease_drop(struct tn__link *link)
{
    tn_error ignored;
    int64_t count;
    /* What cannot be said now says itself when the time is up. */
    if (!link->driver->is_lost(link->native))
        (void)run(&count, link->guard, link, drop_sql, &ignored);
}

int tn__pg_lease_holder(const char **out, struct tn__link *link, tn_arena *arena, tn_error *err)
{
    bool is_there = false;
    int rc = has_table(&is_there, link, arena, err);
    *out = "";
    if (rc != TN_OK || !is_there)
        return rc;
    const char *sql = tn__pg_sql(link->guard, holder_sql, arena);
    return sql ? tn__link_text(link, sql, out, arena, err)
               : tn_error_set(err, TN_ENOMEM, "out of memory");
}

void tn__pg_lease_tend(struct tn__link *link)
{
    struct tn__pg_guard *guard = link->guard;
    struct tn__link *other;
    tn_error ignored;
    int64_t count = 0;
    if (!guard->has_lease || guard->is_ending ||
        tn__mono_ns() - guard->renewed_ns < tn__pg_lease_renew_ns || !(other = tn__pg_other(link)))
        return;
    if (run(&count, guard, other, renew_sql, &ignored) != TN_OK)
        return; /* the end of the transaction shows whether it is ours */
    guard->is_lease_lost = count == 0;
    guard->renewed_ns = tn__mono_ns();
}

int tn__pg_lease_confirm(struct tn__run *script, tn_error *err)
{
    struct tn__link *link = script->link;
    struct tn__pg_guard *guard = link->guard;
    int64_t count = 0;
    if (!guard->has_lease)
        return TN_OK;
    guard->is_ending = true;
    int rc = run(&count, guard, link, renew_sql, err);
    if (rc != TN_OK || count == 1)
        return rc;
    return tn_error_set(err, TN_EBUSY,
                        "%s: this run was not heard of for too long, and its lease was ended; it "
                        "has been rolled back",
                        script->script->file);
}
