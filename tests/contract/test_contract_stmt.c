/* SPDX-License-Identifier: MIT */
#include "contract.h"

/* Statements whose text is known only at run time. */

static const char numbers[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
                              "INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')";

static void stmt_steps_through_rows_and_starts_again(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    contract_script(c, numbers);
    assert_ok(tn_stmt_open(&stmt, c->db, "SELECT id FROM t ORDER BY id", NULL));
    for (int run = 0; run < 3; run++) {
        for (int i = 1; i <= 3; i++) {
            assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
            assert_int_equal(tn_stmt_column(stmt, 0).as.integer, i);
        }
        assert_int_equal(tn_stmt_step(stmt, NULL), TN_DONE);
        assert_int_equal(tn_stmt_column(stmt, 0).type, TN_NULL);
    }
    tn_stmt_close(stmt);
}

static void stmt_reset_stops_and_keeps_bindings(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    contract_script(c, numbers);
    assert_ok(tn_stmt_open(&stmt, c->db, "SELECT id FROM t WHERE id > $1 ORDER BY id", NULL));
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(1), NULL));
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    assert_int_equal(tn_stmt_column(stmt, 0).as.integer, 2);
    tn_stmt_reset(stmt);
    assert_int_equal(tn_stmt_column(stmt, 0).type, TN_NULL);
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    assert_int_equal(tn_stmt_column(stmt, 0).as.integer, 2);
    tn_stmt_clear(stmt);
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_DONE); /* id > NULL */
    tn_stmt_close(stmt);
}

static void stmt_unbound_parameters_are_null(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    contract_script(c, numbers);
    /* The second opening comes from the cache, with nothing left of the first. */
    for (int i = 0; i < 2; i++) {
        assert_ok(tn_stmt_open(
            &stmt, c->db, "SELECT name FROM t WHERE CAST($1 AS BIGINT) IS NULL OR id = $1", NULL));
        assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
        assert_text(tn_stmt_column(stmt, 0).as.text, "one");
        assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
        tn_stmt_reset(stmt);
        assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(3), NULL));
        assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
        assert_text(tn_stmt_column(stmt, 0).as.text, "three");
        tn_stmt_close(stmt);
    }
}

static void stmt_parameters_have_numbers_and_names(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    assert_ok(tn_stmt_open(
        &stmt, c->db,
        "SELECT CAST(:first AS BIGINT), CAST(:second AS BIGINT), CAST(:first AS BIGINT)", NULL));
    assert_int_equal(tn_stmt_param_count(stmt), 2);
    assert_int_equal(tn_stmt_param_index(stmt, ":first"), 1);
    assert_int_equal(tn_stmt_param_index(stmt, "second"), 2);
    assert_int_equal(tn_stmt_param_index(stmt, "third"), 0);
    assert_int_equal(tn_stmt_param_index(stmt, ""), 0);
    assert_ok(tn_stmt_bind_name(stmt, ":first", tn_value_int(11), NULL));
    assert_ok(tn_stmt_bind_name(stmt, "second", tn_value_int(22), NULL));
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    assert_int_equal(tn_stmt_column(stmt, 0).as.integer, 11);
    assert_int_equal(tn_stmt_column(stmt, 1).as.integer, 22);
    assert_int_equal(tn_stmt_column(stmt, 2).as.integer, 11);
    tn_stmt_close(stmt);
}

static void stmt_unknown_name_names_the_nearest(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    assert_ok(tn_stmt_open(&stmt, c->db, "SELECT :status, :title", NULL));
    assert_status(tn_stmt_bind_name(stmt, ":statsu", tn_value_int(1), &c->err), TN_ENOTFOUND,
                  c->err);
    assert_non_null(strstr(c->err.message, "; did you mean ':status'?"));
    assert_status(tn_stmt_bind_name(stmt, "titel", tn_value_int(1), &c->err), TN_ENOTFOUND, c->err);
    assert_non_null(strstr(c->err.message, "':title'"));
    assert_status(tn_stmt_bind_name(stmt, "nothing_like_it", tn_value_int(1), &c->err),
                  TN_ENOTFOUND, c->err);
    assert_null(strstr(c->err.message, "did you mean"));
    assert_status(tn_stmt_bind_name(stmt, "", tn_value_int(1), &c->err), TN_ENOTFOUND, c->err);
    tn_stmt_close(stmt);
}

