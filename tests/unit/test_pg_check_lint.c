/* SPDX-License-Identifier: MIT */
#include "pg_linting.h"

/* Advice about queries of PostgreSQL: how many rows there are, and plans of tables that are large. */

static const char schema[] =
    "CREATE TABLE users (id bigint PRIMARY KEY, name text, mail text UNIQUE);\n"
    "CREATE TABLE events (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users,\n"
    "  at timestamptz NOT NULL, kind text NOT NULL);\n"
    "CREATE INDEX events_user ON events (user_id, at);\n"
    "CREATE TABLE things (id bigint PRIMARY KEY, name text NOT NULL, box int, gone timestamptz);\n"
    "CREATE UNIQUE INDEX ON things (name) WHERE gone IS NULL;\n"
    "CREATE UNIQUE INDEX ON things (box) WHERE gone IS NULL AND name IS NOT NULL AND box > 1;\n"
    "CREATE TYPE pair AS (x int, y int);\n"
    "CREATE DOMAIN two AS pair;\n"
    "CREATE TABLE points (name text NOT NULL, at pair, other two);\n"
    "CREATE UNIQUE INDEX ON points (name) WHERE at IS NOT NULL;\n"
    "CREATE UNIQUE INDEX ON points (name) WHERE other IS NOT NULL;\n"
    "CREATE TABLE parts (id bigint, at date NOT NULL, kind text) PARTITION BY RANGE (at);\n"
    "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');\n"
    "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');\n"
    "CREATE INDEX ON parts (at);\n"
    "CREATE SCHEMA log;\n"
    "CREATE TABLE log.lines (id bigint PRIMARY KEY, at timestamptz NOT NULL);\n";

static void one_wants_a_key(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT name FROM users WHERE id = :id", ""},
        {"SELECT name FROM users WHERE mail = :mail", ""},
        {"SELECT name FROM users WHERE name = :name", "18 one-without-key"},
        {"SELECT name FROM users WHERE name = :name LIMIT 1", "49 implicit-order"},
        {"SELECT id FROM things WHERE name = :name AND gone IS NULL", ""},
        {"SELECT id FROM things WHERE name = :name", "16 one-without-key"},
        {"SELECT id FROM things WHERE name = :name AND gone IS NOT NULL", "16 one-without-key"},
        {"SELECT id FROM things WHERE box = :box AND gone IS NULL AND name > 'a'",
         "16 one-without-key"},
        /* Rows of (1, NULL) are in neither index. */
        {"SELECT name FROM points WHERE name = :name AND at IS DISTINCT FROM NULL",
         "18 one-without-key"},
        {"SELECT name FROM points WHERE name = :name AND other = ROW(1, NULL)::two",
         "18 one-without-key"},
        {"SELECT count(*) AS n FROM users", ""},
        {"INSERT INTO users (id) VALUES (:id) RETURNING id", ""},
        {"UPDATE users SET name = 'a' RETURNING id", "8 one-without-key"},
    };
    EXPECT_ADVICE(*state, schema, cases, ":optional");
}

static void many_wants_no_key(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT name FROM users WHERE id = :id", "10 many-on-key"},
        {"SELECT name FROM users WHERE id IN (:ids[])", ""},
        {"SELECT name FROM users", ""},
    };
    EXPECT_ADVICE(*state, schema, cases, ":many");
}

static void tables_that_are_large_want_an_index(void **state)
{
    static const struct tn__settings_large large[] = {
        {"events", {"tenon.ini", 3, 1, 6}},
        {"log.lines", {"tenon.ini", 4, 1, 9}},
    };
    static const struct pg_case cases[] = {
        {"SELECT id FROM events WHERE kind = :kind", "16 full-scan"},
        {"SELECT e.id FROM events AS e WHERE e.kind = :kind AND e.at > now()", "18 full-scan"},
        {"SELECT id FROM events WHERE user_id = :u", ""},
        {"SELECT id FROM events WHERE id IN (:ids[])", ""},
        {"SELECT id FROM events WHERE user_id = :u ORDER BY at DESC LIMIT 10", ""},
        {"SELECT id FROM events ORDER BY at LIMIT 10", "16 temp-btree"},
        {"SELECT id FROM events ORDER BY kind", ""},
        {"SELECT id FROM events", ""},
        {"SELECT id FROM users WHERE name = :name", ""},
        {"SELECT id FROM log.lines WHERE at > :at", "20 full-scan"},
        {"SELECT u.id FROM users u JOIN events e ON e.user_id = u.id WHERE u.mail = :m", ""},
        {"DELETE FROM events WHERE at < now() RETURNING id", "13 full-scan"},
        {"UPDATE events SET kind = 'a' WHERE kind = :kind RETURNING id", "8 full-scan"},
    };
    struct checking *c = *state;
    c->large = large;
    c->large_count = 2;
    EXPECT_ADVICE(c, schema, cases, ":many");
}

