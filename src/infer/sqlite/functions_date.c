/* SPDX-License-Identifier: MIT */
#include "infer/sqlite/functions_rules.h"
#include "util/str.h"

/*
 * Date and time: NULL of what the engine does not understand, and of what leaves the years 0 to 9999.
 * With a time value and modifiers as written, it is known to be neither if all of them are of the
 * forms below, which every version has, and if the year stays far enough from both ends. Modifiers
 * are not computed but bounded: a moment is what it can be at the earliest and at the latest.
 */

/* Days since the beginning of the year 0, or so: years count 365.2425, and `slack` makes it good. */
struct moment {
    double from, to;
    bool is_zoned; /* a time zone has moved it already */
};

static const double days_of_year = 365.2425;
static const double slack = 5;
static const double first_day = 10, last_day = 9999.9 * 365.2425;

static bool is_within(const struct moment *moment)
{
    return moment->from >= first_day && moment->to <= last_day;
}

static void shift(struct moment *moment, double from, double to)
{
    moment->from += from;
    moment->to += to;
}

/* Reading: each takes from the front of *rest what it is named after. */

static bool take_char(tn_text *rest, char c)
{
    if (!rest->size || tn__lower(rest->data[0]) != c)
        return false;
    *rest = tn__text_sub(*rest, 1, rest->size - 1);
    return true;
}

static size_t take_digits(tn_text *rest, double *value, size_t at_most)
{
    size_t n = 0;
    *value = 0;
    for (; n < at_most && n < rest->size && rest->data[n] >= '0' && rest->data[n] <= '9'; n++)
        *value = *value * 10 + (rest->data[n] - '0');
    *rest = tn__text_sub(*rest, n, rest->size - n);
    return n;
}

static bool take_field(tn_text *rest, size_t digits, double low, double high, double *value)
{
    return take_digits(rest, value, digits) == digits && *value >= low && *value <= high;
}

/* HH:MM, HH:MM:SS or HH:MM:SS.SSS. More digits could be rounded up into the next day. */
static bool take_clock(tn_text *rest)
{
    double value;
    if (!take_field(rest, 2, 0, 23, &value) || !take_char(rest, ':') ||
        !take_field(rest, 2, 0, 59, &value))
        return false;
    if (!take_char(rest, ':'))
        return true;
    if (!take_field(rest, 2, 0, 59, &value))
        return false;
    return !take_char(rest, '.') || take_digits(rest, &value, 3) > 0;
}

/* Z, +HH:MM, -HH:MM or nothing at the end of a time. */
static bool take_zone(tn_text *rest, struct moment *moment)
{
    double value;
    if (take_char(rest, 'z'))
        return true;
    if (!take_char(rest, '+') && !take_char(rest, '-'))
        return true;
    shift(moment, -1, 1);
    moment->is_zoned = true;
    return take_field(rest, 2, 0, 14, &value) && take_char(rest, ':') &&
           take_field(rest, 2, 0, 59, &value);
}

/* A time value as text. */
static bool read_text(tn_text text, struct moment *moment)
{
    *moment = (struct moment){2000 * days_of_year - slack, 2001 * days_of_year + slack, false};
    if (tn__text_is_nocase(text, "now")) {
        /* What a machine may take for now. */
        moment->from = 1960 * days_of_year;
        moment->to = 3000 * days_of_year;
        return true;
    }
    tn_text rest = text;
    double year, month, day;
    if (take_clock(&rest))
        return take_zone(&rest, moment) && !rest.size;
    rest = text;
    if (!take_field(&rest, 4, 0, 9999, &year) || !take_char(&rest, '-') ||
        !take_field(&rest, 2, 1, 12, &month) || !take_char(&rest, '-') ||
        !take_field(&rest, 2, 1, 31, &day))
        return false;
    double about = year * days_of_year + (month - 1) * days_of_year / 12 + day;
    *moment = (struct moment){about - slack, about + slack, false};
    if (!rest.size)
        return true;
    if (!take_char(&rest, ' ') && !(rest.data[0] == 'T' && take_char(&rest, 't')))
        return false;
    return take_clock(&rest) && take_zone(&rest, moment) && !rest.size;
}

