/* SPDX-License-Identifier: MIT */
/*
 * Runs two commands in turn, A B A B …, and prints what each run took:
 *
 *     bench_runner ROUNDS PREPARE -- A arg… -- B arg…
 *
 * PREPARE is a shell command that puts things back before every run, outside the clock. A line is
 * "a|b<TAB>ROUND<TAB>WALL_NS<TAB>CPU_NS<TAB>RSS_BYTES"; CPU is user and system time of the process
 * and its children, RSS the most memory that it had. Standard output of the commands goes to /dev/null. A command that fails ends the runner
 * with 1.
 */
#define _DEFAULT_SOURCE /* wait4 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

static int64_t cpu_ns(const struct rusage *usage)
{
    return ((int64_t)usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000000 +
           ((int64_t)usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1000;
}

/* Run a command to its end. Returns 0 if it succeeded. */
static int run(char *const *argv, struct rusage *usage)
{
    int status = 0;
    pid_t pid = fork();
    if (pid < 0)
        return -1;
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        if (null >= 0)
            (void)dup2(null, STDOUT_FILENO);
        (void)execvp(argv[0], argv);
        _exit(127);
    }
    if (wait4(pid, &status, 0, usage) != pid || status != 0) {
        fprintf(stderr, "bench_runner: '%s' failed\n", argv[0]);
        return -1;
    }
    return 0;
}

static int sample(const char *side, long round, char *prepare, char *const *argv)
{
    char shell[] = "sh";
    char option[] = "-c";
    char *const prepare_argv[] = {shell, option, prepare, NULL};
    struct rusage usage;
    if (run(prepare_argv, &usage))
        return -1;
    int64_t wall = now_ns(CLOCK_MONOTONIC);
    if (run(argv, &usage))
        return -1;
    wall = now_ns(CLOCK_MONOTONIC) - wall;
    printf("%s\t%ld\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n", side, round, wall, cpu_ns(&usage),
           (int64_t)usage.ru_maxrss * 1024);
    return fflush(stdout);
}

int main(int argc, char **argv)
{
    int second = 4;
    while (second < argc && strcmp(argv[second], "--") != 0)
        second++;
    if (second + 1 >= argc || strcmp(argv[3], "--") != 0 || second == 4) {
        fprintf(stderr, "usage: %s ROUNDS PREPARE -- A arg... -- B arg...\n", argv[0]);
        return 2;
    }
    argv[second] = NULL;
    for (long round = 1; round <= strtol(argv[1], NULL, 10); round++) {
        if (sample("a", round, argv[2], argv + 4) || sample("b", round, argv[2], argv + second + 1))
            return 1;
    }
    return 0;
}
