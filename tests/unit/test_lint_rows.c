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
    static const struct lint_case found[] = {
        {":one SELECT id FROM users WHERE name = :n", "users",
         "':many', or a key in WHERE: id or mail"},
        {":optional SELECT id FROM users u", "users", NULL},
        {":one SELECT at FROM likes WHERE user_id = :u", "likes",
         "':many', or a key in WHERE: (user_id, post_id); or LIMIT 1"},
        {":one SELECT id FROM users ORDER BY id", "users", NULL},
        {":one SELECT id FROM users ORDER BY id LIMIT 2", "users", NULL},
        {":one SELECT u.id FROM users u JOIN posts p ON p.user_id = u.id WHERE u.id = 1", "posts",
         NULL},
        {":one SELECT user FROM pairs WHERE user = 1", "pairs", "':many', or LIMIT 1"},
        {":one SELECT id FROM users WHERE id = 1 UNION ALL SELECT 2", "SELECT", NULL},
        {":one VALUES (1), (2)", "VALUES", NULL},
        {":one UPDATE users SET name = 'x' WHERE name = 'y' RETURNING id", "users",
         "':many', or a key in WHERE: id or mail"},
        {":optional DELETE FROM users RETURNING id", "users", NULL},
        {":one INSERT INTO posts (user_id, title) SELECT id, name FROM users RETURNING id", "users",
         NULL},
        {":one INSERT INTO posts (user_id, title) VALUES (1, 'a'), (2, 'b') RETURNING id", "INSERT",
         NULL},
        {":one SELECT name FROM users WHERE id > 3 GROUP BY name", "users", NULL},
    };
    static const char *const fine[] = {
        ":one SELECT id FROM users WHERE id = 3",
        ":one SELECT id FROM users WHERE mail = :m",
        ":one SELECT at FROM likes WHERE user_id = :u AND post_id = :p",
        ":one SELECT id FROM users ORDER BY name LIMIT 1",
        ":one SELECT count(*) AS n FROM users",
        ":one SELECT EXISTS (SELECT 1 FROM users) AS x",
        ":one WITH w AS (SELECT max(id) AS m FROM users) SELECT m FROM w",
        ":one SELECT u.id, p.title FROM posts p JOIN users u ON u.id = p.user_id WHERE p.id = 1",
        ":one SELECT id FROM users WHERE id = (SELECT max(id) FROM users)",
        ":one SELECT id FROM users WHERE id IN (SELECT user_id FROM posts ORDER BY id LIMIT 1)",
        ":one SELECT name, count(*) AS n FROM users WHERE name = :n GROUP BY name",
        ":one INSERT INTO users (mail, name) VALUES ('a', 'b') RETURNING id",
        (":one INSERT INTO users (mail, name) VALUES ('a', 'b') ON CONFLICT DO UPDATE SET name = 'c'"
         " RETURNING id"),
        ":one UPDATE users SET name = 'x' WHERE mail = :m RETURNING id",
        ":optional UPDATE posts SET title = 'x' WHERE id = (SELECT min(id) FROM posts) RETURNING id",
        ":optional DELETE FROM likes WHERE user_id = 1 AND post_id = 2 RETURNING at",
        ":many SELECT id FROM users",
    };
    EXPECT_LINTS(*state, tables, "one-without-key", found);
    EXPECT_NO_LINTS(*state, tables, "one-without-key", fine);
}

