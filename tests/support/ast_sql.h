/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_AST_SQL_H
#define TN_TEST_AST_SQL_H

/*
 * A tree written back as SQL with parentheses around every expression that has parts, so that the
 * text says what the tree says and not what a precedence makes of it. Names and literals are the
 * bytes of their tokens.
 */

#include "sql/parse.h"
#include "util/buf.h"

struct ast_sql {
    const struct tn__sql *sql;
    struct tn__buf *buf;
};

static void ast_sql_expr(struct ast_sql *w, const struct tn__ast_expr *expr);
static void ast_sql_select(struct ast_sql *w, const struct tn__ast_select *select);

static inline void ast_sql_puts(struct ast_sql *w, const char *text)
{
    tn__buf_puts(w->buf, text);
}

static inline void ast_sql_span(struct ast_sql *w, struct tn__sql_span span)
{
    tn__buf_text(w->buf, tn__sql_bytes(w->sql, span));
}

/* "before name", or nothing if none is written. */
static inline void ast_sql_name(struct ast_sql *w, const char *before, struct tn__ast_name name)
{
    if (!name.text.data)
        return;
    ast_sql_puts(w, before);
    ast_sql_span(w, name.span);
}

static inline void ast_sql_path(struct ast_sql *w, struct tn__ast_name a, struct tn__ast_name b)
{
    ast_sql_name(w, "", a);
    ast_sql_name(w, a.text.data ? "." : "", b);
}

static inline void ast_sql_names(struct ast_sql *w, const struct tn__ast_names *names)
{
    ast_sql_puts(w, "(");
    for (const struct tn__ast_name_item *i = names->first; i; i = i->next)
        ast_sql_name(w, i == names->first ? "" : ", ", i->name);
    ast_sql_puts(w, ")");
}

/* "before expr", or nothing without one. */
static inline void ast_sql_part(struct ast_sql *w, const char *before,
                                const struct tn__ast_expr *expr)
{
    if (!expr)
        return;
    ast_sql_puts(w, before);
    ast_sql_expr(w, expr);
}

static void ast_sql_item(struct ast_sql *w, const struct tn__ast_item *item)
{
    if (item->is_star) {
        ast_sql_name(w, "", item->table);
        ast_sql_puts(w, item->table.text.data ? ".*" : "*");
    } else {
        ast_sql_expr(w, item->expr);
    }
    ast_sql_name(w, " AS ", item->alias);
    if (item->is_desc)
        ast_sql_puts(w, " DESC");
    if (item->nulls_first || item->nulls_last)
        ast_sql_puts(w, item->nulls_first ? " NULLS FIRST" : " NULLS LAST");
}

/* "before a, b", or nothing if there is none. */
static inline void ast_sql_items(struct ast_sql *w, const char *before,
                                 const struct tn__ast_items *items)
{
    for (const struct tn__ast_item *i = items->first; i; i = i->next) {
        ast_sql_puts(w, i == items->first ? before : ", ");
        ast_sql_item(w, i);
    }
}

static const char *const ast_sql_ops[] = {
    [TN__OP_NONE] = "?",         [TN__OP_NEGATE] = "- ",   [TN__OP_PLUS] = "+ ",
    [TN__OP_BITNOT] = "~ ",      [TN__OP_NOT] = "NOT ",    [TN__OP_AND] = " AND ",
    [TN__OP_OR] = " OR ",        [TN__OP_EQ] = " = ",      [TN__OP_NE] = " <> ",
    [TN__OP_LT] = " < ",         [TN__OP_LE] = " <= ",     [TN__OP_GT] = " > ",
    [TN__OP_GE] = " >= ",        [TN__OP_IS] = " IS ",     [TN__OP_IS_NOT] = " IS NOT ",
    [TN__OP_ADD] = " + ",        [TN__OP_SUB] = " - ",     [TN__OP_MUL] = " * ",
    [TN__OP_DIV] = " / ",        [TN__OP_MOD] = " % ",     [TN__OP_BITAND] = " & ",
    [TN__OP_BITOR] = " | ",      [TN__OP_SHL] = " << ",    [TN__OP_SHR] = " >> ",
    [TN__OP_CONCAT] = " || ",    [TN__OP_ARROW] = " -> ",  [TN__OP_ARROW2] = " ->> ",
    [TN__OP_LIKE] = " LIKE ",    [TN__OP_GLOB] = " GLOB ", [TN__OP_MATCH] = " MATCH ",
    [TN__OP_REGEXP] = " REGEXP "};

