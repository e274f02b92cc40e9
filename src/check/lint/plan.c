/* SPDX-License-Identifier: MIT */
#include "check/lint/plan.h"

#include "util/str.h"

/*
 * How the engine means to find the rows: EXPLAIN QUERY PLAN on the scratch engine, which has no rows and
 * no statistics. What is said of a plan holds where conditions and order call for an index that is not
 * there; a table that is read as a whole on purpose is none of our business.
 */

/* What a table's conditions come to at a line of the plan. */
struct narrowing {
    bool is_narrowed;
    bool is_served;   /* by an index that is there */
    bool is_equal;    /* to something: an index has these rows side by side */
    bool is_searched; /* for words in the middle, and nothing else */
    bool is_optional;
    const struct tn__lint_term *like;    /* nothing else narrows it */
    const struct tn__lint_term *limited; /* a term in a block with LIMIT */
};

static struct narrowing narrow(const struct tn__lint_planned *plan,
                               const struct tn__lint_table *table, const struct tn__plan_node *row)
{
    struct narrowing out = {.is_searched = true};
    bool is_like = true;
    for (const struct tn__lint_term *t = table->terms; t; t = t->next) {
        if (!tn__lint_is_known(plan, row, t))
            continue;
        out.is_served = out.is_served || tn__lint_is_served(table, t);
        if (t->kind == TN__LINT_FLAG)
            continue;
        out.is_narrowed = true;
        out.is_searched = out.is_searched && t->kind == TN__LINT_SEARCH;
        out.is_optional = out.is_optional || t->kind == TN__LINT_OPTIONAL;
        out.is_equal = out.is_equal || t->kind == TN__LINT_EQUAL || t->kind == TN__LINT_AMONG;
        is_like = is_like && t->kind == TN__LINT_LIKE;
        if (t->kind == TN__LINT_LIKE && (!out.like || tn__lint_has_index(table, t->column)))
            out.like = t;
        if (t->at->query && t->at->query->limit)
            out.limited = t;
    }
    if (!is_like)
        out.like = NULL;
    out.is_searched = out.is_searched && out.is_narrowed;
    return out;
}

/* Read in the order that is asked for, until there are enough: it may end early. */
static bool is_ordered_read(const struct tn__lint_planned *plan, const struct tn__lint_table *table,
                            const struct tn__plan_node *row, const struct narrowing *narrowing)
{
    const struct tn__lint_block *at = narrowing->limited ? narrowing->limited->at : table->at;
    if (!at->query || !at->query->limit)
        return false;
    if (row->index.data)
        return true;
    for (const struct tn__plan_node *r = row; r < plan->plan.nodes + plan->plan.count; r++)
        if (tn__lint_is_sort(r) && r->parent == row->parent)
            return false;
    return at->block->order_count > 0 && !narrowing->is_equal;
}

/* --- full-scan, like-without-index */

static void report_like(struct tn__lint_planned *plan, const struct tn__lint_table *table,
                        const struct tn__lint_term *like)
{
    struct tn__lint *lint = plan->lint;
    const struct tn__column *column = &table->leaf->table->columns[like->column];
    struct tn__sql_span span = like->at->is_view ? like->at->place : like->span;
    struct tn__diag *diag =
        tn__lint_say(lint, "like-without-index", span, "%s cannot use the index on column '%s': %s",
                     like->is_glob ? "GLOB" : "LIKE", column->name,
                     !like->is_fixed ? "its pattern is neither a literal nor a parameter"
                     : like->is_glob ? "it minds the case of letters, and the index does not"
                                     : "it does not mind the case of letters, and the index does");
    if (!diag)
        return;
    if (!like->is_fixed)
        tn__diag_help(lint->judge->diags, diag, "make the whole pattern a parameter");
    else
        tn__diag_help(lint->judge->diags, diag, "CREATE INDEX … ON %s (%s COLLATE %s)%s",
                      table->leaf->table->name, column->name, like->is_glob ? "BINARY" : "NOCASE",
                      like->is_glob ? "" : "; or GLOB");
}

