/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"
#include "check/names.h"
#include "util/str.h"

#include <stdarg.h>

/*
 * `-- embed`: the columns of a relation become one member, a struct of its table. They have the table's
 * types whatever a join makes of them: where the whole row may be missing, a flag says so, by a column that is
 * NULL in no row that there is.
 */

struct tn__diag *tn__shape_fault(struct tn__judge *judge, const char *code, tn_text name,
                                 size_t offset, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *message = tn__arena_vprintf(judge->arena, format, args);
    va_end(args);
    if (!message)
        judge->status = TN_ENOMEM;
    judge->query->is_broken = true;
    return tn__diags_add(judge->diags, code, tn__query_place(judge->query, offset, name.size), "%s",
                         message ? message : "");
}

static struct tn__diag *fault(struct tn__judge *judge, const struct tn__annotation_part *part,
                              const char *message)
{
    return tn__shape_fault(judge, "embed-mismatch", part->name, part->offset, "%s", message);
}

/* What a finding says; "" without memory. */
static const char *say(struct tn__judge *judge, const char *format, ...) TN_PRINTF(2, 3);
static const char *say(struct tn__judge *judge, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = tn__arena_vprintf(judge->arena, format, args);
    va_end(args);
    if (!text)
        judge->status = TN_ENOMEM;
    return text ? text : "";
}

/* Whether the statement is one whose relations are known. */
static bool has_relations(struct tn__judge *judge, const struct tn__annotation_part *part,
                          const char *what)
{
    const struct tn__analysed *analysed = &judge->analysed;
    const char *name = judge->query->name;
    if (judge->described.column_count == 0)
        tn__shape_fault(judge, "bad-annotation", part->name, part->offset,
                        "query '%s' returns no rows", name);
    else if (!analysed->is_certain)
        tn__shape_fault(judge, "bad-annotation", part->name, part->offset,
                        "'%s' needs a statement that is understood: %s", what,
                        analysed->reason ? analysed->reason : "this one is not");
    else if (judge->stmt && judge->stmt->kind != TN__STMT_AST_SELECT)
        tn__shape_fault(judge, "bad-annotation", part->name, part->offset,
                        "'%s' is for a SELECT: RETURNING gives rows of one table", what);
    else if (!analysed->leaves)
        tn__shape_fault(judge, "bad-annotation", part->name, part->offset,
                        "'%s' is for one SELECT with a FROM, and no compound", what);
    else
        return true;
    return false;
}

const struct tn__analysed_leaf *tn__shape_leaf(struct tn__judge *judge,
                                               const struct tn__annotation_part *part,
                                               const char *what)
{
    const struct tn__analysed *analysed = &judge->analysed;
    const struct tn__analysed_leaf *found = NULL;
    if (!has_relations(judge, part, what))
        return NULL;
    const char **names = tn_arena_array(judge->arena, analysed->leaf_count, sizeof(*names));
    for (size_t i = 0; names && i < analysed->leaf_count; i++) {
        const struct tn__analysed_leaf *leaf = &analysed->leaves[i];
        names[i] = leaf->name.data; /* a copy, and so it ends with NUL */
        if (!leaf->name.data || !tn__text_equal_nocase(leaf->name, part->name))
            continue;
        if (found) {
            tn__shape_fault(judge, "bad-annotation", part->name, part->offset,
                            "two relations are called '%.*s'", (int)part->name.size,
                            part->name.data);
            return NULL;
        }
        found = leaf;
    }
    if (found || !names) {
        judge->status = names ? judge->status : TN_ENOMEM;
        return found;
    }
    struct tn__diag *diag = tn__shape_fault(judge, "bad-annotation", part->name, part->offset,
                                            "'%s' selects from no '%.*s'", judge->query->name,
                                            (int)part->name.size, part->name.data);
    const char *near = tn__nearest(part->name, names, analysed->leaf_count);
    if (near)
        tn__diag_help(judge->diags, diag, "'%s'", near);
    return NULL;
}

/* --- the columns */

