/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>

#include "util/str.h"
#include "util/utf8.h"

static void text_comparisons_follow_ascii(void **state)
{
    (void)state;
    assert_true(tn__text_is(TN__TEXT("abc"), "abc"));
    assert_false(tn__text_is(TN__TEXT("abc"), "ab"));
    assert_false(tn__text_is(TN__TEXT("abc"), "abC"));
    assert_true(tn__text_is((tn_text){NULL, 0}, ""));
    assert_true(tn__text_is_nocase(TN__TEXT("aBc_[@"), "AbC_[@"));
    /* '@' and '`', '[' and '{' differ by the bit that the case is. */
    assert_false(tn__text_is_nocase(TN__TEXT("@"), "`"));
    assert_false(tn__text_is_nocase(TN__TEXT("["), "{"));
    assert_false(tn__text_is_nocase(TN__TEXT("\xc3\x89"), "\xc3\xa9"));
    assert_true(tn__text_equal_nocase(TN__TEXT("Select"), TN__TEXT("SELECT")));
    assert_false(tn__text_equal_nocase(TN__TEXT("a"), TN__TEXT("ab")));
    assert_true(tn__text_starts(TN__TEXT("abc"), "ab"));
    assert_true(tn__text_starts((tn_text){NULL, 0}, ""));
    assert_false(tn__text_starts(TN__TEXT("a"), "ab"));
    assert_true(tn__text_ends(TN__TEXT("a.sql"), ".sql"));
    assert_false(tn__text_ends(TN__TEXT("sql"), ".sql"));
}

static void text_compare_shorter_first(void **state)
{
    (void)state;
    assert_true(tn__text_compare(TN__TEXT("a"), TN__TEXT("b")) < 0);
    assert_true(tn__text_compare(TN__TEXT("a"), TN__TEXT("ab")) < 0);
    assert_true(tn__text_compare(TN__TEXT("b"), TN__TEXT("ab")) > 0);
    assert_true(tn__text_compare(TN__TEXT("\xff"), TN__TEXT("a")) > 0);
    assert_int_equal(tn__text_compare(TN__TEXT("ab"), TN__TEXT("ab")), 0);
    assert_int_equal(tn__text_compare((tn_text){NULL, 0}, TN__TEXT("")), 0);
}

static void text_trim_and_sub_stay_inside(void **state)
{
    (void)state;
    assert_text(tn__text_trim(TN__TEXT(" \t\r\n a b \n")), "a b");
    assert_text(tn__text_trim(TN__TEXT("  ")), "");
    assert_text(tn__text_sub(TN__TEXT("abcdef"), 2, 3), "cde");
    assert_text(tn__text_sub(TN__TEXT("abc"), 2, SIZE_MAX), "c");
    assert_text(tn__text_sub(TN__TEXT("abc"), 9, 1), "");
    assert_int_equal(tn__text_find(TN__TEXT("abc"), 'c'), 2);
    assert_int_equal(tn__text_find(TN__TEXT("abc"), 'x'), 3);
    assert_int_equal(tn__text_find((tn_text){NULL, 0}, 'x'), 0);
}

static void text_line_takes_both_line_ends(void **state)
{
    (void)state;
    tn_text rest = TN__TEXT("a\r\nb\n\nc\rd\n\r\nlast\r");
    static const char *const lines[] = {"a", "b", "", "c\rd", "", "last\r"};
    tn_text line;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_true(tn__text_line(&rest, &line));
        assert_text(line, lines[i]);
    }
    assert_false(tn__text_line(&rest, &line));
    rest = TN__TEXT("\n");
    assert_true(tn__text_line(&rest, &line));
    assert_text(line, "");
    assert_false(tn__text_line(&rest, &line));
}

static void text_to_int_whole_range_and_no_more(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int rc;
        int64_t value;
    } rows[] = {
        {"0", TN_OK, 0},
        {"-0", TN_OK, 0},
        {"+7", TN_OK, 7},
        {"007", TN_OK, 7},
        {"9223372036854775807", TN_OK, INT64_MAX},
        {"-9223372036854775808", TN_OK, INT64_MIN},
        {"9223372036854775808", TN_ERANGE, 0},
        {"-9223372036854775809", TN_ERANGE, 0},
        {"99999999999999999999999", TN_ERANGE, 0},
        {"99999999999999999999999x", TN_EINVAL, 0},
        {"", TN_EINVAL, 0},
        {"-", TN_EINVAL, 0},
        {"+", TN_EINVAL, 0},
        {"--1", TN_EINVAL, 0},
        {" 1", TN_EINVAL, 0},
        {"1 ", TN_EINVAL, 0},
        {"1.0", TN_EINVAL, 0},
        {"0x1", TN_EINVAL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t value = 1234;
        assert_int_equal(tn__text_to_int(&value, tn_text_of(rows[i].text)), rows[i].rc);
        assert_true(value == (rows[i].rc == TN_OK ? rows[i].value : 1234));
    }
}

