/* SPDX-License-Identifier: MIT */
#include "driver/postgres/decode.h"

#include "driver/postgres/numeric.h"

/*
 * Values from their binary form: what the type's _send() function of the server writes. The bytes are
 * not trusted, nor aligned.
 */

static int malformed(const struct tn__pg_type *type, tn_error *err)
{
    return tn_error_set(err, TN_ECORRUPT, "the server sent a malformed %s", type->name);
}

static int no_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

/* --- scalars of a size of their own ------------------------------------------------------------- */

/* What a decoder works on. */
struct source {
    const struct tn__pg_type *type;
    const char *data;
    size_t size;
    tn_arena *arena;
    tn_error *err;
};

static int decode_bool(tn_value *out, const struct source *from)
{
    *out = tn_value_bool(*from->data != 0);
    return TN_OK;
}

static int decode_int2(tn_value *out, const struct source *from)
{
    *out = tn_value_int((int16_t)tn__pg_get16(from->data));
    return TN_OK;
}

static int decode_int4(tn_value *out, const struct source *from)
{
    *out = tn_value_int((int32_t)tn__pg_get32(from->data));
    return TN_OK;
}

static int decode_int8(tn_value *out, const struct source *from)
{
    *out = tn_value_int((int64_t)tn__pg_get64(from->data));
    return TN_OK;
}

static int decode_oid(tn_value *out, const struct source *from)
{
    *out = tn_value_int(tn__pg_get32(from->data));
    return TN_OK;
}

static int decode_float4(tn_value *out, const struct source *from)
{
    uint32_t bits = tn__pg_get32(from->data);
    float real;
    memcpy(&real, &bits, sizeof real);
    *out = tn_value_real((double)real);
    return TN_OK;
}

static int decode_float8(tn_value *out, const struct source *from)
{
    uint64_t bits = tn__pg_get64(from->data);
    double real;
    memcpy(&real, &bits, sizeof real);
    *out = tn_value_real(real);
    return TN_OK;
}

static int decode_timestamp(tn_value *out, const struct source *from)
{
    int64_t us = (int64_t)tn__pg_get64(from->data);
    bool is_infinite = us == TN_TIMESTAMP_INFINITY || us == TN_TIMESTAMP_MINUS_INFINITY;
    if (!is_infinite && us >= TN_TIMESTAMP_INFINITY - TN__PG_EPOCH_US)
        return tn_error_set(from->err, TN_ERANGE, "timestamp out of range: after the year 294246");
    *out = tn_value_timestamp((tn_timestamp){is_infinite ? us : us + TN__PG_EPOCH_US});
    return TN_OK;
}

static int decode_date(tn_value *out, const struct source *from)
{
    int32_t days = (int32_t)tn__pg_get32(from->data);
    bool is_infinite = days == TN_DATE_INFINITY || days == TN_DATE_MINUS_INFINITY;
    if (!is_infinite && days >= TN_DATE_INFINITY - TN__PG_EPOCH_DAYS)
        return malformed(from->type, from->err);
    *out = tn_value_date((tn_date){is_infinite ? days : days + TN__PG_EPOCH_DAYS});
    return TN_OK;
}

static int decode_time(tn_value *out, const struct source *from)
{
    const int64_t us_per_day = INT64_C(86400000000);
    int64_t us = (int64_t)tn__pg_get64(from->data);
    if (us < 0 || us > us_per_day)
        return malformed(from->type, from->err);
    *out = tn_value_time((tn_time){us});
    return TN_OK;
}

static int decode_interval(tn_value *out, const struct source *from)
{
    *out = tn_value_interval((tn_interval){.us = (int64_t)tn__pg_get64(from->data),
                                           .days = (int32_t)tn__pg_get32(from->data + 8),
                                           .months = (int32_t)tn__pg_get32(from->data + 12)});
    return TN_OK;
}

static int decode_uuid(tn_value *out, const struct source *from)
{
    tn_uuid uuid;
    memcpy(uuid.bytes, from->data, sizeof uuid.bytes);
    *out = tn_value_uuid(uuid);
    return TN_OK;
}

