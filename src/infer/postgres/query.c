/* SPDX-License-Identifier: MIT */
#include "infer/postgres/lowering.h"

#include "util/str.h"

/* One Query: its result list, clauses, and what stands between them. */

enum command {
    COMMAND_SELECT = 1,
    COMMAND_UPDATE,
    COMMAND_INSERT,
    COMMAND_DELETE,
    COMMAND_MERGE,
    COMMAND_UTILITY
};

static const struct tn__pg_node *result_list(const struct tn__pg_node *query)
{
    bool is_select = tn__pg_number(query, "commandType", 0) == COMMAND_SELECT;
    return tn__pg_field(query, is_select ? "targetList" : "returningList");
}

struct tn__ir_query *tn__pg_new_query(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                      struct tn__pg_scope *outer, struct tn__ir_query *within)
{
    const struct tn__pg_node *list = result_list(node);
    struct tn__ir_query *query = TN__AN_NEW(l->an, struct tn__ir_query);
    if (!query)
        return NULL;
    query->columns = tn__an_new(l->an, list->count, sizeof(*query->columns));
    if (!query->columns)
        return NULL;
    for (const struct tn__pg_node *entry = list->first; entry; entry = entry->next)
        if (!tn__pg_true(entry, "resjunk"))
            query->columns[query->column_count++].name = tn__pg_field(entry, "resname")->text;
    query->within = within;
    query->outer = outer ? outer->block : NULL;
    return query;
}

const struct tn__pg_node *tn__pg_sort_target(const struct tn__pg_scope *scope, int64_t ref)
{
    const struct tn__pg_node *list = tn__pg_field(scope->query, "targetList");
    for (const struct tn__pg_node *entry = list->first; entry && ref > 0; entry = entry->next)
        if (tn__pg_number(entry, "ressortgroupref", 0) == ref)
            return entry;
    return NULL;
}

bool tn__pg_lower_items(struct tn__pg_lowering *l, const struct tn__pg_node *list,
                        struct tn__pg_scope *scope)
{
    struct tn__ir_block *block = scope->block;
    block->items = tn__an_new(l->an, list->count, sizeof(*block->items));
    if (!block->items)
        return false;
    for (const struct tn__pg_node *entry = list->first; entry; entry = entry->next) {
        if (tn__pg_true(entry, "resjunk"))
            continue;
        const struct tn__pg_node *expr = tn__pg_field(entry, "expr");
        struct tn__ir_item *item = &block->items[block->column_count++];
        item->name = tn__pg_field(entry, "resname")->text;
        item->has_alias = true;
        item->location = tn__pg_location(expr);
        item->span = tn__pg_span(l, expr);
        item->expr = tn__pg_lower_expr(l, expr, scope);
        if (!item->expr)
            return false;
    }
    return true;
}

/* Functions that give rows, beside each other in a result list: the shorter ones are filled with
 * NULL. */
static uint32_t count_sets(const struct tn__pg_node *node)
{
    uint32_t count = tn__pg_true(node, "funcretset") || tn__pg_true(node, "opretset");
    if (tn__pg_is(node, "QUERY"))
        return 0;
    for (const struct tn__pg_node *child = node->first; child; child = child->next)
        if (child->kind == TN__PG_LIST || child->kind == TN__PG_NODE)
            count += count_sets(child);
    return count;
}

static bool lower_group(struct tn__pg_lowering *l, struct tn__pg_scope *scope)
{
    struct tn__ir_block *block = scope->block;
    const struct tn__pg_node *query = scope->query;
    const struct tn__pg_node *list = tn__pg_field(query, "groupClause");
    const struct tn__pg_node *sets = tn__pg_field(query, "groupingSets");
    block->is_aggregate = tn__pg_true(query, "hasAggs") || list->count > 0 || sets->count > 0 ||
                          tn__pg_field(query, "havingQual")->kind != TN__PG_NONE;
    block->group_by = tn__an_new(l->an, list->count, sizeof(struct tn__ir_expr *));
    if (!block->group_by)
        return false;
    for (const struct tn__pg_node *term = list->first; term; term = term->next) {
        const struct tn__pg_node *entry =
            tn__pg_sort_target(scope, tn__pg_number(term, "tleSortGroupRef", 0));
        if (!entry) {
            tn__an_doubt(l->an, "a term of GROUP BY is not found");
            continue;
        }
        struct tn__ir_expr *expr = tn__pg_lower_expr(l, tn__pg_field(entry, "expr"), scope);
        if (!expr)
            return false;
        block->group_by[block->group_count++] = expr;
    }
    return sets->count == 0 || tn__pg_take_keys(l, scope);
}

