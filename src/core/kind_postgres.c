/* SPDX-License-Identifier: MIT */
#include "core/kind.h"

#include "util/str.h"

/* By the first word. */
static const struct {
    const char *word;
    struct tn__sql_kind kind;
} words[] = {
    {"SHOW", {.is_read = true}},
    {"INSERT", {.is_change = true}},
    {"UPDATE", {.is_change = true}},
    {"DELETE", {.is_change = true}},
    {"MERGE", {.is_change = true}},
    {"BEGIN", {.is_transaction = true}},
    {"START", {.is_transaction = true}},
    {"COMMIT", {.is_transaction = true}},
    {"END", {.is_transaction = true}},
    {"ROLLBACK", {.is_transaction = true}},
    {"ABORT", {.is_transaction = true}},
    {"SAVEPOINT", {.is_transaction = true, .is_savepoint = true}},
    {"RELEASE", {.is_transaction = true, .is_savepoint = true}},
    {"COPY", {.is_copy = true}},
    {"SET", {.is_session = true, .is_left = true}},
    {"RESET", {.is_session = true, .is_left = true}},
    {"DISCARD", {.is_session = true, .is_left = true}},
    {"DEALLOCATE", {.is_session = true}},
    {"DECLARE", {.is_session = true, .is_left = true}},
    {"FETCH", {.is_session = true}},
    {"MOVE", {.is_session = true}},
    {"CLOSE", {.is_session = true}},
    {"LISTEN", {.is_session = true, .is_left = true, .is_listen = true}},
    {"UNLISTEN", {.is_session = true}},
};

static const char *const query_words[] = {"SELECT", "VALUES", "TABLE", NULL};
static const char *const change_words[] = {"INSERT", "UPDATE", "DELETE", "MERGE", NULL};
static const char *const lock_words[] = {"UPDATE", "SHARE", "NO", "KEY", NULL}; /* behind FOR */
/* Functions that change what the session keeps, beyond the statement and its transaction. */
static const char *const session_functions[] = {"SET_CONFIG",
                                                "PG_ADVISORY_LOCK",
                                                "PG_ADVISORY_LOCK_SHARED",
                                                "PG_TRY_ADVISORY_LOCK",
                                                "PG_TRY_ADVISORY_LOCK_SHARED",
                                                NULL};
/* In a WITH clause a name follows these, even one that is a verb elsewhere. */
static const char *const before_name[] = {"WITH", "RECURSIVE", "BY",      "SET",
                                          "TO",   "USING",     "DEFAULT", NULL};

static bool is_one_of(const struct tn__lexer *lexer, struct tn__token token,
                      const char *const *list)
{
    for (; *list; list++)
        if (tn__token_is(lexer, token, *list))
            return true;
    return false;
}

static bool is_sign(const struct tn__lexer *lexer, struct tn__token token, const char *sign)
{
    return token.kind == TN__TOK_OP && tn__text_is(tn__token_text(lexer, token), sign);
}

/* --- queries ---------------------------------------------------------------------------------- */

/*
 * A query: SELECT, VALUES, TABLE, or WITH. It is no plain read if it locks rows (FOR UPDATE), calls what
 * changes the session, makes a table (INTO), or changes data: as the verb behind the WITH clause, or in one of its parentheses. That
 * is allowed in the outermost WITH only: its own level is 0, that of its parentheses 1.
 */
struct query {
    const struct tn__lexer *lexer;
    struct tn__token last;
    int level;
    bool in_with[2]; /* behind WITH, and not yet at the verb, by level */
    bool begins;     /* the next token is the first of the query, or of the parentheses of a WITH */
};

static bool is_verb_place(const struct query *q)
{
    return !is_sign(q->lexer, q->last, ",") && !is_one_of(q->lexer, q->last, before_name);
}

/* Whether the word is the verb of a change. */
static bool take_verb(struct query *q, struct tn__token token)
{
    if (q->level < 0 || q->level > 1)
        return false;
    bool *in_with = &q->in_with[q->level];
    if (q->begins && tn__token_is(q->lexer, token, "WITH")) {
        *in_with = true;
        return false;
    }
    if (!q->begins && (!*in_with || !is_verb_place(q)))
        return false;
    if (is_one_of(q->lexer, token, query_words))
        *in_with = false;
    return is_one_of(q->lexer, token, change_words);
}

static void take_parenthesis(struct query *q, struct tn__token token)
{
    if (token.kind == TN__TOK_RPAREN) {
        q->level--;
        q->begins = false;
        return;
    }
    bool is_outer = q->begins && q->level == 0; /* around all of the query */
    q->begins = is_outer || (q->level == 0 && q->in_with[0] &&
                             (tn__token_is(q->lexer, q->last, "AS") ||
                              tn__token_is(q->lexer, q->last, "MATERIALIZED")));
    q->level += !is_outer;
    if (q->level == 1)
        q->in_with[1] = false;
}

