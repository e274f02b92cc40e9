/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "app.h"
#include "naming.h"
#include "session.h"

static const struct option create_options[] = {
    {"workspace", "FOLDER", "where they work; default: here"},
    {"type", "TYPE", "competition, ensemble or debate; default: competition"},
    {"runtimes", "A,B", "one instance for each; default: claude"},
    {"model", "NAME", "of all of them"},
    {"timeout", "SECONDS", "how long they may take"},
    {"keep-worktrees", NULL, "leave the worktrees when it ends"},
    {"id", "ID", "default: a new UUID"},
    {NULL, NULL, NULL},
};

enum {
    RUNTIMES_MAX = 16
};

/* The words of a list "a,b,c", in the arena. SIZE_MAX after a message. */
static size_t split(tn_text *out, const char *list, struct app *app)
{
    size_t count = 0;
    for (const char *at = list; at;) {
        const char *comma = strchr(at, ',');
        size_t size = comma ? (size_t)(comma - at) : strlen(at);
        if (count == RUNTIMES_MAX) {
            app_say("--runtimes: %d at most", RUNTIMES_MAX);
            return SIZE_MAX;
        }
        if (tn_arena_text(&app->arena, &out[count++], (tn_text){at, size}) < 0) {
            app_say("out of memory");
            return SIZE_MAX;
        }
        at = comma ? comma + 1 : NULL;
    }
    return count;
}

/* One running instance for each runtime. */
static bool plan_instances(struct a42_instance_add_args *out, const tn_text *runtimes, size_t count,
                           struct a42_session_id session_id, tn_text model, tn_arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = (struct a42_instance_add_args){
            .instance_id = (int64_t)i,
            .agent_name = runtimes[i],
            .status = tn_text_of("running"),
            .start_time = {true, tn_now()},
            .runtime = runtimes[i],
            .model = model,
        };
        if (!naming_instance(&out[i], session_id, arena))
            return false;
    }
    return true;
}

static int session_create(struct app *app)
{
    char uuid[TN_UUID_SIZE];
    tn_text runtimes[RUNTIMES_MAX];
    struct a42_instance_add_args instances[RUNTIMES_MAX];
    struct a42_opt_session_type type;
    const char *id = app_option(app, "id");
    const char *list = app_option(app, "runtimes");
    const char *workspace = app_option(app, "workspace");
    tn_opt_int timeout = {false, 0};
    if (!app_opt_type(app, "type", &type) || !app_opt_number(app, "timeout", &timeout))
        return EXIT_USAGE;
    if (!id && tn_uuid_v7(uuid) == TN_OK)
        id = uuid;
    size_t count = split(runtimes, list ? list : "claude", app);
    if (!id || count == SIZE_MAX)
        return EXIT_USAGE;
    const struct a42_session_id session_id = {tn_text_of(id)};
    if (!plan_instances(instances, runtimes, count, session_id, app_text(app, "model"),
                        &app->arena))
        return app_end_status(app, TN_ENOMEM);
    const struct ait42_new_session session = {
        .row = {.id = session_id,
                .type = type.has ? type.value : A42_SESSION_TYPE_COMPETITION,
                .task = tn_text_of(app->args[0]),
                .status = A42_SESSION_STATUS_RUNNING,
                .model = app_text(app, "model"),
                .timeout_seconds = timeout,
                .preserve_worktrees = {true, app_option(app, "keep-worktrees") != NULL}},
        .runtimes = runtimes,
        .runtime_count = count,
        .instances = instances,
        .instance_count = count,
    };
    enum ait42_error_kind kind =
        ait42_session_create(app->db, workspace ? workspace : ".", &session, &app->err);
    if (kind == AIT42_NO_ERROR)
        puts(id);
    return app_end(app, kind);
}

