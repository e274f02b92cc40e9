/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"
#include "util/str.h"

/* What a statement may mean by a name that the engine does not find. */

/* The server's names are taken as they are written, with a schema in front. */
const struct tn__table *tn__judge_source_table(const struct tn__judge *judge,
                                               const struct tn__sql_source *source)
{
    const struct tn__catalog *catalog = &judge->checked->catalog;
    size_t token = source->token;
    if (!catalog->server)
        return tn__catalog_table(catalog, source->table);
    size_t begin = token >= 2 && tn__sql_is_op(&judge->sql, token - 1, ".") ? token - 2 : token;
    return tn__catalog_table(catalog,
                             tn__sql_bytes(&judge->sql, (struct tn__sql_span){begin, token + 1}));
}

/* The table that a column was looked for in, if the statement leaves no choice. */
const struct tn__table *tn__judge_only_table(struct tn__judge *judge, tn_text qualifier)
{
    const struct tn__sql_source *sources;
    size_t count;
    const struct tn__table *found = NULL;
    if (tn__sql_sources(&sources, &count, &judge->sql, judge->arena) != TN_OK)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct tn__table *table = tn__judge_source_table(judge, &sources[i]);
        if (!table || (qualifier.data && !tn__text_equal_nocase(sources[i].alias, qualifier) &&
                       !tn__text_equal_nocase(sources[i].table, qualifier)))
            continue;
        if (found && found != table)
            return NULL;
        found = table;
    }
    return found;
}

/* The column nearest to a name, in all tables that the statement names. */
const char *tn__judge_nearest_column(struct tn__judge *judge, tn_text name)
{
    const struct tn__sql_source *sources;
    size_t count;
    if (tn__sql_sources(&sources, &count, &judge->sql, judge->arena) != TN_OK)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct tn__table *table = tn__judge_source_table(judge, &sources[i]);
        const char *near = table ? tn__table_nearest_column(table, name, judge->arena) : NULL;
        if (near)
            return near;
    }
    return NULL;
}

/* "'users' is created here". */
void tn__judge_note_origin(struct tn__judge *judge, struct tn__diag *diag,
                           const struct tn__table *table)
{
    struct tn__place place = {0};
    tn__origin_of(&place, &judge->checked->origins, table->schema, table->name);
    if (place.file)
        tn__diag_note(judge->diags, diag, place, "'%s' is created here", tn__table_label(table));
}
