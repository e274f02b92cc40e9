/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <signal.h>

#include "pgfault.h"

/*
 * What takes too long on PostgreSQL, by whoever's clock: the statement's, the transaction's, that of a
 * lock; and a server that does not answer at all, which must not keep a program longer than its limit and
 * the patience that it has for the answer to its cancelling.
 */

enum {
    LIMIT_MS = 200,
    MOST_MS = 12000, /* the limit, the patience of 5 s, and a slow machine's */
};

static void make_table(struct pgfault *f)
{
    pgfault_script(f, "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL);"
                      "INSERT INTO t SELECT i, 0 FROM generate_series(1, 3) AS i");
}

static int64_t ms_since(int64_t start)
{
    return (tn__mono_ns() - start) / 1000000;
}

static int run_sql(tn_db *db, const char *sql, tn_error *err)
{
    return tn_exec(db, sql, NULL, 0, NULL, err);
}

/* The pool has one connection, which must be as good as new: the same one, or another. */
static void expect_usable(struct pgfault *f)
{
    assert_int_equal(pgfault_number(f->db, "SELECT 7"), 7);
    assert_ok(tn_db_check_unused(f->db, NULL));
    pgfault_await(f, "SELECT count(*)::int8 " PGFAULT_OTHERS " AND state = 'active'", 0);
}

static int64_t backend(tn_db *db)
{
    return pgfault_number(db, "SELECT pg_backend_pid()");
}

/* --- limits of statements ---------------------------------------------------------------------- */

static void url_limit_stops_a_statement(void **state)
{
    struct pgfault *f = *state;
    assert_ok(pgfault_open(f, "&statement_timeout=200ms&max_connections=1"));
    int64_t before = backend(f->db);
    assert_status(run_sql(f->db, "SELECT pg_sleep(60)", &f->err), TN_ETIMEOUT, f->err);
    assert_says(&f->err, "200 ms");
    assert_string_equal(f->err.sqlstate, "57014");
    expect_usable(f);
    assert_int_equal(backend(f->db), before);
}

static void connection_limit_stops_a_statement(void **state)
{
    struct pgfault *f = *state;
    tn_conn *conn;
    assert_ok(pgfault_open(f, "&max_connections=1"));
    int64_t before = backend(f->db);
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    tn_conn_set_timeout(conn, LIMIT_MS);
    assert_status(run_sql(tn_conn_db(conn), "SELECT pg_sleep(60)", &f->err), TN_ETIMEOUT, f->err);
    assert_int_equal(pgfault_number(tn_conn_db(conn), "SELECT 7"), 7);
    tn_conn_release(conn);
    /* It was the holder's alone. */
    assert_status(run_sql(f->db, "SELECT pg_sleep(0.5)", &f->err), TN_OK, f->err);
    assert_int_equal(backend(f->db), before);
}

static void server_limit_stops_a_statement(void **state)
{
    struct pgfault *f = *state;
    tn_conn *conn;
    assert_ok(pgfault_open(f, "&max_connections=1"));
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_ok(run_sql(tn_conn_db(conn), "SET statement_timeout = 200", &f->err));
    assert_status(run_sql(tn_conn_db(conn), "SELECT pg_sleep(60)", &f->err), TN_ETIMEOUT, f->err);
    tn_conn_release(conn);
    assert_status(run_sql(f->db, "SELECT pg_sleep(0.5)", &f->err), TN_OK, f->err);
    expect_usable(f);
}

/* --- limits of transactions -------------------------------------------------------------------- */

static int sleep_in_pieces(tn_db *tx, void *user, tn_error *err)
{
    int *runs = user;
    int rc = run_sql(tx, "UPDATE t SET n = 1 WHERE id = 1", err);
    ++*runs;
    for (int i = 0; i < 100 && rc == TN_OK; i++)
        rc = run_sql(tx, "SELECT pg_sleep(0.05)", err);
    return rc;
}