static inline void ast_sql_bound(struct ast_sql *w, enum tn__ast_bound bound,
                                 const struct tn__ast_expr *offset)
{
    static const char *const words[] = {"UNBOUNDED PRECEDING", " PRECEDING", "CURRENT ROW",
                                        " FOLLOWING", "UNBOUNDED FOLLOWING"};
    ast_sql_part(w, "", offset);
    ast_sql_puts(w, words[bound]);
}

static inline void ast_sql_frame(struct ast_sql *w, const struct tn__ast_window *window)
{
    static const char *const frames[] = {"", " ROWS", " RANGE", " GROUPS"};
    static const char *const excludes[] = {"", " EXCLUDE CURRENT ROW", " EXCLUDE GROUP",
                                           " EXCLUDE TIES"};
    if (window->frame == TN__FRAME_NONE)
        return;
    ast_sql_puts(w, frames[window->frame]);
    ast_sql_puts(w, " BETWEEN ");
    ast_sql_bound(w, window->start, window->start_offset);
    ast_sql_puts(w, " AND ");
    ast_sql_bound(w, window->end, window->end_offset);
    ast_sql_puts(w, excludes[window->exclude]);
}

static inline void ast_sql_window(struct ast_sql *w, const struct tn__ast_window *window)
{
    ast_sql_puts(w, "(");
    ast_sql_name(w, "", window->base);
    ast_sql_items(w, " PARTITION BY ", &window->partition);
    ast_sql_items(w, " ORDER BY ", &window->order);
    ast_sql_frame(w, window);
    ast_sql_puts(w, ")");
}

static inline void ast_sql_call(struct ast_sql *w, const struct tn__ast_expr *expr)
{
    ast_sql_name(w, "", expr->name);
    ast_sql_puts(w, expr->call->is_star ? "(*" : expr->call->is_distinct ? "(DISTINCT" : "(");
    ast_sql_items(w, " ", &expr->list);
    ast_sql_items(w, " ORDER BY ", &expr->call->order);
    ast_sql_puts(w, ")");
    ast_sql_part(w, " FILTER (WHERE ", expr->call->filter);
    if (expr->call->filter)
        ast_sql_puts(w, ")");
    if (!expr->call->over)
        return;
    ast_sql_puts(w, " OVER ");
    if (expr->call->over->is_reference)
        ast_sql_name(w, "", expr->call->over->name);
    else
        ast_sql_window(w, expr->call->over);
}

static inline void ast_sql_in(struct ast_sql *w, const struct tn__ast_expr *expr)
{
    ast_sql_expr(w, expr->left);
    ast_sql_puts(w, expr->is_not ? " NOT IN " : " IN ");
    if (expr->kind == TN__AST_IN_TABLE)
        ast_sql_path(w, expr->schema, expr->name);
    if (expr->kind == TN__AST_IN_TABLE && !expr->call)
        return;
    ast_sql_puts(w, "(");
    ast_sql_items(w, "", &expr->list);
    if (expr->select)
        ast_sql_select(w, expr->select);
    ast_sql_puts(w, ")");
}

static inline void ast_sql_case(struct ast_sql *w, const struct tn__ast_expr *expr)
{
    ast_sql_part(w, "CASE ", expr->left);
    if (!expr->left)
        ast_sql_puts(w, "CASE");
    for (const struct tn__ast_item *i = expr->list.first; i; i = i->next->next) {
        ast_sql_part(w, " WHEN ", i->expr);
        ast_sql_part(w, " THEN ", i->next->expr);
    }
    ast_sql_part(w, " ELSE ", expr->right);
    ast_sql_puts(w, " END");
}

static inline void ast_sql_binary(struct ast_sql *w, const struct tn__ast_expr *expr)
{
    bool is_null = expr->right->kind == TN__AST_NULL && !expr->right->is_bracketed;
    ast_sql_expr(w, expr->left);
    if (expr->kind == TN__AST_LIKE && expr->is_not)
        ast_sql_puts(w, " NOT");
    /* x IS NULL would be a test. */
    ast_sql_puts(w, expr->op == TN__OP_IS && is_null ? " IS NOT DISTINCT FROM "
                                                     : ast_sql_ops[expr->op]);
    ast_sql_expr(w, expr->right);
    ast_sql_part(w, " ESCAPE ", expr->third);
}

