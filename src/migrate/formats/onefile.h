/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_FORMATS_ONEFILE_H
#define TN_MIGRATE_FORMATS_ONEFILE_H

#include "migrate/script.h"

/*
 * Both directions in one file:
 *
 *     -- UP
 *     CREATE TABLE t (…);
 *
 *     -- DOWN
 *     -- What undoes it, live or, as sqlx would run it otherwise, commented out:
 *     -- DROP TABLE t;
 */

/* What is kept open while a folder is read: an empty database in memory that says what is SQL. For
 * PostgreSQL there is none, and a remark that begins as a statement does is one. */
struct tn__onefile_judge {
    tn_db *db;
    enum tn__dialect dialect;
};
void tn__onefile_judge_fini(struct tn__onefile_judge *judge);

/* Whether the first line that is not blank is exactly "-- UP". */
bool tn__onefile_is_candidate(tn_text text);

/*
 * Cut a candidate's text, given in up->sql with up->file, into statements of both directions.
 * `down` is written only if there is something to revert; its text has the offsets of the file, and
 * everything but its statements is blank.
 *
 * TN_OK; TN_NONE: no line is exactly "-- DOWN", so it is an ordinary file; TN_EINVAL, TN_ESYNTAX
 * with the place; TN_ENOMEM.
 */
TN_NODISCARD int tn__onefile_parse(tn_migration_script *up, tn_migration_script *down,
                                   struct tn__onefile_judge *judge, tn_arena *arena,
                                   tn_migration_place *place, tn_error *err);

#endif
