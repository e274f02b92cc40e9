/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "sql/emit.h"
#include "util/str.h"

/* What tokens say of a statement, and the text that the engine gets. */

static void sources_have_tables_and_aliases(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__sql sql;
    const struct tn__sql_source *sources;
    size_t count;
    assert_ok(tn__sql_scan(
        &sql,
        tn_text_of("SELECT 1 FROM a, main.b AS bb, \"c d\" e JOIN f ON 1 LEFT JOIN g USING (x) "
                   "WHERE x IN (SELECT y FROM h i), (z)"),
        &arena));
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

static int emit(struct tn__sql_text *out, const struct tn__sql *sql,
                const struct tn__sql_params *params, tn_arena *arena)
{
    const struct tn__sql_emission emission = {.sql = sql, .params = params};
    struct tn__sql_pieces pieces;
    int rc = tn__sql_emit(&pieces, &emission, arena);
    return rc == TN_OK ? tn__sql_compose(out, &pieces, 0, arena) : rc;
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
    assert_ok(emit(&emitted, &sql, &params, &arena));
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
    assert_ok(emit(&emitted, &sql, &params, &arena));
    assert_text(emitted.text, "SELECT 'a\n\n  -- b', \"c  d\",x'00'");
    tn_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_have_tables_and_aliases),
        cmocka_unit_test(emitted_bytes_lead_back_to_written_ones),
        cmocka_unit_test(strings_are_emitted_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
