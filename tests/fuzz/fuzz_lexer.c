/* SPDX-License-Identifier: MIT */
/* Tokens tile the input; a token cut out and read again is the same token. */
#include "fuzz.h"

#include "lex/lex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tn__lexer lexer;
    tn_text text = {(const char *)data, size};
    size_t at = 0;
    tn__lex_init(&lexer, text, TN__SQLITE);
    for (;;) {
        struct tn__token token = tn__lex_next(&lexer);
        struct tn__lexer again;
        MUST(token.offset == at);
        if (token.kind == TN__TOK_END) {
            MUST(at == size && token.size == 0);
            MUST(tn__lex_next(&lexer).kind == TN__TOK_END);
            return 0;
        }
        MUST(token.size > 0 && token.size <= size - at);
        /* A NUL ends the text for the engine. */
        MUST(!token.unterminated || token.offset + token.size == size ||
             text.data[token.offset + token.size] == 0);
        tn__lex_init(&again, tn__token_text(&lexer, token), TN__SQLITE);
        struct tn__token same = tn__lex_next(&again);
        MUST(same.kind == token.kind && same.size == token.size);
        MUST(same.unterminated == token.unterminated);
        at += token.size;
    }
}
