/* SPDX-License-Identifier: MIT */
#include <tenon/arena.h>
#include <tenon/error.h>

/* A value is copied by hand everywhere, and is part of the binary interface. */
_Static_assert(sizeof(void *) != 8 || sizeof(tn_value) == 24, "a tn_value has grown");

const char *tn_type_name(enum tn_type type)
{
    static const char *const names[] = {
        [TN_NULL] = "null",           [TN_INT] = "int",   [TN_REAL] = "real",
        [TN_TEXT] = "text",           [TN_BLOB] = "blob", [TN_BOOL] = "bool",
        [TN_TIMESTAMP] = "timestamp", [TN_JSON] = "json", [TN_UUID] = "uuid",
        [TN_DATE] = "date",           [TN_TIME] = "time", [TN_INTERVAL] = "interval",
        [TN_ARRAY] = "array",
    };
    return (size_t)type < sizeof names / sizeof names[0] ? names[type] : "?";
}

static int copy_array(tn_arena *arena, tn_value *out, const tn_array *from)
{
    tn_array *array = tn_arena_alloc(arena, sizeof *array);
    tn_value *items = array ? tn_arena_array(arena, from->count, sizeof *items) : NULL;
    if (!items)
        return TN_ENOMEM;
    *array = *from;
    array->items = items;
    for (size_t i = 0; i < from->count; i++) {
        int rc = tn_arena_value(arena, &items[i], from->items[i]);
        if (rc != TN_OK)
            return rc;
    }
    *out = tn_value_array(array);
    return TN_OK;
}

int tn_arena_value(tn_arena *arena, tn_value *out, tn_value value)
{
    int rc = TN_OK;
    if (value.type == TN_TEXT || value.type == TN_JSON)
        rc = tn_arena_text(arena, &value.as.text, value.as.text);
    else if (value.type == TN_BLOB)
        rc = tn_arena_blob(arena, &value.as.blob, value.as.blob);
    else if (value.type == TN_ARRAY && value.as.array)
        rc = copy_array(arena, &value, value.as.array);
    if (rc == TN_OK)
        *out = value;
    return rc;
}
