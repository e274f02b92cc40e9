/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frame.h"
#include "interrupt.h"
#include "options.h"

/* The program: read the line, load the settings, run the command, write what it says. */

/* A database must not be opened on a descriptor that messages are written to. */
static void guard_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        /* The other way round than it is used, so that it still fails as if closed. */
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            _exit(EXIT_BUG);
    }
}

static bool wants_color(const struct parsed *parsed, bool is_terminal)
{
    size_t when = parsed->globals[GLOBAL_COLOR].choice;
    if (when != COLOR_AUTO)
        return when == COLOR_ALWAYS;
    const char *none = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return is_terminal && (none == NULL || none[0] == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0;
}

static void apply_globals(struct cli *cli, const struct parsed *parsed)
{
    cli->parsed = parsed;
    cli->command = parsed->command;
    cli->args = parsed->words + parsed->command_words;
    cli->arg_count = parsed->word_count - parsed->command_words;
    cli->json = parsed->globals[GLOBAL_JSON].is_given;
    cli->is_out_terminal = isatty(STDOUT_FILENO) == 1;
    cli->is_err_terminal = isatty(STDERR_FILENO) == 1;
    cli->color = wants_color(parsed, cli->is_err_terminal);
    cli->verbosity =
        parsed->globals[GLOBAL_QUIET].is_given ? -1 : (int)parsed->globals[GLOBAL_VERBOSE].count;
}

static int refuse_line(struct cli *cli, const char *fault, const char *hint)
{
    cli_refuse(cli, EXIT_USAGE, "%s", fault);
    if (hint != NULL)
        cli_hint(cli, "%s", hint);
    return EXIT_USAGE;
}

/* The line names no command that can run: a page of the help, or what is wrong. */
static int answer_without_command(struct cli *cli, int argc)
{
    const struct parsed *parsed = cli->parsed;
    if (parsed->fault != NULL && parsed->family == NULL)
        return refuse_line(cli, parsed->fault, parsed->hint);
    if (parsed->family != NULL) {
        help_family(cli, parsed->family);
        cli_refuse(cli, EXIT_USAGE, "'tenon %s' wants one of these commands", parsed->family);
        return EXIT_USAGE;
    }
    help_short(cli);
    return argc == 1 ? EXIT_DONE : refuse_line(cli, "no command", "all commands: tenon help");
}

/* Whether it is known which of a project's engines is meant, where the command is for one. */
static int check_engine(struct cli *cli)
{
    const struct tn__settings *settings = &cli->settings;
    bool is_both = settings->sqlite_migrations && settings->postgres_migrations;
    if (!(cli->command->needs & NEEDS_ENGINE) || settings->is_engine_given || !is_both)
        return EXIT_DONE;
    cli_refuse(cli, EXIT_USAGE, "the project has both engines, and nothing says which is meant");
    cli_hint(cli, "--url sqlite:app.db or --url postgres://, or '[database] engine' in %s",
             settings->config_file);
    return EXIT_USAGE;
}

static int dispatch(struct cli *cli, int argc)
{
    const struct parsed *parsed = cli->parsed;
    const char *directory = parsed->globals[GLOBAL_DIRECTORY].text;
    if (parsed->globals[GLOBAL_VERSION].is_given)
        return version_print(cli);
    if (parsed->globals[GLOBAL_HELP].is_given)
        return help_words(cli, parsed->words, parsed->word_count);
    if (parsed->command == NULL)
        return answer_without_command(cli, argc);
    if (parsed->fault != NULL)
        return refuse_line(cli, parsed->fault, parsed->hint);
    if (directory != NULL && chdir(directory) != 0)
        return cli_refuse(cli, EXIT_USAGE, "cannot go to '%s': %s", directory, strerror(errno));
    int logs = log_read(cli);
    if (logs != EXIT_DONE)
        return logs;
    if (parsed->command->needs & NEEDS_SETTINGS) {
        int code = settings_load(cli);
        if (code != EXIT_DONE)
            return code;
    }
    int fits = check_engine(cli);
    return fits == EXIT_DONE ? parsed->command->run(cli) : fits;
}

/* As programs end that do nothing about SIGPIPE: silently, and shells know why. */
static void end_by_signal(void)
{
    sigset_t set;
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(SIGPIPE);
}

int main(int argc, char **argv)
{
    guard_standard_files();
    /* A reader that goes away must not kill a migration half-way: writing fails instead, and the
     * signal ends the program when it is done. */
    signal(SIGPIPE, SIG_IGN);

    tn_arena arena = TN_ARENA_INIT;
    struct parsed parsed;
    struct cli cli = {.arena = &arena};
    tn__buf_init(&cli.out, 0);
    tn__diags_init(&cli.diags, &arena);
    int exit_code = EXIT_BUG;
    if (options_parse(&parsed, argc, argv, &arena) == TN_OK) {
        apply_globals(&cli, &parsed);
        exit_code = report_end(&cli, dispatch(&cli, argc));
    } else {
        static const char message[] = "error: out of memory\n";
        if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
            exit_code = EXIT_BUG;
    }
    tn__diags_fini(&cli.diags);
    tn__buf_fini(&cli.out);
    tn_arena_fini(&arena);
    if (exit_code == EXIT_BROKEN_PIPE)
        end_by_signal();
    interrupt_end();
    return exit_code;
}
