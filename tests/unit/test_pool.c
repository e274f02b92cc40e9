/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <sqlite3.h>

#include "pooling.h"

/* Who gets a connection, who waits, and what the others are told. */

/* --- timeouts and misuse ---------------------------------------------------------------------- */

struct other {
    tn_db *db;
    const char *sql;
    enum tn_access access;
    int status;
    tn_error err;
};

static void *ask(void *user)
{
    struct other *other = user;
    if (other->sql) {
        other->status = tn_exec(other->db, other->sql, NULL, 0, NULL, &other->err);
    } else {
        tn_conn *conn;
        other->status = tn_conn_acquire(&conn, other->db, other->access, &other->err);
        if (other->status == TN_OK)
            tn_conn_release(conn);
    }
    return NULL;
}

static void ask_in_thread(struct other *other)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, ask, other), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void timeout_names_the_holders_statement(void **state)
{
    struct fixture *f = *state;
    tn_stmt *stmt;
    tn_db *tx;
    tn_conn *conn;
    open_db(f, "&acquire_timeout=20ms");
    struct other other = {.db = f->db, .sql = "DELETE FROM t"};

    assert_ok(tn_stmt_open(&stmt, f->db, "UPDATE t SET n = 5 RETURNING id", NULL));
    ask_in_thread(&other);
    assert_int_equal(other.status, TN_ETIMEOUT);
    assert_says(&other.err, "20 ms");
    assert_says(&other.err, "'UPDATE t SET n = 5 RETURNING id'");
    tn_stmt_close(stmt);

    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, NULL));
    ask_in_thread(&other);
    assert_int_equal(other.status, TN_ETIMEOUT);
    assert_says(&other.err, "a transaction");
    assert_ok(tn_exec(tx, "UPDATE t SET n = 6", NULL, 0, NULL, NULL));
    ask_in_thread(&other);
    assert_says(&other.err, "a transaction (last statement 'UPDATE t SET n = 6')");
    tn_tx_rollback(tx);

    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, NULL));
    ask_in_thread(&other);
    assert_says(&other.err, "tn_conn_acquire()");
    tn_conn_release(conn);

    ask_in_thread(&other);
    assert_ok(other.status);
}

static void timeout_of_readers_names_several(void **state)
{
    struct fixture *f = *state;
    tn_stmt *first, *second;
    open_db(f, "&acquire_timeout=20ms&max_connections=3");
    assert_ok(tn_stmt_open(&first, f->db, "SELECT id FROM t", NULL));
    assert_ok(tn_stmt_open(&second, f->db, "SELECT n FROM t", NULL));
    struct other other = {.db = f->db, .sql = "SELECT 1"};
    ask_in_thread(&other);
    assert_int_equal(other.status, TN_ETIMEOUT);
    assert_says(&other.err, "for reading");
    assert_says(&other.err, "'SELECT id FROM t'");
    assert_says(&other.err, "'SELECT n FROM t'");
    /* The writer is free all the while. */
    other.sql = "DELETE FROM t";
    ask_in_thread(&other);
    assert_ok(other.status);
    tn_stmt_close(first);
    other.sql = "SELECT 1";
    ask_in_thread(&other);
    assert_ok(other.status);
    tn_stmt_close(second);
}

static void thread_that_would_wait_for_itself_is_told_at_once(void **state)
{
    struct fixture *f = *state;
    tn_stmt *readers[2], *writer, *more;
    open_db(f, "&acquire_timeout=1h&max_connections=3");
    assert_ok(tn_stmt_open(&readers[0], f->db, "SELECT id FROM t", NULL));
    assert_ok(tn_stmt_open(&readers[1], f->db, "SELECT n FROM t", NULL));
    assert_int_equal(tn_stmt_open(&more, f->db, "SELECT 1", &f->err), TN_EMISUSE);
    assert_says(&f->err, "'SELECT id FROM t'");
    /* Rows are being read, and the writer is another connection: */
    assert_ok(tn_stmt_open(&writer, f->db, "UPDATE t SET n = 1 RETURNING id", NULL));
    assert_int_equal(tn_exec(f->db, "DELETE FROM t", NULL, 0, NULL, &f->err), TN_EMISUSE);
    assert_says(&f->err, "'UPDATE t SET n = 1 RETURNING id'");
    tn_stmt_close(writer);
    tn_stmt_close(readers[0]);
    tn_stmt_close(readers[1]);
}

