/* SPDX-License-Identifier: MIT */
#include "util/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <tenon/error.h>

#include "util/utf8.h"

char tn__lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

char tn__upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool tn__is_ident_start(char c)
{
    return (tn__lower(c) >= 'a' && tn__lower(c) <= 'z') || c == '_';
}

bool tn__is_ident(char c)
{
    return tn__is_ident_start(c) || (c >= '0' && c <= '9');
}

bool tn__text_is(tn_text text, const char *string)
{
    size_t size = strlen(string);
    return text.size == size && (size == 0 || memcmp(text.data, string, size) == 0);
}

bool tn__text_is_nocase(tn_text text, const char *string)
{
    return tn__text_equal_nocase(text, tn_text_of(string));
}

bool tn__text_equal_nocase(tn_text a, tn_text b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++) {
        if (tn__lower(a.data[i]) != tn__lower(b.data[i]))
            return false;
    }
    return true;
}

bool tn__text_starts(tn_text text, const char *prefix)
{
    size_t size = strlen(prefix);
    return text.size >= size && (size == 0 || memcmp(text.data, prefix, size) == 0);
}

bool tn__text_ends(tn_text text, const char *suffix)
{
    size_t size = strlen(suffix);
    return text.size >= size &&
           (size == 0 || memcmp(text.data + (text.size - size), suffix, size) == 0);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

tn_text tn__text_trim(tn_text text)
{
    size_t from = 0;
    size_t to = text.size;
    while (from < to && is_space(text.data[from]))
        from++;
    while (to > from && is_space(text.data[to - 1]))
        to--;
    return tn__text_sub(text, from, to - from);
}

tn_text tn__text_sub(tn_text text, size_t from, size_t size)
{
    if (from > text.size)
        from = text.size;
    if (size > text.size - from)
        size = text.size - from;
    return (tn_text){text.data ? text.data + from : NULL, size};
}

size_t tn__text_find(tn_text text, char c)
{
    const char *hit = text.size ? memchr(text.data, c, text.size) : NULL;
    return hit ? (size_t)(hit - text.data) : text.size;
}

bool tn__text_line(tn_text *rest, tn_text *line)
{
    if (rest->size == 0)
        return false;
    size_t end = tn__text_find(*rest, '\n');
    size_t size = end;
    if (size < rest->size && size > 0 && rest->data[size - 1] == '\r')
        size--;
    *line = tn__text_sub(*rest, 0, size);
    *rest = tn__text_sub(*rest, end + 1, rest->size);
    return true;
}

int tn__text_compare(tn_text a, tn_text b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size ? memcmp(a.data, b.data, size) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

int tn__text_to_int(int64_t *out, tn_text text)
{
    size_t i = 0;
    bool negative = false;
    if (text.size && (text.data[0] == '-' || text.data[0] == '+'))
        negative = text.data[i++] == '-';
    if (i == text.size)
        return TN_EINVAL;
    for (size_t k = i; k < text.size; k++) {
        if (text.data[k] < '0' || text.data[k] > '9')
            return TN_EINVAL;
    }
    /* Downwards, where there is room for one more. */
    int64_t value = 0;
    for (; i < text.size; i++) {
        int digit = text.data[i] - '0';
        if (value < INT64_MIN / 10 || value * 10 < INT64_MIN + digit)
            return TN_ERANGE;
        value = value * 10 - digit;
    }
    if (!negative && value == INT64_MIN)
        return TN_ERANGE;
    *out = negative ? value : -value;
    return TN_OK;
}

int tn__text_to_ms(int64_t *out, tn_text text)
{
    static const struct {
        const char *suffix;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"", 1}};
    size_t digits = 0;
    while (digits < text.size && text.data[digits] >= '0' && text.data[digits] <= '9')
        digits++;
    tn_text suffix = tn__text_sub(text, digits, text.size);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (!tn__text_is(suffix, units[i].suffix))
            continue;
        int64_t number;
        int rc = tn__text_to_int(&number, tn__text_sub(text, 0, digits));
        if (rc != TN_OK)
            return rc;
        if (number > INT64_MAX / units[i].ms)
            return TN_ERANGE;
        *out = number * units[i].ms;
        return TN_OK;
    }
    return TN_EINVAL;
}

