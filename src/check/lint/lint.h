/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_LINT_H
#define TN_CHECK_LINT_H

#include "check/judge/judge.h"

/*
 * Advice: a statement that the engine takes and that may not be what is meant. Every rule reports through
 * tn__lint_add(), which knows what the project and the query allow.
 */

/* Whether nothing is to be said of it: the project has switched it off, or the query allows it. Without
 * a query it is about the migrations. */
bool tn__lint_is_allowed(const struct tn__diags *diags, const struct tn__query *query,
                         const char *code);

/* Report at a place of the query. NULL: `code` is allowed there, or it has been said already at this
 * place (a query with optional parts is looked at in many variants). */
struct tn__diag *tn__lint_add(struct tn__diags *diags, const struct tn__query *query,
                              const char *code, struct tn__place place, const char *format, ...)
    TN_PRINTF(5, 6);

/* The rules that look at one judged statement: what the judge has is of the variant at hand. */
void tn__lint_statement(struct tn__judge *judge);
/* PostgreSQL's plan of the statement: how it would find the rows of tables that are large. */
void tn__pg_lint_plan(struct tn__judge *judge);
/* The rules that look at what the migrations make. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__lint_schema(const struct tn__checked *checked, struct tn__scratch *scratch,
                                 tn_arena *arena, struct tn__diags *diags);

/* The rules that look at the program: which queries and columns are not used. *was_judged: there are
 * sources to tell by. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__lint_usage(bool *was_judged, const struct tn__checked *checked,
                                const struct tn__program *program, tn_arena *arena,
                                struct tn__diags *diags, tn_error *err);

/* Report each -- allow that has suppressed nothing. `is_usage_judged`: as said by tn__lint_usage(). */
void tn__lint_unused_allows(const struct tn__checked *checked, bool is_usage_judged,
                            struct tn__diags *diags);

#endif
