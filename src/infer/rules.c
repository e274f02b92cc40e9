/* SPDX-License-Identifier: MIT */
#include "infer/typing.h"
#include "util/str.h"

/*
 * What the lines of [types] are about. 'a.b' is column b of table a, or on a server table b of schema a; and
 * 'a.b.c' column c of that one.
 */

/* Whether queries can leave the schema of a table out: then its label has none, and no dot outside of quotes. */
static bool is_shown(const struct tn__table *table)
{
    bool is_quoted = false;
    for (const char *p = tn__table_label(table); table->schema && *p; p++) {
        is_quoted = *p == '"' ? !is_quoted : is_quoted;
        if (*p == '.' && !is_quoted)
            return false;
    }
    return true;
}

static bool is_called(const struct tn__table *table, const struct tn__settings_type *said)
{
    return is_shown(table) && tn__text_is_nocase(tn_text_of(said->table), table->name);
}

/* What a line has behind 'schema.table': "" or ".column". NULL: it is of no such table. */
static const char *behind(const struct tn__settings_type *said, const struct tn__table *table)
{
    if (!table->schema || !said->column ||
        !tn__text_is_nocase(tn_text_of(said->table), table->schema))
        return NULL;
    size_t size = strlen(table->name);
    tn_text front = tn__text_sub(tn_text_of(said->column), 0, size);
    const char *rest = said->column + front.size;
    return tn__text_is_nocase(front, table->name) && (!*rest || *rest == '.') ? rest : NULL;
}

bool tn__rule_is_of_table(const struct tn__settings_type *said, const struct tn__table *table)
{
    if (!said->column)
        return is_called(table, said);
    const char *rest = said->logical == TN__LOGICAL_KEY ? behind(said, table) : NULL;
    return rest && !*rest;
}

static bool is_of_column(const struct tn__settings_type *said, const struct tn__table *table,
                         const struct tn__column *column)
{
    if (!said->column)
        return false;
    if (is_called(table, said) && tn__text_is_nocase(tn_text_of(said->column), column->name))
        return true;
    const char *rest = behind(said, table);
    return rest && *rest && tn__text_is_nocase(tn_text_of(rest + 1), column->name);
}

const struct tn__settings_type *tn__rule_of_column(const struct tn__table *table,
                                                   const struct tn__column *column,
                                                   const struct tn__settings_type *types,
                                                   size_t type_count)
{
    for (size_t i = 0; i < type_count; i++)
        if (is_of_column(&types[i], table, column))
            return &types[i];
    return NULL;
}

void tn__rule_subject(struct tn__rule_subject *out, const struct tn__catalog *catalog,
                      const struct tn__settings_type *said)
{
    const struct tn__table *table = tn__catalog_table(catalog, tn_text_of(said->table));
    *out = (struct tn__rule_subject){table, NULL, said->column};
    if (table && said->column)
        out->column = tn__table_column(table, tn_text_of(said->column));
    for (size_t i = 0; said->column && !out->column && i < catalog->table_count; i++) {
        const char *rest = behind(said, &catalog->tables[i]);
        if (!rest)
            continue;
        *out = (struct tn__rule_subject){&catalog->tables[i], NULL, *rest ? rest + 1 : NULL};
        if (*rest)
            out->column = tn__table_column(out->table, tn_text_of(rest + 1));
        return;
    }
}
