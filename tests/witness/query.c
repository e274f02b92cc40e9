/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "gen.h"

/* What stands around a SELECT: WITH, compounds, ORDER BY, LIMIT. */

const char *gen_limit(struct gen *gen)
{
    static const char *const limits[] = {" LIMIT 1",     " LIMIT 1",         " LIMIT 0",
                                         " LIMIT 2",     " LIMIT -1",        " LIMIT 1 OFFSET 1",
                                         " LIMIT 5",     " LIMIT 1, 2",      " LIMIT 1 OFFSET 0",
                                         " LIMIT 1 + 0", " LIMIT (SELECT 1)"};
    static const char *const bound[] = {" LIMIT ?", " LIMIT :lim", " LIMIT 1 OFFSET :off",
                                        " LIMIT :lim OFFSET ?"};
    if (gen->has_parameters && rng_chance(gen->rng, 25))
        return RNG_PICK(gen->rng, bound);
    return RNG_PICK(gen->rng, limits);
}

static const char *values(struct gen *gen, struct scope *outer, struct wish wish,
                          struct source *out)
{
    unsigned count = wish.want > 0 ? wish.want : 1 + rng_below(gen->rng, 3);
    unsigned rows = 1 + rng_below(gen->rng, 3);
    const char *made = "VALUES ";
    *out = (struct source){0};
    for (unsigned j = 0; j < count; j++)
        out->columns[out->count++] =
            (struct result){fmt(gen->arena, "column%u", j + 1), j == 0 ? wish.kind : gen_kind(gen)};
    for (unsigned i = 0; i < rows; i++) {
        for (unsigned j = 0; j < count; j++) {
            const char *one = gen_expr(gen, outer, 1, out->columns[j].kind);
            made = fmt(gen->arena, "%s%s%s", made, j > 0 ? ", " : i > 0 ? ", (" : "(", one);
        }
        made = fmt(gen->arena, "%s)", made);
    }
    return made;
}

static const char *arm(struct gen *gen, struct scope *outer, int depth, struct wish wish,
                       struct source *out)
{
    struct scope nothing = {0};
    bool may_aggregate = gen->may_aggregate;
    bool may_window = gen->may_window;
    if (!rng_chance(gen->rng, 8))
        return gen_core(gen, outer, depth, wish, out);
    gen->may_aggregate = gen->may_window = false;
    const char *made = values(gen, outer ? outer : &nothing, wish, out);
    gen->may_aggregate = may_aggregate;
    gen->may_window = may_window;
    return made;
}

static const char *order_by(struct gen *gen, const struct source *out, bool is_compound)
{
    static const char *const ways[] = {"", "", " DESC", " COLLATE NOCASE", " NULLS LAST"};
    const char *way = RNG_PICK(gen->rng, ways);
    unsigned column = rng_below(gen->rng, out->count) + 1;
    /* SQLite 3.40 loses rows of a compound with GROUP BY NULL and another collation. */
    if (is_compound)
        way = "";
    if (!is_compound && rng_chance(gen->rng, 15))
        return fmt(gen->arena, " ORDER BY %s%s", rng_chance(gen->rng, 50) ? "count(*)" : "1 + 1",
                   way);
    return fmt(gen->arena, " ORDER BY %u%s", column, way);
}

const char *gen_select(struct gen *gen, struct scope *outer, int depth, struct wish wish,
                       struct source *out)
{
    static const char *const operators[] = {" UNION ALL ", " UNION ", " INTERSECT ", " EXCEPT ",
                                            " UNION ALL "};
    unsigned ctes = gen->cte_count;
    bool may_aggregate = gen->may_aggregate;
    bool may_window = gen->may_window;
    const char *with = "";
    if (depth > 0 && gen->fuel > 0 && rng_chance(gen->rng, 7)) {
        gen->may_aggregate = gen->may_window = false;
        with = gen_with(gen, outer, depth - 1);
        gen->may_aggregate = may_aggregate;
        gen->may_window = may_window;
    }
    bool is_compound = rng_chance(gen->rng, 14);
    if (is_compound && wish.want == 0) {
        wish.want = 1 + rng_below(gen->rng, 3);
    }
    const char *made = is_compound || rng_chance(gen->rng, 3)
                           ? arm(gen, outer, depth, wish, out)
                           : gen_core(gen, outer, depth, wish, out);
    unsigned arms = is_compound ? 1 + rng_below(gen->rng, 2) : 0;
    for (unsigned i = 0; i < arms; i++) {
        struct source other;
        const char *operator= RNG_PICK(gen->rng, operators);
        struct wish same = {wish.want, rng_chance(gen->rng, 75) ? wish.kind : gen_kind(gen), false};
        const char *next = arm(gen, outer, depth, same, &other);
        made = fmt(gen->arena, "%s%s%s", made, operator, next);
    }
    bool is_values = strncmp(made, "VALUES", 6) == 0 && !is_compound;
    if (is_compound && arms > 0 && strstr(made, "VALUES "))
        is_values = true; /* the last arm may be one, which takes no ORDER BY */
    if (!is_values && out->count > 0) {
        const char *order = rng_chance(gen->rng, 22) ? order_by(gen, out, is_compound) : "";
        const char *limit = rng_chance(gen->rng, 18) ? gen_limit(gen) : "";
        made = fmt(gen->arena, "%s%s%s%s", with, made, order, limit);
    } else {
        made = fmt(gen->arena, "%s%s", with, made);
    }
    gen->cte_count = ctes;
    return made;
}

/* --- WITH ----------------------------------------------------------------------------------------- */

