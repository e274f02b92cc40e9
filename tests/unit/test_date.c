/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>

#include <tenon/arena.h>
#include <tenon/time.h>

#include "util/value_text.h"

/* --- dates -------------------------------------------------------------------------------------- */

/* Days and texts as PostgreSQL 15 has them. */
static void dates_are_postgres_days(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t days;
    } rows[] = {
        {"1970-01-01", 0},
        {"1969-12-31", -1},
        {"0001-01-01", -719162},
        {"0001-12-31 BC", -719163},
        {"0004-02-29", -718008},
        {"9999-12-31", 2932896},
        {"10000-01-01", 2932897},
        {"4714-11-24 BC", -2440588},
        {"2100-03-01", 47541},
        {"2000-02-29", 11016},
        {"5874897-12-31", 2145042905},
        {"5881580-07-10", INT32_MAX - 1},
        {"5877642-06-24 BC", INT32_MIN + 1},
        {"infinity", TN_DATE_INFINITY},
        {"-infinity", TN_DATE_MINUS_INFINITY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[TN_DATE_MAX];
        tn_date date;
        assert_ok(tn_date_parse(&date, tn_text_of(rows[i].text)));
        assert_int_equal(date.days, rows[i].days);
        assert_int_equal(tn_date_format(text, date), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
    tn_date date;
    assert_ok(tn_date_parse(&date, tn_text_of("0000-12-31")));
    assert_int_equal(date.days, -719163);
}

static void every_day_has_one_text(void **state)
{
    (void)state;
    for (int64_t days = INT32_MIN; days <= INT32_MAX; days += 9973) {
        char text[TN_DATE_MAX];
        tn_date date = {(int32_t)days}, again;
        size_t size = tn_date_format(text, date);
        assert_int_equal(size, strlen(text));
        assert_ok(tn_date_parse(&again, (tn_text){text, size}));
        assert_int_equal(again.days, date.days);
    }
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",           "2026-11",        "2026-11-21 ",   "2026-11-21T",
        "2026-02-29", "2026-13-01",     "2026-00-01",    "2026-01-00",
        "2026-1-1",   "-2026-11-21",    "2026-11-21 AD", "0000-01-01 BC",
        "26-11-21",   "12345678-01-01", "0002-02-29 BC", "Infinity",
        "infinity ",  "+infinity",      "--infinity",
    };
    tn_date date = {42};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(tn_date_parse(&date, tn_text_of(texts[i])), TN_EINVAL);
    assert_int_equal(tn_date_parse(&date, tn_text_of(NULL)), TN_EINVAL);
    assert_int_equal(tn_date_parse(&date, tn_text_of("5881580-07-11")), TN_ERANGE);
    assert_int_equal(tn_date_parse(&date, tn_text_of("9999999-01-01 BC")), TN_ERANGE);
    assert_int_equal(date.days, 42);
}

/* --- times of day ------------------------------------------------------------------------------- */

static void times_of_day_are_written_and_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *same;
        int64_t us;
    } rows[] = {
        {"00:00:00", "00:00:00", 0},
        {"24:00:00", "24:00:00", INT64_C(86400000000)},
        {"23:59:59.999999", "23:59:59.999999", INT64_C(86399999999)},
        {"04:05:06.5", "04:05:06.5", INT64_C(14706500000)},
        {"04:05", "04:05:00", INT64_C(14700000000)},
        {"04:05:06.50", "04:05:06.5", INT64_C(14706500000)},
        {"00:00:00.0000019", "00:00:00.000001", 1},
        {"23:59:60", "24:00:00", INT64_C(86400000000)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[TN_CLOCK_MAX];
        tn_time time;
        assert_ok(tn_clock_parse(&time, tn_text_of(rows[i].text)));
        assert_true(time.us == rows[i].us);
        assert_int_equal(tn_clock_format(text, time), strlen(rows[i].same));
        assert_string_equal(text, rows[i].same);
    }
    static const char *const texts[] = {"",         "4:05:06",    "04",        "04:60",  "25:00",
                                        "24:00:01", "24:00:00.1", "04:05:06.", "04:05 ", "04:05Z"};
    tn_time time = {42};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(tn_clock_parse(&time, tn_text_of(texts[i])), TN_EINVAL);
    assert_int_equal(tn_clock_parse(&time, tn_text_of(NULL)), TN_EINVAL);
    assert_true(time.us == 42);
    static const int64_t outside[] = {-1, INT64_C(86400000001), INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        char text[TN_CLOCK_MAX] = "old";
        assert_int_equal(tn_clock_format(text, (tn_time){outside[i]}), 0);
        assert_string_equal(text, "");
    }
}

