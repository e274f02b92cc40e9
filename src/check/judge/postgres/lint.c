/* SPDX-License-Identifier: MIT */
#include "check/lint/lint.h"
#include "check/judge/postgres/postgres.h"

/* Advice about a statement that needs no more than what is known of the whole of it. */

static void check_one(struct tn__judge *judge)
{
    const struct tn__query *query = judge->query;
    struct tn__diag *diag =
        tn__lint_add(judge->diags, query, "one-without-key", tn__judge_place(judge, 0, 0),
                     "query '%s' is '%s' and nothing keeps it from giving more rows than one",
                     query->name, tn__mode_text(query->mode));
    if (diag)
        tn__diag_help(judge->diags, diag, "':many', or a key in WHERE");
}

void tn__pg_judge_lint(struct tn__judge *judge)
{
    const struct tn__query *query = judge->query;
    bool wants_one = query->mode == TN__MODE_ONE || query->mode == TN__MODE_OPTIONAL;
    bool is_single = judge->analysed.is_single_row;
    if (judge->analysed.is_certain && !tn__pg_is_command(judge->described.tree))
        tn__pg_lint_plan(judge);
    if (!judge->analysed.is_certain || query->group)
        return;
    if (wants_one && !is_single)
        check_one(judge);
    if (query->mode != TN__MODE_MANY || !is_single || (query->variants && !query->is_single_row))
        return;
    struct tn__diag *diag =
        tn__lint_add(judge->diags, query, "many-on-key", query->place,
                     "query '%s' is ':many' and gives one row at most", query->name);
    if (diag)
        tn__diag_help(judge->diags, diag,
                      judge->analysed.has_row ? "':one'" : "':optional', or ':one'");
}
