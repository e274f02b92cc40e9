/* SPDX-License-Identifier: MIT */
#include "checking.h"

/* Columns whose CHECK lists their values: where a value stays one of the list, and where it does not. */

static const char tables[] =
    "CREATE TABLE tasks (id INTEGER PRIMARY KEY,\n"
    "  status TEXT NOT NULL CHECK (status IN ('open', 'done')),\n"
    "  kind TEXT CHECK (kind IN ('bug', 'chore')), title TEXT NOT NULL, job_id INTEGER,\n"
    "  bare CHECK (bare IN ('x')), level TEXT NOT NULL CHECK (level IN ('low', 'high')),\n"
    "  flag INTEGER NOT NULL CHECK (flag IN (0, 1)), bit NUMERIC CHECK (bit = 0 OR bit = 1),\n"
    "  note TEXT COLLATE NOCASE CHECK (note IN ('a')), n INTEGER CHECK (n IN (1, 2)));\n"
    "CREATE TABLE jobs (id INTEGER PRIMARY KEY, status TEXT NOT NULL\n"
    "  CHECK (status IN ('open', 'done')), level TEXT NOT NULL CHECK (level IN ('low', 'high')));\n"
    "CREATE TABLE single (id INTEGER PRIMARY KEY CHECK (id IN (0, 1)), v INT) STRICT;\n"
    "CREATE VIEW open_tasks AS SELECT status, kind FROM tasks WHERE status = 'open';\n";

static void put(const struct checking *c, char *out, size_t size, const char *name,
                struct tn__typing typing)
{
    const struct tn__enum *choice = tn__checked_enum(&c->checked, typing);
    size_t used = strlen(out);
    assert_int_equal(choice != NULL, typing.type == TN__TYPE_ENUM);
    snprintf(out + used, size - used, "%s%s%s%s%s", used ? " " : "", name, name[0] ? ":" : "",
             choice ? choice->name : tn__type_word(typing.type), typing.is_nullable ? "?" : "");
}

static void columns_are(struct checking *c, const char *sql, const char *expected)
{
    char text[1000];
    char got[300] = "";
    snprintf(text, sizeof text, "-- name: q :many\n%s;\n", sql);
    checking(c, tables, text);
    checking_drop_advice(c);
    expect_findings(c, 0);
    const struct tn__query *query = &c->checked.queries[0];
    for (size_t i = 0; i < query->column_count; i++)
        put(c, got, sizeof got, "", query->columns[i].typing);
    if (strcmp(got, expected) != 0)
        print_error("%s\n", sql);
    assert_string_equal(got, expected);
}

static void params_are(struct checking *c, const char *sql, const char *expected)
{
    char text[1000];
    char got[300] = "";
    snprintf(text, sizeof text, "-- name: q %s\n%s;\n", *sql == 'S' ? ":many" : ":exec", sql);
    checking(c, tables, text);
    checking_drop_advice(c);
    expect_findings(c, 0);
    const struct tn__query *query = &c->checked.queries[0];
    for (size_t i = 0; i < query->param_count; i++)
        put(c, got, sizeof got, query->params[i].name, query->params[i].typing);
    if (strcmp(got, expected) != 0)
        print_error("%s\n", sql);
    assert_string_equal(got, expected);
}

static void value_stays_an_enum_where_it_is_the_columns_own(void **state)
{
    struct checking *c = *state;
    columns_are(c, "SELECT status, kind, title FROM tasks", "tasks_status tasks_kind? text");
    columns_are(c, "SELECT bare FROM tasks", "tasks_bare?");
    columns_are(c, "SELECT status, kind FROM open_tasks", "tasks_status tasks_kind?");
    columns_are(c, "SELECT s FROM (SELECT status AS s FROM tasks)", "tasks_status");
    columns_are(c, "WITH w AS (SELECT kind FROM tasks) SELECT kind FROM w WHERE kind IS NOT NULL",
                "tasks_kind");
    columns_are(c, "SELECT j.status FROM tasks t LEFT JOIN jobs j ON j.id = t.job_id",
                "jobs_status?");
    columns_are(c, "SELECT coalesce(kind, kind) AS k, max(status) AS m FROM tasks",
                "tasks_kind? tasks_status?");
    columns_are(c, "SELECT (SELECT status FROM jobs WHERE id = 1) AS s FROM tasks", "jobs_status?");
    columns_are(c, "SELECT nullif(status, 'done') AS s FROM tasks", "tasks_status?");
    columns_are(c, "SELECT status FROM tasks UNION ALL SELECT status FROM tasks", "tasks_status");
}

