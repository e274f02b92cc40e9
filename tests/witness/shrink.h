/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_SHRINK_H
#define WITNESS_SHRINK_H

#include <stdio.h>

#include "run.h"

/* A violation that stands alone. */
struct repro {
    struct strings schema;
    struct strings rows; /* INSERT statements */
    char *query;
    struct value values[MOST_PARAMS];
    unsigned value_count;
    bool has_foreign_keys;
    struct base base; /* with the schema and the rows, if it is built */
    bool is_built;
    struct finding finding; /* of the last run; its text lives in the arena */
    tn_arena arena;
};

/* Copy what is there now: the rows of the open transaction, the values of the last run. */
void repro_init(struct repro *repro, const struct strings *schema, struct base *base,
                const struct query *query, const struct value *values,
                const struct finding *finding);
void repro_fini(struct repro *repro);
/* Whether the same is wrong, in a fresh database. */
bool repro_holds(struct repro *repro, enum wrong wrong);
/* Leave away what is not needed. */
void repro_shrink(struct repro *repro);
void repro_print(const struct repro *repro, FILE *out);

#endif
