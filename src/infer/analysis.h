/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_ANALYSIS_H
#define TN_INFER_ANALYSIS_H

#include "infer/ir.h"
#include "util/map.h"

/* Between the files of src/infer: one analysis of one statement. */

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
    bool is_natural;
    bool is_named_only;   /* excluded: never meant by a bare column */
    bool is_before_right; /* a RIGHT or FULL JOIN stands to the right of it */
    const tn_text *using_names;
    uint32_t using_count;
    struct tn__ir_rel *join_rel; /* that it is the right side of */
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

struct tn__analysis {
    const struct tn__analyse_options *options;
    const struct tn__sql_params *params;
    const struct tn__analysed_param *said;
    tn_arena *arena;
    int status;         /* sticky: TN_OK or TN_ENOMEM */
    const char *reason; /* the first thing that was not understood; NULL: none */
    struct tn__generated *generated;
    bool
        is_returning; /* no condition proves anything: the engine looks at the wrong column's NOT NULL */
    bool is_operand;      /* the column at hand is an operand of arithmetic */
    uint32_t alias_depth; /* > 0: inside an item that stands elsewhere; what is found is not kept */
    uint32_t work;        /* queries inferred so far, against running for ever */
    bool is_too_deep;
    uint32_t depth;       /* of expressions and queries in each other, through views and WITH */
    struct tn__map views; /* table to tn__named_query */
    struct tn__map tables; /* that are read; keyed by their names */
    struct tn__name_fault *faults, *last_fault;
    bool is_quiet; /* names that do not resolve are nobody's fault: in a view */
    /* facts about expressions that are no columns; nulls.c */
    struct tn__fact *facts;
    uint32_t fact_count, fact_cap;
    uint32_t ignored_from, ignored_end; /* facts about a group, while looking at its rows */
    struct tn__set *sets;               /* of UPDATE and DO UPDATE */
    uint32_t set_count;
    /* parameters; params.c */
    struct tn__analysed_param *uses;
    bool *wants_null;
};

/* Zeroed memory; NULL sets the status. */
void *tn__an_new(struct tn__analysis *an, size_t count, size_t size);
#define TN__AN_NEW(an, type) ((type *)tn__an_new((an), 1, sizeof(type)))
/* Say that something is not understood: the first reason stays. */
void tn__an_doubt(struct tn__analysis *an, const char *reason);

/* Go into an expression (1) or a query (TN__QUERY_DEPTH), and out again. False: it nests too deeply. All
 * that is done with what has been resolved goes no deeper. */
bool tn__an_enter(struct tn__analysis *an, uint32_t levels);
void tn__an_leave(struct tn__analysis *an, uint32_t levels);

/* --- domain.c: the lattice */
extern const struct tn__domain tn__domain_any;
struct tn__domain tn__domain_logical(tn__classes classes, enum tn__type logical);
/* A value that is one or the other. */
struct tn__domain tn__domain_join(struct tn__domain a, struct tn__domain b);
bool tn__domain_equal(const struct tn__domain *a, const struct tn__domain *b);
static inline bool tn__is_nullable(struct tn__domain domain)
{
    return (domain.classes & TN__CLASS_NULL) != 0;
}
/* What a value becomes when it is stored in a column, or cast. */
tn__classes tn__classes_stored(tn__classes classes, enum tn__affinity affinity);
tn__classes tn__classes_cast(tn__classes classes, enum tn__affinity affinity);
/* As an operand of arithmetic. */
tn__classes tn__classes_number(tn__classes classes);
/* What an ordinary table keeps in a column, by its declaration. */
struct tn__domain tn__domain_column(const struct tn__analysis *an, const struct tn__table *table,
                                    const struct tn__column *column);
/* What RETURNING makes of a column. */
struct tn__domain tn__domain_returned(const struct tn__analysis *an, struct tn__domain domain,
                                      const struct tn__table *table,
                                      const struct tn__column *column);
/* generated.c: the same, and by the expression of a generated column. */
struct tn__domain tn__domain_stored(struct tn__analysis *an, const struct tn__table *table,
                                    const struct tn__column *column);

/* --- resolve*.c: from the tree to the relational form; NULL without memory */
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
/* After the leaves and joins are there: who may be padded by whom. */
bool tn__resolve_pads(struct tn__analysis *an, struct tn__ir_block *block);
/* The token of a literal or parameter, inside of any parentheses. */
size_t tn__token_of(const struct tn__ast_expr *expr, const struct tn__scope *scope);
struct tn__ir_expr *tn__ir_new(struct tn__analysis *an, enum tn__ir_kind kind, uint32_t arg_count,
                               struct tn__sql_span span);
struct tn__ir_expr *tn__ir_column(struct tn__analysis *an, struct tn__ir_rel *rel, uint32_t index,
                                  struct tn__sql_span span);
struct tn__ir_expr *tn__ir_alias(struct tn__analysis *an, struct tn__ir_expr *expr,
                                 struct tn__sql_span span);
/* Look up a name; NULL: not found (a fault is noted), or no memory. */
struct tn__ir_expr *tn__lookup(struct tn__analysis *an, const struct tn__ast_expr *name,
                               const struct tn__scope *scope);
/* An unqualified column of this very scope, as SQL would find it behind USING. */
struct tn__ir_expr *tn__lookup_here(struct tn__analysis *an, tn_text name,
                                    const struct tn__scope *scope, struct tn__sql_span span,
                                    uint32_t *out_count);
