/* SPDX-License-Identifier: MIT */
#include "check/pair/pair.h"

#include <string.h>

/* Types that both engines have, and enums, key types and tables that are the same on both. */

static bool is_enum_same(const struct tn__enum *a, const struct tn__enum *b)
{
    if (!a || !b || a->count != b->count)
        return a == b;
    for (size_t i = 0; i < a->count; i++)
        if (a->texts[i].size != b->texts[i].size ||
            memcmp(a->texts[i].data, b->texts[i].data, a->texts[i].size) != 0)
            return false;
    return true;
}

static bool is_key_same(const struct tn__key *a, const struct tn__key *b)
{
    return a == b || (a && b && strcmp(a->name, b->name) == 0);
}

bool tn__pair_typing(struct tn__typing *out, const struct tn__checked *checked,
                     struct tn__typing sqlite, struct tn__typing postgres)
{
    if (sqlite.type != postgres.type || sqlite.is_array != postgres.is_array ||
        !is_key_same(sqlite.key, postgres.key) ||
        !is_enum_same(tn__checked_enum(checked, sqlite), tn__checked_enum(checked, postgres)))
        return false;
    *out = sqlite;
    out->is_nullable = sqlite.is_nullable || postgres.is_nullable;
    out->server = postgres.server;
    return true;
}

static const struct tn__column *next_shown(const struct tn__table *table, size_t *at)
{
    while (*at < table->column_count && table->columns[*at].is_hidden)
        (*at)++;
    return *at < table->column_count ? &table->columns[(*at)++] : NULL;
}

bool tn__pair_table(const struct tn__checked *checked, const struct tn__table *sqlite,
                    const struct tn__table *postgres)
{
    size_t i = 0;
    size_t k = 0;
    for (;;) {
        const struct tn__column *a = next_shown(sqlite, &i);
        const struct tn__column *b = next_shown(postgres, &k);
        struct tn__typing both;
        if (!a || !b)
            return a == b;
        if (strcmp(a->name, b->name) != 0 ||
            !tn__pair_typing(&both, checked, tn__checked_typing(checked, sqlite, a),
                             tn__checked_typing(checked->halves[TN__POSTGRES], postgres, b)))
            return false;
    }
}

/* --- enums -------------------------------------------------------------------------------------- */

/* Enums of PostgreSQL that are enums of SQLite as well. */
struct adoption {
    struct tn__checked *checked;
    tn_arena *arena;
    const struct tn__enum **twins; /* as the enums of PostgreSQL; NULL: none */
};

/* SQLite's enum of the column that has the same table and name as one of this enum; NULL: there is none, or its
 * texts are others. */
static const struct tn__enum *twin_by_column(const struct tn__checked *checked,
                                             const struct tn__enum *one)
{
    const struct tn__checked *half = checked->halves[TN__POSTGRES];
    for (size_t i = 0; i < checked->halves[TN__SQLITE]->enum_count; i++) {
        const struct tn__enum *other = &checked->halves[TN__SQLITE]->enums[i];
        const struct tn__table *table =
            tn__catalog_table(&half->catalog, tn_text_of(other->table->name));
        const struct tn__column *column =
            table ? tn__table_column(table, tn_text_of(other->column->name)) : NULL;
        if (column && is_enum_same(other, one) &&
            tn__checked_enum(half, tn__checked_typing(half, table, column)) == one)
            return other;
    }
    return NULL;
}

/* The enum of SQLite that has the same name and the same texts, or such a column; NULL: none. */
static const struct tn__enum *twin_of(const struct tn__checked *checked, const struct tn__enum *one)
{
    const struct tn__checked *sqlite = checked->halves[TN__SQLITE];
    for (size_t i = 0; i < sqlite->enum_count; i++)
        if (strcmp(sqlite->enums[i].name, one->name) == 0 && is_enum_same(&sqlite->enums[i], one))
            return &sqlite->enums[i];
    return twin_by_column(checked, one);
}

static int find_twins(struct adoption *a)
{
    const struct tn__checked *half = a->checked->halves[TN__POSTGRES];
    a->twins = tn_arena_array(a->arena, half->enum_count, sizeof(const struct tn__enum *));
    if (!a->twins)
        return TN_ENOMEM;
    for (size_t i = 0; i < half->enum_count; i++)
        a->twins[i] = twin_of(a->checked, &half->enums[i]);
    return TN_OK;
}

/* A typing of PostgreSQL, in the words of all enums and keys. */
static struct tn__typing adopt(const struct adoption *a, struct tn__typing typing)
{
    const struct tn__checked *half = a->checked->halves[TN__POSTGRES];
    const struct tn__enum *own = tn__checked_enum(half, typing);
    const struct tn__enum *twin = own ? a->twins[own - half->enums] : NULL;
    if (twin)
        typing.choices = twin->column;
    if (typing.key)
        typing.key = &a->checked->keys.items[typing.key - half->keys.items];
    return typing;
}

