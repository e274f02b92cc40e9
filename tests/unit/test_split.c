/* SPDX-License-Identifier: MIT */
#define LEXING_DIALECT TN__SQLITE
#define LEXING_JOINT   "|"
#include "lexing.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "fault_alloc.h"
#include "util/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void split_semicolons_separate_and_empty_statements_vanish(void **state)
{
    (void)state;
    check_split("", "");
    check_split(" ;; -- a;\n /* ; */ ;", "");
    check_split("SELECT 1", "SELECT 1");
    check_split("SELECT 1;", "SELECT 1");
    check_split("; SELECT 1 ; ;\n-- b\nSELECT 2 -- c", "SELECT 1|SELECT 2");
    check_split("\xEF\xBB\xBFSELECT 1;", "SELECT 1");
    check_split("SELECT 1 /* ; */ + 2; /* never closed ;", "SELECT 1 /* ; */ + 2");
}

static void split_semicolons_in_quotes_and_comments_are_text(void **state)
{
    (void)state;
    check_split("SELECT ';', 'it''s;', \";\", [;], `;`, x'00'; SELECT 2",
                "SELECT ';', 'it''s;', \";\", [;], `;`, x'00'|SELECT 2");
    check_split("SELECT 1 -- a;'\n; SELECT $a(;)", "SELECT 1|SELECT $a(;)");
}

static void split_trigger_body_stays_together(void **state)
{
    (void)state;
#define BODY \
 "BEGIN UPDATE t SET a = CASE WHEN new.a THEN CASE 1 WHEN 2 THEN 3 END END; SELECT 1; END"
    check_split("CREATE TRIGGER a AFTER INSERT ON t " BODY ";SELECT 1",
                "CREATE TRIGGER a AFTER INSERT ON t " BODY "|SELECT 1");
    check_split("create/**/temp\ntrigger IF NOT EXISTS a AFTER INSERT ON t " BODY,
                "create/**/temp\ntrigger IF NOT EXISTS a AFTER INSERT ON t " BODY);
    check_split("CREATE TEMPORARY TRIGGER a AFTER INSERT ON t " BODY " -- x\n;;SELECT 2;",
                "CREATE TEMPORARY TRIGGER a AFTER INSERT ON t " BODY "|SELECT 2");
    check_split("EXPLAIN QUERY PLAN CREATE TRIGGER a AFTER INSERT ON t " BODY ";SELECT 3",
                "EXPLAIN QUERY PLAN CREATE TRIGGER a AFTER INSERT ON t " BODY "|SELECT 3");
    /* No triggers. */
    check_split("CREATE TABLE trigger_log(a); SELECT 1; END; SELECT 2",
                "CREATE TABLE trigger_log(a)|SELECT 1|END|SELECT 2");
    check_split("DROP TRIGGER a; SELECT 1; END", "DROP TRIGGER a|SELECT 1|END");
    check_split("CREATE TABLE \"TRIGGER\"(a); SELECT 1", "CREATE TABLE \"TRIGGER\"(a)|SELECT 1");
}

static void split_statement_kinds_follow_the_first_words(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        enum tn__stmt_kind kind;
    } rows[] = {
        {"SELECT 1", TN__STMT_OTHER},
        {"EXPLAIN COMMIT", TN__STMT_OTHER},
        {"\"BEGIN\"", TN__STMT_OTHER},
        {"begin immediate", TN__STMT_BEGIN},
        {"COMMIT", TN__STMT_COMMIT},
        {"/* a */ End Transaction", TN__STMT_COMMIT},
        {"ROLLBACK", TN__STMT_ROLLBACK},
        {"ROLLBACK TRANSACTION", TN__STMT_ROLLBACK},
        {"ROLLBACK TO a", TN__STMT_SAVEPOINT},
        {"ROLLBACK TRANSACTION TO SAVEPOINT a", TN__STMT_SAVEPOINT},
        {"ROLLBACK TRANSACTION \"to\"", TN__STMT_ROLLBACK},
        {"SAVEPOINT a", TN__STMT_SAVEPOINT},
        {"RELEASE a", TN__STMT_SAVEPOINT},
        {"PRAGMA foreign_keys = OFF", TN__STMT_PRAGMA},
        {"VACUUM", TN__STMT_VACUUM},
        {"ATTACH 'a' AS b", TN__STMT_ATTACH},
        {"DETACH b", TN__STMT_ATTACH},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        tn_arena arena = TN_ARENA_INIT;
        struct parts parts = split(rows[i].sql, &arena);
        assert_int_equal(parts.count, 1);
        if (parts.spans[0].kind != rows[i].kind)
            fail_msg("%s: %d", rows[i].sql, (int)parts.spans[0].kind);
        tn_arena_fini(&arena);
    }
}

