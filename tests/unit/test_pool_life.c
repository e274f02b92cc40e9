/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

#include <tenon/gen_sqlite.h>

#include "pooling.h"
#include "util/clock.h"

/* How connections come, go and come back, in which order they are waited for, and what is counted. */

/* Where those that read are counted: PostgreSQL's may all write. */
static enum tn_access side_for_reading(void)
{
    return pooling_is_postgres() ? TN_WRITE : TN_READ;
}

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
    unsigned writers = pooling_is_postgres() ? 4 : 1;
    assert_int_equal(stats.side[TN_WRITE].open, writers);
    assert_int_equal(stats.side[TN_READ].open, 4 - writers);
    assert_int_equal(stats.side[TN_WRITE].connections + stats.side[TN_READ].connections, 6);
}

static void minimum_above_the_maximum_is_refused(void **state)
{
    struct fixture *f = *state;
    const char *url = url_of(f, "&max_connections=2&min_connections=3");
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
    const enum tn_access side = side_for_reading();
    unsigned kept = pooling_is_postgres() ? 2 : 1;
    assert_int_equal(stats.side[TN_WRITE].open + stats.side[TN_READ].open, 2);
    assert_int_equal(stats.side[TN_WRITE].open, kept);
    assert_int_equal(stats.side[side].closed_idle, stats.side[side].opened - kept);
    use_readers(f->db, 4);
    assert_in_range(stats_of(f->db).side[side].open, 4, 5); /* it need not be the same ones */
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

static void connection_is_not_idle_because_it_was_held_for_long(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    open_db(f, "&idle_timeout=1ms&max_lifetime=1h");
    assert_ok(tn_conn_acquire(&conn, f->db, TN_READ, &f->err));
    tn_db_maintain(f->db); /* sees it in use */
    tn__sleep_us(3000);
    tn_conn_release(conn);
    tn_db_maintain(f->db); /* sees it free for the first time */
    tn_db_stats stats = stats_of(f->db);
    assert_int_equal(stats.side[TN_READ].closed_idle, 0);
    assert_int_equal(stats.side[TN_READ].open, 1);
    tn__sleep_us(3000);
    tn_db_maintain(f->db);
    assert_int_equal(stats_of(f->db).side[TN_READ].closed_idle, 1);
}

static struct tn_gen_query get_n = {
    "get_n", "SELECT n FROM t WHERE id = 1", 28, 1, TN_READ, TN_GEN_ABI, 0,
};

static int64_t run_generated(tn_db *db)
{
    struct tn_gen_use use;
    assert_ok(tn_gen_acquire(&use, db, &get_n, NULL));
    assert_int_equal(sqlite3_step(use.stmt), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(use.stmt, 0);
    tn_gen_release(&use);
    return n;
}

/* They have a way of their own to a connection. */
static void generated_queries_meet_no_connection_that_is_too_old(void **state)
{
    struct fixture *f = *state;
    open_db(f, "&max_connections=2&max_lifetime=1ms");
    for (unsigned i = 0; i < 3; i++) {
        tn_db_stats before = stats_of(f->db);
        assert_int_equal(run_generated(f->db), 0);
        assert_int_equal(stats_of(f->db).side[TN_READ].opened, before.side[TN_READ].opened + 1);
        tn__sleep_us(3000);
    }
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

/* What PRAGMA changes in a transaction is not undone by its end. */
static int forbid_writing(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    int rc = tn_exec(tx, "UPDATE t SET n = n + 1", NULL, 0, NULL, err);
    return rc == TN_OK ? tn_exec(tx, "PRAGMA query_only = ON", NULL, 0, NULL, err) : rc;
}

static void settings_changed_in_a_transaction_are_put_back(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    const char *const urls[] = {"&synchronous=normal",
                                "&synchronous=full"}; /* the latter: groups */
    for (int i = 0; i < 2; i++) {
        open_db(f, urls[i]);
        assert_ok(tn_transact(f->db, forbid_writing, NULL, NULL, &f->err));
        assert_ok(tn_exec(f->db, "UPDATE t SET n = n + 1", NULL, 0, NULL, &f->err));
        assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
        assert_ok(forbid_writing(tx, NULL, &f->err));
        tn_tx_rollback(tx);
        assert_ok(tn_exec(f->db, "UPDATE t SET n = n + 1", NULL, 0, NULL, &f->err));
        assert_int_equal(stats_of(f->db).restored, 2);
        assert_int_equal(number(f->db, "SELECT n FROM t"), (i + 1) * 3);
        tn_db_close(f->db);
        f->db = NULL;
    }
}

static void exclusive_locking_ends_with_the_loan(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    open_db(f, "&acquire_timeout=20ms&busy_timeout=20ms");
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_ok(tn_exec(tn_conn_db(conn), "PRAGMA locking_mode = EXCLUSIVE", NULL, 0, NULL, NULL));
    assert_ok(tn_exec(tn_conn_db(conn), "UPDATE t SET n = 3", NULL, 0, NULL, &f->err));
    tn_conn_release(conn);
    assert_int_equal(number(f->db, "SELECT n FROM t"), 3); /* on another connection */
    assert_int_equal(stats_of(f->db).restored, 1);
}

/* That PRAGMA replaces what is called after each commit, and reads 0 before and afterwards. */
static void log_is_watched_again_after_its_automatic_checkpoint_was_set(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    open_db(f, "");
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_ok(tn_exec(tn_conn_db(conn), "PRAGMA wal_autocheckpoint = 0", NULL, 0, NULL, NULL));
    tn_conn_release(conn);
    assert_int_equal(stats_of(f->db).restored, 1);
    int64_t before = stats_of(f->db).wal_bytes;
    assert_ok(tn_exec(f->db, "UPDATE t SET n = n + 1", NULL, 0, NULL, &f->err));
    assert_true(stats_of(f->db).wal_bytes > before);
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
    open_db(f, "&max_connections=3");
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

static void *check_unused(void *user)
{
    struct fixture *f = user;
    f->err.status = tn_db_check_unused(f->db, &f->err);
    return NULL;
}

/* Another thread asks while this one closes a connection. */
static void ask_when_closing(const tn_trace_event *event, void *user)
{
    pthread_t thread;
    if (event->kind == TN_TRACE_CLOSE && pthread_create(&thread, NULL, check_unused, user) == 0)
        pthread_join(thread, NULL);
}

static void pool_that_looks_after_a_connection_leaks_none(void **state)
{
    struct fixture *f = *state;
    open_db(f, "&max_lifetime=300ms&max_connections=2");
    assert_ok(tn_db_set_trace(f->db, ask_when_closing, f, &f->err));
    f->err.status = TN_NONE;
    tn__sleep_us(310000);
    tn_db_maintain(f->db); /* closes the writer, and is told of it meanwhile */
    assert_ok(f->err.status);
    assert_ok(tn_db_set_trace(f->db, NULL, NULL, &f->err));
}

static void note_leak(const tn_log_record *record, void *user)
{
    if (record->level == TN_LOG_WARN && strstr(record->message, "closed too early"))
        snprintf(user, 200, "%s", record->message);
}

/* With a statement that is the program's own, which SQLite keeps the connection for. */
static void close_ends_what_was_left_open(void **state)
{
    struct fixture *f = *state;
    char said[200] = "";
    tn_conn *conn;
    tn_db *tx;
    sqlite3_stmt *stmt;
    open_db(f, "");
    assert_ok(tn_db_set_log(f->db, note_leak, said, tn_log_filter_of(TN_LOG_WARN), &f->err));
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_ok(tn_tx_begin(&tx, tn_conn_db(conn), TN_WRITE, &f->err));
    assert_ok(tn_exec(tx, "UPDATE t SET n = 5", NULL, 0, NULL, &f->err));
    assert_int_equal(sqlite3_prepare_v2(tn_conn_sqlite3(conn), "UPDATE t SET n = 6 RETURNING n", -1,
                                        &stmt, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    tn_db_close(f->db);
    assert_non_null(strstr(said, "1 connection has not been given back: held by "
                                 "tn_conn_acquire() (last statement 'UPDATE t SET n = 5')"));
    open_db(f, "&busy_timeout=0");
    assert_ok(tn_exec(f->db, "UPDATE t SET n = n + 1", NULL, 0, NULL, &f->err));
    assert_int_equal(number(f->db, "SELECT n FROM t"), 1);
    tn_tx_rollback(tx); /* it is over, and its memory is not lost */
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
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
        TEST(transaction_left_open_is_rolled_back_and_counted),
        TEST(what_has_not_been_given_back_is_named),
        TEST(pool_that_looks_after_a_connection_leaks_none),
        TEST(statistics_of_an_unknown_version_are_refused),
    };
    /* Of the readers beside the writer, which is never closed, memory, pragmas, and the native handle. */
    const struct CMUnitTest of_sqlite[] = {
        TEST(connection_is_not_idle_because_it_was_held_for_long),
        TEST(generated_queries_meet_no_connection_that_is_too_old),
        TEST(memory_database_is_never_closed_under_its_program),
        TEST(settings_changed_on_a_connection_are_put_back),
        TEST(settings_changed_in_a_transaction_are_put_back),
        TEST(exclusive_locking_ends_with_the_loan),
        TEST(log_is_watched_again_after_its_automatic_checkpoint_was_set),
        TEST(settings_of_on_open_stay),
        TEST(close_ends_what_was_left_open),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (!pooling_is_postgres())
        failed += cmocka_run_group_tests(of_sqlite, NULL, NULL);
    return failed;
}
