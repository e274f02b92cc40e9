/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"
#include "check/origin.h"
#include "util/str.h"

/* What the migrations make, as far as queries can rely on it. */

/* A line without a column may name an enum of the server. */
static bool is_enum_type(const struct tn__checked *checked, const struct tn__settings_type *said)
{
    const struct tn__server_catalog *server = checked->catalog.server;
    for (size_t i = 0; server && !said->column && i < server->type_count; i++)
        if (server->types[i].kind == TN__SERVER_ENUM &&
            strcmp(server->types[i].name, said->table) == 0)
            return true;
    return false;
}

/* Each line of [types] must name what there is. */
static void check_types(const struct tn__checked *checked, const struct tn__judge_engine *engine,
                        const struct tn__check_options *options, tn_arena *arena,
                        struct tn__diags *diags)
{
    for (size_t i = 0; i < options->type_count; i++) {
        const struct tn__settings_type *type = &options->types[i];
        const struct tn__table *table =
            tn__catalog_table(&checked->catalog, tn_text_of(type->table));
        if (!table && is_enum_type(checked, type))
            continue;
        if (!table) {
            struct tn__diag *diag = tn__diags_add(diags, "unknown-table", type->place,
                                                  "no table '%s' for [types]", type->table);
            const char *near =
                tn__catalog_nearest_table(&checked->catalog, tn_text_of(type->table), arena);
            if (near)
                tn__diag_help(diags, diag, "'%s'", near);
        } else if (type->column && !tn__table_column(table, tn_text_of(type->column))) {
            struct tn__diag *diag = tn__diags_add(diags, "unknown-column", type->place,
                                                  "no column '%s' in table '%s' for [types]",
                                                  type->column, table->name);
            const char *near = tn__table_nearest_column(table, tn_text_of(type->column), arena);
            if (near)
                tn__diag_help(diags, diag, "'%s'", near);
        } else if (type->column && type->logical == TN__LOGICAL_ENUM &&
                   tn__table_column(table, tn_text_of(type->column))->choice_count == 0) {
            tn__diags_add(diags, "bad-setting", type->place,
                          "column '%s' of table '%s' has no CHECK that lists its texts: it is no "
                          "enum",
                          type->column, table->name);
        } else if (type->column && type->logical != TN__LOGICAL_KEY) {
            engine->check_setting(checked, options, type, table, diags);
        }
    }
}

static void report_null_defaults(const struct tn__checked *checked, struct tn__diags *diags)
{
    const struct tn__catalog *catalog = &checked->catalog;
    for (size_t t = 0; t < catalog->table_count; t++) {
        const struct tn__table *table = &catalog->tables[t];
        for (size_t c = 0; c < table->column_count; c++) {
            struct tn__place place = {checked->migrations.source, 0, 0, 0};
            if (!table->columns[c].is_null_by_default || table->kind != TN__TABLE)
                continue;
            tn__origin_of_column(&place, &checked->origins, tn_text_of(table->name),
                                 tn_text_of(table->columns[c].name));
            tn__diags_add(diags, "null-default", place,
                          "column '%s' of table '%s' is NOT NULL and its default is NULL: rows "
                          "from before it have NULL",
                          table->columns[c].name, table->name);
        }
    }
}

/* The typing of every column, once for all queries. */
static int type_columns(struct tn__checked *checked, const struct tn__judge_engine *engine,
                        const struct tn__check_options *options, tn_arena *arena)
{
    const struct tn__catalog *catalog = &checked->catalog;
    struct tn__analyse_options analyse = {.catalog = catalog,
                                          .types = options->types,
                                          .type_count = options->type_count,
                                          .keys = &checked->keys,
                                          .functions = checked->functions,
                                          .function_count = checked->function_count};
    const struct tn__typing **typings =
        tn_arena_array(arena, catalog->table_count, sizeof(const struct tn__typing *));
    if (!typings)
        return TN_ENOMEM;
    for (size_t t = 0; t < catalog->table_count; t++) {
        const struct tn__table *table = &catalog->tables[t];
        struct tn__typing *own = tn_arena_array(arena, table->column_count, sizeof(*own));
        if (!own)
            return TN_ENOMEM;
        for (size_t c = 0; c < table->column_count; c++) {
            if (engine->type_kept(&own[c], &analyse, table, &table->columns[c]) != TN_OK)
                return TN_ENOMEM;
        }
        typings[t] = own;
    }
    checked->typings = typings;
    return TN_OK;
}

struct tn__typing tn__checked_typing(const struct tn__checked *checked,
                                     const struct tn__table *table, const struct tn__column *column)
{
    return checked->typings[table - checked->catalog.tables][column - table->columns];
}

int tn__judge_schema(struct tn__checked *checked, const struct tn__judge_engine *engine,
                     const struct tn__check_options *options, struct tn__scratch *scratch,
                     tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    if (tn__origins_find(&checked->origins, &checked->migrations, engine->dialect, arena) != TN_OK)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    int rc = engine->forget(checked, scratch, arena, diags, err);
    if (rc == TN_OK)
        rc = tn__catalog_read(&checked->catalog, tn_conn_db(scratch->conn), arena, err);
    if (rc != TN_OK)
        return rc;
    check_types(checked, engine, options, arena, diags);
    report_null_defaults(checked, diags);
    rc = tn__judge_keys(checked, options, arena, diags);
    if (rc == TN_OK)
        rc = type_columns(checked, engine, options, arena);
    if (rc == TN_OK)
        rc = tn__judge_enums(checked, options, arena);
    if (rc == TN_OK)
        rc = engine->lint_schema(checked, options, scratch, arena, diags);
    return rc == TN_OK ? TN_OK : tn_error_set(err, rc, "out of memory");
}
