/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_URL_PARTS_H
#define TN_UTIL_URL_PARTS_H

#include "util/url.h"

/* Private to the files of the URL. */

/* --- url.c ------------------------------------------------------------------------------------- */

/* TN_EINVAL: what is wrong, with the URL as it may be shown. */
int tn__url_fail(tn_error *err, const char *url, tn_arena *arena, const char *what);
int tn__url_fail_memory(tn_error *err);
/* Undo %XX. TN_OK, TN_EINVAL (bad escape or %00), TN_ENOMEM. */
TN_NODISCARD int tn__url_decode(tn_text *out, tn_text text, tn_arena *arena);
/* The value of a hex digit, or -1. */
int tn__url_hex(char c);
/* Letters, digits, '+', '-' and '.' in front of a ':'; empty if there is none. */
tn_text tn__url_scheme(tn_text url);

/* --- url_redact.c ------------------------------------------------------------------------------ */

/* What can only be a path, whatever is in it. */
bool tn__url_is_path(tn_text text);
/* Where the last such byte is; the size if there is none. */
size_t tn__url_find_last(tn_text text, char byte);
/* Behind the first '=' that a word follows which ends in "password"; the size if there is none. */
size_t tn__url_find_secret(tn_text text);

/* --- url_keywords.c ---------------------------------------------------------------------------- */

/* "host=h dbname=d" as a URL, with *** for a password. TN_OK, TN_NONE: it cannot be told; TN_ENOMEM. */
TN_NODISCARD int tn__url_of_keywords(const char **out, tn_text text, tn_arena *arena);

/* --- url_postgres.c ---------------------------------------------------------------------------- */

/*
 * The rest of a URL of PostgreSQL, between "//" and '?', into the members of `out`, whose parameters are
 * read already. TN_OK, TN_EINVAL, TN_ENOMEM.
 */
TN_NODISCARD int tn__url_parse_postgres(struct tn__url *out, tn_text rest, tn_arena *arena,
                                        tn_error *err);

#endif
