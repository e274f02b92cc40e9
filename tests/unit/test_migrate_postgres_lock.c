/* SPDX-License-Identifier: MIT */
/* Several migrators on a PostgreSQL server, those that hold locks, and what is cut off half-way. */
#include "check.h"
#include "pg_migration.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include <tenon/conn.h>
#include <tenon/stmt.h>

#include "migrate/engine/postgres.h"
#include "util/clock.h"

enum {
    MIGRATORS = 4,
    MIGRATIONS = 20,
    MOST_LOOKS = 3000
};

/* A session of somebody else's, with a name. */
struct session {
    tn_db *db;
    tn_conn *conn;
};

static struct session session_open(struct migration_test *t, const char *name)
{
    struct session session;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    char url[PATH_MAX];
    options.max_connections = 1;
    snprintf(url, sizeof url, "%.2000s&application_name=%s", pg_plain_url(t), name);
    assert_ok(tn_db_open(&session.db, url, &options, &t->err));
    assert_ok(tn_conn_acquire(&session.conn, session.db, TN_WRITE, &t->err));
    return session;
}

static void session_run(struct session *session, const char *sql)
{
    tn_error err = {0};
    if (tn_exec(tn_conn_db(session->conn), sql, NULL, 0, NULL, &err) < 0)
        fail_msg("%s: %s", sql, err.message);
}

static void session_close(struct session *session)
{
    tn_conn_release(session->conn);
    tn_db_close(session->db);
}

/* Wait until a query on the fixture's database says "t". */
static void wait_for(struct migration_test *t, const char *sql)
{
    for (int i = 0; i < MOST_LOOKS; i++) {
        if (strcmp(pg_query(pg_plain_url(t), sql), "t") == 0)
            return;
        tn__sleep_us(10000);
    }
    fail_msg("never: %s", sql);
}

#define IS_SLEEPING                                                                \
 "SELECT count(*) > 0 FROM pg_stat_activity WHERE state = 'active' AND datname = " \
 "current_database() AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()"
#define TERMINATE_SLEEPER                                                           \
 "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = " \
 "current_database() AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()"

/* --- a migrator in a process of its own --------------------------------------------------------- */

/* Exits with how many migrations it ran; 100 and more: it failed. */
static pid_t start_migrator(struct migration_test *t, enum tn_migrate_op op)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    tn_db *db = NULL;
    tn_migrate_report report = {.arena = &t->arena};
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    options.op = op;
    options.all = op == TN_MIGRATE_DOWN;
    int rc = tn_migration_set_load(&t->set, t->folder, &t->arena, NULL, &t->err);
    if (rc == TN_OK)
        rc = tn_db_open(&db, t->url, NULL, &t->err);
    if (rc == TN_OK)
        rc = tn_migrate(db, &t->set, &options, &report, &t->err);
    tn_db_close(db);
    _exit(rc == TN_OK ? (int)report.count : 100 - rc);
}

