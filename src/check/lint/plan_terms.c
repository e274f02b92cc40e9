/* SPDX-License-Identifier: MIT */
#include "check/lint/plan.h"

#include "util/str.h"

/* What the conditions of a statement say of the tables that it reads, as far as an index could follow. */

enum {
    LEAVES_MAX = 64, /* of one FROM: a bit each */
    EITHER_MAX = 32  /* of one OR */
};

/* --- tables */

static bool is_table(const struct tn__ir_rel *leaf)
{
    return leaf->kind == TN__IR_TABLE && leaf->table->kind == TN__TABLE && leaf->name.data;
}

struct tn__lint_table *tn__lint_table_of(const struct tn__lint_tables *tables,
                                         const struct tn__ir_rel *leaf)
{
    for (size_t i = 0; i < tables->count; i++)
        if (tables->items[i].leaf == leaf)
            return &tables->items[i];
    return NULL;
}

static void find_tables(struct tn__lint_tables *out)
{
    struct tn__lint *lint = out->lint;
    size_t count = 0;
    for (size_t b = 0; b < lint->block_count; b++)
        count += lint->blocks[b].block->leaf_count;
    out->items = tn__an_new(lint->an, count, sizeof(*out->items));
    for (size_t b = 0; out->items && b < lint->block_count; b++) {
        const struct tn__lint_block *at = &lint->blocks[b];
        for (uint32_t i = 0; i < at->block->leaf_count; i++)
            if (is_table(at->block->leaves[i]))
                out->items[out->count++] = (struct tn__lint_table){
                    .leaf = at->block->leaves[i],
                    .at = at,
                    .place = at->is_view ? at->place : at->block->leaves[i]->name_span};
    }
}

/* --- columns */

static bool has_window(const struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_WINDOW)
        return true;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (has_window(expr->args[i]))
            return true;
    return expr->else_ && has_window(expr->else_);
}

/* Whether the engine puts the query's FROM in its place: conditions around it are conditions in it. */
static bool is_transparent(const struct tn__ir_query *query)
{
    const struct tn__ir_block *block = &query->blocks[0];
    if (query->block_count != 1 || query->is_recursive || query->limit || query->uses > 1 ||
        block->is_aggregate || block->is_values || block->is_distinct || block->has_right)
        return false;
    for (uint32_t i = 0; i < block->column_count; i++)
        if (has_window(block->items[i].expr))
            return false;
    return true;
}

const struct tn__ir_expr *tn__lint_base(const struct tn__ir_expr *expr)
{
    while (expr->kind == TN__IR_COLUMN && expr->rel->kind == TN__IR_DERIVED) {
        if (expr->index == TN__IR_ROWID || !is_transparent(expr->rel->query))
            return NULL;
        expr = expr->rel->query->blocks[0].items[expr->index].expr;
    }
    return expr->kind == TN__IR_COLUMN && is_table(expr->rel) ? expr : NULL;
}

/* Columns that an expression looks at. */
struct looked_at {
    const struct tn__ir_block *block;
    uint64_t leaves; /* of the block */
    uint32_t columns;
};

static void on_expr(void *user, const struct tn__ir_expr *expr, const struct tn__ir_expr *parent)
{
    struct looked_at *at = user;
    (void)parent;
    if (expr->kind != TN__IR_COLUMN)
        return;
    at->columns++;
    if (expr->rel->block == at->block)
        at->leaves |= (uint64_t)1 << expr->rel->first_leaf;
}

static struct looked_at look_at(const struct tn__lint *lint, const struct tn__ir_block *block,
                                const struct tn__ir_expr *expr)
{
    struct looked_at at = {.block = block};
    const struct tn__ir_walker walker = {
        .expr = on_expr, .user = &at, .number = tn__ir_walk_begin(lint->an)};
    tn__ir_walk_expr(&walker, expr, NULL);
    return at;
}

/* --- terms */

/* One condition, and where what it says of tables is put. */
struct reading {
    struct tn__lint_tables *tables;
    const struct tn__lint_block *at;
    const struct tn__ir_rel *within; /* of ON of a LEFT JOIN: its right side; else NULL */
};

