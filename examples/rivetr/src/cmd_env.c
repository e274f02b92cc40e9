/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "app.h"
#include "env_vars.tenon.h"

static int env_set(struct program *p)
{
    char var[TN_UUID_SIZE];
    int exit_code = EXIT_DONE;
    bool is_secret = app_arg(p, 3) && strcmp(p->args[3], "--secret") == 0;
    if (is_secret) {
        app_say("'%s' is a secret: it needs a vault, and there is none yet", p->args[1]);
        return EXIT_REFUSED;
    }
    tn_text id = app_id_of(p, p->args[0], &exit_code);
    if (!id.data)
        return exit_code;
    if (!app_new_id(var))
        return EXIT_FAILED;
    const struct rv_env_set_args args = {
        .id = tn_text_of(var),
        .app_id = id,
        .key = app_text(p, 1),
        .value = app_text(p, 2),
        .is_secret = {.has = true, .value = false},
    };
    int rc = rv_env_set(NULL, p->db, &args, &p->err);
    return rc < 0 ? app_fail(p, rc) : EXIT_DONE;
}

static int env_list(struct program *p)
{
    struct rv_env_list_iter iter;
    int exit_code = EXIT_DONE;
    tn_text id = app_id_of(p, p->args[0], &exit_code);
    if (!id.data)
        return exit_code;
    int rc = rv_env_list_begin(&iter, p->db, id, &p->err);
    if (rc < 0)
        return app_fail(p, rc);
    while ((rc = rv_env_list_next(&iter, &p->err)) == TN_ROW)
        printf("%s=%s\n", iter.row.key.data, iter.row.value.data);
    rv_env_list_end(&iter);
    return rc < 0 ? app_fail(p, rc) : EXIT_DONE;
}

static int env_unset(struct program *p)
{
    int64_t affected = 0;
    int exit_code = EXIT_DONE;
    tn_text id = app_id_of(p, p->args[0], &exit_code);
    if (!id.data)
        return exit_code;
    int rc = rv_env_unset(&affected, p->db, id, app_text(p, 1), &p->err);
    if (rc < 0)
        return app_fail(p, rc);
    return affected > 0 ? EXIT_DONE : EXIT_NOTHING;
}

const struct command env_commands[] = {
    {"env set", "APP KEY VALUE [--secret]", 3, 4, "secrets are refused until there is a vault",
     env_set},
    {"env list", "APP", 1, 1, "as KEY=VALUE", env_list},
    {"env unset", "APP KEY", 2, 2, "", env_unset},
    {0},
};
