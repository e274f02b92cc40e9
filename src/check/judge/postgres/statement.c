/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"

/* One statement that stands in no query file, on the server. */

static int describe(struct tn__judge *judge, tn_error *err)
{
    int rc = tn__pg_judge_describe(&judge->described, judge, &judge->text, err);
    if (rc == TN_OK || rc == TN_ENOMEM || rc == TN_ECONNECT)
        return rc;
    tn__pg_judge_refuse(judge, rc, err);
    return judge->status == TN_OK ? TN_EREFUSED : judge->status;
}

static void write_statement(struct tn__checked_statement *out, const struct tn__judge *judge)
{
    *out = (struct tn__checked_statement){.emitted = judge->text.text,
                                          .sql = judge->sql,
                                          .params = judge->params,
                                          .analysed = judge->analysed,
                                          .is_readonly = judge->described.is_readonly,
                                          .has_rows = judge->described.column_count > 0,
                                          .param_types = judge->described.param_types,
                                          .is_command = tn__pg_is_command(judge->described.tree)};
}

int tn__pg_judge_statement(struct tn__checked_statement *out, struct tn__judge *judge,
                           tn_error *err)
{
    struct tn__judges judges = {judge, 1};
    struct tn__casts casts = {.judges = &judges};
    judge->casts = &casts;
    tn__pg_judge_guard(judge);
    if (judge->query->is_broken)
        return TN_EREFUSED;
    int rc = describe(judge, err);
    if (rc == TN_OK) {
        tn__pg_judge_analyse(judge, NULL);
        rc = judge->status;
    }
    if (rc == TN_OK)
        write_statement(out, judge);
    return rc;
}
