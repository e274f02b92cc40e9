/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"
#include "check/read/variants.h"
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

/* As the places of one text are put together: different enums are text, different keys are plain. False: the
 * types differ. */
static bool join_domains(struct tn__domain *all, struct tn__domain one)
{
    if (all->choices != one.choices)
        all->choices = one.choices = NULL;
    if (all->key != one.key)
        all->key = one.key = NULL;
    struct tn__typing a = tn__typing_of_domain(*all);
    struct tn__typing b = tn__typing_of_domain(one);
    all->classes |= one.classes;
    return a.type == b.type && a.form == b.form;
}

/* A text in which nothing tells its type says of it whether NULL is welcome, and no more. */
static void merge_param(struct tn__analysed_param *all, const struct tn__analysed_param *one)
{
    struct tn__analysed_param merged = all->is_certain ? *all : *one;
    merged.takes_null = all->takes_null || one->takes_null;
    merged.is_conflict = all->is_conflict || one->is_conflict;
    merged.suggestion = all->suggestion.size ? all->suggestion : one->suggestion;
    if (all->is_certain && one->is_certain && !join_domains(&merged.domain, one->domain))
        merged.is_conflict = true;
    if (merged.is_conflict) {
        merged.is_certain = false;
        merged.domain = tn__domain_any;
    }
    if (merged.takes_null)
        merged.domain.classes |= TN__CLASS_NULL;
    *all = merged;
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

/* Where the one thing stands that a text leaves out, or has otherwise; else the query's name. */
static struct tn__place place_of(const struct tn__judge *judge)
{
    const struct tn__query *query = judge->query;
    const struct tn__variants *variants = query->variants;
    const char *name = NULL;
    size_t offset = 0;
    size_t count = 0;
    for (size_t i = 0; i < variants->option_count; i++) {
        const struct tn__option *option = &variants->options[i];
        if (judge->key & option->mask)
            continue;
        count++;
        name = option->name;
        offset = option->offset;
    }
    for (size_t i = 0; i < variants->choice_count; i++) {
        const struct tn__choice *choice = &variants->choices[i];
        size_t value = (size_t)((judge->key & choice->mask) >> choice->shift);
        if (value == 0)
            continue;
        count++;
        name = choice->values[value];
        offset = choice->value_offsets[value];
    }
    return count == 1 ? tn__query_place(query, query->stmt_offset + offset, strlen(name))
                      : query->place;
}

static void report_columns(struct tn__judge *first, const struct tn__judge *judge)
{
    const char *words = tn__variant_words(first->query->variants, judge->key, first->arena);
    struct tn__diag *diag = tn__diags_add(
        first->diags, "bad-annotation", place_of(judge),
        "the texts of '%s' do not have the same columns: what is optional may not change them",
        first->query->name);
    if (words)
        tn__diag_note(first->diags, diag, first->query->place, "they are others in the text %s",
                      words);
    first->query->is_broken = true;
}

bool tn__check_columns(struct tn__judges *judges)
{
    struct tn__judge *first = &judges->items[0];
    for (size_t i = 1; i < judges->count; i++) {
        if (has_same_columns(first, &judges->items[i]))
            continue;
        report_columns(first, &judges->items[i]);
        return false;
    }
    return true;
}

int tn__merge_columns(struct tn__judges *judges)
{
    struct tn__judge *first = &judges->items[0];
    struct tn__analysed *all = &first->analysed;
    if (judges->count == 1)
        return TN_OK;
    struct tn__analysed_column *columns =
        tn_arena_array(first->arena, all->column_count, sizeof(*columns));
    if (!columns)
        return TN_ENOMEM;
    for (size_t c = 0; c < all->column_count; c++)
        columns[c] = all->columns[c];
    for (size_t i = 1; i < judges->count; i++) {
        const struct tn__judge *judge = &judges->items[i];
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
    return TN_OK;
}
