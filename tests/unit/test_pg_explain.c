/* SPDX-License-Identifier: MIT */
#include "pg_checking.h"

#include "explain/explain.h"
#include "fault_alloc.h"

/* A statement of PostgreSQL explained from end to end; and memory that runs out on the way. */

enum {
    SAMPLES = 25 /* of all allocations: each run has a database of its own */
};

static const char schema[] =
    "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, kind text NOT NULL);\n";
static const char queries[] =
    "-- name: named :many\n"
    "SELECT id FROM users WHERE name = :name /*? k */ AND id IN (:ids[]) /*?*/ ORDER BY kind;\n"
    "-- name: rename :exec\n"
    "UPDATE public.users AS u SET (kind, name) = (:kind, :name) WHERE id = :id;\n"
    "-- name: merge :exec\n"
    "WITH x AS (DELETE FROM users RETURNING id) SELECT count(*) FROM x;\n"
    "-- name: lock :many\nSELECT id FROM users WHERE id = :id FOR UPDATE;\n";
static const char *const without[] = {"k"};

static const char *const sources[] = {"queries/*.sql"};

static int explain_once(struct tn__explain *explain, struct checking *c, const char *subject,
                        bool has_list)
{
    static struct tn__check_options options;
    options = (struct tn__check_options){.dialect = TN__POSTGRES,
                                         .engines = TN__ENGINE_OF(TN__POSTGRES),
                                         .server_url = c->server_url,
                                         .migrations_dir = "migrations",
                                         .sources = sources,
                                         .source_count = 1};
    tn__diags_init(&c->diags, &c->arena);
    *explain = (struct tn__explain){.options = &options, .arena = &c->arena, .diags = &c->diags};
    const struct tn__explain_form form = {.without = without, .without_count = has_list ? 0 : 1};
    int rc = tn__explain_find(explain, tn_text_of(subject), true, &c->err);
    if (rc == TN_OK)
        rc = tn__explain_choose(explain, &form, &c->err);
    if (rc == TN_OK)
        rc = tn__explain_open(explain, NULL, TN_READ, true, &c->err);
    if (rc == TN_OK && has_list)
        rc = tn__explain_bind(explain, "ids=1,2", &c->err);
    if (rc == TN_OK)
        rc = tn__explain_plan(explain, &c->err);
    if (rc == TN_OK)
        rc = tn__explain_advise(explain, &c->err);
    return rc;
}

static void project(void)
{
    checking_write("migrations/1_schema.sql", schema);
    checking_write("queries/q.sql", queries);
}

static void writes_that_pay_are_found_by_their_tokens(void **state)
{
    struct checking *c = *state;
    struct tn__explain explain;
    project();
    int rc = explain_once(&explain, c, "named", false);
    if (rc != TN_OK)
        print_error("%d: %s\n", rc, c->err.message);
    assert_ok(rc);
    assert_true(explain.is_generic);
    assert_int_equal(explain.advice_count, 1);
    const struct tn__explain_advice *advice = &explain.advice[0];
    assert_string_equal(advice->sql, "CREATE INDEX users_name_kind ON users (name, kind)");
    assert_int_equal(advice->write_count, 2);
    assert_string_equal(advice->writes[0].query, "rename");
    assert_string_equal(advice->writes[0].verb, "UPDATE");
    assert_string_equal(advice->writes[1].query, "merge");
    assert_string_equal(advice->writes[1].verb, "DELETE");
    tn__explain_close(&explain);
}

static int run_once(struct checking *c)
{
    struct tn__explain explain;
    struct tn__buf out;
    tn__buf_init(&out, 0);
    int rc = explain_once(&explain, c, "named", true);
    if (rc == TN_OK) {
        tn__explain_text(&out, &explain, false);
        tn__explain_document(&out, &explain);
        rc = tn__buf_status(&out);
    }
    tn__explain_close(&explain);
    tn__buf_fini(&out);
    return rc;
}

static void no_memory_is_told(void **state)
{
    struct checking *c = *state;
    project();
    c->server_url = pg_server_url();
    fault_alloc_begin(0, false);
    assert_ok(run_once(c));
    long total = fault_alloc_calls();
    tn_arena_fini(&c->arena);
    assert_int_equal(fault_alloc_live(), 0);
    fault_alloc_end();
    for (long at = 1; at <= total; at += total / SAMPLES + 1) {
        fault_alloc_begin(at, false);
        int rc = run_once(c);
        if (rc != TN_ENOMEM && rc != TN_OK)
            print_error("allocation %ld of %ld: %d %s\n", at, total, rc, c->err.message);
        /* What is done without may be left undone: a nearest name, what a server is closed with. */
        assert_true(rc == TN_ENOMEM || rc == TN_OK);
        tn_arena_fini(&c->arena);
        assert_int_equal(fault_alloc_live(), 0);
        fault_alloc_end();
    }
    pg_expect_no_databases_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(writes_that_pay_are_found_by_their_tokens),
        PG_TEST(no_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
