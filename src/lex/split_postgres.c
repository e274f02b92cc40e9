/* SPDX-License-Identifier: MIT */
#include "lex/split.h"
#include "util/utf8.h"

/*
 * Statements end at a semicolon outside of parentheses, which keeps CREATE RULE … DO (a; b) together
 * as psql does; and outside of the body of a routine, CREATE FUNCTION … BEGIN ATOMIC a; b; END. There
 * END closes the body only behind a semicolon or behind ATOMIC: the END of a CASE never stands there,
 * and no statement of a body begins with it.
 */

enum word {
    ANY, /* in a rule: whatever it is */
    OTHER,
    W_ABORT,
    W_ALL,
    W_ALTER,
    W_ATOMIC,
    W_BEGIN,
    W_CLUSTER,
    W_COMMIT,
    W_CONCURRENTLY,
    W_COPY,
    W_CREATE,
    W_DATABASE,
    W_DISCARD,
    W_DROP,
    W_END,
    W_FROM,
    W_FUNCTION,
    W_INDEX,
    W_OR,
    W_PREPARE,
    W_PREPARED,
    W_PROCEDURE,
    W_REINDEX,
    W_RELEASE,
    W_REPLACE,
    W_ROLLBACK,
    W_SAVEPOINT,
    W_SCHEMA,
    W_SET,
    W_START,
    W_STDIN,
    W_SYSTEM,
    W_TABLE,
    W_TABLESPACE,
    W_TO,
    W_TRANSACTION,
    W_UNIQUE,
    W_VACUUM,
    W_VERBOSE,
    WORD_COUNT
};

static const char *const words[WORD_COUNT] = {
    [W_ABORT] = "ABORT",
    [W_ALL] = "ALL",
    [W_ALTER] = "ALTER",
    [W_ATOMIC] = "ATOMIC",
    [W_BEGIN] = "BEGIN",
    [W_CLUSTER] = "CLUSTER",
    [W_COMMIT] = "COMMIT",
    [W_CONCURRENTLY] = "CONCURRENTLY",
    [W_COPY] = "COPY",
    [W_CREATE] = "CREATE",
    [W_DATABASE] = "DATABASE",
    [W_DISCARD] = "DISCARD",
    [W_DROP] = "DROP",
    [W_END] = "END",
    [W_FROM] = "FROM",
    [W_FUNCTION] = "FUNCTION",
    [W_INDEX] = "INDEX",
    [W_OR] = "OR",
    [W_PREPARE] = "PREPARE",
    [W_PREPARED] = "PREPARED",
    [W_PROCEDURE] = "PROCEDURE",
    [W_REINDEX] = "REINDEX",
    [W_RELEASE] = "RELEASE",
    [W_REPLACE] = "REPLACE",
    [W_ROLLBACK] = "ROLLBACK",
    [W_SAVEPOINT] = "SAVEPOINT",
    [W_SCHEMA] = "SCHEMA",
    [W_SET] = "SET",
    [W_START] = "START",
    [W_STDIN] = "STDIN",
    [W_SYSTEM] = "SYSTEM",
    [W_TABLE] = "TABLE",
    [W_TABLESPACE] = "TABLESPACE",
    [W_TO] = "TO",
    [W_TRANSACTION] = "TRANSACTION",
    [W_UNIQUE] = "UNIQUE",
    [W_VACUUM] = "VACUUM",
    [W_VERBOSE] = "VERBOSE",
};

/* What else a statement has, besides its first words. */
enum trait {
    NOTHING,
    IS_TO,            /* ROLLBACK TO */
    IS_ALONE,         /* nothing but its word, and VERBOSE */
    IS_CONCURRENTLY,  /* where the word is no name */
    IS_FROM_STDIN,    /* FROM STDIN */
    IS_SET_TABLESPACE /* SET TABLESPACE */
};

/* By the first two words outside of parentheses; the first that fits. Those that are TN__STMT_OUTSIDE
 * are refused in a transaction block whatever their options. */