/* --- intervals ---------------------------------------------------------------------------------- */

#define SECOND INT64_C(1000000)

/* Both texts as PostgreSQL 15 writes them, under its two settings of IntervalStyle. */
static void intervals_are_written_as_postgres_does(void **state)
{
    (void)state;
    static const struct {
        tn_interval interval;
        const char *iso, *postgres;
    } rows[] = {
        {{0, 0, 0}, "PT0S", "00:00:00"},
        {{14706500000, 3, 14}, "P1Y2M3DT4H5M6.5S", "1 year 2 mons 3 days 04:05:06.5"},
        {{-14706 * SECOND, 3, -14}, "P-1Y-2M3DT-4H-5M-6S", "-1 years -2 mons +3 days -04:05:06"},
        {{-1, 1, 0}, "P1DT-0.000001S", "1 day -00:00:00.000001"},
        {{0, 0, -13}, "P-1Y-1M", "-1 years -1 mons"},
        {{0, 0, 2136000000}, "P178000000Y", "178000000 years"},
        {{INT64_MAX, 0, 0}, "PT2562047788H54.775807S", "2562047788:00:54.775807"},
        {{-SECOND / 2, 0, 0}, "PT-0.5S", "-00:00:00.5"},
        {{0, 0, 1}, "P1M", "1 mon"},
        {{360000 * SECOND, 0, 0}, "PT100H", "100:00:00"},
        {{-363599250000, 0, 0}, "PT-100H-59M-59.25S", "-100:59:59.25"},
        {{INT64_MIN, 0, 0}, "PT-2562047788H-54.775808S", "-2562047788:00:54.775808"},
        {{INT64_MIN, INT32_MIN, INT32_MIN + 8},
         "P-178956970Y-2147483648DT-2562047788H-54.775808S",
         "-178956970 years -2147483648 days -2562047788:00:54.775808"},
        {{INT64_MAX, INT32_MAX, INT32_MAX}, "infinity", "infinity"},
        {{INT64_MIN, INT32_MIN, INT32_MIN}, "-infinity", "-infinity"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int form = TN_INTERVAL_ISO; form <= TN_INTERVAL_POSTGRES; form++) {
            char text[TN_INTERVAL_MAX];
            tn_interval again;
            const char *expected = form == TN_INTERVAL_ISO ? rows[i].iso : rows[i].postgres;
            size_t size = tn_interval_format(text, rows[i].interval, (enum tn_interval_format)form);
            assert_string_equal(text, expected);
            assert_int_equal(size, strlen(expected));
            assert_ok(tn_interval_parse(&again, tn_text_of(text)));
            assert_memory_equal(&again, &rows[i].interval, sizeof again);
        }
}

static void intervals_are_read_in_other_words(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        tn_interval interval;
    } rows[] = {
        {"P1W", {0, 7, 0}},
        {"P2W1D", {0, 15, 0}},
        {"PT1M", {60 * SECOND, 0, 0}},
        {"P1MT1M", {60 * SECOND, 0, 1}},
        {"PT0.0000019S", {1, 0, 0}},
        {"P+1D", {0, 1, 0}},
        {"PT90M", {5400 * SECOND, 0, 0}},
        {"2 days", {0, 2, 0}},
        {"1 years", {0, 0, 12}},
        {"+1 mon +00:00:01", {SECOND, 0, 1}},
        {"1:02:03", {3723 * SECOND, 0, 0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tn_interval interval;
        assert_ok(tn_interval_parse(&interval, tn_text_of(rows[i].text)));
        assert_memory_equal(&interval, &rows[i].interval, sizeof interval);
    }
}

static void what_is_no_interval_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "P",
        "PT",
        "P1",
        "P1H",
        "PT1D",
        "P1DT",
        "P1D1Y",
        "P1Y1Y",
        "P1.5D",
        "PT1.5M",
        "PT.5S",
        "P--1D",
        "P1D ",
        "1",
        "1 day ",
        "1 hour",
        "1 day 1 mon",
        "1 day1 day",
        "1.5 days",
        "1 day 00:00",
        "00:00",
        "00:60:00",
        "00:00:60",
        "x",
        "1 mon P1D",
        "infinity 1 day",
        "1234567890123456789 days",
    };
    tn_interval interval = {1, 2, 3};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(tn_interval_parse(&interval, tn_text_of(texts[i])), TN_EINVAL);
    assert_int_equal(tn_interval_parse(&interval, tn_text_of(NULL)), TN_EINVAL);
    static const char *const wide[] = {
        "P178956971Y", "P2147483648D",           "PT2562047789H",
        "P306783379W", "178956970 years 8 mons", "999999999999999999:00:00"};
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
        assert_int_equal(tn_interval_parse(&interval, tn_text_of(wide[i])), TN_ERANGE);
    assert_true(interval.us == 1 && interval.days == 2 && interval.months == 3);
}

