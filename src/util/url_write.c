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

/* A number from 1 to 65535, in digits alone. */
static bool is_port(const char *text)
{
    unsigned long number = 0;
    size_t size = 0;
    for (; text[size] >= '0' && text[size] <= '9' && size < 6; size++)
        number = number * 10 + (unsigned long)(text[size] - '0');
    return text[size] == '\0' && number >= 1 && number <= 65535;
}

/* An address of IPv6 has two colons or more; a folder may have any. */
static bool is_host(const char *text)
{
    const char *colon = text[0] != '/' ? strchr(text, ':') : NULL;
    return !colon || (strchr(colon + 1, ':') && !strchr(text, '/'));
}

int tn__url_parts_check(const char **variable, const struct tn__url_parts *parts, tn_error *err)
{
    const char *port = or_null(parts->port), *user = or_null(parts->user);
    const char *host = or_null(parts->host), *password = or_null(parts->password);
    *variable = NULL;
    if (!host && !or_null(parts->database)) {
        *variable = port       ? "POSTGRES_PORT"
                    : user     ? "POSTGRES_USER"
                    : password ? "POSTGRES_PASSWORD"
                               : NULL;
        return TN_NONE;
    }
    if (host && !is_host(host)) {
        *variable = "POSTGRES_HOST";
        return tn_error_set(err, TN_EINVAL,
                            "POSTGRES_HOST is a name, an address or a folder: the port is in "
                            "POSTGRES_PORT, and a URL in DATABASE_URL");
    }
    if (port && !is_port(port)) {
        *variable = "POSTGRES_PORT";
        return tn_error_set(err, TN_EINVAL,
                            "POSTGRES_PORT is '%.32s', and a port is a number from 1 to 65535",
                            port);
    }
    if (password && !user) {
        *variable = "POSTGRES_PASSWORD";
        return tn_error_set(err, TN_EINVAL,
                            "POSTGRES_PASSWORD is set, and POSTGRES_USER, whose it is, is not");
    }
    return TN_OK;
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

static bool is_one_of(tn_text name, const char *const *names)
{
    while (*names && !tn__text_is(name, *names))
        names++;
    return *names != NULL;
}

/* What is left out of a URL that is written anew. */
struct omitted {
    const char *const *names;
    bool password;
    bool times; /* of libpq's own, which knows numbers alone */
};

static int write_again(const char **out, const struct tn__url *url, const char *database,
                       const struct omitted *omitted, tn_arena *arena)
{
    static const char *const members[] = {"host", "port", "user", "password", "dbname", NULL};
    struct tn__buf buf;
    char sign = '?';
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "postgres://");
    put_user(&buf, url->user, omitted->password ? NULL : url->password);
    for (size_t i = 0; i < url->host_count; i++) {
        tn__buf_puts(&buf, i ? "," : "");
        put_host(&buf, url->hosts[i].name, url->hosts[i].port);
    }
    tn__buf_putc(&buf, '/');
    tn__buf_url(&buf, tn_text_of(database), plain_bytes);
    for (size_t i = 0; i < url->param_count; i++) {
        const struct tn__url_param *param = &url->params[i];
        int64_t number;
        if (is_one_of(param->name, members) || is_one_of(param->name, omitted->names) ||
            (omitted->times && tn__text_is(param->name, "connect_timeout") &&
             tn__text_to_int(&number, param->value) != TN_OK))
            continue;
        tn__buf_putc(&buf, sign);
        tn__buf_url(&buf, param->name, plain_bytes);
        tn__buf_putc(&buf, '=');
        tn__buf_url(&buf, param->value, plain_bytes);
        sign = '&';
    }
    return finish(out, &buf, arena);
}

int tn__url_with_database(const char **out, const struct tn__url *url, const char *database,
                          tn_arena *arena)
{
    static const char *const none[] = {NULL};
    const struct omitted nothing = {.names = none};
    return write_again(out, url, database, &nothing, arena);
}

int tn__url_for_libpq(const char **out, const struct tn__url *url, tn_arena *arena)
{
    static const char *const own[] = {"max_connections",   "min_connections",
                                      "acquire_timeout",   "idle_timeout",
                                      "max_lifetime",      "statement_cache",
                                      "statement_timeout", "slow_query",
                                      "lock_timeout",      "prepare",
                                      "replicas",          "direct_url",
                                      "sslpassword",       NULL};
    const struct omitted omitted = {.names = own, .password = true, .times = true};
    return write_again(out, url, url->database ? url->database : "", &omitted, arena);
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
