/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>

#include <tenon/gen_sqlite.h>
#include <tenon/tenon.h>

#include "fault_alloc.h"
#include "scratch.h"

/* Every allocation of the runtime fails once, and from some moment on: TN_ENOMEM and no leak. */

struct scenario {
    char url[PATH_MAX + 64];
};

static int add_row(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    tn_value value = tn_value_string("text");
    return tn_exec(tx, "INSERT INTO t (name) VALUES ($1)", &value, 1, NULL, err);
}

static int query_all(tn_db *db)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    int rc = tn_query(&rows, db, "SELECT id, name FROM t", NULL, 0, &arena, NULL);
    tn_arena_fini(&arena);
    return rc;
}

static int use_statement(tn_db *db)
{
    tn_stmt *stmt;
    int rc = tn_stmt_open(&stmt, db, "SELECT id FROM t WHERE name = :name", NULL);
    if (rc != TN_OK)
        return rc;
    rc = tn_stmt_bind_name(stmt, "name", tn_value_string("text"), NULL);
    while (rc == TN_OK || rc == TN_ROW)
        rc = tn_stmt_step(stmt, NULL);
    tn_stmt_close(stmt);
    return rc == TN_DONE ? TN_OK : rc;
}

static int use_nested(tn_db *db)
{
    tn_db *outer, *inner;
    int rc = tn_tx_begin(&outer, db, TN_WRITE, NULL);
    if (rc != TN_OK)
        return rc;
    rc = tn_tx_begin(&inner, outer, TN_WRITE, NULL);
    if (rc == TN_OK) {
        rc = add_row(inner, NULL, NULL);
        if (rc == TN_OK)
            rc = tn_tx_commit(inner, NULL);
        else
            tn_tx_rollback(inner);
    }
    tn_tx_rollback(outer);
    return rc;
}

static int use_query(tn_db *db)
{
    static const char sql[] = "SELECT id FROM t";
    static struct tn_gen_query query = {"ids", sql, sizeof sql - 1, 1, TN_READ, TN_GEN_ABI, 0};
    struct tn_gen_use outer, inner;
    tn_conn *conn;
    int rc = tn_conn_acquire(&conn, db, TN_READ, NULL);
    if (rc != TN_OK)
        return rc;
    rc = tn_gen_acquire(&outer, tn_conn_db(conn), &query, NULL);
    if (rc == TN_OK) {
        rc = tn_gen_acquire(&inner, tn_conn_db(conn), &query, NULL);
        if (rc == TN_OK)
            tn_gen_release(&inner);
        tn_gen_release(&outer);
    }
    tn_conn_release(conn);
    return rc;
}

static int (*const steps[])(tn_db *db) = {query_all, use_statement, use_nested, use_query};

static int run_all(void *user)
{
    struct scenario *scenario = user;
    tn_db *db;
    int rc = tn_db_open(&db, scenario->url, NULL, NULL);
    if (rc != TN_OK)
        return rc;
    rc = tn_exec_script(db,
                        "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name TEXT);"
                        "DELETE FROM t;",
                        NULL);
    if (rc == TN_OK)
        rc = tn_transact(db, add_row, NULL, NULL, NULL);
    for (size_t i = 0; rc == TN_OK && i < sizeof steps / sizeof steps[0]; i++)
        rc = steps[i](db);
    tn_db_close(db);
    return rc;
}

static void file_database_survives_lack_of_memory(void **state)
{
    struct scenario scenario;
    snprintf(scenario.url, sizeof scenario.url, "sqlite:%s/x/alloc.db?mode=rwc&synchronous=off",
             (char *)*state);
    fault_alloc_each(run_all, &scenario);
}

static void memory_database_survives_lack_of_memory(void **state)
{
    (void)state;
    struct scenario scenario = {.url = "sqlite::memory:?statement_cache=2"};
    fault_alloc_each(run_all, &scenario);
}

static int run_timeout(void *user)
{
    tn_db *db = user;
    tn_conn *held, *more;
    int rc = tn_conn_acquire(&held, db, TN_WRITE, NULL);
    if (rc != TN_OK)
        return rc;
    rc = tn_conn_acquire(&more, db, TN_WRITE, NULL);
    tn_conn_release(held);
    /* The message is shorter without memory; the status is the same. */
    return rc == TN_EMISUSE ? TN_OK : rc;
}

static void refusal_without_memory_is_the_same_refusal(void **state)
{
    (void)state;
    tn_db *db;
    assert_ok(tn_db_open(&db, ":memory:", NULL, NULL));
    fault_alloc_each(run_timeout, db);
    tn_db_close(db);
}

/* The engine's memory: a limit on its heap, lowered until everything fails. */
static void engine_without_memory_is_no_memory(void **state)
{
    (void)state;
    tn_db *db;
    tn_error err = {0};
    assert_ok(tn_db_open(&db, ":memory:", NULL, NULL));
    assert_ok(
        tn_exec(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)", NULL, 0, NULL, NULL));
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + 20000);
    int rc =
        tn_exec(db, "INSERT INTO t (name) VALUES (hex(zeroblob(1000000)))", NULL, 0, NULL, &err);
    sqlite3_hard_heap_limit64(0);
    assert_int_equal(rc, TN_ENOMEM);
    assert_int_equal(err.status, TN_ENOMEM);
    assert_ok(add_row(db, NULL, NULL));
    tn_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(file_database_survives_lack_of_memory, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(memory_database_survives_lack_of_memory),
        cmocka_unit_test(refusal_without_memory_is_the_same_refusal),
        cmocka_unit_test(engine_without_memory_is_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
