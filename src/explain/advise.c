/* SPDX-License-Identifier: MIT */
#include "explain/advise.h"

#include "util/buf.h"
#include "util/str.h"

/*
 * Each candidate is made in a private database, the planner is asked, and the index is dropped
 * again; the best one stays, and the others are tried anew beside it. What is better is told by the
 * plan alone: no row of anybody's is looked at.
 */

enum {
    WORTH_OF_ROWID = TN__CANDIDATE_PARTS + TN__CANDIDATE_CONDITIONS
};

/* A plan in numbers. */
struct score {
    unsigned scans; /* full ones, and automatic indexes, which need one */
    unsigned sorts;
    unsigned terms; /* columns that are searched by, conditions of partial indexes included */
    size_t columns; /* of the index that it took */
    bool is_turned; /* it begins with another table than the plan that it is measured by */
};

struct trial {
    struct tn__explain *explain;
    const struct tn__explain_engine *kind;
    struct tn__check_engine engine;
    tn_text first; /* table of the plan's outermost loop, as it is so far */
    tn_error *err;
};

/* A condition is as good as a column that is searched by, unless it is the key itself, too. */
static unsigned worth_of_conditions(const struct tn__candidate *candidate)
{
    unsigned worth = 0;
    for (size_t i = 0; i < candidate->condition_count; i++)
        worth += !tn__candidate_has(candidate, candidate->conditions[i]->column);
    return worth;
}

/* One row at most, and no index between: nothing is better. */
static bool is_by_rowid(const struct tn__plan_node *node)
{
    static const char how[] = " USING INTEGER PRIMARY KEY (rowid=?)";
    return tn__text_ends(tn_text_of(node->detail), how);
}

/* `candidate`, named `name`, may be NULL: none. */
static struct score score_of(const struct tn__query_plan *plan,
                             const struct tn__candidate *candidate, const char *name)
{
    struct score score = {.columns = candidate ? candidate->part_count : 0};
    for (size_t i = 0; i < plan->count; i++) {
        const struct tn__plan_node *node = &plan->nodes[i];
        score.scans += (node->findings & TN__PLAN_FULL_SCAN) != 0;
        score.scans += (node->findings & TN__PLAN_AUTO_INDEX) != 0;
        score.sorts += (node->findings & TN__PLAN_TEMP_BTREE) != 0;
        score.terms += is_by_rowid(node) || node->is_one_row ? WORTH_OF_ROWID : node->terms;
        if (candidate && name && node->index.size > 0 && tn__text_is(node->index, name))
            score.terms += worth_of_conditions(candidate);
        else
            score.terms += node->is_partial_index;
    }
    return score;
}

static tn_text first_of(const struct tn__query_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->nodes[i].source.size > 0)
            return plan->nodes[i].source;
    return (tn_text){0};
}

/* Whether a plan is worth an index. One that begins elsewhere and scans as much is not: all rows of
 * another table in order may be far more work than to sort the few that were looked up. */
static bool is_better(struct score score, struct score before)
{
    if (score.scans != before.scans)
        return score.scans < before.scans;
    return !score.is_turned && score.sorts <= before.sorts && score.terms >= before.terms &&
           (score.sorts < before.sorts || score.terms > before.terms);
}

/* Of two that are: the more, and the fewer columns. */
static bool is_best(struct score score, struct score best)
{
    if (score.scans != best.scans)
        return score.scans < best.scans;
    if (score.sorts != best.sorts)
        return score.sorts < best.sorts;
    if (score.terms != best.terms)
        return score.terms > best.terms;
    return score.columns < best.columns;
}

static int ask(struct tn__query_plan *out, struct trial *trial, tn_arena *arena)
{
    return trial->kind->ask(out, trial->explain, &trial->engine, arena, trial->err);
}

static int run(struct trial *trial, const char *sql)
{
    return tn_exec(tn_conn_db(trial->engine.scratch.conn), sql, NULL, 0, NULL, trial->err);
}

static int drop(struct trial *trial, const struct tn__table *table, const char *name,
                tn_arena *arena)
{
    struct tn__buf buf;
    tn_text sql = {0};
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "DROP INDEX ");
    trial->kind->put_index(&buf, table, name);
    int rc = tn__buf_to_arena(&buf, arena, &sql);
    tn__buf_fini(&buf);
    return rc == TN_OK ? run(trial, sql.data) : tn_error_set(trial->err, rc, "out of memory");
}

/* The plan with one index more, which is gone again then. What the engine does not take is no
 * candidate: then *is_made is false. */
