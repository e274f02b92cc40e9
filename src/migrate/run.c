/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "migrate/drops.h"
#include "migrate/runner.h"
#include "util/clock.h"
#include "util/str.h"

/* One script on its way. */
struct run {
    struct tn__runner *runner;
    struct tn__link *link;
    tn_migrate_item *item;
    const tn_migration_script *script;
    bool is_down;
    bool is_own;          /* the transaction that is open is the runner's, not the script's */
    bool is_noted;        /* a row about its progress has been written */
    size_t start;         /* the statements that an earlier run has applied */
    size_t done;          /* the statements whose effects are committed */
    bool has_effect;      /* something of it is committed */
    bool has_open_effect; /* something of it is in the open transaction */
    bool has_part;        /* the statement that failed has left something behind */
    bool is_unsure;       /* whether what failed is committed is not known */
    struct tn__fk_census census;
    struct tn__dropped *dropped; /* tables that were dropped with foreign keys off */
    bool is_census_unknown;      /* the check itself fails: a foreign key is ill defined */
};

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

static int note(struct run *run, size_t done, bool is_failed, tn_error *err)
{
    const struct tn__progress progress = {.version = run->item->version,
                                          .is_down = run->is_down,
                                          .is_failed = is_failed,
                                          .is_part = is_failed && run->has_part,
                                          .done = done,
                                          .count = run->script->stmt_count,
                                          .prefix = tn__script_prefix(run->script, done)};
    int rc = tn__progress_put(&run->runner->progress_use, run->link, &progress, err);
    if (rc == TN_OK)
        run->is_noted = true;
    return rc;
}

/* The engine does not always say where: then the first token that is what it did not find. */
static bool find_name(struct tn__token *out, tn_text sql, const char *name)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, sql, TN__SQLITE);
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
static void find_fault(size_t *offset, size_t *size, tn_text sql, const tn_error *err)
{
    struct tn__token token = {TN__TOK_END, 0, 0, sql.size};
    const char *name = err->column[0] ? err->column : err->table;
    if (err->position > 0 && err->position <= sql.size) {
        struct tn__lexer lexer;
        tn__lex_init(&lexer, sql, TN__SQLITE);
        lexer.offset = err->position - 1;
        token = tn__lex_next(&lexer);
    } else if (err->status == TN_ENOTFOUND && name[0]) {
        (void)find_name(&token, sql, name);
    }
    *offset = token.offset;
    *size = token.size;
}

static void append(tn_error *err, const char *text)
{
    size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, "%s", text);
}

/* Put the place of a failed statement into the report and in front of the message. */
static int fail_at(struct run *run, size_t index, int rc, tn_error *err)
{
    tn_migration_place *place = &run->runner->report->failed;
    const tn_migration_stmt *stmt = &run->script->stmts[index];
    size_t offset;
    size_t size;
    find_fault(&offset, &size, tn__script_stmt(run->script, index), err);
    offset += stmt->offset;
    tn__place_script(place, TN__FAULT_STATEMENT, run->script, offset, size);
    /* In a one-file form the down script is the file with its remarks blanked. */
    const tn_migration_script *up = &run->item->migration->up;
    bool is_one_file = run->is_down && strcmp(up->file, run->script->file) == 0;
    run->runner->report->failed_sql = is_one_file ? up->sql : run->script->sql;
    err->position = (uint32_t)offset + 1;
    tn_error_prefix(err, "%s:%u:%u", place->file, place->line, place->column);
    if (stmt->kind == TN__STMT_VACUUM && !run->script->is_no_transaction)
        append(err, "; begin the file with '-- no-transaction'");
    else if (rc == TN_EFOREIGNKEY && !run->runner->kept.foreign_keys_off &&
             tn__is_drop_table(tn__script_stmt(run->script, index)))
        append(err, "; if the table is replaced by a copy, write 'PRAGMA foreign_keys=OFF;' in "
                    "front of it");
    return rc;
}

