/* SPDX-License-Identifier: MIT */
#include "schema/catalog.h"

#include "lex/lex.h"
#include "util/str.h"

static const char tables_sql[] = "SELECT name, type, sql FROM sqlite_schema "
                                 "WHERE type IN ('table', 'view') ORDER BY name";
/* hidden: 0 visible, 1 hidden in a virtual table, 2 and 3 generated. */
static const char columns_sql[] = "SELECT name, type, \"notnull\", pk, hidden, dflt_value "
                                  "FROM pragma_table_xinfo(?1) ORDER BY cid";
/* A rowid alias needs no index; every other primary key has one of origin 'pk'. */
static const char key_index_sql[] = "SELECT count(*) FROM pragma_index_list(?1) "
                                    "WHERE origin = 'pk'";
/* The tables that a virtual one keeps its data in; SQLite tells them from 3.37 on. */
static const char shadow_sql[] = "SELECT name FROM pragma_table_list WHERE type = 'shadow'";
static const char aggregates_sql[] = "SELECT DISTINCT name FROM pragma_function_list "
                                     "WHERE type IN ('a', 'w') ORDER BY name";

static const char *text_or_null(const tn_rows *rows, size_t row, size_t column)
{
    const tn_value *value = tn_rows_at(rows, row, column);
    return value->type == TN_TEXT ? value->as.text.data : NULL;
}

static const char *text_at(const tn_rows *rows, size_t row, size_t column)
{
    const char *text = text_or_null(rows, row, column);
    return text ? text : "";
}

static bool flag_at(const tn_rows *rows, size_t row, size_t column)
{
    const tn_value *value = tn_rows_at(rows, row, column);
    return value->type == TN_INT && value->as.integer != 0;
}

static bool is_internal(const char *name)
{
    return strncmp(name, "sqlite_", 7) == 0 || strncmp(name, "_tenon_", 7) == 0 ||
           strcmp(name, "_sqlx_migrations") == 0;
}

static bool holds_word_null(tn_text sql)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, sql, TN__SQLITE);
    for (;;) {
        struct tn__token token = tn__lex_next_solid(&lexer);
        if (token.kind == TN__TOK_END || tn__token_is(&lexer, token, "NULL"))
            return token.kind != TN__TOK_END;
    }
}

/*
 * ALTER TABLE … ADD COLUMN c NOT NULL refuses the default NULL, but not one that only comes to NULL,
 * as CAST(NULL AS TEXT) does: rows from before have NULL then. Only a constant gets through there,
 * and none comes to NULL without the word. A default that cannot be asked is no constant.
 */
static int read_null_default(bool *out, tn_db *db, tn_text sql, tn_arena *arena, tn_error *err)
{
    tn_rows rows;
    tn_error unknown;
    if (!sql.data || tn__text_is_nocase(sql, "NULL") || !holds_word_null(sql))
        return TN_OK;
    const char *question = tn__arena_printf(arena, "SELECT (%s\n) IS NULL", sql.data);
    if (!question)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    int rc = tn_query(&rows, db, question, NULL, 0, arena, &unknown);
    if (rc == TN_ENOMEM)
        return tn_error_set(err, rc, "out of memory");
    *out = rc == TN_OK && rows.row_count == 1 && flag_at(&rows, 0, 0);
    return TN_OK;
}

static int read_columns(struct tn__table *table, tn_db *db, tn_arena *arena, tn_error *err)
{
    tn_value name = tn_value_string(table->name);
    tn_rows rows;
    tn_rows keys;
    int rc = tn_query(&rows, db, columns_sql, &name, 1, arena, err);
    if (rc != TN_OK)
        return rc;
    rc = tn_query(&keys, db, key_index_sql, &name, 1, arena, err);
    if (rc != TN_OK)
        return rc;
    struct tn__column *columns = tn_arena_array(arena, rows.row_count, sizeof(*columns));
    if (!columns)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    bool has_key_index = tn_rows_at(&keys, 0, 0)->as.integer != 0;
    size_t key_columns = 0;
    for (size_t i = 0; i < rows.row_count; i++)
        key_columns += flag_at(&rows, i, 3);
    for (size_t i = 0; i < rows.row_count; i++) {
        struct tn__column *column = &columns[i];
        int64_t hidden = tn_rows_at(&rows, i, 4)->as.integer;
        column->name = text_at(&rows, i, 0);
        column->declared = text_at(&rows, i, 1);
        if (flag_at(&rows, i, 2)) {
            rc = read_null_default(&column->is_null_by_default, db,
                                   tn_text_of(text_or_null(&rows, i, 5)), arena, err);
            if (rc != TN_OK)
                return rc;
            column->is_not_null = !column->is_null_by_default;
        }
        column->is_hidden = hidden == 1;
        column->is_generated = hidden > 1;
        column->is_rowid_alias = table->kind == TN__TABLE && flag_at(&rows, i, 3) &&
                                 key_columns == 1 && !has_key_index &&
                                 tn__text_is_nocase(tn_text_of(column->declared), "INTEGER");
    }
    table->columns = columns;
    table->column_count = rows.row_count;
    return TN_OK;
}