/* No cut of a good text reads past its end. */
static void every_cut_stays_inside(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "-infinity",
        "0044-03-15 BC",
        "04:05:06.123456",
        "P1Y2M3DT4H5M6.5S",
        "1 year 2 mons 3 days 04:05:06.5",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t size = 0; size < strlen(texts[i]); size++) {
            char *exact = test_malloc(size ? size : 1);
            memcpy(exact, texts[i], size);
            tn_text text = {exact, size};
            tn_date date;
            tn_time time;
            tn_interval interval;
            int rc[] = {tn_date_parse(&date, text), tn_clock_parse(&time, text),
                        tn_interval_parse(&interval, text)};
            for (size_t j = 0; j < 3; j++)
                assert_true(rc[j] == TN_OK || rc[j] == TN_EINVAL);
            test_free(exact);
        }
}

/* --- values ------------------------------------------------------------------------------------- */

static void copies_of_values_stand_alone(void **state)
{
    (void)state;
    char word[] = "abc";
    tn_value items[] = {tn_value_string(word), tn_value_null(), tn_value_int(1)};
    tn_array array = tn_array_of(TN_TEXT, items, 3);
    tn_arena arena = TN_ARENA_INIT;
    tn_value copy, json = tn_value_string(word), blob = tn_value_blob((tn_blob){word, 3});
    tn_value json_copy, blob_copy;
    json.type = TN_JSON;
    assert_ok(tn_arena_value(&arena, &copy, tn_value_array(&array)));
    assert_ok(tn_arena_value(&arena, &json_copy, json));
    assert_ok(tn_arena_value(&arena, &blob_copy, blob));
    word[0] = 'x';
    items[2] = tn_value_null();
    array.count = 0;
    assert_int_equal(copy.as.array->count, 3);
    assert_text(copy.as.array->items[0].as.text, "abc");
    assert_int_equal(copy.as.array->items[2].as.integer, 1);
    assert_int_equal(json_copy.type, TN_JSON);
    assert_text(json_copy.as.text, "abc");
    assert_memory_equal(blob_copy.as.blob.data, "abc", 3);

    tn_arena small = {NULL, 0, sizeof array + 3 * sizeof items[0]};
    tn_value untouched = tn_value_int(5);
    array.count = 3;
    assert_int_equal(tn_arena_value(&small, &untouched, tn_value_array(&array)), TN_ENOMEM);
    assert_int_equal(untouched.as.integer, 5);
    tn_arena_fini(&small);
    tn_arena_fini(&arena);
}

static void arrays_whose_dimensions_are_wrong_have_no_text(void **state)
{
    (void)state;
    const tn_value items[] = {tn_value_int(1), tn_value_int(2)};
    const tn_array arrays[] = {
        {.ndim = 0, .items = items, .count = 2},
        {.ndim = 1, .dims = {3}, .items = items, .count = 2},
        {.ndim = 1, .dims = {0}},
        {.ndim = 1, .dims = {-1}, .items = items, .count = 1},
        {.ndim = 7, .dims = {1, 1, 1, 1, 1, 1}, .items = items, .count = 1},
        {.ndim = -1},
        {.ndim = 1, .dims = {2}, .count = 2},
        {.ndim = 2, .dims = {65536, 65536}, .items = items, .count = 0},
    };
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        struct tn__buf buf;
        tn_value value = tn_value_array(&arrays[i]);
        assert_false(tn__array_is_sound(&arrays[i]));
        tn__buf_init(&buf, 0);
        tn__value_text(&buf, &value);
        assert_int_equal(tn__buf_status(&buf), TN_EINVAL);
        tn__buf_fini(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_postgres_days),
        cmocka_unit_test(every_day_has_one_text),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(times_of_day_are_written_and_read),
        cmocka_unit_test(intervals_are_written_as_postgres_does),
        cmocka_unit_test(intervals_are_read_in_other_words),
        cmocka_unit_test(what_is_no_interval_is_refused),
        cmocka_unit_test(every_cut_stays_inside),
        cmocka_unit_test(copies_of_values_stand_alone),
        cmocka_unit_test(arrays_whose_dimensions_are_wrong_have_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
