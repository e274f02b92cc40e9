/* SPDX-License-Identifier: MIT */
#include "infer/eval.h"
#include "infer/nulls.h"
#include "infer/reading.h"

#include "util/str.h"

/* Queries from the inside out: the columns of each, by its rows. */

enum {
    /* Blocks and columns looked at for one statement, however its recursions nest. */
    WORK_MAX = 2000000,
    /* Rounds of a recursion; each makes a set of classes larger. What wanders from column to column
     * needs as many as there are columns. */
    ROUNDS_MAX = 512
};

/* Over no rows at all, an aggregate query without GROUP BY still gives one. */
static void set_emptiness(const struct tn__analysis *an, struct tn__ir_block *block)
{
    bool has_rows =
        !block->where && (!block->from || tn__rel_has_row(block->from, tn__an_is_server(an)));
    bool is_always = block->group_count == 0 || block->has_empty_set;
    block->may_be_empty = block->is_aggregate && is_always && !has_rows;
}

void tn__infer_from(struct tn__analysis *an, struct tn__ir_block *block)
{
    tn__nulls_reset(block);
    for (uint32_t i = 0; i < block->leaf_count; i++)
        if (block->leaves[i]->kind == TN__IR_DERIVED)
            tn__infer_query(an, block->leaves[i]->query);
    set_emptiness(an, block);
    block->in_rows++;
    tn__nulls_settle(an, block);
    block->in_rows--;
    block->fact_end = an->fact_count;
    block->item_mark = an->fact_count;
}

/* The affinities that an expression may be compared by, or read with: a column's, a CAST's. */
uint8_t tn__ir_affinities(const struct tn__ir_expr *expr)
{
    while (expr->kind == TN__IR_ALIAS || (expr->kind == TN__IR_COLLATE && expr->op != TN__OP_PLUS))
        expr = expr->args[0];
    if (expr->kind == TN__IR_CAST)
        return (uint8_t)(1U << expr->affinity);
    if (expr->kind == TN__IR_QUERY && expr->query->column_count > 0)
        return expr->query->columns[0].affinities;
    if (expr->kind != TN__IR_COLUMN)
        return 0;
    if (expr->index == TN__IR_ROWID)
        return 1U << TN__AFFINITY_INTEGER;
    if (expr->rel->kind == TN__IR_DERIVED)
        return expr->rel->query->columns[expr->index].affinities;
    uint8_t affinities = (uint8_t)(1U << expr->affinity);
    if (expr->rel->is_returned) /* the engine asks the first column */
        affinities |= (uint8_t)(1U << expr->rel->table->columns[0].affinity);
    return affinities;
}

/* Where a compound is read from, its values get the affinity of one of its arms, whichever. */
static tn__classes classes_through(tn__classes classes, uint8_t affinities)
{
    tn__classes out = classes;
    for (int a = TN__AFFINITY_BLOB; a <= TN__AFFINITY_REAL; a++)
        if (affinities & (1U << a))
            out |= tn__classes_stored(classes, (enum tn__affinity)a);
    return out;
}

/* An outer join may put NULLs in the place of the row that a result column comes from, however far inside;
 * over no rows there is none. */
static bool is_padded(const struct tn__ir_expr *expr)
{
    while (expr->kind == TN__IR_COLLATE && expr->op != TN__OP_PLUS)
        expr = expr->args[0];
    if (expr->kind != TN__IR_COLUMN)
        return false;
    const struct tn__ir_rel *rel = expr->rel;
    bool is_inside = rel->kind == TN__IR_DERIVED && expr->index != TN__IR_ROWID &&
                     rel->query->columns[expr->index].is_padded;
    return is_inside || (rel->block->may_be_empty && rel->block->in_rows == 0) ||
           tn__rel_is_padded(rel);
}

/* What the group of a column is called out here. Each relation that the query stands behind has another row of it: the
 * name is the place of the first of its columns in this one. */
static const void *group_through(const struct tn__ir_rel *rel, uint32_t index)
{
    const struct tn__ir_column *columns = rel->query->columns;
    uint32_t first = 0;
    if (!columns[index].group)
        return NULL;
    while (columns[first].group != columns[index].group)
        first++;
    return &rel->proven[first];
}

