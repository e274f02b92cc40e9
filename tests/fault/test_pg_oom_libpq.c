/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* dl_iterate_phdr() */
#include "check.h"

#include "pgfault.h"

#include "pgmix.h"
#include "pq_alloc.h"

/*
 * Every allocation of libpq's fails once, and for ever. It tells of some and not of others (a connection
 * without a password, a result without a field), so that the status is TN_ENOMEM or TN_ECONNECT; but nothing
 * crashes, hangs or leaks, no answer is wrong, and the pool works again with the memory.
 */

enum {
    MOST = 20000
};

/* Where it never gets memory for what the server has said it waits, as long as it may. */
static const char *params_of(bool forever)
{
    return forever ? "&max_connections=1&statement_timeout=300ms" : "&max_connections=1";
}

static int run_all(struct pgfault *f, bool forever)
{
    char url[PGFAULT_URL_SIZE];
    tn_db *db = NULL;
    tn_error err = {0};
    int rc = tn_db_open(&db, pgfault_url(url, f, params_of(forever)), NULL, &err);
    if (rc == TN_OK)
        rc = pgmix_run(db);
    else
        assert_true(err.message[0] != '\0');
    tn_db_close(db);
    return rc;
}

static void expect_status(long n, bool forever, int rc, long hits)
{
    if (rc != TN_OK && (hits == 0 || (rc != TN_ENOMEM && rc != TN_ECONNECT)))
        fail_msg("allocation %ld %s: %s: %s", n, forever ? "and on" : "once", tn_status_name(rc),
                 pgmix_err.message);
}

static void every_allocation_of_a_connection_fails(void **state)
{
    struct pgfault *f = *state;
    pgmix_make_tables(f);
    assert_ok(run_all(f, false));
    for (int forever = 0; forever <= 1; forever++) {
        long n = 1, hits;
        do {
            assert_true(n < MOST);
            pgfault_watchdog(20);
            pq_alloc_begin(n, forever);
            long before = pq_alloc_live();
            int rc = run_all(f, forever);
            hits = pq_alloc_hits();
            pq_alloc_end();
            if (pq_alloc_live() != before)
                fail_msg("allocation %ld %s: %ld blocks leaked", n, forever ? "and on" : "once",
                         pq_alloc_live() - before);
            expect_status(n, forever, rc, hits);
            pgmix_check(f);
            n++;
        } while (hits > 0);
    }
    pgfault_await_alone(f);
}

static void pool_is_usable_after_each_of_them(void **state)
{
    struct pgfault *f = *state;
    pgmix_make_tables(f);
    for (int forever = 0; forever <= 1; forever++) {
        tn_db_close(f->db);
        assert_ok(pgfault_open(f, params_of(forever)));
        assert_ok(pgmix_run(f->db));
        long n = 1, hits;
        do {
            assert_true(n < MOST);
            pgfault_watchdog(20);
            pq_alloc_begin(n, forever);
            int rc = pgmix_run(f->db);
            hits = pq_alloc_hits();
            pq_alloc_end();
            expect_status(n, forever, rc, hits);
            assert_ok(tn_db_check_unused(f->db, NULL));
            pgmix_check(f);
            assert_int_equal(pgfault_number(f->db, "SELECT 7"), 7);
            n++;
        } while (hits > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PGFAULT_TEST(every_allocation_of_a_connection_fails),
        PGFAULT_TEST(pool_is_usable_after_each_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
