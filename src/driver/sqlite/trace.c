/* SPDX-License-Identifier: MIT */
#include "driver/sqlite/sqlite.h"

/* The engine's own reports of what runs: https://www.sqlite.org/c3ref/trace_v2.html */

/* How many instructions of its machine run between two looks at the clock. */
enum {
    INSTRUCTIONS = 1000
};

static int on_trace(unsigned kind, void *context, void *subject, void *detail)
{
    struct tn__driver_conn *conn = context;
    sqlite3_stmt *stmt = subject;
    (void)detail;
    if (conn->is_quiet)
        return 0;
    if (kind == SQLITE_TRACE_STMT)
        conn->observer->start(conn->observer_user, stmt, sqlite3_sql(stmt));
    else if (kind == SQLITE_TRACE_ROW)
        conn->observer->row(conn->observer_user, stmt);
    else if (kind == SQLITE_TRACE_PROFILE)
        conn->observer->end(conn->observer_user, stmt,
                            sqlite3_stmt_readonly(stmt) ? 0 : sqlite3_changes(conn->db));
    return 0;
}

static int on_progress(void *context)
{
    const struct tn__driver_conn *conn = context;
    return conn->observer->is_expired(conn->observer_user);
}

void tn__sqlite_observe(struct tn__driver_conn *conn, bool sees, bool limits,
                        const struct tn__driver_observer *observer, void *user)
{
    /* The end is needed for knowing what runs, and that for telling a trigger from a statement. */
    unsigned kinds = sees     ? SQLITE_TRACE_STMT | SQLITE_TRACE_ROW | SQLITE_TRACE_PROFILE
                     : limits ? SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE
                              : 0;
    if (!kinds && !conn->observer)
        return; /* a program's own trace stays */
    bool had_limits = conn->has_limits;
    conn->observer = kinds ? observer : NULL;
    conn->observer_user = user;
    conn->has_limits = limits;
    sqlite3_trace_v2(conn->db, kinds, kinds ? on_trace : NULL, conn);
    if (limits)
        sqlite3_progress_handler(conn->db, INSTRUCTIONS, on_progress, conn);
    else if (had_limits)
        sqlite3_progress_handler(conn->db, 0, NULL, NULL);
    if (had_limits && !limits && !conn->is_adopted)
        sqlite3_busy_timeout(conn->db, (int)conn->busy_timeout_ms);
}

void tn__sqlite_limit_wait(struct tn__driver_conn *conn, int64_t ms)
{
    if (!conn->is_adopted)
        sqlite3_busy_timeout(conn->db,
                             (int)(ms < conn->busy_timeout_ms ? ms : conn->busy_timeout_ms));
}

int64_t tn__sqlite_patience(struct tn__driver_conn *conn)
{
    int64_t ms = conn->busy_timeout_ms;
    if (conn->has_limits) {
        int64_t left = conn->observer->left_ms(conn->observer_user);
        ms = left < ms ? left : ms;
    }
    return ms;
}
