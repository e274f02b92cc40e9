/* SPDX-License-Identifier: MIT */
#include "sql/statement.h"

#include "util/str.h"

int tn__sql_scan(struct tn__sql *out, tn_text text, tn_arena *arena)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, text, TN__SQLITE);
    size_t count = 0;
    while (tn__lex_next_solid(&lexer).kind != TN__TOK_END)
        count++;
    struct tn__sql_token *tokens = tn_arena_array(arena, count + 1, sizeof(*tokens));
    if (!tokens)
        return TN_ENOMEM;

    uint32_t depth = 0;
    tn__lex_init(&lexer, text, TN__SQLITE);
    for (size_t i = 0; i <= count; i++) {
        struct tn__token token = tn__lex_next_solid(&lexer);
        if (token.kind == TN__TOK_RPAREN && depth > 0)
            depth--;
        tn_text name = tn__token_text(&lexer, token);
        if (token.kind == TN__TOK_NAME && tn__token_unquote(&name, name, arena) != TN_OK)
            return TN_ENOMEM;
        tokens[i] = (struct tn__sql_token){token.kind, depth, token.offset, token.size, name};
        if (token.kind == TN__TOK_LPAREN)
            depth++;
    }
    *out = (struct tn__sql){text, tokens, count};
    return TN_OK;
}

tn_text tn__sql_text(const struct tn__sql *sql, size_t i)
{
    if (i >= sql->count)
        return TN__TEXT("");
    return tn__text_sub(sql->text, sql->tokens[i].offset, sql->tokens[i].size);
}

bool tn__sql_is(const struct tn__sql *sql, size_t i, const char *word)
{
    return i < sql->count && sql->tokens[i].kind == TN__TOK_WORD &&
           tn__text_is_nocase(tn__sql_text(sql, i), word);
}

bool tn__sql_is_any(const struct tn__sql *sql, size_t i, const char *const *words)
{
    for (; *words; words++)
        if (tn__sql_is(sql, i, *words))
            return true;
    return false;
}

bool tn__sql_is_op(const struct tn__sql *sql, size_t i, const char *op)
{
    return i < sql->count && sql->tokens[i].kind == TN__TOK_OP &&
           tn__text_is(tn__sql_text(sql, i), op);
}

bool tn__sql_is_name(const struct tn__sql *sql, size_t i)
{
    if (i >= sql->count)
        return false;
    if (sql->tokens[i].kind == TN__TOK_NAME)
        return true;
    return sql->tokens[i].kind == TN__TOK_WORD && !tn__sql_is_reserved(tn__sql_text(sql, i));
}

tn_text tn__sql_name(const struct tn__sql *sql, size_t i)
{
    return i < sql->count ? sql->tokens[i].name : TN__TEXT("");
}

bool tn__sql_is_window(const struct tn__sql *sql, size_t i)
{
    return tn__sql_is(sql, i, "WINDOW") && tn__sql_is_name(sql, i + 1) &&
           tn__sql_is(sql, i + 2, "AS") && i + 3 < sql->count &&
           sql->tokens[i + 3].kind == TN__TOK_LPAREN;
}

size_t tn__sql_skip_group(const struct tn__sql *sql, size_t i)
{
    uint32_t depth = sql->tokens[i].depth;
    for (i++; i < sql->count; i++)
        if (sql->tokens[i].kind == TN__TOK_RPAREN && sql->tokens[i].depth == depth)
            return i + 1;
    return sql->count;
}

static bool is_main_verb(const struct tn__sql *sql, size_t i)
{
    static const char *const verbs[] = {"SELECT", "VALUES", "INSERT", "UPDATE", "DELETE", NULL};
    return tn__sql_is_any(sql, i, verbs) ||
           (tn__sql_is(sql, i, "REPLACE") && tn__sql_is(sql, i + 1, "INTO"));
}

static enum tn__sql_kind kind_of_verb(const struct tn__sql *sql, size_t i)
{
    static const struct {
        const char *word;
        enum tn__sql_kind kind;
    } kinds[] = {
        {"SELECT", TN__SQL_SELECT},  {"VALUES", TN__SQL_VALUES}, {"INSERT", TN__SQL_INSERT},
        {"REPLACE", TN__SQL_INSERT}, {"UPDATE", TN__SQL_UPDATE}, {"DELETE", TN__SQL_DELETE},
    };
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
        if (tn__sql_is(sql, i, kinds[k].word))
            return kinds[k].kind;
    return TN__SQL_OTHER;
}

/* FROM as a clause, not the one of IS [NOT] DISTINCT FROM. */
static bool is_from(const struct tn__sql *sql, size_t i)
{
    if (!tn__sql_is(sql, i, "FROM"))
        return false;
    return i < 2 || !tn__sql_is(sql, i - 1, "DISTINCT") || tn__sql_is(sql, i - 2, "SELECT");
}

/* Words that nothing but a clause can begin with, outside of parentheses. */
static const char *const clauses[] = {"WHERE", "GROUP",  "HAVING",    "ORDER", "LIMIT",
                                      "UNION", "EXCEPT", "INTERSECT", NULL};

