/* SPDX-License-Identifier: MIT */
#include "contract.h"

/* Transactions and savepoints. */

static const char table[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CHECK (n < 100))";

static int64_t rows_in(struct contract *c)
{
    return contract_int(c, c->db, "SELECT count(*) FROM t");
}

static int add(tn_db *db, int64_t n, tn_error *err)
{
    tn_value value = tn_value_int(n);
    return tn_exec(db, "INSERT INTO t (n) VALUES ($1)", &value, 1, NULL, err);
}

static void commit_keeps_and_rollback_undoes(void **state)
{
    struct contract *c = *state;
    tn_db *tx;
    contract_script(c, table);
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, NULL));
    assert_ok(add(tx, 1, NULL));
    assert_int_equal(contract_int(c, tx, "SELECT count(*) FROM t"), 1);
    assert_int_equal(rows_in(c), 0); /* others do not see it */
    assert_ok(tn_tx_commit(tx, NULL));
    assert_int_equal(rows_in(c), 1);
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, NULL));
    assert_ok(add(tx, 2, NULL));
    tn_tx_rollback(tx);
    tn_tx_rollback(NULL);
    assert_int_equal(rows_in(c), 1);
}

static void failed_statement_leaves_the_transaction_usable(void **state)
{
    struct contract *c = *state;
    tn_db *tx, *inner;
    contract_script(c, table);
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, NULL));
    assert_ok(add(tx, 1, NULL));
    assert_ok(tn_tx_begin(&inner, tx, TN_WRITE, NULL));
    assert_status(add(inner, 100, &c->err), TN_ECHECK, c->err);
    tn_tx_rollback(inner);
    assert_ok(add(tx, 2, NULL));
    assert_ok(tn_tx_commit(tx, NULL));
    assert_int_equal(rows_in(c), 2);
}

static void savepoints_nest(void **state)
{
    struct contract *c = *state;
    tn_db *outer, *middle, *inner;
    contract_script(c, table);
    assert_ok(tn_tx_begin(&outer, c->db, TN_WRITE, NULL));
    assert_ok(add(outer, 1, NULL));
    assert_ok(tn_tx_begin(&middle, outer, TN_WRITE, NULL));
    assert_ok(add(middle, 2, NULL));
    assert_ok(tn_tx_begin(&inner, middle, TN_WRITE, NULL));
    assert_ok(add(inner, 3, NULL));
    assert_ok(tn_tx_commit(inner, NULL));
    tn_tx_rollback(middle);
    assert_ok(tn_tx_begin(&middle, outer, TN_READ, NULL));
    assert_ok(add(middle, 4, NULL));
    assert_ok(tn_tx_commit(middle, NULL));
    assert_ok(tn_tx_commit(outer, NULL));
    assert_int_equal(rows_in(c), 2);
    assert_int_equal(contract_int(c, c->db, "SELECT CAST(sum(n) AS BIGINT) FROM t"), 5);
}

static void outer_commit_waits_for_the_inner_end(void **state)
{
    struct contract *c = *state;
    tn_db *outer, *inner;
    contract_script(c, table);
    assert_ok(tn_tx_begin(&outer, c->db, TN_WRITE, NULL));
    assert_ok(tn_tx_begin(&inner, outer, TN_WRITE, NULL));
    assert_ok(add(inner, 1, NULL));
    assert_status(tn_tx_commit(outer, &c->err), TN_EMISUSE, c->err);
    assert_ok(tn_tx_commit(inner, NULL));
    assert_ok(tn_tx_commit(outer, NULL));
    assert_int_equal(rows_in(c), 1);
}

static void outer_rollback_ends_the_inner_ones(void **state)
{
    struct contract *c = *state;
    tn_db *outer, *inner, *innermost;
    contract_script(c, table);
    assert_ok(tn_tx_begin(&outer, c->db, TN_WRITE, NULL));
    assert_ok(tn_tx_begin(&inner, outer, TN_WRITE, NULL));
    assert_ok(tn_tx_begin(&innermost, inner, TN_WRITE, NULL));
    assert_ok(add(innermost, 1, NULL));
    tn_tx_rollback(outer);
    assert_status(add(inner, 2, &c->err), TN_EMISUSE, c->err);
    assert_status(tn_tx_commit(innermost, &c->err), TN_EMISUSE, c->err);
    tn_tx_rollback(inner);
    assert_int_equal(rows_in(c), 0);
    assert_ok(add(c->db, 3, NULL));
}

