/* SPDX-License-Identifier: MIT */
#include "linting.h"

/* Conditions and values that are not what they look like. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER, score REAL,"
    " data BLOB, any, made DATETIME, boss INTEGER REFERENCES users,"
    " status TEXT NOT NULL DEFAULT 'on' CHECK (status IN ('on', 'off')),"
    " mood TEXT CHECK (mood IN ('good', 'bad')));\n"
    "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, title TEXT NOT NULL,"
    " views INTEGER NOT NULL, likes INTEGER NOT NULL, raw BLOB NOT NULL);\n"
    "CREATE TABLE firm (id INTEGER PRIMARY KEY, n INT, t TEXT, b BLOB, a ANY) STRICT;\n"
    "CREATE VIEW people AS SELECT id, name, age, status, NULL AS nil FROM users;\n"
    "CREATE VIEW loud AS SELECT id, status COLLATE NOCASE AS status,"
    " likely(status COLLATE NOCASE) AS s2 FROM users;\n"
    "CREATE VIEW ratios AS SELECT views / likes AS r FROM posts;\n";

static void comparison_with_null_is_a_finding(void **state)
{
    static const struct lint_case found[] = {
        {"SELECT id FROM users WHERE age = NULL", "age = NULL", "'age IS NULL'"},
        {"SELECT id FROM users WHERE users.age <> (NULL)", "users.age <> (NULL)",
         "'users.age IS NOT NULL'"},
        {"SELECT id FROM users WHERE NULL == age", "NULL == age", "'age IS NULL'"},
        {"SELECT id FROM users WHERE age > NULL", "age > NULL", NULL},
        {"SELECT id FROM users WHERE age = NULL + 1", "age = NULL + 1", NULL},
        {"SELECT id FROM people WHERE age = nil", "age = nil", NULL},
        {"SELECT id FROM users WHERE age IN (1, NULL)", "NULL", NULL},
        {"SELECT id FROM users WHERE age NOT IN (1, NULL)", "NULL", NULL},
        {"SELECT id FROM users WHERE age BETWEEN 1 AND NULL", "NULL", NULL},
        {"SELECT CASE age WHEN NULL THEN 1 ELSE 2 END AS x FROM users", "NULL", NULL},
        {"SELECT age = NULL AS x FROM users", "age = NULL", NULL},
        {"SELECT u.id FROM users u JOIN posts p ON p.user_id = NULL", "p.user_id = NULL", NULL},
        {"WITH w AS (SELECT id FROM users WHERE age = NULL) SELECT id FROM w", "age = NULL", NULL},
        {"DELETE FROM users WHERE age = NULL", "age = NULL", NULL},
        {"UPDATE users SET age = CASE WHEN age = NULL THEN 1 END", "age = NULL", NULL},
        {"INSERT INTO posts SELECT * FROM posts WHERE title = NULL", "title = NULL", NULL},
        {"INSERT INTO users (id, name) VALUES (1, 'a') ON CONFLICT DO UPDATE SET name = 'b'"
         " WHERE users.age = NULL",
         "users.age = NULL", NULL},
    };
    static const char *const fine[] = {
        "SELECT id FROM users WHERE age IS NULL",
        "SELECT id FROM users WHERE age IS NOT NULL",
        "SELECT id FROM users WHERE age IS :age",
        "SELECT id FROM users WHERE age = :age",
        "SELECT id FROM users WHERE age = boss",
        "SELECT id FROM users WHERE coalesce(age, NULL, 3) = 3",
        "SELECT nullif(age, NULL) AS x FROM users",
        "SELECT CASE WHEN age IS NULL THEN 1 END AS x FROM users",
        "UPDATE users SET age = NULL",
    };
    EXPECT_LINTS(*state, tables, "null-comparison", found);
    EXPECT_NO_LINTS(*state, tables, "null-comparison", fine);
}

static void not_in_what_may_be_null_is_a_finding(void **state)
{
    static const struct lint_case found[] = {
        {"SELECT id FROM users WHERE id NOT IN (SELECT boss FROM users)", "boss",
         "WHERE boss IS NOT NULL"},
        {"SELECT id FROM users WHERE NOT id IN (SELECT boss AS b FROM users)", "boss AS b", NULL},
        {"SELECT id FROM users WHERE id NOT IN (SELECT max(age) FROM users)", "max(age)", NULL},
        {"SELECT id FROM users u WHERE u.id NOT IN (SELECT p.user_id FROM users x LEFT JOIN"
         " posts p ON p.id = x.id)",
         "p.user_id", NULL},
        {"DELETE FROM posts WHERE user_id NOT IN (SELECT age FROM people)", "age", NULL},
    };
    static const char *const fine[] = {
        "SELECT id FROM users WHERE id NOT IN (SELECT boss FROM users WHERE boss IS NOT NULL)",
        "SELECT id FROM users WHERE id NOT IN (SELECT boss FROM users WHERE boss > 3)",
        "SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM posts)",
        "SELECT id FROM users WHERE id NOT IN (SELECT coalesce(boss, 0) FROM users)",
        "SELECT id FROM users WHERE id IN (SELECT boss FROM users)",
        "SELECT id FROM users WHERE id NOT IN (1, 2, :x)",
        "SELECT id FROM users u WHERE NOT EXISTS (SELECT 1 FROM users b WHERE b.boss = u.id)",
    };
    EXPECT_LINTS(*state, tables, "not-in-null", found);
    EXPECT_NO_LINTS(*state, tables, "not-in-null", fine);
}

static void comparison_that_classes_decide_is_a_finding(void **state)
{
    static const struct lint_case found[] = {
        {"SELECT id FROM users WHERE age = 'abc'", "age = 'abc'", NULL},
        {"SELECT id FROM users WHERE age <> ''", "age <> ''", NULL},
        {"SELECT id FROM users WHERE age < 'abc'", "age < 'abc'", NULL},
        {"SELECT id FROM users WHERE rowid IS 'x'", "rowid IS 'x'", NULL},
        {"SELECT id FROM users WHERE name = x'00'", "name = x'00'", NULL},
        {"SELECT id FROM users WHERE name = data", "name = data", NULL},
        {"SELECT id FROM posts WHERE raw = 'text'", "raw = 'text'", NULL},
        {"SELECT id FROM posts WHERE raw = 5", "raw = 5", NULL},
        {"SELECT id FROM users WHERE age IN (1, 'two')", "'two'", NULL},
        {"SELECT id FROM users WHERE age BETWEEN 'a' AND 5", "'a'", NULL},
        {"SELECT CASE age WHEN 'x' THEN 1 END AS c FROM users", "'x'", NULL},
        {"SELECT id FROM users WHERE length(name) = '3'", "length(name) = '3'", NULL},
        {"SELECT id FROM users WHERE strftime('%s', 'now', :mod) > 1700000000",
         "strftime('%s', 'now', :mod) > 1700000000", NULL},
        {"SELECT count(*) AS n FROM users GROUP BY age HAVING count(*) = '2'", "count(*) = '2'",
         NULL},
        {"SELECT u.id FROM users u JOIN posts p ON p.raw = u.name", "p.raw = u.name", NULL},
        {"SELECT id FROM posts WHERE raw IN (SELECT name FROM users)",
         "raw IN (SELECT name FROM users)", NULL},
        {"SELECT id FROM people WHERE age = 'abc'", "age = 'abc'", NULL},
        {"SELECT id FROM firm WHERE n = 'x'", "n = 'x'", NULL},
        {"SELECT id FROM firm WHERE b = 'x'", "b = 'x'", NULL},
        {"UPDATE users SET age = 1 WHERE id = 'me'", "id = 'me'", NULL},
        {"SELECT id FROM users WHERE age = ''''", "age = ''''", NULL},
    };
    static const char *const fine[] = {
        /* affinity makes them alike */
        "SELECT id FROM users WHERE age = '12'",
        "SELECT id FROM users WHERE age = ' 1e3 '",
        "SELECT id FROM users WHERE name = 5",
        "SELECT id FROM users WHERE name IN (5, 6)",
        "SELECT id FROM users WHERE score = 5",
        "SELECT id FROM users WHERE age = 5.5",
        "SELECT id FROM users WHERE any = 'x' OR any = 5 OR any = x'00'",
        "SELECT id FROM users WHERE made > 'abc' AND made > 5",
        "SELECT id FROM users WHERE age = name",
        "SELECT id FROM users WHERE age = :x AND name = :y AND data = :z",
        "SELECT id FROM users WHERE age = strftime('%s', :t)",
        "SELECT id FROM users WHERE CAST(age AS TEXT) = '5'",
        "SELECT id FROM users WHERE age = json_extract(:j, '$.a')",
        "SELECT id FROM users WHERE age = (SELECT '5')",
        "SELECT id FROM users WHERE age IN (SELECT name FROM users)",
        "SELECT id FROM users WHERE likely(name) = 5",
        "SELECT id FROM firm WHERE a = 5 OR a = 'x' OR t = 5",
        "SELECT x.n FROM (SELECT count(*) AS n FROM users) x WHERE x.n = '5'",
    };
    EXPECT_LINTS(*state, tables, "class-mismatch", found);
    EXPECT_NO_LINTS(*state, tables, "class-mismatch", fine);
}

