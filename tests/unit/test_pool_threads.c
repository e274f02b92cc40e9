/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "pooling.h"
#include "util/clock.h"

/* Many threads and processes on one database: nobody starves, and no change is lost. */

/* Threads cannot use cmocka's assertions: they count what went wrong. */
struct crew {
    tn_db *db;
    int rounds;
    atomic_int failures;
    atomic_int stop;
    atomic_long done;
};

static void run_crew(struct crew *crew, void *(*work)(void *), int size)
{
    enum {
        MOST = 16
    };
    pthread_t threads[MOST];
    assert_in_range(size, 1, MOST);
    for (int i = 0; i < size; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, crew), 0);
    for (int i = 0; i < size; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void note_failure(struct crew *crew, const tn_error *err)
{
    if (atomic_fetch_add(&crew->failures, 1) == 0)
        fprintf(stderr, "%s: %s\n", tn_status_name(err->status), err->message);
}

static void *read_and_write(void *user)
{
    struct crew *crew = user;
    for (int i = 0; i < crew->rounds; i++) {
        tn_arena arena = TN_ARENA_INIT;
        tn_rows rows;
        tn_error err = {0};
        if (tn_exec(crew->db, "UPDATE t SET n = n + 1 WHERE id = 1", NULL, 0, NULL, &err) !=
                TN_OK ||
            tn_query(&rows, crew->db, "SELECT n FROM t WHERE id = 1", NULL, 0, &arena, &err) !=
                TN_OK)
            note_failure(crew, &err);
        tn_arena_fini(&arena);
    }
    return NULL;
}

static void threads_read_and_write_in_parallel(void **state)
{
    struct fixture *f = *state;
    struct crew crew = {.rounds = 60};
    open_db(f, "&max_connections=4");
    crew.db = f->db;
    run_crew(&crew, read_and_write, 8);
    assert_int_equal(atomic_load(&crew.failures), 0);
    assert_int_equal(number(f->db, "SELECT n FROM t"), 8 * 60);
}

static void threads_share_the_connection_of_a_memory_database(void **state)
{
    struct fixture *f = *state;
    struct crew crew = {.rounds = 100};
    assert_ok(tn_db_open(&f->db, "sqlite::memory:", NULL, NULL));
    assert_ok(tn_exec_script(f->db, "CREATE TABLE t (id, n); INSERT INTO t VALUES (1, 0)", NULL));
    crew.db = f->db;
    run_crew(&crew, read_and_write, 4);
    assert_int_equal(atomic_load(&crew.failures), 0);
    assert_int_equal(number(f->db, "SELECT n FROM t"), 4 * 100);
}

/* SQLite has one writer at a time anyway; PostgreSQL has one of two run again. */
static void *transact_often(void *user)
{
    struct crew *crew = user;
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    options.isolation = TN_REPEATABLE_READ;
    options.max_attempts = 200;
    for (int i = 0; i < crew->rounds; i++) {
        tn_error err = {0};
        if (tn_transact(crew->db, increment, NULL, &options, &err) != TN_OK)
            note_failure(crew, &err);
    }
    return NULL;
}

static void transactions_that_read_first_lose_no_update(void **state)
{
    struct fixture *f = *state;
    struct crew crew = {.rounds = 40};
    open_db(f, pooling_is_postgres() ? "&max_connections=4" : "");
    crew.db = f->db;
    run_crew(&crew, transact_often, 8);
    assert_int_equal(atomic_load(&crew.failures), 0);
    assert_int_equal(number(f->db, "SELECT n FROM t"), 8 * 40);
}

/* A process of its own has its own pool: the engine's lock is all that stands between them. */
static void transact_in_process(struct fixture *f)
{
    struct crew crew = {.rounds = 25};
    pthread_t threads[2];
    open_db(f, "");
    crew.db = f->db;
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, transact_often, &crew), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    tn_db_close(f->db);
    _exit(atomic_load(&crew.failures) == 0 ? 0 : 1);
}

