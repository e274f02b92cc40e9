/* SPDX-License-Identifier: MIT */
#ifndef TN_SCHEMA_CATALOG_H
#define TN_SCHEMA_CATALOG_H

#include <tenon/db.h>

/* A column, as the engine knows it. */
struct tn__column {
    const char *name;
    const char *declared;    /* type as written; "" if there is none */
    bool is_not_null;        /* declared and kept, or by the key of a table without rowid */
    bool is_null_by_default; /* declared NOT NULL, and its default is NULL: not kept */
    bool is_rowid_alias;     /* INTEGER PRIMARY KEY: never NULL, and given by the engine */
    bool is_generated;       /* cannot be written */
    bool is_hidden;          /* not in SELECT * (virtual tables) */
};

enum tn__table_kind {
    TN__TABLE,
    TN__VIEW,
    TN__VIRTUAL_TABLE /* its declared types and NOT NULL bind nobody */
};

struct tn__table {
    const char *name;
    enum tn__table_kind kind;
    bool is_internal; /* the engine's own, or the history of migrations */
    const struct tn__column *columns;
    size_t column_count;
};

/* Tables and views by name, in byte order. */
struct tn__catalog {
    const struct tn__table *tables;
    size_t table_count;
    const char *const
        *aggregates; /* functions that are, or can be, aggregates or window functions */
    size_t aggregate_count;
};

/* Read it from a database. All memory is the arena's. TN_OK, or what tn_query() gives. */
TN_NODISCARD int tn__catalog_read(struct tn__catalog *out, tn_db *db, tn_arena *arena,
                                  tn_error *err);

/* By name without case, as SQLite compares; NULL if there is none. */
const struct tn__table *tn__catalog_table(const struct tn__catalog *catalog, tn_text name);
const struct tn__column *tn__table_column(const struct tn__table *table, tn_text name);
bool tn__catalog_is_aggregate(const struct tn__catalog *catalog, tn_text function);

/* The nearest table, or column of a table; NULL if none is near. */
const char *tn__catalog_nearest_table(const struct tn__catalog *catalog, tn_text name,
                                      tn_arena *arena);
const char *tn__table_nearest_column(const struct tn__table *table, tn_text name, tn_arena *arena);

/* Whether it is one of the engine's own names of the rowid, which a column of that name hides. */
bool tn__is_rowid_name(tn_text name);

#endif
