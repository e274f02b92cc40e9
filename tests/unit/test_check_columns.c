/* SPDX-License-Identifier: MIT */
#include "checking.h"

/* What a column of a result is: never NOT NULL without a proof, never a type that may be another. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT);\n"
    "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, title TEXT NOT NULL,"
    " score REAL);\n"
    "CREATE TABLE odd (\"left\" INTEGER NOT NULL, \"select\" TEXT NOT NULL, id INT PRIMARY KEY);\n"
    "CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, x TEXT NOT NULL);\n"
    "CREATE TABLE table_desc (id INTEGER, PRIMARY KEY (id DESC));\n"
    "CREATE TABLE pair (a INTEGER, b INTEGER, PRIMARY KEY (a, b));\n"
    "CREATE TABLE keyed (k TEXT PRIMARY KEY, v INTEGER) WITHOUT ROWID;\n"
    "CREATE TABLE copied AS SELECT id, name FROM users;\n"
    "CREATE VIEW people AS SELECT id, name FROM users;\n"
    "CREATE VIEW mixed AS SELECT id, name FROM users UNION SELECT NULL, NULL;\n"
    "CREATE TRIGGER people_insert INSTEAD OF INSERT ON people BEGIN SELECT 1; END;\n"
    "CREATE VIRTUAL TABLE notes USING fts5(body);\n"
    "CREATE TABLE node (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES node ON DELETE SET NULL,"
    " w REAL);\n"
    "CREATE VIEW authored AS SELECT p.id, u.id AS user, u.name, u.mail FROM posts p"
    " LEFT JOIN users u ON u.id = p.user_id;\n";

/* "int", "text?" and so on, one per column, separated by blanks. */
static void describe(char *out, size_t size, const struct tn__query *query)
{
    out[0] = '\0';
    for (size_t i = 0; i < query->column_count; i++) {
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s%s", i ? " " : "",
                 tn__type_word(query->columns[i].typing.type),
                 query->columns[i].typing.is_nullable ? "?" : "");
    }
}

struct verdict_case {
    const char *sql;
    const char *expected;
};

static void expect_cases(struct checking *c, const struct verdict_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[1000];
        char got[200];
        snprintf(text, sizeof(text), "-- name: q :many\n%s;\n", cases[i].sql);
        checking(c, tables, text);
        if (c->checked.queries[0].is_broken)
            print_error("%s: %s\n", cases[i].sql, c->diags.items[0].message);
        assert_false(c->checked.queries[0].is_broken);
        describe(got, sizeof(got), &c->checked.queries[0]);
        if (strcmp(got, cases[i].expected) != 0)
            print_error("%s\n", cases[i].sql);
        assert_string_equal(got, cases[i].expected);
    }
}
#define EXPECT_CASES(c, cases) expect_cases((c), (cases), sizeof(cases) / sizeof((cases)[0]))

static void plain_select_has_the_tables_nullability(void **state)
{
    static const struct verdict_case cases[] = {
        {"SELECT id, name, mail FROM users", "int text text?"},
        {"SELECT ID, Name FROM Users", "int text"},
        {"SELECT u.id AS x, u.mail AS y FROM users AS u WHERE u.id = 1", "int text?"},
        {"SELECT DISTINCT name FROM users ORDER BY name LIMIT 3", "text"},
        {"SELECT name FROM users GROUP BY name HAVING name > 'a'", "text"},
        {"SELECT u.id, p.title, p.score FROM users u JOIN posts p ON p.user_id = u.id",
         "int text real?"},
        {"SELECT u.id, p.title FROM users u, posts p", "int text"},
        {"SELECT u.id, p.title FROM users u CROSS JOIN posts p", "int text"},
        {"SELECT \"left\", \"select\" FROM odd", "int text"},
        {"SELECT rowid AS r FROM users", "int"},
        {"SELECT rowid AS r, _rowid_ AS s FROM descending", "int int"},
    };
    EXPECT_CASES(*state, cases);
}

/* Of an expression the engine's name is its text, unless AS says one: then C takes it, whatever it is. */
static void names_that_as_gives_are_taken(void **state)
{
    static const struct verdict_case cases[] = {
        {"SELECT count(*) AS \"a b\", 1 AS \"null\", 2 as [c-d] FROM users", "int int int"},
        {"SELECT (SELECT max(id) AS \"a b\" FROM users) AS \"it's\"", "int?"},
    };
    struct checking *c = *state;
    EXPECT_CASES(c, cases);
    assert_string_equal(c->checked.queries[0].columns[0].member, "it_27s");
    checking(
        c, tables,
        "-- name: q :many\nSELECT (SELECT max(id) AS \"a b\" FROM users), 1 + 1 FROM users;\n");
    expect_findings(c, 2);
    expect_finding(c, 0, 2, 8, "unnamed-column");
}

