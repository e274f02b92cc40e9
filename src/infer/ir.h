/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_IR_H
#define TN_INFER_IR_H

#include "infer/analyse.h"
#include "infer/functions.h"

/*
 * The relational form that a front end's tree is lowered into: every name is resolved, stars are
 * expanded, views and names of WITH are the queries that they stand for. What is made of it
 * (nullability, classes, rows) knows no dialect's syntax.
 */

struct tn__ir_rel;
struct tn__ir_query;
struct tn__ir_block;

enum tn__ir_kind {
    TN__IR_CONST,       /* domain; literal */
    TN__IR_PARAM,       /* index */
    TN__IR_COLUMN,      /* rel, index; index == TN__IR_ROWID for its rowid */
    TN__IR_MERGED,      /* a column of USING behind FULL JOIN: the first of args that is not NULL */
    TN__IR_NEGATE,      /* - args[0] */
    TN__IR_BITNOT,      /* ~ args[0] */
    TN__IR_ARITH,       /* args[0] op args[1]: + - * / % & | << >> */
    TN__IR_CONCAT,      /* args[0] || args[1] */
    TN__IR_COMPARE,     /* args[0] op args[1]: = <> < <= > >= */
    TN__IR_COMPARE_ROW, /* the same of two rows; only < <= > >= */
    TN__IR_IS,          /* args[0] IS args[1]; is_not */
    TN__IR_TRUTH,       /* args[0] IS TRUE, or FALSE; is_not: IS NOT */
    TN__IR_NULLTEST,    /* args[0] IS NULL; is_not */
    TN__IR_AND,
    TN__IR_OR,
    TN__IR_NOT,
    TN__IR_LIKE,      /* LIKE and GLOB: args[0] op args[1] [ESCAPE args[2]]; is_not */
    TN__IR_BETWEEN,   /* args[0] BETWEEN args[1] AND args[2]; is_not */
    TN__IR_IN,        /* args[0] IN (the others); is_not */
    TN__IR_IN_QUERY,  /* args IN (query); is_not */
    TN__IR_EXISTS,    /* query */
    TN__IR_QUERY,     /* the first column of the query's first row */
    TN__IR_CASE,      /* is_not: args[0] is the base; then WHEN, THEN in pairs; else_ */
    TN__IR_COALESCE,  /* args; op: OP_NONE, or of GREATEST OP_GT, of LEAST OP_LT */
    TN__IR_CAST,      /* args[0] to affinity; domain.logical: to BOOLEAN by name */
    TN__IR_ARROW,     /* args[0] -> args[1]; is_not: ->> */
    TN__IR_CALL,      /* a scalar function: fn or declared; args */
    TN__IR_AGGREGATE, /* owner is the block it is made in; is_not: DISTINCT */
    TN__IR_WINDOW,
    TN__IR_COLLATE, /* args[0] with a collation */
    TN__IR_ALIAS,   /* args[0] is an item of the result list, asked for by its name */
    TN__IR_ROW,     /* args */
    TN__IR_MAYBE,   /* args[0], or NULL in its place: a key that GROUPING SETS may leave out */
    TN__IR_UNKNOWN  /* args; anything may come out; reason */
};

#define TN__IR_ROWID UINT32_MAX

struct tn__ir_expr {
    enum tn__ir_kind kind;
    enum tn__ast_op op;
    bool is_not;
    bool is_value_true; /* of a TRUTH: IS TRUE */
    bool is_literal;    /* of a CONST: written as a string or number */
    bool is_pure;     /* of a CALL: the same arguments give the same value, for a whole statement */
    bool is_unsteady; /* of a CALL on a server: so it is said to be, and nobody has looked */
    bool
        may_be_empty; /* of a WINDOW: the frame may have no row; of an IN: its list is a parameter */
    bool
        is_ordered; /* of an AGGREGATE of a server: its rows come in an order, by ORDER BY or DISTINCT */
    enum tn__affinity affinity;
    uint32_t index;
    uint32_t arg_count;
    struct tn__sql_span span;
    struct tn__ir_expr **args;
    struct tn__ir_expr *else_;  /* of a CASE */
    struct tn__ir_expr *filter; /* of an AGGREGATE or WINDOW */
    struct tn__ir_rel *rel;
    struct tn__ir_query *query;
    struct tn__ir_block *owner;
    const struct tn__fn *fn;
    const struct tn__fn_declared *declared;
    tn_text collation; /* explicit, or of a column of a table; NULL text: none */
    tn_text literal;
    const char *reason;
    struct tn__domain domain;
    /* Expressions that nothing depends on but the parameters in them: keys of a window, ORDER BY. */
    struct tn__ir_expr **others;
    uint32_t other_count;
    uint32_t offset_count; /* the last of them: offsets of a frame */
};

