/* SPDX-License-Identifier: MIT */
#include "summary.tenon.h"
#include "support.h"
#include "tasks.tenon.h"
#include "tool_executions.tenon.h"
#include "workflow_tasks.tenon.h"
#include "workflows.tenon.h"

/* The life of a task. */

static void create(struct store *store, const char *id, const char *workspace)
{
    tn_error err = {0};
    struct aco_task_create_args args = {
        .id = T(id),
        .title = T("Run the tests"),
        .task_type = T("script"),
        .config = T("{\"command\":\"make test\"}"),
        .workspace_path = T(workspace),
    };
    assert_ok(aco_task_create(NULL, store->db, &args, &err));
}

static struct aco_task find(struct store *store, const char *id)
{
    tn_error err = {0};
    struct aco_task task;
    assert_ok(aco_task_find(&task, store->db, T(id), &store->arena, &err));
    return task;
}

static void task_created_is_pending_with_its_times(void **state)
{
    struct store *store = *state;
    create(store, "t1", NULL);
    struct aco_task task = find(store, "t1");
    assert_int_equal(task.status, ACO_TASK_STATUS_PENDING);
    assert_text(task.title, "Run the tests");
    assert_text(task.config, "{\"command\":\"make test\"}");
    assert_null(task.description.data);
    assert_null(task.workspace_path.data);
    assert_null(task.started_at.data);
    assert_null(task.completed_at.data);
    assert_string_equal(task.created_at.data, task.updated_at.data);
    assert_int_equal(task.created_at.size, strlen("2025-01-15 06:05:16.829"));
}

static void task_unknown_is_none(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_task task;
    assert_int_equal(aco_task_find(&task, store->db, T("nobody"), &store->arena, &err), TN_NONE);
}

static void task_second_of_one_id_is_unique_error(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    create(store, "t1", NULL);
    struct aco_task_create_args args = {
        .id = T("t1"), .title = T("x"), .task_type = T("tool"), .config = T("{}")};
    assert_int_equal(aco_task_create(NULL, store->db, &args, &err), TN_EUNIQUE);
    assert_string_equal(err.table, "tasks");
    assert_string_equal(err.column, "id");
    assert_string_equal(err.query, "task_create");
}

static void task_started_and_completed_keeps_both_times(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    int64_t affected = 0;
    create(store, "t1", NULL);
    assert_ok(aco_task_start(&affected, store->db, T("t1"), &err));
    assert_int_equal(affected, 1);
    struct aco_task task = find(store, "t1");
    assert_int_equal(task.status, ACO_TASK_STATUS_RUNNING);
    assert_non_null(task.started_at.data);
    assert_null(task.completed_at.data);
    assert_ok(aco_task_complete(&affected, store->db, T("t1"), &err));
    assert_int_equal(affected, 1);
    task = find(store, "t1");
    assert_int_equal(task.status, ACO_TASK_STATUS_COMPLETED);
    assert_non_null(task.completed_at.data);
    assert_null(task.error.data);
}

static void task_failed_keeps_its_error(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    int64_t affected = 0;
    create(store, "t1", NULL);
    assert_ok(aco_task_start(NULL, store->db, T("t1"), &err));
    assert_ok(aco_task_fail(&affected, store->db, T("exit 2"), T("t1"), &err));
    assert_int_equal(affected, 1);
    assert_int_equal(find(store, "t1").status, ACO_TASK_STATUS_FAILED);
    assert_text(find(store, "t1").error, "exit 2");
}

static void task_pending_or_running_can_be_cancelled(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    int64_t affected = 0;
    create(store, "t1", NULL);
    create(store, "t2", NULL);
    assert_ok(aco_task_start(NULL, store->db, T("t2"), &err));
    assert_ok(aco_task_cancel(&affected, store->db, T("t1"), &err));
    assert_int_equal(affected, 1);
    assert_ok(aco_task_cancel(&affected, store->db, T("t2"), &err));
    assert_int_equal(affected, 1);
    assert_ok(aco_task_cancel(&affected, store->db, T("t2"), &err));
    assert_int_equal(affected, 0);
}

