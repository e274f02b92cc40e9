/* SPDX-License-Identifier: MIT */
#include "cataloging.h"

#include <stdio.h>

#include "infer/analyse.h"
#include "util/buf.h"
#include "util/str.h"

/* Large and deep statements: they are answered, or refused with a reason, in time and stack that do not
 * explode. Each of these would hang or crash if it did. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char schema[] =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT, c REAL);"
    "CREATE TABLE u(id INTEGER PRIMARY KEY, t_id INT NOT NULL, x TEXT);";

/* Analyse a text; whether the answer is certain. */
static bool ask(struct cataloging *c, const char *text, const char **reason)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__sql sql;
    struct tn__sql_params params;
    struct tn__analysed answer;
    const struct tn__ast_stmt *stmt = NULL;
    const struct tn__analyse_options options = {.catalog = &c->catalog};
    static char kept[100];
    assert_ok(tn__sql_scan(&sql, tn_text_of(text), &arena));
    assert_ok(tn__sql_params(&params, &sql, &arena));
    assert_ok(tn__sql_parse(&stmt, NULL, &sql, &arena));
    assert_ok(tn__analyse(&answer, stmt, &sql, &params, NULL, &options, &arena));
    bool is_certain = answer.is_certain;
    assert_true(is_certain || answer.reason);
    snprintf(kept, sizeof(kept), "%s", is_certain ? "" : answer.reason);
    *reason = kept;
    tn_arena_fini(&arena);
    return is_certain;
}

/* `first`, `next` for 1 … count - 1 and `last`: '#' stands for the number, '@' for the one before. */
static char *series(const char *first, const char *next, const char *last, int count)
{
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, first);
    for (int i = 1; i <= count; i++)
        for (const char *at = i < count ? next : last; *at; at++) {
            if (*at == '#' || *at == '@')
                tn__buf_printf(&buf, "%d", *at == '#' ? i : i - 1);
            else
                tn__buf_putc(&buf, *at);
        }
    char *text = strdup(buf.data);
    tn__buf_fini(&buf);
    assert_non_null(text);
    return text;
}

static void large_statements_are_understood(void **state)
{
    static const struct {
        const char *first;
        const char *next;
        const char *last;
        int count;
    } cases[] = {
        {"WITH c0 AS (SELECT a, b FROM t)",
         ", c# AS (SELECT p.a AS a, q.b AS b FROM c@ p JOIN c@ q)", " SELECT a FROM c@", 1000},
        {"WITH c0 AS (SELECT a, b FROM t)",
         ", c# AS (SELECT a, b FROM c@ UNION SELECT b, a FROM c@)", " SELECT a FROM c@", 1000},
        {"SELECT a FROM t WHERE b IN (0", ", #", ")", 100000},
        {"SELECT * FROM (VALUES (0, 'a')", ", (#, 'b')", ")", 32000},
        {"SELECT a, b FROM t", " UNION ALL SELECT a, # FROM t", "", 500},
        {"SELECT CASE WHEN b = 0 THEN a", " WHEN b + # = c THEN a || #", " END FROM t", 10000},
        {"SELECT b + 0", ", b + # AS x#", " FROM t WHERE b + 500 > c ORDER BY x1", 2000},
        {"SELECT a", ", a", ", (SELECT count(*) FROM (SELECT t.*, t.* FROM t)) FROM t", 2000},
        {"SELECT t0.* FROM t t0", " LEFT JOIN t t# ON t#.id = t@.b", " WHERE t0.b", 64},
        {"SELECT * FROM t t0", " FULL JOIN t t# USING (id)", "", 64},
        {"SELECT a FROM t WHERE b = :p0", " OR b = :p#", "", 900},
        {"SELECT a FROM t WHERE b > 0", " AND b + # > c", "", 900},
        {"SELECT sum(b) OVER (ORDER BY c)", ", sum(b) OVER (PARTITION BY a ORDER BY c + #)",
         " FROM t", 2000},
    };
    struct cataloging *c = *state;
    cataloging(c, schema);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *reason;
        char *text = series(cases[i].first, cases[i].next, cases[i].last, cases[i].count);
        if (!ask(c, text, &reason))
            fail_msg("%s%s: %s", cases[i].first, cases[i].next, reason);
        free(text);
    }
}

/* before … middle behind …, `count` times each; '#' and '@' as above, from the outside in. */
static char *nested(const char *before, const char *middle, const char *behind, int count)
{
    char *head = series("", before, middle, count + 1);
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, head);
    free(head);
    for (int i = count; i > 0; i--)
        for (const char *at = behind; *at; at++) {
            if (*at == '#' || *at == '@')
                tn__buf_printf(&buf, "%d", *at == '#' ? i : i - 1);
            else
                tn__buf_putc(&buf, *at);
        }
    char *text = strdup(buf.data);
    tn__buf_fini(&buf);
    assert_non_null(text);
    return text;
}

