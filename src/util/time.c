/* SPDX-License-Identifier: MIT */
#include <tenon/time.h>

#include <stdio.h>
#include <time.h>

#include "util/calendar.h"

tn_timestamp tn_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (tn_timestamp){(int64_t)now.tv_sec * TN__US_PER_SECOND + now.tv_nsec / 1000};
}

size_t tn_time_format(char *out, tn_timestamp timestamp, enum tn_time_format format)
{
    int64_t in_day_us;
    struct tn__day date = tn__day_of(tn__split_day(timestamp.us, &in_day_us));
    int in_day = (int)(in_day_us / TN__US_PER_SECOND);
    int us = (int)(in_day_us % TN__US_PER_SECOND);
    out[0] = '\0';
    if (date.year < 0 || date.year > 9999)
        return 0;

    bool rfc = format == TN_TIME_RFC3339;
    int size =
        snprintf(out, TN_TIME_MAX, "%04d-%02d-%02d%c%02d:%02d:%02d", (int)date.year, date.month,
                 date.day, rfc ? 'T' : ' ', in_day / 3600, in_day / 60 % 60, in_day % 60);
    if (us)
        size += snprintf(out + size, TN_TIME_MAX - (size_t)size, ".%06d", us);
    if (rfc)
        size += snprintf(out + size, TN_TIME_MAX - (size_t)size, "Z");
    return (size_t)size;
}

/* Nothing, Z or ±HH:MM; blanks in front, as SQLite takes them. */
static bool parse_zone(struct tn__cursor *c, int64_t *offset_us)
{
    *offset_us = 0;
    if (c->at == c->end)
        return true;
    while (tn__take(c, ' ')) {
    }
    if (tn__take(c, 'Z') || tn__take(c, 'z'))
        return true;
    bool west = tn__take(c, '-');
    int hour, minute;
    if (!west && !tn__take(c, '+'))
        return false;
    if (!tn__take_digits(c, 2, 23, &hour) || !tn__take(c, ':') ||
        !tn__take_digits(c, 2, 59, &minute))
        return false;
    *offset_us = (hour * 60 + minute) * 60 * TN__US_PER_SECOND;
    if (west)
        *offset_us = -*offset_us;
    return true;
}

int tn_time_parse(tn_timestamp *out, tn_text text)
{
    if (!text.data)
        return TN_EINVAL;
    struct tn__cursor c = {text.data, text.data + text.size};
    struct tn__day day;
    int64_t us = 0, offset_us = 0;
    if (!tn__take_day(&c, &day) || c.at - text.data != sizeof "YYYY-MM-DD" - 1 ||
        !tn__day_exists(day))
        return TN_EINVAL;
    if (c.at != c.end) {
        if (!tn__take(&c, 'T') && !tn__take(&c, 't') && !tn__take(&c, ' '))
            return TN_EINVAL;
        if (!tn__take_clock(&c, 23, &us) || !parse_zone(&c, &offset_us) || c.at != c.end)
            return TN_EINVAL;
    }
    out->us = tn__days_of(day) * TN__US_PER_DAY + us - offset_us;
    return TN_OK;
}
