/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"
#include "util/str.h"

#include <stdarg.h>

/*
 * `-- group by u.id`: what is selected from u is the group, the rest is its items. Rows of one group come side by
 * side, which ORDER BY has to see to, and have the same group, which a unique key has to.
 */

struct grouping {
    struct tn__judge *judge;
    const struct tn__annotation *said;
    uint32_t leaf;
    const char *name;                 /* of the relation */
    struct tn__query_column *columns; /* of the result */
    size_t count;
    size_t *keys;            /* as the parts of `said` */
    const char **collations; /* that tell each key's values apart, beside BINARY; NULL: none */
    const struct tn__table
        *table; /* whose rows the groups are; NULL: they are not known to be any */
    uint32_t instance;
    bool is_unique; /* the keys are of one row of that table */
};

static struct tn__diag *fault(const struct grouping *g, size_t part, const char *format, ...)
    TN_PRINTF(3, 4);
static struct tn__diag *fault(const struct grouping *g, size_t part, const char *format, ...)
{
    const struct tn__annotation_part *at = &g->said->parts[part];
    va_list args;
    va_start(args, format);
    const char *message = tn__arena_vprintf(g->judge->arena, format, args);
    va_end(args);
    if (!message)
        g->judge->status = TN_ENOMEM;
    tn_text whole = {at->name.data, (size_t)(at->second.data - at->name.data) + at->second.size};
    return tn__shape_fault(g->judge, "group-mismatch", whole, at->offset, "%s",
                           message ? message : "");
}

static const struct tn__analysed_column *known(const struct grouping *g, size_t column)
{
    return &g->judge->analysed.columns[column];
}

/* --- the keys */

static bool find_key(struct grouping *g, size_t part)
{
    const struct tn__annotation_part *said = &g->said->parts[part];
    const char **names = tn_arena_array(g->judge->arena, g->count, sizeof(*names));
    if (!names) {
        g->judge->status = TN_ENOMEM;
        return false;
    }
    for (size_t i = 0; i < g->count; i++) {
        if (known(g, i)->leaf != g->leaf)
            continue;
        names[i] = known(g, i)->leaf_column.data;
        if (!tn__text_equal_nocase(known(g, i)->leaf_column, said->second))
            continue;
        g->keys[part] = i;
        return true;
    }
    struct tn__diag *diag =
        fault(g, part, "'%s' selects no column '%.*s' of '%s'", g->judge->query->name,
              (int)said->second.size, said->second.data, g->name);
    const char *near = tn__nearest(said->second, names, g->count);
    if (near)
        tn__diag_help(g->judge->diags, diag, "'%s.%s'", g->name, near);
    return false;
}

static bool find_keys(struct grouping *g)
{
    const struct tn__annotation_part *parts = g->said->parts;
    for (size_t i = 0; i < g->said->part_count; i++) {
        if (!tn__text_equal_nocase(parts[i].name, parts[0].name)) {
            fault(g, i, "a group is of one relation, and this one is of '%s'", g->name);
            return false;
        }
        if (!find_key(g, i))
            return false;
        for (size_t k = 0; k < i; k++) {
            if (g->keys[k] != g->keys[i])
                continue;
            fault(g, i, "the same column stands twice");
            return false;
        }
    }
    return true;
}

/* Which columns are the items', and whether those of the group are all of one table's row. */
static bool split(struct grouping *g)
{
    size_t items = 0;
    bool is_one = true;
    g->instance = known(g, g->keys[0])->instance;
    for (size_t i = 0; i < g->count; i++) {
        g->columns[i].is_item = known(g, i)->leaf != g->leaf;
        items += g->columns[i].is_item;
        if (!g->columns[i].is_item)
            is_one = is_one && g->instance > 0 && known(g, i)->instance == g->instance;
    }
    if (is_one)
        g->table = known(g, g->keys[0])->table;
    if (items > 0)
        return true;
    fault(g, 0, "'%s' selects nothing beside '%s': there are no items", g->judge->query->name,
          g->name);
    return false;
}

/* --- unique keys */

