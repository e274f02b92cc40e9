/* SPDX-License-Identifier: MIT */
#ifndef TN_SCHEMA_SERVER_H
#define TN_SCHEMA_SERVER_H

#include <tenon/value.h>

#include "util/map.h"

/*
 * What the catalog of a PostgreSQL server has beside tables: types, functions, operators and the rest.
 * Objects of one kind are in the order of their schema and name; those of the server's own come with them, as
 * queries name any of them by its OID.
 */

enum tn__server_type_kind {
    TN__SERVER_BASE,
    TN__SERVER_ENUM,       /* labels */
    TN__SERVER_DOMAIN,     /* over `inner` */
    TN__SERVER_COMPOSITE,  /* fields; also the row type of each table */
    TN__SERVER_RANGE,      /* of `inner` */
    TN__SERVER_MULTIRANGE, /* of the range `inner` */
    TN__SERVER_ARRAY,      /* of `inner` */
    TN__SERVER_PSEUDO
};

struct tn__server_type;
struct tn__table;

struct tn__server_field {
    const char *name;
    const struct tn__server_type *type;
};

struct tn__server_type {
    uint32_t oid;
    enum tn__server_type_kind kind;
    const char *schema;
    const char *name; /* "text"; of an array its element's with "[]" */
    bool is_own;      /* the server's, or an extension's: no migration makes it */
    /* A domain that takes no NULL, or is over one that does not. It is no proof: a join makes NULL of it, and
     * so does a subquery without rows, even in a column of a table. */
    bool is_not_null;
    const struct tn__server_type *inner; /* NULL: none */
    /* Of an enum, in its order; of a domain over text, what CHECK (VALUE IN ('a', 'b')) leaves. */
    const tn_text *labels;
    size_t label_count;
    const struct tn__server_field *fields;
    size_t field_count;
    const struct tn__table *table; /* whose row type it is; NULL: nobody's */
    const char *default_sql;       /* of a domain; NULL: none */
    const char *const *checks;     /* of a domain, as pg_get_constraintdef() has them */
    size_t check_count;
    const char *comment; /* NULL: none; here and below */
};

enum tn__server_volatility {
    TN__SERVER_IMMUTABLE,
    TN__SERVER_STABLE,
    TN__SERVER_VOLATILE
};

struct tn__server_function {
    uint32_t oid;
    const char *schema;
    const char *name;
    char kind;      /* 'f', 'a' (aggregate), 'w' (window), 'p' (procedure) */
    bool is_own;    /* as of a type; or it comes with one, as the constructors of a range do */
    bool is_strict; /* NULL for a NULL argument */
    bool is_set;
    enum tn__server_volatility volatility;
    const struct tn__server_type *result;
    const char *extension;               /* that it comes with; NULL: none */
    const struct tn__server_field *outs; /* OUT, INOUT and TABLE arguments; "" is a name, too */
    size_t out_count;
    /* NULL of the server's own, and of an extension's. */
    const char *arguments; /* as pg_get_function_arguments() has them */
    const char *sql;       /* as pg_get_functiondef() has it; NULL of an aggregate, too */
    const char *comment;
};

struct tn__server_operator {
    uint32_t oid;
    const char *schema;
    const char *name;
    uint32_t function; /* its OID */
    bool is_own;
};

struct tn__server_sequence {
    const char *schema;
    const char *name;
    const char *owner_table; /* of a serial or an identity, as tn__table_label(); NULL: nobody's */
    const char *owner_column;
    bool is_own;      /* an extension's, or the history's */
    const char *type; /* "bigint" */
    int64_t start, increment, min, max;
    bool cycles;
    const char *comment;
};

struct tn__server_extension {
    const char *name;
    const char *version;
    const char *schema;
};

struct tn__server_policy {
    const char *name;
    const char *command; /* "ALL", "SELECT", … */
    bool is_permissive;
    const char *roles;     /* "PUBLIC", or names behind commas */
    const char *using_sql; /* NULL: none */
    const char *check_sql;
};

/* The bits of pg_trigger.tgtype. */
enum {
    TN__FIRES_ROW = 1, /* else once for a statement */
    TN__FIRES_BEFORE = 2,
    TN__FIRES_INSERT = 4,
    TN__FIRES_DELETE = 8,
    TN__FIRES_UPDATE = 16,
    TN__FIRES_TRUNCATE = 32,
    TN__FIRES_INSTEAD = 64
};

/* Row-level security, partitions and inheritance of a table. */
struct tn__server_table {
    bool has_row_security;
    bool is_security_forced;
    const struct tn__server_policy *policies;
    size_t policy_count;
    /* It shows rows that its constraints do not bind: those of a table that inherits from it, or of a partition
     * that is a foreign table, at any depth. */
    bool has_children;
    bool is_partition;
    const char *partition_key;              /* "RANGE (created_at)"; NULL: not partitioned */
    const char *partition_bound;            /* of a partition: "FOR VALUES FROM …" */
    const struct tn__table *const *parents; /* that it inherits from, or is a partition of */
    size_t parent_count;
};

struct tn__server_catalog {
    int version; /* 150008 */
    /* Where a name without a schema is looked for, in order; the server's own comes before. */
    const char *const *search_path;
    size_t search_path_count;
    const struct tn__server_type *types;
    size_t type_count;
    const struct tn__server_function *functions;
    size_t function_count;
    const struct tn__server_operator *operators;
    size_t operator_count;
    const struct tn__server_sequence *sequences;
    size_t sequence_count;
    const struct tn__server_extension *extensions;
    size_t extension_count;
    /* By OID. */
    const struct tn__map *types_by_oid;
    const struct tn__map *functions_by_oid;
    const struct tn__map *operators_by_oid;
    const struct tn__map *tables_by_oid; /* struct tn__table */
};

/* By OID; NULL: there is none. */
const struct tn__server_type *tn__server_type(const struct tn__server_catalog *server,
                                              uint32_t oid);
const struct tn__server_function *tn__server_function(const struct tn__server_catalog *server,
                                                      uint32_t oid);
const struct tn__server_operator *tn__server_operator(const struct tn__server_catalog *server,
                                                      uint32_t oid);
const struct tn__table *tn__server_table(const struct tn__server_catalog *server, uint32_t oid);

#endif
