/* SPDX-License-Identifier: MIT */
#include "gen.h"

#include <string.h>

/* What stands behind FROM. */

static void name_item(struct gen *gen, struct source *source, const char *name,
                      const struct kind *kind)
{
    if (source->count == MOST_ITEMS)
        return;
    source->items[source->count++] = (struct item){
        source->alias ? fmt(gen->arena, "%s.%s", source->alias, name) : name, name, kind};
}

struct source *gen_table_source(struct gen *gen, const struct tn__table *table, const char *alias)
{
    struct source *source = need(gen->arena, 1, sizeof *source);
    source->alias = alias;
    source->table = table;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct kind *kind = kind_named(table->columns[i].type->name);
        if (kind)
            name_item(gen, source, fmt(gen->arena, "\"%s\"", table->columns[i].name), kind);
    }
    return source;
}

/* Partitions and children are seen through their parents, mostly. */
static bool is_wanted(const struct gen *gen, const struct tn__table *table, bool is_written)
{
    bool is_child = table->server && table->server->parent_count > 0;
    if (strcmp(table->schema, "public") != 0 || table->column_count == 0 || table->is_internal)
        return false;
    if (is_child && !rng_chance(gen->rng, 30))
        return false;
    return !is_written || table->kind == TN__TABLE ||
           (table->kind == TN__VIEW && (table->name[0] == 'w' || rng_chance(gen->rng, 15)));
}

const struct tn__table *gen_table(struct gen *gen, bool is_written)
{
    const struct tn__table *found = NULL;
    unsigned seen = 0;
    for (size_t i = 0; i < gen->catalog->table_count; i++)
        if (is_wanted(gen, &gen->catalog->tables[i], is_written) &&
            rng_below(gen->rng, ++seen) == 0)
            found = &gen->catalog->tables[i];
    return found;
}

static const char *new_alias(struct gen *gen)
{
    return fmt(gen->arena, "s%u", ++gen->serial);
}

static void add(struct scope *scope, struct source *source)
{
    if (scope->count < MOST_SOURCES)
        scope->sources[scope->count++] = source;
}

/* The same under another name. */
static struct source *aliased(struct gen *gen, const struct source *of, const char *alias)
{
    struct source *source = need(gen->arena, 1, sizeof *source);
    source->alias = alias;
    for (unsigned i = 0; i < of->count; i++)
        name_item(gen, source, of->items[i].name, of->items[i].kind);
    return source;
}

static const char *from_table(struct gen *gen, struct scope *tree)
{
    const struct tn__table *table = gen_table(gen, false);
    if (!table)
        return NULL;
    const char *alias = new_alias(gen);
    bool has_children = table->server && table->server->has_children;
    const char *only = has_children && rng_chance(gen->rng, 25) ? "ONLY " : "";
    const char *sample =
        table->kind == TN__TABLE && rng_chance(gen->rng, 2) ? " TABLESAMPLE SYSTEM (100)" : "";
    add(tree, gen_table_source(gen, table, alias));
    return fmt(gen->arena, "%s%s AS %s%s", only, table->label, alias, sample);
}

static const char *from_cte(struct gen *gen, struct scope *tree)
{
    const struct source *cte = gen->ctes[rng_below(gen->rng, gen->cte_count)];
    const char *alias = new_alias(gen);
    add(tree, aliased(gen, cte, alias));
    return fmt(gen->arena, "%s AS %s", cte->alias, alias);
}

static const char *from_query(struct gen *gen, struct scope *tree, struct scope *outer, int depth,
                              bool is_lateral)
{
    struct source out;
    struct wish wish = {.is_named = true};
    const char *query = rng_chance(gen->rng, 85) || !outer
                            ? gen_select(gen, outer, depth - 1, wish, &out)
                            : gen_values(gen, outer, wish, &out);
    const char *alias = new_alias(gen);
    struct source *source = aliased(gen, &out, alias);
    const char *names = "";
    for (unsigned i = 0; i < out.count && rng_chance(gen->rng, 15); i++) {
        names = fmt(gen->arena, "%s%sn%u", names, i > 0 ? ", " : "(", i);
        source->items[i].name = fmt(gen->arena, "n%u", i);
        source->items[i].sql = fmt(gen->arena, "%s.n%u", alias, i);
    }
    add(tree, source);
    return fmt(gen->arena, "%s(%s) AS %s%s%s", is_lateral ? "LATERAL " : "", query, alias, names,
               *names ? ")" : "");
}

static const char *from_function(struct gen *gen, struct scope *tree, struct scope *outer)
{
    struct source *source = need(gen->arena, 1, sizeof *source);
    source->alias = new_alias(gen);
    const char *text = gen_from_function(gen, outer, source);
    add(tree, source);
    return text;
}

static const char *from_one(struct gen *gen, struct scope *tree, struct scope *seen, int depth,
                            bool may_look)
{
    unsigned dice = rng_below(gen->rng, 100);
    struct scope *outer = may_look ? seen : tree->outer;
    const char *text = NULL;
    gen->fuel -= 2;
    if (gen->cte_count > 0 && dice < 35)
        return from_cte(gen, tree);
    if (dice >= 88)
        return from_function(gen, tree, outer);
    if (depth > 0 && gen->fuel > 0 && dice >= 68)
        return from_query(gen, tree, outer, depth, may_look);
    text = from_table(gen, tree);
    return text ? text : from_function(gen, tree, outer);
}

