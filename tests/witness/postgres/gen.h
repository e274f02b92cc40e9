/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_PG_GEN_H
#define WITNESS_PG_GEN_H

#include "kinds.h"
#include "schema/catalog.h"

/*
 * Random statements of PostgreSQL. As the server wants the types to fit, each is made for a kind.
 * What is remembered is which columns can be named where.
 */

enum {
    MOST_SOURCES = 12,
    MOST_ITEMS = 40,
    MOST_KEYS = 4,
    MOST_CTES = 6,
    MOST_WANTED = 6
};

/* A value that can be named. */
struct item {
    const char *sql;
    const char *name; /* without what stands before its dot; NULL: it has none */
    const struct kind *kind;
};

/* What stands behind FROM under one alias, or the result of a query. */
struct source {
    const char *alias; /* NULL: its columns are named alone, as those of USING are */
    struct item items[MOST_ITEMS];
    unsigned count;
    const struct tn__table *table; /* NULL: not one of the schema */
};

struct scope {
    struct source *sources[MOST_SOURCES];
    unsigned count;
    bool is_grouped; /* only keys can be named */
    struct item keys[MOST_KEYS];
    unsigned key_count;
    const struct item *focus; /* taken more often than others; NULL: none */
    struct scope *outer;
};

struct gen {
    struct rng *rng;
    tn_arena *arena;
    const struct tn__catalog *catalog;
    const struct source *ctes[MOST_CTES];
    unsigned cte_count;
    unsigned serial; /* of names */
    unsigned params;
    bool has_params;    /* allowed */
    bool may_aggregate; /* here */
    bool may_window;
    int fuel; /* how much more may be made */
};

void gen_init(struct gen *gen, struct rng *rng, tn_arena *arena, const struct tn__catalog *catalog);

/* Expressions. */
const char *gen_expr(struct gen *gen, struct scope *scope, int depth, const struct kind *kind);
const char *gen_leaf(struct gen *gen, struct scope *scope, const struct kind *kind);
const char *gen_cond(struct gen *gen, struct scope *scope, int depth);
/* A column or key of that kind, or of one that stands for it; NULL: there is none. */
const char *gen_column(struct gen *gen, struct scope *scope, const struct kind *kind);
/* Any column that can be named; NULL: there is none. */
const struct item *gen_any_item(struct gen *gen, struct scope *scope);
/* A function that gives rows; sets the kind. */
const char *gen_set(struct gen *gen, struct scope *scope, int depth, const struct kind **kind);
const char *gen_from_function(struct gen *gen, struct scope *scope, struct source *out);
/* What a template says. */
const char *gen_template(struct gen *gen, struct scope *scope, int depth, const char *text,
                         const struct kind *want);

/* Queries: of so many columns of these kinds; 0: of any. */
struct wish {
    unsigned count;
    const struct kind *kinds[MOST_WANTED];
    bool is_named; /* each column gets a name of its own, for those who select from it */
};
const char *gen_select(struct gen *gen, struct scope *outer, int depth, struct wish wish,
                       struct source *out);
const char *gen_core(struct gen *gen, struct scope *outer, int depth, struct wish wish,
                     struct source *out);
const char *gen_values(struct gen *gen, struct scope *outer, struct wish wish, struct source *out);
const char *gen_with(struct gen *gen, int depth, bool may_write);
const char *gen_from(struct gen *gen, struct scope *scope, int depth);
struct source *gen_table_source(struct gen *gen, const struct tn__table *table, const char *alias);
/* A table or view by chance; NULL: there is none. */
const struct tn__table *gen_table(struct gen *gen, bool is_written);
/* The list of a SELECT or RETURNING. */
const char *gen_list(struct gen *gen, struct scope *scope, int depth, struct wish wish,
                     struct source *out);

/* Statements. */
const char *gen_query(struct gen *gen);
const char *gen_write(struct gen *gen);
/* One with RETURNING, whose columns are told. */
const char *gen_change(struct gen *gen, int depth, struct source *out, bool is_named);

#endif
