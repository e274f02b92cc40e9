/* SPDX-License-Identifier: MIT */
#include "pg_checking.h"

/* Whole rows on PostgreSQL: structs of tables, embeds and groups, keys, and texts with optional parts. */

static const char schema[] =
    "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, age int);\n"
    "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users,\n"
    "  total numeric NOT NULL, note text);\n"
    "CREATE TABLE jobs (state text NOT NULL CHECK (state IN ('new', 'done')), note text);\n"
    "CREATE TABLE tokens (key uuid PRIMARY KEY, user_id bigint NOT NULL REFERENCES users);\n";

static void row_of_a_table_is_known(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT * FROM users WHERE id = 1", ""},
        {"SELECT id, name, age FROM users", ""},
        {"SELECT name, id, age FROM users", ""},
        {"UPDATE users SET age = 1 RETURNING *", ""},
    };
    struct checking *c = *state;
    checking_write("migrations/1_schema.sql", schema);
    pg_checking_write(cases, 4, ":many");
    assert_ok(checking_run(c));
    const struct tn__table *users = tn__catalog_table(&c->checked.catalog, TN__TEXT("users"));
    assert_ptr_equal(c->checked.queries[0].row_table, users);
    assert_ptr_equal(c->checked.queries[1].row_table, users);
    assert_null(c->checked.queries[2].row_table);
    assert_ptr_equal(c->checked.queries[3].row_table, users);
    assert_true(c->checked.queries[0].is_single_row);
    assert_false(c->checked.queries[1].is_single_row);
}

static void embeds_and_groups_are_found(void **state)
{
    static const struct pg_case cases[] = {
        {"-- embed u users, o? orders\nSELECT u.*, o.*, 1 AS n FROM users u LEFT JOIN orders o ON "
         "o.user_id = u.id",
         "id:int name:text age:int? id:int? user_id:int? total:numeric? note:text? n:int"},
        {"-- embed o\nSELECT u.name, o.* FROM users u LEFT JOIN orders o ON o.user_id = u.id",
         "10 embed-mismatch: 'o?'"},
        {"-- embed o\nSELECT u.name, o.id FROM users u JOIN orders o ON o.user_id = u.id",
         "10 embed-mismatch: 'o.*'"},
        {"-- embed x\nSELECT u.name, o.* FROM users u JOIN orders o ON o.user_id = u.id",
         "10 bad-annotation"},
        {"-- group by u.id\n-- embed o\nSELECT u.id, u.name, o.* FROM users u JOIN orders o ON "
         "o.user_id = u.id ORDER BY u.id",
         "id:int name:text id:int user_id:int total:numeric note:text?"},
        {"-- group by u.id\nSELECT u.id, o.total FROM users u JOIN orders o ON o.user_id = u.id "
         "ORDER BY o.total",
         "80 group-order: ORDER BY u.id, …"},
    };
    PG_EXPECT(*state, schema, cases, ":many");
}

static void keys_go_along_foreign_keys(void **state)
{
    static const struct tn__settings_type types[] = {
        {.table = "users", .column = "id", .struct_name = "user_id", .logical = TN__LOGICAL_KEY},
        {.table = "tokens", .column = "key", .struct_name = "token", .logical = TN__LOGICAL_KEY},
    };
    static const struct pg_case cases[] = {
        {"SELECT id, age FROM users WHERE id = 1", "id:user_id age:int?"},
        {"SELECT key, user_id FROM tokens", "key:token user_id:user_id"},
        {"SELECT u.id + 1 AS n FROM users u", "n:int"},
        {"SELECT age FROM users WHERE id = :id OR id IN (:ids[])",
         "age:int? <- id:user_id ids:user_id[]"},
        {"SELECT age FROM users WHERE id = :id OR age = :id", "age:int? <- id:int"},
        {"INSERT INTO tokens (key, user_id) VALUES (:key, :user) RETURNING user_id",
         "user_id:user_id <- key:token user:user_id"},
        {"UPDATE orders SET user_id = :user WHERE user_id = :old RETURNING total",
         "total:numeric <- user:user_id old:user_id"},
        {"SELECT state FROM jobs WHERE state = :s AND state IN (:l[])",
         "state:enum:jobs_state <- s:enum:jobs_state l:enum:jobs_state[]"},
        {"INSERT INTO jobs VALUES (:state, :note) RETURNING *",
         "state:enum:jobs_state note:text? <- state:enum:jobs_state note:text?"},
        {"SELECT upper(state) AS x FROM jobs WHERE upper(state) = :x", "x:text <- x:text"},
    };
    struct checking *c = *state;
    c->types = types;
    c->type_count = 2;
    PG_EXPECT(c, schema, cases, ":many");
}

static void types_that_are_none_are_refused(void **state)
{
    static const struct tn__settings_type types[] = {
        {.table = "users",
         .column = "age",
         .logical = TN__LOGICAL_BOOL,
         .place = {"tenon.ini", 3, 1, 9}},
        {.table = "level", .struct_name = "grade", .place = {"tenon.ini", 4, 1, 5}},
        {.table = "levle", .struct_name = "grade", .place = {"tenon.ini", 5, 1, 5}},
    };
    struct checking *c = *state;
    c->types = types;
    c->type_count = 3;
    checking_write("migrations/0_level.sql", "CREATE TYPE level AS ENUM ('low', 'high');\n");
    checking_write("migrations/1_schema.sql", schema);
    checking_write("queries/q.sql", "-- name: q :many\nSELECT id FROM users;\n");
    assert_ok(checking_run(c));
    assert_int_equal(c->diags.count, 2);
    assert_string_equal(c->diags.items[0].code, "bad-setting");
    assert_int_equal(c->diags.items[0].place.line, 3);
    assert_string_equal(c->diags.items[1].code, "unknown-table");
    assert_int_equal(c->diags.items[1].place.line, 5);
}

static void texts_of_a_query_are_judged_each(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT id FROM users WHERE id > :id /*? name */ AND name = :name /*?*/ "
         "/*? min */ AND age >= :min /*?*/ ORDER BY /*: sort id */ id /*: age = age DESC, id :*/",
         "id:int <- id:int name:text min:int"},
        {"SELECT id FROM users WHERE true /*? a */ AND (:x IS NULL OR age = :x) /*?*/ "
         "/*? b */ AND :x IS NOT NULL /*?*/",
         "id:int <- x:int?"},
        {"SELECT id FROM users WHERE true /*? a */ AND age = :x /*?*/ /*? b */ AND id = :x /*?*/",
         "52 engine-error: ':x::int4'"},
        {"SELECT id FROM users WHERE true /*? a */ AND naem = 'a' /*?*/",
         "46 unknown-column: 'name'"},
        {"SELECT * FROM users WHERE true /*? few */ AND id IN (:ids[]) /*?*/",
         "id:int name:text age:int? <- ids:int[]"},
    };
    PG_EXPECT(*state, schema, cases, ":many");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(row_of_a_table_is_known),          PG_TEST(embeds_and_groups_are_found),
        PG_TEST(keys_go_along_foreign_keys),       PG_TEST(types_that_are_none_are_refused),
        PG_TEST(texts_of_a_query_are_judged_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
