/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_ENV_H
#define TN_UTIL_ENV_H

#include <tenon/arena.h>
#include <tenon/error.h>

/*
 * .env files: KEY=VALUE, `export ` in front allowed, # comments, 'literal', "with \n \t \" \\ \$",
 * bare values trimmed and cut at " #". $VAR, ${VAR} and ${VAR:-default} expand outside single
 * quotes, from `lookup` first and then from earlier lines of the file. No command substitution.
 */
typedef const char *(*tn__env_lookup)(const char *name, void *user);

struct tn__env_entry {
    const char *name;
    const char *value;
    size_t offset; /* of the line in the file */
};

struct tn__env {
    const struct tn__env_entry *entries;
    size_t count;
};

/* TN_OK; TN_ESYNTAX with err->position; TN_ERANGE (a value above 1 MiB); TN_ENOMEM. `lookup` may be
 * NULL. */
TN_NODISCARD int tn__env_parse(struct tn__env *out, tn_text text, tn__env_lookup lookup, void *user,
                               tn_arena *arena, tn_error *err);

/*
 * Expand ${VAR} and ${VAR:-default} (and $VAR if `bare_too`), and "~/" (HOME) at the start or
 * behind "sqlite:". A variable that is not set and has no default is TN_ENOTFOUND, naming it, if
 * `strict`; else empty. Faults have err->position in `text`.
 */
TN_NODISCARD int tn__env_expand(tn_text *out, tn_text text, bool bare_too, bool strict,
                                tn__env_lookup lookup, void *user, tn_arena *arena, tn_error *err);

/* A tn__env_lookup that asks getenv(). */
const char *tn__env_getenv(const char *name, void *user);

#endif
