/* SPDX-License-Identifier: MIT */
#include "watch/watch.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#ifdef __linux__
# include <sys/inotify.h>
#endif

#include "util/clock.h"

enum {
    LEAST_LOOK_MS = 20 /* nobody wants to look more often */
};

/* A file descriptor on which the kernel tells of the folders; -1: there is none. */
static int open_notice(const struct tn__watched *watched, tn_arena *arena)
{
#ifdef __linux__
    static const uint32_t events = IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE |
                                   IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;
    const char *const *folders;
    size_t count;
    if (tn__watch_folders(&folders, &count, watched, arena) != TN_OK)
        return -1;
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd >= FD_SETSIZE) {
        close(fd);
        return -1;
    }
    for (size_t i = 0; i < count && fd >= 0; i++)
        (void)inotify_add_watch(fd, folders[i], events); /* what cannot be is looked at in time */
    return fd;
#else
    (void)watched;
    (void)arena;
    return -1;
#endif
}

/* What it tells does not matter, only that it does. */
static void empty_notice(int fd)
{
    char events[4096];
    while (read(fd, events, sizeof events) > 0)
        continue;
}

/* The signals that end a wait come only while it sleeps: none is missed between asking is_over()
 * and sleeping. */
static void block(sigset_t *before)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, before);
}

/* Sleep that long at most; true: the kernel has told something. */
static bool sleep_until_told(int fd, int64_t ms, const struct tn__watch_options *options)
{
    sigset_t before;
    fd_set readable;
    bool is_told = false;
    struct timespec most = {(time_t)(ms / 1000), (long)(ms % 1000 * 1000000)};
    FD_ZERO(&readable);
    if (fd >= 0)
        FD_SET(fd, &readable);
    block(&before);
    if (!options->is_over || !options->is_over())
        is_told = pselect(fd + 1, &readable, NULL, NULL, &most, &before) > 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (is_told)
        empty_notice(fd);
    return is_told;
}

static bool is_over(const struct tn__watch_options *options)
{
    return options->is_over && options->is_over();
}

static bool is_same(const struct tn__watch_state *a, const struct tn__watch_state *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Editors write in several steps: wait until nothing has changed for a while, but not for ever. */
static int settle(struct tn__watch_state *state, const struct tn__watched *watched,
                  const struct tn__watch_options *options)
{
    enum {
        MOST_ROUNDS = 20
    };
    for (int i = 0; i < MOST_ROUNDS && !is_over(options); i++) {
        struct tn__watch_state now;
        (void)sleep_until_told(-1, options->quiet_ms, options);
        int rc = tn__watch_look(&now, watched);
        if (rc != TN_OK)
            return rc;
        if (is_same(&now, state))
            break;
        *state = now;
    }
    return TN_OK;
}

/* Look, and sleep if nothing has changed. The look is behind the opening of the notice: nothing is
 * missed between the two. And the notice is opened anew each time: there may be new folders. */
static int look_and_sleep(bool *has_changed, struct tn__watch_state *state,
                          const struct tn__watched *watched,
                          const struct tn__watch_options *options, tn_arena *arena)
{
    struct tn__watch_state now;
    int64_t look_ms = options->look_ms > LEAST_LOOK_MS ? options->look_ms : LEAST_LOOK_MS;
    int fd = options->polls ? -1 : open_notice(watched, arena);
    int rc = tn__watch_look(&now, watched);
    *has_changed = rc == TN_OK && !is_same(&now, state);
    if (*has_changed)
        *state = now;
    /* What else happens in the folders may happen often. */
    if (rc == TN_OK && !*has_changed && sleep_until_told(fd, look_ms, options))
        (void)sleep_until_told(-1, options->quiet_ms, options);
    if (fd >= 0)
        close(fd);
    return rc;
}

int tn__watch_wait(struct tn__watch_state *state, const struct tn__watched *watched,
                   const struct tn__watch_options *options)
{
    tn_arena arena = TN_ARENA_INIT;
    bool has_changed = false;
    int rc = TN_OK;
    while (rc == TN_OK && !has_changed && !is_over(options)) {
        rc = look_and_sleep(&has_changed, state, watched, options, &arena);
        tn_arena_reset(&arena);
    }
    tn_arena_fini(&arena);
    if (rc == TN_OK && has_changed)
        rc = settle(state, watched, options);
    return rc == TN_OK && is_over(options) ? TN_NONE : rc;
}
