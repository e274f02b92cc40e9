/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"
#include "infer/postgres/lower.h"

/*
 * Where an expression stands in the statement. The server's tree says where the parts of it begin: of an
 * operator, of a name, of a literal. By the tokens it goes from the first of them to the end of what begins at
 * the last, and takes the parentheses with it that were opened or closed between.
 */

static bool is_op(const struct tn__sql *sql, size_t i, const char *op)
{
    return tn__sql_is_op(sql, i, op);
}

static bool is_open(const struct tn__sql *sql, size_t i)
{
    return i < sql->count && sql->tokens[i].kind == TN__TOK_LPAREN;
}

/* Behind a bracket or a word and what closes it. */
static size_t skip_pair(const struct tn__sql *sql, size_t i, bool is_case)
{
    size_t depth = 0;
    for (; i < sql->count; i++) {
        bool is_word = !is_op(sql, i - (i > 0), "."); /* a.end is a name */
        depth += is_case ? is_word && tn__sql_is(sql, i, "CASE") : is_op(sql, i, "[");
        bool ends = is_case ? is_word && tn__sql_is(sql, i, "END") : is_op(sql, i, "]");
        if (ends && --depth == 0)
            return i + 1;
    }
    return sql->count;
}

/* Behind the name of a type: auth.level, numeric(9, 2), double precision, timestamp with time zone, int[]. */
static size_t skip_type(const struct tn__sql *sql, size_t i)
{
    static const char *const more[] = {"PRECISION", "VARYING", NULL};
    static const char *const zones[] = {"WITH", "WITHOUT", NULL};
    for (i++; is_op(sql, i, ".");)
        i += 2;
    if (tn__sql_is_any(sql, i, more))
        i++;
    if (is_open(sql, i))
        i = tn__sql_skip_group(sql, i);
    if (tn__sql_is_any(sql, i, zones) && tn__sql_is(sql, i + 1, "TIME"))
        i += 3;
    while (is_op(sql, i, "["))
        i = skip_pair(sql, i, false);
    return i;
}

/* Behind what may stand after a call: FILTER (…), WITHIN GROUP (…), OVER w. */
static size_t skip_clauses(const struct tn__sql *sql, size_t i)
{
    for (;;) {
        if (tn__sql_is(sql, i, "FILTER") && is_open(sql, i + 1))
            i = tn__sql_skip_group(sql, i + 1);
        else if (tn__sql_is(sql, i, "WITHIN") && is_open(sql, i + 2))
            i = tn__sql_skip_group(sql, i + 2);
        else if (tn__sql_is(sql, i, "OVER"))
            i = is_open(sql, i + 1) ? tn__sql_skip_group(sql, i + 1) : i + 2;
        else
            return i;
    }
}

/* Behind a name with what is in front of it, a call of it, or a word that queries and lists stand behind. */
static size_t skip_name(const struct tn__sql *sql, size_t i)
{
    bool is_word = sql->tokens[i].kind == TN__TOK_WORD || sql->tokens[i].kind == TN__TOK_NAME;
    if (is_word && tn__sql_is(sql, i, "CASE"))
        return skip_pair(sql, i, true);
    for (i++; is_word && is_op(sql, i, ".");)
        i += 2; /* the last of them may be a star */
    bool is_array = is_word && is_op(sql, i, "[") && tn__sql_is(sql, i - 1, "ARRAY");
    if (is_array)
        return skip_pair(sql, i, false);
    return is_word && is_open(sql, i) ? skip_clauses(sql, tn__sql_skip_group(sql, i)) : i;
}

/* Behind the test that begins with IS. */
static size_t skip_test(const struct tn__sql *sql, size_t i)
{
    i += 1 + tn__sql_is(sql, i + 1, "NOT");
    return i + 1;
}

/* Behind what begins at a token, as far as it goes to the right. */
static size_t end_of(const struct tn__sql *sql, size_t i)
{
    static const char *const tests[] = {"ISNULL", "NOTNULL", NULL};
    static const char *const fronts[] = {"NOT", "ANY", "ALL", "SOME", "COLLATE", NULL};
    while (i < sql->count) {
        enum tn__tok kind = sql->tokens[i].kind;
        if (kind == TN__TOK_LPAREN)
            return tn__sql_skip_group(sql, i);
        if (is_op(sql, i, "["))
            return skip_pair(sql, i, false);
        if (is_op(sql, i, "::"))
            return skip_type(sql, i + 1);
        if (tn__sql_is(sql, i, "IS"))
            return skip_test(sql, i);
        if (tn__sql_is_any(sql, i, tests))
            return i + 1;
        if (kind != TN__TOK_OP && !(tn__sql_is_any(sql, i, fronts) && !is_open(sql, i + 1)))
            return skip_name(sql, i);
        i++; /* of an operator: its right side */
    }
    return sql->count;
}

/* With the parentheses, brackets and CASEs whole that are cut. */
static struct tn__sql_span balance(const struct tn__sql *sql, struct tn__sql_span span)
{
    size_t opened = 0; /* and not closed */
    size_t closed = 0; /* and not opened */
    for (size_t i = span.begin; i < span.end; i++) {
        opened += is_open(sql, i);
        if (sql->tokens[i].kind != TN__TOK_RPAREN)
            continue;
        closed += opened == 0;
        opened -= opened > 0;
    }
    for (; closed > 0 && span.begin > 0 && is_open(sql, span.begin - 1); closed--)
        span.begin--;
    for (; opened > 0 && span.end < sql->count; span.end++)
        if (is_open(sql, span.end))
            opened++;
        else if (sql->tokens[span.end].kind == TN__TOK_RPAREN)
            opened--;
    if (closed > 0) /* nobody knows what that is */
        span.end = span.begin + 1;
    return span;
}

/* A CASE goes to its END, wherever the last known part of it is. */
static size_t end_of_cases(const struct tn__sql *sql, struct tn__sql_span span)
{
    size_t end = span.end;
    for (size_t i = span.begin; i < span.end; i++) {
        size_t behind = tn__sql_is(sql, i, "CASE") && !is_op(sql, i - (i > 0), ".")
                            ? skip_pair(sql, i, true)
                            : end;
        end = behind > end ? behind : end;
    }
    return end;
}

struct tn__sql_span tn__pg_place(void *user, size_t first, size_t last)
{
    const struct tn__judge *judge = user;
    const struct tn__sql *sql = &judge->sql;
    const struct tn__sql_text *text = &judge->described.text;
    struct tn__sql_span span = {tn__pg_token_at(judge, text, first),
                                tn__pg_token_at(judge, text, last)};
    if (span.begin >= sql->count || span.end >= sql->count || span.end < span.begin)
        return (struct tn__sql_span){0, 0};
    bool is_arm = tn__sql_is(sql, span.begin, "WHEN"); /* of CASE x: the comparison with it */
    span.begin += is_arm && span.begin < span.end;
    span.end = end_of(sql, span.end);
    span.end = end_of_cases(sql, span);
    return balance(sql, span);
}

int tn__pg_judge_read(struct tn__judge *judge, const struct tn__reader *reader)
{
    const struct tn__pg_placing placing = {tn__pg_place, judge};
    const struct tn__pg_statement statement = {.sql = judge->described.text.text,
                                               .param_count = (uint32_t)judge->params.count};
    if (tn__pg_is_command(judge->described.tree))
        return TN_OK;
    return tn__analyse_postgres_read(reader, judge->described.tree, &statement, &placing,
                                     judge->analysed.params, &judge->analyse);
}
