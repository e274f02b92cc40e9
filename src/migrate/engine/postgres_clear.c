/* SPDX-License-Identifier: MIT */
#include "migrate/engine/postgres.h"

#include <string.h>

#include "util/buf.h"
#include "util/str.h"

/*
 * A database as if it were new: everything in the schemas of the search path, in one transaction, but
 * for what belongs to extensions. The schemas themselves stay, with their owners and grants. Schemas and
 * extensions that the migrations make go as a whole, because they would be made again. What they make
 * with IF NOT EXISTS may have been there before: such a schema is emptied as those of the search path
 * are, for the migrations would find their tables in it, and an extension is left alone.
 */

struct clearing {
    struct tn__runner *runner;
    struct tn__buf emptied; /* names of schemas, as SQL, each with ", " in front */
    size_t count;           /* of what has been dropped */
};

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
    "WHERE n.nspname = ANY (pg_catalog.current_schemas(false) || ARRAY[NULL::name";
static const char parts_sql[] =
    "])) "
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
static const char *make_objects_sql(const struct clearing *c)
{
    const struct tn__pg_guard *guard = c->runner->link.guard;
    struct tn__buf kept, sql;
    tn_text text;
    tn__buf_init(&kept, 0);
    tn__buf_init(&sql, 0);
    if (guard->has_lease)
        tn__buf_printf(&kept, "%s_tenon_lock", guard->schema);
    tn__buf_puts(&sql, objects_sql);
    tn__buf_text(&sql, tn__buf_view(&c->emptied));
    tn__buf_puts(&sql, parts_sql);
    tn__buf_sql_string(&sql, tn__buf_view(&kept));
    tn__buf_puts(&sql, order_sql);
    int rc = tn__buf_status(&kept) == TN_OK ? tn__buf_to_arena(&sql, c->runner->arena, &text)
                                            : TN_ENOMEM;
    tn__buf_fini(&kept);
    tn__buf_fini(&sql);
    return rc == TN_OK ? text.data : NULL;
}

/* A statement for each object, in order. */
struct drop {
    const char *sql;
    struct drop *next;
};

static int list_drops(struct drop **out, const struct clearing *c, tn_error *err)
{
    struct tn__runner *r = c->runner;
    struct tn__driver_stmt *stmt = NULL;
    const char *sql = make_objects_sql(c);
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

static int drop_objects(struct clearing *c, tn_error *err)
{
    struct drop *drops = NULL;
    int rc = list_drops(&drops, c, err);
    for (; rc == TN_OK && drops; drops = drops->next) {
        rc = tn__link_exec(&c->runner->link, drops->sql, err);
        if (rc != TN_OK)
            tn_error_prefix(err, "%s", drops->sql);
        c->count++;
    }
    return rc;
}

/* --- what the migrations make ------------------------------------------------------------------- */

/* As SQL: the name that it is in the catalog. */
static void put_name(struct tn__buf *sql, tn_text name)
{
    tn__buf_puts(sql, "(pg_catalog.parse_ident(");
    tn__buf_sql_string(sql, name);
    tn__buf_puts(sql, "))[1]");
}

/* Drop it, if it is there and no schema of the search path, which is going to be emptied. */
static int drop_made(struct clearing *c, const struct tn__pg_made *made, tn_error *err)
{
    struct tn__link *link = &c->runner->link;
    struct tn__buf sql;
    int64_t is_there = 0;
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, made->is_schema
                           ? "SELECT count(*) FROM pg_catalog.pg_namespace WHERE NOT nspname = ANY "
                             "(pg_catalog.current_schemas(true)) AND nspname = "
                           : "SELECT count(*) FROM pg_catalog.pg_extension WHERE extname = ");
    put_name(&sql, made->name);
    int rc = tn__buf_status(&sql) == TN_OK ? tn__link_int(link, sql.data, &is_there, err)
                                           : fail_memory(err);
    if (rc == TN_OK && is_there) {
        tn__buf_reset(&sql);
        tn__buf_printf(&sql, "DROP %s ", made->is_schema ? "SCHEMA" : "EXTENSION");
        tn__buf_text(&sql, made->name);
        tn__buf_puts(&sql, " CASCADE");
        rc = tn__buf_status(&sql) == TN_OK ? tn__link_exec(link, sql.data, err) : fail_memory(err);
        if (rc != TN_OK)
            tn_error_prefix(err, "%s", sql.data ? sql.data : "");
        c->count++;
    }
    tn__buf_fini(&sql);
    return rc;
}

static int clear_made(void *user, const struct tn__pg_made *made, tn_error *err)
{
    struct clearing *c = user;
    if (!made->may_exist)
        return drop_made(c, made, err);
    if (made->is_schema) {
        tn__buf_puts(&c->emptied, ", ");
        put_name(&c->emptied, made->name);
        tn__buf_puts(&c->emptied, "::name");
    }
    return tn__buf_status(&c->emptied) == TN_OK ? TN_OK : fail_memory(err);
}

int tn__pg_clear(struct tn__runner *r, tn_error *err)
{
    const struct tn__driver *driver = r->link.driver;
    struct clearing c = {.runner = r};
    tn__buf_init(&c.emptied, 0);
    int rc = driver->begin(r->link.native, TN_WRITE, err);
    /* What goes along with something else is nobody's news here. */
    if (rc == TN_OK)
        rc = tn__link_exec(&r->link, "SET LOCAL client_min_messages = warning", err);
    if (rc == TN_OK)
        rc = tn__pg_each_made(r->set, r->arena, clear_made, &c, err);
    if (rc == TN_OK)
        rc = drop_objects(&c, err);
    if (rc == TN_OK)
        rc = driver->commit(r->link.native, err);
    driver->rollback(r->link.native);
    tn__buf_fini(&c.emptied);
    r->cleared = rc == TN_OK ? c.count : 0;
    return rc;
}
