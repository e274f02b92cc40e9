/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <stdio.h>

#include "app.h"

int database_migrate(tn_db *db, tn_error *err)
{
    return tn_migrate(db, &aco_migrations, NULL, NULL, err);
}

/* The same URL with mode=rwc, unless it has a mode or is no file. NULL: no memory. */
static const char *creating(const char *url, tn_arena *arena)
{
    if (strstr(url, ":memory:") || strstr(url, "mode="))
        return url;
    size_t size = strlen(url) + sizeof "?mode=rwc";
    char *out = tn_arena_alloc(arena, size);
    if (out)
        snprintf(out, size, "%s%cmode=rwc", url, strchr(url, '?') ? '&' : '?');
    return out;
}

int database_open(struct app *app)
{
    enum needs needs = app->command->needs;
    const char *url = app->url;
    if (needs == NEEDS_NEW_DATABASE) {
        url = creating(app->url, &app->arena);
        if (!url)
            return tn_error_set(&app->err, TN_ENOMEM, "out of memory");
    }
    int rc = tn_db_open(&app->db, url, NULL, &app->err);
    if (rc == TN_ENOTFOUND && needs != NEEDS_NEW_DATABASE)
        tn_error_prefix(&app->err, "run 'acolib init' first");
    if (rc == TN_OK && needs == NEEDS_DATABASE) {
        rc = database_migrate(app->db, &app->err);
        if (rc < 0)
            tn_db_close(app->db);
    }
    return rc;
}
