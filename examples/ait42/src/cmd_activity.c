/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "activity.h"
#include "app.h"

static void print_instance_line(const struct a42_instance *instance)
{
    out_cell(instance->session_id.value, 36);
    out_number(instance->instance_id, 2);
    out_cell(instance->status, 9);
    out_opt_number(instance->files_changed, 4);
    out_opt_number(instance->lines_added, 6);
    out_opt_number(instance->lines_deleted, 6);
    out_cell(instance->agent_name, 0);
}

static int instance_list(struct app *app)
{
    struct a42_instance_rows rows;
    enum ait42_error_kind kind =
        ait42_instance_list(&rows, app->db, app_session(app, 0), &app->arena, &app->err);
    for (size_t i = 0; kind == AIT42_NO_ERROR && i < rows.count; i++)
        print_instance_line(&rows.items[i]);
    return app_end(app, kind);
}

static int instance_busy(struct app *app)
{
    struct a42_instance_rows rows;
    tn_text statuses[APP_ARGS_MAX] = {tn_text_of("running")};
    tn_text_list list = {statuses, app->arg_count > 0 ? app->arg_count : 1};
    for (size_t i = 0; i < app->arg_count; i++)
        statuses[i] = tn_text_of(app->args[i]);
    int rc = a42_instance_list_by_status_all(&rows, app->db, list, LIST_LIMIT, &app->arena,
                                             &app->err.cause);
    for (size_t i = 0; rc >= 0 && i < rows.count; i++)
        print_instance_line(&rows.items[i]);
    return app_end_status(app, rc);
}

static int instance_show(struct app *app)
{
    struct a42_instance instance;
    int64_t number;
    if (!app_arg_number(app, 1, &number))
        return EXIT_USAGE;
    enum ait42_error_kind kind =
        ait42_instance_get(&instance, app->db, app_session(app, 0), number, &app->arena, &app->err);
    if (kind != AIT42_NO_ERROR)
        return app_end(app, kind);
    out_field("session", instance.session_id.value);
    out_field_number("instance", tn_some_int(instance.instance_id));
    out_field("agent", instance.agent_name);
    out_field("status", instance.status);
    out_field("runtime", instance.runtime);
    out_field("model", instance.model);
    out_field("worktree", instance.worktree_path);
    out_field("branch", instance.branch);
    out_field("tmux", instance.tmux_session_id);
    out_field_time("started", instance.start_time);
    out_field_time("ended", instance.end_time);
    out_field_number("files", instance.files_changed);
    out_field_number("added", instance.lines_added);
    out_field_number("deleted", instance.lines_deleted);
    out_field("output", instance.output);
    return EXIT_DONE;
}

static const struct option update_options[] = {
    {"status", "WORD", "such as running, completed or failed"},
    {"output", "TEXT", "what it has printed"},
    {"started", "TIME", "or now"},
    {"ended", "TIME", "or now"},
    {"files", "N", "that it has changed"},
    {"added", "N", "lines"},
    {"deleted", "N", "lines"},
    {NULL, NULL, NULL},
};

static int instance_update(struct app *app)
{
    struct a42_instance_update_args change = {
        .session_id = app_session(app, 0),
        .status = app_text(app, "status"),
        .output = app_text(app, "output"),
    };
    if (!app_arg_number(app, 1, &change.instance_id) ||
        !app_opt_time(app, "started", &change.start_time) ||
        !app_opt_time(app, "ended", &change.end_time) ||
        !app_opt_number(app, "files", &change.files_changed) ||
        !app_opt_number(app, "added", &change.lines_added) ||
        !app_opt_number(app, "deleted", &change.lines_deleted))
        return EXIT_USAGE;
    return app_end(app, ait42_instance_update(app->db, &change, &app->err));
}

static const struct option message_options[] = {
    {"instance", "N", "who speaks, or is spoken to; default: all"},
    {"id", "ID", "default: a new UUID"},
    {NULL, NULL, NULL},
};

static int message_add(struct app *app)
{
    char uuid[TN_UUID_SIZE];
    const char *id = app_option(app, "id");
    if (!id && tn_uuid_v7(uuid) == TN_OK)
        id = uuid;
    struct a42_message_add_args message = {
        .id = {tn_text_of(id)},
        .session_id = app_session(app, 0),
        .content = tn_text_of(app->args[2]),
    };
    if (!a42_message_role_parse(&message.role, tn_text_of(app->args[1]))) {
        app_say("a role is user, assistant or system, not '%s'", app->args[1]);
        return EXIT_USAGE;
    }
    if (!app_opt_number(app, "instance", &message.instance_id))
        return EXIT_USAGE;
    enum ait42_error_kind kind = ait42_message_add(app->db, &message, &app->err);
    if (kind == AIT42_NO_ERROR)
        puts(id);
    return app_end(app, kind);
}

static int message_edit(struct app *app)
{
    return app_end(app,
                   ait42_message_edit(app->db, (struct a42_message_id){tn_text_of(app->args[0])},
                                      tn_text_of(app->args[1]), &app->err));
}

static int message_list(struct app *app)
{
    struct a42_message_rows rows;
    enum ait42_error_kind kind =
        ait42_message_list(&rows, app->db, app_session(app, 0), &app->arena, &app->err);
    for (size_t i = 0; kind == AIT42_NO_ERROR && i < rows.count; i++)
        out_message(&rows.items[i]);
    return app_end(app, kind);
}

static int message_recent(struct app *app)
{
    struct a42_message_recent_iter it;
    int rc = a42_message_recent_begin(&it, app->db, LIST_LIMIT, &app->err.cause);
    if (rc < 0)
        return app_end_status(app, rc);
    while ((rc = a42_message_recent_next(&it, &app->err.cause)) == TN_ROW) {
        out_cell(it.row.session_id.value, 36);
        out_message(&it.row);
    }
    a42_message_recent_end(&it);
    return app_end_status(app, rc);
}

const struct command activity_commands[] = {
    {"instance list", "SESSION", 1, 1, "of a session, by number", NULL, instance_list},
    {"instance busy", "[STATUS...]", 0, APP_ARGS_MAX,
     "of every session, in these states; default: running", NULL, instance_busy},
    {"instance show", "SESSION N", 2, 2, "everything about one", NULL, instance_show},
    {"instance update", "SESSION N", 2, 2, "change what is given", update_options, instance_update},
    {"message add", "SESSION ROLE TEXT", 3, 3, "say something; prints its id", message_options,
     message_add},
    {"message edit", "ID TEXT", 2, 2, "put other words in its place", NULL, message_edit},
    {"message list", "SESSION", 1, 1, "of a session, in the order of time", NULL, message_list},
    {"message recent", "", 0, 0, "of every session, the last one first", NULL, message_recent},
    {0},
};
