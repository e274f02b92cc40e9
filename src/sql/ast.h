/* SPDX-License-Identifier: MIT */
#ifndef TN_SQL_AST_H
#define TN_SQL_AST_H

#include "sql/statement.h"

/*
 * A statement of SQLite as a tree. Nodes live in the arena of the parse; names are without quotes,
 * borrowed from the tokens and so not always NUL-terminated, and the NULL text where nothing is
 * written. A list is linked through `next`, in the order of writing, so that building one is linear.
 *
 * Every node has the tokens that it was made from; tn__sql_bytes() turns them into bytes.
 */

struct tn__ast_expr;
struct tn__ast_select;

/* An identifier where it stands. */
struct tn__ast_name {
    tn_text text; /* NULL text: none is written */
    struct tn__sql_span span;
    bool is_quoted; /* in any kind of quotes */
    bool is_dqs;    /* in "double" ones, which the engine may take for a string */
};

struct tn__ast_names {
    struct tn__ast_name_item {
        struct tn__ast_name name;
        struct tn__ast_name_item *next;
    } * first, *last;
    size_t count;
};

enum tn__ast_expr_kind {
    TN__AST_NULL,
    TN__AST_NUMBER,   /* span is the literal */
    TN__AST_STRING,   /* name.text is its content */
    TN__AST_BLOB,     /* span is the literal */
    TN__AST_MOMENT,   /* CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP: span */
    TN__AST_PARAM,    /* span is the token */
    TN__AST_COLUMN,   /* name, or table.name, or schema.table.name; TRUE and FALSE, too */
    TN__AST_UNARY,    /* op left */
    TN__AST_BINARY,   /* left op right */
    TN__AST_COLLATE,  /* left COLLATE name */
    TN__AST_NULLTEST, /* left IS NULL, ISNULL; is_not: NOTNULL, NOT NULL, IS NOT NULL is a BINARY */
    TN__AST_LIKE,     /* left op right [ESCAPE third]; op LIKE GLOB MATCH REGEXP */
    TN__AST_BETWEEN,  /* left BETWEEN right AND third */
    TN__AST_IN_LIST,  /* left IN (list) */
    TN__AST_IN_QUERY, /* left IN (select) */
    TN__AST_IN_PARAM, /* left IN (:right[]) */
    TN__AST_IN_TABLE, /* left IN schema.name; call is set (and empty) for a function with its list */
    TN__AST_EXISTS,   /* select */
    TN__AST_QUERY,    /* (select), one row or one value */
    TN__AST_CASE,     /* CASE left WHEN … THEN … (list, in pairs) ELSE right END */
    TN__AST_CAST,     /* CAST(left AS name.text): the type as written, "" if empty */
    TN__AST_CALL,     /* name(list) with call */
    TN__AST_ROW,      /* (list) of two or more */
    TN__AST_RAISE     /* RAISE(IGNORE), RAISE(ABORT, left) and so on */
};

enum tn__ast_op {
    TN__OP_NONE,
    /* unary */
    TN__OP_NEGATE,
    TN__OP_PLUS,
    TN__OP_BITNOT,
    TN__OP_NOT,
    /* logic */
    TN__OP_AND,
    TN__OP_OR,
    /* comparison */
    TN__OP_EQ,
    TN__OP_NE,
    TN__OP_LT,
    TN__OP_LE,
    TN__OP_GT,
    TN__OP_GE,
    TN__OP_IS,     /* IS, IS NOT DISTINCT FROM */
    TN__OP_IS_NOT, /* IS NOT, IS DISTINCT FROM */
    /* arithmetic and bits */
    TN__OP_ADD,
    TN__OP_SUB,
    TN__OP_MUL,
    TN__OP_DIV,
    TN__OP_MOD,
    TN__OP_BITAND,
    TN__OP_BITOR,
    TN__OP_SHL,
    TN__OP_SHR,
    /* others */
    TN__OP_CONCAT,
    TN__OP_ARROW,  /* -> */
    TN__OP_ARROW2, /* ->> */
    TN__OP_LIKE,
    TN__OP_GLOB,
    TN__OP_MATCH,
    TN__OP_REGEXP
};

