/* SPDX-License-Identifier: MIT */
#include "sql/statement.h"

#include "util/str.h"

/* Reads `name`, `schema.name`, `name alias`, `name AS alias` at token i; false if there is none. */
static bool read_source(struct tn__sql_source *out, const struct tn__sql *sql, size_t i)
{
    static const char *const not_alias[] = {
        "SET",  "ON",    "USING", "VALUES", "INDEXED", "NOT",   "DEFAULT",   "WHERE", "NATURAL",
        "LEFT", "RIGHT", "FULL",  "INNER",  "CROSS",   "OUTER", "RETURNING", NULL};
    if (!tn__sql_is_name(sql, i))
        return false;
    if (tn__sql_is_op(sql, i + 1, ".") && tn__sql_is_name(sql, i + 2))
        i += 2;
    if (i + 1 < sql->count && sql->tokens[i + 1].kind == TN__TOK_LPAREN) {
        /* INTO t (a, b) is a table; FROM f(x) is a table-valued function. */
        size_t before = i;
        while (before > 0 && !tn__sql_is(sql, before, "INTO") && i - before < 3)
            before--;
        if (!tn__sql_is(sql, before, "INTO"))
            return false;
    }
    out->token = i;
    out->table = tn__sql_name(sql, i);
    out->alias = out->table;
    if (tn__sql_is(sql, i + 1, "AS") && i + 2 < sql->count)
        out->alias = tn__sql_name(sql, i + 2);
    else if (tn__sql_is_name(sql, i + 1) && !tn__sql_is_any(sql, i + 1, not_alias) &&
             !tn__sql_is_window(sql, i + 1))
        out->alias = tn__sql_name(sql, i + 1);
    return true;
}

/* Where a FROM that begins at token i, at its depth, ends. */
static size_t end_of_from(const struct tn__sql *sql, size_t i)
{
    static const char *const ends[] = {"WHERE", "GROUP",  "HAVING",    "ORDER",     "LIMIT",
                                       "UNION", "EXCEPT", "INTERSECT", "RETURNING", NULL};
    uint32_t depth = sql->tokens[i].depth;
    for (i++; i < sql->count; i++) {
        if (sql->tokens[i].depth < depth ||
            (sql->tokens[i].depth == depth &&
             (tn__sql_is_any(sql, i, ends) || tn__sql_is_window(sql, i))))
            break;
        if (depth > 0 && sql->tokens[i].kind == TN__TOK_RPAREN && sql->tokens[i].depth == depth - 1)
            break;
    }
    return i;
}

int tn__sql_sources(const struct tn__sql_source **out, size_t *out_count, const struct tn__sql *sql,
                    tn_arena *arena)
{
    static const char *const leads[] = {"FROM", "JOIN", "INTO", "UPDATE", NULL};
    struct tn__sql_source *sources = tn_arena_array(arena, sql->count + 1, sizeof(*sources));
    if (!sources)
        return TN_ENOMEM;
    size_t count = 0;
    for (size_t i = 0; i < sql->count; i++) {
        if (!tn__sql_is_any(sql, i, leads))
            continue;
        size_t name = i + 1;
        if (tn__sql_is(sql, i, "UPDATE") && tn__sql_is(sql, name, "OR"))
            name += 2;
        if (read_source(&sources[count], sql, name))
            count++;
        if (!tn__sql_is(sql, i, "FROM"))
            continue;
        size_t end = end_of_from(sql, i);
        for (size_t k = i + 1; k < end && count < sql->count; k++)
            if (sql->tokens[k].depth == sql->tokens[i].depth && tn__sql_is_op(sql, k, ",") &&
                read_source(&sources[count], sql, k + 1))
                count++;
    }
    *out = sources;
    *out_count = count;
    return TN_OK;
}
