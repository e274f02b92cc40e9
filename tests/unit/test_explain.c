/* SPDX-License-Identifier: MIT */
#include "checking.h"

#include "explain/advise.h"
#include "fault_alloc.h"

/* What is explained, and which indexes are advised, on the schema alone. */

static const char schema[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE nocase);\n"
    "CREATE TABLE tasks (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES users,"
    " title TEXT NOT NULL, status TEXT NOT NULL, done BOOLEAN NOT NULL DEFAULT 0,"
    " created_at DATETIME NOT NULL, deleted_at DATETIME);\n"
    "CREATE INDEX tasks_owner ON tasks (owner);\n"
    "CREATE VIEW live AS SELECT id, owner AS who, title FROM tasks WHERE deleted_at IS NULL;\n"
    "CREATE TABLE \"od\"\"d t\" (\"a b\", \"select\", id INTEGER PRIMARY KEY);\n"
    "CREATE VIRTUAL TABLE words USING fts5(body);\n";
static const char queries[] =
    "-- name: task_list :many\n"
    "SELECT id, title FROM tasks WHERE owner = :owner ORDER BY title;\n"
    "-- name: task_add :exec\n"
    "INSERT INTO tasks (owner, title, status, created_at) VALUES (:owner, :title, 'new', 1);\n"
    "-- name: task_rename :exec\n"
    "UPDATE tasks SET title = :title WHERE id = :id;\n"
    "-- name: task_move :exec\n"
    "UPDATE tasks SET created_at = :at WHERE id = :id;\n"
    "-- name: task_drop :exec\n"
    "DELETE FROM tasks WHERE id = :id;\n"
    "-- name: task_among :many\n"
    "SELECT id, title FROM tasks WHERE title IN (:titles[])\n"
    "  /*? owner */ AND owner = :owner /*?*/;\n"
    "-- name: broken :many\n"
    "SELECT nope FROM tasks;\n";

static const char *const sources[] = {"queries/*.sql"};
static const struct tn__check_options options = {
    .migrations_dir = "migrations", .sources = sources, .source_count = 1};

static int project(void **state)
{
    int rc = checking_setup(state);
    checking_write("migrations/1_schema.sql", schema);
    checking_write("queries/q.sql", queries);
    return rc;
}

static void begin(struct checking *c, struct tn__explain *explain)
{
    tn_arena_fini(&c->arena);
    tn__diags_init(&c->diags, &c->arena);
    tn_error_clear(&c->err);
    *explain = (struct tn__explain){.options = &options, .arena = &c->arena, .diags = &c->diags};
}

static int explain_it(struct checking *c, struct tn__explain *explain, const char *subject)
{
    begin(c, explain);
    int rc = tn__explain_find(explain, tn_text_of(subject), true, &c->err);
    if (rc == TN_OK)
        rc = tn__explain_open(explain, NULL, TN_READ, true, &c->err);
    if (rc == TN_OK)
        rc = tn__explain_plan(explain, &c->err);
    return rc;
}

/* The indexes that are advised, "; " between them; "" for none. */
static void expect_advice(struct checking *c, const char *subject, const char *expected)
{
    struct tn__explain explain;
    char got[1000] = "";
    int rc = explain_it(c, &explain, subject);
    if (rc == TN_OK)
        rc = tn__explain_advise(&explain, &c->err);
    if (rc != TN_OK)
        print_error("%s: %d: %s\n", subject, rc, c->err.message);
    assert_ok(rc);
    for (size_t i = 0; i < explain.advice_count; i++) {
        size_t used = strlen(got);
        snprintf(got + used, sizeof got - used, "%s%s", i ? "; " : "",
                 explain.advice[i].sql + strlen("CREATE INDEX "));
    }
    tn__explain_close(&explain);
    if (strcmp(got, expected) != 0)
        print_error("%s\n", subject);
    assert_string_equal(got, expected);
}

