/* SPDX-License-Identifier: MIT */
#include <tenon/testing.h>

int tn_test_db(tn_db **out, const tn_migration_set *set, tn_error *err)
{
    tn_db *db;
    int rc = tn_db_open(&db, "sqlite::memory:", NULL, err);
    if (rc != TN_OK)
        return rc;
    if (set)
        rc = tn_migrate(db, set, NULL, NULL, err);
    if (rc != TN_OK) {
        tn_db_close(db);
        return rc;
    }
    *out = db;
    return TN_OK;
}
