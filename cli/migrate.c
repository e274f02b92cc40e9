/* SPDX-License-Identifier: MIT */
#include "migrate.h"

#include <stdio.h>
#include <string.h>

#include "interrupt.h"
#include "migrate/formats/native.h"
#include "migrate/script.h"
#include "migrate/set.h"
#include "migrate/standing.h"
#include "util/clock.h"
#include "util/fs.h"
#include "util/hash.h"
#include "util/str.h"
#include "util/url.h"

const char *migrate_time(char out[32], int64_t elapsed_ns)
{
    double ms = (double)elapsed_ns / 1e6;
    snprintf(out, 32, ms < 1000.0 ? "%.1f ms" : "%.0f ms", ms);
    return out;
}

struct tn__diag *migrate_fault(struct cli *cli, const tn_migration_place *place, tn_text text,
                               const tn_error *err)
{
    const char *file = tn_arena_copy(cli->arena, place->file, strlen(place->file));
    struct tn__place where = {place->file[0] ? file : NULL, place->line, place->column,
                              place->length};
    if (file && text.data)
        tn__diags_source(&cli->diags, file, text);
    const char *code = err->status == TN_EPARTIAL ? "partly-applied" : tn__fault_code(place->kind);
    return tn__diags_add(&cli->diags, code, where, "%s", tn__fault_message(place, err));
}

tn_text migrate_text(const tn_migration_set *set, const char *file)
{
    for (size_t i = 0; i < set->count; i++) {
        const tn_migration *item = &set->items[i];
        if (strcmp(item->up.file, file) == 0)
            return item->up.sql;
        if (item->down.file && strcmp(item->down.file, file) == 0)
            return item->down.sql;
    }
    return (tn_text){NULL, 0};
}

enum tn__dialect migrate_dialect(const struct cli *cli)
{
    return cli->settings.engine == TN__URL_POSTGRES ? TN__POSTGRES : TN__SQLITE;
}

/* A file that looks like a migration and is none is left alone, but not in silence. */
static void notice_near_names(struct cli *cli, const char *dir)
{
    const char *const *names;
    size_t count;
    if (tn__dir_list(&names, &count, dir, cli->arena, NULL) != TN_OK)
        return; /* it has been read a moment ago; what is gone needs no notice */
    for (size_t i = 0; i < count; i++) {
        if (!tn__migration_file_is_near(names[i]))
            continue;
        const char *path = tn__path_join(cli->arena, dir, names[i]);
        tn__diags_add(&cli->diags, "migration-notice", (struct tn__place){path, 0, 0, 0},
                      "left alone: the name of a migration has an underscore behind its version, "
                      "as in '%.*s_name.sql'",
                      (int)strspn(names[i], "0123456789"), names[i]);
    }
}

int migrate_load(struct cli *cli, tn_migration_set *out)
{
    return migrate_load_of(cli, out, migrate_dialect(cli), cli->settings.migrations_dir);
}

int migrate_load_of(struct cli *cli, tn_migration_set *out, enum tn__dialect dialect,
                    const char *dir)
{
    tn_error err = {0};
    tn_migration_place place = {0};
    int rc = tn__migration_set_load(out, dialect, dir, cli->arena, &place, &err);
    if (rc == TN_OK) {
        notice_near_names(cli, dir);
        return EXIT_DONE;
    }
    if (rc == TN_ENOMEM || place.file[0] == '\0')
        return cli_fail(cli, rc, &err);
    /* For showing its line; without it the place alone has to do. */
    tn_text text = {NULL, 0};
    if (place.line > 0 &&
        tn__file_read(&text, place.file, TN__MIGRATION_MAX_BYTES, cli->arena, NULL) != TN_OK)
        text = (tn_text){NULL, 0};
    migrate_fault(cli, &place, text, &err);
    if (rc == TN_ENOTFOUND && strcmp(place.file, dir) == 0)
        cli_hint(cli, "begin with: tenon migrate add NAME");
    return EXIT_USAGE;
}

