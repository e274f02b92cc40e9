/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "gen.h"

/* What stands behind FROM. */

struct source *gen_table_source(struct gen *gen, const struct table *table, const char *alias)
{
    struct source *source = need(gen->arena, 1, sizeof *source);
    source->alias = alias;
    source->table = table;
    for (unsigned i = 0; i < table->count && source->count < MOST_RESULTS; i++)
        if (!table->columns[i].is_hidden)
            source->columns[source->count++] =
                (struct result){table->columns[i].sql, table->columns[i].kind};
    return source;
}

static const char *new_alias(struct gen *gen)
{
    static const char *const odd[] = {"\"a b%u\"", "[q%u]", "`key%u`", "\"é%u\""};
    if (rng_chance(gen->rng, 4)) {
        const char *form = RNG_PICK(gen->rng, odd);
        const char *hole = strstr(form, "%u");
        return fmt(gen->arena, "%.*s%u%s", (int)(hole - form), form, ++gen->serial, hole + 2);
    }
    return fmt(gen->arena, "s%u", ++gen->serial);
}

static const struct source *find_cte(const struct gen *gen, const char *name)
{
    for (unsigned i = gen->cte_count; i > 0; i--)
        if (strcasecmp(gen->ctes[i - 1]->alias, name) == 0)
            return gen->ctes[i - 1];
    return NULL;
}

/* A table whose name is that of a WITH which is being written. */
static bool is_being_made(const struct gen *gen, const char *name)
{
    for (unsigned i = 0; i < gen->making_count; i++)
        if (strcasecmp(gen->making[i], name) == 0)
            return true;
    return false;
}

static void add(struct scope *scope, struct source *source)
{
    if (scope->count < MOST_SOURCES)
        scope->sources[scope->count++] = source;
}

static bool is_taken(const struct scope *scope, const char *alias)
{
    for (unsigned i = 0; i < scope->count; i++)
        if (scope->sources[i]->alias && strcasecmp(scope->sources[i]->alias, alias) == 0)
            return true;
    return false;
}

static const char *from_table(struct gen *gen, struct scope *scope)
{
    const struct table *table = &gen->model->tables[rng_below(gen->rng, gen->model->count)];
    bool has_alias = rng_chance(gen->rng, 70) || is_taken(scope, table->sql);
    const char *alias = has_alias ? new_alias(gen) : table->sql;
    const char *schema =
        find_cte(gen, table->sql) || is_being_made(gen, table->sql) || rng_chance(gen->rng, 4)
            ? "main."
            : "";
    const char *hint = rng_chance(gen->rng, 3) && !table->is_view ? " NOT INDEXED" : "";
    add(scope, gen_table_source(gen, table, alias));
    if (!has_alias)
        return fmt(gen->arena, "%s%s%s", schema, table->sql, hint);
    return fmt(gen->arena, "%s%s%s%s%s", schema, table->sql,
               rng_chance(gen->rng, 50) ? " AS " : " ", alias, hint);
}

static const char *from_cte(struct gen *gen, struct scope *scope)
{
    const struct source *cte = gen->ctes[rng_below(gen->rng, gen->cte_count)];
    const struct source *nearest = find_cte(gen, cte->alias);
    if (nearest)
        cte = nearest;
    struct source *source = need(gen->arena, 1, sizeof *source);
    *source = *cte;
    if (rng_chance(gen->rng, 40) && !is_taken(scope, cte->alias))
        source->alias = cte->alias;
    else
        source->alias = new_alias(gen);
    add(scope, source);
    return source->alias == cte->alias ? cte->alias
                                       : fmt(gen->arena, "%s AS %s", cte->alias, source->alias);
}

static const char *from_query(struct gen *gen, struct scope *scope, int depth)
{
    struct source *source = need(gen->arena, 1, sizeof *source);
    const char *query =
        gen_select(gen, scope->outer, depth - 1, (struct wish){0, gen_kind(gen), true}, source);
    source->table = NULL;
    source->alias = new_alias(gen);
    add(scope, source);
    return fmt(gen->arena, "(%s) AS %s", query, source->alias);
}

static const char *from_values(struct gen *gen, struct scope *scope)
{
    struct source *source = need(gen->arena, 1, sizeof *source);
    unsigned rows = 1 + rng_below(gen->rng, 3);
    const char *text = "";
    source->alias = new_alias(gen);
    source->count = 2;
    source->columns[0] = (struct result){"column1", gen_kind(gen)};
    source->columns[1] = (struct result){"column2", gen_kind(gen)};
    for (unsigned i = 0; i < rows; i++) {
        const char *first = gen_literal(gen, source->columns[0].kind);
        /* A name in the first row would be the column's name. */
        const char *second = i == 0 ? gen_literal(gen, source->columns[1].kind)
                                    : gen_leaf(gen, scope->outer, source->columns[1].kind);
        text = fmt(gen->arena, "%s%s(%s, %s)", text, i > 0 ? ", " : "", first, second);
    }
    add(scope, source);
    return fmt(gen->arena, "(VALUES %s) AS %s", text, source->alias);
}

