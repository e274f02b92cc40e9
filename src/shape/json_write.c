/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include <tenon/id.h>
#include <tenon/time.h>

#include "shape/base64.h"
#include "shape/json.h"
#include "shape/shape.h"
#include "util/buf.h"
#include "util/number.h"
#include "util/str.h"
#include "util/utf8.h"
#include "util/value_text.h"

/* Structs as JSON. A function gives TN_OK, or the status of a value that JSON does not have. */

struct writer {
    struct tn__buf buf;
    tn_error *err;
    int depth;
};

static int put_object(struct writer *w, const struct tn_struct *desc, const void *base);

/* The member of a struct that cannot be written. */
static int fail(struct writer *w, const struct tn_field *field, int status, const char *what)
{
    (void)tn_error_set(w->err, status, "'%s' %s", field->name, what);
    if (w->err)
        tn__copy_text(w->err->column, sizeof w->err->column, tn_text_of(field->name));
    return status;
}

static int put_int(struct writer *w, int64_t value)
{
    tn__buf_printf(&w->buf, "%lld", (long long)value);
    return TN_OK;
}

static int put_real(struct writer *w, const struct tn_field *field, double value)
{
    char text[TN__REAL_MAX];
    if (!isfinite(value))
        return fail(w, field, TN_ERANGE, "is infinite or no number, which JSON has not");
    size_t size = tn__real_format(text, value);
    if (size == 0)
        tn__buf_fail(&w->buf, TN_ENOMEM);
    tn__buf_add(&w->buf, text, size);
    return TN_OK;
}

static int put_text(struct writer *w, const struct tn_field *field, tn_text text)
{
    if (tn__utf8_check(text, NULL) != TN_OK)
        return fail(w, field, TN_EINVAL, "is not UTF-8, or has a NUL byte in it");
    tn__buf_json(&w->buf, text);
    return TN_OK;
}

static int put_blob(struct writer *w, tn_blob blob)
{
    tn__buf_putc(&w->buf, '"');
    tn__base64_put(&w->buf, blob);
    tn__buf_putc(&w->buf, '"');
    return TN_OK;
}

static int put_timestamp(struct writer *w, const struct tn_field *field, tn_timestamp at)
{
    char text[TN_TIME_MAX];
    if (tn_time_format(text, at, TN_TIME_RFC3339) == 0)
        return fail(w, field, TN_ERANGE, "is not within the years 0000 to 9999");
    tn__buf_printf(&w->buf, "\"%s\"", text);
    return TN_OK;
}

/* As it is written, if it is one document. */
static int put_json(struct writer *w, const struct tn_field *field, tn_json text)
{
    struct tn__json json = {text, 0, NULL};
    struct tn__json_token token;
    struct tn__json_token end;
    int rc = tn__json_next(&token, &json);
    if (rc == TN_OK)
        rc = tn__json_skip(&json, &token);
    size_t size = json.at - token.at;
    if (rc == TN_OK)
        rc = tn__json_want(&end, &json, TN__JSON_END);
    if (rc == TN_ERANGE)
        return fail(w, field, TN_ERANGE, "is too deep");
    if (rc != TN_OK)
        return fail(w, field, TN_EINVAL, "is not JSON");
    tn__buf_add(&w->buf, text.data + token.at, size);
    return TN_OK;
}

/* A value of the types that only PostgreSQL has: its text. */
static int put_words(struct writer *w, const struct tn_field *field, const tn_value *value)
{
    struct tn__buf text;
    if (value->type == TN_NULL || value->type > TN_ARRAY)
        return fail(w, field, TN_EINVAL, "is of a type that no database gives");
    tn__buf_init(&text, 0);
    tn__value_text(&text, value);
    int rc = tn__buf_status(&text);
    if (rc == TN_OK)
        rc = put_text(w, field, tn__buf_view(&text));
    else if (rc == TN_ENOMEM)
        tn__buf_fail(&w->buf, rc);
    else
        rc = fail(w, field, rc, "is no value of its type");
    tn__buf_fini(&text);
    return rc == TN_ENOMEM ? TN_OK : rc;
}

static int put_any(struct writer *w, const struct tn_field *field, const tn_value *value)
{
    switch (value->type) {
    case TN_INT:
        return put_int(w, value->as.integer);
    case TN_REAL:
        return put_real(w, field, value->as.real);
    case TN_TEXT:
        return put_text(w, field, value->as.text);
    case TN_BLOB:
        tn__buf_puts(&w->buf, "{\"base64\":");
        (void)put_blob(w, value->as.blob);
        tn__buf_putc(&w->buf, '}');
        return TN_OK;
    case TN_BOOL:
        tn__buf_puts(&w->buf, value->as.boolean ? "true" : "false");
        return TN_OK;
    case TN_TIMESTAMP:
        return put_timestamp(w, field, value->as.timestamp);
    default:
        return put_words(w, field, value);
    }
}

static int put_enum(struct writer *w, const struct tn_field *field, const void *value)
{
    unsigned number;
    memcpy(&number, value, sizeof number);
    const tn_text *text = tn__field_choice(field, number);
    return text ? put_text(w, field, *text) : fail(w, field, TN_EINVAL, "is no value of its enum");
}

static int put_value(struct writer *w, const struct tn_field *field, const void *base);

