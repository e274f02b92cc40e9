/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_JUDGE_H
#define TN_CHECK_JUDGE_H

#include "check/check.h"

/* Between the files of src/check: one query on the scratch engine. */

/* A column as the engine describes it. NULL texts where it does not tell. */
struct tn__described_column {
    tn_text name;
    tn_text table;
    tn_text column;
    const struct tn__server_type *type; /* of PostgreSQL; else NULL */
    const struct tn__table *origin;     /* the same */
};

/* A read that the engine reported while preparing the statement. */
struct tn__read {
    tn_text table;
    tn_text column;
};

/* What the engine says of a text that it accepts. */
struct tn__described {
    const struct tn__described_column *columns;
    size_t column_count;
    const struct tn__read *reads; /* SQLite's, as it was prepared */
    size_t read_count;
    bool is_readonly;
    /* Of PostgreSQL; else NULL: the types of the parameters by their number in the text, and the statement as
     * it has analysed and rewritten it. */
    const struct tn__server_type *const *param_types;
    size_t param_count;
    tn_text tree;
    bool is_unjudged;         /* no query, and of a kind that could not be tried */
    struct tn__sql_text text; /* that all of this is about */
};

struct tn__judge;
struct tn__judges;
struct tn__reader;
struct tn__pg_bench;

/*
 * What is each engine's own. A finding about a statement that it is not to have marks the query broken;
 * without memory judge->status says so.
 */
struct tn__judge_engine {
    enum tn__dialect dialect;
    /* Open it, with the migrations: as tn__scratch_open(). */
    int (*open)(struct tn__scratch *out, struct tn__pg_bench **bench, struct tn__checked *checked,
                const struct tn__check_options *options, tn_arena *arena, struct tn__diags *diags,
                tn_error *err);
    void (*close)(struct tn__scratch *scratch, struct tn__pg_bench *bench);
    /* Drop what only this connection has, with findings. TN_OK, TN_ENOMEM, or an error of the engine. */
    int (*forget)(const struct tn__checked *checked, struct tn__scratch *scratch, tn_arena *arena,
                  struct tn__diags *diags, tn_error *err);
    /* A line of [types] that gives a column a type, and no key's, against what the column keeps. */
    void (*check_setting)(const struct tn__checked *checked,
                          const struct tn__check_options *options,
                          const struct tn__settings_type *type, const struct tn__table *table,
                          struct tn__diags *diags);
    /* Advice about the schema. TN_OK, TN_ENOMEM. */
    int (*lint_schema)(const struct tn__checked *checked, const struct tn__check_options *options,
                       struct tn__scratch *scratch, tn_arena *arena, struct tn__diags *diags);
    /* The type of a column of a table. TN_OK, TN_ENOMEM. */
    int (*type_kept)(struct tn__typing *out, const struct tn__analyse_options *analyse,
                     const struct tn__table *table, const struct tn__column *column);
    /* Of struct tn__analyse_options; NULL: none. */
    int (*columns_of)(const tn_text **out, size_t *out_count, void *user, tn_text name);
    /* Refuse what is no query's, and must not be shown to the engine. */
    void (*guard)(struct tn__judge *judge);
    /* Prepare a text and describe it. TN_OK, a status of the engine with `err` filled, or TN_ENOMEM. */
    int (*describe)(struct tn__described *out, struct tn__judge *judge,
                    const struct tn__sql_text *text, tn_error *err);
    /* Turn the engine's refusal of judge->text into findings. */
    void (*refuse)(struct tn__judge *judge, int status, const tn_error *err);
    /* Analyse the statement, by what annotations say of its parameters (NULL: nothing). What the engine
     * contradicts is not taken. */
    void (*analyse)(struct tn__judge *judge, const struct tn__analysed_param *said);
    /* What C sees of a column and of a parameter, by what is known of them. */
    struct tn__typing (*type_column)(const struct tn__judge *judge, size_t i,
                                     const struct tn__analysed_column *known);
    struct tn__typing (*type_param)(const struct tn__judges *judges, size_t i,
                                    const struct tn__analysed_param *known);
    /* An annotation of a type against what is known of the column; of a parameter `known` is NULL. */
    void (*check_said)(struct tn__judge *judge, const struct tn__annotation *said,
                       const struct tn__analysed_column *known, struct tn__typing typing);
    /* A star of the result list, as far as one is found; false: there is none. */
    bool (*find_star)(struct tn__sql_span *out, const struct tn__judge *judge);
    /* Have the statement read, its spans by the tokens of judge->sql, for those who advise. Not called of
     * what is not understood. TN_OK, TN_ENOMEM. */
    int (*read)(struct tn__judge *judge, const struct tn__reader *reader);
};
extern const struct tn__judge_engine tn__judge_sqlite;
extern const struct tn__judge_engine tn__judge_postgres;

/* Parameters that PostgreSQL cannot type where they stand: `$1 IS NULL`. They are emitted as `$1::int4`. */
struct tn__casts {
    struct tn__sql_expansion *items; /* by token */
    size_t count;
    size_t cap;
    const struct tn__judges *judges; /* of the same query, as far as they have been judged */
};

