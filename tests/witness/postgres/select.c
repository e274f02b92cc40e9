/* SPDX-License-Identifier: MIT */
#include "gen.h"

#include <string.h>

/* SELECT, and what stands around it: WITH, set operations, ORDER BY, LIMIT. */

static void settle(struct gen *gen, struct wish *wish, unsigned most)
{
    if (wish->count > 0)
        return;
    wish->count = 1 + rng_below(gen->rng, most);
    for (unsigned i = 0; i < wish->count; i++)
        wish->kinds[i] = kind_random(gen->rng);
}

/* Columns of one name are of one kind, and each has a name of its own. */
static const char *result_name(struct gen *gen, const struct kind *kind)
{
    return fmt(gen->arena, "%s%u",
               kind->letter >= 'a' ? fmt(gen->arena, "%c", kind->letter)
                                   : fmt(gen->arena, "u%c", kind->letter + 32),
               ++gen->serial);
}

static void add_item(struct source *out, const char *name, const struct kind *kind)
{
    if (out->count < MOST_ITEMS)
        out->items[out->count++] = (struct item){name, name, kind};
}

/* --- the list */

static bool take_star(struct gen *gen, struct scope *scope, struct source *out, const char **text)
{
    if (scope->is_grouped || scope->count == 0)
        return false;
    const struct source *source = scope->sources[rng_below(gen->rng, scope->count)];
    if (!source->alias || source->count == 0)
        return false;
    if (source->table && source->table->column_count != source->count)
        return false;
    for (unsigned i = 0; i < source->count; i++)
        add_item(out, source->items[i].name, source->items[i].kind);
    *text = fmt(gen->arena, "%s.*", source->alias);
    return true;
}

static const char *column(struct gen *gen, struct scope *scope, int depth, struct wish wish,
                          unsigned i, struct source *out)
{
    const struct kind *kind = wish.kinds[i];
    const struct item *item = NULL;
    if (!wish.is_named && rng_chance(gen->rng, 5)) {
        const char *set = gen_set(gen, scope, depth, &kind);
        add_item(out, "set", kind);
        return set;
    }
    if (wish.is_named && rng_chance(gen->rng, 40))
        item = gen_any_item(gen, scope);
    if (item && item->kind == kind && item->name && !scope->is_grouped) {
        bool is_new = true;
        for (unsigned k = 0; k < out->count; k++)
            is_new = is_new && strcmp(out->items[k].name, item->name) != 0;
        if (is_new) {
            add_item(out, item->name, kind);
            return item->sql;
        }
    }
    const char *made = gen_expr(gen, scope, depth, kind);
    const char *name = result_name(gen, kind);
    add_item(out, name, kind);
    return wish.is_named || rng_chance(gen->rng, 30) ? fmt(gen->arena, "%s AS %s", made, name)
                                                     : made;
}

const char *gen_list(struct gen *gen, struct scope *scope, int depth, struct wish wish,
                     struct source *out)
{
    const char *made = "";
    bool is_free = wish.count == 0;
    settle(gen, &wish, 4);
    /* Where anything will do, mostly what there is. */
    for (unsigned i = 0; is_free && i < wish.count; i++) {
        const struct item *item = rng_chance(gen->rng, 60) ? gen_any_item(gen, scope) : NULL;
        wish.kinds[i] = item ? item->kind : wish.kinds[i];
    }
    *out = (struct source){0};
    if (is_free && rng_chance(gen->rng, 12) && take_star(gen, scope, out, &made))
        return made;
    for (unsigned i = 0; i < wish.count; i++) {
        struct wish one = wish;
        one.is_named = wish.is_named || !is_free; /* no sets where the kinds are given */
        const char *text = column(gen, scope, depth, one, i, out);
        made = fmt(gen->arena, "%s%s%s", made, i > 0 ? ", " : "", text);
    }
    return made;
}

/* --- groups */

