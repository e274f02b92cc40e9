/* SPDX-License-Identifier: MIT */
#include "checking.h"

#include "fault_alloc.h"

/* Functions of tenon.ini: what the engine accepts with them, and what the analysis makes of them. */

static const char *const no_args[] = {NULL};
static const char *const one_text[] = {"text"};
static const char *const text_int[] = {"text", "int"};
static const char *const anys[] = {"any", "any"};
static const char *const real[] = {"real"};
static const char *const moment[] = {"timestamp(ms)"};

static const struct tn__settings_function functions[] = {
    {.name = "any_of", .args = anys, .arg_count = 2, .is_variadic = true, .result = "any"},
    {.name = "slugify", .args = one_text, .arg_count = 1, .is_strict = true, .result = "text"},
    {.name = "slugify", .args = text_int, .arg_count = 2, .is_not_null = true, .result = "text"},
    {.name = "any_of", .args = text_int, .arg_count = 2, .is_not_null = true, .result = "int"},
    {.name = "median", .args = real, .arg_count = 1, .is_aggregate = true, .result = "real"},
    {.name = "tenant", .args = no_args, .is_not_null = true, .result = "int"},
    {.name = "later", .args = moment, .arg_count = 1, .is_strict = true, .result = "timestamp(ms)"},
    {.name = "regexp", .args = anys, .arg_count = 2, .is_strict = true, .result = "bool"},
};

static const char schema[] =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT,"
    " g TEXT AS (slugify(a)) STORED, CHECK (slugify(a) <> ''));\n"
    "CREATE INDEX t_slug ON t (slugify(b));\n"
    "CREATE VIEW v AS SELECT slugify(b) AS s, slugify(b, 1) AS n FROM t;\n";

static int declare(void **state)
{
    int rc = checking_setup(state);
    struct checking *c = *state;
    c->functions = functions;
    c->function_count = sizeof(functions) / sizeof(functions[0]);
    return rc;
}

/* The only query's columns, as in "text, int?"; ? is nullable. */
static void expect_columns(struct checking *c, const char *sql, const char *expected)
{
    char query[500];
    char got[200] = "";
    snprintf(query, sizeof(query), "-- name: q :many\n%s;\n", sql);
    checking(c, schema, query);
    checking_drop_advice(c);
    expect_findings(c, 0);
    const struct tn__query *q = &c->checked.queries[0];
    for (size_t i = 0; i < q->column_count; i++) {
        struct tn__typing typing = q->columns[i].typing;
        size_t used = strlen(got);
        snprintf(got + used, sizeof(got) - used, "%s%s%s", i ? ", " : "",
                 tn__type_word(typing.type), typing.is_nullable ? "?" : "");
    }
    assert_string_equal(got, expected);
}

static void result_has_the_type_that_is_declared(void **state)
{
    struct checking *c = *state;
    expect_columns(c, "SELECT tenant() AS a, slugify(b, 3) AS b, any_of(a, b, 1) AS c FROM t",
                   "int, text, any?");
    expect_columns(c, "SELECT any_of(a) AS a, any_of(a, 1) AS b FROM t", "any?, int");
    expect_columns(c, "SELECT later(1) AS x", "timestamp");
}

static void strict_function_gives_null_for_null_alone(void **state)
{
    struct checking *c = *state;
    expect_columns(c, "SELECT slugify(a) AS x, slugify(b) AS y FROM t", "text, text?");
    expect_columns(c, "SELECT b FROM t WHERE slugify(b) = 'x'", "text");
    expect_columns(c, "SELECT b FROM t WHERE slugify(b, 1) = 'x'", "text?");
    expect_columns(c, "SELECT b, a REGEXP 'x' AS m FROM t WHERE b NOT REGEXP 'x'", "text, bool");
}

static void schema_may_use_what_is_declared(void **state)
{
    struct checking *c = *state;
    expect_columns(c, "SELECT g FROM t", "text");
    expect_columns(c, "SELECT s, n FROM v", "text?, text");
}

static void aggregate_may_be_a_window_function(void **state)
{
    struct checking *c = *state;
    expect_columns(c, "SELECT median(id) AS m FROM t", "real?");
    expect_columns(c, "SELECT median(id) OVER (ORDER BY a) AS m FROM t", "real?");
    checking(c, schema, "-- name: q :many\nSELECT id FROM t WHERE median(id) > 1;\n");
    expect_findings(c, 1);
    expect_finding(c, 0, 2, 24, "engine-error");
}

static void argument_types_are_the_parameters(void **state)
{
    struct checking *c = *state;
    checking(c, schema,
             "-- name: q :many\nSELECT id FROM t WHERE slugify(:s, :n) = 'x' AND later(:w) > 1;\n");
    expect_findings(c, 0);
    const struct tn__query *q = &c->checked.queries[0];
    assert_int_equal(q->params[0].typing.type, TN__TYPE_TEXT);
    assert_int_equal(q->params[1].typing.type, TN__TYPE_INT);
    assert_int_equal(q->params[2].typing.type, TN__TYPE_INT);
}

