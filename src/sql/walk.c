/* SPDX-License-Identifier: MIT */
#include "sql/walk.h"

/* Its recursion is bounded as the parser's is: by TN__PARSE_DEPTH_MAX. */

static void walk_select(const struct tn__walker *w, const struct tn__ast_select *select);

void tn__walk_items(const struct tn__walker *w, const struct tn__ast_items *items)
{
    for (const struct tn__ast_item *item = items->first; item; item = item->next)
        tn__walk_expr(w, item->expr);
}

static void walk_window(const struct tn__walker *w, const struct tn__ast_window *window)
{
    tn__walk_items(w, &window->partition);
    tn__walk_items(w, &window->order);
    tn__walk_expr(w, window->start_offset);
    tn__walk_expr(w, window->end_offset);
}

void tn__walk_expr(const struct tn__walker *w, const struct tn__ast_expr *expr)
{
    if (!expr)
        return;
    if (w->expr)
        w->expr(w->user, expr);
    tn__walk_expr(w, expr->left);
    if (expr->kind != TN__AST_CASE)
        tn__walk_expr(w, expr->right);
    tn__walk_expr(w, expr->third);
    tn__walk_items(w, &expr->list);
    if (expr->kind == TN__AST_CASE)
        tn__walk_expr(w, expr->right);
    walk_select(w, expr->select);
    if (!expr->call)
        return;
    tn__walk_items(w, &expr->call->order);
    tn__walk_expr(w, expr->call->filter);
    if (expr->call->over)
        walk_window(w, expr->call->over);
}

static void walk_sources(const struct tn__walker *w, const struct tn__ast_sources *sources)
{
    for (const struct tn__ast_source *source = sources->first; source; source = source->next) {
        if (w->source)
            w->source(w->user, source);
        tn__walk_items(w, &source->args);
        walk_select(w, source->select);
        walk_sources(w, &source->inner);
        tn__walk_expr(w, source->on);
    }
}

static void walk_with(const struct tn__walker *w, const struct tn__ast_with *with)
{
    for (const struct tn__ast_cte *cte = with->first; cte; cte = cte->next)
        walk_select(w, cte->select);
}

static void walk_arm(const struct tn__walker *w, const struct tn__ast_arm *arm)
{
    tn__walk_items(w, &arm->items);
    for (const struct tn__ast_row *row = arm->rows; row; row = row->next)
        tn__walk_items(w, &row->items);
    walk_sources(w, &arm->from);
    tn__walk_expr(w, arm->where);
    tn__walk_items(w, &arm->group_by);
    tn__walk_expr(w, arm->having);
    for (const struct tn__ast_window *window = arm->windows; window; window = window->next)
        walk_window(w, window);
}

static void walk_select(const struct tn__walker *w, const struct tn__ast_select *select)
{
    if (!select)
        return;
    if (w->select)
        w->select(w->user, select);
    walk_with(w, &select->with);
    for (const struct tn__ast_arm *arm = select->first; arm; arm = arm->next)
        walk_arm(w, arm);
    tn__walk_items(w, &select->order_by);
    tn__walk_expr(w, select->limit);
    tn__walk_expr(w, select->offset);
}

static void walk_sets(const struct tn__walker *w, const struct tn__ast_sets *sets)
{
    for (const struct tn__ast_set *set = sets->first; set; set = set->next)
        tn__walk_expr(w, set->expr);
}

void tn__walk_stmt(const struct tn__walker *w, const struct tn__ast_stmt *stmt)
{
    bool is_write = stmt->kind == TN__STMT_AST_INSERT || stmt->kind == TN__STMT_AST_UPDATE ||
                    stmt->kind == TN__STMT_AST_DELETE;
    walk_with(w, &stmt->with);
    if (is_write && w->source)
        w->source(w->user, &stmt->target);
    walk_select(w, stmt->select);
    walk_sets(w, &stmt->sets);
    walk_sources(w, &stmt->from);
    tn__walk_expr(w, stmt->where);
    for (const struct tn__ast_upsert *upsert = stmt->upserts; upsert; upsert = upsert->next) {
        tn__walk_items(w, &upsert->target);
        tn__walk_expr(w, upsert->target_where);
        walk_sets(w, &upsert->sets);
        tn__walk_expr(w, upsert->where);
    }
    tn__walk_items(w, &stmt->returning);
    tn__walk_items(w, &stmt->order_by);
    tn__walk_expr(w, stmt->limit);
    tn__walk_expr(w, stmt->offset);
}
