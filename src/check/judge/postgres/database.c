/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"

#include "schema/reading.h"
#include "util/hash.h"
#include "util/str.h"
#include "util/url.h"

/*
 * A database beside the one that a URL names. It is called after the session that makes it, by its process and when
 * that began, so that one whose maker has been killed is known: nobody is connected to it, and no session of the server
 * is its maker. The next check with the same user drops it. A pooler may lend one session to several: so the name ends
 * with a random number.
 */

/* The name of a database of the session `a`. The time when a session began is hidden from who has nothing to do with
 * it. */
#define PREFIX          "tenon_check_"
#define NAME_OF_PROCESS "'" PREFIX "' || lpad(to_hex(a.pid), 8, '0')"
#define NAME_OF_SESSION \
 NAME_OF_PROCESS        \
 " || lpad(to_hex(round(extract(epoch FROM a.backend_start) * 1000000)::bigint), 16, '0')"

static const char own_name_sql[] =
    "SELECT " NAME_OF_SESSION " FROM pg_stat_activity a WHERE a.pid = pg_backend_pid()";
static const char abandoned_sql[] =
    "SELECT d.datname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba"
    " WHERE r.rolname = current_user AND d.datname ~ '^" PREFIX "[0-9a-f]{24}_[0-9a-f]{16}$'"
    " AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname"
    " OR left(d.datname, length(" NAME_OF_PROCESS ")) = " NAME_OF_PROCESS
    " AND (a.backend_start IS NULL"
    " OR left(d.datname, length(" NAME_OF_SESSION ")) = " NAME_OF_SESSION "))";

/* What cannot be dropped after all is somebody else's, or the next check's. */
static void drop_abandoned(struct tn__pg_bench *bench)
{
    tn_rows rows;
    tn_error ignored;
    if (tn_query(&rows, bench->home, abandoned_sql, NULL, 0, bench->arena, &ignored) != TN_OK)
        return;
    for (size_t i = 0; i < rows.row_count; i++) {
        const char *drop =
            tn__arena_printf(bench->arena, "DROP DATABASE IF EXISTS %s", tn__row_text(&rows, i, 0));
        if (!drop || tn_exec_script(bench->home, drop, &ignored) != TN_OK)
            return;
    }
}

int tn__pg_make_database(const char **url, struct tn__pg_bench *bench, const char *server_url,
                         tn_error *err)
{
    tn_db_options options = TN_DB_OPTIONS_INIT;
    struct tn__url parsed;
    uint64_t random;
    tn_rows rows;
    options.max_connections = 1;
    int rc = tn__url_parse(&parsed, server_url, bench->arena, err);
    if (rc == TN_OK && parsed.engine != TN__URL_POSTGRES)
        return tn_error_set(err, TN_EINVAL, "a server for the check is PostgreSQL's");
    if (rc == TN_OK && tn__random(&random, sizeof random) != TN_OK)
        rc = tn_error_set(err, TN_EIO, "there are no random numbers");
    if (rc == TN_OK)
        rc = tn_db_open(&bench->home, server_url, &options, err);
    if (rc != TN_OK)
        return rc;
    drop_abandoned(bench);
    rc = tn_query(&rows, bench->home, own_name_sql, NULL, 0, bench->arena, err);
    if (rc != TN_OK)
        return rc;
    const char *session = rows.row_count == 1 ? tn__row_text(&rows, 0, 0) : "";
    if (!session[0])
        return tn_error_set(err, TN_ERROR, "the server does not tell which session this is");
    const char *name =
        tn__arena_printf(bench->arena, "%s_%016llx", session, (unsigned long long)random);
    const char *create =
        tn__arena_printf(bench->arena, "CREATE DATABASE %s TEMPLATE template0", name ? name : "");
    const char *drop =
        tn__arena_printf(bench->arena, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name ? name : "");
    if (!name || !create || !drop)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    rc = tn_exec_script(bench->home, create, err);
    if (rc != TN_OK)
        return rc;
    bench->drop_sql = drop;
    return tn__url_with_database(url, &parsed, name, bench->arena) == TN_OK
               ? TN_OK
               : tn_error_set(err, TN_ENOMEM, "out of memory");
}
