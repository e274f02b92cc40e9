/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"

/*
 * SELECT * and t.* in the result list are written out in the emitted text, so that a later migration
 * cannot change the shape of the row behind the reader's back. The engine judges the result: only if it
 * describes the very same columns is the new text taken.
 */

static bool is_same(const struct tn__described *a, const struct tn__described *b)
{
    if (a->column_count != b->column_count)
        return false;
    for (size_t i = 0; i < a->column_count; i++)
        if (!tn_text_equal(a->columns[i].name, b->columns[i].name) ||
            !tn_text_equal(a->columns[i].table, b->columns[i].table) ||
            !tn_text_equal(a->columns[i].column, b->columns[i].column))
            return false;
    return true;
}

/* Tokens of the text with all parts that are those of one text. */
static struct tn__sql_span span_in_all(const struct tn__judge *judge, struct tn__sql_span span)
{
    struct tn__sql_span found = {0, 0};
    size_t first = judge->sql.tokens[span.begin].offset;
    size_t last = judge->sql.tokens[span.end - 1].offset;
    while (judge->all.tokens[found.begin].offset < first)
        found.begin++;
    found.end = found.begin + 1;
    while (judge->all.tokens[found.end - 1].offset < last)
        found.end++;
    return found;
}

/* The new text of each text, judged: whether all are as they were. */
static bool try_texts(struct tn__judges *judges, const struct tn__sql_pieces *pieces)
{
    struct tn__judge *first = &judges->items[0];
    for (size_t i = 0; i < judges->count; i++) {
        struct tn__judge *judge = &judges->items[i];
        struct tn__sql_text text;
        struct tn__described described;
        tn_error ignored = {0};
        int rc = tn__sql_compose(&text, pieces, judge->key, judge->arena);
        if (rc == TN_OK)
            rc = judge->engine->describe(&described, judge, &text, &ignored);
        if (rc == TN_ENOMEM)
            first->status = rc;
        if (rc != TN_OK || !is_same(&judge->described, &described))
            return false;
        judge->text = text;
        judge->described = described;
    }
    return true;
}

/* Keep a star once, in the order of the statement. False: another text makes other columns of it. */
static bool add_expansion(struct tn__sql_expansion *expansions, size_t *count,
                          struct tn__sql_expansion one)
{
    size_t at = *count;
    while (at > 0 && expansions[at - 1].span.begin > one.span.begin)
        at--;
    if (at > 0 && expansions[at - 1].span.begin == one.span.begin)
        return tn_text_equal(expansions[at - 1].text, one.text);
    for (size_t i = *count; i > at; i--)
        expansions[i] = expansions[i - 1];
    expansions[at] = one;
    (*count)++;
    return true;
}

/* The stars of all texts: a choice may have its own in each. */
static bool collect_stars(struct tn__sql_expansion *expansions, size_t *count,
                          const struct tn__judges *judges)
{
    *count = 0;
    for (size_t i = 0; i < judges->count; i++) {
        const struct tn__judge *judge = &judges->items[i];
        for (size_t k = 0; k < judge->analysed.star_count; k++) {
            const struct tn__sql_expansion one = {
                .span = span_in_all(judge, judge->analysed.stars[k].span),
                .text = judge->analysed.stars[k].text};
            if (!one.text.data || !add_expansion(expansions, count, one))
                return false;
        }
    }
    return true;
}

/* Write the expanded texts and have them judged. Whether they were taken. */
static bool try_expand(struct tn__judges *judges)
{
    struct tn__judge *judge = &judges->items[0];
    size_t count = 0;
    for (size_t i = 0; i < judges->count; i++)
        count += judges->items[i].analysed.star_count;
    struct tn__sql_expansion *expansions = tn_arena_array(judge->arena, count, sizeof(*expansions));
    struct tn__sql_pieces pieces;
    if (!expansions) {
        judge->status = TN_ENOMEM;
        return false;
    }
    if (!collect_stars(expansions, &count, judges))
        return false;
    int rc = tn__judge_emit(&pieces, judge, expansions, count);
    if (rc != TN_OK)
        judge->status = rc;
    if (rc != TN_OK || !try_texts(judges, &pieces))
        return false;
    judge->query->pieces = pieces;
    return true;
}

/* Two columns of one name: a finding of its own, unless they are embedded. */
static bool has_twins(const struct tn__judge *judge)
{
    const struct tn__described *described = &judge->described;
    for (const struct tn__annotation *a = judge->query->annotations; a; a = a->next)
        if (a->kind == TN__ANNOTATE_EMBED || a->kind == TN__ANNOTATE_GROUP)
            return false;
    for (size_t i = 0; i < described->column_count; i++)
        for (size_t k = 0; k < i; k++)
            if (tn_text_equal(described->columns[i].name, described->columns[k].name))
                return true;
    return false;
}

/* Whether it has a star, and one whose columns are not known. */
static bool has_star(const struct tn__judge *judge, bool *is_certain)
{
    bool is_known = judge->analysed.is_certain && judge->analysed.star_count > 0;
    struct tn__sql_span span;
    bool has_any = judge->analysed.star_count > 0 ||
                   (judge->described.column_count > 0 && judge->engine->find_star(&span, judge));
    *is_certain = *is_certain && (is_known || !has_any);
    return has_any;
}

static void report_star(struct tn__judge *judge)
{
    struct tn__sql_span span;
    if (!judge->engine->find_star(&span, judge))
        span = judge->analysed.stars[0].span;
    judge->query->is_broken = true;
    struct tn__diag *diag =
        tn__diags_add(judge->diags, "unexpanded-star", tn__judge_place(judge, span.begin, span.end),
                      "the columns of '*' are not certain: a later migration may change them");
    tn__diag_help(judge->diags, diag, "name the columns");
}

void tn__expand_stars(struct tn__judges *judges)
{
    struct tn__judge *first = &judges->items[0];
    struct tn__judge *starred = NULL;
    bool is_certain = true;
    for (size_t i = 0; i < judges->count; i++)
        if (has_star(&judges->items[i], &is_certain) && !starred)
            starred = &judges->items[i];
    if (!starred || (is_certain && try_expand(judges)) || first->status != TN_OK)
        return;
    if (!has_twins(starred))
        report_star(starred);
}
