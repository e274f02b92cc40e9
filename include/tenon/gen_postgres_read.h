/* SPDX-License-Identifier: MIT */
#ifndef TENON_GEN_POSTGRES_READ_H
#define TENON_GEN_POSTGRES_READ_H

#include <tenon/gen_postgres_bind.h>

TN_BEGIN_DECLS

/**
 * @file tenon/gen_postgres_read.h
 * A part of tenon/gen_postgres.h: rows, read where libpq keeps them.
 */

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

/** To the next row, if there is one. */
static inline bool tn_pg_next(struct tn_pg_rows *rows)
{
    return ++rows->row < rows->count;
}

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

TN_END_DECLS

#endif
