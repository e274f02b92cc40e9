/* SPDX-License-Identifier: MIT */
#include "app.h"
#include "workflow_tasks.tenon.h"
#include "workflows.tenon.h"

static const struct option create_options[] = {
    {"definition", "JSON", "default: {}"},
    {"description", "TEXT", "in full"},
    {"id", "ID", "default: a new UUID"},
    {NULL, NULL, NULL},
};

static int workflow_create(struct app *app)
{
    char uuid[TN_UUID_SIZE];
    const char *definition = app_option(app, "definition");
    const char *id = app_id(app, uuid);
    if (!id)
        return EXIT_FAILED;
    struct aco_workflow_create_args args = {
        .id = tn_text_of(id),
        .name = tn_text_of(app->args[0]),
        .description = app_text(app, "description"),
        .definition = tn_text_of(definition ? definition : "{}"),
    };
    int rc = aco_workflow_create(NULL, app->db, &args, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    puts(id);
    return EXIT_DONE;
}

static int workflow_activate(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_workflow_activate(&affected, app->db, tn_text_of(app->args[0]), &app->err);
    return app_step(app, rc, affected, "workflow", app->args[0], "a draft or paused");
}

static int workflow_pause(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_workflow_pause(&affected, app->db, tn_text_of(app->args[0]), &app->err);
    return app_step(app, rc, affected, "workflow", app->args[0], "active");
}

static int workflow_archive(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_workflow_archive(&affected, app->db, tn_text_of(app->args[0]), &app->err);
    return app_step(app, rc, affected, "workflow", app->args[0],
                    "open (it may be archived already)");
}

static int workflow_delete(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_workflow_delete(&affected, app->db, tn_text_of(app->args[0]), &app->err);
    if (rc == TN_OK && affected == 0) {
        app_say("no workflow '%s'", app->args[0]);
        return EXIT_NOTHING;
    }
    return rc < 0 ? app_fail(app, rc) : EXIT_DONE;
}

static const struct option add_options[] = {
    {"at", "N", "its place in the sequence; default: behind the last one"},
    {NULL, NULL, NULL},
};

static int workflow_add(struct app *app)
{
    tn_text workflow = tn_text_of(app->args[0]);
    tn_text task = tn_text_of(app->args[1]);
    int64_t affected = 0, sequence;
    int rc;
    if (!app_number(app, "at", 0, &sequence))
        return EXIT_USAGE;
    if (app_flag(app, "at"))
        rc = aco_workflow_task_add(&affected, app->db, task, sequence, workflow, &app->err);
    else
        rc = aco_workflow_task_append(&affected, app->db, task, workflow, &app->err);
    if (rc == TN_EFOREIGNKEY || rc == TN_EUNIQUE) {
        app_say(rc == TN_EUNIQUE ? "task '%s' is in this workflow already" : "no task '%s'",
                app->args[1]);
        return EXIT_NOTHING;
    }
    return app_step(app, rc, affected, "workflow", app->args[0], "open to new tasks");
}

static int workflow_remove(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_workflow_task_remove(&affected, app->db, tn_text_of(app->args[0]),
                                      tn_text_of(app->args[1]), &app->err);
    return app_step(app, rc, affected, "task", app->args[1], "in this workflow");
}

static void print_head(const struct aco_workflow_with_tasks_row *row)
{
    out_field("id", row->id);
    out_field("name", row->name);
    out_field("description", row->description);
    out_field("status", aco_workflow_status_text(row->status));
    out_field("created", row->created_at);
    out_field("updated", row->updated_at);
}

/* The rows are read as they come: nothing is copied. */
static int workflow_show(struct app *app)
{
    struct aco_workflow_with_tasks_iter it;
    size_t count = 0;
    int rc = aco_workflow_with_tasks_begin(&it, app->db, tn_text_of(app->args[0]), &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    while ((rc = aco_workflow_with_tasks_next(&it, &app->err)) == TN_ROW) {
        if (count++ == 0)
            print_head(&it.row);
        if (!it.row.task_id.data)
            continue;
        out_number(it.row.sequence.value, 6);
        out_cell(it.row.task_id, 36);
        out_cell(aco_opt_task_status_text(it.row.task_status), 9);
        out_cell(it.row.task_title, 0);
    }
    aco_workflow_with_tasks_end(&it);
    if (rc < 0)
        return app_fail(app, rc);
    if (count == 0) {
        app_say("no workflow '%s'", app->args[0]);
        return EXIT_NOTHING;
    }
    return EXIT_DONE;
}

static const struct option list_options[] = {
    {"status", "STATUS", "draft, active, paused or archived"},
    {"name", "NAME", "of this name"},
    {"limit", "N", "the newest N; default: 20"},
    {NULL, NULL, NULL},
};

static int workflow_list(struct app *app)
{
    struct aco_workflow_rows workflows;
    int64_t limit;
    int rc;
    if (!app_number(app, "limit", LIST_LIMIT, &limit))
        return EXIT_USAGE;
    struct aco_opt_workflow_status status;
    if (!aco_opt_workflow_status_parse(&status, app_text(app, "status")))
        return app_no_choice(app, "status");
    tn_text name = app_text(app, "name");
    if (status.has && name.data) {
        app_say("one of --status and --name at a time");
        return EXIT_USAGE;
    }
    if (status.has)
        rc = aco_workflow_list_by_status_all(&workflows, app->db, status.value, limit, &app->arena,
                                             &app->err);
    else if (name.data)
        rc =
            aco_workflow_list_by_name_all(&workflows, app->db, name, limit, &app->arena, &app->err);
    else
        rc = aco_workflow_list_all(&workflows, app->db, limit, &app->arena, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    for (size_t i = 0; i < workflows.count; i++) {
        const struct aco_workflow *workflow = &workflows.items[i];
        out_cell(workflow->id, 36);
        out_cell(workflow->created_at, 19);
        out_cell(aco_workflow_status_text(workflow->status), 8);
        out_cell(workflow->name, 0);
    }
    out_count(workflows.count, "workflow");
    return EXIT_DONE;
}

const struct command workflow_commands[] = {
    {"workflow create", "NAME", 1, 1, "a draft; prints its id", create_options, 0, workflow_create},
    {"workflow activate", "ID", 1, 1, "draft or paused to active", NULL, 0, workflow_activate},
    {"workflow pause", "ID", 1, 1, "active to paused", NULL, 0, workflow_pause},
    {"workflow archive", "ID", 1, 1, "for good", NULL, 0, workflow_archive},
    {"workflow delete", "ID", 1, 1, "its tasks stay", NULL, 0, workflow_delete},
    {"workflow add", "ID TASK", 2, 2, "a task to a workflow", add_options, 0, workflow_add},
    {"workflow remove", "ID TASK", 2, 2, "a task from a workflow", NULL, 0, workflow_remove},
    {"workflow list", "", 0, 0, "the newest, all or by one criterion", list_options, 0,
     workflow_list},
    {"workflow show", "ID", 1, 1, "a workflow with its tasks in sequence", NULL, 0, workflow_show},
    {0},
};
