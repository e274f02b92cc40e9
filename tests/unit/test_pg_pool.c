/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <tenon/tenon.h>

#include "fault_alloc.h"
#include "pg.h"
#include "pool/pool.h"
#include "util/clock.h"
#include "util/url.h"

/* The pool on PostgreSQL: one side for all, and what is lost comes back. */

struct fixture {
    tn_arena arena;
    tn_db *db;
    tn_error err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    tn_db_close(f->db);
    tn_arena_fini(&f->arena);
    free(f);
    return 0;
}

/* The URL with more parameters. */
static const char *with(struct fixture *f, const char *url, const char *params)
{
    size_t size = strlen(url) + strlen(params) + 2;
    char *text = tn_arena_alloc(&f->arena, size);
    assert_non_null(text);
    snprintf(text, size, "%s%s%s", url, params[0] ? strchr(url, '?') ? "&" : "?" : "", params);
    return text;
}

static void open_at(struct fixture *f, const char *url, const char *params)
{
    int rc = tn_db_open(&f->db, with(f, url, params), NULL, &f->err);
    if (rc != TN_OK)
        print_error("%s: %s\n", url, f->err.message);
    assert_ok(rc);
}

static void assert_says(const tn_error *err, const char *word)
{
    if (!strstr(err->message, word))
        fail_msg("'%s' does not say '%s'", err->message, word);
}

static int64_t number(tn_db *db, const char *sql)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    tn_error err = {0};
    int rc = tn_query(&rows, db, sql, NULL, 0, &arena, &err);
    if (rc != TN_OK)
        print_error("%s: %s\n", sql, err.message);
    assert_ok(rc);
    const tn_value *value = tn_rows_at(&rows, 0, 0);
    int64_t result = value->type == TN_BOOL ? value->as.boolean : value->as.integer;
    tn_arena_fini(&arena);
    return result;
}

static tn_db_stats stats_of(tn_db *db)
{
    tn_db_stats stats = TN_DB_STATS_INIT;
    assert_ok(tn_db_stats_read(db, &stats, NULL));
    return stats;
}

static void kill_backend(const char *url, int64_t pid)
{
    char sql[200];
    snprintf(sql, sizeof sql,
             "SELECT pg_terminate_backend(%lld, 5000) AND NOT EXISTS "
             "(SELECT 1 FROM pg_stat_activity WHERE pid = %lld)",
             (long long)pid, (long long)pid);
    assert_string_equal(pg_query(url, sql), "t");
}

/* --- one side ---------------------------------------------------------------------------------- */

static void pg_pool_every_connection_reads_and_writes(void **state)
{
    struct fixture *f = *state;
    tn_conn *conns[3];
    open_at(f, pg_new_database(), "max_connections=2&acquire_timeout=50ms");
    assert_string_equal(tn_db_engine(f->db), "postgres");
    assert_ok(tn_conn_acquire(&conns[0], f->db, TN_WRITE, &f->err));
    assert_ok(tn_conn_acquire(&conns[1], f->db, TN_WRITE, &f->err));
    assert_ok(tn_exec(tn_conn_db(conns[0]), "CREATE TABLE t (n int)", NULL, 0, NULL, &f->err));
    assert_ok(tn_exec(tn_conn_db(conns[1]), "INSERT INTO t VALUES (1)", NULL, 0, NULL, &f->err));
    tn_conn_release(conns[1]);
    assert_ok(tn_conn_acquire(&conns[1], f->db, TN_READ, &f->err));
    assert_int_equal(number(tn_conn_db(conns[1]), "SELECT n FROM t"), 1);
    assert_int_equal(tn_exec(tn_conn_db(conns[1]), "DELETE FROM t", NULL, 0, NULL, &f->err),
                     TN_EREADONLY);
    tn_db_stats stats = stats_of(f->db);
    assert_int_equal(stats.side[TN_READ].connections, 0);
    assert_int_equal(stats.side[TN_WRITE].connections, 2);
    assert_int_equal(stats.side[TN_WRITE].in_use, 2);
    assert_int_equal(tn_conn_acquire(&conns[2], f->db, TN_READ, &f->err), TN_EMISUSE);
    tn_conn_release(conns[0]);
    tn_conn_release(conns[1]);
    assert_ok(tn_db_check_unused(f->db, &f->err));
    assert_int_equal(number(f->db, "SELECT count(*) FROM t"), 1);
}

struct wait {
    tn_db *db;
    int rc;
    tn_error err;
};

