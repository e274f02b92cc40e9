/* SPDX-License-Identifier: MIT */
#include "gen.h"
#include "templates.h"

#include <string.h>

/*
 * Expressions. A template is SQL with holes:
 *
 *     $i $t $J …   an expression of the kind of that letter
 *     $= $% $: $@  of the kind that is wanted: an expression, its type, a column or literal, and
 *                  a literal
 *     $~ $<        of one kind for the whole template; and of one that has an order
 *     $;           a column, or literal, of the kind of $< that was or will be taken
 *     $1 $5        a query of one column: of the kind that is wanted; of the kind i
 *     $2           of the kind of $<
 *     $3 $4        of two, of the kinds i and t; at most one row of them
 *     $* $&        a row as a whole; a column of the system
 *     $#           a small number
 *     $!           what stands behind OVER
 *     $^           FILTER, or nothing
 *     $$           a dollar
 */

#define COUNT(array) ((unsigned)(sizeof(array) / sizeof *(array)))

void gen_init(struct gen *gen, struct rng *rng, tn_arena *arena, const struct tn__catalog *catalog)
{
    *gen = (struct gen){.rng = rng, .arena = arena, .catalog = catalog};
}

/* --- columns */

static bool is_for(const struct kind *kind, const struct kind *want)
{
    return kind == want || (kind->base == want->letter && want->base == want->letter);
}

struct picking {
    const struct kind *want;
    const char *found;
    unsigned seen;
    bool is_outer; /* a key that is more than a column is not seen from further in */
};

static void pick(struct gen *gen, struct picking *p, const struct item *items, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (is_for(items[i].kind, p->want) && !(p->is_outer && items[i].sql[0] == '(') &&
            rng_below(gen->rng, ++p->seen) == 0)
            p->found = items[i].sql;
}

/* The column that is taken more often than others, so that what is asked of it and what is made of
 * it meet. */
static const char *focus(struct gen *gen, const struct scope *scope, const struct kind *kind)
{
    bool is_seen = scope->focus && !scope->is_grouped && is_for(scope->focus->kind, kind);
    return is_seen && rng_chance(gen->rng, 45) ? scope->focus->sql : NULL;
}

const char *gen_column(struct gen *gen, struct scope *scope, const struct kind *kind)
{
    struct picking p = {.want = kind};
    for (; scope; scope = scope->outer, p.is_outer = true) {
        p.found = focus(gen, scope, kind);
        if (!p.found && scope->is_grouped)
            pick(gen, &p, scope->keys, scope->key_count);
        bool is_focused = p.found != NULL;
        for (unsigned i = 0; !is_focused && i < scope->count && !scope->is_grouped; i++)
            pick(gen, &p, scope->sources[i]->items, scope->sources[i]->count);
        if (p.found && (!scope->outer || rng_chance(gen->rng, 80)))
            return p.found;
        p.seen = 0;
    }
    return NULL;
}

const struct item *gen_any_item(struct gen *gen, struct scope *scope)
{
    if (!scope)
        return NULL;
    if (scope->is_grouped)
        return scope->key_count > 0 ? &scope->keys[rng_below(gen->rng, scope->key_count)] : NULL;
    if (scope->count == 0)
        return NULL;
    if (scope->focus && rng_chance(gen->rng, 35))
        return scope->focus;
    const struct source *source = scope->sources[rng_below(gen->rng, scope->count)];
    return source->count > 0 ? &source->items[rng_below(gen->rng, source->count)] : NULL;
}

const char *gen_leaf(struct gen *gen, struct scope *scope, const struct kind *kind)
{
    const char *column = rng_chance(gen->rng, 78) ? gen_column(gen, scope, kind) : NULL;
    if (column)
        return column;
    if (gen->has_params && gen->params < 8 && rng_chance(gen->rng, 12)) {
        unsigned number = gen->params > 0 && rng_chance(gen->rng, 20)
                              ? 1 + rng_below(gen->rng, gen->params)
                              : ++gen->params;
        return rng_chance(gen->rng, 80) ? fmt(gen->arena, "$%u::%s", number, kind->type)
                                        : fmt(gen->arena, "$%u", number);
    }
    if (rng_chance(gen->rng, 7))
        return kind->letter == 'K' ? "(SELECT 1::d_firm WHERE FALSE)"
                                   : fmt(gen->arena, "NULL::%s", kind->type);
    return kind_literal(kind, gen->rng);
}

