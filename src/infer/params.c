/* SPDX-License-Identifier: MIT */
#include "infer/params.h"
#include "infer/eval.h"

#include "util/str.h"

/*
 * What the uses of a parameter say of it: the type of what it meets, a name, and whether NULL means
 * something there. An expression is visited with what its surroundings want of it.
 */

static const struct tn__want no_want;

struct tn__want tn__want_type(tn__classes classes, enum tn__type logical, const char *name)
{
    struct tn__want want = {.is_known = true, .domain = tn__domain_logical(classes, logical)};
    if (name)
        want.name = tn_text_of(name);
    return want;
}

static const struct tn__ir_expr *inside(const struct tn__ir_expr *expr)
{
    while (expr->kind == TN__IR_COLLATE || expr->kind == TN__IR_ALIAS || expr->kind == TN__IR_MAYBE)
        expr = expr->args[0];
    return expr;
}

bool tn__is_param(const struct tn__ir_expr *expr)
{
    return inside(expr)->kind == TN__IR_PARAM;
}

/* Whether a type can be made of it. */
static bool is_typed(struct tn__domain domain)
{
    return tn__typing_of_domain(domain).type != TN__TYPE_ANY;
}

static bool is_stored_column(const struct tn__ir_expr *expr)
{
    return expr->kind == TN__IR_COLUMN && expr->rel->kind == TN__IR_TABLE &&
           expr->rel->table->kind == TN__TABLE;
}

static bool is_words(const struct tn__ir_expr *expr)
{
    return expr->kind == TN__IR_COLUMN && expr->rel->kind == TN__IR_TABLE &&
           expr->index != TN__IR_ROWID &&
           tn__is_full_text(expr->rel->table, &expr->rel->table->columns[expr->index]);
}

static tn_text name_of(const struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_MERGED)
        expr = expr->args[1];
    if (expr->kind != TN__IR_COLUMN)
        return (tn_text){0};
    if (expr->index == TN__IR_ROWID)
        return tn_text_of("rowid");
    return tn__rel_column_name(expr->rel, expr->index);
}

/* To be compared with it. A column that takes anything is certain, too. */
struct tn__want tn__want_like(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    struct tn__want want = no_want;
    expr = inside(expr);
    if (expr->kind == TN__IR_PARAM)
        return want;
    want.domain = is_words(expr) ? tn__domain_plain(TN__CLASS_TEXT) : tn__eval(an, expr);
    want.domain.classes &= TN__CLASS_VALUES;
    want.is_known = is_typed(want.domain) || is_stored_column(expr);
    want.name = name_of(expr);
    return want;
}

static void use(struct tn__analysis *an, const struct tn__ir_expr *expr, struct tn__want want)
{
    struct tn__analysed_param *use = &an->uses[expr->index];
    if (want.is_null_welcome)
        an->wants_null[expr->index] = true;
    if (use->suggestion.size == 0)
        use->suggestion = want.name;
    if (!want.is_known)
        return;
    if (!use->is_certain) {
        use->domain = want.domain;
        use->is_certain = true;
        return;
    }
    if (use->domain.choices != want.domain.choices)
        use->domain.choices = want.domain.choices = NULL; /* any text */
    if (use->domain.key != want.domain.key)
        use->domain.key = NULL; /* the plain type that it is stored as */
    struct tn__typing a = tn__typing_of_domain(use->domain);
    struct tn__typing b = tn__typing_of_domain(want.domain);
    if (a.type != b.type || a.form != b.form)
        use->is_conflict = true;
    use->domain.classes |= want.domain.classes;
}

void tn__params_all(struct tn__analysis *an, struct tn__ir_expr *const *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        tn__params_expr(an, list[i], no_want);
}

void tn__params_condition(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    if (expr)
        tn__params_expr(an, expr, tn__want_type(TN__CLASS_INT, TN__TYPE_BOOL, NULL));
}

void tn__params_number(struct tn__analysis *an, const struct tn__ir_expr *expr, const char *name)
{
    if (expr)
        tn__params_expr(an, expr, tn__want_type(TN__CLASS_INT, TN__TYPE_ANY, name));
}

static void visit_pair(struct tn__analysis *an, const struct tn__ir_expr *left,
                       const struct tn__ir_expr *right, bool is_null_welcome)
{
    struct tn__want of_left = tn__want_like(an, right);
    struct tn__want of_right = tn__want_like(an, left);
    of_left.is_null_welcome = of_right.is_null_welcome = is_null_welcome;
    tn__params_expr(an, left, of_left);
    tn__params_expr(an, right, of_right);
}

