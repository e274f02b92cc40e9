/* SPDX-License-Identifier: MIT */
#include "driver/postgres/encode.h"

#include <limits.h>
#include <math.h>

#include "driver/postgres/bytes.h"
#include "driver/postgres/decode.h"
#include "driver/postgres/fields.h"
#include "util/number.h"
#include "util/value_text.h"

/* Parameters: which form a value takes, by its type and by that of the parameter. */

int tn__pg_refuse(const struct tn__pg_type *type, const tn_value *value, tn_error *err)
{
    const char *name = tn_type_name(value->type);
    bool is_vowel = value->type == TN_INT || value->type == TN_INTERVAL || value->type == TN_ARRAY;
    return tn_error_set(err, TN_ETYPE, "cannot pass %s %s to a parameter of type %s",
                        is_vowel ? "an" : "a", name, type->name);
}

/* --- scalars ------------------------------------------------------------------------------------ */

static int out_of_range(const struct tn__pg_type *type, const tn_value *value, tn_error *err)
{
    struct tn__buf text;
    tn__buf_init(&text, 0);
    tn__value_text(&text, value);
    int rc =
        tn__buf_status(&text) == TN_OK
            ? tn_error_set(err, TN_ERANGE, "%s is out of range for type %s", text.data, type->name)
            : tn_error_set(err, TN_ERANGE, "out of range for type %s", type->name);
    tn__buf_fini(&text);
    return rc;
}

/* The bytes of an integer type; their number. */
static int put_int(char *out, const struct tn__pg_type *type, int64_t integer)
{
    switch (type->kind) {
    case TN__PG_INT2:
        tn__pg_put16(out, (uint16_t)integer);
        return integer >= INT16_MIN && integer <= INT16_MAX ? 2 : TN_ERANGE;
    case TN__PG_INT4:
        tn__pg_put32(out, (uint32_t)integer);
        return integer >= INT32_MIN && integer <= INT32_MAX ? 4 : TN_ERANGE;
    case TN__PG_OID:
        tn__pg_put32(out, (uint32_t)integer);
        return integer >= 0 && integer <= UINT32_MAX ? 4 : TN_ERANGE;
    default:
        tn__pg_put64(out, (uint64_t)integer);
        return 8;
    }
}

static int scalar_int(char *out, const struct tn__pg_type *type, const tn_value *value)
{
    if (value->type == TN_INT)
        return put_int(out, type, value->as.integer);
    if (value->type != TN_REAL)
        return TN_ETYPE;
    const double limit = 9223372036854775808.0; /* 2^63 */
    double real = value->as.real;
    if (!isfinite(real))
        return TN_ETYPE;
    if (real < -limit || real >= limit)
        return TN_ERANGE;
    int64_t integer = (int64_t)real;
    bool is_whole = (double)integer <= real && (double)integer >= real;
    return is_whole ? put_int(out, type, integer) : TN_ETYPE;
}

static int scalar_real(char *out, const struct tn__pg_type *type, const tn_value *value)
{
    if (value->type != TN_REAL && value->type != TN_INT)
        return TN_ETYPE;
    double real = value->type == TN_REAL ? value->as.real : (double)value->as.integer;
    if (type->kind == TN__PG_FLOAT8) {
        uint64_t bits;
        memcpy(&bits, &real, sizeof bits);
        tn__pg_put64(out, bits);
        return sizeof bits;
    }
    float single = (float)real;
    if (isinf(single) && !isinf(real))
        return TN_ERANGE;
    uint32_t bits;
    memcpy(&bits, &single, sizeof bits);
    tn__pg_put32(out, bits);
    return sizeof bits;
}

static int scalar_bool(char *out, const tn_value *value)
{
    bool is_bit = value->type == TN_INT && (value->as.integer == 0 || value->as.integer == 1);
    if (value->type != TN_BOOL && !is_bit)
        return value->type == TN_INT ? TN_ERANGE : TN_ETYPE;
    *out = value->type == TN_BOOL ? value->as.boolean : value->as.integer != 0;
    return 1;
}

static const int64_t us_per_day = INT64_C(86400000000);

