/* SPDX-License-Identifier: MIT */
#include "migrate/engine/postgres.h"

/* Schemas and extensions that scripts make: what is not in a schema that could be emptied. */

bool tn__pg_find_made(struct tn__pg_made *out, tn_text statement)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, statement, TN__POSTGRES);
    if (!tn__token_is(&lexer, tn__lex_next_solid(&lexer), "CREATE"))
        return false;
    struct tn__token token = tn__lex_next_solid(&lexer);
    *out = (struct tn__pg_made){.is_schema = tn__token_is(&lexer, token, "SCHEMA")};
    if (!out->is_schema && !tn__token_is(&lexer, token, "EXTENSION"))
        return false;
    token = tn__lex_next_solid(&lexer);
    if (tn__token_is(&lexer, token, "IF")) {
        out->may_exist = true;
        (void)tn__lex_next_solid(&lexer); /* NOT */
        (void)tn__lex_next_solid(&lexer); /* EXISTS */
        token = tn__lex_next_solid(&lexer);
    }
    out->name = tn__token_text(&lexer, token);
    return (token.kind == TN__TOK_WORD && !tn__token_is(&lexer, token, "AUTHORIZATION")) ||
           token.kind == TN__TOK_NAME;
}

int tn__pg_each_made(const tn_migration_set *set, tn_arena *arena, tn__pg_made_fn fn, void *user,
                     tn_error *err)
{
    int rc = TN_OK;
    for (size_t i = 0; rc == TN_OK && i < set->count; i++) {
        tn_migration_script script = set->items[i].up;
        /* One that cannot be split is not run either, which its own run says. */
        if ((rc = tn__script_split(&script, TN__POSTGRES, arena, NULL, err)) == TN_ENOMEM)
            return rc;
        for (size_t s = 0; rc == TN_OK && s < script.stmt_count; s++) {
            struct tn__pg_made made;
            if (tn__pg_find_made(&made, tn__script_stmt(&script, s)))
                rc = fn(user, &made, err);
        }
        rc = rc == TN_ESYNTAX ? TN_OK : rc;
    }
    return rc;
}