static void key_is_not_null_only_if_it_is_the_rowid(void **state)
{
    static const struct verdict_case cases[] = {
        {"SELECT id FROM odd", "int?"},          {"SELECT id FROM descending", "int?"},
        {"SELECT id FROM table_desc", "int"},    {"SELECT a, b FROM pair", "int? int?"},
        {"SELECT k, v FROM keyed", "text int?"}, {"SELECT id, name FROM copied", "int? text?"},
    };
    EXPECT_CASES(*state, cases);
}

static void outer_join_pads_the_far_side(void **state)
{
    static const struct verdict_case cases[] = {
        {"SELECT u.id, p.title FROM users u LEFT JOIN posts p ON p.user_id = u.id", "int text?"},
        {"SELECT u.id FROM users u left outer join posts p", "int"},
        {"SELECT u.id, p.id AS p FROM users u RIGHT JOIN posts p ON p.user_id = u.id", "int? int"},
        {"SELECT u.id, p.title FROM users u FULL JOIN posts p ON p.user_id = u.id", "int? text?"},
        {"SELECT u.name FROM users u NATURAL JOIN posts p", "text"},
        {"SELECT title FROM posts LEFT JOIN users", "text"},
        {"SELECT id FROM users FULL JOIN posts USING (id)", "int"},
        {"SELECT a.id, b.id AS b, c.id AS c FROM users a LEFT JOIN users b ON b.id = a.id"
         " RIGHT JOIN users c ON c.id = b.id",
         "int? int? int"},
        {"SELECT p.id, q.id AS q FROM users u LEFT JOIN (posts p JOIN posts q) ON p.id = u.id",
         "int? int?"},
    };
    EXPECT_CASES(*state, cases);
}

static void condition_that_rejects_null_undoes_the_padding(void **state)
{
    static const struct verdict_case cases[] = {
        {"SELECT p.id, p.score FROM users u LEFT JOIN posts p ON p.user_id = u.id"
         " WHERE p.title > 'a'",
         "int real?"},
        {"SELECT p.id FROM users u LEFT JOIN posts p ON p.user_id = u.id WHERE p.id IS NULL",
         "int?"},
        {"SELECT p.id FROM users u LEFT JOIN posts p ON p.user_id = u.id"
         " WHERE p.title > 'a' OR u.id = 1",
         "int?"},
        {"SELECT p.id FROM users u LEFT JOIN posts p ON p.user_id = u.id"
         " WHERE p.title > 'a' OR p.id = 1",
         "int?"},
        {"SELECT p.id FROM users u LEFT JOIN posts p ON p.user_id = u.id"
         " WHERE p.id > 4 OR p.id = 1",
         "int"},
        {"SELECT b.mail, c.mail AS m FROM users a LEFT JOIN users b ON b.mail = a.mail"
         " JOIN users c ON c.id = b.id",
         "text text?"},
        /* 3.40 puts WHERE into the arms, and loses it for what a FULL JOIN pads. */
        {"SELECT t FROM (SELECT p.title AS t FROM posts p FULL JOIN users u"
         " UNION ALL SELECT p.title FROM posts p FULL JOIN users u) WHERE t",
         "text?"},
        {"SELECT a.id, b.id AS b FROM users a FULL JOIN users b ON a.id = b.id WHERE b.id > 0",
         "int? int"},
        {"SELECT mail FROM users WHERE mail IS NOT NULL", "text"},
        {"SELECT mail FROM users WHERE NOT (mail IS NULL OR name = 'x')", "text"},
        {"SELECT mail FROM users WHERE mail LIKE 'a%'", "text"},
        {"SELECT mail FROM users WHERE mail IN (name, 'b')", "text"},
        {"SELECT mail FROM users WHERE mail NOT IN (SELECT title FROM posts WHERE 0)", "text?"},
        {"SELECT mail FROM users WHERE mail IS name", "text"},
        {"SELECT u.mail FROM users u JOIN users v ON u.mail IS v.mail", "text?"},
        {"SELECT mail FROM users WHERE coalesce(mail, name) > ''", "text?"},
        {"SELECT mail FROM users WHERE upper(mail) > ''", "text"},
        {"SELECT mail FROM users WHERE (mail, id) = ('a', 1)", "text"},
        {"SELECT mail FROM users WHERE (mail, id) > ('a', 1)", "text"},
        {"SELECT mail FROM users WHERE (id, mail) > (1, 'a')", "text?"},
        {"SELECT name, mail FROM authored WHERE user IS NOT NULL", "text text?"},
        {"SELECT name, mail FROM authored WHERE mail > ''", "text text"},
        {"SELECT CASE WHEN user > 1 THEN name ELSE '' END AS n, name FROM authored", "text text?"},
        {"WITH x AS (SELECT * FROM authored) SELECT name FROM x WHERE user = 3", "text"},
        {"SELECT name FROM users LEFT JOIN (SELECT name AS other FROM authored) ON 1", "text"},
    };
    EXPECT_CASES(*state, cases);
}

