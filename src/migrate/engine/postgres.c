/* SPDX-License-Identifier: MIT */
#include "migrate/engine/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/conn.h"
#include "util/buf.h"
#include "util/str.h"

/* How long a migration waits for a lock, and a migrator for another, unless lock_timeout says. */
enum {
    LOCK_MS = 5000
};

/*
 * sqlx-postgres/src/migrate.rs, 0.8 and 0.9. sqlx does not say in which schema; it is the same one, and
 * it is said here, because a migration may change the search path.
 */
static const char *const formats[TN__SQL_COUNT] = {
    [TN__SQL_HISTORY_NAME] = "~_sqlx_migrations",
    [TN__SQL_HISTORY_CREATE] = "CREATE TABLE IF NOT EXISTS ~_sqlx_migrations (\n"
                               "    version BIGINT PRIMARY KEY,\n"
                               "    description TEXT NOT NULL,\n"
                               "    installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),\n"
                               "    success BOOLEAN NOT NULL,\n"
                               "    checksum BYTEA NOT NULL,\n"
                               "    execution_time BIGINT NOT NULL\n"
                               ")",
    [TN__SQL_HISTORY_LOAD] =
        "SELECT version, description, pg_catalog.to_char(installed_on AT TIME ZONE 'UTC', "
        "'YYYY-MM-DD HH24:MI:SS'), success, checksum, execution_time FROM ~_sqlx_migrations "
        "ORDER BY version",
    [TN__SQL_HISTORY_INSERT] =
        "INSERT INTO ~_sqlx_migrations ( version, description, success, checksum, execution_time ) "
        "VALUES ( $1, $2, TRUE, $3, -1 ) RETURNING pg_catalog.to_char(installed_on AT TIME ZONE "
        "'UTC', 'YYYY-MM-DD HH24:MI:SS')",
    [TN__SQL_HISTORY_ELAPSED] =
        "UPDATE ~_sqlx_migrations SET execution_time = $1 WHERE version = $2",
    [TN__SQL_HISTORY_REMOVE] = "DELETE FROM ~_sqlx_migrations WHERE version = $1",
    [TN__SQL_HISTORY_CHECKSUM] = "UPDATE ~_sqlx_migrations SET checksum = $1 WHERE version = $2",
    [TN__SQL_HISTORY_RENAME] =
        "UPDATE ~_sqlx_migrations SET version = $1, description = $2 WHERE version = $3 "
        "AND description <> $2",
    [TN__SQL_STATE_CREATE] = "CREATE TABLE IF NOT EXISTS ~_tenon_state (\n"
                             "    name TEXT NOT NULL PRIMARY KEY,\n"
                             "    value TEXT NOT NULL,\n"
                             "    changed_at TIMESTAMPTZ NOT NULL DEFAULT now()\n"
                             ")",
    [TN__SQL_STATE_LOAD] =
        "SELECT name, value FROM ~_tenon_state WHERE name LIKE 'migration %' ORDER BY name",
    [TN__SQL_STATE_COUNT] = "SELECT count(*) FROM ~_tenon_state WHERE name LIKE 'migration %'",
    [TN__SQL_STATE_PUT] = "INSERT INTO ~_tenon_state (name, value) VALUES ($1, $2) "
                          "ON CONFLICT (name) DO UPDATE SET value = excluded.value, "
                          "changed_at = now()",
    [TN__SQL_STATE_REMOVE] = "DELETE FROM ~_tenon_state WHERE name = $1",
    [TN__SQL_STATE_ROWS] = "SELECT count(*) FROM ~_tenon_state WHERE name = 'migration @'",
    [TN__SQL_STATE_ABANDON] =
        "UPDATE ~_tenon_state SET value = substr(value, 1, strpos(value, 'running') + 6) || "
        "substr(value, strpos(value, ' =')) WHERE name = 'migration @' AND value LIKE '%running%'",
};

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

const char *tn__pg_sql(const struct tn__pg_guard *guard, const char *format, tn_arena *arena)
{
    struct tn__buf buf;
    tn_text text;
    tn__buf_init(&buf, 0);
    for (const char *c = format; *c; c++) {
        if (*c == '~')
            tn__buf_puts(&buf, guard->schema);
        else
            tn__buf_putc(&buf, *c);
    }
    int rc = tn__buf_to_arena(&buf, arena, &text);
    tn__buf_fini(&buf);
    return rc == TN_OK ? text.data : NULL;
}

