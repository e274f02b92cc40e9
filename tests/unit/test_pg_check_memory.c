/* SPDX-License-Identifier: MIT */
#include "pg_checking.h"

#include "fault_alloc.h"

/* Memory that runs out on the way: an error, no leak, and no database that stays. */

enum {
    SAMPLES = 20 /* of all allocations: each run has a database of its own */
};

static int run_once(struct checking *c)
{
    int rc = checking_run(c);
    if (rc == TN_OK && c->diags.count > 0)
        rc = c->diags.items[0].severity == TN__ERROR ? TN_EREFUSED : TN_OK;
    return rc;
}

static void no_memory_is_told(void **state)
{
    struct checking *c = *state;
    checking_write("migrations/1_schema.sql",
                   "CREATE TABLE users (id bigint PRIMARY KEY, name text, age int);\n");
    checking_write(
        "queries/q.sql",
        "-- name: a :many\nSELECT * FROM users WHERE :n IS NULL OR name = :n;\n"
        "-- name: b :many\nSELECT id FROM users WHERE true /*? x */ AND age = :x /*?*/;\n"
        "-- name: c :optional\nSELECT id FROM users WHERE id IN (:ids[]) LIMIT 1;\n"
        "-- name: d :many\nSELECT a.id FROM users a, users b WHERE a.name = NULL AND a.age / 3 > 1;\n"
        "-- name: e :exec\nINSERT INTO users (id, name) VALUES (NULL, 'x');\n");
    c->server_url = pg_server_url();
    fault_alloc_begin(0, false);
    assert_ok(run_once(c));
    long total = fault_alloc_calls();
    tn_arena_fini(&c->arena);
    fault_alloc_end();
    for (long at = 1; at <= total; at += total / SAMPLES + 1) {
        fault_alloc_begin(at, false);
        int rc = run_once(c);
        bool was_hit = fault_alloc_hits() > 0;
        if (was_hit && rc != TN_ENOMEM && rc != TN_OK)
            print_error("allocation %ld of %ld: %d %s\n", at, total, rc, c->err.message);
        /* What is done without may be left undone: a nearest name, what a server is closed with. */
        assert_true(rc == TN_ENOMEM || rc == TN_OK);
        tn_arena_fini(&c->arena);
        fault_alloc_end();
    }
    pg_expect_no_databases_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {PG_TEST(no_memory_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
