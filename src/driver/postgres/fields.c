/* SPDX-License-Identifier: MIT */
#include "driver/postgres/fields.h"

#include "driver/postgres/bytes.h"
#include "driver/postgres/decode.h"
#include "driver/postgres/numeric.h"
#include "util/value_text.h"

/* Binary forms one behind the other: the fields of COPY BINARY, and the items of arrays. */

enum {
    LENGTH = 4
};

static void append32(struct tn__buf *buf, uint32_t number)
{
    char bytes[LENGTH];
    tn__pg_put32(bytes, number);
    tn__buf_add(buf, bytes, sizeof bytes);
}

/* --- forms that are made ------------------------------------------------------------------------ */

static int no_value(const struct tn__pg_type *type, tn_text text, tn_error *err)
{
    int shown = text.size < 60 ? (int)text.size : 60;
    return tn_error_set(err, TN_EINVAL, "'%.*s' is no value of type %s", shown, text.data,
                        type->name);
}

/* A number, from its text. */
static int append_numeric(struct tn__buf *buf, const struct tn__pg_type *type,
                          const tn_value *value, tn_error *err)
{
    struct tn__buf text;
    tn__buf_init(&text, 0);
    int rc = tn__pg_text(&text, type, value, err);
    if (rc == TN_OK) {
        rc = tn__pg_numeric_append(buf, tn__buf_view(&text));
        if (rc == TN_EINVAL)
            rc = no_value(type, tn__buf_view(&text), err);
        else if (rc != TN_OK)
            rc = tn_error_set(err, rc, "a number that has too many digits for type %s", type->name);
    }
    tn__buf_fini(&text);
    return rc;
}

/* The bytes behind the version. */
static int append_jsonb(struct tn__buf *buf, const struct tn__pg_type *type, const tn_value *value,
                        tn_error *err)
{
    tn__buf_putc(buf, 1);
    return tn__pg_text(buf, type, value, err);
}

/* "char" is one byte: of the empty text, NUL; of \377, that one. */
static int append_char(struct tn__buf *buf, const struct tn__pg_type *type, const tn_value *value,
                       tn_error *err)
{
    enum {
        ESCAPED = 4
    };
    if (value->type != TN_TEXT)
        return tn__pg_refuse(type, value, err);
    tn_text text = value->as.text;
    unsigned char byte = text.size > 0 ? (unsigned char)*text.data : 0;
    bool is_escaped = text.size == ESCAPED && byte == '\\' &&
                      tn__pg_get_octal(&byte, text.data + 1, text.data + text.size);
    if (text.size > 1 && !is_escaped)
        return no_value(type, text, err);
    tn__buf_putc(buf, (char)byte);
    return TN_OK;
}

static int append_value(struct tn__buf *buf, const struct tn__pg_type *type, const tn_value *value,
                        tn_error *err);

/* A text that is to become something else. */
static int append_read(struct tn__buf *buf, const struct tn__pg_type *type, tn_text text,
                       tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_value value;
    int rc = tn__pg_read_text(&value, type, text, &arena);
    if (rc == TN_ENOMEM)
        rc = tn_error_set(err, rc, "out of memory");
    else if (rc == TN_ERANGE)
        rc = tn_error_set(err, rc, "'%.*s' is out of range for type %s",
                          text.size < 60 ? (int)text.size : 60, text.data, type->name);
    else if (rc != TN_OK)
        rc = no_value(type, text, err);
    else
        rc = append_value(buf, type, &value, err);
    tn_arena_fini(&arena);
    return rc;
}

/* --- any value ---------------------------------------------------------------------------------- */

static int append_made(struct tn__buf *buf, const struct tn__pg_type *type, const tn_value *value,
                       tn_error *err)
{
    switch (type->kind) {
    case TN__PG_TEXT:
        return tn__pg_text(buf, type, value, err);
    case TN__PG_NUMERIC:
        return append_numeric(buf, type, value, err);
    case TN__PG_JSONB:
        return append_jsonb(buf, type, value, err);
    case TN__PG_CHAR:
        return append_char(buf, type, value, err);
    case TN__PG_ARRAY:
        if (value->type == TN_ARRAY)
            return tn__pg_append_array(buf, type, value->as.array, err);
        break;
    case TN__PG_OTHER:
        return tn_error_set(err, TN_EUNSUPPORTED, "values of type %s have no binary form here",
                            type->name);
    case TN__PG_VOID:
        return tn__pg_refuse(type, value, err);
    default:
        break;
    }
    return value->type == TN_TEXT ? append_read(buf, type, value->as.text, err)
                                  : tn__pg_refuse(type, value, err);
}

/* The bytes of a value that is not NULL. */
static int append_value(struct tn__buf *buf, const struct tn__pg_type *type, const tn_value *value,
                        tn_error *err)
{
    char small[TN__PG_SCALAR_MAX];
    tn_text bytes;
    if (value->type != TN_TEXT) {
        int size = tn__pg_scalar(small, type, value, err);
        if (size > 0)
            tn__buf_add(buf, small, (size_t)size);
        if (size != 0)
            return size > 0 ? TN_OK : size;
    }
    int rc = tn__pg_bytes(&bytes, type, value, err);
    if (rc != TN_OK)
        return rc;
    if (!bytes.data)
        return append_made(buf, type, value, err);
    tn__buf_text(buf, bytes);
    return TN_OK;
}

/* With its length in front. */
static int append_item(struct tn__buf *buf, const struct tn__pg_type *type, const tn_value *value,
                       tn_error *err)
{
    size_t start = buf->size;
    if (tn__pg_is_null(value)) {
        append32(buf, UINT32_MAX);
        return TN_OK;
    }
    append32(buf, 0);
    int rc = append_value(buf, type, value, err);
    if (rc == TN_OK && buf->status == TN_OK)
        tn__pg_put32(buf->data + start, (uint32_t)(buf->size - start - LENGTH));
    return rc;
}

int tn__pg_append_array(struct tn__buf *buf, const struct tn__pg_type *type, const tn_array *array,
                        tn_error *err)
{
    if (!tn__array_is_sound(array))
        return tn_error_set(err, TN_EINVAL, "an array whose dimensions are wrong");
    bool has_null = false;
    for (size_t i = 0; i < array->count && !has_null; i++)
        has_null = tn__pg_is_null(&array->items[i]);
    append32(buf, (uint32_t)array->ndim);
    append32(buf, has_null);
    append32(buf, type->item->oid);
    for (int i = 0; i < array->ndim; i++) {
        append32(buf, (uint32_t)array->dims[i]);
        append32(buf, (uint32_t)array->lower[i]);
    }
    for (size_t i = 0; i < array->count; i++) {
        int rc = append_item(buf, type->item, &array->items[i], err);
        if (rc != TN_OK) {
            tn_error_prefix(err, "element %zu", i);
            return rc;
        }
    }
    return TN_OK;
}

int tn__pg_append_field(struct tn__buf *buf, const struct tn__pg_type *type, const tn_value *value,
                        tn_error *err)
{
    size_t start = buf->size;
    int rc = append_item(buf, type, value, err);
    int status = tn__buf_status(buf);
    if (status != TN_OK)
        return tn_error_set(err, status,
                            status == TN_ENOMEM ? "out of memory" : "the rows are too big");
    if (rc != TN_OK)
        tn__buf_cut(buf, start);
    return rc;
}
