/* SPDX-License-Identifier: MIT */
#include "cataloging.h"

#include <stdio.h>

#include "sql/parse.h"

/* What only the text of a schema says: checks, choices, expressions, bodies. */

/* Without the parentheses that belong to the clause, if they count. */
static tn_text bytes_of(const struct tn__sql *text, const struct tn__ast_expr *expr)
{
    assert_non_null(text);
    assert_non_null(expr);
    struct tn__sql_span span = expr->span;
    if (expr->is_bracketed)
        span = (struct tn__sql_span){span.begin + 1, tn__sql_skip_group(text, span.begin) - 1};
    return tn__sql_bytes(text, span);
}

static void checks_of_columns_come_before_those_of_the_table(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (a INT CHECK (a > 0) CONSTRAINT small CHECK (a < 9), b,"
                  " CONSTRAINT \"both of\" CHECK (a <> b), CHECK (b));");
    const struct tn__table *t = table_of(c, "t");
    assert_int_equal(t->check_count, 4);
    assert_null(t->checks[0].name);
    assert_text(bytes_of(t->text, t->checks[0].expr), "a > 0");
    assert_string_equal(t->checks[1].name, "small");
    assert_string_equal(t->checks[2].name, "both of");
    assert_text(bytes_of(t->text, t->checks[2].expr), "a <> b");
    assert_text(bytes_of(t->text, t->checks[3].expr), "b");
}

static void added_column_brings_its_check(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (a);"
                  "ALTER TABLE t ADD COLUMN b TEXT CHECK (b IN ('x', 'y'));"
                  "ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME COLUMN b TO \"b b\";");
    assert_int_equal(table_of(c, "u")->check_count, 1);
    assert_int_equal(column_of(c, "u", "b b")->choice_count, 2);
}

static void expressions_of_generated_columns_and_indexes_are_parsed(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (a TEXT, b TEXT GENERATED ALWAYS AS (lower(a)) STORED);"
                  "CREATE INDEX i ON t (a, lower(a) COLLATE nocase DESC, (a || b))"
                  " WHERE a IS NOT NULL AND b > 'm';");
    assert_text(bytes_of(table_of(c, "t")->text, column_of(c, "t", "b")->generated), "lower(a)");
    assert_null(column_of(c, "t", "a")->generated);
    const struct tn__index *i = index_of(c, "t", "i");
    assert_null(i->parts[0].expr);
    assert_int_equal(i->parts[1].expr->kind, TN__AST_CALL);
    assert_text(bytes_of(i->text, i->parts[1].expr), "lower(a)");
    assert_string_equal(i->parts[1].collation, "nocase");
    assert_true(i->parts[1].is_desc);
    assert_int_equal(i->parts[2].expr->op, TN__OP_CONCAT);
    assert_text(bytes_of(i->text, i->where), "a IS NOT NULL AND b > 'm'");
}

static void views_and_triggers_have_trees(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (a); CREATE VIEW v (x) AS SELECT a FROM t;"
                  "CREATE TRIGGER r AFTER UPDATE OF a ON t WHEN new.a > 1"
                  " BEGIN DELETE FROM t WHERE a = old.a; SELECT 1; END;");
    assert_int_equal(table_of(c, "t")->stmt->kind, TN__STMT_AST_CREATE_TABLE);
    assert_int_equal(table_of(c, "v")->stmt->kind, TN__STMT_AST_CREATE_VIEW);
    assert_non_null(table_of(c, "v")->stmt->select);
    const struct tn__ast_stmt *r = table_of(c, "t")->triggers[0].stmt;
    assert_non_null(r);
    assert_int_equal(r->event, TN__TRIGGER_UPDATE);
    assert_int_equal(r->body->kind, TN__STMT_AST_DELETE);
    assert_non_null(r->body->next);
}