enum tn__ir_rel_kind {
    TN__IR_TABLE,   /* a table of the schema, or what an INSERT calls excluded */
    TN__IR_DERIVED, /* a query */
    TN__IR_JOIN,
    TN__IR_CALLED, /* a table-valued function with columns that are known */
    TN__IR_OPAQUE  /* something with columns that are not known */
};

/* A column that a relation without a table has. */
struct tn__ir_column {
    tn_text name;
    struct tn__domain domain;
    const struct tn__table *table; /* origin */
    const struct tn__column *column;
    bool is_hidden;
    /* Columns of one group come from one row that an outer join may have padded: where one of them is not
     * NULL, the firm ones are not. Some address that is the group's own; NULL: none. */
    const void *group;
    bool is_firm;
    bool is_padded;     /* an outer join may put NULLs in the place of the row that it comes from */
    bool is_plain;      /* a column as it is, all the way down: NULL where its row is */
    bool may_differ;    /* the engine may compute it anew where it is asked for, to another value */
    uint8_t affinities; /* 1 << enum tn__affinity, or-ed: those that its arms have */
    const char *reason;
};

/* An outer join that a relation is on the other side of: NULLs stand in for it where nothing matches. */
struct tn__ir_pad {
    struct tn__ir_rel *join;
    bool is_right; /* side of the join that the relation is on */
};

struct tn__ir_rel {
    enum tn__ir_rel_kind kind;
    tn_text name;                  /* of a leaf: its alias, or the table's; NULL text: none */
    struct tn__sql_span name_span; /* where it says what it is; of a query, the whole */
    const struct tn__table *table;
    struct tn__ir_query *query;
    const struct tn__ir_column *columns; /* of CALLED */
    uint32_t column_count;               /* of any leaf */
    struct tn__ir_expr **args;           /* of CALLED and OPAQUE */
    uint32_t arg_count;
    struct tn__ir_block *block;
    uint32_t number; /* uses.c; 0: none yet */
    /* join */
    enum tn__ast_join join;   /* INNER, LEFT, RIGHT or FULL */
    bool is_cross;            /* written CROSS JOIN */
    struct tn__sql_span span; /* of what stands right of it; of a leaf: the source itself */
    struct tn__ir_rel *left;
    struct tn__ir_rel *right;
    struct tn__ir_expr *on;
    uint32_t first_leaf; /* the leaves below, in block->leaves */
    uint32_t leaf_end;
    struct tn__ir_rel *parent;
    /* what is known while inferring; nulls.c */
    struct tn__ir_pad *pads; /* of a leaf */
    uint32_t pad_count;
    uint16_t *asserted;  /* per column, the rowid last: scopes in which it is not NULL */
    uint8_t *proven;     /* per column: not NULL in every row that counts, if this is no padding */
    uint32_t present[2]; /* of a join: proofs that its left and right side are real */
    bool is_loose;       /* of a join: its ON proves nothing */
    bool is_settled;     /* of a join: its ON has been made use of */
    bool is_single;   /* of a leaf: one row at most, for one of those that are settled before it */
    bool is_returned; /* the row of RETURNING: see tn__domain_returned() */
    /* Of a row that a statement has written on a server, per column: what it has been given; NULL: nobody knows. */
    struct tn__ir_expr **written;
    const struct tn__ir_block *writer; /* that writes it */
    uint8_t *disturbed; /* per column, whether an IN beside it may change its class; NULL: none */
};

