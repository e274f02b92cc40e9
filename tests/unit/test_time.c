/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>

#include <sqlite3.h>

#include <tenon/time.h>

/* The engine's own date functions are the reference. */
static sqlite3 *db;

static int open_db(void **state)
{
    (void)state;
    return sqlite3_open(":memory:", &db) == SQLITE_OK ? 0 : -1;
}

static int close_db(void **state)
{
    (void)state;
    return sqlite3_close(db) == SQLITE_OK ? 0 : -1;
}

/* The first column of a query with one text or integer parameter, as text; "" for NULL. */
static void ask(char out[64], const char *sql, const char *text, int64_t integer)
{
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    if (text)
        sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC);
    else
        sqlite3_bind_int64(stmt, 1, integer);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    const char *value = (const char *)sqlite3_column_text(stmt, 0);
    snprintf(out, 64, "%s", value ? value : "");
    sqlite3_finalize(stmt);
}

/* Seconds spread over the years 0000 to 9999, its ends and 1970 included. */
#define FIRST_SECOND INT64_C(-62167219200)
#define LAST_SECOND  INT64_C(253402300799)

static int64_t sample(unsigned i)
{
    static const int64_t edges[] = {FIRST_SECOND,
                                    LAST_SECOND,
                                    0,
                                    -1,
                                    1,
                                    951782400 /* 2000-02-29 */,
                                    951868799,
                                    951868800,
                                    -2203977600 /* 1900-02-28 */,
                                    -2203891201,
                                    -2203891200,
                                    4107542399 /* 2100-02-28 */,
                                    4107542400,
                                    1709164800 /* 2024-02-29 */,
                                    2147483647,
                                    2147483648};
    enum {
        EDGES = sizeof edges / sizeof edges[0]
    };
    if (i < EDGES)
        return edges[i];
    uint64_t mixed = (i * UINT64_C(0x9e3779b97f4a7c15)) >> 20;
    return FIRST_SECOND + (int64_t)(mixed % (uint64_t)(LAST_SECOND - FIRST_SECOND + 1));
}

enum {
    SAMPLES = 3000
};

static void time_format_datetime_is_sqlites(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SAMPLES; i++) {
        int64_t second = sample(i);
        char ours[TN_TIME_MAX], theirs[64];
        tn_timestamp at = {second * 1000000};
        size_t size = tn_time_format(ours, at, TN_TIME_DATETIME);
        ask(theirs, "SELECT datetime(?1, 'unixepoch')", NULL, second);
        assert_string_equal(ours, theirs);
        assert_int_equal(size, 19);

        tn_timestamp back = {1};
        assert_ok(tn_time_parse(&back, tn_text_of(theirs)));
        assert_true(back.us == at.us);
    }
}

static void time_format_milliseconds_are_sqlites(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SAMPLES; i++) {
        int64_t second = sample(i);
        int ms = (int)(i * 7 % 999) + 1;
        char ours[TN_TIME_MAX], theirs[64];
        tn_timestamp at = {second * 1000000 + ms * 1000};
        assert_int_equal(tn_time_format(ours, at, TN_TIME_DATETIME), 26);
        ask(theirs, "SELECT strftime('%Y-%m-%d %H:%M:%f', ?1)", ours, 0);
        assert_memory_equal(ours, theirs, 23);
        assert_string_equal(ours + 23, "000");

        tn_timestamp back = {1};
        assert_ok(tn_time_parse(&back, tn_text_of(theirs)));
        assert_true(back.us == at.us);
    }
}

static void time_format_rfc3339_is_read_by_sqlite_and_back(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SAMPLES; i++) {
        int64_t second = sample(i);
        char ours[TN_TIME_MAX], theirs[64], expected[64];
        tn_timestamp at = {second * 1000000 + (int64_t)(i % 3) * 123400};
        size_t size = tn_time_format(ours, at, TN_TIME_RFC3339);
        assert_int_equal(size, strlen(ours));
        assert_int_equal(size, i % 3 ? 27 : 20);
        ask(theirs, "SELECT strftime('%s', ?1)", ours, 0);
        snprintf(expected, sizeof expected, "%lld", (long long)second);
        assert_string_equal(theirs, expected);

        tn_timestamp back = {1};
        assert_ok(tn_time_parse(&back, tn_text_of(ours)));
        assert_true(back.us == at.us);
    }
}