/* A date is its midnight, where that needs no zone. */
static int scalar_timestamp(char *out, const struct tn__pg_type *type, const tn_value *value)
{
    int64_t us = value->as.timestamp.us;
    if (value->type == TN_DATE && type->kind == TN__PG_TIMESTAMP) {
        int32_t days = value->as.date.days;
        if (days == TN_DATE_INFINITY || days == TN_DATE_MINUS_INFINITY)
            us = days < 0 ? TN_TIMESTAMP_MINUS_INFINITY : TN_TIMESTAMP_INFINITY;
        else if (__builtin_mul_overflow(days, us_per_day, &us))
            return TN_ERANGE;
    } else if (value->type != TN_TIMESTAMP) {
        return TN_ETYPE;
    }
    bool is_infinite = us == TN_TIMESTAMP_INFINITY || us == TN_TIMESTAMP_MINUS_INFINITY;
    if (!is_infinite &&
        (__builtin_sub_overflow(us, TN__PG_EPOCH_US, &us) || us == TN_TIMESTAMP_MINUS_INFINITY))
        return TN_ERANGE;
    tn__pg_put64(out, (uint64_t)us);
    return sizeof us;
}

/* A timestamp is a date if it is a midnight. */
static int scalar_date(char *out, const tn_value *value)
{
    int64_t days = value->as.date.days;
    if (value->type == TN_TIMESTAMP) {
        int64_t us = value->as.timestamp.us;
        bool is_infinite = us == TN_TIMESTAMP_INFINITY || us == TN_TIMESTAMP_MINUS_INFINITY;
        if (!is_infinite && us % us_per_day != 0)
            return TN_ETYPE;
        days = !is_infinite ? us / us_per_day : us < 0 ? TN_DATE_MINUS_INFINITY : TN_DATE_INFINITY;
    } else if (value->type != TN_DATE) {
        return TN_ETYPE;
    }
    if (days != TN_DATE_INFINITY && days != TN_DATE_MINUS_INFINITY) {
        days -= TN__PG_EPOCH_DAYS;
        if (days <= TN_DATE_MINUS_INFINITY)
            return TN_ERANGE;
    }
    tn__pg_put32(out, (uint32_t)days);
    return sizeof(int32_t);
}

static int scalar_time(char *out, const tn_value *value)
{
    if (value->type != TN_TIME)
        return TN_ETYPE;
    if (value->as.time.us < 0 || value->as.time.us > us_per_day)
        return TN_ERANGE;
    tn__pg_put64(out, (uint64_t)value->as.time.us);
    return sizeof(int64_t);
}

static int scalar_interval(char *out, const tn_value *value)
{
    if (value->type != TN_INTERVAL)
        return TN_ETYPE;
    tn__pg_put64(out, (uint64_t)value->as.interval.us);
    tn__pg_put32(out + 8, (uint32_t)value->as.interval.days);
    tn__pg_put32(out + 12, (uint32_t)value->as.interval.months);
    return TN__PG_SCALAR_MAX;
}

static int scalar_uuid(char *out, const tn_value *value)
{
    bool is_blob = value->type == TN_BLOB && value->as.blob.size == sizeof(tn_uuid);
    if (value->type != TN_UUID && !is_blob)
        return TN_ETYPE;
    memcpy(out, is_blob ? value->as.blob.data : value->as.uuid.bytes, sizeof(tn_uuid));
    return sizeof(tn_uuid);
}

static int scalar(char out[TN__PG_SCALAR_MAX], const struct tn__pg_type *type,
                  const tn_value *value)
{
    switch (type->kind) {
    case TN__PG_BOOL:
        return scalar_bool(out, value);
    case TN__PG_INT2:
    case TN__PG_INT4:
    case TN__PG_INT8:
    case TN__PG_OID:
        return scalar_int(out, type, value);
    case TN__PG_FLOAT4:
    case TN__PG_FLOAT8:
        return scalar_real(out, type, value);
    case TN__PG_TIMESTAMP:
    case TN__PG_TIMESTAMPTZ:
        return scalar_timestamp(out, type, value);
    case TN__PG_DATE:
        return scalar_date(out, value);
    case TN__PG_TIME:
        return scalar_time(out, value);
    case TN__PG_INTERVAL:
        return scalar_interval(out, value);
    case TN__PG_UUID:
        return scalar_uuid(out, value);
    default:
        return 0;
    }
}

int tn__pg_scalar(char out[TN__PG_SCALAR_MAX], const struct tn__pg_type *type,
                  const tn_value *value, tn_error *err)
{
    int size = scalar(out, type, value);
    if (TN_LIKELY(size >= 0))
        return size;
    return size == TN_ERANGE ? out_of_range(type, value, err) : tn__pg_refuse(type, value, err);
}

