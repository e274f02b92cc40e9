/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_UTF8_H
#define TN_UTIL_UTF8_H

#include <tenon/value.h>

/* Whether `text` is well-formed UTF-8 (RFC 3629); if not, *bad is the offset of the first fault. */
bool tn__utf8_valid(tn_text text, size_t *bad);

#endif
