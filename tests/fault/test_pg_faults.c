/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>

#include "pgfault.h"

/*
 * Sessions that the server ends, at every place where a program may stand, and servers that will not have
 * it: what the program is told, and that it goes on with the same pool.
 */

enum {
    PAUSE_US = 20000 /* what is idle is looked at anew after less */
};

static int run_sql(tn_db *db, const char *sql, tn_error *err)
{
    return tn_exec(db, sql, NULL, 0, NULL, err);
}

static void open_with_table(struct pgfault *f, const char *params)
{
    pgfault_script(f, "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL);"
                      "INSERT INTO t SELECT i, 0 FROM generate_series(1, 3) AS i;"
                      "CREATE TABLE big AS SELECT i AS id, repeat('x', 1000) AS text "
                      "FROM generate_series(1, 20000) AS i");
    assert_status(pgfault_open(f, params), TN_OK, f->err);
}

static void expect_usable(struct pgfault *f)
{
    assert_int_equal(pgfault_number(f->db, "SELECT 7"), 7);
    assert_ok(tn_db_check_unused(f->db, NULL));
}

/* --- sessions that are ended ------------------------------------------------------------------- */

static void ended_while_idle_nobody_notices(void **state)
{
    struct pgfault *f = *state;
    tn_conn *conns[3];
    open_with_table(f, "&max_connections=3");
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 3; i++)
            assert_ok(tn_conn_acquire(&conns[i], f->db, TN_WRITE, &f->err));
        for (int i = 0; i < 3; i++)
            tn_conn_release(conns[i]);
        pgfault_terminate(f);
        tn__sleep_us(PAUSE_US);
        for (int i = 0; i < 3; i++) {
            assert_ok(tn_conn_acquire(&conns[i], f->db, TN_WRITE, &f->err));
            assert_status(run_sql(tn_conn_db(conns[i]), "UPDATE t SET n = n + 1", &f->err), TN_OK,
                          f->err);
        }
        for (int i = 0; i < 3; i++)
            tn_conn_release(conns[i]);
    }
    assert_int_equal(pgfault_number(f->db, "SELECT n FROM t WHERE id = 1"), 9);
    expect_usable(f);
}

struct plan {
    struct pgfault *f;
    int runs;
    int ends_at; /* before this statement, from 1; 0: never */
    int most;    /* in so many runs */
};

static void end_in_run(struct plan *plan)
{
    if (plan->runs <= plan->most)
        pgfault_terminate(plan->f);
}

static int update_three(tn_db *tx, void *user, tn_error *err)
{
    struct plan *plan = user;
    tn_value id = tn_value_int(0);
    int rc = TN_OK;
    plan->runs++;
    for (int i = 1; i <= 3 && rc == TN_OK; i++) {
        if (i == plan->ends_at)
            end_in_run(plan);
        id = tn_value_int(i);
        rc = tn_exec(tx, "UPDATE t SET n = n + 1 WHERE id = $1", &id, 1, NULL, err);
    }
    if (plan->ends_at == 4)
        end_in_run(plan);
    return rc;
}

/* What has not been committed is undone for certain, and done once more by another session. */
static void ended_in_a_transaction_runs_again(void **state)
{
    struct pgfault *f = *state;
    open_with_table(f, "&max_connections=1");
    for (int at = 1; at <= 4; at++) {
        struct plan plan = {f, 0, at, 1};
        assert_status(tn_transact(f->db, update_three, &plan, NULL, &f->err), TN_OK, f->err);
        assert_int_equal(plan.runs, 2);
        expect_usable(f);
        assert_int_equal(pgfault_number(f->db, "SELECT sum(n)::int8 FROM t"), 3 * at);
    }
}

static void ended_in_each_run_is_told_in_the_end(void **state)
{
    struct pgfault *f = *state;
    tn_tx_options three = TN_TX_OPTIONS_INIT;
    three.max_attempts = 3;
    open_with_table(f, "&max_connections=1");
    for (int at = 1; at <= 4; at++) {
        struct plan plan = {f, 0, at, 100};
        assert_status(tn_transact(f->db, update_three, &plan, &three, &f->err), TN_ECONNECT,
                      f->err);
        assert_int_equal(plan.runs, 3);
        assert_null(strstr(f->err.message, "unknown"));
        expect_usable(f);
        assert_int_equal(pgfault_number(f->db, "SELECT sum(n)::int8 FROM t"), 0);
    }
}

