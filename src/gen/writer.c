/* SPDX-License-Identifier: MIT */
#include "gen/writer.h"

#include <stdarg.h>

#include <tenon/error.h>

enum {
    WIDTH = TN__WIDTH,
    INDENT = 4,
    PIECE_MAX = WIDTH - INDENT - 4 /* room for the quotes, a semicolon or a backslash */
};

void tn__call_begin(struct tn__call *call, const char *head_format, ...)
{
    va_list args;
    call->count = 0;
    tn__buf_init(&call->head, 0);
    tn__buf_init(&call->items, 0);
    va_start(args, head_format);
    tn__buf_vprintf(&call->head, head_format, args);
    va_end(args);
}

void tn__call_add(struct tn__call *call, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tn__buf_vprintf(&call->items, format, args);
    va_end(args);
    tn__buf_putc(&call->items, '\0');
    call->count++;
}

void tn__call_add_string(struct tn__call *call, const char *string)
{
    tn__write_string(&call->items, tn_text_of(string));
    tn__buf_putc(&call->items, '\0');
    call->count++;
}

/* Whether every item stands within the width if lines begin at `column`. */
static bool fits(const struct tn__call *call, size_t column, size_t tail_size)
{
    const char *item = call->items.data;
    for (size_t i = 0; i < call->count; i++) {
        size_t size = strlen(item);
        size_t behind = i + 1 == call->count ? tail_size + 1 : 1;
        if (column + size + behind > WIDTH)
            return false;
        item += size + 1;
    }
    return true;
}

static void write_items(struct tn__buf *out, const struct tn__call *call, size_t indent,
                        size_t tail_size)
{
    const char *item = call->items.data;
    size_t column = indent;
    for (size_t i = 0; i < call->count; i++) {
        size_t size = strlen(item);
        size_t behind = i + 1 == call->count ? tail_size + 1 : 1;
        if (i > 0 && column + 1 + size + behind > WIDTH) {
            tn__buf_putc(out, '\n');
            tn__buf_fill(out, ' ', indent);
            column = indent;
        } else if (i > 0) {
            tn__buf_putc(out, ' ');
            column++;
        }
        tn__buf_add(out, item, size);
        if (i + 1 < call->count)
            tn__buf_putc(out, ',');
        column += size + 1;
        item += size + 1;
    }
}

void tn__call_end(struct tn__buf *out, struct tn__call *call, const char *tail)
{
    if (call->head.status != TN_OK || call->items.status != TN_OK) {
        out->status = call->head.status != TN_OK ? call->head.status : call->items.status;
    } else {
        size_t indent = call->head.size + 1;
        tn__buf_text(out, tn__buf_view(&call->head));
        tn__buf_putc(out, '(');
        if (!fits(call, indent, strlen(tail))) {
            indent = strspn(call->head.data, " ") + INDENT;
            tn__buf_putc(out, '\n');
            tn__buf_fill(out, ' ', indent);
        }
        write_items(out, call, indent, strlen(tail));
        tn__buf_printf(out, ")%s\n", tail);
    }
    tn__buf_fini(&call->head);
    tn__buf_fini(&call->items);
}

void tn__call_end_behind(struct tn__buf *out, const char *left, struct tn__call *call,
                         const char *tail)
{
    size_t items = call->items.size + call->count; /* each with a comma and a blank, but the last */
    size_t size = strlen(left) + 1 + call->head.size + 1 + items - 2 + 1 + strlen(tail);
    struct tn__buf head = call->head;
    bool is_one_line = size <= WIDTH;
    tn__buf_init(&call->head, 0);
    if (is_one_line)
        tn__buf_printf(&call->head, "%s ", left);
    else
        tn__buf_fill(&call->head, ' ', strspn(left, " ") + 4);
    tn__buf_text(&call->head, tn__buf_view(&head));
    if (head.status != TN_OK)
        tn__buf_fail(&call->head, head.status);
    tn__buf_fini(&head);
    if (!is_one_line)
        tn__buf_printf(out, "%s\n", left);
    tn__call_end(out, call, tail);
}

