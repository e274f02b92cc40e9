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
    const struct tn__read *reads;
    size_t read_count;
    bool is_readonly;
};

/* The judgement of one text of a query: of the only one, or of one of its variants. */
struct tn__judge {
    struct tn__checked *checked;
    const struct tn__check_options *options;
    tn_arena *arena;
    struct tn__diags *diags;
    struct tn__scratch *scratch;
    struct tn__query *query;
    uint64_t key;       /* of the text */
    struct tn__sql all; /* query->stmt with all its parts, in which parameters are numbered */
    struct tn__sql sql; /* of this text; its bytes stand where they are written */
    struct tn__sql_params all_params; /* of all texts */
    struct tn__sql_params params;     /* the same; of_token is of this text */
    struct tn__sql_text text;         /* what the engine has judged last */
    struct tn__described described;
    struct tn__analyse_options analyse;
    const struct tn__ast_stmt *stmt; /* NULL: it could not be parsed */
    struct tn__analysed analysed;    /* is_certain only if the engine does not contradict */
    int status;                      /* sticky: TN_OK or what makes going on senseless */
};

/* The functions of tenon.ini, on their way to the engine and to the analysis. */
struct tn__functions {
    struct tn__checked *checked; /* gets those that the engine has not */
    const struct tn__check_options *options;
    tn_arena *arena;
    struct tn__diags *diags;
    struct tn__driver_function *natives;
    size_t count;
};

/* For tn__scratch_open(): have the engine know them, with findings. To call one fails, until they are
 * muted. */
TN_NODISCARD int tn__functions_declare(struct tn__scratch *scratch, void *user, tn_error *err);
void tn__functions_mute(struct tn__functions *functions);

/* The place of tokens [begin, end) of the statement; of its first token if they are none. */
struct tn__place tn__judge_place(const struct tn__judge *judge, size_t begin, size_t end);

/* Read the catalog of what has been migrated, with findings about it. TN_OK, or what tn_query() gives. */
TN_NODISCARD int tn__judge_schema(struct tn__checked *checked,
                                  const struct tn__check_options *options,
                                  struct tn__scratch *scratch, tn_arena *arena,
                                  struct tn__diags *diags, tn_error *err);

/* Find the columns of key types, with findings about lines of [types] that do not fit. TN_OK,
 * TN_ENOMEM. */
TN_NODISCARD int tn__judge_keys(struct tn__checked *checked,
                                const struct tn__check_options *options, tn_arena *arena,
                                struct tn__diags *diags);

/* Name the enums of the catalog, whose columns have been typed. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__judge_enums(struct tn__checked *checked,
                                 const struct tn__check_options *options, tn_arena *arena);

/* Prepare a text and describe it. TN_OK, a status of the engine with `err` filled, or TN_ENOMEM. */
TN_NODISCARD int tn__describe(struct tn__described *out, struct tn__judge *judge, tn_text sql,
                              tn_error *err);

/* Refuse a statement that is none of a query's. */
void tn__judge_connection(struct tn__judge *judge);

/* Turn the engine's refusal of judge->text into a finding. */
void tn__judge_refusal(struct tn__judge *judge, int status, const tn_error *err);

/* Parse and analyse the statement, by what annotations say of its parameters (NULL: nothing). What
 * the engine contradicts is not taken. */
void tn__judge_analyse(struct tn__judge *judge, const struct tn__analysed_param *said);

/* For tn__analyse(): `user` is the judge. */
TN_NODISCARD int tn__judge_columns_of(const tn_text **out, size_t *out_count, void *user,
                                      tn_text name);

/* Whether values of any of these classes can be read as the type. */
bool tn__is_readable(tn__classes classes, enum tn__type type);

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