static void ended_before_commit_has_committed_nothing(void **state)
{
    struct pgfault *f = *state;
    tn_db *tx;
    open_with_table(f, "&max_connections=1");
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
    assert_ok(run_sql(tx, "UPDATE t SET n = n + 1", &f->err));
    pgfault_terminate(f);
    assert_status(tn_tx_commit(tx, &f->err), TN_ECONNECT, f->err);
    assert_says(&f->err, "nothing has been committed");
    expect_usable(f);
    assert_int_equal(pgfault_number(f->db, "SELECT sum(n)::int8 FROM t"), 0);
}

/* On a connection that is held there is no other one to go on with. */
static void ended_on_a_held_connection_is_told_at_once(void **state)
{
    struct pgfault *f = *state;
    struct plan plan = {f, 0, 2, 1};
    tn_conn *conn;
    open_with_table(f, "&max_connections=1");
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_status(tn_transact(tn_conn_db(conn), update_three, &plan, NULL, &f->err), TN_ECONNECT,
                  f->err);
    assert_int_equal(plan.runs, 1);
    tn_conn_release(conn);
    expect_usable(f);
}

/* A function that does not look at what its statements return must not commit nothing as something. */
static int update_and_ignore(tn_db *tx, void *user, tn_error *err)
{
    struct plan *plan = user;
    int rc = run_sql(tx, "UPDATE t SET n = n + 1 WHERE id = 1", err);
    plan->runs++;
    pgfault_terminate(plan->f);
    assert_true(run_sql(tx, "UPDATE t SET n = n + 1 WHERE id = 2", err) < 0);
    assert_true(run_sql(tx, "SELECT 1", err) < 0);
    return rc;
}

static void ended_and_ignored_is_no_success(void **state)
{
    struct pgfault *f = *state;
    struct plan plan = {f, 0, 0, 0};
    open_with_table(f, "&max_connections=1");
    assert_status(tn_transact(f->db, update_and_ignore, &plan, NULL, &f->err), TN_ECONNECT, f->err);
    assert_int_equal(plan.runs, 5);
    assert_says(&f->err, "rolled back");
    expect_usable(f);
    assert_int_equal(pgfault_number(f->db, "SELECT sum(n)::int8 FROM t"), 0);
}

/* The same inside of a savepoint. */
static int update_within(tn_db *tx, void *user, tn_error *err)
{
    struct plan *plan = user;
    int rc = run_sql(tx, "UPDATE t SET n = 100 WHERE id = 1", err);
    return rc == TN_OK ? tn_transact(tx, update_three, plan, NULL, err) : rc;
}

static void ended_in_a_savepoint_undoes_the_transaction(void **state)
{
    struct pgfault *f = *state;
    open_with_table(f, "&max_connections=1");
    for (int at = 1; at <= 3; at++) {
        struct plan plan = {f, 0, at, 1};
        tn_tx_options once = TN_TX_OPTIONS_INIT;
        once.max_attempts = 1;
        assert_status(tn_transact(f->db, update_within, &plan, &once, &f->err), TN_ECONNECT,
                      f->err);
        assert_int_equal(plan.runs, 1);
        expect_usable(f);
        assert_int_equal(pgfault_number(f->db, "SELECT sum(n)::int8 FROM t"), 0);
    }
}

/* Ends the others once one of them sleeps. */
static void *end_sleeper(void *user)
{
    struct pgfault *f = user;
    pgfault_await(f, "SELECT count(*)::int8 " PGFAULT_OTHERS " AND wait_event = 'PgSleep'", 1);
    pgfault_script(f, "SELECT pg_terminate_backend(pid) " PGFAULT_OTHERS);
    return NULL;
}