/* (a, b) < (c, d), (a, b) = (SELECT …). */
static void visit_rows(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    const struct tn__ir_expr *left = expr->args[0];
    const struct tn__ir_expr *right = expr->args[1];
    if (left->kind == TN__IR_ROW && right->kind == TN__IR_ROW &&
        left->arg_count == right->arg_count) {
        for (uint32_t i = 0; i < left->arg_count; i++)
            visit_pair(an, left->args[i], right->args[i], false);
        return;
    }
    tn__params_expr(an, left, no_want);
    tn__params_expr(an, right, no_want);
}

/* The first of a list, other than `self`, that says something. */
static struct tn__want want_of_sibling(struct tn__analysis *an, struct tn__ir_expr *const *list,
                                       uint32_t from, uint32_t count, uint32_t step, uint32_t self)
{
    for (uint32_t i = from; i < count; i += step) {
        struct tn__want want = i == self ? no_want : tn__want_like(an, list[i]);
        if (want.is_known)
            return want;
    }
    return no_want;
}

/* A type that was found elsewhere, for what else is wanted. */
struct tn__want tn__want_of_given(struct tn__want found, struct tn__want given)
{
    found.is_null_welcome = given.is_null_welcome;
    if (given.name.size > 0)
        found.name = given.name;
    return found;
}

static void visit_list(struct tn__analysis *an, const struct tn__ir_expr *expr, uint32_t from,
                       uint32_t step, struct tn__want want)
{
    for (uint32_t i = from; i < expr->arg_count; i += step) {
        struct tn__want one = want;
        if (!want.is_known && tn__is_param(expr->args[i])) {
            one = want_of_sibling(an, expr->args, from, expr->arg_count, step, i);
            one.is_null_welcome = want.is_null_welcome;
        }
        tn__params_expr(an, expr->args[i], one);
    }
}

static void visit_between(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    struct tn__want want = tn__want_like(an, expr->args[0]);
    struct tn__want first = tn__want_like(an, expr->args[tn__is_param(expr->args[1]) ? 2 : 1]);
    tn__params_expr(an, expr->args[0], first);
    tn__params_expr(an, expr->args[1], want);
    tn__params_expr(an, expr->args[2], want);
}

static void visit_in(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_IN) {
        struct tn__want want = tn__want_like(an, expr->args[0]);
        tn__params_expr(an, expr->args[0],
                        want_of_sibling(an, expr->args, 1, expr->arg_count, 1, UINT32_MAX));
        for (uint32_t i = 1; i < expr->arg_count; i++)
            tn__params_expr(an, expr->args[i], want);
        return;
    }
    uint32_t count = expr->arg_count;
    tn__infer_query(an, expr->query); /* WHERE may have had no need to */
    struct tn__want *wants = tn__an_new(an, count, sizeof(*wants));
    for (uint32_t i = 0; wants && i < count; i++) {
        struct tn__want of_column = no_want;
        wants[i] = tn__want_like(an, expr->args[i]);
        if (i < expr->query->column_count) {
            of_column.domain = expr->query->columns[i].domain;
            of_column.domain.classes &= TN__CLASS_VALUES;
            of_column.is_known = is_typed(of_column.domain);
            of_column.name = expr->query->columns[i].name;
        }
        tn__params_expr(an, expr->args[i], of_column);
    }
    tn__params_query(an, expr->query, wants, wants ? count : 0);
}

static void visit_like(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        struct tn__want want = tn__want_type(TN__CLASS_TEXT, TN__TYPE_ANY, NULL);
        if (i == 1)
            want.name = name_of(inside(expr->args[0]));
        tn__params_expr(an, expr->args[i], want);
    }
}

static struct tn__want want_number(struct tn__want like)
{
    struct tn__want want = {.domain = tn__domain_plain(like.domain.classes)};
    want.is_known =
        like.is_known && (like.domain.classes & ~TN__CLASS_NUMBERS) == 0 && is_typed(want.domain);
    return want;
}

/* A number of the other side's kind, or of the kind that is to come of both: that is to be REAL where
 * the other side is an integer as written, and decides where it says nothing. */
