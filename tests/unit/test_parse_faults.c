/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "fault_alloc.h"
#include "parsing.h"

/* What is said of what does not parse, and that size, depth and want of memory do no harm. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* "span: message [expected]|…" of all faults, against `expected`. */
static void check_faults(const char *text, const char *expected)
{
    struct parsing p;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    parsing_begin(&p, text);
    for (const struct tn__parse_fault *fault = p.faults; fault; fault = fault->next) {
        tn__buf_puts(&buf, fault == p.faults ? "" : "|");
        tn__buf_text(&buf, tn__sql_bytes(&p.sql, fault->span));
        tn__buf_printf(&buf, ": %s", fault->message);
        if (fault->expected)
            tn__buf_printf(&buf, " [%s]", fault->expected);
    }
    if (p.rc != TN_ESYNTAX || strcmp(buf.data, expected) != 0)
        fail_msg("%s: status %d\n  is      %s\n  must be %s", text, p.rc, buf.data, expected);
    tn__buf_fini(&buf);
    parsing_end(&p);
}

static void a_fault_names_the_token_and_what_was_due(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"SELEC 1", "SELEC: near \"SELEC\": syntax error"},
        {"SELECT", ": incomplete input [an expression, '*', ALL or DISTINCT]"},
        {"SELECT 1 FROM;", ";: near \";\": syntax error [a name or '(']"},
        {"SELECT a FROM t ORDER a", "a: near \"a\": syntax error [BY]"},
        {"SELECT a FROM t WHERE a = ", ": incomplete input [an expression]"},
        {"SELECT f(a b) FROM t", "b: near \"b\": syntax error [',', ')' or ORDER]"},
        {"SELECT (a b) FROM t", "b: near \"b\": syntax error [',' or ')']"},
        {"SELECT CASE a WHEN 1 2 END", "2: near \"2\": syntax error [THEN]"},
        {"SELECT CAST(a) FROM t", "): near \")\": syntax error [AS]"},
        {"SELECT a FROM t FORM u", "u: near \"u\": syntax error"},
        {"INSERT t VALUES (1)", "t: near \"t\": syntax error [INTO or OR]"},
        {"INSERT INTO t SET a = 1", "SET: near \"SET\": syntax error"},
        {"UPDATE t a = 1", "a: near \"a\": syntax error"},
        {"UPDATE t SET a 1", "1: near \"1\": syntax error ['=']"},
        {"DELETE t", "t: near \"t\": syntax error [FROM]"},
        {"CREATE TABLE t a", "a: near \"a\": syntax error ['(', '.' or AS]"},
        {"CREATE TABLE t(a PRIMARY)", "): near \")\": syntax error [KEY]"},
        {"SELECT 'a", "'a: unrecognized token: \"'a\""},
        {"SELECT a ! b", "!: unrecognized token: \"!\""},
        {"SELECT #1", "#1: near \"#1\": syntax error [an expression, '*', ALL or DISTINCT]"},
        {"SELECT 1; SELECT 2", ";: near \";\": syntax error"},
        {"SELECT 1 ORDER BY 1 UNION SELECT 2",
         "UNION: ORDER BY clause should come after UNION not before"},
        {"SELECT 1 FROM a LEFT INNER JOIN b", "LEFT INNER: unknown join type: LEFT INNER"},
        {"CREATE TABLE t(a) WITHOUT x", "x: unknown table option: x"},
        {"WITH a(b DESC) AS (SELECT 1) SELECT 2", "b: syntax error after column name \"b\""},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check_faults(cases[i][0], cases[i][1]);
}