/* A star of a result list, and what it stands for. */
struct tn__ir_star {
    struct tn__sql_span span;
    uint32_t first; /* items [first, end) of the block */
    uint32_t end;
};

struct tn__ir_item {
    struct tn__ir_expr *expr;
    tn_text name; /* alias, or the column's own; NULL text: the engine makes one up */
    struct tn__sql_span span;
    uint32_t location; /* on a server: tn__analysed_column.location */
    bool has_alias;
    bool is_star;      /* made from one: */
    bool is_unsure;    /* nothing that could be written stands for it */
    tn_text qualifier; /* to write in front of its name; NULL text: none */
};

/* How a term of ORDER BY sorts. */
enum tn__ir_order {
    TN__IR_ASC,
    TN__IR_DESC,
    TN__IR_ODD /* NULL where no index has it */
};

/* One SELECT or VALUES. */
struct tn__ir_block {
    struct tn__ir_rel *from; /* NULL: none */
    struct tn__ir_rel **leaves;
    uint32_t leaf_count;
    struct tn__ir_rel **joins; /* children before parents */
    uint32_t join_count;
    struct tn__ir_expr *where;
    struct tn__ir_expr **group_by;
    uint32_t group_count;
    struct tn__ir_expr *having;
    struct tn__ir_expr **order_by;
    uint8_t *orders; /* enum tn__ir_order, per term */
    uint32_t order_count;
    bool is_distinct;
    bool is_aggregate; /* has aggregates or GROUP BY */
    bool has_right;    /* a RIGHT or FULL JOIN */
    bool is_values;
    bool has_empty_set; /* one of its GROUPING SETS is (): a group, even of no rows */
    bool
        may_add_rows; /* more than its FROM and GROUP BY have: functions that give rows in its result list */
    bool
        may_choose_rows; /* which rows come out is the engine's choice, anew each time: TABLESAMPLE, DISTINCT ON */
    bool is_kept;              /* its rows are computed once, wherever they are asked for */
    bool is_merge;             /* what joins its relations stands elsewhere */
    bool may_drop_rows;        /* or fewer than they and WHERE leave: a trigger may refuse one */
    struct tn__ir_item *items; /* of a VALUES: of all rows, column_count each */
    uint32_t column_count;
    uint32_t row_count; /* of a VALUES */
    const struct tn__ir_star *stars;
    uint32_t star_count;
    /* while inferring */
    uint32_t context;   /* counts up with each time */
    bool may_be_empty;  /* one group, perhaps of no rows */
    uint32_t fact_end;  /* number of facts about every single row */
    uint32_t item_mark; /* and about every group, too */
    uint32_t in_rows;   /* > 0: looking at single rows, not at groups */
    bool has_row;
    bool is_single_row;
    const struct tn__ir_rel
        *changed; /* of UPDATE and DELETE on a server: each of its rows comes out once, whatever
                                        it is joined to */
    struct tn__ir_block *next; /* of the DO UPDATEs of one statement */
};

struct tn__ir_query {
    struct tn__ir_block *blocks;
    enum tn__ast_compound *ops;
    uint32_t block_count;
    struct tn__ir_expr *limit;
    struct tn__ir_expr *offset;
    struct tn__ir_expr **order_by; /* of a compound */
    uint32_t order_count;
    struct tn__ir_column *columns; /* of the result, once inferred */
    uint32_t column_count;
    bool is_recursive;
    uint32_t uses;  /* leaves that it stands behind */
    bool is_view;   /* its spans are of the view's text */
    bool takes_any; /* FOR UPDATE SKIP LOCKED: whichever rows are free */
    bool has_right; /* a RIGHT or FULL JOIN in its FROM, or further inside */
    bool has_row;
    bool is_single_row;
    /* Memory of the answer: it holds while `stamp` is that of the recursion it was found in. */
    struct tn__ir_query *within; /* the innermost recursive query around this one */
    uint32_t iteration;          /* of a recursive query: counts up */
    struct tn__ir_block *outer;  /* that it stands in, whose rows it may look at; NULL: none */
    uint32_t stamp;
    uint32_t outer_stamp;
    bool is_running;
    bool is_visited; /* by params.c */
    uint32_t walk;   /* the last one that was here */
};

#endif
