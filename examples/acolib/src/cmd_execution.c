/* SPDX-License-Identifier: MIT */
#include "app.h"
#include "setting.h"
#include "tool_executions.tenon.h"

#define LIMIT_S 900 /* a tool may run for so long where execution.limit_s is not set */

static const struct option start_options[] = {
    {"id", "ID", "default: a new UUID"},
    {NULL, NULL, NULL},
};

/* A foreign key is the database's way to say that there is no such task. */
static int began(struct app *app, int rc, const char *id)
{
    if (rc == TN_EFOREIGNKEY) {
        app_say("no task '%s'", app->args[0]);
        return EXIT_NOTHING;
    }
    if (rc < 0)
        return app_fail(app, rc);
    puts(id);
    return EXIT_DONE;
}

static int exec_queue(struct app *app)
{
    char uuid[TN_UUID_SIZE];
    const char *id = app_id(app, uuid);
    if (!id)
        return EXIT_FAILED;
    struct aco_execution_queue_args args = {
        .id = tn_text_of(id),
        .task_id = tn_text_of(app->args[0]),
        .tool_name = tn_text_of(app->args[1]),
        .arguments = tn_text_of(app->arg_count > 2 ? app->args[2] : "{}"),
    };
    return began(app, aco_execution_queue(NULL, app->db, &args, &app->err), id);
}

static int exec_start(struct app *app)
{
    char uuid[TN_UUID_SIZE];
    const char *id = app_id(app, uuid);
    if (!id)
        return EXIT_FAILED;
    struct aco_execution_start_args args = {
        .id = tn_text_of(id),
        .task_id = tn_text_of(app->args[0]),
        .tool_name = tn_text_of(app->args[1]),
        .arguments = tn_text_of(app->arg_count > 2 ? app->args[2] : "{}"),
    };
    return began(app, aco_execution_start(NULL, app->db, &args, &app->err), id);
}

static int exec_run(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_execution_run(&affected, app->db, tn_text_of(app->args[0]), &app->err);
    return app_step(app, rc, affected, "execution", app->args[0], "pending");
}

static const struct option finish_options[] = {
    {"output", "JSON", "what the tool gave"},
    {"error", "TEXT", "it failed, and why"},
    {NULL, NULL, NULL},
};

static int exec_finish(struct app *app)
{
    int64_t affected = 0;
    tn_text id = tn_text_of(app->args[0]);
    tn_text error = app_text(app, "error");
    int rc = error.data ? aco_execution_fail(&affected, app->db, error, id, &app->err)
                        : aco_execution_complete(&affected, app->db, app_text(app, "output"), id,
                                                 &app->err);
    return app_step(app, rc, affected, "execution", app->args[0], "running");
}

static const struct option timeout_options[] = {
    {"limit", "SECONDS", "how long a tool may run; default: the setting execution.limit_s, or 900"},
    {NULL, NULL, NULL},
};

