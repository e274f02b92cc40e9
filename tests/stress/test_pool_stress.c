/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

#include <tenon/gen_sqlite.h>

#include "pooling.h"
#include "util/clock.h"

/*
 * Threads that take, hold, misuse and give back connections at random, while connections grow idle
 * and old under them and the pool is looked after and closed: no connection has two holders, nobody
 * is forgotten in the queue, no write is lost, and the numbers add up. The seed is STRESS_SEED.
 */

enum {
    THREADS = 8,
    POOLS = 4,
    ROUNDS = 250,
    CONNECTIONS = 4
};

static struct tn_gen_query row_count = {
    "row_count", "SELECT count(*) FROM t", 22, 1, TN_READ, TN_GEN_ABI, 0,
};

/* A connection that has been lent, and to how many. */
struct lent {
    _Atomic(tn_conn *) conn;
    atomic_int holders;
};

struct stress {
    tn_db *db;
    uint64_t seed;
    struct lent lent[CONNECTIONS];
    atomic_int next_thread;
    atomic_int failures;
    atomic_int stop;
    atomic_long lendings;
    atomic_long timeouts;
    atomic_long written;
};

static void fail_stress(struct stress *stress, const char *what, const char *text)
{
    if (atomic_fetch_add(&stress->failures, 1) == 0)
        fprintf(stderr, "%s: %s\n", what, text);
}

/* xorshift64: https://www.jstatsoft.org/article/view/v008i14 */
static uint64_t chance(uint64_t *state, uint64_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state % below;
}

/* A timeout is an answer; anything else is a failure. */
static bool went_well(struct stress *stress, const char *what, int rc, const tn_error *err)
{
    if (rc == TN_ETIMEOUT)
        atomic_fetch_add(&stress->timeouts, 1);
    else if (rc != TN_OK)
        fail_stress(stress, what, err->message);
    return rc == TN_OK;
}

static struct lent *lent_of(struct stress *stress, tn_conn *conn)
{
    for (int i = 0; i < CONNECTIONS; i++) {
        tn_conn *none = NULL;
        if (atomic_compare_exchange_strong(&stress->lent[i].conn, &none, conn) || none == conn)
            return &stress->lent[i];
    }
    return NULL;
}

/* What a careless user leaves behind. */
static void misuse(struct stress *stress, tn_conn *conn, uint64_t kind, tn_error *err)
{
    static const char *const statements[] = {
        "BEGIN",
        "PRAGMA query_only = ON",
        "PRAGMA busy_timeout = 1",
        "SELECT count(*) FROM t",
    };
    went_well(stress, statements[kind],
              tn_exec(tn_conn_db(conn), statements[kind], NULL, 0, NULL, err), err);
}

static void lend(struct stress *stress, enum tn_access access, uint64_t *state)
{
    tn_conn *conn;
    tn_error err = {0};
    if (!went_well(stress, "acquire", tn_conn_acquire(&conn, stress->db, access, &err), &err))
        return;
    struct lent *lent = lent_of(stress, conn);
    if (!lent)
        fail_stress(stress, "acquire", "more connections than there are");
    else if (atomic_fetch_add(&lent->holders, 1) != 0)
        fail_stress(stress, "acquire", "a connection has two holders");
    atomic_fetch_add(&stress->lendings, 1);
    if (chance(state, 2) == 0)
        misuse(stress, conn, chance(state, 4), &err);
    tn__sleep_us((int64_t)chance(state, 400));
    if (lent)
        atomic_fetch_sub(&lent->holders, 1);
    tn_conn_release(conn);
}

static void write_one(struct stress *stress)
{
    tn_error err = {0};
    if (went_well(stress, "write",
                  tn_exec(stress->db, "UPDATE t SET n = n + 1", NULL, 0, NULL, &err), &err))
        atomic_fetch_add(&stress->written, 1);
}

static void transact(struct stress *stress)
{
    tn_error err = {0};
    if (went_well(stress, "transact", tn_transact(stress->db, increment, NULL, NULL, &err), &err))
        atomic_fetch_add(&stress->written, 1);
}

/* As generated code does it. */
static void read_generated(struct stress *stress)
{
    struct tn_gen_use use;
    tn_error err = {0};
    if (!went_well(stress, "query", tn_gen_acquire(&use, stress->db, &row_count, &err), &err))
        return;
    if (sqlite3_step(use.stmt) != SQLITE_ROW || sqlite3_column_int64(use.stmt, 0) != 1)
        fail_stress(stress, "query", "not the one row");
    tn_gen_release(&use);
}

