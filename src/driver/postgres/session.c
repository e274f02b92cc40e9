/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "driver/postgres/postgres.h"
#include "util/alloc.h"
#include "util/str.h"

/*
 * What a session keeps beside its transactions: settings, cursors, channels, locks, temporary tables. Who
 * borrows a connection may change any of it; the next one must not see that.
 */

enum {
    MOST_BYTES = 16384 /* of all that is set: custom settings may be long */
};

/*
 * Statements that set anew what is not the server's default, the database's or the user's; who the session
 * acts for comes last, as he may not be allowed the rest. The server lists no settings that it does not know
 * itself (my.own): those end with the loan, whoever set them.
 */
static const char read_settings[] =
    "SELECT pg_catalog.string_agg(pg_catalog.format("
    "'SELECT pg_catalog.set_config(%L, %L, false)', name, setting), ';' ORDER BY place, name) "
    "FROM (SELECT 1 AS place, name, setting FROM pg_catalog.pg_settings WHERE source = 'session' "
    "UNION ALL SELECT place, name, pg_catalog.current_setting(name, true) "
    "FROM (VALUES (2, 'session_authorization'), (3, 'role')) AS who (place, name)) AS settings";

/* What PREPARE has made; the others are the cache's. */
static const char read_prepared[] =
    "SELECT pg_catalog.string_agg(pg_catalog.format('DEALLOCATE %I', name), ';') "
    "FROM pg_catalog.pg_prepared_statements WHERE from_sql";

/* Everything but the prepared statements, which are the cache's. */
static const char discard_all[] =
    "SET SESSION AUTHORIZATION DEFAULT; RESET ALL; CLOSE ALL; UNLISTEN *; "
    "SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP";

/* NULL: no memory, more than there is room for, or the server cannot be asked. */
static char *read_all(struct tn__driver_conn *conn, const char *sql)
{
    tn_error ignored;
    char *settings = tn__alloc(MOST_BYTES);
    if (!settings)
        return NULL;
    /* With a transaction that is to begin, or in it: both are the same session. */
    int rc = tn__pg_exec(conn, sql, settings, MOST_BYTES, &ignored);
    if (rc == TN_OK && strlen(settings) + 1 < MOST_BYTES)
        return settings;
    tn__free(settings);
    return NULL;
}

void tn__pg_remember(struct tn__driver_conn *conn)
{
    tn__free(conn->settings);
    conn->settings = read_all(conn, read_settings);
}

/* *was_any: there were some. */
static int drop_prepared(struct tn__driver_conn *conn, bool *was_any, tn_error *err)
{
    char *sql = read_all(conn, read_prepared);
    if (!sql)
        return tn_error_set(err, TN_ENOMEM, "what the session has prepared is not known");
    *was_any = sql[0] != '\0';
    int rc = *was_any ? tn__pg_exec(conn, sql, NULL, 0, err) : TN_OK;
    tn__free(sql);
    return rc;
}

int tn__pg_restore(struct tn__driver_conn *conn, bool *was_changed, tn_error *err)
{
    *was_changed = false;
    if (!conn->settings)
        return tn_error_set(err, TN_EMISUSE, "the session's settings are not known");
    char *now = read_all(conn, read_settings);
    bool was_prepared = false;
    bool is_changed = !now || strcmp(now, conn->settings) != 0;
    tn__free(now);
    int rc = tn__pg_exec(conn, discard_all, NULL, 0, err);
    if (rc == TN_OK)
        rc = drop_prepared(conn, &was_prepared, err);
    if (rc == TN_OK)
        rc = tn__pg_exec(conn, conn->settings, NULL, 0, err);
    tn__free(conn->settings);
    conn->settings = NULL;
    *was_changed = rc == TN_OK && (is_changed || was_prepared);
    return rc;
}
