/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "pooling.h"
#include "util/clock.h"

/* How connections come, go and come back, in which order they are waited for, and what is counted. */

static tn_db_stats stats_of(tn_db *db)
{
    tn_db_stats stats = TN_DB_STATS_INIT;
    assert_ok(tn_db_stats_read(db, &stats, NULL));
    return stats;
}

/* --- the queue --------------------------------------------------------------------------------- */

enum {
    QUEUE = 6
};

struct queue {
    tn_db *db;
    atomic_int arrived;
    atomic_int served;
    int order[QUEUE];
};

struct place {
    struct queue *queue;
    int number;
    int status;
};

static void *take_in_turn(void *user)
{
    struct place *place = user;
    tn_conn *conn;
    place->status = tn_conn_acquire(&conn, place->queue->db, TN_WRITE, NULL);
    if (place->status == TN_OK) {
        place->queue->order[atomic_fetch_add(&place->queue->served, 1)] = place->number;
        tn__sleep_us(2000); /* longer than anybody's patience */
        tn_conn_release(conn);
    }
    return NULL;
}

static void waiters_that_have_been_patient_are_served_in_order(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[QUEUE];
    struct place places[QUEUE];
    tn_conn *conn;
    open_db(f, "");
    struct queue queue = {.db = f->db};
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    for (int i = 0; i < QUEUE; i++) {
        places[i] = (struct place){&queue, i, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, take_in_turn, &places[i]), 0);
        while (stats_of(f->db).side[TN_WRITE].waiting != (unsigned)i + 1)
            tn__sleep_us(100);
    }
    tn__sleep_us(2000);
    tn_conn_release(conn);
    for (int i = 0; i < QUEUE; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < QUEUE; i++) {
        assert_ok(places[i].status);
        assert_int_equal(queue.order[i], i);
    }
    assert_int_equal(stats_of(f->db).side[TN_WRITE].most_waiting, QUEUE);
}

static void *ask_once(void *user)
{
    struct fixture *f = user;
    if (tn_exec(f->db, "DELETE FROM t", NULL, 0, NULL, &f->err) == TN_OK)
        f->err.status = TN_OK;
    return NULL;
}

