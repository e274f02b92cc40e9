/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* setgroups, syscall */
#include "server/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
# include <sys/prctl.h>
# include <sys/syscall.h>
#endif

#include "util/clock.h"

enum {
    CONTROL = 3, /* where the socket is in the keeper */
    LOOK_MS = 5, /* how often it looks for the end of a program, or for a server that is ready */
    ORPHAN_MS = 200,     /* how often it looks whether its parent is there and no signal is */
    FAST_MS = 10000,     /* how long a fast stop may take, */
    IMMEDIATE_MS = 5000, /* and an immediate one */
    REMOVALS = 50        /* of a folder in which processes that are about to end still write */
};

/* All signals stay blocked: what has come is asked for, and no handler can come between. */
static bool is_asked_to_end(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1 ||
            sigismember(&pending, SIGHUP) == 1);
}

/* Nobody wants the server any more. The socket would tell that the parent is gone; but a child
 * of it may have inherited its other end. */
static bool is_abandoned(const struct tn__keeper_plan *plan, int events)
{
    return (events & POLLHUP) || getppid() != plan->parent || is_asked_to_end();
}

/* What has happened on the socket within that time. */
static int look_at_control(int ms)
{
    struct pollfd control = {.fd = CONTROL, .events = POLLIN};
    return poll(&control, 1, ms) > 0 ? control.revents : 0;
}

/* --- programs */

static void unblock_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Its output at the end of `log`; in a process group of its own, which can be ended as one. */
_Noreturn static void run_program(char *const *program, const char *log, char *const *environment)
{
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
        _exit(TN__NOT_RUN);
    setpgid(0, 0);
#ifdef __linux__
    /* If the keeper itself is killed. */
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
#endif
    unblock_signals();
    execve(program[0], program, environment);
    _exit(TN__NOT_RUN);
}

static pid_t start_program(char *const *program, const char *log, char *const *environment)
{
    pid_t pid = fork();
    if (pid == 0)
        run_program(program, log, environment);
    return pid;
}

/* True: it has ended, *ended is as waitpid() tells. */
static bool has_ended(pid_t pid, int *ended)
{
    return waitpid(pid, ended, WNOHANG) == pid;
}

static bool wait_for_end(pid_t pid, int *ended, int64_t ms)
{
    int64_t until = tn__mono_ns() + ms * 1000000;
    while (!has_ended(pid, ended)) {
        if (tn__mono_ns() > until)
            return false;
        tn__sleep_us(LOOK_MS * 1000);
    }
    return true;
}

/* A program that is not the server: it and what it has started. */
static void kill_program(pid_t pid)
{
    int ended;
    kill(-pid, SIGTERM);
    if (wait_for_end(pid, &ended, IMMEDIATE_MS))
        return;
    kill(-pid, SIGKILL);
    while (waitpid(pid, &ended, 0) < 0 && errno == EINTR)
        continue;
}

static struct tn__answer make(const struct tn__keeper_plan *plan)
{
    int64_t until = tn__mono_ns() + plan->timeout_ms * 1000000;
    pid_t pid = start_program(plan->make, plan->make_log, plan->environment);
    int ended;
    if (pid < 0)
        return (struct tn__answer){TN__OUTCOME_NO_PROCESS, errno, 0};
    while (!has_ended(pid, &ended)) {
        if (tn__mono_ns() > until || is_abandoned(plan, look_at_control(0))) {
            kill_program(pid);
            return (struct tn__answer){TN__OUTCOME_TIMEOUT, 0, 0};
        }
        tn__sleep_us(LOOK_MS * 1000);
    }
    return (struct tn__answer){ended == 0 ? TN__OUTCOME_DONE : TN__OUTCOME_ENDED, ended, 0};
}

/* --- the server */

/* Its file says, line by line: its process, folder, …, and in the eighth "ready" once it accepts
 * connections. One that a crash has left is of another process. */
