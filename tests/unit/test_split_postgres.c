/* SPDX-License-Identifier: MIT */
#define LEXING_DIALECT TN__POSTGRES
#define LEXING_JOINT   "<>"
#include "lexing.h"

#include <stdio.h>
#include <stdlib.h>

#include "fault_alloc.h"
#include "util/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SPAN(literal)          \
 {                             \
  literal, sizeof(literal) - 1 \
 } /* with NULs in it */

static void split_semicolons_separate_and_empty_statements_vanish(void **state)
{
    (void)state;
    check_split("", "");
    check_split(" ;; -- a;\n /* ; /* ; */ ; */ ;", "");
    check_split("SELECT 1", "SELECT 1");
    check_split("; SELECT 1 ; ;\r-- b\rSELECT 2 -- c", "SELECT 1<>SELECT 2");
    check_split("\xEF\xBB\xBFSELECT 1;", "SELECT 1");
    check_split("SELECT 1 AS \xEF\xBB\xBF; SELECT 2", "SELECT 1 AS \xEF\xBB\xBF<>SELECT 2");
}

static void split_semicolons_in_quotes_and_comments_are_text(void **state)
{
    (void)state;
    check_split("SELECT ';', 'it''s;', \";\", x';', B';', N';'; SELECT 2",
                "SELECT ';', 'it''s;', \";\", x';', B';', N';'<>SELECT 2");
    check_split("SELECT '\\'; SELECT 2 --'", "SELECT '\\'<>SELECT 2");
    check_split("SELECT E'\\';', e'\\\\'; SELECT 2", "SELECT E'\\';', e'\\\\'<>SELECT 2");
    check_split("SELECT U&'\\'; SELECT U&\"\\\"; SELECT 3",
                "SELECT U&'\\'<>SELECT U&\"\\\"<>SELECT 3");
    check_split("SELECT E'a'\n'\\';'; SELECT 2", "SELECT E'a'\n'\\';'<>SELECT 2");
    check_split("DO $$BEGIN a; b; END$$; SELECT 2", "DO $$BEGIN a; b; END$$<>SELECT 2");
    check_split("DO $a$ $b$;$$;$A$ $a$; SELECT 2", "DO $a$ $b$;$$;$A$ $a$<>SELECT 2");
    check_split("SELECT $1;SELECT $2;$$;$$", "SELECT $1<>SELECT $2<>$$;$$");
    check_split("SELECT a$$;SELECT b$$", "SELECT a$$<>SELECT b$$");
    check_split("SELECT 1 /* ; /* ; */ ; */ + 2;", "SELECT 1 /* ; /* ; */ ; */ + 2");
    check_split("SELECT 1 +-- ;'\n 2; SELECT @-/*;*/1", "SELECT 1 +-- ;'\n 2<>SELECT @-/*;*/1");
    check_split("SELECT :a; SELECT [:b; c", "SELECT :a<>SELECT [:b<>c");
}

static void split_parentheses_stay_together(void **state)
{
    (void)state;
    check_split(
        "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b;); SELECT 1",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b;)<>SELECT 1");
    check_split("a (b (c; d) e; f); g", "a (b (c; d) e; f)<>g");
    check_split("a ('); (' /*)*/; b); c", "a ('); (' /*)*/; b)<>c");
    check_split("a ); b); c", "a )<>b)<>c");
    check_split("a (b; c", "a (b; c");
    check_split("a [b; c]", "a [b<>c]");
}

#define BODY \
 "BEGIN ATOMIC SELECT CASE a WHEN 1 THEN CASE WHEN b THEN 2 END END AS end; SELECT t.end; ; END"

static void split_body_of_a_routine_stays_together(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "CREATE FUNCTION f(a int) RETURNS int ",
        "create or replace\nfunction begin() returns int language sql ",
        "CREATE PROCEDURE p(a int DEFAULT (1)) /* ; */ LANGUAGE SQL ",
        "CREATE OR REPLACE PROCEDURE \"end\"() ",
    };
    for (size_t i = 0; i < COUNT(heads); i++) {
        tn_arena arena = TN_ARENA_INIT;
        const char *one = tn__arena_printf(&arena, "%s%s", heads[i], BODY);
        check_split(one, one);
        check_split(tn__arena_printf(&arena, "%s;;SELECT 1;END", one),
                    tn__arena_printf(&arena, "%s<>SELECT 1<>END", one));
        one = tn__arena_printf(&arena, "%sBEGIN ATOMIC END", heads[i]);
        check_split(tn__arena_printf(&arena, "%s;%s;SELECT 1", one, one),
                    tn__arena_printf(&arena, "%s<>%s<>SELECT 1", one, one));
        tn_arena_fini(&arena);
    }
    /* No bodies. */
    check_split("CREATE FUNCTION begin(atomic int) RETURNS int RETURN 1; SELECT 2",
                "CREATE FUNCTION begin(atomic int) RETURNS int RETURN 1<>SELECT 2");
    check_split("CREATE FUNCTION f() AS 'BEGIN ATOMIC'; SELECT 2",
                "CREATE FUNCTION f() AS 'BEGIN ATOMIC'<>SELECT 2");
    check_split("CREATE VIEW v AS SELECT 1 AS begin, 2 atomic; SELECT 2; END",
                "CREATE VIEW v AS SELECT 1 AS begin, 2 atomic<>SELECT 2<>END");
    check_split("DROP FUNCTION f; BEGIN ATOMIC; SELECT 1; END",
                "DROP FUNCTION f<>BEGIN ATOMIC<>SELECT 1<>END");
    check_split("BEGIN; SELECT 1; END", "BEGIN<>SELECT 1<>END");
}