/* The key that is this column of the table; SIZE_MAX: none. */
static size_t key_of(const struct grouping *g, const struct tn__column *column)
{
    for (size_t i = 0; column && i < g->said->part_count; i++)
        if (known(g, g->keys[i])->column == column)
            return i;
    return SIZE_MAX;
}

static bool is_not_null(const struct grouping *g, const struct tn__column *column)
{
    return !tn__checked_typing(g->judge->checked, g->table, column).is_nullable;
}

/* Every part of the index is a key, and never NULL. */
static bool covers(const struct grouping *g, const struct tn__index *index)
{
    if (!index->is_unique || index->is_partial)
        return false;
    for (size_t i = 0; i < index->part_count; i++)
        if (key_of(g, index->parts[i].column) == SIZE_MAX ||
            !is_not_null(g, index->parts[i].column))
            return false;
    return index->part_count > 0;
}

static void find_unique(struct grouping *g)
{
    for (size_t i = 0; g->table && i < g->said->part_count; i++)
        g->is_unique = g->is_unique || known(g, g->keys[i])->column->is_rowid_alias;
    for (size_t i = 0; g->table && !g->is_unique && i < g->table->index_count; i++) {
        const struct tn__index *index = &g->table->indexes[i];
        if (!covers(g, index))
            continue;
        g->is_unique = true;
        for (size_t p = 0; p < index->part_count; p++)
            g->collations[key_of(g, index->parts[p].column)] = index->parts[p].collation;
    }
}

/* Numbers of both classes are equal to ORDER BY, and two keys. */
static bool is_mixed(tn__classes classes)
{
    return (classes & TN__CLASS_INT) && (classes & TN__CLASS_REALS);
}

/* Without a unique key, the group is nothing but its key: else different rows would melt into one. */
static bool is_sound(struct grouping *g)
{
    find_unique(g);
    if (g->is_unique)
        return true;
    for (size_t i = 0; i < g->count; i++) {
        size_t k = 0;
        while (k < g->said->part_count && g->keys[k] != i)
            k++;
        if (g->columns[i].is_item || k < g->said->part_count)
            continue;
        fault(g, 0, "this is no unique key of '%s': rows with another '%.*s' would melt into one",
              g->name, (int)known(g, i)->leaf_column.size, known(g, i)->leaf_column.data);
        return false;
    }
    for (size_t k = 0; !g->judge->checked->catalog.server && k < g->said->part_count; k++) {
        if (!is_mixed(known(g, g->keys[k])->domain.classes))
            continue;
        fault(g, k, "the key may be an INTEGER in one row and an equal REAL in the next");
        return false;
    }
    return true;
}

/* --- ORDER BY */

/* The key that the term sorts, so that different ones stay apart; SIZE_MAX: none. */
static size_t sorted_key(const struct grouping *g, const struct tn__analysed_order *term)
{
    for (size_t k = 0; k < g->said->part_count; k++) {
        const struct tn__analysed_column *key = known(g, g->keys[k]);
        if (!tn__text_equal_nocase(key->leaf_column, term->leaf_column))
            continue;
        bool is_apart = !(key->domain.classes & TN__CLASS_TEXT) ||
                        (term->collation.data && tn__text_is_nocase(term->collation, "BINARY")) ||
                        (term->collation.data && g->collations[k] &&
                         tn__text_is_nocase(term->collation, g->collations[k]));
        return is_apart ? k : SIZE_MAX;
    }
    return SIZE_MAX;
}

/* "u.id, u.kind" */
static const char *list_keys(const struct grouping *g)
{
    const char *list = "";
    for (size_t k = 0; list && k < g->said->part_count; k++)
        list = tn__arena_printf(g->judge->arena, "%s%s%s.%s", list, k ? ", " : "", g->name,
                                known(g, g->keys[k])->leaf_column.data);
    if (!list)
        g->judge->status = TN_ENOMEM;
    return list ? list : "";
}