/* A byte that is no character of ASCII is shown as \377, as the server's text form has it. */
static int decode_char(tn_value *out, const struct source *from)
{
    unsigned char c = (unsigned char)*from->data;
    tn_text text = {from->data, c != 0};
    if (c >= 0x80) {
        const char escaped[] = {'\\', (char)('0' + (c >> 6)), (char)('0' + (c >> 3 & 7)),
                                (char)('0' + (c & 7))};
        text.size = sizeof escaped;
        text.data = tn_arena_copy(from->arena, escaped, sizeof escaped);
    }
    if (!text.data)
        return no_memory(from->err);
    *out = tn_value_text(text);
    return TN_OK;
}

/* --- those of any size -------------------------------------------------------------------------- */

static int decode_text(tn_value *out, const struct source *from)
{
    *out = tn_value_text((tn_text){from->data, from->size});
    return TN_OK;
}

static int decode_bytea(tn_value *out, const struct source *from)
{
    *out = tn_value_blob((tn_blob){from->data, from->size});
    return TN_OK;
}

static int decode_json(tn_value *out, const struct source *from)
{
    *out = tn_value_text((tn_text){from->data, from->size});
    out->type = TN_JSON;
    return TN_OK;
}

/* In front of the text stands the version of the form, which is 1. */
static int decode_jsonb(tn_value *out, const struct source *from)
{
    if (from->size < 1 || *from->data != 1)
        return malformed(from->type, from->err);
    *out = tn_value_text((tn_text){from->data + 1, from->size - 1});
    out->type = TN_JSON;
    return TN_OK;
}

static int decode_numeric(tn_value *out, const struct source *from)
{
    tn_text text;
    int rc = tn__pg_numeric_text(&text, from->data, from->size, from->arena);
    if (rc == TN_OK)
        *out = tn_value_text(text);
    return rc == TN_OK       ? TN_OK
           : rc == TN_ENOMEM ? no_memory(from->err)
                             : malformed(from->type, from->err);
}

/* --- arrays ------------------------------------------------------------------------------------- */

/* Dimensions, whether there are NULLs, the OID of the elements; then for each dimension its items and
 * first subscript; then each item, its length in front of it, -1 for NULL. */
enum {
    ARRAY_HEADER = 12,
    ARRAY_DIMENSION = 8,
    ITEM_HEADER = 4
};

static bool read_dimensions(tn_array *array, const struct source *from)
{
    if (from->size < ARRAY_HEADER)
        return false;
    uint32_t ndim = tn__pg_get32(from->data);
    if (ndim > TN_ARRAY_DIMS_MAX || from->size - ARRAY_HEADER < ndim * (size_t)ARRAY_DIMENSION)
        return false;
    *array = (tn_array){.type = tn__pg_type_value(from->type->item), .ndim = (int)ndim};
    /* Each item has a length at least: more than the bytes have room for is no count. */
    size_t left = from->size - ARRAY_HEADER - ndim * (size_t)ARRAY_DIMENSION;
    size_t most = left / ITEM_HEADER;
    size_t count = ndim > 0;
    for (uint32_t i = 0; i < ndim; i++) {
        const char *at = from->data + ARRAY_HEADER + i * (size_t)ARRAY_DIMENSION;
        uint32_t size = tn__pg_get32(at);
        array->dims[i] = (int32_t)size;
        array->lower[i] = (int32_t)tn__pg_get32(at + sizeof(int32_t));
        if (size == 0 || size > most / count)
            return false;
        count *= size;
    }
    array->count = count;
    return true;
}

/* What is borrowed would be gone with the result, and nobody would see that in an array; and behind a text, where
 * a NUL is due, the length of the next item stands. */
static int keep_item(tn_value *item, const struct source *from)
{
    bool is_text = (item->type == TN_TEXT || item->type == TN_JSON) &&
                   from->type->item->kind != TN__PG_NUMERIC;
    int rc = TN_OK;
    if (is_text)
        rc = tn_arena_text(from->arena, &item->as.text, item->as.text);
    else if (item->type == TN_BLOB)
        rc = tn_arena_blob(from->arena, &item->as.blob, item->as.blob);
    return rc == TN_OK ? TN_OK : no_memory(from->err);
}

