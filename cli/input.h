/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_INPUT_H
#define TN_CLI_INPUT_H

#include "cmd.h"

/* SQL that a command is given, at most so many bytes. */
enum {
    INPUT_MOST_BYTES = 64 * 1024 * 1024
};

/* All of standard input. An exit code. */
int input_read_all(tn_text *out, struct cli *cli);

#endif
