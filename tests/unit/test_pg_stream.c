/* SPDX-License-Identifier: MIT */
/* Rows that come one by one from a server, the names of types, and libpq's own handle. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/tenon.h>

#include "fault_alloc.h"
#include "pg.h"

struct fixture {
    tn_db *db;
    tn_conn *conn;
    tn_db *view;
    tn_error err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    assert_ok(tn_db_open(&f->db, pg_new_database(), NULL, &f->err));
    assert_ok(tn_exec_script(f->db, "CREATE TABLE t (id int); CREATE TYPE mood AS ENUM ('ill')",
                             &f->err));
    assert_ok(tn_conn_acquire(&f->conn, f->db, TN_WRITE, &f->err));
    f->view = tn_conn_db(f->conn);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    tn_conn_release(f->conn);
    tn_db_close(f->db);
    free(f);
    return 0;
}

static const char series[] = "SELECT i, i::text FROM generate_series(1, $1::int) AS i";

static tn_stmt *open_series(struct fixture *f, tn_db *db, int64_t count)
{
    tn_stmt *stmt;
    assert_ok(tn_stmt_open(&stmt, db, series, &f->err));
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(count), &f->err));
    assert_ok(tn_stmt_stream(stmt, true, &f->err));
    return stmt;
}

static int64_t read_rows(struct fixture *f, tn_stmt *stmt, int64_t most)
{
    int64_t rows = 0;
    int rc = TN_ROW;
    while (rows < most && (rc = tn_stmt_step(stmt, &f->err)) == TN_ROW) {
        char text[32];
        snprintf(text, sizeof text, "%lld", (long long)++rows);
        assert_int_equal(tn_stmt_column(stmt, 0).as.integer, rows);
        assert_text(tn_stmt_column(stmt, 1).as.text, text);
    }
    assert_true(rc == TN_ROW || rc == TN_DONE);
    return rows;
}

static void rows_are_the_same_one_by_one(void **state)
{
    struct fixture *f = *state;
    tn_stmt *stmt = open_series(f, f->view, 5000);
    for (int round = 0; round < 2; round++)
        assert_int_equal(read_rows(f, stmt, INT64_MAX), 5000);
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(0), &f->err));
    assert_int_equal(read_rows(f, stmt, INT64_MAX), 0);
    assert_ok(tn_stmt_stream(stmt, false, &f->err));
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(10), &f->err));
    assert_int_equal(read_rows(f, stmt, INT64_MAX), 10);
    tn_stmt_close(stmt);
}

/* libpq keeps in mind that they come one by one, for what is sent in a pipeline: where nothing is in
 * between, because the statement has been prepared before. */
static void statements_after_them_have_all_rows(void **state)
{
    struct fixture *f = *state;
    for (int64_t most = 1; most <= 100; most += 33) {
        tn_stmt *stmt = open_series(f, f->view, 50);
        (void)read_rows(f, stmt, most);
        tn_stmt_close(stmt);
        tn_pipeline *pipeline;
        tn_answer answer;
        assert_ok(tn_pipeline_open(&pipeline, f->view, NULL, &f->err));
        assert_ok(
            tn_pipeline_send(pipeline, "SELECT generate_series(1, 7)", NULL, 0, NULL, &f->err));
        assert_ok(tn_pipeline_sync(pipeline, &f->err));
        assert_ok(tn_pipeline_next(&answer, pipeline, &f->err));
        assert_int_equal(answer.row_count, 7);
        tn_pipeline_close(pipeline);
    }
}

static void half_of_them_is_enough(void **state)
{
    struct fixture *f = *state;
    tn_stmt *stmt = open_series(f, f->view, 100000000);
    assert_int_equal(read_rows(f, stmt, 1000), 1000);
    assert_int_equal(tn_stmt_stream(stmt, false, &f->err), TN_EMISUSE);
    tn_stmt_reset(stmt);
    assert_ok(tn_exec(f->view, "SELECT 1", NULL, 0, NULL, &f->err));
    assert_int_equal(read_rows(f, stmt, 1000), 1000);
    tn_stmt_close(stmt);
    assert_ok(tn_exec(f->view, "SELECT 1", NULL, 0, NULL, &f->err));
    /* From the cache it comes back as any other. */
    assert_ok(tn_stmt_open(&stmt, f->view, series, &f->err));
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(3), &f->err));
    assert_int_equal(read_rows(f, stmt, 1), 1);
    assert_ok(tn_exec(f->view, "SELECT 1", NULL, 0, NULL, &f->err));
    tn_stmt_close(stmt);
}