static void report_order(const struct grouping *g, struct tn__sql_span span, size_t missing)
{
    const struct tn__judge *judge = g->judge;
    bool is_there = span.begin < span.end;
    struct tn__place place = is_there
                                 ? tn__judge_place(judge, span.begin, span.end)
                                 : tn__judge_place(judge, judge->sql.count - 1, judge->sql.count);
    judge->query->is_broken = true;
    struct tn__diag *diag = tn__diags_add(
        judge->diags, "group-order", place,
        is_there ? "the rows of a group come apart here: ORDER BY has not sorted '%s.%s' yet"
                 : "the rows of a group may come apart: ORDER BY does not sort '%s.%s'",
        g->name, known(g, g->keys[missing])->leaf_column.data);
    tn__diag_help(judge->diags, diag, "ORDER BY %s, …", list_keys(g));
}

/* Some first terms contain all keys, and are the same in all rows of a group: they are columns of its
 * row, or keys. */
static void check_order(const struct grouping *g)
{
    const struct tn__analysed *analysed = &g->judge->analysed;
    bool *is_sorted = tn_arena_array(g->judge->arena, g->said->part_count, sizeof(*is_sorted));
    size_t missing = 0;
    struct tn__sql_span span = {0, 0};
    if (!is_sorted) {
        g->judge->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < analysed->order_count; i++) {
        const struct tn__analysed_order *term = &analysed->order[i];
        bool is_own = term->leaf == g->leaf;
        size_t key = is_own ? sorted_key(g, term) : SIZE_MAX;
        bool is_of_row = is_own && g->is_unique && term->instance == g->instance;
        if (key != SIZE_MAX)
            is_sorted[key] = true;
        while (missing < g->said->part_count && is_sorted[missing])
            missing++;
        if (missing == g->said->part_count)
            return;
        if (key == SIZE_MAX && !is_of_row) {
            span = term->span;
            break;
        }
    }
    report_order(g, span, missing);
}

/* --- the whole */

/* What all items are: one embed, and nothing beside it. */
static const struct tn__embed *only_embed(const struct grouping *g)
{
    const struct tn__embed *only = NULL;
    for (size_t i = 0; i < g->count; i++) {
        if (!g->columns[i].is_item)
            continue;
        if (!g->columns[i].embed || (only && g->columns[i].embed != only))
            return NULL;
        only = g->columns[i].embed;
    }
    return only;
}

static const struct tn__annotation *find_said(struct tn__judge *judge)
{
    const struct tn__annotation *found = NULL;
    const struct tn__annotation *returns = NULL;
    for (const struct tn__annotation *a = judge->query->annotations; a; a = a->next) {
        if (a->kind == TN__ANNOTATE_RETURNS)
            returns = a;
        if (a->kind != TN__ANNOTATE_GROUP)
            continue;
        if (found)
            tn__shape_fault(judge, "bad-annotation", found->name, found->offset,
                            "query '%s' has two '-- group by'", judge->query->name);
        found = a;
    }
    if (found && returns)
        tn__shape_fault(judge, "bad-annotation", returns->name, returns->offset,
                        "what '-- group by' makes cannot be shared with '-- returns'");
    return found;
}

void tn__judge_group(struct tn__judge *judge, struct tn__query_column *columns, size_t count)
{
    struct grouping g = {
        .judge = judge, .said = find_said(judge), .columns = columns, .count = count};
    if (!g.said || judge->status != TN_OK)
        return;
    const struct tn__analysed_leaf *leaf = tn__shape_leaf(judge, &g.said->parts[0], "-- group by");
    if (!leaf)
        return;
    struct tn__grouping *group = tn_arena_array(judge->arena, 1, sizeof(*group));
    g.keys = tn_arena_array(judge->arena, g.said->part_count, sizeof(*g.keys));
    g.collations = tn_arena_array(judge->arena, g.said->part_count, sizeof(*g.collations));
    if (!group || !g.keys || !g.collations) {
        judge->status = TN_ENOMEM;
        return;
    }
    g.leaf = (uint32_t)(leaf - judge->analysed.leaves);
    g.name = leaf->name.data;
    if (!find_keys(&g) || !split(&g) || !is_sound(&g))
        return;
    check_order(&g);
    *group = (struct tn__grouping){g.keys, g.said->part_count, only_embed(&g)};
    judge->query->group = group;
}
