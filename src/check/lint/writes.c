/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "infer/sqlite/resolve.h"
#include "util/buf.h"
#include "util/str.h"

/* impossible-insert: what is to be written breaks a constraint of its table, whatever else there is.
 * A value that a list of choices does not have is an impossible-value, as in a condition. */

/* Whether a constraint of the column, or of the table about it, says what to do instead of failing. */
static bool has_clause(const struct tn__table *table, tn_text column)
{
    if (!table->stmt)
        return true; /* nobody knows */
    for (const struct tn__ast_column_def *def = table->stmt->column_defs; def; def = def->next)
        if (tn__text_equal_nocase(def->name.text, column))
            for (const struct tn__ast_constraint *c = def->constraints.first; c; c = c->next)
                if (c->conflict == TN__CONFLICT_REPLACE || c->conflict == TN__CONFLICT_IGNORE)
                    return true;
    return false;
}

/* NULL is not taken, and nothing stands in for it. */
static bool refuses_null(const struct tn__lint *lint, const struct tn__column *column)
{
    enum tn__ast_conflict conflict = lint->judge->stmt->conflict;
    return column->is_not_null && !column->is_rowid_alias && !column->is_generated &&
           conflict != TN__CONFLICT_REPLACE && conflict != TN__CONFLICT_IGNORE &&
           !has_clause(lint->an->target, tn_text_of(column->name));
}

/* A trigger that may pass over a row before its constraints are looked at: RAISE(IGNORE). */
static bool may_pass_over(const struct tn__table *table)
{
    for (size_t t = 0; t < table->trigger_count; t++) {
        const struct tn__sql *text = table->triggers[t].text;
        for (size_t i = 0; text && i < text->count; i++)
            if (tn__sql_is(text, i, "IGNORE"))
                return true;
        if (!text)
            return true;
    }
    return false;
}

/* What becomes of a statement with such a value. It succeeds where there is no row that would get it. */
static const char *outcome(bool has_row)
{
    return has_row ? "this never succeeds" : "no row ever gets that";
}

/* `has_row`: there is one in any case, as of VALUES. */
static void check_value(struct tn__lint *lint, tn_text name, const struct tn__ir_expr *expr,
                        bool has_row)
{
    const struct tn__column *column = tn__table_column(lint->an->target, name);
    if (!column)
        return;
    tn__lint_choice(lint, column, expr);
    if (may_pass_over(lint->an->target))
        return;
    tn__lint_check(lint, column, expr, outcome(has_row));
    if (!refuses_null(lint, column) || tn__eval(lint->an, expr).classes != TN__CLASS_NULL)
        return;
    (void)tn__lint_say(lint, "impossible-insert", expr->span, "column '%s' of '%s' is NOT NULL: %s",
                       column->name, lint->an->target->name, outcome(has_row));
}

/* --- SET */

void tn__lint_walk_sets(const struct tn__lint *lint, const struct tn__ir_walker *walker)
{
    for (uint32_t i = 0; i < lint->an->set_count; i++)
        tn__ir_walk_expr(walker, lint->an->sets[i].expr, NULL);
}

static void check_sets(struct tn__lint *lint)
{
    for (uint32_t i = 0; i < lint->an->set_count; i++) {
        const struct tn__set *set = &lint->an->sets[i];
        if (set->count == 1 && set->expr->kind != TN__IR_ROW)
            check_value(lint, set->wants[0].name, set->expr, false);
        for (uint32_t a = 0; set->expr->kind == TN__IR_ROW && a < set->expr->arg_count; a++)
            if (a < set->count)
                check_value(lint, set->wants[a].name, set->expr->args[a], false);
    }
}

/* --- INSERT */

static bool is_filled(const struct tn__lint *lint, const struct tn__column *column)
{
    for (uint32_t i = 0; i < lint->an->insert_count; i++)
        if (tn__text_is_nocase(lint->an->inserts[i].name, column->name))
            return true;
    return false;
}

/* Columns that must have a value, and are not in the list. */
static void check_left_out(struct tn__lint *lint)
{
    const struct tn__ast_stmt *stmt = lint->judge->stmt;
    const struct tn__table *table = lint->an->target;
    bool has_row = !lint->an->inserted || lint->an->inserted->blocks[0].is_values;
    bool is_all = (lint->an->inserted && !stmt->has_columns) || may_pass_over(table);
    for (size_t i = 0; i < table->column_count && !is_all; i++) {
        const struct tn__column *column = &table->columns[i];
        bool is_missing = !lint->an->inserted || !is_filled(lint, column);
        if (!is_missing || column->default_sql || !refuses_null(lint, column))
            continue;
        struct tn__diag *diag =
            tn__lint_say(lint, "impossible-insert", stmt->target.name.span,
                         "column '%s' of '%s' is NOT NULL, has no default and is left out: %s",
                         column->name, table->name, outcome(has_row));
        if (diag)
            tn__diag_help(lint->judge->diags, diag, "a value for '%s'", column->name);
        return;
    }
}

static void check_items(struct tn__lint *lint, const struct tn__ir_block *block,
                        uint32_t block_count)
{
    uint32_t rows = block->is_values ? block->row_count : 1;
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t i = 0; i < block->column_count && i < lint->an->insert_count; i++) {
            const struct tn__ir_item *item = &block->items[r * block->column_count + i];
            if (!item->is_star)
                check_value(lint, lint->an->inserts[i].name, item->expr,
                            block->is_values && block_count == 1);
        }
}

void tn__lint_writes(struct tn__lint *lint)
{
    const struct tn__analysis *an = lint->an;
    if (!an->target || an->target->kind != TN__TABLE)
        return;
    check_sets(lint);
    if (lint->judge->stmt->kind != TN__STMT_AST_INSERT)
        return;
    check_left_out(lint);
    for (uint32_t b = 0; an->inserted && b < an->inserted->block_count; b++)
        check_items(lint, &an->inserted->blocks[b], an->inserted->block_count);
}
