/* SPDX-License-Identifier: MIT */
#ifndef TENON_GEN_POSTGRES_H
#define TENON_GEN_POSTGRES_H

#include <limits.h>

#include <tenon/gen.h>
#include <tenon/time.h>

TN_BEGIN_DECLS

/**
 * @file tenon/gen_postgres.h
 * The fast path of generated code on PostgreSQL: parameters are put into the caller's own memory in the form
 * in which they travel, and values are read where libpq keeps them. libpq itself is opened by the
 * library when it is needed: generated code neither includes its header nor links it.
 *
 * Each type of the server has a binder and a reader of its own, chosen when the code is generated. After each
 * Prepare the library compares the types that the server tells with those the code was generated for.
 */

/** In tn_gen_query.abi: the query is a struct tn_pg_query, or its template a struct tn_pg_template. */
#define TN_GEN_POSTGRES 0x80

/** In a type of a parameter: a type of the database's own (an enum, a domain), whose values have the form of
 *  the built-in one beside it. The server is not told, but asked. */
#define TN_PG_LIKE UINT32_C(0x80000000)

/** What a query's values are on the server: OIDs of built-in types, each for the form of the bytes. */
struct tn_pg_types {
    const uint32_t *params;
    const int *formats;      /**< of the parameters: 1 as bytes, 0 as text with a NUL behind it */
    const char *names;       /**< of the parameters, each with a NUL behind it */
    const uint32_t *columns; /**< 0: any; it is read as its text */
    uint16_t param_count;
    bool is_text; /**< rows come as texts: one of the columns is such */
};

/** A generated query. */
struct tn_pg_query {
    struct tn_gen_query query;
    struct tn_pg_types types;
};

/** One with optional parts. The types are those of all its parameters, and of its columns. */
struct tn_pg_template {
    struct tn_gen_template base;
    struct tn_pg_types types;
};

/* --- parameters --------------------------------------------------------------------------------- */

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

/** Borrowed until the query has run, as a blob is. */
static inline void tn_pg_bind_text(struct tn_pg_params *params, int index, tn_text value)
{
    params->values[index] = value.data;
    params->sizes[index] = (int)value.size;
    if (TN_UNLIKELY(value.size > INT_MAX))
        tn_pg_refuse(params, index);
}

static inline void tn_pg_bind_bytea(struct tn_pg_params *params, int index, tn_blob value)
{
    params->values[index] = (const char *)value.data;
    params->sizes[index] = (int)value.size;
    if (TN_UNLIKELY(value.size > INT_MAX))
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

/* --- running ------------------------------------------------------------------------------------ */

struct pg_result;

struct tn_pg_rows;

/** Three functions of libpq, and one of the library's. */
struct tn_pg_calls {
    char *(*getvalue)(const struct pg_result *result, int row, int column);
    int (*getlength)(const struct pg_result *result, int row, int column);
    int (*getisnull)(const struct pg_result *result, int row, int column);
    int (*decode)(tn_value *out, const struct tn_pg_rows *rows, int column, bool is_array,
                  tn_arena *arena, tn_error *err); /**< private */
};

/** What a query gave. It belongs to the statement, and lives until that is released or runs again. */
struct tn_pg_rows {
    const struct pg_result *result;
    const struct tn_pg_calls *pq;
    int row; /**< -1: before the first */
    int count;
    int64_t affected;
    void *stmt; /**< private */
};

/**
 * Run the query with its parameters, and take all its rows. `params`: NULL if it has none.
 *
 * If the schema has changed since it was prepared, it is prepared anew and run once more, unless the
 * transaction that it is in has failed by that (TN_ESCHEMA).
 * @return TN_OK, with *rows before the first one; else `err` says why, with the query's name
 */
TN_API TN_NODISCARD int tn_pg_run(struct tn_pg_rows *rows, const struct tn_gen_use *use,
                                  const struct tn_pg_params *params, tn_error *err);

/** To the next row, if there is one. */
static inline bool tn_pg_next(struct tn_pg_rows *rows)
{
    return ++rows->row < rows->count;
}

/** Memory for what the current row does not hold in the form that C wants: numerics, arrays. It is given back
 *  by the next call of this function for that use, and by its release. */
TN_API tn_arena *tn_pg_scratch(const struct tn_gen_use *use);

/** The same memory, and nothing is given back. */
TN_API tn_arena *tn_pg_memory(const struct tn_gen_use *use);

/** As tn_gen_fail_type(), of the current row. @return TN_ETYPE */
TN_API int tn_pg_fail_type(const struct tn_gen_use *use, const struct tn_pg_rows *rows, int column,
                           const char *expected, tn_error *err);

/** The same of a reader that makes something of the value: `rc` is what it gave. @return TN_ETYPE, TN_ENOMEM */
TN_API int tn_pg_fail_read(const struct tn_gen_use *use, const struct tn_pg_rows *rows, int column,
                           const char *expected, int rc, tn_error *err);

/** As tn_gen_fail_choice(). @return TN_ETYPE */
TN_API int tn_pg_fail_choice(const struct tn_gen_use *use, const struct tn_pg_rows *rows,
                             int column, const char *name, tn_error *err);

/* --- reading ------------------------------------------------------------------------------------ */

static inline uint16_t tn_pg_get16(const char *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof(value));
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? value : __builtin_bswap16(value);
}