static void wrong_number_of_arguments_is_refused(void **state)
{
    static const char *const calls[] = {"slugify()", "slugify(1, 2, 3)", "any_of()", "tenant(1)",
                                        "median(1, 2)"};
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        char query[200];
        snprintf(query, sizeof(query), "-- name: q :many\nSELECT %s AS x FROM t;\n", calls[i]);
        checking(c, schema, query);
        expect_findings(c, 1);
        expect_finding(c, 0, 2, 8, "engine-error");
    }
}

static void function_of_the_engines_is_refused(void **state)
{
    static const struct tn__settings_function taken[] = {
        {.name = "Lower", .args = one_text, .arg_count = 1, .result = "int"},
        {.name = "lower", .args = text_int, .arg_count = 2, .is_not_null = true, .result = "int"},
        {.name = "round", .args = anys, .arg_count = 2, .is_variadic = true, .result = "int"},
        {.name = "count", .args = one_text, .arg_count = 1, .is_aggregate = true, .result = "int"},
    };
    struct checking *c = *state;
    c->functions = taken;
    c->function_count = 4;
    checking(c, "CREATE TABLE t (a TEXT NOT NULL);",
             "-- name: q :many\nSELECT lower(a) AS x, lower(a, 1) AS y FROM t;\n");
    expect_findings(c, 3);
    for (size_t i = 0; i < 3; i++)
        expect_finding(c, i, 0, 0, "bad-setting");
    assert_string_equal(c->diags.items[0].message, "'Lower' is a function of the engine's");
    assert_int_equal(c->checked.queries[0].columns[0].typing.type, TN__TYPE_TEXT);
    assert_int_equal(c->checked.queries[0].columns[1].typing.type, TN__TYPE_INT);
}

static void migration_that_calls_one_is_refused(void **state)
{
    static const char *const calls[] = {"INSERT INTO t (a) SELECT tenant();",
                                        "INSERT INTO t (a) VALUES ('x');",
                                        "CREATE TABLE u AS SELECT median(1) AS m;",
                                        "CREATE TABLE u AS SELECT median(1) OVER () AS m;"};
    static const char *const names[] = {"tenant", "slugify", "median", "median"};
    struct checking *c = *state;
    checking_write("migrations/1_schema.sql", schema);
    checking_write("queries/q.sql", "-- name: q :many\nSELECT id FROM t;\n");
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        char message[100];
        checking_write("migrations/2_call.sql", calls[i]);
        assert_int_equal(checking_run(c), TN_EREFUSED);
        expect_findings(c, 1);
        expect_finding(c, 0, 1, 1, "migration-failed");
        snprintf(message, sizeof(message), "function '%s' of tenon.ini was called while migrating",
                 names[i]);
        assert_string_equal(c->diags.items[0].message, message);
    }
}

/* Every type that the settings know is one of the analysis. */
static void types_of_the_settings_are_those_of_annotations(void **state)
{
    (void)state;
    for (size_t i = 0; tn__function_types[i]; i++) {
        struct tn__typing typing;
        assert_true(tn__type_parse(&typing, tn_text_of(tn__function_types[i])));
    }
    for (size_t i = 0; tn__type_words[i]; i++) {
        size_t k = 0;
        while (tn__function_types[k] && strcmp(tn__function_types[k], tn__type_words[i]) != 0)
            k++;
        assert_non_null(tn__function_types[k]);
    }
}

static int run_once(void *user)
{
    struct checking *c = user;
    int rc = checking_run(c);
    if (rc == TN_OK)
        rc = c->diags.status;
    tn_arena_fini(&c->arena);
    return rc;
}

static void every_allocation_may_fail(void **state)
{
    checking_write("migrations/1_schema.sql", schema);
    checking_write("queries/q.sql", "-- name: q :many\nSELECT slugify(b) AS s FROM t;\n");
    fault_alloc_each(run_once, *state);
}

#define FUNCTION_TEST(name) cmocka_unit_test_setup_teardown(name, declare, checking_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FUNCTION_TEST(result_has_the_type_that_is_declared),
        FUNCTION_TEST(strict_function_gives_null_for_null_alone),
        FUNCTION_TEST(schema_may_use_what_is_declared),
        FUNCTION_TEST(aggregate_may_be_a_window_function),
        FUNCTION_TEST(argument_types_are_the_parameters),
        FUNCTION_TEST(wrong_number_of_arguments_is_refused),
        FUNCTION_TEST(function_of_the_engines_is_refused),
        FUNCTION_TEST(migration_that_calls_one_is_refused),
        FUNCTION_TEST(types_of_the_settings_are_those_of_annotations),
        FUNCTION_TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