static void add_term(const struct reading *r, const struct tn__ir_expr *column,
                     const struct tn__ir_rel *leaf, struct tn__lint_term term)
{
    struct tn__lint_table *table = tn__lint_table_of(r->tables, column->rel);
    if (!table || (r->within && (leaf->first_leaf < r->within->first_leaf ||
                                 leaf->first_leaf >= r->within->leaf_end)))
        return;
    struct tn__lint_term *added = TN__AN_NEW(r->tables->lint->an, struct tn__lint_term);
    if (!added)
        return;
    *added = term;
    added->at = r->at;
    added->next = table->terms;
    table->terms = added;
}

static bool is_flag(const struct reading *r, const struct tn__ir_expr *column)
{
    if (column->index == TN__IR_ROWID)
        return false;
    return column->rel->table->columns[column->index].is_flag ||
           tn__eval(r->tables->lint->an, column).logical == TN__TYPE_BOOL;
}

/* Whether a comparison of the column with the value leaves the column as it is kept. */
static bool keeps_column(const struct tn__ir_expr *column, const struct tn__ir_expr *value)
{
    const uint8_t numeric =
        1U << TN__AFFINITY_NUMERIC | 1U << TN__AFFINITY_INTEGER | 1U << TN__AFFINITY_REAL;
    uint8_t own = tn__ir_affinities(column);
    uint8_t other = tn__ir_affinities(tn__lint_inside(value));
    return (own & numeric) || other == 0 || other == own;
}

static tn_text written_collation(const struct tn__ir_expr *left, const struct tn__ir_expr *right)
{
    if (left->kind == TN__IR_COLLATE && left->collation.data)
        return left->collation;
    return right && right->kind == TN__IR_COLLATE ? right->collation : (tn_text){0};
}

/* f(column) of one table: an index on the expression could serve it. */
static void add_computed(const struct reading *r, const struct tn__ir_expr *side,
                         const struct tn__ir_expr *other, struct tn__sql_span span)
{
    const struct tn__ir_block *block = r->at->block;
    bool is_call = side->kind == TN__IR_CALL || side->kind == TN__IR_ARROW;
    struct looked_at own = look_at(r->tables->lint, block, side);
    struct looked_at others = look_at(r->tables->lint, block, other);
    if (!is_call || own.leaves == 0 || (own.leaves & (own.leaves - 1)) != 0 ||
        (own.leaves & others.leaves) != 0)
        return;
    uint32_t leaf = 0;
    while (!(own.leaves >> leaf & 1))
        leaf++;
    const struct tn__ir_expr of_leaf = {.kind = TN__IR_COLUMN, .rel = block->leaves[leaf]};
    add_term(r, &of_leaf, block->leaves[leaf],
             (struct tn__lint_term){.kind = TN__LINT_COMPUTED,
                                    .column = UINT32_MAX - 1,
                                    .span = span,
                                    .needs = others.leaves});
}

/* There is a finding about that already. */
static bool is_null(const struct tn__ir_expr *expr)
{
    return expr->kind == TN__IR_CONST && expr->domain.classes == TN__CLASS_NULL;
}

/* `side` against what `other` has, which is one side or the whole of the condition's rest. */
static void add_side(const struct reading *r, enum tn__lint_term_kind kind,
                     const struct tn__ir_expr *side, const struct tn__ir_expr *other,
                     const struct tn__ir_expr *whole)
{
    const struct tn__ir_expr *inside = tn__lint_inside(side);
    const struct tn__ir_expr *column = tn__lint_base(inside);
    if (!column) {
        if (kind == TN__LINT_EQUAL && inside->kind != TN__IR_COLUMN)
            add_computed(r, inside, other, whole->span);
        return;
    }
    if (inside->rel->block != r->at->block || is_null(other))
        return;
    struct looked_at others = look_at(r->tables->lint, r->at->block, other);
    if (others.leaves >> inside->rel->first_leaf & 1)
        return;
    if (kind == TN__LINT_EQUAL && is_flag(r, column))
        kind = TN__LINT_FLAG;
    add_term(r, column, inside->rel,
             (struct tn__lint_term){.kind = kind,
                                    .column = column->index,
                                    .collation = written_collation(side, other),
                                    .is_plain = keeps_column(column, other),
                                    .span = whole->span,
                                    .needs = others.leaves});
}

/* --- LIKE */

