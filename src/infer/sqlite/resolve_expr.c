/* SPDX-License-Identifier: MIT */
#include "infer/sqlite/resolve.h"

#include <math.h>
#include <stdlib.h>

#include "util/str.h"

/* Expressions: each node of the tree becomes one of the relational form, its names resolved. */

static struct tn__ir_expr *unknown(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                   const char *reason)
{
    struct tn__ir_expr *out = tn__ir_new(an, TN__IR_UNKNOWN, 0, expr->span);
    if (out)
        out->reason = reason;
    return out;
}

/* --- literals */

/* The classes of a number as it is written, digit separators and all. */
static tn__classes classes_of_number(tn_text text, tn_arena *arena)
{
    char *digits = tn_arena_copy(arena, text.data, text.size);
    size_t size = 0;
    if (!digits)
        return TN__CLASS_NUMBERS;
    if (text.size > 1 && digits[0] == '0' && (digits[1] | 0x20) == 'x')
        return TN__CLASS_INT;
    bool is_real = false;
    for (size_t i = 0; i < text.size; i++) {
        if (digits[i] == '_')
            continue;
        is_real = is_real || digits[i] == '.' || (digits[i] | 0x20) == 'e';
        digits[size++] = digits[i];
    }
    digits[size] = '\0';
    int64_t integer;
    if (!is_real && tn__text_to_int(&integer, (tn_text){digits, size}) == TN_OK)
        return TN__CLASS_INT;
    return isinf(strtod(digits, NULL)) ? TN__CLASS_REALS : TN__CLASS_REAL;
}

size_t tn__token_of(const struct tn__ast_expr *expr, const struct tn__scope *scope)
{
    size_t token = expr->span.begin;
    while (token + 1 < expr->span.end && scope->text->tokens[token].kind == TN__TOK_LPAREN)
        token++;
    return token;
}

static struct tn__ir_expr *literal(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                   const struct tn__scope *scope)
{
    struct tn__ir_expr *out = tn__ir_new(an, TN__IR_CONST, 0, expr->span);
    if (!out)
        return NULL;
    tn_text text = tn__sql_text(scope->text, tn__token_of(expr, scope));
    switch (expr->kind) {
    case TN__AST_NULL:
        out->domain = tn__domain_plain(TN__CLASS_NULL);
        break;
    case TN__AST_NUMBER:
        if (tn_arena_text(an->arena, &out->literal, text) != TN_OK) {
            an->status = TN_ENOMEM;
            return NULL;
        }
        out->domain = tn__domain_plain(classes_of_number(text, an->arena));
        out->is_literal = true;
        break;
    case TN__AST_STRING:
        out->domain = tn__domain_plain(TN__CLASS_TEXT);
        out->literal = expr->name.text;
        out->is_literal = true;
        break;
    case TN__AST_BLOB:
        out->domain = tn__domain_plain(TN__CLASS_BLOB);
        break;
    default: /* CURRENT_TIMESTAMP and so on */
        out->domain = tn__domain_plain(TN__CLASS_TEXT);
        break;
    }
    return out;
}

static struct tn__ir_expr *param(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                 const struct tn__scope *scope)
{
    bool is_own = an->params && !scope->is_view;
    uint32_t number = is_own ? an->params->of_token[tn__token_of(expr, scope)] : 0;
    struct tn__ir_expr *out = number ? tn__ir_new(an, TN__IR_PARAM, 0, expr->span)
                                     : unknown(an, expr, "a parameter stands where none may");
    if (out && number)
        out->index = number - 1;
    return out;
}

/* --- operators */

static struct tn__ir_expr *binary(struct tn__analysis *an, enum tn__ir_kind kind,
                                  enum tn__ast_op op, struct tn__ir_expr *left,
                                  struct tn__ir_expr *right, struct tn__sql_span span)
{
    struct tn__ir_expr *out = left && right ? tn__ir_new(an, kind, 2, span) : NULL;
    if (!out)
        return NULL;
    out->op = op;
    out->args[0] = left;
    out->args[1] = right;
    return out;
}

