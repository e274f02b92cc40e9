/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "migrate/engine/engine.h"
#include "migrate/run.h"
#include "util/clock.h"
#include "util/str.h"

void tn__runner_notice(struct tn__runner *runner, const tn_migrate_item *item, const char *format,
                       ...)
{
    struct tn__buf text;
    va_list args;
    if (!runner->options->on_event)
        return;
    tn__buf_init(&text, 0);
    va_start(args, format);
    tn__buf_vprintf(&text, format, args);
    va_end(args);
    tn_migrate_event event = {TN_MIGRATE_EVENT_NOTICE, item, NULL, text.data, 0, 0};
    /* Without memory for it the notice is lost, and the migration goes on. */
    if (text.data)
        (void)runner->options->on_event(&event, runner->options->user);
    tn__buf_fini(&text);
}

static int note(struct tn__run *run, size_t done, bool is_failed, tn_error *err)
{
    const struct tn__progress progress = {.version = run->item->version,
                                          .is_down = run->is_down,
                                          .is_failed = is_failed,
                                          .is_part = is_failed && run->has_part,
                                          .done = done,
                                          .count = run->script->stmt_count,
                                          .prefix = tn__script_prefix(run->script, done)};
    run->runner->progress_use.has_table =
        run->link->engine->tells_existing && run->runner->standing.has_state;
    int rc = tn__progress_put(&run->runner->progress_use, run->link, &progress, err);
    if (rc == TN_OK)
        run->is_noted = true;
    return rc;
}

/* The engine does not always say where: then the first token that is what it did not find. */
static bool find_name(struct tn__token *out, tn_text sql, enum tn__dialect dialect,
                      const char *name)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, sql, dialect);
    for (struct tn__token token; (token = tn__lex_next_solid(&lexer)).kind != TN__TOK_END;) {
        tn_text text = tn__token_text(&lexer, token);
        if (token.kind == TN__TOK_NAME && text.size > 2)
            text = tn__text_sub(text, 1, text.size - 2);
        else if (token.kind != TN__TOK_WORD)
            continue;
        if (tn__text_is_nocase(text, name)) {
            *out = token;
            return true;
        }
    }
    return false;
}

/* What to underline of a failed statement: its faulty token, or all of it. */
static void find_fault(size_t *offset, size_t *size, tn_text sql, enum tn__dialect dialect,
                       const tn_error *err)
{
    struct tn__token token = {TN__TOK_END, 0, 0, sql.size};
    const char *name = err->column[0] ? err->column : err->table;
    if (err->position > 0 && err->position <= sql.size) {
        struct tn__lexer lexer;
        tn__lex_init(&lexer, sql, dialect);
        lexer.offset = err->position - 1;
        token = tn__lex_next(&lexer);
    } else if (err->status == TN_ENOTFOUND && name[0]) {
        (void)find_name(&token, sql, dialect, name);
    }
    *offset = token.offset;
    *size = token.size;
}

void tn__error_append(tn_error *err, const char *text)
{
    size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, "%s", text);
}

/* Put the place of a failed statement into the report and in front of the message. */
int tn__run_fail_at(struct tn__run *run, size_t index, int rc, tn_error *err)
{
    tn_migration_place *place = &run->runner->report->failed;
    const tn_migration_stmt *stmt = &run->script->stmts[index];
    size_t offset;
    size_t size;
    find_fault(&offset, &size, tn__script_stmt(run->script, index), run->link->driver->dialect,
               err);
    offset += stmt->offset;
    tn__place_script(place, TN__FAULT_STATEMENT, run->script, offset, size);
    /* In a one-file form the down script is the file with its remarks blanked. */
    const tn_migration_script *up = &run->item->migration->up;
    bool is_one_file = run->is_down && strcmp(up->file, run->script->file) == 0;
    run->runner->report->failed_sql = is_one_file ? up->sql : run->script->sql;
    err->position = (uint32_t)offset + 1;
    tn_error_prefix(err, "%s:%u:%u", place->file, place->line, place->column);
    run->link->engine->explain(run, index, rc, err);
    return rc;
}

/* What goes on record about the script could not be written. */
static int fail_record(struct tn__run *run, int rc, tn_error *err)
{
    tn__place_file(&run->runner->report->failed, TN__FAULT_STATEMENT, run->script->file);
    tn__error_append(err, "; it was to be noted that the file has been run");
    tn_error_prefix(err, "%s", run->script->file);
    return rc;
}