/* The names of the operators that a term may be sorted by. */
static uint8_t order_of(const struct tn__pg_lowering *l, const struct tn__pg_node *term)
{
    const struct tn__server_operator *op =
        tn__server_operator(l->server, tn__pg_oid(term, "sortop"));
    bool is_first = tn__pg_true(term, "nulls_first");
    if (op && strcmp(op->name, "<") == 0 && !is_first)
        return TN__IR_ASC;
    return op && strcmp(op->name, ">") == 0 && is_first ? TN__IR_DESC : TN__IR_ODD;
}

/* A term that is in the result list is that item. */
static struct tn__ir_expr *lower_term(struct tn__pg_lowering *l, const struct tn__pg_node *entry,
                                      struct tn__pg_scope *scope)
{
    int64_t number = tn__pg_number(entry, "resno", 0);
    if (!tn__pg_true(entry, "resjunk") && number > 0 && number <= scope->block->column_count)
        return scope->block->items[number - 1].expr;
    return tn__pg_lower_expr(l, tn__pg_field(entry, "expr"), scope);
}

static bool lower_order(struct tn__pg_lowering *l, struct tn__pg_scope *scope)
{
    struct tn__ir_block *block = scope->block;
    const struct tn__pg_node *list = tn__pg_field(scope->query, "sortClause");
    block->order_by = tn__an_new(l->an, list->count, sizeof(struct tn__ir_expr *));
    block->orders = tn__an_new(l->an, list->count, sizeof(*block->orders));
    if (!block->order_by || !block->orders)
        return false;
    for (const struct tn__pg_node *term = list->first; term; term = term->next) {
        const struct tn__pg_node *entry =
            tn__pg_sort_target(scope, tn__pg_number(term, "tleSortGroupRef", 0));
        if (!entry)
            continue;
        struct tn__ir_expr *expr = lower_term(l, entry, scope);
        if (!expr)
            return false;
        block->orders[block->order_count] = order_of(l, term);
        block->order_by[block->order_count++] = expr;
    }
    return true;
}

/* LIMIT 1 is a cast of the number that is written. */
static const struct tn__pg_node *inside_cast(const struct tn__pg_node *node)
{
    const struct tn__pg_node *args = tn__pg_field(node, "args");
    bool is_cast = tn__pg_is(node, "FUNCEXPR") && args->count == 1 &&
                   tn__pg_number(node, "funcformat", 0) >= 1 && tn__pg_is(args->first, "CONST");
    return is_cast ? args->first : node;
}

/* FOR UPDATE SKIP LOCKED: what others have is passed over, so that any rows are meant. */
static bool takes_any(const struct tn__pg_node *query)
{
    enum {
        WAIT_SKIP = 1
    };
    const struct tn__pg_node *marks = tn__pg_field(query, "rowMarks");
    for (const struct tn__pg_node *mark = marks->first; mark; mark = mark->next)
        if (tn__pg_number(mark, "waitPolicy", 0) == WAIT_SKIP)
            return true;
    return false;
}

static bool lower_limit(struct tn__pg_lowering *l, struct tn__ir_query *query,
                        struct tn__pg_scope *scope)
{
    const struct tn__pg_node *limit = tn__pg_field(scope->query, "limitCount");
    const struct tn__pg_node *offset = tn__pg_field(scope->query, "limitOffset");
    bool has_ties = tn__pg_number(scope->query, "limitOption", 0) != 0;
    query->takes_any = takes_any(scope->query);
    if (limit->kind != TN__PG_NONE) {
        query->limit = tn__pg_lower_expr(l, inside_cast(limit), scope);
        if (query->limit && has_ties) /* so many, and more */
            query->limit = tn__pg_maybe(l, query->limit);
        if (!query->limit)
            return false;
    }
    if (offset->kind != TN__PG_NONE)
        query->offset = tn__pg_lower_expr(l, inside_cast(offset), scope);
    return offset->kind == TN__PG_NONE || query->offset;
}

