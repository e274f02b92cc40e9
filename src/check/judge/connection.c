/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"
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

static void refuse(struct tn__judge *judge, size_t token, const char *help)
{
    tn_text word = tn__sql_text(&judge->sql, token);
    struct tn__diag *diag = tn__diags_add(
        judge->diags, "not-a-query", tn__judge_place(judge, token, token + 1),
        "'%.*s' works on the connection, which is not a query's own", (int)word.size, word.data);
    tn__diag_help(judge->diags, diag, "%s", help);
    judge->query->is_broken = true;
}

void tn__judge_connection(struct tn__judge *judge)
{
    const struct tn__sql *sql = &judge->sql;
    size_t i = 0;
    if (tn__sql_is(sql, i, "EXPLAIN"))
        i += tn__sql_is(sql, i + 1, "QUERY") ? 3 : 1;
    for (size_t k = 0; k < sizeof(verbs) / sizeof(verbs[0]); k++)
        if (tn__sql_is(sql, i, verbs[k].word))
            refuse(judge, i, verbs[k].help);
    if (tn__sql_is(sql, i, "PRAGMA") && !is_asking_pragma(sql, i))
        refuse(judge, i, "the database's URL, or on_open of tn_db_options");
}
