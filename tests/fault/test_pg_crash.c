/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

#include "pgfault.h"

/*
 * The server breaks down under a pool that several threads work on, and comes back. All of them get
 * errors for a while and then go on with the same pool; what they were told was done is there, and
 * nothing is half done.
 */

enum {
    THREADS = 8,
    CONNECTIONS = 4,
    CRASHES = 3,
    ROUNDS_BETWEEN = 40 /* done by all together, before the next crash */
};

struct work {
    tn_db *db;
    atomic_bool is_over;
    atomic_long done;    /* transfers that were told to be so */
    atomic_long unknown; /* nobody knows */
    atomic_long failures;
    atomic_long wrong;
    atomic_int next;
};

/* What goes off one account comes on another one, with a line in the book. */
static int transfer(tn_db *tx, void *user, tn_error *err)
{
    const tn_value *pair = user;
    int rc = tn_exec(tx, "UPDATE account SET balance = balance - 1 WHERE id = $1", &pair[0], 1,
                     NULL, err);
    if (rc == TN_OK)
        rc = tn_exec(tx, "UPDATE account SET balance = balance + 1 WHERE id = $1", &pair[1], 1,
                     NULL, err);
    if (rc == TN_OK)
        rc = tn_exec(tx, "INSERT INTO book VALUES ($1, $2)", pair, 2, NULL, err);
    return rc;
}

static void fail_work(struct work *work, const char *what, int rc, const tn_error *err)
{
    if (atomic_fetch_add(&work->wrong, 1) == 0)
        fprintf(stderr, "%s: %s: %s\n", what, tn_status_name(rc), err->message);
}

/* Whoever reads in one statement sees transfers that are whole. */
static void read_sum(struct work *work)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    tn_error err = {0};
    int rc =
        tn_query(&rows, work->db, "SELECT sum(balance)::int8 FROM account", NULL, 0, &arena, &err);
    if (rc != TN_OK && rc != TN_ECONNECT)
        fail_work(work, "read", rc, &err);
    else if (rc == TN_OK && tn_rows_at(&rows, 0, 0)->as.integer != 10 * 1000)
        fail_work(work, "the sum", rc, &err);
    tn_arena_fini(&arena);
}

static void *run(void *user)
{
    struct work *work = user;
    int self = atomic_fetch_add(&work->next, 1);
    tn_error err = {0};
    for (int i = 0; !atomic_load(&work->is_over); i++) {
        tn_value pair[2] = {tn_value_int(1 + (self + i) % 10),
                            tn_value_int(1 + (self + i + 3) % 10)};
        int rc = tn_transact(work->db, transfer, pair, NULL, &err);
        if (rc == TN_OK)
            atomic_fetch_add(&work->done, 1);
        else if (rc != TN_ECONNECT)
            fail_work(work, "transfer", rc, &err);
        else if (strstr(err.message, "is unknown"))
            atomic_fetch_add(&work->unknown, 1);
        atomic_fetch_add(&work->failures, rc != TN_OK);
        if (rc != TN_OK)
            tn__sleep_us(2000);
        read_sum(work);
    }
    return NULL;
}

/* Until that much more has been done. */
static void await(const atomic_long *number, long more)
{
    long wanted = atomic_load(number) + more;
    int64_t end = tn__mono_ns() + (int64_t)60000000000;
    while (atomic_load(number) < wanted) {
        if (tn__mono_ns() > end)
            fail_msg("stands at %ld, and %ld was to come", atomic_load(number), wanted);
        tn__sleep_us(1000);
    }
}

static void check_book(const struct pgfault *f, const struct work *work)
{
    long done = atomic_load(&work->done);
    int64_t found = pgfault_number(f->watcher, "SELECT count(*)::int8 FROM book");
    assert_true(found >= done && found <= done + atomic_load(&work->unknown));
    assert_int_equal(pgfault_number(f->watcher, "SELECT sum(balance)::int8 FROM account"),
                     10 * 1000);
    assert_int_equal(pgfault_number(f->watcher,
                                    "SELECT count(*)::int8 FROM account AS a WHERE balance <> 1000 "
                                    "- (SELECT count(*) FROM book WHERE giver = a.id) "
                                    "+ (SELECT count(*) FROM book WHERE taker = a.id)"),
                     0);
}

static void crash_and_restart_leaves_nothing_half_done(void **state)
{
    struct pgfault *f = *state;
    struct work work = {0};
    pthread_t threads[THREADS];
    pgfault_script(f, "CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL);"
                      "INSERT INTO account SELECT i, 1000 FROM generate_series(1, 10) AS i;"
                      "CREATE TABLE book (giver int NOT NULL, taker int NOT NULL)");
    assert_status(pgfault_open(f, "&max_connections=4"), TN_OK, f->err);
    work.db = f->db;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run, &work), 0);
    for (int i = 0; i < CRASHES; i++) {
        await(&work.done, ROUNDS_BETWEEN);
        assert_status(tn__server_crash(pg_server(), &f->err), TN_OK, f->err);
        await(&work.failures, THREADS);
        assert_status(tn__server_restart(pg_server(), &f->err), TN_OK, f->err);
    }
    await(&work.done, ROUNDS_BETWEEN);
    atomic_store(&work.is_over, true);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&work.wrong), 0);
    assert_ok(tn_db_check_unused(f->db, NULL));
    tn__sleep_us(20000);
    check_book(f, &work);
    assert_in_range(pgfault_number(f->watcher, "SELECT count(*)::int8 " PGFAULT_OTHERS), 1,
                    CONNECTIONS);
    tn_db_close(f->db);
    f->db = NULL;
    pgfault_await_alone(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PGFAULT_TEST(crash_and_restart_leaves_nothing_half_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