static void *work(void *user)
{
    struct stress *stress = user;
    uint64_t state = stress->seed + (uint64_t)atomic_fetch_add(&stress->next_thread, 1) * 7919 + 1;
    for (int i = 0; i < ROUNDS; i++) {
        switch (chance(&state, 6)) {
        case 0:
            lend(stress, TN_WRITE, &state);
            break;
        case 1:
        case 2:
            lend(stress, TN_READ, &state);
            break;
        case 3:
            write_one(stress);
            break;
        case 4:
            transact(stress);
            break;
        default:
            read_generated(stress);
        }
    }
    return NULL;
}

static void check_side(struct stress *stress, const tn_side_stats *side)
{
    if (side->in_use > side->connections || side->open > side->connections ||
        side->timeouts > side->waited || side->most_wait_ns > side->wait_ns ||
        side->waiting > side->most_waiting)
        fail_stress(stress, "statistics", "they do not add up");
}

static void *look_after(void *user)
{
    struct stress *stress = user;
    while (!atomic_load(&stress->stop)) {
        tn_db_stats stats = TN_DB_STATS_INIT;
        tn_db_maintain(stress->db);
        if (tn_db_stats_read(stress->db, &stats, NULL) != TN_OK)
            fail_stress(stress, "statistics", "they cannot be read");
        check_side(stress, &stats.side[TN_READ]);
        check_side(stress, &stats.side[TN_WRITE]);
        tn__sleep_us(700);
    }
    return NULL;
}

static void run_threads(struct stress *stress)
{
    pthread_t threads[THREADS], keeper;
    assert_int_equal(pthread_create(&keeper, NULL, look_after, stress), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, stress), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    atomic_store(&stress->stop, 1);
    assert_int_equal(pthread_join(keeper, NULL), 0);
}

static void check_end(struct stress *stress)
{
    tn_db_stats stats = TN_DB_STATS_INIT;
    tn_error err = {0};
    int rc = tn_db_check_unused(stress->db, &err);
    if (rc != TN_OK)
        fail_stress(stress, "unused", err.message);
    assert_ok(tn_db_stats_read(stress->db, &stats, NULL));
    const tn_side_stats *read = &stats.side[TN_READ], *write = &stats.side[TN_WRITE];
    assert_int_equal(read->waiting + write->waiting, 0);
    assert_int_equal(read->in_use + write->in_use, 0);
    assert_int_equal(read->timeouts + write->timeouts, atomic_load(&stress->timeouts));
    assert_true(read->acquired + write->acquired >= (uint64_t)atomic_load(&stress->lendings));
    assert_true(stats.rolled_back > 0);
    assert_true(stats.restored > 0);
    assert_true(read->closed_old + write->closed_old > 0);
    assert_int_equal(read->opened - read->closed_idle - read->closed_old - read->closed_broken,
                     read->open);
    assert_int_equal(number(stress->db, "SELECT n FROM t"), atomic_load(&stress->written));
}

static void run_pools(struct fixture *f, const char *params)
{
    const char *seed = getenv("STRESS_SEED");
    for (int i = 0; i < POOLS; i++) {
        struct stress stress = {.seed = seed ? strtoull(seed, NULL, 10) : 1};
        stress.seed += (uint64_t)i * 1000003;
        open_db(f, params);
        assert_ok(tn_exec(f->db, "UPDATE t SET n = 0", NULL, 0, NULL, &f->err));
        stress.db = f->db;
        run_threads(&stress);
        check_end(&stress);
        assert_int_equal(atomic_load(&stress.failures), 0);
        tn_db_close(f->db);
        f->db = NULL;
    }
}

static void connections_change_hands_at_random(void **state)
{
    run_pools(*state, "&max_connections=4&min_connections=2&idle_timeout=1ms&max_lifetime=20ms"
                      "&acquire_timeout=60s");
}

static void impatient_threads_time_out_and_nothing_is_lost(void **state)
{
    run_pools(*state, "&max_connections=3&min_connections=0&idle_timeout=1ms&max_lifetime=20ms"
                      "&acquire_timeout=1ms");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(connections_change_hands_at_random),
        TEST(impatient_threads_time_out_and_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