/* Each row: the type and the rest of column 'c', the values that are promised, and some to try. */
static const struct {
    const char *column;
    const char *choices; /* NULL: none; joined with '|' */
    bool is_flag;
} promises[] = {
    {"c TEXT CHECK (c IN ('a', 'b'))", "a|b", false},
    {"c TEXT NOT NULL CHECK ((c) IN ('b', ('a'), 'b'))", "b|a", false},
    {"c TEXT, CHECK (c IN ('a'))", "a", false},
    {"c TEXT CHECK (t.c IN ('a', 'it''s'))", "a|it's", false},
    {"c TEXT CHECK (\"c\" IN ('a', ''))", "a|", false},
    {"c CHECK (c IN ('a', 'b'))", "a|b", false},
    {"c BLOB CHECK (c IN ('a', 'b'))", "a|b", false},
    {"c VARCHAR(3) CHECK (c = 'a' OR 'b' = c OR c IS 'd')", "a|b|d", false},
    {"c TEXT CHECK (c IS NULL OR c IN ('a') OR c == 'b')", "a|b", false},
    {"c TEXT CHECK (length(c) > 0 AND (c IN ('a', 'b') AND c <> 'z'))", "a|b", false},
    {"c TEXT CHECK (c <> 'a') CHECK (c IN ('a', 'b'))", "a|b", false},
    {"c TEXT CONSTRAINT n CHECK (c IN ('a')) DEFAULT 'a'", "a", false},
    /* a check that comes to NULL refuses nothing */
    {"c TEXT CHECK (c IN ('a', NULL))", NULL, false},
    {"c TEXT CHECK (c = 'a' OR NULL)", NULL, false},
    {"c TEXT CHECK (c = 'a' OR c = NULL)", NULL, false},
    /* what is kept is not what is written */
    {"c TEXT COLLATE nocase CHECK (c IN ('a', 'b'))", NULL, false},
    {"c TEXT COLLATE rtrim CHECK (c IN ('a', 'b'))", NULL, false},
    {"c TEXT CHECK (c COLLATE nocase IN ('a', 'b'))", NULL, false},
    {"c TEXT CHECK (c IN ('a' COLLATE nocase, 'b'))", NULL, false},
    {"c TEXT CHECK (c = 'a' COLLATE nocase)", NULL, false},
    {"c INT CHECK (c IN ('1', '2'))", NULL, false},
    {"c NUMERIC CHECK (c IN ('a', 'b'))", NULL, false},
    {"c TEXT CHECK (lower(c) IN ('a', 'b'))", NULL, false},
    {"c TEXT CHECK (trim(c) = 'a')", NULL, false},
    /* other questions */
    {"c TEXT CHECK (c NOT IN ('a', 'b'))", NULL, false},
    {"c TEXT CHECK (NOT (c IN ('a', 'b')))", NULL, false},
    {"c TEXT CHECK (c IN ('a', 'b') OR d = 1)", NULL, false},
    {"c TEXT CHECK (c IN ('a', 'b') OR d IS NULL)", NULL, false},
    {"c TEXT CHECK (c IN ('a', 'b') OR 1)", NULL, false},
    {"c TEXT CHECK (c IN ('a', 'b') IS NOT NULL)", NULL, false},
    {"c TEXT CHECK (c IN ('a', d))", NULL, false},
    {"c TEXT CHECK (c IN ('a', x'62'))", NULL, false},
    {"c TEXT CHECK (c IN ('a', 1))", NULL, false},
    {"c TEXT CHECK (c IN ('a', 'b' || 'c'))", NULL, false},
    {"c TEXT CHECK (c > 'a' OR c = 'a')", NULL, false},
    {"c TEXT CHECK (c IS NOT NULL)", NULL, false},
    {"c TEXT CHECK (c IS NULL)", NULL, false},
    {"c TEXT CHECK (CASE WHEN c IN ('a') THEN 1 ELSE 1 END)", NULL, false},
    {"c TEXT CHECK (d IN ('a', 'b'))", NULL, false},
    /* flags */
    {"c INTEGER CHECK (c IN (0, 1))", NULL, true},
    {"c BOOLEAN NOT NULL CHECK (c IN (1, 0)) DEFAULT 0", NULL, true},
    {"c INT CHECK (c = 0 OR c = 1)", NULL, true},
    {"c INT CHECK (c IN (FALSE, true))", NULL, true},
    {"c INT CHECK (c IS NULL OR c IN (0, 1))", NULL, true},
    {"c INT CHECK (typeof(c) <> 'x' AND c IN (0, 1))", NULL, true},
    {"c INT CHECK (c IN (0, 1, NULL))", NULL, false},
    {"c INT CHECK (c IN (0, 1, 2))", NULL, false},
    {"c INT CHECK (c IN (0))", NULL, false},
    {"c INT CHECK (c IN (0, 1, 'a'))", NULL, false},
    {"c INT CHECK (c BETWEEN 0 AND 1)", NULL, false}, /* 0.5 is one */
    {"c REAL CHECK (c IN (0, 1))", NULL, false},      /* kept as 0.0 */
    {"c CHECK (c IN (0, 1))", NULL, false},
    {"c TEXT CHECK (c IN (0, 1))", NULL, false}, /* kept as '0' */
    {"c INT CHECK (c IS TRUE OR c IS FALSE)", NULL, false},
    {"c INT CHECK (c NOT BETWEEN 0 AND 1)", NULL, false},
};

static const char *const values[] = {
    "NULL", "0",       "1",   "2",     "-1",      "0.0",   "1.0",
    "0.5",  "'0'",     "'1'", "'1.0'", "'a'",     "'A'",   "'b'",
    "'B'",  "'a '",    "''",  "'d'",   "'it''s'", "'zzz'", "x'61'",
    "x''",  "x'3130'", "1e0", "2.5",   "'true'",  "TRUE",  "9007199254740993",
};

static bool is_choice(const struct tn__column *column, const tn_value *value)
{
    for (size_t i = 0; i < column->choice_count; i++)
        if (value->type == TN_TEXT && tn_text_equal(value->as.text, column->choices[i]))
            return true;
    return false;
}

