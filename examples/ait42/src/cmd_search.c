/* SPDX-License-Identifier: MIT */
#include "app.h"
#include "search.h"
#include "session.h"

/* Lists of sessions. */

static const struct option limit_option[] = {
    {"limit", "N", "default: 20"},
    {NULL, NULL, NULL},
};

static int session_list(struct app *app)
{
    struct a42_session_summary_rows rows;
    int64_t limit = LIST_LIMIT;
    if (!app_number(app, "limit", &limit))
        return EXIT_USAGE;
    enum ait42_error_kind kind = ait42_session_list(
        &rows, app->db, app->arg_count > 0 ? app->args[0] : ".", limit, &app->arena, &app->err);
    if (kind == AIT42_NO_ERROR)
        out_summaries(&rows);
    return app_end(app, kind);
}

static const struct option search_options[] = {
    {"workspace", "FOLDER", "of this one; default: of all"},
    {"type", "TYPE", "competition, ensemble or debate"},
    {"status", "STATUS", "running, completed, failed or paused"},
    {"model", "NAME", "of this model"},
    {"since", "TIME", "created then or later"},
    {"until", "TIME", "created before"},
    {"sort", "ORDER", "newest, oldest, updated or task; default: newest"},
    {"limit", "N", "default: 20"},
    {NULL, NULL, NULL},
};

static int session_search(struct app *app)
{
    struct a42_session_summary_rows rows;
    struct ait42_search search = {
        .workspace = app_option(app, "workspace"),
        .by = {.model = app_text(app, "model"),
               .text = tn_text_of(app->arg_count > 0 ? app->args[0] : NULL),
               .limit = LIST_LIMIT},
    };
    tn_text sort = app_text(app, "sort");
    if (!app_opt_type(app, "type", &search.by.type) ||
        !app_opt_status(app, "status", &search.by.status) ||
        !app_opt_time(app, "since", &search.by.since) ||
        !app_opt_time(app, "until", &search.by.until) ||
        !app_number(app, "limit", &search.by.limit))
        return EXIT_USAGE;
    if (sort.data && !a42_session_search_sort_parse(&search.by.sort, sort)) {
        app_say("sort is newest, oldest, updated or task, not '%s'", sort.data);
        return EXIT_USAGE;
    }
    enum ait42_error_kind kind =
        ait42_session_search(&rows, app->db, &search, &app->arena, &app->err);
    if (kind == AIT42_NO_ERROR)
        out_summaries(&rows);
    return app_end(app, kind);
}

static int end_list(struct app *app, int rc, const struct a42_session_summary_rows *rows)
{
    if (rc < 0)
        return app_end_status(app, rc);
    out_summaries(rows);
    return EXIT_DONE;
}

static int session_recent(struct app *app)
{
    struct a42_session_summary_rows rows;
    int64_t limit = LIST_LIMIT;
    if (!app_number(app, "limit", &limit))
        return EXIT_USAGE;
    int rc = a42_session_recent_all(&rows, app->db, limit, &app->arena, &app->err.cause);
    return end_list(app, rc, &rows);
}

static const struct option changed_options[] = {
    {"since", "TIME", "default: a day ago"},
    {"limit", "N", "default: 20"},
    {NULL, NULL, NULL},
};

static int session_changed(struct app *app)
{
    struct a42_session_summary_rows rows;
    const int64_t day_us = INT64_C(86400000000);
    tn_opt_timestamp since = {true, {tn_now().us - day_us}};
    int64_t limit = LIST_LIMIT;
    if (!app_opt_time(app, "since", &since) || !app_number(app, "limit", &limit))
        return EXIT_USAGE;
    int rc =
        a42_session_changed_all(&rows, app->db, since.value, limit, &app->arena, &app->err.cause);
    return end_list(app, rc, &rows);
}

static int session_waiting(struct app *app)
{
    enum a42_session_status statuses[APP_ARGS_MAX] = {A42_SESSION_STATUS_RUNNING};
    struct a42_session_status_list list = {statuses, app->arg_count > 0 ? app->arg_count : 1};
    struct a42_session_summary_rows rows;
    int64_t limit = LIST_LIMIT;
    for (size_t i = 0; i < app->arg_count; i++)
        if (!app_arg_status(app, i, &statuses[i]))
            return EXIT_USAGE;
    if (!app_number(app, "limit", &limit))
        return EXIT_USAGE;
    int rc =
        a42_session_list_by_status_all(&rows, app->db, list, limit, &app->arena, &app->err.cause);
    return end_list(app, rc, &rows);
}

const struct command search_commands[] = {
    {"session list", "[FOLDER]", 0, 1, "of a workspace, the newest first", limit_option,
     session_list},
    {"session search", "[TEXT]", 0, 1, "by any of the filters together", search_options,
     session_search},
    {"session recent", "", 0, 0, "of every workspace, the newest first", limit_option,
     session_recent},
    {"session changed", "", 0, 0, "of every workspace, the last change first", changed_options,
     session_changed},
    {"session waiting", "[STATUS...]", 0, 4,
     "in these states, silent for longest first; default: running", limit_option, session_waiting},
    {0},
};