/* The column of a leaf; UINT32_MAX: none. The rowid's names are not columns. */
uint32_t tn__rel_find(const struct tn__ir_rel *rel, tn_text name);
tn_text tn__rel_column_name(const struct tn__ir_rel *rel, uint32_t index);
bool tn__rel_is_hidden(const struct tn__ir_rel *rel, uint32_t index);
bool tn__rel_has_rowid(const struct tn__ir_rel *rel);
void tn__fault_name(struct tn__analysis *an, enum tn__name_fault_kind kind,
                    struct tn__sql_span span, tn_text name, const struct tn__table *table);
/* Whether a function of this name, with so many arguments, is an aggregate. */
const struct tn__fn_declared *tn__declared_find(const struct tn__analysis *an, tn_text name,
                                                uint32_t arg_count);

/* --- called.c: table-valued functions */
const struct tn__ir_column *tn__called_columns(struct tn__analysis *an, tn_text name,
                                               uint32_t *out_count);

/* --- nulls.c: what is known not to be NULL */
struct tn__fact {
    const struct tn__ir_expr *expr;
    struct tn__ir_rel *rel; /* of a column that was asserted; NULL: a structural fact */
    uint32_t index;
    uint32_t pads; /* sides that were asserted to be real */
};
/* Forget everything about the block's leaves and joins. */
void tn__nulls_reset(struct tn__ir_block *block);
/* Take up what ON and WHERE prove of every row that counts. */
void tn__nulls_settle(struct tn__analysis *an, struct tn__ir_block *block);
/* Until tn__facts_pop(mark): what `expr` being true, or false, or not NULL proves. */
enum tn__outcome {
    TN__WHEN_TRUE,
    TN__WHEN_FALSE,
    TN__WHEN_NOT_NULL
};
uint32_t tn__facts_push(struct tn__analysis *an, const struct tn__ir_expr *expr,
                        enum tn__outcome outcome);
void tn__facts_pop(struct tn__analysis *an, uint32_t mark);
/* Whether an expression is known not to be NULL by a fact about one just like it. */
bool tn__facts_hold(const struct tn__analysis *an, const struct tn__ir_expr *expr);
/* Look at other rows of this block than the one at hand, and back: around what stands in an aggregate or a
 * window function. Facts from number `from` on are about the row at hand. */
struct tn__suspended {
    uint32_t ignored_from, ignored_end;
    uint32_t from, end;
};
struct tn__suspended tn__facts_suspend(struct tn__analysis *an, const struct tn__ir_block *block,
                                       uint32_t from);
void tn__facts_resume(struct tn__analysis *an, const struct tn__ir_block *block,
                      struct tn__suspended was);
/* Whether the leaf's column may be NULL. */
bool tn__column_may_be_null(const struct tn__ir_rel *rel, uint32_t index, bool is_base_nullable);
/* The same of a merged column: the joins that merge it do not count. */
bool tn__merged_may_be_null(struct tn__analysis *an, const struct tn__ir_expr *merged);

/* --- eval.c, eval_call.c: the domain of an expression in the rows at hand */
struct tn__domain tn__eval(struct tn__analysis *an, const struct tn__ir_expr *expr);
struct tn__domain tn__eval_aggregate(struct tn__analysis *an, const struct tn__ir_expr *expr);
struct tn__domain tn__eval_window(struct tn__analysis *an, const struct tn__ir_expr *expr);
struct tn__domain tn__eval_call(struct tn__analysis *an, const struct tn__ir_expr *expr);
struct tn__domain tn__eval_base(struct tn__analysis *an, const struct tn__ir_rel *rel,
                                uint32_t index);

/* --- query.c: the columns of a query */
void tn__infer_query(struct tn__analysis *an, struct tn__ir_query *query);
/* Whose value a result column is, and why nothing is known of it. */
void tn__take_origin(struct tn__ir_column *out, const struct tn__ir_expr *expr);
/* What FROM gives, ready for expressions over it. */
void tn__infer_from(struct tn__analysis *an, struct tn__ir_block *block);

/* --- rows.c: how many rows; after tn__nulls_settle() */
bool tn__block_is_single_row(struct tn__analysis *an, const struct tn__ir_block *block);
bool tn__rel_has_row(const struct tn__ir_rel *rel);

/* --- params.c: what the uses of parameters say */
struct tn__want {
    bool is_known;
    bool is_null_welcome;
    struct tn__domain domain;
    tn_text name;
};
void tn__params_query(struct tn__analysis *an, struct tn__ir_query *query,
                      const struct tn__want *wants, uint32_t want_count);
void tn__params_block(struct tn__analysis *an, const struct tn__ir_block *block,
                      const struct tn__want *wants, uint32_t want_count);
void tn__params_expr(struct tn__analysis *an, const struct tn__ir_expr *expr, struct tn__want want);
void tn__params_number(struct tn__analysis *an, const struct tn__ir_expr *expr, const char *name);
void tn__params_condition(struct tn__analysis *an, const struct tn__ir_expr *expr);

bool tn__is_full_text(const struct tn__table *table, const struct tn__column *column);

/* --- statement.c: INSERT, UPDATE, DELETE */
struct tn__set {
    struct tn__ir_expr *expr;
    struct tn__want *wants; /* one per column that is set */
    uint32_t count;
};
/* The block of RETURNING, ready for tn__eval(); NULL: there is none, or a reason why not. */
struct tn__ir_block *tn__analyse_change(struct tn__analysis *an, const struct tn__ast_stmt *stmt,
                                        const struct tn__scope *root, bool *is_single_row);

#endif
