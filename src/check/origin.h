/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_ORIGIN_H
#define TN_CHECK_ORIGIN_H

#include <tenon/migrate.h>

#include "diag/diag.h"

/*
 * Where the migrations make what the catalog has, for messages: found by its words, and never relied
 * on. *out is left alone if nothing is found. TN_OK, TN_ENOMEM.
 */

/* The last CREATE of a table, view or trigger, or RENAME TO its name. */
TN_NODISCARD int tn__origin_of(struct tn__place *out, const tn_migration_set *set, tn_text name,
                               tn_arena *arena);
/* The last ALTER TABLE that adds a column, else the table's origin. */
TN_NODISCARD int tn__origin_of_column(struct tn__place *out, const tn_migration_set *set,
                                      tn_text table, tn_text column, tn_arena *arena);

#endif