/* --- bytes as they are -------------------------------------------------------------------------- */

static int check_text(const struct tn__pg_type *type, tn_text text, tn_error *err)
{
    if (text.size > TN__PG_MOST_BYTES)
        return tn_error_set(err, TN_ERANGE, "a text of %zu bytes is too big", text.size);
    if (text.size > 0 && memchr(text.data, '\0', text.size))
        return tn_error_set(
            err, TN_EINVAL,
            "a text with a NUL byte in it cannot be passed to a parameter of type %s", type->name);
    return TN_OK;
}

int tn__pg_bytes(tn_text *out, const struct tn__pg_type *type, const tn_value *value, tn_error *err)
{
    bool is_text = value->type == TN_TEXT || value->type == TN_JSON;
    *out = (tn_text){NULL, 0};
    if (type->kind == TN__PG_BYTEA) {
        if (value->type != TN_BLOB && value->type != TN_TEXT)
            return tn__pg_refuse(type, value, err);
        *out = value->type == TN_BLOB ? (tn_text){value->as.blob.data, value->as.blob.size}
                                      : value->as.text;
        return out->size <= TN__PG_MOST_BYTES
                   ? TN_OK
                   : tn_error_set(err, TN_ERANGE, "a blob of %zu bytes is too big", out->size);
    }
    if (type->kind == TN__PG_TEXT || type->kind == TN__PG_JSON) {
        if (is_text)
            *out = value->as.text;
        return is_text ? check_text(type, *out, err) : TN_OK;
    }
    return TN_OK;
}

/* --- as text ------------------------------------------------------------------------------------ */

/* The kinds to which the text of a value means the same, by the value's type. */
#define KIND(name) (UINT32_C(1) << TN__PG_##name)
static const uint32_t text_kinds[] = {
    [TN_INT] = KIND(TEXT) | KIND(NUMERIC) | KIND(OTHER),
    [TN_REAL] = KIND(TEXT) | KIND(NUMERIC) | KIND(OTHER),
    [TN_TEXT] = ~KIND(VOID),
    [TN_BOOL] = KIND(TEXT) | KIND(OTHER),
    [TN_TIMESTAMP] = KIND(TEXT) | KIND(OTHER),
    [TN_JSON] = KIND(TEXT) | KIND(JSON) | KIND(JSONB) | KIND(OTHER),
    [TN_UUID] = KIND(TEXT) | KIND(OTHER),
    [TN_DATE] = KIND(TEXT) | KIND(OTHER),
    [TN_TIME] = KIND(TEXT) | KIND(OTHER),
    [TN_INTERVAL] = KIND(TEXT) | KIND(OTHER),
    [TN_ARRAY] = KIND(OTHER),
};

static bool has_text_for(const struct tn__pg_type *type, const tn_value *value)
{
    bool is_known = (size_t)value->type < sizeof text_kinds / sizeof text_kinds[0];
    return is_known && (text_kinds[value->type] >> type->kind & 1);
}

/* What a buffer says once a value's text has been appended. */
static int text_failed(int status, const struct tn__pg_type *type, const tn_value *value,
                       tn_error *err)
{
    if (status == TN_ENOMEM)
        return tn_error_set(err, status, "out of memory");
    if (status == TN_EINVAL)
        return tn_error_set(err, status, "an array whose dimensions are wrong");
    if (value->type == TN_TIME)
        return out_of_range(type, value, err);
    return tn_error_set(err, TN_ERANGE, "a value is too big");
}

int tn__pg_text(struct tn__buf *buf, const struct tn__pg_type *type, const tn_value *value,
                tn_error *err)
{
    if (!has_text_for(type, value))
        return tn__pg_refuse(type, value, err);
    if (value->type == TN_TEXT || value->type == TN_JSON) {
        int rc = check_text(type, value->as.text, err);
        if (rc != TN_OK)
            return rc;
    }
    size_t start = buf->size;
    tn__value_text(buf, value);
    if (value->type == TN_ARRAY && tn__buf_status(buf) == TN_OK) {
        int rc = check_text(type, (tn_text){buf->data + start, buf->size - start}, err);
        if (rc != TN_OK)
            return rc;
    }
    /* A type that is not known may have a zone; those without one pay it no heed. */
    if (value->type == TN_TIMESTAMP && type->kind == TN__PG_OTHER &&
        value->as.timestamp.us != TN_TIMESTAMP_INFINITY &&
        value->as.timestamp.us != TN_TIMESTAMP_MINUS_INFINITY)
        tn__buf_puts(buf, "+00");
    int status = tn__buf_status(buf);
    return status == TN_OK ? TN_OK : text_failed(status, type, value, err);
}

