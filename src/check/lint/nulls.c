/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "util/str.h"

/* NULL where it makes a condition never true: a comparison with it, and NOT IN a set that has it. */

static bool is_always_null(struct tn__lint *lint, const struct tn__ir_expr *expr)
{
    /* In WHERE a column is what it is there for, which is nothing at all if it is NULL. */
    if (expr->kind == TN__IR_COLUMN)
        return tn__eval_base(lint->an, expr->rel, expr->index).classes == TN__CLASS_NULL;
    return tn__eval(lint->an, expr).classes == TN__CLASS_NULL;
}

static bool is_null_literal(const struct tn__ir_expr *expr)
{
    return expr->kind == TN__IR_CONST && expr->domain.classes == TN__CLASS_NULL;
}

/* x = NULL. */
static void check_comparison(struct tn__lint *lint, const struct tn__ir_expr *expr)
{
    for (uint32_t i = 0; i < 2; i++) {
        const struct tn__ir_expr *null = expr->args[i];
        if (!is_always_null(lint, null))
            continue;
        struct tn__diag *diag =
            tn__lint_say(lint, "null-comparison", expr->span,
                         is_null_literal(null) ? "nothing is equal to NULL, or unequal: this is "
                                                 "never true"
                                               : "one side is always NULL: this is never true");
        bool is_equality = expr->op == TN__OP_EQ || expr->op == TN__OP_NE;
        tn_text other = tn__lint_text(lint, expr->args[1 - i]->span);
        if (diag && is_equality && is_null_literal(null))
            tn__diag_help(lint->judge->diags, diag, "'%.*s IS %sNULL'", (int)other.size, other.data,
                          expr->op == TN__OP_NE ? "NOT " : "");
        return;
    }
}

/* One of a list, from args[from] on, that nothing is equal to. */
static void check_list(struct tn__lint *lint, const struct tn__ir_expr *expr, uint32_t from,
                       uint32_t step, const char *message)
{
    for (uint32_t i = from; i < expr->arg_count; i += step)
        if (is_null_literal(tn__lint_inside(expr->args[i])))
            (void)tn__lint_say(lint, "null-comparison", expr->args[i]->span, "%s", message);
}

/* x NOT IN (SELECT y …): one y that is NULL, and it is true of no x. */
static void check_not_in(struct tn__lint *lint, const struct tn__ir_expr *expr,
                         const struct tn__ir_expr *parent)
{
    bool is_denied = expr->is_not != (parent && parent->kind == TN__IR_NOT);
    const struct tn__ir_query *query = expr->query;
    for (uint32_t i = 0; is_denied && i < query->column_count; i++) {
        const struct tn__ir_column *column = &query->columns[i];
        bool is_known = column->domain.classes != TN__CLASS_ALL || column->table;
        if (!tn__is_nullable(column->domain) || !is_known)
            continue;
        const struct tn__ir_item *item = &query->blocks[0].items[i];
        bool is_own = !query->is_view && !item->is_star && tn__lint_is_placed(lint, item->span);
        struct tn__sql_span span = is_own ? item->span : expr->span;
        struct tn__diag *diag =
            tn__lint_say(lint, "not-in-null", span,
                         "'%.*s' may be NULL: with one that is, NOT IN is true of nothing",
                         (int)column->name.size, column->name.data ? column->name.data : "");
        if (diag)
            tn__diag_help(lint->judge->diags, diag, "WHERE %.*s IS NOT NULL, or NOT EXISTS",
                          (int)column->name.size, column->name.data ? column->name.data : "");
        return;
    }
}

void tn__lint_null(struct tn__lint *lint, const struct tn__ir_expr *expr,
                   const struct tn__ir_expr *parent)
{
    switch (expr->kind) {
    case TN__IR_COMPARE:
        check_comparison(lint, expr);
        break;
    case TN__IR_BETWEEN:
        check_list(lint, expr, 1, 1, "nothing lies beside NULL: this bound makes it never true");
        break;
    case TN__IR_IN:
        check_list(lint, expr, 1, 1,
                   expr->is_not ? "NOT IN a list with NULL is true of nothing"
                                : "nothing is equal to NULL: it is never found in the list");
        break;
    case TN__IR_CALL:
        if (expr->op == TN__OP_NE)
            check_list(lint, expr, 1, 1, "NOT IN a list with NULL is true of nothing");
        break;
    case TN__IR_CASE:
        if (expr->is_not) /* it has a base */
            check_list(lint, expr, 1, 2, "nothing is equal to NULL: this WHEN is never taken");
        break;
    case TN__IR_IN_QUERY:
        check_not_in(lint, expr, parent);
        break;
    default:
        break;
    }
}
