/* SPDX-License-Identifier: MIT */
#include "infer/sqlite/resolve.h"

#include <stdlib.h>

#include "util/str.h"

/* Queries: WITH, the arms of a compound, ORDER BY, LIMIT. */

struct tn__scope tn__scope_inside(const struct tn__scope *scope, const struct tn__scope *outer)
{
    return (struct tn__scope){.outer = outer,
                              .named = scope->named,
                              .text = scope->text,
                              .is_view = scope->is_view,
                              .within = scope->within,
                              .depth = scope->depth + 1};
}

static bool add_named(struct tn__analysis *an, const struct tn__ast_with *with,
                      struct tn__scope *scope)
{
    struct tn__named_query *queries = tn__an_new(an, with->count, sizeof(*queries));
    struct tn__scope *seen = queries ? TN__AN_NEW(an, struct tn__scope) : NULL;
    if (!seen)
        return false;
    size_t i = 0;
    const struct tn__named_query *next = scope->named;
    for (const struct tn__ast_cte *cte = with->first; cte; cte = cte->next, i++) {
        queries[i].name = cte->name.text;
        queries[i].cte = cte;
        queries[i].scope = seen;
        queries[i].next = next;
        next = &queries[i];
    }
    scope->named = next;
    /* Each sees the others, itself, and what the WITH stands in. */
    *seen = *scope;
    return true;
}

bool tn__resolve_with(struct tn__analysis *an, const struct tn__ast_with *with,
                      struct tn__scope *scope)
{
    return with->count == 0 || add_named(an, with, scope);
}

/* "column1" and so on; a column in the first row gives its own name. */
static tn_text name_of_value(struct tn__analysis *an, const struct tn__ast_expr *written,
                             const struct tn__ir_expr *expr, size_t i)
{
    if (written->kind == TN__AST_COLUMN && expr->kind != TN__IR_CONST)
        return written->name.text;
    char *name = tn__arena_printf(an->arena, "column%zu", i + 1);
    if (!name)
        an->status = TN_ENOMEM;
    return name ? tn_text_of(name) : (tn_text){0};
}

/* VALUES: one row's expressions behind the other. */
static bool resolve_values(struct tn__analysis *an, const struct tn__ast_arm *arm,
                           struct tn__ir_block *block, const struct tn__scope *scope)
{
    size_t rows = 1;
    for (const struct tn__ast_row *row = arm->rows; row; row = row->next)
        rows++;
    size_t width = arm->items.count;
    block->items = tn__an_new(an, rows * width, sizeof(*block->items));
    if (!block->items)
        return false;
    block->is_values = true;
    block->column_count = (uint32_t)width;
    block->row_count = (uint32_t)rows;
    const struct tn__ast_row *next = arm->rows;
    const struct tn__ast_items *items = &arm->items;
    for (size_t r = 0; r < rows; r++) {
        size_t i = 0;
        if (items->count != width) {
            tn__an_doubt(an, "rows of VALUES differ in length");
            return false;
        }
        for (const struct tn__ast_item *item = items->first; item; item = item->next, i++) {
            struct tn__ir_item *out = &block->items[r * width + i];
            out->expr = item->expr ? tn__resolve_expr(an, item->expr, scope) : NULL;
            out->span = item->span;
            if (!out->expr)
                return false;
            if (r == 0)
                out->name = name_of_value(an, item->expr, out->expr, i);
        }
        if (next) {
            items = &next->items;
            next = next->next;
        }
    }
    return true;
}

/* The position that an ORDER BY or GROUP BY term names by a number; 0: none. */
static uint32_t ordinal(const struct tn__ast_expr *expr, const struct tn__scope *scope)
{
    int64_t number = 0;
    if (expr->kind != TN__AST_NUMBER ||
        tn__text_to_int(&number, tn__sql_text(scope->text, tn__token_of(expr, scope))) != TN_OK)
        return 0;
    return number >= 1 && number <= UINT32_MAX ? (uint32_t)number : 0;
}

