/* SPDX-License-Identifier: MIT */
#include "checking.h"

#include "explain/explain.h"
#include "fault_alloc.h"

/* Which text of a query with optional parts and choices is explained, and lists. */

static const char schema[] =
    "CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT NOT NULL, owner TEXT, weight REAL,"
    " status TEXT NOT NULL CHECK (status IN ('open', 'done')), done BOOLEAN NOT NULL DEFAULT 0,"
    " made DATETIME NOT NULL, seen DATETIME, code BLOB, x NUMERIC);\n"
    "CREATE INDEX tasks_made ON tasks (made);\n";
static const char queries[] =
    "-- name: page :many\n"
    "SELECT id FROM tasks WHERE id > :after\n"
    "  /*? status */ AND status = :status /*?*/\n"
    "  /*? span */ AND made BETWEEN :since AND :until /*? mine */ AND owner = :me /*?*/ /*?*/\n"
    "  /*? worth */ AND weight > 1 /*?*/\n"
    "  /*? some */ AND id IN (:ids[]) /*: also all */ AND x > 0 /*: few = AND x > :x :*/ /*?*/\n"
    "ORDER BY /*: sort newest */ made DESC /*: title = title :*/;\n"
    "-- name: among :many\n"
    "SELECT id FROM tasks WHERE id IN (:ids[]) OR title IN (:titles[]) OR weight IN (:weights[])\n"
    "  OR status IN (:states[]) OR done IN (:done[]) OR made IN (:made[]) OR seen IN (:seen[])\n"
    "  OR code IN (:codes[]) OR x IN (:any[]);\n"
    "-- name: plain :many\n"
    "SELECT id FROM tasks WHERE owner = :owner;\n";

static const char *const sources[] = {"queries/*.sql"};
static const struct tn__settings_type types[] = {
    {.table = "tasks", .column = "seen", .logical = TN__LOGICAL_TIMESTAMP, .form = TN__FORM_MS}};
static const struct tn__check_options options = {.migrations_dir = "migrations",
                                                 .sources = sources,
                                                 .source_count = 1,
                                                 .types = types,
                                                 .type_count = 1};

static int project(void **state)
{
    int rc = checking_setup(state);
    checking_write("migrations/1_schema.sql", schema);
    checking_write("queries/q.sql", queries);
    return rc;
}

static int find(struct checking *c, struct tn__explain *explain, const char *subject)
{
    tn_arena_fini(&c->arena);
    tn__diags_init(&c->diags, &c->arena);
    tn_error_clear(&c->err);
    *explain = (struct tn__explain){.options = &options, .arena = &c->arena, .diags = &c->diags};
    return tn__explain_find(explain, tn_text_of(subject), true, &c->err);
}

/* Words behind '+' are --with, behind '-' --without, others -p. */
static int explain_with(struct checking *c, struct tn__explain *explain, const char *subject,
                        const char *const *words, size_t count)
{
    enum {
        MOST = 8
    };
    const char *lists[3][MOST];
    size_t counts[3] = {0};
    for (size_t i = 0; i < count; i++) {
        size_t kind = words[i][0] == '+' ? 0 : words[i][0] == '-' ? 1 : 2;
        lists[kind][counts[kind]++] = words[i] + (kind < 2);
    }
    const struct tn__explain_form form = {lists[0],  counts[0], lists[1],
                                          counts[1], lists[2],  counts[2]};
    int rc = find(c, explain, subject);
    if (rc == TN_OK)
        rc = tn__explain_choose(explain, &form, &c->err);
    if (rc == TN_OK)
        rc = tn__explain_open(explain, NULL, TN_READ, true, &c->err);
    for (size_t i = 0; rc == TN_OK && i < counts[2]; i++)
        rc = tn__explain_bind(explain, lists[2][i], &c->err);
    if (rc == TN_OK)
        rc = tn__explain_plan(explain, &c->err);
    return rc;
}

#define WORDS(...)                         \
 (const char *const[]){__VA_ARGS__, NULL}, \
     sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)

