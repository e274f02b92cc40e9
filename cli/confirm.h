/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_CONFIRM_H
#define TN_CLI_CONFIRM_H

#include "cmd.h"

/* The rows that a command which asks has in its option table. */
#define CONFIRM_OPTIONS                                                               \
 {"yes", 'y', OPTION_FLAG, NULL, "do not ask"},                                       \
 {                                                                                    \
  "confirm", 0, OPTION_TEXT, "NAME", "the database's name, in the place of an answer" \
 }

/*
 * Have a destructive command confirmed: by --yes, by --confirm with the database's name (the base
 * name of its file), or at a terminal by typing it. `what` is a verb with its object in front of the
 * name: "drop everything in". EXIT_DONE, or EXIT_REFUSED, and that has been reported.
 */
int cli_confirm(struct cli *cli, const char *what);

#endif
