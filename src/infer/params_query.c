/* SPDX-License-Identifier: MIT */
#include "infer/params.h"
#include "infer/uses.h"

#include "util/str.h"

/* Parameters of queries: what a result column, a clause, and a relation that is called want of what stands there. */

static const struct tn__want no_want;

/* Item i of another arm, or row, that says what a bare parameter in its place is. */
static struct tn__want want_of_arms(struct tn__analysis *an, const struct tn__ir_query *query,
                                    uint32_t column)
{
    for (uint32_t b = 0; b < query->block_count; b++) {
        const struct tn__ir_block *block = &query->blocks[b];
        uint32_t rows = block->is_values ? block->row_count : 1;
        for (uint32_t r = 0; r < rows; r++) {
            struct tn__want want =
                tn__want_like(an, block->items[r * block->column_count + column].expr);
            if (want.is_known)
                return want;
        }
    }
    return no_want;
}

static void visit_items(struct tn__analysis *an, const struct tn__ir_query *query,
                        const struct tn__ir_block *block, const struct tn__want *wants,
                        uint32_t want_count)
{
    uint32_t rows = block->is_values ? block->row_count : 1;
    bool has_others = query && (query->block_count > 1 || rows > 1);
    for (uint32_t i = 0; i < block->column_count; i++) {
        struct tn__want want = i < want_count ? wants[i] : no_want;
        bool is_looked_for = false;
        for (uint32_t r = 0; r < rows; r++) {
            const struct tn__ir_expr *expr = block->items[r * block->column_count + i].expr;
            if (has_others && !want.is_known && tn__is_param(expr) && !is_looked_for) {
                want = tn__want_of_given(want_of_arms(an, query, i), want);
                is_looked_for = true;
            }
            tn__params_expr(an, expr, want);
        }
    }
}

/* Of json_each(x), or of a full-text table that is called with what it is to match. */
static struct tn__want want_of_call(const struct tn__ir_rel *leaf, uint32_t i)
{
    bool is_json = leaf->kind == TN__IR_CALLED && i == 0;
    bool is_words = leaf->kind == TN__IR_TABLE && leaf->column_count > 0 &&
                    tn__is_full_text(leaf->table, &leaf->table->columns[0]);
    if (leaf->kind != TN__IR_CALLED && !is_words)
        return no_want;
    return tn__want_type(TN__CLASS_TEXT, is_json ? TN__TYPE_JSON : TN__TYPE_ANY, NULL);
}

static void visit_leaves(struct tn__analysis *an, const struct tn__ir_block *block)
{
    for (uint32_t i = 0; i < block->leaf_count; i++) {
        const struct tn__ir_rel *leaf = block->leaves[i];
        if (leaf->kind == TN__IR_DERIVED)
            tn__params_query(an, leaf->query, NULL, 0);
        for (uint32_t a = 0; a < leaf->arg_count; a++)
            tn__params_expr(an, leaf->args[a], want_of_call(leaf, a));
    }
    for (uint32_t i = 0; i < block->join_count; i++)
        tn__params_condition(an, block->joins[i]->on);
}

static void visit_block(struct tn__analysis *an, const struct tn__ir_query *query,
                        const struct tn__ir_block *block, const struct tn__want *wants,
                        uint32_t want_count)
{
    if (an->options->wants_uses)
        tn__uses_note(an, block);
    visit_leaves(an, block);
    visit_items(an, query, block, wants, want_count);
    tn__params_condition(an, block->where);
    tn__params_all(an, block->group_by, block->group_count);
    tn__params_condition(an, block->having);
    tn__params_all(an, block->order_by, block->order_count);
}

void tn__params_block(struct tn__analysis *an, const struct tn__ir_block *block,
                      const struct tn__want *wants, uint32_t want_count)
{
    visit_block(an, NULL, block, wants, want_count);
}

void tn__params_query(struct tn__analysis *an, struct tn__ir_query *query,
                      const struct tn__want *wants, uint32_t want_count)
{
    if (query->is_visited)
        return;
    query->is_visited = true;
    for (uint32_t b = 0; b < query->block_count; b++)
        visit_block(an, query, &query->blocks[b], wants, want_count);
    tn__params_all(an, query->order_by, query->order_count);
    tn__params_number(an, query->limit, "limit");
    tn__params_number(an, query->offset, "offset");
}
