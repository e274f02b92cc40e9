/* SPDX-License-Identifier: MIT */
/*
 * A private PostgreSQL server for shell tests and benchmarks.
 *
 *     pgserver start [--tcp] [--password P] [--connections N] [--set NAME=VALUE]… [--while PID]
 *
 * prints what the shell is to know, one NAME='value' a line, and stays until its standard input
 * ends, until the process PID is gone (then the input is not read) or until SIGTERM; then it stops
 * the server.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "server/server.h"

enum {
    MOST_SETTINGS = 32
};

static volatile sig_atomic_t is_asked_to_end;

static void ask_to_end(int signal_number)
{
    (void)signal_number;
    is_asked_to_end = 1;
}

static int usage(void)
{
    fputs("usage: pgserver start [--tcp] [--password P] [--connections N] [--set NAME=VALUE]... "
          "[--while PID]\n",
          stderr);
    return 2;
}

struct command {
    struct tn__server_options options;
    const char *settings[MOST_SETTINGS + 1];
    size_t setting_count;
    pid_t companion; /* 0: none */
};

static bool take_option(struct command *command, const char *name, const char *value)
{
    if (strcmp(name, "--password") == 0)
        command->options.password = value;
    else if (strcmp(name, "--connections") == 0)
        command->options.max_connections = (int)strtol(value, NULL, 10);
    else if (strcmp(name, "--while") == 0)
        command->companion = (pid_t)strtol(value, NULL, 10);
    else if (strcmp(name, "--set") == 0 && command->setting_count < MOST_SETTINGS)
        command->settings[command->setting_count++] = value;
    else
        return false;
    return true;
}

static bool parse(struct command *command, int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "start") != 0)
        return false;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--tcp") == 0)
            command->options.tcp = true;
        else if (i + 1 == argc || !take_option(command, argv[i], argv[i + 1]))
            return false;
        else
            i++;
    }
    command->options.settings = command->settings;
    return true;
}

static void print_quoted(const char *name, const char *value)
{
    printf("%s='", name);
    for (; *value; value++)
        fputs(*value == '\'' ? "'\\''" : (const char[]){*value, 0}, stdout);
    puts("'");
}

static int print_facts(const struct tn__server *server, bool tcp)
{
    tn_arena arena = TN_ARENA_INIT;
    const char *url = tn__server_url(server, "postgres", &arena);
    const char *tcp_url = tcp ? tn__server_tcp_url(server, "postgres", &arena) : "";
    if (url && tcp_url) {
        print_quoted("PG_URL", url);
        print_quoted("PG_TCP_URL", tcp_url);
        print_quoted("PG_SOCKET", tn__server_socket_dir(server));
        print_quoted("PG_BINDIR", tn__server_bindir(server));
        print_quoted("PG_LOG", tn__server_log(server));
        printf("PG_PORT=%d\nPG_PID=%ld\nPG_SERVER=%ld\n", tn__server_port(server),
               (long)tn__server_pid(server), (long)getpid());
    }
    bool is_told = url && tcp_url && fflush(stdout) == 0;
    tn_arena_fini(&arena);
    /* Who reads it to its end has it all now. */
    return is_told && fclose(stdout) == 0 ? 0 : 1;
}

/* Signals come only while it sleeps. */
static void wait_for_end(pid_t companion, const sigset_t *open_to)
{
    char bytes[256];
    while (!is_asked_to_end) {
        struct timespec most = {0, 200000000};
        fd_set readable;
        FD_ZERO(&readable);
        if (companion == 0)
            FD_SET(STDIN_FILENO, &readable);
        int ready = pselect(companion == 0 ? STDIN_FILENO + 1 : 0, &readable, NULL, NULL,
                            companion == 0 ? NULL : &most, open_to);
        if (companion != 0 && kill(companion, 0) != 0 && errno == ESRCH)
            return;
        if (ready > 0 && read(STDIN_FILENO, bytes, sizeof bytes) <= 0)
            return;
    }
}

int main(int argc, char **argv)
{
    struct command command = {.companion = 0};
    struct sigaction ends = {.sa_handler = ask_to_end};
    struct tn__server *server;
    sigset_t blocked;
    sigset_t before;
    tn_error err;
    if (!parse(&command, argc, argv))
        return usage();
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGINT);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    sigaction(SIGTERM, &ends, NULL);
    sigaction(SIGINT, &ends, NULL);
    if (tn__server_start(&server, &command.options, &err) != TN_OK) {
        fprintf(stderr, "pgserver: %s\n", err.message);
        return 1;
    }
    int code = print_facts(server, command.options.tcp);
    if (code == 0)
        wait_for_end(command.companion, &before);
    tn__server_stop(server);
    return code;
}
