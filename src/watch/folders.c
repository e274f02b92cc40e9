/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "util/fs.h"
#include "util/str.h"
#include "watch/watch.h"

enum {
    MOST_FOLDERS = 1000,
    MOST_DEPTH = 32
};

struct listing {
    tn_arena *arena;
    const char **items;
    size_t count;
};

/* The folder, or the nearest one above it that is there: it is told where the missing one is made.
 * */
static int add(struct listing *listing, const char *folder)
{
    char *path = tn__path_clean(listing->arena, folder);
    while (path && tn__path_kind(path) != TN__PATH_DIR && strcmp(path, ".") != 0 &&
           strcmp(path, "/") != 0)
        path = tn__path_dir(listing->arena, path);
    if (!path)
        return TN_ENOMEM;
    for (size_t i = 0; i < listing->count; i++)
        if (strcmp(listing->items[i], path) == 0)
            return TN_OK;
    if (listing->count < MOST_FOLDERS)
        listing->items[listing->count++] = path;
    return TN_OK;
}

static int add_folder_of(struct listing *listing, const char *path)
{
    char *folder = tn__path_dir(listing->arena, path);
    return folder ? add(listing, folder) : TN_ENOMEM;
}

/* And all folders below it, hidden ones aside. */
static int add_tree(struct listing *listing, const char *folder, unsigned depth)
{
    const char *const *names;
    size_t count = 0;
    tn_error ignored;
    int rc = add(listing, folder);
    if (rc != TN_OK || depth == MOST_DEPTH || listing->count == MOST_FOLDERS)
        return rc;
    rc = tn__dir_list(&names, &count, folder, listing->arena, &ignored);
    if (rc != TN_OK)
        return rc == TN_ENOMEM ? rc : TN_OK;
    for (size_t i = 0; i < count && rc == TN_OK; i++) {
        char *path = tn__path_join(listing->arena, folder, names[i]);
        if (!path)
            return TN_ENOMEM;
        if (names[i][0] != '.' && tn__path_kind(path) == TN__PATH_DIR)
            rc = add_tree(listing, path, depth + 1);
    }
    return rc;
}

/* Up to the first part with a wildcard; below it, if that is not the last one. */
static int add_pattern(struct listing *listing, const char *pattern)
{
    size_t fixed = strcspn(pattern, "*?");
    bool has_deep = strchr(pattern + fixed, '/') != NULL;
    while (fixed > 0 && pattern[fixed] != '\0' && pattern[fixed - 1] != '/')
        fixed--;
    char *folder = tn_arena_copy(listing->arena, pattern, fixed);
    if (!folder)
        return TN_ENOMEM;
    if (pattern[fixed] == '\0')
        return add_folder_of(listing, pattern);
    if (folder[0] == '\0')
        folder = tn_arena_copy(listing->arena, ".", 1);
    if (!folder)
        return TN_ENOMEM;
    return has_deep ? add_tree(listing, folder, 0) : add(listing, folder);
}

int tn__watch_folders(const char *const **out, size_t *out_count, const struct tn__watched *watched,
                      tn_arena *arena)
{
    struct listing listing = {.arena = arena};
    int rc = TN_OK;
    listing.items = tn_arena_array(arena, MOST_FOLDERS, sizeof(*listing.items));
    if (!listing.items)
        return TN_ENOMEM;
    for (size_t i = 0; i < watched->file_count && rc == TN_OK; i++)
        rc = add_folder_of(&listing, watched->files[i]);
    for (size_t i = 0; i < watched->folder_count && rc == TN_OK; i++)
        rc = add(&listing, watched->folders[i]);
    for (size_t i = 0; i < watched->pattern_count && rc == TN_OK; i++)
        rc = add_pattern(&listing, watched->patterns[i]);
    if (rc != TN_OK)
        return rc;
    *out = listing.items;
    *out_count = listing.count;
    return TN_OK;
}
