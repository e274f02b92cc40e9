/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/parts.h"
#include "util/fs.h"
#include "util/str.h"

/* Where the binaries are, and who runs them. */

/* Debian's folder of one version each; the programs are not in the PATH there. */
#define DEBIAN_PATTERN "/usr/lib/postgresql/*/bin"

static int is_bindir(bool *out, const char *folder, tn_arena *arena)
{
    static const char *const programs[] = {"postgres", "initdb"};
    *out = true;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        const char *path = tn__path_join(arena, folder, programs[i]);
        if (!path)
            return TN_ENOMEM;
        *out = *out && tn__path_kind(path) == TN__PATH_FILE && access(path, X_OK) == 0;
    }
    return TN_OK;
}

/* *out is the folder if it is one, and else left alone. */
static int try_folder(const char **out, const char *folder, tn_arena *arena)
{
    bool is_one;
    int rc = is_bindir(&is_one, folder, arena);
    if (rc == TN_OK && is_one)
        *out = folder;
    return rc;
}

static int try_pg_config(const char **out, tn_arena *arena)
{
    char line[1024];
    /* A fixed text, that only the PATH decides about. */
    FILE *pipe = popen("pg_config --bindir 2>/dev/null", "r"); /* NOLINT(cert-env33-c) */
    if (!pipe)
        return TN_OK;
    bool is_told = fgets(line, sizeof line, pipe) != NULL;
    pclose(pipe);
    if (!is_told)
        return TN_OK;
    tn_text folder = tn__text_trim((tn_text){line, strlen(line)});
    const char *copy = tn_arena_copy(arena, folder.data, folder.size);
    return copy ? try_folder(out, copy, arena) : TN_ENOMEM;
}

static int try_path(const char **out, tn_arena *arena)
{
    const char *at = getenv("PATH");
    int rc = TN_OK;
    while (at && *at && rc == TN_OK && !*out) {
        size_t size = strcspn(at, ":");
        const char *folder = tn_arena_copy(arena, at, size);
        if (!folder)
            return TN_ENOMEM;
        if (*folder == '/')
            rc = try_folder(out, folder, arena);
        at += size;
        at += *at == ':';
    }
    return rc;
}

static int try_debian(const char **out, tn_arena *arena)
{
    const char *const *folders;
    size_t count;
    long newest = -1;
    int rc = tn__glob(&folders, &count, DEBIAN_PATTERN, arena, NULL);
    if (rc != TN_OK)
        return rc == TN_ENOMEM ? rc : TN_OK;
    for (size_t i = 0; i < count && rc == TN_OK; i++) {
        const char *found = NULL;
        /* 9.6 was the last version of two parts. */
        long version = strtol(folders[i] + strcspn(DEBIAN_PATTERN, "*"), NULL, 10);
        if (version > newest)
            rc = try_folder(&found, folders[i], arena);
        if (found) {
            newest = version;
            *out = found;
        }
    }
    return rc;
}

/* A folder that somebody has named is the one, or wrong. */
static int take_named(const char **out, const char *folder, const char *by, tn_arena *arena,
                      tn_error *err)
{
    const char *found = NULL;
    const char *copy = tn_arena_copy(arena, folder, strlen(folder));
    int rc = copy ? try_folder(&found, copy, arena) : TN_ENOMEM;
    if (rc != TN_OK)
        return tn_error_set(err, rc, "out of memory");
    if (!found)
        return tn_error_set(
            err, TN_ENOTFOUND,
            "no PostgreSQL server in '%s' (%s): 'postgres' and 'initdb' are wanted there",
            tn__path_shown(copy), by);
    *out = found;
    return TN_OK;
}

int tn__server_find(const char **out, const char *bindir, tn_arena *arena, tn_error *err)
{
    static int (*const tries[])(const char **, tn_arena *) = {try_pg_config, try_path, try_debian};
    const char *named = getenv("TENON_PG_BINDIR");
    const char *found = NULL;
    if (bindir)
        return take_named(out, bindir, "as told", arena, err);
    if (named && *named)
        return take_named(out, named, "from TENON_PG_BINDIR", arena, err);
    for (size_t i = 0; i < sizeof tries / sizeof tries[0] && !found; i++) {
        if (tries[i](&found, arena) != TN_OK)
            return tn_error_set(err, TN_ENOMEM, "out of memory");
    }
    if (!found)
        return tn_error_set(
            err, TN_ENOTFOUND,
            "no PostgreSQL server is installed: none by pg_config, in the PATH or in " DEBIAN_PATTERN
            "; install the package 'postgresql-15' or name its folder in TENON_PG_BINDIR");
    *out = found;
    return TN_OK;
}
