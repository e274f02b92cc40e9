/* SPDX-License-Identifier: MIT */
#include "check/judge/sqlite/refusal.h"
#include "infer/functions.h"
#include "util/str.h"

/* What the engine can call: its own functions, those of extensions and of tenon.ini. */

int tn__callees_read(struct tn__callees *out, const struct tn__judge *judge)
{
    static const char sql[] = "SELECT DISTINCT name, narg FROM pragma_function_list "
                              "WHERE name GLOB '[a-zA-Z_]*' ORDER BY name, narg";
    tn_rows rows;
    int rc = tn_query(&rows, tn_conn_db(judge->scratch->conn), sql, NULL, 0, judge->arena, NULL);
    if (rc != TN_OK)
        return rc;
    struct tn__callee *items = tn_arena_array(judge->arena, rows.row_count, sizeof(*items));
    if (!items)
        return TN_ENOMEM;
    for (size_t i = 0; i < rows.row_count; i++)
        items[i] = (struct tn__callee){tn_rows_at(&rows, i, 0)->as.text.data,
                                       tn_rows_at(&rows, i, 1)->as.integer};
    *out = (struct tn__callees){items, rows.row_count};
    return TN_OK;
}

const char *tn__callees_nearest(const struct tn__callees *callees, tn_text name, tn_arena *arena)
{
    const char **names = tn_arena_array(arena, callees->count, sizeof(*names));
    if (!names)
        return NULL;
    for (size_t i = 0; i < callees->count; i++)
        names[i] = callees->items[i].name;
    return tn__nearest(name, names, callees->count);
}

enum tn__call_fit tn__callees_fit(const struct tn__callees *callees, tn_text name, size_t arg_count)
{
    enum tn__call_fit fit = TN__CALL_UNKNOWN;
    for (size_t i = 0; i < callees->count; i++) {
        const struct tn__callee *callee = &callees->items[i];
        if (!tn__text_is_nocase(name, callee->name))
            continue;
        if (callee->arg_count < 0 || callee->arg_count == (int64_t)arg_count)
            return TN__CALL_FITS;
        fit = TN__CALL_MISCOUNTED;
    }
    return fit;
}

/* Numbers of arguments, as bits; the last one stands for all that follow. */
enum {
    MOST_COUNTED = 31
};

static uint32_t counts_of(const struct tn__callees *callees, tn_text name)
{
    uint32_t counts = 0;
    for (uint32_t i = 0; i < tn__fn_count; i++) {
        const struct tn__fn *fn = &tn__fns[i];
        if (!tn__text_is_nocase(name, fn->name))
            continue;
        int most = fn->max_args < 0 || fn->max_args > MOST_COUNTED ? MOST_COUNTED : fn->max_args;
        for (int count = (uint8_t)fn->min_args; count <= most; count++)
            counts |= UINT32_C(1) << count;
    }
    for (size_t i = 0; i < callees->count && counts == 0; i++) {
        /* All rows of the name stand beside each other. */
        for (; i < callees->count && tn__text_is_nocase(name, callees->items[i].name); i++) {
            int64_t count = callees->items[i].arg_count;
            if (count >= 0)
                counts |= UINT32_C(1) << (count < MOST_COUNTED ? count : MOST_COUNTED);
        }
    }
    return counts;
}

const char *tn__callees_takes(const struct tn__callees *callees, tn_text name, tn_arena *arena)
{
    uint32_t counts = counts_of(callees, name);
    const char *list = NULL;
    bool is_plural = false;
    for (int i = 0; i <= MOST_COUNTED && counts >> i; i++) {
        if (!(counts >> i & 1))
            continue;
        uint32_t rest = counts >> i;
        bool is_open = i < MOST_COUNTED && rest == UINT32_MAX >> i;
        bool is_last = rest == 1;
        list = list ? tn__arena_printf(arena, "%s%s%d", list, is_last ? " or " : ", ", i)
                    : tn__arena_printf(arena, "%d", i);
        is_plural = is_plural || i != 1;
        if (!list || is_open)
            return list ? tn__arena_printf(arena, "%s or more arguments", list) : NULL;
    }
    return list ? tn__arena_printf(arena, "%s argument%s", list, is_plural ? "s" : "") : NULL;
}
