/* SPDX-License-Identifier: MIT */
#include "infer/eval.h"
#include "infer/nulls.h"

#include <stdlib.h>

#include "util/str.h"

/* The domain of an expression: what its value can be, given what is known of the row at hand. The
 * rules are the engine's (https://www.sqlite.org/lang_expr.html). */

static struct tn__domain truth(bool is_nullable)
{
    return tn__domain_logical((tn__classes)(TN__CLASS_INT | (is_nullable ? TN__CLASS_NULL : 0)),
                              TN__TYPE_BOOL);
}

static bool any_null(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    bool is_nullable = false;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        is_nullable = tn__is_nullable(tn__eval(an, expr->args[i])) || is_nullable;
    return is_nullable;
}

/* --- columns */

struct tn__domain tn__eval_base(struct tn__analysis *an, const struct tn__ir_rel *rel,
                                uint32_t index)
{
    if (index == TN__IR_ROWID)
        return tn__domain_plain(TN__CLASS_INT);
    if (rel->kind == TN__IR_TABLE && tn__an_is_server(an))
        return tn__pg_domain_stored(an, rel->table, &rel->table->columns[index]);
    switch (rel->kind) {
    case TN__IR_TABLE:
        return tn__domain_stored(an, rel->table, &rel->table->columns[index]);
    case TN__IR_DERIVED:
        return rel->query->columns[index].domain;
    case TN__IR_CALLED:
        return rel->columns[index].domain;
    case TN__IR_JOIN:
    case TN__IR_OPAQUE:
        break;
    }
    return tn__domain_any;
}

/* A generated column that is not kept: with an index on it, rows that a RIGHT JOIN has no match for show
 * NULL (3.40). */
static bool is_computed(const struct tn__ir_expr *expr)
{
    if (expr->rel->kind != TN__IR_TABLE || expr->index == TN__IR_ROWID)
        return false;
    const struct tn__column *column = &expr->rel->table->columns[expr->index];
    return column->is_generated && !column->is_stored;
}

/* In RETURNING the engine takes the affinity from the wrong column. */
static struct tn__domain disturbed(const struct tn__ir_rel *rel, struct tn__domain domain)
{
    tn__classes classes = domain.classes;
    if ((classes & TN__CLASS_VALUES) == 0)
        return domain;
    classes |=
        rel->is_returned ? TN__CLASS_VALUES : tn__classes_stored(classes, TN__AFFINITY_NUMERIC);
    if (classes == domain.classes)
        return domain;
    bool is_real = tn__typing_of_domain(domain).type == TN__TYPE_REAL && !rel->is_returned;
    return is_real ? tn__domain_logical(classes, TN__TYPE_REAL) : tn__domain_plain(classes);
}

/* Another column of the same row, of those that an outer join pads further inside, is not NULL. */
static bool is_in_real_row(const struct tn__ir_expr *expr)
{
    const struct tn__ir_rel *rel = expr->rel;
    if (rel->kind != TN__IR_DERIVED || expr->index == TN__IR_ROWID)
        return false;
    const struct tn__ir_column *columns = rel->query->columns;
    if (!columns[expr->index].group || !columns[expr->index].is_firm)
        return false;
    for (uint32_t i = 0; i < rel->column_count; i++)
        if (columns[i].group == columns[expr->index].group && !tn__column_may_be_null(rel, i, true))
            return true;
    return false;
}

/* It was computed before RETURNING looks at it, in a branch of a CASE or not. */
static bool written_may_be_null(struct tn__analysis *an, const struct tn__ir_rel *rel,
                                const struct tn__ir_expr *written)
{
    struct tn__suspended was = tn__facts_suspend(an, NULL, rel->writer->item_mark);
    bool is_nullable = tn__is_nullable(tn__eval(an, written));
    tn__facts_resume(an, NULL, was);
    return is_nullable;
}

