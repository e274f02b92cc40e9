/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "agreeing.h"

/* Queries and changes, sound and not. */

static void literals_and_names(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "SELECT 1",
        "SELECT 1;",
        "SELECT 1.5, .5, 5., 1e3, 1.5E-3, 0x1F, 0Xff",
        "SELECT 1e",
        "SELECT 0x",
        "SELECT 12ab",
        "SELECT 'a', 'it''s', ''",
        "SELECT 'a",
        "SELECT \"a\" FROM t",
        "SELECT \"a",
        "SELECT [a], `b` FROM t",
        "SELECT [a",
        "SELECT x'00ff', X''",
        "SELECT x'0'",
        "SELECT x'0",
        "SELECT NULL, TRUE, FALSE",
        "SELECT CURRENT_DATE, CURRENT_TIME, current_timestamp",
        "SELECT ?, ?2, :a, @b, $c, $d::e(f)",
        "SELECT :",
        "SELECT #1",
        "SELECT a, t.a, main.t.a, \"t\".\"a\", 't'.'a' FROM t",
        "SELECT a.b.c.d FROM t",
        "SELECT key, \"select\", \"left\" FROM \"or\"",
        "SELECT left FROM \"or\"",
        "SELECT select FROM \"or\"",
        "SELECT a AS b, a c, a 'd', a AS 'e', a \"f\", a AS [g] FROM t",
        "SELECT a AS 1 FROM t",
        "SELECT a AS select FROM t",
        "SELECT a AS left, a AS natural FROM t",
        "SELECT a left FROM t",
        "SELECT a AS key, a AS rows, a AS desc, a AS window, a AS over, a AS filter FROM t",
        "SELECT a key, a window, a over, a filter FROM t",
        "SELECT a indexed FROM t",
        "SELECT a AS indexed FROM t",
        "SELECT *, t.*, 't'.* FROM t",
        "SELECT main.t.* FROM t",
        "SELECT * AS a FROM t",
        "SELECT -- c\n 1 /* d */ + /* e",
        "SELECT 1 ! 2",
        "SELECT ^ 2",
        "",
        ";",
        "-- nothing",
        "SELECT",
        "SELECT ,",
        "SELECT 1,",
        "SELECT 1 2",
        "SELECT (1",
        "SELECT 1)",
        "SELECT ()",
        "nothing",
        "1",
        "EXPLAIN SELECT 1",
        "EXPLAIN QUERY PLAN SELECT a FROM t",
        "EXPLAIN",
        "EXPLAIN QUERY SELECT 1",
        "EXPLAIN EXPLAIN SELECT 1",
    };
    check_all(texts, COUNT(texts));
}

