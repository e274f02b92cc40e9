/* SPDX-License-Identifier: MIT */
#include "infer/sqlite/resolve.h"

#include "util/str.h"

/* Calls: scalar functions, aggregates and whose they are, windows and their frames. */

const struct tn__fn_declared *tn__declared_find(const struct tn__analysis *an, tn_text name,
                                                uint32_t arg_count)
{
    for (size_t i = 0; i < an->options->function_count; i++) {
        const struct tn__fn_declared *fn = &an->options->functions[i];
        bool is_fit =
            fn->arg_count == arg_count || (fn->is_variadic && arg_count + 1 >= fn->arg_count);
        if (is_fit && tn__text_is_nocase(name, fn->name))
            return fn;
    }
    return NULL;
}

/* --- whose an aggregate is */

/* The innermost scope of the chain whose rows an expression looks at; NULL: none. Subqueries in it
 * set *has_query: they are not looked into. */
static const struct tn__scope *scope_of(const struct tn__ir_expr *expr,
                                        const struct tn__scope *scope, bool *has_query)
{
    const struct tn__scope *found = NULL;
    if (expr->query)
        *has_query = true;
    if (expr->kind == TN__IR_IN && expr->arg_count == 1)
        return NULL; /* x IN () is 0 before x is looked at */
    if (expr->kind == TN__IR_COLUMN) {
        for (const struct tn__scope *s = scope; s; s = s->outer)
            if (s->block && s->block == expr->rel->block)
                return s;
        return NULL;
    }
    for (uint32_t i = 0; i < expr->arg_count + (expr->else_ != NULL); i++) {
        const struct tn__ir_expr *arg = i < expr->arg_count ? expr->args[i] : expr->else_;
        const struct tn__scope *one = scope_of(arg, scope, has_query);
        /* The one with the greater depth is further inside. */
        if (one && (!found || one->depth > found->depth))
            found = one;
    }
    return found;
}

/*
 * An aggregate belongs to the innermost query whose columns its arguments use, or to its own if they
 * use none: count(t.a) in a subquery is made by the query that t is a source of.
 */
static bool settle_owner(struct tn__analysis *an, struct tn__ir_expr *aggregate,
                         const struct tn__scope *scope)
{
    const struct tn__scope *owner = NULL;
    bool has_query = false;
    for (uint32_t i = 0; i < aggregate->arg_count; i++) {
        const struct tn__scope *one = scope_of(aggregate->args[i], scope, &has_query);
        if (one && (!owner || one->depth > owner->depth))
            owner = one;
    }
    if (aggregate->filter) {
        const struct tn__scope *one = scope_of(aggregate->filter, scope, &has_query);
        if (one && (!owner || one->depth > owner->depth))
            owner = one;
    }
    if (!owner)
        owner = scope;
    bool is_doubtful = has_query && owner->outer;
    if (owner != scope) {
        /* What the engine folds away ("x IS NULL" of a key) no longer says whose rows it looks at. */
        is_doubtful = is_doubtful || owner->is_condition || aggregate->filter;
        for (uint32_t i = 0; i < aggregate->arg_count; i++)
            is_doubtful = is_doubtful || aggregate->args[i]->kind != TN__IR_COLUMN;
    }
    if (is_doubtful || !owner->block) {
        tn__an_doubt(an, "whose an aggregate is is not certain");
        return owner->block != NULL;
    }
    aggregate->owner = owner->block;
    an->aggregates++;
    if (!owner->is_order)
        owner->block->is_aggregate = true;
    return true;
}

/* --- windows */

static const struct tn__ast_window *find_window(const struct tn__scope *scope, tn_text name)
{
    for (const struct tn__ast_window *w = scope->windows; w; w = w->next)
        if (tn__text_equal_nocase(w->name.text, name))
            return w;
    return NULL;
}

/* Whether each row is in its own frame: then no frame is empty. RANGE and GROUPS with an offset are
 * not argued about. */
static bool has_own_row(const struct tn__ast_window *window)
{
    if (window->exclude == TN__EXCLUDE_CURRENT_ROW || window->exclude == TN__EXCLUDE_GROUP)
        return false;
    bool has_offset = window->start_offset || window->end_offset;
    switch (window->frame) {
    case TN__FRAME_NONE:
        return true;
    case TN__FRAME_RANGE:
    case TN__FRAME_GROUPS:
        if (has_offset)
            return false;
        break;
    case TN__FRAME_ROWS:
        break;
    }
    return window->start <= TN__BOUND_CURRENT_ROW && window->end >= TN__BOUND_CURRENT_ROW;
}