/* An array of values. */
static int put_values(struct writer *w, const struct tn_field *field, const void *base)
{
    size_t stride;
    size_t count;
    const char *items;
    const struct tn_field item = tn__field_item(field, &stride);
    int rc = TN_OK;
    tn__field_items(field, base, &items, &count);
    tn__buf_putc(&w->buf, '[');
    for (size_t i = 0; i < count && rc == TN_OK; i++) {
        if (i > 0)
            tn__buf_putc(&w->buf, ',');
        rc = put_value(w, &item, items + i * stride);
    }
    tn__buf_putc(&w->buf, ']');
    return rc;
}

/* Types that have a text of their own in JSON. */
static int put_formatted(struct writer *w, const struct tn_field *field, const void *value)
{
    char text[TN_INTERVAL_MAX];
    size_t size = 0;
    if (field->type == TN_FIELD_UUID) {
        tn_uuid_format(text, *(const tn_uuid *)value);
        size = strlen(text);
    } else if (field->type == TN_FIELD_DATE) {
        size = tn_date_format(text, *(const tn_date *)value);
    } else if (field->type == TN_FIELD_TIME) {
        size = tn_clock_format(text, *(const tn_time *)value);
    } else {
        size = tn_interval_format(text, *(const tn_interval *)value, TN_INTERVAL_ISO);
    }
    if (size == 0)
        return fail(w, field, TN_ERANGE, "is no value of its type");
    tn__buf_printf(&w->buf, "\"%s\"", text);
    return TN_OK;
}

static int put_items(struct writer *w, const struct tn_struct *desc, const char *items,
                     size_t count)
{
    int rc = TN_OK;
    tn__buf_putc(&w->buf, '[');
    for (size_t i = 0; i < count && rc == TN_OK; i++) {
        if (i > 0)
            tn__buf_putc(&w->buf, ',');
        rc = put_object(w, desc, items + i * desc->size);
        if (rc != TN_OK)
            tn_error_prefix(w->err, "item %zu", i);
    }
    tn__buf_putc(&w->buf, ']');
    return rc;
}

static int put_value(struct writer *w, const struct tn_field *field, const void *base)
{
    const void *value = tn__field_value(field, base);
    if (!tn__field_has(field, base)) {
        if (!field->is_nullable)
            return fail(w, field, TN_EINVAL, "is NULL");
        tn__buf_puts(&w->buf, "null");
        return TN_OK;
    }
    if (field->is_array)
        return put_values(w, field, base);
    switch ((enum tn_field_type)field->type) {
    case TN_FIELD_ANY:
        return put_any(w, field, value);
    case TN_FIELD_INT:
        return put_int(w, *(const int64_t *)value);
    case TN_FIELD_REAL:
        return put_real(w, field, *(const double *)value);
    case TN_FIELD_TEXT:
        return put_text(w, field, *(const tn_text *)value);
    case TN_FIELD_BLOB:
        return put_blob(w, *(const tn_blob *)value);
    case TN_FIELD_BOOL:
        tn__buf_puts(&w->buf, *(const bool *)value ? "true" : "false");
        return TN_OK;
    case TN_FIELD_TIMESTAMP:
        return put_timestamp(w, field, *(const tn_timestamp *)value);
    case TN_FIELD_JSON:
        return put_json(w, field, *(const tn_json *)value);
    case TN_FIELD_ENUM:
        return put_enum(w, field, value);
    case TN_FIELD_STRUCT:
        return put_object(w, field->inner, value);
    case TN_FIELD_UUID:
    case TN_FIELD_DATE:
    case TN_FIELD_TIME:
    case TN_FIELD_INTERVAL:
        return put_formatted(w, field, value);
    case TN_FIELD_ARRAY:
        break;
    }
    const char *items;
    memcpy(&items, value, sizeof items);
    return put_items(w, field->inner, items, tn__field_count(field, base));
}

static int put_object(struct writer *w, const struct tn_struct *desc, const void *base)
{
    int rc = tn__shape_check(desc, w->err);
    if (rc == TN_OK && w->depth == TN_STRUCT_DEPTH_MAX)
        rc = tn_error_set(w->err, TN_ERANGE, "struct '%s' lies too deep in others", desc->name);
    w->depth++;
    tn__buf_putc(&w->buf, '{');
    for (uint32_t i = 0; i < desc->field_count && rc == TN_OK; i++) {
        if (i > 0)
            tn__buf_putc(&w->buf, ',');
        tn__buf_json(&w->buf, tn_text_of(desc->fields[i].name));
        tn__buf_putc(&w->buf, ':');
        rc = put_value(w, &desc->fields[i], base);
    }
    tn__buf_putc(&w->buf, '}');
    w->depth--;
    return rc;
}

/* The text goes to the arena at once, when all of it is there. */
static int finish(struct writer *w, int status, tn_text *out, tn_arena *arena)
{
    if (status == TN_OK) {
        status = tn__buf_to_arena(&w->buf, arena, out);
        if (status != TN_OK)
            (void)tn_error_set(w->err, status,
                               status == TN_ERANGE ? "over 1 GiB of JSON" : "out of memory");
    }
    tn__buf_fini(&w->buf);
    return status;
}

int tn_struct_to_json(tn_text *out, const struct tn_struct *desc, const void *from, tn_arena *arena,
                      tn_error *err)
{
    struct writer w = {.err = err};
    tn__buf_init(&w.buf, 0);
    return finish(&w, put_object(&w, desc, from), out, arena);
}

int tn_structs_to_json(tn_text *out, const struct tn_struct *desc, const void *items, size_t count,
                       tn_arena *arena, tn_error *err)
{
    struct writer w = {.err = err};
    tn__buf_init(&w.buf, 0);
    return finish(&w, put_items(&w, desc, items, count), out, arena);
}