/* --- parameters --------------------------------------------------------------------------------- */

void tn__pg_param_init(struct tn__pg_param *param)
{
    memset(param, 0, sizeof *param);
    tn__buf_init(&param->own, 0);
}

void tn__pg_param_fini(struct tn__pg_param *param)
{
    if (!param)
        return;
    tn__buf_fini(&param->own);
    tn__pg_param_init(param);
}

static void put(struct tn__pg_param *out, const char *data, size_t size, int format)
{
    out->data = data;
    out->size = (int)size;
    out->format = format;
}

/* Its own buffer, which `rc` says has been filled. */
static int put_own(struct tn__pg_param *out, int format, int rc, tn_error *err)
{
    if (rc != TN_OK)
        return rc;
    rc = tn__buf_status(&out->own);
    if (rc != TN_OK)
        return tn_error_set(err, rc, rc == TN_ENOMEM ? "out of memory" : "a value is too big");
    put(out, out->own.data, out->own.size, format);
    return TN_OK;
}

int tn__pg_encode(struct tn__pg_param *out, const struct tn__pg_type *type, const tn_value *value,
                  tn_error *err)
{
    put(out, NULL, 0, 0);
    if (tn__pg_is_null(value))
        return TN_OK;
    if (value->type != TN_TEXT) {
        int size = tn__pg_scalar(out->small, type, value, err);
        if (size < 0)
            return size;
        if (size > 0) {
            put(out, out->small, (size_t)size, 1);
            return TN_OK;
        }
    }
    tn_text bytes;
    int rc = tn__pg_bytes(&bytes, type, value, err);
    if (rc != TN_OK)
        return rc;
    if (bytes.data) {
        put(out, bytes.data, bytes.size, 1);
        return TN_OK;
    }
    tn__buf_reset(&out->own);
    if (value->type == TN_ARRAY && type->kind == TN__PG_ARRAY)
        return put_own(out, 1, tn__pg_append_array(&out->own, type, value->as.array, err), err);
    return put_own(out, 0, tn__pg_text(&out->own, type, value, err), err);
}

/* --- lists -------------------------------------------------------------------------------------- */

static int check_elements(const char *name, const tn_value_list *list, tn_error *err)
{
    if (list->count && !list->items)
        return tn_error_set(err, TN_EINVAL, "list '%s': no items, and a count", name);
    if (list->count > INT32_MAX)
        return tn_error_set(err, TN_ERANGE, "list '%s': %zu elements are too many", name,
                            list->count);
    for (size_t i = 0; i < list->count; i++) {
        const tn_value *item = &list->items[i];
        const char *wrong = tn__pg_is_null(item)                            ? "is NULL"
                            : item->type == TN_REAL && isnan(item->as.real) ? "is not a number"
                                                                            : NULL;
        if (wrong)
            return tn_error_set(err, TN_EINVAL, "list '%s': element %zu %s", name, i, wrong);
    }
    return TN_OK;
}

int tn__pg_encode_list(struct tn__pg_param *out, const struct tn__pg_type *type, const char *name,
                       const tn_value_list *list, tn_error *err)
{
    put(out, NULL, 0, 0);
    int rc = check_elements(name, list, err);
    if (rc != TN_OK)
        return rc;
    tn_array array = tn_array_of(TN_NULL, list->items, list->count);
    bool is_known = type->kind == TN__PG_ARRAY;
    if (!is_known && type->kind != TN__PG_OTHER)
        return tn_error_set(err, TN_ETYPE, "cannot pass list '%s' to a parameter of type %s", name,
                            type->name);
    tn_value value = tn_value_array(&array);
    tn__buf_reset(&out->own);
    rc = is_known ? tn__pg_append_array(&out->own, type, &array, err)
                  : tn__pg_text(&out->own, type, &value, err);
    rc = put_own(out, is_known, rc, err);
    if (rc != TN_OK)
        tn_error_prefix(err, "list '%s'", name);
    return rc;
}