static void branch_is_seen_with_what_its_condition_proves(void **state)
{
    static const struct verdict_case cases[] = {
        {"SELECT CASE WHEN mail IS NOT NULL THEN mail ELSE name END AS m FROM users", "text"},
        {"SELECT CASE WHEN mail IS NULL THEN name ELSE mail END AS m FROM users", "text"},
        {"SELECT CASE WHEN mail > 'a' THEN name ELSE mail END AS m FROM users", "text?"},
        {"SELECT CASE WHEN id = 1 THEN name END AS m FROM users", "text?"},
        {"SELECT iif(mail IS NULL, 'none', mail) AS m FROM users", "text"},
        {"SELECT coalesce(mail, name) AS m, ifnull(mail, NULL) AS n FROM users", "text text?"},
        {"SELECT nullif(name, 'x') AS m FROM users", "text?"},
        {"SELECT CASE id WHEN 1 THEN 'a' ELSE 2 END AS m FROM users", "any"},
    };
    EXPECT_CASES(*state, cases);
}

static void expression_has_the_classes_of_its_parts(void **state)
{
    static const struct verdict_case cases[] = {
        {"SELECT lag(name, 1, mail) OVER w AS a, lag(id = 1, 1, 0 = 1) OVER w AS b,"
         " lead(id, 2, 0) OVER w AS c, lag(id, 1, name) OVER w AS d FROM users WINDOW w AS (ORDER BY id)",
         "text? bool int any"},
        {"SELECT ln(2) AS a, sqrt(0.5) AS b, log10(-1) AS c, acosh(1.0) AS d, log(0x10) AS e",
         "real real? real? real real?"},
        {"SELECT highlight(notes, 0, '<', '>') AS h, snippet(notes, 0, '', '', '', 9) AS s,"
         " bm25(notes) AS r FROM notes WHERE notes MATCH 'a'",
         "text? text? real"},
        {"SELECT id + 0 AS i, +name AS n, 1 AS one FROM users", "int text int"},
        {"SELECT id / 2 AS h, id / id AS q, id % 0 AS z, score / 2 AS s FROM posts",
         "int int? int? real?"},
        {"SELECT score - score AS d, 1.5 - 1 AS r, score * id AS m FROM posts", "real? real real?"},
        {"SELECT w * 1.19 AS a, w * 0 AS b, -2 * w AS c FROM node WHERE w IS NOT NULL",
         "real real? real"},
        {"SELECT coalesce(sum(score), 0) AS s, CASE WHEN id > 1 THEN 1 ELSE 1.5 END AS c FROM posts"
         " GROUP BY id",
         "real real"},
        {"SELECT unixepoch(name) AS u FROM users", "int?"},
        {"SELECT name || mail AS a, name || id AS b FROM users", "text? text"},
        {"SELECT id = 1 AS e, mail > 'a' AS g, mail IS 'a' AS i, NOT id AS n FROM users",
         "bool bool? bool bool"},
        {"SELECT CAST(mail AS INTEGER) AS i, CAST(id AS TEXT) AS t, CAST(name AS BLOB) AS b"
         " FROM users",
         "int? text blob"},
        {"SELECT EXISTS (SELECT 1 FROM posts) AS e, id IN (1, 2) AS i, id IN (1, NULL) AS n"
         " FROM users",
         "bool bool bool?"},
        {"SELECT CURRENT_TIMESTAMP AS t, NULL AS n, x'00' AS b, 1e3 AS r", "text any? blob real"},
        {"SELECT name -> '$' AS j, name ->> '$' AS v FROM users", "json? any?"},
        {"SELECT length(name) AS l, lower(mail) AS m, date('now') AS d, hex(mail) AS h FROM users",
         "int text? text text"},
    };
    EXPECT_CASES(*state, cases);
}

