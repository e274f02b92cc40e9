/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "pooling.h"
#include "util/clock.h"

/* Checkpoints, who pins the write-ahead log, and the gate among processes. */

static void fill(struct fixture *f, int rows)
{
    char sql[200];
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT %d) "
             "INSERT INTO big SELECT zeroblob(4000) FROM c",
             rows);
    assert_ok(tn_exec(f->db, sql, NULL, 0, NULL, &f->err));
}

static void open_big(struct fixture *f, const char *params)
{
    open_db(f, params);
    assert_ok(tn_exec(f->db, "CREATE TABLE big (b)", NULL, 0, NULL, &f->err));
}

static off_t wal_size(struct fixture *f)
{
    struct stat st;
    return stat(scratch_path(f->folder, "pool.db-wal"), &st) == 0 ? st.st_size : -1;
}

static void checkpoint_carries_all_over_and_cuts_the_log_down(void **state)
{
    struct fixture *f = *state;
    tn_checkpoint_report report;
    open_big(f, "");
    fill(f, 50);
    assert_true(wal_size(f) > 200000);
    assert_ok(tn_db_checkpoint(f->db, TN_CHECKPOINT_PASSIVE, &report, &f->err));
    assert_true(report.has_wal && report.is_complete);
    assert_true(report.frames > 50);
    assert_int_equal(report.frames, report.carried);
    assert_string_equal(report.pinned_by, "");
    assert_ok(tn_db_checkpoint(f->db, TN_CHECKPOINT_TRUNCATE, &report, &f->err));
    assert_int_equal(wal_size(f), 0);
    assert_int_equal(report.wal_bytes, 0);
}

static void reader_that_pins_the_log_is_named(void **state)
{
    struct fixture *f = *state;
    tn_checkpoint_report report;
    tn_stmt *stmt;
    open_big(f, "&busy_timeout=10ms");
    fill(f, 2);
    assert_ok(tn_stmt_open(&stmt, f->db, "SELECT b FROM big", &f->err));
    assert_int_equal(tn_stmt_step(stmt, &f->err), TN_ROW);
    fill(f, 50);
    assert_ok(tn_db_checkpoint(f->db, TN_CHECKPOINT_TRUNCATE, &report, &f->err));
    assert_false(report.is_complete);
    assert_non_null(strstr(report.pinned_by, "'SELECT b FROM big' of thread"));
    tn_stmt_close(stmt);
    assert_ok(tn_db_checkpoint(f->db, TN_CHECKPOINT_TRUNCATE, &report, &f->err));
    assert_true(report.is_complete);
    assert_int_equal(wal_size(f), 0);
}

struct heard {
    char last[400];
    int count;
};

static void on_log(const tn_log_record *record, void *user)
{
    struct heard *heard = user;
    if (record->target != TN_LOG_CHECKPOINT || record->level != TN_LOG_WARN)
        return;
    snprintf(heard->last, sizeof heard->last, "%s", record->message);
    heard->count++;
}

static void log_above_its_limit_is_told_and_cut_down_when_it_can_be(void **state)
{
    struct fixture *f = *state;
    struct heard heard = {.count = 0};
    tn_db_stats stats = TN_DB_STATS_INIT;
    tn_stmt *stmt;
    open_big(f, "&wal_limit=100000");
    assert_ok(tn_db_set_log(f->db, on_log, &heard, tn_log_filter_of(TN_LOG_WARN), &f->err));
    fill(f, 2);
    assert_ok(tn_stmt_open(&stmt, f->db, "SELECT b FROM big", &f->err));
    assert_int_equal(tn_stmt_step(stmt, &f->err), TN_ROW);
    fill(f, 60);
    fill(f, 60); /* told of once */
    assert_int_equal(heard.count, 1);
    assert_non_null(strstr(heard.last, "its limit is 100000: it is pinned by 'SELECT b FROM big'"));
    assert_ok(tn_db_stats_read(f->db, &stats, &f->err));
    assert_int_equal(stats.wal_pinned, 1);
    assert_true(stats.wal_bytes > 100000);
    tn_db_maintain(f->db);
    assert_true(wal_size(f) > 100000);
    tn_stmt_close(stmt);
    tn_db_maintain(f->db);
    assert_true(wal_size(f) <= 100000);
    assert_int_equal(number(f->db, "SELECT count(*) FROM big"), 122);
}

static void large_transaction_that_nobody_pins_is_no_news(void **state)
{
    struct fixture *f = *state;
    tn_db_stats stats = TN_DB_STATS_INIT;
    open_big(f, "&wal_limit=0");
    fill(f, 2000);
    tn_db_maintain(f->db);
    fill(f, 2);
    assert_ok(tn_db_stats_read(f->db, &stats, &f->err));
    assert_int_equal(stats.wal_pinned, 0);
}

