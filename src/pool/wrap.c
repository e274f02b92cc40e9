/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "pool/pool.h"
#include "util/env.h"
#include "util/fs.h"
#include "util/str.h"

/* Other ways to a pool than a URL in the program's hand: a handle, or the environment. */

int tn_db_wrap_sqlite(tn_db **out, struct sqlite3 *handle, const tn_db_options *options,
                      tn_error *err)
{
    tn_error own;
    struct tn__pool_recipe recipe = {.arena = TN_ARENA_INIT, .adopt = handle};
    const char *path = NULL;
    err = err ? err : &own;
    options = options ? options : &tn__db_defaults;
    if (!handle)
        return tn_error_set(err, TN_EINVAL, "no handle to wrap");
    int rc = tn__db_options_check(options, err);
    if (rc != TN_OK)
        return rc;
    recipe.driver = tn__driver_find(TN__URL_SQLITE);
    rc = recipe.driver->inspect(&recipe.plan, &path, handle, err);
    if (rc == TN_OK) {
        recipe.url.engine = TN__URL_SQLITE;
        recipe.url.is_memory = path == NULL;
        recipe.url.path = path ? tn_arena_copy(&recipe.arena, path, tn_text_of(path).size) : NULL;
        recipe.url.text = tn__arena_printf(&recipe.arena, "sqlite:%s", path ? path : ":memory:");
        if (!recipe.url.text || (path && !recipe.url.path))
            rc = tn_error_set(err, TN_ENOMEM, "cannot wrap the handle: out of memory");
    }
    if (rc == TN_OK)
        rc = tn__pool_limits_read(&recipe.limits, &recipe.url, options, err);
    if (rc != TN_OK) {
        tn_arena_fini(&recipe.arena);
        return rc;
    }
    return tn__pool_open(out, &recipe, options, err);
}

/* The line of .env; *out stays NULL where there is no file or no line. */
static int read_env_file(const char **out, tn_arena *arena, tn_error *err)
{
    enum {
        MOST_BYTES = 1 << 20
    };
    static const char file[] = ".env";
    struct tn__env env;
    tn_text text;
    if (tn__path_kind(file) == TN__PATH_NONE)
        return TN_OK;
    int rc = tn__file_read(&text, file, MOST_BYTES, arena, err);
    if (rc == TN_OK) {
        rc = tn__env_parse(&env, text, tn__env_getenv, NULL, arena, err);
        if (rc != TN_OK)
            tn_error_prefix(err, "%s", file);
    }
    for (size_t i = 0; rc == TN_OK && i < env.count; i++) {
        if (tn__text_is(tn_text_of(env.entries[i].name), "DATABASE_URL"))
            *out = env.entries[i].value;
    }
    return rc;
}

int tn_db_open_env(tn_db **out, const tn_db_options *options, tn_error *err)
{
    tn_error own;
    tn_arena arena = TN_ARENA_INIT;
    err = err ? err : &own;
    const char *url = getenv("DATABASE_URL");
    int rc = TN_OK;
    if (!url || !url[0]) {
        url = NULL;
        rc = read_env_file(&url, &arena, err);
    }
    if (rc == TN_OK && (!url || !url[0]))
        rc = tn_error_set(err, TN_EINVAL,
                          "no database is configured: neither the environment nor a file '.env' "
                          "has DATABASE_URL");
    if (rc == TN_OK)
        rc = tn_db_open(out, url, options, err);
    tn_arena_fini(&arena);
    return rc;
}
