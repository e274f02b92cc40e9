/* SPDX-License-Identifier: MIT */
#include "infer/sqlite/resolve.h"

#include "util/str.h"

/* Result lists, with their stars. */

/* Items under construction. */
struct items {
    struct tn__ir_item *items;
    uint32_t count;
    struct tn__ir_star *stars;
    uint32_t star_count;
};

/* Whether a later USING takes the column of source i. */
static bool is_used_later(const struct tn__scope *scope, uint32_t i, tn_text name)
{
    for (uint32_t k = i + 1; k < scope->source_count; k++)
        if (tn__source_is_using(&scope->sources[k], name))
            return true;
    return false;
}

static bool is_meant(const struct tn__ast_item *star, const struct tn__source *source)
{
    return !star->table.text.data ||
           (source->name.data && tn__text_equal_nocase(source->name, star->table.text));
}

static size_t count_star(const struct tn__ast_item *star, const struct tn__scope *scope)
{
    size_t count = 0;
    for (uint32_t i = 0; i < scope->source_count; i++)
        if (is_meant(star, &scope->sources[i]))
            count += scope->sources[i].rel->column_count;
    return count;
}

/* How a column is written so that it means this one and no other. */
static void qualify(struct tn__ir_item *item, const struct tn__ast_item *star,
                    const struct tn__scope *scope, uint32_t i, bool is_merged)
{
    uint32_t others = 0;
    if (scope->depth > 0)
        return; /* only a statement's own list is written out */
    if (star->table.text.data) {
        item->qualifier = star->table.text;
        return;
    }
    for (uint32_t k = 0; k < scope->source_count && !is_merged; k++)
        others += k != i && (tn__rel_find(scope->sources[k].rel, item->name) != UINT32_MAX ||
                             scope->sources[k].rel->kind == TN__IR_OPAQUE);
    if (others == 0)
        return;
    item->qualifier = scope->sources[i].name;
    item->is_unsure = item->qualifier.data == NULL;
}

/* Whether a source before this one has the same name, and a column of this name: then t.c is its. */
static bool is_hidden_by(const struct tn__scope *scope, uint32_t i, tn_text name)
{
    for (uint32_t k = 0; k < i; k++)
        if (scope->sources[k].name.data &&
            tn__text_equal_nocase(scope->sources[k].name, scope->sources[i].name) &&
            tn__rel_find(scope->sources[k].rel, name) != UINT32_MAX)
            return true;
    return false;
}

/* One column of a star. RIGHT and FULL JOIN with USING take what a bare name would find. */
static bool add_column(struct tn__analysis *an, struct items *items,
                       const struct tn__ast_item *star, const struct tn__scope *scope, uint32_t i,
                       uint32_t column)
{
    const struct tn__source *source = &scope->sources[i];
    tn_text name = tn__rel_column_name(source->rel, column);
    bool is_bare = !star->table.text.data;
    if (tn__rel_is_hidden(source->rel, column) || (is_bare && tn__source_is_using(source, name)))
        return true;
    struct tn__ir_item *item = &items->items[items->count++];
    bool is_used = is_used_later(scope, i, name);
    bool is_merged = is_bare && is_used && source->is_before_right;
    uint32_t found = 0;
    item->is_star = true;
    item->name = name;
    item->span = star->span;
    if (is_merged)
        item->expr = tn__lookup_here(an, name, scope, star->span, &found);
    else if ((is_used && source->is_before_right) || (!is_bare && is_hidden_by(scope, i, name)))
        item->expr = tn__ir_new(an, TN__IR_UNKNOWN, 0, star->span); /* versions differ */
    else
        item->expr = tn__ir_column(an, source->rel, column, star->span);
    qualify(item, star, scope, i, is_bare && is_used);
    if (is_merged && found != 1)
        tn__an_doubt(an, "a column of USING is not certain");
    return item->expr != NULL;
}

static bool add_star(struct tn__analysis *an, struct items *items, const struct tn__ast_item *star,
                     const struct tn__scope *scope)
{
    struct tn__ir_star *added = &items->stars[items->star_count++];
    bool is_found = false;
    if (scope->has_nested_using && !star->table.text.data)
        tn__an_doubt(an, "'*' with USING in parentheses");
    added->span = star->span;
    added->first = items->count;
    for (uint32_t i = 0; i < scope->source_count; i++) {
        const struct tn__source *source = &scope->sources[i];
        if (!is_meant(star, source))
            continue;
        if (is_found && star->table.text.data)
            tn__an_doubt(an, "t.* of two that are called t");
        is_found = true;
        if (source->rel->kind == TN__IR_OPAQUE)
            tn__an_doubt(an, "'*' of a table that is not an ordinary one");
        for (uint32_t c = 0; c < source->rel->column_count; c++)
            if (!add_column(an, items, star, scope, i, c))
                return false;
    }
    if (!is_found && star->table.text.data)
        tn__fault_name(an, TN__NAME_NO_TABLE, star->table.span, star->table.text, NULL);
    added->end = items->count;
    return true;
}

/* What the engine calls it, however it is written. */
static tn_text name_of_rowid(const struct tn__ir_rel *rel)
{
    for (uint32_t i = 0; rel->kind == TN__IR_TABLE && i < rel->column_count; i++)
        if (rel->table->columns[i].is_rowid_alias)
            return tn_text_of(rel->table->columns[i].name);
    return TN__TEXT("rowid");
}

/* What an expression is called without an alias. */
static tn_text name_of(struct tn__analysis *an, const struct tn__ast_item *item,
                       const struct tn__ir_expr *expr, const struct tn__scope *scope)
{
    if (item->alias.text.data)
        return item->alias.text;
    if (item->expr->kind == TN__AST_COLUMN && expr->kind == TN__IR_COLUMN)
        return expr->index == TN__IR_ROWID ? name_of_rowid(expr->rel)
                                           : tn__rel_column_name(expr->rel, expr->index);
    if (item->expr->kind == TN__AST_COLUMN)
        return item->expr->name.text;
    tn_text text = tn__sql_bytes(scope->text, item->span);
    const char *copy = tn_arena_copy(an->arena, text.data, text.size);
    if (!copy)
        an->status = TN_ENOMEM;
    return (tn_text){copy, copy ? text.size : 0};
}

bool tn__resolve_items(struct tn__analysis *an, const struct tn__ast_items *list,
                       struct tn__scope *scope)
{
    size_t most = 0;
    size_t stars = 0;
    for (const struct tn__ast_item *item = list->first; item; item = item->next) {
        most += item->is_star ? count_star(item, scope) : 1;
        stars += item->is_star;
    }
    struct items items = {.items = tn__an_new(an, most, sizeof(*items.items)),
                          .stars = tn__an_new(an, stars, sizeof(*items.stars))};
    if (!items.items || !items.stars)
        return false;
    for (const struct tn__ast_item *item = list->first; item; item = item->next) {
        if (item->is_star) {
            if (!add_star(an, &items, item, scope))
                return false;
            continue;
        }
        struct tn__ir_item *out = &items.items[items.count++];
        out->span = item->span;
        out->has_alias = item->alias.text.data != NULL;
        out->expr = tn__resolve_expr(an, item->expr, scope);
        if (!out->expr)
            return false;
        out->name = name_of(an, item, out->expr, scope);
    }
    scope->block->items = items.items;
    scope->block->column_count = items.count;
    scope->block->stars = items.stars;
    scope->block->star_count = items.star_count;
    return an->status == TN_OK;
}
