/* SPDX-License-Identifier: MIT */
#include "plan/json_scan.h"

#include "util/str.h"

/* JSON piece by piece. A server's texts are in UTF-8, and it escapes no more than it must. */

char tn__scan_peek(struct tn__scan *scan)
{
    while (scan->at < scan->text.size && strchr(" \t\r\n", scan->text.data[scan->at]))
        scan->at++;
    return scan->at < scan->text.size ? scan->text.data[scan->at] : '\0';
}

bool tn__scan_take(struct tn__scan *scan, char c)
{
    bool is_it = tn__scan_peek(scan) == c && c != '\0';
    scan->at += is_it;
    return is_it;
}

/* Behind the quote that ends it; SIZE_MAX: it does not end. */
static size_t end_of_string(const struct tn__scan *scan)
{
    size_t i = scan->at;
    for (; i < scan->text.size && scan->text.data[i] != '"'; i++)
        i += scan->text.data[i] == '\\';
    return i < scan->text.size ? i + 1 : SIZE_MAX;
}

/* What stands for a byte behind a backslash; a \u is of a control character. */
static char unescape(const char *at, size_t left, size_t *used)
{
    static const char from[] = "bfnrt";
    static const char to[] = "\b\f\n\r\t";
    const char *known = strchr(from, at[0]);
    *used = 1;
    if (at[0] == 'u' && left > 4) {
        *used = 5;
        return '?';
    }
    return known && at[0] ? to[known - from] : at[0];
}

int tn__scan_string(tn_text *out, struct tn__scan *scan, tn_arena *arena)
{
    if (!tn__scan_take(scan, '"'))
        return TN_ESYNTAX;
    size_t end = end_of_string(scan);
    if (end == SIZE_MAX)
        return TN_ESYNTAX;
    char *copy = tn_arena_alloc(arena, end - scan->at + 1);
    size_t size = 0;
    if (!copy)
        return TN_ENOMEM;
    for (size_t i = scan->at; i + 1 < end; i++) {
        size_t used = 0;
        bool is_escape = scan->text.data[i] == '\\' && i + 2 < end;
        copy[size++] =
            is_escape ? unescape(scan->text.data + i + 1, end - 2 - i, &used) : scan->text.data[i];
        i += used;
    }
    copy[size] = '\0';
    *out = (tn_text){copy, size};
    scan->at = end;
    return TN_OK;
}

int tn__scan_word(tn_text *out, struct tn__scan *scan)
{
    (void)tn__scan_peek(scan);
    size_t begin = scan->at;
    while (scan->at < scan->text.size &&
           (tn__is_ident(scan->text.data[scan->at]) || strchr("+-.", scan->text.data[scan->at])))
        scan->at++;
    *out = tn__text_sub(scan->text, begin, scan->at - begin);
    return scan->at > begin ? TN_OK : TN_ESYNTAX;
}

/* Brackets are counted, whichever they are: the server closes those that it has opened. */
int tn__scan_skip(struct tn__scan *scan)
{
    size_t depth = 0;
    do {
        tn_text word;
        char c = tn__scan_peek(scan);
        if (c == '"') {
            scan->at++;
            size_t end = end_of_string(scan);
            if (end == SIZE_MAX)
                return TN_ESYNTAX;
            scan->at = end;
        } else if (c == '{' || c == '[') {
            depth++;
            scan->at++;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
            scan->at++;
        } else if ((c == ',' || c == ':') && depth > 0) {
            scan->at++;
        } else if (tn__scan_word(&word, scan) != TN_OK) {
            return TN_ESYNTAX;
        }
    } while (depth > 0);
    return TN_OK;
}