static void text_to_ms_units_and_faults(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int rc;
        int64_t value;
    } rows[] = {
        {"5s", TN_OK, 5000},
        {"250ms", TN_OK, 250},
        {"1m", TN_OK, 60000},
        {"1h", TN_OK, 3600000},
        {"42", TN_OK, 42},
        {"0", TN_OK, 0},
        {"9223372036854775807", TN_OK, INT64_MAX},
        {"9223372036854775807s", TN_ERANGE, 0},
        {"2562047788015h", TN_OK, INT64_C(9223372036854000000)},
        {"2562047788016h", TN_ERANGE, 0},
        {"", TN_EINVAL, 0},
        {"s", TN_EINVAL, 0},
        {"-5s", TN_EINVAL, 0},
        {"5 s", TN_EINVAL, 0},
        {"5S", TN_EINVAL, 0},
        {"5d", TN_EINVAL, 0},
        {"1.5s", TN_EINVAL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t value = 1234;
        assert_int_equal(tn__text_to_ms(&value, tn_text_of(rows[i].text)), rows[i].rc);
        assert_true(value == (rows[i].rc == TN_OK ? rows[i].value : 1234));
    }
}

static void text_to_bool_words_without_case(void **state)
{
    (void)state;
    static const char *const yes[] = {"on", "ON", "true", "True", "yes", "1"};
    static const char *const no[] = {"off", "false", "FALSE", "no", "No", "0"};
    static const char *const neither[] = {"", "2", "y", "onn", " on", "nil"};
    bool value;
    for (size_t i = 0; i < 6; i++) {
        assert_ok(tn__text_to_bool(&value, tn_text_of(yes[i])));
        assert_true(value);
        assert_ok(tn__text_to_bool(&value, tn_text_of(no[i])));
        assert_false(value);
        assert_int_equal(tn__text_to_bool(&value, tn_text_of(neither[i])), TN_EINVAL);
    }
}

static void identifier_characters_are_ascii_only(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        assert_int_equal(tn__is_ident_start((char)c), letter);
        assert_int_equal(tn__is_ident((char)c), letter || (c >= '0' && c <= '9'));
    }
}

