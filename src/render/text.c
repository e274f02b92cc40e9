/* SPDX-License-Identifier: MIT */
#include "render/text.h"

#include "render/glyph.h"
#include "util/str.h"

enum {
    DEFAULT_WIDTH = 100,
    LEAST_ROOM = 20,   /* columns of the source line, on however narrow a terminal */
    GUTTER_DIGITS = 5, /* "   14 | " */
    GUTTER = GUTTER_DIGITS + 3,
    LINE_MAX_BYTES = 1 << 16 /* a longer one is not shown */
};

#define ELLIPSIS "\xE2\x80\xA6" /* one column */

/* SGR escapes. */
#define BOLD  "\033[1m"
#define GREEN "\033[1;32m"
#define PLAIN "\033[0m"

static const char *const severity_color[] = {
    [TN__NOTE] = "\033[1;36m", [TN__WARNING] = "\033[1;35m", [TN__ERROR] = "\033[1;31m"};

/* One diagnostic being written. */
struct page {
    struct tn__buf *out;
    const struct tn__diags *diags;
    bool color;
    size_t room; /* columns for the source line */
};

/* The source line with what is underlined, in columns of the whole line. */
struct view {
    tn_text line;
    size_t from; /* what is shown of it: from … to */
    size_t to;
    size_t width;
    size_t caret_from;
    size_t caret_to;
};

static void paint(const struct page *page, const char *escape)
{
    if (page->color)
        tn__buf_puts(page->out, escape);
}

static void put_string(const struct page *page, const char *string)
{
    tn__glyph_text(page->out, tn_text_of(string));
}

/* "file:line:col: severity: message" */
static void put_head(const struct page *page, struct tn__place place, enum tn__severity severity,
                     const char *message)
{
    if (place.file) {
        paint(page, BOLD);
        put_string(page, place.file);
        if (place.line)
            tn__buf_printf(page->out, ":%u", (unsigned)place.line);
        if (place.line && place.column)
            tn__buf_printf(page->out, ":%u", (unsigned)place.column);
        tn__buf_puts(page->out, ":");
        paint(page, PLAIN);
        tn__buf_puts(page->out, " ");
    }
    paint(page, severity_color[severity]);
    tn__buf_printf(page->out, "%s:", tn__severity_name(severity));
    paint(page, PLAIN);
    tn__buf_puts(page->out, " ");
    put_string(page, message);
}

static void put_help(const struct page *page, const char *help)
{
    paint(page, GREEN);
    tn__buf_puts(page->out, "help:");
    paint(page, PLAIN);
    tn__buf_puts(page->out, " ");
    put_string(page, help);
}

/* The text of the place's line; false if it is not known. */
static bool find_line(const struct tn__diags *diags, struct tn__place place, tn_text *line)
{
    *line = tn__diags_line(diags, place);
    return line->data && line->size <= LINE_MAX_BYTES;
}

/* Measure the line, and choose the part that is shown: the caret with some text on both sides. */
static void look(struct view *view, tn_text line, struct tn__place place, size_t room)
{
    struct tn__glyph glyph;
    size_t first = place.column - 1;
    size_t last = first + (place.length ? place.length : 1);
    size_t column = 0;
    *view = (struct view){.line = line, .caret_from = SIZE_MAX};
    for (size_t i = 0; i < line.size; i += glyph.size) {
        tn__glyph_at(&glyph, line, i, column);
        if (place.column && view->caret_from == SIZE_MAX && i + glyph.size > first)
            view->caret_from = column;
        column += glyph.width;
        if (i < last)
            view->caret_to = place.length ? column : view->caret_from + 1;
    }
    view->width = column;
    if (view->caret_from == SIZE_MAX) { /* at the end of the line; or none, at its start */
        view->caret_from = place.column ? column : 0;
        view->caret_to = view->caret_from + 1;
    }
    view->to = column;
    if (column > room) {
        size_t before = room / 3;
        view->from = view->caret_from > before ? view->caret_from - before : 0;
        if (view->from + room > column)
            view->from = column - room;
        view->to = view->from + room;
    }
}

/* The part of the line; a character that does not fit in whole at an end gives way to blanks. */
static void put_line(const struct page *page, const struct view *view, uint32_t number)
{
    struct tn__glyph glyph;
    size_t from = view->from ? view->from + 1 : 0;
    size_t to = view->to < view->width ? view->to - 1 : view->to;
    size_t at = from;
    size_t column = 0;
    tn__buf_printf(page->out, "%*u |", GUTTER_DIGITS, (unsigned)number);
    tn__buf_puts(page->out, view->line.size ? " " : "");
    tn__buf_puts(page->out, view->from ? ELLIPSIS : "");
    for (size_t i = 0; i < view->line.size; i += glyph.size) {
        tn__glyph_at(&glyph, view->line, i, column);
        if (column >= from && column + glyph.width <= to) {
            tn__buf_fill(page->out, ' ', column - at);
            tn__buf_text(page->out, glyph.shown);
            at = column + glyph.width;
        }
        column += glyph.width;
    }
    if (to < view->to) {
        tn__buf_fill(page->out, ' ', to - at);
        tn__buf_puts(page->out, ELLIPSIS);
    }
    tn__buf_putc(page->out, '\n');
}

static void put_caret(const struct page *page, const struct view *view, const struct tn__diag *diag)
{
    size_t to = view->caret_to < view->to ? view->caret_to : view->to;
    tn__buf_printf(page->out, "%*s | ", GUTTER_DIGITS, "");
    if (diag->place.column) {
        tn__buf_fill(page->out, ' ', view->caret_from - view->from);
        paint(page, severity_color[diag->severity]);
        tn__buf_putc(page->out, '^');
        if (to > view->caret_from + 1)
            tn__buf_fill(page->out, '~', to - view->caret_from - 1);
        paint(page, PLAIN);
        tn__buf_puts(page->out, diag->help ? " " : "");
    }
    if (diag->help)
        put_help(page, diag->help);
    tn__buf_putc(page->out, '\n');
}

void tn__text_diag(struct tn__buf *out, const struct tn__diags *diags, const struct tn__diag *diag,
                   const struct tn__text_options *options)
{
    unsigned width = options && options->width ? options->width : DEFAULT_WIDTH;
    struct page page = {.out = out,
                        .diags = diags,
                        .color = options && options->color,
                        .room = width > GUTTER + LEAST_ROOM ? width - GUTTER : LEAST_ROOM};
    tn_text line;
    put_head(&page, diag->place, diag->severity, diag->message);
    tn__buf_puts(out, " [");
    put_string(&page, diag->code);
    tn__buf_puts(out, "]\n");
    if (find_line(diags, diag->place, &line)) {
        struct view view;
        look(&view, line, diag->place, page.room);
        put_line(&page, &view, diag->place.line);
        if (diag->place.column || diag->help)
            put_caret(&page, &view, diag);
    } else if (diag->help) {
        tn__buf_puts(out, "  ");
        put_help(&page, diag->help);
        tn__buf_putc(out, '\n');
    }
    for (const struct tn__diag_note *note = diag->notes; note; note = note->next) {
        put_head(&page, note->place, TN__NOTE, note->message);
        tn__buf_putc(out, '\n');
    }
}

void tn__text_diags(struct tn__buf *out, const struct tn__diags *diags,
                    const struct tn__text_options *options)
{
    for (size_t i = 0; i < diags->count; i++)
        tn__text_diag(out, diags, &diags->items[i], options);
}
