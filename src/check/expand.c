/* SPDX-License-Identifier: MIT */
#include "check/judge.h"
#include "check/names.h"
#include "util/buf.h"
#include "util/str.h"

/*
 * SELECT * and t.* in the result list are written out in the emitted text, so that a later migration
 * cannot change the shape of the row behind the reader's back. The engine's own columns say what a
 * star stands for, and the engine judges the result: only if it describes the very same columns is
 * the new text taken.
 */

/* The width of t.* where t is an ordinary table; 0 if that is not certain. */
static size_t width_of(const struct tn__judge *judge, const struct tn__sql_source *sources,
                       size_t source_count, size_t qualifier)
{
    tn_text name = tn__sql_name(&judge->sql, qualifier);
    for (size_t i = 0; i < source_count; i++) {
        if (!tn__text_equal_nocase(sources[i].alias, name))
            continue;
        const struct tn__table *table =
            tn__catalog_table(&judge->checked->catalog, sources[i].table);
        size_t width = 0;
        for (size_t c = 0; table && c < table->column_count; c++)
            width += !table->columns[c].is_hidden;
        return width;
    }
    return 0;
}

/* How many columns each item gives; false if that is not certain. One star may have a width that is
 * not known: it is what the others leave over. */
static bool count_columns(struct tn__judge *judge, size_t *counts)
{
    const struct tn__sql_source *sources;
    size_t source_count;
    size_t known = 0;
    size_t stars = 0;
    size_t unknown = SIZE_MAX;
    for (size_t i = 0; i < judge->item_count; i++)
        stars += judge->items[i].is_star;
    if (tn__sql_sources(&sources, &source_count, &judge->sql, judge->arena) != TN_OK) {
        judge->status = TN_ENOMEM;
        return false;
    }
    for (size_t i = 0; i < judge->item_count; i++) {
        const struct tn__sql_item *item = &judge->items[i];
        counts[i] = 1;
        if (item->is_star)
            counts[i] = item->qualifier == SIZE_MAX || stars == 1
                            ? 0
                            : width_of(judge, sources, source_count, item->qualifier);
        if (counts[i] == 0 && unknown != SIZE_MAX)
            return false;
        if (counts[i] == 0)
            unknown = i;
        known += counts[i];
    }
    size_t total = judge->described.column_count;
    if (known > total || (unknown == SIZE_MAX && known != total))
        return false;
    if (unknown != SIZE_MAX)
        counts[unknown] = total - known;
    return true;
}

/* A column name as SQL takes it. */
static void add_name(struct tn__buf *buf, tn_text name)
{
    if (tn__c_is_ident(name) && !tn__sql_is_keyword(name))
        tn__buf_text(buf, name);
    else
        tn__buf_sql_name(buf, name);
}

/* The names of `count` columns from `first` on, in place of a star. */
static int write_star(tn_text *out, const struct tn__judge *judge, const struct tn__sql_item *item,
                      size_t first, size_t count)
{
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    for (size_t i = first; i < first + count; i++) {
        if (i > first)
            tn__buf_puts(&buf, ", ");
        if (item->qualifier != SIZE_MAX) {
            tn__buf_text(&buf, tn__sql_text(&judge->sql, item->qualifier));
            tn__buf_putc(&buf, '.');
        }
        add_name(&buf, judge->described.columns[i].name);
    }
    int rc = tn__buf_to_arena(&buf, judge->arena, out);
    tn__buf_fini(&buf);
    return rc;
}

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

/* Write the expanded text and have it judged. Whether it was taken. */
static bool try_expand(struct tn__judge *judge, const size_t *counts)
{
    struct tn__sql_expansion *expansions =
        tn_arena_array(judge->arena, judge->item_count, sizeof(*expansions));
    size_t count = 0;
    size_t column = 0;
    if (!expansions) {
        judge->status = TN_ENOMEM;
        return false;
    }
    for (size_t i = 0; i < judge->item_count; i++) {
        const struct tn__sql_item *item = &judge->items[i];
        if (item->is_star) {
            expansions[count].span = item->span;
            if (write_star(&expansions[count].text, judge, item, column, counts[i]) != TN_OK) {
                judge->status = TN_ENOMEM;
                return false;
            }
            count++;
        }
        column += counts[i];
    }
    struct tn__sql_text text;
    struct tn__described described;
    tn_error ignored = {0};
    int rc = tn__sql_emit(&text, &judge->sql, &judge->params, expansions, count, judge->arena);
    if (rc == TN_OK)
        rc = tn__describe(&described, judge, text.text, &ignored);
    if (rc == TN_ENOMEM)
        judge->status = rc;
    if (rc != TN_OK || !is_same(&judge->described, &described))
        return false;
    judge->text = text;
    judge->described = described;
    return true;
}

/* Two columns of one name: a finding of its own. */
static bool has_twins(const struct tn__described *described)
{
    for (size_t i = 0; i < described->column_count; i++)
        for (size_t k = 0; k < i; k++)
            if (tn_text_equal(described->columns[i].name, described->columns[k].name))
                return true;
    return false;
}

void tn__expand_stars(struct tn__judge *judge)
{
    size_t star = SIZE_MAX;
    for (size_t i = judge->item_count; i-- > 0;)
        if (judge->items[i].is_star)
            star = i;
    if (star == SIZE_MAX)
        return;
    size_t *counts = tn_arena_array(judge->arena, judge->item_count, sizeof(*counts));
    if (!counts) {
        judge->status = TN_ENOMEM;
        return;
    }
    /* The arms of a compound would have to be expanded together. */
    bool is_certain =
        !judge->facts.has_compound && count_columns(judge, counts) && try_expand(judge, counts);
    if (is_certain || judge->status != TN_OK || has_twins(&judge->described))
        return;
    judge->query->is_broken = true;
    struct tn__diag *diag = tn__diags_add(
        judge->diags, "unexpanded-star",
        tn__judge_place(judge, judge->items[star].span.begin, judge->items[star].span.end),
        "the columns of '*' are not certain: a later migration may change them");
    tn__diag_help(judge->diags, diag, "name the columns");
}
