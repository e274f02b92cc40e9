/* SPDX-License-Identifier: MIT */
#include "schema/definition.h"
#include "schema/reading.h"
#include "sql/parse.h"
#include "util/str.h"

static const char tables_sql[] = "SELECT name, type, sql FROM sqlite_schema "
                                 "WHERE type IN ('table', 'view') ORDER BY name";
/* The engine tells it from 3.37 on. */
static const char table_list_sql[] = "SELECT name, type, wr, strict FROM pragma_table_list "
                                     "WHERE schema = 'main'";
static const char aggregates_sql[] = "SELECT DISTINCT name FROM pragma_function_list "
                                     "WHERE type IN ('a', 'w') ORDER BY name";

/* --- rows ---------------------------------------------------------------------------------------- */

const char *tn__row_text_or_null(const tn_rows *rows, size_t row, size_t column)
{
    const tn_value *value = tn_rows_at(rows, row, column);
    return value->type == TN_TEXT ? value->as.text.data : NULL;
}

const char *tn__row_text(const tn_rows *rows, size_t row, size_t column)
{
    const char *text = tn__row_text_or_null(rows, row, column);
    return text ? text : "";
}

int64_t tn__row_int(const tn_rows *rows, size_t row, size_t column)
{
    const tn_value *value = tn_rows_at(rows, row, column);
    if (value->type == TN_BOOL)
        return value->as.boolean;
    return value->type == TN_INT ? value->as.integer : 0;
}

bool tn__row_flag(const tn_rows *rows, size_t row, size_t column)
{
    return tn__row_int(rows, row, column) != 0;
}

size_t tn__rows_of(const tn_rows *rows, size_t row, const char *table)
{
    while (row < rows->row_count && strcmp(tn__row_text(rows, row, 0), table) == 0)
        row++;
    return row;
}

int tn__reading_no_memory(const struct tn__reading *reading)
{
    return tn_error_set(reading->err, TN_ENOMEM, "out of memory");
}

int tn__reading_query(tn_rows *out, const struct tn__reading *reading, const char *sql)
{
    return tn_query(out, reading->db, sql, NULL, 0, reading->arena, reading->err);
}

struct tn__draft *tn__reading_find(const struct tn__reading *reading, const char *name)
{
    void *found;
    if (tn__map_find_name(&found, &reading->by_name, tn_text_of(name)))
        return found;
    for (size_t i = 0; i < reading->count; i++)
        if (tn__text_is_nocase(tn_text_of(name), reading->drafts[i].table->name))
            return &reading->drafts[i];
    return NULL;
}

int tn__parse_definition(const struct tn__sql **out_text, const struct tn__ast_stmt **out_stmt,
                         const char *sql, enum tn__ast_stmt_kind kind, tn_arena *arena)
{
    const struct tn__ast_stmt *stmt = NULL;
    struct tn__sql *text = tn_arena_array(arena, 1, sizeof(*text));
    if (!text || tn__sql_scan(text, tn_text_of(sql), arena) != TN_OK)
        return TN_ENOMEM;
    int rc = tn__sql_parse(&stmt, NULL, text, arena);
    if (rc == TN_ENOMEM)
        return rc;
    *out_text = text;
    *out_stmt = rc == TN_OK && stmt && stmt->kind == kind ? stmt : NULL;
    return TN_OK;
}

/* --- tables -------------------------------------------------------------------------------------- */

static bool is_internal(const char *name)
{
    return tn__text_is_nocase(tn__text_sub(tn_text_of(name), 0, 7), "sqlite_") ||
           strncmp(name, "_tenon_", 7) == 0 || strcmp(name, "_sqlx_migrations") == 0;
}

/* What the engine keeps of a definition begins with its own words, each behind one blank. */
static enum tn__table_kind kind_of(const char *type, const char *sql)
{
    if (strcmp(type, "view") == 0)
        return TN__VIEW;
    if (tn__text_is_nocase(tn__text_sub(tn_text_of(sql), 0, 14), "CREATE VIRTUAL"))
        return TN__VIRTUAL_TABLE;
    return TN__TABLE;
}

/* Tokens, tree, and what needs no parser: what follows the columns, and the module. */
static int read_text(struct tn__table *table, tn_arena *arena)
{
    if (table->sql[0] == '\0')
        return TN_OK;
    enum tn__ast_stmt_kind kind =
        table->kind == TN__VIEW ? TN__STMT_AST_CREATE_VIEW : TN__STMT_AST_CREATE_TABLE;
    int rc = tn__parse_definition(&table->text, &table->stmt, table->sql, kind, arena);
    if (rc != TN_OK)
        return rc;
    if (table->kind == TN__TABLE) {
        table->is_strict = tn__definition_has_option(table->text, "STRICT");
        table->is_without_rowid = tn__definition_has_option(table->text, "ROWID");
    }
    if (table->kind == TN__VIRTUAL_TABLE) {
        tn_text module = {0};
        size_t at = tn__definition_module(table->text);
        rc = tn__definition_name(&module, table->text, at, arena);
        table->module = rc == TN_OK ? tn_arena_copy(arena, module.data, module.size) : NULL;
        rc = table->module ? TN_OK : TN_ENOMEM;
    }
    return rc;
}

