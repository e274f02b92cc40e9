/* SPDX-License-Identifier: MIT */
#ifndef TN_SQL_BUILD_H
#define TN_SQL_BUILD_H

#include "sql/parse.h"

/*
 * What the actions of grammar.y do: make nodes and chain them. All of it may be called when memory
 * has run out, with NULL for what could not be made: then `status` is set, nothing more is built,
 * and parse.c stops at the next token.
 */

#define TN__NO_TOKEN SIZE_MAX

/* Faults that are recorded of one statement. */
enum {
    TN__MOST_FAULTS = 10
};

struct tn__parser {
    const struct tn__sql *sql;
    tn_arena *arena;
    int status;
    size_t at;              /* the token behind the phrase that is being reduced */
    size_t end;             /* of the statement: its semicolons are not in it */
    size_t constraint_name; /* CONSTRAINT name, until its constraint comes */
    const struct tn__ast_stmt *stmt;
    struct tn__parse_fault *first_fault;
    struct tn__parse_fault *last_fault;
    size_t fault_count;
    void *grammar; /* the stack of grammar.c */
};

/* What lists and options are while they are read. */
struct tn__insert_verb {
    size_t token;
    int conflict;
};
struct tn__upserts {
    struct tn__ast_upsert *first, *last;
};
struct tn__windows {
    struct tn__ast_window *first, *last;
};
struct tn__columns {
    struct tn__ast_column_def *first, *last;
};
struct tn__stmts {
    struct tn__ast_stmt *first, *last;
};
struct tn__values {
    size_t begin;
    struct tn__ast_arm *arm;
    struct tn__ast_row *last;
};
struct tn__from {
    struct tn__ast_sources *list;
    int join; /* to what comes next: enum tn__ast_join, with NATURAL */
};
struct tn__on {
    struct tn__ast_expr *on;
    struct tn__ast_names *using_names;
};
struct tn__hint {
    size_t index;
    bool is_not;
};
struct tn__limit {
    struct tn__ast_expr *limit;
    struct tn__ast_expr *offset;
};
struct tn__not {
    size_t token;
    bool is_not;
};
struct tn__over {
    struct tn__ast_expr *filter;
    struct tn__ast_window *window;
};
struct tn__bound {
    int kind;
    struct tn__ast_expr *offset;
};
struct tn__frame {
    int kind;
    struct tn__bound start;
    struct tn__bound end;
    int exclude;
};
struct tn__event {
    int kind;
    struct tn__ast_names *columns;
};
struct tn__select_parts {
    size_t begin;
    bool is_distinct;
    struct tn__ast_items *items;
    struct tn__ast_sources *from;
    struct tn__ast_expr *where;
    struct tn__ast_items *group_by;
    struct tn__ast_expr *having;
    struct tn__ast_window *windows;
    struct tn__ast_items *order_by;
    struct tn__limit limit;
};

/* build.c: what all of them need */

/* Zeroed memory; NULL and a sticky status if there is none. */
void *tn__build_new(struct tn__parser *p, size_t size);
/* Token i as a name; nothing for TN__NO_TOKEN. */
struct tn__ast_name tn__build_name(struct tn__parser *p, size_t i);
/* Record a fault; `expected` may be NULL. Dropped if there are ten, or if one of a later token is
 * known. */
void tn__build_fault(struct tn__parser *p, struct tn__sql_span span, const char *message,
                     const char *expected);
/* The same with the text of the span, cut if it is long, between two strings. */
void tn__build_fault_about(struct tn__parser *p, struct tn__sql_span span, const char *before,
                           const char *behind, const char *expected);
/* The height of a node over children of this height; too much makes the status TN_ERANGE. */
uint32_t tn__build_height(struct tn__parser *p, uint32_t below, struct tn__sql_span span);
uint32_t tn__expr_height(const struct tn__ast_expr *expr);
uint32_t tn__items_height(const struct tn__ast_items *items);

/* The name again, with a fault if a collation or an order stands behind it. */
size_t tn__build_plain(struct tn__parser *p, size_t name, bool is_key);
struct tn__ast_names *tn__names_add(struct tn__parser *p, struct tn__ast_names *names,
                                    size_t token);
struct tn__ast_items *tn__items_add(struct tn__parser *p, struct tn__ast_items *items,
                                    struct tn__ast_expr *expr);
struct tn__ast_items *tn__items_add_result(struct tn__parser *p, struct tn__ast_items *items,
                                           struct tn__ast_expr *expr, size_t alias);
struct tn__ast_items *tn__items_add_star(struct tn__parser *p, struct tn__ast_items *items,
                                         size_t begin, size_t table);