static void time_format_known_moments(void **state)
{
    (void)state;
    char text[TN_TIME_MAX];
    assert_int_equal(tn_time_format(text, (tn_timestamp){0}, TN_TIME_RFC3339), 20);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
    assert_int_equal(tn_time_format(text, (tn_timestamp){-1}, TN_TIME_RFC3339), 27);
    assert_string_equal(text, "1969-12-31T23:59:59.999999Z");
    assert_int_equal(tn_time_format(text, (tn_timestamp){1000001}, TN_TIME_DATETIME), 26);
    assert_string_equal(text, "1970-01-01 00:00:01.000001");
}

static void time_format_year_outside_four_digits_is_empty(void **state)
{
    (void)state;
    static const int64_t outside[] = {FIRST_SECOND * 1000000 - 1, (LAST_SECOND + 1) * 1000000,
                                      INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < 4; i++) {
        char text[TN_TIME_MAX] = "old";
        assert_int_equal(tn_time_format(text, (tn_timestamp){outside[i]}, TN_TIME_RFC3339), 0);
        assert_string_equal(text, "");
    }
}

/* Every form that both take means the same to both. */
static void time_parse_forms_mean_what_sqlite_reads(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "2026-11-21",
        "2026-11-21 04:08",
        "2026-11-21T04:08",
        "2026-11-21 04:08:32",
        "2026-11-21T04:08:32",
        "2026-11-21T04:08:32Z",
        "2026-11-21T04:08:32z",
        "2026-11-21 04:08Z",
        "2026-11-21 04:08:32.5",
        "2026-11-21 04:08:32.123Z",
        "2026-11-21T04:08:32+00:00",
        "2026-11-21T04:08:32-00:00",
        "2026-11-21T04:08:32+05:30",
        "2026-11-21T04:08:32-11:59",
        "2026-11-21 04:08+14:00",
        "2026-11-21 04:08:32.250+01:00",
        "2026-11-21 04:08:32 +01:00",
        "2026-11-21 04:08:32 Z",
        "2024-02-29 23:59:59",
        "2000-02-29",
        "0000-01-01 00:00:00",
        "9999-12-31 23:59:59.999",
        "2026-01-01T00:00:00+01:00",
        "2026-12-31T23:59:59-01:00",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        tn_timestamp at;
        assert_ok(tn_time_parse(&at, tn_text_of(texts[i])));
        char theirs[64], ours[64];
        ask(theirs, "SELECT CAST(round((julianday(?1) - 2440587.5) * 86400000.0) AS INTEGER)",
            texts[i], 0);
        snprintf(ours, sizeof ours, "%lld", (long long)(at.us / 1000));
        assert_string_equal(ours, theirs);
    }
}

