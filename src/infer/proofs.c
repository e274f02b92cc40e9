/* SPDX-License-Identifier: MIT */
#include "infer/eval.h"
#include "infer/nulls.h"

#include "util/alloc.h"
#include "util/str.h"

/* What the outcome of a condition proves not to be NULL. */

static void add_proof(struct tn__proofs *set, const struct tn__ir_expr *expr)
{
    if (set->an->status != TN_OK)
        return;
    if (set->count == set->cap) {
        const struct tn__ir_expr **grown =
            tn__grow(set->items, &set->cap, set->count + 1, sizeof(*grown));
        if (!grown) {
            set->an->status = TN_ENOMEM;
            return;
        }
        set->items = grown;
    }
    set->items[set->count++] = expr;
}

static bool is_same_list(struct tn__ir_expr *const *a, struct tn__ir_expr *const *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!tn__ir_is_same(a[i], b[i]))
            return false;
    return true;
}

/* Whether two expressions always have the same value in one row. Calls of functions are not: they may
 * be random(), nor are columns that are made of such. Aggregates over the same group are. */
bool tn__ir_is_same(const struct tn__ir_expr *a, const struct tn__ir_expr *b)
{
    if (a->kind != b->kind || a->op != b->op || a->is_not != b->is_not || a->index != b->index ||
        a->rel != b->rel || a->fn != b->fn || a->owner != b->owner || a->affinity != b->affinity ||
        a->arg_count != b->arg_count || a->query || b->query || a->else_ || b->else_ || a->filter ||
        b->filter || a->declared || b->declared)
        return false;
    switch (a->kind) {
    case TN__IR_CONST:
        return a->is_literal && b->is_literal && a->domain.classes == b->domain.classes &&
               tn_text_equal(a->literal, b->literal);
    case TN__IR_COLUMN:
        return !tn__column_may_differ(a);
    case TN__IR_PARAM:
        return true;
    case TN__IR_CALL:
        return a->is_pure && b->is_pure && is_same_list(a->args, b->args, a->arg_count);
    case TN__IR_MAYBE:
    case TN__IR_MERGED:
    case TN__IR_NEGATE:
    case TN__IR_BITNOT:
    case TN__IR_ARITH:
    case TN__IR_CONCAT:
    case TN__IR_ARROW:
    case TN__IR_COLLATE:
    case TN__IR_CAST:
        return is_same_list(a->args, b->args, a->arg_count);
    case TN__IR_AGGREGATE:
        return a->fn && is_same_list(a->args, b->args, a->arg_count);
    default:
        return false;
    }
}

/* An expression that facts are kept about. */
static bool is_subject(const struct tn__ir_expr *expr)
{
    switch (expr->kind) {
    case TN__IR_COLUMN:
        return !tn__column_may_differ(expr);
    case TN__IR_MERGED:
    case TN__IR_ARITH:
    case TN__IR_ARROW:
    case TN__IR_AGGREGATE:
    case TN__IR_CAST:
    case TN__IR_CONCAT:
    case TN__IR_PARAM:
    case TN__IR_MAYBE:
        return true;
    case TN__IR_CALL:
        return expr->is_pure;
    default:
        return false;
    }
}

static void prove_all(struct tn__proofs *set, const struct tn__ir_expr *expr, uint32_t from,
                      uint32_t end)
{
    for (uint32_t i = from; i < end; i++)
        tn__prove(set, expr->args[i], TN__WHEN_NOT_NULL);
}

/* What both of two outcomes prove. */
static void prove_common(struct tn__proofs *set, const struct tn__ir_expr *a, enum tn__outcome of_a,
                         const struct tn__ir_expr *b, enum tn__outcome of_b)
{
    struct tn__proofs left = {.an = set->an};
    struct tn__proofs right = {.an = set->an};
    tn__prove(&left, a, of_a);
    if (left.count > 0)
        tn__prove(&right, b, of_b);
    for (size_t i = 0; i < left.count; i++)
        for (size_t k = 0; k < right.count; k++)
            if (tn__ir_is_same(left.items[i], right.items[k])) {
                add_proof(set, left.items[i]);
                break;
            }
    tn__free(left.items);
    tn__free(right.items);
}

static bool may_be_null(const struct tn__proofs *set, const struct tn__ir_expr *expr)
{
    return tn__is_nullable(tn__eval(set->an, expr));
}

/* a IS b: true proves one side by the other. */
static void prove_is(struct tn__proofs *set, const struct tn__ir_expr *expr, bool is_equal)
{
    for (uint32_t i = 0; i < 2 && is_equal; i++)
        if (!may_be_null(set, expr->args[1 - i]))
            tn__prove(set, expr->args[i], TN__WHEN_NOT_NULL);
}

/* a AND b; a OR b is the same with true and false changed. */
static void prove_logic(struct tn__proofs *set, const struct tn__ir_expr *expr,
                        enum tn__outcome outcome)
{
    enum tn__outcome whole = expr->kind == TN__IR_AND ? TN__WHEN_TRUE : TN__WHEN_FALSE;
    if (outcome == whole) {
        tn__prove(set, expr->args[0], outcome);
        tn__prove(set, expr->args[1], outcome);
    } else {
        /* The other outcome needs one of them; not NULL is either. */
        prove_common(set, expr->args[0], outcome, expr->args[1], outcome);
    }
}

static bool may_be_blob(const struct tn__proofs *set, const struct tn__ir_expr *expr)
{
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (tn__eval(set->an, expr->args[i]).classes & TN__CLASS_BLOB)
            return true;
    return false;
}

/* A match needs both sides. No match does not, where one is a blob: some engines say so before they
 * look for NULL. */
