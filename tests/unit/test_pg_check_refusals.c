/* SPDX-License-Identifier: MIT */
#include "pg_checking.h"

/* What is said of a statement that the server refuses, or that is no query's: where, and what may help. */

static const char schema[] =
    "CREATE TYPE level AS ENUM ('low', 'high');\n"
    "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, age int, rank level);\n"
    "CREATE DOMAIN tone AS level;\nCREATE TABLE coats (id int, worn tone);\n"
    "CREATE PROCEDURE touch_all() LANGUAGE SQL AS 'SELECT 1';\n"
    "CREATE SCHEMA auth;\n"
    "CREATE TABLE auth.logins (user_id bigint NOT NULL, \"Note\" text);\n";

static void refusals_have_the_exact_place(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT nope FROM users", "8 unknown-column: 'name'"},
        {"SELECT '\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80', naem FROM users",
         "21 unknown-column: 'name'"},
        {"SELECT /* \xc3\xa4 */ u.naem FROM users u", "19 unknown-column: 'name'"},
        {"SELECT id FROM usrs", "16 unknown-table: 'users'"},
        {"SELECT user_id FROM auth.login", "26 unknown-table: 'auth.logins'"},
        {"SELECT x.id FROM users u", "8 unknown-table"},
        {"SELECT lenght(name) FROM users", "8 unknown-function: 'length'"},
        {"SELECT id FORM users", "16 syntax-error"},
        {"SELECT id FROM users WHERE (", "29 syntax-error"},
        {"SELECT id FROM users WHERE name = \"Ann\"",
         "35 unknown-column: a text is written 'Ann', in single quotes"},
        {"SELECT note FROM auth.logins", "8 unknown-column: 'Note'"},
        {"SELECT id FROM users u JOIN users v ON u.id = v.id", "8 engine-error: 'u.id' or 'v.id'"},
        {"SELECT id FROM users WHERE rank = 'lo'", "35 engine-error"},
        {"INSERT INTO users (id, naem) VALUES (1, 2)", "24 unknown-column: 'name'"},
        {"INSERT INTO users (id) VALUES (1) ON CONFLICT (nope) DO NOTHING",
         "48 unknown-column: 'name'"},
        {"SELECT id FROM users WHERE name = :n AND nope = :n AND age = 1",
         "42 unknown-column: 'name'"},
        {"SELECT :a IS NULL AS n", "8 engine-error: ':a::int', or whatever it is"},
        {"INSERT INTO users (name, age) VALUES (:x, :x)",
         "43 engine-error: ':x::int', or whatever it is"},
        {"SELECT id FROM users WHERE (id, name) IN (:ids[])", "43 engine-error"},
        {"SELECT id FROM users WHERE id IN (1, :ids[])",
         "38 param-name: a list is written 'IN (:ids[])'"},
        {"SELECT id FROM users WHERE id = 1 AND (SELECT 1, 2) = 1", "39 engine-error"},
        {"SELECT id, FROM users", "12 syntax-error"},
        {"SELECT 'a", "8 syntax-error"},
        {"SELECT id FROM users WHERE id = ?", "34 syntax-error: a parameter is ':name' or '$1'"},
        {"SELECT id FROM users WHERE ? = id", "30 syntax-error: a parameter is ':name' or '$1'"},
        {"SELECT id FROM users WHERE id = $me", "33 syntax-error: a parameter is ':name' or '$1'"},
        {"SELECT id FROM users WHERE '?' = (", "35 syntax-error"},
        {"SELECT id FROM coats WHERE worn IN (:list[])",
         "33 engine-error: No operator matches the given name and argument types. You might need to "
         "add explicit type casts"},
        {"CALL touch_al()", "6 unknown-function: 'touch_all'"},
        {"CALL nosuch()", "6 unknown-function: No procedure matches the given name and argument "
                          "types. You might need to add explicit type casts"},
        {"SELECT touch_al()", "8 unknown-function: No function matches the given name and argument "
                              "types. You might need to add explicit type casts"},
        {"SELECT IFNULL(name, 'x') FROM users", "8 unknown-function: coalesce(…)"},
        {"SELECT strftime('%Y', name) FROM users", "8 unknown-function: to_char(…, 'YYYY-MM-DD')"},
    };
    PG_EXPECT(*state, schema, cases, ":many");
}

