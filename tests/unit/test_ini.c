/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>

#include "fault_alloc.h"
#include "util/ini.h"

static const char sample[] = "; settings\n"
                             "top = 1\n"
                             "\n"
                             "[database]\n"
                             "url = sqlite:data/app.db            ; or ${DATABASE_URL}\n"
                             "\t pool size=4\t# four\r\n"
                             "[ queries ] ; where they are\n"
                             "source = queries/*.sql\n"
                             "source = src/*.c\n"
                             "empty =\n"
                             "commented = ; nothing\n"
                             "quoted = \"  a ; b # c \" ; end\n"
                             "hash=a#b;c\n"
                             "direct=#fff ; colour\n"
                             "equals = a = b\n"
                             "[database]\n"
                             "last = \"\"";

static void ini_sample_gives_every_entry(void **state)
{
    (void)state;
    static const struct {
        const char *section, *key, *value;
    } rows[] = {
        {"", "top", "1"},
        {"database", "url", "sqlite:data/app.db"},
        {"database", "pool size", "4"},
        {"queries", "source", "queries/*.sql"},
        {"queries", "source", "src/*.c"},
        {"queries", "empty", ""},
        {"queries", "commented", ""},
        {"queries", "quoted", "  a ; b # c "},
        {"queries", "hash", "a#b;c"},
        {"queries", "direct", "#fff"},
        {"queries", "equals", "a = b"},
        {"database", "last", ""},
    };
    tn_arena arena = TN_ARENA_INIT;
    struct tn__ini ini;
    assert_ok(tn__ini_parse(&ini, tn_text_of(sample), &arena, NULL));
    assert_int_equal(ini.count, sizeof rows / sizeof rows[0]);
    for (size_t i = 0; i < ini.count; i++) {
        const struct tn__ini_entry *entry = &ini.entries[i];
        assert_text(entry->section, rows[i].section);
        assert_text(entry->key, rows[i].key);
        assert_text(entry->value, rows[i].value);
        /* The offsets lead to the same bytes in the file; a NUL ends the copies. */
        assert_memory_equal(sample + entry->key_offset, rows[i].key, entry->key.size);
        assert_memory_equal(sample + entry->value_offset, rows[i].value, entry->value.size);
        assert_int_equal(entry->value.data[entry->value.size], '\0');
        if (i > 0)
            assert_int_equal(sample[entry->section_offset], '[');
    }
    assert_string_equal(sample + ini.entries[11].section_offset, "[database]\nlast = \"\"");
    tn_arena_fini(&arena);
}

static void ini_empty_value_points_to_the_end_of_the_line(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__ini ini;
    assert_ok(tn__ini_parse(&ini, tn_text_of("a =\nb= \r\nc = ; x\n"), &arena, NULL));
    assert_int_equal(ini.count, 3);
    assert_int_equal(ini.entries[0].value_offset, 3);
    assert_int_equal(ini.entries[1].value_offset, 6);
    assert_int_equal(ini.entries[2].value_offset, 16);
    tn_arena_fini(&arena);
}

static void ini_texts_without_entries_are_fine(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n\n", "# c", "[s]", "\xef\xbb\xbf[s]\n", "  \t\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        tn_arena arena = TN_ARENA_INIT;
        struct tn__ini ini = {NULL, 7};
        assert_ok(tn__ini_parse(&ini, tn_text_of(texts[i]), &arena, NULL));
        assert_int_equal(ini.count, 0);
        tn_arena_fini(&arena);
    }
}

static void ini_byte_order_mark_counts_in_offsets(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__ini ini;
    assert_ok(tn__ini_parse(&ini,
                            tn_text_of("\xef\xbb\xbf"
                                       "a=b"),
                            &arena, NULL));
    assert_int_equal(ini.entries[0].key_offset, 3);
    assert_text(ini.entries[0].key, "a");
    tn_arena_fini(&arena);
}

static void ini_faults_are_told_with_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned position;
        const char *message;
    } rows[] = {
        {"a = 1\nnonsense\n", 7, "neither '[section]' nor 'key = value'"},
        {"  x # y = z", 3, "neither '[section]' nor 'key = value'"},
        {"= 1", 1, "'=' without a key"},
        {"\n[open", 2, "']' is missing"},
        {"[]", 1, "section without a name"},
        {"[ ]", 1, "section without a name"},
        {"[a] b", 5, "text behind ']'"},
        {"k = \"open", 5, "'\"' is not closed"},
        {"k = \"a\"b", 8, "text behind a quoted value"},
        {"k = \xff", 5, "byte 0xff is not UTF-8"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tn_arena arena = TN_ARENA_INIT;
        struct tn__ini ini = {NULL, 7};
        tn_error err = {0};
        assert_int_equal(tn__ini_parse(&ini, tn_text_of(rows[i].text), &arena, &err), TN_ESYNTAX);
        assert_string_equal(err.message, rows[i].message);
        assert_int_equal(err.position, rows[i].position);
        assert_int_equal(ini.count, 7);
        assert_int_equal(tn__ini_parse(&ini, tn_text_of(rows[i].text), &arena, NULL), TN_ESYNTAX);
        tn_arena_fini(&arena);
    }
}

/* Whatever the text is cut to, the parser ends, and reads nothing behind it. */
static void ini_every_cut_and_every_changed_byte_is_survived(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof sample; size++) {
        for (int change = 0; change < 4; change++) {
            char *text = test_malloc(size + 1);
            memcpy(text, sample, size);
            if (size)
                text[size / 2] = change ? "[\"=\n"[change] : text[size / 2];
            char *exact = test_malloc(size ? size : 1);
            memcpy(exact, text, size);
            tn_arena arena = TN_ARENA_INIT;
            struct tn__ini ini;
            int rc = tn__ini_parse(&ini, (tn_text){exact, size}, &arena, NULL);
            assert_true(rc == TN_OK || rc == TN_ESYNTAX);
            tn_arena_fini(&arena);
            test_free(exact);
            test_free(text);
        }
    }
}

static int parse_once(void *user)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__ini ini = {NULL, 7};
    tn_error err = {0};
    int rc = tn__ini_parse(&ini, *(tn_text *)user, &arena, &err);
    assert_int_equal(err.status, rc);
    assert_true(rc == TN_OK || ini.count == 7);
    tn_arena_fini(&arena);
    return rc;
}

static void ini_no_memory_at_any_point_is_told(void **state)
{
    (void)state;
    static char text[40000];
    size_t size = 0;
    for (int i = 0; i < 300; i++)
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "[section %d]\nkey = a value that is a little longer\n", i);
    tn_text whole = {text, size};
    fault_alloc_each(parse_once, &whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ini_sample_gives_every_entry),
        cmocka_unit_test(ini_empty_value_points_to_the_end_of_the_line),
        cmocka_unit_test(ini_texts_without_entries_are_fine),
        cmocka_unit_test(ini_byte_order_mark_counts_in_offsets),
        cmocka_unit_test(ini_faults_are_told_with_the_place),
        cmocka_unit_test(ini_every_cut_and_every_changed_byte_is_survived),
        cmocka_unit_test(ini_no_memory_at_any_point_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
