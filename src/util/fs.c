/* SPDX-License-Identifier: MIT */
#include "util/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/hash.h"

/* Own texts, because strerror() speaks the language of the locale. */
static const struct {
    int number;
    int status;
    const char *text;
} reasons[] = {
    {ENOENT, TN_ENOTFOUND, "no such file or folder"},
    {ENOTDIR, TN_ENOTFOUND, "a part of the path is not a folder"},
    {EACCES, TN_EPERM, "permission denied"},
    {EPERM, TN_EPERM, "operation not permitted"},
    {EROFS, TN_EREADONLY, "read-only file system"},
    {ENOSPC, TN_EFULL, "no space left on device"},
    {EDQUOT, TN_EFULL, "disk quota exceeded"},
    {EFBIG, TN_EFULL, "file too large"},
    {ENOMEM, TN_ENOMEM, "out of memory"},
    {EEXIST, TN_EREFUSED, "it exists already"},
    {EISDIR, TN_EINVAL, "it is a folder"},
    {ENAMETOOLONG, TN_EINVAL, "name too long"},
    {ELOOP, TN_EINVAL, "too many symbolic links"},
    {ENXIO, TN_EINVAL, "not a regular file"},
    {EMFILE, TN_EIO, "too many open files"},
    {ENFILE, TN_EIO, "too many open files in the system"},
    {EIO, TN_EIO, "input/output error"},
};

static int fail_errno(tn_error *err, int number, const char *verb, const char *path)
{
    path = tn__path_shown(path);
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].number == number)
            return tn_error_set(err, reasons[i].status, "cannot %s '%s': %s", verb, path,
                                reasons[i].text);
    }
    return tn_error_set(err, TN_EIO, "cannot %s '%s': system error %d", verb, path, number);
}

static int fail_memory(tn_error *err, const char *verb, const char *path)
{
    return fail_errno(err, ENOMEM, verb, path);
}

