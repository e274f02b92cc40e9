/* SPDX-License-Identifier: MIT */
#include "explain/advise.h"
#include "util/str.h"

/*
 * The indexes that a statement suggests, one FROM item and one side of an OR at a time: columns
 * that are compared for equality, then one that is for a range, or those of ORDER BY or GROUP BY;
 * and the same for the rows alone that meet the conditions which are constant.
 */

enum {
    MOST_LIST = 8
};

/* Uses of one kind. */
struct list {
    const struct tn__analysed_use *items[MOST_LIST];
    size_t count;
};

/* What is known of one FROM item. */
struct wishes {
    struct list fixed;  /* compared with what is known from the start */
    struct list joined; /* with another table's columns */
    struct list ranges;
    struct list order;
    struct list group;
    struct list constant; /* conditions that can be an index's own */
};

static void put(struct list *list, const struct tn__analysed_use *use)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->column == use->column)
            return;
    if (list->count < MOST_LIST)
        list->items[list->count++] = use;
}

/* A literal that stands for a kind of row, such as 'queued' or 1 for true, and not for one row: a
 * number is more likely a key. */
static bool is_choice(const struct tn__analysed_use *use)
{
    bool is_flag = tn__text_is(use->literal, "0") || tn__text_is(use->literal, "1") ||
                   tn__text_is_nocase(use->literal, "TRUE") ||
                   tn__text_is_nocase(use->literal, "FALSE");
    return use->literal.data && !use->is_joined && !use->column->is_rowid_alias &&
           (use->is_text || is_flag);
}

static void sort_use(struct wishes *wishes, const struct tn__analysed_use *use)
{
    switch (use->kind) {
    case TN__USE_EQUAL:
        put(use->is_joined ? &wishes->joined : &wishes->fixed, use);
        if (is_choice(use))
            put(&wishes->constant, use);
        break;
    case TN__USE_NULL:
        put(&wishes->fixed, use);
        put(&wishes->constant, use);
        break;
    case TN__USE_RANGE:
        put(&wishes->ranges, use);
        break;
    case TN__USE_NOT_NULL:
    case TN__USE_TRUE:
    case TN__USE_FALSE:
        put(&wishes->constant, use);
        break;
    case TN__USE_GROUP:
        put(&wishes->group, use);
        break;
    case TN__USE_ORDER:
        put(&wishes->order, use);
        break;
    }
}

static bool leads_an_index(const struct tn__analysed_use *use)
{
    for (size_t i = 0; i < use->table->index_count; i++) {
        const struct tn__index *index = &use->table->indexes[i];
        if (!index->is_unique && !index->is_partial && index->parts[0].column == use->column)
            return true;
    }
    return false;
}

/* The order of columns that are compared for equality is free: an index that is there already may
 * become the beginning of the new one, and go. */
static void put_leaders_first(struct list *list)
{
    size_t leaders = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct tn__analysed_use *use = list->items[i];
        if (!leads_an_index(use))
            continue;
        memmove(&list->items[leaders + 1], &list->items[leaders],
                (i - leaders) * sizeof(list->items[0]));
        list->items[leaders++] = use;
    }
}

/* --- one candidate */

bool tn__candidate_has_condition(const struct tn__candidate *candidate,
                                 const struct tn__column *column)
{
    for (size_t i = 0; i < candidate->condition_count; i++)
        if (candidate->conditions[i]->column == column)
            return true;
    return false;
}

bool tn__candidate_has(const struct tn__candidate *candidate, const struct tn__column *column)
{
    for (size_t i = 0; i < candidate->part_count; i++)
        if (candidate->parts[i].column == column)
            return true;
    return false;
}

/* An index that is read backwards serves, too. */
static bool is_all_desc(const struct list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (!list->items[i]->is_desc)
            return false;
    return true;
}

/* Append columns that are not in it yet; what does not fit is left out. */
static void append(struct tn__candidate *candidate, const struct list *list)
{
    bool flips = is_all_desc(list);
    for (size_t i = 0; i < list->count; i++) {
        const struct tn__analysed_use *use = list->items[i];
        if (tn__candidate_has(candidate, use->column) ||
            tn__candidate_has_condition(candidate, use->column) ||
            candidate->part_count == TN__CANDIDATE_PARTS)
            continue;
        candidate->parts[candidate->part_count++] =
            (struct tn__candidate_part){use->column, use->collation, use->is_desc && !flips};
    }
}

static bool is_same_part(const struct tn__candidate_part *part, const struct tn__index_part *other)
{
    const char *collation = part->column->collation;
    bool is_same_collation = part->collation.data
                                 ? tn__text_is_nocase(part->collation, other->collation)
                                 : strcmp(collation, other->collation) == 0;
    return part->column == other->column && part->is_desc == other->is_desc && is_same_collation;
}

static size_t common_parts(const struct tn__candidate *candidate, const struct tn__index *index)
{
    size_t i = 0;
    while (i < candidate->part_count && i < index->part_count &&
           is_same_part(&candidate->parts[i], &index->parts[i]))
        i++;
    return i;
}

bool tn__candidate_is_had(const struct tn__candidate *candidate, const struct tn__index *index)
{
    return !index->is_partial && common_parts(candidate, index) == candidate->part_count;
}