static void split_fault_is_told_with_its_place_and_touches_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        size_t size; /* 0: up to the NUL */
        unsigned position;
        const char *message;
    } rows[] = {
        {"SELECT 1; SELECT 'a;", 0, 18, "unterminated string"},
        {"SELECT x'00", 0, 8, "unterminated string"},
        {"SELECT \"a;", 0, 8, "unterminated quoted name"},
        {"SELECT [a;", 0, 8, "unterminated quoted name"},
        {"SELECT 1;\0", 10, 10, "NUL byte in the text"},
        {";CREATE TRIGGER a BEGIN SELECT 1;", 0, 2, "trigger body without its 'END'"},
        {"CREATE TRIGGER a BEGIN SELECT 1; END x; SELECT 2", 0, 1,
         "trigger body without its 'END'"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        tn_arena arena = TN_ARENA_INIT;
        const struct tn__stmt_span *spans = NULL;
        size_t count = 77;
        tn_error err = {0};
        tn_text script = {rows[i].script, rows[i].size ? rows[i].size : strlen(rows[i].script)};
        assert_int_equal(tn__split(&spans, &count, script, TN__SQLITE, &arena, &err), TN_ESYNTAX);
        assert_int_equal(err.position, rows[i].position);
        assert_string_equal(err.message, rows[i].message);
        assert_null(spans);
        assert_int_equal(count, 77);
        assert_int_equal(tn__split(&spans, &count, script, TN__SQLITE, &arena, NULL), TN_ESYNTAX);
        tn_arena_fini(&arena);
    }
}

/* Statements that can follow each other any number of times, in any order. */
static const char *const statements[] = {
    "CREATE TABLE IF NOT EXISTS t(a INTEGER PRIMARY KEY, b TEXT DEFAULT ';', \"c;d\" INT)",
    "CREATE TABLE IF NOT EXISTS [u;v](a, b CHECK (b <> ';'))",
    "INSERT INTO t(b) VALUES ('it''s; END;'), (x'3b')",
    "CREATE INDEX IF NOT EXISTS t_b ON t(b) WHERE b IS NOT ';'",
    "CREATE TRIGGER IF NOT EXISTS t_up AFTER UPDATE ON t WHEN CASE new.a WHEN 1 THEN 0 ELSE 1 END "
    "BEGIN UPDATE t SET b = CASE WHEN b IS ';' THEN 'END;' ELSE b END WHERE a = new.a;"
    " INSERT INTO t(b) SELECT ';' WHERE 0; END",
    "CREATE TEMP TRIGGER IF NOT EXISTS t_in AFTER INSERT ON t BEGIN SELECT 1; END",
    "CREATE VIEW IF NOT EXISTS w AS SELECT a, CASE WHEN b THEN ';' END AS \"end;\" FROM t",
    "DROP VIEW IF EXISTS w",
    "DROP TRIGGER IF EXISTS t_up",
    "SELECT $a(;), :b, ?1 /* ; END */ FROM (SELECT 1 -- ;\n)",
    "EXPLAIN CREATE TRIGGER e AFTER INSERT ON t BEGIN SELECT 1; END",
};
static const char *const gaps[] = {
    ";", " ; ", ";\n", ";-- it's ;\n", ";/* ' ; \" */", "\n;;;\n", ";\xEF\xBB\xBF", "/**/;"};
/* The engine tells the tables of a fresh database; statements below need t. */
#define FIRST "CREATE TABLE IF NOT EXISTS t(a INTEGER PRIMARY KEY, b TEXT DEFAULT ';', \"c;d\" INT)"

static unsigned next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (unsigned)(*seed >> 33);
}

static const char *make_script(tn_arena *arena, uint64_t *seed, size_t *count)
{
    const char *script = FIRST;
    *count = 1 + next_random(seed) % 12;
    for (size_t i = 1; i < *count; i++)
        script = tn__arena_printf(arena, "%s%s%s", script, gaps[next_random(seed) % COUNT(gaps)],
                                  statements[next_random(seed) % COUNT(statements)]);
    if (next_random(seed) % 2)
        script = tn__arena_printf(arena, "%s%s", script, gaps[next_random(seed) % COUNT(gaps)]);
    return script;
}

static sqlite3 *open_memory(void)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    return db;
}

/* Everything that is in the schemas of a database, as one text. */
static const char *schema_of(sqlite3 *db, tn_arena *arena)
{
    const char *all = "";
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT type || name || tbl_name || coalesce(sql, '') FROM"
                                        " (SELECT * FROM sqlite_schema UNION ALL SELECT * FROM"
                                        " sqlite_temp_schema) ORDER BY 1",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        all = tn__arena_printf(arena, "%s%s\n", all, (const char *)sqlite3_column_text(stmt, 0));
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    return all;
}

/* Run one statement to its end; what is left behind it for the engine. */
static const char *run(sqlite3 *db, const char *sql, size_t size)
{
    sqlite3_stmt *stmt = NULL;
    const char *tail = NULL;
    if (sqlite3_prepare_v2(db, sql, (int)size, &stmt, &tail) != SQLITE_OK)
        fail_msg("%s: %.*s", sqlite3_errmsg(db), (int)size, sql);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        ;
    if (sqlite3_finalize(stmt) != SQLITE_OK)
        fail_msg("%s: %.*s", sqlite3_errmsg(db), (int)size, sql);
    return tail;
}

