/* SPDX-License-Identifier: MIT */
#ifndef TN_SCHEMA_READING_H
#define TN_SCHEMA_READING_H

#include "schema/catalog.h"

/* Between the files of src/schema: a catalog on its way in. */

/* A table under construction: what the catalog shows as constant. */
struct tn__draft {
    struct tn__table *table;
    struct tn__column *columns;       /* those of the table */
    bool has_key_index;               /* a primary key that is no rowid alias */
    struct tn__trigger *next_trigger; /* to fill */
};

struct tn__reading {
    tn_db *db;
    tn_arena *arena;
    tn_error *err;
    struct tn__draft *drafts; /* in the order of the tables: by name */
    size_t count;
    struct tn__map by_name; /* lower-cased name to draft */
};

/* The draft of that name; NULL if there is none. */
struct tn__draft *tn__reading_find(const struct tn__reading *reading, const char *name);
int tn__reading_no_memory(const struct tn__reading *reading);
/* Run a query without parameters. */
TN_NODISCARD int tn__reading_query(tn_rows *out, const struct tn__reading *reading,
                                   const char *sql);

/* A text of a row; NULL, or "" by tn__row_text(), if it is none. */
const char *tn__row_text_or_null(const tn_rows *rows, size_t row, size_t column);
const char *tn__row_text(const tn_rows *rows, size_t row, size_t column);
bool tn__row_flag(const tn_rows *rows, size_t row, size_t column);
int64_t tn__row_int(const tn_rows *rows, size_t row, size_t column);
/* The row behind those of one table, whose name stands in the first column. */
size_t tn__rows_of(const tn_rows *rows, size_t row, const char *table);

/* Each for all tables; the indexes read the columns in between. TN_OK, or what tn_query() gives. */
TN_NODISCARD int tn__read_columns(struct tn__reading *reading);
TN_NODISCARD int tn__read_indexes(struct tn__reading *reading);
/* The tests for NULL that the condition of a partial index is, in tokens of `sql`. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__read_null_tests(struct tn__index *index, const struct tn__table *table,
                                     const struct tn__sql *sql, struct tn__sql_span where,
                                     tn_arena *arena);
TN_NODISCARD int tn__read_foreign_keys(struct tn__reading *reading);
TN_NODISCARD int tn__read_triggers(struct tn__reading *reading);
/* What only the text of a table says: collations, generated columns, checks. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__read_table_text(struct tn__draft *draft, tn_arena *arena);
/* Which values the checks leave to a column. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__read_choices(struct tn__draft *draft, tn_arena *arena);

/*
 * The tokens and the tree of a definition; the tree is NULL unless it is one of that kind. A text
 * that cannot be parsed is no failure. TN_OK, TN_ENOMEM.
 */
TN_NODISCARD int tn__parse_definition(const struct tn__sql **out_text,
                                      const struct tn__ast_stmt **out_stmt, const char *sql,
                                      enum tn__ast_stmt_kind kind, tn_arena *arena);

/* Look up without case. False: such a name is too long for it, and must be compared. */
bool tn__map_find_name(void **out, const struct tn__map *map, tn_text name);
/* Add under the lower-cased name, unless there is one of that name. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__map_add_name(struct tn__map *map, const char *name, void *value,
                                  tn_arena *arena);

/* tn__catalog_read() and the look-ups by name, of a server's catalog. */
TN_NODISCARD int tn__catalog_read_postgres(struct tn__catalog *out, tn_db *db, tn_arena *arena,
                                           tn_error *err);
const struct tn__table *tn__server_table_named(const struct tn__catalog *catalog, tn_text name);
const struct tn__column *tn__server_column_named(const struct tn__table *table, tn_text name);

/* The catalog is complete but for its fingerprint. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__catalog_fingerprint(struct tn__catalog *catalog, tn_arena *arena);

#endif