/* --- templates */

struct filling {
    struct gen *gen;
    struct scope *scope;
    int depth;
    const struct kind *want;
    const struct kind *any;     /* of $~ */
    const struct kind *ordered; /* of $< and $; */
};

static const char *subquery(struct filling *f, unsigned count, const struct kind *first)
{
    struct gen *gen = f->gen;
    struct source out;
    struct wish wish = {.count = count, .kinds = {first, kind_of('t')}};
    bool may_aggregate = gen->may_aggregate;
    bool may_window = gen->may_window;
    gen->may_aggregate = gen->may_window = false;
    const char *sql = gen->fuel > 0 ? gen_select(gen, f->scope, f->depth - 1, wish, &out)
                                    : gen_values(gen, f->scope, wish, &out);
    gen->may_aggregate = may_aggregate;
    gen->may_window = may_window;
    return sql;
}

static const char *frame(struct gen *gen)
{
    static const char *const frames[] = {
        "",
        "",
        "",
        " ROWS UNBOUNDED PRECEDING",
        " ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING",
        " ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING",
        " ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING",
        " RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
        " GROUPS 1 PRECEDING",
        " ROWS BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW",
        " ROWS UNBOUNDED PRECEDING EXCLUDE GROUP",
        " ROWS UNBOUNDED PRECEDING EXCLUDE TIES",
        " ROWS BETWEEN 1 PRECEDING AND 2 PRECEDING",
        " RANGE CURRENT ROW",
        " GROUPS BETWEEN 1 FOLLOWING AND 2 FOLLOWING",
        " RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE NO OTHERS",
        " ROWS BETWEEN 0 PRECEDING AND 0 FOLLOWING"};
    return RNG_PICK(gen->rng, frames);
}

static const char *window(struct filling *f)
{
    struct gen *gen = f->gen;
    const char *made = "(";
    if (rng_chance(gen->rng, 35))
        made = fmt(gen->arena, "(PARTITION BY %s", gen_leaf(gen, f->scope, kind_ordered(gen->rng)));
    bool is_ranged = rng_chance(gen->rng, 6);
    const struct kind *kind =
        is_ranged ? kind_of("ifnS"[rng_below(gen->rng, 4)]) : kind_ordered(gen->rng);
    if (is_ranged || rng_chance(gen->rng, 75))
        made = fmt(gen->arena, "%s ORDER BY %s", made, gen_leaf(gen, f->scope, kind));
    if (is_ranged)
        return fmt(gen->arena, "%s RANGE BETWEEN %s PRECEDING AND %s %s)", made,
                   kind->letter == 'S' ? "'1 day'" : "1", kind->letter == 'S' ? "'1 day'" : "1",
                   rng_chance(gen->rng, 50) ? "FOLLOWING" : "PRECEDING");
    return fmt(gen->arena, "%s%s)", made, frame(gen));
}

static const char *filter(struct filling *f)
{
    if (!rng_chance(f->gen->rng, 35))
        return "";
    return fmt(f->gen->arena, " FILTER (WHERE %s)", gen_cond(f->gen, f->scope, f->depth - 1));
}

/* `alias`, or what is like it where there is none. */
static const char *row(struct filling *f, bool is_system)
{
    const struct scope *scope = f->scope;
    for (unsigned tries = 0; scope && !scope->is_grouped && scope->count > 0 && tries < 4;
         tries++) {
        const struct source *source = scope->sources[rng_below(f->gen->rng, scope->count)];
        bool is_stored = source->table && source->table->kind == TN__TABLE;
        if (source->alias && strcmp(source->alias, "excluded") != 0 && !is_system)
            return source->alias;
        if (source->alias && is_stored && strcmp(source->alias, "excluded") != 0)
            return fmt(f->gen->arena, "%s.tableoid", source->alias);
    }
    return is_system ? "1::oid" : "ROW(1, NULL)";
}

