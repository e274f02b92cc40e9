/* SPDX-License-Identifier: MIT */
#include "checking.h"

#include "fault_alloc.h"
#include "gen/gen.h"

/* From the folder to the written C without memory: TN_ENOMEM and no leak, whichever allocation
 * fails. */

static int run_once(void *user)
{
    struct checking *c = user;
    struct tn__gen_options options = {
        .out_dir = "gen", .plan = {.prefix = "app"}, .unity = "all.c"};
    static const char *const sources[] = {"queries/*.sql", "src/*.c"};
    struct tn__check_options check = {
        .migrations_dir = "migrations", .sources = sources, .source_count = 2};
    struct tn__gen_result result;
    struct tn__buf json;
    int rc = checking_run(c);
    if (rc == TN_OK)
        rc = tn__gen_write(&result, &c->plan, &c->checked, &options, &c->arena, &c->err);
    if (rc == TN_OK)
        rc = tn__gen_check(&result, &c->checked, &options, &c->arena, &c->diags, &c->err);
    if (rc == TN_OK)
        rc = tn__gen_depfile("all.d", &c->checked, &check, NULL, 0, &c->arena, &c->err);
    tn__buf_init(&json, 0);
    if (rc == TN_OK) {
        tn__check_report(&json, &c->checked, &c->diags);
        rc = json.status;
    }
    tn__buf_fini(&json);
    if (rc == TN_OK)
        rc = c->diags.status;
    tn_arena_fini(&c->arena);
    return rc;
}

#define TYPE(table, column, logical, name)    \
 {                                            \
  table, column, name, logical, TN__FORM_ANY, \
  {                                           \
   NULL, 0, 0, 0                              \
  }                                           \
 }

static void write_project(struct checking *c)
{
    static const struct tn__settings_type types[] = {
        TYPE("t", "id", TN__LOGICAL_KEY, "t_id"),
        TYPE("t", "a b", TN__LOGICAL_KEY, "ab"),
        TYPE("e", "k", TN__LOGICAL_KEY, "no_key"),
        TYPE("r", "no_key", TN__LOGICAL_KEY, "ab"),
    };
    tn_error err;
    c->types = types;
    c->type_count = sizeof types / sizeof types[0];
    assert_ok(tn__mkdirs("src", &err));
    checking_write(
        "migrations/1_schema.sql",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, \"a b\" TEXT NOT NULL, x);\n"
        "CREATE TABLE e (k TEXT CHECK (k IN ('a', 'b')), l TEXT CHECK (l IN ('c', 'C')));\n"
        "CREATE TABLE r (t INTEGER REFERENCES t, no_key BLOB);\n"
        "ALTER TABLE t ADD y TEXT NOT NULL DEFAULT -NULL;\n"
        "CREATE TEMP VIEW v AS SELECT 1;\n"
        "CREATE VIEW quoted AS SELECT \"text\" AS a FROM t;\n"
        "CREATE TABLE c (n INTEGER NOT NULL CHECK (n > 0));");
    checking_write(
        "queries/q.sql",
        "-- name: find :optional\nSELECT * FROM t WHERE id = :id AND \"a b\" = ?;\n"
        "-- name: kinds :many\nSELECT k FROM e WHERE k = :k;\n"
        "-- name: refs :many\n-- column n t_id\nSELECT t, 1 AS n FROM r WHERE t = :t;\n"
        "-- name: both :many\n-- embed t, r? r\nSELECT t.*, r.* FROM t LEFT JOIN r"
        " ON r.t = t.id;\n"
        "-- name: tree :many\n-- embed t, u?\n-- group by t.id\nSELECT t.*, u.*"
        " FROM t LEFT JOIN t u ON u.id = :id /*? x */ AND u.x = :x /*?*/ ORDER BY t.id;\n"
        "-- name: leaf :one\n-- group by t.id\nSELECT t.id, 1 AS one FROM t"
        " ORDER BY t.x, t.id;\n"
        "-- name: advice :many\n"
        "SELECT t.id / e.rowid AS r FROM t, e, c WHERE (t.y = 'a' OR :y IS NULL) AND t.x = e.k"
        " AND e.k NOT IN (SELECT l FROM e) AND e.k <> 'z' AND t.x = x'00' ORDER BY t.y"
        " LIMIT 3;\n"
        "-- name: never :exec\nINSERT INTO c (n) VALUES (0);\n"
        "-- name: wrong :one\nSELECT nope FROM t;\n"
        "-- name: list :many\n-- column n int\nSELECT count(*) AS n, :v AS v FROM t;\n");
    checking_write("src/a.c", "TN_QUERY(put, \":exec\", \"DELETE FROM t \" \"WHERE x = :x\");");
}

static void every_allocation_may_fail(void **state)
{
    write_project(*state);
    fault_alloc_each(run_once, *state);
}

/* Allocations come in blocks; a limit of the arena meets each place that takes from one. */
static void every_byte_of_the_arena_may_be_the_last(void **state)
{
    struct checking *c = *state;
    int rc = TN_ENOMEM;
    size_t limit = 1;
    write_project(c);
    for (; limit < 1000000 && rc != TN_OK; limit += 61) {
        c->arena.limit_bytes = limit;
        rc = run_once(c);
        if (rc != TN_OK && rc != TN_ENOMEM)
            print_error("limit %zu: %d %s\n", limit, rc, c->err.message);
        assert_true(rc == TN_OK || rc == TN_ENOMEM);
    }
    assert_ok(rc);
    assert_true(limit > 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_allocation_may_fail, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(every_byte_of_the_arena_may_be_the_last, checking_setup,
                                        checking_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
