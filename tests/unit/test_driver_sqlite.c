/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/wait.h>

#include <tenon/tenon.h>

#include "driver/driver.h"
#include "scratch.h"

/* SQLite behind the driver's table, and how a URL becomes a connection. */

static const struct tn__driver *const driver = &tn__driver_sqlite;

struct fixture {
    char *folder;
    tn_arena arena;
    tn_error err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->folder = scratch_make();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    scratch_remove(f->folder);
    free(f->folder);
    tn_arena_fini(&f->arena);
    free(f);
    return 0;
}

static const char *url_of(const struct fixture *f, const char *name, const char *params)
{
    static char url[PATH_MAX + 200];
    snprintf(url, sizeof url, "sqlite:%s/%s%s", f->folder, name, params);
    return url;
}

static int open_url(struct tn__driver_conn **out, struct fixture *f, const char *url,
                    enum tn_access access, bool create)
{
    struct tn__url parsed;
    int rc = tn__url_parse(&parsed, url, &f->arena, &f->err);
    if (rc != TN_OK)
        return rc;
    struct tn__driver_open how = {&parsed, access, create};
    return driver->open(out, &how, &f->err);
}

static void assert_open(struct tn__driver_conn **out, struct fixture *f, const char *url,
                        enum tn_access access, bool create)
{
    int rc = open_url(out, f, url, access, create);
    if (rc != TN_OK)
        print_error("%s\n", f->err.message);
    assert_ok(rc);
}

static void run(struct fixture *f, struct tn__driver_conn *conn, const char *sql)
{
    struct tn__driver_stmt *stmt;
    int rc = driver->prepare(&stmt, conn, sql, strlen(sql), false, &f->err);
    if (rc != TN_OK)
        print_error("%s: %s\n", sql, f->err.message);
    assert_ok(rc);
    while ((rc = driver->step(stmt, &f->err)) == TN_ROW)
        ;
    assert_int_equal(rc, TN_DONE);
    driver->finalize(stmt);
}

/* The first value of a statement as text. */
static const char *value_of(struct fixture *f, struct tn__driver_conn *conn, const char *sql)
{
    struct tn__driver_stmt *stmt;
    assert_ok(driver->prepare(&stmt, conn, sql, strlen(sql), false, &f->err));
    assert_int_equal(driver->step(stmt, &f->err), TN_ROW);
    const char *text = (const char *)sqlite3_column_text(driver->native_stmt(stmt), 0);
    const char *copy = tn_arena_copy(&f->arena, text, strlen(text));
    driver->finalize(stmt);
    assert_non_null(copy);
    return copy;
}

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

/* --- statements and transactions -------------------------------------------------------------- */

static bool readonly_is(struct fixture *f, struct tn__driver_conn *conn, const char *sql)
{
    struct tn__driver_stmt *stmt;
    assert_ok(driver->prepare(&stmt, conn, sql, strlen(sql), false, &f->err));
    bool is_readonly = driver->is_readonly(stmt);
    driver->finalize(stmt);
    return is_readonly;
}

static void statements_know_whether_they_write(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    assert_open(&conn, f, ":memory:", TN_WRITE, false);
    run(f, conn, "CREATE TABLE t (n)");
    assert_true(readonly_is(f, conn, "SELECT * FROM t"));
    assert_true(readonly_is(f, conn, "EXPLAIN QUERY PLAN INSERT INTO t VALUES (1)"));
    assert_true(readonly_is(f, conn, "PRAGMA table_info(t)"));
    assert_false(readonly_is(f, conn, "INSERT INTO t VALUES (1)"));
    assert_false(readonly_is(f, conn, "WITH w AS (SELECT 1) INSERT INTO t SELECT * FROM w"));
    assert_false(readonly_is(f, conn, "CREATE TEMP TABLE u (n)"));
    driver->close(conn);
}

static void rollback_after_the_engines_own_does_nothing(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    struct tn__driver_stmt *stmt;
    static const char sql[] = "INSERT OR ROLLBACK INTO t VALUES (1)";
    assert_open(&conn, f, ":memory:", TN_WRITE, false);
    run(f, conn, "CREATE TABLE t (n UNIQUE)");
    assert_ok(driver->begin(conn, TN_WRITE, &f->err));
    run(f, conn, "INSERT INTO t VALUES (1)");
    assert_ok(driver->savepoint(conn, 2, &f->err));
    assert_ok(driver->prepare(&stmt, conn, sql, strlen(sql), false, &f->err));
    assert_int_equal(driver->step(stmt, &f->err), TN_EUNIQUE);
    driver->finalize(stmt);
    assert_false(driver->in_transaction(conn));
    driver->rollback_to(conn, 2);
    driver->rollback(conn);
    assert_string_equal(value_of(f, conn, "SELECT count(*) FROM t"), "0");
    driver->close(conn);
}

