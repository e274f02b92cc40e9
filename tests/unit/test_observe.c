/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

#include <tenon/gen_sqlite.h>

#include "fault_alloc.h"
#include "pooling.h"
#include "seeing.h"
#include "util/clock.h"

/* Traces, the log, slow queries, N+1, metrics and limits of time: of generated queries and others. */

#define QUERY(name, columns, access, text) \
 static struct tn_gen_query name = {#name, text, sizeof(text) - 1, columns, access, TN_GEN_ABI, 0}

QUERY(numbers, 1, TN_READ,
      "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 20) SELECT n FROM c");
QUERY(find, 1, TN_READ, "SELECT n FROM t WHERE id = ?1");
QUERY(put, 0, TN_WRITE, "INSERT INTO t (id, n) VALUES (?1, 5)");

/* Run one to its end; returns its rows or a status. */
static int run_query(tn_db *db, struct tn_gen_query *query, int64_t param, tn_error *err)
{
    struct tn_gen_use use;
    int rows = 0;
    int native;
    int rc = tn_gen_acquire(&use, db, query, err);
    if (rc != TN_OK)
        return rc;
    sqlite3_bind_int64(use.stmt, 1, param);
    while ((native = sqlite3_step(use.stmt)) == SQLITE_ROW)
        rows++;
    if (native != SQLITE_DONE)
        rows = tn_gen_fail(&use, native, err);
    tn_gen_release(&use);
    return rows;
}

/* --- traces ------------------------------------------------------------------------------------ */

/* Whoever watches from the stack has to see the close. */
static void close_db(struct fixture *f)
{
    tn_db_close(f->db);
    f->db = NULL;
}

static const tn_trace_event *only(struct seen *seen, enum tn_trace_kind kind)
{
    int found = -1;
    for (int i = 0; i < seen->count; i++) {
        if (seen->events[i].kind != kind)
            continue;
        assert_int_equal(found, -1);
        found = i;
    }
    assert_in_range(found, 0, MOST_EVENTS - 1);
    return &seen->events[found];
}

static void generated_query_is_traced_with_its_name_and_rows(void **state)
{
    struct fixture *f = *state;
    struct seen seen = {.count = 0};
    open_db(f, "");
    assert_int_equal(run_query(f->db, &numbers, 0, &f->err), 20); /* prepared before */
    assert_ok(tn_db_set_trace(f->db, on_trace, &seen, &f->err));
    assert_int_equal(run_query(f->db, &numbers, 0, &f->err), 20);
    const tn_trace_event *event = only(&seen, TN_TRACE_STATEMENT);
    assert_string_equal(event->query, "numbers");
    assert_int_equal(event->rows, 20);
    assert_int_equal(event->affected, 0);
    assert_int_equal(event->access, TN_READ);
    assert_true(event->elapsed_ns > 0);
    assert_string_equal(seen.sql[event - seen.events], numbers.sql);
    close_db(f);
}

static void changes_transactions_and_failures_are_traced(void **state)
{
    struct fixture *f = *state;
    struct seen seen = {.count = 0};
    tn_db *tx;
    open_db(f, "");
    assert_ok(tn_db_set_trace(f->db, on_trace, &seen, &f->err));
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
    assert_int_equal(run_query(tx, &put, 7, &f->err), 0);
    assert_int_equal(run_query(tx, &put, 7, &f->err), TN_EUNIQUE);
    tn_tx_rollback(tx);
    assert_string_equal(seen.sql[0], "BEGIN IMMEDIATE");
    assert_int_equal(seen.events[0].depth, 0);
    assert_string_equal(seen.events[1].query, "put");
    assert_int_equal(seen.events[1].affected, 1);
    assert_int_equal(seen.events[1].depth, 1);
    const tn_trace_event *failure = only(&seen, TN_TRACE_FAILURE);
    assert_string_equal(failure->query, "put");
    assert_int_equal(failure->status, TN_EUNIQUE);
    assert_int_equal(failure->native, SQLITE_CONSTRAINT_PRIMARYKEY);
    assert_string_equal(seen.sql[seen.count - 1], "ROLLBACK");
    close_db(f);
}

static void dynamic_statements_and_triggers_are_one_event_each(void **state)
{
    struct fixture *f = *state;
    struct seen seen = {.count = 0};
    open_db(f, "");
    assert_ok(tn_exec_script(f->db,
                             "CREATE TABLE log (n);"
                             "CREATE TRIGGER note AFTER INSERT ON t BEGIN"
                             " INSERT INTO log VALUES (1); INSERT INTO log VALUES (2); END",
                             &f->err));
    assert_ok(tn_db_set_trace(f->db, on_trace, &seen, &f->err));
    assert_ok(
        tn_exec(f->db, "-- a comment first\nINSERT INTO t (n) VALUES (3)", NULL, 0, NULL, &f->err));
    const tn_trace_event *event = only(&seen, TN_TRACE_STATEMENT);
    assert_null(event->query);
    assert_int_equal(event->affected, 1);
    close_db(f);
}

static void connections_are_traced_and_the_trace_can_be_ended(void **state)
{
    struct fixture *f = *state;
    struct seen seen = {.count = 0};
    open_db(f, "&max_connections=2");
    assert_ok(tn_db_set_trace(f->db, on_trace, &seen, &f->err));
    assert_int_equal(number(f->db, "SELECT 1"), 1); /* the reader is opened for it */
    assert_int_equal(only(&seen, TN_TRACE_OPEN)->connection, 1);
    int before = seen.count;
    assert_ok(tn_db_set_trace(f->db, NULL, NULL, &f->err));
    assert_int_equal(run_query(f->db, &find, 1, &f->err), 1);
    assert_int_equal(seen.count, before);
    close_db(f);
}

/* --- the log ----------------------------------------------------------------------------------- */

struct lines {
    char text[64][400];
    enum tn_log_level level[64];
    int count;
};

static void on_log(const tn_log_record *record, void *user)
{
    struct lines *lines = user;
    if (lines->count == 64)
        return;
    lines->level[lines->count] = record->level;
    snprintf(lines->text[lines->count++], sizeof lines->text[0], "%s: %s",
             tn_log_target_name(record->target), record->message);
}

static int count_lines(const struct lines *lines, const char *word)
{
    int count = 0;
    for (int i = 0; i < lines->count; i++)
        count += strstr(lines->text[i], word) != NULL;
    return count;
}

static void log_hears_what_its_filter_lets_through(void **state)
{
    struct fixture *f = *state;
    struct lines lines = {.count = 0};
    tn_log_filter filter;
    open_db(f, "&max_connections=2");
    assert_ok(tn_log_filter_parse(&filter, "warn, pool=info", &f->err));
    assert_ok(tn_db_set_log(f->db, on_log, &lines, filter, &f->err));
    assert_int_equal(run_query(f->db, &find, 1, &f->err), 1);
    assert_int_equal(count_lines(&lines, "pool: connection 1 opened for reading"), 1);
    assert_int_equal(count_lines(&lines, "find"), 0);
    assert_ok(tn_log_filter_parse(&filter, "sql=debug", &f->err));
    assert_ok(tn_db_set_log(f->db, on_log, &lines, filter, &f->err));
    assert_int_equal(run_query(f->db, &find, 1, &f->err), 1);
    assert_int_equal(count_lines(&lines, "sql: find: "), 1);
    assert_int_equal(count_lines(&lines, "1 row: SELECT n FROM t WHERE id = ?1"), 1);
    close_db(f);
}

static void bad_filters_are_refused_at_their_byte(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t position;
    } bad[] = {
        {"loud", 1}, {"info,sql=loud", 6}, {"info, wire=debug", 7}, {"=info", 1}, {"sql=", 1}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        tn_log_filter filter = tn_log_filter_of(TN_LOG_INFO);
        tn_error err = {0};
        assert_int_equal(tn_log_filter_parse(&filter, bad[i].text, &err), TN_EINVAL);
        assert_int_equal(err.position, bad[i].position);
        assert_int_equal(filter.level[TN_LOG_SQL], TN_LOG_INFO);
    }
    tn_log_filter filter;
    assert_ok(tn_log_filter_parse(&filter, "", NULL));
    assert_int_equal(filter.level[TN_LOG_POOL], TN_LOG_OFF);
    assert_ok(tn_log_filter_parse(&filter, "DEBUG,,tx=off", NULL));
    assert_int_equal(filter.level[TN_LOG_POOL], TN_LOG_DEBUG);
    assert_int_equal(filter.level[TN_LOG_TX], TN_LOG_OFF);
}