static void expressions(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "SELECT 1 + 2 - 3 * 4 / 5 % 6",
        "SELECT 1 << 2 >> 3 & 4 | 5",
        "SELECT 1 < 2, 1 <= 2, 1 > 2, 1 >= 2, 1 = 2, 1 == 2, 1 <> 2, 1 != 2",
        "SELECT 1 = = 2",
        "SELECT 1 AND 2 OR NOT 3",
        "SELECT NOT NOT 1",
        "SELECT 1 NOT 2",
        "SELECT - - 1, + 1, ~ 1, -+~1",
        "SELECT 1 || 2 || 3",
        "SELECT '{}' -> 'a' ->> 'b'",
        "SELECT 1 IS 2, 1 IS NOT 2, 1 IS NULL, 1 IS NOT NULL, 1 ISNULL, 1 NOTNULL, 1 NOT NULL",
        "SELECT 1 IS DISTINCT FROM 2, 1 IS NOT DISTINCT FROM 2",
        "SELECT 1 IS DISTINCT 2",
        "SELECT 1 IS",
        "SELECT 1 NOT",
        "SELECT 'a' LIKE 'b', 'a' NOT LIKE 'b', 'a' LIKE 'b' ESCAPE '\\'",
        "SELECT 'a' GLOB 'b', 'a' NOT GLOB 'b' ESCAPE 'c'",
        "SELECT a REGEXP b, a MATCH b, a NOT MATCH b FROM t",
        "SELECT 'a' LIKE",
        "SELECT 'a' LIKE 'b' ESCAPE",
        "SELECT 1 BETWEEN 2 AND 3, 1 NOT BETWEEN 2 AND 3 AND 4",
        "SELECT 1 BETWEEN 2",
        "SELECT 1 BETWEEN 2 OR 3",
        "SELECT 1 IN (), 1 IN (1), 1 NOT IN (1, 2, 3)",
        "SELECT 1 IN (SELECT 1), 1 NOT IN (VALUES (1), (2))",
        "SELECT 1 IN t, 1 IN main.t, 1 NOT IN 't' FROM t",
        "SELECT 1 IN json_each('[]'), 1 IN main.json_each('[]')",
        "SELECT 1 IN generate(1, 2), 1 IN main.f()",
        "SELECT 1 IN",
        "SELECT 1 IN (1",
        "SELECT 1 IN 1",
        "SELECT EXISTS (SELECT 1), NOT EXISTS (SELECT 1)",
        "SELECT EXISTS 1",
        "SELECT (SELECT 1), ((SELECT 1)), (((1)))",
        "SELECT (1, 2) = (SELECT 1, 2), (1, 2) < (3, 4)",
        "SELECT (a, b) IN (SELECT a, b FROM t) FROM t",
        "SELECT (1, 2) IN ((1, 2), (3, 4))",
        "SELECT (1, )",
        "SELECT CASE 1 WHEN 1 THEN 2 ELSE 3 END, CASE WHEN 1 THEN 2 WHEN 3 THEN 4 END",
        "SELECT CASE 1 END",
        "SELECT CASE WHEN 1 END",
        "SELECT CASE WHEN 1 THEN 2",
        "SELECT CAST(1 AS TEXT), CAST(1 AS VARCHAR(10)), CAST(1 AS DECIMAL(10, 2))",
        "SELECT CAST(1 AS), CAST(1 AS UNSIGNED BIG INT), CAST(1 AS 'x y'), CAST(1 AS x(-1, +2))",
        "SELECT CAST(1 TEXT)",
        "SELECT CAST(1 AS TEXT(a))",
        "SELECT CAST(1 AS left)",
        "SELECT 'a' COLLATE nocase, a COLLATE \"binary\" COLLATE 'rtrim' FROM t",
        "SELECT a COLLATE 1 FROM t",
        "SELECT count(*), count(a), count(DISTINCT a), count(ALL a), max(a, b) FROM t",
        "SELECT count(DISTINCT) FROM t",
        "SELECT count(DISTINCT *) FROM t",
        "SELECT coalesce(), \"abs\"(1), [abs](1)",
        "SELECT 'abs'(1)",
        "SELECT replace('a', 'b', 'c'), glob('a', 'b'), like('a', 'b'), if(1, 2, 3)",
        "SELECT abs(1",
        "SELECT abs(1,)",
        "SELECT abs(1 2)",
        "SELECT RAISE(IGNORE)",
        "SELECT RAISE(ABORT, 'a'), RAISE(FAIL, 'a'), RAISE(ROLLBACK, 'a')",
        "SELECT RAISE(ABORT)",
        "SELECT RAISE(REPLACE, 'a')",
        "SELECT 1 COLLATE nocase IS NULL AND 2 BETWEEN 3 AND 4 OR 5 IN (6) NOT NULL",
        "SELECT 1 ->> 2 COLLATE nocase || -3 COLLATE rtrim",
    };
    check_all(texts, COUNT(texts));
}

