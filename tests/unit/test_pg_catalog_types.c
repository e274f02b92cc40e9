/* SPDX-License-Identifier: MIT */
#include "pg_cataloging.h"

#include <stdio.h>

#include "util/buf.h"

/* Types, functions, operators and the rest of a server; what a CHECK leaves to a column; the fingerprint. */

static void types_are_linked(void **state)
{
    struct cataloging *c = *state;
    pg_cataloging(c, "CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s \\\\ fine');"
                     "ALTER TYPE mood ADD VALUE 'first' BEFORE 'sad';"
                     "CREATE DOMAIN email AS text NOT NULL DEFAULT 'x@y' CHECK (VALUE ~ '@');"
                     "CREATE DOMAIN work AS email CHECK (VALUE <> '');"
                     "CREATE DOMAIN lists AS email[];"
                     "CREATE TYPE pair AS (a int, b mood[]);"
                     "CREATE TYPE span AS RANGE (subtype = int4);"
                     "CREATE TABLE t (p pair, s span, l lists); COMMENT ON TYPE mood IS 'how';");
    const struct tn__server_type *mood = type_of(c, "public", "mood");
    assert_int_equal(mood->kind, TN__SERVER_ENUM);
    assert_int_equal(mood->label_count, 4);
    assert_text(mood->labels[0], "first");
    assert_text(mood->labels[3], "it's \\\\ fine");
    assert_string_equal(mood->comment, "how");
    assert_false(mood->is_own);
    const struct tn__server_type *email = type_of(c, "public", "email");
    assert_int_equal(email->kind, TN__SERVER_DOMAIN);
    assert_string_equal(email->inner->name, "text");
    assert_string_equal(email->default_sql, "'x@y'::text");
    assert_true(email->is_not_null && email->check_count == 1 && email->label_count == 0);
    assert_string_equal(email->checks[0], "CHECK ((VALUE ~ '@'::text))");
    const struct tn__server_type *work = type_of(c, "public", "work");
    assert_ptr_equal(work->inner, email);
    assert_true(work->is_not_null);
    assert_ptr_equal(type_of(c, "public", "lists")->inner, type_of(c, "public", "email[]"));
    assert_ptr_equal(type_of(c, "public", "email[]")->inner, email);
    const struct tn__server_type *pair = type_of(c, "public", "pair");
    assert_int_equal(pair->kind, TN__SERVER_COMPOSITE);
    assert_int_equal(pair->field_count, 2);
    assert_string_equal(pair->fields[1].name, "b");
    assert_ptr_equal(pair->fields[1].type->inner, mood);
    assert_null(pair->table);
    const struct tn__server_type *span = type_of(c, "public", "span");
    assert_int_equal(span->kind, TN__SERVER_RANGE);
    assert_string_equal(span->inner->name, "int4");
    const struct tn__server_type *row = type_of(c, "public", "t");
    assert_ptr_equal(row->table, table_of(c, "t"));
    assert_int_equal(row->field_count, 3);
    assert_int_equal(type_of(c, "pg_catalog", "int2vector")->kind, TN__SERVER_BASE);
    assert_int_equal(type_of(c, "pg_catalog", "anyelement")->kind, TN__SERVER_PSEUDO);
    assert_true(type_of(c, "pg_catalog", "int4")->is_own);
    assert_ptr_equal(tn__server_type(c->catalog.server, 23), type_of(c, "pg_catalog", "int4"));
    assert_null(tn__server_type(c->catalog.server, 1));
    if (c->catalog.server->version >= 140000)
        assert_ptr_equal(type_of(c, "public", "span_multirange")->inner, span);
}

