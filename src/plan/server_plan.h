/* SPDX-License-Identifier: MIT */
#ifndef TN_PLAN_SERVER_PLAN_H
#define TN_PLAN_SERVER_PLAN_H

#include "plan/query_plan.h"

/* What a node of PostgreSQL's plan did when it ran. */
struct tn__server_run {
    bool is_known; /* it ran at all */
    int64_t loops;
    int64_t rows; /* of all of them */
};

struct tn__server_plan {
    struct tn__query_plan
        plan; /* ids are numbers from 1; is_partial_index and is_one_row are not set */
    const struct tn__server_run *runs; /* by index; of EXPLAIN ANALYZE */
    double execution_ms;               /* the same; else 0 */
};

/*
 * Read what EXPLAIN (VERBOSE, FORMAT JSON) gives. Estimates are kept if `has_estimates`. Words that are not known
 * mean nothing. TN_OK; TN_ESYNTAX, TN_ERANGE with `err`: it is no such text, or too deep; TN_ENOMEM.
 */
TN_NODISCARD int tn__server_plan_read(struct tn__server_plan *out, tn_text json, bool has_estimates,
                                      tn_arena *arena, tn_error *err);

#endif
