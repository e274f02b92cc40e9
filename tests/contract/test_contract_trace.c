/* SPDX-License-Identifier: MIT */
#include "contract.h"
#include "seeing.h"

/* What is told of what runs: by events, and by counters. */

/* Nothing is told any more when what hears it is gone. */
static void end_trace(struct contract *c)
{
    assert_ok(tn_db_set_trace(c->db, NULL, NULL, &c->err));
}

/* The next event of that kind from *at on; *at is behind it then. */
static const tn_trace_event *next(const struct seen *seen, int *at, enum tn_trace_kind kind)
{
    while (*at < seen->count && seen->events[*at].kind != kind)
        ++*at;
    assert_in_range(*at, 0, seen->count - 1);
    return &seen->events[(*at)++];
}

static int count_of(const struct seen *seen, enum tn_trace_kind kind)
{
    int count = 0;
    for (int i = 0; i < seen->count; i++)
        count += seen->events[i].kind == kind;
    return count;
}

static void watch(struct contract *c, struct seen *seen)
{
    contract_script(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CHECK (n < 100));"
                       "INSERT INTO t (n) VALUES (1), (2), (3)");
    seen->count = 0;
    assert_ok(tn_db_set_trace(c->db, on_trace, seen, &c->err));
}

static void statements_tell_their_rows_and_changes(void **state)
{
    struct contract *c = *state;
    struct seen seen;
    int at = 0;
    tn_rows rows;
    watch(c, &seen);
    assert_ok(tn_query(&rows, c->db, "SELECT n FROM t", NULL, 0, &c->arena, &c->err));
    assert_ok(contract_exec(c->db, "UPDATE t SET n = n WHERE n > 1", &c->err));
    assert_ok(tn_query(&rows, c->db, "DELETE FROM t RETURNING id", NULL, 0, &c->arena, &c->err));
    static const struct {
        const char *sql;
        int64_t rows, affected;
    } wanted[] = {{"SELECT n FROM t", 3, 0},
                  {"UPDATE t SET n = n WHERE n > 1", 0, 2},
                  {"DELETE FROM t RETURNING id", 3, 3}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const tn_trace_event *event = next(&seen, &at, TN_TRACE_STATEMENT);
        assert_string_equal(seen.sql[at - 1], wanted[i].sql);
        assert_int_equal(event->rows, wanted[i].rows);
        assert_int_equal(event->affected, wanted[i].affected);
        assert_int_equal(event->depth, 0);
        assert_true(event->elapsed_ns > 0);
        assert_null(event->query);
    }
    assert_int_equal(count_of(&seen, TN_TRACE_STATEMENT), 3);
    assert_int_equal(count_of(&seen, TN_TRACE_FAILURE), 0);
    end_trace(c);
}

/* Rows that nobody wants any more: the statement ends where it is closed. */
static void statement_ends_when_it_is_left(void **state)
{
    struct contract *c = *state;
    struct seen seen;
    tn_stmt *stmt;
    int at = 0;
    watch(c, &seen);
    assert_ok(tn_stmt_open(&stmt, c->db, "SELECT n FROM t ORDER BY n", &c->err));
    assert_int_equal(tn_stmt_step(stmt, &c->err), TN_ROW);
    assert_int_equal(count_of(&seen, TN_TRACE_STATEMENT), 0);
    tn_stmt_reset(stmt);
    assert_int_equal(next(&seen, &at, TN_TRACE_STATEMENT)->rows, 1);
    assert_int_equal(tn_stmt_step(stmt, &c->err), TN_ROW);
    assert_int_equal(tn_stmt_step(stmt, &c->err), TN_ROW);
    tn_stmt_close(stmt);
    assert_int_equal(next(&seen, &at, TN_TRACE_STATEMENT)->rows, 2);
    assert_int_equal(count_of(&seen, TN_TRACE_STATEMENT), 2);
    end_trace(c);
}

