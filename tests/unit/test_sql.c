/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "sql/emit.h"
#include "util/str.h"

/* What tokens say of a statement, and the text that the engine gets. */

static void scan(struct tn__sql *sql, struct tn__sql_facts *facts, const char *text,
                 tn_arena *arena)
{
    assert_ok(tn__sql_scan(sql, tn_text_of(text), arena));
    tn__sql_facts(facts, sql);
}

static void kind_is_that_of_the_main_verb(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum tn__sql_kind kind;
        bool has_cte;
        bool has_returning;
    } cases[] = {
        {"SELECT 1", TN__SQL_SELECT, false, false},
        {"values (1)", TN__SQL_VALUES, false, false},
        {"INSERT INTO t VALUES (1)", TN__SQL_INSERT, false, false},
        {"REPLACE INTO t VALUES (1)", TN__SQL_INSERT, false, false},
        {"WITH x AS (SELECT 1), y (a) AS (SELECT 2) DELETE FROM t RETURNING a", TN__SQL_DELETE,
         true, true},
        {"WITH RECURSIVE x AS (SELECT 1) SELECT 1", TN__SQL_SELECT, true, false},
        {"UPDATE t SET a = (SELECT 1)", TN__SQL_UPDATE, false, false},
        {"PRAGMA user_version", TN__SQL_OTHER, false, false},
        {"EXPLAIN SELECT 1", TN__SQL_OTHER, false, false},
        {"", TN__SQL_OTHER, false, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tn_arena arena = TN_ARENA_INIT;
        struct tn__sql sql;
        struct tn__sql_facts facts;
        scan(&sql, &facts, cases[i].text, &arena);
        assert_int_equal(facts.kind, cases[i].kind);
        assert_int_equal(facts.has_cte, cases[i].has_cte);
        assert_int_equal(facts.kind != TN__SQL_SELECT && facts.list.begin < sql.count,
                         cases[i].has_returning);
        tn_arena_fini(&arena);
    }
}

static void doubts_are_never_missed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_compound;
        bool is_outer;
        bool is_nested;
    } cases[] = {
        {"SELECT a FROM t", false, false, false},
        {"SELECT a FROM t UNION SELECT b FROM u", true, false, false},
        {"SELECT a FROM t WHERE a IN (SELECT 1 UNION SELECT 2)", false, false, false},
        {"SELECT a FROM t LEFT JOIN u", false, true, false},
        {"SELECT a FROM t WHERE b IN (SELECT c FROM u LEFT JOIN v)", false, true, false},
        {"SELECT a FROM t AS left", false, true, false},
        {"SELECT \"left\" FROM t", false, false, false},
        {"SELECT (SELECT 1) FROM t", false, false, true},
        {"SELECT a FROM (VALUES (1)) AS t", false, false, true},
        {"SELECT a FROM t JOIN u ON u.a = (SELECT 1)", false, false, true},
        {"SELECT a IS NOT DISTINCT FROM b, (SELECT 1) FROM t", false, false, true},
        {"SELECT DISTINCT a FROM t", false, false, false},
        {"DELETE FROM t RETURNING (SELECT 1)", false, false, true},
        {"DELETE FROM t WHERE a = (SELECT 1) RETURNING a", false, false, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tn_arena arena = TN_ARENA_INIT;
        struct tn__sql sql;
        struct tn__sql_facts facts;
        scan(&sql, &facts, cases[i].text, &arena);
        if (facts.has_compound != cases[i].is_compound ||
            facts.has_outer_join != cases[i].is_outer || facts.has_subquery != cases[i].is_nested)
            print_error("%s\n", cases[i].text);
        assert_int_equal(facts.has_compound, cases[i].is_compound);
        assert_int_equal(facts.has_outer_join, cases[i].is_outer);
        assert_int_equal(facts.has_subquery, cases[i].is_nested);
        tn_arena_fini(&arena);
    }
}

static void sources_have_tables_and_aliases(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__sql sql;
    struct tn__sql_facts facts;
    const struct tn__sql_source *sources;
    size_t count;
    scan(&sql, &facts,
         "SELECT 1 FROM a, main.b AS bb, \"c d\" e JOIN f ON 1 LEFT JOIN g USING (x) "
         "WHERE x IN (SELECT y FROM h i), (z)",
         &arena);
    assert_ok(tn__sql_sources(&sources, &count, &sql, &arena));
    static const char *const expected[][2] = {{"a", "a"}, {"b", "bb"}, {"c d", "e"},
                                              {"f", "f"}, {"g", "g"},  {"h", "i"}};
    assert_int_equal(count, 6);
    for (size_t i = 0; i < 6; i++) {
        bool is_found = false;
        for (size_t k = 0; k < count; k++)
            is_found = is_found || (tn__text_is(sources[k].table, expected[i][0]) &&
                                    tn__text_is(sources[k].alias, expected[i][1]));
        if (!is_found)
            print_error("%s %s\n", expected[i][0], expected[i][1]);
        assert_true(is_found);
    }
    tn_arena_fini(&arena);
}

static void emitted_bytes_lead_back_to_written_ones(void **state)
{
    (void)state;
    static const char text[] = "SELECT /* a comment */ id,\n\n   -- another\n  :long_name FROM t";
    tn_arena arena = TN_ARENA_INIT;
    struct tn__sql sql;
    struct tn__sql_params params;
    struct tn__sql_text emitted;
    assert_ok(tn__sql_scan(&sql, tn_text_of(text), &arena));
    assert_ok(tn__sql_params(&params, &sql, &arena));
    assert_ok(tn__sql_emit(&emitted, &sql, &params, NULL, 0, &arena));
    assert_text(emitted.text, "SELECT id,\n  ?1 FROM t");
    for (size_t i = 0; i < emitted.text.size; i++) {
        size_t written = tn__sql_written_offset(&emitted, i);
        assert_true(written < sizeof(text));
        if (strncmp(emitted.text.data + i, "id", 2) == 0)
            assert_int_equal(strncmp(text + written, "id", 2), 0);
        if (strncmp(emitted.text.data + i, "?1", 2) == 0)
            assert_int_equal(strncmp(text + written, ":long_name", 10), 0);
        if (strncmp(emitted.text.data + i, "FROM", 4) == 0)
            assert_int_equal(strncmp(text + written, "FROM", 4), 0);
    }
    tn_arena_fini(&arena);
}

static void strings_are_emitted_as_written(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__sql sql;
    struct tn__sql_params params;
    struct tn__sql_text emitted;
    assert_ok(tn__sql_scan(&sql, TN__TEXT("SELECT 'a\n\n  -- b', \"c  d\",x'00'"), &arena));
    assert_ok(tn__sql_params(&params, &sql, &arena));
    assert_ok(tn__sql_emit(&emitted, &sql, &params, NULL, 0, &arena));
    assert_text(emitted.text, "SELECT 'a\n\n  -- b', \"c  d\",x'00'");
    tn_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kind_is_that_of_the_main_verb),
        cmocka_unit_test(doubts_are_never_missed),
        cmocka_unit_test(sources_have_tables_and_aliases),
        cmocka_unit_test(emitted_bytes_lead_back_to_written_ones),
        cmocka_unit_test(strings_are_emitted_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
