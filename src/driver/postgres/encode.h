/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_ENCODE_H
#define TN_DRIVER_POSTGRES_ENCODE_H

#include <tenon/error.h>

#include "driver/postgres/types.h"
#include "util/buf.h"

/*
 * A parameter as libpq takes it. `data` points to the value's own bytes, or into the struct: it is not
 * moved while it is in use. What it has allocated is kept for the next value.
 */
struct tn__pg_param {
    const char *data; /* NULL: the SQL NULL */
    int size;
    int format;         /* 0: text, with a NUL behind it; 1: binary */
    char small[16];     /* scalars */
    struct tn__buf own; /* what is longer */
};

/* Bytes of a message to the server, its own length included, and so of a value: a gigabyte is the most
 * that it takes, and it ends the session of who sends more. */
#define TN__PG_MOST_BYTES ((size_t)0x3ffffffe)

void tn__pg_param_init(struct tn__pg_param *param);
void tn__pg_param_fini(struct tn__pg_param *param);

/*
 * Put a value into the form of a parameter of that type: in binary where the type is known and the value
 * is of it; else as text, which the server reads ('12.50' for a numeric, '{1,2}' for an array). Texts
 * and blobs are borrowed.
 *
 * TN_ETYPE: "cannot pass a blob to a parameter of type int4"; TN_ERANGE: the type has no such number, or
 * the value is too big; TN_EINVAL: a text with a NUL byte in it; TN_ENOMEM. `out` is then a NULL.
 */
TN_NODISCARD int tn__pg_encode(struct tn__pg_param *out, const struct tn__pg_type *type,
                               const tn_value *value, tn_error *err);

/*
 * The same of a list, for a parameter whose type is an array: one of one dimension. An element that is
 * NULL or not a number is TN_EINVAL; errors are told with the list's name and the element's number.
 */
TN_NODISCARD int tn__pg_encode_list(struct tn__pg_param *out, const struct tn__pg_type *type,
                                    const char *name, const tn_value_list *list, tn_error *err);

/*
 * Append a field of COPY BINARY: the length and the bytes; of NULL, the length -1. The server reads no
 * text here: texts for other types are read on this side (TN_EINVAL: 'abc' is no value of type date),
 * and a type of kind OTHER is TN_EUNSUPPORTED. On failure the buffer is as before, unless it was the
 * buffer that failed.
 */
TN_NODISCARD int tn__pg_append_field(struct tn__buf *buf, const struct tn__pg_type *type,
                                     const tn_value *value, tn_error *err);

#endif