static void advice_is_columns_compared_then_range_or_order(void **state)
{
    struct checking *c = *state;
    expect_advice(c, "SELECT * FROM tasks WHERE title = ?", "tasks_title ON tasks (title)");
    expect_advice(c, "SELECT * FROM tasks WHERE title = ? AND created_at > ?",
                  "tasks_title_created_at ON tasks (title, created_at)");
    expect_advice(c, "SELECT * FROM tasks WHERE owner = ? AND title = ?",
                  "tasks_owner_title ON tasks (owner, title)");
    expect_advice(c, "SELECT * FROM tasks WHERE title BETWEEN ? AND ?",
                  "tasks_title ON tasks (title)");
    expect_advice(c, "SELECT * FROM tasks WHERE owner = ? ORDER BY created_at DESC, title DESC",
                  "tasks_owner_created_at_title ON tasks (owner, created_at, title)");
    expect_advice(c, "SELECT * FROM tasks WHERE owner = ? ORDER BY created_at DESC, title",
                  "tasks_owner_created_at_title ON tasks (owner, created_at DESC, title)");
    expect_advice(c, "SELECT title, count(*) FROM tasks GROUP BY title",
                  "tasks_title ON tasks (title)");
    expect_advice(c, "SELECT id FROM tasks WHERE title IN (SELECT name FROM users)",
                  "tasks_title ON tasks (title)");
    expect_advice(c, "UPDATE tasks SET done = 1 WHERE title = :t", "tasks_title ON tasks (title)");
    expect_advice(c, "DELETE FROM tasks WHERE created_at < 5",
                  "tasks_created_at ON tasks (created_at)");
}

static void advice_for_a_join_is_on_the_inner_table(void **state)
{
    struct checking *c = *state;
    expect_advice(c, "SELECT u.id FROM users AS u JOIN tasks AS t ON t.title = u.name",
                  "tasks_title ON tasks (title)"); /* which is compared as title is, not as name */
    expect_advice(
        c, "SELECT id FROM users WHERE EXISTS (SELECT 1 FROM tasks WHERE title = users.name)",
        "tasks_title ON tasks (title)");
    expect_advice(c, "SELECT title FROM live WHERE title = ?",
                  "tasks_title_no_deleted_at ON tasks (title) WHERE deleted_at IS NULL");
    expect_advice(
        c, "WITH l AS (SELECT * FROM tasks) SELECT id FROM l WHERE title = 'x' OR status = 'y'",
        "tasks_title ON tasks (title); tasks_status ON tasks (status)");
}

static void advice_is_partial_where_the_condition_is_constant(void **state)
{
    struct checking *c = *state;
    expect_advice(c, "SELECT * FROM tasks WHERE status = 'it''s' ORDER BY created_at",
                  "tasks_created_at_status ON tasks (created_at) WHERE status = 'it''s'");
    expect_advice(c, "SELECT * FROM tasks WHERE NOT done AND title = ?",
                  "tasks_title_not_done ON tasks (title) WHERE NOT done");
    expect_advice(c, "SELECT * FROM tasks WHERE deleted_at IS NOT NULL AND title = ?",
                  "tasks_title_with_deleted_at ON tasks (title) WHERE deleted_at IS NOT NULL");
    /* A number is a key, not a kind. */
    expect_advice(c, "SELECT * FROM tasks WHERE owner = 7 ORDER BY created_at",
                  "tasks_owner_created_at ON tasks (owner, created_at)");
    /* Nothing is gained by a condition that is the key itself. */
    expect_advice(c, "SELECT id FROM users WHERE name = 'ann'", "users_name ON users (name)");
}

static void advice_has_the_collation_that_is_compared_with(void **state)
{
    struct checking *c = *state;
    expect_advice(c, "SELECT * FROM tasks WHERE title = ? COLLATE nocase",
                  "tasks_title ON tasks (title COLLATE nocase)");
    expect_advice(c, "SELECT * FROM tasks WHERE title COLLATE binary = ? COLLATE nocase",
                  "tasks_title ON tasks (title)");
    expect_advice(c, "SELECT * FROM tasks WHERE title COLLATE nocase = ?",
                  "tasks_title ON tasks (title COLLATE nocase)");
    expect_advice(c, "SELECT * FROM tasks WHERE title LIKE 'a%'",
                  "tasks_title ON tasks (title COLLATE NOCASE)");
}

static void names_are_quoted_where_they_must_be(void **state)
{
    expect_advice(*state, "SELECT id FROM \"od\"\"d t\" WHERE \"a b\" = ? AND \"select\" > ?",
                  "od_d_t_a_b_select ON \"od\"\"d t\" (\"a b\", \"select\")");
}

