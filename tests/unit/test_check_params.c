/* SPDX-License-Identifier: MIT */
#include "checking.h"

/* What a parameter is: its name, its number, its type from the place that it stands in. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT, age INTEGER,\n"
    "  is_on BOOLEAN NOT NULL, made DATETIME NOT NULL, amount NUMERIC NOT NULL);\n"
    "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id)\n"
    "  ON DELETE CASCADE, title TEXT NOT NULL, score REAL NOT NULL,\n"
    "  half REAL GENERATED ALWAYS AS (score / 2));\n"
    "CREATE TABLE log (id INTEGER PRIMARY KEY, made INTEGER, note TEXT);\n"
    "CREATE VIRTUAL TABLE words USING fts5 (title, body);\n"
    "CREATE TRIGGER users_log AFTER UPDATE ON users BEGIN\n"
    "  INSERT INTO log (made, note) SELECT id, note FROM log WHERE made = new.id; END;\n";

/* "name:type?" and so on, separated by blanks. */
static void describe(char *out, size_t size, const struct tn__query *query)
{
    out[0] = '\0';
    for (size_t i = 0; i < query->param_count; i++) {
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s:%s%s", i ? " " : "", query->params[i].name,
                 tn__type_word(query->params[i].typing.type),
                 query->params[i].typing.is_nullable ? "?" : "");
    }
}

struct param_case {
    const char *sql;
    const char *expected;
};

