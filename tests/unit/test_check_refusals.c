/* SPDX-License-Identifier: MIT */
#include "checking.h"

#include "fault_alloc.h"

/* What is said of a statement that the engine refuses: all that is wrong with it, and where. */

static const char schema[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, title TEXT, note TEXT);\n"
                             "CREATE TABLE u (id INTEGER PRIMARY KEY, t_id INT, title TEXT);\n"
                             "CREATE TABLE g (a, b AS (a + 1));\n"
                             "CREATE VIEW v AS SELECT * FROM t;\n"
                             "CREATE VIEW bad AS SELECT nope FROM t;\n"
                             "CREATE VIEW worse AS SELECT 1 FROM missing;\n";

static const struct tn__settings_function functions[] = {
    {.name = "slugify", .args = (const char *const[]){"text"}, .arg_count = 1, .result = "text"},
    {.name = "any_of",
     .args = (const char *const[]){"any", "any"},
     .arg_count = 2,
     .is_variadic = true,
     .result = "any"},
};

/* A statement, and its findings as "column code: help" with | between them. */
struct refusal {
    const char *sql;
    const char *expected;
};

static void expect_refusal(struct checking *c, const struct refusal *refusal)
{
    char query[600];
    char got[2000] = "";
    c->functions = functions;
    c->function_count = 2;
    snprintf(query, sizeof(query), "-- name: q :exec\n%s\n", refusal->sql);
    checking(c, schema, query);
    for (size_t i = 0; i < c->diags.count; i++) {
        const struct tn__diag *diag = &c->diags.items[i];
        size_t used = strlen(got);
        assert_int_equal(diag->place.line, 2);
        snprintf(got + used, sizeof(got) - used, "%s%u %s%s%s", i ? "|" : "", diag->place.column,
                 diag->code, diag->help ? ": " : "", diag->help ? diag->help : "");
    }
    if (strcmp(got, refusal->expected) != 0)
        print_error("%s\n", refusal->sql);
    assert_string_equal(got, refusal->expected);
    assert_true(c->checked.queries[0].is_broken);
}

#define EXPECT_ALL(c, rows)                                    \
 for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++) \
 expect_refusal((c), &(rows)[i])

static void all_names_that_are_unknown_are_found(void **state)
{
    static const struct refusal rows[] = {
        {"SELECT nope, t.tile, u.id FROM t WHERE zip = 1 AND id IN (SELECT nada FROM u)",
         "8 unknown-column: 'note'|16 unknown-column: 'title'|24 unknown-column|40 unknown-column|"
         "66 unknown-column"},
        {"UPDATE t SET zip = 1, zap = t.zop WHERE zup = 2",
         "14 unknown-column|23 unknown-column|31 unknown-column|41 unknown-column"},
        {"INSERT INTO t (id, nota, zip) SELECT x, y, t_id FROM u",
         "20 unknown-column: 'note'|26 unknown-column|38 unknown-column|41 unknown-column"},
        {"WITH c AS (SELECT zip FROM t) SELECT c.x FROM c JOIN cc",
         "19 unknown-column|40 unknown-column|54 unknown-table"},
        {"SELECT t.*, x.*, y.* FROM t", "13 unknown-table|18 unknown-table"},
        {"SELECT title FROM t UNION SELECT titel FROM u ORDER BY 1", "34 unknown-column: 'title'"},
        {"SELECT tite FROM t UNION SELECT titel FROM u",
         "8 unknown-column: 'title'|33 unknown-column: 'title'"},
        {"SELECT zip, zip FROM t", "8 unknown-column|13 unknown-column"},
        {"SELECT \"str\" FROM t WHERE note = \"txt\"",
         "8 unknown-column: a text is written 'str', in single quotes|"
         "34 unknown-column: a text is written 'txt', in single quotes"},
        {"SELECT a1, a2, a3, a4, a5, a6, a7, a8, a9, b1, b2 FROM t",
         "8 unknown-column|12 unknown-column|16 unknown-column|20 unknown-column|"
         "24 unknown-column|28 unknown-column|32 unknown-column|36 unknown-column|"
         "40 unknown-column|44 unknown-column"},
    };
    EXPECT_ALL(*state, rows);
}

static void columns_of_a_table_that_is_unknown_are_no_faults(void **state)
{
    static const struct refusal rows[] = {
        {"SELECT x.a, y.b FROM aa x JOIN bb y ON x.id = y.id WHERE zip = 1",
         "22 unknown-table|32 unknown-table"},
        {"DELETE FROM aa WHERE a = 1", "13 unknown-table"},
        {"UPDATE aa SET a = b WHERE c = 1 RETURNING d", "8 unknown-table"},
        {"INSERT INTO aa (a, b) VALUES (1, 2) RETURNING c", "13 unknown-table"},
    };
    EXPECT_ALL(*state, rows);
}

