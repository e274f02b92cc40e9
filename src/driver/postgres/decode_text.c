/* SPDX-License-Identifier: MIT */
#include "driver/postgres/decode.h"

#include <math.h>

#include <tenon/id.h>
#include <tenon/time.h>

#include "driver/postgres/array_text.h"
#include "driver/postgres/numeric.h"
#include "util/calendar.h"
#include "util/hash.h"
#include "util/number.h"
#include "util/str.h"

/*
 * Values from their text form: what the type's output function of the server writes, under the
 * settings DateStyle = ISO and IntervalStyle = postgres or iso_8601.
 */

struct source {
    const struct tn__pg_type *type;
    tn_text text;
    tn_arena *arena;
};

static int read_bool(tn_value *out, const struct source *from)
{
    bool is_true = tn__text_is_nocase(from->text, "t") || tn__text_is_nocase(from->text, "y");
    bool is_false = tn__text_is_nocase(from->text, "f") || tn__text_is_nocase(from->text, "n");
    if (!is_true && !is_false && tn__text_to_bool(&is_true, from->text) != TN_OK)
        return TN_EINVAL;
    *out = tn_value_bool(is_true);
    return TN_OK;
}

static int read_int(tn_value *out, const struct source *from)
{
    int64_t integer;
    int rc = tn__text_to_int(&integer, from->text);
    if (rc == TN_OK)
        *out = tn_value_int(integer);
    return rc;
}

static int read_real(tn_value *out, const struct source *from)
{
    static const struct {
        const char *word;
        double real;
    } words[] = {{"NaN", (double)NAN}, {"Infinity", HUGE_VAL}, {"-Infinity", -HUGE_VAL}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (tn__text_is_nocase(from->text, words[i].word)) {
            *out = tn_value_real(words[i].real);
            return TN_OK;
        }
    double real;
    if (!tn__pg_is_decimal(from->text))
        return TN_EINVAL;
    int rc = tn__real_parse(&real, from->text);
    if (rc == TN_OK &&
        from->type->kind == TN__PG_FLOAT4) /* its digits are those that tell it from other floats */
        real = (double)(float)real;
    if (rc == TN_OK)
        *out = tn_value_real(real);
    return rc;
}

static int read_text(tn_value *out, const struct source *from)
{
    *out = tn_value_text(from->text);
    return TN_OK;
}

static int read_json(tn_value *out, const struct source *from)
{
    *out = tn_value_text(from->text);
    out->type = TN_JSON;
    return TN_OK;
}

static int read_timestamp(tn_value *out, const struct source *from)
{
    tn_timestamp at;
    int rc = tn__moment_parse(&at, from->text, from->type->kind == TN__PG_TIMESTAMPTZ);
    if (rc == TN_OK)
        *out = tn_value_timestamp(at);
    return rc;
}

static int read_date(tn_value *out, const struct source *from)
{
    tn_date date;
    int rc = tn_date_parse(&date, from->text);
    if (rc == TN_OK)
        *out = tn_value_date(date);
    return rc;
}

static int read_time(tn_value *out, const struct source *from)
{
    tn_time time;
    int rc = tn_clock_parse(&time, from->text);
    if (rc == TN_OK)
        *out = tn_value_time(time);
    return rc;
}

static int read_interval(tn_value *out, const struct source *from)
{
    tn_interval interval;
    int rc = tn_interval_parse(&interval, from->text);
    if (rc == TN_OK)
        *out = tn_value_interval(interval);
    return rc;
}

static int read_uuid(tn_value *out, const struct source *from)
{
    tn_uuid uuid;
    int rc = tn_uuid_parse(&uuid, from->text);
    if (rc == TN_OK)
        *out = tn_value_uuid(uuid);
    return rc;
}

/* The form of bytea_output = escape: \\ and \ooo, all else as it is. */
static bool unescape(unsigned char *out, size_t *size, tn_text text)
{
    const char *end = text.data + text.size;
    *size = 0;
    for (const char *at = text.data; at < end; at++) {
        unsigned char byte = (unsigned char)*at;
        if (*at == '\\') {
            at++;
            if (at < end && *at == '\\')
                byte = '\\';
            else if (tn__pg_get_octal(&byte, at, end))
                at += 2;
            else
                return false;
        }
        out[(*size)++] = byte;
    }
    return true;
}

static int read_bytea(tn_value *out, const struct source *from)
{
    unsigned char *bytes = tn_arena_alloc(from->arena, from->text.size);
    size_t size = from->text.size / 2 - 1;
    if (!bytes)
        return TN_ENOMEM;
    if (tn__text_starts(from->text, "\\x")) {
        if (!tn__unhex(bytes, tn__text_sub(from->text, 2, from->text.size - 2)))
            return TN_EINVAL;
    } else if (!unescape(bytes, &size, from->text)) {
        return TN_EINVAL;
    }
    *out = tn_value_blob((tn_blob){bytes, size});
    return TN_OK;
}

static int read_array(tn_value *out, const struct source *from)
{
    return tn__pg_read_array(out, from->type, from->text, from->arena);
}

static int (*const READERS[])(tn_value *out, const struct source *from) = {
    [TN__PG_OTHER] = read_text,
    [TN__PG_BOOL] = read_bool,
    [TN__PG_INT2] = read_int,
    [TN__PG_INT4] = read_int,
    [TN__PG_INT8] = read_int,
    [TN__PG_OID] = read_int,
    [TN__PG_FLOAT4] = read_real,
    [TN__PG_FLOAT8] = read_real,
    [TN__PG_TEXT] = read_text,
    [TN__PG_CHAR] = read_text,
    [TN__PG_BYTEA] = read_bytea,
    [TN__PG_JSON] = read_json,
    [TN__PG_JSONB] = read_json,
    [TN__PG_TIMESTAMP] = read_timestamp,
    [TN__PG_TIMESTAMPTZ] = read_timestamp,
    [TN__PG_DATE] = read_date,
    [TN__PG_TIME] = read_time,
    [TN__PG_INTERVAL] = read_interval,
    [TN__PG_NUMERIC] = read_text,
    [TN__PG_UUID] = read_uuid,
    [TN__PG_ARRAY] = read_array,
    [TN__PG_VOID] = read_text,
};

int tn__pg_read_text(tn_value *out, const struct tn__pg_type *type, tn_text text, tn_arena *arena)
{
    const struct source from = {type, text, arena};
    return READERS[type->kind](out, &from);
}

/* A server has such values, and no other ones that there is no room for. */
static bool is_moment(const struct tn__pg_type *type)
{
    const struct tn__pg_type *item = type->kind == TN__PG_ARRAY && type->item ? type->item : type;
    return item->kind == TN__PG_TIMESTAMP || item->kind == TN__PG_TIMESTAMPTZ;
}

int tn__pg_decode_text(tn_value *out, const struct tn__pg_type *type, const char *data, size_t size,
                       tn_arena *arena, tn_error *err)
{
    tn_text text = {data, size};
    int rc = tn__pg_read_text(out, type, text, arena);
    if (rc == TN_ENOMEM)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    if (rc == TN_ERANGE && is_moment(type))
        return tn_error_set(err, TN_ERANGE, "timestamp out of range: after the year 294246");
    if (rc != TN_OK)
        *out = tn_value_text(text);
    return TN_OK;
}
