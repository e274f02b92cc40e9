/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "driver/postgres/postgres.h"
#include "driver/postgres/settings.h"
#include "util/str.h"

static int plan(struct tn__driver_plan *out, const struct tn__url *url, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__pg_settings settings;
    int rc = tn__pg_settings_read(&settings, url, false, &arena, err);
    if (rc == TN_OK) {
        out->has_writer = out->all_write = !settings.is_readonly;
        out->has_replicas = settings.has_replicas;
        out->is_single = out->create = false;
    }
    tn_arena_fini(&arena);
    return rc;
}

static int inspect(struct tn__driver_plan *out, const char **path, void *handle, tn_error *err)
{
    (void)out;
    (void)path;
    (void)handle;
    return tn_error_set(err, TN_EUNSUPPORTED, "a PostgreSQL connection cannot be adopted");
}

/* The server looks after it: a statement is planned anew if the schema has changed. */
static void refresh(struct tn__driver_conn *conn)
{
    (void)conn;
}

/* --- statements ------------------------------------------------------------------------------- */

static int bind_list(struct tn__driver_stmt *stmt, int index, const char *name,
                     const tn_value_list *list, tn_error *err)
{
    int rc = tn__pg_describe(stmt, err);
    if (rc == TN_OK)
        rc = tn__pg_encode_list(&stmt->params[index - 1], stmt->param_types[index - 1], name, list,
                                err);
    return rc;
}

static void clear(struct tn__driver_stmt *stmt)
{
    for (int i = 0; i < stmt->param_count; i++)
        stmt->params[i].data = NULL;
}

static int param_count(struct tn__driver_stmt *stmt)
{
    return stmt->param_count;
}

static const char *param_name(struct tn__driver_stmt *stmt, int index)
{
    return index >= 1 && index <= stmt->param_count ? stmt->text.names[index - 1] : NULL;
}

static int column_count(struct tn__driver_stmt *stmt)
{
    return stmt->column_count;
}

static const char *column_name(struct tn__driver_stmt *stmt, int column)
{
    return column < stmt->column_count ? stmt->column_names[column] : NULL;
}

static bool is_readonly(struct tn__driver_stmt *stmt)
{
    return stmt->is_readonly;
}

static int64_t affected(struct tn__driver_conn *conn)
{
    return conn->affected;
}

/* There is no such thing: INSERT … RETURNING tells. */
static int64_t last_rowid(struct tn__driver_conn *conn)
{
    (void)conn;
    return 0;
}

static void stream(struct tn__driver_stmt *stmt, bool is_on)
{
    stmt->is_stream = is_on;
}

static void reset_all(struct tn__driver_conn *conn)
{
    tn__pg_task_stop(conn);
    for (struct tn__driver_stmt *stmt = conn->stmts; stmt; stmt = stmt->next)
        tn__pg_reset(stmt);
}

/* --- what SQLite alone has -------------------------------------------------------------------- */

static int checkpoint(struct tn__driver_conn *conn, enum tn_checkpoint_mode mode, bool waits,
                      struct tn__wal_state *out, tn_error *err)
{
    (void)conn;
    (void)mode;
    (void)waits;
    (void)out;
    return tn_error_set(err, TN_EUNSUPPORTED, "a PostgreSQL server looks after its log by itself");
}

static void watch_wal(struct tn__driver_conn *conn, int64_t limit, tn__wal_fn fn, void *user)
{
    (void)conn;
    (void)limit;
    (void)fn;
    (void)user;
}

/* Commits of several sessions share a flush on the server. */
static bool commit_syncs(struct tn__driver_conn *conn)
{
    (void)conn;
    return false;
}

static int check_deferred(struct tn__driver_conn *conn, tn_error *err)
{
    (void)conn;
    (void)err;
    return TN_OK;
}

static void end_member(struct tn__driver_conn *conn)
{
    (void)conn;
}

/* The observer's time is looked at while the answer is waited for: locks are waited for at the server. */
static void limit_wait(struct tn__driver_conn *conn, int64_t ms)
{
    (void)conn;
    (void)ms;
}

/* --- watching --------------------------------------------------------------------------------- */

static void observe(struct tn__driver_conn *conn, bool sees, bool limits,
                    const struct tn__driver_observer *observer, void *user)
{
    conn->observer = observer;
    conn->observer_user = user;
    conn->sees = sees;
    conn->limits = limits;
}

/*
 * Who waits for the server's answer is woken, and has the server stop what runs: whoever interrupts need not
 * wait for a server that does not answer. Where nobody waits the server is told here, by PQcancel(), which is
 * made for signal handlers, too. Until then the statement does not end (tn__pg_leave), or the next one might
 * be stopped in its place.
 */
static void interrupt(struct tn__driver_conn *conn)
{
    atomic_fetch_add(&conn->stoppers, 1);
    if (atomic_load(&conn->is_running)) {
        atomic_store(&conn->is_stopped, true);
        if (!tn__pg_wake(conn))
            tn__pg_ask(conn->cancel);
    }
    atomic_fetch_sub(&conn->stoppers, 1);
}