static void windows(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "SELECT sum(a) OVER () FROM t",
        "SELECT sum(a) OVER (PARTITION BY b) FROM t",
        "SELECT sum(a) OVER (PARTITION BY b, c ORDER BY a DESC NULLS LAST, b) FROM t",
        "SELECT sum(a) OVER (PARTITION b) FROM t",
        "SELECT sum(a) OVER (ORDER a) FROM t",
        "SELECT sum(a) OVER w, count(*) OVER w FROM t WINDOW w AS (ORDER BY a)",
        "SELECT sum(a) OVER (w ORDER BY a) FROM t WINDOW w AS (PARTITION BY b), x AS (w)",
        "SELECT sum(a) OVER (w PARTITION BY a) FROM t WINDOW w AS ()",
        "SELECT sum(a) FILTER (WHERE a > 1) FROM t",
        "SELECT sum(a) FILTER (WHERE a > 1) OVER (ORDER BY a) FROM t",
        "SELECT sum(a) FILTER (a > 1) FROM t",
        "SELECT sum(a) FILTER FROM t",
        "SELECT sum(a) OVER FROM t",
        "SELECT sum(a) OVER, a FROM t",
        "SELECT sum(a) filter, b over FROM t",
        "SELECT (a) over (b) FROM t",
        "SELECT sum(a) OVER (ROWS UNBOUNDED PRECEDING) FROM t",
        "SELECT sum(a) OVER (ROWS CURRENT ROW) FROM t",
        "SELECT sum(a) OVER (ROWS 1 PRECEDING) FROM t",
        "SELECT sum(a) OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING) FROM t",
        "SELECT sum(a) OVER (ORDER BY a GROUPS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM t",
        "SELECT sum(a) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM t",
        "SELECT sum(a) OVER (ROWS 1 PRECEDING EXCLUDE NO OTHERS) FROM t",
        "SELECT sum(a) OVER (ROWS 1 PRECEDING EXCLUDE CURRENT ROW) FROM t",
        "SELECT sum(a) OVER (ROWS 1 PRECEDING EXCLUDE GROUP) FROM t",
        "SELECT sum(a) OVER (ROWS 1 PRECEDING EXCLUDE) FROM t",
        "SELECT sum(a) OVER (ROWS UNBOUNDED FOLLOWING) FROM t",
        "SELECT sum(a) OVER (ROWS BETWEEN 1 PRECEDING) FROM t",
        "SELECT sum(a) OVER (ROWS BETWEEN 1 PRECEDING AND UNBOUNDED PRECEDING) FROM t",
        "SELECT sum(a) OVER (ROWS) FROM t",
        "SELECT 1 FROM t window",
        "SELECT 1 FROM t AS window WHERE window.a",
        "SELECT 1 FROM t WINDOW w",
        "SELECT 1 FROM t WINDOW w AS",
        "SELECT 1 FROM t WINDOW w AS (",
        "SELECT 1 FROM t WINDOW w AS (ORDER BY a) ORDER BY a LIMIT 1",
        "SELECT a FROM t WINDOW window AS (), over AS ()",
        "SELECT sum(a) OVER over FROM t WINDOW over AS ()",
        "SELECT sum(a) OVER filter FROM t WINDOW filter AS ()",
        "SELECT rows, range, groups FROM t",
    };
    check_all(texts, COUNT(texts));
}

