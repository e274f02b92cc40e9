/* SPDX-License-Identifier: MIT */
#include "sql/statement.h"

#include "util/str.h"

/* `[]` right behind a parameter makes a list of it. */
static bool take_list(struct tn__lexer *lexer, struct tn__token *token)
{
    static const char brackets[] = "[]";
    size_t end = token->offset + token->size;
    if (token->kind != TN__TOK_PARAM || lexer->text.size - end < 2 ||
        memcmp(lexer->text.data + end, brackets, 2) != 0)
        return false;
    /* One token to SQLite, and two to PostgreSQL. */
    for (size_t size = 0; size < sizeof brackets - 1;)
        size += tn__lex_next(lexer).size;
    token->size += sizeof brackets - 1;
    return true;
}

int tn__sql_scan_as(struct tn__sql *out, tn_text text, enum tn__dialect dialect, tn_arena *arena)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, text, dialect);
    size_t count = 0;
    for (struct tn__token token; (token = tn__lex_next_solid(&lexer)).kind != TN__TOK_END; count++)
        (void)take_list(&lexer, &token);
    struct tn__sql_token *tokens = tn_arena_array(arena, count + 1, sizeof(*tokens));
    if (!tokens)
        return TN_ENOMEM;

    uint32_t depth = 0;
    tn__lex_init(&lexer, text, dialect);
    for (size_t i = 0; i <= count; i++) {
        struct tn__token token = tn__lex_next_solid(&lexer);
        bool is_list = take_list(&lexer, &token);
        if (token.kind == TN__TOK_RPAREN && depth > 0)
            depth--;
        tn_text name = tn__token_text(&lexer, token);
        if (token.kind == TN__TOK_NAME && tn__token_unquote(&name, name, arena) != TN_OK)
            return TN_ENOMEM;
        tokens[i] =
            (struct tn__sql_token){token.kind, depth, token.offset, token.size, name, is_list};
        if (token.kind == TN__TOK_LPAREN)
            depth++;
    }
    *out = (struct tn__sql){text, dialect, tokens, count};
    return TN_OK;
}

int tn__sql_scan(struct tn__sql *out, tn_text text, tn_arena *arena)
{
    return tn__sql_scan_as(out, text, TN__SQLITE, arena);
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

bool tn__sql_is_all_of_in(const struct tn__sql *sql, size_t i)
{
    return i >= 2 && i + 1 < sql->count && tn__sql_is(sql, i - 2, "IN") &&
           sql->tokens[i - 1].kind == TN__TOK_LPAREN && sql->tokens[i + 1].kind == TN__TOK_RPAREN;
}

size_t tn__sql_skip_group(const struct tn__sql *sql, size_t i)
{
    uint32_t depth = sql->tokens[i].depth;
    for (i++; i < sql->count; i++)
        if (sql->tokens[i].kind == TN__TOK_RPAREN && sql->tokens[i].depth == depth)
            return i + 1;
    return sql->count;
}