static void timeout_says_how_long_the_holder_has_held(void **state)
{
    struct fixture *f = *state;
    pthread_t thread;
    tn_conn *conn;
    open_db(f, "&acquire_timeout=30ms");
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_int_equal(pthread_create(&thread, NULL, ask_once, f), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(f->err.status, TN_ETIMEOUT);
    assert_says(&f->err, "tn_conn_acquire() of thread ");
    assert_says(&f->err, " for at least ");
    assert_says(&f->err, " ms");
    tn_conn_release(conn);
    tn_db_stats stats = stats_of(f->db);
    assert_int_equal(stats.side[TN_WRITE].timeouts, 1);
    assert_true(stats.side[TN_WRITE].most_wait_ns >= 30000000);
}

/* --- coming and going -------------------------------------------------------------------------- */

static void connections_up_to_the_minimum_are_open_from_the_start(void **state)
{
    struct fixture *f = *state;
    open_db(f, "&max_connections=6&min_connections=4");
    tn_db_stats stats = stats_of(f->db);
    assert_int_equal(stats.side[TN_WRITE].open, 1);
    assert_int_equal(stats.side[TN_READ].open, 3);
    assert_int_equal(stats.side[TN_READ].connections, 5);
}

static void minimum_above_the_maximum_is_refused(void **state)
{
    struct fixture *f = *state;
    char url[PATH_MAX];
    snprintf(url, sizeof url, "sqlite:%s/x.db?mode=rwc&max_connections=2&min_connections=3",
             f->folder);
    assert_int_equal(tn_db_open(&f->db, url, NULL, &f->err), TN_EINVAL);
    assert_says(&f->err, "'min_connections' is 3, and 'max_connections' 2");
}

/* Use every reader once. */
static void use_readers(tn_db *db, unsigned count)
{
    tn_conn *conns[8];
    assert_in_range(count, 1, 8);
    for (unsigned i = 0; i < count; i++)
        assert_ok(tn_conn_acquire(&conns[i], db, TN_READ, NULL));
    for (unsigned i = 0; i < count; i++)
        tn_conn_release(conns[i]);
}

static void idle_connections_are_closed_down_to_the_minimum_and_come_back(void **state)
{
    struct fixture *f = *state;
    open_db(f, "&max_connections=5&min_connections=2&idle_timeout=1ms");
    use_readers(f->db, 4);
    tn_db_maintain(f->db); /* sees how often each has been used */
    tn__sleep_us(3000);
    tn_db_maintain(f->db);
    tn_db_stats stats = stats_of(f->db);
    assert_int_equal(stats.side[TN_WRITE].open + stats.side[TN_READ].open, 2);
    assert_int_equal(stats.side[TN_WRITE].open, 1);
    assert_int_equal(stats.side[TN_READ].closed_idle, stats.side[TN_READ].opened - 1);
    use_readers(f->db, 4);
    assert_int_equal(stats_of(f->db).side[TN_READ].open, 4);
}

static void connections_in_use_are_never_idle(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    open_db(f, "&max_connections=2&min_connections=0&idle_timeout=1ms");
    assert_ok(tn_conn_acquire(&conn, f->db, TN_READ, &f->err));
    tn_db_maintain(f->db);
    tn__sleep_us(3000);
    tn_db_maintain(f->db);
    assert_int_equal(number(tn_conn_db(conn), "SELECT count(*) FROM t"), 1);
    tn_conn_release(conn);
}

static void connection_that_has_lived_long_enough_is_replaced(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    open_db(f, "&max_lifetime=1ms");
    tn__sleep_us(3000);
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_ok(tn_exec(tn_conn_db(conn), "UPDATE t SET n = 7", NULL, 0, NULL, &f->err));
    tn_conn_release(conn);
    assert_true(stats_of(f->db).side[TN_WRITE].closed_old >= 1);
    assert_int_equal(number(f->db, "SELECT n FROM t"), 7);
}

static void memory_database_is_never_closed_under_its_program(void **state)
{
    struct fixture *f = *state;
    assert_ok(tn_db_open(&f->db,
                         "sqlite::memory:?max_lifetime=1ms&idle_timeout=1ms&"
                         "min_connections=0",
                         NULL, &f->err));
    assert_ok(tn_exec(f->db, "CREATE TABLE kept (n)", NULL, 0, NULL, &f->err));
    for (int i = 0; i < 3; i++) {
        tn__sleep_us(2000);
        tn_db_maintain(f->db);
        use_readers(f->db, 1);
    }
    assert_int_equal(number(f->db, "SELECT count(*) FROM kept"), 0);
}

/* --- coming back ------------------------------------------------------------------------------- */

static void transaction_left_open_is_rolled_back_and_counted(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    open_db(f, "");
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_ok(tn_exec(tn_conn_db(conn), "BEGIN", NULL, 0, NULL, &f->err));
    assert_ok(tn_exec(tn_conn_db(conn), "UPDATE t SET n = 9", NULL, 0, NULL, &f->err));
    tn_conn_release(conn);
    assert_int_equal(stats_of(f->db).rolled_back, 1);
    assert_int_equal(number(f->db, "SELECT n FROM t"), 0);
}

static void settings_changed_on_a_connection_are_put_back(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    open_db(f, "&max_connections=1");
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_ok(tn_exec(tn_conn_db(conn), "PRAGMA foreign_keys = OFF", NULL, 0, NULL, &f->err));
    assert_int_equal(sqlite3_exec(tn_conn_sqlite3(conn), "PRAGMA busy_timeout = 1", 0, 0, 0), 0);
    assert_ok(tn_exec_script(tn_conn_db(conn), "PRAGMA query_only = ON", &f->err));
    tn_conn_release(conn);
    assert_int_equal(number(f->db, "PRAGMA foreign_keys"), 1);
    assert_int_equal(number(f->db, "PRAGMA busy_timeout"), 5000);
    assert_int_equal(number(f->db, "PRAGMA query_only"), 0);
    assert_int_equal(stats_of(f->db).restored, 1);
    /* And one that has changed nothing is not counted. */
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_int_equal(number(tn_conn_db(conn), "PRAGMA foreign_keys"), 1);
    tn_conn_release(conn);
    assert_int_equal(stats_of(f->db).restored, 1);
}

static int set_own(tn_conn *conn, void *user, tn_error *err)
{
    (void)user;
    return tn_exec(tn_conn_db(conn), "PRAGMA recursive_triggers = ON", NULL, 0, NULL, err);
}

static void settings_of_on_open_stay(void **state)
{
    struct fixture *f = *state;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    tn_conn *conn;
    char url[PATH_MAX];
    snprintf(url, sizeof url, "sqlite:%s/own.db?mode=rwc&max_connections=1", f->folder);
    options.on_open = set_own;
    assert_ok(tn_db_open(&f->db, url, &options, &f->err));
    assert_int_equal(number(f->db, "PRAGMA recursive_triggers"), 1);
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_ok(tn_exec(tn_conn_db(conn), "PRAGMA recursive_triggers = OFF", NULL, 0, NULL, NULL));
    tn_conn_release(conn);
    assert_int_equal(number(f->db, "PRAGMA recursive_triggers"), 1);
}

/* --- leaks ------------------------------------------------------------------------------------- */

static void what_has_not_been_given_back_is_named(void **state)
{
    struct fixture *f = *state;
    tn_stmt *stmt;
    tn_db *tx;
    open_db(f, "");
    assert_ok(tn_db_check_unused(f->db, &f->err));
    assert_ok(tn_stmt_open(&stmt, f->db, "SELECT n FROM t", &f->err));
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
    assert_int_equal(tn_db_check_unused(f->db, &f->err), TN_EMISUSE);
    assert_says(&f->err, "2 connections have not been given back");
    assert_says(&f->err, "'SELECT n FROM t' of thread");
    assert_says(&f->err, "a transaction of thread");
    tn_tx_rollback(tx);
    tn_stmt_close(stmt);
    assert_ok(tn_db_check_unused(f->db, &f->err));
}

static void statistics_of_an_unknown_version_are_refused(void **state)
{
    struct fixture *f = *state;
    open_db(f, "");
    tn_db_stats stats = {.version = TN_DB_STATS_VERSION + 1};
    assert_int_equal(tn_db_stats_read(f->db, &stats, &f->err), TN_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(waiters_that_have_been_patient_are_served_in_order),
        TEST(timeout_says_how_long_the_holder_has_held),
        TEST(connections_up_to_the_minimum_are_open_from_the_start),
        TEST(minimum_above_the_maximum_is_refused),
        TEST(idle_connections_are_closed_down_to_the_minimum_and_come_back),
        TEST(connections_in_use_are_never_idle),
        TEST(connection_that_has_lived_long_enough_is_replaced),
        TEST(memory_database_is_never_closed_under_its_program),
        TEST(transaction_left_open_is_rolled_back_and_counted),
        TEST(settings_changed_on_a_connection_are_put_back),
        TEST(settings_of_on_open_stay),
        TEST(what_has_not_been_given_back_is_named),
        TEST(statistics_of_an_unknown_version_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
