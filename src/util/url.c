/* SPDX-License-Identifier: MIT */
#include "util/url.h"

#include <string.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/str.h"

enum {
    MOST_PARAMS = 100
};

/* Schemes of other tools and engines, which must not become the name of a new database file. */
static const char *const foreign_schemes[] = {"file", "sqlite3", "libsql", "mysql", "mariadb"};

static int fail_url(tn_error *err, const char *url, tn_arena *arena, const char *what)
{
    const char *shown;
    if (tn__url_redact(&shown, url, arena) != TN_OK)
        shown = "…";
    return tn_error_set(err, TN_EINVAL, "%s in database URL '%s'", what, shown);
}

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "cannot read the database URL: out of memory");
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = tn__lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undo %XX. TN_OK, TN_EINVAL (bad escape or %00), TN_ENOMEM. */
static int decode(tn_text *out, tn_text text, tn_arena *arena)
{
    char *copy = tn_arena_copy(arena, text.data, text.size);
    if (!copy)
        return TN_ENOMEM;
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '%') {
            int high = i + 2 < text.size ? hex_value(text.data[i + 1]) : -1;
            int low = high >= 0 ? hex_value(text.data[i + 2]) : -1;
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
        return fail_url(err, url, arena, "too many parameters");
    struct tn__url_param *params = tn_arena_array(arena, cap, sizeof *params);
    if (!params)
        return fail_memory(err);
    size_t count = 0;
    while (query.size) {
        tn_text part = tn__text_sub(query, 0, tn__text_find(query, '&'));
        query = tn__text_sub(query, part.size + 1, query.size);
        if (part.size == 0)
            continue;
        size_t equals = tn__text_find(part, '=');
        if (equals == 0 || equals == part.size)
            return fail_url(err, url, arena, "parameter that is not name=value");
        int rc = decode(&params[count].name, tn__text_sub(part, 0, equals), arena);
        if (rc == TN_OK)
            rc = decode(&params[count].value, tn__text_sub(part, equals + 1, part.size), arena);
        if (rc == TN_ENOMEM)
            return fail_memory(err);
        if (rc != TN_OK)
            return fail_url(err, url, arena, "bad percent escape");
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

/* Letters, digits, '+', '-' and '.' in front of a ':'; empty if there is none. */
static tn_text scheme_of(tn_text url)
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

static bool is_foreign(tn_text url, tn_text scheme)
{
    if (scheme.size == 0)
        return false;
    if (tn__text_starts(tn__text_sub(url, scheme.size, url.size), "://"))
        return true;
    for (size_t i = 0; i < sizeof foreign_schemes / sizeof foreign_schemes[0]; i++) {
        if (tn__text_is_nocase(scheme, foreign_schemes[i]))
            return true;
    }
    return false;
}

int tn__url_parse(struct tn__url *out, const char *url, tn_arena *arena, tn_error *err)
{
    struct tn__url parsed = {.engine = TN__URL_SQLITE};
    tn_text all = tn_text_of(url);
    tn_text scheme = scheme_of(all);
    bool is_sqlite = tn__text_is_nocase(scheme, "sqlite");
    bool is_bare = false;
    if (tn__text_is_nocase(scheme, "postgres") || tn__text_is_nocase(scheme, "postgresql"))
        parsed.engine = TN__URL_POSTGRES;
    else if (is_foreign(all, scheme) && !is_sqlite)
        return fail_url(err, url, arena, "unknown scheme");
    else
        is_bare = !is_sqlite;

    tn_text path = is_bare ? all : tn__text_sub(all, scheme.size + 1, all.size);
    if (parsed.engine == TN__URL_POSTGRES && !tn__text_starts(path, "//"))
        return fail_url(err, url, arena, "no '//' behind the scheme");
    size_t mark = is_bare ? find_bare_query(path) : tn__text_find(path, '?');
    tn_text query = tn__text_sub(path, mark + 1, path.size);
    path = tn__text_sub(path, 0, mark);
    if (!is_bare && tn__text_starts(path, "//"))
        path = tn__text_sub(path, 2, path.size);

    int rc = parse_params(&parsed, query, url, arena, err);
    if (rc != TN_OK)
        return rc;
    parsed.text = tn_arena_copy(arena, url, all.size);
    if (!parsed.text)
        return fail_memory(err);
    if (parsed.engine == TN__URL_SQLITE) {
        parsed.is_memory = tn__text_is(path, ":memory:");
        if (path.size == 0)
            return fail_url(err, url, arena, "no path");
        if (!is_bare && !parsed.is_memory)
            rc = decode(&path, path, arena);
        else
            rc = tn_arena_text(arena, &path, path);
        if (rc == TN_EINVAL)
            return fail_url(err, url, arena, "bad percent escape");
        if (rc != TN_OK)
            return fail_memory(err);
        parsed.path = parsed.is_memory ? NULL : path.data;
    }
    *out = parsed;
    return TN_OK;
}

tn_text tn__url_param(const struct tn__url *url, const char *name)
{
    for (size_t i = url->param_count; i-- > 0;) {
        if (tn__text_is(url->params[i].name, name))
            return url->params[i].value;
    }
    return (tn_text){NULL, 0};
}

/* Whether a parameter's name, decoded, ends in "password" (there is sslpassword, too). */
static bool is_secret(tn_text name)
{
    static const char word[] = "password";
    /* Backwards, a character or a %XX at a time. */
    size_t left = name.size;
    for (size_t i = sizeof word - 1; i-- > 0;) {
        if (left == 0)
            return false;
        char c = name.data[left - 1];
        int high = left >= 3 && name.data[left - 3] == '%' ? hex_value(name.data[left - 2]) : -1;
        int low = high >= 0 ? hex_value(c) : -1;
        if (low >= 0)
            c = (char)(high * 16 + low);
        left -= low >= 0 ? 3 : 1;
        if (tn__lower(c) != word[i])
            return false;
    }
    return true;
}

/*
 * user:password@ reaches from the first ':' behind "//" to the last '@' of the whole: a password
 * that should have been escaped may hold '/', '?' and '@', and rather too much is hidden.
 */
static tn_text redact_user(struct tn__buf *buf, tn_text url)
{
    const char *authority = strstr(url.data, "://");
    const char *at = strrchr(url.data, '@');
    if (authority)
        authority += 3;
    else if (strncmp(url.data, "postgres", 8) == 0) /* not a URL yet, but its secret is one */
        authority = url.data + scheme_of(url).size + 1;
    if (!authority || !at || at < authority)
        return url;
    const char *colon = memchr(authority, ':', (size_t)(at - authority));
    if (!colon)
        return url;
    tn__buf_add(buf, url.data, (size_t)(colon + 1 - url.data));
    tn__buf_puts(buf, "***");
    return tn_text_of(at);
}

int tn__url_redact(const char **out, const char *url, tn_arena *arena)
{
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn_text rest = redact_user(&buf, tn_text_of(url));
    size_t mark = tn__text_find(rest, '?');
    tn__buf_text(&buf, tn__text_sub(rest, 0, mark));
    while (mark < rest.size) {
        /* Here rest.data[mark] is the '?' or '&' in front of a parameter. */
        tn__buf_putc(&buf, rest.data[mark]);
        rest = tn__text_sub(rest, mark + 1, rest.size);
        mark = tn__text_find(rest, '&');
        tn_text part = tn__text_sub(rest, 0, mark);
        size_t equals = tn__text_find(part, '=');
        if (equals < part.size && is_secret(tn__text_sub(part, 0, equals))) {
            tn__buf_text(&buf, tn__text_sub(part, 0, equals + 1));
            tn__buf_puts(&buf, "***");
        } else {
            tn__buf_text(&buf, part);
        }
    }
    tn_text text;
    int rc = tn__buf_to_arena(&buf, arena, &text);
    tn__buf_fini(&buf);
    if (rc == TN_OK)
        *out = text.data;
    return rc == TN_OK ? TN_OK : TN_ENOMEM;
}
