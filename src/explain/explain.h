/* SPDX-License-Identifier: MIT */
#ifndef TN_EXPLAIN_EXPLAIN_H
#define TN_EXPLAIN_EXPLAIN_H

#include "check/judge/engine.h"
#include "plan/query_plan.h"

/* A parameter of the statement. */
struct tn__explain_param {
    const char *name;  /* without a sign; "3" for one that has a number alone */
    const char *label; /* ":owner", "?3" */
    bool is_set;
    bool is_list;
    struct tn__typing typing; /* of a list: that of its elements */
    tn_value value;           /* NULL unless it is set */
    tn_value_list list;       /* of a list: empty unless it is set */
};

/* Which of a query's texts is meant. */
struct tn__explain_form {
    const char *const *with; /* optional parts: these, and those with a parameter that is set */
    size_t with_count;
    const char *const *without; /* all parts but these */
    size_t without_count;
    const char *const *settings; /* all that tn__explain_bind() gets: of them those of choices */
    size_t setting_count;
};

/* How often a row of the plan ran; of plan.nodes, by index. */
struct tn__explain_loops {
    bool is_known;
    int64_t loops;
    int64_t rows;
};

/* What running it has cost. */
struct tn__explain_run {
    int64_t rows;    /* returned */
    int64_t changed; /* by the statement itself; -1: it is none that changes any */
    int64_t time_ns;
    struct tn__stmt_counts counts;
    const struct tn__explain_loops *nodes; /* NULL: the engine does not count them */
};

/* A query of the project, and what it does to a table. */
struct tn__explain_write {
    const char *query;
    const char *verb; /* "INSERT", "UPDATE", "DELETE" */
};

/* An index that makes the plan better. */
struct tn__explain_advice {
    const char *table;
    const char *name;             /* of the index */
    const char *sql;              /* CREATE INDEX, without a semicolon */
    struct tn__query_plan plan;   /* with it, and with those of the advice before it */
    const char *const *redundant; /* indexes that could go then */
    size_t redundant_count;
    const struct tn__explain_write *writes; /* that would pay */
    size_t write_count;
};

enum {
    TN__EXPLAIN_MOST_ADVICE = 3
};

struct tn__server;

struct tn__explain {
    /* set by the caller */
    const struct tn__check_options *options;
    tn_arena *arena;
    struct tn__diags *diags;
    /* tn__explain_find() */
    struct tn__checked checked;           /* the project; its catalog is that of the engine */
    const struct tn__query *query;        /* NULL: SQL is meant */
    uint64_t key;                         /* of a query with variants: the text that is meant */
    tn_text sql;                          /* one statement, as it is shown */
    struct tn__check_options own_options; /* with it; `options` are these then */
    struct tn__server *server; /* of PostgreSQL, where the query has been judged; NULL: none */
    /* tn__explain_open() */
    bool is_on_database;
    struct tn__check_engine engine;
    struct tn__checked_statement statement;
    struct tn__explain_param *params;
    size_t param_count;
    /* tn__explain_plan() */
    const struct tn__plan_bind *binds; /* the parameters that are set */
    size_t bind_count;
    tn_text
        planned; /* the statement, its lists called by their parameters; on a server: what asks for it */
    tn_text prepared; /* on a server: PREPARE */
    bool is_generic;  /* on a server: the plan is one for all values */
    struct tn__query_plan plan;
    /* tn__explain_analyze() */
    bool has_run;
    struct tn__explain_run run;
    /* tn__explain_advise() */
    bool has_advice; /* it has been looked for */
    struct tn__explain_advice advice[TN__EXPLAIN_MOST_ADVICE];
    size_t advice_count;
};

/*
 * Find what is meant: a single word names a query, all else is SQL. `needs_project`: what the query
 * is checked against is wanted, too.
 *
 * TN_OK; TN_EINVAL: the project could not be read, or there is no SQL (then `err` says so alone);
 * TN_ENOTFOUND: no such query; TN_ESYNTAX: it is broken; TN_EREFUSED: it is a statement that has no
 * plan. Findings, or `err`, say why. TN_ENOMEM.
 */
TN_NODISCARD int tn__explain_find(struct tn__explain *explain, tn_text subject, bool needs_project,
                                  tn_error *err);
/* The query whose name is near to one that is not found; NULL: none. */
const char *tn__explain_nearest(const struct tn__explain *explain, tn_text name);

/*
 * Choose the text of what is found; without it, it is that with all parts and first values.
 *
 * TN_OK; TN_ENOTFOUND, TN_EINVAL with `err` filled: there is no such part, or no such text of a
 * choice; TN_ENOMEM.
 */
TN_NODISCARD int tn__explain_choose(struct tn__explain *explain,
                                    const struct tn__explain_form *form, tn_error *err);

/*
 * Have it judged on the schema of the migrations (`db` NULL) or on a database, which may be for
 * reading alone. `declares`: the database is to know the functions of tenon.ini; nothing can be run
 * then.
 *
 * TN_OK; TN_ESYNTAX, TN_EREFUSED: findings say what is wrong, or that it has no plan; TN_ECONNECT: there is no
 * server to explain it on; or what the engine fails with. tn__explain_close()
 * is the end of it in any case, before the database's own.
 */
TN_NODISCARD int tn__explain_open(struct tn__explain *explain, tn_db *db, enum tn_access access,
                                  bool declares, tn_error *err);
void tn__explain_close(struct tn__explain *explain);

/*
 * Set a parameter by "name=value": a literal of SQL, or a text as it is. A list gets those between
 * commas, each by its type, behind those that it has. TN_OK, also for a choice, which is made by
 * then; TN_ENOTFOUND, TN_EINVAL with `err` filled; TN_ENOMEM.
 */
TN_NODISCARD int tn__explain_bind(struct tn__explain *explain, const char *text, tn_error *err);

/* Ask for the plan. TN_OK, or what the engine fails with. */
TN_NODISCARD int tn__explain_plan(struct tn__explain *explain, tn_error *err);

/* Run it on the database and roll it back. TN_OK, or what the engine fails with; nothing stays
 * either way. */
TN_NODISCARD int tn__explain_analyze(struct tn__explain *explain, tn_error *err);

/*
 * Look for indexes that make the plan better, in a private database with the same schema, and the
 * same statistics if it is a database's. TN_OK, also if there is none; TN_EREFUSED: the engine has no
 * such statistics to give; or what it fails with.
 */
TN_NODISCARD int tn__explain_advise(struct tn__explain *explain, tn_error *err);

/* For people. Failure is the buffer's. */
void tn__explain_text(struct tn__buf *out, const struct tn__explain *explain, bool color);
/* One line of JSON. Failure is the buffer's. */
void tn__explain_document(struct tn__buf *out, const struct tn__explain *explain);

#endif
