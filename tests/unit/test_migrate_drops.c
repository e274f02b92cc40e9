/* SPDX-License-Identifier: MIT */
/* DROP TABLE of a table that others point to. */
#include "check.h"
#include "migration.h"

#define PARENT                                   \
 "CREATE TABLE p (id INTEGER PRIMARY KEY, a);\n" \
 "INSERT INTO p VALUES (1, 'x'), (2, 'y');\n"
#define REBUILD                                                    \
 "CREATE TABLE new_p (id INTEGER PRIMARY KEY, a TEXT NOT NULL);\n" \
 "INSERT INTO new_p SELECT * FROM p;\n"                            \
 "DROP TABLE p;\n"                                                 \
 "ALTER TABLE new_p RENAME TO p;\n"
#define WOULD "2_b.sql:3: DROP TABLE would have deleted or changed rows of 'c' through foreign keys"

static void drop_of_a_replaced_parent_keeps_the_rows_that_point_to_it(void **state)
{
    static const char *const actions[] = {"CASCADE", "SET NULL", "SET DEFAULT"};
    struct migration_test *t = *state;
    char text[512];
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        snprintf(text, sizeof text,
                 PARENT "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE %s);\n"
                        "CREATE TABLE g (c REFERENCES c ON DELETE CASCADE);\n"
                        "INSERT INTO c VALUES (1, 1), (2, 2);\nINSERT INTO g VALUES (1);\n",
                 actions[i]);
        migration_file(t, "1_a.sql", text);
        migration_file(t, "2_b.sql", REBUILD);
        assert_ok(migration_run(t, TN_MIGRATE_UP));
        assert_int_equal(t->begun, 2);
        assert_int_equal(t->ended, 2);
        assert_non_null(strstr(t->notices, WOULD));
        migration_expect(t, "SELECT id, p FROM c ORDER BY id", "1|1 2|2");
        migration_expect(t, "SELECT c FROM g", "1");
        migration_expect(t, "SELECT type FROM pragma_table_info('p')", "INTEGER TEXT");
        migration_expect(t, "SELECT count(*) FROM pragma_foreign_key_check", "0");
        migration_sql(t, "DROP TABLE g; DROP TABLE c; DROP TABLE p; DROP TABLE _sqlx_migrations");
    }
}