static void transaction_limit_stops_all_of_it(void **state)
{
    struct pgfault *f = *state;
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    int runs = 0;
    make_table(f);
    assert_ok(pgfault_open(f, "&max_connections=1"));
    int64_t before = backend(f->db);
    options.timeout_ms = LIMIT_MS;
    assert_status(tn_transact(f->db, sleep_in_pieces, &runs, &options, &f->err), TN_ETIMEOUT,
                  f->err);
    assert_says(&f->err, "the transaction's time is up");
    assert_int_equal(runs, 1);
    expect_usable(f);
    assert_int_equal(pgfault_number(f->db, "SELECT n FROM t WHERE id = 1"), 0);
    assert_int_equal(backend(f->db), before);
}

/* --- locks ------------------------------------------------------------------------------------- */

/* Of a table or a row, until the transaction ends. */
static tn_db *hold(struct pgfault *f, const char *sql)
{
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, f->watcher, TN_WRITE, &f->err));
    assert_status(run_sql(tx, sql, &f->err), TN_OK, f->err);
    return tx;
}

static const struct lock {
    const char *held;
    const char *wanted;
} locks[] = {
    {"SELECT * FROM t WHERE id = 1 FOR UPDATE", "UPDATE t SET n = 2 WHERE id = 1"},
    {"SELECT * FROM t WHERE id = 1 FOR UPDATE", "SELECT * FROM t WHERE id = 1 FOR SHARE"},
    {"ALTER TABLE t ADD COLUMN m int", "SELECT count(*) FROM t"},
    {"INSERT INTO t VALUES (9, 0)", "INSERT INTO t VALUES (9, 1)"},
    {"LOCK TABLE t IN SHARE MODE", "ALTER TABLE t ADD COLUMN m int"},
};

static void lock_is_waited_for_as_long_as_the_limit(void **state)
{
    struct pgfault *f = *state;
    make_table(f);
    assert_ok(pgfault_open(f, "&statement_timeout=200ms&max_connections=1"));
    for (size_t i = 0; i < sizeof locks / sizeof locks[0]; i++) {
        tn_db *tx = hold(f, locks[i].held);
        assert_status(run_sql(f->db, locks[i].wanted, &f->err), TN_ETIMEOUT, f->err);
        tn_tx_rollback(tx);
        expect_usable(f);
    }
}

static void lock_timeout_is_busy(void **state)
{
    struct pgfault *f = *state;
    tn_conn *conn;
    make_table(f);
    assert_ok(pgfault_open(f, "&max_connections=1"));
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_ok(run_sql(tn_conn_db(conn), "SET lock_timeout = 100", &f->err));
    for (size_t i = 0; i < sizeof locks / sizeof locks[0]; i++) {
        tn_db *tx = hold(f, locks[i].held);
        assert_status(run_sql(tn_conn_db(conn), locks[i].wanted, &f->err), TN_EBUSY, f->err);
        assert_string_equal(f->err.sqlstate, "55P03");
        tn_tx_rollback(tx);
    }
    tn_conn_release(conn);
    expect_usable(f);
}

static void nowait_is_busy(void **state)
{
    struct pgfault *f = *state;
    make_table(f);
    assert_ok(pgfault_open(f, "&max_connections=1"));
    tn_db *tx = hold(f, locks[0].held);
    assert_status(run_sql(f->db, "SELECT * FROM t WHERE id = 1 FOR UPDATE NOWAIT", &f->err),
                  TN_EBUSY, f->err);
    tn_tx_rollback(tx);
    expect_usable(f);
}

static int update_one(tn_db *tx, void *user, tn_error *err)
{
    ++*(int *)user;
    return run_sql(tx, "UPDATE t SET n = 5 WHERE id = 1", err);
}

