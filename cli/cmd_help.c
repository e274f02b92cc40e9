/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "frame.h"

static int run_help(struct cli *cli)
{
    return help_words(cli, cli->args, cli->arg_count);
}

const struct command cmd_help = {
    .name = "help",
    .group = "help",
    .args = "[COMMAND|TOPIC]",
    .max_args = 2,
    .summary = "all commands, or the page of one, or of a topic",
    .help = "  tenon help migrate\n"
            "  tenon help migrate up      the same as: tenon migrate up --help\n"
            "  tenon help exit-codes\n",
    .run = run_help,
};
