/* SPDX-License-Identifier: MIT */
#include "infer/postgres/forms.h"

#include "infer/postgres/total.h"
#include "util/str.h"

/* Calls of functions and operators, by what is known of NULL in their arguments and their
 * result. */

enum {
    BUILT_IN_MAX = 16384 /* OIDs below are the server's own */
};

/* How a call is written: as a cast, or it comes of itself, as to a varchar(9) that is written to. */
enum {
    CAST_EXPLICIT = 1,
    CAST_IMPLICIT
};

/* --- how NULL comes out of them */

static tn__classes rule_never(const struct tn__fn_arg *args, uint32_t count)
{
    (void)args;
    (void)count;
    return TN__CLASS_VALUES;
}

static tn__classes rule_any(const struct tn__fn_arg *args, uint32_t count)
{
    (void)args;
    (void)count;
    return TN__CLASS_ALL;
}

static tn__classes rule_strict(const struct tn__fn_arg *args, uint32_t count)
{
    tn__classes null = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!args[i].classes)
            return 0; /* no value, no call */
        null |= args[i].classes & TN__CLASS_NULL;
    }
    return TN__CLASS_VALUES | null;
}

static tn__classes rule_by_first(const struct tn__fn_arg *args, uint32_t count)
{
    return count > 0 ? TN__CLASS_VALUES | (args[0].classes & TN__CLASS_NULL) : TN__CLASS_ALL;
}

static const struct tn__fn rules[] = {
    [TN__PG_NEVER] = {.name = "", .kinds = TN__FN_SCALAR, .max_args = -1, .result = rule_never},
    [TN__PG_STRICT] =
        {
            .name = "",
            .kinds = TN__FN_SCALAR,
            .max_args = -1,
            .strict = UINT32_MAX,
            .result = rule_strict,
        },
    [TN__PG_OFTEN] =
        {
            .name = "",
            .kinds = TN__FN_SCALAR,
            .max_args = -1,
            .strict = UINT32_MAX,
            .result = rule_any,
        },
    [TN__PG_ANY] = {.name = "", .kinds = TN__FN_SCALAR, .max_args = -1, .result = rule_any},
};

/* NULLIF(x, y) is x or NULL. */
static const struct tn__fn nullif = {.name = "",
                                     .kinds = TN__FN_SCALAR,
                                     .max_args = -1,
                                     .logic = TN__FN_FIRST_ARG,
                                     .strict = 1,
                                     .result = rule_any};
/* The first argument's NULL is the result's. */
static const struct tn__fn by_first = {
    .name = "", .kinds = TN__FN_SCALAR, .max_args = -1, .strict = 1, .result = rule_by_first};
/* The same value as another type: what is wanted of it is wanted of its argument. */
static const struct tn__fn cast = {.name = "",
                                   .kinds = TN__FN_SCALAR,
                                   .max_args = -1,
                                   .logic = TN__FN_CAST,
                                   .strict = UINT32_MAX,
                                   .result = rule_strict};
/* x compared with each of a list: NULL where x is, and perhaps where one of them is. */
static const struct tn__fn with_list = {
    .name = "", .kinds = TN__FN_SCALAR, .max_args = -1, .strict = 1, .result = rule_strict};

/* A range that contains an element: of one without bounds 17 and later say so of NULL, too. */
static const struct tn__fn contains = {
    .name = "", .kinds = TN__FN_SCALAR, .max_args = -1, .result = rule_strict};

static bool is_containment(const struct tn__server_function *function)
{
    return function && (strcmp(function->name, "range_contains_elem") == 0 ||
                        strcmp(function->name, "elem_contained_by_range") == 0);
}

struct tn__ir_expr *tn__pg_new_call(struct tn__pg_lowering *l, enum tn__pg_rule rule,
                                    struct tn__ir_expr **args, uint32_t count)
{
    struct tn__ir_expr *call = tn__ir_new(l->an, TN__IR_CALL, count, (struct tn__sql_span){0});
    if (!call)
        return NULL;
    call->fn = &rules[rule];
    for (uint32_t i = 0; i < count; i++)
        call->args[i] = args[i];
    return call;
}

void tn__pg_make_nullif(struct tn__ir_expr *call)
{
    call->fn = &nullif;
}

