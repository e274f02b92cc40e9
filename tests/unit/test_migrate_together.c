/* SPDX-License-Identifier: MIT */
/* Several migrators on one database, and migrations next to an application that writes. */
#include "check.h"
#include "migration.h"

#include <signal.h>
#include <sys/wait.h>

enum {
    PROCESSES = 3,
    MIGRATIONS = 25
};

static void write_many(struct migration_test *t)
{
    char name[32], sql[64];
    for (int i = 1; i <= MIGRATIONS; i++) {
        snprintf(name, sizeof name, "%d_a.up.sql", i);
        snprintf(sql, sizeof sql, "CREATE TABLE a%d (x);", i);
        migration_file(t, name, sql);
        snprintf(name, sizeof name, "%d_a.down.sql", i);
        snprintf(sql, sizeof sql, "DROP TABLE a%d;", i);
        migration_file(t, name, sql);
    }
}

/* In a process of its own: wait for the start, run, and tell how many migrations it ran. */
static void child(struct migration_test *t, enum tn_migrate_op op, int start, int result)
{
    char go;
    unsigned char count = 255;
    t->options.all = op == TN_MIGRATE_DOWN;
    t->options.op = op;
    tn_db *db = NULL;
    tn_migrate_report report = {.arena = &t->arena};
    if (read(start, &go, 1) == 0 &&
        tn_migration_set_load(&t->set, t->folder, &t->arena, NULL, NULL) == TN_OK &&
        tn_db_open(&db, t->url, NULL, &t->err) == TN_OK &&
        tn_migrate(db, &t->set, &t->options, &report, &t->err) == TN_OK)
        count = (unsigned char)report.count;
    else
        fprintf(stderr, "%s\n", t->err.message);
    tn_db_close(db);
    _exit(write(result, &count, 1) == 1 ? 0 : 1);
}

/* Run in several processes at once; the migrations that they ran in sum, or fails. */
static int run_together(struct migration_test *t, enum tn_migrate_op op)
{
    int start[2], result[2];
    int sum = 0;
    assert_int_equal(pipe(start), 0);
    assert_int_equal(pipe(result), 0);
    for (int i = 0; i < PROCESSES; i++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            close(start[1]);
            child(t, op, start[0], result[1]);
        }
    }
    close(start[0]);
    close(start[1]);
    for (int i = 0; i < PROCESSES; i++) {
        unsigned char count;
        int status;
        assert_int_equal(read(result[0], &count, 1), 1);
        assert_in_range(count, 0, MIGRATIONS);
        sum += count;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    close(result[0]);
    close(result[1]);
    return sum;
}