static void split_statements_one_by_one_give_the_schema_of_the_whole(void **state)
{
    (void)state;
    uint64_t seed = 0x2545F4914F6CDD1Du;
    for (int i = 0; i < 150; i++) {
        tn_arena arena = TN_ARENA_INIT;
        size_t count;
        const char *script = make_script(&arena, &seed, &count);
        struct parts parts = split(script, &arena);
        assert_int_equal(parts.count, count);

        sqlite3 *whole = open_memory();
        if (sqlite3_exec(whole, script, NULL, NULL, NULL) != SQLITE_OK)
            fail_msg("%s: %s", sqlite3_errmsg(whole), script);
        sqlite3 *single = open_memory();
        for (size_t k = 0; k < parts.count; k++) {
            const char *sql = script + parts.spans[k].offset;
            assert_ptr_equal(run(single, sql, parts.spans[k].run_size),
                             sql + parts.spans[k].run_size);
        }
        assert_string_equal(schema_of(single, &arena), schema_of(whole, &arena));
        sqlite3_close(single);
        sqlite3_close(whole);
        tn_arena_fini(&arena);
    }
}

static void split_boundaries_are_those_of_the_engine(void **state)
{
    (void)state;
    uint64_t seed = 0xA0761D6478BD642Fu;
    for (int i = 0; i < 150; i++) {
        tn_arena arena = TN_ARENA_INIT;
        size_t count;
        const char *script = make_script(&arena, &seed, &count);
        struct parts parts = split(script, &arena);
        sqlite3 *db = open_memory();
        const char *rest = script;
        for (size_t k = 0; k < parts.count; k++) {
            const char *end = script + parts.spans[k].offset + parts.spans[k].size;
            /* Empty statements come out of the engine one by one. */
            do {
                rest = run(db, rest, strlen(rest));
            } while (rest <= script + parts.spans[k].offset);
            assert_true(rest >= end);
            assert_true(rest <= script + parts.spans[k].offset + parts.spans[k].run_size);
        }
        sqlite3_close(db);
        tn_arena_fini(&arena);
    }
}

static void split_every_statement_is_complete_to_the_engine(void **state)
{
    (void)state;
    /* Words and signs that steer both state machines, in any order, sense or none. */
    static const char *const words[] = {
        "CREATE", "TEMP", "TEMPORARY", "TRIGGER", "END",  "BEGIN", "EXPLAIN", "CASE", ";",
        ";",      "x",    "'a;'",      "\"END\"", "/**/", "(",     "[;]",     "-",    "-- ;\n",
    };
    uint64_t seed = 0xE7037ED1A0B428DBu;
    size_t seen = 0;
    for (int i = 0; i < 5000; i++) {
        tn_arena arena = TN_ARENA_INIT;
        const char *script = "";
        unsigned count = next_random(&seed) % 16;
        for (unsigned k = 0; k < count; k++)
            script =
                tn__arena_printf(&arena, "%s %s", script, words[next_random(&seed) % COUNT(words)]);
        const struct tn__stmt_span *spans;
        size_t span_count = 0;
        int rc = tn__split(&spans, &span_count, tn_text_of(script), TN__SQLITE, &arena, NULL);
        const char *closed = tn__arena_printf(&arena, "%s;", script);
        bool is_blank = span_count == 0;
        if (rc == TN_ESYNTAX) /* a trigger without end */
            assert_int_equal(sqlite3_complete(closed), 0);
        else if (!is_blank)
            assert_int_equal(sqlite3_complete(closed), 1);
        for (size_t k = 0; k < span_count; k++) {
            const char *one =
                tn__arena_printf(&arena, "%.*s;", (int)spans[k].size, script + spans[k].offset);
            if (!sqlite3_complete(one))
                fail_msg("not complete: '%s' of '%s'", one, script);
            /* And no part of it that ends at a semicolon is. */
            for (size_t end = 1; end < spans[k].size; end++) {
                one = tn__arena_printf(&arena, "%.*s", (int)end, script + spans[k].offset);
                if (one[end - 1] == ';' && sqlite3_complete(one))
                    fail_msg("complete already: '%s' of '%s'", one, script);
            }
            seen++;
        }
        tn_arena_fini(&arena);
    }
    assert_true(seen > 5000);
}

static int split_once(void *user)
{
    (void)user;
    tn_arena arena = TN_ARENA_INIT;
    const struct tn__stmt_span *spans = NULL;
    size_t count = 77;
    tn_error err = {0};
    int rc = tn__split(&spans, &count, TN__TEXT("SELECT 1; SELECT 2"), TN__SQLITE, &arena, &err);
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
        cmocka_unit_test(split_trigger_body_stays_together),
        cmocka_unit_test(split_statement_kinds_follow_the_first_words),
        cmocka_unit_test(split_fault_is_told_with_its_place_and_touches_nothing),
        cmocka_unit_test(split_statements_one_by_one_give_the_schema_of_the_whole),
        cmocka_unit_test(split_boundaries_are_those_of_the_engine),
        cmocka_unit_test(split_every_statement_is_complete_to_the_engine),
        cmocka_unit_test(split_without_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
