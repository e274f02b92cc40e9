/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>

#include "pg_trees.h"
#include "sql/postgres/node.h"
#include "util/str.h"

/* The server's text of its trees: read, refused, cut; and what is asked of parameters. */

static int read_node(const struct tn__pg_node **out, const char *text, tn_arena *arena)
{
    return tn__pg_node_read(out, tn_text_of(text), arena);
}

static void values_are_read(void **state)
{
    const struct tn__pg_node *root = NULL;
    tn_arena arena = TN_ARENA_INIT;
    (void)state;
    assert_ok(
        read_node(&root,
                  "({CONST :consttype 23 :isnull true :constvalue 4 [ 1 -1 0 255 ] :more 1 2 3"
                  " :name a\\ b\\\\c :none <> :list (i 1 2) :names (\"x\" \"y\\ z\" \"\")"
                  " :sub {VAR :varno 1} :set (b)})",
                  &arena));
    assert_int_equal(root->kind, TN__PG_LIST);
    const struct tn__pg_node *node = tn__pg_item(root, 0);
    assert_true(tn__pg_is(node, "CONST"));
    assert_int_equal(tn__pg_oid(node, "consttype"), 23);
    assert_true(tn__pg_true(node, "isnull"));
    const struct tn__pg_node *bytes = tn__pg_field(node, "constvalue");
    assert_int_equal(bytes->kind, TN__PG_BYTES);
    assert_int_equal(bytes->text.size, 4);
    assert_memory_equal(bytes->text.data, "\x01\xff\x00\xff", 4);
    assert_text(tn__pg_field(node, "more")->text, "1");
    assert_text(tn__pg_field(node, "name")->text, "a b\\c");
    assert_int_equal(tn__pg_field(node, "none")->kind, TN__PG_NONE);
    assert_int_equal(tn__pg_field(node, "list")->count, 2);
    assert_text(tn__pg_item(tn__pg_field(node, "list"), 1)->text, "2");
    assert_text(tn__pg_item(tn__pg_field(node, "names"), 1)->text, "y z");
    assert_int_equal(tn__pg_item(tn__pg_field(node, "names"), 3)->kind, TN__PG_NONE);
    assert_int_equal(tn__pg_number(tn__pg_field(node, "sub"), "varno", -1), 1);
    assert_int_equal(tn__pg_number(node, "nothing", -7), -7);
    assert_int_equal(tn__pg_field(node, "set")->count, 0);
    tn_arena_fini(&arena);
}

/* The server breaks lines of 78 bytes at a blank, and inside of a word where there is none. */
static void lines_are_put_together(void **state)
{
    char message[400];
    char word[161];
    tn_text text;
    const struct tn__pg_node *root = NULL;
    tn_arena arena = TN_ARENA_INIT;
    (void)state;
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    snprintf(message, sizeof message, "{A :b\n%.78s\n%.78s\nxxxx :c\n2}", word, word);
    assert_ok(tn__pg_tree_text(&text, tn_text_of(message), &arena));
    assert_null(memchr(text.data, '\n', text.size));
    assert_non_null(strstr(text.data, " :c 2"));
    assert_ok(tn__pg_node_read(&root, text, &arena));
    assert_int_equal(tn__pg_field(root, "b")->text.size, 160);
    assert_int_equal(tn__pg_number(root, "c", 0), 2);
    tn_arena_fini(&arena);
}

static void what_is_no_tree_is_refused(void **state)
{
    static const char *const texts[] = {"",
                                        " ",
                                        "{A",
                                        "{A :b",
                                        "{A :b }",
                                        "(",
                                        ")",
                                        "}",
                                        "{A :b 1)",
                                        "({A)",
                                        "{A} {B}",
                                        "{A :b 4 [ 1 2}",
                                        "{A :b 4 [ 300 ]}",
                                        "{A :b x [ 1 ]}",
                                        "{A :b (1 2}"};
    const struct tn__pg_node *root = NULL;
    tn_arena arena = TN_ARENA_INIT;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (read_node(&root, texts[i], &arena) != TN_EINVAL)
            fail_msg("'%s' is read", texts[i]);
    tn_arena_fini(&arena);
}

static void depth_has_a_limit(void **state)
{
    enum {
        DEEP = TN__PG_NODE_DEPTH_MAX + 1
    };
    const struct tn__pg_node *root = NULL;
    tn_arena arena = TN_ARENA_INIT;
    char *text = calloc(1, 2 * DEEP + 1);
    (void)state;
    assert_non_null(text);
    memset(text, '(', DEEP);
    memset(text + DEEP, ')', DEEP);
    assert_int_equal(read_node(&root, text, &arena), TN_ERANGE);
    assert_int_equal(read_node(&root, text + 1, &arena), TN_EINVAL);
    text[2 * DEEP - 1] = '\0';
    assert_ok(read_node(&root, text + 1, &arena));
    free(text);
    tn_arena_fini(&arena);
}

/* --- with a server */

static const char schema[] = "CREATE TABLE t (id int PRIMARY KEY, n text, m int NOT NULL);";

