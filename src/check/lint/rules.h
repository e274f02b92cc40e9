/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_LINT_RULES_H
#define TN_CHECK_LINT_RULES_H

#include "check/lint/lint.h"
#include "infer/nulls.h"
#include "infer/reading.h"

/* Between the files of src/check/lint: one statement under the eyes of all rules. */

/* A SELECT or VALUES of the statement, however deep inside. */
struct tn__lint_block {
    struct tn__ir_block *block;
    const struct tn__ir_query *query; /* NULL: of a statement that writes */
    bool is_view;                     /* its spans are of another text: */
    struct tn__sql_span place;        /* where the statement names the view */
    bool is_existence;                /* of EXISTS: any row will do */
    bool is_membership;               /* of IN */
};

struct tn__lint {
    struct tn__judge *judge;
    struct tn__analysis *an;
    const struct tn__reading *reading;
    struct tn__lint_block *blocks;
    size_t block_count;
    size_t block_cap;
    /* while walking */
    uint32_t view_depth;
    struct tn__sql_span view;
    const struct tn__ir_query *existence;
    const struct tn__ir_query *membership;
};

/* Of one expression, with all that is known of it. */
typedef void tn__lint_expr_rule(struct tn__lint *lint, const struct tn__ir_expr *expr,
                                const struct tn__ir_expr *parent);
tn__lint_expr_rule tn__lint_null, tn__lint_class, tn__lint_value, tn__lint_division,
    tn__lint_concat;

/* Of the whole statement. */
typedef void tn__lint_rule(struct tn__lint *lint);
tn__lint_rule tn__lint_joins, tn__lint_rows, tn__lint_order, tn__lint_plan, tn__lint_writes;
tn__lint_rule tn__lint_stored, tn__lint_large; /* of PostgreSQL */

/* The expressions of SET. */
void tn__lint_walk_sets(const struct tn__lint *lint, const struct tn__ir_walker *walker);

static inline bool tn__lint_is_server(const struct tn__lint *lint)
{
    return tn__an_is_server(lint->an);
}

/* Whether it stands in the statement. What a server has put there, as the body of a view, does not. */
static inline bool tn__lint_is_placed(const struct tn__lint *lint, struct tn__sql_span span)
{
    return !tn__lint_is_server(lint) || span.end > span.begin;
}

/* A finding at a piece of the statement: see tn__lint_add(). NULL, too: it does not stand there. */
#define tn__lint_say(lint, code, span, ...)                                                 \
 (tn__lint_is_placed((lint), (span))                                                        \
      ? tn__lint_add((lint)->judge->diags, (lint)->judge->query, (code),                    \
                     tn__judge_place((lint)->judge, (span).begin, (span).end), __VA_ARGS__) \
      : NULL)

/* Where a relation of FROM is named; empty: nobody knows. */
struct tn__sql_span tn__lint_source(struct tn__lint *lint, const struct tn__ir_rel *leaf);

/* The function of a server that is called; NULL: it is none that is known. Its own: of pg_catalog. */
const struct tn__server_function *tn__lint_function(const struct tn__lint *lint, uint32_t oid);
bool tn__lint_is_own(const struct tn__server_function *function);

/* The bytes of a piece of the statement. */
tn_text tn__lint_text(const struct tn__lint *lint, struct tn__sql_span span);

/* Through COLLATE and names of the result list to what has the value. */
const struct tn__ir_expr *tn__lint_inside(const struct tn__ir_expr *expr);
/* Whether it is a string or number as it is written. */
bool tn__lint_is_literal(const struct tn__ir_expr *expr, tn__classes classes);

/* The values of an enum: "'a', 'b' or 'c'". */
const char *tn__lint_choices(const struct tn__lint *lint, const struct tn__column *column);
/* A literal that a column with choices never keeps. */
void tn__lint_choice(struct tn__lint *lint, const struct tn__column *column,
                     const struct tn__ir_expr *literal);

/* A literal that is to be written into the column, against the CHECKs of the table. `outcome`: what becomes
 * of a statement that they refuse. */
void tn__lint_check(struct tn__lint *lint, const struct tn__column *column,
                    const struct tn__ir_expr *expr, const char *outcome);

#endif
