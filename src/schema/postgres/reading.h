/* SPDX-License-Identifier: MIT */
#ifndef TN_SCHEMA_POSTGRES_READING_H
#define TN_SCHEMA_POSTGRES_READING_H

#include "schema/reading.h"

/* Between the files of src/schema/postgres: a server's catalog on its way in. */

/* The server's own schemas, and those of other sessions and of none; `n` is pg_namespace. */
#define TN__PG_OWN_SCHEMA     "n.nspname IN ('pg_catalog', 'information_schema')"
#define TN__PG_PASSING_SCHEMA "n.nspname ~ '^pg_(toast|temp_)'"
/* Whether an extension has made the object of that catalog and OID. */
#define TN__PG_OF_EXTENSION(catalog, oid)                                                       \
 "EXISTS (SELECT FROM pg_depend x WHERE x.classid = '" catalog "'::regclass AND x.objid = " oid \
 " AND x.deptype = 'e')"
/* The relations that the catalog has; `c` is pg_class. Those of one session are none of a schema. */
#define TN__PG_RELATIONS                                          \
 " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace" \
 " WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't' AND NOT " TN__PG_OWN_SCHEMA

/* A table under construction: what the catalog shows as constant. */
struct tn__pg_draft {
    struct tn__table *table;
    struct tn__server_table *server;
    struct tn__column *columns;
};

struct tn__pg_reading {
    tn_db *db; /* in a transaction in which names without a schema are the server's own */
    tn_arena *arena;
    tn_error *err;
    struct tn__catalog *catalog;
    struct tn__server_catalog *server;
    struct tn__server_type *types; /* those of the server */
    struct tn__pg_draft *drafts;   /* in the order of the tables */
    size_t count;
    struct tn__map types_by_oid;
    struct tn__map drafts_by_oid;
    struct tn__map tables_by_oid;
};

int tn__pg_no_memory(const struct tn__pg_reading *reading);
TN_NODISCARD int tn__pg_query(tn_rows *out, const struct tn__pg_reading *reading, const char *sql);

/* By OID; NULL: there is none. A zero is none. */
struct tn__pg_draft *tn__pg_draft_of(const struct tn__pg_reading *reading, int64_t oid);
struct tn__server_type *tn__pg_type_of(const struct tn__pg_reading *reading, int64_t oid);
/* The column of that number; NULL: it is none of a user's. */
struct tn__column *tn__pg_column_of(const struct tn__pg_draft *draft, int64_t number);
/* Add under an OID, which lives as long as the map. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__pg_map_oid(struct tn__map *map, const uint32_t *oid, void *value);

/*
 * Rows whose first column is the OID of what they belong to, in its order: hand them out, [begin, end) of each
 * to its draft. Rows of what is not there are left out.
 */
typedef int (*tn__pg_group_fn)(struct tn__pg_reading *reading, struct tn__pg_draft *draft,
                               const tn_rows *rows, size_t begin, size_t end);
TN_NODISCARD int tn__pg_hand_out(struct tn__pg_reading *reading, const tn_rows *rows,
                                 tn__pg_group_fn fn);

/* What is in a row beside texts and numbers: the first letter of a text, or 0; an array, or an empty one. */
char tn__row_letter(const tn_rows *rows, size_t row, size_t column);
const tn_array *tn__row_array(const tn_rows *rows, size_t row, size_t column);
/* Item i as a text; NULL if it is none. */
const char *tn__array_text(const tn_array *array, size_t i);
int64_t tn__array_int(const tn_array *array, size_t i);
/* The texts of an array; NULL: no memory. */
const char *const *tn__array_texts(const tn_array *array, tn_arena *arena);

/* Each a query or two for all there are. TN_OK, or what tn_query() gives. Types come first, then tables. */
TN_NODISCARD int tn__pg_read_types(struct tn__pg_reading *reading);
TN_NODISCARD int tn__pg_read_tables(struct tn__pg_reading *reading);
TN_NODISCARD int tn__pg_read_columns(struct tn__pg_reading *reading);
TN_NODISCARD int tn__pg_read_indexes(struct tn__pg_reading *reading);
TN_NODISCARD int tn__pg_read_constraints(struct tn__pg_reading *reading);
TN_NODISCARD int tn__pg_read_triggers(struct tn__pg_reading *reading);
TN_NODISCARD int tn__pg_read_policies(struct tn__pg_reading *reading);
TN_NODISCARD int tn__pg_read_functions(struct tn__pg_reading *reading);
TN_NODISCARD int tn__pg_read_operators(struct tn__pg_reading *reading);
TN_NODISCARD int tn__pg_read_sequences(struct tn__pg_reading *reading);
TN_NODISCARD int tn__pg_read_extensions(struct tn__pg_reading *reading);

/*
 * Which texts a condition, as the server writes it, leaves to a name: `(role = ANY (ARRAY['a'::text,
 * 'b'::text]))`. *out_name is the column, or "value" in a domain's check; without data: nothing is known.
 * TN_OK, TN_ENOMEM.
 */
struct tn__pg_choices {
    tn_text name;
    const tn_text *texts;
    size_t count;
};
TN_NODISCARD int tn__pg_choices_of(struct tn__pg_choices *out, const char *condition,
                                   tn_arena *arena);

/* The catalog is complete but for its fingerprint. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__pg_fingerprint(struct tn__catalog *catalog);

#endif