static void failures_come_behind_their_statement(void **state)
{
    struct contract *c = *state;
    struct seen seen;
    int at = 0;
    tn_value value = tn_value_int(100);
    static const char sql[] = "INSERT INTO t (n) VALUES ($1)";
    watch(c, &seen);
    assert_status(tn_exec(c->db, sql, &value, 1, NULL, &c->err), TN_ECHECK, c->err);
    assert_int_equal(next(&seen, &at, TN_TRACE_STATEMENT)->affected, 0);
    assert_int_equal(next(&seen, &at, TN_TRACE_FAILURE)->status, TN_ECHECK);
    assert_string_equal(seen.sql[at - 1], sql);
    value = tn_value_int(5);
    assert_ok(tn_exec(c->db, sql, &value, 1, NULL, &c->err));
    assert_int_equal(next(&seen, &at, TN_TRACE_STATEMENT)->affected, 1);
    assert_int_equal(seen.count, at);
    end_trace(c);
}

/* What cannot be prepared, or not be bound, has no beginning. */
static void failures_before_the_beginning_come_alone(void **state)
{
    struct contract *c = *state;
    struct seen seen;
    int at = 0;
    static const char wrong[] = "SELECT nope FROM t";
    static const char sql[] = "UPDATE t SET n = $1";
    tn_value value = {.type = TN_BLOB, .as.blob = {"", SIZE_MAX / 2}};
    watch(c, &seen);
    assert_status(contract_exec(c->db, wrong, &c->err), TN_ENOTFOUND, c->err);
    assert_int_equal(next(&seen, &at, TN_TRACE_FAILURE)->status, TN_ENOTFOUND);
    assert_string_equal(seen.sql[at - 1], wrong);
    int rc = tn_exec(c->db, sql, &value, 1, NULL, &c->err);
    assert_true(rc == TN_ERANGE || rc == TN_ETYPE);
    assert_int_equal(next(&seen, &at, TN_TRACE_FAILURE)->status, rc);
    assert_string_equal(seen.sql[at - 1], sql);
    assert_int_equal(count_of(&seen, TN_TRACE_FAILURE), 2);
    assert_int_equal(count_of(&seen, TN_TRACE_STATEMENT), 0);
    end_trace(c);
}

static int write_twice(tn_db *tx, void *user, tn_error *err)
{
    int *runs = user;
    int rc = contract_exec(tx, "UPDATE t SET n = 4 WHERE id = 1", err);
    return rc == TN_OK && ++*runs < 2 ? tn_error_set(err, TN_ESERIALIZE, "again") : rc;
}

/* PostgreSQL's BEGIN goes with the first statement of its transaction, and is told with it: within. */
static void transactions_are_told_with_their_retries(void **state)
{
    struct contract *c = *state;
    struct seen seen;
    int runs = 0, at = 0;
    static const char *const wanted[] = {"BEGIN", "UPDATE t", "ROLLBACK",
                                         "BEGIN", "UPDATE t", "COMMIT"};
    watch(c, &seen);
    assert_ok(tn_transact(c->db, write_twice, &runs, NULL, &c->err));
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const tn_trace_event *event = next(&seen, &at, TN_TRACE_STATEMENT);
        assert_memory_equal(seen.sql[at - 1], wanted[i], strlen(wanted[i]));
        bool is_within = i % 3 == 1 || (i % 3 == 0 && contract_is_postgres());
        if (i % 3 != 2) /* what ends it is the engine's to count */
            assert_int_equal(event->depth, is_within);
        if (i == 2)
            assert_int_equal(next(&seen, &at, TN_TRACE_RETRY)->status, TN_ESERIALIZE);
    }
    assert_int_equal(count_of(&seen, TN_TRACE_STATEMENT), 6);
    assert_int_equal(count_of(&seen, TN_TRACE_RETRY), 1);
    end_trace(c);
}

static void transactions_that_fail_at_once_are_told(void **state)
{
    struct contract *c = *state;
    struct seen seen;
    int at = 0;
    tn_db *tx;
    static const char *const wanted[] = {"BEGIN", "ROLLBACK", "BEGIN", "INSERT", "ROLLBACK"};
    watch(c, &seen);
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
    assert_status(contract_exec(tx, "SELECT nope FROM t", &c->err), TN_ENOTFOUND, c->err);
    tn_tx_rollback(tx);
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
    assert_status(contract_exec(tx, "INSERT INTO t (n) VALUES (100)", &c->err), TN_ECHECK, c->err);
    tn_tx_rollback(tx);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        (void)next(&seen, &at, TN_TRACE_STATEMENT);
        assert_memory_equal(seen.sql[at - 1], wanted[i], strlen(wanted[i]));
    }
    assert_int_equal(count_of(&seen, TN_TRACE_STATEMENT), sizeof wanted / sizeof wanted[0]);
    end_trace(c);
}

