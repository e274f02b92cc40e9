/* SPDX-License-Identifier: MIT */
#include <tenon/gen_sqlite.h>

#include <stdio.h>
#include <string.h>

#include "driver/sqlite/sqlite.h"
#include "lex/lex.h"
#include "util/alloc.h"

static int plan(struct tn__driver_plan *out, const struct tn__url *url, tn_error *err)
{
    struct tn__sqlite_settings settings;
    int rc = tn__sqlite_settings_read(&settings, url, err);
    if (rc != TN_OK)
        return rc;
    out->has_writer = settings.mode != TN__SQLITE_RO;
    out->is_single = settings.mode == TN__SQLITE_MEMORY;
    out->create = settings.mode == TN__SQLITE_RWC;
    return TN_OK;
}

/*
 * Statistics for the planner where they are out of date, at the close of a connection that writes, as
 * https://www.sqlite.org/pragma.html#pragma_optimize says. Nobody waits for it: not for a lock, and
 * not for a big index, of which a part is read.
 */
static void optimize(sqlite3 *db)
{
    /* The changes first: a handle whose opening failed for lack of memory has no "main" to ask. */
    if (!db || sqlite3_total_changes(db) == 0 || !sqlite3_get_autocommit(db) ||
        sqlite3_db_readonly(db, "main") != 0)
        return;
    sqlite3_busy_timeout(db, 0);
    sqlite3_exec(db, "PRAGMA analysis_limit = 400; PRAGMA optimize", NULL, NULL, NULL);
}

static void close_conn(struct tn__driver_conn *conn)
{
    if (!conn)
        return;
    /* Only the own ones: virtual tables (FTS5) have statements on this connection, too. */
    for (int i = 0; i < TN__SQLITE_OWN_COUNT; i++)
        sqlite3_finalize(conn->own[i]);
    if (!conn->is_adopted) {
        if (!conn->no_optimize)
            optimize(conn->db);
        sqlite3_close_v2(conn->db);
    }
    tn__gate_close(conn->gate);
    tn__free(conn);
}

/* --- statements ------------------------------------------------------------------------------- */

/* Whether anything but blanks, comments and semicolons is left. */
static bool has_more(const char *tail, size_t size)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, (tn_text){tail, size}, TN__SQLITE);
    struct tn__token token;
    do
        token = tn__lex_next_solid(&lexer);
    while (token.kind == TN__TOK_SEMI);
    return token.kind != TN__TOK_END;
}

/* A statement on the schema compares its number with the file's, and reads it anew. */
static void refresh(struct tn__driver_conn *conn)
{
    conn->is_quiet = true;
    sqlite3_exec(conn->db, "SELECT 1 FROM sqlite_master LIMIT 0", NULL, NULL, NULL);
    conn->is_quiet = false;
}

/*
 * SQLite answers a syntax error with SQLITE_SCHEMA if the schema has changed since it was read, and
 * its own second try (in 3.40) does not read it anew either.
 */
static int prepare_native(sqlite3_stmt **out, struct tn__driver_conn *conn, const char *sql,
                          int size, unsigned flags, const char **tail)
{
    int native = sqlite3_prepare_v3(conn->db, sql, size, flags, out, tail);
    if (native != SQLITE_SCHEMA)
        return native;
    refresh(conn);
    return sqlite3_prepare_v3(conn->db, sql, size, flags, out, tail);
}

static int prepare(struct tn__driver_stmt **out, struct tn__driver_conn *conn, const char *sql,
                   size_t size, bool persistent, tn_error *err)
{
    sqlite3_stmt *stmt = NULL;
    const char *tail = sql;
    if (size > INT32_MAX)
        return tn_error_set(err, TN_ERANGE, "statement of %zu bytes is too big", size);
    int native = prepare_native(&stmt, conn, sql, (int)size,
                                persistent ? SQLITE_PREPARE_PERSISTENT : 0, &tail);
    if (native != SQLITE_OK) {
        int status = tn__sqlite_fail(conn->db, native, err);
        tn__sqlite_locate((tn_text){sql, size}, err);
        return status;
    }
    size_t used = (size_t)(tail - sql);
    if (!stmt)
        return tn_error_set(err, TN_EINVAL, "empty statement");
    if (has_more(tail, size - used)) {
        sqlite3_finalize(stmt);
        tn_error_set(err, TN_EINVAL, "more than one statement");
        err->position = (uint32_t)used + 1;
        return TN_EINVAL;
    }
    *out = (struct tn__driver_stmt *)stmt;
    return TN_OK;
}

static void finalize(struct tn__driver_stmt *stmt)
{
    sqlite3_finalize(tn__sqlite_stmt(stmt));
}

static int ready(struct tn__driver_stmt *stmt, tn_error *err)
{
    (void)stmt;
    (void)err;
    return TN_OK;
}

