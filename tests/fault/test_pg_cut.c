/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "pgfault.h"

#include "pgcut.h"

/* Statements, transactions, savepoints, scripts and rows, with the wire cut everywhere. */

struct told {
    enum pgcut_outcome insert;
    enum pgcut_outcome transfer;
    enum pgcut_outcome nested;
    enum pgcut_outcome script;
    int rows; /* TN_OK: all were read */
};

/* --- what the program does --------------------------------------------------------------------- */

static int transfer(tn_db *tx, void *user, tn_error *err)
{
    tn_value amount = tn_value_int(7);
    (void)user;
    int rc = tn_exec(tx, "UPDATE account SET balance = balance - $1 WHERE id = 1", &amount, 1, NULL,
                     err);
    if (rc == TN_OK)
        rc = tn_exec(tx, "UPDATE account SET balance = balance + $1 WHERE id = 2", &amount, 1, NULL,
                     err);
    if (rc == TN_OK)
        rc = tn_exec(tx, "INSERT INTO entry VALUES ('transfer')", NULL, 0, NULL, err);
    return rc;
}

static int refuse(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    int rc = tn_exec(tx, "INSERT INTO entry VALUES ('refused')", NULL, 0, NULL, err);
    return rc == TN_OK ? tn_error_set(err, TN_EUSER, "refused") : rc;
}

/* A savepoint that is undone, in a transaction that is not. */
static int nest(tn_db *tx, void *user, tn_error *err)
{
    int rc = tn_exec(tx, "INSERT INTO entry VALUES ('nested')", NULL, 0, NULL, err);
    if (rc == TN_OK)
        rc = tn_transact(tx, refuse, user, NULL, err);
    return rc == TN_EUSER ? TN_OK : rc;
}

static void roll_back(tn_db *db, tn_error *err)
{
    tn_db *tx;
    if (!pgcut_went_well(tn_tx_begin(&tx, db, TN_WRITE, err), err))
        return;
    (void)pgcut_went_well(tn_exec(tx, "INSERT INTO entry VALUES ('refused')", NULL, 0, NULL, err),
                          err);
    tn_tx_rollback(tx);
}

/* Rows of many kinds and sizes; those that were read are whole. */
static int read_rows(tn_db *db, tn_error *err)
{
    tn_stmt *stmt;
    tn_value least = tn_value_int(0);
    int rc =
        tn_stmt_open(&stmt, db, "SELECT id, text, bytes FROM wide WHERE id > $1 ORDER BY id", err);
    if (rc != TN_OK)
        return rc;
    rc = tn_stmt_bind(stmt, 1, least, err);
    for (int64_t id = 1; rc >= 0 && rc != TN_DONE; id++) {
        rc = tn_stmt_step(stmt, err);
        if (rc != TN_ROW)
            continue;
        assert_int_equal(tn_stmt_column(stmt, 0).as.integer, id);
        assert_int_equal(tn_stmt_column(stmt, 1).as.text.size, id * 100);
        assert_int_equal(tn_stmt_column(stmt, 2).as.blob.size, 16);
    }
    tn_stmt_close(stmt);
    return rc == TN_DONE ? TN_OK : rc;
}

static void run(tn_db *db, void *user)
{
    struct told *told = user;
    tn_error err = {0};
    tn_value word = tn_value_string("insert");
    told->insert = pgcut_of_statement(
        tn_exec(db, "INSERT INTO entry VALUES ($1)", &word, 1, NULL, &err), &err);
    told->transfer = pgcut_of_transaction(tn_transact(db, transfer, NULL, NULL, &err), &err);
    told->nested = pgcut_of_transaction(tn_transact(db, nest, NULL, NULL, &err), &err);
    roll_back(db, &err);
    told->script = pgcut_of_statement(tn_exec_script(db,
                                                     "INSERT INTO entry VALUES ('first');"
                                                     "INSERT INTO entry VALUES ('second');",
                                                     &err),
                                      &err);
    told->rows = read_rows(db, &err);
    (void)pgcut_went_well(told->rows, &err);
}

/* --- what must be so afterwards ---------------------------------------------------------------- */

static int64_t count(const struct pgfault *f, const char *word)
{
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT count(*)::int8 FROM entry WHERE word = '%s'", word);
    return pgfault_number(f->watcher, sql);
}

static void check(const struct pgfault *f, const void *user)
{
    const struct told *told = user;
    int64_t transfers = count(f, "transfer");
    pgcut_expect("insert", told->insert, count(f, "insert"));
    pgcut_expect("transfer", told->transfer, transfers);
    pgcut_expect("nested", told->nested, count(f, "nested"));
    assert_int_equal(count(f, "refused"), 0);
    assert_true(count(f, "first") >= count(f, "second"));
    pgcut_expect("script", told->script, count(f, "second"));
    assert_int_equal(pgfault_number(f->watcher, "SELECT sum(balance)::int8 FROM account"), 200);
    assert_int_equal(pgfault_number(f->watcher, "SELECT balance FROM account WHERE id = 1"),
                     100 - 7 * transfers);
}

static bool is_well(const void *user)
{
    const struct told *told = user;
    return told->insert == PGCUT_DONE && told->transfer == PGCUT_DONE &&
           told->nested == PGCUT_DONE && told->script == PGCUT_DONE && told->rows == TN_OK;
}

static void make_tables(struct pgfault *f)
{
    pgfault_script(
        f, "CREATE TABLE account (id int PRIMARY KEY, balance int8 NOT NULL);"
           "INSERT INTO account VALUES (1, 100), (2, 100);"
           "CREATE TABLE entry (word text NOT NULL);"
           "CREATE TABLE wide (id int8 PRIMARY KEY, text text NOT NULL, bytes bytea NOT NULL);"
           "INSERT INTO wide SELECT i, repeat('x', i::int * 100), decode(md5(i::text), 'hex') "
           "FROM generate_series(1, 40) AS i;");
    pgfault_start_proxy(f);
}

static void cut_anywhere_leaves_the_truth_and_a_working_pool(void **state)
{
    struct told told;
    const struct pgcut_program program = {"DELETE FROM entry; UPDATE account SET balance = 100",
                                          run,
                                          check,
                                          is_well,
                                          &told,
                                          sizeof told};
    make_tables(*state);
    pgcut_sweep(*state, &program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PGFAULT_TEST(cut_anywhere_leaves_the_truth_and_a_working_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
