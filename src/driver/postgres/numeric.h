/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_NUMERIC_H
#define TN_DRIVER_POSTGRES_NUMERIC_H

#include <tenon/arena.h>
#include <tenon/error.h>

#include "util/buf.h"

/*
 * numeric between its binary form (numeric_send() of the server: four 16-bit words, digits of base 10000)
 * and its text, which is what a value of C holds: no number of C has as many digits.
 */

/* The text as the server prints it, in the arena, a NUL behind it. TN_OK, TN_ECORRUPT, TN_ENOMEM. */
TN_NODISCARD int tn__pg_numeric_text(tn_text *out, const char *data, size_t size, tn_arena *arena);

/* Whether it is a number in decimal, which may have a point and an exponent; no NaN. */
bool tn__pg_is_decimal(tn_text text);

/* Append the binary form of a number as the server reads it: 12.50, -1e-7, NaN, Infinity. TN_OK; TN_EINVAL:
 * it is no number; TN_ERANGE: one that has too many digits. What the buffer says of itself comes on top. */
TN_NODISCARD int tn__pg_numeric_append(struct tn__buf *buf, tn_text text);

#endif
