/* SPDX-License-Identifier: MIT */
#include "infer/postgres/lowering.h"

#include "infer/postgres/forms.h"
#include "util/str.h"

/* Expressions: each node by its label. One that is not known may give anything. */

/* --- making */

struct tn__ir_expr *tn__pg_column(struct tn__pg_lowering *l, struct tn__ir_rel *rel, uint32_t index)
{
    struct tn__ir_expr *column = tn__ir_new(l->an, TN__IR_COLUMN, 0, (struct tn__sql_span){0});
    if (!column)
        return NULL;
    column->rel = rel;
    column->index = index;
    return column;
}

struct tn__ir_expr *tn__pg_maybe(struct tn__pg_lowering *l, struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_MAYBE)
        return expr;
    struct tn__ir_expr *maybe = tn__ir_new(l->an, TN__IR_MAYBE, 1, (struct tn__sql_span){0});
    if (maybe)
        maybe->args[0] = expr;
    return maybe;
}

struct tn__ir_expr *tn__pg_pair(struct tn__pg_lowering *l, enum tn__ir_kind kind,
                                struct tn__ir_expr *a, struct tn__ir_expr *b)
{
    struct tn__ir_expr *pair = tn__ir_new(l->an, kind, 2, (struct tn__sql_span){0});
    if (!pair)
        return NULL;
    pair->args[0] = a;
    pair->args[1] = b;
    return pair;
}

struct tn__ir_expr *tn__pg_of_one(struct tn__pg_lowering *l, enum tn__ir_kind kind,
                                  struct tn__ir_expr *arg)
{
    struct tn__ir_expr *expr = tn__ir_new(l->an, kind, 1, (struct tn__sql_span){0});
    if (expr)
        expr->args[0] = arg;
    return expr;
}

struct tn__ir_expr **tn__pg_lower_list(struct tn__pg_lowering *l, const struct tn__pg_node *list,
                                       struct tn__pg_scope *scope, uint32_t *out_count)
{
    uint32_t count = list->kind == TN__PG_LIST ? list->count : 0;
    struct tn__ir_expr **exprs = tn__an_new(l->an, count, sizeof(struct tn__ir_expr *));
    uint32_t i = 0;
    for (const struct tn__pg_node *item = list->first; exprs && i < count; item = item->next, i++) {
        bool is_entry = tn__pg_is(item, "TARGETENTRY");
        exprs[i] = tn__pg_lower_expr(l, is_entry ? tn__pg_field(item, "expr") : item, scope);
        if (!exprs[i])
            return NULL;
    }
    *out_count = i;
    return exprs;
}

struct tn__pg_scope *tn__pg_scope_up(struct tn__pg_scope *scope, int64_t levels)
{
    while (scope && levels-- > 0)
        scope = scope->outer;
    return scope;
}

/* --- values */

enum {
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_BPCHAR = 1042,
    TYPE_VARCHAR = 1043,
    HEADER_SIZE = 4 /* of a value with a length */
};

/* A whole number as it is written, and the bytes of anything else. Numbers are in the order of
 * bytes of the server's machine, which is taken to be that of this one: of another, they are no
 * numbers that matter. */
static bool read_value(struct tn__pg_lowering *l, tn_text *out, const struct tn__pg_node *node)
{
    const struct tn__pg_node *value = tn__pg_field(node, "constvalue");
    uint32_t type = tn__pg_oid(node, "consttype");
    int64_t number = 0;
    *out = value->kind == TN__PG_BYTES ? value->text : (tn_text){"", 0};
    bool is_text = type == TYPE_TEXT || type == TYPE_VARCHAR || type == TYPE_BPCHAR;
    if (is_text && out->size >= HEADER_SIZE)
        *out = (tn_text){out->data + HEADER_SIZE, out->size - HEADER_SIZE};
    if ((type != TYPE_INT8 && type != TYPE_INT4 && type != TYPE_INT2) || out->size != sizeof number)
        return true;
    memcpy(&number, out->data, sizeof number);
    char *text = tn__arena_printf(l->an->arena, "%lld", (long long)number);
    if (!text) {
        l->an->status = TN_ENOMEM;
        return false;
    }
    *out = tn_text_of(text);
    return true;
}

