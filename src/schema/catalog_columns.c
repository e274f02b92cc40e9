/* SPDX-License-Identifier: MIT */
#include "schema/reading.h"
#include "util/str.h"

/* hidden: 0 visible, 1 hidden in a virtual table, 2 generated, 3 generated and stored. */
#define COLUMNS "x.name, x.type, x.\"notnull\", x.pk, x.hidden, x.dflt_value"
static const char columns_sql[] =
    "SELECT s.name, " COLUMNS " FROM sqlite_schema s, pragma_table_xinfo(s.name, 'main') x "
    "WHERE s.type IN ('table', 'view') ORDER BY s.name, x.cid";
static const char columns_of_sql[] =
    "SELECT ?1, " COLUMNS " FROM pragma_table_xinfo(?1, 'main') x ORDER BY x.cid";

enum { /* columns of both */
    NAME = 1,
    TYPE,
    NOT_NULL,
    KEY,
    HIDDEN,
    DEFAULT
};

/* A few are faster compared than hashed. */
#define FEW_COLUMNS 8u

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
static int read_null_default(bool *out, const struct tn__reading *reading, const char *sql)
{
    tn_rows rows;
    tn_error unknown;
    if (!sql || tn__text_is_nocase(tn_text_of(sql), "NULL") || !holds_word_null(tn_text_of(sql)))
        return TN_OK;
    const char *question = tn__arena_printf(reading->arena, "SELECT (%s\n) IS NULL", sql);
    if (!question)
        return tn__reading_no_memory(reading);
    int rc = tn_query(&rows, reading->db, question, NULL, 0, reading->arena, &unknown);
    if (rc == TN_ENOMEM)
        return tn__reading_no_memory(reading);
    *out = rc == TN_OK && rows.row_count == 1 && tn__row_flag(&rows, 0, 0);
    return TN_OK;
}

/* ANY is a type in strict tables alone, where it converts nothing. */
static enum tn__affinity affinity_of(const struct tn__table *table, const char *declared)
{
    tn_text text = tn_text_of(declared);
    if (table->is_strict && tn__text_is_nocase(text, "ANY"))
        return TN__AFFINITY_BLOB;
    return tn__affinity_of(text);
}

static int read_column(struct tn__column *column, const struct tn__draft *draft,
                       const struct tn__reading *reading, const tn_rows *rows, size_t row)
{
    const struct tn__table *table = draft->table;
    int64_t hidden = tn__row_int(rows, row, HIDDEN);
    column->name = tn__row_text(rows, row, NAME);
    column->declared = tn__row_text(rows, row, TYPE);
    column->affinity = affinity_of(table, column->declared);
    column->collation = "BINARY";
    column->default_sql = tn__row_text_or_null(rows, row, DEFAULT);
    column->is_primary_key = tn__row_int(rows, row, KEY) > 0;
    column->is_hidden = hidden == 1;
    column->is_generated = hidden > 1;
    column->is_stored = hidden == 3;
    /* What a virtual table declares is only words. */
    if (table->kind != TN__TABLE || !tn__row_flag(rows, row, NOT_NULL))
        return TN_OK;
    int rc = read_null_default(&column->is_null_by_default, reading, column->default_sql);
    column->is_not_null = !column->is_null_by_default;
    return rc;
}

/* INTEGER PRIMARY KEY: a key of one column that has no index, as every other has. */
static void mark_rowid_alias(const struct tn__draft *draft, size_t count)
{
    struct tn__column *key = NULL;
    size_t keys = 0;
    for (size_t i = 0; i < count; i++) {
        if (draft->columns[i].is_primary_key) {
            key = &draft->columns[i];
            keys++;
        }
    }
    if (keys == 1 && draft->table->kind == TN__TABLE && !draft->has_key_index &&
        !draft->table->is_without_rowid && tn__text_is_nocase(tn_text_of(key->declared), "INTEGER"))
        key->is_rowid_alias = true;
}

static int map_names(struct tn__draft *draft, tn_arena *arena)
{
    struct tn__table *table = draft->table;
    struct tn__map map;
    if (table->column_count <= FEW_COLUMNS)
        return TN_OK;
    int rc = TN_OK;
    tn__map_init(&map);
    for (size_t i = 0; i < table->column_count && rc == TN_OK; i++)
        rc = tn__map_add_name(&map, draft->columns[i].name, &draft->columns[i], arena);
    if (rc == TN_OK)
        rc = tn__map_to_arena(&table->by_name, &map, arena);
    tn__map_fini(&map);
    return rc;
}

/* The columns of one table: rows [begin, end). */
static int read_table(struct tn__draft *draft, const struct tn__reading *reading,
                      const tn_rows *rows, size_t begin, size_t end)
{
    size_t count = end - begin;
    draft->columns = tn_arena_array(reading->arena, count, sizeof(*draft->columns));
    if (!draft->columns)
        return tn__reading_no_memory(reading);
    for (size_t i = 0; i < count; i++) {
        int rc = read_column(&draft->columns[i], draft, reading, rows, begin + i);
        if (rc != TN_OK)
            return rc;
    }
    mark_rowid_alias(draft, count);
    draft->table->columns = draft->columns;
    draft->table->column_count = count;
    return map_names(draft, reading->arena) == TN_OK ? TN_OK : tn__reading_no_memory(reading);
}

/*
 * One at a time: a view of what is not there any more, or a virtual table without its module, has no
 * columns, and must not hide those of others.
 */
static int read_each(struct tn__reading *reading)
{
    for (size_t i = 0; i < reading->count; i++) {
        struct tn__draft *draft = &reading->drafts[i];
        tn_value name = tn_value_string(draft->table->name);
        tn_rows rows = {0};
        tn_error broken;
        int rc = tn_query(&rows, reading->db, columns_of_sql, &name, 1, reading->arena, &broken);
        if (rc == TN_ENOMEM)
            return tn__reading_no_memory(reading);
        if (rc != TN_OK && draft->table->kind == TN__TABLE) {
            if (reading->err)
                *reading->err = broken;
            return rc;
        }
        rc = read_table(draft, reading, &rows, 0, rc == TN_OK ? rows.row_count : 0);
        if (rc != TN_OK)
            return rc;
    }
    return TN_OK;
}

int tn__read_columns(struct tn__reading *reading)
{
    tn_rows rows;
    tn_error broken;
    int rc = tn_query(&rows, reading->db, columns_sql, NULL, 0, reading->arena, &broken);
    if (rc == TN_ENOMEM)
        return tn__reading_no_memory(reading);
    if (rc != TN_OK)
        return read_each(reading);
    size_t row = 0;
    for (size_t i = 0; i < reading->count; i++) {
        struct tn__draft *draft = &reading->drafts[i];
        size_t end = tn__rows_of(&rows, row, draft->table->name);
        rc = read_table(draft, reading, &rows, row, end);
        if (rc != TN_OK)
            return rc;
        row = end;
    }
    return TN_OK;
}
