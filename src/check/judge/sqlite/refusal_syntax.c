/* SPDX-License-Identifier: MIT */
#include "check/judge/sqlite/refusal.h"
#include "util/buf.h"
#include "util/str.h"

/*
 * What cannot be read. The engine stops at the first fault; Tenon's parser goes on behind it. A keyword
 * with a slip in it is put right before the parser goes on, so that nothing is said of what follows
 * from it alone.
 */

enum {
    LEAST_LETTERS = 3, /* of a word that is no name of two letters */
    MOST_BYTES = 65536 /* of a statement that is worth being parsed again and again */
};

struct reading {
    struct tn__refusal *refusal;
    struct tn__sql sql; /* the statement with its slips put right: token for token the same */
    const struct tn__parse_fault *faults;
};

/* A keyword that a word stands for. */
struct slip {
    size_t token; /* SIZE_MAX: none */
    const char *keyword;
    struct tn__sql sql; /* with it */
    const struct tn__parse_fault *faults;
};

/* The statement with another word at a token. */
static int replace(struct tn__sql *out, const struct tn__sql *sql, size_t token, const char *word,
                   tn_arena *arena)
{
    struct tn__buf buf;
    tn_text text;
    size_t begin = sql->tokens[token].offset;
    size_t end = begin + sql->tokens[token].size;
    tn__buf_init(&buf, 0);
    tn__buf_text(&buf, tn__text_sub(sql->text, 0, begin));
    tn__buf_puts(&buf, word);
    tn__buf_text(&buf, tn__text_sub(sql->text, end, sql->text.size));
    int rc = tn__buf_to_arena(&buf, arena, &text);
    tn__buf_fini(&buf);
    return rc == TN_OK ? tn__sql_scan(out, text, arena) : rc;
}

/* Whether the parser gets beyond token `at` with this keyword in the place of the word. */
static bool try_keyword(struct slip *out, const struct reading *reading, size_t token, size_t at,
                        const char *keyword)
{
    struct tn__judge *judge = reading->refusal->judge;
    const struct tn__ast_stmt *stmt = NULL;
    struct slip slip = {.token = token, .keyword = keyword};
    int rc = replace(&slip.sql, &reading->sql, token, keyword, judge->arena);
    if (rc == TN_OK)
        rc = tn__sql_parse(&stmt, &slip.faults, &slip.sql, judge->arena);
    if (rc == TN_ENOMEM)
        judge->status = rc;
    bool is_read = rc == TN_OK && stmt->kind != TN__STMT_AST_OTHER;
    bool is_further = rc == TN_ESYNTAX && slip.faults && slip.faults->span.begin > at;
    if (!is_read && !is_further)
        return false;
    *out = slip;
    return true;
}

/* Whether the word can be the keyword with a slip in it, of which short ones allow less. */
static bool is_near(const char *word, const char *keyword)
{
    return tn__nearest(tn_text_of(word), &keyword, 1) && tn__nearest(tn_text_of(keyword), &word, 1);
}

/* The word at a token, if it can be a slip: NULL, or a copy. */
static const char *word_at(const struct reading *reading, size_t token)
{
    struct tn__judge *judge = reading->refusal->judge;
    const struct tn__sql *sql = &reading->sql;
    if (token >= sql->count || sql->tokens[token].kind != TN__TOK_WORD ||
        sql->text.size > MOST_BYTES)
        return NULL;
    tn_text word = tn__sql_text(sql, token);
    if (word.size < LEAST_LETTERS || tn__sql_is_keyword(word))
        return NULL;
    const char *copy = tn_arena_copy(judge->arena, word.data, word.size);
    if (!copy)
        judge->status = TN_ENOMEM;
    return copy;
}

/* The keyword nearest to the word at a token, of those that the parser takes there. */
static struct slip find_slip_at(const struct reading *reading, size_t token, size_t at)
{
    const struct tn__judge *judge = reading->refusal->judge;
    struct slip found = {.token = SIZE_MAX};
    const char *word = word_at(reading, token);
    const char *keyword;
    for (size_t i = 0; word && (keyword = tn__sql_keyword(i)) && judge->status == TN_OK; i++) {
        struct slip slip;
        const char *both[] = {found.keyword, keyword};
        if (!tn__text_is_nocase(tn_text_of(word), keyword) && is_near(word, keyword) &&
            tn__nearest(tn_text_of(word), both, 2) == keyword &&
            try_keyword(&slip, reading, token, at, keyword))
            found = slip;
    }
    return found;
}

/* Of the word that does not fit, or of the one before it, which was taken for a name. */
static struct slip find_slip(const struct reading *reading, size_t at)
{
    struct slip slip = find_slip_at(reading, at, at);
    if (slip.token == SIZE_MAX && at > 0)
        slip = find_slip_at(reading, at - 1, at);
    return slip;
}

