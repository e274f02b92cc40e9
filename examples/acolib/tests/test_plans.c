/* SPDX-License-Identifier: MIT */
#include "load.h"
#include "plan.h"
#include "support.h"

/* Every index has a query that uses it, by the engine's own word; with the sample loaded, and
 * without ANALYZE, as a database in the field has it. */

static int setup(void **state)
{
    if (store_setup(state) != 0)
        return -1;
    struct store *store = *state;
    struct load_counts counts;
    tn_error err = {0};
    assert_ok(load_file(&counts, store->db, ACOLIB_DIR "/sample/orchestrator.tsv", &err));
    assert_int_equal(counts.rows[1], 2000);
    assert_int_equal(counts.rows[3], 3733);
    return 0;
}

static const char *plan(struct store *store, const struct tn_gen_query *query)
{
    tn_error err = {0};
    tn_text text;
    assert_ok(plan_of(&text, store->db, query, &store->arena, &err));
    return text.data;
}

static const struct {
    const char *query;
    const char *node;
} expected[] = {
    {"task_list_by_status", "SEARCH tasks USING INDEX idx_tasks_status (status=?)"},
    {"task_count_by_status", "SCAN tasks USING COVERING INDEX idx_tasks_status"},
    {"task_next", "SEARCH tasks USING INDEX idx_tasks_status (status=?)"},
    {"task_list_by_type", "SEARCH tasks USING INDEX idx_tasks_type (task_type=?)"},
    {"task_list", "SCAN tasks USING INDEX idx_tasks_created"},
    {"task_list_by_date",
     "SEARCH tasks USING INDEX idx_tasks_created (created_at>? AND created_at<?)"},
    {"task_list_by_workspace", "SEARCH tasks USING INDEX idx_tasks_workspace (workspace_path=?)"},
    {"workflow_list_by_status", "SEARCH workflows USING INDEX idx_workflows_status (status=?)"},
    {"workflow_list", "SCAN workflows USING INDEX idx_workflows_created"},
    {"workflow_list_by_name", "SEARCH workflows USING INDEX idx_workflows_name (name=?)"},
    {"workflow_list_by_task", "SEARCH wt USING INDEX idx_workflow_tasks_task (task_id=?)"},
    {"workflow_with_tasks", "SEARCH wt USING INDEX idx_workflow_tasks_sequence (workflow_id=?)"},
    {"workflow_task_append",
     "SEARCH wt USING COVERING INDEX idx_workflow_tasks_sequence (workflow_id=?)"},
    {"workflow_task_remove", "sqlite_autoindex_workflow_tasks_1 (workflow_id=? AND task_id=?)"},
    {"execution_list_by_task",
     "SEARCH tool_executions USING INDEX idx_tool_executions_task (task_id=?)"},
    {"execution_purge_task", "USING INDEX idx_tool_executions_task (task_id=?)"},
    {"execution_list_by_tool",
     "SEARCH tool_executions USING INDEX idx_tool_executions_tool (tool_name=?)"},
    {"execution_stats_by_tool", "SCAN tool_executions USING INDEX idx_tool_executions_tool"},
    {"execution_list_by_status",
     "SEARCH tool_executions USING INDEX idx_tool_executions_status (status=?)"},
    {"execution_timeout_overdue",
     "USING INDEX idx_tool_executions_status (status=? AND created_at<?)"},
    {"execution_list_by_date",
     "USING INDEX idx_tool_executions_created (created_at>? AND created_at<?)"},
    {"session_list_by_client", "SEARCH sessions USING INDEX idx_sessions_client (client_id=?)"},
    {"session_list_by_user", "SEARCH sessions USING INDEX idx_sessions_user (user_id=?)"},
    {"session_list_active", "SEARCH sessions USING INDEX idx_sessions_active (is_active=?)"},
    {"session_expire", "idx_sessions_active (is_active=? AND last_heartbeat<?)"},
    {"session_purge", "USING INDEX idx_sessions_heartbeat (last_heartbeat<?)"},
    {"session_list", "SCAN sessions USING INDEX idx_sessions_created"},
    {"config_list_by_type",
     "SEARCH configurations USING INDEX idx_configurations_type (value_type=?)"},
    {"config_list_by_secrecy",
     "SEARCH configurations USING INDEX idx_configurations_secret (is_secret=?)"},
    {"config_list_changed",
     "SEARCH configurations USING INDEX idx_configurations_updated (updated_at>?)"},
};

static void query_uses_the_index_made_for_it(void **state)
{
    struct store *store = *state;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct tn_gen_query *query = plan_find(expected[i].query);
        if (!query)
            fail_msg("no query '%s'", expected[i].query);
        const char *text = plan(store, query);
        if (!strstr(text, expected[i].node))
            fail_msg("%s: no '%s' in:\n%s", expected[i].query, expected[i].node, text);
    }
}

static void index_of_the_schema_each_has_its_query(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    tn_rows rows;
    assert_ok(tn_query(&rows, store->db,
                       "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
                       NULL, 0, &store->arena, &err));
    assert_int_equal(rows.row_count, 21);
    for (size_t row = 0; row < rows.row_count; row++) {
        const char *index = tn_rows_at(&rows, row, 0)->as.text.data;
        size_t uses = 0;
        for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
            uses += strstr(expected[i].node, index) != NULL;
        if (uses == 0)
            fail_msg("no query is asserted to use '%s'", index);
    }
}

/* The deletion of a task looks for links and log entries by their foreign keys. */
static void query_none_sorts_or_scans_a_table(void **state)
{
    struct store *store = *state;
    size_t count = 0;
    const struct tn_gen_query *const *queries;
    for (size_t file = 0; (queries = plan_queries(file)) != NULL; file++) {
        for (; *queries; queries++, count++) {
            const char *text = plan(store, *queries);
            if (strstr(text, "TEMP B-TREE") || strstr(text, "AUTOMATIC"))
                fail_msg("%s sorts:\n%s", (*queries)->name, text);
            for (const char *at = text; (at = strstr(at, "SCAN ")) != NULL; at++) {
                size_t size = strcspn(at, "\n");
                char line[160];
                snprintf(line, sizeof line, "%.*s", (int)size, at);
                if (!strstr(line, " INDEX ") && strcmp(line, "SCAN CONSTANT ROW") != 0)
                    fail_msg("%s scans a table:\n%s", (*queries)->name, text);
            }
        }
    }
    assert_true(count > 50);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(query_uses_the_index_made_for_it),
        TEST(index_of_the_schema_each_has_its_query),
        TEST(query_none_sorts_or_scans_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
