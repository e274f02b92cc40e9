/* SPDX-License-Identifier: MIT */
#include "gen/planner.h"
#include "util/str.h"

/* What `-- group by` makes of a row beside the group: the struct of an item, and its names. */

/* Members of the iterator; one that is called so gets a `_` behind it. */
static const char *const ours[] = {"has_row", "is_ahead", "key", "lists", "row", "use"};

static const char *iter_member(struct tn__planner *p, const char *member)
{
    bool is_rows = p->plan.has_postgres && strcmp(member, "rows") == 0;
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        if (is_rows || strcmp(member, ours[i]) == 0)
            return tn__planner_append(p, member, "_");
    return member;
}

static const struct tn__row_struct *own_items(struct tn__planner *p,
                                              const struct tn__planned_query *planned,
                                              const struct tn__name_owner *owner)
{
    struct tn__row_struct *row = tn_arena_array(p->arena, 1, sizeof(*row));
    if (!row) {
        p->status = TN_ENOMEM;
        return NULL;
    }
    row->tag = tn__planner_append(p, planned->function, "_item");
    row->first = planned->query;
    row->is_described = p->plan.has_json;
    tn__planner_claim_described(p, row, owner);
    tn__planner_members(p, row, planned->query, true);
    tn__planner_use_types(p, row->members, row->member_count);
    return row;
}

const struct tn__planned_items *tn__planner_items(struct tn__planner *p,
                                                  const struct tn__planned_query *planned,
                                                  const struct tn__name_owner *owner)
{
    const struct tn__grouping *group = planned->query->group;
    if (!group)
        return NULL;
    struct tn__planned_items *items = tn_arena_array(p->arena, 1, sizeof(*items));
    if (!items) {
        p->status = TN_ENOMEM;
        return NULL;
    }
    /* Of the struct, and of what reads it. */
    (void)tn__planner_claim(p, tn__planner_append(p, planned->function, "_item"), owner);
    items->only = group->only;
    items->row =
        group->only ? tn__planner_table(p, group->only->table) : own_items(p, planned, owner);
    const char *stem = group->only ? group->only->member : "item";
    items->member = group->only ? stem : "items";
    items->count_member = tn__planner_append(p, stem, "_count");
    items->iter_member = iter_member(p, stem);
    items->next =
        tn__planner_text(p, tn__arena_printf(p->arena, "%s_next_%s", planned->function, stem));
    items->is_copied = items->row && tn__planner_is_copied(items->row);
    if (planned->query->mode == TN__MODE_MANY)
        (void)tn__planner_claim(p, items->next, owner);
    return p->status == TN_OK ? items : NULL;
}
