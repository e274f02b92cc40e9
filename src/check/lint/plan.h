/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_LINT_PLAN_H
#define TN_CHECK_LINT_PLAN_H

#include "check/lint/rules.h"
#include "plan/query_plan.h"
#include "util/buf.h"

/* Between plan.c, the rules, and the files that they ask: plan_terms.c for what could narrow a table,
 * plan_rows.c for what the engine does, plan_index.c for what would help. */

enum tn__lint_term_kind {
    TN__LINT_EQUAL,    /* column = value, IS, IN (one value) */
    TN__LINT_FLAG,     /* the same of a boolean: half of the rows come anyway */
    TN__LINT_AMONG,    /* column IN (…) */
    TN__LINT_RANGE,    /* < <= > >= BETWEEN */
    TN__LINT_LIKE,     /* LIKE or GLOB, with a pattern that may begin with letters */
    TN__LINT_SEARCH,   /* the same, and it begins with % */
    TN__LINT_COMPUTED, /* f(column) = value */
    TN__LINT_EITHER,   /* an OR of such */
    TN__LINT_OPTIONAL  /* an OR with what is of no row: :x IS NULL OR column = :x */
};

/* A condition that narrows what is read of one table. */
struct tn__lint_term {
    enum tn__lint_term_kind kind;
    uint32_t column;   /* of the table, or TN__IR_ROWID; of the first three and the LIKEs */
    tn_text collation; /* written; NULL text: the column's own */
    bool is_glob;
    bool is_fixed; /* of a LIKE: the pattern is a literal or a parameter */
    bool is_plain; /* an index on the column would surely serve it */
    struct tn__sql_span span;
    const struct tn__lint_block *at; /* that it stands in */
    uint64_t needs;                  /* leaves of that block whose row must be known first */
    const struct tn__lint_term *next;
};

/* A table that is read, once for each place in FROM. */
struct tn__lint_table {
    const struct tn__ir_rel *leaf;
    const struct tn__lint_block *at;
    struct tn__sql_span place; /* its name, or that of the view it is in */
    const struct tn__lint_term *terms;
    bool is_said; /* there is a finding about how it is read */
};

struct tn__lint_tables {
    struct tn__lint *lint;
    struct tn__lint_table *items;
    size_t count;
};

/* All tables that are read, and what narrows them. */
void tn__lint_tables(struct tn__lint_tables *out, struct tn__lint *lint);

/* The column of a table that an expression is, through what the engine sees through; NULL: none. */
const struct tn__ir_expr *tn__lint_base(const struct tn__ir_expr *expr);
struct tn__lint_table *tn__lint_table_of(const struct tn__lint_tables *tables,
                                         const struct tn__ir_rel *leaf);

/* Whether an index that is there already can be used for it. */
bool tn__lint_is_served(const struct tn__lint_table *table, const struct tn__lint_term *term);
/* Whether an index begins with the column. */
bool tn__lint_has_index(const struct tn__lint_table *table, uint32_t column);

struct tn__lint_planned {
    struct tn__lint *lint;
    struct tn__lint_tables tables;
    struct tn__query_plan plan;
};

/* Have the engine plan the statement. */
void tn__lint_read_plan(struct tn__lint_planned *plan);
/* Whether a line is about the relation of this name. */
bool tn__lint_is_about(const struct tn__plan_node *row, tn_text name);
/* Whether at a line the rows of what stands beside it are sorted. */
bool tn__lint_is_sort(const struct tn__plan_node *row);
/* Whether the leaves that a term needs are read in loops around that of the line. */
bool tn__lint_is_known(const struct tn__lint_planned *plan, const struct tn__plan_node *row,
                       const struct tn__lint_term *term);
/* The outermost loop of what a line belongs to, before it; NULL: it is the outermost itself. */
const struct tn__plan_node *tn__lint_first_loop(const struct tn__lint_planned *plan,
                                                const struct tn__plan_node *row);

/* "CREATE INDEX … ON table (". */
void tn__lint_begin_index(struct tn__buf *buf, const struct tn__table *table);
/* The index for the conditions known at a line; false: none would surely serve. */
bool tn__lint_write_index(struct tn__buf *buf, const struct tn__lint_planned *plan,
                          const struct tn__lint_table *table, const struct tn__plan_node *row);
/* The table whose columns, as they are, a block is sorted by; NULL: it is something else. */
struct tn__lint_table *tn__lint_sorted_by(const struct tn__lint_planned *plan,
                                          const struct tn__lint_block *at);
/* Whether the conditions leave room for an order that begins with a column, and it is worth an index. */
bool tn__lint_has_room(const struct tn__lint_planned *plan, const struct tn__lint_table *table,
                       const struct tn__plan_node *first, uint32_t order, bool is_limited);
/* The index for both. */
void tn__lint_write_order(struct tn__buf *buf, const struct tn__lint_planned *plan,
                          const struct tn__lint_table *table, const struct tn__plan_node *first,
                          const struct tn__ir_block *block);

#endif
