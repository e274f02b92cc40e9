/* SPDX-License-Identifier: MIT */
/* Pipelines against a server: order, groups, transactions, and that nothing blocks. */
#include "check.h"

#include "piping.h"

static void answers_come_in_order_with_their_rows(void **state)
{
    struct fixture *f = *state;
    tn_pipeline *p = open_on(f, f->db, NULL);
    tn_answer answer;
    int users[3];
    send_int(p, insert, 1, &users[0]);
    send_int(p, "SELECT $1::int + 1 AS next, 'text', NULL::int", 41, &users[1]);
    send_int(p, "UPDATE t SET name = 'y' WHERE id = :id", 1, &users[2]);
    assert_ok(tn_pipeline_sync(p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_ptr_equal(answer.user, &users[0]);
    assert_int_equal(answer.affected, 1);
    assert_int_equal(answer.row_count, 0);
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_ptr_equal(answer.user, &users[1]);
    assert_int_equal(answer.row_count, 1);
    assert_int_equal(answer.column_count, 3);
    assert_int_equal(answer.affected, 0);
    assert_string_equal(tn_pipeline_column_name(p, 0), "next");
    assert_null(tn_pipeline_column_name(p, 3));
    assert_int_equal(tn_pipeline_value(p, 0, 0).as.integer, 42);
    assert_text(tn_pipeline_value(p, 0, 1).as.text, "text");
    assert_int_equal(tn_pipeline_value(p, 0, 2).type, TN_NULL);
    assert_int_equal(tn_pipeline_value(p, 1, 0).type, TN_NULL);
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_ptr_equal(answer.user, &users[2]);
    assert_int_equal(answer.affected, 1);
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_DONE);
    /* And on it goes. */
    send_int(p, insert, 2, NULL);
    assert_ok(tn_pipeline_finish(p, &f->err));
    tn_pipeline_close(p);
    assert_int_equal(count_of(f, "t"), 2);
}

static void answers_are_read_without_ending_the_group(void **state)
{
    struct fixture *f = *state;
    tn_pipeline *p = open_on(f, f->db, NULL);
    tn_answer answer;
    send_int(p, insert, 1, NULL);
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(answer.affected, 1);
    send_int(p, insert, 2, NULL);
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    tn_pipeline_close(p); /* and nobody has ended it */
    assert_int_equal(count_of(f, "t"), 0);
}

static void failure_spoils_its_group_alone(void **state)
{
    struct fixture *f = *state;
    tn_pipeline *p = open_on(f, f->db, NULL);
    tn_answer answer;
    tn_value bad[] = {tn_value_int(2), tn_value_string("bad")};
    send_int(p, insert, 1, NULL);
    assert_ok(tn_pipeline_send(p, "INSERT INTO t VALUES ($1, $2)", bad, 2, bad, &f->err));
    send_int(p, insert, 3, p);
    assert_ok(tn_pipeline_sync(p, &f->err));
    send_int(p, insert, 4, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_ECHECK);
    assert_int_equal(answer.status, TN_ECHECK);
    assert_ptr_equal(answer.user, bad);
    assert_string_equal(f->err.sqlstate, "23514");
    assert_string_equal(f->err.constraint, "t_name_check");
    assert_string_equal(f->err.table, "t");
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_ENOTRUN);
    assert_ptr_equal(answer.user, p);
    /* One that comes when the failure is known already. */
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_DONE);
    tn_pipeline_close(p);
    assert_int_equal(count_of(f, "t"), 1);
}

static void failure_that_is_known_is_not_sent_on(void **state)
{
    struct fixture *f = *state;
    tn_pipeline *p = open_on(f, f->db, NULL);
    tn_answer answer;
    send_int(p, insert, 1, NULL);
    send_int(p, insert, 1, NULL);
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_EUNIQUE);
    send_int(p, insert, 2, NULL);
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_ENOTRUN);
    assert_ok(tn_pipeline_sync(p, &f->err));
    send_int(p, insert, 3, NULL);
    assert_ok(tn_pipeline_finish(p, &f->err));
    send_int(p, insert, 3, NULL);
    send_int(p, insert, 4, NULL);
    assert_int_equal(tn_pipeline_finish(p, &f->err), TN_EUNIQUE);
    tn_pipeline_close(p);
    assert_int_equal(count_of(f, "t"), 1);
}

static void statement_that_cannot_be_prepared_is_an_answer_with_its_place(void **state)
{
    struct fixture *f = *state;
    tn_pipeline *p = open_on(f, f->db, NULL);
    tn_answer answer;
    send_int(p, insert, 1, NULL);
    send_int(p, "SELECT :id::int, nobody FROM t", 1, p);
    send_int(p, insert, 2, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_ENOTFOUND);
    assert_ptr_equal(answer.user, p);
    assert_int_equal(f->err.position, 18);
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_ENOTRUN);
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_DONE);
    tn_pipeline_close(p);
    assert_int_equal(count_of(f, "t"), 0);
}

