/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <sys/wait.h>

#include "driving.h"

/* How a URL becomes a connection of the SQLite driver. */

/* --- settings --------------------------------------------------------------------------------- */

static void connection_has_the_defaults(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *writer, *reader, *memory;
    assert_open(&writer, f, url_of(f, "a.db", "?mode=rwc"), TN_WRITE, true);
    assert_string_equal(value_of(f, writer, "PRAGMA journal_mode"), "wal");
    assert_string_equal(value_of(f, writer, "PRAGMA synchronous"), "1");
    assert_string_equal(value_of(f, writer, "PRAGMA foreign_keys"), "1");
    assert_string_equal(value_of(f, writer, "PRAGMA busy_timeout"), "5000");
    assert_open(&reader, f, url_of(f, "a.db", ""), TN_READ, false);
    assert_string_equal(value_of(f, reader, "PRAGMA journal_mode"), "wal");
    assert_string_equal(value_of(f, reader, "PRAGMA foreign_keys"), "1");
    assert_int_equal(sqlite3_db_readonly(driver->native_conn(reader), "main"), 1);
    assert_open(&memory, f, "sqlite::memory:", TN_WRITE, false);
    assert_string_equal(value_of(f, memory, "PRAGMA journal_mode"), "memory");
    assert_string_equal(value_of(f, memory, "PRAGMA foreign_keys"), "1");
    driver->close(reader);
    driver->close(writer);
    driver->close(memory);
    driver->close(NULL);
}

static void connection_has_what_the_url_says(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *params, *pragma, *value;
    } cases[] = {
        {"&journal_mode=delete", "journal_mode", "delete"},
        {"&journal_mode=delete", "synchronous", "2"},
        {"&journal_mode=TRUNCATE", "journal_mode", "truncate"},
        {"&journal_mode=persist", "journal_mode", "persist"},
        {"&journal_mode=off", "journal_mode", "off"},
        {"&journal_mode=memory", "journal_mode", "memory"},
        {"&synchronous=off", "synchronous", "0"},
        {"&synchronous=full", "synchronous", "2"},
        {"&synchronous=extra", "synchronous", "3"},
        {"&busy_timeout=250ms", "busy_timeout", "250"},
        {"&busy_timeout=2s", "busy_timeout", "2000"},
        {"&busy_timeout=0", "busy_timeout", "0"},
        {"&foreign_keys=off", "foreign_keys", "0"},
        {"&foreign_keys=on", "foreign_keys", "1"},
        {"&cache_size=-3000", "cache_size", "-3000"},
        {"&mmap_size=1048576", "mmap_size", "1048576"},
        {"&max_connections=3&acquire_timeout=1s&statement_cache=9", "journal_mode", "wal"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tn__driver_conn *conn;
        char name[16], params[100], pragma[40];
        snprintf(name, sizeof name, "%zu.db", i);
        snprintf(params, sizeof params, "?mode=rwc%s", cases[i].params);
        snprintf(pragma, sizeof pragma, "PRAGMA %s", cases[i].pragma);
        assert_open(&conn, f, url_of(f, name, params), TN_WRITE, true);
        assert_string_equal(value_of(f, conn, pragma), cases[i].value);
        driver->close(conn);
    }
}

static void bad_parameters_are_refused_with_the_nearest(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *params, *word;
    } cases[] = {
        {"?jurnal_mode=wal", "'journal_mode'"},
        {"?Mode=rw", "'mode'"},
        {"?mode=read", "'read'"},
        {"?journal_mode=wall", "'wal'"},
        {"?synchronous=norml", "'normal'"},
        {"?foreign_keys=perhaps", "'perhaps'"},
        {"?busy_timeout=soon", "'soon'"},
        {"?busy_timeout=-5", "'-5'"},
        {"?cache_size=big", "'big'"},
        {"?mmap_size=1e3", "'1e3'"},
        {"?completely=other", "'completely'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tn__driver_conn *conn = NULL;
        assert_int_equal(open_url(&conn, f, url_of(f, "p.db", cases[i].params), TN_WRITE, true),
                         TN_EINVAL);
        assert_null(conn);
        if (!strstr(f->err.message, cases[i].word))
            fail_msg("%s: no %s", f->err.message, cases[i].word);
    }
    assert_int_not_equal(access(scratch_path(f->folder, "p.db"), F_OK), 0);
}