static void memory_database_in_use_is_misuse(void **state)
{
    struct fixture *f = *state;
    tn_stmt *stmt;
    assert_ok(tn_db_open(&f->db, ":memory:", NULL, NULL));
    assert_ok(tn_exec(f->db, "CREATE TABLE t (n)", NULL, 0, NULL, NULL));
    assert_ok(tn_stmt_open(&stmt, f->db, "SELECT n FROM t", NULL));
    assert_int_equal(tn_exec(f->db, "INSERT INTO t VALUES (1)", NULL, 0, NULL, &f->err),
                     TN_EMISUSE);
    assert_says(&f->err, "'SELECT n FROM t'");
    tn_stmt_close(stmt);
    assert_ok(tn_exec(f->db, "INSERT INTO t VALUES (1)", NULL, 0, NULL, NULL));
}

/* --- sides ------------------------------------------------------------------------------------ */

static void read_only_database_refuses_writes(void **state)
{
    struct fixture *f = *state;
    char url[PATH_MAX + 200];
    tn_db *tx;
    tn_conn *conn;
    open_db(f, "");
    tn_db_close(f->db);
    f->db = NULL;
    snprintf(url, sizeof url, "sqlite:%s/pool.db?mode=ro", f->folder);
    assert_ok(tn_db_open(&f->db, url, NULL, NULL));
    assert_int_equal(number(f->db, "SELECT n FROM t"), 0);
    assert_int_equal(number(f->db, "PRAGMA foreign_keys"), 1);
    assert_int_equal(tn_exec(f->db, "DELETE FROM t", NULL, 0, NULL, &f->err), TN_EREADONLY);
    assert_int_equal(tn_exec(f->db, "WITH w AS (SELECT 1) DELETE FROM t", NULL, 0, NULL, &f->err),
                     TN_EREADONLY);
    assert_int_equal(tn_exec_script(f->db, "DELETE FROM t", &f->err), TN_EREADONLY);
    assert_ok(tn_exec_script(f->db, "SELECT * FROM t", NULL));
    assert_int_equal(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err), TN_EREADONLY);
    assert_int_equal(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err), TN_EREADONLY);
    assert_ok(tn_tx_begin(&tx, f->db, TN_READ, NULL));
    assert_int_equal(number(tx, "SELECT n FROM t"), 0);
    assert_ok(tn_tx_commit(tx, NULL));
}

static void explain_of_a_write_needs_no_writer(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    open_db(f, "");
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, NULL));
    assert_ok(tn_query(&rows, f->db, "EXPLAIN QUERY PLAN DELETE FROM t WHERE id = 1", NULL, 0,
                       &arena, NULL));
    assert_true(rows.row_count > 0);
    tn_tx_rollback(tx);
    tn_arena_fini(&arena);
}

static void settings_hold_on_every_connection(void **state)
{
    struct fixture *f = *state;
    tn_conn *conns[4];
    open_db(f, "&max_connections=4&foreign_keys=off&cache_size=-777");
    for (int i = 0; i < 4; i++) {
        assert_ok(tn_conn_acquire(&conns[i], f->db, i == 0 ? TN_WRITE : TN_READ, NULL));
        assert_int_equal(number(tn_conn_db(conns[i]), "PRAGMA foreign_keys"), 0);
        assert_int_equal(number(tn_conn_db(conns[i]), "PRAGMA cache_size"), -777);
        assert_non_null(tn_conn_sqlite3(conns[i]));
    }
    for (int i = 0; i < 4; i++)
        tn_conn_release(conns[i]);
}

static void last_rowid_is_of_the_connection(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    open_db(f, "");
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, NULL));
    assert_ok(tn_exec(tn_conn_db(conn), "INSERT INTO t VALUES (77, 1)", NULL, 0, NULL, NULL));
    assert_int_equal(tn_conn_last_rowid(conn), 77);
    tn_conn_release(conn);
}

/* --- the engine's own rollback ---------------------------------------------------------------- */

static int ignore_a_rollback(tn_db *tx, void *user, tn_error *err)
{
    int *status = user;
    int rc = tn_exec(tx, "INSERT INTO t VALUES (2, 2)", NULL, 0, NULL, err);
    if (rc != TN_OK)
        return rc;
    *status = tn_exec(tx, "INSERT OR ROLLBACK INTO t VALUES (1, 1)", NULL, 0, NULL, NULL);
    /* There is no transaction any more: this must not run outside of one. */
    status[1] = tn_exec(tx, "INSERT INTO t VALUES (3, 3)", NULL, 0, NULL, NULL);
    return TN_OK;
}