static void nothing_is_advised_where_nothing_helps(void **state)
{
    struct checking *c = *state;
    expect_advice(c, "SELECT 1", "");
    expect_advice(c, "SELECT * FROM tasks", "");
    expect_advice(c, "SELECT * FROM tasks WHERE id = ?", "");
    expect_advice(c, "SELECT * FROM tasks WHERE owner = ?", "");
    expect_advice(c, "SELECT * FROM tasks WHERE title || '' = ?", "");
    expect_advice(c, "SELECT * FROM words WHERE body MATCH 'x'", "");
    expect_advice(c, "INSERT INTO users (name) VALUES (?)", "");
    expect_advice(c, "task_drop", "");
    /* A row's own key is as good as it gets, whatever else is known of it. */
    expect_advice(c, "SELECT * FROM users WHERE id = ? AND name = 'x'", "");
    expect_advice(c, "SELECT * FROM tasks WHERE id = ? AND NOT done AND status = 'new'", "");
    /* All tasks in order instead of somebody's, sorted, is no gain. */
    expect_advice(c,
                  "SELECT t.id FROM users AS u CROSS JOIN tasks AS t ON t.owner = u.id"
                  " WHERE u.id = 3 ORDER BY t.title",
                  "tasks_owner_title ON tasks (owner, title)");
}

/* What is kept is no gain of the next one that is tried. */
static void advice_ends_when_nothing_changes(void **state)
{
    struct checking *c = *state;
    checking_write("migrations/1_schema.sql",
                   "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"
                   "CREATE INDEX users_name ON users (name);\n"
                   "CREATE TABLE tasks (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL,"
                   " status TEXT NOT NULL, rank INTEGER NOT NULL, at INTEGER NOT NULL);\n"
                   "CREATE INDEX tasks_owner ON tasks (owner, at);\n");
    checking_write("queries/q.sql", "");
    expect_advice(c,
                  "SELECT t.* FROM tasks AS t JOIN users AS u ON u.id = t.owner"
                  " WHERE u.name = 'x' AND t.status = 'new' ORDER BY t.rank",
                  "tasks_owner_new ON tasks (owner) WHERE status = 'new'");
    expect_advice(c, "SELECT * FROM tasks WHERE status = 'new' AND rank > 5",
                  "tasks_rank_new ON tasks (rank) WHERE status = 'new'");
}

static void advice_says_what_it_replaces_and_who_pays(void **state)
{
    struct checking *c = *state;
    struct tn__explain explain;
    assert_ok(explain_it(c, &explain, "task_list"));
    assert_int_equal(tn__query_plan_findings(&explain.plan), TN__PLAN_TEMP_BTREE);
    assert_ok(tn__explain_advise(&explain, &c->err));
    assert_int_equal(explain.advice_count, 1);
    const struct tn__explain_advice *advice = &explain.advice[0];
    assert_string_equal(advice->sql, "CREATE INDEX tasks_owner_title ON tasks (owner, title)");
    assert_int_equal(tn__query_plan_findings(&advice->plan), TN__PLAN_COVERING);
    assert_int_equal(advice->redundant_count, 1);
    assert_string_equal(advice->redundant[0], "tasks_owner");
    static const char *const payers[][2] = {
        {"task_add", "INSERT"}, {"task_rename", "UPDATE"}, {"task_drop", "DELETE"}};
    assert_int_equal(advice->write_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(advice->writes[i].query, payers[i][0]);
        assert_string_equal(advice->writes[i].verb, payers[i][1]);
    }
    tn__explain_close(&explain);
}

/* One column more, and the table is not looked at. */
static void column_that_is_missing_alone_makes_it_covering(void **state)
{
    expect_advice(*state, "SELECT status FROM tasks WHERE title = ?",
                  "tasks_title_status ON tasks (title, status)");
    expect_advice(*state, "SELECT status, done FROM tasks WHERE title = ?",
                  "tasks_title ON tasks (title)");
}

/* --- what is meant */

static void expect_refused(struct checking *c, const char *subject, int status, const char *code)
{
    struct tn__explain explain;
    int rc = explain_it(c, &explain, subject);
    tn__explain_close(&explain);
    print_message("%s\n", subject);
    assert_int_equal(rc, status);
    if (code) {
        assert_true(c->diags.count > 0);
        assert_string_equal(c->diags.items[0].code, code);
    } else {
        assert_int_equal(c->diags.count, 0);
        assert_true(c->err.message[0] != '\0');
    }
}

