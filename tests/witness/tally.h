/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_TALLY_H
#define WITNESS_TALLY_H

#include "run.h"
#include "shrink.h"

struct options {
    uint64_t seed;
    uint64_t cases;
    double seconds;
    unsigned most_violations;
    bool keep_going;
    bool is_verbose;
    bool is_readonly; /* no INSERT, UPDATE, DELETE */
};

/* What was done and seen. */
struct tally {
    const struct options *options;
    uint64_t cases;
    uint64_t generated;
    uint64_t accepted;
    uint64_t understood;
    uint64_t reads;
    uint64_t columns;
    uint64_t known; /* columns of an understood answer whose set is not "all" */
    uint64_t values;
    uint64_t runs;
    uint64_t errors;
    uint64_t overflows;
    uint64_t outside;
    uint64_t over_nullable;
    uint64_t nullable;
    uint64_t over_wide;
    uint64_t single;
    uint64_t maybe_single; /* never more than one row, and not said so */
    uint64_t expected;     /* columns of the corpus with an expectation */
    uint64_t loose;        /* that are wider than expected */
    uint64_t loose_null;
    uint64_t loose_rows; /* queries whose rows are less known than expected */
    uint64_t violations;
    unsigned by_wrong[16];
    struct strings reasons;
    uint64_t *reason_counts;
    struct strings causes; /* what was shrunk already: a kind and its message */
    struct strings seen;   /* violations, by what is left after shrinking */
};

void tally_reason(struct tally *tally, const char *reason);
/* A statement is done with. */
void tally_query(struct tally *tally, const struct query *query, tn_arena *arena);
/* A violation: shrunk, printed if it is new. True: enough. */
bool tally_violation(struct tally *tally, struct repro *repro, const char *where);
void tally_print(const struct tally *tally);
void tally_fini(struct tally *tally);

/* --corpus: false if something is wrong. */
bool corpus_run(struct tally *tally, const char *path);

#endif
