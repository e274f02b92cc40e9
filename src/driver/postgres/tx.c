/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "driver/postgres/postgres.h"
#include "util/str.h"

/* A statement of our own, told to who watches as any other. */
static int run_told(struct tn__driver_conn *conn, const char *sql, char *tag, size_t size,
                    tn_error *err)
{
    if (conn->sees)
        conn->observer->start(conn->observer_user, sql, sql);
    int rc = tn__pg_run_command(conn, sql, tag, size, err);
    if (conn->sees)
        conn->observer->end(conn->observer_user, sql, 0);
    return rc;
}

/* It goes with the first statement: a transaction is a round trip less, and one without statements
 * none at all. */
int tn__pg_begin(struct tn__driver_conn *conn, enum tn_access access, tn_error *err)
{
    int rc = tn__pg_check_free(conn, err);
    if (rc != TN_OK)
        return rc;
    conn->begins = true;
    conn->begin_access = access;
    conn->begin_isolation = TN_ISOLATION_DEFAULT;
    return TN_OK;
}

void tn__pg_isolate(struct tn__driver_conn *conn, enum tn_isolation isolation)
{
    conn->begin_isolation = isolation;
}

bool tn__pg_in_transaction(struct tn__driver_conn *conn)
{
    return conn->begins || conn->in_tx;
}

/* Without its COMMIT the server undoes a transaction: of that there is no doubt. */
static int fail_before_commit(struct tn__driver_conn *conn, tn_error *err)
{
    (void)tn__pg_fail_conn(conn, err);
    conn->is_lost = true;
    conn->in_tx = conn->is_failed = false;
    if (err->status != TN_ECONNECT)
        tn_error_set(err, TN_ECONNECT, "the server has ended the session");
    tn_error_prefix(err, "the connection was lost before COMMIT: nothing has been committed");
    return TN_ECONNECT;
}

/* A server that does not answer may still be at it, and another connection to it costs more time. */
bool tn__pg_is_undone(struct tn__driver_conn *conn)
{
    return !tn__pg_is_there(conn) && !conn->is_undecided && !conn->is_silent;
}

/* The server answers COMMIT of a transaction that has failed with ROLLBACK, which is no error to it. */
int tn__pg_commit(struct tn__driver_conn *conn, tn_error *err)
{
    char tag[32];
    conn->is_undecided = false;
    tn__pg_end_rows(conn);
    if (conn->begins) {
        conn->begins = false;
        return TN_OK;
    }
    if (!conn->task && !tn__pg_is_there(conn))
        return fail_before_commit(conn, err);
    int failed = conn->failed_status;
    int rc = run_told(conn, "COMMIT", tag, sizeof tag, err);
    if (rc == TN_OK && strcmp(tag, "ROLLBACK") == 0) {
        int status = failed ? failed : TN_ERROR;
        return tn_error_set(err, status,
                            "the transaction has been rolled back: a statement in it failed (%s)",
                            tn_status_text(status));
    }
    conn->is_undecided = rc == TN_ECONNECT;
    if (conn->is_undecided)
        tn_error_prefix(err,
                        "the connection was lost during COMMIT: whether it was done is unknown");
    return rc;
}

/* It is not stopped for the time that what it undoes has taken too long. */
void tn__pg_rollback(struct tn__driver_conn *conn)
{
    tn_error ignored;
    bool was_tidying = conn->is_tidying;
    tn__pg_task_stop(conn);
    conn->is_tidying = true;
    if (conn->begins)
        conn->begins = false;
    else if (conn->in_tx && !conn->is_lost)
        (void)run_told(conn, "ROLLBACK", NULL, 0, &ignored);
    if (conn->is_lost)
        conn->in_tx = conn->is_failed = false;
    conn->is_tidying = was_tidying;
}

static int run_savepoint(struct tn__driver_conn *conn, const char *verb, unsigned depth,
                         tn_error *err)
{
    char sql[64];
    int rc = tn__pg_flush_begin(conn, err);
    snprintf(sql, sizeof sql, "%s tenon_%u", verb, depth);
    return rc == TN_OK ? run_told(conn, sql, NULL, 0, err) : rc;
}

int tn__pg_savepoint(struct tn__driver_conn *conn, unsigned depth, tn_error *err)
{
    return run_savepoint(conn, "SAVEPOINT", depth, err);
}

int tn__pg_release(struct tn__driver_conn *conn, unsigned depth, tn_error *err)
{
    tn__pg_end_rows(conn);
    return run_savepoint(conn, "RELEASE", depth, err);
}

void tn__pg_rollback_to(struct tn__driver_conn *conn, unsigned depth)
{
    tn_error ignored;
    tn__pg_task_stop(conn);
    if (!tn__pg_in_transaction(conn))
        return;
    conn->is_tidying = true;
    /* A savepoint that cannot be undone must not be kept: then the whole transaction goes. */
    if (run_savepoint(conn, "ROLLBACK TO", depth, &ignored) != TN_OK ||
        run_savepoint(conn, "RELEASE", depth, &ignored) != TN_OK)
        tn__pg_rollback(conn);
    conn->is_tidying = false;
}