/* The same, and in the order that is asked for. */
static bool write_sorted_index(struct tn__buf *buf, const struct tn__lint_planned *plan,
                               const struct tn__lint_table *table, const struct tn__plan_node *row)
{
    for (size_t b = 0; b < plan->lint->block_count; b++) {
        const struct tn__lint_block *at = &plan->lint->blocks[b];
        if (tn__lint_first_loop(plan, row) || tn__lint_sorted_by(plan, at) != table ||
            !tn__lint_has_room(plan, table, row, tn__lint_base(at->block->order_by[0])->index,
                               false))
            continue;
        tn__lint_write_order(buf, plan, table, row, at->block);
        return true;
    }
    return tn__lint_write_index(buf, plan, table, row);
}

static void report_scan(struct tn__lint_planned *plan, const struct tn__lint_table *table,
                        const struct tn__plan_node *row, const struct narrowing *narrowing)
{
    struct tn__lint *lint = plan->lint;
    struct tn__diag *diag = tn__lint_say(lint, "full-scan", table->place,
                                         "all of '%s' is read: no index serves what is asked of it",
                                         table->leaf->table->name);
    struct tn__buf buf;
    if (!diag)
        return;
    tn__buf_init(&buf, 0);
    bool is_sure = write_sorted_index(&buf, plan, table, row);
    tn_text text = tn__buf_view(&buf);
    if (is_sure)
        tn__diag_help(lint->judge->diags, diag, "%.*s", (int)text.size, text.data);
    else if (narrowing->is_optional)
        tn__diag_help(lint->judge->diags, diag,
                      "an optional part, so that it is there when it is asked for");
    else if (narrowing->is_searched)
        tn__diag_help(lint->judge->diags, diag, "words are found by a full-text table (fts5)");
    else if (narrowing->like && !narrowing->like->is_glob)
        tn__diag_help(lint->judge->diags, diag,
                      "for patterns that begin with letters: an index on (%s COLLATE NOCASE)",
                      table->leaf->table->columns[narrowing->like->column].name);
    tn__buf_fini(&buf);
}

static size_t count_lines(const struct tn__lint_planned *plan, tn_text name)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->plan.count; i++)
        count += (plan->plan.nodes[i].findings & TN__PLAN_FULL_SCAN) &&
                 tn__lint_is_about(&plan->plan.nodes[i], name);
    return count;
}

/* Of tables of one name, those that an index serves are not the ones that are scanned; whether there is a
 * line of the plan for each of the others. */
static bool is_clear(const struct tn__lint_planned *plan, const struct tn__plan_node *row,
                     tn_text name)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->tables.count; i++)
        if (tn_text_equal(plan->tables.items[i].leaf->name, name))
            count += !narrow(plan, &plan->tables.items[i], row).is_served;
    return count <= count_lines(plan, name);
}

static void check_scan(struct tn__lint_planned *plan, const struct tn__plan_node *row)
{
    for (size_t i = 0; i < plan->tables.count; i++) {
        struct tn__lint_table *table = &plan->tables.items[i];
        tn_text name = table->leaf->name;
        if (table->is_said || !tn__lint_is_about(row, name))
            continue;
        struct narrowing narrowing = narrow(plan, table, row);
        if (!narrowing.is_narrowed || narrowing.is_served ||
            is_ordered_read(plan, table, row, &narrowing) || !is_clear(plan, row, name))
            continue;
        table->is_said = true;
        if (narrowing.like && tn__lint_has_index(table, narrowing.like->column))
            report_like(plan, table, narrowing.like);
        else
            report_scan(plan, table, row, &narrowing);
        return;
    }
}

/* --- auto-index */

/* "a=? AND b=?" as "a, b". */
static void write_columns(struct tn__buf *buf, tn_text text)
{
    size_t open = tn__text_find(text, '(');
    text = tn__text_sub(text, open + 1, text.size);
    text = tn__text_sub(text, 0, tn__text_find(text, ')'));
    while (text.size > 0) {
        size_t end = tn__text_find(text, '=');
        tn__buf_text(buf, tn__text_sub(text, 0, end));
        text = tn__text_sub(text, end + 2, text.size);
        if (tn__text_starts(text, " AND ")) {
            tn__buf_puts(buf, ", ");
            text = tn__text_sub(text, 5, text.size);
        }
    }
}

