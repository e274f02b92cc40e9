/* SPDX-License-Identifier: MIT */
#include "show/show.h"

#include "show/words.h"
#include "util/str.h"

bool tn__show_find(struct tn__shown *out, const struct tn__catalog *catalog, tn_text name)
{
    struct tn__shown shown = {.table = tn__catalog_table(catalog, name)};
    for (size_t t = 0; t < catalog->table_count && !shown.table; t++) {
        const struct tn__table *table = &catalog->tables[t];
        for (size_t i = 0; i < table->index_count; i++)
            if (tn__text_is_nocase(name, table->indexes[i].name))
                shown = (struct tn__shown){.table = table, .index = &table->indexes[i]};
        for (size_t i = 0; i < table->trigger_count; i++)
            if (!shown.table && tn__text_is_nocase(name, table->triggers[i].name))
                shown = (struct tn__shown){.table = table, .trigger = &table->triggers[i]};
    }
    if (!shown.table)
        return catalog->server && tn__show_find_object(out, catalog, name);
    *out = shown;
    return true;
}

const char *tn__show_nearest(const struct tn__catalog *catalog, tn_text name, tn_arena *arena)
{
    size_t count = catalog->table_count;
    for (size_t t = 0; t < catalog->table_count; t++)
        count += catalog->tables[t].index_count + catalog->tables[t].trigger_count;
    const struct tn__server_catalog *server = catalog->server;
    if (server)
        count += server->type_count + server->function_count + server->sequence_count;
    const char **names = tn_arena_array(arena, count, sizeof(*names));
    size_t used = 0;
    if (!names)
        return NULL;
    for (size_t t = 0; t < catalog->table_count; t++)
        if (!catalog->tables[t].is_internal)
            names[used++] = tn__table_label(&catalog->tables[t]);
    for (size_t t = 0; t < catalog->table_count; t++) {
        const struct tn__table *table = &catalog->tables[t];
        for (size_t i = 0; i < table->index_count; i++)
            names[used++] = table->indexes[i].sql ? table->indexes[i].name : NULL;
        for (size_t i = 0; i < table->trigger_count; i++)
            names[used++] = table->triggers[i].name;
    }
    for (size_t i = 0; server && i < server->type_count; i++)
        names[used++] = tn__words_is_shown(&server->types[i]) ? server->types[i].name : NULL;
    for (size_t i = 0; server && i < server->function_count; i++)
        names[used++] = server->functions[i].is_own ? NULL : server->functions[i].name;
    for (size_t i = 0; server && i < server->sequence_count; i++)
        names[used++] = server->sequences[i].is_own ? NULL : server->sequences[i].name;
    return tn__nearest(name, names, used);
}

void tn__show_count(size_t *out_tables, size_t *out_views, const struct tn__catalog *catalog)
{
    *out_tables = *out_views = 0;
    for (size_t t = 0; t < catalog->table_count; t++)
        if (!catalog->tables[t].is_internal)
            ++*(catalog->tables[t].kind == TN__VIEW ||
                        catalog->tables[t].kind == TN__MATERIALIZED_VIEW
                    ? out_views
                    : out_tables);
}