static void expect_cases(struct checking *c, const char *mode, const struct param_case *cases,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[1000];
        char got[300];
        snprintf(text, sizeof(text), "-- name: q %s\n%s;\n", mode, cases[i].sql);
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
#define EXPECT_CASES(c, mode, cases) \
 expect_cases((c), (mode), (cases), sizeof(cases) / sizeof((cases)[0]))

static void compared_parameter_has_the_columns_type(void **state)
{
    static const struct param_case cases[] = {
        {"SELECT id FROM users WHERE id = :a", "a:int"},
        {"SELECT id FROM users WHERE :a = id", "a:int"},
        {"SELECT id FROM users WHERE mail <> :a AND age >= :b OR made < :c",
         "a:text b:int c:timestamp"},
        {"SELECT u.id FROM users u JOIN posts p ON p.user_id = u.id WHERE p.title = :a", "a:text"},
        {"SELECT u.id FROM users u JOIN posts p WHERE p.id = :a AND u.id = :b", "a:int b:int"},
        {"SELECT id FROM users WHERE mail IS :a AND age IS NOT :b", "a:text? b:int?"},
        {"SELECT id FROM users WHERE mail IS DISTINCT FROM :a", "a:text?"},
        {"SELECT id FROM users WHERE age BETWEEN :a AND :b", "a:int b:int"},
        {"SELECT id FROM users WHERE age NOT BETWEEN 1 AND :b", "b:int"},
        {"SELECT id FROM users WHERE id IN (:a, :b, 3)", "a:int b:int"},
        {"SELECT id FROM users WHERE name LIKE :a OR mail NOT LIKE :b ESCAPE '!'", "a:text b:text"},
        {"SELECT id FROM users WHERE name LIKE '%' || :a || '%'", "a:text"},
        {"SELECT id FROM users WHERE is_on = :a", "a:bool"},
        {"SELECT id FROM users WHERE amount > :a", "a:any"},
        {"SELECT id FROM users WHERE rowid = :a", "a:int"},
        {"SELECT id FROM users WHERE id IN (SELECT user_id FROM posts WHERE score > :a)", "a:real"},
        {"SELECT id FROM users ORDER BY id LIMIT :a OFFSET :b", "a:int b:int"},
        {"SELECT id FROM users ORDER BY id LIMIT :a, :b", "a:int b:int"},
        {"SELECT id FROM users WHERE made < datetime('now', :a)", "a:text"},
        {"SELECT id FROM users WHERE CAST(:a AS INTEGER) = length(name)", "a:int"},
        {"SELECT id FROM users WHERE (:a IS NULL OR mail = :a)", "a:text?"},
        {"SELECT id FROM users WHERE age = coalesce(:a, age)", "a:int?"},
        {"DELETE FROM users WHERE id = :a RETURNING id", "a:int"},
        {"UPDATE users SET age = 3 WHERE id = :a RETURNING id", "a:int"},
    };
    EXPECT_CASES(*state, ":many", cases);
}

static void parameter_has_the_type_of_the_expression_that_it_meets(void **state)
{
    static const struct param_case cases[] = {
        {"SELECT id FROM users WHERE id + 1 = :a", "a:int"},
        {"SELECT id FROM users WHERE id = :a + 1", "a:int"},
        {"SELECT id FROM posts WHERE score * :a > 1", "a:real"},
        {"SELECT id FROM users WHERE lower(name) = :a", "a:text"},
        {"SELECT id FROM users WHERE name || mail = :a", "a:text"},
        {"SELECT id FROM users WHERE :a", "a:bool"},
        {"SELECT id FROM users WHERE CAST(:a AS BOOLEAN) OR age = CAST(:b AS INTEGER)",
         "a:bool b:int"},
        {"SELECT id FROM users WHERE made > datetime(:a) AND date(:b, :c) > strftime('%Y', :d)",
         "a:text b:text c:text d:text"},
        {"SELECT id FROM users WHERE made > datetime(:a, '+1 day', 'unixepoch')", "a:int"},
        {"SELECT julianday(:a, 'JulianDay') AS x, unixepoch(:b, 'auto') AS y", "a:real b:int"},
        {"SELECT id FROM users WHERE instr(name, :a) > 0", "a:text"},
        {"SELECT lag(name, :a, :b) OVER (ORDER BY id) AS x FROM users", "a:int b:text"},
        {"SELECT lead(made, 1, :a) OVER (ORDER BY id) AS x FROM users", "a:timestamp"},
        {"SELECT nullif(age, :a) AS x FROM users WHERE mail = nullif(:b, '')", "a:int b:text"},
        {"SELECT id FROM users LIMIT :a * :b", "a:int b:int"},
        {"SELECT id FROM posts WHERE score BETWEEN :a * 2 AND 2 / :b", "a:real b:real"},
        {"SELECT id FROM users WHERE name = :a + 1", "a:int"},
        {"SELECT id FROM users WHERE age > strftime('%s') - :a AND age < :b - 1.5", "a:int b:real"},
        {"SELECT snippet(words, 0, :a, '', '', :b) AS x FROM words WHERE words MATCH :c",
         "a:text b:int c:text"},
        {"SELECT words.rowid FROM words(:a) JOIN json_each(:b) ON key = :c",
         "a:text b:json c:any?"},
        {"SELECT id FROM users WHERE NOT :a AND id > 1", "a:bool"},
        {"SELECT length(name) AS name FROM users WHERE name = :a", "a:text"},
        {"WITH x (name) AS (SELECT age FROM users) SELECT 1 AS one FROM x, users u WHERE x.name = "
         ":a",
         "a:int"},
        {"WITH users AS (SELECT 1 AS id, 2 AS name) SELECT id FROM users AS u WHERE u.name = :a",
         "a:int"},
        {"SELECT x.n FROM (SELECT count(*) AS n FROM users) AS x WHERE x.n > :a", "a:int"},
        {"SELECT id FROM users WHERE (name, age) > (:a, :b)", "a:text b:int"},
        {"SELECT id FROM users WHERE (name, age) IN (SELECT :a, :b)", "a:text b:int"},
        {"SELECT id FROM users WHERE :a IN (SELECT title FROM posts)", "a:text"},
        {"SELECT id FROM users WHERE CASE :a WHEN name THEN 1 ELSE 0 END", "a:text"},
        {"SELECT id FROM users WHERE age = (SELECT max(user_id) FROM posts WHERE title = :a)",
         "a:text"},
        {"SELECT id FROM users GROUP BY id HAVING count(*) > :a", "a:int"},
        {"SELECT substr(name, :a, :b) AS s FROM users", "a:int b:int"},
        {"SELECT id FROM users WHERE age = CAST(:a AS TEXT)", "a:text"},
        {"SELECT sum(id) OVER (ROWS :a PRECEDING) AS s FROM users", "a:int"},
        {"SELECT value AS v FROM json_each(:a)", "a:json"},
        {"SELECT id FROM users UNION SELECT :a", "a:int"},
    };
    EXPECT_CASES(*state, ":many", cases);
}

static void uncertain_parameter_takes_any_value(void **state)
{
    static const struct param_case cases[] = {
        {"SELECT :a AS x", "a:any?"},
        {"SELECT :a = :b AS x", "a:any? b:any?"},
        {"SELECT id FROM users WHERE id = :a AND name = :a", "a:any?"},
    };
    EXPECT_CASES(*state, ":many", cases);
}

static void annotated_parameter_is_known_in_the_result(void **state)
{
    struct checking *c = *state;
    checking(c, tables,
             "-- name: q :many\n-- param a int\n-- param b text nullable\n"
             "SELECT :a + 1 AS x, :b AS y FROM users;\n");
    expect_findings(c, 0);
    const struct tn__query *query = &c->checked.queries[0];
    assert_int_equal(query->columns[0].typing.type, TN__TYPE_INT);
    assert_false(query->columns[0].typing.is_nullable);
    assert_int_equal(query->columns[1].typing.type, TN__TYPE_TEXT);
    assert_true(query->columns[1].typing.is_nullable);
}

static void written_parameter_is_as_nullable_as_its_column(void **state)
{
    static const struct param_case cases[] = {
        {"INSERT INTO posts (id, user_id, title, score) VALUES (:a, :b, :c, :d)",
         "a:int? b:int c:text d:real"},
        {"INSERT INTO posts VALUES (:a, :b, :c, :d)", "a:int? b:int c:text d:real"},
        {"INSERT INTO log (note, made) VALUES (:a, 1), (:b, :c)", "a:text? b:text? c:int?"},
        {"INSERT OR REPLACE INTO log AS l (note) VALUES (:a)", "a:text?"},
        {"INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)",
         "rowid:int title:text? body:text?"},
        {"UPDATE words SET title = ? WHERE body = ? AND words = :a",
         "title:text? body:text a:text"},
        {"INSERT INTO words (words, rank) VALUES (:a, :b)", "a:text? b:any?"},
        {"INSERT INTO posts (user_id, title, score) VALUES (:a + :b, :c, :d / :e)",
         "a:int b:int c:text d:real e:real"},
        {"REPLACE INTO log (id, note) VALUES (:a, :b)", "a:int? b:text?"},
        {"INSERT INTO log (made, note) SELECT id, :a FROM users WHERE name = :b", "a:text? b:text"},
        {"INSERT INTO log (made, note) SELECT :a, name FROM users", "a:int?"},
        {"INSERT INTO log (id, note) VALUES (:a, :b) ON CONFLICT (id) DO UPDATE SET note = :c, "
         "made = excluded.made WHERE made <> :d",
         "a:int? b:text? c:text? d:int"},
        {"UPDATE users SET name = :a, mail = :b, amount = :c WHERE id = :d",
         "a:text b:text? c:any d:int"},
        {"UPDATE posts SET id = :a WHERE id = :b", "a:int b:int"},
        {"UPDATE users SET name = coalesce(:a, name), age = ifnull(:b, age)", "a:text? b:int?"},
        {"UPDATE users SET age = CASE WHEN name = :a THEN 1 ELSE :b END", "a:text b:int?"},
        {"UPDATE users SET (name, mail) = (:a, :b)", "a:text b:text?"},
        {"UPDATE users SET age = age + :a", "a:int"},
        {"INSERT INTO log (note) VALUES (upper(:a))", "a:text"},
        {"DELETE FROM users WHERE id = :a", "a:int"},
        {"WITH x AS (SELECT made FROM users) UPDATE log SET made = :a WHERE id IN (SELECT 1 FROM "
         "x)",
         "a:int?"},
        {"WITH x AS (SELECT title FROM posts WHERE id = :z) INSERT INTO log (note, made) VALUES "
         "(:a, :b)",
         "z:any? a:text? b:int?"},
        {"UPDATE log SET note = u.name FROM users AS u WHERE u.id = :a AND log.note = :b",
         "a:int b:text"},
    };
    EXPECT_CASES(*state, ":exec", cases);
}

static void numbers_and_names_follow_the_engine(void **state)
{
    static const struct {
        const char *sql;
        const char *emitted;
        const char *expected;
    } cases[] = {
        {"SELECT id FROM users WHERE name = :n OR mail = :n AND id = @i OR age = $a",
         "SELECT id FROM users WHERE name = ?1 OR mail = ?1 AND id = ?2 OR age = ?3",
         "n:text i:int a:int"},
        {"SELECT id FROM users WHERE name = ? AND age = ? LIMIT ?",
         "SELECT id FROM users WHERE name = ?1 AND age = ?2 LIMIT ?3",
         "name:text age:int limit:int"},
        {"SELECT id FROM users WHERE name = ?2 AND age = ?1",
         "SELECT id FROM users WHERE name = ?1 AND age = ?2", "name:text age:int"},
        {"SELECT id FROM users WHERE name = ?7 AND age > ? OR mail = ?7",
         "SELECT id FROM users WHERE name = ?1 AND age > ?2 OR mail = ?1", "name:text age:int"},
        {"SELECT id FROM users WHERE name = ? AND mail = ?1",
         "SELECT id FROM users WHERE name = ?1 AND mail = ?1", "name:text"},
        {"SELECT id FROM users WHERE name = ':no' AND mail = :yes -- :neither",
         "SELECT id FROM users WHERE name = ':no' AND mail = ?1", "yes:text"},
        {"SELECT id FROM users WHERE name = $2 AND age = $1 OR mail = $2",
         "SELECT id FROM users WHERE name = ?1 AND age = ?2 OR mail = ?1", "name:text age:int"},
        {"SELECT id FROM users WHERE name = $1 AND mail = ?1 AND age = ?",
         "SELECT id FROM users WHERE name = ?1 AND mail = ?1 AND age = ?2", "name:text age:int"},
        {"SELECT id FROM users WHERE name = $1a", "SELECT id FROM users WHERE name = ?1",
         "1a:text"},
        {"SELECT id FROM users WHERE name = $a::b(c)", "SELECT id FROM users WHERE name = ?1",
         "a::b(c):text"},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1000];
        char got[300];
        snprintf(text, sizeof(text), "-- name: q :many\n%s;\n", cases[i].sql);
        checking(c, tables, text);
        assert_text(c->checked.queries[0].emitted, cases[i].emitted);
        describe(got, sizeof(got), &c->checked.queries[0]);
        assert_string_equal(got, cases[i].expected);
    }
}

