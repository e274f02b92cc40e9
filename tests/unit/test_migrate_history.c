/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "migration.h"

/* What sqlx 0.8 leaves in sqlite_schema. */
#define SQLX_TABLE                                                  \
 "CREATE TABLE _sqlx_migrations (\n"                                \
 "    version BIGINT PRIMARY KEY,\n"                                \
 "    description TEXT NOT NULL,\n"                                 \
 "    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,\n" \
 "    success BOOLEAN NOT NULL,\n"                                  \
 "    checksum BLOB NOT NULL,\n"                                    \
 "    execution_time BIGINT NOT NULL\n"                             \
 ")"

static void history_table_is_sqlx_own_to_the_byte(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, "SELECT sql FROM sqlite_schema WHERE name = '_sqlx_migrations'",
                     SQLX_TABLE);
    migration_expect(t,
                     "SELECT type, name, tbl_name FROM sqlite_schema "
                     "WHERE tbl_name = '_sqlx_migrations' ORDER BY type",
                     "index|sqlite_autoindex__sqlx_migrations_1|_sqlx_migrations "
                     "table|_sqlx_migrations|_sqlx_migrations");
}

static void history_row_has_the_values_that_sqlx_writes(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "20230101000000_create_the_a.up.sql", "CREATE TABLE a (x);\n");
    migration_file(t, "20230101000000_create_the_a.down.sql", "DROP TABLE a;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    /* printf 'CREATE TABLE a (x);\n' | sha384sum */
    migration_expect(
        t,
        "SELECT version, description, success, lower(hex(checksum)), "
        "typeof(version), typeof(installed_on), typeof(success), typeof(checksum), "
        "typeof(execution_time) FROM _sqlx_migrations",
        "20230101000000|create the a|1|"
        "4dda02772f6192577060e3ad0e0a184f8b0b7f636978eb744afa30f38d3dae6a76b169d871b246d4be85a9970a8099a5"
        "|integer|text|integer|blob|integer");
    migration_expect(t,
                     "SELECT count(*) FROM _sqlx_migrations WHERE installed_on GLOB "
                     "'20[0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]' "
                     "AND execution_time BETWEEN 1000 AND 600000000000",
                     "1");
}

static void history_that_sqlx_wrote_is_read(void **state)
{
    struct migration_test *t = *state;
    migration_sql(t, SQLX_TABLE);
    migration_sql(
        t,
        "CREATE TABLE a (x); INSERT INTO _sqlx_migrations (version, description, "
        "success, checksum, execution_time) VALUES (20230101000000, 'create the a', "
        "TRUE, X'4dda02772f6192577060e3ad0e0a184f8b0b7f636978eb744afa30f38d3dae6a76b169d871b246d4be85a9970a8099a5', 81625)");
    migration_file(t, "20230101000000_create_the_a.up.sql", "CREATE TABLE a (x);\n");
    migration_file(t, "20230101000000_create_the_a.down.sql", "DROP TABLE a;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_int_equal(t->report.count, 0);
    assert_int_equal(t->report.applied, 1);
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].elapsed_ns, 81625);
    assert_ok(migration_run(t, TN_MIGRATE_DOWN));
    migration_expect(t, VERSIONS, "");
    migration_expect(t, TABLES, "");
}

static void history_row_marked_failed_is_partial(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);");
    migration_file(t, "2_b.sql", "CREATE TABLE b (x);");
    t->options.count = 1;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_sql(t, "UPDATE _sqlx_migrations SET success = FALSE");
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_PARTIAL);
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "'_sqlx_migrations'"));
    migration_expect(t, TABLES, "a");
}

static void history_with_odd_checksum_is_a_change(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_sql(t, "UPDATE _sqlx_migrations SET checksum = x'00'");
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_CHANGED);
}

static void history_of_another_shape_is_an_error_with_its_name(void **state)
{
    struct migration_test *t = *state;
    migration_sql(t, "CREATE TABLE _sqlx_migrations (id INTEGER)");
    for (int op = TN_MIGRATE_UP; op <= TN_MIGRATE_VALIDATE; op++) {
        assert_int_equal(migration_run(t, (enum tn_migrate_op)op), TN_EREFUSED);
        assert_non_null(strstr(t->err.message, "table '_sqlx_migrations' has no column 'version'"));
    }
    migration_sql(t, "DROP TABLE _sqlx_migrations; CREATE VIEW _SQLX_migrations AS SELECT 1");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "'_sqlx_migrations' is a view here"));
    migration_sql(t, "DROP VIEW _sqlx_migrations; CREATE TABLE _tenon_state (name, value)");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "table '_tenon_state' has no column 'changed_at'"));
}

static void migration_that_makes_the_connection_read_only_fails_with_its_file(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);\nPRAGMA query_only=ON;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREADONLY);
    migration_expect_place(&t->report.failed, "1_a.sql", 0, 0);
    assert_non_null(strstr(t->err.message, "1_a.sql: attempt to write a readonly database"));
    migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");

    migration_file(t, "1_a.sql", "-- no-transaction\nPRAGMA query_only=ON;\nSELECT 1;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREADONLY);
    migration_expect_place(&t->report.failed, "1_a.sql", 0, 0);
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_PENDING);
}

static void migration_that_edits_the_history_finds_its_table(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "DELETE FROM _sqlx_migrations WHERE version = 99;");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, VERSIONS, "1");
}

static void failed_first_migration_leaves_no_history_table(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);\nSELECT nowhere;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_ENOTFOUND);
    migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
}

static void schema_text_of_a_migration_is_as_if_the_file_had_run_at_once(void **state)
{
    struct migration_test *t = *state;
    static const char script[] = "CREATE  TABLE a (x -- of old\n);\nCREATE INDEX i ON a(x)  ;\n"
                                 "CREATE VIEW v AS SELECT 1 -- last\n";
    static const char schema[] =
        "SELECT sql FROM sqlite_schema WHERE name IN ('a', 'i', 'v') ORDER BY name";
    char at_once[1024];
    migration_sql(t, script);
    migration_query(t, schema, at_once, sizeof at_once);
    assert_int_equal(unlink(t->path), 0);
    migration_file(t, "1_a.sql", script);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, schema, at_once);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        migration_test(history_table_is_sqlx_own_to_the_byte),
        migration_test(history_row_has_the_values_that_sqlx_writes),
        migration_test(history_that_sqlx_wrote_is_read),
        migration_test(history_row_marked_failed_is_partial),
        migration_test(history_with_odd_checksum_is_a_change),
        migration_test(history_of_another_shape_is_an_error_with_its_name),
        migration_test(migration_that_makes_the_connection_read_only_fails_with_its_file),
        migration_test(migration_that_edits_the_history_finds_its_table),
        migration_test(failed_first_migration_leaves_no_history_table),
        migration_test(schema_text_of_a_migration_is_as_if_the_file_had_run_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
