/* SPDX-License-Identifier: MIT */
#include "checking.h"

/* Lists: where they may stand, what their elements are, what they prove. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT, age INTEGER,\n"
    "  is_on BOOLEAN, made DATETIME NOT NULL, doc JSON, bytes BLOB, score REAL, amount NUMERIC,\n"
    "  kind TEXT NOT NULL CHECK (kind IN ('a', 'b')));\n"
    "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id));\n"
    "CREATE VIEW seen AS SELECT id, kind AS sort, made AS at, is_on, doc, bytes, coalesce(age, 0) AS age\n"
    "  FROM users;\n";

static const struct tn__settings_type types[] = {
    {.table = "users", .column = "made", .logical = TN__LOGICAL_TIMESTAMP, .form = TN__FORM_MS},
    {.table = "users", .column = "id", .struct_name = "user_id", .logical = TN__LOGICAL_KEY},
};

struct list_case {
    const char *sql;
    const char *expected; /* "ids:int[]", a scalar without brackets, '?' if it is nullable */
};

static void describe(char *out, size_t size, const struct checking *c)
{
    const struct tn__query *query = &c->checked.queries[0];
    out[0] = '\0';
    for (size_t i = 0; i < query->param_count; i++) {
        const struct tn__query_param *param = &query->params[i];
        const struct tn__enum *choice = tn__checked_enum(&c->checked, param->typing);
        const char *type = choice ? choice->name : tn__type_word(param->typing.type);
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s:%s%s%s", i ? " " : "", param->name,
                 param->typing.key ? param->typing.key->name : type, param->is_list ? "[]" : "",
                 param->typing.is_nullable ? "?" : "");
    }
}

static void list_has_elements_of_the_columns_type(void **state)
{
    static const struct list_case cases[] = {
        {"SELECT id FROM users WHERE id IN (:ids[])", "ids:int[]"},
        {"SELECT id FROM users WHERE id NOT IN (@ids[])", "ids:int[]"},
        {"SELECT id FROM users WHERE name IN ($n[]) AND mail IN (:m[])", "n:text[] m:text[]"},
        {"SELECT id FROM users WHERE is_on IN (:l[])", "l:bool[]"},
        {"SELECT id FROM users WHERE made IN (:l[])", "l:timestamp[]"},
        {"SELECT id FROM users WHERE doc IN (:l[])", "l:json[]"},
        {"SELECT id FROM users WHERE bytes IN (:l[])", "l:blob[]"},
        {"SELECT id FROM users WHERE score IN (:l[])", "l:real[]"},
        {"SELECT id FROM users WHERE amount IN (:l[])", "l:any[]"},
        {"SELECT id FROM users WHERE kind IN (:l[])", "l:users_kind[]"},
        {"SELECT id FROM users WHERE kind || '' IN (:l[])", "l:text[]"},
        {"SELECT id FROM users WHERE kind IN (:l[]) OR name IN (:l[])", "l:text[]"},
        {"SELECT id FROM users WHERE id IN (?[]) AND age IN (?2[])", "id:int[] age:int[]"},
        {"SELECT id FROM users WHERE id IN (?1[]) OR age IN (?1[])", "id:int[]"},
        {"SELECT id FROM users WHERE id IN ( :ids[] ) AND age > :least", "ids:int[] least:int"},
        {"SELECT id FROM seen WHERE sort IN (:s[]) AND at IN (:a[]) AND is_on IN (:o[])",
         "s:users_kind[] a:timestamp[] o:bool[]"},
        {"SELECT id FROM seen WHERE doc IN (:d[]) AND bytes IN (:b[]) AND age IN (:n[])",
         "d:json[] b:blob[] n:int[]"},
        {"SELECT count(*) FILTER (WHERE id IN (:l[])) AS n FROM users", "l:int[]"},
        {"SELECT CASE WHEN age IN (:l[]) THEN 1 ELSE 2 END AS x FROM users", "l:int[]"},
        {"SELECT u.id FROM users u LEFT JOIN posts p ON p.id IN (:l[])", "l:int[]"},
        {"SELECT id FROM users WHERE EXISTS (SELECT 1 FROM posts WHERE user_id IN (:l[]))",
         "l:int[]"},
        {"SELECT id FROM users GROUP BY id HAVING max(age) IN (:l[])", "l:int[]"},
        {"DELETE FROM users WHERE id IN (:l[]) RETURNING id", "l:int[]"},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1000];
        char got[300];
        snprintf(text, sizeof text, "-- name: q :many\n%s;\n", cases[i].sql);
        checking(c, tables, text);
        checking_drop_advice(c);
        expect_findings(c, 0);
        describe(got, sizeof got, c);
        if (strcmp(got, cases[i].expected) != 0)
            print_error("%s\n", cases[i].sql);
        assert_string_equal(got, cases[i].expected);
    }
}