static bool is_ready(const char *pid_file, pid_t pid)
{
    char text[4096];
    int fd = open(pid_file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    if (size <= 0)
        return false;
    text[size] = 0;
    const char *line = text;
    for (int i = 1; i < 8 && line; i++) {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return line && strtol(text, NULL, 10) == (long)pid && strncmp(line, "ready", 5) == 0;
}

/* With that signal first, and with harder ones if it takes long. */
static void stop_server(pid_t *pid, int first)
{
    static const struct {
        int number;
        int wait_ms;
    } signals[] = {{SIGINT, FAST_MS}, {SIGQUIT, IMMEDIATE_MS}, {SIGKILL, IMMEDIATE_MS}};
    bool is_its_turn = false;
    int ended;
    if (*pid <= 0)
        return;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        is_its_turn = is_its_turn || signals[i].number == first;
        if (!is_its_turn)
            continue;
        kill(*pid, signals[i].number);
        if (wait_for_end(*pid, &ended, signals[i].wait_ms))
            break;
    }
    *pid = 0;
}

static struct tn__answer start_server(const struct tn__keeper_plan *plan, pid_t *pid)
{
    int64_t until = tn__mono_ns() + plan->timeout_ms * 1000000;
    int ended;
    stop_server(pid, SIGINT);
    *pid = start_program(plan->server, plan->server_log, plan->environment);
    if (*pid < 0) {
        *pid = 0;
        return (struct tn__answer){TN__OUTCOME_NO_PROCESS, errno, 0};
    }
    while (!is_ready(plan->pid_file, *pid)) {
        if (has_ended(*pid, &ended)) {
            *pid = 0;
            return (struct tn__answer){TN__OUTCOME_ENDED, ended, 0};
        }
        if (tn__mono_ns() > until || is_abandoned(plan, look_at_control(0))) {
            stop_server(pid, SIGQUIT);
            return (struct tn__answer){TN__OUTCOME_TIMEOUT, 0, 0};
        }
        tn__sleep_us(LOOK_MS * 1000);
    }
    return (struct tn__answer){TN__OUTCOME_DONE, 0, *pid};
}

/* --- the keeper */

static void close_from(int first)
{
#if defined(__linux__) && defined(SYS_close_range)
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0)
        return;
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 65536)
        limit = 65536;
    for (int fd = first; fd < limit; fd++)
        close(fd);
}

/* As a program begins: what the parent ignores or handles is none of ours, nor of the server's. */
static void reset_signals(void)
{
    static const int numbers[] = {SIGTERM, SIGINT,  SIGHUP,  SIGQUIT, SIGPIPE,
                                  SIGCHLD, SIGUSR1, SIGUSR2, SIGALRM};
    struct sigaction plain = {.sa_handler = SIG_DFL};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigaction(numbers[i], &plain, NULL);
}

/* Keep nothing of the parent's: a file left open here would be one that never ends for its
 * reader. */
static void leave_parent(const struct tn__keeper_plan *plan)
{
    int control = fcntl(plan->control, F_DUPFD, CONTROL + 1);
    int nothing = open("/dev/null", O_RDWR);
    if (control < 0 || nothing < 0)
        _exit(1);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        dup2(nothing, fd);
    if (dup2(control, CONTROL) < 0 || fcntl(CONTROL, F_SETFD, FD_CLOEXEC) < 0)
        _exit(1);
    close_from(CONTROL + 1);
    /* A session of its own: Ctrl-C at the terminal is for the parent, who then stops the server. */
    setsid();
    reset_signals();
}

static int become_user(const struct tn__keeper_plan *plan)
{
    if (plan->drops &&
        (setgroups(1, &plan->gid) != 0 || setgid(plan->gid) != 0 || setuid(plan->uid) != 0))
        return errno;
    return chdir(plan->folder) == 0 ? 0 : errno;
}

/* False: there will be none. */
static bool next_order(const struct tn__keeper_plan *plan, char *order)
{
    int events = 0;
    while (!is_abandoned(plan, events) && !(events & POLLIN))
        events = look_at_control(ORPHAN_MS);
    return (events & POLLIN) && read(CONTROL, order, 1) == 1;
}

static struct tn__answer obey(const struct tn__keeper_plan *plan, char order, pid_t *server)
{
    switch (order) {
    case TN__ORDER_MAKE:
        return make(plan);
    case TN__ORDER_START:
        return start_server(plan, server);
    case TN__ORDER_CRASH:
        stop_server(server, SIGQUIT);
        break;
    default:
        stop_server(server, SIGINT);
        break;
    }
    return (struct tn__answer){TN__OUTCOME_DONE, 0, 0};
}

static bool answer(struct tn__answer what)
{
    return write(CONTROL, &what, sizeof what) == (ssize_t)sizeof what;
}

static void remove_folder(const struct tn__keeper_plan *plan)
{
    int ended = 1;
    if (chdir("/") != 0)
        return;
    for (int i = 0; i < REMOVALS && ended != 0; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            unblock_signals();
            execve(plan->remove[0], plan->remove, plan->environment);
            _exit(TN__NOT_RUN);
        }
        while (pid > 0 && waitpid(pid, &ended, 0) < 0 && errno == EINTR)
            continue;
        if (ended != 0)
            tn__sleep_us(LOOK_MS * 10000);
    }
}

void tn__keeper_run(const struct tn__keeper_plan *plan)
{
    pid_t server = 0;
    char order;
    leave_parent(plan);
    int problem = become_user(plan);
    if (problem != 0) {
        (void)answer((struct tn__answer){TN__OUTCOME_NO_USER, problem, 0});
        _exit(1);
    }
    while (next_order(plan, &order)) {
        if (!answer(obey(plan, order, &server)))
            break;
    }
    stop_server(&server, SIGINT);
    remove_folder(plan);
    _exit(0);
}