static void visit_arith(struct tn__analysis *an, const struct tn__ir_expr *expr,
                        struct tn__want outer)
{
    bool is_bits = expr->op == TN__OP_BITAND || expr->op == TN__OP_BITOR ||
                   expr->op == TN__OP_SHL || expr->op == TN__OP_SHR;
    outer = want_number(outer);
    bool is_real = outer.is_known && (outer.domain.classes & TN__CLASS_INT) == 0;
    for (uint32_t i = 0; i < 2; i++) {
        const struct tn__ir_expr *other = expr->args[1 - i];
        struct tn__want want = want_number(tn__want_like(an, other));
        if (!want.is_known || (is_real && other->kind == TN__IR_CONST))
            want = outer;
        if (is_bits)
            want = tn__want_type(TN__CLASS_INT, TN__TYPE_ANY, NULL);
        tn__params_expr(an, expr->args[i], want);
    }
}

static void visit_case(struct tn__analysis *an, const struct tn__ir_expr *expr,
                       struct tn__want want)
{
    uint32_t first = expr->is_not ? 1 : 0;
    const struct tn__want given = want;
    if (!want.is_known)
        want = want_of_sibling(an, expr->args, first + 1, expr->arg_count, 2, UINT32_MAX);
    if (!want.is_known && expr->else_)
        want = tn__want_like(an, expr->else_);
    want = tn__want_of_given(want, given);
    for (uint32_t i = first; i + 1 < expr->arg_count; i += 2) {
        if (first)
            visit_pair(an, expr->args[0], expr->args[i], false);
        else
            tn__params_condition(an, expr->args[i]);
        tn__params_expr(an, expr->args[i + 1], want);
    }
    if (expr->else_)
        tn__params_expr(an, expr->else_, want);
}

static void visit_cast(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    static const tn__classes classes[] = {
        [TN__AFFINITY_INTEGER] = TN__CLASS_INT,
        [TN__AFFINITY_REAL] = TN__CLASS_REALS,
        [TN__AFFINITY_TEXT] = TN__CLASS_TEXT,
        [TN__AFFINITY_BLOB] = TN__CLASS_BLOB,
        [TN__AFFINITY_NUMERIC] = 0,
    };
    tn__classes wanted = classes[expr->affinity];
    if (expr->domain.logical == TN__TYPE_BOOL)
        tn__params_condition(an, expr->args[0]);
    else
        tn__params_expr(an, expr->args[0],
                        wanted ? tn__want_type(wanted, TN__TYPE_ANY, NULL) : no_want);
}

/* Text, unless what is written behind it takes numbers alone. */
static tn__classes time_value(const struct tn__ir_expr *call, uint32_t i)
{
    while (++i < call->arg_count) {
        const struct tn__ir_expr *arg = call->args[i];
        if (!arg->is_literal)
            continue;
        if (tn__text_is_nocase(arg->literal, "unixepoch") ||
            tn__text_is_nocase(arg->literal, "auto"))
            return TN__CLASS_INT;
        if (tn__text_is_nocase(arg->literal, "julianday"))
            return TN__CLASS_REAL;
    }
    return TN__CLASS_TEXT;
}

/* What a built-in or declared function wants of argument i; 0: anything. */
static tn__classes wanted_by(const struct tn__ir_expr *call, uint32_t i)
{
    const tn__classes *wants = call->fn ? call->fn->wants : NULL;
    size_t count = call->fn ? call->fn->want_count : 0;
    if (call->declared) {
        wants = call->declared->args;
        count = call->declared->arg_count;
    }
    if (!wants || count == 0)
        return 0;
    tn__classes wanted = wants[i < count ? i : count - 1];
    bool is_time = call->fn && wanted == (TN__CLASS_TEXT | TN__CLASS_INT | TN__CLASS_REAL);
    return is_time ? time_value(call, i) : wanted;
}

static void visit_call(struct tn__analysis *an, const struct tn__ir_expr *expr,
                       struct tn__want want)
{
    enum tn__fn_logic logic = expr->fn ? expr->fn->logic : TN__FN_PLAIN;
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        struct tn__want one = no_want;
        tn__classes wanted = wanted_by(expr, i);
        bool is_document = i == 0 && wanted == TN__CLASS_TEXT && expr->fn &&
                           strncmp(expr->fn->name, "json", 4) == 0;
        if (wanted)
            one = tn__want_type(wanted, is_document ? TN__TYPE_JSON : TN__TYPE_ANY, NULL);
        else if (logic == TN__FN_ANY_ARG ||
                 ((logic == TN__FN_FIRST_ARG || logic == TN__FN_NEIGHBOUR) && i == 0))
            one = want.is_known ? want : want_of_sibling(an, expr->args, 0, expr->arg_count, 1, i);
        else if (logic == TN__FN_FIRST_ARG || (logic == TN__FN_NEIGHBOUR && i == 2))
            one = tn__want_like(an, expr->args[0]);           /* nullif(x, y), lag(x, 1, y) */
        if (expr->op == TN__OP_MATCH && expr->arg_count == 2) /* a server's operator */
            one = tn__want_like(an, expr->args[1 - i]);
        one.is_known = one.is_known && is_typed(one.domain);
        tn__params_expr(an, expr->args[i], logic == TN__FN_CAST && i == 0 ? want : one);
    }
    tn__params_condition(an, expr->filter);
    tn__params_all(an, expr->others, expr->other_count - expr->offset_count);
    for (uint32_t i = expr->other_count - expr->offset_count; i < expr->other_count; i++)
        tn__params_number(an, expr->others[i], NULL);
}