static const char *cte_name(struct gen *gen)
{
    if (rng_chance(gen->rng, 15) && gen->model->count > 0)
        return gen->model->tables[rng_below(gen->rng, gen->model->count)].sql;
    return fmt(gen->arena, "q%u", ++gen->serial);
}

/* r(n, a, b) that counts n up, and mixes the others on the way. */
static const char *recursive(struct gen *gen, struct source *cte, const char *name)
{
    static const char *const steps[] = {
        "r.a, r.b FROM $r r WHERE r.n < 4",
        "r.b, r.a FROM $r r WHERE r.n < 4",
        "r.a, NULL FROM $r r WHERE r.n < 3",
        "coalesce(r.b, r.a), r.n FROM $r r WHERE r.n < 3",
        "r.a || 'x', r.a FROM $r r WHERE r.n < 3",
        "r.b + 1, r.a FROM $r r WHERE r.n < 3 LIMIT 6",
        "r.a, r.b * 1.0 FROM $r r WHERE r.n < 3",
        "nullif(r.a, 1), max(r.n, r.a) FROM $r r WHERE r.n < 3",
    };
    static const char *const joined[] = {
        "r.a, %s FROM $r r JOIN %s ON r.n < 3 LIMIT 8",
        "%s, r.a FROM $r r, %s WHERE r.n < 3 LIMIT 8",
        "r.b, %s FROM $r r LEFT JOIN %s ON r.a = r.b WHERE r.n < 3 LIMIT 8",
    };
    struct scope nothing = {0};
    const char *first = gen_expr(gen, &nothing, 1, gen_kind(gen));
    const char *second = gen_literal(gen, gen_kind(gen));
    const char *step = RNG_PICK(gen->rng, steps);
    if (rng_chance(gen->rng, 40) && gen->model->count > 0) {
        const struct table *table = &gen->model->tables[rng_below(gen->rng, gen->model->count)];
        if (table->count > 0 && strcasecmp(table->sql, name) != 0) {
            const char *form = RNG_PICK(gen->rng, joined);
            const char *hole = strstr(form, "%s");
            const char *next = strstr(hole + 2, "%s");
            step = fmt(gen->arena, "%.*sj.%s%.*smain.%s AS j%s", (int)(hole - form), form,
                       table->columns[rng_below(gen->rng, table->count)].sql,
                       (int)(next - hole - 2), hole + 2, table->sql, next + 2);
        }
    }
    const char *hole = strstr(step, "$r");
    *cte = (struct source){.alias = name, .count = 3};
    cte->columns[0] = (struct result){"n", KIND_INT};
    cte->columns[1] = (struct result){"a", KIND_ANY};
    cte->columns[2] = (struct result){"b", KIND_ANY};
    return fmt(gen->arena, "%s(n, a, b) AS (SELECT 1, %s, %s UNION%s SELECT r.n + 1, %.*s%s%s)",
               name, first, second, rng_chance(gen->rng, 65) ? " ALL" : "", (int)(hole - step),
               step, name, hole + 2);
}

const char *gen_with(struct gen *gen, struct scope *outer, int depth)
{
    unsigned count = 1 + rng_below(gen->rng, 2);
    const char *made = "WITH ";
    bool is_recursive = rng_chance(gen->rng, 35);
    if (is_recursive)
        made = "WITH RECURSIVE ";
    (void)outer;
    for (unsigned i = 0; i < count && gen->cte_count < MOST_CTES; i++) {
        struct source *cte = need(gen->arena, 1, sizeof *cte);
        const char *name = cte_name(gen);
        const char *text;
        bool is_twice = false;
        for (unsigned j = 0; j < i; j++)
            is_twice |= strcasecmp(gen->ctes[gen->cte_count - 1 - j]->alias, name) == 0;
        if (is_twice)
            name = fmt(gen->arena, "q%u", ++gen->serial);
        if (is_recursive && (i == 0 || rng_chance(gen->rng, 50))) {
            text = recursive(gen, cte, name);
        } else {
            static const char *const hints[] = {"", "", "", " MATERIALIZED", " NOT MATERIALIZED"};
            unsigned want = rng_chance(gen->rng, 40) ? 1 + rng_below(gen->rng, 3) : 0;
            bool is_nested = gen->making_count < MOST_CTES;
            if (is_nested)
                gen->making[gen->making_count++] = name;
            const char *query =
                gen_select(gen, NULL, depth, (struct wish){want, gen_kind(gen), true}, cte);
            gen->making_count -= is_nested;
            const char *list = "";
            if (want > 0 && cte->count == want && rng_chance(gen->rng, 70)) {
                for (unsigned j = 0; j < want; j++) {
                    cte->columns[j].sql = fmt(gen->arena, "k%u", j + 1);
                    list = fmt(gen->arena, "%s%s%s", list, j > 0 ? ", " : "(", cte->columns[j].sql);
                }
                list = fmt(gen->arena, "%s)", list);
            }
            text = fmt(gen->arena, "%s%s AS%s (%s)", name, list, RNG_PICK(gen->rng, hints), query);
            cte->alias = name;
            cte->table = NULL;
        }
        made = fmt(gen->arena, "%s%s%s", made, i > 0 ? ", " : "", text);
        gen->ctes[gen->cte_count++] = cte;
    }
    return fmt(gen->arena, "%s ", made);
}

const char *gen_query(struct gen *gen)
{
    struct source out;
    static const int depths[] = {1, 2, 2, 2, 3, 3};
    gen->cte_count = 0;
    gen->serial = 0;
    gen->may_aggregate = false;
    gen->may_window = false;
    int depth = RNG_PICK(gen->rng, depths);
    gen->fuel = 25 * depth;
    return gen_select(gen, NULL, depth, (struct wish){0, gen_kind(gen), false}, &out);
}
