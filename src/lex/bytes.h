/* SPDX-License-Identifier: MIT */
#ifndef TN_LEX_BYTES_H
#define TN_LEX_BYTES_H

#include "lex/lex.h"

/* Private to src/lex: the bytes of a text as both dialects see them, and who cuts them. */

/* What a byte may be part of. */
enum {
    SPACE = 1, /* in a run of blanks; \v in SQLite only behind another blank */
    DIGIT = 2,
    HEX = 4,
    IDENT = 8
};

extern const unsigned char tn__byte_flags[256];

static inline bool is(unsigned char c, unsigned flags)
{
    return (tn__byte_flags[c] & flags) != 0;
}

/* The byte at `i`; 0 behind the end, as if the text were NUL-terminated. */
static inline unsigned char at(tn_text text, size_t i)
{
    return i < text.size ? (unsigned char)text.data[i] : 0;
}

static inline size_t skip(tn_text text, size_t i, unsigned flags)
{
    while (is(at(text, i), flags))
        i++;
    return i;
}

/* Each gets the offset of a token's first byte in token->offset, sets the kind, and returns the
 * offset behind its last. `in_brackets`: behind a '[' that is open. */
size_t tn__cut_sqlite(tn_text text, struct tn__token *token);
size_t tn__cut_postgres(tn_text text, struct tn__token *token, bool in_brackets);

#endif
