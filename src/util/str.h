/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_STR_H
#define TN_UTIL_STR_H

#include <stdarg.h>

#include <tenon/arena.h>

/* Spans of bytes. ASCII rules throughout: no locale. */

#define TN__TEXT(literal) ((tn_text){(literal), sizeof(literal) - 1})

bool tn__text_is(tn_text text, const char *string);
/* ASCII letters compare without case. */
bool tn__text_is_nocase(tn_text text, const char *string);
bool tn__text_equal_nocase(tn_text a, tn_text b);
bool tn__text_starts(tn_text text, const char *prefix);
bool tn__text_ends(tn_text text, const char *suffix);
/* Without blanks, tabs, CR and LF at both ends. */
tn_text tn__text_trim(tn_text text);
tn_text tn__text_sub(tn_text text, size_t from, size_t size);
/* Index of the first `c`, or text.size. */
size_t tn__text_find(tn_text text, char c);
/* Split off the next line (without LF or CRLF) from *rest; false when *rest is used up. */
bool tn__text_line(tn_text *rest, tn_text *line);
/* memcmp order, shorter first. For qsort and sorted output. */
int tn__text_compare(tn_text a, tn_text b);

/* A whole decimal number, sign allowed. TN_OK, TN_EINVAL (not a number) or TN_ERANGE. */
TN_NODISCARD int tn__text_to_int(int64_t *out, tn_text text);
/* "5s", "250ms", "1m", "1h", or a bare number of milliseconds. TN_OK, TN_EINVAL, TN_ERANGE. */
TN_NODISCARD int tn__text_to_ms(int64_t *out, tn_text text);
/* on/off, true/false, yes/no, 1/0, without case. TN_OK, TN_EINVAL. */
TN_NODISCARD int tn__text_to_bool(bool *out, tn_text text);

bool tn__is_ident_start(char c); /* letter or _ */
bool tn__is_ident(char c);       /* letter, digit or _ */
char tn__lower(char c);
char tn__upper(char c);

/*
 * The candidate nearest to `word` by edit distance (adjacent swaps count one), without case, if it
 * is near enough to be a slip: at most 1 for words up to 3 characters, 2 up to 8, else 3.
 * NULL if none is. `candidates` may hold NULLs.
 */
const char *tn__nearest(tn_text word, const char *const *candidates, size_t count);

/* printf into an arena. NULL on failure. */
TN_NODISCARD char *tn__arena_printf(tn_arena *arena, const char *format, ...) TN_PRINTF(2, 3);
TN_NODISCARD char *tn__arena_vprintf(tn_arena *arena, const char *format, va_list args)
    TN_PRINTF(2, 0);

/* Copy into a fixed buffer, NUL-terminated, cut at a UTF-8 character if too long. */
void tn__copy_text(char *out, size_t size, tn_text text);
/* The same as one line: runs of blanks, line ends and other control characters become one blank. */
void tn__copy_line(char *out, size_t size, tn_text text);

#endif