static void expect_advice_of_large(struct checking *c, const char *name,
                                   const struct pg_case *cases, size_t count)
{
    const struct tn__settings_large large = {name, {"tenon.ini", 3, 1, 6}};
    c->large = &large;
    c->large_count = 1;
    expect_advice(c, schema, cases, count, ":many");
    c->large = NULL;
    c->large_count = 0;
}

static void partitions_are_large_with_their_table(void **state)
{
    static const struct pg_case of_all[] = {
        {"SELECT id FROM parts WHERE kind = :kind", "16 full-scan"},
        {"SELECT p.id FROM parts p WHERE p.kind = :kind", "18 full-scan"},
        {"SELECT id FROM parts_2 WHERE kind = :kind", "16 full-scan"},
        {"SELECT id FROM parts WHERE at = :at", ""},
        {"SELECT id FROM parts ORDER BY kind LIMIT 3", "16 temp-btree"},
        {"SELECT p.id FROM parts p JOIN users u ON u.id = p.id ORDER BY p.kind LIMIT 3", ""},
        {"SELECT id FROM events WHERE kind = :kind", ""},
    };
    static const struct pg_case of_one[] = {
        {"SELECT id FROM parts WHERE kind = :kind", "16 full-scan"},
        {"SELECT id FROM parts WHERE kind = :kind AND at = '2025-02-03'", ""},
        {"SELECT id FROM parts_1 WHERE kind = :kind", ""},
        {"SELECT id FROM parts_2 WHERE kind = :kind", "16 full-scan"},
    };
    expect_advice_of_large(*state, "parts", of_all, sizeof(of_all) / sizeof(of_all[0]));
    expect_advice_of_large(*state, "parts_2", of_one, sizeof(of_one) / sizeof(of_one[0]));
}

static void large_tables_stand_on_lines_of_their_own(void **state)
{
    static const struct tn__settings_large large[] = {{"users, events", {"tenon.ini", 3, 9, 5}}};
    struct checking *c = *state;
    c->large = large;
    c->large_count = 1;
    checking_write("migrations/1_schema.sql", schema);
    checking_write("queries/q.sql", "-- name: q :many\nSELECT id FROM users;\n");
    assert_ok(checking_run(c));
    assert_int_equal(c->diags.count, 1);
    assert_string_equal(c->diags.items[0].help, "a line for each: 'large = TABLE'");
}

static void a_large_table_that_is_none_is_told(void **state)
{
    static const struct tn__settings_large large[] = {{"evnts", {"tenon.ini", 3, 9, 5}}};
    struct checking *c = *state;
    c->large = large;
    c->large_count = 1;
    checking_write("migrations/1_schema.sql", schema);
    checking_write("queries/q.sql", "-- name: q :many\nSELECT id FROM users;\n");
    assert_ok(checking_run(c));
    assert_int_equal(c->diags.count, 1);
    assert_string_equal(c->diags.items[0].code, "unknown-table");
    assert_string_equal(c->diags.items[0].help, "'events'");
    assert_int_equal(c->diags.items[0].place.line, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(one_wants_a_key),
        PG_TEST(many_wants_no_key),
        PG_TEST(tables_that_are_large_want_an_index),
        PG_TEST(partitions_are_large_with_their_table),
        PG_TEST(large_tables_stand_on_lines_of_their_own),
        PG_TEST(a_large_table_that_is_none_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
