/* SPDX-License-Identifier: MIT */
#include "database.h"

#include "migrations.h" /* cobalt_migrations: the folder migrations/, in the program */

int database_open(tn_db **out, const char *url, tn_error *err)
{
    tn_db *db;
    int rc = url ? tn_db_open(&db, url, NULL, err) : tn_db_open_env(&db, NULL, err);
    if (rc != TN_OK)
        return rc;
    if (strcmp(tn_db_engine(db), "postgres") != 0) {
        rc = tn_error_set(err, TN_EINVAL, "'%s' is no database of PostgreSQL", tn_db_url(db));
        tn_db_close(db);
        return rc;
    }
    *out = db;
    return TN_OK;
}

int database_migrate(tn_db *db, tn_error *err)
{
    return tn_migrate(db, &cobalt_migrations, NULL, NULL, err);
}

int database_check(tn_db *db, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {.arena = &arena};
    options.op = TN_MIGRATE_VALIDATE;
    int rc = tn_migrate(db, &cobalt_migrations, &options, &report, err);
    tn_arena_fini(&arena);
    if (rc < 0 || report.pending == 0)
        return rc;
    return tn_error_set(err, COBALT_EOUTDATED,
                        "%zu migration%s pending: run 'cobalt migrate', or 'tenon migrate up'",
                        report.pending, report.pending == 1 ? " is" : "s are");
}

tn_tx_options database_serializable(void)
{
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    options.isolation = TN_SERIALIZABLE;
    options.max_attempts = 10;
    return options;
}

tn_tx_options database_locking(void)
{
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    options.isolation = TN_READ_COMMITTED;
    return options;
}