int tn__text_to_bool(bool *out, tn_text text)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"on", true},   {"true", true},   {"yes", true}, {"1", true},
                 {"off", false}, {"false", false}, {"no", false}, {"0", false}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (tn__text_is_nocase(text, words[i].word)) {
            *out = words[i].value;
            return TN_OK;
        }
    }
    return TN_EINVAL;
}

/* Longer names are never taken for slips: the cost is their product. */
enum {
    NEAREST_MAX = 128
};

static unsigned min2(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance, without case; both sizes are at most NEAREST_MAX. */
static unsigned edit_distance(tn_text a, tn_text b)
{
    unsigned rows[3][NEAREST_MAX + 1];
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t k = 0; k <= b.size; k++)
        above[k] = (unsigned)k;
    for (size_t i = 1; i <= a.size; i++) {
        row[0] = (unsigned)i;
        for (size_t k = 1; k <= b.size; k++) {
            char x = tn__lower(a.data[i - 1]);
            char y = tn__lower(b.data[k - 1]);
            unsigned best = min2(above[k] + 1, row[k - 1] + 1);
            best = min2(best, above[k - 1] + (x != y));
            if (i > 1 && k > 1 && x == tn__lower(b.data[k - 2]) && y == tn__lower(a.data[i - 2]))
                best = min2(best, before[k - 2] + 1);
            row[k] = best;
        }
        unsigned *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[b.size];
}

const char *tn__nearest(tn_text word, const char *const *candidates, size_t count)
{
    if (word.size == 0 || word.size > NEAREST_MAX)
        return NULL;
    unsigned most = word.size <= 3 ? 1 : word.size <= 8 ? 2 : 3;
    /* At least one character in common. */
    if (most >= word.size)
        most = (unsigned)word.size - 1;
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!candidates[i])
            continue;
        tn_text candidate = tn_text_of(candidates[i]);
        size_t gap =
            candidate.size > word.size ? candidate.size - word.size : word.size - candidate.size;
        if (candidate.size > NEAREST_MAX || gap > most)
            continue;
        unsigned distance = edit_distance(word, candidate);
        if (distance <= most && (!nearest || distance < most)) {
            nearest = candidates[i];
            most = distance;
        }
    }
    return nearest;
}

char *tn__arena_printf(tn_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *out = tn__arena_vprintf(arena, format, args);
    va_end(args);
    return out;
}

char *tn__arena_vprintf(tn_arena *arena, const char *format, va_list args)
{
    char small[256];
    va_list again;
    va_copy(again, args);
    char *out = NULL;
    int size = vsnprintf(small, sizeof small, format, args);
    if (size >= 0 && (size_t)size < sizeof small) {
        out = tn_arena_copy(arena, small, (size_t)size);
    } else if (size >= 0) {
        out = tn_arena_alloc(arena, (size_t)size + 1);
        if (out)
            vsnprintf(out, (size_t)size + 1, format, again);
    }
    va_end(again);
    return out;
}

void tn__copy_text(char *out, size_t size, tn_text text)
{
    if (size == 0)
        return;
    size_t cut = text.size;
    if (cut > size - 1)
        cut = tn__utf8_cut(text, size - 1);
    if (cut)
        memcpy(out, text.data, cut);
    out[cut] = '\0';
}

void tn__copy_line(char *out, size_t size, tn_text text)
{
    size_t used = 0;
    size_t i = 0;
    if (size == 0)
        return;
    text = tn__text_trim(text);
    while (i < text.size && used + 1 < size) {
        bool is_blank = (unsigned char)text.data[i] <= 0x20;
        out[used++] = is_blank ? ' ' : text.data[i++];
        while (is_blank && i < text.size && (unsigned char)text.data[i] <= 0x20)
            i++;
    }
    /* What is cut off may have begun a character. */
    out[i < text.size ? tn__utf8_cut((tn_text){out, used}, used > 0 ? used - 1 : 0) : used] = '\0';
}
