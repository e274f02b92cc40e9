/* SPDX-License-Identifier: MIT */
#include "infer/postgres/lowering.h"

/* Where an expression stands in the statement: the tree says it of its parts. */

struct extent {
    uint32_t first; /* UINT32_MAX: none */
    uint32_t last;
};

/* Over all locations of an expression; but for what stands in a query of its own. */
static void stretch(struct extent *extent, const struct tn__pg_node *node)
{
    int64_t at = tn__pg_number(node, "location", -1);
    if (tn__pg_is(node, "QUERY"))
        return;
    if (at >= 0 && at < UINT32_MAX) {
        extent->last =
            extent->first == UINT32_MAX || at > extent->last ? (uint32_t)at : extent->last;
        extent->first = at < extent->first ? (uint32_t)at : extent->first;
    }
    for (const struct tn__pg_node *child = node->first; child; child = child->next)
        if (child->kind == TN__PG_LIST || child->kind == TN__PG_NODE)
            stretch(extent, child);
}

/* As exprLocation() does it, of an operator that of its left side. */
uint32_t tn__pg_location(const struct tn__pg_node *node)
{
    struct extent extent = {UINT32_MAX, 0};
    stretch(&extent, node);
    return extent.first;
}

struct tn__sql_span tn__pg_span(const struct tn__pg_lowering *l, const struct tn__pg_node *node)
{
    struct extent extent = {UINT32_MAX, 0};
    if (!l->placing)
        return (struct tn__sql_span){0, 0};
    stretch(&extent, node);
    return extent.first == UINT32_MAX
               ? (struct tn__sql_span){0, 0}
               : l->placing->place(l->placing->user, extent.first, extent.last);
}