/* What the server says beyond that is help, and said once. */
static void the_message_is_the_servers_message(void **state)
{
    struct checking *c = *state;
    checking_write("migrations/1_schema.sql", schema);
    checking_write("queries/q.sql", "-- name: q :many\nSELECT id FROM users WHERE name = 5;\n"
                                    "-- name: r :many\nSELECT length(id) AS n FROM users;\n");
    assert_ok(checking_run(c));
    assert_int_equal(c->diags.count, 2);
    assert_string_equal(c->diags.items[0].message, "operator does not exist: text = integer");
    assert_string_equal(c->diags.items[1].message, "function length(bigint) does not exist");
    assert_non_null(strstr(c->diags.items[0].help, "No operator matches"));
    assert_non_null(strstr(c->diags.items[1].help, "No function matches"));
}

static void statements_of_a_session_are_no_queries(void **state)
{
    static const struct pg_case cases[] = {
        {"BEGIN", "1 not-a-query: tn_transact(), or tn_tx_begin()"},
        {"START TRANSACTION", "1 not-a-query: tn_transact(), or tn_tx_begin()"},
        {"commit", "1 not-a-query: tn_tx_commit()"},
        {"SET search_path = auth", "1 not-a-query: set_config(…, true) in a transaction, the "
                                   "database's URL, or on_open of tn_db_options"},
        {"LISTEN news", "1 not-a-query: tn_listen()"},
        {"COPY users FROM STDIN", "1 not-a-query: tn_copy_in(), or tn_copy_out()"},
        {"VACUUM", "1 not-a-query: tn_exec(), outside of a transaction"},
        {"TRUNCATE users", ""},
        {"NOTIFY news", ""},
    };
    PG_EXPECT(*state, schema, cases, ":exec");
}

static void stars_that_cannot_be_written_out_are_refused(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT * FROM users UNION ALL TABLE users", "31 unexpanded-star: name the columns"},
        {"SELECT 5 AS a, 'b' AS b, 1 AS c, NULL AS d UNION (SELECT 6, 'b', 2, 'low' UNION TABLE users)",
         "81 unexpanded-star: name the columns"},
        {"SELECT id, name, age, rank FROM users UNION (SELECT * FROM users)",
         "id:int name:text age:int? rank:enum:level?"},
        {"SELECT x.id FROM (SELECT 1 AS id UNION SELECT id FROM (SELECT * FROM users) y) x",
         "id:int"},
        {"SELECT n FROM (SELECT * FROM auth.logins UNION ALL SELECT * FROM auth.logins) l (n, t)",
         "n:int"},
        {"INSERT INTO users SELECT 5, 'a', 1, 'low' UNION SELECT * FROM users RETURNING id",
         "id:int"},
        {"TABLE users", "1 unexpanded-star: name the columns"},
        {"SELECT count(*) AS n FROM users WHERE EXISTS (SELECT * FROM auth.logins)", "n:int"},
    };
    PG_EXPECT(*state, schema, cases, ":many");
}

static void annotations_meet_the_servers_types(void **state)
{
    static const struct pg_case cases[] = {
        {"-- column age int not null\nSELECT age FROM users", "age:int"},
        {"-- column name nullable\nSELECT name FROM users", "name:text?"},
        {"-- column age text\nSELECT age FROM users",
         "11 annotation-mismatch: a cast in the query: '…::TYPE'"},
        {"-- param a nullable\nSELECT name FROM users WHERE age = :a", "name:text <- a:int?"},
        {"-- param 1 least\nSELECT name FROM users WHERE age > $1", "name:text <- least:int"},
        {"-- column nope int\nSELECT age FROM users", "11 bad-annotation"},
        {"-- param a int nullable\nSELECT name FROM users WHERE age = :a", "name:text <- a:int?"},
        {"-- param l int\nSELECT name FROM users WHERE age IN (:l[])", "name:text <- l:int[]"},
        {"-- param r text\n-- column rank text\nSELECT rank FROM users WHERE rank = :r",
         "rank:text <- r:text"},
        {"-- param l text\nSELECT name FROM users WHERE rank IN (:l[])", "name:text <- l:text[]"},
        {"-- param t timestamp(ms)\n-- column at timestamp(text)\nSELECT :t::timestamptz AS at",
         "at:timestamp <- t:timestamp"},
    };
    PG_EXPECT(*state, schema, cases, ":many");
}