static void queries(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "SELECT DISTINCT a FROM t",
        "SELECT ALL a FROM t",
        "SELECT DISTINCT ALL a FROM t",
        "SELECT a FROM t WHERE a GROUP BY b, c HAVING count(*) > 1 ORDER BY 1 LIMIT 2 OFFSET 3",
        "SELECT a FROM t HAVING 1",
        "SELECT a FROM t GROUP a",
        "SELECT a FROM t GROUP BY",
        "SELECT a FROM t ORDER BY a ASC, b DESC, c NULLS FIRST, 1 COLLATE nocase DESC NULLS LAST",
        "SELECT a FROM t ORDER BY a NULLS",
        "SELECT a FROM t ORDER a",
        "SELECT a FROM t LIMIT 1, 2",
        "SELECT a FROM t LIMIT 1 OFFSET",
        "SELECT a FROM t OFFSET 1",
        "SELECT a FROM t LIMIT 1 ORDER BY a",
        "SELECT a FROM t WHERE",
        "SELECT a FROM t WHERE a WHERE b",
        "SELECT a FROM",
        "SELECT a FROM WHERE a",
        "SELECT a FROM t, u",
        "SELECT a FROM t,",
        "SELECT a FROM t,, u",
        "SELECT 1 FROM t x, u AS y, main.t z, main.t AS 'w'",
        "SELECT 1 FROM t JOIN u ON t.a = u.a JOIN v USING (a, b)",
        "SELECT 1 FROM t JOIN u ON",
        "SELECT 1 FROM t JOIN u USING a",
        "SELECT 1 FROM t JOIN u USING ()",
        "SELECT 1 FROM t JOIN u ON 1 ON 2",
        "SELECT 1 FROM t ON 1",
        "SELECT 1 FROM t CROSS JOIN u NATURAL JOIN v INNER JOIN t x",
        "SELECT 1 FROM t LEFT JOIN u ON 1 LEFT OUTER JOIN v ON 2",
        "SELECT 1 FROM t RIGHT JOIN u ON 1 FULL JOIN v ON 1 FULL OUTER JOIN t x ON 1",
        "SELECT 1 FROM t NATURAL LEFT OUTER JOIN u",
        "SELECT 1 FROM t LEFT u",
        "SELECT 1 FROM t JOIN",
        "SELECT 1 FROM t OUTER JOIN LEFT JOIN u",
        "SELECT 1 FROM t left JOIN u",
        "SELECT 1 FROM t AS left JOIN u",
        "SELECT 1 FROM (t JOIN u ON 1)",
        "SELECT 1 FROM (t), (u) AS x, (t JOIN u) y",
        "SELECT 1 FROM ((t JOIN u) LEFT JOIN (v JOIN t x ON 1) ON 2)",
        "SELECT 1 FROM (SELECT 1), (SELECT 2) x, (VALUES (1)) AS y",
        "SELECT 1 FROM (SELECT 1 UNION SELECT 2 ORDER BY 1) AS x ON 1",
        "SELECT 1 FROM ()",
        "SELECT 1 FROM (SELECT 1",
        "SELECT 1 FROM t INDEXED BY t_a WHERE a = 1",
        "SELECT 1 FROM t x INDEXED BY t_a JOIN u NOT INDEXED ON 1",
        "SELECT 1 FROM t NOT INDEXED WHERE a",
        "SELECT 1 FROM t INDEXED t_a",
        "SELECT 1 FROM t indexed",
        "SELECT 1 FROM json_each('[]'), json_each('[]') AS x, main.json_each('[1]', '$') y",
        "SELECT 1 FROM json_each(t.a) LEFT JOIN json_tree() ON 1",
        "SELECT 1 FROM json_each('[]') INDEXED BY x",
        "SELECT 1 FROM 't' AS 'x', \"u\", [v], `t` y",
        "SELECT 1 FROM t AS a.b",
        "SELECT 1 UNION SELECT 2 UNION ALL SELECT 3 INTERSECT SELECT 4 EXCEPT SELECT 5",
        "SELECT 1 UNION",
        "SELECT 1 UNION DISTINCT SELECT 2",
        "SELECT 1 UNION (SELECT 2)",
        "SELECT 1 UNION VALUES (2), (3) UNION SELECT 4 ORDER BY 1 LIMIT 1",
        "(SELECT 1)",
        "VALUES (1), (2)",
        "VALUES (1, 2), (3, 4) UNION SELECT 5, 6 ORDER BY 1",
        "VALUES (1) ORDER BY 1",
        "VALUES (1) LIMIT 1",
        "VALUES ()",
        "VALUES (1),",
        "VALUES 1",
        "SELECT * FROM (VALUES (1) LIMIT 1)",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "WITH RECURSIVE x(a, b) AS (VALUES (1, 2) UNION ALL SELECT a + 1, b FROM x) SELECT * FROM x",
        "WITH x AS MATERIALIZED (SELECT 1), y AS NOT MATERIALIZED (SELECT 2) SELECT * FROM x, y",
        "WITH x AS (WITH y AS (SELECT 1) SELECT * FROM y) SELECT * FROM x",
        "WITH x AS (SELECT 1) VALUES (2)",
        "WITH recursive AS (SELECT 1) SELECT * FROM recursive",
        "WITH x() AS (SELECT 1) SELECT 1",
        "WITH x AS SELECT 1 SELECT 2",
        "WITH x AS (SELECT 1), SELECT 2",
        "WITH x AS (SELECT 1)",
        "WITH x AS (DELETE FROM t) SELECT 1",
        "SELECT 1 FROM (WITH x AS (SELECT 1) SELECT * FROM x)",
        "SELECT (WITH x AS (SELECT 1) SELECT * FROM x)",
        "SELECT 1 WHERE 1",
        "SELECT 1 RETURNING 1",
    };
    check_all(texts, COUNT(texts));
}

