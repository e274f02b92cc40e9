/* SPDX-License-Identifier: MIT */
#include "support.h"
#include "tasks.tenon.h"
#include "workflow_tasks.tenon.h"
#include "workflows.tenon.h"

/* The life of a workflow, and its tasks in sequence. */

static int setup(void **state)
{
    if (store_setup(state) != 0)
        return -1;
    struct store *store = *state;
    tn_error err = {0};
    struct aco_workflow_create_args workflow = {
        .id = T("w1"), .name = T("release ledger"), .definition = T("{\"on\":\"tag\"}")};
    assert_ok(aco_workflow_create(NULL, store->db, &workflow, &err));
    for (int i = 1; i <= 3; i++) {
        char id[8];
        snprintf(id, sizeof id, "t%d", i);
        struct aco_task_create_args task = {
            .id = T(id), .title = T(id), .task_type = T("tool"), .config = T("{}")};
        assert_ok(aco_task_create(NULL, store->db, &task, &err));
    }
    return 0;
}

static enum aco_workflow_status status_of(struct store *store, const char *id)
{
    tn_error err = {0};
    struct aco_workflow workflow;
    assert_ok(aco_workflow_find(&workflow, store->db, T(id), &store->arena, &err));
    return workflow.status;
}

static void workflow_life_draft_active_paused_active_archived(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    assert_int_equal(status_of(store, "w1"), ACO_WORKFLOW_STATUS_DRAFT);
    assert_ok(aco_workflow_activate(NULL, store->db, T("w1"), &err));
    assert_int_equal(status_of(store, "w1"), ACO_WORKFLOW_STATUS_ACTIVE);
    assert_ok(aco_workflow_pause(NULL, store->db, T("w1"), &err));
    assert_int_equal(status_of(store, "w1"), ACO_WORKFLOW_STATUS_PAUSED);
    assert_ok(aco_workflow_activate(NULL, store->db, T("w1"), &err));
    assert_ok(aco_workflow_archive(NULL, store->db, T("w1"), &err));
    assert_int_equal(status_of(store, "w1"), ACO_WORKFLOW_STATUS_ARCHIVED);
}

static void workflow_step_from_wrong_state_changes_nothing(void **state)
{
    static const char *const states[] = {"draft", "active", "paused", "archived"};
    static const int allowed[][4] = {
        {1, 0, 1, 0}, /* activate */
        {0, 1, 0, 0}, /* pause */
        {1, 1, 1, 0}, /* archive */
    };
    struct store *store = *state;
    tn_error err = {0};
    for (size_t step = 0; step < 3; step++) {
        for (size_t from = 0; from < 4; from++) {
            char sql[96];
            int64_t affected = -1;
            snprintf(sql, sizeof sql, "UPDATE workflows SET status = '%s'", states[from]);
            store_set(store, sql);
            int rc = step == 0   ? aco_workflow_activate(&affected, store->db, T("w1"), &err)
                     : step == 1 ? aco_workflow_pause(&affected, store->db, T("w1"), &err)
                                 : aco_workflow_archive(&affected, store->db, T("w1"), &err);
            assert_ok(rc);
            assert_int_equal(affected, allowed[step][from]);
        }
    }
}

static void workflow_status_outside_the_list_is_check_error(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    assert_int_equal(
        tn_exec(store->db, "UPDATE workflows SET status = 'lost'", NULL, 0, NULL, &err), TN_ECHECK);
}

static void workflow_update_moves_updated_at(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    store_set(store, "UPDATE workflows SET updated_at = '2025-01-01 00:00:00.000'");
    assert_ok(aco_workflow_activate(NULL, store->db, T("w1"), &err));
    assert_true(strcmp(store_get(store, "SELECT updated_at FROM workflows"), "2026-01-01") > 0);
}

static void workflow_tasks_come_in_sequence_in_one_query(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_workflow_with_tasks_rows rows;
    assert_ok(aco_workflow_task_append(NULL, store->db, T("t2"), T("w1"), &err));
    assert_ok(aco_workflow_task_append(NULL, store->db, T("t3"), T("w1"), &err));
    assert_ok(aco_workflow_task_add(NULL, store->db, T("t1"), 1, T("w1"), &err));
    assert_ok(aco_workflow_with_tasks_all(&rows, store->db, T("w1"), &store->arena, &err));
    assert_int_equal(rows.count, 3);
    /* t2 and t1 share place 1: the one that was added first comes first. */
    assert_text(rows.items[0].task_id, "t2");
    assert_text(rows.items[1].task_id, "t1");
    assert_text(rows.items[2].task_id, "t3");
    assert_true(rows.items[2].sequence.has);
    assert_int_equal(rows.items[2].sequence.value, 2);
    assert_int_equal(rows.items[2].task_status.value, ACO_TASK_STATUS_PENDING);
    assert_text(rows.items[2].name, "release ledger");
}