int migrate_range(struct cli *cli, tn_migrate_options *options)
{
    const char *to = cli_text(cli, "to");
    options->count = cli_count(cli, "count");
    options->all = cli_flag(cli, "all");
    options->has_to = to != NULL;
    options->to_text = to;
    if ((options->count > 0) + options->all + options->has_to > 1)
        return cli_refuse(cli, EXIT_USAGE, "only one of -n, --to%s can be given",
                          options->op == TN_MIGRATE_DOWN ? " and --all" : "");
    if (to && tn__migration_version_parse(&options->to, tn_text_of(to)) != TN_OK)
        return cli_refuse(cli, EXIT_USAGE, "'%s' is no version: it is a number, as in 0003", to);
    return EXIT_DONE;
}

static int keep_sql(struct migrate_run *run, const tn_migrate_event *event)
{
    if (!run->would)
        run->would = tn_arena_array(run->cli->arena, event->count, sizeof *run->would);
    if (!run->would)
        return TN_ENOMEM;
    run->would[event->index] = tn_arena_copy(run->cli->arena, event->text, strlen(event->text));
    return run->would[event->index] ? TN_OK : TN_ENOMEM;
}

int migrate_event(const tn_migrate_event *event, void *user)
{
    struct migrate_run *run = user;
    struct cli *cli = run->cli;
    const tn_migrate_item *item = event->item;
    char time[32];
    switch (event->kind) {
    case TN_MIGRATE_EVENT_BEGIN: /* between two migrations is a safe point */
        cli->running = event->script->file;
        return interrupt_is_wanted() ? TN_EINTERRUPT : TN_OK;
    case TN_MIGRATE_EVENT_END:
        cli->running = NULL;
        cli_say(cli, "%s %s %s (%s)", run->options.op == TN_MIGRATE_DOWN ? "Reverted" : "Applied",
                item->version_text, item->name, migrate_time(time, item->elapsed_ns));
        break;
    case TN_MIGRATE_EVENT_WOULD:
        if (cli->json)
            return keep_sql(run, event);
        tn__buf_puts(&cli->out, event->text);
        cli_flush_out(cli);
        break;
    case TN_MIGRATE_EVENT_NOTICE:
        tn__diags_add(&cli->diags, "migration-notice", (struct tn__place){NULL, 0, 0, 0}, "%s",
                      event->text);
        break;
    }
    return TN_OK;
}

/* Say of each applied file how it differs. The history is read anew: the refusal only names them. */
static size_t report_differences(struct migrate_run *run)
{
    struct cli *cli = run->cli;
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report status = {.arena = cli->arena};
    tn_error ignored;
    size_t count = 0;
    options.op = TN_MIGRATE_STATUS;
    if (tn_migrate(run->db, &run->set, &options, &status, &ignored) != TN_OK)
        return 0;
    for (size_t i = 0; i < status.count; i++) {
        const tn_migrate_item *item = &status.items[i];
        if (item->state == TN_MIGRATION_CHANGED) {
            char stored[97];
            char found[97];
            tn__hex(stored, item->stored_checksum, sizeof item->stored_checksum);
            tn__hex(found, item->migration->checksum, sizeof item->migration->checksum);
            struct tn__diag *diag = tn__diags_add(
                &cli->diags, "migration-changed",
                (struct tn__place){item->migration->up.file, 0, 0, 0},
                "migration '%s' has been changed since it was applied on %s (%.12s… then, %.12s… "
                "now)",
                item->version_text, item->applied_at, stored, found);
            tn__diag_help(&cli->diags, diag,
                          "bring the file back to what was applied, and write a new migration");
            count++;
        } else if (item->state == TN_MIGRATION_MISSING) {
            const tn_migration *twin = tn__sqlx_twin(&run->set, item);
            const char *text =
                twin ? tn__sqlx_twin_explain(item, twin, cli->arena)
                     : tn__arena_printf(cli->arena,
                                        "migration '%s %s' was applied on %s, and '%s' has no "
                                        "file of it",
                                        item->version_text, item->name, item->applied_at,
                                        cli->settings.migrations_dir);
            struct tn__diag *diag =
                tn__diags_add(&cli->diags, "migration-missing",
                              (struct tn__place){twin ? twin->up.file : NULL, 0, 0, 0}, "%s",
                              text ? text : "out of memory");
            if (!twin)
                tn__diag_help(&cli->diags, diag,
                              "bring it back; if it is gone for good, put an empty file in its "
                              "place and accept that: tenon migrate repair %s",
                              item->version_text);
            count++;
        }
    }
    return count;
}

