/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_PARAMS_H
#define TN_INFER_PARAMS_H

#include "infer/domain.h"

/* What the uses of parameters say. */

struct tn__want {
    bool is_known;
    bool is_null_welcome;
    struct tn__domain domain;
    tn_text name;
};
void tn__params_query(struct tn__analysis *an, struct tn__ir_query *query,
                      const struct tn__want *wants, uint32_t want_count);
void tn__params_block(struct tn__analysis *an, const struct tn__ir_block *block,
                      const struct tn__want *wants, uint32_t want_count);
void tn__params_expr(struct tn__analysis *an, const struct tn__ir_expr *expr, struct tn__want want);
void tn__params_number(struct tn__analysis *an, const struct tn__ir_expr *expr, const char *name);
void tn__params_condition(struct tn__analysis *an, const struct tn__ir_expr *expr);

/* Between params.c and params_query.c. */

struct tn__want tn__want_type(tn__classes classes, enum tn__type logical, const char *name);
/* That what it meets is like the expression. */
struct tn__want tn__want_like(struct tn__analysis *an, const struct tn__ir_expr *expr);
/* A type that was found elsewhere, for what else is wanted. */
struct tn__want tn__want_of_given(struct tn__want found, struct tn__want given);
bool tn__is_param(const struct tn__ir_expr *expr);
/* Expressions that nothing is wanted of. */
void tn__params_all(struct tn__analysis *an, struct tn__ir_expr *const *list, uint32_t count);

#endif