static const struct rule {
    enum word first;
    enum word second;
    enum trait trait;
    enum tn__stmt_kind kind;
} rules[] = {
    {W_BEGIN, ANY, NOTHING, TN__STMT_BEGIN},
    {W_START, W_TRANSACTION, NOTHING, TN__STMT_BEGIN},
    {W_COMMIT, W_PREPARED, NOTHING, TN__STMT_OUTSIDE},
    {W_COMMIT, ANY, NOTHING, TN__STMT_COMMIT},
    {W_END, ANY, NOTHING, TN__STMT_COMMIT},
    {W_PREPARE, W_TRANSACTION, NOTHING, TN__STMT_COMMIT}, /* the session's transaction ends */
    {W_ROLLBACK, W_PREPARED, NOTHING, TN__STMT_OUTSIDE},
    {W_ROLLBACK, ANY, IS_TO, TN__STMT_SAVEPOINT},
    {W_ROLLBACK, ANY, NOTHING, TN__STMT_ROLLBACK},
    {W_ABORT, ANY, NOTHING, TN__STMT_ROLLBACK},
    {W_SAVEPOINT, ANY, NOTHING, TN__STMT_SAVEPOINT},
    {W_RELEASE, ANY, NOTHING, TN__STMT_SAVEPOINT},
    {W_COPY, ANY, IS_FROM_STDIN, TN__STMT_COPY_STDIN},
    {W_VACUUM, ANY, NOTHING, TN__STMT_OUTSIDE},
    {W_CLUSTER, ANY, IS_ALONE, TN__STMT_OUTSIDE},
    {W_DISCARD, W_ALL, NOTHING, TN__STMT_OUTSIDE},
    {W_ALTER, W_SYSTEM, NOTHING, TN__STMT_OUTSIDE},
    {W_ALTER, W_DATABASE, IS_SET_TABLESPACE, TN__STMT_OUTSIDE},
    {W_ALTER, W_TABLE, IS_CONCURRENTLY, TN__STMT_OUTSIDE}, /* DETACH PARTITION */
    {W_CREATE, W_DATABASE, NOTHING, TN__STMT_OUTSIDE},
    {W_CREATE, W_TABLESPACE, NOTHING, TN__STMT_OUTSIDE},
    {W_CREATE, W_INDEX, IS_CONCURRENTLY, TN__STMT_OUTSIDE},
    {W_CREATE, W_UNIQUE, IS_CONCURRENTLY, TN__STMT_OUTSIDE},
    {W_DROP, W_DATABASE, NOTHING, TN__STMT_OUTSIDE},
    {W_DROP, W_TABLESPACE, NOTHING, TN__STMT_OUTSIDE},
    {W_DROP, W_INDEX, IS_CONCURRENTLY, TN__STMT_OUTSIDE},
    {W_REINDEX, W_DATABASE, NOTHING, TN__STMT_OUTSIDE},
    {W_REINDEX, W_SCHEMA, NOTHING, TN__STMT_OUTSIDE},
    {W_REINDEX, W_SYSTEM, NOTHING, TN__STMT_OUTSIDE},
    {W_REINDEX, ANY, IS_CONCURRENTLY, TN__STMT_OUTSIDE},
};

enum {
    HEAD = 4 /* words: CREATE OR REPLACE FUNCTION, CREATE UNIQUE INDEX CONCURRENTLY */
};

enum body {
    NO_BODY,
    IN_BODY,
    BEHIND_SEMI /* or behind ATOMIC */
};

struct reader {
    size_t depth;         /* of parentheses */
    size_t count;         /* words and names outside of them */
    enum word head[HEAD]; /* the first of those */
    enum word last;       /* the token in front; OTHER, if it is no word of the table */
    unsigned traits;      /* 1 << trait */
    enum body body;
};

static enum word word_of(const struct tn__lexer *lexer, struct tn__token token)
{
    if (token.kind == TN__TOK_WORD)
        for (size_t i = OTHER + 1; i < WORD_COUNT; i++)
            if (tn__token_is(lexer, token, words[i]))
                return (enum word)i;
    return OTHER;
}

static bool is_routine(const struct reader *r)
{
    size_t i = r->head[1] == W_OR && r->head[2] == W_REPLACE ? 3 : 1;
    return r->head[0] == W_CREATE && (r->head[i] == W_FUNCTION || r->head[i] == W_PROCEDURE);
}

/* Where CONCURRENTLY is no name: among the first words, anywhere in ALTER TABLE, and among the options
 * of REINDEX. */
static bool is_concurrently(const struct reader *r)
{
    if (r->head[0] == W_ALTER)
        return r->depth == 0;
    return r->count <= HEAD && (r->depth == 0 || r->head[0] == W_REINDEX);
}

