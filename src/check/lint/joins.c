/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "util/str.h"

/* cartesian: relations of one FROM that no condition links, directly or through others. Each row of one
 * comes with each of the other then, which CROSS JOIN says where it is meant. */

/* Something outside of the FROM that two relations are both equal to. */
struct meeting {
    const struct tn__ir_expr *expr; /* a parameter, or a column of a query around */
    uint32_t leaf;
    struct meeting *next;
};

struct links {
    struct tn__lint *lint;
    const struct tn__ir_block *block;
    uint32_t *parents; /* of each leaf; its own: a root */
    struct meeting *meetings;
    uint32_t first; /* leaf of the condition at hand; UINT32_MAX: none yet */
};

static uint32_t root_of(const struct links *links, uint32_t leaf)
{
    while (links->parents[leaf] != leaf)
        leaf = links->parents[leaf];
    return leaf;
}

static void link_leaves(struct links *links, uint32_t a, uint32_t b)
{
    links->parents[root_of(links, a)] = root_of(links, b);
}

static void on_expr(void *user, const struct tn__ir_expr *expr, const struct tn__ir_expr *parent)
{
    struct links *links = user;
    (void)parent;
    if (expr->kind != TN__IR_COLUMN || expr->rel->block != links->block)
        return;
    if (links->first != UINT32_MAX)
        link_leaves(links, expr->rel->first_leaf, links->first);
    links->first = expr->rel->first_leaf;
}

/* LATERAL: what a query of FROM looks at around it. */
static void link_query(struct links *links, struct tn__ir_query *query)
{
    const struct tn__ir_walker walker = {
        .expr = on_expr, .user = links, .number = tn__ir_walk_begin(links->lint->an)};
    tn__ir_walk_query(&walker, query, NULL);
}

/* All that the expression looks at belongs together. */
static void link_all(struct links *links, const struct tn__ir_expr *expr)
{
    const struct tn__ir_walker walker = {
        .expr = on_expr, .user = links, .number = tn__ir_walk_begin(links->lint->an)};
    tn__ir_walk_expr(&walker, expr, NULL);
}

static bool is_outside(const struct links *links, const struct tn__ir_expr *expr)
{
    return expr->kind == TN__IR_PARAM ||
           (expr->kind == TN__IR_COLUMN && expr->rel->block != links->block);
}

/* a.x = :p AND b.y = :p. */
static void meet(struct links *links, const struct tn__ir_expr *expr)
{
    for (struct meeting *m = links->meetings; m; m = m->next)
        if (tn__ir_is_same(m->expr, expr)) {
            link_leaves(links, links->first, m->leaf);
            return;
        }
    struct meeting *meeting = TN__AN_NEW(links->lint->an, struct meeting);
    if (!meeting)
        return;
    *meeting = (struct meeting){expr, links->first, links->meetings};
    links->meetings = meeting;
}

static void read_condition(struct links *links, const struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_AND) {
        read_condition(links, expr->args[0]);
        read_condition(links, expr->args[1]);
        return;
    }
    links->first = UINT32_MAX;
    link_all(links, expr);
    bool is_equality = (expr->kind == TN__IR_COMPARE && expr->op == TN__OP_EQ) ||
                       (expr->kind == TN__IR_IS && !expr->is_not);
    for (uint32_t i = 0; i < 2 && is_equality && links->first != UINT32_MAX; i++) {
        const struct tn__ir_expr *side = tn__lint_inside(expr->args[i]);
        if (is_outside(links, side))
            meet(links, side);
    }
}

/* CROSS JOIN is meant, and so is ON TRUE. */
static bool is_meant(const struct tn__ir_rel *join)
{
    return join->is_cross || (join->on && join->on->kind == TN__IR_CONST);
}

static void on_table(void *user, const struct tn__ir_expr *expr, const struct tn__ir_expr *parent)
{
    (void)user;
    (void)expr;
    (void)parent;
}

static bool on_query(void *user, struct tn__ir_query *query, const struct tn__ir_rel *through)
{
    bool *reads_table = user;
    (void)through;
    for (uint32_t b = 0; b < query->block_count; b++)
        for (uint32_t i = 0; i < query->blocks[b].leaf_count; i++)
            *reads_table = *reads_table || query->blocks[b].leaves[i]->kind != TN__IR_DERIVED;
    return true;
}

/* A list that is written out, or counted: it is there to be multiplied with. */
static bool is_list(struct tn__lint *lint, const struct tn__ir_rel *leaf)
{
    bool reads_table = false;
    const struct tn__ir_walker walker = {.expr = on_table,
                                         .query = on_query,
                                         .user = &reads_table,
                                         .number = tn__ir_walk_begin(lint->an)};
    if (leaf->kind != TN__IR_DERIVED)
        return false;
    tn__ir_walk_query(&walker, leaf->query, NULL);
    return !reads_table;
}

static void read_links(struct links *links)
{
    const struct tn__ir_block *block = links->block;
    if (block->where)
        read_condition(links, block->where);
    for (uint32_t i = 0; i < block->join_count; i++) {
        const struct tn__ir_rel *join = block->joins[i];
        if (join->on)
            read_condition(links, join->on);
        if (is_meant(join))
            link_leaves(links, join->left->first_leaf, join->right->first_leaf);
    }
    for (uint32_t i = 0; i < block->leaf_count; i++) {
        for (uint32_t a = 0; a < block->leaves[i]->arg_count; a++) {
            links->first = i; /* json_each(t.tags) is of its row of t */
            link_all(links, block->leaves[i]->args[a]);
        }
        links->first = i;
        if (tn__lint_is_server(links->lint) && block->leaves[i]->kind == TN__IR_DERIVED)
            link_query(links, block->leaves[i]->query);
    }
}

static void report(struct links *links)
{
    const struct tn__ir_rel *first = NULL;
    for (uint32_t i = 0; i < links->block->leaf_count; i++) {
        const struct tn__ir_rel *leaf = links->block->leaves[i];
        if (leaf->is_single || is_list(links->lint, leaf))
            continue;
        if (!first)
            first = leaf;
        uint32_t root = root_of(links, first->first_leaf);
        if (root_of(links, i) == root)
            continue;
        struct tn__sql_span span = tn__lint_source(links->lint, leaf);
        struct tn__diag *diag = tn__lint_add(
            links->lint->judge->diags, links->lint->judge->query, "cartesian",
            tn__judge_place(links->lint->judge, span.begin, span.end),
            "nothing links '%.*s' to '%.*s': each row of one comes with each of the other",
            (int)leaf->name.size, leaf->name.data ? leaf->name.data : "", (int)first->name.size,
            first->name.data ? first->name.data : "");
        if (diag)
            tn__diag_help(links->lint->judge->diags, diag,
                          "a condition, or CROSS JOIN if that is meant");
        link_leaves(links, i, root); /* said once */
    }
}

void tn__lint_joins(struct tn__lint *lint)
{
    for (size_t b = 0; b < lint->block_count; b++) {
        const struct tn__ir_block *block = lint->blocks[b].block;
        if (block->leaf_count < 2 || lint->blocks[b].is_view || block->is_merge)
            continue;
        struct links links = {.lint = lint,
                              .block = block,
                              .parents = tn__an_new(lint->an, block->leaf_count, sizeof(uint32_t))};
        if (!links.parents)
            return;
        for (uint32_t i = 0; i < block->leaf_count; i++)
            links.parents[i] = i;
        read_links(&links);
        report(&links);
    }
}
