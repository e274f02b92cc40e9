/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_READING_H
#define TN_INFER_READING_H

#include "infer/eval.h"
#include "infer/params.h"

/* For those who ask for more than columns and parameters: a statement in the relational form. */

/* On a server: one of the changes that a statement makes to a table. */
struct tn__change {
    const struct tn__table *table; /* NULL: not one of the schema */
    bool is_insert;
    bool has_row;    /* of an INSERT: it is of VALUES */
    bool may_differ; /* a trigger may change what is written, or a rule where */
    struct tn__change *next;
};

/* A value that such a change stores, in the order of nothing. */
struct tn__stored {
    const struct tn__change *change;
    const struct tn__column *column;
    struct tn__ir_expr *expr;
    struct tn__stored *next;
};

/* What stands nowhere in the query: conditions of ON CONFLICT, queries of WITH that nobody reads. */
struct tn__aside {
    struct tn__ir_query *query; /* the one */
    struct tn__ir_expr *expr;   /* or the other; else NULL */
    struct tn__aside *next;
};

struct tn__reading {
    enum tn__ast_stmt_kind kind;    /* TN__STMT_AST_OTHER: MERGE */
    struct tn__ir_query *query;     /* of a SELECT; on a server of any statement; else NULL */
    struct tn__ir_block *returning; /* NULL: none; what else is written is in the analysis */
    /* on a server; else NULL */
    const struct tn__change *changes;
    const struct tn__stored *stored;
    const struct tn__aside *asides;
};

struct tn__reader {
    void (*read)(void *user, struct tn__analysis *an, const struct tn__reading *reading);
    void *user;
    tn_arena *arena; /* whose limit holds */
};

/* Have a statement read once all is `known` of its parameters; not called if something in it is not
 * understood. What is read is gone afterwards. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__analyse_read(const struct tn__reader *reader, const struct tn__ast_stmt *stmt,
                                  const struct tn__sql *sql, const struct tn__sql_params *params,
                                  const struct tn__analysed_param *known,
                                  const struct tn__analyse_options *options);

/*
 * All expressions and queries, each before what is in it; queries of WITH and views once, where they are
 * first asked for. A walk begins with a number of its own, and no other may begin before it is done.
 */
struct tn__ir_walker {
    void (*expr)(void *user, const struct tn__ir_expr *expr, const struct tn__ir_expr *parent);
    /* NULL: not asked for. `through`: the leaf that it stands behind, or NULL. False: not into it. */
    bool (*query)(void *user, struct tn__ir_query *query, const struct tn__ir_rel *through);
    void (*leave)(void *user, struct tn__ir_query *query);
    void *user;
    uint32_t number;
};
static inline uint32_t tn__ir_walk_begin(struct tn__analysis *an)
{
    return ++an->walks;
}
void tn__ir_walk_expr(const struct tn__ir_walker *walker, const struct tn__ir_expr *expr,
                      const struct tn__ir_expr *parent);
void tn__ir_walk_block(const struct tn__ir_walker *walker, const struct tn__ir_block *block);
void tn__ir_walk_query(const struct tn__ir_walker *walker, struct tn__ir_query *query,
                       const struct tn__ir_rel *through);

/* The affinities that an expression may be compared by, as bits; 0: none. */
uint8_t tn__ir_affinities(const struct tn__ir_expr *expr);

#endif