static struct tn__ir_expr *unary(struct tn__analysis *an, enum tn__ir_kind kind, bool is_not,
                                 struct tn__ir_expr *arg, struct tn__sql_span span)
{
    struct tn__ir_expr *out = arg ? tn__ir_new(an, kind, 1, span) : NULL;
    if (!out)
        return NULL;
    out->is_not = is_not;
    out->args[0] = arg;
    return out;
}

/* (a, b) = (c, d) is a = c AND b = d; <> is OR; IS likewise. */
static struct tn__ir_expr *compare_rows(struct tn__analysis *an, enum tn__ir_kind kind,
                                        enum tn__ast_op op, bool is_not, struct tn__ir_expr *left,
                                        struct tn__ir_expr *right, struct tn__sql_span span)
{
    bool is_equality = op == TN__OP_EQ || op == TN__OP_NE || kind == TN__IR_IS;
    if (!is_equality || left->kind != TN__IR_ROW || right->kind != TN__IR_ROW ||
        left->arg_count != right->arg_count)
        return binary(an, TN__IR_COMPARE_ROW, op, left, right, span);
    struct tn__ir_expr *all = NULL;
    bool is_or = op == TN__OP_NE || is_not;
    for (uint32_t i = 0; i < left->arg_count; i++) {
        struct tn__ir_expr *one = binary(an, kind, op, left->args[i], right->args[i], span);
        if (!one)
            return NULL;
        one->is_not = is_not;
        all = all ? binary(an, is_or ? TN__IR_OR : TN__IR_AND, TN__OP_NONE, all, one, span) : one;
    }
    return all;
}

static bool is_null(const struct tn__ir_expr *expr)
{
    return expr->kind == TN__IR_CONST && expr->domain.classes == TN__CLASS_NULL;
}

static bool is_truth(const struct tn__ir_expr *expr)
{
    return expr->kind == TN__IR_CONST && expr->domain.logical == TN__TYPE_BOOL;
}

static struct tn__ir_expr *compare_is(struct tn__analysis *an, bool is_not,
                                      struct tn__ir_expr *left, struct tn__ir_expr *right,
                                      struct tn__sql_span span)
{
    if (is_null(right))
        return unary(an, TN__IR_NULLTEST, is_not, left, span);
    if (is_null(left))
        return unary(an, TN__IR_NULLTEST, is_not, right, span);
    if (is_truth(right)) {
        struct tn__ir_expr *out = unary(an, TN__IR_TRUTH, is_not, left, span);
        if (out)
            out->is_value_true = tn__text_is_nocase(right->literal, "TRUE");
        return out;
    }
    if (left->kind == TN__IR_ROW || right->kind == TN__IR_ROW)
        return compare_rows(an, TN__IR_IS, TN__OP_IS, is_not, left, right, span);
    struct tn__ir_expr *out = binary(an, TN__IR_IS, TN__OP_IS, left, right, span);
    if (out)
        out->is_not = is_not;
    return out;
}

static bool is_false(const struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_AND)
        return is_false(expr->args[0]) || is_false(expr->args[1]);
    return (expr->kind == TN__IR_IN && expr->arg_count == 1) ||
           (expr->kind == TN__IR_CONST &&
            (expr->domain.logical == TN__TYPE_BOOL || expr->domain.classes == TN__CLASS_INT));
}

