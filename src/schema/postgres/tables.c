/* SPDX-License-Identifier: MIT */
#include "schema/postgres/reading.h"
#include "util/buf.h"
#include "util/str.h"

static const char tables_sql[] =
    "SELECT c.oid, n.nspname, c.relname, quote_ident(n.nspname), quote_ident(c.relname), c.relkind,"
    " c.reltype, " TN__PG_OF_EXTENSION(
        "pg_class",
        "c.oid") ","
                 " CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,"
                 " obj_description(c.oid, 'pg_class'), c.relrowsecurity, c.relforcerowsecurity, c.relispartition,"
                 " c.relkind <> 'p' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid),"
                 " CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,"
                 " pg_get_expr(c.relpartbound, c.oid), ARRAY(SELECT i.inhparent FROM pg_inherits i"
                 " WHERE i.inhrelid = c.oid ORDER BY i.inhseqno),"
                 " (SELECT s.srvname FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver"
                 " WHERE f.ftrelid = c.oid)" TN__PG_RELATIONS " ORDER BY n.nspname, c.relname";

enum {
    OID,
    SCHEMA,
    NAME,
    QUOTED_SCHEMA,
    QUOTED_NAME,
    KIND,
    ROW_TYPE,
    OF_EXTENSION,
    VIEW,
    COMMENT,
    ROW_SECURITY,
    SECURITY_FORCED,
    IS_PARTITION,
    IS_INHERITED_FROM,
    PARTITION_KEY,
    PARTITION_BOUND,
    PARENTS,
    FOREIGN_SERVER
};

/* Partitions of partitions of …: none is deeper, unless the catalog is broken. */
#define DEPTH_MAX 100u

static enum tn__table_kind kind_of(char relkind)
{
    switch (relkind) {
    case 'v':
        return TN__VIEW;
    case 'm':
        return TN__MATERIALIZED_VIEW;
    case 'f':
        return TN__VIRTUAL_TABLE;
    default:
        return TN__TABLE;
    }
}

static bool is_history(const char *name)
{
    return strncmp(name, "_tenon_", 7) == 0 || strcmp(name, "_sqlx_migrations") == 0;
}

static int read_table(struct tn__pg_draft *draft, const struct tn__pg_reading *reading,
                      const tn_rows *rows, size_t row)
{
    struct tn__table *table = draft->table;
    struct tn__server_table *server = tn_arena_array(reading->arena, 1, sizeof(*server));
    if (!server)
        return TN_ENOMEM;
    struct tn__server_type *type = tn__pg_type_of(reading, tn__row_int(rows, row, ROW_TYPE));
    if (type)
        type->table = table;
    table->oid = (uint32_t)tn__row_int(rows, row, OID);
    table->schema = tn__row_text(rows, row, SCHEMA);
    table->name = tn__row_text(rows, row, NAME);
    table->kind = kind_of(tn__row_letter(rows, row, KIND));
    table->is_internal = tn__row_flag(rows, row, OF_EXTENSION) || is_history(table->name);
    table->sql = tn__row_text(rows, row, VIEW);
    table->comment = tn__row_text_or_null(rows, row, COMMENT);
    table->module = tn__row_text_or_null(rows, row, FOREIGN_SERVER);
    table->server = server;
    draft->server = server;
    server->has_row_security = tn__row_flag(rows, row, ROW_SECURITY);
    server->is_security_forced = tn__row_flag(rows, row, SECURITY_FORCED);
    server->is_partition = tn__row_flag(rows, row, IS_PARTITION);
    server->has_children = tn__row_flag(rows, row, IS_INHERITED_FROM);
    server->partition_key = tn__row_text_or_null(rows, row, PARTITION_KEY);
    server->partition_bound = tn__row_text_or_null(rows, row, PARTITION_BOUND);
    return TN_OK;
}

/* --- names --------------------------------------------------------------------------------------- */

/* Schema, NUL, name: no name has a NUL. */
static int add_qualified(struct tn__map *map, struct tn__table *table, tn_arena *arena)
{
    struct tn__buf key;
    tn_text text;
    tn__buf_init(&key, 0);
    tn__buf_puts(&key, table->schema);
    tn__buf_putc(&key, '\0');
    tn__buf_puts(&key, table->name);
    int rc = tn__buf_to_arena(&key, arena, &text);
    tn__buf_fini(&key);
    return rc == TN_OK ? tn__map_put(map, text, table) : TN_ENOMEM;
}

