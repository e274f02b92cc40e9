/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "util/str.h"
#include "util/url_parts.h"

enum {
    MOST_HOSTS = 100
};

/* What the functions below share. */
struct reader {
    struct tn__url *url;
    tn_arena *arena;
    tn_error *err;
    bool has_late_at; /* an '@' behind the first '/', and none in front of it */
};

static int fail(const struct reader *r, const char *what)
{
    return tn__url_fail(r->err, r->url->text, r->arena, what);
}

/* Decoded and NUL-terminated. */
static int take(const char **out, const struct reader *r, tn_text text)
{
    tn_text decoded;
    int rc = tn__url_decode(&decoded, text, r->arena);
    if (rc == TN_ENOMEM)
        return tn__url_fail_memory(r->err);
    if (rc != TN_OK)
        return fail(r, "bad percent escape");
    *out = decoded.data;
    return TN_OK;
}

/* --- hosts ------------------------------------------------------------------------------------- */

static int check_host(const struct reader *r, const struct tn__url_host *host)
{
    enum {
        MOST_PORT = 65535
    };
    int64_t port;
    /* libpq takes a list with commas. And what is a password here must not be shown as a host. */
    if (strchr(host->name, ','))
        return fail(r, "a ',' in a host");
    if (host->name[0] != '@' && strchr(host->name, '@'))
        return fail(r, "'@' in a host (in a user or a password it is written %40)");
    if (host->port[0] == '\0')
        return TN_OK;
    if (tn__text_to_int(&port, tn_text_of(host->port)) != TN_OK || port < 1 || port > MOST_PORT)
        return fail(r, r->has_late_at
                           ? "a port that is none ('/' in a user or a password is written %2F)"
                           : "a port that is none");
    return TN_OK;
}

/* "name:port" or "[address]:port" of the list. */
static int read_host(struct tn__url_host *out, const struct reader *r, tn_text part)
{
    tn_text name = part;
    size_t colon = tn__text_find(part, ':');
    if (tn__text_starts(part, "[")) {
        size_t close = tn__text_find(part, ']');
        if (close == part.size)
            return fail(r, "no ']' behind an address");
        name = tn__text_sub(part, 1, close - 1);
        colon = close + 1;
        if (name.size == 0 || (colon < part.size && part.data[colon] != ':'))
            return fail(r, "something else than an address in '[…]'");
    } else {
        name = tn__text_sub(part, 0, colon);
    }
    int rc = take(&out->name, r, name);
    if (rc == TN_OK)
        rc = take(&out->port, r, tn__text_sub(part, colon + 1, part.size));
    return rc == TN_OK ? check_host(r, out) : rc;
}

static size_t count_items(tn_text list)
{
    size_t count = 1;
    for (size_t i = 0; i < list.size; i++)
        count += list.data[i] == ',';
    return count;
}

static int make_hosts(struct tn__url_host **out, const struct reader *r, size_t count)
{
    if (count > MOST_HOSTS)
        return fail(r, "too many hosts");
    struct tn__url_host *hosts = tn_arena_array(r->arena, count, sizeof *hosts);
    if (!hosts)
        return tn__url_fail_memory(r->err);
    for (size_t i = 0; i < count; i++)
        hosts[i] = (struct tn__url_host){"", ""};
    *out = hosts;
    return TN_OK;
}

static int read_hosts(const struct reader *r, tn_text list)
{
    struct tn__url_host *hosts = NULL;
    size_t count = count_items(list);
    int rc = make_hosts(&hosts, r, count);
    for (size_t i = 0; rc == TN_OK && i < count; i++) {
        tn_text part = tn__text_sub(list, 0, tn__text_find(list, ','));
        list = tn__text_sub(list, part.size + 1, list.size);
        rc = read_host(&hosts[i], r, part);
    }
    if (rc == TN_OK) {
        r->url->hosts = hosts;
        r->url->host_count = count;
    }
    return rc;
}

/* --- parameters -------------------------------------------------------------------------------- */

/* The next of a list with commas, which is decoded already. */
static int next_item(const char **out, const struct reader *r, tn_text *list)
{
    tn_text item = tn__text_sub(*list, 0, tn__text_find(*list, ','));
    *list = tn__text_sub(*list, item.size + 1, list->size);
    *out = tn_arena_copy(r->arena, item.data, item.size);
    return *out ? TN_OK : tn__url_fail_memory(r->err);
}

