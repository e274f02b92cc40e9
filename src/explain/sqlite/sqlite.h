/* SPDX-License-Identifier: MIT */
#ifndef TN_EXPLAIN_SQLITE_H
#define TN_EXPLAIN_SQLITE_H

#include "explain/engine.h"

/* Between the files of this folder. */

/* Fill explain->planned: the statement with its lists called by their parameters. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__explain_label_lists(struct tn__explain *explain);

/* As struct tn__explain_engine has them. */
TN_NODISCARD int tn__explain_sqlite_ask(struct tn__query_plan *out,
                                        const struct tn__explain *explain,
                                        const struct tn__check_engine *engine, tn_arena *arena,
                                        tn_error *err);
TN_NODISCARD int tn__explain_sqlite_analyze(struct tn__explain *explain, tn_error *err);
TN_NODISCARD int tn__explain_sqlite_copy(struct tn__check_engine *out,
                                         const struct tn__explain *explain, tn_error *err);

#endif
