/* SPDX-License-Identifier: MIT */
#include "render/table.h"

#include "render/glyph.h"
#include "util/str.h"

enum {
    FIRST_CAP = 64,
    GAP = 2
};

void tn__table_init(struct tn__table *table, const struct tn__table_column *columns, size_t count,
                    tn_arena *arena)
{
    *table = (struct tn__table){.columns = columns, .column_count = count, .arena = arena};
    table->widths = tn_arena_array(arena, count, sizeof *table->widths);
    if (!table->widths) {
        table->column_count = 0;
        table->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++)
        table->widths[i] = tn__glyph_width(tn_text_of(columns[i].title));
}

/* Room for one more cell; the array lives in the arena, so an old one is left behind. */
static bool reserve(struct tn__table *table)
{
    if (table->cell_count < table->cap)
        return true;
    size_t cap = table->cap ? table->cap * 2 : FIRST_CAP;
    tn_text *cells = tn_arena_array(table->arena, cap, sizeof *cells);
    if (!cells)
        return false;
    if (table->cell_count)
        memcpy(cells, table->cells, table->cell_count * sizeof *cells);
    table->cells = cells;
    table->cap = cap;
    return true;
}

void tn__table_cell(struct tn__table *table, tn_text cell)
{
    size_t size = cell.data ? cell.size : 0;
    tn_text text = {tn_arena_copy(table->arena, size ? cell.data : "", size), size};
    if (table->status != TN_OK || !text.data || !reserve(table)) {
        table->status = TN_ENOMEM;
        return;
    }
    size_t width = tn__glyph_width(text);
    size_t *widest = &table->widths[table->cell_count % table->column_count];
    if (width > *widest)
        *widest = width;
    table->cells[table->cell_count++] = text;
}

/* The text at a row and column; row 0 has the titles. A row that is not complete ends in blanks. */
static tn_text cell_at(const struct tn__table *table, size_t row, size_t column)
{
    if (row == 0)
        return tn_text_of(table->columns[column].title);
    size_t i = (row - 1) * table->column_count + column;
    return i < table->cell_count ? table->cells[i] : TN__TEXT("");
}

/* With the line of titles. */
static size_t line_count(const struct tn__table *table)
{
    size_t columns = table->column_count;
    return columns ? 1 + (table->cell_count + columns - 1) / columns : 0;
}

static void put_row(struct tn__buf *out, const struct tn__table *table, size_t row)
{
    size_t blanks = 0; /* owed: written only in front of something */
    for (size_t c = 0; c < table->column_count; c++) {
        tn_text cell = cell_at(table, row, c);
        size_t room = table->widths[c] - tn__glyph_width(cell);
        bool is_right = table->columns[c].align == TN__RIGHT;
        if (is_right)
            blanks += room;
        if (cell.size) {
            tn__buf_fill(out, ' ', blanks);
            tn__glyph_text(out, cell);
            blanks = 0;
        }
        if (!is_right)
            blanks += room;
        blanks += GAP;
    }
}

void tn__table_text(struct tn__buf *out, const struct tn__table *table, bool color)
{
    if (table->status != TN_OK) {
        tn__buf_fail(out, table->status);
        return;
    }
    for (size_t row = 0; row < line_count(table); row++) {
        bool is_bold = color && row == 0;
        tn__buf_puts(out, is_bold ? "\033[1m" : "");
        put_row(out, table, row);
        tn__buf_puts(out, is_bold ? "\033[0m\n" : "\n");
    }
}

static void put_tsv(struct tn__buf *out, tn_text cell)
{
    for (size_t i = 0; i < cell.size; i++) {
        char c = cell.data[i];
        const char *escape = c == '\t'   ? "\\t"
                             : c == '\n' ? "\\n"
                             : c == '\r' ? "\\r"
                             : c == '\\' ? "\\\\"
                                         : NULL;
        if (escape)
            tn__buf_puts(out, escape);
        else
            tn__buf_putc(out, c);
    }
}

void tn__table_tsv(struct tn__buf *out, const struct tn__table *table)
{
    if (table->status != TN_OK) {
        tn__buf_fail(out, table->status);
        return;
    }
    for (size_t row = 0; row < line_count(table); row++) {
        for (size_t c = 0; c < table->column_count; c++) {
            tn__buf_puts(out, c ? "\t" : "");
            put_tsv(out, cell_at(table, row, c));
        }
        tn__buf_putc(out, '\n');
    }
}
