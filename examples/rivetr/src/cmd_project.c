/* SPDX-License-Identifier: MIT */
#include "app.h"
#include "projects.tenon.h"

static int project_add(struct program *p)
{
    char id[TN_UUID_SIZE];
    if (!app_new_id(id))
        return EXIT_FAILED;
    int rc = rv_project_add(NULL, p->db, tn_text_of(id), app_text(p, 0), app_text(p, 1), &p->err);
    if (rc == TN_EUNIQUE) {
        app_say("there is a project '%s' already", p->args[0]);
        return EXIT_REFUSED;
    }
    if (rc < 0)
        return app_fail(p, rc);
    puts(id);
    return EXIT_DONE;
}

static int project_list(struct program *p)
{
    struct rv_project_list_iter iter;
    int rc = rv_project_list_begin(&iter, p->db, &p->err);
    if (rc < 0)
        return app_fail(p, rc);
    while ((rc = rv_project_list_next(&iter, &p->err)) == TN_ROW)
        printf("%s\t%s\n", iter.row.name.data,
               iter.row.description.data ? iter.row.description.data : "");
    rv_project_list_end(&iter);
    return rc < 0 ? app_fail(p, rc) : EXIT_DONE;
}

static int project_delete(struct program *p)
{
    int64_t affected = 0;
    int rc = rv_project_delete(&affected, p->db, app_text(p, 0), &p->err);
    if (rc == TN_EFOREIGNKEY) {
        app_say("project '%s' has apps: it stays", p->args[0]);
        return EXIT_REFUSED;
    }
    if (rc < 0)
        return app_fail(p, rc);
    if (affected == 0)
        app_say("there is no project '%s'", p->args[0]);
    return affected > 0 ? EXIT_DONE : EXIT_NOTHING;
}

const struct command project_commands[] = {
    {"project add", "NAME [DESCRIPTION]", 1, 2, "prints its id", project_add},
    {"project list", "", 0, 0, "by name", project_list},
    {"project delete", "NAME", 1, 1, "refused while it has apps", project_delete},
    {0},
};
