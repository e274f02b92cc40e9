/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_NULLS_H
#define TN_INFER_NULLS_H

#include "infer/analysis.h"

/* What is known not to be NULL. */

struct tn__fact {
    const struct tn__ir_expr *expr;
    struct tn__ir_rel *rel; /* of a column that was asserted; NULL: a structural fact */
    uint32_t index;
    uint32_t suspended; /* times: it does not hold for what is being looked at */
};
/* Forget everything about the block's leaves and joins. */
void tn__nulls_reset(struct tn__ir_block *block);
/* Take up what ON and WHERE prove of every row that counts. */
void tn__nulls_settle(struct tn__analysis *an, struct tn__ir_block *block);
enum tn__outcome {
    TN__WHEN_TRUE,
    TN__WHEN_FALSE,
    TN__WHEN_NOT_NULL
};
/* Expressions that are not NULL. The list is tn__free()d by whoever had it made. */
struct tn__proofs {
    const struct tn__ir_expr **items;
    size_t count;
    size_t cap;
    struct tn__analysis *an;
};
/* Add what the expression being true, or false, or not NULL proves. */
void tn__prove(struct tn__proofs *set, const struct tn__ir_expr *expr, enum tn__outcome outcome);
/* Whether two expressions always have the same value in one row. */
bool tn__ir_is_same(const struct tn__ir_expr *a, const struct tn__ir_expr *b);
/* Until tn__facts_pop(mark): what `expr` being true, or false, or not NULL proves. */
uint32_t tn__facts_push(struct tn__analysis *an, const struct tn__ir_expr *expr,
                        enum tn__outcome outcome);
void tn__facts_pop(struct tn__analysis *an, uint32_t mark);
/* Whether an expression is known not to be NULL by a fact about one just like it. */
bool tn__facts_hold(const struct tn__analysis *an, const struct tn__ir_expr *expr);
/* Look at other rows of this block than the one at hand (NULL: of any), and back: around what stands in an aggregate
 * or a window function, or is looked at once for several places. Facts from number `from` on are about the row at
 * hand. */
struct tn__suspended {
    uint32_t from, end;
};
struct tn__suspended tn__facts_suspend(struct tn__analysis *an, const struct tn__ir_block *block,
                                       uint32_t from);
void tn__facts_resume(struct tn__analysis *an, const struct tn__ir_block *block,
                      struct tn__suspended was);
/* differ.c: whether an expression may be another value where it is asked for again, in the same row. */
bool tn__ir_may_differ(struct tn__analysis *an, const struct tn__ir_expr *expr);
/* Of a column, as it is known so far. */
bool tn__column_may_differ(const struct tn__ir_expr *column);
/* Of a call in SQLite. */
bool tn__ir_is_changing(const struct tn__ir_expr *call);
/* Whether the leaf's column may be NULL. */
bool tn__column_may_be_null(const struct tn__ir_rel *rel, uint32_t index, bool is_base_nullable);
/* The same of a merged column: the joins that merge it do not count. */
bool tn__merged_may_be_null(struct tn__analysis *an, const struct tn__ir_expr *merged);

#endif