static void slow_query_is_a_warning_and_a_quick_one_is_not(void **state)
{
    struct fixture *f = *state;
    struct lines lines = {.count = 0};
    open_db(f, "&slow_query=20ms");
    assert_ok(tn_db_set_log(f->db, on_log, &lines, tn_log_filter_of(TN_LOG_WARN), &f->err));
    assert_int_equal(run_query(f->db, &find, 1, &f->err), 1);
    assert_int_equal(lines.count, 0);
    struct tn_gen_use use;
    assert_ok(tn_gen_acquire(&use, f->db, &numbers, &f->err));
    assert_int_equal(sqlite3_step(use.stmt), SQLITE_ROW);
    tn__sleep_us(25000);
    tn_gen_release(&use);
    assert_int_equal(count_lines(&lines, "sql: slow query numbers: "), 1);
    assert_int_equal(lines.level[0], TN_LOG_WARN);
    close_db(f);
}

static void transaction_left_open_is_logged(void **state)
{
    struct fixture *f = *state;
    struct lines lines = {.count = 0};
    tn_conn *conn;
    open_db(f, "");
    assert_ok(tn_db_set_log(f->db, on_log, &lines, tn_log_filter_of(TN_LOG_WARN), &f->err));
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    assert_ok(tn_exec(tn_conn_db(conn), "BEGIN", NULL, 0, NULL, &f->err));
    tn_conn_release(conn);
    assert_int_equal(count_lines(&lines, "inside a transaction, which has been rolled back"), 1);
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    tn_db_close(f->db);
    f->db = NULL;
    assert_int_equal(count_lines(&lines, "closed too early: 1 connection has not"), 1);
}

