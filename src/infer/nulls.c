/* SPDX-License-Identifier: MIT */
#include "infer/nulls.h"
#include "infer/eval.h"

#include "util/alloc.h"
#include "util/str.h"

/*
 * What is known not to be NULL.
 *
 * A condition that is true rejects NULL in what it looks at: WHERE a = b proves both. That a column
 * of the far side of an outer join is not NULL proves the side to be a real row, not padding, so that
 * the join is an inner one, so that its ON holds, which proves more; until nothing new comes.
 *
 * Two kinds of proof are kept apart. `proven` holds in every row of the leaf that is not padding, for good.
 * `asserted` counts the scopes (a branch of CASE, HAVING) in which the value at hand is not NULL.
 */

void tn__nulls_reset(struct tn__ir_block *block)
{
    for (uint32_t i = 0; i < block->leaf_count; i++) {
        struct tn__ir_rel *leaf = block->leaves[i];
        memset(leaf->asserted, 0, ((size_t)leaf->column_count + 1) * sizeof(*leaf->asserted));
        memset(leaf->proven, 0, ((size_t)leaf->column_count + 1) * sizeof(*leaf->proven));
    }
    for (uint32_t i = 0; i < block->join_count; i++) {
        block->joins[i]->present[0] = block->joins[i]->present[1] = 0;
        block->joins[i]->is_settled = false;
    }
}

/* Index of a column in `asserted` and `proven`; the rowid is last. */
static uint32_t slot_of(const struct tn__ir_rel *rel, uint32_t index)
{
    return index == TN__IR_ROWID ? rel->column_count : index;
}

bool tn__column_may_be_null(const struct tn__ir_rel *rel, uint32_t index, bool is_base_nullable)
{
    uint32_t slot = slot_of(rel, index);
    if (rel->asserted[slot])
        return false;
    if (rel->block->may_be_empty && rel->block->in_rows == 0)
        return true; /* a bare column beside an aggregate over no rows */
    for (uint32_t i = 0; i < rel->pad_count; i++)
        if (rel->pads[i].join->present[rel->pads[i].is_right] == 0)
            return true;
    return is_base_nullable && !rel->proven[slot];
}

/* --- facts of a scope */

static bool push_fact(struct tn__analysis *an, struct tn__fact fact)
{
    if (an->fact_count == an->fact_cap) {
        size_t cap = an->fact_cap;
        struct tn__fact *grown =
            tn__grow(an->facts, &cap, (size_t)an->fact_count + 1, sizeof(*grown));
        if (!grown) {
            an->status = TN_ENOMEM;
            return false;
        }
        an->facts = grown;
        an->fact_cap = (uint32_t)cap;
    }
    an->facts[an->fact_count++] = fact;
    return true;
}

static void count_pads(const struct tn__ir_rel *rel, int by)
{
    for (uint32_t i = 0; i < rel->pad_count; i++)
        rel->pads[i].join->present[rel->pads[i].is_right] += (uint32_t)by;
}

/* Take a fact about a column into account, or no longer. */
static void count_fact(const struct tn__fact *fact, int by)
{
    struct tn__ir_rel *rel = fact->rel;
    if (!rel)
        return;
    rel->asserted[fact->index] = (uint16_t)(rel->asserted[fact->index] + by);
    count_pads(rel, by);
}

/* That a bare column beside an aggregate is not NULL says that there is a row, but it says so of its
 * own: others are looked at with their own facts. */
static bool assert_fact(struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    struct tn__fact fact = {.expr = expr};
    if (expr->kind != TN__IR_COLUMN)
        return push_fact(an, fact);
    fact.rel = expr->rel;
    fact.index = slot_of(expr->rel, expr->index);
    if (fact.rel->is_returned || fact.rel->asserted[fact.index] == UINT16_MAX)
        return true;
    if (!push_fact(an, fact))
        return false;
    fact.rel->asserted[fact.index]++;
    count_pads(fact.rel, 1);
    return true;
}