static void print_session(const struct ait42_session *session)
{
    const struct a42_session *row = &session->row;
    out_field("id", row->id.value);
    out_field("type", a42_session_type_text(row->type));
    out_field("status", a42_session_status_text(row->status));
    out_field("task", row->task);
    out_field("model", row->model);
    out_field_number("timeout", row->timeout_seconds);
    out_field_time("created", (tn_opt_timestamp){true, row->created_at});
    out_field_time("updated", (tn_opt_timestamp){true, row->updated_at});
    out_field_time("completed", row->completed_at);
    out_field_number("winner", row->winner_id);
    out_field_number("duration", row->total_duration);
    out_field_number("files", row->total_files_changed);
    out_field_number("added", row->total_lines_added);
    out_field_number("deleted", row->total_lines_deleted);
    for (size_t i = 0; i < session->runtimes.count; i++)
        out_field("runtime", session->runtimes.items[i].runtime);
    for (size_t i = 0; i < session->instance_count; i++) {
        const struct a42_instance *instance = &session->instances[i];
        out_number(instance->instance_id, 3);
        out_cell(instance->status, 9);
        out_cell(instance->agent_name, 10);
        out_cell(instance->branch, 0);
    }
    for (size_t i = 0; i < session->messages.count; i++)
        out_message(&session->messages.items[i]);
}

static int session_show(struct app *app)
{
    struct ait42_session session;
    enum ait42_error_kind kind =
        ait42_session_get(&session, app->db, app_session(app, 0), &app->arena, &app->err);
    if (kind == AIT42_NO_ERROR)
        print_session(&session);
    return app_end(app, kind);
}

static const struct option update_options[] = {
    {"task", "TEXT", "other words for it"},
    {"model", "NAME", "another model"},
    {"timeout", "SECONDS", "how long they may take"},
    {"keep-worktrees", NULL, "leave the worktrees when it ends"},
    {NULL, NULL, NULL},
};

static int session_update(struct app *app)
{
    struct a42_session_update_args change = {
        .id = app_session(app, 0),
        .task = app_text(app, "task"),
        .model = app_text(app, "model"),
        .preserve_worktrees = {app_option(app, "keep-worktrees") != NULL, true},
    };
    if (!app_opt_number(app, "timeout", &change.timeout_seconds))
        return EXIT_USAGE;
    return app_end(app, ait42_session_update(app->db, &change, &app->err));
}

static int session_status(struct app *app)
{
    enum a42_session_status status;
    if (!app_arg_status(app, 1, &status))
        return EXIT_USAGE;
    return app_end(app, ait42_session_set_status(app->db, app_session(app, 0), status, &app->err));
}

static const struct option complete_options[] = {
    {"winner", "N", "the instance that did best"},
    {NULL, NULL, NULL},
};

static int session_complete(struct app *app)
{
    tn_opt_int winner = {false, 0};
    if (!app_opt_number(app, "winner", &winner))
        return EXIT_USAGE;
    return app_end(app, ait42_session_complete(app->db, app_session(app, 0), winner, &app->err));
}

static int session_winner(struct app *app)
{
    tn_opt_int winner = {app->arg_count > 1, 0};
    if (winner.has && !app_arg_number(app, 1, &winner.value))
        return EXIT_USAGE;
    return app_end(app, ait42_session_set_winner(app->db, app_session(app, 0), winner, &app->err));
}

static int session_delete(struct app *app)
{
    struct a42_session_id ids[APP_ARGS_MAX];
    for (size_t i = 0; i < app->arg_count; i++)
        ids[i] = app_session(app, i);
    const struct a42_session_id_list list = {ids, app->arg_count};
    return app_end(app, ait42_session_delete_all(app->db, list, &app->err));
}

const struct command session_commands[] = {
    {"session create", "TASK", 1, 1, "with its instances; prints its id", create_options,
     session_create},
    {"session show", "ID", 1, 1, "with its instances and messages", NULL, session_show},
    {"session update", "ID", 1, 1, "change what is given", update_options, session_update},
    {"session status", "ID STATUS", 2, 2, "running, paused, failed or completed", NULL,
     session_status},
    {"session complete", "ID", 1, 1, "end it, and sum up what was changed", complete_options,
     session_complete},
    {"session winner", "ID [N]", 1, 2, "say which instance has won, or that none has", NULL,
     session_winner},
    {"session delete", "ID...", 1, APP_ARGS_MAX, "with all that hangs on them; all of them or none",
     NULL, session_delete},
    {0},
};