static const char *hole(struct filling *f, char letter)
{
    static const char *const numbers[] = {"0", "1", "2", "3", "2"};
    struct gen *gen = f->gen;
    const struct kind *kind = kind_of(letter);
    if (kind)
        return gen_expr(gen, f->scope, f->depth - 1, kind);
    switch (letter) {
    case '=':
        return gen_expr(gen, f->scope, f->depth - 1, f->want);
    case '%':
        return f->want->type;
    case ':':
        return gen_leaf(gen, f->scope, f->want);
    case '@':
        return kind_literal(f->want, gen->rng);
    case '~':
        return gen_expr(gen, f->scope, f->depth - 1, f->any);
    case '<':
        return gen_expr(gen, f->scope, f->depth - 1, f->ordered);
    case ';':
        return gen_leaf(gen, f->scope, f->ordered);
    case '1':
        return subquery(f, 1, f->want);
    case '2':
        return subquery(f, 1, f->ordered);
    case '3':
        return subquery(f, 2, kind_of('i'));
    case '4':
        return fmt(gen->arena, "SELECT * FROM (%s) AS s0 LIMIT 1", subquery(f, 2, kind_of('i')));
    case '5':
        return subquery(f, 1, kind_of('i'));
    case '*':
    case '&':
        return row(f, letter == '&');
    case '#':
        return RNG_PICK(gen->rng, numbers);
    case '!':
        return window(f);
    case '^':
        return filter(f);
    default:
        return "$";
    }
}

const char *gen_template(struct gen *gen, struct scope *scope, int depth, const char *text,
                         const struct kind *want)
{
    struct filling f = {gen, scope, depth, want, kind_random(gen->rng), kind_ordered(gen->rng)};
    const struct item *item = rng_chance(gen->rng, 60) ? gen_any_item(gen, scope) : NULL;
    const char *made = "";
    if (item && item->kind->is_ordered)
        f.ordered = item->kind;
    if (item)
        f.any = item->kind;
    for (const char *dollar; (dollar = strchr(text, '$')); text = dollar + 2) {
        const char *part = hole(&f, dollar[1]);
        made = fmt(gen->arena, "%s%.*s%s", made, (int)(dollar - text), text, part);
    }
    return fmt(gen->arena, "%s%s", made, text);
}

/* --- by chance */

/* Whether the server may have it. */
static bool is_known(const struct gen *gen, const char *text)
{
    static const struct {
        const char *word;
        int since;
    } news[] = {{"any_value", 160000},    {"pg_input_is_valid", 160000},
                {"JSON_TABLE", 170000},   {"multirange", 140000},
                {"JSON_VALUE", 170000},   {"JSON_QUERY", 170000},
                {"JSON_EXISTS", 170000},  {"JSON_SCALAR", 170000},
                {"JSON(", 170000},        {"JSON_SERIALIZE", 170000},
                {"JSON_OBJECT", 160000},  {"JSON_ARRAY", 160000},
                {" JSON", 160000},        {"$M", 140000},
                {"range_agg", 140000},    {"date_bin", 140000},
                {"regexp_count", 150000}, {"regexp_substr", 150000},
                {"regexp_instr", 150000}, {"string_to_table", 140000},
                {"unistr", 140000},       {"trim_array", 140000},
                {"($J)[", 140000}};
    for (unsigned i = 0; i < COUNT(news); i++)
        if (gen->catalog->server->version < news[i].since && strstr(text, news[i].word))
            return false;
    return true;
}

