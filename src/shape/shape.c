/* SPDX-License-Identifier: MIT */
#include "shape/shape.h"

#include <string.h>

#include <tenon/id.h>
#include <tenon/time.h>

#include "util/alloc.h"

/* An enum that may be NULL, as the generator writes it. */
struct opt_enum {
    bool has;
    unsigned value;
};

/* Where a nullable member keeps its value, if it has a bool in front of it. */
static const struct layout {
    bool has_flag;
    uint8_t value;
    const char *word;
    uint8_t size; /* of the nullable form, which the items of arrays have */
} layouts[] = {
    [TN_FIELD_ANY] = {false, 0, "a value", sizeof(tn_value)},
    [TN_FIELD_INT] = {true, offsetof(tn_opt_int, value), "int", sizeof(tn_opt_int)},
    [TN_FIELD_REAL] = {true, offsetof(tn_opt_real, value), "real", sizeof(tn_opt_real)},
    [TN_FIELD_TEXT] = {false, 0, "text", sizeof(tn_text)},
    [TN_FIELD_BLOB] = {false, 0, "blob", sizeof(tn_blob)},
    [TN_FIELD_BOOL] = {true, offsetof(tn_opt_bool, value), "bool", sizeof(tn_opt_bool)},
    [TN_FIELD_TIMESTAMP] = {true, offsetof(tn_opt_timestamp, value), "timestamp",
                            sizeof(tn_opt_timestamp)},
    [TN_FIELD_JSON] = {false, 0, "json", sizeof(tn_json)},
    [TN_FIELD_ENUM] = {true, offsetof(struct opt_enum, value), "enum", sizeof(struct opt_enum)},
    [TN_FIELD_STRUCT] = {false, 0, "an object", 0},
    [TN_FIELD_ARRAY] = {false, 0, "an array", 0},
    [TN_FIELD_UUID] = {true, offsetof(tn_opt_uuid, value), "uuid", sizeof(tn_opt_uuid)},
    [TN_FIELD_DATE] = {true, offsetof(tn_opt_date, value), "date", sizeof(tn_opt_date)},
    [TN_FIELD_TIME] = {true, offsetof(tn_opt_time, value), "time", sizeof(tn_opt_time)},
    [TN_FIELD_INTERVAL] = {true, offsetof(tn_opt_interval, value), "interval",
                           sizeof(tn_opt_interval)},
};

/* As the arrays of tenon/value.h: what the pointer points to is told by the field. */
struct array {
    const char *items;
    size_t count;
};

int tn__shape_check(const struct tn_struct *desc, tn_error *err)
{
    if (desc->version != TN_STRUCT_VERSION)
        return tn_error_set(err, TN_EUNSUPPORTED,
                            "struct '%s' was described for version %u; the library knows %u",
                            desc->name, (unsigned)desc->version, (unsigned)TN_STRUCT_VERSION);
    if (desc->field_count > TN_STRUCT_FIELDS_MAX)
        return tn_error_set(err, TN_EUNSUPPORTED, "struct '%s' has more than %d members",
                            desc->name, TN_STRUCT_FIELDS_MAX);
    return TN_OK;
}

int tn__shape_no_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

static bool has_flag(const struct tn_field *field)
{
    return field->is_nullable && !field->is_array && layouts[field->type].has_flag;
}

static size_t value_offset(const struct tn_field *field)
{
    return field->offset + (has_flag(field) ? layouts[field->type].value : 0);
}

const void *tn__field_value(const struct tn_field *field, const void *base)
{
    return (const char *)base + value_offset(field);
}

