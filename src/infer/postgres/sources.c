/* SPDX-License-Identifier: MIT */
#include "infer/postgres/lowering.h"

#include "infer/postgres/total.h"
#include "util/str.h"

/* What stands in a FROM and is no table: each is a query, whose columns are what they are made
 * of. */

enum rte_kind {
    RTE_RELATION,
    RTE_SUBQUERY,
    RTE_JOIN,
    RTE_FUNCTION,
    RTE_TABLEFUNC,
    RTE_VALUES,
    RTE_CTE,
    RTE_NAMEDTUPLESTORE,
    RTE_RESULT
};

enum {
    TYPE_RECORD = 2249
};

/* SELECT items, without a FROM: one row, of what the rows around it are. */
static struct tn__ir_query *new_lone_query(struct tn__pg_lowering *l,
                                           const struct tn__pg_scope *scope, uint32_t item_count)
{
    struct tn__ir_query *query = TN__AN_NEW(l->an, struct tn__ir_query);
    struct tn__ir_block *block = TN__AN_NEW(l->an, struct tn__ir_block);
    if (!query || !block)
        return NULL;
    query->columns = tn__an_new(l->an, item_count, sizeof(*query->columns));
    block->items = tn__an_new(l->an, item_count, sizeof(*block->items));
    if (!query->columns || !block->items)
        return NULL;
    query->blocks = block;
    query->block_count = 1;
    query->within = scope->within;
    query->outer = scope->block;
    return query;
}

static void add_column(struct tn__ir_query *query, tn_text name, struct tn__ir_expr *expr)
{
    struct tn__ir_block *block = query->blocks;
    query->columns[query->column_count++].name = name;
    block->items[block->column_count].name = name;
    block->items[block->column_count].location = UINT32_MAX;
    block->items[block->column_count++].expr = expr;
}

static const struct tn__pg_node *names_of(const struct tn__pg_node *rte)
{
    return tn__pg_field(tn__pg_field(rte, "eref"), "colnames");
}

/* Something with columns by these names, that anything may be in. */
static struct tn__ir_query *unknown_query(struct tn__pg_lowering *l, const struct tn__pg_node *rte,
                                          const struct tn__pg_scope *scope,
                                          struct tn__ir_expr **args, uint32_t arg_count)
{
    const struct tn__pg_node *names = names_of(rte);
    struct tn__ir_query *query = new_lone_query(l, scope, names->count);
    if (!query)
        return NULL;
    query->blocks->may_add_rows = query->blocks->may_drop_rows = true;
    for (const struct tn__pg_node *name = names->first; name; name = name->next) {
        bool is_first = name == names->first;
        struct tn__ir_expr *expr = tn__pg_new_call(l, TN__PG_ANY, args, is_first ? arg_count : 0);
        if (!expr)
            return NULL;
        add_column(query, name->text, expr);
    }
    return query;
}

/* The one row of a sequence, as in SELECT last_value FROM ticket_id_seq. */
static struct tn__ir_query *sequence_query(struct tn__pg_lowering *l, const struct tn__pg_node *rte,
                                           const struct tn__pg_scope *scope)
{
    const struct tn__pg_node *names = names_of(rte);
    struct tn__ir_query *query = new_lone_query(l, scope, names->count);
    for (const struct tn__pg_node *name = names->first; query && name; name = name->next) {
        struct tn__ir_expr *expr = tn__pg_new_call(l, TN__PG_NEVER, NULL, 0);
        if (!expr)
            return NULL;
        add_column(query, name->text, expr);
    }
    return query;
}

/* --- functions */

static bool is_row_type(const struct tn__pg_lowering *l, uint32_t oid)
{
    const struct tn__server_type *type = tn__server_type(l->server, oid);
    while (type && type->kind == TN__SERVER_DOMAIN)
        type = type->inner;
    return oid == TYPE_RECORD || !type || type->kind == TN__SERVER_COMPOSITE;
}

