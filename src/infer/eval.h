/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_EVAL_H
#define TN_INFER_EVAL_H

#include "infer/domain.h"

/* The domains of expressions and the columns of queries, in the rows at hand. */

struct tn__domain tn__eval(struct tn__analysis *an, const struct tn__ir_expr *expr);
struct tn__domain tn__eval_aggregate(struct tn__analysis *an, const struct tn__ir_expr *expr);
struct tn__domain tn__eval_window(struct tn__analysis *an, const struct tn__ir_expr *expr);
struct tn__domain tn__eval_call(struct tn__analysis *an, const struct tn__ir_expr *expr);
struct tn__domain tn__eval_base(struct tn__analysis *an, const struct tn__ir_rel *rel,
                                uint32_t index);

void tn__infer_query(struct tn__analysis *an, struct tn__ir_query *query);
/* Whose value a result column is, and why nothing is known of it. */
void tn__take_origin(struct tn__ir_column *out, const struct tn__ir_expr *expr);
/* What FROM gives, ready for expressions over it. */
void tn__infer_from(struct tn__analysis *an, struct tn__ir_block *block);

bool tn__block_is_single_row(struct tn__analysis *an, const struct tn__ir_block *block);
bool tn__rel_has_row(const struct tn__ir_rel *rel, bool is_server);

#endif
