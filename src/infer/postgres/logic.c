/* SPDX-License-Identifier: MIT */
#include "infer/postgres/forms.h"

#include "util/str.h"

/* Conditions, and what chooses between values. */

/* A list as a tree that is no deeper than it needs to be. */
static struct tn__ir_expr *balance(struct tn__pg_lowering *l, enum tn__ir_kind kind,
                                   struct tn__ir_expr **args, uint32_t count)
{
    if (count == 1)
        return args[0];
    struct tn__ir_expr *left = balance(l, kind, args, count / 2);
    struct tn__ir_expr *right = balance(l, kind, args + count / 2, count - count / 2);
    return left && right ? tn__pg_pair(l, kind, left, right) : NULL;
}

TN__PG_FORM(logic)
{
    tn_text op = tn__pg_field(node, "boolop")->text;
    uint32_t count = 0;
    struct tn__ir_expr **args = tn__pg_lower_list(l, tn__pg_field(node, "args"), scope, &count);
    if (!args)
        return NULL;
    if (tn__text_is(op, "not") && count == 1)
        return tn__pg_of_one(l, TN__IR_NOT, args[0]);
    bool is_and = tn__text_is(op, "and");
    if (count == 0 || (!is_and && !tn__text_is(op, "or")))
        return tn__pg_new_call(l, TN__PG_ANY, args, count);
    return balance(l, is_and ? TN__IR_AND : TN__IR_OR, args, count);
}

static struct tn__ir_expr *null_test(struct tn__pg_lowering *l, struct tn__ir_expr *arg,
                                     bool is_not)
{
    struct tn__ir_expr *test = tn__pg_of_one(l, TN__IR_NULLTEST, arg);
    if (test)
        test->is_not = is_not;
    return test;
}

/* ROW(a, b) IS NULL: all are; IS NOT NULL: none is, so that it may be neither. Of a row that is one
 * value this proves the value, too: IS NOT NULL is true of no NULL, and IS NULL false of none. */
TN__PG_FORM(null_test)
{
    const struct tn__pg_node *arg = tn__pg_field(node, "arg");
    bool is_not = tn__pg_number(node, "nulltesttype", 0) == 1;
    bool is_row = tn__pg_is(arg, "ROW") || tn__pg_is(arg, "ROWEXPR");
    uint32_t count = 0;
    if (!is_row || !tn__pg_true(node, "argisrow")) {
        struct tn__ir_expr *one = tn__pg_lower_expr(l, arg, scope);
        return one ? null_test(l, one, is_not) : NULL;
    }
    struct tn__ir_expr **args = tn__pg_lower_list(l, tn__pg_field(arg, "args"), scope, &count);
    for (uint32_t i = 0; args && i < count; i++)
        if (!(args[i] = null_test(l, args[i], is_not)))
            return NULL;
    if (!args)
        return NULL;
    return count > 0 ? balance(l, TN__IR_AND, args, count)
                     : tn__pg_new_call(l, TN__PG_NEVER, NULL, 0);
}

TN__PG_FORM(truth_test)
{
    int64_t type = tn__pg_number(node, "booltesttype", -1);
    struct tn__ir_expr *arg = tn__pg_lower_expr(l, tn__pg_field(node, "arg"), scope);
    if (!arg)
        return NULL;
    if (type >= 4) /* IS UNKNOWN, IS NOT UNKNOWN */
        return null_test(l, arg, type != 4);
    struct tn__ir_expr *test = tn__pg_of_one(l, TN__IR_TRUTH, arg);
    if (!test)
        return NULL;
    test->is_value_true = type == 0 || type == 1;
    test->is_not = type == 1 || type == 3;
    return test;
}

/* Whether two values are the same is asked of their "=", which somebody may have written who gives NULL. */
TN__PG_FORM(distinct)
{
    const struct tn__pg_node *args = tn__pg_field(node, "args");
    struct tn__ir_expr *left = tn__pg_lower_expr(l, tn__pg_item(args, 0), scope);
    struct tn__ir_expr *right = left ? tn__pg_lower_expr(l, tn__pg_item(args, 1), scope) : NULL;
    struct tn__ir_expr *sides[2] = {left, right};
    if (right && tn__pg_operator_rule(l, tn__pg_oid(node, "opno")) != TN__PG_STRICT) {
        struct tn__ir_expr *call = tn__pg_new_call(l, TN__PG_ANY, sides, 2);
        if (call)
            tn__pg_note_operator(l, call, node);
        return call;
    }
    struct tn__ir_expr *is = right ? tn__pg_pair(l, TN__IR_IS, left, right) : NULL;
    if (is)
        is->is_not = true;
    return is;
}

