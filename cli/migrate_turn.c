/* SPDX-License-Identifier: MIT */
#include "migrate.h"

#include "confirm.h"
#include "util/clock.h"

/* Down and up again, or all anew: one thing behind the other, on one opening of the database. */

static void add_ran(struct tn__json *json, const char *key, const tn_migrate_report *report)
{
    tn__json_key(json, key);
    tn__json_array_begin(json);
    for (size_t i = 0; i < report->count; i++) {
        tn__json_object_begin(json);
        tn__json_key_string(json, "version", report->items[i].version_text);
        tn__json_key_string(json, "name", report->items[i].name);
        tn__json_key_int(json, "elapsed_ns", report->items[i].elapsed_ns);
        tn__json_object_end(json);
    }
    tn__json_array_end(json);
}

/* {"v":1,"reverted":[…],"applied":[…],"pending":0}; of clearing "dropped": the number of objects. */
static void add_turn_json(struct cli *cli, const struct migrate_run *first,
                          const struct migrate_run *second)
{
    struct tn__json json;
    tn__json_init(&json, &cli->out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    if (first->options.op == TN_MIGRATE_CLEAR)
        tn__json_key_int(&json, "dropped", (int64_t)first->report.applied);
    else
        add_ran(&json, "reverted", &first->report);
    add_ran(&json, "applied", &second->report);
    tn__json_key_int(&json, "pending",
                     (int64_t)(second->options.op == TN_MIGRATE_UP ? second->report.pending
                                                                   : first->report.pending));
    tn__json_object_end(&json);
    tn__buf_putc(&cli->out, '\n');
}

static int run_step(struct migrate_run *run)
{
    tn_error err = {0};
    int rc = tn_migrate(run->db, &run->set, &run->options, &run->report, &err);
    return rc == TN_OK ? EXIT_DONE : migrate_fail(run, rc, &err);
}

static int confirm_turn(struct cli *cli, const struct migrate_turn *turn,
                        const tn_migration_set *set)
{
    const char *question = turn->question;
    if (!question)
        return EXIT_DONE;
    if (turn->first == TN_MIGRATE_CLEAR && migrate_dialect(cli) == TN__POSTGRES)
        question = migrate_fresh_question(cli, set);
    return question ? cli_confirm(cli, question) : cli_refuse(cli, EXIT_BUG, "out of memory");
}

int migrate_turn(struct cli *cli, const struct migrate_turn *turn)
{
    struct migrate_run first, second;
    int exit_code;
    migrate_init(&first, cli, turn->first);
    migrate_init(&second, cli, TN_MIGRATE_STATUS);
    first.options.count = turn->count;
    first.options.all = turn->all;
    if ((exit_code = migrate_load(cli, &first.set)) != EXIT_DONE ||
        (exit_code = confirm_turn(cli, turn, &first.set)) != EXIT_DONE)
        return exit_code;
    first.db = cli_open(cli, turn->first == TN_MIGRATE_CLEAR ? CLI_CREATE : CLI_WRITE, &exit_code);
    if (!first.db)
        return exit_code;
    int64_t start = tn__mono_ns();
    exit_code = run_step(&first);
    if (exit_code == EXIT_DONE && turn->goes_up) {
        second.options.op = TN_MIGRATE_UP;
        second.db = first.db;
        second.set = first.set;
        /* As many as were reverted; after everything is gone, all. */
        second.options.count = turn->count ? first.report.count : 0;
        exit_code = turn->count && first.report.count == 0 ? EXIT_DONE : run_step(&second);
    }
    if (cli->json)
        add_turn_json(cli, &first, &second);
    if (exit_code == EXIT_DONE) {
        char time[32];
        migrate_time(time, tn__mono_ns() - start);
        size_t pending = turn->goes_up ? second.report.pending : first.report.pending;
        bool is_clear = turn->first == TN_MIGRATE_CLEAR;
        size_t gone = is_clear ? first.report.applied : first.report.count;
        const char *what = !is_clear   ? "reverted"
                           : gone == 1 ? "object dropped"
                                       : "objects dropped";
        cli_say(cli, "%zu %s, %zu applied in %s, %zu pending; next: tenon %s", gone, what,
                turn->goes_up ? second.report.count : 0, time, pending,
                turn->goes_up ? "migrate status" : "migrate up");
    }
    cli_close(first.db);
    return exit_code;
}
