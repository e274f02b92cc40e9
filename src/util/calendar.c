/* SPDX-License-Identifier: MIT */
#include "util/calendar.h"

#include <stdio.h>
#include <string.h>

/* A year begins in March here, so that the leap day is its last, and 400 of them (an era) have 146097
 * days. */
int64_t tn__days_of(struct tn__day date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int year_of_era = (int)(year - era * 400);
    int day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct tn__day tn__day_of(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int day_of_era = (int)(days - era * 146097);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153; /* 0 is March */
    struct tn__day date;
    date.day = day_of_year - (153 * shifted + 2) / 5 + 1;
    date.month = shifted < 10 ? shifted + 3 : shifted - 9;
    date.year = year_of_era + era * 400 + (date.month <= 2);
    return date;
}

bool tn__day_exists(struct tn__day date)
{
    static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
    return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= lengths[date.month - 1] && (date.month != 2 || date.day < 29 || is_leap);
}

int64_t tn__split_day(int64_t us, int64_t *in_day_us)
{
    int64_t days = us / TN__US_PER_DAY;
    *in_day_us = us % TN__US_PER_DAY;
    if (*in_day_us < 0) {
        *in_day_us += TN__US_PER_DAY;
        days--;
    }
    return days;
}

/* --- pieces of text ----------------------------------------------------------------------------- */

bool tn__take_digits(struct tn__cursor *c, int count, int max, int *out)
{
    if (c->end - c->at < count)
        return false;
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (c->at[i] < '0' || c->at[i] > '9')
            return false;
        value = value * 10 + (c->at[i] - '0');
    }
    c->at += count;
    *out = value;
    return value <= max;
}