/* The first token from `i` on, outside of parentheses, that ends a result list or a FROM. */
static size_t find_clause(const struct tn__sql *sql, size_t i, bool stop_at_from)
{
    for (; i < sql->count; i++) {
        if (sql->tokens[i].depth > 0)
            continue;
        if (tn__sql_is_any(sql, i, clauses) || tn__sql_is_window(sql, i) ||
            (stop_at_from && is_from(sql, i)))
            break;
    }
    return i;
}

static void find_list(struct tn__sql_facts *facts, const struct tn__sql *sql)
{
    size_t begin = sql->count;
    if (facts->kind == TN__SQL_SELECT) {
        begin = facts->verb + 1;
        if (tn__sql_is(sql, begin, "DISTINCT") || tn__sql_is(sql, begin, "ALL"))
            begin++;
    } else {
        for (size_t i = facts->verb; i < sql->count; i++)
            if (sql->tokens[i].depth == 0 && tn__sql_is(sql, i, "RETURNING"))
                begin = i + 1;
    }
    facts->list = (struct tn__sql_span){begin, find_clause(sql, begin, true)};
    facts->from = (struct tn__sql_span){facts->list.end, facts->list.end};
    if (facts->kind == TN__SQL_SELECT && is_from(sql, facts->list.end)) {
        facts->from.begin = facts->list.end + 1;
        facts->from.end = find_clause(sql, facts->from.begin, false);
    }
}

/*
 * Where a subquery has a say in the result's columns. Of a SELECT: everything up to a clause whose
 * word can be nothing else, so that a name that looks like a clause never ends it. Of a statement
 * that writes: everything behind RETURNING.
 */
static struct tn__sql_span find_reach(const struct tn__sql_facts *facts, const struct tn__sql *sql)
{
    struct tn__sql_span reach = {facts->list.begin, sql->count};
    if (facts->kind != TN__SQL_SELECT)
        return reach;
    for (size_t i = facts->verb; i < reach.end; i++)
        if (sql->tokens[i].depth == 0 && tn__sql_is_any(sql, i, clauses))
            reach.end = i;
    return reach;
}

void tn__sql_facts(struct tn__sql_facts *out, const struct tn__sql *sql)
{
    static const char *const outer[] = {"LEFT", "RIGHT", "FULL", "NATURAL", "OUTER", NULL};
    static const char *const compound[] = {"UNION", "EXCEPT", "INTERSECT", NULL};
    static const char *const inner[] = {"SELECT", "VALUES", NULL};
    *out = (struct tn__sql_facts){0};
    out->has_cte = tn__sql_is(sql, 0, "WITH");
    for (size_t i = 0; i < sql->count; i++) {
        if (sql->tokens[i].depth == 0 && is_main_verb(sql, i)) {
            out->kind = kind_of_verb(sql, i);
            out->verb = i;
            break;
        }
        if (!out->has_cte)
            break;
    }
    find_list(out, sql);
    struct tn__sql_span reach = find_reach(out, sql);

    for (size_t i = 0; i < sql->count; i++) {
        bool is_top = sql->tokens[i].depth == 0;
        if (tn__sql_is_any(sql, i, outer))
            out->has_outer_join = true;
        if (is_top && tn__sql_is_any(sql, i, compound))
            out->has_compound = true;
        if (!tn__sql_is_any(sql, i, inner))
            continue;
        if (is_top && i != out->verb && out->kind == TN__SQL_SELECT)
            out->has_compound = true;
        if (i >= reach.begin && i < reach.end)
            out->has_subquery = true;
    }
}

int tn__sql_items(const struct tn__sql_item **out, size_t *out_count, const struct tn__sql *sql,
                  const struct tn__sql_facts *facts, tn_arena *arena)
{
    struct tn__sql_span list = facts->list;
    size_t cap = 1;
    for (size_t i = list.begin; i < list.end; i++)
        cap += tn__sql_is_op(sql, i, ",") && sql->tokens[i].depth == 0;
    struct tn__sql_item *items = tn_arena_array(arena, cap, sizeof(*items));
    if (!items)
        return TN_ENOMEM;
    size_t count = 0;
    for (size_t begin = list.begin; begin < list.end;) {
        size_t end = begin;
        while (end < list.end && !(tn__sql_is_op(sql, end, ",") && sql->tokens[end].depth == 0))
            end++;
        struct tn__sql_item *item = &items[count++];
        item->span = (struct tn__sql_span){begin, end};
        item->qualifier = SIZE_MAX;
        if (end - begin == 1)
            item->is_star = tn__sql_is_op(sql, begin, "*");
        if (end - begin == 3 && tn__sql_is_op(sql, begin + 1, ".") &&
            tn__sql_is_op(sql, begin + 2, "*")) {
            item->is_star = true;
            item->qualifier = begin;
        }
        begin = end + 1;
    }
    *out = items;
    *out_count = count;
    return TN_OK;
}
