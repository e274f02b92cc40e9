/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_ORIGIN_H
#define TN_CHECK_ORIGIN_H

#include <tenon/migrate.h>

#include "diag/diag.h"
#include "lex/lex.h"
#include "schema/catalog.h"
#include "util/map.h"

/*
 * Where the migrations make what the catalog has, for messages: found by its words, and never relied
 * on.
 */
struct tn__origins {
    const struct tn__map *by_name; /* of places; NULL: none is known */
};

/* Look through all migrations, once. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__origins_find(struct tn__origins *out, const tn_migration_set *set,
                                  enum tn__dialect dialect, tn_arena *arena);

/* The last CREATE of a table, view, trigger or type, or RENAME TO its name; *out is left alone if there is
 * none. `schema`: of a server; else NULL. */
void tn__origin_of(struct tn__place *out, const struct tn__origins *origins, const char *schema,
                   const char *name);
/* The last ALTER TABLE that adds a column, else the table's origin. */
void tn__origin_of_column(struct tn__place *out, const struct tn__origins *origins,
                          const struct tn__table *table, const char *column);

#endif
