/* SPDX-License-Identifier: MIT */
#include "util/value_text.h"

#include <inttypes.h>

#include <tenon/id.h>
#include <tenon/time.h>

#include "util/calendar.h"
#include "util/hash.h"
#include "util/number.h"
#include "util/str.h"

bool tn__array_is_sound(const tn_array *array)
{
    size_t count = array->ndim > 0;
    if (array->ndim < 0 || array->ndim > TN_ARRAY_DIMS_MAX || (array->count > 0 && !array->items))
        return false;
    for (int i = 0; i < array->ndim; i++) {
        if (array->dims[i] < 1 || count > (size_t)INT32_MAX / (size_t)array->dims[i])
            return false;
        count *= (size_t)array->dims[i];
    }
    return count == array->count;
}

static void put_real(struct tn__buf *buf, double value)
{
    char text[TN__REAL_MAX];
    size_t size = tn__real_text(text, value);
    if (size == 0)
        tn__buf_fail(buf, TN_ENOMEM);
    tn__buf_add(buf, text, size);
}

static void put_blob(struct tn__buf *buf, tn_blob blob)
{
    enum {
        AT_ONCE = 64
    };
    const unsigned char *bytes = blob.data;
    tn__buf_puts(buf, "\\x");
    for (size_t at = 0; at < blob.size; at += AT_ONCE) {
        char hex[2 * AT_ONCE + 1];
        size_t size = blob.size - at < AT_ONCE ? blob.size - at : AT_ONCE;
        tn__hex(hex, bytes + at, size);
        tn__buf_add(buf, hex, 2 * size);
    }
}

static void put_time(struct tn__buf *buf, tn_time time)
{
    char text[TN_CLOCK_MAX];
    size_t size = tn_clock_format(text, time);
    if (size == 0)
        tn__buf_fail(buf, TN_ERANGE);
    tn__buf_add(buf, text, size);
}

/* --- arrays ------------------------------------------------------------------------------------- */

/* What would mean something else without quotes around it. */
static bool needs_quotes(tn_text text)
{
    if (text.size == 0 || tn__text_is_nocase(text, "NULL"))
        return true;
    for (size_t i = 0; i < text.size; i++)
        if (strchr("{},\"\\ \t\n\r\v\f", text.data[i]))
            return true;
    return false;
}

static void put_value(struct tn__buf *buf, const tn_value *value, const char *zone);

static void put_item(struct tn__buf *buf, const tn_value *item, const char *zone)
{
    if (item->type == TN_NULL) {
        tn__buf_puts(buf, "NULL");
        return;
    }
    if (item->type == TN_ARRAY) {
        tn__buf_fail(buf, TN_EINVAL); /* an array of more dimensions is still one */
        return;
    }
    struct tn__buf plain;
    tn__buf_init(&plain, 0);
    put_value(&plain, item, zone);
    tn_text text = tn__buf_view(&plain);
    if (tn__buf_status(&plain) != TN_OK)
        tn__buf_fail(buf, tn__buf_status(&plain));
    if (!needs_quotes(text)) {
        tn__buf_text(buf, text);
    } else {
        tn__buf_putc(buf, '"');
        for (size_t i = 0; i < text.size; i++) {
            if (text.data[i] == '"' || text.data[i] == '\\')
                tn__buf_putc(buf, '\\');
            tn__buf_putc(buf, text.data[i]);
        }
        tn__buf_putc(buf, '"');
    }
    tn__buf_fini(&plain);
}

/* One dimension: its braces, and what is in it, from items[*at] on. */
static void put_dimension(struct tn__buf *buf, const tn_array *array, int dimension, size_t *at,
                          const char *zone)
{
    tn__buf_putc(buf, '{');
    for (int32_t i = 0; i < array->dims[dimension] && buf->status == TN_OK; i++) {
        if (i > 0)
            tn__buf_putc(buf, ',');
        if (dimension + 1 < array->ndim)
            put_dimension(buf, array, dimension + 1, at, zone);
        else
            put_item(buf, &array->items[(*at)++], zone);
    }
    tn__buf_putc(buf, '}');
}

static void put_array(struct tn__buf *buf, const tn_array *array, const char *zone)
{
    bool has_lower = false;
    size_t at = 0;
    if (!array || !tn__array_is_sound(array)) {
        tn__buf_fail(buf, TN_EINVAL);
        return;
    }
    if (array->ndim == 0) {
        tn__buf_puts(buf, "{}");
        return;
    }
    for (int i = 0; i < array->ndim; i++)
        has_lower = has_lower || array->lower[i] != 1;
    for (int i = 0; has_lower && i < array->ndim; i++)
        tn__buf_printf(buf, "[%" PRId32 ":%" PRId64 "]", array->lower[i],
                       (int64_t)array->lower[i] + array->dims[i] - 1);
    if (has_lower)
        tn__buf_putc(buf, '=');
    put_dimension(buf, array, 0, &at, zone);
}

static void put_value(struct tn__buf *buf, const tn_value *value, const char *zone)
{
    char text[TN_INTERVAL_MAX];
    switch (value->type) {
    case TN_NULL:
        break;
    case TN_INT:
        tn__buf_printf(buf, "%" PRId64, value->as.integer);
        break;
    case TN_REAL:
        put_real(buf, value->as.real);
        break;
    case TN_TEXT:
    case TN_JSON:
        tn__buf_text(buf, value->as.text);
        break;
    case TN_BLOB:
        put_blob(buf, value->as.blob);
        break;
    case TN_BOOL:
        tn__buf_puts(buf, value->as.boolean ? "true" : "false");
        break;
    case TN_TIMESTAMP:
        tn__buf_add(buf, text, tn__moment_format(text, value->as.timestamp, zone));
        break;
    case TN_UUID:
        tn_uuid_format(text, value->as.uuid);
        tn__buf_puts(buf, text);
        break;
    case TN_DATE:
        tn__buf_add(buf, text, tn_date_format(text, value->as.date));
        break;
    case TN_TIME:
        put_time(buf, value->as.time);
        break;
    case TN_INTERVAL:
        tn__buf_add(buf, text, tn_interval_format(text, value->as.interval, TN_INTERVAL_POSTGRES));
        break;
    case TN_ARRAY:
        put_array(buf, value->as.array, zone);
        break;
    }
}

void tn__value_text(struct tn__buf *buf, const tn_value *value)
{
    put_value(buf, value, "");
}

void tn__value_text_utc(struct tn__buf *buf, const tn_value *value)
{
    put_value(buf, value, "+00");
}
