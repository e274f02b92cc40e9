/* SPDX-License-Identifier: MIT */
#include "contract.h"

/* One call from text to result, and scripts. */

static void exec_change_counts_rows(void **state)
{
    struct contract *c = *state;
    int64_t affected = -1;
    contract_script(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)");
    assert_ok(tn_exec(c->db, "INSERT INTO t (n) VALUES (1), (2), (3)", NULL, 0, &affected, NULL));
    assert_int_equal(affected, 3);
    tn_value one = tn_value_int(1);
    assert_ok(tn_exec(c->db, "UPDATE t SET n = 9 WHERE n > $1", &one, 1, &affected, NULL));
    assert_int_equal(affected, 2);
    assert_ok(tn_exec(c->db, "UPDATE t SET n = 9 WHERE n > 100", NULL, 0, &affected, NULL));
    assert_int_equal(affected, 0);
    assert_ok(tn_exec(c->db, "WITH w AS (SELECT 9 AS n) DELETE FROM t WHERE n IN (SELECT n FROM w)",
                      NULL, 0, &affected, NULL));
    assert_int_equal(affected, 2);
}

static void exec_other_statement_affects_no_rows(void **state)
{
    struct contract *c = *state;
    int64_t affected = -1;
    contract_script(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)");
    assert_ok(tn_exec(c->db, "INSERT INTO t (n) VALUES (1), (2)", NULL, 0, NULL, NULL));
    assert_ok(tn_exec(c->db, "CREATE TABLE u (id INTEGER)", NULL, 0, &affected, NULL));
    assert_int_equal(affected, 0);
    affected = -1;
    assert_ok(tn_exec(c->db, "SELECT * FROM t", NULL, 0, &affected, NULL));
    assert_int_equal(affected, 0);
    affected = -1;
    assert_ok(tn_exec(c->db, "WITH w AS (SELECT 1) SELECT * FROM w", NULL, 0, &affected, NULL));
    assert_int_equal(affected, 0);
}

static void exec_number_of_values_is_checked(void **state)
{
    struct contract *c = *state;
    tn_value values[] = {tn_value_int(1), tn_value_int(2)};
    int64_t affected = 77;
    contract_script(c, "CREATE TABLE t (n INTEGER)");
    assert_status(tn_exec(c->db, "INSERT INTO t VALUES ($1)", values, 2, &affected, &c->err),
                  TN_EINVAL, c->err);
    assert_status(tn_exec(c->db, "INSERT INTO t VALUES ($1)", NULL, 0, &affected, &c->err),
                  TN_EINVAL, c->err);
    assert_int_equal(affected, 77);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 0);
}

static void exec_takes_exactly_one_statement(void **state)
{
    struct contract *c = *state;
    contract_script(c, "CREATE TABLE t (n INTEGER)");
    assert_status(contract_exec(c->db, "", &c->err), TN_EINVAL, c->err);
    assert_status(contract_exec(c->db, NULL, &c->err), TN_EINVAL, c->err);
    assert_status(contract_exec(c->db, " -- nothing\n ; ", &c->err), TN_EINVAL, c->err);
    assert_status(
        contract_exec(c->db, "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)", &c->err),
        TN_EINVAL, c->err);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 0);
    assert_status(contract_exec(c->db, "/* a */ INSERT INTO t VALUES (1); -- end\n ;", &c->err),
                  TN_OK, c->err);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 1);
}

static void exec_success_leaves_error_alone(void **state)
{
    struct contract *c = *state;
    tn_error err;
    memset(&err, 0x5a, sizeof err);
    tn_error before = err;
    assert_ok(tn_exec(c->db, "CREATE TABLE t (n INTEGER)", NULL, 0, NULL, &err));
    assert_ok(tn_exec_script(c->db, "INSERT INTO t VALUES (1)", &err));
    assert_memory_equal(&err, &before, sizeof err);
}