static struct tn__domain eval_column(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    struct tn__domain domain = tn__eval_base(an, expr->rel, expr->index);
    const struct tn__ir_block *block = expr->rel->block;
    /* Over no rows, the engine computes an expression of a subquery from columns that are NULL. */
    if (block->may_be_empty && block->in_rows == 0 && expr->rel->kind == TN__IR_DERIVED &&
        expr->index != TN__IR_ROWID && !expr->rel->query->columns[expr->index].is_plain)
        return tn__domain_any;
    bool is_nullable = tn__column_may_be_null(expr->rel, expr->index, tn__is_nullable(domain)) ||
                       (block->has_right && is_computed(expr));
    const struct tn__ir_expr *written =
        expr->rel->written && expr->index != TN__IR_ROWID ? expr->rel->written[expr->index] : NULL;
    if (is_nullable && written)
        is_nullable = written_may_be_null(an, expr->rel, written);
    domain.classes &= TN__CLASS_VALUES;
    if (is_nullable && !is_in_real_row(expr))
        domain.classes |= TN__CLASS_NULL;
    if (expr->rel->disturbed && expr->index != TN__IR_ROWID && expr->rel->disturbed[expr->index])
        domain = disturbed(expr->rel, domain);
    if (!expr->rel->is_returned)
        return domain;
    const struct tn__table *table = expr->rel->table;
    const struct tn__column *column =
        expr->index == TN__IR_ROWID ? NULL : &table->columns[expr->index];
    return an->is_operand ? tn__domain_returned_operand(an, domain, table, column)
                          : tn__domain_returned(an, domain, table, column);
}

/* An operand of arithmetic is read as what it is. */
static tn__classes eval_operand(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    bool was = an->is_operand;
    an->is_operand = expr->kind == TN__IR_COLUMN;
    tn__classes classes = tn__classes_number(tn__eval(an, expr).classes);
    an->is_operand = was;
    return classes;
}

/* One of its parts is a generated column that is not kept. */
static bool merges_computed(const struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_MERGED)
        return merges_computed(expr->args[0]) || merges_computed(expr->args[1]);
    return is_computed(expr);
}

static struct tn__domain eval_merged(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    struct tn__domain domain =
        tn__domain_join(tn__eval(an, expr->args[0]), tn__eval(an, expr->args[1]));
    if (!merges_computed(expr) && !tn__merged_may_be_null(an, expr))
        domain.classes &= TN__CLASS_VALUES;
    return domain;
}

static struct tn__domain eval_param(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    const struct tn__analysed_param *said = an->said ? &an->said[expr->index] : NULL;
    struct tn__domain domain = said && said->is_certain ? said->domain : tn__domain_any;
    if (tn__facts_hold(an, expr))
        domain.classes &= TN__CLASS_VALUES;
    return domain;
}

/* --- arithmetic */

/* count(*) of a group that has rows. */
static bool is_count_of_some(const struct tn__ir_expr *expr)
{
    return expr->kind == TN__IR_AGGREGATE && expr->fn && strcmp(expr->fn->name, "count") == 0 &&
           expr->arg_count == 0 && !expr->filter && expr->owner && !expr->owner->may_be_empty;
}

/* A divisor that is written as a number, or counts, and is not zero; `of_integers`: nor cut down to
 * zero. */
static bool is_nonzero(const struct tn__ir_expr *expr, bool of_integers)
{
    if (expr->kind == TN__IR_NEGATE)
        return is_nonzero(expr->args[0], of_integers);
    if (is_count_of_some(expr))
        return true;
    if (expr->kind != TN__IR_CONST || !expr->is_literal || expr->domain.classes != TN__CLASS_INT)
        return expr->kind == TN__IR_CONST && expr->is_literal && !of_integers &&
               expr->domain.classes == TN__CLASS_REAL && strtod(expr->literal.data, NULL) != 0;
    for (size_t i = 0; i < expr->literal.size; i++)
        if (strchr("123456789abcdefABCDEF", expr->literal.data[i]))
            return true;
    return false;
}

/* Of reals that may be infinite: Inf - Inf and 0 * Inf are NaN, which is NULL. */
static tn__classes classes_of_reals(const struct tn__ir_expr *expr, tn__classes a, tn__classes b)
{
    tn__classes out = TN__CLASS_REALS;
    bool both = (a & TN__CLASS_INF) && (b & TN__CLASS_INF);
    bool either = (a & TN__CLASS_INF) || (b & TN__CLASS_INF);
    /* A factor that is written and is not zero makes no NaN of anything. */
    if (expr->op == TN__OP_MUL &&
        (is_nonzero(expr->args[0], false) || is_nonzero(expr->args[1], false)))
        return out;
    if (expr->op == TN__OP_MUL ? either : both)
        out |= TN__CLASS_NULL;
    return out;
}

