/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "fault_alloc.h"
#include "render/glyph.h"
#include "render/grid.h"
#include "render/json.h"
#include "render/text.h"
#include "util/str.h"

static int setup(void **state)
{
    static tn_arena arena;
    memset(&arena, 0, sizeof arena);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    tn_arena_fini(*state);
    return 0;
}

/* One finding in a file of its own, as text. */
struct one {
    tn_text source; /* data == NULL: not known to the renderer */
    size_t offset, length;
    const char *message;
    const char *help;
    struct tn__text_options options;
};

static void check_text_of(tn_arena *arena, const struct one *one, const char *expected)
{
    struct tn__diags diags;
    struct tn__buf buf;
    tn__diags_init(&diags, arena);
    tn__buf_init(&buf, 0);
    if (one->source.data)
        tn__diags_source(&diags, "q.sql", one->source);
    tn_text source = one->source.data ? one->source : TN__TEXT("");
    struct tn__diag *diag = tn__diags_add(&diags, "unknown-column",
                                          tn__place_at("q.sql", source, one->offset, one->length),
                                          "%s", one->message ? one->message : "m");
    if (one->help)
        tn__diag_help(&diags, diag, "%s", one->help);
    tn__text_diags(&buf, &diags, &one->options);
    assert_int_equal(tn__buf_status(&buf), TN_OK);
    assert_string_equal(buf.data, expected);
    tn__buf_fini(&buf);
    tn__diags_fini(&diags);
}

static void text_has_the_shape_of_gcc_and_the_manners_of_rustc(void **state)
{
    tn_arena *arena = *state;
    struct tn__diags diags;
    struct tn__buf buf;
    tn__diags_init(&diags, arena);
    tn__buf_init(&buf, 0);
    tn_text source = TN__TEXT("-- name: a :one\n\n\n\n\n\n\n\n\n\n\n\n\n"
                              "  SELECT emial FROM users WHERE id = :id\n");
    tn__diags_source(&diags, "queries/users.sql", source);
    size_t offset = (size_t)(strstr(source.data, "emial") - source.data);
    struct tn__diag *diag = tn__diags_add(&diags, "unknown-column",
                                          tn__place_at("queries/users.sql", source, offset, 5),
                                          "no column '%s' in table '%s'", "emial", "users");
    tn__diag_help(&diags, diag, "'email'");
    tn__diag_note(&diags, diag, (struct tn__place){"migrations/0003_users.sql", 2, 1, 0},
                  "'users' is created here");
    tn__text_diags(&buf, &diags, NULL);
    assert_string_equal(
        buf.data,
        "queries/users.sql:14:10: error: no column 'emial' in table 'users' [unknown-column]\n"
        "   14 |   SELECT emial FROM users WHERE id = :id\n"
        "      |          ^~~~~ help: 'email'\n"
        "migrations/0003_users.sql:2:1: note: 'users' is created here\n");
    tn__buf_fini(&buf);
}

static void text_without_line_or_file_leaves_out_what_is_not_known(void **state)
{
    tn_arena *arena = *state;
    struct tn__diags diags;
    struct tn__buf buf;
    tn__diags_init(&diags, arena);
    tn__buf_init(&buf, 0);
    tn__diags_source(&diags, "known", TN__TEXT("one\ntwo\n"));
    struct tn__diag *diag = tn__diags_add(&diags, "stale", (struct tn__place){0}, "a");
    tn__diag_help(&diags, diag, "run it");
    tn__diag_note(&diags, diag, (struct tn__place){0}, "b");
    tn__diags_add(&diags, "stale", (struct tn__place){"whole", 0, 0, 0}, "c");
    tn__diags_add(&diags, "stale", (struct tn__place){"unknown", 7, 3, 1}, "d");
    tn__diags_add(&diags, "stale", (struct tn__place){"known", 9, 3, 1}, "e");
    tn__diags_add(&diags, "stale", (struct tn__place){"known", 2, 0, 0}, "f");
    diag = tn__diags_add(&diags, "param-type", (struct tn__place){"known", 2, 0, 0}, "g");
    tn__diag_help(&diags, diag, "h");
    tn__text_diags(&buf, &diags, NULL);
    assert_string_equal(buf.data, "error: a [stale]\n"
                                  "  help: run it\n"
                                  "note: b\n"
                                  "whole: error: c [stale]\n"
                                  "unknown:7:3: error: d [stale]\n"
                                  "known:9:3: error: e [stale]\n"
                                  "known:2: error: f [stale]\n"
                                  "    2 | two\n"
                                  "known:2: warning: g [param-type]\n"
                                  "    2 | two\n"
                                  "      | help: h\n");
    tn__buf_fini(&buf);
}

