/* SPDX-License-Identifier: MIT */
#include <tenon/gen_postgres.h>

#include <stddef.h>
#include <string.h>

#include "core/conn.h"
#include "core/gen.h"

/* Values that are neither put nor read in place: lists, arrays, numerics, rows of texts. */

/* --- what C has of a type ----------------------------------------------------------------------- */

/* Where the value of an item that may be NULL is, and how large both are. Of texts and blobs NULL is a value. */
static const struct layout {
    size_t size;     /* of a value */
    size_t opt_size; /* of `has` and a value; 0: they have no such thing */
    size_t offset;   /* of the value in it */
} layouts[] = {
    [TN_INT] = {sizeof(int64_t), sizeof(tn_opt_int), offsetof(tn_opt_int, value)},
    [TN_REAL] = {sizeof(double), sizeof(tn_opt_real), offsetof(tn_opt_real, value)},
    [TN_TEXT] = {sizeof(tn_text), 0, 0},
    [TN_BLOB] = {sizeof(tn_blob), 0, 0},
    [TN_BOOL] = {sizeof(bool), sizeof(tn_opt_bool), offsetof(tn_opt_bool, value)},
    [TN_TIMESTAMP] = {sizeof(tn_timestamp), sizeof(tn_opt_timestamp),
                      offsetof(tn_opt_timestamp, value)},
    [TN_JSON] = {sizeof(tn_json), 0, 0},
    [TN_UUID] = {sizeof(tn_uuid), sizeof(tn_opt_uuid), offsetof(tn_opt_uuid, value)},
    [TN_DATE] = {sizeof(tn_date), sizeof(tn_opt_date), offsetof(tn_opt_date, value)},
    [TN_TIME] = {sizeof(tn_time), sizeof(tn_opt_time), offsetof(tn_opt_time, value)},
    [TN_INTERVAL] = {sizeof(tn_interval), sizeof(tn_opt_interval),
                     offsetof(tn_opt_interval, value)},
};

/* An enum that may be NULL. */
struct opt_choice {
    bool has;
    unsigned value;
};

/* The member of a tn_value that holds such a type. */
static void *place_in(tn_value *value)
{
    switch (value->type) {
    case TN_INT:
        return &value->as.integer;
    case TN_REAL:
        return &value->as.real;
    case TN_BOOL:
        return &value->as.boolean;
    case TN_BLOB:
        return &value->as.blob;
    case TN_TIMESTAMP:
        return &value->as.timestamp;
    case TN_UUID:
        return &value->as.uuid;
    case TN_DATE:
        return &value->as.date;
    case TN_TIME:
        return &value->as.time;
    case TN_INTERVAL:
        return &value->as.interval;
    case TN_NULL:
    case TN_TEXT:
    case TN_JSON:
    case TN_ARRAY:
        break;
    }
    return &value->as.text;
}

/* --- lists and arrays as parameters ------------------------------------------------------------- */

static tn_value item_value(enum tn_type type, const char *at)
{
    tn_value value;
    value.type = type;
    memcpy(place_in(&value), at, layouts[type].size);
    if ((type == TN_TEXT || type == TN_JSON || type == TN_BLOB) && !value.as.text.data)
        value.type = TN_NULL;
    return value;
}

static tn_value choice_value(const tn_text *choices, size_t count, unsigned value)
{
    return value - 1 < count ? tn_value_text(choices[value - 1]) : tn_value_null();
}

static int fail(const struct tn_pg_params *params, int rc, tn_error *err)
{
    tn_error_set(err, rc, "%s", rc == TN_ENOMEM ? "out of memory" : "no items, and a count");
    tn__gen_add_name(params->use->query, err);
    return rc;
}

/* Room for the values of the items; NULL: `rc` says why. */
static tn_value *make_values(int *rc, const struct tn_pg_params *params, const void *items,
                             size_t count, tn_error *err)
{
    const struct tn_gen_use *use = params->use;
    tn_value *values = NULL;
    if (items || count == 0)
        values =
            tn_arena_array(use->conn->driver->wire->gen_scratch(use->stmt), count, sizeof *values);
    *rc = values ? TN_OK : fail(params, items || count == 0 ? TN_ENOMEM : TN_EINVAL, err);
    return values;
}

