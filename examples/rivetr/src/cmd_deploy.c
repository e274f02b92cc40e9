/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "app.h"
#include "deployments.tenon.h"
#include "logs.tenon.h"

static int deploy_add(struct program *p)
{
    char deployment[TN_UUID_SIZE];
    int exit_code = EXIT_DONE;
    tn_text id = app_id_of(p, p->args[0], &exit_code);
    if (!id.data)
        return exit_code;
    if (!app_new_id(deployment))
        return EXIT_FAILED;
    const struct rv_deployment_add_args args = {
        .id = tn_text_of(deployment),
        .app_id = id,
        .commit_sha = app_text(p, 1),
        .image_tag = app_text(p, 2),
    };
    int rc = rv_deployment_add(NULL, p->db, &args, &p->err);
    if (rc < 0)
        return app_fail(p, rc);
    puts(deployment);
    return EXIT_DONE;
}

/* The end of a step: it changes one row, or none because the deployment is elsewhere. */
static int end_step(struct program *p, int rc, int64_t affected, const char *is_not)
{
    if (rc < 0)
        return app_fail(p, rc);
    if (affected > 0)
        return EXIT_DONE;
    app_say("deployment '%s' is not %s, or there is none", p->args[0], is_not);
    return EXIT_NOTHING;
}

static int deploy_start(struct program *p)
{
    int64_t affected = 0;
    int rc = rv_deployment_start(&affected, p->db, app_text(p, 1), app_text(p, 0), &p->err);
    return end_step(p, rc, affected, "pending");
}

static int deploy_succeed(struct program *p)
{
    int64_t affected = 0;
    int rc = rv_deployment_succeed(&affected, p->db, app_text(p, 0), &p->err);
    return end_step(p, rc, affected, "running");
}

static int deploy_fail(struct program *p)
{
    int64_t affected = 0;
    int rc = rv_deployment_fail(&affected, p->db, app_text(p, 1), app_text(p, 0), &p->err);
    return end_step(p, rc, affected, "pending or running");
}

static int deploy_log(struct program *p)
{
    char id[TN_UUID_SIZE];
    if (!app_new_id(id))
        return EXIT_FAILED;
    const struct rv_log_add_args args = {
        .id = tn_text_of(id),
        .deployment_id = app_text(p, 0),
        .level = app_text(p, 1),
        .message = app_text(p, 2),
    };
    int rc = rv_log_add(NULL, p->db, &args, &p->err);
    if (rc == TN_EFOREIGNKEY) {
        app_say("there is no deployment '%s'", p->args[0]);
        return EXIT_NOTHING;
    }
    return rc < 0 ? app_fail(p, rc) : EXIT_DONE;
}

/* Row by row, as they are read: a log may be long. *after is the last one printed. */
static int print_logs(struct program *p, int64_t *after)
{
    struct rv_log_list_iter iter;
    char time[TN_TIME_MAX];
    int rc = rv_log_list_begin(&iter, p->db, app_text(p, 0), *after, &p->err);
    if (rc < 0)
        return rc;
    while ((rc = rv_log_list_next(&iter, &p->err)) == TN_ROW) {
        printf("%s %-5s %s\n", app_time(time, iter.row.timestamp), iter.row.level.data,
               iter.row.message.data);
        *after = iter.row.seq;
    }
    rv_log_list_end(&iter);
    fflush(stdout);
    return rc < 0 ? rc : TN_OK;
}

/* 1: it goes on; 0: it has ended; negative: a status. */
static int is_going_on(struct program *p)
{
    struct rv_deployment deployment;
    int rc = rv_deployment_find(&deployment, p->db, app_text(p, 0), &p->arena, &p->err);
    if (rc == TN_NONE)
        return 0;
    return rc < 0 ? rc : !deployment.finished_at.has;
}

static int deploy_logs(struct program *p)
{
    const struct timespec pause = {0, 200000000};
    bool follows = app_arg(p, 1) && strcmp(p->args[1], "--follow") == 0;
    int64_t after = 0;
    for (;;) {
        int going = is_going_on(p); /* asked first: what it wrote last must not be missed */
        int rc = going < 0 ? going : print_logs(p, &after);
        tn_arena_reset(&p->arena);
        if (rc < 0)
            return app_fail(p, rc);
        if (!follows || !going)
            return EXIT_DONE;
        nanosleep(&pause, NULL);
    }
}

static int deploy_list(struct program *p)
{
    struct rv_deployment_list_by_app_iter iter;
    char time[TN_TIME_MAX];
    int exit_code = EXIT_DONE;
    tn_text id = app_id_of(p, p->args[0], &exit_code);
    if (!id.data)
        return exit_code;
    int rc = rv_deployment_list_by_app_begin(&iter, p->db, id, 20, &p->err);
    if (rc < 0)
        return app_fail(p, rc);
    while ((rc = rv_deployment_list_by_app_next(&iter, &p->err)) == TN_ROW)
        printf("%s\t%s\t%s\t%s\n", iter.row.id.data ? iter.row.id.data : "?", iter.row.status.data,
               app_time(time, iter.row.created_at),
               iter.row.error_message.data ? iter.row.error_message.data : "");
    rv_deployment_list_by_app_end(&iter);
    return rc < 0 ? app_fail(p, rc) : EXIT_DONE;
}

const struct command deploy_commands[] = {
    {"deploy add", "APP [COMMIT [IMAGE_TAG]]", 1, 3, "prints its id", deploy_add},
    {"deploy start", "ID [CONTAINER]", 1, 2, "pending to running", deploy_start},
    {"deploy succeed", "ID", 1, 1, "running to succeeded", deploy_succeed},
    {"deploy fail", "ID MESSAGE", 2, 2, "pending or running to failed", deploy_fail},
    {"deploy list", "APP", 1, 1, "the last 20 of an app", deploy_list},
    {"deploy log", "ID LEVEL MESSAGE", 3, 3, "write a line of its log", deploy_log},
    {"logs", "ID [--follow]", 1, 2, "its log; --follow: until it has ended", deploy_logs},
    {0},
};
