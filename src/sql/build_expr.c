/* SPDX-License-Identifier: MIT */
#include "sql/build.h"
#include "sql/grammar.h"
#include "util/buf.h"
#include "util/str.h"

/* The operators by their terminals; PTR and LIKE_KW are several, told apart by their text. */
static const struct {
    int code;
    enum tn__ast_op op;
} binary_ops[] = {
    {TN__K_AND, TN__OP_AND},    {TN__K_OR, TN__OP_OR},         {TN__K_EQ, TN__OP_EQ},
    {TN__K_NE, TN__OP_NE},      {TN__K_LT, TN__OP_LT},         {TN__K_LE, TN__OP_LE},
    {TN__K_GT, TN__OP_GT},      {TN__K_GE, TN__OP_GE},         {TN__K_PLUS, TN__OP_ADD},
    {TN__K_MINUS, TN__OP_SUB},  {TN__K_STAR, TN__OP_MUL},      {TN__K_SLASH, TN__OP_DIV},
    {TN__K_REM, TN__OP_MOD},    {TN__K_BITAND, TN__OP_BITAND}, {TN__K_BITOR, TN__OP_BITOR},
    {TN__K_LSHIFT, TN__OP_SHL}, {TN__K_RSHIFT, TN__OP_SHR},    {TN__K_CONCAT, TN__OP_CONCAT},
    {TN__K_PTR, TN__OP_ARROW},
};