/* Whatever the engine has let in is what has been promised. */
static void expect_kept(struct cataloging *c, const struct tn__column *column, const char *what)
{
    tn_rows rows;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        char sql[200];
        snprintf(sql, sizeof(sql), "INSERT OR IGNORE INTO t (c) VALUES (%s)", values[i]);
        (void)!tn_exec_script(c->db, sql, NULL);
    }
    assert_ok(tn_query(&rows, c->db, "SELECT DISTINCT c FROM t WHERE c IS NOT NULL", NULL, 0,
                       &c->arena, &c->err));
    for (size_t i = 0; i < rows.row_count; i++) {
        const tn_value *value = tn_rows_at(&rows, i, 0);
        bool is_kept = column->is_flag ? value->type == TN_INT && (uint64_t)value->as.integer <= 1
                                       : column->choice_count == 0 || is_choice(column, value);
        if (!is_kept)
            print_error("%s: keeps another value\n", what);
        assert_true(is_kept);
    }
}

static void promised_values_are_kept_by_the_engine(void **state)
{
    struct cataloging *c = *state;
    for (size_t i = 0; i < sizeof(promises) / sizeof(promises[0]); i++) {
        char sql[400];
        char choices[100] = "";
        const char *column_end = strstr(promises[i].column, ", CHECK");
        int size =
            column_end ? (int)(column_end - promises[i].column) : (int)strlen(promises[i].column);
        snprintf(sql, sizeof(sql), "CREATE TABLE t (%.*s, d%s);", size, promises[i].column,
                 column_end ? column_end : "");
        cataloging(c, sql);
        const struct tn__column *column = column_of(c, "t", "c");
        for (size_t k = 0; k < column->choice_count; k++)
            snprintf(choices + strlen(choices), sizeof(choices) - strlen(choices), "%s%.*s",
                     k > 0 ? "|" : "", (int)column->choices[k].size, column->choices[k].data);
        const char *wanted = promises[i].choices ? promises[i].choices : "";
        if (strcmp(choices, wanted) != 0 || column->is_flag != promises[i].is_flag ||
            (column->choice_count > 0) != (promises[i].choices != NULL))
            print_error("%s: '%s', flag %d\n", promises[i].column, choices, column->is_flag);
        assert_string_equal(choices, wanted);
        assert_int_equal(column->choice_count > 0, promises[i].choices != NULL);
        assert_int_equal(column->is_flag, promises[i].is_flag);
        expect_kept(c, column, promises[i].column);
    }
}

static void strict_table_keeps_what_stands_between_zero_and_one(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (c INTEGER CHECK (c BETWEEN 0 AND 1), e ANY"
                  " CHECK (e IN (0, 1)), f TEXT CHECK (f IN ('x')), \"true\" INT"
                  " CHECK (\"true\" IN (true, 1))) STRICT;");
    assert_true(column_of(c, "t", "c")->is_flag);
    assert_false(column_of(c, "t", "e")->is_flag);
    assert_false(column_of(c, "t", "true")->is_flag); /* true is the column */
    assert_int_equal(column_of(c, "t", "f")->choice_count, 1);
    expect_kept(c, column_of(c, "t", "c"), "strict");
}

/* A list as long as somebody likes, and a chain of OR as deep as the engine takes. */
static void long_lists_are_read_whole(void **state)
{
    struct cataloging *c = *state;
    static char sql[60000];
    size_t size = (size_t)snprintf(sql, sizeof(sql), "CREATE TABLE t (c TEXT CHECK (c IN ('v'");
    for (int i = 0; i < 3000; i++)
        size += (size_t)snprintf(sql + size, sizeof(sql) - size, ",'%d'", i);
    size += (size_t)snprintf(sql + size, sizeof(sql) - size, ")), d TEXT CHECK (d = 'v'");
    for (int i = 0; i < 300; i++)
        size += (size_t)snprintf(sql + size, sizeof(sql) - size, " OR d = '%d'", i);
    snprintf(sql + size, sizeof(sql) - size, "));");
    cataloging(c, sql);
    assert_int_equal(column_of(c, "t", "c")->choice_count, 3001);
    assert_int_equal(column_of(c, "t", "d")->choice_count, 301);
}

/* The engine keeps texts that no parser but its own needs to understand. */
static void text_that_cannot_be_parsed_claims_nothing(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (a TEXT COLLATE nocase NOT NULL, b);"
                  "PRAGMA writable_schema = ON;"
                  "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a TEXT COLLATE nocase NOT NULL,"
                  " b CHECK (b IN (''x'', ''y'') ) ) WITHOUT';");
    assert_string_equal(column_of(c, "t", "a")->collation, "nocase");
    assert_true(column_of(c, "t", "a")->is_not_null);
    assert_int_equal(column_of(c, "t", "b")->choice_count, 0);
    assert_null(table_of(c, "t")->stmt);
    assert_int_equal(table_of(c, "t")->check_count, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, cataloging_setup, cataloging_teardown)
    const struct CMUnitTest tests[] = {
        TEST(checks_of_columns_come_before_those_of_the_table),
        TEST(added_column_brings_its_check),
        TEST(expressions_of_generated_columns_and_indexes_are_parsed),
        TEST(views_and_triggers_have_trees),
        TEST(promised_values_are_kept_by_the_engine),
        TEST(strict_table_keeps_what_stands_between_zero_and_one),
        TEST(long_lists_are_read_whole),
        TEST(text_that_cannot_be_parsed_claims_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