/* Whether a statement is left to the runner: BEGIN where its own transaction is open, and the last
 * COMMIT, which becomes the one that takes the history along. */
static bool is_left_out(const struct tn__run *run, size_t index, bool in_transaction)
{
    uint32_t kind = run->script->stmts[index].kind;
    if (kind == TN__STMT_BEGIN)
        return in_transaction && run->is_own;
    return kind == TN__STMT_COMMIT && in_transaction && index + 1 == run->script->stmt_count;
}

static void account(struct tn__run *run, size_t index)
{
    const tn_migration_stmt *stmt = &run->script->stmts[index];
    bool is_transient = stmt->kind == TN__STMT_ATTACH || stmt->kind == TN__STMT_BEGIN ||
                        (stmt->kind == TN__STMT_PRAGMA &&
                         tn__pragma_is_transient(tn__script_stmt(run->script, index)));
    if (stmt->kind == TN__STMT_ROLLBACK)
        run->has_open_effect = false;
    else if (!is_transient && stmt->kind != TN__STMT_COMMIT)
        run->has_open_effect = true;
    if (tn__link_in_transaction(run->link))
        return;
    run->has_effect |= run->has_open_effect;
    run->has_open_effect = false;
    run->is_own = false;
    run->done = index + 1;
}

/* Whether what has failed so may stand all the same, if it was to be committed: the disk may have it,
 * or the server. */
static bool may_stand(int rc)
{
    return rc == TN_EIO || rc == TN_ECONNECT;
}

/* A transaction of the runner's own. */
static int begin(struct tn__run *run, tn_error *err)
{
    const struct tn__engine *engine = run->link->engine;
    int rc = run->link->driver->begin(run->link->native, TN_WRITE, err);
    return rc == TN_OK && engine->begun ? engine->begun(run, err) : rc;
}

/* A statement outside of every transaction, which is then on record. */
static int run_outside(struct tn__run *run, size_t index, tn_error *err)
{
    err->position = 0;
    int rc = run->link->engine->alone(run, index, err);
    run->is_unsure = may_stand(rc);
    if (rc != TN_OK)
        return tn__run_fail_at(run, index, rc, err);
    account(run, index);
    uint32_t kind = run->script->stmts[index].kind;
    if (kind != TN__STMT_OUTSIDE && kind != TN__STMT_OTHER)
        return TN_OK; /* it does no harm when it runs twice */
    rc = note(run, run->done, false, err);
    return rc == TN_OK ? rc : fail_record(run, rc, err);
}

/*
 * Outside of the script's own transactions a statement gets one of its own, together with the note
 * that it has been run: so whatever happens the note is true to the statement. Those that cannot run
 * in a transaction (VACUUM, some pragmas, ATTACH) do no harm when they run twice.
 */
static int run_noted(struct tn__run *run, size_t index, tn_error *err)
{
    const struct tn__driver *driver = run->link->driver;
    const struct tn__engine *engine = run->link->engine;
    int rc = begin(run, err);
    if (rc != TN_OK)
        return fail_record(run, rc, err);
    err->position = 0;
    rc = tn__link_run(run->link, tn__script_stmt(run->script, index), err);
    if (rc != TN_OK) {
        driver->rollback(run->link->native);
        if (engine->is_to_retry && engine->is_to_retry(run, rc, err))
            return TN_NONE;
        if (engine->is_outside && engine->is_outside(err))
            return run_outside(run, index, err);
        return tn__run_fail_at(run, index, rc, err);
    }
    rc = note(run, index + 1, false, err);
    if (rc == TN_OK) {
        rc = driver->commit(run->link->native, err);
        run->is_unsure = may_stand(rc);
    }
    if (rc != TN_OK) {
        driver->rollback(run->link->native);
        return fail_record(run, rc, err);
    }
    run->has_effect = true;
    run->is_own = false;
    run->done = index + 1;
    run->runner->attempts = 0;
    return TN_OK;
}

static int run_within(struct tn__run *run, size_t index, tn_error *err)
{
    err->position = 0;
    int rc = run->link->engine->within(run, index, err);
    run->is_unsure = may_stand(rc) && run->script->stmts[index].kind == TN__STMT_COMMIT;
    if (rc != TN_OK)
        return tn__run_fail_at(run, index, rc, err);
    account(run, index);
    return TN_OK;
}