static void split_ends_behind_copy_from_stdin(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        size_t count;
        bool is_stdin;
    } rows[] = {
        {"SELECT 1; COPY t (a, b) FROM STDIN;\n1\tit's\n2\t/*\n\\.\nSELECT 2;", 2, true},
        {"copy t from stdin with (format csv, header);\"a\n", 1, true},
        {"COPY t FROM STDIN", 1, true},
        {"COPY t FROM '/x'; SELECT 1", 2, false},
        {"COPY t FROM PROGRAM 'stdin'; SELECT 1", 2, false},
        {"COPY t TO STDOUT; SELECT 1", 2, false},
        {"COPY (SELECT 1 FROM stdin) TO STDOUT; SELECT 1", 2, false},
        {"COPY t (stdin) FROM 'a'; SELECT 1", 2, false},
        {"SELECT a FROM stdin; SELECT 1", 2, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        tn_arena arena = TN_ARENA_INIT;
        struct parts parts = split(rows[i].script, &arena);
        assert_int_equal(parts.count, rows[i].count);
        enum tn__stmt_kind kind = parts.spans[parts.count - 1].kind;
        if ((kind == TN__STMT_COPY_STDIN) != rows[i].is_stdin)
            fail_msg("%s: %d", rows[i].script, (int)kind);
        tn_arena_fini(&arena);
    }
}

static void split_statement_kinds_follow_the_words(void **state)
{
    (void)state;
    static const struct {
        enum tn__stmt_kind kind;
        const char *texts[40];
    } rows[] = {
        {TN__STMT_BEGIN,
         {"BEGIN", "begin isolation level serializable", "START TRANSACTION",
          "BEGIN /* x */ WORK"}},
        {TN__STMT_COMMIT,
         {"COMMIT", "COMMIT AND CHAIN", "/* a */ End Transaction", "PREPARE TRANSACTION 'x'"}},
        {TN__STMT_ROLLBACK, {"ROLLBACK", "ROLLBACK WORK", "ABORT", "ROLLBACK TRANSACTION \"to\""}},
        {TN__STMT_SAVEPOINT,
         {"SAVEPOINT a", "RELEASE a", "RELEASE SAVEPOINT a", "ROLLBACK TO a",
          "ROLLBACK WORK TO SAVEPOINT a"}},
        {TN__STMT_OUTSIDE,
         {"VACUUM",
          "vacuum (analyze) t",
          "CLUSTER",
          "CLUSTER VERBOSE",
          "CLUSTER (VERBOSE)",
          "DISCARD ALL",
          "ALTER SYSTEM SET a = 1",
          "ALTER DATABASE d SET TABLESPACE s",
          "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
          "ALTER TABLE IF EXISTS ONLY a.t DETACH PARTITION b.p CONCURRENTLY",
          "CREATE DATABASE d",
          "CREATE TABLESPACE s LOCATION '/'",
          "CREATE INDEX CONCURRENTLY i ON t (a)",
          "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
          "create/**/index\nconcurrently on t (a)",
          "DROP DATABASE d",
          "DROP TABLESPACE s",
          "DROP INDEX CONCURRENTLY i",
          "REINDEX DATABASE d",
          "REINDEX (VERBOSE) SCHEMA s",
          "REINDEX SYSTEM",
          "REINDEX TABLE CONCURRENTLY t",
          "REINDEX (CONCURRENTLY) INDEX i",
          "COMMIT PREPARED 'x'",
          "ROLLBACK PREPARED 'x'"}},
        {TN__STMT_OTHER,
         {"SELECT 1",
          "EXPLAIN COMMIT",
          "\"BEGIN\"",
          "(SELECT 1)",
          "$$BEGIN$$",
          "PREPARE a AS SELECT 1",
          "CLUSTER t",
          "CLUSTER VERBOSE t",
          "DISCARD TEMP",
          "ALTER TABLE t SET TABLESPACE s",
          "ALTER DATABASE d RENAME TO e",
          "ALTER TYPE e ADD VALUE 'x'",
          "CREATE INDEX i ON t (a)",
          "CREATE INDEX \"concurrently\" ON t (a)",
          "CREATE INDEX i ON t (concurrently(a)) WHERE t.concurrently",
          "CREATE TABLE database (a int)",
          "DROP INDEX i",
          "DROP TABLE database",
          "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
          "REINDEX TABLE t",
          "ANALYZE t",
          "PRAGMA a",
          "ATTACH a"}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t k = 0; k < COUNT(rows[i].texts) && rows[i].texts[k]; k++) {
            tn_arena arena = TN_ARENA_INIT;
            struct parts parts = split(rows[i].texts[k], &arena);
            assert_int_equal(parts.count, 1);
            if (parts.spans[0].kind != rows[i].kind)
                fail_msg("%s: %d", rows[i].texts[k], (int)parts.spans[0].kind);
            tn_arena_fini(&arena);
        }
    }
}

