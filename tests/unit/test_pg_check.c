/* SPDX-License-Identifier: MIT */
#include "pg_checking.h"

/* What a query of PostgreSQL gives and takes: types by the server, for C and the report. */

static const char schema[] =
    "CREATE TYPE level AS ENUM ('low', 'high');\n"
    "CREATE SCHEMA auth;\n"
    "CREATE TYPE auth.kind AS ENUM ('a', 'b');\n"
    "CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%');\n"
    "CREATE DOMAIN levels AS level[];\n"
    "CREATE TYPE pair AS (a int, b text);\n"
    "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,\n"
    "  email mail, age int, rank level NOT NULL, tags text[] NOT NULL, born date);\n"
    "CREATE TABLE auth.logins (user_id bigint NOT NULL REFERENCES users, at timestamptz NOT NULL,\n"
    "  kind auth.kind NOT NULL, \"Note\" text, \"order\" int);\n"
    "CREATE TABLE pairs (a int NOT NULL, b varchar(9));\n"
    "CREATE TABLE notes (id int PRIMARY KEY, body varchar(20), code char(3) NOT NULL,\n"
    "  state varchar(9) CHECK (state IN ('new', 'old')), sender mail);\n"
    "CREATE TABLE kinds (a bool NOT NULL, b int2 NOT NULL, c int4 NOT NULL, d int8 NOT NULL,\n"
    "  e float4 NOT NULL, f float8 NOT NULL, g numeric(8,2) NOT NULL, h bytea NOT NULL,\n"
    "  i timestamp NOT NULL, j timestamptz NOT NULL, k date NOT NULL, l time NOT NULL,\n"
    "  m timetz NOT NULL, n interval NOT NULL, o uuid NOT NULL, p json NOT NULL, q jsonb NOT NULL,\n"
    "  r varchar(9) NOT NULL, s char(3) NOT NULL, t xml NOT NULL, u inet NOT NULL, v int4range NOT NULL,\n"
    "  w pair NOT NULL, x levels NOT NULL, y uuid[] NOT NULL, z oid NOT NULL);\n";

static void columns_have_the_servers_types(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT * FROM kinds",
         "a:bool b:int c:int d:int e:real f:real g:numeric h:blob i:timestamp j:timestamp k:date "
         "l:time m:text n:interval o:uuid p:json q:json r:text s:text t:text u:text v:text w:text "
         "x:enum:level[] y:uuid[] z:int"},
        {"SELECT (w).a, (w).b AS \"B\" FROM kinds", "a:int? B:text?"},
        {"SELECT name, email FROM users WHERE email IS NOT NULL", "name:text email:text"},
        {"SELECT ARRAY[1, 2] AS a, '{}'::auth.kind[] AS b", "a:int[] b:enum:kind[]"},
    };
    PG_EXPECT(*state, schema, cases, ":many");
}

static void params_have_the_servers_types(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT name FROM users WHERE id = :id AND rank = :rank",
         "name:text <- id:int rank:enum:level"},
        {"-- param 1 id\n-- param 2 age\nSELECT name FROM users WHERE id = $1 AND age > $2",
         "name:text <- id:int age:int"},
        {"SELECT name FROM users WHERE id IN (:ids[]) AND rank NOT IN (:ranks[])",
         "name:text <- ids:int[] ranks:enum:level[]"},
        {"SELECT name FROM users WHERE id = ANY(:ids)", "name:text <- ids:int[]"},
        {"SELECT name FROM users WHERE tags @> :tags AND tags[:n] = 'x' AND tags[1 : :upper] = :all",
         "name:text <- tags:text[] n:int upper:int all:text[]"},
        {"SELECT name FROM users WHERE born > :born::date - :days::int",
         "name:text <- born:date days:int"},
        {"SELECT name FROM users WHERE name ILIKE :like OR name = $$:not$$ OR name = E'\\':not'",
         "name:text <- like:text"},
        {"SELECT name FROM users ORDER BY id LIMIT :limit OFFSET :offset",
         "name:text <- limit:int offset:int"},
        {"SELECT name FROM users WHERE '{\"a\":1}'::jsonb ? :key /* :a /* :b */ :c */",
         "name:text <- key:text"},
    };
    PG_EXPECT(*state, schema, cases, ":many");
}