static void connection_is_the_streams_meanwhile(void **state)
{
    struct fixture *f = *state;
    tn_stmt *stmt = open_series(f, f->view, 10000);
    tn_stmt *other = NULL;
    assert_int_equal(read_rows(f, stmt, 10), 10);
    assert_int_equal(tn_exec(f->view, "SELECT 1", NULL, 0, NULL, &f->err), TN_EMISUSE);
    assert_non_null(strstr(f->err.message, "stream"));
    assert_int_equal(tn_stmt_open(&other, f->view, "SELECT $1::int + 2", &f->err), TN_EMISUSE);
    tn_stmt_close(stmt);
    assert_ok(tn_exec(f->view, "SELECT 1", NULL, 0, NULL, &f->err));
}

static void transaction_survives_half_a_stream(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, f->view, TN_WRITE, &f->err));
    tn_stmt *stmt = open_series(f, tx, 100000);
    assert_int_equal(read_rows(f, stmt, 10), 10);
    tn_stmt_close(stmt);
    assert_ok(tn_exec(tx, "INSERT INTO t VALUES (1)", NULL, 0, NULL, &f->err));
    assert_ok(tn_tx_commit(tx, &f->err));
    assert_ok(tn_tx_begin(&tx, f->view, TN_WRITE, &f->err));
    stmt = open_series(f, tx, 100000);
    assert_int_equal(read_rows(f, stmt, 10), 10);
    tn_tx_rollback(tx); /* under an open stream */
    tn_stmt_close(stmt);
    assert_ok(tn_exec(f->view, "SELECT 1", NULL, 0, NULL, &f->err));
}

/* COMMIT leaves out the rows that nobody has read; who reads on all the same is told. */
static void commit_ends_half_a_stream(void **state)
{
    struct fixture *f = *state;
    tn_db *tx, *inner;
    for (int within = 0; within < 2; within++) {
        assert_ok(tn_tx_begin(&tx, f->view, TN_WRITE, &f->err));
        assert_ok(tn_exec(tx, "INSERT INTO t VALUES (1)", NULL, 0, NULL, &f->err));
        inner = tx;
        if (within)
            assert_ok(tn_tx_begin(&inner, tx, TN_WRITE, &f->err));
        tn_stmt *stmt = open_series(f, inner, 100000);
        assert_int_equal(read_rows(f, stmt, 10), 10);
        if (within)
            assert_ok(tn_tx_commit(inner, &f->err));
        assert_ok(tn_tx_commit(tx, &f->err));
        assert_int_equal(tn_stmt_step(stmt, &f->err), TN_EMISUSE);
        assert_non_null(strstr(f->err.message, "is over"));
        assert_ok(tn_exec(f->view, "DELETE FROM t WHERE id = 1", NULL, 0, NULL, &f->err));
        assert_int_equal(tn_stmt_step(stmt, &f->err), TN_EMISUSE);
        tn_stmt_close(stmt);
    }
}

/* Of the rows that are left out, too: the transaction has failed by them. */
static void commit_behind_a_stream_that_fails_says_why(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    tn_stmt *stmt;
    assert_ok(tn_tx_begin(&tx, f->view, TN_WRITE, &f->err));
    assert_ok(
        tn_stmt_open(&stmt, tx, "SELECT 1 / (50 - i) FROM generate_series(1, 99) i", &f->err));
    assert_ok(tn_stmt_stream(stmt, true, &f->err));
    assert_int_equal(tn_stmt_step(stmt, &f->err), TN_ROW);
    assert_int_equal(tn_tx_commit(tx, &f->err), TN_EINVAL); /* 22012 */
    assert_non_null(strstr(f->err.message, "rolled back"));
    tn_stmt_close(stmt);
    assert_ok(tn_exec(f->view, "SELECT 1", NULL, 0, NULL, &f->err));
}

/* A savepoint is none of the stream's business: it is refused as anything else. */
static void savepoint_does_not_end_a_stream(void **state)
{
    struct fixture *f = *state;
    tn_db *tx, *inner;
    assert_ok(tn_tx_begin(&tx, f->view, TN_WRITE, &f->err));
    tn_stmt *stmt = open_series(f, tx, 100);
    assert_int_equal(read_rows(f, stmt, 10), 10);
    assert_int_equal(tn_tx_begin(&inner, tx, TN_WRITE, &f->err), TN_EMISUSE);
    for (int i = 11; i <= 100; i++)
        assert_int_equal(tn_stmt_step(stmt, &f->err), TN_ROW);
    tn_stmt_close(stmt);
    assert_ok(tn_tx_commit(tx, &f->err));
}