static int try_one(struct tn__query_plan *out, bool *is_made, struct trial *trial,
                   const struct tn__candidate *candidate, const char *name, tn_arena *arena)
{
    const char *sql = tn__candidate_sql(candidate, name, trial->kind, arena);
    *is_made = false;
    if (!sql)
        return tn_error_set(trial->err, TN_ENOMEM, "out of memory");
    int rc = run(trial, sql);
    if (rc == TN_ENOMEM || rc == TN_EINTERRUPT)
        return rc;
    if (rc != TN_OK)
        return TN_OK;
    rc = ask(out, trial, arena);
    int dropped = drop(trial, candidate->table, name, arena);
    *is_made = rc == TN_OK;
    return rc != TN_OK ? rc : dropped;
}

/* The score of one that is tried; *is_made as above. */
static int judge(struct score *out, bool *is_made, bool *is_covering, struct trial *trial,
                 const struct tn__candidate *candidate)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__query_plan plan;
    const char *name = tn__candidate_name(candidate, &trial->explain->checked.catalog, &arena);
    int rc = name ? try_one(&plan, is_made, trial, candidate, name, &arena)
                  : tn_error_set(trial->err, TN_ENOMEM, "out of memory");
    if (rc == TN_OK && *is_made) {
        *out = score_of(&plan, candidate, name);
        out->is_turned = !tn_text_equal(first_of(&plan), trial->first);
        *is_covering = false;
        for (size_t i = 0; i < plan.count; i++)
            if (tn__text_is(plan.nodes[i].index, name))
                *is_covering = (plan.nodes[i].findings & TN__PLAN_COVERING) != 0;
    }
    tn_arena_fini(&arena);
    return rc;
}

/* --- one column more */

/* The only column of its table that the statement reads and the index lacks; NULL: none, or
 * several. */
static const struct tn__column *missing_column(const struct tn__explain *explain,
                                               const struct tn__candidate *candidate)
{
    const struct tn__column *missing = NULL;
    for (size_t i = 0; i < explain->statement.read_count; i++) {
        const struct tn__read_column *read = &explain->statement.reads[i];
        if (!tn__text_is_nocase(read->table, candidate->table->name))
            continue;
        const struct tn__column *column = tn__table_column(candidate->table, read->column);
        if (!column || column->is_rowid_alias || column == missing ||
            tn__candidate_has(candidate, column))
            continue;
        if (missing || tn__candidate_has_condition(candidate, column))
            return NULL;
        missing = column;
    }
    return missing;
}

/* Where one column makes it a covering index, that is cheap. */
static int widen(struct tn__candidate *candidate, struct trial *trial, struct score score)
{
    struct score wider_score;
    bool is_made = false;
    bool is_covering = false;
    struct tn__candidate wider = *candidate;
    const struct tn__column *column = missing_column(trial->explain, candidate);
    if (!column || wider.part_count == TN__CANDIDATE_PARTS)
        return TN_OK;
    wider.parts[wider.part_count++] = (struct tn__candidate_part){.column = column};
    int rc = judge(&wider_score, &is_made, &is_covering, trial, &wider);
    wider_score.columns = score.columns;
    if (rc == TN_OK && is_made && is_covering && !is_best(score, wider_score))
        *candidate = wider;
    return rc;
}

/* --- advice */

static int find_redundant(struct tn__explain_advice *out, const struct tn__candidate *candidate,
                          tn_arena *arena)
{
    const struct tn__table *table = candidate->table;
    const char **names = tn_arena_array(arena, table->index_count, sizeof(*names));
    if (!names)
        return TN_ENOMEM;
    for (size_t i = 0; i < table->index_count; i++) {
        const struct tn__index *index = &table->indexes[i];
        if (!index->is_unique && !index->is_constraint && tn__candidate_covers(candidate, index))
            names[out->redundant_count++] = index->name;
    }
    out->redundant = names;
    return TN_OK;
}

/* Make it for good, in the private database, and describe it. */
static int keep(struct trial *trial, const struct tn__candidate *candidate)
{
    struct tn__explain *explain = trial->explain;
    struct tn__explain_advice *out = &explain->advice[explain->advice_count];
    tn_arena *arena = explain->arena;
    out->table = candidate->table->name;
    out->name = tn__candidate_name(candidate, &explain->checked.catalog, arena);
    out->sql = out->name ? tn__candidate_sql(candidate, out->name, trial->kind, arena) : NULL;
    if (!out->sql || find_redundant(out, candidate, arena) != TN_OK ||
        tn__explain_writes(out, explain, candidate) != TN_OK)
        return tn_error_set(trial->err, TN_ENOMEM, "out of memory");
    int rc = run(trial, out->sql);
    if (rc == TN_OK)
        rc = ask(&out->plan, trial, arena);
    if (rc == TN_OK)
        explain->advice_count++;
    return rc;
}