void tn__params_expr(struct tn__analysis *an, const struct tn__ir_expr *expr, struct tn__want want)
{
    if (!expr || an->status != TN_OK)
        return;
    switch (expr->kind) {
    case TN__IR_PARAM:
        use(an, expr, want);
        break;
    case TN__IR_COMPARE:
    case TN__IR_IS:
        visit_pair(an, expr->args[0], expr->args[1], expr->kind == TN__IR_IS);
        break;
    case TN__IR_COMPARE_ROW:
        visit_rows(an, expr);
        break;
    case TN__IR_NULLTEST:
        tn__params_expr(an, expr->args[0], (struct tn__want){.is_null_welcome = true});
        break;
    case TN__IR_TRUTH:
        want = tn__want_type(TN__CLASS_INT, TN__TYPE_BOOL, NULL);
        want.is_null_welcome = true;
        tn__params_expr(an, expr->args[0], want);
        break;
    case TN__IR_AND:
    case TN__IR_OR:
    case TN__IR_NOT:
        for (uint32_t i = 0; i < expr->arg_count; i++)
            tn__params_condition(an, expr->args[i]);
        break;
    case TN__IR_BETWEEN:
        visit_between(an, expr);
        break;
    case TN__IR_IN:
    case TN__IR_IN_QUERY:
        visit_in(an, expr);
        break;
    case TN__IR_LIKE:
        visit_like(an, expr);
        break;
    case TN__IR_ARITH:
        visit_arith(an, expr, want);
        break;
    case TN__IR_NEGATE:
        want.domain.key = NULL; /* a number like it, but no key */
        tn__params_expr(an, expr->args[0], want);
        break;
    case TN__IR_COLLATE:
    case TN__IR_ALIAS:
    case TN__IR_MAYBE:
        tn__params_expr(an, expr->args[0], want);
        break;
    case TN__IR_BITNOT:
        tn__params_number(an, expr->args[0], NULL);
        break;
    case TN__IR_CONCAT:
        visit_list(an, expr, 0, 1, tn__want_type(TN__CLASS_TEXT, TN__TYPE_ANY, NULL));
        break;
    case TN__IR_CASE:
        visit_case(an, expr, want);
        break;
    case TN__IR_COALESCE:
        want.is_null_welcome = true;
        visit_list(an, expr, 0, 1, want);
        break;
    case TN__IR_CAST:
        visit_cast(an, expr);
        break;
    case TN__IR_ARROW:
        tn__params_expr(an, expr->args[0], tn__want_type(TN__CLASS_TEXT, TN__TYPE_JSON, NULL));
        tn__params_expr(an, expr->args[1], tn__want_type(TN__CLASS_TEXT, TN__TYPE_ANY, NULL));
        break;
    case TN__IR_CALL:
    case TN__IR_AGGREGATE:
    case TN__IR_WINDOW:
        visit_call(an, expr, want);
        break;
    case TN__IR_QUERY:
        tn__params_query(an, expr->query, &want, 1);
        break;
    case TN__IR_EXISTS:
        tn__params_query(an, expr->query, NULL, 0);
        break;
    case TN__IR_UNKNOWN:
        if (expr->op == TN__OP_MATCH || expr->op == TN__OP_REGEXP)
            visit_like(an, expr);
        else
            tn__params_all(an, expr->args, expr->arg_count);
        break;
    case TN__IR_CONST:
    case TN__IR_COLUMN:
    case TN__IR_MERGED:
    case TN__IR_ROW:
        tn__params_all(an, expr->args, expr->kind == TN__IR_ROW ? expr->arg_count : 0);
        break;
    }
}
