/* SPDX-License-Identifier: MIT */
#include "support.h"

/* Both folders, on databases in memory: up, down, one and all, and that they agree. */

struct fixture {
    tn_arena arena;
    tn_migration_set native;
    tn_migration_set seed;
    tn_db *a; /* for the native folder */
    tn_db *b; /* for the one with the seed's names */
};

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    tn_error err = {0};
    memset(f, 0, sizeof *f);
    assert_ok(tn_migration_set_load(&f->native, ACOLIB_DIR "/migrations", &f->arena, NULL, &err));
    assert_ok(
        tn_migration_set_load(&f->seed, ACOLIB_DIR "/migrations-seed", &f->arena, NULL, &err));
    assert_ok(tn_db_open(&f->a, ":memory:", NULL, &err));
    assert_ok(tn_db_open(&f->b, ":memory:", NULL, &err));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    tn_db_close(f->a);
    tn_db_close(f->b);
    tn_arena_fini(&f->arena);
    return 0;
}

/* Every object of the schema, history aside, as one text. */
static const char *schema_of(tn_db *db, tn_arena *arena)
{
    tn_error err = {0};
    tn_rows rows;
    assert_ok(
        tn_query(&rows, db,
                 "SELECT coalesce(group_concat(type || ' ' || name || ': ' || sql, char(10)), "
                 "'') FROM (SELECT * FROM sqlite_schema "
                 "WHERE name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' "
                 "ESCAPE '\\' ORDER BY type, name)",
                 NULL, 0, arena, &err));
    return tn_rows_at(&rows, 0, 0)->as.text.data;
}

static size_t move(tn_db *db, const tn_migration_set *set, enum tn_migrate_op op, size_t count,
                   bool all, tn_arena *arena)
{
    tn_error err = {0};
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {.arena = arena};
    options.op = op;
    options.count = count;
    options.all = all;
    assert_ok(tn_migrate(db, set, &options, &report, &err));
    return report.count;
}

static void folders_same_versions_and_names(void **state)
{
    const struct fixture *f = *state;
    assert_int_equal(f->native.count, 7);
    assert_int_equal(f->seed.count, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(f->native.items[i].version, 20250115001 + (int64_t)i);
        assert_int_equal(f->seed.items[i].version, f->native.items[i].version);
        assert_string_equal(f->seed.items[i].name, f->native.items[i].name);
        assert_non_null(f->native.items[i].down.file);
        assert_non_null(f->seed.items[i].down.file);
    }
    assert_string_equal(f->seed.items[0].version_text, "20250115_001");
}

static void folders_all_up_same_schema(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(move(f->a, &f->native, TN_MIGRATE_UP, 0, false, &f->arena), 7);
    assert_int_equal(move(f->b, &f->seed, TN_MIGRATE_UP, 0, false, &f->arena), 7);
    const char *a = schema_of(f->a, &f->arena);
    assert_string_equal(a, schema_of(f->b, &f->arena));
    assert_non_null(strstr(a, "trigger configurations_updated_at: CREATE TRIGGER"));
}

static void folders_each_step_up_and_down_same_schema(void **state)
{
    struct fixture *f = *state;
    const char *before[8];
    for (size_t i = 0; i < 7; i++) {
        before[i] = schema_of(f->a, &f->arena);
        assert_int_equal(move(f->a, &f->native, TN_MIGRATE_UP, 1, false, &f->arena), 1);
        assert_int_equal(move(f->b, &f->seed, TN_MIGRATE_UP, 1, false, &f->arena), 1);
        assert_string_equal(schema_of(f->a, &f->arena), schema_of(f->b, &f->arena));
    }
    for (size_t i = 7; i-- > 0;) {
        assert_int_equal(move(f->a, &f->native, TN_MIGRATE_DOWN, 1, false, &f->arena), 1);
        assert_int_equal(move(f->b, &f->seed, TN_MIGRATE_DOWN, 1, false, &f->arena), 1);
        assert_string_equal(schema_of(f->a, &f->arena), before[i]);
        assert_string_equal(schema_of(f->b, &f->arena), before[i]);
    }
}