/* From `token`, the first, on. */
static struct tn__sql_kind kind_of_query(struct tn__lexer *lexer, struct tn__token token)
{
    static const struct tn__sql_kind change = {.is_change = true};
    struct tn__sql_kind kind = {.is_read = true};
    struct query q = {.lexer = lexer, .begins = true};
    for (; token.kind != TN__TOK_END && token.kind != TN__TOK_SEMI;
         token = tn__lex_next_solid(lexer)) {
        if (token.kind == TN__TOK_LPAREN || token.kind == TN__TOK_RPAREN) {
            if (token.kind == TN__TOK_LPAREN && is_one_of(lexer, q.last, session_functions))
                kind = (struct tn__sql_kind){.is_session = kind.is_read || kind.is_session,
                                             .is_left = true};
            take_parenthesis(&q, token);
        } else {
            bool is_label = tn__token_is(lexer, q.last, "AS") || is_sign(lexer, q.last, ".");
            if (take_verb(&q, token) || (tn__token_is(lexer, token, "INTO") && !is_label))
                return change;
            if (tn__token_is(lexer, q.last, "FOR") && is_one_of(lexer, token, lock_words))
                kind.is_read = kind.is_session = false;
            q.begins = false;
        }
        q.last = token;
    }
    return kind;
}

/* --- statements ------------------------------------------------------------------------------- */

/* ROLLBACK [WORK | TRANSACTION] TO …; COMMIT PREPARED and ROLLBACK PREPARED end a transaction that is
 * no session's. */
static struct tn__sql_kind kind_of_end(struct tn__lexer *lexer)
{
    static const char *const noise[] = {"WORK", "TRANSACTION", NULL};
    struct tn__sql_kind kind = {.is_transaction = true};
    struct tn__token token = tn__lex_next_solid(lexer);
    kind.is_transaction = !tn__token_is(lexer, token, "PREPARED");
    if (is_one_of(lexer, token, noise))
        token = tn__lex_next_solid(lexer);
    kind.is_savepoint = tn__token_is(lexer, token, "TO");
    return kind;
}

/* CREATE [OR REPLACE] [GLOBAL | LOCAL] TEMP | TEMPORARY … */
static struct tn__sql_kind kind_of_create(struct tn__lexer *lexer)
{
    static const char *const noise[] = {"OR", "REPLACE", "GLOBAL", "LOCAL", NULL};
    static const char *const temporary[] = {"TEMP", "TEMPORARY", NULL};
    struct tn__token token = tn__lex_next_solid(lexer);
    while (is_one_of(lexer, token, noise))
        token = tn__lex_next_solid(lexer);
    return (struct tn__sql_kind){.is_left = is_one_of(lexer, token, temporary)};
}

/* Any statement but EXPLAIN. */
static struct tn__sql_kind kind_of(struct tn__lexer *lexer, struct tn__token token)
{
    static const char *const ends[] = {"COMMIT", "ROLLBACK", NULL};
    struct tn__sql_kind kind = {.is_read = false};
    if (token.kind == TN__TOK_LPAREN || tn__token_is(lexer, token, "WITH") ||
        is_one_of(lexer, token, query_words))
        return kind_of_query(lexer, token);
    if (is_one_of(lexer, token, ends))
        return kind_of_end(lexer);
    if (tn__token_is(lexer, token, "CREATE"))
        return kind_of_create(lexer);
    if (tn__token_is(lexer, token, "PREPARE"))
        kind.is_transaction = tn__token_is(lexer, tn__lex_next_solid(lexer), "TRANSACTION");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (tn__token_is(lexer, token, words[i].word))
            kind = words[i].kind;
    return kind;
}

/* Whether the value behind an option of EXPLAIN switches it off; it may be left out. */
static bool is_off(const struct tn__lexer *lexer, struct tn__token value)
{
    static const char *const off[] = {"FALSE", "OFF", NULL};
    return is_one_of(lexer, value, off) || tn__text_is(tn__token_text(lexer, value), "0");
}

/* EXPLAIN [ANALYZE] [VERBOSE] …, EXPLAIN (option, …) …: it runs the statement if it analyses. */
static struct tn__sql_kind kind_of_explain(struct tn__lexer *lexer)
{
    static const char *const analyze_words[] = {"ANALYZE", "ANALYSE", NULL};
    struct tn__sql_kind kind = {.is_read = true};
    bool runs = false;
    struct tn__token token = tn__lex_next_solid(lexer);
    if (token.kind == TN__TOK_LPAREN) {
        while (token.kind != TN__TOK_RPAREN && token.kind != TN__TOK_END) {
            bool is_analyze = is_one_of(lexer, token, analyze_words);
            token = tn__lex_next_solid(lexer);
            if (is_analyze)
                runs = !is_off(lexer, token);
        }
        token = tn__lex_next_solid(lexer);
    } else {
        while (is_one_of(lexer, token, analyze_words) || tn__token_is(lexer, token, "VERBOSE")) {
            runs = runs || !tn__token_is(lexer, token, "VERBOSE");
            token = tn__lex_next_solid(lexer);
        }
    }
    return runs ? kind_of(lexer, token) : kind;
}

struct tn__sql_kind tn__sql_kind_postgres(tn_text sql)
{
    struct tn__lexer lexer;
    struct tn__token token;
    tn__lex_init(&lexer, sql, TN__POSTGRES);
    do
        token = tn__lex_next_solid(&lexer);
    while (token.kind == TN__TOK_SEMI);
    return tn__token_is(&lexer, token, "EXPLAIN") ? kind_of_explain(&lexer)
                                                  : kind_of(&lexer, token);
}
