/* SPDX-License-Identifier: MIT */
#ifndef ACOLIB_PLAN_H
#define ACOLIB_PLAN_H

#include <tenon/tenon.h>

/* How SQLite runs the queries of this program. */

/* Every query, in the order of its file; ended by NULL. `file` from 0; NULL past the last file. */
const struct tn_gen_query *const *plan_queries(size_t file);

/* The query of this name; NULL: there is none. */
const struct tn_gen_query *plan_find(const char *name);

/* Its plan, one node per line, children indented under their parent, as text in the arena. */
TN_NODISCARD int plan_of(tn_text *out, tn_db *db, const struct tn_gen_query *query, tn_arena *arena,
                         tn_error *err);

#endif