/* One that has parts; the parentheses are around it. */
static inline void ast_sql_compound(struct ast_sql *w, const struct tn__ast_expr *expr)
{
    switch (expr->kind) {
    case TN__AST_UNARY:
        ast_sql_part(w, ast_sql_ops[expr->op], expr->left);
        break;
    case TN__AST_BINARY:
    case TN__AST_LIKE:
        ast_sql_binary(w, expr);
        break;
    case TN__AST_COLLATE:
        ast_sql_expr(w, expr->left);
        ast_sql_name(w, " COLLATE ", expr->name);
        break;
    case TN__AST_NULLTEST:
        ast_sql_expr(w, expr->left);
        ast_sql_puts(w, expr->is_not ? " NOT NULL" : " IS NULL");
        break;
    case TN__AST_BETWEEN:
        ast_sql_expr(w, expr->left);
        ast_sql_part(w, expr->is_not ? " NOT BETWEEN " : " BETWEEN ", expr->right);
        ast_sql_part(w, " AND ", expr->third);
        break;
    case TN__AST_IN_LIST:
    case TN__AST_IN_QUERY:
    case TN__AST_IN_TABLE:
        ast_sql_in(w, expr);
        break;
    case TN__AST_IN_PARAM:
        ast_sql_expr(w, expr->left);
        ast_sql_part(w, expr->is_not ? " NOT IN (" : " IN (", expr->right);
        ast_sql_puts(w, ")");
        break;
    case TN__AST_CASE:
        ast_sql_case(w, expr);
        break;
    case TN__AST_QUERY:
        ast_sql_select(w, expr->select);
        break;
    default:
        ast_sql_items(w, "", &expr->list); /* TN__AST_ROW */
        break;
    }
}

static void ast_sql_expr(struct ast_sql *w, const struct tn__ast_expr *expr)
{
    bool is_leaf = true;
    bool is_bracketed = expr->is_bracketed;
    size_t start = w->buf->size;
    if (is_bracketed)
        ast_sql_puts(w, "(");
    switch (expr->kind) {
    case TN__AST_COLUMN:
        ast_sql_name(w, "", expr->schema);
        ast_sql_name(w, expr->schema.text.data ? "." : "", expr->table);
        ast_sql_name(w, expr->table.text.data ? "." : "", expr->name);
        break;
    case TN__AST_NULL:
        ast_sql_puts(w, "NULL");
        break;
    case TN__AST_NUMBER:
    case TN__AST_STRING:
    case TN__AST_BLOB:
    case TN__AST_MOMENT:
    case TN__AST_PARAM: /* without their parentheses: the token behind them */
        tn__buf_text(w->buf, tn__sql_text(w->sql, (expr->span.begin + expr->span.end - 1) / 2));
        break;
    case TN__AST_EXISTS:
        ast_sql_puts(w, "EXISTS (");
        ast_sql_select(w, expr->select);
        ast_sql_puts(w, ")");
        break;
    case TN__AST_CAST:
        ast_sql_part(w, "CAST(", expr->left);
        ast_sql_puts(w, " AS ");
        tn__buf_text(w->buf, expr->name.text);
        ast_sql_puts(w, ")");
        break;
    case TN__AST_CALL:
        ast_sql_call(w, expr);
        break;
    case TN__AST_RAISE:
        ast_sql_name(w, "RAISE(", expr->name);
        ast_sql_part(w, ", ", expr->left);
        ast_sql_puts(w, ")");
        break;
    default:
        is_leaf = false;
        break;
    }
    if (!is_leaf) {
        if (w->buf->size == start)
            ast_sql_puts(w, "(");
        ast_sql_compound(w, expr);
        ast_sql_puts(w, ")");
    } else if (is_bracketed) {
        ast_sql_puts(w, ")");
    }
}

static void ast_sql_sources(struct ast_sql *w, const struct tn__ast_sources *sources);