/* --- N+1 --------------------------------------------------------------------------------------- */

static void read_numbers(struct fixture *f, tn_db *db, int inner_runs_per_row)
{
    struct tn_gen_use use;
    assert_ok(tn_gen_acquire(&use, db, &numbers, &f->err));
    while (sqlite3_step(use.stmt) == SQLITE_ROW) {
        for (int i = 0; i < inner_runs_per_row; i++)
            assert_int_equal(run_query(db, &find, 1, &f->err), 1);
    }
    tn_gen_release(&use);
}

static void query_run_for_each_row_of_another_is_found_once(void **state)
{
    struct fixture *f = *state;
    struct lines lines = {.count = 0};
    tn_db *tx;
    open_db(f, "");
    assert_ok(tn_db_set_log(f->db, on_log, &lines, tn_log_filter_of(TN_LOG_WARN), &f->err));
    assert_ok(tn_db_set_find_n_plus_1(f->db, true, &f->err));
    read_numbers(f, f->db, 1); /* each on a connection of its own */
    assert_int_equal(count_lines(&lines, "query 'find' has run 10 times while the rows of "
                                         "'numbers' are being read (N+1)"),
                     1);
    assert_ok(tn_tx_begin(&tx, f->db, TN_READ, &f->err));
    read_numbers(f, tx, 2); /* the same pair, on one connection */
    tn_tx_rollback(tx);
    assert_int_equal(count_lines(&lines, "N+1"), 1);
    close_db(f);
}

