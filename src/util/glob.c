/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/alloc.h"
#include "util/fs.h"

/* Limits: what a pattern may find, and how deep it looks. */
enum {
    MOST_FILES = 100000,
    MOST_DEPTH = 100
};

/* The character behind `c`, so that ? takes a whole one. */
static const char *after(const char *c)
{
    c++;
    while (((unsigned char)*c & 0xc0) == 0x80)
        c++;
    return c;
}

bool tn__glob_match(const char *pattern, const char *name)
{
    /* As in a shell: hidden names want a pattern that begins with a dot. */
    if (name[0] == '.' && pattern[0] != '.')
        return false;
    const char *star = NULL; /* behind the last one, to which we return with one byte more */
    const char *retry = NULL;
    while (*name) {
        if (*pattern == '*') {
            star = ++pattern;
            retry = name;
        } else if (*pattern == '?') {
            pattern++;
            name = after(name);
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star;
            name = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

struct walk {
    tn_arena scratch;
    const char **found; /* in `scratch`; the array is on the heap */
    size_t count;
    size_t cap;
    const char *pattern; /* the whole, for messages */
    tn_error *err;
};

static int fail_memory(const struct walk *walk)
{
    return tn_error_set(walk->err, TN_ENOMEM, "cannot expand '%s': out of memory",
                        tn__path_shown(walk->pattern));
}

static int add_found(struct walk *walk, const char *path)
{
    if (walk->count >= MOST_FILES)
        return tn_error_set(walk->err, TN_ERANGE, "cannot expand '%s': more than %d files",
                            tn__path_shown(walk->pattern), MOST_FILES);
    const char **grown = tn__grow(walk->found, &walk->cap, walk->count + 1, sizeof *grown);
    if (!grown)
        return fail_memory(walk);
    walk->found = grown;
    grown[walk->count++] = path;
    return TN_OK;
}

static bool has_wildcard(const char *part, size_t size)
{
    return memchr(part, '*', size) || memchr(part, '?', size);
}

static bool is_real_dir(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int walk_pattern(struct walk *walk, const char *dir, const char *rest, int depth);

/* The entries of `dir` that match `part`: files if nothing follows, else folders to go on in. */
static int walk_matching(struct walk *walk, const char *dir, const char *part, const char *rest,
                         int depth)
{
    const char *const *names;
    size_t count;
    if (tn__path_kind(dir[0] ? dir : ".") != TN__PATH_DIR)
        return TN_OK;
    int rc = tn__dir_list(&names, &count, dir[0] ? dir : ".", &walk->scratch, walk->err);
    for (size_t i = 0; rc == TN_OK && i < count; i++) {
        if (!tn__glob_match(part, names[i]))
            continue;
        char *path = tn__path_join(&walk->scratch, dir, names[i]);
        if (!path)
            return fail_memory(walk);
        enum tn__path_kind kind = tn__path_kind(path);
        if (*rest == '\0' && kind == TN__PATH_FILE)
            rc = add_found(walk, path);
        else if (*rest != '\0' && kind == TN__PATH_DIR)
            rc = walk_pattern(walk, path, rest, depth + 1);
    }
    return rc;
}

/* "**": `rest` here and in every folder below. Links are not followed: they may lead in circles. */
static int walk_below(struct walk *walk, const char *dir, const char *rest, int depth)
{
    const char *const *names;
    size_t count;
    if (tn__path_kind(dir[0] ? dir : ".") != TN__PATH_DIR)
        return TN_OK;
    int rc = walk_pattern(walk, dir, *rest ? rest : "*", depth + 1);
    if (rc != TN_OK)
        return rc;
    rc = tn__dir_list(&names, &count, dir[0] ? dir : ".", &walk->scratch, walk->err);
    for (size_t i = 0; rc == TN_OK && i < count; i++) {
        if (names[i][0] == '.')
            continue;
        char *path = tn__path_join(&walk->scratch, dir, names[i]);
        if (!path)
            return fail_memory(walk);
        if (is_real_dir(path))
            rc = walk_below(walk, path, rest, depth + 1);
    }
    return rc;
}

/* `rest` is what is left of the pattern, below `dir` ("" at the start of a relative one). */
static int walk_pattern(struct walk *walk, const char *dir, const char *rest, int depth)
{
    if (depth > MOST_DEPTH)
        return tn_error_set(walk->err, TN_ERANGE, "cannot expand '%s': folders nest too deep",
                            tn__path_shown(walk->pattern));
    size_t size = strcspn(rest, "/");
    const char *next = rest + size;
    while (*next == '/')
        next++;
    if (size == 2 && rest[0] == '*' && rest[1] == '*') {
        while (strncmp(next, "**/", 3) == 0)
            next += 3;
        return walk_below(walk, dir, strcmp(next, "**") == 0 ? "" : next, depth);
    }
    char *part = tn_arena_copy(&walk->scratch, rest, size);
    if (!part)
        return fail_memory(walk);
    if (has_wildcard(part, size))
        return walk_matching(walk, dir, part, next, depth);
    char *path = dir[0] == '\0' ? part : tn__path_join(&walk->scratch, dir, part);
    if (!path)
        return fail_memory(walk);
    if (*next)
        return walk_pattern(walk, path, next, depth + 1);
    return tn__path_kind(path) == TN__PATH_NONE ? TN_OK : add_found(walk, path);
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, each once (two ** may meet in a folder), copied into the caller's arena. */
static int hand_out(const struct walk *walk, const char *const **out_paths, size_t *out_count,
                    tn_arena *arena)
{
    const char **paths = tn_arena_array(arena, walk->count, sizeof *paths);
    if (!paths)
        return fail_memory(walk);
    if (walk->count)
        qsort(walk->found, walk->count, sizeof *walk->found, compare_paths);
    size_t count = 0;
    for (size_t i = 0; i < walk->count; i++) {
        if (count && strcmp(paths[count - 1], walk->found[i]) == 0)
            continue;
        paths[count] = tn_arena_copy(arena, walk->found[i], strlen(walk->found[i]));
        if (!paths[count])
            return fail_memory(walk);
        count++;
    }
    *out_paths = paths;
    *out_count = count;
    return TN_OK;
}

int tn__glob(const char *const **out_paths, size_t *out_count, const char *pattern, tn_arena *arena,
             tn_error *err)
{
    struct walk walk = {.scratch = TN_ARENA_INIT, .pattern = pattern, .err = err};
    const char *rest = pattern;
    while (*rest == '/')
        rest++;
    int rc = TN_OK;
    if (*pattern)
        rc = walk_pattern(&walk, rest > pattern ? "/" : "", rest, 0);
    if (rc == TN_OK)
        rc = hand_out(&walk, out_paths, out_count, arena);
    tn__free(walk.found);
    tn_arena_fini(&walk.scratch);
    return rc;
}