static void failure_comes_behind_the_rows_before_it(void **state)
{
    struct fixture *f = *state;
    tn_stmt *stmt;
    int rc;
    int rows = 0;
    assert_ok(
        tn_stmt_open(&stmt, f->view, "SELECT 1 / (50 - i) FROM generate_series(1, 99) i", &f->err));
    assert_ok(tn_stmt_stream(stmt, true, &f->err));
    while ((rc = tn_stmt_step(stmt, &f->err)) == TN_ROW)
        rows++;
    assert_int_equal(rows, 49);
    assert_string_equal(f->err.sqlstate, "22012");
    tn_stmt_close(stmt);
    assert_ok(tn_exec(f->view, "SELECT 1", NULL, 0, NULL, &f->err));
}

/* What the statement has changed stays changed, though nobody reads the rest of its rows. */
static void write_is_done_to_its_end(void **state)
{
    struct fixture *f = *state;
    tn_stmt *stmt;
    tn_rows rows;
    tn_arena arena = TN_ARENA_INIT;
    assert_ok(tn_exec_script(f->view, "INSERT INTO t SELECT generate_series(1, 500)", &f->err));
    assert_ok(tn_stmt_open(&stmt, f->view,
                           "SELECT lo_create(0), repeat('x', 10000) FROM t FOR UPDATE", &f->err));
    assert_ok(tn_stmt_stream(stmt, true, &f->err));
    assert_int_equal(tn_stmt_step(stmt, &f->err), TN_ROW);
    tn_stmt_close(stmt);
    assert_ok(tn_query(&rows, f->view, "SELECT count(*) FROM pg_largeobject_metadata", NULL, 0,
                       &arena, &f->err));
    assert_int_equal(tn_rows_at(&rows, 0, 0)->as.integer, 500);
    tn_arena_fini(&arena);
}

static void time_of_all_its_rows_is_limited(void **state)
{
    struct fixture *f = *state;
    tn_stmt *stmt;
    int rc;
    tn_conn_set_timeout(f->conn, 300);
    assert_ok(tn_stmt_open(
        &stmt, f->view, "SELECT repeat('x', 10000), pg_sleep(0.05) FROM generate_series(1, 1000)",
        &f->err));
    assert_ok(tn_stmt_stream(stmt, true, &f->err));
    while ((rc = tn_stmt_step(stmt, &f->err)) == TN_ROW)
        ;
    assert_int_equal(rc, TN_ETIMEOUT);
    tn_stmt_close(stmt);
    assert_ok(tn_exec(f->view, "SELECT 1", NULL, 0, NULL, &f->err));
}

/* Its rows are no rows of a stream. */
static void copy_is_no_stream(void **state)
{
    struct fixture *f = *state;
    static const char *const copies[] = {"COPY t TO STDOUT", "COPY t FROM STDIN"};
    tn_stmt *stmt;
    for (int i = 0; i < 2; i++) {
        assert_ok(tn_stmt_open(&stmt, f->view, copies[i], &f->err));
        assert_ok(tn_stmt_stream(stmt, true, &f->err));
        assert_int_equal(tn_stmt_step(stmt, &f->err), TN_EMISUSE);
        tn_stmt_close(stmt);
        assert_ok(tn_exec(f->view, "SELECT 1", NULL, 0, NULL, &f->err));
    }
}

static void server_that_goes_is_told(void **state)
{
    struct fixture *f = *state;
    tn_stmt *stmt;
    int rc;
    assert_ok(tn_stmt_open(&stmt, f->view,
                           "SELECT repeat('x', 1000), pg_terminate_backend(CASE WHEN i = 500 THEN "
                           "pg_backend_pid() ELSE 0 END) FROM generate_series(1, 1000) i",
                           &f->err));
    assert_ok(tn_stmt_stream(stmt, true, &f->err));
    while ((rc = tn_stmt_step(stmt, &f->err)) == TN_ROW)
        ;
    assert_int_equal(rc, TN_ECONNECT);
    tn_stmt_close(stmt);
    assert_int_equal(tn_exec(f->view, "SELECT 1", NULL, 0, NULL, &f->err), TN_ECONNECT);
    assert_ok(tn_exec(f->db, "SELECT 1", NULL, 0, NULL, &f->err)); /* another connection */
}