static inline uint32_t tn_pg_get32(const char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof(value));
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? value : __builtin_bswap32(value);
}

static inline uint64_t tn_pg_get64(const char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof(value));
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? value : __builtin_bswap64(value);
}

/** The bytes of a value, and how many they are; -1: it is NULL. A NULL has no length, so that libpq is asked
 *  twice and not three times. */
static inline int tn_pg_cell(const struct tn_pg_rows *rows, int column, const char **data)
{
    int size = rows->pq->getlength(rows->result, rows->row, column);
    if (TN_UNLIKELY(size == 0) && rows->pq->getisnull(rows->result, rows->row, column))
        return -1;
    *data = rows->pq->getvalue(rows->result, rows->row, column);
    return size;
}

static inline bool tn_pg_is_null(const struct tn_pg_rows *rows, int column)
{
    return rows->pq->getisnull(rows->result, rows->row, column) != 0;
}

/* Values of a fixed size: false, they are none of the type's. */

static inline bool tn_pg_get_int2(const char *data, int64_t *out)
{
    *out = (int16_t)tn_pg_get16(data);
    return true;
}

static inline bool tn_pg_get_int4(const char *data, int64_t *out)
{
    *out = (int32_t)tn_pg_get32(data);
    return true;
}

static inline bool tn_pg_get_int8(const char *data, int64_t *out)
{
    *out = (int64_t)tn_pg_get64(data);
    return true;
}

static inline bool tn_pg_get_oid(const char *data, int64_t *out)
{
    *out = (int64_t)tn_pg_get32(data);
    return true;
}

static inline bool tn_pg_get_float4(const char *data, double *out)
{
    uint32_t bits = tn_pg_get32(data);
    float single;
    memcpy(&single, &bits, sizeof(single));
    *out = (double)single;
    return true;
}

static inline bool tn_pg_get_float8(const char *data, double *out)
{
    uint64_t bits = tn_pg_get64(data);
    memcpy(out, &bits, sizeof(bits));
    return true;
}

static inline bool tn_pg_get_bool(const char *data, bool *out)
{
    *out = *data != 0;
    return true;
}

/** False: beyond what 64 bits of microseconds count from 1970 (the year 294247). */
static inline bool tn_pg_get_timestamp(const char *data, tn_timestamp *out)
{
    out->us = (int64_t)tn_pg_get64(data);
    if (TN_UNLIKELY(out->us == TN_TIMESTAMP_INFINITY || out->us == TN_TIMESTAMP_MINUS_INFINITY))
        return true;
    if (TN_UNLIKELY(out->us >= TN_TIMESTAMP_INFINITY - TN_PG_EPOCH_US))
        return false;
    out->us += TN_PG_EPOCH_US;
    return true;
}

static inline bool tn_pg_get_date(const char *data, tn_date *out)
{
    int64_t days = (int32_t)tn_pg_get32(data);
    if (days != TN_DATE_INFINITY && days != TN_DATE_MINUS_INFINITY)
        days += TN_PG_EPOCH_DAYS;
    out->days = (int32_t)days;
    return TN_LIKELY(days <= TN_DATE_INFINITY);
}

static inline bool tn_pg_get_time(const char *data, tn_time *out)
{
    out->us = (int64_t)tn_pg_get64(data);
    return true;
}

static inline bool tn_pg_get_interval(const char *data, tn_interval *out)
{
    out->us = (int64_t)tn_pg_get64(data);
    out->days = (int32_t)tn_pg_get32(data + 8);
    out->months = (int32_t)tn_pg_get32(data + 12);
    return true;
}

static inline bool tn_pg_get_uuid(const char *data, tn_uuid *out)
{
    memcpy(out->bytes, data, 16);
    return true;
}

/*
 * Readers of the current row: true if the value is one of the type's. What may be NULL is read into `has` and
 * `out`, which is zero then.
 */
