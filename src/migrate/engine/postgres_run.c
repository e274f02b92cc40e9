/* SPDX-License-Identifier: MIT */
#include "migrate/engine/postgres.h"

#include <stdio.h>
#include <string.h>

#include "util/clock.h"
#include "util/str.h"

/* A migration that waited for a lock in vain is rolled back, and runs again: meanwhile those that have
 * queued behind it get their turn. */
enum {
    MOST_ATTEMPTS = 4,
    FIRST_PAUSE_PART = 10, /* of the time that was waited; doubled each time */
    LEAST_PAUSE_MS = 20
};

/* --- before anything runs ---------------------------------------------------------------------- */

static int refuse(struct tn__runner *r, const tn_migration_script *script, size_t index,
                  const char *why, tn_error *err)
{
    return tn__script_refuse(script, index, why, &r->report->failed, err);
}

int tn__pg_check(struct tn__runner *r, const tn_migration_script *script, tn_error *err)
{
    bool in_transaction = !script->is_no_transaction;
    for (size_t i = 0; i < script->stmt_count; i++) {
        switch (script->stmts[i].kind) {
        case TN__STMT_BEGIN:
            in_transaction = true;
            break;
        case TN__STMT_COMMIT:
        case TN__STMT_ROLLBACK:
            in_transaction = false;
            break;
        case TN__STMT_COPY_STDIN:
            return refuse(r, script, i,
                          "COPY … FROM STDIN has its rows behind it in the file, which psql alone "
                          "can read: write INSERT, or load them with tn_copy_in_open()",
                          err);
        case TN__STMT_OUTSIDE:
            if (in_transaction && script->is_no_transaction)
                return refuse(r, script, i, "this cannot run between BEGIN and COMMIT", err);
            if (in_transaction)
                return refuse(r, script, i,
                              "this cannot run in a transaction: begin the file with "
                              "'-- no-transaction'",
                              err);
            break;
        default:
            break;
        }
    }
    return TN_OK;
}

/* --- while it runs ------------------------------------------------------------------------------ */

int tn__pg_begun(struct tn__run *run, tn_error *err)
{
    const struct tn__pg_guard *guard = run->link->guard;
    char sql[64];
    if (guard->has_timeout)
        return TN_OK;
    snprintf(sql, sizeof sql, "SET LOCAL lock_timeout = %lld", (long long)guard->lock_ms);
    return tn__link_exec(run->link, sql, err);
}

int tn__pg_before(struct tn__run *run, size_t index, bool *is_skipped, tn_error *err)
{
    struct tn__pg_guard *guard = run->link->guard;
    tn__pg_lease_tend(run->link);
    if (guard->is_lease_lost) {
        err->position = 0;
        tn_error_set(err, TN_EBUSY,
                     "this run was not heard of for too long, and its lease was "
                     "ended by another migrator");
        return tn__run_fail_at(run, index, TN_EBUSY, err);
    }
    if (run->script->stmts[index].kind != TN__STMT_OUTSIDE)
        return TN_OK;
    return tn__pg_index_before(run, index, is_skipped, err);
}

int tn__pg_run(struct tn__run *run, size_t index, tn_error *err)
{
    return tn__link_run(run->link, tn__script_stmt(run->script, index), err);
}

/* --- when it fails ------------------------------------------------------------------------------ */

static bool is_state(const tn_error *err, const char *sqlstate)
{
    return strcmp(err->sqlstate, sqlstate) == 0;
}

/* lock_not_available, deadlock_detected */
static bool is_lock_failure(const tn_error *err)
{
    return is_state(err, "55P03") || is_state(err, "40P01");
}

/* active_sql_transaction; invalid_transaction_termination: a procedure that commits */
bool tn__pg_is_outside(const tn_error *err)
{
    return is_state(err, "25001") || is_state(err, "2D000");
}

void tn__pg_explain(struct tn__run *run, size_t index, int rc, tn_error *err)
{
    const struct tn__pg_guard *guard = run->link->guard;
    if (is_lock_failure(err) && guard->blocker[0]) {
        tn__error_append(err, "; it waited for ");
        tn__error_append(err, guard->blocker);
    } else if (tn__pg_is_outside(err) && !run->script->is_no_transaction) {
        tn__error_append(err, "; begin the file with '-- no-transaction'");
    } else if (run->script->stmts[index].kind == TN__STMT_OUTSIDE && rc != TN_ECONNECT) {
        tn__pg_index_explain(run, err);
    }
}

bool tn__pg_is_to_retry(struct tn__run *run, int rc, tn_error *err)
{
    struct tn__runner *r = run->runner;
    struct tn__pg_guard *guard = run->link->guard;
    bool has_blocker = guard->blocker[0] && !strstr(err->message, guard->blocker);
    (void)rc;
    if (!is_lock_failure(err) || r->attempts + 1 >= MOST_ATTEMPTS)
        return false;
    int64_t pause_ms = guard->lock_ms / FIRST_PAUSE_PART << r->attempts;
    if (pause_ms < LEAST_PAUSE_MS)
        pause_ms = LEAST_PAUSE_MS;
    r->attempts++;
    tn__runner_notice(r, run->item, "%s%s%s; rolled back, and run again in %lld ms (%u of %d)",
                      err->message, has_blocker ? "; it waited for " : "",
                      has_blocker ? guard->blocker : "", (long long)pause_ms, r->attempts + 1,
                      MOST_ATTEMPTS);
    guard->blocker[0] = '\0';
    tn__sleep_us(pause_ms * 1000);
    return true;
}
