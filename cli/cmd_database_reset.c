/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "confirm.h"
#include "database.h"
#include "migrate.h"

static const struct cmd_option options[] = {
    CONFIRM_OPTIONS,
    {"force", 0, OPTION_FLAG, NULL, "disconnect who uses it (PostgreSQL)"},
    {0},
};

static int run_database_reset(struct cli *cli)
{
    int exit_code = cli_confirm(cli, "remove and make anew");
    if (exit_code == EXIT_DONE)
        exit_code = database_drop(cli);
    /* A file is made by the first migration, a database of a server is not. */
    if (exit_code == EXIT_DONE && cli->settings.engine == TN__URL_POSTGRES)
        exit_code = database_create(cli);
    return exit_code == EXIT_DONE ? migrate_run(cli, TN_MIGRATE_UP) : exit_code;
}

const struct command cmd_database_reset = {
    .name = "database reset",
    .group = "database",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "drop the database, create it and apply all migrations",
    .help = "As drop, create and 'migrate up'. It has to be confirmed.\n"
            "\n"
            "  tenon database reset --confirm app.db\n",
    .options = options,
    .run = run_database_reset,
};
