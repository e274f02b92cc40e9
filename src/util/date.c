/* SPDX-License-Identifier: MIT */
#include <tenon/time.h>

#include <stdio.h>

#include "util/calendar.h"

/* Dates, times of day. */

size_t tn_date_format(char *out, tn_date date)
{
    if (date.days == TN_DATE_INFINITY || date.days == TN_DATE_MINUS_INFINITY)
        return (size_t)snprintf(out, TN_DATE_MAX, "%sinfinity", date.days < 0 ? "-" : "");
    struct tn__day day = tn__day_of(date.days);
    bool is_bc = day.year < 1;
    return (size_t)snprintf(out, TN_DATE_MAX, "%04d-%02d-%02d%s",
                            (int)(is_bc ? 1 - day.year : day.year), day.month, day.day,
                            is_bc ? " BC" : "");
}

int tn_date_parse(tn_date *out, tn_text text)
{
    if (!text.data)
        return TN_EINVAL;
    struct tn__cursor c = {text.data, text.data + text.size};
    bool is_minus = tn__take(&c, '-');
    if (tn__take_word(&c, "infinity") && c.at == c.end) {
        out->days = is_minus ? TN_DATE_MINUS_INFINITY : TN_DATE_INFINITY;
        return TN_OK;
    }
    struct tn__day day;
    if (is_minus || !tn__take_day(&c, &day) || !tn__take_era(&c, &day) || c.at != c.end)
        return TN_EINVAL;
    int64_t days = tn__days_of(day);
    if (days <= TN_DATE_MINUS_INFINITY || days >= TN_DATE_INFINITY)
        return TN_ERANGE;
    out->days = (int32_t)days;
    return TN_OK;
}

size_t tn_clock_format(char *out, tn_time time)
{
    out[0] = '\0';
    if (time.us < 0 || time.us > TN__US_PER_DAY)
        return 0;
    return tn__put_clock(out, TN_CLOCK_MAX, time.us);
}

int tn_clock_parse(tn_time *out, tn_text text)
{
    if (!text.data)
        return TN_EINVAL;
    struct tn__cursor c = {text.data, text.data + text.size};
    int64_t us;
    if (!tn__take_clock(&c, 24, &us) || c.at != c.end || us > TN__US_PER_DAY)
        return TN_EINVAL;
    out->us = us;
    return TN_OK;
}