/* The group that a result column belongs to. */
static void take_group(struct tn__analysis *an, struct tn__ir_column *out,
                       const struct tn__ir_expr *expr)
{
    const struct tn__ir_rel *rel = expr->rel;
    out->group = NULL;
    out->is_firm = false;
    if (expr->kind != TN__IR_COLUMN || expr->index == TN__IR_ROWID || rel->block->is_aggregate)
        return;
    if (tn__rel_is_padded(rel)) {
        out->group = rel;
        out->is_firm =
            rel->proven[expr->index] || !tn__is_nullable(tn__eval_base(an, rel, expr->index));
    } else if (rel->kind == TN__IR_DERIVED) {
        out->group = group_through(rel, expr->index);
        out->is_firm = rel->query->columns[expr->index].is_firm || rel->proven[expr->index];
    }
}

/* A column of the result is another's value as it is. */
void tn__take_origin(struct tn__ir_column *out, const struct tn__ir_expr *expr)
{
    out->affinities = tn__ir_affinities(expr);
    out->is_plain = false;
    out->table = NULL;
    out->column = NULL;
    out->reason = NULL;
    while (expr->kind == TN__IR_COLLATE && expr->op != TN__OP_PLUS)
        expr = expr->args[0];
    if (expr->kind == TN__IR_UNKNOWN || expr->kind == TN__IR_CALL ||
        expr->kind == TN__IR_AGGREGATE || expr->kind == TN__IR_WINDOW)
        out->reason = expr->reason;
    const struct tn__ir_column *inner = NULL;
    out->is_plain = expr->kind == TN__IR_COLUMN &&
                    (expr->rel->kind != TN__IR_DERIVED || expr->index == TN__IR_ROWID ||
                     expr->rel->query->columns[expr->index].is_plain);
    if (expr->kind == TN__IR_COLUMN && expr->index != TN__IR_ROWID) {
        if (expr->rel->kind == TN__IR_TABLE && expr->rel->table->kind == TN__VIEW) {
            out->reason =
                expr->rel->is_returned ? "RETURNING of a view" : "its view is not understood";
        } else if (expr->rel->kind == TN__IR_TABLE) {
            out->table = expr->rel->table;
            out->column = &expr->rel->table->columns[expr->index];
            if (out->table->kind != TN__TABLE)
                out->reason = "its table is not an ordinary one";
        }
        if (expr->rel->kind == TN__IR_CALLED)
            out->reason = expr->rel->columns[expr->index].reason;
        if (expr->rel->kind == TN__IR_DERIVED)
            inner = &expr->rel->query->columns[expr->index];
    } else if (expr->kind == TN__IR_COLUMN && expr->rel->kind == TN__IR_TABLE) {
        out->table = expr->rel->table;
    } else if (expr->kind == TN__IR_QUERY && expr->query->column_count > 0) {
        inner = &expr->query->columns[0];
    }
    if (inner) {
        out->table = inner->table;
        out->column = inner->column;
        out->reason = inner->reason;
    }
}

static bool has_row(const struct tn__analysis *an, const struct tn__ir_block *block)
{
    if (block->having || block->may_drop_rows)
        return false;
    if (block->is_aggregate && (block->group_count == 0 || block->has_empty_set))
        return true;
    return !block->where && (!block->from || tn__rel_has_row(block->from, tn__an_is_server(an)));
}

static void take_nothing(struct tn__ir_column *column)
{
    column->table = NULL;
    column->column = NULL;
    column->is_plain = false;
}

static void eval_values(struct tn__analysis *an, struct tn__ir_block *block,
                        struct tn__ir_column *out)
{
    for (uint32_t c = 0; c < block->column_count; c++) {
        out[c].domain = tn__domain_plain(0);
        out[c].affinities = 0;
        out[c].may_differ = false;
        for (uint32_t r = 0; r < block->row_count; r++) {
            const struct tn__ir_expr *expr = block->items[r * block->column_count + c].expr;
            uint8_t affinities = out[c].affinities;
            out[c].may_differ = out[c].may_differ || tn__ir_may_differ(an, expr);
            out[c].domain = tn__domain_join(out[c].domain, tn__eval(an, expr));
            tn__take_origin(&out[c], expr);
            out[c].affinities |= affinities;
            if (block->row_count > 1)
                take_nothing(&out[c]);
        }
        if (block->row_count > 1)
            out[c].domain.classes = classes_through(out[c].domain.classes, out[c].affinities);
    }
    block->has_row = true;
    block->is_single_row = block->row_count == 1;
}