static void functions_tell_what_a_call_comes_to(void **state)
{
    struct cataloging *c = *state;
    pg_cataloging(c,
                  "CREATE FUNCTION f(a int, b text DEFAULT 'x', OUT x int, OUT y text)"
                  " RETURNS SETOF record STRICT IMMUTABLE LANGUAGE sql AS 'SELECT 1, ''a''';"
                  "CREATE FUNCTION g() RETURNS TABLE (n bigint) STABLE LANGUAGE sql"
                  " AS 'SELECT 1::bigint';"
                  "CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);"
                  "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';"
                  "CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);"
                  "CREATE TYPE span AS RANGE (subtype = int4); COMMENT ON FUNCTION g() IS 'one';");
    const struct tn__server_function *f = function_of(c, "public", "f");
    assert_true(f->is_set && f->is_strict && !f->is_own && f->kind == 'f');
    assert_int_equal(f->volatility, TN__SERVER_IMMUTABLE);
    assert_string_equal(f->result->name, "record");
    assert_int_equal(f->out_count, 2);
    assert_string_equal(f->outs[1].name, "y");
    assert_string_equal(f->outs[1].type->name, "text");
    assert_string_equal(f->arguments,
                        "a integer, b text DEFAULT 'x'::text, OUT x integer, OUT y text");
    assert_non_null(strstr(f->sql, "SELECT 1, 'a'"));
    const struct tn__server_function *g = function_of(c, "public", "g");
    assert_int_equal(g->volatility, TN__SERVER_STABLE);
    assert_string_equal(g->outs[0].name, "n");
    assert_string_equal(g->comment, "one");
    assert_false(g->is_strict);
    assert_true(function_of(c, "public", "total")->kind == 'a');
    assert_null(function_of(c, "public", "total")->sql);
    assert_true(function_of(c, "public", "p")->kind == 'p');
    assert_true(function_of(c, "public", "span")->is_own); /* it comes with the type */
    const struct tn__server_function *lower = function_of(c, "pg_catalog", "lower");
    assert_true(lower->is_own && lower->is_strict && lower->volatility == TN__SERVER_IMMUTABLE);
    assert_null(lower->sql);
    assert_true(function_of(c, "pg_catalog", "row_number")->kind == 'w');
    assert_true(function_of(c, "pg_catalog", "random")->volatility == TN__SERVER_VOLATILE);
    const struct tn__server_operator *plus = tn__server_operator(c->catalog.server, 551);
    assert_string_equal(plus->name, "+");
    assert_string_equal(tn__server_function(c->catalog.server, plus->function)->name, "int4pl");
    size_t made = 0;
    for (size_t i = 0; i < c->catalog.server->operator_count; i++)
        made += !c->catalog.server->operators[i].is_own;
    assert_int_equal(made, 1);
}

static void sequences_have_owners(void **state)
{
    struct cataloging *c = *state;
    static const struct {
        const char *name;
        const char *table;
        const char *column;
    } rows[] = {
        {"free", NULL, NULL}, {"t_a_seq", "t", "a"}, {"t_b_seq", "t", "b"}, {"used", NULL, NULL}};
    pg_cataloging(c, "CREATE TABLE t (a serial, b int GENERATED ALWAYS AS IDENTITY);"
                     "CREATE SEQUENCE free AS smallint INCREMENT -5 MINVALUE -100 START -7 CYCLE;"
                     "CREATE SEQUENCE used; ALTER TABLE t ADD c int DEFAULT nextval('used');");
    const struct tn__server_catalog *server = c->catalog.server;
    assert_int_equal(server->sequence_count, 4);
    for (size_t i = 0; i < server->sequence_count; i++) {
        const struct tn__server_sequence *sequence = &server->sequences[i];
        assert_string_equal(sequence->name, rows[i].name);
        assert_int_equal(sequence->owner_table == NULL, rows[i].table == NULL);
        if (rows[i].table) {
            assert_string_equal(sequence->owner_table, rows[i].table);
            assert_string_equal(sequence->owner_column, rows[i].column);
        }
    }
    assert_string_equal(server->sequences[0].type, "smallint");
    assert_int_equal(server->sequences[0].increment, -5);
    assert_int_equal(server->sequences[0].min, -100);
    assert_int_equal(server->sequences[0].max, -1);
    assert_int_equal(server->sequences[0].start, -7);
    assert_true(server->sequences[0].cycles);
    assert_string_equal(server->extensions[0].name, "plpgsql");
}

/* --- choices -------------------------------------------------------------------------------------- */

