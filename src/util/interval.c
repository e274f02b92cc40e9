/* SPDX-License-Identifier: MIT */
#include <tenon/time.h>

#include <inttypes.h>
#include <stdio.h>

#include "util/calendar.h"

/* The numbers that an interval's text has, each with its own sign. */
enum part {
    YEARS,
    MONTHS,
    WEEKS,
    DAYS,
    HOURS,
    MINUTES,
    SECONDS,
    PART_COUNT
};

/* Which member of a tn_interval a part goes to, how many of its units, and its names. */
static const struct {
    enum {
        IN_MONTHS,
        IN_DAYS,
        IN_US
    } member;
    int64_t units;
    char letter;      /* ISO 8601 */
    const char *word; /* PostgreSQL */
} PARTS[PART_COUNT] = {
    [YEARS] = {IN_MONTHS, 12, 'Y', "year"},
    [MONTHS] = {IN_MONTHS, 1, 'M', "mon"},
    [WEEKS] = {IN_DAYS, 7, 'W', NULL},
    [DAYS] = {IN_DAYS, 1, 'D', "day"},
    [HOURS] = {IN_US, 3600 * TN__US_PER_SECOND, 'H', NULL},
    [MINUTES] = {IN_US, 60 * TN__US_PER_SECOND, 'M', NULL},
    [SECONDS] = {IN_US, TN__US_PER_SECOND, 'S', NULL},
};

static bool is_infinite(tn_interval interval, bool *is_minus)
{
    *is_minus = interval.us < 0;
    return (interval.us == INT64_MAX && interval.days == INT32_MAX &&
            interval.months == INT32_MAX) ||
           (interval.us == INT64_MIN && interval.days == INT32_MIN && interval.months == INT32_MIN);
}

/* --- writing ------------------------------------------------------------------------------------ */

static int64_t take_units(int64_t *left, enum part part)
{
    int64_t count = *left / PARTS[part].units;
    *left -= count * PARTS[part].units;
    return count;
}

/* The parts of an interval; SECONDS in microseconds. */
static void split(int64_t parts[PART_COUNT], tn_interval interval)
{
    int64_t months = interval.months;
    int64_t us = interval.us;
    parts[YEARS] = take_units(&months, YEARS);
    parts[MONTHS] = months;
    parts[WEEKS] = 0;
    parts[DAYS] = interval.days;
    parts[HOURS] = take_units(&us, HOURS);
    parts[MINUTES] = take_units(&us, MINUTES);
    parts[SECONDS] = us;
}

/* Digits of a fraction behind a point, without zeros at their end. */
static size_t put_fraction(char *out, size_t size, int64_t us)
{
    if (us == 0)
        return 0;
    size_t used = (size_t)snprintf(out, size, ".%06d", (int)us);
    while (out[used - 1] == '0')
        out[--used] = '\0';
    return used;
}

static size_t format_iso(char *out, const int64_t parts[PART_COUNT])
{
    size_t used = (size_t)snprintf(out, TN_INTERVAL_MAX, "P");
    bool has_clock = false;
    for (enum part part = YEARS; part < PART_COUNT; part++) {
        if (parts[part] == 0)
            continue;
        if (PARTS[part].member == IN_US && !has_clock) {
            out[used++] = 'T';
            has_clock = true;
        }
        int64_t value = parts[part];
        char *at = out + used;
        size_t size = TN_INTERVAL_MAX - used;
        if (part == SECONDS) {
            int64_t us = value < 0 ? -value : value;
            used += (size_t)snprintf(at, size, "%s%d", value < 0 ? "-" : "",
                                     (int)(us / TN__US_PER_SECOND));
            used += put_fraction(out + used, TN_INTERVAL_MAX - used, us % TN__US_PER_SECOND);
            used += (size_t)snprintf(out + used, TN_INTERVAL_MAX - used, "S");
        } else {
            used += (size_t)snprintf(at, size, "%" PRId64 "%c", value, PARTS[part].letter);
        }
    }
    if (used == 1)
        used = (size_t)snprintf(out, TN_INTERVAL_MAX, "PT0S");
    return used;
}

/* A number above 0 behind one below it is told apart by its plus sign. */
static size_t format_postgres(char *out, const int64_t parts[PART_COUNT])
{
    size_t used = 0;
    bool is_before = false;
    out[0] = '\0';
    for (enum part part = YEARS; part <= DAYS; part++) {
        int64_t value = parts[part];
        if (value == 0)
            continue;
        used += (size_t)snprintf(out + used, TN_INTERVAL_MAX - used, "%s%s%" PRId64 " %s%s",
                                 used > 0 ? " " : "", is_before && value > 0 ? "+" : "", value,
                                 PARTS[part].word, value != 1 ? "s" : "");
        is_before = value < 0;
    }
    int64_t hours = parts[HOURS], minutes = parts[MINUTES], us = parts[SECONDS];
    if (used > 0 && hours == 0 && minutes == 0 && us == 0)
        return used;
    bool is_minus = hours < 0 || minutes < 0 || us < 0;
    if (is_minus) {
        hours = -hours;
        minutes = -minutes;
        us = -us;
    }
    used += (size_t)snprintf(out + used, TN_INTERVAL_MAX - used, "%s%s%02" PRId64 ":%02d:%02d",
                             used > 0 ? " " : "",
                             is_minus    ? "-"
                             : is_before ? "+"
                                         : "",
                             hours, (int)minutes, (int)(us / TN__US_PER_SECOND));
    return used + put_fraction(out + used, TN_INTERVAL_MAX - used, us % TN__US_PER_SECOND);
}

