/* SPDX-License-Identifier: MIT */
#include "infer/postgres/forms.h"

#include "util/str.h"

/* Variables: which column of which relation; and what GROUPING SETS make of them. */

enum {
    RTE_JOIN = 2,
    RTE_FUNCTION = 3,
    RTE_GROUP = 9,
    JOIN_FULL = 2
};

/* --- columns of joins */

static bool is_part(const struct tn__ir_expr *expr)
{
    return expr->kind == TN__IR_COLUMN && expr->index != TN__IR_ROWID;
}

/* What FULL JOIN … USING gives: the one side's column where there is one, else the other's. */
static struct tn__ir_expr *merge(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                 struct tn__pg_scope *home)
{
    const struct tn__pg_node *args = tn__pg_field(node, "args");
    struct tn__ir_expr *left = tn__pg_lower_expr(l, tn__pg_item(args, 0), home);
    struct tn__ir_expr *right = tn__pg_lower_expr(l, tn__pg_item(args, 1), home);
    if (!left || !right)
        return NULL;
    bool is_plain = (is_part(left) || left->kind == TN__IR_MERGED) && is_part(right);
    return tn__pg_pair(l, is_plain ? TN__IR_MERGED : TN__IR_COALESCE, left, right);
}

static struct tn__ir_expr *lower_joined(struct tn__pg_lowering *l, const struct tn__pg_node *rte,
                                        int64_t number, struct tn__pg_scope *home)
{
    const struct tn__pg_node *list = tn__pg_field(rte, "joinaliasvars");
    const struct tn__pg_node *node = tn__pg_item(list, number > 0 ? (uint32_t)number - 1 : 0);
    if (number < 1 || node->kind != TN__PG_NODE)
        return tn__pg_new_call(l, TN__PG_ANY, NULL, 0);
    bool is_merged = tn__pg_number(rte, "jointype", 0) == JOIN_FULL &&
                     number <= tn__pg_number(rte, "joinmergedcols", 0) &&
                     (tn__pg_is(node, "COALESCE") || tn__pg_is(node, "COALESCEEXPR")) &&
                     tn__pg_field(node, "args")->count == 2;
    return is_merged ? merge(l, node, home) : tn__pg_lower_expr(l, node, home);
}

/* A column of a group, which later versions have a range table entry for: what it groups by. */
static struct tn__ir_expr *lower_key(struct tn__pg_lowering *l, const struct tn__pg_node *rte,
                                     int64_t number, struct tn__pg_scope *home)
{
    const struct tn__pg_node *list = tn__pg_field(rte, "groupexprs");
    const struct tn__pg_node *node = tn__pg_item(list, number > 0 ? (uint32_t)number - 1 : 0);
    return number < 1 ? tn__pg_new_call(l, TN__PG_ANY, NULL, 0) : tn__pg_lower_expr(l, node, home);
}

/* What stands for a name is of the rows; the whole of it may be a key of the groups. */
static struct tn__ir_expr *lower_in_rows(struct tn__pg_lowering *l, const struct tn__pg_node *rte,
                                         int64_t number, struct tn__pg_scope *home)
{
    bool was = home->is_grouped;
    home->is_grouped = false;
    struct tn__ir_expr *expr = tn__pg_number(rte, "rtekind", -1) == RTE_JOIN
                                   ? lower_joined(l, rte, number, home)
                                   : lower_key(l, rte, number, home);
    home->is_grouped = was;
    return expr;
}

/* --- columns of relations */

static struct tn__ir_expr *column_of_table(struct tn__pg_lowering *l, struct tn__ir_rel *rel,
                                           int64_t number)
{
    const struct tn__table *table = rel->table;
    if (number == 0)
        return tn__pg_column(l, rel, TN__IR_ROWID);
    if (number < 0) /* of the system: each row of a table has them */
        return table->kind == TN__TABLE ? tn__pg_column(l, rel, TN__IR_ROWID)
                                        : tn__pg_new_call(l, TN__PG_ANY, NULL, 0);
    for (uint32_t i = 0; i < table->column_count; i++)
        if (table->columns[i].number == number)
            return tn__pg_column(l, rel, i);
    return tn__pg_new_call(l, TN__PG_ANY, NULL, 0);
}

