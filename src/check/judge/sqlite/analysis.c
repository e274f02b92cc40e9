/* SPDX-License-Identifier: MIT */
#include "check/judge/sqlite/sqlite.h"

#include "util/buf.h"
#include "util/map.h"
#include "util/str.h"

/*
 * What Tenon's own analysis says of a statement, and whether the engine agrees. It is asked for what
 * it can tell: the number of columns, their names, where they come from, what it reads. Where the two
 * differ, nothing is believed but the engine: every column is any, nullable.
 */

/* What SELECT * FROM a table-valued function gives. */
int tn__sqlite_columns_of(const tn_text **out, size_t *out_count, void *user, tn_text name)
{
    struct tn__judge *judge = user;
    struct tn__described described = {0};
    struct tn__buf sql;
    tn_error ignored = {0};
    struct tn__sql_text text = {0};
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, "SELECT * FROM ");
    tn__buf_sql_name(&sql, name);
    int rc = tn__buf_to_arena(&sql, judge->arena, &text.text);
    tn__buf_fini(&sql);
    if (rc == TN_OK && tn__sqlite_describe(&described, judge, &text, &ignored) == TN_ENOMEM)
        rc = TN_ENOMEM;
    tn_text *names = tn_arena_array(judge->arena, described.column_count, sizeof(*names));
    if (rc != TN_OK || !names)
        return TN_ENOMEM;
    for (size_t i = 0; i < described.column_count; i++)
        names[i] = described.columns[i].name;
    *out = names;
    *out_count = described.column_count;
    return TN_OK;
}

/* What the engine says otherwise; NULL: it agrees. */
static const char *contradiction_of(const struct tn__judge *judge)
{
    const struct tn__described *engine = &judge->described;
    const struct tn__analysed *ours = &judge->analysed;
    if (engine->column_count != ours->column_count)
        return "another number of columns";
    for (size_t i = 0; i < engine->column_count; i++) {
        const struct tn__described_column *theirs = &engine->columns[i];
        const struct tn__analysed_column *column = &ours->columns[i];
        if (!theirs->table.data || !theirs->column.data || !column->table)
            continue;
        bool is_rowid = !column->column && tn__is_rowid_name(theirs->column);
        bool is_same_table = tn__text_is_nocase(theirs->table, column->table->name);
        bool is_same_column = column->column
                                  ? tn__text_is_nocase(theirs->column, column->column->name)
                                  : is_rowid || tn__table_column(column->table, theirs->column);
        if (!is_same_table || !is_same_column)
            return "another origin of a column";
    }
    return NULL;
}

/* The engine's accesses while preparing, for looking up. */
struct accesses {
    struct tn__map tables;
    struct tn__map columns; /* "table.column" */
};

static tn_text lower(tn_arena *arena, tn_text a, tn_text b)
{
    char *text = tn_arena_alloc(arena, a.size + b.size + 2);
    if (!text)
        return (tn_text){0};
    for (size_t i = 0; i < a.size; i++)
        text[i] = tn__lower(a.data[i]);
    text[a.size] = '\0';
    for (size_t i = 0; i < b.size; i++)
        text[a.size + 1 + i] = tn__lower(b.data[i]);
    return (tn_text){text, a.size + 1 + b.size};
}

static int note_accesses(struct accesses *out, const struct tn__judge *judge)
{
    for (size_t i = 0; i < judge->described.read_count; i++) {
        const struct tn__read *read = &judge->described.reads[i];
        tn_text table = lower(judge->arena, read->table, (tn_text){"", 0});
        tn_text column = lower(judge->arena, read->table, read->column);
        if (!table.data || !column.data ||
            tn__map_put(&out->tables, table, (void *)(uintptr_t)read) != TN_OK ||
            tn__map_put(&out->columns, column, (void *)(uintptr_t)read) != TN_OK)
            return TN_ENOMEM;
    }
    return TN_OK;
}

static bool has(const struct tn__map *map, const struct tn__judge *judge, const char *table,
                const char *column)
{
    tn_text key = lower(judge->arena, tn_text_of(table), tn_text_of(column));
    return key.data && tn__map_get(map, key);
}

/* Whether one of ours is a table of this name. */
static bool is_ours(const struct tn__analysed *ours, tn_text name)
{
    for (size_t i = 0; i < ours->table_count; i++)
        if (tn__text_is_nocase(name, ours->tables[i]->name))
            return true;
    return false;
}

static const char *compare_reads(const struct tn__judge *judge, const struct accesses *engine)
{
    const struct tn__analysed *ours = &judge->analysed;
    for (size_t i = 0; i < ours->column_count; i++)
        if (ours->columns[i].table && ours->columns[i].column &&
            ours->columns[i].table->kind == TN__TABLE &&
            !has(&engine->columns, judge, ours->columns[i].table->name,
                 ours->columns[i].column->name))
            return "a column that it does not read";
    /* Not the other way round: it does not tell of a table that only USING looks at. */
    for (size_t i = 0; i < engine->tables.count; i++) {
        tn_text name = engine->tables.entries[i].key;
        const struct tn__table *table =
            tn__catalog_table(&judge->checked->catalog, tn__text_sub(name, 0, name.size - 1));
        if (table && table->kind == TN__TABLE && !is_ours(ours, tn_text_of(table->name)))
            return "a table that only it reads";
    }
    return NULL;
}

/* What it reads, according to its authorizer. Writing statements read for triggers and keys as well. */
static const char *contradiction_of_reads(struct tn__judge *judge)
{
    struct accesses engine;
    const char *what = NULL;
    if (judge->stmt->kind != TN__STMT_AST_SELECT)
        return NULL;
    tn__map_init(&engine.tables);
    tn__map_init(&engine.columns);
    if (note_accesses(&engine, judge) == TN_OK)
        what = compare_reads(judge, &engine);
    else
        judge->status = TN_ENOMEM;
    tn__map_fini(&engine.tables);
    tn__map_fini(&engine.columns);
    return what;
}

void tn__sqlite_analyse(struct tn__judge *judge, const struct tn__analysed_param *said)
{
    const struct tn__parse_fault *faults = NULL;
    int rc = judge->stmt ? TN_OK : tn__sql_parse(&judge->stmt, &faults, &judge->sql, judge->arena);
    judge->analysed = (struct tn__analysed){0};
    if (rc == TN_ENOMEM) {
        judge->status = rc;
        return;
    }
    if (rc != TN_OK) {
        judge->stmt = NULL;
        judge->analysed.reason = "the statement is not understood";
        if (judge->described.column_count > 0)
            tn__judge_disagree(judge, faults ? faults->message : "it cannot be parsed");
        return;
    }
    rc = tn__analyse(&judge->analysed, judge->stmt, &judge->sql, &judge->params, said,
                     &judge->analyse, judge->arena);
    if (rc != TN_OK) {
        judge->status = rc;
        return;
    }
    if (!judge->analysed.is_certain)
        return;
    const char *what = contradiction_of(judge);
    if (!what)
        what = contradiction_of_reads(judge);
    if (what)
        tn__judge_disagree(judge, what);
}
