/* SPDX-License-Identifier: MIT */
#include <tenon/tx.h>

#include "schema/postgres/reading.h"

/*
 * All is read in one transaction whose search path is the server's own schema alone: nobody's operator or
 * function stands in for one of the server's, and what the server writes out (defaults, conditions, views)
 * names everything else with its schema, whatever the path of the session.
 */

enum {
    OLDEST_VERSION = 130000
};

static const char facts_sql[] =
    "SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4,"
    " pg_catalog.current_schemas(false)::pg_catalog.text[]";
/* What else changes the texts; and nothing here runs long enough to be worth compiling. */
static const char settings_sql[] =
    "SELECT pg_catalog.set_config(s.name, s.value, true) FROM (VALUES"
    " ('search_path', 'pg_catalog, pg_temp'), ('timezone', 'UTC'), ('datestyle', 'ISO'),"
    " ('intervalstyle', 'postgres'), ('bytea_output', 'hex'), ('extra_float_digits', '1'),"
    " ('quote_all_identifiers', 'off'), ('standard_conforming_strings', 'on'),"
    " ('jit', 'off')) s (name, value)";

/* --- rows ---------------------------------------------------------------------------------------- */

char tn__row_letter(const tn_rows *rows, size_t row, size_t column)
{
    return tn__row_text(rows, row, column)[0];
}

const tn_array *tn__row_array(const tn_rows *rows, size_t row, size_t column)
{
    static const tn_array empty;
    const tn_value *value = tn_rows_at(rows, row, column);
    return value->type == TN_ARRAY ? value->as.array : &empty;
}

const char *tn__array_text(const tn_array *array, size_t i)
{
    bool is_text = i < array->count && array->items[i].type == TN_TEXT;
    return is_text ? array->items[i].as.text.data : NULL;
}

int64_t tn__array_int(const tn_array *array, size_t i)
{
    bool is_int = i < array->count && array->items[i].type == TN_INT;
    return is_int ? array->items[i].as.integer : 0;
}

const char *const *tn__array_texts(const tn_array *array, tn_arena *arena)
{
    const char **texts = tn_arena_array(arena, array->count, sizeof(*texts));
    for (size_t i = 0; texts && i < array->count; i++) {
        const char *text = tn__array_text(array, i);
        texts[i] = text ? text : "";
    }
    return texts;
}

/* --- the reading --------------------------------------------------------------------------------- */

int tn__pg_no_memory(const struct tn__pg_reading *reading)
{
    return tn_error_set(reading->err, TN_ENOMEM, "out of memory");
}

int tn__pg_query(tn_rows *out, const struct tn__pg_reading *reading, const char *sql)
{
    return tn_query(out, reading->db, sql, NULL, 0, reading->arena, reading->err);
}

int tn__pg_map_oid(struct tn__map *map, const uint32_t *oid, void *value)
{
    return tn__map_put(map, (tn_text){(const char *)oid, sizeof(*oid)}, value);
}

static void *find(const struct tn__map *map, int64_t oid)
{
    uint32_t key = (uint32_t)oid;
    return tn__map_get(map, (tn_text){(const char *)&key, sizeof(key)});
}

struct tn__pg_draft *tn__pg_draft_of(const struct tn__pg_reading *reading, int64_t oid)
{
    return find(&reading->drafts_by_oid, oid);
}

struct tn__server_type *tn__pg_type_of(const struct tn__pg_reading *reading, int64_t oid)
{
    return find(&reading->types_by_oid, oid);
}

int tn__pg_hand_out(struct tn__pg_reading *reading, const tn_rows *rows, tn__pg_group_fn fn)
{
    int rc = TN_OK;
    for (size_t begin = 0, end = 0; begin < rows->row_count && rc == TN_OK; begin = end) {
        int64_t oid = tn__row_int(rows, begin, 0);
        while (end < rows->row_count && tn__row_int(rows, end, 0) == oid)
            end++;
        struct tn__pg_draft *draft = tn__pg_draft_of(reading, oid);
        if (draft)
            rc = fn(reading, draft, rows, begin, end);
    }
    return rc;
}

static int expect_known(int version, tn_error *err)
{
    if (version >= OLDEST_VERSION)
        return TN_OK;
    return tn_error_set(err, TN_EUNSUPPORTED,
                        "the server is PostgreSQL %d.%d: %d is the oldest whose schemas are read",
                        version / 10000, version % 10000, OLDEST_VERSION / 10000);
}

static int read_facts(struct tn__pg_reading *reading)
{
    tn_rows rows;
    int rc = tn__pg_query(&rows, reading, facts_sql);
    if (rc == TN_OK)
        rc = expect_known((int)tn__row_int(&rows, 0, 0), reading->err);
    if (rc == TN_OK)
        rc = tn_exec(reading->db, settings_sql, NULL, 0, NULL, reading->err);
    if (rc != TN_OK)
        return rc;
    const tn_array *path = tn__row_array(&rows, 0, 1);
    reading->server->version = (int)tn__row_int(&rows, 0, 0);
    reading->server->search_path = tn__array_texts(path, reading->arena);
    reading->server->search_path_count = path->count;
    return reading->server->search_path ? TN_OK : tn__pg_no_memory(reading);
}

static int keep_maps(struct tn__pg_reading *reading)
{
    tn_arena *arena = reading->arena;
    struct tn__server_catalog *server = reading->server;
    int rc = tn__map_to_arena(&server->types_by_oid, &reading->types_by_oid, arena);
    if (rc == TN_OK)
        rc = tn__map_to_arena(&server->tables_by_oid, &reading->tables_by_oid, arena);
    if (rc == TN_OK)
        rc = tn__pg_fingerprint(reading->catalog);
    return rc == TN_OK ? TN_OK : tn__pg_no_memory(reading);
}

static int read_parts(struct tn__pg_reading *reading)
{
    static int (*const parts[])(struct tn__pg_reading *) = {
        read_facts,
        tn__pg_read_types,
        tn__pg_read_tables,
        tn__pg_read_columns,
        tn__pg_read_indexes,
        tn__pg_read_constraints,
        tn__pg_read_triggers,
        tn__pg_read_policies,
        tn__pg_read_functions,
        tn__pg_read_operators,
        tn__pg_read_sequences,
        tn__pg_read_extensions,
        keep_maps,
    };
    int rc = TN_OK;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && rc == TN_OK; i++)
        rc = parts[i](reading);
    return rc;
}

int tn__catalog_read_postgres(struct tn__catalog *out, tn_db *db, tn_arena *arena, tn_error *err)
{
    struct tn__catalog catalog = {0};
    struct tn__pg_reading reading = {.arena = arena, .err = err, .catalog = &catalog};
    reading.server = tn_arena_array(arena, 1, sizeof(*reading.server));
    if (!reading.server)
        return tn__pg_no_memory(&reading);
    int rc = tn_tx_begin(&reading.db, db, TN_READ, err);
    if (rc != TN_OK)
        return rc;
    catalog.server = reading.server;
    tn__map_init(&reading.types_by_oid);
    tn__map_init(&reading.drafts_by_oid);
    tn__map_init(&reading.tables_by_oid);
    rc = read_parts(&reading);
    tn__map_fini(&reading.types_by_oid);
    tn__map_fini(&reading.drafts_by_oid);
    tn__map_fini(&reading.tables_by_oid);
    tn_tx_rollback(reading.db); /* also where it is a savepoint, whose path would stay */
    if (rc == TN_OK)
        *out = catalog;
    return rc;
}