/* A number as written, down to a whole one. */
static bool read_number(tn_text text, double *number)
{
    tn_text rest = text;
    double fraction;
    bool minus = take_char(&rest, '-');
    size_t digits = take_digits(&rest, number, 12);
    bool is_whole = !take_char(&rest, '.');
    if (!is_whole)
        take_digits(&rest, &fraction, 12);
    if (minus)
        *number = -*number - (is_whole ? 0 : 1);
    return digits && !rest.size;
}

static const double julian_day_of_year_0 = 1721060, julian_day_of_year_10000 = 5373484;

static void from_julian_day(struct moment *moment, double number)
{
    double about = number - julian_day_of_year_0;
    *moment = (struct moment){about - slack, about + slack, false};
}

static void from_seconds(struct moment *moment, double number)
{
    double about = number / 86400 + 1970 * days_of_year;
    *moment = (struct moment){about - slack, about + slack, false};
}

/* "N unit", N with a sign or without: by how many days at most. */
static bool read_shift(tn_text text, struct moment *moment)
{
    static const struct {
        const char *name;
        double days; /* of one, at most */
    } units[] = {{"second", 1 / 86400.0}, {"minute", 1 / 1440.0}, {"hour", 1 / 24.0}, {"day", 1},
                 {"month", 31},           {"year", 366}};
    tn_text rest = text;
    double number, fraction = 0;
    bool minus = take_char(&rest, '-');
    if (!minus)
        take_char(&rest, '+');
    tn_text digits = rest;
    if (take_clock(&rest) && !rest.size) {
        shift(moment, minus ? -1 : 0, minus ? 0 : 1);
        return true;
    }
    rest = digits;
    if (!take_digits(&rest, &number, 12) ||
        (take_char(&rest, '.') && !take_digits(&rest, &fraction, 9)) || !take_char(&rest, ' '))
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        tn_text name = rest;
        if (name.size == strlen(units[i].name) + 1 && tn__lower(name.data[name.size - 1]) == 's')
            name.size--;
        if (!tn__text_is_nocase(name, units[i].name))
            continue;
        double days = (number + 1) * units[i].days + slack;
        shift(moment, minus ? -days : -slack, minus ? slack : days);
        return true;
    }
    return false;
}

/* The modifiers that are words, and how far they move. */
static bool read_word(tn_text text, struct moment *moment)
{
    static const struct {
        const char *name;
        double from, to;
    } words[] = {{"start of day", -1, 0},
                 {"start of month", -31, 0},
                 {"start of year", -366, 0},
                 {"localtime", -2, 2},
                 {"utc", -2, 2},
                 {"weekday 0", 0, 7},
                 {"weekday 1", 0, 7},
                 {"weekday 2", 0, 7},
                 {"weekday 3", 0, 7},
                 {"weekday 4", 0, 7},
                 {"weekday 5", 0, 7},
                 {"weekday 6", 0, 7}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (tn__text_is_nocase(text, words[i].name)) {
            shift(moment, words[i].from, words[i].to);
            return true;
        }
    }
    return false;
}

/* A number is a Julian day; with 'auto' only up to the last one, with 'unixepoch' never, but seconds.
 * As a day it may be before the year 0, if nothing moves it. */
static bool is_number_certain(const struct tn__fn_arg *args, uint32_t count, struct moment *moment,
                              uint32_t *next)
{
    double number;
    if (!read_number(args[0].literal, &number))
        return false;
    bool is_seconds = count > 1 && tn__text_is_nocase(args[1].literal, "unixepoch");
    bool is_auto = count > 1 && tn__text_is_nocase(args[1].literal, "auto");
    if (count > 1 && !is_seconds && !is_auto)
        return false;
    *next = count > 1 ? 2 : 1;
    if (!is_seconds && number >= 0 && number < julian_day_of_year_10000) {
        from_julian_day(moment, number);
        return count <= 2 || is_within(moment);
    }
    from_seconds(moment, number);
    /* The last day has half of it left in which a number still means it. */
    bool is_last_day = !is_seconds && number == julian_day_of_year_10000;
    return count > 1 && !is_last_day && is_within(moment);
}

