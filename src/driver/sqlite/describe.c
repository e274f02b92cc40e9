/* SPDX-License-Identifier: MIT */
#include "driver/sqlite/sqlite_driver.h"

/* What SQLite tells the checker: origins, catalog flags, the authorizer's reports, switches. */

void tn__sqlite_describe(struct tn__driver_stmt *stmt, int column, struct tn__column_info *out)
{
    out->name = sqlite3_column_name(stmt->stmt, column);
    out->declared = sqlite3_column_decltype(stmt->stmt, column);
    out->database = sqlite3_column_database_name(stmt->stmt, column);
    out->table = sqlite3_column_table_name(stmt->stmt, column);
    out->column = sqlite3_column_origin_name(stmt->stmt, column);
}

int tn__sqlite_origin(struct tn__driver_conn *conn, const struct tn__column_info *column,
                      struct tn__origin_info *out, tn_error *err)
{
    int is_not_null = 0;
    int is_primary_key = 0;
    int is_autoincrement = 0;
    int native =
        sqlite3_table_column_metadata(conn->db, column->database, column->table, column->column,
                                      NULL, NULL, &is_not_null, &is_primary_key, &is_autoincrement);
    if (native != SQLITE_OK)
        return tn__sqlite_fail(conn, native, err);
    out->is_not_null = is_not_null;
    out->is_primary_key = is_primary_key;
    out->is_autoincrement = is_autoincrement;
    return TN_OK;
}

static enum tn__action action_of(int code)
{
    switch (code) {
    case SQLITE_READ:
        return TN__ACTION_READ;
    case SQLITE_INSERT:
        return TN__ACTION_INSERT;
    case SQLITE_UPDATE:
        return TN__ACTION_UPDATE;
    case SQLITE_DELETE:
        return TN__ACTION_DELETE;
    case SQLITE_FUNCTION:
        return TN__ACTION_FUNCTION;
    case SQLITE_SELECT:
        return TN__ACTION_SELECT;
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return TN__ACTION_TRANSACTION;
    case SQLITE_PRAGMA:
        return TN__ACTION_PRAGMA;
    default:
        return TN__ACTION_OTHER;
    }
}

static int authorize(void *user, int code, const char *first, const char *second,
                     const char *database, const char *inner)
{
    struct tn__driver_conn *conn = user;
    struct tn__access_report report = {(int)action_of(code), first, second, database, inner};
    conn->watch(&report, conn->watch_user);
    return SQLITE_OK;
}

void tn__sqlite_watch(struct tn__driver_conn *conn, tn__access_fn fn, void *user)
{
    conn->watch = fn;
    conn->watch_user = user;
    sqlite3_set_authorizer(conn->db, fn ? authorize : NULL, conn);
}

int tn__sqlite_option(struct tn__driver_conn *conn, enum tn__conn_option option, int value,
                      tn_error *err)
{
    int native = SQLITE_OK;
    switch (option) {
    case TN__OPT_DQS:
        native = sqlite3_db_config(conn->db, SQLITE_DBCONFIG_DQS_DML, value, NULL);
        if (native == SQLITE_OK)
            native = sqlite3_db_config(conn->db, SQLITE_DBCONFIG_DQS_DDL, value, NULL);
        break;
    case TN__OPT_FOREIGN_KEYS:
        native = sqlite3_db_config(conn->db, SQLITE_DBCONFIG_ENABLE_FKEY, value, NULL);
        break;
    }
    return native == SQLITE_OK ? TN_OK : tn__sqlite_fail(conn, native, err);
}