static void what_is_no_transaction_cannot_be_committed(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    assert_status(tn_tx_commit(c->db, &c->err), TN_EMISUSE, c->err);
    tn_tx_rollback(c->db);
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, NULL));
    assert_status(tn_tx_commit(tn_conn_db(conn), &c->err), TN_EMISUSE, c->err);
    tn_conn_release(conn);
}

static void commit_and_rollback_in_sql_are_refused_inside(void **state)
{
    struct contract *c = *state;
    static const char *const statements[] = {"COMMIT", "END", "ROLLBACK", "BEGIN"};
    tn_db *tx;
    tn_conn *conn;
    contract_script(c, table);
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, NULL));
    assert_ok(add(tx, 1, NULL));
    assert_ok(tn_conn_acquire(&conn, tx, TN_WRITE, NULL));
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        assert_status(contract_exec(tx, statements[i], &c->err), TN_EMISUSE, c->err);
        assert_status(contract_exec(tn_conn_db(conn), statements[i], &c->err), TN_EMISUSE, c->err);
        assert_status(tn_exec_script(tx, statements[i], &c->err), TN_EMISUSE, c->err);
    }
    tn_conn_release(conn);
    assert_ok(
        tn_exec_script(tx, "SAVEPOINT mine; DELETE FROM t; ROLLBACK TO mine; RELEASE mine", NULL));
    assert_ok(tn_tx_commit(tx, NULL));
    assert_int_equal(rows_in(c), 1);
}

static void transaction_on_a_connection_leaves_it_held(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    tn_db *tx;
    contract_script(c, table);
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, NULL));
    assert_ok(tn_tx_begin(&tx, tn_conn_db(conn), TN_WRITE, NULL));
    assert_ok(add(tx, 1, NULL));
    assert_ok(tn_tx_commit(tx, NULL));
    assert_false(tn_conn_in_transaction(conn));
    assert_ok(add(tn_conn_db(conn), 2, NULL));
    /* One that was begun in SQL: tn_tx_begin() is a savepoint in it. */
    assert_ok(contract_exec(tn_conn_db(conn), "BEGIN", NULL));
    assert_ok(add(tn_conn_db(conn), 3, NULL));
    assert_ok(tn_tx_begin(&tx, tn_conn_db(conn), TN_WRITE, NULL));
    assert_ok(add(tx, 4, NULL));
    tn_tx_rollback(tx);
    assert_true(tn_conn_in_transaction(conn));
    assert_ok(contract_exec(tn_conn_db(conn), "COMMIT", NULL));
    tn_conn_release(conn);
    assert_int_equal(rows_in(c), 3);
}

static void release_of_the_connection_ends_its_transactions(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    tn_db *tx;
    contract_script(c, table);
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, NULL));
    assert_ok(tn_tx_begin(&tx, tn_conn_db(conn), TN_WRITE, NULL));
    assert_ok(add(tx, 1, NULL));
    tn_conn_release(conn);
    assert_status(add(tx, 2, &c->err), TN_EMISUSE, c->err);
    assert_status(tn_tx_commit(tx, &c->err), TN_EMISUSE, c->err);
    assert_int_equal(rows_in(c), 0);
}

static void reading_transaction_sees_one_snapshot(void **state)
{
    struct contract *c = *state;
    tn_db *tx, *writer;
    contract_script(c, table);
    assert_ok(tn_tx_begin(&tx, c->db, TN_READ, NULL));
    assert_int_equal(contract_int(c, tx, "SELECT count(*) FROM t"), 0);
    assert_ok(add(c->db, 1, NULL));
    assert_int_equal(contract_int(c, tx, "SELECT count(*) FROM t"), 0);
    assert_status(add(tx, 2, &c->err), TN_EREADONLY, c->err);
    assert_status(tn_tx_begin(&writer, tx, TN_WRITE, &c->err), TN_EREADONLY, c->err);
    assert_ok(tn_tx_commit(tx, NULL));
    assert_int_equal(rows_in(c), 1);
}