static void several_faults_are_found_without_a_shower(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"SELECT a, , b FROM WHERE c = = 1 GROUP d",
         ",: near \",\": syntax error [an expression or '*']|"
         "WHERE: near \"WHERE\": syntax error [a name or '(']|"
         "=: near \"=\": syntax error [an expression]|"
         "d: near \"d\": syntax error [BY]"},
        {"SELECT (1 + FROM t WHERE (a = 1", "FROM: near \"FROM\": syntax error [an expression]|"
                                            ": incomplete input [',' or ')']"},
        {"SELECT a b c d e f FROM t", "c: near \"c\": syntax error"},
        {"UPDATE t SET a = 1, b = , c = 3 WHER d",
         ",: near \",\": syntax error [an expression]|WHER: near \"WHER\": syntax error"},
        {"INSERT INTO t (a, b VALUES (1, 2)", "VALUES: near \"VALUES\": syntax error [',' or ')']"},
        {"INSERT INTO t (a,) VALUES (1, ) RETURNING",
         "): near \")\": syntax error [a name]|): near \")\": syntax error [an expression]|"
         ": incomplete input [an expression or '*']"},
        {"CREATE TABLE t(a INT PRIMARY, b TEXT NOT, c CHECK c > 1, d)",
         ",: near \",\": syntax error [KEY]|,: near \",\": syntax error [DEFERRABLE or NULL]|"
         "c: near \"c\": syntax error ['(']|,: near \",\": syntax error [')']"},
        {"SELECT 1 FROM t WHERE a ) AND b = = 2",
         "): near \")\": syntax error|=: near \"=\": syntax error [an expression]"},
        {"CREATE TRIGGER r AFTER INSERT t BEGIN SELECT FROM u; DELETE v; END",
         "t: near \"t\": syntax error [ON]|"
         "FROM: near \"FROM\": syntax error [an expression, '*', ALL or DISTINCT]|"
         "v: near \"v\": syntax error [FROM]"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check_faults(cases[i][0], cases[i][1]);
}

static void at_most_ten_faults_are_listed_in_the_order_of_the_text(void **state)
{
    (void)state;
    struct parsing p;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "SELECT 1");
    for (int i = 0; i < 50; i++)
        tn__buf_puts(&buf, ", a = = b");
    parsing_begin(&p, buf.data);
    assert_int_equal(p.rc, TN_ESYNTAX);
    size_t count = 0;
    size_t at = 0;
    for (const struct tn__parse_fault *fault = p.faults; fault; fault = fault->next, count++) {
        assert_true(fault->span.begin > at && fault->span.end == fault->span.begin + 1);
        at = fault->span.begin;
    }
    assert_int_equal(count, 10);
    tn__buf_fini(&buf);
    parsing_end(&p);
}

static void a_long_token_is_cut_in_the_message(void **state)
{
    (void)state;
    struct parsing p;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "SELECT 1 '");
    tn__buf_fill(&buf, 'x', 100000);
    tn__buf_puts(&buf, "' 2");
    parsing_begin(&p, buf.data);
    assert_int_equal(p.rc, TN_ESYNTAX);
    tn__buf_reset(&buf);
    tn__buf_puts(&buf, "SELECT 1 + + , '");
    tn__buf_fill(&buf, 'x', 100000);
    parsing_end(&p);
    parsing_begin(&p, buf.data);
    assert_int_equal(p.rc, TN_ESYNTAX);
    for (const struct tn__parse_fault *fault = p.faults; fault; fault = fault->next)
        assert_true(strlen(fault->message) < 300);
    tn__buf_fini(&buf);
    parsing_end(&p);
}

static void repeat(struct tn__buf *buf, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tn__buf_puts(buf, text);
}

/* `before` and `behind` that many times around `middle`. */
static int nest(const char *before, const char *middle, const char *behind, size_t count)
{
    struct parsing p;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "SELECT ");
    repeat(&buf, before, count);
    tn__buf_puts(&buf, middle);
    repeat(&buf, behind, count);
    parsing_begin(&p, buf.data);
    int rc = p.rc;
    if (rc == TN_ERANGE) {
        assert_non_null(p.faults);
        assert_null(p.faults->next);
        assert_string_equal(p.faults->message, "expression tree is too large (maximum depth 1000)");
    }
    tn__buf_fini(&buf);
    parsing_end(&p);
    return rc;
}

