/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_GEN_H
#define WITNESS_GEN_H

#include "data.h"

/*
 * Random statements. What is made is text in an arena; what is remembered is only what is needed for
 * the engine to accept most of it: which columns can be named where, and roughly of what class.
 */

enum {
    MOST_SOURCES = 12,
    MOST_RESULTS = 24,
    MOST_CTES = 6
};

/* A column that can be named. */
struct result {
    const char *sql;
    enum kind kind;
};

/* What stands behind FROM under one alias, or a query's result. */
struct source {
    const char *alias; /* quoted; NULL: none */
    struct result columns[MOST_RESULTS];
    unsigned count;
    const struct table *table; /* NULL: not one of the schema */
};

struct scope {
    struct source *sources[MOST_SOURCES];
    unsigned count;
    bool is_merged; /* USING or NATURAL: a bare name of two sources may be one column */
    /* A column that is taken more often than others, so that what is asked of it in WHERE and what is
     * made of it in the list meet. */
    const struct source *focus;
    unsigned focus_column;
    bool is_open; /* more may come: no bare names yet */
    const char *windows[2];
    unsigned window_count;
    struct scope *outer;
};

struct gen {
    struct rng *rng;
    tn_arena *arena;
    const struct model *model;
    const struct pool *pool;
    const struct source *ctes[MOST_CTES];
    unsigned cte_count;
    const char *making[MOST_CTES]; /* names of those that are being written */
    unsigned making_count;
    unsigned serial;     /* of aliases */
    bool has_parameters; /* allowed */
    bool may_aggregate;  /* here */
    bool may_window;
    int fuel; /* how much more may be made */
};

void gen_init(struct gen *gen, struct rng *rng, tn_arena *arena, const struct model *model,
              const struct pool *pool);

/* Expressions. */
const char *gen_expr(struct gen *gen, struct scope *scope, int depth, enum kind kind);
const char *gen_cond(struct gen *gen, struct scope *scope, int depth);
const char *gen_leaf(struct gen *gen, struct scope *scope, enum kind kind);
const char *gen_literal(struct gen *gen, enum kind kind);
const char *gen_param(struct gen *gen);
/* What stands in IN (…): a list, or values where there are no parameters. */
const char *gen_list(struct gen *gen);
/* A column of that kind, if there is one, else any; NULL: there are none. */
const char *gen_column(struct gen *gen, struct scope *scope, enum kind kind);
enum kind gen_kind(struct gen *gen);
/* Equalities on a unique key of a source; NULL: there is none. */
const char *gen_key(struct gen *gen, struct scope *scope);
/* What a template says: see template.c. */
const char *gen_template(struct gen *gen, struct scope *scope, int depth, const char *text,
                         enum kind want);
const char *gen_window(struct gen *gen, struct scope *scope, int depth);

/* Queries. `want`: so many columns; 0: any number. `kind`: what the first column is to be. */
struct wish {
    unsigned want;
    enum kind kind;
    bool is_named; /* every column gets a name, as it will be named from outside */
};
const char *gen_core(struct gen *gen, struct scope *outer, int depth, struct wish wish,
                     struct source *out);
const char *gen_select(struct gen *gen, struct scope *outer, int depth, struct wish wish,
                       struct source *out);
const char *gen_from(struct gen *gen, struct scope *scope, int depth);
struct source *gen_table_source(struct gen *gen, const struct table *table, const char *alias);
const char *gen_limit(struct gen *gen);
const char *gen_with(struct gen *gen, struct scope *outer, int depth);

/* Statements. */
const char *gen_query(struct gen *gen);
const char *gen_dml(struct gen *gen);

/* Make a random schema on a connection; what the engine takes is added to `out`. */
void gen_schema(struct strings *out, sqlite3 *db, struct rng *rng, tn_arena *arena);

#endif