static void reset_all_frees_the_locks(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    struct tn__driver_stmt *stmt;
    assert_open(&conn, f, ":memory:", TN_WRITE, false);
    run(f, conn, "CREATE TABLE t (n)");
    run(f, conn, "INSERT INTO t VALUES (1), (2)");
    assert_ok(driver->prepare(&stmt, conn, "SELECT n FROM t", 15, false, &f->err));
    assert_int_equal(driver->step(stmt, &f->err), TN_ROW);
    struct tn__driver_stmt *drop;
    assert_ok(driver->prepare(&drop, conn, "DROP TABLE t", 12, false, &f->err));
    assert_int_equal(driver->step(drop, &f->err), TN_EMISUSE); /* table is locked, by ourselves */
    driver->reset(drop);
    assert_ptr_equal(driver->native_stmt(stmt), stmt);
    driver->reset_all(conn);
    assert_int_equal(driver->step(drop, &f->err), TN_DONE);
    driver->finalize(drop);
    driver->finalize(stmt);
    driver->close(conn);
}

static void trigger_and_type_failures_have_statuses(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    static const struct {
        const char *sql;
        int status;
        const char *message;
    } cases[] = {
        {"INSERT INTO guarded VALUES (-1)", TN_ECONSTRAINT, "No negative numbers, please."},
        {"INSERT INTO strict_one VALUES ('word')", TN_ETYPE,
         "cannot store TEXT value in INTEGER column strict_one.n"},
        {"INSERT INTO rowids (id) VALUES ('word')", TN_ETYPE, "datatype mismatch"},
        {"SELECT abs(-9223372036854775807 - 1)", TN_ERROR, "integer overflow"},
        {"SELECT zeroblob(2000000000)", TN_ERANGE, "string or blob too big"},
        {"SELECT json_extract('{', '$.a')", TN_ERROR, "malformed JSON"},
        {"INSERT INTO expressed VALUES ('A')", TN_EUNIQUE,
         "unique constraint failed: index 'by_lower'"},
    };
    assert_open(&conn, f, ":memory:", TN_WRITE, false);
    run(f, conn, "CREATE TABLE guarded (n INTEGER)");
    run(f, conn,
        "CREATE TRIGGER guard BEFORE INSERT ON guarded WHEN new.n < 0 BEGIN"
        " SELECT raise(ABORT, 'No negative numbers, please.'); END");
    run(f, conn, "CREATE TABLE strict_one (n INTEGER) STRICT");
    run(f, conn, "CREATE TABLE rowids (id INTEGER PRIMARY KEY)");
    run(f, conn, "CREATE TABLE expressed (t TEXT)");
    run(f, conn, "CREATE UNIQUE INDEX by_lower ON expressed (lower(t))");
    run(f, conn, "INSERT INTO expressed VALUES ('a')");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tn__driver_stmt *stmt;
        int rc = driver->prepare(&stmt, conn, cases[i].sql, strlen(cases[i].sql), false, &f->err);
        if (rc == TN_OK) {
            rc = driver->step(stmt, &f->err);
            driver->finalize(stmt);
        }
        assert_int_equal(rc, cases[i].status);
        assert_string_equal(f->err.message, cases[i].message);
        assert_int_not_equal(f->err.native, 0);
    }
    driver->close(conn);
}

static void result_codes_without_words_have_statuses(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    static const struct {
        int native, status;
    } cases[] = {
        {SQLITE_BUSY, TN_EBUSY},
        {SQLITE_BUSY_RECOVERY, TN_EBUSY},
        {SQLITE_BUSY_SNAPSHOT, TN_ESERIALIZE},
        {SQLITE_LOCKED, TN_EMISUSE},
        {SQLITE_LOCKED_SHAREDCACHE, TN_EBUSY},
        {SQLITE_READONLY, TN_EREADONLY},
        {SQLITE_READONLY_DBMOVED, TN_EREADONLY},
        {SQLITE_IOERR_READ, TN_EIO},
        {SQLITE_IOERR_NOMEM, TN_ENOMEM},
        {SQLITE_FULL, TN_EFULL},
        {SQLITE_CORRUPT, TN_ECORRUPT},
        {SQLITE_CORRUPT_VTAB, TN_ECORRUPT},
        {SQLITE_NOTADB, TN_ENOTADB},
        {SQLITE_NOMEM, TN_ENOMEM},
        {SQLITE_TOOBIG, TN_ERANGE},
        {SQLITE_RANGE, TN_ERANGE},
        {SQLITE_MISMATCH, TN_ETYPE},
        {SQLITE_INTERRUPT, TN_EINTERRUPT},
        {SQLITE_ABORT_ROLLBACK, TN_EINTERRUPT},
        {SQLITE_SCHEMA, TN_ESCHEMA},
        {SQLITE_PERM, TN_EPERM},
        {SQLITE_AUTH, TN_EPERM},
        {SQLITE_MISUSE, TN_EMISUSE},
        {SQLITE_CONSTRAINT_VTAB, TN_ECONSTRAINT},
        {SQLITE_INTERNAL, TN_ERROR},
        {12345, TN_ERROR},
    };
    assert_open(&conn, f, ":memory:", TN_WRITE, false);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tn_error_clear(&f->err);
        assert_int_equal((driver->fail)(conn, cases[i].native, &f->err), cases[i].status);
        assert_int_equal(f->err.native, cases[i].native);
        assert_true(f->err.message[0] != '\0');
    }
    driver->close(conn);
}