static void migrators_at_once_apply_and_revert_each_migration_once(void **state)
{
    struct migration_test *t = *state;
    write_many(t);
    assert_int_equal(run_together(t, TN_MIGRATE_UP), MIGRATIONS);
    migration_expect(t, "SELECT count(*) FROM _sqlx_migrations", "25");
    migration_expect(t, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'a%'", "25");
    assert_int_equal(run_together(t, TN_MIGRATE_DOWN), MIGRATIONS);
    migration_expect(t, "SELECT count(*) FROM _sqlx_migrations", "0");
}

/* After each migration somebody else does something. */
struct intruder {
    struct migration_test *t;
    const char *sql;
    size_t ended;
    bool migrates; /* runs all that is pending, after the first one */
};

static int intrude(const tn_migrate_event *event, void *user)
{
    struct intruder *intruder = user;
    if (event->kind != TN_MIGRATE_EVENT_END)
        return TN_OK;
    intruder->ended++;
    if (intruder->sql)
        migration_sql(intruder->t, intruder->sql);
    if (intruder->migrates && intruder->ended == 1) {
        tn_db *db;
        tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
        options.count = 2;
        assert_ok(tn_db_open(&db, intruder->t->url, NULL, NULL));
        assert_ok(tn_migrate(db, &intruder->t->set, &options, NULL, NULL));
        tn_db_close(db);
    }
    return TN_OK;
}

static void up_beside_an_application_that_writes_goes_on(void **state)
{
    struct migration_test *t = *state;
    struct intruder intruder = {t, "CREATE TABLE IF NOT EXISTS app (x); INSERT INTO app VALUES (1)",
                                0, false};
    write_many(t);
    t->options.on_event = intrude;
    t->options.user = &intruder;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_int_equal(t->report.count, MIGRATIONS);
    migration_expect(t, "SELECT count(*) FROM app", "25");
}

static void up_beside_another_migrator_takes_what_is_left(void **state)
{
    struct migration_test *t = *state;
    struct intruder intruder = {t, NULL, 0, true};
    write_many(t);
    t->options.on_event = intrude;
    t->options.user = &intruder;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_int_equal(t->report.count, MIGRATIONS - 2);
    assert_int_equal(t->report.items[1].version, 4);
    assert_int_equal(t->report.pending, 0);
    migration_expect(t, "SELECT count(*) FROM _sqlx_migrations", "25");
}

static void up_stops_when_an_applied_file_turns_out_to_be_changed_meanwhile(void **state)
{
    struct migration_test *t = *state;
    struct intruder intruder = {t, "UPDATE _sqlx_migrations SET checksum = zeroblob(48)", 0, false};
    write_many(t);
    t->options.on_event = intrude;
    t->options.user = &intruder;
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_int_equal(t->report.count, 1);
    migration_expect(t, VERSIONS, "1");
}

static void up_on_a_locked_database_is_busy(void **state)
{
    struct migration_test *t = *state;
    sqlite3 *db;
    write_many(t);
    migration_sql(t, "CREATE TABLE z (x)");
    strcat(t->url, "&busy_timeout=20ms");
    assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode = wal; BEGIN IMMEDIATE", 0, 0, 0),
                     SQLITE_OK);
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EBUSY);
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
}

/* A process that is killed inside a migration leaves the old state, or a true record. */
static int die(const tn_migrate_event *event, void *user)
{
    (void)user;
    if (event->kind == TN_MIGRATE_EVENT_NOTICE)
        kill(getpid(), SIGKILL);
    return TN_OK;
}

static void run_and_die(struct migration_test *t)
{
    int status;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        t->options.on_event = die;
        (void)migration_run(t, TN_MIGRATE_UP);
        _exit(1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void killed_process_leaves_the_old_state(void **state)
{
    struct migration_test *t = *state;
    /* The notice about the pragma is where it dies. */
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);\nPRAGMA synchronous = EXTRA;\n");
    run_and_die(t);
    migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, VERSIONS, "1");
}

static void killed_process_leaves_a_record_of_what_it_has_committed(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "-- no-transaction\nCREATE TABLE a (x);\nBEGIN;\n"
                   "CREATE TABLE b (x);\nPRAGMA synchronous = EXTRA;\nCOMMIT;\n");
    run_and_die(t);
    migration_expect(t, TABLES, "a");
    migration_expect(t, "SELECT substr(value, 1, 15) FROM _tenon_state", "up 1/5 running ");
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_PARTIAL);
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "statement 1 of 5 of its up script is applied: mend"));
}

/* Stop at the notice, inside a file without a transaction, until the pipe is closed. */
struct stop {
    int at_it[2];
    int go_on[2];
};

static int stop_and_wait(const tn_migrate_event *event, void *user)
{
    struct stop *stop = user;
    char byte = 0;
    if (event->kind != TN_MIGRATE_EVENT_NOTICE)
        return TN_OK;
    close(stop->go_on[1]);
    assert_int_equal(write(stop->at_it[1], &byte, 1), 1);
    assert_int_equal(read(stop->go_on[0], &byte, 1), 0);
    return TN_OK;
}