/* The names of `host`; those in front of the path if there is no such parameter. */
static int take_names(struct tn__url_host *hosts, size_t count, const struct reader *r)
{
    tn_text names = tn__url_param(r->url, "host");
    int rc = TN_OK;
    if (!names.data && r->url->host_count == 1 && !r->url->hosts[0].name[0])
        return TN_OK; /* none is as good as many */
    if ((names.data ? count_items(names) : r->url->host_count) != count)
        return fail(r, "another number of hosts than of addresses");
    for (size_t i = 0; rc == TN_OK && i < count; i++) {
        hosts[i].name = names.data ? "" : r->url->hosts[i].name;
        if (names.data)
            rc = next_item(&hosts[i].name, r, &names);
    }
    return rc;
}

/* The ports of `port`, or else those in front of the path: as many as hosts, or one for all. */
static int take_ports(struct tn__url_host *hosts, size_t count, const struct reader *r)
{
    tn_text ports = tn__url_param(r->url, "port");
    size_t port_count = ports.data ? count_items(ports) : r->url->host_count;
    const char *port = "";
    int rc = TN_OK;
    if (port_count > 1 && port_count != count)
        return fail(r, "another number of ports than of hosts");
    for (size_t i = 0; rc == TN_OK && i < count; i++) {
        if (i < port_count && !ports.data)
            port = r->url->hosts[i].port;
        else if (i < port_count)
            rc = next_item(&port, r, &ports);
        hosts[i].port = port;
    }
    return rc;
}

/*
 * `host`, `hostaddr` and `port`, as lists. As libpq has it, each replaces only what it is itself: a port
 * in front of the path stays where `host` alone is given.
 */
static int replace_hosts(const struct reader *r)
{
    tn_text names = tn__url_param(r->url, "host");
    tn_text addresses = tn__url_param(r->url, "hostaddr");
    struct tn__url_host *hosts = NULL;
    size_t count = addresses.size ? count_items(addresses)
                   : names.data   ? count_items(names)
                                  : r->url->host_count;
    int rc = make_hosts(&hosts, r, count);
    if (rc == TN_OK)
        rc = take_names(hosts, count, r);
    if (rc == TN_OK)
        rc = take_ports(hosts, count, r);
    for (size_t i = 0; rc == TN_OK && i < count; i++)
        rc = check_host(r, &hosts[i]);
    if (rc == TN_OK) {
        r->url->hosts = hosts;
        r->url->host_count = count;
    }
    return rc;
}

static void replace(const char **member, const struct tn__url *url, const char *name)
{
    tn_text value = tn__url_param(url, name);
    if (value.data)
        *member = value.data;
}

/* --- all of it --------------------------------------------------------------------------------- */

static int read_user(const struct reader *r, tn_text user)
{
    size_t colon = tn__text_find(user, ':');
    int rc = TN_OK;
    if (colon > 0)
        rc = take(&r->url->user, r, tn__text_sub(user, 0, colon));
    if (rc == TN_OK && colon < user.size)
        rc = take(&r->url->password, r, tn__text_sub(user, colon + 1, user.size));
    return rc;
}

int tn__url_parse_postgres(struct tn__url *out, tn_text rest, tn_arena *arena, tn_error *err)
{
    struct reader r = {out, arena, err, false};
    size_t slash = tn__text_find(rest, '/');
    tn_text servers = tn__text_sub(rest, 0, slash);
    tn_text database = tn__text_sub(rest, slash + 1, rest.size);
    size_t at = tn__text_find(servers, '@');
    int rc = TN_OK;
    r.has_late_at = at == servers.size && tn__text_find(database, '@') < database.size;
    if (at < servers.size) {
        rc = read_user(&r, tn__text_sub(servers, 0, at));
        servers = tn__text_sub(servers, at + 1, servers.size);
    }
    if (rc == TN_OK)
        rc = read_hosts(&r, servers);
    if (rc == TN_OK && database.size)
        rc = take(&out->database, &r, database);
    if (rc == TN_OK)
        rc = replace_hosts(&r);
    replace(&out->user, out, "user");
    replace(&out->password, out, "password");
    replace(&out->database, out, "dbname");
    return rc;
}
