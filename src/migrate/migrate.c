/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "migrate/formats/marks.h"
#include "migrate/runner.h"
#include "migrate/set.h"
#include "util/clock.h"
#include "util/str.h"

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

/* Read how the database stands. The version is taken first: if somebody writes in between, it
 * differs under the lock, and all is read again. */
static int load(struct tn__runner *r, tn_error *err)
{
    int rc = r->link.engine->version(r, &r->seen_version, err);
    if (rc == TN_OK)
        rc = tn__standing_load(&r->standing, &r->link, r->set, r->arena, err);
    if (rc == TN_OK)
        r->has_history = r->standing.has_history;
    if (rc == TN_EREFUSED)
        tn__place_file(&r->report->failed, TN__FAULT_HISTORY, "");
    return rc;
}

/* How often to look whether another one's script is done. */
#define POLL_US 20000

/* As load; while somebody runs a script outside a transaction, as long as a lock is waited for. */
static int load_when_free(struct tn__runner *r, tn_error *err)
{
    char what[200];
    int64_t patience_ms = 0;
    int64_t start = tn__mono_ns();
    int rc = load(r, err);
    if (rc != TN_OK || !r->standing.running)
        return rc;
    rc = r->link.engine->patience_ms(&r->link, &patience_ms, err);
    while (rc == TN_OK && r->standing.running) {
        if (tn__mono_ns() - start >= patience_ms * 1000000) {
            tn__standing_explain_running(what, sizeof what, &r->standing);
            return tn_error_set(err, TN_EBUSY, "%s", what);
        }
        tn__sleep_us(POLL_US);
        rc = load(r, err);
    }
    return rc;
}

static int plan(struct tn__runner *r, struct tn__plan *out, tn_error *err)
{
    int rc =
        tn__standing_check(&r->standing, r->link.engine->history, r->set, &r->report->failed, err);
    if (rc != TN_OK)
        return rc;
    return tn__plan_make(out, &r->standing, r->set, r->options, r->report->count, r->arena,
                         &r->report->failed, err);
}

int tn__runner_report(struct tn__runner *r, const tn_migrate_item *item, tn_error *err)
{
    if (r->report->count == r->ran_cap) {
        size_t more = r->ran_cap ? 2 * r->ran_cap : 16;
        tn_migrate_item *grown = tn_arena_array(r->arena, more, sizeof *grown);
        if (!grown)
            return fail_memory(err);
        if (r->report->count > 0)
            memcpy(grown, r->ran, r->report->count * sizeof *grown);
        r->ran = grown;
        r->ran_cap = more;
        r->report->items = grown;
    }
    r->ran[r->report->count++] = *item;
    return TN_OK;
}

int tn__runner_emit(struct tn__runner *r, enum tn_migrate_event_kind kind,
                    const tn_migrate_item *item, const tn_migration_script *script,
                    const char *text, size_t index, size_t count, tn_error *err)
{
    tn_migrate_event event = {kind, item, script, text, index, count};
    if (!r->options->on_event)
        return TN_OK;
    int rc = r->options->on_event(&event, r->options->user);
    return rc < 0 ? tn_error_set(err, rc, "stopped by the program") : TN_OK;
}

static void notice_changes(struct tn__runner *r)
{
    for (size_t i = 0; i < r->standing.count; i++) {
        const tn_migrate_item *item = &r->standing.items[i];
        if (item->is_line_ending_change)
            tn__runner_notice(r, item,
                              "%s: differs from what was applied in line ends or a byte order "
                              "mark alone, which is accepted",
                              item->migration->up.file);
    }
}

/* Rows that sqlx wrote for names that it reads otherwise. */
static int notice_twins(struct tn__runner *r, tn_error *err)
{
    for (size_t i = 0; i < r->standing.count; i++) {
        const tn_migrate_item *item = &r->standing.items[i];
        const tn_migration *twin = tn__sqlx_twin(r->set, item);
        const char *text = twin ? tn__sqlx_twin_explain(item, twin, r->arena) : "";
        if (!text)
            return fail_memory(err);
        if (twin)
            tn__runner_notice(r, item, "%s", text);
    }
    return TN_OK;
}

static void notice_running(struct tn__runner *r)
{
    char what[200];
    if (!r->standing.running)
        return;
    tn__standing_explain_running(what, sizeof what, &r->standing);
    tn__runner_notice(r, NULL, "%s", what);
}