/* The CRC of gzip (ISO-HDLC). */
static uint32_t crc32(const char *text)
{
    uint32_t crc = UINT32_MAX;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        crc ^= *c;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? UINT32_C(0xEDB88320) : 0);
    }
    return ~crc;
}

/* sqlx's: whoever migrates that database, with either tool, asks for the same lock. */
static int64_t lock_id(const char *database)
{
    return INT64_C(0x3d32ad9e) * (int64_t)crc32(database);
}

/* The schema in which the history is found, or would be made: by the search path, as sqlx has it. */
static int read_facts(struct tn__pg_guard *guard, struct tn__link *link, tn_arena *arena,
                      tn_error *err)
{
    static const char sql[] =
        "SELECT pg_catalog.current_database(), pg_catalog.pg_backend_pid()::text, "
        "pg_catalog.current_setting('server_version_num'), "
        "(extract(epoch FROM pg_catalog.current_setting('lock_timeout')::interval) * 1000)::bigint, "
        "pg_catalog.quote_ident(coalesce((SELECT n.nspname FROM pg_catalog.pg_class c "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.oid = pg_catalog.to_regclass('_sqlx_migrations')::oid), "
        "pg_catalog.current_schema())::text)";
    enum {
        DATABASE,
        PID,
        VERSION,
        LOCK_TIMEOUT,
        SCHEMA,
        COUNT
    };
    const char *facts[COUNT];
    int rc = tn__link_row(link, sql, facts, COUNT, arena, err);
    if (rc != TN_OK)
        return rc;
    if (facts[SCHEMA][0] == '\0')
        return tn_error_set(err, TN_EREFUSED,
                            "no schema of the search path is there to keep the history in: create "
                            "one, or set search_path");
    guard->id = lock_id(facts[DATABASE]);
    guard->pid = facts[PID];
    guard->version = strtoll(facts[VERSION], NULL, 10);
    guard->session_ms = strtoll(facts[LOCK_TIMEOUT], NULL, 10);
    guard->lock_ms = guard->session_ms > 0 ? guard->session_ms : LOCK_MS;
    guard->schema = tn__arena_printf(arena, "%s.", facts[SCHEMA]);
    return guard->schema ? TN_OK : fail_memory(err);
}

static int open_link(struct tn__link *link, tn_arena *arena, tn_error *err)
{
    struct tn__pg_guard *guard = tn_arena_alloc(arena, sizeof *guard);
    const char **sql = tn_arena_array(arena, TN__SQL_COUNT, sizeof *sql);
    if (!guard || !sql)
        return fail_memory(err);
    memset(guard, 0, sizeof *guard);
    int rc = read_facts(guard, link, arena, err);
    for (int i = 0; rc == TN_OK && i < TN__SQL_COUNT; i++) {
        sql[i] = tn__pg_sql(guard, formats[i], arena);
        if (!sql[i])
            rc = fail_memory(err);
    }
    if (rc != TN_OK)
        return rc;
    link->guard = guard;
    link->sql = sql;
    return TN_OK;
}

static int patience(struct tn__link *link, int64_t *out, tn_error *err)
{
    (void)err;
    *out = link->guard->lock_ms;
    return TN_OK;
}

/* Who keeps the others out needs not look again. */
static int version(struct tn__runner *r, int64_t *out, tn_error *err)
{
    (void)r;
    (void)err;
    *out = 0;
    return TN_OK;
}

static int find_table(bool *out, struct tn__link *link, const char *table, const char *columns,
                      tn_arena *arena, tn_error *err)
{
    static const char format[] =
        "SELECT c.relkind::text, (SELECT w.name FROM (VALUES %s) AS w (name) WHERE w.name NOT IN "
        "(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid "
        "AND a.attnum > 0 AND NOT a.attisdropped) LIMIT 1) "
        "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE pg_catalog.quote_ident(n.nspname::text) || '.' = %s AND c.relname = '%s'";
    const char *found[2] = {"", ""};
    struct tn__buf schema;
    tn__buf_init(&schema, 0);
    tn__buf_sql_string(&schema, tn_text_of(link->guard->schema));
    const char *sql = tn__buf_status(&schema) == TN_OK
                          ? tn__arena_printf(arena, format, columns, schema.data, table)
                          : NULL;
    tn__buf_fini(&schema);
    if (!sql)
        return fail_memory(err);
    int rc = tn__link_row(link, sql, found, 2, arena, err);
    *out = rc == TN_OK;
    if (rc != TN_OK)
        return rc == TN_NONE ? TN_OK : rc;
    if (strcmp(found[0], "r") != 0 && strcmp(found[0], "p") != 0)
        return tn_error_set(err, TN_EREFUSED,
                            "'%s%s' is no table here, and so not the one that migrations are noted "
                            "in: rename it",
                            link->guard->schema, table);
    if (found[1][0])
        return tn_error_set(
            err, TN_EREFUSED,
            "table '%s%s' has no column '%s': it is not the one that migrations are "
            "noted in; rename it, or add the column",
            link->guard->schema, table, found[1]);
    return TN_OK;
}

