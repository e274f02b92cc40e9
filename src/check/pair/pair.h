/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_PAIR_H
#define TN_CHECK_PAIR_H

#include "check/check.h"

/* A project for both engines: each reads and judges its queries by itself; then they are put together. */

/* tn__check_read() and tn__check_judge() of such a project. */
TN_NODISCARD int tn__pair_read(struct tn__checked *out, const struct tn__check_options *options,
                               tn_arena *arena, struct tn__diags *diags, tn_error *err);
TN_NODISCARD int tn__pair_judge(struct tn__checked *checked,
                                const struct tn__check_options *options, tn_arena *arena,
                                struct tn__diags *diags, tn_error *err);

/* "SQLite", "PostgreSQL". Static. */
const char *tn__engine_title(enum tn__dialect dialect);

/*
 * What both say of a value: the type that they agree on, with SQLite's form and PostgreSQL's own type, and
 * nullable if it is on either. Enums agree by their texts. False: they do not agree.
 */
bool tn__pair_typing(struct tn__typing *out, const struct tn__checked *checked,
                     struct tn__typing sqlite, struct tn__typing postgres);

/* Whether the tables of both engines have the same columns for C: then both are read into one struct. */
bool tn__pair_table(const struct tn__checked *checked, const struct tn__table *sqlite,
                    const struct tn__table *postgres);

/* Between the files of this folder. */

/* The findings of both in one list: those that they have in common once. `queries` are known: what one of them alone
 * has to say of a query for both gets a note; of a line of [types] that fits the other, and of an
 * -- allow that serves the other, nothing is said. */
void tn__pair_findings(struct tn__diags *out, struct tn__diags halves[2],
                       const struct tn__checked *checked, const struct tn__check_options *options);

/* The queries of both in checked->queries, in the order of writing. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__pair_queries(struct tn__checked *checked, tn_arena *arena);
/* Enums and key types of both, and what has been judged of the queries for both, with findings where the
 * engines differ. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__pair_types(struct tn__checked *checked, tn_arena *arena,
                                struct tn__diags *diags);
TN_NODISCARD int tn__pair_merge(struct tn__checked *checked, tn_arena *arena,
                                struct tn__diags *diags);

#endif