/* Terms of ORDER BY and GROUP BY. ORDER BY prefers the result's names to the columns'. */
static struct tn__ir_expr **resolve_terms(struct tn__analysis *an,
                                          const struct tn__ast_items *items,
                                          const struct tn__scope *scope, bool is_order)
{
    struct tn__ir_expr **terms = tn__an_new(an, items->count, sizeof(struct tn__ir_expr *));
    size_t i = 0;
    for (const struct tn__ast_item *item = items->first; item && terms; item = item->next, i++) {
        const struct tn__ast_expr *expr = item->expr;
        while (expr->kind == TN__AST_COLLATE)
            expr = expr->left;
        uint32_t number = ordinal(expr, scope);
        if (number > 0 && number <= scope->alias_count)
            terms[i] = scope->aliases[number - 1].expr;
        for (uint32_t a = 0; is_order && !terms[i] && a < scope->alias_count; a++)
            if (expr->kind == TN__AST_COLUMN && !expr->table.text.data &&
                scope->aliases[a].name.data &&
                tn__text_equal_nocase(scope->aliases[a].name, expr->name.text))
                terms[i] = scope->aliases[a].expr;
        if (!terms[i])
            terms[i] = tn__resolve_expr(an, item->expr, scope);
        if (!terms[i])
            return NULL;
    }
    return terms;
}

/* Which way each term goes. NULL comes first, and last with DESC: other places are no index's. */
static uint8_t *read_orders(struct tn__analysis *an, const struct tn__ast_items *order)
{
    uint8_t *orders = tn__an_new(an, order->count, sizeof(*orders));
    size_t i = 0;
    for (const struct tn__ast_item *item = order->first; item && orders; item = item->next) {
        bool is_odd = item->is_desc ? item->nulls_first : item->nulls_last;
        orders[i++] = is_odd ? TN__IR_ODD : item->is_desc ? TN__IR_DESC : TN__IR_ASC;
    }
    return orders;
}

/* `order` is the ORDER BY of a query with one SELECT: it sees the sources, and an aggregate in it
 * makes one of the query. */
static bool resolve_block(struct tn__analysis *an, const struct tn__ast_arm *arm,
                          const struct tn__ast_items *order, struct tn__ir_block *block,
                          const struct tn__scope *outer)
{
    struct tn__scope scope = *outer;
    scope.block = block;
    scope.windows = arm->windows;
    block->is_distinct = arm->is_distinct;
    if (arm->is_values)
        return resolve_values(an, arm, block, &scope);
    if (!tn__resolve_from(an, &arm->from, &scope) || !tn__resolve_items(an, &arm->items, &scope))
        return false;
    scope.aliases = block->items;
    scope.alias_count = block->column_count;
    scope.is_condition = true;
    if (arm->where && !(block->where = tn__resolve_expr(an, arm->where, &scope)))
        return false;
    if (arm->group_by.count) {
        block->is_aggregate = true;
        block->group_count = (uint32_t)arm->group_by.count;
        block->group_by = resolve_terms(an, &arm->group_by, &scope, false);
        if (!block->group_by)
            return false;
    }
    scope.is_condition = false;
    if (arm->having && !(block->having = tn__resolve_expr(an, arm->having, &scope)))
        return false;
    if (order) {
        scope.is_order = true;
        block->order_count = (uint32_t)order->count;
        block->order_by = resolve_terms(an, order, &scope, true);
        block->orders = read_orders(an, order);
        if (!block->order_by || !block->orders)
            return false;
    }
    if (block->is_aggregate && !tn__ir_disturb(an, block))
        return false;
    return an->status == TN_OK;
}

/* ORDER BY of a compound: its terms name columns of the result, and say nothing of them. */
static bool resolve_order(struct tn__analysis *an, const struct tn__ast_select *select,
                          struct tn__ir_query *query, const struct tn__scope *outer)
{
    struct tn__scope scope = *outer;
    bool was_quiet = an->is_quiet;
    const char *reason = an->reason;
    scope.aliases = query->blocks[0].items;
    scope.alias_count = query->blocks[0].column_count;
    scope.block = &query->blocks[0];
    an->is_quiet = true;
    query->order_by = resolve_terms(an, &select->order_by, &scope, true);
    query->order_count = query->order_by ? (uint32_t)select->order_by.count : 0;
    an->is_quiet = was_quiet;
    an->reason = reason;
    return an->status == TN_OK;
}

