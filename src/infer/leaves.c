/* SPDX-License-Identifier: MIT */
#include "infer/leaves.h"

#include "util/str.h"

/*
 * Where the columns of a result come from: the relation that the statement names, and the instance, one row of one
 * table. Behind a view or a subquery the instance is that of the table inside; two relations that look at
 * the same view have two.
 */

static const struct tn__ir_expr *bare(const struct tn__ir_expr *expr)
{
    while (expr->kind == TN__IR_COLLATE && expr->op != TN__OP_PLUS)
        expr = expr->args[0];
    return expr;
}

/* What the column of a relation that is a query is made from; NULL: from more than one thing. */
static const struct tn__ir_expr *inside(const struct tn__ir_expr *column)
{
    const struct tn__ir_query *query = column->rel->query;
    if (query->block_count != 1 || query->blocks[0].is_values)
        return NULL;
    return query->blocks[0].items[column->index].expr;
}

/* Whether both are columns of one row of one ordinary table. */
static bool is_same_instance(const struct tn__ir_expr *a, const struct tn__ir_expr *b)
{
    while (a && b) {
        a = bare(a);
        b = bare(b);
        if (a->kind != TN__IR_COLUMN || b->kind != TN__IR_COLUMN || a->rel != b->rel ||
            a->index == TN__IR_ROWID || b->index == TN__IR_ROWID)
            return false;
        if (a->rel->kind != TN__IR_DERIVED)
            return a->rel->kind == TN__IR_TABLE && a->rel->table->kind == TN__TABLE;
        a = inside(a);
        b = inside(b);
    }
    return false;
}

/* The instances so far, each by its first column: number 1 is the first. */
struct instances {
    const struct tn__ir_expr **firsts;
    uint32_t count;
};

static uint32_t find_instance(const struct instances *instances, const struct tn__ir_expr *expr)
{
    for (uint32_t i = 0; i < instances->count; i++)
        if (is_same_instance(instances->firsts[i], expr))
            return i + 1;
    return 0;
}

static uint32_t add_instance(struct instances *instances, const struct tn__ir_expr *expr)
{
    uint32_t found = find_instance(instances, expr);
    if (found == 0 && is_same_instance(expr, expr)) {
        instances->firsts[instances->count++] = expr;
        found = instances->count;
    }
    return found;
}

/* By which a plain column is sorted; NULL text: not certain. */
static tn_text collation_of(const struct tn__ir_expr *expr)
{
    while (expr && expr->kind == TN__IR_COLUMN && expr->rel->kind == TN__IR_DERIVED)
        expr = inside(expr);
    if (!expr || expr->kind != TN__IR_COLUMN)
        return (tn_text){0};
    return expr->collation.data ? expr->collation : TN__TEXT("BINARY");
}

static bool is_of_block(const struct tn__ir_expr *expr, const struct tn__ir_block *block)
{
    return expr->kind == TN__IR_COLUMN && expr->rel->block == block;
}

static tn_text copy_text(int *status, tn_arena *arena, tn_text text)
{
    tn_text copy = {0};
    if (text.data && tn_arena_text(arena, &copy, text) != TN_OK)
        *status = TN_ENOMEM;
    return copy;
}

static tn_text name_of(int *status, tn_arena *arena, const struct tn__ir_expr *column)
{
    return copy_text(status, arena,
                     column->index == TN__IR_ROWID
                         ? TN__TEXT("rowid")
                         : tn__rel_column_name(column->rel, column->index));
}

static int write_columns(struct tn__analysed_column *columns, const struct tn__ir_block *block,
                         struct instances *instances, tn_arena *arena)
{
    int status = TN_OK;
    for (uint32_t i = 0; i < block->column_count; i++) {
        const struct tn__ir_expr *expr = bare(block->items[i].expr);
        if (!is_of_block(expr, block))
            continue;
        columns[i].leaf = expr->rel->first_leaf;
        columns[i].leaf_column = name_of(&status, arena, expr);
        columns[i].instance = add_instance(instances, expr);
    }
    return status;
}

