/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_UTF8_H
#define TN_UTIL_UTF8_H

#include <tenon/value.h>

/* Whether `text` is well-formed UTF-8 (RFC 3629); if not, *bad is the offset of the first fault. */
bool tn__utf8_valid(tn_text text, size_t *bad);

/* Bytes of the well-formed character at the start of `left` bytes: 1 to 4; 0 if there is none. */
size_t tn__utf8_size(const char *data, size_t left);

/* The most bytes, up to `max`, that `text` can be cut to without cutting a character. */
size_t tn__utf8_cut(tn_text text, size_t max);

#endif
