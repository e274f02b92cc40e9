/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_STANDING_H
#define TN_MIGRATE_STANDING_H

#include "migrate/history/history.h"
#include "migrate/progress.h"

/*
 * How a database stands: every migration of the set and of the history, by version, with its state.
 * And what is to be run, which is decided from that alone.
 */
struct tn__standing {
    tn_migrate_item *items;
    size_t count;
    bool has_history; /* the history table exists */
    bool has_state;   /* the table of progress does */
    const struct tn__progress *progress;
    size_t progress_count;
    const struct tn__progress *running; /* somebody runs it right now; NULL: nobody does */
};

/* Read it in one snapshot, or in the transaction that is open. TN_EREFUSED: one of the tables has
 * another shape. */
TN_NODISCARD int tn__standing_load(struct tn__standing *out, struct tn__link *link,
                                   const tn_migration_set *set, tn_arena *arena, tn_error *err);

/* TN_EREFUSED, naming them, if a migration is changed, missing or partly applied. */
TN_NODISCARD int tn__standing_check(const struct tn__standing *standing,
                                    const struct tn__history *history, const tn_migration_set *set,
                                    tn_migration_place *place, tn_error *err);

/* "migration '0004' is being applied by process 1234", of the one that is running. */
void tn__standing_explain_running(char *out, size_t size, const struct tn__standing *standing);

/*
 * sqlx takes the date alone for the version of '20250115_001_a.sql', and '001 a' for its name. The
 * migration of the set whose row a missing item is, read so: by version, description and checksum.
 * NULL: none.
 */
const tn_migration *tn__sqlx_twin(const tn_migration_set *set, const tn_migrate_item *item);
/* What such a row is and what to do, in the arena. NULL: no memory. */
const char *tn__sqlx_twin_explain(const tn_migrate_item *item, const tn_migration *twin,
                                  tn_arena *arena);

size_t tn__standing_count(const struct tn__standing *standing, enum tn_migration_state state);

/* Indexes into standing.items, in the order of running. */
struct tn__plan {
    size_t *items;
    size_t count;
};

/* What an up or a down would run, when `done` have been run by this call already. */
TN_NODISCARD int tn__plan_make(struct tn__plan *out, const struct tn__standing *standing,
                               const tn_migration_set *set, const tn_migrate_options *options,
                               size_t done, tn_arena *arena, tn_migration_place *place,
                               tn_error *err);

#endif