/* What a schema of the path shows, unless one before it has something of that name. */
static int add_visible(struct tn__map *map, const struct tn__pg_reading *reading,
                       const char *schema)
{
    for (size_t i = 0; i < reading->count; i++) {
        struct tn__table *table = reading->drafts[i].table;
        tn_text name = tn_text_of(table->name);
        if (strcmp(table->schema, schema) != 0 || tn__map_get(map, name))
            continue;
        if (tn__map_put(map, name, table) != TN_OK)
            return TN_ENOMEM;
    }
    return TN_OK;
}

static int label(struct tn__table *table, const struct tn__map *map, const tn_rows *rows,
                 size_t row, tn_arena *arena)
{
    const char *name = tn__row_text(rows, row, QUOTED_NAME);
    if (tn__map_get(map, tn_text_of(table->name)) == table)
        table->label = name;
    else
        table->label =
            tn__arena_printf(arena, "%s.%s", tn__row_text(rows, row, QUOTED_SCHEMA), name);
    return table->label ? TN_OK : TN_ENOMEM;
}

static int read_names(struct tn__pg_reading *reading, const tn_rows *rows)
{
    struct tn__map map;
    int rc = TN_OK;
    tn__map_init(&map);
    for (size_t i = 0; i < reading->count && rc == TN_OK; i++)
        rc = add_qualified(&map, reading->drafts[i].table, reading->arena);
    for (size_t i = 0; i < reading->server->search_path_count && rc == TN_OK; i++)
        rc = add_visible(&map, reading, reading->server->search_path[i]);
    for (size_t i = 0; i < reading->count && rc == TN_OK; i++)
        rc = label(reading->drafts[i].table, &map, rows, i, reading->arena);
    if (rc == TN_OK)
        rc = tn__map_to_arena(&reading->catalog->by_name, &map, reading->arena);
    tn__map_fini(&map);
    return rc;
}

/* --- parents ------------------------------------------------------------------------------------- */

static int read_parents(struct tn__pg_draft *draft, const struct tn__pg_reading *reading,
                        const tn_array *oids)
{
    const struct tn__table **parents =
        tn_arena_array(reading->arena, oids->count, sizeof(struct tn__table *));
    if (!parents)
        return TN_ENOMEM;
    for (size_t i = 0; i < oids->count; i++) {
        const struct tn__pg_draft *parent = tn__pg_draft_of(reading, tn__array_int(oids, i));
        if (parent)
            parents[draft->server->parent_count++] = parent->table;
    }
    draft->server->parents = parents;
    return TN_OK;
}

/* A foreign table's rows are bound by nothing, and all above it show them. */
static void mark_above(const struct tn__pg_draft *draft, const struct tn__pg_reading *reading,
                       unsigned depth)
{
    for (size_t i = 0; i < draft->server->parent_count && depth < DEPTH_MAX; i++) {
        struct tn__pg_draft *parent = tn__pg_draft_of(reading, draft->server->parents[i]->oid);
        parent->server->has_children = true;
        mark_above(parent, reading, depth + 1);
    }
}

int tn__pg_read_tables(struct tn__pg_reading *reading)
{
    tn_rows rows;
    int rc = tn__pg_query(&rows, reading, tables_sql);
    if (rc != TN_OK)
        return rc;
    struct tn__table *tables = tn_arena_array(reading->arena, rows.row_count, sizeof(*tables));
    reading->drafts = tn_arena_array(reading->arena, rows.row_count, sizeof(*reading->drafts));
    if (!tables || !reading->drafts)
        return tn__pg_no_memory(reading);
    for (size_t i = 0; i < rows.row_count && rc == TN_OK; i++) {
        struct tn__pg_draft *draft = &reading->drafts[reading->count++];
        draft->table = &tables[i];
        rc = read_table(draft, reading, &rows, i);
        if (rc == TN_OK)
            rc = tn__pg_map_oid(&reading->drafts_by_oid, &tables[i].oid, draft);
        if (rc == TN_OK)
            rc = tn__pg_map_oid(&reading->tables_by_oid, &tables[i].oid, &tables[i]);
    }
    for (size_t i = 0; i < rows.row_count && rc == TN_OK; i++)
        rc = read_parents(&reading->drafts[i], reading, tn__row_array(&rows, i, PARENTS));
    for (size_t i = 0; i < rows.row_count && rc == TN_OK; i++)
        if (tables[i].kind == TN__VIRTUAL_TABLE)
            mark_above(&reading->drafts[i], reading, 0);
    if (rc == TN_OK)
        rc = read_names(reading, &rows);
    reading->catalog->tables = tables;
    reading->catalog->table_count = rows.row_count;
    return rc == TN_OK ? TN_OK : tn__pg_no_memory(reading);
}
