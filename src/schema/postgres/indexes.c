/* SPDX-License-Identifier: MIT */
#include "schema/postgres/reading.h"

/*
 * Indexes, and of each its parts as arrays. A collation that is the column's own is NULL. Until 14 NULLs are
 * always distinct.
 */
#define PARTS "generate_series(1, i.indnkeyatts::int4) g"
#define INDEXES_SQL(nulls_not_distinct)                                                         \
 "SELECT i.indrelid, x.relname, i.indisunique, i.indisprimary, k.oid IS NOT NULL,"              \
 " i.indisvalid AND i.indimmediate AND NOT i.indisexclusion, " nulls_not_distinct ", m.amname," \
 " ARRAY(SELECT i.indkey[g - 1] FROM " PARTS " ORDER BY g),"                                    \
 " ARRAY(SELECT i.indoption[g - 1] FROM " PARTS " ORDER BY g),"                                 \
 " ARRAY(SELECT CASE WHEN l.oid <> a.attcollation OR l.oid <> 100::oid AND a.attnum IS NULL"    \
 " THEN l.collname::text END FROM " PARTS                                                       \
 " LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[g - 1]"          \
 " LEFT JOIN pg_collation l ON l.oid = i.indcollation[g - 1] ORDER BY g),"                      \
 " ARRAY(SELECT CASE WHEN i.indkey[g - 1] = 0::int2"                                            \
 " THEN pg_get_indexdef(i.indexrelid, g, false) END FROM " PARTS " ORDER BY g),"                \
 " ARRAY(SELECT a.attname::text FROM generate_series(i.indnkeyatts + 1, i.indnatts::int4) g"    \
 " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[g - 1] ORDER BY g),"  \
 " pg_get_expr(i.indpred, i.indrelid),"                                                         \
 " CASE WHEN k.oid IS NULL THEN pg_get_indexdef(i.indexrelid) END,"                             \
 " obj_description(i.indexrelid, 'pg_class')"                                                   \
 " FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam"     \
 " JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace"         \
 " LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid"          \
 " AND k.contype IN ('p', 'u', 'x')"                                                            \
 " WHERE NOT " TN__PG_OWN_SCHEMA " AND NOT " TN__PG_PASSING_SCHEMA                              \
 " ORDER BY i.indrelid, x.relname"

static const char indexes_14_sql[] = INDEXES_SQL("false");
static const char indexes_sql[] = INDEXES_SQL("i.indnullsnotdistinct");

enum { /* columns of both */
    TABLE,
    NAME,
    IS_UNIQUE,
    IS_PRIMARY,
    IS_CONSTRAINT,
    IS_PROVEN, /* checked at once, and for all rows that are there */
    NOT_DISTINCT,
    METHOD,
    NUMBERS, /* 0: an expression */
    OPTIONS,
    COLLATIONS,
    EXPRESSIONS,
    INCLUDES,
    WHERE,
    SQL,
    COMMENT
};

/* The bits of pg_index.indoption. */
enum {
    OPTION_DESC = 1,
    OPTION_NULLS_FIRST = 2
};

struct tn__column *tn__pg_column_of(const struct tn__pg_draft *draft, int64_t number)
{
    for (size_t i = 0; i < draft->table->column_count; i++)
        if (draft->columns[i].number == number)
            return &draft->columns[i];
    return NULL;
}

static int read_parts(struct tn__index *index, const struct tn__pg_draft *draft, tn_arena *arena,
                      const tn_rows *rows, size_t row)
{
    const tn_array *numbers = tn__row_array(rows, row, NUMBERS);
    const tn_array *options = tn__row_array(rows, row, OPTIONS);
    const tn_array *collations = tn__row_array(rows, row, COLLATIONS);
    const tn_array *expressions = tn__row_array(rows, row, EXPRESSIONS);
    struct tn__index_part *parts = tn_arena_array(arena, numbers->count, sizeof(*parts));
    if (!parts)
        return TN_ENOMEM;
    for (size_t i = 0; i < numbers->count; i++) {
        struct tn__column *column = tn__pg_column_of(draft, tn__array_int(numbers, i));
        const char *collation = tn__array_text(collations, i);
        int64_t option = tn__array_int(options, i);
        parts[i].column = column;
        parts[i].expr_sql = tn__array_text(expressions, i);
        parts[i].collation = collation ? collation : column ? column->collation : "default";
        parts[i].is_desc = option & OPTION_DESC;
        parts[i].is_nulls_first = option & OPTION_NULLS_FIRST;
        if (column && index->is_primary_key)
            column->is_primary_key = true;
    }
    index->parts = parts;
    index->part_count = numbers->count;
    return TN_OK;
}

static int read_condition(struct tn__index *index, const struct tn__table *table, tn_arena *arena)
{
    struct tn__sql sql;
    int rc = tn__sql_scan_as(&sql, tn_text_of(index->where_sql), TN__POSTGRES, arena);
    return rc == TN_OK
               ? tn__read_null_tests(index, table, &sql, (struct tn__sql_span){0, sql.count}, arena)
               : rc;
}

static int read_index(struct tn__index *index, const struct tn__pg_draft *draft, tn_arena *arena,
                      const tn_rows *rows, size_t row)
{
    const tn_array *includes = tn__row_array(rows, row, INCLUDES);
    bool is_unique = tn__row_flag(rows, row, IS_UNIQUE);
    index->name = tn__row_text(rows, row, NAME);
    index->is_unique = is_unique && tn__row_flag(rows, row, IS_PROVEN);
    index->is_loose = is_unique && !index->is_unique;
    index->is_primary_key = tn__row_flag(rows, row, IS_PRIMARY);
    index->is_constraint = tn__row_flag(rows, row, IS_CONSTRAINT);
    index->is_nulls_not_distinct = tn__row_flag(rows, row, NOT_DISTINCT);
    index->method = tn__row_text(rows, row, METHOD);
    index->where_sql = tn__row_text_or_null(rows, row, WHERE);
    index->is_partial = index->where_sql != NULL;
    index->sql = tn__row_text_or_null(rows, row, SQL);
    index->comment = tn__row_text_or_null(rows, row, COMMENT);
    index->include_count = includes->count;
    index->includes = tn__array_texts(includes, arena);
    int rc = index->includes ? read_parts(index, draft, arena, rows, row) : TN_ENOMEM;
    return rc == TN_OK && index->is_partial ? read_condition(index, draft->table, arena) : rc;
}

static int read_group(struct tn__pg_reading *reading, struct tn__pg_draft *draft,
                      const tn_rows *rows, size_t begin, size_t end)
{
    size_t count = end - begin;
    struct tn__index *indexes = tn_arena_array(reading->arena, count, sizeof(*indexes));
    if (!indexes)
        return tn__pg_no_memory(reading);
    for (size_t i = 0; i < count; i++)
        if (read_index(&indexes[i], draft, reading->arena, rows, begin + i) != TN_OK)
            return tn__pg_no_memory(reading);
    draft->table->indexes = indexes;
    draft->table->index_count = count;
    return TN_OK;
}

int tn__pg_read_indexes(struct tn__pg_reading *reading)
{
    tn_rows rows;
    bool tells_nulls = reading->server->version >= 150000;
    int rc = tn__pg_query(&rows, reading, tells_nulls ? indexes_sql : indexes_14_sql);
    return rc == TN_OK ? tn__pg_hand_out(reading, &rows, read_group) : rc;
}
