/* SPDX-License-Identifier: MIT */
/* What a script does to its transaction and its connection, and runs that write nothing. */
#include "check.h"
#include "migration.h"

#include <tenon/conn.h>

#include "migrate/script.h"

/* Without the hash of the text that is applied. */
#define STATE "SELECT name, substr(value, 1, instr(value, ' =') - 1) FROM _tenon_state"

/* --- without a transaction ---------------------------------------------------------------------- */

static void no_transaction_runs_statement_by_statement(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "-- no-transaction\nCREATE TABLE a (x);\nVACUUM;\n"
                   "INSERT INTO a VALUES (1);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, "SELECT x FROM a", "1");
    migration_expect(t, VERSIONS, "1");
    migration_expect(t, STATE, "");
}

static void no_transaction_failure_is_partial_and_on_record(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "-- no-transaction\nCREATE TABLE a (x);\nCREATE TABLE b (x);\n"
                   "CREATE TABLE a (y);\nCREATE TABLE c (x);\n");
    migration_file(t, "2_b.sql", "CREATE TABLE d (x);");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
    migration_expect_place(&t->report.failed, "1_a.sql", 4, 14);
    assert_non_null(strstr(t->err.message, "statements 1 to 2 of 4 of its up script are applied"));
    assert_non_null(strstr(t->err.message, "run \"tenon migrate resume\""));
    assert_non_null(strstr(t->err.message, "tenon migrate resolve 1 --applied|--reverted"));
    migration_expect(t, TABLES, "a b");
    migration_expect(t, VERSIONS, "");
    migration_expect(t, STATE, "migration 1|up 2/4 failed");

    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_PARTIAL);
    assert_int_equal(t->report.items[1].state, TN_MIGRATION_PENDING);
    assert_int_equal(migration_run(t, TN_MIGRATE_VALIDATE), TN_EREFUSED);
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "statements 1 to 2 of 4"));
    migration_expect(t, TABLES, "a b");

    /* As the message says. */
    migration_sql(t, "DROP TABLE a; DROP TABLE b;");
    t->options.has_to = true;
    t->options.to = 1;
    assert_ok(migration_run(t, TN_MIGRATE_RESOLVE_REVERTED));
    t->options.has_to = false;
    migration_file(t, "1_a.sql", "-- no-transaction\nCREATE TABLE a (x);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, VERSIONS, "1 2");
}

static void no_transaction_failure_of_the_first_statement_is_a_plain_failure(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "-- no-transaction\nPRAGMA foreign_keys = OFF;\nDROP TABLE a;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_ENOTFOUND);
    migration_expect(t, STATE, "");
    migration_expect(t, VERSIONS, "");
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_PENDING);
}

static void no_transaction_failure_inside_its_own_transaction_undoes_that(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "-- no-transaction\nCREATE TABLE a (x);\nBEGIN;\n"
                   "CREATE TABLE b (x);\nCREATE TABLE a (x);\nCOMMIT;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
    migration_expect(t, TABLES, "a");
    migration_expect(t, STATE, "migration 1|up 1/5 failed");
}

static void no_transaction_insert_or_fail_keeps_nothing(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x UNIQUE);");
    migration_file(t, "2_b.sql", "-- no-transaction\nINSERT OR FAIL INTO a VALUES (1), (1);\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EUNIQUE);
    migration_expect(t, "SELECT count(*) FROM a", "0");
    migration_expect(t, STATE, "");
}

static void no_transaction_that_leaves_one_open_is_committed_with_its_row(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "-- no-transaction\nBEGIN;\nCREATE TABLE a (x);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, TABLES, "a");
    migration_expect(t, VERSIONS, "1");
    migration_expect(t, STATE, "");
}

static void no_transaction_down_failure_is_partial(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.up.sql", "CREATE TABLE a (x); CREATE TABLE b (x);");
    migration_file(t, "1_a.down.sql", "-- no-transaction\nDROP TABLE a;\nDROP TABLE nowhere;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_int_equal(migration_run(t, TN_MIGRATE_DOWN), TN_EPARTIAL);
    migration_expect(t, STATE, "migration 1|down 1/2 failed");
    migration_expect(t, VERSIONS, "1");
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_PARTIAL);
}