/* What is said is compared with the server's type, and what C has nothing of is said in the query. */
static void types_that_the_server_has_not_are_refused(void **state)
{
    static const struct pg_case cases[] = {
        {"-- param id real\nSELECT name FROM users WHERE id = :id",
         "10 annotation-mismatch: a cast in the query: ':id::TYPE'"},
        {"-- param 1 id text\nSELECT name FROM users WHERE id = $1",
         "12 annotation-mismatch: a cast in the query: '$1::TYPE'"},
        {"-- param l text\nSELECT name FROM users WHERE id IN (:l[])",
         "10 annotation-mismatch: a cast in the query: ':l::TYPE'"},
        {"-- param l int\nSELECT name FROM users WHERE age = ANY(:l)",
         "10 annotation-mismatch: a cast in the query: ':l::TYPE'"},
        {"-- param r any\nSELECT name FROM users WHERE rank = :r",
         "10 annotation-mismatch: a cast in the query: ':r::TYPE'"},
        {"-- param n json\nSELECT name FROM users WHERE name = :n",
         "10 annotation-mismatch: a cast in the query: ':n::TYPE'"},
        {"-- param u uuid\nSELECT :u AS u", "12 bad-annotation: a cast in the query: ':u::uuid'"},
        {"-- param 1 d date nullable\nSELECT $1 AS d",
         "14 bad-annotation: a cast in the query: '$1::date'"},
        {"-- column age int8\nSELECT age FROM users",
         "15 bad-annotation: a cast in the query: '…::int8'"},
        {"-- param u txt\nSELECT :u::text AS u", "12 bad-annotation: 'text'"},
    };
    struct checking *c = *state;
    PG_EXPECT(c, schema, cases, ":many");
    assert_string_equal(c->diags.items[0].message,
                        "parameter 'id' is annotated as real, and the server takes int8");
}

static void a_migration_that_fails_is_a_finding(void **state)
{
    struct checking *c = *state;
    c->server_url = pg_server_url();
    checking_write("migrations/1_a.sql", "CREATE TABLE t (id int);\n");
    checking_write("migrations/2_b.sql",
                   "ALTER TABLE t ADD x int;\n\nALTER TABLE nope ADD y int;\n");
    checking_write("queries/q.sql", "-- name: q :many\nSELECT id FROM t;\n");
    assert_int_equal(checking_run(c), TN_EREFUSED);
    assert_int_equal(c->diags.count, 1);
    assert_string_equal(c->diags.items[0].code, "migration-failed");
    assert_string_equal(c->diags.items[0].place.file, "migrations/2_b.sql");
    assert_int_equal(c->diags.items[0].place.line, 3);
    pg_expect_no_databases_left();
}

#define DEAD   "tenon_check_7fffffff0006000000000000_0123456789abcdef"
#define OTHERS "tenon_check_7ffffffe0006000000000000_0123456789abcdef"
#define NAMED  "tenon_check_by_hand"

/* Named after a session that lives. */
static void make_living(char *out, size_t size, tn_db *db)
{
    static const char session[] =
        "SELECT 'tenon_check_' || lpad(to_hex(pid), 8, '0') || lpad(to_hex(round(extract(epoch "
        "FROM backend_start) * 1000000)::bigint), 16, '0') || '_00000000000000aa' "
        "FROM pg_stat_activity WHERE pid = pg_backend_pid()";
    char create[128];
    tn_arena arena = {0};
    tn_error err;
    tn_rows rows;
    assert_ok(tn_query(&rows, db, session, NULL, 0, &arena, &err));
    snprintf(out, size, "%s", tn_rows_at(&rows, 0, 0)->as.text.data);
    snprintf(create, sizeof create, "CREATE DATABASE %s", out);
    (void)pg_query(pg_server_url(), create);
    tn_arena_fini(&arena);
}

static void expect_databases(const char *living)
{
    char expected[160];
    snprintf(expected, sizeof expected, "%s%s" OTHERS "\n" NAMED, living, living[0] ? "\n" : "");
    assert_string_equal(pg_query(pg_server_url(), "SELECT datname FROM pg_database WHERE datname "
                                                  "LIKE 'tenon_check%' ORDER BY datname"),
                        expected);
}