static struct tn__ir_expr *resolve_binary(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                          const struct tn__scope *scope)
{
    uint32_t aggregates = an->aggregates;
    struct tn__ir_expr *left = tn__resolve_expr(an, expr->left, scope);
    struct tn__ir_expr *right = left ? tn__resolve_expr(an, expr->right, scope) : NULL;
    if (!right)
        return NULL;
    /* The engine drops the other side of "0 AND", with any aggregate in it. */
    if (expr->op == TN__OP_AND && (is_false(left) || is_false(right)) &&
        an->aggregates != aggregates)
        tn__an_doubt(an, "an aggregate beside a condition that is always false");
    bool is_row = left->kind == TN__IR_ROW || right->kind == TN__IR_ROW;
    switch (expr->op) {
    case TN__OP_AND:
        return binary(an, TN__IR_AND, expr->op, left, right, expr->span);
    case TN__OP_OR:
        return binary(an, TN__IR_OR, expr->op, left, right, expr->span);
    case TN__OP_EQ:
    case TN__OP_NE:
    case TN__OP_LT:
    case TN__OP_LE:
    case TN__OP_GT:
    case TN__OP_GE:
        if (is_row)
            return compare_rows(an, TN__IR_COMPARE, expr->op, false, left, right, expr->span);
        return binary(an, TN__IR_COMPARE, expr->op, left, right, expr->span);
    case TN__OP_IS:
    case TN__OP_IS_NOT:
        return compare_is(an, expr->op == TN__OP_IS_NOT, left, right, expr->span);
    case TN__OP_CONCAT:
        return binary(an, TN__IR_CONCAT, expr->op, left, right, expr->span);
    case TN__OP_ARROW:
    case TN__OP_ARROW2: {
        struct tn__ir_expr *out = binary(an, TN__IR_ARROW, expr->op, left, right, expr->span);
        if (out)
            out->is_not = expr->op == TN__OP_ARROW2;
        return out;
    }
    default:
        return binary(an, TN__IR_ARITH, expr->op, left, right, expr->span);
    }
}

static struct tn__ir_expr *resolve_unary(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                         const struct tn__scope *scope)
{
    struct tn__ir_expr *left = tn__resolve_expr(an, expr->left, scope);
    switch (expr->op) {
    case TN__OP_NEGATE:
        /* The smallest integer is read as the negative of what is none. */
        if (left && left->kind == TN__IR_CONST && left->is_literal &&
            tn__text_is(left->literal, "9223372036854775808"))
            left->domain.classes = TN__CLASS_INT;
        return unary(an, TN__IR_NEGATE, false, left, expr->span);
    case TN__OP_BITNOT:
        return unary(an, TN__IR_BITNOT, false, left, expr->span);
    case TN__OP_NOT:
        return unary(an, TN__IR_NOT, false, left, expr->span);
    default: { /* + does nothing but to take affinity and collation away */
        struct tn__ir_expr *out = unary(an, TN__IR_COLLATE, false, left, expr->span);
        if (out)
            out->op = TN__OP_PLUS;
        return out;
    }
    }
}

/* --- IN, BETWEEN, LIKE, CASE, CAST */

/* An expression that has `first` in front of a list. */
static struct tn__ir_expr *with_list(struct tn__analysis *an, enum tn__ir_kind kind,
                                     const struct tn__ast_expr *first,
                                     const struct tn__ast_items *list,
                                     const struct tn__scope *scope, struct tn__sql_span span)
{
    uint32_t i = first ? 1 : 0;
    struct tn__ir_expr *out = tn__ir_new(an, kind, (uint32_t)list->count + i, span);
    if (!out)
        return NULL;
    if (first && !(out->args[0] = tn__resolve_expr(an, first, scope)))
        return NULL;
    for (const struct tn__ast_item *item = list->first; item; item = item->next)
        if (!(out->args[i++] = tn__resolve_expr(an, item->expr, scope)))
            return NULL;
    return out;
}

/* What IN table means. */
static struct tn__ast_select *select_of_table(struct tn__analysis *an,
                                              const struct tn__ast_expr *expr)
{
    struct tn__ast_source *source = TN__AN_NEW(an, struct tn__ast_source);
    if (!source)
        return NULL;
    source->kind = expr->list.count ? TN__SOURCE_CALL : TN__SOURCE_TABLE;
    source->schema = expr->schema;
    source->name = expr->name;
    source->args = expr->list;
    source->span = expr->span;
    struct tn__ast_sources from = {.first = source, .last = source, .count = 1};
    return tn__select_star(an, &from, expr->span);
}

static struct tn__ir_query *resolve_inner(struct tn__analysis *an,
                                          const struct tn__ast_select *select,
                                          const struct tn__scope *scope)
{
    struct tn__scope inner = tn__scope_inside(scope, scope);
    return select ? tn__resolve_query(an, select, &inner) : NULL;
}

/* Whether something is made of many rows in it, or may be. */
static bool has_aggregate(const struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_AGGREGATE || expr->kind == TN__IR_WINDOW || expr->query)
        return true;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (has_aggregate(expr->args[i]))
            return true;
    return expr->else_ && has_aggregate(expr->else_);
}