static void changes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "INSERT INTO t VALUES (1, 2, 3)",
        "INSERT INTO t (a, b) VALUES (1, 2), (3, 4)",
        "INSERT INTO main.t AS x (a) VALUES (1)",
        "INSERT INTO t x (a) VALUES (1)",
        "INSERT INTO t () VALUES (1)",
        "INSERT INTO t DEFAULT VALUES",
        "INSERT INTO t (a) DEFAULT VALUES RETURNING a",
        "INSERT INTO t DEFAULT VALUES ON CONFLICT DO NOTHING",
        "INSERT t VALUES (1)",
        "INSERT INTO t",
        "INSERT INTO t (a)",
        "INSERT INTO t VALUES (1, DEFAULT)",
        "INSERT INTO t SELECT * FROM u",
        "INSERT INTO t (a) SELECT a FROM u WHERE 1 ORDER BY 1 LIMIT 1",
        "INSERT INTO t WITH x AS (SELECT 1, 2, 3) SELECT * FROM x",
        "WITH x AS (SELECT 1, 2, 3) INSERT INTO t SELECT * FROM x",
        "WITH x AS (SELECT 1) INSERT INTO t WITH y AS (SELECT 1, 2, 3) SELECT * FROM y",
        "INSERT OR REPLACE INTO t (a) VALUES (1)",
        "INSERT OR IGNORE INTO t (a) VALUES (1)",
        "INSERT OR ROLLBACK INTO t (a) VALUES (1)",
        "INSERT OR NOTHING INTO t (a) VALUES (1)",
        "REPLACE INTO t (a) VALUES (1)",
        "REPLACE OR IGNORE INTO t (a) VALUES (1)",
        "INSERT INTO u VALUES (1, 2, 3) ON CONFLICT DO NOTHING",
        "INSERT INTO u VALUES (1, 2, 3) ON CONFLICT (a) DO NOTHING",
        "INSERT INTO u VALUES (1, 2, 3) ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE d > 1",
        "INSERT INTO u VALUES (1, 2, 3) ON CONFLICT (a) WHERE a > 0 DO UPDATE SET (b, d) = (1, 2)",
        ("INSERT INTO u VALUES (1, 2, 3) ON CONFLICT (a) DO NOTHING ON CONFLICT (b) DO UPDATE SET "
         "d = 1 ON CONFLICT DO UPDATE SET d = 2 RETURNING a, *"),
        "INSERT INTO u VALUES (1, 2, 3) ON CONFLICT DO NOTHING ON CONFLICT (a) DO NOTHING",
        "INSERT INTO u VALUES (1, 2, 3) ON CONFLICT (a) DO",
        "INSERT INTO u VALUES (1, 2, 3) ON CONFLICT (a) UPDATE SET b = 1",
        "INSERT INTO u VALUES (1, 2, 3) ON CONFLICT () DO NOTHING",
        "INSERT INTO u SELECT 1, 2, 3 FROM t WHERE true ON CONFLICT DO NOTHING",
        "INSERT INTO u SELECT 1, 2, 3 FROM t ON CONFLICT DO NOTHING",
        "INSERT INTO u SELECT 1, 2, 3 FROM t JOIN v ON CONFLICT DO NOTHING",
        "INSERT INTO t (a) VALUES (1) RETURNING *",
        "INSERT INTO t (a) VALUES (1) RETURNING a AS x, b y, rowid",
        "INSERT INTO t (a) VALUES (1) RETURNING",
        "UPDATE t SET a = 1",
        "UPDATE t SET a = 1, b = 2 WHERE c = 3",
        "UPDATE t SET (a, b) = (1, 2), c = 3",
        "UPDATE t SET (a, b) = (SELECT 1, 2)",
        "UPDATE t SET (a) = 1",
        "UPDATE t SET t.a = 1",
        "UPDATE t SET a == 1",
        "UPDATE t SET a > 1",
        "UPDATE t SET",
        "UPDATE t SET a",
        "UPDATE t SET a = 1,",
        "UPDATE t a = 1",
        "UPDATE OR FAIL main.t AS x SET a = 1",
        "UPDATE t x SET a = 1",
        "UPDATE t INDEXED BY t_a SET a = 1 WHERE a = 2",
        "UPDATE t NOT INDEXED SET a = 1",
        "UPDATE t SET a = u.b FROM u WHERE u.a = t.a",
        "UPDATE t SET a = 1 FROM u JOIN v ON 1, (SELECT 1) x WHERE 1 RETURNING a",
        "UPDATE t SET a = 1 RETURNING a, b",
        "WITH x AS (SELECT 1) UPDATE t SET a = (SELECT * FROM x)",
        "DELETE FROM t",
        "DELETE t",
        "DELETE FROM t WHERE a = 1 RETURNING *",
        "DELETE FROM main.t AS x INDEXED BY t_a WHERE a = 1",
        "DELETE FROM t x WHERE a",
        "DELETE FROM t NOT INDEXED",
        "DELETE FROM t, u",
        "DELETE FROM t JOIN u",
        "WITH x AS (SELECT 1) DELETE FROM t WHERE a IN x",
        "DELETE FROM t WHERE a RETURNING a WHERE b",
        "EXPLAIN INSERT INTO t (a) VALUES (1)",
        "EXPLAIN QUERY PLAN DELETE FROM t",
    };
    check_all(texts, COUNT(texts));
    if (sqlite3_compileoption_used("ENABLE_UPDATE_DELETE_LIMIT")) {
        check_agreed("DELETE FROM t WHERE a ORDER BY a LIMIT 1 OFFSET 2");
        check_agreed("DELETE FROM t RETURNING a ORDER BY a LIMIT 1");
        check_agreed("UPDATE t SET a = 1 ORDER BY a LIMIT 1, 2");
        check_agreed("UPDATE t SET a = 1 LIMIT 1");
        check_agreed("DELETE FROM t LIMIT");
    }
}

