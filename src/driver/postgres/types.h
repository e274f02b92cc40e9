/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_TYPES_H
#define TN_DRIVER_POSTGRES_TYPES_H

#include <tenon/value.h>

/* How a type travels: the form of its bytes in both directions. */
enum tn__pg_kind {
    TN__PG_OTHER, /* known by its text only; so is an array of such */
    TN__PG_BOOL,
    TN__PG_INT2,
    TN__PG_INT4,
    TN__PG_INT8,
    TN__PG_OID, /* 32 bits without a sign */
    TN__PG_FLOAT4,
    TN__PG_FLOAT8,
    TN__PG_TEXT, /* its bytes are its text: text, varchar, name, xml, enums, citext */
    TN__PG_CHAR, /* "char": one byte */
    TN__PG_BYTEA,
    TN__PG_JSON,
    TN__PG_JSONB,
    TN__PG_TIMESTAMP,
    TN__PG_TIMESTAMPTZ,
    TN__PG_DATE,
    TN__PG_TIME,
    TN__PG_INTERVAL,
    TN__PG_NUMERIC,
    TN__PG_UUID,
    TN__PG_ARRAY,
    TN__PG_VOID
};

/*
 * A type of the server. Those of the catalog that are not built in are made by who looks them up: an
 * enum is TEXT, a domain has the kind and the element of its base, an array is ARRAY over `item`,
 * unless that is OTHER, which makes it OTHER.
 */
struct tn__pg_type {
    uint32_t oid;
    enum tn__pg_kind kind;
    const char *name;               /* as in pg_type; of an array, its element's with [] */
    uint32_t element;               /* of an array; 0: it is none */
    const struct tn__pg_type *item; /* the same; kept as long as the array */
};

/* A built-in type; NULL: look it up in the catalog. */
const struct tn__pg_type *tn__pg_type_find(uint32_t oid);

/* Whether a column of that type may be asked for in binary. */
static inline bool tn__pg_type_is_binary(const struct tn__pg_type *type)
{
    return type->kind != TN__PG_OTHER;
}

/* The type of the values that come of it, as far as it tells: what cannot be read is TN_TEXT. */
enum tn_type tn__pg_type_value(const struct tn__pg_type *type);

#endif