static pid_t run_and_stop(struct migration_test *t, enum tn_migrate_op op, struct stop *stop)
{
    char byte;
    assert_int_equal(pipe(stop->at_it), 0);
    assert_int_equal(pipe(stop->go_on), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        t->options.on_event = stop_and_wait;
        t->options.user = stop;
        _exit(migration_run(t, op) == TN_OK ? 0 : 1);
    }
    close(stop->go_on[0]);
    close(stop->at_it[1]);
    assert_int_equal(read(stop->at_it[0], &byte, 1), 1);
    close(stop->at_it[0]);
    return pid;
}

static void migrator_beside_one_without_a_transaction_waits_and_finds_it_done(void **state)
{
    struct migration_test *t = *state;
    struct stop stop;
    char url[PATH_MAX], what[64];
    int status;
    migration_file(t, "1_a.up.sql",
                   "-- no-transaction\nCREATE TABLE a (x);\nBEGIN;\nCREATE TABLE b (x);\n"
                   "PRAGMA synchronous = EXTRA;\nCOMMIT;\n");
    migration_file(t, "1_a.down.sql",
                   "-- no-transaction\nDROP TABLE a;\nBEGIN;\nDROP TABLE b;\n"
                   "PRAGMA synchronous = EXTRA;\nCOMMIT;\n");
    migration_file(t, "2_b.sql", "CREATE TABLE c (x);");
    strcpy(url, t->url);
    for (int op = TN_MIGRATE_UP; op <= TN_MIGRATE_DOWN; op++) {
        t->options.count = 1;
        pid_t pid = run_and_stop(t, (enum tn_migrate_op)op, &stop);
        t->options = (tn_migrate_options)TN_MIGRATE_OPTIONS_INIT;
        snprintf(what, sizeof what, "migration '1' is being %s by process %d",
                 op == TN_MIGRATE_UP ? "applied" : "reverted", (int)pid);
        assert_ok(migration_run(t, TN_MIGRATE_STATUS));
        assert_int_equal(t->report.items[0].state,
                         op == TN_MIGRATE_UP ? TN_MIGRATION_PENDING : TN_MIGRATION_APPLIED);
        assert_non_null(strstr(t->notices, what));

        strcat(t->url, "&busy_timeout=20ms");
        assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EBUSY);
        assert_string_equal(t->err.message, what);
        strcpy(t->url, url);

        close(stop.go_on[1]);
        assert_ok(migration_run(t, TN_MIGRATE_UP));
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
        migration_expect(t, "SELECT count(*) FROM _tenon_state", "0");
        if (op == TN_MIGRATE_UP) {
            migration_expect(t, VERSIONS, "1 2");
            migration_sql(t, "DROP TABLE c; DELETE FROM _sqlx_migrations WHERE version = 2");
        }
    }
    migration_expect(t, VERSIONS, "1 2");
    migration_expect(t, TABLES, "a b c");
}

static void partial_of_another_machine_is_said_with_its_process(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);");
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    migration_sql(
        t,
        "CREATE TABLE _tenon_state (name TEXT PRIMARY KEY, value TEXT, "
        "changed_at TEXT); INSERT INTO _tenon_state (name, value) VALUES ('migration 1', 'up 1/2 running 12 13 14 0@web1')");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "unless process 12 on 'web1' is still at it, mend"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        migration_test(migrators_at_once_apply_and_revert_each_migration_once),
        migration_test(up_beside_an_application_that_writes_goes_on),
        migration_test(up_beside_another_migrator_takes_what_is_left),
        migration_test(up_stops_when_an_applied_file_turns_out_to_be_changed_meanwhile),
        migration_test(up_on_a_locked_database_is_busy),
        migration_test(killed_process_leaves_the_old_state),
        migration_test(killed_process_leaves_a_record_of_what_it_has_committed),
        migration_test(migrator_beside_one_without_a_transaction_waits_and_finds_it_done),
        migration_test(partial_of_another_machine_is_said_with_its_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
