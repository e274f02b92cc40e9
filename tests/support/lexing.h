/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_LEXING_H
#define TN_TEST_LEXING_H

/*
 * How the tests of a dialect's tokens and statements look at them. Before it is included LEXING_DIALECT
 * is the dialect, and LEXING_JOINT what stands between the tokens, or statements, in what is expected: a
 * text that is none of them.
 */

#include <stdio.h>

#include "check.h"
#include "lex/lex.h"
#include "util/str.h"

static inline struct tn__lexer lexer_of(tn_text text)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, text, LEXING_DIALECT);
    return lexer;
}

/* One token that must be the whole text. */
static inline void check_whole(const char *text, enum tn__tok kind, bool unterminated)
{
    struct tn__lexer lexer = lexer_of(tn_text_of(text));
    struct tn__token token = tn__lex_next(&lexer);
    if (token.kind != kind || token.size != strlen(text) || token.offset != 0 ||
        (token.unterminated != 0) != unterminated)
        fail_msg("'%s': kind %d, %zu bytes, unterminated %u", text, (int)token.kind, token.size,
                 (unsigned)token.unterminated);
    assert_int_equal(tn__lex_next(&lexer).kind, TN__TOK_END);
}

/* The tokens, joined, without space and comments. */
static inline void check_cuts(const char *text, const char *expected)
{
    char joined[512];
    size_t used = 0;
    struct tn__lexer lexer = lexer_of(tn_text_of(text));
    joined[0] = '\0';
    for (;;) {
        struct tn__token token = tn__lex_next_solid(&lexer);
        if (token.kind == TN__TOK_END)
            break;
        tn_text cut = tn__token_text(&lexer, token);
        int size = snprintf(joined + used, sizeof joined - used, "%s%.*s", used ? LEXING_JOINT : "",
                            (int)cut.size, cut.data);
        assert_in_range(size, 1, sizeof joined - used - 1);
        used += (size_t)size;
    }
    assert_string_equal(joined, expected);
}

struct parts {
    const struct tn__stmt_span *spans;
    size_t count;
};

static inline struct parts split(const char *script, tn_arena *arena)
{
    struct parts parts;
    tn_error err = {0};
    int rc = tn__split(&parts.spans, &parts.count, tn_text_of(script), LEXING_DIALECT, arena, &err);
    if (rc != TN_OK)
        fail_msg("%s at %u: %s", err.message, (unsigned)err.position, script);
    return parts;
}

/* The statements, joined. */
static inline void check_split(const char *script, const char *expected)
{
    tn_arena arena = TN_ARENA_INIT;
    struct parts parts = split(script, &arena);
    const char *joined = "";
    for (size_t i = 0; i < parts.count; i++)
        joined = tn__arena_printf(&arena, "%s%s%.*s", joined, i ? LEXING_JOINT : "",
                                  (int)parts.spans[i].size, script + parts.spans[i].offset);
    assert_string_equal(joined, expected);
    tn_arena_fini(&arena);
}

#endif