static struct tn__ir_expr *lower_const(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                       struct tn__pg_scope *scope)
{
    struct tn__ir_expr *expr = tn__ir_new(l->an, TN__IR_CONST, 0, (struct tn__sql_span){0});
    (void)scope;
    if (!expr)
        return NULL;
    bool is_null = tn__pg_true(node, "constisnull");
    expr->domain = tn__domain_plain(is_null ? TN__CLASS_NULL : TN__CLASS_VALUES);
    expr->is_literal = !is_null;
    expr->index = tn__pg_oid(node, "consttype");
    return is_null || read_value(l, &expr->literal, node) ? expr : NULL;
}

enum {
    PARAM_EXTERN = 0
};

static struct tn__ir_expr *lower_param(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                       struct tn__pg_scope *scope)
{
    int64_t number = tn__pg_number(node, "paramid", 0);
    (void)scope;
    if (tn__pg_number(node, "paramkind", -1) != PARAM_EXTERN || number < 1 ||
        number > l->param_count)
        return tn__pg_new_call(l, TN__PG_ANY, NULL, 0);
    struct tn__ir_expr *expr = tn__ir_new(l->an, TN__IR_PARAM, 0, (struct tn__sql_span){0});
    if (expr)
        expr->index = (uint32_t)number - 1;
    return expr;
}

/* --- nodes that are one of their parts, or made of them */

/* Whether values that are not the same are equal, as 'a' and 'a ' are one bpchar, and two texts. */
static bool is_coarser(const struct tn__pg_lowering *l, uint32_t oid)
{
    const struct tn__server_type *type =
        oid == TYPE_BPCHAR ? NULL : tn__server_type(l->server, oid);
    return oid == TYPE_BPCHAR || (type && strcmp(type->name, "citext") == 0);
}

/* The same bytes by another name. */
static struct tn__ir_expr *lower_relabel(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                         struct tn__pg_scope *scope)
{
    struct tn__ir_expr *arg = tn__pg_lower_expr(l, tn__pg_field(node, "arg"), scope);
    if (!arg || !is_coarser(l, tn__pg_oid(node, "resulttype")))
        return arg;
    return tn__pg_new_call(l, TN__PG_STRICT, &arg, 1);
}

/* COLLATE, or f(name => …). */
static struct tn__ir_expr *lower_inside(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                        struct tn__pg_scope *scope)
{
    return tn__pg_lower_expr(l, tn__pg_field(node, "arg"), scope);
}

static struct tn__ir_expr *of_arg(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                  struct tn__pg_scope *scope, enum tn__pg_rule rule)
{
    struct tn__ir_expr *arg = tn__pg_lower_expr(l, tn__pg_field(node, "arg"), scope);
    struct tn__ir_expr *call = arg ? tn__pg_new_call(l, rule, &arg, 1) : NULL;
    if (call) {
        call->index = tn__pg_oid(node, "resulttype");
        call->op = TN__OP_CONCAT; /* no function: index is a type */
    }
    return call;
}

/* A cast in pieces: the server itself sees to it that NULL, and nothing else, gives NULL. */
static struct tn__ir_expr *lower_cast(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                      struct tn__pg_scope *scope)
{
    struct tn__ir_expr *call = of_arg(l, node, scope, TN__PG_STRICT);
    if (call)
        tn__pg_make_cast(call);
    return call;
}

/* A value of a NOT NULL domain is looked at here, and nowhere else: what a column of one holds may
 * have got there by an outer join, as NULL. */
static struct tn__ir_expr *lower_domain(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                        struct tn__pg_scope *scope)
{
    const struct tn__server_type *type = tn__server_type(l->server, tn__pg_oid(node, "resulttype"));
    struct tn__ir_expr *call =
        of_arg(l, node, scope, type && type->is_not_null ? TN__PG_NEVER : TN__PG_STRICT);
    if (call)
        tn__pg_make_cast(call);
    return call;
}

