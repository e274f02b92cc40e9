/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "pooling.h"
#include "util/clock.h"

/*
 * Transactions of several threads that share one COMMIT. The main thread holds the writer until all
 * of them queue, so that they meet; commits are counted by the engine's own hook.
 */

enum {
    CREW = 6
};

static atomic_int commits;
static atomic_int commit_fails;

static int count_commit(void *user)
{
    (void)user;
    atomic_fetch_add(&commits, 1);
    return atomic_load(&commit_fails);
}

static int hook(tn_conn *conn, void *user, tn_error *err)
{
    (void)user;
    (void)err;
    if (tn_conn_access(conn) == TN_WRITE)
        sqlite3_commit_hook(tn_conn_sqlite3(conn), count_commit, NULL);
    return TN_OK;
}

struct worker {
    tn_db *db;
    int number;
    int runs; /* of its function */
    int status;
    atomic_int after; /* calls after COMMIT */
    tn_tx_fn odd;     /* what it does instead of inserting its number */
    tn_error err;
};

static void count_after(void *user)
{
    struct worker *w = user;
    atomic_fetch_add(&w->after, 1);
}

static int insert_number(tn_db *tx, int number_of_worker, tn_error *err)
{
    tn_value value = tn_value_int(number_of_worker);
    return tn_exec(tx, "INSERT INTO log (worker) VALUES ($1)", &value, 1, NULL, err);
}

static int work(tn_db *tx, void *user, tn_error *err)
{
    struct worker *w = user;
    w->runs++;
    int rc = tn_tx_on_commit(tx, count_after, w, err);
    if (rc == TN_OK)
        rc = insert_number(tx, w->number, err);
    return rc == TN_OK && w->odd ? w->odd(tx, w, err) : rc;
}

static void *run_worker(void *user)
{
    struct worker *w = user;
    w->status = tn_transact(w->db, work, w, NULL, &w->err);
    return NULL;
}

static void open_hooked(struct fixture *f, const char *params)
{
    tn_db_options options = TN_DB_OPTIONS_INIT;
    char url[PATH_MAX + 100];
    snprintf(url, sizeof url, "sqlite:%s/group.db?mode=rwc%s", f->folder, params);
    options.on_open = hook;
    assert_ok(tn_db_open(&f->db, url, &options, &f->err));
    assert_ok(tn_exec_script(
        f->db,
        "CREATE TABLE log (id INTEGER PRIMARY KEY, worker INTEGER NOT NULL UNIQUE);"
        "CREATE TABLE parent (id INTEGER PRIMARY KEY);"
        "CREATE TABLE child (p REFERENCES parent DEFERRABLE INITIALLY DEFERRED);"
        "CREATE TABLE strict_child (p REFERENCES parent);"
        "CREATE TRIGGER bomb BEFORE DELETE ON log BEGIN SELECT RAISE(ROLLBACK, 'boom'); END;",
        &f->err));
    atomic_store(&commits, 0);
    atomic_store(&commit_fails, 0);
}

