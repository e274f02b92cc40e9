/* SPDX-License-Identifier: MIT */
#include "server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/parts.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/fs.h"
#include "util/str.h"

enum {
    DEFAULT_CONNECTIONS = 100,
    DEFAULT_TIMEOUT_MS = 60000
};

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

/* --- what went wrong */

/* The last lines of a file, as one: "a; b; c". */
static void end_of_file(char *out, size_t size, const char *path)
{
    enum {
        MOST_BYTES = 4096,
        LINES = 3
    };
    char text[MOST_BYTES];
    tn_text lines[LINES] = {{NULL, 0}};
    tn_text line;
    size_t count = 0;
    struct tn__buf buf;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    off_t at = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    ssize_t got = fd < 0 ? 0 : pread(fd, text, sizeof text, at > MOST_BYTES ? at - MOST_BYTES : 0);
    if (fd >= 0)
        close(fd);
    tn_text rest = {text, got > 0 ? (size_t)got : 0};
    while (tn__text_line(&rest, &line)) {
        if (tn__text_trim(line).size > 0)
            lines[count++ % LINES] = line;
    }
    tn__buf_init(&buf, 0);
    for (size_t i = count > LINES ? count - LINES : 0; i < count; i++) {
        tn__buf_text(&buf, tn__text_trim(lines[i % LINES]));
        tn__buf_puts(&buf, i + 1 < count ? "; " : "");
    }
    tn__copy_line(out, size, count > 0 ? tn__buf_view(&buf) : TN__TEXT("it said nothing"));
    tn__buf_fini(&buf);
}

/* What the keeper answered to an order that it could not follow. */
static int fail_answer(const struct tn__server *server, const struct tn__answer *answer,
                       const char *program, const char *log, tn_error *err)
{
    char text[400];
    switch (answer->outcome) {
    case TN__OUTCOME_TIMEOUT:
        end_of_file(text, sizeof text, log);
        return tn_error_set(err, TN_ETIMEOUT, "'%s' took more than %lld ms: %s", program,
                            (long long)server->timeout_ms, text);
    case TN__OUTCOME_NO_PROCESS:
        return tn_error_set(err, TN_EIO, "no process for '%s': %s", program,
                            strerror(answer->detail));
    case TN__OUTCOME_NO_USER:
        return tn_error_set(err, TN_EPERM, "cannot run '%s' as user '%s': %s", program,
                            server->user.name, strerror(answer->detail));
    default:
        break;
    }
    if (WIFEXITED(answer->detail) && WEXITSTATUS(answer->detail) == TN__NOT_RUN)
        return tn_error_set(err, TN_ECONNECT, "user '%s' cannot run '%s/%s'", server->user.name,
                            tn__path_shown(server->bindir), program);
    end_of_file(text, sizeof text, log);
    return tn_error_set(err, TN_ECONNECT, "'%s' failed: %s", program, text);
}

/* --- the keeper */

static bool read_answer(int fd, struct tn__answer *answer)
{
    size_t got = 0;
    while (got < sizeof *answer) {
        ssize_t n = read(fd, (char *)answer + got, sizeof *answer - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        got += (size_t)n;
    }
    return true;
}

/* TN_OK: it was told and has answered. */
static int tell(struct tn__server *server, enum tn__order order, struct tn__answer *answer,
                tn_error *err)
{
    char byte = (char)order;
    if (getpid() != server->owner)
        return tn_error_set(err, TN_EMISUSE, "the server is that of another process");
    if (send(server->control, &byte, 1, MSG_NOSIGNAL) != 1 || !read_answer(server->control, answer))
        return tn_error_set(err, TN_EIO, "the process that looks after the server has ended");
    return TN_OK;
}

static int start(struct tn__server *server, tn_error *err)
{
    struct tn__answer answer;
    int rc = tell(server, TN__ORDER_START, &answer, err);
    server->pid = rc == TN_OK ? answer.pid : 0;
    if (rc == TN_OK && answer.outcome != TN__OUTCOME_DONE)
        rc = fail_answer(server, &answer, "postgres", server->log, err);
    return rc;
}

static int make(struct tn__server *server, tn_error *err)
{
    struct tn__answer answer;
    int rc = tell(server, TN__ORDER_MAKE, &answer, err);
    if (server->password && !server->primary)
        (void)unlink(server->password_file);
    if (rc == TN_OK && answer.outcome != TN__OUTCOME_DONE)
        rc = fail_answer(server, &answer, server->primary ? "pg_basebackup" : "initdb",
                         server->make_log, err);
    return rc;
}

/* No handler of ours may run in the child, which has not left us yet. */
static pid_t fork_keeper(const struct tn__keeper_plan *plan)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0)
        tn__keeper_run(plan);
    int number = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = number;
    return pid;
}

static int hire_keeper(struct tn__server *server, tn_error *err)
{
    struct tn__keeper_plan plan = {
        .parent = server->owner,
        .drops = server->user.drops,
        .uid = server->user.uid,
        .gid = server->user.gid,
        .timeout_ms = server->timeout_ms,
        .folder = server->folder,
        .pid_file = server->pid_file,
        .make_log = server->make_log,
        .server_log = server->log,
    };
    int ends[2];
    if (tn__server_commands(&plan, server) != TN_OK)
        return fail_memory(err);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return tn_error_set(err, TN_EIO, "cannot make a socket: %s", strerror(errno));
    plan.control = ends[1];
    server->keeper = fork_keeper(&plan);
    int number = errno;
    close(ends[1]);
    if (server->keeper < 0) {
        close(ends[0]);
        return tn_error_set(err, TN_EIO, "no process for the server: %s", strerror(number));
    }
    server->control = ends[0];
    return TN_OK;
}

