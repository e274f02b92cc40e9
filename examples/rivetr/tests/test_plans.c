/* SPDX-License-Identifier: MIT */
#include "apps.tenon.h"
#include "deployments.tenon.h"
#include "logs.tenon.h"
#include "support.h"

/* Every index of the schema has a query that uses it, by the engine's own word. */

static const char *plan_of(struct store *s, const struct tn_gen_query *query)
{
    char sql[2000];
    tn_rows rows;
    char *plan = tn_arena_alloc(&s->arena, 4000);
    assert_non_null(plan);
    plan[0] = '\0';
    snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", query->sql);
    tn_value params[8];
    size_t count = 0;
    for (const char *c = query->sql; *c; c++) {
        if (*c == '?' && (size_t)(c[1] - '0') > count)
            count = (size_t)(c[1] - '0');
    }
    for (size_t i = 0; i < count; i++)
        params[i] = tn_value_null();
    assert_ok(tn_query(&rows, s->db, sql, params, count, &s->arena, &s->err));
    for (size_t i = 0; i < rows.row_count; i++) {
        strncat(plan, tn_rows_at(&rows, i, 3)->as.text.data, 3000);
        strcat(plan, "\n");
    }
    return plan;
}

static const struct {
    const struct tn_gen_query *const *queries;
    const char *query;
    const char *index;
} expected[] = {
    {rv_apps_queries, "app_list_by_project", "idx_apps_project"},
    {rv_apps_queries, "app_list", "idx_apps_created"},
    {rv_deployments_queries, "deployment_list_by_app", "idx_deployments_app"},
    {rv_deployments_queries, "deployment_recent", "idx_deployments_created"},
    {rv_deployments_queries, "deployment_failed", "idx_deployments_status"},
    {rv_logs_queries, "log_list", "idx_deployment_logs_deployment"},
};

static void query_uses_the_index_made_for_it_and_does_not_sort(void **state)
{
    struct store *s = *state;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct tn_gen_query *const *query = expected[i].queries;
        while (*query && strcmp((*query)->name, expected[i].query) != 0)
            query++;
        if (!*query)
            fail_msg("no query '%s'", expected[i].query);
        const char *plan = plan_of(s, *query);
        if (!strstr(plan, expected[i].index) || strstr(plan, "TEMP B-TREE"))
            fail_msg("%s:\n%s", expected[i].query, plan);
    }
}

static void index_of_the_schema_each_has_its_query(void **state)
{
    struct store *s = *state;
    tn_rows rows;
    assert_ok(tn_query(&rows, s->db,
                       "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
                       NULL, 0, &s->arena, &s->err));
    assert_int_equal(rows.row_count, sizeof expected / sizeof expected[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(query_uses_the_index_made_for_it_and_does_not_sort),
        STORE_TEST(index_of_the_schema_each_has_its_query),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