bool tn__field_has(const struct tn_field *field, const void *base)
{
    const char *at = (const char *)base + field->offset;
    if (has_flag(field))
        return *(const bool *)at;
    if (field->is_array) {
        const char *items;
        size_t count;
        tn__field_items(field, base, &items, &count);
        return items != NULL;
    }
    switch (field->type) {
    case TN_FIELD_ANY:
        return ((const tn_value *)(const void *)at)->type != TN_NULL;
    case TN_FIELD_TEXT:
    case TN_FIELD_JSON:
        return ((const tn_text *)(const void *)at)->data != NULL;
    case TN_FIELD_BLOB:
        return ((const tn_blob *)(const void *)at)->data != NULL;
    case TN_FIELD_STRUCT:
        return !field->is_nullable || *((const bool *)base + field->beside);
    default:
        return true;
    }
}

void *tn__field_fill(const struct tn_field *field, void *base)
{
    static const bool yes = true;
    if (has_flag(field))
        memcpy((char *)base + field->offset, &yes, sizeof yes);
    if (field->type == TN_FIELD_STRUCT && field->is_nullable)
        memcpy((char *)base + field->beside, &yes, sizeof yes);
    return (char *)base + value_offset(field);
}

void tn__field_clear(const struct tn_field *field, void *base)
{
    static const bool no = false;
    if (has_flag(field))
        memcpy((char *)base + field->offset, &no, sizeof no);
    else if (field->type == TN_FIELD_STRUCT && field->is_nullable)
        memcpy((char *)base + field->beside, &no, sizeof no);
}

size_t tn__field_count(const struct tn_field *field, const void *base)
{
    size_t count;
    memcpy(&count, (const char *)base + field->beside, sizeof count);
    return count;
}

void tn__field_set_count(const struct tn_field *field, void *base, size_t count)
{
    memcpy((char *)base + field->beside, &count, sizeof count);
}

struct tn_field tn__field_item(const struct tn_field *field, size_t *stride)
{
    struct tn_field item = *field;
    item.offset = 0;
    item.is_nullable = 1;
    item.is_array = 0;
    *stride = layouts[field->type].size;
    return item;
}

void tn__field_items(const struct tn_field *field, const void *base, const char **items,
                     size_t *count)
{
    struct array array;
    memcpy(&array, (const char *)base + field->offset, sizeof array);
    *items = array.items;
    *count = array.count;
}

void tn__field_set_items(const struct tn_field *field, void *base, const void *items, size_t count)
{
    const struct array array = {items, count};
    memcpy((char *)base + field->offset, &array, sizeof array);
}

const char *tn__field_word(const struct tn_field *field)
{
    if (field->is_array)
        return "an array";
    return layouts[field->type].word;
}

const tn_text *tn__field_choice(const struct tn_field *field, unsigned value)
{
    return value >= 1 && value <= field->choice_count ? &field->choices[value - 1] : NULL;
}

int tn__field_parse(const struct tn_field *field, void *to, tn_text text)
{
    switch ((enum tn_field_type)field->type) {
    case TN_FIELD_UUID:
        return tn_uuid_parse(to, text);
    case TN_FIELD_DATE:
        return tn_date_parse(to, text);
    case TN_FIELD_TIME:
        return tn_clock_parse(to, text);
    case TN_FIELD_INTERVAL:
        return tn_interval_parse(to, text);
    default:
        return TN_ETYPE;
    }
}

unsigned tn__field_choose(const struct tn_field *field, tn_text text)
{
    for (uint32_t i = 0; i < field->choice_count; i++)
        if (tn_text_equal(field->choices[i], text))
            return i + 1;
    return 0;
}

int tn__draft_begin(struct tn__draft *draft, const struct tn_struct *desc, tn_error *err)
{
    draft->size = desc->size;
    draft->data = desc->size <= sizeof draft->own ? draft->own : tn__alloc(desc->size);
    if (!draft->data)
        return tn__shape_no_memory(err);
    memset(draft->data, 0, draft->size);
    return TN_OK;
}

int tn__draft_end(struct tn__draft *draft, int status, void *out)
{
    if (status == TN_OK)
        memcpy(out, draft->data, draft->size);
    if (draft->data != draft->own)
        tn__free(draft->data);
    return status;
}
