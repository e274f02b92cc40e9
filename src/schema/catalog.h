/* SPDX-License-Identifier: MIT */
#ifndef TN_SCHEMA_CATALOG_H
#define TN_SCHEMA_CATALOG_H

#include <tenon/db.h>

#include "lex/lex.h"
#include "schema/server.h"
#include "sql/ast.h"
#include "util/map.h"

/* https://www.sqlite.org/datatype3.html section 3.1. */
enum tn__affinity {
    TN__AFFINITY_BLOB, /* also of a column without a type */
    TN__AFFINITY_TEXT,
    TN__AFFINITY_NUMERIC,
    TN__AFFINITY_INTEGER,
    TN__AFFINITY_REAL
};

/* The affinity of a declared type; of "" it is TN__AFFINITY_BLOB. */
enum tn__affinity tn__affinity_of(tn_text declared);

/* A column, as the engine knows it. */
struct tn__column {
    const char *name;
    const char *declared; /* type as written; "" if there is none */
    enum tn__affinity affinity;
    const char *collation;   /* "BINARY" unless another is declared; on a server "default" */
    const char *default_sql; /* as written; NULL: none */
    bool is_not_null;        /* declared and kept, or by the key of a table without rowid */
    bool is_null_by_default; /* declared NOT NULL, and its default is NULL: not kept */
    bool is_rowid_alias;     /* INTEGER PRIMARY KEY: never NULL, and given by the engine */
    bool is_primary_key;     /* part of it */
    bool is_generated;       /* cannot be written */
    bool is_stored;          /* generated and kept */
    bool is_hidden;          /* not in SELECT * (virtual tables) */
    const struct tn__ast_expr *generated; /* of a generated column, if its text could be parsed */
    /* CHECK (c IN ('a', 'b')), in the order of writing: nothing else can be kept, NULL aside. */
    const tn_text *choices;
    size_t choice_count;
    bool is_flag; /* CHECK (c IN (0, 1)) */
    /* On a server; else 0 and NULL. */
    int16_t number; /* attnum */
    const struct tn__server_type
        *type;                 /* `declared` has its modifier, too: "character varying(20)" */
    char identity;             /* 'a' (ALWAYS), 'd' (BY DEFAULT); else 0 */
    bool is_loosely_collated;  /* different texts may be equal: a nondeterministic collation */
    const char *generated_sql; /* of a generated column */
    const char *comment;
};

/* A part of an index. */
struct tn__index_part {
    const struct tn__column *column; /* NULL: the rowid or an expression */
    bool is_rowid;
    const struct tn__ast_expr *expr; /* of an expression, if its text could be parsed */
    const char *collation;
    bool is_desc;
    bool is_nulls_first;  /* on a server */
    const char *expr_sql; /* of an expression, on a server; else NULL */
};

/* column IS NULL; is_not: IS NOT NULL */
struct tn__null_test {
    const struct tn__column *column;
    bool is_not;
};

struct tn__index {
    const char *name;
    bool is_unique;
    bool is_primary_key;
    bool is_constraint; /* made by UNIQUE or PRIMARY KEY, not by CREATE INDEX */
    bool is_partial;
    /* All that a partial one asks for: these, joined by AND. None: it asks for something else. */
    const struct tn__null_test *null_tests;
    size_t null_test_count;
    const struct tn__index_part *parts; /* of the key alone */
    size_t part_count;
    const char *sql;                  /* of CREATE INDEX; else NULL */
    const struct tn__sql *text;       /* its tokens, which the expressions' spans count */
    const struct tn__ast_expr *where; /* of a partial one, if its text could be parsed */
    /* On a server; else false and NULL. There `sql` is that of all indexes but those of constraints. */
    bool is_loose; /* UNIQUE, and yet is_unique is false: it is deferrable, or not valid (yet) */
    bool is_nulls_not_distinct;
    const char *method; /* "btree" */
    const char *const *includes;
    size_t include_count;
    const char *where_sql;
    const char *comment;
};

struct tn__foreign_key {
    const char *table; /* the parent, as written */
    const char *const *columns;
    const char *const *parents; /* NULL: the parent's primary key */
    size_t column_count;
    const char *on_update; /* "NO ACTION", "CASCADE", … */
    const char *on_delete;
    bool is_deferred; /* DEFERRABLE INITIALLY DEFERRED */
    /* On a server; else NULL and false. There `table` is its label, and `parents` are always known. */
    const struct tn__table *parent;
    const char *name;
    bool is_deferrable;
    bool is_unproven; /* NOT VALID or NOT ENFORCED: rows may have no parent */
};

