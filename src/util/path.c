/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "util/fs.h"
#include "util/str.h"

char *tn__path_join(tn_arena *arena, const char *dir, const char *name)
{
    if (name[0] == '/' || dir[0] == '\0' || strcmp(dir, ".") == 0)
        return tn_arena_copy(arena, name, strlen(name));
    const char *slash = tn__text_ends(tn_text_of(dir), "/") ? "" : "/";
    return tn__arena_printf(arena, "%s%s%s", dir, slash, name);
}

char *tn__path_dir(tn_arena *arena, const char *path)
{
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/')
        size--;
    while (size > 0 && path[size - 1] != '/')
        size--;
    if (size == 0)
        return tn_arena_copy(arena, ".", 1);
    while (size > 1 && path[size - 1] == '/')
        size--;
    return tn_arena_copy(arena, path, size);
}

const char *tn__path_base(const char *path)
{
    const char *base = path;
    for (const char *c = path; *c; c++) {
        if (*c == '/' && c[1] != '/' && c[1] != '\0')
            base = c + 1;
    }
    return base;
}

const char *tn__path_shown(const char *path)
{
    /* Of the 512 bytes of a message. */
    enum {
        MOST = 380
    };
    size_t size = strlen(path);
    if (size <= MOST)
        return path;
    const char *end = path + (size - MOST);
    while (((unsigned char)*end & 0xc0) == 0x80)
        end++;
    return end;
}

/* Drop the last part of the `size` bytes in `out`; false if there is none that can be dropped. */
static bool drop_part(const char *out, size_t *size, size_t root)
{
    size_t start = *size;
    while (start > root && out[start - 1] != '/')
        start--;
    if (*size == root || (*size - start == 2 && memcmp(out + start, "..", 2) == 0))
        return false;
    *size = start > root ? start - 1 : start;
    return true;
}

char *tn__path_clean(tn_arena *arena, const char *path)
{
    char *out = tn_arena_alloc(arena, strlen(path) + 2);
    if (!out)
        return NULL;
    size_t root = path[0] == '/' ? 1 : 0;
    size_t size = root;
    if (root)
        out[0] = '/';
    for (const char *part = path; *part;) {
        size_t length = strcspn(part, "/");
        const char *next = part + length + (part[length] == '/');
        bool up = length == 2 && part[0] == '.' && part[1] == '.';
        bool nothing = length == 0 || (length == 1 && part[0] == '.');
        if (!nothing && !(up && (drop_part(out, &size, root) || root))) {
            if (size > root)
                out[size++] = '/';
            memcpy(out + size, part, length);
            size += length;
        }
        part = next;
    }
    if (size == 0)
        out[size++] = '.';
    out[size] = '\0';
    return out;
}
