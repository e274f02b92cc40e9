/* SPDX-License-Identifier: MIT */
#include "driver/postgres/numeric.h"

#include <string.h>

#include "driver/postgres/bytes.h"
#include "util/str.h"

enum {
    HEADER = 8, /* digits, weight, sign, scale: 16 bits each */
    GROUP = 4,  /* decimal digits in a digit of the base */
    BASE = 10000,
    SIGN_PLUS = 0x0000,
    SIGN_MINUS = 0x4000,
    SIGN_NAN = 0xC000,
    SIGN_INFINITY = 0xD000,
    SIGN_MINUS_INFINITY = 0xF000,
    SCALE_MAX = 0x3FFF,  /* digits behind the point */
    WEIGHT_MAX = 0x7FFF, /* groups in front of it */
};

/* --- to text ------------------------------------------------------------------------------------ */

struct number {
    const char *digits;
    int count;
    int weight; /* the first digit's: it counts BASE to the power of that */
    int sign;
    int scale;
};

static int group_at(const struct number *number, int index)
{
    bool is_there = index >= 0 && index < number->count;
    return is_there ? tn__pg_get16(number->digits + 2 * (size_t)index) : 0;
}

static void put_group(char out[GROUP], int group)
{
    for (int i = GROUP - 1; i >= 0; i--) {
        out[i] = (char)('0' + group % 10);
        group /= 10;
    }
}

static bool read_header(struct number *out, const char *data, size_t size)
{
    if (size < HEADER)
        return false;
    out->count = tn__pg_get16(data);
    out->weight = (int16_t)tn__pg_get16(data + 2);
    out->sign = tn__pg_get16(data + 4);
    out->scale = tn__pg_get16(data + 6);
    out->digits = data + HEADER;
    if (size != HEADER + 2 * (size_t)out->count)
        return false;
    for (int i = 0; i < out->count; i++)
        if (group_at(out, i) >= BASE)
            return false;
    return true;
}

static const char *special(int sign)
{
    return sign == SIGN_NAN              ? "NaN"
           : sign == SIGN_INFINITY       ? "Infinity"
           : sign == SIGN_MINUS_INFINITY ? "-Infinity"
                                         : NULL;
}

/* The digits in front of the point, without zeros in front; at least one. */
static char *put_whole(char *out, const struct number *number)
{
    char *start = out;
    for (int i = 0; i <= number->weight; i++) {
        char group[GROUP];
        put_group(group, group_at(number, i));
        for (int j = 0; j < GROUP; j++)
            if (out > start || group[j] != '0')
                *out++ = group[j];
    }
    if (out == start)
        *out++ = '0';
    return out;
}

static char *put_behind(char *out, const struct number *number)
{
    *out++ = '.';
    int index = number->weight + 1;
    for (int left = number->scale; left > 0; left -= GROUP) {
        char group[GROUP];
        put_group(group, group_at(number, index++));
        size_t size = left < GROUP ? (size_t)left : GROUP;
        memcpy(out, group, size);
        out += size;
    }
    return out;
}

int tn__pg_numeric_text(tn_text *out, const char *data, size_t size, tn_arena *arena)
{
    struct number number;
    if (!read_header(&number, data, size))
        return TN_ECORRUPT;
    const char *word = special(number.sign);
    if (word) {
        *out = tn_text_of(word);
        return TN_OK;
    }
    if ((number.sign != SIGN_PLUS && number.sign != SIGN_MINUS) || number.scale > SCALE_MAX)
        return TN_ECORRUPT;
    size_t whole = number.weight < 0 ? 1 : ((size_t)number.weight + 1) * GROUP;
    char *text = tn_arena_alloc(arena, 1 + whole + 1 + (size_t)number.scale + 1);
    if (!text)
        return TN_ENOMEM;
    char *at = text;
    if (number.sign == SIGN_MINUS)
        *at++ = '-';
    at = put_whole(at, &number);
    if (number.scale > 0)
        at = put_behind(at, &number);
    *at = '\0';
    *out = (tn_text){text, (size_t)(at - text)};
    return TN_OK;
}

/* --- from text ---------------------------------------------------------------------------------- */

/* A decimal number as it is written: its digits, and where the point stands among them. */
struct decimal {
    bool is_minus;
    const char *digits; /* those of the mantissa, a point among them perhaps */
    const char *end;
    int64_t count; /* digits, without the point */
    int64_t whole; /* digits in front of the point, once the exponent has moved it */
    int64_t scale; /* digits behind it, at least 0 */
};

static bool is_digit(const char *at, const char *end)
{
    return at < end && *at >= '0' && *at <= '9';
}