static void parameters_have_names_and_take_null(void **state)
{
    static const struct {
        const char *sql;
        const char *name;
        bool takes_null;
    } rows[] = {
        {"SELECT 1 FROM t WHERE n = $1", "n", false},
        {"SELECT 1 FROM t WHERE $1 < m", "m", false},
        {"SELECT 1 FROM t WHERE n LIKE $1", "n", false},
        {"SELECT 1 FROM t WHERE id = ANY ($1)", "id", false},
        {"SELECT 1 FROM t WHERE id IN (1, $1)", "id", false},
        {"SELECT 1 FROM t WHERE n = $1 OR $1 IS NULL", "n", true},
        {"SELECT 1 FROM t WHERE n IS NOT DISTINCT FROM $1", "n", true},
        {"SELECT coalesce($1, n) FROM t", "n", true},
        {"SELECT n FROM t LIMIT $1", "limit", false},
        {"SELECT n FROM t OFFSET $1", "offset", false},
        {"INSERT INTO t VALUES ($1, 'x', 1)", "id", false},
        {"INSERT INTO t VALUES (1, $1, 1)", "n", true},
        {"INSERT INTO t VALUES (1, 'x', 1), (2, $1, 2)", "n", true},
        {"INSERT INTO t SELECT id, $1, m FROM t", "n", true},
        {"INSERT INTO t VALUES (1, 'x', 1) ON CONFLICT (id) DO UPDATE SET n = $1", "n", true},
        {"INSERT INTO t VALUES (1, 'x', 1) ON CONFLICT (id) DO UPDATE SET n = 'x' WHERE t.m = $1",
         "m", false},
        {"UPDATE t SET n = $1", "n", true},
        {"UPDATE t SET m = $1", "m", false},
        {"UPDATE t SET n = 'x' WHERE id = $1", "id", false},
        {"DELETE FROM t WHERE n = $1 RETURNING id", "n", false},
        {"WITH w AS (SELECT id FROM t WHERE n = $1) SELECT 1 FROM w", "n", false},
        {"WITH w AS (DELETE FROM t WHERE m = $1) SELECT 1", "m", false},
    };
    struct trees *t = *state;
    trees_open(t, schema);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn__analysed analysed = trees_analyse(t, rows[i].sql);
        assert_true(analysed.is_certain);
        assert_int_equal(analysed.param_count, 1);
        if (!tn__text_is(analysed.params[0].suggestion, rows[i].name) ||
            analysed.params[0].takes_null != rows[i].takes_null)
            fail_msg("%s: '%.*s' %d", rows[i].sql, (int)analysed.params[0].suggestion.size,
                     analysed.params[0].suggestion.data, analysed.params[0].takes_null);
    }
}

static const char long_query[] =
    "WITH w AS (SELECT id, n FROM t WHERE n = $1) SELECT w.id, count(*) FROM w"
    " LEFT JOIN t ON t.id = w.id GROUP BY ROLLUP (w.id) HAVING max(t.m) > 1 ORDER BY 1 LIMIT 3";

/* Where it stands in the text; and a tree that is cut anywhere is not understood, and nothing
 * else. */
static void cut_trees_are_not_understood(void **state)
{
    struct trees *t = *state;
    struct tn__analyse_options options = {.catalog = &t->catalog};
    struct tn__pg_statement stmt = {.sql = tn_text_of(long_query), .param_count = 1};
    trees_open(t, schema);
    options.catalog = &t->catalog;
    struct tn__analysed analysed = trees_analyse(t, long_query);
    /* Since 18 a column of GROUP BY is the group's, which stands nowhere. */
    if (t->catalog.server->version < 180000)
        assert_int_equal(analysed.columns[0].location, strstr(long_query, "w.id") - long_query);
    assert_int_equal(analysed.columns[1].location, strstr(long_query, "count") - long_query);
    size_t size = strlen(t->tree);
    while (size > 0 && t->tree[size - 1] != ')')
        size--;
    for (size_t cut = 0; cut < size; cut += 7) {
        tn_arena_reset(&t->answer);
        assert_ok(tn__analyse_postgres(&analysed, (tn_text){t->tree, cut}, &stmt, NULL, &options,
                                       &t->answer));
        assert_false(analysed.is_certain);
        assert_non_null(analysed.reason);
    }
}

static void memory_may_end_anywhere(void **state)
{
    struct trees *t = *state;
    struct tn__analysed analysed = {0};
    int rc = TN_ENOMEM;
    size_t limit = 1000;
    trees_open(t, schema);
    analysed = trees_analyse(t, long_query);
    struct tn__analyse_options options = {.catalog = &t->catalog};
    struct tn__pg_statement stmt = {.sql = tn_text_of(long_query), .param_count = 1};
    for (; rc != TN_OK && limit < (8 << 20); limit += limit / 16) {
        tn_arena arena = {.limit_bytes = limit};
        rc = tn__analyse_postgres(&analysed, tn_text_of(t->tree), &stmt, NULL, &options, &arena);
        assert_true(rc == TN_OK || rc == TN_ENOMEM);
        tn_arena_fini(&arena);
    }
    assert_ok(rc);
    assert_true(limit > 10000);
}

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct trees));
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    trees_close(*state);
    free(*state);
    return 0;
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(lines_are_put_together),
        cmocka_unit_test(what_is_no_tree_is_refused),
        cmocka_unit_test(depth_has_a_limit),
        WITH_SERVER(parameters_have_names_and_take_null),
        WITH_SERVER(cut_trees_are_not_understood),
        WITH_SERVER(memory_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
