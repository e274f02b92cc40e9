/* SPDX-License-Identifier: MIT */
#include "check/origin.h"

#include "sql/statement.h"
#include "util/str.h"

enum {
    KEY_MAX = 512 /* longer names than this are nobody's */
};

/* A key of the map: the table's name in lower case, with its schema in front; behind a NUL, a column's. */
struct key {
    char data[KEY_MAX];
    size_t size;
};

static bool add_to_key(struct key *key, tn_text name)
{
    bool fits = name.size > 0 && name.size < KEY_MAX - key->size;
    for (size_t i = 0; fits && i < name.size; i++)
        key->data[key->size++] = tn__lower(name.data[i]);
    return fits;
}

/* A table as it is written; of the schemas that need not be, without. */
struct named {
    tn_text schema;
    tn_text table;
};

static bool is_usual(tn_text schema)
{
    return !schema.data || tn__text_is_nocase(schema, "public") ||
           tn__text_is_nocase(schema, "main");
}

static bool make_key(struct key *key, struct named named, tn_text column)
{
    key->size = 0;
    if (!is_usual(named.schema)) {
        if (!add_to_key(key, named.schema) || key->size + 1 >= KEY_MAX)
            return false;
        key->data[key->size++] = '.';
    }
    if (!add_to_key(key, named.table) || !column.data)
        return key->size > 0;
    key->data[key->size++] = '\0';
    return key->size < KEY_MAX && add_to_key(key, column);
}

/* The name at token i, with its schema in front or not; moves behind it. */
static struct named name_at(const struct tn__sql *sql, size_t *i)
{
    struct named named = {{NULL, 0}, {NULL, 0}};
    if (tn__sql_is_op(sql, *i + 1, ".")) {
        named.schema = tn__sql_name(sql, *i);
        *i += 2;
    }
    size_t at = (*i)++;
    if (tn__sql_is_name(sql, at))
        named.table = tn__sql_name(sql, at);
    return named;
}

/* Behind "IF [NOT] EXISTS" at token i, if it stands there. */
static size_t skip_if(const struct tn__sql *sql, size_t i)
{
    if (!tn__sql_is(sql, i, "IF"))
        return i;
    return i + (tn__sql_is(sql, i + 1, "NOT") ? 3 : 2);
}

/* "CREATE [OR REPLACE] [TEMP|VIRTUAL] TABLE [IF NOT EXISTS] name" at token i, and its likes. NULL text: none. */
static struct named created_at(const struct tn__sql *sql, size_t i)
{
    static const char *const marks[] = {"OR",           "REPLACE", "TEMP",
                                        "TEMPORARY",    "VIRTUAL", "UNLOGGED",
                                        "MATERIALIZED", "FOREIGN", NULL};
    static const char *const nouns[] = {"TABLE", "VIEW", "TRIGGER", "TYPE", NULL};
    static const struct named none;
    size_t at = i + 1;
    if (tn__sql_is(sql, i, "RENAME") && tn__sql_is(sql, at, "TO")) {
        at++;
        return name_at(sql, &at);
    }
    if (!tn__sql_is(sql, i, "CREATE"))
        return none;
    while (tn__sql_is_any(sql, at, marks))
        at++;
    if (!tn__sql_is_any(sql, at, nouns))
        return none;
    at = skip_if(sql, at + 1);
    return name_at(sql, &at);
}

/* "ALTER TABLE table ADD [COLUMN] column" at token i; PostgreSQL has [IF EXISTS] [ONLY] in front of the table,
 * and [IF NOT EXISTS] in front of the column. */
static tn_text added_at(const struct tn__sql *sql, size_t i, struct named *table)
{
    if (!tn__sql_is(sql, i, "ALTER") || !tn__sql_is(sql, i + 1, "TABLE"))
        return (tn_text){NULL, 0};
    size_t at = skip_if(sql, i + 2);
    at += tn__sql_is(sql, at, "ONLY") && tn__sql_is_name(sql, at + 1);
    *table = name_at(sql, &at);
    if (!table->table.data || !tn__sql_is(sql, at, "ADD"))
        return (tn_text){NULL, 0};
    at += tn__sql_is(sql, at + 1, "COLUMN") ? 2 : 1;
    return tn__sql_name(sql, skip_if(sql, at));
}

