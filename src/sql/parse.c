/* SPDX-License-Identifier: MIT */
#include "sql/build.h"
#include "sql/grammar.h"
#include "util/alloc.h"
#include "util/str.h"

/*
 * The driver of the grammar: tokens to terminals, one after the other, each tried before it is
 * handed in, so that the stack at a fault is whole and recover.c may look at it and cut it.
 */

enum {
    /* A level of nesting is at most about a dozen entries: `f(DISTINCT a, (WITH b AS (SELECT …`. */
    MOST_ENTRIES = 20 * TN__PARSE_DEPTH_MAX
};

/* Operators and punctuation by their text. */
static const struct {
    const char *text;
    int terminal;
} operators[] = {
    {",", TN__K_COMMA},   {".", TN__K_DOT},     {"=", TN__K_EQ},     {"*", TN__K_STAR},
    {"+", TN__K_PLUS},    {"-", TN__K_MINUS},   {"/", TN__K_SLASH},  {"%", TN__K_REM},
    {"<", TN__K_LT},      {">", TN__K_GT},      {"<=", TN__K_LE},    {">=", TN__K_GE},
    {"==", TN__K_EQ},     {"<>", TN__K_NE},     {"!=", TN__K_NE},    {"||", TN__K_CONCAT},
    {"->", TN__K_PTR},    {"->>", TN__K_PTR},   {"&", TN__K_BITAND}, {"|", TN__K_BITOR},
    {"<<", TN__K_LSHIFT}, {">>", TN__K_RSHIFT}, {"~", TN__K_BITNOT},
};

static int operator_terminal(tn_text text)
{
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
        if (tn__text_is(text, operators[i].text))
            return operators[i].terminal;
    return TN__K_ILLEGAL;
}

/* Whether a quoted token lacks its end, which is then the end of the text, or a NUL. */
static bool is_unterminated(const struct tn__sql *sql, const struct tn__sql_token *token)
{
    tn_text text = tn__text_sub(sql->text, token->offset, token->size);
    size_t end = token->offset + token->size;
    if (end < sql->text.size && sql->text.data[end] != '\0')
        return false;
    if (text.data[0] == '[')
        return text.data[text.size - 1] != ']';
    if (token->kind == TN__TOK_BLOB)
        return text.size < 3 || text.data[text.size - 1] != '\'';
    size_t quotes = 0;
    for (size_t i = 0; i < text.size; i++)
        quotes += text.data[i] == text.data[0];
    return quotes % 2 != 0;
}

static int quoted_terminal(const struct tn__sql *sql, const struct tn__sql_token *token,
                           int terminal)
{
    return is_unterminated(sql, token) ? TN__K_ILLEGAL : terminal;
}

static int terminal_of(const struct tn__sql *sql, size_t i)
{
    const struct tn__sql_token *token = &sql->tokens[i];
    switch (token->kind) {
    case TN__TOK_WORD:
        return tn__sql_terminal(token->name);
    case TN__TOK_NAME:
        return quoted_terminal(sql, token, TN__K_ID);
    case TN__TOK_STRING:
        return quoted_terminal(sql, token, TN__K_STRING);
    case TN__TOK_BLOB:
        return quoted_terminal(sql, token, TN__K_BLOB);
    case TN__TOK_NUMBER:
        return TN__K_NUMBER;
    case TN__TOK_PARAM:
        return token->is_list ? TN__K_LISTPARAM : TN__K_PARAM;
    case TN__TOK_OP:
        return operator_terminal(tn__sql_text(sql, i));
    case TN__TOK_LPAREN:
        return TN__K_LP;
    case TN__TOK_RPAREN:
        return TN__K_RP;
    case TN__TOK_SEMI:
        return TN__K_SEMI;
    default:
        return TN__K_ILLEGAL;
    }
}

/* What counts as a name where the engine decides whether WINDOW and OVER are keywords. */
static bool is_name_ahead(int code)
{
    return code == TN__K_ID || code == TN__K_STRING || code == TN__K_JOIN_KW ||
           code == TN__K_WINDOW || code == TN__K_OVER || tn__grammarFallback(code) == TN__K_ID;
}

/* WINDOW, OVER and FILTER are keywords by what stands around them, else names. */
static int settle(const int *codes, size_t i)
{
    bool is_behind_group = i > 0 && codes[i - 1] == TN__K_RP;
    switch (codes[i]) {
    case TN__K_WINDOW:
        if (is_name_ahead(codes[i + 1]) && codes[i + 2] == TN__K_AS)
            return TN__K_WINDOW;
        return TN__K_ID;
    case TN__K_OVER:
        if (is_behind_group && (codes[i + 1] == TN__K_LP || is_name_ahead(codes[i + 1])))
            return TN__K_OVER;
        return TN__K_ID;
    case TN__K_FILTER:
        return is_behind_group && codes[i + 1] == TN__K_LP ? TN__K_FILTER : TN__K_ID;
    default:
        return codes[i];
    }
}

