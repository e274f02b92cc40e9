/* SPDX-License-Identifier: MIT */
#include "util/url.h"

#include <string.h>

#include "util/str.h"
#include "util/url_parts.h"

enum {
    MOST_PARAMS = 100
};

int tn__url_fail(tn_error *err, const char *url, tn_arena *arena, const char *what)
{
    const char *shown;
    if (tn__url_redact(&shown, url, arena) != TN_OK)
        shown = "…";
    return tn_error_set(err, TN_EINVAL, "%s in database URL '%s'", what, shown);
}

int tn__url_fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "cannot read the database URL: out of memory");
}

int tn__url_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = tn__lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int tn__url_decode(tn_text *out, tn_text text, tn_arena *arena)
{
    char *copy = tn_arena_copy(arena, text.data, text.size);
    if (!copy)
        return TN_ENOMEM;
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '%') {
            int high = i + 2 < text.size ? tn__url_hex(text.data[i + 1]) : -1;
            int low = high >= 0 ? tn__url_hex(text.data[i + 2]) : -1;
            if (low < 0 || high * 16 + low == 0)
                return TN_EINVAL;
            c = (char)(high * 16 + low);
            i += 2;
        }
        copy[size++] = c;
    }
    copy[size] = '\0';
    *out = (tn_text){copy, size};
    return TN_OK;
}

/* "a=1&b=2" into out->params. */
static int parse_params(struct tn__url *out, tn_text query, const char *url, tn_arena *arena,
                        tn_error *err)
{
    size_t cap = 1;
    for (size_t i = 0; i < query.size; i++)
        cap += query.data[i] == '&';
    if (cap > MOST_PARAMS)
        return tn__url_fail(err, url, arena, "too many parameters");
    struct tn__url_param *params = tn_arena_array(arena, cap, sizeof *params);
    if (!params)
        return tn__url_fail_memory(err);
    size_t count = 0;
    while (query.size) {
        tn_text part = tn__text_sub(query, 0, tn__text_find(query, '&'));
        query = tn__text_sub(query, part.size + 1, query.size);
        if (part.size == 0)
            continue;
        size_t equals = tn__text_find(part, '=');
        if (equals == 0 || equals == part.size)
            return tn__url_fail(err, url, arena, "parameter that is not name=value");
        int rc = tn__url_decode(&params[count].name, tn__text_sub(part, 0, equals), arena);
        if (rc == TN_OK)
            rc = tn__url_decode(&params[count].value, tn__text_sub(part, equals + 1, part.size),
                                arena);
        if (rc == TN_ENOMEM)
            return tn__url_fail_memory(err);
        if (rc != TN_OK)
            return tn__url_fail(err, url, arena, "bad percent escape");
        /* Its own '?', '&' and '%' would be taken for the outer one's. */
        if (tn__text_is(params[count].name, "direct_url") && tn__text_find(part, ':') < part.size)
            return tn__url_fail(err, url, arena,
                                "a direct_url that is not percent-encoded (postgres%3A%2F%2F…)");
        for (size_t i = 0; i < count; i++) {
            if (tn_text_equal(params[i].name, params[count].name))
                return tn__url_fail(err, url, arena, "a parameter twice");
        }
        count++;
    }
    out->params = params;
    out->param_count = count;
    return TN_OK;
}

/* In a bare path: the first '?' that name=value follows; others belong to the path. */
static size_t find_bare_query(tn_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != '?')
            continue;
        size_t k = i + 1;
        while (k < text.size && tn__is_ident(text.data[k]))
            k++;
        if (k > i + 1 && k < text.size && text.data[k] == '=')
            return i;
    }
    return text.size;
}

tn_text tn__url_scheme(tn_text url)
{
    size_t size = tn__text_find(url, ':');
    if (size == url.size || size == 0 || !tn__is_ident_start(url.data[0]))
        return (tn_text){url.data, 0};
    for (size_t i = 0; i < size; i++) {
        if (!tn__is_ident(url.data[i]) && !strchr("+-.", url.data[i]))
            return (tn_text){url.data, 0};
    }
    return (tn_text){url.data, size};
}

/* Whether a bare text is what libpq takes instead of a URL: "host=h user=u password=…". */
static bool is_keywords(tn_text text)
{
    static const char *const words[] = {"host", "hostaddr", "port", "dbname", "user", "service"};
    size_t equals = tn__text_find(text, '=');
    tn_text word = tn__text_trim(tn__text_sub(text, 0, equals));
    for (size_t i = 0; equals < text.size && i < sizeof words / sizeof words[0]; i++) {
        if (tn__text_is_nocase(word, words[i]))
            return true;
    }
    return !tn__url_is_path(text) && tn__url_find_secret(text) < text.size;
}

/* Whether a bare text is "u:password@host": a scheme and "//" have been forgotten. */
static bool is_user(tn_text text)
{
    size_t colon = tn__text_find(text, ':');
    size_t at = tn__url_find_last(text, '@');
    return colon > 0 && colon < at && at < text.size && tn__text_find(text, '/') > colon;
}