static void pragma_that_does_not_take_is_named(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    assert_int_equal(open_url(&conn, f, "sqlite::memory:?journal_mode=wal", TN_WRITE, true),
                     TN_EUNSUPPORTED);
    assert_non_null(strstr(f->err.message, "'journal_mode'"));
    /* Larger than any build of SQLite maps. */
    assert_int_equal(open_url(&conn, f, url_of(f, "m.db", "?mode=rwc&mmap_size=9000000000000000"),
                              TN_WRITE, true),
                     TN_EUNSUPPORTED);
    assert_non_null(strstr(f->err.message, "'mmap_size'"));
}

/* --- files ------------------------------------------------------------------------------------ */

static void missing_file_is_made_only_when_asked(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    assert_int_equal(open_url(&conn, f, url_of(f, "x/y/a.db", ""), TN_WRITE, false), TN_ENOTFOUND);
    assert_non_null(strstr(f->err.message, "x/y/a.db"));
    assert_int_equal(open_url(&conn, f, url_of(f, "x/y/a.db", ""), TN_READ, false), TN_ENOTFOUND);
    assert_int_not_equal(access(scratch_path(f->folder, "x"), F_OK), 0);
    assert_open(&conn, f, url_of(f, "x/y/a.db", "?mode=rwc"), TN_WRITE, true);
    run(f, conn, "CREATE TABLE t (n)");
    driver->close(conn);
    assert_open(&conn, f, url_of(f, "x/y/a.db", ""), TN_WRITE, false);
    driver->close(conn);
}

