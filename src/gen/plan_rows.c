/* SPDX-License-Identifier: MIT */
#include "check/names.h"
#include "check/pair/pair.h"
#include "gen/planner.h"
#include "util/str.h"

/* The structs that rows are read into: of tables, of -- returns, of a query. */

/* "x_rows" for "x" and for "x_row". */
static const char *list_name(struct tn__planner *p, const char *tag)
{
    return tn__planner_append(p, tag, tn__text_ends(tn_text_of(tag), "_row") ? "s" : "_rows");
}

struct tn__member tn__planner_member(const struct tn__planner *p, const char *name,
                                     struct tn__typing typing)
{
    return (struct tn__member){.name = name,
                               .typing = typing,
                               .choice = tn__planner_enum(p, typing),
                               .key = tn__planner_key(p, typing)};
}

bool tn__planner_is_copied(const struct tn__row_struct *row)
{
    for (size_t i = 0; i < row->member_count; i++) {
        const struct tn__member *member = &row->members[i];
        enum tn__type type = member->typing.type;
        if (member->kind == TN__MEMBER_EMBED && tn__planner_is_copied(member->row))
            return true;
        if (member->kind == TN__MEMBER_VALUE &&
            (tn__is_null_inside(type) || type == TN__TYPE_ANY || member->typing.is_array))
            return true;
    }
    return false;
}

static void table_members(struct tn__planner *p, struct tn__row_struct *row,
                          const struct tn__checked *checked)
{
    const struct tn__table *table = row->table;
    struct tn__member *members = tn_arena_array(p->arena, table->column_count, sizeof(*members));
    if (!members) {
        p->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < table->column_count; i++) {
        const struct tn__column *column = &table->columns[i];
        if (column->is_hidden)
            continue;
        const char *name = tn__planner_text(p, tn__c_member(tn_text_of(column->name), p->arena));
        members[row->member_count] =
            tn__planner_member(p, name, tn__checked_typing(checked, table, column));
        members[row->member_count++].column = column->name;
    }
    row->members = members;
}

static struct tn__row_struct *add_shared(struct tn__planner *p, const char *tag)
{
    struct tn__row_struct *row = tn_arena_array(p->arena, 1, sizeof(*row));
    if (!row) {
        p->status = TN_ENOMEM;
        return NULL;
    }
    row->tag = tag;
    row->list_tag = list_name(p, tag);
    row->is_shared = true;
    row->is_described = true;
    p->shared[p->shared_count++] = row;
    if (!tn__map_get(&p->tags, tn_text_of(tag)) &&
        tn__map_put(&p->tags, tn_text_of(tag), row) != TN_OK)
        p->status = TN_ENOMEM;
    return row;
}

/* A server may have several of a name. */
static tn_text key_of(const struct tn__table *const *table)
{
    return (tn_text){(const char *)table, sizeof(*table)};
}

/* Those of an engine, or `only` that one. */
static void add_tables(struct tn__planner *p, const struct tn__checked *checked,
                       const struct tn__table *only)
{
    const struct tn__catalog *catalog = &checked->catalog;
    for (size_t i = 0; i < catalog->table_count && p->status == TN_OK; i++) {
        const struct tn__table *table = &catalog->tables[i];
        if (table->kind != TN__TABLE || table->is_internal || (only && table != only))
            continue;
        const char *tag = tn__planner_name(p, tn__struct_name(table, p->types, p->type_count));
        struct tn__row_struct *row = add_shared(p, tag);
        if (!row)
            return;
        row->table = table;
        if (tn__map_put(&p->tables, key_of(&row->table), row) != TN_OK)
            p->status = TN_ENOMEM;
        table_members(p, row, checked);
    }
}

/* The struct of SQLite's table that is the same for C; NULL: none. */
static struct tn__row_struct *twin_of(const struct tn__planner *p, const struct tn__table *table)
{
    const struct tn__catalog *catalog = &p->checked->catalog;
    bool is_public = table->schema && strcmp(table->schema, "public") == 0;
    for (size_t i = 0; is_public && i < catalog->table_count; i++) {
        const struct tn__table *other = &catalog->tables[i];
        if (strcmp(other->name, table->name) == 0 && tn__pair_table(p->checked, other, table))
            return tn__planner_table(p, other);
    }
    return NULL;
}

