/* SPDX-License-Identifier: MIT */
#include "shape/json_read.h"

#include <string.h>

#include "util/str.h"

/* Objects of JSON as structs, key by key. */

/* The keys that an object has shown so far. */
struct seen {
    uint64_t bits[TN_STRUCT_FIELDS_MAX / 64];
    uint32_t next; /* where keys in the struct's order have come to */
};

static int read_members(struct tn__json_reader *r, const struct tn_struct *desc, void *base);

static bool seen_has(const struct seen *seen, uint32_t field)
{
    return seen->bits[field / 64] >> (field % 64) & 1;
}

/* The member of a key; field_count: there is none. */
static uint32_t find_member(const struct tn_struct *desc, struct seen *seen, tn_text key)
{
    for (uint32_t i = 0; i < desc->field_count; i++) {
        uint32_t at = seen->next + i;
        at -= at >= desc->field_count ? desc->field_count : 0;
        if (!tn__text_is(key, desc->fields[at].name))
            continue;
        seen->next = at + 1 < desc->field_count ? at + 1 : 0;
        return at;
    }
    return desc->field_count;
}

/* An object of an array, at the end of the list. */
static int read_item(struct tn__json_reader *r, const struct tn_field *field,
                     const struct tn__json_token *first, struct tn_gen_list *list)
{
    size_t size = field->inner->size;
    if (first->kind != TN__JSON_OBJECT)
        return tn__json_fail(&r->json, first->at, TN_ETYPE, "item %zu of '%s' is %s, not an object",
                             list->count, field->name, tn__json_word(first->kind));
    void *item = tn_gen_list_add(list, r->arena, size);
    if (!item)
        return tn__shape_no_memory(r->json.err);
    memset(item, 0, size);
    return read_members(r, field->inner, item);
}

static int read_array(struct tn__json_reader *r, const struct tn_field *field, void *base)
{
    struct tn_gen_list list = {NULL, 0, 0};
    struct tn__json_token token;
    int rc = tn__json_next(&token, &r->json);
    if (rc == TN_OK && token.kind != TN__JSON_ARRAY_END) {
        rc = read_item(r, field, &token, &list);
        while (rc == TN_OK && (rc = tn__json_next(&token, &r->json)) == TN_OK &&
               token.kind == TN__JSON_COMMA) {
            rc = tn__json_next(&token, &r->json);
            if (rc == TN_OK)
                rc = read_item(r, field, &token, &list);
        }
        if (rc == TN_OK && token.kind != TN__JSON_ARRAY_END)
            rc = tn__json_unexpected(&r->json, &token, "',' or ']'");
    }
    if (rc != TN_OK)
        return rc;
    memcpy(tn__field_fill(field, base), &list.items, sizeof list.items);
    tn__field_set_count(field, base, list.count);
    return TN_OK;
}

/* An array of values, whose items may be null. */
static int read_values(struct tn__json_reader *r, const struct tn_field *field, void *base)
{
    size_t stride;
    const struct tn_field item = tn__field_item(field, &stride);
    struct tn_gen_list list = {tn_arena_alloc(r->arena, 0), 0, 0};
    struct tn__json_token token;
    int rc = list.items ? tn__json_next(&token, &r->json) : tn__shape_no_memory(r->json.err);
    bool is_empty = rc == TN_OK && token.kind == TN__JSON_ARRAY_END;
    while (rc == TN_OK && !is_empty) {
        void *place = tn_gen_list_add(&list, r->arena, stride);
        if (!place)
            return tn__shape_no_memory(r->json.err);
        memset(place, 0, stride);
        if (token.kind != TN__JSON_NULL)
            rc = tn__json_read_value(r, &item, &token, tn__field_fill(&item, place));
        if (rc == TN_OK)
            rc = tn__json_next(&token, &r->json);
        if (rc != TN_OK || token.kind == TN__JSON_ARRAY_END)
            break;
        if (token.kind != TN__JSON_COMMA)
            return tn__json_unexpected(&r->json, &token, "',' or ']'");
        rc = tn__json_next(&token, &r->json);
    }
    if (rc == TN_OK)
        tn__field_set_items(field, base, list.items, list.count);
    return rc;
}

