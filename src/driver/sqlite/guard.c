/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "driver/sqlite/sqlite.h"
#include "util/str.h"

/*
 * A connection's settings that a user may change with PRAGMA while the connection is lent. They are
 * remembered before the first statement that might do so, and put back afterwards.
 */
static const char *const names[TN__SQLITE_GUARDED] = {
    "foreign_keys",       "busy_timeout",       "synchronous",
    "query_only",         "recursive_triggers", "ignore_check_constraints",
    "defer_foreign_keys", "writable_schema",    "legacy_alter_table",
    "read_uncommitted",   "trusted_schema",     "cell_size_check",
    "cache_size",         "automatic_index",
};

static sqlite3_stmt *ask(sqlite3 *db, const char *name)
{
    char sql[64];
    sqlite3_stmt *stmt = NULL;
    snprintf(sql, sizeof sql, "PRAGMA %s", name);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        return stmt;
    sqlite3_finalize(stmt);
    return NULL;
}

bool tn__sqlite_pragma_int(sqlite3 *db, const char *name, int64_t *out)
{
    sqlite3_stmt *stmt = ask(db, name);
    if (stmt)
        *out = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return stmt != NULL;
}

bool tn__sqlite_pragma_text(sqlite3 *db, const char *name, char *out, size_t size)
{
    sqlite3_stmt *stmt = ask(db, name);
    const char *text = stmt ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
    if (text)
        tn__copy_text(out, size, tn_text_of(text));
    sqlite3_finalize(stmt);
    return text != NULL;
}

static bool is_exclusive(sqlite3 *db)
{
    char mode[16];
    return tn__sqlite_pragma_text(db, "locking_mode", mode, sizeof mode) &&
           strcmp(mode, "exclusive") == 0;
}

void tn__sqlite_remember(struct tn__driver_conn *conn)
{
    conn->is_quiet = true;
    conn->guard.is_shared = !is_exclusive(conn->db);
    for (int i = 0; i < TN__SQLITE_GUARDED; i++)
        conn->guard.is_known[i] = tn__sqlite_pragma_int(conn->db, names[i], &conn->guard.values[i]);
    conn->is_quiet = false;
}

/* The lock goes when the file is read next: https://www.sqlite.org/pragma.html#pragma_locking_mode */
static int share_again(sqlite3 *db, tn_error *err)
{
    sqlite3_exec(db, "PRAGMA locking_mode = NORMAL; SELECT 1 FROM sqlite_master LIMIT 1", NULL,
                 NULL, NULL);
    return is_exclusive(db)
               ? tn_error_set(err, TN_EUNSUPPORTED, "pragma 'locking_mode' cannot be put back")
               : TN_OK;
}

static int restore(struct tn__driver_conn *conn, bool *was_changed, tn_error *err)
{
    for (int i = 0; i < TN__SQLITE_GUARDED; i++) {
        char sql[96];
        int64_t wanted = conn->guard.values[i];
        int64_t now;
        if (!conn->guard.is_known[i])
            continue;
        if (tn__sqlite_pragma_int(conn->db, names[i], &now) && now == wanted)
            continue;
        *was_changed = true;
        snprintf(sql, sizeof sql, "PRAGMA %s = %lld", names[i], (long long)wanted);
        sqlite3_exec(conn->db, sql, NULL, NULL, NULL);
        if (!tn__sqlite_pragma_int(conn->db, names[i], &now) || now != wanted)
            return tn_error_set(err, TN_EUNSUPPORTED, "pragma '%s' cannot be put back to %lld",
                                names[i], (long long)wanted);
    }
    *was_changed |= tn__sqlite_rewatch_wal(conn);
    if (!conn->guard.is_shared || !is_exclusive(conn->db))
        return TN_OK;
    *was_changed = true;
    return share_again(conn->db, err);
}

int tn__sqlite_restore(struct tn__driver_conn *conn, bool *was_changed, tn_error *err)
{
    *was_changed = false;
    conn->is_quiet = true;
    int rc = restore(conn, was_changed, err);
    conn->is_quiet = false;
    return rc;
}