static void value_that_may_be_another_is_text(void **state)
{
    struct checking *c = *state;
    columns_are(c, "SELECT upper(status) AS u FROM tasks", "text");
    columns_are(c, "SELECT status || '' AS u FROM tasks", "text");
    columns_are(c, "SELECT coalesce(kind, '-') AS k FROM tasks", "text");
    columns_are(c, "SELECT coalesce(kind, status) AS k FROM tasks", "text");
    columns_are(c, "SELECT CASE WHEN flag THEN status ELSE 'none' END AS s FROM tasks", "text");
    columns_are(c, "SELECT status FROM tasks UNION SELECT status FROM jobs", "text");
    columns_are(c, "SELECT group_concat(status) AS s FROM tasks", "text?");
    columns_are(c, "SELECT note FROM tasks", "text?"); /* NOCASE keeps 'A', too */
    columns_are(c, "SELECT n FROM tasks", "int?");
}

static void flag_is_a_bool_unless_it_is_the_rowid(void **state)
{
    struct checking *c = *state;
    columns_are(c, "SELECT flag, bit FROM tasks", "bool bool?");
    columns_are(c, "SELECT id, v FROM single", "int int?");
    columns_are(c, "SELECT sum(flag) AS n, max(flag) AS m FROM tasks", "int? bool?");
    params_are(c, "UPDATE tasks SET flag = :f, bit = :b", "f:bool b:bool?");
}

static void parameter_is_the_enum_of_what_it_meets(void **state)
{
    struct checking *c = *state;
    params_are(c, "SELECT id FROM tasks WHERE status = :s", "s:tasks_status");
    params_are(c, "SELECT id FROM tasks WHERE status IN (:a, 'done', :b)",
               "a:tasks_status b:tasks_status");
    params_are(c, "SELECT id FROM tasks WHERE kind IS :k", "k:tasks_kind?");
    params_are(c, "SELECT id FROM tasks WHERE (:s IS NULL OR status = :s)", "s:tasks_status?");
    params_are(c, "UPDATE tasks SET kind = :to WHERE kind = :from",
               "to:tasks_kind? from:tasks_kind");
    params_are(c, "UPDATE tasks SET status = coalesce(:s, status)", "s:tasks_status?");
    params_are(c,
               "INSERT INTO jobs (status, level) VALUES (:s, :l) ON CONFLICT (id) DO UPDATE "
               "SET status = excluded.status",
               "s:jobs_status l:jobs_level");
    params_are(c, "INSERT INTO jobs (status, level) SELECT :s, level FROM tasks", "s:jobs_status");
}

static void parameter_of_several_meanings_is_text(void **state)
{
    struct checking *c = *state;
    params_are(c, "SELECT id FROM tasks WHERE status LIKE :s", "s:text");
    params_are(c, "SELECT id FROM tasks WHERE status = :s OR title = :s", "s:text");
    params_are(c, "SELECT id FROM tasks WHERE title = :s OR status = :s", "s:text");
    params_are(c, "SELECT t.id FROM tasks t, jobs j WHERE t.status = :s AND j.status = :s",
               "s:text");
}

static void annotation_makes_text_of_it(void **state)
{
    struct checking *c = *state;
    columns_are(c, "-- column status text\nSELECT status, kind FROM tasks", "text tasks_kind?");
    columns_are(c, "-- column kind not null\nSELECT kind FROM tasks", "tasks_kind");
    columns_are(c, "-- param s text\nSELECT :s AS x FROM tasks WHERE status = :s", "text");
    checking(c, tables, "-- name: q :many\n-- column kind enum\nSELECT kind FROM tasks;\n");
    expect_findings(c, 1);
    expect_finding(c, 0, 2, 16, "bad-annotation");
}

#define TYPE(table, column, logical, name)    \
 {                                            \
  table, column, name, logical, TN__FORM_ANY, \
  {                                           \
   NULL, 0, 0, 0                              \
  }                                           \
 }

