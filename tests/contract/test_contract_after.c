/* SPDX-License-Identifier: MIT */
#include "contract.h"

/* What is to happen after the outermost COMMIT. */

static char order[32];

static void note_a(void *user)
{
    (void)user;
    strcat(order, "a");
}

static void note_b(void *user)
{
    (void)user;
    strcat(order, "b");
}

static int make_table(struct contract *c)
{
    order[0] = '\0';
    return tn_exec(c->db, "CREATE TABLE t (n INTEGER UNIQUE)", NULL, 0, NULL, &c->err);
}

static void functions_run_in_order_after_commit(void **state)
{
    struct contract *c = *state;
    tn_db *tx;
    assert_ok(make_table(c));
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
    assert_ok(tn_tx_on_commit(tx, note_a, NULL, &c->err));
    assert_ok(tn_tx_on_commit(tx, note_b, NULL, &c->err));
    assert_string_equal(order, "");
    assert_ok(tn_tx_commit(tx, &c->err));
    assert_string_equal(order, "ab");
}

static void functions_are_dropped_on_rollback(void **state)
{
    struct contract *c = *state;
    tn_db *tx;
    assert_ok(make_table(c));
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
    assert_ok(tn_tx_on_commit(tx, note_a, NULL, &c->err));
    tn_tx_rollback(tx);
    assert_string_equal(order, "");
}

static void savepoints_keep_theirs_only_if_they_are_kept(void **state)
{
    struct contract *c = *state;
    tn_db *tx, *inner;
    assert_ok(make_table(c));
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
    assert_ok(tn_tx_begin(&inner, tx, TN_WRITE, &c->err));
    assert_ok(tn_tx_on_commit(inner, note_a, NULL, &c->err));
    assert_ok(tn_tx_commit(inner, &c->err));
    assert_ok(tn_tx_begin(&inner, tx, TN_WRITE, &c->err));
    assert_ok(tn_tx_on_commit(inner, note_b, NULL, &c->err));
    tn_tx_rollback(inner);
    assert_string_equal(order, "");
    assert_ok(tn_tx_commit(tx, &c->err));
    assert_string_equal(order, "a");
}

static void write_again(void *user)
{
    struct contract *c = user;
    if (tn_exec(c->db, "INSERT INTO t VALUES (2)", NULL, 0, NULL, NULL) == TN_OK)
        strcat(order, "w");
}

static int insert_one(tn_db *tx, void *user, tn_error *err)
{
    int rc = tn_tx_on_commit(tx, write_again, user, err);
    return rc == TN_OK ? tn_exec(tx, "INSERT INTO t VALUES (1)", NULL, 0, NULL, err) : rc;
}

static void function_may_use_the_pool(void **state)
{
    struct contract *c = *state;
    assert_ok(make_table(c));
    assert_ok(tn_transact(c->db, insert_one, c, NULL, &c->err));
    assert_string_equal(order, "w");
    /* The same number once more: it fails, and nothing is called. */
    assert_int_equal(tn_transact(c->db, insert_one, c, NULL, &c->err), TN_EUNIQUE);
    assert_string_equal(order, "w");
}

static int fail_twice(tn_db *tx, void *user, tn_error *err)
{
    int *runs = user;
    int rc = tn_tx_on_commit(tx, note_a, NULL, err);
    if (rc == TN_OK && ++*runs < 3)
        rc = tn_error_set(err, TN_EBUSY, "once more");
    return rc;
}

static void attempt_that_is_run_again_starts_with_none(void **state)
{
    struct contract *c = *state;
    int runs = 0;
    assert_ok(make_table(c));
    assert_ok(tn_transact(c->db, fail_twice, &runs, NULL, &c->err));
    assert_int_equal(runs, 3);
    assert_string_equal(order, "a");
}

static void outside_a_transaction_it_is_misuse(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    tn_db *tx;
    assert_ok(make_table(c));
    assert_int_equal(tn_tx_on_commit(c->db, note_a, NULL, &c->err), TN_EMISUSE);
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, &c->err));
    assert_int_equal(tn_tx_on_commit(tn_conn_db(conn), note_a, NULL, &c->err), TN_EMISUSE);
    assert_ok(tn_exec(tn_conn_db(conn), "BEGIN", NULL, 0, NULL, &c->err));
    assert_ok(tn_tx_begin(&tx, tn_conn_db(conn), TN_WRITE, &c->err));
    assert_int_equal(tn_tx_on_commit(tx, note_a, NULL, &c->err), TN_EMISUSE);
    tn_tx_rollback(tx);
    tn_conn_release(conn);
    assert_string_equal(order, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(functions_run_in_order_after_commit),
        CONTRACT_TEST(functions_are_dropped_on_rollback),
        CONTRACT_TEST(savepoints_keep_theirs_only_if_they_are_kept),
        CONTRACT_TEST(function_may_use_the_pool),
        CONTRACT_TEST(attempt_that_is_run_again_starts_with_none),
        CONTRACT_TEST(outside_a_transaction_it_is_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
