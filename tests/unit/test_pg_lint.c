/* SPDX-License-Identifier: MIT */
#include "pg_linting.h"

/* Advice about what stands in a statement of PostgreSQL: by the server's tree, at the place of the tokens. */

static const char schema[] =
    "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, nick text, boss bigint,\n"
    "  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'done')),\n"
    "  points int NOT NULL DEFAULT 0 CHECK (points >= 0), runs int NOT NULL DEFAULT 1);\n"
    "CREATE TABLE posts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
    "  user_id bigint NOT NULL REFERENCES users, title text NOT NULL, tags text[],\n"
    "  size numeric NOT NULL DEFAULT 0, at timestamptz NOT NULL DEFAULT now());\n"
    "CREATE VIEW odd AS SELECT id FROM users WHERE nick = NULL;\n"
    "CREATE VIEW few AS SELECT id FROM users LIMIT 3;\n"
    "CREATE VIEW pairs AS SELECT u.id, p.title FROM users u, posts p;\n"
    "CREATE DOMAIN named AS text NOT NULL DEFAULT 'none';\n"
    "CREATE TABLE filled (id int PRIMARY KEY, label text NOT NULL, tag named NOT NULL);\n"
    "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS\n"
    "  $$BEGIN NEW.label := coalesce(NEW.label, 'x'); RETURN NEW; END$$;\n"
    "CREATE TRIGGER fill BEFORE INSERT ON filled FOR EACH ROW EXECUTE FUNCTION fill();\n"
    "CREATE TABLE tagged (id int PRIMARY KEY, tag named NOT NULL);\n";

static void nothing_is_equal_to_null(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT id FROM users WHERE nick = NULL", "28 null-comparison"},
        {"SELECT id FROM users u WHERE name = 'é' AND (lower(u.nick) || 'é') <> NULL::text",
         "46 null-comparison"},
        {"SELECT id FROM users WHERE id IN (1, NULL, 3)", "38 null-comparison"},
        {"SELECT id FROM users WHERE id NOT IN (1, NULL)", "42 null-comparison"},
        {"SELECT id FROM users WHERE NOT (id = ANY (ARRAY[1, NULL]))", "52 null-comparison"},
        {"SELECT id FROM users WHERE id BETWEEN 1 AND NULL", "28 null-comparison"},
        {"SELECT CASE nick WHEN NULL THEN 1 ELSE 2 END AS c FROM users", "23 null-comparison"},
        {"SELECT nick = NULL AS a, (SELECT max(id) FROM posts WHERE title < NULL) AS b FROM users",
         "8 null-comparison|59 null-comparison"},
        {"WITH x AS (SELECT id FROM users WHERE nick = NULL) SELECT id FROM x",
         "39 null-comparison"},
        {"WITH x AS (DELETE FROM posts WHERE title = NULL) SELECT id FROM users",
         "36 null-comparison"},
        {"SELECT u.id FROM users u JOIN posts p ON p.user_id = u.id AND u.nick = NULL",
         "63 null-comparison"},
        {"SELECT id FROM users WHERE nick = NULL ORDER BY id LIMIT :n", "28 null-comparison"},
        {"SELECT * FROM users WHERE id IN (:ids[]) AND nick = NULL", "46 null-comparison"},
        {"SELECT id FROM users WHERE (:x = nick OR :x IS NULL) AND nick = NULL",
         "58 null-comparison"},
        {"SELECT id FROM users WHERE nick IS NULL OR nick IS DISTINCT FROM NULL", ""},
        {"SELECT id FROM users WHERE nick = :nick AND id IN (:ids[])", ""},
        {"SELECT coalesce(nick, NULL) AS a, nullif(nick, '') AS b FROM users", ""},
        {"SELECT CASE WHEN nick IS NULL THEN NULL ELSE 1 END AS c FROM users", ""},
        {"SELECT id FROM odd", ""},
        {"SELECT id FROM odd WHERE id = NULL", "10 many-on-key|26 null-comparison"},
        {"UPDATE users SET nick = NULL WHERE id = 1 RETURNING id", "10 many-on-key"},
    };
    EXPECT_ADVICE(*state, schema, cases, ":many");
}