static void prove_like(struct tn__proofs *set, const struct tn__ir_expr *expr,
                       enum tn__outcome outcome)
{
    bool is_match = outcome == (expr->is_not ? TN__WHEN_FALSE : TN__WHEN_TRUE);
    if (is_match || !may_be_blob(set, expr))
        prove_all(set, expr, 0, expr->arg_count);
}

static void prove_call(struct tn__proofs *set, const struct tn__ir_expr *expr)
{
    uint32_t count = expr->arg_count;
    if (expr->declared) {
        if (expr->declared->is_strict && !expr->declared->is_aggregate)
            prove_all(set, expr, 0, count);
        return;
    }
    if (!expr->fn)
        return;
    uint32_t strict = expr->fn->strict;
    if (expr->fn->strict_unless_blob && !may_be_blob(set, expr))
        strict |= expr->fn->strict_unless_blob;
    for (uint32_t i = 0; i < count; i++)
        if (strict & (1U << (i < 31 ? i : 31)))
            tn__prove(set, expr->args[i], TN__WHEN_NOT_NULL);
}

static void prove_truth(struct tn__proofs *set, const struct tn__ir_expr *expr,
                        enum tn__outcome outcome)
{
    if (outcome == TN__WHEN_NOT_NULL)
        return; /* it never is */
    bool holds = (outcome == TN__WHEN_TRUE) != expr->is_not;
    if (holds)
        tn__prove(set, expr->args[0], expr->is_value_true ? TN__WHEN_TRUE : TN__WHEN_FALSE);
}

/* x IN (…): no row, or no value, is in it without x. An empty list needs no x. */
static void prove_in(struct tn__proofs *set, const struct tn__ir_expr *expr,
                     enum tn__outcome outcome)
{
    bool is_found = outcome == (expr->is_not ? TN__WHEN_FALSE : TN__WHEN_TRUE);
    bool has_item = expr->arg_count > 1 && !expr->may_be_empty;
    if (expr->kind == TN__IR_IN && (is_found || has_item))
        tn__prove(set, expr->args[0], TN__WHEN_NOT_NULL);
    if (expr->kind == TN__IR_IN_QUERY && is_found)
        prove_all(set, expr, 0, expr->arg_count);
}

/* The engine takes "c IS NULL" for false where c is declared NOT NULL, even for a bare column beside an
 * aggregate over no rows, which is NULL; and in RETURNING by what the table's first column is. */
static bool is_folded(const struct tn__ir_expr *expr)
{
    while (expr->kind == TN__IR_COLLATE || expr->kind == TN__IR_ALIAS)
        expr = expr->args[0];
    return expr->kind == TN__IR_COLUMN &&
           (expr->rel->is_returned ||
            (expr->rel->block->may_be_empty && expr->rel->block->in_rows == 0));
}

/* (a, b) < (c, d): the first two decide, or are equal. Equality may be denied by any pair. */
static void prove_rows(struct tn__proofs *set, const struct tn__ir_expr *expr,
                       enum tn__outcome outcome)
{
    bool is_order = expr->op == TN__OP_LT || expr->op == TN__OP_LE || expr->op == TN__OP_GT ||
                    expr->op == TN__OP_GE;
    for (uint32_t i = 0; i < 2 && is_order && outcome != TN__WHEN_NOT_NULL; i++)
        if (expr->args[i]->kind == TN__IR_ROW)
            tn__prove(set, expr->args[i]->args[0], TN__WHEN_NOT_NULL);
}

void tn__prove(struct tn__proofs *set, const struct tn__ir_expr *expr, enum tn__outcome outcome)
{
    if (is_subject(expr))
        add_proof(set, expr);
    switch (expr->kind) {
    case TN__IR_NEGATE:
    case TN__IR_BITNOT:
    case TN__IR_ARITH:
    case TN__IR_CONCAT:
    case TN__IR_COMPARE:
    case TN__IR_CAST:
    case TN__IR_ARROW:
    case TN__IR_COLLATE:
        prove_all(set, expr, 0, expr->arg_count);
        break;
    case TN__IR_ALIAS:
        tn__prove(set, expr->args[0], outcome);
        break;
    case TN__IR_NOT:
        tn__prove(set, expr->args[0],
                  outcome == TN__WHEN_NOT_NULL ? outcome
                  : outcome == TN__WHEN_TRUE   ? TN__WHEN_FALSE
                                               : TN__WHEN_TRUE);
        break;
    case TN__IR_AND:
    case TN__IR_OR:
        prove_logic(set, expr, outcome);
        break;
    case TN__IR_NULLTEST:
        if (is_folded(expr->args[0]))
            break;
        if (outcome == (expr->is_not ? TN__WHEN_TRUE : TN__WHEN_FALSE))
            tn__prove(set, expr->args[0], TN__WHEN_NOT_NULL);
        break;
    case TN__IR_IS:
        prove_is(set, expr, outcome == (expr->is_not ? TN__WHEN_FALSE : TN__WHEN_TRUE));
        break;
    case TN__IR_TRUTH:
        prove_truth(set, expr, outcome);
        break;
    case TN__IR_COMPARE_ROW:
        prove_rows(set, expr, outcome);
        break;
    case TN__IR_LIKE:
        prove_like(set, expr, outcome);
        break;
    case TN__IR_BETWEEN:
        /* x >= a AND x <= b: false by one bound, the other may be NULL. */
        tn__prove(set, expr->args[0], TN__WHEN_NOT_NULL);
        if (outcome == (expr->is_not ? TN__WHEN_FALSE : TN__WHEN_TRUE))
            prove_all(set, expr, 1, 3);
        break;
    case TN__IR_IN:
    case TN__IR_IN_QUERY:
        prove_in(set, expr, outcome);
        break;
    case TN__IR_CALL:
        prove_call(set, expr);
        break;
    default:
        break;
    }
}