/* Its members are what both engines have. */
static void share(struct tn__planner *p, struct tn__row_struct *row, const struct tn__table *table)
{
    struct tn__row_struct *theirs = tn_arena_array(p->arena, 1, sizeof(*theirs));
    if (!theirs) {
        p->status = TN_ENOMEM;
        return;
    }
    theirs->table = table; /* kept: it is the key of the map */
    table_members(p, theirs, p->checked->halves[TN__POSTGRES]);
    for (size_t i = 0; i < theirs->member_count && p->status == TN_OK; i++)
        (void)tn__pair_typing(&row->members[i].typing, p->checked, row->members[i].typing,
                              theirs->members[i].typing);
    if (tn__map_put(&p->tables, key_of(&theirs->table), row) != TN_OK)
        p->status = TN_ENOMEM;
}

void tn__planner_tables(struct tn__planner *p)
{
    const struct tn__checked *other = p->checked->halves[TN__POSTGRES];
    add_tables(p, p->checked, NULL);
    for (size_t i = 0; other && i < other->catalog.table_count && p->status == TN_OK; i++) {
        const struct tn__table *table = &other->catalog.tables[i];
        struct tn__row_struct *row = twin_of(p, table);
        if (row)
            share(p, row, table);
        else
            add_tables(p, other, table);
    }
}

struct tn__row_struct *tn__planner_table(const struct tn__planner *p, const struct tn__table *table)
{
    return tn__map_get(&p->tables, key_of(&table));
}

void tn__planner_use_types(struct tn__planner *p, const struct tn__member *members, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tn__planner_use_enum(p, members[i].choice);
        if (members[i].choice && members[i].typing.is_array)
            tn__planner_use_array(p, members[i].choice);
        tn__planner_use_key(p, members[i].key);
    }
}

/* Whether all enums and key types of a table's struct can be had. */
static bool try_types(struct tn__planner *p, const struct tn__row_struct *row)
{
    for (size_t i = 0; i < row->member_count; i++)
        if (!tn__planner_try_enum(p, row->members[i].choice) ||
            !tn__planner_try_key(p, row->members[i].key))
            return false;
    return true;
}

/* What the names of a struct's description and of its functions end with; the first two are always there. */
static const char *const described_ends[] = {"_struct", "_fields", "_to_json", "_from_json",
                                             "_copy"};

static size_t described_count(const struct tn__planner *p, const struct tn__row_struct *row)
{
    return !row->is_described ? 0 : p->plan.has_json ? 5 : 2;
}

void tn__planner_claim_described(struct tn__planner *p, const struct tn__row_struct *row,
                                 const struct tn__name_owner *owner)
{
    for (size_t i = 0; i < described_count(p, row); i++)
        (void)tn__planner_claim(p, tn__planner_append(p, row->tag, described_ends[i]), owner);
}

/* Take a struct's names; of the rest nothing is said if the first is taken. */
static void claim_row(struct tn__planner *p, const struct tn__row_struct *row, bool with_list,
                      const struct tn__name_owner *owner)
{
    if (!tn__planner_claim(p, row->tag, owner))
        return;
    if (with_list)
        (void)tn__planner_claim(p, row->list_tag, owner);
    tn__planner_claim_described(p, row, owner);
}

static bool is_row_free(struct tn__planner *p, const struct tn__row_struct *row)
{
    bool is_free = tn__planner_is_free(p, row->tag) && tn__planner_is_free(p, row->list_tag);
    for (size_t i = 0; is_free && i < described_count(p, row); i++)
        is_free = tn__planner_is_free(p, tn__planner_append(p, row->tag, described_ends[i]));
    return is_free;
}