static void notice_order(struct tn__runner *r, const tn_migrate_item *item)
{
    if (item->is_out_of_order && r->options->out_of_order == TN_OUT_OF_ORDER_WARN)
        tn__runner_notice(r, item, "migration '%s' is older than one that is applied already",
                          item->version_text);
}

/* What was meant to be the mark of sqlx, and is none. */
static void notice_mark(struct tn__runner *r, const tn_migrate_item *item,
                        const tn_migration_script *script)
{
    tn_migration_place place;
    if (tn__marks_near_no_transaction(script, r->link.driver->dialect, &place))
        tn__runner_notice(r, item,
                          "%s:%u:%u: no mark, so the file runs in a transaction: to run without "
                          "one it must begin with '-- no-transaction', exactly so",
                          place.file, place.line, place.column);
}

/* Split a script, and look whether it can be run at all. */
int tn__runner_cut(struct tn__runner *r, tn_migration_script *script, tn_error *err)
{
    const struct tn__engine *engine = r->link.engine;
    int rc = tn__script_split(script, r->link.driver->dialect, r->arena, &r->report->failed, err);
    if (rc == TN_OK)
        rc = tn__script_check_rollback(script, &r->report->failed, err);
    if (rc == TN_OK)
        rc = tn__script_check_params(script, r->link.driver->dialect, &r->report->failed, err);
    if (rc == TN_OK && engine->check)
        rc = engine->check(r, script, err);
    if (rc == TN_ESYNTAX || rc == TN_EREFUSED)
        r->report->failed_sql = script->sql;
    return rc;
}

/* The script of an item, split. */
static int split(struct tn__runner *r, const tn_migrate_item *item, tn_migration_script *out,
                 tn_error *err)
{
    bool is_down = r->options->op == TN_MIGRATE_DOWN;
    *out = is_down ? item->migration->down : item->migration->up;
    return tn__runner_cut(r, out, err);
}

static int dry_run(struct tn__runner *r, const struct tn__plan *todo, tn_error *err)
{
    bool is_down = r->options->op == TN_MIGRATE_DOWN;
    int rc = TN_OK;
    for (size_t i = 0; rc == TN_OK && i < todo->count; i++) {
        const tn_migrate_item *item = &r->standing.items[todo->items[i]];
        tn_migration_script script;
        struct tn__buf sql;
        tn__buf_init(&sql, 0);
        notice_order(r, item);
        rc = split(r, item, &script, err);
        if (rc == TN_OK) {
            notice_mark(r, item, &script);
            tn__script_show(&sql, r, item, &script, is_down);
            rc = tn__buf_status(&sql) == TN_OK ? TN_OK : fail_memory(err);
        }
        if (rc == TN_OK)
            rc = tn__runner_emit(r, TN_MIGRATE_EVENT_WOULD, item, &script, sql.data, i, todo->count,
                                 err);
        if (rc == TN_OK)
            rc = tn__runner_report(r, item, err);
        r->has_history = true; /* the first script has created it */
        tn__buf_fini(&sql);
    }
    return rc;
}

/* Under the lock: has somebody been there since? Then look again, and say in *same whether the
 * next migration is still the same. */
static int look_again(struct tn__runner *r, struct tn__plan *todo, size_t *next, bool *same,
                      tn_error *err)
{
    int64_t now = 0;
    *same = true;
    int rc = r->link.engine->version(r, &now, err);
    if (rc != TN_OK || now == r->seen_version)
        return rc;
    int64_t version = r->standing.items[todo->items[*next]].version;
    rc = load(r, err);
    *next = 0;
    *same = false;
    if (rc != TN_OK || r->standing.running) /* it needs the lock to go on: wait without it */
        return rc;
    rc = plan(r, todo, err);
    *same = rc == TN_OK && todo->count > 0 && r->standing.items[todo->items[0]].version == version;
    return rc;
}