/* What goes on record about the script could not be written. */
static int fail_record(struct run *run, int rc, tn_error *err)
{
    tn__place_file(&run->runner->report->failed, TN__FAULT_STATEMENT, run->script->file);
    append(err, "; it was to be noted that the file has been run");
    tn_error_prefix(err, "%s", run->script->file);
    return rc;
}

static int run_pragma(struct run *run, size_t index, tn_error *err)
{
    const struct tn__again *again = &run->runner->again;
    tn_text sql = tn__script_stmt(run->script, index);
    const char *notice = NULL;
    int rc = tn__pragma_in_transaction(&run->runner->kept, run->link, sql, &notice,
                                       run->runner->arena, err);
    if (rc == TN_OK)
        return tn__link_run(run->link, sql, err);
    if (rc == TN_NONE && notice && !(again->is_set && index < again->index))
        tn__runner_notice(run->runner, run->item, "%s: %s", run->script->file, notice);
    return rc == TN_NONE ? TN_OK : rc;
}

/* Whether a statement is left to the runner: BEGIN where its own transaction is open, and the last
 * COMMIT, which becomes the one that takes the history along. */
static bool is_left_out(const struct run *run, size_t index, bool in_transaction)
{
    uint32_t kind = run->script->stmts[index].kind;
    if (kind == TN__STMT_BEGIN)
        return in_transaction && run->is_own;
    return kind == TN__STMT_COMMIT && in_transaction && index + 1 == run->script->stmt_count;
}

static void account(struct run *run, size_t index)
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

/* Outside a transaction: a statement that fails may keep what it has done so far (INSERT OR FAIL). */
static int run_alone(struct run *run, tn_text sql, tn_error *err)
{
    static const char changes_sql[] = "SELECT total_changes()";
    tn_error ignored;
    int64_t before;
    int64_t after;
    int rc = tn__link_int(run->link, changes_sql, &before, err);
    if (rc != TN_OK)
        return rc;
    err->position = 0;
    rc = tn__link_run(run->link, sql, err);
    if (rc != TN_OK && !tn__link_in_transaction(run->link) &&
        tn__link_int(run->link, changes_sql, &after, &ignored) == TN_OK && after != before)
        run->has_part = run->has_effect = true;
    return rc;
}

/* A DROP TABLE that would write other tables through their foreign keys: the script is run again
 * with these off, if nothing of it is committed. TN_NONE: do that; TN_OK: it is none. */
static int look_at_drop(struct run *run, size_t index, tn_error *err)
{
    struct tn__runner *runner = run->runner;
    const char *table = NULL;
    int rc =
        tn__drop_look(&table, run->link, tn__script_stmt(run->script, index), runner->arena, err);
    if (rc != TN_OK)
        return rc == TN_NONE ? TN_OK : rc;
    if (run->is_own && !run->is_noted && !runner->again.is_set) {
        runner->again = (struct tn__again){true, run->item->version, index, table};
        return TN_NONE;
    }
    err->position = 0;
    tn_error_set(err, TN_EFOREIGNKEY, "would delete or change rows of '%s' through foreign keys",
                 table);
    return fail_at(run, index, TN_EFOREIGNKEY, err);
}

/*
 * Outside of the script's own transactions a statement gets one of its own, together with the note
 * that it has been run: so whatever happens the note is true to the statement. Those that cannot run
 * in a transaction (VACUUM, some pragmas, ATTACH) do no harm when they run twice.
 */
static int run_noted(struct run *run, size_t index, tn_error *err)
{
    const struct tn__driver *driver = run->link->driver;
    int rc = driver->begin(run->link->native, TN_WRITE, err);
    if (rc != TN_OK)
        return fail_record(run, rc, err);
    err->position = 0;
    rc = tn__link_run(run->link, tn__script_stmt(run->script, index), err);
    if (rc != TN_OK) {
        driver->rollback(run->link->native);
        return fail_at(run, index, rc, err);
    }
    rc = note(run, index + 1, false, err);
    if (rc == TN_OK) {
        rc = driver->commit(run->link->native, err);
        run->is_unsure = rc == TN_EIO;
    }
    if (rc != TN_OK) {
        driver->rollback(run->link->native);
        return fail_record(run, rc, err);
    }
    run->has_effect = true;
    run->is_own = false;
    run->done = index + 1;
    return TN_OK;
}

