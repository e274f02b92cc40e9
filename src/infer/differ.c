/* SPDX-License-Identifier: MIT */
#include "infer/nulls.h"
#include "infer/reading.h"

#include "util/str.h"

/*
 * Values that may be others when they are asked for again. An engine may put what a column of a query in FROM is made
 * of in the place of the column: SELECT y FROM (SELECT f(x) AS y …) WHERE y IS NOT NULL calls f() twice, and what WHERE
 * has seen is not what comes out. A server does so unless a function is VOLATILE, and believes what CREATE FUNCTION
 * says; SQLite does so with random(), too.
 */

struct difference {
    const struct tn__analysis *an;
    bool is_found;
};

bool tn__ir_is_changing(const struct tn__ir_expr *call)
{
    static const char *const changing[] = {"random", "randomblob", "last_insert_rowid", "changes",
                                           "total_changes"};
    for (size_t i = 0; call->fn && i < sizeof(changing) / sizeof(changing[0]); i++)
        if (strcmp(call->fn->name, changing[i]) == 0)
            return true;
    return !call->fn;
}

bool tn__column_may_differ(const struct tn__ir_expr *column)
{
    return column->rel->kind == TN__IR_DERIVED && column->index != TN__IR_ROWID &&
           column->rel->query->columns[column->index].may_differ;
}

static void on_expr(void *user, const struct tn__ir_expr *expr, const struct tn__ir_expr *parent)
{
    struct difference *difference = user;
    bool is_server = tn__an_is_server(difference->an);
    (void)parent;
    if (expr->kind == TN__IR_COLUMN)
        difference->is_found = difference->is_found || tn__column_may_differ(expr);
    if (expr->kind == TN__IR_CALL)
        difference->is_found =
            difference->is_found || (is_server ? expr->is_unsteady : tn__ir_is_changing(expr));
}

/* A server need not find rows in the same order twice: other sessions read the table, too. */
static bool on_query(void *user, struct tn__ir_query *query, const struct tn__ir_rel *through)
{
    struct difference *difference = user;
    bool may_choose = query->limit || query->offset;
    (void)through;
    for (uint32_t i = 0; i < query->block_count; i++)
        may_choose = may_choose || query->blocks[i].may_choose_rows;
    if (may_choose && tn__an_is_server(difference->an))
        difference->is_found = true;
    return !difference->is_found;
}

bool tn__ir_may_differ(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    struct difference difference = {.an = an};
    if (expr->kind == TN__IR_COLUMN)
        return tn__column_may_differ(expr);
    struct tn__ir_walker walker = {
        .expr = on_expr, .query = on_query, .user = &difference, .number = tn__ir_walk_begin(an)};
    tn__ir_walk_expr(&walker, expr, NULL);
    return difference.is_found;
}