static void aggregate_is_null_where_its_group_may_be_empty(void **state)
{
    static const struct verdict_case cases[] = {
        {"SELECT sum(id) / count(*) AS a, sum(id) % -count(*) AS b FROM users GROUP BY name",
         "int int"},
        {"SELECT total(id) / count(*) AS a FROM users", "real?"},
        {"SELECT total(id) / count(*) FILTER (WHERE id > 1) AS a FROM users GROUP BY name",
         "real?"},
        {"SELECT total(id) / count(mail) AS a FROM users GROUP BY name", "real?"},
        {"SELECT max(id) IN () AS x FROM users", "any?"},
        {"SELECT count(*) AS n, count(mail) AS c, sum(id) AS s, total(id) AS t FROM users",
         "int int int? real"},
        {"SELECT max(id) AS n, name FROM users", "int? text?"},
        {"SELECT max(id) AS n, name, max(mail) AS m FROM users GROUP BY name", "int text text?"},
        {"SELECT max(mail) AS m FROM users WHERE mail > '' GROUP BY name", "text"},
        {"SELECT max(id) FILTER (WHERE id > 1) AS n FROM users GROUP BY name", "int?"},
        {"SELECT name, sum(id) AS s FROM users GROUP BY name HAVING sum(length(mail)) > 1",
         "text int"},
        {"SELECT avg(id) AS a, avg(score) AS b FROM posts GROUP BY user_id", "real real?"},
        {"SELECT sum(score) AS s FROM posts GROUP BY id HAVING sum(DISTINCT score) IS NOT NULL",
         "real?"},
        {"SELECT (SELECT count(u.id) FROM posts) AS n, name FROM users u", "int? text?"},
        {"SELECT name, row_number() OVER (ORDER BY id) AS n, lag(name) OVER (ORDER BY id) AS l,"
         " first_value(name) OVER (ORDER BY id) AS f,"
         " sum(id) OVER (ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS s FROM users",
         "text int text? text int?"},
    };
    EXPECT_CASES(*state, cases);
}

static void queries_are_looked_into(void **state)
{
    static const struct verdict_case cases[] = {
        {"SELECT u.name AS id FROM users u, posts ORDER BY id COLLATE NOCASE", "text"},
        {"SELECT id FROM users UNION SELECT title FROM posts", "any"},
        {"SELECT id FROM users UNION ALL SELECT NULL", "int?"},
        {"SELECT id FROM users EXCEPT SELECT 1", "int"},
        {"SELECT mail FROM users INTERSECT SELECT name FROM users", "text"},
        {"SELECT id FROM (SELECT id FROM users UNION SELECT NULL)", "int?"},
        {"SELECT (SELECT name FROM users WHERE 0) AS n, (SELECT count(*) FROM users) AS c",
         "text? int"},
        {"WITH x AS (SELECT id FROM users) SELECT id FROM x", "int"},
        {"WITH RECURSIVE x (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x LIMIT 5) SELECT n FROM x",
         "int"},
        {"WITH RECURSIVE x (a, b) AS (SELECT 1, NULL UNION ALL SELECT b, 'x' FROM x LIMIT 5)"
         " SELECT a, b FROM x",
         "any? text?"},
        {"WITH RECURSIVE x (n) AS (SELECT 1 EXCEPT SELECT 1 UNION ALL SELECT n + 1 FROM x WHERE n < 3)"
         " SELECT max(n) AS m, (SELECT n FROM x) AS n FROM x",
         "int? int?"},
        {"SELECT * FROM (users JOIN posts USING (id))", "int text text? int text real?"},
        {"SELECT id, name FROM people", "int text"},
        {"SELECT id FROM mixed", "int?"},
        {"SELECT p.id FROM PEOPLE p", "int"},
        {"SELECT body FROM notes", "text?"},
        {"SELECT value AS v, type, key FROM json_each('[1]')", "any? text any?"},
        {"SELECT name AS n, sql FROM sqlite_schema", "text text?"},
        {"SELECT * FROM pragma_table_list", "any? any? any? any? any? any?"},
        {"SELECT * FROM (users JOIN keyed) AS x", "int text text? text int?"},
        {"VALUES (1, 'a'), (NULL, 'b')", "int? text"},
    };
    EXPECT_CASES(*state, cases);
}