static int read_tables(struct tn__catalog *catalog, struct tn__reading *reading)
{
    tn_rows rows;
    int rc = tn__reading_query(&rows, reading, tables_sql);
    if (rc != TN_OK)
        return rc;
    struct tn__table *tables = tn_arena_array(reading->arena, rows.row_count, sizeof(*tables));
    reading->drafts = tn_arena_array(reading->arena, rows.row_count, sizeof(*reading->drafts));
    if (!tables || !reading->drafts)
        return tn__reading_no_memory(reading);
    for (size_t i = 0; i < rows.row_count; i++) {
        struct tn__table *table = &tables[i];
        struct tn__draft *draft = &reading->drafts[reading->count++];
        draft->table = table;
        table->name = tn__row_text(&rows, i, 0);
        table->sql = tn__row_text(&rows, i, 2);
        table->kind = kind_of(tn__row_text(&rows, i, 1), table->sql);
        table->is_internal = is_internal(table->name);
        if (tn__map_add_name(&reading->by_name, table->name, draft, reading->arena) != TN_OK ||
            read_text(table, reading->arena) != TN_OK)
            return tn__reading_no_memory(reading);
    }
    catalog->tables = tables;
    catalog->table_count = rows.row_count;
    return TN_OK;
}

/* Better than the text, where the engine is new enough: and only it knows of shadow tables. */
static int read_table_list(struct tn__reading *reading)
{
    tn_rows rows;
    tn_error unknown;
    int rc = tn_query(&rows, reading->db, table_list_sql, NULL, 0, reading->arena, &unknown);
    if (rc == TN_ENOMEM)
        return tn__reading_no_memory(reading);
    for (size_t i = 0; rc == TN_OK && i < rows.row_count; i++) {
        struct tn__draft *draft = tn__reading_find(reading, tn__row_text(&rows, i, 0));
        if (!draft)
            continue;
        if (strcmp(tn__row_text(&rows, i, 1), "shadow") == 0)
            draft->table->is_internal = true;
        draft->table->is_without_rowid =
            draft->table->kind == TN__TABLE && tn__row_flag(&rows, i, 2);
        draft->table->is_strict = tn__row_flag(&rows, i, 3);
    }
    return TN_OK;
}

static int read_aggregates(struct tn__catalog *catalog, const struct tn__reading *reading)
{
    tn_rows rows;
    int rc = tn__reading_query(&rows, reading, aggregates_sql);
    if (rc != TN_OK)
        return rc;
    const char **names = tn_arena_array(reading->arena, rows.row_count, sizeof(*names));
    if (!names)
        return tn__reading_no_memory(reading);
    for (size_t i = 0; i < rows.row_count; i++)
        names[i] = tn__row_text(&rows, i, 0);
    catalog->aggregates = names;
    catalog->aggregate_count = rows.row_count;
    return TN_OK;
}

/* The map of drafts as one of tables, in the arena. */
static int keep_names(struct tn__catalog *catalog, struct tn__reading *reading)
{
    for (size_t i = 0; i < reading->by_name.count; i++) {
        struct tn__draft *draft = reading->by_name.entries[i].value;
        reading->by_name.entries[i].value = draft->table;
    }
    return tn__map_to_arena(&catalog->by_name, &reading->by_name, reading->arena);
}

static int read_parts(struct tn__catalog *catalog, struct tn__reading *reading)
{
    int rc = read_tables(catalog, reading);
    if (rc == TN_OK)
        rc = read_table_list(reading);
    if (rc == TN_OK)
        rc = tn__read_indexes(reading);
    if (rc == TN_OK)
        rc = tn__read_foreign_keys(reading);
    if (rc == TN_OK)
        rc = tn__read_triggers(reading);
    if (rc == TN_OK)
        rc = read_aggregates(catalog, reading);
    if (rc != TN_OK)
        return rc;
    for (size_t i = 0; i < reading->count && rc == TN_OK; i++) {
        rc = tn__read_table_text(&reading->drafts[i], reading->arena);
        if (rc == TN_OK)
            rc = tn__read_choices(&reading->drafts[i], reading->arena);
    }
    if (rc == TN_OK)
        rc = keep_names(catalog, reading);
    if (rc == TN_OK)
        rc = tn__catalog_fingerprint(catalog, reading->arena);
    return rc == TN_OK ? TN_OK : tn__reading_no_memory(reading);
}

int tn__catalog_read(struct tn__catalog *out, tn_db *db, tn_arena *arena, tn_error *err)
{
    struct tn__catalog catalog = {0};
    struct tn__reading reading = {.db = db, .arena = arena, .err = err};
    if (strcmp(tn_db_engine(db), "postgres") == 0)
        return tn__catalog_read_postgres(out, db, arena, err);
    tn__map_init(&reading.by_name);
    int rc = read_parts(&catalog, &reading);
    tn__map_fini(&reading.by_name);
    if (rc == TN_OK)
        *out = catalog;
    return rc;
}
