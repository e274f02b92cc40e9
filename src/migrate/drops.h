/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_DROPS_H
#define TN_MIGRATE_DROPS_H

#include "migrate/link.h"

/*
 * DROP TABLE deletes the table's rows first if foreign keys are on, and so fires ON DELETE CASCADE
 * and SET NULL in the tables that point to it. Where the table is about to be replaced by a copy,
 * that is not what anybody wants.
 */

/*
 * Whether a statement is a DROP TABLE that would write rows of another table; *out is its name, the
 * arena's. The engine tells while preparing: with foreign keys off, and of tables that nothing but
 * themselves points to, it reports no such write. TN_OK: it would; TN_NONE: it would not, or is no
 * DROP TABLE, or cannot be prepared, which shows when it is run; TN_ENOMEM.
 */
TN_NODISCARD int tn__drop_look(const char **out, struct tn__link *link, tn_text statement,
                               tn_arena *arena, tn_error *err);
bool tn__is_drop_table(tn_text statement);

/*
 * With foreign keys off a table is dropped because its copy is to take its place. That the copy has
 * all of its rows is held by counting: before the drop, and at the end.
 */
struct tn__dropped {
    const char *database; /* "main", "temp", or as it was attached */
    const char *table;    /* as the schema has it */
    int64_t rows;
    size_t index; /* of the statement */
    struct tn__dropped *next;
};
/* Before a DROP TABLE is run: put the table and its rows in front of the list. Where the table is not
 * there, or cannot be counted, the list stays. */
TN_NODISCARD int tn__dropped_note(struct tn__dropped **list, struct tn__link *link,
                                  tn_text statement, size_t index, tn_arena *arena, tn_error *err);
/* TN_NONE: one that is there again has fewer rows than before; *out is it, and *now how many. */
TN_NODISCARD int tn__dropped_check(const struct tn__dropped **out, int64_t *now,
                                   const struct tn__dropped *list, struct tn__link *link,
                                   tn_error *err);

#endif
