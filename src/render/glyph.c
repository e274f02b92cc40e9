/* SPDX-License-Identifier: MIT */
#include "render/glyph.h"

#include <stdio.h>
#include <utf8proc.h>

#include "util/str.h"
#include "util/utf8.h"

enum {
    TAB_STOP = 8,
    ZERO_WIDTH_NON_JOINER = 0x200C,
    ZERO_WIDTH_JOINER = 0x200D
};

/* Whether a code point must not reach the terminal as it is. Joiners are part of written text, and
 * of emoji. */
static bool is_hidden(utf8proc_int32_t code)
{
    switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CN:
        return true;
    case UTF8PROC_CATEGORY_CF:
        return code != ZERO_WIDTH_NON_JOINER && code != ZERO_WIDTH_JOINER;
    default:
        return false;
    }
}

static void escape(struct tn__glyph *glyph, const char *unicode, int digits, unsigned value)
{
    int size = snprintf(glyph->escape, sizeof glyph->escape, "<%s%0*X>", unicode, digits, value);
    glyph->shown = (tn_text){glyph->escape, (size_t)size};
    glyph->width = (unsigned)size;
}

void tn__glyph_at(struct tn__glyph *glyph, tn_text text, size_t offset, size_t column)
{
    memset(glyph, 0, sizeof *glyph);
    glyph->shown = TN__TEXT("");
    if (offset >= text.size)
        return;
    const char *data = text.data + offset;
    unsigned char first = (unsigned char)data[0];
    glyph->size = 1;
    glyph->shown = (tn_text){data, 1};
    glyph->width = 1;
    if (first >= ' ' && first < 0x7F)
        return;
    if (first == '\t') {
        static const char blanks[TAB_STOP + 1] = "        ";
        glyph->width = (unsigned)(TAB_STOP - column % TAB_STOP);
        glyph->shown = (tn_text){blanks, glyph->width};
        return;
    }
    size_t size = tn__utf8_size(data, text.size - offset);
    if (size == 0) {
        escape(glyph, "", 2, first);
        return;
    }
    utf8proc_int32_t code = first;
    utf8proc_iterate((const utf8proc_uint8_t *)data, (utf8proc_ssize_t)size, &code);
    glyph->size = size;
    if (is_hidden(code)) {
        escape(glyph, "U+", 4, (unsigned)code);
        return;
    }
    int width = utf8proc_charwidth(code);
    glyph->shown = (tn_text){data, size};
    glyph->width = width > 0 ? (unsigned)width : 0;
}

size_t tn__glyph_width(tn_text text)
{
    struct tn__glyph glyph;
    size_t width = 0;
    for (size_t i = 0; i < text.size; i += glyph.size) {
        tn__glyph_at(&glyph, text, i, width);
        width += glyph.width;
    }
    return width;
}

void tn__glyph_text(struct tn__buf *out, tn_text text)
{
    struct tn__glyph glyph;
    size_t column = 0;
    for (size_t i = 0; i < text.size; i += glyph.size) {
        tn__glyph_at(&glyph, text, i, column);
        tn__buf_text(out, glyph.shown);
        column += glyph.width;
    }
}