/* A part of a row. */
static struct tn__ir_expr *lower_field(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                       struct tn__pg_scope *scope)
{
    struct tn__ir_expr *call = of_arg(l, node, scope, TN__PG_OFTEN);
    if (call) {
        call->op = TN__OP_ARROW2; /* index is a number of a field */
        call->index = (uint32_t)tn__pg_number(node, "fieldnum", 0);
        call->is_pure = true;
    }
    return call;
}

/* a[1] of an array or a document: there may be no such element. */
static struct tn__ir_expr *lower_subscript(struct tn__pg_lowering *l,
                                           const struct tn__pg_node *node,
                                           struct tn__pg_scope *scope)
{
    const struct tn__pg_node *upper = tn__pg_field(node, "refupperindexpr");
    const struct tn__pg_node *lower = tn__pg_field(node, "reflowerindexpr");
    const struct tn__pg_node *stored = tn__pg_field(node, "refassgnexpr");
    uint32_t count = 0;
    uint32_t lower_count = 0;
    struct tn__ir_expr *of = tn__pg_lower_expr(l, tn__pg_field(node, "refexpr"), scope);
    struct tn__ir_expr **indexes = tn__pg_lower_list(l, upper, scope, &count);
    struct tn__ir_expr **lowers = tn__pg_lower_list(l, lower, scope, &lower_count);
    struct tn__ir_expr *value = tn__pg_lower_expr(l, stored, scope);
    struct tn__ir_expr **args =
        tn__an_new(l->an, (size_t)count + lower_count + 2, sizeof(struct tn__ir_expr *));
    if (!of || !indexes || !lowers || !value || !args)
        return NULL;
    bool is_read = stored->kind == TN__PG_NONE;
    uint32_t arg_count = 0;
    args[arg_count++] = of;
    for (uint32_t i = 0; i < count; i++)
        args[arg_count++] = indexes[i];
    for (uint32_t i = 0; i < lower_count; i++)
        args[arg_count++] = lowers[i];
    if (!is_read)
        args[arg_count++] = value;
    /* An end that is left out, as in a[:2], is no expression. */
    bool is_plain = is_read && lower_count == 0;
    struct tn__ir_expr *call =
        tn__pg_new_call(l, is_plain ? TN__PG_OFTEN : TN__PG_ANY, args, arg_count);
    if (call && is_plain) {
        call->op = TN__OP_ARROW;
        call->is_pure = true;
    }
    return call;
}

static struct tn__ir_expr *of_list(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                   struct tn__pg_scope *scope, const char *name,
                                   enum tn__pg_rule rule)
{
    uint32_t count = 0;
    struct tn__ir_expr **args = tn__pg_lower_list(l, tn__pg_field(node, name), scope, &count);
    return args ? tn__pg_new_call(l, rule, args, count) : NULL;
}

static struct tn__ir_expr *lower_row(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                     struct tn__pg_scope *scope)
{
    return of_list(l, node, scope, "args", TN__PG_NEVER);
}

static struct tn__ir_expr *lower_array(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                       struct tn__pg_scope *scope)
{
    return of_list(l, node, scope, "elements", TN__PG_NEVER);
}

static struct tn__ir_expr *lower_nullif(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                        struct tn__pg_scope *scope)
{
    struct tn__ir_expr *call = of_list(l, node, scope, "args", TN__PG_ANY);
    if (call)
        tn__pg_note_operator(l, call, node);
    if (call && call->arg_count == 2)
        tn__pg_make_nullif(call);
    return call;
}

/* --- what the session says */

enum {
    SVF_CURRENT_SCHEMA = 14 /* NULL where no schema of the search path is there */
};

static struct tn__ir_expr *lower_session(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                         struct tn__pg_scope *scope)
{
    int64_t op = tn__pg_number(node, "op", SVF_CURRENT_SCHEMA);
    (void)scope;
    return tn__pg_new_call(l, op >= 0 && op < SVF_CURRENT_SCHEMA ? TN__PG_NEVER : TN__PG_ANY, NULL,
                           0);
}