bool tn__take(struct tn__cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

bool tn__take_word(struct tn__cursor *c, const char *word)
{
    size_t size = strlen(word);
    if ((size_t)(c->end - c->at) < size || memcmp(c->at, word, size) != 0)
        return false;
    c->at += size;
    return true;
}

bool tn__take_number(struct tn__cursor *c, int64_t *out)
{
    enum {
        MOST = 18 /* digits that 64 bits always hold */
    };
    int64_t value = 0;
    int count = 0;
    while (c->at != c->end && *c->at >= '0' && *c->at <= '9') {
        if (++count > MOST)
            return false;
        value = value * 10 + (*c->at++ - '0');
    }
    *out = value;
    return count > 0;
}

bool tn__take_fraction(struct tn__cursor *c, int64_t *us)
{
    int64_t fraction = 0;
    int digit;
    if (!tn__take_digits(c, 1, 9, &digit))
        return false;
    int64_t weight = TN__US_PER_SECOND / 10;
    do {
        fraction += digit * weight;
        weight /= 10;
    } while (tn__take_digits(c, 1, 9, &digit));
    *us = fraction;
    return true;
}

bool tn__take_clock(struct tn__cursor *c, int max_hour, int64_t *us)
{
    int hour, minute, second = 0;
    int64_t fraction = 0;
    if (!tn__take_digits(c, 2, max_hour, &hour) || !tn__take(c, ':') ||
        !tn__take_digits(c, 2, 59, &minute))
        return false;
    if (tn__take(c, ':')) {
        if (!tn__take_digits(c, 2, 60, &second))
            return false;
        if (tn__take(c, '.') && !tn__take_fraction(c, &fraction))
            return false;
    }
    *us = ((int64_t)hour * 3600 + minute * 60 + second) * TN__US_PER_SECOND + fraction;
    return true;
}

bool tn__take_day(struct tn__cursor *c, struct tn__day *out)
{
    enum {
        FEWEST = 4,
        MOST = 7
    };
    const char *start = c->at;
    if (!tn__take_number(c, &out->year) || c->at - start < FEWEST || c->at - start > MOST)
        return false;
    return tn__take(c, '-') && tn__take_digits(c, 2, 12, &out->month) && tn__take(c, '-') &&
           tn__take_digits(c, 2, 31, &out->day);
}

bool tn__take_era(struct tn__cursor *c, struct tn__day *day)
{
    if (tn__take_word(c, " BC")) {
        if (day->year < 1)
            return false;
        day->year = 1 - day->year;
    }
    return tn__day_exists(*day);
}

size_t tn__put_clock(char *out, size_t size, int64_t us)
{
    int64_t seconds = us / TN__US_PER_SECOND;
    int fraction = (int)(us % TN__US_PER_SECOND);
    size_t used = (size_t)snprintf(out, size, "%02d:%02d:%02d", (int)(seconds / 3600),
                                   (int)(seconds / 60 % 60), (int)(seconds % 60));
    if (fraction) {
        used += (size_t)snprintf(out + used, size - used, ".%06d", fraction);
        while (out[used - 1] == '0')
            out[--used] = '\0';
    }
    return used;
}

/* --- PostgreSQL's timestamps -------------------------------------------------------------------- */

size_t tn__moment_format(char out[TN__MOMENT_MAX], tn_timestamp timestamp, const char *zone)
{
    if (timestamp.us == TN_TIMESTAMP_INFINITY || timestamp.us == TN_TIMESTAMP_MINUS_INFINITY)
        return (size_t)snprintf(out, TN__MOMENT_MAX, "%sinfinity", timestamp.us < 0 ? "-" : "");
    int64_t in_day_us;
    struct tn__day day = tn__day_of(tn__split_day(timestamp.us, &in_day_us));
    bool is_bc = day.year < 1;
    size_t used = (size_t)snprintf(out, TN__MOMENT_MAX, "%04d-%02d-%02d ",
                                   (int)(is_bc ? 1 - day.year : day.year), day.month, day.day);
    used += tn__put_clock(out + used, TN__MOMENT_MAX - used, in_day_us);
    used += (size_t)snprintf(out + used, TN__MOMENT_MAX - used, "%s%s", zone, is_bc ? " BC" : "");
    return used;
}

/* Z, ±HH, ±HH:MM, ±HH:MM:SS. */
static bool take_offset(struct tn__cursor *c, int64_t *us)
{
    int hour, minute = 0, second = 0;
    *us = 0;
    if (tn__take(c, 'Z'))
        return true;
    bool is_west = tn__take(c, '-');
    if (!is_west && !tn__take(c, '+'))
        return false;
    if (!tn__take_digits(c, 2, 23, &hour))
        return false;
    if (tn__take(c, ':') && (!tn__take_digits(c, 2, 59, &minute) ||
                             (tn__take(c, ':') && !tn__take_digits(c, 2, 59, &second))))
        return false;
    *us = (hour * 3600 + minute * 60 + second) * TN__US_PER_SECOND;
    if (is_west)
        *us = -*us;
    return true;
}

int tn__moment_parse(tn_timestamp *out, tn_text text, bool has_zone)
{
    struct tn__cursor c = {text.data, text.data + text.size};
    struct tn__day day;
    int64_t in_day_us = 0, offset_us = 0, us;
    bool is_minus = tn__take(&c, '-');
    if (tn__take_word(&c, "infinity") && c.at == c.end) {
        out->us = is_minus ? TN_TIMESTAMP_MINUS_INFINITY : TN_TIMESTAMP_INFINITY;
        return TN_OK;
    }
    if (is_minus || !tn__take_day(&c, &day))
        return TN_EINVAL;
    bool is_day = c.at == c.end && !has_zone; /* its midnight */
    if (!is_day &&
        ((!tn__take(&c, ' ') && !tn__take(&c, 'T')) || !tn__take_clock(&c, 24, &in_day_us) ||
         in_day_us > TN__US_PER_DAY || (has_zone && !take_offset(&c, &offset_us))))
        return TN_EINVAL;
    if (!tn__take_era(&c, &day) || c.at != c.end)
        return TN_EINVAL;
    if (__builtin_mul_overflow(tn__days_of(day), TN__US_PER_DAY, &us) ||
        __builtin_add_overflow(us, in_day_us - offset_us, &us) || us == TN_TIMESTAMP_INFINITY ||
        us == TN_TIMESTAMP_MINUS_INFINITY)
        return TN_ERANGE;
    out->us = us;
    return TN_OK;
}
