/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_URL_H
#define TN_UTIL_URL_H

#include <tenon/arena.h>
#include <tenon/error.h>

/*
 * Database URLs: sqlite:rel, sqlite:/abs, sqlite:///abs, sqlite://rel, sqlite::memory:, :memory:, a
 * bare path, postgres://… and postgresql://…; `?name=value&…` behind. %XX is decoded in paths and
 * values; %00 and a bad escape are TN_EINVAL. A bare path is taken as written up to a '?' that is
 * followed by name=value: so "a?b.db" is a path. A word of two characters or more in front of a
 * ":" is a scheme, and one that is not known ("mysql://…", "file:…", "sqllite:…") is TN_EINVAL, as is
 * "user:password@host" and "host=h password=…": none must become the name of a new file. "./file:a"
 * is a path. A parameter that is there twice is TN_EINVAL.
 */
enum tn__url_engine {
    TN__URL_SQLITE,
    TN__URL_POSTGRES
};

struct tn__url_param {
    tn_text name;
    tn_text value;
};

struct tn__url {
    enum tn__url_engine engine;
    bool is_memory;   /* SQLite: a private database in memory */
    const char *path; /* SQLite: decoded file path; NULL in memory */
    const char *text; /* the URL as given */
    const struct tn__url_param *params;
    size_t param_count;
};

/* All strings live in `arena`. TN_OK, TN_EINVAL, TN_ENOMEM. */
TN_NODISCARD int tn__url_parse(struct tn__url *out, const char *url, tn_arena *arena,
                               tn_error *err);
/* The URL with a password replaced by "***" (user:password@ and password=); for every message. */
TN_NODISCARD int tn__url_redact(const char **out, const char *url, tn_arena *arena);
/* The parameter's value, or a NULL text. */
tn_text tn__url_param(const struct tn__url *url, const char *name);

#endif
