/* SPDX-License-Identifier: MIT */
#include "support.h"
#include "tasks.tenon.h"
#include "tool_executions.tenon.h"

/* The audit log of tools. */

static int setup(void **state)
{
    if (store_setup(state) != 0)
        return -1;
    struct store *store = *state;
    tn_error err = {0};
    struct aco_task_create_args task = {
        .id = T("t1"), .title = T("x"), .task_type = T("tool"), .config = T("{}")};
    assert_ok(aco_task_create(NULL, store->db, &task, &err));
    return 0;
}

static void start(struct store *store, const char *id, const char *tool)
{
    tn_error err = {0};
    struct aco_execution_start_args args = {
        .id = T(id), .task_id = T("t1"), .tool_name = T(tool), .arguments = T("{\"n\":1}")};
    assert_ok(aco_execution_start(NULL, store->db, &args, &err));
}

static struct aco_execution find(struct store *store, const char *id)
{
    tn_error err = {0};
    struct aco_execution execution;
    assert_ok(aco_execution_find(&execution, store->db, T(id), &store->arena, &err));
    return execution;
}

static void execution_completed_has_output_and_duration(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    start(store, "e1", "read_file");
    assert_false(find(store, "e1").duration_ms.has);
    store_set(store, "UPDATE tool_executions SET created_at ="
                     " strftime('%Y-%m-%d %H:%M:%f', 'now', '-2 seconds')");
    assert_ok(aco_execution_complete(NULL, store->db, T("{\"lines\":3}"), T("e1"), &err));
    struct aco_execution execution = find(store, "e1");
    assert_int_equal(execution.status, ACO_EXECUTION_STATUS_COMPLETED);
    assert_text(execution.output, "{\"lines\":3}");
    assert_non_null(execution.completed_at.data);
    assert_true(execution.duration_ms.has);
    assert_true(execution.duration_ms.value >= 2000);
    assert_true(execution.duration_ms.value < 600000);
}

static void execution_failed_and_timed_out_keep_their_error(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    start(store, "e1", "read_file");
    start(store, "e2", "http_get");
    assert_ok(aco_execution_fail(NULL, store->db, T("no such file"), T("e1"), &err));
    assert_ok(aco_execution_timeout(NULL, store->db, T("no answer"), T("e2"), &err));
    assert_int_equal(find(store, "e1").status, ACO_EXECUTION_STATUS_FAILED);
    assert_text(find(store, "e1").error, "no such file");
    assert_int_equal(find(store, "e2").status, ACO_EXECUTION_STATUS_TIMEOUT);
    assert_text(find(store, "e2").error, "no answer");
    assert_true(find(store, "e2").duration_ms.has);
}

static void execution_queued_then_run_starts_its_clock_anew(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_execution_queue_args args = {
        .id = T("e1"), .task_id = T("t1"), .tool_name = T("read_file"), .arguments = T("{}")};
    int64_t affected = 0;
    assert_ok(aco_execution_queue(NULL, store->db, &args, &err));
    assert_int_equal(find(store, "e1").status, ACO_EXECUTION_STATUS_PENDING);
    store_set(store, "UPDATE tool_executions SET created_at = '2025-01-01 00:00:00.000'");
    assert_ok(aco_execution_run(&affected, store->db, T("e1"), &err));
    assert_int_equal(affected, 1);
    assert_int_equal(find(store, "e1").status, ACO_EXECUTION_STATUS_RUNNING);
    assert_true(strcmp(find(store, "e1").created_at.data, "2026-01-01") > 0);
    assert_ok(aco_execution_run(&affected, store->db, T("e1"), &err));
    assert_int_equal(affected, 0);
}

static void execution_ended_cannot_end_again(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    int64_t affected = -1;
    start(store, "e1", "read_file");
    assert_ok(aco_execution_complete(NULL, store->db, T("{}"), T("e1"), &err));
    assert_ok(aco_execution_fail(&affected, store->db, T("late"), T("e1"), &err));
    assert_int_equal(affected, 0);
    assert_ok(aco_execution_timeout(&affected, store->db, T("late"), T("e1"), &err));
    assert_int_equal(affected, 0);
    assert_ok(aco_execution_complete(&affected, store->db, T("{}"), T("e1"), &err));
    assert_int_equal(affected, 0);
    assert_null(find(store, "e1").error.data);
}

static void execution_of_unknown_task_is_foreign_key_error(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_execution_start_args args = {
        .id = T("e1"), .task_id = T("t9"), .tool_name = T("x"), .arguments = T("{}")};
    assert_int_equal(aco_execution_start(NULL, store->db, &args, &err), TN_EFOREIGNKEY);
    assert_string_equal(err.query, "execution_start");
}

