/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "pooling.h"
#include "util/clock.h"

/*
 * Eight writers and eight readers on one database, for SOAK_SECONDS (2): money is moved between
 * accounts, and the sum that any reader sees is always the same. Nobody is told that it is busy, no
 * transfer is lost, and the write-ahead log stays within its bounds.
 */

enum {
    ACCOUNTS = 100,
    EACH = 1000,
    WRITERS = 8,
    READERS = 8,
    WAL_LIMIT = 4 * 1024 * 1024
};

static int64_t soak_ns(void)
{
    const char *text = getenv("SOAK_SECONDS");
    return (int64_t)(text ? atoi(text) : 2) * 1000000000;
}

struct soak {
    tn_db *db;
    int64_t end_ns;
    atomic_int failures;
    atomic_long moved;
    atomic_long read;
};

struct transfer {
    int64_t from;
    int64_t to;
    int64_t cents;
};

static void fail_soak(struct soak *soak, const char *what, const tn_error *err)
{
    if (atomic_fetch_add(&soak->failures, 1) == 0)
        fprintf(stderr, "%s: %s: %s\n", what, tn_status_name(err->status), err->message);
}

static int read_cents(int64_t *out, tn_db *db, const char *sql, int64_t id, int count,
                      tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    tn_value param = tn_value_int(id);
    int rc = tn_query(&rows, db, sql, &param, (size_t)count, &arena, err);
    if (rc == TN_OK)
        *out = tn_rows_at(&rows, 0, 0)->as.integer;
    tn_arena_fini(&arena);
    return rc;
}

static int set_cents(tn_db *tx, int64_t id, int64_t cents, tn_error *err)
{
    tn_value values[] = {tn_value_int(cents), tn_value_int(id)};
    return tn_exec(tx, "UPDATE accounts SET cents = $1 WHERE id = $2", values, 2, NULL, err);
}

/* Read, then write: what a deferred transaction cannot do under load. */
static int move(tn_db *tx, void *user, tn_error *err)
{
    static const char get[] = "SELECT cents FROM accounts WHERE id = $1";
    const struct transfer *t = user;
    int64_t from, to;
    int rc = read_cents(&from, tx, get, t->from, 1, err);
    if (rc == TN_OK)
        rc = read_cents(&to, tx, get, t->to, 1, err);
    if (rc == TN_OK)
        rc = set_cents(tx, t->from, from - t->cents, err);
    if (rc == TN_OK)
        rc = set_cents(tx, t->to, to + t->cents, err);
    if (rc == TN_OK)
        rc = tn_exec(tx, "INSERT INTO moves DEFAULT VALUES", NULL, 0, NULL, err);
    return rc;
}

static void *keep_moving(void *user)
{
    struct soak *soak = user;
    uint64_t seed = (uint64_t)(uintptr_t)&seed;
    while (tn__mono_ns() < soak->end_ns && !atomic_load(&soak->failures)) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        struct transfer t = {(int64_t)(seed >> 33) % ACCOUNTS + 1, 0, (int64_t)(seed >> 60)};
        t.to = t.from % ACCOUNTS + 1;
        tn_error err = {0};
        if (tn_transact(soak->db, move, &t, NULL, &err) != TN_OK)
            fail_soak(soak, "a transfer", &err);
        else
            atomic_fetch_add(&soak->moved, 1);
    }
    return NULL;
}

static void *keep_reading(void *user)
{
    struct soak *soak = user;
    while (tn__mono_ns() < soak->end_ns && !atomic_load(&soak->failures)) {
        tn_error err = {0};
        int64_t sum = 0;
        if (read_cents(&sum, soak->db, "SELECT sum(cents) FROM accounts", 0, 0, &err) != TN_OK)
            fail_soak(soak, "a sum", &err);
        else if (sum != ACCOUNTS * EACH)
            fail_soak(soak, "the sum is another one", &err);
        atomic_fetch_add(&soak->read, 1);
    }
    return NULL;
}

static void open_accounts(struct fixture *f, const char *params)
{
    open_db(f, params);
    assert_ok(
        tn_exec_script(f->db,
                       "CREATE TABLE accounts (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL);"
                       "CREATE TABLE moves (id INTEGER PRIMARY KEY);"
                       "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 100)"
                       "INSERT INTO accounts SELECT n, 1000 FROM c",
                       &f->err));
}

static void run_soak(struct soak *soak)
{
    pthread_t threads[WRITERS + READERS];
    soak->end_ns = tn__mono_ns() + soak_ns();
    for (int i = 0; i < WRITERS + READERS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, i < WRITERS ? keep_moving : keep_reading, soak), 0);
    for (int i = 0; i < WRITERS + READERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void soak_with(void **state, const char *params)
{
    struct fixture *f = *state;
    struct soak soak = {.failures = 0};
    struct stat st;
    open_accounts(f, params);
    soak.db = f->db;
    run_soak(&soak);
    assert_int_equal(atomic_load(&soak.failures), 0);
    assert_int_equal(number(f->db, "SELECT count(*) FROM moves"), atomic_load(&soak.moved));
    assert_int_equal(number(f->db, "SELECT sum(cents) FROM accounts"), ACCOUNTS * EACH);
    assert_true(atomic_load(&soak.moved) > 0 && atomic_load(&soak.read) > 0);
    assert_ok(tn_db_check_unused(f->db, &f->err));
    tn_db_maintain(f->db);
    assert_int_equal(stat(scratch_path(f->folder, "pool.db-wal"), &st), 0);
    assert_true(st.st_size <= WAL_LIMIT);
    print_message("%ld transfers, %ld sums\n", atomic_load(&soak.moved), atomic_load(&soak.read));
}

static void writers_and_readers_in_wal_mode(void **state)
{
    soak_with(state, "&max_connections=5&wal_limit=4194304&checkpoint_interval=100ms");
}

static void writers_that_share_their_commits(void **state)
{
    soak_with(state, "&max_connections=5&synchronous=full&wal_limit=4194304");
}

static void writers_of_several_processes_at_the_gate(void **state)
{
    enum {
        PROCESSES = 3
    };
    struct fixture *f = *state;
    pid_t children[PROCESSES];
    int pipes[2];
    open_accounts(f, "");
    assert_int_equal(pipe(pipes), 0);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] != 0)
            continue;
        struct soak soak = {.failures = 0};
        char url[PATH_MAX + 100];
        tn_error err = {0};
        snprintf(url, sizeof url, "sqlite:%s/pool.db?gate=on", f->folder);
        if (tn_db_open(&soak.db, url, NULL, &err) != TN_OK)
            _exit(2);
        run_soak(&soak);
        tn_db_close(soak.db);
        long moved = atomic_load(&soak.moved);
        if (write(pipes[1], &moved, sizeof moved) != sizeof moved)
            _exit(3);
        _exit(atomic_load(&soak.failures) ? 1 : 0);
    }
    long all = 0;
    for (int i = 0; i < PROCESSES; i++) {
        long moved;
        int ended;
        assert_int_equal(read(pipes[0], &moved, sizeof moved), sizeof moved);
        all += moved;
        assert_int_equal(waitpid(children[i], &ended, 0), children[i]);
        assert_int_equal(ended, 0);
    }
    assert_int_equal(number(f->db, "SELECT count(*) FROM moves"), all);
    assert_int_equal(number(f->db, "SELECT sum(cents) FROM accounts"), ACCOUNTS * EACH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(writers_and_readers_in_wal_mode),
        TEST(writers_that_share_their_commits),
        TEST(writers_of_several_processes_at_the_gate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
