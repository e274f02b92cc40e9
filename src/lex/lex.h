/* SPDX-License-Identifier: MIT */
#ifndef TN_LEX_LEX_H
#define TN_LEX_LEX_H

#include <tenon/arena.h>
#include <tenon/error.h>

/*
 * SQL tokens with byte spans, as the engine's own tokenizer cuts them (SQLite: tokenize.c's rules;
 * PostgreSQL: scan.l's, with standard_conforming_strings on), and statement splitting on top. The
 * lexer never fails and never allocates: what the engine would refuse is a TN__TOK_ILLEGAL token, an
 * unterminated string, comment or name is one with `unterminated` set that reaches to the end of the
 * text.
 */
enum tn__dialect {
    TN__SQLITE,
    TN__POSTGRES
};

enum tn__tok {
    TN__TOK_END,
    TN__TOK_SPACE,
    TN__TOK_COMMENT, /* -- to the end of the line, or a C comment; in SQLite an unterminated one is
                      * legal, in PostgreSQL they nest */
    TN__TOK_WORD,    /* identifier or keyword, unquoted */
    TN__TOK_NAME,    /* quoted identifier: "a"; SQLite: [a] `a`; PostgreSQL: U&"a" */
    TN__TOK_STRING,  /* 'a'; PostgreSQL: E'a' U&'a' $$a$$, and 'a' with its continuation 'b' on the
                      * next line */
    TN__TOK_BLOB,    /* x'00'; PostgreSQL: a bit string, X'0f' or B'01' */
    TN__TOK_NUMBER,
    TN__TOK_PARAM, /* ? ?1 :a @a $a, with SQLite's $a::b(c); PostgreSQL: $1 :a */
    TN__TOK_OP,    /* operators and punctuation except the next three */
    TN__TOK_LPAREN,
    TN__TOK_RPAREN,
    TN__TOK_SEMI,
    TN__TOK_ILLEGAL
};

struct tn__token {
    enum tn__tok kind;
    uint32_t unterminated;
    size_t offset;
    size_t size;
};

struct tn__lexer {
    tn_text text;
    size_t offset;
    enum tn__dialect dialect;
    unsigned brackets; /* that are open, for the ':' of a PostgreSQL slice */
};

void tn__lex_init(struct tn__lexer *lexer, tn_text text, enum tn__dialect dialect);
/* The next token of any kind. At the end: TN__TOK_END, again and again. */
struct tn__token tn__lex_next(struct tn__lexer *lexer);
/* The next token that is neither space nor comment. */
struct tn__token tn__lex_next_solid(struct tn__lexer *lexer);
/* The token's text, borrowed from the source. */
tn_text tn__token_text(const struct tn__lexer *lexer, struct tn__token token);
/* Whether it is this unquoted word, without case. `word` in upper case. */
bool tn__token_is(const struct tn__lexer *lexer, struct tn__token token, const char *word);
/* The identifier or string without its quotes, doubled quotes undone: for what is quoted by a sign on
 * each side, not E'a', U&"a", $$a$$ or a continued string. A word stays as written, though PostgreSQL
 * takes it in lower case. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__token_unquote(tn_text *out, tn_text token, tn_arena *arena);

/* The first parameter of one statement that its caller has to give a value. false: there is none. */
bool tn__find_param(struct tn__token *out, tn_text statement, enum tn__dialect dialect);
/* Whether the parameters of a statement of PostgreSQL are its own matter: of a routine whose body is SQL
 * (BEGIN ATOMIC), of what PREPARE prepares. */
bool tn__has_own_params(tn_text statement);

/* What a statement does to the transaction, for runners. */
enum tn__stmt_kind {
    TN__STMT_OTHER,
    TN__STMT_BEGIN,     /* BEGIN …; START TRANSACTION */
    TN__STMT_COMMIT,    /* COMMIT, END; PREPARE TRANSACTION */
    TN__STMT_ROLLBACK,  /* ROLLBACK (not to a savepoint); ABORT */
    TN__STMT_SAVEPOINT, /* SAVEPOINT, RELEASE, ROLLBACK TO */
    /* of SQLite */
    TN__STMT_PRAGMA,
    TN__STMT_VACUUM,
    TN__STMT_ATTACH, /* ATTACH, DETACH */
    /* of PostgreSQL */
    TN__STMT_COPY_STDIN, /* COPY … FROM STDIN: what follows it in the script are lines of data */
    TN__STMT_OUTSIDE     /* cannot run in a transaction block: VACUUM, … CONCURRENTLY */
};

struct tn__stmt_span {
    size_t offset; /* of the first solid token */
    size_t size;   /* through the last solid token; the semicolon is not in it */
    enum tn__stmt_kind kind;
    /* Through the semicolon, or to the end of the script: what to give to the engine, which keeps
     * what stands in front of the semicolon in the text of some definitions (CREATE INDEX). */
    size_t run_size;
};

/*
 * Split a script into statements. Strings, comments and quoted names are kept together, and
 *
 * - SQLite, as sqlite3_complete() would: the body of CREATE TRIGGER … BEGIN … END;
 * - PostgreSQL, as psql would: what is in parentheses, and the body of CREATE FUNCTION … BEGIN ATOMIC …
 *   END. A byte order mark at the start is left out. COPY … FROM STDIN is the last statement.
 *
 * Empty statements are left out. A last statement without a semicolon counts.
 *
 * TN_OK; TN_ESYNTAX with err->position if a string, quoted name or body, or a comment in PostgreSQL,
 * is unterminated, or the text holds a NUL byte; TN_ENOMEM. The array is the arena's.
 */
TN_NODISCARD int tn__split(const struct tn__stmt_span **out, size_t *out_count, tn_text script,
                           enum tn__dialect dialect, tn_arena *arena, tn_error *err);
/* The same, one by one, from the lexer's place on: TN_ROW with *span, TN_DONE, or TN_ESYNTAX. */
TN_NODISCARD int tn__split_next(struct tn__stmt_span *span, struct tn__lexer *lexer, tn_error *err);

#endif
