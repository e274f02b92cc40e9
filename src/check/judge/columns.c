/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"
#include "check/lint/lint.h"
#include "check/names.h"
#include "util/map.h"
#include "util/str.h"

/* The columns of a result: name, type, nullability; what the engine says, what can be inferred, and
 * what an annotation settles. */

/* What SQLite may call an expression without an alias although it is a word: a server has names of its own for
 * them, which stay. */
static const char *const literals[] = {"NULL",         "TRUE",         "FALSE",
                                       "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"};

static struct tn__place place_of_column(const struct tn__judge *judge, size_t column)
{
    const struct tn__analysed *analysed = &judge->analysed;
    if (!analysed->is_certain || column >= analysed->column_count)
        return tn__judge_place(judge, 0, 0);
    return tn__judge_place(judge, analysed->columns[column].span.begin,
                           analysed->columns[column].span.end);
}

/* Whether the item of a result that a column stands in says itself what it is called: x AS "a b". */
static bool has_alias(const struct tn__judge *judge, size_t column)
{
    const struct tn__analysed *analysed = &judge->analysed;
    if (!analysed->is_certain || column >= analysed->column_count)
        return false;
    struct tn__sql_span span = analysed->columns[column].span;
    return span.end >= span.begin + 3 && span.end <= judge->sql.count &&
           tn__text_is_nocase(tn__sql_text(&judge->sql, span.end - 2), "AS");
}

/* A server has a name of its own for what has none. */
static bool has_name(const struct tn__judge *judge, size_t column)
{
    const struct tn__described_column *described = &judge->described.columns[column];
    if (described->column.data || has_alias(judge, column))
        return true;
    if (judge->bench)
        return !tn__text_is(described->name, "?column?");
    for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++)
        if (tn__text_is_nocase(described->name, literals[i]))
            return false;
    return tn__c_is_ident(described->name);
}

/* The structs that columns are members of: the row, or of a group its items; a table's. */
struct members {
    struct tn__map row, item, embed; /* name in C to column */
};

/* Take a name for a column's member. A second one of the same name is a finding. */
static void take_member(struct tn__judge *judge, struct tn__query_column *columns, size_t i,
                        const char *member, struct tn__map *members)
{
    const struct tn__query_column *twin = tn__map_get(members, tn_text_of(member));
    if (!twin) {
        if (tn__map_put(members, tn_text_of(member), &columns[i]) != TN_OK)
            judge->status = TN_ENOMEM;
        return;
    }
    bool is_own = strcmp(columns[i].member, member) == 0;
    bool is_twins = strcmp(twin->member, member) == 0;
    size_t other = (size_t)(twin - columns);
    size_t named = is_own ? i : other;
    struct tn__diag *diag =
        is_own == is_twins
            ? tn__diags_add(judge->diags, "name-collision", place_of_column(judge, i),
                            "columns %zu and %zu of '%s' are both called '%s'", other + 1, i + 1,
                            judge->query->name, member)
            : tn__diags_add(judge->diags, "name-collision", place_of_column(judge, named),
                            "column %zu of '%s' is called '%s', as is what an annotation makes",
                            named + 1, judge->query->name, member);
    tn__diag_help(judge->diags, diag, "give one another name with AS");
    judge->query->is_broken = true;
}

/* Of an embed the row has one member, and its table's struct has its columns. */
static void take_embed(struct tn__judge *judge, struct tn__query_column *columns, size_t i,
                       struct members *members)
{
    const struct tn__embed *embed = columns[i].embed;
    struct tn__map *outer = columns[i].is_item ? &members->item : &members->row;
    if (i == embed->first) {
        take_member(judge, columns, i, embed->member, outer);
        if (embed->has_member)
            take_member(judge, columns, i, embed->has_member, outer);
        tn__map_fini(&members->embed);
        tn__map_init(&members->embed);
    }
    take_member(judge, columns, i, columns[i].member, &members->embed);
}

static void name_column(struct tn__judge *judge, struct tn__query_column *columns, size_t i,
                        struct members *members)
{
    const struct tn__described_column *described = &judge->described.columns[i];
    const struct tn__analysed *analysed = &judge->analysed;
    tn_text name =
        columns[i].embed ? tn_text_of(analysed->columns[i].column->name) : described->name;
    columns[i].name = described->name.data ? described->name.data : "";
    columns[i].member = tn__c_member(name, judge->arena);
    columns[i].place = place_of_column(judge, i);
    if (!columns[i].member) {
        judge->status = TN_ENOMEM;
        return;
    }
    if (columns[i].embed) {
        take_embed(judge, columns, i, members);
        return;
    }
    if (!has_name(judge, i)) {
        struct tn__diag *diag =
            tn__diags_add(judge->diags, "unnamed-column", place_of_column(judge, i),
                          "column %zu of '%s' is called '%s', which C cannot take", i + 1,
                          judge->query->name, columns[i].name);
        tn__diag_help(judge->diags, diag, "give it a name with AS");
        judge->query->is_broken = true;
        return;
    }
    take_member(judge, columns, i, columns[i].member,
                columns[i].is_item ? &members->item : &members->row);
}

