/* SPDX-License-Identifier: MIT */
#include "lex/lex.h"

#include "lex/bytes.h"
#include "util/str.h"

enum {
    N = 0,
    B = SPACE,
    D = DIGIT | HEX | IDENT,
    H = HEX | IDENT,
    I = IDENT
};

const unsigned char tn__byte_flags[256] = {
    N, N, N, N, N, N, N, N, N, B, B, B, B, B, N, N, /* 00: \t \n \v \f \r */
    N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, /* 10 */
    B, N, N, N, I, N, N, N, N, N, N, N, N, N, N, N, /* 20: blank, $ */
    D, D, D, D, D, D, D, D, D, D, N, N, N, N, N, N, /* 30: 0-9 */
    N, H, H, H, H, H, H, I, I, I, I, I, I, I, I, I, /* 40: A-O */
    I, I, I, I, I, I, I, I, I, I, I, N, N, N, N, I, /* 50: P-Z _ */
    N, H, H, H, H, H, H, I, I, I, I, I, I, I, I, I, /* 60: a-o */
    I, I, I, I, I, I, I, I, I, I, I, N, N, N, N, N, /* 70: p-z */
    I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, /* 80: every byte of a UTF-8 sequence */
    I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, /* 90 */
    I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, /* a0 */
    I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, /* b0 */
    I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, /* c0 */
    I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, /* d0 */
    I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, /* e0 */
    I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, /* f0 */
};

void tn__lex_init(struct tn__lexer *lexer, tn_text text, enum tn__dialect dialect)
{
    lexer->text = text;
    lexer->offset = 0;
    lexer->dialect = dialect;
    lexer->brackets = 0;
}

static size_t cut_postgres(struct tn__lexer *lexer, struct tn__token *token)
{
    unsigned char first = at(lexer->text, token->offset);
    if (first == '[')
        lexer->brackets++;
    else if (first == ']' && lexer->brackets > 0)
        lexer->brackets--;
    return tn__cut_postgres(lexer->text, token, lexer->brackets > 0);
}

struct tn__token tn__lex_next(struct tn__lexer *lexer)
{
    struct tn__token token = {TN__TOK_END, 0, lexer->offset, 0};
    if (lexer->offset < lexer->text.size) {
        lexer->offset = lexer->dialect == TN__SQLITE ? tn__cut_sqlite(lexer->text, &token)
                                                     : cut_postgres(lexer, &token);
        token.size = lexer->offset - token.offset;
    }
    return token;
}

struct tn__token tn__lex_next_solid(struct tn__lexer *lexer)
{
    struct tn__token token;
    do {
        token = tn__lex_next(lexer);
    } while (token.kind == TN__TOK_SPACE || token.kind == TN__TOK_COMMENT);
    return token;
}

tn_text tn__token_text(const struct tn__lexer *lexer, struct tn__token token)
{
    return tn__text_sub(lexer->text, token.offset, token.size);
}

bool tn__token_is(const struct tn__lexer *lexer, struct tn__token token, const char *word)
{
    if (token.kind != TN__TOK_WORD)
        return false;
    for (size_t i = 0; i < token.size; i++) {
        char c = lexer->text.data[token.offset + i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - ('a' - 'A'));
        if (word[i] == '\0' || c != word[i])
            return false;
    }
    return word[token.size] == '\0';
}

int tn__token_unquote(tn_text *out, tn_text token, tn_arena *arena)
{
    char *copy = tn_arena_alloc(arena, token.size + 1);
    if (!copy)
        return TN_ENOMEM;
    char quote = (char)at(token, 0);
    if (quote == '[')
        quote = ']';
    else if (quote != '\'' && quote != '"' && quote != '`')
        quote = '\0';
    size_t size = 0;
    for (size_t i = quote ? 1 : 0; i < token.size; i++) {
        if (quote && token.data[i] == quote) {
            i++; /* the second of a doubled quote; behind a single one is the end */
            if (at(token, i) != (unsigned char)quote)
                break;
        }
        copy[size++] = token.data[i];
    }
    copy[size] = '\0';
    out->data = copy;
    out->size = size;
    return TN_OK;
}
