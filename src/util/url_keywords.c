/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "util/str.h"
#include "util/url_parts.h"

/* libpq's other way to say where a server is, "host=h user=u dbname=d": only to show it as a URL. */

enum word {
    HOST,
    PORT,
    DATABASE,
    USER,
    PASSWORD,
    OTHER,
};
static const char *const names[OTHER] = {"host", "port", "dbname", "user", "password"};

struct pair {
    tn_text name;
    tn_text value;
};

/* The next "name=value". TN_DONE: there is none; TN_NONE: something else, or what has quotes. */
static int next_pair(struct pair *out, tn_text *rest)
{
    *rest = tn__text_trim(*rest);
    if (rest->size == 0)
        return TN_DONE;
    size_t size = 0;
    while (size < rest->size && !strchr(" \t\r\n", rest->data[size]))
        size++;
    tn_text word = tn__text_sub(*rest, 0, size);
    size_t equals = tn__text_find(word, '=');
    *rest = tn__text_sub(*rest, size, rest->size);
    if (equals == 0 || equals + 1 >= word.size || tn__text_find(word, '\'') < word.size ||
        tn__text_find(word, '\\') < word.size)
        return TN_NONE;
    *out = (struct pair){tn__text_sub(word, 0, equals), tn__text_sub(word, equals + 1, word.size)};
    return TN_ROW;
}

static enum word word_of(tn_text name)
{
    enum word word = HOST;
    while (word < OTHER && !tn__text_is_nocase(name, names[word]))
        word++;
    return word;
}

static void put_authority(struct tn__buf *buf, const tn_text values[OTHER], bool is_folder)
{
    static const char plain[] = "-._~";
    tn__buf_puts(buf, "postgres://");
    if (values[USER].size) {
        tn__buf_url(buf, values[USER], plain);
        tn__buf_puts(buf, values[PASSWORD].size ? ":***@" : "@");
    }
    if (values[HOST].size && !is_folder)
        tn__buf_url(buf, values[HOST], plain);
    if (values[PORT].size) {
        tn__buf_putc(buf, ':');
        tn__buf_url(buf, values[PORT], plain);
    }
    tn__buf_putc(buf, '/');
    tn__buf_url(buf, values[DATABASE], plain);
}

static void put_param(struct tn__buf *buf, bool *is_first, tn_text name, tn_text value)
{
    tn__buf_putc(buf, *is_first ? '?' : '&');
    tn__buf_url(buf, name, "-._~");
    tn__buf_putc(buf, '=');
    tn__buf_url(buf, value, "-._~/");
    *is_first = false;
}

int tn__url_of_keywords(const char **out, tn_text text, tn_arena *arena)
{
    tn_text values[OTHER] = {{"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}};
    struct pair pair;
    struct tn__buf buf;
    tn_text made;
    tn_text rest = text;
    int rc;
    while ((rc = next_pair(&pair, &rest)) == TN_ROW) {
        enum word word = word_of(pair.name);
        if (word < OTHER)
            values[word] = pair.value;
    }
    /* A URL that names neither says nothing of what was given. */
    if (rc != TN_DONE || (!values[HOST].size && !values[DATABASE].size))
        return TN_NONE;
    bool is_folder = tn__text_starts(values[HOST], "/");
    bool is_first = true;
    tn__buf_init(&buf, 0);
    put_authority(&buf, values, is_folder);
    if (is_folder)
        put_param(&buf, &is_first, tn_text_of("host"), values[HOST]);
    for (rest = text; next_pair(&pair, &rest) == TN_ROW;) {
        if (word_of(pair.name) == OTHER && !tn__text_ends(pair.name, "password"))
            put_param(&buf, &is_first, pair.name, pair.value);
    }
    rc = tn__buf_to_arena(&buf, arena, &made);
    tn__buf_fini(&buf);
    *out = made.data;
    return rc;
}