/* Every pair of them is compared: where it is said that they never are equal, the engine finds no row. */
static const char *const sides[] = {"i",
                                    "t",
                                    "r",
                                    "b",
                                    "n",
                                    "x",
                                    "5",
                                    "5.5",
                                    "'5'",
                                    "' 5 '",
                                    "'5e0'",
                                    "'abc'",
                                    "''",
                                    "x'35'",
                                    "i + 1",
                                    "t || ''",
                                    "-r",
                                    "length(t)",
                                    "CAST(t AS INTEGER)",
                                    "CAST(i AS TEXT)",
                                    "CAST(b AS NUMERIC)",
                                    "coalesce(i, 0)",
                                    "(SELECT i)",
                                    "(SELECT t)",
                                    "likely(t)",
                                    "+i",
                                    "+t",
                                    "t COLLATE NOCASE",
                                    "max(i, 3)",
                                    "hex(b)",
                                    "quote(i)",
                                    "vi",
                                    "vt",
                                    "vs"};
enum {
    SIDES = sizeof(sides) / sizeof(sides[0])
};
static const char values_table[] =
    "CREATE TABLE k (id INTEGER PRIMARY KEY, i INTEGER, t TEXT, r REAL, b BLOB, n NUMERIC, x);\n"
    "CREATE VIEW v AS SELECT id, i AS vi, t AS vt, i + 1 AS vs FROM k;\n";
