/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "migration.h"

/* What is put in order without a migration being run, and going on with what was left half way. */

#define HISTORY                                                            \
 "SELECT version, description, success, execution_time, length(checksum) " \
 "FROM _sqlx_migrations ORDER BY version"
#define STATE "SELECT count(*) FROM _tenon_state"

static int run_to(struct migration_test *t, enum tn_migrate_op op, int64_t to)
{
    t->options.has_to = true;
    t->options.to = to;
    return migration_run(t, op);
}

static void three_files(struct migration_test *t)
{
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);");
    migration_file(t, "2_b.sql", "CREATE TABLE b (x);");
    migration_file(t, "3_c.sql", "CREATE TABLE c (x);");
}

/* --- baseline and skip ------------------------------------------------------------------------- */

static void baseline_notes_all_up_to_a_version_and_runs_none(void **state)
{
    struct migration_test *t = *state;
    three_files(t);
    migration_sql(t, "CREATE TABLE a (x); CREATE TABLE b (x);");
    assert_ok(run_to(t, TN_MIGRATE_BASELINE, 2));
    assert_int_equal(t->report.count, 2);
    assert_int_equal(t->report.applied, 2);
    assert_int_equal(t->report.pending, 1);
    migration_expect(t, HISTORY, "1|a|1|0|48 2|b|1|0|48");
    assert_ok(migration_run(t, TN_MIGRATE_VALIDATE));
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, TABLES, "a b c");
    /* Once more changes nothing; an earlier one than what is applied is refused. */
    assert_ok(run_to(t, TN_MIGRATE_BASELINE, 3));
    assert_int_equal(t->report.count, 0);
    assert_int_equal(run_to(t, TN_MIGRATE_BASELINE, 1), TN_EREFUSED);
}

static void baseline_of_an_unknown_version_is_not_found(void **state)
{
    struct migration_test *t = *state;
    three_files(t);
    assert_int_equal(run_to(t, TN_MIGRATE_BASELINE, 9), TN_ENOTFOUND);
    assert_int_equal(migration_run(t, TN_MIGRATE_BASELINE), TN_ENOTFOUND);
    migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
}

static void skip_notes_one_alone(void **state)
{
    struct migration_test *t = *state;
    three_files(t);
    assert_ok(run_to(t, TN_MIGRATE_SKIP, 2));
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, TABLES, "a c");
    assert_int_equal(run_to(t, TN_MIGRATE_SKIP, 2), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "migration '2' is applied, not pending"));
}

static void dry_run_of_these_writes_nothing(void **state)
{
    struct migration_test *t = *state;
    three_files(t);
    t->options.dry_run = true;
    assert_ok(run_to(t, TN_MIGRATE_BASELINE, 2));
    assert_int_equal(t->report.count, 2);
    migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
}

/* --- resume ------------------------------------------------------------------------------------ */

#define BROKEN \
 "-- no-transaction\nCREATE TABLE a (x);\nINSERT INTO a VALUES (1);\nSELECT nowhere;\nCREATE TABLE b (x);\n"
#define MENDED \
 "-- no-transaction\nCREATE TABLE a (x);\nINSERT INTO a VALUES (1);\nSELECT 1;\nCREATE TABLE b (x);\n"
#define CHANGED \
 "-- no-transaction\nCREATE TABLE a (x);\nINSERT INTO a VALUES (2);\nSELECT 1;\nCREATE TABLE b (x);\n"

static void resume_goes_on_behind_what_is_applied(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", BROKEN);
    migration_file(t, "2_c.sql", "CREATE TABLE c (x);");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
    assert_int_equal(migration_run(t, TN_MIGRATE_RESUME), TN_EPARTIAL); /* nothing is mended yet */
    migration_file(t, "1_a.sql", MENDED);
    assert_ok(migration_run(t, TN_MIGRATE_RESUME));
    assert_int_equal(t->report.count, 1);
    migration_expect(t, "SELECT x FROM a", "1");
    migration_expect(t, TABLES, "a b");
    migration_expect(t, VERSIONS, "1");
    migration_expect(t, STATE, "0");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, VERSIONS, "1 2");
    assert_ok(migration_run(t, TN_MIGRATE_VALIDATE));
    assert_int_equal(migration_run(t, TN_MIGRATE_RESUME), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "no migration is partly applied"));
}

