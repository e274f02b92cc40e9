/* SPDX-License-Identifier: MIT */
#include "sql/build.h"

static struct tn__ast_stmt *make(struct tn__parser *p, enum tn__ast_stmt_kind kind, size_t begin)
{
    struct tn__ast_stmt *stmt = tn__build_new(p, sizeof(*stmt));
    if (!stmt)
        return NULL;
    stmt->kind = kind;
    stmt->span = (struct tn__sql_span){begin, p->at};
    return stmt;
}

void tn__build_finish(struct tn__parser *p, struct tn__ast_stmt *stmt, bool is_explain)
{
    if (!stmt)
        return;
    stmt->is_explain = is_explain;
    stmt->span = (struct tn__sql_span){0, p->end};
    p->stmt = stmt;
}

struct tn__ast_stmt *tn__build_query(struct tn__parser *p, struct tn__ast_select *select)
{
    if (!select)
        return NULL;
    struct tn__ast_stmt *stmt = make(p, TN__STMT_AST_SELECT, select->span.begin);
    return tn__stmt_select(stmt, select);
}

struct tn__ast_stmt *tn__build_delete(struct tn__parser *p, size_t begin,
                                      struct tn__ast_source *target)
{
    struct tn__ast_stmt *stmt = make(p, TN__STMT_AST_DELETE, begin);
    if (stmt && target)
        stmt->target = *target;
    return stmt;
}

struct tn__ast_stmt *tn__build_update(struct tn__parser *p, size_t begin, int conflict,
                                      struct tn__ast_source *target, struct tn__ast_sets *sets,
                                      struct tn__ast_sources *from)
{
    struct tn__ast_stmt *stmt = make(p, TN__STMT_AST_UPDATE, begin);
    if (!stmt || !target || !sets)
        return NULL;
    stmt->conflict = (enum tn__ast_conflict)conflict;
    stmt->target = *target;
    stmt->sets = *sets;
    if (from)
        stmt->from = *from;
    return stmt;
}

struct tn__ast_stmt *tn__build_insert(struct tn__parser *p, struct tn__insert_verb verb,
                                      struct tn__ast_source *target, struct tn__ast_names *columns,
                                      struct tn__ast_select *select, struct tn__upserts upserts,
                                      struct tn__ast_items *returning)
{
    struct tn__ast_stmt *stmt = make(p, TN__STMT_AST_INSERT, verb.token);
    if (!stmt || !target)
        return NULL;
    stmt->conflict = (enum tn__ast_conflict)verb.conflict;
    stmt->target = *target;
    stmt->select = select;
    stmt->upserts = upserts.first;
    if (returning) {
        stmt->has_returning = true;
        stmt->returning = *returning;
    }
    return tn__stmt_names(stmt, columns);
}

struct tn__ast_stmt *tn__stmt_where(struct tn__ast_stmt *stmt, struct tn__ast_expr *where)
{
    if (stmt)
        stmt->where = where;
    return stmt;
}

struct tn__ast_stmt *tn__stmt_tail(struct tn__ast_stmt *stmt, struct tn__ast_items *returning,
                                  struct tn__ast_items *order_by, struct tn__limit limit)
{
    if (!stmt)
        return NULL;
    if (returning) {
        stmt->has_returning = true;
        stmt->returning = *returning;
    }
    if (order_by)
        stmt->order_by = *order_by;
    stmt->limit = limit.limit;
    stmt->offset = limit.offset;
    return stmt;
}

struct tn__ast_stmt *tn__stmt_with(struct tn__ast_stmt *stmt, const struct tn__ast_with *with)
{
    if (stmt && with)
        stmt->with = *with;
    return stmt;
}

struct tn__ast_set *tn__make_set(struct tn__parser *p, size_t begin, struct tn__ast_names *columns,
                                 bool is_row, struct tn__ast_expr *expr)
{
    struct tn__ast_set *set = tn__build_new(p, sizeof(*set));
    if (!set || !columns)
        return NULL;
    set->columns = *columns;
    set->is_row = is_row;
    set->expr = expr;
    set->span = (struct tn__sql_span){begin, p->at};
    return set;
}

struct tn__ast_sets *tn__sets_add(struct tn__parser *p, struct tn__ast_sets *sets,
                                  struct tn__ast_set *set)
{
    if (!sets)
        sets = tn__build_new(p, sizeof(*sets));
    if (!sets || !set)
        return sets;
    if (sets->last)
        sets->last->next = set;
    else
        sets->first = set;
    sets->last = set;
    sets->count++;
    return sets;
}

struct tn__ast_upsert *tn__make_upsert(struct tn__parser *p, size_t begin,
                                       const struct tn__ast_sets *sets, struct tn__ast_expr *where)
{
    struct tn__ast_upsert *upsert = tn__build_new(p, sizeof(*upsert));
    if (!upsert)
        return NULL;
    upsert->span = (struct tn__sql_span){begin, p->at};
    if (sets) {
        upsert->is_update = true;
        upsert->sets = *sets;
        upsert->where = where;
    }
    return upsert;
}

struct tn__ast_upsert *tn__upsert_place(struct tn__ast_upsert *upsert, size_t begin)
{
    if (upsert)
        upsert->span.begin = begin;
    return upsert;
}

struct tn__ast_upsert *tn__upsert_target(struct tn__ast_upsert *upsert,
                                         const struct tn__ast_items *target,
                                         struct tn__ast_expr *where)
{
    if (upsert && target) {
        upsert->target = *target;
        upsert->target_where = where;
    }
    return upsert;
}

struct tn__upserts tn__upserts_add(struct tn__upserts list, struct tn__ast_upsert *upsert)
{
    if (!upsert)
        return list;
    if (list.last)
        list.last->next = upsert;
    else
        list.first = upsert;
    list.last = upsert;
    return list;
}
