/* SPDX-License-Identifier: MIT */
#include "linting.h"

/* How many rows, which ones, and how often: one-without-key, many-on-key, implicit-order, cartesian. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT NOT NULL UNIQUE, name TEXT NOT NULL,"
    " tags TEXT);\n"
    "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, title TEXT NOT NULL);\n"
    "CREATE TABLE likes (user_id INTEGER NOT NULL, post_id INTEGER NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (user_id, post_id));\n"
    "CREATE VIEW pairs AS SELECT u.id AS user, p.id AS post FROM users u, posts p;\n"
    "CREATE VIEW some AS SELECT id FROM users LIMIT 5;\n";

static void one_row_is_asked_for_and_there_may_be_more(void **state)
{
    static const struct lint_case cases[] = {
        {":one", "SELECT id FROM users WHERE name = :n", "users",
         "':many', or a key in WHERE: id or mail"},
        {":optional", "SELECT id FROM users u", "users", NULL},
        {":one", "SELECT at FROM likes WHERE user_id = :u", "likes",
         "':many', or a key in WHERE: (user_id, post_id); or LIMIT 1"},
        {":one", "SELECT id FROM users ORDER BY id", "users", NULL},
        {":one", "SELECT id FROM users ORDER BY id LIMIT 2", "users", NULL},
        {":one", "SELECT u.id FROM users u JOIN posts p ON p.user_id = u.id WHERE u.id = 1",
         "posts", NULL},
        {":one", "SELECT user FROM pairs WHERE user = 1", "pairs", "':many', or LIMIT 1"},
        {":one", "SELECT id FROM users WHERE id = 1 UNION ALL SELECT 2", "SELECT", NULL},
        {":one", "VALUES (1), (2)", "VALUES", NULL},
        {":one", "UPDATE users SET name = 'x' WHERE name = 'y' RETURNING id", "users",
         "':many', or a key in WHERE: id or mail"},
        {":optional", "DELETE FROM users RETURNING id", "users", NULL},
        {":one", "INSERT INTO posts (user_id, title) SELECT id, name FROM users RETURNING id",
         "users", NULL},
        {":one", "INSERT INTO posts (user_id, title) VALUES (1, 'a'), (2, 'b') RETURNING id",
         "INSERT", NULL},
        {":one", "SELECT name FROM users WHERE id > 3 GROUP BY name", "users", NULL},
        {":one", "SELECT id FROM users WHERE id = 3", NULL, NULL},
        {":one", "SELECT id FROM users WHERE mail = :m", NULL, NULL},
        {":one", "SELECT at FROM likes WHERE user_id = :u AND post_id = :p", NULL, NULL},
        {":one", "SELECT id FROM users ORDER BY name LIMIT 1", NULL, NULL},
        {":one", "SELECT count(*) AS n FROM users", NULL, NULL},
        {":one", "SELECT EXISTS (SELECT 1 FROM users) AS x", NULL, NULL},
        {":one", "WITH w AS (SELECT max(id) AS m FROM users) SELECT m FROM w", NULL, NULL},
        {":one",
         "SELECT u.id, p.title FROM posts p JOIN users u ON u.id = p.user_id WHERE p.id = 1", NULL,
         NULL},
        {":one", "SELECT id FROM users WHERE id = (SELECT max(id) FROM users)", NULL, NULL},
        {":one", "SELECT id FROM users WHERE id IN (SELECT user_id FROM posts ORDER BY id LIMIT 1)",
         NULL, NULL},
        {":one", "SELECT name, count(*) AS n FROM users WHERE name = :n GROUP BY name", NULL, NULL},
        {":one", "INSERT INTO users (mail, name) VALUES ('a', 'b') RETURNING id", NULL, NULL},
        {":one",
         "INSERT INTO users (mail, name) VALUES ('a', 'b') ON CONFLICT DO UPDATE SET name = 'c'"
         " RETURNING id",
         NULL, NULL},
        {":one", "UPDATE users SET name = 'x' WHERE mail = :m RETURNING id", NULL, NULL},
        {":optional",
         "UPDATE posts SET title = 'x' WHERE id = (SELECT min(id) FROM posts) RETURNING id", NULL,
         NULL},
        {":optional", "DELETE FROM likes WHERE user_id = 1 AND post_id = 2 RETURNING at", NULL,
         NULL},
        {":many", "SELECT id FROM users", NULL, NULL},
    };
    EXPECT_LINTS(*state, tables, "one-without-key", cases);
}

static void many_rows_are_asked_for_and_there_is_one(void **state)
{
    static const struct lint_case cases[] = {
        {":many", "SELECT name FROM users WHERE id = :id", "q", "':optional'"},
        {":many", "SELECT name FROM users WHERE mail = :m", "q", NULL},
        {":many", "SELECT count(*) AS n FROM users", "q", "':one'"},
        {":many", "INSERT INTO users (mail, name) VALUES (:m, :n) RETURNING id", "q", NULL},
        {":many", "DELETE FROM users WHERE id = :id RETURNING name", "q", NULL},
        {":many", "SELECT name FROM users WHERE id > :id", NULL, NULL},
        {":many", "SELECT at FROM likes WHERE user_id = :u", NULL, NULL},
        {":many", "SELECT name FROM users WHERE id IN (:a, :b)", NULL, NULL},
        {":many", "DELETE FROM users RETURNING name", NULL, NULL},
        {":one", "SELECT name FROM users WHERE id = :id", NULL, NULL},
    };
    EXPECT_LINTS(*state, tables, "many-on-key", cases);
}

static void limit_without_an_order_is_a_finding(void **state)
{
    static const struct lint_case cases[] = {
        {NULL, "SELECT id FROM users LIMIT 10", "10", "ORDER BY"},
        {NULL, "SELECT id FROM users LIMIT :n OFFSET :from", ":n", NULL},
        {":one", "SELECT id FROM users LIMIT 1", "1", NULL},
        {NULL,
         "SELECT name, (SELECT title FROM posts WHERE user_id = u.id LIMIT 1) AS t FROM users u",
         "1", NULL},
        {NULL, "SELECT id FROM users WHERE id IN (SELECT user_id FROM posts LIMIT 3)", "3", NULL},
        {NULL, "SELECT id FROM users UNION SELECT id FROM posts LIMIT 3", "3", NULL},
        {NULL, "WITH w AS (SELECT id FROM users) SELECT id FROM w LIMIT 3", "3", NULL},
        {NULL, "UPDATE posts SET title = 'x' WHERE id = (SELECT id FROM posts LIMIT 1)", "1", NULL},
        {NULL, "INSERT INTO posts (user_id, title) SELECT id, name FROM users LIMIT 4", "4", NULL},
        {":one", "SELECT group_concat(name) AS names FROM users", "group_concat(name)", NULL},
        {NULL, "SELECT user_id, group_concat(title, ', ') AS t FROM posts GROUP BY user_id",
         "group_concat(title, ', ')", NULL},
        {NULL, "SELECT id FROM users ORDER BY id LIMIT 10", NULL, NULL},
        {NULL, "SELECT id FROM users UNION SELECT id FROM posts ORDER BY 1 LIMIT 3", NULL, NULL},
        {NULL,
         "SELECT id FROM users WHERE EXISTS (SELECT id FROM posts WHERE user_id = users.id LIMIT 1)",
         NULL, NULL},
        {NULL, "SELECT 1 AS is_there FROM users WHERE name = :n LIMIT 1", NULL, NULL},
        {NULL, "SELECT id FROM users WHERE id = :id LIMIT 1", NULL, NULL},
        {":one", "SELECT count(*) AS n FROM users LIMIT 1", NULL, NULL},
        {NULL, "SELECT id FROM (SELECT id FROM users ORDER BY name) LIMIT 5", NULL, NULL},
        {NULL, "SELECT value FROM json_each(:list) LIMIT 5", NULL, NULL},
        {NULL,
         "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 10) SELECT x FROM c",
         NULL, NULL},
        {NULL, "DELETE FROM posts WHERE id IN (SELECT id FROM posts WHERE user_id = 3 LIMIT 100)",
         NULL, NULL},
        {NULL, "SELECT id FROM some", NULL, NULL},
        {":one", "SELECT group_concat(name) AS n FROM (SELECT name FROM users ORDER BY name)", NULL,
         NULL},
        {":one", "SELECT group_concat(value) AS v FROM json_each(:list)", NULL, NULL},
        {":one", "SELECT sum(id) AS s FROM users", NULL, NULL},
    };
    EXPECT_LINTS(*state, tables, "implicit-order", cases);
}

static void relations_that_nothing_links_are_a_finding(void **state)
{
    static const struct lint_case cases[] = {
        {NULL, "SELECT u.id, p.title FROM users u, posts p", "posts", "a condition, or CROSS JOIN"},
        {NULL, "SELECT u.id, p.title FROM users u JOIN posts p", "posts", NULL},
        {NULL, "SELECT u.id, p.title FROM users u LEFT JOIN posts p ON p.title = :t", "posts",
         NULL},
        {NULL, "SELECT u.id FROM users u, posts p WHERE u.name = 'a' AND p.title = 'b'", "posts",
         NULL},
        {NULL, "SELECT u.id FROM users u JOIN posts p ON p.user_id = u.id, likes l", "likes", NULL},
        {NULL, "SELECT u.id FROM users u, (SELECT id FROM posts) p", "(SELECT id FROM posts) p",
         NULL},
        {NULL, "SELECT id FROM users WHERE id IN (SELECT l.user_id FROM likes l, posts p)", "posts",
         NULL},
        {NULL, "SELECT u.id FROM users u, json_each(:list) j", "json_each", NULL},
        {NULL, "UPDATE users SET name = p.title FROM posts p WHERE p.id = 3 OR p.user_id = 2",
         "posts", NULL},
        {NULL, "INSERT INTO likes SELECT u.id, p.id, 0 FROM users u, posts p", "posts", NULL},
        {NULL, "WITH w AS (SELECT u.id FROM users u, posts p) SELECT id FROM w", "posts", NULL},
        {NULL, "SELECT u.id FROM users u, posts p WHERE p.user_id = u.id", NULL, NULL},
        {NULL,
         "SELECT u.id FROM users u JOIN likes l ON l.user_id = u.id JOIN posts p ON p.id = l.post_id",
         NULL, NULL},
        {NULL, "SELECT u.id FROM users u JOIN posts p USING (id)", NULL, NULL},
        {NULL, "SELECT u.id FROM users u NATURAL JOIN posts p", NULL, NULL},
        {NULL, "SELECT u.id FROM users u CROSS JOIN posts p", NULL, NULL},
        {NULL, "SELECT u.id FROM users u JOIN posts p ON TRUE", NULL, NULL},
        {NULL, "SELECT u.id FROM users u, posts p WHERE p.user_id = :u AND u.id = :u", NULL, NULL},
        {NULL, "SELECT u.id FROM users u, posts p WHERE u.mail = :m", NULL, NULL},
        {NULL, "SELECT u.id, n FROM users u, (SELECT count(*) AS n FROM posts)", NULL, NULL},
        {NULL, "SELECT u.id, j.value FROM users u, json_each(u.tags) j", NULL, NULL},
        {NULL, "SELECT u.id, v.column1 FROM users u, (VALUES (1), (2)) v", NULL, NULL},
        {NULL, "SELECT u.id FROM users u, posts p WHERE u.id + p.id > 3", NULL, NULL},
        {NULL,
         "SELECT u.id FROM users u, posts p WHERE EXISTS (SELECT 1 FROM likes l WHERE l.user_id ="
         " u.id AND l.post_id = p.id)",
         NULL, NULL},
        {NULL,
         "SELECT id FROM users u WHERE EXISTS (SELECT 1 FROM likes l, posts p WHERE l.user_id = u.id"
         " AND p.user_id = u.id)",
         NULL, NULL},
        {NULL, "SELECT user FROM pairs", NULL, NULL},
        {NULL, "UPDATE users SET name = p.title FROM posts p WHERE p.user_id = users.id", NULL,
         NULL},
        {NULL,
         "INSERT INTO users (id, mail, name) VALUES (1, 'a', 'b') ON CONFLICT DO UPDATE SET"
         " name = excluded.name",
         NULL, NULL},
    };
    EXPECT_LINTS(*state, tables, "cartesian", cases);
}

/* What annotations make of rows, and texts with optional parts. */
static void forms_of_a_query_are_known(void **state)
{
    struct checking *c = *state;
    checking(
        c, tables,
        "-- name: tree :optional\n-- group by u.id\n"
        "SELECT u.id, p.title FROM users u JOIN posts p ON p.user_id = u.id WHERE u.id = :id"
        " ORDER BY u.id;\n"
        "-- name: trees :optional\n-- group by u.id\n"
        "SELECT u.id, p.title FROM users u JOIN posts p ON p.user_id = u.id ORDER BY u.id;\n"
        "-- name: absent :many\n-- group by u.id\n"
        "SELECT u.id, p.title FROM posts p LEFT JOIN users u ON u.id = :id AND p.user_id = u.id"
        " ORDER BY u.id;\n"
        "-- name: parts :many\nSELECT id FROM users WHERE name > '' /*? one */ AND id = :id /*?*/;\n"
        "-- name: list :many\nSELECT id FROM users WHERE id IN (:ids[]);\n"
        "-- name: said :one\n-- allow one-without-key \"there is one\"\n"
        "SELECT id FROM users ORDER BY id;\n");
    const struct tn__diag *diag = linted_find(c, "one-without-key");
    assert_true(diag && diag->place.line == 6);
    assert_null(linted_find(c, "many-on-key"));
    for (size_t i = 0; i < c->diags.count; i++)
        assert_true(&c->diags.items[i] == diag ||
                    strcmp(c->diags.items[i].code, "one-without-key") != 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, checking_setup, checking_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_row_is_asked_for_and_there_may_be_more),
        TEST(many_rows_are_asked_for_and_there_is_one),
        TEST(limit_without_an_order_is_a_finding),
        TEST(relations_that_nothing_links_are_a_finding),
        TEST(forms_of_a_query_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
