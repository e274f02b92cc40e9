/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_POSTGRES_LOWERING_H
#define TN_INFER_POSTGRES_LOWERING_H

#include "infer/domain.h"
#include "infer/params.h"
#include "infer/postgres/lower.h"
#include "schema/server.h"
#include "sql/postgres/node.h"

/* Between the files of this folder: from the server's tree to the relational form. NULL, or false:
 * there is no memory, or a reason not to go on; the analysis has the one or the other. */

/* A query of WITH, lowered where it is first asked for. */
struct tn__pg_cte {
    const struct tn__pg_node *node;
    tn_text name;
    struct tn__ir_query *query;
    bool is_lowering;
    struct tn__pg_cte *next;
};

/* An entry of a range table, by its number from 1. */
struct tn__pg_source {
    const struct tn__pg_node *rte;
    struct tn__ir_rel *rel; /* NULL: it stands in no FROM, or is a join */
};

/* An expression that GROUPING SETS group by. */
struct tn__pg_key {
    struct tn__ir_expr *expr;
    bool is_in_all; /* in each of the sets */
};

/* One Query of the tree; a variable says how many of them further out it is at home. */
struct tn__pg_scope {
    const struct tn__pg_node *query;
    struct tn__pg_scope *outer;
    struct tn__ir_block *block;
    struct tn__pg_source *sources;
    uint32_t source_count;
    struct tn__pg_cte *ctes;
    struct tn__ir_query *within; /* the innermost recursive query around */
    const struct tn__ir_expr
        *tested; /* what CASETESTEXPR stands for; NULL: nothing that is known */
    struct tn__pg_key *keys;
    uint32_t key_count;
    bool is_grouped;          /* what is lowered is of a group of GROUPING SETS, not of a row */
    uint32_t set_count;       /* functions that give rows in the result list */
    uint32_t target;          /* of a statement that writes: its number; 0: none */
    struct tn__ir_rel *after; /* the row as it was written, for RETURNING; NULL: as it was */
};

/* A value that is stored: what stands in it is wanted by the column. */
struct tn__pg_write {
    struct tn__ir_expr *expr;
    struct tn__want want;
    struct tn__pg_write *next;
};

/* The query that an INSERT takes its rows from, and what becomes of its columns. */
struct tn__pg_feed {
    struct tn__ir_query *query;
    struct tn__want *wants;
    uint32_t count;
    struct tn__pg_feed *next;
};

struct tn__pg_lowering {
    struct tn__analysis *an;
    const struct tn__server_catalog *server;
    uint32_t param_count;
    uint32_t work; /* expressions lowered so far */
    struct tn__pg_write *writes;
    struct tn__pg_feed *feeds;
    struct tn__aside *others; /* with parameters in them, perhaps */
    struct tn__change *changes;
    struct tn__stored *stored;
    const struct tn__pg_placing *placing; /* NULL: nobody asks where it stands */
};

/* --- query.c */
struct tn__ir_query *tn__pg_lower_query(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                        struct tn__pg_scope *outer, struct tn__ir_query *within);
/* The names and number of what it gives; what is in it comes with tn__pg_fill_query(). */
struct tn__ir_query *tn__pg_new_query(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                      struct tn__pg_scope *outer, struct tn__ir_query *within);
bool tn__pg_fill_query(struct tn__pg_lowering *l, struct tn__ir_query *query,
                       const struct tn__pg_node *node, struct tn__pg_scope *outer);
/* A SELECT (RETURNING …) list, and what a statement writes. */
bool tn__pg_lower_items(struct tn__pg_lowering *l, const struct tn__pg_node *list,
                        struct tn__pg_scope *scope);
/* The target entry that a clause refers to by its number; NULL: there is none. */
const struct tn__pg_node *tn__pg_sort_target(const struct tn__pg_scope *scope, int64_t ref);

/* --- sets.c: UNION and its like */
bool tn__pg_lower_compound(struct tn__pg_lowering *l, struct tn__ir_query *query,
                           const struct tn__pg_node *setop, struct tn__pg_scope *scope);