/* What goes on after a failure: the same again; after half a redo, what puts back the rest. */
static const char *again_of(const struct migrate_run *run)
{
    const char *name = run->cli->command->name;
    bool is_half = strcmp(name, "migrate redo") == 0 && run->report.count > 0;
    return run->options.op == TN_MIGRATE_UP || is_half ? "migrate up" : name;
}

/* What a failed statement left behind, and the next command. */
static void note_outcome(struct migrate_run *run, struct tn__diag *diag)
{
    size_t done = run->report.count;
    bool is_down = run->options.op == TN_MIGRATE_DOWN;
    tn__diag_note(&run->cli->diags, diag, (struct tn__place){NULL, 0, 0, 0},
                  "it was rolled back; %zu migration%s %s before it, %zu pending; next: tenon %s",
                  done, done == 1 ? "" : "s", is_down ? "reverted" : "applied", run->report.pending,
                  again_of(run));
}

/* A lock is somebody's: say on what. */
static void name_database(struct cli *cli, tn_error *err)
{
    struct tn__url url;
    size_t used = strlen(err->message);
    if (tn__url_parse(&url, cli_url(cli), cli->arena, NULL) == TN_OK && url.path)
        snprintf(err->message + used, sizeof err->message - used, " ('%s')",
                 tn__path_shown(url.path));
}

/* A server that follows another one refuses whatever writes: that is no fault of a migration's. */
static int fail_standby(struct cli *cli, tn_error *err)
{
    tn_error_prefix(err, "this server is a standby, which only lets read");
    int exit_code = cli_fail(cli, TN_EREADONLY, err);
    cli_hint(cli, "give the URL of its primary");
    return exit_code;
}

/* What is missing where the history cannot be read or, behind a migration, written. */
static void hint_rights(struct cli *cli, const tn_error *err, bool has_run)
{
    if (strcmp(err->sqlstate, "42501") != 0 || !strstr(err->message, "_sqlx_migrations"))
        return;
    if (has_run)
        cli_hint(cli,
                 "a migration that says SET ROLE ends with RESET ROLE: what it has done is noted "
                 "behind it, by the user of the URL");
    else
        cli_hint(cli, "GRANT SELECT, INSERT, UPDATE, DELETE ON _sqlx_migrations to the user of the "
                      "URL, or migrate as its owner");
}

int migrate_fail(struct migrate_run *run, int status, const tn_error *original)
{
    struct cli *cli = run->cli;
    tn_error copy = *original;
    const tn_error *err = &copy;
    cli->running = NULL;
    if (status == TN_EREADONLY && cli_is_standby(run->db, cli->arena))
        return fail_standby(cli, &copy);
    if (status == TN_EBUSY)
        name_database(cli, &copy);
    if (status == TN_EINTERRUPT && interrupt_is_wanted()) {
        cli_say(cli,
                "Interrupted: what was running has been rolled back; %zu migration%s %s before it, "
                "%zu pending; next: tenon %s",
                run->report.count, run->report.count == 1 ? "" : "s",
                run->options.op == TN_MIGRATE_DOWN ? "reverted" : "applied", run->report.pending,
                again_of(run));
        return EXIT_FAILED;
    }
    const tn_migration_place *place = &run->report.failed;
    if (place->kind != TN__FAULT_NONE) {
        struct tn__diag *diag = migrate_fault(cli, place, run->report.failed_sql, err);
        bool is_plain = place->kind == TN__FAULT_STATEMENT && status != TN_EPARTIAL &&
                        status != TN_EBUSY && status != TN_ENOMEM && status != TN_EREFUSED &&
                        status != TN_ECONNECT;
        if (is_plain)
            note_outcome(run, diag);
        hint_rights(cli, err, true);
        return is_plain ? EXIT_FAILED : cli_exit_of(status);
    }
    if (status == TN_ENOTFOUND)
        return cli_refuse(cli, EXIT_USAGE, "%s", err->message);
    if (status == TN_EREFUSED && report_differences(run) > 0)
        return EXIT_REFUSED;
    int exit_code = cli_fail(cli, status, err);
    hint_rights(cli, err, false);
    return exit_code;
}

