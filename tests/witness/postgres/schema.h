/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_PG_SCHEMA_H
#define WITNESS_PG_SCHEMA_H

#include "place.h"

/* Make a random schema in an empty place; what the server takes is added to the place's script. */
void schema_make(struct place *place, struct rng *rng);

enum {
    DATA_SETS = 4
};

/* Fill its tables: with nothing, a row each, more, and NULL wherever it can be. */
void data_fill(struct place *place, unsigned set, struct rng *rng);

#endif