static int run_statement(struct run *run, size_t index, tn_error *err)
{
    const tn_migration_stmt *stmt = &run->script->stmts[index];
    tn_text sql = tn__script_stmt(run->script, index);
    bool in_transaction = tn__link_in_transaction(run->link);
    int rc = TN_OK;
    if (is_left_out(run, index, in_transaction)) {
        run->is_own = stmt->kind != TN__STMT_BEGIN;
        return TN_OK;
    }
    if (stmt->kind == TN__STMT_OTHER && (rc = look_at_drop(run, index, err)) != TN_OK)
        return rc;
    if (stmt->kind == TN__STMT_OTHER && run->runner->kept.foreign_keys_off &&
        (rc = tn__dropped_note(&run->dropped, run->link, sql, index, run->runner->arena, err)) !=
            TN_OK)
        return fail_at(run, index, rc, err);
    if (!in_transaction && stmt->kind == TN__STMT_OTHER)
        return run_noted(run, index, err);
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
        return fail_at(run, index, TN_EIO, err);
    }
    err->position = 0;
    if (!in_transaction)
        rc = run_alone(run, sql, err);
    else if (stmt->kind == TN__STMT_PRAGMA)
        rc = run_pragma(run, index, err);
    else
        rc = tn__link_run(run->link, sql, err);
    run->is_unsure = rc == TN_EIO && (!in_transaction || stmt->kind == TN__STMT_COMMIT);
    if (rc != TN_OK)
        return fail_at(run, index, rc, err);
    account(run, index);
    return TN_OK;
}

static int begin(struct run *run, tn_error *err)
{
    run->is_own = true;
    return run->link->driver->begin(run->link->native, TN_WRITE, err);
}

static int run_statements(struct run *run, tn_error *err)
{
    struct tn__runner *runner = run->runner;
    int rc = TN_OK;
    if (!runner->has_history)
        rc = tn__link_exec(run->link, runner->history->create_sql, err);
    if (rc == TN_OK && runner->kept.foreign_keys_off) {
        tn_error ignored;
        int checked = tn__fk_census_take(&run->census, run->link, runner->arena, &ignored);
        run->is_census_unknown = checked != TN_OK;
        if (checked == TN_ENOMEM)
            rc = tn_error_set(err, TN_ENOMEM, "out of memory");
    }
    if (rc == TN_OK && (run->script->is_no_transaction || run->start > 0)) {
        rc = note(run, run->start, false, err);
        if (rc == TN_OK)
            rc = run->link->driver->commit(run->link->native, err);
        if (rc == TN_OK)
            runner->has_history = true;
    }
    for (size_t i = run->start; rc == TN_OK && i < run->script->stmt_count; i++)
        rc = run_statement(run, i, err);
    return rc;
}

/* A table that has been dropped and is there again has all of its rows. */
static int check_rows(struct run *run, tn_error *err)
{
    const struct tn__dropped *lost = NULL;
    int64_t now;
    int rc = tn__dropped_check(&lost, &now, run->dropped, run->link, err);
    if (rc != TN_NONE)
        return rc;
    err->position = 0;
    tn_error_set(
        err, TN_ECONSTRAINT,
        "table '%s' had %lld rows before it was dropped, and has %lld now that another one is "
        "in its place: if that is meant, delete the others in front of it",
        lost->table, (long long)lost->rows, (long long)now);
    return fail_at(run, lost->index, TN_ECONSTRAINT, err);
}

/* What a script with foreign keys off has left. Where a key was ill defined before, nobody can say
 * what is new: then it is reported, not refused. */