static struct tn__domain eval_arith(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    tn__classes a = eval_operand(an, expr->args[0]);
    tn__classes b = eval_operand(an, expr->args[1]);
    tn__classes out = (a | b) & TN__CLASS_NULL;
    bool has_ints = (a & TN__CLASS_INT) && (b & TN__CLASS_INT);
    bool has_reals = ((a & TN__CLASS_REALS) && (b & TN__CLASS_NUMBERS)) ||
                     ((b & TN__CLASS_REALS) && (a & TN__CLASS_NUMBERS));
    bool is_division = expr->op == TN__OP_DIV || expr->op == TN__OP_MOD;
    if ((a & TN__CLASS_NUMBERS) == 0 || (b & TN__CLASS_NUMBERS) == 0)
        return tn__domain_plain(out);
    switch (expr->op) {
    case TN__OP_ADD:
    case TN__OP_SUB:
    case TN__OP_MUL:
    case TN__OP_DIV:
        if (has_ints)
            out |= TN__CLASS_INT;
        if (has_reals)
            out |= classes_of_reals(expr, a, b);
        break;
    case TN__OP_MOD:
        if (has_ints)
            out |= TN__CLASS_INT;
        if (has_reals)
            out |= TN__CLASS_REAL;
        break;
    default: /* & | << >> */
        out |= TN__CLASS_INT;
        break;
    }
    if (is_division && !is_nonzero(expr->args[1], expr->op == TN__OP_MOD))
        out |= TN__CLASS_NULL;
    if (tn__facts_hold(an, expr))
        out &= TN__CLASS_VALUES;
    return tn__domain_plain(out);
}

static struct tn__domain eval_negate(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    return tn__domain_plain(eval_operand(an, expr->args[0]));
}

static struct tn__domain eval_strict(struct tn__analysis *an, const struct tn__ir_expr *expr,
                                     tn__classes classes)
{
    if (any_null(an, expr) && !tn__facts_hold(an, expr))
        classes |= TN__CLASS_NULL;
    return tn__domain_plain(classes);
}

static struct tn__domain eval_arrow(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    (void)any_null(an, expr);
    struct tn__domain domain = expr->is_not ? tn__domain_plain(TN__CLASS_NUMBERS | TN__CLASS_TEXT)
                                            : tn__domain_logical(TN__CLASS_TEXT, TN__TYPE_JSON);
    if (!tn__facts_hold(an, expr))
        domain.classes |= TN__CLASS_NULL; /* a path that leads nowhere */
    return domain;
}

static struct tn__domain eval_cast(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    tn__classes classes = tn__eval(an, expr->args[0]).classes;
    return tn__domain_plain(tn__classes_cast(classes, expr->affinity));
}

/* --- logic */

/* A subquery may give no row. */
static bool row_may_be_null(struct tn__analysis *an, const struct tn__ir_expr *row)
{
    if (row->kind == TN__IR_ROW)
        return any_null(an, row);
    (void)tn__eval(an, row);
    return true;
}

static struct tn__domain eval_in(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    bool is_nullable = any_null(an, expr);
    if (expr->kind == TN__IR_IN)
        return truth(is_nullable && expr->arg_count > 1);
    tn__infer_query(an, expr->query);
    for (uint32_t i = 0; i < expr->query->column_count; i++)
        is_nullable = is_nullable || tn__is_nullable(expr->query->columns[i].domain);
    return truth(is_nullable);
}

static struct tn__domain eval_query(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    tn__infer_query(an, expr->query);
    if (expr->query->column_count == 0)
        return tn__domain_any;
    struct tn__domain domain = expr->query->columns[0].domain;
    if (!expr->query->has_row)
        domain.classes |= TN__CLASS_NULL;
    return domain;
}

/*
 * A branch is taken if its condition is true and those before it are not: false, if they cannot be
 * NULL. Each branch is looked at with what that proves.
 */