/* A time value and modifiers: whether they certainly give a date. */
static bool is_certain(const struct tn__fn_arg *args, uint32_t count)
{
    if (!count)
        return true; /* now */
    for (uint32_t i = 1; i < count; i++)
        if (!tn__fn_is_text_literal(&args[i]))
            return false;
    struct moment moment;
    uint32_t next = 1;
    if (tn__fn_is_text_literal(&args[0])) {
        if (!read_text(args[0].literal, &moment))
            return false;
        /* Up to the very ends, if there is nothing that could lead past them. */
        if (count == 1 && !moment.is_zoned)
            return true;
        if (!is_within(&moment))
            return false;
        /* What is no number stays as it is. */
        next = count > 1 && tn__text_is_nocase(args[1].literal, "auto") ? 2 : 1;
    } else if (!args[0].is_literal || args[0].classes & ~(unsigned)TN__CLASS_NUMBERS ||
               !is_number_certain(args, count, &moment, &next)) {
        return false;
    }
    for (; next < count; next++) {
        tn_text modifier = args[next].literal;
        if (!read_word(modifier, &moment) && !read_shift(modifier, &moment))
            return false;
        if (!is_within(&moment))
            return false;
    }
    return true;
}

static tn__classes dated(const struct tn__fn_arg *args, uint32_t count, tn__classes values)
{
    return tn__fn_strictly(args, count, values | (is_certain(args, count) ? 0 : TN__CLASS_NULL));
}

tn__classes tn__fn_date(const struct tn__fn_arg *args, uint32_t count)
{
    return dated(args, count, TN__CLASS_TEXT);
}

tn__classes tn__fn_julianday(const struct tn__fn_arg *args, uint32_t count)
{
    return dated(args, count, TN__CLASS_REAL);
}

/* Later versions give a fraction if one of the arguments is 'subsec' or 'subsecond'. */
static bool may_be_subsec(const struct tn__fn_arg *arg)
{
    if (tn__fn_is_text_literal(arg))
        return tn__text_is_nocase(tn__text_sub(arg->literal, 0, strlen("subsec")), "subsec");
    return tn__fn_may_be(arg, TN__CLASS_TEXT | TN__CLASS_BLOB);
}

tn__classes tn__fn_unixepoch(const struct tn__fn_arg *args, uint32_t count)
{
    tn__classes values = TN__CLASS_INT;
    for (uint32_t i = 0; i < count; i++)
        if (may_be_subsec(&args[i]))
            values |= TN__CLASS_REAL;
    return dated(args, count, values);
}

/* Conversions that every version has; of others there is NULL. */
static bool is_format_known(const struct tn__fn_arg *format)
{
    if (!tn__fn_is_text_literal(format))
        return false;
    tn_text text = format->literal;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\0')
            return false;
        if (text.data[i] != '%')
            continue;
        i++;
        if (i == text.size || !text.data[i] || !strchr("dfHjJmMsSwWY%", text.data[i]))
            return false;
    }
    return text.size > 0 && text.size < 1000;
}

tn__classes tn__fn_strftime(const struct tn__fn_arg *args, uint32_t count)
{
    if (!count)
        return TN__CLASS_NULL;
    bool certain = is_format_known(args) && is_certain(args + 1, count - 1);
    return tn__fn_strictly(args, count, TN__CLASS_TEXT | (certain ? 0 : TN__CLASS_NULL));
}

/* The time between two time values. */
tn__classes tn__fn_timediff(const struct tn__fn_arg *args, uint32_t count)
{
    bool certain = is_certain(args, 1) && is_certain(args + 1, 1);
    return tn__fn_strictly(args, count, TN__CLASS_TEXT | (certain ? 0 : TN__CLASS_NULL));
}
