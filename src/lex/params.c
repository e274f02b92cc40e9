/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lex/lex.h"

/* The parameters of one statement. */

bool tn__has_own_params(tn_text statement)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, statement, TN__POSTGRES);
    struct tn__token token = tn__lex_next_solid(&lexer);
    if (tn__token_is(&lexer, token, "PREPARE"))
        return true;
    if (!tn__token_is(&lexer, token, "CREATE"))
        return false;
    token = tn__lex_next_solid(&lexer);
    if (tn__token_is(&lexer, token, "OR")) {
        (void)tn__lex_next_solid(&lexer); /* REPLACE */
        token = tn__lex_next_solid(&lexer);
    }
    return tn__token_is(&lexer, token, "FUNCTION") || tn__token_is(&lexer, token, "PROCEDURE");
}

/* Whether a byte is there that a parameter may begin with: most statements have none. */
static bool may_have_params(tn_text statement)
{
    static const char signs[] = {'?', ':', '@', '$'};
    for (size_t i = 0; i < sizeof signs; i++)
        if (statement.size > 0 && memchr(statement.data, signs[i], statement.size))
            return true;
    return false;
}

bool tn__find_param(struct tn__token *out, tn_text statement, enum tn__dialect dialect)
{
    struct tn__lexer lexer;
    if (!may_have_params(statement) || (dialect == TN__POSTGRES && tn__has_own_params(statement)))
        return false;
    tn__lex_init(&lexer, statement, dialect);
    do {
        *out = tn__lex_next_solid(&lexer);
    } while (out->kind != TN__TOK_PARAM && out->kind != TN__TOK_END);
    return out->kind == TN__TOK_PARAM;
}
