/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "core/kind.h"
#include "util/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What the words of a statement tell. */

enum {
    READ = 1,
    CHANGE = 2,
    TRANSACTION = 4,
    SAVEPOINT = 8,
    SESSION = 16,
    LEFT = 32,
    LISTEN = 64
};

static void check_kind(const char *sql, enum tn__dialect dialect, int expected)
{
    struct tn__sql_kind kind = tn__sql_kind_of(tn_text_of(sql), dialect);
    int got = (kind.is_read ? READ : 0) | (kind.is_change ? CHANGE : 0) |
              (kind.is_transaction ? TRANSACTION : 0) | (kind.is_savepoint ? SAVEPOINT : 0) |
              (kind.is_session ? SESSION : 0) | (kind.is_left ? LEFT : 0) |
              (kind.is_listen ? LISTEN : 0);
    if (got != expected)
        fail_msg("%s: %d, not %d", sql, got, expected);
}

static void first_words_tell_the_kind(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        int kind;
    } cases[] = {
        {"SELECT 1", READ},
        {"  ;; -- x\n /* y */ select 1", READ},
        {"VALUES (1)", READ},
        {"EXPLAIN QUERY PLAN DELETE FROM t", READ},
        {"INSERT INTO t VALUES (1)", CHANGE},
        {"replace into t values (1)", CHANGE},
        {"UPDATE t SET a = 1", CHANGE},
        {"DELETE FROM t", CHANGE},
        {"WITH a AS (SELECT 1) SELECT * FROM a", READ | CHANGE},
        {"WITH a AS (SELECT 1), b(x, y) AS MATERIALIZED (VALUES (1, 2)) VALUES (1)", READ | CHANGE},
        {"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", CHANGE},
        {"WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n FROM a) UPDATE t SET n = 1", CHANGE},
        {"with a as (select 'x) delete') delete from t", CHANGE},
        {"WITH a AS (SELECT 1)", READ | CHANGE},
        {"WITH", READ | CHANGE},
        {"WITH a AS (SELECT 1 ; DELETE", READ | CHANGE},
        {"BEGIN", TRANSACTION},
        {"begin immediate", TRANSACTION},
        {"COMMIT", TRANSACTION},
        {"END TRANSACTION", TRANSACTION},
        {"ROLLBACK", TRANSACTION},
        {"ROLLBACK TRANSACTION", TRANSACTION},
        {"ROLLBACK TO a", TRANSACTION | SAVEPOINT},
        {"ROLLBACK TRANSACTION TO SAVEPOINT a", TRANSACTION | SAVEPOINT},
        {"SAVEPOINT a", TRANSACTION | SAVEPOINT},
        {"RELEASE a", TRANSACTION | SAVEPOINT},
        {"PRAGMA foreign_keys", 0},
        {"CREATE TABLE t (n)", 0},
        {"SELECTED", 0},
        {"\"SELECT\" 1", 0},
        {"(SELECT 1)", 0},
        {"", 0},
        {"-- nothing", 0},
        {"'open", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check_kind(cases[i].sql, TN__SQLITE, cases[i].kind);
}

static void postgres_words_tell_the_kind(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        int kind;
    } cases[] = {
        {"SELECT 1", READ},
        {"  ;; -- x\n /* /* y */ */ select 1", READ},
        {"VALUES (1)", READ},
        {"TABLE t", READ},
        {"SHOW search_path", READ},
        {"(SELECT 1) UNION (SELECT 2)", READ},
        {"((SELECT 1))", READ},
        {"INSERT INTO t VALUES (1)", CHANGE},
        {"UPDATE t SET a = 1", CHANGE},
        {"DELETE FROM t", CHANGE},
        {"MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", CHANGE},
        {"REPLACE INTO t VALUES (1)", 0},
        {"CREATE TABLE t AS SELECT 1", 0},
        {"TRUNCATE t", 0},
        {"COPY t TO STDOUT", 0},
        {"CALL p()", 0},
        {"\"SELECT\" 1", 0},
        {"$$SELECT$$", 0},
        {"", 0},
        {"'open", 0},
        /* rows that are locked */
        {"SELECT * FROM t FOR UPDATE", 0},
        {"SELECT * FROM t FOR NO KEY UPDATE SKIP LOCKED", 0},
        {"SELECT * FROM t FOR SHARE OF t", 0},
        {"SELECT * FROM t for/**/key share", 0},
        {"SELECT * FROM (SELECT * FROM t FOR UPDATE) AS s", 0},
        {"WITH a AS (SELECT * FROM t FOR UPDATE) SELECT * FROM a", 0},
        {"SELECT substring(a FROM 1 FOR 2) FROM t", READ},
        {"SELECT 'FOR UPDATE', \"for\" AS update FROM t -- FOR UPDATE", READ},
        /* what the session keeps */
        {"SELECT pg_catalog.pg_advisory_lock(1)", SESSION | LEFT},
        {"SELECT a FROM (SELECT set_config('a', 'b', false)) AS s (a)", SESSION | LEFT},
        {"SELECT pg_try_advisory_lock(1) FROM t FOR UPDATE", LEFT},
        {"SELECT * FROM (SELECT * FROM t FOR UPDATE) AS s, set_config('a', 'b', false)", LEFT},
        {"SELECT pg_advisory_xact_lock(1), 'set_config(', set_config FROM t", READ},
        /* a table that is made */
        {"SELECT a INTO b FROM t", CHANGE},
        {"SELECT a INTO TEMP b FROM t", CHANGE},
        {"(SELECT a INTO b FROM t)", CHANGE},
        {"SELECT a AS into, t.into FROM t", READ},
        /* WITH */
        {"WITH a AS (SELECT 1) SELECT * FROM a", READ},
        {"WITH a AS (SELECT 1), b(x, y) AS MATERIALIZED (VALUES (1, 2)) TABLE b", READ},
        {"WITH a AS (SELECT 1) (SELECT * FROM a)", READ},
        {"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", CHANGE},
        {"WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n FROM a) UPDATE t SET n = 1", CHANGE},
        {"WITH a AS (SELECT 1) CYCLE n SET c USING p DELETE FROM t", CHANGE},
        {"WITH a AS (SELECT 1) MERGE INTO t USING a ON true WHEN MATCHED THEN DELETE", CHANGE},
        {"WITH a AS (INSERT INTO t VALUES (1) RETURNING b) SELECT * FROM a", CHANGE},
        {"WITH a AS NOT MATERIALIZED (DELETE FROM t RETURNING b) TABLE a", CHANGE},
        {"WITH a AS (SELECT 1), b AS (UPDATE t SET c = 1 RETURNING c) SELECT 1", CHANGE},
        {"WITH a AS (WITH b AS (SELECT 1) DELETE FROM t RETURNING c) SELECT 1", CHANGE},
        {"(WITH a AS (DELETE FROM t RETURNING b) TABLE a)", CHANGE},
        {"WITH update AS (SELECT 1), delete(insert) AS (SELECT 2) SELECT 1", READ},
        {"WITH a AS (WITH update AS (SELECT 1) SELECT merge FROM b) SELECT delete FROM a", READ},
        {"WITH a AS (SELECT * FROM f() AS (update int)) SELECT * FROM a", READ},
        {"SELECT * FROM f() AS (update int, insert int)", READ},
        {"WITH a AS (SELECT 'x) delete') SELECT 1", READ},
        {"WITH a AS (SELECT 1 ; DELETE", READ},
        {"WITH", READ},
        /* EXPLAIN */
        {"EXPLAIN DELETE FROM t", READ},
        {"EXPLAIN (COSTS off, ANALYZE false) DELETE FROM t", READ},
        {"EXPLAIN (ANALYZE 0) DELETE FROM t", READ},
        {"EXPLAIN (SELECT 1)", READ},
        {"EXPLAIN ANALYZE SELECT 1", READ},
        {"EXPLAIN ANALYZE VERBOSE INSERT INTO t VALUES (1)", CHANGE},
        {"EXPLAIN (VERBOSE, analyse) DELETE FROM t", CHANGE},
        {"EXPLAIN (ANALYZE true, BUFFERS) WITH a AS (SELECT 1) UPDATE t SET b = 1", CHANGE},
        {"EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1", 0},
        {"EXPLAIN ANALYZE EXPLAIN SELECT 1", 0},
        {"EXPLAIN (ANALYZE", 0},
        /* transactions */
        {"BEGIN", TRANSACTION},
        {"START TRANSACTION READ ONLY", TRANSACTION},
        {"COMMIT", TRANSACTION},
        {"END", TRANSACTION},
        {"ROLLBACK", TRANSACTION},
        {"ROLLBACK WORK AND CHAIN", TRANSACTION},
        {"ABORT", TRANSACTION},
        {"PREPARE TRANSACTION 'x'", TRANSACTION},
        {"PREPARE a AS SELECT 1", 0},
        {"COMMIT PREPARED 'x'", 0},
        {"ROLLBACK PREPARED 'x'", 0},
        {"ROLLBACK TO a", TRANSACTION | SAVEPOINT},
        {"ROLLBACK WORK TO SAVEPOINT a", TRANSACTION | SAVEPOINT},
        {"SAVEPOINT a", TRANSACTION | SAVEPOINT},
        {"RELEASE a", TRANSACTION | SAVEPOINT},
        /* the session */
        {"SET search_path = a", SESSION | LEFT},
        {"RESET ALL", SESSION | LEFT},
        {"DISCARD ALL", SESSION | LEFT},
        {"CREATE TEMP TABLE a (b int)", LEFT},
        {"CREATE OR REPLACE LOCAL TEMPORARY VIEW a AS SELECT 1", LEFT},
        {"CREATE TABLE temp (b int)", 0},
        {"FETCH 1 FROM c", SESSION},
        {"LISTEN a", SESSION | LEFT | LISTEN},
        {"NOTIFY a", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check_kind(cases[i].sql, TN__POSTGRES, cases[i].kind);
}

static void what_writes_nothing_is_readonly(void **state)
{
    (void)state;
    static const char *const readonly[] = {
        "SELECT 1",  "WITH a AS (SELECT 1) TABLE a", "BEGIN",  "ROLLBACK TO a",
        "SET a = 1", "EXPLAIN DELETE FROM t",        "SHOW a", "FETCH ALL FROM c",
    };
    static const char *const writes[] = {
        "INSERT INTO t VALUES (1)",
        "SELECT 1 INTO t",
        "SELECT 1 FROM t FOR SHARE",
        "DROP TABLE t",
        "WITH a AS (DELETE FROM t RETURNING b) TABLE a",
        "COMMIT PREPARED 'x'",
        "DO 'x'",
        "",
    };
    for (size_t i = 0; i < COUNT(readonly); i++)
        assert_true(tn__sql_is_readonly(tn_text_of(readonly[i]), TN__POSTGRES));
    for (size_t i = 0; i < COUNT(writes); i++)
        assert_false(tn__sql_is_readonly(tn_text_of(writes[i]), TN__POSTGRES));
    assert_true(tn__sql_is_readonly(TN__TEXT("EXPLAIN QUERY PLAN DELETE FROM t"), TN__SQLITE));
    assert_false(tn__sql_is_readonly(TN__TEXT("REPLACE INTO t VALUES (1)"), TN__SQLITE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_words_tell_the_kind),
        cmocka_unit_test(postgres_words_tell_the_kind),
        cmocka_unit_test(what_writes_nothing_is_readonly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
