/* SPDX-License-Identifier: MIT */
#ifndef TENON_TIME_H
#define TENON_TIME_H

#include <tenon/error.h>
#include <tenon/value.h>

TN_BEGIN_DECLS

/**
 * @file tenon/time.h
 * Timestamps: the clock, and the two text forms that databases keep. Dates, times of day and intervals,
 * in the forms of PostgreSQL, which for all but far years are those of ISO 8601.
 */

enum tn_time_format {
    TN_TIME_RFC3339 = 0, /**< 2026-11-21T04:08:32.123456Z: RFC 3339, fraction only if not 0 */
    TN_TIME_DATETIME = 1 /**< 2026-11-21 04:08:32: as SQLite's datetime(); fraction only if not 0 */
};

/** Bytes that every formatted timestamp fits in, NUL included. */
#define TN_TIME_MAX 40

/** The wall clock, in microseconds. */
TN_API tn_timestamp tn_now(void);

/**
 * Write a timestamp as text, in UTC.
 *
 * @param out  at least TN_TIME_MAX bytes; NUL-terminated
 * @return the length in bytes; 0 if the year is not within 0000 to 9999 (then `out` is empty)
 */
TN_API size_t tn_time_format(char *out, tn_timestamp timestamp, enum tn_time_format format);

/**
 * Read a timestamp: RFC 3339 or what SQLite's date functions accept as a date and a time:
 * YYYY-MM-DD, alone or followed by 'T', 't' or a blank and HH:MM, HH:MM:SS or HH:MM:SS.FFF… , and
 * by 'Z' or an offset ±HH:MM, blanks in front of it allowed. No zone means UTC. Each field keeps to
 * its calendar range (SQLite also takes 2026-02-30 and 24:00). Digits past microseconds are
 * dropped. A second of 60 (RFC 3339, a leap second) is the first of the next minute.
 *
 * @return TN_OK; TN_EINVAL if the text is anything else; `*out` is set on success only
 */
TN_API TN_NODISCARD int tn_time_parse(tn_timestamp *out, tn_text text);

/** Bytes that every formatted date, and every time of day, fits in, NUL included. */
#define TN_DATE_MAX  24
#define TN_CLOCK_MAX 24

/**
 * Write a date as YYYY-MM-DD. Years after 9999 have more digits, those before 1 count back:
 * 0044-03-15 BC. "infinity" and "-infinity" are dates, too.
 *
 * @param out  at least TN_DATE_MAX bytes; NUL-terminated
 * @return the length in bytes
 */
TN_API size_t tn_date_format(char *out, tn_date date);

/**
 * Read a date in a form of tn_date_format(). 0000-12-31 is 0001-12-31 BC, as ISO 8601 counts.
 * @return TN_OK; TN_EINVAL if the text is anything else, or no day of the calendar; TN_ERANGE for a
 *         day beyond what a tn_date counts; `*out` is set on success only
 */
TN_API TN_NODISCARD int tn_date_parse(tn_date *out, tn_text text);

/**
 * Write a time of day as HH:MM:SS, with a fraction of up to six digits if it is not 0.
 *
 * @param out  at least TN_CLOCK_MAX bytes; NUL-terminated
 * @return the length in bytes; 0 if it is not within 00:00:00 to 24:00:00 (then `out` is empty)
 */
TN_API size_t tn_clock_format(char *out, tn_time time);

/**
 * Read a time of day: HH:MM, HH:MM:SS or HH:MM:SS.FFF… up to 24:00:00. Digits past microseconds are
 * dropped.
 * @return TN_OK; TN_EINVAL if the text is anything else; `*out` is set on success only
 */
TN_API TN_NODISCARD int tn_clock_parse(tn_time *out, tn_text text);

enum tn_interval_format {
    TN_INTERVAL_ISO = 0,     /**< P1Y2M3DT4H5M6.5S: ISO 8601, with a sign for each number below 0 */
    TN_INTERVAL_POSTGRES = 1 /**< 1 year 2 mons 3 days 04:05:06.5: as PostgreSQL shows it */
};

/** Bytes that every formatted interval fits in, NUL included. */
#define TN_INTERVAL_MAX 96

/**
 * Write an interval. None of any length is PT0S, and 00:00:00. One whose parts are all the greatest
 * or all the least is "infinity" or "-infinity" (PostgreSQL 17).
 *
 * @param out  at least TN_INTERVAL_MAX bytes; NUL-terminated
 * @return the length in bytes
 */
TN_API size_t tn_interval_format(char *out, tn_interval interval, enum tn_interval_format format);

/**
 * Read an interval in either form, each part once and in this order. ISO 8601's weeks are seven days.
 * Only seconds have a fraction; digits past microseconds are dropped.
 * @return TN_OK; TN_EINVAL if the text is anything else; TN_ERANGE if a part is beyond its member;
 *         `*out` is set on success only
 */
TN_API TN_NODISCARD int tn_interval_parse(tn_interval *out, tn_text text);

TN_END_DECLS

#endif