static void show_begin(struct tn__buf *out, const struct tn__link *link)
{
    tn__buf_printf(out, "BEGIN;\nSET LOCAL lock_timeout = %lld;\n",
                   (long long)link->guard->lock_ms);
}

/* --- settings of the session ------------------------------------------------------------------- */

/* Whether a statement may change them: SET, but for those that end with the transaction; RESET; and
 * set_config(), which dumps begin with. */
static void note_settings(struct tn__pg_guard *guard, tn_text statement)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, statement, TN__POSTGRES);
    struct tn__token token = tn__lex_next_solid(&lexer);
    bool is_set = tn__token_is(&lexer, token, "SET");
    bool is_reset = tn__token_is(&lexer, token, "RESET") || tn__token_is(&lexer, token, "DISCARD");
    bool is_select = tn__token_is(&lexer, token, "SELECT");
    guard->changes |= is_reset;
    if (!is_set && !is_select)
        return;
    for (bool is_first = true; (token = tn__lex_next_solid(&lexer)).kind != TN__TOK_END;
         is_first = false) {
        if (is_set && is_first)
            guard->changes |= !tn__token_is(&lexer, token, "LOCAL") &&
                              !tn__token_is(&lexer, token, "CONSTRAINTS") &&
                              !tn__token_is(&lexer, token, "TRANSACTION");
        if (is_select)
            guard->changes |= tn__token_is(&lexer, token, "SET_CONFIG");
        if (is_set)
            guard->has_timeout |= tn__token_is(&lexer, token, "LOCK_TIMEOUT");
    }
}

/*
 * A wait of CONCURRENTLY keeps nobody else waiting, and broken off it leaves an invalid index: so the
 * session's lock_timeout is not for it, and is set in each transaction instead (tn__pg_begun).
 */
static int prepare(struct tn__runner *r, const tn_migration_script *script, tn_error *err)
{
    struct tn__pg_guard *guard = r->link.guard;
    guard->has_timeout = guard->changes = false;
    guard->blocker[0] = '\0';
    for (size_t i = 0; i < script->stmt_count; i++)
        note_settings(guard, tn__script_stmt(script, i));
    if (!script->is_no_transaction || guard->session_ms == 0 || guard->has_timeout)
        return TN_OK;
    guard->changes = true;
    return tn__link_exec(&r->link, "SET lock_timeout = 0", err);
}

static void restore(struct tn__runner *r)
{
    struct tn__pg_guard *guard = r->link.guard;
    tn_error ignored;
    char sql[64];
    guard->is_ending = false;
    if (!guard->changes || r->link.driver->is_lost(r->link.native))
        return;
    guard->changes = false;
    snprintf(sql, sizeof sql, "SET lock_timeout = %lld", (long long)guard->session_ms);
    /* What the script has left on it must not be met by the next one. */
    if (tn__link_exec(&r->link, "SET SESSION AUTHORIZATION DEFAULT", &ignored) != TN_OK ||
        tn__link_exec(&r->link, "RESET ALL", &ignored) != TN_OK ||
        (guard->session_ms > 0 && tn__link_exec(&r->link, sql, &ignored) != TN_OK))
        tn__link_spoil(&r->link);
}

const struct tn__engine tn__engine_postgres = {
    .history = &tn__history_sqlx_postgres,
    .blob_open = "'\\x",
    .tells_existing = true,
    .open = open_link,
    .lock = tn__pg_lock,
    .unlock = tn__pg_unlock,
    .patience_ms = patience,
    .version = version,
    .find_table = find_table,
    .is_held = tn__pg_is_held,
    .look = tn__pg_look,
    .show_begin = show_begin,
    .clear = tn__pg_clear,
    .check = tn__pg_check,
    .prepare = prepare,
    .restore = restore,
    .begun = tn__pg_begun,
    .before = tn__pg_before,
    .within = tn__pg_run,
    .alone = tn__pg_run,
    .ending = tn__pg_lease_confirm,
    .explain = tn__pg_explain,
    .is_to_retry = tn__pg_is_to_retry,
    .is_outside = tn__pg_is_outside,
};
