/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_PG_ASK_H
#define WITNESS_PG_ASK_H

#include "infer/analyse.h"
#include "kinds.h"
#include "place.h"

/* A statement: what Tenon says of it, as the checker asks, and what the server gives. */

enum wrong {
    WRONG_NOTHING,
    WRONG_NULL,    /* a NULL where none was to be */
    WRONG_SINGLE,  /* more than one row */
    WRONG_HAS_ROW, /* no row */
    WRONG_COUNT,   /* of columns */
    WRONG_NAME,    /* of a column */
    WRONG_ORIGIN,  /* of a column */
    WRONG_STATUS,  /* the analyser fails */
    WRONGS
};
extern const char *const wrong_words[WRONGS];

struct finding {
    enum wrong wrong;
    unsigned column;
    const char *seen; /* in the arena of the run */
};

enum {
    MOST_PARAMS = 16,
    MOST_RUNS_SEEN = 2000 /* rows of a run */
};

struct query {
    const char *sql;
    struct tn__analysed answer;
    unsigned number; /* of the prepared statement */
    unsigned column_count;
    unsigned param_count;
    const struct kind *params[MOST_PARAMS];
    bool *seen_null; /* by column */
    uint64_t values;
    uint64_t rows;
    unsigned runs; /* that came to an end */
    unsigned errors;
    const char *error; /* the first one */
};

/* False: the server refuses it, or it gives no columns, or wants what we have no values of.
 * `out->wrong` is what is wrong before anything runs. Everything is the arena's. */
bool query_open(struct query *query, struct place *place, const char *sql, struct finding *out,
                tn_arena *arena);
/* Values for its parameters, as SQL writes them: NULL where it is welcome. */
void query_values(const struct query *query, const char **values, struct rng *rng);
/* Whether they fit: NULL is welcome where it stands. */
bool query_takes(const struct query *query, const char *const *values);
/* Run it, and leave all rows as they were. */
void query_run(struct query *query, struct place *place, const char *const *values,
               struct finding *out, tn_arena *arena);
/* The server has forgotten what was prepared. */
void query_forget(struct place *place);

/* A violation that stands alone: the script of the place, a statement, and values. */
struct repro {
    struct place *place;
    char *sql;
    const char *values[MOST_PARAMS];
    bool is_reader; /* another role runs it */
    struct finding finding;
    tn_arena arena;
};
/* Leave away what is not needed: the place is changed. */
void repro_shrink(struct repro *repro);
void repro_print(const struct repro *repro);

#endif