static void ended_during_a_statement_says_who_did_it(void **state)
{
    static const char *const limits[] = {"&max_connections=1",
                                         "&max_connections=1&statement_timeout=60s"};
    struct pgfault *f = *state;
    open_with_table(f, limits[0]);
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        tn_db_close(f->db);
        assert_ok(pgfault_open(f, limits[i]));
        assert_int_equal(pthread_create(&thread, NULL, end_sleeper, f), 0);
        assert_int_equal(run_sql(f->db, "SELECT pg_sleep(60)", &f->err), TN_ECONNECT);
        assert_says(&f->err, "administrator command");
        assert_string_equal(f->err.sqlstate, "57P01");
        pthread_join(thread, NULL);
        expect_usable(f);
    }
}

/* Rows that libpq holds already are read; a stream's that were still on their way are not. */
static void ended_while_rows_are_read(void **state)
{
    struct pgfault *f = *state;
    tn_stmt *stmt;
    int rc;
    int64_t count = 1;
    open_with_table(f, "&max_connections=1");
    assert_ok(tn_stmt_open(&stmt, f->db, "SELECT id, text FROM big ORDER BY id", &f->err));
    assert_int_equal(tn_stmt_step(stmt, &f->err), TN_ROW);
    pgfault_terminate(f);
    while ((rc = tn_stmt_step(stmt, &f->err)) == TN_ROW)
        assert_int_equal(tn_stmt_column(stmt, 0).as.integer, ++count);
    assert_status(rc, TN_DONE, f->err);
    assert_int_equal(count, 20000);
    tn_stmt_close(stmt);
    tn__sleep_us(PAUSE_US);
    expect_usable(f);
}

/* --- servers that will not have it ------------------------------------------------------------- */

static void wrong_database_is_named(void **state)
{
    struct pgfault *f = *state;
    snprintf(f->name, sizeof f->name, "no_such_database");
    assert_status(pgfault_open(f, ""), TN_ECONNECT, f->err);
    assert_says(&f->err, "no_such_database");
    assert_says(&f->err, "does not exist");
    assert_string_equal(f->err.sqlstate, "3D000");
    assert_null(f->db);
}

static void no_server_is_an_error_at_once(void **state)
{
    struct pgfault *f = *state;
    char url[PGFAULT_URL_SIZE];
    int64_t start = tn__mono_ns();
    assert_status(tn_db_open(&f->db, pgfault_proxy_url(url, f, ""), NULL, &f->err), TN_ECONNECT,
                  f->err);
    assert_says(&f->err, f->folder);
    assert_true(tn__mono_ns() - start < (int64_t)5000000000);
}

/* SCRAM wants a password of a server that asks for one: one of its own. */
static void wrong_password_is_refused_and_not_shown(void **state)
{
    struct pgfault *f = *state;
    struct tn__server *server;
    struct tn__server_options options = {.password = "right one"};
    char url[PGFAULT_URL_SIZE];
    static const char *const bad[] = {":wrong-one@", "@"};
    assert_ok(tn__server_start(&server, &options, &f->err));
    for (int i = 0; i < 2; i++) {
        snprintf(url, sizeof url, "postgres://postgres%s/postgres?host=%s&port=%d", bad[i],
                 tn__server_socket_dir(server), tn__server_port(server));
        assert_status(tn_db_open(&f->db, url, NULL, &f->err), TN_ECONNECT, f->err);
        assert_null(strstr(f->err.message, "wrong-one"));
        assert_says(&f->err, "password");
    }
    tn_arena arena = TN_ARENA_INIT;
    assert_status(tn_db_open(&f->db, tn__server_url(server, "postgres", &arena), NULL, &f->err),
                  TN_OK, f->err);
    assert_null(strstr(tn_db_url(f->db), "right"));
    expect_usable(f);
    tn_db_close(f->db);
    f->db = NULL;
    tn_arena_fini(&arena);
    tn__server_stop(server);
}

/* --- exhaustion -------------------------------------------------------------------------------- */