static void drop_of_a_parent_for_good_with_rows_left_is_rolled_back_with_the_reason(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   PARENT "CREATE TABLE c (p REFERENCES p ON DELETE CASCADE, x);\n"
                          "INSERT INTO c VALUES (1, 1), (2, 2), (NULL, 3);\n");
    migration_file(t, "2_b.sql", "CREATE TABLE d (x);\nDROP TABLE p;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EFOREIGNKEY);
    migration_expect_place(&t->report.failed, "2_b.sql", 2, 1);
    assert_non_null(strstr(t->err.message, "2 rows of 'c' have come to point to rows of 'p'"));
    assert_non_null(strstr(t->err.message, "delete them in front of it"));
    migration_expect(t, TABLES, "c p");
    migration_expect(t, "SELECT count(*) FROM c", "3");
    migration_expect(t, VERSIONS, "1");

    /* As the message says. */
    migration_file(t, "2_b.sql",
                   "CREATE TABLE d (x);\nDELETE FROM c WHERE p IS NOT NULL;\nDROP TABLE p;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, TABLES, "c d");
    migration_expect(t, "SELECT x FROM c", "3");
}

static void drop_of_a_parent_and_its_children_in_any_order_is_done(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   PARENT "CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);\n"
                          "INSERT INTO c VALUES (1);\n");
    migration_file(t, "2_b.sql", "\n\nDROP TABLE p;\nDROP TABLE c;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_non_null(strstr(t->notices, WOULD));
    migration_expect(t, TABLES, "");
}

static void drop_without_rows_that_point_to_it_is_run_as_it_stands(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE TABLE q (id INTEGER PRIMARY KEY);\n"
                   "CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, q REFERENCES q ON DELETE "
                   "CASCADE, up REFERENCES p ON DELETE CASCADE);\n"
                   "CREATE TABLE empty (q REFERENCES q ON DELETE CASCADE);\n"
                   "INSERT INTO q VALUES (1);\nINSERT INTO p VALUES (1, 1, NULL), (2, 1, 1);\n");
    migration_file(t, "2_b.sql", "DROP TABLE p;\nDROP TABLE q;\nDROP TABLE IF EXISTS none;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_string_equal(t->notices, "");
    migration_expect(t, TABLES, "empty sqlite_sequence");
}

static void drop_that_would_fire_a_trigger_by_its_own_cascade_does_not(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE TABLE p (id INTEGER PRIMARY KEY, up REFERENCES p ON DELETE CASCADE);\n"
                   "CREATE TABLE log (x);\nINSERT INTO log VALUES (0);\n"
                   "CREATE TRIGGER r AFTER DELETE ON p BEGIN INSERT INTO log VALUES (1); END;\n"
                   "INSERT INTO p VALUES (1, NULL), (2, 1);\n");
    migration_file(t, "2_b.sql", "DROP TABLE p;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, "SELECT x FROM log", "0");
    migration_expect(t, TABLES, "log");
}

static void drop_with_foreign_keys_off_by_url_is_run_as_it_stands(void **state)
{
    struct migration_test *t = *state;
    strcat(t->url, "&foreign_keys=off");
    migration_file(t, "1_a.sql",
                   PARENT "CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);\n"
                          "INSERT INTO c VALUES (1);\n");
    migration_file(t, "2_b.sql", "DROP TABLE p;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_string_equal(t->notices, "");
    migration_expect(t, "SELECT p FROM c", "1");
}

static void drop_behind_something_committed_is_an_error_in_front_of_it(void **state)
{
    static const char *const texts[] = {
        "-- no-transaction\nCREATE TABLE d (x);\nDROP TABLE p;\n",
        "CREATE TABLE d (x);\nCOMMIT; BEGIN;\nDROP TABLE p;\n",
    };
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   PARENT "CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);\n"
                          "INSERT INTO c VALUES (1);\n");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        migration_file(t, "2_b.sql", texts[i]);
        assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
        migration_expect_place(&t->report.failed, "2_b.sql", 3, 1);
        assert_non_null(strstr(t->err.message, "would delete or change rows of 'c'"));
        migration_expect(t, "SELECT p FROM c", "1");
        migration_expect(t, TABLES, "c d p");
        migration_sql(t, "DROP TABLE d; DROP TABLE _tenon_state");
    }
    migration_file(t, "2_b.sql", "-- no-transaction\nPRAGMA foreign_keys=OFF;\n" REBUILD);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, "SELECT p FROM c", "1");
}

static void drop_that_the_engine_refuses_says_how(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   PARENT "CREATE TABLE c (p REFERENCES p);\nINSERT INTO c VALUES (1);\n");
    migration_file(t, "2_b.sql", REBUILD);
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EFOREIGNKEY);
    migration_expect_place(&t->report.failed, "2_b.sql", 3, 1);
    assert_non_null(strstr(t->err.message, "write 'PRAGMA foreign_keys=OFF;' in front of it"));
}

static void drop_that_runs_again_tells_each_notice_once(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   PARENT "CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);\n"
                          "INSERT INTO c VALUES (1);\n");
    migration_file(t, "2_b.sql", "PRAGMA synchronous = EXTRA;\n" REBUILD);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    const char *first = strstr(t->notices, "'PRAGMA synchronous = EXTRA' has been left out");
    assert_non_null(first);
    assert_null(strstr(first + 1, "'PRAGMA synchronous"));
    migration_expect(t, "SELECT p FROM c", "1");
}