static inline void ast_sql_source(struct ast_sql *w, const struct tn__ast_source *source)
{
    if (source->kind == TN__SOURCE_SELECT || source->kind == TN__SOURCE_JOIN) {
        ast_sql_puts(w, "(");
        if (source->select)
            ast_sql_select(w, source->select);
        else
            ast_sql_sources(w, &source->inner);
        ast_sql_puts(w, ")");
    } else {
        ast_sql_path(w, source->schema, source->name);
    }
    if (source->kind == TN__SOURCE_CALL) {
        ast_sql_puts(w, "(");
        ast_sql_items(w, "", &source->args);
        ast_sql_puts(w, ")");
    }
    ast_sql_name(w, " AS ", source->alias);
    ast_sql_name(w, " INDEXED BY ", source->indexed_by);
    if (source->is_not_indexed)
        ast_sql_puts(w, " NOT INDEXED");
    ast_sql_part(w, " ON ", source->on);
    if (source->has_using) {
        ast_sql_puts(w, " USING ");
        ast_sql_names(w, &source->using_names);
    }
}

static void ast_sql_sources(struct ast_sql *w, const struct tn__ast_sources *sources)
{
    static const char *const joins[] = {", ",          " JOIN ",       " CROSS JOIN ",
                                        " LEFT JOIN ", " RIGHT JOIN ", " FULL JOIN "};
    for (const struct tn__ast_source *s = sources->first; s; s = s->next) {
        if (s != sources->first) {
            ast_sql_puts(w, s->is_natural ? " NATURAL" : "");
            ast_sql_puts(w, joins[s->join]);
        }
        ast_sql_source(w, s);
    }
}

static inline void ast_sql_with(struct ast_sql *w, const struct tn__ast_with *with)
{
    static const char *const materialized[] = {" AS (", " AS MATERIALIZED (",
                                               " AS NOT MATERIALIZED ("};
    for (const struct tn__ast_cte *cte = with->first; cte; cte = cte->next) {
        if (cte == with->first)
            ast_sql_puts(w, with->is_recursive ? "WITH RECURSIVE " : "WITH ");
        ast_sql_name(w, "", cte->name);
        if (cte->has_columns)
            ast_sql_names(w, &cte->columns);
        ast_sql_puts(w, materialized[cte->materialized]);
        ast_sql_select(w, cte->select);
        ast_sql_puts(w, cte->next ? "), " : ") ");
    }
}

static inline void ast_sql_arm(struct ast_sql *w, const struct tn__ast_arm *arm)
{
    static const char *const ops[] = {"", " UNION ", " UNION ALL ", " INTERSECT ", " EXCEPT "};
    ast_sql_puts(w, ops[arm->op]);
    if (arm->is_values) {
        ast_sql_items(w, "VALUES (", &arm->items);
        for (const struct tn__ast_row *row = arm->rows; row; row = row->next)
            ast_sql_items(w, "), (", &row->items);
        ast_sql_puts(w, ")");
        return;
    }
    ast_sql_items(w, arm->is_distinct ? "SELECT DISTINCT " : "SELECT ", &arm->items);
    if (arm->from.count > 0)
        ast_sql_puts(w, " FROM ");
    ast_sql_sources(w, &arm->from);
    ast_sql_part(w, " WHERE ", arm->where);
    ast_sql_items(w, " GROUP BY ", &arm->group_by);
    ast_sql_part(w, " HAVING ", arm->having);
    for (const struct tn__ast_window *i = arm->windows; i; i = i->next) {
        ast_sql_name(w, i == arm->windows ? " WINDOW " : ", ", i->name);
        ast_sql_puts(w, " AS ");
        ast_sql_window(w, i);
    }
}

static void ast_sql_select(struct ast_sql *w, const struct tn__ast_select *select)
{
    ast_sql_with(w, &select->with);
    for (const struct tn__ast_arm *arm = select->first; arm; arm = arm->next)
        ast_sql_arm(w, arm);
    ast_sql_items(w, " ORDER BY ", &select->order_by);
    ast_sql_part(w, " LIMIT ", select->limit);
    ast_sql_part(w, " OFFSET ", select->offset);
}

static const char *const ast_sql_conflicts[] = {"",     "ROLLBACK", "ABORT",
                                                "FAIL", "IGNORE",   "REPLACE"};

static inline void ast_sql_conflict(struct ast_sql *w, const char *before,
                                    enum tn__ast_conflict conflict)
{
    if (conflict == TN__CONFLICT_DEFAULT)
        return;
    ast_sql_puts(w, before);
    ast_sql_puts(w, ast_sql_conflicts[conflict]);
}

static inline void ast_sql_sets(struct ast_sql *w, const struct tn__ast_sets *sets)
{
    for (const struct tn__ast_set *set = sets->first; set; set = set->next) {
        ast_sql_puts(w, set == sets->first ? " SET " : ", ");
        if (set->is_row)
            ast_sql_names(w, &set->columns);
        else
            ast_sql_name(w, "", set->columns.first->name);
        ast_sql_part(w, " = ", set->expr);
    }
}

