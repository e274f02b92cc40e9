/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"
#include "migrate/script.h"

static void add_json(struct cli *cli, const tn_migrate_report *report, bool is_valid)
{
    struct tn__json json;
    tn__json_init(&json, &cli->out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key_bool(&json, "valid", is_valid);
    migrate_json_items(&json, report);
    tn__json_key_int(&json, "pending", (int64_t)report->pending);
    tn__json_key(&json, "findings");
    tn__json_diags(&json, &cli->diags);
    tn__json_object_end(&json);
    tn__buf_putc(&cli->out, '\n');
}

static int run_validate(struct cli *cli)
{
    struct migrate_run run;
    tn_error err = {0};
    int exit_code = migrate_look(&run, cli, TN_MIGRATE_VALIDATE);
    if (exit_code != EXIT_DONE)
        return exit_code;
    run.options.out_of_order = cli->settings.out_of_order;
    int rc = tn_migrate(run.db, &run.set, &run.options, &run.report, &err);
    if (rc != TN_OK) {
        exit_code = migrate_fail(&run, rc, &err);
        /* What it finds is an answer; what keeps it from looking is not. */
        if (rc == TN_ESYNTAX || (rc == TN_EREFUSED && run.report.failed.kind != TN__FAULT_HISTORY))
            exit_code = EXIT_NEGATIVE;
    }
    cli_close(run.db);
    if (cli->json && (exit_code == EXIT_DONE || exit_code == EXIT_NEGATIVE))
        add_json(cli, &run.report, rc == TN_OK);
    if (rc == TN_OK)
        cli_say(cli, "%zu migration%s sound: %zu applied, %zu pending%s", run.report.count,
                run.report.count == 1 ? " is" : "s are", run.report.applied, run.report.pending,
                run.report.pending > 0 ? "; next: tenon migrate up" : "");
    return exit_code;
}

const struct command cmd_migrate_validate = {
    .name = "migrate validate",
    .group = "migrate",
    .args = "",
    .needs = NEEDS_SETTINGS,
    .summary = "compare the files with what was applied",
    .help = "Fails, with exit code 1, if an applied file has been changed or is missing, if a\n"
            "migration is partly applied, or if a file cannot be cut into statements. Line ends\n"
            "and a byte order mark do not count as changes.\n"
            "\n"
            "  tenon migrate validate\n"
            "  tenon migrate validate --json\n",
    .run = run_validate,
};