static void not_in_wants_no_null(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT id FROM users WHERE id NOT IN (SELECT boss FROM users)", "46 not-in-null"},
        {"SELECT id FROM users WHERE NOT id IN (SELECT u.boss FROM users AS u)", "46 not-in-null"},
        {"SELECT id FROM users WHERE id NOT IN (SELECT boss FROM users WHERE boss IS NOT NULL)",
         ""},
        {"SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM posts)", ""},
        {"SELECT id FROM users WHERE id IN (SELECT boss FROM users)", ""},
        {"SELECT id FROM users WHERE NOT EXISTS (SELECT boss FROM users)", ""},
    };
    EXPECT_ADVICE(*state, schema, cases, ":many");
}

static void a_check_leaves_a_column_few_values(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT id FROM users WHERE status = 'closed'", "37 impossible-value"},
        {"SELECT id FROM users WHERE 'closed' = status", "28 impossible-value"},
        {"SELECT id FROM users WHERE status IN ('open', 'opn')", "47 impossible-value"},
        {"SELECT id FROM users WHERE status <> 'Done'", "38 impossible-value"},
        {"SELECT CASE status WHEN 'opn' THEN 1 ELSE 2 END AS c FROM users", "25 impossible-value"},
        {"SELECT id FROM users WHERE status = 'open' OR status = :status", ""},
        {"SELECT id FROM users WHERE lower(status) = 'OPEN' OR status LIKE 'op%'", ""},
        {"SELECT id FROM users WHERE nick = 'closed' OR name > 'zz'", ""},
    };
    EXPECT_ADVICE(*state, schema, cases, ":many");
}

static void integers_lose_their_fraction(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT points / runs AS a FROM users", "8 integer-division"},
        {"SELECT (points / (runs + 1)) * 1.5 AS a FROM users", "9 integer-division"},
        {"SELECT sum(points) / count(*) AS a FROM users GROUP BY nick", "8 integer-division"},
        {"SELECT sum(points) / 100 AS a FROM users GROUP BY nick", "8 integer-division"},
        {"SELECT count(*) FILTER (WHERE points > 0) / count(*) AS a FROM users GROUP BY nick",
         "8 integer-division"},
        {"SELECT 1 / 3 AS a, 4 / 2 AS b FROM users", "8 integer-division"},
        {"SELECT (points / runs)::int AS a, CAST(points / runs AS bigint) AS b FROM users", ""},
        {"SELECT points::numeric / runs AS a, points * 1.0 / runs AS b FROM users", ""},
        {"SELECT points * 100 / runs AS a, points / 60 AS b, points / :n AS c FROM users", ""},
        {"SELECT points / 2 AS half, (points / runs) * runs AS rest FROM users", ""},
        {"SELECT points / runs AS a, count(*) AS n FROM users GROUP BY points / runs", ""},
        {"SELECT size / id AS a, avg(size) / count(*) AS b FROM posts GROUP BY size, id", ""},
        {"SELECT count(*) / 1000 AS a FROM users GROUP BY nick", ""},
        {"SELECT (count(*) + 9) / 10 AS a FROM users GROUP BY nick", ""},
        {"SELECT (points + runs - 1) / runs AS a FROM users", ""},
        {"SELECT (sum(points) + 9) / 100 AS a FROM users GROUP BY nick", "8 integer-division"},
    };
    EXPECT_ADVICE(*state, schema, cases, ":many");
}

