/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"
#include "infer/postgres/lower.h"
#include "util/str.h"

/*
 * What Tenon makes of the server's tree, and whether the server agrees: on the number of columns and where
 * they come from. Where the two differ, every column may be NULL; its type is the server's all the same.
 */

size_t tn__pg_token_at(const struct tn__judge *judge, const struct tn__sql_text *text,
                       size_t offset)
{
    const struct tn__sql *sql = &judge->sql;
    if (sql->count == 0)
        return SIZE_MAX;
    if (offset >= text->text.size)
        return sql->count;
    size_t written = tn__sql_written_offset(text, offset);
    size_t at = 0;
    while (at + 1 < sql->count && sql->tokens[at + 1].offset <= written)
        at++;
    return at;
}

/* Where the columns stand in the statement. */
static int place_columns(struct tn__judge *judge, struct tn__analysed_column *columns, size_t count)
{
    const struct tn__pg_item *items;
    size_t item_count;
    int rc = tn__pg_items(&items, &item_count, judge);
    for (size_t i = 0; rc == TN_OK && i < item_count; i++)
        for (size_t c = items[i].first; c < items[i].first + items[i].count && c < count; c++)
            columns[c].span = items[i].span;
    if (rc == TN_OK)
        rc = tn__pg_stars(&judge->analysed, judge, items, item_count);
    return rc;
}

/* What the server says otherwise; NULL: it agrees. A view is a table to it, and we look behind. */
static const char *contradiction_of(const struct tn__judge *judge)
{
    const struct tn__described *engine = &judge->described;
    const struct tn__analysed *ours = &judge->analysed;
    if (engine->column_count != ours->column_count)
        return "another number of columns";
    for (size_t i = 0; i < engine->column_count; i++) {
        const struct tn__described_column *theirs = &engine->columns[i];
        const struct tn__analysed_column *column = &ours->columns[i];
        if (!theirs->origin || theirs->origin->kind != TN__TABLE || !column->table)
            continue;
        if (theirs->origin != column->table || !column->column ||
            !tn__text_is(theirs->column, column->column->name))
            return "another origin of a column";
    }
    return NULL;
}

/* Of the table that it comes from, by its very name. */
static const struct tn__column *column_of(const struct tn__described_column *described)
{
    const struct tn__table *table = described->origin;
    for (size_t i = 0; i < table->column_count; i++)
        if (tn__text_is(described->column, table->columns[i].name))
            return &table->columns[i];
    return NULL;
}

/* Of a command, and where nothing else is known. */
static int take_nothing(struct tn__judge *judge, const char *reason)
{
    size_t count = judge->described.column_count;
    struct tn__analysed_column *columns = tn_arena_array(judge->arena, count, sizeof(*columns));
    struct tn__analysed_param *params =
        tn_arena_array(judge->arena, judge->params.count, sizeof(*params));
    if (!columns || !params)
        return TN_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct tn__described_column *described = &judge->described.columns[i];
        bool is_table = described->origin && described->origin->kind == TN__TABLE;
        columns[i] = (struct tn__analysed_column){
            .domain = {.classes = TN__CLASS_ALL}, .leaf = TN__NO_LEAF, .reason = reason};
        columns[i].column = is_table ? column_of(described) : NULL;
        columns[i].table = columns[i].column ? described->origin : NULL;
    }
    for (size_t i = 0; i < judge->params.count; i++)
        params[i] = (struct tn__analysed_param){.domain = {.classes = TN__CLASS_VALUES}};
    judge->analysed = (struct tn__analysed){.is_certain = true,
                                            .columns = columns,
                                            .column_count = count,
                                            .params = params,
                                            .param_count = judge->params.count};
    return TN_OK;
}

static int analyse(struct tn__judge *judge, const struct tn__analysed_param *said)
{
    const struct tn__described *described = &judge->described;
    const struct tn__pg_statement statement = {.sql = described->text.text,
                                               .param_count = (uint32_t)judge->params.count};
    if (tn__pg_is_command(described->tree))
        return take_nothing(judge, "the server tells nothing of the columns of a command");
    return tn__analyse_postgres(&judge->analysed, described->tree, &statement, said,
                                &judge->analyse, judge->arena);
}

/* The server has a type for every parameter. */
static int settle_params(struct tn__judge *judge)
{
    size_t count = judge->params.count;
    struct tn__analysed_param *params = tn_arena_array(judge->arena, count, sizeof(*params));
    if (!params)
        return TN_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        params[i].domain.classes = TN__CLASS_VALUES;
        if (i < judge->analysed.param_count)
            params[i] = judge->analysed.params[i];
        params[i].is_certain = true;
        params[i].is_conflict = false;
        if (params[i].takes_null)
            params[i].domain.classes |= TN__CLASS_NULL;
    }
    judge->analysed.params = params;
    judge->analysed.param_count = count;
    return TN_OK;
}

void tn__pg_judge_analyse(struct tn__judge *judge, const struct tn__analysed_param *said)
{
    judge->analysed = (struct tn__analysed){0};
    judge->status = analyse(judge, said);
    if (judge->status == TN_OK)
        judge->status = settle_params(judge);
    if (judge->status != TN_OK || !judge->analysed.is_certain)
        return;
    const char *what = contradiction_of(judge);
    if (what) {
        tn__judge_disagree(judge, what);
        return;
    }
    struct tn__analysed_column *columns =
        tn_arena_array(judge->arena, judge->analysed.column_count, sizeof(*columns));
    if (!columns) {
        judge->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < judge->analysed.column_count; i++)
        columns[i] = judge->analysed.columns[i];
    judge->status = place_columns(judge, columns, judge->analysed.column_count);
    judge->analysed.columns = columns;
}