static const struct tn__column *next_column(const struct tn__table *table, size_t *i)
{
    while (*i < table->column_count && table->columns[*i].is_hidden)
        (*i)++;
    return *i < table->column_count ? &table->columns[(*i)++] : NULL;
}

static bool is_selected(const struct tn__analysed *analysed, uint32_t leaf,
                        const struct tn__column *column)
{
    for (size_t i = 0; i < analysed->column_count; i++)
        if (analysed->columns[i].leaf == leaf && analysed->columns[i].column == column)
            return true;
    return false;
}

/* The relation's columns are the table's, in order and side by side, and nowhere else. */
static bool is_whole(struct tn__judge *judge, struct tn__embed *embed,
                     const struct tn__annotation_part *part, uint32_t leaf)
{
    const struct tn__analysed *analysed = &judge->analysed;
    const struct tn__analysed_column *first = &analysed->columns[embed->first];
    const struct tn__column *column;
    size_t c = 0;
    while ((column = next_column(embed->table, &c))) {
        size_t i = embed->first + embed->count;
        const struct tn__analysed_column *next =
            i < analysed->column_count ? &analysed->columns[i] : NULL;
        if (next && next->leaf == leaf && next->column == column &&
            next->instance == first->instance) {
            embed->count++;
            continue;
        }
        bool is_there = is_selected(analysed, leaf, column);
        struct tn__diag *diag =
            fault(judge, part,
                  say(judge, "column '%s' of '%s' is %s: it is embedded whole, in its order",
                      column->name, embed->name, is_there ? "not in its place" : "missing"));
        tn__diag_help(judge->diags, diag, "'%s.*'", embed->name);
        return false;
    }
    for (size_t i = 0; i < analysed->column_count; i++) {
        bool is_inside = i >= embed->first && i < embed->first + embed->count;
        if (is_inside || analysed->columns[i].leaf != leaf)
            continue;
        fault(judge, part,
              say(judge, "column %zu, '%.*s' of '%s', is beside what is embedded", i + 1,
                  (int)analysed->columns[i].leaf_column.size, analysed->columns[i].leaf_column.data,
                  embed->name));
        return false;
    }
    return true;
}

/* --- what may be absent */

static const char *const joins[] = {
    [TN__JOIN_LEFT] = "LEFT", [TN__JOIN_RIGHT] = "RIGHT", [TN__JOIN_FULL] = "FULL"};

/* A row that is padded has NULL in every column. */
static bool may_be_absent(const struct tn__analysed *analysed, const struct tn__embed *embed)
{
    for (size_t i = embed->first; i < embed->first + embed->count; i++) {
        const struct tn__analysed_column *column = &analysed->columns[i];
        if (!column->is_padded || !(column->domain.classes & TN__CLASS_NULL))
            return false;
    }
    return true;
}

static void report_pad(struct tn__judge *judge, const struct tn__embed *embed,
                       const struct tn__annotation_part *part, const struct tn__analysed_leaf *leaf)
{
    bool is_joined = leaf->pad != TN__JOIN_COMMA;
    struct tn__diag *diag = fault(
        judge, part,
        is_joined
            ? say(judge, "'%s' may be absent: the %s JOIN has NULL for it where nothing matches",
                  embed->name, joins[leaf->pad])
            : say(judge, "'%s' may be absent: NULL stands for it where there is no row",
                  embed->name));
    tn__diag_help(judge->diags, diag, "'%s?'", embed->name);
    if (is_joined)
        tn__diag_note(judge->diags, diag,
                      tn__judge_place(judge, leaf->pad_span.begin, leaf->pad_span.end),
                      "it is joined here");
}

/* The column that is NULL in no row of the table; the key before others. */
static bool find_key(const struct tn__judge *judge, struct tn__embed *embed)
{
    const struct tn__column *column;
    bool is_found = false;
    size_t c = 0;
    for (size_t i = embed->first; (column = next_column(embed->table, &c)); i++) {
        bool is_firm = !column->is_generated &&
                       !tn__checked_typing(judge->checked, embed->table, column).is_nullable;
        if (is_firm && (!is_found || column->is_rowid_alias)) {
            embed->key = i;
            is_found = true;
        }
    }
    return is_found;
}