/* NULL is welcome where a column keeps it, whatever the server puts around the parameter. */
static void what_is_written_may_be_null(void **state)
{
    static const struct pg_case cases[] = {
        {"INSERT INTO notes (id, body, code, sender) VALUES (:id, :body, :code, :sender)",
         "<- id:int body:text? code:text sender:text?"},
        {"INSERT INTO notes (id, body, code) VALUES (1, :a, :b), (2, :c, :d)",
         "<- a:text? b:text c:text? d:text"},
        {"INSERT INTO notes (id, body, code) SELECT id, :body, :code FROM notes WHERE sender = :sender",
         "<- body:text? code:text sender:text"},
        {"UPDATE notes SET body = CASE WHEN :replace THEN :body ELSE body END WHERE id = :id",
         "<- replace:bool body:text? id:int"},
        {"UPDATE notes SET body = coalesce(:body, body), code = upper(:code), state = :state",
         "<- body:text? code:text state:enum:notes_state?"},
        {"CREATE TABLE drafts (id int NOT NULL, body text)", ""},
        {"UPDATE notes SET sender = :sender::mail, body = :body::text WHERE code = :code",
         "<- sender:text? body:text? code:text"},
    };
    PG_EXPECT(*state, schema, cases, ":exec");
}

static void columns_are_called_as_the_server_does(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT CURRENT_DATE, current_user", "current_date:date current_user:text"},
        {"SELECT * FROM CURRENT_TIMESTAMP", "current_timestamp:timestamp"},
        {"SELECT 1 AS \"a b\", 2 \"c-d\", 3 AS \"?column?\"", "a b:int c-d:int ?column?:int"},
        {"SELECT x.\"a b\" FROM (SELECT 1 AS \"a b\") x", "a b:int"},
        {"SELECT 1 + 1", "8 unnamed-column: give it a name with AS"},
    };
    PG_EXPECT(*state, schema, cases, ":many");
}