static void text_caret_stands_under_what_is_shown(void **state)
{
    tn_arena *arena = *state;
    /* A tab is eight columns, these two characters are two each, the accent is none. */
    check_text_of(arena, &(struct one){TN__TEXT("\tab"), 2, 1, NULL, NULL, {0}},
                  "q.sql:1:3: error: m [unknown-column]\n"
                  "    1 |         ab\n"
                  "      |          ^\n");
    check_text_of(arena, &(struct one){TN__TEXT("a\tb\tc"), 4, 1, NULL, NULL, {0}},
                  "q.sql:1:5: error: m [unknown-column]\n"
                  "    1 | a       b       c\n"
                  "      |                 ^\n");
    check_text_of(
        arena,
        &(struct one){TN__TEXT("\xE6\x97\xA5\xE6\x9C\xAC e\xCC\x81x"), 6, 4, NULL, NULL, {0}},
        "q.sql:1:7: error: m [unknown-column]\n"
        "    1 | \xE6\x97\xA5\xE6\x9C\xAC e\xCC\x81x\n"
        "      |     ^~\n");
    check_text_of(arena, &(struct one){TN__TEXT("x\xE6\x97\xA5"), 1, 3, NULL, NULL, {0}},
                  "q.sql:1:2: error: m [unknown-column]\n"
                  "    1 | x\xE6\x97\xA5\n"
                  "      |  ^~\n");
    /* Behind the last byte of a line, and on an empty one. */
    check_text_of(arena, &(struct one){TN__TEXT("SELECT\n"), 6, 1, NULL, "h", {0}},
                  "q.sql:1:7: error: m [unknown-column]\n"
                  "    1 | SELECT\n"
                  "      |       ^ help: h\n");
    check_text_of(arena, &(struct one){TN__TEXT("SELECT\n"), 7, 1, NULL, NULL, {0}},
                  "q.sql:2:1: error: m [unknown-column]\n"
                  "    2 |\n"
                  "      | ^\n");
}

static void text_what_a_terminal_would_not_show_is_visible(void **state)
{
    tn_arena *arena = *state;
    check_text_of(arena,
                  &(struct one){TN__TEXT("a\x1B[1m\x80z"),
                                6,
                                1,
                                "b\a\xFF\xE2\x80\xAE"
                                "c",
                                NULL,
                                {0}},
                  "q.sql:1:7: error: b<U+0007><FF><U+202E>c [unknown-column]\n"
                  "    1 | a<U+001B>[1m<80>z\n"
                  "      |                 ^\n");
    /* One that is escaped is underlined in whole. */
    check_text_of(arena, &(struct one){TN__TEXT("a\x01z"), 1, 1, NULL, NULL, {0}},
                  "q.sql:1:2: error: m [unknown-column]\n"
                  "    1 | a<U+0001>z\n"
                  "      |  ^~~~~~~~\n");
}

static void text_long_line_is_cut_to_the_part_around_the_caret(void **state)
{
    tn_arena *arena = *state;
#define LINE "0123456789abcdefghijABCDEFGHIJ0123456789klmnopqrst"
#define DOTS "\xE2\x80\xA6"
    const struct tn__text_options narrow = {false, 28}; /* 20 for the line */
    check_text_of(arena, &(struct one){TN__TEXT(LINE), 2, 3, NULL, NULL, narrow},
                  "q.sql:1:3: error: m [unknown-column]\n"
                  "    1 | 0123456789abcdefghi" DOTS "\n"
                  "      |   ^~~\n");
    check_text_of(arena, &(struct one){TN__TEXT(LINE), 20, 3, NULL, NULL, narrow},
                  "q.sql:1:21: error: m [unknown-column]\n"
                  "    1 | " DOTS "fghijABCDEFGHIJ012" DOTS "\n"
                  "      |       ^~~\n");
    check_text_of(arena, &(struct one){TN__TEXT(LINE), 48, 2, NULL, NULL, narrow},
                  "q.sql:1:49: error: m [unknown-column]\n"
                  "    1 | " DOTS "123456789klmnopqrst\n"
                  "      |                   ^~\n");
    /* More underlined than there is room for. */
    check_text_of(arena, &(struct one){TN__TEXT(LINE), 20, 30, NULL, NULL, narrow},
                  "q.sql:1:21: error: m [unknown-column]\n"
                  "    1 | " DOTS "fghijABCDEFGHIJ012" DOTS "\n"
                  "      |       ^~~~~~~~~~~~~~\n");
    /* Without a column, the start is shown. */
    struct tn__diags diags;
    struct tn__buf buf;
    tn__diags_init(&diags, arena);
    tn__diags_source(&diags, "f", TN__TEXT(LINE));
    tn__diags_add(&diags, "stale", (struct tn__place){"f", 1, 0, 0}, "m");
    tn__buf_init(&buf, 0);
    tn__text_diags(&buf, &diags, &narrow);
    assert_string_equal(buf.data, "f:1: error: m [stale]\n    1 | 0123456789abcdefghi" DOTS "\n");
    tn__buf_fini(&buf);
    /* Wide characters that the cut would halve give way to a blank. */
#define WIDE5 "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"
    check_text_of(arena, &(struct one){TN__TEXT("a" WIDE5 "xy" WIDE5), 16, 1, NULL, NULL, narrow},
                  "q.sql:1:17: error: m [unknown-column]\n"
                  "    1 | " DOTS " \xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5xy" WIDE5 "\n"
                  "      |         ^\n");
}

