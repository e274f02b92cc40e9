/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_UTF8_H
#define TN_UTIL_UTF8_H

#include <tenon/error.h>
#include <tenon/value.h>

/* Whether `text` is well-formed UTF-8 (RFC 3629); if not, *bad is the offset of the first fault. */
bool tn__utf8_valid(tn_text text, size_t *bad);

/* Whether a file's text may be read as text: TN_OK; TN_ESYNTAX with err->position at the first byte
 * that is not UTF-8, or is NUL. */
TN_NODISCARD int tn__utf8_check(tn_text text, tn_error *err);

/* Bytes of a byte order mark at the start: 3 or 0. */
size_t tn__utf8_bom(tn_text text);

/* Bytes of the well-formed character at the start of `left` bytes: 1 to 4; 0 if there is none. */
size_t tn__utf8_size(const char *data, size_t left);

/* The most bytes, up to `max`, that `text` can be cut to without cutting a character. */
size_t tn__utf8_cut(tn_text text, size_t max);

#endif
