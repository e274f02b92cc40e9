/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_VALUE_TEXT_H
#define TN_UTIL_VALUE_TEXT_H

#include "util/buf.h"

/*
 * Append a value as PostgreSQL writes it, and reads it again: texts and JSON as they are, a blob as \x00ff,
 * a bool as true or false, timestamps without a zone, in UTC, arrays as {1,NULL,"a b"}; NULL as nothing.
 * A time of day that is none fails the buffer with TN_ERANGE.
 */
void tn__value_text(struct tn__buf *buf, const tn_value *value);
/* The same of a value whose timestamps are moments, not what a clock showed somewhere: with +00. */
void tn__value_text_utc(struct tn__buf *buf, const tn_value *value);

/* How many items an array has by its dimensions. False: they and its `count` do not fit together. */
bool tn__array_is_sound(const tn_array *array);

#endif
