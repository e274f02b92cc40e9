/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "pgfault.h"

#include "fault_alloc.h"
#include "pgmix.h"

/*
 * Every allocation of the library's fails once, and for ever, on PostgreSQL. What was open is usable
 * afterwards. (libpq's own: test_pg_oom_libpq.c.)
 */

static int run_all(void *user)
{
    struct pgfault *f = user;
    char url[PGFAULT_URL_SIZE];
    tn_db *db = NULL;
    int rc = tn_db_open(&db, pgfault_url(url, f, "&max_connections=1"), NULL, &pgmix_err);
    if (rc == TN_OK)
        rc = pgmix_run(db);
    tn_db_close(db);
    return rc;
}

static void every_allocation_of_a_program_fails(void **state)
{
    struct pgfault *f = *state;
    pgmix_make_tables(f);
    assert_ok(run_all(f));
    pgfault_watchdog(280);
    fault_alloc_each(run_all, f);
    pgfault_await_alone(f);
}

/* The pool lives through it, and the next one who asks gets what is right. */
static void pool_is_usable_after_each_of_them(void **state)
{
    struct pgfault *f = *state;
    pgmix_make_tables(f);
    assert_ok(pgfault_open(f, "&max_connections=1"));
    assert_ok(pgmix_run(f->db));
    pgfault_watchdog(280);
    for (long n = 1;; n++) {
        fault_alloc_begin(n, false);
        int rc = pgmix_run(f->db);
        long hits = fault_alloc_hits();
        fault_alloc_end();
        if (rc != TN_OK && rc != TN_ENOMEM)
            fail_msg("allocation %ld: %s: %s", n, tn_status_name(rc), pgmix_err.message);
        assert_ok(tn_db_check_unused(f->db, NULL));
        pgmix_check(f);
        assert_int_equal(pgfault_number(f->db, "SELECT 7"), 7);
        if (hits == 0)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PGFAULT_TEST(every_allocation_of_a_program_fails),
        PGFAULT_TEST(pool_is_usable_after_each_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