static void *wait_in_thread(void *user)
{
    struct wait *w = user;
    tn_conn *conn;
    w->rc = tn_conn_acquire(&conn, w->db, TN_WRITE, &w->err);
    if (w->rc == TN_OK)
        tn_conn_release(conn);
    return NULL;
}

static void pg_pool_exhausted_names_the_holders(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    pthread_t thread;
    open_at(f, pg_new_database(), "max_connections=1&acquire_timeout=30ms");
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_int_equal(number(tn_conn_db(conn), "SELECT 7"), 7);
    struct wait w = {.db = f->db};
    assert_int_equal(pthread_create(&thread, NULL, wait_in_thread, &w), 0);
    pthread_join(thread, NULL);
    assert_int_equal(w.rc, TN_ETIMEOUT);
    assert_says(&w.err, "no connection came free in 30 ms: held by tn_conn_acquire() (last "
                        "statement 'SELECT 7')");
    assert_int_equal(tn_db_check_unused(f->db, &f->err), TN_EMISUSE);
    assert_says(&f->err, "1 connection has not been given back");
    tn_conn_release(conn);
    assert_int_equal(stats_of(f->db).side[TN_WRITE].timeouts, 1);
}

static void pg_pool_min_connections_are_open_at_once(void **state)
{
    struct fixture *f = *state;
    open_at(f, pg_new_database(), "max_connections=4&min_connections=3");
    assert_int_equal(stats_of(f->db).side[TN_WRITE].open, 3);
}

static void pg_pool_old_and_idle_connections_go(void **state)
{
    struct fixture *f = *state;
    open_at(f, pg_new_database(),
            "max_connections=3&min_connections=3&idle_timeout=1ms&max_lifetime=40ms");
    tn__sleep_us(60000);
    tn_db_maintain(f->db);
    tn_db_stats stats = stats_of(f->db);
    assert_int_equal(stats.side[TN_WRITE].closed_old, 3);
    assert_int_equal(stats.side[TN_WRITE].open, 0);
    assert_int_equal(number(f->db, "SELECT 1"), 1);
}

static void pg_pool_statement_timeout_leaves_the_connection_whole(void **state)
{
    struct fixture *f = *state;
    open_at(f, pg_new_database(), "statement_timeout=100ms&max_connections=1");
    assert_int_equal(tn_exec(f->db, "SELECT pg_sleep(60)", NULL, 0, NULL, &f->err), TN_ETIMEOUT);
    assert_int_equal(number(f->db, "SELECT 1"), 1);
    assert_int_equal(stats_of(f->db).side[TN_WRITE].opened, 1);
}

static void *sleep_in_thread(void *user)
{
    struct wait *w = user;
    w->rc = tn_exec(w->db, "SELECT pg_sleep(60)", NULL, 0, NULL, &w->err);
    return NULL;
}

static void pg_pool_that_is_interrupted_stops_its_statements(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[2];
    struct wait waits[2];
    const char *url = pg_new_database();
    open_at(f, url, "max_connections=2");
    for (int i = 0; i < 2; i++) {
        waits[i] = (struct wait){.db = f->db};
        assert_int_equal(pthread_create(&threads[i], NULL, sleep_in_thread, &waits[i]), 0);
    }
    while (
        strcmp(pg_query(url, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                             "AND datname = current_database()"),
               "2") != 0)
        tn__sleep_us(5000);
    tn_db_interrupt(f->db);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(waits[i].rc, TN_EINTERRUPT);
    }
    assert_int_equal(number(f->db, "SELECT 1"), 1);
    assert_int_equal(stats_of(f->db).side[TN_WRITE].closed_broken, 0);
}

/* --- what cannot be connected to ---------------------------------------------------------------- */