static void queries_one_after_another_are_no_n_plus_1(void **state)
{
    struct fixture *f = *state;
    struct lines lines = {.count = 0};
    open_db(f, "");
    assert_ok(tn_db_set_log(f->db, on_log, &lines, tn_log_filter_of(TN_LOG_WARN), &f->err));
    assert_ok(tn_db_set_find_n_plus_1(f->db, true, &f->err));
    for (int i = 0; i < 50; i++)
        assert_int_equal(run_query(f->db, &find, 1, &f->err), 1);
    read_numbers(f, f->db, 0);
    struct tn_gen_use use;
    assert_ok(tn_gen_acquire(&use, f->db, &numbers, &f->err));
    assert_int_equal(sqlite3_step(use.stmt), SQLITE_ROW);
    for (int i = 0; i < 9; i++)
        assert_int_equal(run_query(f->db, &find, 1, &f->err), 1);
    tn_gen_release(&use);
    assert_int_equal(lines.count, 0);
    close_db(f);
}

/* --- metrics ----------------------------------------------------------------------------------- */

static void metrics_count_by_query_in_the_form_of_prometheus(void **state)
{
    struct fixture *f = *state;
    tn_arena arena = TN_ARENA_INIT;
    tn_text text;
    open_db(f, "");
    assert_ok(tn_db_set_metrics(f->db, true, &f->err));
    for (int i = 0; i < 3; i++)
        assert_int_equal(run_query(f->db, &numbers, 0, &f->err), 20);
    assert_int_equal(run_query(f->db, &put, 9, &f->err), 0);
    assert_int_equal(run_query(f->db, &put, 9, &f->err), TN_EUNIQUE);
    assert_ok(tn_db_metrics(&text, f->db, &arena, &f->err));
    static const char *const wanted[] = {
        "# TYPE tenon_query_seconds histogram\n",
        "tenon_query_seconds_count{query=\"numbers\"} 3\n",
        "tenon_query_seconds_bucket{query=\"numbers\",le=\"+Inf\"} 3\n",
        "tenon_query_rows_total{query=\"numbers\"} 60\n",
        "tenon_query_failures_total{query=\"put\"} 1\n",
        "tenon_pool_connections_max{side=\"write\"} 1\n",
        "tenon_pool_acquired_total{side=\"read\"} 3\n",
        "tenon_transaction_retries_total 0\n",
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (!strstr(text.data, wanted[i]))
            fail_msg("no '%s' in:\n%s", wanted[i], text.data);
    }
    /* Every series stands once, below one head of its family. */
    tn_arena lines_arena = TN_ARENA_INIT;
    char *copy = tn_arena_copy(&lines_arena, text.data, text.size);
    const char *lines[400];
    int count = 0;
    for (char *save, *line = strtok_r(copy, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char *blank = strrchr(line, ' ');
        assert_non_null(blank);
        if (line[0] != '#')
            *blank = '\0';
        for (int i = 0; i < count; i++)
            assert_string_not_equal(lines[i], line);
        assert_in_range(count, 0, 399);
        lines[count++] = line;
    }
    tn_arena_fini(&lines_arena);
    tn_arena_fini(&arena);
}

/* --- limits of time ---------------------------------------------------------------------------- */

static const char endless[] = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "
                              "SELECT count(*) FROM c";

static void statement_that_takes_too_long_is_stopped(void **state)
{
    struct fixture *f = *state;
    open_db(f, "&statement_timeout=20ms");
    assert_int_equal(tn_exec(f->db, endless, NULL, 0, NULL, &f->err), TN_ETIMEOUT);
    assert_says(&f->err, "the statement took longer than 20 ms");
    assert_int_equal(f->err.native, SQLITE_INTERRUPT);
    assert_int_equal(number(f->db, "SELECT n FROM t"), 0);
}

static void connection_has_a_limit_of_its_own_until_it_is_released(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    open_db(f, "&max_connections=1");
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    tn_conn_set_timeout(conn, 10);
    assert_int_equal(tn_exec(tn_conn_db(conn), endless, NULL, 0, NULL, &f->err), TN_ETIMEOUT);
    assert_says(&f->err, "longer than 10 ms");
    tn_conn_release(conn);
    assert_int_equal(number(f->db, "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 "
                                   "FROM c LIMIT 2000000) SELECT count(*) FROM c"),
                     2000000);
    assert_int_equal(number(f->db, "PRAGMA busy_timeout"), 5000);
}

static int run_endless(tn_db *tx, void *user, tn_error *err)
{
    ++*(int *)user;
    int rc = tn_exec(tx, "UPDATE t SET n = 1", NULL, 0, NULL, err);
    return rc == TN_OK ? tn_exec(tx, endless, NULL, 0, NULL, err) : rc;
}

static void transaction_that_takes_too_long_is_rolled_back(void **state)
{
    struct fixture *f = *state;
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    int runs = 0;
    open_db(f, "");
    options.timeout_ms = 20;
    assert_int_equal(tn_transact(f->db, run_endless, &runs, &options, &f->err), TN_ETIMEOUT);
    assert_says(&f->err, "the transaction's time is up");
    assert_int_equal(runs, 1);
    assert_int_equal(number(f->db, "SELECT n FROM t"), 0);
    assert_ok(tn_exec(f->db, "UPDATE t SET n = 3", NULL, 0, NULL, &f->err));
}

static void waiting_for_a_lock_ends_with_the_limit(void **state)
{
    struct fixture *f = *state;
    sqlite3 *other;
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    int runs = 0;
    open_db(f, "&statement_timeout=30ms");
    assert_int_equal(sqlite3_open(scratch_path(f->folder, "pool.db"), &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", 0, 0, 0), SQLITE_OK);
    assert_int_equal(tn_exec(f->db, "UPDATE t SET n = 4", NULL, 0, NULL, &f->err), TN_ETIMEOUT);
    assert_says(&f->err, "the database is locked");
    options.timeout_ms = 30;
    assert_int_equal(tn_transact(f->db, run_endless, &runs, &options, &f->err), TN_ETIMEOUT);
    assert_int_equal(runs, 0);
    sqlite3_close(other);
    close_db(f);
}

/* --- faults ------------------------------------------------------------------------------------ */

static int watch_everything(void *user)
{
    struct fixture *f = user;
    struct lines lines = {.count = 0};
    struct seen seen = {.count = 0};
    tn_arena arena = TN_ARENA_INIT;
    tn_text text;
    tn_db *db;
    char url[PATH_MAX + 100];
    snprintf(url, sizeof url, "sqlite:%s/pool.db?statement_timeout=1h", f->folder);
    int rc = tn_db_open(&db, url, NULL, NULL);
    if (rc != TN_OK)
        return rc;
    rc = tn_db_set_log(db, on_log, &lines, tn_log_filter_of(TN_LOG_DEBUG), NULL);
    if (rc == TN_OK)
        rc = tn_db_set_trace(db, on_trace, &seen, NULL);
    if (rc == TN_OK)
        rc = tn_db_set_metrics(db, true, NULL);
    if (rc == TN_OK)
        rc = run_query(db, &find, 1, NULL);
    if (rc > 0)
        rc = tn_exec(db, "UPDATE t SET n = n", NULL, 0, NULL, NULL);
    if (rc == TN_OK)
        rc = tn_db_metrics(&text, db, &arena, NULL);
    tn_arena_fini(&arena);
    tn_db_close(db);
    return rc;
}

static void watching_survives_every_failed_allocation(void **state)
{
    struct fixture *f = *state;
    open_db(f, "");
    fault_alloc_each(watch_everything, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(generated_query_is_traced_with_its_name_and_rows),
        TEST(changes_transactions_and_failures_are_traced),
        TEST(dynamic_statements_and_triggers_are_one_event_each),
        TEST(connections_are_traced_and_the_trace_can_be_ended),
        TEST(log_hears_what_its_filter_lets_through),
        TEST(bad_filters_are_refused_at_their_byte),
        TEST(slow_query_is_a_warning_and_a_quick_one_is_not),
        TEST(transaction_left_open_is_logged),
        TEST(query_run_for_each_row_of_another_is_found_once),
        TEST(queries_one_after_another_are_no_n_plus_1),
        TEST(metrics_count_by_query_in_the_form_of_prometheus),
        TEST(statement_that_takes_too_long_is_stopped),
        TEST(connection_has_a_limit_of_its_own_until_it_is_released),
        TEST(transaction_that_takes_too_long_is_rolled_back),
        TEST(waiting_for_a_lock_ends_with_the_limit),
        TEST(watching_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