/* What checks that were killed have left is dropped: no session of the server has made it, and it is ours. */
static void databases_of_killed_checks_are_dropped(void **state)
{
    struct checking *c = *state;
    char living[64];
    tn_db *db = NULL;
    c->server_url = pg_server_url();
    checking_write("migrations/1_a.sql", "CREATE TABLE t (id int);\n");
    checking_write("queries/q.sql", "-- name: q :many\nSELECT id FROM t;\n");
    (void)pg_query(c->server_url, "CREATE DATABASE " DEAD);
    (void)pg_query(c->server_url, "CREATE DATABASE " NAMED);
    (void)pg_query(c->server_url, "CREATE ROLE other");
    (void)pg_query(c->server_url, "CREATE DATABASE " OTHERS " OWNER other");
    assert_ok(tn_db_open(&db, c->server_url, NULL, &c->err));
    make_living(living, sizeof living, db);
    assert_ok(checking_run(c));
    expect_databases(living);
    tn_db_close(db);
    assert_ok(checking_run(c));
    expect_databases("");
    (void)pg_query(c->server_url, "DROP DATABASE " NAMED);
    (void)pg_query(c->server_url, "DROP DATABASE " OTHERS);
    (void)pg_query(c->server_url, "DROP ROLE other");
}

static bool end_sessions(void)
{
    (void)pg_query(pg_server_url(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                    "WHERE datname LIKE 'tenon_check%'");
    return false;
}

static void a_server_that_goes_away_is_no_finding(void **state)
{
    struct checking *c = *state;
    c->server_url = pg_server_url();
    c->is_stopped = end_sessions;
    checking_write("migrations/1_a.sql", "CREATE TABLE t (id int);\n");
    checking_write("queries/q.sql", "-- name: q :many\nSELECT id FROM t;\n");
    assert_int_equal(checking_run(c), TN_ECONNECT);
    assert_int_equal(c->diags.count, 0);
    assert_string_not_equal(c->err.message, tn_status_text(TN_ECONNECT));
    assert_non_null(strstr(c->err.message, "connection"));
    pg_expect_no_databases_left();
}

static const char schema_of_commands[] =
    "CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);\n"
    "INSERT INTO customers VALUES (1, 'Ada');\n"
    "CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers);\n"
    "CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM orders;\n"
    "CREATE MATERIALIZED VIEW unfilled AS SELECT id FROM orders WITH NO DATA;\n"
    "CREATE UNIQUE INDEX ON unfilled (id);\n"
    "CREATE FUNCTION raised() RETURNS int LANGUAGE plpgsql AS\n"
    "  'BEGIN RAISE EXCEPTION ''not yet''; END';\n"
    "CREATE SEQUENCE numbers;\n";

static void commands_are_tried(void **state)
{
    static const struct pg_case cases[] = {
        {"TRUNCATE custmers", "10 unknown-table: 'customers'"},
        {"TRUNCATE customers",
         "1 engine-error: Truncate table 'orders' at the same time, or use TRUNCATE ... CASCADE"},
        {"TRUNCATE customers, orders", ""},
        {"REFRESH MATERIALIZED VIEW nosuch", "27 unknown-table"},
        {"REFRESH MATERIALIZED VIEW totals", ""},
        {"REFRESH MATERIALIZED VIEW CONCURRENTLY totals",
         "1 engine-error: Create a unique index with no WHERE clause on one or more columns of the "
         "materialized view"},
        {"LOCK TABLE nosuch", "12 unknown-table"},
        {"LOCK TABLE customers IN SHARE MODE", ""},
        {"DROP TABLE nosuch", "12 unknown-table"},
        {"DROP TABLE IF EXISTS nosuch", ""},
        {"DROP TABLE orders",
         "1 engine-error: Use DROP ... CASCADE to drop the dependent objects too"},
        {"DROP TABLE orders CASCADE", ""},
        {"CREATE INDEX i ON customers (nosuch)", "1 unknown-column"},
        {"CREATE INDEX i ON customers (name)", ""},
        {"ALTER TABLE customers ADD x intt", "29 engine-error"},
        {"ALTER TABLE customers ADD x int", ""},
        {"ALTER TABLE customers ADD y int NOT NULL", "1 not-judged"},
        {"ANALYZE nosuch", "9 unknown-table"},
        {"ANALYZE", ""},
        {"GRANT SELECT ON nosuch TO PUBLIC", "17 unknown-table"},
        {"GRANT SELECT ON customers TO PUBLIC", ""},
        {"GRANT SELECT ON customers TO nobody_there", "1 not-judged"},
        {"COMMENT ON COLUMN customers.nosuch IS 'x'", "1 unknown-column"},
        {"CREATE VIEW v AS SELECT nosuch FROM customers", "25 unknown-column"},
        {"CREATE TABLE copied AS SELECT nosuch FROM customers", "31 unknown-column"},
        {"CREATE TABLE copied AS SELECT id FROM customers", ""},
        {"CREATE TABLE copied AS SELECT 1 / (id - id) AS view FROM customers",
         ""}, /* does not run */
        {"REFRESH MATERIALIZED VIEW CONCURRENTLY unfilled", "1 not-judged"},
        {"ALTER TABLE customers ADD z int DEFAULT raised()", "1 not-judged"},
        {"ALTER TABLE customers ADD z pg_lsn DEFAULT pg_create_restore_point('x')", "1 not-judged"},
        {"ALTER TABLE customers ADD z int DEFAULT pg_catalog.LO_UNLINK(1)", "1 not-judged"},
        {"CREATE FUNCTION g() RETURNS int LANGUAGE c AS 'nosuch', 'g'", "1 not-judged"},
        {"CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT nosuch'", "49 unknown-column"},
        {"EXPLAIN SELECT nosuch FROM customers", "16 unknown-column"},
        {"NOTIFY news", ""},
        {"CREATE ROLE left_behind", "1 not-judged"},
        {"ALTER SEQUENCE numbers RESTART WITH 5", ""},
        {"TRUNCATE :name", "10 syntax-error"},
    };
    struct checking *c = *state;
    c->server_url = pg_server_url();
    PG_EXPECT(c, schema_of_commands, cases, ":exec");
    assert_string_equal(
        pg_query(c->server_url, "SELECT count(*) FROM pg_roles WHERE rolname = 'left_behind'"),
        "0");
}

/* The lines of what nobody has looked at: "2 4 ". */
static void expect_unjudged(struct checking *c, const char *expected)
{
    char got[200] = "";
    for (size_t i = 0; i < c->diags.count; i++) {
        const struct tn__diag *diag = &c->diags.items[i];
        if (strcmp(diag->code, "not-judged") == 0)
            snprintf(got + strlen(got), sizeof(got) - strlen(got), "%u ", diag->place.line);
    }
    assert_string_equal(got, expected);
}

static void commands_that_cannot_be_tried_are_told(void **state)
{
    static const char queries[] = "-- name: a :exec\nALTER SYSTEM SET work_mem = '1MB';\n"
                                  "-- name: b :exec\nCREATE INDEX CONCURRENTLY i ON orders (id);\n"
                                  "-- name: c :exec\nDROP ROLE nobody_there;\n"
                                  "-- name: d :exec\nGRANT nobody_there TO postgres;\n"
                                  "-- name: e :exec\nCREATE DATABASE nosuch;\n"
                                  "-- name: f :exec\nGRANT CREATE ON DATABASE postgres TO PUBLIC;\n"
                                  "-- name: g :exec\n-- allow not-judged\nDROP OWNED BY postgres;\n"
                                  "-- name: h :exec\nTRUNCATE orders;\n";
    static const char *const others[] = {
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';\n"
        "CREATE TRIGGER t AFTER TRUNCATE ON orders EXECUTE FUNCTION f();\n",
        "CREATE FOREIGN DATA WRAPPER elsewhere;\n",
        "CREATE LANGUAGE unbound HANDLER plpgsql_call_handler;\n",
    };
    struct checking *c = *state;
    checking(c, schema_of_commands, queries);
    expect_unjudged(c, "2 4 6 8 10 12 ");
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        checking_write("migrations/2_other.sql", others[i]);
        assert_ok(checking_run(c));
        expect_unjudged(c, "2 4 6 8 10 12 17 ");
    }
}

/* The hint is the help, and in the message no more. */
static void hints_are_said_once(void **state)
{
    struct checking *c = *state;
    checking(c, schema,
             "-- name: a :many\nSELECT id FROM users WHERE name = 1;\n"
             "-- name: b :exec\nDROP TABLE users;\n");
    assert_string_equal(c->diags.items[0].message, "operator does not exist: text = integer");
    assert_string_equal(c->diags.items[0].help,
                        "No operator matches the given name and argument types. You might need to "
                        "add explicit type casts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(refusals_have_the_exact_place),
        PG_TEST(the_message_is_the_servers_message),
        PG_TEST(statements_of_a_session_are_no_queries),
        PG_TEST(stars_that_cannot_be_written_out_are_refused),
        PG_TEST(annotations_meet_the_servers_types),
        PG_TEST(types_that_the_server_has_not_are_refused),
        PG_TEST(a_migration_that_fails_is_a_finding),
        PG_TEST(databases_of_killed_checks_are_dropped),
        PG_TEST(a_server_that_goes_away_is_no_finding),
        PG_TEST(commands_are_tried),
        PG_TEST(commands_that_cannot_be_tried_are_told),
        PG_TEST(hints_are_said_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
