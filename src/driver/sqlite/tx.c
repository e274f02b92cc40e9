/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "driver/sqlite/sqlite_driver.h"

/* Transactions, by the statements that SQLite has for them. */

static int run(struct tn__driver_conn *conn, const char *sql, tn_error *err)
{
    int native = sqlite3_exec(conn->db, sql, NULL, NULL, NULL);
    return native == SQLITE_OK ? TN_OK : tn__sqlite_fail(conn, native, err);
}

static int run_numbered(struct tn__driver_conn *conn, const char *verb, unsigned depth,
                        tn_error *err)
{
    char sql[64];
    snprintf(sql, sizeof sql, "%s tenon_%u", verb, depth);
    return run(conn, sql, err);
}

int tn__sqlite_begin(struct tn__driver_conn *conn, enum tn_access access, tn_error *err)
{
    /* IMMEDIATE takes the write lock at once: a deferred transaction that has read and then
     * writes would fail with SQLITE_BUSY_SNAPSHOT, which no busy timeout waits out. */
    return run(conn, access == TN_WRITE ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

int tn__sqlite_commit(struct tn__driver_conn *conn, tn_error *err)
{
    return run(conn, "COMMIT", err);
}

void tn__sqlite_rollback(struct tn__driver_conn *conn)
{
    /* On some errors (a full disk, no memory) SQLite has rolled back by itself. */
    if (!sqlite3_get_autocommit(conn->db))
        sqlite3_exec(conn->db, "ROLLBACK", NULL, NULL, NULL);
}

bool tn__sqlite_in_transaction(struct tn__driver_conn *conn)
{
    return !sqlite3_get_autocommit(conn->db);
}

int tn__sqlite_savepoint(struct tn__driver_conn *conn, unsigned depth, tn_error *err)
{
    return run_numbered(conn, "SAVEPOINT", depth, err);
}

int tn__sqlite_release(struct tn__driver_conn *conn, unsigned depth, tn_error *err)
{
    return run_numbered(conn, "RELEASE", depth, err);
}

void tn__sqlite_rollback_to(struct tn__driver_conn *conn, unsigned depth)
{
    if (sqlite3_get_autocommit(conn->db))
        return;
    run_numbered(conn, "ROLLBACK TO", depth, NULL);
    run_numbered(conn, "RELEASE", depth, NULL);
}
