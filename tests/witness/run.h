/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_RUN_H
#define WITNESS_RUN_H

#include "data.h"
#include "infer/analyse.h"

/* A private database with a schema, and what the analyser is told of it. */
struct base {
    sqlite3 *db;
    tn_db *wrapped;
    struct tn__catalog catalog;
    struct model model;
    tn_arena arena; /* of the two above */
    tn_arena scratch;
    bool has_triggers;
};

/* An empty one. */
void base_open(struct base *base);
/* Read the schema that it has by now. */
void base_read(struct base *base);
void base_close(struct base *base);

/* What can be wrong with an answer. */
enum wrong {
    WRONG_NOTHING,
    WRONG_CLASS,   /* a value is of a class that is not in the set */
    WRONG_CHOICE,  /* a text is none of an enum's */
    WRONG_SINGLE,  /* more than one row */
    WRONG_HAS_ROW, /* no row */
    WRONG_PARSE,   /* the engine takes it, the parser does not */
    WRONG_COUNT,   /* of columns or parameters */
    WRONG_NAME,    /* of a column */
    WRONG_ORIGIN,  /* of a column */
    WRONG_STATUS,  /* the analyser fails */
    WRONG_CLAIM    /* stronger than the corpus expects */
};
extern const char *const wrong_words[];

struct finding {
    enum wrong wrong;
    unsigned column;
    tn__classes inferred;
    const char *seen; /* a value, a number of rows, a message; lives in the query's arena */
};

enum {
    MOST_PARAMS = 16,
    MOST_ROWS_SEEN = 400
};

/* A statement that the engine takes, with the analyser's answer and what was seen. */
struct query {
    const char *sql;
    sqlite3_stmt *stmt;
    bool is_write;
    bool is_understood; /* the answer is certain */
    struct tn__analysed answer;
    struct tn__sql_params params;
    unsigned column_count;
    tn__classes *seen; /* by column */
    uint64_t values;
    uint64_t rows;
    unsigned runs; /* that came to an end */
    unsigned errors;
    const char *error; /* the first one */
    unsigned overflows;
    unsigned outside; /* runs that left the proof domain */
};

/*
 * Prepare a statement and ask the analyser. False: the engine does not take it, or it gives no
 * columns. `out->wrong` is what is wrong before anything runs.
 */
bool query_open(struct query *query, struct base *base, const char *sql, struct finding *out,
                tn_arena *arena);
void query_close(struct query *query);
/* Values of the classes that the analyser says: one per number of the engine's. */
unsigned query_values(const struct query *query, const struct pool *pool, struct rng *rng,
                      struct value *values);
/* Whether values are of the classes that the answer allows. */
bool query_takes(const struct query *query, const struct value *values);
/* Run it; what a write does is undone. */
void query_run(struct query *query, struct base *base, const struct value *values,
               struct finding *out, tn_arena *arena);

tn__classes class_of(const struct value *value);
const char *classes_text(tn__classes classes, tn_arena *arena);

#endif