static void pg_pool_wrong_password_or_database_is_told(void **state)
{
    struct fixture *f = *state;
    struct tn__server *server;
    struct tn__server_options options = {.password = "right-secret", .tcp = true};
    const char *url;
    struct tn__url parsed;
    assert_ok(tn__server_start(&server, &options, &f->err));
    url = tn__server_tcp_url(server, "postgres", &f->arena);
    open_at(f, url, "");
    assert_int_equal(number(f->db, "SELECT 1"), 1);
    assert_null(strstr(tn_db_url(f->db), "right-secret"));
    tn_db_close(f->db);
    f->db = NULL;

    assert_ok(tn__url_parse(&parsed, url, &f->arena, NULL));
    struct tn__url_parts parts = {parsed.hosts[0].name, parsed.hosts[0].port, "postgres",
                                  "postgres", "wrong-secret"};
    assert_ok(tn__url_compose(&url, &parts, &f->arena));
    assert_int_equal(tn_db_open(&f->db, url, NULL, &f->err), TN_ECONNECT);
    assert_string_equal(f->err.sqlstate, "28P01");
    assert_says(&f->err, "127.0.0.1");
    assert_says(&f->err, "password authentication failed for user \"postgres\"");
    assert_null(strstr(f->err.message, "secret"));
    assert_null(strstr(f->err.message, "28P01"));

    parts.password = "right-secret";
    parts.database = "no such database";
    assert_ok(tn__url_compose(&url, &parts, &f->arena));
    assert_int_equal(tn_db_open(&f->db, url, NULL, &f->err), TN_ECONNECT);
    assert_string_equal(f->err.sqlstate, "3D000");
    assert_says(&f->err, "database \"no such database\" does not exist");
    assert_null(strstr(f->err.message, "secret"));
    tn__server_stop(server);
}

static void pg_pool_without_a_server_is_told_with_the_host(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(tn_db_open(&f->db, "postgres://u:secret@127.0.0.1:1/d", NULL, &f->err),
                     TN_ECONNECT);
    assert_string_equal(f->err.sqlstate, "");
    assert_says(&f->err, "\"127.0.0.1\", port 1 failed: Connection refused");
    assert_null(strstr(f->err.message, "secret"));
    assert_int_equal(tn_db_open(&f->db, "postgres:///d?host=/nowhere", NULL, &f->err), TN_ECONNECT);
    assert_says(&f->err, "/nowhere");
}

static void *close_soon(void *user)
{
    tn__sleep_us(150000);
    tn_db_close(user);
    return NULL;
}

static void pg_pool_full_server_is_waited_for(void **state)
{
    struct fixture *f = *state;
    struct tn__server *server;
    struct tn__server_options options = {.max_connections = 5};
    tn_db *all;
    pthread_t thread;
    assert_ok(tn__server_start(&server, &options, &f->err));
    const char *url = tn__server_url(server, "postgres", &f->arena);
    assert_ok(tn_db_open(&all, with(f, url, "min_connections=5"), NULL, &f->err));
    assert_int_equal(tn_db_open(&f->db, with(f, url, "acquire_timeout=50ms"), NULL, &f->err),
                     TN_ECONNECT);
    assert_string_equal(f->err.sqlstate, "53300");
    assert_int_equal(pthread_create(&thread, NULL, close_soon, all), 0);
    open_at(f, url, "acquire_timeout=20s");
    pthread_join(thread, NULL);
    assert_int_equal(number(f->db, "SELECT 1"), 1);
    tn_db_close(f->db);
    f->db = NULL;
    tn__server_stop(server);
}

/* --- what is lost ------------------------------------------------------------------------------- */

static void pg_pool_survives_a_restart_without_an_error(void **state)
{
    struct fixture *f = *state;
    struct tn__server *server = pg_server();
    tn_arena arena = TN_ARENA_INIT;
    open_at(f, tn__server_url(server, "postgres", &arena), "min_connections=3&max_connections=3");
    for (int round = 0; round < 2; round++) {
        assert_ok(tn__server_restart(server, &f->err));
        for (int i = 0; i < 3; i++)
            assert_int_equal(number(f->db, "SELECT 1"), 1);
    }
    assert_true(stats_of(f->db).side[TN_WRITE].closed_broken >= 2);
    tn_arena_fini(&arena);
}

static void pg_pool_recovers_when_the_server_is_there_again(void **state)
{
    struct fixture *f = *state;
    struct tn__server *server = pg_server();
    open_at(f, tn__server_url(server, "postgres", &f->arena), "min_connections=2");
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_ok(tn__server_crash(server, &f->err));
    for (int i = 0; i < 2; i++) {
        int rc = tn_exec(tn_conn_db(conn), "SELECT 1", NULL, 0, NULL, &f->err);
        if (rc != TN_ECONNECT)
            print_error("%s (%s)\n", f->err.message, f->err.sqlstate);
        assert_int_equal(rc, TN_ECONNECT);
    }
    tn_conn_release(conn);
    assert_int_equal(tn_exec(f->db, "SELECT 1", NULL, 0, NULL, &f->err), TN_ECONNECT);
    assert_says(&f->err, tn__server_socket_dir(server));
    assert_ok(tn__server_restart(server, &f->err));
    assert_int_equal(number(f->db, "SELECT 1"), 1);
    assert_ok(tn_db_check_unused(f->db, &f->err));
}

