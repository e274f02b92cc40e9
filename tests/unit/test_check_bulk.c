/* SPDX-License-Identifier: MIT */
#include "checking.h"

/* Queries that run for each of many items. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, mail TEXT, age INTEGER,\n"
    "  kind TEXT NOT NULL DEFAULT 'a' CHECK (kind IN ('a', 'b')));\n";

static void bulk_that_makes_no_sense_is_refused(void **state)
{
    static const struct {
        const char *sql;
        uint32_t line;
        uint32_t column;
        const char *code;
        const char *message;
    } cases[] = {
        {"SELECT id FROM users WHERE id = :id", 2, 1, "rows-ignored", "changes nothing"},
        {"WITH x AS (SELECT :a AS a) SELECT a FROM x", 2, 1, "rows-ignored", "changes nothing"},
        {"DELETE FROM users", 2, 1, "bad-annotation", "no parameters"},
        {"DELETE FROM users RETURNING id", 2, 1, "bad-annotation", "no parameters"},
        {"DELETE FROM users WHERE id = :id /*? a */ AND age = 1 /*?*/", 2, 1, "bad-annotation",
         "optional parts"},
        {"DELETE FROM users WHERE id = :id AND /*: c x */ 1 /*: y = 2 :*/", 2, 1, "bad-annotation",
         "choices"},
        {"INSERT INTO users (nam) VALUES (:name)", 2, 20, "unknown-column", "nam"},
        {"PRAGMA user_version = 3", 2, 1, "not-a-query", "PRAGMA"},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[500];
        snprintf(text, sizeof text, "-- name: q :bulk\n%s;\n", cases[i].sql);
        checking(c, tables, text);
        expect_finding(c, 0, cases[i].line, cases[i].column, cases[i].code);
        expect_findings(c, 1);
        if (!strstr(c->diags.items[0].message, cases[i].message))
            print_error("%s\n%s\n", cases[i].sql, c->diags.items[0].message);
        assert_non_null(strstr(c->diags.items[0].message, cases[i].message));
    }
}

static void bulk_takes_every_statement_that_writes(void **state)
{
    static const struct {
        const char *sql;
        size_t params;
        size_t columns;
    } cases[] = {
        {"INSERT INTO users (name) VALUES (:name)", 1, 0},
        {"INSERT INTO users (name, mail, age, kind) VALUES (?, ?, ?, ?)", 4, 0},
        {"INSERT INTO users (name, age) VALUES (:name, :age) ON CONFLICT (name) DO UPDATE SET age = :age",
         2, 0},
        {"INSERT OR IGNORE INTO users (name) SELECT :name", 1, 0},
        {"REPLACE INTO users (id, name) VALUES (:id, :name) RETURNING *", 2, 5},
        {"UPDATE users SET age = :age WHERE id = :id", 2, 0},
        {"UPDATE users SET age = age + :by WHERE id = :id RETURNING id, age", 2, 2},
        {"DELETE FROM users WHERE id = :id", 1, 0},
        {"DELETE FROM users WHERE id IN (:ids[]) AND age > :age RETURNING id", 2, 1},
        {"WITH x AS (SELECT :a AS a) UPDATE users SET age = (SELECT a FROM x) WHERE id = :id", 2,
         0},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[500];
        snprintf(text, sizeof text, "-- name: q :bulk\n-- param a int\n%s;\n", cases[i].sql);
        if (!strstr(cases[i].sql, ":a)") && !strstr(cases[i].sql, ":a "))
            snprintf(text, sizeof text, "-- name: q :bulk\n%s;\n", cases[i].sql);
        checking(c, tables, text);
        expect_findings(c, 0);
        const struct tn__planned_query *planned = &c->plan.files[0].queries[0];
        assert_int_equal(planned->query->mode, TN__MODE_BULK);
        assert_int_equal(planned->query->param_count, cases[i].params);
        assert_int_equal(planned->query->column_count, cases[i].columns);
        assert_true(planned->is_bulk);
        assert_string_equal(planned->args_tag, "app_q_args"); /* even of one parameter */
        assert_int_equal(planned->row != NULL, cases[i].columns > 0);
        assert_false(planned->query->is_readonly);
    }
}

static void bulk_in_a_c_file_is_a_mode_as_others(void **state)
{
    struct checking *c = *state;
    tn_error err;
    assert_ok(tn__mkdirs("src", &err));
    checking_write("migrations/1_schema.sql", tables);
    checking_write("queries/q.sql", "");
    checking_write("src/q.c",
                   "TN_QUERY(user_add, \":bulk\", \"INSERT INTO users (name) VALUES (:name)\");\n");
    assert_ok(checking_run(c));
    expect_findings(c, 0);
    assert_true(c->plan.files[0].queries[0].is_bulk);
    checking_write("src/q.c",
                   "TN_QUERY(user_add, \":blk\", \"DELETE FROM users WHERE id = :id\");\n");
    assert_ok(checking_run(c));
    expect_finding(c, 0, 1, 20, "query-name");
    assert_string_equal(c->diags.items[0].help, "':bulk'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bulk_that_makes_no_sense_is_refused),
        TEST(bulk_takes_every_statement_that_writes),
        TEST(bulk_in_a_c_file_is_a_mode_as_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
