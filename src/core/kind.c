/* SPDX-License-Identifier: MIT */
#include "core/kind.h"

static const struct {
    const char *word;
    struct tn__sql_kind kind;
} words[] = {
    {"SELECT", {.is_read = true}},
    {"VALUES", {.is_read = true}},
    {"EXPLAIN", {.is_read = true}},
    {"INSERT", {.is_change = true}},
    {"UPDATE", {.is_change = true}},
    {"DELETE", {.is_change = true}},
    {"REPLACE", {.is_change = true}},
    {"BEGIN", {.is_transaction = true}},
    {"COMMIT", {.is_transaction = true}},
    {"END", {.is_transaction = true}},
    {"ROLLBACK", {.is_transaction = true}},
    {"SAVEPOINT", {.is_transaction = true, .is_savepoint = true}},
    {"RELEASE", {.is_transaction = true, .is_savepoint = true}},
};

/* ROLLBACK [TRANSACTION] TO … */
static bool is_rollback_to(struct tn__lexer *lexer)
{
    struct tn__token token = tn__lex_next_solid(lexer);
    if (tn__token_is(lexer, token, "TRANSACTION"))
        token = tn__lex_next_solid(lexer);
    return tn__token_is(lexer, token, "TO");
}

/* WITH …: the verb stands outside the parentheses. */
static struct tn__sql_kind kind_of_with(struct tn__lexer *lexer)
{
    static const char *const verbs[] = {"INSERT", "UPDATE", "DELETE", "REPLACE"};
    struct tn__sql_kind kind = {.is_read = true, .is_change = true};
    int depth = 0;
    for (;;) {
        struct tn__token token = tn__lex_next_solid(lexer);
        if (token.kind == TN__TOK_END || token.kind == TN__TOK_SEMI)
            return kind;
        depth += (token.kind == TN__TOK_LPAREN) - (token.kind == TN__TOK_RPAREN);
        if (depth != 0 || token.kind != TN__TOK_WORD)
            continue;
        if (tn__token_is(lexer, token, "SELECT") || tn__token_is(lexer, token, "VALUES"))
            return kind;
        for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
            if (tn__token_is(lexer, token, verbs[i])) {
                kind.is_read = false;
                return kind;
            }
        }
    }
}

static struct tn__sql_kind kind_sqlite(tn_text sql)
{
    struct tn__sql_kind kind = {.is_read = false};
    struct tn__lexer lexer;
    struct tn__token token;
    tn__lex_init(&lexer, sql, TN__SQLITE);
    do
        token = tn__lex_next_solid(&lexer);
    while (token.kind == TN__TOK_SEMI);
    if (tn__token_is(&lexer, token, "WITH"))
        return kind_of_with(&lexer);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (tn__token_is(&lexer, token, words[i].word))
            kind = words[i].kind;
    }
    if (tn__token_is(&lexer, token, "ROLLBACK"))
        kind.is_savepoint = is_rollback_to(&lexer);
    return kind;
}

struct tn__sql_kind tn__sql_kind_of(tn_text sql, enum tn__dialect dialect)
{
    return dialect == TN__SQLITE ? kind_sqlite(sql) : tn__sql_kind_postgres(sql);
}

bool tn__sql_is_readonly(tn_text sql, enum tn__dialect dialect)
{
    struct tn__sql_kind kind = tn__sql_kind_of(sql, dialect);
    return kind.is_read || kind.is_transaction || kind.is_session;
}