static int wait_migrator(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void expect_each_once(struct migration_test *t)
{
    char name[32], sql[64];
    pid_t pids[MIGRATORS];
    for (int i = 1; i <= MIGRATIONS; i++) {
        snprintf(name, sizeof name, "%d_a.up.sql", i);
        snprintf(sql, sizeof sql, "%sCREATE TABLE a%d (x int);",
                 i % 5 == 0 ? "-- no-transaction\n" : "", i);
        migration_file(t, name, sql);
        snprintf(name, sizeof name, "%d_a.down.sql", i);
        snprintf(sql, sizeof sql, "DROP TABLE a%d;", i);
        migration_file(t, name, sql);
    }
    for (int down = 0; down < 2; down++) {
        int sum = 0;
        for (int i = 0; i < MIGRATORS; i++)
            pids[i] = start_migrator(t, down ? TN_MIGRATE_DOWN : TN_MIGRATE_UP);
        for (int i = 0; i < MIGRATORS; i++) {
            int ran = wait_migrator(pids[i]);
            assert_in_range(ran, 0, MIGRATIONS);
            sum += ran;
        }
        assert_int_equal(sum, MIGRATIONS);
    }
    assert_string_equal(pg_query(pg_plain_url(t), "SELECT count(*) FROM _sqlx_migrations"), "0");
}

static void migrators_at_once_run_each_migration_once(void **state)
{
    expect_each_once(*state);
}

static void migrators_at_once_with_a_lease_run_each_migration_once(void **state)
{
    struct migration_test *t = *state;
    pg_migration_param(t, "migration_lock=table");
    expect_each_once(t);
    assert_string_equal(pg_query(pg_plain_url(t), "SELECT count(*) FROM _tenon_lock"), "0");
}

/* --- the lock among migrators ------------------------------------------------------------------- */

/* sqlx's number for a database of that name: 0x3d32ad9e times the CRC of it. */
static void lock_is_the_one_of_sqlx(void **state)
{
    struct migration_test *t = *state;
    char *url = tn__server_url(pg_server(), "mydb", &t->arena);
    pg_query(tn__server_url(pg_server(), "postgres", &t->arena), "CREATE DATABASE mydb");
    snprintf(t->url, sizeof t->url, "%s", url);
    struct session sqlx = session_open(t, "sqlx");
    session_run(&sqlx, "SELECT pg_advisory_lock(293176876009260204)");
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    pg_migration_param(t, "lock_timeout=200ms");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EBUSY);
    assert_non_null(strstr(t->err.message, "another migrator is at work: process "));
    assert_non_null(strstr(t->err.message, "(user postgres, sqlx, idle for "));
    assert_non_null(strstr(t->err.message, "SELECT pg_advisory_lock(293176876009260204)"));
    session_close(&sqlx);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_string_equal(pg_query(url, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
                        "0");
}

static void lock_is_given_back_after_a_failure(void **state)
{
    struct migration_test *t = *state;
    tn_db *db;
    tn_migrate_report report = {0};
    migration_file(t, "1_a.sql", "SELECT 1/0;");
    assert_ok(migration_load(t));
    assert_ok(tn_db_open(&db, t->url, NULL, &t->err));
    assert_int_not_equal(tn_migrate(db, &t->set, NULL, &report, &t->err), TN_OK);
    pg_expect(
        t,
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid "
        "FROM pg_database WHERE datname = current_database())",
        "0");
    tn_db_close(db);
}

static void status_says_who_is_at_work(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "-- no-transaction\nCREATE TABLE a (x int);\nSELECT pg_sleep(30);\n");
    pid_t pid = start_migrator(t, TN_MIGRATE_UP);
    wait_for(t, IS_SLEEPING);
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_PENDING);
    assert_non_null(strstr(t->notices, "migration '1' is being applied by process "));
    pg_query(t->url, TERMINATE_SLEEPER);
    assert_true(wait_migrator(pid) > 100);
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_PARTIAL);
    assert_string_equal(t->notices, "");
}

/* --- locks that a migration waits for ----------------------------------------------------------- */

static void lock_timeout_is_tried_again_and_names_who_holds_it(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    struct session app = session_open(t, "the_app");
    session_run(&app, "BEGIN");
    session_run(&app, "SELECT count(*) FROM a");
    migration_file(t, "2_b.sql", "CREATE TABLE b (x int);\nALTER TABLE a ADD COLUMN y int;\n");
    pg_migration_param(t, "lock_timeout=150ms");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EBUSY);
    assert_string_equal(t->err.sqlstate, "55P03");
    assert_non_null(strstr(t->err.message, "it waited for process "));
    assert_non_null(strstr(t->err.message, "the_app, idle in transaction for "));
    assert_non_null(strstr(t->notices, "rolled back, and run again in "));
    assert_non_null(strstr(t->notices, "(4 of 4)"));
    migration_expect_place(&t->report.failed, "2_b.sql", 2, 1);
    assert_int_equal(t->begun, 1); /* attempts are no migrations */
    assert_string_equal(pg_query(pg_plain_url(t), "SELECT to_regclass('b') IS NULL"), "t");
    session_run(&app, "ROLLBACK");
    session_close(&app);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
}

static void *let_go(void *argument)
{
    struct session *session = argument;
    tn__sleep_us(400000);
    session_run(session, "ROLLBACK");
    return NULL;
}

static void lock_that_comes_free_lets_the_next_attempt_through(void **state)
{
    struct migration_test *t = *state;
    pthread_t thread;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_file(t, "2_b.sql", "ALTER TABLE a ADD COLUMN y int;\n");
    migration_file(t, "3_c.sql", "-- no-transaction\nALTER TABLE a ADD COLUMN z int;\n");
    pg_migration_param(t, "lock_timeout=200ms");
    for (int i = 0; i < 2; i++) {
        struct session app = session_open(t, "the_app");
        session_run(&app, "BEGIN");
        session_run(&app, "SELECT count(*) FROM a");
        assert_int_equal(pthread_create(&thread, NULL, let_go, &app), 0);
        t->options.count = 1;
        assert_ok(migration_run(t, TN_MIGRATE_UP));
        assert_non_null(strstr(t->notices, "the_app"));
        assert_int_equal(t->report.count, 1);
        pthread_join(thread, NULL);
        session_close(&app);
    }
    assert_string_equal(pg_query(pg_plain_url(t), PG_VERSIONS), "1 2 3");
}

