/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_ANALYSE_H
#define TN_INFER_ANALYSE_H

#include "infer/classes.h"
#include "infer/keys.h"
#include "infer/typing.h"
#include "sql/emit.h"
#include "sql/parse.h"

/*
 * What a statement gives and takes, from its tree and the schema alone: never from data, statistics,
 * indexes or the machine. The promise: every value that the engine gives for a column is of a class
 * in its set, for every database in the proof domain (docs/queries.md): what is stored in a column has
 * the class of the column's affinity, and integers do not overflow.
 */

/* How deep expressions may be in each other, through subqueries, WITH and views; a query is as deep as so
 * many expressions. */
enum {
    TN__DEPTH_MAX = 5000,
    TN__QUERY_DEPTH = 4
};

/* A value as far as it is known. */
struct tn__domain {
    tn__classes classes;
    enum tn__type
        logical; /* TN__TYPE_BOOL, _TIMESTAMP, _JSON, or what [types] says against the class;
                              TN__TYPE_ANY: none beyond its class */
    enum tn__timestamp_form form;
    const struct tn__column *choices; /* of an enum: the column with the CHECK */
    const struct tn__key *key;        /* of a column of a key type */
};

/* A function that the program registers, declared in tenon.ini. */
struct tn__fn_declared {
    const char *name;
    const tn__classes *args; /* what each takes */
    size_t arg_count;
    bool is_variadic; /* the last one any number of times */
    bool is_aggregate;
    bool is_strict; /* NULL in gives NULL out */
    struct tn__domain result;
};

struct tn__analyse_options {
    const struct tn__catalog *catalog;
    const struct tn__settings_type *types;
    size_t type_count;
    const struct tn__fn_declared *functions;
    size_t function_count;
    const struct tn__keys *keys; /* settled; NULL: none */
    /* The columns of a table-valued function that the schema does not have, as SELECT * gives them;
     * NULL: none can be told. TN_OK with *out_count 0: the engine has no such thing. TN_ENOMEM. */
    int (*columns_of)(const tn_text **out, size_t *out_count, void *user, tn_text name);
    void *user;
    bool wants_uses; /* tn__analysed.uses is asked for */
};

/* What an index could do for a column of a table. */
enum tn__use_kind {
    TN__USE_EQUAL,    /* =, IS, IN: with `literal`, if it is compared with one */
    TN__USE_RANGE,    /* <, BETWEEN, LIKE and so on */
    TN__USE_NULL,     /* IS NULL */
    TN__USE_NOT_NULL, /* IS NOT NULL */
    TN__USE_TRUE,     /* the column itself is the condition */
    TN__USE_FALSE,    /* NOT column */
    TN__USE_GROUP,    /* GROUP BY, in its order */
    TN__USE_ORDER     /* ORDER BY, in its order */
};
struct tn__analysed_use {
    enum tn__use_kind kind;
    const struct tn__table *table;
    const struct tn__column *column;
    uint32_t source;   /* the same number: one and the same FROM item */
    uint32_t branch;   /* 0: it always holds; else: on one side of an OR, all those of one number */
    bool is_joined;    /* the other side is not known before another table of the join is read */
    bool is_desc;      /* of an ORDER BY */
    bool is_text;      /* the literal is a string, without its quotes */
    tn_text literal;   /* NULL text: none */
    tn_text collation; /* that is asked for; NULL text: the column's own */
};

struct tn__analysed_column {
    struct tn__domain domain;
    /* The column of a table whose value this is, unchanged but for NULL of an outer join; NULL: none
     * or not the only one. A table without a column: its rowid. */
    const struct tn__table *table;
    const struct tn__column *column;
    tn_text name;             /* as the engine calls it, if that is certain; else NULL text */
    struct tn__sql_span span; /* of the item; of the star that it comes from */
    uint32_t
        location; /* of a server's statement, in the place of `span`: the byte of its text that the item
                                 begins at, for all that is known; UINT32_MAX: not known */
    /* The relation of the statement's FROM that it is a column of, as it is: an index in `leaves`;
     * TN__NO_LEAF: an expression. */
    uint32_t leaf;
    tn_text leaf_column; /* what the relation calls it */
    /* Columns of the same instance are of one row of one table, through views and subqueries, too. 0: of
     * none. */
    uint32_t instance;
    bool is_padded;     /* that row may be missing, and NULL stand for it */
    const char *reason; /* why nothing is known (classes are all): "function 'f' is not declared" */
};

