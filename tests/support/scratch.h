/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_SCRATCH_H
#define TN_TEST_SCRATCH_H

/*
 * A folder of the test's own below ${TMPDIR:-/tmp}, removed with all that is in it. Include
 * cmocka.h first. As a pair of fixtures: cmocka_unit_test_setup_teardown(test, scratch_setup,
 * scratch_teardown) puts its path (char *) into *state.
 */

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder's path; free() it after scratch_remove(). */
static inline char *scratch_make(void)
{
    const char *base = getenv("TMPDIR");
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/tenon-test-XXXXXX", base && *base ? base : "/tmp");
    assert_non_null(mkdtemp(path));
    char *copy = strdup(path);
    assert_non_null(copy);
    return copy;
}

/* Remove a folder and everything below; links are not followed. */
static inline void scratch_remove(const char *path)
{
    chmod(path, 0700);
    DIR *dir = opendir(path);
    if (!dir)
        return;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        size_t size = strlen(path) + strlen(entry->d_name) + 2;
        char *child = malloc(size);
        if (!child)
            break;
        snprintf(child, size, "%s/%s", path, entry->d_name);
        struct stat st;
        if (lstat(child, &st) == 0 && S_ISDIR(st.st_mode))
            scratch_remove(child);
        else
            unlink(child);
        free(child);
    }
    closedir(dir);
    rmdir(path);
}

static inline int scratch_setup(void **state)
{
    *state = scratch_make();
    return 0;
}

static inline int scratch_teardown(void **state)
{
    scratch_remove(*state);
    free(*state);
    return 0;
}

/* "folder/name", in one of eight static buffers taken in turn. */
static inline const char *scratch_path(const char *folder, const char *name)
{
    static char paths[8][PATH_MAX];
    static unsigned turn;
    char *path = paths[turn++ % 8];
    int size = snprintf(path, PATH_MAX, "%s/%s", folder, name);
    assert_in_range(size, 1, PATH_MAX - 1);
    return path;
}

/* Write a file of the scratch folder; returns its path as scratch_path does. */
static inline const char *scratch_write(const char *folder, const char *name, const char *content)
{
    const char *path = scratch_path(folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
    assert_int_equal(fclose(file), 0);
    return path;
}

#endif
