/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "util/buf.h"
#include "util/str.h"

/* How many rows there may be against how many are asked for, and which ones come where not all do. */

/* The first relation that nothing holds to one row; NULL: it is not for a relation. */
static const struct tn__ir_rel *many_of(const struct tn__ir_block *block)
{
    for (uint32_t i = 0; i < block->leaf_count; i++)
        if (!block->leaves[i]->is_single)
            return block->leaves[i];
    return NULL;
}

/* The block that the rows of the statement come from; NULL: of several. */
static const struct tn__ir_block *outermost(const struct tn__lint *lint)
{
    const struct tn__ir_query *query = lint->reading->query;
    if (!query)
        query = lint->an->inserted;
    if (lint->an->changed)
        return lint->an->changed;
    return query && query->block_count == 1 ? &query->blocks[0] : NULL;
}

static void add_column(struct tn__buf *buf, const char *name, bool is_first)
{
    tn__buf_puts(buf, is_first ? "" : ", ");
    tn__buf_puts(buf, name);
}

/* "id = …" and the like: the keys of a table, at most two. */
static void add_keys(struct tn__buf *buf, const struct tn__table *table)
{
    int count = 0;
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].is_rowid_alias) {
            add_column(buf, table->columns[i].name, true);
            count++;
        }
    for (size_t i = 0; i < table->index_count && count < 2; i++) {
        const struct tn__index *index = &table->indexes[i];
        bool is_key = index->is_unique && !index->is_partial && index->part_count > 0;
        for (size_t p = 0; p < index->part_count; p++)
            is_key = is_key && index->parts[p].column;
        if (!is_key)
            continue;
        tn__buf_puts(buf, count++ ? " or " : "");
        tn__buf_puts(buf, index->part_count > 1 ? "(" : "");
        for (size_t p = 0; p < index->part_count; p++)
            add_column(buf, index->parts[p].column->name, p == 0);
        tn__buf_puts(buf, index->part_count > 1 ? ")" : "");
    }
}

static void help_keys(struct tn__lint *lint, struct tn__diag *diag, const struct tn__ir_rel *many)
{
    struct tn__buf buf;
    bool is_read = lint->reading->kind == TN__STMT_AST_SELECT;
    tn__buf_init(&buf, 0);
    if (many && many->kind == TN__IR_TABLE && many->table->kind == TN__TABLE)
        add_keys(&buf, many->table);
    tn_text keys = tn__buf_view(&buf);
    if (keys.size > 0)
        tn__diag_help(lint->judge->diags, diag, "':many', or a key in WHERE: %.*s%s",
                      (int)keys.size, keys.data, is_read ? "; or LIMIT 1" : "");
    else
        tn__diag_help(lint->judge->diags, diag, is_read ? "':many', or LIMIT 1" : "':many'");
    tn__buf_fini(&buf);
}

static void check_one(struct tn__lint *lint)
{
    const struct tn__query *query = lint->judge->query;
    const struct tn__ir_block *block = outermost(lint);
    const struct tn__ir_rel *many = block ? many_of(block) : NULL;
    struct tn__sql_span span = many ? tn__lint_source(lint, many) : (struct tn__sql_span){0, 0};
    struct tn__diag *diag =
        tn__lint_add(lint->judge->diags, query, "one-without-key",
                     tn__judge_place(lint->judge, span.begin, span.end),
                     "query '%s' is '%s' and nothing keeps it from giving more rows than one",
                     query->name, tn__mode_text(query->mode));
    if (diag)
        help_keys(lint, diag, many);
}

/* Rows with one key are one, and there is one of the relations that the key is of, in all rows. */
static bool is_one_group(const struct tn__lint *lint)
{
    const struct tn__ir_query *query = lint->reading->query;
    const struct tn__grouping *group = lint->judge->query->group;
    if (!query || query->is_single_row || query->block_count != 1)
        return query && query->is_single_row;
    for (size_t i = 0; i < group->key_count; i++) {
        const struct tn__ir_expr *key = query->blocks[0].items[group->keys[i]].expr;
        if (key->kind != TN__IR_COLUMN || !key->rel->is_single || tn__rel_is_padded(key->rel))
            return false;
    }
    return true;
}

/* Of this text; a query with optional parts is of one row only if all of its texts are. */
static bool is_single_row(const struct tn__lint *lint)
{
    if (lint->judge->query->group)
        return is_one_group(lint);
    return lint->reading->query ? lint->reading->query->is_single_row
                                : lint->judge->analysed.is_single_row;
}

/* `IN (:id)`: a single value, where a list may be meant. */
static bool has_single_in(const struct tn__sql *sql)
{
    for (size_t i = 0; i < sql->count; i++)
        if (sql->tokens[i].kind == TN__TOK_PARAM && !sql->tokens[i].is_list &&
            tn__sql_is_all_of_in(sql, i))
            return true;
    return false;
}