static void subject_that_is_none_is_refused(void **state)
{
    struct checking *c = *state;
    expect_refused(c, "task_lst", TN_ENOTFOUND, NULL);
    expect_refused(c, "broken", TN_ESYNTAX, "unknown-column");
    expect_refused(c, "", TN_EINVAL, NULL);
    expect_refused(c, " ;; -- nothing\n", TN_EINVAL, NULL);
    expect_refused(c, "EXPLAIN QUERY PLAN", TN_EINVAL, NULL);
    expect_refused(c, "SELECT 1; SELECT 2", TN_ESYNTAX, "multiple-statements");
    expect_refused(c, "SELECT 'x", TN_ESYNTAX, "syntax-error");
    expect_refused(c, "SELEC 1", TN_ESYNTAX, "syntax-error");
    expect_refused(c, "SELECT nope FROM tasks", TN_ESYNTAX, "unknown-column");
    expect_refused(c, "SELECT * FROM nope", TN_ESYNTAX, "unknown-table");
    expect_refused(c, "SELECT ?99999", TN_ESYNTAX, "param-name");
    expect_refused(c, "VACUUM", TN_EREFUSED, "refused");
    expect_refused(c, "explain pragma journal_mode = delete", TN_EREFUSED, "refused");
    expect_refused(c, "/* x */ ATTACH 'x.db' AS x", TN_EREFUSED, "refused");
}

static void nearest_query_is_found(void **state)
{
    struct checking *c = *state;
    struct tn__explain explain;
    assert_int_equal(explain_it(c, &explain, "task_lst"), TN_ENOTFOUND);
    assert_string_equal(tn__explain_nearest(&explain, tn_text_of("task_lst")), "task_list");
    assert_null(tn__explain_nearest(&explain, tn_text_of("zzz")));
    tn__explain_close(&explain);
}

static void explain_in_front_makes_no_difference(void **state)
{
    struct checking *c = *state;
    struct tn__explain explain;
    assert_ok(explain_it(c, &explain, "EXPLAIN QUERY PLAN SELECT 1 AS x;"));
    assert_text(explain.sql, "SELECT 1 AS x");
    tn__explain_close(&explain);
}

static void megabyte_of_sql_is_explained(void **state)
{
    struct checking *c = *state;
    struct tn__explain explain;
    struct tn__buf sql;
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, "SELECT id FROM tasks WHERE title IN ('0'");
    while (sql.size < 1000000)
        tn__buf_puts(&sql, ", 'some text that makes it long'");
    tn__buf_putc(&sql, ')');
    int rc = explain_it(c, &explain, sql.data);
    assert_ok(rc);
    assert_int_equal(tn__query_plan_findings(&explain.plan), TN__PLAN_FULL_SCAN);
    tn__explain_close(&explain);
    tn__buf_reset(&sql);
    for (int i = 0; i < 30000; i++)
        tn__buf_puts(&sql, "SELECT (");
    tn__buf_puts(&sql, "1");
    tn__buf_fill(&sql, ')', 30000);
    assert_int_equal(explain_it(c, &explain, sql.data), TN_ESYNTAX);
    tn__explain_close(&explain);
    tn__buf_fini(&sql);
}

/* --- parameters */

static void parameter_is_a_literal_or_text(void **state)
{
    struct checking *c = *state;
    struct tn__explain explain;
    assert_ok(explain_it(c, &explain, "SELECT :a, ?5, @b, $7, :c, :d, :e, :f"));
    assert_int_equal(explain.param_count, 8);
    assert_string_equal(explain.params[1].name, "5");
    assert_ok(tn__explain_bind(&explain, "a=-7", &c->err));
    assert_int_equal(explain.params[0].value.as.integer, -7);
    assert_ok(tn__explain_bind(&explain, "?5=2.5", &c->err));
    assert_true(explain.params[1].value.as.real > 2.4 && explain.params[1].value.as.real < 2.6);
    assert_ok(tn__explain_bind(&explain, "@b='it''s'", &c->err));
    assert_text(explain.params[2].value.as.text, "it's");
    assert_ok(tn__explain_bind(&explain, "7=x'00fF'", &c->err));
    assert_int_equal(explain.params[3].value.as.blob.size, 2);
    assert_memory_equal(explain.params[3].value.as.blob.data, "\x00\xff", 2);
    assert_ok(tn__explain_bind(&explain, "c=a=b c", &c->err));
    assert_text(explain.params[4].value.as.text, "a=b c");
    assert_ok(tn__explain_bind(&explain, "d=", &c->err));
    assert_text(explain.params[5].value.as.text, "");
    assert_ok(tn__explain_bind(&explain, "d=+1.2.3", &c->err));
    assert_text(explain.params[5].value.as.text, "+1.2.3");
    assert_ok(tn__explain_bind(&explain, "e=null", &c->err));
    assert_int_equal(explain.params[6].value.type, TN_NULL);
    assert_true(explain.params[6].is_set);
    assert_false(explain.params[7].is_set);
    assert_int_equal(tn__explain_bind(&explain, "zz=1", &c->err), TN_ENOTFOUND);
    assert_int_equal(tn__explain_bind(&explain, "a", &c->err), TN_EINVAL);
    assert_int_equal(tn__explain_bind(&explain, "=1", &c->err), TN_EINVAL);
    tn__explain_close(&explain);
    assert_ok(explain_it(c, &explain, "task_list"));
    assert_int_equal(tn__explain_bind(&explain, "ownr=1", &c->err), TN_ENOTFOUND);
    assert_non_null(strstr(c->err.message, "did you mean 'owner'"));
    tn__explain_close(&explain);
}