static void query_rows_live_in_the_arena(void **state)
{
    struct contract *c = *state;
    tn_rows rows;
    contract_script(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
                       "INSERT INTO t VALUES (1, 'one'), (2, NULL), (3, '')");
    assert_ok(tn_query(&rows, c->db, "SELECT id, name AS label FROM t ORDER BY id", NULL, 0,
                       &c->arena, NULL));
    contract_script(c, "DROP TABLE t");
    assert_int_equal(rows.column_count, 2);
    assert_int_equal(rows.row_count, 3);
    assert_string_equal(rows.names[0], "id");
    assert_string_equal(rows.names[1], "label");
    assert_int_equal(tn_rows_at(&rows, 2, 0)->as.integer, 3);
    assert_text(tn_rows_at(&rows, 0, 1)->as.text, "one");
    assert_int_equal(tn_rows_at(&rows, 0, 1)->as.text.data[3], '\0');
    assert_int_equal(tn_rows_at(&rows, 1, 1)->type, TN_NULL);
    assert_int_equal(tn_rows_at(&rows, 2, 1)->type, TN_TEXT);
    assert_text(tn_rows_at(&rows, 2, 1)->as.text, "");
}

static void query_without_rows_has_names(void **state)
{
    struct contract *c = *state;
    tn_rows rows;
    contract_script(c, "CREATE TABLE t (id INTEGER, name TEXT)");
    assert_ok(tn_query(&rows, c->db, "SELECT * FROM t", NULL, 0, &c->arena, NULL));
    assert_int_equal(rows.row_count, 0);
    assert_int_equal(rows.column_count, 2);
    assert_string_equal(rows.names[1], "name");
    assert_ok(tn_query(&rows, c->db, "DELETE FROM t", NULL, 0, &c->arena, NULL));
    assert_int_equal(rows.column_count, 0);
    assert_int_equal(rows.row_count, 0);
}

static void query_returning_writes(void **state)
{
    struct contract *c = *state;
    tn_rows rows;
    tn_value name = tn_value_string("x");
    contract_script(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
    assert_ok(tn_query(&rows, c->db, "INSERT INTO t (name) VALUES ($1), ('y') RETURNING id, name",
                       &name, 1, &c->arena, NULL));
    assert_int_equal(rows.row_count, 2);
    assert_text(tn_rows_at(&rows, 0, 1)->as.text, "x");
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 2);
}

static void query_failure_leaves_rows_alone(void **state)
{
    struct contract *c = *state;
    tn_rows rows = {7, 8, NULL, NULL};
    assert_int_not_equal(tn_query(&rows, c->db, "SELECT * FROM nowhere", NULL, 0, &c->arena, NULL),
                         TN_OK);
    assert_int_equal(rows.column_count, 7);
    assert_int_equal(rows.row_count, 8);
}

static void query_many_rows_are_all_there(void **state)
{
    struct contract *c = *state;
    tn_rows rows;
    contract_script(c, "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    assert_ok(
        tn_exec(c->db,
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                "INSERT INTO t SELECT i FROM n",
                NULL, 0, NULL, NULL));
    assert_ok(tn_query(&rows, c->db, "SELECT id, id * 2, 'r' || id FROM t ORDER BY id", NULL, 0,
                       &c->arena, NULL));
    assert_int_equal(rows.row_count, 5000);
    for (size_t i = 0; i < rows.row_count; i++) {
        assert_int_equal(tn_rows_at(&rows, i, 0)->as.integer, i + 1);
        assert_int_equal(tn_rows_at(&rows, i, 1)->as.integer, 2 * (i + 1));
    }
    assert_text(tn_rows_at(&rows, 4999, 2)->as.text, "r5000");
}

static void query_sees_what_was_just_written(void **state)
{
    struct contract *c = *state;
    contract_script(c, "CREATE TABLE t (n INTEGER)");
    for (int i = 1; i <= 20; i++) {
        assert_ok(contract_exec(c->db, "INSERT INTO t VALUES (1)", NULL));
        assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), i);
    }
}

static void query_after_schema_change_sees_it(void **state)
{
    struct contract *c = *state;
    tn_rows rows;
    contract_script(c, "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)");
    assert_ok(tn_query(&rows, c->db, "SELECT * FROM t", NULL, 0, &c->arena, NULL));
    assert_int_equal(rows.column_count, 1);
    contract_script(c, "ALTER TABLE t ADD COLUMN b INTEGER");
    assert_ok(tn_query(&rows, c->db, "SELECT * FROM t", NULL, 0, &c->arena, NULL));
    assert_int_equal(rows.column_count, 2);
    assert_int_equal(tn_rows_at(&rows, 0, 1)->type, TN_NULL);
    contract_script(c, "DROP TABLE t");
    assert_status(tn_query(&rows, c->db, "SELECT * FROM t", NULL, 0, &c->arena, &c->err),
                  TN_ENOTFOUND, c->err);
}

