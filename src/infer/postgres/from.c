/* SPDX-License-Identifier: MIT */
#include "infer/postgres/lowering.h"

#include "util/str.h"

/* FROM: relations and joins. */

static struct tn__ir_rel *new_leaf(struct tn__pg_lowering *l, struct tn__ir_block *block,
                                   enum tn__ir_rel_kind kind, uint32_t column_count)
{
    struct tn__ir_rel *rel = TN__AN_NEW(l->an, struct tn__ir_rel);
    if (!rel)
        return NULL;
    rel->kind = kind;
    rel->block = block;
    rel->column_count = column_count;
    rel->first_leaf = block->leaf_count;
    rel->leaf_end = rel->first_leaf + 1;
    rel->asserted = tn__an_new(l->an, (size_t)column_count + 1, sizeof(*rel->asserted));
    rel->proven = tn__an_new(l->an, (size_t)column_count + 1, sizeof(*rel->proven));
    return rel->asserted && rel->proven ? rel : NULL;
}

bool tn__pg_make_leaves(struct tn__pg_lowering *l, struct tn__ir_block *block, uint32_t count)
{
    block->leaves = tn__an_new(l->an, count, sizeof(struct tn__ir_rel *));
    block->joins = tn__an_new(l->an, count, sizeof(struct tn__ir_rel *));
    return block->leaves && block->joins;
}

struct tn__ir_rel *tn__pg_leaf_of_query(struct tn__pg_lowering *l, struct tn__ir_block *block,
                                        struct tn__ir_query *query)
{
    struct tn__ir_rel *rel = new_leaf(l, block, TN__IR_DERIVED, query->column_count);
    if (!rel)
        return NULL;
    rel->query = query;
    query->uses++;
    block->leaves[block->leaf_count++] = rel;
    return rel;
}

static const struct tn__table *table_of(const struct tn__pg_lowering *l,
                                        const struct tn__pg_node *rte)
{
    return tn__pg_number(rte, "rtekind", -1) == 0
               ? tn__server_table(l->server, tn__pg_oid(rte, "relid"))
               : NULL;
}

static struct tn__ir_rel *table_leaf(struct tn__pg_lowering *l, struct tn__ir_block *block,
                                     const struct tn__table *table)
{
    struct tn__ir_rel *rel = new_leaf(l, block, TN__IR_TABLE, (uint32_t)table->column_count);
    if (rel)
        rel->table = table;
    return rel;
}

/* A table is known by its OID, as names of two schemas may be the same. */
static bool note_table(struct tn__pg_lowering *l, const struct tn__table *table)
{
    tn_text key = {(const char *)&table->oid, sizeof table->oid};
    bool is_kept = table->kind != TN__TABLE ||
                   tn__map_put(&l->an->tables, key, (void *)(uintptr_t)table) == TN_OK;
    if (!is_kept)
        l->an->status = TN_ENOMEM;
    return is_kept;
}

/* The name that the query calls it by. */
static tn_text name_of(const struct tn__pg_node *rte)
{
    return tn__pg_field(tn__pg_field(rte, "eref"), "aliasname")->text;
}

/* TABLESAMPLE has expressions, too. */
static bool lower_sample(struct tn__pg_lowering *l, struct tn__ir_rel *rel,
                         const struct tn__pg_node *rte, struct tn__pg_scope *scope)
{
    const struct tn__pg_node *sample = tn__pg_field(rte, "tablesample");
    scope->block->may_choose_rows = scope->block->may_choose_rows || sample->kind == TN__PG_NODE;
    if (sample->kind == TN__PG_NODE)
        rel->args = tn__pg_lower_list(l, tn__pg_field(sample, "args"), scope, &rel->arg_count);
    return sample->kind != TN__PG_NODE || rel->args;
}

static struct tn__ir_rel *lower_leaf(struct tn__pg_lowering *l, uint64_t number,
                                     struct tn__pg_scope *scope)
{
    if (number < 1 || number > scope->source_count) {
        tn__an_doubt(l->an, "a relation of FROM is not found");
        return NULL;
    }
    struct tn__pg_source *source = &scope->sources[number - 1];
    const struct tn__table *table = table_of(l, source->rte);
    struct tn__ir_rel *rel;
    if (table) {
        rel = table_leaf(l, scope->block, table);
        if (!rel || !note_table(l, table) || !lower_sample(l, rel, source->rte, scope))
            return NULL;
        scope->block->leaves[scope->block->leaf_count++] = rel;
    } else {
        struct tn__ir_query *query = tn__pg_query_of(l, source->rte, scope);
        rel = query ? tn__pg_leaf_of_query(l, scope->block, query) : NULL;
        if (!rel)
            return NULL;
        rel->table = tn__server_table(l->server, tn__pg_oid(source->rte, "relid"));
        /* What may be seen is not known before it runs. */
        for (uint32_t i = 0;
             tn__pg_field(source->rte, "securityQuals")->count > 0 && i < query->block_count; i++)
            query->blocks[i].may_drop_rows = true;
    }
    rel->name = name_of(source->rte);
    source->rel = rel;
    return rel;
}

