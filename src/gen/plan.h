/* SPDX-License-Identifier: MIT */
#ifndef TN_GEN_PLAN_H
#define TN_GEN_PLAN_H

#include "check/check.h"
#include "gen/types.h"

/* An enum with its names in C. */
struct tn__planned_enum {
    const struct tn__enum *choice;
    const char *tag;                /* "app_task_status" */
    const char *opt_tag;            /* "app_opt_task_status": a struct of has and value */
    const char *const *enumerators; /* "APP_TASK_STATUS_OPEN", as the column's choices */
    struct tn__c_type types[2];     /* NOT NULL, nullable */
    bool is_named;                  /* nobody else has its names, and somebody needs it */
    const char *list_tag;           /* "app_task_status_list"; NULL: no parameter is one */
    const char *texts;              /* "app_task_status_texts", as the enumerators */
    const char *array_tag;          /* "app_task_status_array"; NULL: nobody has one */
    struct tn__c_type array;
};

/* A key type with its names in C. */
struct tn__planned_key {
    const struct tn__key *key;
    const char *tag;     /* "app_user_id": a struct of value */
    const char *opt_tag; /* "app_opt_user_id": a struct of has and value; NULL: it needs none */
    struct tn__c_type types[2]; /* NOT NULL, nullable */
    bool is_named;              /* as of an enum */
    const char *list_tag;       /* as of an enum */
};

enum tn__member_kind {
    TN__MEMBER_VALUE, /* typing, choice */
    TN__MEMBER_EMBED, /* a struct: row; with a flag in front of it if it may be absent */
    TN__MEMBER_ARRAY  /* structs, and behind it how many: row */
};

/* A member of a generated struct, or a parameter. */
struct tn__member {
    const char *name;
    const char *column; /* as SQL calls it; NULL: a parameter */
    struct tn__typing typing;
    struct tn__planned_enum *choice; /* of an enum; else NULL */
    struct tn__planned_key *key;     /* of a key type; else NULL */
    const char *list_type; /* of a parameter that is many of it: "tn_int_list"; else NULL */
    enum tn__member_kind kind;
    const struct tn__row_struct *row;
    const char *beside; /* "has_o" of an embed, NULL: always there; "o_count" of an array */
};

/* What a value is in C, or an element of it. */
const struct tn__c_type *tn__member_type(const struct tn__member *member);

/* An argument of a query. */
struct tn__input {
    enum tn__input_kind {
        TN__INPUT_PARAM,
        TN__INPUT_OPTION, /* bool has_NAME: whether an optional part is there */
        TN__INPUT_CHOICE
    } kind;
    size_t index;  /* among the parameters, the options, the choices */
    size_t offset; /* where it is written: arguments come in that order */
};

/* An enum of the values of a choice. */
struct tn__planned_choice {
    const struct tn__choice *choice;
    const char *type;               /* "enum app_task_list_sort" */
    const char *const *enumerators; /* "APP_TASK_LIST_SORT_NEWEST" = 0 */
    const char *text;               /* "app_task_list_sort_text" */
    const char *parse;              /* "app_task_list_sort_parse" */
};

/* A struct that rows are read into, and the array of them that _all gives. */
struct tn__row_struct {
    const char *tag;      /* "app_task" */
    const char *list_tag; /* "app_task_rows" */
    struct tn__member *members;
    size_t member_count;
    const struct tn__table *table; /* a whole table's; else NULL */
    const struct tn__query *first; /* the query that brought it in; NULL: a table's */
    bool is_shared;                /* stands in the tables' header */
    bool is_named;                 /* nobody else has its names */
    bool is_described;             /* there is an app_task_struct */
};

/* What the rows of a group become beside the row that is theirs. */
struct tn__planned_items {
    const struct tn__row_struct *row; /* a struct of its own, or a table's */
    const struct tn__embed *only;     /* it is the table's: of this embed; else NULL */
    const char *member;               /* array in the row: "o", "items" */
    const char *count_member;         /* "o_count", "item_count" */
    const char *iter_member;          /* "o", "item" */
    const char *next;                 /* "app_x_next_o": function */
    bool is_copied;                   /* an item holds text, blobs or any */
};

/* A query with its names in C. */
struct tn__planned_query {
    const struct tn__query *query;
    const char *function; /* "app_task_find"; also the stem of the names below */
    const char *iter_tag; /* :many */
    const char
        *args_tag; /* more than TN__DIRECT_PARAMS arguments, optional parts, or many; else NULL */
    struct tn__member *params; /* as the query's */
    const struct tn__input *inputs;
    size_t input_count;
    const struct tn__planned_choice *choices; /* as of query->variants */
    size_t list_count;                        /* of parameters that are lists */
    const struct tn__row_struct *row;         /* NULL: no rows */
    const char *reader; /* function of the first query of the file with this row: its reader serves
                           all of them. Unlike the struct's name it is of this file alone */
    const struct tn__planned_items *items; /* of a group; NULL: rows are not grouped */
    /* Of a query for both engines, by dialect: the function of each, behind this one; else NULL. */
    const struct tn__planned_query *halves;
    bool is_half;     /* it is one of those, and static */
    bool is_postgres; /* not of a query for both */
    bool is_many;
    bool is_bulk;
    bool is_batch; /* and what each item gives is kept apart */
    /* A row holds text, blobs or any, its items aside: an arena is needed to keep it. */
    bool is_copied;
};

#define TN__DIRECT_PARAMS 3

/* The queries of one source file: a pair of generated files. */
struct tn__planned_file {
    const struct tn__query_file *file;
    const struct tn__planned_query *queries;
    size_t query_count;
    bool has_postgres; /* for which engines the queries are */
    bool has_sqlite;
    const char *list_name;                       /* "app_tasks_queries" */
    const struct tn__row_struct *const *structs; /* that only this file's queries return */
    size_t struct_count;
};

struct tn__gen_plan {
    const char *prefix;      /* "app", or "" */
    bool has_postgres;       /* some queries may be for it */
    bool has_json;           /* every struct of rows has its functions for JSON */
    const char *tables_name; /* "app_tables.h" */
    const struct tn__row_struct *const *shared; /* tables first, then -- returns, by name */
    size_t shared_count;
    const struct tn__planned_enum *enums; /* those that are named are written */
    size_t enum_count;
    const struct tn__planned_key *keys; /* as the enums */
    size_t key_count;
    const struct tn__planned_file *files; /* that have queries */
    size_t file_count;
};

struct tn__plan_options {
    const char *prefix;
    const struct tn__settings_type *types;
    size_t type_count;
    bool has_json;
};

/*
 * Name everything. Collisions and unfitting -- returns are findings, and then the plan is not to be
 * written. TN_OK, TN_ENOMEM.
 */
TN_NODISCARD int tn__gen_plan_make(struct tn__gen_plan *out, const struct tn__checked *checked,
                                   const struct tn__plan_options *options, tn_arena *arena,
                                   struct tn__diags *diags);

/* "app_tables.h" of "app". NULL: no memory. */
const char *tn__tables_name(const char *prefix, tn_arena *arena);

#endif