/* One of those that give the kind; NULL: there is none. */
static const char *choose(struct gen *gen, const struct template *list, unsigned count,
                          const struct kind *kind)
{
    const char *found = NULL;
    unsigned seen = 0;
    for (unsigned i = 0; i < count; i++)
        if ((list[i].gives == '=' || list[i].gives == kind->letter) && is_known(gen, list[i].sql) &&
            rng_below(gen->rng, ++seen) == 0)
            found = list[i].sql;
    return found;
}

static const char *aggregate(struct gen *gen, struct scope *scope, int depth,
                             const struct kind *kind)
{
    const char *text = choose(gen, aggregates, COUNT(aggregates), kind);
    if (kind->letter == 'i' && scope->key_count > 0 && rng_chance(gen->rng, 15))
        return fmt(gen->arena, "grouping(%s)", scope->keys[0].sql);
    bool was_grouped = scope->is_grouped;
    bool may_window = gen->may_window;
    if (!text && kind->is_ordered)
        text = "mode() WITHIN GROUP (ORDER BY $=)";
    if (!text)
        return gen_leaf(gen, scope, kind);
    scope->is_grouped = gen->may_aggregate = gen->may_window = false;
    const char *made = gen_template(gen, scope, depth, fmt(gen->arena, "%s$^", text), kind);
    scope->is_grouped = was_grouped;
    gen->may_window = may_window;
    gen->may_aggregate = true;
    return made;
}

const char *gen_expr(struct gen *gen, struct scope *scope, int depth, const struct kind *kind)
{
    unsigned dice = rng_below(gen->rng, 100);
    const char *text = NULL;
    gen->fuel--;
    if (gen->may_aggregate && scope && scope->is_grouped && dice < 45)
        return aggregate(gen, scope, depth, kind);
    if (depth <= 0 || gen->fuel <= 0 || dice >= 68)
        return gen_leaf(gen, scope, kind);
    if (gen->may_window && dice < 22) {
        text = choose(gen, windows, COUNT(windows), kind);
        if (text) {
            gen->may_window = false;
            const char *made = gen_template(gen, scope, depth, text, kind);
            gen->may_window = true;
            return made;
        }
    }
    if (dice < 50)
        text = choose(gen, exprs, COUNT(exprs), kind);
    while (!text || !is_known(gen, text))
        text = any_exprs[rng_below(gen->rng, COUNT(any_exprs))];
    return fmt(gen->arena, "(%s)", gen_template(gen, scope, depth, text, kind));
}

const char *gen_cond(struct gen *gen, struct scope *scope, int depth)
{
    static const char *const plain[] = {
        "$; IS NOT NULL", "$; = $;",  "$; = $;",          "$; > $;",
        "$; IS NULL",     "NOT ($b)", "$; = $; AND ($b)", "($b) OR $; IS NOT NULL"};
    gen->fuel--;
    if (rng_chance(gen->rng, 50))
        return gen_template(gen, scope, depth, RNG_PICK(gen->rng, plain), kind_of('b'));
    return gen_expr(gen, scope, depth, kind_of('b'));
}

const char *gen_set(struct gen *gen, struct scope *scope, int depth, const struct kind **kind)
{
    const struct template *set = &sets[rng_below(gen->rng, COUNT(sets))];
    *kind = kind_of(set->gives);
    return gen_template(gen, scope, depth, set->sql, *kind);
}

const char *gen_from_function(struct gen *gen, struct scope *scope, struct source *out)
{
    const struct from_template *function;
    do {
        function = &from_functions[rng_below(gen->rng, COUNT(from_functions))];
    } while (!is_known(gen, function->sql));
    const char *text = gen_template(gen, scope, 1, function->sql, kind_of('i'));
    const char *hole_at = strstr(text, "%s");
    for (const char *letter = function->columns; *letter; letter++) {
        struct item *item = &out->items[out->count++];
        item->name = fmt(gen->arena, "c%u", out->count);
        item->sql = fmt(gen->arena, "%s.%s", out->alias, item->name);
        item->kind = kind_of(*letter);
    }
    return fmt(gen->arena, "%.*s%s%s", (int)(hole_at - text), text, out->alias, hole_at + 2);
}
