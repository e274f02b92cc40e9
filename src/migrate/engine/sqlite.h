/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_ENGINE_SQLITE_H
#define TN_MIGRATE_ENGINE_SQLITE_H

#include "migrate/run.h"

/* Private to this folder: the parts of SQLite's engine. */

/* sqlite_clear.c */
TN_NODISCARD int tn__sqlite_clear(struct tn__runner *runner, tn_error *err);

/* sqlite_run.c: see struct tn__engine. */
TN_NODISCARD int tn__sqlite_started(struct tn__run *run, tn_error *err);
TN_NODISCARD int tn__sqlite_before(struct tn__run *run, size_t index, bool *is_skipped,
                                   tn_error *err);
TN_NODISCARD int tn__sqlite_within(struct tn__run *run, size_t index, tn_error *err);
TN_NODISCARD int tn__sqlite_alone(struct tn__run *run, size_t index, tn_error *err);
TN_NODISCARD int tn__sqlite_ending(struct tn__run *run, tn_error *err);
void tn__sqlite_ended(struct tn__run *run);
void tn__sqlite_explain(struct tn__run *run, size_t index, int rc, tn_error *err);

#endif