/* Try all; *best is NULL if none makes the plan better than it is. */
static int find_best(const struct tn__candidate **best, struct score *score, struct trial *trial,
                     const struct tn__candidates *candidates)
{
    struct score before = *score;
    *best = NULL;
    for (size_t i = 0; i < candidates->count; i++) {
        struct score now = {0};
        bool is_made = false;
        bool is_covering;
        int rc = judge(&now, &is_made, &is_covering, trial, &candidates->items[i]);
        if (rc != TN_OK)
            return rc;
        if (!is_made || !is_better(now, before) || (*best && !is_best(now, *score)))
            continue;
        *best = &candidates->items[i];
        *score = now;
    }
    return TN_OK;
}

/* An OR is only searched if each of its sides is: the first candidate of each, and all at once. */
static size_t one_per_branch(const struct tn__candidate **out,
                             const struct tn__candidates *candidates, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < candidates->count && count < most; i++) {
        const struct tn__candidate *candidate = &candidates->items[i];
        bool is_new = candidate->branch != 0;
        for (size_t k = 0; k < count && is_new; k++)
            is_new = out[k]->branch != candidate->branch;
        if (is_new)
            out[count++] = candidate;
    }
    return count;
}

static int advise_branches(struct trial *trial, const struct tn__candidates *candidates,
                           struct score before)
{
    struct tn__explain *explain = trial->explain;
    const struct tn__candidate *together[TN__EXPLAIN_MOST_ADVICE];
    struct tn__query_plan plan = {0};
    size_t count = one_per_branch(together, candidates, TN__EXPLAIN_MOST_ADVICE);
    int rc = TN_OK;
    for (size_t i = 0; i < count && rc == TN_OK; i++)
        rc = keep(trial, together[i]);
    if (rc == TN_OK && count > 0)
        rc = ask(&plan, trial, explain->arena);
    if (rc == TN_OK && count > 0 && is_better(score_of(&plan, NULL, NULL), before))
        return TN_OK;
    for (size_t i = explain->advice_count; i-- > 0 && rc == TN_OK;)
        rc = drop(trial, together[i]->table, explain->advice[i].name, explain->arena);
    memset(explain->advice, 0, sizeof explain->advice);
    explain->advice_count = 0;
    return rc;
}

static int advise(struct trial *trial)
{
    struct tn__explain *explain = trial->explain;
    struct tn__query_plan plan;
    struct tn__candidates *candidates =
        tn_arena_array(explain->arena, 1, sizeof(struct tn__candidates));
    if (!candidates)
        return tn_error_set(trial->err, TN_ENOMEM, "out of memory");
    tn__candidates_find(candidates, &explain->statement.analysed);
    int rc = ask(&plan, trial, explain->arena);
    if (rc != TN_OK)
        return rc;
    struct score score = score_of(&plan, NULL, NULL);
    trial->first = first_of(&plan);
    while (rc == TN_OK && explain->advice_count < TN__EXPLAIN_MOST_ADVICE) {
        const struct tn__candidate *best;
        rc = find_best(&best, &score, trial, candidates);
        if (rc == TN_OK && !best && explain->advice_count == 0)
            return advise_branches(trial, candidates, score);
        if (rc != TN_OK || !best)
            break;
        struct tn__candidate chosen = *best;
        rc = widen(&chosen, trial, score);
        if (rc == TN_OK)
            rc = keep(trial, &chosen);
        /* From now on the index is one that is there already, and counts as such. */
        if (rc == TN_OK) {
            const struct tn__query_plan *now = &explain->advice[explain->advice_count - 1].plan;
            score = score_of(now, NULL, NULL);
            trial->first = first_of(now);
        }
    }
    return rc;
}

int tn__explain_advise(struct tn__explain *explain, tn_error *err)
{
    tn_error own = {0};
    struct trial trial = {
        .explain = explain, .kind = tn__explain_engine_of(explain), .err = err ? err : &own};
    int rc = TN_OK;
    if (explain->is_on_database && !trial.kind->copy)
        return tn_error_set(err, TN_EREFUSED, "%s", trial.kind->why_no_copy);
    if (explain->is_on_database)
        rc = trial.kind->copy(&trial.engine, explain, trial.err);
    else
        trial.engine = explain->engine; /* which is private already */
    if (rc == TN_OK)
        rc = advise(&trial);
    if (explain->is_on_database)
        tn__check_engine_close(&trial.engine);
    explain->has_advice = rc == TN_OK;
    return rc;
}
