/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_SQLITE_RESOLVE_H
#define TN_INFER_SQLITE_RESOLVE_H

#include "infer/domain.h"

/* From the tree of a statement of SQLite to the relational form: scopes, names, and what is made of them. */

/* The things that a name may stand for, from the inside out. */
struct tn__scope;

/* A query of WITH, or a view, resolved where it is first asked for. */
struct tn__named_query {
    tn_text name;
    const struct tn__ast_cte *cte; /* NULL: a view */
    const struct tn__table *view;
    const struct tn__scope *scope; /* that the WITH stands in */
    struct tn__ir_query *query;
    bool is_resolving;
    const struct tn__named_query *next; /* the ones that this one sees, itself first */
};

struct tn__source {
    tn_text name; /* alias, or the table's name; NULL text: none */
    tn_text schema;
    struct tn__ir_rel *rel;
    enum tn__ast_join join;
    bool is_named_only;   /* excluded: never meant by a bare column */
    bool is_before_right; /* a RIGHT or FULL JOIN stands to the right of it */
    const tn_text *using_names;
    uint32_t using_count;
};

struct tn__scope {
    const struct tn__scope *outer;
    struct tn__ir_block *block;
    struct tn__source *sources;
    uint32_t source_count;
    /* names of result columns, where a clause may use them */
    const struct tn__ir_item *aliases;
    uint32_t alias_count;
    const struct tn__named_query *named; /* queries of WITH, innermost first */
    const struct tn__ast_window *windows;
    const struct tn__sql *text;  /* that the spans count the tokens of */
    bool has_nested_using;       /* USING within a join in parentheses */
    bool is_with;                /* of a query of WITH: what is further out is none of its own */
    bool is_condition;           /* of WHERE, ON, GROUP BY: no aggregate is of this query there */
    bool is_order;               /* of an ORDER BY: an aggregate in it makes none of the query */
    bool is_view;                /* names that are not there may be strings in double quotes */
    struct tn__ir_query *within; /* the innermost recursive query around */
    uint32_t depth;
};

struct tn__ir_query *tn__resolve_query(struct tn__analysis *an, const struct tn__ast_select *select,
                                       const struct tn__scope *outer);
struct tn__ir_expr *tn__resolve_expr(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                     const struct tn__scope *scope);
struct tn__ir_expr *tn__resolve_call(struct tn__analysis *an, const struct tn__ast_expr *expr,
                                     const struct tn__scope *scope);
struct tn__ir_expr **tn__resolve_list(struct tn__analysis *an, const struct tn__ast_items *items,
                                      const struct tn__scope *scope);
/* SELECT * FROM …, as if it were written. */
struct tn__ast_select *tn__select_star(struct tn__analysis *an, const struct tn__ast_sources *from,
                                       struct tn__sql_span span);
/* A scope for what stands in `scope` and has no sources yet; `outer` is what it may look at. */
struct tn__scope tn__scope_inside(const struct tn__scope *scope, const struct tn__scope *outer);
/* A query of WITH, where it is first asked for; its query stays NULL if that fails. */
void tn__resolve_cte(struct tn__analysis *an, struct tn__named_query *named);
/* FROM: fills the block's relations and the scope's sources. False without memory. */
bool tn__resolve_from(struct tn__analysis *an, const struct tn__ast_sources *from,
                      struct tn__scope *scope);
/* The result list, or RETURNING. */
bool tn__resolve_items(struct tn__analysis *an, const struct tn__ast_items *items,
                       struct tn__scope *scope);
/* WITH: a scope's named queries. */
bool tn__resolve_with(struct tn__analysis *an, const struct tn__ast_with *with,
                      struct tn__scope *scope);
/* A relation of one table, the only leaf of its block. */
bool tn__scope_add_table(struct tn__analysis *an, struct tn__scope *scope,
                         const struct tn__table *table, tn_text name);
/* The token of a literal or parameter, inside of any parentheses. */
size_t tn__token_of(const struct tn__ast_expr *expr, const struct tn__scope *scope);
/* Whether the source is joined by USING, or NATURAL, with this column. */
bool tn__source_is_using(const struct tn__source *source, tn_text name);
/* Look up a name; NULL: not found (a fault is noted), or no memory. */
struct tn__ir_expr *tn__lookup(struct tn__analysis *an, const struct tn__ast_expr *name,
                               const struct tn__scope *scope);
/* An unqualified column of this very scope, as SQL would find it behind USING. */
struct tn__ir_expr *tn__lookup_here(struct tn__analysis *an, tn_text name,
                                    const struct tn__scope *scope, struct tn__sql_span span,
                                    uint32_t *out_count);
void tn__fault_name(struct tn__analysis *an, enum tn__name_fault_kind kind,
                    struct tn__sql_span span, tn_text name, const struct tn__table *table);
/* Whether a function of this name, with so many arguments, is an aggregate. */
const struct tn__fn_declared *tn__declared_find(const struct tn__analysis *an, tn_text name,
                                                uint32_t arg_count);

const struct tn__ir_column *tn__called_columns(struct tn__analysis *an, tn_text name,
                                               uint32_t *out_count);

struct tn__set {
    struct tn__ir_expr *expr;
    struct tn__want *wants; /* one per column that is set */
    uint32_t count;
};
/* The block of RETURNING, ready for tn__eval(); NULL: there is none, or a reason why not. */
struct tn__ir_block *tn__analyse_change(struct tn__analysis *an, const struct tn__ast_stmt *stmt,
                                        const struct tn__scope *root, bool *is_single_row);

#endif
