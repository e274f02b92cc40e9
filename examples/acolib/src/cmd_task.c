/* SPDX-License-Identifier: MIT */
#include "app.h"
#include "tasks.tenon.h"
#include "tool_executions.tenon.h"
#include "workflow_tasks.tenon.h"

static const struct option create_options[] = {
    {"type", "TYPE", "such as workflow, tool or script; default: tool"},
    {"config", "JSON", "default: {}"},
    {"description", "TEXT", "in full"},
    {"metadata", "JSON", "whatever else is to be kept"},
    {"workspace", "PATH", "where it works"},
    {"id", "ID", "default: a new UUID"},
    {NULL, NULL, NULL},
};

static int task_create(struct app *app)
{
    char uuid[TN_UUID_SIZE];
    const char *type = app_option(app, "type");
    const char *config = app_option(app, "config");
    const char *id = app_id(app, uuid);
    if (!id)
        return EXIT_FAILED;
    struct aco_task_create_args args = {
        .id = tn_text_of(id),
        .title = tn_text_of(app->args[0]),
        .description = app_text(app, "description"),
        .task_type = tn_text_of(type ? type : "tool"),
        .config = tn_text_of(config ? config : "{}"),
        .metadata = app_text(app, "metadata"),
        .workspace_path = app_text(app, "workspace"),
    };
    int rc = aco_task_create(NULL, app->db, &args, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    puts(id);
    return EXIT_DONE;
}

static int task_start(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_task_start(&affected, app->db, tn_text_of(app->args[0]), &app->err);
    return app_step(app, rc, affected, "task", app->args[0], "pending");
}

static int task_complete(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_task_complete(&affected, app->db, tn_text_of(app->args[0]), &app->err);
    return app_step(app, rc, affected, "task", app->args[0], "running");
}

static int task_fail(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_task_fail(&affected, app->db, tn_text_of(app->args[1]), tn_text_of(app->args[0]),
                           &app->err);
    return app_step(app, rc, affected, "task", app->args[0], "running");
}

static int task_cancel(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_task_cancel(&affected, app->db, tn_text_of(app->args[0]), &app->err);
    return app_step(app, rc, affected, "task", app->args[0], "pending or running");
}

static const struct option delete_options[] = {
    {"with-log", NULL, "remove its audit log first, in the same transaction"},
    {NULL, NULL, NULL},
};

struct deletion {
    tn_text id;
    bool with_log;
    int64_t affected;
};

static int delete_task(tn_db *tx, void *user, tn_error *err)
{
    struct deletion *deletion = user;
    if (deletion->with_log) {
        int rc = aco_execution_purge_task(NULL, tx, deletion->id, err);
        if (rc < 0)
            return rc;
    }
    return aco_task_delete(&deletion->affected, tx, deletion->id, err);
}

static int task_delete(struct app *app)
{
    struct deletion deletion = {tn_text_of(app->args[0]), app_flag(app, "with-log"), 0};
    int rc = tn_transact(app->db, delete_task, &deletion, NULL, &app->err);
    if (rc == TN_EFOREIGNKEY) {
        app_say(deletion.with_log ? "a tool of task '%s' has not ended: it stays"
                                  : "task '%s' has an audit log: it stays (see --with-log)",
                app->args[0]);
        return EXIT_REFUSED;
    }
    return app_step(app, rc, deletion.affected, "task", app->args[0], "at rest");
}

static const struct option list_options[] = {
    {"status", "STATUS", "pending, running, completed, failed or cancelled"},
    {"type", "TYPE", "of this type"},
    {"workspace", "PATH", "in this workspace"},
    {"since", "TIME", "created then or later"},
    {"until", "TIME", "created earlier"},
    {"limit", "N", "the newest N; default: 20"},
    {NULL, NULL, NULL},
};

static void print_tasks(const struct aco_task_rows *tasks)
{
    for (size_t i = 0; i < tasks->count; i++) {
        const struct aco_task *task = &tasks->items[i];
        out_cell(task->id, 36);
        out_cell(task->created_at, 19);
        out_cell(aco_task_status_text(task->status), 9);
        out_cell(task->task_type, 8);
        out_cell(task->title, 0);
    }
    out_count(tasks->count, "task");
}

/* One filter at a time: each is a query with an index of its own. */
static int task_list(struct app *app)
{
    struct aco_task_rows tasks;
    int64_t limit;
    char since[TN_TIME_MAX], until[TN_TIME_MAX];
    if (!app_number(app, "limit", LIST_LIMIT, &limit) || !app_time(app, "since", "", since) ||
        !app_time(app, "until", "9999", until))
        return EXIT_USAGE;
    struct aco_opt_task_status status;
    if (!aco_opt_task_status_parse(&status, app_text(app, "status")))
        return app_no_choice(app, "status");
    tn_text type = app_text(app, "type");
    tn_text workspace = app_text(app, "workspace");
    bool has_date = app_flag(app, "since") || app_flag(app, "until");
    if (status.has + !!type.data + !!workspace.data + has_date > 1) {
        app_say("one of --status, --type, --workspace and --since/--until at a time");
        return EXIT_USAGE;
    }
    int rc;
    if (status.has)
        rc = aco_task_list_by_status_all(&tasks, app->db, status.value, limit, &app->arena,
                                         &app->err);
    else if (type.data)
        rc = aco_task_list_by_type_all(&tasks, app->db, type, limit, &app->arena, &app->err);
    else if (workspace.data)
        rc = aco_task_list_by_workspace_all(&tasks, app->db, workspace, limit, &app->arena,
                                            &app->err);
    else if (has_date)
        rc = aco_task_list_by_date_all(&tasks, app->db, tn_text_of(since), tn_text_of(until), limit,
                                       &app->arena, &app->err);
    else
        rc = aco_task_list_all(&tasks, app->db, limit, &app->arena, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    print_tasks(&tasks);
    return EXIT_DONE;
}

static int print_workflows_of(struct app *app, tn_text id)
{
    struct aco_workflow_list_by_task_iter it;
    int rc = aco_workflow_list_by_task_begin(&it, app->db, id, &app->err);
    if (rc < 0)
        return rc;
    while ((rc = aco_workflow_list_by_task_next(&it, &app->err)) == TN_ROW)
        printf("%-14s %s (%s), step %lld\n", "workflow", it.row.name.data,
               aco_workflow_status_text(it.row.status).data, (long long)it.row.sequence);
    aco_workflow_list_by_task_end(&it);
    return rc;
}

static int task_show(struct app *app)
{
    struct aco_task task;
    tn_text id = tn_text_of(app->args[0]);
    int rc = aco_task_find(&task, app->db, id, &app->arena, &app->err);
    if (rc == TN_NONE) {
        app_say("no task '%s'", app->args[0]);
        return EXIT_NOTHING;
    }
    if (rc < 0)
        return app_fail(app, rc);
    out_field("id", task.id);
    out_field("title", task.title);
    out_field("description", task.description);
    out_field("type", task.task_type);
    out_field("status", aco_task_status_text(task.status));
    out_field("config", task.config);
    out_field("metadata", task.metadata);
    out_field("workspace", task.workspace_path);
    out_field("created", task.created_at);
    out_field("updated", task.updated_at);
    out_field("started", task.started_at);
    out_field("ended", task.completed_at);
    out_field("error", task.error);
    rc = print_workflows_of(app, id);
    return rc < 0 ? app_fail(app, rc) : EXIT_DONE;
}

const struct command task_commands[] = {
    {"task create", "TITLE", 1, 1, "a pending task; prints its id", create_options, 0, task_create},
    {"task start", "ID", 1, 1, "pending to running", NULL, 0, task_start},
    {"task complete", "ID", 1, 1, "running to completed", NULL, 0, task_complete},
    {"task fail", "ID ERROR", 2, 2, "running to failed", NULL, 0, task_fail},
    {"task cancel", "ID", 1, 1, "pending or running to cancelled", NULL, 0, task_cancel},
    {"task delete", "ID", 1, 1, "unless it is running or has an audit log", delete_options, 0,
     task_delete},
    {"task list", "", 0, 0, "the newest, all or by one criterion", list_options, 0, task_list},
    {"task show", "ID", 1, 1, "everything about one task", NULL, 0, task_show},
    {0},
};
