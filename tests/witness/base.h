/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_BASE_H
#define WITNESS_BASE_H

#include <stdbool.h>
#include <stdint.h>

#include <tenon/arena.h>

/* A source of chance that is the same everywhere: splitmix64. */
struct rng {
    uint64_t state;
};

void rng_init(struct rng *rng, uint64_t seed);
uint64_t rng_next(struct rng *rng);
/* 0 to count - 1; 0 for a count of 0. */
unsigned rng_below(struct rng *rng, unsigned count);
bool rng_chance(struct rng *rng, unsigned percent);
#define RNG_PICK(rng, array) ((array)[rng_below(rng, (unsigned)(sizeof(array) / sizeof *(array)))])

/* Print a message and exit with 2. */
_Noreturn void die(const char *format, ...) TN_PRINTF(1, 2);

/* Text in an arena; these never fail. */
const char *fmt(tn_arena *arena, const char *format, ...) TN_PRINTF(2, 3);
const char *keep(tn_arena *arena, const char *string);
void *need(tn_arena *arena, size_t count, size_t size);
/* A name in double quotes, or as it is where that is enough. */
const char *quote_name(tn_arena *arena, const char *name);

/* A list of strings on the heap. */
struct strings {
    char **items;
    size_t count;
    size_t cap;
};

void strings_add(struct strings *list, const char *string);
void strings_fini(struct strings *list);

#endif