static void broken_view_is_shown_where_it_is_used(void **state)
{
    static const struct refusal rows[] = {
        {"SELECT 1 FROM t, bad", "18 unknown-column"},
        {"SELECT 1 FROM bad, worse", "15 unknown-column"},
        {"SELECT 1 FROM t WHERE id IN (SELECT * FROM worse)", "44 unknown-table"},
    };
    struct checking *c = *state;
    EXPECT_ALL(c, rows);
    assert_string_equal(c->diags.items[0].message, "no table 'missing', which view 'worse' uses");
    assert_string_equal(c->diags.items[0].notes->message, "'worse' is created here");
}

static void calls_that_do_not_fit_say_what_does(void **state)
{
    static const struct refusal rows[] = {
        {"SELECT uper(note), coun(*) FROM t",
         "8 unknown-function: 'upper'|20 unknown-function: 'count'"},
        {"SELECT slugfy(note) FROM t", "8 unknown-function: 'slugify'"},
        {"SELECT frobnicate(zip) FROM t",
         "8 unknown-function: [functions] of tenon.ini, if the program registers it itself|"
         "19 unknown-column"},
        {"SELECT substr(note), lower(), count(1, 2), coalesce(1) FROM t",
         "8 engine-error: it takes 2 or 3 arguments|22 engine-error: it takes 1 argument|"
         "31 engine-error: it takes 0 or 1 arguments"},
        {"SELECT coalesce(1)", "8 engine-error: it takes 2 or more arguments"},
        {"SELECT slugify(1, 2), any_of()",
         "8 engine-error: it takes 1 argument|23 engine-error: it takes 1 or more arguments"},
    };
    EXPECT_ALL(*state, rows);
}

static void ambiguous_column_says_whose_it_may_be(void **state)
{
    static const struct refusal rows[] = {
        {"SELECT title FROM t JOIN u", "8 engine-error: 't.title' or 'u.title'"},
        {"SELECT x.note FROM t x JOIN u AS y WHERE id = 1 AND zip",
         "42 engine-error: 'x.id' or 'y.id'|53 unknown-column"},
        {"SELECT title FROM t, t", "8 engine-error"},
    };
    EXPECT_ALL(*state, rows);
}

static void syntax_errors_are_all_found(void **state)
{
    static const struct refusal rows[] = {
        {"SELECT id, , note FROM t WHERE id = = 1 GROUP note",
         "12 syntax-error: expected an expression or '*'|"
         "37 syntax-error: expected an expression|47 syntax-error: expected BY"},
        {"SELECT id FORM t WHER id = 1 GRUP BY id",
         "16 syntax-error: 'FROM' instead of 'FORM'|"
         "23 syntax-error: 'WHERE' instead of 'WHER'|30 syntax-error: 'GROUP'"},
        {"SELECT (1 + FROM t WHERE (id = 1",
         "13 syntax-error: expected an expression|33 syntax-error: expected ')'"},
        {"SELECT a b c FROM t", "12 syntax-error"},
        {"SELECT x'123' FROM t", "8 syntax-error"},
    };
    EXPECT_ALL(*state, rows);
}

static void keyword_with_a_slip_is_named(void **state)
{
    static const struct refusal rows[] = {
        {"SELEC id FROM t", "1 syntax-error: 'SELECT'"},
        {"INSRT INTO t (id) VALUES (1)", "1 syntax-error: 'INSERT'"},
        {"INSERT INTO t (id) VALES (1)", "20 syntax-error: 'VALUES'"},
        {"DELETE FORM t", "8 syntax-error: 'FROM'"},
        {"UPDATE t SETT id = 1", "10 syntax-error: 'SET'"},
        {"SELECT id FROM t JION u", "23 syntax-error: 'JOIN' instead of 'JION'"},
        {"SELECT id FROM t ORDR BY id", "23 syntax-error: 'ORDER' instead of 'ORDR'"},
        {"SELECT id FROM t WHERE note LIEK 'x'", "29 syntax-error: 'LIKE'"},
        {"SELECT CASE WHEN id THEN 1 ESLE 2 END FROM t", "28 syntax-error: 'ELSE'"},
        {"SELECT a id c FROM t", "13 syntax-error"},
        {"SELECT 1 FROM t nope id", "22 syntax-error"},
        {"SELECT id FROM t ORDER id", "24 syntax-error: expected BY"},
    };
    EXPECT_ALL(*state, rows);
}

