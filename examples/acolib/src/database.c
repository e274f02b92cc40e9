/* SPDX-License-Identifier: MIT */
#include "database.h"

#include "app.h"

int database_migrate(tn_db *db, tn_error *err)
{
    return tn_migrate(db, &aco_migrations, NULL, NULL, err);
}

int database_open(struct app *app)
{
    enum needs needs = app->command->needs;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    options.create = needs == NEEDS_NEW_DATABASE;
    int rc = tn_db_open(&app->db, app->url, &options, &app->err);
    if (rc == TN_ENOTFOUND && needs != NEEDS_NEW_DATABASE)
        tn_error_prefix(&app->err, "run 'acolib init' first");
    if (rc == TN_OK && needs == NEEDS_DATABASE) {
        rc = database_migrate(app->db, &app->err);
        if (rc < 0)
            tn_db_close(app->db);
    }
    return rc;
}