/* The first line for people, which says the text. */
static void expect_text(struct checking *c, const char *const *words, size_t count,
                        const char *expected)
{
    struct tn__explain explain;
    struct tn__buf out;
    tn__buf_init(&out, 0);
    int rc = explain_with(c, &explain, "page", words, count);
    if (rc != TN_OK)
        print_error("%s\n", c->err.message);
    assert_ok(rc);
    tn__explain_text(&out, &explain, false);
    tn_text rest = tn__buf_view(&out);
    tn_text line;
    assert_true(tn__text_line(&rest, &line));
    if (!tn__text_is(line, expected))
        print_error("got      %.*s\nexpected %s\n", (int)line.size, line.data, expected);
    assert_true(tn__text_is(line, expected));
    tn__buf_fini(&out);
    tn__explain_close(&explain);
}

static void text_is_that_of_the_parts_and_choices(void **state)
{
    struct checking *c = *state;
    static const char all[] = "-- page; with 'status', 'span', 'mine', 'worth', 'some'; "
                              "'also' is 'all'; 'sort' is 'newest'";
    expect_text(c, NULL, 0, all);
    expect_text(c, WORDS("status=open", "ids=1"), all);
    expect_text(c, WORDS("-span", "sort=title"),
                "-- page; with 'status', 'worth', 'some'; without 'span', 'mine'; "
                "'also' is 'all'; 'sort' is 'title'");
    expect_text(c, WORDS("-status", "-span", "-worth", "-some"),
                "-- page; without 'status', 'span', 'mine', 'worth', 'some'; 'sort' is 'newest'");
    expect_text(c, WORDS("+worth"),
                "-- page; with 'worth'; without 'status', 'span', 'mine', 'some'; "
                "'sort' is 'newest'");
    /* What is set is there, and so is what it stands in. */
    expect_text(c, WORDS("+worth", ":status=open", "me=ann"),
                "-- page; with 'status', 'span', 'mine', 'worth'; without 'some'; "
                "'sort' is 'newest'");
    expect_text(c, WORDS("+mine"),
                "-- page; with 'span', 'mine'; without 'status', 'worth', 'some'; "
                "'sort' is 'newest'");
    expect_text(c, WORDS("+worth", "also=few", "x=2"),
                "-- page; with 'worth', 'some'; without 'status', 'span', 'mine'; "
                "'also' is 'few'; 'sort' is 'newest'");
    expect_text(c, WORDS("-has_span", "sort=title", "sort=newest"),
                "-- page; with 'status', 'worth', 'some'; without 'span', 'mine'; "
                "'also' is 'all'; 'sort' is 'newest'");
}

