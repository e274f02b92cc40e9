/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "gen.h"
#include "templates.h"

/*
 * A template is SQL with holes:
 *
 *     $i $r $t $b $a    an expression: integer, real, text, blob, anything
 *     $I $R $T $B $A    the same, but a column or a literal
 *     $x $X             of the kind that is wanted
 *     $c                a condition
 *     $n                a small number as written
 *     $j $J             JSON; a path into it
 *     $d $m             a moment; a modifier
 *     $y                a type, for CAST
 *     $k                a collation
 *     $q                a query of one column of the kind that is wanted
 *     $Q                a query of two columns
 *     $z                a table, for IN
 *     $o                what stands behind OVER
 *     $f                FILTER, or nothing
 *     $w                a key's equalities, or a condition
 *     $g                ORDER BY's direction, or nothing
 *     $l                a list, for IN ($l)
 */

static const char *const types[] = {"INTEGER",
                                    "INT",
                                    "REAL",
                                    "TEXT",
                                    "BLOB",
                                    "NUMERIC",
                                    "BOOLEAN",
                                    "FLOATING POINT",
                                    "STRING",
                                    "DECIMAL(10, 2)",
                                    "VARCHAR(9)",
                                    "DATETIME",
                                    "DOUBLE PRECISION",
                                    "ANY",
                                    "CHARINT",
                                    "BIGINT"};
static const char *const collations[] = {"NOCASE", "BINARY", "RTRIM"};
static const char *const json_texts[] = {
    "'{\"a\":1,\"b\":null}'",
    "'[1,2.5,\"x\",null,true]'",
    "'{\"a\":{\"b\":[1]},\"c\":1e999}'",
    "'null'",
    "'\"s\"'",
    "'[]'",
    "'7'",
    "'{}'",
};
static const char *const paths[] = {"'$.a'",    "'$'",   "'$[0]'", "'$.a.b'",
                                    "'$[#-1]'", "'$.b'", "'$[3]'", "'$.c'"};
static const char *const moments[] = {
    "'now'", "'2024-01-31'",       "'12:30'", "'rubbish'", "2460000.5",
    "''",    "'2024-02-30 25:00'", "NULL",    "-1e9",      "'2024-01-01T00:00:00Z'"};
static const char *const modifiers[] = {
    "'+1 day'",   "'start of month'", "'unixepoch'", "'rubbish'",       "'weekday 0'",
    "'-5 years'", "'localtime'",      "'auto'",      "'+9999999 days'", "NULL"};

static const char *json(struct gen *gen, struct scope *scope)
{
    if (rng_chance(gen->rng, 25)) {
        const char *column = gen_column(gen, scope, KIND_TEXT);
        if (column)
            return fmt(gen->arena, "CASE WHEN json_valid(%s) THEN %s END", column, column);
    }
    return RNG_PICK(gen->rng, json_texts);
}

static const char *moment(struct gen *gen, struct scope *scope)
{
    if (rng_chance(gen->rng, 40))
        return gen_leaf(gen, scope, rng_chance(gen->rng, 70) ? KIND_TEXT : KIND_ANY);
    return RNG_PICK(gen->rng, moments);
}

static const char *subquery(struct gen *gen, struct scope *scope, int depth, unsigned want,
                            enum kind kind)
{
    struct source out;
    if (gen->fuel <= 0)
        return want == 1 ? "SELECT 1" : "SELECT 1, 2";
    return gen_select(gen, scope, depth - 1, (struct wish){want, kind, false}, &out);
}

static const char *filter(struct gen *gen, struct scope *scope, int depth)
{
    if (!rng_chance(gen->rng, 25))
        return "";
    return fmt(gen->arena, " FILTER (WHERE %s)", gen_cond(gen, scope, depth - 1));
}

/* x IN t wants a table of one column. */
static const char *one_column_table(struct gen *gen)
{
    for (unsigned i = 0; i < gen->model->count; i++)
        if (gen->model->tables[i].count == 1 && !gen->model->tables[i].is_virtual)
            return fmt(gen->arena, "main.%s", gen->model->tables[i].sql);
    return "(SELECT NULL)";
}