static void resume_of_a_file_changed_in_front_is_refused(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", BROKEN);
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
    migration_file(t, "1_a.sql", CHANGED);
    assert_int_equal(migration_run(t, TN_MIGRATE_RESUME), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "the first 2 statements of"));
    migration_expect(t, TABLES, "a");
}

static void resume_of_a_down_script_finishes_reverting(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.up.sql", "CREATE TABLE a (x); CREATE TABLE b (x);");
    migration_file(t, "1_a.down.sql", "-- no-transaction\nDROP TABLE a;\nDROP TABLE nowhere;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_int_equal(migration_run(t, TN_MIGRATE_DOWN), TN_EPARTIAL);
    migration_file(t, "1_a.down.sql", "-- no-transaction\nDROP TABLE a;\nDROP TABLE b;\n");
    assert_ok(migration_run(t, TN_MIGRATE_RESUME));
    migration_expect(t, TABLES, "");
    migration_expect(t, VERSIONS, "");
    assert_int_equal(t->report.pending, 1);
}

/* --- resolve ----------------------------------------------------------------------------------- */

static void resolve_as_applied_notes_it(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", BROKEN);
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
    migration_sql(t, "CREATE TABLE b (x)");
    assert_ok(run_to(t, TN_MIGRATE_RESOLVE_APPLIED, 1));
    migration_expect(t, VERSIONS, "1");
    migration_expect(t, STATE, "0");
    assert_ok(migration_run(t, TN_MIGRATE_VALIDATE));
    assert_int_equal(run_to(t, TN_MIGRATE_RESOLVE_APPLIED, 1), TN_EREFUSED);
}

static void resolve_as_reverted_makes_it_pending(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", BROKEN);
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
    migration_sql(t, "DROP TABLE a");
    assert_ok(run_to(t, TN_MIGRATE_RESOLVE_REVERTED, 1));
    assert_int_equal(t->report.pending, 1);
    migration_file(t, "1_a.sql", MENDED);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, TABLES, "a b");
}

static void row_that_sqlx_marked_as_failed_is_resolved_too(void **state)
{
    struct migration_test *t = *state;
    three_files(t);
    t->options.count = 1;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_sql(t, "UPDATE _sqlx_migrations SET success = 0");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_int_equal(migration_run(t, TN_MIGRATE_RESUME), TN_EREFUSED);
    assert_ok(run_to(t, TN_MIGRATE_RESOLVE_APPLIED, 1));
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, VERSIONS, "1 2 3");
}

static void partial_one_without_its_file_is_resolved_as_reverted_only(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", BROKEN);
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
    assert_int_equal(unlink(scratch_path(t->folder, "1_a.sql")), 0);
    assert_int_equal(migration_run(t, TN_MIGRATE_RESUME), TN_EREFUSED);
    assert_int_equal(run_to(t, TN_MIGRATE_RESOLVE_APPLIED, 1), TN_EREFUSED);
    assert_ok(run_to(t, TN_MIGRATE_RESOLVE_REVERTED, 1));
    migration_expect(t, STATE, "0");
}

/* --- repair ------------------------------------------------------------------------------------ */

static void repair_takes_today_s_line_ends(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);\r\n");
    assert_ok(migration_run(t, TN_MIGRATE_REPAIR));
    assert_int_equal(t->report.count, 1);
    assert_ok(migration_run(t, TN_MIGRATE_VALIDATE));
    assert_string_equal(t->notices, "");
    assert_ok(migration_run(t, TN_MIGRATE_REPAIR));
    assert_int_equal(t->report.count, 0);
}

