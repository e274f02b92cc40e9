/* SPDX-License-Identifier: MIT */
#include "apps.tenon.h"
#include "deployments.tenon.h"
#include "env_vars.tenon.h"
#include "logs.tenon.h"
#include "projects.tenon.h"
#include "support.h"
#include "webhooks.tenon.h"

/* The life of an app: fetched in three ways, changed, deployed, deleted as declared. */

static void add_app(struct store *s, const char *id, const char *name)
{
    const struct rv_app_add_args args = {.id = T(id),
                                         .name = T(name),
                                         .git_url = T("https://git.example/app.git"),
                                         .branch = T("main"),
                                         .port = 8080};
    assert_ok(rv_app_add(NULL, s->db, &args, &s->err));
}

static void add_deployment(struct store *s, const char *id, const char *app)
{
    const struct rv_deployment_add_args args = {
        .id = T(id), .app_id = T(app), .commit_sha = T("abc")};
    assert_ok(rv_deployment_add(NULL, s->db, &args, &s->err));
}

static void app_is_fetched_as_one_as_optional_and_as_all(void **state)
{
    struct store *s = *state;
    struct rv_app app;
    struct rv_app_rows apps;
    add_app(s, "a1", "web");
    add_app(s, "a2", "api");
    assert_ok(rv_app_get(&app, s->db, T("a1"), &s->arena, &s->err));
    assert_string_equal(app.name.data, "web");
    assert_string_equal(app.branch.data, "main");
    assert_int_equal(app.port, 8080);
    assert_null(app.domain.data);
    assert_string_equal(app.environment.data, "development");
    assert_true(app.created_at.us > 0);
    assert_int_equal(rv_app_get(&app, s->db, T("nobody"), &s->arena, &s->err), TN_ENOROW);
    assert_string_equal(s->err.query, "app_get");
    assert_int_equal(rv_app_find(&app, s->db, T("nobody"), &s->arena, &s->err), TN_NONE);
    assert_ok(rv_app_list_all(&apps, s->db, &s->arena, &s->err));
    assert_int_equal(apps.count, 2);
    assert_string_equal(apps.items[0].name.data, "api"); /* the newest first */
}

static void name_that_is_taken_is_a_typed_error(void **state)
{
    struct store *s = *state;
    const struct rv_app_add_args args = {
        .id = T("a2"), .name = T("web"), .git_url = T("x"), .branch = T("main"), .port = 1};
    add_app(s, "a1", "web");
    assert_int_equal(rv_app_add(NULL, s->db, &args, &s->err), TN_EUNIQUE);
    assert_string_equal(s->err.table, "apps");
    assert_string_equal(s->err.column, "name");
}

static void update_changes_one_app_and_its_time(void **state)
{
    struct store *s = *state;
    struct rv_app app;
    int64_t affected = 0;
    add_app(s, "a1", "web");
    assert_ok(tn_exec(s->db, "UPDATE apps SET updated_at = '2020-01-01 00:00:00'", NULL, 0, NULL,
                      &s->err));
    assert_ok(rv_app_rename(&affected, s->db, T("site"), T("a1"), &s->err));
    assert_int_equal(affected, 1);
    assert_ok(rv_app_get(&app, s->db, T("a1"), &s->arena, &s->err));
    assert_string_equal(app.name.data, "site");
    assert_true(app.updated_at.us > INT64_C(1600000000000000));
    const struct rv_app_configure_args args = {
        .branch = T("next"), .port = 9000, .domain = T("example.org"), .id = T("a1")};
    assert_ok(rv_app_configure(&affected, s->db, &args, &s->err));
    assert_ok(rv_app_get(&app, s->db, T("a1"), &s->arena, &s->err));
    assert_string_equal(app.domain.data, "example.org");
    assert_null(app.environment.data);
}

static void deletion_is_refused_or_cascades_as_declared(void **state)
{
    struct store *s = *state;
    struct rv_webhook_rows hooks;
    int64_t affected = 0;
    const struct rv_webhook_add_args hook = {
        .id = T("w1"), .app_id = T("a1"), .url = T("https://x"), .event = T("deployment")};
    add_app(s, "a1", "web");
    add_deployment(s, "d1", "a1");
    assert_ok(rv_webhook_add(NULL, s->db, &hook, &s->err));
    assert_int_equal(rv_app_delete(NULL, s->db, T("a1"), &s->err), TN_EFOREIGNKEY);
    assert_ok(rv_webhook_list_all(&hooks, s->db, T("a1"), &s->arena, &s->err));
    assert_int_equal(hooks.count, 1);
    assert_ok(rv_deployment_purge_app(&affected, s->db, T("a1"), &s->err));
    assert_int_equal(affected, 1);
    assert_ok(rv_app_delete(NULL, s->db, T("a1"), &s->err));
    assert_ok(rv_webhook_list_all(&hooks, s->db, T("a1"), &s->arena, &s->err));
    assert_int_equal(hooks.count, 0);
}

static void app_goes_with_all_that_it_has_in_one_transaction(void **state)
{
    struct store *s = *state;
    struct rv_app app;
    const struct rv_log_add_args line = {
        .id = T("l1"), .deployment_id = T("d1"), .level = T("info"), .message = T("hello")};
    const struct rv_env_set_args var = {
        .id = T("e1"), .app_id = T("a1"), .key = T("K"), .value = T("v")};
    add_app(s, "a1", "web");
    add_deployment(s, "d1", "a1");
    assert_ok(rv_log_add(NULL, s->db, &line, &s->err));
    assert_ok(rv_env_set(NULL, s->db, &var, &s->err));
    assert_ok(database_delete_app(s->db, T("a1"), &s->err));
    assert_int_equal(rv_app_find(&app, s->db, T("a1"), &s->arena, &s->err), TN_NONE);
    assert_int_equal(database_delete_app(s->db, T("a1"), &s->err), TN_NONE);
}

