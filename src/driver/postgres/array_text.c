/* SPDX-License-Identifier: MIT */
#include "driver/postgres/array_text.h"

#include "driver/postgres/decode.h"
#include "util/calendar.h"
#include "util/str.h"

/* What is read so far. */
struct reader {
    struct tn__cursor c;
    const struct tn__pg_type *item;
    tn_arena *arena;
    tn_array *array;
    tn_value *items;
    int depth; /* dimensions, once the first item is reached; before that, -1 */
};

static void skip_blanks(struct tn__cursor *c)
{
    while (tn__take(c, ' ') || tn__take(c, '\t') || tn__take(c, '\n') || tn__take(c, '\r')) {
    }
}

/* --- items -------------------------------------------------------------------------------------- */

/* The text of an item without its quotes and backslashes, as the next bytes of `out`. */
static bool take_quoted(struct tn__cursor *c, char *out, size_t *size)
{
    while (c->at < c->end && *c->at != '"') {
        if (*c->at == '\\' && ++c->at == c->end)
            return false;
        out[(*size)++] = *c->at++;
    }
    return tn__take(c, '"');
}

static bool take_bare(struct tn__cursor *c, char *out, size_t *size, bool *is_plain)
{
    size_t kept = 0; /* blanks at the end are none of it */
    while (c->at < c->end && *c->at != ',' && *c->at != '}') {
        bool is_escaped = *c->at == '\\';
        *is_plain = *is_plain && !is_escaped;
        if (*c->at == '{' || *c->at == '"' || (is_escaped && ++c->at == c->end))
            return false;
        out[(*size)++] = *c->at;
        if (is_escaped || (*c->at != ' ' && *c->at != '\t' && *c->at != '\n' && *c->at != '\r'))
            kept = *size;
        c->at++;
    }
    *size = kept;
    return kept > 0;
}

/* Bytes that an item takes at most, quotes and all. */
static size_t item_span(const struct tn__cursor *c, bool is_quoted)
{
    const char *at = c->at;
    for (; at < c->end && (is_quoted ? *at != '"' : *at != ',' && *at != '}'); at++)
        if (*at == '\\' && at + 1 < c->end)
            at++;
    return (size_t)(at - c->at);
}

static int read_item(struct reader *r)
{
    bool is_quoted = tn__take(&r->c, '"');
    char *text = tn_arena_alloc(r->arena, item_span(&r->c, is_quoted) + 1);
    size_t size = 0;
    if (!text)
        return TN_ENOMEM;
    bool is_plain = !is_quoted; /* \NULL is a text, too */
    if (!(is_quoted ? take_quoted(&r->c, text, &size) : take_bare(&r->c, text, &size, &is_plain)))
        return TN_EINVAL;
    text[size] = '\0';
    tn_value *item = &r->items[r->array->count++];
    if (is_plain && tn__text_is_nocase((tn_text){text, size}, "NULL")) {
        *item = tn_value_null();
        return TN_OK;
    }
    return tn__pg_read_text(item, r->item, (tn_text){text, size}, r->arena);
}

/* --- dimensions --------------------------------------------------------------------------------- */

/* Whether the dimension has as many parts as its others. */
static bool is_as_long(struct reader *r, int level, int32_t count)
{
    if (r->array->dims[level] == 0)
        r->array->dims[level] = count;
    return r->array->dims[level] == count;
}

/* Braces and what is in them. All items are at the same depth. */
static int read_level(struct reader *r, int level)
{
    int32_t count = 0;
    skip_blanks(&r->c);
    if (level >= TN_ARRAY_DIMS_MAX || !tn__take(&r->c, '{'))
        return TN_EINVAL;
    do {
        skip_blanks(&r->c);
        bool is_level = r->c.at < r->c.end && *r->c.at == '{';
        if (!is_level && r->depth < 0)
            r->depth = level + 1;
        if (is_level != (level + 1 != r->depth))
            return TN_EINVAL;
        int rc = is_level ? read_level(r, level + 1) : read_item(r);
        if (rc != TN_OK)
            return rc;
        count++;
        skip_blanks(&r->c);
    } while (tn__take(&r->c, ','));
    return tn__take(&r->c, '}') && is_as_long(r, level, count) ? TN_OK : TN_EINVAL;
}

static bool take_bound(struct tn__cursor *c, int64_t *bound)
{
    bool is_minus = tn__take(c, '-');
    if (!is_minus)
        (void)tn__take(c, '+');
    if (!tn__take_number(c, bound) || *bound > (int64_t)INT32_MAX + is_minus)
        return false;
    if (is_minus)
        *bound = -*bound;
    return true;
}

/* [2:4][0:1]= in front of the items. The sizes are compared with those that are found. */
static bool take_bounds(struct reader *r, int *ndim)
{
    for (*ndim = 0; tn__take(&r->c, '['); (*ndim)++) {
        int64_t lower, upper;
        if (*ndim == TN_ARRAY_DIMS_MAX || !take_bound(&r->c, &lower) || !tn__take(&r->c, ':') ||
            !take_bound(&r->c, &upper) || !tn__take(&r->c, ']') || upper < lower ||
            upper - lower >= INT32_MAX)
            return false;
        r->array->lower[*ndim] = (int32_t)lower;
        r->array->dims[*ndim] = (int32_t)(upper - lower + 1);
    }
    skip_blanks(&r->c);
    return *ndim == 0 || tn__take(&r->c, '=');
}

/* More items than there are commas there cannot be. */
static size_t most_items(tn_text text)
{
    size_t count = 1;
    for (size_t i = 0; i < text.size; i++)
        count += text.data[i] == ',';
    return count;
}

static int read_array(struct reader *r)
{
    int ndim;
    for (int i = 0; i < TN_ARRAY_DIMS_MAX; i++)
        r->array->lower[i] = 1;
    skip_blanks(&r->c);
    if (!take_bounds(r, &ndim))
        return TN_EINVAL;
    if (ndim == 0 && tn__take_word(&r->c, "{}")) {
        r->depth = 0;
    } else {
        int rc = read_level(r, 0);
        if (rc != TN_OK)
            return rc;
        if (ndim > 0 && ndim != r->depth)
            return TN_EINVAL;
    }
    skip_blanks(&r->c);
    if (r->c.at != r->c.end)
        return TN_EINVAL;
    for (int i = r->depth; i < TN_ARRAY_DIMS_MAX; i++)
        r->array->lower[i] = 0;
    r->array->ndim = r->depth;
    r->array->items = r->items;
    return TN_OK;
}

int tn__pg_read_array(tn_value *out, const struct tn__pg_type *type, tn_text text, tn_arena *arena)
{
    struct reader r = {
        .c = {text.data, text.data + text.size}, .item = type->item, .arena = arena, .depth = -1};
    if (!r.item || r.item->kind == TN__PG_ARRAY)
        return TN_EINVAL;
    r.array = tn_arena_array(arena, 1, sizeof *r.array);
    r.items = tn_arena_array(arena, most_items(text), sizeof *r.items);
    if (!r.array || !r.items)
        return TN_ENOMEM;
    r.array->type = tn__pg_type_value(type->item);
    int rc = read_array(&r);
    if (rc == TN_OK)
        *out = tn_value_array(r.array);
    return rc;
}