static void depth_is_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        const char *middle;
        const char *behind;
        size_t per_level;
    } cases[] = {
        {"- ", "1", "", 1},
        {"NOT ", "1", "", 1},
        {"", "1", " + 1", 1},
        {"f(", "1", ")", 1},
        {"f(DISTINCT 1, 2, ", "1", ")", 1},
        {"1 IN (2, ", "1", ")", 1},
        {"CASE WHEN 1 THEN 2 ELSE ", "1", " END", 1},
        {"a BETWEEN b AND ", "1", "", 1},
        {"sum(1) FILTER (WHERE ", "1", ") OVER ()", 1},
        {"sum(1) OVER (w PARTITION BY 1, ", "1", ")", 1},
        {"(SELECT 1 FROM t WHERE a GROUP BY b HAVING ", "1", ")", 2},
        {"(WITH x AS (SELECT ", "1", ") SELECT 1 FROM x)", 3},
        {"1 FROM (SELECT ", "1", ")", 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t most = (TN__PARSE_DEPTH_MAX - 10) / cases[i].per_level;
        if (nest(cases[i].before, cases[i].middle, cases[i].behind, most) != TN_OK)
            fail_msg("%s: refused at %zu", cases[i].before, most);
        if (nest(cases[i].before, cases[i].middle, cases[i].behind, most + 20) != TN_ERANGE)
            fail_msg("%s: not refused", cases[i].before);
        if (nest(cases[i].before, cases[i].middle, cases[i].behind, 200000) != TN_ERANGE)
            fail_msg("%s: not refused in a long text", cases[i].before);
    }
    assert_int_equal(nest("(", "1", ")", 5000), TN_OK);
    assert_int_equal(nest("(", "1", ")", 1000000), TN_ERANGE);
    assert_int_equal(nest("1 FROM (", "a JOIN b", ")", 1), TN_OK);
    assert_int_equal(nest("(", "", "", 1000000), TN_ERANGE);
}

static void long_lists_are_no_nesting(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        const char *item;
        size_t count;
    } cases[] = {
        {"VALUES (1, 'a', 2.5)", ", (1, 'a', 2.5)", 32000},
        {"SELECT a", ", b AS c", 100000},
        {"SELECT 1 FROM a", " LEFT JOIN t USING (b)", 500},
        {"SELECT 1 FROM a", ", b", 20000},
        {"SELECT 1", " UNION ALL SELECT 2", 20000},
        {"SELECT 1 WHERE a IN (1", ", 2", 300000},
        {"SELECT f(1", ", 2", 100000},
        {"WITH a AS (SELECT 1)", ", b AS (SELECT 2)", 10000},
        {"UPDATE t SET a = 1", ", b = 2", 10000},
        {"INSERT INTO t VALUES (1)", " ON CONFLICT (a) DO NOTHING", 10000},
        {"SELECT CASE WHEN 1 THEN 2", " WHEN 3 THEN 4", 10000},
        {"CREATE TABLE t(a INT", ", b TEXT NOT NULL DEFAULT 'c'", 10000},
        {"CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1;", " SELECT 2;", 10000},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct parsing p;
        struct tn__buf buf;
        tn__buf_init(&buf, 0);
        tn__buf_puts(&buf, cases[i].before);
        repeat(&buf, cases[i].item, cases[i].count);
        const char *first = cases[i].before;
        bool is_open = strchr(first, '(') && !strchr(first, ')');
        tn__buf_puts(&buf, is_open ? ")" : "");
        tn__buf_puts(&buf, strstr(first, "CASE") ? " END" : "");
        tn__buf_puts(&buf, strstr(first, "TRIGGER") ? " END" : "");
        tn__buf_puts(&buf, strstr(first, "WITH") == first ? " SELECT 1" : "");
        parsing_begin(&p, buf.data);
        if (p.rc != TN_OK)
            fail_msg("%s: %d %s", first, p.rc, p.faults ? p.faults->message : "");
        tn__buf_fini(&buf);
        parsing_end(&p);
    }
}

static void ten_megabytes_are_read(void **state)
{
    (void)state;
    struct parsing p;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "SELECT '");
    tn__buf_fill(&buf, 'x', (size_t)4 << 20);
    tn__buf_puts(&buf, "', x'");
    tn__buf_fill(&buf, '0', (size_t)4 << 20);
    tn__buf_puts(&buf, "' /*");
    tn__buf_fill(&buf, ' ', (size_t)2 << 20);
    tn__buf_puts(&buf, "*/");
    const struct tn__ast_expr *expr = parsing_expr(&p, buf.data);
    assert_int_equal(expr->name.text.size, (size_t)4 << 20);
    tn__buf_fini(&buf);
    parsing_end(&p);
}