static void deployment_goes_from_state_to_state_and_no_other_way(void **state)
{
    struct store *s = *state;
    struct rv_deployment d;
    struct rv_deployment_failed_rows failed;
    int64_t affected = 0;
    add_app(s, "a1", "web");
    add_deployment(s, "d1", "a1");
    assert_ok(rv_deployment_succeed(&affected, s->db, T("d1"), &s->err));
    assert_int_equal(affected, 0);
    assert_ok(rv_deployment_start(&affected, s->db, T("c1"), T("d1"), &s->err));
    assert_int_equal(affected, 1);
    assert_ok(rv_deployment_fail(&affected, s->db, T("no space"), T("d1"), &s->err));
    assert_int_equal(affected, 1);
    assert_ok(rv_deployment_find(&d, s->db, T("d1"), &s->arena, &s->err));
    assert_string_equal(d.status.data, "failed");
    assert_true(d.finished_at.has);
    assert_ok(rv_deployment_failed_all(&failed, s->db, &s->arena, &s->err));
    assert_int_equal(failed.count, 1);
    assert_string_equal(failed.items[0].error_message.data, "no space");
}

static void counts_have_every_app_also_one_never_deployed(void **state)
{
    struct store *s = *state;
    struct rv_deployment_count_by_app_rows rows;
    add_app(s, "a1", "web");
    add_app(s, "a2", "api");
    add_deployment(s, "d1", "a1");
    add_deployment(s, "d2", "a1");
    assert_ok(rv_deployment_count_by_app_all(&rows, s->db, &s->arena, &s->err));
    assert_int_equal(rows.count, 2);
    assert_string_equal(rows.items[0].name.data, "api");
    assert_int_equal(rows.items[0].deploys, 0);
    assert_int_equal(rows.items[1].deploys, 2);
}

static void log_is_streamed_and_goes_on_behind_what_was_seen(void **state)
{
    struct store *s = *state;
    struct rv_log_list_iter iter;
    int64_t after = 0;
    int lines = 0;
    add_app(s, "a1", "web");
    add_deployment(s, "d1", "a1");
    for (int i = 0; i < 3; i++) {
        char id[8];
        snprintf(id, sizeof id, "l%d", i);
        const struct rv_log_add_args line = {
            .id = T(id), .deployment_id = T("d1"), .level = T("info"), .message = T("step")};
        assert_ok(rv_log_add(NULL, s->db, &line, &s->err));
    }
    for (int round = 0; round < 2; round++) {
        int rc;
        assert_ok(rv_log_list_begin(&iter, s->db, T("d1"), after, &s->err));
        while ((rc = rv_log_list_next(&iter, &s->err)) == TN_ROW) {
            after = iter.row.seq;
            lines++;
        }
        assert_int_equal(rc, TN_DONE);
        rv_log_list_end(&iter);
    }
    assert_int_equal(lines, 3);
}

static void variable_is_set_again_and_a_secret_is_refused_by_the_database(void **state)
{
    struct store *s = *state;
    struct rv_env_list_rows vars;
    struct rv_env_set_args args = {
        .id = T("e1"), .app_id = T("a1"), .key = T("MODE"), .value = T("slow")};
    add_app(s, "a1", "web");
    assert_ok(rv_env_set(NULL, s->db, &args, &s->err));
    args.id = T("e2");
    args.value = T("fast");
    assert_ok(rv_env_set(NULL, s->db, &args, &s->err));
    args.is_secret = (tn_opt_bool){.has = true, .value = true};
    assert_int_equal(rv_env_set(NULL, s->db, &args, &s->err), TN_ECONSTRAINT);
    assert_non_null(strstr(s->err.message, "a secret needs a vault"));
    assert_ok(rv_env_list_all(&vars, s->db, T("a1"), &s->arena, &s->err));
    assert_int_equal(vars.count, 1);
    assert_string_equal(vars.items[0].value.data, "fast");
}

static void project_with_apps_stays(void **state)
{
    struct store *s = *state;
    struct rv_app_rows apps;
    assert_ok(rv_project_add(NULL, s->db, T("p1"), T("shop"), (tn_text){0}, &s->err));
    const struct rv_app_add_args args = {.id = T("a1"),
                                         .name = T("web"),
                                         .git_url = T("x"),
                                         .branch = T("main"),
                                         .port = 1,
                                         .project_id = T("p1")};
    assert_ok(rv_app_add(NULL, s->db, &args, &s->err));
    assert_int_equal(rv_project_delete(NULL, s->db, T("shop"), &s->err), TN_EFOREIGNKEY);
    assert_ok(rv_app_list_by_project_all(&apps, s->db, T("p1"), &s->arena, &s->err));
    assert_int_equal(apps.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(app_is_fetched_as_one_as_optional_and_as_all),
        STORE_TEST(name_that_is_taken_is_a_typed_error),
        STORE_TEST(update_changes_one_app_and_its_time),
        STORE_TEST(deletion_is_refused_or_cascades_as_declared),
        STORE_TEST(app_goes_with_all_that_it_has_in_one_transaction),
        STORE_TEST(deployment_goes_from_state_to_state_and_no_other_way),
        STORE_TEST(counts_have_every_app_also_one_never_deployed),
        STORE_TEST(log_is_streamed_and_goes_on_behind_what_was_seen),
        STORE_TEST(variable_is_set_again_and_a_secret_is_refused_by_the_database),
        STORE_TEST(project_with_apps_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