static void nested_statements_take_no_power_of_their_depth(void **state)
{
    static const struct {
        const char *text;
        const char *before;
        const char *middle;
        const char *behind;
        int count;
    } cases[] = {
        {"SELECT ", "CASE WHEN b THEN a ELSE ", "c", " END", 300},
        {"SELECT ", "CASE WHEN ", "b", " THEN a ELSE c END", 300},
        {"SELECT ", "coalesce(b, ", "c", ")", 300},
        {"SELECT ", "nullif(", "c", ", b)", 300},
        {"SELECT ", "NOT ", "b", "", 900},
        {"SELECT ", "b BETWEEN 1 AND ", "c", "", 300},
        {"SELECT ", "(b = # OR c = 1 AND ", "b = 2", ")", 300},
        {"SELECT a FROM t t0 WHERE ", "EXISTS (SELECT 1 FROM t t# WHERE t#.id = t@.b AND ", "1",
         ")", 100},
        {"SELECT ", "CASE WHEN (SELECT b FROM t) IS NOT NULL THEN (SELECT ", "1", ") ELSE 1 END",
         80},
        {"SELECT ", "(SELECT ", "b", " FROM t)", 200},
        {"SELECT a FROM ", "(SELECT a FROM ", "t", ")", 200},
    };
    struct cataloging *c = *state;
    cataloging(c, schema);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *reason;
        char *inner = nested(cases[i].before, cases[i].middle, cases[i].behind, cases[i].count);
        char *text = tn__arena_printf(&c->arena, "%s%s%s", cases[i].text, inner,
                                      strcmp(cases[i].text, "SELECT ") == 0 ? " FROM t t0" : "");
        assert_non_null(text);
        if (!ask(c, text, &reason))
            fail_msg("%s: %s", cases[i].before, reason);
        free(inner);
    }
}

static void what_nests_too_deeply_is_refused(void **state)
{
    struct cataloging *c = *state;
    const char *reason;
    cataloging(c, schema);
    char *text = series("WITH c0 AS (SELECT a FROM t)", ", c# AS (SELECT a FROM c@)",
                        " SELECT a FROM c@", 20000);
    assert_false(ask(c, text, &reason));
    assert_string_equal(reason, "its queries and expressions nest too deeply");
    free(text);

    /* Deep expressions in queries that ask for each other. */
    char *sum = series("", "+0", "+0", 900);
    char *next = tn__arena_printf(&c->arena, ", c# AS (SELECT (SELECT b FROM c@)%s AS b)", sum);
    assert_non_null(next);
    text = series("WITH c0 AS (SELECT b FROM t)", next, " SELECT b FROM c@", 100);
    assert_false(ask(c, text, &reason));
    assert_string_equal(reason, "its queries and expressions nest too deeply");
    free(text);
    free(sum);
}

/* What wanders through the columns of a recursion needs as many rounds as there are columns. */
static char *rotation(int count)
{
    char *names = series("c0", ", c#", "", count);
    char *ones = series("NULL", ", 1", "", count);
    char *rotated = series("", "c#, ", "c0", count);
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_printf(&buf,
                   "WITH RECURSIVE r(%s) AS (SELECT %s UNION SELECT %s FROM r) SELECT * FROM r",
                   names, ones, rotated);
    char *text = strdup(buf.data);
    tn__buf_fini(&buf);
    free(names);
    free(ones);
    free(rotated);
    assert_non_null(text);
    return text;
}

static void recursions_are_followed_for_so_many_rounds(void **state)
{
    struct cataloging *c = *state;
    const char *reason;
    cataloging(c, schema);
    char *text = rotation(400);
    assert_true(ask(c, text, &reason));
    free(text);
    text = rotation(2000);
    assert_false(ask(c, text, &reason));
    assert_string_equal(reason, "its recursion takes too long to follow");
    free(text);
}

static void views_are_followed_so_deep(void **state)
{
    struct cataloging *c = *state;
    const char *reason;
    char *views = series("CREATE TABLE t(a TEXT); CREATE VIEW v0 AS SELECT a FROM t;",
                         "CREATE VIEW v# AS SELECT a FROM v@;", "", 300);
    cataloging(c, views);
    assert_true(ask(c, "SELECT a FROM v299", &reason));
    free(views);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(large_statements_are_understood, cataloging_setup,
                                        cataloging_teardown),
        cmocka_unit_test_setup_teardown(nested_statements_take_no_power_of_their_depth,
                                        cataloging_setup, cataloging_teardown),
        cmocka_unit_test_setup_teardown(what_nests_too_deeply_is_refused, cataloging_setup,
                                        cataloging_teardown),
        cmocka_unit_test_setup_teardown(recursions_are_followed_for_so_many_rounds,
                                        cataloging_setup, cataloging_teardown),
        cmocka_unit_test_setup_teardown(views_are_followed_so_deep, cataloging_setup,
                                        cataloging_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
