/* SPDX-License-Identifier: MIT */
#include "contract.h"

#include <tenon/copy.h>
#include <tenon/pipeline.h>

/* What is left of a statement when the transaction, or the connection, that it was opened on is gone. */

static void setup_numbers(struct contract *c)
{
    contract_script(c, "CREATE TABLE t (id INTEGER PRIMARY KEY);"
                       "INSERT INTO t (id) VALUES (1), (2), (3)");
}

static const char rows_by_id[] = "SELECT id FROM t WHERE id > $1 ORDER BY id";

static tn_stmt *open_rows(struct contract *c, tn_db *view)
{
    tn_stmt *stmt;
    assert_ok(tn_stmt_open(&stmt, view, rows_by_id, &c->err));
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(0), &c->err));
    assert_int_equal(tn_stmt_step(stmt, &c->err), TN_ROW);
    assert_int_equal(tn_stmt_column(stmt, 0).as.integer, 1);
    return stmt;
}

static void assert_over(struct contract *c, tn_stmt *stmt)
{
    for (int i = 0; i < 2; i++) {
        assert_status(tn_stmt_step(stmt, &c->err), TN_EMISUSE, c->err);
        assert_non_null(strstr(c->err.message, "the statement is over: "));
        tn_stmt_reset(stmt);
        tn_stmt_clear(stmt);
    }
    assert_status(tn_stmt_bind(stmt, 1, tn_value_int(1), &c->err), TN_EMISUSE, c->err);
    assert_status(tn_stmt_bind_name(stmt, "id", tn_value_int(1), &c->err), TN_EMISUSE, c->err);
    assert_status(tn_stmt_stream(stmt, true, &c->err), TN_EMISUSE, c->err);
    assert_int_equal(tn_stmt_column(stmt, 0).type, TN_NULL);
    assert_int_equal(tn_stmt_column_count(stmt), 0);
    assert_null(tn_stmt_column_name(stmt, 0));
    tn_stmt_close(stmt);
}

static void statement_ends_with_its_transaction(void **state)
{
    struct contract *c = *state;
    tn_db *tx;
    setup_numbers(c);
    for (int commits = 0; commits < 2; commits++) {
        assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
        tn_stmt *stmt = open_rows(c, tx);
        if (commits)
            assert_ok(tn_tx_commit(tx, &c->err));
        else
            tn_tx_rollback(tx);
        assert_ok(tn_db_check_unused(c->db, &c->err));
        assert_over(c, stmt);
    }
}

static void change_is_not_made_again(void **state)
{
    struct contract *c = *state;
    tn_db *tx;
    tn_stmt *stmt;
    setup_numbers(c);
    contract_script(c, "CREATE TABLE log (n INTEGER)");
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
    assert_ok(tn_stmt_open(&stmt, tx, "INSERT INTO log (n) VALUES (7)", &c->err));
    assert_int_equal(tn_stmt_step(stmt, &c->err), TN_DONE);
    assert_ok(tn_tx_commit(tx, &c->err));
    assert_over(c, stmt);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM log"), 1);
}

/* What is in other hands by then is not touched, also where the statement is closed late. */
static void next_borrower_does_not_notice(void **state)
{
    struct contract *c = *state;
    tn_db *tx;
    tn_conn *conn;
    setup_numbers(c);
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
    tn_stmt *stmt = open_rows(c, tx);
    assert_ok(tn_tx_commit(tx, &c->err));
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, &c->err));
    tn_stmt *other = open_rows(c, tn_conn_db(conn));
    assert_over(c, stmt);
    assert_int_equal(tn_stmt_step(other, &c->err), TN_ROW);
    assert_int_equal(tn_stmt_column(other, 0).as.integer, 2);
    tn_conn_release(conn);
    assert_over(c, other);
    assert_ok(tn_db_check_unused(c->db, &c->err));
}

/* Those around it live on, on a connection that is still held. */
static void only_what_was_opened_in_it_ends(void **state)
{
    struct contract *c = *state;
    tn_db *outer, *inner;
    tn_conn *conn;
    setup_numbers(c);
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, &c->err));
    tn_stmt *first = open_rows(c, tn_conn_db(conn));
    assert_ok(tn_tx_begin(&outer, tn_conn_db(conn), TN_WRITE, &c->err));
    tn_stmt *second = open_rows(c, outer);
    assert_ok(tn_tx_begin(&inner, outer, TN_WRITE, &c->err));
    tn_stmt *third = open_rows(c, inner);
    assert_ok(tn_tx_commit(inner, &c->err));
    assert_over(c, third);
    assert_int_equal(tn_stmt_step(second, &c->err), TN_ROW);
    assert_ok(tn_tx_commit(outer, &c->err));
    assert_over(c, second);
    assert_int_equal(tn_stmt_step(first, &c->err), TN_ROW);
    assert_int_equal(tn_stmt_column(first, 0).as.integer, 2);
    tn_stmt_close(first);
    tn_conn_release(conn);
}

static tn_stmt *left;

static int leave_open(tn_db *tx, void *user, tn_error *err)
{
    (void)err;
    left = open_rows(user, tx);
    return TN_OK;
}

static void statement_ends_with_its_function(void **state)
{
    struct contract *c = *state;
    setup_numbers(c);
    assert_ok(tn_transact(c->db, leave_open, c, NULL, &c->err));
    assert_over(c, left);
}

