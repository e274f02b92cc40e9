/* SPDX-License-Identifier: MIT */
#include "infer/postgres/forms.h"

#include "util/str.h"

/* Queries and arrays as operands. */

enum link_type {
    LINK_EXISTS,
    LINK_ALL,
    LINK_ANY,
    LINK_ROWCOMPARE,
    LINK_EXPR,
    LINK_MULTIEXPR,
    LINK_ARRAY
};

enum {
    PARAM_SUBLINK = 2
};

static struct tn__ir_expr *of_query(struct tn__pg_lowering *l, enum tn__ir_kind kind,
                                    struct tn__ir_query *query, uint32_t arg_count)
{
    struct tn__ir_expr *expr = tn__ir_new(l->an, kind, arg_count, (struct tn__sql_span){0});
    if (expr)
        expr->query = query;
    return expr;
}

/* The other side of a comparison with a column of the query; NULL: it is no such comparison. */
static const struct tn__pg_node *side_of(const struct tn__pg_lowering *l,
                                         const struct tn__pg_node *test)
{
    const struct tn__pg_node *args = tn__pg_field(test, "args");
    const struct tn__pg_node *right = tn__pg_item(args, 1);
    while (tn__pg_is(right, "RELABELTYPE") || tn__pg_is(right, "COLLATEEXPR"))
        right = tn__pg_field(right, "arg");
    bool is_column =
        tn__pg_is(right, "PARAM") && tn__pg_number(right, "paramkind", 0) == PARAM_SUBLINK;
    bool is_known =
        tn__pg_is(test, "OPEXPR") && args->count == 2 && is_column && tn__pg_is_equality(l, test);
    return is_known ? tn__pg_item(args, 0) : NULL;
}

/* x IN (SELECT …), (x, y) IN (SELECT …). */
static struct tn__ir_expr *lower_in(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                    struct tn__ir_query *query, struct tn__pg_scope *scope)
{
    const struct tn__pg_node *test = tn__pg_field(node, "testexpr");
    const struct tn__pg_node *list = tn__pg_field(test, "args");
    bool is_row =
        tn__pg_is(test, "BOOLEXPR") && tn__text_is(tn__pg_field(test, "boolop")->text, "and");
    uint32_t count = is_row ? list->count : 1;
    struct tn__ir_expr *in = of_query(l, TN__IR_IN_QUERY, query, count);
    const struct tn__pg_node *one = is_row ? list->first : test;
    bool is_known = count == query->column_count;
    for (uint32_t i = 0; in && i < count; i++, one = one->next) {
        const struct tn__pg_node *side = side_of(l, one);
        is_known = is_known && side;
        in->args[i] = tn__pg_lower_expr(l, side ? side : one, scope);
        if (!in->args[i])
            return NULL;
    }
    if (!in || is_known)
        return in;
    /* Something else: of its query, and of what it looks at, nothing is known. */
    struct tn__ir_expr *args[2] = {of_query(l, TN__IR_QUERY, query, 0), NULL};
    args[1] = args[0] ? tn__pg_new_call(l, TN__PG_ANY, in->args, count) : NULL;
    return args[1] ? tn__pg_new_call(l, TN__PG_ANY, args, 2) : NULL;
}

TN__PG_FORM(sublink)
{
    const struct tn__pg_node *subselect = tn__pg_field(node, "subselect");
    struct tn__ir_query *query = tn__pg_lower_query(l, subselect, scope, scope->within);
    struct tn__ir_expr *one = query ? of_query(l, TN__IR_QUERY, query, 0) : NULL;
    if (!one)
        return NULL;
    switch (tn__pg_number(node, "subLinkType", -1)) {
    case LINK_EXISTS:
        return of_query(l, TN__IR_EXISTS, query, 0);
    case LINK_EXPR:
        return one;
    case LINK_ARRAY:
        return tn__pg_new_call(l, TN__PG_NEVER, &one, 1);
    case LINK_ANY:
        return lower_in(l, node, query, scope);
    default: {
        struct tn__ir_expr *test = tn__pg_lower_expr(l, tn__pg_field(node, "testexpr"), scope);
        struct tn__ir_expr *args[2] = {one, test};
        return test ? tn__pg_new_call(l, TN__PG_ANY, args, 2) : NULL;
    }
    }
}

/* --- x = ANY (array) */

static bool is_array(const struct tn__pg_node *node)
{
    return (tn__pg_is(node, "ARRAYEXPR") || tn__pg_is(node, "ARRAY")) &&
           !tn__pg_true(node, "multidims") && tn__pg_field(node, "elements")->count > 0;
}

/* With each element written: NULL comes of any NULL, and of nothing else. */
static struct tn__ir_expr *lower_elements(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                          struct tn__ir_expr *left, const struct tn__pg_node *array,
                                          struct tn__pg_scope *scope)
{
    uint32_t count = 0;
    struct tn__ir_expr **items =
        tn__pg_lower_list(l, tn__pg_field(array, "elements"), scope, &count);
    bool is_equal = tn__pg_true(node, "useOr") && tn__pg_is_equality(l, node);
    struct tn__ir_expr *in = items ? tn__ir_new(l->an, is_equal ? TN__IR_IN : TN__IR_CALL,
                                                count + 1, (struct tn__sql_span){0})
                                   : NULL;
    if (!in)
        return NULL;
    in->args[0] = left;
    for (uint32_t i = 0; i < count; i++)
        in->args[i + 1] = items[i];
    if (!is_equal)
        tn__pg_make_list(in);
    if (!is_equal && !tn__pg_true(node, "useOr") && tn__pg_is_inequality(l, node))
        in->op = TN__OP_NE; /* NOT IN */
    return in;
}

/* An array as one value: it may have no elements, or some that are NULL. */
static struct tn__ir_expr *lower_whole(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                       struct tn__ir_expr *left, const struct tn__pg_node *array,
                                       struct tn__pg_scope *scope)
{
    bool is_equal = tn__pg_true(node, "useOr") && tn__pg_is_equality(l, node);
    struct tn__ir_expr *right = tn__pg_lower_expr(l, array, scope);
    if (right)
        right = tn__pg_maybe(l, right);
    if (!right || !is_equal) {
        struct tn__ir_expr *args[2] = {left, right};
        struct tn__ir_expr *call = right ? tn__pg_new_call(l, TN__PG_ANY, args, 2) : NULL;
        if (call)
            tn__pg_note_operator(l, call, node);
        return call;
    }
    struct tn__ir_expr *in = tn__pg_pair(l, TN__IR_IN, left, right);
    if (in)
        in->may_be_empty = true;
    return in;
}

TN__PG_FORM(array_operator)
{
    const struct tn__pg_node *args = tn__pg_field(node, "args");
    const struct tn__pg_node *array = tn__pg_item(args, 1);
    struct tn__ir_expr *left = tn__pg_lower_expr(l, tn__pg_item(args, 0), scope);
    if (!left)
        return NULL;
    while (tn__pg_is(array, "RELABELTYPE") || tn__pg_is(array, "COLLATEEXPR"))
        array = tn__pg_field(array, "arg");
    bool is_strict = tn__pg_operator_rule(l, tn__pg_oid(node, "opno")) == TN__PG_STRICT;
    return is_strict && is_array(array) ? lower_elements(l, node, left, array, scope)
                                        : lower_whole(l, node, left, array, scope);
}
