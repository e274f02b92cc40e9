/* SPDX-License-Identifier: MIT */
#include "shape/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/str.h"
#include "util/utf8.h"

static const char *const words[] = {
    [TN__JSON_END] = "the end of the text",
    [TN__JSON_OBJECT] = "an object",
    [TN__JSON_OBJECT_END] = "'}'",
    [TN__JSON_ARRAY] = "an array",
    [TN__JSON_ARRAY_END] = "']'",
    [TN__JSON_COLON] = "':'",
    [TN__JSON_COMMA] = "','",
    [TN__JSON_STRING] = "a string",
    [TN__JSON_NUMBER] = "a number",
    [TN__JSON_TRUE] = "true",
    [TN__JSON_FALSE] = "false",
    [TN__JSON_NULL] = "null",
};

const char *tn__json_word(enum tn__json_kind kind)
{
    return words[kind];
}

int tn__json_fail(const struct tn__json *json, size_t at, int status, const char *format, ...)
{
    char message[400];
    va_list args;
    size_t line = 1;
    size_t line_start = 0;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    for (size_t i = 0; i < at; i++) {
        if (json->text.data[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    }
    (void)tn_error_set(json->err, status, "%zu:%zu: %s", line, at - line_start + 1, message);
    if (json->err)
        json->err->position = at < UINT32_MAX ? (uint32_t)(at + 1) : 0;
    return status;
}

int tn__json_unexpected(const struct tn__json *json, const struct tn__json_token *token,
                        const char *wanted)
{
    return tn__json_fail(json, token->at, TN_ESYNTAX, "%s is expected, not %s", wanted,
                         words[token->kind]);
}

/* --- tokens */

static bool is_digit(const struct tn__json *json, size_t at)
{
    return at < json->text.size && json->text.data[at] >= '0' && json->text.data[at] <= '9';
}

static bool is_at(const struct tn__json *json, size_t at, char c)
{
    return at < json->text.size && json->text.data[at] == c;
}

/* Behind the digits that must be at `at`; `at` itself: there are none. */
static size_t skip_digits(const struct tn__json *json, size_t at)
{
    while (is_digit(json, at))
        at++;
    return at;
}

static int scan_number(struct tn__json_token *out, struct tn__json *json)
{
    size_t at = json->at + is_at(json, json->at, '-');
    size_t end = is_at(json, at, '0') ? at + 1 : skip_digits(json, at);
    bool is_good = end > at;
    out->is_plain = true;
    if (is_good && is_at(json, end, '.')) {
        out->is_plain = false;
        at = end + 1;
        end = skip_digits(json, at);
        is_good = end > at;
    }
    if (is_good && (is_at(json, end, 'e') || is_at(json, end, 'E'))) {
        out->is_plain = false;
        at = end + 1;
        at += is_at(json, at, '+') || is_at(json, at, '-');
        end = skip_digits(json, at);
        is_good = end > at;
    }
    if (!is_good || is_digit(json, end))
        return tn__json_fail(json, json->at, TN_ESYNTAX, "this is no number");
    out->kind = TN__JSON_NUMBER;
    out->text = tn__text_sub(json->text, json->at, end - json->at);
    json->at = end;
    return TN_OK;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Bytes of the escape at `at`; 0: it is none. */
static size_t escape_size(const struct tn__json *json, size_t at)
{
    const char *text = json->text.data + at;
    size_t left = json->text.size - at;
    if (left < 2 || !text[1])
        return 0;
    if (strchr("\"\\/bfnrt", text[1]))
        return 2;
    return text[1] == 'u' && left >= 6 && is_hex(text[2]) && is_hex(text[3]) && is_hex(text[4]) &&
                   is_hex(text[5])
               ? 6
               : 0;
}

static int scan_string(struct tn__json_token *out, struct tn__json *json)
{
    size_t begin = json->at + 1;
    size_t at = begin;
    out->is_plain = true;
    while (at < json->text.size && json->text.data[at] != '"') {
        unsigned char c = (unsigned char)json->text.data[at];
        size_t size = 1;
        if (c == '\\') {
            out->is_plain = false;
            size = escape_size(json, at);
            if (size == 0)
                return tn__json_fail(json, at, TN_ESYNTAX, "no such escape");
        } else if (c < 0x20) {
            return tn__json_fail(json, at, TN_ESYNTAX, "byte 0x%02x in a string", (unsigned)c);
        } else if (c >= 0x80) {
            size = tn__utf8_size(json->text.data + at, json->text.size - at);
            if (size == 0)
                return tn__json_fail(json, at, TN_ESYNTAX, "byte 0x%02x is not UTF-8", (unsigned)c);
        }
        at += size;
    }
    if (at >= json->text.size)
        return tn__json_fail(json, json->at, TN_ESYNTAX, "the string does not end");
    out->kind = TN__JSON_STRING;
    out->text = tn__text_sub(json->text, begin, at - begin);
    json->at = at + 1;
    return TN_OK;
}

static int scan_word(struct tn__json_token *out, struct tn__json *json)
{
    static const enum tn__json_kind kinds[] = {TN__JSON_TRUE, TN__JSON_FALSE, TN__JSON_NULL};
    tn_text rest = tn__text_sub(json->text, json->at, SIZE_MAX);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t size = strlen(words[kinds[i]]);
        if (!tn__text_starts(rest, words[kinds[i]]) ||
            (rest.size > size && tn__is_ident(rest.data[size])))
            continue;
        out->kind = kinds[i];
        out->text = tn__text_sub(rest, 0, size);
        json->at += size;
        return TN_OK;
    }
    unsigned char c = (unsigned char)rest.data[0];
    if (c > 0x20 && c < 0x7f)
        return tn__json_fail(json, json->at, TN_ESYNTAX, "'%c' begins nothing", c);
    return tn__json_fail(json, json->at, TN_ESYNTAX, "byte 0x%02x begins nothing", (unsigned)c);
}

int tn__json_next(struct tn__json_token *out, struct tn__json *json)
{
    static const char signs[] = "{}[]:,";
    static const enum tn__json_kind kinds[] = {TN__JSON_OBJECT, TN__JSON_OBJECT_END,
                                               TN__JSON_ARRAY,  TN__JSON_ARRAY_END,
                                               TN__JSON_COLON,  TN__JSON_COMMA};
    while (json->at < json->text.size && strchr(" \t\r\n", json->text.data[json->at]) &&
           json->text.data[json->at])
        json->at++;
    *out = (struct tn__json_token){TN__JSON_END, json->at, {NULL, 0}, false};
    if (json->at == json->text.size)
        return TN_OK;
    char c = json->text.data[json->at];
    const char *sign = c ? strchr(signs, c) : NULL;
    if (c == '"')
        return scan_string(out, json);
    if (c == '-' || is_digit(json, json->at))
        return scan_number(out, json);
    if (!sign)
        return scan_word(out, json);
    out->kind = kinds[sign - signs];
    json->at++;
    return TN_OK;
}

int tn__json_want(struct tn__json_token *out, struct tn__json *json, enum tn__json_kind kind)
{
    int rc = tn__json_next(out, json);
    if (rc == TN_OK && out->kind != kind)
        rc = tn__json_unexpected(json, out, words[kind]);
    return rc;
}

/* --- values that nobody wants */

/* Which of the containers around a value are objects. */
struct nest {
    struct tn__json *json;
    int depth;
    unsigned char is_object[TN_JSON_DEPTH_MAX];
};

/* Into an object or array, and to its first value; *is_empty: it has none, and is over. */
static int enter(struct nest *nest, struct tn__json_token *token, bool *is_empty)
{
    bool is_object = token->kind == TN__JSON_OBJECT;
    if (nest->depth == TN_JSON_DEPTH_MAX)
        return tn__json_fail(nest->json, token->at, TN_ERANGE, "deeper than %d", TN_JSON_DEPTH_MAX);
    nest->is_object[nest->depth++] = is_object;
    int rc = tn__json_next(token, nest->json);
    *is_empty = token->kind == (is_object ? TN__JSON_OBJECT_END : TN__JSON_ARRAY_END);
    if (rc != TN_OK || *is_empty || !is_object)
        return rc;
    if (token->kind != TN__JSON_STRING)
        return tn__json_unexpected(nest->json, token, "a key");
    rc = tn__json_want(token, nest->json, TN__JSON_COLON);
    return rc == TN_OK ? tn__json_next(token, nest->json) : rc;
}

/* Behind a value: out of all containers that end, and to the next value; none is left: over. */
static int leave(struct nest *nest, struct tn__json_token *token)
{
    int rc = TN_OK;
    while (nest->depth > 0 && rc == TN_OK) {
        bool is_object = nest->is_object[nest->depth - 1];
        rc = tn__json_next(token, nest->json);
        if (rc == TN_OK && token->kind == TN__JSON_COMMA) {
            if (is_object)
                rc = tn__json_want(token, nest->json, TN__JSON_STRING);
            if (is_object && rc == TN_OK)
                rc = tn__json_want(token, nest->json, TN__JSON_COLON);
            return rc == TN_OK ? tn__json_next(token, nest->json) : rc;
        }
        if (rc == TN_OK && token->kind != (is_object ? TN__JSON_OBJECT_END : TN__JSON_ARRAY_END))
            rc = tn__json_unexpected(nest->json, token, is_object ? "',' or '}'" : "',' or ']'");
        nest->depth--;
    }
    return rc;
}

int tn__json_skip(struct tn__json *json, const struct tn__json_token *first)
{
    struct nest nest;
    struct tn__json_token token = *first;
    nest.json = json;
    nest.depth = 0;
    int rc;
    do {
        bool is_over = true;
        rc = TN_OK;
        if (token.kind == TN__JSON_OBJECT || token.kind == TN__JSON_ARRAY)
            rc = enter(&nest, &token, &is_over);
        else if (token.kind < TN__JSON_STRING)
            rc = tn__json_unexpected(json, &token, "a value");
        if (rc == TN_OK && is_over) {
            nest.depth -= token.kind == TN__JSON_OBJECT_END || token.kind == TN__JSON_ARRAY_END;
            rc = leave(&nest, &token);
        }
    } while (rc == TN_OK && nest.depth > 0);
    return rc;
}
