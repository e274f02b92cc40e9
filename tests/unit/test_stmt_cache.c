/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <sqlite3.h>
#include <stdio.h>

#include <tenon/tenon.h>

/* Which statements a connection keeps, seen in the engine's own list. */

static bool keeps(tn_conn *conn, const char *sql)
{
    for (sqlite3_stmt *stmt = NULL; (stmt = sqlite3_next_stmt(tn_conn_sqlite3(conn), stmt));) {
        if (strcmp(sqlite3_sql(stmt), sql) == 0)
            return true;
    }
    return false;
}

static tn_db *open_memory(const char *params, tn_conn **conn)
{
    char url[64];
    tn_db *db;
    snprintf(url, sizeof url, "sqlite::memory:?%s", params);
    assert_ok(tn_db_open(&db, url, NULL, NULL));
    assert_ok(tn_conn_acquire(conn, db, TN_WRITE, NULL));
    return db;
}

static void run(tn_conn *conn, const char *sql)
{
    assert_ok(tn_exec(tn_conn_db(conn), sql, NULL, 0, NULL, NULL));
}

static void least_recently_used_statement_goes_first(void **state)
{
    (void)state;
    tn_conn *conn;
    tn_db *db = open_memory("statement_cache=2", &conn);
    run(conn, "SELECT 1");
    run(conn, "SELECT 2");
    run(conn, "SELECT 1");
    run(conn, "SELECT 3");
    assert_true(keeps(conn, "SELECT 1"));
    assert_false(keeps(conn, "SELECT 2"));
    assert_true(keeps(conn, "SELECT 3"));
    run(conn, "SELECT 2");
    assert_false(keeps(conn, "SELECT 1"));
    tn_conn_release(conn);
    tn_db_close(db);
}

static void statement_in_use_is_never_evicted(void **state)
{
    (void)state;
    tn_conn *conn;
    tn_stmt *held;
    tn_db *db = open_memory("statement_cache=1", &conn);
    assert_ok(tn_stmt_open(&held, tn_conn_db(conn), "SELECT 'held'", NULL));
    assert_int_equal(tn_stmt_step(held, NULL), TN_ROW);
    run(conn, "SELECT 1");
    run(conn, "SELECT 2");
    assert_text(tn_stmt_column(held, 0).as.text, "held");
    tn_stmt_close(held);
    assert_true(keeps(conn, "SELECT 'held'"));
    assert_false(keeps(conn, "SELECT 2"));
    tn_conn_release(conn);
    tn_db_close(db);
}

static void cached_statement_is_the_same_one(void **state)
{
    (void)state;
    tn_conn *conn;
    tn_stmt *first, *second, *again;
    tn_db *db = open_memory("statement_cache=8", &conn);
    tn_db *view = tn_conn_db(conn);
    assert_ok(tn_stmt_open(&first, view, "SELECT 1", NULL));
    assert_ok(tn_stmt_open(&second, view, "SELECT 1", NULL));
    assert_ptr_not_equal(first, second);
    tn_stmt_close(second);
    tn_stmt_close(first); /* one of the two is enough */
    assert_ok(tn_stmt_open(&again, view, "SELECT 1", NULL));
    assert_ptr_equal(again, second);
    tn_stmt_close(again);
    tn_conn_release(conn);
    tn_db_close(db);
}

static void statements_that_run_once_are_not_kept(void **state)
{
    (void)state;
    tn_conn *conn;
    tn_db *db = open_memory("statement_cache=8", &conn);
    run(conn, "CREATE TABLE t (n)");
    run(conn, "PRAGMA foreign_keys");
    assert_ok(tn_exec_script(tn_conn_db(conn), "SELECT 'script'", NULL));
    assert_false(keeps(conn, "CREATE TABLE t (n)"));
    assert_false(keeps(conn, "PRAGMA foreign_keys"));
    assert_false(keeps(conn, "SELECT 'script'"));
    run(conn, "INSERT INTO t VALUES (1)");
    assert_true(keeps(conn, "INSERT INTO t VALUES (1)"));
    tn_conn_release(conn);
    tn_db_close(db);
}

static void many_statements_are_found_again(void **state)
{
    (void)state;
    tn_conn *conn;
    tn_db *db = open_memory("statement_cache=200", &conn);
    char sql[32];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 300; i++) {
            snprintf(sql, sizeof sql, "SELECT %d", i);
            run(conn, sql);
        }
    }
    assert_false(keeps(conn, "SELECT 99"));
    assert_true(keeps(conn, "SELECT 100"));
    assert_true(keeps(conn, "SELECT 299"));
    tn_conn_release(conn);
    tn_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_recently_used_statement_goes_first),
        cmocka_unit_test(statement_in_use_is_never_evicted),
        cmocka_unit_test(cached_statement_is_the_same_one),
        cmocka_unit_test(statements_that_run_once_are_not_kept),
        cmocka_unit_test(many_statements_are_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
