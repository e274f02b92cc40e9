/* SPDX-License-Identifier: MIT */
#include "sql/build.h"
#include "sql/grammar.h"
#include "util/buf.h"
#include "util/str.h"

/*
 * What is said of a token that does not fit, and where to go on behind it. All of it is asked of the
 * grammar's own tables by dry runs, nothing is known here of any phrase: a token is put in or left
 * out, or the stack is cut until one of the next tokens fits. What is recovered is only read for
 * more faults; its tree is never handed out.
 */

enum {
    AHEAD = 3,     /* tokens that must fit behind a repair */
    MOST_SAID = 4, /* alternatives worth naming */
    MOST_TRIES = 20000
};

/* Punctuation as it is named. Words are named by keywords.c. */
static const struct {
    int terminal;
    const char *text;
} marks[] = {{TN__K_COMMA, "','"}, {TN__K_LP, "'('"},  {TN__K_RP, "')'"},  {TN__K_STAR, "'*'"},
             {TN__K_EQ, "'='"},    {TN__K_DOT, "'.'"}, {TN__K_SEMI, "';'"}};

/* What an expression may begin with. */
static const int starts[] = {TN__K_NULL,
                             TN__K_NUMBER,
                             TN__K_BLOB,
                             TN__K_STRING,
                             TN__K_PARAM,
                             TN__K_LP,
                             TN__K_NOT,
                             TN__K_BITNOT,
                             TN__K_PLUS,
                             TN__K_MINUS,
                             TN__K_CAST,
                             TN__K_CASE,
                             TN__K_EXISTS,
                             TN__K_RAISE,
                             TN__K_CTIME_KW,
                             TN__K_ID,
                             TN__K_INDEXED,
                             TN__K_JOIN_KW,
                             0};

/* What a name may be. */
static const int names[] = {TN__K_ID, TN__K_STRING, TN__K_INDEXED, TN__K_JOIN_KW, 0};

/* What may go on behind any expression, or make its last name another: said of none. */
static const int operators[] = {TN__K_OR,      TN__K_AND,     TN__K_NOT,     TN__K_IS,
                                TN__K_MATCH,   TN__K_LIKE_KW, TN__K_BETWEEN, TN__K_IN,
                                TN__K_ISNULL,  TN__K_NOTNULL, TN__K_NE,      TN__K_EQ,
                                TN__K_GT,      TN__K_LE,      TN__K_LT,      TN__K_GE,
                                TN__K_ESCAPE,  TN__K_BITAND,  TN__K_BITOR,   TN__K_LSHIFT,
                                TN__K_RSHIFT,  TN__K_PLUS,    TN__K_MINUS,   TN__K_STAR,
                                TN__K_SLASH,   TN__K_REM,     TN__K_CONCAT,  TN__K_PTR,
                                TN__K_COLLATE, TN__K_LP,      TN__K_DOT,     0};

/* Where a statement may be taken up again; parentheses and commas, too. */
static const int clauses[] = {TN__K_COMMA,  TN__K_RP,        TN__K_SEMI,
                              TN__K_SELECT, TN__K_FROM,      TN__K_WHERE,
                              TN__K_GROUP,  TN__K_HAVING,    TN__K_WINDOW,
                              TN__K_ORDER,  TN__K_LIMIT,     TN__K_UNION,
                              TN__K_EXCEPT, TN__K_INTERSECT, TN__K_RETURNING,
                              TN__K_SET,    TN__K_VALUES,    TN__K_INSERT,
                              TN__K_UPDATE, TN__K_DELETE,    TN__K_ON,
                              TN__K_JOIN,   TN__K_AND,       TN__K_OR,
                              TN__K_WHEN,   TN__K_END,       0};

/* What is put in for something that is missing. */
static const int repairs[][2] = {{TN__K_ID, 0},       {TN__K_COMMA, 0}, {TN__K_RP, 0},
                                 {TN__K_EQ, 0},       {TN__K_AS, 0},    {TN__K_BY, 0},
                                 {TN__K_ID, TN__K_RP}};

static bool is_any(int code, const int *list)
{
    for (; *list; list++)
        if (*list == code)
            return true;
    return false;
}

static bool fits(const struct tn__parser *p, int code)
{
    return tn__grammar_try(p->grammar, 0, &code, 1) == TN__GRAMMAR_TAKEN;
}

/* Collects up to MOST_SAID alternatives; more make it silent. */
struct said {
    const char *words[MOST_SAID];
    size_t count;
    int terminal; /* of one of them */
};

static void say(struct said *said, const char *word, int terminal)
{
    if (said->count < MOST_SAID)
        said->words[said->count] = word;
    said->count++;
    said->terminal = terminal;
}

/* Words in the order of the alphabet, behind what is no word. */
static void say_word(struct said *said, const char *word, int terminal)
{
    say(said, word, terminal);
    for (size_t i = said->count - 1; i > 0 && i < MOST_SAID; i--) {
        const char *before = said->words[i - 1];
        if (before[0] < 'A' || before[0] > 'Z' || strcmp(before, word) < 0)
            break;
        said->words[i] = before;
        said->words[i - 1] = word;
    }
}

static void say_all(struct said *said, const struct tn__parser *p)
{
    const int *unsaid = NULL;
    if (fits(p, TN__K_NUMBER) && fits(p, TN__K_NULL) && fits(p, TN__K_CASE)) {
        say(said, "an expression", TN__K_ID);
        unsaid = starts;
    } else if (fits(p, TN__K_ID)) {
        say(said, "a name", TN__K_ID);
        unsaid = names;
    }
    bool is_behind_expression = fits(p, TN__K_CONCAT);
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        int code = marks[i].terminal;
        if (!(unsaid && is_any(code, unsaid)) &&
            !(is_behind_expression && is_any(code, operators)) && fits(p, code))
            say(said, marks[i].text, code);
    }
    for (int code = 1; code < tn__grammar_terminals(); code++) {
        const char *word = tn__sql_terminal_word(code);
        if (word && !(unsaid && is_any(code, unsaid)) &&
            !(is_behind_expression && is_any(code, operators)) && fits(p, code))
            say_word(said, word, code);
    }
}

