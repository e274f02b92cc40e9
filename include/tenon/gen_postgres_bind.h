/* SPDX-License-Identifier: MIT */
#ifndef TENON_GEN_POSTGRES_BIND_H
#define TENON_GEN_POSTGRES_BIND_H

#include <limits.h>

#include <tenon/gen.h>

TN_BEGIN_DECLS

/**
 * @file tenon/gen_postgres_bind.h
 * A part of tenon/gen_postgres.h: parameters, in the form in which they travel.
 */

/** Room for a value of a fixed size, in the order of the network; and for a short text with its NUL. */
struct tn_pg_slot {
    char bytes[16];
};

/** The parameters of a query on their way to libpq: arrays of the caller, one element for each. */
struct tn_pg_params {
    const struct tn_gen_use *use;
    const char **values; /**< NULL: the SQL NULL */
    int *sizes;
    struct tn_pg_slot *slots;
    int failed; /**< private: the first, from 1, whose value its type does not have; its slot may tell it */
};

/** The arrays have an element for each parameter; each is to be bound. */
static inline void tn_pg_params_init(struct tn_pg_params *params, const struct tn_gen_use *use,
                                     const char **values, int *sizes, struct tn_pg_slot *slots)
{
    params->use = use;
    params->values = values;
    params->sizes = sizes;
    params->slots = slots;
    params->failed = 0;
}

/** A value that its type does not have: tn_pg_run() says so. */
static inline void tn_pg_refuse(struct tn_pg_params *params, int index)
{
    params->values[index] = NULL;
    params->sizes[index] = 0;
    params->failed = params->failed ? params->failed : index + 1;
}

/** The size of a parameter that was NULL, and was refused for that. */
#define TN_PG_NO_VALUE (-3)

/** NULL where no NULL is to be: the same. */
static inline void tn_pg_refuse_null(struct tn_pg_params *params, int index)
{
    tn_pg_refuse(params, index);
    params->sizes[index] = TN_PG_NO_VALUE;
}

static inline void tn_pg_put16(char *at, uint16_t value)
{
    value = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? value : __builtin_bswap16(value);
    memcpy(at, &value, sizeof(value));
}

static inline void tn_pg_put32(char *at, uint32_t value)
{
    value = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? value : __builtin_bswap32(value);
    memcpy(at, &value, sizeof(value));
}

static inline void tn_pg_put64(char *at, uint64_t value)
{
    value = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? value : __builtin_bswap64(value);
    memcpy(at, &value, sizeof(value));
}

/** The slot of a parameter, which is its value of `size` bytes now. */
static inline char *tn_pg_take_slot(struct tn_pg_params *params, int index, int size)
{
    char *bytes = params->slots[index].bytes;
    params->values[index] = bytes;
    params->sizes[index] = size;
    return bytes;
}

static inline void tn_pg_bind_null(struct tn_pg_params *params, int index)
{
    params->values[index] = NULL;
}

static inline void tn_pg_bind_int8(struct tn_pg_params *params, int index, int64_t value)
{
    tn_pg_put64(tn_pg_take_slot(params, index, 8), (uint64_t)value);
}

/** A number that its type has no room for; it is told in the error. */
static inline void tn_pg_refuse_int(struct tn_pg_params *params, int index, int64_t value)
{
    memcpy(params->slots[index].bytes, &value, sizeof(value));
    tn_pg_refuse(params, index);
}

static inline void tn_pg_bind_int4(struct tn_pg_params *params, int index, int64_t value)
{
    tn_pg_put32(tn_pg_take_slot(params, index, 4), (uint32_t)value);
    if (TN_UNLIKELY(value != (int32_t)value))
        tn_pg_refuse_int(params, index, value);
}

static inline void tn_pg_bind_int2(struct tn_pg_params *params, int index, int64_t value)
{
    tn_pg_put16(tn_pg_take_slot(params, index, 2), (uint16_t)value);
    if (TN_UNLIKELY(value != (int16_t)value))
        tn_pg_refuse_int(params, index, value);
}