static int check_foreign_keys(struct run *run, tn_error *err)
{
    struct tn__runner *runner = run->runner;
    int rc = tn__fk_census_compare(&run->census, run->link, runner->arena, err);
    if (rc == TN_OK || rc == TN_ENOMEM)
        return rc;
    if (run->is_census_unknown) {
        tn__runner_notice(runner, run->item, "%s: %s; foreign keys could not be checked before",
                          run->script->file, err->message);
        return TN_OK;
    }
    if (runner->again.is_set) {
        err->position = 0;
        append(err, "; they are off because this would delete or change such rows: if that is "
                    "meant, delete them in front of it");
        return fail_at(run, runner->again.index, rc, err);
    }
    tn__place_file(&runner->report->failed, TN__FAULT_STATEMENT, run->script->file);
    tn_error_prefix(err, "%s", run->script->file);
    return rc;
}

/* Write the history and commit, in whatever transaction is open. */
static int finish(struct run *run, tn_error *err)
{
    struct tn__runner *runner = run->runner;
    const tn_migration *migration = run->item->migration;
    int rc = tn__link_in_transaction(run->link) ? TN_OK : begin(run, err);
    /* Again: the script may have rolled back the transaction in which it was created. */
    if (rc == TN_OK && runner->kept.foreign_keys_off &&
        ((rc = check_foreign_keys(run, err)) != TN_OK || (rc = check_rows(run, err)) != TN_OK))
        return rc;
    if (rc == TN_OK && !runner->has_history)
        rc = tn__link_exec(run->link, runner->history->create_sql, err);
    if (rc == TN_OK && run->is_down)
        rc = runner->history->remove(&runner->history_use, run->link, migration->version, err);
    else if (rc == TN_OK)
        rc = runner->history->insert(&runner->history_use, run->link, migration,
                                     &run->item->applied_at, runner->arena, err);
    if (rc == TN_OK && run->is_noted)
        rc = tn__progress_remove(&runner->progress_use, run->link, migration->version, err);
    if (rc != TN_OK)
        return fail_record(run, rc, err);
    rc = run->link->driver->commit(run->link->native, err);
    if (rc == TN_OK) {
        runner->has_history = true;
    } else {
        run->is_unsure = rc == TN_EIO;
        tn__place_file(&runner->report->failed, TN__FAULT_STATEMENT, run->script->file);
        tn_error_prefix(err, "%s: at the end of its transaction", run->script->file);
    }
    return rc;
}

/* After a failure and the rollback: put on record what is applied, or that nothing is. */
static int settle(struct run *run, int rc, tn_error *err)
{
    char how[320];
    tn_error ignored;
    /* The script may have made the connection read-only. */
    tn__pragmas_restore(&run->runner->kept, run->link);
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
    char what[180];
    tn__copy_text(what, sizeof what, tn_text_of(err->message));
    snprintf(err->message, sizeof err->message, "%s; %s", what, how);
    err->status = TN_EPARTIAL;
    return TN_EPARTIAL;
}

/* What has been done on the script's behalf. */
static void notice_again(const struct run *run)
{
    const struct tn__again *again = &run->runner->again;
    tn_migration_place place;
    if (!again->is_set)
        return;
    tn__place_script(&place, TN__FAULT_NONE, run->script, run->script->stmts[again->index].offset,
                     1);
    tn__runner_notice(run->runner, run->item,
                      "%s:%u: DROP TABLE would have deleted or changed rows of '%s' through "
                      "foreign keys: the file was run with 'PRAGMA foreign_keys=OFF', and no row "
                      "has lost what it points to",
                      place.file, place.line, again->table);
}

int tn__script_run(struct tn__runner *runner, tn_migrate_item *item,
                   const tn_migration_script *script, bool is_down, tn_error *err)
{
    struct run run = {.runner = runner,
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
        return rc == TN_NONE ? rc : settle(&run, rc, err);
    }
    item->elapsed_ns = tn__mono_ns() - start;
    notice_again(&run);
    if (is_down)
        return TN_OK;
    /* The migration stands whether or not the time can be noted. */
    tn_error ignored;
    if (runner->history->set_elapsed(&runner->history_use, &runner->link, item->version,
                                     item->elapsed_ns, &ignored) != TN_OK)
        tn__runner_notice(runner, item, "the time of migration '%s' could not be noted: %s",
                          item->version_text, ignored.message);
    return TN_OK;
}
