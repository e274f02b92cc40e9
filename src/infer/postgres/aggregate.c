/* SPDX-License-Identifier: MIT */
#include "infer/postgres/forms.h"

#include "infer/functions.h"
#include "util/str.h"

/* Aggregates and window functions. */

enum {
    BUILT_IN_MAX = 16384
};

/* --- what they give over at least one row */

static tn__classes rule_firm(const struct tn__fn_arg *args, uint32_t count)
{
    (void)args;
    (void)count;
    return TN__CLASS_VALUES;
}

/* NULL if all rows have NULL in the first argument. */
static tn__classes rule_first(const struct tn__fn_arg *args, uint32_t count)
{
    return count > 0 ? TN__CLASS_VALUES | (args[0].classes & TN__CLASS_NULL) : TN__CLASS_ALL;
}

static tn__classes rule_all(const struct tn__fn_arg *args, uint32_t count)
{
    tn__classes null = 0;
    for (uint32_t i = 0; i < count; i++)
        null |= args[i].classes & TN__CLASS_NULL;
    return TN__CLASS_VALUES | null;
}

static tn__classes rule_any(const struct tn__fn_arg *args, uint32_t count)
{
    (void)args;
    (void)count;
    return TN__CLASS_ALL;
}

#define AGGREGATE(what, rule, over_none)                                                           \
 {                                                                                                 \
  .name = "", .kinds = TN__FN_AGGREGATE, .max_args = -1, .logic = TN__FN_##what, .result = (rule), \
  .empty = (over_none)                                                                             \
 }
#define WINDOW(what, rule)                                                                      \
 {                                                                                              \
  .name = "", .kinds = TN__FN_WINDOW, .max_args = -1, .logic = TN__FN_##what, .result = (rule), \
  .empty = TN__CLASS_NULL                                                                       \
 }
static const struct tn__fn counts = AGGREGATE(PLAIN, rule_firm, TN__CLASS_VALUES);
static const struct tn__fn collects = AGGREGATE(PLAIN, rule_firm, TN__CLASS_NULL);
static const struct tn__fn sums = AGGREGATE(PLAIN, rule_first, TN__CLASS_NULL);
static const struct tn__fn picks = AGGREGATE(FIRST_ARG, rule_first, TN__CLASS_NULL);
static const struct tn__fn pairs = AGGREGATE(PLAIN, rule_all, TN__CLASS_NULL);
static const struct tn__fn ranks = WINDOW(PLAIN, rule_firm);
static const struct tn__fn tiles = WINDOW(PLAIN, rule_all);
static const struct tn__fn firsts = WINDOW(FIRST_ARG, rule_first);
static const struct tn__fn defaults = WINDOW(NEIGHBOUR, rule_all);
static const struct tn__fn neighbours = WINDOW(FIRST_ARG, rule_any);

/* The server's own. Others that are NULL for other reasons (stddev of one row, corr) are not here. Of two
 * rows the first one that has enough arguments. */
static const struct {
    const char *name;
    const struct tn__fn *fn;
    int8_t min_args; /* 0: any number */
} known[] = {
    {"any_value", &picks, 0},
    {"array_agg", &collects, 0},
    {"avg", &sums, 0},
    {"bit_and", &sums, 0},
    {"bit_or", &sums, 0},
    {"bit_xor", &sums, 0},
    {"bool_and", &sums, 0},
    {"bool_or", &sums, 0},
    {"count", &counts, 0},
    {"covar_pop", &pairs, 0},
    {"cume_dist", &ranks, 0},
    {"dense_rank", &ranks, 0},
    {"every", &sums, 0},
    {"first_value", &firsts, 0},
    {"json_agg", &collects, 0},
    {"json_object_agg", &collects, 0},
    {"jsonb_agg", &collects, 0},
    {"jsonb_object_agg", &collects, 0},
    {"lag", &defaults, 3},
    {"lag", &neighbours, 0},
    {"last_value", &firsts, 0},
    {"lead", &defaults, 3},
    {"lead", &neighbours, 0},
    {"max", &picks, 0},
    {"min", &picks, 0},
    {"mode", &picks, 0},
    {"nth_value", &neighbours, 0},
    {"ntile", &tiles, 0},
    {"percent_rank", &ranks, 0},
    {"range_agg", &sums, 0},
    {"range_intersect_agg", &sums, 0},
    {"rank", &ranks, 0},
    {"regr_count", &counts, 0},
    {"row_number", &ranks, 0},
    {"stddev_pop", &sums, 0},
    {"string_agg", &sums, 0},
    {"sum", &sums, 0},
    {"var_pop", &sums, 0},
};