struct killing {
    const char *url;
    int runs;
};

static int lose_half_way(tn_db *tx, void *user, tn_error *err)
{
    struct killing *k = user;
    k->runs++;
    int rc = tn_exec(tx, "INSERT INTO t VALUES (1)", NULL, 0, NULL, err);
    if (rc == TN_OK) {
        kill_backend(k->url, number(tx, "SELECT pg_backend_pid()"));
        rc = tn_exec(tx, "INSERT INTO t VALUES (2)", NULL, 0, NULL, err);
    }
    return rc;
}

static void pg_pool_connection_lost_in_a_transaction_is_replaced(void **state)
{
    struct fixture *f = *state;
    const char *url = pg_new_database();
    struct killing k = {.url = url};
    open_at(f, url, "min_connections=3&max_connections=3");
    assert_ok(tn_exec(f->db, "CREATE TABLE t (n int)", NULL, 0, NULL, &f->err));
    tn_tx_options once = TN_TX_OPTIONS_INIT;
    once.max_attempts = 1;
    assert_int_equal(tn_transact(f->db, lose_half_way, &k, &once, &f->err), TN_ECONNECT);
    assert_string_equal(f->err.sqlstate, "57P01");
    assert_int_equal(k.runs, 1);
    assert_int_equal(number(f->db, "SELECT count(*) FROM t"), 0);
    assert_ok(tn_db_check_unused(f->db, &f->err));
    tn_db_stats stats = stats_of(f->db);
    assert_int_equal(stats.side[TN_WRITE].in_use, 0);
    assert_true(stats.side[TN_WRITE].closed_broken >= 1);
    /* The others were of its age: each is opened anew, as it is taken. */
    tn_conn *conns[3];
    for (int i = 0; i < 3; i++)
        assert_ok(tn_conn_acquire(&conns[i], f->db, TN_WRITE, &f->err));
    for (int i = 0; i < 3; i++)
        tn_conn_release(conns[i]);
    stats = stats_of(f->db);
    assert_int_equal(stats.side[TN_WRITE].closed_broken, 3);
    assert_int_equal(stats.side[TN_WRITE].opened, 6);
}

static int insert_one(tn_db *tx, void *user, tn_error *err)
{
    ++*(int *)user;
    return tn_exec(tx, "INSERT INTO t VALUES (1)", NULL, 0, NULL, err);
}

static void pg_pool_connection_lost_in_commit_is_an_unknown_outcome(void **state)
{
    struct fixture *f = *state;
    int runs = 0;
    open_at(f, pg_new_database(), "");
    assert_ok(tn_exec_script(
        f->db,
        "CREATE TABLE t (n int);"
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10); RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER t_die AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION die()",
        &f->err));
    assert_int_equal(tn_transact(f->db, insert_one, &runs, NULL, &f->err), TN_ECONNECT);
    assert_says(&f->err, "lost during COMMIT: whether it was done is unknown");
    assert_int_equal(runs, 1);
    assert_int_equal(number(f->db, "SELECT count(*) FROM t"), 0);
}

/* What the server says of a transaction that met another one. */
static int fail_twice(tn_db *tx, void *user, tn_error *err)
{
    static const char *const states[] = {"40001", "40P01"};
    int *runs = user;
    char sql[120];
    int rc = tn_exec(tx, "INSERT INTO t VALUES (1)", NULL, 0, NULL, err);
    if (rc != TN_OK || *runs >= 2)
        return rc;
    snprintf(sql, sizeof sql, "DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '%s'; END $$",
             states[(*runs)++]);
    return tn_exec(tx, sql, NULL, 0, NULL, err);
}

static void pg_pool_transactions_that_met_are_run_again(void **state)
{
    struct fixture *f = *state;
    int runs = 0;
    open_at(f, pg_new_database(), "");
    assert_ok(tn_exec(f->db, "CREATE TABLE t (n int)", NULL, 0, NULL, &f->err));
    assert_ok(tn_transact(f->db, fail_twice, &runs, NULL, &f->err));
    assert_int_equal(runs, 2);
    assert_int_equal(number(f->db, "SELECT count(*) FROM t"), 1);
}

/* --- several servers ---------------------------------------------------------------------------- */

