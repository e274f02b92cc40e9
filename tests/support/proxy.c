/* SPDX-License-Identifier: MIT */
#include "proxy.h"

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

struct pair {
    int client;
    int server;
};

struct proxy {
    int listener;
    int wake[2]; /* a byte: look at `is_over` */
    struct sockaddr_un target;
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    pthread_t thread;
    atomic_bool is_over;
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
    close(proxy->pairs[index].client);
    close(proxy->pairs[index].server);
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
    proxy->pairs[proxy->count++] = (struct pair){client, server};
}

static int send_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return 0;
        data += sent;
        size -= (size_t)sent;
    }
    return 1;
}

/* Whether the pair lives on. */
static int pass(struct proxy *proxy, int from, int to, int is_server)
{
    char buffer[4096];
    ssize_t got = recv(from, buffer, sizeof buffer, 0);
    if (got <= 0)
        return 0;
    int64_t left = atomic_load(&proxy->left);
    size_t size = (size_t)got;
    if (is_server && left >= 0 && (int64_t)size >= left)
        size = (size_t)left;
    if (is_server) {
        atomic_fetch_add(&proxy->passed, (int64_t)size);
        if (left >= 0)
            atomic_store(&proxy->left, left - (int64_t)size);
    }
    return send_all(to, buffer, size) && (!is_server || atomic_load(&proxy->left) != 0);
}

static void turn(struct proxy *proxy)
{
    struct pollfd fds[2 + 2 * MOST_CLIENTS];
    size_t count = proxy->count;
    fds[0] = (struct pollfd){.fd = proxy->listener, .events = POLLIN};
    fds[1] = (struct pollfd){.fd = proxy->wake[0], .events = POLLIN};
    for (size_t i = 0; i < count; i++) {
        fds[2 + 2 * i] = (struct pollfd){.fd = proxy->pairs[i].client, .events = POLLIN};
        fds[3 + 2 * i] = (struct pollfd){.fd = proxy->pairs[i].server, .events = POLLIN};
    }
    if (poll(fds, 2 + 2 * count, -1) < 0)
        return;
    if (fds[1].revents) {
        char byte;
        if (read(proxy->wake[0], &byte, 1) < 0)
            return;
    }
    for (size_t i = count; i-- > 0;) {
        const struct pair *pair = &proxy->pairs[i];
        int lives = atomic_load(&proxy->left) != 0;
        if (lives && fds[2 + 2 * i].revents)
            lives = pass(proxy, pair->client, pair->server, 0);
        if (lives && fds[3 + 2 * i].revents)
            lives = pass(proxy, pair->server, pair->client, 1);
        if (!lives)
            drop(proxy, i);
    }
    if (fds[0].revents)
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
