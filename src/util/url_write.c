/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "util/str.h"
#include "util/url.h"

/* Writing URLs of PostgreSQL, so that every byte comes back from tn__url_parse() as it was. */

static const char plain_bytes[] = "-._~";

void tn__buf_url(struct tn__buf *buf, tn_text text, const char *plain)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (tn__is_ident((char)c) || c >= 0x80 || (c && strchr(plain, c)))
            tn__buf_putc(buf, (char)c);
        else
            tn__buf_printf(buf, "%%%02X", (unsigned)c);
    }
}

static void put_user(struct tn__buf *buf, const char *user, const char *password)
{
    if (!user && !password)
        return;
    tn__buf_url(buf, tn_text_of(user ? user : ""), plain_bytes);
    if (password) {
        tn__buf_putc(buf, ':');
        tn__buf_url(buf, tn_text_of(password), plain_bytes);
    }
    tn__buf_putc(buf, '@');
}

static void put_host(struct tn__buf *buf, const char *name, const char *port)
{
    /* A folder is none, whatever its name has. */
    bool is_v6 = name[0] != '/' && strchr(name, ':') != NULL;
    tn__buf_puts(buf, is_v6 ? "[" : "");
    tn__buf_url(buf, tn_text_of(name), is_v6 ? "-._~:" : plain_bytes);
    tn__buf_puts(buf, is_v6 ? "]" : "");
    if (port[0]) {
        tn__buf_putc(buf, ':');
        tn__buf_url(buf, tn_text_of(port), plain_bytes);
    }
}

static int finish(const char **out, struct tn__buf *buf, tn_arena *arena)
{
    tn_text text;
    int rc = tn__buf_to_arena(buf, arena, &text);
    tn__buf_fini(buf);
    if (rc == TN_OK)
        *out = text.data;
    return rc == TN_OK ? TN_OK : TN_ENOMEM;
}

static const char *or_null(const char *text)
{
    return text && text[0] ? text : NULL;
}

int tn__url_compose(const char **out, const struct tn__url_parts *parts, tn_arena *arena)
{
    struct tn__buf buf;
    const char *user = or_null(parts->user);
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "postgres://");
    put_user(&buf, user, user ? or_null(parts->password) : NULL);
    put_host(&buf, parts->host ? parts->host : "", parts->port ? parts->port : "");
    if (or_null(parts->database)) {
        tn__buf_putc(&buf, '/');
        tn__buf_url(&buf, tn_text_of(parts->database), plain_bytes);
    }
    return finish(out, &buf, arena);
}

/* The parameters that have become members. */
static bool is_member(tn_text name)
{
    static const char *const names[] = {"host", "port", "user", "password", "dbname"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (tn__text_is(name, names[i]))
            return true;
    }
    return false;
}

int tn__url_with_database(const char **out, const struct tn__url *url, const char *database,
                          tn_arena *arena)
{
    struct tn__buf buf;
    char sign = '?';
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "postgres://");
    put_user(&buf, url->user, url->password);
    for (size_t i = 0; i < url->host_count; i++) {
        tn__buf_puts(&buf, i ? "," : "");
        put_host(&buf, url->hosts[i].name, url->hosts[i].port);
    }
    tn__buf_putc(&buf, '/');
    tn__buf_url(&buf, tn_text_of(database), plain_bytes);
    for (size_t i = 0; i < url->param_count; i++) {
        if (is_member(url->params[i].name))
            continue;
        tn__buf_putc(&buf, sign);
        tn__buf_url(&buf, url->params[i].name, plain_bytes);
        tn__buf_putc(&buf, '=');
        tn__buf_url(&buf, url->params[i].value, plain_bytes);
        sign = '&';
    }
    return finish(out, &buf, arena);
}

int tn__url_hosts(const char **out, const struct tn__url *url, tn_arena *arena)
{
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    for (size_t i = 0; i < url->host_count; i++) {
        const struct tn__url_host *host = &url->hosts[i];
        tn__buf_puts(&buf, i ? ", " : "");
        tn__buf_puts(&buf, host->name[0] ? host->name : "the local server");
        if (host->port[0])
            tn__buf_printf(&buf, ":%s", host->port);
    }
    return finish(out, &buf, arena);
}