static void vacuum_in_a_transaction_says_how(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);\nVACUUM;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_ERROR);
    migration_expect_place(&t->report.failed, "1_a.sql", 2, 1);
    assert_non_null(strstr(t->err.message, "begin the file with '-- no-transaction'"));
    migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
}

/* --- scripts with transactions of their own ----------------------------------------------------- */

static void script_that_commits_and_begins_ends_with_one_row(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE TABLE a (x);\nCOMMIT;\nPRAGMA foreign_keys = OFF;\n"
                   "BEGIN;\nCREATE TABLE b (x);\n");
    migration_file(t, "2_b.sql", "CREATE TABLE c (x);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, TABLES, "a b c");
    migration_expect(t, VERSIONS, "1 2");
    migration_expect(t, STATE, "");
}

static void script_in_its_own_transaction_is_one_transaction(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "BEGIN;\nCREATE TABLE a (x);\nCOMMIT;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, VERSIONS, "1");
    migration_expect(t, "SELECT count(*) FROM sqlite_schema WHERE name = '_tenon_state'", "0");
    migration_file(t, "2_b.sql",
                   "BEGIN TRANSACTION;\nCREATE TABLE b (x);\nSELECT nowhere;\nEND;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_ENOTFOUND);
    migration_expect(t, TABLES, "a");
}

static void script_that_commits_and_fails_later_is_partial(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE TABLE a (x);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (x);\n"
                   "SELECT nowhere;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
    migration_expect(t, TABLES, "a");
    migration_expect(t, STATE, "migration 1|up 2/5 failed");
    migration_expect(t, VERSIONS, "");
}

static void script_that_rolls_back_still_gets_its_row(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "BEGIN;\nCREATE TABLE a (x);\nROLLBACK;\nCREATE TABLE b (x);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, TABLES, "b");
    migration_expect(t, VERSIONS, "1");
}

static void script_that_rolls_back_and_fails_has_done_nothing(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "BEGIN;\nCREATE TABLE a (x);\nROLLBACK;\nSELECT nowhere;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_ENOTFOUND);
    migration_expect(t, TABLES, "");
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_PENDING);
}