void tn__fields_begin(struct tn__fields *fields)
{
    fields->count = 0;
    tn__buf_init(&fields->text, 0);
}

void tn__fields_add(struct tn__fields *fields, const char *type, const char *name, const char *note)
{
    bool is_pointer = type[strlen(type) - 1] == '*';
    tn__buf_printf(&fields->text, "%s%s%s;%c%s%c", type, is_pointer ? "" : " ", name, '\0',
                   note ? note : "", '\0');
    fields->count++;
}

/* The widest of the members from `at` on that have a comment, up to the first that has none. */
static size_t run_width(const char *at, size_t count)
{
    size_t width = 0;
    for (; count > 0; count--) {
        size_t size = strlen(at);
        const char *note = at + size + 1;
        if (!*note)
            break;
        width = size > width ? size : width;
        at = note + strlen(note) + 1;
    }
    return width;
}

void tn__fields_end(struct tn__buf *out, struct tn__fields *fields)
{
    const char *at = fields->text.data;
    size_t width = 0;
    if (fields->text.status != TN_OK)
        tn__buf_fail(out, fields->text.status);
    for (size_t i = 0; fields->text.status == TN_OK && i < fields->count; i++) {
        size_t size = strlen(at);
        const char *note = at + size + 1;
        tn__buf_printf(out, "    %s", at);
        width = !*note ? 0 : width ? width : run_width(at, fields->count - i);
        if (*note) {
            tn__buf_fill(out, ' ', width - size + 1);
            tn__buf_printf(out, "/* %s */", note);
        }
        tn__buf_putc(out, '\n');
        at = note + strlen(note) + 1;
    }
    tn__buf_fini(&fields->text);
}

void tn__pieces_init(struct tn__pieces *pieces)
{
    pieces->count = 0;
    pieces->longest = 0;
    tn__buf_init(&pieces->text, 0);
}

void tn__pieces_fini(struct tn__pieces *pieces)
{
    tn__buf_fini(&pieces->text);
}

/* One byte as it stands in a literal. `before` is the byte in front: ?? may begin a trigraph. */
static void escape(struct tn__buf *buf, char c, char before)
{
    switch (c) {
    case '\n':
        tn__buf_puts(buf, "\\n");
        break;
    case '\t':
        tn__buf_puts(buf, "\\t");
        break;
    case '"':
    case '\\':
        tn__buf_putc(buf, '\\');
        tn__buf_putc(buf, c);
        break;
    case '?':
        tn__buf_puts(buf, before == '?' ? "\\?" : "?");
        break;
    default:
        if ((unsigned char)c < 0x20 || c == 0x7F)
            tn__buf_printf(buf, "\\%03o", (unsigned)(unsigned char)c);
        else
            tn__buf_putc(buf, c);
    }
}

void tn__write_string(struct tn__buf *out, tn_text text)
{
    tn__buf_putc(out, '"');
    for (size_t i = 0; i < text.size; i++)
        escape(out, text.data[i], i > 0 ? text.data[i - 1] : '\0');
    tn__buf_putc(out, '"');
}

static void end_piece(struct tn__pieces *pieces, size_t *begin)
{
    size_t size = pieces->text.size - *begin;
    if (size == 0)
        return;
    tn__buf_putc(&pieces->text, '\0');
    pieces->count++;
    if (size > pieces->longest)
        pieces->longest = size;
    *begin = pieces->text.size;
}

/* Bytes up to and with the next blank or line feed, escapes not counted. */
static size_t word_size(tn_text text, size_t from)
{
    size_t i = from;
    while (i < text.size && text.data[i] != ' ' && text.data[i] != '\n')
        i++;
    return i < text.size ? i - from + 1 : i - from;
}