/* --- for the checker -------------------------------------------------------------------------- */

static void columns_have_origins(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    struct tn__driver_stmt *stmt;
    struct tn__column_info info;
    static const char sql[] = "SELECT id, name AS label, length(name) FROM t AS x";
    assert_open(&conn, f, ":memory:", TN_WRITE, false);
    run(f, conn, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(9) NOT NULL)");
    assert_ok(driver->prepare(&stmt, conn, sql, strlen(sql), false, &f->err));
    driver->describe(stmt, 1, &info);
    assert_string_equal(info.name, "label");
    assert_string_equal(info.declared, "VARCHAR(9)");
    assert_string_equal(info.database, "main");
    assert_string_equal(info.table, "t");
    assert_string_equal(info.column, "name");
    driver->describe(stmt, 2, &info);
    assert_null(info.table);
    assert_null(info.declared);
    driver->finalize(stmt);
    driver->close(conn);
}

struct seen {
    int reads, inserts, updates, deletes, functions;
    char last_read[64];
};

static void note(const struct tn__access_report *report, void *user)
{
    struct seen *seen = user;
    seen->reads += report->action == TN__ACTION_READ;
    seen->inserts += report->action == TN__ACTION_INSERT;
    seen->updates += report->action == TN__ACTION_UPDATE;
    seen->deletes += report->action == TN__ACTION_DELETE;
    seen->functions += report->action == TN__ACTION_FUNCTION;
    if (report->action == TN__ACTION_READ)
        snprintf(seen->last_read, sizeof seen->last_read, "%s.%s", report->first, report->second);
    if (report->action == TN__ACTION_FUNCTION)
        assert_non_null(report->second);
}

static void watch_sees_reads_and_writes(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    struct seen seen = {0};
    assert_open(&conn, f, ":memory:", TN_WRITE, false);
    run(f, conn, "CREATE TABLE t (a, b)");
    driver->watch(conn, note, &seen);
    run(f, conn, "SELECT upper(b) FROM t");
    assert_int_equal(seen.reads, 1);
    assert_string_equal(seen.last_read, "t.b");
    assert_int_equal(seen.functions, 1);
    run(f, conn, "INSERT INTO t VALUES (1, 2)");
    run(f, conn, "UPDATE t SET a = 1, b = 2");
    run(f, conn, "DELETE FROM t");
    assert_int_equal(seen.inserts, 1);
    assert_int_equal(seen.updates, 2);
    assert_int_equal(seen.deletes, 1);
    driver->watch(conn, NULL, NULL);
    run(f, conn, "DELETE FROM t");
    assert_int_equal(seen.deletes, 1);
    driver->close(conn);
}

static void options_switch_the_connection(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    struct tn__driver_stmt *stmt;
    assert_open(&conn, f, ":memory:", TN_WRITE, false);
    assert_ok(driver->option(conn, TN__OPT_DQS, 0, &f->err));
    assert_int_equal(driver->prepare(&stmt, conn, "SELECT \"word\"", 13, false, &f->err),
                     TN_ENOTFOUND);
    assert_ok(driver->option(conn, TN__OPT_DQS, 1, &f->err));
    assert_string_equal(value_of(f, conn, "SELECT \"word\""), "word");
    assert_ok(driver->option(conn, TN__OPT_FOREIGN_KEYS, 0, &f->err));
    assert_string_equal(value_of(f, conn, "PRAGMA foreign_keys"), "0");
    run(f, conn, "BEGIN");
    assert_ok(driver->option(conn, TN__OPT_FOREIGN_KEYS, 1, &f->err));
    assert_string_equal(value_of(f, conn, "PRAGMA foreign_keys"), "0");
    run(f, conn, "COMMIT");
    assert_ok(driver->option(conn, TN__OPT_FOREIGN_KEYS, 1, &f->err));
    assert_string_equal(value_of(f, conn, "PRAGMA foreign_keys"), "1");
    driver->close(conn);
}

static void registry_finds_the_driver(void **state)
{
    (void)state;
    assert_ptr_equal(tn__driver_find(TN__URL_SQLITE), &tn__driver_sqlite);
    assert_null(tn__driver_find((enum tn__url_engine)99));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

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
        TEST(statements_know_whether_they_write),
        TEST(rollback_after_the_engines_own_does_nothing),
        TEST(reset_all_frees_the_locks),
        TEST(trigger_and_type_failures_have_statuses),
        TEST(result_codes_without_words_have_statuses),
        TEST(columns_have_origins),
        TEST(watch_sees_reads_and_writes),
        TEST(options_switch_the_connection),
        cmocka_unit_test(registry_finds_the_driver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
