/* SPDX-License-Identifier: MIT */
#include "check/judge/sqlite/refusal.h"
#include "check/judge/sqlite/sqlite.h"
#include "util/str.h"

/*
 * The engine's refusal of a statement, as findings: the engine's own first, in its words, at the
 * smallest place that shows it, and then all others of its kind that Tenon's parser and resolver find. The
 * engine stops at the first; where the two differ, the engine's is the only one.
 */

struct tn__place tn__refusal_place(const struct tn__refusal *refusal, struct tn__sql_span span)
{
    const struct tn__judge *judge = refusal->judge;
    const struct tn__query *query = judge->query;
    size_t count = judge->sql.count;
    if (count == 0 || span.begin < count)
        return tn__judge_place(judge, span.begin, span.end < count ? span.end : count);
    const struct tn__sql_token *last = &judge->sql.tokens[count - 1];
    return tn__query_place(query, query->stmt_offset + last->offset + last->size, 0);
}

/* The token that the engine points at; SIZE_MAX if it does not. */
static size_t pointed_token(const struct tn__judge *judge, const tn_error *err)
{
    const struct tn__sql *sql = &judge->sql;
    if (err->position == 0 || sql->count == 0)
        return SIZE_MAX;
    size_t offset = tn__sql_written_offset(&judge->text, err->position - 1);
    size_t at = 0;
    while (at + 1 < sql->count && sql->tokens[at + 1].offset <= offset)
        at++;
    return at;
}

/* Parse it, and resolve its names. Memory alone can be wanting. */
static int understand(struct tn__refusal *refusal)
{
    struct tn__judge *judge = refusal->judge;
    struct tn__analysed analysed = {0};
    int rc = tn__sql_parse(&refusal->stmt, &refusal->parse_faults, &judge->sql, judge->arena);
    if (rc != TN_OK) {
        refusal->stmt = NULL;
        return rc == TN_ENOMEM ? rc : TN_OK;
    }
    if (refusal->status == TN_ESYNTAX)
        return TN_OK;
    rc = tn__analyse(&analysed, refusal->stmt, &judge->sql, &judge->params, NULL, &judge->analyse,
                     judge->arena);
    refusal->name_faults = analysed.faults;
    return rc;
}

/* For another reason. */
static void refuse(struct tn__refusal *refusal)
{
    struct tn__sql_span span = {refusal->token, refusal->token + 1};
    bool has_place = refusal->token != SIZE_MAX || tn__refusal_find(&span, refusal);
    struct tn__place place =
        has_place ? tn__refusal_place(refusal, span) : tn__judge_place(refusal->judge, 0, 0);
    tn__diags_add(refusal->judge->diags, "engine-error", place, "%s", refusal->err->message);
}

void tn__sqlite_refuse(struct tn__judge *judge, int status, const tn_error *err)
{
    struct tn__refusal refusal = {
        .judge = judge, .status = status, .err = err, .token = pointed_token(judge, err)};
    judge->status = understand(&refusal);
    if (judge->status != TN_OK)
        return;
    if (status == TN_ESYNTAX)
        tn__refuse_syntax(&refusal);
    else if (!tn__refuse_names(&refusal))
        refuse(&refusal);
}
