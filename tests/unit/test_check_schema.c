/* SPDX-License-Identifier: MIT */
#include "checking.h"

/* What migrations make that the next process does not find, or that is less than it looks. */

static const char plain[] = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n";

static void expect_text(const char *text, const char *part)
{
    if (!strstr(text, part))
        print_error("%s\n", text);
    assert_non_null(strstr(text, part));
}

static void temporary_view_is_gone_for_queries(void **state)
{
    struct checking *c = *state;
    char schema[500];
    snprintf(schema, sizeof(schema), "%s%s", plain,
             "CREATE TEMP VIEW maybe AS SELECT u.name FROM users u LEFT JOIN users v;\n"
             "CREATE TEMPORARY TABLE mine (name TEXT NOT NULL);\n");
    checking(c, schema,
             "-- name: a :many\nSELECT name FROM maybe;\n"
             "-- name: b :many\nSELECT name FROM mine;\n"
             "-- name: d :many\nSELECT name FROM users;\n");
    expect_findings(c, 4);
    expect_finding(c, 0, 2, 1, "temporary-object");
    expect_finding(c, 1, 3, 1, "temporary-object");
    assert_string_equal(c->diags.items[0].place.file, "migrations/1_schema.sql");
    expect_finding(c, 2, 2, 18, "unknown-table");
    expect_finding(c, 3, 4, 18, "unknown-table");
    assert_false(c->checked.queries[2].is_broken);
}

/* A view that hides a table of the same name: what is left is the table. */
static void temporary_object_of_a_tables_name_uncovers_the_table(void **state)
{
    static const char *const hiding[] = {
        "CREATE TEMP VIEW users AS SELECT NULL AS id, NULL AS name;\n",
        "CREATE TEMP TABLE users (id, name);\nINSERT INTO users DEFAULT VALUES;\n",
        ("CREATE TABLE temp.users (id REFERENCES users (name), name UNIQUE);\n"
         "CREATE TEMP TRIGGER hook AFTER DELETE ON main.users BEGIN SELECT 1; END;\n"),
        "CREATE VIRTUAL TABLE temp.users USING fts5(id, name);\n",
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(hiding) / sizeof(hiding[0]); i++) {
        char schema[500];
        snprintf(schema, sizeof(schema), "%s%s", plain, hiding[i]);
        checking(c, schema, "-- name: a :many\nSELECT id, name FROM users;\n");
        assert_false(c->checked.queries[0].is_broken);
        assert_true(c->diags.warnings > 0);
        assert_int_equal(c->diags.errors, 0);
        assert_non_null(c->checked.queries[0].row_table);
        assert_int_equal(c->checked.queries[0].columns[1].typing.type, TN__TYPE_TEXT);
    }
}

static void attached_database_is_gone_for_queries(void **state)
{
    struct checking *c = *state;
    checking_write("migrations/1_schema.sql", plain);
    checking_write("migrations/2_attach.sql",
                   "-- no-transaction\nATTACH ':memory:' AS other;\n"
                   "CREATE TABLE other.things (id INTEGER PRIMARY KEY);\n");
    checking_write("queries/q.sql", "-- name: a :many\nSELECT id FROM things;\n");
    assert_ok(checking_run(c));
    expect_findings(c, 2);
    expect_finding(c, 0, 0, 0, "temporary-object");
    expect_text(c->diags.items[0].message, "'other'");
    expect_finding(c, 1, 2, 16, "unknown-table");
}

static void catalog_of_the_connection_is_of_any_type(void **state)
{
    struct checking *c = *state;
    checking(c, plain, "-- name: a :many\nSELECT name FROM temp.sqlite_schema;\n");
    assert_int_equal(c->checked.queries[0].columns[0].typing.type, TN__TYPE_ANY);
    assert_true(c->checked.queries[0].columns[0].typing.is_nullable);
    assert_null(c->checked.queries[0].columns[0].table);
}

/* The engine lets each of these be added to a table with rows, which have NULL then. */
static void default_that_comes_to_null_is_no_not_null(void **state)
{
    static const char *const defaults[] = {
        "(CAST(NULL AS INTEGER))",
        "-NULL",
        "(-NULL)",
        "(+CAST(null AS TEXT))",
        "(CAST(NULL AS INTEGER)) ",
        "(/* none */ CAST(NULL AS BLOB) -- at all\n)",
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
        char schema[600];
        snprintf(schema, sizeof(schema),
                 "%sINSERT INTO users (name) VALUES ('a');\n"
                 "ALTER TABLE users ADD COLUMN g INTEGER NOT NULL DEFAULT %s;\n",
                 plain, defaults[i]);
        checking(c, schema, "-- name: a :many\nSELECT g, name FROM users;\n");
        expect_findings(c, 1);
        expect_finding(c, 0, 3, 1, "null-default");
        expect_text(c->diags.items[0].message, "column 'g' of table 'users'");
        assert_true(c->checked.queries[0].columns[0].typing.is_nullable);
        assert_false(c->checked.queries[0].columns[1].typing.is_nullable);
    }
}

static void default_that_is_a_value_keeps_not_null(void **state)
{
    static const char *const defaults[] = {
        "0",
        "-1.5",
        "''",
        "x'00'",
        "TRUE",
        "open",
        "\"NULL\"",
        "'NULL'",
        "CURRENT_TIMESTAMP",
        "(coalesce(NULL, 'x'))",
        "(lower(hex(randomblob(8))))",
        "(strftime('%s', 'now'))",
        "(not_there(NULL))",
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
        char schema[600];
        snprintf(schema, sizeof(schema),
                 "CREATE TABLE t (id INTEGER, g TEXT NOT NULL DEFAULT %s);\n", defaults[i]);
        checking(c, schema, "-- name: a :many\nSELECT g FROM t;\n");
        expect_findings(c, 0);
        assert_false(c->checked.queries[0].columns[0].typing.is_nullable);
    }
}

/* NULL itself: the engine refuses to add it where there are rows, and an INSERT fails. */
static void default_null_keeps_not_null(void **state)
{
    struct checking *c = *state;
    checking(c, "CREATE TABLE t (g TEXT NOT NULL DEFAULT NULL);",
             "-- name: a :many\nSELECT g FROM t;\n");
    expect_findings(c, 0);
    assert_false(c->checked.queries[0].columns[0].typing.is_nullable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(temporary_view_is_gone_for_queries, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(temporary_object_of_a_tables_name_uncovers_the_table,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(attached_database_is_gone_for_queries, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(catalog_of_the_connection_is_of_any_type, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(default_that_comes_to_null_is_no_not_null, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(default_that_is_a_value_keeps_not_null, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(default_null_keeps_not_null, checking_setup,
                                        checking_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
