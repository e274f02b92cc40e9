/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_POSTGRES_LOWER_H
#define TN_INFER_POSTGRES_LOWER_H

#include "infer/reading.h"

/* A statement of PostgreSQL, as the server has analysed and rewritten it. */

struct tn__pg_statement {
    tn_text sql; /* that was sent */
    uint32_t param_count;
    const uint32_t *param_types; /* OIDs; NULL: not asked for */
};

/* Where a reader wants expressions to be: the tokens of his text from the one that byte `first` of the
 * statement is in to the end of the expression whose last known part begins at byte `last`. */
struct tn__pg_placing {
    struct tn__sql_span (*place)(void *user, size_t first, size_t last);
    void *user;
};

/*
 * What it gives and takes, by the server's own tree: `tree` is the text of the DETAIL that comes
 * with "rewritten parse tree" (debug_print_rewritten = on, debug_pretty_print = off). Types are the
 * server's to tell: a domain here is TN__CLASS_VALUES, with TN__CLASS_NULL unless the value is
 * proven not to be NULL. The catalog of `options` is that server's. `said` is as for tn__analyse(),
 * and of each parameter takes_null and suggestion are what is found. Locations
 * (tn__analysed_column.location) are bytes of `sql`.
 *
 * A tree that is not understood, in whole or in part, makes the answer uncertain, never wrong.
 * TN_OK, TN_ENOMEM. Everything is the arena's.
 */
TN_NODISCARD int tn__analyse_postgres(struct tn__analysed *out, tn_text tree,
                                      const struct tn__pg_statement *stmt,
                                      const struct tn__analysed_param *said,
                                      const struct tn__analyse_options *options, tn_arena *arena);

/* The same for those who ask for more: as tn__analyse_read() does it. What has no place in the statement,
 * as what a view is made of, has an empty span. */
TN_NODISCARD int tn__analyse_postgres_read(const struct tn__reader *reader, tn_text tree,
                                           const struct tn__pg_statement *stmt,
                                           const struct tn__pg_placing *placing,
                                           const struct tn__analysed_param *known,
                                           const struct tn__analyse_options *options);

#endif