static inline void ast_sql_upsert(struct ast_sql *w, const struct tn__ast_upsert *upsert)
{
    ast_sql_puts(w, " ON CONFLICT");
    ast_sql_items(w, " (", &upsert->target);
    if (upsert->target.count > 0)
        ast_sql_puts(w, ")");
    ast_sql_part(w, " WHERE ", upsert->target_where);
    ast_sql_puts(w, upsert->is_update ? " DO UPDATE" : " DO NOTHING");
    ast_sql_sets(w, &upsert->sets);
    ast_sql_part(w, " WHERE ", upsert->where);
}

static inline void ast_sql_insert(struct ast_sql *w, const struct tn__ast_stmt *stmt)
{
    ast_sql_puts(w, "INSERT");
    ast_sql_conflict(w, " OR ", stmt->conflict);
    ast_sql_puts(w, " INTO ");
    ast_sql_source(w, &stmt->target);
    if (stmt->has_columns)
        ast_sql_names(w, &stmt->columns);
    ast_sql_puts(w, stmt->select ? " " : " DEFAULT VALUES");
    if (stmt->select)
        ast_sql_select(w, stmt->select);
    for (const struct tn__ast_upsert *upsert = stmt->upserts; upsert; upsert = upsert->next)
        ast_sql_upsert(w, upsert);
    ast_sql_items(w, " RETURNING ", &stmt->returning);
}

static inline void ast_sql_change(struct ast_sql *w, const struct tn__ast_stmt *stmt)
{
    ast_sql_puts(w, stmt->kind == TN__STMT_AST_UPDATE ? "UPDATE" : "DELETE FROM");
    ast_sql_conflict(w, " OR ", stmt->conflict);
    ast_sql_puts(w, " ");
    ast_sql_source(w, &stmt->target);
    ast_sql_sets(w, &stmt->sets);
    if (stmt->from.count > 0)
        ast_sql_puts(w, " FROM ");
    ast_sql_sources(w, &stmt->from);
    ast_sql_part(w, " WHERE ", stmt->where);
    ast_sql_items(w, " RETURNING ", &stmt->returning);
    ast_sql_items(w, " ORDER BY ", &stmt->order_by);
    ast_sql_part(w, " LIMIT ", stmt->limit);
    ast_sql_part(w, " OFFSET ", stmt->offset);
}

static inline void ast_sql_constraint(struct ast_sql *w, const struct tn__ast_constraint *c)
{
    static const char *const words[] = {" PRIMARY KEY", " UNIQUE",   " NOT NULL", " NULL",
                                        " CHECK",       " DEFAULT ", " COLLATE ", " REFERENCES ",
                                        " FOREIGN KEY", " AS "};
    ast_sql_name(w, " CONSTRAINT ", c->name);
    ast_sql_puts(w, words[c->kind]);
    ast_sql_items(w, "(", &c->keys);
    if (c->is_autoincrement && c->keys.count > 0)
        ast_sql_puts(w, " AUTOINCREMENT");
    if (c->keys.count > 0)
        ast_sql_puts(w, c->kind == TN__CONSTRAINT_FOREIGN_KEY ? ") REFERENCES " : ")");
    if (c->is_desc)
        ast_sql_puts(w, " DESC");
    ast_sql_conflict(w, " ON CONFLICT ", c->conflict);
    if (c->is_autoincrement && c->keys.count == 0)
        ast_sql_puts(w, " AUTOINCREMENT");
    ast_sql_name(w, "", c->collation);
    ast_sql_name(w, "", c->ref_table);
    if (c->ref_columns.count > 0)
        ast_sql_names(w, &c->ref_columns);
    ast_sql_part(w, "", c->expr);
    if (c->is_stored)
        ast_sql_puts(w, " STORED");
}