/* Of the servers one after the other. */
static const char *url_of(struct fixture *f, const struct tn__server *first,
                          const struct tn__server *second, const char *params)
{
    size_t size = strlen(tn__server_socket_dir(first)) + strlen(tn__server_socket_dir(second)) +
                  strlen(params) + 100;
    char *text = tn_arena_alloc(&f->arena, size);
    assert_non_null(text);
    snprintf(text, size, "postgres://postgres@/postgres?host=%s,%s&port=%d,%d&%s",
             tn__server_socket_dir(first), tn__server_socket_dir(second), tn__server_port(first),
             tn__server_port(second), params);
    return text;
}

static void pg_pool_of_several_hosts_takes_the_one_that_writes(void **state)
{
    struct fixture *f = *state;
    struct tn__server *first = pg_server();
    struct tn__server *second;
    assert_ok(tn__server_start(&second, NULL, &f->err));
    open_at(f, url_of(f, first, second, "min_connections=2&max_connections=2"), "");
    assert_int_equal(number(f->db, "SELECT count(*) FROM pg_tables WHERE tablename = 'mark'"), 0);
    const char *second_url = tn__server_url(second, "postgres", &f->arena);
    const char *first_url = tn__server_url(first, "postgres", &f->arena);
    pg_query(second_url, "CREATE TABLE mark ()");
    /* The first lets nobody write any more: a write says so, and from then on it is the second. */
    pg_query(first_url, "ALTER SYSTEM SET default_transaction_read_only = on");
    pg_query(first_url, "SELECT pg_reload_conf()");
    tn__sleep_us(200000);
    int rc = tn_exec(f->db, "CREATE TABLE made_there (n int)", NULL, 0, NULL, &f->err);
    if (rc != TN_OK) {
        assert_int_equal(rc, TN_EREADONLY);
        assert_string_equal(f->err.sqlstate, "25006");
        assert_ok(tn_exec(f->db, "CREATE TABLE made_there (n int)", NULL, 0, NULL, &f->err));
    }
    assert_int_equal(number(f->db, "SELECT count(*) FROM pg_tables WHERE tablename = 'mark'"), 1);
    pg_query(first_url, "ALTER SYSTEM RESET default_transaction_read_only; ");
    pg_query(first_url, "SELECT pg_reload_conf()");
    /* The second dies, and the first is there. */
    assert_ok(tn__server_crash(second, &f->err));
    tn__sleep_us(200000);
    assert_int_equal(number(f->db, "SELECT count(*) FROM pg_tables WHERE tablename = 'mark'"), 0);
    tn_db_close(f->db);
    f->db = NULL;
    tn__server_stop(second);
}

static bool is_on_standby(tn_conn *conn)
{
    return number(tn_conn_db(conn), "SELECT pg_is_in_recovery()") != 0;
}

static tn_conn *acquire(struct fixture *f, enum tn_access access)
{
    tn_conn *conn;
    int rc = tn_conn_acquire(&conn, f->db, access, &f->err);
    if (rc != TN_OK)
        print_error("%s\n", f->err.message);
    assert_ok(rc);
    return conn;
}

static void check_reads_its_writes(struct fixture *f, const char *standby_url)
{
    tn_position position;
    tn_conn *conn;
    assert_ok(tn_exec(f->db, "CREATE TABLE t (n int)", NULL, 0, NULL, &f->err));
    assert_ok(tn_db_position(&position, f->db, &f->err));
    assert_true(position.place > 0);
    assert_ok(tn_conn_acquire_after(&conn, f->db, position, 20000, &f->err));
    assert_true(is_on_standby(conn));
    assert_int_equal(number(tn_conn_db(conn), "SELECT count(*) FROM t"), 0);
    tn_conn_release(conn);
    /* A standby that does not follow is waited for, and then left aside. */
    pg_query(standby_url, "SELECT pg_wal_replay_pause()");
    assert_ok(tn_exec(f->db, "INSERT INTO t VALUES (1)", NULL, 0, NULL, &f->err));
    assert_ok(tn_db_position(&position, f->db, &f->err));
    assert_ok(tn_conn_acquire_after(&conn, f->db, position, 30, &f->err));
    assert_false(is_on_standby(conn));
    assert_int_equal(tn_conn_access(conn), TN_READ);
    assert_int_equal(number(tn_conn_db(conn), "SELECT count(*) FROM t"), 1);
    assert_int_equal(tn_exec(tn_conn_db(conn), "DELETE FROM t", NULL, 0, NULL, &f->err),
                     TN_EREADONLY);
    tn_conn_release(conn);
    pg_query(standby_url, "SELECT pg_wal_replay_resume()");
    assert_ok(tn_conn_acquire_after(&conn, f->db, position, 20000, &f->err));
    assert_true(is_on_standby(conn));
    assert_int_equal(number(tn_conn_db(conn), "SELECT count(*) FROM t"), 1);
    tn_position ignored;
    assert_int_equal(tn_conn_acquire_after(&conn, tn_conn_db(conn), position, 0, &f->err),
                     TN_EMISUSE);
    tn_conn_release(conn);
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
    assert_int_equal(tn_db_position(&ignored, tx, &f->err), TN_EMISUSE);
    tn_tx_rollback(tx);
}