/* Whether the table's struct can hold the columns as they come. */
static bool is_as_in_table(struct tn__judge *judge, const struct tn__embed *embed,
                           const struct tn__annotation_part *part)
{
    const struct tn__column *column;
    size_t c = 0;
    for (size_t i = embed->first; (column = next_column(embed->table, &c)); i++) {
        struct tn__typing own = tn__checked_typing(judge->checked, embed->table, column);
        struct tn__typing typing =
            judge->engine->type_column(judge, i, &judge->analysed.columns[i]);
        typing.is_nullable = typing.is_nullable && !embed->has_member && !own.is_nullable;
        own.is_nullable = false;
        if (tn__typing_equal(typing, own))
            continue;
        fault(judge, part,
              say(judge, "column '%s' of '%s' is not as table '%s' keeps it", column->name,
                  embed->name, embed->table->name));
        return false;
    }
    return true;
}

/* --- one embed */

/* What the annotation says of the table: its name, or its struct's. */
static bool is_said_table(struct tn__judge *judge, const struct tn__embed *embed,
                          const struct tn__annotation_part *part)
{
    const char *as =
        tn__struct_name(embed->table, judge->options->types, judge->options->type_count);
    if (!part->second.data || tn__text_is_nocase(part->second, embed->table->name) ||
        tn__text_is(part->second, as))
        return true;
    struct tn__diag *diag =
        tn__shape_fault(judge, "bad-annotation", part->second, part->second_offset,
                        "'%s' is table '%s', not '%.*s'", embed->name, embed->table->name,
                        (int)part->second.size, part->second.data);
    tn__diag_help(judge->diags, diag, "'%s'", embed->table->name);
    return false;
}

static bool name_embed(struct tn__judge *judge, struct tn__embed *embed, bool is_optional)
{
    embed->member = tn__c_member(tn_text_of(embed->name), judge->arena);
    if (is_optional)
        embed->has_member =
            tn__c_member(tn_text_of(say(judge, "has_%s", embed->name)), judge->arena);
    if (!embed->member || (is_optional && !embed->has_member))
        judge->status = TN_ENOMEM;
    return judge->status == TN_OK;
}

/* The table whose columns the relation has. */
static bool find_table(struct tn__judge *judge, struct tn__embed *embed,
                       const struct tn__annotation_part *part, uint32_t leaf)
{
    const struct tn__analysed *analysed = &judge->analysed;
    while (embed->first < analysed->column_count && analysed->columns[embed->first].leaf != leaf)
        embed->first++;
    if (embed->first == analysed->column_count) {
        struct tn__diag *diag =
            fault(judge, part, say(judge, "no column of '%s' is selected", embed->name));
        tn__diag_help(judge->diags, diag, "'%s.*'", embed->name);
        return false;
    }
    const struct tn__analysed_column *first = &analysed->columns[embed->first];
    if (first->instance > 0 && first->table && !first->table->is_internal) {
        embed->table = first->table;
        return true;
    }
    fault(judge, part,
          say(judge, "'%s' is no table: '%.*s' is not a column of a table's row", embed->name,
              (int)first->leaf_column.size, first->leaf_column.data));
    return false;
}

static bool read_embed(struct tn__judge *judge, struct tn__embed *embed,
                       const struct tn__annotation_part *part)
{
    const struct tn__analysed_leaf *leaf = tn__shape_leaf(judge, part, "-- embed");
    if (!leaf)
        return false;
    uint32_t index = (uint32_t)(leaf - judge->analysed.leaves);
    embed->name = leaf->name.data;
    if (!name_embed(judge, embed, part->is_optional) || !find_table(judge, embed, part, index) ||
        !is_whole(judge, embed, part, index) || !is_said_table(judge, embed, part))
        return false;
    if (!part->is_optional && may_be_absent(&judge->analysed, embed)) {
        report_pad(judge, embed, part, leaf);
        return false;
    }
    if (part->is_optional && !find_key(judge, embed)) {
        fault(judge, part,
              say(judge, "table '%s' has no NOT NULL column to tell by whether '%s' is there",
                  embed->table->name, embed->name));
        return false;
    }
    return is_as_in_table(judge, embed, part);
}

