/* SPDX-License-Identifier: MIT */
#include "migrate/engine/engine.h"
#include "migrate/engine/sqlite.h"

/*
 * What SQLite's runner sees to around statements: pragmas in a transaction, DROP TABLE that would write
 * other tables, and what a script with foreign keys off leaves.
 */

int tn__sqlite_started(struct tn__run *run, tn_error *err)
{
    tn_error ignored;
    if (!run->runner->kept.foreign_keys_off)
        return TN_OK;
    int checked = tn__fk_census_take(&run->census, run->link, run->runner->arena, &ignored);
    run->is_census_unknown = checked != TN_OK;
    return checked == TN_ENOMEM ? tn_error_set(err, TN_ENOMEM, "out of memory") : TN_OK;
}

/* A DROP TABLE that would write other tables through their foreign keys: the script is run again
 * with these off, if nothing of it is committed. TN_NONE: do that; TN_OK: it is none. */
static int look_at_drop(struct tn__run *run, size_t index, tn_error *err)
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
    return tn__run_fail_at(run, index, TN_EFOREIGNKEY, err);
}

int tn__sqlite_before(struct tn__run *run, size_t index, bool *is_skipped, tn_error *err)
{
    (void)is_skipped;
    if (run->script->stmts[index].kind != TN__STMT_OTHER)
        return TN_OK;
    int rc = look_at_drop(run, index, err);
    if (rc != TN_OK || !run->runner->kept.foreign_keys_off)
        return rc;
    rc = tn__dropped_note(&run->dropped, run->link, tn__script_stmt(run->script, index), index,
                          run->runner->arena, err);
    return rc == TN_OK ? rc : tn__run_fail_at(run, index, rc, err);
}

static int run_pragma(struct tn__run *run, size_t index, tn_error *err)
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

int tn__sqlite_within(struct tn__run *run, size_t index, tn_error *err)
{
    if (run->script->stmts[index].kind == TN__STMT_PRAGMA)
        return run_pragma(run, index, err);
    return tn__link_run(run->link, tn__script_stmt(run->script, index), err);
}

/* A statement that fails may keep what it has done so far (INSERT OR FAIL). */
int tn__sqlite_alone(struct tn__run *run, size_t index, tn_error *err)
{
    static const char changes_sql[] = "SELECT total_changes()";
    tn_error ignored;
    int64_t before;
    int64_t after;
    int rc = tn__link_int(run->link, changes_sql, &before, err);
    if (rc != TN_OK)
        return rc;
    err->position = 0;
    rc = tn__link_run(run->link, tn__script_stmt(run->script, index), err);
    if (rc != TN_OK && !tn__link_in_transaction(run->link) &&
        tn__link_int(run->link, changes_sql, &after, &ignored) == TN_OK && after != before)
        run->has_part = run->has_effect = true;
    return rc;
}

void tn__sqlite_explain(struct tn__run *run, size_t index, int rc, tn_error *err)
{
    if (run->script->stmts[index].kind == TN__STMT_VACUUM && !run->script->is_no_transaction)
        tn__error_append(err, "; begin the file with '-- no-transaction'");
    else if (rc == TN_EFOREIGNKEY && !run->runner->kept.foreign_keys_off &&
             tn__is_drop_table(tn__script_stmt(run->script, index)))
        tn__error_append(err, "; if the table is replaced by a copy, write 'PRAGMA "
                              "foreign_keys=OFF;' in front of it");
}

/* A table that has been dropped and is there again has all of its rows. */
static int check_rows(struct tn__run *run, tn_error *err)
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
    return tn__run_fail_at(run, lost->index, TN_ECONSTRAINT, err);
}

/* What a script with foreign keys off has left. Where a key was ill defined before, nobody can say
 * what is new: then it is reported, not refused. */
static int check_foreign_keys(struct tn__run *run, tn_error *err)
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
        tn__error_append(err,
                         "; they are off because this would delete or change such rows: if that is "
                         "meant, delete them in front of it");
        return tn__run_fail_at(run, runner->again.index, rc, err);
    }
    tn__place_file(&runner->report->failed, TN__FAULT_STATEMENT, run->script->file);
    tn_error_prefix(err, "%s", run->script->file);
    return rc;
}

int tn__sqlite_ending(struct tn__run *run, tn_error *err)
{
    if (!run->runner->kept.foreign_keys_off)
        return TN_OK;
    int rc = check_foreign_keys(run, err);
    return rc == TN_OK ? check_rows(run, err) : rc;
}

/* What has been done on the script's behalf. */
void tn__sqlite_ended(struct tn__run *run)
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
