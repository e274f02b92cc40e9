/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_DATABASE_H
#define TN_CLI_DATABASE_H

#include "cmd.h"

/* What the commands of the family "database" share. Each reports what is wrong, and what has changed. */
int database_create(struct cli *cli);
/* Whether what a server has refused is to make a database, as the role that the URL gives has no right to: that
 * is reported, for EXIT_FAILED. A NULL URL is nobody's. */
bool database_refuse_create(struct cli *cli, const char *url, const tn_error *err);
/* With the option --force others are disconnected. */
int database_drop(struct cli *cli);
int database_wait(struct cli *cli, int64_t timeout_ms);
int database_info(struct cli *cli);

#endif
