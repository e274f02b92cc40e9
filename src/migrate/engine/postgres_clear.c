/* SPDX-License-Identifier: MIT */
#include "migrate/engine/postgres.h"

#include <string.h>

#include "util/buf.h"
#include "util/str.h"

/*
 * A database as if it were new: everything in the schemas of the search path, in one transaction, but
 * for what belongs to extensions. The schemas themselves stay, with their owners and grants. Schemas and
 * extensions that the migrations make go as a whole, because they would be made again; what they make
 * with IF NOT EXISTS: the schema goes, an extension stays.
 */

/* How to drop what is in a schema by itself (pg_depend: 'n'), and not as a part of something else ('i',
 * 'a'; a partitioned table is said to be one of itself) or of an extension ('e'). One may take others of
 * them along. */
static const char objects_sql[] =
    "SELECT pg_catalog.concat('DROP ', CASE o.type WHEN 'statistics object' THEN 'statistics' "
    "ELSE o.type END, ' IF EXISTS ', o.identity, ' CASCADE') "
    "FROM pg_catalog.pg_depend d CROSS JOIN LATERAL "
    "pg_catalog.pg_identify_object(d.classid, d.objid, 0) o "
    "WHERE d.deptype = 'n' AND d.objsubid = 0 "
    "AND d.refclassid = 'pg_catalog.pg_namespace'::regclass "
    "AND d.refobjid IN (SELECT n.oid FROM pg_catalog.pg_namespace n "
    "WHERE n.nspname = ANY (pg_catalog.current_schemas(false))) "
    "AND d.classid NOT IN ('pg_catalog.pg_default_acl'::regclass, "
    "'pg_catalog.pg_extension'::regclass) "
    "AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend e WHERE e.classid = d.classid "
    "AND e.objid = d.objid AND e.deptype IN ('e', 'i', 'a') "
    "AND (e.refclassid <> e.classid OR e.refobjid <> e.objid)) "
    "AND NOT (d.classid = 'pg_catalog.pg_class'::regclass AND o.identity = ";
static const char order_sql[] = ") ORDER BY o.type <> 'table', o.identity";

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

/* The table of the lease stays while it is held. */
static const char *make_objects_sql(const struct tn__pg_guard *guard, tn_arena *arena)
{
    struct tn__buf kept, sql;
    tn_text text;
    tn__buf_init(&kept, 0);
    tn__buf_init(&sql, 0);
    if (guard->has_lease)
        tn__buf_printf(&kept, "%s_tenon_lock", guard->schema);
    tn__buf_puts(&sql, objects_sql);
    tn__buf_sql_string(&sql, tn__buf_view(&kept));
    tn__buf_puts(&sql, order_sql);
    int rc = tn__buf_status(&kept) == TN_OK ? tn__buf_to_arena(&sql, arena, &text) : TN_ENOMEM;
    tn__buf_fini(&kept);
    tn__buf_fini(&sql);
    return rc == TN_OK ? text.data : NULL;
}

/* A statement for each object, in order. */
struct drop {
    const char *sql;
    struct drop *next;
};

static int list_drops(struct drop **out, struct tn__runner *r, tn_error *err)
{
    struct tn__driver_stmt *stmt = NULL;
    const char *sql = make_objects_sql(r->link.guard, r->arena);
    struct drop **end = out;
    int rc = sql ? r->link.driver->prepare(&stmt, r->link.native, sql, strlen(sql), false, err)
                 : fail_memory(err);
    while (rc >= 0 && (rc = r->link.driver->step(stmt, err)) == TN_ROW) {
        tn_text text = r->link.driver->column(stmt, 0).as.text;
        struct drop *drop = tn_arena_alloc(r->arena, sizeof *drop);
        if (!drop || !text.data || !(drop->sql = tn_arena_copy(r->arena, text.data, text.size))) {
            rc = fail_memory(err);
            break;
        }
        drop->next = NULL;
        *end = drop;
        end = &drop->next;
    }
    r->link.driver->finalize(stmt);
    return rc < 0 ? rc : TN_OK;
}

static int drop_objects(struct tn__runner *r, size_t *count, tn_error *err)
{
    struct drop *drops = NULL;
    int rc = list_drops(&drops, r, err);
    for (; rc == TN_OK && drops; drops = drops->next) {
        rc = tn__link_exec(&r->link, drops->sql, err);
        if (rc != TN_OK)
            tn_error_prefix(err, "%s", drops->sql);
        (*count)++;
    }
    return rc;
}