static void wrong_calls_have_no_answer(void **state)
{
    struct fixture *f = *state;
    tn_pipeline *p = open_on(f, f->db, NULL);
    tn_answer answer;
    static const tn_blob bytes = {"x", 1};
    tn_value blob = tn_value_blob(bytes);
    tn_pipeline *second;
    assert_int_equal(tn_pipeline_send(p, insert, NULL, 0, NULL, &f->err), TN_EINVAL);
    assert_int_equal(tn_pipeline_send(p, insert, &blob, 1, NULL, &f->err), TN_ETYPE);
    assert_non_null(strstr(f->err.message, ":id"));
    assert_int_equal(tn_pipeline_send(p, "SELECT 1; SELECT 2", NULL, 0, NULL, &f->err), TN_EINVAL);
    assert_int_equal(tn_pipeline_send(p, "BEGIN", NULL, 0, NULL, &f->err), TN_EMISUSE);
    assert_int_equal(tn_pipeline_send(p, "COPY t TO STDOUT", NULL, 0, NULL, &f->err), TN_EMISUSE);
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_DONE);
    tn_pipeline_close(p);
    tn_pipeline_options options = TN_PIPELINE_OPTIONS_INIT;
    options.access = TN_READ;
    p = open_on(f, f->db, &options);
    assert_int_equal(tn_pipeline_send(p, "DELETE FROM t", NULL, 0, NULL, &f->err), TN_EREADONLY);
    tn_pipeline_close(p);
    options.version = 7;
    assert_int_equal(tn_pipeline_open(&second, f->db, &options, &f->err), TN_EINVAL);
    tn_pipeline_close(NULL);
}

static void connection_is_the_pipelines_while_it_is_open(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    tn_pipeline *second;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    tn_db *view = tn_conn_db(conn);
    tn_pipeline *p = open_on(f, view, NULL);
    assert_int_equal(tn_exec(view, "SELECT 1", NULL, 0, NULL, &f->err), TN_EMISUSE);
    assert_int_equal(tn_pipeline_open(&second, view, NULL, &f->err), TN_EMISUSE);
    send_int(p, insert, 1, NULL);
    assert_ok(tn_pipeline_finish(p, &f->err));
    tn_pipeline_close(p);
    assert_ok(tn_exec(view, "SELECT 1", NULL, 0, NULL, &f->err));
    tn_conn_release(conn);
    assert_int_equal(count_of(f, "t"), 1);
}

/* A transaction around it decides; its BEGIN travels with the pipeline. */
static void transaction_holds_all_groups(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    for (int keeps = 0; keeps <= 1; keeps++) {
        assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
        tn_pipeline *p = open_on(f, tx, NULL);
        send_int(p, insert, 1, NULL);
        assert_ok(tn_pipeline_sync(p, &f->err));
        send_int(p, insert, 2, NULL);
        assert_ok(tn_pipeline_finish(p, &f->err));
        send_int(p, insert, 3, NULL); /* kept, though no sync ends it: the transaction does */
        tn_pipeline_close(p);
        if (keeps)
            assert_ok(tn_tx_commit(tx, &f->err));
        else
            tn_tx_rollback(tx);
        assert_int_equal(count_of(f, "t"), keeps ? 3 : 0);
    }
}

static void failure_ends_the_transaction(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
    tn_pipeline *p = open_on(f, tx, NULL);
    send_int(p, insert, 1, NULL);
    send_int(p, insert, 1, NULL);
    assert_int_equal(tn_pipeline_finish(p, &f->err), TN_EUNIQUE);
    send_int(p, insert, 2, NULL);
    assert_int_equal(tn_pipeline_finish(p, &f->err), TN_EUNIQUE); /* as the transaction has */
    assert_string_equal(f->err.sqlstate, "25P02");
    tn_pipeline_close(p);
    assert_int_equal(tn_tx_commit(tx, &f->err), TN_EUNIQUE);
    assert_int_equal(count_of(f, "t"), 0);
}

