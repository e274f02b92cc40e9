/* SPDX-License-Identifier: MIT */
#ifndef TN_RENDER_GLYPH_H
#define TN_RENDER_GLYPH_H

#include "util/buf.h"

/* A character as a terminal shows it. */
struct tn__glyph {
    size_t size;    /* bytes in the text; 0 at its end */
    unsigned width; /* columns */
    tn_text shown;  /* what to write: the character, or `escape` of that very struct */
    char escape[12];
};

/*
 * The character at `offset`. What would not be seen, or would change what is seen, is escaped:
 * control and formatting characters as <U+0007>, bytes that are not UTF-8 as <80>. A tab becomes
 * blanks up to the next multiple of eight from `column`.
 */
void tn__glyph_at(struct tn__glyph *glyph, tn_text text, size_t offset, size_t column);

/* Columns of a text that starts at column 0. */
size_t tn__glyph_width(tn_text text);
/* Append a text as it is to be seen. */
void tn__glyph_text(struct tn__buf *out, tn_text text);

#endif
