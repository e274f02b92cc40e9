/* SPDX-License-Identifier: MIT */
#include "sql/build.h"
#include "util/str.h"

enum { /* the value of tn__table_option() */
    OPTION_WITHOUT_ROWID = 1,
    OPTION_STRICT = 2
};

struct tn__ast_stmt *tn__build_create(struct tn__parser *p, enum tn__ast_stmt_kind kind,
                                      bool is_temporary, size_t first, size_t second)
{
    struct tn__ast_stmt *stmt = tn__build_new(p, sizeof(*stmt));
    if (!stmt)
        return NULL;
    p->constraint_name = TN__NO_TOKEN;
    stmt->kind = kind;
    stmt->is_temporary = is_temporary;
    stmt->name = tn__build_name(p, second != TN__NO_TOKEN ? second : first);
    if (second != TN__NO_TOKEN)
        stmt->schema = tn__build_name(p, first);
    return stmt;
}

struct tn__ast_stmt *tn__stmt_select(struct tn__ast_stmt *stmt, struct tn__ast_select *select)
{
    if (stmt)
        stmt->select = select;
    return stmt;
}

struct tn__ast_stmt *tn__stmt_names(struct tn__ast_stmt *stmt, const struct tn__ast_names *columns)
{
    if (stmt && columns) {
        stmt->has_columns = true;
        stmt->columns = *columns;
    }
    return stmt;
}

struct tn__ast_stmt *tn__stmt_columns(struct tn__ast_stmt *stmt, struct tn__columns columns,
                                      struct tn__ast_constraints constraints, int options)
{
    if (stmt) {
        stmt->column_defs = columns.first;
        stmt->constraints = constraints;
        stmt->is_without_rowid = (options & OPTION_WITHOUT_ROWID) != 0;
        stmt->is_strict = (options & OPTION_STRICT) != 0;
    }
    return stmt;
}

void tn__stmt_index(struct tn__parser *p, struct tn__ast_stmt *stmt, bool is_unique, size_t table,
                    const struct tn__ast_items *keys)
{
    if (!stmt || !keys)
        return;
    stmt->is_unique = is_unique;
    stmt->on_table = tn__build_name(p, table);
    stmt->keys = *keys;
}

void tn__stmt_trigger(struct tn__ast_stmt *stmt, int time, struct tn__event event,
                      const struct tn__ast_source *table)
{
    if (!stmt || !table)
        return;
    stmt->time = (enum tn__ast_trigger_time)time;
    stmt->event = (enum tn__ast_trigger_event)event.kind;
    stmt->on_table = table->name;
    (void)tn__stmt_names(stmt, event.columns);
}

struct tn__ast_stmt *tn__stmt_body(struct tn__ast_stmt *stmt, struct tn__ast_stmt *body)
{
    if (stmt)
        stmt->body = body;
    return stmt;
}

struct tn__ast_stmt *tn__stmt_step(struct tn__parser *p, struct tn__ast_stmt *stmt)
{
    if (stmt)
        stmt->span.end = p->at;
    return stmt;
}

struct tn__stmts tn__stmts_add(struct tn__stmts list, struct tn__ast_stmt *stmt)
{
    if (!stmt)
        return list;
    if (list.last)
        list.last->next = stmt;
    else
        list.first = stmt;
    list.last = stmt;
    return list;
}

struct tn__ast_column_def *tn__make_column_def(struct tn__parser *p, size_t name,
                                               struct tn__sql_span type)
{
    struct tn__ast_column_def *column = tn__build_new(p, sizeof(*column));
    if (!column)
        return NULL;
    p->constraint_name = TN__NO_TOKEN;
    column->name = tn__build_name(p, name);
    column->type = tn__build_type(p, type);
    column->span = (struct tn__sql_span){name, p->at};
    return column;
}

struct tn__columns tn__columns_add(struct tn__parser *p, struct tn__columns list,
                                   struct tn__ast_column_def *column,
                                   struct tn__ast_constraints constraints)
{
    p->constraint_name = TN__NO_TOKEN;
    if (!column)
        return list;
    column->constraints = constraints;
    column->span.end = p->at;
    if (list.last)
        list.last->next = column;
    else
        list.first = column;
    list.last = column;
    return list;
}

