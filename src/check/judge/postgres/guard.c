/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"

/*
 * Statements that work on a session rather than on data. A query runs on whatever connection of the pool
 * is free: what they do is lost, or meets others.
 */

static const struct {
    const char *word;
    const char *help;
} verbs[] = {
    {"BEGIN", "tn_transact(), or tn_tx_begin()"},
    {"START", "tn_transact(), or tn_tx_begin()"},
    {"COMMIT", "tn_tx_commit()"},
    {"END", "tn_tx_commit()"},
    {"ROLLBACK", "tn_tx_rollback()"},
    {"ABORT", "tn_tx_rollback()"},
    {"SAVEPOINT", "tn_transact() within another"},
    {"RELEASE", "tn_transact() within another"},
    {"PREPARE", "the statement itself: a query is prepared once"},
    {"EXECUTE", "the statement itself: a query is prepared once"},
    {"DEALLOCATE", "nothing: the pool keeps what is prepared"},
    {"SET",
     "set_config(…, true) in a transaction, the database's URL, or on_open of tn_db_options"},
    {"RESET", "on_open of tn_db_options"},
    {"DISCARD", "nothing: the pool cleans what it gets back"},
    {"LISTEN", "tn_listen()"},
    {"UNLISTEN", "tn_listen()"},
    {"COPY", "tn_copy_in(), or tn_copy_out()"},
    {"DECLARE", "':many', whose rows come as they are read"},
    {"FETCH", "':many', whose rows come as they are read"},
    {"MOVE", "':many', whose rows come as they are read"},
    {"CLOSE", "':many', whose rows come as they are read"},
    {"LOAD", "the server's settings"},
    {"VACUUM", "tn_exec(), outside of a transaction"},
    {"CLUSTER", "tn_exec(), outside of a transaction"},
    {"REINDEX", "tn_exec(), outside of a transaction"},
    {"CHECKPOINT", "tn_exec()"},
    {"DO", "a function, which a query can call"},
};

void tn__pg_judge_guard(struct tn__judge *judge)
{
    size_t i = 0;
    while (i < judge->sql.count && judge->sql.tokens[i].kind == TN__TOK_LPAREN)
        i++;
    if (tn__sql_is(&judge->sql, i, "EXPLAIN"))
        return; /* of no query's: the server says what it cannot explain */
    for (size_t k = 0; k < sizeof(verbs) / sizeof(verbs[0]); k++)
        if (tn__sql_is(&judge->sql, i, verbs[k].word))
            tn__judge_refuse_verb(judge, i, verbs[k].help);
}