static const char values_rows[] =
    "INSERT INTO k (i, t, r, b, n, x) SELECT i.column1, t.column1, r.column1, b.column1, n.column1,"
    " x.column1 FROM (VALUES (5), (6), (-1), (NULL)) i, (VALUES ('5'), ('abc'), (''), ('5.0'),"
    " ('INTEGER'), (' 5 ')) t, (VALUES (5.0), (5.5), (-6.0)) r, (VALUES (x'35'), (x''), (x'616263')) b,"
    " (VALUES (5), (5.5), ('abc')) n, (VALUES (5), ('5'), (x'35'), (4.5)) x;\n";

static void add_comparison(struct tn__buf *out, char *condition, size_t size, size_t n)
{
    const char *left = sides[n / SIDES % SIDES];
    const char *right = sides[n % SIDES];
    static const char *const forms[][2] = {{" = ", ""}, {" IN (", ")"}, {" IS ", ""}};
    const char *const *form = forms[n / SIDES / SIDES];
    snprintf(condition, size, "%s%s%s%s", left, form[0], right, form[1]);
    if (out)
        tn__buf_printf(out, "-- name: q%zu :many\nSELECT k.id FROM k JOIN v USING (id) WHERE %s;\n",
                       n, condition);
}

static size_t count_rows(tn_db *db, const char *condition)
{
    char sql[300];
    tn_rows rows;
    tn_error err;
    tn_arena arena = TN_ARENA_INIT;
    snprintf(sql, sizeof(sql), "SELECT 1 FROM k JOIN v USING (id) WHERE %s LIMIT 1", condition);
    assert_ok(tn_query(&rows, db, sql, NULL, 0, &arena, &err));
    size_t count = rows.row_count;
    tn_arena_fini(&arena);
    return count;
}

