/* SPDX-License-Identifier: MIT */
#include "check/lint/plan.h"

#include "util/str.h"

/*
 * How the engine means to find the rows: EXPLAIN QUERY PLAN on the scratch engine, which has no rows and
 * no statistics. What is said of a plan holds where conditions and order call for an index that is not
 * there; a table that is read as a whole on purpose is none of our business.
 */

enum row_kind {
    ROW_SCAN,
    ROW_SEARCH,
    ROW_SORT,
    ROW_OTHER
};

/* A line of the plan. */
struct row {
    int64_t parent;
    enum row_kind kind;
    tn_text name; /* of a table, with what stands behind it */
    const struct row *next;
};

struct plan {
    struct tn__lint *lint;
    struct tn__lint_tables tables;
    const struct row *rows;
};

/* --- reading it */

static const struct {
    const char *words;
    enum row_kind kind;
} beginnings[] = {
    {"SCAN ", ROW_SCAN},
    {"SEARCH ", ROW_SEARCH},
    {"USE TEMP B-TREE FOR ORDER BY", ROW_SORT},
};

static bool add_row(struct plan *plan, struct row **last, int64_t parent, tn_text detail)
{
    struct row *row = TN__AN_NEW(plan->lint->an, struct row);
    tn_text copy = {0};
    if (!row || tn_arena_text(plan->lint->an->arena, &copy, detail) != TN_OK)
        return false;
    *row = (struct row){.parent = parent, .kind = ROW_OTHER};
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
        if (tn__text_starts(copy, beginnings[i].words)) {
            row->kind = beginnings[i].kind;
            row->name = tn__text_sub(copy, strlen(beginnings[i].words), copy.size);
        }
    if (tn__text_starts(row->name, "main."))
        row->name = tn__text_sub(row->name, 5, row->name.size);
    if (*last)
        (*last)->next = row;
    else
        plan->rows = row;
    *last = row;
    return true;
}

static void read_plan(struct plan *plan)
{
    const struct tn__scratch *scratch = plan->lint->judge->scratch;
    const struct tn__driver *driver = scratch->driver;
    struct tn__driver_stmt *stmt = NULL;
    struct row *last = NULL;
    struct tn__buf sql;
    tn_error ignored = {0};
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, "EXPLAIN QUERY PLAN ");
    tn__buf_text(&sql, plan->lint->judge->text.text);
    tn_text text = tn__buf_view(&sql);
    int rc = sql.status;
    if (rc == TN_OK)
        rc = driver->prepare(&stmt, scratch->native, text.data, text.size, false, &ignored);
    while (rc == TN_OK && driver->step(stmt, &ignored) == TN_ROW) {
        tn_value parent = driver->column(stmt, 1);
        tn_value detail = driver->column(stmt, 3);
        if (!add_row(plan, &last, parent.as.integer, detail.as.text))
            rc = TN_ENOMEM;
    }
    driver->finalize(stmt);
    tn__buf_fini(&sql);
    if (rc == TN_ENOMEM)
        plan->lint->an->status = rc;
}

/* --- lines and tables */

/* Whether a line is about the relation of this name. */
static bool is_about(const struct row *row, tn_text name)
{
    if ((row->kind != ROW_SCAN && row->kind != ROW_SEARCH) || row->name.size < name.size ||
        !tn_text_equal(tn__text_sub(row->name, 0, name.size), name))
        return false;
    return row->name.size == name.size || row->name.data[name.size] == ' ';
}

static tn_text behind(const struct row *row, tn_text name)
{
    return tn__text_sub(row->name, name.size, row->name.size);
}

/* Whether the leaves are read in loops around that of the line. */
static bool is_known_before(const struct plan *plan, const struct row *row,
                            const struct tn__lint_term *term)
{
    for (uint32_t i = 0; i < term->at->block->leaf_count; i++) {
        bool is_found = !(term->needs >> i & 1);
        tn_text name = term->at->block->leaves[i]->name;
        for (const struct row *r = plan->rows; r != row && !is_found; r = r->next)
            is_found = r->parent == row->parent && name.data && is_about(r, name);
        if (!is_found)
            return false;
    }
    return true;
}

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