uint32_t tn__facts_push(struct tn__analysis *an, const struct tn__ir_expr *expr,
                        enum tn__outcome outcome)
{
    uint32_t mark = an->fact_count;
    struct tn__proofs set = {.an = an};
    if (an->is_returning)
        return mark;
    tn__prove(&set, expr, outcome);
    for (size_t i = 0; i < set.count && an->status == TN_OK; i++)
        (void)assert_fact(an, set.items[i]);
    tn__free(set.items);
    return mark;
}

void tn__facts_pop(struct tn__analysis *an, uint32_t mark)
{
    while (an->fact_count > mark) {
        const struct tn__fact *fact = &an->facts[--an->fact_count];
        count_fact(fact, -1);
    }
}

bool tn__facts_hold(const struct tn__analysis *an, const struct tn__ir_expr *expr)
{
    for (uint32_t i = 0; i < an->fact_count; i++)
        if (!an->facts[i].rel && an->facts[i].suspended == 0 &&
            tn__ir_is_same(an->facts[i].expr, expr))
            return true;
    return false;
}

static bool is_of(const struct tn__fact *fact, const struct tn__ir_block *block)
{
    return !block || !fact->rel || fact->rel->block == block;
}

struct tn__suspended tn__facts_suspend(struct tn__analysis *an, const struct tn__ir_block *block,
                                       uint32_t from)
{
    struct tn__suspended was = {from, an->fact_count};
    for (uint32_t i = was.from; i < was.end; i++)
        if (is_of(&an->facts[i], block) && an->facts[i].suspended++ == 0)
            count_fact(&an->facts[i], -1);
    return was;
}

void tn__facts_resume(struct tn__analysis *an, const struct tn__ir_block *block,
                      struct tn__suspended was)
{
    for (uint32_t i = was.from; i < was.end; i++)
        if (is_of(&an->facts[i], block) && --an->facts[i].suspended == 0)
            count_fact(&an->facts[i], 1);
}

/* --- ON and WHERE */

/* A column is not NULL in the rows of `below` that are no padding; NULL: in all that count. */
static bool learn(const struct tn__ir_rel *below, const struct tn__ir_expr *expr)
{
    struct tn__ir_rel *rel = expr->rel;
    bool is_new = false;
    uint32_t slot = slot_of(rel, expr->index);
    if (!rel->proven[slot]) {
        rel->proven[slot] = 1;
        is_new = true;
    }
    for (uint32_t i = 0; i < rel->pad_count; i++) {
        struct tn__ir_rel *join = rel->pads[i].join;
        if (join == below)
            break; /* pads stand from the inside out */
        if (below && (join->first_leaf < below->first_leaf || join->leaf_end > below->leaf_end))
            break;
        uint32_t *present = &join->present[rel->pads[i].is_right];
        is_new = is_new || *present == 0;
        *present += *present == 0;
    }
    return is_new;
}

static bool is_below(const struct tn__ir_rel *rel, const struct tn__ir_rel *leaf)
{
    return leaf->first_leaf >= rel->first_leaf && leaf->leaf_end <= rel->leaf_end;
}

/* Which sides of a join its ON speaks of, once a row of it is real. */
static void sides_of_on(const struct tn__ir_rel *join, bool *left, bool *right)
{
    bool has_left = join->present[0] > 0;
    bool has_right = join->present[1] > 0;
    *left = *right = true;
    switch (join->join) {
    case TN__JOIN_LEFT:
        *left = has_right;
        break;
    case TN__JOIN_RIGHT:
        *right = has_left;
        break;
    case TN__JOIN_FULL:
        *left = *right = has_left && has_right;
        break;
    default:
        break;
    }
}

static bool settle_on(struct tn__analysis *an, struct tn__ir_rel *join)
{
    bool left;
    bool right;
    bool is_new = false;
    sides_of_on(join, &left, &right);
    if (!join->on || join->is_loose || (!left && !right) || join->is_settled)
        return false;
    join->is_settled = left && right;
    struct tn__proofs set = {.an = an};
    tn__prove(&set, join->on, TN__WHEN_TRUE);
    for (size_t i = 0; i < set.count; i++) {
        const struct tn__ir_expr *expr = set.items[i];
        if (expr->kind != TN__IR_COLUMN || expr->rel->block != join->block)
            continue;
        if ((left && is_below(join->left, expr->rel)) ||
            (right && is_below(join->right, expr->rel)))
            is_new = learn(join, expr) || is_new;
    }
    tn__free(set.items);
    return is_new;
}

