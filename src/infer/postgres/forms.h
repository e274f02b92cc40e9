/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_POSTGRES_FORMS_H
#define TN_INFER_POSTGRES_FORMS_H

#include "infer/postgres/lowering.h"

/* Kinds of expressions, for the table of expr.c. */

#define TN__PG_FORM(name)                 \
 struct tn__ir_expr *tn__pg_lower_##name( \
     struct tn__pg_lowering *l, const struct tn__pg_node *node, struct tn__pg_scope *scope)

/* logic.c */
TN__PG_FORM(logic); /* AND, OR, NOT */
TN__PG_FORM(null_test);
TN__PG_FORM(truth_test);
TN__PG_FORM(distinct);
TN__PG_FORM(case);
TN__PG_FORM(coalesce);
TN__PG_FORM(min_max);
TN__PG_FORM(row_compare);
/* sublink.c */
TN__PG_FORM(sublink);
TN__PG_FORM(array_operator);
/* var.c */
TN__PG_FORM(var);
/* call.c */
TN__PG_FORM(call);
TN__PG_FORM(operator);
/* aggregate.c */
TN__PG_FORM(aggregate);
TN__PG_FORM(window);

struct tn__ir_expr *tn__pg_pair(struct tn__pg_lowering *l, enum tn__ir_kind kind,
                                struct tn__ir_expr *a, struct tn__ir_expr *b);
struct tn__ir_expr *tn__pg_of_one(struct tn__pg_lowering *l, enum tn__ir_kind kind,
                                  struct tn__ir_expr *arg);
/* Make a call NULLIF(x, y), or x compared with each of a list; or of a strict one a cast. */
void tn__pg_make_nullif(struct tn__ir_expr *call);
void tn__pg_make_list(struct tn__ir_expr *call);
void tn__pg_make_cast(struct tn__ir_expr *call);
/* The call asks the node's operator, perhaps more than once. */
void tn__pg_note_operator(const struct tn__pg_lowering *l, struct tn__ir_expr *call,
                          const struct tn__pg_node *node);

#endif
