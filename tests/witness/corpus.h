/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_CORPUS_H
#define WITNESS_CORPUS_H

#include "tally.h"

/* What a comment expects of a column. */
struct expected {
    const char *name;
    tn__classes classes;
};

/* A query of a corpus file. */
struct entry {
    const char *sql;
    unsigned line;
    bool has_expectation;
    struct expected columns[MOST_PARAMS * 2];
    unsigned count;
    bool has_flags; /* single and row are told */
    bool is_single;
    bool has_row;
};

struct corpus {
    struct strings schema;
    struct entry *entries;
    unsigned count;
    tn_arena arena;
};

/* Read a file; what is not understood in it ends the program. */
void corpus_read(struct corpus *corpus, const char *path);
void corpus_fini(struct corpus *corpus);

#endif
