/* SPDX-License-Identifier: MIT */
#include "pging.h"

#include "pg_values.h"

/* Values of PostgreSQL's types, there and back through the public API. */

/* ISO, UTC: what the goldens are written in; and in single quotes, for SQL. */
static const char *quoted(const char *text)
{
    static char out[2048];
    char *to = out;
    *to++ = '\'';
    for (; *text; text++) {
        assert_true(to < out + sizeof out - 4);
        if (*text == '\'')
            *to++ = '\'';
        *to++ = *text;
    }
    *to++ = '\'';
    *to = '\0';
    return out;
}

/* The value of a text of that type, and whether it, sent back, is that text again. */
static tn_value go_round(struct pging *p, const char *type, const char *text)
{
    char sql[4096];
    tn_rows rows;
    snprintf(sql, sizeof sql, "SELECT CAST(%s AS %s)", quoted(text), type);
    tn_value value = pging_value(p, p->db, sql);
    snprintf(sql, sizeof sql,
             "SELECT CAST($1 AS %s), CAST(CAST($1 AS %s) AS text) = CAST(CAST(%s AS %s) AS text)",
             type, type, quoted(text), type);
    assert_status(tn_query(&rows, p->db, sql, &value, 1, &p->arena, &p->err), TN_OK, p->err);
    const tn_value *again = tn_rows_at(&rows, 0, 0);
    if (!values_are_equal(&value, again))
        fail_msg("%s '%s' came back as another value", type, text);
    if (!tn_rows_at(&rows, 0, 1)->as.boolean)
        fail_msg("%s '%s' is another one for the server", type, text);
    return value;
}

static void every_built_in_type_goes_round(void **state)
{
    struct pging *p = *state;
    tn_db_close(p->db);
    p->db = pging_open(p, "&max_connections=1&options=-c%20TimeZone%3DUTC");
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        /* "char" is not char. */
        const char *type = strcmp(GOLDEN[i].type, "char") == 0 ? "\"char\"" : GOLDEN[i].type;
        const struct tn__pg_type *known = type_named(GOLDEN[i].type);
        tn_value value = go_round(p, type, GOLDEN[i].text);
        assert_int_equal(value.type, tn__pg_type_value(known));
        tn_arena_reset(&p->arena);
    }
}

/* In text, too: a column beside it whose type has no binary form has libpq ask for text. */
static void every_built_in_type_comes_in_text_too(void **state)
{
    struct pging *p = *state;
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        char sql[2600];
        tn_rows rows;
        const char *type = strcmp(GOLDEN[i].type, "char") == 0 ? "\"char\"" : GOLDEN[i].type;
        snprintf(sql, sizeof sql, "SELECT CAST(%s AS %s)", quoted(GOLDEN[i].text), type);
        tn_value binary = pging_value(p, p->db, sql);
        snprintf(sql, sizeof sql, "SELECT CAST(%s AS %s), point(1, 2)", quoted(GOLDEN[i].text),
                 type);
        assert_status(tn_query(&rows, p->db, sql, NULL, 0, &p->arena, &p->err), TN_OK, p->err);
        if (!values_are_equal(&binary, tn_rows_at(&rows, 0, 0)))
            fail_msg("%s '%s' is another one in text", GOLDEN[i].type, GOLDEN[i].text);
        assert_text(tn_rows_at(&rows, 0, 1)->as.text, "(1,2)");
        tn_arena_reset(&p->arena);
    }
}