/* --- what the migrations make ------------------------------------------------------------------- */

/* The name in CREATE SCHEMA name, or CREATE EXTENSION name without IF NOT EXISTS; empty: it is none. */
static tn_text find_made(tn_text statement, const char **kind)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, statement, TN__POSTGRES);
    if (!tn__token_is(&lexer, tn__lex_next_solid(&lexer), "CREATE"))
        return (tn_text){NULL, 0};
    struct tn__token token = tn__lex_next_solid(&lexer);
    bool is_schema = tn__token_is(&lexer, token, "SCHEMA");
    if (!is_schema && !tn__token_is(&lexer, token, "EXTENSION"))
        return (tn_text){NULL, 0};
    *kind = is_schema ? "SCHEMA" : "EXTENSION";
    token = tn__lex_next_solid(&lexer);
    if (tn__token_is(&lexer, token, "IF")) {
        if (!is_schema)
            return (tn_text){NULL, 0};
        (void)tn__lex_next_solid(&lexer); /* NOT */
        (void)tn__lex_next_solid(&lexer); /* EXISTS */
        token = tn__lex_next_solid(&lexer);
    }
    bool is_name = (token.kind == TN__TOK_WORD && !tn__token_is(&lexer, token, "AUTHORIZATION")) ||
                   token.kind == TN__TOK_NAME;
    return is_name ? tn__token_text(&lexer, token) : (tn_text){NULL, 0};
}

/* Drop it, if it is there and no schema of the search path, which has been emptied. */
static int drop_made(struct tn__runner *r, const char *kind, tn_text name, size_t *count,
                     tn_error *err)
{
    bool is_schema = kind[0] == 'S';
    struct tn__buf sql;
    int64_t is_there = 0;
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, is_schema
                           ? "SELECT count(*) FROM pg_catalog.pg_namespace WHERE NOT nspname = ANY "
                             "(pg_catalog.current_schemas(true)) AND nspname = "
                           : "SELECT count(*) FROM pg_catalog.pg_extension WHERE extname = ");
    tn__buf_puts(&sql, "(pg_catalog.parse_ident(");
    tn__buf_sql_string(&sql, name);
    tn__buf_puts(&sql, "))[1]");
    int rc = tn__buf_status(&sql) == TN_OK ? tn__link_int(&r->link, sql.data, &is_there, err)
                                           : fail_memory(err);
    if (rc == TN_OK && is_there) {
        tn__buf_reset(&sql);
        tn__buf_printf(&sql, "DROP %s ", kind);
        tn__buf_text(&sql, name);
        tn__buf_puts(&sql, " CASCADE");
        rc = tn__buf_status(&sql) == TN_OK ? tn__link_exec(&r->link, sql.data, err)
                                           : fail_memory(err);
        if (rc != TN_OK)
            tn_error_prefix(err, "%s", sql.data ? sql.data : "");
        (*count)++;
    }
    tn__buf_fini(&sql);
    return rc;
}

static int drop_what_is_made(struct tn__runner *r, size_t *count, tn_error *err)
{
    int rc = TN_OK;
    for (size_t i = 0; rc == TN_OK && i < r->set->count; i++) {
        tn_migration_script script = r->set->items[i].up;
        /* One that cannot be split is not run either, which its own run says. */
        if ((rc = tn__script_split(&script, TN__POSTGRES, r->arena, NULL, err)) == TN_ENOMEM)
            return rc;
        for (size_t s = 0; rc == TN_OK && s < script.stmt_count; s++) {
            const char *kind = NULL;
            tn_text name = find_made(tn__script_stmt(&script, s), &kind);
            if (name.data)
                rc = drop_made(r, kind, name, count, err);
        }
        rc = rc == TN_ESYNTAX ? TN_OK : rc;
    }
    return rc;
}

int tn__pg_clear(struct tn__runner *r, tn_error *err)
{
    const struct tn__driver *driver = r->link.driver;
    size_t count = 0;
    int rc = driver->begin(r->link.native, TN_WRITE, err);
    /* What goes along with something else is nobody's news here. */
    if (rc == TN_OK)
        rc = tn__link_exec(&r->link, "SET LOCAL client_min_messages = warning", err);
    if (rc == TN_OK)
        rc = drop_what_is_made(r, &count, err);
    if (rc == TN_OK)
        rc = drop_objects(r, &count, err);
    if (rc == TN_OK)
        rc = driver->commit(r->link.native, err);
    driver->rollback(r->link.native);
    r->cleared = rc == TN_OK ? count : 0;
    return rc;
}
