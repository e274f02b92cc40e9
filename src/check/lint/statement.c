/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "util/str.h"

/* One statement: its blocks are gathered, its expressions shown to the rules about them, and then the
 * rules about the whole are asked. What views are made of is not the query's fault: only the plan goes
 * into them. */

enum {
    FIRST_BLOCKS = 8
};

/* Whose rule it is. */
enum {
    SQLITE = 1,
    POSTGRES = 2,
    BOTH = SQLITE | POSTGRES
};

static const struct {
    enum tn__ir_kind kind;
    int engines;
    tn__lint_expr_rule *rule;
} expr_rules[] = {
    {TN__IR_COMPARE, BOTH, tn__lint_null},
    {TN__IR_BETWEEN, SQLITE, tn__lint_null}, /* to a server it is two comparisons */
    {TN__IR_IN, BOTH, tn__lint_null},
    {TN__IR_CALL, POSTGRES, tn__lint_null}, /* NOT IN a list */
    {TN__IR_IN_QUERY, BOTH, tn__lint_null},
    {TN__IR_CASE, BOTH, tn__lint_null},
    {TN__IR_COMPARE, SQLITE, tn__lint_class}, /* a server refuses such */
    {TN__IR_IS, SQLITE, tn__lint_class},
    {TN__IR_BETWEEN, SQLITE, tn__lint_class},
    {TN__IR_IN, SQLITE, tn__lint_class},
    {TN__IR_IN_QUERY, SQLITE, tn__lint_class},
    {TN__IR_CASE, SQLITE, tn__lint_class},
    {TN__IR_COMPARE, BOTH, tn__lint_value},
    {TN__IR_IS, SQLITE, tn__lint_value}, /* a server may compare by a collation here */
    {TN__IR_IN, BOTH, tn__lint_value},
    {TN__IR_CASE, SQLITE, tn__lint_value},
    {TN__IR_ARITH, SQLITE, tn__lint_division},
    {TN__IR_CALL, POSTGRES, tn__lint_division},
    {TN__IR_AGGREGATE, BOTH, tn__lint_concat},
};

static const struct {
    int engines;
    tn__lint_rule *rule;
} rules[] = {
    {BOTH, tn__lint_joins},      {BOTH, tn__lint_rows},      {BOTH, tn__lint_order},
    {SQLITE, tn__lint_plan},     {POSTGRES, tn__lint_large}, {SQLITE, tn__lint_writes},
    {POSTGRES, tn__lint_stored},
};

static int engine_of(const struct tn__lint *lint)
{
    return tn__lint_is_server(lint) ? POSTGRES : SQLITE;
}

tn_text tn__lint_text(const struct tn__lint *lint, struct tn__sql_span span)
{
    return tn__sql_bytes(&lint->judge->sql, span);
}

const struct tn__ir_expr *tn__lint_inside(const struct tn__ir_expr *expr)
{
    while (expr->kind == TN__IR_ALIAS || (expr->kind == TN__IR_COLLATE && expr->op != TN__OP_PLUS))
        expr = expr->args[0];
    return expr;
}

/* The class of a literal, on a server by its type. */
static tn__classes class_of(const struct tn__ir_expr *literal)
{
    static const struct {
        uint32_t oid;
        tn__classes classes;
    } types[] = {{20, TN__CLASS_INT}, /* int8 */
                 {21, TN__CLASS_INT},
                 {23, TN__CLASS_INT},
                 {25, TN__CLASS_TEXT}, /* text, and varchar; blanks of a char(n) may count or not */
                 {1043, TN__CLASS_TEXT}};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (types[i].oid == literal->index)
            return types[i].classes;
    return literal->domain.classes;
}

bool tn__lint_is_literal(const struct tn__ir_expr *expr, tn__classes classes)
{
    return expr->kind == TN__IR_CONST && expr->is_literal && (class_of(expr) & ~classes) == 0;
}

const struct tn__server_function *tn__lint_function(const struct tn__lint *lint, uint32_t oid)
{
    const struct tn__server_catalog *server = lint->an->options->catalog->server;
    return server ? tn__server_function(server, oid) : NULL;
}

bool tn__lint_is_own(const struct tn__server_function *function)
{
    return function && strcmp(function->schema, "pg_catalog") == 0;
}

/* --- gathering */

/* Whether a block of a server is of this text: then something in it stands there. */
static bool is_placed(const struct tn__ir_block *block)
{
    uint32_t rows = block->is_values ? block->row_count : 1;
    for (uint32_t i = 0; i < block->column_count * rows; i++)
        if (block->items[i].expr->span.end > 0)
            return true;
    for (uint32_t i = 0; i < block->join_count; i++)
        if (block->joins[i]->on && block->joins[i]->on->span.end > 0)
            return true;
    return block->where && block->where->span.end > 0;
}

