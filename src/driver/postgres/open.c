/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "driver/postgres/postgres.h"
#include "driver/postgres/settings.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/hash.h"
#include "util/str.h"

/* What the server has to say beside results goes to who watches, never to stderr. */
static void on_notice(void *user, const PGresult *result)
{
    char line[sizeof((tn_error *)0)->message];
    struct tn__driver_conn *conn = user;
    const char *said = tn__pq->resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    /* Not in the server's language, where it can tell (9.6). */
    const char *severity = tn__pq->resultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    struct tn__driver_notice notice = {
        .severity = severity ? severity : tn__pq->resultErrorField(result, PG_DIAG_SEVERITY),
        .sqlstate = tn__pq->resultErrorField(result, PG_DIAG_SQLSTATE),
        .message = line,
        .detail = tn__pq->resultErrorField(result, PG_DIAG_MESSAGE_DETAIL),
    };
    /* Between statements what ends the session comes as a notice. */
    if (severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0))
        conn->is_lost = true;
    if (!conn->sees || conn->is_muted || !said)
        return;
    tn__copy_line(line, sizeof line, tn_text_of(said));
    conn->observer->notice(conn->observer_user, &notice);
}

static int connect_now(struct tn__driver_conn *conn, const struct tn__pg_settings *settings,
                       int64_t patience_ms, tn_arena *arena, tn_error *err)
{
    int rc = tn__pg_connect(&conn->pg, settings, patience_ms, arena, err);
    if (rc != TN_OK)
        return rc;
    conn->is_encrypted = tn__pq->sslInUse(conn->pg) || tn__pq->gssEncInUse(conn->pg);
    conn->cancel = tn__pq->getCancel(conn->pg);
    tn__pq->setNoticeReceiver(conn->pg, on_notice, conn);
    return conn->cancel ? TN_OK : tn_error_set(err, TN_ENOMEM, "cannot connect: out of memory");
}

/* What a session says of itself when it is new. */
struct first_look {
    bool is_pooled;
    int float_digits;
    bool is_hex; /* bytea_output */
};

/*
 * A pooler answers in the server's place, and tells a process number of its own: the server knows
 * another one. Behind it each transaction may run in another session, in which a name that was prepared
 * is unknown, or somebody else's (PgBouncer before 1.21, and others).
 */
static int look(struct first_look *out, struct tn__driver_conn *conn, tn_error *err)
{
    static const char sql[] = "SELECT pg_catalog.concat_ws(' ', pg_catalog.pg_backend_pid(), "
                              "pg_catalog.current_setting('extra_float_digits'), "
                              "pg_catalog.current_setting('bytea_output'))";
    char said[64];
    char *rest;
    int rc = tn__pg_exec(conn, sql, said, sizeof said, err);
    if (rc != TN_OK)
        return rc;
    out->is_pooled = strtol(said, &rest, 10) != tn__pq->backendPID(conn->pg);
    out->float_digits = (int)strtol(rest, &rest, 10);
    out->is_hex = strcmp(rest, " hex") == 0;
    return TN_OK;
}

/*
 * A row with a column that has no binary form comes in text as a whole. So that its values are read as
 * they would be from binary, they are written in the one way, whatever the server, the database or the
 * role has. Behind a pooler only DateStyle can be set, which it sees to: the rest would be another
 * program's session.
 */
static int set_styles(struct tn__driver_conn *conn, const struct first_look *seen, tn_error *err)
{
    char sql[200] = "";
    const char *dates = tn__pq->parameterStatus(conn->pg, "DateStyle");
    const char *intervals = tn__pq->parameterStatus(conn->pg, "IntervalStyle");
    int digits = tn__pq->serverVersion(conn->pg) < 120000 ? 3 : 1; /* that lose nothing */
    if (dates && strncmp(dates, "ISO", 3) != 0)
        strcat(sql, "SET DateStyle = ISO;");
    if (!seen->is_pooled && intervals && strcmp(intervals, "postgres") != 0)
        strcat(sql, "SET IntervalStyle = postgres;");
    if (!seen->is_pooled && !seen->is_hex)
        strcat(sql, "SET bytea_output = hex;");
    if (!seen->is_pooled && seen->float_digits < digits)
        strcat(sql, digits == 3 ? "SET extra_float_digits = 3;" : "SET extra_float_digits = 1;");
    return sql[0] ? tn__pg_exec(conn, sql, NULL, 0, err) : TN_OK;
}