static void members_are_names_that_c_takes(void **state)
{
    struct checking *c = *state;
    checking(c, tables,
             "-- name: q :many\n"
             "SELECT id FROM users WHERE id > :default AND id < :db AND id <> :class AND id <> "
             ":tn_db AND id <> :err;\n");
    const struct tn__query *query = &c->checked.queries[0];
    assert_string_equal(query->params[0].member, "default_");
    assert_string_equal(query->params[1].member, "db_");
    assert_string_equal(query->params[2].member, "class_");
    assert_string_equal(query->params[3].member, "tn_db_");
    assert_string_equal(query->params[4].member, "err_");
}

static void annotation_settles_and_names(void **state)
{
    struct checking *c = *state;
    char got[300];
    checking(c, tables,
             "-- name: q :many\n"
             "-- param 1 least\n"
             "-- param 2 most int\n"
             "-- param extra real nullable\n"
             "-- param mail nullable\n"
             "-- param at timestamp(rfc3339)\n"
             "SELECT id FROM users WHERE age > ? AND age + 1 < ? AND id + :extra > 0 AND mail = "
             ":mail AND made > :at;\n");
    checking_drop_advice(c);
    expect_findings(c, 0);
    describe(got, sizeof(got), &c->checked.queries[0]);
    assert_string_equal(got, "least:int most:int extra:real? mail:text? at:timestamp");
    assert_int_equal(c->checked.queries[0].params[4].typing.form, TN__FORM_RFC3339);
}