static void time_parse_beyond_sqlite_follows_rfc_3339(void **state)
{
    (void)state;
    static const struct {
        const char *text, *same;
    } rows[] = {
        {"2026-11-21t04:08:32z", "2026-11-21T04:08:32Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
        {"2016-12-31T15:59:60.25-08:00", "2017-01-01T00:00:00.25Z"},
        {"2026-11-21T04:08:32.123456Z", "2026-11-21 04:08:32.123456"},
        {"2026-11-21T04:08:32.123456999Z", "2026-11-21 04:08:32.123456"},
        {"2026-11-21T04:08:32.1234569999999999999999999Z", "2026-11-21 04:08:32.123456"},
        {"2026-11-21T04:08:32.000001-23:59", "2026-11-22T04:07:32.000001Z"},
        {"0000-01-01T00:00:00+23:59", "0000-01-01T00:00:00+23:59"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tn_timestamp at, same;
        assert_ok(tn_time_parse(&at, tn_text_of(rows[i].text)));
        assert_ok(tn_time_parse(&same, tn_text_of(rows[i].same)));
        assert_true(at.us == same.us);
    }
    tn_timestamp at;
    assert_ok(tn_time_parse(&at, tn_text_of("1969-12-31T23:59:59.999999Z")));
    assert_true(at.us == -1);
}

static void time_parse_anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "now",
        "2026",
        "2026-11",
        "2026-1-2",
        "26-11-21",
        "2026/11/21",
        "2026-11-21T",
        "2026-11-21 ",
        "2026-11-21Z",
        "2026-11-21T4:08",
        "2026-11-21T04",
        "2026-11-21T04:8",
        "2026-11-21T04:08:",
        "2026-11-21T04:08:3",
        "2026-11-21T04:08:32.",
        "2026-11-21T04:08:32,5",
        "2026-11-21T04:08.5",
        "2026-11-21T04:08:32+",
        "2026-11-21T04:08:32+05",
        "2026-11-21T04:08:32+0530",
        "2026-11-21T04:08:32+24:00",
        "2026-11-21T04:08:32+05:60",
        "2026-11-21T04:08:32ZZ",
        "2026-11-21T04:08:32Z ",
        "2026-11-21T04:08:32 ",
        " 2026-11-21",
        "2026-11-21  04:08",
        "2026-11-21x04:08",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "2026-01-32",
        "2026-04-31",
        "2026-02-29",
        "2100-02-29",
        "2026-11-21T24:00:00",
        "2026-11-21T23:60:00",
        "2026-11-21T23:59:61",
        "-2026-11-21",
        "12026-11-21",
        "2026-11-21T04:08:32 UTC",
        "04:08:32",
        "2460000.5",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        tn_timestamp at = {42};
        assert_int_equal(tn_time_parse(&at, tn_text_of(texts[i])), TN_EINVAL);
        assert_true(at.us == 42);
    }
    tn_timestamp at = {42};
    assert_int_equal(tn_time_parse(&at, (tn_text){NULL, 0}), TN_EINVAL);
    assert_int_equal(tn_time_parse(&at, (tn_text){"2026-11-21\0", 11}), TN_EINVAL);
    assert_int_equal(tn_time_parse(&at, (tn_text){"2026-11-21T04:08:32Z", 18}), TN_EINVAL);
}

/* No cut of a good text reads past its end. */
static void time_parse_every_cut_stays_inside(void **state)
{
    (void)state;
    static const char whole[] = "2026-11-21T04:08:32.123456+05:30";
    for (size_t size = 0; size < sizeof whole; size++) {
        char *exact = test_malloc(size ? size : 1);
        memcpy(exact, whole, size);
        tn_timestamp at;
        int rc = tn_time_parse(&at, (tn_text){exact, size});
        bool good = size == 10 || size == 16 || size == 19 || (size >= 21 && size <= 26) ||
                    size == sizeof whole - 1;
        assert_int_equal(rc, good ? TN_OK : TN_EINVAL);
        test_free(exact);
    }
}

static void now_is_what_sqlite_calls_now(void **state)
{
    (void)state;
    /* Both sides of the engine's reading, which is in milliseconds. */
    char before[TN_TIME_MAX], after[TN_TIME_MAX], theirs[64];
    tn_time_format(before, tn_now(), TN_TIME_DATETIME);
    ask(theirs, "SELECT datetime('now')", NULL, 0);
    tn_time_format(after, (tn_timestamp){tn_now().us + 1000}, TN_TIME_DATETIME);
    assert_true(strncmp(before, theirs, 19) <= 0);
    assert_true(strncmp(theirs, after, 19) <= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_format_datetime_is_sqlites),
        cmocka_unit_test(time_format_milliseconds_are_sqlites),
        cmocka_unit_test(time_format_rfc3339_is_read_by_sqlite_and_back),
        cmocka_unit_test(time_format_known_moments),
        cmocka_unit_test(time_format_year_outside_four_digits_is_empty),
        cmocka_unit_test(time_parse_forms_mean_what_sqlite_reads),
        cmocka_unit_test(time_parse_beyond_sqlite_follows_rfc_3339),
        cmocka_unit_test(time_parse_anything_else_is_refused),
        cmocka_unit_test(time_parse_every_cut_stays_inside),
        cmocka_unit_test(now_is_what_sqlite_calls_now),
    };
    return cmocka_run_group_tests(tests, open_db, close_db);
}