/* percentile_cont(0.5) WITHIN GROUP (ORDER BY x): the fraction is written. */
static const struct tn__fn *of_fraction(const struct tn__pg_lowering *l,
                                        const struct tn__ir_expr *call)
{
    const struct tn__server_function *function = tn__server_function(l->server, call->index);
    const struct tn__ir_expr *fraction = call->other_count > 0 ? call->others[0] : NULL;
    bool is_percentile = function && call->index < BUILT_IN_MAX && call->arg_count == 1 &&
                         (strcmp(function->name, "percentile_cont") == 0 ||
                          strcmp(function->name, "percentile_disc") == 0);
    bool is_written = fraction && fraction->kind == TN__IR_CONST && fraction->is_literal;
    return is_percentile && is_written ? &sums : NULL;
}

static const struct tn__fn *find(const struct tn__pg_lowering *l, uint32_t oid, uint32_t arg_count)
{
    const struct tn__server_function *function = tn__server_function(l->server, oid);
    if (!function || oid >= BUILT_IN_MAX || strcmp(function->schema, "pg_catalog") != 0)
        return NULL;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(function->name, known[i].name) == 0 && arg_count >= (uint32_t)known[i].min_args)
            return known[i].fn;
    return NULL;
}

/* --- aggregates */

/* Arguments, those in front of WITHIN GROUP, and what they are sorted by, with their conditions. */
static bool lower_parts(struct tn__pg_lowering *l, struct tn__ir_expr *call,
                        const struct tn__pg_node *node, struct tn__pg_scope *scope)
{
    const struct tn__pg_node *list = tn__pg_field(node, "args");
    const struct tn__pg_node *filter = tn__pg_field(node, "aggfilter");
    call->args = tn__an_new(l->an, list->count, sizeof(struct tn__ir_expr *));
    call->others =
        tn__pg_lower_list(l, tn__pg_field(node, "aggdirectargs"), scope, &call->other_count);
    struct tn__ir_expr **sorted =
        tn__an_new(l->an, (size_t)call->other_count + list->count, sizeof(struct tn__ir_expr *));
    if (!call->args || !call->others || !sorted)
        return false;
    for (uint32_t i = 0; i < call->other_count; i++)
        sorted[i] = call->others[i];
    call->others = sorted;
    for (const struct tn__pg_node *arg = list->first; arg; arg = arg->next) {
        const struct tn__pg_node *value =
            tn__pg_is(arg, "TARGETENTRY") ? tn__pg_field(arg, "expr") : arg;
        struct tn__ir_expr *expr = tn__pg_lower_expr(l, value, scope);
        if (!expr)
            return false;
        if (tn__pg_true(arg, "resjunk")) /* it is only sorted by */
            call->others[call->other_count++] = expr;
        else
            call->args[call->arg_count++] = expr;
    }
    if (filter->kind == TN__PG_NODE)
        call->filter = tn__pg_lower_expr(l, filter, scope);
    return filter->kind != TN__PG_NODE || call->filter;
}

TN__PG_FORM(aggregate)
{
    struct tn__pg_scope *home = tn__pg_scope_up(scope, tn__pg_number(node, "agglevelsup", 0));
    struct tn__ir_expr *call = tn__ir_new(l->an, TN__IR_AGGREGATE, 0, (struct tn__sql_span){0});
    if (!call || !home)
        return call ? tn__pg_new_call(l, TN__PG_ANY, NULL, 0) : NULL;
    bool was = home->is_grouped;
    home->is_grouped = false; /* it is of all rows of the group */
    bool is_done = lower_parts(l, call, node, scope);
    home->is_grouped = was;
    call->owner = home->block;
    call->index = tn__pg_oid(node, "aggfnoid");
    call->is_not = tn__pg_field(node, "aggdistinct")->count > 0;
    call->is_ordered = call->is_not || tn__pg_field(node, "aggorder")->count > 0;
    if (!is_done)
        return NULL;
    call->fn = find(l, call->index, call->arg_count);
    if (!call->fn)
        call->fn = of_fraction(l, call);
    return call;
}

/* --- window functions */

