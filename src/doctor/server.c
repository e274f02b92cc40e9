/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <tenon/conn.h>

#include "doctor/doctor.h"
#include "util/str.h"
#include "util/url.h"

/* Databases of a PostgreSQL server as a whole: made and dropped from another one of the same server. */

/* A new connection has no use for more. */
static int open_alone(tn_db **out, const char *url, tn_error *err)
{
    tn_db_options options = TN_DB_OPTIONS_INIT;
    options.max_connections = options.min_connections = 1;
    return tn_db_open(out, url, &options, err);
}

static int check_name(const struct tn__url *url, tn_error *err)
{
    if (url->database)
        return TN_OK;
    return tn_error_set(err, TN_EINVAL, "the database URL names no database");
}

/*
 * The database that everybody may connect to, and is there to do so: "postgres"; "template1" where that
 * one is meant or has been dropped.
 */
static int open_maintenance(tn_db **out, const struct tn__url *url, tn_error *err)
{
    static const char *const names[] = {"postgres", "template1"};
    tn_arena arena = TN_ARENA_INIT;
    int rc = TN_ECONNECT;
    for (size_t i = strcmp(url->database, names[0]) == 0; i < 2; i++) {
        const char *text;
        rc = tn__url_with_database(&text, url, names[i], &arena);
        if (rc == TN_OK)
            rc = open_alone(out, text, err);
        else
            tn_error_set(err, rc, "cannot make a database URL: out of memory");
        if (rc == TN_OK || strcmp(err->sqlstate, "3D000") != 0)
            break;
    }
    tn_arena_fini(&arena);
    return rc;
}

/* `before`, the name as SQL has it, `after`. */
static int run_named(tn_db *db, const char *before, const char *name, const char *after,
                     tn_error *err)
{
    struct tn__buf sql;
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, before);
    tn__buf_sql_name(&sql, tn_text_of(name));
    tn__buf_puts(&sql, after);
    int rc = tn__buf_status(&sql) == TN_OK ? tn_exec(db, sql.data, NULL, 0, NULL, err)
                                           : tn_error_set(err, TN_ENOMEM, "out of memory");
    tn__buf_fini(&sql);
    return rc;
}

int tn__server_create_database(const struct tn__url *url, tn_error *err)
{
    tn_db *db = NULL;
    int rc = check_name(url, err);
    if (rc != TN_OK)
        return rc;
    /* It may be there for somebody who may not connect to another one. */
    rc = open_alone(&db, url->text, err);
    tn_db_close(db);
    if (rc == TN_OK)
        return TN_NONE;
    if (strcmp(err->sqlstate, "3D000") != 0)
        return rc;
    rc = open_maintenance(&db, url, err);
    if (rc != TN_OK)
        return rc;
    rc = run_named(db, "CREATE DATABASE ", url->database, "", err);
    tn_db_close(db);
    return rc != TN_OK && strcmp(err->sqlstate, "42P04") == 0 ? TN_NONE : rc;
}

int tn__server_may_create(bool *out, const char **role, const struct tn__url *url, tn_arena *arena)
{
    static const char sql[] = "SELECT rolname::text, rolcreatedb OR rolsuper FROM pg_roles "
                              "WHERE rolname = current_user";
    tn_db *db = NULL;
    tn_rows rows;
    tn_error err = {0};
    int rc = open_alone(&db, url->text, &err);
    if (strcmp(err.sqlstate, "3D000") == 0)
        rc = open_maintenance(&db, url, &err);
    if (rc == TN_OK)
        rc = tn_query(&rows, db, sql, NULL, 0, arena, &err);
    if (rc == TN_OK && rows.row_count != 1)
        rc = TN_ENOROW;
    tn_db_close(db);
    if (rc != TN_OK)
        return rc;
    *role = tn_rows_at(&rows, 0, 0)->as.text.data;
    *out = tn_rows_at(&rows, 0, 1)->as.boolean;
    return TN_OK;
}

/* Who keeps it from being dropped. */
static int fail_in_use(tn_db *db, const char *name, tn_error *err)
{
    static const char sql[] =
        "SELECT coalesce(string_agg(format('%s%s (process %s)', usename, "
        "' in ' || nullif(application_name, ''), pid), ', ' ORDER BY pid), 'nobody any more') "
        "FROM pg_stat_activity WHERE datname = $1";
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    tn_value value = tn_value_text(tn_text_of(name));
    tn_error ignored;
    const char *who = "?";
    if (tn_query(&rows, db, sql, &value, 1, &arena, &ignored) == TN_OK && rows.row_count == 1)
        who = tn_rows_at(&rows, 0, 0)->as.text.data;
    tn_error_set(err, TN_EBUSY, "database '%s' is in use: by %s", name, who);
    tn_arena_fini(&arena);
    return TN_EBUSY;
}

static int exists(bool *out, tn_db *db, const char *name, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    tn_value value = tn_value_text(tn_text_of(name));
    int rc =
        tn_query(&rows, db, "SELECT 1 FROM pg_database WHERE datname = $1", &value, 1, &arena, err);
    *out = rc == TN_OK && rows.row_count > 0;
    tn_arena_fini(&arena);
    return rc;
}

int tn__server_drop_database(const struct tn__url *url, bool by_force, tn_error *err)
{
    tn_db *db = NULL;
    bool is_there;
    int rc = check_name(url, err);
    if (rc == TN_OK)
        rc = open_maintenance(&db, url, err);
    if (rc == TN_OK)
        rc = exists(&is_there, db, url->database, err);
    if (rc == TN_OK && !is_there)
        rc = TN_NONE;
    if (rc == TN_OK)
        rc = run_named(db, "DROP DATABASE ", url->database, by_force ? " WITH (FORCE)" : "", err);
    if (rc != TN_OK && rc != TN_NONE && strcmp(err->sqlstate, "55006") == 0)
        rc = fail_in_use(db, url->database, err);
    tn_db_close(db);
    return rc;
}