static inline void tn_pg_bind_oid(struct tn_pg_params *params, int index, int64_t value)
{
    tn_pg_put32(tn_pg_take_slot(params, index, 4), (uint32_t)value);
    if (TN_UNLIKELY(value != (int64_t)(uint32_t)value))
        tn_pg_refuse_int(params, index, value);
}

static inline void tn_pg_bind_float8(struct tn_pg_params *params, int index, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    tn_pg_put64(tn_pg_take_slot(params, index, 8), bits);
}

static inline void tn_pg_bind_float4(struct tn_pg_params *params, int index, double value)
{
    float single = (float)value;
    uint32_t bits;
    memcpy(&bits, &single, sizeof(bits));
    tn_pg_put32(tn_pg_take_slot(params, index, 4), bits);
    if (TN_UNLIKELY(__builtin_isinf(single) && !__builtin_isinf(value)))
        tn_pg_refuse(params, index);
}

static inline void tn_pg_bind_bool(struct tn_pg_params *params, int index, bool value)
{
    *tn_pg_take_slot(params, index, 1) = value;
}

/** Borrowed until the query has run, as a blob is. Like all that NULL is a value of in C, it is refused as NULL. */
static inline void tn_pg_bind_text(struct tn_pg_params *params, int index, tn_text value)
{
    params->values[index] = value.data;
    params->sizes[index] = (int)value.size;
    if (TN_UNLIKELY(!value.data))
        tn_pg_refuse_null(params, index);
    else if (TN_UNLIKELY(value.size > INT_MAX))
        tn_pg_refuse(params, index);
}

static inline void tn_pg_bind_bytea(struct tn_pg_params *params, int index, tn_blob value)
{
    params->values[index] = (const char *)value.data;
    params->sizes[index] = (int)value.size;
    if (TN_UNLIKELY(!value.data))
        tn_pg_refuse_null(params, index);
    else if (TN_UNLIKELY(value.size > INT_MAX))
        tn_pg_refuse(params, index);
}

/** What the server has from 1970 to the beginning of 2000, which its times count from. */
#define TN_PG_EPOCH_US   INT64_C(946684800000000)
#define TN_PG_EPOCH_DAYS 10957

static inline void tn_pg_bind_timestamp(struct tn_pg_params *params, int index, tn_timestamp value)
{
    int64_t us = value.us;
    if (TN_LIKELY(us != TN_TIMESTAMP_INFINITY && us != TN_TIMESTAMP_MINUS_INFINITY)) {
        if (TN_UNLIKELY(us <= TN_TIMESTAMP_MINUS_INFINITY + TN_PG_EPOCH_US))
            tn_pg_refuse(params, index);
        us -= us < TN_TIMESTAMP_MINUS_INFINITY + TN_PG_EPOCH_US ? 0 : TN_PG_EPOCH_US;
    }
    tn_pg_put64(tn_pg_take_slot(params, index, 8), (uint64_t)us);
}

static inline void tn_pg_bind_date(struct tn_pg_params *params, int index, tn_date value)
{
    int64_t days = value.days;
    tn_pg_take_slot(params, index, 4);
    if (days != TN_DATE_INFINITY && days != TN_DATE_MINUS_INFINITY) {
        days -= TN_PG_EPOCH_DAYS;
        if (TN_UNLIKELY(days <= TN_DATE_MINUS_INFINITY))
            tn_pg_refuse(params, index);
    }
    tn_pg_put32(params->slots[index].bytes, (uint32_t)days);
}

static inline void tn_pg_bind_time(struct tn_pg_params *params, int index, tn_time value)
{
    tn_pg_put64(tn_pg_take_slot(params, index, 8), (uint64_t)value.us);
    if (TN_UNLIKELY(value.us < 0 || value.us > INT64_C(86400000000)))
        tn_pg_refuse(params, index);
}

static inline void tn_pg_bind_interval(struct tn_pg_params *params, int index, tn_interval value)
{
    char *bytes = tn_pg_take_slot(params, index, 16);
    tn_pg_put64(bytes, (uint64_t)value.us);
    tn_pg_put32(bytes + 8, (uint32_t)value.days);
    tn_pg_put32(bytes + 12, (uint32_t)value.months);
}