/* Rounds are bounded: each but the last proves a side, and there are two to a join. */
static void settle_joins(struct tn__analysis *an, struct tn__ir_block *block)
{
    bool is_new = true;
    while (is_new && an->status == TN_OK) {
        is_new = false;
        for (uint32_t i = block->join_count; i-- > 0;)
            is_new = settle_on(an, block->joins[i]) || is_new;
    }
}

/* WHERE over a compound is put into its arms, and lost in one with a RIGHT or FULL JOIN for the rows that
 * this pads (3.40). */
static bool may_lose_where(const struct tn__ir_block *block)
{
    for (uint32_t i = 0; i < block->leaf_count; i++) {
        const struct tn__ir_rel *leaf = block->leaves[i];
        if (leaf->kind != TN__IR_DERIVED || !leaf->query->has_right)
            continue;
        if (leaf->query->block_count > 1 || may_lose_where(&leaf->query->blocks[0]))
            return true;
    }
    return false;
}

void tn__nulls_settle(struct tn__analysis *an, struct tn__ir_block *block)
{
    settle_joins(an, block);
    if (!block->where || may_lose_where(block))
        return;
    /* A second look at WHERE may prove more: a IS b, by what is known of b. */
    for (int round = 0; round < 2 && an->status == TN_OK; round++) {
        bool is_new = false;
        struct tn__proofs set = {.an = an};
        tn__prove(&set, block->where, TN__WHEN_TRUE);
        for (size_t i = 0; i < set.count && an->status == TN_OK; i++) {
            const struct tn__ir_expr *expr = set.items[i];
            if (expr->kind == TN__IR_COLUMN && expr->rel->block == block)
                is_new = learn(NULL, expr) || is_new;
            else if (round == 0 && !block->may_be_empty && expr->kind != TN__IR_AGGREGATE)
                (void)assert_fact(an, expr); /* of the row that comes out, if there is one */
        }
        tn__free(set.items);
        if (!is_new)
            break;
        settle_joins(an, block);
    }
}

/* --- merged columns */

static bool is_merging(const struct tn__ir_expr *merged, const struct tn__ir_rel *join)
{
    const struct tn__ir_expr *right = merged->args[1];
    const struct tn__ir_expr *left = merged->args[0];
    if (join->join == TN__JOIN_FULL && is_below(join->right, right->rel) &&
        join->right->leaf_end - join->right->first_leaf == 1)
        return true;
    return left->kind == TN__IR_MERGED && is_merging(left, join);
}

static bool part_may_be_null(struct tn__analysis *an, const struct tn__ir_expr *merged,
                             const struct tn__ir_expr *part)
{
    if (part->kind == TN__IR_MERGED)
        return part_may_be_null(an, merged, part->args[0]) ||
               part_may_be_null(an, merged, part->args[1]);
    const struct tn__ir_rel *rel = part->rel;
    uint32_t slot = slot_of(rel, part->index);
    for (uint32_t i = 0; i < rel->pad_count; i++)
        if (rel->pads[i].join->present[rel->pads[i].is_right] == 0 &&
            !is_merging(merged, rel->pads[i].join))
            return true;
    return tn__is_nullable(tn__eval_base(an, rel, part->index)) && !rel->proven[slot];
}

/* One side of a FULL JOIN is real in every row: the first column that is not NULL comes from it. */
bool tn__merged_may_be_null(struct tn__analysis *an, const struct tn__ir_expr *merged)
{
    const struct tn__ir_block *block = merged->args[1]->rel->block;
    if (tn__facts_hold(an, merged))
        return false;
    if (block->may_be_empty && block->in_rows == 0)
        return true;
    return part_may_be_null(an, merged, merged);
}