/* Of a query with optional parts, the text with all of them. */
static void list_and_optional_part_are_explained(void **state)
{
    struct checking *c = *state;
    struct tn__explain explain;
    assert_ok(explain_it(c, &explain, "task_among"));
    assert_int_equal(explain.param_count, 2);
    assert_true(explain.params[0].is_list);
    assert_ok(tn__explain_bind(&explain, "owner=1", &c->err));
    tn__explain_close(&explain);
    expect_advice(c, "task_among", "tasks_owner_title ON tasks (owner, title)");
    expect_advice(c, "SELECT id FROM tasks WHERE title IN (:titles[])",
                  "tasks_title ON tasks (title)");
}

/* --- memory */

static int run_once(void *user)
{
    struct checking *c = user;
    struct tn__explain explain;
    struct tn__buf out;
    tn__buf_init(&out, 0);
    int rc = explain_it(c, &explain, "task_list");
    if (rc == TN_OK)
        rc = tn__explain_bind(&explain, "owner='x'", &c->err);
    if (rc == TN_OK)
        rc = tn__explain_advise(&explain, &c->err);
    if (rc == TN_OK) {
        tn__explain_text(&out, &explain, true);
        tn__explain_document(&out, &explain);
        rc = tn__buf_status(&out);
    }
    if (rc == TN_OK)
        rc = c->diags.status;
    tn__explain_close(&explain);
    tn__buf_fini(&out);
    tn_arena_fini(&c->arena);
    return rc;
}

static void every_allocation_may_fail(void **state)
{
    checking_write("queries/q.sql", "-- name: task_list :many\n"
                                    "SELECT id FROM tasks WHERE owner = :owner ORDER BY title;\n");
    checking_write("migrations/1_schema.sql",
                   "CREATE TABLE tasks (id INTEGER PRIMARY KEY, owner INTEGER, title TEXT);");
    fault_alloc_each(run_once, *state);
}

#define EXPLAIN_TEST(name) cmocka_unit_test_setup_teardown(name, project, checking_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXPLAIN_TEST(advice_is_columns_compared_then_range_or_order),
        EXPLAIN_TEST(advice_for_a_join_is_on_the_inner_table),
        EXPLAIN_TEST(advice_is_partial_where_the_condition_is_constant),
        EXPLAIN_TEST(advice_has_the_collation_that_is_compared_with),
        EXPLAIN_TEST(names_are_quoted_where_they_must_be),
        EXPLAIN_TEST(nothing_is_advised_where_nothing_helps),
        EXPLAIN_TEST(advice_ends_when_nothing_changes),
        EXPLAIN_TEST(advice_says_what_it_replaces_and_who_pays),
        EXPLAIN_TEST(column_that_is_missing_alone_makes_it_covering),
        EXPLAIN_TEST(subject_that_is_none_is_refused),
        EXPLAIN_TEST(nearest_query_is_found),
        EXPLAIN_TEST(explain_in_front_makes_no_difference),
        EXPLAIN_TEST(megabyte_of_sql_is_explained),
        EXPLAIN_TEST(parameter_is_a_literal_or_text),
        EXPLAIN_TEST(list_and_optional_part_are_explained),
        EXPLAIN_TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