/* CASE x WHEN y is CASE WHEN x = y, where each condition has a sign for x. */
static bool lower_arms(struct tn__pg_lowering *l, struct tn__ir_expr *expr,
                       const struct tn__pg_node *arms, struct tn__pg_scope *scope)
{
    uint32_t i = 0;
    for (const struct tn__pg_node *arm = arms->first; arm; arm = arm->next) {
        expr->args[i] = tn__pg_lower_expr(l, tn__pg_field(arm, "expr"), scope);
        if (!expr->args[i++])
            return false;
        expr->args[i] = tn__pg_lower_expr(l, tn__pg_field(arm, "result"), scope);
        if (!expr->args[i++])
            return false;
    }
    return true;
}

TN__PG_FORM(case)
{
    const struct tn__pg_node *arms = tn__pg_field(node, "args");
    const struct tn__pg_node *base = tn__pg_field(node, "arg");
    const struct tn__pg_node *other = tn__pg_field(node, "defresult");
    const struct tn__ir_expr *was = scope->tested;
    struct tn__ir_expr *expr =
        tn__ir_new(l->an, TN__IR_CASE, 2 * arms->count, (struct tn__sql_span){0});
    struct tn__ir_expr *of =
        expr && base->kind == TN__PG_NODE ? tn__pg_lower_expr(l, base, scope) : NULL;
    if (!expr || (base->kind == TN__PG_NODE && !of))
        return NULL;
    scope->tested = of;
    bool is_done = lower_arms(l, expr, arms, scope);
    scope->tested = was;
    if (other->kind == TN__PG_NODE)
        expr->else_ = tn__pg_lower_expr(l, other, scope);
    return is_done && (other->kind != TN__PG_NODE || expr->else_) ? expr : NULL;
}

TN__PG_FORM(coalesce)
{
    uint32_t count = 0;
    struct tn__ir_expr **args = tn__pg_lower_list(l, tn__pg_field(node, "args"), scope, &count);
    struct tn__ir_expr *expr =
        args ? tn__ir_new(l->an, TN__IR_COALESCE, count, (struct tn__sql_span){0}) : NULL;
    for (uint32_t i = 0; expr && i < count; i++)
        expr->args[i] = args[i];
    return expr;
}

/* GREATEST and LEAST leave NULLs out, too. */
TN__PG_FORM(min_max)
{
    struct tn__ir_expr *expr = tn__pg_lower_coalesce(l, node, scope);
    if (expr)
        expr->op = tn__pg_number(node, "op", 0) == 0 ? TN__OP_GT : TN__OP_LT;
    return expr;
}

/* (a, b) < (c, d); equality comes as AND. */
TN__PG_FORM(row_compare)
{
    const struct tn__pg_node *ops = tn__pg_field(node, "opnos");
    uint32_t left_count = 0;
    uint32_t right_count = 0;
    struct tn__ir_expr **left =
        tn__pg_lower_list(l, tn__pg_field(node, "largs"), scope, &left_count);
    struct tn__ir_expr **right =
        tn__pg_lower_list(l, tn__pg_field(node, "rargs"), scope, &right_count);
    struct tn__ir_expr *rows[2];
    if (!left || !right ||
        !(rows[0] = tn__ir_new(l->an, TN__IR_ROW, left_count, (struct tn__sql_span){0})) ||
        !(rows[1] = tn__ir_new(l->an, TN__IR_ROW, right_count, (struct tn__sql_span){0})))
        return NULL;
    for (uint32_t i = 0; i < left_count; i++)
        rows[0]->args[i] = left[i];
    for (uint32_t i = 0; i < right_count; i++)
        rows[1]->args[i] = right[i];
    bool is_known = left_count == right_count && left_count > 0;
    for (const struct tn__pg_node *op = ops->first; op; op = op->next) {
        int64_t oid = 0;
        is_known = is_known && tn__text_to_int(&oid, op->text) == TN_OK &&
                   tn__pg_operator_rule(l, (uint32_t)oid) == TN__PG_STRICT;
    }
    if (!is_known)
        return tn__pg_new_call(l, TN__PG_ANY, rows, 2);
    struct tn__ir_expr *compare = tn__pg_pair(l, TN__IR_COMPARE_ROW, rows[0], rows[1]);
    if (compare)
        compare->op = TN__OP_LT; /* or another that the first two decide */
    return compare;
}
