/* SPDX-License-Identifier: MIT */
#include "schema/reading.h"
#include "util/str.h"

/*
 * The condition of a partial index, if it is nothing but tests for NULL that are joined by AND. By its tokens:
 * parentheses change nothing there, whatever they are around.
 */

static size_t skip_parens(const struct tn__sql *sql, size_t i, size_t end, enum tn__tok kind)
{
    while (i < end && sql->tokens[i].kind == kind)
        i++;
    return i;
}

/* A server compares names as they are. */
static const struct tn__column *column_called(const struct tn__table *table, tn_text name)
{
    for (size_t i = 0; name.data && i < table->column_count; i++) {
        const char *other = table->columns[i].name;
        if (table->schema ? tn__text_is(name, other) : tn__text_is_nocase(name, other))
            return &table->columns[i];
    }
    return NULL;
}

/* IS NOT NULL is then false of a row that has a NULL in it, which is no NULL, and may be equal to something. */
static bool is_composite(const struct tn__column *column)
{
    const struct tn__server_type *type = column->type;
    while (type && type->kind == TN__SERVER_DOMAIN)
        type = type->inner;
    return type && type->kind == TN__SERVER_COMPOSITE;
}

/* "column IS [NOT] NULL" at *i, which moves behind it. */
static bool read_test(struct tn__null_test *out, const struct tn__table *table,
                      const struct tn__sql *sql, size_t *i, size_t end)
{
    size_t at = skip_parens(sql, *i, end, TN__TOK_LPAREN);
    if (!tn__sql_is_name(sql, at))
        return false;
    out->column = column_called(table, tn__sql_name(sql, at));
    at = skip_parens(sql, at + 1, end, TN__TOK_RPAREN);
    if (!out->column || is_composite(out->column) || !tn__sql_is(sql, at, "IS"))
        return false;
    out->is_not = tn__sql_is(sql, at + 1, "NOT");
    at += out->is_not ? 2 : 1;
    if (!tn__sql_is(sql, at, "NULL"))
        return false;
    *i = skip_parens(sql, at + 1, end, TN__TOK_RPAREN);
    return *i <= end;
}

int tn__read_null_tests(struct tn__index *index, const struct tn__table *table,
                        const struct tn__sql *sql, struct tn__sql_span where, tn_arena *arena)
{
    size_t count = 0;
    size_t i = where.begin;
    struct tn__null_test *tests =
        tn_arena_array(arena, (where.end - where.begin) / 3 + 1, sizeof(*tests));
    if (!tests)
        return TN_ENOMEM;
    while (read_test(&tests[count], table, sql, &i, where.end)) {
        count++;
        if (i == where.end) {
            index->null_tests = tests;
            index->null_test_count = count;
            break;
        }
        if (!tn__sql_is(sql, i++, "AND"))
            break;
    }
    return TN_OK;
}
