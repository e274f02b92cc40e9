/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "util/buf.h"
#include "util/str.h"

/* impossible-value: a literal beside a column whose CHECK leaves it a few values, and this is none. */

const char *tn__lint_choices(const struct tn__lint *lint, const struct tn__column *column)
{
    struct tn__buf buf;
    tn_text text = {0};
    tn__buf_init(&buf, 0);
    for (size_t i = 0; i < column->choice_count; i++) {
        if (i > 0)
            tn__buf_puts(&buf, i + 1 < column->choice_count ? ", " : " or ");
        tn__buf_sql_string(&buf, column->choices[i]);
    }
    if (tn__buf_to_arena(&buf, lint->an->arena, &text) != TN_OK)
        lint->an->status = TN_ENOMEM;
    tn__buf_fini(&buf);
    return text.data ? text.data : "";
}

/* Quotes in it are as written: such a one is not argued about. */
static bool is_choice(const struct tn__column *column, tn_text text)
{
    for (size_t i = 0; i < column->choice_count; i++)
        if (tn_text_equal(column->choices[i], text))
            return true;
    return text.size > 0 && memchr(text.data, '\'', text.size) != NULL;
}

void tn__lint_choice(struct tn__lint *lint, const struct tn__column *column,
                     const struct tn__ir_expr *literal)
{
    if (!column || column->choice_count == 0 || !tn__lint_is_literal(literal, TN__CLASS_TEXT) ||
        is_choice(column, literal->literal))
        return;
    struct tn__diag *diag =
        tn__lint_say(lint, "impossible-value", literal->span, "'%.*s' is no value of column '%s'",
                     (int)literal->literal.size, literal->literal.data, column->name);
    if (diag)
        tn__diag_help(lint->judge->diags, diag, "%s", tn__lint_choices(lint, column));
}

static void check_pair(struct tn__lint *lint, const struct tn__ir_expr *column,
                       const struct tn__ir_expr *literal)
{
    if (literal->kind != TN__IR_CONST || column->kind == TN__IR_COLLATE)
        return;
    tn__lint_choice(lint, tn__eval(lint->an, column).choices, literal);
}

void tn__lint_value(struct tn__lint *lint, const struct tn__ir_expr *expr,
                    const struct tn__ir_expr *parent)
{
    (void)parent;
    bool is_pair = expr->kind == TN__IR_IS || expr->kind == TN__IR_COMPARE;
    if (expr->kind == TN__IR_COMPARE && expr->op != TN__OP_EQ && expr->op != TN__OP_NE)
        return;
    if (expr->kind == TN__IR_CASE && !expr->is_not)
        return;
    if (is_pair)
        check_pair(lint, expr->args[1], expr->args[0]);
    for (uint32_t i = 1; i < expr->arg_count; i += expr->kind == TN__IR_CASE ? 2 : 1)
        check_pair(lint, expr->args[0], expr->args[i]);
}