static void repair_takes_a_changed_file_only_by_name(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_file(t, "1_a.sql", "-- a remark\nCREATE TABLE a (x);\n");
    assert_ok(migration_run(t, TN_MIGRATE_REPAIR));
    assert_int_equal(t->report.count, 0);
    assert_int_equal(migration_run(t, TN_MIGRATE_VALIDATE), TN_EREFUSED);
    assert_ok(run_to(t, TN_MIGRATE_REPAIR, 1));
    assert_ok(migration_run(t, TN_MIGRATE_VALIDATE));
    assert_int_equal(run_to(t, TN_MIGRATE_REPAIR, 1), TN_EREFUSED);
}

static void repair_gives_rows_that_sqlx_wrote_their_version(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "20250115_001_create_a.sql", "CREATE TABLE a (x);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_sql(t,
                  "UPDATE _sqlx_migrations SET version = 20250115, description = '001 create a'");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_ok(migration_run(t, TN_MIGRATE_REPAIR));
    assert_int_equal(t->report.count, 1);
    migration_expect(t, "SELECT version, description FROM _sqlx_migrations",
                     "20250115001|create a");
    assert_ok(migration_run(t, TN_MIGRATE_VALIDATE));
}

/* --- clear ------------------------------------------------------------------------------------- */

static void clear_drops_whatever_is_there(void **state)
{
    struct migration_test *t = *state;
    three_files(t);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_sql(t, "CREATE TABLE \"odd \"\"name\"\"\" (id INTEGER PRIMARY KEY AUTOINCREMENT, "
                     "p REFERENCES a ON DELETE CASCADE);"
                     "INSERT INTO \"odd \"\"name\"\"\" DEFAULT VALUES;"
                     "CREATE VIEW v AS SELECT * FROM a; CREATE INDEX i ON a (x);"
                     "CREATE TRIGGER tr AFTER INSERT ON a BEGIN DELETE FROM b; END;"
                     "CREATE VIRTUAL TABLE f USING fts5 (t); INSERT INTO f VALUES ('x');"
                     "ANALYZE; PRAGMA user_version = 7;");
    assert_ok(migration_run(t, TN_MIGRATE_CLEAR));
    assert_true(t->report.applied >= 6);
    migration_expect(t, "SELECT name FROM sqlite_schema WHERE name <> 'sqlite_sequence'", "");
    migration_expect(t, "SELECT count(*) FROM sqlite_sequence", "0");
    migration_expect(t, "PRAGMA user_version", "0");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, TABLES, "a b c sqlite_sequence"); /* which the engine never gives up */
}

static void clear_that_cannot_be_done_whole_is_not_done(void **state)
{
    struct migration_test *t = *state;
    sqlite3 *other;
    three_files(t);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_int_equal(sqlite3_open(t->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", 0, 0, 0), SQLITE_OK);
    snprintf(t->url, sizeof t->url, "sqlite:%.200s/test.db?busy_timeout=10ms", t->dir);
    assert_int_equal(migration_run(t, TN_MIGRATE_CLEAR), TN_EBUSY);
    sqlite3_close(other);
    migration_expect(t, TABLES, "a b c");
    migration_expect(t, VERSIONS, "1 2 3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        migration_test(baseline_notes_all_up_to_a_version_and_runs_none),
        migration_test(baseline_of_an_unknown_version_is_not_found),
        migration_test(skip_notes_one_alone),
        migration_test(dry_run_of_these_writes_nothing),
        migration_test(resume_goes_on_behind_what_is_applied),
        migration_test(resume_of_a_file_changed_in_front_is_refused),
        migration_test(resume_of_a_down_script_finishes_reverting),
        migration_test(resolve_as_applied_notes_it),
        migration_test(resolve_as_reverted_makes_it_pending),
        migration_test(row_that_sqlx_marked_as_failed_is_resolved_too),
        migration_test(partial_one_without_its_file_is_resolved_as_reverted_only),
        migration_test(repair_takes_today_s_line_ends),
        migration_test(repair_takes_a_changed_file_only_by_name),
        migration_test(repair_gives_rows_that_sqlx_wrote_their_version),
        migration_test(clear_drops_whatever_is_there),
        migration_test(clear_that_cannot_be_done_whole_is_not_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
