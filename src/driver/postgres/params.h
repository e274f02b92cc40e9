/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_PARAMS_H
#define TN_DRIVER_POSTGRES_PARAMS_H

#include <tenon/error.h>
#include <tenon/value.h>

/*
 * One statement as the server wants it: `:name` is written as `$n`, each name with one number, in the
 * order in which they first appear. A statement that has `$n` itself, or no parameters, stays as it is;
 * and so does one whose `$n` are not for the caller: CREATE FUNCTION … BEGIN ATOMIC, PREPARE.
 */
struct tn__pg_text {
    char *sql; /* NUL-terminated */
    size_t size;
    int param_count;
    const char *const *names; /* by number - 1, as written: ":id"; "$1" */
    /* private: */
    const struct tn__pg_mark *marks; /* each `:name` that was replaced, in order */
    size_t mark_count;
    void *block; /* what all of these are in */
};

/*
 * TN_OK; TN_EINVAL: no statement or more than one, a NUL byte, `$1` and `:name` in one statement;
 * TN_ERANGE: more than 65535 parameters, or too big; TN_ESYNTAX: an unterminated string, name or
 * comment; TN_ENOMEM. err->position is the place. *out is set on success only.
 */
TN_NODISCARD int tn__pg_text_make(struct tn__pg_text *out, tn_text sql, tn_error *err);
void tn__pg_text_free(struct tn__pg_text *text); /* zero-initialised is allowed */

/* Where the server found a fault, in characters of `text->sql` from 1, as it tells it (UTF-8): in bytes
 * of the original statement, from 1. 0 stays 0. */
uint32_t tn__pg_text_place(const struct tn__pg_text *text, uint32_t char_position);

#endif
