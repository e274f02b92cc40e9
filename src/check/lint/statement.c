/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "util/str.h"

/* One statement: its blocks are gathered, its expressions shown to the rules about them, and then the
 * rules about the whole are asked. What views are made of is not the query's fault: only the plan goes
 * into them. */

enum {
    FIRST_BLOCKS = 8
};

static const struct {
    enum tn__ir_kind kind;
    tn__lint_expr_rule *rule;
} expr_rules[] = {
    {TN__IR_COMPARE, tn__lint_null},     {TN__IR_BETWEEN, tn__lint_null},
    {TN__IR_IN, tn__lint_null},          {TN__IR_IN_QUERY, tn__lint_null},
    {TN__IR_CASE, tn__lint_null},        {TN__IR_COMPARE, tn__lint_class},
    {TN__IR_IS, tn__lint_class},         {TN__IR_BETWEEN, tn__lint_class},
    {TN__IR_IN, tn__lint_class},         {TN__IR_IN_QUERY, tn__lint_class},
    {TN__IR_CASE, tn__lint_class},       {TN__IR_COMPARE, tn__lint_value},
    {TN__IR_IS, tn__lint_value},         {TN__IR_IN, tn__lint_value},
    {TN__IR_CASE, tn__lint_value},       {TN__IR_ARITH, tn__lint_division},
    {TN__IR_AGGREGATE, tn__lint_concat},
};

static tn__lint_rule *const rules[] = {tn__lint_joins, tn__lint_rows, tn__lint_order, tn__lint_plan,
                                       tn__lint_writes};

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

bool tn__lint_is_literal(const struct tn__ir_expr *expr, tn__classes classes)
{
    return expr->kind == TN__IR_CONST && expr->is_literal && (expr->domain.classes & ~classes) == 0;
}

/* --- gathering */

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
                                .is_view = lint->view_depth > 0,
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
    if (expr->kind == TN__IR_EXISTS)
        lint->existence = expr->query;
    if (expr->kind == TN__IR_IN_QUERY)
        lint->membership = expr->query;
    if (lint->view_depth > 0)
        return;
    for (size_t i = 0; i < sizeof(expr_rules) / sizeof(expr_rules[0]); i++)
        if (expr_rules[i].kind == expr->kind)
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
}

static void read_statement(void *user, struct tn__analysis *an, const struct tn__reading *reading)
{
    struct tn__lint *lint = user;
    lint->an = an;
    lint->reading = reading;
    walk_all(lint);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && an->status == TN_OK; i++)
        rules[i](lint);
}

void tn__lint_statement(struct tn__judge *judge)
{
    struct tn__lint lint = {.judge = judge};
    const struct tn__reader reader = {read_statement, &lint, judge->arena};
    if (!judge->stmt || !judge->analysed.is_certain || judge->query->is_broken)
        return;
    if (tn__analyse_read(&reader, judge->stmt, &judge->sql, &judge->params, judge->analysed.params,
                         &judge->analyse) != TN_OK)
        judge->status = TN_ENOMEM;
}