static void other_process_that_reads_is_named_as_such(void **state)
{
    struct fixture *f = *state;
    tn_checkpoint_report report;
    int to_parent[2], to_child[2];
    char byte = 0;
    open_big(f, "&busy_timeout=10ms");
    fill(f, 2);
    assert_int_equal(pipe(to_parent) | pipe(to_child), 0);
    pid_t child = fork();
    if (child == 0) {
        char url[PATH_MAX + 100];
        tn_db *db;
        tn_stmt *stmt;
        snprintf(url, sizeof url, "sqlite:%s/pool.db?mode=ro", f->folder);
        if (tn_db_open(&db, url, NULL, NULL) != TN_OK ||
            tn_stmt_open(&stmt, db, "SELECT b FROM big", NULL) != TN_OK ||
            tn_stmt_step(stmt, NULL) != TN_ROW)
            _exit(1);
        _exit(write(to_parent[1], "r", 1) != 1 || read(to_child[0], &byte, 1) != 1);
    }
    assert_int_equal(read(to_parent[0], &byte, 1), 1);
    fill(f, 50);
    assert_ok(tn_db_checkpoint(f->db, TN_CHECKPOINT_TRUNCATE, &report, &f->err));
    assert_false(report.is_complete);
    assert_string_equal(report.pinned_by, "another process");
    int ended;
    assert_int_equal(write(to_child[1], "e", 1), 1);
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
}

static void thread_looks_after_the_pool_by_itself(void **state)
{
    struct fixture *f = *state;
    open_big(f, "&wal_limit=1000&checkpoint_interval=5ms");
    fill(f, 20);
    for (int i = 0; i < 2000 && wal_size(f) > 1000; i++)
        tn__sleep_us(1000);
    assert_true(wal_size(f) <= 1000);
    assert_ok(tn_db_maintain_start(f->db, 1, &f->err)); /* a new interval */
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_READ, &f->err));
    assert_int_equal(tn_db_maintain_start(tn_conn_db(conn), 1, &f->err), TN_EMISUSE);
    tn_conn_release(conn);
}

static void database_without_a_log_has_nothing_to_carry(void **state)
{
    struct fixture *f = *state;
    tn_checkpoint_report report;
    open_db(f, "&journal_mode=delete");
    assert_ok(tn_db_checkpoint(f->db, TN_CHECKPOINT_TRUNCATE, &report, &f->err));
    assert_false(report.has_wal);
    assert_true(report.is_complete);
    tn_db_close(f->db);
    assert_ok(tn_db_open(&f->db, ":memory:", NULL, &f->err));
    assert_ok(tn_db_checkpoint(f->db, TN_CHECKPOINT_PASSIVE, &report, &f->err));
    assert_true(report.is_complete);
    tn_db_maintain(f->db);
}

/* --- the gate ---------------------------------------------------------------------------------- */

static int add_one(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    return increment(tx, NULL, err);
}

/* A child that adds one to the number `rounds` times. */
static pid_t start_adder(struct fixture *f, const char *params, int rounds)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    char url[PATH_MAX + 100];
    tn_db *db;
    snprintf(url, sizeof url, "sqlite:%s/pool.db?%s", f->folder, params);
    if (tn_db_open(&db, url, NULL, NULL) != TN_OK)
        _exit(2);
    for (int i = 0; i < rounds; i++) {
        tn_error err = {0};
        if (tn_transact(db, add_one, NULL, NULL, &err) != TN_OK) {
            fprintf(stderr, "%s\n", err.message);
            _exit(1);
        }
    }
    tn_db_close(db);
    _exit(0);
}

static void processes_pass_the_gate_one_by_one(void **state)
{
    enum {
        PROCESSES = 4,
        ROUNDS = 50
    };
    struct fixture *f = *state;
    pid_t children[PROCESSES];
    open_db(f, "");
    for (int i = 0; i < PROCESSES; i++) /* one of them knows nothing of the gate */
        children[i] = start_adder(f, i == 0 ? "gate=off" : "gate=on", ROUNDS);
    for (int i = 0; i < PROCESSES; i++) {
        int ended;
        assert_int_equal(waitpid(children[i], &ended, 0), children[i]);
        assert_int_equal(ended, 0);
    }
    assert_int_equal(number(f->db, "SELECT n FROM t"), PROCESSES * ROUNDS);
    assert_int_equal(access(scratch_path(f->folder, "pool.db-gate"), F_OK), 0);
}

