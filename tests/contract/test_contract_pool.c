/* SPDX-License-Identifier: MIT */
#include "contract.h"

#include <pthread.h>

/* A pool whose connections for reading are all taken. What there is beyond that: tests/unit/test_pool*.c. */

/* Two that read: SQLite has its writer beside them. */
static void open_two(struct contract *c, tn_db **out, const char *params)
{
    char all[200];
    snprintf(all, sizeof all, "&max_connections=%d%s", contract_is_postgres() ? 2 : 3, params);
    contract_script(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);"
                       "INSERT INTO t VALUES (1, 10), (2, 20)");
    assert_status(tn_db_open(out, contract_url(c, all), NULL, &c->err), TN_OK, c->err);
}

struct other {
    tn_db *db;
    int status;
    tn_error err;
};

static void *ask(void *user)
{
    struct other *other = user;
    other->status = contract_exec(other->db, "SELECT 1", &other->err);
    return NULL;
}

static int ask_in_thread(struct other *other)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, ask, other), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    return other->status;
}

static void timeout_names_all_who_hold(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    tn_db *db, *tx;
    open_two(c, &db, "&acquire_timeout=20ms");
    struct other other = {.db = db};
    assert_ok(tn_stmt_open(&stmt, db, "SELECT id FROM t", &c->err));
    assert_ok(ask_in_thread(&other));
    assert_ok(tn_tx_begin(&tx, db, TN_READ, &c->err));
    assert_int_equal(contract_int(c, tx, "SELECT n FROM t WHERE id = 1"), 10);
    assert_status(ask_in_thread(&other), TN_ETIMEOUT, other.err);
    assert_non_null(strstr(other.err.message, "20 ms"));
    assert_non_null(strstr(other.err.message, "'SELECT id FROM t'"));
    assert_non_null(strstr(other.err.message, "a transaction"));
    assert_non_null(strstr(other.err.message, "'SELECT n FROM t WHERE id = 1'"));
    tn_tx_rollback(tx);
    assert_ok(ask_in_thread(&other));
    tn_stmt_close(stmt);
    tn_db_close(db);
}

static void thread_that_would_wait_for_itself_is_told_at_once(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmts[2], *more;
    tn_db *db;
    open_two(c, &db, "&acquire_timeout=1h");
    assert_ok(tn_stmt_open(&stmts[0], db, "SELECT id FROM t", &c->err));
    assert_ok(tn_stmt_open(&stmts[1], db, "SELECT n FROM t", &c->err));
    assert_status(tn_stmt_open(&more, db, "SELECT 1", &c->err), TN_EMISUSE, c->err);
    assert_non_null(strstr(c->err.message, "'SELECT id FROM t'"));
    tn_stmt_close(stmts[0]);
    assert_ok(contract_exec(db, "SELECT 1", &c->err));
    tn_stmt_close(stmts[1]);
    tn_db_close(db);
}

static void note_leak(const tn_log_record *record, void *user)
{
    if (record->level == TN_LOG_WARN && strstr(record->message, "closed too early"))
        snprintf(user, 300, "%s", record->message);
}

static void close_ends_what_was_left_open(void **state)
{
    struct contract *c = *state;
    char said[300] = "";
    tn_conn *conn;
    tn_db *db, *tx;
    open_two(c, &db, "");
    assert_ok(tn_db_set_log(db, note_leak, said, tn_log_filter_of(TN_LOG_WARN), &c->err));
    assert_ok(tn_conn_acquire(&conn, db, TN_WRITE, &c->err));
    assert_ok(tn_tx_begin(&tx, tn_conn_db(conn), TN_WRITE, &c->err));
    assert_ok(contract_exec(tx, "UPDATE t SET n = 5", &c->err));
    tn_db_close(db);
    assert_non_null(strstr(said, "1 connection has not been given back: held by "
                                 "tn_conn_acquire() (last statement 'UPDATE t SET n = 5')"));
    tn_tx_rollback(tx); /* it is over, and its memory is not lost */
    assert_ok(contract_exec(c->db, "UPDATE t SET n = n + 1", &c->err));
    assert_int_equal(contract_int(c, c->db, "SELECT n FROM t WHERE id = 1"), 11);
}

/* Rows that are still being read when their transaction ends, or their connection goes back. */
static void rows_left_open_are_in_nobodys_way(void **state)
{
    struct contract *c = *state;
    tn_db *db, *tx;
    tn_stmt *stmt;
    tn_conn *conn;
    open_two(c, &db, "");
    assert_ok(tn_tx_begin(&tx, db, TN_WRITE, &c->err));
    assert_ok(tn_stmt_open(&stmt, tx, "SELECT n FROM t ORDER BY id", &c->err));
    assert_int_equal(tn_stmt_step(stmt, &c->err), TN_ROW);
    assert_ok(tn_tx_commit(tx, &c->err));
    assert_ok(contract_exec(db, "ALTER TABLE t ADD COLUMN more INTEGER", &c->err));
    tn_stmt_close(stmt);
    assert_ok(tn_conn_acquire(&conn, db, TN_WRITE, &c->err));
    assert_ok(tn_stmt_open(&stmt, tn_conn_db(conn), "SELECT n FROM t ORDER BY id", &c->err));
    assert_int_equal(tn_stmt_step(stmt, &c->err), TN_ROW);
    tn_conn_release(conn);
    assert_ok(contract_exec(db, "DROP TABLE t", &c->err));
    tn_stmt_close(stmt);
    assert_ok(tn_db_check_unused(db, &c->err));
    tn_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(timeout_names_all_who_hold),
        CONTRACT_TEST(thread_that_would_wait_for_itself_is_told_at_once),
        CONTRACT_TEST(close_ends_what_was_left_open),
        CONTRACT_TEST(rows_left_open_are_in_nobodys_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
