/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_FORMATS_MARKS_H
#define TN_MIGRATE_FORMATS_MARKS_H

#include "migrate/script.h"

/*
 * Lines that divide a file for another tool, or would for this one if they were written exactly so:
 * "-- up", "-- DOWN " with a blank behind, "-- migrate:down", "-- +goose Down". Read as an ordinary
 * file, such a one would run both directions as one script.
 *
 * `is_candidate`: its first line is "-- UP", which then is no fault by itself.
 * TN_OK: there is none; TN_EINVAL with the place of the first.
 */
TN_NODISCARD int tn__marks_check(const tn_migration_script *script, enum tn__dialect dialect,
                                 bool is_candidate, tn_migration_place *place, tn_error *err);

/*
 * Whether a comment in front of the first statement is all but the mark "-- no-transaction", which counts
 * at the very beginning of a file and in these letters alone: so sqlx has it. `place` is the comment's.
 */
bool tn__marks_near_no_transaction(const tn_migration_script *script, enum tn__dialect dialect,
                                   tn_migration_place *place);

#endif