static const char *from_function(struct gen *gen, struct scope *scope)
{
    static const char *const names[] = {"json_each", "json_tree"};
    static const struct result results[] = {
        {"key", KIND_ANY}, {"value", KIND_ANY},  {"type", KIND_TEXT},    {"atom", KIND_ANY},
        {"id", KIND_INT},  {"parent", KIND_INT}, {"fullkey", KIND_TEXT}, {"path", KIND_TEXT}};
    static const struct result infos[] = {{"cid", KIND_INT},         {"name", KIND_TEXT},
                                          {"type", KIND_TEXT},       {"\"notnull\"", KIND_INT},
                                          {"dflt_value", KIND_TEXT}, {"pk", KIND_INT}};
    struct source *source = need(gen->arena, 1, sizeof *source);
    source->alias = new_alias(gen);
    if (rng_chance(gen->rng, 15)) {
        const struct table *table = &gen->model->tables[rng_below(gen->rng, gen->model->count)];
        struct value name = {SQLITE_TEXT, 0, 0, table->name, (int)strlen(table->name)};
        memcpy(source->columns, infos, sizeof infos);
        source->count = sizeof infos / sizeof *infos;
        add(scope, source);
        return fmt(gen->arena, "pragma_table_info(%s) AS %s", value_sql(&name, gen->arena),
                   source->alias);
    }
    memcpy(source->columns, results, sizeof results);
    source->count = sizeof results / sizeof *results;
    const char *json =
        gen_template(gen, scope, 1, rng_chance(gen->rng, 20) ? "$j, $J" : "$j", KIND_TEXT);
    add(scope, source);
    return fmt(gen->arena, "%s(%s) AS %s", RNG_PICK(gen->rng, names), json, source->alias);
}

static const char *from_one(struct gen *gen, struct scope *scope, int depth)
{
    unsigned dice = rng_below(gen->rng, 100);
    gen->fuel -= 2;
    if (gen->cte_count > 0 && dice < 40)
        return from_cte(gen, scope);
    if (dice >= 94)
        return from_function(gen, scope);
    if (dice >= 91)
        return from_values(gen, scope);
    if (depth > 0 && gen->fuel > 0 && dice >= 72)
        return from_query(gen, scope, depth);
    if (depth > 0 && gen->fuel > 0 && dice >= 67) {
        struct scope inner = {.outer = scope->outer, .is_open = true};
        const char *join = gen_from(gen, &inner, depth - 1);
        for (unsigned i = 0; i < inner.count; i++)
            add(scope, inner.sources[i]);
        scope->is_merged |= inner.is_merged;
        return fmt(gen->arena, "(%s)", join);
    }
    return from_table(gen, scope);
}

static const char *on_condition(struct gen *gen, struct scope *scope, unsigned left)
{
    if (rng_chance(gen->rng, 25) || left == 0 || scope->count == left)
        return gen_cond(gen, scope, 1);
    struct scope before = {.count = left, .outer = NULL};
    struct scope after = {.count = scope->count - left, .outer = NULL};
    memcpy(before.sources, scope->sources, left * sizeof *before.sources);
    memcpy(after.sources, scope->sources + left, after.count * sizeof *after.sources);
    enum kind kind = gen_kind(gen);
    const char *a = gen_column(gen, &before, kind);
    const char *b = gen_column(gen, &after, kind);
    if (!a || !b || !strchr(a, '.') || !strchr(b, '.'))
        return gen_cond(gen, scope, 1);
    const char *rest = rng_chance(gen->rng, 25) ? gen_cond(gen, scope, 0) : NULL;
    return fmt(gen->arena, "%s = %s%s%s", a, b, rest ? " AND " : "", rest ? rest : "");
}

/* A name that some source on either side of a join has; the left side must have it once. */
static const char *common_name(struct gen *gen, const struct scope *scope, unsigned left)
{
    for (unsigned tries = 0; tries < 6 && scope->count == left + 1; tries++) {
        const struct source *right = scope->sources[left];
        unsigned found = 0;
        if (right->count == 0)
            return NULL;
        const char *name = right->columns[rng_below(gen->rng, right->count)].sql;
        for (unsigned i = 0; i < left; i++)
            for (unsigned j = 0; j < scope->sources[i]->count; j++)
                found += strcasecmp(scope->sources[i]->columns[j].sql, name) == 0;
        if (found == 1 || (found > 1 && scope->is_merged && rng_chance(gen->rng, 30)))
            return name;
    }
    return NULL;
}

const char *gen_from(struct gen *gen, struct scope *scope, int depth)
{
    static const char *const joins[] = {
        "JOIN",       "INNER JOIN", "LEFT JOIN",       "LEFT JOIN",  "LEFT OUTER JOIN",
        "RIGHT JOIN", "FULL JOIN",  "FULL OUTER JOIN", "CROSS JOIN", "LEFT JOIN",
        "JOIN"};
    static const unsigned sizes[] = {1, 1, 1, 2, 2, 2, 2, 3, 3, 4};
    unsigned size = RNG_PICK(gen->rng, sizes);
    bool was_open = scope->is_open;
    scope->is_open = true;
    const char *made = from_one(gen, scope, depth);
    for (unsigned i = 1; i < size && scope->count < MOST_SOURCES - 4; i++) {
        unsigned left = scope->count;
        const char *join = RNG_PICK(gen->rng, joins);
        bool is_comma = rng_chance(gen->rng, 15);
        bool is_natural = !is_comma && rng_chance(gen->rng, 7);
        const char *next = from_one(gen, scope, depth);
        const char *name = is_comma || is_natural ? NULL : common_name(gen, scope, left);
        if (is_comma) {
            made = fmt(gen->arena, "%s, %s", made, next);
        } else if (is_natural) {
            made = fmt(gen->arena, "%s NATURAL %s %s", made, join, next);
            scope->is_merged = true;
        } else if (name && rng_chance(gen->rng, 35)) {
            made = fmt(gen->arena, "%s %s %s USING (%s)", made, join, next, name);
            scope->is_merged = true;
        } else if (rng_chance(gen->rng, 8)) {
            made = fmt(gen->arena, "%s %s %s", made, join, next);
        } else {
            const char *on = on_condition(gen, scope, left);
            made = fmt(gen->arena, "%s %s %s ON %s", made, join, next, on);
        }
    }
    scope->is_open = was_open;
    return made;
}