static int timeout_overdue(struct app *app)
{
    int64_t affected = 0, limit_s;
    int rc = setting_get_int(&limit_s, app->db, "execution.limit_s", LIMIT_S, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    if (!app_number(app, "limit", limit_s, &limit_s))
        return EXIT_USAGE;
    rc = aco_execution_timeout_overdue(&affected, app->db, tn_text_of("no answer in time"), limit_s,
                                       &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    printf("%lld timed out\n", (long long)affected);
    return EXIT_DONE;
}

static int exec_timeout(struct app *app)
{
    int64_t affected = 0;
    if (app->arg_count == 0)
        return timeout_overdue(app);
    int rc = aco_execution_timeout(&affected, app->db, tn_text_of("no answer"),
                                   tn_text_of(app->args[0]), &app->err);
    return app_step(app, rc, affected, "execution", app->args[0], "running");
}

static const struct option purge_options[] = {
    {"before", "TIME", "began earlier than that"},
    {NULL, NULL, NULL},
};

static int exec_purge(struct app *app)
{
    char before[TN_TIME_MAX];
    int64_t affected = 0;
    if (!app_flag(app, "before")) {
        app_say("'exec purge' wants --before TIME");
        return EXIT_USAGE;
    }
    if (!app_time(app, "before", "", before))
        return EXIT_USAGE;
    int rc = aco_execution_purge_before(&affected, app->db, tn_text_of(before), &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    printf("%lld removed\n", (long long)affected);
    return EXIT_DONE;
}

static const struct option log_options[] = {
    {"task", "ID", "of this task, in the order of running"},
    {"tool", "NAME", "of this tool"},
    {"status", "STATUS", "pending, running, completed, failed or timeout"},
    {"since", "TIME", "began then or later"},
    {"until", "TIME", "began earlier"},
    {"limit", "N", "default: 20"},
    {NULL, NULL, NULL},
};

static void print_log(const struct aco_execution_rows *log)
{
    for (size_t i = 0; i < log->count; i++) {
        const struct aco_execution *execution = &log->items[i];
        out_cell(execution->created_at, 23);
        out_cell(execution->tool_name, 14);
        out_cell(aco_execution_status_text(execution->status), 9);
        if (execution->duration_ms.has)
            printf("%8lld ms  ", (long long)execution->duration_ms.value);
        else
            printf("%11s  ", "-");
        out_cell(execution->error.data ? execution->error : execution->arguments, 0);
    }
    out_count(log->count, "execution");
}

static int exec_log(struct app *app)
{
    struct aco_execution_rows log;
    char since[TN_TIME_MAX], until[TN_TIME_MAX];
    int64_t limit;
    int rc;
    if (!app_number(app, "limit", LIST_LIMIT, &limit) || !app_time(app, "since", "", since) ||
        !app_time(app, "until", "9999", until))
        return EXIT_USAGE;
    tn_text task = app_text(app, "task");
    tn_text tool = app_text(app, "tool");
    struct aco_opt_execution_status status;
    if (!aco_opt_execution_status_parse(&status, app_text(app, "status")))
        return app_no_choice(app, "status");
    bool has_date = app_flag(app, "since") || app_flag(app, "until");
    if (!!task.data + !!tool.data + status.has + has_date > 1) {
        app_say("one of --task, --tool, --status and --since/--until at a time");
        return EXIT_USAGE;
    }
    if (task.data)
        rc = aco_execution_list_by_task_all(&log, app->db, task, limit, &app->arena, &app->err);
    else if (tool.data)
        rc = aco_execution_list_by_tool_all(&log, app->db, tool, limit, &app->arena, &app->err);
    else if (status.has)
        rc = aco_execution_list_by_status_all(&log, app->db, status.value, limit, &app->arena,
                                              &app->err);
    else
        rc = aco_execution_list_by_date_all(&log, app->db, tn_text_of(since), tn_text_of(until),
                                            limit, &app->arena, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    print_log(&log);
    return EXIT_DONE;
}

static int exec_show(struct app *app)
{
    struct aco_execution execution;
    char duration[32];
    int rc =
        aco_execution_find(&execution, app->db, tn_text_of(app->args[0]), &app->arena, &app->err);
    if (rc == TN_NONE) {
        app_say("no execution '%s'", app->args[0]);
        return EXIT_NOTHING;
    }
    if (rc < 0)
        return app_fail(app, rc);
    out_field("id", execution.id);
    out_field("task", execution.task_id);
    out_field("tool", execution.tool_name);
    out_field("arguments", execution.arguments);
    out_field("status", aco_execution_status_text(execution.status));
    out_field("output", execution.output);
    out_field("error", execution.error);
    out_field("began", execution.created_at);
    out_field("ended", execution.completed_at);
    if (execution.duration_ms.has) {
        snprintf(duration, sizeof duration, "%lld ms", (long long)execution.duration_ms.value);
        out_field("duration", tn_text_of(duration));
    }
    return EXIT_DONE;
}

const struct command execution_commands[] = {
    {"exec queue", "TASK TOOL [ARGUMENTS]", 2, 3, "a pending run of a tool; prints its id",
     start_options, 0, exec_queue},
    {"exec run", "ID", 1, 1, "pending to running", NULL, 0, exec_run},
    {"exec start", "TASK TOOL [ARGUMENTS]", 2, 3, "a run that begins at once; prints its id",
     start_options, 0, exec_start},
    {"exec finish", "ID", 1, 1, "running to completed, or with --error to failed", finish_options,
     0, exec_finish},
    {"exec timeout", "[ID]", 0, 1, "running to timeout: this one, or all that run too long",
     timeout_options, 0, exec_timeout},
    {"exec log", "", 0, 0, "the audit log, all or by one criterion", log_options, 0, exec_log},
    {"exec show", "ID", 1, 1, "everything about one run", NULL, 0, exec_show},
    {"exec purge", "", 0, 0, "remove the old part of the audit log", purge_options, 0, exec_purge},
    {0},
};
