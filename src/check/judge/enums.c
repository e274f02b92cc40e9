/* SPDX-License-Identifier: MIT */
#include "check/check.h"
#include "check/judge/judge.h"
#include "util/str.h"

/* The columns that are enums, and what they are called. */

const char *tn__struct_name(const struct tn__table *table, const struct tn__settings_type *types,
                            size_t type_count)
{
    for (size_t i = 0; i < type_count; i++)
        if (!types[i].column && tn__text_is_nocase(tn_text_of(types[i].table), table->name))
            return types[i].struct_name;
    return table->name;
}

static size_t count_enums(const struct tn__checked *checked)
{
    size_t count = 0;
    for (size_t t = 0; t < checked->catalog.table_count; t++)
        for (size_t c = 0; c < checked->catalog.tables[t].column_count; c++)
            count += checked->catalog.tables[t].columns[c].choice_count > 0;
    return count;
}

int tn__judge_enums(struct tn__checked *checked, const struct tn__check_options *options,
                    tn_arena *arena)
{
    struct tn__enum *enums = tn_arena_array(arena, count_enums(checked), sizeof(*enums));
    size_t count = 0;
    if (!enums)
        return TN_ENOMEM;
    for (size_t t = 0; t < checked->catalog.table_count; t++) {
        const struct tn__table *table = &checked->catalog.tables[t];
        const char *stem = tn__struct_name(table, options->types, options->type_count);
        for (size_t c = 0; c < table->column_count; c++) {
            const struct tn__column *column = &table->columns[c];
            if (checked->typings[t][c].choices != column)
                continue;
            const struct tn__settings_type *rule =
                tn__rule_of_column(table, column, options->types, options->type_count);
            const char *name = rule && rule->logical == TN__LOGICAL_ENUM
                                   ? rule->struct_name
                                   : tn__arena_printf(arena, "%s_%s", stem, column->name);
            if (!name)
                return TN_ENOMEM;
            enums[count++] = (struct tn__enum){name, table, column};
        }
    }
    checked->enums = enums;
    checked->enum_count = count;
    return TN_OK;
}

const struct tn__enum *tn__checked_enum(const struct tn__checked *checked, struct tn__typing typing)
{
    for (size_t i = 0; typing.choices && i < checked->enum_count; i++)
        if (checked->enums[i].column == typing.choices)
            return &checked->enums[i];
    return NULL;
}
