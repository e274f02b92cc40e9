/* SPDX-License-Identifier: MIT */
#include "schema/postgres/reading.h"

/*
 * The columns of all relations, and the fields of composite types, which are relations, too. From 18 on a
 * column is marked NOT NULL before those that it has are known to be none.
 */
#define COLUMNS_SQL(not_null)                                                                      \
 "SELECT c.oid, c.reltype, a.attnum, a.attname, a.atttypid,"                                       \
 " format_type(a.atttypid, a.atttypmod), " not_null ", a.attidentity, a.attgenerated,"             \
 " CASE WHEN a.attcollation IN (0::oid, t.typcollation) THEN 'default'::name ELSE k.collname END," \
 " NOT coalesce(k.collisdeterministic, true), pg_get_expr(d.adbin, d.adrelid),"                    \
 " col_description(c.oid, a.attnum)"                                                               \
 " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"                                      \
 " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid"             \
 " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"                        \
 " LEFT JOIN pg_collation k ON k.oid = a.attcollation"                                             \
 " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')"      \
 " AND c.relpersistence <> 't' AND NOT " TN__PG_OWN_SCHEMA " AND NOT " TN__PG_PASSING_SCHEMA       \
 " ORDER BY c.oid, a.attnum"

static const char columns_17_sql[] = COLUMNS_SQL("a.attnotnull");
static const char columns_sql[] = COLUMNS_SQL(
    "a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint v WHERE v.conrelid = a.attrelid"
    " AND v.contype = 'n' AND NOT v.convalidated AND v.conkey = ARRAY[a.attnum])");

enum { /* columns of both */
    RELATION,
    ROW_TYPE,
    NUMBER,
    NAME,
    TYPE,
    DECLARED,
    NOT_NULL,
    IDENTITY,
    GENERATED,
    COLLATION,
    IS_LOOSE,
    DEFAULT,
    COMMENT
};

static void read_column(struct tn__column *column, const struct tn__table *table,
                        const struct tn__pg_reading *reading, const tn_rows *rows, size_t row)
{
    char generated = tn__row_letter(rows, row, GENERATED);
    const char *expr = tn__row_text_or_null(rows, row, DEFAULT);
    column->number = (int16_t)tn__row_int(rows, row, NUMBER);
    column->name = tn__row_text(rows, row, NAME);
    column->type = tn__pg_type_of(reading, tn__row_int(rows, row, TYPE));
    column->declared = tn__row_text(rows, row, DECLARED);
    /* What a foreign table declares is only words. */
    column->is_not_null = table->kind == TN__TABLE && tn__row_flag(rows, row, NOT_NULL);
    column->identity = tn__row_letter(rows, row, IDENTITY);
    column->is_generated = generated != 0;
    column->is_stored = generated == 's';
    column->collation = tn__row_text(rows, row, COLLATION);
    column->is_loosely_collated = tn__row_flag(rows, row, IS_LOOSE);
    column->default_sql = column->is_generated ? NULL : expr;
    column->generated_sql = column->is_generated ? expr : NULL;
    column->comment = tn__row_text_or_null(rows, row, COMMENT);
    if (column->type && column->type->kind == TN__SERVER_DOMAIN && !column->is_loosely_collated) {
        column->choices = column->type->labels;
        column->choice_count = column->type->label_count;
    }
}

static int read_fields(struct tn__server_type *type, const struct tn__pg_reading *reading,
                       const tn_rows *rows, size_t begin, size_t end)
{
    struct tn__server_field *fields = tn_arena_array(reading->arena, end - begin, sizeof(*fields));
    if (!fields)
        return TN_ENOMEM;
    for (size_t i = 0; i < end - begin; i++) {
        fields[i].name = tn__row_text(rows, begin + i, NAME);
        fields[i].type = tn__pg_type_of(reading, tn__row_int(rows, begin + i, TYPE));
    }
    type->fields = fields;
    type->field_count = end - begin;
    return TN_OK;
}

/* One relation's: rows [begin, end). */
static int read_relation(struct tn__pg_reading *reading, const tn_rows *rows, size_t begin,
                         size_t end)
{
    size_t count = end - begin;
    struct tn__pg_draft *draft = tn__pg_draft_of(reading, tn__row_int(rows, begin, RELATION));
    struct tn__server_type *type = tn__pg_type_of(reading, tn__row_int(rows, begin, ROW_TYPE));
    if (type && read_fields(type, reading, rows, begin, end) != TN_OK)
        return tn__pg_no_memory(reading);
    if (!draft)
        return TN_OK;
    draft->columns = tn_arena_array(reading->arena, count, sizeof(*draft->columns));
    if (!draft->columns)
        return tn__pg_no_memory(reading);
    for (size_t i = 0; i < count; i++)
        read_column(&draft->columns[i], draft->table, reading, rows, begin + i);
    draft->table->columns = draft->columns;
    draft->table->column_count = count;
    return TN_OK;
}

int tn__pg_read_columns(struct tn__pg_reading *reading)
{
    tn_rows rows;
    bool is_marked_early = reading->server->version >= 180000;
    int rc = tn__pg_query(&rows, reading, is_marked_early ? columns_sql : columns_17_sql);
    for (size_t begin = 0, end = 0; rc == TN_OK && begin < rows.row_count; begin = end) {
        int64_t oid = tn__row_int(&rows, begin, RELATION);
        while (end < rows.row_count && tn__row_int(&rows, end, RELATION) == oid)
            end++;
        rc = read_relation(reading, &rows, begin, end);
    }
    return rc;
}
