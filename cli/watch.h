/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_WATCH_H
#define TN_CLI_WATCH_H

#include "cmd.h"

/*
 * Do `round` at once, and again whenever the migrations, the sources of queries, tenon.ini or .env
 * have changed, with settings that are read anew, until SIGINT or SIGTERM. What a round says and
 * finds is written at its end, and its exit code means nothing. The exit code.
 */
int watch_rounds(struct cli *cli, int (*round)(struct cli *cli));

#endif