/* e±digits, up to what no number has. */
static bool take_exponent(const char **at, const char *end, int64_t *exponent)
{
    const int64_t most = 1000000;
    *exponent = 0;
    if (*at == end || (**at != 'e' && **at != 'E'))
        return true;
    (*at)++;
    bool is_minus = *at < end && **at == '-';
    if (*at < end && (**at == '-' || **at == '+'))
        (*at)++;
    if (!is_digit(*at, end))
        return false;
    for (; is_digit(*at, end); (*at)++)
        if (*exponent < most)
            *exponent = *exponent * 10 + (**at - '0');
    if (is_minus)
        *exponent = -*exponent;
    return true;
}

static bool read_decimal(struct decimal *out, tn_text text)
{
    const char *at = text.data;
    const char *end = text.data + text.size;
    int64_t behind = 0, exponent;
    *out = (struct decimal){.is_minus = at < end && *at == '-'};
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    out->digits = at;
    for (; is_digit(at, end); at++)
        out->count++;
    if (at < end && *at == '.')
        for (at++; is_digit(at, end); at++)
            behind++;
    out->count += behind;
    out->end = at;
    if (out->count == 0 || !take_exponent(&at, end, &exponent) || at != end)
        return false;
    out->whole = out->count - behind + exponent;
    out->scale = behind > exponent ? behind - exponent : 0;
    return true;
}

bool tn__pg_is_decimal(tn_text text)
{
    struct decimal decimal;
    return read_decimal(&decimal, text);
}

static int append_special(struct tn__buf *buf, tn_text text)
{
    static const struct {
        const char *word;
        uint16_t sign;
    } words[] = {
        {"nan", SIGN_NAN},
        {"infinity", SIGN_INFINITY},
        {"+infinity", SIGN_INFINITY},
        {"-infinity", SIGN_MINUS_INFINITY},
        {"inf", SIGN_INFINITY},
        {"+inf", SIGN_INFINITY},
        {"-inf", SIGN_MINUS_INFINITY},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        char header[HEADER] = {0};
        if (!tn__text_is_nocase(text, words[i].word))
            continue;
        tn__pg_put16(header + 4, words[i].sign);
        tn__buf_add(buf, header, sizeof header);
        return TN_OK;
    }
    return TN_EINVAL;
}

/* The digits of the base that are made so far. */
struct groups {
    struct tn__buf *buf;
    int count;      /* from the first to the last that is not 0 */
    int zeros;      /* behind that one: left out, unless another follows */
    int64_t weight; /* the first one's */
};

static void add_group(struct groups *groups, int group, int64_t weight)
{
    if (group == 0) {
        groups->zeros += groups->count > 0;
        return;
    }
    if (groups->count == 0)
        groups->weight = weight;
    for (; groups->zeros > 0; groups->zeros--, groups->count++)
        tn__buf_add(groups->buf, "\0\0", 2);
    char bytes[2];
    tn__pg_put16(bytes, (uint16_t)group);
    tn__buf_add(groups->buf, bytes, sizeof bytes);
    groups->count++;
}

static void add_groups(struct groups *groups, const struct decimal *d)
{
    int64_t place = d->whole; /* digits between here and the point; behind it, below 0 */
    int group = 0;
    for (const char *at = d->digits; at < d->end; at++) {
        if (*at == '.')
            continue;
        group = group * 10 + (*at - '0');
        if (--place % GROUP == 0) {
            add_group(groups, group, place / GROUP);
            group = 0;
        }
    }
    for (; place % GROUP != 0; place--)
        group *= 10;
    add_group(groups, group, place / GROUP);
}

int tn__pg_numeric_append(struct tn__buf *buf, tn_text text)
{
    struct decimal d;
    text = tn__text_trim(text);
    if (!read_decimal(&d, text))
        return append_special(buf, text);
    if (d.scale > SCALE_MAX || d.count > (int64_t)WEIGHT_MAX * GROUP)
        return TN_ERANGE;
    size_t start = buf->size;
    char header[HEADER] = {0};
    struct groups groups = {.buf = buf};
    tn__buf_add(buf, header, sizeof header);
    add_groups(&groups, &d);
    if (groups.weight > WEIGHT_MAX || groups.count > WEIGHT_MAX)
        return TN_ERANGE;
    if (buf->status != TN_OK)
        return TN_OK;
    tn__pg_put16(buf->data + start, (uint16_t)groups.count);
    tn__pg_put16(buf->data + start + 2, (uint16_t)groups.weight);
    tn__pg_put16(buf->data + start + 4, d.is_minus && groups.count > 0 ? SIGN_MINUS : SIGN_PLUS);
    tn__pg_put16(buf->data + start + 6, (uint16_t)d.scale);
    return TN_OK;
}
