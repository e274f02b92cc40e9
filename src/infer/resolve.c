/* SPDX-License-Identifier: MIT */
#include "infer/infer.h"

#include "util/str.h"

/* Whether a WITH clause, or an alias of a subquery, takes this name: "name AS (", "name (…) AS (",
 * ") name" or ") AS name". */
static bool is_shadowed(const struct tn__sql *sql, tn_text name)
{
    for (size_t i = 0; i < sql->count; i++) {
        if (!tn__sql_is_name(sql, i) || !tn__text_equal_nocase(tn__sql_name(sql, i), name))
            continue;
        bool is_before_as = tn__sql_is(sql, i + 1, "AS") && i + 2 < sql->count;
        if (is_before_as &&
            (sql->tokens[i + 2].kind == TN__TOK_LPAREN || tn__sql_is(sql, i + 2, "MATERIALIZED") ||
             tn__sql_is(sql, i + 2, "NOT")))
            return true;
        if (i + 1 < sql->count && sql->tokens[i + 1].kind == TN__TOK_LPAREN &&
            tn__sql_is(sql, tn__sql_skip_group(sql, i + 1), "AS"))
            return true;
        size_t before = i > 0 && tn__sql_is(sql, i - 1, "AS") ? i - 1 : i;
        if (before > 0 && sql->tokens[before - 1].kind == TN__TOK_RPAREN)
            return true;
    }
    return false;
}

/* Whether token i stands in the column list of a WITH clause: "x (…, name, …) AS". */
static bool is_in_cte_list(const struct tn__sql *sql, size_t i)
{
    while (i > 0 && sql->tokens[i].kind != TN__TOK_LPAREN && sql->tokens[i].kind != TN__TOK_RPAREN)
        i--;
    return sql->tokens[i].kind == TN__TOK_LPAREN && i > 0 && tn__sql_is_name(sql, i - 1) &&
           tn__sql_is(sql, tn__sql_skip_group(sql, i), "AS");
}

/* Whether something else than that column is called so: "x AS name", "WITH x (name) AS". */
static bool is_alias(const struct tn__sql *sql, tn_text name)
{
    for (size_t i = 2; i < sql->count; i++) {
        if (!tn__text_equal_nocase(tn__sql_name(sql, i), name))
            continue;
        if (tn__sql_is(sql, i - 1, "AS") && !tn__text_equal_nocase(tn__sql_name(sql, i - 2), name))
            return true;
        if (is_in_cte_list(sql, i))
            return true;
    }
    return false;
}

/* Whether the statement names the table. Triggers and foreign keys read others, which it does not. */
static bool is_source(const struct tn__infer *infer, tn_text table)
{
    for (size_t i = 0; i < infer->source_count; i++)
        if (tn__text_equal_nocase(infer->sources[i].table, table))
            return true;
    return false;
}

static const struct tn__table *table_of_alias(const struct tn__infer *infer, tn_text alias)
{
    const struct tn__table *found = NULL;
    for (size_t i = 0; i < infer->source_count; i++) {
        if (!tn__text_equal_nocase(infer->sources[i].alias, alias))
            continue;
        const struct tn__table *table = tn__catalog_table(infer->catalog, infer->sources[i].table);
        if (!table || (found && found != table) || is_shadowed(infer->sql, infer->sources[i].table))
            return NULL;
        found = table;
    }
    return found;
}

/* The only table, of those that the statement names, of which the engine read a column of this name. */
static const struct tn__table *table_of_reads(const struct tn__infer *infer, tn_text column)
{
    const struct tn__table *found = NULL;
    for (size_t i = 0; i < infer->read_count; i++) {
        const struct tn__read *read = &infer->reads[i];
        if (!tn__text_equal_nocase(read->column, column) || !is_source(infer, read->table))
            continue;
        const struct tn__table *table = tn__catalog_table(infer->catalog, read->table);
        if (!table || (found && found != table))
            return NULL;
        found = table;
    }
    return found;
}

const struct tn__sql_source *tn__infer_target(const struct tn__infer *infer)
{
    enum tn__sql_kind kind = infer->facts.kind;
    if (kind != TN__SQL_INSERT && kind != TN__SQL_UPDATE)
        return NULL;
    for (size_t i = 0; i < infer->source_count; i++)
        if (infer->sources[i].token > infer->facts.verb) /* behind any WITH */
            return &infer->sources[i];
    return NULL;
}

const struct tn__column *tn__infer_resolve(const struct tn__infer *infer, size_t begin, size_t end,
                                           const struct tn__table **out_table)
{
    const struct tn__sql *sql = infer->sql;
    tn_text name = tn__sql_name(sql, end - 1);
    const struct tn__table *table = NULL;
    *out_table = NULL;
    const struct tn__sql_source *target = tn__infer_target(infer);
    if (end - begin == 3 && target && tn__sql_is(sql, begin, "EXCLUDED"))
        table = tn__catalog_table(infer->catalog, target->table);
    else if (end - begin == 3)
        table = table_of_alias(infer, tn__sql_name(sql, begin));
    else if (end - begin == 1 && !is_alias(sql, name))
        table = table_of_reads(infer, name);
    if (end - begin == 1 && !table && tn__is_rowid_name(name) && infer->source_count == 1)
        table = tn__catalog_table(infer->catalog, infer->sources[0].table);
    if (!table || table->kind != TN__TABLE)
        return NULL;
    const struct tn__column *column = tn__table_column(table, name);
    if (column || tn__is_rowid_name(name))
        *out_table = table;
    return column;
}