static void concurrently_waits_longer_than_lock_timeout(void **state)
{
    struct migration_test *t = *state;
    pthread_t thread;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    struct session app = session_open(t, "the_app");
    session_run(&app, "BEGIN");
    session_run(&app, "INSERT INTO a VALUES (1)");
    migration_file(t, "2_b.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (x);\n");
    pg_migration_param(t, "lock_timeout=50ms");
    assert_int_equal(pthread_create(&thread, NULL, let_go, &app), 0);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_string_equal(t->notices, "");
    pthread_join(thread, NULL);
    session_close(&app);
}

/* --- the lease ---------------------------------------------------------------------------------- */

static void lease_is_taken_over_when_it_has_ended_and_not_before(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    pg_migration_param(t, "migration_lock=table&lock_timeout=100ms");
    t->options.op = TN_MIGRATE_UP;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    char url[PATH_MAX];
    snprintf(url, sizeof url, "%s", t->url);
    *strstr(url, "&migration_lock") = '\0';
    pg_query(url,
             "INSERT INTO _tenon_lock VALUES ('migrate', 'process 7 on ''afar''', now(), now() + "
             "interval '30 minutes')");
    migration_file(t, "2_b.sql", "CREATE TABLE b (x int);");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EBUSY);
    assert_non_null(strstr(t->err.message, "process 7 on 'afar', since "));
    assert_non_null(strstr(t->err.message, "its lease ends in "));
    snprintf(t->url, sizeof t->url, "%.2000s&lock_timeout=100ms", url); /* a lock minds a lease */
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EBUSY);
    pg_query(url, "UPDATE _tenon_lock SET expires_at = now() - interval '1 s'");
    snprintf(t->url, sizeof t->url, "%.2000s&migration_lock=table", url);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_string_equal(pg_query(url, "SELECT count(*) FROM _tenon_lock"), "0");
}

static void lease_minds_a_lock(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "SELECT pg_sleep(30);");
    pid_t pid = start_migrator(t, TN_MIGRATE_UP);
    wait_for(t, IS_SLEEPING);
    pg_migration_param(t, "lock_timeout=100ms&migration_lock=table");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EBUSY);
    assert_non_null(strstr(t->err.message, "pg_sleep(30)"));
    pg_query(pg_plain_url(t), TERMINATE_SLEEPER);
    assert_true(wait_migrator(pid) > 100);
}

static void lease_that_was_lost_rolls_back(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE TABLE a (x int);\nUPDATE _tenon_lock SET holder = 'another';\n");
    pg_migration_param(t, "migration_lock=table");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EBUSY);
    assert_non_null(strstr(t->err.message, "its lease was ended"));
    assert_string_equal(pg_query(pg_plain_url(t), "SELECT to_regclass('a') IS NULL"), "t");
}

static void lease_is_renewed_while_a_statement_runs(void **state)
{
    struct migration_test *t = *state;
    int64_t usual = tn__pg_lease_renew_ns;
    migration_file(
        t, "1_a.sql",
        "SELECT pg_sleep(1);\nCREATE TABLE seen AS SELECT expires_at - taken_at AS life FROM "
        "_tenon_lock;\n");
    pg_migration_param(t, "migration_lock=table");
    tn__pg_lease_renew_ns = 100000000;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    tn__pg_lease_renew_ns = usual;
    assert_string_equal(
        pg_query(pg_plain_url(t), "SELECT life > interval '60.3 seconds' FROM seen"), "t");
}

static void clear_with_a_lease_keeps_its_table_alone(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    pg_migration_param(t, "migration_lock=table");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_ok(migration_run(t, TN_MIGRATE_CLEAR));
    assert_int_equal(t->report.applied, 2);
    assert_string_equal(pg_query(pg_plain_url(t),
                                 "SELECT string_agg(relname, ' ') FROM pg_class WHERE "
                                 "relkind = 'r' AND relnamespace = 'public'::regnamespace"),
                        "_tenon_lock");
}

/* --- past a pooler ------------------------------------------------------------------------------ */

static void direct_url_is_where_migrations_run(void **state)
{
    struct migration_test *t = *state;
    char direct[PATH_MAX], escaped[PATH_MAX];
    size_t size = 0;
    snprintf(direct, sizeof direct, "%s", pg_new_database());
    for (const char *c = direct; *c && size < sizeof escaped - 4; c++)
        size += (size_t)(strchr("?&=%:/", *c)
                             ? snprintf(escaped + size, 4, "%%%02X", (unsigned)(unsigned char)*c)
                             : snprintf(escaped + size, 2, "%c", *c));
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    size = strlen(t->url);
    snprintf(t->url + size, sizeof t->url - size, "&direct_url=%.2000s", escaped);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_string_equal(pg_query(direct, PG_VERSIONS), "1");
    assert_string_equal(pg_query(pg_plain_url(t), "SELECT to_regclass('_sqlx_migrations') IS NULL"),
                        "t");
    assert_string_equal(pg_query(direct, "SELECT to_regclass('_tenon_lock') IS NULL"), "t");
    /* How migrators keep each other out is said beside it. */
    pg_migration_param(t, "migration_lock=table");
    migration_file(t, "2_b.sql", "CREATE TABLE b (x int);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_string_equal(pg_query(direct, "SELECT to_regclass('_tenon_lock')"), "_tenon_lock");
}

/* --- cut off ------------------------------------------------------------------------------------ */

static void terminated_migration_leaves_the_old_state(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);\nSELECT pg_sleep(30);\n");
    pid_t pid = start_migrator(t, TN_MIGRATE_UP);
    wait_for(t, IS_SLEEPING);
    pg_query(t->url, TERMINATE_SLEEPER);
    assert_int_equal(wait_migrator(pid), 100 - TN_ECONNECT);
    pg_expect(t, "SELECT to_regclass('a') IS NULL, to_regclass('_sqlx_migrations') IS NULL", "t|t");
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
}

