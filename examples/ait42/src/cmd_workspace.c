/* SPDX-License-Identifier: MIT */
#include "app.h"
#include "session.h"
#include "workspace.h"

static void print_workspace(const struct a42_workspace *workspace)
{
    out_cell(tn_text_of(workspace->workspace_hash.data), 12);
    out_time(workspace->last_accessed_at, 19);
    out_cell(workspace->workspace_path, 0);
}

static int workspace_open(struct app *app)
{
    struct a42_workspace workspace;
    enum ait42_error_kind kind =
        ait42_workspace_open(&workspace, app->db, app->args[0], &app->arena, &app->err);
    if (kind == AIT42_NO_ERROR)
        print_workspace(&workspace);
    return app_end(app, kind);
}

static int workspace_list(struct app *app)
{
    struct a42_workspace_rows rows;
    enum ait42_error_kind kind = ait42_workspace_list(&rows, app->db, &app->arena, &app->err);
    if (kind != AIT42_NO_ERROR)
        return app_end(app, kind);
    for (size_t i = 0; i < rows.count; i++)
        print_workspace(&rows.items[i]);
    out_count(rows.count, "workspace");
    return EXIT_DONE;
}

static int workspace_show(struct app *app)
{
    struct a42_workspace workspace;
    enum ait42_error_kind kind =
        ait42_workspace_find(&workspace, app->db, app->args[0], &app->arena, &app->err);
    if (kind != AIT42_NO_ERROR)
        return app_end(app, kind);
    out_field_number("id", tn_some_int(workspace.id.value));
    out_field("path", workspace.workspace_path);
    out_field("hash", workspace.workspace_hash);
    out_field_time("created", (tn_opt_timestamp){true, workspace.created_at});
    out_field_time("accessed", (tn_opt_timestamp){true, workspace.last_accessed_at});
    return EXIT_DONE;
}

static int workspace_delete(struct app *app)
{
    return app_end(app, ait42_workspace_delete(app->db, app->args[0], &app->err));
}

const struct command workspace_commands[] = {
    {"workspace open", "FOLDER", 1, 1, "find it or make it, and note that it is used", NULL,
     workspace_open},
    {"workspace list", "", 0, 0, "all, the one used last first", NULL, workspace_list},
    {"workspace show", "FOLDER", 1, 1, "what is known of one", NULL, workspace_show},
    {"workspace delete", "FOLDER", 1, 1, "forget it, with all its sessions; the folder stays", NULL,
     workspace_delete},
    {0},
};