static bool is_of_view(const struct tn__lint *lint, const struct tn__ir_block *block,
                       const struct tn__ir_query *query)
{
    if (lint->view_depth > 0)
        return true;
    return tn__lint_is_server(lint) && query != lint->reading->query && !is_placed(block);
}

static void add_block(struct tn__lint *lint, struct tn__ir_block *block,
                      const struct tn__ir_query *query)
{
    if (lint->block_count == lint->block_cap) {
        size_t cap = lint->block_cap ? lint->block_cap * 2 : FIRST_BLOCKS;
        struct tn__lint_block *blocks = tn__an_new(lint->an, cap, sizeof(*blocks));
        if (!blocks)
            return;
        if (lint->block_count)
            memcpy(blocks, lint->blocks, lint->block_count * sizeof(*blocks));
        lint->blocks = blocks;
        lint->block_cap = cap;
    }
    lint->blocks[lint->block_count++] =
        (struct tn__lint_block){.block = block,
                                .query = query,
                                .is_view = is_of_view(lint, block, query),
                                .place = lint->view,
                                .is_existence = query && query == lint->existence,
                                .is_membership = query && query == lint->membership};
}

static bool on_query(void *user, struct tn__ir_query *query, const struct tn__ir_rel *through)
{
    struct tn__lint *lint = user;
    if (query->is_view && lint->view_depth == 0 && through)
        lint->view = through->name_span;
    lint->view_depth += query->is_view;
    for (uint32_t b = 0; b < query->block_count; b++)
        add_block(lint, &query->blocks[b], query);
    return true;
}

static void on_leave(void *user, struct tn__ir_query *query)
{
    struct tn__lint *lint = user;
    lint->view_depth -= query->is_view;
}

static void on_expr(void *user, const struct tn__ir_expr *expr, const struct tn__ir_expr *parent)
{
    struct tn__lint *lint = user;
    if (expr->kind == TN__IR_EXISTS) {
        lint->existence = expr->query;
        tn__infer_query(lint->an, expr->query); /* which nobody has wanted to know of so far */
    }
    if (expr->kind == TN__IR_IN_QUERY)
        lint->membership = expr->query;
    if (lint->view_depth > 0)
        return;
    for (size_t i = 0; i < sizeof(expr_rules) / sizeof(expr_rules[0]); i++)
        if (expr_rules[i].kind == expr->kind && (expr_rules[i].engines & engine_of(lint)))
            expr_rules[i].rule(lint, expr, parent);
}

static void walk_all(struct tn__lint *lint)
{
    struct tn__analysis *an = lint->an;
    const struct tn__ir_walker walker = {.expr = on_expr,
                                         .query = on_query,
                                         .leave = on_leave,
                                         .user = lint,
                                         .number = tn__ir_walk_begin(an)};
    if (lint->reading->query)
        tn__ir_walk_query(&walker, lint->reading->query, NULL);
    if (an->inserted)
        tn__ir_walk_query(&walker, an->inserted, NULL);
    if (an->changed) {
        add_block(lint, an->changed, NULL);
        tn__ir_walk_block(&walker, an->changed);
    }
    for (const struct tn__ir_block *u = an->upserts; u; u = u->next)
        tn__ir_walk_expr(&walker, u->where, NULL);
    tn__lint_walk_sets(lint, &walker);
    if (lint->reading->returning)
        tn__ir_walk_block(&walker, lint->reading->returning);
    for (const struct tn__stored *stored = lint->reading->stored; stored; stored = stored->next)
        tn__ir_walk_expr(&walker, stored->expr, NULL);
    for (const struct tn__aside *aside = lint->reading->asides; aside; aside = aside->next) {
        tn__ir_walk_expr(&walker, aside->expr, NULL);
        if (aside->query)
            tn__ir_walk_query(&walker, aside->query, NULL);
    }
}

static void read_statement(void *user, struct tn__analysis *an, const struct tn__reading *reading)
{
    struct tn__lint *lint = user;
    lint->an = an;
    lint->reading = reading;
    walk_all(lint);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && an->status == TN_OK; i++)
        if (rules[i].engines & engine_of(lint))
            rules[i].rule(lint);
}

void tn__lint_statement(struct tn__judge *judge)
{
    struct tn__lint lint = {.judge = judge};
    const struct tn__reader reader = {read_statement, &lint, judge->arena};
    if (!judge->analysed.is_certain || judge->query->is_broken)
        return;
    if (judge->engine->read(judge, &reader) != TN_OK)
        judge->status = TN_ENOMEM;
}