static struct tn__ir_expr *resolve_in(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                      const struct tn__scope *scope)
{
    struct tn__ir_expr *out;
    if (expr->kind == TN__AST_IN_LIST) {
        out = with_list(an, TN__IR_IN, expr->left, &expr->list, scope, expr->span);
        /* Versions differ in whether an aggregate that nothing asks for makes one of the query. */
        if (out && out->arg_count == 1 && has_aggregate(out->args[0]))
            tn__an_doubt(an, "an aggregate IN ()");
    } else if (expr->kind == TN__AST_IN_PARAM) {
        struct tn__ir_expr *left = tn__resolve_expr(an, expr->left, scope);
        struct tn__ir_expr *list = left ? tn__resolve_expr(an, expr->right, scope) : NULL;
        out = list ? binary(an, TN__IR_IN, TN__OP_EQ, left, list, expr->span) : NULL;
        if (out)
            out->may_be_empty = true;
    } else {
        struct tn__ir_expr *left = tn__resolve_expr(an, expr->left, scope);
        out = unary(an, TN__IR_IN_QUERY, false, left, expr->span);
        if (!out)
            return NULL;
        if (left->kind == TN__IR_ROW) {
            out->args = left->args;
            out->arg_count = left->arg_count;
        }
        out->query = resolve_inner(
            an, expr->kind == TN__AST_IN_QUERY ? expr->select : select_of_table(an, expr), scope);
        if (!out->query)
            return NULL;
    }
    if (out)
        out->is_not = expr->is_not;
    return out;
}

static struct tn__ir_expr *resolve_three(struct tn__analysis *an, enum tn__ir_kind kind,
                                         const struct tn__ast_expr *expr,
                                         const struct tn__scope *scope)
{
    struct tn__ir_expr *out = tn__ir_new(an, kind, expr->third ? 3 : 2, expr->span);
    if (!out || !(out->args[0] = tn__resolve_expr(an, expr->left, scope)) ||
        !(out->args[1] = tn__resolve_expr(an, expr->right, scope)))
        return NULL;
    if (expr->third && !(out->args[2] = tn__resolve_expr(an, expr->third, scope)))
        return NULL;
    out->op = expr->op;
    out->is_not = expr->is_not;
    return out;
}

/* x REGEXP y is regexp(y, x) of the program's, x MATCH y is match(y, x). */
static struct tn__ir_expr *resolve_like(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                        const struct tn__scope *scope)
{
    if (expr->op == TN__OP_LIKE || expr->op == TN__OP_GLOB)
        return resolve_three(an, TN__IR_LIKE, expr, scope);
    tn_text name = tn_text_of(expr->op == TN__OP_REGEXP ? "regexp" : "match");
    const struct tn__fn_declared *declared = tn__declared_find(an, name, 2);
    struct tn__ir_expr *out = resolve_three(an, TN__IR_UNKNOWN, expr, scope);
    if (!out || !declared || declared->is_aggregate || expr->third)
        return out;
    struct tn__ir_expr *left = out->args[0];
    out->kind = TN__IR_CALL;
    out->declared = declared;
    out->is_not = false;
    out->args[0] = out->args[1];
    out->args[1] = left;
    return expr->is_not ? unary(an, TN__IR_NOT, false, out, expr->span) : out;
}

static struct tn__ir_expr *resolve_case(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                        const struct tn__scope *scope)
{
    struct tn__ir_expr *out =
        with_list(an, TN__IR_CASE, expr->left, &expr->list, scope, expr->span);
    if (!out)
        return NULL;
    out->is_not = expr->left != NULL;
    return !expr->right || (out->else_ = tn__resolve_expr(an, expr->right, scope)) ? out : NULL;
}

static struct tn__ir_expr *resolve_cast(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                        const struct tn__scope *scope)
{
    struct tn__ir_expr *out =
        unary(an, TN__IR_CAST, false, tn__resolve_expr(an, expr->left, scope), expr->span);
    if (!out)
        return NULL;
    out->affinity = expr->name.text.size ? tn__affinity_of(expr->name.text) : TN__AFFINITY_NUMERIC;
    if (tn__text_is_nocase(expr->name.text, "BOOLEAN") ||
        tn__text_is_nocase(expr->name.text, "BOOL"))
        out->domain.logical = TN__TYPE_BOOL;
    return out;
}

