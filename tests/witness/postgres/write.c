/* SPDX-License-Identifier: MIT */
#include "gen.h"

#include <string.h>

/* INSERT, UPDATE, DELETE and MERGE, with RETURNING. */

static const struct kind *kind_at(const struct tn__column *column)
{
    return column->is_generated ? NULL : kind_named(column->type->name);
}

/* What a column may be given. */
static const char *value(struct gen *gen, struct scope *scope, int depth,
                         const struct tn__column *column)
{
    const struct kind *kind = kind_at(column);
    if (column->identity == 'a')
        return "DEFAULT";
    if (rng_chance(gen->rng, 8))
        return "DEFAULT";
    if (column->is_not_null && rng_chance(gen->rng, 75))
        return kind_literal(kind, gen->rng);
    return rng_chance(gen->rng, 40) ? gen_leaf(gen, scope, kind)
                                    : gen_expr(gen, scope, depth, kind);
}

/* Columns that an INSERT names: those that must be, and some more. */
struct chosen {
    const struct tn__column *columns[MOST_WANTED];
    unsigned count;
    const char *names; /* "(a, b)" */
};

static struct chosen choose(struct gen *gen, const struct tn__table *table)
{
    struct chosen chosen = {.names = ""};
    for (size_t i = 0; i < table->column_count && chosen.count < MOST_WANTED; i++) {
        const struct tn__column *column = &table->columns[i];
        bool must = column->is_not_null && !column->identity && !column->default_sql;
        if (!kind_at(column) || column->identity == 'a' || (!must && rng_chance(gen->rng, 45)))
            continue;
        chosen.names = fmt(gen->arena, "%s%s\"%s\"", chosen.names, chosen.count > 0 ? ", " : "(",
                           column->name);
        chosen.columns[chosen.count++] = column;
    }
    chosen.names = chosen.count > 0 ? fmt(gen->arena, "%s)", chosen.names) : "";
    return chosen;
}

enum {
    MERGE_RETURNS = 170000,
    OLD_AND_NEW = 180000 /* in RETURNING */
};

static const char *returning(struct gen *gen, struct scope *scope, int depth, struct source *out,
                             bool is_named)
{
    struct wish wish = {.is_named = true};
    const struct tn__table *table = scope->sources[0]->table;
    for (unsigned i = 0; i < 2 && table && gen->catalog->server->version >= OLD_AND_NEW; i++)
        if (scope->count < MOST_SOURCES)
            scope->sources[scope->count++] = gen_table_source(gen, table, i == 0 ? "old" : "new");
    const char *list = gen_list(gen, scope, depth, wish, out);
    bool is_star = !is_named && rng_chance(gen->rng, 15);
    return is_star ? " RETURNING *" : fmt(gen->arena, " RETURNING %s", list);
}

/* A column and what it is set to. */
static const char *assignment(struct gen *gen, struct scope *scope, int depth,
                              const struct tn__column *column, const struct kind *kind)
{
    const char *part = kind->letter == 'A' ? "[1]" : kind->letter == 'p' ? ".x" : "";
    if (*part && rng_chance(gen->rng, 30))
        return fmt(gen->arena, "\"%s\"%s = %s", column->name, part,
                   gen_leaf(gen, scope, kind_of('i')));
    if (rng_chance(gen->rng, 10)) {
        struct source out;
        struct wish wish = {.count = 1, .kinds = {kind}};
        return fmt(gen->arena, "(\"%s\") = (%s)", column->name, gen_values(gen, scope, wish, &out));
    }
    return fmt(gen->arena, "\"%s\" = %s", column->name, value(gen, scope, depth, column));
}

static const char *assignments(struct gen *gen, struct scope *scope, int depth,
                               const struct tn__table *table)
{
    const char *made = "";
    unsigned count = 0;
    for (unsigned tries = 0; tries < 12 && count < 3; tries++) {
        const struct tn__column *column =
            &table->columns[rng_below(gen->rng, (unsigned)table->column_count)];
        const struct kind *kind = kind_at(column);
        if (!kind || column->identity || strstr(made, fmt(gen->arena, "\"%s\"", column->name)))
            continue;
        made = fmt(gen->arena, "%s%s%s", made, count > 0 ? ", " : "",
                   assignment(gen, scope, depth, column, kind));
        count++;
        if (rng_chance(gen->rng, 50))
            break;
    }
    return made;
}

/* --- INSERT */

