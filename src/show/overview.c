/* SPDX-License-Identifier: MIT */
#include "show/show.h"
#include "show/words.h"
#include "util/str.h"

static void put_count(struct tn__grid *grid, struct tn__buf *cell, size_t count)
{
    if (count > 0)
        tn__buf_printf(cell, "%zu", count);
    tn__words_cell(grid, cell);
}

static void put_key(struct tn__buf *cell, const struct tn__table *table)
{
    const struct tn__column *column;
    for (size_t i = 0; (column = tn__words_key(table, i)) != NULL; i++)
        tn__buf_printf(cell, "%s%s", i > 0 ? ", " : "", column->name);
}

/* The tables that the foreign keys name, each once. */
static void put_parents(struct tn__buf *cell, const struct tn__table *table)
{
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        tn_text parent = tn_text_of(table->foreign_keys[i].table);
        bool is_seen = false;
        for (size_t k = 0; k < i && !is_seen; k++)
            is_seen = tn__text_is_nocase(parent, table->foreign_keys[k].table);
        if (is_seen)
            continue;
        tn__buf_puts(cell, cell->size > 0 ? ", " : "");
        tn__buf_text(cell, parent);
    }
}

/* Those that CREATE INDEX has made, and UNIQUE. */
static size_t index_count(const struct tn__table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->index_count; i++)
        count += !table->indexes[i].is_primary_key;
    return count;
}

void tn__show_overview(struct tn__buf *out, const struct tn__catalog *catalog,
                       enum tn__show_form form, tn_arena *arena)
{
    static const struct tn__grid_column columns[] = {
        {"name", TN__LEFT},       {"kind", TN__LEFT},     {"columns", TN__RIGHT},
        {"key", TN__LEFT},        {"indexes", TN__RIGHT}, {"triggers", TN__RIGHT},
        {"references", TN__LEFT},
    };
    struct tn__grid grid;
    struct tn__buf cell;
    tn__grid_init(&grid, columns, sizeof(columns) / sizeof(columns[0]), arena);
    tn__buf_init(&cell, 0);
    for (size_t i = 0; i < catalog->table_count; i++) {
        const struct tn__table *table = &catalog->tables[i];
        if (table->is_internal)
            continue;
        tn__grid_cell(&grid, tn_text_of(tn__table_label(table)));
        tn__words_kind(&cell, table);
        tn__words_cell(&grid, &cell);
        put_count(&grid, &cell, table->column_count);
        put_key(&cell, table);
        tn__words_cell(&grid, &cell);
        put_count(&grid, &cell, index_count(table));
        put_count(&grid, &cell, table->trigger_count);
        put_parents(&cell, table);
        tn__words_cell(&grid, &cell);
    }
    if (catalog->server)
        tn__show_objects(&grid, catalog, &cell);
    tn__buf_fini(&cell);
    if (form == TN__SHOW_TSV)
        tn__grid_tsv(out, &grid);
    else
        tn__grid_text(out, &grid, form == TN__SHOW_COLORED);
}
