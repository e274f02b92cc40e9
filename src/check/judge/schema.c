/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"
#include "check/origin.h"
#include "util/str.h"

/* What the migrations make, as far as queries can rely on it. */

/* A line may name an enum of the server. */
static bool is_enum_type(const struct tn__checked *checked, const struct tn__settings_type *said)
{
    const struct tn__server_catalog *server = checked->catalog.server;
    for (size_t i = 0; server && i < server->type_count; i++)
        if (server->types[i].kind == TN__SERVER_ENUM &&
            tn__judge_names_type(said, &server->types[i]))
            return true;
    return false;
}

static void report_no_table(const struct tn__checked *checked, const struct tn__settings_type *type,
                            tn_arena *arena, struct tn__diags *diags)
{
    const struct tn__catalog *catalog = &checked->catalog;
    const char *name = type->table;
    const char *near = tn__catalog_nearest_table(catalog, tn_text_of(name), arena);
    const char *full = catalog->server && type->column
                           ? tn__arena_printf(arena, "%s.%s", type->table, type->column)
                           : NULL;
    if (!near && full) { /* with its schema */
        near = tn__catalog_nearest_table(catalog, tn_text_of(full), arena);
        name = near ? full : name;
    }
    struct tn__diag *diag =
        tn__diags_add(diags, "unknown-table", type->place, "no table '%s' for [types]", name);
    if (near)
        tn__diag_help(diags, diag, "'%s'", near);
}

static void report_no_column(const struct tn__rule_subject *of,
                             const struct tn__settings_type *type, tn_arena *arena,
                             struct tn__diags *diags)
{
    struct tn__diag *diag = tn__diags_add(diags, "unknown-column", type->place,
                                          "no column '%s' in table '%s' for [types]", of->wanted,
                                          tn__table_label(of->table));
    const char *near = tn__table_nearest_column(of->table, tn_text_of(of->wanted), arena);
    if (near)
        tn__diag_help(diags, diag, "'%s'", near);
}

/* Each line of [types] must name what there is. */
static void check_types(const struct tn__checked *checked, const struct tn__judge_engine *engine,
                        const struct tn__check_options *options, tn_arena *arena,
                        struct tn__diags *diags)
{
    for (size_t i = 0; i < options->type_count; i++) {
        const struct tn__settings_type *type = &options->types[i];
        struct tn__rule_subject of;
        tn__rule_subject(&of, &checked->catalog, type);
        if (!of.table && is_enum_type(checked, type))
            continue;
        if (!of.table)
            report_no_table(checked, type, arena, diags);
        else if (of.wanted && !of.column)
            report_no_column(&of, type, arena, diags);
        else if (!of.wanted && type->column && type->logical != TN__LOGICAL_KEY)
            tn__diags_add(diags, "bad-setting", type->place,
                          "'%s.%s' is a table: it can have a name for its struct here, and no type",
                          type->table, type->column);
        else if (of.column && type->logical == TN__LOGICAL_ENUM && of.column->choice_count == 0)
            tn__diags_add(diags, "bad-setting", type->place,
                          "column '%s' of table '%s' has no CHECK that lists its texts: it is no "
                          "enum",
                          of.wanted, tn__table_label(of.table));
        else if (of.column && type->logical != TN__LOGICAL_KEY)
            engine->check_setting(checked, options, type, of.table, diags);
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
            tn__origin_of_column(&place, &checked->origins, table, table->columns[c].name);
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
