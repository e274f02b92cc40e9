/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "pgfault.h"

/*
 * The wire is cut at one byte after the other of all that the server says, while a program connects and
 * does a bit of everything. Each call must come back with a status that is true, and the pool must work
 * again as soon as the wire does.
 */

enum {
    EACH_BYTE = 3000, /* up to here the cuts are dense; beyond, drawn */
    DRAWN = 60,
    NEVER = -1
};

/* What the program was told: of each transaction, whether it is there. */
enum outcome {
    NOT_DONE,
    DONE,
    UNKNOWN
};

struct told {
    enum outcome insert;
    enum outcome transfer;
    enum outcome nested;
    enum outcome script;
    int rows; /* TN_OK: all were read */
};

/* --- what the program does --------------------------------------------------------------------- */

/* That the wire is cut is the one error that may come of it. Whether the call succeeded. */
static bool went_well(int rc, const tn_error *err)
{
    if (rc < 0 && rc != TN_ECONNECT)
        fail_msg("%s: %s", tn_status_name(rc), err->message);
    if (rc < 0)
        assert_true(err->message[0] != '\0');
    return rc >= 0;
}

/* A statement without a transaction of ours may have been done, if the answer did not come. */
static enum outcome of_statement(int rc, const tn_error *err)
{
    return went_well(rc, err) ? DONE : UNKNOWN;
}

/* A transaction was done only if COMMIT was sent, and a message says when that is not known. */
static enum outcome of_transaction(int rc, const tn_error *err)
{
    if (went_well(rc, err))
        return DONE;
    return strstr(err->message, "is unknown") ? UNKNOWN : NOT_DONE;
}

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
    if (!went_well(tn_tx_begin(&tx, db, TN_WRITE, err), err))
        return;
    (void)went_well(tn_exec(tx, "INSERT INTO entry VALUES ('refused')", NULL, 0, NULL, err), err);
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

static void run(tn_db *db, struct told *told)
{
    tn_error err = {0};
    tn_value word = tn_value_string("insert");
    told->insert =
        of_statement(tn_exec(db, "INSERT INTO entry VALUES ($1)", &word, 1, NULL, &err), &err);
    told->transfer = of_transaction(tn_transact(db, transfer, NULL, NULL, &err), &err);
    told->nested = of_transaction(tn_transact(db, nest, NULL, NULL, &err), &err);
    roll_back(db, &err);
    told->script = of_statement(tn_exec_script(db,
                                               "INSERT INTO entry VALUES ('first');"
                                               "INSERT INTO entry VALUES ('second');",
                                               &err),
                                &err);
    told->rows = read_rows(db, &err);
    (void)went_well(told->rows, &err);
}

/* --- what must be so afterwards ---------------------------------------------------------------- */

static int64_t count(const struct pgfault *f, const char *word)
{
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT count(*)::int8 FROM entry WHERE word = '%s'", word);
    return pgfault_number(f->watcher, sql);
}

static void expect(const char *what, enum outcome outcome, int64_t found)
{
    if (found < 0 || found > 1 || (outcome != UNKNOWN && found != (outcome == DONE)))
        fail_msg("%s: %lld times, and the program was told %d", what, (long long)found, outcome);
}

static void check_data(const struct pgfault *f, const struct told *told)
{
    int64_t transfers = count(f, "transfer");
    expect("insert", told->insert, count(f, "insert"));
    expect("transfer", told->transfer, transfers);
    expect("nested", told->nested, count(f, "nested"));
    assert_int_equal(count(f, "refused"), 0);
    assert_true(count(f, "first") >= count(f, "second"));
    expect("script", told->script, count(f, "second"));
    assert_int_equal(pgfault_number(f->watcher, "SELECT sum(balance)::int8 FROM account"), 200);
    assert_int_equal(pgfault_number(f->watcher, "SELECT balance FROM account WHERE id = 1"),
                     100 - 7 * transfers);
}

/* The same pool, the wire being whole again. */
static void check_pool(tn_db *db)
{
    struct told told;
    assert_int_equal(pgfault_number(db, "SELECT 42"), 42);
    run(db, &told);
    assert_true(told.insert == DONE && told.transfer == DONE && told.nested == DONE &&
                told.script == DONE && told.rows == TN_OK);
    assert_ok(tn_db_check_unused(db, NULL));
}

static void run_once(struct pgfault *f, int64_t cut)
{
    char url[PGFAULT_URL_SIZE];
    struct told told = {0};
    tn_error err = {0};
    int files = pgfault_files();
    pgfault_watchdog(30);
    pgfault_script(f, "DELETE FROM entry; UPDATE account SET balance = 100");
    proxy_cut_after(f->proxy, cut);
    bool is_open = went_well(
        tn_db_open(&f->db, pgfault_proxy_url(url, f, "&max_connections=2"), NULL, &err), &err);
    if (is_open)
        run(f->db, &told);
    proxy_cut_after(f->proxy, NEVER);
    pgfault_await(f, "SELECT count(*)::int8 " PGFAULT_OTHERS " AND state <> 'idle'", 0);
    check_data(f, &told);
    if (is_open)
        check_pool(f->db);
    tn_db_close(f->db);
    f->db = NULL;
    pgfault_await_alone(f);
    for (int i = 0; i < 1000 && pgfault_files() != files; i++)
        tn__sleep_us(1000); /* the proxy's */
    assert_int_equal(pgfault_files(), files);
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

/* xorshift64: https://www.jstatsoft.org/article/view/v008i14 */
static uint64_t chance(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void cut_anywhere_leaves_the_truth_and_a_working_pool(void **state)
{
    struct pgfault *f = *state;
    uint64_t seed = 2463534242;
    make_tables(f);
    run_once(f, NEVER);
    int64_t before = proxy_passed(f->proxy);
    run_once(f, NEVER);
    int64_t whole = (proxy_passed(f->proxy) - before) / 2; /* it runs twice */
    assert_true(whole > EACH_BYTE);
    int64_t at = 0;
    for (int64_t i = 0; at < EACH_BYTE; i++) {
        run_once(f, at);
        at += 1 + i % 7;
    }
    for (int i = 0; i < DRAWN; i++)
        run_once(f, EACH_BYTE + (int64_t)(chance(&seed) % (uint64_t)(whole - EACH_BYTE)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PGFAULT_TEST(cut_anywhere_leaves_the_truth_and_a_working_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
