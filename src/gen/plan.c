/* SPDX-License-Identifier: MIT */
#include "gen/plan.h"

#include "check/names.h"
#include "check/origin.h"
#include "util/map.h"
#include "util/str.h"

/* Who has a name already. */
struct owner {
    const struct tn__query *query; /* NULL: a table */
    const char *what;              /* for the message: "table 'tasks'", "query 'task_find'" */
    const struct tn__table *table;
};

struct planner {
    struct tn__gen_plan plan;
    const struct tn__checked *checked;
    const struct tn__settings_type *types;
    size_t type_count;
    tn_arena *arena;
    struct tn__diags *diags;
    struct tn__map names;  /* identifier → struct owner */
    struct tn__map tags;   /* of shared structs, the first of a name → struct tn__row_struct */
    struct tn__map tables; /* of the catalog, by name → struct tn__row_struct */
    struct tn__row_struct **shared;
    size_t shared_count;
    int status;
};

static const char *text(struct planner *p, const char *string)
{
    if (!string)
        p->status = TN_ENOMEM;
    return string ? string : "";
}

/* prefix_name, or a name that stands alone. */
static const char *global_name(struct planner *p, const char *name)
{
    const char *member = text(p, tn__c_member(tn_text_of(name), p->arena));
    if (p->plan.prefix[0] == '\0')
        return member;
    if (member[0] == '_' && name[0] != '_')
        member++; /* behind a prefix a digit may come first */
    size_t size = strlen(member);
    if (tn__c_is_taken(tn_text_of(name)))
        size--; /* behind a prefix it is no keyword */
    return text(p, tn__arena_printf(p->arena, "%s_%.*s", p->plan.prefix, (int)size, member));
}

static const char *append(struct planner *p, const char *stem, const char *suffix)
{
    return text(p, tn__arena_printf(p->arena, "%s%s", stem, suffix));
}

/* "x_rows" for "x" and for "x_row". */
static const char *list_name(struct planner *p, const char *tag)
{
    return append(p, tag, tn__text_ends(tn_text_of(tag), "_row") ? "s" : "_rows");
}

/* Where it is written. */
static struct tn__place place_of(const struct planner *p, const struct owner *owner)
{
    struct tn__place place = {p->checked->migrations.source, 0, 0, 0};
    if (owner->query)
        return owner->query->place;
    tn__origin_of(&place, &p->checked->origins, tn_text_of(owner->table->name));
    return place;
}

/* Take a name for the whole program. Structs and functions share one space: C lets them have the same
 * name, C++ hides the one behind the other. */
static void claim(struct planner *p, const char *name, const struct owner *owner)
{
    const struct owner *other = tn__map_get(&p->names, tn_text_of(name));
    if (!other) {
        struct owner *kept = tn_arena_alloc(p->arena, sizeof(*kept));
        if (!kept || tn__map_put(&p->names, tn_text_of(name), kept) != TN_OK)
            p->status = TN_ENOMEM;
        else
            *kept = *owner;
        return;
    }
    struct tn__diag *diag =
        tn__diags_add(p->diags, "name-collision", place_of(p, owner),
                      "%s and %s would both be '%s' in C", other->what, owner->what, name);
    const struct tn__table *table = owner->table ? owner->table : other->table;
    if (table)
        tn__diag_help(p->diags, diag, "[types] %s = OTHER_NAME", table->name);
    tn__diag_note(p->diags, diag, place_of(p, other), "the other one is here");
}

static const struct tn__settings_type *struct_rule(const struct planner *p, const char *table)
{
    for (size_t i = 0; i < p->type_count; i++)
        if (!p->types[i].column && tn__text_is_nocase(tn_text_of(p->types[i].table), table))
            return &p->types[i];
    return NULL;
}

static void table_members(struct planner *p, struct tn__row_struct *row)
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
        const char *name = text(p, tn__c_member(tn_text_of(column->name), p->arena));
        members[row->member_count++] =
            (struct tn__member){name, tn__checked_typing(p->checked, table, column)};
    }
    row->members = members;
}