static bool add_others(struct tn__analysis *an, struct tn__ir_expr *out,
                       const struct tn__ast_window *window, const struct tn__scope *scope)
{
    size_t most = window->partition.count + window->order.count + 2;
    out->others = tn__an_new(an, most, sizeof(struct tn__ir_expr *));
    if (!out->others)
        return false;
    const struct tn__ast_items *lists[] = {&window->partition, &window->order};
    for (int l = 0; l < 2; l++)
        for (const struct tn__ast_item *item = lists[l]->first; item; item = item->next)
            if (!(out->others[out->other_count++] = tn__resolve_expr(an, item->expr, scope)))
                return false;
    const struct tn__ast_expr *offsets[] = {window->start_offset, window->end_offset};
    for (int o = 0; o < 2; o++)
        if (offsets[o]) {
            if (!(out->others[out->other_count++] = tn__resolve_expr(an, offsets[o], scope)))
                return false;
            out->offset_count++;
        }
    return true;
}

static struct tn__ir_expr *resolve_window(struct tn__analysis *an, struct tn__ir_expr *out,
                                          const struct tn__ast_expr *expr,
                                          const struct tn__scope *scope)
{
    const struct tn__ast_window *window = expr->call->over;
    out->kind = TN__IR_WINDOW;
    out->owner = scope->block;
    if (!scope->block) {
        tn__an_doubt(an, "a window function stands where none may");
        out->kind = TN__IR_UNKNOWN;
        return out;
    }
    out->fn = tn__fn_find(expr->name.text, out->arg_count, TN__FN_WINDOW);
    if (!out->fn)
        out->fn = tn__fn_find(expr->name.text, out->arg_count, TN__FN_AGGREGATE);
    if (window->is_reference)
        window = find_window(scope, window->name.text);
    out->may_be_empty = !window || !has_own_row(window);
    return !window || add_others(an, out, window, scope) ? out : NULL;
}

/* --- calls */

/* Functions that are control structures. */
static bool rewrite(struct tn__ir_expr *call, tn_text name)
{
    uint32_t count = call->arg_count;
    if ((tn__text_is_nocase(name, "COALESCE") && count >= 2) ||
        (tn__text_is_nocase(name, "IFNULL") && count == 2)) {
        call->kind = TN__IR_COALESCE;
        return true;
    }
    if ((tn__text_is_nocase(name, "IIF") || tn__text_is_nocase(name, "IF")) && count >= 2) {
        call->kind = TN__IR_CASE;
        if (count % 2 == 1) {
            call->else_ = call->args[count - 1];
            call->arg_count = count - 1;
        }
        return true;
    }
    return false;
}

static struct tn__ir_expr *scalar_or_aggregate(struct tn__analysis *an, struct tn__ir_expr *out,
                                               const struct tn__ast_expr *expr,
                                               const struct tn__scope *scope)
{
    tn_text name = expr->name.text;
    uint32_t count = out->arg_count;
    if (!out->declared && rewrite(out, name))
        return out;
    if (!out->declared)
        out->fn = tn__fn_find(name, count, TN__FN_SCALAR);
    bool is_aggregate = out->declared && out->declared->is_aggregate;
    if (!out->declared && !out->fn) {
        out->fn = tn__fn_find(name, count, TN__FN_AGGREGATE);
        is_aggregate = out->fn || tn__catalog_is_aggregate(an->options->catalog, name);
    }
    if (is_aggregate) {
        out->kind = TN__IR_AGGREGATE;
        out->is_not = expr->call && expr->call->is_distinct;
        if (!settle_owner(an, out, scope))
            return an->status == TN_OK ? out : NULL;
    }
    return out;
}

struct tn__ir_expr *tn__resolve_call(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                     const struct tn__scope *scope)
{
    const struct tn__ast_call *call = expr->call;
    struct tn__ir_expr *out = tn__ir_new(an, TN__IR_CALL, (uint32_t)expr->list.count, expr->span);
    if (!out)
        return NULL;
    uint32_t i = 0;
    for (const struct tn__ast_item *item = expr->list.first; item; item = item->next)
        if (!(out->args[i++] = tn__resolve_expr(an, item->expr, scope)))
            return NULL;
    if (call && call->filter && !(out->filter = tn__resolve_expr(an, call->filter, scope)))
        return NULL;
    if (call && call->order.count) {
        out->other_count = (uint32_t)call->order.count;
        out->others = tn__resolve_list(an, &call->order, scope);
        if (!out->others)
            return NULL;
    }
    out->declared = tn__declared_find(an, expr->name.text, out->arg_count);
    if (call && call->over)
        out = resolve_window(an, out, expr, scope);
    else
        out = scalar_or_aggregate(an, out, expr, scope);
    if (out &&
        (out->kind == TN__IR_CALL || out->kind == TN__IR_AGGREGATE || out->kind == TN__IR_WINDOW) &&
        !out->fn && !out->declared)
        out->reason = tn__arena_printf(an->arena, "function '%.*s' is not declared",
                                       (int)expr->name.text.size, expr->name.text.data);
    return out;
}