static struct narrowing narrow(const struct plan *plan, const struct tn__lint_table *table,
                               const struct row *row)
{
    struct narrowing out = {.is_searched = true};
    bool is_like = true;
    for (const struct tn__lint_term *t = table->terms; t; t = t->next) {
        if (!is_known_before(plan, row, t))
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
static bool is_ordered_read(const struct tn__lint_table *table, const struct row *row,
                            const struct narrowing *narrowing)
{
    const struct tn__lint_block *at = narrowing->limited ? narrowing->limited->at : table->at;
    if (!at->query || !at->query->limit)
        return false;
    if (tn__text_starts(behind(row, table->leaf->name), " USING "))
        return true;
    for (const struct row *r = row; r; r = r->next)
        if (r->kind == ROW_SORT && r->parent == row->parent)
            return false;
    return at->block->order_count > 0 && !narrowing->is_equal;
}

/* --- the index that would serve */

static void add_column(struct tn__buf *buf, const struct tn__lint_table *table, uint32_t column,
                       tn_text collation, bool is_first)
{
    const char *name = table->leaf->table->columns[column].name;
    tn__buf_puts(buf, is_first ? "" : ", ");
    tn__sql_put_name(buf, tn_text_of(name));
    if (collation.data)
        tn__buf_printf(buf, " COLLATE %.*s", (int)collation.size, collation.data);
}

static void begin_index(struct tn__buf *buf, const struct tn__table *table)
{
    tn__buf_puts(buf, "CREATE INDEX … ON ");
    tn__sql_put_name(buf, tn_text_of(table->name));
    tn__buf_puts(buf, " (");
}

/* Terms are kept last first: the index is to have them in the order of writing. */
static size_t add_equals(struct tn__buf *buf, const struct plan *plan,
                         const struct tn__lint_table *table, const struct row *row,
                         const struct tn__lint_term *term)
{
    if (!term)
        return 0;
    size_t count = add_equals(buf, plan, table, row, term->next);
    bool is_equal = term->kind == TN__LINT_EQUAL || term->kind == TN__LINT_FLAG;
    if (!is_equal || !term->is_plain || !is_known_before(plan, row, term) ||
        term->column >= table->leaf->table->column_count)
        return count;
    add_column(buf, table, term->column, term->collation, count == 0);
    return count + 1;
}

/* Columns that are equal to something, then one that is among several or in a range. False: there is no
 * index that would surely serve. */
static bool write_index(struct tn__buf *buf, const struct plan *plan,
                        const struct tn__lint_table *table, const struct row *row)
{
    begin_index(buf, table->leaf->table);
    size_t count = add_equals(buf, plan, table, row, table->terms);
    for (int pass = 0; pass < 2; pass++)
        for (const struct tn__lint_term *t = table->terms; t; t = t->next) {
            bool is_meant = t->kind == (pass == 0 ? TN__LINT_AMONG : TN__LINT_RANGE);
            if (!is_meant || !t->is_plain || !is_known_before(plan, row, t) ||
                t->column >= table->leaf->table->column_count)
                continue;
            add_column(buf, table, t->column, t->collation, count == 0);
            tn__buf_putc(buf, ')');
            return true;
        }
    tn__buf_putc(buf, ')');
    return count > 0;
}

/* --- the order that is asked for */

/* The table whose columns, as they are, the block is sorted by; NULL: it is something else. */
static struct tn__lint_table *sorted_by(const struct plan *plan, const struct tn__lint_block *at)
{
    const struct tn__ir_block *block = at->block;
    const struct tn__ir_rel *leaf = NULL;
    if (block->order_count == 0 || block->is_aggregate || block->is_distinct || !block->orders)
        return NULL;
    for (uint32_t i = 0; i < block->order_count; i++) {
        const struct tn__ir_expr *term = block->order_by[i];
        const struct tn__ir_expr *column = tn__lint_base(term);
        if (!column || column->index == TN__IR_ROWID || (leaf && column->rel != leaf) ||
            block->orders[i] == TN__IR_ODD)
            return NULL;
        leaf = column->rel;
    }
    return tn__lint_table_of(&plan->tables, leaf);
}

/* Whether conditions leave room for the order behind columns that are equal to something. */
static bool has_room(const struct plan *plan, const struct tn__lint_table *table,
                     const struct row *first, uint32_t order, bool is_limited)
{
    size_t equals = 0;
    for (const struct tn__lint_term *t = table->terms; t; t = t->next) {
        if (!is_known_before(plan, first, t))
            continue;
        bool is_equal = t->kind == TN__LINT_EQUAL || t->kind == TN__LINT_FLAG;
        bool is_own_range = t->kind == TN__LINT_RANGE && t->column == order;
        if ((!is_equal && !is_own_range) || !t->is_plain)
            return false;
        equals += is_equal;
    }
    return equals > 0 || is_limited;
}

static void write_order(struct tn__buf *buf, const struct plan *plan,
                        const struct tn__lint_table *table, const struct row *first,
                        const struct tn__ir_block *block)
{
    bool is_mixed = false;
    begin_index(buf, table->leaf->table);
    size_t count = add_equals(buf, plan, table, first, table->terms);
    for (uint32_t i = 1; i < block->order_count; i++)
        is_mixed = is_mixed || block->orders[i] != block->orders[0];
    for (uint32_t i = 0; i < block->order_count; i++) {
        const struct tn__ir_expr *column = tn__lint_base(block->order_by[i]);
        bool is_last = i > 0 && i + 1 == block->order_count;
        if (is_last && !is_mixed && table->leaf->table->columns[column->index].is_rowid_alias)
            break; /* every index ends with it */
        add_column(buf, table, column->index, (tn_text){0}, count == 0 && i == 0);
        if (is_mixed && block->orders[i] == TN__IR_DESC)
            tn__buf_puts(buf, " DESC");
    }
    tn__buf_putc(buf, ')');
}

/* The outermost loop of what is sorted at a line: its order is that of the rows. */
static const struct row *first_loop(const struct plan *plan, const struct row *sort)
{
    for (const struct row *r = plan->rows; r != sort; r = r->next)
        if (r->parent == sort->parent)
            return r;
    return NULL;
}

/* --- full-scan, like-without-index */

static void report_like(struct plan *plan, const struct tn__lint_table *table,
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
static bool write_sorted_index(struct tn__buf *buf, const struct plan *plan,
                               const struct tn__lint_table *table, const struct row *row)
{
    for (size_t b = 0; b < plan->lint->block_count; b++) {
        const struct tn__lint_block *at = &plan->lint->blocks[b];
        if (first_loop(plan, row) || sorted_by(plan, at) != table ||
            !has_room(plan, table, row, tn__lint_base(at->block->order_by[0])->index, false))
            continue;
        write_order(buf, plan, table, row, at->block);
        return true;
    }
    return write_index(buf, plan, table, row);
}

static void report_scan(struct plan *plan, const struct tn__lint_table *table,
                        const struct row *row, const struct narrowing *narrowing)
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
        tn__diag_help(lint->judge->diags, diag, "two queries: with the condition, and without it");
    else if (narrowing->is_searched)
        tn__diag_help(lint->judge->diags, diag, "words are found by a full-text table (fts5)");
    else if (narrowing->like && !narrowing->like->is_glob)
        tn__diag_help(lint->judge->diags, diag,
                      "for patterns that begin with letters: an index on (%s COLLATE NOCASE)",
                      table->leaf->table->columns[narrowing->like->column].name);
    tn__buf_fini(&buf);
}

static size_t count_lines(const struct plan *plan, tn_text name)
{
    size_t count = 0;
    for (const struct row *r = plan->rows; r; r = r->next)
        count += r->kind == ROW_SCAN && is_about(r, name);
    return count;
}

/* Of tables of one name, those that an index serves are not the ones that are scanned; whether there is a
 * line of the plan for each of the others. */
static bool is_clear(const struct plan *plan, const struct row *row, tn_text name)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->tables.count; i++)
        if (tn_text_equal(plan->tables.items[i].leaf->name, name))
            count += !narrow(plan, &plan->tables.items[i], row).is_served;
    return count <= count_lines(plan, name);
}