static void tables_are_linked(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT u.id FROM users u, posts p", "27 cartesian"},
        {"SELECT x.id FROM (SELECT id FROM users) x, (SELECT id FROM posts) AS y", "70 cartesian"},
        {"SELECT u.id FROM users u JOIN posts p ON p.title > 'a'", "31 cartesian"},
        {"SELECT id FROM users WHERE EXISTS (SELECT 1 FROM posts, users b WHERE b.id = 1)", ""},
        {"SELECT (SELECT count(*) FROM posts a, posts b) AS n FROM posts a", "39 cartesian"},
        {"UPDATE users SET nick = p.title FROM posts p RETURNING users.id", "38 cartesian"},
        {"WITH a AS (SELECT id FROM posts) SELECT u.id FROM users u, a", "60 cartesian"},
        {"SELECT u.id FROM users u, posts p WHERE p.user_id = u.id", ""},
        {"SELECT u.id FROM users u CROSS JOIN posts p", ""},
        {"SELECT u.id FROM users u JOIN posts p ON TRUE", ""},
        {"SELECT u.id FROM users u NATURAL JOIN posts p", ""},
        {"SELECT u.id FROM users u JOIN posts p USING (id)", ""},
        {"SELECT p.id, t.tag FROM posts p, unnest(p.tags) AS t(tag)", ""},
        {"SELECT p.id, n FROM posts p, generate_series(1, 3) AS n", ""},
        {"SELECT p.id, v.a FROM posts p, (VALUES (1), (2)) AS v(a)", ""},
        {"SELECT u.id, x.title FROM users u, LATERAL (SELECT p.title FROM posts p"
         " WHERE p.user_id = u.id ORDER BY p.at LIMIT 1) x",
         ""},
        {"SELECT u.id FROM users u LEFT JOIN LATERAL (SELECT p.id FROM posts p"
         " WHERE p.user_id = u.id) x ON TRUE",
         ""},
        {"SELECT u.id FROM users u, posts p WHERE u.id = :id AND p.user_id = :id", ""},
        {"SELECT u.id FROM users u, posts p WHERE u.id = 5", ""},
        {"SELECT u.id FROM users u, posts p WHERE (u.id, u.name) = (p.user_id, p.title)", ""},
        {"SELECT u.id, m.n FROM users u, (SELECT count(*) AS n FROM posts) m", ""},
        {"SELECT id FROM pairs", ""},
        {"DELETE FROM posts USING users u WHERE u.id = posts.user_id RETURNING posts.id", ""},
    };
    EXPECT_ADVICE(*state, schema, cases, ":many");
}

static void some_rows_of_many_want_an_order(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT id FROM users LIMIT 10", "28 implicit-order"},
        {"SELECT id FROM users OFFSET 2 FETCH FIRST 3 ROWS ONLY", "43 implicit-order"},
        {"SELECT (SELECT title FROM posts LIMIT 1) AS t FROM users", "39 implicit-order"},
        {"SELECT id FROM users UNION ALL SELECT id FROM posts LIMIT :n", "59 implicit-order"},
        {"SELECT string_agg(name, ',') AS a FROM users GROUP BY nick", "8 implicit-order"},
        {"SELECT id FROM users ORDER BY id LIMIT 10", ""},
        {"SELECT id FROM users LIMIT ALL", ""},
        {"SELECT count(*) AS n FROM users LIMIT 1", "10 many-on-key"},
        {"SELECT id FROM posts FOR UPDATE SKIP LOCKED LIMIT 5", ""},
        {"SELECT 1 AS one FROM users WHERE EXISTS (SELECT FROM posts LIMIT 1)", ""},
        {"SELECT id FROM few", ""},
        {"SELECT n FROM generate_series(1, 9) AS n LIMIT 3", ""},
        {"DELETE FROM posts WHERE id IN (SELECT id FROM posts LIMIT 100) RETURNING id", ""},
        {"WITH old AS (SELECT id FROM posts LIMIT 100)"
         " DELETE FROM posts USING old WHERE old.id = posts.id RETURNING posts.id",
         ""},
        {"SELECT string_agg(name, ',' ORDER BY name) AS a FROM users GROUP BY nick", ""},
        {"SELECT string_agg(DISTINCT name, ',') AS a FROM users GROUP BY nick", ""},
        {"SELECT string_agg(name, ',') AS a FROM (SELECT name FROM users ORDER BY name) x"
         " GROUP BY name",
         ""},
    };
    EXPECT_ADVICE(*state, schema, cases, ":many");
}