static void script_runs_to_the_first_failure(void **state)
{
    struct contract *c = *state;
    static const char script[] = "CREATE TABLE t (n INTEGER);\n"
                                 "INSERT INTO t VALUES (1);\n"
                                 "INSERT INTO t (nope) VALUES (2);\n"
                                 "INSERT INTO t VALUES (3);\n";
    assert_status(tn_exec_script(c->db, script, &c->err), TN_ENOTFOUND, c->err);
    assert_in_range(c->err.position, 1, sizeof script);
    assert_memory_equal(script + c->err.position - 1, "nope)", 5);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 1);
}

static void script_of_nothing_succeeds(void **state)
{
    struct contract *c = *state;
    assert_ok(tn_exec_script(c->db, "", NULL));
    assert_ok(tn_exec_script(c->db, NULL, NULL));
    assert_ok(tn_exec_script(c->db, ";; -- nothing\n", NULL));
}

static void script_with_parameters_is_refused(void **state)
{
    struct contract *c = *state;
    contract_script(c, "CREATE TABLE t (n INTEGER)");
    assert_status(tn_exec_script(c->db, "INSERT INTO t VALUES ($1)", &c->err), TN_EINVAL, c->err);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 0);
}

static void script_may_hold_a_transaction(void **state)
{
    struct contract *c = *state;
    contract_script(c, "CREATE TABLE t (n INTEGER);"
                       "BEGIN; INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); COMMIT;"
                       "BEGIN; INSERT INTO t VALUES (3); ROLLBACK");
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 2);
}

static void script_that_leaves_a_transaction_open_is_rolled_back(void **state)
{
    struct contract *c = *state;
    contract_script(c, "CREATE TABLE t (n INTEGER)");
    assert_status(tn_exec_script(c->db, "BEGIN; INSERT INTO t VALUES (1)", &c->err), TN_EMISUSE,
                  c->err);
    assert_status(tn_exec_script(c->db, "BEGIN; INSERT INTO t VALUES (1); SELECT nope", &c->err),
                  TN_ENOTFOUND, c->err);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 0);
    contract_script(c, "INSERT INTO t VALUES (1)");
}

static void transaction_statements_on_a_pool_are_refused(void **state)
{
    struct contract *c = *state;
    static const char *const statements[] = {"BEGIN",    "begin transaction",   "COMMIT",   "END",
                                             "ROLLBACK", "/* x */ SAVEPOINT a", "RELEASE a"};
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
        assert_status(contract_exec(c->db, statements[i], &c->err), TN_EMISUSE, c->err);
    contract_script(c, "CREATE TABLE t (n INTEGER)");
}

static void conn_runs_statements_in_one_transaction(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    contract_script(c, "CREATE TABLE t (n INTEGER)");
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, NULL));
    assert_int_equal(tn_conn_access(conn), TN_WRITE);
    tn_db *view = tn_conn_db(conn);
    assert_ok(contract_exec(view, "BEGIN", NULL));
    assert_true(tn_conn_in_transaction(conn));
    assert_ok(contract_exec(view, "INSERT INTO t VALUES (1)", NULL));
    assert_ok(contract_exec(view, "COMMIT", NULL));
    assert_false(tn_conn_in_transaction(conn));
    tn_conn_release(conn);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 1);
}

static void conn_release_rolls_back(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    contract_script(c, "CREATE TABLE t (n INTEGER)");
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, NULL));
    assert_ok(contract_exec(tn_conn_db(conn), "BEGIN", NULL));
    assert_ok(contract_exec(tn_conn_db(conn), "INSERT INTO t VALUES (1)", NULL));
    tn_conn_release(conn);
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, NULL));
    assert_false(tn_conn_in_transaction(conn));
    tn_conn_release(conn);
    tn_conn_release(NULL);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 0);
}

static void conn_for_reading_refuses_writes(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    contract_script(c, "CREATE TABLE t (n INTEGER)");
    assert_ok(tn_conn_acquire(&conn, c->db, TN_READ, NULL));
    assert_int_equal(tn_conn_access(conn), TN_READ);
    assert_status(contract_exec(tn_conn_db(conn), "INSERT INTO t VALUES (1)", &c->err),
                  TN_EREADONLY, c->err);
    assert_status(tn_exec_script(tn_conn_db(conn), "INSERT INTO t VALUES (1)", &c->err),
                  TN_EREADONLY, c->err);
    tn_conn *again;
    assert_status(tn_conn_acquire(&again, tn_conn_db(conn), TN_WRITE, &c->err), TN_EREADONLY,
                  c->err);
    assert_int_equal(contract_int(c, tn_conn_db(conn), "SELECT count(*) FROM t"), 0);
    tn_conn_release(conn);
}

