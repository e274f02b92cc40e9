/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_URL_H
#define TN_UTIL_URL_H

#include <tenon/arena.h>
#include <tenon/error.h>

#include "util/buf.h"

/*
 * Database URLs: sqlite:rel, sqlite:/abs, sqlite:///abs, sqlite://rel, sqlite::memory:, :memory:, a
 * bare path, postgres://… and postgresql://…; `?name=value&…` behind. %XX is decoded in paths and
 * values; %00 and a bad escape are TN_EINVAL. A bare path is taken as written up to a '?' that is
 * followed by name=value: so "a?b.db" is a path. A word of two characters or more in front of a
 * ":" is a scheme, and one that is not known ("mysql://…", "file:…", "sqllite:…") is TN_EINVAL, as is
 * "user:password@host" and "host=h password=…": none must become the name of a new file. "./file:a"
 * is a path. A parameter that is there twice is TN_EINVAL.
 *
 * postgres://[user[:password]@][host[:port][,host2[:port2]…]][/database][?…], as libpq has it: each part
 * may be missing; an IPv6 address stands in brackets, the folder of a Unix socket is a host with its
 * slashes as %2F. The parameters host, port, user, password and dbname replace what stands in front.
 */
enum tn__url_engine {
    TN__URL_SQLITE,
    TN__URL_POSTGRES
};

struct tn__url_param {
    tn_text name;
    tn_text value;
};

/* A server. "" is libpq's own choice, by its environment or else its default. */
struct tn__url_host {
    const char *name; /* without brackets; a folder begins with '/' (or '@': an abstract socket) */
    const char *port;
};

struct tn__url {
    enum tn__url_engine engine;
    bool is_memory;   /* SQLite: a private database in memory */
    const char *path; /* SQLite: decoded file path; NULL in memory */
    const char *text; /* the URL as given */
    const struct tn__url_param *params;
    size_t param_count;
    /* PostgreSQL; NULL where the URL does not say. */
    const struct tn__url_host *hosts;
    size_t host_count; /* 1 at least: an empty one */
    const char *user;
    const char *password;
    const char *database;
};

/* All strings live in `arena`. TN_OK, TN_EINVAL, TN_ENOMEM. */
TN_NODISCARD int tn__url_parse(struct tn__url *out, const char *url, tn_arena *arena,
                               tn_error *err);
/* The URL with a password replaced by "***" (user:password@, password= and direct_url=); for every
 * message. */
TN_NODISCARD int tn__url_redact(const char **out, const char *url, tn_arena *arena);
/* The parameter's value, or a NULL text. */
tn_text tn__url_param(const struct tn__url *url, const char *name);

/* --- writing (url_write.c) --------------------------------------------------------------------- */

/* Append with %XX for all of ASCII but letters, digits, '_' and the bytes of `plain`. */
void tn__buf_url(struct tn__buf *buf, tn_text text, const char *plain);

/* What a PostgreSQL URL is made of; NULL or "": it does not say. */
struct tn__url_parts {
    const char *host;
    const char *port;
    const char *database;
    const char *user;
    const char *password; /* only with a user */
};
/*
 * Whether parts that are from POSTGRES_HOST, _PORT, _DB, _USER and _PASSWORD make a URL. TN_OK; TN_EINVAL:
 * *variable is the one that is wrong, and the message says how, without a password; TN_NONE: there is
 * neither a host nor a database, and *variable is one that is there for nothing, or NULL.
 */
TN_NODISCARD int tn__url_parts_check(const char **variable, const struct tn__url_parts *parts,
                                     tn_error *err);
/* TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__url_compose(const char **out, const struct tn__url_parts *parts,
                                 tn_arena *arena);

/* A PostgreSQL URL with another database. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__url_with_database(const char **out, const struct tn__url *url,
                                       const char *database, tn_arena *arena);

/* A URL for other programs that use libpq: without secrets, and what is Tenon's own. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__url_for_libpq(const char **out, const struct tn__url *url, tn_arena *arena);

/* "db1:5433, db2" for messages; "the local server" where it names none. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__url_hosts(const char **out, const struct tn__url *url, tn_arena *arena);

#endif
