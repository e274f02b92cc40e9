/* SPDX-License-Identifier: MIT */
#ifndef TN_EXPLAIN_ADVISE_H
#define TN_EXPLAIN_ADVISE_H

#include "explain/engine.h"

/* Between the files of src/explain: indexes that are tried. */

enum {
    TN__CANDIDATE_PARTS = 4,  /* a key of more is hardly worth its writes */
    TN__CANDIDATES_MOST = 64, /* that are tried */
    TN__CANDIDATE_CONDITIONS = 4
};

struct tn__candidate_part {
    const struct tn__column *column;
    tn_text collation; /* NULL text: the column's own */
    bool is_desc;
};

struct tn__candidate {
    const struct tn__table *table;
    uint32_t branch; /* of an OR, that it serves; 0: none */
    struct tn__candidate_part parts[TN__CANDIDATE_PARTS];
    size_t part_count;
    /* WHERE, of a partial index: all of them; owned by the uses */
    const struct tn__analysed_use *conditions[TN__CANDIDATE_CONDITIONS];
    size_t condition_count;
};

struct tn__candidates {
    struct tn__candidate items[TN__CANDIDATES_MOST];
    size_t count;
};

/* What the statement suggests, and no index has already. */
void tn__candidates_find(struct tn__candidates *out, const struct tn__analysed *analysed);
/* Whether a column is in its key; in its WHERE. */
bool tn__candidate_has(const struct tn__candidate *candidate, const struct tn__column *column);
bool tn__candidate_has_condition(const struct tn__candidate *candidate,
                                 const struct tn__column *column);
/* Whether an index, none of a WHERE, begins with the whole key of the candidate; or the candidate's
 * with the whole of the index. */
bool tn__candidate_is_had(const struct tn__candidate *candidate, const struct tn__index *index);
bool tn__candidate_covers(const struct tn__candidate *candidate, const struct tn__index *index);
/* A name that nothing in the catalog has; NULL: no memory. */
const char *tn__candidate_name(const struct tn__candidate *candidate,
                               const struct tn__catalog *catalog, tn_arena *arena);
/* CREATE INDEX; NULL: no memory. */
const char *tn__candidate_sql(const struct tn__candidate *candidate, const char *name,
                              const struct tn__explain_engine *engine, tn_arena *arena);

/* The queries of the project that write what a candidate keeps. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__explain_writes(struct tn__explain_advice *out,
                                    const struct tn__explain *explain,
                                    const struct tn__candidate *candidate);

#endif