static int encode(struct tn_pg_params *params, int index, const char *name, const tn_value *values,
                  size_t count, tn_error *err)
{
    const struct tn_gen_use *use = params->use;
    const tn_value_list list = {values, count};
    tn_text bytes;
    int rc = use->conn->driver->wire->gen_encode(&bytes, use->stmt, index + 1, name, &list, err);
    if (rc != TN_OK) {
        tn__gen_add_name(use->query, err);
        return rc;
    }
    params->values[index] = bytes.data;
    params->sizes[index] = (int)bytes.size;
    return TN_OK;
}

int tn_pg_bind_list(struct tn_pg_params *params, int index, enum tn_type type, const void *items,
                    size_t count, tn_error *err)
{
    tn_error own;
    int rc;
    err = err ? err : &own;
    tn_value *values = make_values(&rc, params, items, count, err);
    for (size_t i = 0; values && i < count; i++)
        values[i] = item_value(type, (const char *)items + i * layouts[type].size);
    return values ? encode(params, index, tn__gen_param_name(params->use->query, index), values,
                           count, err)
                  : rc;
}

int tn_pg_bind_choices(struct tn_pg_params *params, int index, const tn_text *choices,
                       size_t choice_count, const void *items, size_t count, tn_error *err)
{
    tn_error own;
    int rc;
    err = err ? err : &own;
    tn_value *values = make_values(&rc, params, items, count, err);
    for (size_t i = 0; values && i < count; i++) {
        unsigned value;
        memcpy(&value, (const char *)items + i * sizeof value, sizeof value);
        values[i] = choice_value(choices, choice_count, value);
        if (values[i].type == TN_NULL) {
            tn_error_set(err, TN_EINVAL, "list '%s': element %zu is no value of its enum",
                         tn__gen_param_name(params->use->query, index), i);
            tn__gen_add_name(params->use->query, err);
            return TN_EINVAL;
        }
    }
    return values ? encode(params, index, tn__gen_param_name(params->use->query, index), values,
                           count, err)
                  : rc;
}

int tn_pg_bind_array(struct tn_pg_params *params, int index, enum tn_type type, const void *items,
                     size_t count, tn_error *err)
{
    const struct layout *layout = &layouts[type];
    size_t stride = layout->opt_size ? layout->opt_size : layout->size;
    tn_error own;
    int rc;
    err = err ? err : &own;
    tn_pg_bind_null(params, index);
    if (!items && count == 0)
        return TN_OK;
    tn_value *values = make_values(&rc, params, items, count, err);
    for (size_t i = 0; values && i < count; i++) {
        const char *at = (const char *)items + i * stride;
        bool has = true;
        if (layout->opt_size)
            memcpy(&has, at, sizeof has); /* in front of the value */
        values[i] = has ? item_value(type, at + layout->offset) : tn_value_null();
    }
    return values ? encode(params, index, NULL, values, count, err) : rc;
}

int tn_pg_bind_choice_array(struct tn_pg_params *params, int index, const tn_text *choices,
                            size_t choice_count, const void *items, size_t count, tn_error *err)
{
    tn_error own;
    int rc;
    err = err ? err : &own;
    tn_pg_bind_null(params, index);
    if (!items && count == 0)
        return TN_OK;
    tn_value *values = make_values(&rc, params, items, count, err);
    for (size_t i = 0; values && i < count; i++) {
        struct opt_choice item;
        memcpy(&item, (const char *)items + i * sizeof item, sizeof item);
        values[i] = item.has ? choice_value(choices, choice_count, item.value) : tn_value_null();
        if (item.has && values[i].type == TN_NULL) {
            tn_error_set(err, TN_EINVAL, "parameter '%s': element %zu is no value of its enum",
                         tn__gen_param_name(params->use->query, index), i);
            tn__gen_add_name(params->use->query, err);
            return TN_EINVAL;
        }
    }
    return values ? encode(params, index, NULL, values, count, err) : rc;
}

/* --- reading ------------------------------------------------------------------------------------ */