static int merge_enums(struct adoption *adoption)
{
    struct tn__checked *checked = adoption->checked;
    const struct tn__checked *a = checked->halves[TN__SQLITE];
    const struct tn__checked *b = checked->halves[TN__POSTGRES];
    struct tn__enum *enums =
        tn_arena_array(adoption->arena, a->enum_count + b->enum_count, sizeof(*enums));
    size_t count = 0;
    if (!enums)
        return TN_ENOMEM;
    for (size_t i = 0; i < a->enum_count; i++)
        enums[count++] = a->enums[i];
    for (size_t i = 0; i < b->enum_count; i++)
        if (!adoption->twins[i])
            enums[count++] = b->enums[i];
    checked->enums = enums;
    checked->enum_count = count;
    return TN_OK;
}

/* --- what PostgreSQL has typed ------------------------------------------------------------------ */

static int adopt_tables(const struct adoption *a)
{
    struct tn__checked *half = a->checked->halves[TN__POSTGRES];
    size_t count = half->catalog.table_count;
    const struct tn__typing **typings =
        tn_arena_array(a->arena, count, sizeof(const struct tn__typing *));
    if (!typings)
        return TN_ENOMEM;
    for (size_t t = 0; t < count; t++) {
        size_t columns = half->catalog.tables[t].column_count;
        struct tn__typing *own = tn_arena_array(a->arena, columns, sizeof(*own));
        if (!own)
            return TN_ENOMEM;
        for (size_t c = 0; c < columns; c++)
            own[c] = adopt(a, half->typings[t][c]);
        typings[t] = own;
    }
    half->typings = typings;
    return TN_OK;
}

static int adopt_query(const struct adoption *a, struct tn__query *query)
{
    struct tn__query_column *columns =
        tn_arena_array(a->arena, query->column_count, sizeof(*columns));
    struct tn__query_param *params = tn_arena_array(a->arena, query->param_count, sizeof(*params));
    if (!columns || !params)
        return TN_ENOMEM;
    for (size_t i = 0; i < query->column_count; i++) {
        columns[i] = query->columns[i];
        columns[i].typing = adopt(a, columns[i].typing);
    }
    for (size_t i = 0; i < query->param_count; i++) {
        params[i] = query->params[i];
        params[i].typing = adopt(a, params[i].typing);
    }
    query->columns = columns;
    query->params = params;
    return TN_OK;
}

/* A key that is a number on one engine and a UUID on the other is not one type in C. */
static void merge_keys(struct tn__checked *checked, struct tn__diags *diags)
{
    const struct tn__keys *other = &checked->halves[TN__POSTGRES]->keys;
    for (size_t i = 0; i < checked->keys.count; i++) {
        struct tn__key *key = &checked->keys.items[i];
        const struct tn__key *theirs = &other->items[i];
        if (key->type == TN__TYPE_ANY)
            *key = *theirs;
        if (theirs->type == TN__TYPE_ANY || theirs->type == key->type)
            continue;
        struct tn__place place = {checked->migrations.source, 0, 0, 0};
        struct tn__place there = {checked->halves[TN__POSTGRES]->migrations.source, 0, 0, 0};
        tn__origin_of_column(&place, &checked->origins, key->table, key->column->name);
        tn__origin_of_column(&there, &checked->halves[TN__POSTGRES]->origins, theirs->table,
                             theirs->column->name);
        struct tn__diag *diag =
            tn__diags_add(diags, "engines-differ", place,
                          "the key type '%s' is %s on SQLite and %s on PostgreSQL", key->name,
                          tn__type_word(key->type), tn__type_word(theirs->type));
        tn__diag_note(diags, diag, there, "on PostgreSQL it is made here");
    }
}

int tn__pair_types(struct tn__checked *checked, tn_arena *arena, struct tn__diags *diags)
{
    struct adoption a = {checked, arena, NULL};
    int rc = find_twins(&a);
    if (rc == TN_OK)
        rc = adopt_tables(&a);
    for (size_t i = 0; i < checked->query_count && rc == TN_OK; i++) {
        struct tn__query *query = &checked->queries[i];
        /* Of a query for both it is a copy of our own, as the query itself is. */
        struct tn__query *half = query->halves[TN__POSTGRES];
        if (query->is_broken)
            continue;
        if (half)
            rc = adopt_query(&a, half);
        else if (query->engines == TN__ENGINE_OF(TN__POSTGRES))
            rc = adopt_query(&a, query);
    }
    if (rc == TN_OK)
        rc = merge_enums(&a);
    if (rc == TN_OK)
        merge_keys(checked, diags);
    return rc;
}