static void check_scan(struct plan *plan, const struct row *row)
{
    for (size_t i = 0; i < plan->tables.count; i++) {
        struct tn__lint_table *table = &plan->tables.items[i];
        tn_text name = table->leaf->name;
        if (table->is_said || !is_about(row, name))
            continue;
        struct narrowing narrowing = narrow(plan, table, row);
        if (!narrowing.is_narrowed || narrowing.is_served ||
            is_ordered_read(table, row, &narrowing) || !is_clear(plan, row, name))
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
static void check_search(struct plan *plan, const struct row *row)
{
    for (size_t i = 0; i < plan->tables.count; i++) {
        struct tn__lint_table *table = &plan->tables.items[i];
        tn_text name = table->leaf->name;
        if (table->is_said || !is_about(row, name) ||
            !tn__text_starts(behind(row, name), " USING AUTOMATIC ") || !table->terms)
            continue;
        struct tn__diag *diag =
            tn__lint_say(plan->lint, "auto-index", table->place,
                         "each time this runs, an index of '%s' is made for it and dropped",
                         table->leaf->table->name);
        struct tn__buf buf;
        tn__buf_init(&buf, 0);
        begin_index(&buf, table->leaf->table);
        write_columns(&buf, behind(row, name));
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

static void check_sort(struct plan *plan, const struct row *sort)
{
    const struct tn__lint_block *found = NULL;
    struct tn__lint_table *table = NULL;
    const struct row *first = first_loop(plan, sort);
    for (size_t b = 0; first && b < plan->lint->block_count; b++) {
        struct tn__lint_table *one = sorted_by(plan, &plan->lint->blocks[b]);
        if (!one || !is_about(first, one->leaf->name))
            continue;
        if (found)
            return; /* which of them is not certain */
        found = &plan->lint->blocks[b];
        table = one;
    }
    if (!found || table->is_said ||
        !has_room(plan, table, first, tn__lint_base(found->block->order_by[0])->index,
                  found->query && found->query->limit))
        return;
    struct tn__diag *diag =
        tn__lint_say(plan->lint, "temp-btree", table->place,
                     "the rows of '%s' are sorted each time: no index has them in this order",
                     table->leaf->table->name);
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    write_order(&buf, plan, table, first, found->block);
    tn_text text = tn__buf_view(&buf);
    if (diag)
        tn__diag_help(plan->lint->judge->diags, diag, "%.*s", (int)text.size, text.data);
    tn__buf_fini(&buf);
}

void tn__lint_plan(struct tn__lint *lint)
{
    struct plan plan = {.lint = lint};
    tn__lint_tables(&plan.tables, lint);
    if (plan.tables.count == 0)
        return;
    read_plan(&plan);
    for (const struct row *r = plan.rows; r && lint->an->status == TN_OK; r = r->next) {
        if (r->kind == ROW_SCAN)
            check_scan(&plan, r);
        else if (r->kind == ROW_SEARCH)
            check_search(&plan, r);
    }
    for (const struct row *r = plan.rows; r && lint->an->status == TN_OK; r = r->next)
        if (r->kind == ROW_SORT)
            check_sort(&plan, r);
}
