/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_PG_KINDS_H
#define WITNESS_PG_KINDS_H

#include "base.h"

/*
 * The types that values are drawn from. A kind is known by a letter, by which templates call it.
 * A name of a column says its kind, so that columns of one name can be joined.
 */
struct kind {
    char letter;
    char base; /* the kind that it can stand for: a domain's; else itself */
    bool is_ordered;
    const char *type; /* as a cast names it */
    const char *name; /* as the catalog does */
    const char *const *literals;
    unsigned literal_count;
};

/* Which of them chance may take. */
void kinds_begin(int server_version);
/* NULL: no kind has that letter. */
const struct kind *kind_of(char letter);
/* By the catalog's name of a type; NULL: none. */
const struct kind *kind_named(const char *name);
const struct kind *kind_random(struct rng *rng);
const struct kind *kind_ordered(struct rng *rng);
/* A value of it that is not NULL, as SQL writes it. */
const char *kind_literal(const struct kind *kind, struct rng *rng);

/* What a column may be called. */
struct column_name {
    const char *sql;
    char letter;
};
extern const struct column_name column_names[];
extern const unsigned column_name_count;
/* The first one of that kind. */
const struct column_name *column_name_of(char letter);

#endif
