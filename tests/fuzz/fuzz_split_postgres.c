/* SPDX-License-Identifier: MIT */
/* Statements lie in order in the script, with nothing but blanks, remarks and semicolons between; each
 * alone is one statement of the same kind. As a statement for the server it keeps its tokens, but for
 * the names of parameters, and every place in it leads back into the original. */
#include "fuzz.h"

#include "driver/postgres/params.h"
#include "lex/lex.h"
#include "util/str.h"

static void check_gap(const char *data, size_t from, size_t to)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, (tn_text){data + from, to - from}, TN__POSTGRES);
    for (struct tn__token token; (token = tn__lex_next_solid(&lexer)).kind != TN__TOK_END;)
        MUST(token.kind == TN__TOK_SEMI);
}

static void check_same_tokens(tn_text original, const struct tn__pg_text *text)
{
    struct tn__lexer before;
    struct tn__lexer after;
    struct tn__token token;
    tn__lex_init(&before, original, TN__POSTGRES);
    tn__lex_init(&after, (tn_text){text->sql, text->size}, TN__POSTGRES);
    do {
        token = tn__lex_next_solid(&before);
        struct tn__token written = tn__lex_next_solid(&after);
        MUST(written.kind == token.kind);
        if (token.kind != TN__TOK_PARAM)
            MUST(tn_text_equal(tn__token_text(&before, token), tn__token_text(&after, written)));
        else
            MUST(text->sql[written.offset] == '$');
    } while (token.kind != TN__TOK_END);
}

static void check_places(tn_text original, const struct tn__pg_text *text)
{
    uint32_t last = 0;
    for (uint32_t i = 1; i <= text->size + 2; i++) {
        uint32_t place = tn__pg_text_place(text, i);
        MUST(place >= 1 && place >= last && place <= original.size + 1);
        last = place;
    }
    MUST(last == original.size + 1);
}

static void check_alone(tn_text one, const struct tn__stmt_span *span, tn_arena *arena)
{
    const struct tn__stmt_span *again;
    size_t count;
    if (tn__text_starts(one, "\xEF\xBB\xBF"))
        return; /* inside of a script it is a name */
    MUST(tn__split(&again, &count, one, TN__POSTGRES, arena, NULL) == TN_OK && count == 1);
    MUST(again->offset == 0 && again->size == span->size && again->kind == span->kind);
    struct tn__pg_text text;
    tn_error err = {0};
    int rc = tn__pg_text_make(&text, one, &err);
    MUST(rc == TN_OK || ((rc == TN_EINVAL || rc == TN_ERANGE) && err.position > 0));
    if (rc != TN_OK)
        return;
    check_same_tokens(one, &text);
    if (one.size < 2000)
        check_places(one, &text);
    tn__pg_text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    const struct tn__stmt_span *spans = NULL;
    size_t count = 0;
    char *script = fuzz_string(data, size);
    size_t at = size >= 3 && memcmp(script, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    int rc = tn__split(&spans, &count, (tn_text){script, size}, TN__POSTGRES, &arena, &err);
    MUST(rc == TN_OK || rc == TN_ESYNTAX);
    MUST(rc == TN_OK || (err.position >= 1 && err.position <= size + 1));
    for (size_t i = 0; rc == TN_OK && i < count; i++) {
        const struct tn__stmt_span *span = &spans[i];
        MUST(span->offset >= at && span->size > 0 && span->size <= span->run_size);
        MUST(span->run_size <= size - span->offset);
        check_gap(script, at, span->offset);
        check_alone((tn_text){script + span->offset, span->run_size}, span, &arena);
        at = span->offset + span->run_size;
    }
    if (rc == TN_OK && (count == 0 || spans[count - 1].kind != TN__STMT_COPY_STDIN))
        check_gap(script, at, size);
    free(script);
    tn_arena_fini(&arena);
    return 0;
}