static void start_pair(struct fixture *f, struct tn__server **primary, struct tn__server **standby)
{
    assert_ok(tn__server_start(primary, NULL, &f->err));
    int rc = tn__server_standby(standby, *primary, NULL, &f->err);
    if (rc != TN_OK)
        print_error("%s\n", f->err.message);
    assert_ok(rc);
}

static void pg_pool_with_replicas_reads_from_the_standby(void **state)
{
    struct fixture *f = *state;
    struct tn__server *primary, *standby;
    start_pair(f, &primary, &standby);
    /* In this order the standby would be the first that answers. */
    open_at(f, url_of(f, standby, primary, "replicas=on&max_connections=3"), "");
    tn_conn *conn = acquire(f, TN_WRITE);
    assert_false(is_on_standby(conn));
    tn_conn_release(conn);
    conn = acquire(f, TN_READ);
    assert_true(is_on_standby(conn));
    assert_int_equal(tn_exec(tn_conn_db(conn), "CREATE TABLE x ()", NULL, 0, NULL, &f->err),
                     TN_EREADONLY);
    tn_conn_release(conn);
    tn_db_stats stats = stats_of(f->db);
    assert_int_equal(stats.side[TN_WRITE].connections, 3);
    assert_int_equal(stats.side[TN_READ].connections, 3);

    check_reads_its_writes(f, tn__server_url(standby, "postgres", &f->arena));

    /* Whose pool only reads has nobody to write. */
    tn_db *reader;
    assert_ok(tn_db_open(&reader, url_of(f, primary, standby, "target_session_attrs=standby"), NULL,
                         &f->err));
    assert_int_equal(tn_exec(reader, "CREATE TABLE x ()", NULL, 0, NULL, &f->err), TN_EREADONLY);
    assert_int_equal(number(reader, "SELECT pg_is_in_recovery()"), 1);
    tn_db_close(reader);

    /* A standby that is lost: the primary serves both, without an error. */
    tn__server_stop(standby);
    tn__sleep_us(20000);
    conn = acquire(f, TN_READ);
    assert_false(is_on_standby(conn));
    tn_conn_release(conn);
    tn_db_close(f->db);
    f->db = NULL;
    tn__server_stop(primary);
}

/* The log goes on behind the header of a new file, and a standby that has all of it stands in front. */
static void pg_pool_position_at_the_beginning_of_a_page_is_reached(void **state)
{
    struct fixture *f = *state;
    struct tn__server *primary, *standby;
    static const char *const commits[] = {"on", "off"};
    start_pair(f, &primary, &standby);
    const char *url = tn__server_url(primary, "postgres", &f->arena);
    pg_query(url, "CREATE TABLE t (n int)");
    for (size_t i = 0; i < sizeof commits / sizeof commits[0]; i++) {
        tn_position position;
        tn_conn *conn;
        char params[96];
        snprintf(params, sizeof params, "replicas=on&options=-c%%20synchronous_commit%%3D%s",
                 commits[i]);
        open_at(f, url_of(f, primary, standby, params), "");
        assert_ok(tn_exec(f->db, "INSERT INTO t VALUES (1)", NULL, 0, NULL, &f->err));
        pg_query(url, "SELECT pg_switch_wal()");
        assert_ok(tn_db_position(&position, f->db, &f->err));
        assert_ok(tn_conn_acquire_after(&conn, f->db, position, 5000, &f->err));
        assert_true(is_on_standby(conn));
        assert_int_equal(number(tn_conn_db(conn), "SELECT count(*) FROM t"), i + 1);
        tn_conn_release(conn);
        tn_db_close(f->db);
        f->db = NULL;
    }
    tn__server_stop(standby);
    tn__server_stop(primary);
}

#define CLIENTS \
 "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"

