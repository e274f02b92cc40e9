/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <tenon/maintain.h>
#include <tenon/stmt.h>

#include "doctor/ask.h"
#include "doctor/doctor.h"
#include "util/fs.h"
#include "util/str.h"

/* --- asking ------------------------------------------------------------------------------------ */

static int ask_text(const char **out, struct tn__doctor *d, const char *sql, tn_error *err)
{
    int rc = tn__ask(out, d->db, sql, d->arena, err);
    if (rc == TN_OK && !*out)
        *out = "";
    return rc;
}

static struct tn__diag *find(struct tn__doctor *d, const char *code, const char *text)
{
    return tn__diags_add(d->diags, code, (struct tn__place){NULL, 0, 0, 0}, "%s", text);
}

/* --- the checks -------------------------------------------------------------------------------- */

bool tn__sqlite_has_reset_bug(int number)
{
    int line = number / 1000; /* 3044 */
    int patch = number % 1000;
    if (number < 3007000 || number >= 3051003)
        return false;
    return !(line == 3044 && patch >= 6) && !(line == 3050 && patch >= 7);
}

static int check_version(struct tn__doctor *d, tn_error *err)
{
    const char *version;
    int major = 0, minor = 0, patch = 0;
    int rc = ask_text(&version, d, "SELECT sqlite_version()", err);
    /* NOLINTNEXTLINE(cert-err34-c): three small numbers of the engine's own */
    if (rc != TN_OK || sscanf(version, "%d.%d.%d", &major, &minor, &patch) < 2)
        return rc;
    if (!tn__sqlite_has_reset_bug(major * 1000000 + minor * 1000 + patch))
        return TN_OK;
    struct tn__diag *diag = tn__diags_add(
        d->diags, "sqlite-wal-reset-bug", (struct tn__place){NULL, 0, 0, 0},
        "SQLite %s can corrupt a WAL database when two connections write and checkpoint at the same "
        "moment (repaired in 3.51.3, 3.50.7 and 3.44.6)",
        version);
    tn__diag_help(d->diags, diag,
                  "within one program Tenon's pool checkpoints on its writer alone; if several "
                  "programs write this database, build against a newer SQLite "
                  "(-DTENON_BUNDLED_SQLITE=DIR)");
    return TN_OK;
}

static int check_wal(struct tn__doctor *d, tn_error *err)
{
    const char *mode;
    int rc = tn__ask_journal_mode(&mode, d->db, d->arena, err);
    if (rc != TN_OK || strcmp(mode, "wal") == 0 || strcmp(mode, "memory") == 0)
        return rc;
    d->fixable++;
    if (d->mends) {
        rc = tn_exec(d->db, "PRAGMA journal_mode = wal", NULL, 0, NULL, err);
        d->left += rc != TN_OK;
        return rc;
    }
    struct tn__diag *diag = tn__diags_add(
        d->diags, "not-wal", (struct tn__place){NULL, 0, 0, 0},
        "the journal mode is '%s': readers and the writer keep each other waiting", mode);
    tn__diag_help(d->diags, diag, "tenon doctor --fix, or \"PRAGMA journal_mode = wal\"");
    return TN_OK;
}

static int check_wal_size(struct tn__doctor *d, tn_error *err)
{
    enum {
        LARGE = 64 * 1024 * 1024
    };
    const char *path;
    tn_checkpoint_report report = {0};
    int64_t bytes = 0;
    int rc = ask_text(&path, d, "SELECT file FROM pragma_database_list WHERE name = 'main'", err);
    if (rc != TN_OK || path[0] == '\0')
        return rc;
    const char *wal = tn__arena_printf(d->arena, "%s-wal", path);
    if (!wal)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    bytes = tn__file_size(wal);
    if (bytes <= LARGE)
        return TN_OK;
    d->fixable++;
    if (d->mends) {
        rc = tn_db_checkpoint(d->db, TN_CHECKPOINT_TRUNCATE, &report, err);
        d->left += rc != TN_OK || !report.is_complete;
        if (rc != TN_OK || report.is_complete)
            return rc;
    }
    struct tn__diag *diag =
        tn__diags_add(d->diags, "wal-large", (struct tn__place){NULL, 0, 0, 0},
                      "the write-ahead log has %" PRId64 " bytes%s%s", bytes,
                      report.pinned_by[0] ? ": it is pinned by " : "", report.pinned_by);
    tn__diag_help(d->diags, diag,
                  "a reader that does not end keeps it from being carried over; tenon doctor --fix "
                  "cuts it down when nobody reads");
    return TN_OK;
}

