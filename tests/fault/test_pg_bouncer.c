/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* setgroups() */
#include "check.h"

#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pgfault.h"

/*
 * PgBouncer in transaction mode, before 1.21: each transaction may run in another session, which knows
 * no statement that was prepared before, or one of the same name that is somebody else's. It is found out,
 * and nothing of it is seen.
 *
 * TENON_TEST_PGBOUNCER, or else the installed one; where there is none the tests are skipped.
 */

enum {
    PORT = 6432, /* of the socket's name in a folder of our own */
    SESSIONS = 2,
    THREADS = 8,
    ROUNDS = 60
};

extern char **environ;

/* --- the pooler -------------------------------------------------------------------------------- */

static pid_t pooler;

static int open_program(void)
{
    static const char *const places[] = {"/usr/sbin/pgbouncer", "/usr/bin/pgbouncer",
                                         "/usr/local/bin/pgbouncer"};
    const char *told = getenv("TENON_TEST_PGBOUNCER");
    int fd = told && *told ? open(told, O_RDONLY | O_CLOEXEC) : -1;
    for (size_t i = 0; fd < 0 && i < sizeof places / sizeof places[0]; i++)
        fd = open(places[i], O_RDONLY | O_CLOEXEC);
    return fd;
}

static void write_settings(const struct pgfault *f, const struct stat *owner)
{
    char text[2048];
    snprintf(text, sizeof text,
             "[databases]\n"
             "* = host=%s port=%d user=postgres\n"
             "[pgbouncer]\n"
             "unix_socket_dir = %s\n"
             "listen_port = %d\n"
             "auth_type = any\n"
             "pool_mode = transaction\n"
             "default_pool_size = %d\n"
             "max_client_conn = 100\n"
             "logfile = %s/pgbouncer.log\n",
             tn__server_socket_dir(pg_server()), tn__server_port(pg_server()), f->folder, PORT,
             SESSIONS, f->folder);
    const char *path = scratch_write(f->folder, "pgbouncer.ini", text);
    assert_int_equal(chown(f->folder, owner->st_uid, owner->st_gid), 0);
    assert_int_equal(chown(path, owner->st_uid, owner->st_gid), 0);
}

/* As the user of the server's folder, who is not root; the program may stand where he cannot go. */
static void become_pooler(const struct pgfault *f, int program, const struct stat *owner)
{
    char name[] = "pgbouncer", quiet[] = "-q";
    char settings[PATH_MAX];
    char *arguments[] = {name, quiet, settings, NULL};
    snprintf(settings, sizeof settings, "%s/pgbouncer.ini", f->folder);
    if (geteuid() == 0 &&
        (setgroups(0, NULL) != 0 || setgid(owner->st_gid) != 0 || setuid(owner->st_uid) != 0))
        _exit(126);
    fexecve(program, arguments, environ);
    _exit(127);
}

static const char *pooler_url(char *out, const struct pgfault *f, const char *params)
{
    snprintf(out, PGFAULT_URL_SIZE, "postgres://postgres@/%s?host=%s&port=%d%s", f->name, f->folder,
             PORT, params);
    return out;
}

static bool does_listen(const struct pgfault *f)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.%d", f->folder, PORT);
    bool does = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return does;
}

static void start_pooler(const struct pgfault *f, int program)
{
    struct stat owner;
    assert_int_equal(stat(tn__server_data_dir(pg_server()), &owner), 0);
    write_settings(f, &owner);
    pooler = fork();
    assert_true(pooler >= 0);
    if (pooler == 0)
        become_pooler(f, program, &owner);
    bool listens = false;
    for (int i = 0; i < 2000 && !(listens = does_listen(f)); i++)
        tn__sleep_us(5000);
    assert_true(listens);
}

static void stop_pooler(int number)
{
    if (pooler <= 0)
        return;
    kill(pooler, number);
    waitpid(pooler, NULL, 0);
    pooler = 0;
}

static int setup(void **state)
{
    int program = open_program();
    if (pgfault_setup(state) != 0)
        return -1;
    struct pgfault *f = *state;
    if (program < 0)
        return 0;
    start_pooler(f, program);
    close(program);
    return 0;
}

static int teardown(void **state)
{
    struct pgfault *f = *state;
    tn_db_close(f->db);
    f->db = NULL;
    stop_pooler(SIGINT);
    return pgfault_teardown(state);
}

