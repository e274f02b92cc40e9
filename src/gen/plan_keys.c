/* SPDX-License-Identifier: MIT */
#include "gen/planner.h"
#include "util/str.h"

/* Key types in C: a struct around the type that is stored, which nothing else can be passed for. */

/* Bound and read as what is stored. NULL of a text or a blob is its own; a number needs a struct for it. */
static void plan_key(struct tn__planner *p, struct tn__planned_key *planned,
                     const struct tn__key *key)
{
    planned->key = key;
    planned->tag = tn__planner_name(p, key->name);
    for (size_t i = 0; i < 2; i++) {
        planned->types[i] = *tn__c_type(key->type, i == 1);
        planned->types[i].type = tn__planner_append(p, "struct ", planned->tag);
        planned->types[i].value = ".value";
    }
    if (tn__is_null_inside(key->type))
        return;
    planned->opt_tag = tn__planner_name(p, tn__planner_append(p, "opt_", key->name));
    planned->types[1].type = tn__planner_append(p, "struct ", planned->opt_tag);
    planned->types[1].bind = "tn_sqlite_bind_opt_key";
    planned->types[1].read = "tn_sqlite_read_opt_key";
    planned->types[1].has = ".has";
    planned->types[1].value = ".value.value";
}

void tn__planner_keys(struct tn__planner *p)
{
    const struct tn__keys *keys = &p->checked->keys;
    p->keys = tn_arena_array(p->arena, keys->count, sizeof(*p->keys));
    if (!p->keys)
        p->status = TN_ENOMEM;
    for (size_t i = 0; i < keys->count && p->status == TN_OK; i++)
        plan_key(p, &p->keys[i], &keys->items[i]);
    p->plan.keys = p->keys;
    p->plan.key_count = keys->count;
}

struct tn__planned_key *tn__planner_key(const struct tn__planner *p, struct tn__typing typing)
{
    return typing.key ? &p->keys[typing.key - p->checked->keys.items] : NULL;
}

void tn__planner_use_key(struct tn__planner *p, struct tn__planned_key *planned)
{
    if (!planned || planned->is_named)
        return;
    const struct tn__key *key = planned->key;
    struct tn__name_owner owner = {
        NULL, tn__planner_text(p, tn__arena_printf(p->arena, "the key type '%s'", key->name)),
        key->table, key->column, NULL};
    if (tn__planner_claim(p, planned->tag, &owner) && planned->opt_tag)
        (void)tn__planner_claim(p, planned->opt_tag, &owner);
    planned->is_named = true;
}

bool tn__planner_try_key(struct tn__planner *p, struct tn__planned_key *planned)
{
    if (planned && !planned->is_named &&
        !(tn__planner_is_free(p, planned->tag) &&
          (!planned->opt_tag || tn__planner_is_free(p, planned->opt_tag))))
        return false;
    tn__planner_use_key(p, planned);
    return true;
}
