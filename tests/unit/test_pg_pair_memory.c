/* SPDX-License-Identifier: MIT */
#include "pg_checking.h"

#include "check/pair/pair.h"
#include "fault_alloc.h"

/* A project for both engines where memory runs out: an error, no leak, and never a query that is said to differ
 * because of it. */

enum {
    SAMPLES = 25 /* of all allocations: each run has a database of its own */
};

static void write_project(struct checking *c)
{
    tn_error err;
    assert_ok(tn__mkdirs("on_postgres", &err));
    checking_write("migrations/1_schema.sql",
                   "CREATE TABLE note (id INTEGER PRIMARY KEY, state TEXT NOT NULL "
                   "CHECK (state IN ('open', 'shut')), done INTEGER NOT NULL);\n");
    checking_write("on_postgres/1_schema.sql",
                   "CREATE TABLE note (id bigint PRIMARY KEY, state text NOT NULL "
                   "CHECK (state IN ('open', 'shut')), done boolean NOT NULL);\n");
    checking_write("queries/q.sql",
                   "-- name: same :many\nSELECT id, state FROM note WHERE id > :id;\n"
                   "-- name: listed :many\nSELECT id FROM note WHERE id IN (:ids[]);\n"
                   "-- name: theirs :exec\n-- engine: postgres\nDELETE FROM note WHERE done;\n"
                   "-- name: differs :many\nSELECT id, done FROM note;\n");
    c->postgres_migrations = "on_postgres";
    c->dialect = TN__SQLITE;
    c->server_url = pg_server_url();
}

/* What is said, one finding a line: all of it, or a beginning, if memory ran out. */
static void expect_findings_of(const struct checking *c, int rc)
{
    static const char differs[] =
        "column 'done' of 'differs' is int on SQLite and bool on PostgreSQL";
    size_t found = 0;
    for (size_t i = 0; i < c->diags.count; i++) {
        const struct tn__diag *diag = &c->diags.items[i];
        if (diag->severity != TN__ERROR)
            continue;
        assert_string_equal(diag->code, "engines-differ");
        if (rc == TN_OK)
            assert_string_equal(diag->message, differs);
        found++;
    }
    if (rc == TN_OK)
        assert_int_equal(found, 1);
}

static void no_memory_is_told(void **state)
{
    struct checking *c = *state;
    write_project(c);
    fault_alloc_begin(0, false);
    assert_ok(checking_run(c));
    long total = fault_alloc_calls();
    expect_findings_of(c, TN_OK);
    tn_arena_fini(&c->arena);
    fault_alloc_end();
    for (long at = 1; at <= total; at += total / SAMPLES + 1) {
        fault_alloc_begin(at, false);
        int rc = checking_run(c);
        if (rc != TN_ENOMEM && rc != TN_OK)
            print_error("allocation %ld of %ld: %d %s\n", at, total, rc, c->err.message);
        assert_true(rc == TN_ENOMEM || rc == TN_OK);
        expect_findings_of(c, rc);
        tn_arena_fini(&c->arena);
        fault_alloc_end();
    }
    pg_expect_no_databases_left();
}

/* Both judgements once more, as they were before they were held against each other. */
static void copy_queries(struct tn__checked *out, const struct checking *c, tn_arena *arena)
{
    struct tn__query *queries = tn_arena_array(arena, c->checked.query_count, sizeof(*queries));
    assert_non_null(queries);
    *out = c->checked;
    out->queries = queries;
    for (size_t i = 0; i < out->query_count; i++) {
        queries[i] = c->checked.queries[i];
        for (unsigned half = 0; half < 2 && queries[i].halves[half]; half++) {
            queries[i].halves[half] = tn_arena_array(arena, 1, sizeof(*queries));
            assert_non_null(queries[i].halves[half]);
            *queries[i].halves[half] = *c->checked.queries[i].halves[half];
        }
        queries[i].is_broken = false;
    }
}

static void merging_tells_it(void **state)
{
    struct checking *c = *state;
    bool is_done = false;
    write_project(c);
    assert_ok(checking_run(c));
    for (size_t limit = 16; !is_done && limit < 1 << 20; limit += 16) {
        struct tn__checked checked;
        struct tn__diags diags;
        tn_arena copies = {0};
        tn_arena arena = {.limit_bytes = limit};
        copy_queries(&checked, c, &copies);
        tn__diags_init(&diags, &copies);
        int rc = tn__pair_merge(&checked, &arena, &diags);
        is_done = rc == TN_OK && diags.status == TN_OK;
        assert_true(is_done || rc == TN_ENOMEM || diags.status == TN_ENOMEM);
        if (is_done)
            assert_int_equal(diags.count, 1);
        if (is_done)
            assert_non_null(strstr(diags.items[0].message, "is int on SQLite and bool on Postgre"));
        tn__diags_fini(&diags);
        tn_arena_fini(&arena);
        tn_arena_fini(&copies);
    }
    assert_true(is_done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {PG_TEST(no_memory_is_told), PG_TEST(merging_tells_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
