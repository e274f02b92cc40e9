/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "gen.h"

/* One SELECT, without what stands around it in a compound. */

/* What the places of an expression allow, to be put back. */
struct places {
    bool may_aggregate;
    bool may_window;
};

static struct places allow(struct gen *gen, bool aggregate, bool window)
{
    struct places before = {gen->may_aggregate, gen->may_window};
    gen->may_aggregate = aggregate;
    gen->may_window = window;
    return before;
}

static void put_back(struct gen *gen, struct places before)
{
    gen->may_aggregate = before.may_aggregate;
    gen->may_window = before.may_window;
}

static void add_result(struct source *out, const char *sql, enum kind kind)
{
    for (unsigned i = 0; i < out->count; i++)
        if (strcasecmp(out->columns[i].sql, sql) == 0)
            return;
    if (out->count < MOST_RESULTS)
        out->columns[out->count++] = (struct result){sql, kind};
}

static void add_results(struct source *out, const struct source *from)
{
    for (unsigned i = 0; i < from->count; i++)
        add_result(out, from->columns[i].sql, from->columns[i].kind);
}

/* "*" or "t.*" */
static const char *star(struct gen *gen, struct scope *scope, struct source *out)
{
    const struct source *source = scope->sources[rng_below(gen->rng, scope->count)];
    if (source->alias && rng_chance(gen->rng, 50)) {
        add_results(out, source);
        return fmt(gen->arena, "%s.*", source->alias);
    }
    for (unsigned i = 0; i < scope->count; i++)
        add_results(out, scope->sources[i]);
    return "*";
}

static const char *item(struct gen *gen, struct scope *scope, int depth, struct wish wish,
                        enum kind kind, struct source *out)
{
    const char *text = rng_chance(gen->rng, 25) && !gen->may_aggregate
                           ? gen_leaf(gen, scope, kind)
                           : gen_expr(gen, scope, depth, kind);
    if (!wish.is_named && rng_chance(gen->rng, 70)) {
        add_result(out, fmt(gen->arena, "hidden%u", out->count), kind);
        return text;
    }
    const char *name = fmt(gen->arena, "c%u", out->count + 1);
    if (rng_chance(gen->rng, 10) && out->count == 0 && gen->model->count > 0) {
        const struct table *table = &gen->model->tables[0];
        name = table->count > 0 ? table->columns[rng_below(gen->rng, table->count)].sql : name;
    }
    add_result(out, name, kind);
    return fmt(gen->arena, "%s AS %s", text, name);
}

static const char *items(struct gen *gen, struct scope *scope, int depth, struct wish wish,
                         struct source *out)
{
    const char *made = "";
    unsigned count = wish.want > 0 ? wish.want : 1 + rng_below(gen->rng, 4);
    for (unsigned i = 0; i < count; i++) {
        enum kind kind = i == 0 ? wish.kind : gen_kind(gen);
        bool is_star = wish.want == 0 && scope->count > 0 && rng_chance(gen->rng, 12);
        const char *one =
            is_star ? star(gen, scope, out) : item(gen, scope, depth, wish, kind, out);
        made = fmt(gen->arena, "%s%s%s", made, i > 0 ? ", " : "", one);
    }
    return made;
}

static const char *group_by(struct gen *gen, struct scope *scope, unsigned results)
{
    const char *first = rng_chance(gen->rng, 4) && results > 0 ? "1"
                        : rng_chance(gen->rng, 75)             ? gen_leaf(gen, scope, KIND_ANY)
                                                   : gen_expr(gen, scope, 1, gen_kind(gen));
    if (*first >= '0' && *first <= '9')
        first = "1";
    if (*first == '-')
        first = "NULL";
    if (!rng_chance(gen->rng, 25))
        return fmt(gen->arena, " GROUP BY %s", first);
    const char *second = gen_column(gen, scope, KIND_ANY);
    return fmt(gen->arena, " GROUP BY %s, %s", first, second ? second : "'x'");
}

/* WINDOW w1 AS (…), w2 AS (w1 …), told before the items that use them are made. */
static const char *windows(struct gen *gen, struct scope *scope)
{
    static const char *const firsts[] = {"PARTITION BY $A ORDER BY $A", "PARTITION BY $A",
                                         "ORDER BY $A ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING",
                                         "ORDER BY $A$g"};
    static const char *const seconds[] = {
        "w1 ROWS 1 PRECEDING", "w1 ORDER BY $A GROUPS BETWEEN 1 FOLLOWING AND 2 FOLLOWING", "",
        "w1 ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"};
    unsigned which = rng_below(gen->rng, sizeof firsts / sizeof *firsts);
    const char *first = gen_template(gen, scope, 1, firsts[which], KIND_ANY);
    const char *second = gen_template(gen, scope, 1, seconds[which], KIND_ANY);
    scope->windows[0] = "w1";
    scope->windows[1] = rng_chance(gen->rng, 70) || which == 2 ? "w2" : "(w1)";
    scope->window_count = 2;
    return fmt(gen->arena, " WINDOW w1 AS (%s), w2 AS (%s)", first, second);
}

static const char *where(struct gen *gen, struct scope *scope, int depth)
{
    const char *key = rng_chance(gen->rng, 25) ? gen_key(gen, scope) : NULL;
    if (!key)
        return gen_cond(gen, scope, depth);
    if (rng_chance(gen->rng, 70))
        return key;
    const char *more = gen_cond(gen, scope, depth);
    return fmt(gen->arena, "%s AND %s", key, more);
}

const char *gen_core(struct gen *gen, struct scope *outer, int depth, struct wish wish,
                     struct source *out)
{
    struct places before = allow(gen, false, false);
    struct scope scope = {.outer = outer};
    const char *made = "";
    *out = (struct source){0};
    if (rng_chance(gen->rng, 94) && gen->model->count > 0)
        made = fmt(gen->arena, " FROM %s", gen_from(gen, &scope, depth));
    if (rng_chance(gen->rng, 50)) {
        const char *condition = where(gen, &scope, depth);
        made = fmt(gen->arena, "%s WHERE %s", made, condition);
    }
    bool is_grouped = rng_chance(gen->rng, 13) && scope.count > 0;
    bool is_aggregate = is_grouped || rng_chance(gen->rng, 17);
    const char *named = rng_chance(gen->rng, 7) ? windows(gen, &scope) : "";
    bool has_windows = *named || rng_chance(gen->rng, 14);
    (void)allow(gen, is_aggregate, has_windows);
    const char *list = items(gen, &scope, depth, wish, out);
    (void)allow(gen, false, false);
    if (is_grouped) {
        const char *group = group_by(gen, &scope, out->count);
        made = fmt(gen->arena, "%s%s", made, group);
    }
    /* Without GROUP BY the list must have an aggregate already. */
    bool may_have = is_grouped || strncmp(list, "count(", 6) == 0 || strncmp(list, "sum(", 4) == 0;
    if (is_aggregate && may_have && rng_chance(gen->rng, 30)) {
        (void)allow(gen, true, false);
        const char *having = gen_template(
            gen, &scope, 2, !is_grouped || rng_chance(gen->rng, 30) ? "count(*) > $n" : "$c AND $i",
            KIND_INT);
        made = fmt(gen->arena, "%s HAVING %s", made, having);
    }
    put_back(gen, before);
    const char *distinct = rng_chance(gen->rng, 7)   ? "DISTINCT "
                           : rng_chance(gen->rng, 2) ? "ALL "
                                                     : "";
    return fmt(gen->arena, "SELECT %s%s%s%s", distinct, list, made, named);
}
