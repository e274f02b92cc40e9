/* SPDX-License-Identifier: MIT */
#include "contract.h"

#include <float.h>
#include <math.h>

/* What goes in comes out again. */

static tn_value round_trip_as(struct contract *c, tn_value value, const char *type)
{
    char sql[64];
    tn_rows rows;
    snprintf(sql, sizeof sql, "SELECT CAST($1 AS %s)", type);
    assert_status(tn_query(&rows, c->db, sql, &value, 1, &c->arena, &c->err), TN_OK, c->err);
    assert_int_equal(rows.row_count, 1);
    return *tn_rows_at(&rows, 0, 0);
}

static tn_value round_trip(struct contract *c, tn_value value)
{
    return round_trip_as(c, value, "TEXT");
}

static void integers_round_trip(void **state)
{
    struct contract *c = *state;
    static const int64_t numbers[] = {0,         1,         -1,        INT32_MAX,
                                      INT32_MIN, INT64_MAX, INT64_MIN, 1LL << 53};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        tn_value value = round_trip_as(c, tn_value_int(numbers[i]), "BIGINT");
        assert_int_equal(value.type, TN_INT);
        assert_true(value.as.integer == numbers[i]);
    }
}

static void reals_round_trip(void **state)
{
    struct contract *c = *state;
    static const double numbers[] = {0.5, -0.1, 1e300, -1e-300, DBL_MAX, DBL_MIN, 3.0, 1.0 / 3.0};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        tn_value value = round_trip_as(c, tn_value_real(numbers[i]), "DOUBLE PRECISION");
        assert_int_equal(value.type, TN_REAL);
        assert_memory_equal(&value.as.real, &numbers[i], sizeof numbers[i]);
    }
    tn_value infinite = round_trip_as(c, tn_value_real((double)INFINITY), "DOUBLE PRECISION");
    assert_int_equal(infinite.type, TN_REAL);
    assert_true(isinf(infinite.as.real) && infinite.as.real > 0);
}

static void texts_round_trip(void **state)
{
    struct contract *c = *state;
    static const char *const texts[] = {"", "a", "it's \"quoted\"", "zwölf — 🦊",
                                        "line\nline\ttab"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        tn_value value = round_trip(c, tn_value_string(texts[i]));
        assert_int_equal(value.type, TN_TEXT);
        assert_text(value.as.text, texts[i]);
        assert_int_equal(value.as.text.data[value.as.text.size], '\0');
    }
    /* Only the bytes that the size covers. */
    tn_value part = round_trip(c, tn_value_text((tn_text){"abcdef", 3}));
    assert_text(part.as.text, "abc");
}

static void text_of_a_megabyte_round_trips(void **state)
{
    struct contract *c = *state;
    size_t size = (size_t)1 << 20;
    char *big = malloc(size);
    assert_non_null(big);
    for (size_t i = 0; i < size; i++)
        big[i] = (char)('a' + i % 26);
    tn_value value = round_trip(c, tn_value_text((tn_text){big, size}));
    assert_int_equal(value.as.text.size, size);
    assert_memory_equal(value.as.text.data, big, size);
    free(big);
}

static void blobs_round_trip(void **state)
{
    struct contract *c = *state;
    unsigned char all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (unsigned char)i;
    contract_script(c, "CREATE TABLE b (v BLOB)");
    tn_value in = tn_value_blob((tn_blob){all, sizeof all});
    assert_ok(tn_exec(c->db, "INSERT INTO b VALUES ($1)", &in, 1, NULL, NULL));
    tn_rows rows;
    assert_ok(tn_query(&rows, c->db, "SELECT v FROM b", NULL, 0, &c->arena, NULL));
    const tn_value *value = tn_rows_at(&rows, 0, 0);
    assert_int_equal(value->type, TN_BLOB);
    assert_int_equal(value->as.blob.size, sizeof all);
    assert_memory_equal(value->as.blob.data, all, sizeof all);
}

static void empty_is_not_null(void **state)
{
    struct contract *c = *state;
    tn_rows rows;
    contract_script(c, "CREATE TABLE e (t TEXT, b BLOB)");
    tn_value in[] = {tn_value_text((tn_text){"", 0}), tn_value_blob((tn_blob){"", 0})};
    assert_ok(tn_exec(c->db, "INSERT INTO e VALUES ($1, $2)", in, 2, NULL, NULL));
    in[0] = tn_value_string(NULL);
    in[1] = tn_value_blob((tn_blob){NULL, 0});
    assert_ok(tn_exec(c->db, "INSERT INTO e VALUES ($1, $2)", in, 2, NULL, NULL));
    assert_ok(
        tn_query(&rows, c->db, "SELECT t, b FROM e ORDER BY t IS NULL", NULL, 0, &c->arena, NULL));
    assert_int_equal(tn_rows_at(&rows, 0, 0)->type, TN_TEXT);
    assert_non_null(tn_rows_at(&rows, 0, 0)->as.text.data);
    assert_int_equal(tn_rows_at(&rows, 0, 1)->type, TN_BLOB);
    assert_non_null(tn_rows_at(&rows, 0, 1)->as.blob.data);
    assert_int_equal(tn_rows_at(&rows, 0, 1)->as.blob.size, 0);
    assert_int_equal(tn_rows_at(&rows, 1, 0)->type, TN_NULL);
    assert_int_equal(tn_rows_at(&rows, 1, 1)->type, TN_NULL);
}