static int fail_scheme(tn_error *err, tn_text all, tn_text scheme, tn_arena *arena)
{
    static const char *const known[] = {"sqlite", "postgres", "postgresql"};
    const char *shown;
    const char *near = tn__nearest(scheme, known, sizeof known / sizeof known[0]);
    const char *as_file = "";
    if (tn__url_redact(&shown, all.data, arena) != TN_OK)
        return tn__url_fail_memory(err);
    if (!tn__text_starts(tn__text_sub(all, scheme.size, all.size), "://"))
        as_file = tn__arena_printf(arena, " (a file of that name is './%s')", shown);
    if (!as_file)
        return tn__url_fail_memory(err);
    return tn_error_set(err, TN_EINVAL, "unknown scheme '%.*s' in database URL '%s'%s%s%s%s",
                        (int)(scheme.size < 32 ? scheme.size : 32), scheme.data, shown, as_file,
                        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* A URL is wanted: which one is meant, where that can be told. */
static int fail_keywords(tn_error *err, tn_text all, tn_text text, tn_arena *arena)
{
    const char *shown = "";
    const char *meant = NULL;
    int rc = tn__url_redact(&shown, all.data, arena);
    if (rc == TN_OK)
        rc = tn__url_of_keywords(&meant, text, arena);
    if (rc == TN_ENOMEM)
        return tn__url_fail_memory(err);
    return tn_error_set(err, TN_EINVAL, "no scheme in database URL '%s': %s '%s'", shown,
                        meant ? "as a URL it is" : "a URL is wanted, as",
                        meant ? meant : "postgres://user@host/database");
}

/* The engine, and whether the text is a bare path. What has another scheme, or looks like something
 * else than a path, must not become the name of a new file. */
static int parse_scheme(struct tn__url *out, bool *is_bare, tn_text all, tn_text scheme,
                        tn_arena *arena, tn_error *err)
{
    tn_text rest = tn__text_sub(all, scheme.size, all.size);
    *is_bare = false;
    if (tn__text_is_nocase(scheme, "sqlite"))
        return TN_OK;
    if (tn__text_is_nocase(scheme, "postgres") || tn__text_is_nocase(scheme, "postgresql")) {
        out->engine = TN__URL_POSTGRES;
        return tn__text_starts(rest, "://")
                   ? TN_OK
                   : tn__url_fail(err, all.data, arena, "no '//' behind the scheme");
    }
    if (scheme.size > 1 || (scheme.size > 0 && tn__text_starts(rest, "://")))
        return fail_scheme(err, all, scheme, arena);
    *is_bare = true;
    tn_text path = tn__text_sub(all, 0, find_bare_query(all));
    if (is_keywords(path))
        return fail_keywords(err, all, path, arena);
    if (is_user(path))
        return tn__url_fail(err, all.data, arena, "no scheme");
    return TN_OK;
}

/* SQLite's: what is left is the path of the file. */
static int parse_path(struct tn__url *out, tn_text path, bool is_bare, tn_arena *arena,
                      tn_error *err)
{
    int rc;
    out->is_memory = tn__text_is(path, ":memory:");
    if (tn__text_trim(path).size == 0)
        return tn__url_fail(err, out->text, arena, "no path");
    if (!is_bare && !out->is_memory)
        rc = tn__url_decode(&path, path, arena);
    else
        rc = tn_arena_text(arena, &path, path);
    if (rc == TN_EINVAL)
        return tn__url_fail(err, out->text, arena, "bad percent escape");
    if (rc != TN_OK)
        return tn__url_fail_memory(err);
    out->path = out->is_memory ? NULL : path.data;
    return TN_OK;
}

int tn__url_parse(struct tn__url *out, const char *url, tn_arena *arena, tn_error *err)
{
    struct tn__url parsed = {.engine = TN__URL_SQLITE};
    tn_text all = tn_text_of(url);
    tn_text scheme = tn__url_scheme(all);
    bool is_bare;
    int rc = parse_scheme(&parsed, &is_bare, all, scheme, arena, err);
    if (rc != TN_OK)
        return rc;

    tn_text path = is_bare ? all : tn__text_sub(all, scheme.size + 1, all.size);
    size_t mark = is_bare ? find_bare_query(path) : tn__text_find(path, '?');
    tn_text query = tn__text_sub(path, mark + 1, path.size);
    path = tn__text_sub(path, 0, mark);
    if (!is_bare && tn__text_starts(path, "//")) {
        path = tn__text_sub(path, 2, path.size);
        /* A file has neither: and a password must not become a part of a path that is shown. */
        tn_text host = tn__text_sub(path, 0, tn__text_find(path, '/'));
        if (parsed.engine == TN__URL_SQLITE && tn__text_find(host, '@') < host.size)
            return tn__url_fail(err, url, arena, "a user or a host for a file");
    }

    rc = parse_params(&parsed, query, url, arena, err);
    if (rc != TN_OK)
        return rc;
    parsed.text = tn_arena_copy(arena, url, all.size);
    if (!parsed.text)
        return tn__url_fail_memory(err);
    rc = parsed.engine == TN__URL_SQLITE ? parse_path(&parsed, path, is_bare, arena, err)
                                         : tn__url_parse_postgres(&parsed, path, arena, err);
    if (rc == TN_OK)
        *out = parsed;
    return rc;
}

tn_text tn__url_param(const struct tn__url *url, const char *name)
{
    for (size_t i = 0; i < url->param_count; i++) {
        if (tn__text_is(url->params[i].name, name))
            return url->params[i].value;
    }
    return (tn_text){NULL, 0};
}