static const char *hole(struct gen *gen, struct scope *scope, int depth, char c, enum kind want)
{
    static const char letters[] = "airtb"; /* as in enum kind */
    static const char *const numbers[] = {"0", "1", "2", "3", "-1", "7"};
    static const char *const directions[] = {"", " DESC", " ASC", " NULLS LAST",
                                             " DESC NULLS FIRST"};
    const char *at = strchr(letters, c);
    if (at && c)
        return gen_expr(gen, scope, depth - 1, (enum kind)(at - letters));
    at = strchr("AIRTB", c);
    if (at && c)
        return gen_leaf(gen, scope, (enum kind)(strchr("AIRTB", c) - "AIRTB"));
    switch (c) {
    case 'x':
        return gen_expr(gen, scope, depth - 1, want);
    case 'X':
        return gen_leaf(gen, scope, want);
    case 'c':
        return gen_cond(gen, scope, depth - 1);
    case 'n':
        return RNG_PICK(gen->rng, numbers);
    case 'l':
        return gen_list(gen);
    case 'j':
        return json(gen, scope);
    case 'J':
        return RNG_PICK(gen->rng, paths);
    case 'd':
        return moment(gen, scope);
    case 'm':
        return RNG_PICK(gen->rng, modifiers);
    case 'y':
        return RNG_PICK(gen->rng, types);
    case 'k':
        return RNG_PICK(gen->rng, collations);
    case 'q':
        return subquery(gen, scope, depth, 1, want);
    case 'Q':
        return subquery(gen, scope, depth, 2, KIND_ANY);
    case 'z':
        return one_column_table(gen);
    case 'o':
        return gen_window(gen, scope, depth);
    case 'f':
        return filter(gen, scope, depth);
    case 'g':
        return RNG_PICK(gen->rng, directions);
    case 'w': {
        const char *key = gen_key(gen, scope);
        return key ? key : gen_cond(gen, scope, depth - 1);
    }
    default:
        die("no such hole in a template: $%c", c);
    }
}

const char *gen_template(struct gen *gen, struct scope *scope, int depth, const char *text,
                         enum kind want)
{
    const char *made = "";
    while (*text) {
        size_t size = strcspn(text, "$");
        if (size > 0) {
            made = fmt(gen->arena, "%s%.*s", made, (int)size, text);
            text += size;
        } else if (text[1] == '$') {
            made = fmt(gen->arena, "%s$", made);
            text += 2;
        } else {
            const char *filled = hole(gen, scope, depth, text[1], want);
            made = fmt(gen->arena, "%s%s", made, filled);
            text += 2;
        }
    }
    return made;
}

/* A template out of a table, with what it allows within. */
static const char *take(struct gen *gen, struct scope *scope, int depth,
                        const char *const *templates, unsigned count, enum kind want)
{
    return gen_template(gen, scope, depth, templates[rng_below(gen->rng, count)], want);
}
#define TAKE(array, want) \
 take(gen, scope, depth, array, (unsigned)(sizeof(array) / sizeof *(array)), want)

static const char *aggregate(struct gen *gen, struct scope *scope, int depth, enum kind kind)
{
    bool may_window = gen->may_window;
    gen->may_aggregate = false;
    gen->may_window = false;
    const char *made = kind == KIND_INT    ? TAKE(int_aggregates, kind)
                       : kind == KIND_REAL ? TAKE(real_aggregates, kind)
                       : kind == KIND_TEXT ? TAKE(text_aggregates, kind)
                                           : TAKE(any_aggregates, kind);
    gen->may_aggregate = true;
    gen->may_window = may_window;
    return made;
}

static const char *window(struct gen *gen, struct scope *scope, int depth, enum kind kind)
{
    gen->may_window = false;
    const char *made = kind == KIND_INT    ? TAKE(int_windows, kind)
                       : kind == KIND_REAL ? TAKE(real_windows, kind)
                                           : TAKE(any_windows, kind);
    gen->may_window = true;
    return made;
}

const char *gen_expr(struct gen *gen, struct scope *scope, int depth, enum kind kind)
{
    gen->fuel--;
    if (rng_chance(gen->rng, 8))
        kind = gen_kind(gen);
    if (gen->may_aggregate && depth > 0 && rng_chance(gen->rng, 45))
        return aggregate(gen, scope, depth, kind);
    if (gen->may_window && depth > 0 && rng_chance(gen->rng, 35))
        return window(gen, scope, depth, kind);
    if (depth <= 0 || gen->fuel <= 0 || rng_chance(gen->rng, 38))
        return gen_leaf(gen, scope, kind);
    if (rng_chance(gen->rng, 22))
        return TAKE(any_exprs, kind);
    switch (kind) {
    case KIND_INT:
        return TAKE(int_exprs, kind);
    case KIND_REAL:
        return TAKE(real_exprs, kind);
    case KIND_TEXT:
        return TAKE(text_exprs, kind);
    case KIND_BLOB:
        return TAKE(blob_exprs, kind);
    default:
        return gen_expr(gen, scope, depth, (enum kind)(1 + rng_below(gen->rng, 4)));
    }
}

const char *gen_cond(struct gen *gen, struct scope *scope, int depth)
{
    gen->fuel--;
    if (depth <= 0 || gen->fuel <= 0)
        return TAKE(small_conds, gen_kind(gen));
    return rng_chance(gen->rng, 45) ? TAKE(small_conds, gen_kind(gen)) : TAKE(conds, gen_kind(gen));
}

const char *gen_window(struct gen *gen, struct scope *scope, int depth)
{
    bool may_aggregate = gen->may_aggregate;
    const char *made;
    if (scope->window_count > 0 && rng_chance(gen->rng, 40))
        return scope->windows[rng_below(gen->rng, scope->window_count)];
    gen->may_aggregate = false;
    made = TAKE(window_specs, gen_kind(gen));
    gen->may_aggregate = may_aggregate;
    return made;
}
