/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "fault_alloc.h"
#include "migration.h"

#include "migrate/author/author.h"

static int run_op(tn_db *db, struct migration_test *t, enum tn_migrate_op op, bool dry_run,
                  tn_arena *arena)
{
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {.arena = arena};
    tn_error err = {0};
    options.op = op;
    options.all = op == TN_MIGRATE_DOWN;
    options.dry_run = dry_run;
    int rc = tn_migrate(db, &t->set, &options, &report, &err);
    /* What has no transaction keeps its part, and says so. */
    if (rc == TN_EPARTIAL) {
        assert_non_null(strstr(err.message, "out of memory"));
        return TN_ENOMEM;
    }
    return rc;
}

static int whole_life(void *user)
{
    struct migration_test *t = user;
    tn_arena arena = TN_ARENA_INIT;
    tn_db *db = NULL;
    arena.limit_bytes = t->arena.limit_bytes;
    int rc = tn_migration_set_load(&t->set, t->folder, &arena, NULL, NULL);
    if (rc == TN_OK)
        rc = tn_db_open(&db, "sqlite::memory:", NULL, NULL);
    if (rc == TN_OK)
        rc = run_op(db, t, TN_MIGRATE_UP, true, &arena);
    if (rc == TN_OK)
        rc = run_op(db, t, TN_MIGRATE_UP, false, &arena);
    if (rc == TN_OK)
        rc = run_op(db, t, TN_MIGRATE_VALIDATE, false, &arena);
    if (rc == TN_OK)
        rc = run_op(db, t, TN_MIGRATE_DOWN, false, &arena);
    tn_db_close(db);
    tn_arena_fini(&arena);
    return rc;
}

static void life_folder(struct migration_test *t)
{
    migration_file(t, "1_a.up.sql",
                   "CREATE TABLE a (x PRIMARY KEY); CREATE TABLE c (y REFERENCES a);");
    migration_file(t, "1_a.down.sql", "DROP TABLE c; DROP TABLE a;");
    migration_file(t, "2_b.sql", "-- UP\nCREATE TABLE b (x);\n-- DOWN\n-- DROP TABLE b;\n");
    migration_file(t, "3_c.up.sql",
                   "PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL;\n"
                   "INSERT INTO b VALUES (1);\n");
    migration_file(t, "3_c.down.sql", "-- no-transaction\nDELETE FROM b;\nVACUUM;\n");
    /* It runs twice: the second time with foreign keys off. */
    migration_file(t, "4_d.up.sql",
                   "CREATE TABLE p (x PRIMARY KEY); INSERT INTO p VALUES (1);\n"
                   "CREATE TABLE k (y REFERENCES p ON DELETE CASCADE); INSERT INTO k VALUES (1);\n"
                   "CREATE TABLE q (x PRIMARY KEY); INSERT INTO q VALUES (1);\n"
                   "DROP TABLE p; ALTER TABLE q RENAME TO p;\n");
    migration_file(t, "4_d.down.sql", "DROP TABLE k; DROP TABLE p;");
}

static void every_allocation_may_fail_in_a_whole_life(void **state)
{
    life_folder(*state);
    fault_alloc_each(whole_life, *state);
}

static void every_arena_may_be_too_small_for_a_whole_life(void **state)
{
    struct migration_test *t = *state;
    int rc = TN_ENOMEM;
    life_folder(t);
    for (t->arena.limit_bytes = 1; rc != TN_OK; t->arena.limit_bytes += 61) {
        assert_true(t->arena.limit_bytes < 1 << 20);
        rc = whole_life(t);
        if (rc != TN_OK)
            assert_int_equal(rc, TN_ENOMEM);
    }
}

static int embed(void *user)
{
    struct migration_test *t = user;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__migration_embedded made;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/out/m.c", t->dir);
    int rc = tn_migration_set_load(&t->set, t->folder, &arena, NULL, NULL);
    if (rc == TN_OK)
        rc = tn__migration_embed(
            &made, &(struct tn__migration_embed){.set = &t->set, .path = path, .prefix = "app"},
            &arena, NULL, NULL);
    if (rc == TN_OK)
        rc = tn__migration_embed(
            &made,
            &(struct tn__migration_embed){
                .set = &t->set, .path = path, .prefix = "app", .postgres = &t->set},
            &arena, NULL, NULL);
    tn_arena_fini(&arena);
    return rc;
}

static void every_allocation_may_fail_in_embed(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.up.sql", "CREATE TABLE a (x); CREATE TABLE b (x);");
    migration_file(t, "1_a.down.sql", "DROP TABLE b; DROP TABLE a;");
    fault_alloc_each(embed, t);
}

static int add(void *user)
{
    struct migration_test *t = user;
    tn_arena arena = TN_ARENA_INIT;
    const char *paths[2] = {NULL, NULL};
    size_t count = 0;
    const struct tn__migration_add how = {.dir = t->folder, .name = "more", .now = {0}};
    int rc = tn__migration_add(paths, &count, &how, &arena, NULL);
    for (size_t i = 0; i < count; i++)
        unlink(paths[i]);
    tn_arena_fini(&arena);
    return rc;
}

static void every_allocation_may_fail_in_add_without_half_a_pair(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.up.sql", "CREATE TABLE a (x);");
    migration_file(t, "1_a.down.sql", "DROP TABLE a;");
    fault_alloc_each(add, t);
    assert_ok(migration_load(t));
    assert_int_equal(t->set.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        migration_test(every_allocation_may_fail_in_a_whole_life),
        migration_test(every_arena_may_be_too_small_for_a_whole_life),
        migration_test(every_allocation_may_fail_in_embed),
        migration_test(every_allocation_may_fail_in_add_without_half_a_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