/* --- pipelines and copies ----------------------------------------------------------------------- */

/* Others on the connection by then: something is open on it, and goes on. */
static tn_stmt *lend_to_others(struct contract *c, tn_conn **conn)
{
    assert_ok(tn_db_check_unused(c->db, &c->err));
    assert_ok(tn_conn_acquire(conn, c->db, TN_WRITE, &c->err));
    return open_rows(c, tn_conn_db(*conn));
}

static void take_from_others(struct contract *c, tn_conn *conn, tn_stmt *stmt)
{
    assert_int_equal(tn_stmt_step(stmt, &c->err), TN_ROW);
    assert_int_equal(tn_stmt_column(stmt, 0).as.integer, 2);
    tn_conn_release(conn);
    assert_over(c, stmt);
    assert_ok(tn_db_check_unused(c->db, &c->err));
}

static void pipeline_ends_with_its_transaction(void **state)
{
    struct contract *c = *state;
    tn_pipeline *p;
    tn_answer answer;
    tn_conn *conn;
    tn_db *tx;
    const tn_value four = tn_value_int(4);
    setup_numbers(c);
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
    assert_ok(tn_pipeline_open(&p, tx, NULL, &c->err));
    assert_ok(tn_pipeline_send(p, "INSERT INTO t (id) VALUES ($1)", &four, 1, NULL, &c->err));
    tn_tx_rollback(tx);
    tn_stmt *stmt = lend_to_others(c, &conn);
    assert_status(tn_pipeline_send(p, "INSERT INTO t (id) VALUES ($1)", &four, 1, NULL, &c->err),
                  TN_EMISUSE, c->err);
    assert_non_null(strstr(c->err.message, "the pipeline is over: "));
    assert_status(tn_pipeline_sync(p, &c->err), TN_EMISUSE, c->err);
    assert_status(tn_pipeline_finish(p, &c->err), TN_EMISUSE, c->err);
    assert_int_equal(tn_pipeline_next(&answer, p, &c->err), TN_DONE);
    tn_pipeline_close(p);
    take_from_others(c, conn, stmt);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 3);
}

static void pipeline_ends_with_its_connection(void **state)
{
    struct contract *c = *state;
    tn_pipeline *p;
    tn_conn *conn;
    const tn_value zero = tn_value_int(0);
    setup_numbers(c);
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, &c->err));
    assert_ok(tn_pipeline_open(&p, tn_conn_db(conn), NULL, &c->err));
    for (int i = 0; i < 3; i++)
        assert_ok(tn_pipeline_send(p, rows_by_id, &zero, 1, NULL, &c->err));
    tn_conn_release(conn);
    tn_stmt *stmt = lend_to_others(c, &conn);
    tn_pipeline_close(p);
    take_from_others(c, conn, stmt);
}

static void copy_in_ends_with_its_transaction(void **state)
{
    struct contract *c = *state;
    tn_copy_in *copy;
    tn_conn *conn;
    tn_db *tx;
    int64_t rows = -1;
    const tn_value four = tn_value_int(4);
    setup_numbers(c);
    for (int aborts = 0; aborts < 2; aborts++) {
        assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
        assert_ok(tn_copy_in_open(&copy, tx, "t", NULL, 0, &c->err));
        assert_ok(tn_copy_in_row(copy, &four, 1, &c->err));
        tn_tx_rollback(tx);
        tn_stmt *stmt = lend_to_others(c, &conn);
        assert_status(tn_copy_in_row(copy, &four, 1, &c->err), TN_EMISUSE, c->err);
        assert_non_null(strstr(c->err.message, "the copy is over: "));
        if (aborts)
            tn_copy_in_abort(copy);
        else
            assert_status(tn_copy_in_close(copy, &rows, &c->err), TN_EMISUSE, c->err);
        take_from_others(c, conn, stmt);
    }
    assert_int_equal(rows, -1);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 3);
}

static void copy_out_ends_with_its_connection(void **state)
{
    struct contract *c = *state;
    tn_copy_out *copy;
    tn_conn *conn;
    const tn_value *values;
    setup_numbers(c);
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, &c->err));
    assert_ok(tn_copy_out_open(&copy, tn_conn_db(conn), "SELECT id FROM t ORDER BY id", &c->err));
    assert_int_equal(tn_copy_out_next(&values, copy, &c->err), TN_ROW);
    tn_conn_release(conn);
    tn_stmt *stmt = lend_to_others(c, &conn);
    assert_status(tn_copy_out_next(&values, copy, &c->err), TN_EMISUSE, c->err);
    assert_int_equal(tn_copy_out_column_count(copy), 0);
    assert_null(tn_copy_out_column_name(copy, 0));
    tn_copy_out_close(copy);
    take_from_others(c, conn, stmt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(statement_ends_with_its_transaction),
        CONTRACT_TEST(change_is_not_made_again),
        CONTRACT_TEST(next_borrower_does_not_notice),
        CONTRACT_TEST(only_what_was_opened_in_it_ends),
        CONTRACT_TEST(statement_ends_with_its_function),
        CONTRACT_TEST(pipeline_ends_with_its_transaction),
        CONTRACT_TEST(pipeline_ends_with_its_connection),
        CONTRACT_TEST(copy_in_ends_with_its_transaction),
        CONTRACT_TEST(copy_out_ends_with_its_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
