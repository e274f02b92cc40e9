/* SPDX-License-Identifier: MIT */
#include "schema/reading.h"
#include "sql/parse.h"
#include "util/str.h"

/* origin: 'c' of CREATE INDEX, 'u' of UNIQUE, 'pk' of PRIMARY KEY. */
static const char indexes_sql[] =
    "SELECT s.name, i.name, i.\"unique\", i.origin, i.partial, x.sql "
    "FROM sqlite_schema s, pragma_index_list(s.name, 'main') i "
    "LEFT JOIN (SELECT name, sql FROM sqlite_schema WHERE type = 'index') x ON x.name = i.name "
    "WHERE s.type = 'table' ORDER BY s.name, i.name";
/* cid: -1 the rowid, -2 an expression. */
static const char parts_sql[] = "SELECT s.name, i.name, p.cid, p.coll, p.desc "
                                "FROM sqlite_schema s, pragma_index_list(s.name, 'main') i, "
                                "pragma_index_xinfo(i.name, 'main') p "
                                "WHERE s.type = 'table' AND p.key ORDER BY s.name, i.name, p.seqno";

/* Parts [begin, end) of one index. */
static int read_parts(struct tn__index *index, const struct tn__draft *draft,
                      const struct tn__ast_stmt *stmt, tn_arena *arena, const tn_rows *rows,
                      size_t begin, size_t end)
{
    struct tn__index_part *parts = tn_arena_array(arena, end - begin, sizeof(*parts));
    const struct tn__ast_item *key =
        stmt && stmt->keys.count == end - begin ? stmt->keys.first : NULL;
    if (!parts)
        return TN_ENOMEM;
    for (size_t i = 0; i < end - begin; i++) {
        int64_t cid = tn__row_int(rows, begin + i, 2);
        if (cid >= 0 && (uint64_t)cid < draft->table->column_count)
            parts[i].column = &draft->columns[cid];
        parts[i].is_rowid = cid == -1;
        parts[i].collation = tn__row_text(rows, begin + i, 3);
        parts[i].is_desc = tn__row_flag(rows, begin + i, 4);
        if (cid == -2 && key) {
            parts[i].expr = key->expr;
            if (key->expr && key->expr->kind == TN__AST_COLLATE)
                parts[i].expr = key->expr->left; /* it is in `collation` */
        }
        key = key ? key->next : NULL;
    }
    index->parts = parts;
    index->part_count = end - begin;
    return TN_OK;
}

static int read_index(struct tn__index *index, const struct tn__draft *draft, tn_arena *arena,
                      const tn_rows *rows, size_t row, const tn_rows *parts, size_t *part)
{
    const struct tn__ast_stmt *stmt = NULL;
    const char *origin = tn__row_text(rows, row, 3);
    int rc = TN_OK;
    index->name = tn__row_text(rows, row, 1);
    index->is_unique = tn__row_flag(rows, row, 2);
    index->is_primary_key = strcmp(origin, "pk") == 0;
    index->is_constraint = strcmp(origin, "c") != 0;
    index->is_partial = tn__row_flag(rows, row, 4);
    index->sql = tn__row_text_or_null(rows, row, 5);
    if (index->sql)
        rc =
            tn__parse_definition(&index->text, &stmt, index->sql, TN__STMT_AST_CREATE_INDEX, arena);
    if (rc != TN_OK)
        return rc;
    if (stmt && index->is_partial)
        index->where = stmt->where;
    if (index->where)
        rc = tn__read_null_tests(index, draft->table, index->text, index->where->span, arena);
    if (rc != TN_OK)
        return rc;
    size_t begin = *part;
    while (*part < parts->row_count &&
           strcmp(tn__row_text(parts, *part, 0), draft->table->name) == 0 &&
           strcmp(tn__row_text(parts, *part, 1), index->name) == 0)
        ++*part;
    return read_parts(index, draft, stmt, arena, parts, begin, *part);
}

/* Which tables have a primary key that is no rowid alias: the columns depend on it. */
static void mark_key_indexes(const struct tn__reading *reading, const tn_rows *rows)
{
    size_t row = 0;
    for (size_t i = 0; i < reading->count; i++) {
        struct tn__draft *draft = &reading->drafts[i];
        size_t end = tn__rows_of(rows, row, draft->table->name);
        for (; row < end; row++)
            if (strcmp(tn__row_text(rows, row, 3), "pk") == 0)
                draft->has_key_index = true;
    }
}

int tn__read_indexes(struct tn__reading *reading)
{
    tn_rows rows;
    tn_rows parts;
    int rc = tn__reading_query(&rows, reading, indexes_sql);
    if (rc == TN_OK)
        rc = tn__reading_query(&parts, reading, parts_sql);
    if (rc != TN_OK)
        return rc;
    mark_key_indexes(reading, &rows);
    rc = tn__read_columns(reading);
    if (rc != TN_OK)
        return rc;
    size_t row = 0;
    size_t part = 0;
    for (size_t i = 0; i < reading->count; i++) {
        struct tn__draft *draft = &reading->drafts[i];
        size_t count = tn__rows_of(&rows, row, draft->table->name) - row;
        struct tn__index *indexes = tn_arena_array(reading->arena, count, sizeof(*indexes));
        if (!indexes)
            return tn__reading_no_memory(reading);
        for (size_t k = 0; k < count; k++)
            if (read_index(&indexes[k], draft, reading->arena, &rows, row + k, &parts, &part) !=
                TN_OK)
                return tn__reading_no_memory(reading);
        draft->table->indexes = indexes;
        draft->table->index_count = count;
        row += count;
    }
    return TN_OK;
}
