/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "util/fs.h"
#include "util/str.h"
#include "util/url.h"

static int run_shell(struct cli *cli)
{
    struct tn__url url;
    tn_error err = {0};
    size_t count = 0;
    if (!cli->settings.database_url) {
        int exit_code = EXIT_DONE;
        cli_open(cli, CLI_READ, &exit_code); /* which says what is missing */
        return exit_code;
    }
    int rc = tn__url_parse(&url, cli->settings.database_url, cli->arena, &err);
    if (rc != TN_OK)
        return cli_fail(cli, rc, &err);
    if (url.engine != TN__URL_SQLITE)
        return cli_refuse(cli, EXIT_USAGE, "this build has no PostgreSQL yet, SQLite alone");
    if (url.path && tn__path_kind(url.path) == TN__PATH_NONE) {
        cli_refuse(cli, EXIT_CONNECT, "no database at '%s'", url.path);
        cli_hint(cli, "create it with: tenon database create");
        return EXIT_CONNECT;
    }
    const char **words = tn_arena_array(cli->arena, cli->arg_count + 4, sizeof *words);
    if (!words)
        return cli_refuse(cli, EXIT_BUG, "out of memory");
    words[count++] = "sqlite3";
    if (tn__text_is(tn__url_param(&url, "mode"), "ro"))
        words[count++] = "-readonly";
    /* A name that begins with a dash, or means something else to it. */
    words[count++] = !url.path            ? ":memory:"
                     : url.path[0] == '/' ? url.path
                                          : tn__arena_printf(cli->arena, "./%s", url.path);
    for (size_t i = 0; i < cli->arg_count; i++)
        words[count++] = cli->args[i];
    words[count] = NULL;
    execvp(words[0], (char *const *)(uintptr_t)words);
    if (errno == ENOENT) {
        cli_refuse(cli, EXIT_USAGE, "there is no program 'sqlite3'");
        cli_hint(cli, "install it (Debian: apt-get install sqlite3), or use: tenon sql");
        return EXIT_USAGE;
    }
    return cli_refuse(cli, EXIT_USAGE, "cannot start 'sqlite3': %s", strerror(errno));
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
        "Starts sqlite3 with the database of the settings; further words go to it behind the file.\n"
        "With mode=ro in the URL it may only read.\n"
        "\n"
        "  tenon shell\n"
        "  tenon shell .schema\n",
    .run = run_shell,
};
