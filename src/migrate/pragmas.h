/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_PRAGMAS_H
#define TN_MIGRATE_PRAGMAS_H

#include "migrate/link.h"
#include "migrate/script.h"

/*
 * Pragmas in migrations. Three of them do nothing, or fail, inside a transaction: journal_mode,
 * synchronous and foreign_keys. They are taken out of it. And what a script sets on the connection
 * is set back afterwards, because the connection is the pool's.
 */

/* The pragmas of a connection that are set back. */
#define TN__KEPT_PRAGMAS 8
struct tn__kept_pragmas {
    int64_t values[TN__KEPT_PRAGMAS];
    bool is_kept[TN__KEPT_PRAGMAS];
    bool foreign_keys_off; /* switched off for the script, which asks for it in its transaction */
};

/* Outside a transaction: remember what the script is going to set; switch foreign keys off if it
 * asks for that where it would have no effect, or if `keys_off`. */
TN_NODISCARD int tn__pragmas_prepare(struct tn__kept_pragmas *kept, struct tn__link *link,
                                     const tn_migration_script *script, bool keys_off,
                                     tn_error *err);
/* Outside a transaction: set everything back. */
void tn__pragmas_restore(struct tn__kept_pragmas *kept, struct tn__link *link);

/*
 * A pragma inside a transaction. TN_OK: run it as it is; TN_NONE: leave it out; then *notice, if
 * not empty, is what the user should know.
 */
TN_NODISCARD int tn__pragma_in_transaction(const struct tn__kept_pragmas *kept,
                                           struct tn__link *link, tn_text statement,
                                           const char **notice, tn_arena *arena, tn_error *err);
/* Whether a pragma changes nothing in the database itself, only in the connection. */
bool tn__pragma_is_transient(tn_text statement);

/* Rows that violate a foreign key, counted by the table that has it and the one it points to. */
struct tn__fk_census {
    struct tn__fk_count *items;
    size_t count;
};
struct tn__fk_count {
    const char *table;
    const char *parent;
    int64_t rows;
};
TN_NODISCARD int tn__fk_census_take(struct tn__fk_census *out, struct tn__link *link,
                                    tn_arena *arena, tn_error *err);
/* TN_EFOREIGNKEY if there are more violations now than before. */
TN_NODISCARD int tn__fk_census_compare(const struct tn__fk_census *before, struct tn__link *link,
                                       tn_arena *arena, tn_error *err);

#endif
