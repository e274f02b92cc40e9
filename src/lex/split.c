/* SPDX-License-Identifier: MIT */
#include "lex/split.h"

/*
 * Of SQLite's scripts: statements end at a semicolon, except inside CREATE [TEMP] TRIGGER, which ends at "; END ;" as in
 * SQLite's sqlite3_complete(): END directly behind a semicolon closes the body, because a CASE … END
 * inside it never stands there.
 */
enum state {
    START,
    NORMAL,
    EXPLAIN, /* only EXPLAIN (QUERY PLAN) so far */
    CREATE,  /* [EXPLAIN] CREATE [TEMP] so far */
    TRIGGER, /* inside CREATE TRIGGER */
    TRIGGER_SEMI,
    TRIGGER_END,
    STATE_COUNT
};

enum input {
    IN_SEMI,
    IN_OTHER,
    IN_EXPLAIN,
    IN_CREATE,
    IN_TEMP,
    IN_TRIGGER,
    IN_END,
    INPUT_COUNT
};

/* clang-format off */
static const unsigned char next_state[STATE_COUNT][INPUT_COUNT] = {
    /*                 ;             other    EXPLAIN  CREATE   TEMP     TRIGGER  END */
    [START] =        { START,        NORMAL,  EXPLAIN, CREATE,  NORMAL,  NORMAL,  NORMAL },
    [NORMAL] =       { START,        NORMAL,  NORMAL,  NORMAL,  NORMAL,  NORMAL,  NORMAL },
    [EXPLAIN] =      { START,        EXPLAIN, NORMAL,  CREATE,  NORMAL,  NORMAL,  NORMAL },
    [CREATE] =       { START,        NORMAL,  NORMAL,  NORMAL,  CREATE,  TRIGGER, NORMAL },
    [TRIGGER] =      { TRIGGER_SEMI, TRIGGER, TRIGGER, TRIGGER, TRIGGER, TRIGGER, TRIGGER },
    [TRIGGER_SEMI] = { TRIGGER_SEMI, TRIGGER, TRIGGER, TRIGGER, TRIGGER, TRIGGER, TRIGGER_END },
    [TRIGGER_END] =  { START,        TRIGGER, TRIGGER, TRIGGER, TRIGGER, TRIGGER, TRIGGER },
};
/* clang-format on */

static const struct {
    const char *word;
    enum input input;
} words[] = {
    {"EXPLAIN", IN_EXPLAIN}, {"CREATE", IN_CREATE},   {"TEMP", IN_TEMP},
    {"TEMPORARY", IN_TEMP},  {"TRIGGER", IN_TRIGGER}, {"END", IN_END},
};

/* By the first word. ROLLBACK TO is told apart in kind_of(). */
static const struct {
    const char *word;
    enum tn__stmt_kind kind;
} kinds[] = {
    {"BEGIN", TN__STMT_BEGIN},         {"COMMIT", TN__STMT_COMMIT},
    {"END", TN__STMT_COMMIT},          {"ROLLBACK", TN__STMT_ROLLBACK},
    {"SAVEPOINT", TN__STMT_SAVEPOINT}, {"RELEASE", TN__STMT_SAVEPOINT},
    {"PRAGMA", TN__STMT_PRAGMA},       {"VACUUM", TN__STMT_VACUUM},
    {"ATTACH", TN__STMT_ATTACH},       {"DETACH", TN__STMT_ATTACH},
};

static enum input classify(const struct tn__lexer *lexer, struct tn__token token)
{
    if (token.kind == TN__TOK_SEMI)
        return IN_SEMI;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (tn__token_is(lexer, token, words[i].word))
            return words[i].input;
    return IN_OTHER;
}

static enum tn__stmt_kind kind_of(const struct tn__lexer *lexer, struct tn__token token)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (tn__token_is(lexer, token, kinds[i].word))
            return kinds[i].kind;
    return TN__STMT_OTHER;
}

int tn__split_fault(tn_error *err, size_t offset, const char *message)
{
    int status = tn_error_set(err, TN_ESYNTAX, "%s", message);
    if (err)
        err->position = offset < UINT32_MAX ? (uint32_t)offset + 1 : 0;
    return status;
}

static const char *unterminated(const struct tn__lexer *lexer, struct tn__token token)
{
    switch (token.kind) {
    case TN__TOK_NAME:
        return "unterminated quoted name";
    case TN__TOK_COMMENT:
        return "unterminated comment";
    default:
        return lexer->text.data[token.offset] == '$' ? "unterminated dollar-quoted string"
                                                     : "unterminated string";
    }
}

int tn__split_check(const struct tn__lexer *lexer, struct tn__token token, tn_error *err)
{
    if (token.unterminated)
        return tn__split_fault(err, token.offset, unterminated(lexer, token));
    if (token.kind == TN__TOK_ILLEGAL && lexer->text.data[token.offset] == '\0')
        return tn__split_fault(err, token.offset, "NUL byte in the text");
    return TN_OK;
}

static int next_sqlite(struct tn__stmt_span *span, struct tn__lexer *lexer, tn_error *err)
{
    enum state state = START;
    *span = (struct tn__stmt_span){0};
    for (;;) {
        struct tn__token token = tn__lex_next_solid(lexer);
        if (token.kind == TN__TOK_END)
            break;
        int status = tn__split_check(lexer, token, err);
        if (status != TN_OK)
            return status;
        enum state before = state;
        state = (enum state)next_state[state][classify(lexer, token)];
        if (state == START) {
            if (before == START)
                continue; /* an empty statement */
            span->run_size = token.offset + token.size - span->offset;
            return TN_ROW;
        }
        if (before == START) {
            span->offset = token.offset;
            span->kind = kind_of(lexer, token);
        } else if (span->kind == TN__STMT_ROLLBACK && tn__token_is(lexer, token, "TO")) {
            span->kind = TN__STMT_SAVEPOINT;
        }
        span->size = token.offset + token.size - span->offset;
    }
    if (state == TRIGGER || state == TRIGGER_SEMI)
        return tn__split_fault(err, span->offset, "trigger body without its 'END'");
    span->run_size = lexer->text.size - span->offset;
    return state == START ? TN_DONE : TN_ROW;
}

int tn__split_next(struct tn__stmt_span *span, struct tn__lexer *lexer, tn_error *err)
{
    return lexer->dialect == TN__SQLITE ? next_sqlite(span, lexer, err)
                                        : tn__split_next_postgres(span, lexer, err);
}

int tn__split(const struct tn__stmt_span **out, size_t *out_count, tn_text script,
              enum tn__dialect dialect, tn_arena *arena, tn_error *err)
{
    struct tn__lexer lexer;
    struct tn__stmt_span span;
    size_t count = 0;
    int status;

    /* Once to count and to find faults, once to fill: no array has to grow. */
    tn__lex_init(&lexer, script, dialect);
    while ((status = tn__split_next(&span, &lexer, err)) == TN_ROW)
        count++;
    if (status != TN_DONE)
        return status;
    struct tn__stmt_span *spans = tn_arena_array(arena, count, sizeof *spans);
    if (!spans)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    tn__lex_init(&lexer, script, dialect);
    for (size_t i = 0; i < count; i++)
        if (tn__split_next(&spans[i], &lexer, err) != TN_ROW)
            break; /* not reached: the first pass saw the same text */
    *out = spans;
    *out_count = count;
    return TN_OK;
}