static void conn_of_a_view_is_its_own(void **state)
{
    struct contract *c = *state;
    tn_conn *conn, *again;
    tn_db *db;
    assert_status(tn_db_open(&db, contract_url(c, "&max_connections=1"), NULL, &c->err), TN_OK,
                  c->err);
    assert_ok(tn_conn_acquire(&conn, db, TN_WRITE, NULL));
    assert_ok(tn_conn_acquire(&again, tn_conn_db(conn), TN_WRITE, NULL));
    assert_ptr_equal(conn, again);
    tn_conn_release(again);
    /* It is still held: */
    assert_status(tn_conn_acquire(&again, db, TN_WRITE, &c->err), TN_EMISUSE, c->err);
    tn_conn_release(conn);
    assert_ok(tn_conn_acquire(&again, db, TN_WRITE, NULL));
    tn_conn_release(again);
    tn_db_close(db);
}

static int count_opens(tn_conn *conn, void *user, tn_error *err)
{
    int *opens = user;
    ++*opens;
    return tn_exec(tn_conn_db(conn), "SELECT 1", NULL, 0, NULL, err);
}

static void on_open_runs_for_each_connection(void **state)
{
    struct contract *c = *state;
    tn_db *db;
    tn_conn *held[3];
    int opens = 0;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    options.max_connections = 3;
    options.on_open = count_opens;
    options.on_open_user = &opens;
    assert_status(tn_db_open(&db, contract_url(c, ""), &options, &c->err), TN_OK, c->err);
    assert_int_equal(opens, 1);
    for (int i = 0; i < 2; i++) {
        assert_ok(tn_conn_acquire(&held[0], db, TN_WRITE, NULL));
        assert_ok(tn_conn_acquire(&held[1], db, TN_READ, NULL));
        assert_ok(tn_conn_acquire(&held[2], db, TN_READ, NULL));
        assert_int_equal(opens, 3);
        for (int k = 0; k < 3; k++)
            tn_conn_release(held[k]);
    }
    tn_db_close(db);
}

static int refuse(tn_conn *conn, void *user, tn_error *err)
{
    (void)conn;
    int status = *(int *)user;
    return status == TN_EUSER ? tn_error_set(err, status, "not today") : status;
}

static void on_open_failure_is_what_opening_returns(void **state)
{
    struct contract *c = *state;
    tn_db *db = NULL;
    int status = TN_EUSER;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    options.on_open = refuse;
    options.on_open_user = &status;
    assert_status(tn_db_open(&db, contract_url(c, ""), &options, &c->err), TN_EUSER, c->err);
    assert_string_equal(c->err.message, "not today");
    assert_null(db);
    status = TN_EUSER - 3;
    assert_status(tn_db_open(&db, contract_url(c, ""), &options, &c->err), TN_EUSER - 3, c->err);
    assert_int_equal(c->err.status, TN_EUSER - 3);
    /* A later connection that is refused is an error of the statement that needed it. */
    tn_conn *first;
    status = TN_OK;
    assert_status(tn_db_open(&db, contract_url(c, ""), &options, &c->err), TN_OK, c->err);
    assert_ok(tn_conn_acquire(&first, db, TN_WRITE, &c->err));
    status = TN_EUSER;
    assert_status(contract_exec(db, "SELECT 1", &c->err), TN_EUSER, c->err);
    status = TN_OK;
    assert_status(contract_exec(db, "SELECT 1", &c->err), TN_OK, c->err);
    tn_conn_release(first);
    tn_db_close(db);
}

static void db_names_its_url_and_engine(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    assert_non_null(strstr(tn_db_url(c->db), c->database ? "/test_" : "contract.db"));
    assert_string_equal(tn_db_engine(c->db), contract_is_postgres() ? "postgres" : "sqlite");
    assert_ok(tn_conn_acquire(&conn, c->db, TN_READ, NULL));
    assert_string_equal(tn_db_url(tn_conn_db(conn)), tn_db_url(c->db));
    tn_db_close(tn_conn_db(conn)); /* a view is left alone */
    assert_int_equal(contract_int(c, tn_conn_db(conn), "SELECT 1"), 1);
    tn_conn_release(conn);
    tn_db_close(NULL);
}

