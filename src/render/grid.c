/* SPDX-License-Identifier: MIT */
#include "render/grid.h"

#include "render/glyph.h"
#include "util/str.h"

enum {
    FIRST_CAP = 64,
    GAP = 2
};

void tn__grid_init(struct tn__grid *grid, const struct tn__grid_column *columns, size_t count,
                   tn_arena *arena)
{
    *grid = (struct tn__grid){.columns = columns, .column_count = count, .arena = arena};
    grid->widths = tn_arena_array(arena, count, sizeof *grid->widths);
    if (!grid->widths) {
        grid->column_count = 0;
        grid->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++)
        grid->widths[i] = tn__glyph_width(tn_text_of(columns[i].title));
}

/* Room for one more cell; the array lives in the arena, so an old one is left behind. */
static bool reserve(struct tn__grid *grid)
{
    if (grid->cell_count < grid->cap)
        return true;
    size_t cap = grid->cap ? grid->cap * 2 : FIRST_CAP;
    tn_text *cells = tn_arena_array(grid->arena, cap, sizeof *cells);
    if (!cells)
        return false;
    if (grid->cell_count)
        memcpy(cells, grid->cells, grid->cell_count * sizeof *cells);
    grid->cells = cells;
    grid->cap = cap;
    return true;
}

void tn__grid_cell(struct tn__grid *grid, tn_text cell)
{
    size_t size = cell.data ? cell.size : 0;
    tn_text text = {tn_arena_copy(grid->arena, size ? cell.data : "", size), size};
    if (grid->status != TN_OK || !text.data || !reserve(grid)) {
        grid->status = TN_ENOMEM;
        return;
    }
    size_t width = tn__glyph_width(text);
    size_t *widest = &grid->widths[grid->cell_count % grid->column_count];
    if (width > *widest)
        *widest = width;
    grid->cells[grid->cell_count++] = text;
}

/* The text at a row and column; row 0 has the titles. A row that is not complete ends in blanks. */
static tn_text cell_at(const struct tn__grid *grid, size_t row, size_t column)
{
    if (row == 0)
        return tn_text_of(grid->columns[column].title);
    size_t i = (row - 1) * grid->column_count + column;
    return i < grid->cell_count ? grid->cells[i] : TN__TEXT("");
}

/* With the line of titles. */
static size_t line_count(const struct tn__grid *grid)
{
    size_t columns = grid->column_count;
    return columns ? 1 + (grid->cell_count + columns - 1) / columns : 0;
}

static void put_row(struct tn__buf *out, const struct tn__grid *grid, size_t row)
{
    size_t blanks = 0; /* owed: written only in front of something */
    for (size_t c = 0; c < grid->column_count; c++) {
        tn_text cell = cell_at(grid, row, c);
        size_t room = grid->widths[c] - tn__glyph_width(cell);
        bool is_right = grid->columns[c].align == TN__RIGHT;
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

void tn__grid_text(struct tn__buf *out, const struct tn__grid *grid, bool color)
{
    if (grid->status != TN_OK) {
        tn__buf_fail(out, grid->status);
        return;
    }
    for (size_t row = 0; row < line_count(grid); row++) {
        bool is_bold = color && row == 0;
        tn__buf_puts(out, is_bold ? "\033[1m" : "");
        put_row(out, grid, row);
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

void tn__grid_tsv(struct tn__buf *out, const struct tn__grid *grid)
{
    if (grid->status != TN_OK) {
        tn__buf_fail(out, grid->status);
        return;
    }
    for (size_t row = 0; row < line_count(grid); row++) {
        for (size_t c = 0; c < grid->column_count; c++) {
            tn__buf_puts(out, c ? "\t" : "");
            put_tsv(out, cell_at(grid, row, c));
        }
        tn__buf_putc(out, '\n');
    }
}