static void note_traits(struct reader *r, enum word word)
{
    enum trait trait = NOTHING;
    if (word == W_CONCURRENTLY && is_concurrently(r))
        trait = IS_CONCURRENTLY;
    else if (word == W_TO && r->depth == 0)
        trait = IS_TO;
    else if (word == W_STDIN && r->last == W_FROM && r->depth == 0)
        trait = IS_FROM_STDIN;
    else if (word == W_TABLESPACE && r->last == W_SET && r->depth == 0)
        trait = IS_SET_TABLESPACE;
    r->traits |= 1u << trait;
}

static void note_body(struct reader *r, enum tn__tok kind, enum word word)
{
    if (r->body == NO_BODY) {
        if (word == W_ATOMIC && r->last == W_BEGIN && r->depth == 0 && is_routine(r))
            r->body = BEHIND_SEMI;
    } else if (kind == TN__TOK_SEMI) {
        r->body = r->depth == 0 ? BEHIND_SEMI : r->body;
    } else {
        r->body = r->body == BEHIND_SEMI && word == W_END ? NO_BODY : IN_BODY;
    }
}

/* One token of a statement. False: the semicolon that ends it. */
static bool take(struct reader *r, enum tn__tok kind, enum word word)
{
    if (kind == TN__TOK_SEMI && r->depth == 0 && r->body == NO_BODY)
        return false;
    if (kind == TN__TOK_LPAREN)
        r->depth++;
    else if (kind == TN__TOK_RPAREN && r->depth > 0)
        r->depth--;
    if (r->depth == 0 && (kind == TN__TOK_WORD || kind == TN__TOK_NAME)) {
        if (r->count < HEAD)
            r->head[r->count] = word;
        r->count++;
    }
    note_traits(r, word);
    note_body(r, kind, word);
    r->last = word;
    return true;
}

static enum tn__stmt_kind kind_of(const struct reader *r)
{
    unsigned traits = r->traits | 1u << NOTHING;
    if (r->count == 1 || (r->count == 2 && r->head[1] == W_VERBOSE))
        traits |= 1u << IS_ALONE;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct rule *rule = &rules[i];
        if (rule->first == r->head[0] && (rule->second == ANY || rule->second == r->head[1]) &&
            (traits & 1u << rule->trait))
            return rule->kind;
    }
    return TN__STMT_OTHER;
}

/* Through the statement that begins with `token`. TN_OK, or why not. */
static int read_statement(struct tn__stmt_span *span, struct reader *r, struct tn__lexer *lexer,
                          struct tn__token token, tn_error *err)
{
    /* A statement that begins with something else than a word has no first word. */
    if (token.kind != TN__TOK_WORD)
        r->count = HEAD;
    span->offset = token.offset;
    for (; token.kind != TN__TOK_END; token = tn__lex_next(lexer)) {
        int status = tn__split_check(lexer, token, err);
        if (status != TN_OK)
            return status;
        if (token.kind == TN__TOK_SPACE || token.kind == TN__TOK_COMMENT)
            continue;
        size_t end = token.offset + token.size - span->offset;
        if (!take(r, token.kind, word_of(lexer, token))) {
            span->run_size = end;
            return TN_OK;
        }
        span->size = end;
    }
    span->run_size = lexer->text.size - span->offset;
    return r->body == NO_BODY
               ? TN_OK
               : tn__split_fault(err, span->offset, "routine body without its 'END'");
}

int tn__split_next_postgres(struct tn__stmt_span *span, struct tn__lexer *lexer, tn_error *err)
{
    struct reader reader = {.body = NO_BODY};
    struct tn__token token;
    *span = (struct tn__stmt_span){0};
    if (lexer->offset == 0) /* to the server it would be part of a name */
        lexer->offset = tn__utf8_bom(lexer->text);
    do {
        token = tn__lex_next(lexer);
        int status = tn__split_check(lexer, token, err);
        if (status != TN_OK)
            return status;
    } while (token.kind == TN__TOK_SPACE || token.kind == TN__TOK_COMMENT ||
             token.kind == TN__TOK_SEMI);
    if (token.kind == TN__TOK_END)
        return TN_DONE;
    lexer->brackets = 0;
    int status = read_statement(span, &reader, lexer, token, err);
    if (status != TN_OK)
        return status;
    span->kind = kind_of(&reader);
    if (span->kind == TN__STMT_COPY_STDIN)
        lexer->offset = lexer->text.size; /* data, not SQL */
    return TN_ROW;
}