/* The engine makes an index for this statement alone. Of what is no table, nobody can do better. */
static void check_search(struct tn__lint_planned *plan, const struct tn__plan_node *row)
{
    for (size_t i = 0; i < plan->tables.count; i++) {
        struct tn__lint_table *table = &plan->tables.items[i];
        tn_text name = table->leaf->name;
        if (table->is_said || !tn__lint_is_about(row, name) || !table->terms)
            continue;
        struct tn__diag *diag =
            tn__lint_say(plan->lint, "auto-index", table->place,
                         "each time this runs, an index of '%s' is made for it and dropped",
                         table->leaf->table->name);
        struct tn__buf buf;
        tn__buf_init(&buf, 0);
        tn__lint_begin_index(&buf, table->leaf->table);
        write_columns(&buf, tn_text_of(row->source.data + row->source.size));
        tn__buf_putc(&buf, ')');
        tn_text text = tn__buf_view(&buf);
        if (diag)
            tn__diag_help(plan->lint->judge->diags, diag, "%.*s", (int)text.size, text.data);
        tn__buf_fini(&buf);
        table->is_said = true;
        return;
    }
}

/* --- temp-btree */

/* A few rows of many, sorted for each row around them, hardly are: a subquery's, or a view's. Of the texts with
 * optional parts nobody makes an index for each: the one without any counts. */
static bool is_worth_it(const struct tn__lint_planned *plan, const struct tn__lint_block *at)
{
    const struct tn__judge *judge = plan->lint->judge;
    if (judge->query->variants && judge->key != 0)
        return false;
    return at->query && (at->query->limit || at->query == plan->lint->reading->query);
}

static void check_sort(struct tn__lint_planned *plan, const struct tn__plan_node *sort)
{
    const struct tn__lint_block *found = NULL;
    struct tn__lint_table *table = NULL;
    const struct tn__plan_node *first = tn__lint_first_loop(plan, sort);
    for (size_t b = 0; first && b < plan->lint->block_count; b++) {
        struct tn__lint_table *one = tn__lint_sorted_by(plan, &plan->lint->blocks[b]);
        if (!one || !tn__lint_is_about(first, one->leaf->name))
            continue;
        if (found)
            return; /* which of them is not certain */
        found = &plan->lint->blocks[b];
        table = one;
    }
    if (!found || table->is_said || !is_worth_it(plan, found) ||
        !tn__lint_has_room(plan, table, first, tn__lint_base(found->block->order_by[0])->index,
                           found->query && found->query->limit))
        return;
    struct tn__diag *diag =
        tn__lint_say(plan->lint, "temp-btree", table->place,
                     "the rows of '%s' are sorted each time: no index has them in this order",
                     table->leaf->table->name);
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__lint_write_order(&buf, plan, table, first, found->block);
    tn_text text = tn__buf_view(&buf);
    if (diag)
        tn__diag_help(plan->lint->judge->diags, diag, "%.*s", (int)text.size, text.data);
    tn__buf_fini(&buf);
}

/* Whether there can be a finding at all; most statements find their rows by a key. */
static bool is_open(const struct tn__lint_planned *plan)
{
    for (size_t i = 0; i < plan->tables.count; i++) {
        const struct tn__lint_table *table = &plan->tables.items[i];
        bool is_served = table->terms == NULL;
        for (const struct tn__lint_term *t = table->terms; t && !is_served; t = t->next)
            is_served = t->needs == 0 && tn__lint_is_served(table, t);
        if (!is_served)
            return true;
    }
    for (size_t b = 0; b < plan->lint->block_count; b++)
        if (tn__lint_sorted_by(plan, &plan->lint->blocks[b]))
            return true;
    return false;
}

void tn__lint_plan(struct tn__lint *lint)
{
    struct tn__lint_planned plan = {.lint = lint};
    tn__lint_tables(&plan.tables, lint);
    if (!is_open(&plan))
        return;
    tn__lint_read_plan(&plan);
    for (size_t i = 0; i < plan.plan.count && lint->an->status == TN_OK; i++) {
        const struct tn__plan_node *node = &plan.plan.nodes[i];
        if (node->findings & TN__PLAN_FULL_SCAN)
            check_scan(&plan, node);
        else if (node->findings & TN__PLAN_AUTO_INDEX)
            check_search(&plan, node);
    }
    for (size_t i = 0; i < plan.plan.count && lint->an->status == TN_OK; i++)
        if (tn__lint_is_sort(&plan.plan.nodes[i]))
            check_sort(&plan, &plan.plan.nodes[i]);
}
