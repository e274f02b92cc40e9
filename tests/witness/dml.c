/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "gen.h"

/* INSERT, REPLACE, UPDATE and DELETE, with RETURNING. */

static const char *new_value(struct gen *gen, struct scope *scope, const struct column *column)
{
    unsigned dice = rng_below(gen->rng, 100);
    if (dice < 20)
        return gen_param(gen);
    if (dice < 28 && !column->is_not_null)
        return "NULL";
    if (dice < 85)
        return gen_literal(gen, column->kind);
    return gen_expr(gen, scope, 1, column->kind);
}

static const char *returning(struct gen *gen, const struct table *table, const char *alias)
{
    struct scope scope = {0};
    struct source *source = gen_table_source(gen, table, alias);
    const char *made = " RETURNING ";
    unsigned count = 1 + rng_below(gen->rng, 4);
    scope.sources[scope.count++] = source;
    for (unsigned i = 0; i < count; i++) {
        const char *item = rng_chance(gen->rng, 18)   ? "*"
                           : rng_chance(gen->rng, 50) ? gen_column(gen, &scope, KIND_ANY)
                                                      : gen_expr(gen, &scope, 2, gen_kind(gen));
        made = fmt(gen->arena, "%s%s%s", made, i > 0 ? ", " : "", item ? item : "1");
    }
    return made;
}

/* "a = 1, (b, c) = (2, 3)" */
static const char *sets(struct gen *gen, struct scope *scope, const struct table *table)
{
    const char *made = "";
    for (unsigned i = 0; i < table->count; i++) {
        const struct column *column = &table->columns[i];
        if (column->is_generated || column->is_hidden || rng_chance(gen->rng, 55))
            continue;
        const char *value = rng_chance(gen->rng, 25) ? column->sql : new_value(gen, scope, column);
        if (rng_chance(gen->rng, 12))
            value = fmt(gen->arena, "(SELECT %s)", value);
        made = fmt(gen->arena, "%s%s%s = %s", made, *made ? ", " : "", column->sql, value);
    }
    if (*made && table->count > 3 && rng_chance(gen->rng, 10)) {
        const struct column *a = &table->columns[1];
        const struct column *b = &table->columns[2];
        if (!a->is_generated && !b->is_generated) {
            const char *first = new_value(gen, scope, a);
            const char *second = new_value(gen, scope, b);
            made = fmt(gen->arena, "(%s, %s) = %s%s, %s)", a->sql, b->sql,
                       rng_chance(gen->rng, 50) ? "(SELECT " : "(", first, second);
        }
    }
    if (*made)
        return made;
    for (unsigned i = 0; i < table->count; i++)
        if (!table->columns[i].is_generated && !table->columns[i].is_hidden)
            return fmt(gen->arena, "%s = %s", table->columns[i].sql, table->columns[i].sql);
    return "x = 1";
}

static const char *upsert(struct gen *gen, const struct table *table, const char *alias)
{
    struct scope scope = {0};
    const char *target = "";
    if (rng_chance(gen->rng, 25))
        return " ON CONFLICT DO NOTHING";
    if (table->key_count > 0 && rng_chance(gen->rng, 80)) {
        const struct key *key = &table->keys[rng_below(gen->rng, table->key_count)];
        for (unsigned i = 0; i < key->count; i++)
            target = fmt(gen->arena, "%s%s%s", target, i > 0 ? ", " : "(",
                         table->columns[key->columns[i]].sql);
        target = fmt(gen->arena, "%s)", target);
    }
    if (rng_chance(gen->rng, 15))
        return fmt(gen->arena, " ON CONFLICT %s DO NOTHING", target);
    scope.sources[scope.count++] = gen_table_source(gen, table, "excluded");
    scope.sources[scope.count++] = gen_table_source(gen, table, alias);
    const char *set = sets(gen, &scope, table);
    const char *condition = rng_chance(gen->rng, 30) ? gen_cond(gen, &scope, 1) : NULL;
    return fmt(gen->arena, " ON CONFLICT %s DO UPDATE SET %s%s%s", target, set,
               condition ? " WHERE " : "", condition ? condition : "");
}