static void nearest_finds_slips_and_nothing_else(void **state)
{
    (void)state;
    static const char *const names[] = {"email", "id",      "user_name", NULL,  "created_at",
                                        "up",    "migrate", "status",    "Name"};
    static const struct {
        const char *word, *nearest;
    } rows[] = {
        {"emial", "email"},
        {"emali", "email"},
        {"EMAIL", "email"},
        {"mail", "email"},
        {"ix", "id"},
        {"pu", "up"},
        {"x", NULL},
        {"", NULL},
        {"xyz", NULL},
        {"username", "user_name"},
        {"creatd_at", "created_at"},
        {"craeted_ta", "created_at"},
        {"crxxxxed_at", NULL},
        {"migrations", NULL},
        {"migrating", "migrate"},
        {"migratexxx", "migrate"},
        {"migratxxxx", NULL},
        {"sttaus", "status"},
        {"nane", "Name"},
        {"zzzzzzzz", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *found =
            tn__nearest(tn_text_of(rows[i].word), names, sizeof names / sizeof names[0]);
        if (rows[i].nearest) {
            assert_non_null(found);
            assert_string_equal(found, rows[i].nearest);
        } else {
            assert_null(found);
        }
    }
    assert_null(tn__nearest(TN__TEXT("a"), NULL, 0));
}

static void nearest_of_several_is_the_closest_then_the_first(void **state)
{
    (void)state;
    static const char *const names[] = {"statuses", "statusx", "statusy", "state"};
    assert_string_equal(tn__nearest(TN__TEXT("status"), names, 4), "statusx");
    assert_string_equal(tn__nearest(TN__TEXT("statusses"), names, 4), "statuses");
}

static void nearest_very_long_words_are_no_slips(void **state)
{
    (void)state;
    char word[200];
    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    const char *names[] = {word};
    assert_null(tn__nearest(tn_text_of(word), names, 1));
    assert_null(tn__nearest((tn_text){word, 128}, names, 1));
    word[128] = '\0';
    assert_non_null(tn__nearest((tn_text){word, 127}, names, 1));
}

static void copy_text_too_long_is_cut_at_a_character(void **state)
{
    (void)state;
    char out[8];
    tn__copy_text(out, sizeof out, TN__TEXT("abc"));
    assert_string_equal(out, "abc");
    tn__copy_text(out, sizeof out, TN__TEXT("1234567"));
    assert_string_equal(out, "1234567");
    tn__copy_text(out, sizeof out, TN__TEXT("12345678"));
    assert_string_equal(out, "1234567");
    tn__copy_text(out, sizeof out, TN__TEXT("12345\xe2\x82\xac"));
    assert_string_equal(out, "12345");
    tn__copy_text(out, sizeof out, TN__TEXT("1234\xe2\x82\xacx"));
    assert_string_equal(out, "1234\xe2\x82\xac");
    tn__copy_text(out, 5, TN__TEXT("a\xf0\x9f\x98\x80"));
    assert_string_equal(out, "a");
    tn__copy_text(out, 6, TN__TEXT("a\xf0\x9f\x98\x80"));
    assert_string_equal(out, "a\xf0\x9f\x98\x80");
    tn__copy_text(out, 1, TN__TEXT("abc"));
    assert_string_equal(out, "");
    out[0] = 'k';
    tn__copy_text(out, 0, TN__TEXT("abc"));
    assert_int_equal(out[0], 'k');
    tn__copy_text(out, sizeof out, (tn_text){NULL, 0});
    assert_string_equal(out, "");
    tn__copy_text(out, 4, TN__TEXT("\x80\x80\x80\x80\x80"));
    assert_int_equal(strlen(out), 3);
}

static void utf8_valid_follows_rfc_3629(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int bad; /* -1: valid */
    } rows[] = {
        {"", -1},
        {"ascii", -1},
        {"\xc2\x80", -1},
        {"\xdf\xbf", -1},
        {"\xe0\xa0\x80", -1},
        {"\xed\x9f\xbf", -1},
        {"\xee\x80\x80", -1},
        {"\xef\xbf\xbf", -1},
        {"\xf0\x90\x80\x80", -1},
        {"\xf4\x8f\xbf\xbf", -1},
        {"ab\x80", 2},
        {"\xc0\x80", 0},
        {"\xc1\xbf", 0},
        {"\xe0\x9f\xbf", 0},
        {"\xed\xa0\x80", 0},
        {"\xf0\x8f\xbf\xbf", 0},
        {"\xf4\x90\x80\x80", 0},
        {"\xf5\x80\x80\x80", 0},
        {"\xff", 0},
        {"a\xc3", 1},
        {"\xc3\xa9\xe2\x82", 2},
        {"\xe2\x82x", 0},
        {"\xf0\x9f\x98x", 0},
        {"\xc3\x28", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t bad = 99;
        assert_int_equal(tn__utf8_valid(tn_text_of(rows[i].text), &bad), rows[i].bad < 0);
        assert_int_equal(bad, rows[i].bad < 0 ? 99 : rows[i].bad);
    }
    assert_false(tn__utf8_valid(TN__TEXT("\xff"), NULL));
}

/* Every code point, encoded, is valid; every cut of it is not. */
static void utf8_size_of_every_code_point(void **state)
{
    (void)state;
    for (uint32_t c = 0x80; c <= 0x10ffff; c += c < 0x1000 ? 1 : 17) {
        unsigned char out[4];
        size_t size = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
        uint32_t rest = c;
        for (size_t i = size; i-- > 1; rest >>= 6)
            out[i] = (unsigned char)(0x80 | (rest & 0x3f));
        out[0] = (unsigned char)(leads[size] | rest);
        bool surrogate = c >= 0xd800 && c <= 0xdfff;
        assert_int_equal(tn__utf8_size((const char *)out, size), surrogate ? 0 : size);
        assert_int_equal(tn__utf8_size((const char *)out, size - 1), 0);
    }
    assert_int_equal(tn__utf8_size("", 0), 0);
}

static void utf8_check_tells_the_place(void **state)
{
    (void)state;
    tn_error err = {0};
    assert_ok(tn__utf8_check(TN__TEXT("fine \xc3\xa9"), &err));
    assert_ok(tn__utf8_check((tn_text){NULL, 0}, &err));
    assert_int_equal(err.status, TN_OK);
    assert_int_equal(tn__utf8_check(TN__TEXT("ab\xe9z"), &err), TN_ESYNTAX);
    assert_int_equal(err.position, 3);
    assert_string_equal(err.message, "byte 0xe9 is not UTF-8");
    assert_int_equal(tn__utf8_check((tn_text){"a\0\xff", 3}, &err), TN_ESYNTAX);
    assert_int_equal(err.position, 2);
    assert_int_equal(tn__utf8_check((tn_text){"\xff\0", 2}, &err), TN_ESYNTAX);
    assert_int_equal(err.position, 1);
    assert_int_equal(tn__utf8_check((tn_text){"\0", 1}, NULL), TN_ESYNTAX);
    assert_int_equal(tn__utf8_bom(TN__TEXT("\xef\xbb\xbfx")), 3);
    assert_int_equal(tn__utf8_bom(TN__TEXT("\xef\xbb")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_comparisons_follow_ascii),
        cmocka_unit_test(text_compare_shorter_first),
        cmocka_unit_test(text_trim_and_sub_stay_inside),
        cmocka_unit_test(text_line_takes_both_line_ends),
        cmocka_unit_test(text_to_int_whole_range_and_no_more),
        cmocka_unit_test(text_to_ms_units_and_faults),
        cmocka_unit_test(text_to_bool_words_without_case),
        cmocka_unit_test(identifier_characters_are_ascii_only),
        cmocka_unit_test(nearest_finds_slips_and_nothing_else),
        cmocka_unit_test(nearest_of_several_is_the_closest_then_the_first),
        cmocka_unit_test(nearest_very_long_words_are_no_slips),
        cmocka_unit_test(copy_text_too_long_is_cut_at_a_character),
        cmocka_unit_test(utf8_valid_follows_rfc_3629),
        cmocka_unit_test(utf8_size_of_every_code_point),
        cmocka_unit_test(utf8_check_tells_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