static struct tn__ir_expr *lower_never(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                       struct tn__pg_scope *scope)
{
    (void)node;
    (void)scope;
    return tn__pg_new_call(l, TN__PG_NEVER, NULL, 0);
}

static struct tn__ir_expr *lower_tested(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                        struct tn__pg_scope *scope)
{
    (void)node;
    /* Nobody changes an expression that has been made. */
    return scope->tested ? (struct tn__ir_expr *)(uintptr_t)scope->tested
                         : tn__pg_new_call(l, TN__PG_ANY, NULL, 0);
}

/* --- documents */

enum {
    XML_CONCAT,
    XML_ELEMENT,
    XML_FOREST,
    XML_PARSE,
    XML_PI,
    XML_ROOT,
    XML_SERIALIZE,
    XML_DOCUMENT
};

static struct tn__ir_expr *lower_xml(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                     struct tn__pg_scope *scope)
{
    int64_t op = tn__pg_number(node, "op", -1);
    struct tn__ir_expr *named = of_list(l, node, scope, "named_args", TN__PG_ANY);
    struct tn__ir_expr *call = of_list(l, node, scope, "args",
                                       op == XML_ELEMENT    ? TN__PG_NEVER
                                       : op == XML_DOCUMENT ? TN__PG_STRICT
                                                            : TN__PG_ANY);
    if (!named || !call || named->arg_count == 0)
        return call;
    struct tn__ir_expr *args[2] = {named, call};
    return tn__pg_new_call(l, op == XML_ELEMENT ? TN__PG_NEVER : TN__PG_ANY, args, 2);
}

enum {
    JSON_OBJECT = 1,
    JSON_ARRAY = 2
};

static struct tn__ir_expr *lower_json(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                      struct tn__pg_scope *scope)
{
    int64_t type = tn__pg_number(node, "type", 0);
    struct tn__ir_expr *func = tn__pg_lower_expr(l, tn__pg_field(node, "func"), scope);
    bool is_firm = (type == JSON_OBJECT || type == JSON_ARRAY) &&
                   tn__pg_field(node, "func")->kind == TN__PG_NONE;
    struct tn__ir_expr *args = of_list(l, node, scope, "args", TN__PG_ANY);
    struct tn__ir_expr *both[2] = {args, func};
    return args && func ? tn__pg_new_call(l, is_firm ? TN__PG_NEVER : TN__PG_ANY, both, 2) : NULL;
}

static struct tn__ir_expr *lower_json_value(struct tn__pg_lowering *l,
                                            const struct tn__pg_node *node,
                                            struct tn__pg_scope *scope)
{
    struct tn__ir_expr *raw = tn__pg_lower_expr(l, tn__pg_field(node, "raw_expr"), scope);
    return raw ? tn__pg_new_call(l, TN__PG_ANY, &raw, 1) : NULL;
}

static struct tn__ir_expr *lower_is_json(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                         struct tn__pg_scope *scope)
{
    struct tn__ir_expr *of = tn__pg_lower_expr(l, tn__pg_field(node, "expr"), scope);
    return of ? tn__pg_new_call(l, TN__PG_STRICT, &of, 1) : NULL;
}

/* --- all of them */

/* What may be an expression among the parts of a node, or of a list, is looked at for its
 * parameters. */
static struct tn__ir_expr *lower_unknown(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                         struct tn__pg_scope *scope)
{
    uint32_t count = 0;
    struct tn__ir_expr **args = tn__an_new(l->an, node->count, sizeof(struct tn__ir_expr *));
    for (const struct tn__pg_node *child = node->first; args && child; child = child->next) {
        bool is_node = child->kind == TN__PG_NODE && !tn__pg_is(child, "QUERY");
        if (!is_node && (child->kind != TN__PG_LIST || !tn__an_enter(l->an, 1)))
            continue;
        args[count] = is_node ? tn__pg_lower_expr(l, child, scope) : lower_unknown(l, child, scope);
        if (!is_node)
            tn__an_leave(l->an, 1);
        if (!args[count++])
            return NULL;
    }
    return args ? tn__pg_new_call(l, TN__PG_ANY, args, count) : NULL;
}

