/* SPDX-License-Identifier: MIT */
#include "linting.h"

/* How rows are found: full-scan, temp-btree, auto-index, like-without-index. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT NOT NULL UNIQUE, name TEXT NOT NULL,"
    " nick TEXT COLLATE NOCASE, age INTEGER, done BOOLEAN NOT NULL, boss INTEGER, code TEXT,"
    " \"a b\" TEXT);\n"
    "CREATE INDEX users_name ON users (name);\n"
    "CREATE INDEX users_nick ON users (nick);\n"
    "CREATE INDEX users_code ON users (code) WHERE code IS NOT NULL;\n"
    "CREATE INDEX users_boss ON users (boss) WHERE age > 3;\n"
    "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, title TEXT NOT NULL,"
    " made INTEGER NOT NULL, body TEXT);\n"
    "CREATE TABLE tags (post_id INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (post_id, tag))"
    " WITHOUT ROWID;\n"
    "CREATE VIEW recent AS SELECT p.id, p.title, p.made, p.user_id FROM posts p;\n"
    "CREATE VIEW per_user AS SELECT user_id, count(*) AS n FROM posts GROUP BY user_id;\n"
    "CREATE VIEW old AS SELECT id FROM posts WHERE made < 5;\n"
    "CREATE VIRTUAL TABLE words USING fts5(body);\n";

static void table_that_a_condition_narrows_is_not_to_be_read_whole(void **state)
{
    static const struct lint_case found[] = {
        {"SELECT id FROM posts WHERE user_id = :u", "posts", "CREATE INDEX … ON posts (user_id)"},
        {"SELECT p.id FROM posts AS p WHERE :u = p.user_id", "posts", "CREATE INDEX"},
        {"SELECT id FROM main.posts WHERE user_id IS :u", "posts", "CREATE INDEX"},
        {"SELECT id FROM posts WHERE user_id IN (1, 2)", "posts", "CREATE INDEX"},
        {"SELECT id FROM posts WHERE user_id IN (SELECT id FROM users)", "posts", NULL},
        {"SELECT id FROM posts WHERE made BETWEEN 1 AND 5", "posts",
         "CREATE INDEX … ON posts (made)"},
        {"SELECT id FROM posts WHERE made > :t AND user_id = :u", "posts",
         "CREATE INDEX … ON posts (user_id, made)"},
        {"SELECT id FROM posts WHERE user_id = :u ORDER BY made DESC", "posts",
         "CREATE INDEX … ON posts (user_id, made)"},
        {"SELECT id FROM posts WHERE user_id = 1 OR made = 2", "posts", NULL},
        {"SELECT id FROM posts WHERE :u IS NULL OR user_id = :u", "posts", "an optional part"},
        {"SELECT id FROM posts WHERE lower(title) = :t", "posts", NULL},
        {"SELECT id FROM posts WHERE title LIKE '%word%'", "posts", "words are found"},
        {"SELECT id FROM users WHERE name LIKE '%' || :w || '%'", "users", "words are found"},
        {"SELECT id FROM posts WHERE title LIKE :w", "posts", "for patterns"},
        {"SELECT id FROM users WHERE boss = :b", "users", "CREATE INDEX … ON users (boss)"},
        {"SELECT id FROM users WHERE \"a b\" = :c", "users", "CREATE INDEX … ON users (\"a b\")"},
        {"SELECT id FROM users WHERE age = 1 AND done = 1", "users",
         "CREATE INDEX … ON users (age, done)"},
        {"SELECT id FROM users WHERE name = :n COLLATE NOCASE", "users",
         "CREATE INDEX … ON users (name COLLATE NOCASE)"},
        {"SELECT id FROM posts WHERE user_id = :u LIMIT 3", "posts", NULL},
        {"SELECT id FROM posts WHERE user_id = :u ORDER BY id LIMIT 3", "posts", NULL},
        {"SELECT u.id FROM users u WHERE EXISTS (SELECT 1 FROM posts p WHERE p.user_id = u.id)",
         "posts", NULL},
        {"SELECT (SELECT count(*) FROM posts WHERE user_id = u.id) AS n FROM users u", "posts",
         NULL},
        {"SELECT id FROM users WHERE id IN (SELECT user_id FROM posts WHERE made = 3)", "posts",
         NULL},
        {"SELECT id FROM recent WHERE user_id = :u", "recent", "CREATE INDEX … ON posts (user_id)"},
        {"SELECT id FROM old", "old", "CREATE INDEX … ON posts (made)"},
        {"WITH p AS (SELECT * FROM posts) SELECT id FROM p WHERE user_id = 2", "posts", NULL},
        {"SELECT x.id FROM (SELECT id, made AS m FROM posts) x WHERE x.m = 3", "posts", NULL},
        {"SELECT id FROM posts WHERE id IN (SELECT p.id FROM posts p WHERE p.made = 2)", "posts",
         NULL},
        {"SELECT id FROM posts WHERE made = 1 UNION ALL SELECT id FROM users", "posts", NULL},
        {"DELETE FROM posts WHERE made < :t", "posts", NULL},
        {"UPDATE posts SET title = 'x' WHERE user_id = :u", "posts", NULL},
        {"INSERT INTO users (mail, name, done) SELECT title, title, 0 FROM posts WHERE made = 3",
         "posts", NULL},
        {"UPDATE users SET age = 1 FROM posts WHERE posts.made = 3 AND users.id = posts.user_id",
         "posts", NULL},
        {"SELECT u.id FROM users u LEFT JOIN posts p ON p.made = 3 WHERE u.id = 1", "posts", NULL},
    };
    EXPECT_LINTS(*state, tables, "full-scan", found);
}

static void table_that_is_read_whole_on_purpose_is_no_finding(void **state)
{
    static const char *const fine[] = {
        "SELECT id FROM posts",
        "SELECT count(*) AS n, max(made) AS m FROM posts",
        "SELECT id FROM posts ORDER BY title",
        "SELECT user_id, count(*) AS n FROM posts GROUP BY user_id",
        "SELECT id FROM users WHERE done",
        "SELECT id FROM users WHERE NOT done",
        "SELECT id FROM users WHERE done = :d",
        "SELECT id FROM users WHERE age IS NOT NULL",
        "SELECT id FROM users WHERE age <> 3",
        "SELECT id FROM users WHERE age % 2 = 0",
        "SELECT id FROM users WHERE age = boss",
        "SELECT id FROM users WHERE name = :n",
        "SELECT id FROM users WHERE name = :n AND age = 3",
        "SELECT id FROM users WHERE code = :c",
        "SELECT id FROM users WHERE boss = :b AND age > 3",
        "SELECT id FROM users WHERE mail = :m OR name = :m",
        "SELECT id FROM users WHERE nick LIKE :pattern",
        "SELECT id FROM users WHERE nick LIKE 'a%'",
        "SELECT id FROM users WHERE name GLOB :pattern",
        "SELECT id FROM users WHERE rowid = :id",
        "SELECT id FROM users WHERE age > 3 ORDER BY name LIMIT 10",
        "SELECT id FROM users WHERE age > 3 ORDER BY id LIMIT 10",
        "SELECT tag FROM tags WHERE post_id = 2",
        "SELECT p.id, u.name FROM posts p JOIN users u ON u.id = p.user_id",
        "SELECT u.id FROM users u LEFT JOIN tags t ON t.post_id = u.id AND u.age = 3",
        "SELECT p.id FROM posts p JOIN users u USING (id)",
        "SELECT value FROM json_each(:list) WHERE value > 3",
        "SELECT n FROM per_user WHERE n > 3",
        "SELECT rowid AS id FROM words WHERE words MATCH :w",
        ("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 9)"
         " SELECT x FROM c WHERE x > 2"),
        "SELECT id FROM posts WHERE id IN (SELECT p.id FROM posts p)",
        "SELECT id FROM users WHERE id = (SELECT max(id) FROM users)",
        "DELETE FROM posts",
        "UPDATE posts SET made = 0",
        "INSERT INTO posts (user_id, title, made) SELECT id, name, 0 FROM users",
        "INSERT INTO posts (user_id, title, made) VALUES (1, 'x', 2)",
    };
    EXPECT_NO_LINTS(*state, tables, "full-scan", fine);
}

static void rows_that_an_index_could_have_in_order_are_not_to_be_sorted(void **state)
{
    static const char indexed[] =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b TEXT NOT NULL, c INTEGER);\n"
        "CREATE INDEX t_a ON t (a);\n"
        "CREATE TABLE u (id INTEGER PRIMARY KEY, x INTEGER);\n"
        "CREATE VIEW v AS SELECT id, b FROM t;\n"
        "CREATE VIEW per_u AS SELECT id, (SELECT group_concat(b) FROM (SELECT b FROM t WHERE a = u.id"
        " ORDER BY c)) AS s FROM u;\n";
    static const struct lint_case found[] = {
        {"SELECT id FROM t WHERE a = :a ORDER BY b", "t", "CREATE INDEX … ON t (a, b)"},
        {"SELECT id FROM t WHERE a = :a ORDER BY b DESC, id DESC", "t",
         "CREATE INDEX … ON t (a, b)"},
        {"SELECT id FROM t WHERE a = :a ORDER BY b, c DESC", "t",
         "CREATE INDEX … ON t (a, b, c DESC)"},
        {"SELECT id FROM t WHERE a = :a ORDER BY b, rowid", "t", "CREATE INDEX … ON t (a, b)"},
        {"SELECT id FROM t WHERE a = 1 AND a = :a ORDER BY b", "t", "CREATE INDEX … ON t (a, b)"},
        {"SELECT id FROM t ORDER BY b LIMIT 5", "t", "CREATE INDEX … ON t (b)"},
        {"SELECT b AS title FROM t ORDER BY title LIMIT :n", "t", "CREATE INDEX … ON t (b)"},
        {"SELECT id FROM v ORDER BY b LIMIT 5", "v", "CREATE INDEX … ON t (b)"},
        {"SELECT t.id, u.x FROM t JOIN u ON u.id = t.c WHERE t.a = 1 ORDER BY t.b", "t",
         "CREATE INDEX … ON t (a, b)"},
        {"SELECT id FROM u WHERE id IN (SELECT id FROM t WHERE a = 1 ORDER BY b LIMIT 3)", "t",
         NULL},
        {"SELECT id FROM t WHERE b = :b AND a = 3 ORDER BY c, id", "t", "CREATE INDEX … ON t ("},
        {"SELECT id, (SELECT c FROM t WHERE a = u.id ORDER BY b LIMIT 1) AS c FROM u", "t", NULL},
    };
    static const char *const fine[] = {
        /* none would have, or it is not worth it */
        ("SELECT u.id, (SELECT group_concat(b) FROM (SELECT b FROM t WHERE a = u.id ORDER BY b))"
         " AS all_b FROM u"),
        "SELECT id FROM per_u",
        "SELECT id FROM t ORDER BY b",
        "SELECT id FROM t ORDER BY id LIMIT 5",
        "SELECT id FROM t ORDER BY a LIMIT 5",
        "SELECT id FROM t WHERE a = :a ORDER BY id",
        "SELECT id FROM t WHERE a = :a ORDER BY length(b)",
        "SELECT id FROM t WHERE a = :a ORDER BY b NULLS LAST",
        "SELECT id FROM t WHERE a = :a ORDER BY b COLLATE NOCASE",
        "SELECT id FROM t WHERE a > :a ORDER BY b",
        "SELECT id FROM t WHERE a IN (1, 2) ORDER BY b",
        "SELECT a, count(*) AS n FROM t GROUP BY a ORDER BY n DESC LIMIT 3",
        "SELECT DISTINCT b FROM t WHERE a = 1 ORDER BY b",
        "SELECT t.id FROM t JOIN u ON u.id = t.c WHERE t.a = 1 ORDER BY t.b, u.x",
        "SELECT t.id FROM t JOIN u ON u.id = t.c WHERE t.a = 1 ORDER BY u.x",
        "SELECT id FROM t WHERE a = 1 UNION SELECT id FROM u ORDER BY 1 LIMIT 2",
        "SELECT row_number() OVER (ORDER BY b) AS n FROM t WHERE a = 1",
    };
    EXPECT_LINTS(*state, indexed, "temp-btree", found);
    EXPECT_NO_LINTS(*state, indexed, "temp-btree", fine);
}