/* --- from.c */
bool tn__pg_lower_from(struct tn__pg_lowering *l, const struct tn__pg_node *jointree,
                       struct tn__pg_scope *scope);
/* A relation that a block alone reads from. */
struct tn__ir_rel *tn__pg_leaf_of_query(struct tn__pg_lowering *l, struct tn__ir_block *block,
                                        struct tn__ir_query *query);
/* The relation of an entry that stands in no FROM: excluded, the row that is written. */
struct tn__ir_rel *tn__pg_lone_leaf(struct tn__pg_lowering *l, const struct tn__pg_node *rte);
bool tn__pg_make_leaves(struct tn__pg_lowering *l, struct tn__ir_block *block, uint32_t count);

/* --- sources.c: what an entry of the range table gives, as a query */
struct tn__ir_query *tn__pg_query_of(struct tn__pg_lowering *l, const struct tn__pg_node *rte,
                                     struct tn__pg_scope *scope);
/* Queries of WITH: the scope's, and those of them that nobody has asked for. */
bool tn__pg_take_ctes(struct tn__pg_lowering *l, struct tn__pg_scope *scope);
bool tn__pg_lower_ctes(struct tn__pg_lowering *l, struct tn__pg_scope *scope);

/* --- write.c */
bool tn__pg_lower_change(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                         struct tn__pg_scope *scope);

/* --- expr.c */
struct tn__ir_expr *tn__pg_lower_expr(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                      struct tn__pg_scope *scope);
struct tn__ir_expr **tn__pg_lower_list(struct tn__pg_lowering *l, const struct tn__pg_node *list,
                                       struct tn__pg_scope *scope, uint32_t *out_count);
/* A column of a relation; TN__IR_ROWID for its row as a whole. */
struct tn__ir_expr *tn__pg_column(struct tn__pg_lowering *l, struct tn__ir_rel *rel,
                                  uint32_t index);
struct tn__ir_expr *tn__pg_maybe(struct tn__pg_lowering *l, struct tn__ir_expr *expr);
/* NULL: there are not so many. */
struct tn__pg_scope *tn__pg_scope_up(struct tn__pg_scope *scope, int64_t levels);
/* --- place.c */
/* Where in the statement's text an expression begins, in bytes; UINT32_MAX: nobody knows. */
uint32_t tn__pg_location(const struct tn__pg_node *node);
/* Where all of it stands; an empty span: nobody asks, or nobody knows. */
struct tn__sql_span tn__pg_span(const struct tn__pg_lowering *l, const struct tn__pg_node *node);

/* --- var.c */
/* An expression of a group is NULL where its set does not have it. */
struct tn__ir_expr *tn__pg_of_group(struct tn__pg_lowering *l, struct tn__ir_expr *expr,
                                    struct tn__pg_scope *scope);
/* Which keys are in all of the GROUPING SETS. */
bool tn__pg_take_keys(struct tn__pg_lowering *l, struct tn__pg_scope *scope);

/* --- call.c */
/* How NULL comes out of a call. */
enum tn__pg_rule {
    TN__PG_NEVER,  /* never */
    TN__PG_STRICT, /* if, and only if, an argument is NULL */
    TN__PG_OFTEN,  /* if an argument is NULL, and for other reasons */
    TN__PG_ANY     /* who knows */
};
struct tn__ir_expr *tn__pg_new_call(struct tn__pg_lowering *l, enum tn__pg_rule rule,
                                    struct tn__ir_expr **args, uint32_t count);
/* Whether the operator's function gives NULL for NULL alone, and for each NULL. */
enum tn__pg_rule tn__pg_operator_rule(const struct tn__pg_lowering *l, uint32_t oid);
bool tn__pg_is_equality(const struct tn__pg_lowering *l, const struct tn__pg_node *node);
bool tn__pg_is_inequality(const struct tn__pg_lowering *l, const struct tn__pg_node *node);

#endif