/* TN_OK; TN_ETYPE; TN_ENOMEM. */
static int decode(tn_value *out, const struct tn_pg_rows *rows, int column, bool is_array,
                  tn_arena *arena, bool may_be_null)
{
    tn_error ignored;
    int rc = rows->pq->decode(out, rows, column, is_array, arena, &ignored);
    if (rc != TN_OK)
        return rc == TN_ENOMEM ? TN_ENOMEM : TN_ETYPE;
    return out->type == TN_NULL && !may_be_null ? TN_ETYPE : TN_OK;
}

int tn_pg_read_numeric(const struct tn_pg_rows *rows, int column, tn_arena *arena, bool may_be_null,
                       tn_text *out)
{
    tn_value value;
    int rc = decode(&value, rows, column, false, arena, may_be_null);
    if (rc != TN_OK)
        return rc;
    out->data = value.type == TN_NULL ? NULL : value.as.text.data;
    out->size = value.type == TN_NULL ? 0 : value.as.text.size;
    return value.type == TN_NULL || value.type == TN_TEXT ? TN_OK : TN_ETYPE;
}

/* The array, of one dimension at most; *out == NULL: it is NULL. */
static int decode_array(const tn_array **out, const struct tn_pg_rows *rows, int column,
                        tn_arena *arena, bool may_be_null)
{
    tn_value value;
    int rc = decode(&value, rows, column, true, arena, may_be_null);
    *out = NULL;
    if (rc != TN_OK || value.type == TN_NULL)
        return rc;
    if (value.type != TN_ARRAY || value.as.array->ndim > 1)
        return TN_ETYPE;
    *out = value.as.array;
    return TN_OK;
}

int tn_pg_read_array(const struct tn_pg_rows *rows, int column, tn_arena *arena, bool may_be_null,
                     enum tn_type type, const void **items, size_t *count)
{
    const struct layout *layout = &layouts[type];
    size_t stride = layout->opt_size ? layout->opt_size : layout->size;
    const tn_array *array;
    *items = NULL;
    *count = 0;
    int rc = decode_array(&array, rows, column, arena, may_be_null);
    if (rc != TN_OK || !array)
        return rc;
    char *all = tn_arena_array(arena, array->count, stride);
    if (!all)
        return TN_ENOMEM;
    for (size_t i = 0; i < array->count; i++) {
        tn_value value = array->items[i];
        bool has = value.type == type;
        if (!has && value.type != TN_NULL)
            return TN_ETYPE;
        if (has)
            memcpy(all + i * stride + layout->offset, place_in(&value), layout->size);
        if (layout->opt_size)
            memcpy(all + i * stride, &has, sizeof has);
    }
    *items = all;
    *count = array->count;
    return TN_OK;
}

int tn_pg_read_choice_array(const struct tn_pg_rows *rows, int column, tn_arena *arena,
                            bool may_be_null, const tn_text *choices, size_t choice_count,
                            const void **items, size_t *count)
{
    const tn_array *array;
    *items = NULL;
    *count = 0;
    int rc = decode_array(&array, rows, column, arena, may_be_null);
    if (rc != TN_OK || !array)
        return rc;
    struct opt_choice *all = tn_arena_array(arena, array->count, sizeof *all);
    if (!all)
        return TN_ENOMEM;
    for (size_t i = 0; i < array->count; i++) {
        const tn_value *value = &array->items[i];
        unsigned k = 0;
        all[i].has = value->type != TN_NULL;
        while (all[i].has && k < choice_count && !tn_text_equal(choices[k], value->as.text))
            k++;
        if (all[i].has && (value->type != TN_TEXT || k == choice_count))
            return TN_ETYPE;
        all[i].value = all[i].has ? k + 1 : 0;
    }
    *items = all;
    *count = array->count;
    return TN_OK;
}

int tn_pg_read_parsed(const struct tn_pg_rows *rows, int column, tn_arena *arena, bool may_be_null,
                      enum tn_type type, bool *has, void *out)
{
    tn_value value;
    int rc = decode(&value, rows, column, false, arena, may_be_null);
    if (rc != TN_OK)
        return rc;
    bool is_null = value.type == TN_NULL;
    if (!is_null && value.type != type)
        return TN_ETYPE;
    if (has)
        *has = !is_null;
    if (is_null)
        memset(out, 0, layouts[type].size);
    else
        memcpy(out, place_in(&value), layouts[type].size);
    return TN_OK;
}
