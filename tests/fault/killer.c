/* SPDX-License-Identifier: MIT */
/*
 * To be preloaded: ends the process with SIGKILL at the Nth call that changes a file or a folder.
 * KILLER_AT=N (0: count alone), KILLER_WHEN=before|after|torn, KILLER_COUNT=FILE gets the count.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long count;

static void *real_of(const char *name)
{
    void *symbol = dlsym(RTLD_NEXT, name);
    if (!symbol)
        abort();
    return symbol;
}

/* Count a call. Whether it is the one. */
static int is_it(void)
{
    const char *at = getenv("KILLER_AT");
    return atomic_fetch_add(&count, 1) + 1 == (at ? atol(at) : 0);
}

static int is_when(const char *when)
{
    const char *wanted = getenv("KILLER_WHEN");
    return strcmp(wanted ? wanted : "before", when) == 0;
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    _exit(255);
}

/* `torn` is done with half of the bytes first. */
#define CALL(type, real, whole, torn) \
 do {                                 \
  int it_ = is_it();                  \
  if (it_ && is_when("before"))       \
   die();                             \
  if (it_ && is_when("torn")) {       \
   (void)!(torn);                     \
   die();                             \
  }                                   \
  type result_ = (whole);             \
  if (it_)                            \
   die();                             \
  return result_;                     \
 } while (0)

#define REAL(type, name, ...)      \
 static type (*real)(__VA_ARGS__); \
 if (!real)                        \
 *(void **)&real = real_of(name)

__attribute__((visibility("default"))) ssize_t write(int fd, const void *data, size_t size)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    if (fd <= 2) /* what it says is not at stake */
        return real(fd, data, size);
    CALL(ssize_t, real, real(fd, data, size), real(fd, data, size / 2));
}

__attribute__((visibility("default"))) ssize_t pwrite(int fd, const void *data, size_t size,
                                                      off_t at)
{
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    CALL(ssize_t, real, real(fd, data, size, at), real(fd, data, size / 2, at));
}

__attribute__((visibility("default"))) ssize_t pwrite64(int fd, const void *data, size_t size,
                                                        off64_t at)
{
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    CALL(ssize_t, real, real(fd, data, size, at), real(fd, data, size / 2, at));
}

/* The rest is done or not done. */
#define WHOLE(type, name, params, args)                  \
 __attribute__((visibility("default"))) type name params \
 {                                                       \
  static type(*real) params;                             \
  if (!real)                                             \
   *(void **)&real = real_of(#name);                     \
  CALL(type, real, real args, (type)0);                  \
 }

WHOLE(int, rename, (const char *from, const char *to), (from, to))
WHOLE(int, fsync, (int fd), (fd))
WHOLE(int, fdatasync, (int fd), (fd))
WHOLE(int, unlink, (const char *path), (path))
WHOLE(int, mkdir, (const char *path, mode_t mode), (path, mode))
WHOLE(int, rmdir, (const char *path), (path))
WHOLE(int, ftruncate, (int fd, off_t size), (fd, size))
WHOLE(int, ftruncate64, (int fd, off64_t size), (fd, size))

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("KILLER_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file)
        return;
    fprintf(file, "%ld\n", atomic_load(&count));
    fclose(file);
}
