/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_NUMBER_H
#define TN_UTIL_NUMBER_H

#include <tenon/error.h>
#include <tenon/value.h>

/* Doubles as text, with a point in every locale. */
#define TN__REAL_MAX 40

/* A text that reads back as the same double, of 15 digits or as many more as that needs; never a whole number:
 * "5.0", "1e+300". The number must be finite. Returns the size; 0: no memory. */
size_t tn__real_format(char out[TN__REAL_MAX], double value);

/* The same, and whole numbers as such ("5", but "1e+300"); "NaN", "Infinity" and "-Infinity", as
 * PostgreSQL has them. */
size_t tn__real_text(char out[TN__REAL_MAX], double value);

/* A number as JSON writes it: the nearest double. TN_OK; TN_ERANGE: it would be infinite; TN_ENOMEM. */
TN_NODISCARD int tn__real_parse(double *out, tn_text text);

#endif