static void split_fault_is_told_with_its_place_and_touches_nothing(void **state)
{
    (void)state;
    static const struct {
        tn_text script;
        unsigned position;
        const char *message;
    } rows[] = {
        {SPAN("SELECT 1; SELECT 'a;"), 18, "unterminated string"},
        {SPAN("SELECT E'a\\';"), 8, "unterminated string"},
        {SPAN("SELECT 'a'\n'b;"), 8, "unterminated string"},
        {SPAN("SELECT U&'a;"), 8, "unterminated string"},
        {SPAN("SELECT x'00"), 8, "unterminated string"},
        {SPAN("SELECT B'00;"), 8, "unterminated string"},
        {SPAN("'a"), 1, "unterminated string"},
        {SPAN("SELECT $$a;$"), 8, "unterminated dollar-quoted string"},
        {SPAN("SELECT $a$;$A$"), 8, "unterminated dollar-quoted string"},
        {SPAN("SELECT \"a;"), 8, "unterminated quoted name"},
        {SPAN("SELECT U&\"a;"), 8, "unterminated quoted name"},
        {SPAN("SELECT 1; /* a"), 11, "unterminated comment"},
        {SPAN("SELECT /* /* */ ;"), 8, "unterminated comment"},
        {SPAN("/*"), 1, "unterminated comment"},
        {SPAN("SELECT 1;\0"), 10, "NUL byte in the text"},
        {SPAN("SELECT 1 \0 2"), 10, "NUL byte in the text"},
        {SPAN(";CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;"), 2, "routine body without its 'END'"},
        {SPAN("CREATE FUNCTION f() BEGIN ATOMIC SELECT 1 END; SELECT 2"), 1,
         "routine body without its 'END'"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        tn_arena arena = TN_ARENA_INIT;
        const struct tn__stmt_span *spans = NULL;
        size_t count = 77;
        tn_error err = {0};
        tn_text script = rows[i].script;
        assert_int_equal(tn__split(&spans, &count, script, TN__POSTGRES, &arena, &err), TN_ESYNTAX);
        assert_string_equal(err.message, rows[i].message);
        assert_int_equal(err.position, rows[i].position);
        assert_null(spans);
        assert_int_equal(count, 77);
        assert_int_equal(tn__split(&spans, &count, script, TN__POSTGRES, &arena, NULL), TN_ESYNTAX);
        tn_arena_fini(&arena);
    }
}

static void split_run_size_reaches_through_the_semicolon(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    const char *script = " a /**/ ; b --\n";
    struct parts parts = split(script, &arena);
    assert_int_equal(parts.count, 2);
    assert_int_equal(parts.spans[0].offset, 1);
    assert_int_equal(parts.spans[0].size, 1);
    assert_int_equal(parts.spans[0].run_size, 8);
    assert_int_equal(parts.spans[1].offset, 10);
    assert_int_equal(parts.spans[1].size, 1);
    assert_int_equal(parts.spans[1].run_size, strlen(script) - 10);
    tn_arena_fini(&arena);
}

static int split_once(void *user)
{
    (void)user;
    tn_arena arena = TN_ARENA_INIT;
    const struct tn__stmt_span *spans = NULL;
    size_t count = 77;
    tn_error err = {0};
    int rc = tn__split(&spans, &count, TN__TEXT("SELECT 1; SELECT 2"), TN__POSTGRES, &arena, &err);
    assert_int_equal(count, rc == TN_OK ? 2 : 77);
    assert_int_equal(err.status, rc);
    tn_arena_fini(&arena);
    return rc;
}

static void split_without_memory_is_told(void **state)
{
    (void)state;
    fault_alloc_each(split_once, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split_semicolons_separate_and_empty_statements_vanish),
        cmocka_unit_test(split_semicolons_in_quotes_and_comments_are_text),
        cmocka_unit_test(split_parentheses_stay_together),
        cmocka_unit_test(split_body_of_a_routine_stays_together),
        cmocka_unit_test(split_ends_behind_copy_from_stdin),
        cmocka_unit_test(split_statement_kinds_follow_the_words),
        cmocka_unit_test(split_fault_is_told_with_its_place_and_touches_nothing),
        cmocka_unit_test(split_run_size_reaches_through_the_semicolon),
        cmocka_unit_test(split_without_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
