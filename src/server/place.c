/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* mkdtemp on other systems, S_ISVTX */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/parts.h"
#include "util/fs.h"
#include "util/hash.h"
#include "util/str.h"

/* The user, the folder and the port of a server. */

#define FOLDER_NAME "tenon-pg-XXXXXX"
#define SOCKET_NAME "/.s.PGSQL.65535"

enum {
    DEFAULT_PORT = 5432, /* as part of the socket's name: no other server is in the folder */
    /* Below those that the system gives to outgoing connections, one of which could take the port
     * before the server does. */
    FIRST_PORT = 10240,
    LAST_PORT = 32767,
    PORT_TRIES = 200
};

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

int tn__server_user(struct tn__server_user *out, tn_arena *arena, tn_error *err)
{
    static const char *const names[] = {"postgres", "nobody"};
    enum {
        MOST = 16384
    };
    *out = (struct tn__server_user){.uid = geteuid(), .gid = getegid(), .name = "you"};
    if (out->uid != 0)
        return TN_OK;
    char *text = tn_arena_alloc(arena, MOST);
    if (!text)
        return fail_memory(err);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct passwd entry;
        struct passwd *found = NULL;
        if (getpwnam_r(names[i], &entry, text, MOST, &found) != 0 || !found || found->pw_uid == 0)
            continue;
        *out = (struct tn__server_user){true, found->pw_uid, found->pw_gid, names[i]};
        return TN_OK;
    }
    return tn_error_set(
        err, TN_EPERM,
        "PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody'");
}

/* --- the folder */

static bool may(const struct stat *st, const struct tn__server_user *user, mode_t others)
{
    mode_t wanted = st->st_uid == user->uid ? others << 6 : others;
    return (st->st_mode & wanted) == wanted;
}

/* Whether the user can get to the folder, and make and remove what is in it. Groups are left out:
 * then another folder is taken. */
static bool is_usable(const char *folder, const struct tn__server_user *user)
{
    char path[sizeof((struct sockaddr_un *)NULL)->sun_path];
    struct stat st;
    size_t size = strlen(folder);
    if (*folder != '/' || size + sizeof FOLDER_NAME + sizeof SOCKET_NAME > sizeof path)
        return false;
    if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
        return false;
    if (!user->drops)
        return access(folder, W_OK | X_OK) == 0;
    if (!may(&st, user, S_IWOTH | S_IXOTH))
        return false;
    for (size_t i = 1; i < size; i++) {
        if (folder[i] != '/')
            continue;
        tn__copy_text(path, sizeof path, (tn_text){folder, i});
        if (stat(path, &st) != 0 || !may(&st, user, S_IXOTH))
            return false;
    }
    return true;
}

/* Below TMPDIR, unless its user cannot go there or the socket's path would be too long. */
static const char *base_folder(const struct tn__server_user *user)
{
    const char *base = getenv("TMPDIR");
    return base && is_usable(base, user) ? base : "/tmp";
}

static int fail_folder(tn_error *err, const char *path, int number)
{
    int status = number == ENOSPC ? TN_EFULL : number == EACCES ? TN_EPERM : TN_EIO;
    return tn_error_set(err, status, "cannot make a folder for the server, '%s': %s",
                        tn__path_shown(path), strerror(number));
}

static int name_parts(struct tn__server *server)
{
    static const char *const names[] = {"data", "server.log", "make.log", "data/postmaster.pid",
                                        "password"};
    const char **parts[] = {&server->data, &server->log, &server->make_log, &server->pid_file,
                            &server->password_file};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        *parts[i] = tn__path_join(&server->arena, server->folder, names[i]);
        if (!*parts[i])
            return TN_ENOMEM;
    }
    return TN_OK;
}

int tn__server_place(struct tn__server *server, tn_error *err)
{
    char *folder = tn__path_join(&server->arena, base_folder(&server->user), FOLDER_NAME);
    if (!folder)
        return fail_memory(err);
    if (!mkdtemp(folder))
        return fail_folder(err, folder, errno);
    server->folder = folder;
    if (name_parts(server) != TN_OK)
        return fail_memory(err);
    if (server->user.drops && chown(folder, server->user.uid, server->user.gid) != 0)
        return fail_folder(err, folder, errno);
    return TN_OK;
}

void tn__server_unplace(const struct tn__server *server)
{
    if (!server->folder)
        return;
    if (server->password_file)
        (void)unlink(server->password_file);
    (void)rmdir(server->folder);
}

int tn__server_write_password(const struct tn__server *server, tn_error *err)
{
    const char *path = server->password_file;
    size_t size = strlen(server->password);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_written = fd >= 0 && write(fd, server->password, size) == (ssize_t)size;
    if (is_written && server->user.drops)
        is_written = fchown(fd, server->user.uid, server->user.gid) == 0;
    int number = errno;
    if (fd >= 0)
        close(fd);
    return is_written ? TN_OK
                      : tn_error_set(err, number == ENOSPC ? TN_EFULL : TN_EIO,
                                     "cannot write '%s': %s", path, strerror(number));
}

/* --- the port */

static bool is_free(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    /* As PostgreSQL does: an old connection of an earlier server is no obstacle. */
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool is_bound = bind(fd, (const struct sockaddr *)&at, sizeof at) == 0;
    close(fd);
    return is_bound;
}

int tn__server_free_port(int *out, bool tcp, tn_error *err)
{
    *out = DEFAULT_PORT;
    if (!tcp)
        return TN_OK;
    for (int i = 0; i < PORT_TRIES; i++) {
        uint16_t random;
        if (tn__random(&random, sizeof random) != TN_OK)
            break;
        int port = FIRST_PORT + random % (LAST_PORT - FIRST_PORT + 1);
        if (is_free(port)) {
            *out = port;
            return TN_OK;
        }
    }
    return tn_error_set(err, TN_EIO, "no free port on 127.0.0.1");
}