enum {
    FRAME_RANGE = 0x2,
    FRAME_START_PRECEDING = 0x20,
    FRAME_END_FOLLOWING = 0x100,
    FRAME_START_CURRENT = 0x200,
    FRAME_END_CURRENT = 0x400,
    FRAME_START_OFFSET = 0x800, /* n PRECEDING */
    FRAME_END_OFFSET = 0x4000,  /* n FOLLOWING */
    FRAME_EXCLUDE_CURRENT = 0x8000,
    FRAME_EXCLUDE_GROUP = 0x10000
};

/* Whether the frame has the row itself in it. A RANGE by offsets is left alone: infinity minus
 * infinity is not near. */
static bool has_own_row(int64_t options)
{
    bool by_offset = (options & (FRAME_START_OFFSET | FRAME_END_OFFSET)) != 0;
    bool starts =
        (options & (FRAME_START_PRECEDING | FRAME_START_CURRENT | FRAME_START_OFFSET)) != 0;
    bool ends = (options & (FRAME_END_FOLLOWING | FRAME_END_CURRENT | FRAME_END_OFFSET)) != 0;
    bool excludes = (options & (FRAME_EXCLUDE_CURRENT | FRAME_EXCLUDE_GROUP)) != 0;
    return starts && ends && !excludes && !(by_offset && (options & FRAME_RANGE));
}

static const struct tn__pg_node *window_of(const struct tn__pg_scope *scope,
                                           const struct tn__pg_node *node)
{
    int64_t number = tn__pg_number(node, "winref", 0);
    const struct tn__pg_node *list = tn__pg_field(scope->query, "windowClause");
    for (const struct tn__pg_node *window = list->first; window; window = window->next)
        if (tn__pg_number(window, "winref", -1) == number)
            return window;
    return NULL;
}

/* PARTITION BY, ORDER BY and the offsets of the frame. */
static bool lower_window(struct tn__pg_lowering *l, struct tn__ir_expr *call,
                         const struct tn__pg_node *window, struct tn__pg_scope *scope)
{
    static const char *const lists[] = {"partitionClause", "orderClause"};
    static const char *const offsets[] = {"startOffset", "endOffset"};
    size_t most = 2;
    for (int i = 0; i < 2; i++)
        most += tn__pg_field(window, lists[i])->count;
    call->others = tn__an_new(l->an, most, sizeof(struct tn__ir_expr *));
    if (!call->others)
        return false;
    for (int i = 0; i < 2; i++)
        for (const struct tn__pg_node *term = tn__pg_field(window, lists[i])->first; term;
             term = term->next) {
            const struct tn__pg_node *entry =
                tn__pg_sort_target(scope, tn__pg_number(term, "tleSortGroupRef", 0));
            struct tn__ir_expr *expr =
                entry ? tn__pg_lower_expr(l, tn__pg_field(entry, "expr"), scope) : NULL;
            if (entry && !expr)
                return false;
            if (expr)
                call->others[call->other_count++] = expr;
        }
    for (int i = 0; i < 2; i++) {
        const struct tn__pg_node *offset = tn__pg_field(window, offsets[i]);
        if (offset->kind != TN__PG_NODE)
            continue;
        if (!(call->others[call->other_count] = tn__pg_lower_expr(l, offset, scope)))
            return false;
        call->other_count++;
        call->offset_count++;
    }
    return true;
}

TN__PG_FORM(window)
{
    const struct tn__pg_node *window = window_of(scope, node);
    struct tn__ir_expr *call = tn__ir_new(l->an, TN__IR_WINDOW, 0, (struct tn__sql_span){0});
    const struct tn__pg_node *filter = tn__pg_field(node, "aggfilter");
    if (!call)
        return NULL;
    call->owner = scope->block;
    call->index = tn__pg_oid(node, "winfnoid");
    call->args = tn__pg_lower_list(l, tn__pg_field(node, "args"), scope, &call->arg_count);
    if (!call->args || (window && !lower_window(l, call, window, scope)))
        return NULL;
    if (filter->kind == TN__PG_NODE && !(call->filter = tn__pg_lower_expr(l, filter, scope)))
        return NULL;
    call->fn = find(l, call->index, call->arg_count);
    bool by_frame = call->fn && (call->fn->kinds == TN__FN_AGGREGATE || call->fn == &firsts);
    call->may_be_empty =
        by_frame && !(window && has_own_row(tn__pg_number(window, "frameOptions", 0)));
    return call;
}