/* The judgement of one text of a query: of the only one, or of one of its variants. */
struct tn__judge {
    struct tn__checked *checked;
    const struct tn__check_options *options;
    tn_arena *arena;
    struct tn__diags *diags;
    const struct tn__judge_engine *engine;
    struct tn__scratch *scratch;
    struct tn__pg_bench *bench; /* PostgreSQL's; else NULL */
    struct tn__query *query;
    struct tn__casts *casts; /* of all texts */
    uint64_t key;            /* of the text */
    struct tn__sql all;      /* query->stmt with all its parts, in which parameters are numbered */
    struct tn__sql sql;      /* of this text; its bytes stand where they are written */
    struct tn__sql_params all_params; /* of all texts */
    struct tn__sql_params params;     /* the same; of_token is of this text */
    struct tn__sql_text text;         /* what the engine has judged last */
    struct tn__described described;
    struct tn__analyse_options analyse;
    const struct tn__ast_stmt *stmt; /* of SQLite; NULL: it could not be parsed */
    struct tn__analysed analysed;    /* is_certain only if the engine does not contradict */
    int status;                      /* sticky: TN_OK or what makes going on senseless */
    tn_error *err; /* for what says more of that than its status does; may be NULL */
};

/* The place of tokens [begin, end) of the statement; of its first token if they are none. */
struct tn__place tn__judge_place(const struct tn__judge *judge, size_t begin, size_t end);

/* Read the catalog of what has been migrated, with findings about it. TN_OK, or what tn_query() gives. */
TN_NODISCARD int tn__judge_schema(struct tn__checked *checked,
                                  const struct tn__judge_engine *engine,
                                  const struct tn__check_options *options,
                                  struct tn__scratch *scratch, tn_arena *arena,
                                  struct tn__diags *diags, tn_error *err);

/* Find the columns of key types, with findings about lines of [types] that do not fit. TN_OK,
 * TN_ENOMEM. */
TN_NODISCARD int tn__judge_keys(struct tn__checked *checked,
                                const struct tn__check_options *options, tn_arena *arena,
                                struct tn__diags *diags);

/* Whether a line of [types] names a type of the server, 'mood' or 'app.mood'. */
bool tn__judge_names_type(const struct tn__settings_type *said, const struct tn__server_type *type);
/* Name the enums of the catalog, whose columns have been typed. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__judge_enums(struct tn__checked *checked,
                                 const struct tn__check_options *options, tn_arena *arena);

/* Say that what Tenon makes of a statement is not what the engine says, and believe none of it. */
void tn__judge_disagree(struct tn__judge *judge, const char *what);

/* nearby.c. The table that a statement names; NULL: the schema has none. */
const struct tn__table *tn__judge_source_table(const struct tn__judge *judge,
                                               const struct tn__sql_source *source);
/* The table that a column was looked for in, if the statement leaves no choice; the column
 * nearest to a name in all tables that it names. NULL: none. */
const struct tn__table *tn__judge_only_table(struct tn__judge *judge, tn_text qualifier);
const char *tn__judge_nearest_column(struct tn__judge *judge, tn_text name);
/* "'users' is created here", if a migration is known to do so. */
void tn__judge_note_origin(struct tn__judge *judge, struct tn__diag *diag,
                           const struct tn__table *table);

/* "'BEGIN' works on the connection …": the query is broken. */
void tn__judge_refuse_verb(struct tn__judge *judge, size_t token, const char *help);

/* All texts of a query; the first one has all parts in it. */
struct tn__judges {
    struct tn__judge *items;
    size_t count;
};

/* Write the pieces of which the texts are made. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__judge_emit(struct tn__sql_pieces *out, const struct tn__judge *judge,
                                const struct tn__sql_expansion *expansions, size_t count);

/* The place of a parameter's first use. */
struct tn__place tn__judge_param_place(const struct tn__judge *judge, size_t i);

/* Replace the stars of the result list, if that is certain: then texts and descriptions are new;
 * otherwise a finding. */
void tn__expand_stars(struct tn__judges *judges);

/* merge.c. Whether all texts have the same columns; if not, a finding. */
bool tn__check_columns(struct tn__judges *judges);
/* What all texts say of a parameter; what they say of the columns, in the first of them. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__merge_params(struct tn__analysed_param **out, const struct tn__judges *judges);
TN_NODISCARD int tn__merge_columns(struct tn__judges *judges);

/* What of the result is embedded, and grouped, by the annotations: marks the columns, with findings. */
void tn__judge_shape(struct tn__judge *judge, struct tn__query_column *columns, size_t count);
/* The same of another text of the query, in which it has to be the same. */
void tn__judge_shape_again(struct tn__judge *judge);
void tn__judge_group(struct tn__judge *judge, struct tn__query_column *columns, size_t count);
/* What says of a part of an annotation that it does not fit. The query is broken by it. */
struct tn__diag *tn__shape_fault(struct tn__judge *judge, const char *code, tn_text name,
                                 size_t offset, const char *format, ...) TN_PRINTF(5, 6);
/* The relation of the statement that a part names, for an annotation that is called `what`; NULL: there is
 * none, and a finding says so. */
const struct tn__analysed_leaf *tn__shape_leaf(struct tn__judge *judge,
                                               const struct tn__annotation_part *part,
                                               const char *what);

/* Fill the query's columns and parameters, with findings; the texts are analysed again by what
 * annotations say of the parameters. */
void tn__judge_columns(struct tn__judge *judge);
void tn__judge_params(struct tn__judges *judges);

#endif
