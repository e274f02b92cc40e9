/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_SQLITE_DRIVER_H
#define TN_DRIVER_SQLITE_DRIVER_H

#include <sqlite3.h>

#include "driver/driver.h"

/* What the files of this driver share. */

struct tn__driver_conn {
    sqlite3 *db;
    tn__access_fn watch;
    void *watch_user;
};

struct tn__driver_stmt {
    struct tn__driver_conn *conn;
    sqlite3_stmt *stmt;
};

/* open.c */
int tn__sqlite_open(struct tn__driver_conn **out, const struct tn__driver_open *how, tn_error *err);
void tn__sqlite_close(struct tn__driver_conn *conn);

/* error.c: fill err from the connection's last error; `native` is an extended result code. */
int tn__sqlite_fail(struct tn__driver_conn *conn, int native, tn_error *err);
int tn__sqlite_status(int native, const char *message);

/* tx.c */
int tn__sqlite_begin(struct tn__driver_conn *conn, enum tn_access access, tn_error *err);
int tn__sqlite_commit(struct tn__driver_conn *conn, tn_error *err);
void tn__sqlite_rollback(struct tn__driver_conn *conn);
bool tn__sqlite_in_transaction(struct tn__driver_conn *conn);
int tn__sqlite_savepoint(struct tn__driver_conn *conn, unsigned depth, tn_error *err);
int tn__sqlite_release(struct tn__driver_conn *conn, unsigned depth, tn_error *err);
void tn__sqlite_rollback_to(struct tn__driver_conn *conn, unsigned depth);

/* describe.c */
void tn__sqlite_describe(struct tn__driver_stmt *stmt, int column, struct tn__column_info *out);
int tn__sqlite_origin(struct tn__driver_conn *conn, const struct tn__column_info *column,
                      struct tn__origin_info *out, tn_error *err);
void tn__sqlite_watch(struct tn__driver_conn *conn, tn__access_fn fn, void *user);
int tn__sqlite_option(struct tn__driver_conn *conn, enum tn__conn_option option, int value,
                      tn_error *err);

#endif
