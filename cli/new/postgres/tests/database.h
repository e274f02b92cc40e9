#include <assert.h>
#include <stdio.h>

#include <tenon/tenon.h>

#include "data_migrations.h"

#define DROP_SCHEMA "DROP SCHEMA IF EXISTS my_app_test CASCADE"

static int enter_schema(tn_conn *conn, void *user, tn_error *err)
{
    (void)user;
    return tn_exec_script(tn_conn_db(conn), "SET search_path TO my_app_test", err);
}

/* Each test has a schema of its own in the database of DATABASE_URL, up to date; nothing else there is
 * looked at. */
static tn_db *new_database(void)
{
    tn_db *db;
    tn_error err = {0};
    tn_db_options options = TN_DB_OPTIONS_INIT;
    options.on_open = enter_schema;
    int rc = tn_db_open_env(&db, &options, &err);
    if (rc == TN_OK)
        rc = tn_exec_script(db, DROP_SCHEMA "; CREATE SCHEMA my_app_test", &err);
    if (rc == TN_OK)
        rc = tn_migrate(db, &my_app_migrations, NULL, NULL, &err);
    if (rc != TN_OK)
        fprintf(stderr, "%s\n", err.message);
    assert(rc == TN_OK);
    return db;
}

static void end_database(tn_db *db)
{
    int rc = tn_exec_script(db, DROP_SCHEMA, NULL);
    assert(rc == TN_OK);
    tn_db_close(db);
}
