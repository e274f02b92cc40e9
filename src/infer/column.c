/* SPDX-License-Identifier: MIT */
#include "infer/infer.h"

#include "util/str.h"

static bool is_view(const struct tn__catalog *catalog, tn_text name)
{
    const struct tn__table *table = name.data ? tn__catalog_table(catalog, name) : NULL;
    return table && table->kind == TN__VIEW;
}

/* A view is one that the engine read through, or any name in the text that is a view's. */
static bool find_view(const struct tn__infer *infer)
{
    for (size_t i = 0; i < infer->read_count; i++)
        if (is_view(infer->catalog, infer->reads[i].table) ||
            is_view(infer->catalog, infer->reads[i].inner))
            return true;
    for (size_t i = 0; i < infer->sql->count; i++)
        if (tn__sql_is_name(infer->sql, i) && is_view(infer->catalog, tn__sql_name(infer->sql, i)))
            return true;
    return false;
}

static bool find_aggregate(const struct tn__infer *infer)
{
    const struct tn__sql *sql = infer->sql;
    for (size_t i = 0; i + 1 < sql->count; i++)
        if (sql->tokens[i + 1].kind == TN__TOK_LPAREN &&
            tn__catalog_is_aggregate(infer->catalog, tn__sql_name(sql, i)))
            return true;
    return false;
}

void tn__infer_init(struct tn__infer *infer)
{
    infer->has_view = find_view(infer);
    infer->has_aggregate = find_aggregate(infer);
    for (size_t i = 0; i < infer->read_count; i++)
        infer->has_inner = infer->has_inner || infer->reads[i].inner.data;
}

static struct tn__verdict any(const char *reason)
{
    struct tn__verdict verdict = {0};
    verdict.typing = (struct tn__typing){TN__TYPE_ANY, TN__FORM_ANY, true};
    verdict.doubt = TN__DOUBT_TYPE;
    verdict.reason = reason;
    return verdict;
}

/* Why the origin that the engine reports may be only one of several; NULL if it is the one. */
static const char *doubt_of_origin(const struct tn__infer *infer)
{
    const struct tn__sql_facts *facts = &infer->facts;
    bool is_select = facts->kind == TN__SQL_SELECT;
    if (facts->kind == TN__SQL_OTHER || facts->kind == TN__SQL_VALUES)
        return "the statement is not a SELECT";
    if (infer->has_view)
        return "it comes through a view";
    if (facts->has_subquery)
        return "it comes through a subquery";
    if (is_select && facts->has_compound)
        return "the query is a compound";
    if (is_select && facts->has_cte)
        return "the query has a WITH clause";
    if (is_select && infer->has_inner)
        return "it may come through something else than its table";
    return NULL;
}

/* Why a column that is never NULL in its table may be NULL in the result; NULL if it may not. */
static const char *doubt_of_not_null(const struct tn__infer *infer)
{
    if (infer->facts.kind != TN__SQL_SELECT)
        return NULL; /* RETURNING gives the row that was written */
    if (infer->facts.has_outer_join)
        return "the query has an outer join";
    if (infer->has_aggregate)
        return "the query has an aggregate";
    return NULL;
}

struct tn__verdict tn__infer_column(const struct tn__infer *infer, tn_text table, tn_text column)
{
    if (!table.data || !column.data)
        return any("it is an expression");
    const char *reason = doubt_of_origin(infer);
    if (reason)
        return any(reason);
    struct tn__verdict verdict = {0};
    verdict.table = tn__catalog_table(infer->catalog, table);
    verdict.column = tn__table_column(verdict.table, column);
    if (!verdict.table || verdict.table->kind != TN__TABLE)
        return any("its table is not an ordinary one");
    if (verdict.column)
        verdict.typing =
            tn__typing_of_column(verdict.table, verdict.column, infer->types, infer->type_count);
    else if (tn__is_rowid_name(column))
        verdict.typing = (struct tn__typing){TN__TYPE_INT, TN__FORM_ANY, false};
    else
        return any("its table has no such column");

    reason = doubt_of_not_null(infer);
    if (reason && !verdict.typing.is_nullable) {
        verdict.typing.is_nullable = true;
        verdict.doubt = TN__DOUBT_NULLABILITY;
        verdict.reason = reason;
    }
    return verdict;
}
