/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <sqlite3.h>

#include "fault_alloc.h"
#include "pooling.h"

/* A pool from a handle, from the environment, and for tests. */

struct wrapped {
    char *folder;
    sqlite3 *handle;
    tn_db *db;
    tn_error err;
};

static int wrap_setup(void **state)
{
    struct wrapped *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->folder = scratch_make();
    assert_int_equal(sqlite3_open(scratch_path(w->folder, "own.db"), &w->handle), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(w->handle, "CREATE TABLE t (id INTEGER PRIMARY KEY, n UNIQUE)", 0, 0, 0), 0);
    *state = w;
    return 0;
}

static int wrap_teardown(void **state)
{
    struct wrapped *w = *state;
    tn_db_close(w->db);
    assert_int_equal(sqlite3_close(w->handle), SQLITE_OK); /* nothing of ours is left on it */
    scratch_remove(w->folder);
    free(w->folder);
    free(w);
    return 0;
}

static void wrap(struct wrapped *w)
{
    assert_ok(tn_db_wrap_sqlite(&w->db, w->handle, NULL, &w->err));
}

static int insert_two(tn_db *tx, void *user, tn_error *err)
{
    int rc = tn_exec(tx, "INSERT INTO t (n) VALUES (1)", NULL, 0, NULL, err);
    if (rc == TN_OK && *(bool *)user)
        rc = tn_exec(tx, "INSERT INTO t (n) VALUES (1)", NULL, 0, NULL, err);
    return rc;
}

static void wrapped_handle_reads_and_writes(void **state)
{
    struct wrapped *w = *state;
    bool fails = false;
    wrap(w);
    assert_string_equal(tn_db_engine(w->db), "sqlite");
    assert_non_null(strstr(tn_db_url(w->db), "own.db"));
    assert_ok(tn_transact(w->db, insert_two, &fails, NULL, &w->err));
    assert_int_equal(number(w->db, "SELECT count(*) FROM t"), 1);
}

static void settings_of_a_wrapped_handle_stay_as_they_were(void **state)
{
    struct wrapped *w = *state;
    tn_conn *conn;
    assert_int_equal(sqlite3_exec(w->handle, "PRAGMA synchronous = 1", 0, 0, 0), 0);
    wrap(w);
    assert_int_equal(number(w->db, "PRAGMA foreign_keys"), 0);
    assert_int_equal(number(w->db, "PRAGMA busy_timeout"), 0);
    assert_int_equal(number(w->db, "PRAGMA synchronous"), 1);
    /* And what the program changes on its own handle is its own business. */
    assert_ok(tn_conn_acquire(&conn, w->db, TN_WRITE, &w->err));
    assert_ptr_equal(tn_conn_sqlite3(conn), w->handle);
    assert_ok(tn_exec(tn_conn_db(conn), "PRAGMA foreign_keys = ON", NULL, 0, NULL, &w->err));
    tn_conn_release(conn);
    assert_int_equal(number(w->db, "PRAGMA foreign_keys"), 1);
}

static void transaction_of_the_program_is_not_ended(void **state)
{
    struct wrapped *w = *state;
    bool fails = true;
    tn_conn *conn;
    assert_int_equal(sqlite3_exec(w->handle, "BEGIN; INSERT INTO t (n) VALUES (5)", 0, 0, 0), 0);
    wrap(w);
    assert_int_equal(tn_transact(w->db, insert_two, &fails, NULL, &w->err), TN_EUNIQUE);
    assert_string_equal(w->err.column, "n"); /* the handle gives no extended codes */
    fails = false;
    assert_ok(tn_transact(w->db, insert_two, &fails, NULL, &w->err));
    assert_ok(tn_conn_acquire(&conn, w->db, TN_WRITE, &w->err));
    tn_conn_release(conn);
    assert_int_equal(sqlite3_get_autocommit(w->handle), 0);
    assert_int_equal(number(w->db, "SELECT count(*) FROM t"), 2);
    assert_int_equal(sqlite3_exec(w->handle, "ROLLBACK", 0, 0, 0), 0);
    assert_int_equal(number(w->db, "SELECT count(*) FROM t"), 0);
}