/* `order`, `nulls`: 1 ASC, FIRST; -1 DESC, LAST; 0 not written. */
struct tn__ast_items *tn__items_add_key(struct tn__parser *p, struct tn__ast_items *items,
                                        struct tn__ast_expr *expr, int order, int nulls);
/* A list that is written, though it may be empty: never NULL but for want of memory. */
struct tn__ast_items *tn__items_written(struct tn__parser *p, struct tn__ast_items *items);

/* build_expr.c; `code` is the terminal of an operator, `op` its token */

struct tn__ast_expr *tn__make_leaf(struct tn__parser *p, enum tn__ast_expr_kind kind, size_t token);
/* A bare word where a literal is due: TRUE and FALSE are columns, anything else is a string. */
struct tn__ast_expr *tn__make_word(struct tn__parser *p, size_t token);
struct tn__ast_expr *tn__make_column(struct tn__parser *p, size_t schema, size_t table,
                                     size_t name);
struct tn__ast_expr *tn__make_unary(struct tn__parser *p, int code, size_t op,
                                    struct tn__ast_expr *left);
struct tn__ast_expr *tn__make_binary(struct tn__parser *p, int code, size_t op,
                                     struct tn__ast_expr *left, struct tn__ast_expr *right);
struct tn__ast_expr *tn__make_is(struct tn__parser *p, struct tn__ast_expr *left, bool is_not,
                                 struct tn__ast_expr *right, bool is_distinct_from);
struct tn__ast_expr *tn__make_collate(struct tn__parser *p, struct tn__ast_expr *left, size_t name);
struct tn__ast_expr *tn__make_nulltest(struct tn__parser *p, struct tn__ast_expr *left,
                                       bool is_not);
struct tn__ast_expr *tn__make_like(struct tn__parser *p, struct tn__ast_expr *left,
                                   struct tn__not op, struct tn__ast_expr *right,
                                   struct tn__ast_expr *escape);
struct tn__ast_expr *tn__make_between(struct tn__parser *p, struct tn__ast_expr *left, bool is_not,
                                      struct tn__ast_expr *low, struct tn__ast_expr *high);
struct tn__ast_expr *tn__make_in_list(struct tn__parser *p, struct tn__ast_expr *left, bool is_not,
                                      struct tn__ast_items *list);
struct tn__ast_expr *tn__make_in_param(struct tn__parser *p, struct tn__ast_expr *left, bool is_not,
                                       size_t param);
struct tn__ast_expr *tn__make_in_query(struct tn__parser *p, struct tn__ast_expr *left, bool is_not,
                                       struct tn__ast_select *select);
struct tn__ast_expr *tn__make_in_table(struct tn__parser *p, struct tn__ast_expr *left, bool is_not,
                                       size_t first, size_t second, struct tn__ast_items *args);
struct tn__ast_expr *tn__make_query(struct tn__parser *p, enum tn__ast_expr_kind kind, size_t begin,
                                    struct tn__ast_select *select);
struct tn__ast_expr *tn__make_case(struct tn__parser *p, size_t begin, struct tn__ast_expr *operand,
                                   struct tn__ast_items *pairs, struct tn__ast_expr *otherwise);
struct tn__ast_expr *tn__make_cast(struct tn__parser *p, size_t begin, struct tn__ast_expr *left,
                                   struct tn__sql_span type);
struct tn__ast_expr *tn__make_row(struct tn__parser *p, size_t begin, struct tn__ast_items *list);
struct tn__ast_expr *tn__make_raise(struct tn__parser *p, size_t begin, size_t word,
                                    struct tn__ast_expr *left);
struct tn__ast_expr *tn__make_call(struct tn__parser *p, size_t name, bool is_distinct,
                                   struct tn__ast_items *args, struct tn__ast_items *order);
struct tn__ast_expr *tn__call_star(struct tn__ast_expr *call);
struct tn__ast_expr *tn__call_over(struct tn__parser *p, struct tn__ast_expr *call,
                                   struct tn__over over);
struct tn__ast_expr *tn__expr_bracket(struct tn__parser *p, size_t begin,
                                      struct tn__ast_expr *expr);
/* A type as it is written, blanks between words made one. NULL text: none. */
tn_text tn__build_type(struct tn__parser *p, struct tn__sql_span type);

struct tn__ast_window *tn__make_window(struct tn__parser *p, size_t base,
                                       struct tn__ast_items *partition, struct tn__ast_items *order,
                                       struct tn__frame frame);
struct tn__ast_window *tn__window_place(struct tn__parser *p, struct tn__ast_window *window,
                                        size_t begin, size_t name);
