/* SPDX-License-Identifier: MIT */
/* Migrations on PostgreSQL with each allocation failing in turn. */
#include "check.h"
#include "fault_alloc.h"
#include "pg_migration.h"

struct life {
    struct migration_test *t;
    tn_db *db;
};

static int run_op(struct life *life, enum tn_migrate_op op, tn_arena *arena)
{
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {.arena = arena};
    tn_error err = {0};
    options.op = op;
    options.all = op == TN_MIGRATE_DOWN;
    int rc = tn_migrate(life->db, &life->t->set, &options, &report, &err);
    /* What has no transaction keeps its part, and says so. */
    if (rc == TN_EPARTIAL) {
        assert_non_null(strstr(err.message, "out of memory"));
        return TN_ENOMEM;
    }
    return rc;
}

static int whole_life(void *user)
{
    struct life *life = user;
    tn_arena arena = TN_ARENA_INIT;
    int rc = tn_db_open(&life->db, life->t->url, NULL, NULL);
    if (rc == TN_OK)
        rc = run_op(life, TN_MIGRATE_CLEAR, &arena);
    if (rc == TN_OK)
        rc = run_op(life, TN_MIGRATE_UP, &arena);
    if (rc == TN_OK)
        rc = run_op(life, TN_MIGRATE_VALIDATE, &arena);
    if (rc == TN_OK)
        rc = run_op(life, TN_MIGRATE_DOWN, &arena);
    tn_db_close(life->db);
    life->db = NULL;
    tn_arena_fini(&arena);
    return rc;
}

static void every_allocation_may_fail_in_a_whole_life(void **state)
{
    struct life life = {*state, NULL};
    struct migration_test *t = life.t;
    migration_file(t, "1_a.up.sql",
                   "CREATE SCHEMA s; CREATE SCHEMA IF NOT EXISTS z; CREATE TABLE a (x int);");
    migration_file(t, "1_a.down.sql", "DROP TABLE a; DROP SCHEMA s;");
    migration_file(
        t, "2_b.up.sql",
        "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (x);\nSET work_mem = '5MB';\n"
        "INSERT INTO a VALUES (1);\n");
    migration_file(t, "2_b.down.sql", "DELETE FROM a; DROP INDEX i;");
    assert_ok(migration_load(t));
    fault_alloc_each(whole_life, &life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pg_migration_test(every_allocation_may_fail_in_a_whole_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
