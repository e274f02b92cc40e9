/* SPDX-License-Identifier: MIT */
#ifndef TN_SCHEMA_SCRATCH_H
#define TN_SCHEMA_SCRATCH_H

#include <tenon/migrate.h>

#include "diag/diag.h"
#include "driver/driver.h"
#include "schema/catalog.h"

/* The scratch engine: a private database in memory that has seen a project's migrations. */
struct tn__scratch {
    tn_db *db; /* to be closed with it; NULL: it is another's */
    tn_conn *conn;
    const struct tn__driver *driver;
    struct tn__driver_conn *native;
};

/* What is done to a new one before it sees the first migration. */
struct tn__scratch_hook {
    int (*prepare)(struct tn__scratch *scratch, void *user, tn_error *err);
    void *user;
};

/*
 * Open one, prepare it (NULL: there is nothing to do) and run every migration. Foreign keys are on; double-quoted strings are what the engine
 * makes of them while migrating, and off afterwards.
 *
 * TN_OK; TN_EREFUSED if a migration fails: a finding says where; TN_ENOMEM, or an error of the
 * engine. On failure there is nothing to close.
 */
TN_NODISCARD int tn__scratch_open(struct tn__scratch *out, const tn_migration_set *set,
                                  const struct tn__scratch_hook *hook, tn_arena *arena,
                                  struct tn__diags *diags, tn_error *err);
/* Run every migration on a database that has seen none. TN_OK; TN_EREFUSED if one fails: a finding says
 * where; TN_ENOMEM, or an error of the engine. */
TN_NODISCARD int tn__scratch_replay(tn_db *db, const tn_migration_set *set, tn_arena *arena,
                                    struct tn__diags *diags, tn_error *err);
/*
 * Drop what only this connection has, and the next process does not: temporary tables, views and
 * triggers, and attached databases. Their names are handed out, in the order of dropping.
 */
TN_NODISCARD int tn__scratch_forget(const char *const **out, size_t *out_count,
                                    struct tn__scratch *scratch, tn_arena *arena, tn_error *err);
/* The same of a database that is open already, and stays so: a connection of it. What
 * tn_conn_acquire() gives. */
TN_NODISCARD int tn__scratch_borrow(struct tn__scratch *out, tn_db *db, enum tn_access access,
                                    tn_error *err);
/* NULL and zero are allowed. */
void tn__scratch_close(struct tn__scratch *scratch);

#endif