/* "a name, ',' or FROM"; NULL where it is too much to say. If it is one thing, *due is that. */
static const char *expected(struct tn__parser *p, int *due)
{
    struct said said = {{NULL}, 0, 0};
    say_all(&said, p);
    *due = said.count == 1 ? said.terminal : 0;
    if (said.count == 0 || said.count > MOST_SAID)
        return NULL;
    struct tn__buf buf;
    tn_text text = {NULL, 0};
    tn__buf_init(&buf, 0);
    for (size_t i = 0; i < said.count; i++) {
        if (i > 0)
            tn__buf_puts(&buf, i + 1 == said.count ? " or " : ", ");
        tn__buf_puts(&buf, said.words[i]);
    }
    p->status = tn__buf_to_arena(&buf, p->arena, &text);
    tn__buf_fini(&buf);
    return text.data;
}

/* #1, a register of the engine's own, is a token to it, unless it is #1(… without an end. */
static bool is_register(tn_text text)
{
    return text.size > 1 && text.data[0] == '#' && text.data[1] >= '0' && text.data[1] <= '9' &&
           (tn__text_find(text, '(') == text.size || text.data[text.size - 1] == ')');
}

/* In the engine's own words. */
static void report(struct tn__parser *p, const int *codes, int *due)
{
    const char *said = expected(p, due);
    /* Behind the end is a semicolon to be blamed, or nothing. */
    if (p->at >= p->sql->count) {
        tn__build_fault(p, (struct tn__sql_span){p->at, p->at}, "incomplete input", said);
        return;
    }
    struct tn__sql_span span = {p->at, p->at + 1};
    tn_text text = tn__sql_text(p->sql, p->at);
    bool is_illegal = codes[p->at] == TN__K_ILLEGAL;
    if (is_illegal && !is_register(text))
        tn__build_fault_about(p, span, "unrecognized token: \"", "\"", NULL);
    else
        tn__build_fault_about(p, span, "near \"", "\": syntax error", said);
}

/* Whether tokens from i on fit behind a repair (NULL: none), the stack being cut by `pops`. */
static bool goes_on(const struct tn__parser *p, const int *codes, size_t pops, const int *repair,
                    size_t i)
{
    int run[AHEAD + 2];
    size_t count = 0;
    for (size_t k = 0; repair && k < 2 && repair[k]; k++)
        run[count++] = repair[k];
    /* Behind something put in, what the end lacks is another fault. */
    size_t end = repair && i < p->end ? p->end : p->end + 1;
    for (size_t k = 0; k < AHEAD && i + k < end; k++)
        run[count++] = codes[i + k];
    return tn__grammar_try(p->grammar, pops, run, count) != TN__GRAMMAR_REFUSED;
}

/* Depth of what a token stands in, or closes. */
static size_t depth_of(const struct tn__parser *p, size_t i)
{
    if (i >= p->end)
        return 0;
    const struct tn__sql_token *token = &p->sql->tokens[i];
    return token->depth + (token->kind == TN__TOK_RPAREN);
}

/* How far the stack must be cut for token i to fit; SIZE_MAX if it cannot. What is open around the
 * token stays open. */
static size_t cut_for(const struct tn__parser *p, const int *codes, size_t i, size_t *tries)
{
    size_t height = tn__grammar_height(p->grammar);
    for (size_t pops = 0; pops <= height && *tries > 0; pops++) {
        size_t open = 0;
        --*tries;
        if (goes_on(p, codes, pops, NULL, i))
            return pops;
        if (pops < height && tn__grammar_is_open(p->grammar, pops, &open) &&
            p->sql->tokens[open].depth < depth_of(p, i))
            break;
    }
    return SIZE_MAX;
}

static size_t skip_to_clause(struct tn__parser *p, const int *codes)
{
    size_t tries = MOST_TRIES;
    size_t depth = depth_of(p, p->at);
    for (size_t i = p->at; i < p->end && tries > 0; i++) {
        if (i > p->at && (depth_of(p, i) > depth || !is_any(codes[i], clauses)))
            continue;
        size_t pops = cut_for(p, codes, i, &tries);
        if (pops != SIZE_MAX) {
            tn__grammar_pop(p->grammar, pops);
            return i;
        }
    }
    return SIZE_MAX;
}

/* Whether it goes on with these put in, and then they are. */
static bool put_in(struct tn__parser *p, const int *codes, const int *repair)
{
    if (!goes_on(p, codes, 0, repair, p->at))
        return false;
    for (size_t k = 0; k < 2 && repair[k] && p->status == TN_OK; k++)
        tn__grammar(p->grammar, repair[k], p->at);
    return true;
}

size_t tn__parse_recover(struct tn__parser *p, const int *codes)
{
    int due[2] = {0, 0};
    report(p, codes, &due[0]);
    if (p->status != TN_OK || p->at >= p->end || p->fault_count >= TN__MOST_FAULTS)
        return SIZE_MAX;
    if (due[0] && put_in(p, codes, due))
        return p->at;
    for (size_t i = 0; i < sizeof(repairs) / sizeof(repairs[0]); i++)
        if (put_in(p, codes, repairs[i]))
            return p->at;
    if (goes_on(p, codes, 0, NULL, p->at + 1))
        return p->at + 1;
    return skip_to_clause(p, codes);
}