static void a_partial_key_is_one_for_the_rows_that_it_has(void **state)
{
    static const char kept[] =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, gone INT, box INT, slot INT);\n"
        "CREATE UNIQUE INDEX by_name ON t (name) WHERE gone IS NULL;\n"
        "CREATE UNIQUE INDEX by_slot ON t (slot) WHERE (gone ISNULL) AND slot > 3;\n"
        "CREATE UNIQUE INDEX by_box ON t (box) WHERE (\"gone\") IS NULL AND (slot IS NOT NULL);\n"
        "CREATE TABLE u (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n";
    static const struct lint_case found[] = {
        {":one SELECT id FROM t WHERE name = :n", "t", NULL},
        {":one SELECT id FROM t WHERE name = :n AND gone IS NOT NULL", "t", NULL},
        {":one SELECT id FROM t WHERE name = :n AND (gone IS NULL OR box IS NULL)", "t", NULL},
        {":one SELECT id FROM t WHERE name = :n AND box IS NULL", "t", NULL},
        {":one SELECT id FROM t WHERE slot = :n AND gone IS NULL", "t", NULL},
        {":one SELECT id FROM t WHERE box = :n AND gone IS NULL", "t", NULL},
        {":one SELECT a.id FROM t a, t b WHERE a.name = :n AND b.gone IS NULL AND b.id = 1", "t",
         NULL},
        {":one SELECT t.id FROM u LEFT JOIN t ON t.name = u.name AND u.name IS NULL WHERE u.id = 1",
         "t", NULL},
    };
    static const char *const fine[] = {
        ":one SELECT id FROM t WHERE name = :n AND gone IS NULL",
        ":one SELECT id FROM t WHERE gone IS NULL AND 'x' = name AND box > 1",
        ":one SELECT id FROM t WHERE box = :n AND gone IS NULL AND slot = 4",
        ":one SELECT id FROM t WHERE box = :n AND gone IS NULL AND slot IS NOT NULL",
        ":one UPDATE t SET gone = 1 WHERE name = :n AND gone IS NULL RETURNING id",
        (":one SELECT t.id FROM u LEFT JOIN t ON t.name = u.name AND t.gone IS NULL "
         "WHERE u.id = 1"),
        ":one SELECT t.id FROM u LEFT JOIN t ON t.name = u.name WHERE u.id = 1 AND t.gone IS NULL",
    };
    EXPECT_LINTS(*state, kept, "one-without-key", found);
    EXPECT_NO_LINTS(*state, kept, "one-without-key", fine);
}

static void many_rows_are_asked_for_and_there_is_one(void **state)
{
    static const struct lint_case found[] = {
        {":many SELECT name FROM users WHERE id = :id", "q", "':optional'"},
        {":many SELECT name FROM users WHERE mail = :m", "q", NULL},
        {":many SELECT count(*) AS n FROM users", "q", "':one'"},
        {":many INSERT INTO users (mail, name) VALUES (:m, :n) RETURNING id", "q", NULL},
        {":many DELETE FROM users WHERE id = :id RETURNING name", "q", NULL},
    };
    static const char *const fine[] = {
        ":many SELECT name FROM users WHERE id > :id",
        ":many SELECT at FROM likes WHERE user_id = :u",
        ":many SELECT name FROM users WHERE id IN (:a, :b)",
        ":many DELETE FROM users RETURNING name",
        ":one SELECT name FROM users WHERE id = :id",
    };
    EXPECT_LINTS(*state, tables, "many-on-key", found);
    EXPECT_NO_LINTS(*state, tables, "many-on-key", fine);
}

static void limit_without_an_order_is_a_finding(void **state)
{
    static const struct lint_case found[] = {
        {"SELECT id FROM users LIMIT 10", "10", "ORDER BY"},
        {"SELECT id FROM users LIMIT :n OFFSET :from", ":n", NULL},
        {":one SELECT id FROM users LIMIT 1", "1", NULL},
        {"SELECT name, (SELECT title FROM posts WHERE user_id = u.id LIMIT 1) AS t FROM users u",
         "1", NULL},
        {"SELECT id FROM users WHERE id IN (SELECT user_id FROM posts LIMIT 3)", "3", NULL},
        {"SELECT id FROM users UNION SELECT id FROM posts LIMIT 3", "3", NULL},
        {"WITH w AS (SELECT id FROM users) SELECT id FROM w LIMIT 3", "3", NULL},
        {"UPDATE posts SET title = 'x' WHERE id = (SELECT id FROM posts LIMIT 1)", "1", NULL},
        {"INSERT INTO posts (user_id, title) SELECT id, name FROM users LIMIT 4", "4", NULL},
        {":one SELECT group_concat(name) AS names FROM users", "group_concat(name)", NULL},
        {"SELECT user_id, group_concat(title, ', ') AS t FROM posts GROUP BY user_id",
         "group_concat(title, ', ')", NULL},
    };
    static const char *const fine[] = {
        "SELECT id FROM users ORDER BY id LIMIT 10",
        "SELECT id FROM users UNION SELECT id FROM posts ORDER BY 1 LIMIT 3",
        "SELECT id FROM users WHERE EXISTS (SELECT id FROM posts WHERE user_id = users.id LIMIT 1)",
        "SELECT 1 AS is_there FROM users WHERE name = :n LIMIT 1",
        "SELECT id FROM users WHERE id = :id LIMIT 1",
        ":one SELECT count(*) AS n FROM users LIMIT 1",
        "SELECT id FROM (SELECT id FROM users ORDER BY name) LIMIT 5",
        "SELECT value FROM json_each(:list) LIMIT 5",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 10) SELECT x FROM c",
        "DELETE FROM posts WHERE id IN (SELECT id FROM posts WHERE user_id = 3 LIMIT 100)",
        "SELECT id FROM some",
        ":one SELECT group_concat(name) AS n FROM (SELECT name FROM users ORDER BY name)",
        ":one SELECT group_concat(value) AS v FROM json_each(:list)",
        ":one SELECT sum(id) AS s FROM users",
    };
    EXPECT_LINTS(*state, tables, "implicit-order", found);
    EXPECT_NO_LINTS(*state, tables, "implicit-order", fine);
}

