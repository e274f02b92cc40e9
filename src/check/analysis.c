/* SPDX-License-Identifier: MIT */
#include "check/judge.h"

#include <stdlib.h>

#include "util/buf.h"
#include "util/str.h"

/*
 * What Tenon's own analysis says of a statement, and whether the engine agrees. It is asked for what
 * it can tell: the number of columns, their names, where they come from, what it reads. Where the two
 * differ, nothing is believed but the engine: every column is any, nullable.
 */

/* What SELECT * FROM a table-valued function gives. */
int tn__judge_columns_of(const tn_text **out, size_t *out_count, void *user, tn_text name)
{
    struct tn__judge *judge = user;
    struct tn__described described = {0};
    struct tn__buf sql;
    tn_error ignored = {0};
    tn_text text;
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, "SELECT * FROM ");
    tn__buf_sql_name(&sql, name);
    int rc = tn__buf_to_arena(&sql, judge->arena, &text);
    tn__buf_fini(&sql);
    if (rc == TN_OK && tn__describe(&described, judge, text, &ignored) == TN_ENOMEM)
        rc = TN_ENOMEM;
    tn_text *names = tn_arena_array(judge->arena, described.column_count, sizeof(*names));
    if (rc != TN_OK || !names)
        return TN_ENOMEM;
    for (size_t i = 0; i < described.column_count; i++)
        names[i] = described.columns[i].name;
    *out = names;
    *out_count = described.column_count;
    return TN_OK;
}

/* What the engine says otherwise; NULL: it agrees. */
static const char *contradiction_of(const struct tn__judge *judge)
{
    const struct tn__described *engine = &judge->described;
    const struct tn__analysed *ours = &judge->analysed;
    if (engine->column_count != ours->column_count)
        return "another number of columns";
    for (size_t i = 0; i < engine->column_count; i++) {
        const struct tn__described_column *theirs = &engine->columns[i];
        const struct tn__analysed_column *column = &ours->columns[i];
        if (!theirs->table.data || !theirs->column.data || !column->table)
            continue;
        bool is_rowid = !column->column && tn__is_rowid_name(theirs->column);
        bool is_same_table = tn__text_is_nocase(theirs->table, column->table->name);
        bool is_same_column = column->column
                                  ? tn__text_is_nocase(theirs->column, column->column->name)
                                  : is_rowid || tn__table_column(column->table, theirs->column);
        if (!is_same_table || !is_same_column)
            return "another origin of a column";
    }
    return NULL;
}

static int compare_columns(const void *a, const void *b)
{
    const struct tn__column *const *x = a;
    const struct tn__column *const *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The columns that the engine read, sorted by where they are kept. NULL without memory. */
static const struct tn__column **read_columns(size_t *out_count, struct tn__judge *judge)
{
    const struct tn__described *engine = &judge->described;
    const struct tn__column **columns =
        tn_arena_array(judge->arena, engine->read_count, sizeof(const struct tn__column *));
    size_t count = 0;
    if (!columns) {
        judge->status = TN_ENOMEM;
        return NULL;
    }
    for (size_t i = 0; i < engine->read_count; i++) {
        const struct tn__read *read = &engine->reads[i];
        const struct tn__table *table = tn__catalog_table(&judge->checked->catalog, read->table);
        const struct tn__column *column = table ? tn__table_column(table, read->column) : NULL;
        if (column)
            columns[count++] = column;
    }
    qsort(columns, count, sizeof(const struct tn__column *), compare_columns);
    *out_count = count;
    return columns;
}

static const char *unread_column(struct tn__judge *judge)
{
    const struct tn__analysed *ours = &judge->analysed;
    size_t count = 0;
    if (judge->stmt->kind != TN__STMT_AST_SELECT)
        return NULL;
    const struct tn__column **read = read_columns(&count, judge);
    for (size_t i = 0; read && i < ours->column_count; i++)
        if (ours->columns[i].table && ours->columns[i].column &&
            ours->columns[i].table->kind == TN__TABLE &&
            !bsearch(&ours->columns[i].column, read, count, sizeof(const struct tn__column *),
                     compare_columns))
            return "a column that it does not read";
    return NULL;
}

static void disagree(struct tn__judge *judge, const char *what)
{
    judge->analysed.is_certain = false;
    judge->analysed.is_single_row = false;
    judge->analysed.star_count = 0;
    judge->analysed.reason = what;
    struct tn__diag *diag =
        tn__diags_add(judge->diags, "engine-disagrees", tn__judge_place(judge, 0, 0),
                      "of '%s' the engine says otherwise than Tenon: %s; nothing is taken for "
                      "certain",
                      judge->query->name, what);
    tn__diag_help(judge->diags, diag, "this is a fault of Tenon's: please report it");
}

void tn__judge_analyse(struct tn__judge *judge, const struct tn__analysed_param *said)
{
    const struct tn__parse_fault *faults = NULL;
    int rc = judge->stmt ? TN_OK : tn__sql_parse(&judge->stmt, &faults, &judge->sql, judge->arena);
    judge->analysed = (struct tn__analysed){0};
    if (rc == TN_ENOMEM) {
        judge->status = rc;
        return;
    }
    if (rc != TN_OK) {
        judge->stmt = NULL;
        judge->analysed.reason = "the statement is not understood";
        if (judge->described.column_count > 0)
            disagree(judge, faults ? faults->message : "it cannot be parsed");
        return;
    }
    rc = tn__analyse(&judge->analysed, judge->stmt, &judge->sql, &judge->params, said,
                     &judge->analyse, judge->arena);
    if (rc != TN_OK) {
        judge->status = rc;
        return;
    }
    if (!judge->analysed.is_certain)
        return;
    const char *what = contradiction_of(judge);
    if (!what)
        what = unread_column(judge);
    if (what)
        disagree(judge, what);
}
