/* SPDX-License-Identifier: MIT */
#include <limits.h>

#include "check/check.h"
#include "commands.h"
#include "gen/plan.h"
#include "queries.h"

static int run_check(struct cli *cli)
{
    const struct tn__settings *settings = &cli->settings;
    bool has_files = cli->arg_count > 0;
    const struct tn__program program = {
        .sources = settings->lint_sources,
        .source_count = settings->lint_source_count,
        .prefix = settings->generate_prefix,
    };
    const struct tn__plan_options plan_options = queries_plan_options(cli);
    struct tn__check_options options = queries_project_options(cli);
    options.program = &program;
    if (has_files) {
        options.sources = cli->args;
        options.source_count = cli->arg_count;
    }
    queries_guard(&options);
    struct tn__checked checked = {0};
    struct tn__gen_plan plan;
    tn_error err = {0};
    int rc = tn__check_read(&checked, &options, cli->arena, &cli->diags, &err);
    bool is_read = rc == TN_OK;
    if (rc == TN_OK)
        rc = tn__check_judge(&checked, &options, cli->arena, &cli->diags, &err);
    if (rc == TN_OK)
        queries_say_judge(cli, &checked);
    if (rc == TN_OK)
        rc = tn__gen_plan_make(&plan, &checked, &plan_options, cli->arena, &cli->diags);
    if (rc != TN_OK && cli->diags.errors == 0)
        return is_read ? queries_fail(cli, rc, &err) : cli_fail(cli, rc, &err);
    tn__diags_sort(&cli->diags);
    if (cli->json)
        tn__check_report(&cli->out, &checked, &cli->diags);
    if (!is_read)
        return EXIT_USAGE;
    if (cli->diags.errors > 0)
        return EXIT_NEGATIVE;
    cli_say(cli, "%zu quer%s checked", checked.query_count, checked.query_count == 1 ? "y" : "ies");
    return EXIT_DONE;
}

const struct command cmd_check = {
    .name = "check",
    .group = "queries",
    .args = "[FILES…]",
    .max_args = UINT_MAX,
    .needs = NEEDS_SETTINGS,
    .summary = "check the queries of SQL and C files; nothing is written",
    .help =
        "The migrations are replayed on a private database, which then judges every query: in\n"
        "memory, or of PostgreSQL on a server that is started for it from the installed binaries.\n"
        "No database of yours is opened. With --url, or [database] check_url, that server is asked:\n"
        "a database is made on it beside yours, and dropped again.\n"
        "FILES stand for [queries] source of tenon.ini.\n"
        "\n"
        "Queries that the program's sources do not call, and columns that they do not read, are\n"
        "warnings ([lint] sources). A query allows a lint with: -- allow CODE \"reason\".\n"
        "\n"
        "Errors end with exit code 1, warnings alone with 0 unless [lint] denies them.\n"
        "\n"
        "    tenon check\n"
        "    tenon check --json queries/tasks.sql\n",
    .run = run_check,
};