/* A group's items are a member, too: an array and its size. */
static void take_items(struct tn__judge *judge, struct tn__query_column *columns, size_t count,
                       struct members *members)
{
    const struct tn__grouping *group = judge->query->group;
    size_t first = 0;
    if (!group || judge->status != TN_OK)
        return;
    while (first + 1 < count && !columns[first].is_item)
        first++;
    const char *stem = group->only ? group->only->member : "item";
    const char *size = tn__arena_printf(judge->arena, "%s_count", stem);
    if (!size) {
        judge->status = TN_ENOMEM;
        return;
    }
    take_member(judge, columns, first, group->only ? stem : "items", &members->row);
    take_member(judge, columns, first, size, &members->row);
}

static void name_columns(struct tn__judge *judge, struct tn__query_column *columns, size_t count)
{
    struct members members;
    tn__map_init(&members.row);
    tn__map_init(&members.item);
    tn__map_init(&members.embed);
    for (size_t i = 0; i < count && judge->status == TN_OK; i++)
        name_column(judge, columns, i, &members);
    take_items(judge, columns, count, &members);
    tn__map_fini(&members.row);
    tn__map_fini(&members.item);
    tn__map_fini(&members.embed);
}

static const struct tn__annotation *find_annotation(const struct tn__query *query, tn_text name)
{
    for (const struct tn__annotation *a = query->annotations; a; a = a->next)
        if (a->kind == TN__ANNOTATE_COLUMN && tn_text_equal(a->name, name))
            return a;
    return NULL;
}

/* Nothing is known of a column. */
static void report_doubt(struct tn__judge *judge, const char *reason,
                         const struct tn__query_column *column, struct tn__place place)
{
    if (tn__lint_is_allowed(judge->diags, judge->query, "unknown-nullability"))
        return;
    if (column->typing.server) {
        struct tn__diag *diag =
            tn__diags_add(judge->diags, "unknown-nullability", place,
                          "column '%s' of '%s' may be NULL for all that is known: %s", column->name,
                          judge->query->name, reason);
        tn__diag_help(judge->diags, diag, "'-- column %s not null'", column->name);
        return;
    }
    /* Several columns may have one place. */
    struct tn__diag *diag = tn__diags_add(judge->diags, "unknown-nullability", place,
                                          "column '%s' of '%s' may be of any type: %s",
                                          column->name, judge->query->name, reason);
    tn__diag_help(judge->diags, diag, "'-- column %s TYPE [not null]'", column->name);
}

/* A number that may come in the other class: what is INTEGER in one row and REAL in the next is read as REAL, and
 * the engine may give another class than is stored. */
static bool is_loose(enum tn__type type, tn__classes classes)
{
    if (type == TN__TYPE_REAL)
        return (classes & TN__CLASS_INT) != 0;
    if (classes & TN__CLASS_VALUES & ~TN__CLASS_NUMBERS)
        return false;
    return (type == TN__TYPE_INT || type == TN__TYPE_BOOL) && (classes & TN__CLASS_REALS) != 0;
}

static void type_column(struct tn__judge *judge, struct tn__query_column *column, size_t i)
{
    static const struct tn__analysed_column nothing = {
        .domain = {TN__CLASS_ALL, TN__TYPE_ANY, TN__FORM_ANY, NULL, NULL}};
    const struct tn__described_column *described = &judge->described.columns[i];
    const struct tn__analysed_column *known =
        judge->analysed.is_certain ? &judge->analysed.columns[i] : &nothing;
    const char *reason = judge->analysed.is_certain ? known->reason : judge->analysed.reason;
    const struct tn__annotation *said =
        column->embed ? NULL : find_annotation(judge->query, described->name);
    column->typing = judge->engine->type_column(judge, i, known);
    column->is_loose = is_loose(column->typing.type, known->domain.classes);
    column->table = known->table;
    column->column = known->column;
    if (!said) {
        /* Without a name there is nothing to annotate, and it is an error already. */
        if (reason && has_name(judge, i) && !column->embed)
            report_doubt(judge, reason, column, place_of_column(judge, i));
        return;
    }
    if (said->has_type) {
        judge->engine->check_said(judge, said, known, column->typing);
        tn__typing_settle(&column->typing, said->typing);
    }
    if (said->mark != TN__MARK_NONE)
        column->typing.is_nullable = said->mark == TN__MARK_NULLABLE;
}