static void transaction_left_open_inside_the_programs_is_undone_alone(void **state)
{
    struct wrapped *w = *state;
    tn_conn *conn;
    tn_db *tx;
    assert_int_equal(sqlite3_exec(w->handle, "BEGIN; INSERT INTO t (n) VALUES (5)", 0, 0, 0), 0);
    wrap(w);
    assert_ok(tn_conn_acquire(&conn, w->db, TN_WRITE, &w->err));
    assert_ok(tn_tx_begin(&tx, tn_conn_db(conn), TN_WRITE, &w->err));
    assert_ok(tn_exec(tx, "INSERT INTO t (n) VALUES (6)", NULL, 0, NULL, &w->err));
    tn_conn_release(conn);
    tn_tx_rollback(tx); /* it is over by then */
    assert_int_equal(sqlite3_get_autocommit(w->handle), 0);
    assert_int_equal(number(w->db, "SELECT sum(n) FROM t"), 5);
    assert_int_equal(sqlite3_exec(w->handle, "COMMIT", 0, 0, 0), 0);
    assert_int_equal(number(w->db, "SELECT sum(n) FROM t"), 5);
}

static void wrapped_handle_without_rights_to_write_only_reads(void **state)
{
    struct wrapped *w = *state;
    assert_int_equal(sqlite3_close(w->handle), SQLITE_OK);
    assert_int_equal(
        sqlite3_open_v2(scratch_path(w->folder, "own.db"), &w->handle, SQLITE_OPEN_READONLY, NULL),
        SQLITE_OK);
    wrap(w);
    assert_int_equal(tn_exec(w->db, "DELETE FROM t", NULL, 0, NULL, &w->err), TN_EREADONLY);
    assert_int_equal(number(w->db, "SELECT count(*) FROM t"), 0);
}

static void no_handle_is_refused(void **state)
{
    struct wrapped *w = *state;
    assert_int_equal(tn_db_wrap_sqlite(&w->db, NULL, NULL, &w->err), TN_EINVAL);
    assert_null(w->db);
}

static int wrap_and_write(void *user)
{
    struct wrapped *w = user;
    tn_db *db;
    int rc = tn_db_wrap_sqlite(&db, w->handle, NULL, NULL);
    if (rc != TN_OK)
        return rc;
    rc = tn_exec(db, "DELETE FROM t", NULL, 0, NULL, NULL);
    tn_db_close(db);
    return rc;
}

static void wrapping_survives_every_failed_allocation(void **state)
{
    fault_alloc_each(wrap_and_write, *state);
}

/* --- the environment --------------------------------------------------------------------------- */

static void environment_names_the_database(void **state)
{
    struct wrapped *w = *state;
    char before[PATH_MAX];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(w->folder), 0);
    unsetenv("DATABASE_URL");
    int none = tn_db_open_env(&w->db, NULL, &w->err);
    scratch_write(w->folder, ".env", "APP=x\nDATABASE_URL=sqlite:${APP}_from_file.db?mode=rwc\n");
    int from_file = tn_db_open_env(&w->db, NULL, NULL);
    bool made = access("x_from_file.db", F_OK) == 0;
    tn_db_close(w->db);
    setenv("DATABASE_URL", "sqlite:first.db?mode=rwc", 1);
    int from_env = tn_db_open_env(&w->db, NULL, NULL);
    bool wins = access("first.db", F_OK) == 0;
    tn_db_close(w->db);
    w->db = NULL;
    unsetenv("DATABASE_URL");
    scratch_write(w->folder, ".env", "DATABASE_URL='open\n");
    int broken = tn_db_open_env(&w->db, NULL, NULL);
    assert_int_equal(chdir(before), 0);
    assert_int_equal(none, TN_EINVAL);
    assert_says(&w->err, "DATABASE_URL");
    assert_ok(from_file);
    assert_true(made);
    assert_ok(from_env);
    assert_true(wins);
    assert_int_equal(broken, TN_ESYNTAX);
}