void tn__pieces_add(struct tn__pieces *pieces, tn_text text)
{
    size_t begin = pieces->text.size;
    for (size_t i = 0; i < text.size; i++) {
        bool is_word = i == 0 || text.data[i - 1] == ' ';
        if (is_word && pieces->text.size - begin + word_size(text, i) > PIECE_MAX)
            end_piece(pieces, &begin);
        escape(&pieces->text, text.data[i], i > 0 ? text.data[i - 1] : '\0');
        if (text.data[i] == '\n')
            end_piece(pieces, &begin);
    }
    end_piece(pieces, &begin);
}

static void write_bytes(struct tn__buf *out, tn_text text)
{
    size_t column = INDENT;
    tn__buf_puts(out, " {\n");
    tn__buf_fill(out, ' ', INDENT);
    for (size_t i = 0; i <= text.size; i++) {
        unsigned byte = i < text.size ? (unsigned char)text.data[i] : 0;
        if (column + 8 > WIDTH) {
            tn__buf_putc(out, '\n');
            tn__buf_fill(out, ' ', INDENT);
            column = INDENT;
        } else if (i > 0) {
            tn__buf_putc(out, ' ');
            column++;
        }
        tn__buf_printf(out, "'\\x%02x',", byte);
        column += 7;
    }
    tn__buf_puts(out, "\n};\n");
}

void tn__write_literal(struct tn__buf *out, const char *stem, const char *suffix, tn_text text)
{
    tn__buf_printf(out, "static const char %s%s[] =", stem, suffix);
    if (text.size > TN__LITERAL_MAX) {
        write_bytes(out, text);
        return;
    }
    struct tn__pieces pieces;
    tn__pieces_init(&pieces);
    tn__pieces_add(&pieces, text);
    if (pieces.text.status != TN_OK) {
        out->status = pieces.text.status;
        tn__pieces_fini(&pieces);
        return;
    }
    size_t indent = strlen(stem) + strlen(suffix) + sizeof("static const char [] = ") - 1;
    if (indent + pieces.longest + 3 > WIDTH) {
        indent = INDENT;
        tn__buf_putc(out, '\n');
        tn__buf_fill(out, ' ', indent);
    } else {
        tn__buf_putc(out, ' ');
    }
    const char *piece = pieces.text.data;
    for (size_t i = 0; i < pieces.count; i++) {
        if (i > 0) {
            tn__buf_putc(out, '\n');
            tn__buf_fill(out, ' ', indent);
        }
        tn__buf_printf(out, "\"%s\"", piece);
        piece += strlen(piece) + 1;
    }
    tn__buf_puts(out, ";\n");
    tn__pieces_fini(&pieces);
}

/* A line of a directive that goes on: the backslashes stand in one column. */
static void write_continued(struct tn__buf *out, size_t size, size_t column)
{
    tn__buf_fill(out, ' ', column - size);
    tn__buf_puts(out, "\\\n");
}

void tn__write_define(struct tn__buf *out, const char *prefix, const char *name,
                      const struct tn__pieces *pieces)
{
    if (pieces->text.status != TN_OK) {
        out->status = pieces->text.status;
        return;
    }
    size_t size = strlen(prefix) + strlen(name) + sizeof("#define ") - 1;
    size_t column = size + 1;
    const char *piece = pieces->text.data;
    for (size_t i = 0; i + 1 < pieces->count; i++) {
        if (strlen(piece) + 4 > column)
            column = strlen(piece) + 4;
        piece += strlen(piece) + 1;
    }
    tn__buf_printf(out, "#define %s%s", prefix, name);
    write_continued(out, size, column);
    piece = pieces->text.data;
    for (size_t i = 0; i < pieces->count; i++) {
        tn__buf_printf(out, " \"%s\"", piece);
        if (i + 1 < pieces->count)
            write_continued(out, strlen(piece) + 3, column);
        piece += strlen(piece) + 1;
    }
    tn__buf_putc(out, '\n');
}