static int run_statement(struct tn__run *run, size_t index, tn_error *err)
{
    const struct tn__engine *engine = run->link->engine;
    const tn_migration_stmt *stmt = &run->script->stmts[index];
    bool in_transaction = tn__link_in_transaction(run->link);
    bool is_skipped = false;
    int rc = TN_OK;
    if (is_left_out(run, index, in_transaction)) {
        run->is_own = stmt->kind != TN__STMT_BEGIN;
        return TN_OK;
    }
    if (engine->before && (rc = engine->before(run, index, &is_skipped, err)) != TN_OK)
        return rc;
    if (is_skipped) {
        run->has_effect = true;
        run->done = index + 1;
        return TN_OK;
    }
    if (!in_transaction && stmt->kind == TN__STMT_OTHER) {
        while ((rc = run_noted(run, index, err)) == TN_NONE)
            continue;
        return rc;
    }
    /* What the script commits itself goes on record: with it, or before it. */
    if (in_transaction && stmt->kind == TN__STMT_COMMIT)
        rc = note(run, index + 1, false, err);
    else if (!in_transaction && (index > 0 || !run->is_noted))
        rc = note(run, run->done, false, err);
    if (rc != TN_OK)
        return fail_record(run, rc, err);
    /* The engine ends a transaction by itself after some errors: nothing may then run without it. */
    if (in_transaction && !tn__link_in_transaction(run->link)) {
        tn_error_set(err, TN_EIO, "the engine has rolled the transaction back");
        return tn__run_fail_at(run, index, TN_EIO, err);
    }
    return in_transaction ? run_within(run, index, err) : run_outside(run, index, err);
}

static int run_statements(struct tn__run *run, tn_error *err)
{
    struct tn__runner *runner = run->runner;
    const struct tn__engine *engine = run->link->engine;
    int rc = engine->begun ? engine->begun(run, err) : TN_OK;
    if (rc == TN_OK && !runner->has_history)
        rc = tn__link_exec(run->link, tn__link_sql(run->link, TN__SQL_HISTORY_CREATE), err);
    if (rc == TN_OK && engine->started)
        rc = engine->started(run, err);
    if (rc == TN_OK && (run->script->is_no_transaction || run->start > 0)) {
        rc = note(run, run->start, false, err);
        if (rc == TN_OK)
            rc = run->link->driver->commit(run->link->native, err);
        if (rc == TN_OK)
            runner->has_history = runner->standing.has_state = true;
    }
    for (size_t i = run->start; rc == TN_OK && i < run->script->stmt_count; i++)
        rc = run_statement(run, i, err);
    return rc;
}

static bool ends_transactions(const tn_migration_script *script)
{
    for (size_t i = 0; i < script->stmt_count; i++) {
        uint32_t kind = script->stmts[i].kind;
        if (kind == TN__STMT_COMMIT || kind == TN__STMT_ROLLBACK)
            return true;
    }
    return false;
}

/* Write the history and commit, in whatever transaction is open. */
static int finish(struct tn__run *run, tn_error *err)
{
    struct tn__runner *runner = run->runner;
    const tn_migration *migration = run->item->migration;
    int rc = TN_OK;
    if (!tn__link_in_transaction(run->link)) {
        run->is_own = true;
        rc = begin(run, err);
    }
    if (rc == TN_OK && run->link->engine->ending &&
        (rc = run->link->engine->ending(run, err)) != TN_OK)
        return rc;
    /* Again: the script may have rolled back the transaction in which it was created. */
    if (rc == TN_OK && !runner->has_history && ends_transactions(run->script))
        rc = tn__link_exec(run->link, tn__link_sql(run->link, TN__SQL_HISTORY_CREATE), err);
    if (rc == TN_OK && run->is_down)
        rc = run->link->engine->history->remove(&runner->history_use, run->link, migration->version,
                                                err);
    else if (rc == TN_OK)
        rc = run->link->engine->history->insert(&runner->history_use, run->link, migration,
                                                &run->item->applied_at, runner->arena, err);
    if (rc == TN_OK && run->is_noted)
        rc = tn__progress_remove(&runner->progress_use, run->link, migration->version, err);
    if (rc != TN_OK)
        return fail_record(run, rc, err);
    rc = run->link->driver->commit(run->link->native, err);
    if (rc == TN_OK) {
        runner->has_history = true;
    } else {
        run->is_unsure = may_stand(rc);
        tn__place_file(&runner->report->failed, TN__FAULT_STATEMENT, run->script->file);
        tn_error_prefix(err, "%s: at the end of its transaction", run->script->file);
    }
    return rc;
}