/* Each -- column must name a column, once. */
static void check_annotations(struct tn__judge *judge, const struct tn__query_column *columns,
                              size_t count)
{
    struct tn__query *query = judge->query;
    for (const struct tn__annotation *a = query->annotations; a; a = a->next) {
        if (a->kind != TN__ANNOTATE_COLUMN)
            continue;
        struct tn__place place = tn__query_place(query, a->offset, a->name.size);
        const char **names = tn_arena_array(judge->arena, count, sizeof(*names));
        bool is_known = false;
        bool is_embedded = false;
        for (size_t i = 0; names && i < count; i++) {
            bool is_it = tn__text_is(a->name, columns[i].name);
            if (columns[i].embed) {
                is_embedded = is_embedded || is_it;
                continue;
            }
            names[i] = columns[i].name;
            is_known = is_known || is_it;
        }
        const struct tn__annotation *last = find_annotation(query, a->name);
        if (is_known && last == a)
            continue;
        query->is_broken = true;
        if (is_known) {
            tn__diags_add(judge->diags, "bad-annotation", place, "column '%.*s' is annotated twice",
                          (int)a->name.size, a->name.data);
            continue;
        }
        struct tn__diag *diag = tn__diags_add(
            judge->diags, "bad-annotation", place,
            is_embedded ? "query '%s' has column '%.*s' embedded: its table says what it is"
                        : "query '%s' has no column '%.*s'",
            query->name, (int)a->name.size, a->name.data);
        const char *near = names ? tn__nearest(a->name, names, count) : NULL;
        if (near)
            tn__diag_help(judge->diags, diag, "'%s'", near);
    }
}

/* Whether the table's own struct can hold the column: what WHERE proves not to be NULL may stand where
 * NULL could; what an annotation says is meant. */
static bool is_as_in_table(const struct tn__judge *judge, const struct tn__query_column *column)
{
    struct tn__typing own = tn__checked_typing(judge->checked, column->table, column->column);
    struct tn__typing typing = column->typing;
    const struct tn__annotation *said = find_annotation(judge->query, tn_text_of(column->name));
    if (!said || said->mark == TN__MARK_NONE)
        typing.is_nullable = typing.is_nullable || own.is_nullable;
    return tn__typing_equal(typing, own);
}

/* The table that the row is a whole of: every column of it, in order, as the table has it. */
static const struct tn__table *whole_table(const struct tn__judge *judge,
                                           const struct tn__query_column *columns, size_t count)
{
    const struct tn__table *table = count ? columns[0].table : NULL;
    size_t c = 0;
    if (!table || table->is_internal || table->kind != TN__TABLE || judge->query->embed_count > 0 ||
        judge->query->group)
        return NULL;
    for (size_t i = 0; i < count; i++, c++) {
        while (c < table->column_count && table->columns[c].is_hidden)
            c++;
        if (c >= table->column_count || columns[i].table != table ||
            columns[i].column != &table->columns[c] ||
            strcmp(columns[i].name, table->columns[c].name) != 0 ||
            !is_as_in_table(judge, &columns[i]))
            return NULL;
    }
    while (c < table->column_count && table->columns[c].is_hidden)
        c++;
    return c == table->column_count ? table : NULL;
}

/* -- returns NAME. */
static void read_returns(struct tn__judge *judge)
{
    struct tn__query *query = judge->query;
    const struct tn__annotation *found = NULL;
    for (const struct tn__annotation *a = query->annotations; a; a = a->next) {
        if (a->kind != TN__ANNOTATE_RETURNS)
            continue;
        struct tn__place place = tn__query_place(query, a->offset, a->name.size);
        if (found || query->column_count == 0) {
            tn__diags_add(judge->diags, "bad-annotation", place,
                          found ? "query '%s' has two '-- returns'" : "query '%s' returns no rows",
                          query->name);
            query->is_broken = true;
        }
        found = a;
    }
    if (!found)
        return;
    query->returns = tn_arena_copy(judge->arena, found->name.data, found->name.size);
    if (!query->returns)
        judge->status = TN_ENOMEM;
}

void tn__judge_columns(struct tn__judge *judge)
{
    size_t count = judge->described.column_count;
    struct tn__query_column *columns = tn_arena_array(judge->arena, count, sizeof(*columns));
    if (!columns) {
        judge->status = TN_ENOMEM;
        return;
    }
    bool was_broken = judge->query->is_broken;
    tn__judge_shape(judge, columns, count);
    if (judge->status != TN_OK || judge->query->is_broken != was_broken)
        return; /* without their structs, columns of one name are no fault of their own */
    name_columns(judge, columns, count);
    for (size_t i = 0; i < count && judge->status == TN_OK; i++)
        type_column(judge, &columns[i], i);
    if (judge->status != TN_OK)
        return; /* not all of them have names */
    check_annotations(judge, columns, count);
    judge->query->columns = columns;
    judge->query->column_count = count;
    judge->query->row_table = whole_table(judge, columns, count);
    read_returns(judge);
}
