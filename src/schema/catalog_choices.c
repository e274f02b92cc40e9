/* SPDX-License-Identifier: MIT */
#include "schema/reading.h"
#include "util/str.h"

/*
 * What a CHECK leaves to one column: c IN ('a', 'b'), c = 'a' OR c = 'b', c IN (0, 1). A check refuses
 * what makes it false, not what makes it NULL: a NULL among the values lets everything pass, and one
 * side of an AND that is false is enough.
 *
 * The values that are kept are those that are written only if comparing converts nothing: the affinity
 * must not make numbers of texts or texts of numbers, and the collation must tell all texts apart.
 */

/* Deeper ones are nothing that a person has written as a list of values. */
#define DEPTH_MAX 500u

struct values {
    const struct tn__table *table;
    const struct tn__sql *text;
    tn_arena *arena;
    const struct tn__column *column; /* NULL: none seen yet */
    tn_text *choices;
    size_t count;
    size_t cap;
    bool has_zero;
    bool has_one;
    bool is_between; /* leaves fractions to what is no integer */
    int status;
};

/* The column that an expression is; NULL: it is another thing. */
static const struct tn__column *column_of(const struct values *values,
                                          const struct tn__ast_expr *expr)
{
    if (!expr || expr->kind != TN__AST_COLUMN || expr->schema.text.data)
        return NULL;
    if (expr->table.text.data && !tn__text_is_nocase(expr->table.text, values->table->name))
        return NULL;
    return tn__table_column(values->table, expr->name.text);
}

static bool set_column(struct values *values, const struct tn__ast_expr *expr)
{
    const struct tn__column *column = column_of(values, expr);
    if (!column || (values->column && values->column != column))
        return false;
    values->column = column;
    return true;
}

static bool add_choice(struct values *values, tn_text choice)
{
    for (size_t i = 0; i < values->count; i++)
        if (tn_text_equal(values->choices[i], choice))
            return true;
    if (values->count == values->cap) {
        size_t cap = values->cap ? values->cap * 2 : 8;
        tn_text *choices = tn_arena_array(values->arena, cap, sizeof(*choices));
        if (!choices) {
            values->status = TN_ENOMEM;
            return false;
        }
        if (values->count > 0)
            memcpy(choices, values->choices, values->count * sizeof(*choices));
        values->choices = choices;
        values->cap = cap;
    }
    values->choices[values->count++] = choice;
    return true;
}

/* 0 or 1, as a number or as FALSE or TRUE; -1: another thing. */
static int bit_of(const struct values *values, const struct tn__ast_expr *expr)
{
    if (!expr)
        return -1;
    if (expr->kind == TN__AST_NUMBER && !expr->is_bracketed) {
        tn_text number = tn__sql_text(values->text, expr->span.begin);
        return tn__text_is(number, "0") ? 0 : tn__text_is(number, "1") ? 1 : -1;
    }
    if (expr->kind != TN__AST_COLUMN || expr->name.is_quoted || expr->table.text.data ||
        column_of(values, expr))
        return -1;
    return tn__text_is_nocase(expr->name.text, "FALSE")  ? 0
           : tn__text_is_nocase(expr->name.text, "TRUE") ? 1
                                                         : -1;
}

static bool add_value(struct values *values, const struct tn__ast_expr *expr)
{
    int bit = bit_of(values, expr);
    if (bit >= 0) {
        values->has_zero |= bit == 0;
        values->has_one |= bit == 1;
        return true;
    }
    return expr && expr->kind == TN__AST_STRING && add_choice(values, expr->name.text);
}

/* x = y: one of them is the column. x IS TRUE is another thing: it asks for what is not zero. */
static bool add_equal(struct values *values, const struct tn__ast_expr *expr)
{
    if (expr->op == TN__OP_IS &&
        (bit_of(values, expr->left) >= 0 || bit_of(values, expr->right) >= 0))
        return false;
    if (column_of(values, expr->left))
        return set_column(values, expr->left) && add_value(values, expr->right);
    return set_column(values, expr->right) && add_value(values, expr->left);
}

static bool add_list(struct values *values, const struct tn__ast_expr *expr)
{
    if (expr->is_not || !set_column(values, expr->left))
        return false;
    for (const struct tn__ast_item *item = expr->list.first; item; item = item->next)
        if (!add_value(values, item->expr))
            return false;
    return true;
}

static bool add_between(struct values *values, const struct tn__ast_expr *expr)
{
    if (expr->is_not || !set_column(values, expr->left) || bit_of(values, expr->right) != 0 ||
        bit_of(values, expr->third) != 1)
        return false;
    values->has_zero = values->has_one = values->is_between = true;
    return true;
}

/* Whether all that an expression lets pass is known: NULL, and what is added. */
static bool add_all(struct values *values, const struct tn__ast_expr *expr, unsigned depth)
{
    if (!expr || depth > DEPTH_MAX)
        return false;
    switch (expr->kind) {
    case TN__AST_IN_LIST:
        return add_list(values, expr);
    case TN__AST_BETWEEN:
        return add_between(values, expr);
    case TN__AST_NULLTEST:
        return !expr->is_not && set_column(values, expr->left);
    case TN__AST_BINARY:
        if (expr->op == TN__OP_OR)
            return add_all(values, expr->left, depth + 1) &&
                   add_all(values, expr->right, depth + 1);
        return (expr->op == TN__OP_EQ || expr->op == TN__OP_IS) && add_equal(values, expr);
    default:
        return false;
    }
}

static bool keeps_texts(const struct tn__column *column)
{
    return (column->affinity == TN__AFFINITY_TEXT || column->affinity == TN__AFFINITY_BLOB) &&
           tn__text_is_nocase(tn_text_of(column->collation), "BINARY");
}

/* 0.0 becomes 0 on its way in; in a strict table nothing else than an integer gets there. */
static bool keeps_integers(const struct values *values)
{
    const struct tn__column *column = values->column;
    if (values->is_between)
        return column->is_rowid_alias ||
               (values->table->is_strict && column->affinity == TN__AFFINITY_INTEGER);
    return column->affinity == TN__AFFINITY_INTEGER || column->affinity == TN__AFFINITY_NUMERIC;
}

static int read_check(struct tn__draft *draft, const struct tn__ast_expr *expr, unsigned depth,
                      tn_arena *arena)
{
    if (expr && expr->kind == TN__AST_BINARY && expr->op == TN__OP_AND && depth <= DEPTH_MAX) {
        int rc = read_check(draft, expr->left, depth + 1, arena);
        return rc == TN_OK ? read_check(draft, expr->right, depth + 1, arena) : rc;
    }
    struct values values = {.table = draft->table, .text = draft->table->text, .arena = arena};
    bool is_known = add_all(&values, expr, depth);
    if (values.status != TN_OK)
        return values.status;
    if (!is_known || !values.column)
        return TN_OK;
    struct tn__column *column = &draft->columns[values.column - draft->table->columns];
    bool has_bits = values.has_zero || values.has_one;
    if (values.count > 0 && !has_bits && column->choice_count == 0 && keeps_texts(column)) {
        column->choices = values.choices;
        column->choice_count = values.count;
    }
    if (values.count == 0 && values.has_zero && values.has_one && keeps_integers(&values))
        column->is_flag = true;
    return TN_OK;
}

int tn__read_choices(struct tn__draft *draft, tn_arena *arena)
{
    int rc = TN_OK;
    for (size_t i = 0; i < draft->table->check_count && rc == TN_OK; i++)
        rc = read_check(draft, draft->table->checks[i].expr, 0, arena);
    return rc;
}
