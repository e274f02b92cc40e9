/* SPDX-License-Identifier: MIT */
#include "check/judge/sqlite/sqlite.h"
#include "util/str.h"

/*
 * Statements that work on a connection rather than on data. A query runs on whatever connection of the
 * pool is free: what they do is lost, or meets others. SQLite runs some pragmas when they are
 * prepared, so that they are told by their words and the engine never sees them.
 */

static const struct {
    const char *word;
    const char *help;
} verbs[] = {
    {"BEGIN", "tn_transact(), or tn_tx_begin()"},
    {"COMMIT", "tn_tx_commit()"},
    {"END", "tn_tx_commit()"},
    {"ROLLBACK", "tn_tx_rollback()"},
    {"SAVEPOINT", "tn_transact() within another"},
    {"RELEASE", "tn_transact() within another"},
    {"VACUUM", "tn_exec(), while nobody else reads"},
    {"ATTACH", "on_open of tn_db_options"},
    {"DETACH", "on_open of tn_db_options"},
};

/* Pragmas that do something without an argument, and those that only use one to ask. */
static const char *const doing[] = {"incremental_vacuum", "optimize", "shrink_memory",
                                    "wal_checkpoint", NULL};
static const char *const asking[] = {
    "foreign_key_check", "foreign_key_list", "index_info",  "index_list",
    "index_xinfo",       "integrity_check",  "quick_check", "table_info",
    "table_list",        "table_xinfo",      NULL};

static bool is_one_of(tn_text name, const char *const *words)
{
    for (; *words; words++)
        if (tn__text_is_nocase(name, *words))
            return true;
    return false;
}

/* "PRAGMA name", "PRAGMA name = value", "PRAGMA main.name(value)" at token i. */
static bool is_asking_pragma(const struct tn__sql *sql, size_t i)
{
    size_t name = tn__sql_is_op(sql, i + 2, ".") ? i + 3 : i + 1;
    return name + 1 < sql->count ? is_one_of(tn__sql_name(sql, name), asking)
                                 : !is_one_of(tn__sql_name(sql, name), doing);
}

static void check_connection(struct tn__judge *judge)
{
    const struct tn__sql *sql = &judge->sql;
    size_t i = 0;
    if (tn__sql_is(sql, i, "EXPLAIN"))
        i += tn__sql_is(sql, i + 1, "QUERY") ? 3 : 1;
    for (size_t k = 0; k < sizeof(verbs) / sizeof(verbs[0]); k++)
        if (tn__sql_is(sql, i, verbs[k].word))
            tn__judge_refuse_verb(judge, i, verbs[k].help);
    if (tn__sql_is(sql, i, "PRAGMA") && !is_asking_pragma(sql, i))
        tn__judge_refuse_verb(judge, i, "the database's URL, or on_open of tn_db_options");
}

/* The engine follows what is nested with its stack, however deep that is: what is too deep for Tenon is
 * not shown to it. Short statements are not. */
static void check_depth(struct tn__judge *judge)
{
    enum {
        SHORT = 2 * TN__DEPTH_MAX /* tokens */
    };
    struct tn__query *query = judge->query;
    struct tn__analysed analysed = {0};
    if (judge->sql.count < SHORT)
        return;
    int rc = tn__sql_parse(&judge->stmt, NULL, &judge->sql, judge->arena);
    if (rc == TN_OK)
        rc = tn__analyse(&analysed, judge->stmt, &judge->sql, &judge->params, NULL, &judge->analyse,
                         judge->arena);
    else
        judge->stmt = NULL;
    if (rc == TN_ENOMEM)
        judge->status = rc;
    if (!analysed.is_too_deep)
        return;
    tn__diags_add(
        judge->diags, "engine-error", tn__judge_place(judge, 0, 0),
        "query '%s' nests too deeply: its queries and expressions are more than %d in each "
        "other",
        query->name, TN__DEPTH_MAX);
    query->is_broken = true;
}

void tn__sqlite_guard(struct tn__judge *judge)
{
    check_connection(judge);
    if (!judge->query->is_broken)
        check_depth(judge);
}
