/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "sql/walk.h"
#include "util/buf.h"
#include "util/str.h"

/* A literal that a CHECK about its column alone refuses. The engine is asked: the literal, as the column
 * keeps it, under the condition as it is written. */

/* What a value is cast to, so that it and the column compare alike; NULL: it would change. */
static const char *type_of(enum tn__affinity affinity, tn__classes classes)
{
    bool is_int = classes == TN__CLASS_INT;
    bool is_number = classes != 0 && (classes & ~TN__CLASS_NUMBERS) == 0;
    switch (affinity) {
    case TN__AFFINITY_TEXT:
        return classes == TN__CLASS_TEXT ? "TEXT" : NULL;
    case TN__AFFINITY_INTEGER:
        return is_int ? "INTEGER" : NULL;
    case TN__AFFINITY_NUMERIC:
        return is_int ? "NUMERIC" : NULL;
    case TN__AFFINITY_REAL:
        return is_number ? "REAL" : NULL;
    case TN__AFFINITY_BLOB:
        break;
    }
    return NULL;
}

static bool is_written(const struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_NEGATE)
        expr = expr->args[0];
    return tn__lint_is_literal(expr, TN__CLASS_NUMBERS | TN__CLASS_TEXT);
}

/* What a CHECK looks at. */
struct subject {
    const struct tn__column *column;
    bool is_alone; /* it is this column and no other */
    bool is_found;
};

static void on_expr(void *user, const struct tn__ast_expr *expr)
{
    struct subject *subject = user;
    if (expr->select)
        subject->is_alone = false;
    if (expr->kind != TN__AST_COLUMN)
        return;
    if (tn__text_is_nocase(expr->name.text, subject->column->name))
        subject->is_found = true;
    else
        subject->is_alone = false;
}

static bool is_about(const struct tn__check *check, const struct tn__column *column)
{
    struct subject subject = {column, true, false};
    const struct tn__walker walker = {.expr = on_expr, .user = &subject};
    tn__walk_expr(&walker, check->expr);
    return subject.is_found && subject.is_alone;
}

/* SELECT (check) FROM (SELECT CAST(literal AS type) AS column) AS table. */
static void write_question(struct tn__buf *sql, const struct tn__table *table,
                           const struct tn__column *column, tn_text condition, const char *type,
                           tn_text literal)
{
    tn__buf_puts(sql, "SELECT (");
    tn__buf_text(sql, condition);
    tn__buf_puts(sql, ") FROM (SELECT CAST(");
    tn__buf_text(sql, literal);
    tn__buf_printf(sql, " AS %s) AS ", type);
    tn__buf_sql_name(sql, tn_text_of(column->name));
    tn__buf_puts(sql, ") AS ");
    tn__buf_sql_name(sql, tn_text_of(table->name));
}

static bool is_refused(struct tn__lint *lint, const struct tn__buf *sql)
{
    const struct tn__scratch *scratch = lint->judge->scratch;
    struct tn__driver_stmt *stmt = NULL;
    tn_error ignored = {0};
    bool is_false = false;
    int rc = sql->status;
    if (rc == TN_OK)
        rc =
            scratch->driver->prepare(&stmt, scratch->native, sql->data, sql->size, false, &ignored);
    if (rc == TN_OK && scratch->driver->step(stmt, &ignored) == TN_ROW) {
        tn_value value = scratch->driver->column(stmt, 0);
        is_false = value.type == TN_INT && value.as.integer == 0;
    }
    scratch->driver->finalize(stmt);
    if (rc == TN_ENOMEM)
        lint->an->status = rc;
    return is_false;
}

void tn__lint_check(struct tn__lint *lint, const struct tn__column *column,
                    const struct tn__ir_expr *expr, const char *outcome)
{
    const struct tn__table *table = lint->an->target;
    bool is_choice = column->choice_count > 0; /* see tn__lint_choice() */
    if (is_choice || !is_written(expr) || !table->text ||
        lint->judge->stmt->conflict == TN__CONFLICT_IGNORE ||
        !tn__text_is_nocase(tn_text_of(column->collation), "BINARY"))
        return;
    const char *type = type_of(column->affinity, tn__eval(lint->an, expr).classes);
    for (size_t i = 0; type && i < table->check_count; i++) {
        const struct tn__check *check = &table->checks[i];
        if (!is_about(check, column))
            continue;
        tn_text condition = tn__sql_bytes(table->text, check->expr->span);
        struct tn__buf sql;
        tn__buf_init(&sql, 0);
        write_question(&sql, table, column, condition, type, tn__lint_text(lint, expr->span));
        if (is_refused(lint, &sql))
            (void)tn__lint_say(
                lint, "impossible-insert", expr->span,
                check->expr->is_bracketed ? "column '%s' of '%s' has CHECK %.*s: %s"
                                          : "column '%s' of '%s' has CHECK (%.*s): %s",
                column->name, table->name, (int)condition.size, condition.data, outcome);
        tn__buf_fini(&sql);
    }
}