static const char *group_by(struct gen *gen, struct scope *scope)
{
    static const char *const none[] = {"", "", " GROUP BY ()"};
    static const char *const two[] = {"%s, %s",
                                      "ROLLUP (%s, %s)",
                                      "CUBE (%s, %s)",
                                      "%s, ROLLUP (%s)",
                                      "GROUPING SETS ((%s), (%s))",
                                      "GROUPING SETS ((%s), (%s), ())",
                                      "%s, CUBE (%s)",
                                      "DISTINCT ROLLUP (%s), ROLLUP (%s)"};
    static const char *const one[] = {"%s",
                                      "%s",
                                      "%s",
                                      "ROLLUP (%s)",
                                      "GROUPING SETS ((%s), ())",
                                      "CUBE (%s)",
                                      "GROUPING SETS ((%s), (%s))"};
    struct item keys[2];
    unsigned count = rng_below(gen->rng, 3);
    unsigned made = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct item *item = gen_any_item(gen, scope);
        if (!item || !item->kind->is_ordered)
            continue;
        keys[made] = *item;
        if (rng_chance(gen->rng, 25))
            keys[made].sql = fmt(gen->arena, "(%s)",
                                 gen_template(gen, scope, 1, "coalesce($:, $@)", item->kind));
        made++;
    }
    memcpy(scope->keys, keys, made * sizeof *keys);
    scope->key_count = made;
    scope->is_grouped = true;
    if (made == 0)
        return RNG_PICK(gen->rng, none);
    const char *form = made == 1 ? RNG_PICK(gen->rng, one) : RNG_PICK(gen->rng, two);
    const char *text = " GROUP BY ";
    unsigned next = 0;
    for (const char *at; (at = strstr(form, "%s")); form = at + 2, next++)
        text = fmt(gen->arena, "%s%.*s%s", text, (int)(at - form), form, keys[next % made].sql);
    return fmt(gen->arena, "%s%s", text, form);
}

static const char *from_clause(struct gen *gen, struct scope *scope, int depth)
{
    if (rng_chance(gen->rng, 12))
        return "";
    const char *made = fmt(gen->arena, " FROM %s", gen_from(gen, scope, depth));
    while (scope->count < 5 && gen->fuel > 0 && rng_chance(gen->rng, 15))
        made = fmt(gen->arena, "%s, %s", made, gen_from(gen, scope, depth));
    return made;
}

const char *gen_core(struct gen *gen, struct scope *outer, int depth, struct wish wish,
                     struct source *out)
{
    static const char *const distincts[] = {"DISTINCT ", "DISTINCT ", "DISTINCT ON (1) "};
    struct scope scope = {.outer = outer};
    bool may_aggregate = gen->may_aggregate;
    bool may_window = gen->may_window;
    gen->may_aggregate = gen->may_window = false;
    const char *from = from_clause(gen, &scope, depth);
    scope.focus = gen_any_item(gen, &scope);
    const char *where =
        rng_chance(gen->rng, 42) ? fmt(gen->arena, " WHERE %s", gen_cond(gen, &scope, depth)) : "";
    const char *group = rng_chance(gen->rng, 24) ? group_by(gen, &scope) : "";
    gen->may_aggregate = scope.is_grouped;
    const char *having = scope.is_grouped && rng_chance(gen->rng, 25)
                             ? fmt(gen->arena, " HAVING %s", gen_cond(gen, &scope, depth))
                             : "";
    gen->may_window = rng_chance(gen->rng, 25);
    const char *list = gen_list(gen, &scope, depth, wish, out);
    const char *distinct = rng_chance(gen->rng, 7) ? RNG_PICK(gen->rng, distincts) : "";
    gen->may_aggregate = may_aggregate;
    gen->may_window = may_window;
    return fmt(gen->arena, "SELECT %s%s%s%s%s%s", distinct, list, from, where, group, having);
}

const char *gen_values(struct gen *gen, struct scope *outer, struct wish wish, struct source *out)
{
    const char *made = "VALUES ";
    settle(gen, &wish, 3);
    unsigned rows = 1 + rng_below(gen->rng, 3);
    *out = (struct source){0};
    for (unsigned i = 0; i < wish.count; i++)
        add_item(out, fmt(gen->arena, "column%u", i + 1), wish.kinds[i]);
    for (unsigned row = 0; row < rows; row++) {
        for (unsigned i = 0; i < wish.count; i++)
            made = fmt(gen->arena, "%s%s%s", made,
                       i > 0     ? ", "
                       : row > 0 ? ", ("
                                 : "(",
                       gen_expr(gen, outer, 1, wish.kinds[i]));
        made = fmt(gen->arena, "%s)", made);
    }
    return made;
}

/* --- around it */

static const char *limit(struct gen *gen)
{
    static const char *const limits[] = {" LIMIT 1",
                                         " LIMIT 1",
                                         " LIMIT 0",
                                         " LIMIT 2",
                                         " LIMIT ALL",
                                         " LIMIT 1 OFFSET 1",
                                         " OFFSET 1",
                                         " LIMIT 1 OFFSET 0",
                                         " FETCH FIRST ROW ONLY",
                                         " FETCH FIRST 1 ROW WITH TIES",
                                         " LIMIT NULL",
                                         " LIMIT (SELECT 1)",
                                         " LIMIT 1 + 0"};
    if (gen->has_params && gen->params < 8 && rng_chance(gen->rng, 10))
        return fmt(gen->arena, " LIMIT $%u", ++gen->params);
    return RNG_PICK(gen->rng, limits);
}