static void text_in_colour_says_the_same(void **state)
{
    tn_arena *arena = *state;
    check_text_of(arena, &(struct one){TN__TEXT("abc"), 1, 2, NULL, "h", {true, 0}},
                  "\033[1mq.sql:1:2:\033[0m \033[1;31merror:\033[0m m [unknown-column]\n"
                  "    1 | abc\n"
                  "      |  \033[1;31m^~\033[0m \033[1;32mhelp:\033[0m h\n");
}

static void glyph_width_follows_the_terminal(void **state)
{
    (void)state;
    assert_int_equal(tn__glyph_width(TN__TEXT("")), 0);
    assert_int_equal(tn__glyph_width(TN__TEXT("abc")), 3);
    assert_int_equal(tn__glyph_width(TN__TEXT("a\tb")), 9);
    assert_int_equal(tn__glyph_width(TN__TEXT("\xE6\x97\xA5")), 2);
    assert_int_equal(tn__glyph_width(TN__TEXT("e\xCC\x81")), 1);
    assert_int_equal(tn__glyph_width(TN__TEXT("\xC3")), 4);
    assert_int_equal(tn__glyph_width(TN__TEXT("\xF0\x9F\x98\x80")), 2);
}

static void json_commas_and_escapes_are_right(void **state)
{
    (void)state;
    struct tn__buf buf;
    struct tn__json json;
    tn__buf_init(&buf, 0);
    tn__json_init(&json, &buf);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key(&json, "empty");
    tn__json_array_begin(&json);
    tn__json_array_end(&json);
    tn__json_key(&json, "list");
    tn__json_array_begin(&json);
    tn__json_int(&json, INT64_MIN);
    tn__json_bool(&json, true);
    tn__json_null(&json);
    tn__json_object_begin(&json);
    tn__json_object_end(&json);
    tn__json_array_begin(&json);
    tn__json_text(&json, TN__TEXT("a\"\\\n\xFF"));
    tn__json_array_end(&json);
    tn__json_array_end(&json);
    tn__json_key_string(&json, "none", NULL);
    tn__json_key_bool(&json, "last\"", false);
    tn__json_object_end(&json);
    assert_string_equal(buf.data,
                        "{\"v\":1,\"empty\":[],\"list\":[-9223372036854775808,true,null,{},"
                        "[\"a\\\"\\\\\\n\xEF\xBF\xBD\"]],\"none\":null,\"last\\\"\":false}");
    tn__buf_fini(&buf);
}

static void json_of_a_finding_has_the_members_of_the_contract(void **state)
{
    tn_arena *arena = *state;
    struct tn__diags diags;
    struct tn__buf buf;
    struct tn__json json;
    tn__diags_init(&diags, arena);
    tn__buf_init(&buf, 0);
    struct tn__diag *diag =
        tn__diags_add(&diags, "unknown-column", (struct tn__place){"q.sql", 14, 12, 5}, "no 'a'");
    tn__diag_help(&diags, diag, "'b'");
    tn__diag_note(&diags, diag, (struct tn__place){"m.sql", 2, 0, 0}, "here");
    tn__diags_add(&diags, "param-type", (struct tn__place){0}, "plain");
#define FIRST                                                                            \
 "{\"code\":\"unknown-column\",\"severity\":\"error\",\"file\":\"q.sql\",\"line\":14,"   \
 "\"column\":12,\"message\":\"no 'a'\",\"help\":\"'b'\",\"notes\":[{\"file\":\"m.sql\"," \
 "\"line\":2,\"column\":null,\"message\":\"here\"}]}"
#define SECOND                                                                    \
 "{\"code\":\"param-type\",\"severity\":\"warning\",\"file\":null,\"line\":null," \
 "\"column\":null,\"message\":\"plain\"}"
    tn__json_init(&json, &buf);
    tn__json_diags(&json, &diags);
    assert_string_equal(buf.data, "[" FIRST "," SECOND "]");
    tn__buf_reset(&buf);
    tn__json_lines(&buf, &diags);
    assert_string_equal(buf.data, FIRST "\n" SECOND "\n");
    tn__buf_fini(&buf);
}