int tn__table_option(struct tn__parser *p, size_t name, bool is_without)
{
    tn_text word = tn__build_name(p, name).text;
    if (is_without && tn__text_is_nocase(word, "rowid"))
        return OPTION_WITHOUT_ROWID;
    if (!is_without && tn__text_is_nocase(word, "strict"))
        return OPTION_STRICT;
    tn__build_fault_about(p, (struct tn__sql_span){name, name + 1}, "unknown table option: ", "",
                          NULL);
    return 0;
}

struct tn__ast_constraint *tn__make_constraint(struct tn__parser *p,
                                               enum tn__ast_constraint_kind kind, size_t begin,
                                               int conflict)
{
    struct tn__ast_constraint *constraint = tn__build_new(p, sizeof(*constraint));
    if (!constraint)
        return NULL;
    constraint->kind = kind;
    constraint->name = tn__build_name(p, p->constraint_name);
    constraint->conflict = (enum tn__ast_conflict)conflict;
    /* The word CONSTRAINT stands right in front of the name. */
    if (constraint->name.text.data && p->constraint_name > 0)
        begin = p->constraint_name - 1;
    constraint->span = (struct tn__sql_span){begin, p->at};
    p->constraint_name = TN__NO_TOKEN;
    return constraint;
}

struct tn__ast_constraint *tn__constraint_name(struct tn__parser *p, size_t name)
{
    p->constraint_name = name;
    return NULL;
}

struct tn__ast_constraint *tn__constraint_expr(struct tn__parser *p,
                                               enum tn__ast_constraint_kind kind, size_t begin,
                                               struct tn__ast_expr *expr)
{
    struct tn__ast_constraint *constraint =
        tn__make_constraint(p, kind, begin, TN__CONFLICT_DEFAULT);
    if (constraint)
        constraint->expr = expr;
    return constraint;
}

struct tn__ast_constraint *tn__constraint_key(struct tn__ast_constraint *constraint,
                                              const struct tn__ast_items *keys, int order,
                                              bool is_autoincrement)
{
    if (!constraint)
        return NULL;
    if (keys)
        constraint->keys = *keys;
    constraint->is_desc = order < 0;
    constraint->is_autoincrement = is_autoincrement;
    return constraint;
}

struct tn__ast_constraint *tn__constraint_collate(struct tn__parser *p, size_t begin, size_t name)
{
    struct tn__ast_constraint *constraint =
        tn__make_constraint(p, TN__CONSTRAINT_COLLATE, begin, TN__CONFLICT_DEFAULT);
    if (constraint)
        constraint->collation = tn__build_name(p, name);
    return constraint;
}

struct tn__ast_constraint *tn__constraint_generated(struct tn__parser *p, size_t begin,
                                                    struct tn__ast_expr *expr, size_t word)
{
    struct tn__ast_constraint *constraint =
        tn__constraint_expr(p, TN__CONSTRAINT_GENERATED, begin, expr);
    if (constraint && word != TN__NO_TOKEN)
        constraint->is_stored = tn__text_is_nocase(tn__sql_name(p->sql, word), "stored");
    return constraint;
}

struct tn__ast_constraint *tn__constraint_references(struct tn__parser *p,
                                                     enum tn__ast_constraint_kind kind,
                                                     size_t begin, const struct tn__ast_items *keys,
                                                     size_t table,
                                                     const struct tn__ast_names *columns)
{
    struct tn__ast_constraint *constraint =
        tn__make_constraint(p, kind, begin, TN__CONFLICT_DEFAULT);
    if (!constraint)
        return NULL;
    if (keys)
        constraint->keys = *keys;
    constraint->ref_table = tn__build_name(p, table);
    if (columns)
        constraint->ref_columns = *columns;
    return constraint;
}

struct tn__ast_constraints tn__constraints_add(struct tn__ast_constraints list,
                                               struct tn__ast_constraint *constraint)
{
    if (!constraint)
        return list;
    if (list.last)
        list.last->next = constraint;
    else
        list.first = constraint;
    list.last = constraint;
    return list;
}