static void what_is_stored_keeps_constraints(void **state)
{
    static const struct pg_case cases[] = {
        {"INSERT INTO users (id, name) VALUES (:id, NULL)", "43 impossible-insert"},
        {"INSERT INTO users (id) VALUES (:id)", "13 impossible-insert"},
        {"INSERT INTO users (id, name, status) VALUES (1, 'a', 'open'), (2, NULL, 'opn')",
         "67 impossible-insert|73 impossible-value"},
        {"INSERT INTO users (id, name) SELECT id, NULL FROM posts", "41 impossible-insert"},
        {"UPDATE users SET name = NULL, status = 'none', points = -5 WHERE id = :id",
         "25 impossible-insert|40 impossible-value|57 impossible-insert"},
        {"INSERT INTO users (id, name, points) VALUES (:id, 'a', 7)"
         " ON CONFLICT (id) DO UPDATE SET name = NULL",
         "97 impossible-insert"},
        {"INSERT INTO users (id, name) VALUES (1, NULL) ON CONFLICT DO NOTHING",
         "41 impossible-insert"},
        {"INSERT INTO users (id, name, nick) VALUES (:id, :name, NULL)", ""},
        {"INSERT INTO posts (user_id, title, tags) VALUES (:user, :title, NULL)", ""},
        {"INSERT INTO filled (id, label) VALUES (:id, NULL)", ""},
        {"INSERT INTO filled (id) VALUES (:id)", ""},
        {"INSERT INTO tagged (id) VALUES (:id)", ""},
        {"INSERT INTO users (id, name, points) VALUES (:id, 'a', DEFAULT)", ""},
        {"UPDATE users SET name = :name, points = points + 1 WHERE id = :id", ""},
        {"INSERT INTO users (id, name) SELECT user_id, title FROM posts", ""},
    };
    EXPECT_ADVICE(*state, schema, cases, ":exec");
}

/* A query with optional parts is looked at in each of its texts, and what is said is said once. */
static void optional_parts_are_placed_as_they_are_written(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT id FROM users WHERE TRUE /*? a */ AND name = :a /*?*/ AND nick = NULL",
         "66 null-comparison"},
        {"SELECT id FROM users WHERE TRUE /*? a */ AND name = :a AND nick = NULL /*?*/",
         "60 null-comparison"},
        {"SELECT * FROM users WHERE id IN (:ids[]) /*? b */ AND nick = NULL /*?*/",
         "55 null-comparison"},
    };
    EXPECT_ADVICE(*state, schema, cases, ":many");
}

static void what_a_query_allows_is_not_said(void **state)
{
    struct checking *c = *state;
    checking_write("migrations/1_schema.sql", schema);
    checking_write("queries/q.sql", "-- name: a :many\n-- allow null-comparison \"a test\"\n"
                                    "SELECT id FROM users WHERE nick = NULL;\n"
                                    "-- name: b :many\n-- allow cartesian \"a test\"\n"
                                    "SELECT id FROM users;\n");
    assert_ok(checking_run(c));
    assert_int_equal(c->diags.count, 1);
    assert_string_equal(c->diags.items[0].code, "unused-allow");
    assert_int_equal(c->diags.items[0].place.line, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(nothing_is_equal_to_null),
        PG_TEST(not_in_wants_no_null),
        PG_TEST(a_check_leaves_a_column_few_values),
        PG_TEST(integers_lose_their_fraction),
        PG_TEST(tables_are_linked),
        PG_TEST(some_rows_of_many_want_an_order),
        PG_TEST(what_is_stored_keeps_constraints),
        PG_TEST(optional_parts_are_placed_as_they_are_written),
        PG_TEST(what_a_query_allows_is_not_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