static void pg_pool_standby_that_dies_is_replaced_and_comes_back(void **state)
{
    struct fixture *f = *state;
    struct tn__server *primary, *standby;
    tn_conn *held, *conn;
    start_pair(f, &primary, &standby);
    open_at(f, url_of(f, primary, standby, "replicas=on&max_connections=3&max_lifetime=300ms"), "");
    for (int round = 0; round < 2; round++) {
        held = acquire(f, TN_READ);
        assert_true(is_on_standby(held));
        assert_ok(tn__server_crash(standby, &f->err));
        assert_int_equal(tn_exec(tn_conn_db(held), "SELECT 1", NULL, 0, NULL, &f->err),
                         TN_ECONNECT);
        tn_conn_release(held);
        /* The primary serves those that read, all of them, and only lets them read. */
        tn_conn *all[3];
        for (int i = 0; i < 3; i++) {
            all[i] = acquire(f, TN_READ);
            assert_false(is_on_standby(all[i]));
            assert_int_equal(tn_conn_access(all[i]), TN_READ);
        }
        for (int i = 0; i < 3; i++)
            tn_conn_release(all[i]);
        tn_position position;
        assert_ok(tn_db_position(&position, f->db, &f->err));
        assert_ok(tn_conn_acquire_after(&conn, f->db, position, 5000, &f->err));
        assert_false(is_on_standby(conn));
        tn_conn_release(conn);
        /* It is there again: those that are old go back to it. */
        assert_ok(tn__server_restart(standby, &f->err));
        tn__sleep_us(400000);
        conn = acquire(f, TN_READ);
        assert_true(is_on_standby(conn));
        tn_conn_release(conn);
        assert_ok(tn_db_check_unused(f->db, &f->err));
        assert_true(stats_of(f->db).side[TN_READ].open <= 3);
    }
    tn_db_close(f->db);
    f->db = NULL;
    /* A session ends a moment after its connection. */
    const char *url = tn__server_url(primary, "postgres", &f->arena);
    for (int i = 0; i < 200 && strcmp(pg_query(url, CLIENTS), "0") != 0; i++)
        tn__sleep_us(20000);
    assert_string_equal(pg_query(url, CLIENTS), "0");
    tn__server_stop(standby);
    tn__server_stop(primary);
}

static void pg_pool_readers_go_back_to_a_standby_that_is_there_again(void **state)
{
    struct fixture *f = *state;
    struct tn__server *primary, *standby;
    tn_conn *all[3];
    int on_standby = 0;
    start_pair(f, &primary, &standby);
    open_at(f, url_of(f, primary, standby, "replicas=on&max_connections=3"), "");
    tn_conn *held = acquire(f, TN_READ); /* a session may outlive its server by a moment */
    assert_ok(tn__server_crash(standby, &f->err));
    assert_int_equal(tn_exec(tn_conn_db(held), "SELECT 1", NULL, 0, NULL, &f->err), TN_ECONNECT);
    tn_conn_release(held);
    for (int i = 0; i < 3; i++) {
        all[i] = acquire(f, TN_READ);
        assert_false(is_on_standby(all[i]));
    }
    for (int i = 0; i < 3; i++)
        tn_conn_release(all[i]);
    int64_t before = tn__pool_standby_ns;
    tn_db_maintain(f->db); /* it counts from here */
    tn__pool_standby_ns = INT64_MAX / 2;
    f->db->pool->next_standby_ns = 1;
    /* As long as there is none, one of them tries, and the primary goes on serving. */
    uint64_t opened = stats_of(f->db).side[TN_READ].opened;
    tn_db_maintain(f->db);
    for (int i = 0; i < 3; i++)
        all[i] = acquire(f, TN_READ);
    assert_int_equal(stats_of(f->db).side[TN_READ].opened, opened + 1);
    for (int i = 0; i < 3; i++)
        tn_conn_release(all[i]);
    assert_ok(tn__server_restart(standby, &f->err));
    for (int round = 0; round < 2; round++) {
        f->db->pool->next_standby_ns = 1;
        tn_db_maintain(f->db);
        on_standby = 0;
        for (int i = 0; i < 3; i++)
            on_standby += is_on_standby(all[i] = acquire(f, TN_READ));
        for (int i = 0; i < 3; i++)
            tn_conn_release(all[i]);
        assert_int_equal(on_standby, round == 0 ? 1 : 3);
    }
    tn__pool_standby_ns = before;
    tn_db_close(f->db);
    f->db = NULL;
    tn__server_stop(standby);
    tn__server_stop(primary);
}