static inline void ast_sql_table(struct ast_sql *w, const struct tn__ast_stmt *stmt)
{
    ast_sql_puts(w, "(");
    for (const struct tn__ast_column_def *c = stmt->column_defs; c; c = c->next) {
        ast_sql_name(w, c == stmt->column_defs ? "" : ", ", c->name);
        if (c->type.data) {
            ast_sql_puts(w, " ");
            tn__buf_text(w->buf, c->type);
        }
        for (const struct tn__ast_constraint *i = c->constraints.first; i; i = i->next)
            ast_sql_constraint(w, i);
    }
    for (const struct tn__ast_constraint *i = stmt->constraints.first; i; i = i->next) {
        ast_sql_puts(w, ",");
        ast_sql_constraint(w, i);
    }
    ast_sql_puts(w, ")");
    if (stmt->is_strict)
        ast_sql_puts(w, " STRICT");
    if (stmt->is_without_rowid)
        ast_sql_puts(w, stmt->is_strict ? ", WITHOUT ROWID" : " WITHOUT ROWID");
}

static void ast_sql_stmt(struct ast_sql *w, const struct tn__ast_stmt *stmt);

static inline void ast_sql_trigger(struct ast_sql *w, const struct tn__ast_stmt *stmt)
{
    static const char *const times[] = {" BEFORE", " AFTER", " INSTEAD OF"};
    static const char *const events[] = {" INSERT", " UPDATE", " DELETE"};
    ast_sql_puts(w, times[stmt->time]);
    ast_sql_puts(w, events[stmt->event]);
    if (stmt->has_columns) {
        ast_sql_puts(w, " OF ");
        for (const struct tn__ast_name_item *i = stmt->columns.first; i; i = i->next)
            ast_sql_name(w, i == stmt->columns.first ? "" : ", ", i->name);
    }
    ast_sql_name(w, " ON ", stmt->on_table);
    ast_sql_part(w, " WHEN ", stmt->where);
    ast_sql_puts(w, " BEGIN ");
    for (const struct tn__ast_stmt *step = stmt->body; step; step = step->next) {
        ast_sql_stmt(w, step);
        ast_sql_puts(w, "; ");
    }
    ast_sql_puts(w, "END");
}

static inline void ast_sql_create(struct ast_sql *w, const struct tn__ast_stmt *stmt)
{
    static const char *const words[] = {[TN__STMT_AST_CREATE_TABLE] = "TABLE IF NOT EXISTS ",
                                        [TN__STMT_AST_CREATE_INDEX] = "INDEX IF NOT EXISTS ",
                                        [TN__STMT_AST_CREATE_VIEW] = "VIEW IF NOT EXISTS ",
                                        [TN__STMT_AST_CREATE_TRIGGER] = "TRIGGER IF NOT EXISTS "};
    ast_sql_puts(w, stmt->is_temporary ? "CREATE TEMP " : "CREATE ");
    ast_sql_puts(w, stmt->is_unique ? "UNIQUE " : "");
    ast_sql_puts(w, words[stmt->kind]);
    ast_sql_path(w, stmt->schema, stmt->name);
    if (stmt->kind == TN__STMT_AST_CREATE_TRIGGER) {
        ast_sql_trigger(w, stmt);
        return;
    }
    if (stmt->kind == TN__STMT_AST_CREATE_INDEX) {
        ast_sql_name(w, " ON ", stmt->on_table);
        ast_sql_items(w, "(", &stmt->keys);
        ast_sql_puts(w, ")");
        ast_sql_part(w, " WHERE ", stmt->where);
        return;
    }
    if (stmt->has_columns)
        ast_sql_names(w, &stmt->columns);
    if (stmt->select) {
        ast_sql_puts(w, " AS ");
        ast_sql_select(w, stmt->select);
    } else {
        ast_sql_table(w, stmt);
    }
}

static void ast_sql_stmt(struct ast_sql *w, const struct tn__ast_stmt *stmt)
{
    if (stmt->is_explain)
        ast_sql_puts(w, "EXPLAIN ");
    ast_sql_with(w, &stmt->with);
    switch (stmt->kind) {
    case TN__STMT_AST_OTHER:
        break;
    case TN__STMT_AST_SELECT:
        ast_sql_select(w, stmt->select);
        break;
    case TN__STMT_AST_INSERT:
        ast_sql_insert(w, stmt);
        break;
    case TN__STMT_AST_UPDATE:
    case TN__STMT_AST_DELETE:
        ast_sql_change(w, stmt);
        break;
    default:
        ast_sql_create(w, stmt);
        break;
    }
}

/* The whole statement into an empty buffer. */
static inline void ast_sql_write(struct tn__buf *buf, const struct tn__sql *sql,
                                 const struct tn__ast_stmt *stmt)
{
    struct ast_sql w = {sql, buf};
    ast_sql_stmt(&w, stmt);
}

#endif