static const char *tail(struct gen *gen, const struct source *out, bool is_distinct_on)
{
    static const char *const ways[] = {"", "", " DESC", " NULLS FIRST", " DESC NULLS LAST"};
    const char *order = is_distinct_on ? " ORDER BY 1" : "";
    unsigned number = rng_below(gen->rng, out->count);
    if (!is_distinct_on && out->count > 0 && out->items[number].kind->is_ordered &&
        rng_chance(gen->rng, 22))
        order = fmt(gen->arena, " ORDER BY %u%s", number + 1, RNG_PICK(gen->rng, ways));
    const char *most = rng_chance(gen->rng, 16) ? limit(gen) : "";
    if (strstr(most, "TIES") && !*order)
        most = " LIMIT 1";
    return fmt(gen->arena, "%s%s", order, most);
}

static const char *arm(struct gen *gen, struct scope *outer, int depth, struct wish wish,
                       struct source *out)
{
    if (rng_chance(gen->rng, 8))
        return gen_values(gen, outer, wish, out);
    return gen_core(gen, outer, depth, wish, out);
}

static const char *compound(struct gen *gen, struct scope *outer, int depth, struct wish wish,
                            struct source *out)
{
    static const char *const words[] = {" UNION ALL ", " UNION ALL ", " UNION ",
                                        " INTERSECT ", " EXCEPT ",    " INTERSECT ALL ",
                                        " EXCEPT ALL "};
    settle(gen, &wish, 3);
    const char *made = arm(gen, outer, depth, wish, out);
    unsigned arms = 1 + rng_below(gen->rng, 2);
    for (unsigned i = 0; i < arms; i++) {
        struct source other;
        const char *word = RNG_PICK(gen->rng, words);
        const char *next = arm(gen, outer, depth, wish, &other);
        if (rng_chance(gen->rng, 15))
            next = fmt(gen->arena, "(%s%s)", next, tail(gen, &other, false));
        made = rng_chance(gen->rng, 15) && i > 0 ? fmt(gen->arena, "(%s)%s%s", made, word, next)
                                                 : fmt(gen->arena, "%s%s%s", made, word, next);
    }
    return made;
}

const char *gen_select(struct gen *gen, struct scope *outer, int depth, struct wish wish,
                       struct source *out)
{
    unsigned ctes = gen->cte_count;
    const char *with = "";
    bool has_locks = false;
    if (depth > 0 && gen->fuel > 0 && rng_chance(gen->rng, 8))
        with = gen_with(gen, depth - 1, false);
    bool is_compound = rng_chance(gen->rng, 13);
    const char *made = is_compound ? compound(gen, outer, depth, wish, out)
                                   : gen_core(gen, outer, depth, wish, out);
    bool is_distinct_on = strncmp(made, "SELECT DISTINCT ON", 18) == 0;
    has_locks = !is_compound && rng_chance(gen->rng, 1) && !strstr(made, "GROUP BY");
    made = fmt(gen->arena, "%s%s%s%s", with, made, tail(gen, out, is_distinct_on && !is_compound),
               has_locks ? " FOR UPDATE" : "");
    gen->cte_count = ctes;
    return made;
}

/* --- WITH */

