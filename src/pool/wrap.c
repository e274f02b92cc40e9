/* SPDX-License-Identifier: MIT */
#include "pool/pool.h"
#include "util/str.h"

/* A pool of a handle that the program has opened. */

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
