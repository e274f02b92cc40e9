/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "pool/pool.h"
#include "util/env.h"
#include "util/fs.h"
#include "util/str.h"

/* The database that the environment names, or a file '.env' in the working folder. */

static const char env_file[] = ".env";

/* *out has no entries where there is no such file. */
static int read_env_file(struct tn__env *out, tn_arena *arena, tn_error *err)
{
    enum {
        MOST_BYTES = 1 << 20
    };
    tn_text text;
    if (tn__path_kind(env_file) == TN__PATH_NONE)
        return TN_OK;
    int rc = tn__file_read(&text, env_file, MOST_BYTES, arena, err);
    if (rc == TN_OK) {
        rc = tn__env_parse(out, text, tn__env_getenv, NULL, arena, err);
        if (rc != TN_OK)
            tn_error_prefix(err, "%s", env_file);
    }
    return rc;
}

/* Of the environment, or else of the file; NULL: not set, or empty. */
static const char *find(const char *name, const struct tn__env *env)
{
    const char *value = getenv(name);
    for (size_t i = env->count; (!value || !value[0]) && i-- > 0;) {
        if (tn__text_is(tn_text_of(env->entries[i].name), name))
            value = env->entries[i].value;
    }
    return value && value[0] ? value : NULL;
}

/* *out stays NULL where nothing is said. */
static int find_url(const char **out, const struct tn__env *env, tn_arena *arena, tn_error *err)
{
    *out = find("DATABASE_URL", env);
    if (*out)
        return TN_OK;
    struct tn__url_parts parts = {
        .host = find("POSTGRES_HOST", env),
        .port = find("POSTGRES_PORT", env),
        .database = find("POSTGRES_DB", env),
        .user = find("POSTGRES_USER", env),
        .password = find("POSTGRES_PASSWORD", env),
    };
    const char *variable;
    int rc = tn__url_parts_check(&variable, &parts, err);
    if (rc == TN_NONE && variable)
        return tn_error_set(err, TN_EINVAL,
                            "no database is configured: %s is set, but neither DATABASE_URL nor "
                            "POSTGRES_HOST or POSTGRES_DB",
                            variable);
    if (rc != TN_OK)
        return rc == TN_NONE ? TN_OK : rc;
    if (!parts.host)
        parts.host = "localhost";
    return tn__url_compose(out, &parts, arena) == TN_OK
               ? TN_OK
               : tn_error_set(err, TN_ENOMEM, "cannot open the database: out of memory");
}

int tn_db_open_env(tn_db **out, const tn_db_options *options, tn_error *err)
{
    tn_error own;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__env env = {NULL, 0};
    const char *url = getenv("DATABASE_URL");
    int rc = TN_OK;
    err = err ? err : &own;
    if (!url || !url[0]) {
        rc = read_env_file(&env, &arena, err);
        if (rc == TN_OK)
            rc = find_url(&url, &env, &arena, err);
    }
    if (rc == TN_OK && !url)
        rc = tn_error_set(err, TN_EINVAL,
                          "no database is configured: neither the environment nor a file '.env' "
                          "has DATABASE_URL, or POSTGRES_HOST or POSTGRES_DB");
    if (rc == TN_OK)
        rc = tn_db_open(out, url, options, err);
    tn_arena_fini(&arena);
    return rc;
}