struct tn__check {
    const char *name; /* NULL: none */
    const struct tn__ast_expr *expr;
    /* On a server; else NULL and false. */
    const char *sql;  /* the condition */
    bool is_unproven; /* NOT VALID or NOT ENFORCED: rows may break it */
};

struct tn__trigger {
    const char *name;
    const char *sql;
    const struct tn__sql *text;      /* its tokens */
    const struct tn__ast_stmt *stmt; /* NULL: its text could not be parsed */
    /* On a server; else NULL and 0. There text and stmt are NULL. */
    const char *event; /* "BEFORE INSERT OR UPDATE OF a" */
    int fires;         /* TN__FIRES_… */
    uint32_t function; /* its OID */
};

enum tn__table_kind {
    TN__TABLE,
    TN__VIEW,
    TN__VIRTUAL_TABLE, /* its declared types and NOT NULL bind nobody; so of a foreign table */
    TN__MATERIALIZED_VIEW
};

struct tn__table {
    const char *name;
    enum tn__table_kind kind;
    bool is_internal; /* the engine's own, or the history of migrations */
    bool is_strict;
    bool is_without_rowid;
    const char *module; /* of a virtual table: "fts5"; of a foreign one its server; else NULL */
    const struct tn__column *columns;
    size_t column_count;
    const struct tn__map
        *by_name; /* lower-cased name to column; NULL: only a few. Not on a server */
    const struct tn__index *indexes; /* by name */
    size_t index_count;
    const struct tn__foreign_key *foreign_keys;
    size_t foreign_key_count;
    const struct tn__check *checks;
    size_t check_count;
    const struct tn__trigger *triggers; /* by name */
    size_t trigger_count;
    const char *sql;                 /* as the engine keeps it; "" for its own tables */
    const struct tn__sql *text;      /* its tokens; NULL with an empty sql */
    const struct tn__ast_stmt *stmt; /* CREATE TABLE or VIEW; NULL: its text could not be parsed */
    /* On a server; else NULL. There `sql` is the text of a view, and "" of a table; `text` and `stmt` of
     * all things are NULL. */
    const char *schema;
    const char *label; /* as a query has to name it: users, auth.users, "Users" */
    const struct tn__server_table *server;
    uint32_t oid;
    const char *comment;
};

/* Tables and views by name, in byte order; on a server by schema and name. */
struct tn__catalog {
    const struct tn__server_catalog *server; /* NULL: SQLite's */
    const struct tn__table *tables;
    size_t table_count;
    /* Lower-cased name to table; on a server schema, NUL, name, and the name alone of what the search
     * path shows, in their own letters. */
    const struct tn__map *by_name;
    const char *const
        *aggregates; /* functions that are, or can be, aggregates or window functions */
    size_t aggregate_count;
    char fingerprint[65]; /* SHA-256, in hex, of what a program can see of the schema */
};

/*
 * Read it from a database; of a server in one transaction that only reads, so that no other may be open on a
 * view with TN_WRITE that has failed. All memory is the arena's. TN_OK, or what tn_query() gives.
 */
TN_NODISCARD int tn__catalog_read(struct tn__catalog *out, tn_db *db, tn_arena *arena,
                                  tn_error *err);

/*
 * By name; NULL if there is none. SQLite compares without case. On a server the name is what a user writes:
 * users, auth.users, "Users"; without a schema it is looked for along the search path. A name without quotes is taken in lower
 * case, or else as it stands.
 */
const struct tn__table *tn__catalog_table(const struct tn__catalog *catalog, tn_text name);
const struct tn__column *tn__table_column(const struct tn__table *table, tn_text name);
/* What to call a table in a message: its label, or its name. */
const char *tn__table_label(const struct tn__table *table);
/* The table that a foreign key refers to; NULL if there is none. */
const struct tn__table *tn__foreign_key_parent(const struct tn__catalog *catalog,
                                               const struct tn__foreign_key *key);
bool tn__catalog_is_aggregate(const struct tn__catalog *catalog, tn_text function);

/* The nearest table, or column of a table; NULL if none is near. */
const char *tn__catalog_nearest_table(const struct tn__catalog *catalog, tn_text name,
                                      tn_arena *arena);
const char *tn__table_nearest_column(const struct tn__table *table, tn_text name, tn_arena *arena);

/* Whether it is one of the engine's own names of the rowid, which a column of that name hides. */
bool tn__is_rowid_name(tn_text name);

#endif