struct tn__ast_window *tn__window_reference(struct tn__parser *p, size_t begin, size_t name);
struct tn__windows tn__windows_add(struct tn__windows list, struct tn__ast_window *window);

/* build_select.c */

struct tn__ast_select *tn__make_select(struct tn__parser *p, const struct tn__select_parts *parts);
struct tn__values tn__values_add(struct tn__parser *p, struct tn__values values,
                                 struct tn__ast_items *row);
struct tn__ast_select *tn__make_values(struct tn__parser *p, const struct tn__values *values);
struct tn__ast_select *tn__select_compound(struct tn__parser *p, struct tn__ast_select *left,
                                           enum tn__ast_compound op, size_t token,
                                           struct tn__ast_select *right);
struct tn__ast_select *tn__select_with(struct tn__parser *p, size_t begin,
                                       struct tn__ast_with *with, struct tn__ast_select *select);
struct tn__ast_cte *tn__make_cte(struct tn__parser *p, size_t name, struct tn__ast_names *columns,
                                 int materialized, struct tn__ast_select *select);
struct tn__ast_with *tn__with_add(struct tn__parser *p, struct tn__ast_with *with,
                                  struct tn__ast_cte *cte);
struct tn__ast_with *tn__with_recursive(struct tn__ast_with *with);

/* `first`.`second`, or `first` alone. */
struct tn__ast_source *tn__make_table(struct tn__parser *p, size_t first, size_t second,
                                      size_t alias);
struct tn__ast_source *tn__make_subquery(struct tn__parser *p, size_t begin,
                                         struct tn__ast_select *select, size_t alias);
struct tn__ast_source *tn__make_join(struct tn__parser *p, size_t begin,
                                     struct tn__ast_sources *inner, size_t alias);
struct tn__ast_source *tn__source_hint(struct tn__parser *p, struct tn__ast_source *source,
                                       struct tn__hint hint);
struct tn__ast_source *tn__source_args(struct tn__ast_source *source, struct tn__ast_items *args);
struct tn__ast_sources *tn__sources_add(struct tn__parser *p, struct tn__from left,
                                        struct tn__ast_source *source, struct tn__on on);
/* LEFT, NATURAL LEFT OUTER and so on in front of JOIN, as for tn__from.join. */
int tn__join_of(struct tn__parser *p, size_t a, size_t b, size_t c);

/* build_stmt.c */

void tn__build_finish(struct tn__parser *p, struct tn__ast_stmt *stmt, bool is_explain);
struct tn__ast_stmt *tn__build_query(struct tn__parser *p, struct tn__ast_select *select);
struct tn__ast_stmt *tn__build_delete(struct tn__parser *p, size_t begin,
                                      struct tn__ast_source *target);
struct tn__ast_stmt *tn__build_update(struct tn__parser *p, size_t begin, int conflict,
                                      struct tn__ast_source *target, struct tn__ast_sets *sets,
                                      struct tn__ast_sources *from);
struct tn__ast_stmt *tn__build_insert(struct tn__parser *p, struct tn__insert_verb verb,
                                      struct tn__ast_source *target, struct tn__ast_names *columns,
                                      struct tn__ast_select *select, struct tn__upserts upserts,
                                      struct tn__ast_items *returning);
struct tn__ast_stmt *tn__stmt_where(struct tn__ast_stmt *stmt, struct tn__ast_expr *where);
struct tn__ast_stmt *tn__stmt_tail(struct tn__ast_stmt *stmt, struct tn__ast_items *returning,
                                   struct tn__ast_items *order_by, struct tn__limit limit);
struct tn__ast_stmt *tn__stmt_with(struct tn__ast_stmt *stmt, const struct tn__ast_with *with);

struct tn__ast_set *tn__make_set(struct tn__parser *p, size_t begin, struct tn__ast_names *columns,
                                 bool is_row, struct tn__ast_expr *expr);
struct tn__ast_sets *tn__sets_add(struct tn__parser *p, struct tn__ast_sets *sets,
                                  struct tn__ast_set *set);
struct tn__ast_upsert *tn__make_upsert(struct tn__parser *p, size_t begin,
                                       const struct tn__ast_sets *sets, struct tn__ast_expr *where);
struct tn__ast_upsert *tn__upsert_place(struct tn__ast_upsert *upsert, size_t begin);
struct tn__ast_upsert *tn__upsert_target(struct tn__ast_upsert *upsert,
                                         const struct tn__ast_items *target,
                                         struct tn__ast_expr *where);
struct tn__upserts tn__upserts_add(struct tn__upserts list, struct tn__ast_upsert *upsert);

/* build_create.c */

