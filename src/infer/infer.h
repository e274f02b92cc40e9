/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_INFER_H
#define TN_INFER_INFER_H

#include "infer/typing.h"
#include "sql/emit.h"
#include "sql/statement.h"

/* A read that the engine reported while preparing the statement. */
struct tn__read {
    tn_text table;
    tn_text column;
    tn_text inner; /* the view, CTE or trigger it comes through; NULL text: none */
};

/* What is known of a statement. Everything is borrowed. */
struct tn__infer {
    const struct tn__catalog *catalog;
    const struct tn__settings_type *types;
    size_t type_count;
    const struct tn__sql *sql;
    struct tn__sql_facts facts;
    const struct tn__sql_source *sources;
    size_t source_count;
    const struct tn__read *reads;
    size_t read_count;
    /* derived by tn__infer_init() */
    bool has_view;
    bool has_inner; /* a read that comes through anything */
    bool has_aggregate;
};

/* Fill the derived members from the others. */
void tn__infer_init(struct tn__infer *infer);

/* Why an answer proves less than the schema says. */
enum tn__doubt {
    TN__DOUBT_NONE,
    TN__DOUBT_NULLABILITY, /* the type is certain, NOT NULL is not */
    TN__DOUBT_TYPE         /* neither is */
};

/* The answer for a column of the result. */
struct tn__verdict {
    struct tn__typing typing;
    const struct tn__table *table;   /* origin, if it is certain; else NULL */
    const struct tn__column *column; /* NULL with a table: its rowid */
    enum tn__doubt doubt;
    const char *reason; /* "it comes through an outer join"; NULL without a doubt */
};

/* `table` and `column` are the origin that the engine reports; NULL texts if it reports none. */
struct tn__verdict tn__infer_column(const struct tn__infer *infer, tn_text table, tn_text column);

/* Whether the statement is a SELECT that is proven to give one row at most. */
bool tn__infer_is_single_row(const struct tn__infer *infer);

/* The answer for a parameter. */
struct tn__param_verdict {
    struct tn__typing typing;
    bool is_certain;
    bool is_conflict;   /* used in places that want different types */
    tn_text suggestion; /* a name from the column it meets, "limit" or "offset"; may be empty */
};

/* One per parameter, in the order of `params`. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__infer_params(struct tn__param_verdict **out, const struct tn__infer *infer,
                                  const struct tn__sql_params *params, tn_arena *arena);

/* The table that an INSERT or UPDATE writes; NULL for other statements. */
const struct tn__sql_source *tn__infer_target(const struct tn__infer *infer);

/*
 * The column that a name stands for in this statement: tokens [begin, end) are `c` or `t.c`. NULL
 * if that is not certain. *out_table is its table; a rowid gives NULL with *out_table set.
 */
const struct tn__column *tn__infer_resolve(const struct tn__infer *infer, size_t begin, size_t end,
                                           const struct tn__table **out_table);

#endif