static const char *rows(struct gen *gen, int depth, const struct chosen *chosen)
{
    const char *made = " VALUES ";
    unsigned count = rng_chance(gen->rng, 70) ? 1 : 2;
    if (chosen->count == 0)
        return " DEFAULT VALUES";
    if (rng_chance(gen->rng, 20)) {
        struct source out;
        struct wish wish = {.count = chosen->count, .is_named = true};
        for (unsigned i = 0; i < chosen->count; i++)
            wish.kinds[i] = kind_at(chosen->columns[i]);
        return fmt(gen->arena, " %s", gen_select(gen, NULL, depth, wish, &out));
    }
    for (unsigned row = 0; row < count; row++)
        for (unsigned i = 0; i < chosen->count; i++)
            made =
                fmt(gen->arena, "%s%s%s%s", made,
                    i > 0     ? ", "
                    : row > 0 ? ", ("
                              : "(",
                    value(gen, NULL, depth, chosen->columns[i]), i + 1 == chosen->count ? ")" : "");
    return made;
}

static const char *target_of(struct gen *gen, const struct tn__table *table)
{
    const struct tn__index *found = NULL;
    unsigned seen = 0;
    const char *made = "";
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].is_unique && !table->indexes[i].is_partial &&
            table->indexes[i].part_count > 0 && rng_below(gen->rng, ++seen) == 0)
            found = &table->indexes[i];
    for (size_t i = 0; found && i < found->part_count; i++) {
        if (!found->parts[i].column)
            return "";
        made =
            fmt(gen->arena, "%s%s\"%s\"", made, i > 0 ? ", " : "(", found->parts[i].column->name);
    }
    return found ? fmt(gen->arena, "%s)", made) : "";
}

static const char *on_conflict(struct gen *gen, struct scope *scope, int depth,
                               const struct tn__table *table)
{
    const char *target = target_of(gen, table);
    if (rng_chance(gen->rng, 45))
        return "";
    if (!*target || rng_chance(gen->rng, 25))
        return fmt(gen->arena, " ON CONFLICT %s DO NOTHING", target);
    struct scope inner = *scope;
    inner.sources[inner.count++] = gen_table_source(gen, table, "excluded");
    const char *sets = assignments(gen, &inner, depth, table);
    const char *where =
        rng_chance(gen->rng, 25) ? fmt(gen->arena, " WHERE %s", gen_cond(gen, &inner, depth)) : "";
    return *sets ? fmt(gen->arena, " ON CONFLICT %s DO UPDATE SET %s%s", target, sets, where) : "";
}

/* One of the columns that are written, to be looked at more than others. */
static const struct item *written(struct gen *gen, const struct source *source,
                                  const struct chosen *chosen)
{
    if (chosen->count == 0)
        return NULL;
    const struct tn__column *column = NULL;
    for (unsigned tries = 0; tries < 4 && (!column || column->is_not_null); tries++)
        column = chosen->columns[rng_below(gen->rng, chosen->count)];
    for (unsigned i = 0; i < source->count; i++)
        if (strcmp(source->items[i].name, fmt(gen->arena, "\"%s\"", column->name)) == 0)
            return &source->items[i];
    return NULL;
}

static const char *insert(struct gen *gen, int depth, const struct tn__table *table,
                          const char *alias, struct source *out, bool is_named)
{
    struct scope scope = {.count = 1, .sources = {gen_table_source(gen, table, alias)}};
    struct chosen chosen = choose(gen, table);
    const char *values = rows(gen, depth, &chosen);
    const char *conflict = on_conflict(gen, &scope, depth, table);
    scope.focus = written(gen, scope.sources[0], &chosen);
    const char *over = rng_chance(gen->rng, 5) ? " OVERRIDING SYSTEM VALUE" : "";
    return fmt(gen->arena, "INSERT INTO %s AS %s %s%s%s%s%s", table->label, alias, chosen.names,
               over, values, conflict, returning(gen, &scope, depth, out, is_named));
}

/* --- UPDATE, DELETE, MERGE */

static const char *others(struct gen *gen, struct scope *scope, int depth, const char *word)
{
    if (!rng_chance(gen->rng, 40))
        return "";
    struct scope own = {0}; /* the target is not seen there */
    const char *from = gen_from(gen, &own, depth - 1);
    for (unsigned i = 0; i < own.count && scope->count < MOST_SOURCES; i++)
        scope->sources[scope->count++] = own.sources[i];
    return fmt(gen->arena, " %s %s", word, from);
}

