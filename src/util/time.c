/* SPDX-License-Identifier: MIT */
#include <tenon/time.h>

#include <stdio.h>
#include <time.h>

#define US_PER_SECOND   INT64_C(1000000)
#define SECONDS_PER_DAY INT64_C(86400)

/* Days from 1970-01-01 in the proleptic Gregorian calendar. A year begins in March here, so that
 * the leap day is its last, and 400 of them (an era) have 146097 days. */
static int64_t days_of(int year, int month, int day)
{
    if (month <= 2)
        year--;
    int era = (year >= 0 ? year : year - 399) / 400;
    int year_of_era = year - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int64_t)era * 146097 + day_of_era - 719468;
}

struct date {
    int64_t year;
    int month;
    int day;
};

static struct date date_of(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int day_of_era = (int)(days - era * 146097);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153; /* 0 is March */
    struct date date;
    date.day = day_of_year - (153 * shifted + 2) / 5 + 1;
    date.month = shifted < 10 ? shifted + 3 : shifted - 9;
    date.year = year_of_era + era * 400 + (date.month <= 2);
    return date;
}

tn_timestamp tn_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (tn_timestamp){(int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000};
}

size_t tn_time_format(char *out, tn_timestamp timestamp, enum tn_time_format format)
{
    int64_t us = timestamp.us % US_PER_SECOND;
    int64_t seconds = timestamp.us / US_PER_SECOND;
    if (us < 0) {
        us += US_PER_SECOND;
        seconds--;
    }
    int64_t days = seconds / SECONDS_PER_DAY;
    int in_day = (int)(seconds % SECONDS_PER_DAY);
    if (in_day < 0) {
        in_day += (int)SECONDS_PER_DAY;
        days--;
    }
    struct date date = date_of(days);
    out[0] = '\0';
    if (date.year < 0 || date.year > 9999)
        return 0;

    bool rfc = format == TN_TIME_RFC3339;
    int size =
        snprintf(out, TN_TIME_MAX, "%04d-%02d-%02d%c%02d:%02d:%02d", (int)date.year, date.month,
                 date.day, rfc ? 'T' : ' ', in_day / 3600, in_day / 60 % 60, in_day % 60);
    if (us)
        size += snprintf(out + size, TN_TIME_MAX - (size_t)size, ".%06d", (int)us);
    if (rfc)
        size += snprintf(out + size, TN_TIME_MAX - (size_t)size, "Z");
    return (size_t)size;
}

struct cursor {
    const char *at;
    const char *end;
};

/* `count` digits, not above `max`. */
static bool digits(struct cursor *c, int count, int max, int *out)
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

static bool sign(struct cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static bool parse_date(struct cursor *c, int64_t *days)
{
    static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day;
    if (!digits(c, 4, 9999, &year) || !sign(c, '-') || !digits(c, 2, 12, &month) || !sign(c, '-') ||
        !digits(c, 2, 31, &day) || month < 1 || day < 1)
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > lengths[month - 1] || (month == 2 && day == 29 && !leap))
        return false;
    *days = days_of(year, month, day);
    return true;
}

/* HH:MM[:SS[.F…]], as microseconds. */
static bool parse_clock(struct cursor *c, int64_t *us)
{
    int hour, minute, second = 0;
    if (!digits(c, 2, 23, &hour) || !sign(c, ':') || !digits(c, 2, 59, &minute))
        return false;
    int64_t fraction = 0;
    if (sign(c, ':')) {
        if (!digits(c, 2, 60, &second))
            return false;
        if (sign(c, '.')) {
            int digit;
            if (!digits(c, 1, 9, &digit))
                return false;
            int64_t weight = US_PER_SECOND / 10;
            do {
                fraction += digit * weight;
                weight /= 10;
            } while (digits(c, 1, 9, &digit));
        }
    }
    *us = ((int64_t)hour * 3600 + minute * 60 + second) * US_PER_SECOND + fraction;
    return true;
}

/* Nothing, Z or ±HH:MM; blanks in front, as SQLite takes them. */
static bool parse_zone(struct cursor *c, int64_t *offset_us)
{
    *offset_us = 0;
    if (c->at == c->end)
        return true;
    while (sign(c, ' ')) {
    }
    if (sign(c, 'Z') || sign(c, 'z'))
        return true;
    bool west = sign(c, '-');
    int hour, minute;
    if (!west && !sign(c, '+'))
        return false;
    if (!digits(c, 2, 23, &hour) || !sign(c, ':') || !digits(c, 2, 59, &minute))
        return false;
    *offset_us = (hour * 60 + minute) * 60 * US_PER_SECOND;
    if (west)
        *offset_us = -*offset_us;
    return true;
}

int tn_time_parse(tn_timestamp *out, tn_text text)
{
    if (!text.data)
        return TN_EINVAL;
    struct cursor c = {text.data, text.data + text.size};
    int64_t days, us = 0, offset_us = 0;
    if (!parse_date(&c, &days))
        return TN_EINVAL;
    if (c.at != c.end) {
        if (!sign(&c, 'T') && !sign(&c, 't') && !sign(&c, ' '))
            return TN_EINVAL;
        if (!parse_clock(&c, &us) || !parse_zone(&c, &offset_us) || c.at != c.end)
            return TN_EINVAL;
    }
    out->us = days * SECONDS_PER_DAY * US_PER_SECOND + us - offset_us;
    return TN_OK;
}
