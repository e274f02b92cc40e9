/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "driver/postgres/postgres.h"
#include "lex/lex.h"
#include "util/str.h"

/* What fails in the body of a DO has no place in the statement; the server tells the line of the body. */

/* The number behind the name that such a body has in every language; 0: it was not there. */
static int64_t line_of(const char *context)
{
    static const char name[] = "inline_code_block";
    const char *found = context ? strstr(context, name) : NULL;
    int64_t line = 0;
    if (!found)
        return 0;
    found += strcspn(found, "0123456789\n");
    for (; *found >= '0' && *found <= '9' && line < INT32_MAX; found++)
        line = line * 10 + (*found - '0');
    return line;
}

/* Behind the opening quote of what DO runs; 0: it is no such statement, or its line ends are written otherwise. */
static size_t body_of(tn_text sql)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, sql, TN__POSTGRES);
    struct tn__token token = tn__lex_next_solid(&lexer);
    if (!tn__token_is(&lexer, token, "DO"))
        return 0;
    while (token.kind != TN__TOK_STRING && token.kind != TN__TOK_END)
        token = tn__lex_next_solid(&lexer);
    tn_text text = tn__token_text(&lexer, token);
    if (tn__text_starts(text, "'"))
        return token.offset + 1;
    if (!tn__text_starts(text, "$"))
        return 0;
    return token.offset + 2 + tn__text_find(tn__text_sub(text, 1, text.size), '$');
}

uint32_t tn__pg_block_place(const char *statement, const char *context)
{
    int64_t line = line_of(context);
    tn_text sql = tn_text_of(statement);
    size_t at = line > 0 ? body_of(sql) : 0;
    uint32_t place = 1;
    if (at == 0)
        return 0;
    for (; line > 1 && at < sql.size; at++)
        line -= sql.data[at] == '\n';
    while (at < sql.size && (sql.data[at] == ' ' || sql.data[at] == '\t'))
        at++;
    if (at >= sql.size)
        return 0;
    for (size_t i = 0; i < at; i++) /* characters, as the server counts */
        place += ((unsigned char)sql.data[i] & 0xC0) != 0x80;
    return place;
}
