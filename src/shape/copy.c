/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "shape/shape.h"

/* Deep copies: a struct as it is, and then what its members point to, one after the other. */

static int copy_members(const struct tn_struct *desc, void *base, int depth, tn_arena *arena,
                        tn_error *err);

/* The array that the member points to becomes one of our own. */
static int copy_array(const struct tn_field *field, void *base, int depth, tn_arena *arena,
                      tn_error *err)
{
    size_t count = tn__field_count(field, base);
    size_t size = field->inner->size;
    const void *from;
    void *slot = tn__field_fill(field, base);
    memcpy(&from, slot, sizeof from);
    if (count == 0) {
        memset(slot, 0, sizeof from);
        return TN_OK;
    }
    char *items = tn_arena_array(arena, count, size);
    if (!items)
        return tn__shape_no_memory(err);
    memcpy(items, from, count * size);
    memcpy(slot, &items, sizeof items);
    int rc = TN_OK;
    for (size_t i = 0; i < count && rc == TN_OK; i++)
        rc = copy_members(field->inner, items + i * size, depth + 1, arena, err);
    return rc;
}

static int copy_member(const struct tn_field *field, void *base, int depth, tn_arena *arena,
                       tn_error *err);

/* The same of an array of values. */
static int copy_items(const struct tn_field *field, void *base, int depth, tn_arena *arena,
                      tn_error *err)
{
    size_t stride;
    size_t count;
    const char *from;
    struct tn_field item = tn__field_item(field, &stride);
    tn__field_items(field, base, &from, &count);
    char *items = tn_arena_array(arena, count, stride);
    if (!items)
        return tn__shape_no_memory(err);
    if (count > 0)
        memcpy(items, from, count * stride);
    tn__field_set_items(field, base, items, count);
    int rc = TN_OK;
    for (size_t i = 0; i < count && rc == TN_OK; i++)
        rc = copy_member(&item, items + i * stride, depth, arena, err);
    return rc;
}

static int copy_member(const struct tn_field *field, void *base, int depth, tn_arena *arena,
                       tn_error *err)
{
    int rc = TN_OK;
    if (!tn__field_has(field, base))
        return TN_OK;
    if (field->is_array)
        return copy_items(field, base, depth, arena, err);
    void *at = (char *)base + field->offset;
    switch (field->type) {
    case TN_FIELD_TEXT:
    case TN_FIELD_JSON:
        rc = tn_arena_text(arena, at, *(tn_text *)at);
        break;
    case TN_FIELD_BLOB:
        rc = tn_arena_blob(arena, at, *(tn_blob *)at);
        break;
    case TN_FIELD_ANY:
        rc = tn_gen_copy_value(arena, at);
        break;
    case TN_FIELD_STRUCT:
        return copy_members(field->inner, at, depth + 1, arena, err);
    case TN_FIELD_ARRAY:
        return copy_array(field, base, depth, arena, err);
    default:
        break;
    }
    return rc == TN_OK ? TN_OK : tn__shape_no_memory(err);
}

static int copy_members(const struct tn_struct *desc, void *base, int depth, tn_arena *arena,
                        tn_error *err)
{
    if (depth > TN_STRUCT_DEPTH_MAX)
        return tn_error_set(err, TN_ERANGE, "struct '%s' lies too deep in others", desc->name);
    int rc = tn__shape_check(desc, err);
    for (uint32_t i = 0; i < desc->field_count && rc == TN_OK; i++)
        rc = copy_member(&desc->fields[i], base, depth, arena, err);
    return rc;
}

int tn_struct_copy(const struct tn_struct *desc, void *out, const void *from, tn_arena *arena,
                   tn_error *err)
{
    struct tn__draft draft;
    int rc = tn__draft_begin(&draft, desc, err);
    if (rc == TN_OK) {
        memcpy(draft.data, from, desc->size);
        rc = copy_members(desc, draft.data, 0, arena, err);
    }
    return tn__draft_end(&draft, rc, out);
}