static void incomplete_statement_says_what_its_end_lacks(void **state)
{
    static const struct refusal rows[] = {
        {"SELECT id FROM t WHERE (id = 1", "31 syntax-error: expected ')'"},
        {"SELECT id FROM t WHERE (id = 1;", "31 syntax-error: expected ')'"},
        {"SELECT id FROM", "15 syntax-error: expected a name or '('"},
        {"SELECT id FROM t WHERE id IN (1, (2)", "37 syntax-error: expected ')'"},
    };
    struct checking *c = *state;
    EXPECT_ALL(c, rows);
    assert_int_equal(c->diags.items[0].notes->place.column, 30);
}

/* The engine says it of the statement as a whole. */
static void place_is_found_where_the_engine_gives_none(void **state)
{
    static const struct refusal rows[] = {
        {"SELECT id FROM t GROUP BY count(id)", "27 engine-error"},
        {"SELECT id FROM t HAVING id > 1", "25 engine-error"},
        {"SELECT *", "8 engine-error"},
        {"SELECT 1 FROM t u ON 1", "22 engine-error"},
        {"SELECT * FROM t LEFT JOIN u ON t.id = x.id JOIN t x", "39 engine-error"},
        {"SELECT id FROM t UNION SELECT id, note FROM t", "31 engine-error"},
        {"SELECT 1 WHERE 1 IN (SELECT 1 UNION ALL SELECT 1 EXCEPT SELECT 1, 2)", "64 engine-error"},
        {"VALUES (1, 2), (3)", "17 engine-error"},
        {"INSERT INTO t (id, note) VALUES (1)", "34 engine-error"},
        {"INSERT INTO t VALUES (1, 2)", "23 engine-error"},
        {"SELECT id FROM t ORDER BY id, 3", "31 engine-error"},
        {"SELECT id FROM t GROUP BY 3", "27 engine-error"},
        {"SELECT id FROM t UNION SELECT 1 ORDER BY lower(1)", "42 engine-error"},
        {"SELECT (1, 2)", "8 engine-error"},
        {"SELECT 1 FROM t WHERE (id, note) = (1, 2, 3)", "36 engine-error"},
        {"SELECT 1 FROM t WHERE (id, note) IN (1, 2)", "38 engine-error"},
        {"SELECT 1 FROM t WHERE id IN (SELECT id, note FROM t)", "37 engine-error"},
        {"SELECT (SELECT id, note FROM t)", "16 engine-error"},
        {"UPDATE t SET (title, note) = (1, 2, 3)", "30 engine-error"},
        {"SELECT 1 FROM t JOIN u USING (note)", "31 engine-error"},
        {"SELECT 1 FROM t NATURAL JOIN u ON 1", "35 engine-error"},
        {"DELETE FROM v", "13 engine-error"},
        {"INSERT INTO g (a, b) VALUES (1, 2)", "19 engine-error"},
        {"UPDATE g SET a = 1, b = 2", "21 engine-error"},
        {"INSERT INTO t (id) VALUES (1) ON CONFLICT (note) DO NOTHING", "44 engine-error"},
        {"WITH c (x, y) AS (SELECT 1) SELECT * FROM c", "9 engine-error"},
        {"WITH c AS (SELECT 1), c AS (SELECT 2) SELECT * FROM c", "23 engine-error"},
        {"WITH c AS (SELECT * FROM c) SELECT * FROM c", "26 engine-error"},
        {"SELECT id FROM t INDEXED BY zip", "29 engine-error"},
        {"SELECT raise(abort, 'x')", "8 engine-error"},
        {"SELECT id FROM t ORDER BY id UNION SELECT 1", "30 engine-error"},
        {"SELECT sum(id) OVER w FROM t", "16 engine-error"},
        {"SELECT id FROM t(1)", "16 engine-error"},
    };
    EXPECT_ALL(*state, rows);
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
    checking_write("queries/q.sql",
                   "-- name: a :many\nSELECT id FORM t WHERE (id = 1;\n"
                   "-- name: b :many\nSELECT title, uper(1), substr(1) FROM t, u WHERE zip;\n"
                   "-- name: d :many\nSELECT 1 UNION SELECT 1, 2;\n"
                   "-- name: e :many\nSELECT 1 FROM bad;\n");
    fault_alloc_each(run_once, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_names_that_are_unknown_are_found),
        TEST(columns_of_a_table_that_is_unknown_are_no_faults),
        TEST(broken_view_is_shown_where_it_is_used),
        TEST(calls_that_do_not_fit_say_what_does),
        TEST(ambiguous_column_says_whose_it_may_be),
        TEST(syntax_errors_are_all_found),
        TEST(keyword_with_a_slip_is_named),
        TEST(incomplete_statement_says_what_its_end_lacks),
        TEST(place_is_found_where_the_engine_gives_none),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