static uint32_t highest(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* The text of token i, also where recovery has put in one that is not there. */
static tn_text text_at(const struct tn__parser *p, size_t i)
{
    return tn__sql_text(p->sql, i);
}

static struct tn__sql_span span_from(const struct tn__parser *p, size_t begin)
{
    return (struct tn__sql_span){begin, p->at > begin ? p->at : begin};
}

/* `below` is the height of the highest child. */
static struct tn__ast_expr *make(struct tn__parser *p, enum tn__ast_expr_kind kind,
                                 struct tn__sql_span span, uint32_t below)
{
    struct tn__ast_expr *expr = tn__build_new(p, sizeof(*expr));
    if (!expr)
        return NULL;
    expr->kind = kind;
    expr->span = span;
    expr->height = tn__build_height(p, below, span);
    return expr;
}

/* One that begins with its left side. */
static struct tn__ast_expr *make_on(struct tn__parser *p, enum tn__ast_expr_kind kind,
                                    struct tn__ast_expr *left, uint32_t below)
{
    if (!left)
        return NULL;
    struct tn__ast_expr *expr =
        make(p, kind, span_from(p, left->span.begin), highest(left->height, below));
    if (expr)
        expr->left = left;
    return expr;
}

struct tn__ast_expr *tn__make_leaf(struct tn__parser *p, enum tn__ast_expr_kind kind, size_t token)
{
    struct tn__ast_expr *expr = make(p, kind, (struct tn__sql_span){token, token + 1}, 0);
    if (expr && kind == TN__AST_STRING)
        expr->name = tn__build_name(p, token);
    return expr;
}

struct tn__ast_expr *tn__make_word(struct tn__parser *p, size_t token)
{
    struct tn__ast_expr *expr = tn__make_column(p, TN__NO_TOKEN, TN__NO_TOKEN, token);
    if (expr && !tn__text_is_nocase(expr->name.text, "true") &&
        !tn__text_is_nocase(expr->name.text, "false"))
        expr->kind = TN__AST_STRING;
    return expr;
}

struct tn__ast_expr *tn__make_column(struct tn__parser *p, size_t schema, size_t table, size_t name)
{
    size_t begin = schema != TN__NO_TOKEN ? schema : table != TN__NO_TOKEN ? table : name;
    struct tn__ast_expr *expr = make(p, TN__AST_COLUMN, (struct tn__sql_span){begin, name + 1}, 0);
    if (!expr)
        return NULL;
    expr->schema = tn__build_name(p, schema);
    expr->table = tn__build_name(p, table);
    expr->name = tn__build_name(p, name);
    return expr;
}

struct tn__ast_expr *tn__make_unary(struct tn__parser *p, int code, size_t op,
                                    struct tn__ast_expr *left)
{
    if (!left)
        return NULL;
    struct tn__ast_expr *expr = make(p, TN__AST_UNARY, span_from(p, op), left->height);
    if (!expr)
        return NULL;
    expr->op = code == TN__K_NOT     ? TN__OP_NOT
               : code == TN__K_MINUS ? TN__OP_NEGATE
               : code == TN__K_PLUS  ? TN__OP_PLUS
                                     : TN__OP_BITNOT;
    expr->left = left;
    return expr;
}

struct tn__ast_expr *tn__make_binary(struct tn__parser *p, int code, size_t op,
                                     struct tn__ast_expr *left, struct tn__ast_expr *right)
{
    struct tn__ast_expr *expr = make_on(p, TN__AST_BINARY, left, tn__expr_height(right));
    if (!expr)
        return NULL;
    for (size_t i = 0; i < sizeof(binary_ops) / sizeof(binary_ops[0]); i++)
        if (binary_ops[i].code == code)
            expr->op = binary_ops[i].op;
    if (code == TN__K_PTR && text_at(p, op).size == 3)
        expr->op = TN__OP_ARROW2;
    expr->right = right;
    return expr;
}

struct tn__ast_expr *tn__make_is(struct tn__parser *p, struct tn__ast_expr *left, bool is_not,
                                 struct tn__ast_expr *right, bool is_distinct_from)
{
    struct tn__ast_expr *expr = make_on(p, TN__AST_BINARY, left, tn__expr_height(right));
    if (!expr || !right)
        return NULL;
    /* IS NULL in so many words is the test; what stands in parentheses is an operand like any. */
    if (right->kind == TN__AST_NULL && !right->is_bracketed && !is_not && !is_distinct_from) {
        expr->kind = TN__AST_NULLTEST;
        return expr;
    }
    expr->op = is_not ? TN__OP_IS_NOT : TN__OP_IS;
    expr->right = right;
    return expr;
}

struct tn__ast_expr *tn__make_collate(struct tn__parser *p, struct tn__ast_expr *left, size_t name)
{
    struct tn__ast_expr *expr = make_on(p, TN__AST_COLLATE, left, 0);
    if (expr)
        expr->name = tn__build_name(p, name);
    return expr;
}

struct tn__ast_expr *tn__make_nulltest(struct tn__parser *p, struct tn__ast_expr *left, bool is_not)
{
    struct tn__ast_expr *expr = make_on(p, TN__AST_NULLTEST, left, 0);
    if (expr)
        expr->is_not = is_not;
    return expr;
}

struct tn__ast_expr *tn__make_like(struct tn__parser *p, struct tn__ast_expr *left,
                                   struct tn__not op, struct tn__ast_expr *right,
                                   struct tn__ast_expr *escape)
{
    uint32_t below = highest(tn__expr_height(right), tn__expr_height(escape));
    struct tn__ast_expr *expr = make_on(p, TN__AST_LIKE, left, below);
    if (!expr)
        return NULL;
    tn_text word = text_at(p, op.token);
    expr->op = tn__text_is_nocase(word, "GLOB")     ? TN__OP_GLOB
               : tn__text_is_nocase(word, "REGEXP") ? TN__OP_REGEXP
               : tn__text_is_nocase(word, "MATCH")  ? TN__OP_MATCH
                                                    : TN__OP_LIKE;
    expr->is_not = op.is_not;
    expr->right = right;
    expr->third = escape;
    return expr;
}

struct tn__ast_expr *tn__make_between(struct tn__parser *p, struct tn__ast_expr *left, bool is_not,
                                      struct tn__ast_expr *low, struct tn__ast_expr *high)
{
    uint32_t below = highest(tn__expr_height(low), tn__expr_height(high));
    struct tn__ast_expr *expr = make_on(p, TN__AST_BETWEEN, left, below);
    if (!expr)
        return NULL;
    expr->is_not = is_not;
    expr->right = low;
    expr->third = high;
    return expr;
}

struct tn__ast_expr *tn__make_in_list(struct tn__parser *p, struct tn__ast_expr *left, bool is_not,
                                      struct tn__ast_items *list)
{
    struct tn__ast_expr *expr = make_on(p, TN__AST_IN_LIST, left, tn__items_height(list));
    if (!expr)
        return NULL;
    expr->is_not = is_not;
    if (list)
        expr->list = *list;
    return expr;
}

struct tn__ast_expr *tn__make_in_param(struct tn__parser *p, struct tn__ast_expr *left, bool is_not,
                                       size_t param)
{
    struct tn__ast_expr *expr = make_on(p, TN__AST_IN_PARAM, left, 1);
    if (!expr)
        return NULL;
    expr->is_not = is_not;
    expr->right = tn__make_leaf(p, TN__AST_PARAM, param);
    return expr->right ? expr : NULL;
}

struct tn__ast_expr *tn__make_in_query(struct tn__parser *p, struct tn__ast_expr *left, bool is_not,
                                       struct tn__ast_select *select)
{
    struct tn__ast_expr *expr = make_on(p, TN__AST_IN_QUERY, left, select ? select->height : 0);
    if (!expr)
        return NULL;
    expr->is_not = is_not;
    expr->select = select;
    return expr;
}

struct tn__ast_expr *tn__make_in_table(struct tn__parser *p, struct tn__ast_expr *left, bool is_not,
                                       size_t first, size_t second, struct tn__ast_items *args)
{
    struct tn__ast_expr *expr = make_on(p, TN__AST_IN_TABLE, left, tn__items_height(args));
    if (!expr)
        return NULL;
    expr->is_not = is_not;
    expr->name = tn__build_name(p, second != TN__NO_TOKEN ? second : first);
    if (second != TN__NO_TOKEN)
        expr->schema = tn__build_name(p, first);
    if (args) {
        expr->list = *args;
        expr->call = tn__build_new(p, sizeof(*expr->call));
    }
    return expr;
}

struct tn__ast_expr *tn__make_query(struct tn__parser *p, enum tn__ast_expr_kind kind, size_t begin,
                                    struct tn__ast_select *select)
{
    struct tn__ast_expr *expr = make(p, kind, span_from(p, begin), select ? select->height : 0);
    if (expr)
        expr->select = select;
    return expr;
}

struct tn__ast_expr *tn__make_case(struct tn__parser *p, size_t begin, struct tn__ast_expr *operand,
                                   struct tn__ast_items *pairs, struct tn__ast_expr *otherwise)
{
    uint32_t below = highest(tn__expr_height(operand), tn__expr_height(otherwise));
    struct tn__ast_expr *expr =
        make(p, TN__AST_CASE, span_from(p, begin), highest(below, tn__items_height(pairs)));
    if (!expr || !pairs)
        return NULL;
    expr->left = operand;
    expr->right = otherwise;
    expr->list = *pairs;
    return expr;
}

struct tn__ast_expr *tn__make_cast(struct tn__parser *p, size_t begin, struct tn__ast_expr *left,
                                   struct tn__sql_span type)
{
    struct tn__ast_expr *expr = make(p, TN__AST_CAST, span_from(p, begin), tn__expr_height(left));
    if (!expr)
        return NULL;
    expr->left = left;
    expr->name.text = tn__build_type(p, type);
    if (expr->name.text.data)
        expr->name.span = type;
    else
        expr->name.text = TN__TEXT("");
    return expr;
}

struct tn__ast_expr *tn__make_row(struct tn__parser *p, size_t begin, struct tn__ast_items *list)
{
    struct tn__ast_expr *expr = make(p, TN__AST_ROW, span_from(p, begin), tn__items_height(list));
    if (!expr || !list)
        return NULL;
    expr->list = *list;
    return expr;
}

struct tn__ast_expr *tn__make_raise(struct tn__parser *p, size_t begin, size_t word,
                                    struct tn__ast_expr *left)
{
    struct tn__ast_expr *expr = make(p, TN__AST_RAISE, span_from(p, begin), tn__expr_height(left));
    if (!expr)
        return NULL;
    expr->name = tn__build_name(p, word);
    expr->left = left;
    return expr;
}

struct tn__ast_expr *tn__make_call(struct tn__parser *p, size_t name, bool is_distinct,
                                   struct tn__ast_items *args, struct tn__ast_items *order)
{
    uint32_t below = highest(tn__items_height(args), tn__items_height(order));
    struct tn__ast_expr *expr = make(p, TN__AST_CALL, span_from(p, name), below);
    struct tn__ast_call *call = tn__build_new(p, sizeof(*call));
    if (!call || !expr)
        return NULL;
    expr->name = tn__build_name(p, name);
    expr->call = call;
    call->is_distinct = is_distinct;
    if (args)
        expr->list = *args;
    if (order)
        call->order = *order;
    return expr;
}

struct tn__ast_expr *tn__call_star(struct tn__ast_expr *call)
{
    if (call)
        call->call->is_star = true;
    return call;
}

struct tn__ast_expr *tn__call_over(struct tn__parser *p, struct tn__ast_expr *call,
                                   struct tn__over over)
{
    if (!call)
        return NULL;
    uint32_t below = highest(tn__expr_height(over.filter), over.window ? over.window->height : 0);
    call->call->filter = over.filter;
    call->call->over = over.window;
    call->span.end = p->at;
    if (below >= call->height)
        call->height = tn__build_height(p, below, call->span);
    return call;
}

struct tn__ast_expr *tn__expr_bracket(struct tn__parser *p, size_t begin, struct tn__ast_expr *expr)
{
    if (expr) {
        expr->is_bracketed = true;
        expr->span = span_from(p, begin);
    }
    return expr;
}

tn_text tn__build_type(struct tn__parser *p, struct tn__sql_span type)
{
    tn_text text = {NULL, 0};
    struct tn__buf buf;
    if (type.begin == TN__NO_TOKEN || p->status != TN_OK)
        return text;
    tn__buf_init(&buf, 0);
    size_t end = 0;
    for (size_t i = type.begin; i < type.end && i < p->sql->count; i++) {
        const struct tn__sql_token *token = &p->sql->tokens[i];
        if (i > type.begin && token->offset > end)
            tn__buf_putc(&buf, ' ');
        tn__buf_text(&buf, text_at(p, i));
        end = token->offset + token->size;
    }
    p->status = tn__buf_to_arena(&buf, p->arena, &text);
    tn__buf_fini(&buf);
    return text;
}