/* What stands behind a key. */
static int read_member(struct tn__json_reader *r, const struct tn_field *field, void *base)
{
    struct tn__json_token token;
    int rc = tn__json_next(&token, &r->json);
    if (rc != TN_OK)
        return rc;
    if (token.kind == TN__JSON_NULL && field->is_nullable)
        return TN_OK; /* all is NULL until it is something else */
    if (field->is_array)
        return token.kind == TN__JSON_ARRAY ? read_values(r, field, base)
                                            : tn__json_fail_type(r, field, &token);
    if (field->type == TN_FIELD_STRUCT && token.kind == TN__JSON_OBJECT)
        return read_members(r, field->inner, tn__field_fill(field, base));
    if (field->type == TN_FIELD_ARRAY && token.kind == TN__JSON_ARRAY)
        return read_array(r, field, base);
    return tn__json_read_value(r, field, &token, tn__field_fill(field, base));
}

/* One key with its value. */
static int read_pair(struct tn__json_reader *r, const struct tn_struct *desc, void *base,
                     const struct tn__json_token *key, struct seen *seen)
{
    struct tn__json_token token;
    tn_text name = key->text;
    int rc = TN_OK;
    if (key->kind != TN__JSON_STRING)
        return tn__json_unexpected(&r->json, key, "a key");
    if (!key->is_plain)
        rc = tn__json_string(&name, &r->json, key, r->arena);
    if (rc == TN_OK)
        rc = tn__json_want(&token, &r->json, TN__JSON_COLON);
    if (rc != TN_OK)
        return rc;
    uint32_t at = find_member(desc, seen, name);
    if (at == desc->field_count) {
        char shown[60];
        tn__copy_line(shown, sizeof shown, name);
        if (!(r->flags & TN_JSON_SKIP_UNKNOWN))
            return tn__json_fail(&r->json, key->at, TN_ENOTFOUND, "struct '%s' has no '%s'",
                                 desc->name, shown);
        rc = tn__json_next(&token, &r->json);
        return rc == TN_OK ? tn__json_skip(&r->json, &token) : rc;
    }
    if (seen_has(seen, at))
        return tn__json_fail(&r->json, key->at, TN_EINVAL, "'%s' is there twice",
                             desc->fields[at].name);
    seen->bits[at / 64] |= UINT64_C(1) << (at % 64);
    return read_member(r, &desc->fields[at], base);
}

static int check_missing(const struct tn__json_reader *r, const struct tn_struct *desc,
                         const struct seen *seen, size_t end)
{
    for (uint32_t i = 0; i < desc->field_count; i++)
        if (!desc->fields[i].is_nullable && !seen_has(seen, i))
            return tn__json_fail(&r->json, end, TN_EINVAL, "'%s' is missing", desc->fields[i].name);
    return TN_OK;
}

static int read_pairs(struct tn__json_reader *r, const struct tn_struct *desc, void *base)
{
    struct seen seen = {{0}, 0};
    struct tn__json_token token;
    int rc = tn__json_next(&token, &r->json);
    if (rc == TN_OK && token.kind != TN__JSON_OBJECT_END) {
        rc = read_pair(r, desc, base, &token, &seen);
        while (rc == TN_OK && (rc = tn__json_next(&token, &r->json)) == TN_OK &&
               token.kind == TN__JSON_COMMA) {
            rc = tn__json_next(&token, &r->json);
            if (rc == TN_OK)
                rc = read_pair(r, desc, base, &token, &seen);
        }
        if (rc == TN_OK && token.kind != TN__JSON_OBJECT_END)
            rc = tn__json_unexpected(&r->json, &token, "',' or '}'");
    }
    return rc == TN_OK ? check_missing(r, desc, &seen, token.at) : rc;
}

/* The rest of an object whose brace has been read, into a struct that is zero. */
static int read_members(struct tn__json_reader *r, const struct tn_struct *desc, void *base)
{
    int rc = tn__shape_check(desc, r->json.err);
    if (rc == TN_OK && r->depth == TN_STRUCT_DEPTH_MAX)
        rc = tn__json_fail(&r->json, r->json.at - 1, TN_ERANGE,
                           "struct '%s' lies too deep in others", desc->name);
    r->depth++;
    if (rc == TN_OK)
        rc = read_pairs(r, desc, base);
    r->depth--;
    return rc;
}

int tn_struct_from_json(void *out, const struct tn_struct *desc, tn_text json, unsigned flags,
                        tn_arena *arena, tn_error *err)
{
    struct tn__json_reader r = {.json = {json, 0, err}, .arena = arena, .flags = flags};
    struct tn__json_token token;
    struct tn__draft draft;
    int rc = tn__draft_begin(&draft, desc, err);
    if (rc == TN_OK)
        rc = tn__json_want(&token, &r.json, TN__JSON_OBJECT);
    if (rc == TN_OK)
        rc = read_members(&r, desc, draft.data);
    if (rc == TN_OK)
        rc = tn__json_want(&token, &r.json, TN__JSON_END);
    return tn__draft_end(&draft, rc, out);
}
