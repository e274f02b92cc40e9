/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_CALENDAR_H
#define TN_UTIL_CALENDAR_H

#include <tenon/error.h>
#include <tenon/value.h>

/* Days and times of day as numbers and as text, for the functions of tenon/time.h and for engines. */

#define TN__US_PER_SECOND   INT64_C(1000000)
#define TN__SECONDS_PER_DAY INT64_C(86400)
#define TN__US_PER_DAY      (TN__SECONDS_PER_DAY * TN__US_PER_SECOND)

/* A day of the proleptic Gregorian calendar; the year 0 is 1 BC. */
struct tn__day {
    int64_t year;
    int month;
    int day;
};

struct tn__day tn__day_of(int64_t days); /* days since 1970-01-01 */
int64_t tn__days_of(struct tn__day day);
bool tn__day_exists(struct tn__day day);

/* The day, and the microseconds in it, 0 or more. */
int64_t tn__split_day(int64_t us, int64_t *in_day_us);

/* Text as it is read: what fails has moved `at` nowhere that matters. */
struct tn__cursor {
    const char *at;
    const char *end;
};

/* `count` digits, not above `max`. */
bool tn__take_digits(struct tn__cursor *c, int count, int max, int *out);
bool tn__take(struct tn__cursor *c, char wanted);
bool tn__take_word(struct tn__cursor *c, const char *word);
/* Up to 18 digits, at least one. */
bool tn__take_number(struct tn__cursor *c, int64_t *out);
/* Digits behind a point, at least one, as microseconds; those past six are dropped. */
bool tn__take_fraction(struct tn__cursor *c, int64_t *us);
/* HH:MM[:SS[.F…]], as microseconds; a second of 60 is allowed. */
bool tn__take_clock(struct tn__cursor *c, int max_hour, int64_t *us);
/* YYYY-MM-DD, with up to seven digits of a year. Whether there is such a day depends on what follows. */
bool tn__take_day(struct tn__cursor *c, struct tn__day *out);
/* Nothing, or " BC" of the day's year. False: there is no such day. */
bool tn__take_era(struct tn__cursor *c, struct tn__day *day);

/* HH:MM:SS[.F…] of microseconds, 0 or more; the fraction without zeros at its end. `size` bytes have
 * room for it. Returns the length. */
size_t tn__put_clock(char *out, size_t size, int64_t us);

/*
 * Timestamps as PostgreSQL writes them, over all of its range: 2026-11-21 04:08:32.5, years after 9999
 * with more digits, 0044-03-15 00:00:00 BC, infinity. Written in UTC, with the `zone` ("+00"; "": none)
 * where there is an hour; read with
 * the offset of a zone (Z, +05, +05:30, -00:53:28) or without, as it is asked for. TN_OK, TN_EINVAL, or
 * TN_ERANGE: past 64 bits.
 */
#define TN__MOMENT_MAX 48
size_t tn__moment_format(char out[TN__MOMENT_MAX], tn_timestamp timestamp, const char *zone);
TN_NODISCARD int tn__moment_parse(tn_timestamp *out, tn_text text, bool has_zone);

#endif