/* One function of ROWS FROM: a column, or those of the row that it gives. */
static bool add_function(struct tn__pg_lowering *l, struct tn__ir_query *query,
                         const struct tn__pg_node *function, const struct tn__pg_node **name,
                         struct tn__pg_scope *scope, bool is_short)
{
    const struct tn__pg_node *node = tn__pg_field(function, "funcexpr");
    bool is_call = tn__pg_is(node, "FUNCEXPR");
    int64_t count = tn__pg_number(function, "funccolcount", 1);
    uint32_t funcid = tn__pg_oid(node, "funcid");
    bool is_row = is_call && is_row_type(l, tn__pg_oid(node, "funcresulttype"));
    /* COALESCE, CAST and their like may give a row, too. */
    bool is_value = count == 1 && (is_call ? !is_row : tn__pg_is(node, "SQLVALUEFUNCTION"));
    struct tn__ir_expr *call = tn__pg_lower_expr(l, node, scope);
    if (is_call && tn__pg_true(node, "funcretset"))
        query->blocks->may_add_rows = query->blocks->may_drop_rows = true;
    for (int64_t i = 0; call && i < count && *name; i++, *name = (*name)->next) {
        struct tn__ir_expr *expr = call;
        if (!is_value) {
            bool is_firm = is_row && tn__pg_is_firm_column(funcid, (uint32_t)i);
            expr = tn__pg_new_call(l, is_firm ? TN__PG_NEVER : TN__PG_ANY, &call, i == 0 ? 1 : 0);
        }
        if (expr && is_short)
            expr = tn__pg_maybe(l, expr);
        if (!expr)
            return false;
        add_column(query, (*name)->text, expr);
    }
    return call != NULL;
}

static struct tn__ir_query *function_query(struct tn__pg_lowering *l, const struct tn__pg_node *rte,
                                           struct tn__pg_scope *scope)
{
    const struct tn__pg_node *functions = tn__pg_field(rte, "functions");
    const struct tn__pg_node *names = names_of(rte);
    const struct tn__pg_node *name = names->first;
    struct tn__ir_query *query = new_lone_query(l, scope, names->count);
    uint32_t was = scope->set_count;
    if (query)
        query->blocks->is_kept = true;
    scope->set_count = 0; /* these are not beside those of the result list */
    for (const struct tn__pg_node *f = functions->first; query && f; f = f->next)
        if (!add_function(l, query, f, &name, scope, functions->count > 1))
            query = NULL;
    scope->set_count = was;
    /* WITH ORDINALITY */
    for (; query && name; name = name->next) {
        struct tn__ir_expr *number = tn__pg_new_call(l, TN__PG_NEVER, NULL, 0);
        if (!number)
            return NULL;
        add_column(query, name->text, number);
    }
    return query;
}

/* --- XMLTABLE, JSON_TABLE */

static bool is_in(const struct tn__pg_node *set, int64_t number)
{
    int64_t one = 0;
    for (const struct tn__pg_node *item = set->first; item; item = item->next)
        if (tn__text_to_int(&one, item->text) == TN_OK && one == number)
            return true;
    return false;
}

static struct tn__ir_query *table_function_query(struct tn__pg_lowering *l,
                                                 const struct tn__pg_node *rte,
                                                 struct tn__pg_scope *scope)
{
    const struct tn__pg_node *function = tn__pg_field(rte, "tablefunc");
    int64_t ordinality = tn__pg_number(function, "ordinalitycol", -1);
    const struct tn__pg_node *firm = tn__pg_field(function, "notnulls");
    struct tn__ir_expr *args[2] = {tn__pg_lower_expr(l, tn__pg_field(function, "docexpr"), scope),
                                   tn__pg_lower_expr(l, tn__pg_field(function, "rowexpr"), scope)};
    struct tn__ir_query *query = args[0] && args[1] ? unknown_query(l, rte, scope, args, 2) : NULL;
    bool is_xml = tn__pg_number(function, "functype", 0) == 0;
    for (uint32_t i = 1; query && is_xml && i < query->column_count; i++)
        if (i == ordinality || is_in(firm, i)) {
            query->blocks->items[i].expr = tn__pg_new_call(l, TN__PG_NEVER, NULL, 0);
            if (!query->blocks->items[i].expr)
                return NULL;
        }
    return query;
}

/* --- VALUES */

static struct tn__ir_query *values_query(struct tn__pg_lowering *l, const struct tn__pg_node *rte,
                                         struct tn__pg_scope *scope)
{
    const struct tn__pg_node *rows = tn__pg_field(rte, "values_lists");
    uint32_t width = rows->first ? rows->first->count : 0;
    struct tn__ir_query *query = new_lone_query(l, scope, width);
    if (!query)
        return NULL;
    struct tn__ir_block *block = query->blocks;
    block->items = tn__an_new(l->an, (size_t)rows->count * width, sizeof(*block->items));
    if (!block->items)
        return NULL;
    block->is_values = true;
    query->column_count = block->column_count = width;
    const struct tn__pg_node *name = names_of(rte)->first;
    for (uint32_t i = 0; i < width && name; i++, name = name->next)
        query->columns[i].name = name->text;
    for (const struct tn__pg_node *row = rows->first; row; row = row->next) {
        struct tn__ir_item *item = &block->items[(size_t)block->row_count++ * width];
        if (row->count != width) {
            tn__an_doubt(l->an, "the rows of VALUES are not of one length");
            break;
        }
        for (const struct tn__pg_node *value = row->first; value; value = value->next, item++)
            if (!(item->expr = tn__pg_lower_expr(l, value, scope)))
                return NULL;
    }
    return query;
}

