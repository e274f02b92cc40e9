/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "util/fs.h"
#include "util/str.h"
#include "util/url.h"

enum {
    MOST_OWN_WORDS = 4 /* in front of the user's, and the NULL behind them */
};

static size_t put_sqlite(const char **words, struct cli *cli, const struct tn__url *url)
{
    size_t count = 0;
    words[count++] = "sqlite3";
    if (tn__text_is(tn__url_param(url, "mode"), "ro"))
        words[count++] = "-readonly";
    /* A name that begins with a dash, or means something else to it. */
    words[count++] = !url->path            ? ":memory:"
                     : url->path[0] == '/' ? url->path
                                           : tn__arena_printf(cli->arena, "./%s", url->path);
    return count;
}

/* Whoever looks at the processes of the machine sees the words, but not the environment. */
static size_t put_postgres(const char **words, struct cli *cli, const struct tn__url *url)
{
    size_t count = 0;
    const char *text;
    if (tn__url_for_libpq(&text, url, cli->arena) != TN_OK)
        text = NULL;
    else if (url->password && setenv("PGPASSWORD", url->password, 1) != 0)
        text = NULL;
    words[count++] = "psql";
    words[count++] = "-d";
    words[count++] = text;
    return count;
}

static int start(struct cli *cli, const char *const *words, const char *package)
{
    execvp(words[0], (char *const *)(uintptr_t)words);
    if (errno == ENOENT) {
        cli_refuse(cli, EXIT_USAGE, "there is no program '%s'", words[0]);
        cli_hint(cli, "install it (Debian: apt-get install %s), or use: tenon sql", package);
        return EXIT_USAGE;
    }
    return cli_refuse(cli, EXIT_USAGE, "cannot start '%s': %s", words[0], strerror(errno));
}

static int run_shell(struct cli *cli)
{
    struct tn__url url;
    tn_error err = {0};
    if (!cli_url(cli)) {
        int exit_code = EXIT_DONE;
        cli_open(cli, CLI_READ, &exit_code); /* which says what is missing */
        return exit_code;
    }
    int rc = tn__url_parse(&url, cli_url(cli), cli->arena, &err);
    if (rc != TN_OK)
        return cli_fail(cli, rc, &err);
    if (url.path && tn__path_kind(url.path) == TN__PATH_NONE) {
        cli_refuse(cli, EXIT_CONNECT, "no database at '%s'", url.path);
        cli_hint(cli, "create it with: tenon database create");
        return EXIT_CONNECT;
    }
    const char **words = tn_arena_array(cli->arena, cli->arg_count + MOST_OWN_WORDS, sizeof *words);
    if (!words)
        return cli_refuse(cli, EXIT_BUG, "out of memory");
    bool is_file = url.engine == TN__URL_SQLITE;
    size_t count = is_file ? put_sqlite(words, cli, &url) : put_postgres(words, cli, &url);
    if (!words[count - 1])
        return cli_refuse(cli, EXIT_BUG, "out of memory");
    for (size_t i = 0; i < cli->arg_count; i++)
        words[count++] = cli->args[i];
    words[count] = NULL;
    return start(cli, words, is_file ? "sqlite3" : "postgresql-client");
}

const struct command cmd_shell = {
    .name = "shell",
    .group = "database",
    .args = "[ARGS…]",
    .min_args = 0,
    .max_args = UINT_MAX,
    .needs = NEEDS_SETTINGS,
    .summary = "open the database in the engine's own shell",
    .help =
        "Starts sqlite3 or psql with the database of the settings; further words go to it behind\n"
        "that. With mode=ro in the URL of a file it may only read. The password of a server goes in\n"
        "the environment, not in the words.\n"
        "\n"
        "  tenon shell\n"
        "  tenon shell .schema\n"
        "  tenon shell -- -c '\\d'\n",
    .run = run_shell,
};