static int bind(struct tn__driver_stmt *stmt, int index, const tn_value *value, tn_error *err)
{
    int native = tn_sqlite_bind_value(tn__sqlite_stmt(stmt), index, *value);
    if (native == SQLITE_OK)
        return TN_OK;
    return tn__sqlite_fail(sqlite3_db_handle(tn__sqlite_stmt(stmt)), native, err);
}

static int step(struct tn__driver_stmt *stmt, tn_error *err)
{
    int native = sqlite3_step(tn__sqlite_stmt(stmt));
    if (native == SQLITE_ROW)
        return TN_ROW;
    if (native == SQLITE_DONE)
        return TN_DONE;
    return tn__sqlite_fail(sqlite3_db_handle(tn__sqlite_stmt(stmt)), native, err);
}

static void reset(struct tn__driver_stmt *stmt)
{
    sqlite3_reset(tn__sqlite_stmt(stmt));
}

static void clear(struct tn__driver_stmt *stmt)
{
    sqlite3_clear_bindings(tn__sqlite_stmt(stmt));
}

static int param_count(struct tn__driver_stmt *stmt)
{
    return sqlite3_bind_parameter_count(tn__sqlite_stmt(stmt));
}

static const char *param_name(struct tn__driver_stmt *stmt, int index)
{
    return sqlite3_bind_parameter_name(tn__sqlite_stmt(stmt), index);
}

static int column_count(struct tn__driver_stmt *stmt)
{
    return sqlite3_column_count(tn__sqlite_stmt(stmt));
}

static const char *column_name(struct tn__driver_stmt *stmt, int column)
{
    return sqlite3_column_name(tn__sqlite_stmt(stmt), column);
}

static tn_value column(struct tn__driver_stmt *stmt, int index)
{
    sqlite3_stmt *native = tn__sqlite_stmt(stmt);
    tn_value value;
    bool is_read = tn_sqlite_read_value(native, index, &value);
    /* A blob for which there was no memory has become NULL by being read. */
    if (is_read && value.type == TN_NULL)
        is_read = sqlite3_errcode(sqlite3_db_handle(native)) != SQLITE_NOMEM;
    if (!is_read) {
        value.type = TN_TEXT; /* text without data: no memory for it */
        value.as.text = (tn_text){NULL, 0};
    }
    return value;
}

static int unread(struct tn__driver_stmt *stmt, int index, tn_error *err)
{
    (void)stmt;
    (void)index;
    return tn_error_set(err, TN_ENOMEM, "cannot read a value: out of memory");
}

static bool is_readonly(struct tn__driver_stmt *stmt)
{
    return sqlite3_stmt_isexplain(tn__sqlite_stmt(stmt)) ||
           sqlite3_stmt_readonly(tn__sqlite_stmt(stmt));
}

static int64_t affected(struct tn__driver_conn *conn)
{
#if SQLITE_VERSION_NUMBER >= 3037000
    return sqlite3_changes64(conn->db);
#else
    return sqlite3_changes(conn->db);
#endif
}

static int64_t last_rowid(struct tn__driver_conn *conn)
{
    return sqlite3_last_insert_rowid(conn->db);
}

static void reset_all(struct tn__driver_conn *conn)
{
    for (sqlite3_stmt *stmt = NULL; (stmt = sqlite3_next_stmt(conn->db, stmt));) {
        if (sqlite3_stmt_busy(stmt))
            sqlite3_reset(stmt);
    }
}

/* --- for the checker -------------------------------------------------------------------------- */

/* They always do. */
static void stream(struct tn__driver_stmt *stmt, bool is_on)
{
    (void)stmt;
    (void)is_on;
}