/* An expression in a list: of a result, of arguments, of ORDER BY. */
struct tn__ast_item {
    struct tn__ast_expr *expr; /* NULL: a star */
    struct tn__ast_name alias; /* AS name */
    bool is_star;              /* * or t.* */
    struct tn__ast_name table; /* t of t.* */
    bool is_desc;              /* ORDER BY, keys */
    bool nulls_first;          /* as written */
    bool nulls_last;
    struct tn__sql_span span;
    struct tn__ast_item *next;
};

struct tn__ast_items {
    struct tn__ast_item *first, *last;
    size_t count;
    uint32_t height; /* of the highest expression in it; 0 if there is none */
};

/* One end of a window's frame. */
enum tn__ast_bound {
    TN__BOUND_UNBOUNDED_PRECEDING,
    TN__BOUND_PRECEDING, /* with an expression */
    TN__BOUND_CURRENT_ROW,
    TN__BOUND_FOLLOWING, /* with an expression */
    TN__BOUND_UNBOUNDED_FOLLOWING
};

enum tn__ast_frame {
    TN__FRAME_NONE, /* not written: RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW */
    TN__FRAME_ROWS,
    TN__FRAME_RANGE,
    TN__FRAME_GROUPS
};

enum tn__ast_exclude {
    TN__EXCLUDE_NONE, /* not written, or NO OTHERS */
    TN__EXCLUDE_CURRENT_ROW,
    TN__EXCLUDE_GROUP,
    TN__EXCLUDE_TIES
};

/* OVER name, OVER (…), and a definition of WINDOW. */
struct tn__ast_window {
    struct tn__ast_name name; /* of a definition; of OVER name */
    struct tn__ast_name base; /* (base …) */
    bool is_reference;        /* OVER name: nothing else is set */
    struct tn__ast_items partition;
    struct tn__ast_items order;
    enum tn__ast_frame frame;
    enum tn__ast_bound start;
    enum tn__ast_bound end;
    struct tn__ast_expr *start_offset;
    struct tn__ast_expr *end_offset;
    enum tn__ast_exclude exclude;
    uint32_t height;
    struct tn__sql_span span;
    struct tn__ast_window *next;
};

/* What only a call has. */
struct tn__ast_call {
    bool is_star; /* count(*) */
    bool is_distinct;
    struct tn__ast_items order;  /* group_concat(x ORDER BY y), SQLite 3.44 */
    struct tn__ast_expr *filter; /* FILTER (WHERE …) */
    struct tn__ast_window *over;
};

struct tn__ast_expr {
    enum tn__ast_expr_kind kind;
    enum tn__ast_op op;
    bool is_not;       /* NOT LIKE, NOT IN, NOT BETWEEN, NOT NULL */
    bool is_bracketed; /* stands in parentheses of its own; they are part of the span */
    uint32_t height;   /* of the tree below, 1 for a leaf */
    struct tn__sql_span span;
    struct tn__ast_expr *left;
    struct tn__ast_expr *right;
    struct tn__ast_expr *third;
    struct tn__ast_name schema;
    struct tn__ast_name table;
    struct tn__ast_name name;
    struct tn__ast_items list;
    struct tn__ast_select *select;
    struct tn__ast_call *call;
};

/* How a source is joined to all that stands left of it. */
enum tn__ast_join {
    TN__JOIN_COMMA = 0,
    TN__JOIN_INNER = 1, /* JOIN, INNER JOIN */
    TN__JOIN_CROSS = 2,
    TN__JOIN_LEFT = 3,
    TN__JOIN_RIGHT = 4,
    TN__JOIN_FULL = 5
};

enum tn__ast_source_kind {
    TN__SOURCE_TABLE, /* table, view or name of a WITH */
    TN__SOURCE_CALL,  /* table-valued function with args */
    TN__SOURCE_SELECT,
    TN__SOURCE_JOIN /* (a JOIN b): inner */
};