/* The first letter of a pattern, as far as it is written; '\0': it is not. */
static char first_letter(const struct tn__ir_expr *pattern)
{
    while (pattern->kind == TN__IR_CONCAT)
        pattern = pattern->args[0];
    if (!tn__lint_is_literal(pattern, TN__CLASS_TEXT) || pattern->literal.size == 0)
        return '\0';
    return pattern->literal.data[0];
}

static void add_like(const struct reading *r, const struct tn__ir_expr *expr)
{
    const struct tn__ir_expr *inside = tn__lint_inside(expr->args[0]);
    const struct tn__ir_expr *column = tn__lint_base(inside);
    if (!column || inside->rel->block != r->at->block)
        return;
    const struct tn__ir_expr *pattern = expr->args[1];
    struct looked_at others = look_at(r->tables->lint, r->at->block, pattern);
    char first = first_letter(pattern);
    bool is_glob = expr->op == TN__OP_GLOB;
    bool is_search =
        is_glob ? first == '*' || first == '?' || first == '[' : first == '%' || first == '_';
    if (others.leaves >> inside->rel->first_leaf & 1)
        return;
    add_term(r, column, inside->rel,
             (struct tn__lint_term){.kind = is_search ? TN__LINT_SEARCH : TN__LINT_LIKE,
                                    .column = column->index,
                                    .is_glob = is_glob,
                                    .is_fixed = pattern->kind == TN__IR_PARAM ||
                                                pattern->kind == TN__IR_CONST,
                                    .span = expr->span,
                                    .needs = others.leaves});
}

/* --- conditions */

static void read_condition(const struct reading *r, const struct tn__ir_expr *expr);

static size_t split_either(const struct tn__ir_expr **out, size_t count,
                           const struct tn__ir_expr *expr)
{
    if (expr->kind != TN__IR_OR) {
        if (count < EITHER_MAX)
            out[count] = expr;
        return count + 1;
    }
    count = split_either(out, count, expr->args[0]);
    return split_either(out, count, expr->args[1]);
}

static bool narrows(const struct tn__lint_term *terms, uint64_t *needs)
{
    bool is_found = false;
    for (const struct tn__lint_term *t = terms; t; t = t->next)
        if (t->kind != TN__LINT_FLAG && (!is_found || (t->needs & ~*needs) == 0)) {
            *needs = t->needs;
            is_found = true;
        }
    return is_found;
}

/* a OR b narrows a table that each of its arms narrows. */
static void read_either(const struct reading *r, const struct tn__ir_expr *expr)
{
    const struct tn__ir_expr *arms[EITHER_MAX];
    struct tn__lint *lint = r->tables->lint;
    size_t count = split_either(arms, 0, expr);
    size_t table_count = r->tables->count;
    size_t of_rows = 0;
    struct tn__lint_table *all = tn__an_new(lint->an, table_count, sizeof(*all));
    size_t *found = tn__an_new(lint->an, table_count, sizeof(*found));
    uint64_t *needs = tn__an_new(lint->an, table_count, sizeof(*needs));
    if (count > EITHER_MAX || !all || !found || !needs)
        return;
    for (size_t a = 0; a < count; a++) {
        if (look_at(lint, r->at->block, arms[a]).columns == 0)
            continue; /* :x IS NULL */
        of_rows++;
        struct tn__lint_tables apart = {lint, all, table_count};
        struct reading one = {&apart, r->at, r->within};
        memcpy(all, r->tables->items, table_count * sizeof(*all));
        for (size_t t = 0; t < table_count; t++)
            all[t].terms = NULL;
        read_condition(&one, arms[a]);
        for (size_t t = 0; t < table_count; t++) {
            uint64_t own = 0;
            found[t] += narrows(all[t].terms, &own);
            needs[t] |= own;
        }
    }
    for (size_t t = 0; t < table_count; t++) {
        struct tn__lint_term *term =
            of_rows > 0 && found[t] == of_rows ? TN__AN_NEW(lint->an, struct tn__lint_term) : NULL;
        if (!term)
            continue;
        *term =
            (struct tn__lint_term){.kind = of_rows < count ? TN__LINT_OPTIONAL : TN__LINT_EITHER,
                                   .column = UINT32_MAX - 1,
                                   .span = expr->span,
                                   .at = r->at,
                                   .needs = needs[t],
                                   .next = r->tables->items[t].terms};
        r->tables->items[t].terms = term;
    }
}