static void transaction_may_be_rolled_back_under_an_open_pipeline(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    tn_answer answer;
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
    tn_pipeline *p = open_on(f, tx, NULL);
    send_int(p, insert, 1, NULL);
    tn_db *view = tx;
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, view, TN_WRITE, &f->err));
    tn_conn_release(conn);
    tn_pipeline_close(p);
    p = open_on(f, tx, NULL);
    send_int(p, insert, 2, NULL);
    /* The outer one ends while the pipeline is open; its answers can still be read. */
    tn_db *inner;
    assert_int_equal(tn_tx_begin(&inner, tx, TN_WRITE, &f->err), TN_EMISUSE);
    assert_ok(tn_pipeline_sync(p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    tn_pipeline_close(p);
    tn_tx_rollback(tx);
    assert_int_equal(count_of(f, "t"), 0);
}

static void deferred_constraint_fails_the_commit_of_the_group(void **state)
{
    struct fixture *f = *state;
    tn_pipeline *p = open_on(f, f->db, NULL);
    tn_answer answer;
    static const char sql[] = "INSERT INTO d VALUES ($1)";
    send_int(p, sql, 1, NULL);
    send_int(p, sql, 1, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    send_int(p, sql, 2, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_EUNIQUE);
    assert_true(answer.is_commit);
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_false(answer.is_commit);
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_DONE);
    tn_pipeline_close(p);
    assert_int_equal(count_of(f, "d"), 1);
}

/* Thousands of statements with big values and big results, and nobody reads before the end. */
static void nothing_blocks_while_nobody_reads(void **state)
{
    struct fixture *f = *state;
    enum {
        ITEMS = 3000,
        BYTES = 20000
    };
    tn_pipeline *p = open_on(f, f->db, NULL);
    tn_answer answer;
    char *big = malloc(BYTES);
    assert_non_null(big);
    memset(big, 'b', BYTES);
    for (int i = 0; i < ITEMS; i++) {
        tn_value values[] = {tn_value_int(i), tn_value_text((tn_text){big, BYTES})};
        assert_ok(tn_pipeline_send(p, "SELECT $1::int, $2::text", values, 2, NULL, &f->err));
    }
    assert_ok(tn_pipeline_sync(p, &f->err));
    for (int i = 0; i < ITEMS; i++) {
        assert_ok(tn_pipeline_next(&answer, p, &f->err));
        assert_int_equal(tn_pipeline_value(p, 0, 0).as.integer, i);
        assert_int_equal(tn_pipeline_value(p, 0, 1).as.text.size, BYTES);
    }
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_DONE);
    tn_pipeline_close(p);
    free(big);
}

static void answers_that_nobody_reads_are_dropped(void **state)
{
    struct fixture *f = *state;
    tn_pipeline_options options = TN_PIPELINE_OPTIONS_INIT;
    options.max_items = 3;
    tn_pipeline *p = open_on(f, f->db, &options);
    for (int i = 0; i < 1000; i++)
        send_int(p, insert, i, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    for (int i = 0; i < 100; i++)
        send_int(p, "SELECT repeat('x', 100000), $1::int", i, NULL);
    tn_pipeline_close(p);
    assert_int_equal(count_of(f, "t"), 1000);
}

static void many_texts_take_turns(void **state)
{
    struct fixture *f = *state;
    tn_pipeline *p = open_on(f, f->db, NULL);
    tn_answer answer;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 200; i++) {
            char sql[64];
            snprintf(sql, sizeof sql, "SELECT $1::int + %d", i);
            send_int(p, sql, 1, NULL);
        }
        assert_ok(tn_pipeline_sync(p, &f->err));
        for (int i = 0; i < 200; i++) {
            assert_ok(tn_pipeline_next(&answer, p, &f->err));
            assert_int_equal(tn_pipeline_value(p, 0, 0).as.integer, i + 1);
        }
    }
    tn_pipeline_close(p);
}

/* --- SQLite ------------------------------------------------------------------------------------- */

static void sqlite_runs_them_one_by_one_with_the_same_groups(void **state)
{
    struct fixture own = {0};
    struct fixture *f = &own;
    tn_answer answer;
    (void)state;
    assert_ok(tn_db_open(&f->db, "sqlite::memory:", NULL, &f->err));
    assert_ok(tn_exec_script(f->db, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)", &f->err));
    tn_pipeline *p = open_on(f, f->db, NULL);
    assert_int_equal(tn_pipeline_socket(p), -1);
    assert_int_equal(tn_pipeline_wants(p), 0);
    assert_int_equal(tn_pipeline_wait_ms(p), -1);
    send_int(p, insert, 1, f);
    send_int(p, "SELECT id, name FROM t WHERE id = :id", 1, NULL);
    assert_int_equal(tn_pipeline_pump(p, &f->err), TN_ROW);
    assert_ok(tn_pipeline_sync(p, &f->err));
    send_int(p, insert, 2, NULL);
    send_int(p, insert, 2, NULL);
    send_int(p, insert, 3, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    send_int(p, insert, 4, NULL);
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_ptr_equal(answer.user, f);
    assert_int_equal(answer.affected, 1);
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(answer.row_count, 1);
    assert_string_equal(tn_pipeline_column_name(p, 1), "name");
    assert_text(tn_pipeline_value(p, 0, 1).as.text, "x");
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_EUNIQUE);
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_ENOTRUN);
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_DONE);
    tn_pipeline_close(p); /* undoes the last group */
    assert_int_equal(count_of(f, "t"), 1);
    tn_db_close(f->db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON(answers_come_in_order_with_their_rows),
        ON(answers_are_read_without_ending_the_group),
        ON(failure_spoils_its_group_alone),
        ON(failure_that_is_known_is_not_sent_on),
        ON(statement_that_cannot_be_prepared_is_an_answer_with_its_place),
        ON(wrong_calls_have_no_answer),
        ON(connection_is_the_pipelines_while_it_is_open),
        ON(transaction_holds_all_groups),
        ON(failure_ends_the_transaction),
        ON(transaction_may_be_rolled_back_under_an_open_pipeline),
        ON(deferred_constraint_fails_the_commit_of_the_group),
        ON(nothing_blocks_while_nobody_reads),
        ON(answers_that_nobody_reads_are_dropped),
        ON(many_texts_take_turns),
        cmocka_unit_test(sqlite_runs_them_one_by_one_with_the_same_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