#define PARENTS                                                                 \
 "CREATE TABLE p (id INTEGER PRIMARY KEY, n); CREATE TABLE c (p REFERENCES p);" \
 "INSERT INTO p VALUES (1, 1), (2, 2), (3, 3); INSERT INTO c VALUES (1), (2);"

static void rebuild_that_loses_rows_is_rolled_back_with_the_reason(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", PARENTS);
    migration_file(t, "2_b.sql",
                   "PRAGMA foreign_keys = OFF;\nCREATE TABLE \"p2\" (id INTEGER PRIMARY KEY, n);\n"
                   "INSERT INTO p2 SELECT id, n FROM p WHERE n < 3;\nDROP TABLE [p];\n"
                   "ALTER TABLE p2 RENAME TO p;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_ECONSTRAINT);
    migration_expect_place(&t->report.failed, "2_b.sql", 4, 1);
    assert_non_null(strstr(t->err.message, "'p' had 3 rows before it was dropped, and has 2 now"));
    migration_expect(t, "SELECT count(*) FROM p", "3");
    migration_expect(t, VERSIONS, "1");
}

static void rebuild_that_keeps_or_deletes_rows_on_purpose_is_applied(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", PARENTS);
    migration_file(t, "2_b.sql",
                   "PRAGMA foreign_keys = OFF;\nDELETE FROM p WHERE n = 3;\n"
                   "CREATE TABLE p2 (id INTEGER PRIMARY KEY, n NOT NULL);\n"
                   "INSERT INTO p2 SELECT id, n FROM p;\nDROP TABLE IF EXISTS main.p;\n"
                   "ALTER TABLE p2 RENAME TO p;\nDROP TABLE IF EXISTS nowhere;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, "SELECT count(*) FROM p", "2");
    migration_expect(t, VERSIONS, "1 2");
}

static void rows_are_counted_whatever_the_name(void **state)
{
    static const char *const names[] = {
        "\"a\"\"b\"", "[a\"b]",          "'exists'",           "\"if\"",
        "`ü``x`",     "main.\"a\"\"b\"", "\"main\" . [exists]"};
    struct migration_test *t = *state;
    char text[512];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(text, sizeof text, "CREATE TABLE %s (id);\nINSERT INTO %s VALUES (1), (2);\n",
                 names[i], i == 2 ? "\"exists\"" : names[i]);
        migration_file(t, "1_a.sql", text);
        snprintf(text, sizeof text,
                 "PRAGMA foreign_keys = OFF;\nDROP TABLE IF EXISTS %s;\nCREATE TABLE %s (id, y);\n",
                 names[i], names[i]);
        migration_file(t, "2_b.sql", text);
        assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_ECONSTRAINT);
        assert_non_null(strstr(t->err.message, "had 2 rows before it was dropped, and has 0 now"));
        snprintf(text, sizeof text, "DROP TABLE %s; DROP TABLE _sqlx_migrations", names[i]);
        migration_sql(t, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        migration_test(rebuild_that_loses_rows_is_rolled_back_with_the_reason),
        migration_test(rows_are_counted_whatever_the_name),
        migration_test(rebuild_that_keeps_or_deletes_rows_on_purpose_is_applied),
        migration_test(drop_of_a_replaced_parent_keeps_the_rows_that_point_to_it),
        migration_test(drop_of_a_parent_for_good_with_rows_left_is_rolled_back_with_the_reason),
        migration_test(drop_of_a_parent_and_its_children_in_any_order_is_done),
        migration_test(drop_without_rows_that_point_to_it_is_run_as_it_stands),
        migration_test(drop_that_would_fire_a_trigger_by_its_own_cascade_does_not),
        migration_test(drop_with_foreign_keys_off_by_url_is_run_as_it_stands),
        migration_test(drop_behind_something_committed_is_an_error_in_front_of_it),
        migration_test(drop_that_the_engine_refuses_says_how),
        migration_test(drop_that_runs_again_tells_each_notice_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
