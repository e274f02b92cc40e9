/* SPDX-License-Identifier: MIT */
#include "app.h"
#include "sessions.tenon.h"
#include "setting.h"

#define SILENCE_S 90      /* where session.silence_s is not set */
#define KEEP_S    2592000 /* thirty days, where session.keep_s is not set */

static const struct option open_options[] = {
    {"user", "ID", "who is behind the client"},
    {"type", "TYPE", "websocket, http or grpc; default: websocket"},
    {"metadata", "JSON", "about the connection"},
    {"id", "ID", "default: a new UUID"},
    {NULL, NULL, NULL},
};

static int session_open(struct app *app)
{
    char uuid[TN_UUID_SIZE];
    struct aco_opt_session_connection_type type;
    const char *id = app_id(app, uuid);
    if (!id)
        return EXIT_FAILED;
    if (!aco_opt_session_connection_type_parse(&type, app_text(app, "type")))
        return app_no_choice(app, "type");
    struct aco_session_open_args args = {
        .id = tn_text_of(id),
        .client_id = tn_text_of(app->args[0]),
        .user_id = app_text(app, "user"),
        .connection_type = type.has ? type.value : ACO_SESSION_CONNECTION_TYPE_WEBSOCKET,
        .metadata = app_text(app, "metadata"),
    };
    int rc = aco_session_open(NULL, app->db, &args, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    puts(id);
    return EXIT_DONE;
}

static int session_heartbeat(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_session_heartbeat(&affected, app->db, tn_text_of(app->args[0]), &app->err);
    return app_step(app, rc, affected, "session", app->args[0], "active");
}

static int session_close(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_session_close(&affected, app->db, tn_text_of(app->args[0]), &app->err);
    return app_step(app, rc, affected, "session", app->args[0], "active");
}

/* --silence, or the setting, or a constant. EXIT_DONE, or an exit code after a message. */
static int silence(struct app *app, const char *key, int64_t fallback, int64_t *out)
{
    int rc = setting_get_int(out, app->db, key, fallback, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    return app_number(app, "silence", *out, out) ? EXIT_DONE : EXIT_USAGE;
}

static const struct option expire_options[] = {
    {"silence", "SECONDS", "without a heartbeat; default: the setting session.silence_s, or 90"},
    {NULL, NULL, NULL},
};

static int session_expire(struct app *app)
{
    int64_t affected = 0, silence_s;
    int code = silence(app, "session.silence_s", SILENCE_S, &silence_s);
    if (code != EXIT_DONE)
        return code;
    int rc = aco_session_expire(&affected, app->db, silence_s, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    printf("%lld expired\n", (long long)affected);
    return EXIT_DONE;
}

static const struct option purge_options[] = {
    {"silence", "SECONDS", "without a heartbeat; default: the setting session.keep_s, or 30 days"},
    {NULL, NULL, NULL},
};

static int session_purge(struct app *app)
{
    int64_t affected = 0, silence_s;
    int code = silence(app, "session.keep_s", KEEP_S, &silence_s);
    if (code != EXIT_DONE)
        return code;
    int rc = aco_session_purge(&affected, app->db, silence_s, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    printf("%lld removed\n", (long long)affected);
    return EXIT_DONE;
}

static const struct option list_options[] = {
    {"active", NULL, "the active ones, the next to expire first"},
    {"client", "ID", "of this client"},
    {"user", "ID", "of this user"},
    {"limit", "N", "default: 20"},
    {NULL, NULL, NULL},
};

static int session_list(struct app *app)
{
    struct aco_session_rows sessions;
    int64_t limit;
    int rc;
    if (!app_number(app, "limit", LIST_LIMIT, &limit))
        return EXIT_USAGE;
    tn_text client = app_text(app, "client");
    tn_text user = app_text(app, "user");
    bool active = app_flag(app, "active");
    if (!!client.data + !!user.data + active > 1) {
        app_say("one of --active, --client and --user at a time");
        return EXIT_USAGE;
    }
    if (active)
        rc = aco_session_list_active_all(&sessions, app->db, limit, &app->arena, &app->err);
    else if (client.data)
        rc = aco_session_list_by_client_all(&sessions, app->db, client, limit, &app->arena,
                                            &app->err);
    else if (user.data)
        rc = aco_session_list_by_user_all(&sessions, app->db, user, limit, &app->arena, &app->err);
    else
        rc = aco_session_list_all(&sessions, app->db, limit, &app->arena, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    for (size_t i = 0; i < sessions.count; i++) {
        const struct aco_session *session = &sessions.items[i];
        out_cell(session->id, 36);
        out_string(session->is_active ? "active" : "closed", 6);
        out_cell(aco_session_connection_type_text(session->connection_type), 9);
        out_cell(session->last_heartbeat, 23);
        out_cell(session->client_id, 12);
        out_cell(session->user_id, 0);
    }
    out_count(sessions.count, "session");
    return EXIT_DONE;
}

static int session_show(struct app *app)
{
    struct aco_session session;
    int rc = aco_session_find(&session, app->db, tn_text_of(app->args[0]), &app->arena, &app->err);
    if (rc == TN_NONE) {
        app_say("no session '%s'", app->args[0]);
        return EXIT_NOTHING;
    }
    if (rc < 0)
        return app_fail(app, rc);
    out_field("id", session.id);
    out_field("client", session.client_id);
    out_field("user", session.user_id);
    out_field("type", aco_session_connection_type_text(session.connection_type));
    out_field("state", tn_text_of(session.is_active ? "active" : "closed"));
    out_field("metadata", session.metadata);
    out_field("opened", session.created_at);
    out_field("updated", session.updated_at);
    out_field("heartbeat", session.last_heartbeat);
    return EXIT_DONE;
}

const struct command session_commands[] = {
    {"session open", "CLIENT", 1, 1, "an active session; prints its id", open_options, 0,
     session_open},
    {"session heartbeat", "ID", 1, 1, "it is still there", NULL, 0, session_heartbeat},
    {"session close", "ID", 1, 1, "active to closed", NULL, 0, session_close},
    {"session expire", "", 0, 0, "close those that have fallen silent", expire_options, 0,
     session_expire},
    {"session purge", "", 0, 0, "remove those not heard of for long", purge_options, 0,
     session_purge},
    {"session list", "", 0, 0, "the newest, all or by one criterion", list_options, 0,
     session_list},
    {"session show", "ID", 1, 1, "everything about one session", NULL, 0, session_show},
    {0},
};