static void infer_block(struct tn__analysis *an, struct tn__ir_block *block,
                        struct tn__ir_column *out)
{
    uint32_t mark = an->fact_count;
    block->context++;
    if (block->is_values) {
        eval_values(an, block, out);
        return;
    }
    tn__infer_from(an, block);
    bool is_single =
        tn__block_is_single_row(an, block) || (block->changed && block->changed->is_single);
    block->is_single_row = is_single && !block->may_add_rows;
    block->has_row = has_row(an, block);
    if (block->having)
        (void)tn__facts_push(an, block->having, TN__WHEN_TRUE);
    block->item_mark = an->fact_count;
    for (uint32_t i = 0; i < block->column_count; i++) {
        out[i].domain = tn__eval(an, block->items[i].expr);
        tn__take_origin(&out[i], block->items[i].expr);
        take_group(an, &out[i], block->items[i].expr);
        out[i].is_padded = is_padded(block->items[i].expr);
        out[i].may_differ = !block->is_kept && tn__ir_may_differ(an, block->items[i].expr);
    }
    tn__facts_pop(an, mark);
}

/* --- compounds */

/* Another arm joins the columns so far. Of INTERSECT and EXCEPT the values are the left ones. */
static void join_arm(struct tn__ir_column *columns, const struct tn__ir_column *arm, uint32_t count,
                     enum tn__ast_compound op)
{
    for (uint32_t i = 0; i < count; i++) {
        struct tn__ir_column *column = &columns[i];
        column->affinities |= arm[i].affinities;
        column->is_padded = column->is_padded || arm[i].is_padded;
        column->may_differ = column->may_differ || arm[i].may_differ;
        column->is_plain = false; /* a compound is kept, and its rows are real ones */
        column->group = NULL;
        if (column->column != arm[i].column || column->table != arm[i].table) {
            column->table = NULL;
            column->column = NULL;
        }
        if (op == TN__COMPOUND_EXCEPT)
            continue;
        tn__classes before = column->domain.classes;
        column->domain = tn__domain_join(column->domain, arm[i].domain);
        if (op == TN__COMPOUND_INTERSECT && !(before & arm[i].domain.classes & TN__CLASS_NULL))
            column->domain.classes &= TN__CLASS_VALUES;
        if (!column->reason)
            column->reason = arm[i].reason;
    }
}

static void join_rows(struct tn__ir_query *query, const struct tn__ir_block *arm,
                      enum tn__ast_compound op)
{
    switch (op) {
    case TN__COMPOUND_UNION:
    case TN__COMPOUND_UNION_ALL:
        query->has_row = query->has_row || arm->has_row;
        query->is_single_row = false;
        break;
    case TN__COMPOUND_INTERSECT:
        query->has_row = false;
        query->is_single_row = query->is_single_row || arm->is_single_row;
        break;
    default:
        query->has_row = false;
        break;
    }
}

/* A whole number as it is written; false: something else. */
static bool read_number(const struct tn__ir_expr *expr, int64_t *out)
{
    return expr && expr->kind == TN__IR_CONST && expr->is_literal &&
           tn__text_to_int(out, expr->literal) == TN_OK;
}

static void apply_limit(struct tn__ir_query *query)
{
    int64_t number = 0;
    if (query->limit) {
        bool is_known = read_number(query->limit, &number);
        if (is_known && number >= 0 && number <= 1)
            query->is_single_row = true;
        if (!is_known || number < 1)
            query->has_row = false;
    }
    if (query->offset && !(read_number(query->offset, &number) && number == 0))
        query->has_row = false;
}

static bool has_grown(const struct tn__ir_column *before, const struct tn__ir_column *columns,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!tn__domain_equal(&before[i].domain, &columns[i].domain) ||
            before[i].column != columns[i].column)
            return true;
    return false;
}