/* After a failure and the rollback: put on record what is applied, or that nothing is. */
static int settle(struct tn__run *run, int rc, tn_error *err)
{
    char how[320];
    tn_error ignored;
    /* The script may have made the connection read-only. */
    run->link->engine->restore(run->runner);
    /* With a journal that is kept (TRUNCATE, PERSIST) a COMMIT may be reported as failed that stands
     * in the file. The row that was written before is then the one that is true either way. */
    run->is_unsure &= run->is_noted;
    int noted =
        run->is_unsure ? tn__progress_abandon(run->link, run->item->version, &ignored) : TN_NONE;
    if (run->is_unsure && noted == TN_NONE)
        return rc; /* it was to come with what failed, or went with it */
    run->has_effect |= run->is_unsure && noted == TN_OK;
    run->has_part &= !run->is_unsure;
    if (!run->has_effect) {
        if (run->is_noted && !run->is_unsure &&
            tn__progress_remove(&run->runner->progress_use, run->link, run->item->version,
                                &ignored) != TN_OK)
            return rc; /* the row says truly that no statement has been applied */
        return rc;
    }
    const struct tn__progress progress = {.version = run->item->version,
                                          .is_down = run->is_down,
                                          .is_failed = !run->is_unsure,
                                          .is_part = run->has_part,
                                          .done = run->done,
                                          .count = run->script->stmt_count};
    if (!run->is_unsure)
        noted = note(run, run->done, true, &ignored);
    if (noted != TN_OK)
        run->is_noted = false; /* the earlier row stands: it says that the statement was running */
    tn__progress_explain(how, sizeof how, &progress);
    /* What went wrong may be cut, how to go on may not. */
    size_t room = sizeof err->message - strlen(how) - sizeof "; ";
    char what[sizeof err->message];
    tn__copy_text(what, room + 1, tn_text_of(err->message));
    tn__copy_text(err->message, sizeof err->message, tn_text_of(what));
    tn__error_append(err, "; ");
    tn__error_append(err, how);
    err->status = TN_EPARTIAL;
    return TN_EPARTIAL;
}

/* Rolled back, with nothing of it applied, for a reason that may be gone in a moment. */
static bool is_to_retry(struct tn__run *run, int rc, tn_error *err)
{
    const struct tn__engine *engine = run->link->engine;
    struct tn__runner *runner = run->runner;
    if (!engine->is_to_retry || run->is_noted || run->has_effect ||
        !engine->is_to_retry(run, rc, err))
        return false;
    runner->again = (struct tn__again){true, run->item->version, 0, NULL};
    runner->report->failed = (tn_migration_place){.line = 0};
    runner->report->failed_sql = (tn_text){NULL, 0};
    return true;
}

int tn__script_run(struct tn__runner *runner, tn_migrate_item *item,
                   const tn_migration_script *script, bool is_down, tn_error *err)
{
    struct tn__run run = {.runner = runner,
                          .link = &runner->link,
                          .item = item,
                          .script = script,
                          .is_down = is_down,
                          .is_own = true,
                          .start = runner->start,
                          .done = runner->start,
                          .has_effect = runner->start > 0};
    int64_t start = tn__mono_ns();
    int rc = run_statements(&run, err);
    if (rc == TN_OK)
        rc = finish(&run, err);
    if (rc != TN_OK) {
        runner->link.driver->rollback(runner->link.native);
        if (rc == TN_NONE || is_to_retry(&run, rc, err))
            return TN_NONE;
        return settle(&run, rc, err);
    }
    item->elapsed_ns = tn__mono_ns() - start;
    if (run.link->engine->ended)
        run.link->engine->ended(&run);
    if (is_down)
        return TN_OK;
    /* The migration stands whether or not the time can be noted. */
    tn_error ignored;
    if (runner->link.engine->history->set_elapsed(&runner->history_use, &runner->link,
                                                  item->version, item->elapsed_ns,
                                                  &ignored) != TN_OK)
        tn__runner_notice(runner, item, "the time of migration '%s' could not be noted: %s",
                          item->version_text, ignored.message);
    return TN_OK;
}
