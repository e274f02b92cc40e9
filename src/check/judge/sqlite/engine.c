/* SPDX-License-Identifier: MIT */
#include "check/judge/sqlite/sqlite.h"
#include "check/lint/lint.h"
#include "infer/reading.h"

/* SQLite as a judge: a database in memory, its own account of a statement, and Tenon's own parser. */

static int open_scratch(struct tn__scratch *out, struct tn__pg_bench **bench,
                        struct tn__checked *checked, const struct tn__check_options *options,
                        tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    struct tn__functions functions = {
        .checked = checked, .options = options, .arena = arena, .diags = diags};
    const struct tn__scratch_hook hook = {tn__functions_declare, &functions};
    (void)bench;
    int rc = tn__scratch_open(out, &checked->migrations, &hook, arena, diags, err);
    if (rc == TN_OK)
        tn__functions_mute(&functions);
    return rc;
}

static void close_scratch(struct tn__scratch *scratch, struct tn__pg_bench *bench)
{
    (void)bench;
    tn__scratch_close(scratch);
}

static int type_kept(struct tn__typing *out, const struct tn__analyse_options *analyse,
                     const struct tn__table *table, const struct tn__column *column)
{
    struct tn__domain domain;
    int rc = tn__analyse_column(&domain, analyse, table, column);
    if (rc == TN_OK)
        *out = tn__typing_of_domain(domain);
    return rc;
}

static struct tn__typing type_column(const struct tn__judge *judge, size_t i,
                                     const struct tn__analysed_column *known)
{
    (void)judge;
    (void)i;
    return tn__typing_of_domain(known->domain);
}

static struct tn__typing type_param(const struct tn__judges *judges, size_t i,
                                    const struct tn__analysed_param *known)
{
    (void)judges;
    (void)i;
    return tn__typing_of_domain(known->domain);
}

static int lint_schema(const struct tn__checked *checked, const struct tn__check_options *options,
                       struct tn__scratch *scratch, tn_arena *arena, struct tn__diags *diags)
{
    (void)options;
    return tn__lint_schema(checked, scratch, arena, diags);
}

/* The first star of the result list. */
static bool find_star(struct tn__sql_span *out, const struct tn__judge *judge)
{
    const struct tn__ast_stmt *stmt = judge->stmt;
    const struct tn__ast_arm *arm = stmt && stmt->select ? stmt->select->first : NULL;
    if (!stmt)
        return false;
    bool is_select = stmt->kind == TN__STMT_AST_SELECT;
    const struct tn__ast_item *item = is_select && arm ? arm->items.first : stmt->returning.first;
    while (item && !item->is_star)
        item = item->next;
    if (item)
        *out = item->span;
    return item != NULL;
}

static int read_statement(struct tn__judge *judge, const struct tn__reader *reader)
{
    if (!judge->stmt)
        return TN_OK;
    return tn__analyse_read(reader, judge->stmt, &judge->sql, &judge->params,
                            judge->analysed.params, &judge->analyse);
}

const struct tn__judge_engine tn__judge_sqlite = {
    .dialect = TN__SQLITE,
    .open = open_scratch,
    .close = close_scratch,
    .forget = tn__sqlite_forget,
    .check_setting = tn__sqlite_check_setting,
    .lint_schema = lint_schema,
    .type_kept = type_kept,
    .columns_of = tn__sqlite_columns_of,
    .guard = tn__sqlite_guard,
    .describe = tn__sqlite_describe,
    .refuse = tn__sqlite_refuse,
    .analyse = tn__sqlite_analyse,
    .type_column = type_column,
    .type_param = type_param,
    .check_said = tn__sqlite_check_said,
    .find_star = find_star,
    .read = read_statement,
};
