/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "util/str.h"

/* Where a relation of FROM is named. The server's tree does not say: there it is found by its name. */

/* `(SELECT …) AS x`, `f(y) x`: the token of the name. */
static bool is_named_here(const struct tn__sql *sql, size_t i, tn_text name)
{
    size_t as = i > 0 && tn__sql_is(sql, i - 1, "AS");
    return i > as && sql->tokens[i - 1 - as].kind == TN__TOK_RPAREN && tn__sql_is_name(sql, i) &&
           tn_text_equal(tn__sql_name(sql, i), name);
}

/* The only one; SIZE_MAX: there are none, or several. */
static size_t find_called(const struct tn__sql *sql, tn_text name)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < sql->count; i++) {
        if (!is_named_here(sql, i, name))
            continue;
        if (found != SIZE_MAX)
            return SIZE_MAX;
        found = i;
    }
    return found;
}

/* The first token of what the result list of its query gives; SIZE_MAX: it has none that is known. */
static size_t first_item(const struct tn__ir_block *block)
{
    for (uint32_t i = 0; i < block->column_count; i++)
        if (block->items[i].span.end > 0)
            return block->items[i].span.begin;
    return SIZE_MAX;
}

/* By the name that it goes by. Of several, in queries within each other: the first behind the result list
 * of its own query. */
static size_t find_table(struct tn__lint *lint, const struct tn__ir_rel *leaf)
{
    const struct tn__sql_source *sources;
    size_t count;
    size_t found = SIZE_MAX;
    size_t matches = 0;
    size_t list = first_item(leaf->block);
    if (tn__sql_sources(&sources, &count, &lint->judge->sql, lint->an->arena) != TN_OK) {
        lint->an->status = TN_ENOMEM;
        return SIZE_MAX;
    }
    for (size_t i = 0; i < count; i++) {
        bool is_named = tn__text_equal_nocase(sources[i].alias, leaf->name);
        bool is_behind = list == SIZE_MAX || sources[i].token > list;
        matches += is_named;
        if (is_named && (found == SIZE_MAX || (is_behind && found < list)))
            found = sources[i].token;
    }
    return matches > 1 && list == SIZE_MAX ? SIZE_MAX : found;
}

struct tn__sql_span tn__lint_source(struct tn__lint *lint, const struct tn__ir_rel *leaf)
{
    if (!tn__lint_is_server(lint))
        return leaf->name_span;
    size_t token = leaf->name.size > 0 ? find_table(lint, leaf) : SIZE_MAX;
    if (token == SIZE_MAX && leaf->name.size > 0)
        token = find_called(&lint->judge->sql, leaf->name);
    return token == SIZE_MAX ? (struct tn__sql_span){0, 0}
                             : (struct tn__sql_span){token, token + 1};
}