/* Every step from every state: a step changes a row only where the life of a task has it. */
static void task_step_from_wrong_state_changes_nothing(void **state)
{
    static const char *const states[] = {"pending", "running", "completed", "failed", "cancelled"};
    static const int allowed[][5] = {
        {1, 0, 0, 0, 0}, /* start */
        {0, 1, 0, 0, 0}, /* complete */
        {0, 1, 0, 0, 0}, /* fail */
        {1, 1, 0, 0, 0}, /* cancel */
        {1, 0, 1, 1, 1}, /* delete */
    };
    struct store *store = *state;
    tn_error err = {0};
    for (size_t step = 0; step < 5; step++) {
        for (size_t from = 0; from < 5; from++) {
            char sql[96];
            int64_t affected = -1;
            create(store, "t1", NULL);
            snprintf(sql, sizeof sql, "UPDATE tasks SET status = '%s'", states[from]);
            store_set(store, sql);
            int rc = step == 0   ? aco_task_start(&affected, store->db, T("t1"), &err)
                     : step == 1 ? aco_task_complete(&affected, store->db, T("t1"), &err)
                     : step == 2 ? aco_task_fail(&affected, store->db, T("x"), T("t1"), &err)
                     : step == 3 ? aco_task_cancel(&affected, store->db, T("t1"), &err)
                                 : aco_task_delete(&affected, store->db, T("t1"), &err);
            assert_ok(rc);
            assert_int_equal(affected, allowed[step][from]);
            store_set(store, "DELETE FROM tasks");
        }
    }
}

static void task_status_outside_the_list_is_check_error(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    create(store, "t1", NULL);
    assert_int_equal(tn_exec(store->db, "UPDATE tasks SET status = 'lost'", NULL, 0, NULL, &err),
                     TN_ECHECK);
    assert_int_equal(find(store, "t1").status, ACO_TASK_STATUS_PENDING);
}

static void task_without_title_is_not_null_error(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_task_create_args args = {.id = T("t1"), .task_type = T("tool"), .config = T("{}")};
    assert_int_equal(aco_task_create(NULL, store->db, &args, &err), TN_ENOTNULL);
    assert_string_equal(err.column, "title");
}

static void task_key_null_is_refused(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_task_create_args args = {.title = T("x"), .task_type = T("tool"), .config = T("{}")};
    assert_int_equal(aco_task_create(NULL, store->db, &args, &err), TN_ENOTNULL);
}

static void update_any_column_moves_updated_at(void **state)
{
    struct store *store = *state;
    create(store, "t1", NULL);
    store_set(store, "UPDATE tasks SET updated_at = '2025-01-01 00:00:00.000'");
    assert_text(find(store, "t1").updated_at, "2025-01-01 00:00:00.000");
    store_set(store, "UPDATE tasks SET title = 'other'");
    struct aco_task task = find(store, "t1");
    assert_text(task.title, "other");
    assert_true(strcmp(task.updated_at.data, "2026-01-01") > 0);
    assert_int_equal(task.updated_at.size, strlen("2025-01-15 06:05:16.829"));
}

static void update_of_updated_at_itself_is_kept(void **state)
{
    struct store *store = *state;
    create(store, "t1", NULL);
    store_set(store, "UPDATE tasks SET title = 'x', updated_at = '2025-06-01 00:00:00.000'");
    assert_text(find(store, "t1").updated_at, "2025-06-01 00:00:00.000");
}

static void update_with_recursive_triggers_ends(void **state)
{
    struct store *store = *state;
    create(store, "t1", NULL);
    store_set(store, "PRAGMA recursive_triggers = ON;"
                     "UPDATE tasks SET updated_at = '2025-01-01 00:00:00.000';"
                     "UPDATE tasks SET title = 'a'; UPDATE tasks SET title = 'b';"
                     "UPDATE tasks SET title = 'c';");
    assert_text(find(store, "t1").title, "c");
    assert_true(strcmp(find(store, "t1").updated_at.data, "2026-01-01") > 0);
}

static void lists_are_newest_first_and_end_at_the_limit(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_task_rows tasks;
    create(store, "t1", "/w/a");
    create(store, "t2", "/w/b");
    create(store, "t3", "/w/a");
    store_set(store,
              "UPDATE tasks SET created_at = '2025-01-15 00:00:0' || substr(id, 2) || '.000'");
    assert_ok(aco_task_list_all(&tasks, store->db, 2, &store->arena, &err));
    assert_int_equal(tasks.count, 2);
    assert_text(tasks.items[0].id, "t3");
    assert_text(tasks.items[1].id, "t2");
    assert_ok(aco_task_list_by_workspace_all(&tasks, store->db, T("/w/a"), 9, &store->arena, &err));
    assert_int_equal(tasks.count, 2);
    assert_text(tasks.items[1].id, "t1");
    assert_ok(aco_task_list_by_date_all(&tasks, store->db, T("2025-01-15 00:00:02"),
                                        T("2025-01-15 00:00:03"), 9, &store->arena, &err));
    assert_int_equal(tasks.count, 1);
    assert_text(tasks.items[0].id, "t2");
}