#define TN_PG_READ(name, type, bytes)                                                           \
 static inline bool tn_pg_read_##name(const struct tn_pg_rows *rows, int column, type *out)     \
 {                                                                                              \
  const char *data;                                                                             \
  if (TN_LIKELY(tn_pg_cell(rows, column, &data) == (bytes)))                                    \
   return tn_pg_get_##name(data, out);                                                          \
  memset(out, 0, sizeof(*out));                                                                 \
  return false;                                                                                 \
 }                                                                                              \
 static inline bool tn_pg_read_opt_##name(const struct tn_pg_rows *rows, int column, bool *has, \
                                          type *out)                                            \
 {                                                                                              \
  const char *data;                                                                             \
  int size = tn_pg_cell(rows, column, &data);                                                   \
  *has = size == (bytes);                                                                       \
  if (TN_LIKELY(*has))                                                                          \
   return tn_pg_get_##name(data, out);                                                          \
  memset(out, 0, sizeof(*out));                                                                 \
  return TN_LIKELY(size < 0);                                                                   \
 }
TN_PG_READ(int2, int64_t, 2)
TN_PG_READ(int4, int64_t, 4)
TN_PG_READ(int8, int64_t, 8)
TN_PG_READ(oid, int64_t, 4)
TN_PG_READ(float4, double, 4)
TN_PG_READ(float8, double, 8)
TN_PG_READ(bool, bool, 1)
TN_PG_READ(timestamp, tn_timestamp, 8)
TN_PG_READ(date, tn_date, 4)
TN_PG_READ(time, tn_time, 8)
TN_PG_READ(interval, tn_interval, 16)
TN_PG_READ(uuid, tn_uuid, 16)
#undef TN_PG_READ

/* Texts and blobs are borrowed from the result; texts have their NUL. */

static inline bool tn_pg_read_opt_text(const struct tn_pg_rows *rows, int column, tn_text *out)
{
    const char *data = NULL;
    int size = tn_pg_cell(rows, column, &data);
    out->data = data;
    out->size = size < 0 ? 0 : (size_t)size;
    return true;
}

static inline bool tn_pg_read_text(const struct tn_pg_rows *rows, int column, tn_text *out)
{
    return tn_pg_read_opt_text(rows, column, out) && TN_LIKELY(out->data != NULL);
}

static inline bool tn_pg_read_opt_bytea(const struct tn_pg_rows *rows, int column, tn_blob *out)
{
    const char *data = NULL;
    int size = tn_pg_cell(rows, column, &data);
    out->data = data;
    out->size = size < 0 ? 0 : (size_t)size;
    return true;
}

static inline bool tn_pg_read_bytea(const struct tn_pg_rows *rows, int column, tn_blob *out)
{
    return tn_pg_read_opt_bytea(rows, column, out) && TN_LIKELY(out->data != NULL);
}

/** Its version goes in front of it, 1. */
static inline bool tn_pg_read_opt_jsonb(const struct tn_pg_rows *rows, int column, tn_json *out)
{
    const char *data = NULL;
    int size = tn_pg_cell(rows, column, &data);
    bool is_json = size > 0 && *data == 1;
    out->data = is_json ? data + 1 : NULL;
    out->size = is_json ? (size_t)size - 1 : 0;
    return TN_LIKELY(is_json || size < 0);
}

static inline bool tn_pg_read_jsonb(const struct tn_pg_rows *rows, int column, tn_json *out)
{
    return tn_pg_read_opt_jsonb(rows, column, out) && TN_LIKELY(out->data != NULL);
}

/**
 * What is made of its bytes, in the arena: the digits of a numeric.
 * @return TN_OK; TN_ETYPE: it is none, or NULL where `may_be_null` is false; TN_ENOMEM
 */
TN_API TN_NODISCARD int tn_pg_read_numeric(const struct tn_pg_rows *rows, int column,
                                           tn_arena *arena, bool may_be_null, tn_text *out);

/**
 * An array of one dimension, whatever its first subscript: `*items` as tn_pg_bind_array() takes them, NULL and
 * 0 if it is NULL. Its texts are copied as well.
 * @return as tn_pg_read_numeric(); TN_ETYPE also if it has more dimensions
 */
TN_API TN_NODISCARD int tn_pg_read_array(const struct tn_pg_rows *rows, int column, tn_arena *arena,
                                         bool may_be_null, enum tn_type type, const void **items,
                                         size_t *count);

/** The same of an array of enums. */
TN_API TN_NODISCARD int tn_pg_read_choice_array(const struct tn_pg_rows *rows, int column,
                                                tn_arena *arena, bool may_be_null,
                                                const tn_text *choices, size_t choice_count,
                                                const void **items, size_t *count);