static void describe(struct tn__driver_stmt *stmt, int index, struct tn__column_info *out)
{
    sqlite3_stmt *native = tn__sqlite_stmt(stmt);
    out->name = sqlite3_column_name(native, index);
    out->declared = sqlite3_column_decltype(native, index);
    out->database = sqlite3_column_database_name(native, index);
    out->table = sqlite3_column_table_name(native, index);
    out->column = sqlite3_column_origin_name(native, index);
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

static int on_authorize(void *user, int code, const char *first, const char *second,
                        const char *database, const char *inner)
{
    const struct tn__driver_conn *conn = user;
    struct tn__access_report report = {(int)action_of(code), first, second, database, inner};
    conn->watch(&report, conn->watch_user);
    return SQLITE_OK;
}

static void watch(struct tn__driver_conn *conn, tn__access_fn fn, void *user)
{
    conn->watch = fn;
    conn->watch_user = user;
    sqlite3_set_authorizer(conn->db, fn ? on_authorize : NULL, conn);
}

static int config(struct tn__driver_conn *conn, int op, int value, tn_error *err)
{
    int now = -1;
    int native = sqlite3_db_config(conn->db, op, value, &now);
    if (native != SQLITE_OK)
        return tn__sqlite_fail(conn->db, native, err);
    return now == value ? TN_OK
                        : tn_error_set(err, TN_EUNSUPPORTED, "connection option cannot be set");
}

static int option(struct tn__driver_conn *conn, enum tn__conn_option which, int value,
                  tn_error *err)
{
    if (which == TN__OPT_FOREIGN_KEYS) {
        /* The pragma is silently without effect there; the switch below is not. */
        if (tn__sqlite_in_transaction(conn))
            return TN_OK;
        return config(conn, SQLITE_DBCONFIG_ENABLE_FKEY, value != 0, err);
    }
    int rc = config(conn, SQLITE_DBCONFIG_DQS_DML, value != 0, err);
    return rc == TN_OK ? config(conn, SQLITE_DBCONFIG_DQS_DDL, value != 0, err) : rc;
}

/* Sets flags of the connection, and no more: https://www.sqlite.org/c3ref/interrupt.html */
static void interrupt(struct tn__driver_conn *conn)
{
    if (conn->gate)
        tn__gate_interrupt(conn->gate);
    sqlite3_interrupt(conn->db);
}

/* A file does not go away from who has opened it. */
static bool is_lost(struct tn__driver_conn *conn)
{
    (void)conn;
    return false;
}

static bool is_ready(struct tn__driver_conn *conn)
{
    (void)conn;
    return true;
}

/* Who begins to read sees all that was committed before. */
static int position(struct tn__driver_conn *conn, uint64_t *out, tn_error *err)
{
    (void)conn;
    (void)err;
    *out = 0;
    return TN_OK;
}

static int has_reached(struct tn__driver_conn *conn, bool *out, uint64_t place, tn_error *err)
{
    (void)conn;
    (void)place;
    (void)err;
    *out = true;
    return TN_OK;
}

static bool is_pooled(struct tn__driver_conn *conn)
{
    (void)conn;
    return false;
}

static bool can(struct tn__driver_conn *conn, enum tn_capability capability)
{
    (void)conn;
    return capability == TN_CAN_ROLL_BACK_DDL;
}

static int fail(struct tn__driver_conn *conn, int native, tn_error *err)
{
    return tn__sqlite_fail(conn->db, native, err);
}

static void attend(struct tn__driver_conn *conn, int64_t ms, void (*fn)(void *user), void *user)
{
    (void)conn;
    (void)ms;
    (void)fn;
    (void)user;
}

static void *native_conn(struct tn__driver_conn *conn)
{
    return conn->db;
}

static void *native_stmt(struct tn__driver_stmt *stmt)
{
    return stmt;
}

const struct tn__driver tn__driver_sqlite = {
    .name = "sqlite",
    .engine = TN__URL_SQLITE,
    .dialect = TN__SQLITE,
    .plan = plan,
    .inspect = tn__sqlite_inspect,
    .open = tn__sqlite_open,
    .close = close_conn,
    .refresh = refresh,
    .prepare = prepare,
    .finalize = finalize,
    .ready = ready,
    .bind = bind,
    .bind_list = tn__sqlite_bind_list,
    .step = step,
    .reset = reset,
    .clear = clear,
    .param_count = param_count,
    .param_name = param_name,
    .column_count = column_count,
    .column_name = column_name,
    .column = column,
    .unread = unread,
    .is_readonly = is_readonly,
    .affected = affected,
    .last_rowid = last_rowid,
    .begin = tn__sqlite_begin,
    .isolate = tn__sqlite_isolate,
    .commit = tn__sqlite_commit,
    .rollback = tn__sqlite_rollback,
    .in_transaction = tn__sqlite_in_transaction,
    .savepoint = tn__sqlite_savepoint,
    .release = tn__sqlite_release,
    .rollback_to = tn__sqlite_rollback_to,
    .reset_all = reset_all,
    .stream = stream,
    .describe = describe,
    .watch = watch,
    .option = option,
    .counts = tn__sqlite_counts,
    .loop = tn__sqlite_loop,
    .has_function = tn__sqlite_has_function,
    .declare = tn__sqlite_declare,
    .observe = tn__sqlite_observe,
    .limit_wait = tn__sqlite_limit_wait,
    .checkpoint = tn__sqlite_checkpoint,
    .watch_wal = tn__sqlite_watch_wal,
    .commit_syncs = tn__sqlite_commit_syncs,
    .check_deferred = tn__sqlite_check_deferred,
    .end_member = tn__sqlite_end_member,
    .remember = tn__sqlite_remember,
    .restore = tn__sqlite_restore,
    .interrupt = interrupt,
    .is_lost = is_lost,
    .is_ready = is_ready,
    .position = position,
    .has_reached = has_reached,
    .is_pooled = is_pooled,
    .can = can,
    .fail = fail,
    .attend = attend,
    .native_conn = native_conn,
    .native_stmt = native_stmt,
};
