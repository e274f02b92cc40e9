/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_INI_H
#define TN_UTIL_INI_H

#include <tenon/arena.h>
#include <tenon/error.h>

/*
 * tenon.ini: [section], key = value, comments from ';' or '#' at the start of a line or after a
 * blank, "…" keeps blanks and comment signs. Keys may repeat (source = …). Expansion of ${…} is
 * not done here. Spans are byte offsets into the text, for diagnostics.
 */
struct tn__ini_entry {
    tn_text section; /* empty before the first [section] */
    tn_text key;
    tn_text value;       /* unquoted; may be empty */
    size_t key_offset;   /* of the key in the file */
    size_t value_offset; /* of the value's first byte, or of the line's end */
    size_t section_offset;
};

struct tn__ini {
    const struct tn__ini_entry *entries;
    size_t count;
};

/* TN_OK; TN_ESYNTAX with err->position = 1-based byte of the fault; TN_ENOMEM. */
TN_NODISCARD int tn__ini_parse(struct tn__ini *out, tn_text text, tn_arena *arena, tn_error *err);

#endif
