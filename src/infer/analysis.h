/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_ANALYSIS_H
#define TN_INFER_ANALYSIS_H

#include "infer/ir.h"
#include "util/map.h"

/* Between the files of src/infer: one analysis of one statement, which resolver and inference share. */

struct tn__generated;
struct tn__fact;
struct tn__set;

struct tn__analysis {
    const struct tn__analyse_options *options;
    const struct tn__sql_params *params;
    const struct tn__analysed_param *said;
    tn_arena *arena;
    int status;         /* sticky: TN_OK or TN_ENOMEM */
    const char *reason; /* the first thing that was not understood; NULL: none */

    /* resolving */
    struct tn__map views;  /* table to tn__named_query */
    struct tn__map tables; /* that are read; keyed by their names */
    struct tn__generated *generated;
    struct tn__set *sets; /* of UPDATE and DO UPDATE */
    uint32_t set_count;
    struct tn__name_fault *faults, *last_fault;
    uint32_t aggregates; /* resolved so far */
    bool is_quiet;       /* names that do not resolve are nobody's fault: in a view */
    bool is_too_deep;    /* a limit of ours, not something unknown */
    uint32_t depth;      /* of expressions and queries in each other, through views and WITH */

    /* inferring */
    struct tn__fact *facts; /* about the row or group at hand; nulls.c */
    uint32_t fact_count, fact_cap;
    uint32_t alias_depth; /* > 0: inside an item that stands elsewhere; what is found is not kept */
    uint32_t work;        /* columns inferred so far, against running for ever */
    uint32_t proofs;      /* of one row in a query of FROM so far, against the same */
    bool is_operand;      /* the column at hand is an operand of arithmetic */
    bool
        is_returning; /* no condition proves anything: the engine asks the wrong column for NOT NULL */

    /* uses.c */
    struct tn__analysed_use *found_uses;
    uint32_t use_count, use_cap;
    uint32_t use_sources, use_branches; /* how many have a number */

    /* parameters */
    struct tn__analysed_param *uses;
    bool *wants_null;

    /* what a statement that writes is made of, and how often the form has been walked */
    const struct tn__table *target;
    struct tn__ir_query *inserted; /* the source of an INSERT; NULL: DEFAULT VALUES */
    struct tn__want *inserts;      /* per column that it fills */
    uint32_t insert_count;
    struct tn__ir_block *changed; /* target, FROM and WHERE of UPDATE and DELETE */
    struct tn__ir_block *upserts;
    uint32_t walks;
};

/* The statement is a server's: its engine has none of the faults that comments here tell of SQLite's. */
static inline bool tn__an_is_server(const struct tn__analysis *an)
{
    return an->options->catalog->server != NULL;
}
/* Zeroed memory; NULL sets the status. */
void *tn__an_new(struct tn__analysis *an, size_t count, size_t size);
#define TN__AN_NEW(an, type) ((type *)tn__an_new((an), 1, sizeof(type)))
/* Say that something is not understood: the first reason stays. */
void tn__an_doubt(struct tn__analysis *an, const char *reason);

/* Go into an expression (1) or a query (TN__QUERY_DEPTH), and out again. False: it nests too deeply. All
 * that is done with what has been resolved goes no deeper. */
bool tn__an_enter(struct tn__analysis *an, uint32_t levels);
void tn__an_leave(struct tn__analysis *an, uint32_t levels);

/* --- ir.c: making and reading the relational form */
struct tn__ir_expr *tn__ir_new(struct tn__analysis *an, enum tn__ir_kind kind, uint32_t arg_count,
                               struct tn__sql_span span);
struct tn__ir_expr *tn__ir_column(struct tn__analysis *an, struct tn__ir_rel *rel, uint32_t index,
                                  struct tn__sql_span span);
struct tn__ir_expr *tn__ir_alias(struct tn__analysis *an, struct tn__ir_expr *expr,
                                 struct tn__sql_span span);
/* The column of a leaf; UINT32_MAX: none. The rowid's names are not columns. */
uint32_t tn__rel_find(const struct tn__ir_rel *rel, tn_text name);
tn_text tn__rel_column_name(const struct tn__ir_rel *rel, uint32_t index);
bool tn__rel_is_hidden(const struct tn__ir_rel *rel, uint32_t index);
bool tn__rel_has_rowid(const struct tn__ir_rel *rel);
/* Whether an outer join may put NULLs in the place of a leaf's rows, as far as proofs have got. */
bool tn__rel_is_padded(const struct tn__ir_rel *rel);
/* x IN (…) gives x the affinity of what it is looked for in, and where x is a value that is kept for the other
 * clauses, of a group or for RETURNING, it changes under their eyes (3.40). False without memory. */
bool tn__ir_disturb(struct tn__analysis *an, struct tn__ir_block *block);
/* After the leaves and joins are there: who may be padded by whom. */
bool tn__ir_pads(struct tn__analysis *an, struct tn__ir_block *block);

#endif
