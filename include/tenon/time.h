/* SPDX-License-Identifier: MIT */
#ifndef TENON_TIME_H
#define TENON_TIME_H

#include <tenon/error.h>
#include <tenon/value.h>

TN_BEGIN_DECLS

/**
 * @file tenon/time.h
 * Timestamps: the clock, and the two text forms that databases keep.
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

TN_END_DECLS

#endif