static void types_of_the_schema_go_round(void **state)
{
    struct pging *p = *state;
    static const struct {
        const char *type, *text;
        enum tn_type value;
    } cases[] = {
        {"mood", "so so", TN_TEXT},
        {"mood[]", "{happy,NULL,\"so so\"}", TN_ARRAY},
        {"positive", "7", TN_INT},
        {"positive[]", "{1,2}", TN_ARRAY},
        {"two", "8", TN_INT},
        {"moods", "{happy}", TN_ARRAY},
        {"stamp", "2026-01-02 03:04:05", TN_TIMESTAMP},
        {"point", "(1,2)", TN_TEXT},
        {"int4range", "[1,5)", TN_TEXT},
        {"pair", "(1,\"a b\")", TN_TEXT},
        {"inet", "10.0.0.1", TN_TEXT},
    };
    pging_script(p, "CREATE TYPE mood AS ENUM ('happy', 'so so', 'träge');"
                    "CREATE DOMAIN positive AS INTEGER CHECK (VALUE > 0);"
                    "CREATE DOMAIN two AS positive CHECK (VALUE % 2 = 0);"
                    "CREATE DOMAIN moods AS mood[];"
                    "CREATE DOMAIN stamp AS timestamp;"
                    "CREATE TYPE pair AS (a INTEGER, b TEXT)");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tn_value value = go_round(p, cases[i].type, cases[i].text);
        assert_int_equal(value.type, cases[i].value);
    }
    tn_value wrong = tn_value_int(7);
    assert_status(tn_exec(p->db, "SELECT CAST($1 AS two)", &wrong, 1, NULL, &p->err), TN_ECHECK,
                  p->err);
    wrong = tn_value_string("sad");
    assert_status(tn_exec(p->db, "SELECT CAST($1 AS mood)", &wrong, 1, NULL, &p->err), TN_ETYPE,
                  p->err);
}

/* A type that is dropped and made anew has another number. */
static void type_made_anew_is_looked_up_anew(void **state)
{
    struct pging *p = *state;
    for (int i = 0; i < 3; i++) {
        pging_script(p, "CREATE TYPE mood AS ENUM ('happy')");
        assert_text(go_round(p, "mood", "happy").as.text, "happy");
        pging_script(p, "DROP TYPE mood");
    }
}

static void null_is_of_every_type(void **state)
{
    struct pging *p = *state;
    static const char *const types[] = {"int2",   "text", "numeric", "json",
                                        "int4[]", "uuid", "point"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char sql[100];
        tn_value null = tn_value_null();
        tn_rows rows;
        snprintf(sql, sizeof sql, "SELECT CAST($1 AS %s), CAST($1 AS %s) IS NULL", types[i],
                 types[i]);
        assert_status(tn_query(&rows, p->db, sql, &null, 1, &p->arena, &p->err), TN_OK, p->err);
        assert_int_equal(tn_rows_at(&rows, 0, 0)->type, TN_NULL);
        assert_true(tn_rows_at(&rows, 0, 1)->as.boolean);
    }
}

