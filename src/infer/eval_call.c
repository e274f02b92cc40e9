/* SPDX-License-Identifier: MIT */
#include "infer/eval.h"
#include "infer/nulls.h"

/* Functions, aggregates, windows. */

/* A number as written, with the sign in front of it. */
static bool read_literal(struct tn__fn_arg *out, const struct tn__ir_expr *expr, tn_arena *arena)
{
    if (expr->kind == TN__IR_CONST && expr->is_literal) {
        out->is_literal = true;
        out->literal = expr->literal;
        return true;
    }
    bool is_negative = expr->kind == TN__IR_NEGATE && expr->args[0]->kind == TN__IR_CONST &&
                       expr->args[0]->is_literal &&
                       (expr->args[0]->domain.classes & TN__CLASS_NUMBERS);
    if (!is_negative)
        return true;
    tn_text number = expr->args[0]->literal;
    char *text = tn_arena_alloc(arena, number.size + 2);
    if (!text)
        return false;
    text[0] = '-';
    memcpy(text + 1, number.data, number.size);
    text[number.size + 1] = '\0';
    out->is_literal = true;
    out->literal = (tn_text){text, number.size + 1};
    return true;
}

/* A call that gives well-formed JSON. What json_set() and json_replace() put in place of the whole
 * need not be. */
static bool is_json(const struct tn__ir_expr *expr)
{
    return (expr->kind == TN__IR_CALL || expr->kind == TN__IR_AGGREGATE) && expr->fn &&
           expr->fn->logic == TN__FN_JSON && strcmp(expr->fn->name, "json_set") != 0 &&
           strcmp(expr->fn->name, "json_replace") != 0;
}

/* The arguments as far as they are known, and the domains of them, of all that may
 * come out of a function that gives one of them; NULL without memory. */
static struct tn__fn_arg *eval_args(struct tn__analysis *an, const struct tn__ir_expr *expr,
                                    struct tn__domain *out_first, struct tn__domain *out_all)
{
    struct tn__fn_arg *args = tn__an_new(an, expr->arg_count, sizeof(*args));
    *out_first = *out_all = tn__domain_plain(0);
    for (uint32_t i = 0; args && i < expr->arg_count; i++) {
        struct tn__domain domain = tn__eval(an, expr->args[i]);
        args[i].classes = domain.classes;
        args[i].is_json = is_json(expr->args[i]);
        if (!read_literal(&args[i], expr->args[i], an->arena)) {
            an->status = TN_ENOMEM;
            return NULL;
        }
        if (i == 0)
            *out_first = domain;
        if (i != 1 || !expr->fn || expr->fn->logic != TN__FN_NEIGHBOUR)
            *out_all = i == 0 ? domain : tn__domain_join(*out_all, domain);
    }
    return args;
}

/* The result with the meaning that the function gives it. */
static struct tn__domain with_meaning(const struct tn__fn *fn, tn__classes classes,
                                      struct tn__domain first, struct tn__domain all)
{
    struct tn__domain out = tn__domain_plain(classes);
    switch (fn->logic) {
    case TN__FN_PLAIN:
    case TN__FN_CAST:
        break;
    case TN__FN_BOOL:
        out.logical = TN__TYPE_BOOL;
        break;
    case TN__FN_WHOLE:
        out.logical = TN__TYPE_INT;
        break;
    case TN__FN_JSON:
        out.logical = TN__TYPE_JSON;
        break;
    case TN__FN_FIRST_ARG:
        out = first;
        out.classes = classes;
        break;
    case TN__FN_ANY_ARG:
    case TN__FN_NEIGHBOUR:
        out = all;
        out.classes = classes;
        break;
    case TN__FN_BRANCHES: /* iif() is a CASE to the resolver */
        break;
    }
    return out;
}

/* What the function makes of its arguments; *out_empty: what over no row. */
static struct tn__domain apply(struct tn__analysis *an, const struct tn__ir_expr *expr,
                               tn__classes *out_empty)
{
    struct tn__domain first;
    struct tn__domain all;
    struct tn__fn_arg *args = eval_args(an, expr, &first, &all);
    *out_empty = TN__CLASS_NULL;
    if (!args || (!expr->fn && !expr->declared))
        return tn__domain_any;
    if (expr->declared) {
        struct tn__domain out = expr->declared->result;
        if (expr->declared->is_strict && (all.classes & TN__CLASS_NULL))
            out.classes |= TN__CLASS_NULL;
        *out_empty = out.classes;
        return out;
    }
    *out_empty = expr->fn->empty;
    bool is_grouped = expr->kind == TN__IR_AGGREGATE && expr->fn->grouped;
    tn__fn_rule *rule = is_grouped ? expr->fn->grouped : expr->fn->result;
    return with_meaning(expr->fn, rule(args, expr->arg_count), first, all);
}

struct tn__domain tn__eval_call(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    tn__classes empty;
    struct tn__domain out = apply(an, expr, &empty);
    if (expr->is_pure && tn__facts_hold(an, expr))
        out.classes &= TN__CLASS_VALUES;
    return out;
}

struct tn__domain tn__eval_aggregate(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    tn__classes empty;
    if (!expr->owner)
        return tn__domain_any;
    struct tn__suspended was = tn__facts_suspend(an, expr->owner, expr->owner->fact_end);
    expr->owner->in_rows++;
    struct tn__domain out = apply(an, expr, &empty);
    if (expr->filter)
        (void)tn__eval(an, expr->filter);
    expr->owner->in_rows--;
    tn__facts_resume(an, expr->owner, was);
    if (expr->owner->may_be_empty || expr->filter)
        out.classes |= empty;
    if (tn__facts_hold(an, expr))
        out.classes &= TN__CLASS_VALUES;
    return out;
}

struct tn__domain tn__eval_window(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    tn__classes empty;
    struct tn__suspended was = tn__facts_suspend(an, expr->owner, expr->owner->item_mark);
    struct tn__domain out = apply(an, expr, &empty);
    if (expr->filter)
        (void)tn__eval(an, expr->filter);
    tn__facts_resume(an, expr->owner, was);
    for (uint32_t i = 0; i < expr->other_count; i++)
        (void)tn__eval(an, expr->others[i]);
    bool is_ranking = expr->fn && expr->fn->kinds == TN__FN_WINDOW && expr->arg_count == 0;
    if (!is_ranking && (expr->may_be_empty || expr->filter))
        out.classes |= empty;
    return out;
}
