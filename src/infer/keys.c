/* SPDX-License-Identifier: MIT */
#include "infer/keys.h"

#include "util/str.h"

/* Stands for several keys at once: a column that refers to columns of different ones has none. */
static const struct tn__key several;

static bool is_key(const struct tn__settings_type *type)
{
    return type->column && type->logical == TN__LOGICAL_KEY;
}

static struct tn__key *find(const struct tn__keys *keys, tn_text name)
{
    for (size_t i = 0; keys && i < keys->count; i++)
        if (tn__text_is(name, keys->items[i].name))
            return &keys->items[i];
    return NULL;
}

const struct tn__key *tn__key_find(const struct tn__keys *keys, tn_text name)
{
    return find(keys, name);
}

int tn__keys_name(struct tn__keys *out, const struct tn__settings_type *types, size_t type_count,
                  tn_arena *arena)
{
    struct tn__keys keys = {.items = tn_arena_array(arena, type_count, sizeof(*keys.items))};
    if (!keys.items)
        return TN_ENOMEM;
    for (size_t i = 0; i < type_count; i++)
        if (is_key(&types[i]) && !find(&keys, tn_text_of(types[i].struct_name)))
            keys.items[keys.count++].name = types[i].struct_name;
    *out = keys;
    return TN_OK;
}

enum tn__type tn__key_type(const struct tn__catalog *catalog, const struct tn__table *table,
                           const struct tn__column *column)
{
    enum tn__type type = tn__typing_of_column(catalog, table, column, NULL, 0).type;
    bool is_fit = type == TN__TYPE_INT || type == TN__TYPE_TEXT || type == TN__TYPE_BLOB ||
                  type == TN__TYPE_UUID;
    return is_fit ? type : TN__TYPE_ANY;
}

const struct tn__key *tn__key_of_column(const struct tn__keys *keys,
                                        const struct tn__catalog *catalog,
                                        const struct tn__table *table,
                                        const struct tn__column *column)
{
    if (!keys || !keys->columns)
        return NULL;
    return keys->columns[table - catalog->tables][column - table->columns];
}

/* --- settling */

/* A column that refers to another one; both can have the same key. */
struct link {
    const struct tn__key **child;
    const struct tn__key **parent;
};

struct settling {
    const struct tn__catalog *catalog;
    const struct tn__settings_type *types;
    size_t type_count;
    const struct tn__key ***columns; /* as keys->columns */
    struct link *links;
    size_t link_count;
};

static const struct tn__key **slot(const struct settling *s, const struct tn__table *table,
                                   const struct tn__column *column)
{
    return &s->columns[table - s->catalog->tables][column - table->columns];
}

static int make_slots(struct settling *s, tn_arena *arena)
{
    const struct tn__catalog *catalog = s->catalog;
    size_t link_count = 0;
    s->columns = tn_arena_array(arena, catalog->table_count, sizeof(const struct tn__key **));
    if (!s->columns)
        return TN_ENOMEM;
    for (size_t t = 0; t < catalog->table_count; t++) {
        const struct tn__table *table = &catalog->tables[t];
        s->columns[t] = tn_arena_array(arena, table->column_count, sizeof(const struct tn__key *));
        if (!s->columns[t])
            return TN_ENOMEM;
        for (size_t k = 0; k < table->foreign_key_count; k++)
            link_count += table->foreign_keys[k].column_count;
    }
    s->links = tn_arena_array(arena, link_count, sizeof(*s->links));
    return s->links ? TN_OK : TN_ENOMEM;
}

/* What [types] says itself. */
static void take_said(struct settling *s, struct tn__keys *keys)
{
    for (size_t i = 0; i < s->type_count; i++) {
        const struct tn__settings_type *said = &s->types[i];
        struct tn__key *key = is_key(said) ? find(keys, tn_text_of(said->struct_name)) : NULL;
        if (!key)
            continue;
        struct tn__rule_subject of;
        tn__rule_subject(&of, s->catalog, said);
        if (!of.column || tn__rule_of_column(of.table, of.column, s->types, s->type_count) != said)
            continue;
        enum tn__type type = tn__key_type(s->catalog, of.table, of.column);
        if (key->type == TN__TYPE_ANY && type != TN__TYPE_ANY)
            *key = (struct tn__key){key->name, type, of.table, of.column};
        if (type != TN__TYPE_ANY && key->type == type)
            *slot(s, of.table, of.column) = key;
    }
}

/* The column that part `c` of a key refers to; without a list of columns, that of the primary key. */
static const struct tn__column *parent_of(const struct tn__foreign_key *key, size_t c,
                                          const struct tn__table *parent)
{
    if (key->parents)
        return tn__table_column(parent, tn_text_of(key->parents[c]));
    for (size_t i = 0; i < parent->index_count; i++)
        if (parent->indexes[i].is_primary_key)
            return c < parent->indexes[i].part_count ? parent->indexes[i].parts[c].column : NULL;
    for (size_t i = 0; i < parent->column_count; i++)
        if (parent->columns[i].is_primary_key) /* the rowid: it has no index */
            return c == 0 ? &parent->columns[i] : NULL;
    return NULL;
}

static void add_links(struct settling *s, const struct tn__table *table,
                      const struct tn__foreign_key *key)
{
    const struct tn__table *parent = tn__foreign_key_parent(s->catalog, key);
    for (size_t c = 0; parent && c < key->column_count; c++) {
        const struct tn__column *child = tn__table_column(table, tn_text_of(key->columns[c]));
        const struct tn__column *other = parent_of(key, c, parent);
        if (!child || !other || tn__rule_of_column(table, child, s->types, s->type_count))
            continue;
        enum tn__type type = tn__key_type(s->catalog, table, child);
        if (type != TN__TYPE_ANY && type == tn__key_type(s->catalog, parent, other))
            s->links[s->link_count++] =
                (struct link){slot(s, table, child), slot(s, parent, other)};
    }
}

/* Along the foreign keys until nothing new comes: nothing, then one key, then several. */
static void spread(const struct settling *s)
{
    bool has_more = true;
    while (has_more) {
        has_more = false;
        for (size_t i = 0; i < s->link_count; i++) {
            const struct tn__key **child = s->links[i].child;
            const struct tn__key *parent = *s->links[i].parent;
            if (!parent || *child == parent || *child == &several)
                continue;
            *child = *child ? &several : parent;
            has_more = true;
        }
    }
    for (size_t i = 0; i < s->link_count; i++)
        if (*s->links[i].child == &several)
            *s->links[i].child = NULL;
}

int tn__keys_settle(struct tn__keys *keys, const struct tn__catalog *catalog,
                    const struct tn__settings_type *types, size_t type_count, tn_arena *arena)
{
    struct settling s = {.catalog = catalog, .types = types, .type_count = type_count};
    if (keys->count == 0)
        return TN_OK;
    if (make_slots(&s, arena) != TN_OK)
        return TN_ENOMEM;
    take_said(&s, keys);
    for (size_t t = 0; t < catalog->table_count; t++)
        for (size_t k = 0; k < catalog->tables[t].foreign_key_count; k++)
            add_links(&s, &catalog->tables[t], &catalog->tables[t].foreign_keys[k]);
    spread(&s);
    keys->columns = (const struct tn__key *const *const *)s.columns;
    return TN_OK;
}