static int decode_items(tn_value *items, size_t count, const struct source *from)
{
    const char *at = from->data;
    const char *end = from->data + from->size;
    for (size_t i = 0; i < count; i++) {
        if (end - at < ITEM_HEADER)
            return malformed(from->type, from->err);
        uint32_t size = tn__pg_get32(at);
        at += ITEM_HEADER;
        items[i] = tn_value_null();
        if (size == UINT32_MAX)
            continue;
        if (size > (size_t)(end - at))
            return malformed(from->type, from->err);
        int rc = tn__pg_decode(&items[i], from->type->item, true, at, size, from->arena, from->err);
        if (rc == TN_OK)
            rc = keep_item(&items[i], from);
        if (rc != TN_OK)
            return rc;
        at += size;
    }
    return at == end ? TN_OK : malformed(from->type, from->err);
}

static int decode_array(tn_value *out, const struct source *from)
{
    tn_array *array = tn_arena_alloc(from->arena, sizeof *array);
    if (!array)
        return no_memory(from->err);
    if (!from->type->item || from->type->item->kind == TN__PG_ARRAY ||
        !read_dimensions(array, from) || tn__pg_get32(from->data + 8) != from->type->item->oid)
        return malformed(from->type, from->err);
    tn_value *items = tn_arena_array(from->arena, array->count, sizeof *items);
    if (!items)
        return no_memory(from->err);
    struct source rest = *from;
    rest.data += ARRAY_HEADER + (size_t)array->ndim * ARRAY_DIMENSION;
    rest.size -= ARRAY_HEADER + (size_t)array->ndim * ARRAY_DIMENSION;
    int rc = decode_items(items, array->count, &rest);
    if (rc != TN_OK)
        return rc;
    array->items = items;
    *out = tn_value_array(array);
    return TN_OK;
}

/* --- all of them -------------------------------------------------------------------------------- */

enum {
    ANY_SIZE = -1
};

static const struct {
    int size; /* bytes that it always has */
    int (*decode)(tn_value *out, const struct source *from);
} DECODERS[] = {
    [TN__PG_OTHER] = {ANY_SIZE, NULL}, /* nobody asks for it in binary */
    [TN__PG_BOOL] = {1, decode_bool},
    [TN__PG_INT2] = {2, decode_int2},
    [TN__PG_INT4] = {4, decode_int4},
    [TN__PG_INT8] = {8, decode_int8},
    [TN__PG_OID] = {4, decode_oid},
    [TN__PG_FLOAT4] = {4, decode_float4},
    [TN__PG_FLOAT8] = {8, decode_float8},
    [TN__PG_TEXT] = {ANY_SIZE, decode_text},
    [TN__PG_CHAR] = {1, decode_char},
    [TN__PG_BYTEA] = {ANY_SIZE, decode_bytea},
    [TN__PG_JSON] = {ANY_SIZE, decode_json},
    [TN__PG_JSONB] = {ANY_SIZE, decode_jsonb},
    [TN__PG_TIMESTAMP] = {8, decode_timestamp},
    [TN__PG_TIMESTAMPTZ] = {8, decode_timestamp},
    [TN__PG_DATE] = {4, decode_date},
    [TN__PG_TIME] = {8, decode_time},
    [TN__PG_INTERVAL] = {16, decode_interval},
    [TN__PG_NUMERIC] = {ANY_SIZE, decode_numeric},
    [TN__PG_UUID] = {16, decode_uuid},
    [TN__PG_ARRAY] = {ANY_SIZE, decode_array},
    [TN__PG_VOID] = {ANY_SIZE, decode_text},
};

int tn__pg_decode_binary(tn_value *out, const struct tn__pg_type *type, const char *data,
                         size_t size, tn_arena *arena, tn_error *err)
{
    const struct source from = {type, data, size, arena, err};
    int wanted = DECODERS[type->kind].size;
    if (!DECODERS[type->kind].decode)
        return tn_error_set(err, TN_EUNSUPPORTED, "a value of type %s can be read as text only",
                            type->name);
    if (wanted != ANY_SIZE && size != (size_t)wanted)
        return malformed(type, err);
    return DECODERS[type->kind].decode(out, &from);
}
