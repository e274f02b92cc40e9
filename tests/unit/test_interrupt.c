/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "pooling.h"
#include "util/clock.h"

/* Stopping what runs: from other threads, from a signal handler, and while connections come and go. */

static const char endless[] = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "
                              "SELECT count(*) FROM c";

struct stopper {
    tn_db *db;
    tn_conn *conn; /* NULL: all of db */
    atomic_bool done;
};

/* Again and again, since the statement may not have begun yet. */
static void *keep_interrupting(void *user)
{
    struct stopper *s = user;
    while (!atomic_load(&s->done)) {
        if (s->conn)
            tn_conn_interrupt(s->conn);
        else
            tn_db_interrupt(s->db);
        tn__sleep_us(1000);
    }
    return NULL;
}

static int run_interrupted(struct stopper *s, tn_db *db, const char *sql, tn_error *err)
{
    pthread_t thread;
    atomic_store(&s->done, false);
    assert_int_equal(pthread_create(&thread, NULL, keep_interrupting, s), 0);
    int rc = tn_exec(db, sql, NULL, 0, NULL, err);
    atomic_store(&s->done, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    return rc;
}

static void statement_that_is_interrupted_fails_and_the_next_runs(void **state)
{
    struct fixture *f = *state;
    open_db(f, "");
    struct stopper s = {.db = f->db};
    assert_int_equal(run_interrupted(&s, f->db, endless, &f->err), TN_EINTERRUPT);
    assert_int_equal(f->err.status, TN_EINTERRUPT);
    assert_int_equal(number(f->db, "SELECT count(*) FROM t"), 1);
}

static void one_connection_is_interrupted_and_another_is_not(void **state)
{
    struct fixture *f = *state;
    open_db(f, "&max_connections=3");
    tn_conn *first;
    tn_conn *second;
    assert_ok(tn_conn_acquire(&first, f->db, TN_READ, &f->err));
    assert_ok(tn_conn_acquire(&second, f->db, TN_READ, &f->err));
    struct stopper s = {.conn = first};
    assert_int_equal(run_interrupted(&s, tn_conn_db(first), endless, &f->err), TN_EINTERRUPT);
    assert_ok(run_interrupted(&s, tn_conn_db(second),
                              "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
                              "WHERE n < 200000) SELECT count(*) FROM c",
                              &f->err));
    tn_conn_release(first);
    tn_conn_release(second);
}

static int write_for_ever(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    int rc = tn_exec(tx, "INSERT INTO t VALUES (2, 2)", NULL, 0, NULL, err);
    if (rc == TN_OK)
        rc = tn_exec(tx,
                     "WITH RECURSIVE c (n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM c) "
                     "INSERT INTO t SELECT n, n FROM c",
                     NULL, 0, NULL, err);
    return rc;
}

static void transaction_that_is_interrupted_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    pthread_t thread;
    open_db(f, "");
    struct stopper s = {.db = f->db};
    assert_int_equal(pthread_create(&thread, NULL, keep_interrupting, &s), 0);
    int rc = tn_transact(f->db, write_for_ever, NULL, NULL, &f->err);
    atomic_store(&s.done, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(rc, TN_EINTERRUPT);
    assert_int_equal(number(f->db, "SELECT count(*) FROM t"), 1);
}

static tn_db *signalled;

static void on_signal(int number_of_signal)
{
    (void)number_of_signal;
    tn_db_interrupt(signalled);
}

struct sender {
    pthread_t target;
    atomic_bool done;
};

static void *keep_signalling(void *user)
{
    struct sender *s = user;
    while (!atomic_load(&s->done)) {
        pthread_kill(s->target, SIGUSR1);
        tn__sleep_us(1000);
    }
    return NULL;
}

static void signal_handler_may_interrupt(void **state)
{
    struct fixture *f = *state;
    struct sigaction action = {.sa_handler = on_signal};
    struct sigaction before;
    struct sender s = {.target = pthread_self()};
    pthread_t thread;
    open_db(f, "");
    signalled = f->db;
    assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
    assert_int_equal(pthread_create(&thread, NULL, keep_signalling, &s), 0);
    int rc = tn_exec(f->db, endless, NULL, 0, NULL, &f->err);
    atomic_store(&s.done, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
    assert_int_equal(rc, TN_EINTERRUPT);
}

static void view_of_a_transaction_that_is_over_interrupts_nothing(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    open_db(f, "");
    assert_ok(tn_tx_begin(&tx, f->db, TN_READ, &f->err));
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, tx, TN_READ, &f->err));
    tn_conn_release(conn);
    tn_db_interrupt(tx);
    assert_int_equal(number(tx, "SELECT count(*) FROM t"), 1);
    tn_tx_rollback(tx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(statement_that_is_interrupted_fails_and_the_next_runs),
        TEST(one_connection_is_interrupted_and_another_is_not),
        TEST(transaction_that_is_interrupted_leaves_nothing),
        TEST(signal_handler_may_interrupt),
        TEST(view_of_a_transaction_that_is_over_interrupts_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
