/* SPDX-License-Identifier: MIT */
#include "infer/infer.h"

#include "util/str.h"

/* "… LIMIT 1", of the whole statement. */
static bool ends_in_limit_one(const struct tn__sql *sql)
{
    return sql->count >= 2 && sql->tokens[sql->count - 1].depth == 0 &&
           tn__sql_is(sql, sql->count - 2, "LIMIT") &&
           tn__text_is(tn__sql_text(sql, sql->count - 1), "1");
}

/* "t", "t a" or "t AS a": one table, not joined to anything. */
static bool is_one_table(const struct tn__infer *infer)
{
    const struct tn__sql *sql = infer->sql;
    struct tn__sql_span from = infer->facts.from;
    size_t count = from.end - from.begin;
    return infer->source_count == 1 && tn__sql_is_name(sql, from.begin) &&
           (count == 1 || (count == 2 && tn__sql_is_name(sql, from.begin + 1)) ||
            (count == 3 && tn__sql_is(sql, from.begin + 1, "AS")));
}

/* The token behind "id" or "t.id" at token i, if that is the table's rowid; else i. */
static size_t skip_rowid(const struct tn__infer *infer, size_t i)
{
    const struct tn__table *table;
    size_t end = tn__sql_is_op(infer->sql, i + 1, ".") ? i + 3 : i + 1;
    if (end > infer->sql->count || !tn__sql_is_name(infer->sql, end - 1))
        return i;
    const struct tn__column *column = tn__infer_resolve(infer, i, end, &table);
    return table && (!column || column->is_rowid_alias) ? end : i;
}

/* Whether what follows token i leaves its condition a necessary one: nothing, AND, or another
 * clause; and no OR beside it. */
static bool is_necessary(const struct tn__sql *sql, size_t i)
{
    static const char *const followers[] = {"AND", "ORDER", "LIMIT", NULL};
    if (i < sql->count && !tn__sql_is_any(sql, i, followers))
        return false;
    for (; i < sql->count; i++) {
        if (sql->tokens[i].depth == 0 && tn__sql_is(sql, i, "OR"))
            return false;
    }
    return true;
}

/* "WHERE id = ?1", alone or in front of AND: a table has one row with a rowid. */
static bool is_by_rowid(const struct tn__infer *infer)
{
    const struct tn__sql *sql = infer->sql;
    const struct tn__sql_facts *facts = &infer->facts;
    size_t where = facts->from.end;
    if (facts->has_cte || facts->has_compound || facts->has_subquery || infer->has_view ||
        !tn__sql_is(sql, where, "WHERE") || !is_one_table(infer))
        return false;
    size_t equals = skip_rowid(infer, where + 1);
    if (equals == where + 1 ||
        (!tn__sql_is_op(sql, equals, "=") && !tn__sql_is_op(sql, equals, "==")))
        return false;
    return equals + 1 < sql->count && sql->tokens[equals + 1].kind == TN__TOK_PARAM &&
           is_necessary(sql, equals + 2);
}

bool tn__infer_is_single_row(const struct tn__infer *infer)
{
    return infer->facts.kind == TN__SQL_SELECT &&
           (ends_in_limit_one(infer->sql) || is_by_rowid(infer));
}
