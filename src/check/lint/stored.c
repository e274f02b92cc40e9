/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "util/buf.h"
#include "util/str.h"

/*
 * impossible-insert and impossible-value of PostgreSQL: what is stored breaks a constraint of its table. The
 * server looks at NOT NULL and CHECK before ON CONFLICT, and has put in defaults where a column has one.
 */

enum {
    MOST_LEVELS = 8 /* of queries that a value comes through */
};

/* A value on its way into a column. */
struct storing {
    struct tn__lint *lint;
    const struct tn__stored *stored;
    bool has_row; /* there is one in any case */
};

static const char *outcome(const struct storing *storing)
{
    return storing->has_row ? "this never succeeds" : "no row ever gets that";
}

static bool refuses_null(const struct tn__column *column)
{
    return column->is_not_null && !column->is_generated;
}

/* --- CHECK ------------------------------------------------------------------------------------- */

/* The literal under the condition as the server keeps it. One that asks for other columns fails to prepare. */
static bool is_false(struct tn__lint *lint, const struct tn__buf *sql)
{
    const struct tn__scratch *scratch = lint->judge->scratch;
    struct tn__driver_stmt *stmt = NULL;
    tn_error ignored = {0};
    bool found = false;
    int rc = sql->status;
    if (rc == TN_OK)
        rc =
            scratch->driver->prepare(&stmt, scratch->native, sql->data, sql->size, false, &ignored);
    if (rc == TN_OK && scratch->driver->step(stmt, &ignored) == TN_ROW) {
        tn_value value = scratch->driver->column(stmt, 0);
        found = value.type == TN_BOOL && !value.as.boolean;
    }
    if (stmt)
        scratch->driver->finalize(stmt);
    if (rc == TN_ENOMEM)
        lint->an->status = rc;
    return found;
}

/* SELECT (check) FROM (SELECT CAST(literal AS type) AS column) AS table. */
static void write_question(struct tn__buf *sql, const struct tn__table *table,
                           const struct tn__column *column, const char *condition, tn_text literal)
{
    tn__buf_printf(sql, "SELECT (%s) FROM (SELECT CAST(", condition);
    tn__buf_text(sql, literal);
    tn__buf_printf(sql, " AS %s) AS ", column->declared);
    tn__buf_sql_name(sql, tn_text_of(column->name));
    tn__buf_puts(sql, ") AS ");
    tn__buf_sql_name(sql, tn_text_of(table->name));
}

static void check_conditions(const struct storing *storing, const struct tn__ir_expr *expr)
{
    struct tn__lint *lint = storing->lint;
    const struct tn__column *column = storing->stored->column;
    const struct tn__table *table = storing->stored->change->table;
    bool is_written = tn__lint_is_literal(expr, TN__CLASS_INT | TN__CLASS_TEXT) &&
                      expr->span.end > expr->span.begin;
    if (!is_written || column->choice_count > 0)
        return;
    for (size_t i = 0; i < table->check_count; i++) {
        struct tn__buf sql;
        const char *condition = table->checks[i].sql;
        if (!condition || !strstr(condition, column->name))
            continue;
        tn__buf_init(&sql, 0);
        write_question(&sql, table, column, condition, tn__lint_text(lint, expr->span));
        if (is_false(lint, &sql))
            (void)tn__lint_say(lint, "impossible-insert", expr->span,
                               condition[0] == '(' ? "column '%s' of '%s' has CHECK %s: %s"
                                                   : "column '%s' of '%s' has CHECK (%s): %s",
                               column->name, tn__table_label(table), condition, outcome(storing));
        tn__buf_fini(&sql);
    }
}

/* --- values ------------------------------------------------------------------------------------ */