struct tn__ir_rel *tn__pg_lone_leaf(struct tn__pg_lowering *l, const struct tn__pg_node *rte)
{
    const struct tn__table *table = table_of(l, rte);
    struct tn__ir_block *block = TN__AN_NEW(l->an, struct tn__ir_block);
    if (!block)
        return NULL;
    if (table)
        return table_leaf(l, block, table);
    return new_leaf(l, block, TN__IR_OPAQUE,
                    tn__pg_field(tn__pg_field(rte, "eref"), "colnames")->count);
}

/* --- joins */

static uint32_t count_leaves(const struct tn__pg_node *node)
{
    uint32_t count = tn__pg_is(node, "RANGETBLREF");
    if (tn__pg_is(node, "JOINEXPR"))
        return count_leaves(tn__pg_field(node, "larg")) + count_leaves(tn__pg_field(node, "rarg"));
    const struct tn__pg_node *list = tn__pg_field(node, "fromlist");
    for (const struct tn__pg_node *item = list->first; item; item = item->next)
        count += count_leaves(item);
    return count;
}

static struct tn__ir_rel *new_join(struct tn__pg_lowering *l, struct tn__ir_block *block,
                                   struct tn__ir_rel *left, struct tn__ir_rel *right,
                                   enum tn__ast_join kind)
{
    struct tn__ir_rel *join = TN__AN_NEW(l->an, struct tn__ir_rel);
    if (!join)
        return NULL;
    join->kind = TN__IR_JOIN;
    join->block = block;
    join->join = kind;
    join->left = left;
    join->right = right;
    join->first_leaf = left->first_leaf;
    join->leaf_end = right->leaf_end;
    left->parent = join;
    right->parent = join;
    block->has_right = block->has_right || kind >= TN__JOIN_RIGHT;
    block->joins[block->join_count++] = join;
    return join;
}

static struct tn__ir_rel *lower_node(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                     struct tn__pg_scope *scope);

static struct tn__ir_rel *lower_join(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                     struct tn__pg_scope *scope)
{
    static const enum tn__ast_join kinds[] = {TN__JOIN_INNER, TN__JOIN_LEFT, TN__JOIN_FULL,
                                              TN__JOIN_RIGHT};
    int64_t kind = tn__pg_number(node, "jointype", -1);
    const struct tn__pg_node *quals = tn__pg_field(node, "quals");
    struct tn__ir_rel *left = lower_node(l, tn__pg_field(node, "larg"), scope);
    struct tn__ir_rel *right = left ? lower_node(l, tn__pg_field(node, "rarg"), scope) : NULL;
    if (kind < 0 || kind > 3)
        tn__an_doubt(l->an, "a join is not understood");
    if (!left || !right || kind < 0 || kind > 3)
        return NULL;
    struct tn__ir_rel *join = new_join(l, scope->block, left, right, kinds[kind]);
    if (!join)
        return NULL;
    join->is_cross = kind == 0 && quals->kind == TN__PG_NONE;
    if (quals->kind != TN__PG_NONE && !(join->on = tn__pg_lower_expr(l, quals, scope)))
        return NULL;
    return join;
}

/* A list of FROM: all with all, and what WHERE says. */
static struct tn__ir_rel *lower_list(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                     struct tn__pg_scope *scope)
{
    struct tn__ir_rel *all = NULL;
    const struct tn__pg_node *list = tn__pg_field(node, "fromlist");
    for (const struct tn__pg_node *item = list->first; item; item = item->next) {
        struct tn__ir_rel *rel = lower_node(l, item, scope);
        if (!rel)
            return NULL;
        all = all ? new_join(l, scope->block, all, rel, TN__JOIN_INNER) : rel;
        if (!all)
            return NULL;
    }
    return all;
}

static struct tn__ir_rel *lower_node(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                     struct tn__pg_scope *scope)
{
    struct tn__ir_rel *rel = NULL;
    if (!tn__an_enter(l->an, 1))
        return NULL;
    if (tn__pg_is(node, "RANGETBLREF"))
        rel = lower_leaf(l, (uint64_t)tn__pg_number(node, "rtindex", 0), scope);
    else if (tn__pg_is(node, "JOINEXPR"))
        rel = lower_join(l, node, scope);
    else if (tn__pg_is(node, "FROMEXPR") && tn__pg_field(node, "quals")->kind == TN__PG_NONE)
        rel = lower_list(l, node, scope);
    if (!rel)
        tn__an_doubt(l->an, "a part of FROM is not understood");
    tn__an_leave(l->an, 1);
    return rel;
}

bool tn__pg_lower_from(struct tn__pg_lowering *l, const struct tn__pg_node *jointree,
                       struct tn__pg_scope *scope)
{
    struct tn__ir_block *block = scope->block;
    const struct tn__pg_node *quals = tn__pg_field(jointree, "quals");
    if (!tn__pg_make_leaves(l, block, count_leaves(jointree)))
        return false;
    if (tn__pg_field(jointree, "fromlist")->count > 0) {
        block->from = lower_list(l, jointree, scope);
        if (!block->from)
            return l->an->status == TN_OK && l->an->reason;
    }
    if (quals->kind != TN__PG_NONE && !(block->where = tn__pg_lower_expr(l, quals, scope)))
        return false;
    return tn__ir_pads(l->an, block);
}