/* Take the lock and run the next migration of the plan; *done is false if the plan has changed. */
static int run_next(struct tn__runner *r, struct tn__plan *todo, size_t *next, bool *done,
                    tn_error *err)
{
    tn_migration_script script;
    bool is_down = r->options->op == TN_MIGRATE_DOWN;
    tn_migrate_item *item = &r->standing.items[todo->items[*next]];
    *done = false;
    bool again = r->again.is_set && r->again.version == item->version;
    r->again.is_set = again;
    int rc = split(r, item, &script, err);
    if (rc == TN_OK)
        rc = r->link.engine->prepare(r, &script, err);
    if (rc == TN_OK)
        rc = r->link.driver->begin(r->link.native, TN_WRITE, err);
    if (rc == TN_OK)
        rc = look_again(r, todo, next, done, err);
    if (rc != TN_OK || !*done)
        goto done;
    item = &r->standing.items[todo->items[*next]];
    if (!again) {
        r->attempts = 0;
        notice_order(r, item);
        notice_mark(r, item, &script);
        rc = tn__runner_emit(r, TN_MIGRATE_EVENT_BEGIN, item, &script, NULL, r->report->count,
                             r->report->count + todo->count - *next, err);
    }
    if (rc != TN_OK)
        goto done;
    rc = tn__script_run(r, item, &script, is_down, err);
    if (rc != TN_OK) {
        if (rc == TN_NONE) {
            *done = false;
            rc = TN_OK;
        }
        if (rc == TN_EPARTIAL)
            item->state = TN_MIGRATION_PARTIAL;
        goto done;
    }
    item->state = is_down ? TN_MIGRATION_PENDING : TN_MIGRATION_APPLIED;
    if (is_down)
        item->applied_at = NULL;
    else
        memcpy(item->stored_checksum, item->migration->checksum, sizeof item->stored_checksum);
    rc = tn__runner_report(r, item, err);

done:
    if (tn__link_in_transaction(&r->link))
        r->link.driver->rollback(r->link.native);
    r->link.engine->restore(r);
    if (rc == TN_OK && *done)
        rc = tn__runner_emit(r, TN_MIGRATE_EVENT_END, item, &script, NULL, r->report->count - 1,
                             r->report->count + todo->count - *next - 1, err);
    return rc;
}

/* A script that cannot be split is told when its turn comes. */
static int look_for_params(struct tn__runner *r, const tn_migrate_item *item, tn_error *err)
{
    bool is_down = r->options->op == TN_MIGRATE_DOWN;
    tn_migration_script script = is_down ? item->migration->down : item->migration->up;
    enum tn__dialect dialect = r->link.driver->dialect;
    tn_error ignored;
    int rc = tn__script_split(&script, dialect, r->arena, NULL, &ignored);
    if (rc == TN_ENOMEM)
        return fail_memory(err);
    rc = rc == TN_OK ? tn__script_check_params(&script, dialect, &r->report->failed, err) : TN_OK;
    if (rc == TN_EREFUSED)
        r->report->failed_sql = script.sql;
    return rc;
}

/* Where scripts can be unfit for being run, that shows before the first one is. */
static int check_plan(struct tn__runner *r, const struct tn__plan *todo, tn_error *err)
{
    int rc = TN_OK;
    for (size_t i = 0; rc == TN_OK && i < todo->count; i++) {
        const tn_migrate_item *item = &r->standing.items[todo->items[i]];
        tn_migration_script script;
        rc = r->link.engine->check ? split(r, item, &script, err) : look_for_params(r, item, err);
    }
    return rc;
}

static int run_plan(struct tn__runner *r, struct tn__plan *todo, tn_error *err)
{
    size_t next = 0;
    int rc = check_plan(r, todo, err);
    while (rc == TN_OK && next < todo->count) {
        bool done;
        rc = run_next(r, todo, &next, &done, err);
        if (rc == TN_OK && done)
            next++;
        if (rc != TN_OK || !r->standing.running)
            continue;
        rc = load_when_free(r, err);
        if (rc == TN_OK)
            rc = plan(r, todo, err);
        next = 0;
    }
    return rc;
}

static int validate(struct tn__runner *r, tn_error *err)
{
    for (size_t i = 0; i < r->set->count; i++) {
        const tn_migration_script *scripts[] = {&r->set->items[i].up, &r->set->items[i].down};
        for (size_t j = 0; j < 2; j++) {
            tn_migration_script script = *scripts[j];
            if (!script.file)
                continue;
            int rc = tn__runner_cut(r, &script, err);
            if (rc != TN_OK)
                return rc;
        }
    }
    struct tn__plan todo;
    tn_migrate_options up = *r->options;
    up.op = TN_MIGRATE_UP;
    int rc =
        tn__standing_check(&r->standing, r->link.engine->history, r->set, &r->report->failed, err);
    if (rc == TN_OK)
        rc = tn__plan_make(&todo, &r->standing, r->set, &up, 0, r->arena, NULL, err);
    return rc;
}