static int mark_shadows(struct tn__table *tables, size_t count, tn_db *db, tn_arena *arena,
                        tn_error *err)
{
    tn_rows rows;
    tn_error unknown;
    int rc = tn_query(&rows, db, shadow_sql, NULL, 0, arena, &unknown);
    if (rc == TN_ENOMEM)
        return tn_error_set(err, rc, "out of memory");
    for (size_t i = 0; rc == TN_OK && i < rows.row_count; i++)
        for (size_t k = 0; k < count; k++)
            if (strcmp(tables[k].name, text_at(&rows, i, 0)) == 0)
                tables[k].is_internal = true;
    return TN_OK;
}

static int read_aggregates(struct tn__catalog *catalog, tn_db *db, tn_arena *arena, tn_error *err)
{
    tn_rows rows;
    int rc = tn_query(&rows, db, aggregates_sql, NULL, 0, arena, err);
    if (rc != TN_OK)
        return rc;
    const char **names = tn_arena_array(arena, rows.row_count, sizeof(*names));
    if (!names)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    for (size_t i = 0; i < rows.row_count; i++)
        names[i] = text_at(&rows, i, 0);
    catalog->aggregates = names;
    catalog->aggregate_count = rows.row_count;
    return TN_OK;
}

int tn__catalog_read(struct tn__catalog *out, tn_db *db, tn_arena *arena, tn_error *err)
{
    struct tn__catalog catalog = {0};
    tn_rows rows;
    int rc = tn_query(&rows, db, tables_sql, NULL, 0, arena, err);
    if (rc != TN_OK)
        return rc;
    struct tn__table *tables = tn_arena_array(arena, rows.row_count, sizeof(*tables));
    if (!tables)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    for (size_t i = 0; i < rows.row_count; i++) {
        tn_text sql = tn_text_of(text_at(&rows, i, 2));
        tables[i].name = text_at(&rows, i, 0);
        tables[i].is_internal = is_internal(tables[i].name);
        if (strcmp(text_at(&rows, i, 1), "view") == 0)
            tables[i].kind = TN__VIEW;
        else if (tn__text_is_nocase(tn__text_sub(sql, 0, 14), "CREATE VIRTUAL"))
            tables[i].kind = TN__VIRTUAL_TABLE;
        rc = read_columns(&tables[i], db, arena, err);
        if (rc != TN_OK)
            return rc;
    }
    rc = mark_shadows(tables, rows.row_count, db, arena, err);
    if (rc != TN_OK)
        return rc;
    catalog.tables = tables;
    catalog.table_count = rows.row_count;
    rc = read_aggregates(&catalog, db, arena, err);
    if (rc == TN_OK)
        *out = catalog;
    return rc;
}

const struct tn__table *tn__catalog_table(const struct tn__catalog *catalog, tn_text name)
{
    for (size_t i = 0; i < catalog->table_count; i++)
        if (tn__text_is_nocase(name, catalog->tables[i].name))
            return &catalog->tables[i];
    return NULL;
}

const struct tn__column *tn__table_column(const struct tn__table *table, tn_text name)
{
    for (size_t i = 0; table && i < table->column_count; i++)
        if (tn__text_is_nocase(name, table->columns[i].name))
            return &table->columns[i];
    return NULL;
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
        names[i] = catalog->tables[i].name;
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
