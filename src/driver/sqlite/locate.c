/* SPDX-License-Identifier: MIT */
#include "driver/sqlite/sqlite.h"
#include "lex/lex.h"
#include "util/str.h"

/* SQLite names a missing table, and a missing column of INSERT, without saying where it stands. */

/* Words that a table's name follows. */
static const char *const before[] = {"FROM", "JOIN", "INTO", "UPDATE", "TABLE", "ON"};

/* Whether a table's name stands behind this token, or a column's of INSERT INTO t (…). */
static bool is_before(const struct tn__lexer *lexer, struct tn__token token, bool is_column)
{
    if (is_column)
        return token.kind == TN__TOK_LPAREN || tn__text_is(tn__token_text(lexer, token), ",");
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        if (tn__token_is(lexer, token, before[i]))
            return true;
    }
    return false;
}

static bool is_name(const struct tn__lexer *lexer, struct tn__token token, tn_text name)
{
    tn_text text = tn__token_text(lexer, token);
    if (token.kind == TN__TOK_WORD)
        return tn__text_equal_nocase(text, name);
    /* A doubled quote is not undone: such a table has no place. */
    return token.kind == TN__TOK_NAME && text.size >= 2 &&
           tn__text_equal_nocase(tn__text_sub(text, 1, text.size - 2), name);
}

void tn__sqlite_locate(tn_text sql, tn_error *err)
{
    bool is_column = err->column[0] != '\0';
    tn_text name = tn_text_of(is_column ? err->column : err->table);
    struct tn__lexer lexer;
    struct tn__token token;
    struct tn__token last = {.kind = TN__TOK_END};
    if (err->status != TN_ENOTFOUND || err->position != 0 || name.size == 0)
        return;
    for (size_t dot; !is_column && (dot = tn__text_find(name, '.')) < name.size;)
        name = tn__text_sub(name, dot + 1, name.size); /* "main.tasks" */
    tn__lex_init(&lexer, sql, TN__SQLITE);
    while ((token = tn__lex_next_solid(&lexer)).kind != TN__TOK_END && token.offset < UINT32_MAX) {
        if (is_name(&lexer, token, name)) {
            /* The first one, unless a later one is certain: other things may have the same name. */
            bool is_certain = is_before(&lexer, last, is_column);
            if (is_certain || err->position == 0)
                err->position = (uint32_t)token.offset + 1;
            if (is_certain)
                return;
        }
        last = token;
    }
}
