/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate/author/author.h"
#include "queries.h"

static const struct cmd_option options[] = {
    {"reversible", 'r', OPTION_FLAG, NULL, "a pair of files, .up.sql and .down.sql"},
    {"simple", 0, OPTION_FLAG, NULL, "one file that cannot be reverted"},
    {"sequential", 's', OPTION_FLAG, NULL, "number it 0001, 0002, …"},
    {"timestamp", 't', OPTION_FLAG, NULL, "number it by date and time, UTC"},
    {0},
};

static int run_add(struct cli *cli)
{
    struct tn__migration_add how = {
        .dir = cli->settings.migrations_dir, .name = cli->args[0], .now = tn_now()};
    const char *paths[2] = {NULL, NULL};
    size_t count = 0;
    tn_error err = {0};
    if (cli_flag(cli, "reversible") && cli_flag(cli, "simple"))
        return cli_refuse(cli, EXIT_USAGE, "only one of --reversible and --simple can be given");
    if (cli_flag(cli, "sequential") && cli_flag(cli, "timestamp"))
        return cli_refuse(cli, EXIT_USAGE, "only one of --sequential and --timestamp can be given");
    if (cli_flag(cli, "reversible"))
        how.form = TN__ADD_REVERSIBLE;
    if (cli_flag(cli, "simple"))
        how.form = TN__ADD_SIMPLE;
    if (cli_flag(cli, "sequential"))
        how.numbering = TN__ADD_SEQUENTIAL;
    if (cli_flag(cli, "timestamp"))
        how.numbering = TN__ADD_TIMESTAMP;
    int rc = tn__migration_add(paths, &count, &how, cli->arena, &err);
    if (rc != TN_OK)
        return cli_fail_file(cli, "unwritable", rc, &err);
    cli_put_created(cli, paths, count);
    cli_say(cli, "Created%s; next: write its SQL, then: tenon migrate up", queries_whose(cli));
    return EXIT_DONE;
}

const struct command cmd_migrate_add = {
    .name = "migrate add",
    .alias = "migrate new, migrate generate",
    .group = "migrate",
    .args = "NAME",
    .min_args = 1,
    .max_args = 1,
    .needs = NEEDS_SETTINGS | NEEDS_ENGINE,
    .summary = "create the files of a new migration",
    .help =
        "The form is that of the newest migration in the folder: a pair, a simple file, or one\n"
        "file with '-- UP' and '-- DOWN'; so are the numbering and its digits. In an empty\n"
        "folder it is a pair, numbered by date and time. ('tenon generate', without 'migrate',\n"
        "is another command: it writes C.) In a project of both engines it is for that of the\n"
        "URL or of '[database] engine'.\n"
        "\n"
        "  tenon migrate add create_users\n"
        "  tenon migrate add -r --sequential 'add an index'\n",
    .options = options,
    .run = run_add,
};
