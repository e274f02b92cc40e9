/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_ENGINE_H
#define TN_CHECK_ENGINE_H

#include "check/check.h"

/*
 * The checker's engine for others: a database, private or not, and single statements on it that
 * stand in no query file.
 */

struct tn__pg_bench;

/* A database, and of PostgreSQL the session that says what it makes of a statement. */
struct tn__check_engine {
    struct tn__scratch scratch;
    struct tn__pg_bench *bench; /* NULL: of SQLite */
};

/*
 * A scratch engine as tn__check_judge() has: with the functions of tenon.ini, which give NULL. With
 * `is_empty` no migration has run. checked->functions and checked->catalog are set from it. As
 * tn__scratch_open(), and of PostgreSQL what tn__server_start() gives. `arena` outlives it.
 */
TN_NODISCARD int tn__check_scratch(struct tn__check_engine *out, struct tn__checked *checked,
                                   const struct tn__check_options *options, bool is_empty,
                                   tn_arena *arena, struct tn__diags *diags, tn_error *err);

/* The same for a database that is open, a connection of which is in engine->scratch. `declares`: it is to
 * know the functions of tenon.ini, too. */
TN_NODISCARD int tn__check_adopt(struct tn__check_engine *engine, struct tn__checked *checked,
                                 const struct tn__check_options *options, bool declares,
                                 tn_arena *arena, tn_error *err);

/* NULL and zero are allowed. */
void tn__check_engine_close(struct tn__check_engine *engine);
/* The session of PostgreSQL that parses, in which a statement can be planned as well. */
struct tn__driver_conn *tn__check_session(const struct tn__check_engine *engine);

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
    /* Of PostgreSQL, by number; else NULL. */
    const struct tn__server_type *const *param_types;
    bool is_command; /* it is none that has a plan: CALL, CREATE … */
};

/*
 * Have the engine judge SQL that stands in `file`, as it is called in findings. TN_OK; TN_EREFUSED:
 * findings say what is wrong with it; or what the engine fails with for other reasons (TN_EBUSY),
 * TN_ENOMEM.
 */
TN_NODISCARD int tn__check_statement(struct tn__checked_statement *out, tn_text sql,
                                     const char *file, struct tn__checked *checked,
                                     const struct tn__check_options *options,
                                     struct tn__check_engine *engine, tn_arena *arena,
                                     struct tn__diags *diags, tn_error *err);

/* Write a type of PostgreSQL as a cast names it: "int4", "auth.level". */
void tn__pg_put_type(struct tn__buf *buf, const struct tn__server_type *type);

#endif