static size_t count_parts(const struct tn__query *query)
{
    size_t count = 0;
    for (const struct tn__annotation *a = query->annotations; a; a = a->next)
        count += a->kind == TN__ANNOTATE_EMBED ? a->part_count : 0;
    return count;
}

/* Keep it in the order of the columns; a second one of the same relation is a finding. */
static size_t keep(struct tn__judge *judge, struct tn__embed *embeds, size_t count,
                   const struct tn__embed *embed, const struct tn__annotation_part *part)
{
    size_t at = count;
    for (size_t i = 0; i < count; i++) {
        if (embeds[i].first != embed->first)
            continue;
        tn__shape_fault(judge, "bad-annotation", part->name, part->offset, "'%s' is embedded twice",
                        embed->name);
        return count;
    }
    for (; at > 0 && embeds[at - 1].first > embed->first; at--)
        embeds[at] = embeds[at - 1];
    embeds[at] = *embed;
    return count + 1;
}

/* The embeds that the annotations name, as this text has them. */
static void find_embeds(struct tn__judge *judge)
{
    struct tn__query *query = judge->query;
    struct tn__embed *embeds = tn_arena_array(judge->arena, count_parts(query), sizeof(*embeds));
    size_t kept = 0;
    if (!embeds) {
        judge->status = TN_ENOMEM;
        return;
    }
    for (const struct tn__annotation *a = query->annotations; a; a = a->next) {
        for (size_t i = 0; a->kind == TN__ANNOTATE_EMBED && i < a->part_count; i++) {
            struct tn__embed embed = {0};
            if (read_embed(judge, &embed, &a->parts[i]))
                kept = keep(judge, embeds, kept, &embed, &a->parts[i]);
        }
    }
    query->embeds = embeds;
    query->embed_count = kept;
}

void tn__judge_shape(struct tn__judge *judge, struct tn__query_column *columns, size_t count)
{
    struct tn__query *query = judge->query;
    find_embeds(judge);
    for (size_t e = 0; judge->status == TN_OK && e < query->embed_count; e++) {
        const struct tn__embed *embed = &query->embeds[e];
        for (size_t i = embed->first; i < embed->first + embed->count && i < count; i++)
            columns[i].embed = embed;
    }
    if (judge->status == TN_OK)
        tn__judge_group(judge, columns, count);
}

static bool is_same_embed(const struct tn__embed *a, const struct tn__embed *b)
{
    return a->table == b->table && a->first == b->first && a->key == b->key;
}

void tn__judge_shape_again(struct tn__judge *judge)
{
    struct tn__query *query = judge->query;
    const struct tn__query before = *query;
    struct tn__query_column *columns =
        tn_arena_array(judge->arena, before.column_count, sizeof(*columns));
    if (!columns) {
        judge->status = TN_ENOMEM;
        return;
    }
    tn__judge_shape(judge, columns, before.column_count);
    bool is_same = query->embed_count == before.embed_count;
    for (size_t e = 0; is_same && e < before.embed_count; e++)
        is_same = is_same_embed(&query->embeds[e], &before.embeds[e]);
    for (size_t i = 0; is_same && i < before.column_count; i++)
        is_same = columns[i].is_item == before.columns[i].is_item;
    if (judge->status == TN_OK && !query->is_broken && !is_same) {
        query->is_broken = true;
        tn__diags_add(judge->diags, "embed-mismatch", query->place,
                      "the texts of '%s' do not embed and group the same columns", query->name);
    }
    query->embeds = before.embeds;
    query->embed_count = before.embed_count;
    query->group = before.group;
}
