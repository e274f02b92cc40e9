/* SPDX-License-Identifier: MIT */
#include "schema/catalog.h"

#include "schema/reading.h"
#include "util/str.h"

/* Longer names than this are nobody's. */
#define NAME_MAX_BYTES 200u

bool tn__map_find_name(void **out, const struct tn__map *map, tn_text name)
{
    char key[NAME_MAX_BYTES];
    if (name.size > sizeof(key))
        return false;
    for (size_t i = 0; i < name.size; i++)
        key[i] = tn__lower(name.data[i]);
    *out = tn__map_get(map, (tn_text){key, name.size});
    return true;
}

int tn__map_add_name(struct tn__map *map, const char *name, void *value, tn_arena *arena)
{
    size_t size = strlen(name);
    char *key = tn_arena_copy(arena, name, size);
    if (!key)
        return TN_ENOMEM;
    for (size_t i = 0; i < size; i++)
        key[i] = tn__lower(key[i]);
    tn_text text = {key, size};
    return tn__map_get(map, text) ? TN_OK : tn__map_put(map, text, value);
}

const struct tn__table *tn__catalog_table(const struct tn__catalog *catalog, tn_text name)
{
    void *found;
    if (!name.data)
        return NULL;
    if (catalog->server)
        return tn__server_table_named(catalog, name);
    if (catalog->by_name && tn__map_find_name(&found, catalog->by_name, name))
        return found;
    for (size_t i = 0; i < catalog->table_count; i++)
        if (tn__text_is_nocase(name, catalog->tables[i].name))
            return &catalog->tables[i];
    return NULL;
}

const struct tn__column *tn__table_column(const struct tn__table *table, tn_text name)
{
    void *found;
    if (!table || !name.data)
        return NULL;
    if (table->schema)
        return tn__server_column_named(table, name);
    if (table->by_name && tn__map_find_name(&found, table->by_name, name))
        return found;
    for (size_t i = 0; i < table->column_count; i++)
        if (tn__text_is_nocase(name, table->columns[i].name))
            return &table->columns[i];
    return NULL;
}

const char *tn__table_label(const struct tn__table *table)
{
    return table->label ? table->label : table->name;
}

const struct tn__table *tn__foreign_key_parent(const struct tn__catalog *catalog,
                                               const struct tn__foreign_key *key)
{
    return catalog->server ? key->parent : tn__catalog_table(catalog, tn_text_of(key->table));
}

bool tn__catalog_is_aggregate(const struct tn__catalog *catalog, tn_text function)
{
    for (size_t i = 0; i < catalog->aggregate_count; i++)
        if (tn__text_is_nocase(function, catalog->aggregates[i]))
            return true;
    return false;
}

const char *tn__catalog_nearest_table(const struct tn__catalog *catalog, tn_text name,
                                      tn_arena *arena)
{
    const char **names = tn_arena_array(arena, catalog->table_count, sizeof(*names));
    if (!names)
        return NULL;
    for (size_t i = 0; i < catalog->table_count; i++)
        names[i] = tn__table_label(&catalog->tables[i]);
    return tn__nearest(name, names, catalog->table_count);
}

const char *tn__table_nearest_column(const struct tn__table *table, tn_text name, tn_arena *arena)
{
    const char **names = tn_arena_array(arena, table->column_count, sizeof(*names));
    if (!names)
        return NULL;
    for (size_t i = 0; i < table->column_count; i++)
        names[i] = table->columns[i].name;
    return tn__nearest(name, names, table->column_count);
}

bool tn__is_rowid_name(tn_text name)
{
    return tn__text_is_nocase(name, "rowid") || tn__text_is_nocase(name, "oid") ||
           tn__text_is_nocase(name, "_rowid_");
}