static void read_comparison(const struct reading *r, const struct tn__ir_expr *expr)
{
    bool is_equal = expr->kind == TN__IR_IS || expr->op == TN__OP_EQ;
    enum tn__lint_term_kind kind = is_equal ? TN__LINT_EQUAL : TN__LINT_RANGE;
    if (expr->op == TN__OP_NE || expr->is_not)
        return;
    add_side(r, kind, expr->args[0], expr->args[1], expr);
    add_side(r, kind, expr->args[1], expr->args[0], expr);
}

static void read_condition(const struct reading *r, const struct tn__ir_expr *expr)
{
    bool is_one =
        expr->arg_count == 2 && !expr->may_be_empty; /* of an IN: no list of the caller's */
    switch (expr->kind) {
    case TN__IR_AND:
        read_condition(r, expr->args[0]);
        read_condition(r, expr->args[1]);
        break;
    case TN__IR_OR:
        read_either(r, expr);
        break;
    case TN__IR_COMPARE:
    case TN__IR_IS:
        read_comparison(r, expr);
        break;
    case TN__IR_BETWEEN:
        if (!expr->is_not)
            add_side(r, TN__LINT_RANGE, expr->args[0], expr->args[1], expr);
        break;
    case TN__IR_IN:
        if (!expr->is_not && expr->arg_count > 1)
            add_side(r, is_one ? TN__LINT_EQUAL : TN__LINT_AMONG, expr->args[0], expr->args[1],
                     expr);
        break;
    case TN__IR_IN_QUERY:
        if (!expr->is_not && expr->arg_count == 1) {
            const struct tn__ir_expr other = {.kind = TN__IR_QUERY, .query = expr->query};
            add_side(r, TN__LINT_AMONG, expr->args[0], &other, expr);
        }
        break;
    case TN__IR_LIKE:
        if (!expr->is_not)
            add_like(r, expr);
        break;
    default:
        break;
    }
}

void tn__lint_tables(struct tn__lint_tables *out, struct tn__lint *lint)
{
    *out = (struct tn__lint_tables){.lint = lint};
    find_tables(out);
    for (size_t b = 0; out->count > 0 && b < lint->block_count; b++) {
        const struct tn__ir_block *block = lint->blocks[b].block;
        struct reading r = {out, &lint->blocks[b], NULL};
        if (block->has_right || block->leaf_count > LEAVES_MAX)
            continue;
        if (block->where)
            read_condition(&r, block->where);
        for (uint32_t i = 0; i < block->join_count; i++) {
            const struct tn__ir_rel *join = block->joins[i];
            r.within = join->join == TN__JOIN_LEFT ? join->right : NULL;
            if (join->on)
                read_condition(&r, join->on);
        }
    }
}

/* --- indexes */

static bool is_collated(const struct tn__index_part *part, const struct tn__lint_term *term)
{
    tn_text collation = tn_text_of(part->column->collation);
    if (term->kind == TN__LINT_LIKE)
        collation = term->is_glob ? TN__TEXT("BINARY") : TN__TEXT("NOCASE");
    else if (term->collation.data)
        collation = term->collation;
    return tn__text_is_nocase(collation, part->collation);
}

static bool has_index(const struct tn__lint_table *table, uint32_t column,
                      const struct tn__lint_term *term)
{
    const struct tn__table *of = table->leaf->table;
    for (size_t i = 0; i < of->index_count; i++) {
        const struct tn__index_part *part = of->indexes[i].parts;
        if (!of->indexes[i].is_partial && of->indexes[i].part_count > 0 && part->column &&
            part->column == &of->columns[column] && (!term || is_collated(part, term)))
            return true;
    }
    return false;
}

bool tn__lint_has_index(const struct tn__lint_table *table, uint32_t column)
{
    return column < table->leaf->table->column_count && has_index(table, column, NULL);
}

bool tn__lint_is_served(const struct tn__lint_table *table, const struct tn__lint_term *term)
{
    const struct tn__table *of = table->leaf->table;
    if (term->kind >= TN__LINT_SEARCH || (term->kind == TN__LINT_LIKE && !term->is_fixed))
        return false;
    if (term->kind != TN__LINT_LIKE &&
        (term->column == TN__IR_ROWID ||
         (term->column < of->column_count && of->columns[term->column].is_rowid_alias)))
        return true;
    return term->column < of->column_count && has_index(table, term->column, term);
}