static struct tn__row_struct *add_shared(struct planner *p, const char *tag)
{
    struct tn__row_struct *row = tn_arena_array(p->arena, 1, sizeof(*row));
    if (!row) {
        p->status = TN_ENOMEM;
        return NULL;
    }
    row->tag = tag;
    row->list_tag = list_name(p, tag);
    row->is_shared = true;
    p->shared[p->shared_count++] = row;
    if (!tn__map_get(&p->tags, tn_text_of(tag)) &&
        tn__map_put(&p->tags, tn_text_of(tag), row) != TN_OK)
        p->status = TN_ENOMEM;
    return row;
}

static void plan_tables(struct planner *p)
{
    const struct tn__catalog *catalog = &p->checked->catalog;
    for (size_t i = 0; i < catalog->table_count && p->status == TN_OK; i++) {
        const struct tn__table *table = &catalog->tables[i];
        if (table->kind != TN__TABLE || table->is_internal)
            continue;
        const struct tn__settings_type *rule = struct_rule(p, table->name);
        const char *tag = global_name(p, rule ? rule->struct_name : table->name);
        struct tn__row_struct *row = add_shared(p, tag);
        if (!row)
            return;
        row->table = table;
        if (tn__map_put(&p->tables, tn_text_of(table->name), row) != TN_OK)
            p->status = TN_ENOMEM;
        table_members(p, row);
    }
}

static struct tn__row_struct *table_row(const struct planner *p, const struct tn__table *table)
{
    return tn__map_get(&p->tables, tn_text_of(table->name));
}

/* Take a table's names, once. */
static void use_table(struct planner *p, struct tn__row_struct *row)
{
    if (row->is_named)
        return;
    struct owner owner = {NULL, NULL, row->table};
    owner.what = text(p, tn__arena_printf(p->arena, "table '%s'", row->table->name));
    claim(p, row->tag, &owner);
    claim(p, row->list_tag, &owner);
    row->is_named = true;
}

