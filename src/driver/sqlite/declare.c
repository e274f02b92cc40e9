/* SPDX-License-Identifier: MIT */
#include "driver/sqlite/sqlite.h"

/*
 * Functions without a body, for the checker: the engine accepts what uses them, in statements as in
 * the schema (https://www.sqlite.org/c3ref/create_function.html).
 */

static void call(sqlite3_context *context)
{
    const struct tn__driver_function *function = sqlite3_user_data(context);
    if (function->is_mute)
        return; /* which is NULL */
    char *message =
        sqlite3_mprintf("function '%s' of tenon.ini was called while migrating", function->name);
    if (!message) {
        sqlite3_result_error_nomem(context);
        return;
    }
    sqlite3_result_error(context, message, -1);
    sqlite3_free(message);
}

static void on_call(sqlite3_context *context, int count, sqlite3_value **args)
{
    (void)count;
    (void)args;
    call(context);
}

static void on_row(sqlite3_context *context, int count, sqlite3_value **args)
{
    (void)context; /* what an aggregate says, it says at the end */
    (void)count;
    (void)args;
}

static int declare_one(sqlite3 *db, const struct tn__driver_function *function, int count)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    void *user = (void *)(uintptr_t)function;
    if (function->is_aggregate)
        return sqlite3_create_window_function(db, function->name, count, flags, user, on_row, call,
                                              call, on_row, NULL);
    return sqlite3_create_function_v2(db, function->name, count, flags, user, on_call, NULL, NULL,
                                      NULL);
}

int tn__sqlite_declare(struct tn__driver_conn *conn, const struct tn__driver_function *function,
                       tn_error *err)
{
    int least = (int)function->arg_count;
    int most = least;
    /* One for each number: by "any number" the engine would take too few. */
    if (function->is_variadic) {
        most = sqlite3_limit(conn->db, SQLITE_LIMIT_FUNCTION_ARG, -1);
        least -= least > 0;
    }
    for (int count = least; count <= most; count++) {
        int native = declare_one(conn->db, function, count);
        if (native != SQLITE_OK)
            return tn__sqlite_fail(conn->db, native, err);
    }
    return TN_OK;
}

int tn__sqlite_has_function(bool *out, struct tn__driver_conn *conn,
                            const struct tn__driver_function *function, tn_error *err)
{
    static const char sql[] = "SELECT 1 FROM pragma_function_list WHERE name = ?1 COLLATE NOCASE "
                              "AND (narg < 0 OR narg = ?2 OR (?3 AND narg >= ?2 - 1))";
    sqlite3_stmt *stmt = NULL;
    int native = sqlite3_prepare_v2(conn->db, sql, -1, &stmt, NULL);
    if (native == SQLITE_OK)
        native = sqlite3_bind_text(stmt, 1, function->name, -1, SQLITE_STATIC);
    if (native == SQLITE_OK)
        native = sqlite3_bind_int64(stmt, 2, (sqlite3_int64)function->arg_count);
    if (native == SQLITE_OK)
        native = sqlite3_bind_int(stmt, 3, function->is_variadic);
    if (native == SQLITE_OK)
        native = sqlite3_step(stmt);
    bool is_done = native == SQLITE_ROW || native == SQLITE_DONE;
    *out = native == SQLITE_ROW;
    if (!is_done)
        (void)tn__sqlite_fail(conn->db, native, err);
    sqlite3_finalize(stmt);
    return is_done ? TN_OK : err->status;
}
