/* SPDX-License-Identifier: MIT */
#include "linting.h"

/* What can never be written, and texts of the schema in double quotes. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, nick TEXT,"
    " age INTEGER CHECK (age > 0), kind TEXT NOT NULL DEFAULT 'x',"
    " soft TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 's', score REAL CHECK (score BETWEEN 0 AND 1),"
    " loud TEXT COLLATE NOCASE CHECK (loud <> 'A'), twice INTEGER AS (age * 2),"
    " CHECK (length(nick) < 5), CHECK (age < 200 OR nick = 'old'));\n"
    "CREATE TABLE keyed (k TEXT PRIMARY KEY, v INTEGER NOT NULL) WITHOUT ROWID;\n"
    "CREATE TABLE empty (a, b TEXT);\n";

static void what_never_succeeds_is_a_finding(void **state)
{
    static const struct lint_case found[] = {
        {"INSERT INTO users (name) VALUES (NULL)", "NULL", NULL},
        {"INSERT INTO users (id, nick) VALUES (1, 'a')", "users", "a value for 'name'"},
        {"INSERT INTO users DEFAULT VALUES", "users", NULL},
        {"INSERT INTO keyed (v) VALUES (1)", "keyed", "a value for 'k'"},
        {"INSERT INTO keyed VALUES ('a', 1), ('b', NULL)", "NULL", NULL},
        {"INSERT INTO keyed SELECT name, NULL FROM users", "NULL", NULL},
        {"INSERT INTO users (name, age) VALUES ('a', 0)", "0", NULL},
        {"INSERT INTO users (name, age) VALUES ('a', -5)", "-5", NULL},
        {"INSERT INTO users (name, nick) VALUES ('a', 'too long')", "'too long'", NULL},
        {"INSERT INTO users (name, score) VALUES ('a', 1.5)", "1.5", NULL},
        {"INSERT INTO users (name, score) VALUES ('a', 2)", "2", NULL},
        {"REPLACE INTO users (name, age) VALUES ('a', 0)", "0", NULL},
        {"UPDATE users SET name = NULL", "NULL", NULL},
        {"UPDATE users SET (nick, name) = ('a', NULL)", "NULL", NULL},
        {"UPDATE users SET age = 0 WHERE id = 3", "0", NULL},
        {"INSERT INTO users (id, name) VALUES (1, 'a') ON CONFLICT DO UPDATE SET name = NULL",
         "NULL", NULL},
    };
    static const char *const fine[] = {
        "INSERT INTO users (name) VALUES ('a')",
        "INSERT INTO users (id, name, nick) VALUES (NULL, 'a', NULL)",
        "INSERT INTO users (name, soft) VALUES ('a', NULL)",
        "INSERT INTO users (name, nick) VALUES (:name, :nick)",
        "INSERT OR IGNORE INTO users (name) VALUES (NULL)",
        "INSERT OR IGNORE INTO users (name, age) VALUES ('a', 0)",
        "REPLACE INTO users (name, kind) VALUES ('a', NULL)",
        "INSERT INTO users (name, age) VALUES ('a', 300)",
        "INSERT INTO users (name, age) VALUES ('a', '5')",
        "INSERT INTO users (name, score) VALUES ('a', 1)",
        "INSERT INTO users (name, loud) VALUES ('a', 'A')",
        "INSERT INTO empty DEFAULT VALUES",
        "UPDATE users SET nick = NULL, age = NULL",
        "DELETE FROM users",
    };
    EXPECT_LINTS(*state, tables, "impossible-insert", found);
    EXPECT_NO_LINTS(*state, tables, "impossible-insert", fine);
}

/* RAISE(IGNORE) in front of a constraint: the row is passed over, and that is a success. */
static void row_that_a_trigger_passes_over_breaks_nothing(void **state)
{
    static const char passing[] =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL CHECK (n > 0));\n"
        "CREATE TRIGGER g BEFORE INSERT ON t WHEN new.n IS NULL OR new.n < 1 BEGIN"
        " SELECT RAISE(IGNORE); END;\n"
        "CREATE TABLE u (id INTEGER PRIMARY KEY, n INTEGER NOT NULL CHECK (n > 0));\n"
        "CREATE TRIGGER h BEFORE INSERT ON u WHEN new.n < 1 BEGIN"
        " SELECT RAISE(ABORT, 'no'); END;\n";
    static const struct lint_case found[] = {
        {"INSERT INTO u (n) VALUES (0)", "0", NULL},
        {"INSERT INTO u DEFAULT VALUES", "u", NULL},
    };
    static const char *const fine[] = {
        "INSERT INTO t (n) VALUES (NULL)",
        "INSERT INTO t (n) VALUES (0)",
        "INSERT INTO t DEFAULT VALUES",
        "UPDATE t SET n = 0",
    };
    EXPECT_LINTS(*state, passing, "impossible-insert", found);
    EXPECT_NO_LINTS(*state, passing, "impossible-insert", fine);
}

static const char query[] = "-- name: q :many\nSELECT id FROM t;\n";

static void text_in_double_quotes_in_view_or_trigger_is_a_finding(void **state)
{
    struct checking *c = *state;
    checking(c,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);\n"
             "CREATE VIEW v AS SELECT id, \"open\" AS state FROM t;\n"
             "CREATE TRIGGER g AFTER UPDATE OF a ON t BEGIN\n"
             "  UPDATE t SET a = \"seen\" WHERE id = new.id;\nEND;\n"
             "CREATE TRIGGER h AFTER INSERT ON t WHEN new.a = \"x\" BEGIN SELECT 1; END;\n"
             "CREATE TRIGGER i AFTER DELETE ON t BEGIN SELECT \"y\"; END;\n",
             query);
    expect_list(
        c,
        "2:29 double-quoted-string, 4:20 double-quoted-string, 6:49 double-quoted-string, 7:49 double-quoted-string");
    assert_string_equal(c->diags.items[0].help, "'open', in single quotes");
}

static void name_in_double_quotes_is_none(void **state)
{
    struct checking *c = *state;
    checking(
        c,
        "CREATE TABLE \"t\" (\"id\" INTEGER PRIMARY KEY, \"a b\" TEXT);\n"
        "CREATE VIEW \"v\" AS SELECT \"id\" AS \"key\", 'open' AS state FROM \"t\" WHERE \"a b\" > 'a';\n"
        "CREATE TRIGGER \"g\" AFTER UPDATE OF \"a b\" ON \"t\" BEGIN\n"
        "  UPDATE \"t\" SET \"a b\" = 'x' WHERE \"id\" = new.\"id\";\nEND;\n",
        query);
    expect_list(c, "");
}

/* In a query it is what it says: the name of a column that is not there. */
static void text_in_double_quotes_in_a_query_is_an_error(void **state)
{
    struct checking *c = *state;
    checking(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, state TEXT);\n",
             "-- name: q :many\nSELECT id FROM t WHERE state = \"closed\";\n"
             "-- name: r :many\nSELECT id FROM t WHERE state = \"stat\";\n");
    expect_list(c, "2:32 unknown-column, 4:32 unknown-column");
    assert_string_equal(c->diags.items[0].help, "a text is written 'closed', in single quotes");
    assert_string_equal(c->diags.items[1].help, "'state', or a text in single quotes");
    assert_int_equal(c->diags.items[0].severity, TN__ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_never_succeeds_is_a_finding),
        TEST(row_that_a_trigger_passes_over_breaks_nothing),
        TEST(text_in_double_quotes_in_view_or_trigger_is_a_finding),
        TEST(name_in_double_quotes_is_none),
        TEST(text_in_double_quotes_in_a_query_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