static struct tn__ir_expr *resolve_subquery(struct tn__analysis *an,
                                            const struct tn__ast_expr *expr,
                                            const struct tn__scope *scope)
{
    struct tn__ir_expr *out =
        tn__ir_new(an, expr->kind == TN__AST_EXISTS ? TN__IR_EXISTS : TN__IR_QUERY, 0, expr->span);
    if (!out)
        return NULL;
    out->is_not = expr->is_not;
    out->query = resolve_inner(an, expr->select, scope);
    return out->query ? out : NULL;
}

static struct tn__ir_expr *resolve_name(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                        const struct tn__scope *scope)
{
    struct tn__ir_expr *out = tn__lookup(an, expr, scope);
    return out || an->status != TN_OK ? out : unknown(an, expr, "its name is not understood");
}

struct tn__ir_expr **tn__resolve_list(struct tn__analysis *an, const struct tn__ast_items *items,
                                      const struct tn__scope *scope)
{
    struct tn__ir_expr **list = tn__an_new(an, items->count, sizeof(struct tn__ir_expr *));
    size_t i = 0;
    for (const struct tn__ast_item *item = items->first; item && list; item = item->next)
        if (!(list[i++] = tn__resolve_expr(an, item->expr, scope)))
            return NULL;
    return list;
}

static struct tn__ir_expr *resolve_any(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                       const struct tn__scope *scope)
{
    struct tn__ir_expr *out = NULL;
    switch (expr->kind) {
    case TN__AST_NULL:
    case TN__AST_NUMBER:
    case TN__AST_STRING:
    case TN__AST_BLOB:
    case TN__AST_MOMENT:
        return literal(an, expr, scope);
    case TN__AST_PARAM:
        return param(an, expr, scope);
    case TN__AST_COLUMN:
        return resolve_name(an, expr, scope);
    case TN__AST_UNARY:
        return resolve_unary(an, expr, scope);
    case TN__AST_BINARY:
        return resolve_binary(an, expr, scope);
    case TN__AST_COLLATE:
        out = unary(an, TN__IR_COLLATE, false, tn__resolve_expr(an, expr->left, scope), expr->span);
        if (out)
            out->collation = expr->name.text;
        return out;
    case TN__AST_NULLTEST:
        return unary(an, TN__IR_NULLTEST, expr->is_not, tn__resolve_expr(an, expr->left, scope),
                     expr->span);
    case TN__AST_LIKE:
        return resolve_like(an, expr, scope);
    case TN__AST_BETWEEN:
        return resolve_three(an, TN__IR_BETWEEN, expr, scope);
    case TN__AST_IN_LIST:
    case TN__AST_IN_QUERY:
    case TN__AST_IN_PARAM:
    case TN__AST_IN_TABLE:
        return resolve_in(an, expr, scope);
    case TN__AST_EXISTS:
    case TN__AST_QUERY:
        return resolve_subquery(an, expr, scope);
    case TN__AST_CASE:
        return resolve_case(an, expr, scope);
    case TN__AST_CAST:
        return resolve_cast(an, expr, scope);
    case TN__AST_CALL:
        return tn__resolve_call(an, expr, scope);
    case TN__AST_ROW:
        return with_list(an, TN__IR_ROW, NULL, &expr->list, scope, expr->span);
    case TN__AST_RAISE:
        return unknown(an, expr, "RAISE");
    }
    return unknown(an, expr, "it is not understood");
}

struct tn__ir_expr *tn__resolve_expr(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                     const struct tn__scope *scope)
{
    struct tn__ir_expr *out = NULL;
    if (an->status != TN_OK)
        return NULL;
    out = tn__an_enter(an, 1) ? resolve_any(an, expr, scope)
                              : tn__ir_new(an, TN__IR_UNKNOWN, 0, expr->span);
    tn__an_leave(an, 1);
    return out;
}