static void variables_that_make_no_url_are_named(void **state)
{
    struct wrapped *w = *state;
    static const struct {
        const char *file;
        const char *message;
    } cases[] = {
        {"POSTGRES_USER=ann\n", "POSTGRES_USER is set, but neither"},
        {"POSTGRES_PASSWORD=s3cret\n", "POSTGRES_PASSWORD is set, but neither"},
        {"POSTGRES_HOST=h\nPOSTGRES_PORT=abc\n", "POSTGRES_PORT is 'abc', and a port is a number"},
        {"POSTGRES_DB=d\nPOSTGRES_PORT=0\n", "POSTGRES_PORT is '0'"},
        {"POSTGRES_DB=d\nPOSTGRES_PORT=65536\n", "POSTGRES_PORT is '65536'"},
        {"POSTGRES_DB=d\nPOSTGRES_PORT=' 1'\n", "POSTGRES_PORT is ' 1'"},
        {"POSTGRES_HOST=h:5432\n", "the port is in POSTGRES_PORT"},
        {"POSTGRES_HOST=postgres://a:s3cret@h/d\n", "a URL in DATABASE_URL"},
        {"POSTGRES_HOST=h\nPOSTGRES_PASSWORD=s3cret\n", "POSTGRES_USER, whose it is, is not"},
    };
    char before[PATH_MAX];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(w->folder), 0);
    unsetenv("DATABASE_URL");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scratch_write(w->folder, ".env", cases[i].file);
        assert_int_equal(tn_db_open_env(&w->db, NULL, &w->err), TN_EINVAL);
        assert_says(&w->err, cases[i].message);
        assert_null(strstr(w->err.message, "s3cret"));
    }
    /* What names the database alone wins, whatever stands beside it. */
    setenv("DATABASE_URL", "sqlite:beside.db?mode=rwc", 1);
    assert_ok(tn_db_open_env(&w->db, NULL, &w->err));
    unsetenv("DATABASE_URL");
    assert_int_equal(chdir(before), 0);
}

static void database_for_tests_is_migrated_and_private(void **state)
{
    struct wrapped *w = *state;
    tn_arena arena = TN_ARENA_INIT;
    tn_migration_set set;
    tn_db *other;
    assert_int_equal(mkdir(scratch_path(w->folder, "m"), 0700), 0);
    scratch_write(w->folder, "m/1_t.sql", "CREATE TABLE made (n); INSERT INTO made VALUES (1);");
    assert_ok(tn_migration_set_load(&set, scratch_path(w->folder, "m"), &arena, NULL, &w->err));
    assert_ok(tn_test_db(&w->db, &set, &w->err));
    assert_ok(tn_test_db(&other, &set, &w->err));
    assert_ok(tn_exec(other, "DELETE FROM made", NULL, 0, NULL, &w->err));
    assert_int_equal(number(w->db, "SELECT count(*) FROM made"), 1);
    tn_db_close(other);
    assert_ok(tn_test_db(&other, NULL, &w->err));
    assert_int_equal(number(other, "SELECT count(*) FROM sqlite_schema"), 0);
    tn_db_close(other);
    tn_arena_fini(&arena);
}

#define WRAP(test) cmocka_unit_test_setup_teardown(test, wrap_setup, wrap_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WRAP(wrapped_handle_reads_and_writes),
        WRAP(settings_of_a_wrapped_handle_stay_as_they_were),
        WRAP(transaction_of_the_program_is_not_ended),
        WRAP(transaction_left_open_inside_the_programs_is_undone_alone),
        WRAP(wrapped_handle_without_rights_to_write_only_reads),
        WRAP(no_handle_is_refused),
        WRAP(wrapping_survives_every_failed_allocation),
        WRAP(environment_names_the_database),
        WRAP(variables_that_make_no_url_are_named),
        WRAP(database_for_tests_is_migrated_and_private),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
