/* SPDX-License-Identifier: MIT */
#include "checking.h"

/* One row at most: only where it is proven, for the caller then asks for no second one. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, age INTEGER);\n"
    "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL);\n"
    "CREATE TABLE odd (rowid TEXT, id INTEGER);\n"
    "CREATE TABLE keyed (k INTEGER PRIMARY KEY, v INTEGER) WITHOUT ROWID;\n"
    "CREATE TABLE loose (c TEXT COLLATE NOCASE);\n"
    "CREATE UNIQUE INDEX loose_c ON loose (c COLLATE BINARY);\n"
    "CREATE VIEW looser AS SELECT c FROM loose;\n"
    "CREATE VIEW written AS SELECT p.id, p.user_id, u.name, u.name || '!' AS shout FROM posts p"
    " JOIN users u ON u.id = p.user_id;\n"
    "CREATE VIEW counts AS SELECT user_id, count(*) AS n, max(id) AS last FROM posts GROUP BY user_id;\n"
    "CREATE VIEW again AS SELECT id AS nr, name AS title FROM written ORDER BY name LIMIT 10;\n"
    "CREATE VIEW both AS SELECT id FROM users UNION ALL SELECT id FROM posts;\n"
    "CREATE VIEW padded AS SELECT u.id, p.id AS post FROM users u LEFT JOIN posts p ON p.user_id = u.id;\n"
    "CREATE VIEW pairs AS SELECT users.id, posts.id AS post FROM users, posts;\n";

static void expect_all(struct checking *c, const char *const *statements, bool expected)
{
    for (; *statements; statements++) {
        char text[512];
        snprintf(text, sizeof(text), "-- name: q :optional\n%s;\n", *statements);
        checking(c, tables, text);
        assert_int_equal(c->checked.query_count, 1);
        const struct tn__query *query = &c->checked.queries[0];
        if (query->is_broken || query->is_single_row != expected)
            print_error("%s: %s\n", query->is_broken ? "broken" : "wrong", *statements);
        assert_false(query->is_broken);
        assert_int_equal(query->is_single_row, expected);
    }
}

static void single_row_by_rowid_or_limit_is_proven(void **state)
{
    static const char *const statements[] = {
        "SELECT * FROM users WHERE id = :id",
        "select name from users where ID == ?",
        "SELECT * FROM \"users\" WHERE \"id\" = @id",
        "SELECT u.name FROM users AS u WHERE u.id = :id",
        "SELECT u.name FROM users u WHERE rowid = :id",
        "SELECT * FROM users WHERE id = :id AND age > 3 AND (name = :name OR age = 1)",
        "SELECT * FROM users WHERE id = :id AND age BETWEEN :low AND :high",
        "SELECT * FROM users WHERE id = :id ORDER BY name",
        "SELECT name FROM users ORDER BY age LIMIT 1",
        "SELECT name FROM users UNION SELECT id FROM posts LIMIT 1",
        "WITH u AS (SELECT * FROM users) SELECT name FROM u LIMIT 1",
        "SELECT * FROM users WHERE name = :name",
        "SELECT count(*) AS n, max(age) AS m FROM users WHERE age > 3",
        "SELECT age AS id, name FROM users WHERE id = :id",
        "SELECT 1 AS one",
        "SELECT u.name FROM posts p JOIN users u ON u.id = p.user_id WHERE p.id = :id",
        "SELECT u.name FROM posts p LEFT JOIN users u ON u.id = p.user_id WHERE p.id = :id",
        "SELECT n FROM (SELECT count(*) AS n FROM users) JOIN users ON id = n",
        "SELECT * FROM keyed WHERE k = :k",
        "SELECT * FROM written WHERE id = :id",
        "SELECT * FROM again WHERE nr = :id",
        "SELECT * FROM counts WHERE user_id = :u",
        "SELECT * FROM (SELECT id AS x FROM users) WHERE x = :x",
        "WITH w AS (SELECT id, name FROM users WHERE age > 3) SELECT * FROM w WHERE name = :n",
        "SELECT c.n FROM users u JOIN counts c ON c.user_id = u.id WHERE u.name = :n",
        "SELECT a.name FROM written a JOIN written b ON b.id = a.id WHERE b.id = 3",
        "SELECT name FROM users WHERE id IN (:id)",
        "SELECT name FROM users WHERE id IN (SELECT user_id FROM posts LIMIT 1)",
        "SELECT name FROM users WHERE id IN (SELECT max(user_id) FROM posts)",
        "SELECT name FROM users WHERE id = (SELECT user_id FROM posts)",
        "SELECT name FROM users WHERE name = (SELECT u.name FROM users u LIMIT 1)",
        "SELECT p.id, (SELECT u.id FROM users u WHERE u.id = (SELECT p.user_id)) AS u FROM posts p"
        " WHERE p.id = :id",
        "SELECT u.id FROM posts p JOIN users u ON u.id = (SELECT p.user_id) WHERE p.id = :id",
        "SELECT name, count(*) AS n FROM users WHERE name = :name GROUP BY name",
        "SELECT user_id, count(*) AS n FROM posts WHERE user_id = :u GROUP BY user_id, :u",
        "SELECT p.id FROM posts p LEFT JOIN users u ON u.id = 5 AND p.user_id = 1"
        " WHERE p.id = u.age + 1",
        "SELECT p.id, q.id AS other FROM posts p LEFT JOIN users u ON u.id = p.user_id JOIN posts q"
        " ON q.id = coalesce(u.age, 7) WHERE p.id = :id",
        "SELECT p.id FROM posts p LEFT JOIN users u ON u.id = 5 AND p.user_id = 1"
        " WHERE p.id = coalesce(u.age, 7) AND u.name > ''",
        NULL,
    };
    expect_all(*state, statements, true);
}

static void single_row_of_anything_else_is_not_proven(void **state)
{
    static const char *const statements[] = {
        "SELECT * FROM users",
        "SELECT * FROM users WHERE name = :name COLLATE NOCASE",
        "SELECT max(id) IN () AS x FROM users",
        "SELECT (max(id), 1) NOT IN () AS x FROM users",
        "SELECT * FROM users WHERE name = users.age",
        "SELECT * FROM users WHERE age = :age",
        "SELECT * FROM users WHERE id > :id",
        "SELECT * FROM users WHERE id IN (:id, 2)",
        "SELECT * FROM users WHERE NOT id = :id",
        "SELECT * FROM users WHERE id = :id OR age = 1",
        "SELECT * FROM users WHERE id = :id AND age = 1 OR age = 2",
        "SELECT * FROM users WHERE id = :id IS NULL",
        "SELECT * FROM users WHERE id = :id + id",
        "SELECT * FROM users WHERE id = id",
        "SELECT users.name FROM users, posts WHERE users.id = :id",
        "SELECT users.name FROM users JOIN posts WHERE users.id = :id",
        "SELECT users.name FROM users LEFT JOIN posts ON user_id = users.id WHERE users.id = :id",
        "SELECT name FROM users, json_each('[1,2]') WHERE users.id = :id",
        "SELECT name FROM users WHERE id = :id UNION ALL SELECT name FROM users",
        "SELECT name FROM (SELECT * FROM users, posts) WHERE id = :id",
        "WITH users AS (SELECT 1 AS id, 'x' AS name UNION ALL SELECT 1, 'y')"
        " SELECT name FROM users WHERE id = :id",
        "SELECT * FROM pairs WHERE id = :id",
        "SELECT * FROM odd WHERE rowid = :id",
        "SELECT * FROM odd WHERE id = :id",
        "SELECT * FROM keyed WHERE v = :v",
        "SELECT name FROM users LIMIT 11",
        "SELECT name FROM users LIMIT 2, 1 + 1",
        "SELECT name FROM users WHERE id NOT IN (:id)",
        "SELECT name FROM users WHERE id IN (:ids[])",
        "SELECT u.name FROM posts p LEFT JOIN users u ON u.id = 3 GROUP BY u.name",
        "SELECT u.name FROM posts p LEFT JOIN users u ON u.id = p.user_id AND u.name = 'a' GROUP BY 1",
        "SELECT * FROM written WHERE user_id = :u",
        "SELECT * FROM written WHERE shout = 'a!'",
        "SELECT * FROM counts WHERE n = 3",
        "SELECT * FROM counts WHERE last = 3",
        "SELECT * FROM both WHERE id = 3",
        "SELECT * FROM padded WHERE id = 3",
        "SELECT * FROM looser WHERE c = :c",
        "SELECT a.id FROM written a JOIN written b ON b.id = a.id",
        "SELECT * FROM (SELECT id + 1 AS x FROM users) WHERE x = :x",
        "WITH RECURSIVE w(x) AS (SELECT 1 UNION ALL SELECT x FROM w LIMIT 5) SELECT x FROM w WHERE x = 1",
        "SELECT name FROM users WHERE id IN (SELECT user_id FROM posts)",
        "SELECT name FROM users WHERE id = (SELECT p.id FROM posts p WHERE p.id = users.age)",
        "SELECT name FROM users WHERE name = (SELECT id FROM posts LIMIT 1)",
        "SELECT u.id FROM posts p JOIN users u ON u.id = (SELECT p.user_id)",
        "SELECT u.id FROM posts p JOIN users u ON u.id = (SELECT abs(random() % p.id)) WHERE p.id = 1",
        "SELECT user_id, count(*) AS n FROM posts WHERE user_id = :u GROUP BY user_id, id",
        "SELECT count(*) AS n FROM users WHERE name = :name COLLATE NOCASE GROUP BY name",
        "SELECT count(*) AS n FROM posts WHERE user_id = :u GROUP BY user_id, random()",
        "UPDATE users SET age = 1 WHERE id = :id RETURNING id",
        /* a row that is absent in some rows is another value, unless NULL comes of it */
        "SELECT p.id FROM posts p LEFT JOIN users u ON u.id = 5 AND p.user_id = 1"
        " WHERE p.id = coalesce(u.age, 7)",
        "SELECT p.id FROM posts p LEFT JOIN users u ON u.id = 5 AND p.user_id = 1"
        " WHERE p.id = ifnull(u.age + 1, 7)",
        "SELECT p.id FROM posts p LEFT JOIN users u ON u.id = 5 AND p.user_id = 1"
        " WHERE p.id = (SELECT u.age IS NULL)",
        "SELECT x FROM (SELECT p.id AS x FROM posts p LEFT JOIN users u ON u.id = 5 AND"
        " p.user_id = 1 WHERE p.id = coalesce(u.age, 7)) WHERE x > 0",
        NULL,
    };
    expect_all(*state, statements, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(single_row_by_rowid_or_limit_is_proven, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(single_row_of_anything_else_is_not_proven, checking_setup,
                                        checking_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
