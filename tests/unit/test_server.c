/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <pwd.h>

#include "serving.h"

/* The private PostgreSQL server: what it is to those who connect, after crashes and as a pair. */

/* --- life */

static void server_answers_and_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(setenv("PGPORT", "1", 1) | setenv("PGOPTIONS", "-c nonsense=1", 1) |
                         setenv("TZ", "Asia/Tokyo", 1),
                     0);
    struct tn__server *server = begin(NULL);
    assert_int_equal(unsetenv("PGPORT") | unsetenv("PGOPTIONS") | unsetenv("TZ"), 0);
    struct traces traces = traces_of(server);
    const char *url = url_of(server);
    assert_string_equal(pg_query(url, "SELECT 1, current_user"), "1|postgres");
    assert_string_equal(pg_query(url, "SHOW server_encoding"), "UTF8");
    assert_string_equal(pg_query(url, "SHOW listen_addresses"), "");
    assert_string_equal(pg_query(url, "SELECT 'B' < 'a', upper('é')"), "t|É");
    assert_non_null(strstr(pg_query(url, "SHOW timezone"), "UTC"));
    assert_string_equal(pg_query(url, "SHOW fsync"), "off");
    assert_string_equal(pg_query(url, "SHOW max_connections"), "100");
    tn__server_stop(server);
    assert_true(is_gone(&traces));
    tn__server_stop(NULL);
}

static void *begin_one(void *user)
{
    struct tn__server **server = user;
    *server = NULL;
    return tn__server_start(server, NULL, NULL) == TN_OK ? user : NULL;
}

static void servers_started_at_once_are_apart(void **state)
{
    pthread_t threads[3];
    struct tn__server *servers[3];
    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, begin_one, &servers[i]), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < 3; i++) {
        assert_non_null(servers[i]);
        pg_query(url_of(servers[i]), "CREATE TABLE only_here()");
    }
    tn__server_stop(servers[0]);
    assert_string_equal(pg_query(url_of(servers[1]), "SELECT 1"), "1");
    tn__server_stop(servers[2]);
    tn__server_stop(servers[1]);
}

static void options_are_the_servers(void **state)
{
    static const char password[] = "it's 100% \"mine\" &so=on";
    static const char *const settings[] = {"work_mem=5MB", "wal_level=logical", "work_mem=6MB",
                                           NULL};
    const char *output;
    (void)state;
    const struct tn__server_options options = {
        .password = password, .tcp = true, .settings = settings, .max_connections = 7};
    struct tn__server *server = begin(&options);
    char *without = tn_arena_copy(&arena, url_of(server), strlen(url_of(server)));
    const char *tcp = tn__server_tcp_url(server, "postgres", &arena);
    assert_non_null(without);
    assert_non_null(tcp);
    assert_string_equal(tn__server_password(server), password);
    assert_string_equal(pg_query(url_of(server), "SELECT 1"), "1");
    assert_string_equal(pg_query(tcp, "SELECT host(inet_server_addr())"), "127.0.0.1");
    assert_string_equal(pg_query(tcp, "SHOW work_mem"), "6MB");
    assert_string_equal(pg_query(tcp, "SHOW wal_level"), "logical");
    assert_string_equal(pg_query(tcp, "SHOW max_connections"), "7");
    *strstr(without, "&password=") = 0;
    assert_false(pg_try(&output, without, "SELECT 1"));
    assert_non_null(strstr(output, "no password supplied"));
    assert_string_equal(pg_query(url_of(server), "SELECT left(rolpassword, 13) FROM pg_authid "
                                                 "WHERE rolname = 'postgres'"),
                        "SCRAM-SHA-256");
    assert_false(is_there(scratch_path(tn__server_socket_dir(server), "password")));
    tn__server_stop(server);
}

/* --- faults of the server */

static void crash_loses_nothing_that_was_committed(void **state)
{
    const char *output;
    tn_error err;
    (void)state;
    struct tn__server *server = begin(NULL);
    pid_t before = tn__server_pid(server);
    pg_query(url_of(server), "CREATE TABLE t AS SELECT 7 AS a");
    assert_ok(tn__server_crash(server, &err));
    assert_int_equal(tn__server_pid(server), 0);
    assert_false(is_process(before));
    assert_false(pg_try(&output, url_of(server), "SELECT 1"));
    assert_ok(tn__server_crash(server, &err)); /* once more is nothing */
    assert_ok(tn__server_restart(server, &err));
    assert_string_equal(pg_query(url_of(server), "SELECT a FROM t"), "7");
    pid_t running = tn__server_pid(server);
    assert_ok(tn__server_restart(server, &err));
    assert_int_not_equal(tn__server_pid(server), running);
    assert_string_equal(pg_query(url_of(server), "SELECT a FROM t"), "7");
    struct traces traces = traces_of(server);
    assert_ok(tn__server_crash(server, &err));
    tn__server_stop(server);
    assert_true(is_gone(&traces));
}

