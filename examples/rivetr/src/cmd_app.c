/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>

#include "app.h"
#include "apps.tenon.h"
#include "projects.tenon.h"
#include "webhooks.tenon.h"

static bool read_port(int64_t *out, const char *text)
{
    char *end;
    long port = strtol(text, &end, 10);
    if (*end || port < 1 || port > 65535) {
        app_say("'%s' is no port", text);
        return false;
    }
    *out = port;
    return true;
}

static int app_add(struct program *p)
{
    char id[TN_UUID_SIZE];
    const char *project = app_arg(p, 4);
    struct rv_project found = {0};
    struct rv_app_add_args args = {
        .name = app_text(p, 0),
        .git_url = app_text(p, 1),
        .branch = tn_text_of(app_arg(p, 2) ? p->args[2] : "main"),
        .port = 3000,
    };
    if (!app_new_id(id) || (app_arg(p, 3) && !read_port(&args.port, p->args[3])))
        return EXIT_USAGE;
    args.id = tn_text_of(id);
    if (project) {
        int rc = rv_project_find_by_name(&found, p->db, tn_text_of(project), &p->arena, &p->err);
        if (rc < 0)
            return app_fail(p, rc);
        if (rc == TN_NONE) {
            app_say("there is no project '%s'", project);
            return EXIT_NOTHING;
        }
        args.project_id = found.id;
    }
    int rc = rv_app_add(NULL, p->db, &args, &p->err);
    if (rc == TN_EUNIQUE) {
        app_say("there is an app '%s' already", p->args[0]);
        return EXIT_REFUSED;
    }
    if (rc < 0)
        return app_fail(p, rc);
    puts(id);
    return EXIT_DONE;
}

static void put_field(const char *name, tn_text value)
{
    if (value.data)
        printf("%-13s %s\n", name, value.data);
}

static int app_show(struct program *p)
{
    struct rv_app app;
    char time[TN_TIME_MAX];
    int rc = rv_app_find_by_name(&app, p->db, app_text(p, 0), &p->arena, &p->err);
    if (rc < 0)
        return app_fail(p, rc);
    if (rc == TN_NONE) {
        app_say("there is no app '%s'", p->args[0]);
        return EXIT_NOTHING;
    }
    put_field("id", app.id);
    put_field("name", app.name);
    put_field("git_url", app.git_url);
    put_field("branch", app.branch);
    printf("%-13s %" PRId64 "\n", "port", app.port);
    put_field("domain", app.domain);
    put_field("healthcheck", app.healthcheck);
    put_field("environment", app.environment);
    put_field("project_id", app.project_id);
    put_field("created_at", tn_text_of(app_time(time, app.created_at)));
    put_field("updated_at", tn_text_of(app_time(time, app.updated_at)));
    return EXIT_DONE;
}

static int app_list(struct program *p)
{
    struct rv_app_list_iter iter;
    int rc = rv_app_list_begin(&iter, p->db, &p->err);
    if (rc < 0)
        return app_fail(p, rc);
    while ((rc = rv_app_list_next(&iter, &p->err)) == TN_ROW)
        printf("%s\t%s\t%" PRId64 "\n", iter.row.name.data, iter.row.branch.data, iter.row.port);
    rv_app_list_end(&iter);
    return rc < 0 ? app_fail(p, rc) : EXIT_DONE;
}

static int app_rename(struct program *p)
{
    int exit_code = EXIT_DONE;
    tn_text id = app_id_of(p, p->args[0], &exit_code);
    if (!id.data)
        return exit_code;
    int rc = rv_app_rename(NULL, p->db, app_text(p, 1), id, &p->err);
    return rc < 0 ? app_fail(p, rc) : EXIT_DONE;
}

static int app_delete(struct program *p)
{
    int exit_code = EXIT_DONE;
    tn_text id = app_id_of(p, p->args[0], &exit_code);
    bool is_all = app_arg(p, 1) && tn_text_of(p->args[1]).size == 5 && p->args[1][2] == 'a';
    if (!id.data)
        return exit_code;
    int rc =
        is_all ? database_delete_app(p->db, id, &p->err) : rv_app_delete(NULL, p->db, id, &p->err);
    if (rc == TN_EFOREIGNKEY) {
        app_say("app '%s' has deployments or variables: it stays (see --all)", p->args[0]);
        return EXIT_REFUSED;
    }
    return rc < 0 ? app_fail(p, rc) : EXIT_DONE;
}

static int app_hook(struct program *p)
{
    char hook[TN_UUID_SIZE];
    int exit_code = EXIT_DONE;
    tn_text id = app_id_of(p, p->args[0], &exit_code);
    if (!id.data)
        return exit_code;
    if (!app_new_id(hook))
        return EXIT_FAILED;
    const struct rv_webhook_add_args args = {
        .id = tn_text_of(hook),
        .app_id = id,
        .url = app_text(p, 1),
        .event = tn_text_of("deployment"),
    };
    int rc = rv_webhook_add(NULL, p->db, &args, &p->err);
    return rc < 0 ? app_fail(p, rc) : EXIT_DONE;
}

const struct command app_commands[] = {
    {"app add", "NAME GIT_URL [BRANCH [PORT [PROJECT]]]", 2, 5, "prints its id", app_add},
    {"app show", "NAME", 1, 1, "all that is known of it", app_show},
    {"app list", "", 0, 0, "newest first: name, branch, port", app_list},
    {"app rename", "NAME NEW_NAME", 2, 2, "", app_rename},
    {"app hook", "NAME URL", 2, 2, "call a URL at each deployment", app_hook},
    {"app delete", "NAME [--all]", 1, 2,
     "refused while it has deployments or variables; --all: with them", app_delete},
    {0},
};
