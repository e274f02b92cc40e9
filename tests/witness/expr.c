/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "gen.h"

enum {
    FUEL = 90
};

void gen_init(struct gen *gen, struct rng *rng, tn_arena *arena, const struct model *model,
              const struct pool *pool)
{
    *gen = (struct gen){.rng = rng, .arena = arena, .model = model, .pool = pool};
    gen->has_parameters = true;
    gen->fuel = FUEL;
}

enum kind gen_kind(struct gen *gen)
{
    static const enum kind kinds[] = {KIND_INT,  KIND_INT,  KIND_INT, KIND_REAL,
                                      KIND_TEXT, KIND_TEXT, KIND_ANY, KIND_BLOB};
    return RNG_PICK(gen->rng, kinds);
}

const char *gen_literal(struct gen *gen, enum kind kind)
{
    static const char *const odd[] = {"1.",    ".5",   "1e2",  "0x10", "-0.0",
                                      "1e999", "NULL", "TRUE", "'1'",  "-9e999"};
    if (rng_chance(gen->rng, 5))
        return RNG_PICK(gen->rng, odd);
    if (kind == KIND_ANY && rng_chance(gen->rng, 20))
        return "NULL";
    struct value value = pool_value(gen->pool, kind, gen->rng);
    return value_sql(&value, gen->arena);
}

const char *gen_param(struct gen *gen)
{
    static const char *const marks[] = {"?",  "?",  "?1", "?2",   ":a", ":a",
                                        ":b", "@c", "$d", ":lim", ":b", "?"};
    return RNG_PICK(gen->rng, marks);
}

const char *gen_list(struct gen *gen)
{
    static const char *const lists[] = {":l[]", ":l[]", ":k[]", "@m[]", "$n[]"};
    return gen->has_parameters ? RNG_PICK(gen->rng, lists) : "1, 'a'";
}

/* Whether a bare name is one column alone, as far as the scope within reach knows. */
static bool is_alone(const struct scope *scope, const char *name)
{
    unsigned found = 0;
    for (unsigned i = 0; i < scope->count; i++)
        for (unsigned j = 0; j < scope->sources[i]->count; j++)
            found += strcasecmp(scope->sources[i]->columns[j].sql, name) == 0;
    return found == 1;
}

static const char *name_of(struct gen *gen, const struct scope *scope, const struct source *source,
                           unsigned column, bool is_inner)
{
    static const char *const rowids[] = {"rowid", "rowid", "_rowid_", "oid"};
    const char *name = source->columns[column].sql;
    bool is_bare = is_inner && !scope->is_open && rng_chance(gen->rng, 30) && is_alone(scope, name);
    const struct table *table = source->table;
    if (table && table->has_rowid && !table->is_virtual && source->alias &&
        rng_chance(gen->rng, 4)) {
        const char *rowid = RNG_PICK(gen->rng, rowids);
        bool is_hidden = false;
        for (unsigned i = 0; i < table->count; i++)
            is_hidden |= strcasecmp(table->columns[i].name, rowid) == 0;
        if (!is_hidden)
            return fmt(gen->arena, "%s.%s", source->alias, rowid);
    }
    if (is_bare || !source->alias)
        return name;
    return fmt(gen->arena, "%s.%s", source->alias, name);
}

const char *gen_column(struct gen *gen, struct scope *scope, enum kind kind)
{
    bool is_inner = true;
    while (scope && scope->outer && (scope->count == 0 || rng_chance(gen->rng, 18))) {
        scope = scope->outer;
        is_inner = false;
    }
    if (!scope || scope->count == 0)
        return NULL;
    const struct source *source = NULL;
    unsigned column = 0;
    if (!scope->is_open && !scope->focus) {
        scope->focus = scope->sources[rng_below(gen->rng, scope->count)];
        scope->focus_column = rng_below(gen->rng, scope->focus->count);
    }
    if (!scope->is_open && scope->focus->count > 0 && rng_chance(gen->rng, 25))
        return name_of(gen, scope, scope->focus, scope->focus_column, is_inner);
    for (unsigned tries = 0; tries < 8; tries++) {
        source = scope->sources[rng_below(gen->rng, scope->count)];
        if (source->count == 0)
            continue;
        column = rng_below(gen->rng, source->count);
        if (kind == KIND_ANY || source->columns[column].kind == kind)
            return name_of(gen, scope, source, column, is_inner);
    }
    return source && source->count > 0 && rng_chance(gen->rng, 30)
               ? name_of(gen, scope, source, rng_below(gen->rng, source->count), is_inner)
               : NULL;
}

const char *gen_leaf(struct gen *gen, struct scope *scope, enum kind kind)
{
    if (gen->has_parameters && rng_chance(gen->rng, 6))
        return gen_param(gen);
    if (rng_chance(gen->rng, 82)) {
        const char *column = gen_column(gen, scope, kind);
        if (column)
            return column;
    }
    return gen_literal(gen, kind);
}

/* What a key's column is set equal to: mostly what leaves the key a key, sometimes what does not. */
static const char *key_part(struct gen *gen, struct scope *scope, const char *column,
                            enum kind kind)
{
    static const char *const forms[] = {"%s = %s",    "%s = %s",    "%s = %s",
                                        "%s == %s",   "%s IS %s",   "%s = %s COLLATE NOCASE",
                                        "%s IN (%s)", "+%s = %s",   "%s COLLATE NOCASE = %s",
                                        "%s >= %s",   "(%s) = (%s)"};
    const char *form = RNG_PICK(gen->rng, forms);
    if (rng_chance(gen->rng, 5))
        return fmt(gen->arena, "%s IN (%s)", column, gen_list(gen));
    const char *other = rng_chance(gen->rng, 40) && gen->has_parameters ? gen_param(gen)
                        : rng_chance(gen->rng, 50)                      ? gen_literal(gen, kind)
                                                   : gen_leaf(gen, scope, gen_kind(gen));
    bool is_swapped = rng_chance(gen->rng, 20);
    const char *hole = strstr(form, "%s");
    const char *second = strstr(hole + 2, "%s");
    return fmt(gen->arena, "%.*s%s%.*s%s%s", (int)(hole - form), form, is_swapped ? other : column,
               (int)(second - hole - 2), hole + 2, is_swapped ? column : other, second + 2);
}

const char *gen_key(struct gen *gen, struct scope *scope)
{
    const char *made = "";
    for (unsigned tries = 0; tries < 4 && scope->count > 0; tries++) {
        const struct source *source = scope->sources[rng_below(gen->rng, scope->count)];
        const struct table *table = source->table;
        if (!table || table->key_count == 0)
            continue;
        const struct key *key = &table->keys[rng_below(gen->rng, table->key_count)];
        const char *point = source->alias ? "." : "";
        for (unsigned i = 0; i < key->count; i++) {
            const struct column *column = &table->columns[key->columns[i]];
            const char *name =
                fmt(gen->arena, "%s%s%s", source->alias ? source->alias : "", point, column->sql);
            const char *part = key_part(gen, scope, name, column->kind);
            if (i > 0 && rng_chance(gen->rng, 10))
                continue;
            made = fmt(gen->arena, "%s%s%s", made, i > 0 ? " AND " : "", part);
        }
        return made;
    }
    return NULL;
}