static void transaction_that_the_engine_ended_is_not_gone_on_with(void **state)
{
    struct fixture *f = *state;
    int status[2] = {0, 0};
    tn_db *tx, *inner;
    open_db(f, "");
    assert_int_equal(tn_transact(f->db, ignore_a_rollback, status, NULL, &f->err), TN_EUNIQUE);
    assert_int_equal(status[0], TN_EUNIQUE);
    assert_int_equal(status[1], TN_EUNIQUE);
    assert_says(&f->err, "rolled back");
    assert_int_equal(number(f->db, "SELECT count(*) FROM t"), 1);

    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, NULL));
    assert_ok(tn_tx_begin(&inner, tx, TN_WRITE, NULL));
    assert_int_equal(tn_exec_script(inner, "INSERT OR ROLLBACK INTO t VALUES (1, 1)", NULL),
                     TN_EUNIQUE);
    tn_tx_rollback(inner);
    assert_int_equal(tn_exec(tx, "DELETE FROM t", NULL, 0, NULL, NULL), TN_EUNIQUE);
    assert_int_equal(tn_exec_script(tx, "DELETE FROM t", NULL), TN_EUNIQUE);
    assert_int_equal(tn_tx_begin(&inner, tx, TN_WRITE, NULL), TN_EUNIQUE);
    assert_int_equal(tn_transact(tx, increment, NULL, NULL, NULL), TN_EUNIQUE);
    tn_conn *conn;
    assert_int_equal(tn_conn_acquire(&conn, tx, TN_READ, NULL), TN_EUNIQUE);
    assert_int_equal(tn_tx_commit(tx, NULL), TN_EUNIQUE);
    /* The connection is sound again. */
    assert_ok(tn_exec(f->db, "DELETE FROM t", NULL, 0, NULL, NULL));
}

struct intruder {
    sqlite3 *db;
    int runs;
};

static int read_lock(struct intruder *intruder, const char *sql)
{
    return sqlite3_exec(intruder->db, sql, NULL, NULL, NULL);
}

/* In rollback-journal mode COMMIT waits for the readers: here one that goes after the first run. */
static int write_beside(tn_db *tx, void *user, tn_error *err)
{
    struct intruder *intruder = user;
    if (++intruder->runs > 1 && read_lock(intruder, "COMMIT") != SQLITE_OK)
        return tn_error_set(err, TN_EUSER, "no commit");
    return tn_exec(tx, "UPDATE t SET n = n + 1", NULL, 0, NULL, err);
}

static void busy_commit_is_rolled_back_and_run_again(void **state)
{
    struct fixture *f = *state;
    struct intruder intruder = {NULL, 0};
    tn_db *tx;
    open_db(f, "&journal_mode=delete&busy_timeout=0");
    assert_int_equal(sqlite3_open(scratch_path(f->folder, "pool.db"), &intruder.db), SQLITE_OK);
    assert_int_equal(read_lock(&intruder, "BEGIN; SELECT * FROM t"), SQLITE_OK);
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, NULL));
    assert_ok(tn_exec(tx, "UPDATE t SET n = 50", NULL, 0, NULL, NULL));
    assert_int_equal(tn_tx_commit(tx, &f->err), TN_EBUSY);
    assert_int_equal(number(f->db, "SELECT n FROM t"), 0);
    assert_ok(tn_transact(f->db, write_beside, &intruder, NULL, &f->err));
    assert_int_equal(intruder.runs, 2);
    assert_int_equal(number(f->db, "SELECT n FROM t"), 1);
    assert_int_equal(sqlite3_close(intruder.db), SQLITE_OK);
}

static void rows_left_open_hold_no_lock_after_the_transaction(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    tn_stmt *stmt;
    assert_ok(tn_db_open(&f->db, ":memory:", NULL, NULL));
    assert_ok(tn_exec_script(f->db, "CREATE TABLE t (n); INSERT INTO t VALUES (1), (2)", NULL));
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, NULL));
    assert_ok(tn_stmt_open(&stmt, tx, "SELECT n FROM t", NULL));
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    assert_ok(tn_tx_commit(tx, NULL));
    assert_ok(tn_exec(f->db, "DROP TABLE t", NULL, 0, NULL, NULL));
    tn_stmt_close(stmt); /* late, on a connection that nobody else has meanwhile */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(timeout_names_the_holders_statement),
    };
    /* Of readers beside a writer, files, memory and pragmas. */
    const struct CMUnitTest of_sqlite[] = {
        TEST(timeout_of_readers_names_several),
        TEST(thread_that_would_wait_for_itself_is_told_at_once),
        TEST(memory_database_in_use_is_misuse),
        TEST(read_only_database_refuses_writes),
        TEST(explain_of_a_write_needs_no_writer),
        TEST(settings_hold_on_every_connection),
        TEST(last_rowid_is_of_the_connection),
        TEST(transaction_that_the_engine_ended_is_not_gone_on_with),
        TEST(busy_commit_is_rolled_back_and_run_again),
        TEST(rows_left_open_hold_no_lock_after_the_transaction),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (!pooling_is_postgres())
        failed += cmocka_run_group_tests(of_sqlite, NULL, NULL);
    return failed;
}
