/* SPDX-License-Identifier: MIT */
#include "contract.h"

#include <pthread.h>
#include <stdatomic.h>

#include "util/clock.h"

/* Statements that are stopped: by another thread, or because their time is up. */

/* What takes for ever: SQLite has nothing that sleeps, and PostgreSQL would fill the disk. */
static const char *endless(void)
{
    return contract_is_postgres()
               ? "SELECT CAST(1 AS BIGINT) FROM pg_sleep(3600)"
               : "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "
                 "SELECT count(*) FROM c";
}

static void open_more(tn_db **out, struct contract *c, const char *params)
{
    assert_status(tn_db_open(out, contract_url(c, params), NULL, &c->err), TN_OK, c->err);
}

/* --- by another thread -------------------------------------------------------------------------- */

struct stopper {
    tn_db *db; /* one of both */
    tn_conn *conn;
    int64_t pause_us;
    atomic_bool is_over;
    atomic_int count;
};

static void *stop_often(void *user)
{
    struct stopper *stopper = user;
    while (!atomic_load(&stopper->is_over)) {
        tn__sleep_us(stopper->pause_us);
        if (stopper->conn)
            tn_conn_interrupt(stopper->conn);
        else
            tn_db_interrupt(stopper->db);
        atomic_fetch_add(&stopper->count, 1);
    }
    return NULL;
}

static pthread_t start(struct stopper *stopper)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop_often, stopper), 0);
    return thread;
}

static void end(struct stopper *stopper, pthread_t thread)
{
    atomic_store(&stopper->is_over, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void interrupt_stops_what_runs_on_a_connection(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, &c->err));
    struct stopper stopper = {.conn = conn, .pause_us = 20000};
    pthread_t thread = start(&stopper);
    assert_status(contract_exec(tn_conn_db(conn), endless(), &c->err), TN_EINTERRUPT, c->err);
    end(&stopper, thread);
    assert_int_equal(contract_int(c, tn_conn_db(conn), "SELECT 7"), 7);
    tn_conn_release(conn);
}

static void interrupt_stops_everything_on_a_database(void **state)
{
    struct contract *c = *state;
    struct stopper stopper = {.db = c->db, .pause_us = 20000};
    pthread_t thread = start(&stopper);
    assert_status(contract_exec(c->db, endless(), &c->err), TN_EINTERRUPT, c->err);
    end(&stopper, thread);
    assert_int_equal(contract_int(c, c->db, "SELECT 7"), 7);
}

static void interrupt_ends_the_transaction_that_wrote(void **state)
{
    struct contract *c = *state;
    tn_db *tx, *db;
    contract_script(c, "CREATE TABLE t (n INTEGER)");
    open_more(&db, c, "&max_connections=1");
    struct stopper stopper = {.db = db, .pause_us = 50000};
    assert_ok(tn_tx_begin(&tx, db, TN_WRITE, &c->err));
    assert_ok(contract_exec(tx, "INSERT INTO t VALUES (1)", &c->err));
    pthread_t thread = start(&stopper);
    assert_status(contract_exec(tx, endless(), &c->err), TN_EINTERRUPT, c->err);
    end(&stopper, thread);
    tn_tx_rollback(tx);
    assert_int_equal(contract_int(c, db, "SELECT count(*) FROM t"), 0);
    assert_ok(contract_exec(db, "INSERT INTO t VALUES (2)", &c->err));
    tn_db_close(db);
}

static void interrupt_where_nothing_runs_does_nothing(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, &c->err));
    for (int i = 0; i < 20; i++) {
        tn_conn_interrupt(conn);
        tn_db_interrupt(c->db);
        assert_int_equal(contract_int(c, tn_conn_db(conn), "SELECT 7"), 7);
    }
    tn_conn_release(conn);
}

/* Whatever was asked for while another statement ran is over when that one is. */
static void interrupt_never_hits_a_later_statement(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    int stopped = 0;
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, &c->err));
    struct stopper stopper = {.conn = conn, .pause_us = 100};
    for (int round = 0; round < 20; round++) {
        atomic_store(&stopper.is_over, false);
        pthread_t thread = start(&stopper);
        for (int i = 0; i < 20; i++) {
            int rc = contract_exec(tn_conn_db(conn), "SELECT 7", &c->err);
            if (rc != TN_OK)
                assert_status(rc, TN_EINTERRUPT, c->err);
            stopped += rc != TN_OK;
        }
        end(&stopper, thread);
        assert_int_equal(contract_int(c, tn_conn_db(conn), "SELECT 7"), 7);
    }
    assert_true(stopped <= atomic_load(&stopper.count));
    tn_conn_release(conn);
}