static void whoever_waits_at_the_gate_for_too_long_is_told(void **state)
{
    struct fixture *f = *state;
    int to_parent[2];
    char byte;
    open_db(f, "&gate=on&busy_timeout=30ms");
    assert_int_equal(pipe(to_parent), 0);
    pid_t child = fork();
    if (child == 0) {
        char url[PATH_MAX + 100];
        tn_db *db, *tx;
        snprintf(url, sizeof url, "sqlite:%s/pool.db?gate=on", f->folder);
        if (tn_db_open(&db, url, NULL, NULL) != TN_OK ||
            tn_tx_begin(&tx, db, TN_WRITE, NULL) != TN_OK || write(to_parent[1], "h", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(to_parent[0], &byte, 1), 1);
    tn_tx_options once = TN_TX_OPTIONS_INIT;
    once.max_attempts = 1;
    for (int i = 0; i < 3; i++) { /* the second time somebody of ours is in the queue already */
        assert_int_equal(tn_transact(f->db, add_one, NULL, &once, &f->err), TN_EBUSY);
        assert_says(&f->err, "another process has been writing");
    }
    /* It dies with the lock, which the kernel takes back. */
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_ok(tn_transact(f->db, add_one, NULL, NULL, &f->err));
    assert_int_equal(number(f->db, "SELECT n FROM t"), 1);
}

/* As good as another process: a pool of its own, with a transaction behind the gate. */
static void pass_the_gate(struct fixture *f, tn_db **other, tn_db **tx)
{
    char url[PATH_MAX + 100];
    snprintf(url, sizeof url, "sqlite:%s/pool.db?gate=on", f->folder);
    assert_ok(tn_db_open(other, url, NULL, &f->err));
    assert_ok(tn_tx_begin(tx, *other, TN_WRITE, &f->err));
}

static void pool_that_queues_at_the_gate_can_be_closed(void **state)
{
    struct fixture *f = *state;
    tn_db *other, *tx;
    open_db(f, "&gate=on&busy_timeout=1ms");
    pass_the_gate(f, &other, &tx);
    tn_tx_options once = TN_TX_OPTIONS_INIT;
    once.max_attempts = 1;
    assert_int_equal(tn_transact(f->db, add_one, NULL, &once, &f->err), TN_EBUSY);
    tn_db_close(f->db);
    f->db = NULL;
    tn_tx_rollback(tx);
    assert_ok(tn_transact(other, add_one, NULL, NULL, &f->err));
    tn_db_close(other);
}

static void deadline_holds_at_the_gate_too(void **state)
{
    struct fixture *f = *state;
    tn_db *other, *tx;
    open_db(f, "&gate=on&busy_timeout=60s");
    pass_the_gate(f, &other, &tx);
    tn_tx_options brief = TN_TX_OPTIONS_INIT;
    brief.timeout_ms = 30;
    for (int i = 0; i < 3; i++)
        assert_int_equal(tn_transact(f->db, add_one, NULL, &brief, &f->err), TN_ETIMEOUT);
    tn_conn *conn;
    tn_db *own;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    tn_conn_set_timeout(conn, 30);
    assert_int_equal(tn_tx_begin(&own, tn_conn_db(conn), TN_WRITE, &f->err), TN_ETIMEOUT);
    tn_conn_release(conn);
    tn_tx_rollback(tx);
    assert_ok(tn_transact(f->db, add_one, NULL, &brief, &f->err));
    tn_db_close(other);
}

struct interrupter {
    tn_db *db;
    atomic_bool is_over;
};

static void *interrupt_until(void *user)
{
    struct interrupter *interrupter = user;
    while (!atomic_load(&interrupter->is_over)) {
        tn_db_interrupt(interrupter->db);
        tn__sleep_us(1000);
    }
    return NULL;
}

static void wait_at_the_gate_can_be_interrupted(void **state)
{
    struct fixture *f = *state;
    tn_db *other, *tx;
    pthread_t thread;
    open_db(f, "&gate=on&busy_timeout=60s");
    pass_the_gate(f, &other, &tx);
    struct interrupter interrupter = {.db = f->db};
    assert_int_equal(pthread_create(&thread, NULL, interrupt_until, &interrupter), 0);
    assert_int_equal(tn_transact(f->db, add_one, NULL, NULL, &f->err), TN_EINTERRUPT);
    atomic_store(&interrupter.is_over, true);
    pthread_join(thread, NULL);
    tn_tx_rollback(tx);
    assert_ok(tn_transact(f->db, add_one, NULL, NULL, &f->err));
    tn_db_close(other);
}

static void gate_that_cannot_be_made_is_done_without(void **state)
{
    struct fixture *f = *state;
    open_db(f, "");
    assert_int_equal(mkdir(scratch_path(f->folder, "pool.db-gate"), 0700), 0);
    tn_db_close(f->db);
    open_db(f, "&gate=on");
    assert_ok(tn_transact(f->db, add_one, NULL, NULL, &f->err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(checkpoint_carries_all_over_and_cuts_the_log_down),
        TEST(reader_that_pins_the_log_is_named),
        TEST(log_above_its_limit_is_told_and_cut_down_when_it_can_be),
        TEST(large_transaction_that_nobody_pins_is_no_news),
        TEST(other_process_that_reads_is_named_as_such),
        TEST(thread_looks_after_the_pool_by_itself),
        TEST(database_without_a_log_has_nothing_to_carry),
        TEST(processes_pass_the_gate_one_by_one),
        TEST(whoever_waits_at_the_gate_for_too_long_is_told),
        TEST(pool_that_queues_at_the_gate_can_be_closed),
        TEST(deadline_holds_at_the_gate_too),
        TEST(wait_at_the_gate_can_be_interrupted),
        TEST(gate_that_cannot_be_made_is_done_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