static void stmt_bind_checks_number_and_moment(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    contract_script(c, numbers);
    assert_ok(tn_stmt_open(&stmt, c->db, "SELECT id FROM t WHERE id >= $1", NULL));
    assert_status(tn_stmt_bind(stmt, 0, tn_value_int(1), &c->err), TN_ERANGE, c->err);
    assert_status(tn_stmt_bind(stmt, 2, tn_value_int(1), &c->err), TN_ERANGE, c->err);
    assert_status(tn_stmt_bind(stmt, -1, tn_value_int(1), &c->err), TN_ERANGE, c->err);
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(1), NULL));
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    assert_status(tn_stmt_bind(stmt, 1, tn_value_int(2), &c->err), TN_EMISUSE, c->err);
    tn_stmt_reset(stmt);
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(3), NULL));
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_DONE);
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(4), NULL));
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_DONE);
    tn_stmt_close(stmt);
}

/* SQLite has no arrays, PostgreSQL no such number of four bytes. */
static void stmt_whose_value_could_not_be_bound_does_not_run(void **state)
{
    struct contract *c = *state;
    tn_array none = {.type = TN_INT};
    tn_value bad = contract_is_postgres() ? tn_value_int(INT64_C(1) << 40) : tn_value_array(&none);
    tn_stmt *stmt;
    contract_script(c, "CREATE TABLE t (a INT)");
    assert_ok(tn_stmt_open(&stmt, c->db, "INSERT INTO t (a) VALUES ($1)", NULL));
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(7), NULL));
    assert_true(tn_stmt_bind(stmt, 1, bad, &c->err) < 0);
    assert_status(tn_stmt_step(stmt, &c->err), TN_EMISUSE, c->err);
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(8), NULL));
    assert_status(tn_stmt_step(stmt, &c->err), TN_DONE, c->err);
    tn_stmt_close(stmt);
    assert_int_equal(contract_int(c, c->db, "SELECT sum(a) FROM t"), 8);
}

static void stmt_columns_have_names(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    contract_script(c, numbers);
    assert_ok(tn_stmt_open(&stmt, c->db, "SELECT id, name AS label FROM t WHERE id = 1", NULL));
    assert_int_equal(tn_stmt_column_count(stmt), 2);
    assert_string_equal(tn_stmt_column_name(stmt, 1), "label");
    assert_null(tn_stmt_column_name(stmt, 2));
    assert_null(tn_stmt_column_name(stmt, -1));
    assert_int_equal(tn_stmt_column_index(stmt, "label"), 1);
    assert_int_equal(tn_stmt_column_index(stmt, "LABEL"), -1);
    assert_int_equal(tn_stmt_column_index(stmt, "name"), -1);
    assert_int_equal(tn_stmt_column(stmt, 0).type, TN_NULL); /* no row yet */
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    assert_int_equal(tn_stmt_column(stmt, 0).type, TN_INT);
    assert_int_equal(tn_stmt_column(stmt, 2).type, TN_NULL);
    assert_int_equal(tn_stmt_column(stmt, -1).type, TN_NULL);
    tn_stmt_close(stmt);
}

static void stmt_affected_is_of_the_last_run(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    contract_script(c, numbers);
    assert_ok(tn_stmt_open(&stmt, c->db, "UPDATE t SET name = 'x' WHERE id >= $1", NULL));
    assert_int_equal(tn_stmt_affected(stmt), 0);
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(2), NULL));
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_DONE);
    assert_int_equal(tn_stmt_affected(stmt), 2);
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(100), NULL));
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_DONE);
    assert_int_equal(tn_stmt_affected(stmt), 0);
    tn_stmt_close(stmt);
    assert_ok(tn_stmt_open(&stmt, c->db, "INSERT INTO t (id) VALUES (8), (9) RETURNING id", NULL));
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_DONE);
    assert_int_equal(tn_stmt_affected(stmt), 2);
    tn_stmt_close(stmt);
}

