/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "parsing.h"

/* What the trees say, written back with every parenthesis; and spans. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static sqlite3 *db;

static int open_db(void **state)
{
    (void)state;
    return sqlite3_open(":memory:", &db) == SQLITE_OK ? 0 : -1;
}

static int close_db(void **state)
{
    (void)state;
    return sqlite3_close(db) == SQLITE_OK ? 0 : -1;
}

static void check_written(const char *text, const char *expected)
{
    struct parsing parsing;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    ast_sql_write(&buf, &parsing.sql, parsing_tree(&parsing, text));
    if (strcmp(buf.data, expected) != 0)
        fail_msg("%s\n  is      %s\n  must be %s", text, buf.data, expected);
    tn__buf_fini(&buf);
    parsing_end(&parsing);
}

static void precedence_is_that_of_the_language(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"SELECT 1 + 2 * 3", "SELECT (1 + (2 * 3))"},
        {"SELECT 1 - 2 - 3", "SELECT ((1 - 2) - 3)"},
        {"SELECT (1 - (2 - 3))", "SELECT (1 - (2 - 3))"},
        {"SELECT 1 || 2 * 3 || 4", "SELECT ((1 || 2) * (3 || 4))"},
        {"SELECT a -> b ->> c || d", "SELECT (((a -> b) ->> c) || d)"},
        {"SELECT - a || b", "SELECT ((- a) || b)"},
        {"SELECT - a COLLATE x", "SELECT ((- a) COLLATE x)"},
        {"SELECT - - ~ + a", "SELECT (- (- (~ (+ a))))"},
        {"SELECT a << 1 + 2 & 3 | 4 >> 5", "SELECT ((((a << (1 + 2)) & 3) | 4) >> 5)"},
        {"SELECT a < b = c > d", "SELECT ((a < b) = (c > d))"},
        {"SELECT a = b <> c IS d", "SELECT (((a = b) <> c) IS d)"},
        {"SELECT NOT a = b AND NOT c", "SELECT ((NOT (a = b)) AND (NOT c))"},
        {"SELECT a OR b AND c OR d", "SELECT ((a OR (b AND c)) OR d)"},
        {"SELECT a BETWEEN b AND c AND d", "SELECT ((a BETWEEN b AND c) AND d)"},
        {"SELECT a NOT BETWEEN b + 1 AND c OR d", "SELECT ((a NOT BETWEEN (b + 1) AND c) OR d)"},
        {"SELECT a LIKE b || c ESCAPE d = e", "SELECT ((a LIKE (b || c) ESCAPE d) = e)"},
        {"SELECT a NOT GLOB b, a REGEXP b, a MATCH b",
         "SELECT (a NOT GLOB b), (a REGEXP b), (a MATCH b)"},
        {"SELECT a IN (1, 2) = b", "SELECT ((a IN (1, 2)) = b)"},
        {"SELECT NOT a IN (SELECT 1)", "SELECT (NOT (a IN (SELECT 1)))"},
        {"SELECT a NOT IN x.y, a IN f(1), a IN ()",
         "SELECT (a NOT IN x.y), (a IN f(1)), (a IN ())"},
        {"SELECT a IS NOT b IS c", "SELECT ((a IS NOT b) IS c)"},
        {"SELECT a IS NOT DISTINCT FROM b, a IS DISTINCT FROM b", "SELECT (a IS b), (a IS NOT b)"},
        {"SELECT a IS NULL, a ISNULL, a NOTNULL, a NOT NULL, a IS NOT NULL",
         "SELECT (a IS NULL), (a IS NULL), (a NOT NULL), (a NOT NULL), (a IS NOT NULL)"},
        {"SELECT a = b ISNULL", "SELECT ((a = b) IS NULL)"},
        {"SELECT a COLLATE b || c COLLATE d", "SELECT ((a COLLATE b) || (c COLLATE d))"},
        {"SELECT CASE a WHEN 1 THEN 2 ELSE 3 END, CASE WHEN a THEN b END",
         "SELECT (CASE a WHEN 1 THEN 2 ELSE 3 END), (CASE WHEN a THEN b END)"},
        {"SELECT CAST(a AS VARCHAR ( 10 , 2 )), CAST(a AS)",
         "SELECT CAST(a AS VARCHAR ( 10 , 2 )), CAST(a AS )"},
        {"SELECT (1, 2) = (SELECT 3, 4)", "SELECT ((1, 2) = (SELECT 3, 4))"},
        {"SELECT EXISTS (SELECT 1) = RAISE(IGNORE)", "SELECT (EXISTS (SELECT 1) = RAISE(IGNORE))"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check_written(cases[i][0], cases[i][1]);
}

static void clauses_are_where_they_belong(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"SELECT DISTINCT a x, b AS y, t.*, * FROM t",
         "SELECT DISTINCT a AS x, b AS y, t.*, * FROM t"},
        {"SELECT count(*), sum(DISTINCT a ORDER BY b DESC), f()",
         "SELECT count(*), sum(DISTINCT a ORDER BY b DESC), f()"},
        {"SELECT sum(a) FILTER (WHERE b) OVER (w ORDER BY c ROWS 1 PRECEDING) FROM t WINDOW w AS "
         "(PARTITION BY d), x AS (w)",
         "SELECT sum( a) FILTER (WHERE b) OVER (w ORDER BY c ROWS BETWEEN 1 PRECEDING AND CURRENT "
         "ROW) FROM t WINDOW w AS ( PARTITION BY d), x AS (w)"},
        {"SELECT 1 FROM a, b JOIN c ON x CROSS JOIN d NATURAL JOIN e LEFT OUTER JOIN f USING (y, z)",
         "SELECT 1 FROM a, b JOIN c ON x CROSS JOIN d NATURAL JOIN e LEFT JOIN f USING (y, z)"},
        {"SELECT 1 FROM a NATURAL FULL OUTER JOIN b RIGHT JOIN c OUTER LEFT JOIN d",
         "SELECT 1 FROM a NATURAL FULL JOIN b RIGHT JOIN c LEFT JOIN d"},
        {"SELECT 1 FROM (a x JOIN (b) ON 1) y, main.f(1, 2) z, (SELECT 2) AS q",
         "SELECT 1 FROM (a AS x JOIN (b) ON 1) AS y, main.f(1, 2) AS z, (SELECT 2) AS q"},
        {"SELECT 1 FROM a INDEXED BY i, b x NOT INDEXED ON 1",
         "SELECT 1 FROM a INDEXED BY i, b AS x NOT INDEXED ON 1"},
        {"SELECT 1 UNION ALL SELECT 2 EXCEPT VALUES (3), (4) INTERSECT SELECT 5 ORDER BY 1 LIMIT 6, 7",
         "SELECT 1 UNION ALL SELECT 2 EXCEPT VALUES (3), (4) INTERSECT SELECT 5 ORDER BY 1 LIMIT 7 "
         "OFFSET 6"},
        {"WITH RECURSIVE a(x, y) AS NOT MATERIALIZED (VALUES (1, 2)), b AS (SELECT 3) SELECT 4",
         "WITH RECURSIVE a(x, y) AS NOT MATERIALIZED (VALUES (1, 2)), b AS (SELECT 3) SELECT 4"},
        {"SELECT a FROM t WHERE b GROUP BY c, d HAVING e ORDER BY f NULLS LAST, g ASC NULLS FIRST",
         "SELECT a FROM t WHERE b GROUP BY c, d HAVING e ORDER BY f NULLS LAST, g NULLS FIRST"},
        {"REPLACE INTO s.t AS x (a, b) SELECT 1, 2",
         "INSERT OR REPLACE INTO s.t AS x(a, b) SELECT 1, 2"},
        {"INSERT INTO t DEFAULT VALUES RETURNING *", "INSERT INTO t DEFAULT VALUES RETURNING *"},
        {"INSERT INTO t VALUES (1) ON CONFLICT (a, b) WHERE c DO UPDATE SET (d, e) = (1, 2), f = 3 "
         "WHERE g ON CONFLICT DO NOTHING RETURNING h",
         "INSERT INTO t VALUES (1) ON CONFLICT (a, b) WHERE c DO UPDATE SET (d, e) = (1, 2), f = 3 "
         "WHERE g ON CONFLICT DO NOTHING RETURNING h"},
        {"WITH x AS (SELECT 1) UPDATE OR IGNORE t SET a = b FROM u, v WHERE c RETURNING d",
         "WITH x AS (SELECT 1) UPDATE OR IGNORE t SET a = b FROM u, v WHERE c RETURNING d"},
        {"DELETE FROM t WHERE a RETURNING b ORDER BY c LIMIT 1 OFFSET 2",
         "DELETE FROM t WHERE a RETURNING b ORDER BY c LIMIT 1 OFFSET 2"},
        {"CREATE TEMP TABLE t(a  LONG  INT (1,2) CONSTRAINT n PRIMARY KEY DESC ON CONFLICT FAIL, "
         "b DEFAULT -1 NOT NULL CHECK (b > 1) REFERENCES u(x) ON DELETE CASCADE, c AS (a) STORED, "
         "CONSTRAINT m UNIQUE (a, b DESC), FOREIGN KEY (b) REFERENCES u) STRICT, WITHOUT ROWID",
         "CREATE TEMP TABLE IF NOT EXISTS t(a LONG INT (1,2) CONSTRAINT n PRIMARY KEY DESC ON "
         "CONFLICT FAIL, b DEFAULT (- 1) NOT NULL CHECK(b > 1) REFERENCES u(x), c AS (a) STORED, "
         "CONSTRAINT m UNIQUE(a, b DESC), FOREIGN KEY(b) REFERENCES u) STRICT, WITHOUT ROWID"},
        {"CREATE UNIQUE INDEX s.i ON t(a COLLATE x DESC, b + 1) WHERE c",
         "CREATE UNIQUE INDEX IF NOT EXISTS s.i ON t((a COLLATE x) DESC, (b + 1)) WHERE c"},
        {"CREATE VIEW v(a, b) AS SELECT 1, 2", "CREATE VIEW IF NOT EXISTS v(a, b) AS SELECT 1, 2"},
        {"CREATE TRIGGER r UPDATE OF a, b ON t WHEN c BEGIN DELETE FROM u WHERE d; SELECT 1; END",
         "CREATE TRIGGER IF NOT EXISTS r BEFORE UPDATE OF a, b ON t WHEN c BEGIN DELETE FROM u WHERE "
         "d; SELECT 1; END"},
        {"EXPLAIN QUERY PLAN SELECT 1", "EXPLAIN SELECT 1"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check_written(cases[i][0], cases[i][1]);
}

/* A constant expression of random words, always the same ones. */
static uint32_t dice(uint32_t *seed, uint32_t sides)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % sides;
}

