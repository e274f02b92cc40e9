/* SPDX-License-Identifier: MIT */
#include "infer/sqlite/functions_rules.h"
#include "util/str.h"

/*
 * JSON: of a bad path and of a blob in the wrong place there is an error, and of what is malformed,
 * but 3.42 to 3.44 make NULL of what goes on behind its end, as '12:30' does. The functions on JSONB
 * came later.
 */

static bool may_be_malformed(const struct tn__fn_arg *arg)
{
    bool is_empty = tn__fn_is_text_literal(arg) &&
                    (tn__text_is(arg->literal, "{}") || tn__text_is(arg->literal, "[]"));
    return !arg->is_json && !is_empty && tn__fn_may_be(arg, TN__CLASS_TEXT | TN__CLASS_BLOB);
}

/* Of so many first arguments that are JSON. */
static tn__classes parsed(const struct tn__fn_arg *args, uint32_t count, tn__classes values)
{
    for (uint32_t i = 0; i < count; i++)
        if (may_be_malformed(&args[i]))
            values |= TN__CLASS_NULL;
    return tn__fn_strictly(args, count, values);
}

/* Of the first one alone, where text or a blob comes of it. */
static tn__classes whole(const struct tn__fn_arg *args, tn__classes values)
{
    return values & TN__CLASS_TEXT ? parsed(args, 1, values) : tn__fn_strictly(args, 1, values);
}

/* json(x), json_type(x), json_patch(x, y). */
tn__classes tn__fn_json_text(const struct tn__fn_arg *args, uint32_t count)
{
    return parsed(args, count, TN__CLASS_TEXT);
}

tn__classes tn__fn_json_count(const struct tn__fn_arg *args, uint32_t count)
{
    return parsed(args, count, TN__CLASS_INT);
}

/* One path: whatever stands there, NULL if nothing does. A number may be infinite: 1e999. */
#define ANY_JSON (TN__CLASS_NULL | TN__CLASS_NUMBERS | TN__CLASS_TEXT)

/* A path as written that leads to a part of the whole. */
static bool is_part(const struct tn__fn_arg *path)
{
    tn_text text = path->literal;
    return tn__fn_is_text_literal(path) && text.size > 2 && text.data[0] == '$' &&
           (text.data[1] == '.' || text.data[1] == '[');
}

/*
 * json_set(x, path, value, …): strict in the first argument; a path that is NULL makes NULL of it in
 * some versions. In the place of the whole, some put the value as it is.
 */
static tn__classes edited(const struct tn__fn_arg *args, uint32_t count, tn__classes values,
                          bool replaces)
{
    if (!count)
        return TN__CLASS_NULL;
    tn__classes result = values;
    for (uint32_t i = 1; i < count; i += 2) {
        result |= args[i].classes & TN__CLASS_NULL;
        if (replaces && i + 1 < count && !is_part(&args[i]))
            result |= args[i + 1].classes;
    }
    return whole(args, result);
}

#define EDIT(name, values, replaces)                                      \
 tn__classes tn__fn_##name(const struct tn__fn_arg *args, uint32_t count) \
 {                                                                        \
  return edited(args, count, (values), (replaces));                       \
 }

EDIT(json_edit, TN__CLASS_TEXT, true)
EDIT(json_insert, TN__CLASS_TEXT, false)
EDIT(jsonb_edit, TN__CLASS_BLOB, true)
EDIT(jsonb_insert, TN__CLASS_BLOB, false)

static tn__classes removed(const struct tn__fn_arg *args, uint32_t count, tn__classes values)
{
    if (!count)
        return TN__CLASS_NULL;
    tn__classes result = tn__fn_strictly(args, count, values);
    for (uint32_t i = 1; i < count; i++)
        if (!is_part(&args[i]))
            result |= TN__CLASS_NULL;
    return result | (whole(args, values) & TN__CLASS_NULL);
}

tn__classes tn__fn_json_remove(const struct tn__fn_arg *args, uint32_t count)
{
    return removed(args, count, TN__CLASS_TEXT);
}

tn__classes tn__fn_jsonb_remove(const struct tn__fn_arg *args, uint32_t count)
{
    return removed(args, count, TN__CLASS_BLOB);
}

/* json_extract(x, path) and x ->> path. */
tn__classes tn__fn_json_extract(const struct tn__fn_arg *args, uint32_t count)
{
    return tn__fn_strictly(args, count, ANY_JSON);
}

/* The same, but arrays and objects are blobs. */
tn__classes tn__fn_jsonb_extract(const struct tn__fn_arg *args, uint32_t count)
{
    return tn__fn_strictly(args, count, ANY_JSON | TN__CLASS_BLOB);
}

/* Several paths: an array. One that is NULL is a null in it, or makes NULL of it all. */
static tn__classes extract_all(const struct tn__fn_arg *args, uint32_t count, tn__classes values)
{
    tn__classes result = whole(args, values);
    for (uint32_t i = 1; i < count; i++)
        result |= args[i].classes & TN__CLASS_NULL;
    return result;
}

tn__classes tn__fn_json_extract_all(const struct tn__fn_arg *args, uint32_t count)
{
    return extract_all(args, count, TN__CLASS_TEXT);
}

tn__classes tn__fn_jsonb_extract_all(const struct tn__fn_arg *args, uint32_t count)
{
    return extract_all(args, count, TN__CLASS_BLOB);
}

/* json_pretty(x, indent): an indent that is NULL is the usual one. */
tn__classes tn__fn_json_pretty(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    return tn__fn_strictly(args, 1, TN__CLASS_TEXT);
}

/* An engine built with SQLITE_LEGACY_JSON_VALID says 0 to NULL. */
tn__classes tn__fn_json_valid(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    return TN__CLASS_INT | (args[0].classes & TN__CLASS_NULL);
}