static void what_is_no_database_is_told_apart(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    char text[5000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    scratch_write(f->folder, "text.db", text);
    assert_int_equal(open_url(&conn, f, url_of(f, "text.db", ""), TN_WRITE, false), TN_ENOTADB);
    assert_non_null(strstr(f->err.message, "text.db"));
    assert_int_equal(open_url(&conn, f, url_of(f, "text.db", ""), TN_READ, false), TN_ENOTADB);
    assert_int_equal(open_url(&conn, f, url_of(f, "", ""), TN_WRITE, true), TN_EINVAL);
    assert_non_null(strstr(f->err.message, "folder"));
    assert_int_equal(open_url(&conn, f, url_of(f, "text.db/a.db", ""), TN_WRITE, false),
                     TN_ENOTFOUND);
    assert_int_equal(open_url(&conn, f, url_of(f, "text.db/a.db", ""), TN_WRITE, true),
                     TN_ENOTFOUND);
    assert_int_equal(mkfifo(scratch_path(f->folder, "pipe"), 0600), 0);
    assert_int_equal(open_url(&conn, f, url_of(f, "pipe", ""), TN_WRITE, true), TN_EINVAL);
    /* An empty file is an empty database. */
    scratch_write(f->folder, "empty.db", "");
    assert_open(&conn, f, url_of(f, "empty.db", ""), TN_WRITE, false);
    driver->close(conn);
}

static void names_that_sqlite_reads_otherwise_are_files(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    char *here = getcwd(NULL, 0);
    assert_non_null(here);
    assert_int_equal(chdir(f->folder), 0);
    static const struct {
        const char *url, *file;
    } cases[] = {
        {"sqlite:%3Amemory%3A?mode=rwc", ":memory:"},
        {"sqlite:file%3Ax%3Fmode=memory?mode=rwc", "file:x?mode=memory"},
        {"sqlite:a%20b%23.db?mode=rwc", "a b#.db"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_open(&conn, f, cases[i].url, TN_WRITE, true);
        driver->close(conn);
        assert_int_equal(access(cases[i].file, F_OK), 0);
    }
    assert_int_equal(chdir(here), 0);
    free(here);
}

/* Open as a user without special rights; the child's exit code is the status, negated. */
static int open_unprivileged(struct fixture *f, const char *url, enum tn_access access, bool create)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct tn__driver_conn *conn;
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(99);
        _exit(-open_url(&conn, f, url, access, create));
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return -WEXITSTATUS(status);
}

static void missing_rights_are_told_apart(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    assert_open(&conn, f, url_of(f, "a.db", "?mode=rwc&journal_mode=delete"), TN_WRITE, true);
    run(f, conn, "CREATE TABLE t (n)");
    driver->close(conn);
    const char *path = scratch_path(f->folder, "a.db");
    assert_int_equal(chmod(f->folder, 0777), 0);

    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(open_unprivileged(f, url_of(f, "a.db", ""), TN_WRITE, false), TN_EREADONLY);
    assert_int_equal(open_unprivileged(f, url_of(f, "a.db", "?mode=ro"), TN_READ, false), TN_OK);
    assert_int_equal(chmod(path, 0000), 0);
    assert_int_equal(open_unprivileged(f, url_of(f, "a.db", ""), TN_WRITE, false), TN_EPERM);
    assert_int_equal(open_unprivileged(f, url_of(f, "a.db", ""), TN_READ, false), TN_EPERM);
    assert_int_equal(chmod(f->folder, 0555), 0);
    assert_int_equal(open_unprivileged(f, url_of(f, "new.db", "?mode=rwc"), TN_WRITE, true),
                     TN_EPERM);
    assert_int_equal(open_unprivileged(f, url_of(f, "new/new.db", "?mode=rwc"), TN_WRITE, true),
                     TN_EPERM);
    assert_int_equal(chmod(f->folder, 0000), 0);
    assert_int_equal(open_unprivileged(f, url_of(f, "a.db", ""), TN_WRITE, false), TN_EPERM);
    assert_int_equal(chmod(f->folder, 0700), 0);
}

static void locked_database_is_busy(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *holder, *conn;
    assert_open(&holder, f, url_of(f, "a.db", "?mode=rwc&journal_mode=delete"), TN_WRITE, true);
    run(f, holder, "CREATE TABLE t (n)");
    run(f, holder, "BEGIN EXCLUSIVE");
    assert_int_equal(open_url(&conn, f, url_of(f, "a.db", "?busy_timeout=0"), TN_WRITE, false),
                     TN_EBUSY);
    assert_non_null(strstr(f->err.message, "a.db"));
    run(f, holder, "ROLLBACK");
    /* Somebody reads: WAL cannot be switched on now. */
    run(f, holder, "INSERT INTO t VALUES (1)");
    struct tn__driver_stmt *stmt;
    assert_ok(driver->prepare(&stmt, holder, "SELECT n FROM t", 15, false, &f->err));
    assert_int_equal(driver->step(stmt, &f->err), TN_ROW);
    assert_int_equal(open_url(&conn, f, url_of(f, "a.db", "?busy_timeout=0"), TN_WRITE, false),
                     TN_EBUSY);
    assert_non_null(strstr(f->err.message, "journal_mode"));
    driver->finalize(stmt);
    driver->close(holder);
}

static void readers_leave_the_checkpoint_to_the_writer(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *writer, *reader;
    assert_open(&writer, f, url_of(f, "a.db", "?mode=rwc"), TN_WRITE, true);
    run(f, writer, "CREATE TABLE t (n)");
    assert_open(&reader, f, url_of(f, "a.db", ""), TN_READ, false);
    assert_string_equal(value_of(f, reader, "SELECT count(*) FROM t"), "0");
    driver->close(writer);
    driver->close(reader);
    assert_int_equal(access(scratch_path(f->folder, "a.db-wal"), F_OK), 0);
    assert_open(&writer, f, url_of(f, "a.db", ""), TN_WRITE, false);
    driver->close(writer);
    assert_int_not_equal(access(scratch_path(f->folder, "a.db-wal"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(connection_has_the_defaults),
        TEST(connection_has_what_the_url_says),
        TEST(bad_parameters_are_refused_with_the_nearest),
        TEST(pragma_that_does_not_take_is_named),
        TEST(missing_file_is_made_only_when_asked),
        TEST(what_is_no_database_is_told_apart),
        TEST(names_that_sqlite_reads_otherwise_are_files),
        TEST(missing_rights_are_told_apart),
        TEST(locked_database_is_busy),
        TEST(readers_leave_the_checkpoint_to_the_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
