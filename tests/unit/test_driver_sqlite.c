/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "driving.h"

/* SQLite behind the driver's table: statements, transactions, errors, and what the checker asks. */

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

static void list_gives_its_values(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn;
    struct tn__driver_stmt *stmt;
    static const char sql[] = "SELECT group_concat(typeof(value) || ' ' || value) FROM tn_list(?1)";
    const tn_value items[] = {tn_value_int(2), tn_value_int(-1), tn_value_string("a"),
                              tn_value_null()};
    static const struct {
        size_t first;
        size_t count;
        const char *text; /* NULL: an empty list */
    } rows[] = {{0, 3, "integer 2,integer -1,text a"},
                {0, 2, "integer -1,integer 2"}, /* integers alone come in order */
                {0, 0, NULL},
                {2, 1, "text a"}};
    assert_open(&conn, f, ":memory:", TN_WRITE, false);
    assert_ok(driver->prepare(&stmt, conn, sql, sizeof sql - 1, false, &f->err));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const tn_value_list list = {items + rows[i].first, rows[i].count};
        assert_ok(driver->bind_list(stmt, 1, "few", &list, &f->err));
        assert_int_equal(driver->step(stmt, &f->err), TN_ROW);
        tn_value got = driver->column(stmt, 0);
        assert_int_equal(got.type, rows[i].text ? TN_TEXT : TN_NULL);
        if (rows[i].text)
            assert_text(got.as.text, rows[i].text);
        driver->reset(stmt);
    }
    const tn_value_list bad = {items, 4};
    assert_ok(driver->bind_list(stmt, 1, "few", &bad, &f->err));
    assert_int_equal(driver->step(stmt, &f->err), TN_EINVAL);
    assert_string_equal(f->err.message, "list 'few': element 3 is NULL");
    driver->reset(stmt);
    assert_true(driver->bind_list(stmt, 2, "few", &bad, &f->err) < 0); /* there is no ?2 */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(statements_know_whether_they_write),
        TEST(rollback_after_the_engines_own_does_nothing),
        TEST(reset_all_frees_the_locks),
        TEST(list_gives_its_values),
        TEST(trigger_and_type_failures_have_statuses),
        TEST(result_codes_without_words_have_statuses),
        TEST(columns_have_origins),
        TEST(watch_sees_reads_and_writes),
        TEST(options_switch_the_connection),
        cmocka_unit_test(registry_finds_the_driver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
