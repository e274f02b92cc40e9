/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_ENGINE_H
#define TN_CHECK_ENGINE_H

#include "check/check.h"

/*
 * The checker's engine for others: a database, private or not, and single statements on it that
 * stand in no query file.
 */

/*
 * A scratch engine as tn__check_judge() has: with the functions of tenon.ini, which give NULL. With
 * `is_empty` no migration has run. checked->functions and checked->catalog are set from it. As
 * tn__scratch_open().
 */
TN_NODISCARD int tn__check_scratch(struct tn__scratch *out, struct tn__checked *checked,
                                   const struct tn__check_options *options, bool is_empty,
                                   tn_arena *arena, struct tn__diags *diags, tn_error *err);

/* The same for a database that is open. `declares`: it is to know the functions of tenon.ini, too.
 * */
TN_NODISCARD int tn__check_adopt(struct tn__scratch *engine, struct tn__checked *checked,
                                 const struct tn__check_options *options, bool declares,
                                 tn_arena *arena, tn_error *err);

/* A column that a statement reads, as the engine says. */
struct tn__read_column {
    tn_text table;
    tn_text column;
};

/* A statement that the engine has taken. */
struct tn__checked_statement {
    tn_text emitted; /* with ?1, ?2, … */
    struct tn__sql sql;
    struct tn__sql_params params;
    const struct tn__ast_stmt *stmt; /* NULL: it could not be parsed */
    struct tn__analysed analysed;    /* with uses; zero without `stmt` */
    bool is_readonly;
    bool has_rows;
    const struct tn__read_column *reads;
    size_t read_count;
};

/*
 * Have the engine judge SQL that stands in `file`, as it is called in findings. TN_OK; TN_EREFUSED:
 * findings say what is wrong with it; or what the engine fails with for other reasons (TN_EBUSY),
 * TN_ENOMEM.
 */
TN_NODISCARD int tn__check_statement(struct tn__checked_statement *out, tn_text sql,
                                     const char *file, struct tn__checked *checked,
                                     const struct tn__check_options *options,
                                     struct tn__scratch *engine, tn_arena *arena,
                                     struct tn__diags *diags, tn_error *err);

#endif
