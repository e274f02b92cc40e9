/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_CHECK_H
#define TN_CHECK_CHECK_H

#include "check/origin.h"
#include "diag/diag.h"
#include "infer/analyse.h"
#include "schema/scratch.h"
#include "util/buf.h"

/* How many rows a query gives, and what becomes of them. */
enum tn__mode {
    TN__MODE_ONE,      /* exactly one row */
    TN__MODE_OPTIONAL, /* one or none */
    TN__MODE_MANY,
    TN__MODE_EXEC, /* a count of changed rows; with RETURNING as TN__MODE_OPTIONAL */
    TN__MODE_BULK  /* run for each of many rows of parameters, all or none */
};

/* A file that queries come from. */
struct tn__query_file {
    const char *path; /* as found and as shown */
    const char *stem; /* name of the generated pair: "tasks" of queries/tasks.sql */
    tn_text text;
    struct tn__lines lines;
    bool is_c;
};

/* SQL as it is written, and where it stands. */
struct tn__written {
    const struct tn__query_file *file;
    tn_text sql;
    size_t offset;       /* of sql in the file's text, without a map */
    const uint32_t *map; /* C: offset in the file of each byte of sql, and of its end */
};

/* `-- column …`, `-- param …`, `-- returns …`. */
enum tn__annotation_kind {
    TN__ANNOTATE_COLUMN,
    TN__ANNOTATE_PARAM,
    TN__ANNOTATE_RETURNS
};
enum tn__null_mark {
    TN__MARK_NONE,
    TN__MARK_NOT_NULL,
    TN__MARK_NULLABLE
};
struct tn__annotation {
    enum tn__annotation_kind kind;
    tn_text name;    /* of the column, the parameter, or the struct */
    uint32_t number; /* of a positional parameter that gets a name; 0: none */
    bool has_type;
    struct tn__typing typing; /* its nullability is `mark` */
    enum tn__null_mark mark;
    size_t offset;                     /* of `name` in the written text */
    const struct tn__annotation *next; /* of the query: the last one written is first */
};

struct tn__query_column {
    const char *name;   /* in the result */
    const char *member; /* in C */
    struct tn__typing typing;
    bool is_loose;                 /* a REAL that may come as INTEGER, or the other way round */
    const struct tn__table *table; /* origin, NULL: none, or not certain */
    const struct tn__column *column;
};

/* Which texts of a query something stands in: (key & mask) == value. */
struct tn__sql_when {
    uint64_t mask;
    uint64_t value;
};

struct tn__query_param {
    const char *name;
    const char *member;       /* in C */
    struct tn__typing typing; /* of an element, if it is a list */
    bool is_list;
    bool is_switch; /* its optional part is there if it is: the C type is the nullable one */
    size_t offset;  /* of its first use in the statement */
    /* The texts that have it, of a query with variants: any of them. */
    const struct tn__sql_when *when;
    size_t when_count; /* 0: all of them */
};

struct tn__variants;

struct tn__query {
    const char *name;
    enum tn__mode mode;
    struct tn__written written;
    struct tn__place place; /* of its name */
    const struct tn__annotation *annotations;
    size_t stmt_offset; /* of the statement in written.sql */
    tn_text stmt;
    bool is_inline;                /* TN_QUERY in a C file */
    bool is_broken;                /* a finding says why; nothing below is sure to be set */
    struct tn__variants *variants; /* check/variants.h; NULL: there is one text only */
    /* what the engine and the inference say */
    tn_text emitted;              /* with all parts that may be left out */
    struct tn__sql_pieces pieces; /* of which each text is made */
    bool is_readonly;
    bool is_single_row; /* proven: nobody needs to ask for a second one */
    const struct tn__query_column *columns;
    size_t column_count;
    const struct tn__query_param *params;
    size_t param_count;
    const struct tn__table *row_table; /* the row is this whole table; else NULL */
    const char *returns;               /* struct that the row is to have; NULL: one of its own */
};

/* A column whose CHECK leaves it a few texts. Two columns are two enums, unless [types] gives both one
 * name and their texts are the same: then it is the column of the first line. */
struct tn__enum {
    const char *name; /* "task_status": as [types] says, or of the table's struct and the column */
    const struct tn__table *table;
    const struct tn__column *column;
};

struct tn__checked {
    const struct tn__query_file *files; /* sorted by path */
    size_t file_count;
    struct tn__query *queries; /* by file, in the order of writing */
    size_t query_count;
    tn_migration_set migrations;
    struct tn__origins origins;              /* after tn__check_judge() */
    struct tn__catalog catalog;              /* after tn__check_judge() */
    const struct tn__typing *const *typings; /* per table of the catalog, per column */
    const struct tn__enum *enums;            /* by table and column */
    size_t enum_count;
    struct tn__keys keys;                    /* settled by tn__check_judge() */
    const struct tn__fn_declared *functions; /* of tenon.ini, that the engine does not have */
    size_t function_count;
};

struct tn__check_options {
    const char *migrations_dir;
    const char *const *sources; /* patterns for tn__glob() */
    size_t source_count;
    const struct tn__settings_type *types;
    size_t type_count;
    const struct tn__settings_function *functions;
    size_t function_count;
};

/*
 * Read migrations, query files and C files. Needs no engine.
 *
 * Faults in the text of a query are findings, and the query is marked broken. TN_OK; a negative
 * status if something could not be read at all: then a finding says so; TN_ENOMEM.
 */
TN_NODISCARD int tn__check_read(struct tn__checked *out, const struct tn__check_options *options,
                                tn_arena *arena, struct tn__diags *diags, tn_error *err);

/*
 * Replay the migrations in memory and have the engine judge every query that is not broken.
 *
 * Findings as above. TN_OK; TN_EREFUSED if a migration fails (a finding says where); TN_ENOMEM.
 */
TN_NODISCARD int tn__check_judge(struct tn__checked *checked,
                                 const struct tn__check_options *options, tn_arena *arena,
                                 struct tn__diags *diags, tn_error *err);

/* The document of `tenon check --json`, one line. */
void tn__check_report(struct tn__buf *out, const struct tn__checked *checked,
                      const struct tn__diags *diags);

/* What a table keeps in a column of its own. */
struct tn__typing tn__checked_typing(const struct tn__checked *checked,
                                     const struct tn__table *table,
                                     const struct tn__column *column);

/* The enum of a type; NULL: it is another type. */
const struct tn__enum *tn__checked_enum(const struct tn__checked *checked,
                                        struct tn__typing typing);

/* What the struct of a table is called, without a prefix: as [types] says, or as the table. */
const char *tn__struct_name(const struct tn__table *table, const struct tn__settings_type *types,
                            size_t type_count);

/* ":one", ":optional", ":many", ":exec", ":bulk". Static. */
const char *tn__mode_text(enum tn__mode mode);
/* The place of bytes of the written SQL. */
struct tn__place tn__query_place(const struct tn__query *query, size_t offset, size_t size);

#endif
