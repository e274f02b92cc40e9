/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <stdio.h>

#include "apps.tenon.h"
#include "deployments.tenon.h"
#include "env_vars.tenon.h"
#include "logs.tenon.h"

int database_open(tn_db **out, const char *data_dir, const char *url, tn_error *err)
{
    char own[4096];
    tn_db *db;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    options.max_connections = 5;
    options.create = true;
    if (!url) {
        if (snprintf(own, sizeof own, "%s/rivetr.db", data_dir) >= (int)sizeof own)
            return tn_error_set(err, TN_ERANGE, "the path of the database is too long");
        url = own;
    }
    int rc = tn_db_open(&db, url, &options, err);
    if (rc != TN_OK)
        return rc;
    rc = tn_migrate(db, &rv_migrations, NULL, NULL, err);
    if (rc != TN_OK) {
        tn_db_close(db);
        return rc;
    }
    *out = db;
    return TN_OK;
}

struct deletion {
    tn_text app_id;
    int64_t affected;
};

static int delete_app(tn_db *tx, void *user, tn_error *err)
{
    struct deletion *deletion = user;
    int rc = rv_log_purge_app(NULL, tx, deletion->app_id, err);
    if (rc >= 0)
        rc = rv_deployment_purge_app(NULL, tx, deletion->app_id, err);
    if (rc >= 0)
        rc = rv_env_purge_app(NULL, tx, deletion->app_id, err);
    if (rc >= 0)
        rc = rv_app_delete(&deletion->affected, tx, deletion->app_id, err);
    return rc;
}

int database_delete_app(tn_db *db, tn_text app_id, tn_error *err)
{
    struct deletion deletion = {app_id, 0};
    int rc = tn_transact(db, delete_app, &deletion, NULL, err);
    if (rc < 0)
        return rc;
    return deletion.affected > 0 ? TN_OK : TN_NONE;
}