static inline void tn_pg_bind_uuid(struct tn_pg_params *params, int index, tn_uuid value)
{
    memcpy(tn_pg_take_slot(params, index, 16), value.bytes, 16);
}

/** A text that the server reads a value from: numeric, inet, ranges. Copied, for the NUL behind it. */
TN_API void tn_pg_bind_word(struct tn_pg_params *params, int index, tn_text value);

/** Copied, for the byte in front of it. */
TN_API void tn_pg_bind_jsonb(struct tn_pg_params *params, int index, tn_json value);

/* The same of what may be NULL. */
#define TN_PG_BIND_OPT(name, type)                                                          \
 static inline void tn_pg_bind_opt_##name(struct tn_pg_params *params, int index, bool has, \
                                          type value)                                       \
 {                                                                                          \
  if (has)                                                                                  \
   tn_pg_bind_##name(params, index, value);                                                 \
  else                                                                                      \
   tn_pg_bind_null(params, index);                                                          \
 }
TN_PG_BIND_OPT(int2, int64_t)
TN_PG_BIND_OPT(int4, int64_t)
TN_PG_BIND_OPT(int8, int64_t)
TN_PG_BIND_OPT(oid, int64_t)
TN_PG_BIND_OPT(float4, double)
TN_PG_BIND_OPT(float8, double)
TN_PG_BIND_OPT(bool, bool)
TN_PG_BIND_OPT(timestamp, tn_timestamp)
TN_PG_BIND_OPT(date, tn_date)
TN_PG_BIND_OPT(time, tn_time)
TN_PG_BIND_OPT(interval, tn_interval)
TN_PG_BIND_OPT(uuid, tn_uuid)
#undef TN_PG_BIND_OPT

/* And of those that NULL is a value of. */
#define TN_PG_BIND_OPT(name, type)                                                            \
 static inline void tn_pg_bind_opt_##name(struct tn_pg_params *params, int index, type value) \
 {                                                                                            \
  if (value.data)                                                                             \
   tn_pg_bind_##name(params, index, value);                                                   \
  else                                                                                        \
   tn_pg_bind_null(params, index);                                                            \
 }
TN_PG_BIND_OPT(text, tn_text)
TN_PG_BIND_OPT(bytea, tn_blob)
TN_PG_BIND_OPT(word, tn_text)
TN_PG_BIND_OPT(jsonb, tn_json)
#undef TN_PG_BIND_OPT

/** An array that is not to be NULL, behind its binding. */
static inline void tn_pg_bind_not_null(struct tn_pg_params *params, int index)
{
    if (TN_UNLIKELY(!params->values[index]))
        tn_pg_refuse_null(params, index);
}

/**
 * Bind a list, for `= ANY($1)`: `items` of a type's C form (int64_t, tn_text, tn_uuid, …; tn_text for
 * TN_JSON), none of them NULL. It is copied into the form that travels.
 * @return TN_OK; TN_EINVAL, TN_ERANGE: "list 'ids': element 3 …"; TN_ENOMEM
 */
TN_API TN_NODISCARD int tn_pg_bind_list(struct tn_pg_params *params, int index, enum tn_type type,
                                        const void *items, size_t count, tn_error *err);

/** The same of enums of the size of an unsigned int: v is choices[v - 1]. */
TN_API TN_NODISCARD int tn_pg_bind_choices(struct tn_pg_params *params, int index,
                                           const tn_text *choices, size_t choice_count,
                                           const void *items, size_t count, tn_error *err);

/** Bind an array, whose `items` may be NULL: tn_opt_int, tn_text, …, as in tn_int_array. NULL items: NULL. */
TN_API TN_NODISCARD int tn_pg_bind_array(struct tn_pg_params *params, int index, enum tn_type type,
                                         const void *items, size_t count, tn_error *err);

/** The same of enums: structs of a bool and one. */
TN_API TN_NODISCARD int tn_pg_bind_choice_array(struct tn_pg_params *params, int index,
                                                const tn_text *choices, size_t choice_count,
                                                const void *items, size_t count, tn_error *err);

TN_END_DECLS

#endif
