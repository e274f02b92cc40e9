/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "util/str.h"

/*
 * integer-division: a quotient of two integers loses its fraction. That is meant where something is sorted
 * into units (seconds / 60, bytes / 1024, id / 1000), and hardly where one quantity is divided by
 * another, or a sum by 100.
 */

static bool read_literal(const struct tn__ir_expr *expr, int64_t *out)
{
    return tn__lint_is_literal(expr, TN__CLASS_INT) && tn__text_to_int(out, expr->literal) == TN_OK;
}

/* The operator of a server, of integers, by the function behind it: "int84mul". */
static enum tn__ast_op op_of_function(const struct tn__server_function *function)
{
    static const struct {
        const char *suffix;
        enum tn__ast_op op;
    } ops[] = {{"pl", TN__OP_ADD}, {"mi", TN__OP_SUB}, {"mul", TN__OP_MUL}, {"div", TN__OP_DIV}};
    const char *name = function->name + 3;
    if (!tn__lint_is_own(function) || strncmp(function->name, "int", 3) != 0)
        return TN__OP_NONE;
    while (*name == '2' || *name == '4' || *name == '8')
        name++;
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
        if (strcmp(name, ops[i].suffix) == 0)
            return ops[i].op;
    return TN__OP_NONE;
}

/* TN__OP_NONE: it is no arithmetic. */
static enum tn__ast_op op_of(const struct tn__lint *lint, const struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_ARITH)
        return expr->op;
    bool is_operator =
        expr->kind == TN__IR_CALL && expr->op == TN__OP_MATCH && expr->arg_count == 2;
    const struct tn__server_function *function =
        is_operator ? tn__lint_function(lint, expr->index) : NULL;
    return function ? op_of_function(function) : TN__OP_NONE;
}

static bool is_aggregate(const struct tn__lint *lint, const struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_AGGREGATE || expr->kind == TN__IR_WINDOW)
        return true;
    if (expr->kind != TN__IR_COALESCE && op_of(lint, expr) == TN__OP_NONE)
        return false;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (is_aggregate(lint, expr->args[i]))
            return true;
    return false;
}

/* A divisor that is a unit: of time, of memory, or a thousand of another. */
static bool is_unit(int64_t divisor)
{
    static const int64_t units[] = {7,    24,      60,         3600, 86400,   604800,
                                    1000, 1000000, 1000000000, 1024, 1048576, 1073741824};
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (units[i] == divisor)
            return true;
    return false;
}

/* a * 100 / b: whoever writes that knows what becomes of the fraction. */
static bool is_scaled(const struct tn__lint *lint, const struct tn__ir_expr *expr)
{
    int64_t number = 0;
    enum tn__ast_op op = op_of(lint, expr);
    if (op == TN__OP_ADD || op == TN__OP_SUB)
        return is_scaled(lint, expr->args[0]) || is_scaled(lint, expr->args[1]);
    return op == TN__OP_MUL &&
           (read_literal(expr->args[0], &number) || read_literal(expr->args[1], &number));
}

static bool has_param(const struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_PARAM)
        return true;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (has_param(expr->args[i]))
            return true;
    return false;
}

/* (a / b)::int, which a server does without: by its tokens. */
static bool is_cast_to_integer(const struct tn__lint *lint, struct tn__sql_span span)
{
    static const char *const integers[] = {"int",  "integer", "bigint", "smallint",
                                           "int2", "int4",    "int8",   NULL};
    const struct tn__sql *sql = &lint->judge->sql;
    size_t at = span.end;
    bool is_in_cast = span.begin >= 2 && tn__sql_is(sql, span.begin - 2, "CAST");
    while (!is_in_cast && at < sql->count && sql->tokens[at].kind == TN__TOK_RPAREN)
        at++;
    bool is_cast = is_in_cast ? tn__sql_is(sql, at, "AS") : tn__sql_is_op(sql, at, "::");
    return is_cast && tn__sql_is_any(sql, at + 1, integers);
}