void tn__pg_make_cast(struct tn__ir_expr *call)
{
    if (call->fn == &rules[TN__PG_STRICT])
        call->fn = &cast;
}

void tn__pg_make_list(struct tn__ir_expr *call)
{
    call->fn = &with_list;
}

/* --- functions */

static bool is_built_in(const struct tn__server_function *function)
{
    return function->oid < BUILT_IN_MAX && strcmp(function->schema, "pg_catalog") == 0;
}

/* Whether it gives the same again if it says so, or says that it does not: the server calls that one but once. */
static bool is_steady(const struct tn__server_function *function)
{
    return function && (is_built_in(function) || function->extension ||
                        function->volatility == TN__SERVER_VOLATILE);
}

static enum tn__pg_totality totality_of(const struct tn__server_function *function)
{
    if (function && is_built_in(function))
        return tn__pg_totality_of(function->name, function->oid);
    return function && function->extension &&
                   tn__pg_is_total_of(function->extension, function->name)
               ? TN__PG_TOTAL
               : TN__PG_PARTIAL;
}

static enum tn__pg_rule rule_of(const struct tn__server_function *function)
{
    if (!function)
        return TN__PG_ANY;
    bool is_total = totality_of(function) == TN__PG_TOTAL;
    if (function->is_strict)
        return is_total ? TN__PG_STRICT : TN__PG_OFTEN;
    return is_total ? TN__PG_NEVER : TN__PG_ANY;
}

static const struct tn__server_function *function_of(const struct tn__pg_lowering *l,
                                                     uint32_t operator_oid)
{
    const struct tn__server_operator *op = tn__server_operator(l->server, operator_oid);
    return op ? tn__server_function(l->server, op->function) : NULL;
}

void tn__pg_note_operator(const struct tn__pg_lowering *l, struct tn__ir_expr *call,
                          const struct tn__pg_node *node)
{
    call->is_unsteady = !is_steady(function_of(l, tn__pg_oid(node, "opno")));
}

enum tn__pg_rule tn__pg_operator_rule(const struct tn__pg_lowering *l, uint32_t oid)
{
    return rule_of(function_of(l, oid));
}

/* extract(year FROM …), by its name. */
static bool is_endless(const struct tn__ir_expr *call)
{
    const struct tn__ir_expr *field = call->arg_count == 2 ? call->args[0] : NULL;
    return field && field->kind == TN__IR_CONST && field->is_literal &&
           tn__pg_is_endless_field(field->literal.data, field->literal.size);
}

/* Functions that are neither total nor strict. */
static void make_special(struct tn__ir_expr *call, enum tn__pg_totality totality)
{
    if (totality == TN__PG_BY_FIRST)
        call->fn = &by_first;
    else if (totality == TN__PG_BY_ALL)
        call->kind = TN__IR_COALESCE; /* it is NULL where COALESCE is */
    else if (totality == TN__PG_BY_FIELD && is_endless(call))
        call->fn = &rules[TN__PG_STRICT];
}

/* Whether arguments are written with their names, and so in any order: the server puts them in theirs later. */
static bool has_names(const struct tn__pg_node *args)
{
    for (const struct tn__pg_node *arg = args->first; arg; arg = arg->next)
        if (tn__pg_is(arg, "NAMEDARGEXPR"))
            return true;
    return false;
}

/* A call with its arguments. */
static struct tn__ir_expr *lower_call(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                      struct tn__pg_scope *scope,
                                      const struct tn__server_function *function)
{
    enum tn__pg_rule rule = rule_of(function);
    bool is_set = tn__pg_true(node, "funcretset") || tn__pg_true(node, "opretset");
    uint32_t count = 0;
    struct tn__ir_expr **args = tn__pg_lower_list(l, tn__pg_field(node, "args"), scope, &count);
    /* f(VARIADIC NULL) is NULL, of whatever function. */
    bool is_variadic = tn__pg_true(node, "funcvariadic");
    if (rule == TN__PG_NEVER && is_variadic)
        rule = TN__PG_ANY;
    struct tn__ir_expr *call = args ? tn__pg_new_call(l, rule, args, count) : NULL;
    if (!call)
        return NULL;
    call->is_unsteady = !is_steady(function);
    bool is_named = has_names(tn__pg_field(node, "args"));
    if (function) {
        call->index = function->oid;
        call->is_pure = !is_set && !is_named && is_built_in(function) &&
                        function->volatility != TN__SERVER_VOLATILE;
        if (!is_variadic && !is_named)
            make_special(call, totality_of(function));
    }
    int64_t format = tn__pg_number(node, "funcformat", 0);
    if (format == CAST_EXPLICIT || format == CAST_IMPLICIT)
        tn__pg_make_cast(call);
    if (call->kind == TN__IR_CALL && is_containment(function))
        call->fn = &contains;
    /* Of several functions that give rows, the shorter ones are filled up. */
    return is_set && scope->set_count > 1 ? tn__pg_maybe(l, call) : call;
}