static void transaction_limit_ends_the_wait_for_a_lock(void **state)
{
    struct pgfault *f = *state;
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    int runs = 0;
    make_table(f);
    assert_ok(pgfault_open(f, "&max_connections=1"));
    tn_db *tx = hold(f, locks[0].held);
    options.timeout_ms = LIMIT_MS;
    assert_status(tn_transact(f->db, update_one, &runs, &options, &f->err), TN_ETIMEOUT, f->err);
    assert_int_equal(runs, 1);
    tn_tx_rollback(tx);
    expect_usable(f);
    assert_int_equal(pgfault_number(f->db, "SELECT n FROM t WHERE id = 1"), 0);
}

/* --- no answer --------------------------------------------------------------------------------- */

/* A call that nobody answers: lost, and in time. */
static void expect_lost(struct pgfault *f, const char *sql)
{
    int64_t start = tn__mono_ns();
    int rc = run_sql(f->db, sql, &f->err);
    assert_true(ms_since(start) < MOST_MS);
    assert_true(ms_since(start) >= LIMIT_MS);
    assert_status(rc, TN_ECONNECT, f->err);
    assert_says(&f->err, "does not answer");
}

static void open_through_proxy(struct pgfault *f)
{
    char url[PGFAULT_URL_SIZE];
    make_table(f);
    pgfault_start_proxy(f);
    assert_ok(tn_db_open(&f->db,
                         pgfault_proxy_url(url, f, "&statement_timeout=200ms&max_connections=1"),
                         NULL, &f->err));
    assert_int_equal(pgfault_number(f->db, "SELECT 7"), 7);
}

/* Everything on the way is swallowed, a request to cancel as well. */
static void silent_network_costs_the_limit_and_the_connection(void **state)
{
    struct pgfault *f = *state;
    open_through_proxy(f);
    proxy_pause(f->proxy, true);
    expect_lost(f, "SELECT count(*) FROM t");
    proxy_pause(f->proxy, false);
    expect_usable(f);
    tn_db_close(f->db);
    f->db = NULL;
    pgfault_await_alone(f);
}

/* More than the buffers on the way take: it cannot even be sent. */
static void silent_network_with_much_to_send_costs_the_limit(void **state)
{
    struct pgfault *f = *state;
    size_t size = (size_t)8 << 20;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, 'x', size);
    open_through_proxy(f);
    tn_value value = tn_value_text((tn_text){text, size});
    proxy_pause(f->proxy, true);
    int64_t start = tn__mono_ns();
    int rc = tn_exec(f->db, "SELECT length($1::text)", &value, 1, NULL, &f->err);
    assert_true(ms_since(start) < MOST_MS);
    assert_status(rc, TN_ECONNECT, f->err);
    proxy_pause(f->proxy, false);
    expect_usable(f);
    /* Sent before it falls silent: the statement is known to the server. */
    tn_conn *conn;
    tn_stmt *stmt;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_ok(tn_stmt_open(&stmt, tn_conn_db(conn), "SELECT length($1::text)", &f->err));
    assert_ok(tn_stmt_bind(stmt, 1, value, &f->err));
    proxy_pause(f->proxy, true);
    start = tn__mono_ns();
    rc = tn_stmt_step(stmt, &f->err);
    assert_true(ms_since(start) < MOST_MS);
    assert_status(rc, TN_ECONNECT, f->err);
    tn_stmt_close(stmt);
    tn_conn_release(conn);
    proxy_pause(f->proxy, false);
    expect_usable(f);
    free(text);
}

static int update_then_hang(tn_db *tx, void *user, tn_error *err)
{
    struct pgfault *f = user;
    int rc = run_sql(tx, "UPDATE t SET n = 5 WHERE id = 1", err);
    proxy_pause(f->proxy, true);
    return rc == TN_OK ? run_sql(tx, "UPDATE t SET n = 5 WHERE id = 2", err) : rc;
}

static void silent_network_in_a_transaction_undoes_it(void **state)
{
    struct pgfault *f = *state;
    open_through_proxy(f);
    int64_t start = tn__mono_ns();
    assert_status(tn_transact(f->db, update_then_hang, f, NULL, &f->err), TN_ECONNECT, f->err);
    assert_true(ms_since(start) < MOST_MS);
    proxy_pause(f->proxy, false);
    expect_usable(f);
    pgfault_await(f, "SELECT sum(n)::int8 FROM t", 0);
    pgfault_await(f, "SELECT count(*)::int8 " PGFAULT_OTHERS " AND state <> 'idle'", 0);
}