void migrate_json_items(struct tn__json *json, const tn_migrate_report *report)
{
    tn__json_key(json, "migrations");
    tn__json_array_begin(json);
    for (size_t i = 0; i < report->count; i++) {
        const tn_migrate_item *item = &report->items[i];
        tn__json_object_begin(json);
        tn__json_key_string(json, "version", item->version_text);
        tn__json_key_string(json, "name", item->name);
        tn__json_key_string(json, "state", tn_migration_state_name(item->state));
        tn__json_key_string(json, "applied_at", item->applied_at);
        tn__json_object_end(json);
    }
    tn__json_array_end(json);
}

/* {"v":1,"dry_run":false,"applied":[{"version","name","elapsed_ns"}],"pending":0}; of a down,
 * "reverted"; of a dry run "sql" instead of the times. */
static void add_json(struct migrate_run *run)
{
    struct tn__json json;
    tn__json_init(&json, &run->cli->out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key_bool(&json, "dry_run", run->options.dry_run);
    tn__json_key(&json, run->options.op == TN_MIGRATE_DOWN ? "reverted" : "applied");
    tn__json_array_begin(&json);
    for (size_t i = 0; i < run->report.count; i++) {
        const tn_migrate_item *item = &run->report.items[i];
        tn__json_object_begin(&json);
        tn__json_key_string(&json, "version", item->version_text);
        tn__json_key_string(&json, "name", item->name);
        if (!run->options.dry_run)
            tn__json_key_int(&json, "elapsed_ns", item->elapsed_ns);
        else
            tn__json_key_string(&json, "sql", run->would[i]);
        tn__json_object_end(&json);
    }
    tn__json_array_end(&json);
    tn__json_key_int(&json, "pending", (int64_t)run->report.pending);
    tn__json_object_end(&json);
    tn__buf_putc(&run->cli->out, '\n');
}

/* -n, --to and --all as they were given, for running the same without --dry-run. */
static const char *range_text(const struct migrate_run *run, char out[64])
{
    const tn_migrate_options *options = &run->options;
    out[0] = '\0';
    if (options->count > 0)
        snprintf(out, 64, " -n %zu", options->count);
    else if (options->has_to)
        snprintf(out, 64, " --to %s", options->to_text);
    else if (options->all)
        snprintf(out, 64, " --all");
    return out;
}

/* What is done behind a migration; generate does not know PostgreSQL. */
static const char *next_of(const struct migrate_run *run)
{
    if (run->options.op == TN_MIGRATE_DOWN)
        return "; next: tenon migrate up";
    return migrate_dialect(run->cli) == TN__POSTGRES ? "" : "; next: tenon generate";
}

/* What has changed, and the next command. */
static void say_result(struct migrate_run *run, int64_t elapsed_ns)
{
    struct cli *cli = run->cli;
    bool is_down = run->options.op == TN_MIGRATE_DOWN;
    size_t count = run->report.count;
    char time[32];
    char range[64];
    if (count == 0 && is_down)
        cli_say(cli, "Nothing to revert; next: tenon migrate status");
    else if (count == 0)
        cli_say(cli, "Nothing to do: %zu applied, %zu pending; next: tenon migrate status",
                run->report.applied, run->report.pending);
    else if (run->options.dry_run)
        cli_say(cli,
                "%zu migration%s would be %s, nothing has been written; next: tenon migrate %s%s",
                count, count == 1 ? "" : "s", is_down ? "reverted" : "applied",
                is_down ? "down" : "up", range_text(run, range));
    else
        cli_say(cli, "%zu migration%s %s in %s, %zu pending%s", count, count == 1 ? "" : "s",
                is_down ? "reverted" : "applied", migrate_time(time, elapsed_ns),
                run->report.pending, next_of(run));
}

int migrate_look(struct migrate_run *run, struct cli *cli, enum tn_migrate_op op)
{
    *run = (struct migrate_run){.cli = cli, .options = TN_MIGRATE_OPTIONS_INIT};
    int exit_code = migrate_load(cli, &run->set);
    if (exit_code != EXIT_DONE)
        return exit_code;
    run->options.op = op;
    run->options.on_event = migrate_event;
    run->options.user = run;
    run->report.arena = cli->arena;
    run->db = cli_open(cli, CLI_READ, &exit_code);
    return exit_code;
}

void migrate_init(struct migrate_run *run, struct cli *cli, enum tn_migrate_op op)
{
    *run = (struct migrate_run){.cli = cli, .options = TN_MIGRATE_OPTIONS_INIT};
    run->options.op = op;
    run->options.out_of_order = cli->settings.out_of_order;
    run->options.on_event = migrate_event;
    run->options.user = run;
    run->report.arena = cli->arena;
}

int migrate_run(struct cli *cli, enum tn_migrate_op op)
{
    struct migrate_run run;
    tn_error err = {0};
    int exit_code;
    migrate_init(&run, cli, op);
    run.options.dry_run = cli_flag(cli, "dry-run");
    if ((exit_code = migrate_range(cli, &run.options)) != EXIT_DONE ||
        (exit_code = migrate_load(cli, &run.set)) != EXIT_DONE)
        return exit_code;
    enum cli_access access = op == TN_MIGRATE_UP ? CLI_CREATE : CLI_WRITE;
    if (run.options.dry_run)
        access = op == TN_MIGRATE_UP ? CLI_PREVIEW : CLI_READ;
    run.db = cli_open(cli, access, &exit_code);
    if (!run.db)
        return exit_code;
    int64_t start = tn__mono_ns();
    int rc = tn_migrate(run.db, &run.set, &run.options, &run.report, &err);
    if (cli->json)
        add_json(&run);
    if (rc == TN_OK)
        say_result(&run, tn__mono_ns() - start);
    exit_code = rc == TN_OK ? EXIT_DONE : migrate_fail(&run, rc, &err);
    cli_close(run.db);
    return exit_code;
}

/* --- without a migration being run -------------------------------------------------------------- */

int migrate_settle(struct cli *cli, enum tn_migrate_op op, const char *version, const char *done)
{
    struct migrate_run run;
    tn_error err = {0};
    int exit_code;
    migrate_init(&run, cli, op);
    run.options.dry_run = cli_flag(cli, "dry-run");
    run.options.has_to = version != NULL;
    run.options.to_text = version;
    if (version && tn__migration_version_parse(&run.options.to, tn_text_of(version)) != TN_OK)
        return cli_refuse(cli, EXIT_USAGE, "'%s' is no version: it is a number, as in 0003",
                          version);
    if ((exit_code = migrate_load(cli, &run.set)) != EXIT_DONE)
        return exit_code;
    enum cli_access access = run.options.dry_run                                  ? CLI_PREVIEW
                             : op == TN_MIGRATE_BASELINE || op == TN_MIGRATE_SKIP ? CLI_CREATE
                                                                                  : CLI_WRITE;
    run.db = cli_open(cli, access, &exit_code);
    if (!run.db)
        return exit_code;
    int rc = tn_migrate(run.db, &run.set, &run.options, &run.report, &err);
    if (rc == TN_OK && cli->json) {
        struct tn__json json;
        tn__json_init(&json, &cli->out);
        tn__json_object_begin(&json);
        tn__json_key_int(&json, "v", 1);
        tn__json_key_bool(&json, "dry_run", run.options.dry_run);
        migrate_json_items(&json, &run.report);
        tn__json_key_int(&json, "pending", (int64_t)run.report.pending);
        tn__json_object_end(&json);
        tn__buf_putc(&cli->out, '\n');
    }
    for (size_t i = 0; rc == TN_OK && done && i < run.report.count; i++)
        cli_say(cli, "%s %s %s", done, run.report.items[i].version_text, run.report.items[i].name);
    if (rc == TN_OK)
        cli_say(cli, "%zu migration%s, %zu pending%s; next: tenon migrate status", run.report.count,
                run.report.count == 1 ? "" : "s", run.report.pending,
                run.options.dry_run ? "; nothing has been written" : "");
    if (rc == TN_OK && op == TN_MIGRATE_REPAIR && !version)
        migrate_notice_changed(&run);
    exit_code = rc == TN_OK ? EXIT_DONE : migrate_fail(&run, rc, &err);
    cli_close(run.db);
    return exit_code;
}
