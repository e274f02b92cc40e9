/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_DATA_H
#define WITNESS_DATA_H

#include "model.h"

/* A value of the engine, as it is bound or was seen. Text and blob are borrowed. */
struct value {
    int type; /* SQLITE_INTEGER, … */
    int64_t integer;
    double real;
    const char *bytes;
    int size;
};

/* What values are taken from: the same few, so that they meet each other. */
struct pool {
    int64_t *ints;
    unsigned int_count;
    double *reals;
    unsigned real_count;
    const char **texts;
    unsigned text_count;
    struct value *blobs;
    unsigned blob_count;
};

/* The usual values, and what is written as a literal in these texts. The arena's. */
void pool_init(struct pool *pool, const char *const *texts, size_t count, tn_arena *arena);
struct value pool_value(const struct pool *pool, enum kind kind, struct rng *rng);

void value_bind(sqlite3_stmt *stmt, int index, const struct value *value);
struct value value_at(sqlite3_stmt *stmt, int column);
/* As SQL writes it. */
const char *value_sql(const struct value *value, tn_arena *arena);

/* How many kinds of data sets there are. */
enum {
    DATA_SETS = 14
};

/*
 * Fill the empty tables of a schema; the caller has begun a transaction. What an insert cannot do is
 * skipped. False: the tables do not hold what they are declared to, and cannot be made to.
 */
bool data_fill(sqlite3 *db, const struct model *model, const struct pool *pool, unsigned set,
               struct rng *rng, tn_arena *arena);
/* Whether every column holds values of its declared class. */
bool data_is_in_domain(sqlite3 *db, const struct model *model, tn_arena *arena);
/* The rows as INSERT statements. */
void data_dump(struct strings *out, sqlite3 *db, const struct model *model, tn_arena *arena);

#endif