static void open_past_pooler(struct pgfault *f, const char *params)
{
    char url[PGFAULT_URL_SIZE];
    if (pooler <= 0)
        skip();
    assert_status(tn_db_open(&f->db, pooler_url(url, f, params), NULL, &f->err), TN_OK, f->err);
}

/* --- what is asked ----------------------------------------------------------------------------- */

static int64_t prepared_count(tn_db *db)
{
    return pgfault_number(db, "SELECT count(*)::int8 FROM pg_prepared_statements");
}

static int64_t pick(tn_db *db, int64_t number)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    tn_error err = {0};
    tn_value value = tn_value_int(number);
    assert_status(tn_query(&rows, db, "SELECT $1::int8 + 1", &value, 1, &arena, &err), TN_OK, err);
    int64_t got = tn_rows_at(&rows, 0, 0)->as.integer;
    tn_arena_fini(&arena);
    return got;
}

static void pooler_is_found_and_no_statement_has_a_name(void **state)
{
    struct pgfault *f = *state;
    open_past_pooler(f, "&max_connections=4");
    for (int i = 0; i < 20; i++) {
        assert_int_equal(pick(f->db, i), i + 1);
        assert_int_equal(prepared_count(f->db), 0);
    }
}

static void server_itself_has_names_for_what_is_kept(void **state)
{
    struct pgfault *f = *state;
    assert_ok(pgfault_open(f, "&max_connections=1"));
    assert_int_equal(pick(f->db, 1), 2);
    assert_true(prepared_count(f->db) >= 1);
}

static void url_says_whether_statements_have_names(void **state)
{
    struct pgfault *f = *state;
    assert_ok(pgfault_open(f, "&max_connections=1&prepare=unnamed"));
    assert_int_equal(pick(f->db, 1), 2);
    assert_int_equal(prepared_count(f->db), 0);
    tn_db_close(f->db);
    f->db = NULL;
    /* With one client and one at a time the pooler has no reason to go to another session. */
    open_past_pooler(f, "&max_connections=1&prepare=named");
    assert_int_equal(pick(f->db, 1), 2);
    assert_true(prepared_count(f->db) >= 1);
}

/* --- many at once ------------------------------------------------------------------------------ */

struct work {
    tn_db *db;
    atomic_int next;
    atomic_int failures;
};

static void fail_work(struct work *work, const char *what, const char *text)
{
    if (atomic_fetch_add(&work->failures, 1) == 0)
        fprintf(stderr, "%s: %s\n", what, text);
}

/* The same text means another table in each schema, with a column of another type. */
struct look {
    int schema;
    int id;
    bool is_right;
};

static bool is_right(const struct look *look, const tn_value *value)
{
    char text[32];
    if (look->schema == 0)
        return value->type == TN_INT && value->as.integer == look->id * 10;
    if (look->schema == 1)
        return value->type == TN_BOOL && value->as.boolean == (look->id % 2 == 1);
    snprintf(text, sizeof text, look->schema == 2 ? "text %d" : "10.0.0.%d", look->id);
    return value->type == TN_TEXT && value->as.text.size == strlen(text) &&
           memcmp(value->as.text.data, text, strlen(text)) == 0;
}

static int look_up(tn_db *tx, void *user, tn_error *err)
{
    struct look *look = user;
    char sql[64];
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    tn_value id = tn_value_int(look->id);
    snprintf(sql, sizeof sql, "SET LOCAL search_path = s%d", look->schema);
    int rc = tn_exec(tx, sql, NULL, 0, NULL, err);
    if (rc == TN_OK)
        rc = tn_query(&rows, tx, "SELECT v FROM t WHERE id = $1", &id, 1, &arena, err);
    look->is_right = rc == TN_OK && rows.row_count == 1 && is_right(look, tn_rows_at(&rows, 0, 0));
    tn_arena_fini(&arena);
    return rc;
}

static int transfer(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    int rc = tn_exec(tx, "UPDATE public.account SET n = n - 1 WHERE id = 1", NULL, 0, NULL, err);
    return rc == TN_OK
               ? tn_exec(tx, "UPDATE public.account SET n = n + 1 WHERE id = 2", NULL, 0, NULL, err)
               : rc;
}