/* The innermost parenthesis that is open at the end; SIZE_MAX: none. */
static size_t find_open(const struct tn__sql *sql)
{
    size_t closed = 0;
    for (size_t i = sql->count; i-- > 0;) {
        if (sql->tokens[i].kind == TN__TOK_RPAREN)
            closed++;
        else if (sql->tokens[i].kind == TN__TOK_LPAREN && closed-- == 0)
            return i;
    }
    return SIZE_MAX;
}

/* "expected …", and what the end lacks. */
static void explain(const struct reading *reading, struct tn__diag *diag, size_t at,
                    const struct tn__parse_fault *fault, const struct slip *slip)
{
    const struct tn__refusal *refusal = reading->refusal;
    struct tn__diags *diags = refusal->judge->diags;
    size_t open = at >= reading->sql.count ? find_open(&reading->sql) : SIZE_MAX;
    if (slip->token == at) {
        tn__diag_help(diags, diag, "'%s'", slip->keyword);
    } else if (slip->token != SIZE_MAX) {
        tn_text word = tn__sql_text(&reading->sql, slip->token);
        tn__diag_help(diags, diag, "'%s' instead of '%.*s'", slip->keyword, (int)word.size,
                      word.data);
    } else if (open != SIZE_MAX && (!fault || !fault->expected || strstr(fault->expected, "')'"))) {
        tn__diag_help(diags, diag, "expected ')'");
        tn__diag_note(diags, diag,
                      tn__refusal_place(refusal, (struct tn__sql_span){open, open + 1}),
                      "this '(' is not closed");
    } else if (fault && fault->expected) {
        tn__diag_help(diags, diag, "expected %s", fault->expected);
    }
}

/* In the words that the engine's own messages have by then. */
static void add_fault(const struct reading *reading, const struct tn__parse_fault *fault,
                      const struct slip *slip)
{
    static const struct {
        const char *before;
        const char *behind;
        const char *said;
    } forms[] = {{"near \"", "\": syntax error", "syntax error near"},
                 {"unrecognized token: \"", "\"", "unrecognized token"}};
    struct tn__refusal *refusal = reading->refusal;
    struct tn__diags *diags = refusal->judge->diags;
    struct tn__place place = tn__refusal_place(refusal, fault->span);
    tn_text message = tn_text_of(fault->message);
    struct tn__diag *diag = NULL;
    for (size_t i = 0; i < 2 && !diag; i++) {
        size_t before = strlen(forms[i].before);
        size_t behind = strlen(forms[i].behind);
        if (tn__text_starts(message, forms[i].before) && tn__text_ends(message, forms[i].behind))
            diag = tn__diags_add(diags, "syntax-error", place, "%s '%.*s'", forms[i].said,
                                 (int)(message.size - before - behind), message.data + before);
    }
    if (!diag)
        diag = tn__diags_add(diags, "syntax-error", place, "%s", fault->message);
    explain(reading, diag, fault->span.begin, fault, slip);
}

/* The first fault that is not in front of a token. */
static const struct tn__parse_fault *skip_to(const struct tn__parse_fault *fault, size_t token)
{
    while (fault && fault->span.begin < token)
        fault = fault->next;
    return fault;
}

void tn__refuse_syntax(struct tn__refusal *refusal)
{
    struct tn__judge *judge = refusal->judge;
    struct reading reading = {refusal, judge->sql, refusal->parse_faults};
    size_t at = refusal->token == SIZE_MAX ? judge->sql.count : refusal->token;
    const struct tn__parse_fault *fault = refusal->parse_faults;
    bool is_ours = fault && (fault->span.begin == at ||
                             (fault->span.begin >= judge->sql.count && at >= judge->sql.count));
    struct slip slip = find_slip(&reading, at);
    struct tn__diag *diag = tn__diags_add(
        judge->diags, "syntax-error", tn__refusal_place(refusal, (struct tn__sql_span){at, at + 1}),
        "%s", refusal->err->message);
    explain(&reading, diag, at, is_ours ? fault : NULL, &slip);
    if (!is_ours && slip.token == SIZE_MAX)
        return; /* who reads it another way has nothing to add */
    for (size_t count = 1; count < TN__MOST_REFUSALS && judge->status == TN_OK; count++) {
        if (slip.token != SIZE_MAX) {
            reading.sql = slip.sql;
            fault = slip.faults;
        }
        fault = skip_to(fault, at + 1);
        if (!fault)
            break;
        at = fault->span.begin;
        slip = find_slip(&reading, at);
        add_fault(&reading, fault, &slip);
    }
}