static void pool_inside_a_transaction_is_misuse(void **state)
{
    struct contract *c = *state;
    tn_db *tx, *db;
    contract_script(c, table);
    assert_status(tn_db_open(&db, contract_url(c, "&max_connections=1"), NULL, &c->err), TN_OK,
                  c->err);
    assert_ok(tn_tx_begin(&tx, db, TN_WRITE, NULL));
    assert_ok(add(tx, 1, NULL));
    assert_status(add(db, 2, &c->err), TN_EMISUSE, c->err);
    assert_non_null(strstr(c->err.message, "transaction"));
    assert_non_null(strstr(c->err.message, "INSERT INTO t"));
    tn_tx_rollback(tx);
    tn_db_close(db);
}

/* --- tn_transact ------------------------------------------------------------------------------ */

struct body {
    int runs;
    int fail_until; /* runs that fail */
    int status;
    int64_t n;
    tn_db *seen;
};

static int run_body(tn_db *tx, void *user, tn_error *err)
{
    struct body *body = user;
    body->runs++;
    body->seen = tx;
    int rc = add(tx, body->n, err);
    if (rc != TN_OK)
        return rc;
    return body->runs <= body->fail_until ? body->status : TN_OK;
}

static void transact_commits_what_succeeds(void **state)
{
    struct contract *c = *state;
    struct body body = {.n = 1};
    contract_script(c, table);
    assert_ok(tn_transact(c->db, run_body, &body, NULL, NULL));
    assert_int_equal(body.runs, 1);
    assert_int_equal(rows_in(c), 1);
}

static void transact_rolls_back_what_fails(void **state)
{
    struct contract *c = *state;
    struct body body = {.n = 1, .fail_until = 9, .status = TN_EUSER - 1};
    contract_script(c, table);
    assert_status(tn_transact(c->db, run_body, &body, NULL, &c->err), TN_EUSER - 1, c->err);
    assert_int_equal(c->err.status, TN_EUSER - 1);
    assert_true(c->err.message[0] != '\0');
    assert_int_equal(body.runs, 1);
    assert_int_equal(rows_in(c), 0);
    body = (struct body){.n = 100};
    assert_status(tn_transact(c->db, run_body, &body, NULL, &c->err), TN_ECHECK, c->err);
    assert_int_equal(rows_in(c), 0);
}

static void transact_runs_transient_failures_again(void **state)
{
    struct contract *c = *state;
    struct body body = {.n = 1, .fail_until = 2, .status = TN_ESERIALIZE};
    tn_error untouched = c->err;
    contract_script(c, table);
    assert_ok(tn_transact(c->db, run_body, &body, NULL, &c->err));
    assert_int_equal(body.runs, 3);
    assert_int_equal(rows_in(c), 1);
    assert_memory_equal(&c->err, &untouched, sizeof untouched);

    body = (struct body){.n = 1, .fail_until = 99, .status = TN_EBUSY};
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    options.max_attempts = 4;
    options.backoff_ms = 1;
    assert_status(tn_transact(c->db, run_body, &body, &options, &c->err), TN_EBUSY, c->err);
    assert_int_equal(body.runs, 4);
    body.runs = 0;
    options.max_attempts = 0;
    options.backoff_ms = 0;
    assert_status(tn_transact(c->db, run_body, &body, &options, &c->err), TN_EBUSY, c->err);
    assert_int_equal(body.runs, 1);
    assert_int_equal(rows_in(c), 1);
}

static int return_rows(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    int rc = add(tx, 1, err);
    return rc == TN_OK ? TN_NONE : rc;
}

static void transact_returns_what_the_function_returned(void **state)
{
    struct contract *c = *state;
    contract_script(c, table);
    assert_int_equal(tn_transact(c->db, return_rows, NULL, NULL, NULL), TN_NONE);
    assert_int_equal(rows_in(c), 1);
}

struct nest {
    struct body inner;
    int inner_status;
    int status;
};

static int run_nested(tn_db *tx, void *user, tn_error *err)
{
    struct nest *nest = user;
    int rc = add(tx, 50, err);
    if (rc != TN_OK)
        return rc;
    nest->inner_status = tn_transact(tx, run_body, &nest->inner, NULL, err);
    return nest->status;
}

