/* SPDX-License-Identifier: MIT */
#include "sql/build.h"
#include "util/str.h"
#include "util/utf8.h"

enum {
    MOST_BYTES = 200 /* of the text in a message */
};

void *tn__build_new(struct tn__parser *p, size_t size)
{
    if (p->status != TN_OK)
        return NULL;
    void *node = tn_arena_array(p->arena, 1, size);
    if (!node)
        p->status = TN_ENOMEM;
    return node;
}

struct tn__ast_name tn__build_name(struct tn__parser *p, size_t i)
{
    struct tn__ast_name name = {{NULL, 0}, {0, 0}, false, false};
    if (i >= p->sql->count)
        return name;
    const struct tn__sql_token *token = &p->sql->tokens[i];
    name.text = token->name;
    name.span = (struct tn__sql_span){i, i + 1};
    name.is_quoted = token->kind == TN__TOK_NAME || token->kind == TN__TOK_STRING;
    name.is_dqs = token->kind == TN__TOK_NAME && p->sql->text.data[token->offset] == '"';
    if (token->kind == TN__TOK_STRING && p->status == TN_OK)
        p->status = tn__token_unquote(&name.text, tn__sql_text(p->sql, i), p->arena);
    return name;
}

void tn__build_fault(struct tn__parser *p, struct tn__sql_span span, const char *message,
                     const char *expected)
{
    if (p->fault_count >= TN__MOST_FAULTS)
        return;
    /* What is found late, when its phrase is complete, may be made by the repair of what was found
     * behind it. */
    if (p->last_fault && p->last_fault->span.begin > span.begin)
        return;
    struct tn__parse_fault *fault = tn__build_new(p, sizeof(*fault));
    if (!fault)
        return;
    *fault = (struct tn__parse_fault){span, message, expected, NULL};
    if (p->last_fault)
        p->last_fault->next = fault;
    else
        p->first_fault = fault;
    p->last_fault = fault;
    p->fault_count++;
}

void tn__build_fault_about(struct tn__parser *p, struct tn__sql_span span, const char *before,
                           const char *behind, const char *expected)
{
    tn_text text = tn__sql_bytes(p->sql, span);
    size_t size = text.size > MOST_BYTES ? tn__utf8_cut(text, MOST_BYTES) : text.size;
    if (p->status != TN_OK)
        return;
    const char *message =
        tn__arena_printf(p->arena, "%s%.*s%s", before, (int)size, text.data, behind);
    if (message)
        tn__build_fault(p, span, message, expected);
    else
        p->status = TN_ENOMEM;
}

uint32_t tn__build_height(struct tn__parser *p, uint32_t below, struct tn__sql_span span)
{
    if (below >= TN__PARSE_DEPTH_MAX && p->status == TN_OK) {
        bool is_first = p->fault_count == 0;
        if (is_first)
            tn__build_fault(p, span, "expression tree is too large (maximum depth 1000)", NULL);
        if (p->status == TN_OK)
            p->status = is_first ? TN_ERANGE : TN_ESYNTAX;
    }
    return below + 1;
}

uint32_t tn__expr_height(const struct tn__ast_expr *expr)
{
    return expr ? expr->height : 0;
}

uint32_t tn__items_height(const struct tn__ast_items *items)
{
    return items ? items->height : 0;
}

size_t tn__build_plain(struct tn__parser *p, size_t name, bool is_key)
{
    if (is_key)
        tn__build_fault_about(p, (struct tn__sql_span){name, name + 1},
                              "syntax error after column name \"", "\"", NULL);
    return name;
}

struct tn__ast_names *tn__names_add(struct tn__parser *p, struct tn__ast_names *names, size_t token)
{
    if (!names)
        names = tn__build_new(p, sizeof(*names));
    struct tn__ast_name_item *item = tn__build_new(p, sizeof(*item));
    if (!item)
        return names;
    item->name = tn__build_name(p, token);
    if (names->last)
        names->last->next = item;
    else
        names->first = item;
    names->last = item;
    names->count++;
    return names;
}

/* A new item at the end of *items, which is made where there is none. NULL: no memory. */
static struct tn__ast_item *add_item(struct tn__parser *p, struct tn__ast_items **items,
                                     struct tn__sql_span span)
{
    if (!*items)
        *items = tn__build_new(p, sizeof(**items));
    struct tn__ast_item *item = tn__build_new(p, sizeof(*item));
    if (!item)
        return NULL;
    item->span = span;
    if ((*items)->last)
        (*items)->last->next = item;
    else
        (*items)->first = item;
    (*items)->last = item;
    (*items)->count++;
    return item;
}

struct tn__ast_items *tn__items_add(struct tn__parser *p, struct tn__ast_items *items,
                                    struct tn__ast_expr *expr)
{
    return tn__items_add_result(p, items, expr, TN__NO_TOKEN);
}

struct tn__ast_items *tn__items_add_result(struct tn__parser *p, struct tn__ast_items *items,
                                           struct tn__ast_expr *expr, size_t alias)
{
    if (!expr)
        return items;
    struct tn__sql_span span = expr->span;
    if (alias != TN__NO_TOKEN)
        span.end = alias + 1;
    struct tn__ast_item *item = add_item(p, &items, span);
    if (item) {
        item->expr = expr;
        item->alias = tn__build_name(p, alias);
        if (expr->height > items->height)
            items->height = expr->height;
    }
    return items;
}

struct tn__ast_items *tn__items_add_star(struct tn__parser *p, struct tn__ast_items *items,
                                         size_t begin, size_t table)
{
    struct tn__ast_item *item = add_item(p, &items, (struct tn__sql_span){begin, p->at});
    if (item) {
        item->is_star = true;
        item->table = tn__build_name(p, table);
    }
    return items;
}

struct tn__ast_items *tn__items_add_key(struct tn__parser *p, struct tn__ast_items *items,
                                        struct tn__ast_expr *expr, int order, int nulls)
{
    items = tn__items_add(p, items, expr);
    if (p->status == TN_OK && items && items->last) {
        items->last->is_desc = order < 0;
        items->last->nulls_first = nulls > 0;
        items->last->nulls_last = nulls < 0;
        items->last->span.end = p->at;
    }
    return items;
}

struct tn__ast_items *tn__items_written(struct tn__parser *p, struct tn__ast_items *items)
{
    return items ? items : tn__build_new(p, sizeof(*items));
}