static bool only_reads(const tn_migrate_options *options)
{
    return options->op == TN_MIGRATE_STATUS || options->op == TN_MIGRATE_VALIDATE ||
           options->dry_run;
}

static int run(struct tn__runner *r, tn_error *err)
{
    struct tn__plan todo;
    enum tn_migrate_op op = r->options->op;
    if (op == TN_MIGRATE_CLEAR)
        return r->link.engine->clear(r, err);
    int rc = only_reads(r->options) ? load(r, err) : load_when_free(r, err);
    if (rc != TN_OK)
        return rc;
    notice_running(r);
    if ((op == TN_MIGRATE_STATUS || op == TN_MIGRATE_VALIDATE) && r->link.engine->look &&
        (rc = r->link.engine->look(r, err)) != TN_OK)
        return rc;
    if (op == TN_MIGRATE_STATUS || op == TN_MIGRATE_VALIDATE) {
        r->report->items = r->standing.items;
        r->report->count = r->standing.count;
        if (op == TN_MIGRATE_STATUS)
            return notice_twins(r, err);
        notice_changes(r);
        return validate(r, err);
    }
    if (op == TN_MIGRATE_RESUME)
        return tn__resume_run(r, err);
    if (op != TN_MIGRATE_UP && op != TN_MIGRATE_DOWN)
        return tn__settle_run(r, err);
    rc = plan(r, &todo, err);
    if (rc != TN_OK)
        return rc;
    notice_changes(r);
    return r->options->dry_run ? dry_run(r, &todo, err) : run_plan(r, &todo, err);
}

/* With other migrators kept out, where the engine does that for a whole run. */
static int run_alone(struct tn__runner *r, tn_error *err)
{
    const struct tn__engine *engine = r->link.engine;
    int rc = engine->open(&r->link, r->arena, err);
    if (rc != TN_OK)
        return rc;
    bool locks = engine->lock && !only_reads(r->options);
    if (locks)
        rc = engine->lock(r, err);
    if (rc == TN_OK)
        rc = run(r, err);
    if (locks)
        engine->unlock(r);
    return rc;
}

static int check_options(const tn_migrate_options *options, tn_error *err)
{
    if (options->version != TN_MIGRATE_OPTIONS_VERSION)
        return tn_error_set(err, TN_EINVAL, "unknown version of tn_migrate_options");
    if ((unsigned)options->op > TN_MIGRATE_CLEAR ||
        (unsigned)options->out_of_order > TN_OUT_OF_ORDER_ERROR)
        return tn_error_set(err, TN_EINVAL, "unknown value in tn_migrate_options");
    return TN_OK;
}

int tn_migrate(tn_db *db, const tn_migration_set *set, const tn_migrate_options *options,
               tn_migrate_report *report, tn_error *err)
{
    const tn_migrate_options defaults = TN_MIGRATE_OPTIONS_INIT;
    tn_arena own_arena = TN_ARENA_INIT;
    tn_error local = {0};
    tn_migrate_report result = {0};
    struct tn__runner r = {.set = set};
    r.options = options ? options : &defaults;
    r.report = &result;
    r.arena = report && report->arena ? report->arena : &own_arena;
    if (!db)
        return tn_error_set(err, TN_EMISUSE, "no database");
    int rc = check_options(r.options, err);
    if (rc == TN_OK)
        rc = tn__migration_set_check(set, err);
    if (rc != TN_OK)
        return rc;

    bool is_clear = r.options->op == TN_MIGRATE_CLEAR;
    if (is_clear && r.options->dry_run)
        return tn_error_set(err, TN_EUNSUPPORTED, "clearing has no dry run");
    rc = tn__link_open(&r.link, db, only_reads(r.options) ? TN_READ : TN_WRITE, &local);
    if (rc == TN_OK)
        rc = run_alone(&r, &local);
    result.pending = tn__standing_count(&r.standing, TN_MIGRATION_PENDING);
    result.applied = is_clear ? r.cleared : r.standing.count - result.pending;
    tn__history_use_fini(&r.history_use, &r.link);
    tn__progress_use_fini(&r.progress_use, &r.link);
    if (r.link.driver)
        r.link.driver->finalize(r.data_version);
    tn__link_close(&r.link);
    if (report) {
        bool keeps = report->arena != NULL;
        result.arena = report->arena;
        if (!keeps) {
            result.items = NULL;
            result.count = 0;
        }
        *report = result;
    }
    if (rc < 0 && err)
        *err = local;
    tn_arena_fini(&own_arena);
    return rc;
}