static int parse_once(void *user)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__sql sql;
    const struct tn__ast_stmt *stmt = NULL;
    const struct tn__parse_fault *faults = NULL;
    int rc = tn__sql_scan(&sql, tn_text_of(user), &arena);
    if (rc == TN_OK)
        rc = tn__sql_parse(&stmt, &faults, &sql, &arena);
    if (rc == TN_ESYNTAX)
        rc = faults ? TN_OK : TN_EINVAL;
    tn_arena_fini(&arena);
    return rc;
}

static void want_of_memory_is_told(void **state)
{
    (void)state;
    static const char *const texts[] = {
        ("WITH a(b, c) AS (VALUES (1, 2), (3, 4) UNION SELECT 5, 6) SELECT DISTINCT a.*, -b + c * 2 AS "
         "d, f(x, 'y' ORDER BY z) FILTER (WHERE w) OVER (v PARTITION BY p ORDER BY q ROWS 1 "
         "PRECEDING) FROM a JOIN (b JOIN c) ON e LEFT JOIN g(1) USING (h, i), (SELECT 1) WHERE j IN "
         "(1, 2) AND k IN l AND EXISTS (SELECT 1) AND CAST(m AS TEXT (1)) LIKE 'n' ESCAPE 'o' WINDOW "
         "v AS () ORDER BY 1 DESC LIMIT 2"),
        ("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) WHERE b DO UPDATE SET (c, d) = (1, 2), e = 3 "
         "RETURNING *"),
        ("CREATE TABLE t(a VARCHAR (10) CONSTRAINT n DEFAULT -1 CHECK (a) REFERENCES u(b), c AS (d), "
         "UNIQUE (a), FOREIGN KEY (a) REFERENCES v(w)) STRICT"),
        "CREATE TRIGGER r UPDATE OF a ON t WHEN b BEGIN DELETE FROM c; SELECT RAISE(ABORT, 'd'); END",
        "SELECT a, , b FROM WHERE c = = 1 GROUP d LEFT INNER JOIN",
        "SELECT 1 FROM a LEFT INNER JOIN b UNION SELECT 1 ORDER BY 1 EXCEPT SELECT ((((2))))",
        "PRAGMA x",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        char *text = sqlite3_mprintf("%s", texts[i]);
        fault_alloc_each(parse_once, text);
        sqlite3_free(text);
    }
}

/* Arenas take large blocks: the single pieces fail by a limit. */
static void every_piece_of_an_arena_may_fail(void **state)
{
    (void)state;
    static const char *const text =
        "WITH a(b) AS (SELECT 1) SELECT a.*, -b + 'c' AS d, f(x ORDER BY y) OVER (PARTITION BY z) FROM "
        "a JOIN (SELECT 2) USING (h) WHERE j IN (1, 2) AND CASE WHEN 1 THEN CAST(2 AS INT) END AND k = "
        "= l LEFT INNER JOIN m GROUP n";
    for (size_t limit = 1; limit < (size_t)1 << 20; limit += 8) {
        tn_arena arena = TN_ARENA_INIT;
        struct tn__sql sql;
        const struct tn__ast_stmt *stmt = NULL;
        arena.limit_bytes = limit;
        int rc = tn__sql_scan(&sql, tn_text_of(text), &arena);
        if (rc == TN_OK)
            rc = tn__sql_parse(&stmt, NULL, &sql, &arena);
        tn_arena_fini(&arena);
        if (rc == TN_ESYNTAX)
            return;
        assert_int_equal(rc, TN_ENOMEM);
    }
    fail();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_names_the_token_and_what_was_due),
        cmocka_unit_test(several_faults_are_found_without_a_shower),
        cmocka_unit_test(at_most_ten_faults_are_listed_in_the_order_of_the_text),
        cmocka_unit_test(a_long_token_is_cut_in_the_message),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(long_lists_are_no_nesting),
        cmocka_unit_test(ten_megabytes_are_read),
        cmocka_unit_test(want_of_memory_is_told),
        cmocka_unit_test(every_piece_of_an_arena_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
