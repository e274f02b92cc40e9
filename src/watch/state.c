/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/stat.h>

#include "util/buf.h"
#include "util/fs.h"
#include "util/hash.h"
#include "watch/watch.h"

/* A file is told by its name, its identity, its size and its times: its content is not read. */
static void put_file(struct tn__buf *out, const char *path)
{
    struct stat st;
    tn__buf_puts(out, path);
    if (stat(path, &st) == 0)
        tn__buf_printf(out, "|%llu|%llu|%lld|%lld.%ld|%lld.%ld|%o", (unsigned long long)st.st_dev,
                       (unsigned long long)st.st_ino, (long long)st.st_size,
                       (long long)st.st_mtim.tv_sec, (long)st.st_mtim.tv_nsec,
                       (long long)st.st_ctim.tv_sec, (long)st.st_ctim.tv_nsec,
                       (unsigned)st.st_mode);
    tn__buf_putc(out, '\n');
}

/* A folder that cannot be read has nothing in it. */
static int put_folder(struct tn__buf *out, const char *folder, tn_arena *arena)
{
    const char *const *names;
    size_t count = 0;
    tn_error ignored;
    int rc = tn__dir_list(&names, &count, folder, arena, &ignored);
    tn__buf_printf(out, "%s %d\n", folder, rc);
    for (size_t i = 0; i < count && rc == TN_OK; i++) {
        const char *path = tn__path_join(arena, folder, names[i]);
        if (!path)
            return TN_ENOMEM;
        put_file(out, path);
    }
    return rc == TN_ENOMEM ? rc : TN_OK;
}

static int put_pattern(struct tn__buf *out, const char *pattern, tn_arena *arena)
{
    const char *const *paths;
    size_t count = 0;
    tn_error ignored;
    int rc = tn__glob(&paths, &count, pattern, arena, &ignored);
    tn__buf_printf(out, "%s %d\n", pattern, rc);
    for (size_t i = 0; i < count && rc == TN_OK; i++)
        put_file(out, paths[i]);
    return rc == TN_ENOMEM ? rc : TN_OK;
}

int tn__watch_look(struct tn__watch_state *out, const struct tn__watched *watched)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__buf text;
    int rc = TN_OK;
    tn__buf_init(&text, 0);
    for (size_t i = 0; i < watched->file_count; i++)
        put_file(&text, watched->files[i]);
    for (size_t i = 0; i < watched->folder_count && rc == TN_OK; i++)
        rc = put_folder(&text, watched->folders[i], &arena);
    for (size_t i = 0; i < watched->pattern_count && rc == TN_OK; i++)
        rc = put_pattern(&text, watched->patterns[i], &arena);
    if (rc == TN_OK)
        rc = tn__buf_status(&text);
    if (rc == TN_OK)
        rc = tn__sha256(out->digest, tn__buf_view(&text));
    tn__buf_fini(&text);
    tn_arena_fini(&arena);
    return rc;
}