static struct tn__ir_expr *column_of_query(struct tn__pg_lowering *l, struct tn__ir_rel *rel,
                                           const struct tn__pg_node *rte, int64_t number)
{
    if (number > 0 && number <= rel->column_count)
        return tn__pg_column(l, rel, (uint32_t)number - 1);
    bool is_row = number == 0 && tn__pg_number(rte, "rtekind", 0) != RTE_FUNCTION;
    return is_row ? tn__pg_column(l, rel, TN__IR_ROWID) : tn__pg_new_call(l, TN__PG_ANY, NULL, 0);
}

static struct tn__ir_expr *lower_column(struct tn__pg_lowering *l, struct tn__pg_scope *home,
                                        int64_t varno, int64_t number)
{
    struct tn__pg_source *source = &home->sources[varno - 1];
    struct tn__ir_rel *rel = home->after && varno == home->target ? home->after : source->rel;
    if (!rel)
        rel = source->rel = tn__pg_lone_leaf(l, source->rte);
    if (!rel)
        return NULL;
    switch (rel->kind) {
    case TN__IR_TABLE:
        return column_of_table(l, rel, number);
    case TN__IR_DERIVED:
        return column_of_query(l, rel, source->rte, number);
    default:
        return tn__pg_new_call(l, TN__PG_ANY, NULL, 0);
    }
}

struct tn__ir_expr *tn__pg_lower_var(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                                     struct tn__pg_scope *scope)
{
    struct tn__pg_scope *home = tn__pg_scope_up(scope, tn__pg_number(node, "varlevelsup", 0));
    int64_t varno = tn__pg_number(node, "varno", 0);
    int64_t number = tn__pg_number(node, "varattno", 0);
    if (!home || varno < 1 || varno > home->source_count)
        return tn__pg_new_call(l, TN__PG_ANY, NULL, 0);
    const struct tn__pg_node *rte = home->sources[varno - 1].rte;
    int64_t kind = tn__pg_number(rte, "rtekind", -1);
    struct tn__ir_expr *expr = kind == RTE_JOIN || kind == RTE_GROUP
                                   ? lower_in_rows(l, rte, number, home)
                                   : lower_column(l, home, varno, number);
    /* RETURNING old.x, new.x: there may be no such row, and what is known of the one is not of the other. */
    bool is_other = tn__pg_number(node, "varreturningtype", 0) != 0;
    return expr && is_other ? tn__pg_new_call(l, TN__PG_ANY, NULL, 0) : expr;
}

/* --- GROUPING SETS */

enum set_kind {
    SET_EMPTY,
    SET_SIMPLE,
    SET_ROLLUP,
    SET_CUBE,
    SET_SETS
};

static bool has_ref(const struct tn__pg_node *set, int64_t ref)
{
    int64_t one = 0;
    for (const struct tn__pg_node *item = tn__pg_field(set, "content")->first; item;
         item = item->next)
        if (item->kind == TN__PG_WORD && tn__text_to_int(&one, item->text) == TN_OK && one == ref)
            return true;
    return false;
}

/* Whether each of the sets that this stands for has the term. */
static bool is_in_all(const struct tn__pg_node *set, int64_t ref)
{
    int64_t kind = tn__pg_number(set, "kind", SET_EMPTY);
    const struct tn__pg_node *content = tn__pg_field(set, "content");
    if (kind == SET_SIMPLE)
        return has_ref(set, ref);
    if (kind != SET_SETS || content->count == 0)
        return false;
    for (const struct tn__pg_node *inner = content->first; inner; inner = inner->next)
        if (!is_in_all(inner, ref))
            return false;
    return true;
}