/* The columns of all arms; those of the recursive ones see what query->columns says so far. */
static void infer_arms(struct tn__analysis *an, struct tn__ir_query *query,
                       struct tn__ir_column *columns, struct tn__ir_column *arm)
{
    for (uint32_t b = 0; b < query->block_count && an->status == TN_OK; b++) {
        struct tn__ir_block *block = &query->blocks[b];
        an->work += 1 + block->column_count + block->leaf_count;
        if (an->work > WORK_MAX) {
            tn__an_doubt(an, "its recursion takes too long to follow");
            return;
        }
        infer_block(an, block, b == 0 ? columns : arm);
        if (b == 0) {
            query->has_row = block->has_row;
            query->is_single_row = block->is_single_row;
        } else {
            join_arm(columns, arm, query->column_count, query->ops[b]);
            join_rows(query, block, query->ops[b]);
        }
    }
    for (uint32_t i = 0; query->block_count > 1 && i < query->column_count; i++)
        columns[i].domain.classes =
            classes_through(columns[i].domain.classes, columns[i].affinities);
}

/* All that may be asked of the columns, after a round. Names stay. */
static void take_columns(struct tn__ir_query *query, const struct tn__ir_column *columns)
{
    for (uint32_t i = 0; i < query->column_count; i++) {
        tn_text name = query->columns[i].name;
        query->columns[i] = columns[i];
        query->columns[i].name = name;
    }
}

static void join_rows_of_recursion(struct tn__ir_query *query)
{
    query->is_single_row = false;
    query->has_row = query->blocks[0].has_row;
    for (uint32_t b = 1; b < query->block_count; b++)
        query->has_row = query->has_row && (query->ops[b] == TN__COMPOUND_UNION ||
                                            query->ops[b] == TN__COMPOUND_UNION_ALL);
}

/* Until nothing new comes: the sets only grow. */
static void infer_recursion(struct tn__analysis *an, struct tn__ir_query *query,
                            struct tn__ir_column *columns, struct tn__ir_column *arm)
{
    uint32_t first = query->iteration;
    infer_block(an, &query->blocks[0], columns);
    take_columns(query, columns);
    for (;;) {
        query->iteration++;
        infer_arms(an, query, columns, arm);
        for (uint32_t i = 0; i < query->column_count; i++)
            columns[i].domain = tn__domain_join(columns[i].domain, query->columns[i].domain);
        if (!has_grown(query->columns, columns, query->column_count) || an->status != TN_OK)
            break;
        take_columns(query, columns);
        if (query->iteration - first < ROUNDS_MAX && an->work <= WORK_MAX)
            continue;
        for (uint32_t i = 0; i < query->column_count; i++)
            query->columns[i].domain = tn__domain_any;
        tn__an_doubt(an, "its recursion takes too long to follow");
        break;
    }
    take_columns(query, columns);
}

void tn__infer_query(struct tn__analysis *an, struct tn__ir_query *query)
{
    uint32_t stamp = query->within ? query->within->iteration : 1;
    uint32_t outer_stamp = query->outer ? query->outer->context : 0;
    bool is_known = query->stamp == stamp && query->outer_stamp == outer_stamp;
    if (is_known || query->is_running || an->status != TN_OK)
        return;
    struct tn__ir_column *columns = tn__an_new(an, query->column_count, sizeof(*columns));
    struct tn__ir_column *arm = tn__an_new(an, query->column_count, sizeof(*arm));
    if (!columns || !arm)
        return;
    query->is_running = true;
    /* What is true of the one place that looks at it need not be of another. */
    bool is_shared = query->uses > 1;
    struct tn__suspended facts = {0};
    if (is_shared)
        facts = tn__facts_suspend(an, NULL, 0);
    if (query->is_recursive) {
        infer_recursion(an, query, columns, arm);
        join_rows_of_recursion(query);
    } else {
        infer_arms(an, query, columns, arm);
        take_columns(query, columns);
    }
    if (is_shared)
        tn__facts_resume(an, NULL, facts);
    apply_limit(query);
    query->is_running = false;
    query->stamp = an->alias_depth == 0 ? stamp : 0;
    query->outer_stamp = outer_stamp;
}
