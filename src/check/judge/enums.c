/* SPDX-License-Identifier: MIT */
#include "check/check.h"
#include "check/judge/judge.h"
#include "util/str.h"

/* The columns that are enums, and what they are called. */

const char *tn__struct_name(const struct tn__table *table, const struct tn__settings_type *types,
                            size_t type_count)
{
    for (size_t i = 0; i < type_count; i++)
        if (tn__rule_is_of_table(&types[i], table))
            return types[i].struct_name;
    return table->name;
}

bool tn__judge_names_type(const struct tn__settings_type *said, const struct tn__server_type *type)
{
    if (!said->column)
        return strcmp(said->table, type->name) == 0;
    return said->logical == TN__LOGICAL_KEY && strcmp(said->table, type->schema) == 0 &&
           strcmp(said->column, type->name) == 0;
}

static bool is_enum(const struct tn__server_type *type)
{
    return type->kind == TN__SERVER_ENUM && tn__typing_of_server(type).type == TN__TYPE_ENUM;
}

static size_t count_enums(const struct tn__checked *checked)
{
    size_t count = 0;
    for (size_t t = 0; t < checked->catalog.table_count; t++)
        for (size_t c = 0; c < checked->catalog.tables[t].column_count; c++)
            count += checked->catalog.tables[t].columns[c].choice_count > 0;
    for (size_t i = 0; checked->catalog.server && i < checked->catalog.server->type_count; i++)
        count += is_enum(&checked->catalog.server->types[i]);
    return count;
}

/* Its own name, or what [types] makes of it, as of a table. */
static size_t add_types(struct tn__enum *enums, const struct tn__checked *checked,
                        const struct tn__check_options *options)
{
    const struct tn__server_catalog *server = checked->catalog.server;
    size_t count = 0;
    for (size_t i = 0; server && i < server->type_count; i++) {
        const struct tn__server_type *type = &server->types[i];
        if (!is_enum(type))
            continue;
        const char *name = type->name;
        for (size_t k = 0; k < options->type_count; k++)
            if (tn__judge_names_type(&options->types[k], type))
                name = options->types[k].struct_name;
        enums[count++] = (struct tn__enum){name, NULL, NULL, type, type->labels, type->label_count};
    }
    return count;
}

int tn__judge_enums(struct tn__checked *checked, const struct tn__check_options *options,
                    tn_arena *arena)
{
    struct tn__enum *enums = tn_arena_array(arena, count_enums(checked), sizeof(*enums));
    if (!enums)
        return TN_ENOMEM;
    size_t count = add_types(enums, checked, options);
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
            enums[count++] =
                (struct tn__enum){name, table, column, NULL, column->choices, column->choice_count};
        }
    }
    checked->enums = enums;
    checked->enum_count = count;
    return TN_OK;
}

const struct tn__enum *tn__checked_enum(const struct tn__checked *checked, struct tn__typing typing)
{
    const struct tn__server_type *type = typing.type == TN__TYPE_ENUM ? typing.server : NULL;
    for (size_t i = 0; (typing.choices || type) && i < checked->enum_count; i++) {
        const struct tn__enum *one = &checked->enums[i];
        if (typing.choices ? one->column == typing.choices : one->server && one->server == type)
            return one;
    }
    return NULL;
}