/* As read(2), going on after a signal, until `size` bytes are there or the file ends. */
static ssize_t read_some(int fd, char *out, size_t size)
{
    size_t got = 0;
    while (got < size) {
        ssize_t n = read(fd, out + got, size - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

static int read_all(tn_text *out, int fd, size_t expected, const char *path, size_t max,
                    tn_arena *arena, tn_error *err)
{
    /* One byte more than expected shows the end of the file, and holds the NUL. */
    size_t cap = expected < max ? expected + 1 : max + 1;
    char *data = tn_arena_alloc(arena, cap);
    if (!data)
        return fail_memory(err, "read", path);
    size_t size = 0;
    for (;;) {
        ssize_t n = read_some(fd, data + size, cap - size);
        if (n < 0)
            return fail_errno(err, errno, "read", path);
        size += (size_t)n;
        if (size < cap)
            break;
        if (size > max)
            return tn_error_set(err, TN_ERANGE, "cannot read '%s': more than %zu bytes",
                                tn__path_shown(path), max);
        /* It grew, or is one of those that say 0 (/proc). */
        size_t more = cap < 4096 ? 4096 : cap;
        size_t grown_cap = more > max - size ? max + 1 : cap + more;
        char *grown = tn_arena_alloc(arena, grown_cap);
        if (!grown)
            return fail_memory(err, "read", path);
        memcpy(grown, data, size);
        data = grown;
        cap = grown_cap;
    }
    data[size] = '\0';
    *out = (tn_text){data, size};
    return TN_OK;
}

int tn__file_read(tn_text *out, const char *path, size_t max, tn_arena *arena, tn_error *err)
{
    if (max > SIZE_MAX / 4)
        max = SIZE_MAX / 4;
    /* Not blocking: a pipe without a writer would wait for one. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return fail_errno(err, errno, "read", path);
    struct stat st;
    int rc;
    if (fstat(fd, &st) != 0)
        rc = fail_errno(err, errno, "read", path);
    else if (S_ISDIR(st.st_mode))
        rc = fail_errno(err, EISDIR, "read", path);
    else if (!S_ISREG(st.st_mode))
        rc = fail_errno(err, ENXIO, "read", path);
    else if ((uintmax_t)st.st_size > max)
        rc = tn_error_set(err, TN_ERANGE, "cannot read '%s': more than %zu bytes",
                          tn__path_shown(path), max);
    else
        rc = read_all(out, fd, (size_t)st.st_size, path, max, arena, err);
    close(fd);
    return rc;
}

static int write_all(int fd, tn_text content)
{
    for (size_t done = 0; done < content.size;) {
        ssize_t n = write(fd, content.data + done, content.size - done);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0)
            done += (size_t)n;
    }
    return 0;
}

/* Write, sync and close; -1 with errno. The descriptor is closed in any case. */
static int fill_and_close(int fd, tn_text content)
{
    int saved = 0;
    if (write_all(fd, content) != 0 || fsync(fd) != 0)
        saved = errno;
    if (close(fd) != 0 && saved == 0)
        saved = errno;
    errno = saved;
    return saved ? -1 : 0;
}

/* Where `path` leads to in the end: links followed, though the last may point to nothing yet. */
static int follow_links(char out[PATH_MAX], const char *path)
{
    enum {
        MOST_LINKS = 40
    };
    size_t size = strlen(path);
    if (size >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(out, path, size + 1);
    for (int i = 0; i < MOST_LINKS; i++) {
        char target[PATH_MAX];
        ssize_t n = readlink(out, target, sizeof target);
        if (n < 0)
            return 0; /* not a link, or nothing: what follows will tell */
        const char *slash = strrchr(out, '/');
        size_t dir = target[0] == '/' || !slash ? 0 : (size_t)(slash - out) + 1;
        if (dir + (size_t)n >= PATH_MAX) {
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(out + dir, target, (size_t)n);
        out[dir + (size_t)n] = '\0';
    }
    errno = ELOOP;
    return -1;
}

/* Whether the open file holds just `content`. */
static bool same_content(int fd, tn_text content)
{
    char part[8192];
    for (size_t at = 0;;) {
        ssize_t n = read_some(fd, part, sizeof part);
        if (n < 0 || (size_t)n > content.size - at)
            return false;
        if (n > 0 && memcmp(part, content.data + at, (size_t)n) != 0)
            return false;
        at += (size_t)n;
        if ((size_t)n < sizeof part)
            return at == content.size;
    }
}

/* A new file beside `target`: open, its name in `out`; -1 with errno. */
static int open_beside(char out[PATH_MAX], const char *target)
{
    enum {
        TRIES = 16
    };
    const char *slash = strrchr(target, '/');
    int dir = slash ? (int)(slash - target) + 1 : 0;
    for (int i = 0; i < TRIES; i++) {
        unsigned char random[8];
        char suffix[2 * sizeof random + 1];
        if (tn__random(random, sizeof random) != TN_OK) {
            errno = EIO;
            return -1;
        }
        tn__hex(suffix, random, sizeof random);
        if (snprintf(out, PATH_MAX, "%.*s.tenon-%s", dir, target, suffix) >= PATH_MAX) {
            errno = ENAMETOOLONG;
            return -1;
        }
        int fd = open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

/* Put a new file in the place of `target`. `old` tells about the present one; NULL: none. */
static int replace(const char *target, tn_text content, const struct stat *old)
{
    char temp[PATH_MAX];
    int fd = open_beside(temp, target);
    if (fd < 0)
        return -1;
    if (old) {
        /* The owner can be kept by root only; else nobody gets the special bits of another's file.
         * The mode comes second, since chown clears them. */
        mode_t kept = fchown(fd, old->st_uid, old->st_gid) == 0 ? 07777 : 0777;
        if (fchmod(fd, old->st_mode & kept) != 0) {
            int saved = errno;
            close(fd);
            unlink(temp);
            errno = saved;
            return -1;
        }
    }
    if (fill_and_close(fd, content) != 0 || rename(temp, target) != 0) {
        int saved = errno;
        unlink(temp);
        errno = saved;
        return -1;
    }
    return 0;
}

int tn__file_write(const char *path, tn_text content, bool *changed, tn_error *err)
{
    char target[PATH_MAX];
    if (follow_links(target, path) != 0)
        return fail_errno(err, errno, "write", path);
    struct stat st;
    bool exists = stat(target, &st) == 0;
    if (!exists && errno != ENOENT)
        return fail_errno(err, errno, "write", path);
    if (exists && !S_ISREG(st.st_mode))
        return fail_errno(err, S_ISDIR(st.st_mode) ? EISDIR : ENXIO, "write", path);

    bool same = false;
    if (exists && (uintmax_t)st.st_size == content.size) {
        int fd = open(target, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
            same = same_content(fd, content);
            close(fd);
        }
    }
    if (!same && replace(target, content, exists ? &st : NULL) != 0)
        return fail_errno(err, errno, "write", path);
    if (changed)
        *changed = !same;
    return TN_OK;
}

int tn__file_create(const char *path, tn_text content, tn_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return fail_errno(err, errno, "create", path);
    if (fill_and_close(fd, content) != 0) {
        int saved = errno;
        unlink(path);
        return fail_errno(err, saved, "create", path);
    }
    return TN_OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int read_names(const char ***names, size_t *count, size_t *cap, DIR *dir, tn_arena *arena)
{
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        if (!entry)
            return errno;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const char **grown = tn__grow(*names, cap, *count + 1, sizeof *grown);
        if (!grown)
            return ENOMEM;
        *names = grown;
        const char *name = tn_arena_copy(arena, entry->d_name, strlen(entry->d_name));
        if (!name)
            return ENOMEM;
        grown[(*count)++] = name;
    }
}

int tn__dir_list(const char *const **out_names, size_t *out_count, const char *path,
                 tn_arena *arena, tn_error *err)
{
    DIR *dir = opendir(path);
    if (!dir && errno == ENOTDIR && tn__path_kind(path) != TN__PATH_NONE)
        return tn_error_set(err, TN_EINVAL, "cannot read '%s': not a folder", tn__path_shown(path));
    if (!dir)
        return fail_errno(err, errno, "read", path);
    const char **names = NULL;
    size_t count = 0, cap = 0;
    int number = read_names(&names, &count, &cap, dir, arena);
    closedir(dir);
    const char **kept = NULL;
    if (number == 0) {
        kept = tn_arena_array(arena, count, sizeof *kept);
        number = kept ? 0 : ENOMEM;
    }
    if (number == 0) {
        if (count) {
            memcpy(kept, names, count * sizeof *kept);
            qsort(kept, count, sizeof *kept, compare_names);
        }
        *out_names = kept;
        *out_count = count;
    }
    tn__free(names);
    return number == 0 ? TN_OK : fail_errno(err, number, "read", path);
}

int64_t tn__file_size(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

enum tn__path_kind tn__path_kind(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return TN__PATH_NONE;
    return S_ISREG(st.st_mode)   ? TN__PATH_FILE
           : S_ISDIR(st.st_mode) ? TN__PATH_DIR
                                 : TN__PATH_OTHER;
}

int tn__mkdirs(const char *path, tn_error *err)
{
    char part[PATH_MAX];
    size_t size = strlen(path);
    if (size >= sizeof part)
        return fail_errno(err, ENAMETOOLONG, "create folder", path);
    for (size_t i = 1; i <= size; i++) {
        if ((path[i] != '/' && path[i] != '\0') || path[i - 1] == '/')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) == 0)
            continue;
        int saved = errno;
        enum tn__path_kind kind = tn__path_kind(part);
        if (kind == TN__PATH_DIR)
            continue;
        if (kind != TN__PATH_NONE)
            return tn_error_set(err, TN_EINVAL, "cannot create folder '%s': it is not a folder",
                                tn__path_shown(part));
        return fail_errno(err, saved, "create folder", part);
    }
    return TN_OK;
}