struct tn__ast_source {
    enum tn__ast_source_kind kind;
    enum tn__ast_join join; /* to what stands left; meaningless in the first */
    bool is_natural;
    struct tn__ast_name schema;
    struct tn__ast_name name;
    struct tn__ast_name alias;
    struct tn__ast_items args;
    struct tn__ast_select *select;
    struct tn__ast_sources {
        struct tn__ast_source *first, *last;
        size_t count;
        uint32_t height;
    } inner;
    struct tn__ast_name indexed_by;
    bool is_not_indexed;
    struct tn__ast_expr *on;
    bool has_using;
    struct tn__ast_names using_names;
    uint32_t height;
    struct tn__sql_span span;
    struct tn__ast_source *next;
};

enum tn__ast_compound {
    TN__COMPOUND_FIRST, /* of the first arm */
    TN__COMPOUND_UNION,
    TN__COMPOUND_UNION_ALL,
    TN__COMPOUND_INTERSECT,
    TN__COMPOUND_EXCEPT
};

/* One SELECT or VALUES between the operators of a compound. */
struct tn__ast_arm {
    enum tn__ast_compound op; /* in front of it */
    bool is_values;
    bool is_distinct;
    struct tn__ast_items items; /* of a VALUES: its first row */
    struct tn__ast_row {        /* of a VALUES: the other rows */
        struct tn__ast_items items;
        struct tn__ast_row *next;
    } * rows;
    struct tn__ast_sources from; /* none: count 0 */
    struct tn__ast_expr *where;
    struct tn__ast_items group_by;
    struct tn__ast_expr *having;
    struct tn__ast_window *windows; /* WINDOW name AS (…), … */
    struct tn__sql_span span;
    struct tn__ast_arm *next;
};

enum tn__ast_materialized {
    TN__MATERIALIZED_ANY,
    TN__MATERIALIZED_YES,
    TN__MATERIALIZED_NO
};

struct tn__ast_cte {
    struct tn__ast_name name;
    bool has_columns;
    struct tn__ast_names columns;
    enum tn__ast_materialized materialized;
    struct tn__ast_select *select;
    struct tn__sql_span span;
    struct tn__ast_cte *next;
};

struct tn__ast_with {
    bool is_recursive; /* the word is there; SQLite does not need it */
    struct tn__ast_cte *first, *last;
    size_t count;
    uint32_t height;
};

/* A whole query: WITH, arms, ORDER BY, LIMIT. */
struct tn__ast_select {
    struct tn__ast_with with;
    struct tn__ast_arm *first, *last;
    size_t arm_count;
    struct tn__ast_items order_by;
    struct tn__ast_expr *limit;
    struct tn__ast_expr *offset;
    uint32_t
        height; /* of all that is in it, subqueries and FROM included: the bound of a recursion */
    struct tn__sql_span span;
};

/* SET a = x, (b, c) = (…). */
struct tn__ast_set {
    struct tn__ast_names columns;
    bool is_row; /* in parentheses */
    struct tn__ast_expr *expr;
    struct tn__sql_span span;
    struct tn__ast_set *next;
};

struct tn__ast_sets {
    struct tn__ast_set *first, *last;
    size_t count;
};

/* ON CONFLICT (…) WHERE … DO NOTHING, or DO UPDATE SET … WHERE …. */
struct tn__ast_upsert {
    struct tn__ast_items target;
    struct tn__ast_expr *target_where;
    bool is_update;
    struct tn__ast_sets sets;
    struct tn__ast_expr *where;
    struct tn__sql_span span;
    struct tn__ast_upsert *next;
};

enum tn__ast_conflict { /* INSERT OR …, ON CONFLICT … of a constraint */
    TN__CONFLICT_DEFAULT,
    TN__CONFLICT_ROLLBACK,
    TN__CONFLICT_ABORT,
    TN__CONFLICT_FAIL,
    TN__CONFLICT_IGNORE,
    TN__CONFLICT_REPLACE
};

/* A constraint, of a column or of a table. */
enum tn__ast_constraint_kind {
    TN__CONSTRAINT_PRIMARY_KEY,
    TN__CONSTRAINT_UNIQUE,
    TN__CONSTRAINT_NOT_NULL,
    TN__CONSTRAINT_NULL,
    TN__CONSTRAINT_CHECK,       /* expr */
    TN__CONSTRAINT_DEFAULT,     /* expr */
    TN__CONSTRAINT_COLLATE,     /* collation */
    TN__CONSTRAINT_REFERENCES,  /* of a column: ref_table, ref_columns */
    TN__CONSTRAINT_FOREIGN_KEY, /* of a table: keys, ref_table, ref_columns */
    TN__CONSTRAINT_GENERATED    /* expr, is_stored */
};