static void run_round(struct work *work, int self, int round)
{
    tn_error err = {0};
    struct look look = {(self + round) % 3, 1 + (self * 7 + round) % 20, false};
    if (tn_transact(work->db, look_up, &look, NULL, &err) != TN_OK)
        fail_work(work, "look-up", err.message);
    else if (!look.is_right)
        fail_work(work, "look-up", "another row, or of another type");
    if (tn_transact(work->db, transfer, NULL, NULL, &err) != TN_OK)
        fail_work(work, "transfer", err.message);
}

static void *run(void *user)
{
    struct work *work = user;
    int self = atomic_fetch_add(&work->next, 1);
    for (int i = 0; i < ROUNDS; i++)
        run_round(work, self, i);
    return NULL;
}

static void make_tables(struct pgfault *f)
{
    pgfault_script(
        f, "CREATE SCHEMA s0; CREATE TABLE s0.t (id int, v int);"
           "CREATE SCHEMA s1; CREATE TABLE s1.t (id int, v bool);"
           "CREATE SCHEMA s2; CREATE TABLE s2.t (id int, v text);"
           "CREATE SCHEMA s3; CREATE TABLE s3.t (id int, v inet);"
           "INSERT INTO s0.t SELECT i, i * 10 FROM generate_series(1, 20) AS i;"
           "INSERT INTO s1.t SELECT i, i % 2 = 1 FROM generate_series(1, 20) AS i;"
           "INSERT INTO s2.t SELECT i, 'text ' || i FROM generate_series(1, 20) AS i;"
           "INSERT INTO s3.t SELECT i, ('10.0.0.' || i)::inet FROM generate_series(1, 20) AS i;"
           "CREATE TABLE account (id int PRIMARY KEY, n int NOT NULL);"
           "INSERT INTO account VALUES (1, 0), (2, 0)");
}

static void run_threads(struct work *work)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run, work), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&work->failures), 0);
}

static void threads_on_few_sessions_get_what_is_theirs(void **state)
{
    struct pgfault *f = *state;
    struct work work = {0};
    make_tables(f);
    open_past_pooler(f, "&max_connections=6");
    work.db = f->db;
    run_threads(&work);
    assert_int_equal(pgfault_number(f->watcher, "SELECT n FROM account WHERE id = 2"),
                     THREADS * ROUNDS);
    assert_int_equal(pgfault_number(f->watcher, "SELECT sum(n)::int8 FROM account"), 0);
    assert_in_range(pgfault_number(f->watcher, "SELECT count(*)::int8 " PGFAULT_OTHERS), 1,
                    SESSIONS);
    assert_int_equal(prepared_count(f->db), 0);
}

/* A type whose binary form nobody knows is asked for as text, once it has been seen: an error at worst, and
 * never another value. */
static void type_that_is_not_known_is_told_once(void **state)
{
    struct pgfault *f = *state;
    int failures = 0;
    make_tables(f);
    open_past_pooler(f, "&max_connections=1");
    for (int i = 0; i < 20; i++) {
        struct look look = {i % 4 < 2 ? 0 : 3, 1 + i, false};
        int rc = tn_transact(f->db, look_up, &look, NULL, &f->err);
        if (rc != TN_OK)
            assert_status(rc, TN_ESCHEMA, f->err);
        assert_int_equal(look.is_right, rc == TN_OK);
        failures += rc != TN_OK;
        if (i % 4 == 3)
            assert_ok(rc);
    }
    assert_true(failures <= 5);
}

/* The pooler itself goes, and comes back. */
static void pooler_may_be_restarted(void **state)
{
    struct pgfault *f = *state;
    int program = open_program();
    open_past_pooler(f, "&max_connections=2");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pick(f->db, i), i + 1);
        stop_pooler(i == 0 ? SIGKILL : SIGINT);
        unlink(scratch_path(f->folder, ".s.PGSQL.6432"));
        tn__sleep_us(20000);
        assert_status(tn_exec(f->db, "SELECT 1", NULL, 0, NULL, &f->err), TN_ECONNECT, f->err);
        start_pooler(f, program);
        assert_int_equal(pick(f->db, i), i + 1);
    }
    close(program);
}

#define POOLER_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        POOLER_TEST(pooler_is_found_and_no_statement_has_a_name),
        POOLER_TEST(server_itself_has_names_for_what_is_kept),
        POOLER_TEST(url_says_whether_statements_have_names),
        POOLER_TEST(threads_on_few_sessions_get_what_is_theirs),
        POOLER_TEST(type_that_is_not_known_is_told_once),
        POOLER_TEST(pooler_may_be_restarted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
