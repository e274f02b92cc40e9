/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "migrate/engine/engine.h"
#include "migrate/engine/sqlite.h"

/* sqlx-sqlite/src/migrate.rs, 0.8 and 0.9: the text of the table in sqlite_schema is the same to the
 * byte. */
static const char *const statements[TN__SQL_COUNT] = {
    [TN__SQL_HISTORY_NAME] = "_sqlx_migrations",
    [TN__SQL_HISTORY_CREATE] = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (\n"
                               "    version BIGINT PRIMARY KEY,\n"
                               "    description TEXT NOT NULL,\n"
                               "    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,\n"
                               "    success BOOLEAN NOT NULL,\n"
                               "    checksum BLOB NOT NULL,\n"
                               "    execution_time BIGINT NOT NULL\n"
                               ")",
    [TN__SQL_HISTORY_LOAD] = "SELECT version, description, installed_on, success, checksum, "
                             "execution_time FROM _sqlx_migrations ORDER BY version",
    /* The time is given, as CURRENT_TIMESTAMP would write it: with RETURNING, to know what it wrote,
     * the engine would keep a journal for each row. */
    [TN__SQL_HISTORY_INSERT] =
        "INSERT INTO _sqlx_migrations ( version, description, installed_on, success, checksum, "
        "execution_time ) VALUES ( ?1, ?2, ?3, TRUE, ?4, -1 )",
    [TN__SQL_HISTORY_ELAPSED] =
        "UPDATE _sqlx_migrations SET execution_time = ?1 WHERE version = ?2",
    [TN__SQL_HISTORY_REMOVE] = "DELETE FROM _sqlx_migrations WHERE version = ?1",
    [TN__SQL_HISTORY_CHECKSUM] = "UPDATE _sqlx_migrations SET checksum = ?1 WHERE version = ?2",
    [TN__SQL_HISTORY_RENAME] =
        "UPDATE _sqlx_migrations SET version = ?1, description = ?2 WHERE version = ?3 "
        "AND description <> ?2",
    [TN__SQL_STATE_CREATE] = "CREATE TABLE IF NOT EXISTS _tenon_state (\n"
                             "    name TEXT NOT NULL PRIMARY KEY,\n"
                             "    value TEXT NOT NULL,\n"
                             "    changed_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP\n"
                             ")",
    [TN__SQL_STATE_LOAD] =
        "SELECT name, value FROM _tenon_state WHERE name LIKE 'migration %' ORDER BY name",
    [TN__SQL_STATE_COUNT] = "SELECT count(*) FROM _tenon_state WHERE name LIKE 'migration %'",
    [TN__SQL_STATE_PUT] = "INSERT INTO _tenon_state (name, value) VALUES (?1, ?2) "
                          "ON CONFLICT (name) DO UPDATE SET value = excluded.value, "
                          "changed_at = CURRENT_TIMESTAMP",
    [TN__SQL_STATE_REMOVE] = "DELETE FROM _tenon_state WHERE name = ?1",
    [TN__SQL_STATE_ROWS] = "SELECT count(*) FROM _tenon_state WHERE name = 'migration @'",
    [TN__SQL_STATE_ABANDON] =
        "UPDATE _tenon_state SET value = substr(value, 1, instr(value, 'running') + 6) || "
        "substr(value, instr(value, ' =')) WHERE name = 'migration @' AND value LIKE '%running%'",
};

static int open_link(struct tn__link *link, tn_arena *arena, tn_error *err)
{
    (void)arena;
    (void)err;
    link->sql = statements;
    return TN_OK;
}

static int patience(struct tn__link *link, int64_t *out, tn_error *err)
{
    return tn__link_int(link, "PRAGMA busy_timeout", out, err);
}

static int version(struct tn__runner *r, int64_t *out, tn_error *err)
{
    int rc = tn__link_ready(&r->link, &r->data_version, "PRAGMA data_version", NULL, 0, err);
    if (rc != TN_OK)
        return rc;
    rc = r->link.driver->step(r->data_version, err);
    if (rc == TN_ROW)
        *out = r->link.driver->column(r->data_version, 0).as.integer;
    r->link.driver->reset(r->data_version);
    return rc < 0 ? rc : TN_OK;
}

static int find_table(bool *out, struct tn__link *link, const char *table, const char *columns,
                      tn_arena *arena, tn_error *err)
{
    const char *type;
    const char *missing;
    char sql[512];
    snprintf(sql, sizeof sql,
             "SELECT type FROM sqlite_schema WHERE lower(name) = '%s' AND type <> 'trigger'",
             table);
    int rc = tn__link_text(link, sql, &type, arena, err);
    if (rc != TN_OK)
        return rc;
    *out = type[0] != '\0';
    if (!*out)
        return TN_OK;
    if (strcmp(type, "table") != 0)
        return tn_error_set(err, TN_EREFUSED,
                            "'%s' is %s %s here, and not the table that migrations are noted in: "
                            "rename it",
                            table, type[0] == 'i' ? "an" : "a", type);
    snprintf(sql, sizeof sql,
             "WITH wanted (name) AS (VALUES %s) SELECT name FROM wanted WHERE name NOT IN "
             "(SELECT lower(name) FROM pragma_table_info('%s')) LIMIT 1",
             columns, table);
    rc = tn__link_text(link, sql, &missing, arena, err);
    if (rc == TN_OK && missing[0])
        rc = tn_error_set(err, TN_EREFUSED,
                          "table '%s' has no column '%s': it is not the one that migrations are "
                          "noted in; rename it, or add the column",
                          table, missing);
    return rc;
}

static void show_begin(struct tn__buf *out, const struct tn__link *link)
{
    (void)link;
    tn__buf_puts(out, "BEGIN IMMEDIATE;\n");
}

/* A script that is run again has its foreign keys off. */
static int prepare(struct tn__runner *r, const tn_migration_script *script, tn_error *err)
{
    return tn__pragmas_prepare(&r->kept, &r->link, script, r->again.is_set, err);
}

static void restore(struct tn__runner *r)
{
    tn__pragmas_restore(&r->kept, &r->link);
}

const struct tn__engine tn__engine_sqlite = {
    .history = &tn__history_sqlx,
    .blob_open = "X'",
    .open = open_link,
    .patience_ms = patience,
    .version = version,
    .find_table = find_table,
    .show_begin = show_begin,
    .clear = tn__sqlite_clear,
    .prepare = prepare,
    .restore = restore,
    .started = tn__sqlite_started,
    .before = tn__sqlite_before,
    .within = tn__sqlite_within,
    .alone = tn__sqlite_alone,
    .ending = tn__sqlite_ending,
    .ended = tn__sqlite_ended,
    .explain = tn__sqlite_explain,
};
