/* SPDX-License-Identifier: MIT */
#include "check/lint/plan.h"

#include "util/str.h"

/* The index that would serve: what is equal to something first, then what is to be in order. */

static void add_column(struct tn__buf *buf, const struct tn__lint_table *table, uint32_t column,
                       tn_text collation, bool is_first)
{
    const char *name = table->leaf->table->columns[column].name;
    tn__buf_puts(buf, is_first ? "" : ", ");
    tn__sql_put_name(buf, tn_text_of(name));
    if (collation.data)
        tn__buf_printf(buf, " COLLATE %.*s", (int)collation.size, collation.data);
}

void tn__lint_begin_index(struct tn__buf *buf, const struct tn__table *table)
{
    tn__buf_puts(buf, "CREATE INDEX … ON ");
    tn__sql_put_name(buf, tn_text_of(table->name));
    tn__buf_puts(buf, " (");
}

static bool is_equal(const struct tn__lint_planned *plan, const struct tn__lint_table *table,
                     const struct tn__plan_node *row, const struct tn__lint_term *term)
{
    return (term->kind == TN__LINT_EQUAL || term->kind == TN__LINT_FLAG) && term->is_plain &&
           tn__lint_is_known(plan, row, term) && term->column < table->leaf->table->column_count;
}

/* Whether one of the terms says that the column is equal to something. */
static bool has_equal(const struct tn__lint_planned *plan, const struct tn__lint_table *table,
                      const struct tn__plan_node *row, const struct tn__lint_term *terms,
                      uint32_t column)
{
    for (const struct tn__lint_term *t = terms; t; t = t->next)
        if (t->column == column && is_equal(plan, table, row, t))
            return true;
    return false;
}

/* Terms are kept last first: the index is to have them in the order of writing, each column once. */
static size_t add_equals(struct tn__buf *buf, const struct tn__lint_planned *plan,
                         const struct tn__lint_table *table, const struct tn__plan_node *row,
                         const struct tn__lint_term *term)
{
    if (!term)
        return 0;
    size_t count = add_equals(buf, plan, table, row, term->next);
    if (!is_equal(plan, table, row, term) || has_equal(plan, table, row, term->next, term->column))
        return count;
    add_column(buf, table, term->column, term->collation, count == 0);
    return count + 1;
}

/* Columns that are equal to something, then one that is among several or in a range. False: there is no
 * index that would surely serve. */
bool tn__lint_write_index(struct tn__buf *buf, const struct tn__lint_planned *plan,
                          const struct tn__lint_table *table, const struct tn__plan_node *row)
{
    tn__lint_begin_index(buf, table->leaf->table);
    size_t count = add_equals(buf, plan, table, row, table->terms);
    for (int pass = 0; pass < 2; pass++)
        for (const struct tn__lint_term *t = table->terms; t; t = t->next) {
            bool is_meant = t->kind == (pass == 0 ? TN__LINT_AMONG : TN__LINT_RANGE);
            if (!is_meant || !t->is_plain || !tn__lint_is_known(plan, row, t) ||
                t->column >= table->leaf->table->column_count ||
                has_equal(plan, table, row, table->terms, t->column))
                continue;
            add_column(buf, table, t->column, t->collation, count == 0);
            tn__buf_putc(buf, ')');
            return true;
        }
    tn__buf_putc(buf, ')');
    return count > 0;
}

/* --- the order that is asked for */

static bool is_rowid(const struct tn__ir_expr *column)
{
    return column->index == TN__IR_ROWID ||
           column->rel->table->columns[column->index].is_rowid_alias;
}

struct tn__lint_table *tn__lint_sorted_by(const struct tn__lint_planned *plan,
                                          const struct tn__lint_block *at)
{
    const struct tn__ir_block *block = at->block;
    const struct tn__ir_rel *leaf = NULL;
    if (block->order_count == 0 || block->is_aggregate || block->is_distinct || !block->orders)
        return NULL;
    for (uint32_t i = 0; i < block->order_count; i++) {
        const struct tn__ir_expr *term = block->order_by[i];
        const struct tn__ir_expr *column = tn__lint_base(term);
        if (!column || (leaf && column->rel != leaf) || block->orders[i] == TN__IR_ODD)
            return NULL;
        bool is_end = i > 0 && i + 1 == block->order_count && block->orders[i] == block->orders[0];
        if (column->index == TN__IR_ROWID && !is_end)
            return NULL;
        leaf = column->rel;
    }
    return tn__lint_table_of(&plan->tables, leaf);
}

bool tn__lint_has_room(const struct tn__lint_planned *plan, const struct tn__lint_table *table,
                       const struct tn__plan_node *first, uint32_t order, bool is_limited)
{
    size_t equals = 0;
    for (const struct tn__lint_term *t = table->terms; t; t = t->next) {
        if (!tn__lint_is_known(plan, first, t))
            continue;
        bool is_one = t->kind == TN__LINT_EQUAL || t->kind == TN__LINT_FLAG;
        bool is_own_range = t->kind == TN__LINT_RANGE && t->column == order;
        if ((!is_one && !is_own_range) || !t->is_plain)
            return false;
        equals += is_one;
    }
    return equals > 0 || is_limited;
}

void tn__lint_write_order(struct tn__buf *buf, const struct tn__lint_planned *plan,
                          const struct tn__lint_table *table, const struct tn__plan_node *first,
                          const struct tn__ir_block *block)
{
    bool is_mixed = false;
    tn__lint_begin_index(buf, table->leaf->table);
    size_t count = add_equals(buf, plan, table, first, table->terms);
    for (uint32_t i = 1; i < block->order_count; i++)
        is_mixed = is_mixed || block->orders[i] != block->orders[0];
    for (uint32_t i = 0; i < block->order_count; i++) {
        const struct tn__ir_expr *column = tn__lint_base(block->order_by[i]);
        bool is_end = count > 0 && i + 1 == block->order_count && !is_mixed;
        if (column->index == TN__IR_ROWID || (is_end && is_rowid(column)))
            break; /* every index ends with it */
        if (has_equal(plan, table, first, table->terms, column->index))
            continue;
        add_column(buf, table, column->index, (tn_text){0}, count++ == 0);
        if (is_mixed && block->orders[i] == TN__IR_DESC)
            tn__buf_puts(buf, " DESC");
    }
    tn__buf_putc(buf, ')');
}