#define TN__NO_LEAF UINT32_MAX

/* A relation in the FROM of a statement that is one SELECT. */
struct tn__analysed_leaf {
    tn_text name;                  /* alias, or the table's name; NULL text: none */
    const struct tn__table *table; /* of the schema: table, view or virtual table; NULL: none */
    enum tn__ast_join pad;         /* LEFT, RIGHT or FULL: the join that may pad it; else COMMA */
    struct tn__sql_span pad_span;  /* what stands right of that join */
};

/* A term of its ORDER BY. */
struct tn__analysed_order {
    struct tn__sql_span span;
    uint32_t leaf; /* of a plain column; else TN__NO_LEAF */
    tn_text leaf_column;
    uint32_t instance; /* as of columns; 0: none that a column has */
    tn_text collation; /* NULL text: not certain */
};

struct tn__analysed_param {
    struct tn__domain domain; /* with NULL in it: NULL is welcome */
    bool is_certain;          /* a type is known */
    bool is_conflict;         /* used in places that want different types */
    bool takes_null;          /* NULL is welcome, even if no type is known */
    tn_text suggestion; /* a name from the column it meets, "limit" or "offset"; may be empty */
};

/* A name that does not resolve. */
struct tn__name_fault {
    enum tn__name_fault_kind {
        TN__NAME_NO_TABLE,
        TN__NAME_NO_COLUMN,
        TN__NAME_AMBIGUOUS
    } kind;
    struct tn__sql_span span;
    tn_text name;
    const struct tn__table *table; /* that a column is missing in, if it is one of the schema */
    const char *choices;           /* of an ambiguous one: "'a.id' or 'b.id'"; NULL: none */
    const struct tn__name_fault *next;
};

/* A star of the result list, and what it stands for. */
struct tn__analysed_star {
    struct tn__sql_span span;
    tn_text text; /* "id, t.name"; NULL text: nothing certain can be written for it */
};

/* A column of an arm of a compound, as the arm writes it. */
struct tn__analysed_arm_column {
    uint32_t location; /* as of a column; that of the star that it comes from */
    tn_text relation;  /* NULL text: it needs none */
    tn_text name;
};

struct tn__analysed {
    bool is_certain;  /* else: something was not understood, and every column is any, nullable */
    bool is_too_deep; /* that is: its queries and expressions nest more than TN__DEPTH_MAX levels */
    const char *reason; /* why not: "…" */
    const struct tn__analysed_column *columns;
    size_t column_count;
    /* Of one SELECT; none of a compound and of what writes. */
    const struct tn__analysed_leaf *leaves;
    size_t leaf_count;
    const struct tn__analysed_order *order;
    size_t order_count;
    const struct tn__analysed_param *params; /* as in tn__sql_params */
    size_t param_count;
    bool is_single_row; /* proven to give one row at most */
    bool has_row;       /* proven to give one row at least */
    const struct tn__analysed_star
        *stars; /* of every arm of a compound, in the order of the text */
    size_t star_count;
    const struct tn__analysed_arm_column *arm_columns; /* of a server's compound, arm by arm */
    size_t arm_column_count;
    const struct tn__table *const
        *tables; /* ordinary ones that it reads, through views, too; each once */
    size_t table_count;
    const struct tn__name_fault *faults;
    const struct tn__analysed_use *uses; /* if asked for; several hundred at most */
    size_t use_count;
};

/* The type that C sees of a domain, and the values that a type of C can give. */
struct tn__typing tn__typing_of_domain(struct tn__domain domain);
struct tn__domain tn__domain_of_typing(struct tn__typing typing);
/* Values of these classes, and nothing beyond. */
struct tn__domain tn__domain_plain(tn__classes classes);

/* What an ordinary table keeps in a column: declaration, constraints, [types], and the expression of a
 * generated one. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__analyse_column(struct tn__domain *out,
                                    const struct tn__analyse_options *options,
                                    const struct tn__table *table, const struct tn__column *column);

/*
 * Analyse a statement. `said` has what annotations say of parameters, or is NULL: an entry whose
 * is_certain is set is taken for true, so that what is made of the parameter is known, too.
 * TN_OK, TN_ENOMEM. Everything is the arena's.
 */
TN_NODISCARD int tn__analyse(struct tn__analysed *out, const struct tn__ast_stmt *stmt,
                             const struct tn__sql *sql, const struct tn__sql_params *params,
                             const struct tn__analysed_param *said,
                             const struct tn__analyse_options *options, tn_arena *arena);

#endif