bool tn__candidate_covers(const struct tn__candidate *candidate, const struct tn__index *index)
{
    return !index->is_partial && candidate->condition_count == 0 &&
           common_parts(candidate, index) == index->part_count;
}

static bool is_same(const struct tn__candidate *a, const struct tn__candidate *b)
{
    if (a->table != b->table || a->part_count != b->part_count ||
        a->condition_count != b->condition_count)
        return false;
    for (size_t i = 0; i < a->part_count; i++)
        if (a->parts[i].column != b->parts[i].column ||
            a->parts[i].is_desc != b->parts[i].is_desc ||
            !tn__text_equal_nocase(a->parts[i].collation, b->parts[i].collation))
            return false;
    for (size_t i = 0; i < a->condition_count; i++)
        if (a->conditions[i]->column != b->conditions[i]->column ||
            a->conditions[i]->kind != b->conditions[i]->kind)
            return false;
    return true;
}

static void keep(struct tn__candidates *out, struct tn__candidate *candidate)
{
    /* The rowid is behind every key anyway. */
    if (candidate->part_count > 0 &&
        candidate->parts[candidate->part_count - 1].column->is_rowid_alias &&
        !candidate->parts[candidate->part_count - 1].is_desc)
        candidate->part_count--;
    if (candidate->part_count == 0 && candidate->condition_count > 0)
        candidate->parts[candidate->part_count++] =
            (struct tn__candidate_part){.column = candidate->conditions[0]->column};
    if (candidate->part_count == 0 || candidate->parts[0].column->is_rowid_alias ||
        out->count == TN__CANDIDATES_MOST)
        return;
    for (size_t i = 0; i < candidate->table->index_count; i++)
        if (candidate->condition_count == 0 &&
            tn__candidate_is_had(candidate, &candidate->table->indexes[i]))
            return;
    for (size_t i = 0; i < out->count; i++)
        if (is_same(candidate, &out->items[i]))
            return;
    out->items[out->count++] = *candidate;
}

/* --- all of one FROM item */

static struct list alone(const struct tn__analysed_use *use)
{
    return (struct list){{use}, 1};
}

/* A beginning with each end. */
static void add_tails(struct tn__candidates *out, const struct wishes *wishes,
                      const struct tn__candidate *begin)
{
    const struct list *const ends[] = {&wishes->order, &wishes->group};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct tn__candidate candidate = *begin;
        append(&candidate, ends[i]);
        keep(out, &candidate);
    }
    for (size_t i = 0; i < wishes->ranges.count; i++) {
        struct tn__candidate candidate = *begin;
        struct list range = alone(wishes->ranges.items[i]);
        append(&candidate, &range);
        keep(out, &candidate);
    }
    struct tn__candidate candidate = *begin;
    keep(out, &candidate);
}

/* All with these conditions. */
static void add_keys(struct tn__candidates *out, const struct wishes *wishes,
                     const struct tn__candidate *empty)
{
    static const struct {
        bool has_fixed;
        bool has_joined;
    } begins[] = {{true, true}, {true, false}, {false, true}, {false, false}};
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        struct tn__candidate candidate = *empty;
        if (begins[i].has_fixed)
            append(&candidate, &wishes->fixed);
        if (begins[i].has_joined)
            append(&candidate, &wishes->joined);
        add_tails(out, wishes, &candidate);
    }
    const struct list *const singles[] = {&wishes->fixed, &wishes->joined};
    for (size_t k = 0; k < sizeof(singles) / sizeof(singles[0]); k++)
        for (size_t i = 0; i < singles[k]->count; i++) {
            struct tn__candidate candidate = *empty;
            struct list single = alone(singles[k]->items[i]);
            append(&candidate, &single);
            add_tails(out, wishes, &candidate);
        }
}

static void add_all(struct tn__candidates *out, const struct wishes *wishes,
                    const struct tn__analysed_use *of)
{
    struct tn__candidate plain = {.table = of->table, .branch = of->branch};
    add_keys(out, wishes, &plain);
    struct tn__candidate partial = plain;
    for (size_t i = 0; i < wishes->constant.count && i < TN__CANDIDATE_CONDITIONS; i++)
        partial.conditions[partial.condition_count++] = wishes->constant.items[i];
    if (partial.condition_count > 1)
        add_keys(out, wishes, &partial);
    for (size_t i = 0; i < wishes->constant.count; i++) {
        partial = plain;
        partial.conditions[partial.condition_count++] = wishes->constant.items[i];
        add_keys(out, wishes, &partial);
    }
}

void tn__candidates_find(struct tn__candidates *out, const struct tn__analysed *analysed)
{
    out->count = 0;
    for (size_t i = 0; i < analysed->use_count; i++) {
        const struct tn__analysed_use *first = &analysed->uses[i];
        struct wishes wishes = {0};
        bool is_new = true;
        for (size_t k = 0; k < i && is_new; k++)
            is_new = analysed->uses[k].source != first->source ||
                     analysed->uses[k].branch != first->branch;
        for (size_t k = i; k < analysed->use_count && is_new; k++)
            if (analysed->uses[k].source == first->source &&
                analysed->uses[k].branch == first->branch)
                sort_use(&wishes, &analysed->uses[k]);
        put_leaders_first(&wishes.fixed);
        if (is_new)
            add_all(out, &wishes, first);
    }
}