static void subquery_outside_of_list_and_from_does_no_harm(void **state)
{
    static const struct verdict_case cases[] = {
        {"SELECT id FROM users WHERE id IN (SELECT user_id FROM posts)", "int"},
        {"SELECT name FROM users u WHERE EXISTS (SELECT 1 FROM posts WHERE user_id = u.id)",
         "text"},
        {"SELECT id FROM users WHERE id = (SELECT max(user_id) FROM posts)", "int"},
        {"SELECT id FROM users WHERE id IN (SELECT 1 UNION SELECT 2)", "int"},
        {"SELECT id FROM users WHERE id IS DISTINCT FROM 3", "int"},
    };
    EXPECT_CASES(*state, cases);
}

static void returning_gives_the_row_that_was_written(void **state)
{
    static const struct verdict_case cases[] = {
        {"UPDATE users AS u SET mail = NULL WHERE u.id = 1 RETURNING users.name", "text"},
        {"DELETE FROM users AS u WHERE u.mail > '' RETURNING users.mail", "text"},
        {"INSERT INTO users (name) VALUES ('a') RETURNING id, name, mail", "int text text?"},
        {"INSERT INTO users (name) SELECT title FROM posts LEFT JOIN users RETURNING id, name",
         "int text"},
        {"UPDATE users SET name = 'x' WHERE id = (SELECT min(id) FROM posts) RETURNING id, name",
         "int text"},
        {"DELETE FROM posts RETURNING id, score", "int real?"},
        {"WITH x AS (SELECT 1 AS i) DELETE FROM posts WHERE id IN (SELECT i FROM x) RETURNING id",
         "int"},
        {"DELETE FROM posts RETURNING (SELECT name FROM users) AS n, id", "text? int"},
        {"UPDATE users SET mail = 'x' WHERE id = 1 RETURNING mail", "text"},
        {"UPDATE users SET mail = NULL WHERE mail IS NOT NULL RETURNING mail", "text?"},
        {"UPDATE users SET name = 'x' WHERE mail IS NOT NULL RETURNING mail", "text"},
        {"DELETE FROM node WHERE parent IS NOT NULL RETURNING parent", "int?"},
        {"UPDATE node SET w = 1 WHERE parent > 1 RETURNING parent, w", "int? real?"},
        {"UPDATE users SET mail = 'x', mail = NULL RETURNING mail", "text?"},
        {"UPDATE users SET mail = 'x', (name, mail) = (SELECT 'a', NULL) RETURNING mail", "text?"},
        {"INSERT INTO users (name, mail) VALUES ('a', 'b') RETURNING mail", "text"},
        {"INSERT INTO users (name, mail) VALUES ('a', 'b'), ('c', NULL) RETURNING mail", "text?"},
        {"INSERT INTO users (id, name, mail) VALUES (1, 'a', 'b') ON CONFLICT DO UPDATE SET name = 'c'"
         " RETURNING mail",
         "text?"},
        {"DELETE FROM users WHERE mail IS NOT NULL RETURNING mail, length(mail) AS l", "text int"},
        {"INSERT INTO people (id, name) VALUES (1, NULL) RETURNING id, name", "any? any?"},
        {"INSERT INTO notes (body) VALUES ('x') RETURNING body", "text?"},
        {"INSERT INTO descending (x) VALUES ('x') RETURNING id, rowid AS r", "int? int"},
    };
    EXPECT_CASES(*state, cases);
}

static void annotation_settles_and_silences(void **state)
{
    struct checking *c = *state;
    char got[200];
    checking(c, tables,
             "-- name: q :one\n"
             "-- column n int not null\n"
             "-- column m nullable\n"
             "-- column t timestamp(ms)\n"
             "SELECT count(*) AS n, name AS m, max(id) AS t FROM users;\n");
    expect_findings(c, 0);
    describe(got, sizeof(got), &c->checked.queries[0]);
    assert_string_equal(got, "int text? timestamp?");
    assert_int_equal(c->checked.queries[0].columns[2].typing.form, TN__FORM_MS);
}

