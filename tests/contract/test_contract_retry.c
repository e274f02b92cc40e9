/* SPDX-License-Identifier: MIT */
#include "contract.h"

#include <pthread.h>
#include <stdatomic.h>

#include "util/clock.h"

/* Two transactions that get into one another's way: both succeed, and nothing is lost. */

/* The first run of each waits until the other has come as far: with SQLite nobody can, as one writes at a
 * time. Then it is the engine that decides who is to run again. */
struct meeting {
    tn_db *db;
    tn_tx_fn body;
    tn_tx_options options;
    atomic_int arrived;
    atomic_int runs;
};

struct party {
    struct meeting *meeting;
    int number; /* 0, 1 */
    int runs;
    int status;
    tn_error err;
};

static void meet(struct party *party)
{
    struct meeting *meeting = party->meeting;
    if (!contract_is_postgres() || party->runs > 1)
        return;
    atomic_fetch_add(&meeting->arrived, 1);
    for (int i = 0; i < 10000 && atomic_load(&meeting->arrived) < 2; i++)
        tn__sleep_us(1000);
}

static void *take_part(void *user)
{
    struct party *party = user;
    struct meeting *meeting = party->meeting;
    party->status = tn_transact(meeting->db, meeting->body, party, &meeting->options, &party->err);
    return NULL;
}

/* How often the function has run, by both. */
static int let_meet(struct contract *c, struct meeting *meeting)
{
    struct party parties[2];
    pthread_t threads[2];
    meeting->db = c->db;
    atomic_store(&meeting->arrived, 0);
    for (int i = 0; i < 2; i++) {
        parties[i] = (struct party){.meeting = meeting, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, take_part, &parties[i]), 0);
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < 2; i++)
        assert_status(parties[i].status, TN_OK, parties[i].err);
    return parties[0].runs + parties[1].runs;
}

/* With PostgreSQL one of them had to run again. */
static void assert_runs(int runs)
{
    if (contract_is_postgres())
        assert_in_range(runs, 3, 6);
    else
        assert_int_equal(runs, 2);
}

static int add_to(tn_db *tx, int64_t id, tn_error *err)
{
    tn_value value = tn_value_int(id);
    return tn_exec(tx, "UPDATE t SET n = n + 1 WHERE id = $1", &value, 1, NULL, err);
}

static int read_sum(int64_t *out, tn_db *tx, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    int rc = tn_query(&rows, tx, "SELECT CAST(sum(n) AS BIGINT) FROM t", NULL, 0, &arena, err);
    if (rc == TN_OK)
        *out = tn_rows_at(&rows, 0, 0)->as.integer;
    tn_arena_fini(&arena);
    return rc;
}

static const char table[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL);"
                            "INSERT INTO t VALUES (1, 10), (2, 20)";

static int lock_crosswise(tn_db *tx, void *user, tn_error *err)
{
    struct party *party = user;
    party->runs++;
    int rc = add_to(tx, 1 + party->number, err);
    if (rc != TN_OK)
        return rc;
    meet(party);
    return add_to(tx, 2 - party->number, err);
}

static void deadlock_is_run_again(void **state)
{
    struct contract *c = *state;
    struct meeting meeting = {.body = lock_crosswise, .options = TN_TX_OPTIONS_INIT};
    contract_script(c, table);
    assert_runs(let_meet(c, &meeting));
    assert_int_equal(contract_int(c, c->db, "SELECT n FROM t WHERE id = 1"), 12);
    assert_int_equal(contract_int(c, c->db, "SELECT n FROM t WHERE id = 2"), 22);
}

/* What each writes is made of what both have read: only one of them can have seen all. */
static int write_what_was_read(tn_db *tx, void *user, tn_error *err)
{
    struct party *party = user;
    int64_t sum = 0;
    party->runs++;
    int rc = read_sum(&sum, tx, err);
    if (rc != TN_OK)
        return rc;
    meet(party);
    tn_value values[] = {tn_value_int(3 + party->number), tn_value_int(sum)};
    return tn_exec(tx, "INSERT INTO t VALUES ($1, $2)", values, 2, NULL, err);
}

static void serializable_transactions_see_one_another_or_run_again(void **state)
{
    struct contract *c = *state;
    struct meeting meeting = {.body = write_what_was_read, .options = TN_TX_OPTIONS_INIT};
    meeting.options.isolation = TN_SERIALIZABLE;
    contract_script(c, table);
    assert_runs(let_meet(c, &meeting));
    /* 30 by the one, and 10 + 20 + 30 by the other. */
    assert_int_equal(contract_int(c, c->db, "SELECT min(n) FROM t WHERE id > 2"), 30);
    assert_int_equal(contract_int(c, c->db, "SELECT max(n) FROM t WHERE id > 2"), 60);
}

static int write_next(tn_db *tx, void *user, tn_error *err)
{
    struct party *party = user;
    int64_t sum = 0;
    party->runs++;
    int rc = read_sum(&sum, tx, err);
    if (rc != TN_OK)
        return rc;
    meet(party);
    tn_value value = tn_value_int(sum + 1);
    return tn_exec(tx, "UPDATE t SET n = $1 WHERE id = 1", &value, 1, NULL, err);
}

