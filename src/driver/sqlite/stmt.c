/* SPDX-License-Identifier: MIT */
#include <tenon/gen_sqlite.h>

#include "driver/sqlite/sqlite_driver.h"
#include "util/alloc.h"

/* Statements, and the table of this driver at the end. */

static int prepare(struct tn__driver_stmt **out, struct tn__driver_conn *conn, const char *sql,
                   size_t size, bool persistent, tn_error *err)
{
    sqlite3_stmt *native_stmt = NULL;
    const char *tail = NULL;
    if (size > INT32_MAX)
        return tn_error_set(err, TN_ERANGE, "statement is too big");
    int native = sqlite3_prepare_v3(
        conn->db, sql, (int)size, persistent ? SQLITE_PREPARE_PERSISTENT : 0, &native_stmt, &tail);
    if (native != SQLITE_OK)
        return tn__sqlite_fail(conn, native, err);
    if (!native_stmt)
        return tn_error_set(err, TN_EINVAL, "no statement in the text");

    /* Another statement behind the first is an error; blanks and comments are not one. */
    sqlite3_stmt *rest = NULL;
    size_t left = size - (size_t)(tail - sql);
    if (left > 0) {
        native = sqlite3_prepare_v3(conn->db, tail, (int)left, 0, &rest, NULL);
        if (native != SQLITE_OK || rest) {
            sqlite3_finalize(rest);
            sqlite3_finalize(native_stmt);
            return tn_error_set(err, TN_EINVAL, "more than one statement in the text");
        }
    }
    struct tn__driver_stmt *stmt = tn__alloc_zero(1, sizeof *stmt);
    if (!stmt) {
        sqlite3_finalize(native_stmt);
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    }
    stmt->conn = conn;
    stmt->stmt = native_stmt;
    *out = stmt;
    return TN_OK;
}

static void finalize(struct tn__driver_stmt *stmt)
{
    if (!stmt)
        return;
    sqlite3_finalize(stmt->stmt);
    tn__free(stmt);
}

static int bind(struct tn__driver_stmt *stmt, int index, const tn_value *value, tn_error *err)
{
    int native = tn_sqlite_bind_value(stmt->stmt, index, *value);
    if (native == SQLITE_OK)
        return TN_OK;
    if (native == SQLITE_RANGE)
        return tn_error_set(err, TN_ERANGE, "no parameter %d: the statement has %d", index,
                            sqlite3_bind_parameter_count(stmt->stmt));
    return tn__sqlite_fail(stmt->conn, native, err);
}

static int step(struct tn__driver_stmt *stmt, tn_error *err)
{
    int native = sqlite3_step(stmt->stmt);
    if (native == SQLITE_ROW)
        return TN_ROW;
    if (native == SQLITE_DONE)
        return TN_DONE;
    return tn__sqlite_fail(stmt->conn, native, err);
}

static void reset(struct tn__driver_stmt *stmt)
{
    sqlite3_reset(stmt->stmt);
}

static void clear(struct tn__driver_stmt *stmt)
{
    sqlite3_clear_bindings(stmt->stmt);
}

static int param_count(struct tn__driver_stmt *stmt)
{
    return sqlite3_bind_parameter_count(stmt->stmt);
}

static const char *param_name(struct tn__driver_stmt *stmt, int index)
{
    return sqlite3_bind_parameter_name(stmt->stmt, index);
}

static int column_count(struct tn__driver_stmt *stmt)
{
    return sqlite3_column_count(stmt->stmt);
}

static const char *column_name(struct tn__driver_stmt *stmt, int column)
{
    return sqlite3_column_name(stmt->stmt, column);
}

static tn_value column(struct tn__driver_stmt *stmt, int index)
{
    tn_value value;
    /* Out of memory while fetching text reads as NULL here; the next step reports it. */
    if (sqlite3_data_count(stmt->stmt) <= index || !tn_sqlite_read_value(stmt->stmt, index, &value))
        return tn_value_null();
    return value;
}

static bool is_readonly(struct tn__driver_stmt *stmt)
{
    return sqlite3_stmt_readonly(stmt->stmt);
}

static int64_t affected(struct tn__driver_conn *conn)
{
#if SQLITE_VERSION_NUMBER >= 3037000
    return sqlite3_changes64(conn->db);
#else
    return sqlite3_changes(conn->db);
#endif
}

static int64_t change_counter(struct tn__driver_conn *conn)
{
#if SQLITE_VERSION_NUMBER >= 3037000
    return sqlite3_total_changes64(conn->db);
#else
    return sqlite3_total_changes(conn->db);
#endif
}

static int64_t last_rowid(struct tn__driver_conn *conn)
{
    return sqlite3_last_insert_rowid(conn->db);
}

static void *native_conn(struct tn__driver_conn *conn)
{
    return conn->db;
}

static void *native_stmt(struct tn__driver_stmt *stmt)
{
    return stmt->stmt;
}

const struct tn__driver tn__driver_sqlite = {
    .name = "sqlite",
    .engine = TN__URL_SQLITE,
    .open = tn__sqlite_open,
    .close = tn__sqlite_close,
    .prepare = prepare,
    .finalize = finalize,
    .bind = bind,
    .step = step,
    .reset = reset,
    .clear = clear,
    .param_count = param_count,
    .param_name = param_name,
    .column_count = column_count,
    .column_name = column_name,
    .column = column,
    .is_readonly = is_readonly,
    .affected = affected,
    .change_counter = change_counter,
    .last_rowid = last_rowid,
    .begin = tn__sqlite_begin,
    .commit = tn__sqlite_commit,
    .rollback = tn__sqlite_rollback,
    .in_transaction = tn__sqlite_in_transaction,
    .savepoint = tn__sqlite_savepoint,
    .release = tn__sqlite_release,
    .rollback_to = tn__sqlite_rollback_to,
    .describe = tn__sqlite_describe,
    .origin = tn__sqlite_origin,
    .watch = tn__sqlite_watch,
    .option = tn__sqlite_option,
    .fail = tn__sqlite_fail,
    .native_conn = native_conn,
    .native_stmt = native_stmt,
};