static void relations_that_nothing_links_are_a_finding(void **state)
{
    static const struct lint_case found[] = {
        {"SELECT u.id, p.title FROM users u, posts p", "posts", "a condition, or CROSS JOIN"},
        {"SELECT u.id, p.title FROM users u JOIN posts p", "posts", NULL},
        {"SELECT u.id, p.title FROM users u LEFT JOIN posts p ON p.title = :t", "posts", NULL},
        {"SELECT u.id FROM users u, posts p WHERE u.name = 'a' AND p.title = 'b'", "posts", NULL},
        {"SELECT u.id FROM users u JOIN posts p ON p.user_id = u.id, likes l", "likes", NULL},
        {"SELECT u.id FROM users u, (SELECT id FROM posts) p", "(SELECT id FROM posts) p", NULL},
        {"SELECT id FROM users WHERE id IN (SELECT l.user_id FROM likes l, posts p)", "posts",
         NULL},
        {"SELECT u.id FROM users u, json_each(:list) j", "json_each", NULL},
        {"UPDATE users SET name = p.title FROM posts p WHERE p.id = 3 OR p.user_id = 2", "posts",
         NULL},
        {"INSERT INTO likes SELECT u.id, p.id, 0 FROM users u, posts p", "posts", NULL},
        {"WITH w AS (SELECT u.id FROM users u, posts p) SELECT id FROM w", "posts", NULL},
    };
    static const char *const fine[] = {
        "SELECT u.id FROM users u, posts p WHERE p.user_id = u.id",
        "SELECT u.id FROM users u JOIN likes l ON l.user_id = u.id JOIN posts p ON p.id = l.post_id",
        "SELECT u.id FROM users u JOIN posts p USING (id)",
        "SELECT u.id FROM users u NATURAL JOIN posts p",
        "SELECT u.id FROM users u CROSS JOIN posts p",
        "SELECT u.id FROM users u JOIN posts p ON TRUE",
        "SELECT u.id FROM users u, posts p WHERE p.user_id = :u AND u.id = :u",
        "SELECT u.id FROM users u, posts p WHERE u.mail = :m",
        "SELECT u.id, n FROM users u, (SELECT count(*) AS n FROM posts)",
        "SELECT u.id, j.value FROM users u, json_each(u.tags) j",
        "SELECT u.id, v.column1 FROM users u, (VALUES (1), (2)) v",
        "SELECT u.id FROM users u, posts p WHERE u.id + p.id > 3",
        ("SELECT u.id FROM users u, posts p WHERE EXISTS (SELECT 1 FROM likes l WHERE l.user_id ="
         " u.id AND l.post_id = p.id)"),
        ("SELECT id FROM users u WHERE EXISTS (SELECT 1 FROM likes l, posts p WHERE l.user_id = u.id"
         " AND p.user_id = u.id)"),
        "SELECT user FROM pairs",
        "UPDATE users SET name = p.title FROM posts p WHERE p.user_id = users.id",
        ("INSERT INTO users (id, mail, name) VALUES (1, 'a', 'b') ON CONFLICT DO UPDATE SET"
         " name = excluded.name"),
    };
    EXPECT_LINTS(*state, tables, "cartesian", found);
    EXPECT_NO_LINTS(*state, tables, "cartesian", fine);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_row_is_asked_for_and_there_may_be_more),
        TEST(a_partial_key_is_one_for_the_rows_that_it_has),
        TEST(many_rows_are_asked_for_and_there_is_one),
        TEST(limit_without_an_order_is_a_finding),
        TEST(relations_that_nothing_links_are_a_finding),
        TEST(forms_of_a_query_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