static void comparison_that_is_never_true_finds_no_row(void **state)
{
    struct checking *c = *state;
    struct tn__buf text;
    tn_db *db = NULL;
    tn_error err;
    size_t found = 0;
    char condition[200];
    tn__buf_init(&text, 0);
    for (size_t n = 0; n < (size_t)SIDES * SIDES * 3; n++) {
        tn__buf_putc(&text, '\n');
        add_comparison(&text, condition, sizeof(condition), n);
    }
    tn__buf_putc(&text, '\0');
    checking(c, values_table, text.data);
    tn__buf_fini(&text);
    assert_ok(tn_db_open(&db, ":memory:", NULL, &err));
    assert_ok(tn_exec_script(db, values_table, &err));
    assert_ok(tn_exec_script(db, values_rows, &err));
    for (size_t i = 0; i < c->diags.count; i++) {
        const struct tn__diag *diag = &c->diags.items[i];
        if (strcmp(diag->code, "class-mismatch") != 0)
            continue;
        size_t n = diag->place.line / 3 - 1;
        add_comparison(NULL, condition, sizeof(condition), n);
        if (count_rows(db, condition) > 0)
            print_error("%s: %s\n", condition, diag->message);
        assert_int_equal(count_rows(db, condition), 0);
        found++;
    }
    tn_db_close(db);
    assert_true(found > 300);
}

static void value_that_a_column_never_has_is_a_finding(void **state)
{
    static const struct lint_case found[] = {
        {"SELECT id FROM users WHERE status = 'onn'", "'onn'", "'on' or 'off'"},
        {"SELECT id FROM users WHERE 'x' <> status", "'x'", NULL},
        {"SELECT id FROM users WHERE status = 'ON'", "'ON'", NULL},
        {"SELECT id FROM users WHERE status IN ('on', 'of')", "'of'", NULL},
        {"SELECT id FROM people WHERE status IS 'of'", "'of'", NULL},
        {"SELECT CASE status WHEN 'no' THEN 1 END AS x FROM users", "'no'", NULL},
        {"WITH w AS (SELECT status AS s FROM users) SELECT s FROM w WHERE s = 'no'", "'no'", NULL},
        {"DELETE FROM users WHERE mood = 'ugly'", "'ugly'", "'good' or 'bad'"},
        {"UPDATE users SET status = 'no'", "'no'", NULL},
        {"INSERT INTO users (name, status) VALUES ('a', 'on'), ('b', 'no')", "'no'", NULL},
        {"INSERT INTO users (name, status) SELECT title, 'no' FROM posts", "'no'", NULL},
        {"INSERT INTO users (id, name) VALUES (1, 'a') ON CONFLICT DO UPDATE SET status = 'no'",
         "'no'", NULL},
    };
    static const char *const fine[] = {
        "SELECT id FROM users WHERE status = 'off' AND status <> 'on'",
        "SELECT id FROM users WHERE mood = 'GOOD' COLLATE NOCASE",
        "SELECT id FROM users WHERE status = 'ON' COLLATE NOCASE",
        "WITH w AS (SELECT status COLLATE NOCASE AS s FROM users) SELECT s FROM w WHERE s = 'ON'",
        "SELECT id FROM loud WHERE status = 'ON' AND s2 IN ('ON')",
        "SELECT id FROM loud WHERE coalesce(status COLLATE NOCASE, 'on') = 'ON'",
        "WITH RECURSIVE r (s) AS (SELECT status COLLATE NOCASE FROM users UNION SELECT s FROM r)"
        " SELECT s FROM r WHERE s = 'ON'",
        "SELECT id FROM users WHERE status > 'a'",
        "SELECT id FROM users WHERE status LIKE 'o%'",
        "SELECT id FROM users WHERE status = :status",
        "SELECT id FROM users WHERE coalesce(mood, 'none') = 'none'",
        "INSERT INTO users (name, status) VALUES ('a', 'off')",
    };
    EXPECT_LINTS(*state, tables, "impossible-value", found);
    EXPECT_NO_LINTS(*state, tables, "impossible-value", fine);
}

