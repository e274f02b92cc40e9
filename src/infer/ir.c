/* SPDX-License-Identifier: MIT */
#include "infer/analysis.h"

#include "util/str.h"

/* Memory and limits of an analysis; making and reading the relational form. */

void *tn__an_new(struct tn__analysis *an, size_t count, size_t size)
{
    void *memory = tn_arena_array(an->arena, count, size);
    if (!memory)
        an->status = TN_ENOMEM;
    return memory;
}

void tn__an_doubt(struct tn__analysis *an, const char *reason)
{
    if (!an->reason)
        an->reason = reason;
}

bool tn__an_enter(struct tn__analysis *an, uint32_t levels)
{
    an->depth += levels;
    if (an->depth <= TN__DEPTH_MAX)
        return true;
    an->is_too_deep = true;
    tn__an_doubt(an, "its queries and expressions nest too deeply");
    return false;
}

void tn__an_leave(struct tn__analysis *an, uint32_t levels)
{
    an->depth -= levels;
}

/* --- the relational form */

struct tn__ir_expr *tn__ir_new(struct tn__analysis *an, enum tn__ir_kind kind, uint32_t arg_count,
                               struct tn__sql_span span)
{
    struct tn__ir_expr *expr = TN__AN_NEW(an, struct tn__ir_expr);
    if (!expr)
        return NULL;
    expr->kind = kind;
    expr->span = span;
    expr->arg_count = arg_count;
    expr->affinity = TN__AFFINITY_BLOB; /* as good as none */
    if (arg_count > 0) {
        expr->args = tn__an_new(an, arg_count, sizeof(struct tn__ir_expr *));
        if (!expr->args)
            return NULL;
    }
    return expr;
}

tn_text tn__rel_column_name(const struct tn__ir_rel *rel, uint32_t index)
{
    switch (rel->kind) {
    case TN__IR_TABLE:
        return tn_text_of(rel->table->columns[index].name);
    case TN__IR_DERIVED:
        return rel->query->columns[index].name;
    case TN__IR_CALLED:
        return rel->columns[index].name;
    case TN__IR_JOIN:
    case TN__IR_OPAQUE:
        break;
    }
    return (tn_text){"", 0};
}

bool tn__rel_is_hidden(const struct tn__ir_rel *rel, uint32_t index)
{
    if (rel->kind == TN__IR_TABLE)
        return rel->table->columns[index].is_hidden;
    return rel->kind == TN__IR_CALLED && rel->columns[index].is_hidden;
}

bool tn__rel_has_rowid(const struct tn__ir_rel *rel)
{
    return (rel->kind == TN__IR_TABLE && rel->table->kind != TN__VIEW &&
            !rel->table->is_without_rowid) ||
           rel->kind == TN__IR_CALLED;
}

bool tn__rel_is_padded(const struct tn__ir_rel *rel)
{
    for (uint32_t i = 0; i < rel->pad_count; i++)
        if (rel->pads[i].join->present[rel->pads[i].is_right] == 0)
            return true;
    return false;
}

uint32_t tn__rel_find(const struct tn__ir_rel *rel, tn_text name)
{
    if (rel->kind == TN__IR_TABLE) {
        const struct tn__column *column = tn__table_column(rel->table, name);
        return column ? (uint32_t)(column - rel->table->columns) : UINT32_MAX;
    }
    for (uint32_t i = 0; i < rel->column_count; i++)
        if (tn__text_equal_nocase(name, tn__rel_column_name(rel, i)))
            return i;
    return UINT32_MAX;
}

struct tn__ir_expr *tn__ir_column(struct tn__analysis *an, struct tn__ir_rel *rel, uint32_t index,
                                  struct tn__sql_span span)
{
    struct tn__ir_expr *column = tn__ir_new(an, TN__IR_COLUMN, 0, span);
    if (!column)
        return NULL;
    column->rel = rel;
    column->index = index;
    column->affinity = index == TN__IR_ROWID ? TN__AFFINITY_INTEGER : TN__AFFINITY_BLOB;
    if (rel->kind == TN__IR_TABLE && index != TN__IR_ROWID) {
        column->affinity = rel->table->columns[index].affinity;
        column->collation = tn_text_of(rel->table->columns[index].collation);
    }
    return column;
}

struct tn__ir_expr *tn__ir_alias(struct tn__analysis *an, struct tn__ir_expr *expr,
                                 struct tn__sql_span span)
{
    struct tn__ir_expr *alias = tn__ir_new(an, TN__IR_ALIAS, 1, span);
    if (!alias)
        return NULL;
    alias->args[0] = expr;
    alias->affinity = expr->affinity;
    alias->collation = expr->collation;
    return alias;
}

bool tn__ir_pads(struct tn__analysis *an, struct tn__ir_block *block)
{
    for (uint32_t i = 0; i < block->leaf_count; i++) {
        struct tn__ir_rel *leaf = block->leaves[i];
        uint32_t count = 0;
        for (int pass = 0; pass < 2; pass++) {
            const struct tn__ir_rel *child = leaf;
            count = 0;
            for (struct tn__ir_rel *join = leaf->parent; join; child = join, join = join->parent) {
                bool is_right = join->right == child;
                bool is_padded = join->join == TN__JOIN_FULL ||
                                 join->join == (is_right ? TN__JOIN_LEFT : TN__JOIN_RIGHT);
                if (is_padded && leaf->pads)
                    leaf->pads[count] = (struct tn__ir_pad){join, is_right};
                count += is_padded;
            }
            if (count == 0 || leaf->pads)
                break;
            leaf->pads = tn__an_new(an, count, sizeof(*leaf->pads));
            if (!leaf->pads)
                return false;
        }
        leaf->pad_count = count;
    }
    return true;
}

static bool disturb_expr(struct tn__analysis *an, const struct tn__ir_block *block,
                         const struct tn__ir_expr *expr)
{
    bool is_in = expr->kind == TN__IR_IN_QUERY || expr->kind == TN__IR_IN;
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        const struct tn__ir_expr *arg = expr->args[i];
        struct tn__ir_rel *rel = is_in && arg->kind == TN__IR_COLUMN ? arg->rel : NULL;
        if (rel && rel->block == block && arg->index != TN__IR_ROWID) {
            if (!rel->disturbed)
                rel->disturbed = tn__an_new(an, rel->column_count, sizeof(*rel->disturbed));
            if (!rel->disturbed)
                return false;
            rel->disturbed[arg->index] = 1;
        }
        if (!disturb_expr(an, block, arg))
            return false;
    }
    return !expr->else_ || disturb_expr(an, block, expr->else_);
}

bool tn__ir_disturb(struct tn__analysis *an, struct tn__ir_block *block)
{
    for (uint32_t i = 0; i < block->column_count; i++)
        if (!disturb_expr(an, block, block->items[i].expr))
            return false;
    for (uint32_t i = 0; i < block->order_count; i++)
        if (!disturb_expr(an, block, block->order_by[i]))
            return false;
    return !block->having || disturb_expr(an, block, block->having);
}