static void annotated_list_is_what_it_is_said_to_be(void **state)
{
    struct checking *c = *state;
    char got[300];
    checking(c, tables,
             "-- name: q :many\n-- param l int\n-- param m text not null\n"
             "SELECT id FROM users WHERE amount IN (:l[]) AND kind IN (:m[]);\n");
    checking_drop_advice(c);
    expect_findings(c, 0);
    describe(got, sizeof got, c);
    assert_string_equal(got, "l:int[] m:text[]");
    c->types = types;
    c->type_count = 2;
    checking(c, tables,
             "-- name: q :many\nSELECT p.id FROM users u JOIN posts p ON p.user_id IN (:k[])\n"
             "WHERE made IN (:l[]) AND u.id IN (:u[]) AND p.id IN (:p[]);\n");
    checking_drop_advice(c);
    expect_findings(c, 0);
    describe(got, sizeof got, c);
    assert_string_equal(got, "k:user_id[] l:timestamp[] u:user_id[] p:int[]");
    assert_int_equal(c->checked.queries[0].params[1].typing.form, TN__FORM_MS);
}

static void list_is_one_parameter_of_the_text(void **state)
{
    struct checking *c = *state;
    checking(
        c, tables,
        "-- name: q :many\nSELECT id FROM users WHERE age > :a AND id IN (\n:ids[] /* all */)\n"
        "AND id NOT IN (:ids[]) AND name = ':x[]';\n");
    expect_findings(c, 0);
    assert_text(c->checked.queries[0].emitted,
                "SELECT id FROM users WHERE age > ?1 AND id IN (\nSELECT value FROM tn_list(?2) )\n"
                "AND id NOT IN (SELECT value FROM tn_list(?2)) AND name = ':x[]'");
    assert_int_equal(c->checked.queries[0].param_count, 2);
}

static void list_elsewhere_is_a_finding_at_its_place(void **state)
{
    static const struct {
        const char *sql;
        uint32_t column;
        const char *code;
        const char *message;
    } cases[] = {
        {"SELECT id FROM users WHERE id = :a[]", 33, "param-name", "does not stand alone in an IN"},
        {"SELECT id FROM users WHERE id IN :a[]", 34, "param-name",
         "does not stand alone in an IN"},
        {"SELECT id FROM users WHERE id IN (:a[], 1)", 35, "param-name", "does not stand alone"},
        {"SELECT id FROM users WHERE id IN (1, :a[])", 38, "param-name", "does not stand alone"},
        {"SELECT id FROM users WHERE id IN (:a[] + 1)", 35, "param-name", "does not stand alone"},
        {"SELECT id FROM users WHERE id IN ((:a[]))", 36, "param-name", "does not stand alone"},
        {"SELECT id FROM users WHERE id IN (SELECT :a[])", 42, "param-name",
         "does not stand alone"},
        {"SELECT id FROM users LIMIT :a[]", 28, "param-name", "does not stand alone"},
        {"SELECT :a[] AS x", 8, "param-name", "does not stand alone"},
        {"SELECT id FROM users WHERE id IN (:a[]) AND id > :a", 35, "param-name",
         "single value elsewhere"},
        {"SELECT id FROM users WHERE id > :a AND id IN (:a[])", 47, "param-name",
         "single value elsewhere"},
        {"SELECT id FROM users WHERE (id, name) IN (:a[])", 43, "engine-error",
         "sub-select returns 1"},
        {"SELECT id FROM users WHERE (id, name) NOT IN (:a[])", 47, "engine-error",
         "sub-select returns 1"},
        {"SELECT id FROM users WHERE id IN (:a [])", 38, "syntax-error", "near"},
        {"SELECT id FROM users WHERE id IN (:a[1])", 37, "syntax-error", "near"},
        {"SELECT id FROM users WHERE id IN (?0[])", 1, "param-name", "out of range"},
        {"SELECT id FROM users WHERE nope IN (:a[])", 28, "unknown-column", "nope"},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1000];
        snprintf(text, sizeof text, "-- name: q :many\n%s;\n", cases[i].sql);
        checking(c, tables, text);
        checking_drop_advice(c);
        expect_finding(c, 0, 2, cases[i].column, cases[i].code);
        if (!strstr(c->diags.items[0].message, cases[i].message))
            print_error("%s\n%s\n", cases[i].sql, c->diags.items[0].message);
        assert_non_null(strstr(c->diags.items[0].message, cases[i].message));
        assert_true(c->checked.queries[0].is_broken);
    }
}