static void savepoints_are_told(void **state)
{
    struct contract *c = *state;
    struct seen seen;
    int at = 0;
    tn_db *tx, *inner;
    static const char *const wanted[] = {"BEGIN",       "SAVEPOINT", "RELEASE", "SAVEPOINT",
                                         "ROLLBACK TO", "RELEASE",   "COMMIT"};
    watch(c, &seen);
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
    assert_ok(tn_tx_begin(&inner, tx, TN_WRITE, &c->err));
    assert_ok(tn_tx_commit(inner, &c->err));
    assert_ok(tn_tx_begin(&inner, tx, TN_WRITE, &c->err));
    tn_tx_rollback(inner);
    assert_ok(tn_tx_commit(tx, &c->err));
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        (void)next(&seen, &at, TN_TRACE_STATEMENT);
        assert_memory_equal(seen.sql[at - 1], wanted[i], strlen(wanted[i]));
    }
    assert_int_equal(seen.count, at);
    end_trace(c);
}

static void connections_are_told_and_the_trace_can_be_ended(void **state)
{
    struct contract *c = *state;
    struct seen seen = {.count = 0};
    tn_conn *conns[2];
    tn_db *db;
    assert_status(tn_db_open(&db, contract_url(c, "&max_connections=3"), NULL, &c->err), TN_OK,
                  c->err);
    assert_ok(tn_db_set_trace(db, on_trace, &seen, &c->err));
    for (int i = 0; i < 2; i++)
        assert_ok(tn_conn_acquire(&conns[i], db, TN_READ, &c->err));
    int opened = count_of(&seen, TN_TRACE_OPEN);
    assert_in_range(opened, 1, 2); /* SQLite's writer was open, and is for others */
    for (int i = 0; i < 2; i++)
        tn_conn_release(conns[i]);
    assert_ok(tn_db_set_trace(db, NULL, NULL, &c->err));
    int before = seen.count;
    assert_ok(contract_exec(db, "SELECT 1", &c->err));
    assert_int_equal(seen.count, before);
    assert_ok(tn_db_set_trace(db, on_trace, &seen, &c->err));
    tn_db_close(db);
    assert_in_range(count_of(&seen, TN_TRACE_CLOSE), 2, 3);
}

static void metrics_count_statements_and_failures(void **state)
{
    struct contract *c = *state;
    tn_text text;
    tn_value value = tn_value_int(100);
    static const char *const wanted[] = {
        "tenon_query_seconds_count{query=\"\"} 4\n",
        "tenon_query_rows_total{query=\"\"} 9\n",
        "tenon_query_failures_total{query=\"\"} 1\n",
        "tenon_transaction_retries_total 0\n",
    };
    contract_script(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CHECK (n < 100));"
                       "INSERT INTO t (n) VALUES (1), (2), (3)");
    assert_ok(tn_db_set_metrics(c->db, true, &c->err));
    for (int i = 0; i < 3; i++)
        assert_ok(contract_exec(c->db, "SELECT n FROM t", &c->err));
    assert_status(tn_exec(c->db, "INSERT INTO t (n) VALUES ($1)", &value, 1, NULL, &c->err),
                  TN_ECHECK, c->err);
    assert_ok(tn_db_metrics(&text, c->db, &c->arena, &c->err));
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (!strstr(text.data, wanted[i]))
            fail_msg("no '%s' in:\n%s", wanted[i], text.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(statements_tell_their_rows_and_changes),
        CONTRACT_TEST(statement_ends_when_it_is_left),
        CONTRACT_TEST(failures_come_behind_their_statement),
        CONTRACT_TEST(failures_before_the_beginning_come_alone),
        CONTRACT_TEST(transactions_are_told_with_their_retries),
        CONTRACT_TEST(transactions_that_fail_at_once_are_told),
        CONTRACT_TEST(savepoints_are_told),
        CONTRACT_TEST(connections_are_told_and_the_trace_can_be_ended),
        CONTRACT_TEST(metrics_count_statements_and_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