static void processes_that_read_first_lose_no_update(void **state)
{
    struct fixture *f = *state;
    pid_t children[3];
    int status;
    open_db(f, "");
    tn_db_close(f->db);
    f->db = NULL;
    for (int i = 0; i < 3; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            transact_in_process(f);
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    open_db(f, "");
    assert_int_equal(number(f->db, "SELECT n FROM t"), 3 * 2 * 25);
}

/* Takes and gives back the writer, and holds it most of the time. */
static void *hog(void *user)
{
    struct crew *crew = user;
    while (!atomic_load(&crew->stop)) {
        tn_conn *conn;
        tn_error err = {0};
        if (tn_conn_acquire(&conn, crew->db, TN_WRITE, &err) != TN_OK) {
            note_failure(crew, &err);
            return NULL;
        }
        atomic_fetch_add(&crew->done, 1);
        tn__sleep_us(500);
        tn_conn_release(conn);
    }
    return NULL;
}

static void thread_in_a_loop_does_not_starve_the_others(void **state)
{
    struct fixture *f = *state;
    struct crew crew = {.rounds = 0};
    pthread_t thread;
    open_db(f, "&acquire_timeout=60s");
    crew.db = f->db;
    assert_int_equal(pthread_create(&thread, NULL, hog, &crew), 0);
    while (atomic_load(&crew.done) == 0)
        tn__sleep_us(100);
    /* Without a reservation each of these would have to win a race of microseconds. */
    for (int i = 0; i < 20; i++) {
        tn_conn *conn;
        assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
        tn_conn_release(conn);
    }
    atomic_store(&crew.stop, 1);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(atomic_load(&crew.failures), 0);
}

static void *acquire_once(void *user)
{
    struct crew *crew = user;
    tn_conn *conn;
    tn_error err = {0};
    if (tn_conn_acquire(&conn, crew->db, TN_WRITE, &err) != TN_OK)
        note_failure(crew, &err);
    else
        tn_conn_release(conn);
    atomic_fetch_add(&crew->done, 1);
    return NULL;
}

static void waiters_are_all_served_after_the_release(void **state)
{
    struct fixture *f = *state;
    struct crew crew = {.rounds = 0};
    pthread_t threads[6];
    tn_conn *conn;
    open_db(f, "&acquire_timeout=60s");
    crew.db = f->db;
    for (int round = 0; round < 10; round++) {
        assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, NULL));
        for (int i = 0; i < 6; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, acquire_once, &crew), 0);
        tn__sleep_us(round % 2 ? 3000 : 0);
        assert_int_equal(atomic_load(&crew.done), 6 * round);
        tn_conn_release(conn);
        for (int i = 0; i < 6; i++)
            assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(atomic_load(&crew.failures), 0);
}

/* Distinct texts, so that statements are evicted while others are told who holds what. */
static void *churn(void *user)
{
    struct crew *crew = user;
    for (int i = 0; !atomic_load(&crew->stop); i++) {
        char sql[64];
        snprintf(sql, sizeof sql, "UPDATE t SET n = n + %d", i);
        tn_error err = {0};
        int rc = tn_exec(crew->db, sql, NULL, 0, NULL, &err);
        if (rc != TN_OK && rc != TN_ETIMEOUT)
            note_failure(crew, &err);
        atomic_fetch_add(&crew->done, 1);
    }
    return NULL;
}

static void holders_are_named_while_their_statements_are_freed(void **state)
{
    struct fixture *f = *state;
    struct crew crew = {.rounds = 0};
    pthread_t threads[3];
    open_db(f, "&acquire_timeout=0&statement_cache=1");
    crew.db = f->db;
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, churn, &crew), 0);
    while (atomic_load(&crew.done) < 600)
        tn__sleep_us(1000);
    atomic_store(&crew.stop, 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(atomic_load(&crew.failures), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(threads_read_and_write_in_parallel),
        TEST(transactions_that_read_first_lose_no_update),
        TEST(processes_that_read_first_lose_no_update),
        TEST(thread_in_a_loop_does_not_starve_the_others),
        TEST(waiters_are_all_served_after_the_release),
        TEST(holders_are_named_while_their_statements_are_freed),
    };
    /* Of memory. */
    const struct CMUnitTest of_sqlite[] = {
        TEST(threads_share_the_connection_of_a_memory_database),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (!pooling_is_postgres())
        failed += cmocka_run_group_tests(of_sqlite, NULL, NULL);
    return failed;
}
