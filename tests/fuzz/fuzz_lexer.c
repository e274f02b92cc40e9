/* SPDX-License-Identifier: MIT */
/* In both dialects tokens tile the input; a token cut out and read again is the same token. */
#include "fuzz.h"

#include "lex/lex.h"

static void check_text(tn_text text, enum tn__dialect dialect)
{
    struct tn__lexer lexer;
    size_t at = 0;
    tn__lex_init(&lexer, text, dialect);
    for (;;) {
        struct tn__token token = tn__lex_next(&lexer);
        struct tn__lexer again;
        MUST(token.offset == at);
        if (token.kind == TN__TOK_END) {
            MUST(at == text.size && token.size == 0);
            MUST(tn__lex_next(&lexer).kind == TN__TOK_END);
            return;
        }
        MUST(token.size > 0 && token.size <= text.size - at);
        /* A NUL ends the text for the engine. */
        MUST(!token.unterminated || token.offset + token.size == text.size ||
             text.data[token.offset + token.size] == 0);
        tn__lex_init(&again, tn__token_text(&lexer, token), dialect);
        struct tn__token same = tn__lex_next(&again);
        MUST(same.kind == token.kind && same.size == token.size);
        MUST(same.unterminated == token.unterminated);
        at += token.size;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_text text = {(const char *)data, size};
    check_text(text, TN__SQLITE);
    check_text(text, TN__POSTGRES);
    return 0;
}
