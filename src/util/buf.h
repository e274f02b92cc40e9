/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_BUF_H
#define TN_UTIL_BUF_H

#include <stdarg.h>

#include <tenon/arena.h>

/*
 * A text under construction: growing, bounded, and sticky. Once an append fails (no memory, or more
 * than `max` bytes) the content is gone, further appends do nothing, and tn__buf_status() tells, so
 * that a long run of appends is checked once. `data` is NUL-terminated when it is not NULL.
 */
struct tn__buf {
    char *data;
    size_t size;
    size_t cap;
    size_t max;
    int status; /* TN_OK, TN_ENOMEM, TN_ERANGE; TN_EINVAL: a NUL byte in SQL */
};

/* `max` in bytes; 0 means TN__BUF_MAX. */
#define TN__BUF_MAX ((size_t)1 << 30)
void tn__buf_init(struct tn__buf *buf, size_t max);
void tn__buf_fini(struct tn__buf *buf);
/* Back to empty and sound; keeps the memory. */
void tn__buf_reset(struct tn__buf *buf);
/* Back to `size` bytes, if it has more. */
void tn__buf_cut(struct tn__buf *buf, size_t size);

void tn__buf_add(struct tn__buf *buf, const void *data, size_t size);
void tn__buf_puts(struct tn__buf *buf, const char *string);
void tn__buf_text(struct tn__buf *buf, tn_text text);
void tn__buf_putc(struct tn__buf *buf, char c);
void tn__buf_fill(struct tn__buf *buf, char c, size_t count);
void tn__buf_printf(struct tn__buf *buf, const char *format, ...) TN_PRINTF(2, 3);
void tn__buf_vprintf(struct tn__buf *buf, const char *format, va_list args) TN_PRINTF(2, 0);

/* Append as a JSON string, quotes included; invalid UTF-8 becomes U+FFFD. */
void tn__buf_json(struct tn__buf *buf, tn_text text);
/* Append as an SQL string literal ('it''s') or a quoted identifier ("a""b").
 * A NUL byte in it fails. */
void tn__buf_sql_string(struct tn__buf *buf, tn_text text);
void tn__buf_sql_name(struct tn__buf *buf, tn_text text);

int tn__buf_status(const struct tn__buf *buf);
/* Make it fail, as an append that could not be done: for what is found out while appending. */
void tn__buf_fail(struct tn__buf *buf, int status);
/* The content; the empty text if there is none. Borrowed until the next append. */
tn_text tn__buf_view(const struct tn__buf *buf);
/* The content copied into an arena. TN_OK, or the sticky status. */
TN_NODISCARD int tn__buf_to_arena(const struct tn__buf *buf, tn_arena *arena, tn_text *out);

#endif