static void lists_by_status_and_type_find_theirs(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_task_rows tasks;
    create(store, "t1", NULL);
    create(store, "t2", NULL);
    store_set(store, "UPDATE tasks SET task_type = 'tool' WHERE id = 't2'");
    assert_ok(aco_task_start(NULL, store->db, T("t1"), &err));
    assert_ok(aco_task_list_by_status_all(&tasks, store->db, ACO_TASK_STATUS_RUNNING, 9,
                                          &store->arena, &err));
    assert_int_equal(tasks.count, 1);
    assert_text(tasks.items[0].id, "t1");
    assert_ok(aco_task_list_by_type_all(&tasks, store->db, T("tool"), 9, &store->arena, &err));
    assert_int_equal(tasks.count, 1);
    assert_text(tasks.items[0].id, "t2");
    assert_ok(aco_task_list_by_status_all(&tasks, store->db, ACO_TASK_STATUS_FAILED, 9,
                                          &store->arena, &err));
    assert_int_equal(tasks.count, 0);
}

static void task_next_is_the_pending_one_that_waits_longest(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_task task;
    assert_int_equal(aco_task_next(&task, store->db, &store->arena, &err), TN_NONE);
    create(store, "t1", NULL);
    create(store, "t2", NULL);
    create(store, "t3", NULL);
    assert_ok(aco_task_start(NULL, store->db, T("t1"), &err));
    store_set(store, "UPDATE tasks SET created_at = '2025-01-01 00:00:00.000' WHERE id = 't3'");
    assert_ok(aco_task_next(&task, store->db, &store->arena, &err));
    assert_text(task.id, "t3");
}

static void task_deleted_its_links_go_and_workflows_stay(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    create(store, "t1", NULL);
    struct aco_workflow_create_args workflow = {
        .id = T("w1"), .name = T("nightly"), .definition = T("{}")};
    assert_ok(aco_workflow_create(NULL, store->db, &workflow, &err));
    assert_ok(aco_workflow_task_append(NULL, store->db, T("t1"), T("w1"), &err));
    assert_ok(aco_task_delete(NULL, store->db, T("t1"), &err));
    assert_string_equal(store_get(store, "SELECT count(*) FROM workflow_tasks"), "0");
    assert_string_equal(store_get(store, "SELECT count(*) FROM workflows"), "1");
}

static void task_with_audit_log_is_not_deleted(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    create(store, "t1", NULL);
    struct aco_execution_start_args run = {
        .id = T("e1"), .task_id = T("t1"), .tool_name = T("read_file"), .arguments = T("{}")};
    assert_ok(aco_execution_start(NULL, store->db, &run, &err));
    assert_int_equal(aco_task_delete(NULL, store->db, T("t1"), &err), TN_EFOREIGNKEY);
    assert_string_equal(store_get(store, "SELECT count(*) FROM tool_executions"), "1");
    assert_ok(aco_execution_purge_task(NULL, store->db, T("t1"), &err));
    assert_int_equal(aco_task_delete(NULL, store->db, T("t1"), &err), TN_EFOREIGNKEY);
    assert_ok(aco_execution_complete(NULL, store->db, T("{}"), T("e1"), &err));
    assert_ok(aco_execution_purge_task(NULL, store->db, T("t1"), &err));
    assert_ok(aco_task_delete(NULL, store->db, T("t1"), &err));
    assert_string_equal(store_get(store, "SELECT count(*) FROM tasks"), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(task_created_is_pending_with_its_times),
        STORE_TEST(task_unknown_is_none),
        STORE_TEST(task_second_of_one_id_is_unique_error),
        STORE_TEST(task_started_and_completed_keeps_both_times),
        STORE_TEST(task_failed_keeps_its_error),
        STORE_TEST(task_pending_or_running_can_be_cancelled),
        STORE_TEST(task_step_from_wrong_state_changes_nothing),
        STORE_TEST(task_status_outside_the_list_is_check_error),
        STORE_TEST(task_without_title_is_not_null_error),
        STORE_TEST(task_key_null_is_refused),
        STORE_TEST(update_any_column_moves_updated_at),
        STORE_TEST(update_of_updated_at_itself_is_kept),
        STORE_TEST(update_with_recursive_triggers_ends),
        STORE_TEST(lists_are_newest_first_and_end_at_the_limit),
        STORE_TEST(lists_by_status_and_type_find_theirs),
        STORE_TEST(task_next_is_the_pending_one_that_waits_longest),
        STORE_TEST(task_deleted_its_links_go_and_workflows_stay),
        STORE_TEST(task_with_audit_log_is_not_deleted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
