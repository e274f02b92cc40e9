/* SPDX-License-Identifier: MIT */
#include "linting.h"

/* What becomes of a lint: -- allow in a query, and the levels of the project. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT);\n";

static void allow_silences_its_lint_in_its_query_alone(void **state)
{
    struct checking *c = *state;
    checking(c, tables,
             "-- name: a :one\n"
             "-- allow param-type \"it is echoed, whatever it is\"\n"
             "SELECT :x AS x;\n"
             "-- name: b :one\n"
             "SELECT :x AS x, :y AS y;\n"
             "-- name: c :one\n"
             "SELECT 1 AS one -- allow param-type \"within the statement, too\"\n"
             ", :x AS x;\n");
    expect_list(c, "5:8 param-type, 5:17 param-type");
}

static void allow_is_read_in_the_text_of_c(void **state)
{
    struct checking *c = *state;
    tn_error err;
    assert_ok(tn__mkdirs("src", &err));
    checking_write("src/a.c",
                   "TN_QUERY(a, \":one\", \"-- allow param-type \\\"why not\\\"\\n\"\n"
                   "\"-- allow unknown-nullability \\\"never so\\\"\\n\" \"SELECT :x AS x\");\n");
    checking(c, tables, "");
    expect_list(c, "2:11 unused-allow");
}

static void allow_of_several_columns_silences_all_of_them(void **state)
{
    struct checking *c = *state;
    checking(c, tables,
             "-- name: a :many\n"
             "-- allow unknown-nullability \"a table of the engine\"\n"
             "SELECT name AS n, pk FROM pragma_table_info('users');\n");
    expect_list(c, "");
    assert_int_equal(c->checked.query_count, 1);
    assert_false(c->checked.queries[0].is_broken);
}

static void allow_that_suppresses_nothing_is_a_warning(void **state)
{
    struct checking *c = *state;
    checking(c, tables,
             "-- name: a :one\n"
             "-- allow param-type \"once\"\n"
             "-- allow param-type \"twice\"\n"
             "-- allow unknown-nullability \"\xC3\xA4\"\n"
             "SELECT :x AS x;\n"
             "-- name: b :one\n"
             "-- allow param-type \"not now\"\n"
             "-- allow unused-allow \"it comes and goes\"\n"
             "SELECT 1 AS x;\n"
             "-- name: broken :one\n"
             "-- allow param-type \"nobody can tell\"\n"
             "SELECT nosuch FROM users;\n"
             "-- name: c :one\n"
             "-- allow unused-query \"no program is looked at\"\n"
             "SELECT 1 AS x;\n");
    expect_list(c, "2:10 unused-allow, 4:10 unused-allow, 12:8 unknown-column");
    assert_string_equal(c->diags.items[1].message,
                        "query 'a' gives no cause for 'unknown-nullability' that this would allow");
    assert_int_equal(c->diags.warnings, 2);
}

static void wrong_allow_is_shown_at_its_place(void **state)
{
    static const struct {
        const char *line;
        uint32_t column;
        const char *code;
        const char *message;
        const char *help;
    } rows[] = {
        {"-- allow", 4, "bad-annotation", "the annotation names no lint", NULL},
        {"-- allow param-typ \"r\"", 10, "bad-annotation", "no lint 'param-typ'", "'param-type'"},
        {"-- allow everything", 10, "bad-annotation", "no lint 'everything'", NULL},
        {"-- allow unknown-column \"r\"", 10, "bad-annotation",
         "'unknown-column' is no lint: it cannot be allowed", NULL},
        {"-- allow param-type", 10, "bad-annotation", "'-- allow' wants a reason in double quotes",
         NULL},
        {"-- allow param-type because", 21, "bad-annotation",
         "'-- allow' wants a reason in double quotes", NULL},
        {"-- allow param-type \"\"", 21, "bad-annotation",
         "'-- allow' wants a reason in double quotes", NULL},
        {"-- allow param-type \"  \"", 21, "bad-annotation",
         "'-- allow' wants a reason in double quotes", NULL},
        {"-- allow param-type \"", 21, "bad-annotation",
         "'-- allow' wants a reason in double quotes", NULL},
        {"-- allow param-type \"a\" b", 21, "bad-annotation",
         "'-- allow' wants a reason in double quotes", NULL},
        {"-- alow param-type \"r\"", 4, "unknown-annotation", "no annotation 'alow'", "'allow'"},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text), "-- name: a :one\n%s\nSELECT :x AS x;\n", rows[i].line);
        checking(c, tables, text);
        expect_finding(c, 0, 2, rows[i].column, rows[i].code);
        expect_findings(c, 1);
        assert_string_equal(c->diags.items[0].message, rows[i].message);
        if (rows[i].help)
            assert_string_equal(c->diags.items[0].help, rows[i].help);
        else
            assert_null(c->diags.items[0].help);
        assert_true(c->checked.queries[0].is_broken);
    }
}

static void allow_of_no_query_is_an_error(void **state)
{
    struct checking *c = *state;
    checking(c, tables,
             "-- allow param-type \"above\"\n"
             "-- name: a :one\n"
             "SELECT 1 AS x;\n"
             "-- allow param-type \"behind\"\n");
    expect_list(c, "1:1 bad-annotation, 4:1 bad-annotation");
}

static void levels_make_errors_and_silence(void **state)
{
    static const char queries[] = "-- name: a :one\nSELECT :x AS x;\n"
                                  "-- name: b :one\n-- allow param-type \"so\"\nSELECT :x AS x;\n";
    enum tn__lint_level levels[TN__DIAG_INDEX_COUNT] = {TN__LEVEL_WARN};
    struct checking *c = *state;
    c->levels = levels;
    levels[TN__DIAG_PARAM_TYPE] = TN__LEVEL_DENY;
    checking(c, tables, queries);
    expect_list(c, "2:8 param-type");
    assert_int_equal(c->diags.items[0].severity, TN__ERROR);
    assert_int_equal(c->diags.errors, 1);

    levels[TN__DIAG_PARAM_TYPE] = TN__LEVEL_ALLOW;
    checking(c, tables, queries);
    expect_list(c, ""); /* and the -- allow is not called unused */

    levels[TN__DIAG_PARAM_TYPE] = TN__LEVEL_WARN;
    levels[TN__DIAG_UNKNOWN_COLUMN] = TN__LEVEL_ALLOW; /* no lint, and has no level */
    checking(c, tables, "-- name: a :one\nSELECT :x AS x, nosuch FROM users;\n");
    expect_list(c, "2:17 unknown-column");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(allow_silences_its_lint_in_its_query_alone),
        TEST(allow_is_read_in_the_text_of_c),
        TEST(allow_of_several_columns_silences_all_of_them),
        TEST(allow_that_suppresses_nothing_is_a_warning),
        TEST(wrong_allow_is_shown_at_its_place),
        TEST(allow_of_no_query_is_an_error),
        TEST(levels_make_errors_and_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