static void execution_status_outside_the_list_is_check_error(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    start(store, "e1", "x");
    assert_int_equal(
        tn_exec(store->db, "UPDATE tool_executions SET status = 'cancelled'", NULL, 0, NULL, &err),
        TN_ECHECK);
}

static void overdue_runs_time_out_together(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    int64_t affected = 0;
    start(store, "e1", "a");
    start(store, "e2", "b");
    start(store, "e3", "c");
    store_set(store, "UPDATE tool_executions SET created_at ="
                     " strftime('%Y-%m-%d %H:%M:%f', 'now', '-100 seconds') WHERE id <> 'e3'");
    assert_ok(aco_execution_timeout_overdue(&affected, store->db, T("too long"), 60, &err));
    assert_int_equal(affected, 2);
    assert_int_equal(find(store, "e1").status, ACO_EXECUTION_STATUS_TIMEOUT);
    assert_int_equal(find(store, "e3").status, ACO_EXECUTION_STATUS_RUNNING);
}

static void log_by_task_reads_forwards_others_backwards(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_execution_rows log;
    start(store, "e1", "a");
    start(store, "e2", "b");
    start(store, "e3", "a");
    store_set(store, "UPDATE tool_executions"
                     " SET created_at = '2025-01-15 00:00:0' || substr(id, 2) || '.000'");
    assert_ok(aco_execution_list_by_task_all(&log, store->db, T("t1"), 9, &store->arena, &err));
    assert_int_equal(log.count, 3);
    assert_text(log.items[0].id, "e1");
    assert_ok(aco_execution_list_by_tool_all(&log, store->db, T("a"), 9, &store->arena, &err));
    assert_int_equal(log.count, 2);
    assert_text(log.items[0].id, "e3");
    assert_ok(aco_execution_list_by_status_all(&log, store->db, ACO_EXECUTION_STATUS_RUNNING, 1,
                                               &store->arena, &err));
    assert_int_equal(log.count, 1);
    assert_text(log.items[0].id, "e3");
    assert_ok(aco_execution_list_by_date_all(&log, store->db, T("2025-01-15"),
                                             T("2025-01-15 00:00:02"), 9, &store->arena, &err));
    assert_int_equal(log.count, 1);
    assert_text(log.items[0].id, "e1");
}

static void purge_by_date_leaves_what_has_not_ended(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    int64_t affected = 0;
    start(store, "e1", "a");
    start(store, "e2", "b");
    assert_ok(aco_execution_complete(NULL, store->db, T("{}"), T("e1"), &err));
    assert_ok(aco_execution_purge_before(&affected, store->db, T("9999"), &err));
    assert_int_equal(affected, 1);
    assert_int_equal(find(store, "e2").status, ACO_EXECUTION_STATUS_RUNNING);
}

static void stats_by_tool_count_and_average(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_execution_stats_by_tool_rows stats;
    start(store, "e1", "a");
    start(store, "e2", "a");
    start(store, "e3", "a");
    start(store, "e4", "b");
    store_set(store, "UPDATE tool_executions SET status = 'completed', duration_ms = 10"
                     " WHERE id = 'e1';"
                     "UPDATE tool_executions SET status = 'failed', duration_ms = 25"
                     " WHERE id = 'e2';"
                     "UPDATE tool_executions SET status = 'timeout' WHERE id = 'e3'");
    assert_ok(aco_execution_stats_by_tool_all(&stats, store->db, &store->arena, &err));
    assert_int_equal(stats.count, 2);
    assert_int_equal(stats.items[0].total, 3);
    assert_int_equal(stats.items[0].failed, 1);
    assert_int_equal(stats.items[0].timed_out, 1);
    assert_true(stats.items[0].mean_ms.has && stats.items[0].mean_ms.value > 17.4 &&
                stats.items[0].mean_ms.value < 17.6);
    assert_int_equal(stats.items[0].longest_ms.value, 25);
    assert_false(stats.items[1].mean_ms.has);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(execution_completed_has_output_and_duration),
        TEST(execution_failed_and_timed_out_keep_their_error),
        TEST(execution_queued_then_run_starts_its_clock_anew),
        TEST(execution_ended_cannot_end_again),
        TEST(execution_of_unknown_task_is_foreign_key_error),
        TEST(execution_status_outside_the_list_is_check_error),
        TEST(overdue_runs_time_out_together),
        TEST(log_by_task_reads_forwards_others_backwards),
        TEST(purge_by_date_leaves_what_has_not_ended),
        TEST(stats_by_tool_count_and_average),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
