/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "check.h"

#include "fault_alloc.h"
#include "plan/server_plan.h"

/* PostgreSQL's plans, as EXPLAIN (VERBOSE, FORMAT JSON) writes them. */

#define PLAN(text) "[{\"Plan\": " text "}]"

static struct tn__server_plan read_plan(const char *json, bool has_estimates, tn_arena *arena)
{
    struct tn__server_plan plan;
    tn_error err;
    int rc = tn__server_plan_read(&plan, tn_text_of(json), has_estimates, arena, &err);
    if (rc != TN_OK)
        print_error("%s: %s\n", json, err.message);
    assert_ok(rc);
    return plan;
}

static void node_is_said_and_classified(void **state)
{
    static const struct {
        const char *json;
        const char *detail;
        enum tn__plan_step step;
        const char *source;
        const char *index;
        unsigned terms;
        unsigned equals;
        unsigned findings;
    } rows[] = {
        {"{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"tasks\", \"Alias\": \"tasks\"}",
         "Seq Scan on tasks", TN__PLAN_STEP_SCAN, "tasks", "", 0, 0, TN__PLAN_FULL_SCAN},
        {"{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"tasks\", \"Alias\": \"t\","
         " \"Filter\": \"(t.a = 'x\\\"y'::text)\"}",
         "Seq Scan on tasks t, filter (t.a = 'x\"y'::text)", TN__PLAN_STEP_SCAN, "t", "", 0, 0,
         TN__PLAN_FULL_SCAN},
        {"{\"Node Type\": \"Index Scan\", \"Scan Direction\": \"Backward\", \"Index Name\": \"i\","
         " \"Relation Name\": \"t\", \"Alias\": \"t\","
         " \"Index Cond\": \"((t.a = $1) AND (t.b > ($2 AND $3)) AND (t.c = ANY ($4)))\"}",
         "Index Scan Backward using i on t ((t.a = $1) AND (t.b > ($2 AND $3)) AND (t.c = ANY "
         "($4)))",
         TN__PLAN_STEP_SEARCH, "t", "i", 3, 1, 0},
        {"{\"Node Type\": \"Index Only Scan\", \"Index Name\": \"i\", \"Relation Name\": \"t\","
         " \"Alias\": \"t\"}",
         "Index Only Scan using i on t", TN__PLAN_STEP_SCAN, "t", "i", 0, 0,
         TN__PLAN_FULL_SCAN | TN__PLAN_COVERING},
        {"{\"Node Type\": \"Bitmap Index Scan\", \"Index Name\": \"i\","
         " \"Index Cond\": \"(t.a = 1)\"}",
         "Bitmap Index Scan on i (t.a = 1)", TN__PLAN_STEP_SEARCH, "", "i", 1, 1, 0},
        {"{\"Node Type\": \"Tid Scan\", \"Relation Name\": \"t\", \"Alias\": \"t\","
         " \"TID Cond\": \"(t.ctid = $1)\"}",
         "Tid Scan on t (t.ctid = $1)", TN__PLAN_STEP_SEARCH, "t", "", 0, 0, 0},
        {"{\"Node Type\": \"Sort\", \"Sort Key\": [\"a\", \"b DESC\"]}", "Sort by a, b DESC",
         TN__PLAN_STEP_OTHER, "", "", 0, 0, TN__PLAN_TEMP_BTREE},
        {"{\"Node Type\": \"Aggregate\", \"Strategy\": \"Hashed\", \"Group Key\": [\"a\"]}",
         "HashAggregate by a", TN__PLAN_STEP_OTHER, "", "", 0, 0, 0},
        {"{\"Node Type\": \"Aggregate\", \"Strategy\": \"Plain\"}", "Aggregate",
         TN__PLAN_STEP_OTHER, "", "", 0, 0, 0},
        {"{\"Node Type\": \"ModifyTable\", \"Operation\": \"Insert\", \"Relation Name\": \"t\","
         " \"Alias\": \"t\"}",
         "Insert on t", TN__PLAN_STEP_OTHER, "", "", 0, 0, 0},
        {"{\"Node Type\": \"Hash Join\", \"Join Type\": \"Left\", \"Hash Cond\": \"(a = b)\"}",
         "Hash Join (Left) on (a = b)", TN__PLAN_STEP_OTHER, "", "", 0, 0, 0},
        {"{\"Node Type\": \"Function Scan\", \"Function Name\": \"unnest\", \"Alias\": \"x\"}",
         "Function Scan on unnest x", TN__PLAN_STEP_OTHER, "", "", 0, 0, 0},
        {"{\"Node Type\": \"Something New\", \"Odd\": {\"a\": [1, {\"b\": null}]}, \"Filter\": "
         "\"f\"}",
         "Something New, filter f", TN__PLAN_STEP_OTHER, "", "", 0, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char json[1000];
        tn_arena arena = TN_ARENA_INIT;
        snprintf(json, sizeof json, PLAN("%s"), rows[i].json);
        struct tn__server_plan plan = read_plan(json, false, &arena);
        const struct tn__plan_node *node = plan.plan.nodes;
        assert_int_equal(plan.plan.count, 1);
        assert_string_equal(node->detail, rows[i].detail);
        assert_int_equal(node->step, rows[i].step);
        assert_int_equal(node->terms, rows[i].terms);
        assert_int_equal(node->equals, rows[i].equals);
        assert_int_equal(node->findings, rows[i].findings);
        assert_int_equal(node->source.size, strlen(rows[i].source));
        assert_int_equal(node->index.size, strlen(rows[i].index));
        assert_false(node->has_estimate);
        tn_arena_fini(&arena);
    }
}

static const char tree[] =
    PLAN("{\"Node Type\": \"Limit\", \"Plan Rows\": 3, \"Total Cost\": 8.25, \"Actual Rows\": 3.00,"
         " \"Actual Loops\": 1, \"Plans\": ["
         "  {\"Node Type\": \"Index Scan\", \"Index Name\": \"i\", \"Relation Name\": \"t\","
         "   \"Alias\": \"t\", \"Filter\": \"(NOT (hashed SubPlan 1))\", \"Actual Rows\": 1.5,"
         "   \"Actual Loops\": 4, \"Plans\": ["
         "    {\"Node Type\": \"Seq Scan\", \"Parent Relationship\": \"SubPlan\","
         "     \"Subplan Name\": \"SubPlan 1\", \"Relation Name\": \"u\", \"Alias\": \"u\"},"
         "    {\"Node Type\": \"Result\", \"Parent Relationship\": \"SubPlan\","
         "     \"Subplan Name\": \"SubPlan 12\"}]},"
         "  {\"Node Type\": \"Sort\", \"Plans\": [{\"Node Type\": \"Index Scan\","
         "   \"Index Name\": \"i\", \"Relation Name\": \"t\", \"Alias\": \"t\"}]}]}"
         ", \"Planning Time\": 0.1, \"Triggers\": [], \"Execution Time\": 0.25");

static void parents_come_first_and_limit_ends_a_scan(void **state)
{
    static const struct {
        int64_t parent;
        unsigned depth;
        unsigned findings;
    } rows[] = {
        {0, 0, 0},
        {1, 1, 0}, /* it ends early */
        {2, 2, TN__PLAN_FULL_SCAN | TN__PLAN_LIST},
        {2, 2, TN__PLAN_CORRELATED},
        {1, 1, TN__PLAN_TEMP_BTREE},
        {5, 2, TN__PLAN_FULL_SCAN}, /* all of it is sorted */
    };
    tn_arena arena = TN_ARENA_INIT;
    struct tn__server_plan plan = read_plan(tree, true, &arena);
    (void)state;
    assert_int_equal(plan.plan.count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(plan.plan.nodes[i].id, i + 1);
        assert_int_equal(plan.plan.nodes[i].parent, rows[i].parent);
        assert_int_equal(plan.plan.nodes[i].depth, rows[i].depth);
        assert_int_equal(plan.plan.nodes[i].findings, rows[i].findings);
    }
    assert_true(plan.plan.nodes[0].has_estimate);
    assert_true(plan.plan.nodes[0].rows == 3 && plan.plan.nodes[0].cost == 8.25);
    assert_true(plan.execution_ms == 0.25);
    assert_true(plan.runs[0].is_known && plan.runs[0].rows == 3);
    assert_true(plan.runs[1].rows == 6 && plan.runs[1].loops == 4);
    assert_false(plan.runs[2].is_known);
    tn_arena_fini(&arena);
}

static void what_is_no_plan_is_refused(void **state)
{
    static const char *const texts[] = {"",
                                        "{}",
                                        "[",
                                        "[{\"Plan\": 5}]",
                                        "[{\"Plan\": {\"Node Type\": \"Sort}}]",
                                        "[{\"Plan\": {\"Node Type\" \"Sort\"}}]",
                                        "[{\"Plan\": {\"Plans\": [{} {}]}}]",
                                        "[{\"Plan\": {\"Sort Key\": [\"a\" \"b\"]}}]",
                                        "[{\"Plan\": {\"x\": [1, 2}]"};
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        tn_arena arena = TN_ARENA_INIT;
        struct tn__server_plan plan;
        tn_error err;
        int rc = tn__server_plan_read(&plan, tn_text_of(texts[i]), true, &arena, &err);
        if (rc != TN_ESYNTAX)
            print_error("%s\n", texts[i]);
        assert_int_equal(rc, TN_ESYNTAX);
        assert_non_null(strstr(err.message, "the server's plan cannot be read"));
        tn_arena_fini(&arena);
    }
}

