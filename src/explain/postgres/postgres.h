/* SPDX-License-Identifier: MIT */
#ifndef TN_EXPLAIN_POSTGRES_H
#define TN_EXPLAIN_POSTGRES_H

#include "explain/engine.h"

/* Between the files of this folder. As struct tn__explain_engine has them. */
TN_NODISCARD int tn__explain_pg_prepare(struct tn__explain *explain, tn_error *err);
TN_NODISCARD int tn__explain_pg_ask(struct tn__query_plan *out, const struct tn__explain *explain,
                                    const struct tn__check_engine *engine, tn_arena *arena,
                                    tn_error *err);
TN_NODISCARD int tn__explain_pg_analyze(struct tn__explain *explain, tn_error *err);

#endif