/* Take a table's names, once. */
static void use_table(struct tn__planner *p, struct tn__row_struct *row)
{
    if (row->is_named)
        return;
    struct tn__name_owner owner = {NULL, NULL, row->table, NULL, NULL};
    owner.what =
        tn__planner_text(p, tn__arena_printf(p->arena, "table '%s'", tn__table_label(row->table)));
    claim_row(p, row, true, &owner);
    tn__planner_use_types(p, row->members, row->member_count);
    row->is_named = true;
}

/* Tables that queries return come first: a collision is only worth a finding if it is met. */
void tn__planner_use_tables(struct tn__planner *p)
{
    for (size_t i = 0; i < p->checked->query_count && p->status == TN_OK; i++) {
        const struct tn__query *query = &p->checked->queries[i];
        if (query->is_broken)
            continue;
        for (size_t e = 0; e < query->embed_count; e++)
            use_table(p, tn__planner_table(p, query->embeds[e].table));
        if (!query->returns && query->row_table)
            use_table(p, tn__planner_table(p, query->row_table));
    }
}

static bool has_twins(const struct tn__row_struct *row)
{
    for (size_t i = 0; i < row->member_count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(row->members[i].name, row->members[k].name) == 0)
                return true;
    return false;
}

/* Of the tables that no query returns, keep those whose names are free. */
void tn__planner_drop_tables(struct tn__planner *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->shared_count && p->status == TN_OK; i++) {
        struct tn__row_struct *row = p->shared[i];
        bool is_free =
            row->is_named || (is_row_free(p, row) && !has_twins(row) && try_types(p, row));
        if (!is_free)
            continue;
        use_table(p, row);
        p->shared[kept++] = row;
    }
    p->shared_count = kept;
}

void tn__planner_members(struct tn__planner *p, struct tn__row_struct *row,
                         const struct tn__query *query, bool is_item)
{
    struct tn__member *members =
        tn_arena_array(p->arena, query->column_count + 1, sizeof(*members));
    if (!members) {
        p->status = TN_ENOMEM;
        return;
    }
    row->members = members;
    for (size_t i = 0; i < query->column_count; i++) {
        const struct tn__query_column *column = &query->columns[i];
        const struct tn__embed *embed = column->embed;
        if (column->is_item != is_item || (embed && embed->first != i))
            continue;
        struct tn__member *member = &members[row->member_count++];
        if (!embed)
            *member = tn__planner_member(p, column->member, column->typing);
        else
            *member = (struct tn__member){.name = embed->member,
                                          .column = embed->name,
                                          .kind = TN__MEMBER_EMBED,
                                          .row = tn__planner_table(p, embed->table),
                                          .beside = embed->has_member};
        if (!embed)
            member->column = column->name;
    }
}

/* Whether a member can hold what the query has there. One that may be NULL holds what never is; a struct that
 * queries share may get such a member by any of them. */
static bool holds(const struct tn__planner *p, const struct tn__row_struct *row,
                  const struct tn__member *member, const struct tn__member *query)
{
    struct tn__member like = *member;
    if (member->kind != query->kind || strcmp(member->name, query->name) != 0)
        return false;
    if (member->kind == TN__MEMBER_EMBED)
        return member->row == query->row && !member->beside == !query->beside;
    if (!row->table || !query->typing.is_nullable)
        like.typing.is_nullable = query->typing.is_nullable;
    /* A column of one engine alone is no other for what the other one knows of it, and all integers of a
     * server are one in C. */
    if (p->checked->halves[0] || like.typing.server)
        return like.typing.is_nullable == query->typing.is_nullable &&
               strcmp(tn__member_type(&like)->type, tn__member_type(query)->type) == 0;
    return tn__typing_equal(like.typing, query->typing);
}

/* What differs: the types in C, where they do. */
static struct tn__diag *report_member(struct tn__planner *p, const struct tn__row_struct *row,
                                      const struct tn__member *member,
                                      const struct tn__member *query, const struct tn__query *of)
{
    bool are_values = member->kind == TN__MEMBER_VALUE && query->kind == TN__MEMBER_VALUE;
    const char *theirs = are_values ? tn__member_type(member)->type : "";
    const char *mine = are_values ? tn__member_type(query)->type : "";
    if (strcmp(theirs, mine) == 0 || strcmp(member->name, query->name) != 0)
        return tn__diags_add(p->diags, "returns-mismatch", of->place,
                             "column '%s' of '%s' is not what struct '%s' has as '%s'", query->name,
                             of->name, row->tag, member->name);
    return tn__diags_add(p->diags, "returns-mismatch", of->place,
                         "column '%s' of '%s' is '%s' in C, and '%s' in struct '%s'", query->name,
                         of->name, mine, theirs, row->tag);
}