struct tn__ast_constraint {
    enum tn__ast_constraint_kind kind;
    struct tn__ast_name name; /* CONSTRAINT name */
    struct tn__ast_expr *expr;
    struct tn__ast_name collation;
    struct tn__ast_items keys; /* of a table's PRIMARY KEY, UNIQUE, FOREIGN KEY */
    struct tn__ast_name ref_table;
    struct tn__ast_names ref_columns;
    bool is_desc; /* INTEGER PRIMARY KEY DESC */
    bool is_autoincrement;
    bool is_stored;
    enum tn__ast_conflict conflict;
    struct tn__sql_span span;
    struct tn__ast_constraint *next;
};

struct tn__ast_constraints {
    struct tn__ast_constraint *first, *last;
};

struct tn__ast_column_def {
    struct tn__ast_name name;
    tn_text type; /* as written, blanks between words made one; NULL text: none */
    struct tn__ast_constraints constraints;
    struct tn__sql_span span;
    struct tn__ast_column_def *next;
};

enum tn__ast_stmt_kind {
    TN__STMT_AST_OTHER, /* anything below is unset: BEGIN, PRAGMA, ALTER, … */
    TN__STMT_AST_SELECT,
    TN__STMT_AST_INSERT, /* REPLACE too: conflict is TN__CONFLICT_REPLACE */
    TN__STMT_AST_UPDATE,
    TN__STMT_AST_DELETE,
    TN__STMT_AST_CREATE_TABLE,
    TN__STMT_AST_CREATE_INDEX,
    TN__STMT_AST_CREATE_VIEW,
    TN__STMT_AST_CREATE_TRIGGER
};

enum tn__ast_trigger_time {
    TN__TRIGGER_BEFORE, /* or nothing written */
    TN__TRIGGER_AFTER,
    TN__TRIGGER_INSTEAD_OF
};

enum tn__ast_trigger_event {
    TN__TRIGGER_INSERT,
    TN__TRIGGER_UPDATE, /* [OF columns] */
    TN__TRIGGER_DELETE
};

struct tn__ast_stmt {
    enum tn__ast_stmt_kind kind;
    bool is_explain; /* EXPLAIN, EXPLAIN QUERY PLAN */
    struct tn__sql_span span;

    /* SELECT; the source of an INSERT (NULL: DEFAULT VALUES); of CREATE VIEW, CREATE TABLE AS */
    struct tn__ast_select *select;

    /* INSERT, UPDATE, DELETE */
    struct tn__ast_with with;
    enum tn__ast_conflict conflict;
    struct tn__ast_source target; /* the table that is written, with alias and index hint */
    struct tn__ast_names columns; /* INSERT INTO t (…); UPDATE OF of a trigger; CREATE VIEW v (…) */
    bool has_columns;
    struct tn__ast_upsert *upserts;
    struct tn__ast_sets sets;
    struct tn__ast_sources from; /* UPDATE … FROM */
    struct tn__ast_expr *where;  /* of CREATE INDEX, too; WHEN of a trigger */
    bool has_returning;
    struct tn__ast_items returning;
    struct tn__ast_items order_by;
    struct tn__ast_expr *limit;
    struct tn__ast_expr *offset;

    /* CREATE */
    bool is_temporary;
    struct tn__ast_name schema;
    struct tn__ast_name name;
    struct tn__ast_name on_table; /* of an index or a trigger */
    struct tn__ast_column_def *column_defs;
    struct tn__ast_constraints constraints;
    bool is_strict;
    bool is_without_rowid;
    bool is_unique;
    struct tn__ast_items keys; /* of an index */
    enum tn__ast_trigger_time time;
    enum tn__ast_trigger_event event;
    struct tn__ast_stmt *body; /* statements of a trigger */
    struct tn__ast_stmt *next; /* in a trigger's body */
};

#endif