static void killed_program_leaves_a_record_to_go_on_from(void **state)
{
    struct migration_test *t = *state;
    migration_file(
        t, "1_a.sql",
        "-- no-transaction\nCREATE TABLE a (x int);\nSELECT pg_sleep(30);\nCREATE TABLE b (x int);\n");
    pid_t pid = start_migrator(t, TN_MIGRATE_UP);
    wait_for(t, IS_SLEEPING);
    kill(pid, SIGKILL);
    assert_int_equal(wait_migrator(pid), -SIGKILL);
    pg_query(t->url, TERMINATE_SLEEPER); /* the server runs on until it has something to say */
    wait_for(t,
             "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT "
             "oid FROM pg_database WHERE datname = current_database())");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "statement 1 of its up script is applied") ||
                            strstr(t->err.message, "statement 1 of 3 of its up script is applied")
                        ? t->err.message
                        : NULL);
    migration_file(
        t, "1_a.sql",
        "-- no-transaction\nCREATE TABLE a (x int);\nSELECT 1;\nCREATE TABLE b (x int);\n");
    assert_ok(migration_run(t, TN_MIGRATE_RESUME));
    pg_expect(t, PG_VERSIONS, "1");
    pg_expect(t, "SELECT to_regclass('b') IS NOT NULL", "t");
}

static void server_that_crashes_leaves_old_state_or_a_record(void **state)
{
    struct migration_test *t = *state;
    static const char *const texts[] = {
        "CREATE TABLE a (x int);\nSELECT pg_sleep(30);\n",
        "-- no-transaction\nCREATE TABLE a (x int);\nSELECT pg_sleep(30);\n"};
    snprintf(t->url, sizeof t->url, "%s", tn__server_url(pg_server(), "postgres", &t->arena));
    for (size_t i = 0; i < 2; i++) {
        migration_file(t, "1_a.sql", texts[i]);
        pid_t pid = start_migrator(t, TN_MIGRATE_UP);
        wait_for(t, IS_SLEEPING);
        assert_ok(tn__server_crash(pg_server(), &t->err));
        assert_true(wait_migrator(pid) >= 100);
        assert_ok(tn__server_restart(pg_server(), &t->err));
        assert_ok(migration_run(t, TN_MIGRATE_STATUS));
        assert_int_equal(t->report.items[0].state, i ? TN_MIGRATION_PARTIAL : TN_MIGRATION_PENDING);
        pg_expect(t, "SELECT to_regclass('a') IS NOT NULL", i ? "t" : "f");
    }
    t->options.has_to = true;
    t->options.to = 1;
    assert_ok(migration_run(t, TN_MIGRATE_RESOLVE_APPLIED));
    assert_ok(migration_run(t, TN_MIGRATE_CLEAR));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pg_migration_test(migrators_at_once_run_each_migration_once),
        pg_migration_test(migrators_at_once_with_a_lease_run_each_migration_once),
        pg_migration_test(lock_is_the_one_of_sqlx),
        pg_migration_test(lock_is_given_back_after_a_failure),
        pg_migration_test(status_says_who_is_at_work),
        pg_migration_test(lock_timeout_is_tried_again_and_names_who_holds_it),
        pg_migration_test(lock_that_comes_free_lets_the_next_attempt_through),
        pg_migration_test(concurrently_waits_longer_than_lock_timeout),
        pg_migration_test(lease_is_taken_over_when_it_has_ended_and_not_before),
        pg_migration_test(lease_minds_a_lock),
        pg_migration_test(lease_that_was_lost_rolls_back),
        pg_migration_test(lease_is_renewed_while_a_statement_runs),
        pg_migration_test(clear_with_a_lease_keeps_its_table_alone),
        pg_migration_test(direct_url_is_where_migrations_run),
        pg_migration_test(terminated_migration_leaves_the_old_state),
        pg_migration_test(killed_program_leaves_a_record_to_go_on_from),
        pg_migration_test(server_that_crashes_leaves_old_state_or_a_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