static void checks_leave_texts(void **state)
{
    struct cataloging *c = *state;
    static const struct {
        const char *column; /* c, and its type */
        const char *check;
        const char *choices; /* with blanks between; "": nothing is known */
    } rows[] = {
        {"c text", "CHECK (c IN ('a', 'b'))", "a b"},
        {"c text", "CHECK (c = 'a')", "a"},
        {"c text", "CHECK (c = 'a' OR c = 'b' OR c IN ('c', 'a'))", "a b c"},
        {"c text", "CHECK (c IS NULL OR c IN ('a', 'b'))", "a b"},
        {"c text", "CHECK (c <> '' AND c IN ('it''s'))", "it's"},
        {"c varchar(9)", "CHECK (c IN ('a', 'b'))", "a b"},
        {"c varchar", "CHECK (c = 'a' OR c = 'b')", "a b"},
        {"\"C d\" text", "CHECK (\"C d\" IN ('a'))", "a"},
        {"c email", "CHECK (c IN ('a', 'b'))", "a b"},
        {"c text", "CHECK (c = ANY (ARRAY['a', 'b']))", "a b"},
        {"c level", "", "low high"},
        {"c inner_level", "", "low high"},
        {"c text", "CHECK (c IN ('a', NULL))", ""},
        {"c text", "CHECK (NOT c IN ('a', 'b'))", ""},
        {"c text", "CHECK (c IN ('a') OR length(c) > 3)", ""},
        {"c text", "CHECK (c IN ('a') OR d = 'b')", ""},
        {"c text", "CHECK ((c IN ('a')) IS NOT FALSE)", ""},
        {"c text", "CHECK (lower(c) IN ('a'))", ""},
        {"c text", "CHECK (CASE WHEN d = 'x' OR c = 'a' THEN true ELSE false END)", ""},
        {"c text", "CHECK (c IN ('a', d))", ""},
        {"c text", "CHECK (c IN ('a\\b'))", "a\\b"},
        {"c text", "CHECK (c LIKE 'a')", ""},
        {"c text", "CHECK (c <= 'a')", ""},
        {"c char(3)", "CHECK (c IN ('a', 'b'))", ""},
        {"c name", "CHECK (c IN ('a', 'b'))", ""},
        {"c text COLLATE loose", "CHECK (c IN ('a', 'b'))", ""},
        {"c int", "CHECK (c IN (0, 1))", ""},
    };
    struct tn__buf script;
    tn__buf_init(&script, 0);
    tn__buf_puts(&script,
                 "CREATE DOMAIN email AS varchar(20); CREATE DOMAIN level AS text"
                 " CHECK (VALUE IN ('low', 'high')); CREATE DOMAIN inner_level AS level;"
                 "CREATE COLLATION loose (provider = icu, locale = 'und', deterministic = false);");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        tn__buf_printf(&script, "CREATE TABLE t%zu (%s, d text%s%s);", i, rows[i].column,
                       rows[i].check[0] ? ", " : "", rows[i].check);
    assert_ok(tn__buf_status(&script));
    pg_cataloging(c, script.data);
    tn__buf_fini(&script);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[16];
        char got[64] = "";
        snprintf(name, sizeof name, "t%zu", i);
        const struct tn__column *column = &table_of(c, name)->columns[0];
        for (size_t k = 0; k < column->choice_count; k++)
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", k > 0 ? " " : "",
                     column->choices[k].data);
        if (strcmp(got, rows[i].choices) != 0)
            print_error("%s %s\n", rows[i].column, rows[i].check);
        assert_string_equal(got, rows[i].choices);
    }
}

/* Rows that are there already, or that stand in another table, are bound by nothing. */
static void checks_that_prove_nothing_leave_all(void **state)
{
    struct cataloging *c = *state;
    pg_cataloging(c, "CREATE TABLE a (c text); INSERT INTO a VALUES ('x');"
                     "ALTER TABLE a ADD CHECK (c IN ('a')) NOT VALID;"
                     "CREATE TABLE b (c text, CHECK (c IN ('a')) NO INHERIT);"
                     "CREATE TABLE b_1 () INHERITS (b);"
                     "CREATE DOMAIN d AS text; CREATE TABLE e (c d); INSERT INTO e VALUES ('x');"
                     "ALTER DOMAIN d ADD CHECK (VALUE IN ('a')) NOT VALID;"
                     "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE f (c int);"
                     "ALTER TABLE f ADD FOREIGN KEY (c) REFERENCES p NOT VALID;");
    assert_true(table_of(c, "a")->checks[0].is_unproven);
    assert_false(table_of(c, "b")->checks[0].is_unproven);
    assert_string_equal(table_of(c, "b")->checks[0].sql, "(c = 'a'::text)");
    assert_int_equal(column_of(c, "a", "c")->choice_count, 0);
    assert_int_equal(column_of(c, "b", "c")->choice_count, 0);
    assert_int_equal(column_of(c, "e", "c")->choice_count, 0);
    assert_true(table_of(c, "f")->foreign_keys[0].is_unproven);
}

/* From 18 on. */
static void constraints_that_are_not_enforced_prove_nothing(void **state)
{
    struct cataloging *c = *state;
    pg_cataloging(c, "CREATE TABLE t (a int, b int NOT NULL, c text)");
    if (c->catalog.server->version < 180000)
        skip();
    cataloging_run(c, "INSERT INTO t VALUES (NULL, 1, 'x');"
                      "ALTER TABLE t ADD CONSTRAINT a_is_there NOT NULL a NOT VALID;"
                      "ALTER TABLE t ADD CHECK (c IN ('a')) NOT ENFORCED;"
                      "ALTER TABLE t ADD twice int GENERATED ALWAYS AS (b * 2) VIRTUAL;");
    cataloging_read(c);
    assert_false(column_of(c, "t", "a")->is_not_null);
    assert_true(column_of(c, "t", "b")->is_not_null);
    assert_int_equal(column_of(c, "t", "c")->choice_count, 0);
    assert_true(table_of(c, "t")->checks[0].is_unproven);
    const struct tn__column *twice = column_of(c, "t", "twice");
    assert_true(twice->is_generated && !twice->is_stored);
}

/* --- the fingerprint ------------------------------------------------------------------------------ */

struct pair {
    const char *a;
    const char *b;
};