/* Make the query's columns the struct's members; if they are not, a finding says which differs. */
static bool fits(struct tn__planner *p, struct tn__row_struct *row, const struct tn__query *query)
{
    struct tn__row_struct mine = {0};
    size_t i = 0;
    tn__planner_members(p, &mine, query, false);
    if (p->status != TN_OK)
        return false;
    while (i < row->member_count && i < mine.member_count &&
           holds(p, row, &row->members[i], &mine.members[i]))
        i++;
    if (i == row->member_count && i == mine.member_count) {
        for (i = 0; i < row->member_count; i++)
            if (mine.members[i].typing.is_nullable)
                row->members[i].typing.is_nullable = true;
        return true;
    }
    struct tn__diag *diag =
        i < mine.member_count && i < row->member_count
            ? report_member(p, row, &row->members[i], &mine.members[i], query)
            : tn__diags_add(p->diags, "returns-mismatch", query->place,
                            "'%s' has %zu columns and struct '%s' has %zu", query->name,
                            mine.member_count, row->tag, row->member_count);
    if (row->first)
        tn__diag_note(p->diags, diag, row->first->place, "'%s' gives it its columns",
                      row->first->name);
    return false;
}

/* -- returns NAME: a table's struct, or one that queries share. */
static const struct tn__row_struct *named_row(struct tn__planner *p, const struct tn__query *query)
{
    const char *tag = tn__planner_name(p, query->returns);
    struct tn__row_struct *known = tn__map_get(&p->tags, tn_text_of(tag));
    if (known) {
        if (known->table)
            use_table(p, known);
        (void)fits(p, known, query);
        return known;
    }
    struct tn__row_struct *row = add_shared(p, tag);
    if (!row)
        return NULL;
    row->first = query;
    row->is_named = true;
    tn__planner_members(p, row, query, false);
    struct tn__name_owner owner = {
        query, tn__planner_text(p, tn__arena_printf(p->arena, "'-- returns %s'", query->returns)),
        NULL, NULL, NULL};
    claim_row(p, row, true, &owner);
    return row;
}

static const struct tn__row_struct *own_row(struct tn__planner *p,
                                            struct tn__planned_query *planned,
                                            const struct tn__name_owner *owner)
{
    struct tn__row_struct *row = tn_arena_array(p->arena, 1, sizeof(*row));
    if (!row) {
        p->status = TN_ENOMEM;
        return NULL;
    }
    row->tag = tn__planner_append(p, planned->function, "_row");
    row->list_tag = tn__planner_append(p, planned->function, "_rows");
    row->first = planned->query;
    tn__planner_members(p, row, planned->query, false);
    if (planned->items && p->status == TN_OK)
        row->members[row->member_count++] =
            (struct tn__member){.name = planned->items->member,
                                .column = planned->items->member,
                                .kind = TN__MEMBER_ARRAY,
                                .row = planned->items->row,
                                .beside = planned->items->count_member};
    row->is_described = p->plan.has_json;
    claim_row(p, row, planned->is_many || planned->is_bulk, owner);
    return row;
}

const struct tn__row_struct *tn__planner_row(struct tn__planner *p,
                                             struct tn__planned_query *planned,
                                             const struct tn__name_owner *owner)
{
    const struct tn__query *query = planned->query;
    const struct tn__row_struct *row = query->column_count == 0 ? NULL
                                       : query->returns         ? named_row(p, query)
                                       : query->row_table ? tn__planner_table(p, query->row_table)
                                                          : own_row(p, planned, owner);
    if (row)
        tn__planner_use_types(p, row->members, row->member_count);
    return row;
}