static void folders_all_down_nothing_left(void **state)
{
    struct fixture *f = *state;
    move(f->a, &f->native, TN_MIGRATE_UP, 0, false, &f->arena);
    move(f->b, &f->seed, TN_MIGRATE_UP, 0, false, &f->arena);
    assert_int_equal(move(f->a, &f->native, TN_MIGRATE_DOWN, 0, true, &f->arena), 7);
    assert_int_equal(move(f->b, &f->seed, TN_MIGRATE_DOWN, 0, true, &f->arena), 7);
    assert_string_equal(schema_of(f->a, &f->arena), "");
    assert_string_equal(schema_of(f->b, &f->arena), "");
}

static void folder_down_with_rows_and_up_again_works(void **state)
{
    struct fixture *f = *state;
    tn_error err = {0};
    move(f->a, &f->native, TN_MIGRATE_UP, 0, false, &f->arena);
    assert_ok(
        tn_exec_script(f->a,
                       "INSERT INTO tasks (id, title, task_type, status, config)"
                       " VALUES ('t', 'x', 'tool', 'running', '{}');"
                       "INSERT INTO tool_executions (id, task_id, tool_name, arguments, status)"
                       " VALUES ('e', 't', 'read_file', '{}', 'running');",
                       &err));
    assert_int_equal(move(f->a, &f->native, TN_MIGRATE_DOWN, 0, true, &f->arena), 7);
    assert_int_equal(move(f->a, &f->native, TN_MIGRATE_UP, 0, false, &f->arena), 7);
}

static void up_again_nothing_to_do(void **state)
{
    struct fixture *f = *state;
    move(f->a, &f->native, TN_MIGRATE_UP, 0, false, &f->arena);
    assert_int_equal(move(f->a, &f->native, TN_MIGRATE_UP, 0, false, &f->arena), 0);
}

static void up_dry_run_writes_nothing(void **state)
{
    struct fixture *f = *state;
    tn_error err = {0};
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {.arena = &f->arena};
    options.dry_run = true;
    assert_ok(tn_migrate(f->a, &f->native, &options, &report, &err));
    assert_int_equal(report.count, 7);
    tn_rows rows;
    assert_ok(tn_query(&rows, f->a, "SELECT name FROM sqlite_schema", NULL, 0, &f->arena, &err));
    assert_int_equal(rows.row_count, 0);
}

static void validate_other_folders_files_refused(void **state)
{
    struct fixture *f = *state;
    tn_error err = {0};
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {.arena = &f->arena};
    move(f->a, &f->native, TN_MIGRATE_UP, 0, false, &f->arena);
    options.op = TN_MIGRATE_VALIDATE;
    assert_int_equal(tn_migrate(f->a, &f->seed, &options, &report, &err), TN_EREFUSED);
    assert_int_equal(report.items[0].state, TN_MIGRATION_CHANGED);
}

static void embedded_set_same_as_folder(void **state)
{
    const struct fixture *f = *state;
    assert_int_equal(aco_migrations.count, f->native.count);
    for (size_t i = 0; i < f->native.count; i++) {
        const tn_migration *embedded = &aco_migrations.items[i];
        const tn_migration *file = &f->native.items[i];
        assert_int_equal(embedded->version, file->version);
        assert_memory_equal(embedded->checksum, file->checksum, sizeof file->checksum);
        assert_true(tn_text_equal(embedded->up.sql, file->up.sql));
        assert_true(tn_text_equal(embedded->down.sql, file->down.sql));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(folders_same_versions_and_names),
        TEST(folders_all_up_same_schema),
        TEST(folders_each_step_up_and_down_same_schema),
        TEST(folders_all_down_nothing_left),
        TEST(folder_down_with_rows_and_up_again_works),
        TEST(up_again_nothing_to_do),
        TEST(up_dry_run_writes_nothing),
        TEST(validate_other_folders_files_refused),
        TEST(embedded_set_same_as_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
