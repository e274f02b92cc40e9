/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_VARIANTS_H
#define TN_CHECK_VARIANTS_H

#include "check/check.h"
#include "check/read/parse.h"

/*
 * A statement with parts that the caller may leave out, and with texts of which he takes one. The marks
 * around them are comments of SQL that begin with '?' or ':' (docs/annotations/optional.md), so that the
 * text as it is written is a statement with all parts in it.
 *
 * A key says which text is meant: a bit per optional part, and a number per choice.
 */

/* An optional part: its bit may be set by several pairs of marks. */
struct tn__option {
    const char *name;
    const char *member; /* in C: has_NAME; NULL if: */
    bool is_param;      /* the parameter of its name tells whether it is there */
    size_t offset;      /* of the name in the statement */
    uint64_t mask;
    uint64_t around; /* those that it stands in, where it first does */
};

/* A choice: its value is the number of one of the names, from 0. */
struct tn__choice {
    const char *name;
    const char *member;
    size_t offset;
    const char *const *values;
    const size_t *value_offsets;
    size_t value_count;
    uint64_t mask;
    uint32_t shift;
};

struct tn__variants {
    struct tn__option *options;
    size_t option_count;
    struct tn__choice *choices;
    size_t choice_count;
    const struct tn__sql_part *parts; /* bytes of the statement */
    size_t part_count;
    const uint64_t *keys; /* those that are checked; the first has all options and first values */
    size_t key_count;
    bool is_exhaustive; /* there are no others */
};

/* Whether a comment is one of the marks. */
bool tn__is_mark(tn_text comment);

/* Find the marks of a query's statement; query->variants stays NULL if there are none. Faults are
 * findings, and the query is broken. */
void tn__read_variants(struct tn__reader *reader, struct tn__query *query);

/* The statement with the parts of a key, and TN__SQL_BLANK for all else, so that each byte stands where it
 * is written. A negative key has all parts in it, one behind the other. Without memory: a NULL text. */
tn_text tn__variant_text(const struct tn__query *query, const uint64_t *key, tn_arena *arena);

/* "without 'since', sorted …": what distinguishes a key, for notes. NULL: nothing, or no memory. */
const char *tn__variant_words(const struct tn__variants *variants, uint64_t key, tn_arena *arena);

#endif
