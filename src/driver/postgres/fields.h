/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_FIELDS_H
#define TN_DRIVER_POSTGRES_FIELDS_H

#include "driver/postgres/encode.h"

/* Private to encode.c and fields.c: the ways that a value's bytes are made. */

#define TN__PG_SCALAR_MAX 16

/* "cannot pass a blob to a parameter of type int4". Returns TN_ETYPE. */
int tn__pg_refuse(const struct tn__pg_type *type, const tn_value *value, tn_error *err);

/* A text or a blob without data is NULL, too. */
static inline bool tn__pg_is_null(const tn_value *value)
{
    switch (value->type) {
    case TN_NULL:
        return true;
    case TN_TEXT:
    case TN_JSON:
        return !value->as.text.data;
    case TN_BLOB:
        return !value->as.blob.data;
    case TN_ARRAY:
        return !value->as.array;
    default:
        return false;
    }
}

/* The binary form of a type that always has the same size: that size; 0: the type is none of these; or
 * an error. The value is not NULL and no text. */
int tn__pg_scalar(char out[TN__PG_SCALAR_MAX], const struct tn__pg_type *type,
                  const tn_value *value, tn_error *err);

/* Texts, JSON and blobs that are their own binary form; data is NULL for all others. */
TN_NODISCARD int tn__pg_bytes(tn_text *out, const struct tn__pg_type *type, const tn_value *value,
                              tn_error *err);

/* Append the text of a value, where the type reads it; what the buffer says is told, too. */
TN_NODISCARD int tn__pg_text(struct tn__buf *buf, const struct tn__pg_type *type,
                             const tn_value *value, tn_error *err);

/* Append the binary form of an array, without a length in front. The buffer's status is not looked at. */
TN_NODISCARD int tn__pg_append_array(struct tn__buf *buf, const struct tn__pg_type *type,
                                     const tn_array *array, tn_error *err);

#endif