static bool has_empty(const struct tn__pg_node *set)
{
    int64_t kind = tn__pg_number(set, "kind", SET_EMPTY);
    if (kind != SET_SETS)
        return kind != SET_SIMPLE;
    for (const struct tn__pg_node *inner = tn__pg_field(set, "content")->first; inner;
         inner = inner->next)
        if (has_empty(inner))
            return true;
    return false;
}

/* The list multiplies out: each of the sets has a part of each item. */
bool tn__pg_take_keys(struct tn__pg_lowering *l, struct tn__pg_scope *scope)
{
    const struct tn__pg_node *sets = tn__pg_field(scope->query, "groupingSets");
    const struct tn__pg_node *list = tn__pg_field(scope->query, "groupClause");
    struct tn__ir_block *block = scope->block;
    uint32_t i = 0;
    scope->keys = tn__an_new(l->an, block->group_count, sizeof(*scope->keys));
    if (!scope->keys)
        return false;
    for (const struct tn__pg_node *term = list->first; term && i < block->group_count;
         term = term->next, i++) {
        int64_t ref = tn__pg_number(term, "tleSortGroupRef", 0);
        scope->keys[i].expr = block->group_by[i];
        for (const struct tn__pg_node *set = sets->first; set; set = set->next)
            scope->keys[i].is_in_all = scope->keys[i].is_in_all || is_in_all(set, ref);
    }
    scope->key_count = i;
    scope->is_grouped = true;
    block->may_add_rows = true; /* a group for each set */
    block->has_empty_set = true;
    for (const struct tn__pg_node *set = sets->first; set; set = set->next)
        block->has_empty_set = block->has_empty_set && has_empty(set);
    return true;
}

/* As the server compares them; whatever may be a key's, is: queries are not looked into, and leave it
 * open. */
static bool is_like(const struct tn__ir_expr *a, const struct tn__ir_expr *b, bool *is_open)
{
    if (a->kind == TN__IR_MAYBE)
        return is_like(a->args[0], b, is_open);
    if (a->kind != b->kind || a->op != b->op || a->is_not != b->is_not || a->index != b->index ||
        a->rel != b->rel || a->arg_count != b->arg_count || !a->query != !b->query ||
        !a->else_ != !b->else_)
        return false;
    *is_open = *is_open || a->query != b->query;
    if (a->kind == TN__IR_CONST && !tn_text_equal(a->literal, b->literal))
        return false;
    for (uint32_t i = 0; i < a->arg_count; i++)
        if (!is_like(a->args[i], b->args[i], is_open))
            return false;
    return !a->else_ || is_like(a->else_, b->else_, is_open);
}

/* What an expression is in a group of the scope's: a key's, perhaps, or of a row. */
static bool take_group(struct tn__pg_lowering *l, struct tn__ir_expr **expr,
                       const struct tn__pg_scope *scope)
{
    const struct tn__ir_expr *of = (*expr)->kind == TN__IR_MERGED ? (*expr)->args[1] : *expr;
    bool is_absent = of->kind == TN__IR_COLUMN && of->rel->block == scope->block;
    for (uint32_t i = 0; i < scope->key_count; i++) {
        const struct tn__pg_key *key = &scope->keys[i];
        bool is_open = false;
        if (!is_like(*expr, key->expr, &is_open) || (is_open && key->is_in_all))
            continue;
        is_absent = !key->is_in_all;
        if (is_absent)
            break;
        *expr = key->expr;
    }
    if (is_absent)
        *expr = tn__pg_maybe(l, *expr);
    return *expr != NULL;
}

struct tn__ir_expr *tn__pg_of_group(struct tn__pg_lowering *l, struct tn__ir_expr *expr,
                                    struct tn__pg_scope *scope)
{
    for (; scope; scope = scope->outer)
        if (scope->is_grouped && !take_group(l, &expr, scope))
            return NULL;
    return expr;
}
