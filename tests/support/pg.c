/* SPDX-License-Identifier: MIT */
#include "pg.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/parts.h"

extern char **environ;

enum {
    URLS = 64,
    URL_SIZE = 1024,
    OUTPUT_SIZE = 1 << 16
};

static struct tn__server *own_server;
static tn_arena own_arena;
static const char *own_url;

_Noreturn static void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void stop_own(void)
{
    tn__server_stop(own_server);
    tn_arena_fini(&own_arena);
    own_server = NULL;
}

struct tn__server *pg_server(void)
{
    tn_error err = {0};
    if (own_server)
        return own_server;
    if (tn__server_start(&own_server, NULL, &err) != TN_OK)
        die("no server", err.message);
    own_url = tn__server_url(own_server, "postgres", &own_arena);
    if (!own_url || atexit(stop_own) != 0)
        die("no server", "out of memory");
    return own_server;
}

const char *pg_server_url(void)
{
    (void)pg_server();
    return own_url;
}

/* NULL: none is there. */
static const char *shared_url(void)
{
    const char *url = getenv("TENON_TEST_PG_URL");
    return url && *url && getenv("TENON_TEST_PG_BINDIR") ? url : NULL;
}

const char *pg_url(void)
{
    const char *shared = shared_url();
    return shared ? shared : pg_server_url();
}

static const char *psql_path(void)
{
    static char path[PATH_MAX];
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    const char *bindir = getenv("TENON_TEST_PG_BINDIR");
    if (!bindir && tn__server_find(&bindir, NULL, &arena, &err) != TN_OK)
        die("no psql", err.message);
    int size = snprintf(path, sizeof path, "%s/psql", bindir);
    if (size < 0 || (size_t)size >= sizeof path)
        die(bindir, "path too long");
    tn_arena_fini(&arena);
    return path;
}

/* Start psql with all its output in a pipe. */
static pid_t spawn_psql(const char *url, const char *sql, int *out)
{
    const char *const arguments[] = {"psql", "-XqAtw", "-v", "ON_ERROR_STOP=1", "-d", url,
                                     "-c",   sql,      NULL};
    posix_spawn_file_actions_t actions;
    int ends[2];
    pid_t pid;
    if (pipe(ends) != 0)
        die("pipe", strerror(errno));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    /* It takes what it does not change without saying so. */
    int number =
        posix_spawn(&pid, psql_path(), &actions, NULL, (char **)(uintptr_t)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (number != 0)
        die(psql_path(), strerror(number));
    *out = ends[0];
    return pid;
}

/* All of it, as a string without its last line feed. */
static void read_output(char *out, size_t cap, int fd)
{
    size_t size = 0;
    ssize_t got;
    while ((got = read(fd, out + size, cap - 1 - size)) != 0) {
        if (got < 0 && errno != EINTR)
            die("read", strerror(errno));
        size += got > 0 ? (size_t)got : 0;
        if (size == cap - 1)
            die("psql", "too long an output");
    }
    size -= size > 0 && out[size - 1] == '\n';
    out[size] = 0;
}

bool pg_try(const char **out, const char *url, const char *sql)
{
    static char output[OUTPUT_SIZE];
    int fd;
    int ended;
    pid_t pid = spawn_psql(url, sql, &fd);
    read_output(output, sizeof output, fd);
    close(fd);
    while (waitpid(pid, &ended, 0) < 0) {
        if (errno != EINTR)
            die("waitpid", strerror(errno));
    }
    *out = output;
    return ended == 0;
}

const char *pg_query(const char *url, const char *sql)
{
    const char *output;
    if (!pg_try(&output, url, sql))
        die(sql, output);
    return output;
}

/* pg_terminate_backend() itself waits since 14 only. */
void pg_end_session(int64_t pid)
{
    static const char wait[] = "DO $$ BEGIN PERFORM pg_terminate_backend(%lld); "
                               "WHILE EXISTS (SELECT FROM pg_stat_activity WHERE pid = %lld) LOOP "
                               "PERFORM pg_sleep(0.01), pg_stat_clear_snapshot(); END LOOP; END $$";
    char sql[sizeof wait + 40];
    (void)snprintf(sql, sizeof sql, wait, (long long)pid, (long long)pid);
    (void)pg_query(pg_url(), sql);
}

/* The URL with another path: "postgres://…/postgres?…". */
static void name_database(char *out, const char *url, const char *name)
{
    const char *authority = strstr(url, "://");
    const char *path = authority ? strchr(authority + 3, '/') : NULL;
    if (!path)
        die(url, "no path in this URL");
    size_t before = (size_t)(path - url) + 1;
    const char *after = path + strcspn(path, "?");
    int size = snprintf(out, URL_SIZE, "%.*s%s%s", (int)before, url, name, after);
    if (size < 0 || size >= URL_SIZE)
        die(url, "URL too long");
}

static unsigned database_count;

static void database_name(char *out, size_t size, unsigned i)
{
    snprintf(out, size, "test_%ld_%u", (long)getpid(), i);
}

/* On a server that goes on after us. */
static void drop_databases(void)
{
    char name[64];
    char sql[128];
    const char *output;
    for (unsigned i = 0; i < database_count; i++) {
        database_name(name, sizeof name, i);
        snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
        (void)pg_try(&output, pg_url(), sql);
    }
}

const char *pg_new_database(void)
{
    static char urls[URLS][URL_SIZE];
    char name[64];
    char sql[128];
    char *url = urls[database_count % URLS];
    if (database_count == 0 && shared_url() && atexit(drop_databases) != 0)
        die("no database", "out of memory");
    database_name(name, sizeof name, database_count++);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s", name);
    (void)pg_query(pg_url(), sql);
    name_database(url, pg_url(), name);
    return url;
}