static void table_of_the_functions_name_is_a_finding_at_the_list(void **state)
{
    struct checking *c = *state;
    checking(c, "CREATE TABLE TN_LIST (value);\nCREATE TABLE t (id INTEGER PRIMARY KEY);\n",
             "-- name: q :many\nSELECT id FROM t WHERE id IN (:ids[]);\n");
    checking_drop_advice(c);
    expect_finding(c, 0, 2, 31, "name-collision");
    expect_findings(c, 1);
}

static void list_is_not_nullable(void **state)
{
    struct checking *c = *state;
    checking(
        c, tables,
        "-- name: q :many\n-- param a int nullable\nSELECT id FROM users WHERE age IN (:a[]);\n");
    expect_finding(c, 0, 2, 10, "bad-annotation");
    expect_findings(c, 1);
}

/* An empty list finds nothing and keeps nothing out, NULL or not. */
static void empty_list_is_thought_of(void **state)
{
    static const struct {
        const char *sql;
        bool is_nullable;
    } cases[] = {
        {"SELECT mail AS x FROM users WHERE mail IN (:l[])", false},
        {"SELECT mail AS x FROM users WHERE mail NOT IN (:l[])", true},
        {"SELECT mail AS x FROM users WHERE NOT mail NOT IN (:l[])", false},
        {"SELECT mail AS x FROM users WHERE NOT mail IN (:l[])", true},
        {"SELECT mail AS x FROM users WHERE NOT (mail IN (:l[]) OR id > 3)", true},
        {"SELECT mail AS x FROM users WHERE mail NOT IN ('a')", false},
        {"SELECT mail AS x FROM users WHERE mail NOT IN ()", true},
        {"SELECT mail IN (:l[]) AS x FROM users", true},
        {"SELECT name IN (:l[]) AS x FROM users", false},
        {"SELECT name NOT IN (:l[]) AS x FROM users", false},
        {"SELECT u.name AS x FROM posts p LEFT JOIN users u ON u.id = p.user_id WHERE u.id IN (:l[])",
         false},
        {"SELECT u.name AS x FROM posts p LEFT JOIN users u ON u.id = p.user_id WHERE u.id NOT IN (:l[])",
         true},
        {"SELECT CASE WHEN mail IN (:l[]) THEN mail ELSE '' END AS x FROM users", false},
        {"SELECT CASE WHEN mail NOT IN (:l[]) THEN mail ELSE '' END AS x FROM users", true},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1000];
        snprintf(text, sizeof text, "-- name: q :many\n%s;\n", cases[i].sql);
        checking(c, tables, text);
        checking_drop_advice(c);
        expect_findings(c, 0);
        if (c->checked.queries[0].columns[0].typing.is_nullable != cases[i].is_nullable)
            print_error("%s\n", cases[i].sql);
        assert_int_equal(c->checked.queries[0].columns[0].typing.is_nullable, cases[i].is_nullable);
    }
}

static void list_of_keys_gives_no_single_row(void **state)
{
    struct checking *c = *state;
    checking(c, tables, "-- name: q :one\nSELECT name FROM users WHERE id IN (:l[]);\n");
    checking_drop_advice(c);
    assert_false(c->checked.queries[0].is_single_row);
    checking(c, tables,
             "-- name: q :one\nSELECT name FROM users WHERE id IN (:l[]) AND id = :id;\n");
    checking_drop_advice(c);
    assert_true(c->checked.queries[0].is_single_row);
}

static void list_without_a_type_is_a_warning(void **state)
{
    struct checking *c = *state;
    checking(c, tables, "-- name: q :many\nSELECT id FROM users WHERE :b IN (:a[]);\n");
    checking_drop_advice(c);
    expect_finding(c, 0, 2, 28, "param-type");
    expect_finding(c, 1, 2, 35, "param-type");
    checking(c, tables,
             "-- name: q :many\nSELECT id FROM users WHERE id IN (:a[]) OR name IN (:a[]);\n");
    checking_drop_advice(c);
    expect_finding(c, 0, 2, 35, "param-type");
    assert_int_equal(c->checked.queries[0].params[0].typing.type, TN__TYPE_ANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(list_has_elements_of_the_columns_type),
        TEST(annotated_list_is_what_it_is_said_to_be),
        TEST(list_is_one_parameter_of_the_text),
        TEST(list_elsewhere_is_a_finding_at_its_place),
        TEST(table_of_the_functions_name_is_a_finding_at_the_list),
        TEST(list_is_not_nullable),
        TEST(empty_list_is_thought_of),
        TEST(list_of_keys_gives_no_single_row),
        TEST(list_without_a_type_is_a_warning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