static void stmt_failed_step_starts_again(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    contract_script(c, numbers);
    assert_ok(tn_stmt_open(&stmt, c->db, "INSERT INTO t (id, name) VALUES ($1, 'n')", NULL));
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(1), NULL));
    assert_status(tn_stmt_step(stmt, &c->err), TN_EUNIQUE, c->err);
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(4), NULL));
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_DONE);
    tn_stmt_close(stmt);
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 4);
}

static void stmt_same_text_may_be_open_twice(void **state)
{
    struct contract *c = *state;
    static const char sql[] = "SELECT id FROM t ORDER BY id";
    tn_stmt *outer, *inner;
    tn_conn *conn;
    contract_script(c, numbers);
    assert_ok(tn_conn_acquire(&conn, c->db, TN_READ, NULL));
    tn_db *view = tn_conn_db(conn);
    assert_ok(tn_stmt_open(&outer, view, sql, NULL));
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(tn_stmt_step(outer, NULL), TN_ROW);
        assert_ok(tn_stmt_open(&inner, view, sql, NULL));
        for (int k = 1; k <= 3; k++) {
            assert_int_equal(tn_stmt_step(inner, NULL), TN_ROW);
            assert_int_equal(tn_stmt_column(inner, 0).as.integer, k);
        }
        tn_stmt_close(inner);
        assert_int_equal(tn_stmt_column(outer, 0).as.integer, i);
    }
    assert_int_equal(tn_stmt_step(outer, NULL), TN_DONE);
    tn_stmt_close(outer);
    tn_conn_release(conn);
}

static void stmt_open_reports_place_and_subject(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt = NULL;
    contract_script(c, numbers);
    assert_status(tn_stmt_open(&stmt, c->db, "SELECT id FRO t", &c->err), TN_ESYNTAX, c->err);
    assert_in_range(c->err.position, 11, 15);
    assert_status(tn_stmt_open(&stmt, c->db, "SELECT id, titel FROM t", &c->err), TN_ENOTFOUND,
                  c->err);
    assert_int_equal(c->err.position, 12);
    assert_string_equal(c->err.column, "titel");
    assert_status(tn_stmt_open(&stmt, c->db, "SELECT * FROM tt", &c->err), TN_ENOTFOUND, c->err);
    assert_string_equal(c->err.table, "tt");
    assert_status(tn_stmt_open(&stmt, c->db, "SELECT 1; SELECT 2", &c->err), TN_EINVAL, c->err);
    assert_status(tn_stmt_open(&stmt, c->db, "", &c->err), TN_EINVAL, c->err);
    assert_null(stmt);
    tn_stmt_close(NULL);
}

static void stmt_many_texts_stay_within_the_cache(void **state)
{
    struct contract *c = *state;
    tn_db *db;
    assert_status(tn_db_open(&db, contract_url(c, "&statement_cache=3"), NULL, &c->err), TN_OK,
                  c->err);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 10; i++) {
            char sql[32];
            snprintf(sql, sizeof sql, "SELECT %d", i);
            assert_int_equal(contract_int(c, db, sql), i);
        }
    }
    tn_db_close(db);
    assert_status(tn_db_open(&db, contract_url(c, "&statement_cache=0"), NULL, &c->err), TN_OK,
                  c->err);
    for (int i = 0; i < 3; i++)
        assert_int_equal(contract_int(c, db, "SELECT 7"), 7);
    tn_db_close(db);
}

static void stmt_cached_follows_the_schema(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    contract_script(c, numbers);
    for (int columns = 2; columns <= 4; columns++) {
        assert_ok(tn_stmt_open(&stmt, c->db, "SELECT * FROM t WHERE id = 1", NULL));
        assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
        assert_int_equal(tn_stmt_column_count(stmt), columns);
        assert_int_equal(tn_stmt_column(stmt, columns - 1).type, columns == 2 ? TN_TEXT : TN_NULL);
        tn_stmt_close(stmt);
        contract_script(c, columns == 2   ? "ALTER TABLE t ADD COLUMN more INTEGER"
                           : columns == 3 ? "ALTER TABLE t ADD COLUMN most INTEGER"
                                          : "");
    }
}

