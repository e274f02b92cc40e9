/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_QUERIES_H
#define TN_CLI_QUERIES_H

#include "check/check.h"
#include "cmd.h"
#include "gen/plan.h"

/* What the settings say of queries, and of the C that is made of them. */
struct tn__check_options queries_check_options(const struct cli *cli);
/* The same for all engines of the project, not for that of its URL alone. */
struct tn__check_options queries_project_options(const struct cli *cli);
/* " for SQLite", of a command that is for one engine of a project that has both; else "". */
const char *queries_whose(const struct cli *cli);
/* Ctrl-C leaves no database behind on a server that is not ours. */
void queries_guard(struct tn__check_options *options);
struct tn__plan_options queries_plan_options(const struct cli *cli);

/* -v: who has judged. */
void queries_say_judge(struct cli *cli, const struct tn__checked *checked);

/* What tn__check_judge() fails with but for findings: the exit code. */
int queries_fail(struct cli *cli, int status, const tn_error *err);

#endif