static void expect_pairs(struct cataloging *c, const struct pair *pairs, size_t count, bool same)
{
    for (size_t i = 0; i < count; i++) {
        char a[65];
        pg_cataloging(c, pairs[i].a);
        memcpy(a, c->catalog.fingerprint, sizeof a);
        pg_cataloging(c, pairs[i].b);
        if ((strcmp(a, c->catalog.fingerprint) == 0) != same)
            print_error("%s\n%s\n", pairs[i].a, pairs[i].b);
        assert_int_equal(strcmp(a, c->catalog.fingerprint) == 0, same);
    }
}

static void same_facts_have_the_same_fingerprint(void **state)
{
    static const struct pair same[] = {
        {"CREATE TABLE a (x int); CREATE TABLE b (y int)",
         "CREATE TABLE b (y integer); CREATE TABLE a ( x INT4 )"},
        {"CREATE TABLE a (x int, z text)",
         "CREATE TABLE a (x int, y int); ALTER TABLE a DROP y; ALTER TABLE a ADD z text"},
        {"CREATE TYPE e AS ENUM ('a', 'b')", "CREATE TYPE e AS ENUM ('b');"
                                             "ALTER TYPE e ADD VALUE 'a' BEFORE 'b'"},
        {"CREATE TABLE a (x int)", "CREATE TABLE a (x int); COMMENT ON TABLE a IS 'x';"
                                   "INSERT INTO a VALUES (1); GRANT SELECT ON a TO PUBLIC;"
                                   "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY)"},
        {"CREATE TABLE a (x serial)",
         "CREATE TABLE a (x int NOT NULL); CREATE SEQUENCE a_x_seq AS int OWNED BY a.x;"
         "ALTER TABLE a ALTER x SET DEFAULT nextval('a_x_seq'); SELECT nextval('a_x_seq')"},
        {"CREATE VIEW v AS SELECT 1 AS x", "CREATE VIEW v (x) AS select  1 -- one\n"},
    };
    expect_pairs(*state, same, sizeof same / sizeof same[0], true);
}

static void other_facts_have_another_fingerprint(void **state)
{
#define F "CREATE FUNCTION f() RETURNS int LANGUAGE sql "
    static const struct pair other[] = {
        {"CREATE TABLE a (x int)", "CREATE TABLE a (x bigint)"},
        {"CREATE TABLE a (x int)", "CREATE TABLE a (x int NOT NULL)"},
        {"CREATE TABLE a (x int)", "CREATE TABLE \"A\" (x int)"},
        {"CREATE TABLE a (x int)", "CREATE SCHEMA s; CREATE TABLE s.a (x int)"},
        {"CREATE TABLE a (x int)", "CREATE TABLE a (x int DEFAULT 1)"},
        {"CREATE TABLE a (x varchar(3))", "CREATE TABLE a (x varchar(4))"},
        {"CREATE TABLE a (x int, y int)", "CREATE TABLE a (y int, x int)"},
        {"CREATE TABLE a (x int UNIQUE)", "CREATE TABLE a (x int UNIQUE DEFERRABLE)"},
        {"CREATE TABLE a (x int, CHECK (x > 0))", "CREATE TABLE a (x int, CHECK (x > 1))"},
        {"CREATE TABLE a (x int); CREATE INDEX i ON a (x)",
         "CREATE TABLE a (x int); CREATE INDEX i ON a (x DESC)"},
        {"CREATE TYPE e AS ENUM ('a', 'b')", "CREATE TYPE e AS ENUM ('b', 'a')"},
        {"CREATE DOMAIN d AS text", "CREATE DOMAIN d AS text NOT NULL"},
        {"CREATE VIEW v AS SELECT 1 AS x", "CREATE VIEW v AS SELECT 2 AS x"},
        {F "AS 'SELECT 1'", F "AS 'SELECT 2'"},
        {F "AS 'SELECT 1'", F "STABLE AS 'SELECT 1'"},
        {"CREATE SEQUENCE s", "CREATE SEQUENCE s CYCLE"},
        {"CREATE TABLE a (x int)",
         "CREATE TABLE a (x int); ALTER TABLE a ENABLE ROW LEVEL SECURITY"},
        {"CREATE TABLE a (x int)", "CREATE TABLE a (x int); CREATE TABLE b (y int)"},
    };
#undef F
    expect_pairs(*state, other, sizeof other / sizeof other[0], false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown(test, cataloging_setup, cataloging_teardown)
        T(types_are_linked),
        T(functions_tell_what_a_call_comes_to),
        T(sequences_have_owners),
        T(checks_leave_texts),
        T(checks_that_prove_nothing_leave_all),
        T(constraints_that_are_not_enforced_prove_nothing),
        T(same_facts_have_the_same_fingerprint),
        T(other_facts_have_another_fingerprint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