static void settings_make_it_plain_or_call_it_otherwise(void **state)
{
    static const struct tn__settings_type types[] = {
        TYPE("tasks", "status", TN__LOGICAL_TEXT, NULL),
        TYPE("tasks", "flag", TN__LOGICAL_INT, NULL),
        TYPE("tasks", NULL, TN__LOGICAL_BOOL, "task"),
        TYPE("TASKS", "Level", TN__LOGICAL_ENUM, "level"),
        TYPE("jobs", "level", TN__LOGICAL_ENUM, "level"),
        TYPE("jobs", "status", TN__LOGICAL_ENUM, "state"),
    };
    struct checking *c = *state;
    c->types = types;
    c->type_count = sizeof types / sizeof types[0];
    columns_are(c, "SELECT status, flag, kind, bit FROM tasks", "text int task_kind? bool?");
    columns_are(c, "SELECT t.level, j.level AS l FROM tasks t, jobs j", "level level");
    columns_are(c, "SELECT level FROM tasks UNION SELECT level FROM jobs", "level");
    columns_are(c, "SELECT status FROM jobs", "state");
    params_are(c, "SELECT t.id FROM tasks t, jobs j WHERE t.level = :l AND j.level = :l",
               "l:level");
}

static void settings_of_an_enum_must_fit(void **state)
{
    static const struct tn__settings_type types[] = {
        TYPE("tasks", "title", TN__LOGICAL_ENUM, "title"),
        TYPE("tasks", "kind", TN__LOGICAL_ENUM, "same"),
        TYPE("jobs", "level", TN__LOGICAL_ENUM, "same"),
    };
    struct checking *c = *state;
    c->types = types;
    c->type_count = 3;
    checking(c, tables,
             "-- name: q :many\nSELECT t.kind, j.level, t.title FROM tasks t CROSS JOIN jobs j;\n");
    expect_findings(c, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct tn__diag *diag = &c->diags.items[i];
        if (strcmp(diag->code, "bad-setting") == 0) {
            assert_string_equal(diag->message, "column 'title' of table 'tasks' has no CHECK that "
                                               "lists its texts: it is no enum");
            continue;
        }
        assert_string_equal(diag->code, "name-collision");
        assert_string_equal(diag->message, "the enum of 'tasks.kind' and the enum of 'jobs.level' "
                                           "would both be 'app_same' in C");
        assert_string_equal(diag->help, "[types] jobs.level = enum(OTHER_NAME)");
    }
}

static void enum_of_a_table_that_no_query_meets_stops_nobody(void **state)
{
    struct checking *c = *state;
    /* The enum would have the name of the query. */
    checking(c, tables, "-- name: tasks_status :exec\nDELETE FROM jobs;\n");
    expect_findings(c, 0);
    checking(c, tables, "-- name: tasks_status :many\nSELECT status AS s FROM tasks;\n");
    expect_findings(c, 0); /* x_begin, x_next: no function has the enum's name */
    checking(c, tables,
             "-- name: tasks_status :optional\nSELECT status AS s FROM tasks LIMIT 1;\n");
    checking_drop_advice(c);
    expect_findings(c, 1);
    assert_string_equal(c->diags.items[0].code, "name-collision");
    assert_string_equal(c->diags.items[0].help, "[types] tasks.status = enum(OTHER_NAME)");
}

int main(void)
{
#define ENUM_TEST(name) cmocka_unit_test_setup_teardown(name, checking_setup, checking_teardown)
    const struct CMUnitTest tests[] = {
        ENUM_TEST(value_stays_an_enum_where_it_is_the_columns_own),
        ENUM_TEST(value_that_may_be_another_is_text),
        ENUM_TEST(flag_is_a_bool_unless_it_is_the_rowid),
        ENUM_TEST(parameter_is_the_enum_of_what_it_meets),
        ENUM_TEST(parameter_of_several_meanings_is_text),
        ENUM_TEST(annotation_makes_text_of_it),
        ENUM_TEST(settings_make_it_plain_or_call_it_otherwise),
        ENUM_TEST(settings_of_an_enum_must_fit),
        ENUM_TEST(enum_of_a_table_that_no_query_meets_stops_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
