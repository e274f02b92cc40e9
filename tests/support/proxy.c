/* SPDX-License-Identifier: MIT */
#include "proxy.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    MOST_CLIENTS = 64
};

/* One direction of a connection: what has been read and not been written yet. */
struct lane {
    int from;
    int to;
    size_t start;
    size_t end;
    char buffer[4096];
};

struct pair {
    struct lane lanes[2]; /* from the client, from the server */
};

struct proxy {
    int listener;
    int wake[2]; /* a byte: look at what has been changed */
    struct sockaddr_un target;
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    pthread_t thread;
    atomic_bool is_over;
    atomic_bool is_paused;
    _Atomic int64_t left; /* from the server, before the cut; negative: no cut */
    _Atomic int64_t passed;
    struct pair pairs[MOST_CLIENTS];
    size_t count;
};

static void fail(const char *what)
{
    perror(what);
    abort();
}

static struct sockaddr_un address(const char *path)
{
    struct sockaddr_un out = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof out.sun_path)
        fail("a socket's path is too long");
    strcpy(out.sun_path, path);
    return out;
}

static void drop(struct proxy *proxy, size_t index)
{
    close(proxy->pairs[index].lanes[0].from);
    close(proxy->pairs[index].lanes[1].from);
    proxy->pairs[index] = proxy->pairs[--proxy->count];
}

static void add(struct proxy *proxy)
{
    int client = accept(proxy->listener, NULL, NULL);
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    if (client < 0 || server < 0)
        fail("accept");
    if (proxy->count == MOST_CLIENTS || atomic_load(&proxy->left) == 0 ||
        connect(server, (const struct sockaddr *)&proxy->target, sizeof proxy->target) != 0) {
        close(client);
        close(server);
        return;
    }
    struct lane *lanes = proxy->pairs[proxy->count++].lanes;
    lanes[0].from = lanes[1].to = client;
    lanes[0].to = lanes[1].from = server;
    lanes[0].start = lanes[0].end = lanes[1].start = lanes[1].end = 0;
}

/* Take what is there, and no more of the server than may pass. False: that was all. */
static bool take(struct proxy *proxy, struct lane *lane, bool is_server)
{
    ssize_t got = recv(lane->from, lane->buffer, sizeof lane->buffer, MSG_DONTWAIT);
    int64_t left = atomic_load(&proxy->left);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (got <= 0)
        return false;
    lane->start = 0;
    lane->end = (size_t)got;
    if (!is_server)
        return true;
    if (left >= 0 && (int64_t)lane->end > left)
        lane->end = (size_t)left;
    atomic_fetch_add(&proxy->passed, (int64_t)lane->end);
    if (left >= 0)
        atomic_store(&proxy->left, left - (int64_t)lane->end);
    return true;
}

static bool give(struct lane *lane)
{
    ssize_t sent = send(lane->to, lane->buffer + lane->start, lane->end - lane->start,
                        MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR;
    lane->start += (size_t)sent;
    return true;
}

/* One that does not read must not keep the others waiting: nothing here blocks. */
static bool pass(struct proxy *proxy, struct lane *lane, bool is_server)
{
    bool lives = lane->start < lane->end || take(proxy, lane, is_server);
    if (lives && lane->start < lane->end)
        lives = give(lane);
    return lives;
}

static struct pollfd wait_of(const struct lane *lane)
{
    if (lane->start < lane->end)
        return (struct pollfd){.fd = lane->to, .events = POLLOUT};
    return (struct pollfd){.fd = lane->from, .events = POLLIN};
}

/* Where the bytes are used up the connection ends, once the last of them has been handed over. */
static bool is_cut(const struct proxy *proxy, const struct pair *pair)
{
    return atomic_load(&proxy->left) == 0 && pair->lanes[1].start == pair->lanes[1].end;
}

static void turn(struct proxy *proxy)
{
    struct pollfd fds[2 + 2 * MOST_CLIENTS];
    size_t count = proxy->count;
    bool is_paused = atomic_load(&proxy->is_paused);
    fds[0] = (struct pollfd){.fd = proxy->wake[0], .events = POLLIN};
    fds[1] = (struct pollfd){.fd = proxy->listener, .events = POLLIN};
    for (size_t i = 0; i < count; i++) {
        fds[2 + 2 * i] = wait_of(&proxy->pairs[i].lanes[0]);
        fds[3 + 2 * i] = wait_of(&proxy->pairs[i].lanes[1]);
    }
    if (poll(fds, is_paused ? 1 : 2 + 2 * count, -1) < 0)
        return;
    if (fds[0].revents) {
        char byte;
        if (read(proxy->wake[0], &byte, 1) < 0)
            return;
    }
    if (is_paused)
        return;
    for (size_t i = count; i-- > 0;) {
        struct pair *pair = &proxy->pairs[i];
        bool lives = !is_cut(proxy, pair);
        if (lives && fds[2 + 2 * i].revents)
            lives = pass(proxy, &pair->lanes[0], false);
        if (lives && fds[3 + 2 * i].revents)
            lives = pass(proxy, &pair->lanes[1], true);
        if (!lives || is_cut(proxy, pair))
            drop(proxy, i);
    }
    if (fds[1].revents)
        add(proxy);
}

static void *run(void *user)
{
    struct proxy *proxy = user;
    while (!atomic_load(&proxy->is_over))
        turn(proxy);
    return NULL;
}

static void wake(struct proxy *proxy)
{
    if (write(proxy->wake[1], "", 1) != 1)
        fail("write");
}

struct proxy *proxy_start(const char *path, const char *target)
{
    struct proxy *proxy = calloc(1, sizeof *proxy);
    struct sockaddr_un own = address(path);
    if (!proxy || pipe(proxy->wake) != 0)
        fail("pipe");
    unlink(path);
    strcpy(proxy->path, path);
    proxy->target = address(target);
    atomic_store(&proxy->left, -1);
    proxy->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (proxy->listener < 0 ||
        bind(proxy->listener, (const struct sockaddr *)&own, sizeof own) != 0 ||
        listen(proxy->listener, MOST_CLIENTS) != 0)
        fail(path);
    if (pthread_create(&proxy->thread, NULL, run, proxy) != 0)
        fail("pthread_create");
    return proxy;
}

void proxy_cut_after(struct proxy *proxy, int64_t bytes)
{
    atomic_store(&proxy->left, bytes);
    wake(proxy);
}

void proxy_pause(struct proxy *proxy, bool is_on)
{
    atomic_store(&proxy->is_paused, is_on);
    wake(proxy);
}

int64_t proxy_passed(const struct proxy *proxy)
{
    return atomic_load(&proxy->passed);
}

void proxy_stop(struct proxy *proxy)
{
    atomic_store(&proxy->is_over, 1);
    wake(proxy);
    pthread_join(proxy->thread, NULL);
    while (proxy->count)
        drop(proxy, 0);
    close(proxy->listener);
    close(proxy->wake[0]);
    close(proxy->wake[1]);
    unlink(proxy->path);
    free(proxy);
}
