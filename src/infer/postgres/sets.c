/* SPDX-License-Identifier: MIT */
#include "infer/postgres/lowering.h"

/* UNION, INTERSECT, EXCEPT: each arm is a query of the range table. */

static enum tn__ast_compound op_of(const struct tn__pg_node *setop)
{
    switch (tn__pg_number(setop, "op", 0)) {
    case 2:
        return TN__COMPOUND_INTERSECT;
    case 3:
        return TN__COMPOUND_EXCEPT;
    default:
        return tn__pg_true(setop, "all") ? TN__COMPOUND_UNION_ALL : TN__COMPOUND_UNION;
    }
}

/* Those in a row, whose left side is all that stands before: a UNION b UNION c. */
static uint32_t count_arms(const struct tn__pg_node *setop)
{
    uint32_t count = 1;
    for (; tn__pg_is(setop, "SETOPERATIONSTMT"); setop = tn__pg_field(setop, "larg"))
        count++;
    return count;
}

static struct tn__ir_query *query_of_arm(struct tn__pg_lowering *l, const struct tn__pg_node *arm,
                                         const struct tn__ir_query *query,
                                         struct tn__pg_scope *scope)
{
    if (!tn__pg_is(arm, "SETOPERATIONSTMT")) {
        int64_t number = tn__pg_number(arm, "rtindex", 0);
        if (number < 1 || number > scope->source_count) {
            tn__an_doubt(l->an, "an arm of a UNION is not found");
            return NULL;
        }
        return tn__pg_query_of(l, scope->sources[number - 1].rte, scope);
    }
    struct tn__ir_query *nested = TN__AN_NEW(l->an, struct tn__ir_query);
    if (!nested || !tn__an_enter(l->an, TN__QUERY_DEPTH))
        return NULL;
    nested->within = scope->within;
    nested->outer = scope->block;
    nested->column_count = query->column_count;
    nested->columns = tn__an_new(l->an, query->column_count, sizeof(*nested->columns));
    bool is_done = nested->columns && tn__pg_lower_compound(l, nested, arm, scope);
    tn__an_leave(l->an, TN__QUERY_DEPTH);
    return is_done ? nested : NULL;
}

/* SELECT all of it FROM the arm. */
static bool lower_arm(struct tn__pg_lowering *l, struct tn__ir_block *block,
                      const struct tn__pg_node *arm, const struct tn__ir_query *query,
                      struct tn__pg_scope *scope)
{
    struct tn__ir_block *was = scope->block;
    if (!tn__pg_make_leaves(l, block, 1))
        return false;
    scope->block = block;
    struct tn__ir_query *inner = query_of_arm(l, arm, query, scope);
    scope->block = was;
    struct tn__ir_rel *leaf = inner ? tn__pg_leaf_of_query(l, block, inner) : NULL;
    block->from = leaf;
    block->column_count = query->column_count;
    block->items = tn__an_new(l->an, query->column_count, sizeof(*block->items));
    if (!leaf || !block->items)
        return l->an->reason != NULL && block->items;
    if (inner->column_count < query->column_count)
        tn__an_doubt(l->an, "an arm of a UNION has too few columns");
    for (uint32_t i = 0; i < query->column_count && !l->an->reason; i++) {
        block->items[i].expr = tn__pg_column(l, leaf, i);
        block->items[i].name = query->columns[i].name;
        block->items[i].has_alias = true;
        block->items[i].location = UINT32_MAX;
        if (!block->items[i].expr)
            return false;
    }
    return true;
}

bool tn__pg_lower_compound(struct tn__pg_lowering *l, struct tn__ir_query *query,
                           const struct tn__pg_node *setop, struct tn__pg_scope *scope)
{
    uint32_t count = count_arms(setop);
    query->blocks = tn__an_new(l->an, count, sizeof(*query->blocks));
    query->ops = tn__an_new(l->an, count, sizeof(*query->ops));
    if (!query->blocks || !query->ops)
        return false;
    query->block_count = count;
    for (uint32_t i = count; i-- > 0; setop = tn__pg_field(setop, "larg")) {
        const struct tn__pg_node *arm = i > 0 ? tn__pg_field(setop, "rarg") : setop;
        query->ops[i] = i > 0 ? op_of(setop) : TN__COMPOUND_FIRST;
        if (!lower_arm(l, &query->blocks[i], arm, query, scope))
            return false;
    }
    return true;
}