/* The terminals of tokens [0, end), and 0 behind them, so that one may look ahead. */
static int *terminals(const struct tn__sql *sql, size_t end, tn_arena *arena)
{
    int *codes = tn_arena_array(arena, sql->count + 2, sizeof(*codes));
    if (!codes)
        return NULL;
    for (size_t i = 0; i < end; i++)
        codes[i] = terminal_of(sql, i);
    for (size_t i = 0; i < end; i++)
        codes[i] = settle(codes, i);
    return codes;
}

/* Whether the statement is none of those which the grammar knows. An empty one is such, too. */
static bool is_other(const struct tn__sql *sql, size_t end)
{
    static const char *const verbs[] = {"ALTER",   "ANALYZE",  "ATTACH",    "BEGIN",  "COMMIT",
                                        "DETACH",  "DROP",     "END",       "PRAGMA", "REINDEX",
                                        "RELEASE", "ROLLBACK", "SAVEPOINT", "VACUUM", NULL};
    size_t i = 0;
    if (tn__sql_is(sql, 0, "EXPLAIN"))
        i = tn__sql_is(sql, 1, "QUERY") && tn__sql_is(sql, 2, "PLAN") ? 3 : 1;
    return end == 0 || tn__sql_is_any(sql, i, verbs) ||
           (tn__sql_is(sql, i, "CREATE") && tn__sql_is(sql, i + 1, "VIRTUAL"));
}

static void build_other(struct tn__parser *p)
{
    struct tn__ast_stmt *stmt = tn__build_new(p, sizeof(*stmt));
    if (stmt)
        tn__build_finish(p, stmt, tn__sql_is(p->sql, 0, "EXPLAIN"));
}

static void refuse_depth(struct tn__parser *p)
{
    struct tn__sql_span span = {p->at, p->at + 1};
    (void)tn__build_height(p, TN__PARSE_DEPTH_MAX, span);
}

/* A semicolon at the end is that of the statement, unless a step of a trigger wants it. */
static void take_semicolon(struct tn__parser *p, int *codes)
{
    static const int semicolon = TN__K_SEMI;
    if (p->end < p->sql->count &&
        tn__grammar_try(p->grammar, 0, &codes[p->end], 1) == TN__GRAMMAR_REFUSED &&
        tn__grammar_try(p->grammar, 0, &semicolon, 1) != TN__GRAMMAR_REFUSED) {
        codes[p->end] = semicolon;
        p->end++;
    }
}

static void run(struct tn__parser *p, int *codes)
{
    p->grammar = tn__grammarAlloc(tn__alloc, p);
    if (!p->grammar) {
        p->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i <= p->end && p->status == TN_OK; i++) {
        p->at = i;
        if (i == p->end)
            take_semicolon(p, codes);
        if (tn__grammar_try(p->grammar, 0, &codes[i], 1) == TN__GRAMMAR_REFUSED) {
            i = tn__parse_recover(p, codes);
            if (i > p->end || p->status != TN_OK)
                break;
            p->at = i;
        }
        tn__grammar(p->grammar, codes[i], i);
        if (p->status == TN_OK && tn__grammar_height(p->grammar) > MOST_ENTRIES)
            refuse_depth(p);
    }
    tn__grammarFree(p->grammar, tn__free);
}

int tn__sql_parse(const struct tn__ast_stmt **out, const struct tn__parse_fault **out_faults,
                  const struct tn__sql *sql, tn_arena *arena)
{
    struct tn__parser p = {0};
    p.sql = sql;
    p.arena = arena;
    p.constraint_name = TN__NO_TOKEN;
    p.end = sql->count;
    while (p.end > 0 && sql->tokens[p.end - 1].kind == TN__TOK_SEMI)
        p.end--;
    if (is_other(sql, p.end)) {
        build_other(&p);
    } else {
        int *codes = terminals(sql, p.end, arena);
        if (!codes)
            return TN_ENOMEM;
        run(&p, codes);
    }
    if (p.status == TN_OK && p.fault_count > 0)
        p.status = TN_ESYNTAX;
    if (p.status == TN_OK)
        *out = p.stmt;
    else if (out_faults && p.status != TN_ENOMEM)
        *out_faults = p.first_fault;
    return p.status;
}

tn_text tn__sql_bytes(const struct tn__sql *sql, struct tn__sql_span span)
{
    size_t end = span.end < sql->count ? span.end : sql->count;
    if (span.begin >= end)
        return TN__TEXT("");
    const struct tn__sql_token *first = &sql->tokens[span.begin];
    const struct tn__sql_token *last = &sql->tokens[end - 1];
    return tn__text_sub(sql->text, first->offset, last->offset + last->size - first->offset);
}