static void options_out_of_range_are_refused(void **state)
{
    struct contract *c = *state;
    tn_db *db;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    options.version = TN_DB_OPTIONS_VERSION + 1;
    assert_status(tn_db_open(&db, contract_url(c, ""), &options, &c->err), TN_EINVAL, c->err);
    options.version = 0;
    assert_status(tn_db_open(&db, contract_url(c, ""), &options, &c->err), TN_EINVAL, c->err);
    options = (tn_db_options)TN_DB_OPTIONS_INIT;
    options.max_connections = 1000000;
    assert_status(tn_db_open(&db, contract_url(c, ""), &options, &c->err), TN_EINVAL, c->err);
    assert_status(tn_db_open(&db, contract_url(c, "&max_connections=0"), NULL, &c->err), TN_EINVAL,
                  c->err);
    assert_status(tn_db_open(&db, contract_url(c, "&max_connections=many"), NULL, &c->err),
                  TN_EINVAL, c->err);
    assert_status(tn_db_open(&db, contract_url(c, "&acquire_timeout=soon"), NULL, &c->err),
                  TN_EINVAL, c->err);
    assert_status(tn_db_open(&db, contract_url(c, "&statement_cache=-1"), NULL, &c->err), TN_EINVAL,
                  c->err);
    assert_status(tn_db_open(&db, NULL, NULL, &c->err), TN_EINVAL, c->err);
}

static void pool_of_one_connection_serves_both_sides(void **state)
{
    struct contract *c = *state;
    tn_db *db;
    assert_status(tn_db_open(&db, contract_url(c, "&max_connections=1"), NULL, &c->err), TN_OK,
                  c->err);
    assert_ok(contract_exec(db, "CREATE TABLE t (n INTEGER)", NULL));
    assert_ok(contract_exec(db, "INSERT INTO t VALUES (4)", NULL));
    assert_int_equal(contract_int(c, db, "SELECT n FROM t"), 4);
    assert_ok(contract_exec(db, "WITH w AS (SELECT 5 AS n) INSERT INTO t SELECT n FROM w", NULL));
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, db, TN_READ, NULL));
    assert_status(contract_exec(tn_conn_db(conn), "DELETE FROM t", &c->err), TN_EREADONLY, c->err);
    tn_conn_release(conn);
    assert_int_equal(contract_int(c, db, "SELECT count(*) FROM t"), 2);
    tn_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(exec_change_counts_rows),
        CONTRACT_TEST(exec_other_statement_affects_no_rows),
        CONTRACT_TEST(exec_number_of_values_is_checked),
        CONTRACT_TEST(exec_takes_exactly_one_statement),
        CONTRACT_TEST(exec_success_leaves_error_alone),
        CONTRACT_TEST(query_rows_live_in_the_arena),
        CONTRACT_TEST(query_without_rows_has_names),
        CONTRACT_TEST(query_returning_writes),
        CONTRACT_TEST(query_failure_leaves_rows_alone),
        CONTRACT_TEST(query_many_rows_are_all_there),
        CONTRACT_TEST(query_sees_what_was_just_written),
        CONTRACT_TEST(query_after_schema_change_sees_it),
        CONTRACT_TEST(script_runs_to_the_first_failure),
        CONTRACT_TEST(script_of_nothing_succeeds),
        CONTRACT_TEST(script_with_parameters_is_refused),
        CONTRACT_TEST(script_may_hold_a_transaction),
        CONTRACT_TEST(script_that_leaves_a_transaction_open_is_rolled_back),
        CONTRACT_TEST(transaction_statements_on_a_pool_are_refused),
        CONTRACT_TEST(conn_runs_statements_in_one_transaction),
        CONTRACT_TEST(conn_release_rolls_back),
        CONTRACT_TEST(conn_for_reading_refuses_writes),
        CONTRACT_TEST(conn_of_a_view_is_its_own),
        CONTRACT_TEST(on_open_runs_for_each_connection),
        CONTRACT_TEST(on_open_failure_is_what_opening_returns),
        CONTRACT_TEST(db_names_its_url_and_engine),
        CONTRACT_TEST(options_out_of_range_are_refused),
        CONTRACT_TEST(pool_of_one_connection_serves_both_sides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