static void check_one(const struct storing *storing, const struct tn__ir_expr *expr)
{
    struct tn__lint *lint = storing->lint;
    const struct tn__column *column = storing->stored->column;
    const struct tn__change *change = storing->stored->change;
    tn__lint_choice(lint, column, expr);
    if (change->may_differ)
        return;
    check_conditions(storing, expr);
    if (refuses_null(column) && tn__eval(lint->an, expr).classes == TN__CLASS_NULL)
        (void)tn__lint_say(lint, "impossible-insert", expr->span,
                           "column '%s' of '%s' is NOT NULL: %s", column->name,
                           tn__table_label(change->table), outcome(storing));
}

/* Through the rows of VALUES, and the queries that an INSERT takes its rows from. */
static void check_value(const struct storing *storing, const struct tn__ir_expr *expr, int levels)
{
    bool is_of_query = expr->kind == TN__IR_COLUMN && expr->index != TN__IR_ROWID &&
                       expr->rel->kind == TN__IR_DERIVED;
    const struct tn__ir_query *query = is_of_query ? expr->rel->query : NULL;
    if (!query) {
        check_one(storing, expr);
        return;
    }
    for (uint32_t b = 0; b < query->block_count && !query->is_recursive && levels > 0; b++) {
        const struct tn__ir_block *block = &query->blocks[b];
        uint32_t rows = block->is_values ? block->row_count : 1;
        for (uint32_t r = 0; r < rows && expr->index < block->column_count; r++)
            check_value(storing, block->items[r * block->column_count + expr->index].expr,
                        levels - 1);
    }
}

/* --- columns that are left out ------------------------------------------------------------------ */

static bool is_stored(const struct tn__lint *lint, const struct tn__change *change,
                      const struct tn__column *column)
{
    for (const struct tn__stored *s = lint->reading->stored; s; s = s->next)
        if (s->change == change && s->column == column)
            return true;
    return false;
}

/* Of the statement's own INSERT: at the name of its table. */
static void check_left_out(struct tn__lint *lint, const struct tn__change *change)
{
    const struct tn__table *table = change->table;
    const struct tn__sql *sql = &lint->judge->sql;
    size_t at = 0;
    while (at < sql->count && !tn__sql_is(sql, at, "INTO"))
        at++;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct tn__column *column = &table->columns[i];
        bool has_default = column->default_sql || column->identity ||
                           (column->type && column->type->kind == TN__SERVER_DOMAIN);
        if (has_default || !refuses_null(column) || is_stored(lint, change, column))
            continue;
        bool is_named = at + 1 < sql->count;
        struct tn__diag *diag =
            tn__lint_add(lint->judge->diags, lint->judge->query, "impossible-insert",
                         tn__judge_place(lint->judge, is_named ? at + 1 : 0, is_named ? at + 2 : 0),
                         "column '%s' of '%s' is NOT NULL, has no default and is left out: %s",
                         column->name, tn__table_label(table),
                         change->has_row ? "this never succeeds" : "no row ever gets in");
        if (diag)
            tn__diag_help(lint->judge->diags, diag, "a value for '%s'", column->name);
        return;
    }
}

/* --- */

static bool is_known(const struct tn__change *change)
{
    return change->table && change->table->kind == TN__TABLE;
}

/* NULL: there is none, or another in WITH. */
static const struct tn__change *only_insert(const struct tn__reading *reading)
{
    const struct tn__change *found = NULL;
    for (const struct tn__change *c = reading->changes; c; c = c->next) {
        if (c->is_insert && found)
            return NULL;
        found = c->is_insert ? c : found;
    }
    return found;
}

void tn__lint_stored(struct tn__lint *lint)
{
    const struct tn__reading *reading = lint->reading;
    const struct tn__change *insert = only_insert(reading);
    for (const struct tn__stored *stored = reading->stored; stored; stored = stored->next) {
        const struct storing storing = {lint, stored, stored->change->has_row};
        if (is_known(stored->change))
            check_value(&storing, stored->expr, MOST_LEVELS);
    }
    if (insert && reading->kind == TN__STMT_AST_INSERT && is_known(insert) && !insert->may_differ)
        check_left_out(lint, insert);
}

void tn__lint_large(struct tn__lint *lint)
{
    tn__pg_lint_plan(lint->judge);
}