static void wait_for_answer(const char *url, const char *sql, const char *wanted)
{
    for (int i = 0; i < MOST_WAITS; i++) {
        if (strcmp(pg_query(url, sql), wanted) == 0)
            return;
        tn__sleep_us(10000);
    }
    assert_string_equal(pg_query(url, sql), wanted);
}

static void standby_follows_its_primary(void **state)
{
    const struct tn__server_options options = {.password = "a b", .max_connections = 150};
    struct tn__server *standby = NULL;
    const char *output;
    tn_error err = {0};
    (void)state;
    struct tn__server *primary = begin(&options);
    assert_int_equal(tn__server_standby(&standby, primary, &options, &err), TN_EINVAL);
    pg_query(url_of(primary), "CREATE TABLE t AS SELECT 1 AS a");
    if (tn__server_standby(&standby, primary, NULL, &err) != TN_OK)
        fail_msg("no standby: %s", err.message);
    const char *url = url_of(standby);
    assert_string_equal(pg_query(url, "SELECT pg_is_in_recovery(), a FROM t"), "t|1");
    pg_query(url_of(primary), "INSERT INTO t VALUES (2)");
    wait_for_answer(url, "SELECT max(a) FROM t", "2");
    assert_false(pg_try(&output, url, "INSERT INTO t VALUES (3)"));
    assert_non_null(strstr(output, "read-only transaction"));
    /* It follows its primary's second life. */
    assert_ok(tn__server_crash(primary, &err));
    struct tn__server *second;
    assert_int_equal(tn__server_standby(&second, primary, NULL, &err), TN_EMISUSE);
    assert_string_equal(pg_query(url, "SELECT max(a) FROM t"), "2");
    assert_ok(tn__server_restart(primary, &err));
    pg_query(url_of(primary), "INSERT INTO t VALUES (4)");
    wait_for_answer(url, "SELECT max(a) FROM t", "4");
    struct traces traces = traces_of(standby);
    tn__server_stop(primary);
    tn__server_stop(standby);
    assert_true(is_gone(&traces));
}

/* In a child that has become "nobody". */
static void normal_user_runs_it_as_itself(void **state)
{
    int ended;
    (void)state;
    if (geteuid() != 0)
        skip();
    const struct passwd *nobody = getpwnam("nobody");
    assert_non_null(nobody);
    pid_t child = fork();
    if (child == 0) {
        struct tn__server *server;
        struct stat st;
        tn_error err;
        if (setgid(nobody->pw_gid) != 0 || setuid(nobody->pw_uid) != 0 ||
            tn__server_start(&server, NULL, &err) != TN_OK)
            _exit(1);
        struct traces traces = traces_of(server);
        bool is_mine = stat(tn__server_data_dir(server), &st) == 0 && st.st_uid == getuid();
        bool answers = strcmp(pg_query(url_of(server), "SELECT 1"), "1") == 0;
        tn__server_stop(server);
        _exit(!is_mine || !answers || !is_gone(&traces));
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
}

static void databases_of_the_tests_are_new_and_apart(void **state)
{
    (void)state;
    const char *a = pg_new_database();
    const char *b = pg_new_database();
    pg_query(a, "CREATE TABLE t()");
    assert_string_equal(pg_query(b, "SELECT count(*) FROM pg_tables WHERE tablename = 't'"), "0");
    assert_string_not_equal(pg_query(a, "SELECT current_database()"), "postgres");
    assert_string_equal(pg_query(pg_url(), "SELECT current_database()"), "postgres");
    assert_ptr_equal(pg_server(), pg_server());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(server_answers_and_leaves_nothing),
        cmocka_unit_test(servers_started_at_once_are_apart),
        cmocka_unit_test(options_are_the_servers),
        cmocka_unit_test(crash_loses_nothing_that_was_committed),
        cmocka_unit_test(standby_follows_its_primary),
        cmocka_unit_test(normal_user_runs_it_as_itself),
        cmocka_unit_test(databases_of_the_tests_are_new_and_apart),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