/* While it is open, and while it waits in the cache: its values stay, its columns are those of now. */
static void stmt_follows_the_schema_of_others(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    tn_db *other;
    contract_script(c, numbers);
    assert_status(tn_db_open(&other, contract_url(c, ""), NULL, &c->err), TN_OK, c->err);
    assert_ok(tn_stmt_open(&stmt, c->db, "SELECT * FROM t WHERE id = $1", NULL));
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(2), NULL));
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    assert_int_equal(tn_stmt_column_count(stmt), 2);
    tn_stmt_reset(stmt);
    assert_ok(contract_exec(other, "ALTER TABLE t ADD COLUMN more INTEGER", NULL));
    assert_status(tn_stmt_step(stmt, &c->err), TN_ROW, c->err);
    assert_int_equal(tn_stmt_column_count(stmt), 3);
    assert_string_equal(tn_stmt_column_name(stmt, 2), "more");
    assert_text(tn_stmt_column(stmt, 1).as.text, "two");
    tn_stmt_reset(stmt);
    assert_ok(contract_exec(other, "ALTER TABLE t RENAME COLUMN more TO most", NULL));
    assert_status(tn_stmt_step(stmt, &c->err), TN_ROW, c->err);
    assert_string_equal(tn_stmt_column_name(stmt, 2), "most");
    tn_stmt_reset(stmt);
    assert_ok(contract_exec(other, "DROP TABLE t", NULL));
    assert_status(tn_stmt_step(stmt, &c->err), TN_ENOTFOUND, c->err);
    tn_stmt_close(stmt);
    tn_db_close(other);
}

/* In any order, and as often as one likes, until the row is gone: here with its connection. */
static void stmt_values_are_there_as_long_as_the_row(void **state)
{
    struct contract *c = *state;
    tn_conn *conn;
    tn_stmt *stmt;
    contract_script(c, numbers);
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, NULL));
    assert_ok(tn_stmt_open(&stmt, tn_conn_db(conn), "SELECT id, name FROM t ORDER BY id", NULL));
    assert_int_equal(tn_stmt_column(stmt, 1).type, TN_NULL);
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    for (int i = 0; i < 2; i++) {
        assert_text(tn_stmt_column(stmt, 1).as.text, "two");
        assert_int_equal(tn_stmt_column(stmt, 0).as.integer, 2);
        assert_int_equal(tn_stmt_column(stmt, 2).type, TN_NULL);
        assert_int_equal(tn_stmt_column(stmt, -1).type, TN_NULL);
    }
    tn_conn_release(conn);
    assert_int_equal(tn_stmt_column(stmt, 1).type, TN_NULL);
    assert_int_equal(tn_stmt_column(stmt, 0).type, TN_NULL);
    tn_stmt_close(stmt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(stmt_steps_through_rows_and_starts_again),
        CONTRACT_TEST(stmt_reset_stops_and_keeps_bindings),
        CONTRACT_TEST(stmt_values_are_there_as_long_as_the_row),
        CONTRACT_TEST(stmt_unbound_parameters_are_null),
        CONTRACT_TEST(stmt_parameters_have_numbers_and_names),
        CONTRACT_TEST(stmt_unknown_name_names_the_nearest),
        CONTRACT_TEST(stmt_bind_checks_number_and_moment),
        CONTRACT_TEST(stmt_whose_value_could_not_be_bound_does_not_run),
        CONTRACT_TEST(stmt_columns_have_names),
        CONTRACT_TEST(stmt_affected_is_of_the_last_run),
        CONTRACT_TEST(stmt_failed_step_starts_again),
        CONTRACT_TEST(stmt_same_text_may_be_open_twice),
        CONTRACT_TEST(stmt_open_reports_place_and_subject),
        CONTRACT_TEST(stmt_many_texts_stay_within_the_cache),
        CONTRACT_TEST(stmt_cached_follows_the_schema),
        CONTRACT_TEST(stmt_follows_the_schema_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
