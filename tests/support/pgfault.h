/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PGFAULT_H
#define TN_TEST_PGFAULT_H

/*
 * A PostgreSQL server of the test program's own, on which things go wrong: databases of it, past a proxy
 * or straight, an observer's connection, and a watchdog for what must never hang. Include check.h first.
 */

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <tenon/tenon.h>

#include "pg.h"
#include "proxy.h"
#include "scratch.h"
#include "util/clock.h"

enum {
    PGFAULT_URL_SIZE = 512
};

struct pgfault {
    char *folder;   /* of the proxy's socket */
    char name[64];  /* of the database */
    tn_db *watcher; /* straight to the server, of one connection */
    struct proxy *proxy;
    tn_db *db; /* for the test */
    tn_error err;
};

/* The status, with the message shown where it is not the expected one. */
#define assert_status(rc, expected, err)                            \
 do {                                                               \
  int status_ = (rc);                                               \
  if (status_ != (expected))                                        \
   print_error("%s: %s\n", tn_status_name(status_), (err).message); \
  assert_int_equal(status_, (expected));                            \
 } while (0)

static inline void assert_says(const tn_error *err, const char *word)
{
    if (!strstr(err->message, word))
        fail_msg("'%s' does not say '%s'", err->message, word);
}

/* Of the fixture's database, straight to the server; `params`: "&name=value…". In `out`. */
static inline const char *pgfault_url(char *out, const struct pgfault *f, const char *params)
{
    snprintf(out, PGFAULT_URL_SIZE, "postgres://postgres@/%s?host=%s&port=%d%s", f->name,
             tn__server_socket_dir(pg_server()), tn__server_port(pg_server()), params);
    return out;
}

/* The same through the proxy. */
static inline const char *pgfault_proxy_url(char *out, const struct pgfault *f, const char *params)
{
    snprintf(out, PGFAULT_URL_SIZE, "postgres://postgres@/%s?host=%s&port=%d%s", f->name, f->folder,
             tn__server_port(pg_server()), params);
    return out;
}

static inline int pgfault_open(struct pgfault *f, const char *params)
{
    char url[PGFAULT_URL_SIZE];
    return tn_db_open(&f->db, pgfault_url(url, f, params), NULL, &f->err);
}

static inline void pgfault_script(struct pgfault *f, const char *sql)
{
    assert_status(tn_exec_script(f->watcher, sql, &f->err), TN_OK, f->err);
}

/* The first number that a query gives. */
static inline int64_t pgfault_number(tn_db *db, const char *sql)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows = {0, 0, NULL, NULL};
    tn_error err = {0};
    assert_status(tn_query(&rows, db, sql, NULL, 0, &arena, &err), TN_OK, err);
    assert_true(rows.row_count > 0 && tn_rows_at(&rows, 0, 0)->type == TN_INT);
    int64_t value = tn_rows_at(&rows, 0, 0)->as.integer;
    tn_arena_fini(&arena);
    return value;
}

/* Wait until a query of the watcher's gives that number: the server does some things a moment later. */
static inline void pgfault_await(const struct pgfault *f, const char *sql, int64_t wanted)
{
    int64_t end = tn__mono_ns() + (int64_t)20000000000;
    int64_t value;
    while ((value = pgfault_number(f->watcher, sql)) != wanted) {
        if (tn__mono_ns() > end)
            fail_msg("%s is %lld, not %lld", sql, (long long)value, (long long)wanted);
        tn__sleep_us(2000);
    }
}

#define PGFAULT_OTHERS                                           \
 "FROM pg_stat_activity WHERE datname = current_database() AND " \
 "pid <> pg_backend_pid() AND backend_type = 'client backend'"

/* Nobody but the watcher is on the database. */
static inline void pgfault_await_alone(const struct pgfault *f)
{
    pgfault_await(f, "SELECT count(*)::int8 " PGFAULT_OTHERS, 0);
}

/* End the sessions of all others, by what is told to each of them. */
static inline void pgfault_terminate(struct pgfault *f)
{
    pgfault_script(f, "SELECT pg_terminate_backend(pid) " PGFAULT_OTHERS);
    pgfault_await_alone(f);
}

/* Open file descriptors of this process. */
static inline int pgfault_files(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;
    assert_non_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static inline void pgfault_bark(int number)
{
    static const char said[] = "the watchdog: something hangs\n";
    (void)number;
    (void)!write(STDERR_FILENO, said, sizeof said - 1);
    abort();
}

/* Abort the program if it is not called again in so many seconds; 0: never mind. */
static inline void pgfault_watchdog(unsigned seconds)
{
    signal(SIGALRM, pgfault_bark);
    alarm(seconds);
}

static inline int pgfault_setup(void **state)
{
    static unsigned count;
    char url[PGFAULT_URL_SIZE];
    tn_db_options one = TN_DB_OPTIONS_INIT;
    struct pgfault *f = calloc(1, sizeof *f);
    assert_non_null(f);
    one.max_connections = 1;
    f->folder = scratch_make();
    snprintf(f->name, sizeof f->name, "postgres");
    assert_ok(tn_db_open(&f->watcher, pgfault_url(url, f, ""), &one, &f->err));
    snprintf(f->name, sizeof f->name, "fault_%ld_%u", (long)getpid(), count++);
    snprintf(url, sizeof url, "CREATE DATABASE %s", f->name);
    pgfault_script(f, url);
    tn_db_close(f->watcher);
    f->watcher = NULL;
    assert_ok(tn_db_open(&f->watcher, pgfault_url(url, f, ""), &one, &f->err));
    pgfault_watchdog(120);
    *state = f;
    return 0;
}

static inline int pgfault_teardown(void **state)
{
    struct pgfault *f = *state;
    pgfault_watchdog(0);
    tn_db_close(f->db);
    tn_db_close(f->watcher);
    if (f->proxy)
        proxy_stop(f->proxy);
    scratch_remove(f->folder);
    free(f->folder);
    free(f);
    return 0;
}

/* Between the test and the server from now on. */
static inline void pgfault_start_proxy(struct pgfault *f)
{
    char own[PATH_MAX], target[PATH_MAX];
    int port = tn__server_port(pg_server());
    snprintf(own, sizeof own, "%s/.s.PGSQL.%d", f->folder, port);
    snprintf(target, sizeof target, "%s/.s.PGSQL.%d", tn__server_socket_dir(pg_server()), port);
    f->proxy = proxy_start(own, target);
}

#define PGFAULT_TEST(test) cmocka_unit_test_setup_teardown(test, pgfault_setup, pgfault_teardown)

#endif
