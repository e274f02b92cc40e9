/* SPDX-License-Identifier: MIT */
#ifndef TN_RENDER_GRID_H
#define TN_RENDER_GRID_H

#include <tenon/error.h>

#include "util/buf.h"

/*
 * Small tables: aligned for a terminal, tab-separated for a program.
 *
 *     static const struct tn__grid_column columns[] = {{"version", TN__RIGHT}, {"name", TN__LEFT}};
 *     tn__grid_init(&grid, columns, 2, arena);
 *     tn__grid_cell(&grid, TN__TEXT("7"));
 *     tn__grid_cell(&grid, TN__TEXT("users"));
 *     tn__grid_text(&buf, &grid, false);
 */
enum tn__align {
    TN__LEFT,
    TN__RIGHT
};

struct tn__grid_column {
    const char *title;
    enum tn__align align;
};

struct tn__grid {
    const struct tn__grid_column *columns; /* borrowed */
    size_t column_count;
    size_t *widths; /* of the columns, as far as seen */
    tn_text *cells; /* row by row */
    size_t cell_count;
    size_t cap;
    tn_arena *arena;
    int status; /* sticky: TN_OK or TN_ENOMEM */
};

void tn__grid_init(struct tn__grid *grid, const struct tn__grid_column *columns, size_t count,
                   tn_arena *arena);
/* The next cell, from left to right; the text is copied, a NULL one is empty. */
void tn__grid_cell(struct tn__grid *grid, tn_text cell);

/* For a terminal: titles (bold if `color`), then a line per row, two blanks between columns, no blanks at the end of a
 * line; what a terminal would not show is made visible. No memory, now or while adding cells, is the
 * buffer's failure. */
void tn__grid_text(struct tn__buf *out, const struct tn__grid *grid, bool color);
/* For a program: the same lines with tabs between the cells; in a cell \t, \n, \r and \\ are
 * escaped. */
void tn__grid_tsv(struct tn__buf *out, const struct tn__grid *grid);

#endif
