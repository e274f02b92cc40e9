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
        {"SELECT max(id) AS a, min(id) AS b, sum(age) AS c, count(id) AS d, array_agg(id) AS e FROM users",
         "a:user_id? b:user_id? c:int? d:int e:int[]?"},
        {"SELECT CASE WHEN age > 1 THEN id ELSE id END AS a, CASE WHEN age > 1 THEN id ELSE 1 END AS b, "
         "coalesce(NULL, id) AS c, nullif(id, 1) AS d, greatest(id, id) AS e, coalesce(nullif(id, 1), 0) AS f FROM users",
         "a:user_id b:int c:user_id d:user_id? e:user_id f:int"},
        {"SELECT id, age, count(*) AS n FROM users GROUP BY ROLLUP (id, age)",
         "id:user_id? age:int? n:int"},
        {"SELECT lag(id) OVER w AS a, first_value(id) OVER w AS b, lead(id, 1, 0::bigint) OVER w AS c, "
         "lead(id, 1, id) OVER w AS d, nth_value(id, 2) OVER w AS e, rank() OVER w AS f FROM users "
         "WINDOW w AS (ORDER BY id)",
         "a:user_id? b:user_id c:int d:user_id e:user_id? f:int"},
        {"SELECT (SELECT id FROM users LIMIT 1) AS a, ARRAY(SELECT id FROM users) AS b, id::text AS c, "
         "id IN (SELECT user_id FROM tokens) AS d FROM users",
         "a:user_id? b:int[] c:text d:bool"},
        {"SELECT id FROM users UNION SELECT user_id FROM tokens", "id:user_id"},
        {"SELECT id FROM users UNION SELECT 1", "id:int"},
        {"SELECT greatest(id, 5) AS a, greatest(id, id) AS b, least(NULL, id) AS c, least(id, age) AS d, "
         "greatest(age, NULL) AS e FROM users",
         "a:int b:user_id c:user_id d:int e:int?"},
        {"SELECT greatest(state, note) AS a, least(state, 'new') AS b FROM jobs", "a:text b:text"},
        {"SELECT max(state) AS a, max(key::text) AS b FROM jobs, tokens",
         "a:enum:jobs_state? b:text?"},
        {"-- param user user_id\nSELECT age FROM users WHERE age = :user",
         "age:int <- user:user_id"},
        {"-- param user int\n-- column id int\nSELECT id FROM users WHERE id = :user",
         "id:int <- user:int"},
        {"-- param key user_id\nSELECT user_id FROM tokens WHERE key = :key",
         "10 annotation-mismatch: a cast in the query: ':key::TYPE'"},
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