static void values_that_a_type_has_not_are_refused_by_name(void **state)
{
    struct pging *p = *state;
    const struct {
        const char *type;
        tn_value value;
        int status;
    } cases[] = {
        {"int2", tn_value_int(32768), TN_ERANGE},
        {"int4", tn_value_int(INT64_C(1) << 31), TN_ERANGE},
        {"uuid", tn_value_string("nonsense"), TN_ETYPE},
        {"date", tn_value_int(5), TN_ETYPE},
        {"bool", tn_value_blob((tn_blob){"x", 1}), TN_ETYPE},
        {"text", tn_value_text((tn_text){"a\0b", 3}), TN_EINVAL},
        {"text", tn_value_string("\xff\xfe"), TN_EINVAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sql[100];
        snprintf(sql, sizeof sql, "SELECT CAST(:wanted AS %s)", cases[i].type);
        assert_status(tn_exec(p->db, sql, &cases[i].value, 1, NULL, &p->err), cases[i].status,
                      p->err);
    }
    assert_int_equal(pging_int(p, p->db, "SELECT CAST(7 AS BIGINT)"), 7);
}

/* What 64 bits of microseconds since 1970 do not hold is no text, and not for want of memory. */
static void timestamp_beyond_its_range_names_the_column(void **state)
{
    struct pging *p = *state;
    static const char *const queries[] = {
        "SELECT 1, '294260-01-01'::timestamp AS at",
        "SELECT 1, '294260-01-01 00:00+00'::timestamptz AS at",
        "SELECT '::1'::inet, '294260-01-01'::timestamp AS at" /* in text */};
    for (size_t i = 0; i < 2 * sizeof queries / sizeof queries[0]; i++) {
        tn_rows rows;
        tn_stmt *stmt;
        const char *sql = queries[i / 2];
        assert_status(tn_query(&rows, p->db, sql, NULL, 0, &p->arena, &p->err), TN_ERANGE, p->err);
        assert_non_null(strstr(p->err.message, "column 'at' of type timestamp"));
        assert_string_equal(p->err.column, "at");
        /* By hand, with rows that follow in hand, and one by one. */
        char more[200];
        snprintf(more, sizeof more, "%s UNION ALL SELECT %s, 'infinity'", sql,
                 i / 2 == 2 ? "'::2'" : "2");
        assert_status(tn_stmt_open(&stmt, p->db, more, &p->err), TN_OK, p->err);
        assert_ok(tn_stmt_stream(stmt, i % 2, &p->err));
        assert_status(tn_stmt_step(stmt, &p->err), TN_ROW, p->err);
        tn_value value = tn_stmt_column(stmt, 1);
        assert_true(value.type == TN_TEXT && !value.as.text.data);
        assert_status(tn_stmt_step(stmt, &p->err), TN_ERANGE, p->err);
        assert_string_equal(p->err.column, "at");
        /* Who looks at others of its row is not kept from the next one. */
        assert_status(tn_stmt_step(stmt, &p->err), TN_ROW, p->err);
        assert_int_not_equal(tn_stmt_column(stmt, 0).type, TN_NULL);
        assert_status(tn_stmt_step(stmt, &p->err), TN_ROW, p->err);
        assert_int_equal(tn_stmt_column(stmt, 1).as.timestamp.us, TN_TIMESTAMP_INFINITY);
        assert_status(tn_stmt_step(stmt, &p->err), TN_DONE, p->err);
        tn_stmt_close(stmt);
        tn_arena_reset(&p->arena);
    }
}

/* A row with a column that has no binary form comes in text, whatever the database or the role writes. */
static void styles_of_the_server_change_no_value(void **state)
{
    struct pging *p = *state;
    static const char *const pairs[] = {"'2026-11-29 12:34:56.789'::timestamp",
                                        "'2026-11-29 12:34:56.789+02'::timestamptz",
                                        "'2026-03-04'::date",
                                        "'-1 year -2 days +03:04:05'::interval",
                                        "'\\x00ff5c41'::bytea",
                                        "0.1::float8 + 0.2::float8",
                                        "1e-7::float4",
                                        "ARRAY['2026-03-04'::date]",
                                        "ARRAY['\\x00ff5c41'::bytea]"};
    static const char *const styles[] = {
        "DateStyle = German",           "DateStyle = ''SQL, DMY''",
        "IntervalStyle = sql_standard", "IntervalStyle = postgres_verbose",
        "bytea_output = escape",        "extra_float_digits = 0"};
    char sql[300];
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++) {
        snprintf(sql, sizeof sql,
                 "DO $$ BEGIN EXECUTE format('ALTER %s %%I SET %s', current_%s); END $$",
                 i % 2 ? "ROLE" : "DATABASE", styles[i], i % 2 ? "user" : "database()");
        pging_script(p, sql);
    }
    tn_db *db = pging_open(p, "&max_connections=1");
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        tn_rows rows[2];
        for (int in_text = 0; in_text < 2; in_text++) {
            snprintf(sql, sizeof sql, "SELECT %s%s", pairs[i], in_text ? ", '::1'::inet" : "");
            assert_status(tn_query(&rows[in_text], db, sql, NULL, 0, &p->arena, &p->err), TN_OK,
                          p->err);
        }
        if (!values_are_equal(tn_rows_at(&rows[0], 0, 0), tn_rows_at(&rows[1], 0, 0)))
            fail_msg("%s is another value in text", pairs[i]);
    }
    tn_db_close(db);
    pging_script(p, "DO $$ BEGIN EXECUTE format('ALTER ROLE %I RESET ALL', current_user); END $$");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(every_built_in_type_goes_round),
        PG_TEST(every_built_in_type_comes_in_text_too),
        PG_TEST(types_of_the_schema_go_round),
        PG_TEST(type_made_anew_is_looked_up_anew),
        PG_TEST(null_is_of_every_type),
        PG_TEST(values_that_a_type_has_not_are_refused_by_name),
        PG_TEST(timestamp_beyond_its_range_names_the_column),
        PG_TEST(styles_of_the_server_change_no_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