static void quotient_of_quantities_that_are_integers_is_a_finding(void **state)
{
    static const struct lint_case found[] = {
        {"SELECT likes / views AS r FROM posts", "likes / views", "CAST(likes AS REAL)"},
        {":one SELECT sum(likes) / count(*) AS r FROM posts", "sum(likes) / count(*)", NULL},
        {":one SELECT count(*) / 100 AS r FROM posts", "count(*) / 100", NULL},
        {"SELECT likes / (SELECT count(*) FROM posts) AS r FROM posts",
         "likes / (SELECT count(*) FROM posts)", NULL},
        {"SELECT 1 / views AS r FROM posts", "1 / views", NULL},
        {":one SELECT (sum(likes) + 10) / 10 AS r FROM posts", "(sum(likes) + 10) / 10", NULL},
        {"SELECT (views + likes - 1) / age AS r FROM posts, users WHERE posts.user_id = users.id",
         "(views + likes - 1) / age", NULL},
        {"SELECT 1 / 2 * likes AS r FROM posts", "1 / 2", NULL},
        {"SELECT id FROM posts WHERE likes / views > 0.5", "likes / views", NULL},
        {"SELECT id FROM posts ORDER BY likes / views DESC", "likes / views", NULL},
        {"SELECT round(likes / views, 2) AS r FROM posts", "likes / views", NULL},
        {"SELECT likes / views * 100 AS r FROM posts", "likes / views", NULL},
        {"WITH s AS (SELECT user_id, count(*) AS n, sum(likes) AS l FROM posts GROUP BY user_id)"
         " SELECT l / n AS r FROM s",
         "l / n", NULL},
        {"UPDATE users SET score = age / boss", "age / boss", NULL},
        {"INSERT INTO users (name, score) SELECT title, likes / views FROM posts", "likes / views",
         NULL},
    };
    static const char *const fine[] = {
        /* meant, or none */
        "SELECT views / 1000 AS k, views / 60 AS m, views / 2 AS h, id / 10 AS b FROM posts",
        ":one SELECT sum(views) / 1024 AS k FROM posts",
        ":one SELECT sum(likes) / 60 AS k FROM posts",
        "SELECT likes * 100 / views AS percent FROM posts",
        "SELECT likes * 1.0 / views AS r FROM posts",
        "SELECT CAST(likes AS REAL) / views AS r FROM posts",
        "SELECT CAST(likes / views AS INTEGER) AS r FROM posts",
        "SELECT views / likes * likes AS below FROM posts",
        "SELECT (views + likes - 1) / likes AS above FROM posts",
        ":one SELECT (count(*) + 9) / 10 AS pages FROM posts",
        "SELECT views / :size AS page FROM posts",
        "SELECT views / likes AS bucket, count(*) AS n FROM posts GROUP BY views / likes",
        "SELECT score / age AS r FROM users",
        "SELECT avg(age) / count(*) AS r, total(age) / 3 AS t FROM users",
        "SELECT 6 / 3 AS two FROM posts",
        "SELECT r FROM ratios",
        "SELECT any / 2 AS x, made / age AS y FROM users",
    };
    EXPECT_LINTS(*state, tables, "integer-division", found);
    EXPECT_NO_LINTS(*state, tables, "integer-division", fine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(comparison_with_null_is_a_finding),
        TEST(not_in_what_may_be_null_is_a_finding),
        TEST(comparison_that_classes_decide_is_a_finding),
        TEST(comparison_that_is_never_true_finds_no_row),
        TEST(value_that_a_column_never_has_is_a_finding),
        TEST(quotient_of_quantities_that_are_integers_is_a_finding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
