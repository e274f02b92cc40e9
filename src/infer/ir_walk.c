/* SPDX-License-Identifier: MIT */
#include "infer/reading.h"

/* Everything of a relational form, in about the order of the text. */

static void walk_list(const struct tn__ir_walker *walker, struct tn__ir_expr *const *list,
                      uint32_t count, const struct tn__ir_expr *parent)
{
    for (uint32_t i = 0; i < count; i++)
        tn__ir_walk_expr(walker, list[i], parent);
}

void tn__ir_walk_expr(const struct tn__ir_walker *walker, const struct tn__ir_expr *expr,
                      const struct tn__ir_expr *parent)
{
    if (!expr)
        return;
    walker->expr(walker->user, expr, parent);
    if (expr->kind == TN__IR_ALIAS)
        return; /* it is visited where it stands */
    walk_list(walker, expr->args, expr->arg_count, expr);
    tn__ir_walk_expr(walker, expr->else_, expr);
    tn__ir_walk_expr(walker, expr->filter, expr);
    walk_list(walker, expr->others, expr->other_count, expr);
    if (expr->query)
        tn__ir_walk_query(walker, expr->query, NULL);
}

void tn__ir_walk_block(const struct tn__ir_walker *walker, const struct tn__ir_block *block)
{
    uint32_t rows = block->is_values ? block->row_count : 1;
    for (uint32_t i = 0; i < block->column_count * rows; i++)
        tn__ir_walk_expr(walker, block->items[i].expr, NULL);
    for (uint32_t i = 0; i < block->leaf_count; i++) {
        const struct tn__ir_rel *leaf = block->leaves[i];
        walk_list(walker, leaf->args, leaf->arg_count, NULL);
        if (leaf->kind == TN__IR_DERIVED)
            tn__ir_walk_query(walker, leaf->query, leaf);
    }
    for (uint32_t i = 0; i < block->join_count; i++)
        tn__ir_walk_expr(walker, block->joins[i]->on, NULL);
    tn__ir_walk_expr(walker, block->where, NULL);
    walk_list(walker, block->group_by, block->group_count, NULL);
    tn__ir_walk_expr(walker, block->having, NULL);
    walk_list(walker, block->order_by, block->order_count, NULL);
}

void tn__ir_walk_query(const struct tn__ir_walker *walker, struct tn__ir_query *query,
                       const struct tn__ir_rel *through)
{
    if (query->walk == walker->number)
        return;
    query->walk = walker->number;
    if (walker->query && !walker->query(walker->user, query, through))
        return;
    for (uint32_t b = 0; b < query->block_count; b++)
        tn__ir_walk_block(walker, &query->blocks[b]);
    tn__ir_walk_expr(walker, query->limit, NULL);
    tn__ir_walk_expr(walker, query->offset, NULL);
    if (walker->leave)
        walker->leave(walker->user, query);
}
