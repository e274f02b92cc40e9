/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"
#include "util/str.h"

/* What a statement may mean by a name that the engine does not find. */

/* The table that a column was looked for in, if the statement leaves no choice. */
const struct tn__table *tn__judge_only_table(struct tn__judge *judge, tn_text qualifier)
{
    const struct tn__sql_source *sources;
    size_t count;
    const struct tn__table *found = NULL;
    if (tn__sql_sources(&sources, &count, &judge->sql, judge->arena) != TN_OK)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct tn__table *table =
            tn__catalog_table(&judge->checked->catalog, sources[i].table);
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
        const struct tn__table *table =
            tn__catalog_table(&judge->checked->catalog, sources[i].table);
        const char *near = table ? tn__table_nearest_column(table, name, judge->arena) : NULL;
        if (near)
            return near;
    }
    return NULL;
}

/* "'users' is created here". */
void tn__judge_note_origin(struct tn__judge *judge, struct tn__diag *diag, const char *table)
{
    struct tn__place place = {0};
    tn__origin_of(&place, &judge->checked->origins, tn_text_of(table));
    if (place.file)
        tn__diag_note(judge->diags, diag, place, "'%s' is created here", table);
}
