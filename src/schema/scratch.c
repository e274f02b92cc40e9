/* SPDX-License-Identifier: MIT */
#include "schema/scratch.h"

#include <tenon/conn.h>

#include "core/conn.h"
#include "util/str.h"

/* A migration that fails: a finding at the statement. */
static int report_failure(const tn_migrate_report *report, int status, const tn_error *why,
                          tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    const tn_migration_place *failed = &report->failed;
    if (err)
        *err = *why;
    if (status == TN_ENOMEM || failed->file[0] == '\0')
        return status;
    const char *file = tn_arena_copy(arena, failed->file, strlen(failed->file));
    if (!file)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    if (report->failed_sql.data) {
        /* The report's text dies with the run; the finding shows its line later. */
        const char *text = tn_arena_copy(arena, report->failed_sql.data, report->failed_sql.size);
        if (!text)
            return tn_error_set(err, TN_ENOMEM, "out of memory");
        tn__diags_source(diags, file, (tn_text){text, report->failed_sql.size});
    }
    struct tn__place place = {file, failed->line, failed->column, failed->length};
    tn__diags_add(diags, "migration-failed", place, "%s", why->message);
    return TN_EREFUSED;
}

static int replay(struct tn__scratch *scratch, const tn_migration_set *set, tn_arena *arena,
                  struct tn__diags *diags, tn_error *err)
{
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {0};
    tn_error why = {0};
    report.arena = arena;
    int rc = tn_migrate(scratch->db, set, &options, &report, &why);
    return rc == TN_OK ? TN_OK : report_failure(&report, rc, &why, arena, diags, err);
}

int tn__scratch_open(struct tn__scratch *out, const tn_migration_set *set, tn_arena *arena,
                     struct tn__diags *diags, tn_error *err)
{
    struct tn__scratch scratch = {0};
    tn_error own = {0};
    int rc = tn_db_open(&scratch.db, ":memory:", NULL, err);
    if (rc == TN_OK)
        rc = replay(&scratch, set, arena, diags, err);
    if (rc == TN_OK)
        rc = tn_conn_acquire(&scratch.conn, scratch.db, TN_WRITE, err);
    if (rc == TN_OK) {
        scratch.driver = scratch.conn->driver;
        scratch.native = scratch.conn->handle;
        rc = scratch.driver->option(scratch.native, TN__OPT_DQS, 0, err ? err : &own);
    }
    if (rc != TN_OK) {
        tn__scratch_close(&scratch);
        return rc;
    }
    *out = scratch;
    return TN_OK;
}

void tn__scratch_close(struct tn__scratch *scratch)
{
    if (!scratch)
        return;
    tn_conn_release(scratch->conn);
    tn_db_close(scratch->db);
    *scratch = (struct tn__scratch){0};
}