/* --- joins */

static const struct item *item_named(const struct source *source, const char *name)
{
    for (unsigned i = 0; i < source->count; i++)
        if (strcmp(source->items[i].name, name) == 0)
            return &source->items[i];
    return NULL;
}

/* A name that the right side has, too; NULL: none. */
static const struct item *common(struct gen *gen, const struct scope *tree,
                                 const struct source *right)
{
    const struct item *found = NULL;
    unsigned seen = 0;
    for (unsigned s = 0; s + 1 < tree->count; s++)
        for (unsigned i = 0; i < tree->sources[s]->count; i++) {
            const struct item *item = &tree->sources[s]->items[i];
            const struct item *other = item_named(right, item->name);
            if (other && other->kind == item->kind && item->kind->is_ordered &&
                rng_below(gen->rng, ++seen) == 0)
                found = item;
        }
    return found;
}

static const char *equality(struct gen *gen, const struct scope *tree, const struct source *right)
{
    const struct source *left = tree->sources[rng_below(gen->rng, tree->count - 1)];
    for (unsigned tries = 0; tries < 30 && left->count > 0 && right->count > 0; tries++) {
        const struct item *a = &left->items[rng_below(gen->rng, left->count)];
        const struct item *b = &right->items[rng_below(gen->rng, right->count)];
        if (a->kind->base == b->kind->base && a->kind->is_ordered)
            return fmt(gen->arena, "%s = %s", a->sql, b->sql);
    }
    return NULL;
}

static const char *join_condition(struct gen *gen, struct scope *tree, int depth, bool is_full)
{
    struct source *right = tree->sources[tree->count - 1];
    const struct item *item = common(gen, tree, right);
    if (item && rng_chance(gen->rng, 30)) {
        struct source *merged = need(gen->arena, 1, sizeof *merged);
        name_item(gen, merged, item->name, item->kind);
        add(tree, merged);
        return fmt(gen->arena, " USING (%s)%s", item->name,
                   rng_chance(gen->rng, 10) ? fmt(gen->arena, " AS u%u", ++gen->serial) : "");
    }
    const char *equal = equality(gen, tree, right);
    if (equal && (is_full || rng_chance(gen->rng, 55)))
        return fmt(gen->arena, " ON %s%s", equal,
                   rng_chance(gen->rng, 15)
                       ? fmt(gen->arena, " AND %s", gen_cond(gen, tree, depth - 1))
                       : "");
    if (is_full || rng_chance(gen->rng, 10))
        return rng_chance(gen->rng, 80) ? " ON TRUE" : " ON FALSE";
    return fmt(gen->arena, " ON %s", gen_cond(gen, tree, depth - 1));
}

static const char *join(struct gen *gen, struct scope *tree, struct scope *before, int depth,
                        const char *made)
{
    static const char *const words[] = {" JOIN ",       " JOIN ",         " LEFT JOIN ",
                                        " LEFT JOIN ",  " RIGHT JOIN ",   " FULL JOIN ",
                                        " CROSS JOIN ", " NATURAL JOIN ", " NATURAL FULL JOIN "};
    unsigned kind = rng_below(gen->rng, sizeof words / sizeof *words);
    struct scope seen = *tree;
    for (unsigned i = 0; i < before->count && seen.count < MOST_SOURCES; i++)
        seen.sources[seen.count++] = before->sources[i];
    bool is_parenthesised = depth > 0 && gen->fuel > 0 && rng_chance(gen->rng, 8);
    const char *right = NULL;
    if (is_parenthesised) {
        struct scope inner = {.outer = tree->outer};
        right = gen_from(gen, &inner, depth - 1);
        right = inner.count > 1 ? fmt(gen->arena, "(%s)", right) : right;
        for (unsigned i = 0; i < inner.count; i++)
            add(tree, inner.sources[i]);
    } else {
        right = from_one(gen, tree, &seen, depth, kind < 4 && rng_chance(gen->rng, 60));
    }
    if (kind >= 6)
        return fmt(gen->arena, "%s%s%s", made, words[kind], right);
    const char *condition = join_condition(gen, tree, depth, kind == 5);
    return fmt(gen->arena, "%s%s%s%s", made, words[kind], right, condition);
}

/* Joins by JOIN alone. */
static const char *join_tree(struct gen *gen, struct scope *tree, struct scope *before, int depth)
{
    const char *made = from_one(gen, tree, before, depth, before->count > 0);
    while (tree->count < 4 && gen->fuel > 0 && rng_chance(gen->rng, 42))
        made = join(gen, tree, before, depth, made);
    return made;
}

const char *gen_from(struct gen *gen, struct scope *scope, int depth)
{
    struct scope tree = {.outer = scope->outer};
    const char *made = join_tree(gen, &tree, scope, depth);
    for (unsigned i = 0; i < tree.count; i++)
        add(scope, tree.sources[i]);
    return made;
}