struct tn__ast_stmt *tn__build_create(struct tn__parser *p, enum tn__ast_stmt_kind kind,
                                      bool is_temporary, size_t first, size_t second);
struct tn__ast_stmt *tn__stmt_select(struct tn__ast_stmt *stmt, struct tn__ast_select *select);
struct tn__ast_stmt *tn__stmt_names(struct tn__ast_stmt *stmt, const struct tn__ast_names *columns);
struct tn__ast_stmt *tn__stmt_columns(struct tn__ast_stmt *stmt, struct tn__columns columns,
                                      struct tn__ast_constraints constraints, int options);
void tn__stmt_index(struct tn__parser *p, struct tn__ast_stmt *stmt, bool is_unique, size_t table,
                    const struct tn__ast_items *keys);
void tn__stmt_trigger(struct tn__ast_stmt *stmt, int time, struct tn__event event,
                      const struct tn__ast_source *table);
struct tn__ast_stmt *tn__stmt_body(struct tn__ast_stmt *stmt, struct tn__ast_stmt *body);
/* Give a statement of a trigger its span. */
struct tn__ast_stmt *tn__stmt_step(struct tn__parser *p, struct tn__ast_stmt *stmt);
struct tn__stmts tn__stmts_add(struct tn__stmts list, struct tn__ast_stmt *stmt);

struct tn__ast_column_def *tn__make_column_def(struct tn__parser *p, size_t name,
                                               struct tn__sql_span type);
struct tn__columns tn__columns_add(struct tn__parser *p, struct tn__columns list,
                                   struct tn__ast_column_def *column,
                                   struct tn__ast_constraints constraints);
int tn__table_option(struct tn__parser *p, size_t name, bool is_without);

struct tn__ast_constraint *tn__make_constraint(struct tn__parser *p,
                                               enum tn__ast_constraint_kind kind, size_t begin,
                                               int conflict);
/* CONSTRAINT name: kept for the next one; always NULL. */
struct tn__ast_constraint *tn__constraint_name(struct tn__parser *p, size_t name);
struct tn__ast_constraint *tn__constraint_expr(struct tn__parser *p,
                                               enum tn__ast_constraint_kind kind, size_t begin,
                                               struct tn__ast_expr *expr);
struct tn__ast_constraint *tn__constraint_key(struct tn__ast_constraint *constraint,
                                              const struct tn__ast_items *keys, int order,
                                              bool is_autoincrement);
struct tn__ast_constraint *tn__constraint_collate(struct tn__parser *p, size_t begin, size_t name);
struct tn__ast_constraint *tn__constraint_generated(struct tn__parser *p, size_t begin,
                                                    struct tn__ast_expr *expr, size_t word);
struct tn__ast_constraint *tn__constraint_references(struct tn__parser *p,
                                                     enum tn__ast_constraint_kind kind,
                                                     size_t begin, const struct tn__ast_items *keys,
                                                     size_t table,
                                                     const struct tn__ast_names *columns);
struct tn__ast_constraints tn__constraints_add(struct tn__ast_constraints list,
                                               struct tn__ast_constraint *constraint);

/* keywords.c: the terminal of an unquoted word; that of a name if it is none of SQLite's. */
int tn__sql_terminal(tn_text word);
/* The first word of a terminal, in upper case; NULL if it is none. */
const char *tn__sql_terminal_word(int terminal);

/* recover.c: report that token p->at does not fit, and find where to go on: SIZE_MAX is nowhere. */
size_t tn__parse_recover(struct tn__parser *p, const int *codes);

/* grammar.c, made by lemon from grammar.y */

enum tn__grammar_fit {
    TN__GRAMMAR_REFUSED,
    TN__GRAMMAR_TAKEN,
    TN__GRAMMAR_AS_NAME /* a keyword, taken for a name */
};

void *tn__grammarAlloc(void *(*alloc)(size_t), struct tn__parser *p);
void tn__grammarInit(void *parser, struct tn__parser *p);
void tn__grammarFinalize(void *parser);
void tn__grammarFree(void *parser, void (*release)(void *));
void tn__grammar(void *parser, int code, size_t token);
int tn__grammarFallback(int code);
int tn__grammar_terminals(void);
/* How the last of these terminals fits, if the stack is cut by `pops` first. Changes nothing. */
enum tn__grammar_fit tn__grammar_try(const void *parser, size_t pops, const int *codes,
                                     size_t count);
size_t tn__grammar_height(const void *parser);
/* Whether the entry `below` the top is an opening parenthesis, and then its token. */
bool tn__grammar_is_open(const void *parser, size_t below, size_t *token);
void tn__grammar_pop(void *parser, size_t count);

#endif