static void annotation_against_the_affinity_is_a_finding(void **state)
{
    static const struct {
        const char *column;
        const char *type;
        bool is_mismatch;
    } cases[] = {
        {"id", "text", true},    {"id", "real", false},        {"id", "blob", true},
        {"id", "json", true},    {"id", "bool", false},        {"id", "timestamp", false},
        {"id", "any", false},    {"name", "int", true},        {"name", "bool", true},
        {"name", "json", false}, {"name", "timestamp", false}, {"name", "text", false},
        {"score", "int", true},  {"score", "timestamp", true}, {"score", "real", false},
        {"rowid", "text", true}, {"rowid", "int", false},      {"data", "text", false},
        {"flag", "text", false}, {"bare", "int", false},       {"+id", "text", true},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[300];
        snprintf(text, sizeof(text),
                 "-- name: q :many\n-- column x %s not null\n"
                 "SELECT %s AS x FROM t;\n",
                 cases[i].type, cases[i].column);
        checking(c,
                 "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR, score REAL, data BLOB,"
                 " flag BOOLEAN, bare);",
                 text);
        expect_findings(c, cases[i].is_mismatch ? 1u : 0u);
        if (cases[i].is_mismatch)
            expect_finding(c, 0, 2, 11, "annotation-mismatch");
        assert_false(c->checked.queries[0].is_broken);
    }
}

static void whole_table_is_recognised(void **state)
{
    static const struct {
        const char *sql;
        bool is_whole;
    } cases[] = {
        {"SELECT * FROM users", true},
        {"SELECT id, name, mail FROM users", true},
        {"SELECT u.* FROM users u JOIN posts p ON p.user_id = u.id", true},
        {"SELECT * FROM notes", false},
        {"SELECT * FROM people", false},
        {"SELECT id, mail, name FROM users", false},
        {"SELECT id, name FROM users", false},
        {"SELECT id, name, mail AS post FROM users", false},
        {"SELECT *, 1 AS one FROM users", false},
        {"SELECT u.* FROM users u LEFT JOIN posts p ON p.user_id = u.id", true},
        {"SELECT u.* FROM posts p LEFT JOIN users u ON p.user_id = u.id", false},
        {"SELECT * FROM users WHERE mail IS NOT NULL", true},
        {"UPDATE users SET name = '' RETURNING *", true},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1000];
        snprintf(text, sizeof(text), "-- name: q :many\n%s;\n", cases[i].sql);
        checking(c, tables, text);
        assert_false(c->checked.queries[0].is_broken);
        if ((c->checked.queries[0].row_table != NULL) != cases[i].is_whole)
            print_error("%s\n", cases[i].sql);
        assert_int_equal(c->checked.queries[0].row_table != NULL, cases[i].is_whole);
    }
}

static void types_of_the_settings_are_taken(void **state)
{
    static const struct tn__settings_type types[] = {
        {"users", "name", NULL, TN__LOGICAL_JSON, TN__FORM_ANY, {NULL, 0, 0, 0}},
        {"users", "id", NULL, TN__LOGICAL_TIMESTAMP, TN__FORM_MS, {NULL, 0, 0, 0}},
        {"posts", "user_id", NULL, TN__LOGICAL_TIMESTAMP, TN__FORM_ANY, {NULL, 0, 0, 0}},
        {"users", "mail", NULL, TN__LOGICAL_BOOL, TN__FORM_ANY, {NULL, 0, 0, 0}},
    };
    struct checking *c = *state;
    char got[200];
    c->types = types;
    c->type_count = 4;
    checking(c, tables, "-- name: q :many\nSELECT u.*, p.user_id FROM users u JOIN posts p;\n");
    describe(got, sizeof(got), &c->checked.queries[0]);
    assert_string_equal(got, "timestamp json bool? timestamp");
    assert_int_equal(c->checked.queries[0].columns[0].typing.form, TN__FORM_MS);
    assert_int_equal(c->checked.queries[0].columns[3].typing.form, TN__FORM_SECONDS);
}