static void faults_are_findings(void **state)
{
    static const struct {
        const char *text;
        uint32_t line;
        uint32_t column;
        const char *code;
    } cases[] = {
        {"-- param nope int\nSELECT id FROM users WHERE id = :id;", 2, 10, "param-name"},
        {"-- param 2 x\nSELECT id FROM users WHERE id = ?;", 2, 12, "param-name"},
        {"-- param 1 x\nSELECT id FROM users WHERE id = :id;", 2, 12, "param-name"},
        {"-- param id int\n-- param id text\nSELECT id FROM users WHERE id = :id;", 2, 10,
         "bad-annotation"},
        {"-- param 1 a b\nSELECT id FROM users WHERE id = ?;", 2, 14, "bad-annotation"},
        {"-- param 0 a\nSELECT id FROM users WHERE id = ?;", 2, 10, "bad-annotation"},
        {"-- param id\nSELECT id FROM users WHERE id = :id;", 2, 4, "bad-annotation"},
        {"SELECT id FROM users WHERE age > ? AND age < ?;", 2, 46, "name-collision"},
        {"SELECT id FROM users WHERE id = ?0;", 2, 1, "param-name"},
        {"SELECT id FROM users WHERE id = ?99999;", 2, 1, "param-name"},
        {"SELECT id FROM users WHERE id + ? > 1;", 2, 33, "param-name"},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1000];
        snprintf(text, sizeof(text), "-- name: q :many\n%s\n", cases[i].text);
        checking(c, tables, text);
        expect_finding(c, 0, cases[i].line, cases[i].column, cases[i].code);
        assert_true(c->checked.queries[0].is_broken);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(compared_parameter_has_the_columns_type, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(parameter_has_the_type_of_the_expression_that_it_meets,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(uncertain_parameter_takes_any_value, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(annotated_parameter_is_known_in_the_result, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(written_parameter_is_as_nullable_as_its_column,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(numbers_and_names_follow_the_engine, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(members_are_names_that_c_takes, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(annotation_settles_and_names, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(faults_are_findings, checking_setup, checking_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