static int keep(struct tn__map *map, const struct key *key, struct tn__place place, tn_arena *arena)
{
    struct tn__place *kept = tn_arena_alloc(arena, sizeof(*kept));
    const char *copy = tn_arena_copy(arena, key->data, key->size);
    if (!kept || !copy)
        return TN_ENOMEM;
    *kept = place;
    return tn__map_put(map, (tn_text){copy, key->size}, kept);
}

/* Of a table in another schema, its name alone as well, unless a table is called that. */
static int keep_plain(struct tn__map *map, struct named named, tn_text column,
                      struct tn__place place, tn_arena *arena)
{
    struct key key;
    named.schema = (tn_text){NULL, 0};
    if (!make_key(&key, named, column) || tn__map_get(map, (tn_text){key.data, key.size}))
        return TN_OK;
    return keep(map, &key, place, arena);
}

static int read_script(struct tn__map *map, const tn_migration_script *script,
                       enum tn__dialect dialect, tn_arena *scratch, tn_arena *arena)
{
    struct tn__sql sql;
    struct tn__lines lines;
    int rc = tn__sql_scan_as(&sql, script->sql, dialect, scratch);
    if (rc == TN_OK)
        rc = tn__lines_find(&lines, script->sql, scratch);
    for (size_t i = 0; rc == TN_OK && i < sql.count; i++) {
        struct key key;
        tn_text column = {NULL, 0};
        struct named table = created_at(&sql, i);
        if (!table.table.data) {
            column = added_at(&sql, i, &table);
            if (!column.data)
                continue;
        }
        if (!make_key(&key, table, column))
            continue;
        struct tn__place place = tn__place_in(script->file, script->sql, &lines,
                                              sql.tokens[i].offset, sql.tokens[i].size);
        place.line += script->first_line > 0 ? script->first_line - 1 : 0;
        rc = keep(map, &key, place, arena);
        if (rc == TN_OK && !is_usual(table.schema))
            rc = keep_plain(map, table, column, place, arena);
    }
    return rc;
}

int tn__origins_find(struct tn__origins *out, const tn_migration_set *set, enum tn__dialect dialect,
                     tn_arena *arena)
{
    struct tn__map map;
    tn_arena scratch = TN_ARENA_INIT;
    int rc = TN_OK;
    tn__map_init(&map);
    for (size_t m = 0; m < set->count && rc == TN_OK; m++) {
        rc = read_script(&map, &set->items[m].up, dialect, &scratch, arena);
        tn_arena_reset(&scratch);
    }
    if (rc == TN_OK)
        rc = tn__map_to_arena(&out->by_name, &map, arena);
    tn__map_fini(&map);
    tn_arena_fini(&scratch);
    return rc == TN_OK ? TN_OK : TN_ENOMEM;
}

static bool find(struct tn__place *out, const struct tn__origins *origins, struct named table,
                 tn_text column)
{
    struct key key;
    const struct tn__place *found = NULL;
    if (origins->by_name && make_key(&key, table, column))
        found = tn__map_get(origins->by_name, (tn_text){key.data, key.size});
    if (found)
        *out = *found;
    return found != NULL;
}

/* Where it is called so, or by its name alone: RENAME names no schema, nor does who has set a search path. */
static bool find_either(struct tn__place *out, const struct tn__origins *origins,
                        const char *schema, const char *table, tn_text column)
{
    struct named named = {tn_text_of(schema), tn_text_of(table)};
    struct named plain = {{NULL, 0}, named.table};
    return (schema && find(out, origins, named, column)) || find(out, origins, plain, column);
}

void tn__origin_of(struct tn__place *out, const struct tn__origins *origins, const char *schema,
                   const char *name)
{
    (void)find_either(out, origins, schema, name, (tn_text){NULL, 0});
}

void tn__origin_of_column(struct tn__place *out, const struct tn__origins *origins,
                          const struct tn__table *table, const char *column)
{
    if (!find_either(out, origins, table->schema, table->name, tn_text_of(column)))
        tn__origin_of(out, origins, table->schema, table->name);
}