static int check_foreign_keys_on(struct tn__doctor *d, tn_error *err)
{
    const char *on;
    int rc = ask_text(&on, d, "PRAGMA foreign_keys", err);
    if (rc == TN_OK && strcmp(on, "0") == 0)
        tn__diag_help(d->diags,
                      find(d, "foreign-keys-off",
                           "the URL switches foreign keys off: nothing holds "
                           "what a row points to"),
                      "take foreign_keys=off out of the URL");
    return rc;
}

/* A row for each fault, of which the first few are shown. */
int tn__doctor_rows(struct tn__doctor *d, const char *code, const char *sql, const char *help,
                    tn_error *err)
{
    enum {
        MOST = 10
    };
    tn_stmt *stmt;
    int count = 0;
    int rc = tn_stmt_open(&stmt, d->db, sql, err);
    if (rc != TN_OK)
        return rc;
    while ((rc = tn_stmt_step(stmt, err)) == TN_ROW) {
        tn_value value = tn_stmt_column(stmt, 0);
        if (++count > MOST || value.type != TN_TEXT)
            continue;
        struct tn__diag *diag = find(d, code, value.as.text.data);
        if (help)
            tn__diag_help(d->diags, diag, "%s", help);
    }
    tn_stmt_close(stmt);
    if (rc == TN_DONE && count > MOST) {
        char text[80];
        snprintf(text, sizeof text, "and %d more", count - MOST);
        find(d, code, text);
    }
    return rc == TN_DONE ? TN_OK : rc;
}

static int check_integrity(struct tn__doctor *d, tn_error *err)
{
    return tn__doctor_rows(d, "integrity",
                           "SELECT quick_check FROM pragma_quick_check WHERE quick_check <> 'ok'",
                           NULL, err);
}

static int check_foreign_keys(struct tn__doctor *d, tn_error *err)
{
    return tn__doctor_rows(
        d, "foreign-key-violation",
        "SELECT format('%d row%s of ''%s'' point%s to rows of ''%s'' that do not exist', count(*), "
        "iif(count(*) = 1, '', 's'), \"table\", iif(count(*) = 1, 's', ''), parent) "
        "FROM pragma_foreign_key_check GROUP BY \"table\", parent",
        NULL, err);
}

int tn__doctor_migrations(struct tn__doctor *d, tn_error *err)
{
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {.arena = d->arena};
    char text[160];
    if (!d->set)
        return TN_OK;
    options.op = TN_MIGRATE_STATUS;
    int rc = tn_migrate(d->db, d->set, &options, &report, err);
    if (rc != TN_OK)
        return rc;
    size_t odd = 0;
    for (size_t i = 0; i < report.count; i++)
        odd += report.items[i].state == TN_MIGRATION_CHANGED ||
               report.items[i].state == TN_MIGRATION_MISSING ||
               report.items[i].state == TN_MIGRATION_PARTIAL;
    if (report.pending > 0) {
        snprintf(text, sizeof text, "%zu migration%s pending", report.pending,
                 report.pending == 1 ? " is" : "s are");
        tn__diag_help(d->diags, find(d, "migrations-pending", text), "tenon migrate up");
    }
    if (odd > 0) {
        snprintf(text, sizeof text, "%zu migration%s changed, missing or partly applied", odd,
                 odd == 1 ? " is" : "s are");
        tn__diag_help(d->diags, find(d, "migrations-differ", text), "tenon migrate validate");
    }
    return TN_OK;
}

static int (*const checks[])(struct tn__doctor *d, tn_error *err) = {
    check_version,   check_wal,          check_wal_size,        check_foreign_keys_on,
    check_integrity, check_foreign_keys, tn__doctor_migrations,
};

int tn__doctor_run(struct tn__doctor *doctor, tn_error *err)
{
    int rc = TN_OK;
    if (strcmp(tn_db_engine(doctor->db), "sqlite") != 0)
        return tn__doctor_run_postgres(doctor, err);
    for (size_t i = 0; rc == TN_OK && i < sizeof checks / sizeof checks[0]; i++)
        rc = checks[i](doctor, err);
    return rc;
}