static const char *insert(struct gen *gen, const struct table *table, const char *with)
{
    static const char *const verbs[] = {"INSERT",          "INSERT",           "INSERT",
                                        "REPLACE",         "INSERT OR IGNORE", "INSERT OR REPLACE",
                                        "INSERT OR ABORT", "INSERT OR FAIL"};
    struct scope nothing = {0};
    const char *names = "";
    const char *rows = "";
    const struct column *columns[MOST_RESULTS * 3];
    unsigned count = 0;
    const char *alias = rng_chance(gen->rng, 30) ? "x" : table->sql;
    const char *verb = RNG_PICK(gen->rng, verbs);
    const char *as = alias == table->sql ? "" : " AS x";
    for (unsigned i = 0; i < table->count; i++) {
        const struct column *column = &table->columns[i];
        if (column->is_generated || column->is_hidden ||
            rng_chance(gen->rng, column->is_not_null ? 3 : 25))
            continue;
        names = fmt(gen->arena, "%s%s%s", names, count > 0 ? ", " : "", column->sql);
        columns[count++] = column;
    }
    bool is_default = count == 0 || rng_chance(gen->rng, 3);
    /* A row outside of the domain that the next one replaces would not be seen afterwards. */
    unsigned row_count = rng_chance(gen->rng, 75) || strstr(verb, "REPLACE") ? 1 : 2;
    for (unsigned row = 0; row < row_count && !is_default; row++) {
        for (unsigned i = 0; i < count; i++) {
            const char *value = new_value(gen, &nothing, columns[i]);
            rows = fmt(gen->arena, "%s%s%s", rows, i > 0 ? ", " : row > 0 ? ", (" : "(", value);
        }
        rows = fmt(gen->arena, "%s)", rows);
    }
    const char *source = is_default ? "DEFAULT VALUES" : fmt(gen->arena, "VALUES %s", rows);
    if (!is_default && rng_chance(gen->rng, 20)) {
        struct source out;
        const char *query =
            gen_core(gen, NULL, 1, (struct wish){count, columns[0]->kind, false}, &out);
        source = fmt(gen->arena, "SELECT * FROM (%s) WHERE true", query);
    }
    const char *conflict = !is_default && rng_chance(gen->rng, 25) ? upsert(gen, table, alias) : "";
    const char *back =
        returning(gen, table, alias != table->sql || rng_chance(gen->rng, 50) ? NULL : alias);
    return fmt(gen->arena, "%s%s INTO %s%s%s%s%s %s%s%s", with, verb, table->sql, as,
               is_default ? "" : " (", is_default ? "" : names, is_default ? "" : ")", source,
               conflict, back);
}

static const char *update(struct gen *gen, const struct table *table, const char *with)
{
    static const char *const verbs[] = {"UPDATE", "UPDATE", "UPDATE OR IGNORE",
                                        "UPDATE OR REPLACE"};
    struct scope scope = {0};
    const char *alias = rng_chance(gen->rng, 30) ? "x" : table->sql;
    const char *as = alias == table->sql ? "" : " AS x";
    const char *verb = RNG_PICK(gen->rng, verbs);
    const char *from = "";
    scope.sources[scope.count++] = gen_table_source(gen, table, alias);
    if (rng_chance(gen->rng, 25)) {
        struct scope others = {0};
        from = fmt(gen->arena, " FROM %s", gen_from(gen, &others, 1));
        for (unsigned i = 0; i < others.count && scope.count < MOST_SOURCES; i++)
            scope.sources[scope.count++] = others.sources[i];
        if (strstr(from, alias))
            return update(gen, table, with);
    }
    const char *set = sets(gen, &scope, table);
    const char *condition = rng_chance(gen->rng, 65) ? gen_cond(gen, &scope, 2) : NULL;
    const char *back = returning(gen, table, alias == table->sql ? alias : NULL);
    return fmt(gen->arena, "%s%s %s%s SET %s%s%s%s%s", with, verb, table->sql, as, set, from,
               condition ? " WHERE " : "", condition ? condition : "", back);
}

const char *gen_dml(struct gen *gen)
{
    const struct table *table = NULL;
    gen->cte_count = 0;
    gen->serial = 0;
    gen->may_aggregate = gen->may_window = false;
    gen->fuel = 40;
    for (unsigned tries = 0; tries < 6; tries++) {
        table = &gen->model->tables[rng_below(gen->rng, gen->model->count)];
        if (!table->is_virtual && table->count <= MOST_RESULTS && (!table->is_view || tries > 4))
            break;
    }
    const char *with = rng_chance(gen->rng, 8) ? gen_with(gen, NULL, 1) : "";
    unsigned dice = rng_below(gen->rng, 100);
    if (dice < 50)
        return insert(gen, table, with);
    if (dice < 80)
        return update(gen, table, with);
    struct scope scope = {0};
    scope.sources[scope.count++] = gen_table_source(gen, table, table->sql);
    const char *condition = rng_chance(gen->rng, 70) ? gen_cond(gen, &scope, 2) : NULL;
    const char *back = returning(gen, table, rng_chance(gen->rng, 50) ? table->sql : NULL);
    return fmt(gen->arena, "%sDELETE FROM %s%s%s%s", with, table->sql, condition ? " WHERE " : "",
               condition ? condition : "", back);
}