/* --- the server */

static int copy_text(const char **out, tn_arena *arena, const char *text)
{
    *out = text ? tn_arena_copy(arena, text, strlen(text)) : NULL;
    return text && !*out ? TN_ENOMEM : TN_OK;
}

static int copy_settings(struct tn__server *server, const char *const *settings)
{
    size_t count = 0;
    while (settings && settings[count])
        count++;
    const char **copies = tn_arena_array(&server->arena, count + 1, sizeof *copies);
    if (!copies)
        return TN_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        if (copy_text(&copies[i], &server->arena, settings[i]) != TN_OK)
            return TN_ENOMEM;
    }
    server->settings = copies;
    return TN_OK;
}

static int take_options(struct tn__server *server, const struct tn__server_options *options,
                        tn_error *err)
{
    const struct tn__server *primary = server->primary;
    const char *password = primary ? primary->password : options->password;
    if (primary && options->password)
        return tn_error_set(err, TN_EINVAL, "a standby has the password of its primary");
    if (password && (!*password || strpbrk(password, "\r\n")))
        return tn_error_set(err, TN_EINVAL, "the password of a server is one line, not empty");
    if (options->tcp && !password)
        return tn_error_set(err, TN_EINVAL, "a server with TCP wants a password");
    if (options->max_connections < 0 || options->timeout_ms < 0)
        return tn_error_set(err, TN_EINVAL, "a limit of the server is negative");
    server->tcp = options->tcp;
    server->max_connections = options->max_connections ? options->max_connections
                              : primary                ? primary->max_connections
                                                       : DEFAULT_CONNECTIONS;
    server->timeout_ms = options->timeout_ms ? options->timeout_ms : DEFAULT_TIMEOUT_MS;
    if (copy_text(&server->password, &server->arena, password) != TN_OK ||
        copy_settings(server, options->settings) != TN_OK)
        return fail_memory(err);
    return TN_OK;
}

static int bring_up(struct tn__server *server, const struct tn__server_options *options,
                    tn_error *err)
{
    const struct tn__server *primary = server->primary;
    const char *bindir = options->bindir ? options->bindir : primary ? primary->bindir : NULL;
    int rc = take_options(server, options, err);
    if (rc == TN_OK)
        rc = tn__server_find(&server->bindir, bindir, &server->arena, err);
    if (rc == TN_OK)
        rc = tn__server_user(&server->user, &server->arena, err);
    if (rc == TN_OK)
        rc = tn__server_free_port(&server->port, server->tcp, err);
    if (rc == TN_OK)
        rc = tn__server_place(server, err);
    if (rc == TN_OK && server->password && !primary)
        rc = tn__server_write_password(server, err);
    if (rc == TN_OK)
        rc = hire_keeper(server, err);
    if (rc == TN_OK)
        rc = make(server, err);
    if (rc == TN_OK)
        rc = start(server, err);
    server->primary = NULL;
    return rc;
}

static int open_server(struct tn__server **out, const struct tn__server *primary,
                       const struct tn__server_options *options, tn_error *err)
{
    static const struct tn__server_options none;
    struct tn__server *server = tn__alloc_zero(1, sizeof *server);
    if (!server)
        return fail_memory(err);
    server->control = -1;
    server->owner = getpid();
    server->primary = primary;
    int rc = bring_up(server, options ? options : &none, err);
    if (rc == TN_OK)
        *out = server;
    else
        tn__server_stop(server);
    return rc;
}

int tn__server_start(struct tn__server **out, const struct tn__server_options *options,
                     tn_error *err)
{
    return open_server(out, NULL, options, err);
}

int tn__server_standby(struct tn__server **out, struct tn__server *primary,
                       const struct tn__server_options *options, tn_error *err)
{
    if (primary->pid == 0)
        return tn_error_set(err, TN_EMISUSE, "the primary does not run");
    return open_server(out, primary, options, err);
}

int tn__server_crash(struct tn__server *server, tn_error *err)
{
    struct tn__answer answer;
    int rc = tell(server, TN__ORDER_CRASH, &answer, err);
    if (rc == TN_OK)
        server->pid = 0;
    return rc;
}

int tn__server_restart(struct tn__server *server, tn_error *err)
{
    return start(server, err);
}

/* The end of the socket tells the keeper; its own end tells us that all is done. */
static void dismiss_keeper(const struct tn__server *server)
{
    struct tn__answer answer;
    (void)shutdown(server->control, SHUT_WR);
    while (read_answer(server->control, &answer))
        continue;
    while (waitpid(server->keeper, NULL, 0) < 0 && errno == EINTR)
        continue;
}

void tn__server_stop(struct tn__server *server)
{
    if (!server)
        return;
    bool is_ours = getpid() == server->owner;
    if (is_ours && server->control >= 0)
        dismiss_keeper(server);
    if (server->control >= 0)
        close(server->control);
    if (is_ours)
        tn__server_unplace(server);
    tn_arena_fini(&server->arena);
    tn__free(server);
}