static int write_leaves(struct tn__analysed *out, const struct tn__ir_block *block, tn_arena *arena)
{
    int status = TN_OK;
    struct tn__analysed_leaf *leaves = tn_arena_array(arena, block->leaf_count, sizeof(*leaves));
    if (!leaves)
        return TN_ENOMEM;
    for (uint32_t i = 0; i < block->leaf_count; i++) {
        const struct tn__ir_rel *rel = block->leaves[i];
        leaves[i].name = copy_text(&status, arena, rel->name);
        leaves[i].table = rel->table;
        for (uint32_t k = 0; k < rel->pad_count && leaves[i].pad == TN__JOIN_COMMA; k++) {
            const struct tn__ir_rel *join = rel->pads[k].join;
            if (join->present[rel->pads[k].is_right] > 0)
                continue;
            leaves[i].pad = join->join;
            leaves[i].pad_span = join->span;
        }
    }
    out->leaves = leaves;
    out->leaf_count = block->leaf_count;
    return status;
}

/* Of a server's statement: values that a deterministic collation takes for equal are the same. Those that are
 * not are made by users. */
static tn_text collation_on_server(const struct tn__ir_expr *expr)
{
    static const char *const known[] = {"default", "C", "POSIX", "ucs_basic"};
    while (expr && expr->kind == TN__IR_COLUMN && expr->rel->kind == TN__IR_DERIVED)
        expr = inside(expr);
    bool is_column = expr && expr->kind == TN__IR_COLUMN && expr->rel->table &&
                     expr->index < expr->rel->table->column_count;
    const char *collation =
        is_column ? expr->rel->table->columns[expr->index].collation : "unknown";
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (!collation || strcmp(collation, known[i]) == 0)
            return TN__TEXT("BINARY");
    return (tn_text){0};
}

static int write_order_on_server(struct tn__analysed *out, const struct tn__ir_block *block,
                                 const struct instances *instances, tn_arena *arena)
{
    int status = TN_OK;
    struct tn__analysed_order *order = tn_arena_array(arena, block->order_count, sizeof(*order));
    if (!order)
        return TN_ENOMEM;
    for (uint32_t i = 0; i < block->order_count; i++) {
        const struct tn__ir_expr *expr = block->order_by[i];
        order[i].leaf = TN__NO_LEAF;
        if (!is_of_block(expr, block))
            continue;
        order[i].leaf = expr->rel->first_leaf;
        order[i].leaf_column = name_of(&status, arena, expr);
        order[i].instance = find_instance(instances, expr);
        order[i].collation = collation_on_server(expr);
    }
    out->order = order;
    out->order_count = block->order_count;
    return status;
}

static int write_order(struct tn__analysed *out, const struct tn__ir_block *block,
                       const struct tn__ast_items *order_by, const struct instances *instances,
                       tn_arena *arena)
{
    int status = TN_OK;
    struct tn__analysed_order *order = tn_arena_array(arena, block->order_count, sizeof(*order));
    if (!order)
        return TN_ENOMEM;
    const struct tn__ast_item *item = order_by->first;
    for (uint32_t i = 0; item && i < block->order_count; i++, item = item->next) {
        const struct tn__ir_expr *expr = bare(block->order_by[i]);
        order[i].span = item->span;
        order[i].leaf = TN__NO_LEAF;
        out->order_count = i + 1;
        if (!is_of_block(expr, block))
            continue;
        order[i].leaf = expr->rel->first_leaf;
        order[i].leaf_column = name_of(&status, arena, expr);
        order[i].instance = find_instance(instances, expr);
        /* A COLLATE may stand here, or in the result column that the term names. */
        tn_text collation = item->expr->kind == TN__AST_COLLATE ? item->expr->name.text
                            : expr == block->order_by[i]        ? collation_of(expr)
                                                                : block->order_by[i]->collation;
        order[i].collation = copy_text(&status, arena, collation);
    }
    out->order = order;
    return status;
}

int tn__leaves_write(struct tn__analysed *out, struct tn__analysed_column *columns,
                     const struct tn__ir_block *block, const struct tn__ast_items *order_by,
                     tn_arena *arena)
{
    struct instances instances = {
        .firsts = tn_arena_array(arena, block->column_count, sizeof(const struct tn__ir_expr *))};
    if (!instances.firsts)
        return TN_ENOMEM;
    int rc = write_columns(columns, block, &instances, arena);
    if (rc == TN_OK)
        rc = write_leaves(out, block, arena);
    if (rc != TN_OK)
        return rc;
    return order_by ? write_order(out, block, order_by, &instances, arena)
                    : write_order_on_server(out, block, &instances, arena);
}
