/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "diag/diag.h"
#include "diag/diag_codes.h"
#include "fault_alloc.h"
#include "util/buf.h"
#include "util/str.h"

static const struct tn__place nowhere = {NULL, 0, 0, 0};

static struct tn__place at(const char *file, uint32_t line, uint32_t column)
{
    return (struct tn__place){file, line, column, 0};
}

static void codes_table_is_well_formed_and_found_by_code(void **state)
{
    (void)state;
    assert_int_equal(tn__diag_code_count, TN__DIAG_INDEX_COUNT);
    for (size_t i = 0; i < tn__diag_code_count; i++) {
        const struct tn__diag_code *code = &tn__diag_codes[i];
        /* Found by its text means also: no other has the same one before it. */
        assert_ptr_equal(tn__diag_code_find(code->code), code);
        for (const char *c = code->code; *c; c++)
            assert_true((*c >= 'a' && *c <= 'z') || (*c == '-' && c > code->code && c[1]));
        assert_true(strlen(code->meaning) > 0);
        assert_int_not_equal(code->meaning[strlen(code->meaning) - 1], '.');
        assert_non_null(tn__severity_name(code->severity));
    }
    assert_null(tn__diag_code_find("no-such-code"));
    assert_int_equal(tn__diag_codes[TN__DIAG_UNKNOWN_COLUMN].severity, TN__ERROR);
    assert_string_equal(tn__diag_codes[TN__DIAG_UNKNOWN_NULLABILITY].code, "unknown-nullability");
    assert_int_equal(tn__diag_codes[TN__DIAG_UNKNOWN_NULLABILITY].severity, TN__WARNING);
}

static void diags_add_keeps_copies_and_counts(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__diags diags;
    tn__diags_init(&diags, &arena);
    char file[] = "a.sql", name[] = "emial";
    struct tn__diag *diag = tn__diags_add(&diags, "unknown-column", at(file, 3, 4),
                                          "no column '%s' in table '%s'", name, "users");
    tn__diag_help(&diags, diag, "'%s'", "email");
    tn__diag_note(&diags, diag, at(file, 1, 1), "'%s' is created here", "users");
    tn__diag_note(&diags, diag, nowhere, "second");
    tn__diags_add(&diags, "param-type", nowhere, "plain");
    memset(file, 'x', sizeof file - 1);
    memset(name, 'x', sizeof name - 1);

    assert_int_equal(diags.count, 2);
    assert_int_equal(diags.errors, 1);
    assert_int_equal(diags.warnings, 1);
    assert_int_equal(diags.status, TN_OK);
    diag = &diags.items[0];
    assert_string_equal(diag->code, "unknown-column");
    assert_string_equal(diag->message, "no column 'emial' in table 'users'");
    assert_string_equal(diag->help, "'email'");
    assert_string_equal(diag->place.file, "a.sql");
    assert_int_equal(diag->severity, TN__ERROR);
    assert_string_equal(diag->notes->message, "'users' is created here");
    assert_string_equal(diag->notes->place.file, "a.sql");
    assert_string_equal(diag->notes->next->message, "second");
    assert_null(diag->notes->next->next);
    assert_null(diags.items[1].place.file);
    tn__diags_fini(&diags);
    tn_arena_fini(&arena);
}

static void diags_sort_is_by_place_then_by_order(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        uint32_t line, column;
    } rows[] = {{"b", 1, 1}, {"a", 2, 1}, {"a", 1, 9}, {"a", 1, 2}, {NULL, 0, 0},
                {"a", 1, 2}, {"a", 0, 0}, {"b", 1, 1}, {"a", 1, 2}};
    static const char *const sorted[] = {"4", "6", "3", "5", "8", "2", "1", "0", "7"};
    tn_arena arena = TN_ARENA_INIT;
    struct tn__diags diags;
    tn__diags_init(&diags, &arena);
    for (int i = 0; i < 9; i++)
        tn__diags_add(&diags, "stale", at(rows[i].file, rows[i].line, rows[i].column), "%d", i);
    tn__diags_sort(&diags);
    for (int i = 0; i < 9; i++)
        assert_string_equal(diags.items[i].message, sorted[i]);
    tn_arena_fini(&arena);
}

static void diags_many_are_all_kept_in_order(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__diags diags;
    tn__diags_init(&diags, &arena);
    for (int i = 0; i < 1000; i++)
        tn__diags_add(&diags, "stale", at("f", 1, 1), "%d", i);
    assert_int_equal(diags.count, 1000);
    tn__diags_sort(&diags);
    for (int i = 0; i < 1000; i++)
        assert_string_equal(diags.items[i].message, tn__arena_printf(&arena, "%d", i));
    tn_arena_fini(&arena);
}

static void diags_source_of_the_same_file_replaces(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__diags diags;
    tn__diags_init(&diags, &arena);
    tn__diags_source(&diags, "a", TN__TEXT("one"));
    tn__diags_source(&diags, "b", TN__TEXT("two"));
    tn__diags_source(&diags, "a", TN__TEXT("three"));
    assert_text(tn__diags_line(&diags, at("a", 1, 1)), "three");
    assert_text(tn__diags_line(&diags, at("b", 1, 1)), "two");
    assert_null(tn__diags_line(&diags, at("c", 1, 1)).data);
    tn_arena_fini(&arena);
}