/* The server is stopped, as by a machine that has no memory left: the one session, or all of it. */
static void stopped_session_costs_the_limit_and_the_connection(void **state)
{
    struct pgfault *f = *state;
    make_table(f);
    assert_ok(pgfault_open(f, "&statement_timeout=200ms&max_connections=1"));
    pid_t pid = (pid_t)backend(f->db);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    expect_lost(f, "SELECT count(*) FROM t");
    assert_int_equal(kill(pid, SIGCONT), 0);
    expect_usable(f);
}

static void stopped_server_costs_the_limit_and_the_connection(void **state)
{
    struct pgfault *f = *state;
    make_table(f);
    assert_ok(pgfault_open(f, "&statement_timeout=200ms&max_connections=1"));
    pid_t pid = (pid_t)backend(f->db);
    pid_t postmaster = tn__server_pid(pg_server());
    assert_int_equal(kill(postmaster, SIGSTOP), 0);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    expect_lost(f, "SELECT count(*) FROM t");
    assert_int_equal(kill(pid, SIGCONT), 0);
    assert_int_equal(kill(postmaster, SIGCONT), 0);
    expect_usable(f);
}

static void *sleep_long(void *user)
{
    struct pgfault *f = user;
    tn_error err = {0};
    int rc = run_sql(f->db, "SELECT pg_sleep(60)", &err);
    return rc == TN_ECONNECT ? f : NULL;
}

/* Whoever interrupts does not wait for it, and who is interrupted a few seconds at most. */
static void stopped_server_does_not_keep_who_interrupts(void **state)
{
    struct pgfault *f = *state;
    pthread_t thread;
    void *was_lost;
    make_table(f);
    assert_ok(pgfault_open(f, "&max_connections=1"));
    pid_t pid = (pid_t)backend(f->db);
    pid_t postmaster = tn__server_pid(pg_server());
    assert_int_equal(pthread_create(&thread, NULL, sleep_long, f), 0);
    pgfault_await(f, "SELECT count(*)::int8 " PGFAULT_OTHERS " AND wait_event = 'PgSleep'", 1);
    assert_int_equal(kill(postmaster, SIGSTOP), 0);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    int64_t start = tn__mono_ns();
    tn_db_interrupt(f->db);
    assert_true(ms_since(start) < 1000);
    pthread_join(thread, &was_lost);
    assert_true(ms_since(start) < MOST_MS);
    assert_int_equal(kill(pid, SIGCONT), 0);
    assert_int_equal(kill(postmaster, SIGCONT), 0);
    assert_non_null(was_lost);
    expect_usable(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PGFAULT_TEST(url_limit_stops_a_statement),
        PGFAULT_TEST(connection_limit_stops_a_statement),
        PGFAULT_TEST(server_limit_stops_a_statement),
        PGFAULT_TEST(transaction_limit_stops_all_of_it),
        PGFAULT_TEST(lock_is_waited_for_as_long_as_the_limit),
        PGFAULT_TEST(lock_timeout_is_busy),
        PGFAULT_TEST(nowait_is_busy),
        PGFAULT_TEST(transaction_limit_ends_the_wait_for_a_lock),
        PGFAULT_TEST(silent_network_costs_the_limit_and_the_connection),
        PGFAULT_TEST(silent_network_with_much_to_send_costs_the_limit),
        PGFAULT_TEST(silent_network_in_a_transaction_undoes_it),
        PGFAULT_TEST(stopped_session_costs_the_limit_and_the_connection),
        PGFAULT_TEST(stopped_server_costs_the_limit_and_the_connection),
        PGFAULT_TEST(stopped_server_does_not_keep_who_interrupts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
