/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "util/buf.h"
#include "util/str.h"

/* impossible-value: a literal beside a column whose CHECK leaves it a few values, and this is none. */

enum {
    COLLATION_DEPTH = 16 /* of expressions and queries in each other; deeper nothing is said */
};

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

/* Whether something in it is compared otherwise than byte by byte: a COLLATE, however deep, as the engine
 * has it. */
static bool is_collated(const struct tn__ir_expr *expr, uint32_t depth)
{
    if (expr->kind == TN__IR_COLLATE || depth == COLLATION_DEPTH)
        return true;
    if (expr->kind == TN__IR_COLUMN && expr->rel->kind == TN__IR_DERIVED &&
        expr->index != TN__IR_ROWID) {
        const struct tn__ir_query *query = expr->rel->query;
        for (uint32_t b = 0; b < query->block_count && !query->is_recursive; b++)
            if (is_collated(query->blocks[b].items[expr->index].expr, depth + 1))
                return true;
        return query->is_recursive;
    }
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (is_collated(expr->args[i], depth + 1))
            return true;
    return expr->else_ && is_collated(expr->else_, depth + 1);
}

static void check_pair(struct tn__lint *lint, const struct tn__ir_expr *column,
                       const struct tn__ir_expr *literal)
{
    const struct tn__column *choices = NULL;
    if (literal->kind == TN__IR_CONST)
        choices = tn__eval(lint->an, column).choices;
    if (choices && !is_collated(column, 0))
        tn__lint_choice(lint, choices, literal);
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