/* With the lines known or not: the same places, and the same lines. */
static void known_lines_change_no_place(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\n\n", "\r\r\n"};
    tn_arena arena = TN_ARENA_INIT;
    for (size_t e = 0; e < 8; e++) {
        struct tn__buf buf;
        struct tn__lines lines;
        struct tn__diags diags;
        tn__buf_init(&buf, 0);
        tn__buf_puts(&buf, e % 2 ? "\xEF\xBB\xBF" : "");
        for (int i = 0; i < 150; i++)
            tn__buf_printf(&buf, "%.*s%s", i % 5, "line", ends[e / 2]);
        tn__buf_puts(&buf, e % 2 ? "the last" : "");
        tn_text text = tn__buf_view(&buf);
        tn__diags_init(&diags, &arena);
        tn__diags_source(&diags, "f", text);
        assert_ok(tn__lines_find(&lines, text, &arena));
        for (size_t offset = 0; offset <= text.size + 1; offset++)
            for (size_t length = 0; length < 8; length++) {
                struct tn__place slow = tn__place_at("f", text, offset, length);
                struct tn__place quick = tn__place_in("f", text, &lines, offset, length);
                assert_ptr_equal(slow.file, quick.file);
                assert_int_equal(slow.line, quick.line);
                assert_int_equal(slow.column, quick.column);
                assert_int_equal(slow.length, quick.length);
                tn_text line = tn__line_at(text, slow.line);
                assert_true(tn_text_equal(line, tn__diags_line(&diags, slow)));
                assert_true(slow.column + slow.length <= line.size + 2);
            }
        tn__buf_fini(&buf);
    }
    tn_arena_fini(&arena);
}

static void place_at_counts_lines_and_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t offset, length;
        uint32_t line, column, cut;
    } rows[] = {
        {"", 0, 5, 1, 1, 0},
        {"abc", 0, 2, 1, 1, 2},
        {"abc", 2, 9, 1, 3, 1},
        {"abc", 3, 1, 1, 4, 0},
        {"abc", 99, 1, 1, 4, 0},
        {"ab\ncd", 1, 9, 1, 2, 1},
        {"ab\ncd", 2, 1, 1, 3, 0}, /* the line's end */
        {"ab\ncd", 3, 1, 2, 1, 1},
        {"ab\r\ncd\r\n", 0, 9, 1, 1, 2},
        {"ab\r\ncd\r\n", 5, 9, 2, 2, 1},
        {"ab\n", 3, 1, 2, 1, 0},
        {"\n\n\n", 2, 1, 3, 1, 0},
        {"\xC3\xA9x", 2, 1, 1, 3, 1},
        {"\xEF\xBB\xBFx", 0, 1, 1, 1, 1}, /* the mark is not counted */
        {"\xEF\xBB\xBFx", 3, 1, 1, 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn__place place =
            tn__place_at("f", tn_text_of(rows[i].text), rows[i].offset, rows[i].length);
        if (place.line != rows[i].line || place.column != rows[i].column ||
            place.length != rows[i].cut)
            fail_msg("row %zu: %u:%u+%u", i, (unsigned)place.line, (unsigned)place.column,
                     (unsigned)place.length);
        assert_string_equal(place.file, "f");
    }
}

static void line_at_gives_each_line_without_its_end(void **state)
{
    (void)state;
    tn_text text = TN__TEXT("\xEF\xBB\xBFone\r\n\nthree\n");
    assert_text(tn__line_at(text, 1), "one");
    assert_text(tn__line_at(text, 2), "");
    assert_text(tn__line_at(text, 3), "three");
    assert_text(tn__line_at(text, 4), "");
    assert_null(tn__line_at(text, 5).data);
    assert_null(tn__line_at(text, 0).data);
    assert_text(tn__line_at(TN__TEXT("only"), 1), "only");
    assert_null(tn__line_at(TN__TEXT("only"), 2).data);
    assert_text(tn__line_at(TN__TEXT(""), 1), "");
}

static int report_once(void *user)
{
    (void)user;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__diags diags;
    tn__diags_init(&diags, &arena);
    char wide[3000];
    memset(wide, 'w', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    tn__diags_source(&diags, "a", TN__TEXT("text"));
    for (int i = 0; i < 40; i++) {
        struct tn__diag *diag = tn__diags_add(&diags, "stale", at("other", 1, 1), "%s", wide);
        assert_non_null(diag->message);
        tn__diag_help(&diags, diag, "%s", wide);
        tn__diag_note(&diags, diag, at("third", 1, 1), "%s", wide);
    }
    tn__diags_sort(&diags);
    /* Whatever was lost, the run is not clean. */
    assert_int_equal(diags.errors, 40);
    int rc = diags.status;
    if (rc == TN_OK)
        assert_int_equal(diags.count, 40);
    tn__diags_fini(&diags);
    tn_arena_fini(&arena);
    return rc;
}

static void diags_without_memory_are_sticky_and_counted(void **state)
{
    (void)state;
    fault_alloc_each(report_once, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_table_is_well_formed_and_found_by_code),
        cmocka_unit_test(diags_add_keeps_copies_and_counts),
        cmocka_unit_test(diags_sort_is_by_place_then_by_order),
        cmocka_unit_test(diags_many_are_all_kept_in_order),
        cmocka_unit_test(diags_source_of_the_same_file_replaces),
        cmocka_unit_test(known_lines_change_no_place),
        cmocka_unit_test(place_at_counts_lines_and_bytes),
        cmocka_unit_test(line_at_gives_each_line_without_its_end),
        cmocka_unit_test(diags_without_memory_are_sticky_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
