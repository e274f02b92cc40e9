/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_DATABASE_H
#define TN_CLI_DATABASE_H

#include "cmd.h"

/* What the commands of the family "database" share. Each reports what is wrong, and what has changed. */
int database_create(struct cli *cli);
/* With the option --force others are disconnected. */
int database_drop(struct cli *cli);
int database_wait(struct cli *cli, int64_t timeout_ms);
int database_info(struct cli *cli);

#endif