/* All of them queue before the first one gets its turn. */
static void run_crew(struct fixture *f, struct worker *crew)
{
    pthread_t threads[CREW];
    tn_conn *conn;
    tn_db_stats stats = TN_DB_STATS_INIT;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    for (int i = 0; i < CREW; i++) {
        crew[i].db = f->db;
        crew[i].number = i;
        assert_int_equal(pthread_create(&threads[i], NULL, run_worker, &crew[i]), 0);
        do {
            tn__sleep_us(100);
            assert_ok(tn_db_stats_read(f->db, &stats, NULL));
        } while (stats.side[TN_WRITE].waiting != (unsigned)i + 1);
    }
    tn_conn_release(conn);
    for (int i = 0; i < CREW; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_ok(tn_db_check_unused(f->db, &f->err));
}

static void assert_all_but(struct fixture *f, struct worker *crew, int odd)
{
    for (int i = 0; i < CREW; i++) {
        if (i == odd)
            continue;
        assert_ok(crew[i].status);
        assert_int_equal(atomic_load(&crew[i].after), 1);
    }
    assert_int_equal(number(f->db, "SELECT count(*) FROM log"), odd < 0 ? CREW : CREW - 1);
}

static void transactions_that_queue_share_one_commit(void **state)
{
    struct fixture *f = *state;
    struct worker crew[CREW] = {{0}};
    open_hooked(f, "&synchronous=full");
    run_crew(f, crew);
    assert_all_but(f, crew, -1);
    assert_int_equal(atomic_load(&commits), 1);
    for (int i = 0; i < CREW; i++)
        assert_int_equal(crew[i].runs, 1);
    /* In the order in which they came. */
    assert_int_equal(number(f->db, "SELECT count(*) FROM log WHERE id <> worker + 1"), 0);
}

static void commits_are_not_shared_where_they_cost_nothing_or_it_is_off(void **state)
{
    struct fixture *f = *state;
    struct worker crew[CREW] = {{0}};
    struct worker other[CREW] = {{0}};
    open_hooked(f, "&synchronous=normal");
    run_crew(f, crew);
    assert_all_but(f, crew, -1);
    assert_int_equal(atomic_load(&commits), CREW);
    tn_db_close(f->db);
    f->db = NULL;
    unlink(scratch_path(f->folder, "group.db"));
    open_hooked(f, "&synchronous=full&group_commit=off");
    run_crew(f, other);
    assert_int_equal(atomic_load(&commits), CREW);
}

static void rollback_journals_share_too(void **state)
{
    struct fixture *f = *state;
    struct worker crew[CREW] = {{0}};
    open_hooked(f, "&journal_mode=delete");
    run_crew(f, crew);
    assert_all_but(f, crew, -1);
    assert_int_equal(atomic_load(&commits), 1);
}

static int give_up(tn_db *tx, void *user, tn_error *err)
{
    (void)tx;
    (void)user;
    return tn_error_set(err, TN_EUSER - 1, "thought better of it");
}

static void member_that_fails_is_rolled_back_alone(void **state)
{
    for (int odd = 0; odd < CREW; odd++) {
        struct fixture *f = *state;
        struct worker crew[CREW] = {{0}};
        open_hooked(f, "&synchronous=full");
        crew[odd].odd = give_up;
        run_crew(f, crew);
        assert_int_equal(crew[odd].status, TN_EUSER - 1);
        assert_string_equal(crew[odd].err.message, "thought better of it");
        assert_int_equal(atomic_load(&crew[odd].after), 0);
        assert_all_but(f, crew, odd);
        assert_int_equal(atomic_load(&commits), 1);
        tn_db_close(f->db);
        f->db = NULL;
        unlink(scratch_path(f->folder, "group.db"));
    }
}

static int orphan(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    return tn_exec(tx, "INSERT INTO child VALUES (99)", NULL, 0, NULL, err);
}

static void deferred_violation_of_one_is_not_the_others(void **state)
{
    for (int odd = 0; odd < CREW; odd += CREW - 1) {
        struct fixture *f = *state;
        struct worker crew[CREW] = {{0}};
        open_hooked(f, "&synchronous=full");
        crew[odd].odd = orphan;
        run_crew(f, crew);
        assert_int_equal(crew[odd].status, TN_EFOREIGNKEY);
        assert_int_equal(crew[odd].err.native, SQLITE_CONSTRAINT_FOREIGNKEY);
        assert_all_but(f, crew, odd);
        assert_int_equal(number(f->db, "SELECT count(*) FROM child"), 0);
        tn_db_close(f->db);
        f->db = NULL;
        unlink(scratch_path(f->folder, "group.db"));
    }
}

static int defer_keys(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    return tn_exec(tx, "PRAGMA defer_foreign_keys = ON", NULL, 0, NULL, err);
}

static int orphan_at_once(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    int rc = tn_exec(tx, "INSERT INTO strict_child VALUES (99)", NULL, 0, NULL, err);
    return rc == TN_EFOREIGNKEY ? TN_OK : tn_error_set(err, TN_EUSER, "not told at once");
}

static void switch_of_one_transaction_does_not_reach_the_next(void **state)
{
    struct fixture *f = *state;
    struct worker crew[CREW] = {{0}};
    open_hooked(f, "&synchronous=full");
    crew[1].odd = defer_keys;
    crew[2].odd = orphan_at_once;
    run_crew(f, crew);
    assert_all_but(f, crew, -1);
    assert_int_equal(atomic_load(&commits), 1);
}

static int explode(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    return tn_exec(tx, "DELETE FROM log", NULL, 0, NULL, err);
}

static void members_before_a_rollback_of_the_engine_run_again_in_order(void **state)
{
    for (int odd = 0; odd < CREW; odd++) {
        struct fixture *f = *state;
        struct worker crew[CREW] = {{0}};
        open_hooked(f, "&synchronous=full");
        crew[odd].odd = explode;
        run_crew(f, crew);
        assert_true(crew[odd].status < 0);
        assert_says(&crew[odd].err, "boom");
        assert_int_equal(atomic_load(&crew[odd].after), 0);
        assert_all_but(f, crew, odd);
        for (int i = 0; i < CREW; i++)
            assert_int_equal(crew[i].runs, i < odd ? 2 : 1);
        assert_int_equal(number(f->db, "SELECT count(*) FROM log a JOIN log b ON a.id < b.id AND "
                                       "a.worker > b.worker"),
                         0);
        tn_db_close(f->db);
        f->db = NULL;
        unlink(scratch_path(f->folder, "group.db"));
    }
}

static void commit_that_fails_fails_for_all(void **state)
{
    struct fixture *f = *state;
    struct worker crew[CREW] = {{0}};
    open_hooked(f, "&synchronous=full");
    atomic_store(&commit_fails, 1);
    run_crew(f, crew);
    atomic_store(&commit_fails, 0);
    for (int i = 0; i < CREW; i++) {
        assert_true(crew[i].status < 0);
        assert_int_equal(crew[i].err.status, crew[i].status);
        assert_int_equal(atomic_load(&crew[i].after), 0);
    }
    assert_int_equal(number(f->db, "SELECT count(*) FROM log"), 0);
    assert_ok(tn_exec(f->db, "INSERT INTO log (worker) VALUES (1)", NULL, 0, NULL, &f->err));
}

static int nested_fails(tn_db *tx, void *user, tn_error *err)
{
    struct worker *w = user;
    tn_error ignored;
    tn_db *inner;
    int rc = tn_tx_begin(&inner, tx, TN_WRITE, err);
    if (rc != TN_OK)
        return rc;
    rc = insert_number(inner, w->number + 100, &ignored);
    if (rc == TN_OK)
        rc = tn_tx_on_commit(inner, count_after, w, err);
    tn_tx_rollback(inner);
    return rc;
}

static void transaction_inside_a_member_is_a_savepoint(void **state)
{
    struct fixture *f = *state;
    struct worker crew[CREW] = {{0}};
    open_hooked(f, "&synchronous=full");
    crew[3].odd = nested_fails;
    run_crew(f, crew);
    assert_all_but(f, crew, -1);
    assert_int_equal(atomic_load(&commits), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(transactions_that_queue_share_one_commit),
        TEST(commits_are_not_shared_where_they_cost_nothing_or_it_is_off),
        TEST(rollback_journals_share_too),
        TEST(member_that_fails_is_rolled_back_alone),
        TEST(deferred_violation_of_one_is_not_the_others),
        TEST(switch_of_one_transaction_does_not_reach_the_next),
        TEST(members_before_a_rollback_of_the_engine_run_again_in_order),
        TEST(commit_that_fails_fails_for_all),
        TEST(transaction_inside_a_member_is_a_savepoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
