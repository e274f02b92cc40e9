/* SPDX-License-Identifier: MIT */
#include "check/judge.h"
#include "infer/domain.h"

/* What the texts of a query say together: the caller does not know which one runs. */

/* Whether a text has a parameter. */
static bool has_param(const struct tn__judge *judge, size_t param)
{
    for (size_t i = 0; i < judge->sql.count; i++)
        if (judge->params.of_token[i] == param + 1)
            return true;
    return false;
}

static void merge_param(struct tn__analysed_param *all, const struct tn__analysed_param *one)
{
    tn_text suggestion = all->suggestion.size ? all->suggestion : one->suggestion;
    bool is_conflict = all->is_conflict || one->is_conflict;
    if (all->is_certain && one->is_certain) {
        struct tn__typing a = tn__typing_of_domain(all->domain);
        struct tn__typing b = tn__typing_of_domain(one->domain);
        is_conflict = is_conflict || a.type != b.type || a.form != b.form;
        all->domain = tn__domain_join(all->domain, one->domain);
    } else if (one->is_certain) {
        *all = *one;
    } else {
        all->domain.classes |= one->domain.classes & (all->is_certain ? TN__CLASS_NULL : 0);
    }
    all->suggestion = suggestion;
    all->is_conflict = is_conflict;
    if (is_conflict) {
        all->is_certain = false;
        all->domain = tn__domain_any;
    }
}

int tn__merge_params(struct tn__analysed_param **out, const struct tn__judges *judges)
{
    const struct tn__judge *first = &judges->items[0];
    size_t count = first->params.count;
    struct tn__analysed_param *merged = tn_arena_array(first->arena, count, sizeof(*merged));
    if (!merged)
        return TN_ENOMEM;
    for (size_t p = 0; p < count; p++) {
        bool is_any = false;
        merged[p].domain = tn__domain_any;
        for (size_t i = 0; i < judges->count; i++) {
            const struct tn__judge *judge = &judges->items[i];
            if (judge->analysed.param_count != count || !has_param(judge, p))
                continue;
            if (is_any)
                merge_param(&merged[p], &judge->analysed.params[p]);
            else
                merged[p] = judge->analysed.params[p];
            is_any = true;
        }
    }
    *out = merged;
    return TN_OK;
}

/* Whether the engine says the same of the columns, or at least as many and the same names. */
static bool has_same_columns(const struct tn__judge *a, const struct tn__judge *b)
{
    if (a->described.column_count != b->described.column_count ||
        a->described.is_readonly != b->described.is_readonly)
        return false;
    for (size_t i = 0; i < a->described.column_count; i++)
        if (!tn_text_equal(a->described.columns[i].name, b->described.columns[i].name))
            return false;
    return true;
}

static void merge_column(struct tn__analysed_column *all, const struct tn__analysed_column *one)
{
    all->domain = tn__domain_join(all->domain, one->domain);
    if (all->table != one->table || all->column != one->column)
        all->table = NULL, all->column = NULL;
    all->is_padded = all->is_padded || one->is_padded;
    if (!all->reason)
        all->reason = one->reason;
}

bool tn__merge_columns(struct tn__judges *judges)
{
    struct tn__judge *first = &judges->items[0];
    struct tn__analysed *all = &first->analysed;
    if (judges->count == 1)
        return true;
    struct tn__analysed_column *columns =
        tn_arena_array(first->arena, all->column_count, sizeof(*columns));
    if (!columns) {
        first->status = TN_ENOMEM;
        return false;
    }
    for (size_t c = 0; c < all->column_count; c++)
        columns[c] = all->columns[c];
    for (size_t i = 1; i < judges->count; i++) {
        const struct tn__judge *judge = &judges->items[i];
        if (!has_same_columns(first, judge)) {
            tn__diags_add(
                first->diags, "bad-annotation", first->query->place,
                "the texts of '%s' do not have the same columns: what is optional may not "
                "change them",
                first->query->name);
            first->query->is_broken = true;
            return false;
        }
        all->is_single_row = all->is_single_row && judge->analysed.is_single_row;
        all->has_row = all->has_row && judge->analysed.has_row;
        if (!judge->analysed.is_certain || !all->is_certain) {
            all->is_certain = false;
            all->reason = all->reason ? all->reason : judge->analysed.reason;
            continue;
        }
        for (size_t c = 0; c < all->column_count; c++)
            merge_column(&columns[c], &judge->analysed.columns[c]);
    }
    all->columns = columns;
    return true;
}