static void repeatable_reads_lose_no_update(void **state)
{
    struct contract *c = *state;
    struct meeting meeting = {.body = write_next, .options = TN_TX_OPTIONS_INIT};
    meeting.options.isolation = TN_REPEATABLE_READ;
    contract_script(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL);"
                       "INSERT INTO t VALUES (1, 5)");
    assert_runs(let_meet(c, &meeting));
    assert_int_equal(contract_int(c, c->db, "SELECT n FROM t"), 7);
}

/* --- what a transaction sees ------------------------------------------------------------------- */

struct reading {
    struct contract *c;
    int64_t before, after;
};

static int read_twice(tn_db *tx, void *user, tn_error *err)
{
    struct reading *reading = user;
    int rc = read_sum(&reading->before, tx, err);
    if (rc == TN_OK)
        rc = add_to(reading->c->db, 1, err); /* another connection's */
    return rc == TN_OK ? read_sum(&reading->after, tx, err) : rc;
}

/* READ COMMITTED is what it says on PostgreSQL alone. */
static void reading_transactions_see_one_snapshot(void **state)
{
    struct contract *c = *state;
    static const enum tn_isolation levels[] = {TN_ISOLATION_DEFAULT, TN_REPEATABLE_READ,
                                               TN_SERIALIZABLE, TN_READ_COMMITTED};
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    options.access = TN_READ;
    contract_script(c, table);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        struct reading reading = {.c = c};
        options.isolation = levels[i];
        assert_status(tn_transact(c->db, read_twice, &reading, &options, &c->err), TN_OK, c->err);
        assert_int_equal(reading.before, 30 + i);
        bool sees = levels[i] == TN_READ_COMMITTED && contract_is_postgres();
        assert_int_equal(reading.after, reading.before + sees);
    }
}

static int insert_three(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    return tn_exec(tx, "INSERT INTO t VALUES (3, 3)", NULL, 0, NULL, err);
}

static void isolation_is_checked_and_idle_inside_another_transaction(void **state)
{
    struct contract *c = *state;
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    tn_db *tx;
    contract_script(c, table);
    options.isolation = (enum tn_isolation)4;
    assert_status(tn_transact(c->db, insert_three, NULL, &options, &c->err), TN_EINVAL, c->err);
    options.isolation = TN_SERIALIZABLE;
    assert_ok(tn_tx_begin(&tx, c->db, TN_WRITE, &c->err));
    assert_ok(add_to(tx, 1, &c->err));
    assert_status(tn_transact(tx, insert_three, NULL, &options, &c->err), TN_OK, c->err);
    assert_ok(tn_tx_commit(tx, &c->err));
    assert_int_equal(contract_int(c, c->db, "SELECT count(*) FROM t"), 3);
    options.version = 1; /* of before there was one: it is not looked at */
    options.isolation = (enum tn_isolation)77;
    assert_status(tn_transact(c->db, insert_three, NULL, &options, &c->err), TN_EUNIQUE, c->err);
}

/* A failure that the function keeps to itself must not be committed over. PostgreSQL has ended the
 * transaction by then; SQLite has undone the statement alone. */
static int swallow_failure(tn_db *tx, void *user, tn_error *err)
{
    int *later = user;
    int rc = add_to(tx, 1, err);
    if (rc != TN_OK)
        return rc;
    assert_int_equal(insert_three(tx, NULL, NULL), TN_OK);
    assert_int_equal(insert_three(tx, NULL, NULL), TN_EUNIQUE);
    *later = add_to(tx, 1, NULL);
    return TN_OK;
}

static void failure_that_is_swallowed_is_told_by_commit(void **state)
{
    struct contract *c = *state;
    int later = TN_OK;
    contract_script(c, table);
    int rc = tn_transact(c->db, swallow_failure, &later, NULL, &c->err);
    if (contract_is_postgres()) {
        assert_status(rc, TN_EUNIQUE, c->err);
        assert_int_equal(later,
                         TN_EUNIQUE); /* what the first failure was, not "transaction is aborted" */
        assert_non_null(strstr(c->err.message, "rolled back"));
        assert_int_equal(contract_int(c, c->db, "SELECT n FROM t WHERE id = 1"), 10);
    } else {
        assert_status(rc, TN_OK, c->err);
        assert_int_equal(later, TN_OK);
        assert_int_equal(contract_int(c, c->db, "SELECT n FROM t WHERE id = 1"), 12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(deadlock_is_run_again),
        CONTRACT_TEST(serializable_transactions_see_one_another_or_run_again),
        CONTRACT_TEST(repeatable_reads_lose_no_update),
        CONTRACT_TEST(reading_transactions_see_one_snapshot),
        CONTRACT_TEST(isolation_is_checked_and_idle_inside_another_transaction),
        CONTRACT_TEST(failure_that_is_swallowed_is_told_by_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
