/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "util/str.h"

/*
 * class-mismatch: a comparison of values that storage classes keep apart, whatever they are. Numbers come
 * before texts and texts before blobs, after affinity has been applied
 * (https://www.sqlite.org/datatype3.html section 4.2).
 */

enum {
    NUMERIC = 1 << TN__AFFINITY_NUMERIC | 1 << TN__AFFINITY_INTEGER | 1 << TN__AFFINITY_REAL,
    TEXT = 1 << TN__AFFINITY_TEXT,
    GROUPS = 3
};

/* Values that are compared by their content. */
static const struct {
    tn__classes classes;
    const char *word;
} groups[GROUPS] = {
    {TN__CLASS_NUMBERS, "a number"}, {TN__CLASS_TEXT, "a text"}, {TN__CLASS_BLOB, "a blob"}};

struct side {
    const struct tn__ir_expr *expr; /* NULL: a column of a query */
    struct tn__sql_span span;
    tn__classes classes;
    uint8_t affinities; /* 0: none */
};

/* Whether the affinity is the same in every version of the engine. */
static bool is_sure(const struct side *side)
{
    const struct tn__ir_expr *expr = side->expr;
    uint8_t bits = side->affinities;
    if ((bits & (bits - 1)) != 0)
        return false;
    if (!expr)
        return bits != 0;
    switch (expr->kind) {
    case TN__IR_COLUMN:
        return expr->rel->kind == TN__IR_TABLE
                   ? !expr->rel->is_returned && expr->rel->table->kind == TN__TABLE
                   : expr->rel->kind == TN__IR_DERIVED && bits != 0;
    case TN__IR_CALL: /* likely(x) is x */
        return expr->fn && !tn__text_starts(tn_text_of(expr->fn->name), "likel") &&
               strcmp(expr->fn->name, "unlikely") != 0;
    case TN__IR_QUERY:
        return bits != 0;
    case TN__IR_MERGED:
    case TN__IR_ROW:
    case TN__IR_UNKNOWN:
        return false;
    default:
        return true;
    }
}

static struct side side_of(struct tn__lint *lint, const struct tn__ir_expr *expr)
{
    const struct tn__ir_expr *inside = tn__lint_inside(expr);
    return (struct side){inside, expr->span, tn__eval(lint->an, inside).classes & TN__CLASS_VALUES,
                         tn__ir_affinities(inside)};
}

/* A text that is surely none that numeric affinity makes a number of. */
static bool is_no_number(const struct tn__ir_expr *expr)
{
    bool has_digit = false;
    if (!expr || !tn__lint_is_literal(expr, TN__CLASS_TEXT))
        return false;
    for (size_t i = 0; i < expr->literal.size; i++) {
        char c = expr->literal.data[i];
        has_digit = has_digit || (c >= '0' && c <= '9');
        if (!strchr("0123456789+-.eE \t\n\v\f\r", c))
            return true;
    }
    return !has_digit;
}

static tn__classes compared(const struct side *side, bool is_numeric, bool is_text)
{
    tn__classes classes = side->classes;
    if (is_numeric && (classes & TN__CLASS_TEXT) && !is_no_number(side->expr))
        classes |= TN__CLASS_NUMBERS;
    if (is_text && (classes & TN__CLASS_NUMBERS))
        classes = (tn__classes)((classes & ~TN__CLASS_NUMBERS) | TN__CLASS_TEXT);
    return classes;
}

static const char *word_of(tn__classes classes)
{
    for (int i = 0; i < GROUPS; i++)
        if ((classes & ~groups[i].classes) == 0)
            return groups[i].word;
    return "of another class";
}

static tn__classes group_bits(tn__classes classes)
{
    tn__classes bits = 0;
    for (int i = 0; i < GROUPS; i++)
        if (classes & groups[i].classes)
            bits |= (tn__classes)(1 << i);
    return bits;
}

/* `of_left`: only the left side's affinity counts, as in IN (…). */
static void check_pair(struct tn__lint *lint, const struct side *left, const struct side *right,
                       bool of_left, enum tn__ast_op op, struct tn__sql_span span)
{
    if (!is_sure(left) || !is_sure(right) || !left->classes || !right->classes)
        return;
    uint8_t both = of_left ? left->affinities : left->affinities | right->affinities;
    bool is_numeric = (both & NUMERIC) != 0;
    bool is_text = both == TEXT && (!left->affinities || !right->affinities || of_left);
    tn__classes a = compared(left, is_numeric, is_text);
    tn__classes b = compared(right, is_numeric, is_text);
    if (group_bits(a) & group_bits(b))
        return;
    const char *outcome = op == TN__OP_EQ   ? "they are never equal"
                          : op == TN__OP_NE ? "they always differ"
                                            : "which is greater never depends on their values";
    tn_text of_left_side = tn__lint_text(lint, left->span);
    tn_text of_right = tn__lint_text(lint, right->span);
    (void)tn__lint_say(lint, "class-mismatch", span, "%.*s is %s and %.*s is %s: %s",
                       (int)of_left_side.size, of_left_side.data, word_of(left->classes),
                       (int)of_right.size, of_right.data, word_of(right->classes), outcome);
}

static void check_in_query(struct tn__lint *lint, const struct tn__ir_expr *expr)
{
    const struct tn__ir_query *query = expr->query;
    for (uint32_t i = 0; i < expr->arg_count && i < query->column_count; i++) {
        const struct tn__ir_item *item = &query->blocks[0].items[i];
        bool is_own = !query->is_view && query->block_count == 1 && !item->is_star;
        struct side left = side_of(lint, expr->args[i]);
        struct side right = {NULL, is_own ? item->span : expr->span,
                             query->columns[i].domain.classes & TN__CLASS_VALUES,
                             query->columns[i].affinities};
        check_pair(lint, &left, &right, false, expr->is_not ? TN__OP_NE : TN__OP_EQ, expr->span);
    }
}

void tn__lint_class(struct tn__lint *lint, const struct tn__ir_expr *expr,
                    const struct tn__ir_expr *parent)
{
    (void)parent;
    if (expr->kind == TN__IR_IN_QUERY) {
        check_in_query(lint, expr);
        return;
    }
    if (expr->arg_count == 0 || (expr->kind == TN__IR_CASE && !expr->is_not))
        return;
    bool is_in = expr->kind == TN__IR_IN;
    uint32_t step = expr->kind == TN__IR_CASE ? 2 : 1;
    enum tn__ast_op op = expr->kind == TN__IR_COMPARE   ? expr->op
                         : expr->kind == TN__IR_BETWEEN ? TN__OP_LE
                         : expr->is_not                 ? TN__OP_NE
                                                        : TN__OP_EQ;
    if (expr->kind == TN__IR_CASE)
        op = TN__OP_EQ;
    bool is_whole = expr->kind == TN__IR_COMPARE || expr->kind == TN__IR_IS;
    struct side left = side_of(lint, expr->args[0]);
    for (uint32_t i = 1; i < expr->arg_count; i += step) {
        struct side right = side_of(lint, expr->args[i]);
        if (is_in && right.expr->kind != TN__IR_CONST)
            continue; /* with its affinity in some versions, without in others */
        check_pair(lint, &left, &right, is_in, op, is_whole ? expr->span : expr->args[i]->span);
    }
}