static void null_forms_are_null(void **state)
{
    struct contract *c = *state;
    tn_value text = tn_value_text((tn_text){NULL, 0});
    text.type = TN_TEXT; /* said to be text, and without any */
    assert_int_equal(round_trip(c, tn_value_null()).type, TN_NULL);
    assert_int_equal(round_trip(c, text).type, TN_NULL);
}

static void booleans_and_times_are_stored_in_the_engines_form(void **state)
{
    struct contract *c = *state;
    tn_rows rows;
    contract_script(c, "CREATE TABLE v (flag BOOLEAN, at TIMESTAMP)");
    tn_value in[] = {tn_value_bool(true), tn_value_timestamp((tn_timestamp){1763698112000000})};
    assert_ok(tn_exec(c->db, "INSERT INTO v VALUES ($1, $2)", in, 2, NULL, NULL));
    in[0] = tn_value_bool(false);
    assert_ok(tn_exec(c->db, "INSERT INTO v VALUES ($1, $2)", in, 2, NULL, NULL));
    assert_ok(tn_query(&rows, c->db, "SELECT CAST(at AS TEXT) FROM v WHERE flag", NULL, 0,
                       &c->arena, NULL));
    assert_int_equal(rows.row_count, 1);
    assert_text(tn_rows_at(&rows, 0, 0)->as.text, "2025-11-21 04:08:32");
}

static void json_is_text(void **state)
{
    struct contract *c = *state;
    tn_value json = tn_value_string("{\"a\": [1, 2]}");
    json.type = TN_JSON;
    assert_text(round_trip(c, json).as.text, "{\"a\": [1, 2]}");
}

/* SQLite stores them as texts of four-digit years; PostgreSQL has years of its own, from 4714 BC on, and
 * both ends of the range of numbers are infinite there. */
static const struct {
    int64_t outside[3];
    int64_t inside[2];
} times[] = {
    {{253402300800000000, -62167219200000001, INT64_MIN}, {253402300799999999, -62167219200000000}},
    {{INT64_MIN + 1, -62167219200000001 * 10, -210866803200000001}, {INT64_MAX, INT64_MIN}},
};

static void times_that_the_engine_has_no_form_for_are_refused(void **state)
{
    struct contract *c = *state;
    bool is_postgres = contract_is_postgres();
    tn_stmt *stmt;
    assert_ok(tn_stmt_open(&stmt, c->db, "SELECT CAST($1 AS TIMESTAMP)", NULL));
    for (size_t i = 0; i < 3; i++) {
        tn_value value = tn_value_timestamp((tn_timestamp){times[is_postgres].outside[i]});
        /* PostgreSQL's own limit is the server's to tell. */
        int rc = tn_stmt_bind(stmt, 1, value, &c->err);
        if (rc == TN_OK && is_postgres)
            rc = tn_stmt_step(stmt, &c->err);
        assert_status(rc, TN_ERANGE, c->err);
        assert_non_null(strstr(c->err.message, "out of range"));
    }
    for (size_t i = 0; i < 2; i++) {
        tn_value value = tn_value_timestamp((tn_timestamp){times[is_postgres].inside[i]});
        assert_ok(tn_stmt_bind(stmt, 1, value, NULL));
        assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
        tn_stmt_reset(stmt);
    }
    tn_stmt_close(stmt);
}

static void borrowed_text_is_valid_until_the_next_step(void **state)
{
    struct contract *c = *state;
    tn_stmt *stmt;
    contract_script(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);"
                       "INSERT INTO t VALUES (1, 'left', 'right')");
    assert_ok(tn_stmt_open(&stmt, c->db, "SELECT a, b, a FROM t", NULL));
    assert_int_equal(tn_stmt_step(stmt, NULL), TN_ROW);
    tn_value a = tn_stmt_column(stmt, 0), b = tn_stmt_column(stmt, 1),
             again = tn_stmt_column(stmt, 2);
    assert_text(a.as.text, "left");
    assert_text(b.as.text, "right");
    assert_text(again.as.text, "left");
    tn_stmt_close(stmt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(integers_round_trip),
        CONTRACT_TEST(reals_round_trip),
        CONTRACT_TEST(texts_round_trip),
        CONTRACT_TEST(text_of_a_megabyte_round_trips),
        CONTRACT_TEST(blobs_round_trip),
        CONTRACT_TEST(empty_is_not_null),
        CONTRACT_TEST(null_forms_are_null),
        CONTRACT_TEST(booleans_and_times_are_stored_in_the_engines_form),
        CONTRACT_TEST(json_is_text),
        CONTRACT_TEST(times_that_the_engine_has_no_form_for_are_refused),
        CONTRACT_TEST(borrowed_text_is_valid_until_the_next_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