static void type_of_the_settings_that_no_value_has_is_a_finding(void **state)
{
    static const struct tn__settings_type types[] = {
        {"users", "mail", NULL, TN__LOGICAL_BOOL, TN__FORM_ANY, {"tenon.ini", 3, 1, 10}},
        {"posts", "score", NULL, TN__LOGICAL_INT, TN__FORM_ANY, {"tenon.ini", 4, 1, 11}},
        {"posts", "user_id", NULL, TN__LOGICAL_REAL, TN__FORM_ANY, {"tenon.ini", 5, 1, 13}},
        {"keyed", "v", NULL, TN__LOGICAL_TIMESTAMP, TN__FORM_ANY, {"tenon.ini", 6, 1, 7}},
    };
    struct checking *c = *state;
    c->types = types;
    c->type_count = 4;
    checking(c, tables, "-- name: q :one\nSELECT 1 AS one;\n");
    expect_findings(c, 2);
    expect_finding(c, 0, 3, 1, "annotation-mismatch");
    expect_finding(c, 1, 4, 1, "annotation-mismatch");
}

static void stars_are_written_out(void **state)
{
    static const struct {
        const char *sql;
        const char *emitted;
    } cases[] = {
        {"SELECT * FROM users", "SELECT id, name, mail FROM users"},
        {"SELECT u.*, 1 AS one FROM users u", "SELECT u.id, u.name, u.mail, 1 AS one FROM users u"},
        {"SELECT 0 AS z, * FROM users", "SELECT 0 AS z, id, name, mail FROM users"},
        {"SELECT u.*, p.title FROM users u JOIN posts p",
         "SELECT u.id, u.name, u.mail, p.title FROM users u JOIN posts p"},
        {"SELECT p.*, u.name FROM posts p, users u",
         "SELECT p.id, p.user_id, p.title, p.score, u.name FROM posts p, users u"},
        {"SELECT * FROM odd", "SELECT \"left\", \"select\", id FROM odd"},
        {"SELECT \"odd\".* FROM odd", "SELECT odd.\"left\", odd.\"select\", odd.id FROM odd"},
        {"WITH x AS (SELECT * FROM users) SELECT * FROM x",
         "WITH x AS (SELECT * FROM users) SELECT id, name, mail FROM x"},
        {"SELECT * FROM (SELECT id, name FROM users)",
         "SELECT id, name FROM (SELECT id, name FROM users)"},
        {"SELECT * FROM users JOIN keyed", "SELECT id, name, mail, k, v FROM users JOIN keyed"},
        {"SELECT count(*) AS n, 2 * 3 AS m FROM users",
         "SELECT count(*) AS n, 2 * 3 AS m FROM users"},
        {"SELECT * FROM users UNION SELECT * FROM users",
         "SELECT id, name, mail FROM users UNION SELECT id, name, mail FROM users"},
        {"SELECT * FROM users JOIN posts USING (id)",
         "SELECT id, name, mail, user_id, title, score FROM users JOIN posts USING (id)"},
        {"DELETE FROM keyed RETURNING *", "DELETE FROM keyed RETURNING k, v"},
        {"SELECT id -- why\nFROM users /* x */ WHERE/**/1", "SELECT id\nFROM users WHERE 1"},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1000];
        snprintf(text, sizeof(text), "-- name: q :many\n%s;\n", cases[i].sql);
        checking(c, tables, text);
        if (c->checked.queries[0].is_broken)
            print_error("%s: %s\n", cases[i].sql, c->diags.items[0].message);
        assert_text(c->checked.queries[0].emitted, cases[i].emitted);
    }
}

static void star_of_two_of_a_name_is_refused(void **state)
{
    struct checking *c = *state;
    checking(c, tables, "-- name: q :many\nSELECT * FROM users, json_each(users.mail) AS j;\n");
    assert_string_equal(c->diags.items[0].code, "name-collision");
    assert_true(c->checked.queries[0].is_broken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plain_select_has_the_tables_nullability, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(names_that_as_gives_are_taken, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(key_is_not_null_only_if_it_is_the_rowid, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(outer_join_pads_the_far_side, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(condition_that_rejects_null_undoes_the_padding,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(branch_is_seen_with_what_its_condition_proves,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(expression_has_the_classes_of_its_parts, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(aggregate_is_null_where_its_group_may_be_empty,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(queries_are_looked_into, checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(subquery_outside_of_list_and_from_does_no_harm,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(returning_gives_the_row_that_was_written, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(annotation_settles_and_silences, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(annotation_against_the_affinity_is_a_finding,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(whole_table_is_recognised, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(types_of_the_settings_are_taken, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(type_of_the_settings_that_no_value_has_is_a_finding,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(stars_are_written_out, checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(star_of_two_of_a_name_is_refused, checking_setup,
                                        checking_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