static void newer_phrases_are_read_whatever_the_engine(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "SELECT group_concat(a, ',' ORDER BY b DESC, c) FROM t",
        "SELECT sum(DISTINCT a ORDER BY b) FILTER (WHERE a) OVER () FROM t",
        "SELECT 1_000_000, 0x1f_ff, 1.5_0e1_0",
        "SELECT left(a, 1), right(a, 1), full(1) FROM t",
        "SELECT RAISE(ABORT, 'no ' || 1)",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE u AS x SET b = 1; END",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct parsing parsing;
        parsing_tree(&parsing, texts[i]);
        parsing_end(&parsing);
    }
}

static void other_statements_are_not_read(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        ";;",
        "BEGIN IMMEDIATE",
        "COMMIT",
        "END",
        "ROLLBACK TO x",
        "SAVEPOINT x",
        "RELEASE x",
        "PRAGMA user_version = 1",
        "ALTER TABLE t ADD COLUMN d",
        "DROP TABLE t",
        "ATTACH 'a' AS b",
        "DETACH b",
        "VACUUM INTO 'a'",
        "ANALYZE t",
        "REINDEX",
        "CREATE VIRTUAL TABLE f USING fts5(a, b)",
        "EXPLAIN PRAGMA user_version",
        "PRAGMA ( ] nonsense",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct parsing parsing;
        assert_int_equal(parsing_tree(&parsing, texts[i])->kind, TN__STMT_AST_OTHER);
        assert_int_equal(parsing.stmt->is_explain, texts[i][0] == 'E' && texts[i][1] == 'X');
        parsing_end(&parsing);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_and_names),
        cmocka_unit_test(expressions),
        cmocka_unit_test(windows),
        cmocka_unit_test(queries),
        cmocka_unit_test(changes),
        cmocka_unit_test(newer_phrases_are_read_whatever_the_engine),
        cmocka_unit_test(other_statements_are_not_read),
    };
    return cmocka_run_group_tests(tests, open_db, close_db);
}