struct form {
    const char *label;
    struct tn__ir_expr *(*lower)(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                 struct tn__pg_scope *scope);
};

/* By frequency; versions spell some of them in two ways. */
static const struct form forms[] = {
    {"VAR", tn__pg_lower_var},
    {"CONST", lower_const},
    {"PARAM", lower_param},
    {"OPEXPR", tn__pg_lower_operator},
    {"FUNCEXPR", tn__pg_lower_call},
    {"BOOLEXPR", tn__pg_lower_logic},
    {"RELABELTYPE", lower_relabel},
    {"COLLATEEXPR", lower_inside},
    {"COLLATE", lower_inside},
    {"NAMEDARGEXPR", lower_inside},
    {"NULLTEST", tn__pg_lower_null_test},
    {"BOOLEANTEST", tn__pg_lower_truth_test},
    {"DISTINCTEXPR", tn__pg_lower_distinct},
    {"NULLIFEXPR", lower_nullif},
    {"SCALARARRAYOPEXPR", tn__pg_lower_array_operator},
    {"CASE", tn__pg_lower_case},
    {"CASEEXPR", tn__pg_lower_case},
    {"CASETESTEXPR", lower_tested},
    {"COALESCE", tn__pg_lower_coalesce},
    {"COALESCEEXPR", tn__pg_lower_coalesce},
    {"MINMAX", tn__pg_lower_min_max},
    {"MINMAXEXPR", tn__pg_lower_min_max},
    {"SUBLINK", tn__pg_lower_sublink},
    {"AGGREF", tn__pg_lower_aggregate},
    {"WINDOWFUNC", tn__pg_lower_window},
    {"COERCEVIAIO", lower_cast},
    {"ARRAYCOERCEEXPR", lower_cast},
    {"CONVERTROWTYPEEXPR", lower_cast},
    {"COERCETODOMAIN", lower_domain},
    {"ARRAYEXPR", lower_array},
    {"ARRAY", lower_array},
    {"ROW", lower_row},
    {"ROWEXPR", lower_row},
    {"ROWCOMPARE", tn__pg_lower_row_compare},
    {"ROWCOMPAREEXPR", tn__pg_lower_row_compare},
    {"FIELDSELECT", lower_field},
    {"SUBSCRIPTINGREF", lower_subscript},
    {"SQLVALUEFUNCTION", lower_session},
    {"NEXTVALUEEXPR", lower_never},
    {"GROUPINGFUNC", lower_never},
    {"CURRENTOFEXPR", lower_never},
    {"MERGESUPPORTFUNC", lower_never},
    {"XMLEXPR", lower_xml},
    {"JSONCONSTRUCTOREXPR", lower_json},
    {"JSONVALUEEXPR", lower_json_value},
    {"JSONISPREDICATE", lower_is_json},
};

enum {
    WORK_MAX = 2000000 /* expressions; names of joined columns may stand for long ones */
};

struct tn__ir_expr *tn__pg_lower_expr(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                      struct tn__pg_scope *scope)
{
    struct tn__ir_expr *expr = NULL;
    if (node->kind != TN__PG_NODE)
        return tn__pg_new_call(l, TN__PG_ANY, NULL, 0);
    if (++l->work > WORK_MAX)
        tn__an_doubt(l->an, "it is too long");
    if (l->work > WORK_MAX || !tn__an_enter(l->an, 1))
        return NULL;
    size_t i = 0;
    while (i < sizeof(forms) / sizeof(forms[0]) && !tn__text_is(node->text, forms[i].label))
        i++;
    expr = i < sizeof(forms) / sizeof(forms[0]) ? forms[i].lower(l, node, scope)
                                                : lower_unknown(l, node, scope);
    tn__an_leave(l->an, 1);
    if (!expr)
        return NULL;
    struct tn__sql_span span = tn__pg_span(l, node);
    if (span.end > span.begin) /* else it is what it stands for, which has its own */
        expr->span = span;
    return tn__pg_of_group(l, expr, scope);
}
