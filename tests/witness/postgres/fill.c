/* SPDX-License-Identifier: MIT */
#include "schema.h"

#include <string.h>

#include "kinds.h"

/* Random rows. */

enum {
    DATA_NONE,
    DATA_ONE,
    DATA_MANY,
    DATA_NULLS
};

static const char *value(const struct tn__column *column, unsigned set, struct rng *rng)
{
    const struct kind *kind = kind_named(column->type->name);
    static const unsigned percent[DATA_SETS] = {0, 25, 15, 60};
    if (column->is_not_null || !rng_chance(rng, percent[set]))
        return kind_literal(kind, rng);
    /* NULL gets into a domain that takes none, too. */
    return kind->letter == 'K' ? "(SELECT 1::d_firm WHERE FALSE)" : "NULL";
}

static void insert(struct place *place, const struct tn__table *table, unsigned set,
                   struct rng *rng, tn_arena *arena)
{
    const char *names = "";
    const char *values = "";
    for (size_t i = 0; i < table->column_count; i++) {
        const struct tn__column *column = &table->columns[i];
        if (column->is_generated || column->identity || !kind_named(column->type->name))
            continue;
        const char *comma = *names ? ", " : "";
        names = fmt(arena, "%s%s\"%s\"", names, comma, column->name);
        values = fmt(arena, "%s%s%s", values, comma, value(column, set, rng));
    }
    if (*names)
        (void)place_add(place,
                        fmt(arena, "INSERT INTO %s (%s) VALUES (%s)", table->label, names, values));
    else
        (void)place_add(place, fmt(arena, "INSERT INTO %s DEFAULT VALUES", table->label));
}

void data_fill(struct place *place, unsigned set, struct rng *rng)
{
    const struct tn__catalog *catalog = &place->catalog;
    tn_arena arena = TN_ARENA_INIT;
    for (size_t i = 0; i < catalog->table_count; i++) {
        const struct tn__table *table = &catalog->tables[i];
        bool is_filled = table->kind == TN__TABLE && strcmp(table->schema, "public") == 0 &&
                         !table->server->is_partition;
        unsigned rows = set == DATA_NONE ? 0 : set == DATA_ONE ? 1 : 2 + rng_below(rng, 5);
        for (unsigned row = 0; is_filled && row < rows; row++)
            insert(place, table, set, rng, &arena);
    }
    for (size_t i = 0; i < catalog->table_count; i++)
        if (catalog->tables[i].kind == TN__MATERIALIZED_VIEW)
            (void)place_add(place,
                            fmt(&arena, "REFRESH MATERIALIZED VIEW %s", catalog->tables[i].label));
    tn_arena_fini(&arena);
}
