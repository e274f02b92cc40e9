/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "shape/json.h"
#include "util/str.h"

/* What the strings of JSON mean. The scanner has seen to it that every escape is one. */

static unsigned hex_of(const char *digits)
{
    unsigned value = 0;
    for (size_t i = 0; i < 4; i++) {
        char c = tn__lower(digits[i]);
        value = value * 16 + (unsigned)(c >= 'a' ? c - 'a' + 10 : c - '0');
    }
    return value;
}

/* The letter behind a backslash that is one byte. */
static char plain_escape(char c)
{
    static const char letters[] = "bfnrt";
    static const char bytes[] = "\b\f\n\r\t";
    const char *found = strchr(letters, c);
    return found ? bytes[found - letters] : c;
}

static size_t put_utf8(char *out, unsigned point)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--, point >>= 6)
        out[i] = (char)(0x80 | (point & 0x3f));
    out[0] = (char)(leads[size] | point);
    return size;
}

/* The character of \uXXXX at `at`, or of two that are one; bytes read, or 0: it is none. */
static size_t read_unicode(unsigned *out, tn_text text, size_t at)
{
    unsigned first = hex_of(text.data + at + 2);
    *out = first;
    if (first == 0 || (first >= 0xdc00 && first <= 0xdfff))
        return 0;
    if (first < 0xd800 || first > 0xdbff)
        return 6;
    if (text.size - at < 12 || text.data[at + 6] != '\\' || text.data[at + 7] != 'u')
        return 0;
    unsigned second = hex_of(text.data + at + 8);
    *out = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    return second >= 0xdc00 && second <= 0xdfff ? 12 : 0;
}

int tn__json_string(tn_text *out, const struct tn__json *json, const struct tn__json_token *token,
                    tn_arena *arena)
{
    tn_text text = token->text;
    char *copy = tn_arena_copy(arena, text.data, text.size);
    size_t size = text.size;
    if (!copy)
        return tn_error_set(json->err, TN_ENOMEM, "out of memory");
    if (!token->is_plain) {
        size = 0;
        for (size_t at = 0; at < text.size;) {
            unsigned point = 0;
            size_t used = 2;
            if (text.data[at] != '\\') {
                copy[size++] = text.data[at++];
                continue;
            }
            if (text.data[at + 1] != 'u')
                copy[size++] = plain_escape(text.data[at + 1]);
            else if ((used = read_unicode(&point, text, at)) != 0)
                size += put_utf8(copy + size, point);
            else
                return tn__json_fail(json, token->at + 1 + at, TN_ETYPE, "%.6s is no character",
                                     text.data + at);
            at += used;
        }
        copy[size] = '\0';
    }
    *out = (tn_text){copy, size};
    return TN_OK;
}