/**
 * A value of a row of texts (tn_pg_types.is_text) as what C has of that type: *out is an int64_t for TN_INT, a
 * tn_text for TN_TEXT and TN_JSON, and so on. `has`: NULL, it is never NULL; of texts and blobs it is not
 * asked.
 * @return as tn_pg_read_numeric()
 */
TN_API TN_NODISCARD int tn_pg_read_parsed(const struct tn_pg_rows *rows, int column,
                                          tn_arena *arena, bool may_be_null, enum tn_type type,
                                          bool *has, void *out);

/** Whether the current row begins a group: it is the first, or the bytes of its values in `columns` are others
 *  than those of the row before. */
TN_API bool tn_pg_is_new(const struct tn_pg_rows *rows, const int *columns, int count);

/* --- one statement for many items --------------------------------------------------------------- */

/** As struct tn_gen_bulk; items are sent without waiting for the answers of those before, or copied. */
struct tn_pg_bulk {
    struct tn_gen_bulk bulk;
    size_t sent;                /**< items */
    void *pipe;                 /**< private; here and below */
    void *copy;                 /**< COPY instead of the statement; else NULL */
    tn_db *db;                  /**< to begin again without it */
    struct tn_gen_query *query; /**< the same */
    bool is_refused;            /**< an item was, on this side: nothing begins again */
};

/** What a statement "INSERT INTO table (columns) VALUES ($1, $2, …)" puts where. */
struct tn_pg_copy {
    const char *table; /**< as in SQL, in lower case: auth.users, "Users" */
    const char *const *columns;
};

/** So many items are sent before their answers are read. */
#define TN_PG_BULK_ITEMS 256

/** As tn_gen_bulk_begin(); tn_pg_bulk_end() must follow. */
TN_API TN_NODISCARD int tn_pg_bulk_begin(struct tn_pg_bulk *bulk, tn_db *db,
                                         struct tn_gen_query *query, tn_error *err);

/** Whether another one of `count` items may be sent before answers are read. */
static inline bool tn_pg_bulk_has_room(const struct tn_pg_bulk *bulk, size_t count)
{
    return bulk->sent < count && bulk->sent - bulk->bulk.index < TN_PG_BULK_ITEMS;
}

/** With so many items a COPY is worth its beginning. */
#define TN_PG_COPY_ITEMS 64

/**
 * As tn_pg_bulk_begin(), with COPY in the statement's place if that does the same: not for a few items, and
 * not if the table is none of its own, or has rules, triggers, or row-level security. Behind the last
 * item comes tn_pg_bulk_again().
 */
TN_API TN_NODISCARD int tn_pg_bulk_begin_copy(struct tn_pg_bulk *bulk, tn_db *db,
                                              struct tn_gen_query *query,
                                              const struct tn_pg_copy *copy, size_t count,
                                              tn_error *err);

/**
 * End the COPY, if there is one. If the server has refused a row, all is undone and begins again with the
 * statement, item by item, so that the error is the statement's.
 * @param rc  of what was sent; set to how it ended
 * @return true: it begins again, with the first item
 */
TN_API bool tn_pg_bulk_again(struct tn_pg_bulk *bulk, int *rc, tn_error *err);

/** Whether one has been sent whose answer is not read. */
static inline bool tn_pg_bulk_has_answer(const struct tn_pg_bulk *bulk)
{
    return bulk->bulk.index < bulk->sent;
}

/** Send the next item. @return TN_OK; else it is told which one it was, and tn_pg_bulk_end() follows */
TN_API TN_NODISCARD int tn_pg_bulk_send(struct tn_pg_bulk *bulk, const struct tn_pg_params *params,
                                        tn_error *err);

/**
 * The answer for the next item that was sent; its rows live until the next answer is read.
 * @return TN_OK; the failure of the item, told with its number
 */
TN_API TN_NODISCARD int tn_pg_bulk_next(struct tn_pg_rows *rows, struct tn_pg_bulk *bulk,
                                        tn_error *err);

/** As tn_gen_bulk_fail_param(), of the next item. @return TN_EINVAL */
TN_API int tn_pg_bulk_fail_param(struct tn_pg_bulk *bulk, const char *param, tn_error *err);

/** A row of the last answer could not be read, told in `err`: say which item's it was. @return `rc` */
TN_API int tn_pg_bulk_fail_row(struct tn_pg_bulk *bulk, int rc, tn_error *err);

/** As tn_gen_bulk_end(). */
TN_API TN_NODISCARD int tn_pg_bulk_end(struct tn_pg_bulk *bulk, int status, int64_t *affected,
                                       tn_error *err);

TN_END_DECLS

#endif