static const struct tn__grid_column columns[] = {
    {"version", TN__RIGHT}, {"name", TN__LEFT}, {"note", TN__LEFT}};

static void fill_table(struct tn__grid *table, tn_arena *arena)
{
    tn__grid_init(table, columns, 3, arena);
    tn__grid_cell(table, TN__TEXT("7"));
    tn__grid_cell(table, TN__TEXT("\xE6\x97\xA5\xE6\x9C\xAC"));
    tn__grid_cell(table, TN__TEXT("a\nb\\"));
    tn__grid_cell(table, TN__TEXT("20250115"));
    tn__grid_cell(table, TN__TEXT("users"));
    tn__grid_cell(table, (tn_text){NULL, 0});
}

static void table_for_a_terminal_is_aligned_without_trailing_blanks(void **state)
{
    struct tn__grid table;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    fill_table(&table, *state);
    tn__grid_text(&buf, &table, false);
    assert_string_equal(buf.data, " version  name   note\n"
                                  "       7  \xE6\x97\xA5\xE6\x9C\xAC   a<U+000A>b\\\n"
                                  "20250115  users\n");
    tn__buf_reset(&buf);
    tn__grid_cell(&table, TN__TEXT("1")); /* a row that is not complete */
    tn__grid_text(&buf, &table, true);
    assert_string_equal(buf.data, "\033[1m version  name   note\033[0m\n"
                                  "       7  \xE6\x97\xA5\xE6\x9C\xAC   a<U+000A>b\\\n"
                                  "20250115  users\n"
                                  "       1\n");
    tn__buf_fini(&buf);
}

static void table_for_a_program_has_tabs_and_escapes(void **state)
{
    struct tn__grid table;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    fill_table(&table, *state);
    tn__grid_tsv(&buf, &table);
    assert_string_equal(buf.data, "version\tname\tnote\n"
                                  "7\t\xE6\x97\xA5\xE6\x9C\xAC\ta\\nb\\\\\n"
                                  "20250115\tusers\t\n");
    tn__buf_fini(&buf);
}

static void table_without_rows_has_its_titles(void **state)
{
    struct tn__grid table;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__grid_init(&table, columns, 2, *state);
    tn__grid_text(&buf, &table, false);
    assert_string_equal(buf.data, "version  name\n");
    tn__buf_fini(&buf);
}

static int render_once(void *user)
{
    (void)user;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__diags diags;
    struct tn__grid table;
    struct tn__buf buf;
    tn__diags_init(&diags, &arena);
    tn__buf_init(&buf, 0);
    tn__diags_source(&diags, "q", TN__TEXT("SELECT a"));
    struct tn__diag *diag =
        tn__diags_add(&diags, "unknown-column", (struct tn__place){"q", 1, 8, 1}, "no 'a'");
    tn__diag_help(&diags, diag, "'b'");
    tn__text_diags(&buf, &diags, NULL);
    tn__json_lines(&buf, &diags);
    tn__grid_init(&table, columns, 3, &arena);
    for (int i = 0; i < 500; i++)
        tn__grid_cell(&table, TN__TEXT("a cell"));
    tn__grid_text(&buf, &table, true);
    tn__grid_tsv(&buf, &table);
    int rc = tn__buf_status(&buf);
    if (rc == TN_OK)
        rc = diags.status;
    tn__buf_fini(&buf);
    tn_arena_fini(&arena);
    return rc;
}

static void render_without_memory_is_told(void **state)
{
    (void)state;
    fault_alloc_each(render_once, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(text_has_the_shape_of_gcc_and_the_manners_of_rustc),
        TEST(text_without_line_or_file_leaves_out_what_is_not_known),
        TEST(text_caret_stands_under_what_is_shown),
        TEST(text_what_a_terminal_would_not_show_is_visible),
        TEST(text_long_line_is_cut_to_the_part_around_the_caret),
        TEST(text_in_colour_says_the_same),
        TEST(glyph_width_follows_the_terminal),
        TEST(json_commas_and_escapes_are_right),
        TEST(json_of_a_finding_has_the_members_of_the_contract),
        TEST(table_for_a_terminal_is_aligned_without_trailing_blanks),
        TEST(table_for_a_program_has_tabs_and_escapes),
        TEST(table_without_rows_has_its_titles),
        TEST(render_without_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
