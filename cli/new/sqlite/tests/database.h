#include <assert.h>
#include <stdio.h>

#include <tenon/tenon.h>

#include "data_migrations.h"

/* Each test has a database of its own, in memory and up to date. */
static tn_db *new_database(void)
{
    tn_db *db;
    tn_error err = {0};
    int rc = tn_test_db(&db, &my_app_migrations, &err);
    if (rc != TN_OK)
        fprintf(stderr, "%s\n", err.message);
    assert(rc == TN_OK);
    return db;
}

static void end_database(tn_db *db)
{
    tn_db_close(db);
}