void tn__lint_rows(struct tn__lint *lint)
{
    const struct tn__query *query = lint->judge->query;
    bool wants_one = query->mode == TN__MODE_ONE || query->mode == TN__MODE_OPTIONAL;
    bool is_single = is_single_row(lint);
    if (tn__lint_is_server(lint) && query->group && lint->reading->kind != TN__STMT_AST_SELECT)
        return; /* of rows as they have become */
    if (wants_one && !is_single)
        check_one(lint);
    if (query->mode != TN__MODE_MANY || !is_single || (query->variants && !query->is_single_row))
        return;
    struct tn__diag *diag =
        tn__lint_add(lint->judge->diags, query, "many-on-key", query->place,
                     "query '%s' is ':many' and gives one row at most", query->name);
    if (diag)
        tn__diag_help(lint->judge->diags, diag, "%s",
                      has_single_in(&lint->judge->sql) ? "a list is written 'IN (:ids[])'"
                      : lint->judge->analysed.has_row  ? "':one'"
                                                       : "':optional', or ':one'");
}

/* --- which rows */

static bool is_ordered(const struct tn__ir_query *query)
{
    return query->order_count > 0 || (query->block_count == 1 && query->blocks[0].order_count > 0);
}

/* Whether rows come in no order of their own: of a table, directly or through others. What functions and
 * VALUES give, and what a subquery has sorted, comes in an order. */
static bool is_unordered(const struct tn__ir_block *block, uint32_t depth)
{
    for (uint32_t i = 0; i < block->leaf_count; i++) {
        const struct tn__ir_rel *leaf = block->leaves[i];
        if (leaf->is_single)
            continue;
        if (leaf->kind == TN__IR_TABLE && leaf->table->kind == TN__TABLE)
            return true;
        if (leaf->kind != TN__IR_DERIVED || is_ordered(leaf->query) || leaf->query->is_recursive)
            continue;
        for (uint32_t b = 0; b < leaf->query->block_count && depth < TN__QUERY_DEPTH; b++)
            if (is_unordered(&leaf->query->blocks[b], depth + 1))
                return true;
    }
    return false;
}

/* SELECT 1 FROM …: all rows are the same. */
static bool is_constant(const struct tn__ir_block *block)
{
    for (uint32_t i = 0; i < block->column_count; i++)
        if (block->items[i].expr->kind != TN__IR_CONST)
            return false;
    return true;
}

static bool is_any_row(const struct tn__ir_query *query)
{
    for (uint32_t b = 0; b < query->block_count; b++) {
        const struct tn__ir_block *block = &query->blocks[b];
        bool has_many = !block->is_values && !block->is_single_row && !is_constant(block);
        if (has_many && is_unordered(block, 0))
            return true;
    }
    return false;
}

/* A batch of what is to be deleted may be any. */
static bool is_batch(const struct tn__lint *lint, const struct tn__lint_block *at)
{
    bool is_delete = lint->reading->kind == TN__STMT_AST_DELETE;
    return is_delete && (at->is_membership || tn__lint_is_server(lint));
}

/* LIMIT ALL, which is LIMIT NULL. */
static bool is_no_limit(struct tn__lint *lint, const struct tn__ir_query *query)
{
    return tn__lint_is_server(lint) && tn__eval(lint->an, query->limit).classes == TN__CLASS_NULL;
}

void tn__lint_order(struct tn__lint *lint)
{
    const struct tn__ir_query *last = NULL;
    for (size_t i = 0; i < lint->block_count; i++) {
        const struct tn__lint_block *at = &lint->blocks[i];
        const struct tn__ir_query *query = at->query;
        bool is_new = query && query != last;
        last = query;
        if (!is_new || (at->is_view && !tn__lint_is_server(lint)) || at->is_existence ||
            is_batch(lint, at) || !query->limit || query->is_recursive || query->takes_any ||
            is_no_limit(lint, query) || is_ordered(query) || !is_any_row(query))
            continue;
        struct tn__diag *diag =
            tn__lint_say(lint, "implicit-order", query->limit->span,
                         "LIMIT without ORDER BY: which rows come is not defined");
        if (diag)
            tn__diag_help(lint->judge->diags, diag, "ORDER BY, ending with a key");
    }
}

/* The name of the function that joins texts; NULL: it is another. */
static const char *concat_name(const struct tn__lint *lint, const struct tn__ir_expr *expr)
{
    const struct tn__server_function *function = tn__lint_function(lint, expr->index);
    if (tn__lint_is_server(lint))
        return tn__lint_is_own(function) && strcmp(function->name, "string_agg") == 0
                   ? function->name
                   : NULL;
    return expr->fn && (strcmp(expr->fn->name, "group_concat") == 0 ||
                        strcmp(expr->fn->name, "string_agg") == 0)
               ? expr->fn->name
               : NULL;
}

/* group_concat(x): the texts in whatever order the rows come. */
void tn__lint_concat(struct tn__lint *lint, const struct tn__ir_expr *expr,
                     const struct tn__ir_expr *parent)
{
    (void)parent;
    const char *name = concat_name(lint, expr);
    if (!name || expr->other_count > 0 || expr->is_ordered || !expr->owner ||
        !is_unordered(expr->owner, 0))
        return;
    struct tn__diag *diag =
        tn__lint_say(lint, "implicit-order", expr->span,
                     "the order in which %s() joins the texts is not defined", name);
    if (diag)
        tn__diag_help(lint->judge->diags, diag, "%s",
                      tn__lint_is_server(lint) ? "ORDER BY within its parentheses"
                                               : "FROM (SELECT … ORDER BY …)");
}