static struct tn__domain eval_case(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    struct tn__domain out = tn__domain_plain(0);
    uint32_t first = expr->is_not ? 1 : 0;
    uint32_t before = an->fact_count;
    if (first)
        (void)tn__eval(an, expr->args[0]);
    for (uint32_t i = first; i + 1 < expr->arg_count; i += 2) {
        const struct tn__ir_expr *when = expr->args[i];
        if (first) {
            (void)tn__eval(an, when);
            /* Of CASE x WHEN y: x = y proves both. */
            uint32_t mark = tn__facts_push(an, when, TN__WHEN_NOT_NULL);
            (void)tn__facts_push(an, expr->args[0], TN__WHEN_NOT_NULL);
            out = tn__domain_join(out, tn__eval(an, expr->args[i + 1]));
            tn__facts_pop(an, mark);
            continue;
        }
        bool is_nullable = tn__is_nullable(tn__eval(an, when));
        uint32_t mark = tn__facts_push(an, when, TN__WHEN_TRUE);
        out = tn__domain_join(out, tn__eval(an, expr->args[i + 1]));
        tn__facts_pop(an, mark);
        if (!is_nullable)
            (void)tn__facts_push(an, when, TN__WHEN_FALSE);
    }
    out = tn__domain_join(out, expr->else_ ? tn__eval(an, expr->else_)
                                           : tn__domain_plain(TN__CLASS_NULL));
    tn__facts_pop(an, before);
    return out;
}

static struct tn__domain eval_maybe(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    struct tn__domain domain = tn__eval(an, expr->args[0]);
    if (tn__facts_hold(an, expr))
        domain.classes &= TN__CLASS_VALUES;
    else
        domain.classes |= TN__CLASS_NULL;
    return domain;
}

/* GREATEST may be each of them, and is NULL where COALESCE is. */
static struct tn__domain eval_coalesce(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    bool is_first = expr->op == TN__OP_NONE;
    tn__classes null = TN__CLASS_NULL;
    struct tn__domain out = tn__domain_plain(0);
    for (uint32_t i = 0; i < expr->arg_count && (null || !is_first); i++) {
        struct tn__domain one = tn__eval(an, expr->args[i]);
        null &= one.classes;
        one.classes &= TN__CLASS_VALUES;
        out = tn__domain_join(out, one);
    }
    out.classes |= null;
    return out;
}

/* What is found in a WHERE does not hold in the result list, where groups may be empty. */
static struct tn__domain eval_alias(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    an->alias_depth++;
    struct tn__domain domain = tn__eval(an, expr->args[0]);
    an->alias_depth--;
    return domain;
}

struct tn__domain tn__eval(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    if (!expr || an->status != TN_OK)
        return tn__domain_any;
    switch (expr->kind) {
    case TN__IR_CONST:
        return expr->domain;
    case TN__IR_PARAM:
        return eval_param(an, expr);
    case TN__IR_COLUMN:
        return eval_column(an, expr);
    case TN__IR_MERGED:
        return eval_merged(an, expr);
    case TN__IR_NEGATE:
        return eval_negate(an, expr);
    case TN__IR_ARITH:
        return eval_arith(an, expr);
    case TN__IR_BITNOT:
        return eval_strict(an, expr, TN__CLASS_INT);
    case TN__IR_CONCAT:
        return eval_strict(an, expr, TN__CLASS_TEXT);
    case TN__IR_COMPARE_ROW:
        return truth(row_may_be_null(an, expr->args[0]) || row_may_be_null(an, expr->args[1]));
    case TN__IR_COMPARE:
    case TN__IR_AND:
    case TN__IR_OR:
    case TN__IR_NOT:
    case TN__IR_LIKE:
    case TN__IR_BETWEEN:
        return truth(any_null(an, expr));
    case TN__IR_IS:
    case TN__IR_TRUTH:
    case TN__IR_NULLTEST:
        (void)any_null(an, expr);
        return truth(false);
    case TN__IR_IN:
    case TN__IR_IN_QUERY:
        return eval_in(an, expr);
    case TN__IR_EXISTS:
        tn__infer_query(an, expr->query);
        return truth(false);
    case TN__IR_QUERY:
        return eval_query(an, expr);
    case TN__IR_CASE:
        return eval_case(an, expr);
    case TN__IR_COALESCE:
        return eval_coalesce(an, expr);
    case TN__IR_CAST:
        return eval_cast(an, expr);
    case TN__IR_ARROW:
        return eval_arrow(an, expr);
    case TN__IR_CALL:
        return tn__eval_call(an, expr);
    case TN__IR_AGGREGATE:
        return tn__eval_aggregate(an, expr);
    case TN__IR_WINDOW:
        return tn__eval_window(an, expr);
    case TN__IR_COLLATE:
        return tn__eval(an, expr->args[0]);
    case TN__IR_ALIAS:
        return eval_alias(an, expr);
    case TN__IR_MAYBE:
        return eval_maybe(an, expr);
    case TN__IR_ROW:
    case TN__IR_UNKNOWN:
        (void)any_null(an, expr);
        return tn__domain_any;
    }
    return tn__domain_any;
}