/* CAST(a / b AS INTEGER), and (a / b) * b, the next multiple of b below. */
static bool is_meant(const struct tn__lint *lint, const struct tn__ir_expr *expr,
                     const struct tn__ir_expr *parent)
{
    if (tn__lint_is_server(lint) && is_cast_to_integer(lint, expr->span))
        return true;
    if (!parent)
        return false;
    if (parent->kind == TN__IR_CAST)
        return true;
    return op_of(lint, parent) == TN__OP_MUL && (tn__ir_is_same(parent->args[0], expr->args[1]) ||
                                                 tn__ir_is_same(parent->args[1], expr->args[1]));
}

/* GROUP BY a / b sorts into buckets. */
static bool is_bucket(const struct tn__lint *lint, const struct tn__ir_expr *expr)
{
    for (size_t b = 0; b < lint->block_count; b++) {
        const struct tn__ir_block *block = lint->blocks[b].block;
        for (uint32_t i = 0; i < block->group_count; i++)
            if (block->group_by[i] == expr || tn__ir_is_same(block->group_by[i], expr))
                return true;
    }
    return false;
}

/* (a + 9) / 10, (a + b - 1) / b: the next whole number above. */
static bool rounds_up(const struct tn__lint *lint, const struct tn__ir_expr *above,
                      const struct tn__ir_expr *below)
{
    int64_t divisor = 0;
    int64_t part = 0;
    bool is_less_one =
        op_of(lint, above) == TN__OP_SUB && read_literal(above->args[1], &part) && part == 1;
    const struct tn__ir_expr *sum = is_less_one ? tn__lint_inside(above->args[0]) : above;
    if (op_of(lint, sum) != TN__OP_ADD)
        return false;
    for (uint32_t i = 0; i < 2; i++) {
        const struct tn__ir_expr *addend = tn__lint_inside(sum->args[i]);
        bool is_divisor = tn__ir_is_same(addend, below);
        bool is_one_less =
            read_literal(below, &divisor) && read_literal(addend, &part) && part == divisor - 1;
        if (is_less_one ? is_divisor : is_one_less)
            return true;
    }
    return false;
}

static bool is_ratio(const struct tn__lint *lint, const struct tn__ir_expr *above,
                     const struct tn__ir_expr *below)
{
    int64_t dividend = 0;
    int64_t divisor = 0;
    bool is_number = read_literal(above, &dividend);
    if (read_literal(below, &divisor)) {
        if (divisor == 0)
            return false;
        return is_number
                   ? dividend % divisor != 0
                   : is_aggregate(lint, above) && !is_unit(divisor) && !is_scaled(lint, above);
    }
    return !has_param(below) && !has_param(above) && !is_scaled(lint, above);
}

void tn__lint_division(struct tn__lint *lint, const struct tn__ir_expr *expr,
                       const struct tn__ir_expr *parent)
{
    if (op_of(lint, expr) != TN__OP_DIV)
        return;
    const struct tn__ir_expr *above = tn__lint_inside(expr->args[0]);
    const struct tn__ir_expr *below = tn__lint_inside(expr->args[1]);
    for (uint32_t i = 0; i < 2 && !tn__lint_is_server(lint); i++) /* there its operator says so */
        if ((tn__eval(lint->an, expr->args[i]).classes & TN__CLASS_VALUES) != TN__CLASS_INT)
            return;
    if (!is_ratio(lint, above, below) || rounds_up(lint, above, below) ||
        is_meant(lint, expr, parent) || is_bucket(lint, expr))
        return;
    tn_text text = tn__lint_text(lint, expr->args[0]->span);
    struct tn__diag *diag = tn__lint_say(lint, "integer-division", expr->span,
                                         "both sides are integers: the fraction is lost");
    if (diag)
        tn__diag_help(lint->judge->diags, diag,
                      "CAST(%.*s AS %s); or CAST(… AS INTEGER) around it, if that is meant",
                      (int)text.size, text.data, tn__lint_is_server(lint) ? "NUMERIC" : "REAL");
}