size_t tn_interval_format(char *out, tn_interval interval, enum tn_interval_format format)
{
    bool is_minus;
    if (is_infinite(interval, &is_minus))
        return (size_t)snprintf(out, TN_INTERVAL_MAX, "%sinfinity", is_minus ? "-" : "");
    int64_t parts[PART_COUNT];
    split(parts, interval);
    return format == TN_INTERVAL_ISO ? format_iso(out, parts) : format_postgres(out, parts);
}

/* --- reading ------------------------------------------------------------------------------------ */

/* What is read so far, wider than the members. */
struct sums {
    int64_t members[IN_US + 1];
    bool is_over;
};

static void add(struct sums *sums, enum part part, int64_t count, int64_t us)
{
    int64_t *member = &sums->members[PARTS[part].member];
    int64_t more;
    sums->is_over = sums->is_over || __builtin_mul_overflow(count, PARTS[part].units, &more) ||
                    __builtin_add_overflow(more, us, &more) ||
                    __builtin_add_overflow(*member, more, member);
}

static int finish(tn_interval *out, const struct sums *sums)
{
    int64_t months = sums->members[IN_MONTHS];
    int64_t days = sums->members[IN_DAYS];
    if (sums->is_over || months < INT32_MIN || months > INT32_MAX || days < INT32_MIN ||
        days > INT32_MAX)
        return TN_ERANGE;
    out->months = (int32_t)months;
    out->days = (int32_t)days;
    out->us = sums->members[IN_US];
    return TN_OK;
}

/* A number with its sign, and a fraction where it is allowed, in microseconds. */
static bool take_signed(struct tn__cursor *c, int64_t *count, int64_t *us)
{
    bool is_minus = tn__take(c, '-');
    if (!is_minus)
        (void)tn__take(c, '+');
    *us = 0;
    if (!tn__take_number(c, count) || (tn__take(c, '.') && !tn__take_fraction(c, us)))
        return false;
    if (is_minus) {
        *count = -*count;
        *us = -*us;
    }
    return true;
}

/* Behind the P. */
static int parse_iso(tn_interval *out, struct tn__cursor *c)
{
    struct sums sums = {.is_over = false};
    int next = YEARS;
    int last = DAYS;
    while (c->at != c->end) {
        if (last == DAYS && tn__take(c, 'T')) {
            next = HOURS;
            last = SECONDS;
        }
        int64_t count, us;
        if (!take_signed(c, &count, &us))
            return TN_EINVAL;
        while (next <= last && !tn__take(c, PARTS[next].letter))
            next++;
        if (next > last || (us != 0 && next != SECONDS))
            return TN_EINVAL;
        add(&sums, (enum part)next, count, us);
        next++;
    }
    return next == YEARS ? TN_EINVAL : finish(out, &sums);
}

/* HH:MM:SS, with as many digits of hours as there are. */
static bool take_hours(struct tn__cursor *c, struct sums *sums)
{
    int64_t hours, us = 0;
    int minutes, seconds;
    bool is_minus = tn__take(c, '-');
    if (!is_minus)
        (void)tn__take(c, '+');
    if (!tn__take_number(c, &hours) || !tn__take(c, ':') || !tn__take_digits(c, 2, 59, &minutes) ||
        !tn__take(c, ':') || !tn__take_digits(c, 2, 59, &seconds) ||
        (tn__take(c, '.') && !tn__take_fraction(c, &us)))
        return false;
    int sign = is_minus ? -1 : 1;
    add(sums, HOURS, sign * hours, 0);
    add(sums, MINUTES, sign * minutes, 0);
    add(sums, SECONDS, sign * seconds, sign * us);
    return true;
}

/* "3 days" and the like: a part from `next` on. False: it is none, and nothing is read. */
static bool take_words(struct tn__cursor *c, int *next, struct sums *sums)
{
    struct tn__cursor at = *c;
    int64_t count, us;
    if (!take_signed(&at, &count, &us) || us != 0 || !tn__take(&at, ' '))
        return false;
    int part = *next;
    while (part <= DAYS && !(PARTS[part].word && tn__take_word(&at, PARTS[part].word)))
        part++;
    if (part > DAYS)
        return false;
    (void)tn__take(&at, 's');
    add(sums, (enum part)part, count, 0);
    *next = part + 1;
    *c = at;
    return true;
}

static int parse_postgres(tn_interval *out, struct tn__cursor *c)
{
    struct sums sums = {.is_over = false};
    int next = YEARS;
    while (take_words(c, &next, &sums)) {
        if (c->at == c->end)
            return finish(out, &sums);
        if (!tn__take(c, ' '))
            return TN_EINVAL;
    }
    if (!take_hours(c, &sums) || c->at != c->end)
        return TN_EINVAL;
    return finish(out, &sums);
}

int tn_interval_parse(tn_interval *out, tn_text text)
{
    if (!text.data)
        return TN_EINVAL;
    struct tn__cursor c = {text.data, text.data + text.size};
    struct tn__cursor word = c;
    bool is_minus = tn__take(&word, '-');
    if (tn__take_word(&word, "infinity") && word.at == word.end) {
        *out = is_minus ? (tn_interval){INT64_MIN, INT32_MIN, INT32_MIN}
                        : (tn_interval){INT64_MAX, INT32_MAX, INT32_MAX};
        return TN_OK;
    }
    return tn__take(&c, 'P') ? parse_iso(out, &c) : parse_postgres(out, &c);
}