static bool lower_select(struct tn__pg_lowering *l, struct tn__pg_scope *scope)
{
    struct tn__ir_block *block = scope->block;
    const struct tn__pg_node *query = scope->query;
    const struct tn__pg_node *list = tn__pg_field(query, "targetList");
    const struct tn__pg_node *having = tn__pg_field(query, "havingQual");
    if (!tn__pg_lower_from(l, tn__pg_field(query, "jointree"), scope) || !lower_group(l, scope))
        return false;
    if (tn__pg_true(query, "hasTargetSRFs")) {
        scope->set_count = count_sets(list);
        block->may_add_rows = block->may_drop_rows = true;
    }
    block->is_distinct = tn__pg_field(query, "distinctClause")->count > 0;
    block->may_choose_rows = block->may_choose_rows || tn__pg_true(query, "hasDistinctOn");
    if (having->kind != TN__PG_NONE && !(block->having = tn__pg_lower_expr(l, having, scope)))
        return false;
    return tn__pg_lower_items(l, list, scope) && lower_order(l, scope);
}

/* What the clauses of a block share. */
static bool begin_scope(struct tn__pg_lowering *l, struct tn__pg_scope *scope)
{
    const struct tn__pg_node *list = tn__pg_field(scope->query, "rtable");
    scope->sources = tn__an_new(l->an, list->count, sizeof(*scope->sources));
    if (!scope->sources)
        return false;
    for (const struct tn__pg_node *rte = list->first; rte; rte = rte->next)
        scope->sources[scope->source_count++].rte = rte;
    return tn__pg_take_ctes(l, scope);
}

static bool fill_block(struct tn__pg_lowering *l, struct tn__ir_query *query,
                       struct tn__pg_scope *scope)
{
    int64_t command = tn__pg_number(scope->query, "commandType", 0);
    switch (command) {
    case COMMAND_SELECT:
        return lower_select(l, scope);
    case COMMAND_UPDATE:
    case COMMAND_INSERT:
    case COMMAND_DELETE:
        return tn__pg_lower_change(l, scope->query, scope);
    default:
        if (command == COMMAND_MERGE && l->server->version >= 150000) /* before, a utility's */
            return tn__pg_lower_change(l, scope->query, scope);
        tn__an_doubt(l->an, "the statement is not one that gives or changes rows");
        query->column_count = 0;
        return true;
    }
}

bool tn__pg_fill_query(struct tn__pg_lowering *l, struct tn__ir_query *query,
                       const struct tn__pg_node *node, struct tn__pg_scope *outer)
{
    struct tn__pg_scope scope = {.query = node, .outer = outer, .within = query->within};
    const struct tn__pg_node *setop = tn__pg_field(node, "setOperations");
    if (query->is_recursive)
        scope.within = query;
    scope.block = TN__AN_NEW(l->an, struct tn__ir_block);
    if (!scope.block || !begin_scope(l, &scope))
        return false;
    if (setop->kind == TN__PG_NODE)
        return tn__pg_lower_compound(l, query, setop, &scope) && lower_limit(l, query, &scope) &&
               tn__pg_lower_ctes(l, &scope);
    query->blocks = scope.block;
    query->block_count = 1;
    return fill_block(l, query, &scope) && lower_limit(l, query, &scope) &&
           tn__pg_lower_ctes(l, &scope);
}

struct tn__ir_query *tn__pg_lower_query(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                        struct tn__pg_scope *outer, struct tn__ir_query *within)
{
    if (!tn__an_enter(l->an, TN__QUERY_DEPTH)) {
        struct tn__ir_query *empty = tn__pg_new_query(l, node, outer, within);
        if (empty)
            empty->column_count = 0;
        return empty;
    }
    struct tn__ir_query *query = tn__pg_new_query(l, node, outer, within);
    bool is_done = query && tn__pg_fill_query(l, query, node, outer);
    tn__an_leave(l->an, TN__QUERY_DEPTH);
    return is_done ? query : NULL;
}