static bool is_lost(struct tn__driver_conn *conn)
{
    return conn->is_lost || tn__pq->status(conn->pg) == CONNECTION_BAD;
}

static bool is_pooled(struct tn__driver_conn *conn)
{
    return conn->is_pooled;
}

/* --- for the checker -------------------------------------------------------------------------- */

static void describe(struct tn__driver_stmt *stmt, int index, struct tn__column_info *out)
{
    memset(out, 0, sizeof *out);
    if (index >= stmt->column_count) /* it had more of them once */
        return;
    out->name = stmt->column_names[index];
    out->declared = stmt->column_types[index]->name;
}

static void watch(struct tn__driver_conn *conn, tn__access_fn fn, void *user)
{
    (void)conn;
    (void)fn;
    (void)user;
}

static int option(struct tn__driver_conn *conn, enum tn__conn_option which, int value,
                  tn_error *err)
{
    (void)conn;
    (void)which;
    (void)value;
    return tn_error_set(err, TN_EUNSUPPORTED, "PostgreSQL has no such option");
}

static int has_function(bool *out, struct tn__driver_conn *conn,
                        const struct tn__driver_function *function, tn_error *err)
{
    (void)out;
    (void)conn;
    (void)function;
    return tn_error_set(err, TN_EUNSUPPORTED, "PostgreSQL's functions are not asked for by name");
}

static int declare(struct tn__driver_conn *conn, const struct tn__driver_function *function,
                   tn_error *err)
{
    (void)conn;
    (void)function;
    return tn_error_set(err, TN_EUNSUPPORTED, "PostgreSQL's functions are made in SQL");
}

static void counts(struct tn__driver_stmt *stmt, struct tn__stmt_counts *out)
{
    (void)stmt;
    *out = (struct tn__stmt_counts){-1, -1, -1, -1, -1, -1};
}

static bool loop(struct tn__driver_stmt *stmt, int number, struct tn__stmt_loop *out)
{
    (void)stmt;
    (void)number;
    (void)out;
    return false;
}

/* Generated code for SQLite calls it, and there is none on this engine. */
static int fail(struct tn__driver_conn *conn, int native, tn_error *err)
{
    (void)native;
    return tn__pg_fail_conn(conn, err);
}

static void *native_conn(struct tn__driver_conn *conn)
{
    return conn->pg;
}

static void *native_stmt(struct tn__driver_stmt *stmt)
{
    return stmt;
}

const struct tn__driver tn__driver_postgres = {
    .name = "postgres",
    .engine = TN__URL_POSTGRES,
    .dialect = TN__POSTGRES,
    .is_remote = true,
    .plan = plan,
    .inspect = inspect,
    .open = tn__pg_open,
    .close = tn__pg_close,
    .refresh = refresh,
    .prepare = tn__pg_prepare,
    .finalize = tn__pg_finalize,
    .ready = tn__pg_describe,
    .bind = tn__pg_bind,
    .bind_list = bind_list,
    .step = tn__pg_step,
    .reset = tn__pg_reset,
    .clear = clear,
    .param_count = param_count,
    .param_name = param_name,
    .column_count = column_count,
    .column_name = column_name,
    .column = tn__pg_cell,
    .row = tn__pg_row,
    .unread = tn__pg_unread,
    .is_readonly = is_readonly,
    .affected = affected,
    .last_rowid = last_rowid,
    .begin = tn__pg_begin,
    .isolate = tn__pg_isolate,
    .commit = tn__pg_commit,
    .rollback = tn__pg_rollback,
    .in_transaction = tn__pg_in_transaction,
    .savepoint = tn__pg_savepoint,
    .release = tn__pg_release,
    .rollback_to = tn__pg_rollback_to,
    .checkpoint = checkpoint,
    .watch_wal = watch_wal,
    .observe = observe,
    .limit_wait = limit_wait,
    .commit_syncs = commit_syncs,
    .check_deferred = check_deferred,
    .end_member = end_member,
    .remember = tn__pg_remember,
    .restore = tn__pg_restore,
    .reset_all = reset_all,
    .describe = describe,
    .watch = watch,
    .option = option,
    .has_function = has_function,
    .declare = declare,
    .counts = counts,
    .loop = loop,
    .interrupt = interrupt,
    .attend = tn__pg_attend,
    .is_lost = is_lost,
    .is_ready = tn__pg_is_there,
    .is_undone = tn__pg_is_undone,
    .position = tn__pg_position,
    .has_reached = tn__pg_has_reached,
    .is_pooled = is_pooled,
    .can = tn__pg_can,
    .fail = fail,
    .native_conn = native_conn,
    .native_stmt = native_stmt,
    .stream = stream,
    .wire = &tn__pg_wire,
};
