/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <unistd.h>

#include "gen/gen.h"
#include "util/buf.h"
#include "util/fs.h"
#include "util/str.h"

enum {
    CWD_MAX = 4096
};

/* A path as make reads it: blanks and # behind a backslash, $ doubled. */
static void put_path(struct tn__buf *buf, const char *path)
{
    for (; *path; path++) {
        if (*path == ' ' || *path == '#')
            tn__buf_putc(buf, '\\');
        if (*path == '$')
            tn__buf_putc(buf, '$');
        tn__buf_putc(buf, *path);
    }
}

/* Paths for the depfile: absolute, since make may run elsewhere. */
struct paths {
    struct tn__buf *buf;
    const char *cwd;
    tn_arena *arena;
    int status;
};

static void put_input(struct paths *paths, const char *path)
{
    const char *joined = tn__path_join(paths->arena, paths->cwd, path);
    const char *clean = joined ? tn__path_clean(paths->arena, joined) : NULL;
    if (!clean) {
        paths->status = TN_ENOMEM;
        return;
    }
    tn__buf_puts(paths->buf, " \\\n  ");
    put_path(paths->buf, clean);
}

/* The folder where a pattern begins to be looked for: the part in front of its first wildcard. The
 * folders that matches stand in are put with the matches. */
static void put_pattern(struct paths *paths, const char *pattern)
{
    size_t fixed = strcspn(pattern, "*?");
    const char *prefix = tn_arena_copy(paths->arena, pattern, fixed);
    /* "queries/" of "queries/x*.sql": a name behind it makes it the folder of that name */
    const char *inside = prefix ? tn__arena_printf(paths->arena, "%sx", prefix) : NULL;
    const char *dir = inside ? tn__path_dir(paths->arena, inside) : NULL;
    if (!dir)
        paths->status = TN_ENOMEM;
    else if (tn__path_kind(dir) == TN__PATH_DIR)
        put_input(paths, dir);
}

static void put_migrations(struct paths *paths, const struct tn__checked *checked, const char *dir)
{
    put_input(paths, dir);
    for (size_t i = 0; i < checked->migrations.count; i++) {
        const tn_migration *migration = &checked->migrations.items[i];
        put_input(paths, migration->up.file);
        /* Only what embeds the migrations reads these. */
        if (migration->down.file && strcmp(migration->down.file, migration->up.file) != 0)
            put_input(paths, migration->down.file);
    }
}

static void put_sources(struct paths *paths, const struct tn__checked *checked,
                        const struct tn__check_options *options)
{
    const char *last = NULL;
    for (size_t i = 0; i < options->source_count; i++)
        put_pattern(paths, options->sources[i]);
    for (size_t i = 0; i < checked->file_count; i++) {
        const char *dir = tn__path_dir(paths->arena, checked->files[i].path);
        if (!dir) {
            paths->status = TN_ENOMEM;
            return;
        }
        if (!last || strcmp(last, dir) != 0)
            put_input(paths, dir);
        last = dir;
        put_input(paths, checked->files[i].path);
    }
}

int tn__gen_depfile(const char *path, const struct tn__checked *checked,
                    const struct tn__check_options *options, const char *const *more,
                    size_t more_count, tn_arena *arena, tn_error *err)
{
    char cwd[CWD_MAX];
    struct tn__buf buf;
    if (!getcwd(cwd, sizeof(cwd)))
        return tn_error_set(err, TN_EIO, "cannot tell the working directory");
    tn_text target = tn_text_of(path);
    if (tn__text_ends(target, ".d"))
        target.size -= 2;
    const char *name = tn_arena_copy(arena, target.data, target.size);
    if (!name)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    tn__buf_init(&buf, 0);
    struct paths paths = {&buf, cwd, arena, TN_OK};
    put_path(&buf, name);
    tn__buf_putc(&buf, ':');
    for (size_t i = 0; i < more_count; i++)
        if (more[i])
            put_input(&paths, more[i]);
    put_migrations(&paths, checked, options->migrations_dir);
    if (options->postgres_migrations)
        put_migrations(&paths, checked->halves[TN__POSTGRES], options->postgres_migrations);
    put_sources(&paths, checked, options);
    tn__buf_putc(&buf, '\n');
    int rc = buf.status != TN_OK ? buf.status : paths.status;
    if (rc != TN_OK)
        (void)tn_error_set(err, rc, "out of memory");
    else
        rc = tn__file_write(path, tn__buf_view(&buf), NULL, err);
    tn__buf_fini(&buf);
    return rc;
}
