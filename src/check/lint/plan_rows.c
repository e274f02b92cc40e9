/* SPDX-License-Identifier: MIT */
#include "check/lint/plan.h"

#include "util/str.h"

/* The engine's plan as lines, and the relations that they are about. */

void tn__lint_read_plan(struct tn__lint_planned *plan)
{
    const struct tn__scratch *scratch = plan->lint->judge->scratch;
    tn_error ignored = {0};
    /* What the engine cannot plan it has no plan of: there is nothing to say. */
    int rc =
        tn__query_plan_read(&plan->plan, scratch->driver, scratch->native,
                            plan->lint->judge->text.text, NULL, 0, plan->lint->an->arena, &ignored);
    if (rc != TN_OK)
        plan->plan = (struct tn__query_plan){0};
    if (rc == TN_ENOMEM)
        plan->lint->an->status = rc;
}

bool tn__lint_is_about(const struct tn__plan_node *row, tn_text name)
{
    tn_text source = row->source;
    if (tn__text_starts(source, "main."))
        source = tn__text_sub(source, 5, source.size);
    return row->step != TN__PLAN_STEP_OTHER && tn_text_equal(source, name);
}

bool tn__lint_is_sort(const struct tn__plan_node *row)
{
    return strcmp(row->detail, "USE TEMP B-TREE FOR ORDER BY") == 0;
}

bool tn__lint_is_known(const struct tn__lint_planned *plan, const struct tn__plan_node *row,
                       const struct tn__lint_term *term)
{
    for (uint32_t i = 0; i < term->at->block->leaf_count; i++) {
        bool is_found = !(term->needs >> i & 1);
        tn_text name = term->at->block->leaves[i]->name;
        for (const struct tn__plan_node *r = plan->plan.nodes; r != row && !is_found; r++)
            is_found = r->parent == row->parent && name.data && tn__lint_is_about(r, name);
        if (!is_found)
            return false;
    }
    return true;
}

const struct tn__plan_node *tn__lint_first_loop(const struct tn__lint_planned *plan,
                                                const struct tn__plan_node *row)
{
    for (const struct tn__plan_node *r = plan->plan.nodes; r != row; r++)
        if (r->parent == row->parent)
            return r;
    return NULL;
}
