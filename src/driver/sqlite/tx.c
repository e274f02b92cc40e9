/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "driver/sqlite/sqlite.h"

/* Transactions, savepoints, and what transactions that share a COMMIT need. */

static const char *const own_sql[TN__SQLITE_OWN_COUNT] = {
    [TN__SQLITE_BEGIN_READ] = "BEGIN",
    [TN__SQLITE_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [TN__SQLITE_COMMIT] = "COMMIT",
    [TN__SQLITE_ROLLBACK] = "ROLLBACK",
    [TN__SQLITE_UNDEFER] = "PRAGMA defer_foreign_keys = OFF",
};

static int run_own(struct tn__driver_conn *conn, enum tn__sqlite_own which, tn_error *err)
{
    sqlite3_step(conn->own[which]);
    int native = sqlite3_reset(conn->own[which]);
    return native == SQLITE_OK ? TN_OK : tn__sqlite_fail(conn->db, native, err);
}

int tn__sqlite_prepare_own(struct tn__driver_conn *conn, tn_error *err)
{
    for (int i = 0; i < TN__SQLITE_OWN_COUNT; i++) {
        int native = sqlite3_prepare_v3(conn->db, own_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                                        &conn->own[i], NULL);
        if (native != SQLITE_OK)
            return tn__sqlite_fail(conn->db, native, err);
    }
    return TN_OK;
}

bool tn__sqlite_in_transaction(struct tn__driver_conn *conn)
{
    return !sqlite3_get_autocommit(conn->db);
}

static void leave_gate(struct tn__driver_conn *conn)
{
    if (conn->gate && !tn__sqlite_in_transaction(conn))
        tn__gate_leave(conn->gate);
}

int tn__sqlite_begin(struct tn__driver_conn *conn, enum tn_access access, tn_error *err)
{
    if (access == TN_READ)
        return run_own(conn, TN__SQLITE_BEGIN_READ, err);
    int rc = conn->gate ? tn__gate_enter(conn->gate, tn__sqlite_patience(conn), err) : TN_OK;
    if (rc == TN_OK) {
        rc = run_own(conn, TN__SQLITE_BEGIN_WRITE, err);
        if (rc != TN_OK)
            leave_gate(conn);
    }
    return rc;
}

/* Nothing runs beside a writer, and a reader has its snapshot. */
void tn__sqlite_isolate(struct tn__driver_conn *conn, enum tn_isolation isolation)
{
    (void)conn;
    (void)isolation;
}

int tn__sqlite_commit(struct tn__driver_conn *conn, tn_error *err)
{
    int rc = run_own(conn, TN__SQLITE_COMMIT, err);
    leave_gate(conn);
    return rc;
}

void tn__sqlite_rollback(struct tn__driver_conn *conn)
{
    tn_error ignored;
    /* Again: it may have to be compiled anew, for which there may be no memory for a moment. */
    for (int i = 0; i < 2 && tn__sqlite_in_transaction(conn); i++)
        (void)run_own(conn, TN__SQLITE_ROLLBACK, &ignored);
    leave_gate(conn);
}

static int run_savepoint(struct tn__driver_conn *conn, const char *verb, unsigned depth,
                         tn_error *err)
{
    char sql[64];
    snprintf(sql, sizeof sql, "%s tenon_%u", verb, depth);
    int native = sqlite3_exec(conn->db, sql, NULL, NULL, NULL);
    return native == SQLITE_OK ? TN_OK : tn__sqlite_fail(conn->db, native, err);
}

int tn__sqlite_savepoint(struct tn__driver_conn *conn, unsigned depth, tn_error *err)
{
    return run_savepoint(conn, "SAVEPOINT", depth, err);
}

int tn__sqlite_release(struct tn__driver_conn *conn, unsigned depth, tn_error *err)
{
    return run_savepoint(conn, "RELEASE", depth, err);
}

void tn__sqlite_rollback_to(struct tn__driver_conn *conn, unsigned depth)
{
    tn_error ignored;
    if (!tn__sqlite_in_transaction(conn))
        return;
    /* A savepoint that cannot be undone must not be kept: then the whole transaction goes. */
    if (run_savepoint(conn, "ROLLBACK TO", depth, &ignored) != TN_OK ||
        run_savepoint(conn, "RELEASE", depth, &ignored) != TN_OK)
        tn__sqlite_rollback(conn);
}

/* --- transactions that share a COMMIT ---------------------------------------------------------- */

bool tn__sqlite_commit_syncs(struct tn__driver_conn *conn)
{
    enum {
        SYNCHRONOUS_FULL = 2
    };
    char journal[16];
    int64_t level;
    if (!tn__sqlite_pragma_text(conn->db, "journal_mode", journal, sizeof journal) ||
        !tn__sqlite_pragma_int(conn->db, "synchronous", &level))
        return false;
    if (strcmp(journal, "memory") == 0 || strcmp(journal, "off") == 0)
        return false;
    return strcmp(journal, "wal") == 0 ? level >= SYNCHRONOUS_FULL : level > 0;
}

int tn__sqlite_check_deferred(struct tn__driver_conn *conn, tn_error *err)
{
    int open = 0;
    int most = 0;
    sqlite3_db_status(conn->db, SQLITE_DBSTATUS_DEFERRED_FKS, &open, &most, 0);
    if (!open)
        return TN_OK;
    tn_error_set(err, TN_EFOREIGNKEY, "foreign key constraint failed");
    err->native = SQLITE_CONSTRAINT_FOREIGNKEY;
    return TN_EFOREIGNKEY;
}

void tn__sqlite_end_member(struct tn__driver_conn *conn)
{
    conn->is_quiet = true;
    sqlite3_step(conn->own[TN__SQLITE_UNDEFER]);
    sqlite3_reset(conn->own[TN__SQLITE_UNDEFER]);
    conn->is_quiet = false;
}