/* --- WITH */

bool tn__pg_take_ctes(struct tn__pg_lowering *l, struct tn__pg_scope *scope)
{
    const struct tn__pg_node *list = tn__pg_field(scope->query, "cteList");
    for (const struct tn__pg_node *node = list->first; node; node = node->next) {
        struct tn__pg_cte *cte = TN__AN_NEW(l->an, struct tn__pg_cte);
        if (!cte)
            return false;
        cte->node = node;
        cte->name = tn__pg_field(node, "ctename")->text;
        cte->next = scope->ctes;
        scope->ctes = cte;
    }
    return true;
}

static bool lower_cte(struct tn__pg_lowering *l, struct tn__pg_cte *cte, struct tn__pg_scope *scope)
{
    const struct tn__pg_node *node = tn__pg_field(cte->node, "ctequery");
    bool may_see_itself = tn__pg_true(cte->node, "cterecursive") &&
                          tn__pg_field(node, "setOperations")->kind == TN__PG_NODE;
    if (cte->is_lowering && !may_see_itself)
        tn__an_doubt(l->an, "a query of WITH looks at itself");
    if (cte->query)
        return !l->an->reason;
    if (!tn__an_enter(l->an, TN__QUERY_DEPTH))
        return false;
    cte->query = tn__pg_new_query(l, node, scope, scope->within);
    if (cte->query)
        cte->query->is_recursive = may_see_itself;
    cte->is_lowering = true;
    bool is_done = cte->query && tn__pg_fill_query(l, cte->query, node, scope);
    cte->is_lowering = false;
    const struct tn__pg_node *names = tn__pg_field(cte->node, "ctecolnames");
    const struct tn__pg_node *name = names->first;
    for (uint32_t i = 0; is_done && name && i < cte->query->column_count; i++, name = name->next)
        cte->query->columns[i].name = name->text;
    tn__an_leave(l->an, TN__QUERY_DEPTH);
    return is_done;
}

bool tn__pg_lower_ctes(struct tn__pg_lowering *l, struct tn__pg_scope *scope)
{
    for (struct tn__pg_cte *cte = scope->ctes; cte && !l->an->reason; cte = cte->next) {
        if (cte->query)
            continue;
        struct tn__aside *other = TN__AN_NEW(l->an, struct tn__aside);
        if (!other || !lower_cte(l, cte, scope))
            return l->an->reason != NULL;
        *other = (struct tn__aside){.query = cte->query, .next = l->others};
        l->others = other;
    }
    return true;
}

static struct tn__ir_query *query_of_cte(struct tn__pg_lowering *l, const struct tn__pg_node *rte,
                                         struct tn__pg_scope *scope)
{
    struct tn__pg_scope *home = tn__pg_scope_up(scope, tn__pg_number(rte, "ctelevelsup", 0));
    tn_text name = tn__pg_field(rte, "ctename")->text;
    for (struct tn__pg_cte *cte = home ? home->ctes : NULL; cte; cte = cte->next)
        if (tn_text_equal(cte->name, name))
            return lower_cte(l, cte, home) ? cte->query : NULL;
    return unknown_query(l, rte, scope, NULL, 0);
}

struct tn__ir_query *tn__pg_query_of(struct tn__pg_lowering *l, const struct tn__pg_node *rte,
                                     struct tn__pg_scope *scope)
{
    switch (tn__pg_number(rte, "rtekind", -1)) {
    case RTE_RELATION:
        return tn__text_is(tn__pg_field(rte, "relkind")->text, "S")
                   ? sequence_query(l, rte, scope)
                   : unknown_query(l, rte, scope, NULL, 0);
    case RTE_SUBQUERY: {
        struct tn__ir_query *query =
            tn__pg_lower_query(l, tn__pg_field(rte, "subquery"), scope, scope->within);
        if (query)
            query->is_view = tn__pg_oid(rte, "relid") != 0;
        return query;
    }
    case RTE_FUNCTION:
        return function_query(l, rte, scope);
    case RTE_TABLEFUNC:
        return table_function_query(l, rte, scope);
    case RTE_VALUES:
        return values_query(l, rte, scope);
    case RTE_CTE:
        return query_of_cte(l, rte, scope);
    case RTE_RESULT:
        return new_lone_query(l, scope, 0);
    default:
        return unknown_query(l, rte, scope, NULL, 0);
    }
}