static void index_that_is_made_each_time_is_a_finding(void **state)
{
    static const struct lint_case found[] = {
        {"SELECT u.id, p.title FROM users u JOIN posts p ON p.user_id = u.boss", "posts",
         "CREATE INDEX … ON posts (user_id)"},
        {"SELECT u.id, p.title FROM users u LEFT JOIN posts p ON p.user_id = u.id AND p.made = u.age",
         "posts", "CREATE INDEX … ON posts ("},
        {"SELECT u.id, r.title FROM users u LEFT JOIN recent r ON r.user_id = u.id", "recent",
         "CREATE INDEX … ON posts (user_id)"},
    };
    static const char *const fine[] = {
        "SELECT u.id, p.n FROM users u LEFT JOIN per_user p ON p.user_id = u.id",
        "SELECT p.id, u.name FROM posts p LEFT JOIN users u ON u.id = p.user_id",
        "SELECT p.id, u.id AS other FROM posts p JOIN users u ON u.name = p.title",
    };
    EXPECT_LINTS(*state, tables, "auto-index", found);
    EXPECT_NO_LINTS(*state, tables, "auto-index", fine);
}

static void like_on_an_index_that_it_cannot_use_is_a_finding(void **state)
{
    static const struct lint_case found[] = {
        {"SELECT id FROM users WHERE name LIKE 'a%'", "name LIKE 'a%'",
         "CREATE INDEX … ON users (name COLLATE NOCASE); or GLOB"},
        {"SELECT id FROM users WHERE name LIKE :p", "name LIKE :p", "CREATE INDEX"},
        {"SELECT id FROM users u WHERE u.nick GLOB 'a*'", "u.nick GLOB 'a*'",
         "CREATE INDEX … ON users (nick COLLATE BINARY)"},
        {"SELECT id FROM users WHERE nick LIKE :p || '%'", "nick LIKE :p || '%'",
         "make the whole pattern"},
        {"DELETE FROM users WHERE name LIKE 'a%'", "name LIKE 'a%'", NULL},
    };
    static const char *const fine[] = {
        "SELECT id FROM users WHERE name GLOB 'a*'",
        "SELECT id FROM users WHERE name LIKE '%a'",
        "SELECT id FROM users WHERE nick LIKE 'a%'",
        "SELECT id FROM users WHERE nick LIKE :p",
        "SELECT id FROM users WHERE mail = :m AND name LIKE 'a%'",
        "SELECT id FROM users WHERE name NOT LIKE 'a%'",
        "SELECT id FROM posts WHERE title LIKE 'a%'",
        "SELECT name LIKE 'a%' AS is_a FROM users",
    };
    EXPECT_LINTS(*state, tables, "like-without-index", found);
    EXPECT_NO_LINTS(*state, tables, "like-without-index", fine);
}

/* One reason, one finding. */
static void reading_is_said_once(void **state)
{
    struct checking *c = *state;
    checking(c, tables,
             "-- name: a :many\nSELECT id FROM users WHERE name LIKE 'a%';\n"
             "-- name: b :many\nSELECT id FROM users WHERE name LIKE '%a%';\n"
             "-- name: d :many\nSELECT id FROM posts WHERE user_id = :u ORDER BY made;\n"
             "-- name: e :many\nSELECT id FROM users WHERE age = NULL;\n");
    expect_list(c, "2:28 like-without-index, 4:16 full-scan, 6:16 full-scan, 8:28 null-comparison");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(table_that_a_condition_narrows_is_not_to_be_read_whole),
        TEST(table_that_is_read_whole_on_purpose_is_no_finding),
        TEST(rows_that_an_index_could_have_in_order_are_not_to_be_sorted),
        TEST(index_that_is_made_each_time_is_a_finding),
        TEST(like_on_an_index_that_it_cannot_use_is_a_finding),
        TEST(reading_is_said_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