static void workflow_without_tasks_is_one_row_without_a_task(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_workflow_with_tasks_rows rows;
    assert_ok(aco_workflow_with_tasks_all(&rows, store->db, T("w1"), &store->arena, &err));
    assert_int_equal(rows.count, 1);
    assert_text(rows.items[0].id, "w1");
    assert_null(rows.items[0].task_id.data);
    assert_false(rows.items[0].sequence.has);
    assert_ok(aco_workflow_with_tasks_all(&rows, store->db, T("w9"), &store->arena, &err));
    assert_int_equal(rows.count, 0);
}

static void task_added_twice_is_unique_error(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    assert_ok(aco_workflow_task_append(NULL, store->db, T("t1"), T("w1"), &err));
    assert_int_equal(aco_workflow_task_append(NULL, store->db, T("t1"), T("w1"), &err), TN_EUNIQUE);
}

static void task_unknown_added_is_foreign_key_error(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    assert_int_equal(aco_workflow_task_append(NULL, store->db, T("t9"), T("w1"), &err),
                     TN_EFOREIGNKEY);
}

static void task_added_to_archived_workflow_changes_nothing(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    int64_t affected = -1;
    assert_ok(aco_workflow_archive(NULL, store->db, T("w1"), &err));
    assert_ok(aco_workflow_task_append(&affected, store->db, T("t1"), T("w1"), &err));
    assert_int_equal(affected, 0);
    assert_ok(aco_workflow_task_add(&affected, store->db, T("t1"), 4, T("w1"), &err));
    assert_int_equal(affected, 0);
}

static void workflow_deleted_its_links_go_and_tasks_stay(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    assert_ok(aco_workflow_task_append(NULL, store->db, T("t1"), T("w1"), &err));
    assert_ok(aco_workflow_delete(NULL, store->db, T("w1"), &err));
    assert_string_equal(store_get(store, "SELECT count(*) FROM workflow_tasks"), "0");
    assert_string_equal(store_get(store, "SELECT count(*) FROM tasks"), "3");
}

static void lists_by_status_name_and_task_find_theirs(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_workflow_rows workflows;
    struct aco_workflow_list_by_task_rows of_task;
    struct aco_workflow_create_args second = {
        .id = T("w2"), .name = T("nightly"), .definition = T("{}")};
    assert_ok(aco_workflow_create(NULL, store->db, &second, &err));
    assert_ok(aco_workflow_activate(NULL, store->db, T("w2"), &err));
    assert_ok(aco_workflow_list_by_status_all(&workflows, store->db, ACO_WORKFLOW_STATUS_ACTIVE, 9,
                                              &store->arena, &err));
    assert_int_equal(workflows.count, 1);
    assert_text(workflows.items[0].id, "w2");
    assert_ok(aco_workflow_list_by_name_all(&workflows, store->db, T("release ledger"), 9,
                                            &store->arena, &err));
    assert_int_equal(workflows.count, 1);
    assert_text(workflows.items[0].id, "w1");
    assert_ok(aco_workflow_list_all(&workflows, store->db, 1, &store->arena, &err));
    assert_text(workflows.items[0].id, "w2");
    assert_ok(aco_workflow_task_append(NULL, store->db, T("t1"), T("w1"), &err));
    assert_ok(aco_workflow_task_append(NULL, store->db, T("t1"), T("w2"), &err));
    assert_ok(aco_workflow_task_remove(NULL, store->db, T("w1"), T("t1"), &err));
    assert_ok(aco_workflow_list_by_task_all(&of_task, store->db, T("t1"), &store->arena, &err));
    assert_int_equal(of_task.count, 1);
    assert_text(of_task.items[0].name, "nightly");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(workflow_life_draft_active_paused_active_archived),
        TEST(workflow_step_from_wrong_state_changes_nothing),
        TEST(workflow_status_outside_the_list_is_check_error),
        TEST(workflow_update_moves_updated_at),
        TEST(workflow_tasks_come_in_sequence_in_one_query),
        TEST(workflow_without_tasks_is_one_row_without_a_task),
        TEST(task_added_twice_is_unique_error),
        TEST(task_unknown_added_is_foreign_key_error),
        TEST(task_added_to_archived_workflow_changes_nothing),
        TEST(workflow_deleted_its_links_go_and_tasks_stay),
        TEST(lists_by_status_name_and_task_find_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