static void grow_expr(struct tn__buf *buf, uint32_t *seed, int depth)
{
    static const char *const leaves[] = {"1",    "2",   "0",   "-3",   "NULL",
                                         "'ab'", "'3'", "2.5", "x'41'"};
    static const char *const binaries[] = {"+",
                                           "-",
                                           "*",
                                           "/",
                                           "%",
                                           "||",
                                           "<<",
                                           ">>",
                                           "&",
                                           "|",
                                           "<",
                                           "<=",
                                           ">",
                                           ">=",
                                           "=",
                                           "==",
                                           "<>",
                                           "!=",
                                           "AND",
                                           "OR",
                                           "IS",
                                           "IS NOT",
                                           "LIKE",
                                           "NOT LIKE",
                                           "GLOB",
                                           "IS DISTINCT FROM",
                                           "IS NOT DISTINCT FROM"};
    static const char *const prefixes[] = {"- ", "+ ", "~ ", "NOT "};
    static const char *const suffixes[] = {" ISNULL",         " NOTNULL",   " NOT NULL",
                                           " COLLATE nocase", " IN (1, 2)", " NOT IN (2, 'ab')"};
    uint32_t kind = depth <= 0 ? 0 : dice(seed, 12);
    if (kind == 0) {
        tn__buf_puts(buf, leaves[dice(seed, COUNT(leaves))]);
    } else if (kind <= 6) {
        grow_expr(buf, seed, depth - 1);
        tn__buf_printf(buf, " %s ", binaries[dice(seed, COUNT(binaries))]);
        grow_expr(buf, seed, depth - 1);
    } else if (kind == 7) {
        tn__buf_puts(buf, prefixes[dice(seed, COUNT(prefixes))]);
        grow_expr(buf, seed, depth - 1);
    } else if (kind <= 9) {
        grow_expr(buf, seed, depth - 1);
        tn__buf_puts(buf, suffixes[dice(seed, COUNT(suffixes))]);
    } else if (kind == 10) {
        grow_expr(buf, seed, depth - 1);
        tn__buf_puts(buf, dice(seed, 2) ? " BETWEEN " : " NOT BETWEEN ");
        grow_expr(buf, seed, depth - 2);
        tn__buf_puts(buf, " AND ");
        grow_expr(buf, seed, depth - 2);
    } else {
        tn__buf_puts(buf, "(");
        grow_expr(buf, seed, depth - 1);
        tn__buf_puts(buf, ")");
    }
}