/* Tables that queries return come first: a collision is only worth a finding if it is met. */
static void use_tables(struct planner *p)
{
    for (size_t i = 0; i < p->checked->query_count && p->status == TN_OK; i++) {
        const struct tn__query *query = &p->checked->queries[i];
        struct tn__row_struct *row = query->is_broken || query->returns || !query->row_table
                                         ? NULL
                                         : table_row(p, query->row_table);
        if (row)
            use_table(p, row);
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
static void drop_tables(struct planner *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->shared_count && p->status == TN_OK; i++) {
        struct tn__row_struct *row = p->shared[i];
        bool is_free = row->is_named ||
                       (!tn__map_get(&p->names, tn_text_of(row->tag)) &&
                        !tn__map_get(&p->names, tn_text_of(row->list_tag)) && !has_twins(row));
        if (!is_free)
            continue;
        use_table(p, row);
        p->shared[kept++] = row;
    }
    p->shared_count = kept;
}

static void query_members(struct planner *p, struct tn__row_struct *row,
                          const struct tn__query *query)
{
    struct tn__member *members = tn_arena_array(p->arena, query->column_count, sizeof(*members));
    if (!members) {
        p->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < query->column_count; i++)
        members[i] = (struct tn__member){query->columns[i].member, query->columns[i].typing};
    row->members = members;
    row->member_count = query->column_count;
}

/* Whether a member can hold the column. One that may be NULL holds what never is; a struct that queries
 * share may get such a member by any of them. */
static bool holds(const struct tn__row_struct *row, size_t i, const struct tn__query_column *column)
{
    struct tn__typing member = row->members[i].typing;
    if (!row->table || !column->typing.is_nullable)
        member.is_nullable = column->typing.is_nullable;
    return strcmp(row->members[i].name, column->member) == 0 &&
           tn__typing_equal(member, column->typing);
}

/* Make the query's columns the struct's members; if they are not, a finding says which differs. */
static bool fits(struct planner *p, struct tn__row_struct *row, const struct tn__query *query)
{
    size_t i = 0;
    while (i < row->member_count && i < query->column_count && holds(row, i, &query->columns[i]))
        i++;
    if (i == row->member_count && i == query->column_count) {
        for (i = 0; i < row->member_count; i++)
            if (query->columns[i].typing.is_nullable)
                row->members[i].typing.is_nullable = true;
        return true;
    }
    struct tn__diag *diag =
        i < query->column_count && i < row->member_count
            ? tn__diags_add(p->diags, "returns-mismatch", query->place,
                            "column '%s' of '%s' is not what struct '%s' has as '%s'",
                            query->columns[i].name, query->name, row->tag, row->members[i].name)
            : tn__diags_add(p->diags, "returns-mismatch", query->place,
                            "'%s' has %zu columns and struct '%s' has %zu", query->name,
                            query->column_count, row->tag, row->member_count);
    if (row->first)
        tn__diag_note(p->diags, diag, row->first->place, "'%s' gives it its columns",
                      row->first->name);
    return false;
}

/* -- returns NAME: a table's struct, or one that queries share. */
static const struct tn__row_struct *named_row(struct planner *p, const struct tn__query *query)
{
    const char *tag = global_name(p, query->returns);
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
    query_members(p, row, query);
    struct owner owner = {
        query, text(p, tn__arena_printf(p->arena, "'-- returns %s'", query->returns)), NULL};
    claim(p, row->tag, &owner);
    claim(p, row->list_tag, &owner);
    return row;
}

static const struct tn__row_struct *own_row(struct planner *p, struct tn__planned_query *planned,
                                            const struct owner *owner)
{
    struct tn__row_struct *row = tn_arena_array(p->arena, 1, sizeof(*row));
    if (!row) {
        p->status = TN_ENOMEM;
        return NULL;
    }
    row->tag = append(p, planned->function, "_row");
    row->list_tag = append(p, planned->function, "_rows");
    row->first = planned->query;
    query_members(p, row, planned->query);
    claim(p, row->tag, owner);
    if (planned->is_many)
        claim(p, row->list_tag, owner);
    return row;
}

/* Whether one reader serves the rows of both, which have the same struct. */
static bool is_read_alike(const struct tn__query *a, const struct tn__query *b)
{
    for (size_t i = 0; i < a->column_count; i++)
        if (a->columns[i].is_loose != b->columns[i].is_loose)
            return false;
    return true;
}

static bool is_copied(const struct tn__row_struct *row)
{
    for (size_t i = 0; row && i < row->member_count; i++) {
        enum tn__type type = row->members[i].typing.type;
        if (type == TN__TYPE_TEXT || type == TN__TYPE_BLOB || type == TN__TYPE_JSON ||
            type == TN__TYPE_ANY)
            return true;
    }
    return false;
}

static void plan_query(struct planner *p, struct tn__planned_query *planned,
                       const struct tn__query *query)
{
    static const char *const many[] = {"_begin", "_next", "_end", "_all"};
    struct owner owner = {query, text(p, tn__arena_printf(p->arena, "query '%s'", query->name)),
                          NULL};
    planned->query = query;
    planned->function = global_name(p, query->name);
    planned->is_many = query->mode == TN__MODE_MANY;
    if (query->column_count > 0) {
        if (query->returns)
            planned->row = named_row(p, query);
        else if (query->row_table)
            planned->row = table_row(p, query->row_table);
        else
            planned->row = own_row(p, planned, &owner);
    }
    planned->is_copied = is_copied(planned->row);
    if (planned->is_many) {
        planned->iter_tag = append(p, planned->function, "_iter");
        claim(p, planned->iter_tag, &owner);
        for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++)
            claim(p, append(p, planned->function, many[i]), &owner);
    } else {
        claim(p, planned->function, &owner);
    }
    if (query->param_count > TN__DIRECT_PARAMS) {
        planned->args_tag = append(p, planned->function, "_args");
        claim(p, planned->args_tag, &owner);
    }
}

