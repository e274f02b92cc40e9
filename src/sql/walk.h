/* SPDX-License-Identifier: MIT */
#ifndef TN_SQL_WALK_H
#define TN_SQL_WALK_H

#include "sql/ast.h"

/* All nodes of a tree, each before what is in it, about in the order of the text. */
struct tn__walker {
    /* NULL: not asked for. */
    void (*expr)(void *user, const struct tn__ast_expr *expr);
    void (*select)(void *user, const struct tn__ast_select *select);
    void (*source)(void *user, const struct tn__ast_source *source);
    void *user;
};

/* Of a SELECT, INSERT, UPDATE or DELETE; the target of one that writes is a source, too. */
void tn__walk_stmt(const struct tn__walker *walker, const struct tn__ast_stmt *stmt);
void tn__walk_expr(const struct tn__walker *walker, const struct tn__ast_expr *expr);
void tn__walk_items(const struct tn__walker *walker, const struct tn__ast_items *items);

#endif