/* --- by the clock ------------------------------------------------------------------------------- */

static void statement_that_takes_too_long_is_stopped(void **state)
{
    struct contract *c = *state;
    tn_db *db;
    open_more(&db, c, "&statement_timeout=30ms");
    assert_status(contract_exec(db, endless(), &c->err), TN_ETIMEOUT, c->err);
    assert_non_null(strstr(c->err.message, "the statement took longer than 30 ms"));
    assert_int_equal(contract_int(c, db, "SELECT 7"), 7);
    tn_db_close(db);
}

static void connection_has_a_limit_of_its_own_until_it_is_released(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    tn_db *db;
    open_more(&db, c, "&max_connections=1");
    assert_ok(tn_conn_acquire(&conn, db, TN_WRITE, &c->err));
    tn_conn_set_timeout(conn, 30);
    assert_status(contract_exec(tn_conn_db(conn), endless(), &c->err), TN_ETIMEOUT, c->err);
    assert_non_null(strstr(c->err.message, "longer than 30 ms"));
    tn_conn_release(conn);
    /* Longer than that: */
    int64_t start_ns = tn__mono_ns();
    assert_ok(contract_exec(db,
                            contract_is_postgres()
                                ? "SELECT CAST(1 AS BIGINT) FROM pg_sleep(0.06)"
                                : "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 "
                                  "FROM c LIMIT 3000000) SELECT count(*) FROM c",
                            &c->err));
    assert_true(tn__mono_ns() - start_ns > 30000000);
    tn_db_close(db);
}

struct body {
    int runs;
    int status; /* of what took too long */
};

static int write_and_wait(tn_db *tx, void *user, tn_error *err)
{
    struct body *body = user;
    body->runs++;
    int rc = contract_exec(tx, "INSERT INTO t VALUES (1)", err);
    if (rc == TN_OK)
        rc = body->status = contract_exec(tx, endless(), err);
    return rc;
}

static void transaction_that_takes_too_long_is_rolled_back(void **state)
{
    struct contract *c = *state;
    struct body body = {.runs = 0};
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    tn_db *db;
    contract_script(c, "CREATE TABLE t (n INTEGER)");
    open_more(&db, c, "&max_connections=1");
    options.timeout_ms = 50;
    assert_status(tn_transact(db, write_and_wait, &body, &options, &c->err), TN_ETIMEOUT, c->err);
    assert_non_null(strstr(c->err.message, "the transaction's time is up"));
    assert_int_equal(body.runs, 1);
    assert_int_equal(body.status, TN_ETIMEOUT);
    assert_int_equal(contract_int(c, db, "SELECT count(*) FROM t"), 0);
    assert_ok(contract_exec(db, "INSERT INTO t VALUES (2)", &c->err));
    tn_db_close(db);
}

/* A lock that somebody else holds: of the database, or of a row. */
static void waiting_for_a_lock_ends_with_the_limit(void **state)
{
    struct contract *c = *state;
    tn_db *tx, *other;
    contract_script(c, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)");
    open_more(&other, c, "&statement_timeout=50ms");
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
    assert_ok(contract_exec(tx, "UPDATE t SET n = 2", &c->err));
    assert_status(contract_exec(other, "UPDATE t SET n = 3", &c->err), TN_ETIMEOUT, c->err);
    assert_ok(tn_tx_commit(tx, &c->err));
    assert_ok(contract_exec(other, "UPDATE t SET n = n + 1", &c->err));
    assert_int_equal(contract_int(c, other, "SELECT n FROM t"), 3);
    tn_db_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(interrupt_stops_what_runs_on_a_connection),
        CONTRACT_TEST(interrupt_stops_everything_on_a_database),
        CONTRACT_TEST(interrupt_ends_the_transaction_that_wrote),
        CONTRACT_TEST(interrupt_where_nothing_runs_does_nothing),
        CONTRACT_TEST(interrupt_never_hits_a_later_statement),
        CONTRACT_TEST(statement_that_takes_too_long_is_stopped),
        CONTRACT_TEST(connection_has_a_limit_of_its_own_until_it_is_released),
        CONTRACT_TEST(transaction_that_takes_too_long_is_rolled_back),
        CONTRACT_TEST(waiting_for_a_lock_ends_with_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
