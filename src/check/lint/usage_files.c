/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <sys/stat.h>

#include "check/lint/usage.h"
#include "check/read/parse.h"
#include "util/alloc.h"
#include "util/fs.h"
#include "util/str.h"

/* Limits: what a tree may hold before nothing is said of it, and what a file may be. */
enum {
    FILES_MAX = 20000,
    ENTRIES_MAX = 200000, /* looked at */
    DEPTH_MAX = 64,
    SIZE_MAX_BYTES = 4 << 20
};

struct finder {
    tn_arena *arena;
    const char **paths; /* on the heap */
    size_t count;
    size_t cap;
    size_t entries;
    bool is_cut;
};

static int add_path(struct finder *finder, const char *path)
{
    if (finder->count == FILES_MAX) {
        finder->is_cut = true;
        return TN_OK;
    }
    const char **grown = tn__grow(finder->paths, &finder->cap, finder->count + 1, sizeof(*grown));
    if (!grown)
        return TN_ENOMEM;
    finder->paths = grown;
    grown[finder->count++] = path;
    return TN_OK;
}

/* Whether a folder holds no sources of the program. TN_OK, TN_ENOMEM. */
static int is_left_out(bool *out, const struct finder *finder, const char *path, const char *name)
{
    *out = strcmp(name, "build") == 0;
    if (*out || !tn__text_starts(tn_text_of(name), "build"))
        return TN_OK;
    char *cache = tn__path_join(finder->arena, path, "CMakeCache.txt");
    *out = cache && tn__path_kind(cache) == TN__PATH_FILE;
    return cache ? TN_OK : TN_ENOMEM;
}

static int walk(struct finder *finder, const char *dir, int depth);

/* C and C++, and what they include under other names. */
static bool is_source(const char *path)
{
    static const char *const ends[] = {".inc", ".inl", ".ipp", ".tpp", ".m", ".mm"};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (tn__text_ends(tn_text_of(path), ends[i]))
            return true;
    return tn__is_c_path(path);
}

/* A file is kept if it is C; a folder is gone through. Links to folders are not followed: they may lead
 * in circles. */
static int visit(struct finder *finder, const char *path, const char *name, int depth)
{
    struct stat info;
    bool is_out;
    if (lstat(path, &info) != 0)
        return TN_OK;
    if (!S_ISDIR(info.st_mode))
        return is_source(path) && tn__path_kind(path) == TN__PATH_FILE ? add_path(finder, path)
                                                                       : TN_OK;
    int rc = is_left_out(&is_out, finder, path, name);
    if (rc != TN_OK || is_out)
        return rc;
    return walk(finder, path, depth + 1);
}

static int walk(struct finder *finder, const char *dir, int depth)
{
    const char *const *names;
    size_t count;
    tn_error ignored;
    if (depth > DEPTH_MAX)
        finder->is_cut = true;
    if (finder->is_cut)
        return TN_OK;
    int rc = tn__dir_list(&names, &count, dir, finder->arena, &ignored);
    if (rc != TN_OK)
        return rc == TN_ENOMEM ? rc : TN_OK;
    for (size_t i = 0; i < count && rc == TN_OK && !finder->is_cut; i++) {
        if (names[i][0] == '.')
            continue;
        if (finder->entries++ == ENTRIES_MAX)
            finder->is_cut = true;
        char *path = tn__path_join(finder->arena, dir, names[i]);
        rc = path ? visit(finder, path, names[i], depth) : TN_ENOMEM;
    }
    return rc;
}

/* What one source names. */
static int find_source(struct finder *finder, const char *source, struct tn__diags *diags,
                       tn_error *err)
{
    const char *const *paths = NULL;
    size_t count = 0;
    if (tn__path_kind(source) == TN__PATH_DIR)
        return walk(finder, source, 0);
    int rc = tn__glob(&paths, &count, source, finder->arena, err);
    if (rc == TN_OK && count == 0 && !strpbrk(source, "*?"))
        rc = tn_error_set(err, TN_ENOTFOUND, "no file or folder '%s' of [lint] sources",
                          tn__path_shown(source));
    if (rc != TN_OK && rc != TN_ENOMEM)
        tn__diags_add(diags, "unreadable", (struct tn__place){source, 0, 0, 0}, "%s", err->message);
    for (size_t i = 0; rc == TN_OK && i < count; i++)
        rc = add_path(finder, paths[i]);
    return rc;
}

static int compare_paths(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;
    return strcmp(*x, *y);
}

/* Sorted, each once, as the arena's. */
static int hand_out(struct tn__program_files *out, const struct finder *finder)
{
    const char **paths = tn_arena_array(finder->arena, finder->count, sizeof(*paths));
    size_t count = 0;
    if (!paths)
        return TN_ENOMEM;
    if (finder->count)
        qsort(finder->paths, finder->count, sizeof(*paths), compare_paths);
    for (size_t i = 0; i < finder->count; i++)
        if (count == 0 || strcmp(paths[count - 1], finder->paths[i]) != 0)
            paths[count++] = finder->paths[i];
    *out = (struct tn__program_files){paths, count, finder->is_cut};
    return TN_OK;
}

int tn__usage_find(struct tn__program_files *out, const struct tn__program *program,
                   tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    struct finder finder = {.arena = arena};
    tn_error why = {0};
    int rc = TN_OK;
    for (size_t i = 0; i < program->source_count && rc == TN_OK; i++)
        rc = find_source(&finder, program->sources[i], diags, &why);
    if (rc == TN_OK)
        rc = hand_out(out, &finder);
    tn__free(finder.paths);
    if (rc != TN_OK)
        rc = tn_error_set(err, rc, "%s", rc == TN_ENOMEM ? "out of memory" : why.message);
    return rc;
}

int tn__usage_read(tn_text *out, const char *path, tn_arena *arena)
{
    tn_error ignored;
    tn_text text;
    int rc = tn__file_read(&text, path, SIZE_MAX_BYTES, arena, &ignored);
    if (rc != TN_OK)
        return rc == TN_ENOMEM ? rc : TN_NONE;
    if (text.size == 0 || memchr(text.data, '\0', text.size) ||
        tn__text_starts(text, TN__GENERATED_MARK))
        return TN_NONE;
    *out = text;
    return TN_OK;
}