static void what_is_emitted_is_the_servers(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT name FROM users WHERE id IN (:ids[])",
         "SELECT name FROM users WHERE id = ANY($1)"},
        {"SELECT name FROM users WHERE id not in ( :ids[] ) -- all but them\n  AND age > :age",
         "SELECT name FROM users WHERE id <> ALL( $1 )\n  AND age > $2"},
        {"-- param 1 a\n-- param 2 b\nSELECT name FROM users WHERE age = $1 AND age < $2",
         "SELECT name FROM users WHERE age = $1 "
         "AND age < $2"},
        {"SELECT * FROM auth.logins",
         "SELECT user_id, at, kind, \"Note\", \"order\" FROM auth.logins"},
        {"SELECT l.*, u.name FROM users u JOIN auth.logins l ON l.user_id = u.id",
         "SELECT l.user_id, l.at, l.kind, l.\"Note\", l.\"order\", u.name FROM users u JOIN "
         "auth.logins l ON l.user_id = u.id"},
        {"WITH x AS (SELECT * FROM kinds) SELECT (w).* FROM x", "WITH x AS (SELECT * FROM kinds) "
                                                                "SELECT (w).a, (w).b FROM x"},
        {"DELETE FROM users u USING kinds k WHERE k.d = u.id RETURNING u.*",
         "DELETE FROM users u USING kinds k WHERE k.d = u.id RETURNING u.id, u.name, u.email, u.age, "
         "u.rank, u.tags, u.born"},
        {"SELECT name FROM users WHERE :age IS NULL OR age = :age",
         "SELECT name FROM users WHERE $1::int4 IS NULL OR age = $1"},
        {"SELECT name FROM users WHERE age = :age OR :age IS NULL",
         "SELECT name FROM users WHERE age = $1 OR $1 IS NULL"},
        {"SELECT name FROM users WHERE (:r IS NULL OR rank = :r) AND (:t IS NULL OR tags = :t)",
         "SELECT name FROM users WHERE ($1::level IS NULL OR rank = $1) AND ($2::text[] IS NULL OR "
         "tags = $2)"},
        {"SELECT * FROM auth.logins WHERE kind = :k UNION ALL (SELECT * FROM auth.logins EXCEPT "
         "SELECT l.* FROM auth.logins l)",
         "SELECT user_id, at, kind, \"Note\", \"order\" FROM auth.logins WHERE kind = $1 UNION ALL "
         "(SELECT user_id, at, kind, \"Note\", \"order\" FROM auth.logins EXCEPT SELECT l.user_id, "
         "l.at, l.kind, l.\"Note\", l.\"order\" FROM auth.logins l)"},
        {"SELECT at, a, b FROM auth.logins, pairs UNION SELECT at, p.* FROM auth.logins x, pairs p",
         "SELECT at, a, b FROM auth.logins, pairs UNION SELECT at, p.a, p.b FROM auth.logins x, "
         "pairs p"},
        {"SELECT a, b FROM pairs UNION SELECT * FROM pairs p JOIN pairs q USING (a, b)",
         "SELECT a, b FROM pairs UNION SELECT p.a, p.b FROM pairs p JOIN pairs q USING (a, b)"},
        {"SELECT 1 AS n FROM auth.logins WHERE :k IS NOT NULL AND kind = :k",
         "SELECT 1 AS n FROM auth.logins WHERE $1::auth.kind IS NOT NULL AND kind = $1"},
    };
    struct checking *c = *state;
    size_t count = sizeof(cases) / sizeof(cases[0]);
    checking_write("migrations/1_schema.sql", schema);
    pg_checking_write(cases, count, ":many");
    assert_ok(checking_run(c));
    for (size_t i = 0; i < count; i++) {
        assert_false(c->checked.queries[i].is_broken);
        assert_string_equal(c->checked.queries[i].emitted.data, cases[i].expected);
    }
}

static void what_writes_is_told(void **state)
{
    static const struct {
        const char *sql;
        bool is_readonly;
    } cases[] = {
        {"SELECT id FROM users", true},
        {"SELECT id FROM users FOR UPDATE", false},
        {"SELECT id FROM (SELECT id FROM users FOR SHARE) u", false},
        {"WITH d AS (DELETE FROM users RETURNING id) SELECT id FROM d", false},
        {"WITH d AS (SELECT id FROM users) SELECT id FROM d", true},
        {"SELECT nextval('users_id_seq') AS n", false},
        {"SELECT now() AS n, upper('a') AS u", true},
        {"SELECT random() AS n", false},
        {"SELECT setval('users_id_seq', 5) AS n", false},
        {"SELECT sum(age) AS n FROM users", true},
        {"SELECT ':funcid 1' AS n, ':commandType 2' AS \":commandType 3\"", true},
        {"INSERT INTO users (name, rank, tags) VALUES ('a', 'low', '{}') RETURNING id", false},
        {"UPDATE users SET age = 1 RETURNING id", false},
        {"VALUES (1)", true},
    };
    struct checking *c = *state;
    size_t count = sizeof(cases) / sizeof(cases[0]);
    struct pg_case queries[sizeof(cases) / sizeof(cases[0])];
    for (size_t i = 0; i < count; i++)
        queries[i] = (struct pg_case){cases[i].sql, ""};
    checking_write("migrations/1_schema.sql", schema);
    pg_checking_write(queries, count, ":many");
    assert_ok(checking_run(c));
    for (size_t i = 0; i < count; i++) {
        if (c->checked.queries[i].is_readonly != cases[i].is_readonly)
            print_error("%s\n", cases[i].sql);
        assert_int_equal(c->checked.queries[i].is_readonly, cases[i].is_readonly);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(columns_have_the_servers_types), PG_TEST(params_have_the_servers_types),
        PG_TEST(what_is_written_may_be_null),    PG_TEST(columns_are_called_as_the_server_does),
        PG_TEST(what_is_emitted_is_the_servers), PG_TEST(what_writes_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