struct tn__ir_expr *tn__pg_lower_call(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                      struct tn__pg_scope *scope)
{
    return lower_call(l, node, scope, tn__server_function(l->server, tn__pg_oid(node, "funcid")));
}

/* --- operators */

static const struct {
    const char *name;
    enum tn__ast_op op;
} comparisons[] = {
    {"=", TN__OP_EQ},  {"<>", TN__OP_NE}, {"<", TN__OP_LT},
    {"<=", TN__OP_LE}, {">", TN__OP_GT},  {">=", TN__OP_GE},
};

/* Those of citext find equal what its unique indexes do. */
static bool is_of_citext(const struct tn__server_function *function)
{
    return function->extension && strcmp(function->extension, "citext") == 0;
}

/* Two times of a clock are one time of the world where the clock leaves out an hour: 02:30 and 03:30. A unique
 * index keeps them apart. */
static bool is_loose(const struct tn__server_function *function)
{
    return strcmp(function->name, "timestamp_eq_timestamptz") == 0 ||
           strcmp(function->name, "timestamptz_eq_timestamp") == 0;
}

/* The operator of a comparison of the server's own types; else TN__OP_NONE. A collation that
 * somebody has made may find different texts equal, which a unique index keeps apart. */
static enum tn__ast_op comparison_of(const struct tn__pg_lowering *l,
                                     const struct tn__pg_node *node)
{
    const struct tn__server_operator *op = tn__server_operator(l->server, tn__pg_oid(node, "opno"));
    const struct tn__server_function *function = function_of(l, tn__pg_oid(node, "opno"));
    if (!function || (!is_built_in(function) && !is_of_citext(function)) ||
        rule_of(function) != TN__PG_STRICT || tn__pg_oid(node, "inputcollid") >= BUILT_IN_MAX ||
        is_loose(function))
        return TN__OP_NONE;
    for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++)
        if (strcmp(op->name, comparisons[i].name) == 0)
            return comparisons[i].op;
    return TN__OP_NONE;
}

bool tn__pg_is_equality(const struct tn__pg_lowering *l, const struct tn__pg_node *node)
{
    return comparison_of(l, node) == TN__OP_EQ;
}

bool tn__pg_is_inequality(const struct tn__pg_lowering *l, const struct tn__pg_node *node)
{
    return comparison_of(l, node) == TN__OP_NE;
}

struct tn__ir_expr *tn__pg_lower_operator(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                          struct tn__pg_scope *scope)
{
    const struct tn__pg_node *args = tn__pg_field(node, "args");
    enum tn__ast_op op = comparison_of(l, node);
    if (op == TN__OP_NONE || args->count != 2) {
        struct tn__ir_expr *call =
            lower_call(l, node, scope, function_of(l, tn__pg_oid(node, "opno")));
        if (call && call->kind == TN__IR_CALL)
            call->op = TN__OP_MATCH; /* parameters are named after the other side */
        return call;
    }
    struct tn__ir_expr *left = tn__pg_lower_expr(l, tn__pg_item(args, 0), scope);
    struct tn__ir_expr *right = left ? tn__pg_lower_expr(l, tn__pg_item(args, 1), scope) : NULL;
    struct tn__ir_expr *compare = right ? tn__pg_pair(l, TN__IR_COMPARE, left, right) : NULL;
    if (compare)
        compare->op = op;
    return compare;
}