/* Its value as the engine writes it; NULL if it is refused. To be freed with sqlite3_free(). */
static char *value_of(const char *text)
{
    sqlite3_stmt *stmt = NULL;
    char *value = NULL;
    if (sqlite3_prepare_v2(db, text, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        value = sqlite3_mprintf(
            "%d %s", sqlite3_column_type(stmt, 0),
            sqlite3_column_text(stmt, 0) ? (const char *)sqlite3_column_text(stmt, 0) : "");
    sqlite3_finalize(stmt);
    return value;
}

static void written_expressions_have_the_same_value(void **state)
{
    (void)state;
    enum {
        ROUNDS = 6000,
        ENOUGH = 3000
    };
    uint32_t seed = 7;
    size_t compared = 0;
    struct tn__buf text;
    struct tn__buf written;
    tn__buf_init(&text, 0);
    tn__buf_init(&written, 0);
    for (int i = 0; i < ROUNDS; i++) {
        struct parsing parsing;
        tn__buf_reset(&text);
        tn__buf_reset(&written);
        tn__buf_puts(&text, "SELECT ");
        grow_expr(&text, &seed, 5);
        char *value = value_of(text.data);
        if (value) {
            ast_sql_write(&written, &parsing.sql, parsing_tree(&parsing, text.data));
            char *again = value_of(written.data);
            if (!again || strcmp(value, again) != 0)
                fail_msg("%s\n  is %s, but\n%s\n  is %s", text.data, value, written.data,
                         again ? again : "refused");
            sqlite3_free(again);
            sqlite3_free(value);
            parsing_end(&parsing);
            compared++;
        }
    }
    assert_true(compared >= ENOUGH);
    tn__buf_fini(&text);
    tn__buf_fini(&written);
}

static void check_span(const struct parsing *parsing, struct tn__sql_span span,
                       const char *expected)
{
    check_text(tn__sql_bytes(&parsing->sql, span), expected, __FILE__, __LINE__);
}

static void spans_of_a_query(void **state)
{
    (void)state;
    struct parsing p;
    const struct tn__ast_stmt *stmt = parsing_tree(
        &p, "WITH x(a) AS (SELECT 1) SELECT (b + c) AS d, t.*, count(*) FILTER (WHERE e) "
            "OVER w f FROM s.t AS u JOIN (v, w) ON g = 1, f(2) WHERE h IN (1) /* i */ "
            "WINDOW w AS (ORDER BY k) ORDER BY j DESC NULLS LAST LIMIT 1;");
    const struct tn__ast_select *select = stmt->select;
    const struct tn__ast_arm *arm = select->first;
    const struct tn__ast_item *item = arm->items.first;
    const struct tn__ast_source *source = arm->from.first;
    check_span(&p, select->with.first->span, "x(a) AS (SELECT 1)");
    check_span(&p, select->with.first->select->span, "SELECT 1");
    check_span(&p, item->span, "(b + c) AS d");
    check_span(&p, item->alias.span, "d");
    check_span(&p, item->expr->span, "(b + c)");
    assert_true(item->expr->is_bracketed);
    check_span(&p, item->expr->left->span, "b");
    check_span(&p, item->next->span, "t.*");
    check_span(&p, item->next->table.span, "t");
    item = item->next->next;
    check_span(&p, item->span, "count(*) FILTER (WHERE e) OVER w f");
    check_span(&p, item->expr->span, "count(*) FILTER (WHERE e) OVER w");
    check_span(&p, item->expr->call->over->span, "OVER w");
    assert_true(item->expr->call->over->is_reference);
    check_span(&p, source->span, "s.t AS u");
    check_span(&p, source->next->span, "(v, w) ON g = 1");
    check_span(&p, source->next->on->span, "g = 1");
    check_span(&p, source->next->next->span, "f(2)");
    check_span(&p, arm->where->span, "h IN (1)");
    check_span(&p, arm->windows->span, "w AS (ORDER BY k)");
    check_span(&p, select->order_by.first->span, "j DESC NULLS LAST");
    assert_int_equal(stmt->span.begin, 0);
    assert_int_equal(stmt->span.end, p.sql.count - 1);
    assert_int_equal(select->span.begin, 0);
    assert_int_equal(select->span.end, p.sql.count - 1);
    parsing_end(&p);
}

static void spans_of_other_statements(void **state)
{
    (void)state;
    struct parsing p;
    const struct tn__ast_stmt *stmt = parsing_tree(
        &p,
        "INSERT INTO s.t AS x (a) VALUES (1), (2) ON CONFLICT (a) DO UPDATE SET (b, c) = (1, 2), "
        "d = 3 WHERE e ON CONFLICT DO NOTHING RETURNING f g");
    check_span(&p, stmt->target.span, "s.t AS x");
    check_span(&p, stmt->select->span, "VALUES (1), (2)");
    check_span(&p, stmt->upserts->span,
               "ON CONFLICT (a) DO UPDATE SET (b, c) = (1, 2), d = 3 WHERE e");
    check_span(&p, stmt->upserts->sets.first->span, "(b, c) = (1, 2)");
    check_span(&p, stmt->upserts->sets.last->span, "d = 3");
    check_span(&p, stmt->upserts->next->span, "ON CONFLICT DO NOTHING");
    check_span(&p, stmt->returning.first->span, "f g");
    parsing_end(&p);

    stmt = parsing_tree(&p, "CREATE TABLE t(a VARCHAR(3) CONSTRAINT n NOT NULL, b, CHECK (a > b))");
    check_span(&p, stmt->column_defs->span, "a VARCHAR(3) CONSTRAINT n NOT NULL");
    check_span(&p, stmt->column_defs->constraints.first->span, "CONSTRAINT n NOT NULL");
    check_span(&p, stmt->column_defs->next->span, "b");
    check_span(&p, stmt->constraints.first->span, "CHECK (a > b)");
    parsing_end(&p);

    stmt =
        parsing_tree(&p, "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; DELETE FROM u; END;");
    check_span(&p, stmt->body->span, "SELECT 1");
    check_span(&p, stmt->body->next->span, "DELETE FROM u");
    parsing_end(&p);
}

static void names_are_without_quotes_and_say_so(void **state)
{
    (void)state;
    struct parsing p;
    const struct tn__ast_item *item =
        parsing_tree(&p, "SELECT a, \"b\"\"c\", [d], `e`, 'f''g', main.'t'.h, key AS \"i\", left")
            ->select->first->items.first;
    static const struct {
        const char *text;
        bool is_quoted;
        bool is_dqs;
    } names[] = {{"a", false, false},   {"b\"c", true, true},  {"d", true, false},
                 {"e", true, false},    {"f'g", true, false},  {"h", false, false},
                 {"key", false, false}, {"left", false, false}};
    for (size_t i = 0; i < COUNT(names); i++, item = item->next) {
        assert_text(item->expr->name.text, names[i].text);
        assert_int_equal(item->expr->name.is_quoted, names[i].is_quoted);
        assert_int_equal(item->expr->name.is_dqs, names[i].is_dqs);
        assert_int_equal(item->expr->kind, i == 4 ? TN__AST_STRING : TN__AST_COLUMN);
        if (i == 5) {
            assert_text(item->expr->table.text, "t");
            assert_text(item->expr->schema.text, "main");
        }
        if (i == 6)
            assert_text(item->alias.text, "i");
        else
            assert_null(item->alias.text.data);
    }
    parsing_end(&p);
}

static void heights_count_expressions_subqueries_and_joins(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t height;
    } cases[] = {
        {"SELECT 1", 1},
        {"SELECT (((1)))", 1},
        {"SELECT 1 + 2 + 3", 3},
        {"SELECT f(1, 2, 3 + 4)", 3},
        {"SELECT (SELECT 1)", 3},
        {"SELECT (SELECT a FROM (SELECT b FROM (c JOIN d ON e = 1)))", 6},
        {"SELECT sum(1) OVER (ORDER BY 2 + 3)", 3},
        {"SELECT 1 IN (VALUES (1), (2 + 3))", 4},
        {"SELECT CASE WHEN 1 THEN 2 ELSE NOT 3 END", 3},
        {"SELECT (WITH x AS (SELECT 1 + 2) SELECT 3)", 5},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct parsing p;
        const struct tn__ast_expr *expr = parsing_expr(&p, cases[i].text);
        if (expr->height != cases[i].height)
            fail_msg("%s: %u", cases[i].text, (unsigned)expr->height);
        assert_int_equal(p.stmt->select->height, expr->height + 1);
        parsing_end(&p);
    }
}

static void details_of_a_definition(void **state)
{
    (void)state;
    struct parsing p;
    const struct tn__ast_stmt *stmt = parsing_tree(
        &p,
        "CREATE TABLE t(a INTEGER CONSTRAINT x CONSTRAINT y PRIMARY KEY AUTOINCREMENT, b DEFAULT "
        "word DEFAULT true, c AS (a) VIRTUAL, CONSTRAINT z, UNIQUE (a), CONSTRAINT q CHECK (b))");
    const struct tn__ast_column_def *column = stmt->column_defs;
    assert_text(column->type, "INTEGER");
    assert_text(column->constraints.first->name.text, "y");
    assert_true(column->constraints.first->is_autoincrement);
    column = column->next;
    assert_null(column->type.data);
    assert_int_equal(column->constraints.first->expr->kind, TN__AST_STRING);
    assert_int_equal(column->constraints.last->expr->kind, TN__AST_COLUMN);
    column = column->next;
    assert_int_equal(column->constraints.first->kind, TN__CONSTRAINT_GENERATED);
    assert_false(column->constraints.first->is_stored);
    assert_null(stmt->constraints.first->name.text.data);
    assert_text(stmt->constraints.last->name.text, "q");
    parsing_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(precedence_is_that_of_the_language),
        cmocka_unit_test(clauses_are_where_they_belong),
        cmocka_unit_test(written_expressions_have_the_same_value),
        cmocka_unit_test(spans_of_a_query),
        cmocka_unit_test(spans_of_other_statements),
        cmocka_unit_test(names_are_without_quotes_and_say_so),
        cmocka_unit_test(heights_count_expressions_subqueries_and_joins),
        cmocka_unit_test(details_of_a_definition),
    };
    return cmocka_run_group_tests(tests, open_db, close_db);
}
