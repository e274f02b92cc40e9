/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/conn.h"
#include "doctor/ask.h"
#include "doctor/doctor.h"

/* What `tenon database info` shows of a PostgreSQL server and a database of it. */

#define SETTING(name) "SELECT current_setting('" name "', true)"
#define OURS          "nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'"
#define RELATIONS(kinds)                                                          \
 "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace " \
 "WHERE c.relkind IN (" kinds ") AND " OURS

static const struct query {
    const char *name;
    const char *sql;
    bool is_number;
} queries[] = {
    {"database", "SELECT current_database()::text", false},
    {"user", "SELECT current_user::text", false},
    {"server_version", SETTING("server_version"), false},
    {"server_address",
     "SELECT coalesce(host(inet_server_addr()) || ':' || inet_server_port(), "
     "current_setting('unix_socket_directories', true))",
     false},
    {"is_standby", "SELECT pg_is_in_recovery()::text", false},
    {"ssl", "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()", false},
    {"encoding", SETTING("server_encoding"), false},
    {"collation", "SELECT datcollate::text FROM pg_database WHERE datname = current_database()",
     false},
    {"database_bytes", "SELECT pg_database_size(current_database())", true},
    {"sessions", "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()", true},
    {"max_connections", SETTING("max_connections"), true},
    {"default_transaction_isolation", SETTING("default_transaction_isolation"), false},
    {"synchronous_commit", SETTING("synchronous_commit"), false},
    {"statement_timeout", SETTING("statement_timeout"), false},
    {"lock_timeout", SETTING("lock_timeout"), false},
    {"idle_in_transaction_session_timeout", SETTING("idle_in_transaction_session_timeout"), false},
    {"search_path", SETTING("search_path"), false},
    {"timezone", SETTING("TimeZone"), false},
    {"tables", RELATIONS("'r', 'p'"), true},
    {"indexes", RELATIONS("'i', 'I'"), true},
    {"views", RELATIONS("'v', 'm'"), true},
    {"sequences", RELATIONS("'S'"), true},
    {"functions",
     "SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE " OURS,
     true},
    {"triggers", "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal", true},
    {"extensions", "SELECT string_agg(extname, ', ' ORDER BY extname) FROM pg_extension", false},
};

enum {
    QUERY_COUNT = sizeof queries / sizeof queries[0],
    OTHER_COUNT = 3
};

static const char *find_pooler(tn_db *db)
{
    tn_conn *conn;
    if (tn_conn_acquire(&conn, db, TN_READ, NULL) != TN_OK)
        return NULL;
    const char *answer = conn->driver->is_pooled(conn->handle) ? "found" : "none found";
    tn_conn_release(conn);
    return answer;
}

int tn__facts_read_postgres(const struct tn__fact **out, size_t *out_count, tn_db *db,
                            const char *url, tn_arena *arena, tn_error *err)
{
    struct tn__fact *facts = tn_arena_array(arena, QUERY_COUNT + OTHER_COUNT, sizeof *facts);
    size_t count = 0;
    if (!facts)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    facts[count++] = (struct tn__fact){"url", url, false};
    facts[count++] = (struct tn__fact){"engine", tn_db_engine(db), false};
    facts[count++] = (struct tn__fact){"pooler", find_pooler(db), false};
    for (int i = 0; i < QUERY_COUNT; i++) {
        const char *value = NULL;
        tn_error ignored;
        if (tn__ask(&value, db, queries[i].sql, arena, &ignored) != TN_OK)
            value = NULL;
        facts[count++] = (struct tn__fact){queries[i].name, value, queries[i].is_number};
    }
    *out = facts;
    *out_count = count;
    return TN_OK;
}