/* r(n, a, b) that counts n up, and mixes the others on the way. */
static const char *recursive(struct gen *gen, struct source *cte)
{
    static const char *const steps[] = {
        "r.a, r.b FROM %s r WHERE r.n < 4",
        "r.b, r.a FROM %s r WHERE r.n < 4",
        "NULL, r.b FROM %s r WHERE r.n < 3",
        "coalesce(r.b, r.a), r.b FROM %s r WHERE r.n < 3",
        "nullif(r.a, r.b), r.a FROM %s r WHERE r.n < 3",
        "j.z, r.b FROM %s r LEFT JOIN (SELECT 2 AS n, r0.z FROM (VALUES (NULL)) AS r0(z)) j"
        " ON j.n = r.n WHERE r.n < 3",
        "r.a, r.a FROM %s r JOIN (SELECT 1) AS j ON TRUE WHERE r.n < 3 AND r.a IS NOT NULL",
        "r.b, (SELECT r.a WHERE r.n > 1) FROM %s r WHERE r.n < 3"};
    const struct kind *kind = kind_random(gen->rng);
    const char *step = RNG_PICK(gen->rng, steps);
    const char *hole = strstr(step, "%s");
    cte->count = 0;
    kind = kind_of(kind->base);
    if (!kind->is_ordered || kind->letter == 'c')
        kind = kind_of('t');
    add_item(cte, "n", kind_of('i'));
    add_item(cte, "a", kind);
    add_item(cte, "b", kind);
    if (strncmp(step, "j.z", 3) == 0)
        step = fmt(gen->arena, "j.z::%s%s", kind->type, step + 3), hole = strstr(step, "%s");
    return fmt(gen->arena,
               "%s(n, a, b) AS (SELECT 1, (%s)::%s, (%s)::%s UNION%s SELECT r.n + 1, %.*s%s%s)",
               cte->alias, gen_expr(gen, NULL, 1, kind), kind->type, gen_leaf(gen, NULL, kind),
               kind->type, rng_chance(gen->rng, 65) ? " ALL" : "", (int)(hole - step), step,
               cte->alias, hole + 2);
}

static const char *plain_cte(struct gen *gen, struct source *cte, int depth, bool may_write)
{
    static const char *const hints[] = {"", "", "", " MATERIALIZED", " NOT MATERIALIZED"};
    const char *alias = cte->alias;
    const char *names = "";
    const char *query = may_write && rng_chance(gen->rng, 35)
                            ? gen_change(gen, depth, cte, true)
                            : gen_select(gen, NULL, depth, (struct wish){.is_named = true}, cte);
    cte->alias = alias;
    cte->table = NULL;
    if (rng_chance(gen->rng, 25)) {
        for (unsigned i = 0; i < cte->count; i++) {
            cte->items[i].name = cte->items[i].sql = fmt(gen->arena, "k%u", i);
            names = fmt(gen->arena, "%s%sk%u", names, i > 0 ? ", " : "(", i);
        }
        names = *names ? fmt(gen->arena, "%s)", names) : "";
    }
    return fmt(gen->arena, "%s%s AS%s (%s)", alias, names, RNG_PICK(gen->rng, hints), query);
}

const char *gen_with(struct gen *gen, int depth, bool may_write)
{
    unsigned count = 1 + rng_below(gen->rng, 2);
    bool is_recursive = rng_chance(gen->rng, 35);
    const char *made = is_recursive ? "WITH RECURSIVE " : "WITH ";
    bool may_aggregate = gen->may_aggregate;
    bool may_window = gen->may_window;
    gen->may_aggregate = gen->may_window = false;
    for (unsigned i = 0; i < count && gen->cte_count < MOST_CTES; i++) {
        struct source *cte = need(gen->arena, 1, sizeof *cte);
        cte->alias = fmt(gen->arena, "q%u", ++gen->serial);
        const char *text = is_recursive && rng_chance(gen->rng, 60)
                               ? recursive(gen, cte)
                               : plain_cte(gen, cte, depth, may_write);
        made = fmt(gen->arena, "%s%s%s", made, i > 0 ? ", " : "", text);
        gen->ctes[gen->cte_count++] = cte;
    }
    gen->may_aggregate = may_aggregate;
    gen->may_window = may_window;
    return fmt(gen->arena, "%s ", made);
}

/* A statement from nothing. */
static int begin(struct gen *gen)
{
    static const int depths[] = {1, 2, 2, 2, 3};
    int depth = RNG_PICK(gen->rng, depths);
    gen->cte_count = gen->serial = gen->params = 0;
    gen->may_aggregate = gen->may_window = false;
    gen->fuel = 22 * depth;
    return depth;
}

const char *gen_query(struct gen *gen)
{
    struct source out;
    int depth = begin(gen);
    const char *with = rng_chance(gen->rng, 10) ? gen_with(gen, depth - 1, true) : "";
    const char *query = gen_select(gen, NULL, depth, (struct wish){0}, &out);
    bool has_two = *with && strncmp(query, "WITH ", 5) == 0;
    return has_two ? query : fmt(gen->arena, "%s%s", with, query);
}

const char *gen_write(struct gen *gen)
{
    struct source out;
    int depth = begin(gen);
    const char *with = rng_chance(gen->rng, 15) ? gen_with(gen, depth - 1, true) : "";
    return fmt(gen->arena, "%s%s", with, gen_change(gen, depth, &out, false));
}
