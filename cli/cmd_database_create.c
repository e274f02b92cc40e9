/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "database.h"

static int run_database_create(struct cli *cli)
{
    return database_create(cli);
}

const struct command cmd_database_create = {
    .name = "database create",
    .group = "database",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "create the database, with its folders",
    .help =
        "The file and the folders above it; on a server, the database, by way of the database\n"
        "'postgres' or 'template1'. If it is there already, nothing is changed, and that is no\n"
        "failure.\n"
        "\n"
        "  tenon database create\n"
        "  tenon --url sqlite:data/app.db database create\n"
        "  tenon --url postgres://me@localhost/shop database create\n",
    .run = run_database_create,
};