/* A column's name, to be sorted. */
struct numbered {
    tn_text name;
    uint32_t index;
};

static int compare_numbered(const void *a, const void *b)
{
    const struct numbered *x = a;
    const struct numbered *y = b;
    size_t common = x->name.size < y->name.size ? x->name.size : y->name.size;
    for (size_t i = 0; i < common; i++) {
        char c = tn__lower(x->name.data[i]);
        char d = tn__lower(y->name.data[i]);
        if (c != d)
            return c < d ? -1 : 1;
    }
    if (x->name.size != y->name.size)
        return x->name.size < y->name.size ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* "id:1": a name that was set apart further inside. */
static bool is_set_apart(tn_text name)
{
    size_t end = name.size;
    while (end > 0 && name.data[end - 1] >= '0' && name.data[end - 1] <= '9')
        end--;
    return end > 1 && end < name.size && name.data[end - 1] == ':';
}

enum {
    MOST_TWINS = 3 /* behind them the engine numbers at random */
};

/* The second column of a name is called "name:1" by those who look from outside; where such names meet,
 * nobody can tell what they become. */
static bool set_apart(struct tn__analysis *an, struct tn__ir_query *query)
{
    struct numbered *sorted = tn__an_new(an, query->column_count, sizeof(*sorted));
    uint32_t twins = 0;
    bool is_doubtful = false;
    bool has_twins = false;
    if (!sorted)
        return false;
    for (uint32_t i = 0; i < query->column_count; i++) {
        sorted[i] = (struct numbered){query->columns[i].name, i};
        is_doubtful = is_doubtful || is_set_apart(query->columns[i].name);
    }
    qsort(sorted, query->column_count, sizeof(*sorted), compare_numbered);
    for (uint32_t i = 1; i < query->column_count; i++) {
        tn_text name = sorted[i].name;
        twins = tn__text_equal_nocase(name, sorted[i - 1].name) ? twins + 1 : 0;
        if (twins == 0 || name.size == 0)
            continue;
        has_twins = true;
        if (is_doubtful || twins > MOST_TWINS) {
            query->columns[sorted[i].index].name = (tn_text){"", 0};
            continue;
        }
        char *other =
            tn__arena_printf(an->arena, "%.*s:%u", (int)name.size, name.data, (unsigned)twins);
        if (!other) {
            an->status = TN_ENOMEM;
            return false;
        }
        query->columns[sorted[i].index].name = tn_text_of(other);
    }
    for (uint32_t i = 0; has_twins && is_doubtful && i < query->column_count; i++)
        if (is_set_apart(query->columns[i].name))
            query->columns[i].name = (tn_text){"", 0};
    return true;
}

/* Whether it joins by RIGHT or FULL anywhere in its FROM: the engine may make it a part of the query around. */
static bool has_right(const struct tn__ir_query *query)
{
    for (uint32_t b = 0; b < query->block_count; b++) {
        const struct tn__ir_block *block = &query->blocks[b];
        if (block->has_right)
            return true;
        for (uint32_t i = 0; i < block->leaf_count; i++)
            if (block->leaves[i]->kind == TN__IR_DERIVED && block->leaves[i]->query->has_right)
                return true;
    }
    return false;
}

/* The columns that others see: named by the first arm, or by the list behind a name of WITH. */
static bool name_columns(struct tn__analysis *an, struct tn__ir_query *query,
                         const struct tn__ast_names *names)
{
    const struct tn__ir_block *first = &query->blocks[0];
    query->columns = tn__an_new(an, first->column_count, sizeof(*query->columns));
    if (!query->columns)
        return false;
    query->column_count = first->column_count;
    for (uint32_t i = 0; i < first->column_count; i++)
        query->columns[i].name = first->items[i].name;
    if (!set_apart(an, query))
        return false;
    uint32_t i = 0;
    for (const struct tn__ast_name_item *n = names ? names->first : NULL;
         n && i < query->column_count; n = n->next)
        query->columns[i++].name = n->name.text;
    return true;
}

static bool resolve_limit(struct tn__analysis *an, const struct tn__ast_select *select,
                          struct tn__ir_query *query, const struct tn__scope *scope)
{
    struct tn__scope none = tn__scope_inside(scope, NULL);
    if (select->limit && !(query->limit = tn__resolve_expr(an, select->limit, &none)))
        return false;
    return !select->offset || (query->offset = tn__resolve_expr(an, select->offset, &none));
}

/* `query` is zeroed; `names` may be NULL; is_cte: its later arms may ask for it by its name. */
static bool resolve_arms(struct tn__analysis *an, struct tn__ir_query *query,
                         const struct tn__ast_select *select, const struct tn__ast_names *names,
                         const struct tn__scope *outer, bool is_cte)
{
    struct tn__scope scope = *outer;
    query->within = outer->within;
    query->iteration = 1;
    query->outer = outer->outer ? outer->outer->block : NULL;
    query->blocks = tn__an_new(an, select->arm_count, sizeof(*query->blocks));
    query->ops = tn__an_new(an, select->arm_count, sizeof(*query->ops));
    if (!query->blocks || !query->ops || !tn__resolve_with(an, &select->with, &scope))
        return false;
    const struct tn__ast_items *order =
        select->arm_count == 1 && select->order_by.count ? &select->order_by : NULL;
    for (const struct tn__ast_arm *arm = select->first; arm; arm = arm->next) {
        uint32_t i = query->block_count;
        query->ops[i] = arm->op;
        if (!resolve_block(an, arm, order, &query->blocks[i], &scope))
            return false;
        query->block_count++;
        if (i == 0 && !name_columns(an, query, names))
            return false;
        if (query->blocks[i].column_count != query->column_count) {
            tn__an_doubt(an, "the arms of a compound differ in their number of columns");
            return false;
        }
        if (is_cte)
            scope.within = query;
    }
    if (select->arm_count > 1 && select->order_by.count &&
        !resolve_order(an, select, query, &scope))
        return false;
    query->has_right = has_right(query);
    return resolve_limit(an, select, query, &scope);
}

static bool resolve_into(struct tn__analysis *an, struct tn__ir_query *query,
                         const struct tn__ast_select *select, const struct tn__ast_names *names,
                         const struct tn__scope *outer, bool is_cte)
{
    bool is_done =
        tn__an_enter(an, TN__QUERY_DEPTH) && resolve_arms(an, query, select, names, outer, is_cte);
    tn__an_leave(an, TN__QUERY_DEPTH);
    return is_done;
}

struct tn__ir_query *tn__resolve_query(struct tn__analysis *an, const struct tn__ast_select *select,
                                       const struct tn__scope *outer)
{
    struct tn__ir_query *query = TN__AN_NEW(an, struct tn__ir_query);
    return query && resolve_into(an, query, select, NULL, outer, false) ? query : NULL;
}

struct tn__ast_select *tn__select_star(struct tn__analysis *an, const struct tn__ast_sources *from,
                                       struct tn__sql_span span)
{
    struct tn__ast_select *select = TN__AN_NEW(an, struct tn__ast_select);
    struct tn__ast_arm *arm = TN__AN_NEW(an, struct tn__ast_arm);
    struct tn__ast_item *star = TN__AN_NEW(an, struct tn__ast_item);
    if (!select || !arm || !star)
        return NULL;
    star->is_star = true;
    star->span = span;
    arm->items.first = arm->items.last = star;
    arm->items.count = 1;
    arm->from = *from;
    arm->span = span;
    select->first = select->last = arm;
    select->arm_count = 1;
    select->span = span;
    return select;
}

void tn__resolve_cte(struct tn__analysis *an, struct tn__named_query *named)
{
    struct tn__scope scope = tn__scope_inside(named->scope, named->scope->outer);
    scope.is_with = true;
    named->query = TN__AN_NEW(an, struct tn__ir_query);
    named->is_resolving = true;
    if (named->query &&
        !resolve_into(an, named->query, named->cte->select,
                      named->cte->has_columns ? &named->cte->columns : NULL, &scope, true))
        named->query = NULL;
    named->is_resolving = false;
}