/* The queries of `file`, which are [first, end) of all. */
static void plan_file(struct planner *p, struct tn__planned_file *planned, size_t first, size_t end)
{
    struct tn__planned_query *queries = tn_arena_array(p->arena, end - first, sizeof(*queries));
    const struct tn__row_struct **structs = tn_arena_array(p->arena, end - first, sizeof(*structs));
    if (!queries || !structs) {
        p->status = TN_ENOMEM;
        return;
    }
    planned->file = p->checked->queries[first].written.file;
    planned->queries = queries;
    planned->structs = structs;
    planned->list_name = append(p, global_name(p, planned->file->stem), "_queries");
    struct owner owner = {
        &p->checked->queries[first],
        text(p, tn__arena_printf(p->arena, "the list of queries of '%s'", planned->file->path)),
        NULL};
    claim(p, planned->list_name, &owner);
    for (size_t i = first; i < end && p->status == TN_OK; i++) {
        const struct tn__query *query = &p->checked->queries[i];
        if (query->is_broken)
            continue;
        struct tn__planned_query *next = &queries[planned->query_count++];
        plan_query(p, next, query);
        next->reader = next->function;
        /* A struct of its own has a reader of its own. */
        bool is_shared = next->row && next->row->is_shared;
        for (const struct tn__planned_query *other = queries; is_shared && other < next; other++) {
            if (other->row == next->row && is_read_alike(other->query, query)) {
                next->reader = other->reader;
                break;
            }
        }
        if (next->row && !next->row->is_shared)
            structs[planned->struct_count++] = next->row;
    }
}

static void plan_files(struct planner *p)
{
    const struct tn__checked *checked = p->checked;
    struct tn__planned_file *files = tn_arena_array(p->arena, checked->file_count, sizeof(*files));
    if (!files) {
        p->status = TN_ENOMEM;
        return;
    }
    for (size_t first = 0; first < checked->query_count && p->status == TN_OK;) {
        size_t end = first + 1;
        while (end < checked->query_count &&
               checked->queries[end].written.file == checked->queries[first].written.file)
            end++;
        plan_file(p, &files[p->plan.file_count++], first, end);
        first = end;
    }
    p->plan.files = files;
}

const char *tn__tables_name(const char *prefix, tn_arena *arena)
{
    return prefix[0] ? tn__arena_printf(arena, "%s_tables.h", prefix) : "tables.h";
}

int tn__gen_plan_make(struct tn__gen_plan *out, const struct tn__checked *checked,
                      const char *prefix, const struct tn__settings_type *types, size_t type_count,
                      tn_arena *arena, struct tn__diags *diags)
{
    struct planner p = {.checked = checked,
                        .types = types,
                        .type_count = type_count,
                        .arena = arena,
                        .diags = diags};
    p.plan.prefix = prefix;
    p.plan.tables_name = text(&p, tn__tables_name(prefix, arena));
    tn__map_init(&p.names);
    tn__map_init(&p.tags);
    tn__map_init(&p.tables);
    p.shared = tn_arena_array(arena, checked->catalog.table_count + checked->query_count,
                              sizeof(struct tn__row_struct *));
    if (!p.shared)
        p.status = TN_ENOMEM;
    if (p.status == TN_OK)
        plan_tables(&p);
    if (p.status == TN_OK)
        use_tables(&p);
    if (p.status == TN_OK)
        plan_files(&p);
    if (p.status == TN_OK)
        drop_tables(&p);
    tn__map_fini(&p.names);
    tn__map_fini(&p.tags);
    tn__map_fini(&p.tables);
    p.plan.shared = (const struct tn__row_struct *const *)p.shared;
    p.plan.shared_count = p.shared_count;
    if (p.status == TN_OK)
        p.status = diags->status;
    if (p.status == TN_OK)
        *out = p.plan;
    return p.status;
}