static void rollback_of_the_runners_transaction_is_refused(void **state)
{
    struct migration_test *t = *state;
    static const struct {
        const char *text;
        unsigned line;
    } cases[] = {
        {"CREATE TABLE a (x);\nROLLBACK;\n", 2},
        {"ROLLBACK;\n", 1},
        {"CREATE TABLE a (x);\nBEGIN;\nCREATE TABLE b (x);\nROLLBACK TRANSACTION;\n", 4},
        {"CREATE TABLE a (x);\nSAVEPOINT s;\nROLLBACK TO s;\nROLLBACK;\nCREATE TABLE b (x);\n", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        migration_file(t, "1_a.sql", cases[i].text);
        assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
        assert_non_null(strstr(t->err.message, "put BEGIN in front of all that it is to undo"));
        migration_expect_place(&t->report.failed, "1_a.sql", cases[i].line, 1);
        assert_int_equal(t->report.failed.kind, TN__FAULT_REFUSED);
        assert_int_equal(migration_run(t, TN_MIGRATE_VALIDATE), TN_EREFUSED);
        migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
    }
    migration_file(t, "1_a.sql",
                   "CREATE TABLE a (x);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (x);\nROLLBACK;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, TABLES, "a");
    migration_expect(t, VERSIONS, "1");
}

static void mark_that_is_nearly_no_transaction_is_noticed(void **state)
{
    struct migration_test *t = *state;
    static const struct {
        const char *name, *text, *place;
    } cases[] = {
        {"1_a.sql", "-- No-Transaction\nSELECT 1;\n", "1_a.sql:1:1: no mark"},
        {"2_a.sql", "--no-transaction\nSELECT 1;\n", "2_a.sql:1:1: no mark"},
        {"3_a.up.sql", "\n-- no-transaction\nSELECT 1;\n", "3_a.up.sql:2:1: no mark"},
        {"4_a.sql", "/* Prose. */\n -- Prose.\n  --  NO-TRANSACTION: VACUUM\nSELECT 1;\n",
         "4_a.sql:3:3: no mark"},
        {"5_a.sql", "-- no-transaction\nSELECT 1;\n", NULL},
        {"6_a.sql", "-- Needs no-transaction.\nSELECT 1;\n-- No-Transaction\n", NULL},
        {"7_a.sql", "-- no-transaction, as VACUUM is in it\n-- No-Transaction\nVACUUM;\n", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        migration_file(t, cases[i].name, cases[i].text);
        assert_ok(migration_run(t, TN_MIGRATE_UP));
        if (cases[i].place)
            assert_non_null(strstr(t->notices, cases[i].place));
        else
            assert_string_equal(t->notices, "");
    }
}

static void script_with_savepoints_runs(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE TABLE a (x);\nSAVEPOINT s;\nINSERT INTO a VALUES (1);\n"
                   "ROLLBACK TO s;\nINSERT INTO a VALUES (2);\nRELEASE s;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, "SELECT x FROM a", "2");
}

/* --- pragmas ------------------------------------------------------------------------------------ */

static void foreign_keys_off_in_a_script_takes_effect(void **state)
{
    struct migration_test *t = *state;
    migration_file(
        t, "1_a.sql",
        "CREATE TABLE p (id INTEGER PRIMARY KEY, a);\n"
        "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE);\n"
        "INSERT INTO p VALUES (1, 'x'), (2, 'y');\nINSERT INTO c VALUES (1, 1), (2, 2);\n");
    migration_file(t, "2_rebuild.sql",
                   "PRAGMA foreign_keys=OFF;\n"
                   "CREATE TABLE new_p (id INTEGER PRIMARY KEY, a TEXT NOT NULL);\n"
                   "INSERT INTO new_p SELECT * FROM p;\nDROP TABLE p;\n"
                   "ALTER TABLE new_p RENAME TO p;\nPRAGMA foreign_keys=ON;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, "SELECT count(*) FROM c", "2");
    migration_expect(t, "SELECT count(*) FROM pragma_foreign_key_check", "0");
    assert_string_equal(t->notices, "");
}

static void foreign_keys_off_with_new_violations_is_rolled_back(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE TABLE p (id INTEGER PRIMARY KEY);\n"
                   "CREATE TABLE c (p REFERENCES p);\n"
                   "INSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1);\n");
    migration_file(t, "2_b.sql", "PRAGMA foreign_keys = 0;\nDELETE FROM p;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EFOREIGNKEY);
    assert_non_null(
        strstr(t->err.message, "2_b.sql: with foreign keys off, 1 row of 'c' has come"));
    assert_string_equal(t->err.table, "c");
    migration_expect(t, "SELECT count(*) FROM p", "1");
    migration_expect(t, VERSIONS, "1");
}

static void foreign_keys_off_with_old_violations_is_no_matter(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE TABLE p (id INTEGER PRIMARY KEY);\n"
                   "CREATE TABLE c (p REFERENCES p);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_sql(t, "PRAGMA foreign_keys = OFF; INSERT INTO c VALUES (7)");
    migration_file(t, "2_b.sql", "PRAGMA foreign_keys = OFF;\nCREATE TABLE d (x);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, VERSIONS, "1 2");
}

static void foreign_keys_off_beside_an_ill_defined_key_is_reported(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE p (x);\nCREATE TABLE c (p REFERENCES p (x));\n");
    migration_file(t, "2_b.sql", "PRAGMA foreign_keys = OFF;\nCREATE TABLE d (x);\n");
    migration_file(t, "3_c.sql",
                   "PRAGMA foreign_keys = OFF;\nINSERT INTO c VALUES (1);\n"
                   "CREATE UNIQUE INDEX i ON p (x);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_non_null(strstr(t->notices, "2_b.sql: foreign key mismatch"));
    assert_non_null(strstr(t->notices, "3_c.sql: with foreign keys off, 1 row of 'c' has come"));
    migration_expect(t, VERSIONS, "1 2 3");
}

static int read_pragma(tn_db *db, const char *sql)
{
    tn_conn *conn;
    sqlite3_stmt *stmt;
    assert_ok(tn_conn_acquire(&conn, db, TN_WRITE, NULL));
    assert_int_equal(sqlite3_prepare_v2(tn_conn_sqlite3(conn), sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int value = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    tn_conn_release(conn);
    return value;
}

static void connection_has_its_own_settings_back_afterwards(void **state)
{
    struct migration_test *t = *state;
    tn_db *db;
    migration_file(t, "1_a.sql",
                   "PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\n"
                   "CREATE TABLE a (x);\n");
    migration_file(t, "2_b.sql",
                   "-- no-transaction\nPRAGMA foreign_keys = OFF;\n"
                   "PRAGMA synchronous = OFF;\nCREATE TABLE b (x);\n");
    migration_file(t, "3_c.sql", "PRAGMA foreign_keys = OFF;\nSELECT nowhere;\n");
    assert_ok(migration_load(t));
    assert_ok(tn_db_open(&db, t->url, NULL, NULL));
    int synchronous = read_pragma(db, "PRAGMA synchronous");
    assert_int_equal(tn_migrate(db, &t->set, NULL, NULL, NULL), TN_ENOTFOUND);
    assert_int_equal(read_pragma(db, "PRAGMA foreign_keys"), 1);
    assert_int_equal(read_pragma(db, "PRAGMA legacy_alter_table"), 0);
    assert_int_equal(read_pragma(db, "PRAGMA synchronous"), synchronous);
    tn_db_close(db);
    migration_expect(t, VERSIONS, "1 2");
}

static void journal_mode_and_synchronous_are_left_out_and_reported(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "PRAGMA journal_mode = WAL;\nPRAGMA synchronous = NORMAL;\n"
                   "PRAGMA synchronous = 1;\nPRAGMA foreign_keys = ON;\n"
                   "PRAGMA user_version = 7;\nCREATE TABLE a (x);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_string_equal(t->notices, "");
    migration_expect(t, "PRAGMA user_version", "7");
    migration_file(t, "2_b.sql", "PRAGMA journal_mode = DELETE;\nPRAGMA synchronous = FULL;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_non_null(
        strstr(t->notices, "2_b.sql: 'PRAGMA journal_mode = DELETE' has been left out"));
    assert_non_null(strstr(t->notices, "2_b.sql: 'PRAGMA synchronous = FULL' has been left out"));
    migration_expect(t, "PRAGMA journal_mode", "wal");
}

static void foreign_keys_on_where_the_url_has_them_off_is_reported(void **state)
{
    struct migration_test *t = *state;
    strcat(t->url, "&foreign_keys=off");
    migration_file(t, "1_a.sql", "PRAGMA foreign_keys = ON;\nCREATE TABLE a (x);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_non_null(strstr(t->notices, "'PRAGMA foreign_keys = ON' has been left out"));
}

/* --- dry runs ----------------------------------------------------------------------------------- */

static char *file_bytes(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *data = malloc(1 << 20);
    assert_non_null(data);
    *size = fread(data, 1, 1 << 20, file);
    fclose(file);
    return data;
}

static void dry_run_writes_nothing_and_shows_the_sql(void **state)
{
    struct migration_test *t = *state;
    size_t before_size, after_size;
    migration_file(t, "1_a.up.sql", "CREATE TABLE a (x);");
    migration_file(t, "1_a.down.sql", "DROP TABLE a");
    migration_file(t, "2_it_s.sql", "-- no-transaction\nCREATE TABLE b (x) -- end");
    migration_sql(t, "CREATE TABLE z (x)");
    char *before = file_bytes(t->path, &before_size);
    snprintf(t->url, sizeof t->url, "sqlite:%.200s?mode=ro", t->path);
    t->options.dry_run = true;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_int_equal(t->report.count, 2);
    assert_int_equal(t->report.pending, 2);
    assert_int_equal(t->begun, 0);
    char *after = file_bytes(t->path, &after_size);
    assert_int_equal(before_size, after_size);
    assert_memory_equal(before, after, before_size);
    free(before);
    free(after);
    assert_int_equal(access(scratch_path(t->dir, "test.db-wal"), F_OK), -1);
    assert_int_equal(access(scratch_path(t->dir, "test.db-shm"), F_OK), -1);

    /* What it shows does the same as the run. */
    migration_sql(t, t->would);
    migration_expect(t, TABLES, "a b z");
    snprintf(t->url, sizeof t->url, "sqlite:%.200s", t->path);
    assert_ok(migration_run(t, TN_MIGRATE_VALIDATE));
    assert_int_equal(t->report.pending, 0);
    migration_expect(t, "SELECT sql FROM sqlite_schema WHERE name = '_sqlx_migrations'",
                     "CREATE TABLE _sqlx_migrations (\n    version BIGINT PRIMARY KEY,\n"
                     "    description TEXT NOT NULL,\n"
                     "    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,\n"
                     "    success BOOLEAN NOT NULL,\n    checksum BLOB NOT NULL,\n"
                     "    execution_time BIGINT NOT NULL\n)");
    t->options.dry_run = true;
    assert_int_equal(migration_run(t, TN_MIGRATE_DOWN), TN_EREFUSED);
    migration_sql(t, "DELETE FROM _sqlx_migrations WHERE version = 2");
    t->options.dry_run = true;
    assert_ok(migration_run(t, TN_MIGRATE_DOWN));
    assert_string_equal(strchr(t->would, '\n') + 1,
                        "BEGIN IMMEDIATE;\nDROP TABLE a;\n"
                        "DELETE FROM _sqlx_migrations WHERE version = 1;\nCOMMIT;\n");
    migration_expect(t, VERSIONS, "1");
}

static void dry_run_of_scripts_with_pragmas_shows_what_is_run(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "PRAGMA foreign_keys = OFF;\nPRAGMA journal_mode = WAL;\nBEGIN;\n"
                   "CREATE TABLE a (x);\nCOMMIT;\n");
    t->options.dry_run = true;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    char *begin = strstr(t->would, "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\nCREATE TABLE IF");
    assert_non_null(begin);
    assert_non_null(strstr(begin, "\n);\nCREATE TABLE a (x);\nINSERT INTO _sqlx_migrations"));
    assert_non_null(strstr(begin, "-1 );\nCOMMIT;\nPRAGMA foreign_keys = ON;\n"));
    assert_null(strstr(begin, "journal_mode"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        migration_test(no_transaction_runs_statement_by_statement),
        migration_test(no_transaction_failure_is_partial_and_on_record),
        migration_test(no_transaction_failure_of_the_first_statement_is_a_plain_failure),
        migration_test(no_transaction_failure_inside_its_own_transaction_undoes_that),
        migration_test(no_transaction_insert_or_fail_keeps_nothing),
        migration_test(no_transaction_that_leaves_one_open_is_committed_with_its_row),
        migration_test(no_transaction_down_failure_is_partial),
        migration_test(vacuum_in_a_transaction_says_how),
        migration_test(script_that_commits_and_begins_ends_with_one_row),
        migration_test(script_in_its_own_transaction_is_one_transaction),
        migration_test(script_that_commits_and_fails_later_is_partial),
        migration_test(script_that_rolls_back_still_gets_its_row),
        migration_test(script_that_rolls_back_and_fails_has_done_nothing),
        migration_test(rollback_of_the_runners_transaction_is_refused),
        migration_test(mark_that_is_nearly_no_transaction_is_noticed),
        migration_test(script_with_savepoints_runs),
        migration_test(foreign_keys_off_in_a_script_takes_effect),
        migration_test(foreign_keys_off_with_new_violations_is_rolled_back),
        migration_test(foreign_keys_off_with_old_violations_is_no_matter),
        migration_test(foreign_keys_off_beside_an_ill_defined_key_is_reported),
        migration_test(connection_has_its_own_settings_back_afterwards),
        migration_test(journal_mode_and_synchronous_are_left_out_and_reported),
        migration_test(foreign_keys_on_where_the_url_has_them_off_is_reported),
        migration_test(dry_run_writes_nothing_and_shows_the_sql),
        migration_test(dry_run_of_scripts_with_pragmas_shows_what_is_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
