/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_DECODE_H
#define TN_DRIVER_POSTGRES_DECODE_H

#include <tenon/arena.h>
#include <tenon/error.h>

#include "driver/postgres/bytes.h"
#include "driver/postgres/types.h"

/* What PostgreSQL's binary times count from, 2000-01-01, since 1970-01-01. */
#define TN__PG_EPOCH_US   INT64_C(946684800000000)
#define TN__PG_EPOCH_DAYS 10957

/* Those that tn__pg_decode() does not do in place. */
TN_NODISCARD int tn__pg_decode_binary(tn_value *out, const struct tn__pg_type *type,
                                      const char *data, size_t size, tn_arena *arena,
                                      tn_error *err);
TN_NODISCARD int tn__pg_decode_text(tn_value *out, const struct tn__pg_type *type, const char *data,
                                    size_t size, tn_arena *arena, tn_error *err);

/* A value from its text form as the server writes it, also from the program's own. TN_EINVAL, without a
 * word: it is not understood; TN_ERANGE; TN_ENOMEM. */
TN_NODISCARD int tn__pg_read_text(tn_value *out, const struct tn__pg_type *type, tn_text text,
                                  tn_arena *arena);

/* The commonest types, in place, from their binary form. False: it is another one, or malformed. */
static inline bool tn__pg_decode_common(tn_value *out, enum tn__pg_kind kind, const char *data,
                                        size_t size)
{
    if (kind == TN__PG_TEXT) {
        out->type = TN_TEXT;
        out->as.text = (tn_text){data, size};
    } else if (kind == TN__PG_INT8 && size == sizeof(int64_t)) {
        *out = tn_value_int((int64_t)tn__pg_get64(data));
    } else if (kind == TN__PG_INT4 && size == sizeof(int32_t)) {
        *out = tn_value_int((int32_t)tn__pg_get32(data));
    } else if (kind == TN__PG_FLOAT8 && size == sizeof(double)) {
        uint64_t bits = tn__pg_get64(data);
        out->type = TN_REAL;
        memcpy(&out->as.real, &bits, sizeof bits);
    } else if (kind == TN__PG_BOOL && size == 1) {
        *out = tn_value_bool(*data != 0);
    } else {
        return false;
    }
    return true;
}

/*
 * A value of a result that is not NULL, from either form; `data` is never NULL. Texts, JSON and blobs
 * are borrowed from it (a NUL behind `data`, as libpq has one, is then behind the text); what needs
 * more room, numeric and arrays with all of their items, takes it from the arena.
 *
 * What the text form says in a way that is not understood (another DateStyle, a type of kind OTHER)
 * is TN_TEXT. TN_ECORRUPT: the bytes are no value of the type; TN_ENOMEM; TN_ERANGE: a timestamp later
 * than 64 bits of microseconds count from 1970 (the year 294247).
 */
TN_NODISCARD static inline int tn__pg_decode(tn_value *out, const struct tn__pg_type *type,
                                             bool is_binary, const char *data, size_t size,
                                             tn_arena *arena, tn_error *err)
{
    if (TN_UNLIKELY(!is_binary))
        return tn__pg_decode_text(out, type, data, size, arena, err);
    if (TN_LIKELY(tn__pg_decode_common(out, type->kind, data, size)))
        return TN_OK;
    return tn__pg_decode_binary(out, type, data, size, arena, err);
}

#endif