/* Every beginning of a text, and a text that nests for ever. */
static void bad_texts_end_well(void **state)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__server_plan plan;
    char deep[6000] = "[{\"Plan\": ";
    (void)state;
    for (size_t size = 0; size < sizeof tree - 2; size++) {
        tn_arena_reset(&arena);
        assert_int_equal(tn__server_plan_read(&plan, (tn_text){tree, size}, true, &arena, NULL),
                         TN_ESYNTAX);
    }
    for (int i = 0; i < 400; i++)
        strcat(deep, "{\"Plans\": [");
    assert_int_equal(tn__server_plan_read(&plan, tn_text_of(deep), true, &arena, NULL), TN_ERANGE);
    tn_arena_fini(&arena);
}

static int read_once(void *user)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__server_plan plan;
    tn_error err;
    (void)user;
    int rc = tn__server_plan_read(&plan, tn_text_of(tree), true, &arena, &err);
    tn_arena_fini(&arena);
    return rc;
}

static void every_allocation_may_fail(void **state)
{
    fault_alloc_each(read_once, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(node_is_said_and_classified),
        cmocka_unit_test(parents_come_first_and_limit_ends_a_scan),
        cmocka_unit_test(what_is_no_plan_is_refused),
        cmocka_unit_test(bad_texts_end_well),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
