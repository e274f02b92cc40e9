/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"

/* PostgreSQL as a judge: a server that has seen the migrations, and tells how it has analysed a statement. */

/* What is temporary is the session's that migrated, and the judge's is another one. */
static int forget(const struct tn__checked *checked, struct tn__scratch *scratch, tn_arena *arena,
                  struct tn__diags *diags, tn_error *err)
{
    (void)checked;
    (void)scratch;
    (void)arena;
    (void)diags;
    (void)err;
    return TN_OK;
}

static int lint_schema(const struct tn__checked *checked, const struct tn__check_options *options,
                       struct tn__scratch *scratch, tn_arena *arena, struct tn__diags *diags)
{
    (void)scratch;
    tn__pg_check_large(checked, options, arena, diags);
    return TN_OK;
}

static int type_kept(struct tn__typing *out, const struct tn__analyse_options *analyse,
                     const struct tn__table *table, const struct tn__column *column)
{
    *out =
        tn__typing_of_column(analyse->catalog, table, column, analyse->types, analyse->type_count);
    out->key = tn__key_of_column(analyse->keys, analyse->catalog, table, column);
    return TN_OK;
}

const struct tn__judge_engine tn__judge_postgres = {
    .dialect = TN__POSTGRES,
    .open = tn__pg_bench_open,
    .close = tn__pg_bench_close,
    .forget = forget,
    .check_setting = tn__pg_check_setting,
    .lint_schema = lint_schema,
    .type_kept = type_kept,
    .guard = tn__pg_judge_guard,
    .describe = tn__pg_judge_describe,
    .refuse = tn__pg_judge_refuse,
    .analyse = tn__pg_judge_analyse,
    .type_column = tn__pg_type_column,
    .type_param = tn__pg_type_param,
    .check_said = tn__pg_check_said,
    .find_star = tn__pg_find_star,
    .read = tn__pg_judge_read,
};