static void pg_pool_standby_that_hangs_keeps_nobody_waiting(void **state)
{
    struct fixture *f = *state;
    struct tn__server *primary, *standby;
    tn_position position;
    tn_conn *conn;
    start_pair(f, &primary, &standby);
    open_at(f, url_of(f, primary, standby, "replicas=on&max_connections=1"), "");
    assert_ok(tn_db_position(&position, f->db, &f->err));
    conn = acquire(f, TN_READ);
    pid_t pids[] = {tn__server_pid(standby),
                    (pid_t)number(tn_conn_db(conn), "SELECT pg_backend_pid()")};
    tn_conn_release(conn);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(kill(pids[i], SIGSTOP), 0);
    int rc = tn_conn_acquire_after(&conn, f->db, position, 20, &f->err);
    bool is_there = rc == TN_OK && is_on_standby(conn);
    if (rc == TN_OK)
        tn_conn_release(conn);
    for (size_t i = 0; i < 2; i++)
        kill(pids[i], SIGCONT);
    assert_ok(rc);
    assert_false(is_there);
    assert_ok(tn_db_check_unused(f->db, &f->err));
    tn_db_close(f->db);
    f->db = NULL;
    tn__server_stop(standby);
    tn__server_stop(primary);
}

static void pg_pool_position_without_replicas_costs_nothing(void **state)
{
    struct fixture *f = *state;
    tn_position position;
    tn_conn *conn;
    open_at(f, pg_new_database(), "");
    assert_ok(tn_db_position(&position, f->db, &f->err));
    assert_true(position.place > 0);
    assert_ok(tn_conn_acquire_after(&conn, f->db, position, 0, &f->err));
    assert_ok(tn_db_position(&position, tn_conn_db(conn), &f->err));
    tn_conn_release(conn);
    tn_db_close(f->db);
    f->db = NULL;
    assert_ok(tn_db_open(&f->db, ":memory:", NULL, &f->err));
    assert_ok(tn_db_position(&position, f->db, &f->err));
    assert_int_equal(position.place, 0);
    assert_ok(tn_conn_acquire_after(&conn, f->db, position, 0, &f->err));
    tn_conn_release(conn);
}

/* --- memory ------------------------------------------------------------------------------------- */

static int open_once(void *user)
{
    tn_db *db = NULL;
    tn_error err = {0};
    int rc = tn_db_open(&db, user, NULL, &err);
    if (rc != TN_OK)
        assert_int_equal(err.status, rc);
    tn_db_close(db);
    return rc;
}

static void pg_pool_without_memory_is_told(void **state)
{
    struct fixture *f = *state;
    const char *url = with(f, pg_new_database(), "max_connections=2&lock_timeout=1s");
    char *copy = tn_arena_copy(&f->arena, url, strlen(url));
    fault_alloc_each(open_once, copy);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(pg_pool_every_connection_reads_and_writes),
        TEST(pg_pool_exhausted_names_the_holders),
        TEST(pg_pool_min_connections_are_open_at_once),
        TEST(pg_pool_old_and_idle_connections_go),
        TEST(pg_pool_statement_timeout_leaves_the_connection_whole),
        TEST(pg_pool_that_is_interrupted_stops_its_statements),
        TEST(pg_pool_wrong_password_or_database_is_told),
        TEST(pg_pool_without_a_server_is_told_with_the_host),
        TEST(pg_pool_full_server_is_waited_for),
        TEST(pg_pool_survives_a_restart_without_an_error),
        TEST(pg_pool_recovers_when_the_server_is_there_again),
        TEST(pg_pool_connection_lost_in_a_transaction_is_replaced),
        TEST(pg_pool_connection_lost_in_commit_is_an_unknown_outcome),
        TEST(pg_pool_transactions_that_met_are_run_again),
        TEST(pg_pool_of_several_hosts_takes_the_one_that_writes),
        TEST(pg_pool_with_replicas_reads_from_the_standby),
        TEST(pg_pool_position_at_the_beginning_of_a_page_is_reached),
        TEST(pg_pool_standby_that_dies_is_replaced_and_comes_back),
        TEST(pg_pool_readers_go_back_to_a_standby_that_is_there_again),
        TEST(pg_pool_standby_that_hangs_keeps_nobody_waiting),
        TEST(pg_pool_position_without_replicas_costs_nothing),
        TEST(pg_pool_without_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
