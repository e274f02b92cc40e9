/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_ROWS_H
#define TN_CLI_ROWS_H

#include "cmd.h"

/* Step a statement to its end and write its rows to stdout in the form that the flags ask for (--json,
 * --csv; else a table on a terminal, lines with tabs elsewhere). One that gives no rows writes nothing. */
TN_NODISCARD int rows_write(struct cli *cli, tn_stmt *stmt, tn_error *err);

#endif