/* Of a session, which is not this connection's alone behind a pooler. */
static int set_lock_timeout(struct tn__driver_conn *conn, int64_t ms, bool is_pooled, tn_error *err)
{
    char sql[64];
    if (is_pooled)
        return tn_error_set(
            err, TN_EUNSUPPORTED,
            "'lock_timeout' in the database URL does not hold behind a pooler, where "
            "each transaction may have another session: set it in direct_url, or for "
            "the role (ALTER ROLE … SET lock_timeout)");
    snprintf(sql, sizeof sql, "SET lock_timeout = %lld", (long long)ms);
    return tn__pg_exec(conn, sql, NULL, 0, err);
}

static int set_up(struct tn__driver_conn *conn, const struct tn__pg_settings *settings,
                  tn_error *err)
{
    struct first_look seen = {.is_hex = true, .float_digits = 3};
    int rc = TN_OK;
    if (tn__pq->serverVersion(conn->pg) < 90600)
        return tn_error_set(err, TN_EUNSUPPORTED, "PostgreSQL %s is too old: 9.6 is the oldest",
                            tn__pq->parameterStatus(conn->pg, "server_version"));
    /* CockroachDB's process numbers are not the protocol's, and it writes in one way only. */
    if (!tn__pq->parameterStatus(conn->pg, "crdb_version"))
        rc = look(&seen, conn, err);
    conn->is_unnamed = settings->prepare == TN__PG_PREPARE_UNNAMED;
    if (settings->prepare == TN__PG_PREPARE_AUTO)
        conn->is_unnamed = conn->is_pooled = seen.is_pooled;
    if (rc == TN_OK)
        rc = set_styles(conn, &seen, err);
    if (rc == TN_OK && settings->lock_timeout_ms > 0)
        rc = set_lock_timeout(conn, settings->lock_timeout_ms, seen.is_pooled, err);
    return rc;
}

int tn__pg_open(struct tn__driver_conn **out, const struct tn__driver_open *how, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__pg_settings settings;
    struct tn__driver_conn *conn = NULL;
    int rc = tn__pq_load(err);
    if (rc == TN_OK)
        rc = tn__pg_settings_read(&settings, how->url, how->from_standby, &arena, err);
    if (rc == TN_OK) {
        conn = tn__alloc_zero(1, sizeof *conn);
        if (!conn)
            rc = tn_error_set(err, TN_ENOMEM, "cannot connect: out of memory");
        else
            conn->may_write = how->access == TN_WRITE;
        if (conn)
            tn__pg_wake_init(conn);
    }
    if (rc == TN_OK)
        rc = connect_now(conn, &settings, how->patience_ms, &arena, err);
    if (rc == TN_OK) {
        const struct {
            int64_t now;
            const void *conn;
            int64_t pid; /* no padding between: all of it is hashed */
        } seed = {tn__mono_ns(), conn, tn__pq->backendPID(conn->pg)};
        conn->nonce = tn__hash64(&seed, sizeof seed);
        rc = set_up(conn, &settings, err);
    }
    tn_arena_fini(&arena);
    if (rc != TN_OK) {
        tn__pg_close(conn);
        return rc;
    }
    *out = conn;
    return TN_OK;
}

void tn__pg_close(struct tn__driver_conn *conn)
{
    if (!conn)
        return;
    tn__pg_task_stop(conn);
    (void)tn__pg_cancel_end(conn, 0);
    tn__pq->freeCancel(conn->cancel);
    if (conn->notified)
        tn__pq->freemem(conn->notified);
    if (conn->is_lost) /* nobody may be there to read that it is over */
        (void)tn__pg_block(conn, false);
    tn__pq->finish(conn->pg);
    tn__pg_wake_fini(conn);
    tn__pg_catalog_fini(&conn->catalog);
    tn__free(conn->garbage);
    tn__free(conn->settings);
    tn__free(conn);
}
