/* SPDX-License-Identifier: MIT */
#include "util/buf.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <tenon/error.h>

#include "util/alloc.h"
#include "util/utf8.h"

void tn__buf_init(struct tn__buf *buf, size_t max)
{
    memset(buf, 0, sizeof *buf);
    buf->max = max && max < TN__BUF_MAX ? max : TN__BUF_MAX;
}

void tn__buf_fini(struct tn__buf *buf)
{
    if (!buf)
        return;
    tn__free(buf->data);
    tn__buf_init(buf, buf->max);
}

void tn__buf_reset(struct tn__buf *buf)
{
    buf->size = 0;
    buf->status = TN_OK;
    if (buf->data)
        buf->data[0] = '\0';
}

void tn__buf_cut(struct tn__buf *buf, size_t size)
{
    if (size >= buf->size)
        return;
    buf->size = size;
    buf->data[size] = '\0';
}

void tn__buf_fail(struct tn__buf *buf, int status)
{
    tn__free(buf->data);
    buf->data = NULL;
    buf->size = 0;
    buf->cap = 0;
    buf->status = status;
}

/* Room for `more` bytes and the NUL. False: the buffer has failed, now or before. */
static bool reserve(struct tn__buf *buf, size_t more)
{
    if (buf->status != TN_OK)
        return false;
    if (more > buf->max - buf->size) {
        tn__buf_fail(buf, TN_ERANGE);
        return false;
    }
    enum {
        FIRST_CAP = 64
    };
    size_t need = buf->size + more + 1;
    if (need <= buf->cap)
        return true;
    size_t cap = buf->cap ? buf->cap : FIRST_CAP;
    while (cap < need)
        cap *= 2; /* need <= TN__BUF_MAX + 1: no overflow */
    char *data = tn__realloc(buf->data, cap);
    if (!data) {
        tn__buf_fail(buf, TN_ENOMEM);
        return false;
    }
    buf->data = data;
    buf->cap = cap;
    return true;
}

void tn__buf_add(struct tn__buf *buf, const void *data, size_t size)
{
    if (!reserve(buf, size))
        return;
    if (size)
        memcpy(buf->data + buf->size, data, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
}

void tn__buf_puts(struct tn__buf *buf, const char *string)
{
    tn__buf_add(buf, string, strlen(string));
}

void tn__buf_text(struct tn__buf *buf, tn_text text)
{
    tn__buf_add(buf, text.data, text.size);
}

void tn__buf_putc(struct tn__buf *buf, char c)
{
    tn__buf_add(buf, &c, 1);
}

void tn__buf_fill(struct tn__buf *buf, char c, size_t count)
{
    if (!reserve(buf, count))
        return;
    memset(buf->data + buf->size, c, count);
    buf->size += count;
    buf->data[buf->size] = '\0';
}

void tn__buf_printf(struct tn__buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tn__buf_vprintf(buf, format, args);
    va_end(args);
}

void tn__buf_vprintf(struct tn__buf *buf, const char *format, va_list args)
{
    if (!reserve(buf, 0))
        return;
    size_t room = buf->cap - buf->size;
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(buf->data + buf->size, room, format, args);
    if (size < 0) {
        tn__buf_fail(buf, TN_ERANGE);
    } else if (reserve(buf, (size_t)size)) {
        if ((size_t)size >= room)
            vsnprintf(buf->data + buf->size, (size_t)size + 1, format, again);
        buf->size += (size_t)size;
    }
    va_end(again);
}

/* The escape of a byte that JSON does not allow as it is; 0: \u00XX. */
static char json_escape(char c)
{
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

void tn__buf_json(struct tn__buf *buf, tn_text text)
{
    tn__buf_putc(buf, '"');
    size_t start = 0; /* of the bytes that go out as they are */
    for (size_t i = 0; i < text.size;) {
        char c = text.data[i];
        size_t size = tn__utf8_size(text.data + i, text.size - i);
        if (size && c != '"' && c != '\\' && (unsigned char)c >= 0x20) {
            i += size;
            continue;
        }
        tn__buf_add(buf, text.data + start, i - start);
        if (size == 0)
            tn__buf_puts(buf, "\xef\xbf\xbd");
        else if (json_escape(c))
            tn__buf_add(buf, (char[]){'\\', json_escape(c)}, 2);
        else
            tn__buf_printf(buf, "\\u%04x", (unsigned)c);
        start = ++i;
    }
    if (text.size > start)
        tn__buf_add(buf, text.data + start, text.size - start);
    tn__buf_putc(buf, '"');
}

static void quoted(struct tn__buf *buf, tn_text text, char quote)
{
    /* The engine's text ends at a NUL: writing one would cut the statement. */
    if (text.size && memchr(text.data, '\0', text.size)) {
        if (buf->status == TN_OK)
            tn__buf_fail(buf, TN_EINVAL);
        return;
    }
    tn__buf_putc(buf, quote);
    for (size_t i = 0; i < text.size;) {
        const char *hit = memchr(text.data + i, quote, text.size - i);
        size_t end = hit ? (size_t)(hit - text.data) + 1 : text.size;
        tn__buf_add(buf, text.data + i, end - i);
        if (hit)
            tn__buf_putc(buf, quote);
        i = end;
    }
    tn__buf_putc(buf, quote);
}

void tn__buf_sql_string(struct tn__buf *buf, tn_text text)
{
    quoted(buf, text, '\'');
}

void tn__buf_sql_name(struct tn__buf *buf, tn_text text)
{
    quoted(buf, text, '"');
}

int tn__buf_status(const struct tn__buf *buf)
{
    return buf->status;
}

tn_text tn__buf_view(const struct tn__buf *buf)
{
    return (tn_text){buf->data ? buf->data : "", buf->size};
}

int tn__buf_to_arena(const struct tn__buf *buf, tn_arena *arena, tn_text *out)
{
    if (buf->status != TN_OK)
        return buf->status;
    return tn_arena_text(arena, out, tn__buf_view(buf));
}