static void types_have_their_names(void **state)
{
    struct fixture *f = *state;
    tn_stmt *stmt;
    static const char *const names[] = {"int4", "numeric", "text[]", "mood", "timestamptz"};
    assert_ok(
        tn_stmt_open(&stmt, f->view, "SELECT 1, 1.5, ARRAY['x'], 'ill'::mood, now()", &f->err));
    for (int i = 0; i < 5; i++)
        assert_string_equal(tn_stmt_column_type(stmt, i), names[i]);
    assert_null(tn_stmt_column_type(stmt, 5));
    assert_null(tn_stmt_column_type(stmt, -1));
    tn_stmt_close(stmt);
}

static void handle_is_of_its_own_engine(void **state)
{
    struct fixture *f = *state;
    assert_non_null(tn_conn_pgconn(f->conn));
    assert_null(tn_conn_sqlite3(f->conn));
    assert_ok(tn_exec(f->view, "SELECT 1", NULL, 0, NULL, &f->err));
}

static void sqlite_has_types_as_declared_and_always_streams(void **state)
{
    tn_db *db;
    tn_conn *conn;
    tn_stmt *stmt;
    tn_error err = {0};
    (void)state;
    assert_ok(tn_db_open(&db, ":memory:", NULL, &err));
    assert_ok(
        tn_exec_script(db, "CREATE TABLE t (a VARCHAR(10)); INSERT INTO t VALUES ('x')", &err));
    assert_ok(tn_conn_acquire(&conn, db, TN_WRITE, &err));
    assert_null(tn_conn_pgconn(conn));
    assert_ok(tn_stmt_open(&stmt, tn_conn_db(conn), "SELECT a, 1 FROM t", &err));
    assert_string_equal(tn_stmt_column_type(stmt, 0), "VARCHAR(10)");
    assert_null(tn_stmt_column_type(stmt, 1));
    assert_ok(tn_stmt_stream(stmt, true, &err));
    assert_int_equal(tn_stmt_step(stmt, &err), TN_ROW);
    assert_int_equal(tn_stmt_stream(stmt, false, &err), TN_EMISUSE);
    assert_ok(tn_exec(tn_conn_db(conn), "SELECT 1", NULL, 0, NULL, &err));
    tn_stmt_close(stmt);
    tn_conn_release(conn);
    tn_db_close(db);
}

static int run_small(void *user)
{
    tn_error err = {0};
    tn_db *db = NULL;
    tn_stmt *stmt = NULL;
    int rc = tn_db_open(&db, user, NULL, &err);
    if (rc == TN_OK)
        rc = tn_stmt_open(&stmt, db, "SELECT 1.5, ARRAY[1] FROM generate_series(1, 3)", &err);
    if (rc == TN_OK)
        rc = tn_stmt_stream(stmt, true, &err);
    while (rc == TN_OK || rc == TN_ROW) {
        rc = tn_stmt_step(stmt, &err);
        for (int i = 0; rc == TN_ROW && i < 2; i++) {
            tn_value value = tn_stmt_column(stmt, i);
            if (value.type == TN_TEXT && !value.as.text.data)
                rc = TN_ENOMEM;
        }
    }
    tn_stmt_close(stmt);
    tn_db_close(db);
    return rc == TN_DONE ? TN_OK : rc;
}

static void every_allocation_may_fail(void **state)
{
    struct fixture *f = *state;
    (void)f;
    char *url = strdup(pg_new_database());
    fault_alloc_each(run_small, url);
    free(url);
}

#define ON(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON(rows_are_the_same_one_by_one),
        ON(statements_after_them_have_all_rows),
        ON(half_of_them_is_enough),
        ON(connection_is_the_streams_meanwhile),
        ON(transaction_survives_half_a_stream),
        ON(commit_ends_half_a_stream),
        ON(commit_behind_a_stream_that_fails_says_why),
        ON(savepoint_does_not_end_a_stream),
        ON(failure_comes_behind_the_rows_before_it),
        ON(write_is_done_to_its_end),
        ON(time_of_all_its_rows_is_limited),
        ON(copy_is_no_stream),
        ON(server_that_goes_is_told),
        ON(types_have_their_names),
        ON(handle_is_of_its_own_engine),
        cmocka_unit_test(sqlite_has_types_as_declared_and_always_streams),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
