/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_LINT_H
#define TN_CHECK_LINT_H

#include "check/judge.h"

/*
 * Advice: a statement that the engine takes and that may not be what is meant. Every rule reports through
 * tn__lint_add(), which knows what the project and the query allow.
 */

/* Report at a place of the query. NULL: `code` is allowed there, or it has been said already at this
 * place (a query with optional parts is looked at in many variants). */
struct tn__diag *tn__lint_add(struct tn__diags *diags, const struct tn__query *query,
                              const char *code, struct tn__place place, const char *format, ...)
    TN_PRINTF(5, 6);

/* The rules that look at one judged statement: judge->stmt, judge->analysed and judge->text are
 * of the variant at hand. */
void tn__lint_statement(struct tn__judge *judge);

#endif