static void parameters_are_those_of_the_text(void **state)
{
    struct checking *c = *state;
    struct tn__explain explain;
    assert_ok(explain_with(c, &explain, "page", WORDS("+some", "also=few", "ids=3")));
    static const char *const names[] = {"after", "ids", "x"};
    assert_int_equal(explain.param_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(explain.params[i].name, names[i]);
    assert_true(explain.params[1].is_list);
    assert_false(explain.params[2].is_list);
    assert_int_equal(explain.params[1].list.count, 1);
    tn__explain_close(&explain);
}

static void expect_refused(struct checking *c, const char *subject, const char *const *words,
                           size_t count, int status, const char *message)
{
    struct tn__explain explain;
    int rc = explain_with(c, &explain, subject, words, count);
    tn__explain_close(&explain);
    if (rc != status || strcmp(c->err.message, message) != 0)
        print_error("%d: %s\n", rc, c->err.message);
    assert_int_equal(rc, status);
    assert_string_equal(c->err.message, message);
}

static void what_the_query_has_not_is_refused(void **state)
{
    struct checking *c = *state;
    expect_refused(c, "page", WORDS("-statsu"), TN_ENOTFOUND,
                   "the query has no optional part 'statsu'; did you mean 'status'?");
    expect_refused(c, "page", WORDS("+zzzzzz"), TN_ENOTFOUND,
                   "the query has no optional part 'zzzzzz'");
    expect_refused(c, "page", WORDS("sort=titel"), TN_ENOTFOUND,
                   "choice 'sort' has no text 'titel'; did you mean 'title'?");
    expect_refused(c, "page", WORDS("srot=title"), TN_ENOTFOUND,
                   "the statement has no parameter 'srot'; did you mean 'sort'?");
    expect_refused(c, "page", WORDS("+worth", "-span"), TN_EINVAL,
                   "'--with' leaves out all other parts, '--without' takes them: use one");
    expect_refused(c, "page", WORDS("worth=1"), TN_EINVAL,
                   "'worth' is an optional part: '--with worth' or '--without worth'");
    expect_refused(c, "page", WORDS("has_worth=1"), TN_EINVAL,
                   "'worth' is an optional part: '--with worth' or '--without worth'");
    expect_refused(c, "page", WORDS("-status", "status=open"), TN_EINVAL,
                   "parameter 'status' stands in what is left out");
    expect_refused(c, "page", WORDS("x=1"), TN_EINVAL, "parameter 'x' stands in what is left out");
    expect_refused(c, "page", WORDS("-some", "also=few"), TN_EINVAL,
                   "choice 'also' stands in what is left out");
    expect_refused(c, "plain", WORDS("-owner"), TN_EINVAL, "plain has no optional parts");
    expect_refused(c, "SELECT 1", WORDS("+owner"), TN_EINVAL,
                   "the statement has no optional parts");
}

/* --- lists */

static const struct tn__explain_param *param_of(const struct tn__explain *explain, const char *name)
{
    for (size_t i = 0; i < explain->param_count; i++)
        if (strcmp(explain->params[i].name, name) == 0)
            return &explain->params[i];
    fail_msg("no parameter '%s'", name);
    return NULL;
}

/* The texts of a list, with '|' between them. */
static void expect_texts(const struct tn__explain *explain, const char *name, const char *expected)
{
    char got[200] = "";
    const struct tn__explain_param *param = param_of(explain, name);
    assert_true(param->is_set);
    for (size_t i = 0; i < param->list.count; i++) {
        size_t used = strlen(got);
        assert_int_equal(param->list.items[i].type, TN_TEXT);
        snprintf(got + used, sizeof got - used, "%s%.*s", i ? "|" : "",
                 (int)param->list.items[i].as.text.size, param->list.items[i].as.text.data);
    }
    assert_string_equal(got, expected);
}

static void list_has_elements_of_its_type(void **state)
{
    struct checking *c = *state;
    struct tn__explain e;
    assert_ok(explain_with(c, &e, "among", WORDS("ids=3,-1", "ids=2")));
    const tn_value_list *ids = &param_of(&e, "ids")->list;
    assert_int_equal(ids->count, 3);
    assert_int_equal(ids->items[0].as.integer, 3);
    assert_int_equal(ids->items[1].as.integer, -1);
    assert_int_equal(ids->items[2].as.integer, 2);
    assert_ok(tn__explain_bind(&e, "titles=7,NULL, x,'a,b','it''s',it's,x'00', ", &c->err));
    expect_texts(&e, "titles", "7|NULL| x|a,b|it's|it's|x'00'| ");
    assert_ok(tn__explain_bind(&e, "states=done,open", &c->err));
    expect_texts(&e, "states", "done|open");
    assert_ok(tn__explain_bind(&e, "made=2026-11-21T04:08:32Z,2026-11-22", &c->err));
    expect_texts(&e, "made", "2026-11-21 04:08:32|2026-11-22 00:00:00");
    assert_ok(tn__explain_bind(&e, "seen=1970-01-01T00:00:02Z,5", &c->err));
    assert_int_equal(param_of(&e, "seen")->list.items[0].as.integer, 2000);
    assert_int_equal(param_of(&e, "seen")->list.items[1].as.integer, 5);
    assert_ok(tn__explain_bind(&e, "weights=2,0.5", &c->err));
    assert_int_equal(param_of(&e, "weights")->list.items[0].type, TN_REAL);
    assert_true(param_of(&e, "weights")->list.items[1].as.real < 1);
    assert_ok(tn__explain_bind(&e, "done=1,false", &c->err));
    assert_true(param_of(&e, "done")->list.items[0].as.boolean);
    assert_false(param_of(&e, "done")->list.items[1].as.boolean);
    assert_ok(tn__explain_bind(&e, "codes=x'00ff',ab", &c->err));
    assert_memory_equal(param_of(&e, "codes")->list.items[0].as.blob.data, "\x00\xff", 2);
    assert_memory_equal(param_of(&e, "codes")->list.items[1].as.blob.data, "ab", 2);
    assert_ok(tn__explain_bind(&e, "any=1,a", &c->err));
    assert_int_equal(param_of(&e, "any")->list.items[0].type, TN_INT);
    assert_int_equal(param_of(&e, "any")->list.items[1].type, TN_TEXT);
    tn__explain_close(&e);
    assert_ok(explain_with(c, &e, "among", WORDS("titles=", "states=")));
    expect_texts(&e, "titles", "");
    assert_int_equal(param_of(&e, "titles")->list.count, 0);
    tn__explain_close(&e);
    assert_ok(explain_with(c, &e, "SELECT 1 FROM tasks WHERE id IN (?[])", WORDS("1=4")));
    assert_int_equal(e.params[0].list.items[0].as.integer, 4);
    tn__explain_close(&e);
}

static void element_of_another_type_is_refused(void **state)
{
    static const struct {
        const char *setting;
        const char *message;
    } rows[] = {
        {"ids=1,x", "list 'ids': element 1, 'x', is no int"},
        {"ids=,1", "list 'ids': element 0, '', is no int"},
        {"ids=1,", "list 'ids': element 1, '', is no int"},
        {"ids=NULL", "list 'ids': element 0, 'NULL', is no int"},
        {"weights=x", "list 'weights': element 0, 'x', is no real"},
        {"done=2", "list 'done': element 0, '2', is no bool"},
        {"made=5", "list 'made': element 0, '5', is no timestamp"},
        {"made=soon", "list 'made': element 0, 'soon', is no timestamp"},
        {"seen=1.5", "list 'seen': element 0, '1.5', is no timestamp"},
        {"states=don", "list 'states': element 0, 'don', is no value of its enum"},
        {"any=1,null", "list 'any': element 1, 'null', is no value"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_refused(*state, "among", &rows[i].setting, 1, TN_EINVAL, rows[i].message);
}

static void plan_names_its_lists(void **state)
{
    struct checking *c = *state;
    struct tn__explain explain;
    static const char sql[] = "SELECT id FROM tasks WHERE id NOT IN (:ids[]) AND title IN (?[])"
                              " AND owner IN (SELECT value FROM tn_list(:owners))";
    static const char *const wanted[] = {"SCAN the list :ids", "SCAN the list ?2",
                                         "SCAN the list :owners"};
    assert_ok(explain_with(c, &explain, sql, NULL, 0));
    for (size_t w = 0; w < 3; w++) {
        size_t count = 0;
        for (size_t i = 0; i < explain.plan.count; i++)
            count += strcmp(explain.plan.nodes[i].detail, wanted[w]) == 0;
        print_message("%s\n", wanted[w]);
        assert_int_equal(count, 1);
    }
    tn__explain_close(&explain);
}

static void advice_is_for_the_chosen_text(void **state)
{
    struct checking *c = *state;
    struct tn__explain explain;
    static const char *const rows[][2] = {
        {"sort=newest", "tasks_status_made ON tasks (status, made)"},
        {"sort=title", "tasks_status_title ON tasks (status, title)"}};
    for (size_t i = 0; i < 2; i++) {
        assert_ok(explain_with(c, &explain, "page", WORDS("+status", rows[i][0])));
        assert_ok(tn__explain_advise(&explain, &c->err));
        assert_int_equal(explain.advice_count, 1);
        assert_string_equal(explain.advice[0].sql + strlen("CREATE INDEX "), rows[i][1]);
        tn__explain_close(&explain);
    }
}

/* --- memory */

static int run_once(void *user)
{
    struct checking *c = user;
    struct tn__explain explain;
    struct tn__buf out;
    tn__buf_init(&out, 0);
    int rc = explain_with(c, &explain, "few", WORDS("+some", "ids=1,2", "sort=title"));
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
    checking_write("queries/q.sql",
                   "-- name: few :many\n"
                   "SELECT id FROM tasks WHERE TRUE /*? some */ AND made IN (:ids[]) /*?*/\n"
                   "ORDER BY /*: sort id */ id /*: title = title :*/;\n");
    checking_write("migrations/1_schema.sql",
                   "CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, made INTEGER);");
    fault_alloc_each(run_once, *state);
}

#define EXPLAIN_TEST(name) cmocka_unit_test_setup_teardown(name, project, checking_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXPLAIN_TEST(text_is_that_of_the_parts_and_choices),
        EXPLAIN_TEST(parameters_are_those_of_the_text),
        EXPLAIN_TEST(what_the_query_has_not_is_refused),
        EXPLAIN_TEST(list_has_elements_of_its_type),
        EXPLAIN_TEST(element_of_another_type_is_refused),
        EXPLAIN_TEST(plan_names_its_lists),
        EXPLAIN_TEST(advice_is_for_the_chosen_text),
        EXPLAIN_TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