static void exhausted_pool_names_the_holder(void **state)
{
    struct pgfault *f = *state;
    tn_conn *conns[2], *third;
    open_with_table(f, "&max_connections=2&acquire_timeout=100ms");
    for (int i = 0; i < 2; i++)
        assert_ok(tn_conn_acquire(&conns[i], f->db, TN_WRITE, &f->err));
    int rc = tn_conn_acquire(&third, f->db, TN_WRITE, &f->err);
    assert_true(rc == TN_ETIMEOUT || rc == TN_EMISUSE);
    assert_says(&f->err, "tn_conn_acquire()");
    for (int i = 0; i < 2; i++)
        tn_conn_release(conns[i]);
    expect_usable(f);
}

static void *select_one(void *user)
{
    (void)pgfault_number(user, "SELECT 1");
    return NULL;
}

/* The role may have two sessions: the pool wants three, goes on with two, and gets the third once there
 * is room. */
/* A pool opens another connection only where all that are open are in use. */
static void one_thread_after_another_needs_one_session(void **state)
{
    struct pgfault *f = *state;
    assert_ok(pgfault_open(f, "&max_connections=4"));
    for (int i = 0; i < 8; i++) {
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, select_one, f->db), 0);
        pthread_join(thread, NULL);
    }
    assert_int_equal(pgfault_number(f->watcher, "SELECT count(*)::int8 " PGFAULT_OTHERS), 1);
}

static void exhausted_server_is_told_and_passes(void **state)
{
    struct pgfault *f = *state;
    tn_conn *conns[3];
    char url[PGFAULT_URL_SIZE];
    pgfault_script(f, "DROP ROLE IF EXISTS narrow; CREATE ROLE narrow LOGIN CONNECTION LIMIT 2");
    snprintf(url, sizeof url, "postgres://narrow@/%s?host=%s&port=%d&max_connections=3%s", f->name,
             tn__server_socket_dir(pg_server()), tn__server_port(pg_server()),
             "&acquire_timeout=300ms");
    assert_status(tn_db_open(&f->db, url, NULL, &f->err), TN_OK, f->err);
    for (int i = 0; i < 2; i++)
        assert_status(tn_conn_acquire(&conns[i], f->db, TN_WRITE, &f->err), TN_OK, f->err);
    assert_status(tn_conn_acquire(&conns[2], f->db, TN_WRITE, &f->err), TN_ECONNECT, f->err);
    assert_string_equal(f->err.sqlstate, "53300");
    assert_int_equal(pgfault_number(tn_conn_db(conns[0]), "SELECT 7"), 7);
    pgfault_script(f, "ALTER ROLE narrow CONNECTION LIMIT 3");
    assert_status(tn_conn_acquire(&conns[2], f->db, TN_WRITE, &f->err), TN_OK, f->err);
    assert_int_equal(pgfault_number(tn_conn_db(conns[2]), "SELECT 7"), 7);
    for (int i = 0; i < 3; i++)
        tn_conn_release(conns[i]);
    tn_db_close(f->db);
    f->db = NULL;
    pgfault_await_alone(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PGFAULT_TEST(ended_while_idle_nobody_notices),
        PGFAULT_TEST(ended_in_a_transaction_runs_again),
        PGFAULT_TEST(ended_in_each_run_is_told_in_the_end),
        PGFAULT_TEST(ended_before_commit_has_committed_nothing),
        PGFAULT_TEST(ended_on_a_held_connection_is_told_at_once),
        PGFAULT_TEST(ended_and_ignored_is_no_success),
        PGFAULT_TEST(ended_in_a_savepoint_undoes_the_transaction),
        PGFAULT_TEST(ended_during_a_statement_says_who_did_it),
        PGFAULT_TEST(ended_while_rows_are_read),
        PGFAULT_TEST(wrong_database_is_named),
        PGFAULT_TEST(no_server_is_an_error_at_once),
        PGFAULT_TEST(wrong_password_is_refused_and_not_shown),
        PGFAULT_TEST(exhausted_pool_names_the_holder),
        PGFAULT_TEST(one_thread_after_another_needs_one_session),
        PGFAULT_TEST(exhausted_server_is_told_and_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
