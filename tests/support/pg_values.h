/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PG_VALUES_H
#define TN_TEST_PG_VALUES_H

#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "driver/postgres/decode.h"
#include "pg_golden.h"
#include "util/hash.h"

/* A built-in type by its name. */
static inline const struct tn__pg_type *type_named(const char *name)
{
    for (uint32_t oid = 1; oid < 10000; oid++) {
        const struct tn__pg_type *type = tn__pg_type_find(oid);
        if (type && strcmp(type->name, name) == 0)
            return type;
    }
    print_error("no type \"%s\"\n", name);
    exit(1);
}

/* The bytes of a golden, in the arena and to the byte: what reads past them is found. */
static inline tn_text golden_bytes(const struct golden *golden, tn_arena *arena)
{
    tn_text bytes = {NULL, strlen(golden->hex) / 2};
    char *data = tn_arena_alloc(arena, bytes.size);
    assert_non_null(data);
    assert_true(tn__unhex(data, tn_text_of(golden->hex)));
    bytes.data = data;
    return bytes;
}

static inline bool reals_are_equal(double a, double b)
{
    return isnan(a) ? isnan(b) : a <= b && a >= b && !signbit(a) == !signbit(b);
}

static inline bool values_are_equal(const tn_value *a, const tn_value *b)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case TN_NULL:
        return true;
    case TN_INT:
        return a->as.integer == b->as.integer;
    case TN_REAL:
        return reals_are_equal(a->as.real, b->as.real);
    case TN_TEXT:
    case TN_JSON:
        return tn_text_equal(a->as.text, b->as.text);
    case TN_BLOB:
        return a->as.blob.size == b->as.blob.size && a->as.blob.data && b->as.blob.data &&
               memcmp(a->as.blob.data, b->as.blob.data, a->as.blob.size) == 0;
    case TN_BOOL:
        return a->as.boolean == b->as.boolean;
    case TN_TIMESTAMP:
        return a->as.timestamp.us == b->as.timestamp.us;
    case TN_UUID:
        return memcmp(a->as.uuid.bytes, b->as.uuid.bytes, sizeof a->as.uuid.bytes) == 0;
    case TN_DATE:
        return a->as.date.days == b->as.date.days;
    case TN_TIME:
        return a->as.time.us == b->as.time.us;
    case TN_INTERVAL:
        return memcmp(&a->as.interval, &b->as.interval, sizeof a->as.interval) == 0;
    case TN_ARRAY:
        break;
    }
    const tn_array *left = a->as.array, *right = b->as.array;
    bool is_equal = left->type == right->type && left->ndim == right->ndim &&
                    left->count == right->count &&
                    memcmp(left->dims, right->dims, sizeof left->dims) == 0 &&
                    memcmp(left->lower, right->lower, sizeof left->lower) == 0;
    for (size_t i = 0; i < left->count && is_equal; i++)
        is_equal = values_are_equal(&left->items[i], &right->items[i]);
    return is_equal;
}

/* Random numbers, the same in every run. */
static inline uint64_t draw(void)
{
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

#endif