static const char *condition(struct gen *gen, struct scope *scope, int depth,
                             const struct tn__table *table, const char *alias)
{
    const char *target = target_of(gen, table);
    unsigned dice = rng_below(gen->rng, 100);
    if (dice < 25)
        return "";
    /* One row of a key. */
    if (dice < 40 && *target && !strchr(target, ',')) {
        struct source *source = gen_table_source(gen, table, alias);
        for (unsigned i = 0; i < source->count; i++)
            if (strncmp(target + 1, source->items[i].name, strlen(source->items[i].name)) == 0)
                return fmt(gen->arena, " WHERE %s = %s", source->items[i].sql,
                           kind_literal(source->items[i].kind, gen->rng));
    }
    return fmt(gen->arena, " WHERE %s", gen_cond(gen, scope, depth));
}

static const char *update(struct gen *gen, int depth, const struct tn__table *table,
                          const char *alias, struct source *out, bool is_named)
{
    struct scope scope = {.count = 1, .sources = {gen_table_source(gen, table, alias)}};
    const char *from = others(gen, &scope, depth, "FROM");
    scope.focus = gen_any_item(gen, &scope);
    const char *sets = assignments(gen, &scope, depth, table);
    const char *where = condition(gen, &scope, depth, table, alias);
    return fmt(gen->arena, "UPDATE %s AS %s SET %s%s%s%s", table->label, alias, sets, from, where,
               returning(gen, &scope, depth, out, is_named));
}

static const char *remove_rows(struct gen *gen, int depth, const struct tn__table *table,
                               const char *alias, struct source *out, bool is_named)
{
    struct scope scope = {.count = 1, .sources = {gen_table_source(gen, table, alias)}};
    const char *from = others(gen, &scope, depth, "USING");
    scope.focus = gen_any_item(gen, &scope);
    const char *where = condition(gen, &scope, depth, table, alias);
    return fmt(gen->arena, "DELETE FROM %s AS %s%s%s%s", table->label, alias, from, where,
               returning(gen, &scope, depth, out, is_named));
}

static const char *merge(struct gen *gen, int depth, const struct tn__table *table,
                         const char *alias, struct source *out, bool is_named)
{
    struct scope source = {0};
    const char *from = gen_from(gen, &source, 0);
    struct scope scope = source;
    struct source *target = gen_table_source(gen, table, alias);
    scope.sources[scope.count < MOST_SOURCES ? scope.count++ : 0] = target;
    struct source *first = scope.sources[0]; /* the target is to be the first */
    scope.sources[0] = target;
    scope.sources[scope.count - 1] = scope.count > 1 ? first : target;
    struct chosen chosen = choose(gen, table);
    const char *on = gen_cond(gen, &scope, depth);
    const char *sets = assignments(gen, &scope, depth, table);
    const char *made =
        fmt(gen->arena, "MERGE INTO %s AS %s USING %s ON %s", table->label, alias, from, on);
    if (rng_chance(gen->rng, 60) && *sets)
        made = fmt(gen->arena, "%s WHEN MATCHED THEN UPDATE SET %s", made, sets);
    else
        made = fmt(gen->arena, "%s WHEN MATCHED THEN DELETE", made);
    if (rng_chance(gen->rng, 30))
        made = fmt(gen->arena, "%s WHEN NOT MATCHED BY SOURCE THEN DELETE", made);
    if (rng_chance(gen->rng, 60)) {
        made = fmt(gen->arena, "%s WHEN NOT MATCHED THEN INSERT %s", made, chosen.names);
        for (unsigned i = 0; i < chosen.count; i++)
            made = fmt(gen->arena, "%s%s%s%s", made, i > 0 ? ", " : " VALUES (",
                       value(gen, &source, depth, chosen.columns[i]),
                       i + 1 == chosen.count ? ")" : "");
        made = chosen.count > 0 ? made : fmt(gen->arena, "%s DEFAULT VALUES", made);
    }
    return fmt(gen->arena, "%s%s", made, returning(gen, &scope, depth, out, is_named));
}

const char *gen_change(struct gen *gen, int depth, struct source *out, bool is_named)
{
    const struct tn__table *table = gen_table(gen, true);
    const char *alias = fmt(gen->arena, "s%u", ++gen->serial);
    unsigned dice = rng_below(gen->rng, 100);
    if (!table)
        return gen_select(gen, NULL, depth, (struct wish){.is_named = is_named}, out);
    if (dice < 42)
        return insert(gen, depth, table, alias, out, is_named);
    if (dice < 72)
        return update(gen, depth, table, alias, out, is_named);
    if (dice < 90 || gen->catalog->server->version < MERGE_RETURNS)
        return remove_rows(gen, depth, table, alias, out, is_named);
    return merge(gen, depth, table, alias, out, is_named);
}