static void transact_inside_is_a_savepoint_that_runs_once(void **state)
{
    struct contract *c = *state;
    contract_script(c, table);
    struct nest nest = {.inner = {.n = 1, .fail_until = 9, .status = TN_EBUSY}};
    assert_ok(tn_transact(c->db, run_nested, &nest, NULL, NULL));
    assert_int_equal(nest.inner_status, TN_EBUSY);
    assert_int_equal(nest.inner.runs, 1);
    assert_int_equal(rows_in(c), 1);
    nest = (struct nest){.inner = {.n = 2}, .status = TN_EUSER};
    assert_int_equal(tn_transact(c->db, run_nested, &nest, NULL, NULL), TN_EUSER);
    assert_int_equal(nest.inner_status, TN_OK);
    assert_int_equal(rows_in(c), 1);
}

static int leave_open(tn_db *tx, void *user, tn_error *err)
{
    int rc = add(tx, 1, err);
    return rc == TN_OK ? tn_tx_begin(user, tx, TN_WRITE, err) : rc;
}

static int end_too_much(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    return tn_tx_commit(tx, err);
}

static void transact_is_not_for_half_transactions(void **state)
{
    struct contract *c = *state;
    tn_db *left = NULL;
    contract_script(c, table);
    assert_status(tn_transact(c->db, leave_open, &left, NULL, &c->err), TN_EMISUSE, c->err);
    tn_tx_rollback(left);
    assert_int_equal(rows_in(c), 0);
    assert_status(tn_transact(c->db, end_too_much, NULL, NULL, &c->err), TN_EMISUSE, c->err);
    assert_ok(add(c->db, 1, NULL));
}

static int only_read(tn_db *tx, void *user, tn_error *err)
{
    struct contract *c = user;
    assert_int_equal(contract_int(c, tx, "SELECT count(*) FROM t"), 0);
    return add(tx, 1, err);
}

static void transact_for_reading_refuses_writes(void **state)
{
    struct contract *c = *state;
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    options.access = TN_READ;
    contract_script(c, table);
    assert_status(tn_transact(c->db, only_read, c, &options, &c->err), TN_EREADONLY, c->err);
    assert_int_equal(rows_in(c), 0);
    options.version = 9;
    assert_status(tn_transact(c->db, only_read, c, &options, &c->err), TN_EINVAL, c->err);
}

static int check_late(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    return contract_exec(tx, "INSERT INTO child VALUES (1)", err);
}

static void commit_that_fails_has_rolled_back(void **state)
{
    struct contract *c = *state;
    tn_db *tx;
    contract_script(c, "CREATE TABLE parent (id INTEGER PRIMARY KEY);"
                       "CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) "
                       "DEFERRABLE INITIALLY DEFERRED)");
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, NULL));
    assert_ok(contract_exec(tx, "INSERT INTO child VALUES (1)", NULL));
    assert_status(tn_tx_commit(tx, &c->err), TN_EFOREIGNKEY, c->err);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM child"), 0);
    assert_status(tn_transact(c->db, check_late, NULL, NULL, &c->err), TN_EFOREIGNKEY, c->err);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM child"), 0);
    assert_ok(contract_exec(c->db, "INSERT INTO parent VALUES (1)", NULL));
    assert_ok(tn_transact(c->db, check_late, NULL, NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(commit_keeps_and_rollback_undoes),
        CONTRACT_TEST(failed_statement_leaves_the_transaction_usable),
        CONTRACT_TEST(savepoints_nest),
        CONTRACT_TEST(outer_commit_waits_for_the_inner_end),
        CONTRACT_TEST(outer_rollback_ends_the_inner_ones),
        CONTRACT_TEST(what_is_no_transaction_cannot_be_committed),
        CONTRACT_TEST(commit_and_rollback_in_sql_are_refused_inside),
        CONTRACT_TEST(transaction_on_a_connection_leaves_it_held),
        CONTRACT_TEST(release_of_the_connection_ends_its_transactions),
        CONTRACT_TEST(reading_transaction_sees_one_snapshot),
        CONTRACT_TEST(pool_inside_a_transaction_is_misuse),
        CONTRACT_TEST(transact_commits_what_succeeds),
        CONTRACT_TEST(transact_rolls_back_what_fails),
        CONTRACT_TEST(transact_runs_transient_failures_again),
        CONTRACT_TEST(transact_returns_what_the_function_returned),
        CONTRACT_TEST(transact_inside_is_a_savepoint_that_runs_once),
        CONTRACT_TEST(transact_is_not_for_half_transactions),
        CONTRACT_TEST(transact_for_reading_refuses_writes),
        CONTRACT_TEST(commit_that_fails_has_rolled_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
